/* SPDX-License-Identifier: EUPL-1.2 */
/* Parameters to a request: paths, lengths, addresses, headers that are believed and that are not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../lib/fake.h"

static void path_is_decoded_or_refused(void **state)
{
    static const struct {
        const char *uri, *path; /* NULL = refused */
    } rows[] = {
        {"/", "/"},
        {"/en/partnerships", "/en/partnerships"},
        {"/en/", "/en/"},
        {"/%65n", "/en"},
        {"/a%20b", "/a b"},
        {"/%D8%A7", "/\xd8\xa7"},
        {"/a+b", "/a+b"},
        {"/%252e%252e", "/%2e%2e"},
        {"/...", "/..."},
        {"/a?b", "/a"},
        {"http://x.example/en?q", "/en"},
        {"http://x.example", "/"},
        {"", NULL},
        {"en", NULL},
        {"*", NULL},
        {"//", NULL},
        {"//en", NULL},
        {"/en//x", NULL},
        {"/.", NULL},
        {"/..", NULL},
        {"/en/../x", NULL},
        {"/en/./x", NULL},
        {"/en/%2e%2e/x", NULL},
        {"/en/.%2E", NULL},
        {"/en%2fx", NULL},
        {"/en%2Fx", NULL},
        {"/en%5cx", NULL},
        {"/en\\x", NULL},
        {"/%00", NULL},
        {"/%0d%0aX: y", NULL},
        {"/%7f", NULL},
        {"/%ff", NULL},
        {"/%c0%ae", NULL},
        {"/%ed%a0%80", NULL},
        {"/%", NULL},
        {"/%4", NULL},
        {"/%zz", NULL},
        {"/%-1", NULL},
    };
    struct fake *f = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int status = fake_get(f, rows[i].uri);
        assert_int_equal(status, rows[i].path ? 0 : 400);
        if (rows[i].path) {
            assert_string_equal(f->req->path, rows[i].path);
        }
    }
}

static void base_path_is_stripped(void **state)
{
    static const struct {
        const char *uri, *path;
        int status;
    } rows[] = {
        {"/registry", "/", 0},        {"/registry/", "/", 0},         {"/registry/en", "/en", 0},
        {"/%72egistry/en", "/en", 0}, {"/registryx", NULL, 404},      {"/", NULL, 404},
        {"/en", NULL, 404},           {"/registry/../en", NULL, 400},
    };
    struct fake *f = *state;

    f->settings.base_path = "/registry";
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(fake_get(f, rows[i].uri), rows[i].status);
        if (rows[i].path) {
            assert_string_equal(f->req->path, rows[i].path);
        }
    }
}

static void query_is_kept_as_sent(void **state)
{
    struct fake *f = *state;

    assert_int_equal(fake_get(f, "/en?a=%31&b=?"), 0);
    assert_string_equal(f->req->query_string, "a=%31&b=?");
    assert_int_equal(fake_get(f, "/en"), 0);
    assert_string_equal(f->req->query_string, "");
}

static void request_id_is_16_hex_and_new_each_time(void **state)
{
    struct fake *f = *state;

    fake_get(f, "/");
    const char *first = f->req->id;
    fake_get(f, "/");
    assert_int_equal(strlen(first), 16);
    assert_int_equal(strspn(first, "0123456789abcdef"), 16);
    assert_string_not_equal(first, f->req->id);
}

static void methods_are_known_or_not(void **state)
{
    static const struct {
        const char *text;
        int status;
        enum cc_method method;
    } rows[] = {
        {"GET", 0, CC_GET},   {"HEAD", 0, CC_HEAD},
        {"POST", 0, CC_POST}, {"get", 0, 0},
        {"PUT", 0, 0},        {"", 400, 0},
        {"G T", 400, 0},      {"ABCDEFGHIJKLMNOPQ", 400, 0},
    };
    struct fake *f = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        f->n = 0;
        fake_set(f, "REQUEST_URI", "/");
        fake_set(f, "REQUEST_METHOD", rows[i].text);
        assert_int_equal(fake_request(f), rows[i].status);
        if (rows[i].status == 0) {
            assert_int_equal(f->req->method, rows[i].method);
        }
    }
    f->n = 0;
    fake_set(f, "REQUEST_URI", "/");
    assert_int_equal(fake_request(f), 400);
    f->n = 0;
    fake_set(f, "REQUEST_METHOD", "GET");
    assert_int_equal(fake_request(f), 400);
}

static void believed_parameters_stand_once_and_are_short(void **state)
{
    struct fake *f = *state;
    static const struct {
        const char *name;
        size_t len;
        int status;
    } rows[] = {
        {"REQUEST_URI", CC_URI_MAX, 0},    {"REQUEST_URI", CC_URI_MAX + 1, 414},
        {"HTTP_COOKIE", CC_COOKIE_MAX, 0}, {"HTTP_COOKIE", CC_COOKIE_MAX + 1, 431},
        {"CONTENT_TYPE", 1025, 415},       {"CONTENT_LENGTH", 21, 413},
        {"REMOTE_ADDR", 1000, 400},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *value = talloc_zero_size(f, rows[i].len + 1);
        memset(value, 'a', rows[i].len);
        value[0] = '/';
        f->n = 0;
        fake_set(f, "REQUEST_METHOD", "GET");
        if (strcmp(rows[i].name, "REQUEST_URI") != 0) {
            fake_set(f, "REQUEST_URI", "/");
        }
        fake_set(f, rows[i].name, value);
        assert_int_equal(fake_request(f), rows[i].status);
        fake_set(f, rows[i].name, value);
        assert_int_equal(fake_request(f), 400);
    }
}

static void header_is_read_safely(void **state)
{
    struct fake *f = *state;
    char *long_text = talloc_zero_size(f, CC_HEADER_MAX + 2);

    memset(long_text, 'a', CC_HEADER_MAX + 1);
    fake_get(f, "/");
    fake_set(f, "HTTP_IF_NONE_MATCH", "\"x\"");
    fake_set(f, "HTTP_ACCEPT", "a\nb");
    fake_set(f, "HTTP_ORIGIN", "one");
    fake_set(f, "HTTP_ORIGIN", "two");
    fake_set(f, "HTTP_REFERER", long_text);
    fake_set(f, "HTTP_USER_AGENT", "\xff");
    assert_int_equal(fake_request(f), 0);
    assert_string_equal(cc_header(f->req, "If-None-Match"), "\"x\"");
    assert_null(cc_header(f->req, "Accept"));
    assert_null(cc_header(f->req, "Origin"));
    assert_null(cc_header(f->req, "Referer"));
    assert_null(cc_header(f->req, "Absent"));
    assert_string_equal(f->req->user_agent, "");
}

static void client_address_considers_trusted_proxies(void **state)
{
    static const struct {
        const char *remote, *forwarded, *trusted, *client;
    } rows[] = {
        {"192.0.2.1", NULL, "", "192.0.2.1"},
        {"192.0.2.1", "198.51.100.9", "", "192.0.2.1"},
        {"10.0.0.1", "198.51.100.9", "10.0.0.1", "198.51.100.9"},
        {"10.0.0.1", "6.6.6.6, 198.51.100.9", "10.0.0.1", "198.51.100.9"},
        {"10.0.0.1", "198.51.100.9 , 10.0.0.2", "10.0.0.1 10.0.0.2", "198.51.100.9"},
        {"10.0.0.1", "10.0.0.2", "10.0.0.1 10.0.0.2", "10.0.0.2"},
        {"10.0.0.1", "unknown", "10.0.0.1", "10.0.0.1"},
        {"10.0.0.1", "", "10.0.0.1", "10.0.0.1"},
        {"10.0.0.1", ",", "10.0.0.1", "10.0.0.1"},
        {"10.0.0.1", "1.2.3.4:80", "10.0.0.1", "10.0.0.1"},
        {"10.0.0.1", "2001:DB8::0:1", "10.0.0.1", "2001:db8::1"},
        {"::ffff:10.0.0.1", "2001:db8::1", "10.0.0.1", "2001:db8::1"},
        {"::1", NULL, "", "::1"},
        {"unix:", NULL, "", "0.0.0.0"},
        {"", "1.2.3.4", "0.0.0.0", "0.0.0.0"},
        {NULL, NULL, "", "0.0.0.0"},
    };
    struct fake *f = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_string_equal(
            cc_client_address(f, rows[i].remote, rows[i].forwarded, rows[i].trusted),
            rows[i].client);
    }
}

static void body_length_is_a_number_within_the_limit(void **state)
{
    static const struct {
        const char *text;
        int status;
    } rows[] = {
        {"0", 0},    {"100", 0},  {"00100", 0}, {"101", 413},  {"18446744073709551616", 413},
        {"-1", 400}, {"+1", 400}, {"1 ", 400},  {"0x10", 400}, {"1e3", 400},
        {"", 411},   {NULL, 411},
    };
    struct fake *f = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t len = 0;
        fake_get(f, "/");
        if (rows[i].text) {
            fake_set(f, "CONTENT_LENGTH", rows[i].text);
        }
        assert_int_equal(cc_body_length(f->req, 100, &len), rows[i].status);
    }
}

static int setup(void **state)
{
    *state = fake_new();
    return 0;
}

static int teardown(void **state)
{
    return talloc_free(*state);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(path_is_decoded_or_refused),
        TEST(base_path_is_stripped),
        TEST(query_is_kept_as_sent),
        TEST(request_id_is_16_hex_and_new_each_time),
        TEST(methods_are_known_or_not),
        TEST(believed_parameters_stand_once_and_are_short),
        TEST(header_is_read_safely),
        TEST(client_address_considers_trusted_proxies),
        TEST(body_length_is_a_number_within_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
