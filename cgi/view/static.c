/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Content hashes of the files of web/, so that browsers keep them for ever and still see a new
 * version at once. Read once at start: a new version of the program comes with new workers.
 */
#include "concord/hash.h"
#include "concord/html.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

enum { FILES_MAX = 64, HASH_LEN = 12, CHUNK = 65536 };

static struct {
    const char *name;
    char hash[HASH_LEN + 1];
} files[FILES_MAX];
static size_t file_count;

static bool hash_file(void *mem, int fd, char hash_r[HASH_LEN + 1])
{
    struct cc_buf b;
    char hex[CC_SHA256_HEX + 1];
    ssize_t n;

    cc_buf_init(&b, mem);
    do {
        cc_buf_reserve(&b, CHUNK);
        n = read(fd, b.data + b.len, CHUNK);
        if (n > 0)
            b.len += (size_t)n;
    } while (n > 0);
    if (n == 0) {
        cc_sha256_hex(b.data, b.len, hex);
        memcpy(hash_r, hex, HASH_LEN);
        hash_r[HASH_LEN] = '\0';
    }
    talloc_free(b.data);
    return n == 0;
}

static enum cc_rc load_file(void *mem, int dir_fd, const char *name, struct cc_err *err)
{
    struct stat st;
    enum cc_rc rc = CC_INTERNAL;
    int fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &st) != 0)
        goto out;
    if (S_ISREG(st.st_mode)) {
        if (file_count == FILES_MAX || !hash_file(mem, fd, files[file_count].hash))
            goto out;
        files[file_count].name = talloc_strdup(mem, name);
        file_count++;
    }
    rc = CC_OK;
out:
    if (fd >= 0)
        close(fd);
    if (rc != CC_OK)
        return cc_fail(err, mem, rc, NULL, N_("The registry is not installed completely."),
                       "could not read static file \"%s\": %m", name);
    return rc;
}

enum cc_rc cc_static_load(void *mem, const char *dir, struct cc_err *err)
{
    enum cc_rc rc = CC_OK;
    DIR *d = opendir(dir);

    file_count = 0;
    if (d == NULL)
        return cc_fail(err, mem, CC_INTERNAL, NULL, N_("The registry is not installed completely."),
                       "could not open folder \"%s\": %m", dir);
    for (struct dirent *e; rc == CC_OK && (e = readdir(d)) != NULL;) {
        if (e->d_name[0] != '.')
            rc = load_file(mem, dirfd(d), e->d_name, err);
    }
    closedir(d);
    return rc;
}

const char *cc_static_hash(const char *file)
{
    for (size_t i = 0; i < file_count; i++) {
        if (strcmp(files[i].name, file) == 0)
            return files[i].hash;
    }
    return "0";
}
