/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The table of deadlines and the only SIGALRM handler of the program. The table is changed with
 * SIGALRM blocked; the handler itself calls only async-signal-safe functions.
 */
#include "concord/deadline.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SLOTS        8
#define SLOT_REQUEST 0 /* the only one without a socket */

struct deadline {
    int64_t due_us; /* 0 = free */
    int fd;
    bool is_over;
};

static volatile struct deadline table[SLOTS];
static volatile int64_t armed_us; /* when the timer will ring at the latest; 0 = it will not */
static bool is_installed;

static struct {
    volatile int fd;
    const void *volatile bytes;
    volatile size_t len;
} farewell = {.fd = -1};

/* Not cc_monotonic_us(): only clock_gettime() is promised to be safe in a handler. */
static int64_t now_us(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void set_timer(void)
{
    int64_t next = 0;
    for (size_t i = 0; i < SLOTS; i++) {
        if (table[i].due_us != 0 && !table[i].is_over && (next == 0 || table[i].due_us < next))
            next = table[i].due_us;
    }
    struct itimerval timer = {{0, 0}, {0, 0}};
    armed_us = next;
    if (next != 0) {
        int64_t wait = next - now_us();
        if (wait < 1000)
            wait = 1000; /* zero would switch the timer off */
        timer.it_value.tv_sec = (time_t)(wait / 1000000);
        timer.it_value.tv_usec = (suseconds_t)(wait % 1000000);
    }
    setitimer(ITIMER_REAL, &timer, NULL);
}

static void on_alarm(int signo)
{
    static const char line[] = "<3>watchdog: the request took too long, the worker ends\n";
    int saved = errno;
    (void)signo;
    int64_t now = now_us();
    for (size_t i = 0; i < SLOTS; i++) {
        if (table[i].due_us == 0 || table[i].is_over || table[i].due_us > now)
            continue;
        if (i == SLOT_REQUEST) {
            ssize_t ignored = write(STDERR_FILENO, line, sizeof(line) - 1);
            if (farewell.fd >= 0)
                ignored = send(farewell.fd, farewell.bytes, farewell.len, MSG_DONTWAIT);
            (void)ignored;
            _exit(1);
        }
        shutdown(table[i].fd, SHUT_RDWR);
        table[i].is_over = true;
    }
    set_timer();
    errno = saved;
}

static void block(sigset_t *old_r)
{
    sigset_t set;
    if (!is_installed) {
        struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
        sigemptyset(&action.sa_mask);
        sigaction(SIGALRM, &action, NULL);
        is_installed = true;
    }
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    sigprocmask(SIG_BLOCK, &set, old_r);
}

static void unblock(const sigset_t *old)
{
    sigprocmask(SIG_SETMASK, old, NULL);
}

/*
 * A timer that rings too early does no harm: the handler finds nothing due and sets it anew. So it
 * is left alone while it rings early enough, and a request costs no system call. Written first,
 * looked at then: a handler in between sees what was written.
 */
void cc_deadline_request(long seconds)
{
    int64_t due = seconds > 0 ? now_us() + (int64_t)seconds * 1000000 : 0;

    table[SLOT_REQUEST].due_us = due;
    if (due != 0 && (armed_us == 0 || armed_us > due)) {
        sigset_t old;
        block(&old);
        set_timer();
        unblock(&old);
    }
}

void cc_deadline_farewell(int socket, const void *bytes, size_t len)
{
    farewell.fd = -1;
    farewell.bytes = bytes;
    farewell.len = len;
    farewell.fd = socket;
}

int cc_deadline_fd(int fd, long ms)
{
    sigset_t old;
    int slot = -1;
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    if (copy < 0)
        return -1;
    block(&old);
    for (int i = SLOT_REQUEST + 1; i < SLOTS && slot < 0; i++) {
        if (table[i].due_us != 0)
            continue;
        slot = i;
        table[i].fd = copy;
        table[i].is_over = false;
        table[i].due_us = now_us() + (int64_t)(ms > 0 ? ms : 1) * 1000;
    }
    set_timer();
    unblock(&old);
    if (slot < 0)
        close(copy);
    return slot;
}

bool cc_deadline_end(int slot)
{
    sigset_t old;
    if (slot <= SLOT_REQUEST || slot >= SLOTS)
        return false;
    block(&old);
    bool was_over = table[slot].is_over;
    if (table[slot].due_us != 0)
        close(table[slot].fd);
    table[slot].due_us = 0;
    table[slot].is_over = false;
    set_timer();
    unblock(&old);
    return was_over;
}
