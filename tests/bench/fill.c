/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Fills a registry for measuring: organisations, partnerships and memberships as large as real
 * ones, checked, validated, sealed and appended by the same code and the same statement as every
 * publication. The same COUNT gives the same records.
 *
 *   fill CONNINFO SCHEMAS COUNT
 *
 * COUNT partnerships (100 at least), a fifth as many organisations, three members in each
 * partnership, 24 in every tenth; the first one has half of all organisations as members. Records
 * come without a working copy, as those of other registries do.
 */
#include "concord/clock.h"
#include "concord/hash.h"
#include "concord/id.h"
#include "concord/publish.h"
#include "concord/xml.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define BATCH 200 /* records in one transaction, as imports do */
#define LEAST 100

struct filler {
    struct cc_db *db;
    unsigned in_batch;
    unsigned long records, bytes;
    unsigned memberships;
};

struct words {
    const char *lang, *title, *words;
};
static const struct words LANGS[] = {
    {"en", "Partnership for shared results",
     "partners share plans, money and results with communities so that services reach every "
     "district before the end of the period and reports are open to everybody "},
    {"fr", "Partenariat pour des r\xC3\xA9sultats communs",
     "les partenaires mettent en commun plans, moyens et r\xC3\xA9sultats avec les "
     "communaut\xC3\xA9s afin que les services atteignent chaque district avant l\xE2\x80\x99"
     "\xC3\xA9"
     "ch\xC3\xA9"
     "ance "},
    {"ar",
     "\xD8\xB4\xD8\xB1\xD8\xA7\xD9\x83\xD8\xA9 \xD9\x85\xD9\x86 \xD8\xA3\xD8\xAC\xD9\x84 "
     "\xD9\x86\xD8\xAA\xD8\xA7\xD8\xA6\xD8\xAC \xD9\x85\xD8\xB4\xD8\xAA\xD8\xB1\xD9\x83\xD8\xA9",
     "\xD9\x8A\xD8\xAA\xD9\x82\xD8\xA7\xD8\xB3\xD9\x85 \xD8\xA7\xD9\x84\xD8\xB4\xD8\xB1\xD9\x83"
     "\xD8\xA7\xD8\xA1 \xD8\xA7\xD9\x84\xD8\xAE\xD8\xB7\xD8\xB7 \xD9\x88\xD8\xA7\xD9\x84\xD9\x85"
     "\xD9\x88\xD8\xA7\xD8\xB1\xD8\xAF \xD9\x88\xD8\xA7\xD9\x84\xD9\x86\xD8\xAA\xD8\xA7\xD8\xA6"
     "\xD8\xAC \xD9\x85\xD8\xB9 \xD8\xA7\xD9\x84\xD9\x85\xD8\xAC\xD8\xAA\xD9\x85\xD8\xB9\xD8\xA7"
     "\xD8\xAA "},
};
#define LANG_COUNT (sizeof(LANGS) / sizeof(*LANGS))

static const char *const KINDS[] = {"multi-stakeholder", "public-private", "alliance",
                                    "knowledge-network", "joint-programme"};
static const char *const STATES[] = {"active", "active", "active", "forming", "closed"};
static const char *const COUNTRIES[] = {"AF", "AL", "AR", "BD", "BF", "BO", "BR", "CM", "CO", "EG",
                                        "ET", "FR", "GH", "ID", "IN", "JO", "KE", "KH", "MA", "MG",
                                        "ML", "MX", "MZ", "NE", "NG", "NP", "PE", "PH", "SN", "UG"};
static const char *const THEMES[] = {"education", "health",     "climate",   "water",
                                     "gender",    "governance", "migration", "oceans"};
static const char *const ROLES[] = {"member", "funding", "implementing", "observer"};
#define PICK(list, n) ((list)[(n) % (sizeof(list) / sizeof(*(list)))])

static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* Spread as random identifiers are, and the same in every run. */
static char *make_id(void *mem, char letter, unsigned n)
{
    char *id = talloc_asprintf(mem, "%c000000000000 ", letter);
    uint64_t x = (n + 1) * 0x9E3779B97F4A7C15u;
    x ^= x >> 29;
    for (int i = 1; i <= 12; i++, x >>= 5)
        id[i] = letters[x & 31];
    id[CC_ID_LEN - 1] = cc_id_check(id, CC_ID_LEN - 1);
    return id;
}

static void add_text(struct cc_record *rec, struct cc_node *parent, const char *field,
                     const char *text, const char *lang)
{
    cc_record_add(rec, parent, field, text, lang);
}

/* The n-th word of a text, which begins again behind its end. */
static const char *nth_word(const char *text, unsigned n, size_t *len_r)
{
    const char *at = text;
    for (unsigned i = 0; i < n; i++) {
        at += strcspn(at, " ") + 1;
        if (*at == '\0')
            at = text;
    }
    *len_r = strcspn(at, " ") + 1;
    return at;
}

/*
 * Text of about so many bytes in each of the first n languages, of words without order, so that it
 * compresses no better than real text does.
 */
static void add_prose(struct cc_record *rec, struct cc_node *parent, const char *field,
                      size_t bytes, size_t langs, unsigned n)
{
    for (size_t i = 0; i < langs; i++) {
        uint64_t x = (n + 1) * 0x9E3779B97F4A7C15u;
        struct cc_buf text;
        cc_buf_init(&text, rec);
        while (text.len < bytes) {
            size_t len;
            x = x * 6364136223846793005u + 1442695040888963407u;
            const char *word = nth_word(LANGS[i].words, (unsigned)(x >> 33) % 31, &len);
            cc_buf_add(&text, word, len);
        }
        text.data[text.len - 1] = '.';
        add_text(rec, parent, field, text.data, LANGS[i].lang);
    }
}

static struct cc_node *add_group(struct cc_record *rec, const char *field)
{
    return cc_record_add(rec, NULL, field, NULL, NULL);
}

static void add_document(struct cc_record *rec, unsigned n)
{
    struct cc_node *d = add_group(rec, "document");
    add_text(rec, d, "category", "B01", NULL);
    add_text(rec, d, "date", "2025", NULL);
    add_text(rec, d, "language", "en", NULL);
    add_text(rec, d, "title", talloc_asprintf(rec, "Results report %u", n), "en");
    add_text(rec, d, "title", talloc_asprintf(rec, "Rapport sur les r\xC3\xA9sultats %u", n), "fr");
    add_text(rec, d, "url", talloc_asprintf(rec, "https://example.org/documents/%u.pdf", n), NULL);
}

static void add_source(struct cc_record *rec, unsigned n)
{
    struct cc_node *s = add_group(rec, "source");
    add_text(rec, s, "date", "2026-11-24", NULL);
    add_text(rec, s, "citation", talloc_asprintf(rec, "Made for measuring, record %u", n), NULL);
    add_text(rec, s, "url", "https://example.org/sources", NULL);
}

static struct cc_record *make_organisation(void *mem, unsigned n)
{
    struct cc_record *rec = cc_record_new(mem, cc_kind_find("organisation"), make_id(mem, 'O', n));
    add_text(rec, NULL, "name", talloc_asprintf(rec, "Organisation %u for common goods", n), "en");
    add_text(rec, NULL, "name", talloc_asprintf(rec, "Organisation %u pour les biens communs", n),
             "fr");
    add_text(rec, NULL, "acronym", talloc_asprintf(rec, "OCG%u", n), "en");
    add_text(rec, NULL, "type", "21", NULL);
    add_text(rec, NULL, "country", PICK(COUNTRIES, n), NULL);
    add_text(rec, NULL, "website", talloc_asprintf(rec, "https://org-%u.example.org/", n), NULL);
    add_prose(rec, NULL, "description", 500, 2, n);
    struct cc_node *identifier = add_group(rec, "identifier");
    add_text(rec, identifier, "primary", "true", NULL);
    add_text(rec, identifier, "scheme", "XM-DAC", NULL);
    add_text(rec, identifier, "value", talloc_asprintf(rec, "%u", 40000 + n), NULL);
    add_source(rec, n);
    add_text(rec, NULL, "illustrative", "true", NULL);
    return rec;
}

static void add_places(struct cc_record *rec, unsigned n)
{
    struct cc_node *seat = add_group(rec, "seat");
    add_text(rec, seat, "country", PICK(COUNTRIES, n), NULL);
    add_text(rec, seat, "city", "Exampleville", "en");
    add_text(rec, NULL, "scope", "1", NULL);
    for (unsigned i = 0; i < 10; i++) {
        struct cc_node *country = add_group(rec, "country");
        add_text(rec, country, "code", PICK(COUNTRIES, n + 3 * i), NULL);
        add_text(rec, country, "percentage", "10", NULL);
    }
}

static void add_goals(struct cc_record *rec, unsigned n)
{
    for (unsigned i = 0; i < 4; i++)
        add_prose(rec, add_group(rec, "goal"), "text", 160, 2, n + i);
    for (unsigned i = 0; i < 5; i++) {
        struct cc_node *sdg = add_group(rec, "sdg");
        add_text(rec, sdg, "goal", talloc_asprintf(rec, "%u", 1 + (n + 3 * i) % 17), NULL);
        add_text(rec, sdg, "weight", "20", NULL);
        add_prose(rec, sdg, "statement", 140, 2, n + i);
    }
    for (unsigned i = 0; i < 3; i++)
        add_text(rec, NULL, "theme", PICK(THEMES, n + i), NULL);
}

static void add_contact(struct cc_record *rec, unsigned n)
{
    struct cc_node *contact = add_group(rec, "contact");
    add_text(rec, NULL, "website", talloc_asprintf(rec, "https://p-%u.example.org/", n), NULL);
    add_text(rec, contact, "office", "Secretariat", "en");
    add_text(rec, contact, "office", "Secr\xC3\xA9tariat", "fr");
    add_text(rec, contact, "mail", "office@example.org", NULL);
    add_text(rec, contact, "phone", "+41 22 555 01 00", NULL);
    add_text(rec, contact, "address", "1 Example Street\n1200 Exampleville", "en");
}

static struct cc_record *make_partnership(void *mem, unsigned n, unsigned count,
                                          unsigned organisations)
{
    struct cc_record *rec = cc_record_new(mem, cc_kind_find("partnership"), make_id(mem, 'P', n));
    for (size_t i = 0; i < LANG_COUNT; i++)
        add_text(rec, NULL, "title", talloc_asprintf(rec, "%s %u", LANGS[i].title, n),
                 LANGS[i].lang);
    add_text(rec, NULL, "acronym", talloc_asprintf(rec, "PSR%u", n), "en");
    add_prose(rec, NULL, "summary", 500, LANG_COUNT, n);
    add_prose(rec, NULL, "vision", 500, 2, n);
    add_goals(rec, n);
    add_text(rec, NULL, "kind", PICK(KINDS, n), NULL);
    add_text(rec, NULL, "legal-form", "hosted", NULL);
    add_text(rec, NULL, "host", make_id(rec, 'O', n % organisations), NULL);
    struct cc_node *mandate = add_group(rec, "mandate");
    add_text(rec, mandate, "date", "2015-09-25", NULL);
    add_prose(rec, mandate, "text", 120, 2, n);
    add_text(rec, mandate, "reference", "A/RES/70/1", NULL);
    add_text(rec, mandate, "url", "https://example.org/mandate", NULL);
    add_places(rec, n);
    add_text(rec, NULL, "founded", "2016", NULL);
    add_text(rec, NULL, "start", "2016-06", NULL);
    add_text(rec, NULL, "state", PICK(STATES, n), NULL);
    add_contact(rec, n);
    for (unsigned i = 0; i < 4; i++)
        add_document(rec, 4 * n + i);
    for (unsigned i = 0; i < 2; i++) {
        struct cc_node *link = add_group(rec, "link");
        add_text(rec, link, "kind", "sibling", NULL);
        add_text(rec, link, "partnership", make_id(rec, 'P', (n + 17 * (i + 1)) % count), NULL);
    }
    add_source(rec, n);
    add_text(rec, NULL, "illustrative", "true", NULL);
    return rec;
}

static struct cc_record *make_membership(void *mem, unsigned n, unsigned partnership,
                                         unsigned organisation)
{
    struct cc_record *rec = cc_record_new(mem, cc_kind_find("membership"), make_id(mem, 'M', n));
    add_text(rec, NULL, "partnership", make_id(rec, 'P', partnership), NULL);
    add_text(rec, NULL, "organisation", make_id(rec, 'O', organisation), NULL);
    add_text(rec, add_group(rec, "role"), "code", PICK(ROLES, n), NULL);
    add_text(rec, NULL, "constituency", "Implementing countries", "en");
    struct cc_node *consent = add_group(rec, "consent");
    add_text(rec, consent, "date", "2026-11-24T00:00:00Z", NULL);
    add_text(rec, consent, "state", n % 8 == 7 ? "invited" : "confirmed", NULL);
    add_source(rec, n);
    return rec;
}

static void give_up(const struct cc_err *err, const struct cc_problems *problems)
{
    fprintf(stderr, "fill: %s (%s)\n", err->message != NULL ? err->message : "failed",
            err->detail != NULL ? err->detail : "");
    for (size_t i = 0; i < problems->n; i++)
        fprintf(stderr, "  %s: %s %s\n", problems->v[i].path != NULL ? problems->v[i].path : "",
                problems->v[i].message, problems->v[i].arg1 != NULL ? problems->v[i].arg1 : "");
    exit(1);
}

static void publish(struct filler *f, struct cc_record *rec, const char *publisher, bool last)
{
    struct cc_err err = {.rc = CC_OK};
    struct cc_problems problems;
    struct cc_sealed sealed;
    struct cc_call call;
    unsigned flags = f->in_batch == 0 ? CC_TX_BEGIN : 0;
    const struct cc_publication publication = {
        .record = rec, .record_id = rec->id, .publisher = publisher, .note = ""};
    cc_problems_init(&problems, rec);
    cc_record_sort(rec);
    if (cc_publish_seal(rec, &publication, &problems, &sealed, &err) != CC_OK)
        give_up(&err, &problems);
    cc_publish_call(rec, &publication, &sealed, &call);
    if (++f->in_batch == BATCH || last) {
        flags |= CC_TX_COMMIT;
        f->in_batch = 0;
    }
    if (cc_db_pipeline(f->db, rec, &call, 1, flags, &err) != CC_OK)
        give_up(&err, &problems);
    f->records++;
    f->bytes += strlen(sealed.content);
}

static void fill(struct filler *f, unsigned count)
{
    unsigned organisations = count / 5 > 30 ? count / 5 : 30;
    for (unsigned n = 0; n < organisations; n++) {
        void *mem = talloc_new(NULL);
        struct cc_record *rec = make_organisation(mem, n);
        publish(f, rec, rec->id, false);
        talloc_free(mem);
    }
    for (unsigned n = 0; n < count; n++) {
        void *mem = talloc_new(NULL);
        struct cc_record *rec = make_partnership(mem, n, count, organisations);
        const char *host = make_id(mem, 'O', n % organisations);
        unsigned members = n == 0 ? organisations / 2 : n % 10 == 0 ? 24 : 3;
        publish(f, rec, host, false);
        for (unsigned i = 0; i < members; i++)
            publish(f, make_membership(mem, f->memberships++, n, (n + i) % organisations), host,
                    n + 1 == count && i + 1 == members);
        talloc_free(mem);
    }
}

int main(int argc, char **argv)
{
    void *mem = talloc_new(NULL);
    struct filler f = {0};
    if (argc != 4) {
        fputs("usage: fill CONNINFO SCHEMAS COUNT\n", stderr);
        return 2;
    }
    const struct cc_db_options options = {
        .conninfo = argv[1], .user = "cc_job", .prepare = true, .application = "fill"};
    unsigned count = (unsigned)strtoul(argv[3], NULL, 10);
    if (count < LEAST || cc_crypto_init() != CC_OK || cc_xml_init(argv[2]) != CC_OK ||
        cc_db_open(mem, &options, &f.db) != CC_OK)
        return 2;
    fill(&f, count);
    printf("%lu records, %lu bytes of content\n", f.records, f.bytes);
    cc_db_close(f.db);
    talloc_free(mem);
    return 0;
}
