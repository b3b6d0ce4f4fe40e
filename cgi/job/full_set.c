/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The full set: every entry of the feed up to now in one file, files.path/full-set.xml, with the
 * position at which it ends. Readers see the old file or the new one, never half of one.
 */
#include "job/job.h"

#include "concord/publish.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

/* The name in the folder must be on the disk, too. */
static bool sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0) {
        close(fd);
    }
    return done;
}

enum cc_rc cc_job_full_set(struct cc_job *job, struct cc_err *err)
{
    const char *folder = job->settings->files_path;
    char *path = talloc_asprintf(job->mem, "%s/full-set.xml", folder);
    char *made = talloc_asprintf(job->mem, "%s/.full-set.%ld", folder, (long)getpid());
    int fd = open(made, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);

    if (fd < 0) {
        return cc_fail(err, job->mem, CC_INTERNAL, NULL, NULL, "\"%s\": %s", made, strerror(errno));
    }
    enum cc_rc rc = cc_feed_write(job->db, job->mem, "0", fd, err);
    bool kept = rc == CC_OK && fsync(fd) == 0;
    kept = close(fd) == 0 && kept;
    kept = kept && rename(made, path) == 0 && sync_folder(folder);
    if (!kept) {
        int why = errno;

        (void)unlink(made);
        return rc != CC_OK && err->rc != CC_OK ? rc
                                               : cc_fail(err, job->mem, CC_INTERNAL, NULL, NULL,
                                                         "\"%s\": %s", path, strerror(why));
    }
    return CC_OK;
}
