/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * concord work: a parent that claims due jobs and runs each as a child, `concord job ID CLAIM NAME
 * ARGUMENTS`, with limits. The parent never reads what strangers wrote. Any number of runners on
 * any machine share the table `job`; a job whose runner died is claimed again when its lease is
 * over.
 */
#include "cli/cli.h"

#include "concord/clock.h"
#include "concord/log.h"
#include "job/job.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>

#define CHILDREN_MAX 16
#define BEAT_S       20

struct child {
    pid_t pid;
    const struct cc_lane *lane;
    char id[24], claim[24];
    int64_t beat_at; /* cc_monotonic_us() of the next heartbeat */
};

static struct child children[CHILDREN_MAX];
static volatile sig_atomic_t stopping;

static void on_signal(int number)
{
    (void)number;
    stopping = 1;
}

static unsigned busy(const struct cc_lane *lane)
{
    unsigned n = 0;

    for (size_t i = 0; i < CHILDREN_MAX; i++) {
        n += children[i].pid > 0 && children[i].lane == lane;
    }
    return n;
}

static bool is_any_child(void)
{
    for (size_t i = 0; i < CHILDREN_MAX; i++) {
        if (children[i].pid > 0) {
            return true;
        }
    }
    return false;
}

static struct child *free_slot(void)
{
    for (size_t i = 0; i < CHILDREN_MAX; i++) {
        if (children[i].pid == 0) {
            return &children[i];
        }
    }
    return NULL;
}

static void limit(int resource, rlim_t most)
{
    struct rlimit r = {most, most};

    if (setrlimit(resource, &r) != 0) {
        _exit(CC_EXIT_INTERNAL);
    }
}

static void start(struct cc_cli *cli, const struct cc_lane *lane, const struct cc_rows *job)
{
    struct child *slot = free_slot();
    const char *id = cc_rows_text(job, 0, Q_JOB_CLAIM_ID);
    const char *claimed = cc_rows_text(job, 0, Q_JOB_CLAIM_CLAIM);
    char *const argv[] = {(char *)"concord",
                          (char *)"-c",
                          (char *)cli->config,
                          (char *)"job",
                          (char *)id,
                          (char *)claimed,
                          (char *)cc_rows_text(job, 0, Q_JOB_CLAIM_NAME),
                          (char *)cc_rows_text(job, 0, Q_JOB_CLAIM_ARGUMENTS),
                          NULL};

    slot->pid = fork();
    if (slot->pid < 0) {
        slot->pid = 0;
        cc_log(CC_LOG_ERR, "could not start a child: %s", strerror(errno));
        return; /* the lease runs out and the job is claimed again */
    }
    if (slot->pid == 0) {
        limit(RLIMIT_CPU, lane->cpu_seconds);
        limit(RLIMIT_AS, (rlim_t)lane->memory_mib << 20);
        limit(RLIMIT_CORE, 0);
        execv("/proc/self/exe", argv);
        _exit(CC_EXIT_INTERNAL);
    }
    slot->lane = lane;
    slot->beat_at = cc_monotonic_us() + BEAT_S * 1000000LL;
    snprintf(slot->id, sizeof(slot->id), "%s", id);
    snprintf(slot->claim, sizeof(slot->claim), "%s", claimed);
}

/* True when a job was started. */
static bool claim(struct cc_cli *cli, struct cc_db *db, const struct cc_lane *lane)
{
    void *mem = talloc_new(cli->mem);
    struct cc_call call = {.query = Q_JOB_CLAIM, .params = {lane->name, lane->lease}};
    struct cc_err err = {0};
    bool found = false;

    if (cc_db_run(db, mem, &call, &err) != CC_OK) {
        cc_log(CC_LOG_WARNING, "could not ask for jobs: %s", err.detail != NULL ? err.detail : "?");
    } else if (cc_rows_count(call.rows) > 0) {
        start(cli, lane, call.rows);
        found = true;
    }
    talloc_free(mem);
    return found;
}

/* A child whose claim is over, because this runner slept too long, is stopped. */
static void beat(struct cc_cli *cli, struct cc_db *db)
{
    for (size_t i = 0; i < CHILDREN_MAX; i++) {
        struct child *c = &children[i];

        if (c->pid == 0 || cc_monotonic_us() < c->beat_at) {
            continue;
        }
        void *mem = talloc_new(cli->mem);
        struct cc_call call = {.query = Q_JOB_BEAT, .params = {c->id, c->claim, c->lane->lease}};
        if (cc_db_run(db, mem, &call, NULL) == CC_OK) {
            c->beat_at = cc_monotonic_us() + BEAT_S * 1000000LL;
            if (cc_rows_count(call.rows) == 0) {
                (void)kill(c->pid, SIGTERM);
            }
        }
        talloc_free(mem);
    }
}

/* A child ends its job itself; one that died without a word is ended here. */
static void reap(struct cc_cli *cli, struct cc_db *db)
{
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        for (size_t i = 0; i < CHILDREN_MAX; i++) {
            struct child *c = &children[i];

            if (c->pid != pid) {
                continue;
            }
            c->pid = 0;
            if (WIFEXITED(status) && WEXITSTATUS(status) != CC_EXIT_INTERNAL) {
                continue;
            }
            void *mem = talloc_new(cli->mem);
            const char *why = WIFSIGNALED(status)
                                  ? talloc_asprintf(mem, "ended by signal %d", WTERMSIG(status))
                                  : "ended without a word";
            struct cc_call call = {.query = Q_JOB_END, .params = {c->id, c->claim, why}};
            cc_log(CC_LOG_ERR, "job %s %s", c->id, why);
            if (cc_db_run(db, mem, &call, NULL) != CC_OK) {
                cc_log(CC_LOG_WARNING, "could not note that job %s failed", c->id);
            }
            talloc_free(mem);
        }
    }
}

int cc_cmd_work(struct cc_cli *cli, int argc, char **argv)
{
    struct sigaction action = {.sa_handler = on_signal};
    struct cc_db *db = cc_cli_db(cli, cli->settings->db_user_job);

    (void)argv;
    if (argc > 1) {
        return cc_cli_usage("work", "takes no arguments");
    }
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
    cc_log(CC_LOG_NOTICE, "job runner started");
    while (!stopping) {
        bool found = false;

        reap(cli, db);
        beat(cli, db);
        for (const struct cc_lane *lane = cc_lanes; lane->name != NULL && !stopping; lane++) {
            if (busy(lane) < lane->children && free_slot() != NULL) {
                found = claim(cli, db, lane) || found;
            }
        }
        if (!found) {
            usleep(200000);
        }
    }
    while (is_any_child()) { /* they may finish what they do */
        reap(cli, db);
        beat(cli, db);
        usleep(50000);
    }
    cc_db_close(db);
    cc_log(CC_LOG_NOTICE, "job runner ended");
    return CC_EXIT_OK;
}

int cc_cmd_job(struct cc_cli *cli, int argc, char **argv)
{
    struct cc_err err = {0}, ignored = {0};

    if (argc != 5) {
        return cc_cli_usage("job", "is started by \"concord work\"");
    }
    const struct cc_job_kind *kind = cc_job_find(argv[3]);
    struct cc_job job = {
        .mem = cli->mem,
        .settings = cli->settings,
        .db = cc_cli_db(cli, cli->settings->db_user_job),
        .arguments = argv[4],
    };
    enum cc_rc rc = kind != NULL ? kind->run(&job, &err)
                                 : cc_fail(&err, cli->mem, CC_INVALID, NULL, NULL,
                                           "there is no job \"%s\"", argv[3]);
    const char *error = rc == CC_OK ? NULL : err.detail != NULL ? err.detail : cc_rc_name(rc);
    struct cc_call call = {.query = Q_JOB_END, .params = {argv[1], argv[2], error}};
    if (rc != CC_OK) {
        cc_log(CC_LOG_ERR, "job %s %s: %s", argv[1], argv[3], error);
    }
    if (cc_db_run(job.db, cli->mem, &call, &ignored) != CC_OK) {
        return CC_EXIT_INTERNAL;
    }
    if (cc_rows_count(call.rows) == 0) {
        cc_log(CC_LOG_NOTICE, "job %s %s ended, but its claim was over", argv[1], argv[3]);
    }
    return rc == CC_OK ? CC_EXIT_OK : CC_EXIT_REFUSED;
}
