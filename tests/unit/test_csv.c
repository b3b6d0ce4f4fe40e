/* SPDX-License-Identifier: EUPL-1.2 */
/* CSV: quotes, and cells that a spreadsheet would reckon with. */
#include "concord/csv.h"
#include "unit.h"

#include <stdio.h>

static const char *row(void *mem, const char *cell)
{
    const char *cells[] = {"a", cell};
    struct cc_buf out;
    cc_buf_init(&out, mem);
    cc_csv_row(&out, cells, 2);
    return cc_buf_str(&out);
}

static void cells_are_quoted_where_they_must(void **state)
{
    assert_string_equal(row(*state, NULL), "a,\r\n");
    assert_string_equal(row(*state, "Clean water"), "a,Clean water\r\n");
    assert_string_equal(row(*state, "one, \"two\""), "a,\"one, \"\"two\"\"\"\r\n");
    assert_string_equal(row(*state, " \u200b"), "a, \u200b\r\n");
    assert_string_equal(row(*state, "1=1"), "a,1=1\r\n");
}

static void a_file_begins_with_the_mark_of_utf8(void **state)
{
    const char *cells[] = {"name", "=1"};
    struct cc_buf out;

    cc_buf_init(&out, *state);
    cc_csv_head(&out, cells, 2);
    assert_string_equal(cc_buf_str(&out), "\ufeffname,\"'=1\"\r\n");
}

static void formulas_are_text_also_wide_or_behind_what_is_not_seen(void **state)
{
    static const char *const formulas[] = {
        "=1+1",    "+1",       "-1",       "@SUM(A1)",       "\u00ad=1",
        " =1",     "\u00a0=1", "\ufeff=1", "\u200b\u2007=1", "\u3000+1",
        "\uff1d1", "\uff0b1",  "\uff0d1",  "\uff20A",        " \uff1d1",
    };
    for (size_t i = 0; i < sizeof(formulas) / sizeof(formulas[0]); i++) {
        char expected[64];
        snprintf(expected, sizeof(expected), "a,\"'%s\"\r\n", formulas[i]);
        assert_string_equal(row(*state, formulas[i]), expected);
    }
    assert_string_equal(row(*state, "\t=1"), "a,\"'\t=1\"\r\n");
    assert_string_equal(row(*state, "\n=1"), "a,\"'\n=1\"\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        unit(cells_are_quoted_where_they_must),
        unit(a_file_begins_with_the_mark_of_utf8),
        unit(formulas_are_text_also_wide_or_behind_what_is_not_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
