/* SPDX-License-Identifier: EUPL-1.2 */
#include "concord/clock.h"
#include "unit.h"

#include <stdlib.h>

static const struct {
    int64_t t;
    const char *iso, *http;
} instants[] = {
    {0, "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT"},
    {784111777, "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 GMT"},
    {951782400, "2000-02-29T00:00:00Z", "Tue, 29 Feb 2000 00:00:00 GMT"},
    {1719792000, "2024-07-01T00:00:00Z", "Mon, 01 Jul 2024 00:00:00 GMT"},
    {2147483648, "2038-01-19T03:14:08Z", "Tue, 19 Jan 2038 03:14:08 GMT"},
    {253402300799, "9999-12-31T23:59:59Z", "Fri, 31 Dec 9999 23:59:59 GMT"},
};

static void instants_are_written_and_read_in_both_forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(instants); i++) {
        char iso[21];
        char http[30];
        cc_time_iso(instants[i].t, iso);
        cc_time_http(instants[i].t, http);
        assert_string_equal(iso, instants[i].iso);
        assert_string_equal(http, instants[i].http);
        assert_true(cc_time_from_iso(iso) == instants[i].t);
        assert_true(cc_time_from_http(http) == instants[i].t);
    }
}

static void writing_never_leaves_the_four_digit_years(void **state)
{
    (void)state;
    char iso[21];
    char http[30];
    cc_time_iso(-1, iso);
    assert_string_equal(iso, "1970-01-01T00:00:00Z");
    cc_time_iso(INT64_MAX, iso);
    assert_string_equal(iso, "9999-12-31T23:59:59Z");
    cc_time_http(INT64_MIN, http);
    assert_string_equal(http, "Thu, 01 Jan 1970 00:00:00 GMT");
}

static void what_is_no_instant_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "2024-07-01",
        "2024-07-01T00:00:00",
        "2024-07-01T00:00:00+00:00",
        "2024-07-01 00:00:00Z",
        "2024-07-01T00:00:00.5Z",
        "2024-07-01t00:00:00z",
        "2023-02-29T00:00:00Z",
        "2024-04-31T00:00:00Z",
        "2024-13-01T00:00:00Z",
        "2024-00-01T00:00:00Z",
        "2024-01-00T00:00:00Z",
        "2024-01-01T24:00:00Z",
        "2024-01-01T00:60:00Z",
        "2016-12-31T23:59:60Z",
        "-024-01-01T00:00:00Z",
        "2024-01-01T00:00:00Z ",
        "+024-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Mon, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMTX",
        "Sun. 06 Nov 1994 08:49:37 GMT",
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_true(cc_time_from_iso(bad[i]) == -1);
        assert_true(cc_time_from_http(bad[i]) == -1);
    }
    assert_true(cc_time_from_iso(NULL) == -1);
    assert_true(cc_time_from_http(NULL) == -1);
}

static void clock_can_be_set_and_set_free(void **state)
{
    (void)state;
    int64_t real = cc_now();
    assert_true(real > 1700000000);
    cc_clock_set(1000);
    assert_true(cc_now() == 1000);
    cc_clock_set(0);
    assert_true(cc_now() >= real);

    setenv("CONCORD_TEST_CLOCK", "1719792000", 1);
    assert_true(cc_now() >= real); /* the variable alone does nothing */
    cc_clock_from_environment();
    assert_true(cc_now() == 1719792000);
    unsetenv("CONCORD_TEST_CLOCK");
    cc_clock_set(0);
}

static void monotonic_clock_runs_forward_whatever_the_other_says(void **state)
{
    (void)state;
    int64_t before = cc_monotonic_us();
    cc_clock_set(5);
    assert_true(cc_monotonic_us() >= before);
    cc_clock_set(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        unit(instants_are_written_and_read_in_both_forms),
        unit(writing_never_leaves_the_four_digit_years),
        unit(what_is_no_instant_is_refused),
        unit(clock_can_be_set_and_set_free),
        unit(monotonic_clock_runs_forward_whatever_the_other_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
