/* SPDX-License-Identifier: EUPL-1.2 */
/* How often each number of a facet stands in what a search has matched. */
#include "concord/buf.h"
#include "model/search_count.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

/* The n-th number of an array as PostgreSQL writes it. */
static unsigned long number_at(const char *array, size_t n)
{
    const char *s = array + 1;

    while (n-- > 0)
        s = strchr(s, ',') + 1;
    return strtoul(s, NULL, 10);
}

static size_t length_of(const char *array)
{
    size_t commas = 0;

    for (const char *s = array; *s != '\0'; s++)
        commas += *s == ',';
    return strcmp(array, "{}") == 0 ? 0 : commas + 1;
}

static void numbers_are_counted_across_arrays(void **state)
{
    const char *numbers, *times;
    unsigned long expected[] = {0, 1, 2, 3};

    cc_search_tally(*state, "{1,2,3}{}{3,2}{3}", &numbers, &times);
    assert_int_equal(length_of(numbers), 3);
    assert_int_equal(length_of(times), 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(number_at(times, i), expected[number_at(numbers, i)]);
}

static void of_nothing_there_are_empty_arrays(void **state)
{
    const char *numbers, *times;

    cc_search_tally(*state, "", &numbers, &times);
    assert_string_equal(numbers, "{}");
    assert_string_equal(times, "{}");
    cc_search_tally(*state, "{}{}", &numbers, &times);
    assert_string_equal(numbers, "{}");
}

/* More than the table begins with, the largest that the database has, and all in one place of it.
 */
static void many_and_large_numbers_are_kept_apart(void **state)
{
    struct cc_buf text;
    const char *numbers, *times;
    unsigned long sum = 0;
    bool has_largest = false;

    cc_buf_init(&text, *state);
    for (unsigned i = 0; i < 3000; i++)
        cc_buf_printf(&text, "{%u,%u}", 1 + i * 65536, 2147483647u);
    cc_search_tally(*state, cc_buf_str(&text), &numbers, &times);
    assert_int_equal(length_of(numbers), 3001);
    for (size_t i = 0; i < 3001; i++) {
        bool is_largest = number_at(numbers, i) == 2147483647u;
        assert_int_equal(number_at(times, i), is_largest ? 3000 : 1);
        has_largest = has_largest || is_largest;
        sum += is_largest ? 0 : (number_at(numbers, i) - 1) / 65536;
    }
    assert_true(has_largest);
    assert_int_equal(sum, 2999 * 3000 / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        unit(numbers_are_counted_across_arrays),
        unit(of_nothing_there_are_empty_arrays),
        unit(many_and_large_numbers_are_kept_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
