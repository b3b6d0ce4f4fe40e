/* SPDX-License-Identifier: EUPL-1.2 */
#include "concord/hash.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

static void sha256_gives_the_vectors_of_fips_180(void **state)
{
    (void)state;
    static const struct {
        const char *data, *hex;
    } cases[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    char hex[CC_SHA256_HEX + 1];
    for (size_t i = 0; i < COUNT(cases); i++) {
        cc_sha256_hex(cases[i].data, strlen(cases[i].data), hex);
        assert_string_equal(hex, cases[i].hex);
    }
}

static void hmac_gives_the_vectors_of_rfc_4231(void **state)
{
    (void)state;
    char hex[CC_SHA256_HEX + 1];
    cc_hmac_hex("Jefe", 4, "what do ya want for nothing?", 28, hex);
    assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    char key[131];
    memset(key, 0xaa, sizeof(key));
    const char *data = "Test Using Larger Than Block-Size Key - Hash Key First";
    cc_hmac_hex(key, sizeof(key), data, strlen(data), hex);
    assert_string_equal(hex, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void tokens_are_base64url_of_the_length_asked_and_differ(void **state)
{
    static const struct {
        size_t bytes, chars;
    } cases[] = {{1, 2}, {16, 22}, {32, 43}, {33, 44}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *token = cc_random_token(*state, cases[i].bytes);
        assert_int_equal(strlen(token), cases[i].chars);
        assert_int_equal(
            strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
            cases[i].chars);
    }
    assert_string_not_equal(cc_random_token(*state, 32), cc_random_token(*state, 32));
}

static void secrets_are_equal_only_when_they_are(void **state)
{
    (void)state;
    assert_true(cc_equal_secret("", ""));
    assert_true(cc_equal_secret("abc", "abc"));
    assert_false(cc_equal_secret("abc", "abd"));
    assert_false(cc_equal_secret("abc", "ab"));
    assert_false(cc_equal_secret("", "a"));
    assert_false(cc_equal_secret(NULL, "a"));
    assert_false(cc_equal_secret(NULL, NULL)); /* no secret is never a right one */
}

static int start(void **state)
{
    (void)state;
    return cc_crypto_init() == CC_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        unit(sha256_gives_the_vectors_of_fips_180),
        unit(hmac_gives_the_vectors_of_rfc_4231),
        unit(tokens_are_base64url_of_the_length_asked_and_differ),
        unit(secrets_are_equal_only_when_they_are),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
