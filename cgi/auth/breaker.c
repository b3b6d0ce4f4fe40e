/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A directory server that failed is not asked for some seconds, so that only one sign-in in a while
 * pays for finding out. Each worker remembers by itself, and all of them share the table "breaker";
 * when the database does not answer, the worker's own memory has to do.
 */
#include "ldap.h"

#include "concord/clock.h"
#include "concord/log.h"

#define FAILURES_MAX 2         /* a time-out counts twice: it has cost somebody seconds */
#define PAUSE_US     5000000LL /* the statements say the same, 20 % more or less */

bool cc_breaker_admits(struct cc_ldap_server *server, struct cc_db *db, void *mem)
{
    struct cc_call call = {.query = Q_BREAKER_ADMIT, .params = {server->uri}};
    int64_t now = cc_monotonic_us();
    if (server->failures >= FAILURES_MAX) {
        if (now < server->closed_at_us)
            return false;
        server->closed_at_us = now + PAUSE_US; /* one tries, the others wait for what it finds */
    }
    if (db == NULL || cc_db_run(db, mem, &call, NULL) != CC_OK)
        return true;
    server->is_noted = cc_rows_bool(call.rows, 0, Q_BREAKER_ADMIT_KNOWN);
    return cc_rows_bool(call.rows, 0, Q_BREAKER_ADMIT_ADMITTED);
}

void cc_breaker_failed(struct cc_ldap_server *server, struct cc_db *db, void *mem,
                       bool is_timed_out)
{
    unsigned weight = is_timed_out ? FAILURES_MAX : 1;
    struct cc_call call = {.query = Q_BREAKER_FAILED,
                           .params = {server->uri, is_timed_out ? "2" : "1"}};
    server->failures += weight;
    if (server->failures >= FAILURES_MAX) {
        server->closed_at_us = cc_monotonic_us() + PAUSE_US;
        cc_log(CC_LOG_WARNING, "directory \"%s\" is left alone for %d s", server->uri,
               (int)(PAUSE_US / 1000000));
    }
    if (db != NULL && cc_db_run(db, mem, &call, NULL) != CC_OK)
        cc_log(CC_LOG_NOTICE, "could not tell other workers of the directory's failure");
}

void cc_breaker_worked(struct cc_ldap_server *server, struct cc_db *db, void *mem)
{
    struct cc_call call = {.query = Q_BREAKER_WORKED, .params = {server->uri}};
    if (server->failures == 0 && !server->is_noted)
        return;
    server->failures = 0;
    if (db != NULL && cc_db_run(db, mem, &call, NULL) != CC_OK)
        cc_log(CC_LOG_NOTICE, "could not tell other workers that the directory works again");
}
