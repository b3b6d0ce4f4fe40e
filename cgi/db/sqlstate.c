/* SPDX-License-Identifier: EUPL-1.2 */
/* From SQLSTATE to result: one table, most special first. */
#include "concord/log.h"
#include "db/internal.h"
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#define BUSY   N_("The registry is busy. Please try again in a moment.")
#define BROKEN N_("Something went wrong in the registry.")
#define VALUE  N_("This is not a value that the registry can keep.")

static const struct {
    const char *prefix;
    enum cc_rc rc;
    bool may_retry;
    const char *message;
} states[] = {
    {"CC001", CC_CONFLICT, false, N_("Somebody else changed this in the meantime.")},
    {"CC403", CC_FORBIDDEN, false, N_("You may not do this.")},
    {"CC404", CC_NOT_FOUND, false, N_("There is nothing at this address.")},
    {"CC410", CC_GONE, false, N_("This was withdrawn.")},
    {"23", CC_INVALID, false, N_("This breaks a rule of the registry.")},
    {"22", CC_INVALID, false, VALUE},
    {"40001", CC_BUSY, true, BUSY},  /* serialization failure */
    {"40P01", CC_BUSY, true, BUSY},  /* deadlock */
    {"55P03", CC_BUSY, true, BUSY},  /* lock not available */
    {"08006", CC_BUSY, true, BUSY},  /* connection lost before COMMIT */
    {"57P01", CC_BUSY, true, BUSY},  /* server shuts down */
    {"57P02", CC_BUSY, true, BUSY},  /* another process of the server crashed */
    {"57P03", CC_BUSY, false, BUSY}, /* not accepting connections now */
    {"57014", CC_BUSY, false, BUSY}, /* statement_timeout */
    {"25P03", CC_BUSY, false, BUSY}, /* idle in transaction for too long */
    {"08", CC_BUSY, false, BUSY},
    {"53", CC_BUSY, false, BUSY}, /* out of connections, memory, disk */
    {"58", CC_BUSY, false, BUSY}, /* input or output failed */
    {"42501", CC_FORBIDDEN, false, N_("You may not do this.")},
    {"", CC_INTERNAL, false, BROKEN},
};

static size_t find_state(const char *sqlstate)
{
    size_t i = 0;
    while (strncmp(sqlstate, states[i].prefix, strlen(states[i].prefix)) != 0)
        i++; /* the last row fits all */
    return i;
}

bool cc_sqlstate_may_retry(const char *sqlstate)
{
    return states[find_state(sqlstate)].may_retry;
}

static const char *field_of(const PGresult *result, int code)
{
    const char *s = PQresultErrorField(result, code);
    return s != NULL ? s : "";
}

enum cc_rc cc_db_fail_result(struct cc_err *err, void *mem, const PGresult *result,
                             const char *statement)
{
    const char *sqlstate = field_of(result, PG_DIAG_SQLSTATE);
    const char *constraint = field_of(result, PG_DIAG_CONSTRAINT_NAME);
    size_t i = find_state(sqlstate);
    const struct cc_constraint *rule = *constraint != '\0' ? cc_constraint_find(constraint) : NULL;
    bool is_first = err != NULL && err->rc == CC_OK;
    enum cc_rc rc = cc_fail(err, mem, states[i].rc, rule != NULL ? rule->field : NULL,
                            rule != NULL ? rule->message : states[i].message, "%s: %s: %s%s%s%s%s",
                            statement, sqlstate, field_of(result, PG_DIAG_MESSAGE_PRIMARY),
                            *constraint != '\0' ? " [" : "", constraint,
                            *constraint != '\0' ? "] " : " ", field_of(result, PG_DIAG_CONTEXT));
    if (is_first) {
        err->said = talloc_strdup(err->detail, field_of(result, PG_DIAG_MESSAGE_PRIMARY));
        snprintf(err->sqlstate, sizeof(err->sqlstate), "%s", sqlstate);
        snprintf(err->constraint, sizeof(err->constraint), "%s", constraint);
    }
    return rc;
}

enum cc_rc cc_db_fail_lost(struct cc_err *err, void *mem, enum cc_rc rc, const char *why)
{
    bool is_first = err != NULL && err->rc == CC_OK;
    cc_fail(err, mem, rc, NULL,
            rc == CC_UNCERTAIN ? N_("We do not know whether this was saved.") : BUSY,
            "database: %s", why);
    if (is_first)
        snprintf(err->sqlstate, sizeof(err->sqlstate), "%s", CC_SQLSTATE_LOST);
    return rc;
}

/* After a migration or behind a pooler: the plan or the name of a prepared statement is outdated.
 */
bool cc_db_is_stale(const PGresult *result)
{
    const char *sqlstate = field_of(result, PG_DIAG_SQLSTATE);
    return strcmp(sqlstate, "26000") == 0 ||
           (strcmp(sqlstate, "0A000") == 0 &&
            strcmp(field_of(result, PG_DIAG_SOURCE_FUNCTION), "RevalidateCachedQuery") == 0);
}
