/* SPDX-License-Identifier: EUPL-1.2 */
/* What a registry does for itself: the audit trail's chain, and throwing away what has ended. */
#include "job/job.h"

enum cc_rc cc_job_audit_chain(struct cc_job *job, struct cc_err *err)
{
    struct cc_call call = {.query = Q_AUDIT_CHAIN, .params = {"10000"}};

    return cc_db_run(job->db, job->mem, &call, err);
}

enum cc_rc cc_job_cleanup(struct cc_job *job, struct cc_err *err)
{
    struct cc_call call = {.query = Q_CLEAN};

    return cc_db_run(job->db, job->mem, &call, err);
}
