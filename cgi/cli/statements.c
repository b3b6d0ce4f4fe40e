/* SPDX-License-Identifier: EUPL-1.2 */
/* The table of statements for the test that prepares them all; tabs and line ends are escaped. */
#include "cli/cli.h"
#include <stdio.h>

static void put_escaped(const char *s)
{
    for (; *s != '\0'; s++) {
        if (*s == '\n')
            fputs("\\n", stdout);
        else if (*s == '\t')
            fputs("\\t", stdout);
        else if (*s == '\\')
            fputs("\\\\", stdout);
        else
            putchar(*s);
    }
}

int cc_cmd_statements(struct cc_cli *cli, int argc, char **argv)
{
    static const char *const kinds[] = {
        [CC_RESULT_EXEC] = "exec",
        [CC_RESULT_ONE] = "one",
        [CC_RESULT_OPT] = "opt",
        [CC_RESULT_MANY] = "many",
    };
    (void)cli;
    if (argc > 1)
        return cc_cli_usage(argv[0], "takes no arguments");
    for (const struct cc_stmt *s = cc_stmts; s->name != NULL; s++) {
        printf("%s\t%s\t%s\t%s\t%s\t%s\t", s->name, kinds[s->kind], s->read_only ? "read" : "",
               s->file, s->param_types, s->column_names);
        put_escaped(s->sql);
        putchar('\n');
    }
    return CC_EXIT_OK;
}
