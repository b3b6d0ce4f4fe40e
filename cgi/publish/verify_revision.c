/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The revisions, in batches by position: each alone, against the one before it, and the newest of a
 * record against what everybody reads: the publication and the projections, which are compared
 * batch by batch. Of several workers each takes every n-th stretch of positions.
 */
#include "concord/id.h"
#include "concord/kind.h"
#include "concord/xml.h"
#include "publish/verify.h"

#define BATCH       "200" /* revisions */
#define BATCH_BYTES "4194304"

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
    cc_verify_found(v, "record %s: revision %s: %s", r->id, r->number, what);
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

static void check_chain(struct verify *v, const struct rev *r)
{
    const char *before = col(r, Q_VERIFY_REVISIONS_BEFORE_SEAL_SHA256);
    if (before == NULL && cc_rows_int(r->rows, r->i, Q_VERIFY_REVISIONS_NUMBER) != 1) {
        bad(v, r, "the revision before it is missing");
    } else if (!same(col(r, Q_VERIFY_REVISIONS_PREVIOUS_SEAL_SHA256), before)) {
        bad(v, r, "it does not name the seal of the revision before it");
    }
}

/* The newest revision is what everybody reads. */
static void check_newest(struct verify *v, const struct rev *r, const struct cc_record *rec,
                         struct cc_buf *batch)
{
    const char *newest = col(r, Q_VERIFY_REVISIONS_NEWEST);
    if (cc_rows_bool(r->rows, r->i, Q_VERIFY_REVISIONS_LAST) && !same(newest, r->number)) {
        if (newest == NULL) {
            cc_verify_found(v, "record %s: it has revisions, but no publication", r->id);
        } else {
            cc_verify_found(v, "record %s: its newest revision is %s, but the publication is of %s",
                            r->id, r->number, newest);
        }
    }
    if (!same(newest, r->number)) {
        return;
    }
    const char *differs = col(r, Q_VERIFY_REVISIONS_DIFFERS);
    if (*differs != '\0') {
        bad(v, r, talloc_asprintf(v->page, "publication and revision differ in %s", differs));
    }
    bool is_past = same(col(r, Q_VERIFY_REVISIONS_STATE), "redirected");
    const char *past = col(r, Q_VERIFY_REVISIONS_PAST);
    struct cc_record *had = NULL;
    if (past != NULL && cc_xml_read_published(v->page, past, strlen(past), &had) != CC_OK) {
        had = NULL; /* found with its own revision */
    }
    cc_projection_add(batch, r->id, col(r, Q_VERIFY_REVISIONS_KIND),
                      col(r, Q_VERIFY_REVISIONS_NEWEST_POSITION), is_past ? had : rec, is_past);
}

static void check_revision(struct verify *v, const struct rev *r, struct cc_buf *batch)
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
    check_newest(v, r, rec, batch);
}

static enum cc_rc check_projections(struct verify *v, struct cc_buf *batch)
{
    if (batch->len == 0) {
        return CC_OK;
    }
    cc_buf_addc(batch, ']');
    struct cc_call call = {.query = Q_VERIFY_PROJECTIONS, .params = {cc_buf_str(batch)}};
    enum cc_rc rc = cc_verify_run(v, &call);
    for (size_t i = 0; rc == CC_OK && i < cc_rows_count(call.rows); i++) {
        cc_verify_found(v, "record %s: content and projections differ in %s",
                        cc_rows_text(call.rows, i, Q_VERIFY_PROJECTIONS_RECORD_ID),
                        cc_rows_text(call.rows, i, Q_VERIFY_PROJECTIONS_WHAT));
    }
    return rc;
}

/* One batch behind *after_r, which is moved to its end; *n_r says how many there were. */
static enum cc_rc verify_batch(struct verify *v, int64_t *after_r, int64_t upto, size_t *n_r)
{
    v->page = talloc_new(v->mem);
    struct cc_call call = {
        .query = Q_VERIFY_REVISIONS,
        .params = {v->options->record, talloc_asprintf(v->page, "%lld", (long long)*after_r),
                   talloc_asprintf(v->page, "%lld", (long long)upto), BATCH, BATCH_BYTES}};
    struct cc_buf batch;
    cc_buf_init(&batch, v->page);
    enum cc_rc rc = cc_verify_run(v, &call);
    *n_r = rc == CC_OK ? cc_rows_count(call.rows) : 0;
    void *page = v->page;
    for (size_t i = 0; i < *n_r; i++) {
        v->page = talloc_new(page);
        struct rev r = {call.rows, i, cc_rows_text(call.rows, i, Q_VERIFY_REVISIONS_RECORD_ID),
                        cc_rows_text(call.rows, i, Q_VERIFY_REVISIONS_NUMBER)};
        check_revision(v, &r, &batch);
        *after_r = cc_rows_int(call.rows, i, Q_VERIFY_REVISIONS_POSITION);
        talloc_free(v->page);
        v->page = page;
    }
    if (rc == CC_OK) {
        rc = check_projections(v, &batch);
    }
    v->options->done(v->options->arg, *n_r);
    talloc_free(v->page);
    v->page = v->mem;
    return rc;
}

static enum cc_rc verify_record(struct verify *v)
{
    int64_t after = INT64_MIN;
    size_t n = 1, all = 0;
    enum cc_rc rc = CC_OK;
    while (rc == CC_OK && n > 0) {
        rc = verify_batch(v, &after, INT64_MAX, &n);
        all += n;
    }
    if (rc == CC_OK && all == 0) {
        cc_verify_found(v, "record %s: it has no revision", v->options->record);
    }
    return rc;
}

/* The next stretch of positions that is this worker's; false = there is none. */
static bool next_stretch(struct verify *v, int64_t *after, int64_t *upto_r, enum cc_rc *rc_r)
{
    const struct cc_verify_options *o = v->options;
    void *mem = v->page = talloc_new(v->mem);
    struct cc_call call = {.query = Q_VERIFY_STRETCH,
                           .params = {talloc_asprintf(mem, "%lld", (long long)*after),
                                      talloc_asprintf(mem, "%u", o->workers),
                                      talloc_asprintf(mem, "%u", o->worker)}};
    *rc_r = cc_verify_run(v, &call);
    bool found = *rc_r == CC_OK && cc_rows_count(call.rows) > 0;
    if (found) {
        *after = cc_rows_int(call.rows, 0, Q_VERIFY_STRETCH_AFTER);
        *upto_r = cc_rows_int(call.rows, 0, Q_VERIFY_STRETCH_UPTO);
    }
    v->page = v->mem;
    talloc_free(mem);
    return found;
}

enum cc_rc cc_verify_revisions(struct verify *v)
{
    int64_t after = INT64_MIN, upto;
    enum cc_rc rc = CC_OK;
    if (v->options->record != NULL) {
        return verify_record(v);
    }
    while (rc == CC_OK && next_stretch(v, &after, &upto, &rc)) {
        for (size_t n = 1; rc == CC_OK && n > 0 && after < upto;) {
            rc = verify_batch(v, &after, upto, &n);
        }
        after = upto;
    }
    return rc;
}
