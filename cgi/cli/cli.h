/* SPDX-License-Identifier: EUPL-1.2 */
/* What the commands of concord(1) share. */
#ifndef CC_CLI_H
#define CC_CLI_H

#include "concord/db.h"
#include "concord/settings.h"

enum cc_cli_needs { CLI_NEEDS_NOTHING, CLI_NEEDS_SETTINGS };

/* How the program ends; concord(1) lists them. */
enum cc_exit {
    CC_EXIT_OK = 0,
    CC_EXIT_REFUSED = 1, /* the answer is no: a check failed, something was not accepted */
    CC_EXIT_USAGE = 2,
    CC_EXIT_SETTINGS = 3,
    CC_EXIT_INTERNAL = 70, /* a mistake of ours */
    CC_EXIT_BUSY = 75      /* could not reach the database: try again */
};

struct cc_cli {
    void *mem;
    const char *config;           /* path of the settings file */
    struct cc_settings *settings; /* set when the command needs them */
};

#define COMMAND(name, word, arguments, needs, help)                                                \
    int cc_cmd_##name(struct cc_cli *cli, int argc, char **argv);
#include "cli/commands.def"
#undef COMMAND

/* "concord: ..." on standard error; returns the exit code that fits, so `return cc_cli_fail()`. */
int cc_cli_fail(const struct cc_err *err);
/* For arguments that a command does not take. */
int cc_cli_usage(const char *word, const char *problem);
/* Opens (lazily) as one of the database logins: settings->db_user_job and so on. No time limit. */
struct cc_db *cc_cli_db(struct cc_cli *cli, const char *user);
/* Schemas and code lists, for commands that read or check records. */
enum cc_rc cc_cli_lists(struct cc_cli *cli, struct cc_db *db, struct cc_err *err) CC_CHECKED;
/* The file of the day may hold what was redacted; `concord work` makes another at once. */
int cc_cli_drop_full_set(struct cc_cli *cli, struct cc_db *db);
/* <share_path>/sql and the like; owned by cli->mem. */
const char *cc_cli_share(struct cc_cli *cli, const char *name);

#endif
