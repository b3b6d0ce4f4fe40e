/* SPDX-License-Identifier: EUPL-1.2 */
/* Every kind of job, and the lanes that they run in. */
#include "job/job.h"

#include <string.h>

static const struct cc_job_kind kinds[] = {
    {"audit-chain", cc_job_audit_chain},
    {"cleanup", cc_job_cleanup},
    {"full-set", cc_job_full_set},
    {"publish-waiting", cc_job_publish_waiting},
    {"roles", cc_job_roles},
    {"statistics", cc_job_statistics},
};

const struct cc_lane cc_lanes[] = {
    {"periodic", 2, "60 seconds", 600, 1024}, {"import", 1, "60 seconds", 3600, 1024},
    {"mail", 2, "60 seconds", 60, 256},       {"delivery", 2, "60 seconds", 60, 256},
    {"harvest", 1, "60 seconds", 600, 512},   {NULL, 0, NULL, 0, 0},
};

const struct cc_job_kind *cc_job_find(const char *name)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            return &kinds[i];
        }
    }
    return NULL;
}
