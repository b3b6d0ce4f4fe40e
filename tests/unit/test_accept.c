/* SPDX-License-Identifier: EUPL-1.2 */
/* Quality of media types by Accept (RFC 9110 12.5.1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../lib/fake.h"

static void quality_is_that_of_the_most_specific_range(void **state)
{
    static const struct {
        const char *accept, *type;
        int quality;
    } rows[] = {
        {NULL, "text/html", 1000},
        {"", "text/html", 1000},
        {"*/*", "text/html", 1000},
        {"text/*", "text/html", 1000},
        {"text/*", "application/xml", 0},
        {"text/html;q=0.5", "text/html", 500},
        {"text/html; q=0.25 ", "text/html", 250},
        {"text/html;level=1;q=0.125", "text/html", 125},
        {"TEXT/HTML;Q=0.3", "text/html", 300},
        {"*/*;q=0.1, text/*;q=0.2, text/html;q=0.3", "text/html", 300},
        {"text/html;q=0.3, text/*;q=0.9, */*", "text/html", 300},
        {"text/html;q=0", "text/html", 0},
        {"text/html;q=1.000", "text/html", 1000},
        {"text/html;q=", "text/html", 0},
        {"text/html;q=2", "text/html", 0},
        {"text/html;q=0.1234", "text/html", 0},
        {"text/html;q=a", "text/html", 0},
        {"text/html;q=0,5", "text/html", 0},
        {"text", "text/html", 0},
        {"text/", "text/html", 0},
        {",,;;,", "text/html", 0},
        {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/xml", 900},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(cc_accept_quality(rows[i].accept, rows[i].type), rows[i].quality);
    }
}

static void xml_is_preferred_only_when_it_is(void **state)
{
    static const struct {
        const char *accept;
        bool xml;
    } rows[] = {
        {"application/xml", true},
        {"text/xml, */*;q=0.1", true},
        {"application/xml, text/html;q=0.9", true},
        {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false},
        {"*/*", false},
        {"application/json", false},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake *f = fake_new();
        fake_get(f, "/");
        assert_false(cc_prefers_xml(f->req));
        fake_set(f, "HTTP_ACCEPT", rows[i].accept);
        assert_int_equal(cc_prefers_xml(f->req), rows[i].xml);
        talloc_free(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quality_is_that_of_the_most_specific_range),
        cmocka_unit_test(xml_is_preferred_only_when_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
