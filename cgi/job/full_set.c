/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The full set: every entry of the feed up to now in one file, files.path/full-set.xml, with the
 * position at which it ends. Readers see the old file or the new one, never half of one.
 */
#include "job/job.h"

#include "concord/publish.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#define PAGE_ENTRIES "1000"
#define PAGE_BYTES   "8388608"

static enum cc_rc write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);

        if (n < 0 && errno != EINTR) {
            return CC_INTERNAL;
        }
        data += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return CC_OK;
}

static void add_entry(struct cc_buf *out, const struct cc_rows *page, size_t i)
{
    struct cc_feed_entry entry = {
        .position = cc_rows_text(page, i, Q_FEED_PAGE_POSITION),
        .stamp = cc_rows_text(page, i, Q_FEED_PAGE_STAMP),
        .record = cc_rows_text(page, i, Q_FEED_PAGE_RECORD_ID),
        .kind = cc_rows_text(page, i, Q_FEED_PAGE_KIND),
        .revision = cc_rows_text(page, i, Q_FEED_PAGE_REVISION),
        .event = cc_rows_text(page, i, Q_FEED_PAGE_EVENT),
        .link = cc_rows_text(page, i, Q_FEED_PAGE_LINK),
        .content = cc_rows_text(page, i, Q_FEED_PAGE_CONTENT),
        .seal = cc_rows_text(page, i, Q_FEED_PAGE_SEAL),
        .note = cc_rows_text(page, i, Q_FEED_PAGE_NOTE),
    };

    cc_feed_entry(out, &entry, false);
}

/* One page behind *after, up to the position `end`; *after moves on. */
static enum cc_rc write_page(struct cc_job *job, int fd, long long *after, long long end,
                             struct cc_err *err)
{
    void *mem = talloc_new(job->mem);
    struct cc_call call = {
        .query = Q_FEED_PAGE,
        .params = {talloc_asprintf(mem, "%lld", *after), PAGE_ENTRIES, PAGE_BYTES}};
    struct cc_buf out;

    cc_buf_init(&out, mem);
    enum cc_rc rc = cc_db_run(job->db, mem, &call, err);
    size_t n = rc == CC_OK ? cc_rows_count(call.rows) : 0;
    if (rc == CC_OK && n == 0) {
        rc = cc_fail(err, job->mem, CC_INTERNAL, NULL, NULL, "the feed ends at %lld, not at %lld",
                     *after, end);
    }
    for (size_t i = 0; i < n && *after < end; i++) {
        *after = cc_rows_int(call.rows, i, Q_FEED_PAGE_POSITION);
        add_entry(&out, call.rows, i);
    }
    if (rc == CC_OK) {
        rc = write_all(fd, cc_buf_str(&out), out.len);
    }
    talloc_free(mem);
    return rc;
}

static enum cc_rc write_set(struct cc_job *job, int fd, struct cc_err *err)
{
    struct cc_call newest = {.query = Q_FEED_NEWEST};
    struct cc_buf edge;
    long long after = 0;

    enum cc_rc rc = cc_db_run(job->db, job->mem, &newest, err);
    if (rc != CC_OK) {
        return rc;
    }
    const char *position = cc_rows_text(newest.rows, 0, Q_FEED_NEWEST_POSITION);
    long long end = strtoll(position, NULL, 10);
    cc_buf_init(&edge, job->mem);
    cc_feed_open(&edge, "0", NULL, position, cc_rows_text(newest.rows, 0, Q_FEED_NEWEST_LINK));
    rc = write_all(fd, cc_buf_str(&edge), edge.len);
    while (rc == CC_OK && after < end) {
        rc = write_page(job, fd, &after, end, err);
    }
    cc_buf_init(&edge, job->mem);
    cc_feed_close(&edge);
    return rc == CC_OK ? write_all(fd, cc_buf_str(&edge), edge.len) : rc;
}

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
    enum cc_rc rc = write_set(job, fd, err);
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
