/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The full set: every entry of the feed up to now in one file, files.path/full-set.xml, with the
 * position at which it ends. Readers see the old file or the new one, never half of one, and none
 * that ends before the newest redaction: it may hold what was taken out.
 */
#include "job/job.h"

#include "concord/log.h"
#include "concord/publish.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

/* The position at which a full set ends, as its root says; -1 = it does not say. */
static int64_t ends_at(const char *path)
{
    char head[1000] = "";
    FILE *file = fopen(path, "re");

    if (file == NULL) {
        return -1;
    }
    head[fread(head, 1, sizeof(head) - 1, file)] = '\0';
    (void)fclose(file);
    head[strcspn(head, ">")] = '\0';
    const char *newest = strstr(head, " newest=\"");
    return newest != NULL ? strtoll(newest + strlen(" newest=\""), NULL, 10) : -1;
}

/*
 * From here to the end of the transaction nobody redacts. Is what stands in the file older than the
 * newest redaction?
 */
static enum cc_rc lock(struct cc_db *db, void *mem, const char *path, bool *is_stale_r,
                       struct cc_err *err)
{
    struct cc_call call = {.query = Q_FULL_SET_LOCK};
    enum cc_rc rc = cc_db_pipeline(db, mem, &call, 1, CC_TX_BEGIN, err);

    if (rc == CC_OK) {
        *is_stale_r = ends_at(path) < cc_rows_int(call.rows, 0, Q_FULL_SET_LOCK_REDACTED);
    }
    return rc;
}

static const char *path_of(void *mem, const struct cc_settings *settings)
{
    return talloc_asprintf(mem, "%s/full-set.xml", settings->files_path);
}

enum cc_rc cc_full_set_drop(struct cc_db *db, void *mem, const struct cc_settings *settings,
                            bool *is_dropped_r, struct cc_err *err)
{
    const char *path = path_of(mem, settings);
    bool is_stale;
    int why = 0;
    enum cc_rc rc = lock(db, mem, path, &is_stale, err);

    if (rc != CC_OK) {
        return rc;
    }
    if (is_stale && unlink(path) != 0) {
        why = errno;
    }
    cc_db_rollback(db); /* it only held the lock */
    if (why != 0 && why != ENOENT) {
        return cc_fail(err, mem, CC_INTERNAL, NULL, NULL,
                       "\"%s\" holds what was taken out and cannot be removed: %s", path,
                       strerror(why));
    }
    *is_dropped_r = is_stale && why == 0;
    return CC_OK;
}

/* What was redacted while the file was written goes with it: the job is due again at once. */
static enum cc_rc put_in_place(struct cc_job *job, const char *made, const char *path,
                               struct cc_err *err)
{
    bool is_stale;
    int why = 0;
    enum cc_rc rc = lock(job->db, job->mem, made, &is_stale, err);

    if (rc != CC_OK) {
        return rc;
    }
    if (is_stale) {
        cc_log(CC_LOG_NOTICE, "the full set is made anew: something was taken out meanwhile");
        (void)unlink(made);
    } else if (rename(made, path) != 0) {
        why = errno;
    }
    cc_db_rollback(job->db);
    if (why == 0 && !sync_folder(job->settings->files_path)) {
        why = errno;
    }
    return why == 0
               ? CC_OK
               : cc_fail(err, job->mem, CC_INTERNAL, NULL, NULL, "\"%s\": %s", path, strerror(why));
}

/* Readable by the web server, whatever this process' mask says. */
static enum cc_rc write_file(struct cc_job *job, const char *made, struct cc_err *err)
{
    int fd = open(made, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    enum cc_rc rc = CC_INTERNAL;

    if (fd >= 0) {
        rc = cc_feed_write(job->db, job->mem, "0", fd, err);
        bool kept = rc == CC_OK && fchmod(fd, 0644) == 0 && fsync(fd) == 0;
        kept = close(fd) == 0 && kept;
        if (kept) {
            return CC_OK;
        }
    }
    return rc != CC_OK && err->rc != CC_OK ? rc
                                           : cc_fail(err, job->mem, CC_INTERNAL, NULL, NULL,
                                                     "\"%s\": %s", made, strerror(errno));
}

enum cc_rc cc_job_full_set(struct cc_job *job, struct cc_err *err)
{
    const char *path = path_of(job->mem, job->settings);
    char *made =
        talloc_asprintf(job->mem, "%s/.full-set.%ld", job->settings->files_path, (long)getpid());
    enum cc_rc rc = write_file(job, made, err);

    if (rc == CC_OK) {
        rc = put_in_place(job, made, path, err);
    }
    if (rc != CC_OK) {
        (void)unlink(made);
    }
    return rc;
}
