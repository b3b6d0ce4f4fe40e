/* SPDX-License-Identifier: EUPL-1.2 */
/* concord reindex: search, facets, references, names, promises and counts anew from what is
 * published. */
#include "cli/parallel.h"
#include "concord/publish.h"
#include <stdio.h>
#include <string.h>

enum stage { LOAD, FINISH, DERIVE };

struct reindexing {
    struct cc_reindex run;
    enum stage stage;
    unsigned workers;
    struct cc_progress progress;
};

static void report_done(void *arg, size_t n)
{
    cc_report_done(*(const int *)arg, n);
}

static int run_stage(struct cc_cli *cli, void *arg, unsigned worker, int report)
{
    const struct reindexing *r = arg;
    struct cc_err err = {.rc = CC_OK};
    struct cc_db *db = cc_cli_db(cli, cli->settings->db_user_job);
    enum cc_rc rc =
        r->stage == LOAD
            ? cc_reindex_load(db, cli->mem, &r->run, worker, r->workers, report_done, &report, &err)
            : cc_reindex_finish(db, cli->mem, &r->run, r->stage == DERIVE, worker, r->workers,
                                report_done, &report, &err);
    cc_db_close(db);
    return rc == CC_OK ? CC_EXIT_OK : cc_cli_fail(&err);
}

static int run_stages(struct cc_cli *cli, struct reindexing *r)
{
    static const struct {
        const char *what;
        bool alone; /* what one table is made of must be there */
    } stages[] = {[LOAD] = {"records", false},
                  [FINISH] = {"tables", false},
                  [DERIVE] = {"tables made of tables", true}};
    int exit = CC_EXIT_OK;
    for (size_t i = 0; exit == CC_EXIT_OK && i < sizeof(stages) / sizeof(*stages); i++) {
        r->stage = (enum stage)i;
        r->workers = stages[i].alone ? 1 : cc_cli_workers();
        const struct cc_parallel work = {
            .workers = r->workers, .run = run_stage, .arg = r, .progress = &r->progress};
        cc_progress_begin(&r->progress, stages[i].what, i == LOAD ? r->run.records : 0);
        exit = cc_cli_parallel(cli, &work);
        cc_progress_end(&r->progress);
    }
    return exit;
}

int cc_cmd_reindex(struct cc_cli *cli, int argc, char **argv)
{
    struct reindexing r = {0};
    struct cc_err err = {.rc = CC_OK};
    if (argc == 2 && strcmp(argv[1], "--progress") == 0)
        r.progress.wanted = true;
    else if (argc != 1)
        return cc_cli_usage(argv[0], "takes --progress or nothing");
    struct cc_db *db = cc_cli_db(cli, cli->settings->db_user_job);
    enum cc_rc rc = cc_cli_lists(cli, db, &err);
    if (rc == CC_OK)
        rc = cc_reindex_begin(db, cli->mem, &r.run, &err);
    if (rc != CC_OK) {
        cc_db_close(db);
        return cc_cli_fail(&err);
    }
    int exit = run_stages(cli, &r);
    if (exit == CC_EXIT_OK && cc_reindex_switch(db, cli->mem, &r.run, &err) != CC_OK)
        exit = cc_cli_fail(&err);
    if (exit != CC_EXIT_OK)
        cc_reindex_drop(db, cli->mem, &r.run);
    else if (cc_reindex_count(db, cli->mem, &err) != CC_OK)
        exit = cc_cli_fail(&err);
    cc_db_close(db);
    return exit;
}
