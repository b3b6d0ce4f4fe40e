/* SPDX-License-Identifier: EUPL-1.2 */
/* What reaches standard error: taken from a pipe in its place. */
#include "concord/log.h"
#include "unit.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int pipe_ends[2];
static int real_stderr;
static char text[4 * PIPE_BUF];

static void begin(void)
{
    fflush(stderr);
    assert_int_equal(pipe(pipe_ends), 0);
    real_stderr = dup(STDERR_FILENO);
    assert_true(real_stderr >= 0);
    assert_int_equal(dup2(pipe_ends[1], STDERR_FILENO), STDERR_FILENO);
    close(pipe_ends[1]);
}

/* What was written since begin(). Each line fits a pipe, so nothing blocks. */
static const char *end(void)
{
    dup2(real_stderr, STDERR_FILENO);
    close(real_stderr);
    size_t n = 0;
    ssize_t got;
    while ((got = read(pipe_ends[0], text + n, sizeof(text) - 1 - n)) > 0)
        n += (size_t)got;
    close(pipe_ends[0]);
    text[n] = '\0';
    return text;
}

static void a_line_has_priority_request_and_text(void **state)
{
    (void)state;
    begin();
    cc_log(CC_LOG_INFO, "worker=%d state=%s", 3, "ready");
    cc_log_request("abc123");
    cc_log(CC_LOG_ERR, "lost");
    cc_log_request(NULL);
    cc_log(CC_LOG_NOTICE, "bye");
    assert_string_equal(end(), "<6>worker=3 state=ready\n<3>req=abc123 lost\n<5>bye\n");
}

static void lines_below_the_level_are_not_written(void **state)
{
    (void)state;
    begin();
    cc_log(CC_LOG_DEBUG, "never");
    cc_log_level(CC_LOG_WARNING);
    cc_log(CC_LOG_INFO, "never");
    cc_log(CC_LOG_WARNING, "yes");
    cc_log_level(CC_LOG_INFO);
    assert_string_equal(end(), "<4>yes\n");
}

static void nothing_in_a_value_forges_a_line(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"a\nb\r\t", "a\\nb\\r\\t"},
        {"\x1B[31m\x01\x7F", "\\x1B[31m\\x01\\x7F"},
        {"\\n", "\\\\n"},
        {"\u00E9 \u0634 \U0001F600", "\u00E9 \u0634 \U0001F600"},
        {"\xC2\x9B"
         "31m",
         "\\xC2\\x9B31m"},
        {"\u2028\u2029", "\\xE2\\x80\\xA8\\xE2\\x80\\xA9"},
        {"\xFF\xC3", "\\xFF\\xC3"},
        {"%s%n", "%s%n"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char expected[100];
        snprintf(expected, sizeof(expected), "<6>v=%s\n", cases[i][1]);
        begin();
        cc_log(CC_LOG_INFO, "v=%s", cases[i][0]);
        assert_string_equal(end(), expected);
    }
}

static void a_long_line_is_cut_and_still_one_line(void **state)
{
    char *value = talloc_size(*state, 3 * PIPE_BUF);
    for (int fill = 0; fill < 2; fill++) {
        memset(value, fill == 0 ? 'a' : '\x01', 3 * PIPE_BUF);
        value[3 * PIPE_BUF - 1] = '\0';
        begin();
        cc_log(CC_LOG_INFO, "%s", value);
        const char *line = end();
        assert_true(strlen(line) <= PIPE_BUF);
        assert_true(strlen(line) > PIPE_BUF - 10);
        assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
    }
}

static void results_that_are_no_errors_are_not_logged(void **state)
{
    begin();
    cc_log_err(NULL);
    for (int rc = 0; rc < CC_RC__COUNT; rc++) {
        struct cc_err err = {0};
        cc_fail(&err, *state, (enum cc_rc)rc, NULL, NULL, "detail of %d\n", rc);
        cc_log_err(&err);
    }
    const char *lines = end();
    size_t n = 0;
    for (const char *s = lines; (s = strchr(s, '\n')) != NULL; s++)
        n++;
    assert_int_equal(n, 3);
    assert_non_null(strstr(lines, "<4>rc=busy at=test_log.c:"));
    assert_non_null(strstr(lines, "<3>rc=uncertain"));
    assert_non_null(strstr(lines, "<3>rc=internal"));
    assert_non_null(strstr(lines, "detail=\"detail of 11\\n\""));
}

static void dying_writes_one_line_and_ends_with_1(void **state)
{
    (void)state;
    begin();
    pid_t child = fork();
    if (child == 0)
        cc_die("out of %s", "memory");
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_string_equal(end(), "<3>out of memory\n");
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        unit(a_line_has_priority_request_and_text),
        unit(lines_below_the_level_are_not_written),
        unit(nothing_in_a_value_forges_a_line),
        unit(a_long_line_is_cut_and_still_one_line),
        unit(results_that_are_no_errors_are_not_logged),
        unit(dying_writes_one_line_and_ends_with_1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
