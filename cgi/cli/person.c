/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * concord person export PERSON: every row that holds somebody's number, one line each.
 * concord person erase PERSON: removes somebody, and says what became of which rows.
 */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

static void print_export(const struct cc_rows *rows)
{
    for (size_t i = 0; i < cc_rows_count(rows); i++) {
        printf("%s.%s\t%s\n", cc_rows_text(rows, i, Q_PERSON_EXPORT_PLACE),
               cc_rows_text(rows, i, Q_PERSON_EXPORT_FIELD),
               cc_rows_text(rows, i, Q_PERSON_EXPORT_CONTENT));
    }
}

static void print_erase(const struct cc_rows *rows)
{
    for (size_t i = 0; i < cc_rows_count(rows); i++) {
        printf("%s.%s\t%s\t%s\n", cc_rows_text(rows, i, Q_PERSON_ERASE_PLACE),
               cc_rows_text(rows, i, Q_PERSON_ERASE_FIELD),
               cc_rows_text(rows, i, Q_PERSON_ERASE_NUMBER),
               cc_rows_text(rows, i, Q_PERSON_ERASE_END_IS));
    }
    puts("The next sign-in makes the person anew: the directory decides who may.");
}

static const struct action {
    const char *word;
    enum cc_query query;
    void (*print)(const struct cc_rows *rows);
} actions[] = {
    {"export", Q_PERSON_EXPORT, print_export},
    {"erase", Q_PERSON_ERASE, print_erase},
};

int cc_cmd_person(struct cc_cli *cli, int argc, char **argv)
{
    const struct action *action = NULL;

    for (size_t i = 0; argc == 3 && i < sizeof(actions) / sizeof(actions[0]); i++) {
        if (strcmp(argv[1], actions[i].word) == 0) {
            action = &actions[i];
        }
    }
    if (action == NULL) {
        return cc_cli_usage(argv[0], "takes \"export\" or \"erase\", and the person's internal "
                                     "number, subject or login name");
    }
    struct cc_err err = {0};
    struct cc_db *db = cc_cli_db(cli, cli->settings->db_user_job);
    struct cc_call call = {.query = action->query, .params = {argv[2]}};
    enum cc_rc rc = cc_db_run(db, cli->mem, &call, &err);

    if (rc == CC_OK) {
        action->print(call.rows);
    }
    cc_db_close(db);
    return rc == CC_OK ? CC_EXIT_OK : cc_cli_fail(&err);
}
