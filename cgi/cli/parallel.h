/* SPDX-License-Identifier: EUPL-1.2 */
/* Commands that let several processes work, and tell how far they are. */
#ifndef CC_CLI_PARALLEL_H
#define CC_CLI_PARALLEL_H

#include "cli/cli.h"

/*
 * "records 12000 of 64000, 2100/s, 25 s left" on standard error, at most once a second: over the
 * same line on a terminal, else, when asked for, as lines.
 */
struct cc_progress {
    const char *what;    /* "records" */
    int64_t total, done; /* total 0 = not known */
    bool wanted;         /* also where standard error is no terminal */
    int64_t since, told;
};
void cc_progress_begin(struct cc_progress *progress, const char *what, int64_t total);
void cc_progress_add(struct cc_progress *progress, int64_t n);
void cc_progress_end(struct cc_progress *progress);

/* In a worker: to the process that started it. A line longer than a pipe takes at once is cut. */
void cc_report_line(int report, const char *line);
void cc_report_done(int report, size_t n);

struct cc_parallel {
    unsigned workers;
    /* In a process of its own, which has no connection yet; returns an enum cc_exit. */
    int (*run)(struct cc_cli *cli, void *arg, unsigned worker, int report);
    void (*line)(void *arg, const char *line); /* of what workers reported; may be NULL */
    void *arg;
    struct cc_progress *progress;
};
/* Until all have ended; the first exit that is not CC_EXIT_OK. They end when this process ends. */
int cc_cli_parallel(struct cc_cli *cli, const struct cc_parallel *work);
/* As many as there are processors. */
unsigned cc_cli_workers(void);

#endif
