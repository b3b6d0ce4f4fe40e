/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Workers share one pipe to their parent: each report is one line that is written whole, 'L' and
 * words or 'D' and a number.
 */
#include "cli/parallel.h"

#include "concord/clock.h"
#include "concord/log.h"
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKERS_MAX 32
#define SECOND      1000000

void cc_progress_begin(struct cc_progress *progress, const char *what, int64_t total)
{
    progress->what = what;
    progress->total = total;
    progress->done = 0;
    progress->since = progress->told = cc_monotonic_us();
}

static void show(struct cc_progress *p, int64_t now)
{
    double seconds = (double)(now - p->since) / SECOND;
    double rate = seconds > 0 ? (double)p->done / seconds : 0;
    char left[40] = "", of[40] = "";
    bool terminal = isatty(STDERR_FILENO) == 1;

    if (!terminal && !p->wanted) {
        return;
    }
    if (p->done < p->total && rate > 0) {
        snprintf(left, sizeof(left), ", %.0f s left", (double)(p->total - p->done) / rate);
    }
    if (p->total > 0) {
        snprintf(of, sizeof(of), " of %lld", (long long)p->total);
    }
    fprintf(stderr, "%s%s %lld%s, %.0f/s%s%s", terminal ? "\r\033[K" : "", p->what,
            (long long)p->done, of, rate, left, terminal ? "" : "\n");
    p->told = now;
}

void cc_progress_add(struct cc_progress *progress, int64_t n)
{
    int64_t now = cc_monotonic_us();

    progress->done += n;
    if (now - progress->told >= SECOND) {
        show(progress, now);
    }
}

void cc_progress_end(struct cc_progress *progress)
{
    show(progress, cc_monotonic_us());
    if (isatty(STDERR_FILENO) == 1) {
        fputc('\n', stderr);
    }
}

static void report(int fd, const char *text)
{
    char line[PIPE_BUF];
    int len = snprintf(line, sizeof(line) - 1, "%s", text);
    size_t n = len < (int)sizeof(line) - 1 ? (size_t)len : sizeof(line) - 2;

    line[n++] = '\n';
    if (write(fd, line, n) != (ssize_t)n) {
        _exit(CC_EXIT_INTERNAL); /* nobody listens any more */
    }
}

void cc_report_line(int fd, const char *line)
{
    char text[PIPE_BUF];
    snprintf(text, sizeof(text), "L%s", line);
    report(fd, text);
}

void cc_report_done(int fd, size_t n)
{
    char text[40];
    snprintf(text, sizeof(text), "D%zu", n);
    report(fd, text);
}

static pid_t start(struct cc_cli *cli, const struct cc_parallel *work, unsigned worker,
                   const int ends[2])
{
    pid_t parent = getpid();
    pid_t pid = fork();

    if (pid != 0) {
        return pid;
    }
    (void)close(ends[0]);
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent) {
        _exit(CC_EXIT_INTERNAL);
    }
    _exit(work->run(cli, work->arg, worker, ends[1]));
}

static void listen_to(const struct cc_parallel *work, FILE *in)
{
    char line[PIPE_BUF + 1];

    while (fgets(line, sizeof(line), in) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == 'D') {
            cc_progress_add(work->progress, strtoll(line + 1, NULL, 10));
        } else if (work->line != NULL) {
            work->line(work->arg, line + 1);
        }
    }
}

static int wait_for(pid_t pid)
{
    int status;

    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            return CC_EXIT_INTERNAL;
        }
    }
    if (WIFSIGNALED(status)) {
        fprintf(stderr, "concord: a worker was ended by signal %d\n", WTERMSIG(status));
        return CC_EXIT_INTERNAL;
    }
    return WEXITSTATUS(status);
}

int cc_cli_parallel(struct cc_cli *cli, const struct cc_parallel *work)
{
    pid_t pids[WORKERS_MAX];
    unsigned started = 0;
    int ends[2], exit = CC_EXIT_OK;

    (void)fflush(stdout);
    if (pipe(ends) != 0) {
        cc_die("could not make a pipe: %s", strerror(errno));
    }
    FILE *in = fdopen(ends[0], "r");
    if (in == NULL) {
        cc_die("could not read a pipe: %s", strerror(errno));
    }
    for (; started < work->workers && started < WORKERS_MAX; started++) {
        pids[started] = start(cli, work, started, ends);
        if (pids[started] < 0) {
            fprintf(stderr, "concord: could not start a worker: %s\n", strerror(errno));
            exit = CC_EXIT_BUSY;
            break;
        }
    }
    (void)close(ends[1]);
    if (exit != CC_EXIT_OK) { /* each has a part of its own: all or none */
        for (unsigned i = 0; i < started; i++) {
            (void)kill(pids[i], SIGTERM);
        }
    }
    listen_to(work, in);
    (void)fclose(in);
    for (unsigned i = 0; i < started; i++) {
        int ended = wait_for(pids[i]);
        exit = exit == CC_EXIT_OK ? ended : exit;
    }
    return exit;
}

unsigned cc_cli_workers(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > WORKERS_MAX / 2 ? WORKERS_MAX / 2 : (unsigned)n;
}
