/* SPDX-License-Identifier: EUPL-1.2 */
/* The script for the database administrator: sql/setup.sql with the name of the database. */
#include "cli/cli.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

int cc_cmd_setup_sql(struct cc_cli *cli, int argc, char **argv)
{
    char line[1024];
    if (argc > 1)
        return cc_cli_usage(argv[0], "takes no arguments");
    const char *path = cc_cli_share(cli, "sql/setup.sql");
    const char *database = cc_db_name(cli->mem, cli->settings->db_conninfo);
    if (database == NULL || strpbrk(database, "'\"\\\n") != NULL) {
        fputs("concord: db.conninfo must name the database: dbname=concord\n", stderr);
        return CC_EXIT_SETTINGS;
    }
    FILE *f = fopen(path, "r");
    if (f == NULL) {
        fprintf(stderr, "concord: could not open \"%s\": %s\n", path, strerror(errno));
        return CC_EXIT_SETTINGS;
    }
    printf("\\set database '%s'\n", database);
    while (fgets(line, sizeof(line), f) != NULL)
        fputs(line, stdout);
    bool bad = ferror(f) != 0;
    fclose(f);
    return bad || fflush(stdout) != 0 ? CC_EXIT_INTERNAL : CC_EXIT_OK;
}
