/* SPDX-License-Identifier: EUPL-1.2 */
/* concord verify: one finding per line on standard output; ends with 1 if there was any. */
#include "cli/parallel.h"
#include "concord/id.h"
#include "concord/publish.h"
#include "concord/xml.h"
#include <stdio.h>
#include <string.h>

struct verifying {
    const char *record, *link;
    unsigned revision_workers;
    struct cc_progress progress;
    size_t findings;
};

static bool is_hash(const char *s)
{
    return strlen(s) == 64 && strspn(s, "0123456789abcdef") == 64;
}

static void print(void *arg, const char *line)
{
    struct verifying *v = arg;
    puts(line);
    v->findings++;
}

static void report_line(void *arg, const char *line)
{
    cc_report_line(*(const int *)arg, line);
}

static void report_done(void *arg, size_t n)
{
    cc_report_done(*(const int *)arg, n);
}

/* The first two workers have the feed and the leftovers, the others share the revisions. */
static int run(struct cc_cli *cli, void *arg, unsigned worker, int report)
{
    struct verifying *v = arg;
    enum cc_verify_part part = worker == 0   ? CC_VERIFY_FEED
                               : worker == 1 ? CC_VERIFY_LEFTOVERS
                                             : CC_VERIFY_REVISIONS;
    const struct cc_verify_options options = {
        .link = v->link,
        .worker = part == CC_VERIFY_REVISIONS ? worker - 2 : 0,
        .workers = v->revision_workers,
        .found = report_line,
        .done = report_done,
        .arg = &report,
    };
    struct cc_err err = {.rc = CC_OK};
    struct cc_db *db = cc_cli_db(cli, cli->settings->db_user_audit);
    enum cc_rc rc = cc_verify(db, cli->mem, part, &options, &err);
    cc_db_close(db);
    return rc == CC_OK ? CC_EXIT_OK : cc_cli_fail(&err);
}

/* The audit trail's own chain. */
static enum cc_rc verify_trail(struct verifying *v, struct cc_cli *cli, struct cc_db *db,
                               struct cc_err *err)
{
    struct cc_call call = {.query = Q_AUDIT_BROKEN};
    enum cc_rc rc = cc_db_run(db, cli->mem, &call, err);
    for (size_t i = 0; rc == CC_OK && i < cc_rows_count(call.rows); i++, v->findings++)
        printf("audit trail, position %s: %s\n",
               cc_rows_text(call.rows, i, Q_AUDIT_BROKEN_POSITION),
               cc_rows_text(call.rows, i, Q_AUDIT_BROKEN_WHAT));
    return rc;
}

static int verify_all(struct verifying *v, struct cc_cli *cli)
{
    struct cc_err err = {.rc = CC_OK};
    struct cc_call amount = {.query = Q_VERIFY_AMOUNT};
    struct cc_db *db = cc_cli_db(cli, cli->settings->db_user_audit);
    enum cc_rc rc = cc_db_run(db, cli->mem, &amount, &err);
    cc_db_close(db);
    if (rc != CC_OK)
        return cc_cli_fail(&err);
    v->revision_workers = cc_cli_workers();
    cc_progress_begin(&v->progress, "entries and revisions",
                      cc_rows_int(amount.rows, 0, Q_VERIFY_AMOUNT_REVISIONS) +
                          cc_rows_int(amount.rows, 0, Q_VERIFY_AMOUNT_ENTRIES));
    const struct cc_parallel work = {.workers = 2 + v->revision_workers,
                                     .run = run,
                                     .line = print,
                                     .arg = v,
                                     .progress = &v->progress};
    int exit = cc_cli_parallel(cli, &work);
    cc_progress_end(&v->progress);
    if (exit != CC_EXIT_OK)
        return exit;
    db = cc_cli_db(cli, cli->settings->db_user_audit);
    rc = verify_trail(v, cli, db, &err);
    cc_db_close(db);
    return rc == CC_OK ? CC_EXIT_OK : cc_cli_fail(&err);
}

static void ignore(void *arg, size_t n)
{
    (void)arg, (void)n;
}

/* The feed is a chain of all records: only somebody's link needs it here. */
static int verify_record(struct verifying *v, struct cc_cli *cli)
{
    const struct cc_verify_options options = {.record = v->record,
                                              .link = v->link,
                                              .workers = 1,
                                              .found = print,
                                              .done = ignore,
                                              .arg = v};
    struct cc_err err = {.rc = CC_OK};
    struct cc_db *db = cc_cli_db(cli, cli->settings->db_user_audit);
    enum cc_rc rc = CC_OK;
    if (v->link != NULL)
        rc = cc_verify(db, cli->mem, CC_VERIFY_FEED, &options, &err);
    if (rc == CC_OK)
        rc = cc_verify(db, cli->mem, CC_VERIFY_REVISIONS, &options, &err);
    cc_db_close(db);
    return rc == CC_OK ? CC_EXIT_OK : cc_cli_fail(&err);
}

int cc_cmd_verify(struct cc_cli *cli, int argc, char **argv)
{
    struct verifying v = {0};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--progress") == 0)
            v.progress.wanted = true;
        else if (strcmp(argv[i], "--link") == 0 && i + 1 < argc && is_hash(argv[i + 1]))
            v.link = argv[++i];
        else if (argv[i][0] != '-' && v.record == NULL && cc_id_valid(argv[i]))
            v.record = argv[i];
        else if (argv[i][0] != '-' && v.record == NULL) {
            fprintf(stderr, "concord: \"%s\" is not an identifier of a registry\n", argv[i]);
            return CC_EXIT_USAGE;
        } else
            return cc_cli_usage(argv[0],
                                "takes a record, --link HASH (64 hex digits) and --progress");
    }
    if (cc_xml_init(cc_cli_share(cli, "schemas")) != CC_OK) {
        fputs("concord: could not read the schemas\n", stderr);
        return CC_EXIT_INTERNAL;
    }
    int exit = v.record == NULL ? verify_all(&v, cli) : verify_record(&v, cli);
    if (exit != CC_EXIT_OK)
        return exit;
    printf("%zu findings\n", v.findings);
    return v.findings == 0 ? CC_EXIT_OK : CC_EXIT_REFUSED;
}
