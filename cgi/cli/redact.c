/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * concord redact RECORD FIRST LAST content|note REASON: takes documents out of revisions.
 * concord redact --text STRING RECORD REASON: those that hold a text, whichever they are. STRING
 * "-" is read from standard input: arguments of a program can be read by everybody on the machine.
 */
#include "cli/cli.h"

#include "concord/id.h"
#include "concord/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define TEXT_MIN 3 /* characters: less stands everywhere */
#define TEXT_MAX 1000

/* The text of an argument as it would stand in a record; NULL = it cannot. */
static const char *clean(struct cc_cli *cli, const char *text)
{
    char *out;
    const char *why;

    return cc_text_clean(cli->mem, text, strlen(text), CC_TEXT_LINE, TEXT_MAX, &out, &why) ==
                       CC_OK &&
                   out[0] != '\0'
               ? out
               : NULL;
}

/* What is to go: the argument, or the first line of standard input for "-". NULL = no clean text.
 */
static const char *text_to_go(struct cc_cli *cli, const char *argument)
{
    char line[4 * TEXT_MAX + 2];

    if (strcmp(argument, "-") != 0) {
        return clean(cli, argument);
    }
    if (fgets(line, sizeof(line), stdin) == NULL) {
        return NULL;
    }
    line[strcspn(line, "\n")] = '\0';
    return clean(cli, line);
}

/* What cc_redact_text() says was done or was found. A number: of the revision. */
static const struct outcome {
    const char *what, *words; /* the number stands in between */
    bool is_document;         /* taken out, and counted */
} outcomes[] = {
    {"content", "", true},
    {"note", "", true},
    {"kept", "elements kept of its last IATI import", false},
    {"confirmation", "names and note of its confirmation by the secretariat", false},
    {"content-capitals", " holds it in other capitals and stays", false},
    {"note-capitals", " holds it in other capitals and stays", false},
    {"working-capitals", "the working copy holds it in other capitals and keeps it", false},
};

/* Prints a row; true: a document was taken out. */
static bool tell(const char *what, const char *revision)
{
    for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
        const struct outcome *o = &outcomes[i];

        if (strcmp(o->what, what) == 0 && revision != NULL) {
            printf("%.*s of revision %s%s\n", (int)strcspn(what, "-"), what, revision, o->words);
            return o->is_document;
        }
        if (strcmp(o->what, what) == 0) {
            puts(o->words);
        }
    }
    return false;
}

static int redact_text(struct cc_cli *cli, struct cc_db *db, const char *text, const char *id,
                       const char *reason)
{
    struct cc_err err = {0};
    struct cc_call call = {.query = Q_REDACT_TEXT, .params = {id, text, reason}};
    struct cc_call kept = {.query = Q_WORDINGS_WITH, .params = {id, text}};

    if (cc_db_run(db, cli->mem, &call, &err) != CC_OK ||
        cc_db_run(db, cli->mem, &kept, &err) != CC_OK) {
        return cc_cli_fail(&err);
    }
    size_t n = 0;
    for (size_t i = 0; i < cc_rows_count(call.rows); i++) {
        n += tell(cc_rows_text(call.rows, i, Q_REDACT_TEXT_WHAT),
                  cc_rows_text(call.rows, i, Q_REDACT_TEXT_NUMBER));
    }
    printf("%zu documents were taken out\n", n);
    const char *wordings = cc_rows_text(kept.rows, 0, Q_WORDINGS_WITH_WORDINGS);
    if (strcmp(wordings, "0") != 0) {
        printf("%s wordings of consent hold it and stay: only the two parties see them\n",
               wordings);
    }
    return n > 0 ? cc_cli_drop_full_set(cli, db) : CC_EXIT_OK;
}

static int redact_range(struct cc_cli *cli, struct cc_db *db, char **argv, const char *reason)
{
    struct cc_err err = {0};
    struct cc_call call = {.query = Q_REDACT,
                           .params = {argv[1], argv[2], argv[3], argv[4], reason}};

    if (cc_db_run(db, cli->mem, &call, &err) != CC_OK) {
        return cc_cli_fail(&err);
    }
    const char *documents = cc_rows_text(call.rows, 0, Q_REDACT_DOCUMENTS);
    printf("%s documents were taken out\n", documents);
    return strcmp(documents, "0") != 0 ? cc_cli_drop_full_set(cli, db) : CC_EXIT_OK;
}

int cc_cmd_redact(struct cc_cli *cli, int argc, char **argv)
{
    bool by_text = argc == 5 && strcmp(argv[1], "--text") == 0;
    const char *id = by_text ? argv[3] : argv[1];
    const char *text = by_text ? text_to_go(cli, argv[2]) : NULL;

    if (by_text ? !cc_id_valid(id)
                : argc != 6 || !cc_id_valid(id) || !cc_is_uint(argv[2]) || !cc_is_uint(argv[3]) ||
                      (strcmp(argv[4], "content") != 0 && strcmp(argv[4], "note") != 0)) {
        return cc_cli_usage(argv[0], "takes a record, the first and the last revision, "
                                     "\"content\" or \"note\", and the reason; or --text, "
                                     "what is to go, a record and the reason");
    }
    if (!by_text && (strtoul(argv[2], NULL, 10) < 1 ||
                     strtoul(argv[3], NULL, 10) < strtoul(argv[2], NULL, 10))) {
        return cc_cli_usage(argv[0], "counts revisions from 1, and the last is not before the "
                                     "first");
    }
    if (by_text && (text == NULL || cc_utf8_chars(text) < TEXT_MIN)) {
        return cc_cli_usage(argv[0], "needs a text of at least three characters");
    }
    const char *reason = clean(cli, argv[argc - 1]);
    if (reason == NULL) {
        return cc_cli_usage(argv[0], "needs a reason, which everybody will read");
    }
    struct cc_db *db = cc_cli_db(cli, cli->settings->db_user_job);
    int code =
        by_text ? redact_text(cli, db, text, id, reason) : redact_range(cli, db, argv, reason);
    cc_db_close(db);
    return code;
}
