/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * concord verify: does everything that is published still hold together? Two passes over one
 * snapshot: the feed (no gap, stamps that never go back, every link) and the revisions (hashes,
 * seals, chain, canonical form, schema, publication, projections). Every stored column is compared
 * with something else, so that one changed byte is found; each finding is one line that names the
 * record. It changes nothing and trusts no column.
 */
#include "concord/hash.h"
#include "concord/id.h"
#include "concord/log.h"
#include "concord/publish.h"
#include "concord/xml.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define FEED_PAGE     1000
#define REVISION_PAGE 50

struct verify {
    struct cc_db *db;
    void *mem;  /* of the whole run */
    void *page; /* of one page of rows */
    const struct cc_verify_options *options;
    struct cc_buf *out;
    struct cc_err *err;
    size_t findings, done;
    /* the feed pass */
    int64_t position;
    char stamp[40], link[CC_SHA256_HEX + 1];
    bool link_seen;
    /* the revision pass: the row before, of the same record */
    char record[CC_ID_LEN + 1];
    int64_t number;
    char seal_sha256[CC_SHA256_HEX + 1];
};

static CC_PRINTF(2, 3) void found(struct verify *v, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *line = talloc_vasprintf(v->page, fmt, ap);
    va_end(ap);
    v->findings++;
    cc_buf_printf(v->out, "%s\n", line);
}

static bool same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void copy(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from != NULL ? from : "");
}

static void show_progress(struct verify *v, const char *what, int64_t total)
{
    if (v->options->progress) {
        fprintf(stderr, "%s: %zu of %lld\n", what, v->done, (long long)total);
    }
}

static enum cc_rc run(struct verify *v, struct cc_call *call, unsigned flags)
{
    return cc_db_pipeline(v->db, v->page, call, 1, flags, v->err);
}

/* --- the feed -------------------------------------------------------------------------------- */

static void check_entry(struct verify *v, const struct cc_rows *rows, size_t i)
{
    const char *record = cc_rows_text(rows, i, Q_VERIFY_FEED_RECORD_ID);
    const char *revision = cc_rows_text(rows, i, Q_VERIFY_FEED_REVISION);
    const char *stamp = cc_rows_text(rows, i, Q_VERIFY_FEED_STAMP);
    const char *link = cc_rows_text(rows, i, Q_VERIFY_FEED_LINK);
    const char *seal = cc_rows_text(rows, i, Q_VERIFY_FEED_SEAL_SHA256);
    const char *event = cc_rows_text(rows, i, Q_VERIFY_FEED_EVENT);
    int64_t position = cc_rows_int(rows, i, Q_VERIFY_FEED_POSITION);
    char expected[CC_SHA256_HEX + 1];

    if (position != v->position + 1) {
        found(v, "feed: positions %lld to %lld are missing before record %s revision %s",
              (long long)v->position + 1, (long long)position - 1, record, revision);
    }
    if (strcmp(stamp, v->stamp) < 0) {
        found(v, "record %s: feed position %lld: the stamp goes back", record, (long long)position);
    }
    char *both = talloc_asprintf(v->page, "%s%s", v->link, seal);
    cc_sha256_hex(both, strlen(both), expected);
    if (!same(link, expected)) {
        found(v, "record %s: feed position %lld: the link of the registry chain is wrong", record,
              (long long)position);
    }
    if (same(link, v->options->link)) {
        v->link_seen = true;
    }
    v->position = position;
    copy(v->stamp, sizeof(v->stamp), stamp);
    /* Each link is checked by itself, so one wrong link is one finding and not one per entry. */
    copy(v->link, sizeof(v->link), link);

    if (cc_rows_text(rows, i, Q_VERIFY_FEED_REVISION_KIND) == NULL) {
        found(v, "record %s: revision %s of feed position %lld is missing", record, revision,
              (long long)position);
        return;
    }
    bool redacted = same(event, "redacted");
    const struct {
        const char *name;
        bool differs;
    } columns[] = {
        {"kind", !same(cc_rows_text(rows, i, Q_VERIFY_FEED_KIND),
                       cc_rows_text(rows, i, Q_VERIFY_FEED_REVISION_KIND))},
        {"seal_sha256", !same(seal, cc_rows_text(rows, i, Q_VERIFY_FEED_REVISION_SEAL_SHA256))},
        {"event", !redacted && !same(event, cc_rows_text(rows, i, Q_VERIFY_FEED_REVISION_STATE))},
        {"position",
         !redacted && position != cc_rows_int(rows, i, Q_VERIFY_FEED_REVISION_POSITION)},
        {"stamp", !redacted && !same(stamp, cc_rows_text(rows, i, Q_VERIFY_FEED_REVISION_STAMP))},
    };
    for (size_t c = 0; c < sizeof(columns) / sizeof(*columns); c++) {
        if (columns[c].differs) {
            found(v, "record %s: revision %s: feed and revision differ in %s", record, revision,
                  columns[c].name);
        }
    }
}

static enum cc_rc verify_feed(struct verify *v, const struct cc_rows *head)
{
    enum cc_rc rc = CC_OK;
    size_t n = FEED_PAGE;
    int64_t entries = cc_rows_int(head, 0, Q_VERIFY_HEAD_ENTRIES);
    while (rc == CC_OK && n == FEED_PAGE) {
        v->page = talloc_new(v->mem);
        struct cc_call call = {
            .query = Q_VERIFY_FEED,
            .params = {talloc_asprintf(v->page, "%lld", (long long)v->position), "1000"}};
        rc = run(v, &call, 0);
        n = rc == CC_OK ? cc_rows_count(call.rows) : 0;
        for (size_t i = 0; i < n; i++) {
            check_entry(v, call.rows, i);
        }
        v->done += n;
        show_progress(v, "feed", entries);
        talloc_free(v->page);
    }
    v->page = v->mem;
    if (rc != CC_OK) {
        return rc;
    }
    if (v->position != cc_rows_int(head, 0, Q_VERIFY_HEAD_POSITION)) {
        found(v, "feed: it ends at position %lld, but its head says %s", (long long)v->position,
              cc_rows_text(head, 0, Q_VERIFY_HEAD_POSITION));
    }
    if (!same(v->link, cc_rows_text(head, 0, Q_VERIFY_HEAD_LINK))) {
        found(v, "feed: the last link is %s, but its head says %s", v->link,
              cc_rows_text(head, 0, Q_VERIFY_HEAD_LINK));
    }
    if (v->position > 0 && !same(v->stamp, cc_rows_text(head, 0, Q_VERIFY_HEAD_STAMP))) {
        found(v, "feed: the last stamp is %s, but its head says %s", v->stamp,
              cc_rows_text(head, 0, Q_VERIFY_HEAD_STAMP));
    }
    if (v->options->link != NULL && !v->link_seen) {
        found(v, "feed: the link %s is not in the chain", v->options->link);
    }
    return CC_OK;
}

/* --- revisions ------------------------------------------------------------------------------- */

/* One revision: the row's columns, the name in findings. */
struct rev {
    const struct cc_rows *rows;
    size_t i;
    const char *id, *number;
};

static const char *col(const struct rev *r, int column)
{
    return cc_rows_text(r->rows, r->i, column);
}

static void bad(struct verify *v, const struct rev *r, const char *what)
{
    found(v, "record %s: revision %s: %s", r->id, r->number, what);
}

static void check_hash(struct verify *v, const struct rev *r, int text, int hash, const char *what)
{
    char hex[CC_SHA256_HEX + 1];
    const char *s = col(r, text);
    if (s == NULL) {
        return;
    }
    cc_sha256_hex(s, cc_rows_len(r->rows, r->i, text), hex);
    if (!same(hex, col(r, hash))) {
        bad(v, r, talloc_asprintf(v->page, "the hash of the %s is wrong", what));
    }
}

static void check_canonical(struct verify *v, const struct rev *r, int text, const char *what)
{
    const char *s = col(r, text);
    if (s != NULL &&
        cc_xml_is_canonical(v->page, s, cc_rows_len(r->rows, r->i, text), NULL) != CC_OK) {
        bad(v, r, talloc_asprintf(v->page, "the %s is not in canonical form", what));
    }
}

static void check_seal(struct verify *v, const struct rev *r)
{
    const char *xml = col(r, Q_VERIFY_REVISIONS_SEAL);
    size_t len = cc_rows_len(r->rows, r->i, Q_VERIFY_REVISIONS_SEAL);
    struct cc_seal seal;
    struct cc_buf again;
    check_hash(v, r, Q_VERIFY_REVISIONS_SEAL, Q_VERIFY_REVISIONS_SEAL_SHA256, "seal");
    check_canonical(v, r, Q_VERIFY_REVISIONS_SEAL, "seal");
    if (cc_xml_read_seal(v->page, xml, len, &seal, NULL) != CC_OK) {
        bad(v, r, "the seal cannot be read");
        return;
    }
    cc_buf_init(&again, v->page);
    cc_xml_write_seal(&again, &seal);
    if (!same(cc_buf_str(&again), xml)) {
        bad(v, r, "the seal holds more than a seal may");
    }
    size_t time_len = seal.time != NULL ? strlen(seal.time) : 0;
    const char *time = time_len > 0
                           ? talloc_asprintf(v->page, "%.*s.000000Z", (int)time_len - 1, seal.time)
                           : NULL;
    const struct {
        const char *name, *sealed;
        int column;
    } fields[] = {
        {"record", seal.record, Q_VERIFY_REVISIONS_RECORD_ID},
        {"number", seal.revision, Q_VERIFY_REVISIONS_NUMBER},
        {"schema", seal.schema, Q_VERIFY_REVISIONS_SCHEMA},
        {"time", time, Q_VERIFY_REVISIONS_SEALED_AT},
        {"publisher", seal.publisher, Q_VERIFY_REVISIONS_PUBLISHER},
        {"state", seal.kind, Q_VERIFY_REVISIONS_STATE},
        {"redirect", seal.redirect, Q_VERIFY_REVISIONS_REDIRECT_TO},
        {"content_sha256", seal.content_sha256, Q_VERIFY_REVISIONS_CONTENT_SHA256},
        {"previous_seal_sha256", seal.previous_sha256, Q_VERIFY_REVISIONS_PREVIOUS_SEAL_SHA256},
        {"note_sha256", seal.note_sha256, Q_VERIFY_REVISIONS_NOTE_SHA256},
    };
    for (size_t f = 0; f < sizeof(fields) / sizeof(*fields); f++) {
        if (!same(fields[f].sealed, col(r, fields[f].column))) {
            bad(v, r, talloc_asprintf(v->page, "seal and table differ in %s", fields[f].name));
        }
    }
}

/* The content, valid and about this record; returns it, or NULL. */
static const struct cc_record *check_content(struct verify *v, const struct rev *r)
{
    const char *xml = col(r, Q_VERIFY_REVISIONS_CONTENT);
    size_t len = xml != NULL ? cc_rows_len(r->rows, r->i, Q_VERIFY_REVISIONS_CONTENT) : 0;
    bool published = same(col(r, Q_VERIFY_REVISIONS_STATE), "published");
    bool redacted = cc_rows_bool(r->rows, r->i, Q_VERIFY_REVISIONS_REDACTED);
    struct cc_problems problems;
    struct cc_record *rec = NULL;

    if (xml == NULL) {
        if (published && !redacted) {
            bad(v, r, "the content is missing");
        }
        return NULL;
    }
    check_hash(v, r, Q_VERIFY_REVISIONS_CONTENT, Q_VERIFY_REVISIONS_CONTENT_SHA256, "content");
    check_canonical(v, r, Q_VERIFY_REVISIONS_CONTENT, "content");
    cc_problems_init(&problems, v->page);
    if (cc_xml_validate(v->page, xml, len, &problems) != CC_OK || problems.errors > 0) {
        bad(v, r, "the content is not valid under its schema");
    }
    cc_problems_init(&problems, v->page);
    if (cc_xml_read_record(v->page, xml, len, &CC_XML_WEB, &problems, &rec) != CC_OK ||
        problems.errors > 0 || rec == NULL) {
        bad(v, r, "the content cannot be read");
        return NULL;
    }
    if (!same(rec->id, r->id)) {
        bad(v, r, "the content is of another record");
    }
    if (!same(rec->kind->name, col(r, Q_VERIFY_REVISIONS_KIND))) {
        bad(v, r, "content and table differ in kind");
    }
    if (!same(rec->schema, col(r, Q_VERIFY_REVISIONS_SCHEMA))) {
        bad(v, r, "content and table differ in schema");
    }
    struct cc_buf again;
    cc_buf_init(&again, v->page);
    cc_xml_write_record(&again, rec);
    if (!same(cc_buf_str(&again), xml)) {
        bad(v, r, "the content is not what our writer makes of it");
    }
    return rec;
}

/* The newest revision is what everybody reads: the publication and the projections. */
static enum cc_rc check_newest(struct verify *v, const struct rev *r, const struct cc_record *rec)
{
    const char *differs = col(r, Q_VERIFY_REVISIONS_DIFFERS);
    if (*differs != '\0') {
        bad(v, r, talloc_asprintf(v->page, "publication and revision differ in %s", differs));
    }
    struct cc_buf projection;
    cc_buf_init(&projection, v->page);
    if (rec != NULL) {
        cc_projection_json(rec, &projection);
    }
    struct cc_call call = {.query = Q_VERIFY_PROJECTION,
                           .params = {r->id, col(r, Q_VERIFY_REVISIONS_KIND),
                                      rec != NULL ? cc_buf_str(&projection) : NULL}};
    enum cc_rc rc = run(v, &call, 0);
    if (rc == CC_OK) {
        differs = cc_rows_text(call.rows, 0, Q_VERIFY_PROJECTION_DIFFERS);
        if (differs != NULL && *differs != '\0') {
            bad(v, r, talloc_asprintf(v->page, "content and projections differ in %s", differs));
        }
    }
    return rc;
}

static void check_chain(struct verify *v, const struct rev *r)
{
    int64_t number = cc_rows_int(r->rows, r->i, Q_VERIFY_REVISIONS_NUMBER);
    bool follows = same(v->record, r->id);
    if (number != (follows ? v->number : 0) + 1) {
        bad(v, r, "the revision before it is missing");
    } else if (!same(col(r, Q_VERIFY_REVISIONS_PREVIOUS_SEAL_SHA256),
                     follows ? v->seal_sha256 : NULL)) {
        bad(v, r, "it does not name the seal of the revision before it");
    }
    copy(v->record, sizeof(v->record), r->id);
    v->number = number;
    copy(v->seal_sha256, sizeof(v->seal_sha256), col(r, Q_VERIFY_REVISIONS_SEAL_SHA256));
}

static enum cc_rc check_revision(struct verify *v, const struct rev *r)
{
    check_chain(v, r);
    check_seal(v, r);
    check_hash(v, r, Q_VERIFY_REVISIONS_NOTE, Q_VERIFY_REVISIONS_NOTE_SHA256, "note");
    if (col(r, Q_VERIFY_REVISIONS_NOTE) == NULL &&
        !cc_rows_bool(r->rows, r->i, Q_VERIFY_REVISIONS_REDACTED)) {
        bad(v, r, "the note is missing");
    }
    const struct cc_kind *kind = cc_kind_by_letter(r->id[0]);
    if (kind == NULL || !same(kind->name, col(r, Q_VERIFY_REVISIONS_KIND))) {
        bad(v, r, "the kind is not that of the identifier");
    }
    const struct cc_record *rec = check_content(v, r);
    if (!cc_rows_bool(r->rows, r->i, Q_VERIFY_REVISIONS_IN_FEED)) {
        bad(v, r,
            talloc_asprintf(v->page, "it is not in the feed at position %s",
                            col(r, Q_VERIFY_REVISIONS_POSITION)));
    }
    if (same(col(r, Q_VERIFY_REVISIONS_NEWEST), r->number)) {
        return check_newest(v, r, rec);
    }
    return CC_OK;
}

/* Called where a record ends: is the last revision the one that is read? */
static void check_end(struct verify *v, const char *record, const char *newest)
{
    if (newest == NULL) {
        found(v, "record %s: it has revisions, but no publication", record);
    } else if (strtoll(newest, NULL, 10) != v->number) {
        found(v, "record %s: its newest revision is %lld, but the publication is of %s", record,
              (long long)v->number, newest);
    }
}

static enum cc_rc verify_revisions(struct verify *v, int64_t total)
{
    enum cc_rc rc = CC_OK;
    size_t n = REVISION_PAGE;
    char newest[32] = "";
    bool has_newest = false;
    v->done = 0;
    while (rc == CC_OK && n == REVISION_PAGE) {
        v->page = talloc_new(v->mem);
        struct cc_call call = {.query = Q_VERIFY_REVISIONS,
                               .params = {v->options->record, talloc_strdup(v->page, v->record),
                                          talloc_asprintf(v->page, "%lld", (long long)v->number),
                                          "50"}};
        rc = run(v, &call, 0);
        n = rc == CC_OK ? cc_rows_count(call.rows) : 0;
        for (size_t i = 0; i < n && rc == CC_OK; i++) {
            struct rev r = {call.rows, i, cc_rows_text(call.rows, i, Q_VERIFY_REVISIONS_RECORD_ID),
                            cc_rows_text(call.rows, i, Q_VERIFY_REVISIONS_NUMBER)};
            if (v->record[0] != '\0' && !same(v->record, r.id)) {
                check_end(v, v->record, has_newest ? newest : NULL);
            }
            rc = check_revision(v, &r);
            has_newest = col(&r, Q_VERIFY_REVISIONS_NEWEST) != NULL;
            copy(newest, sizeof(newest), col(&r, Q_VERIFY_REVISIONS_NEWEST));
        }
        v->done += n;
        show_progress(v, "revisions", total);
        talloc_free(v->page);
    }
    v->page = v->mem;
    if (rc == CC_OK && v->record[0] != '\0') {
        check_end(v, v->record, has_newest ? newest : NULL);
    } else if (rc == CC_OK && v->options->record != NULL) {
        found(v, "record %s: it has no revision", v->options->record);
    }
    return rc;
}

static enum cc_rc verify_leftovers(struct verify *v)
{
    struct cc_call orphans = {.query = Q_VERIFY_ORPHANS};
    struct cc_call members = {.query = Q_VERIFY_MEMBERS};
    enum cc_rc rc = run(v, &orphans, 0);
    for (size_t i = 0; rc == CC_OK && i < cc_rows_count(orphans.rows); i++) {
        found(v, "record %s: a row in %s, but no revision",
              cc_rows_text(orphans.rows, i, Q_VERIFY_ORPHANS_RECORD_ID),
              cc_rows_text(orphans.rows, i, Q_VERIFY_ORPHANS_WHAT));
    }
    if (rc == CC_OK) {
        rc = run(v, &members, 0);
    }
    for (size_t i = 0; rc == CC_OK && i < cc_rows_count(members.rows); i++) {
        found(v, "record %s: content and projections differ in %s",
              cc_rows_text(members.rows, i, Q_VERIFY_MEMBERS_RECORD_ID),
              cc_rows_text(members.rows, i, Q_VERIFY_MEMBERS_WHAT));
    }
    return rc;
}

enum cc_rc cc_verify(struct cc_db *db, void *mem, const struct cc_verify_options *options,
                     struct cc_buf *out, size_t *findings_r, struct cc_err *err)
{
    struct verify *v = talloc_zero(mem, struct verify);
    v->db = db;
    v->mem = v->page = v;
    v->options = options;
    v->out = out;
    v->err = err;

    struct cc_call start[] = {{.query = Q_VERIFY_SNAPSHOT}, {.query = Q_VERIFY_HEAD}};
    enum cc_rc rc = cc_db_pipeline(db, v, start, 2, CC_TX_BEGIN | CC_TX_READ_ONLY, err);
    if (rc == CC_OK && (options->record == NULL || options->link != NULL)) {
        rc = verify_feed(v, start[1].rows);
    }
    if (rc == CC_OK) {
        rc = verify_revisions(v, cc_rows_int(start[1].rows, 0, Q_VERIFY_HEAD_REVISIONS));
    }
    if (rc == CC_OK && options->record == NULL) {
        rc = verify_leftovers(v);
    }
    cc_db_rollback(db);
    size_t findings = v->findings;
    talloc_free(v);
    *findings_r = findings;
    if (rc != CC_OK) {
        return rc;
    }
    return findings == 0
               ? CC_OK
               : cc_fail(err, mem, CC_INVALID, NULL, N_("What is published does not hold."),
                         "%zu findings", findings);
}
