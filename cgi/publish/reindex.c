/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * concord reindex: the projections made anew from the newest contents. Workers fill the tables of
 * the next generation, each every n-th stretch of positions; what is published meanwhile is
 * projected behind them, by the functions of every publication; at last nobody publishes for a
 * moment and the tables change places (sql/functions/reindex.sql).
 */
#include "concord/clock.h"
#include "concord/log.h"
#include "concord/publish.h"
#include "concord/subject.h"
#include "concord/xml.h"
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#define BATCH       "200" /* records */
#define BATCH_BYTES "4194304"
#define STRETCH     2000                      /* positions */
#define PATIENCE_US (3600 * INT64_C(1000000)) /* for those who read all the time */
#define PAUSE_MS    2000

struct reindex {
    struct cc_db *db;
    void *mem;
    const struct cc_reindex *run;
    enum cc_query way; /* Q_REINDEX_LOAD or Q_REINDEX_FOLLOW */
    struct cc_err *err;
};

static const char *number(void *mem, int64_t n)
{
    return talloc_asprintf(mem, "%lld", (long long)n);
}

/* What is published and cannot be read keeps the old generation. */
static enum cc_rc add_record(struct reindex *r, void *mem, const struct cc_rows *rows, size_t i,
                             struct cc_buf *batch)
{
    const char *id = cc_rows_text(rows, i, Q_REINDEX_PAGE_RECORD_ID);
    const char *xml = cc_rows_text(rows, i, Q_REINDEX_PAGE_CONTENT);
    struct cc_record *rec = NULL;
    if (xml != NULL &&
        (cc_xml_read_published(mem, xml, cc_rows_len(rows, i, Q_REINDEX_PAGE_CONTENT), &rec) !=
             CC_OK ||
         rec == NULL || strcmp(rec->id, id) != 0)) {
        return cc_fail(r->err, r->mem, CC_INVALID, NULL,
                       N_("What is published cannot be read; concord verify tells more."),
                       "record %s", id);
    }
    cc_projection_add(batch, id, cc_rows_text(rows, i, Q_REINDEX_PAGE_KIND),
                      cc_rows_text(rows, i, Q_REINDEX_PAGE_POSITION), rec,
                      cc_rows_bool(rows, i, Q_REINDEX_PAGE_IS_PAST));
    return CC_OK;
}

/* One batch behind *after_r, which is moved to its end; *n_r says how many there were. */
static enum cc_rc project_batch(struct reindex *r, int64_t *after_r, int64_t upto, size_t *n_r)
{
    void *mem = talloc_new(r->mem);
    struct cc_call page = {
        .query = Q_REINDEX_PAGE,
        .params = {number(mem, *after_r), number(mem, upto), BATCH, BATCH_BYTES}};
    struct cc_buf batch;
    cc_buf_init(&batch, mem);
    enum cc_rc rc = cc_db_pipeline(r->db, mem, &page, 1, 0, r->err);
    size_t n = rc == CC_OK ? cc_rows_count(page.rows) : 0;
    for (size_t i = 0; rc == CC_OK && i < n; i++) {
        void *turn = talloc_new(mem);
        rc = add_record(r, turn, page.rows, i, &batch);
        talloc_free(turn);
    }
    if (rc == CC_OK && n > 0) {
        cc_buf_addc(&batch, ']');
        struct cc_call call = {.query = r->way, .params = {r->run->run, cc_buf_str(&batch)}};
        rc = cc_db_pipeline(r->db, mem, &call, 1, 0, r->err);
    }
    if (rc == CC_OK && n > 0) {
        *after_r = cc_rows_int(page.rows, n - 1, Q_REINDEX_PAGE_POSITION);
    }
    if (rc != CC_OK && r->err != NULL) {
        talloc_steal(r->mem, r->err->detail);
    }
    talloc_free(mem);
    *n_r = n;
    return rc;
}

enum cc_rc cc_reindex_begin(struct cc_db *db, void *mem, struct cc_reindex *run_r,
                            struct cc_err *err)
{
    struct cc_call call = {.query = Q_REINDEX_BEGIN};
    enum cc_rc rc = cc_db_run(db, mem, &call, err);
    if (rc == CC_OK) {
        run_r->run = cc_rows_text(call.rows, 0, Q_REINDEX_BEGIN_RUN);
        run_r->position = cc_rows_int(call.rows, 0, Q_REINDEX_BEGIN_POSITION);
        run_r->records = cc_rows_int(call.rows, 0, Q_REINDEX_BEGIN_RECORDS);
    }
    return rc;
}

enum cc_rc cc_reindex_load(struct cc_db *db, void *mem, const struct cc_reindex *run,
                           unsigned worker, unsigned workers, cc_reindex_done *done, void *arg,
                           struct cc_err *err)
{
    struct reindex r = {.db = db, .mem = mem, .run = run, .way = Q_REINDEX_LOAD, .err = err};
    enum cc_rc rc = CC_OK;
    int64_t step = (int64_t)STRETCH * workers;
    for (int64_t from = (int64_t)STRETCH * worker; rc == CC_OK && from < run->position;
         from += step) {
        int64_t end = from + STRETCH, upto = end < run->position ? end : run->position;
        int64_t after = from;
        for (size_t n = 1; rc == CC_OK && n > 0 && after < upto;) {
            rc = project_batch(&r, &after, upto, &n);
            done(arg, n);
        }
    }
    return rc;
}

enum cc_rc cc_reindex_finish(struct cc_db *db, void *mem, const struct cc_reindex *run,
                             bool is_derived, unsigned worker, unsigned workers,
                             cc_reindex_done *done, void *arg, struct cc_err *err)
{
    struct cc_call tables = {.query = Q_REINDEX_TABLES};
    enum cc_rc rc = cc_db_run(db, mem, &tables, err);
    for (size_t i = 0; rc == CC_OK && i < cc_rows_count(tables.rows); i++) {
        if (cc_rows_bool(tables.rows, i, Q_REINDEX_TABLES_IS_DERIVED) != is_derived ||
            i % workers != worker) {
            continue;
        }
        struct cc_call call = {
            .query = Q_REINDEX_FINISH,
            .params = {run->run, cc_rows_text(tables.rows, i, Q_REINDEX_TABLES_NAME)}};
        rc = cc_db_run(db, mem, &call, err);
        done(arg, 1);
    }
    return rc;
}

/* All that was published since. */
static enum cc_rc follow(struct reindex *r, int64_t *after)
{
    enum cc_rc rc = CC_OK;
    for (size_t n = 1; rc == CC_OK && n > 0;) {
        rc = project_batch(r, after, INT64_MAX, &n);
    }
    return rc;
}

/* What was projected in a transaction that is given up is projected again. */
static enum cc_rc try_switch(struct reindex *r, int64_t after)
{
    struct cc_call hold = {.query = Q_REINDEX_HOLD, .params = {r->run->run}};
    struct cc_call change = {.query = Q_REINDEX_SWITCH, .params = {r->run->run}};
    enum cc_rc rc = cc_db_pipeline(r->db, r->mem, &hold, 1, CC_TX_BEGIN, r->err);
    if (rc == CC_OK) {
        rc = follow(r, &after);
    }
    if (rc == CC_OK) {
        rc = cc_db_pipeline(r->db, r->mem, &change, 1, CC_TX_COMMIT, r->err);
    }
    cc_db_rollback(r->db);
    return rc;
}

enum cc_rc cc_reindex_switch(struct cc_db *db, void *mem, const struct cc_reindex *run,
                             struct cc_err *err)
{
    struct cc_err local = {.rc = CC_OK};
    struct reindex r = {.db = db, .mem = mem, .run = run, .way = Q_REINDEX_FOLLOW, .err = &local};
    int64_t after = run->position, until = cc_monotonic_us() + PATIENCE_US;
    useconds_t pause_ms = 50;
    enum cc_rc rc = follow(&r, &after);
    while (rc == CC_OK) {
        rc = try_switch(&r, after);
        if (rc != CC_BUSY || cc_monotonic_us() > until) {
            break;
        }
        local = (struct cc_err){.rc = CC_OK};
        usleep(pause_ms * 1000);
        pause_ms = pause_ms < PAUSE_MS ? pause_ms * 2 : PAUSE_MS;
        rc = follow(&r, &after);
    }
    if (rc != CC_OK && err != NULL) {
        *err = local;
    }
    return rc;
}

struct counting {
    void *mem;
    struct cc_call call;
};

static enum cc_rc count(struct cc_db *db, void *arg, struct cc_err *err)
{
    struct counting *c = arg;
    return cc_db_run(db, c->mem, &c->call, err);
}

/* `concord work` may be counting, too. */
enum cc_rc cc_reindex_count(struct cc_db *db, void *mem, struct cc_err *err)
{
    struct cc_buf paths;
    cc_buf_init(&paths, mem);
    cc_subjects_json(&paths);
    struct counting c = {mem, {.query = Q_STATISTICS_COUNT, .params = {cc_buf_str(&paths), "t"}}};
    return cc_db_retry(db, count, &c, err);
}

void cc_reindex_drop(struct cc_db *db, void *mem, const struct cc_reindex *run)
{
    struct cc_call call = {.query = Q_REINDEX_DROP, .params = {run->run}};
    if (cc_db_run(db, mem, &call, NULL) != CC_OK) {
        cc_log(CC_LOG_NOTICE, "what was made stays until the next reindex");
    }
}
