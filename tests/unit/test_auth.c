/* SPDX-License-Identifier: EUPL-1.2 */
/* Form tokens, return addresses, keys of throttling, filters and names of the directory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "auth/ldap.h"
#include "concord/clock.h"
#include "concord/hash.h"

static void *mem;
static const struct cc_settings settings = {.login_secret = "0123456789abcdef0123456789abcdef",
                                            .login_floor_ms = 30};

static void csrf_token_is_bound_to_session_and_form(void **state)
{
    (void)state;
    struct cc_viewer a = {.person = "p", .session = "s1", .csrf_key = "key-of-session-one"};
    struct cc_viewer b = {.person = "p", .session = "s2", .csrf_key = "key-of-session-one"};
    struct cc_viewer c = {.person = "p", .session = "s1", .csrf_key = "key-of-session-two"};
    struct cc_viewer nobody = {0};
    const char *token = cc_csrf_token(mem, &a, "partnership-edit");
    assert_int_equal(strlen(token), 64);
    assert_true(cc_csrf_valid(&a, "partnership-edit", token));
    assert_false(cc_csrf_valid(&a, "partnership-publish", token));
    assert_false(cc_csrf_valid(&b, "partnership-edit", token));
    assert_false(cc_csrf_valid(&c, "partnership-edit", token));
    assert_false(cc_csrf_valid(&a, "partnership-edit", ""));
    assert_false(cc_csrf_valid(&a, "partnership-edit", NULL));
    assert_false(cc_csrf_valid(&a, "partnership-edit", talloc_asprintf(mem, "%s0", token)));
    assert_string_equal(cc_csrf_token(mem, &nobody, "x"), "");
    assert_false(cc_csrf_valid(&nobody, "x", ""));
}

static void presession_lasts_an_hour_and_cannot_be_made(void **state)
{
    (void)state;
    struct cc_settings other = {.login_secret = "another secret of thirty-two characters"};
    cc_clock_set(1700000000);
    char *token = cc_presession_new(mem, &settings);
    assert_true(cc_presession_valid(&settings, token));
    assert_string_not_equal(token, cc_presession_new(mem, &settings));
    assert_false(cc_presession_valid(&other, token));
    cc_clock_set(1700000000 + 3599);
    assert_true(cc_presession_valid(&settings, token));
    cc_clock_set(1700000000 + 3600);
    assert_false(cc_presession_valid(&settings, token));
    cc_clock_set(1699999999);
    assert_false(cc_presession_valid(&settings, token));
    cc_clock_set(1700000000);
    for (size_t i = 0; token[i] != '\0'; i++) {
        char kept = token[i];
        token[i] = kept == '0' ? '1' : '0';
        assert_false(cc_presession_valid(&settings, token));
        token[i] = kept;
    }
    char longest[500];
    memset(longest, 'a', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    static const char *const bad[] = {"", ".", "..", "a.b.c", "1700000000.x.", NULL};
    for (size_t i = 0; bad[i] != NULL; i++)
        assert_false(cc_presession_valid(&settings, bad[i]));
    assert_false(cc_presession_valid(&settings, longest));
    assert_false(cc_presession_valid(&settings, NULL));
    cc_clock_set(0);
}

static void return_address_stays_on_the_site(void **state)
{
    (void)state;
    static const char *const good[] = {"/",
                                       "/en/partnerships/P8FJ2K3M9Q2XW5",
                                       "/fr/partnerships?q=eau&page=2",
                                       "/ar/partnerships?q=%D9%85%D8%A7%D8%A1",
                                       "/registry/en/account",
                                       "/en/a.b/c..d",
                                       NULL};
    static const char *const bad[] = {"",
                                      "en",
                                      "//evil.example",
                                      "///evil.example",
                                      "/\\evil.example",
                                      "/en//evil.example",
                                      "\\\\evil.example",
                                      "https://evil.example/",
                                      "javascript:alert(1)",
                                      " /en",
                                      "/en\r\nSet-Cookie: x=y",
                                      "/\tevil.example",
                                      "/en/\x7f",
                                      "/en/caf\xc3\xa9",
                                      "/../admin",
                                      "/en/..",
                                      "/en/%2e%2E/x",
                                      "/./x",
                                      "/en/.%2e?x",
                                      "/en#fragment",
                                      "/en/sign-in",
                                      "/en/sign-out",
                                      "/en/sign-in?return=/en/sign-in",
                                      NULL};
    for (size_t i = 0; good[i] != NULL; i++)
        assert_string_equal(cc_safe_return(mem, good[i]), good[i]);
    for (size_t i = 0; bad[i] != NULL; i++)
        assert_null(cc_safe_return(mem, bad[i]));
    assert_null(cc_safe_return(mem, NULL));
    char longest[1100];
    memset(longest, 'a', sizeof(longest) - 1);
    longest[0] = '/';
    longest[sizeof(longest) - 1] = '\0';
    assert_null(cc_safe_return(mem, longest));
}

static void throttle_keys_are_networks_and_no_names(void **state)
{
    (void)state;
    static const struct {
        const char *remote, *network, *wide;
    } table[] = {
        {"203.0.113.77", "net:203.0.113.77/32", "net:203.0.113.0/24"},
        {"2001:db8:1:2:3:4:5:6", "net:2001:db8:1:2::/64", "net:2001:db8:1::/48"},
        {"::ffff:203.0.113.77", "net:203.0.113.77/32", "net:203.0.113.0/24"},
        {"unix:", "net:unknown/32", "net:unknown/24"},
        {"", "net:unknown/32", "net:unknown/24"},
        {NULL, "net:unknown/32", "net:unknown/24"},
    };
    struct cc_throttle a, b;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        cc_throttle_keys(mem, "sara", table[i].remote, &a);
        assert_string_equal(a.network, table[i].network);
        assert_string_equal(a.wide, table[i].wide);
    }
    /* a directory takes all of these for one name: guesses at it are counted together */
    static const char *const spellings[] = {
        "SARA",      " sara  ",   "s\u00e1ra",  "sara\u2003\u2003",
        "\uff53ara", "\u017fara", "sa\u00adra", NULL};
    for (size_t i = 0; spellings[i] != NULL; i++) {
        cc_throttle_keys(mem, spellings[i], NULL, &b);
        assert_string_equal(a.account, b.account);
    }
    assert_null(strstr(a.account, "sara"));
    cc_throttle_keys(mem, "sara2", NULL, &b);
    assert_string_not_equal(a.account, b.account);
    cc_throttle_keys(mem, "\xff\xfe", NULL, &b);
    assert_non_null(b.account);
}

static void refusal_waits_for_the_floor(void **state)
{
    (void)state;
    int64_t start = cc_monotonic_us();
    cc_login_wait(&settings, start);
    int64_t took = cc_monotonic_us() - start;
    assert_true(took >= 30000);
    assert_true(took < 1000000);
    start = cc_monotonic_us();
    cc_login_wait(&settings, start - 1000000);
    assert_true(cc_monotonic_us() - start < 20000);
}

static void session_hash_takes_tokens_only(void **state)
{
    (void)state;
    char hex[CC_SHA256_HEX + 1];
    cc_session_hash(cc_random_token(mem, 32), hex);
    assert_int_equal(strlen(hex), 64);
    cc_session_hash("short", hex);
    assert_string_equal(hex, "");
    cc_session_hash(NULL, hex);
    assert_string_equal(hex, "");
}

static void filter_escapes_what_means_something(void **state)
{
    (void)state;
    assert_string_equal(cc_ldap_filter(mem, "(uid=%s)", "sara"), "(uid=sara)");
    assert_string_equal(cc_ldap_filter(mem, "(|(uid=%s)(mail=%s))", "a*(b)\\c"),
                        "(|(uid=a\\2A\\28b\\29\\5Cc)(mail=a\\2A\\28b\\29\\5Cc))");
    assert_string_equal(cc_ldap_filter(mem, "(member=%s)", "cn=Doe\\, Jane,ou=people"),
                        "(member=cn=Doe\\5C, Jane,ou=people)");
    assert_string_equal(cc_ldap_filter(mem, "(uid=%s)", "%s"), "(uid=%s)");
}

static void base_is_compared_by_parts(void **state)
{
    (void)state;
    const char *base = "ou=people,dc=example,dc=org";
    assert_true(cc_ldap_dn_within("uid=sara,ou=people,dc=example,dc=org", base));
    assert_true(cc_ldap_dn_within("UID=sara, OU=People, DC=Example, DC=Org", base));
    assert_true(cc_ldap_dn_within(base, base));
    assert_false(cc_ldap_dn_within("dc=example,dc=org", base));
    assert_false(cc_ldap_dn_within("uid=sara,ou=people,dc=example,dc=net", base));
    assert_false(cc_ldap_dn_within("cn=x\\,ou=people,dc=example,dc=org", base));
    assert_false(cc_ldap_dn_within("cn=xou=people,dc=example,dc=org", base));
    assert_false(cc_ldap_dn_within("not a name", base));
    assert_true(cc_ldap_dn_equal("cn=a\\2Cb,dc=org", "CN=a\\,b, DC=org"));
    assert_false(cc_ldap_dn_equal("cn=a,dc=org", "cn=a,dc=x,dc=org"));
}

static int set_up(void **state)
{
    (void)state;
    mem = talloc_new(NULL);
    return cc_crypto_init() == CC_OK ? 0 : 1;
}

static int tear_down(void **state)
{
    (void)state;
    talloc_free(mem);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csrf_token_is_bound_to_session_and_form),
        cmocka_unit_test(presession_lasts_an_hour_and_cannot_be_made),
        cmocka_unit_test(return_address_stays_on_the_site),
        cmocka_unit_test(throttle_keys_are_networks_and_no_names),
        cmocka_unit_test(refusal_waits_for_the_floor),
        cmocka_unit_test(session_hash_takes_tokens_only),
        cmocka_unit_test(filter_escapes_what_means_something),
        cmocka_unit_test(base_is_compared_by_parts),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
