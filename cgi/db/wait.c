/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Waiting for the server with a deadline. An established connection whose server is stopped is not
 * noticed by TCP nor by libpq, so every wait is a poll() of ours.
 */
#include "concord/clock.h"
#include "db/internal.h"
#include <errno.h>
#include <poll.h>
#include <time.h>

#define LONG_PIECES 8

int64_t cc_db_deadline(const struct cc_db *db)
{
    int64_t ms = db->options.statement_timeout_ms > 0
                     ? (int64_t)db->options.statement_timeout_ms + CC_DB_GRACE_MS
                     : CC_DB_WAIT_MAX_MS;
    return cc_monotonic_us() + ms * 1000;
}

/* Waits for any of `events`; 0 = deadline over or the socket is unusable. */
static short wait_for(PGconn *conn, short events, int64_t deadline)
{
    for (;;) {
        int64_t left = (deadline - cc_monotonic_us() + 999) / 1000;
        struct pollfd p = {.fd = PQsocket(conn), .events = events};
        if (left <= 0 || p.fd < 0)
            return 0;
        int n = poll(&p, 1, (int)left);
        if (n > 0)
            return p.revents;
        if (n < 0 && errno != EINTR)
            return 0;
    }
}

/* What poll() is to look for; nothing once the connection is lost. */
static struct pollfd look_for(PGconn *conn, bool first)
{
    int left = PQstatus(conn) == CONNECTION_OK ? PQflush(conn) : -1;
    short events = left == 1 ? POLLIN | POLLOUT : POLLIN;
    return (struct pollfd){.fd = left < 0 || (left == 0 && !first) ? -1 : PQsocket(conn),
                           .events = events};
}

void cc_db_attend(struct cc_db *const *dbs, size_t n)
{
    struct pollfd p[CC_DB_ATTEND_MAX];
    int64_t deadline = cc_db_deadline(dbs[0]);
    for (;;) {
        int64_t left = (deadline - cc_monotonic_us() + 999) / 1000;
        for (size_t i = 0; i < n; i++)
            p[i] = look_for(dbs[i]->conn, i == 0);
        if (left <= 0 || p[0].fd < 0 || (poll(p, n, (int)left) < 0 && errno != EINTR))
            return;
        if ((p[0].revents & ~POLLOUT) != 0 && (p[0].events & POLLOUT) == 0)
            return;
        for (size_t i = 0; i < n; i++) /* the server may wait for us to read before it reads on */
            if ((p[i].revents & ~POLLOUT) != 0)
                (void)!PQconsumeInput(dbs[i]->conn);
    }
}

bool cc_db_flush(PGconn *conn, int64_t deadline)
{
    int left;
    while ((left = PQflush(conn)) == 1) {
        /* The server may wait for us to read before it reads on. */
        short got = wait_for(conn, POLLIN | POLLOUT, deadline);
        if (got == 0 || ((got & POLLIN) != 0 && PQconsumeInput(conn) == 0))
            return false;
    }
    return left == 0;
}

/*
 * The server sends a long result in pieces of 8 KB. Who waits in poll() is woken for each, which
 * takes the server a seventh of its time; who sleeps finds several, and the socket has room for
 * twenty.
 */
static void nap(PGconn *conn)
{
    static const struct timespec time = {.tv_nsec = 100000};
    struct pollfd p = {.fd = PQsocket(conn), .events = POLLIN};
    if (poll(&p, 1, 0) == 0)
        nanosleep(&time, NULL);
}

bool cc_db_await(PGconn *conn, int64_t deadline)
{
    for (int pieces = 0; PQisBusy(conn) == 1; pieces++) {
        if (pieces >= LONG_PIECES)
            nap(conn);
        if (wait_for(conn, POLLIN, deadline) == 0)
            return false;
        /* What arrived before the end of the stream is still to be read: a reason, a result. */
        if (PQconsumeInput(conn) == 0 && PQisBusy(conn) == 1)
            return false;
    }
    return true;
}
