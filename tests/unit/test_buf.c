/* SPDX-License-Identifier: EUPL-1.2 */
/* The buffer, the error record and lists of problems. */
#include "concord/buf.h"
#include "unit.h"

#include <limits.h>
#include <stdio.h>
#include <talloc.h>

static void empty_buffer_is_an_empty_string(void **state)
{
    struct cc_buf b;
    cc_buf_init(&b, *state);
    assert_string_equal(cc_buf_str(&b), "");
    cc_buf_adds(&b, NULL);
    assert_null(b.data);
    cc_buf_add(&b, "", 0);
    assert_string_equal(cc_buf_str(&b), "");
    assert_int_equal(b.len, 0);
}

static void buffer_grows_byte_by_byte_and_stays_terminated(void **state)
{
    struct cc_buf b;
    cc_buf_init(&b, *state);
    for (size_t i = 0; i < 5000; i++) {
        cc_buf_addc(&b, (char)('a' + i % 26));
        assert_int_equal(b.data[b.len], '\0');
        assert_true(b.len < b.cap);
    }
    assert_int_equal(b.len, 5000);
    assert_int_equal(b.data[4999], 'a' + 4999 % 26);
}

static void printf_fits_at_every_fill(void **state)
{
    char expected[2048];
    for (size_t before = 150; before < 260; before++) {
        struct cc_buf b;
        cc_buf_init(&b, *state);
        for (size_t i = 0; i < before; i++)
            cc_buf_addc(&b, 'x');
        cc_buf_printf(&b, "%0200d|%s", 7, "end");
        snprintf(expected, sizeof(expected), "%0200d|%s", 7, "end");
        assert_int_equal(b.len, before + 204);
        assert_string_equal(b.data + before, expected);
    }
}

static void numbers_are_written_in_digits(void **state)
{
    static const long long numbers[] = {0, 7, 10, 99, 100, -1, 12801, LLONG_MAX, LLONG_MIN};
    char expected[30];
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        struct cc_buf b;
        cc_buf_init(&b, *state);
        cc_buf_addn(&b, numbers[i]);
        snprintf(expected, sizeof(expected), "%lld", numbers[i]);
        assert_string_equal(cc_buf_str(&b), expected);
    }
}

static void bytes_with_nul_are_kept(void **state)
{
    struct cc_buf b;
    cc_buf_init(&b, *state);
    cc_buf_add(&b, "a\0b", 3);
    assert_int_equal(b.len, 3);
    assert_memory_equal(b.data, "a\0b", 4);
}

static void first_failure_wins_and_later_ones_are_context(void **state)
{
    struct cc_err err = {0};
    assert_int_equal(cc_fail(&err, *state, CC_CONFLICT, "title", "Taken.", "row %d", 17),
                     CC_CONFLICT);
    assert_int_equal(cc_fail(&err, *state, CC_INTERNAL, NULL, "Other.", "import %s", "a.xml"),
                     CC_INTERNAL);
    assert_int_equal(err.rc, CC_CONFLICT);
    assert_string_equal(err.message, "Taken.");
    assert_string_equal(err.field, "title");
    assert_string_equal(err.detail, "import a.xml: row 17");
    assert_int_equal(cc_fail(NULL, *state, CC_BUSY, NULL, NULL, "nobody asks"), CC_BUSY);
}

static void every_result_has_its_name(void **state)
{
    (void)state;
    for (int i = 0; i < CC_RC__COUNT; i++)
        assert_true(cc_rc_name((enum cc_rc)i)[0] != '\0');
    assert_string_equal(cc_rc_name(CC_NOT_FOUND), "not-found");
    assert_string_equal(cc_rc_name(CC_RC__COUNT), "unknown");
}

static void problems_are_shared_and_taken_back(void **state)
{
    struct cc_problems from, to;
    cc_problems_init(&from, *state);
    cc_problems_init(&to, *state);
    cc_problems_share(&to, &from);
    assert_int_equal(to.total, 0);
    cc_problem_add(&to, CC_ERROR, 1, "a", N_("First."), NULL, NULL);
    for (int i = 0; i < 120; i++)
        cc_problem_add(&from, i < 20 ? CC_ERROR : CC_WARNING, i, "b", N_("More."), "x", NULL);
    cc_problems_share(&to, &from);
    assert_int_equal(to.n, 100);
    assert_int_equal(to.total, 121);
    assert_int_equal(to.errors, 21);
    assert_string_equal(to.v[0].path, "a");
    assert_ptr_equal(to.v[99].arg1, from.v[98].arg1);
    const struct cc_problem *room = to.v;
    cc_problems_clear(&to);
    assert_int_equal(to.n + to.total + to.errors, 0);
    cc_problem_add(&to, CC_WARNING, 2, "c", N_("Again."), NULL, NULL);
    assert_ptr_equal(to.v, room);
    assert_int_equal(from.n, 100);
}

static void problems_are_kept_to_a_hundred_and_all_counted(void **state)
{
    struct cc_problems p;
    cc_problems_init(&p, *state);
    cc_problem_add(&p, CC_WARNING, 0, NULL, "General.", NULL, NULL);
    cc_problem_add(&p, CC_ERROR, 3, "title.fr", "Too long.", NULL, NULL);
    const struct cc_problem *first = cc_problem_find(&p, "title.fr");
    for (int i = 0; i < 1000; i++)
        cc_problem_add(&p, i % 2 ? CC_ERROR : CC_WARNING, i, "x", "m", NULL, NULL);
    assert_int_equal(p.n, 100);
    assert_int_equal(p.total, 1002);
    assert_int_equal(p.errors, 501);
    assert_ptr_equal(cc_problem_find(&p, "title.fr"), first);
    assert_int_equal(first->line, 3);
    assert_string_equal(cc_problem_find(&p, NULL)->message, "General.");
    assert_null(cc_problem_find(&p, "title"));
}

static void problem_copies_what_it_is_given(void **state)
{
    struct cc_problems p;
    cc_problems_init(&p, *state);
    char path[] = "a.1";
    char arg[] = "42";
    cc_problem_add(&p, CC_ERROR, 0, path, "{1}", arg, NULL);
    path[0] = 'b';
    arg[0] = '9';
    assert_string_equal(p.v[0].path, "a.1");
    assert_string_equal(p.v[0].arg1, "42");
}

static void placeholders_are_replaced_once(void **state)
{
    static const struct {
        const char *text, *arg1, *arg2, *expected;
    } cases[] = {
        {"At most {1} characters.", "200", NULL, "At most 200 characters."},
        {"{2} before {1}", "a", "b", "b before a"},
        {"{1}{1}", "x", NULL, "xx"},
        {"{1}", "{2}", "never", "{2}"}, /* what people wrote is not read again */
        {"{3} {", "a", "b", "{3} {"},
        {"{1", "a", "b", "{1"},
        {"", "a", "b", ""},
        {"[{1}]", NULL, NULL, "[]"},
        {"%s %n {1}", "%d", NULL, "%s %n %d"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cc_problem p = {.arg1 = cases[i].arg1, .arg2 = cases[i].arg2};
        assert_string_equal(cc_problem_text(*state, cases[i].text, &p), cases[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        unit(empty_buffer_is_an_empty_string),
        unit(buffer_grows_byte_by_byte_and_stays_terminated),
        unit(printf_fits_at_every_fill),
        unit(numbers_are_written_in_digits),
        unit(bytes_with_nul_are_kept),
        unit(first_failure_wins_and_later_ones_are_context),
        unit(every_result_has_its_name),
        unit(problems_are_kept_to_a_hundred_and_all_counted),
        unit(problems_are_shared_and_taken_back),
        unit(problem_copies_what_it_is_given),
        unit(placeholders_are_replaced_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
