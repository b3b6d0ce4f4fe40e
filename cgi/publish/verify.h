/* SPDX-License-Identifier: EUPL-1.2 */
/* What the parts of concord verify share. */
#ifndef CC_PUBLISH_VERIFY_H
#define CC_PUBLISH_VERIFY_H

#include "concord/err.h"
#include "concord/hash.h"
#include "concord/log.h"
#include "concord/publish.h"
#include <string.h>
#include <talloc.h>

struct verify {
    struct cc_db *db;
    void *mem;   /* of the whole run */
    void *outer; /* of the caller, for what is told of a failure */
    void *page;  /* of one page of rows */
    const struct cc_verify_options *options;
    struct cc_err *err;
};

static inline bool same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* One thing that does not hold. */
CC_PRINTF(2, 3) void cc_verify_found(struct verify *v, const char *fmt, ...);
enum cc_rc cc_verify_run(struct verify *v, struct cc_call *call) CC_CHECKED;

enum cc_rc cc_verify_feed(struct verify *v) CC_CHECKED;
enum cc_rc cc_verify_revisions(struct verify *v) CC_CHECKED;

#endif
