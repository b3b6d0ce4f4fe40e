/* SPDX-License-Identifier: EUPL-1.2 */
/* Counts what charts and the pages of goals and countries show, when something was published. */
#include "job/job.h"

#include "concord/subject.h"

enum cc_rc cc_job_statistics(struct cc_job *job, struct cc_err *err)
{
    struct cc_buf paths;
    struct cc_call call = {.query = Q_STATISTICS_COUNT};

    cc_buf_init(&paths, job->mem);
    cc_subjects_json(&paths);
    call.params[0] = cc_buf_str(&paths);
    call.params[1] = "f";
    return cc_db_run(job->db, job->mem, &call, err);
}
