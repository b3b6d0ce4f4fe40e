/* SPDX-License-Identifier: EUPL-1.2 */
/* The text of a migration: many statements in one message, within the open transaction. */
#include "concord/log.h"
#include "db/internal.h"
#include <stdio.h>
#include <stdlib.h>

static int line_of(const char *text, const char *position)
{
    long at = position != NULL ? strtol(position, NULL, 10) : 0;
    int line = 1;
    /* The position counts characters, so bytes that continue one are skipped. */
    for (; *text != '\0' && at > 1; text++) {
        line += *text == '\n';
        at -= ((unsigned char)text[1] & 0xC0) != 0x80;
    }
    return line;
}

static enum cc_rc fail_script(struct cc_err *err, void *mem, const char *file, const char *text,
                              const PGresult *result)
{
    const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *context = PQresultErrorField(result, PG_DIAG_CONTEXT);
    return cc_fail(err, mem, CC_INTERNAL, NULL, N_("A migration failed."), "%s:%d: %s: %s %s %s",
                   file, line_of(text, position), sqlstate != NULL ? sqlstate : "",
                   message != NULL ? message : PQresultErrorMessage(result),
                   detail != NULL ? detail : "", context != NULL ? context : "");
}

enum cc_rc cc_db_script(struct cc_db *db, void *mem, const char *file, const char *text,
                        struct cc_err *err)
{
    enum cc_rc rc = CC_OK;
    if (PQexitPipelineMode(db->conn) != 1 || PQsendQuery(db->conn, text) != 1 ||
        !cc_db_flush(db->conn, cc_db_deadline(db)))
        return cc_db_fail_lost(err, mem, CC_BUSY, PQerrorMessage(db->conn));
    for (;;) {
        if (!cc_db_await(db->conn, cc_db_deadline(db))) {
            cc_db_drop(db);
            return cc_db_fail_lost(err, mem, CC_BUSY, "connection lost in a migration");
        }
        PGresult *result = PQgetResult(db->conn);
        if (result == NULL)
            break;
        ExecStatusType status = PQresultStatus(result);
        if (rc == CC_OK && status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK &&
            status != PGRES_EMPTY_QUERY)
            rc = fail_script(err, mem, file, text, result);
        PQclear(result);
        if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT) {
            cc_db_drop(db);
            return rc;
        }
    }
    if (rc == CC_OK && PQtransactionStatus(db->conn) != PQTRANS_INTRANS)
        rc = cc_fail(err, mem, CC_INVALID, NULL, N_("A migration failed."),
                     "%s: a migration must not end its transaction by itself", file);
    if (PQstatus(db->conn) != CONNECTION_OK || PQenterPipelineMode(db->conn) != 1) {
        cc_db_drop(db);
        return rc != CC_OK ? rc : cc_db_fail_lost(err, mem, CC_BUSY, "connection lost");
    }
    db->in_tx = PQtransactionStatus(db->conn) != PQTRANS_IDLE;
    return rc;
}
