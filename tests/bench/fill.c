/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Fills a registry for measuring: organisations, partnerships and memberships as large as real
 * ones, checked, validated and sealed by the code of every publication; or writes the same records
 * as a file for imports. The same COUNT gives the same records.
 *
 *   fill CONNINFO SCHEMAS COUNT    into the published tables, as their owner, by COPY
 *   fill --xml SCHEMAS COUNT       as <records> to standard output, in the order of their kinds
 *
 * COUNT partnerships (100 at least), a fifth as many organisations, three members in each
 * partnership, 24 in every tenth; the first one has half of all organisations as members. In the
 * database they stand without a working copy, as records of other registries do.
 */
#include "concord/clock.h"
#include "concord/hash.h"
#include "concord/id.h"
#include "concord/publish.h"
#include "concord/xml.h"
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define BATCH_BYTES (16u << 20) /* of one COPY; the next one is made while the server works */
#define LEAST       100

struct filler {
    PGconn *conn; /* NULL: writes a file */
    struct cc_buf rows;
    bool working; /* the server is at the batch before */
    long long position;
    char link[CC_SHA256_HEX + 1];
    unsigned long records, bytes;
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

/* --- the database ---------------------------------------------------------------------------- */

/*
 * The rows of cc_publish_append() for a whole batch. Projections are made by its own functions, so
 * that they are what publishing makes.
 */
static const char *const SETTING_UP[] = {
    "SET search_path = concord, pg_temp",
    "SET synchronous_commit = off",
    "CREATE TEMP TABLE made (position bigint, link text, record_id text, kind text, publisher text,"
    " schema text, sealed_at timestamptz, content text, content_sha256 text, seal text,"
    " seal_sha256 text, note_sha256 text, projection jsonb)",
    "CREATE TEMP TABLE late AS SELECT indexrelid::regclass::text AS name,"
    " pg_get_indexdef(indexrelid) AS definition FROM pg_index JOIN pg_class i ON i.oid = indexrelid"
    " JOIN pg_am m ON m.oid = i.relam WHERE m.amname = 'gin' AND i.relnamespace ="
    " 'concord'::regnamespace AND indrelid::regclass::text LIKE 'search%'",
    "DO $$ DECLARE n text; BEGIN FOR n IN SELECT name FROM late LOOP EXECUTE 'DROP INDEX ' || n;"
    " END LOOP; END $$",
};
static const char PLACING[] =
    "BEGIN; SELECT pg_advisory_xact_lock(hashtext('concord.feed'));"
    "UPDATE feed_head SET stamp = greatest(clock_timestamp(), stamp);"
    "INSERT INTO revision (record_id, number, kind, state, schema, content, content_sha256, seal,"
    " seal_sha256, note, note_sha256, publisher, sealed_at, stamp, position)"
    " SELECT record_id, 1, kind, 'published', schema, content, content_sha256, seal, seal_sha256,"
    " '', note_sha256, publisher, sealed_at, h.stamp, m.position FROM made m, feed_head h;"
    "INSERT INTO publication (record_id, kind, state, revision, schema, content, content_sha256,"
    " seal, seal_sha256, note, note_sha256, published_at, position, link, stamp)"
    " SELECT record_id, kind, 'published', 1, schema, content, content_sha256, seal, seal_sha256,"
    " '', note_sha256, h.stamp, m.position, m.link, cc_iso(h.stamp) FROM made m, feed_head h;"
    "INSERT INTO feed (position, stamp, record_id, kind, revision, event, seal_sha256, link)"
    " SELECT m.position, h.stamp, record_id, kind, 1, 'published', seal_sha256, m.link"
    " FROM made m, feed_head h;"
    "SELECT cc_project_placed(b, cc_project(b)) FROM (SELECT jsonb_agg(jsonb_build_object('id',"
    " record_id, 'kind', kind, 'position', position, 'projection', projection) ORDER BY position)"
    " AS b FROM made) x;"
    "UPDATE feed_head SET (position, link) ="
    " (SELECT position, link FROM made ORDER BY position DESC LIMIT 1);"
    "INSERT INTO audit_event (action, object, detail) SELECT 'record.published', record_id,"
    " jsonb_build_object('revision', 1, 'seal', seal_sha256, 'position', position) FROM made;"
    "TRUNCATE made; COMMIT";
static const char ENDING[] =
    "DO $$ DECLARE d text; BEGIN SET LOCAL maintenance_work_mem = '512MB'; FOR d IN SELECT"
    " definition FROM late LOOP EXECUTE d; END LOOP; END $$";

static void die_of(PGconn *conn)
{
    fprintf(stderr, "fill: %s", PQerrorMessage(conn));
    exit(1);
}

/* Waits for all results; the first of them stays for the caller. */
static PGresult *finish(PGconn *conn)
{
    PGresult *first = NULL;
    PGresult *r;
    while ((r = PQgetResult(conn)) != NULL) {
        ExecStatusType status = PQresultStatus(r);
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_COPY_IN)
            die_of(conn);
        if (first == NULL)
            first = r;
        else
            PQclear(r);
        if (status == PGRES_COPY_IN)
            break;
    }
    return first;
}

static PGresult *ask(PGconn *conn, const char *sql)
{
    if (PQsendQuery(conn, sql) != 1)
        die_of(conn);
    return finish(conn);
}

static void connect_as_owner(struct filler *f, const char *conninfo)
{
    char *own = talloc_asprintf(f->rows.mem, "%s user=cc_migrate", conninfo);
    f->conn = PQconnectdb(own);
    if (PQstatus(f->conn) != CONNECTION_OK)
        die_of(f->conn);
    for (size_t i = 0; i < sizeof(SETTING_UP) / sizeof(*SETTING_UP); i++)
        PQclear(ask(f->conn, SETTING_UP[i]));
    PGresult *head = ask(f->conn, "SELECT position, link FROM feed_head");
    f->position = strtoll(PQgetvalue(head, 0, 0), NULL, 10);
    snprintf(f->link, sizeof(f->link), "%s", PQgetvalue(head, 0, 1));
    PQclear(head);
}

static void send_rows(struct filler *f)
{
    if (f->working)
        PQclear(finish(f->conn));
    PQclear(ask(f->conn, "COPY made FROM STDIN"));
    if (PQputCopyData(f->conn, f->rows.data, (int)f->rows.len) != 1 ||
        PQputCopyEnd(f->conn, NULL) != 1)
        die_of(f->conn);
    PQclear(finish(f->conn));
    if (PQsendQuery(f->conn, PLACING) != 1 || PQflush(f->conn) < 0)
        die_of(f->conn);
    f->working = true;
    f->rows.len = 0;
}

static void add_column(struct cc_buf *out, const char *text, char end)
{
    for (const char *s = text; *s != '\0'; s++) {
        const char *escape = *s == '\\' ? "\\\\" : *s == '\n' ? "\\n" : *s == '\t' ? "\\t" : NULL;
        if (escape != NULL)
            cc_buf_adds(out, escape);
        else
            cc_buf_addc(out, *s);
    }
    cc_buf_addc(out, end);
}

static void add_row(struct filler *f, const struct cc_record *rec, const char *publisher,
                    const struct cc_sealed *sealed)
{
    char *chained = talloc_asprintf(rec->mem, "%s%s", f->link, sealed->seal_sha256);
    cc_sha256_hex(chained, strlen(chained), f->link);
    cc_buf_printf(&f->rows, "%lld\t", ++f->position);
    const char *const columns[] = {f->link,
                                   rec->id,
                                   rec->kind->name,
                                   publisher,
                                   CC_SCHEMA_VERSION,
                                   sealed->time,
                                   sealed->content,
                                   sealed->content_sha256,
                                   sealed->seal,
                                   sealed->seal_sha256,
                                   sealed->note_sha256};
    for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++)
        add_column(&f->rows, columns[i], '\t');
    add_column(&f->rows, sealed->projection, '\n');
    if (f->rows.len > BATCH_BYTES)
        send_rows(f);
}

/* --- one record after the other -------------------------------------------------------------- */

static void give_up(const struct cc_err *err, const struct cc_problems *problems)
{
    fprintf(stderr, "fill: %s (%s)\n", err->message != NULL ? err->message : "failed",
            err->detail != NULL ? err->detail : "");
    for (size_t i = 0; i < problems->n; i++)
        fprintf(stderr, "  %s: %s %s\n", problems->v[i].path != NULL ? problems->v[i].path : "",
                problems->v[i].message, problems->v[i].arg1 != NULL ? problems->v[i].arg1 : "");
    exit(1);
}

static void publish(struct filler *f, struct cc_record *rec, const char *publisher)
{
    struct cc_err err = {.rc = CC_OK};
    struct cc_problems problems;
    struct cc_sealed sealed;
    const struct cc_publication publication = {
        .record = rec, .record_id = rec->id, .publisher = publisher, .note = ""};
    cc_problems_init(&problems, rec);
    if (cc_publish_seal(rec, &publication, &problems, &sealed, &err) != CC_OK)
        give_up(&err, &problems);
    f->bytes += strlen(sealed.content);
    add_row(f, rec, publisher, &sealed);
}

static void put(struct filler *f, struct cc_record *rec, const char *publisher)
{
    cc_record_sort(rec);
    f->records++;
    if (f->conn != NULL) {
        publish(f, rec, publisher);
        return;
    }
    struct cc_buf out;
    cc_buf_init(&out, rec);
    cc_xml_write_record(&out, rec);
    cc_buf_addc(&out, '\n');
    fwrite(out.data, 1, out.len, stdout);
}

static void put_memberships(struct filler *f, unsigned count, unsigned organisations)
{
    unsigned made = 0;
    for (unsigned n = 0; n < count; n++) {
        void *mem = talloc_new(NULL);
        const char *host = make_id(mem, 'O', n % organisations);
        unsigned members = n == 0 ? organisations / 2 : n % 10 == 0 ? 24 : 3;
        for (unsigned i = 0; i < members; i++)
            put(f, make_membership(mem, made++, n, (n + i) % organisations), host);
        talloc_free(mem);
    }
}

static void fill(struct filler *f, unsigned count)
{
    unsigned organisations = count / 5 > 30 ? count / 5 : 30;
    for (unsigned n = 0; n < organisations; n++) {
        void *mem = talloc_new(NULL);
        struct cc_record *rec = make_organisation(mem, n);
        put(f, rec, rec->id);
        talloc_free(mem);
    }
    for (unsigned n = 0; n < count; n++) {
        void *mem = talloc_new(NULL);
        put(f, make_partnership(mem, n, count, organisations),
            make_id(mem, 'O', n % organisations));
        talloc_free(mem);
    }
    put_memberships(f, count, organisations);
}

static void fill_database(struct filler *f, const char *conninfo, unsigned count)
{
    connect_as_owner(f, conninfo);
    fill(f, count);
    send_rows(f);
    PQclear(finish(f->conn));
    PQclear(ask(f->conn, ENDING));
    PQfinish(f->conn);
    printf("%lu records, %lu bytes of content\n", f->records, f->bytes);
}

int main(int argc, char **argv)
{
    struct filler f = {0};
    unsigned count = argc == 4 ? (unsigned)strtoul(argv[3], NULL, 10) : 0;
    if (count < LEAST) {
        fputs("usage: fill CONNINFO|--xml SCHEMAS COUNT\n", stderr);
        return 2;
    }
    if (cc_crypto_init() != CC_OK || cc_xml_init(argv[2]) != CC_OK)
        return 2;
    void *mem = talloc_new(NULL);
    cc_buf_init(&f.rows, mem);
    if (strcmp(argv[1], "--xml") == 0) {
        puts("<records xmlns=\"" CC_XML_NS "\">");
        fill(&f, count);
        puts("</records>");
    } else {
        fill_database(&f, argv[1], count);
    }
    talloc_free(mem);
    return 0;
}
