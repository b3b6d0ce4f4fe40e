/* SPDX-License-Identifier: EUPL-1.2 */
#include "cli/cli.h"
#include "concord/log.h"
#include "concord/record.h"
#include "concord/xml.h"
#include "job/job.h"
#include <stdio.h>
#include <string.h>
#include <talloc.h>

static const int exits[CC_RC__COUNT] = {
    [CC_OK] = CC_EXIT_OK,
    [CC_NOT_FOUND] = CC_EXIT_REFUSED,
    [CC_INVALID] = CC_EXIT_REFUSED,
    [CC_BAD_REQUEST] = CC_EXIT_REFUSED,
    [CC_TOO_LARGE] = CC_EXIT_REFUSED,
    [CC_CONFLICT] = CC_EXIT_REFUSED,
    [CC_LOGIN] = CC_EXIT_REFUSED,
    [CC_FORBIDDEN] = CC_EXIT_REFUSED,
    [CC_GONE] = CC_EXIT_REFUSED,
    [CC_BUSY] = CC_EXIT_BUSY,
    [CC_UNCERTAIN] = CC_EXIT_BUSY,
    [CC_INTERNAL] = CC_EXIT_INTERNAL,
};

int cc_cli_fail(const struct cc_err *err)
{
    const char *message = err->message != NULL ? err->message : cc_rc_name(err->rc);

    /* What functions of the registry refuse they explain; pages have other words for it. */
    if (err->said != NULL && strncmp(err->sqlstate, "CC", 2) == 0) {
        fprintf(stderr, "concord: %s\n", err->said);
    } else if (err->detail != NULL) {
        fprintf(stderr, "concord: %s (%s)\n", message, err->detail);
    } else {
        fprintf(stderr, "concord: %s\n", message);
    }
    return exits[err->rc];
}

int cc_cli_usage(const char *word, const char *problem)
{
    fprintf(stderr, "concord %s: %s; see \"concord --help\"\n", word, problem);
    return CC_EXIT_USAGE;
}

struct cc_db *cc_cli_db(struct cc_cli *cli, const char *user)
{
    const struct cc_db_options options = {
        .conninfo = cli->settings->db_conninfo,
        .user = user,
        .prepare = cli->settings->db_prepare,
        .application = "concord",
    };
    struct cc_db *db = NULL;
    if (cc_db_open(cli->mem, &options, &db) != CC_OK)
        cc_die("could not make a database handle");
    return db;
}

const char *cc_cli_share(struct cc_cli *cli, const char *name)
{
    char *path = talloc_asprintf(cli->mem, "%s/%s", cli->settings->share_path, name);
    if (path == NULL)
        cc_die("out of memory");
    return path;
}

int cc_cli_drop_full_set(struct cc_cli *cli, struct cc_db *db)
{
    struct cc_err err = {0};
    bool is_dropped = false;
    if (cc_full_set_drop(db, cli->mem, cli->settings, &is_dropped, &err) != CC_OK)
        return cc_cli_fail(&err);
    if (is_dropped)
        printf("%s/full-set.xml was removed, concord work makes it anew\n",
               cli->settings->files_path);
    return CC_EXIT_OK;
}

enum cc_rc cc_cli_lists(struct cc_cli *cli, struct cc_db *db, struct cc_err *err)
{
    struct cc_call lists = {.query = Q_CODELIST_ALL};
    if (cc_xml_init(cc_cli_share(cli, "schemas")) != CC_OK)
        return cc_fail(err, cli->mem, CC_INTERNAL, NULL, "could not read the schemas", "%s",
                       cli->settings->share_path);
    enum cc_rc rc = cc_db_run(db, cli->mem, &lists, err);
    if (rc == CC_OK)
        cc_codelists_load(cli->mem, lists.rows);
    return rc;
}
