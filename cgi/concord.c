/* SPDX-License-Identifier: EUPL-1.2 */
/* concord: the command line. It reads the settings and runs one command of cli/commands.def. */
#include "cli/cli.h"
#include "concord/hash.h"
#include "concord/log.h"
#include <config.h>
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

static const struct command {
    const char *word;
    const char *arguments;
    enum cc_cli_needs needs;
    const char *help;
    int (*run)(struct cc_cli *cli, int argc, char **argv);
} commands[] = {
#define COMMAND(name, word, arguments, needs, help) {word, arguments, needs, help, cc_cmd_##name},
#include "cli/commands.def"
#undef COMMAND
};
#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_command(const struct command *command, const char *indent)
{
    printf("%s%s%s%s\n      %s\n", indent, command->word, command->arguments[0] != '\0' ? " " : "",
           command->arguments, command->help);
}

static void print_help(void)
{
    puts("Usage: concord [-c FILE] COMMAND [ARGUMENT...]\n");
    puts("  -c, --config FILE      settings; default " CC_SYSCONFDIR "/concord/concord.conf");
    puts("  -h, --help             this text");
    puts("  -V, --version          the version\n");
    for (size_t i = 0; i < N_COMMANDS; i++)
        if (commands[i].help[0] != '\0')
            print_command(&commands[i], "  ");
    puts("\nconcord(1) tells more.");
}

static const struct command *find_command(const char *word)
{
    for (size_t i = 0; i < N_COMMANDS; i++)
        if (strcmp(commands[i].word, word) == 0)
            return &commands[i];
    return NULL;
}

static int run_command(struct cc_cli *cli, const struct command *command, int argc, char **argv)
{
    struct cc_buf report;
    cc_buf_init(&report, cli->mem);
    if (command->needs == CLI_NEEDS_SETTINGS &&
        cc_settings_read(cli->mem, cli->config, &cli->settings, &report) != CC_OK) {
        fputs(cc_buf_str(&report), stderr);
        return CC_EXIT_SETTINGS;
    }
    return command->run(cli, argc, argv);
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},
        {NULL, 0, NULL, 0},
    };
    struct cc_cli cli = {.config = CC_SYSCONFDIR "/concord/concord.conf"};
    int option;
    setlocale(LC_CTYPE, "C.UTF-8");
    /* "+": what follows the command is the command's. */
    while ((option = getopt_long(argc, argv, "+c:hV", options, NULL)) != -1) {
        switch (option) {
        case 'c':
            cli.config = optarg;
            break;
        case 'h':
            print_help();
            return CC_EXIT_OK;
        case 'V':
            puts("concord " PACKAGE_VERSION);
            return CC_EXIT_OK;
        default:
            return CC_EXIT_USAGE;
        }
    }
    if (optind == argc) {
        fputs("concord: a command is missing; see \"concord --help\"\n", stderr);
        return CC_EXIT_USAGE;
    }
    const struct command *command = find_command(argv[optind]);
    if (command == NULL) {
        fprintf(stderr, "concord: unknown command \"%s\"; see \"concord --help\"\n", argv[optind]);
        return CC_EXIT_USAGE;
    }
    if (optind + 1 < argc &&
        (strcmp(argv[optind + 1], "--help") == 0 || strcmp(argv[optind + 1], "-h") == 0)) {
        print_command(command, "Usage: concord [-c FILE] ");
        return CC_EXIT_OK;
    }
    if (cc_crypto_init() != CC_OK)
        cc_die("could not start libsodium");
    cli.mem = talloc_new(NULL);
    int status = run_command(&cli, command, argc - optind, argv + optind);
    talloc_free(cli.mem);
    if (fflush(stdout) != 0 && status == CC_EXIT_OK) {
        fputs("concord: could not write\n", stderr);
        status = CC_EXIT_INTERNAL;
    }
    return status;
}
