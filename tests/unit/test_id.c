/* SPDX-License-Identifier: EUPL-1.2 */
#include "concord/hash.h"
#include "concord/id.h"
#include "unit.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static void check_character_is_that_of_iso_7064(void **state)
{
    (void)state;
    /* Published: the example of the Global Release Identifier, and of ISAN (both its characters).
     */
    assert_int_equal(cc_id_check("A12425GABC1234002", 17), 'M');
    assert_int_equal(cc_id_check("00000000D07A0090", 16), 'Q');
    assert_int_equal(cc_id_check("00000000D07A009000000000", 24), 'X');
    assert_int_equal(cc_id_check("abc", 3), '\0');
    assert_int_equal(cc_id_check("A\0B", 3), '\0');
}

static void new_ids_are_valid_and_differ(void **state)
{
    char *previous = NULL;
    for (int i = 0; i < 2000; i++) {
        char *id = cc_id_new(*state, "OPM"[i % 3]);
        assert_int_equal(strlen(id), CC_ID_LEN);
        assert_true(cc_id_valid(id));
        assert_int_equal(id[0], "OPM"[i % 3]);
        if (previous != NULL)
            assert_string_not_equal(id, previous);
        previous = id;
    }
}

/* MOD 37,36 finds every single wrong character, and nearly every swap of neighbours (over 95 %). */
static void every_wrong_character_and_nearly_every_swap_is_found(void **state)
{
    static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    size_t swaps = 0;
    size_t missed = 0;
    for (int round = 0; round < 100; round++) {
        char *id = cc_id_new(*state, 'P');
        char other[CC_ID_LEN + 1];
        for (size_t i = 0; i < CC_ID_LEN; i++) {
            strcpy(other, id);
            for (const char *c = alphabet; *c != '\0'; c++) {
                other[i] = *c;
                assert_int_equal(cc_id_valid(other), *c == id[i]);
            }
        }
        for (size_t i = 0; i + 1 < CC_ID_LEN; i++) {
            strcpy(other, id);
            other[i] = id[i + 1];
            other[i + 1] = id[i];
            swaps += id[i] == id[i + 1] ? 0 : 1;
            missed += id[i] != id[i + 1] && cc_id_valid(other) ? 1 : 0;
        }
    }
    assert_true(missed * 20 < swaps);
}

static void canonical_form_takes_lower_case_and_hyphens_between(void **state)
{
    char *id = cc_id_new(*state, 'O');
    char text[64];
    for (size_t i = 0; i <= CC_ID_LEN; i++)
        text[i] = (char)tolower((unsigned char)id[i]);
    assert_string_equal(cc_id_canonical(*state, text), id);

    snprintf(text, sizeof(text), "%.1s-%.4s-%.4s-%.5s", id, id + 1, id + 5, id + 9);
    assert_string_equal(cc_id_canonical(*state, text), id);
    assert_false(cc_id_valid(text));

    static const char *const patterns[] = {"-%s", "%s-", " %s", "%s ", "%s0", "%sA", "%s\n"};
    for (size_t i = 0; i < COUNT(patterns); i++) {
        const char *at = strstr(patterns[i], "%s");
        snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - patterns[i]), patterns[i], id, at + 2);
        assert_null(cc_id_canonical(*state, text));
    }
    snprintf(text, sizeof(text), "%.1s--%s", id, id + 1);
    assert_null(cc_id_canonical(*state, text));
    snprintf(text, sizeof(text), "%.13s", id);
    assert_null(cc_id_canonical(*state, text));
}

static void what_is_no_id_is_refused(void **state)
{
    static const char *const bad[] = {"",
                                      "-",
                                      "P",
                                      "../../etc/passwd",
                                      "PÉ8FJ2K3M9Q2XW",
                                      "%s%s%s",
                                      "P00000000000000000000000000000000000000000000000000000"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_false(cc_id_valid(bad[i]));
        assert_null(cc_id_canonical(*state, bad[i]));
    }
    assert_false(cc_id_valid(NULL));
    assert_null(cc_id_canonical(*state, NULL));
    /* right check character, wrong kind letter or a letter that Crockford leaves out */
    char id[CC_ID_LEN + 1] = "0000000000000";
    id[13] = cc_id_check(id, 13);
    assert_false(cc_id_valid(id));
    memcpy(id, "PI00000000000", 13);
    id[13] = cc_id_check(id, 13);
    assert_false(cc_id_valid(id));
}

static int start(void **state)
{
    (void)state;
    return cc_crypto_init() == CC_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        unit(check_character_is_that_of_iso_7064),
        unit(new_ids_are_valid_and_differ),
        unit(every_wrong_character_and_nearly_every_swap_is_found),
        unit(canonical_form_takes_lower_case_and_hyphens_between),
        unit(what_is_no_id_is_refused),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
