/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One round trip: statements, a sync, and their results. Statements not yet prepared on this
 * connection are prepared within the same round trip.
 */
#include "concord/clock.h"
#include "concord/log.h"
#include "db/internal.h"
#include <string.h>
#include <talloc.h>

bool cc_db_send_step(struct cc_db *db, const struct cc_step *step, bool named, bool *parsed_r)
{
    const struct cc_stmt *s = &cc_stmts[step->query];
    *parsed_r = false;
    if (!named)
        return PQsendQueryParams(db->conn, s->sql, s->params, NULL, step->params, NULL, NULL, 0) ==
               1;
    if (!db->prepared[step->query]) {
        if (PQsendPrepare(db->conn, s->name, s->sql, 0, NULL) != 1)
            return false;
        *parsed_r = true;
    }
    return PQsendQueryPrepared(db->conn, s->name, s->params, step->params, NULL, NULL, 0) == 1;
}

/* The next result and the NULL that ends it; NULL when the connection is lost. */
static PGresult *next_result(struct cc_db *db)
{
    if (!cc_db_await(db->conn, cc_db_deadline(db)))
        return NULL;
    PGresult *result = PQgetResult(db->conn);
    if (result == NULL || PQresultStatus(result) == PGRES_PIPELINE_SYNC)
        return result;
    /* A failure without SQLSTATE was made up by libpq: the connection is gone. */
    if (PQresultStatus(result) == PGRES_FATAL_ERROR &&
        PQresultErrorField(result, PG_DIAG_SQLSTATE) == NULL) {
        PQclear(result);
        return NULL;
    }
    while (cc_db_await(db->conn, cc_db_deadline(db))) {
        PGresult *more = PQgetResult(db->conn);
        if (more == NULL)
            break;
        PQclear(more);
    }
    return result;
}

static void note_failure(struct cc_outcome *o, size_t step, enum cc_rc rc)
{
    if (o->failed)
        return;
    o->failed = true;
    o->step = step;
    o->rc = rc;
}

/* True while results may follow. Takes over the result. */
static bool read_prepared(struct cc_db *db, void *mem, const struct cc_step *step, size_t i,
                          struct cc_outcome *o, struct cc_err *err)
{
    PGresult *result = next_result(db);
    if (result == NULL)
        return false;
    if (PQresultStatus(result) == PGRES_COMMAND_OK) {
        db->prepared[step->query] = true;
    } else if (PQresultStatus(result) == PGRES_FATAL_ERROR) {
        note_failure(o, i, cc_db_fail_result(err, mem, result, cc_stmts[step->query].name));
    }
    PQclear(result);
    return true;
}

static bool read_executed(struct cc_db *db, void *mem, const struct cc_step *step, size_t i,
                          struct cc_outcome *o, struct cc_err *err)
{
    PGresult *result = next_result(db);
    if (result == NULL)
        return false;
    struct cc_rows *rows = NULL;
    enum cc_rc rc = CC_OK;
    switch (PQresultStatus(result)) {
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
        rc = cc_rows_take(mem, result, step->query, &rows, err);
        if (rc != CC_OK)
            note_failure(o, i, rc);
        else if (step->rows != NULL)
            *step->rows = rows;
        return true;
    case PGRES_FATAL_ERROR:
        o->stale = o->stale || (!o->failed && cc_db_is_stale(result));
        note_failure(o, i, cc_db_fail_result(err, mem, result, cc_stmts[step->query].name));
        break;
    default: /* PGRES_PIPELINE_ABORTED: an earlier one failed */
        break;
    }
    PQclear(result);
    return true;
}

static bool send_all(struct cc_db *db, const struct cc_step *steps, size_t n, bool named,
                     bool *parsed)
{
    for (size_t i = 0; i < n; i++) {
        if (!cc_db_send_step(db, &steps[i], named, &parsed[i]))
            return false;
        /* The same statement twice in one pipeline is prepared by its first. */
        if (parsed[i])
            db->prepared[steps[i].query] = true;
    }
    return PQpipelineSync(db->conn) == 1;
}

static bool read_all(struct cc_db *db, void *mem, const struct cc_step *steps, size_t n,
                     const bool *parsed, struct cc_outcome *o, struct cc_err *err)
{
    for (size_t i = 0; i < n; i++)
        if (parsed[i])
            db->prepared[steps[i].query] = false; /* until the server says so */
    for (size_t i = 0; i < n; i++) {
        if (parsed[i] && !read_prepared(db, mem, &steps[i], i, o, err))
            return false;
        if (!read_executed(db, mem, &steps[i], i, o, err))
            return false;
    }
    PGresult *sync = next_result(db);
    bool synced = sync != NULL && PQresultStatus(sync) == PGRES_PIPELINE_SYNC;
    PQclear(sync);
    return synced;
}

bool *cc_db_exchange_send(struct cc_db *db, void *mem, const struct cc_step *steps, size_t n,
                          bool named, struct cc_outcome *o)
{
    bool *parsed = talloc_zero_array(mem, bool, (unsigned)n + 1);
    if (parsed == NULL)
        cc_die("out of memory");
    *o = (struct cc_outcome){.lost = true};
    db->trips++;
    o->sent = send_all(db, steps, n, named, parsed);
    return parsed;
}

void cc_db_exchange_read(struct cc_db *db, void *mem, const struct cc_step *steps, size_t n,
                         const bool *parsed, struct cc_outcome *o, struct cc_err *err)
{
    int64_t start = cc_monotonic_us();
    if (o->sent) {
        /* Even when not all has left, the server may have said why. */
        bool flushed = cc_db_flush(db->conn, cc_db_deadline(db));
        o->lost = !read_all(db, mem, steps, n, parsed, o, err) || !flushed;
    }
    db->us += cc_monotonic_us() - start;
}

struct cc_outcome cc_db_exchange(struct cc_db *db, void *mem, const struct cc_step *steps, size_t n,
                                 bool named, struct cc_err *err)
{
    struct cc_outcome o;
    bool *parsed = cc_db_exchange_send(db, mem, steps, n, named, &o);
    cc_db_exchange_read(db, mem, steps, n, parsed, &o, err);
    talloc_free(parsed);
    return o;
}
