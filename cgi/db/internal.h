/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files of cgi/db share. libpq types are seen nowhere else. */
#ifndef CC_DB_INTERNAL_H
#define CC_DB_INTERNAL_H

#include "concord/db.h"
#include <libpq-fe.h>

/* A server that never answers: longest wait beyond statement_timeout, and without one. */
#define CC_DB_GRACE_MS    2000
#define CC_DB_WAIT_MAX_MS 3600000

/* SQLSTATE that we give to a connection lost before COMMIT was sent; cc_db_retry() knows it. */
#define CC_SQLSTATE_LOST "08006"

struct cc_db {
    PGconn *conn; /* in pipeline mode and non-blocking; NULL = not connected */
    struct cc_db_options options;
    bool prepared[Q__COUNT + 1]; /* on this connection */
    bool in_tx;
    bool tx_read_only;
    unsigned trips;
    int64_t us;
    struct cc_flight *flight; /* between cc_db_start() and cc_db_finish() */
};

/* One statement of an exchange; params is NULL for those without. */
struct cc_step {
    enum cc_query query;
    const char *const *params;
    struct cc_rows **rows; /* where to put them, or NULL */
};

/* How an exchange ended. */
struct cc_outcome {
    bool lost;   /* the connection is gone */
    bool sent;   /* the last step may have reached the server */
    bool stale;  /* a prepared plan or name no longer fits: reconnect */
    bool failed; /* `step` failed; err says how. Without it and lost, nobody knows where */
    size_t step;
    enum cc_rc rc;
};

/* connection.c */
enum cc_rc cc_db_connect(struct cc_db *db, void *mem, struct cc_err *err) CC_CHECKED;
enum cc_rc cc_db_ready(struct cc_db *db, void *mem, struct cc_err *err) CC_CHECKED; /* if needed */
bool cc_db_is_alive(struct cc_db *db); /* looks, sends nothing */
void cc_db_drop(struct cc_db *db);     /* closes; the transaction is gone */

/* wait.c: false when the connection is lost or the deadline (cc_monotonic_us) is over. */
int64_t cc_db_deadline(const struct cc_db *db);
bool cc_db_flush(PGconn *conn, int64_t deadline);
bool cc_db_await(PGconn *conn, int64_t deadline); /* PQgetResult() will not block */

/* exchange.c: sends all steps and one sync, reads all results. */
struct cc_outcome cc_db_exchange(struct cc_db *db, void *mem, const struct cc_step *steps, size_t n,
                                 bool named, struct cc_err *err);
/* The same in two parts; what the first one gives goes to the second. */
bool *cc_db_exchange_send(struct cc_db *db, void *mem, const struct cc_step *steps, size_t n,
                          bool named, struct cc_outcome *o);
void cc_db_exchange_read(struct cc_db *db, void *mem, const struct cc_step *steps, size_t n,
                         const bool *parsed, struct cc_outcome *o, struct cc_err *err);
bool cc_db_send_step(struct cc_db *db, const struct cc_step *step, bool named, bool *parsed_r);

/* sqlstate.c: records the error of a result; fills sqlstate and constraint. */
enum cc_rc cc_db_fail_result(struct cc_err *err, void *mem, const PGresult *result,
                             const char *statement);
enum cc_rc cc_db_fail_lost(struct cc_err *err, void *mem, enum cc_rc rc, const char *why);
bool cc_db_is_stale(const PGresult *result);
bool cc_sqlstate_may_retry(const char *sqlstate);

/* rows.c: takes over the result, which is also freed when refused. */
enum cc_rc cc_rows_take(void *mem, PGresult *result, enum cc_query query, struct cc_rows **rows_r,
                        struct cc_err *err) CC_CHECKED;

/* script.c: the text of a migration, several statements, in the open transaction. */
enum cc_rc cc_db_script(struct cc_db *db, void *mem, const char *file, const char *text,
                        struct cc_err *err) CC_CHECKED;

#endif
