/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * concord verify: does everything that is published still hold together? The feed (no gap, stamps
 * that never go back, every link), the revisions (hashes, seals, chain, canonical form, schema,
 * publication, projections), and what nothing leads to. Every stored column is compared with
 * something else, so that one changed byte is found; each finding is one line that names the
 * record. It changes nothing and trusts no column.
 */
#include "publish/verify.h"
#include <stdarg.h>

void cc_verify_found(struct verify *v, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *line = talloc_vasprintf(v->page, fmt, ap);
    va_end(ap);
    v->options->found(v->options->arg, line);
}

enum cc_rc cc_verify_run(struct verify *v, struct cc_call *call)
{
    enum cc_rc rc = cc_db_pipeline(v->db, v->page, call, 1, 0, v->err);
    if (rc != CC_OK && v->err != NULL) {
        talloc_steal(v->outer, v->err->detail);
    }
    return rc;
}

static enum cc_rc verify_leftovers(struct verify *v)
{
    struct cc_call left = {.query = Q_VERIFY_LEFTOVERS};
    enum cc_rc rc = cc_verify_run(v, &left);
    for (size_t i = 0; rc == CC_OK && i < cc_rows_count(left.rows); i++) {
        cc_verify_found(v, "record %s: a row in %s that no revision leads to, or one too few",
                        cc_rows_text(left.rows, i, Q_VERIFY_LEFTOVERS_RECORD_ID),
                        cc_rows_text(left.rows, i, Q_VERIFY_LEFTOVERS_WHAT));
    }
    return rc;
}

static enum cc_rc (*const parts[])(struct verify *v) = {
    [CC_VERIFY_FEED] = cc_verify_feed,
    [CC_VERIFY_REVISIONS] = cc_verify_revisions,
    [CC_VERIFY_LEFTOVERS] = verify_leftovers,
};

enum cc_rc cc_verify(struct cc_db *db, void *mem, enum cc_verify_part part,
                     const struct cc_verify_options *options, struct cc_err *err)
{
    struct verify *v = talloc_zero(mem, struct verify);
    v->db = db;
    v->outer = mem;
    v->mem = v->page = v;
    v->options = options;
    v->err = err;

    struct cc_call start[] = {{.query = Q_VERIFY_SNAPSHOT}, {.query = Q_VERIFY_HOLD}};
    enum cc_rc rc = cc_db_pipeline(db, mem, start, 2, CC_TX_BEGIN | CC_TX_READ_ONLY, err);
    if (rc == CC_OK) {
        rc = parts[part](v);
    }
    cc_db_rollback(db);
    talloc_free(v);
    return rc;
}
