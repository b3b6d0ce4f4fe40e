/* SPDX-License-Identifier: EUPL-1.2 */
/* concord import: one line per record on standard output, its problems indented below it. */
#include "cli/cli.h"
#include "concord/clock.h"
#include "concord/id.h"
#include "concord/publish.h"
#include "concord/xml.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#define PROGRESS_US 5000000

struct report {
    size_t done;
    int64_t start, shown;
    bool quiet;
};

static void print_problem(const struct cc_problem *p)
{
    void *mem = talloc_new(NULL);
    printf("    %s", p->severity == CC_WARNING ? "note: " : "");
    if (p->line > 0)
        printf("line %d: ", p->line);
    if (p->path != NULL)
        printf("%s: ", p->path);
    puts(cc_problem_text(mem, p->message, p));
    talloc_free(mem);
}

static void show_progress(struct report *r)
{
    int64_t now = cc_monotonic_us();
    if (now - r->shown < PROGRESS_US)
        return;
    r->shown = now;
    fprintf(stderr, "concord import: %zu records, %.0f per second\n", r->done,
            (double)r->done * 1e6 / (double)(now - r->start));
}

static void print_result(void *arg, const struct cc_import_result *result)
{
    struct report *r = arg;
    r->done++;
    show_progress(r);
    if (r->quiet && result->verdict == CC_IMPORT_UNCHANGED && result->problems->n == 0)
        return;
    printf("%s\t%s\tline %d\t%s\n", cc_import_verdict_name(result->verdict),
           result->id != NULL ? result->id : "-", result->line,
           result->title != NULL ? result->title : "");
    for (size_t i = 0; i < result->problems->n; i++)
        print_problem(&result->problems->v[i]);
    if (result->problems->total > result->problems->n)
        printf("    and %zu more\n", result->problems->total - result->problems->n);
    if (result->kept != NULL && !r->quiet)
        printf("    kept: %s\n", result->kept);
}

/* What no field of a record holds; a later version may. */
static void print_kept(const struct cc_import_counts *counts)
{
    for (size_t i = 0; i < counts->n_kept; i++)
        printf("kept\t%s\t%zu\tin %zu records\n", counts->kept[i].element, counts->kept[i].items,
               counts->kept[i].records);
}

struct arguments {
    struct cc_import_options options;
    const char *file;
    bool quiet;
};

static bool take_mode(struct arguments *a, const char *word)
{
    a->options.mode = strcmp(word, "restore") == 0 ? CC_IMPORT_RESTORE : CC_IMPORT_PUBLISH;
    return strcmp(word, "restore") == 0 || strcmp(word, "publish") == 0;
}

static bool read_arguments(struct arguments *a, int argc, char **argv)
{
    const struct {
        const char *name;
        bool *flag;
    } flags[] = {{"--dry-run", &a->options.dry_run},
                 {"--trust-consent", &a->options.trust_consent},
                 {"--replace-drafts", &a->options.replace_drafts},
                 {"--quiet", &a->quiet}};
    for (int i = 1; i < argc; i++) {
        bool known = false;
        for (size_t f = 0; f < sizeof(flags) / sizeof(*flags); f++)
            if (strcmp(argv[i], flags[f].name) == 0)
                known = *flags[f].flag = true;
        if (known)
            continue;
        if (strcmp(argv[i], "--mode") == 0 && i + 1 < argc && take_mode(a, argv[i + 1]))
            i++;
        else if (strcmp(argv[i], "--owner") == 0 && i + 1 < argc && argv[i + 1][0] == 'O' &&
                 cc_id_valid(argv[i + 1]))
            a->options.owner = argv[++i];
        else if ((argv[i][0] != '-' || argv[i][1] == '\0') && a->file == NULL)
            a->file = argv[i];
        else
            return false;
    }
    return a->file != NULL;
}

int cc_cmd_import(struct cc_cli *cli, int argc, char **argv)
{
    struct arguments a = {0};
    struct cc_import_counts counts;
    struct cc_err err = {.rc = CC_OK};
    if (!read_arguments(&a, argc, argv))
        return cc_cli_usage(argv[0], "takes --mode publish or restore, --dry-run, --owner "
                                     "ORGANISATION, --trust-consent, --replace-drafts, --quiet, "
                                     "and one file (- = standard input)");
    int fd = strcmp(a.file, "-") == 0 ? STDIN_FILENO : open(a.file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        fprintf(stderr, "concord: could not open \"%s\": %s\n", a.file, strerror(errno));
        return CC_EXIT_REFUSED;
    }
    struct cc_db *db = cc_cli_db(cli, cli->settings->db_user_job);
    enum cc_rc rc = cc_cli_lists(cli, db, &err);
    if (rc != CC_OK)
        return cc_cli_fail(&err);
    struct report report = {.start = cc_monotonic_us(), .quiet = a.quiet};
    report.shown = report.start;
    rc = cc_import(db, cli->mem, fd, &a.options, print_result, &report, &counts, &err);
    bool is_mirror = a.options.mode == CC_IMPORT_RESTORE && !a.options.dry_run;
    int code = is_mirror ? cc_cli_drop_full_set(cli, db) : CC_EXIT_OK;
    cc_db_close(db);
    print_kept(&counts);
    printf("%s%zu new, %zu changed, %zu unchanged, %zu refused",
           a.options.dry_run ? "dry run: " : "", counts.created, counts.changed, counts.unchanged,
           counts.refused);
    printf(counts.noted > 0 ? "; %zu with notes\n" : "\n", counts.noted);
    if (rc != CC_OK) {
        fflush(stdout);
        return cc_cli_fail(&err);
    }
    return counts.refused == 0 ? code : CC_EXIT_REFUSED;
}
