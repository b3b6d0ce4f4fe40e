/* SPDX-License-Identifier: EUPL-1.2 */
#include "cli/cli.h"
#include <stdio.h>

int cc_cmd_check_config(struct cc_cli *cli, int argc, char **argv)
{
    if (argc > 1)
        return cc_cli_usage(argv[0], "takes no arguments");
    struct cc_buf report;
    cc_buf_init(&report, cli->mem);
    if (cc_settings_read(cli->mem, cli->config, &cli->settings, &report) != CC_OK) {
        fputs(cc_buf_str(&report), stderr);
        return CC_EXIT_SETTINGS;
    }
    printf("%s: no mistakes found\n", cli->config);
    return CC_EXIT_OK;
}

int cc_cmd_show_config(struct cc_cli *cli, int argc, char **argv)
{
    if (argc > 1)
        return cc_cli_usage(argv[0], "takes no arguments");
    struct cc_buf out;
    cc_buf_init(&out, cli->mem);
    cc_settings_show(cli->settings, &out);
    fputs(cc_buf_str(&out), stdout);
    return CC_EXIT_OK;
}
