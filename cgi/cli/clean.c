/* SPDX-License-Identifier: EUPL-1.2 */
/* concord clean: removes what is of no more use and tells something about people. */
#include "cli/cli.h"

#include <stdio.h>

int cc_cmd_clean(struct cc_cli *cli, int argc, char **argv)
{
    struct cc_db *db = cc_cli_db(cli, cli->settings->db_user_job);
    struct cc_call call = {.query = Q_CLEAN};
    struct cc_err err = {0};

    (void)argv;
    if (argc > 1) {
        return cc_cli_usage("clean", "takes no arguments");
    }
    if (cc_db_run(db, cli->mem, &call, &err) != CC_OK) {
        return cc_cli_fail(&err);
    }
    printf("removed: %s sessions, %s one-time keys, %s throttles\n",
           cc_rows_text(call.rows, 0, Q_CLEAN_SESSIONS),
           cc_rows_text(call.rows, 0, Q_CLEAN_ONCE_KEYS),
           cc_rows_text(call.rows, 0, Q_CLEAN_THROTTLES));
    return CC_EXIT_OK;
}
