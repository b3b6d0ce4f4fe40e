/* SPDX-License-Identifier: EUPL-1.2 */
/* Transactions as pipelines: what is sent together, and what a failure or a lost connection means.
 */
#include "concord/log.h"
#include "db/internal.h"
#include <string.h>
#include <talloc.h>

struct attempt {
    struct cc_db *db;
    void *mem;
    struct cc_call *calls;
    size_t n;
    unsigned flags;
    struct cc_step *steps;
    size_t n_steps;
    size_t first_call; /* steps before it: BEGIN */
    bool commits;      /* the steps end with COMMIT */
    bool commit_later; /* COMMIT is a round trip of its own, after looking at the rows */
    bool writes;
    bool fresh; /* nothing of this transaction has been done yet */
};

static void forget_rows(struct cc_call *calls, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        talloc_free(calls[i].rows);
        calls[i].rows = NULL;
    }
}

static bool may_miss(const struct cc_call *calls, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct cc_stmt *s = &cc_stmts[calls[i].query];
        if (s->kind == CC_RESULT_ONE && !s->always_row)
            return true;
    }
    return false;
}

static bool all_read_only(const struct cc_call *calls, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!cc_stmts[calls[i].query].read_only)
            return false;
    return true;
}

static void build_steps(struct attempt *a)
{
    bool commit = (a->flags & CC_TX_COMMIT) != 0;
    bool in_tx = a->db->in_tx || (a->flags & CC_TX_BEGIN) != 0;
    bool read_only =
        (a->flags & CC_TX_BEGIN) != 0 ? (a->flags & CC_TX_READ_ONLY) != 0 : a->db->tx_read_only;
    a->writes = in_tx ? !read_only : !all_read_only(a->calls, a->n);
    a->commit_later = commit && a->writes && may_miss(a->calls, a->n);
    a->commits = commit && !a->commit_later;
    a->steps = talloc_zero_array(a->mem, struct cc_step, (unsigned)a->n + 3);
    if (a->steps == NULL)
        cc_die("out of memory");
    size_t k = 0;
    if ((a->flags & CC_TX_BEGIN) != 0)
        a->steps[k++].query = read_only ? Q_DB_BEGIN_READ : Q_DB_BEGIN;
    a->first_call = k;
    for (size_t i = 0; i < a->n; i++)
        a->steps[k++] = (struct cc_step){a->calls[i].query, a->calls[i].params, &a->calls[i].rows};
    if (a->commits)
        a->steps[k++].query = Q_DB_COMMIT;
    a->n_steps = k;
}

/*
 * Whether what was sent may have been made permanent. Results come in order, so an error of an
 * earlier statement proves that COMMIT (or the implicit one at the sync) was not reached.
 */
static bool may_be_saved(const struct attempt *a, const struct cc_outcome *o)
{
    bool ends = a->commits || (!a->db->in_tx && (a->flags & CC_TX_BEGIN) == 0);
    size_t last = a->commits ? a->n_steps - 1 : a->n_steps;
    return ends && a->writes && o->sent && !(o->failed && o->step < last);
}

static enum cc_rc commit_alone(struct attempt *a, struct cc_err *err)
{
    const struct cc_step commit = {.query = Q_DB_COMMIT};
    struct cc_outcome o = cc_db_exchange(a->db, a->mem, &commit, 1, a->db->options.prepare, err);
    if (o.lost) {
        cc_db_drop(a->db);
        return cc_db_fail_lost(err, a->mem, o.sent ? CC_UNCERTAIN : CC_BUSY,
                               "connection lost in COMMIT");
    }
    a->db->in_tx = PQtransactionStatus(a->db->conn) != PQTRANS_IDLE;
    return o.failed ? o.rc : CC_OK;
}

/* What an exchange with a lost connection comes to; *again_r when it is safe to start over. */
static enum cc_rc settle_lost(struct attempt *a, const struct cc_outcome *o, bool *again_r,
                              struct cc_err *err)
{
    bool uncertain = may_be_saved(a, o);
    cc_db_drop(a->db);
    if (uncertain) {
        struct cc_err lost = {.rc = CC_OK};
        cc_db_fail_lost(&lost, a->mem, CC_UNCERTAIN, "connection lost in COMMIT");
        *err = lost; /* more important than what came before it */
        return CC_UNCERTAIN;
    }
    *again_r = a->fresh;
    return cc_db_fail_lost(err, a->mem, CC_BUSY, "connection lost");
}

static enum cc_rc attempt(struct attempt *a, bool *again_r, struct cc_err *err)
{
    struct cc_db *db = a->db;
    build_steps(a);
    struct cc_outcome o =
        cc_db_exchange(db, a->mem, a->steps, a->n_steps, db->options.prepare, err);
    talloc_free(a->steps);
    if (o.lost)
        return settle_lost(a, &o, again_r, err);
    db->in_tx = PQtransactionStatus(db->conn) != PQTRANS_IDLE;
    if ((a->flags & CC_TX_BEGIN) != 0)
        db->tx_read_only = (a->flags & CC_TX_READ_ONLY) != 0;
    if (o.failed && o.stale) {
        cc_db_drop(db);
        *again_r = a->fresh;
        *err = (struct cc_err){.rc = CC_OK};
        return cc_db_fail_lost(err, a->mem, CC_BUSY, "prepared statements are outdated");
    }
    enum cc_rc rc = o.failed ? o.rc : CC_OK;
    if (rc == CC_OK && a->commit_later)
        rc = commit_alone(a, err);
    if (rc != CC_OK)
        cc_db_rollback(db);
    return rc;
}

/* Flags that do not fit the state are a mistake of ours; the transaction is given up. */
static const char *check_flags(const struct cc_db *db, unsigned flags)
{
    if (db->in_tx && (flags & CC_TX_BEGIN) != 0)
        return "BEGIN within a transaction";
    if (!db->in_tx && (flags & CC_TX_BEGIN) == 0 && (flags & CC_TX_COMMIT) != 0)
        return "COMMIT without a transaction";
    return NULL;
}

enum cc_rc cc_db_pipeline(struct cc_db *db, void *mem, struct cc_call *calls, size_t n,
                          unsigned flags, struct cc_err *err)
{
    struct cc_err local = {.rc = CC_OK};
    enum cc_rc rc = CC_INTERNAL;
    if ((flags & CC_TX_READ_ONLY) != 0)
        flags |= CC_TX_BEGIN;
    const char *wrong = check_flags(db, flags);
    bool again = true;
    if (wrong != NULL) {
        cc_db_rollback(db);
        return cc_fail(err, mem, CC_INTERNAL, NULL, N_("Something went wrong in the registry."),
                       "%s", wrong);
    }
    for (int try = 0; again && try < 2; try++) {
        struct attempt a = {.db = db, .mem = mem, .calls = calls, .n = n, .flags = flags};
        again = false;
        a.fresh = !db->in_tx;
        local = (struct cc_err){.rc = CC_OK};
        forget_rows(calls, n);
        if (!a.fresh && !cc_db_is_alive(db)) {
            cc_db_drop(db);
            rc = cc_db_fail_lost(&local, mem, CC_BUSY, "connection lost within a transaction");
        } else if (a.fresh && cc_db_ready(db, mem, &local) != CC_OK) {
            rc = local.rc;
        } else {
            rc = attempt(&a, &again, &local);
        }
    }
    if (rc != CC_OK && err != NULL && err->rc == CC_OK)
        *err = local;
    return rc;
}

/* --- sent now, looked at later ---------------------------------------------------------------- */

struct cc_flight {
    struct attempt a;
    bool *parsed;
    struct cc_outcome o;
};

enum cc_rc cc_db_start(struct cc_db *db, void *mem, struct cc_call *calls, size_t n,
                       struct cc_err *err)
{
    bool fresh = !db->in_tx;
    if (db->flight != NULL)
        cc_die("a transaction is started within another");
    enum cc_rc rc = fresh ? cc_db_ready(db, mem, err) : CC_OK;
    if (rc != CC_OK)
        return rc;
    struct cc_flight *f = talloc_zero(mem, struct cc_flight);
    if (f == NULL)
        cc_die("out of memory");
    f->a = (struct attempt){.db = db,
                            .mem = f,
                            .calls = calls,
                            .n = n,
                            .flags = fresh ? CC_TX_BEGIN | CC_TX_COMMIT : CC_TX_COMMIT,
                            .fresh = fresh};
    build_steps(&f->a);
    if (f->a.commit_later)
        cc_die("a transaction that must be looked at before COMMIT is started");
    f->parsed = cc_db_exchange_send(db, f, f->a.steps, f->a.n_steps, db->options.prepare, &f->o);
    db->flight = f;
    return CC_OK;
}

void cc_db_push(struct cc_db *db)
{
    if (db->flight != NULL && db->flight->o.sent)
        (void)!PQflush(db->conn); /* a lost connection is seen by cc_db_finish() */
}

void cc_db_push_all(struct cc_db *db)
{
    if (db->flight != NULL && db->flight->o.sent)
        (void)!cc_db_flush(db->conn, cc_db_deadline(db));
}

enum cc_rc cc_db_finish(struct cc_db *db, struct cc_err *err)
{
    struct cc_flight *f = db->flight;
    bool again;
    db->flight = NULL;
    cc_db_exchange_read(db, f->a.mem, f->a.steps, f->a.n_steps, f->parsed, &f->o, err);
    enum cc_rc rc;
    if (f->o.lost) {
        rc = settle_lost(&f->a, &f->o, &again, err);
    } else {
        db->in_tx = PQtransactionStatus(db->conn) != PQTRANS_IDLE;
        rc = f->o.failed ? f->o.rc : CC_OK;
        if (rc != CC_OK)
            cc_db_rollback(db);
    }
    return rc;
}

enum cc_rc cc_db_run(struct cc_db *db, void *mem, struct cc_call *call, struct cc_err *err)
{
    return cc_db_pipeline(db, mem, call, 1, 0, err);
}

void cc_db_rollback(struct cc_db *db)
{
    if (!db->in_tx || db->conn == NULL)
        return;
    const struct cc_step step = {.query = Q_DB_ROLLBACK};
    void *mem = talloc_new(db); /* of the rows that it has, too: none */
    struct cc_outcome o = cc_db_exchange(db, mem, &step, 1, db->options.prepare, NULL);
    if (o.lost || o.failed)
        cc_db_drop(db); /* the server rolls back when it sees the end of the connection */
    talloc_free(mem);
    db->in_tx = false;
}
