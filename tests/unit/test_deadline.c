/* SPDX-License-Identifier: EUPL-1.2 */
/* Deadlines end a blocked and a spinning reader, nest, and end the process when the request is
 * over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "concord/deadline.h"

static void open_pair(int pair[2])
{
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
}

static void close_pair(const int pair[2])
{
    close(pair[0]);
    close(pair[1]);
}

static double seconds(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void deadline_ends_a_blocked_read(void **state)
{
    (void)state;
    int pair[2];
    char c;
    open_pair(pair);
    double start = seconds();
    int slot = cc_deadline_fd(pair[0], 50);
    assert_true(slot > 0);
    assert_int_equal(read(pair[0], &c, 1), 0);
    assert_true(cc_deadline_end(slot));
    assert_true(seconds() - start >= 0.045);
    assert_true(seconds() - start < 1.0);
    close_pair(pair);
}

static void deadline_ends_a_spinning_reader(void **state)
{
    (void)state;
    int pair[2];
    char c;
    ssize_t n;
    open_pair(pair);
    assert_int_equal(fcntl(pair[0], F_SETFL, O_NONBLOCK), 0);
    int slot = cc_deadline_fd(pair[0], 30);
    do
        n = read(pair[0], &c, 1);
    while (n < 0 && (errno == EAGAIN || errno == EINTR));
    assert_int_equal(n, 0);
    assert_true(cc_deadline_end(slot));
    close_pair(pair);
}

static void deadline_that_was_ended_does_nothing(void **state)
{
    (void)state;
    int pair[2];
    char c = 'x';
    open_pair(pair);
    int slot = cc_deadline_fd(pair[0], 20);
    assert_false(cc_deadline_end(slot));
    nanosleep(&(struct timespec){0, 40000000}, NULL);
    assert_int_equal(write(pair[1], &c, 1), 1);
    assert_int_equal(read(pair[0], &c, 1), 1);
    assert_false(cc_deadline_end(slot));
    close_pair(pair);
}

static void deadlines_nest(void **state)
{
    (void)state;
    int outer[2], inner[2];
    char c;
    open_pair(outer);
    open_pair(inner);
    cc_deadline_request(30);
    int slot_outer = cc_deadline_fd(outer[0], 80);
    int slot_inner = cc_deadline_fd(inner[0], 20);
    assert_int_equal(read(inner[0], &c, 1), 0);
    assert_true(cc_deadline_end(slot_inner));
    assert_int_equal(read(outer[0], &c, 1), 0);
    assert_true(cc_deadline_end(slot_outer));
    cc_deadline_request(0);
    close_pair(outer);
    close_pair(inner);
}

static void table_that_is_full_says_so(void **state)
{
    (void)state;
    int pair[2], slots[16];
    open_pair(pair);
    int n = 0;
    while (n < 16 && (slots[n] = cc_deadline_fd(pair[0], 10000)) > 0)
        n++;
    assert_in_range(n, 2, 15);
    while (n > 0)
        assert_false(cc_deadline_end(slots[--n]));
    assert_int_equal(cc_deadline_fd(-1, 10), -1);
    close_pair(pair);
}

static void request_that_is_over_ends_the_process(void **state)
{
    (void)state;
    pid_t pid = fork();
    if (pid == 0) {
        close(STDERR_FILENO);
        cc_deadline_request(1);
        for (;;)
            pause();
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deadline_ends_a_blocked_read),
        cmocka_unit_test(deadline_ends_a_spinning_reader),
        cmocka_unit_test(deadline_that_was_ended_does_nothing),
        cmocka_unit_test(deadlines_nest),
        cmocka_unit_test(table_that_is_full_says_so),
        cmocka_unit_test(request_that_is_over_ends_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
