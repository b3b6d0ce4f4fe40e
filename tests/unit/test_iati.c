/* SPDX-License-Identifier: EUPL-1.2 */
/* IATI: identifiers in all their spellings, whose mail it is, derived identifiers. */
#include "unit.h"

#include "concord/hash.h"
#include "concord/iati_in.h"
#include "concord/id.h"
#include <talloc.h>

static void keys_of_organisations(void **state)
{
    static const struct {
        const char *told, *first, *second;
    } cases[] = {
        {"XM-DAC-41114", "xm-dac-41114", NULL},
        {"  xm-dac-41114\n", "xm-dac-41114", NULL},
        {"41114", "41114", "xm-dac-41114"},
        {"41AAA", "41aaa", "xm-dac-41aaa"},
        {"DAC-1601", "dac-1601", "xm-dac-1601"},
        {"GB-1", "gb-1", "xm-dac-12-1"},
        {"CA-3", "ca-3", "xm-dac-301-3"},
        {"GB-CHC-202918", "gb-chc-202918", NULL},
        {"\xEF\xBC\xA7\xEF\xBC\xA2-CHC-1", "gb-chc-1", NULL}, /* full width */
        {"NGO-1", "ngo-1", NULL},
        {"1234567", "1234567", NULL},
    };
    void *mem = talloc_new(NULL);
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const char *keys[CC_IATI_KEYS] = {NULL};
        size_t n = cc_iati_org_keys(mem, cases[i].told, keys);
        assert_int_equal(n, cases[i].second == NULL ? 1 : 2);
        assert_string_equal(keys[0], cases[i].first);
        if (cases[i].second != NULL)
            assert_string_equal(keys[1], cases[i].second);
    }
    const char *keys[CC_IATI_KEYS];
    assert_int_equal(cc_iati_org_keys(mem, "", keys), 0);
    assert_int_equal(cc_iati_org_keys(mem, " \t\n", keys), 0);
    assert_int_equal(cc_iati_org_keys(mem, "a\x01", keys), 0);
    talloc_free(mem);
}

static void offices_and_persons(void **state)
{
    static const char *const offices[] = {"info@example.org", "Contact-IATI@example.org",
                                          "undp@undp.org", " press.office@a.example",
                                          "open.data@bank.example"};
    static const char *const persons[] = {"agnes.miller@example.org",
                                          "amiller@example.org",
                                          "x@undp.org",
                                          "informer@example.org",
                                          "no mail",
                                          "",
                                          "@example.org",
                                          "undp@undpx.org"};
    (void)state;
    for (size_t i = 0; i < sizeof(offices) / sizeof(*offices); i++)
        assert_true(cc_iati_is_office_mail(offices[i]));
    for (size_t i = 0; i < sizeof(persons) / sizeof(*persons); i++)
        assert_false(cc_iati_is_office_mail(persons[i]));
}

static void identifiers_follow_from_keys(void **state)
{
    void *mem = talloc_new(NULL);
    (void)state;
    const char *a = cc_id_derived(mem, 'A', "iati xm-dac-41114-1");
    assert_true(cc_id_valid(a));
    assert_string_equal(a, cc_id_derived(mem, 'A', "iati xm-dac-41114-1"));
    assert_string_not_equal(a, cc_id_derived(mem, 'A', "iati xm-dac-41114-2"));
    assert_int_equal(cc_id_derived(mem, 'O', "x")[0], 'O');
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_of_organisations),
        cmocka_unit_test(offices_and_persons),
        cmocka_unit_test(identifiers_follow_from_keys),
    };
    if (cc_crypto_init() != CC_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
