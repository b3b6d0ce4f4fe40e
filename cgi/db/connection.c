/* SPDX-License-Identifier: EUPL-1.2 */
/* The one connection of a process: opened on first use, verified, opened again when lost. */
#include "concord/clock.h"
#include "concord/log.h"
#include "db/internal.h"
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define SEARCH_PATH "concord, pg_temp"

static void log_notice(void *arg, const PGresult *notice)
{
    const char *severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
    bool warns = severity != NULL && strcmp(severity, "WARNING") == 0;

    (void)arg;
    cc_log(warns ? CC_LOG_WARNING : CC_LOG_DEBUG, "database says: %s",
           PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY));
}

static int close_connection(struct cc_db *db)
{
    cc_db_drop(db);
    return 0;
}

static const char *copy_text(void *mem, const char *s)
{
    return s != NULL ? talloc_strdup(mem, s) : NULL;
}

enum cc_rc cc_db_open(void *mem, const struct cc_db_options *options, struct cc_db **db_r)
{
    struct cc_db *db = talloc_zero(mem, struct cc_db);
    if (db == NULL)
        cc_die("out of memory");
    db->options = *options;
    db->options.conninfo = copy_text(db, options->conninfo);
    db->options.user = copy_text(db, options->user);
    db->options.application = copy_text(db, options->application);
    talloc_set_destructor(db, close_connection);
    *db_r = db;
    return CC_OK;
}

enum cc_rc cc_db_another(void *mem, const struct cc_db *db, struct cc_db **db_r)
{
    return cc_db_open(mem, &db->options, db_r);
}

void cc_db_close(struct cc_db *db)
{
    talloc_free(db);
}

char *cc_db_name(void *mem, const char *conninfo)
{
    char *name = NULL;
    PQconninfoOption *options = PQconninfoParse(conninfo, NULL);
    for (PQconninfoOption *o = options; o != NULL && o->keyword != NULL; o++)
        if (strcmp(o->keyword, "dbname") == 0 && o->val != NULL)
            name = talloc_strdup(mem, o->val);
    PQconninfoFree(options);
    return name;
}

void cc_db_drop(struct cc_db *db)
{
    PQfinish(db->conn);
    db->conn = NULL;
    db->in_tx = false;
    memset(db->prepared, 0, sizeof(db->prepared));
}

unsigned cc_db_trips(const struct cc_db *db)
{
    return db->trips;
}

void cc_db_reset_trips(struct cc_db *db)
{
    db->trips = 0;
    db->us = 0;
}

int64_t cc_db_us(const struct cc_db *db)
{
    return db->us;
}

bool cc_db_in_tx(const struct cc_db *db)
{
    return db->in_tx;
}

/* A pooler or a changed role must not give us other tables or no time limit: set, then asked. */
static enum cc_rc verify_session(struct cc_db *db, void *mem, struct cc_err *err)
{
    char timeout[16];
    snprintf(timeout, sizeof(timeout), "%d", db->options.statement_timeout_ms);
    const char *params[] = {timeout};
    struct cc_rows *set = NULL, *got = NULL;
    const struct cc_step steps[] = {
        {Q_DB_SESSION_SET, params, &set},
        {Q_DB_SESSION_GET, NULL, &got},
    };
    struct cc_outcome o = cc_db_exchange(db, mem, steps, 2, false, err);
    if (o.lost)
        return cc_db_fail_lost(err, mem, CC_BUSY, "connection lost while it was set up");
    if (o.failed)
        return o.rc;
    const char *path = cc_rows_text(got, 0, Q_DB_SESSION_GET_SEARCH_PATH);
    const char *ms = cc_rows_text(got, 0, Q_DB_SESSION_GET_STATEMENT_TIMEOUT_MS);
    const char *encoding = cc_rows_text(got, 0, Q_DB_SESSION_GET_ENCODING);
    if (strcmp(path, SEARCH_PATH) != 0 || strcmp(ms, timeout) != 0 || strcmp(encoding, "UTF8") != 0)
        return cc_fail(err, mem, CC_INTERNAL, NULL, N_("The registry is not set up correctly."),
                       "database session has search_path \"%s\", statement_timeout %s ms, encoding "
                       "%s; needed: \"%s\", %s ms, UTF8",
                       path, ms, encoding, SEARCH_PATH, timeout);
    return CC_OK;
}

static PGconn *open_connection(const struct cc_db_options *o)
{
    /* What stands before dbname is a default; what stands after it holds. */
    const char *const keys[] = {"connect_timeout",  "tcp_user_timeout", "dbname", "user",
                                "application_name", "client_encoding",  NULL};
    const char *const values[] = {"2", "5000", o->conninfo, o->user, o->application, "UTF8", NULL};
    return PQconnectdbParams(keys, values, 1);
}

enum cc_rc cc_db_connect(struct cc_db *db, void *mem, struct cc_err *err)
{
    int64_t start = cc_monotonic_us();
    void *turn = talloc_new(db);
    enum cc_rc rc = CC_BUSY;
    db->conn = open_connection(&db->options);
    if (db->conn == NULL)
        cc_die("out of memory");
    if (PQstatus(db->conn) != CONNECTION_OK) {
        rc = cc_db_fail_lost(err, mem, CC_BUSY, PQerrorMessage(db->conn));
        goto out;
    }
    PQsetNoticeReceiver(db->conn, log_notice, NULL);
    if (PQsetnonblocking(db->conn, 1) != 0 || PQenterPipelineMode(db->conn) != 1) {
        rc = cc_db_fail_lost(err, mem, CC_BUSY, PQerrorMessage(db->conn));
        goto out;
    }
    unsigned trips = db->trips;
    rc = verify_session(db, turn, err);
    db->trips = trips; /* part of connecting, not of what was asked */
    if (rc != CC_OK && err != NULL)
        talloc_steal(mem, err->detail);
out:
    if (rc != CC_OK)
        cc_db_drop(db);
    talloc_free(turn);
    db->us += cc_monotonic_us() - start;
    return rc;
}

/*
 * Between transactions the server has nothing to tell but its end (or a changed setting), so a
 * readable socket is looked at before anything is sent: a restart is noticed without losing a
 * statement.
 */
bool cc_db_is_alive(struct cc_db *db)
{
    if (db->conn == NULL)
        return false;
    struct pollfd p = {.fd = PQsocket(db->conn), .events = POLLIN};
    while (PQstatus(db->conn) == CONNECTION_OK && poll(&p, 1, 0) > 0)
        if (PQconsumeInput(db->conn) == 0)
            return false;
    return PQstatus(db->conn) == CONNECTION_OK;
}

enum cc_rc cc_db_ready(struct cc_db *db, void *mem, struct cc_err *err)
{
    if (cc_db_is_alive(db))
        return CC_OK;
    cc_db_drop(db);
    return cc_db_connect(db, mem, err);
}
