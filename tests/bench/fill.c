/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Fills a registry for measuring: records of all kinds in the proportions, sizes and languages of
 * real ones, checked, validated and sealed by the code of every publication; or writes them as a
 * file for imports. The same RECORDS gives the same ones.
 *
 *   fill CONNINFO SCHEMAS RECORDS    into the published tables, as their owner, by COPY
 *   fill --xml SCHEMAS RECORDS       as <records> to standard output, in the order of their kinds
 *   fill --iati SCHEMAS ACTIVITIES   as <iati-activities> to standard output
 *
 * Of 100 records 10 are organisations, 12 partnerships, 10 commitments and 20 activities, the rest
 * are memberships; half of all organisations are in the first partnership, but 20,000 at most. In
 * the database they stand without a working copy, as records of other registries do.
 */
#include "fill.h"
#include "concord/hash.h"
#include "concord/iati.h"
#include "concord/xml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define LEAST 1000

struct filler {
    struct database *db; /* NULL: writes a file */
    struct amounts all;
    unsigned long records, bytes;
};

static void give_up(const struct cc_record *rec, const struct cc_err *err,
                    const struct cc_problems *problems)
{
    fprintf(stderr, "fill: %s %s: %s (%s)\n", rec->kind->name, rec->id,
            err->message != NULL ? err->message : "failed", err->detail != NULL ? err->detail : "");
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
        give_up(rec, &err, &problems);
    f->bytes += strlen(sealed.content);
    database_add(f->db, rec, publisher, &sealed);
}

static void print(const struct cc_buf *out)
{
    fwrite(out->data, 1, out->len, stdout);
    putchar('\n');
}

/* The record goes with its memory. */
static void put(struct filler *f, struct cc_record *rec, unsigned publisher)
{
    cc_record_sort(rec);
    f->records++;
    if (f->db != NULL) {
        publish(f, rec, make_id(rec, 'O', publisher));
    } else {
        struct cc_buf out;
        cc_buf_init(&out, rec);
        cc_xml_write_record(&out, rec);
        print(&out);
    }
    talloc_free(rec);
}

static void settle(struct filler *f)
{
    if (f->db != NULL)
        database_settle(f->db);
}

static void put_memberships(struct filler *f)
{
    const struct amounts *all = &f->all;
    unsigned made = 0;
    for (unsigned p = 0; p < all->partnerships && made < all->memberships; p++) {
        unsigned *organisations;
        unsigned n = members_of(NULL, p, all, &organisations);
        for (unsigned i = 0; i < n && made < all->memberships; i++, made++)
            put(f, make_membership(NULL, made, p, organisations[i]), host_of(p, all));
        talloc_free(organisations);
    }
}

static void fill(struct filler *f)
{
    const struct amounts *all = &f->all;
    for (unsigned n = 0; n < all->organisations; n++)
        put(f, make_organisation(NULL, n), n);
    settle(f);
    for (unsigned n = 0; n < all->partnerships; n++)
        put(f, make_partnership(NULL, n, all), host_of(n, all));
    put_memberships(f);
    for (unsigned n = 0; n < all->commitments; n++)
        put(f, make_commitment(NULL, n, all), maker_of(n, all));
    for (unsigned n = 0; n < all->activities; n++)
        put(f, make_activity(NULL, n, all), reporter_of(n, all));
}

static void fill_iati(const struct amounts *all)
{
    struct cc_buf edge;
    cc_buf_init(&edge, NULL);
    cc_iati_open(&edge, "iati-activities", "2026-10-01T00:00:00Z");
    print(&edge);
    for (unsigned n = 0; n < all->activities; n++) {
        struct cc_buf out;
        cc_buf_init(&out, talloc_new(NULL));
        write_iati(&out, n, all);
        print(&out);
        talloc_free(out.mem);
    }
    edge.len = 0;
    cc_iati_close(&edge, "iati-activities");
    print(&edge);
}

static void fill_xml(struct filler *f)
{
    puts("<records xmlns=\"" CC_XML_NS "\">");
    fill(f);
    puts("</records>");
}

static void fill_database(struct filler *f, void *mem, const char *conninfo)
{
    f->db = database_open(mem, conninfo);
    fill(f);
    database_close(f->db);
    printf("%lu records, %lu bytes of content\n", f->records, f->bytes);
}

/* As many report in a large file of IATI, at most: real ones have one or few, aggregated ones some
 * hundreds. */
enum { REPORTERS = 1500 };

static struct amounts amounts_of(unsigned records)
{
    struct amounts all = {.organisations = records / 10,
                          .partnerships = records / 100 * 12,
                          .commitments = records / 10,
                          .activities = records / 5,
                          .reporters = records / 10};
    all.memberships =
        records - all.organisations - all.partnerships - all.commitments - all.activities;
    return all;
}

int main(int argc, char **argv)
{
    unsigned count = argc == 4 ? (unsigned)strtoul(argv[3], NULL, 10) : 0;
    if (count < LEAST) {
        fputs("usage: fill CONNINFO|--xml|--iati SCHEMAS COUNT (1000 at least)\n", stderr);
        return 2;
    }
    if (cc_crypto_init() != CC_OK || cc_xml_init(argv[2]) != CC_OK || !words_load(FILL_WORDS))
        return 2;
    void *mem = talloc_new(NULL);
    struct filler f = {.all = amounts_of(count)};
    if (strcmp(argv[1], "--iati") == 0) {
        f.all = amounts_of(5 * count);
        if (f.all.reporters > REPORTERS)
            f.all.reporters = REPORTERS;
        fill_iati(&f.all);
    } else if (strcmp(argv[1], "--xml") == 0) {
        fill_xml(&f);
    } else {
        fill_database(&f, mem, argv[1]);
    }
    talloc_free(mem);
    return 0;
}
