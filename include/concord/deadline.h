/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Deadlines that really end: one SIGALRM handler over a small table. A library that spins inside a
 * TLS handshake is not stopped by any of its own time limits, but it is by a socket that was shut
 * down; what nothing stops is ended by ending the process. For single-threaded programs only.
 */
#ifndef CC_DEADLINE_H
#define CC_DEADLINE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The request's watchdog: after `seconds` one line goes to standard error and the process ends with
 * status 1. 0 = the request is over. A second call replaces the first.
 */
void cc_deadline_request(long seconds);

/*
 * What the watchdog writes to the socket before it ends the process, as far as that takes it at
 * once: an end that looks like one of a whole answer would hide that half is missing. The bytes
 * stay the caller's and must outlive the request. -1 = nothing.
 */
void cc_deadline_farewell(int socket, const void *bytes, size_t len);

/*
 * After `ms` the socket is shut down in both directions, so whoever waits for it (or spins on it)
 * gets an end of file. Deadlines nest: each has its own slot. Holds a duplicate of the descriptor,
 * so a number that was closed and used again is never hit. Returns the slot for cc_deadline_end(),
 * or -1 if the socket could not be watched (then do not start what should be bounded).
 */
int cc_deadline_fd(int fd, long ms);

/* Ends the watch. True when the deadline had passed and the socket was shut down. */
bool cc_deadline_end(int slot);

#endif
