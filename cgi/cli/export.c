/* SPDX-License-Identifier: EUPL-1.2 */
/* concord export: the whole feed as one document on standard output, page by page. */
#include "cli/cli.h"
#include "concord/publish.h"
#include "concord/text.h"
#include <string.h>
#include <unistd.h>

int cc_cmd_export(struct cc_cli *cli, int argc, char **argv)
{
    const char *after = "0";
    struct cc_err err = {.rc = CC_OK};
    if (argc == 3 && strcmp(argv[1], "--after") == 0 && cc_is_uint(argv[2]))
        after = argv[2];
    else if (argc != 1)
        return cc_cli_usage(argv[0], "takes --after POSITION or nothing");
    struct cc_db *db = cc_cli_db(cli, cli->settings->db_user_job);
    enum cc_rc rc = cc_feed_write(db, cli->mem, after, STDOUT_FILENO, &err);
    cc_db_close(db);
    return rc == CC_OK ? CC_EXIT_OK : cc_cli_fail(&err);
}
