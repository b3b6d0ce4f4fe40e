/* SPDX-License-Identifier: EUPL-1.2 */
/* The error record: the first failure wins, later ones only add to the private detail. */
#include "concord/err.h"
#include "concord/log.h"

#include <stdarg.h>
#include <string.h>
#include <talloc.h>

static const char *const rc_names[] = {
    [CC_OK] = "ok",
    [CC_NOT_FOUND] = "not-found",
    [CC_INVALID] = "invalid",
    [CC_BAD_REQUEST] = "bad-request",
    [CC_TOO_LARGE] = "too-large",
    [CC_CONFLICT] = "conflict",
    [CC_LOGIN] = "login",
    [CC_FORBIDDEN] = "forbidden",
    [CC_GONE] = "gone",
    [CC_BUSY] = "busy",
    [CC_UNCERTAIN] = "uncertain",
    [CC_INTERNAL] = "internal",
};
_Static_assert(sizeof(rc_names) / sizeof(rc_names[0]) == CC_RC__COUNT, "a result without a name");

const char *cc_rc_name(enum cc_rc rc)
{
    if ((unsigned)rc >= CC_RC__COUNT)
        return "unknown";
    return rc_names[rc];
}

enum cc_rc cc_fail_at(struct cc_err *err, void *mem, enum cc_rc rc, const char *field,
                      const char *message, const char *file, int line, const char *fmt, ...)
{
    if (err == NULL)
        return rc;

    char *detail = NULL;
    if (fmt != NULL) {
        va_list ap;
        va_start(ap, fmt);
        detail = talloc_vasprintf(mem, fmt, ap);
        va_end(ap);
        if (detail == NULL)
            cc_die("out of memory");
    }

    if (err->rc == CC_OK) {
        err->rc = rc;
        err->field = field;
        err->message = message;
        err->detail = detail;
        err->file = file;
        err->line = line;
        return rc;
    }

    /* What fails after the first failure is its context: it stands before the older detail. */
    if (detail != NULL && detail[0] != '\0') {
        err->detail =
            err->detail == NULL ? detail : talloc_asprintf(mem, "%s: %s", detail, err->detail);
        if (err->detail == NULL)
            cc_die("out of memory");
    }
    return rc;
}
