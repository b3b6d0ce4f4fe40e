/* SPDX-License-Identifier: EUPL-1.2 */
/* Roles that records got from others come into their rows of `search` (sql/functions/role.sql), and
 * new rows into its index of words (cc_search_tidy()). */
#include "job/job.h"

#include <talloc.h>

/* Records in one transaction: while it writes, nobody publishes; that is some 100 ms. */
#define BATCH     200
#define BATCH_SQL "200"
/* Batches behind which the index is tidied: else its list, which holds some more, would be emptied
 * by one of them, in the middle. */
#define TIDY 20

enum cc_rc cc_job_roles(struct cc_job *job, struct cc_err *err)
{
    struct cc_call tidy = {.query = Q_SEARCH_TIDY};
    bool is_done = false;
    enum cc_rc rc = cc_db_run(job->db, job->mem, &tidy, err);
    for (int i = 1; rc == CC_OK && !is_done; i++) {
        void *mem = talloc_new(job->mem);
        struct cc_call call = {.query = Q_ROLES_CATCH_UP, .params = {BATCH_SQL}};
        rc = cc_db_run(job->db, mem, &call, err);
        is_done = rc != CC_OK || cc_rows_int(call.rows, 0, Q_ROLES_CATCH_UP_RECORDS) < BATCH;
        talloc_free(mem);
        if (rc == CC_OK && (is_done || i % TIDY == 0))
            rc = cc_db_run(job->db, job->mem, &tidy, err);
    }
    return rc;
}
