/* SPDX-License-Identifier: EUPL-1.2 */
/* Long results row by row, in a read-only transaction of their own. */
#include "concord/clock.h"
#include "db/internal.h"
#include <talloc.h>

static PGresult *await_result(struct cc_db *db)
{
    return cc_db_await(db->conn, cc_db_deadline(db)) ? PQgetResult(db->conn) : NULL;
}

/* Reads the results of one step that returns no rows, up to its NULL. */
static enum cc_rc skip_step(struct cc_db *db, void *mem, const char *name, struct cc_err *err)
{
    PGresult *result = await_result(db);
    if (result == NULL)
        return cc_db_fail_lost(err, mem, CC_BUSY, "connection lost while reading");
    enum cc_rc rc = PQresultStatus(result) == PGRES_FATAL_ERROR
                        ? cc_db_fail_result(err, mem, result, name)
                        : CC_OK;
    PQclear(result);
    PGresult *end = await_result(db);
    PQclear(end);
    return rc;
}

/* Hands each row to fn; the rows live until fn returns. */
static enum cc_rc read_rows(struct cc_db *db, void *mem, const struct cc_call *call, cc_row_fn *fn,
                            void *arg, struct cc_err *err)
{
    const char *name = cc_stmts[call->query].name;
    if (PQsetSingleRowMode(db->conn) != 1)
        return cc_fail(err, mem, CC_INTERNAL, NULL, N_("Something went wrong in the registry."),
                       "%s: single row mode refused", name);
    for (;;) {
        PGresult *result = await_result(db);
        if (result == NULL)
            return cc_db_fail_lost(err, mem, CC_BUSY, "connection lost while reading");
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_TUPLES_OK) { /* the end: no row in it */
            PQclear(result);
            PGresult *end = await_result(db);
            PQclear(end);
            return CC_OK;
        }
        if (status != PGRES_SINGLE_TUPLE) {
            enum cc_rc rc = cc_db_fail_result(err, mem, result, name);
            PQclear(result);
            return rc;
        }
        struct cc_rows *row = NULL;
        void *turn = talloc_new(mem);
        enum cc_rc rc = cc_rows_take(turn, result, call->query, &row, err);
        if (rc == CC_OK)
            rc = fn(arg, row, err);
        talloc_free(turn);
        if (rc != CC_OK)
            return rc;
    }
}

/* BEGIN, the statement (prepared if need be), COMMIT; all sent, nothing read yet. */
static bool send_stream(struct cc_db *db, const struct cc_call *call, bool parsed[3])
{
    const struct cc_step steps[] = {
        {.query = Q_DB_BEGIN_READ},
        {.query = call->query, .params = call->params},
        {.query = Q_DB_COMMIT},
    };
    for (size_t i = 0; i < 3; i++)
        if (!cc_db_send_step(db, &steps[i], db->options.prepare, &parsed[i]))
            return false;
    db->trips++;
    return PQpipelineSync(db->conn) == 1 && cc_db_flush(db->conn, cc_db_deadline(db));
}

static enum cc_rc read_stream(struct cc_db *db, void *mem, const struct cc_call *call,
                              const bool parsed[3], cc_row_fn *fn, void *arg, struct cc_err *err)
{
    const enum cc_query queries[] = {Q_DB_BEGIN_READ, call->query, Q_DB_COMMIT};
    for (size_t i = 0; i < 3; i++) {
        const char *name = cc_stmts[queries[i]].name;
        if (parsed[i]) {
            enum cc_rc rc = skip_step(db, mem, name, err);
            if (rc != CC_OK)
                return rc;
            db->prepared[queries[i]] = true;
        }
        enum cc_rc rc =
            i == 1 ? read_rows(db, mem, call, fn, arg, err) : skip_step(db, mem, name, err);
        if (rc != CC_OK)
            return rc;
    }
    PGresult *sync = await_result(db);
    bool synced = sync != NULL && PQresultStatus(sync) == PGRES_PIPELINE_SYNC;
    PQclear(sync);
    return synced ? CC_OK : cc_db_fail_lost(err, mem, CC_BUSY, "connection lost while reading");
}

enum cc_rc cc_db_stream(struct cc_db *db, void *mem, struct cc_call *call, cc_row_fn *fn, void *arg,
                        struct cc_err *err)
{
    bool parsed[3] = {false};
    call->rows = NULL;
    if (db->in_tx)
        return cc_fail(err, mem, CC_INTERNAL, NULL, N_("Something went wrong in the registry."),
                       "%s: streamed within a transaction", cc_stmts[call->query].name);
    enum cc_rc rc = cc_db_ready(db, mem, err);
    if (rc != CC_OK)
        return rc;
    int64_t start = cc_monotonic_us();
    rc = send_stream(db, call, parsed)
             ? read_stream(db, mem, call, parsed, fn, arg, err)
             : cc_db_fail_lost(err, mem, CC_BUSY, "connection lost while asking");
    db->us += cc_monotonic_us() - start;
    /* What is left of the rows could be gigabytes: closing is cheaper than reading them. */
    if (rc != CC_OK)
        cc_db_drop(db);
    return rc;
}
