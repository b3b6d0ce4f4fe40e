/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Migrations: each file once, in a transaction of its own, recorded with its SHA-256, one runner at
 * a time. Then the functions, which are simply made anew when any of their files changed.
 */
#include "concord/buf.h"
#include "concord/hash.h"
#include "concord/log.h"
#include "db/internal.h"
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define FUNCTIONS "functions" /* their name in concord.migration */

struct file {
    char *name; /* "0001_people", without .sql */
    char *path;
    struct cc_buf text;
    char sha256[CC_SHA256_HEX + 1];
    bool done;
};

struct files {
    struct file *v;
    size_t n;
};

struct run {
    void *mem;
    struct cc_db *db;
    struct files migrations;
    struct files functions;
    struct cc_call *rules;
    char functions_sha256[CC_SHA256_HEX + 1]; /* of all names and hashes */
    bool functions_done;
    struct cc_err *err;
};

#define refuse(run, ...)                                                                           \
    cc_fail((run)->err, (run)->mem, CC_INVALID, NULL, N_("Migrations were refused."), __VA_ARGS__)

/* ---- the folder ---- */

static bool is_sql(const char *name)
{
    size_t n = strlen(name);
    return n > 4 && name[0] != '.' && strcmp(name + n - 4, ".sql") == 0;
}

static bool is_migration_name(const char *name)
{
    for (int i = 0; i < 4; i++)
        if (!isdigit((unsigned char)name[i]))
            return false;
    return name[4] == '_' && strspn(name + 5, "abcdefghijklmnopqrstuvwxyz0123456789_") ==
                                 strlen(name + 5) - strlen(".sql");
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const struct file *)a)->name, ((const struct file *)b)->name);
}

static enum cc_rc read_text(struct run *run, struct file *file)
{
    FILE *f = fopen(file->path, "rb");
    if (f == NULL)
        return refuse(run, "could not open \"%s\": %s", file->path, strerror(errno));
    char piece[8192];
    size_t got;
    cc_buf_init(&file->text, run->mem);
    while ((got = fread(piece, 1, sizeof(piece), f)) > 0)
        cc_buf_add(&file->text, piece, got);
    bool bad = ferror(f) != 0 || (file->text.len > 0 && strlen(file->text.data) != file->text.len);
    fclose(f);
    if (bad)
        return refuse(run, "could not read \"%s\" as text", file->path);
    cc_sha256_hex(cc_buf_str(&file->text), file->text.len, file->sha256);
    return CC_OK;
}

static enum cc_rc list_folder(struct run *run, const char *dir, struct files *files)
{
    DIR *d = opendir(dir);
    if (d == NULL)
        return refuse(run, "could not open \"%s\": %s", dir, strerror(errno));
    const struct dirent *entry;
    while ((entry = readdir(d)) != NULL) {
        if (!is_sql(entry->d_name))
            continue;
        files->v = talloc_realloc(run->mem, files->v, struct file, (unsigned)files->n + 1);
        if (files->v == NULL)
            cc_die("out of memory");
        struct file *file = &files->v[files->n++];
        *file = (struct file){.path = talloc_asprintf(run->mem, "%s/%s", dir, entry->d_name)};
        file->name = talloc_strndup(run->mem, entry->d_name, strlen(entry->d_name) - 4);
    }
    closedir(d);
    if (files->n > 1)
        qsort(files->v, files->n, sizeof(files->v[0]), compare_names);
    for (size_t i = 0; i < files->n; i++) {
        enum cc_rc rc = read_text(run, &files->v[i]);
        if (rc != CC_OK)
            return rc;
    }
    return CC_OK;
}

static enum cc_rc read_folders(struct run *run, const char *sql_dir)
{
    const char *migrations = talloc_asprintf(run->mem, "%s/migrations", sql_dir);
    const char *functions = talloc_asprintf(run->mem, "%s/functions", sql_dir);
    enum cc_rc rc = list_folder(run, migrations, &run->migrations);
    if (rc == CC_OK)
        rc = list_folder(run, functions, &run->functions);
    if (rc != CC_OK)
        return rc;
    for (size_t i = 0; i < run->migrations.n; i++) {
        const struct file *file = &run->migrations.v[i];
        const char *base = strrchr(file->path, '/') + 1;
        if (!is_migration_name(base))
            return refuse(run, "\"%s\" is not named NNNN_name.sql", file->path);
        if (i > 0 && strncmp(file->name, run->migrations.v[i - 1].name, 4) == 0)
            return refuse(run, "\"%s\" and \"%s\" have the same number",
                          run->migrations.v[i - 1].path, file->path);
    }
    struct cc_buf all;
    cc_buf_init(&all, run->mem);
    for (size_t i = 0; i < run->functions.n; i++)
        cc_buf_printf(&all, "%s %s\n", run->functions.v[i].name, run->functions.v[i].sha256);
    cc_sha256_hex(cc_buf_str(&all), all.len, run->functions_sha256);
    return CC_OK;
}

/* ---- what is done already ---- */

static enum cc_rc compare_one(struct run *run, const char *name, const char *sha256)
{
    if (strcmp(name, FUNCTIONS) == 0) {
        run->functions_done = strcmp(sha256, run->functions_sha256) == 0;
        return CC_OK;
    }
    for (size_t i = 0; i < run->migrations.n; i++) {
        struct file *file = &run->migrations.v[i];
        if (strcmp(file->name, name) != 0)
            continue;
        if (strcmp(file->sha256, sha256) != 0)
            return refuse(run, "\"%s\" was changed after it was applied", file->path);
        file->done = true;
        return CC_OK;
    }
    return refuse(run,
                  "migration \"%s\" was applied, but its file is missing: these files are "
                  "older than the database",
                  name);
}

static enum cc_rc compare(struct run *run)
{
    struct cc_call list = {.query = Q_MIGRATION_LIST};
    enum cc_rc rc = cc_db_run(run->db, run->mem, &list, run->err);
    for (size_t i = 0; rc == CC_OK && i < cc_rows_count(list.rows); i++)
        rc = compare_one(run, cc_rows_text(list.rows, i, Q_MIGRATION_LIST_NAME),
                         cc_rows_text(list.rows, i, Q_MIGRATION_LIST_SHA256));
    return rc;
}

static enum cc_rc check(struct run *run)
{
    struct cc_call exists = {.query = Q_MIGRATION_EXISTS, .params = {"migration"}};
    enum cc_rc rc = cc_db_run(run->db, run->mem, &exists, run->err);
    if (rc == CC_OK && cc_rows_bool(exists.rows, 0, Q_MIGRATION_EXISTS_FOUND))
        rc = compare(run);
    if (rc != CC_OK)
        return rc;
    struct cc_buf waiting;
    cc_buf_init(&waiting, run->mem);
    for (size_t i = 0; i < run->migrations.n; i++)
        if (!run->migrations.v[i].done)
            cc_buf_printf(&waiting, " %s", run->migrations.v[i].name);
    if (!run->functions_done)
        cc_buf_adds(&waiting, " " FUNCTIONS);
    if (waiting.len == 0)
        return CC_OK;
    return cc_fail(run->err, run->mem, CC_CONFLICT, NULL, N_("Migrations are waiting."),
                   "to be applied:%s", cc_buf_str(&waiting));
}

/* ---- applying ---- */

static enum cc_rc prepare(struct run *run)
{
    struct cc_call first[] = {{.query = Q_MIGRATION_PATIENCE}, {.query = Q_MIGRATION_LOCK}};
    struct cc_call table[] = {
        {.query = Q_MIGRATION_ROLE}, {.query = Q_MIGRATION_SCHEMA}, {.query = Q_MIGRATION_TABLE}};
    enum cc_rc rc = cc_db_pipeline(run->db, run->mem, first, 2, 0, run->err);
    if (rc == CC_OK)
        rc = cc_db_pipeline(run->db, run->mem, table, 3, CC_TX_BEGIN | CC_TX_COMMIT, run->err);
    return rc;
}

static enum cc_rc begin(struct run *run)
{
    struct cc_call role = {.query = Q_MIGRATION_ROLE};
    return cc_db_pipeline(run->db, run->mem, &role, 1, CC_TX_BEGIN, run->err);
}

static enum cc_rc record(struct run *run, const char *name, const char *sha256)
{
    struct cc_call call = {.query = Q_MIGRATION_RECORD, .params = {name, sha256}};
    enum cc_rc rc = cc_db_pipeline(run->db, run->mem, &call, 1, CC_TX_COMMIT, run->err);
    if (rc == CC_OK)
        cc_log(CC_LOG_NOTICE, "applied %s", name);
    return rc;
}

static enum cc_rc apply_migration(struct run *run, const struct file *file)
{
    enum cc_rc rc = begin(run);
    if (rc == CC_OK)
        rc = cc_db_script(run->db, run->mem, file->path, cc_buf_str(&file->text), run->err);
    if (rc == CC_OK)
        rc = record(run, file->name, file->sha256);
    return rc;
}

/* All files twice: first unchecked, so that they may call each other in any order, then checked. */
static enum cc_rc apply_functions(struct run *run)
{
    static const char *const passes[] = {"off", "on"};
    enum cc_rc rc = begin(run);
    for (size_t pass = 0; rc == CC_OK && pass < 2; pass++) {
        struct cc_call bodies = {.query = Q_MIGRATION_BODIES, .params = {passes[pass]}};
        rc = cc_db_pipeline(run->db, run->mem, &bodies, 1, 0, run->err);
        for (size_t i = 0; rc == CC_OK && i < run->functions.n; i++)
            rc = cc_db_script(run->db, run->mem, run->functions.v[i].path,
                              cc_buf_str(&run->functions.v[i].text), run->err);
    }
    if (rc == CC_OK)
        rc = record(run, FUNCTIONS, run->functions_sha256);
    return rc;
}

/* A database of other migrations than ours has no place for them. */
static enum cc_rc tell_rules(struct run *run)
{
    struct cc_call exists = {.query = Q_MIGRATION_EXISTS, .params = {"registry_rule"}};
    enum cc_rc rc = begin(run);
    if (rc == CC_OK)
        rc = cc_db_run(run->db, run->mem, &exists, run->err);
    if (rc == CC_OK && cc_rows_bool(exists.rows, 0, Q_MIGRATION_EXISTS_FOUND))
        return cc_db_pipeline(run->db, run->mem, run->rules, 1, CC_TX_COMMIT, run->err);
    cc_db_rollback(run->db);
    return rc;
}

static enum cc_rc apply(struct run *run)
{
    enum cc_rc rc = prepare(run);
    if (rc == CC_OK)
        rc = compare(run);
    for (size_t i = 0; rc == CC_OK && i < run->migrations.n; i++)
        if (!run->migrations.v[i].done)
            rc = apply_migration(run, &run->migrations.v[i]);
    if (rc == CC_OK && !run->functions_done)
        rc = apply_functions(run);
    return rc == CC_OK ? tell_rules(run) : rc;
}

enum cc_rc cc_migrate(void *mem, const char *conninfo, const char *user, const char *sql_dir,
                      struct cc_call *rules, bool check_only, struct cc_err *err)
{
    struct run run = {.mem = mem, .rules = rules, .err = err};
    const struct cc_db_options options = {
        .conninfo = conninfo, .user = user, .application = "concord migrate"};
    enum cc_rc rc = read_folders(&run, sql_dir);
    if (rc == CC_OK)
        rc = cc_db_open(mem, &options, &run.db);
    if (rc == CC_OK)
        rc = check_only ? check(&run) : apply(&run);
    cc_db_close(run.db);
    return rc;
}
