/* SPDX-License-Identifier: EUPL-1.2 */
/* Roles that records got from others come into their rows of `search` (sql/functions/role.sql), and
 * new rows into its index of words (cc_search_tidy()). */
#include "job/job.h"

#include <talloc.h>

/* Records in one transaction: while it writes, nobody publishes; that is some 100 ms. */
#define BATCH     200
#define BATCH_SQL "200"

enum cc_rc cc_job_roles(struct cc_job *job, struct cc_err *err)
{
    struct cc_call tidy = {.query = Q_SEARCH_TIDY};
    enum cc_rc rc;
    bool is_done;
    do {
        void *mem = talloc_new(job->mem);
        struct cc_call call = {.query = Q_ROLES_CATCH_UP, .params = {BATCH_SQL}};
        rc = cc_db_run(job->db, mem, &call, err);
        is_done = rc != CC_OK || cc_rows_int(call.rows, 0, Q_ROLES_CATCH_UP_RECORDS) < BATCH;
        talloc_free(mem);
    } while (!is_done);
    return rc == CC_OK ? cc_db_run(job->db, job->mem, &tidy, err) : rc;
}
