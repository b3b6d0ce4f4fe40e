/* SPDX-License-Identifier: EUPL-1.2 */
/* concord verify: one finding per line on standard output; ends with 1 if there was any. */
#include "cli/cli.h"
#include "concord/id.h"
#include "concord/publish.h"
#include "concord/xml.h"
#include <stdio.h>
#include <string.h>

static bool is_hash(const char *s)
{
    return strlen(s) == 64 && strspn(s, "0123456789abcdef") == 64;
}

/* The audit trail's own chain; part of verifying everything. */
static enum cc_rc verify_trail(struct cc_cli *cli, struct cc_db *db, struct cc_buf *out,
                               size_t *findings, struct cc_err *err)
{
    struct cc_call call = {.query = Q_AUDIT_BROKEN};
    enum cc_rc rc = cc_db_run(db, cli->mem, &call, err);
    for (size_t i = 0; rc == CC_OK && i < cc_rows_count(call.rows); i++, (*findings)++)
        cc_buf_printf(out, "audit trail, position %s: %s\n",
                      cc_rows_text(call.rows, i, Q_AUDIT_BROKEN_POSITION),
                      cc_rows_text(call.rows, i, Q_AUDIT_BROKEN_WHAT));
    return rc;
}

int cc_cmd_verify(struct cc_cli *cli, int argc, char **argv)
{
    struct cc_verify_options options = {0};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--progress") == 0)
            options.progress = true;
        else if (strcmp(argv[i], "--link") == 0 && i + 1 < argc && is_hash(argv[i + 1]))
            options.link = argv[++i];
        else if (argv[i][0] != '-' && options.record == NULL && cc_id_valid(argv[i]))
            options.record = argv[i];
        else
            return cc_cli_usage(argv[0],
                                "takes a record, --link HASH (64 hex digits) and --progress");
    }
    struct cc_err err = {.rc = CC_OK};
    if (cc_xml_init(cc_cli_share(cli, "schemas")) != CC_OK) {
        fputs("concord: could not read the schemas\n", stderr);
        return CC_EXIT_INTERNAL;
    }
    struct cc_buf out;
    size_t findings = 0;
    cc_buf_init(&out, cli->mem);
    struct cc_db *db = cc_cli_db(cli, cli->settings->db_user_audit);
    enum cc_rc rc = cc_verify(db, cli->mem, &options, &out, &findings, &err);
    if (options.record == NULL && (rc == CC_OK || findings > 0)) {
        size_t in_trail = 0;
        enum cc_rc trail = verify_trail(cli, db, &out, &in_trail, &err);
        findings += in_trail;
        rc = trail != CC_OK ? trail : rc;
    }
    cc_db_close(db);
    fputs(cc_buf_str(&out), stdout);
    if (rc != CC_OK && findings == 0)
        return cc_cli_fail(&err);
    printf("%zu findings\n", findings);
    return findings == 0 ? CC_EXIT_OK : CC_EXIT_REFUSED;
}
