/* SPDX-License-Identifier: EUPL-1.2 */
/* Roles that records got from others come into their rows of `search` (sql/functions/role.sql). */
#include "job/job.h"

#include <talloc.h>

/* Records in one transaction: while it writes, nobody publishes; that is some 100 ms. */
#define BATCH     200
#define BATCH_SQL "200"

enum cc_rc cc_job_roles(struct cc_job *job, struct cc_err *err)
{
    for (;;) {
        void *mem = talloc_new(job->mem);
        struct cc_call call = {.query = Q_ROLES_CATCH_UP, .params = {BATCH_SQL}};
        enum cc_rc rc = cc_db_run(job->db, mem, &call, err);
        bool is_done = rc != CC_OK || cc_rows_int(call.rows, 0, Q_ROLES_CATCH_UP_RECORDS) < BATCH;
        talloc_free(mem);
        if (is_done) {
            return rc;
        }
    }
}
