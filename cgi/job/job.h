/* SPDX-License-Identifier: EUPL-1.2 */
/* Jobs: what runs in the background. One file per kind of job, one row each in job/jobs.c. */
#ifndef CC_JOB_H
#define CC_JOB_H

#include "concord/db.h"
#include "concord/settings.h"

struct cc_job {
    void *mem;
    const struct cc_settings *settings;
    struct cc_db *db;      /* as cc_job */
    const char *arguments; /* JSON object */
};
typedef enum cc_rc cc_job_fn(struct cc_job *job, struct cc_err *err);

struct cc_job_kind {
    const char *name; /* as in the table `job` */
    cc_job_fn *run;
};
/* NULL = no such kind. */
const struct cc_job_kind *cc_job_find(const char *name);

/* Lanes and how many children each may have at once; terminated by name == NULL. */
struct cc_lane {
    const char *name;
    unsigned children;
    const char *lease;                /* PostgreSQL interval; a child beats at a third of it */
    unsigned cpu_seconds, memory_mib; /* rlimits of a child */
};
extern const struct cc_lane cc_lanes[];

/*
 * Removes the file of the full set if it ends before the newest redaction; for whoever redacts. The
 * job makes it anew at once.
 */
enum cc_rc cc_full_set_drop(struct cc_db *db, void *mem, const struct cc_settings *settings,
                            bool *is_dropped_r, struct cc_err *err) CC_CHECKED;

cc_job_fn cc_job_audit_chain, cc_job_cleanup, cc_job_full_set, cc_job_publish_waiting, cc_job_roles,
    cc_job_statistics;

#endif
