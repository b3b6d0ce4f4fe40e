/* SPDX-License-Identifier: EUPL-1.2 */
#include "cli/cli.h"
#include <stdio.h>
#include <string.h>

int cc_cmd_migrate(struct cc_cli *cli, int argc, char **argv)
{
    bool check_only = argc > 1 && strcmp(argv[1], "--check") == 0;
    if (argc > 2 || (argc == 2 && !check_only))
        return cc_cli_usage(argv[0], "takes --check or nothing");
    struct cc_err err = {.rc = CC_OK};
    struct cc_call rules = {.query = Q_MIGRATION_RULE,
                            .params = {cli->settings->confirm_organisations ? "t" : "f"}};
    enum cc_rc rc = cc_migrate(cli->mem, cli->settings->db_conninfo, cli->settings->db_user_migrate,
                               cc_cli_share(cli, "sql"), &rules, check_only, &err);
    if (rc != CC_OK)
        return cc_cli_fail(&err);
    puts("The database is up to date.");
    return CC_EXIT_OK;
}
