/* SPDX-License-Identifier: EUPL-1.2 */
/* Running a transaction again when the database asks for it. */
#include "db/internal.h"
#include <errno.h>
#include <sodium.h>
#include <time.h>

#define TRIES 3

/* Half to one and a half of `ms`, so that two losers of a deadlock do not meet again. */
static void wait_ms(uint32_t ms)
{
    uint32_t us = ms * 500 + randombytes_uniform(ms * 1000);
    struct timespec t = {.tv_nsec = (long)us * 1000};
    while (nanosleep(&t, &t) != 0 && errno == EINTR) {
    }
}

enum cc_rc cc_db_retry(struct cc_db *db, cc_tx_fn *fn, void *arg, struct cc_err *err)
{
    static const uint32_t pauses_ms[TRIES - 1] = {10, 40};
    struct cc_err local = {.rc = CC_OK};
    enum cc_rc rc = CC_INTERNAL;
    for (int try = 0; try < TRIES; try++) {
        local = (struct cc_err){.rc = CC_OK};
        rc = fn(db, arg, &local);
        if (rc != CC_OK)
            cc_db_rollback(db);
        if (rc != CC_BUSY || !cc_sqlstate_may_retry(local.sqlstate) || try == TRIES - 1)
            break;
        wait_ms(pauses_ms[try]);
    }
    if (rc != CC_OK && err != NULL && err->rc == CC_OK)
        *err = local;
    return rc;
}
