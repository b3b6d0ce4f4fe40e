/* SPDX-License-Identifier: EUPL-1.2 */
/* concord redact RECORD FIRST LAST content|note REASON: takes documents out of revisions. */
#include "cli/cli.h"

#include "concord/id.h"
#include "concord/text.h"
#include <stdio.h>
#include <string.h>

int cc_cmd_redact(struct cc_cli *cli, int argc, char **argv)
{
    struct cc_err err = {0};
    char *reason;
    const char *why;

    if (argc != 6 || !cc_id_valid(argv[1]) || !cc_is_uint(argv[2]) || !cc_is_uint(argv[3]) ||
        (strcmp(argv[4], "content") != 0 && strcmp(argv[4], "note") != 0)) {
        return cc_cli_usage(argv[0], "takes a record, the first and the last revision, "
                                     "\"content\" or \"note\", and the reason");
    }
    if (cc_text_clean(cli->mem, argv[5], strlen(argv[5]), CC_TEXT_LINE, 1000, &reason, &why) !=
            CC_OK ||
        reason[0] == '\0') {
        return cc_cli_usage(argv[0], "needs a reason, which everybody will read");
    }
    struct cc_db *db = cc_cli_db(cli, cli->settings->db_user_job);
    struct cc_call call = {.query = Q_REDACT,
                           .params = {argv[1], argv[2], argv[3], argv[4], reason}};
    if (cc_db_run(db, cli->mem, &call, &err) != CC_OK) {
        return cc_cli_fail(&err);
    }
    printf("%s documents were taken out\n", cc_rows_text(call.rows, 0, Q_REDACT_DOCUMENTS));
    cc_db_close(db);
    return CC_EXIT_OK;
}
