/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * PostgreSQL: one connection per worker, the closed set of named statements of sql/queries/, and
 * pipelines. libpq is seen only behind this header. Parameters are always text; NULL is SQL NULL.
 */
#ifndef CC_DB_H
#define CC_DB_H

#include "concord/err.h"
#include "concord/stmts.h" /* generated: enum cc_query, Q_X, column numbers Q_X_COLUMN */
#include <stdint.h>

#define CC_DB_PARAMS_MAX 24

struct cc_db;
struct cc_rows; /* a result; owned by the mem it was asked for */

enum cc_result_kind { CC_RESULT_EXEC, CC_RESULT_ONE, CC_RESULT_OPT, CC_RESULT_MANY };

/* One row of the generated table; the text is never built at run time. */
struct cc_stmt {
    const char *name;
    const char *sql;
    int params;
    int columns;
    enum cc_result_kind kind;
    bool read_only;           /* marked :read */
    bool always_row;          /* a SELECT of values only: cannot come back without a row */
    const char *file;         /* sql/queries/x.sql */
    const char *param_types;  /* "uuid,text" as declared, for the test that prepares all */
    const char *column_names; /* "id,title" */
};
extern const struct cc_stmt cc_stmts[Q__COUNT + 1]; /* ends with a row without name */

/* One call within a pipeline; rows is set when it succeeded. */
struct cc_call {
    enum cc_query query;
    const char *params[CC_DB_PARAMS_MAX];
    struct cc_rows *rows;
};

struct cc_db_options {
    const char *conninfo;
    const char *user;
    bool prepare; /* named server-side statements (no: unnamed, for old poolers) */
    int statement_timeout_ms;
    const char *application;
};

/* Does not connect yet; the first use does, and a lost connection is opened again before a request.
 */
enum cc_rc cc_db_open(void *mem, const struct cc_db_options *options,
                      struct cc_db **db_r) CC_CHECKED;
void cc_db_close(struct cc_db *db); /* NULL is fine */
/* Name of the database in connection parameters, owned by mem; NULL = none or not readable. */
char *cc_db_name(void *mem, const char *conninfo);
unsigned cc_db_trips(const struct cc_db *db); /* round trips since the last cc_db_reset_trips() */
void cc_db_reset_trips(struct cc_db *db);
int64_t cc_db_us(const struct cc_db *db); /* microseconds spent waiting since then */

/*
 * One statement outside a transaction: one round trip. CC_NOT_FOUND when ONE has no row. When the
 * connection is lost after it was sent, a statement marked :read is tried once more and then
 * CC_BUSY; any other may have been carried out: CC_UNCERTAIN.
 */
enum cc_rc cc_db_run(struct cc_db *db, void *mem, struct cc_call *call,
                     struct cc_err *err) CC_CHECKED;

enum cc_tx_flags {
    CC_TX_BEGIN = 1,     /* the pipeline starts with BEGIN */
    CC_TX_READ_ONLY = 2, /* BEGIN READ ONLY */
    CC_TX_COMMIT = 4     /* and ends with COMMIT */
};
/*
 * One pipeline = one round trip: [BEGIN] calls [COMMIT]. After any failure the transaction is
 * rolled back before this returns. CC_UNCERTAIN: the connection was lost after COMMIT was sent. A
 * lost connection before any statement of a transaction succeeded is opened again and tried once
 * more.
 *
 * Whether a :one statement finds its row is known only after the round trip. So when such a
 * statement could come back without a row (cc_stmt.always_row is false), a writing pipeline sends
 * COMMIT by itself after looking: one round trip more. :opt, :many, :exec and `SELECT f($1)` cost
 * nothing; what must stop a transaction is best raised in SQL (CC001 conflict, CC403, CC404,
 * CC410).
 */
enum cc_rc cc_db_pipeline(struct cc_db *db, void *mem, struct cc_call *calls, size_t n,
                          unsigned flags, struct cc_err *err) CC_CHECKED;
void cc_db_rollback(struct cc_db *db); /* nothing to do outside a transaction */
bool cc_db_in_tx(const struct cc_db *db);

/*
 * BEGIN calls COMMIT, or the rest of an open transaction, sent without waiting, so that the program
 * works while the server does: push from time to time what the server did not take yet, then
 * finish. Nothing else may be asked of this db meanwhile. calls and mem stay until the end. It is
 * never sent again; an error's text belongs to mem. Only for statements whose row cannot miss (see
 * above).
 */
enum cc_rc cc_db_start(struct cc_db *db, void *mem, struct cc_call *calls, size_t n,
                       struct cc_err *err) CC_CHECKED;
void cc_db_push(struct cc_db *db);
/* Waits until the server took all of it: before this side waits for locks that it may hold. */
void cc_db_push_all(struct cc_db *db);
/* Waits until the first of these answers, and pushes all meanwhile. */
#define CC_DB_ATTEND_MAX 4
void cc_db_attend(struct cc_db *const *dbs, size_t n);
enum cc_rc cc_db_finish(struct cc_db *db, struct cc_err *err) CC_CHECKED;
/* Another connection like this one; it is opened when it is used. */
enum cc_rc cc_db_another(void *mem, const struct cc_db *db, struct cc_db **db_r) CC_CHECKED;

/*
 * Runs fn again, at most 3 times, on 40001, 40P01, 55P03 and a connection lost before COMMIT
 * (waits 10, 40 ms with jitter). fn opens and ends its transaction itself and has no other effects.
 */
typedef enum cc_rc cc_tx_fn(struct cc_db *db, void *arg, struct cc_err *err);
enum cc_rc cc_db_retry(struct cc_db *db, cc_tx_fn *fn, void *arg, struct cc_err *err) CC_CHECKED;

/* Results. Out of range ends the process: it is our mistake. */
size_t cc_rows_count(const struct cc_rows *rows);
const char *cc_rows_text(const struct cc_rows *rows, size_t row, int column); /* NULL = SQL NULL */
size_t cc_rows_len(const struct cc_rows *rows, size_t row, int column);
bool cc_rows_bool(const struct cc_rows *rows, size_t row, int column);
int64_t cc_rows_int(const struct cc_rows *rows, size_t row, int column);

/*
 * Row by row (single-row mode) for exports and feeds. fn returns other than CC_OK to stop. The
 * statement runs in a read-only transaction of its own.
 */
typedef enum cc_rc cc_row_fn(void *arg, const struct cc_rows *row, struct cc_err *err);
enum cc_rc cc_db_stream(struct cc_db *db, void *mem, struct cc_call *call, cc_row_fn *fn, void *arg,
                        struct cc_err *err) CC_CHECKED;

/*
 * Migrations: sql/migrations/NNNN_name.sql, then sql/functions/NAME.sql (all again when any of them
 * changed), each under a lock in a transaction of its own. check_only changes nothing: CC_CONFLICT
 * when something is waiting. CC_INVALID: a file changed or vanished after it was applied. `rules`
 * runs at the end, as the owner: what of the settings the database itself keeps to.
 */
enum cc_rc cc_migrate(void *mem, const char *conninfo, const char *user, const char *sql_dir,
                      struct cc_call *rules, bool check_only, struct cc_err *err) CC_CHECKED;

/* Message for a violated constraint: msgid and form field by constraint name (db/constraints.c). */
struct cc_constraint {
    const char *name;
    const char *field;
    const char *message;
};
const struct cc_constraint *cc_constraint_find(const char *name);

#endif
