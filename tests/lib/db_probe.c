/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The database layer on the command line, for tests/integration/test_db.py: one line of input is
 * one pipeline, one line of output says how it ended.
 *
 *     [begin] [read] [commit] [retry] [stream] STATEMENT[:PARAM[:PARAM...]] ...
 *     -> RESULT trips=N tx=0|1 sqlstate=S constraint=C rows=TEXT|TEXT
 */
#include "concord/clock.h"
#include "concord/db.h"
#include "concord/hash.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define CALLS_MAX 8

struct line {
    void *mem;
    struct cc_call calls[CALLS_MAX];
    size_t n;
    unsigned flags;
    bool retry, stream;
    size_t streamed;
};

static enum cc_query find_query(const char *name)
{
    for (int i = 0; i < Q__COUNT; i++)
        if (strcmp(cc_stmts[i].name, name) == 0)
            return (enum cc_query)i;
    fprintf(stderr, "no statement \"%s\"\n", name);
    exit(2);
}

static void add_call(struct line *line, char *word)
{
    struct cc_call *call = &line->calls[line->n++];
    int n = 0;
    call->query = find_query(strsep(&word, ":"));
    for (char *param; n < CC_DB_PARAMS_MAX && (param = strsep(&word, ":")) != NULL;)
        call->params[n++] = param;
}

static void parse_line(struct line *line, char *text)
{
    for (char *word; (word = strsep(&text, " \n")) != NULL;) {
        if (strcmp(word, "begin") == 0)
            line->flags |= CC_TX_BEGIN;
        else if (strcmp(word, "read") == 0)
            line->flags |= CC_TX_READ_ONLY;
        else if (strcmp(word, "commit") == 0)
            line->flags |= CC_TX_COMMIT;
        else if (strcmp(word, "retry") == 0)
            line->retry = true;
        else if (strcmp(word, "stream") == 0)
            line->stream = true;
        else if (*word != '\0' && line->n < CALLS_MAX)
            add_call(line, word);
    }
}

static enum cc_rc count_row(void *arg, const struct cc_rows *row, struct cc_err *err)
{
    struct line *line = arg;
    (void)err;
    line->streamed += cc_rows_count(row);
    return CC_OK;
}

static enum cc_rc run(struct cc_db *db, void *arg, struct cc_err *err)
{
    struct line *line = arg;
    if (line->stream)
        return cc_db_stream(db, line->mem, &line->calls[0], count_row, line, err);
    return cc_db_pipeline(db, line->mem, line->calls, line->n, line->flags, err);
}

static void print_rows(const struct line *line)
{
    if (line->stream)
        printf("%zu", line->streamed);
    for (size_t i = 0; i < line->n; i++)
        for (size_t k = 0; k < cc_rows_count(line->calls[i].rows); k++)
            if (cc_stmts[line->calls[i].query].columns > 0)
                printf("%s|", cc_rows_text(line->calls[i].rows, k, 0));
}

int main(int argc, char **argv)
{
    char text[1024];
    struct cc_db *db = NULL;
    if (argc < 5 || cc_crypto_init() != CC_OK)
        return 2;
    const struct cc_db_options options = {
        .conninfo = argv[1],
        .user = argv[2],
        .prepare = strcmp(argv[3], "yes") == 0,
        .statement_timeout_ms = (int)strtol(argv[4], NULL, 10),
        .application = "probe",
    };
    void *top = talloc_new(NULL);
    if (cc_db_open(top, &options, &db) != CC_OK)
        return 2;
    while (fgets(text, sizeof(text), stdin) != NULL) {
        struct line line = {.mem = talloc_new(top)};
        struct cc_err err = {.rc = CC_OK};
        parse_line(&line, text);
        cc_db_reset_trips(db);
        enum cc_rc rc = line.retry ? cc_db_retry(db, run, &line, &err) : run(db, &line, &err);
        printf("%s trips=%u tx=%d sqlstate=%s constraint=%s rows=", cc_rc_name(rc), cc_db_trips(db),
               cc_db_in_tx(db), err.sqlstate, err.constraint);
        print_rows(&line);
        putchar('\n');
        fflush(stdout);
        talloc_free(line.mem);
    }
    talloc_free(top);
    return 0;
}
