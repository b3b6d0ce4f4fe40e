/* SPDX-License-Identifier: EUPL-1.2 */
/* Cookies: what is read, what is passed over, how ours are written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../lib/fake.h"

static void header_is_taken_apart(void **state)
{
    static const struct {
        const char *header, *name, *value;
    } rows[] = {
        {"a=1", "a", "1"},
        {"a=1; b=2", "b", "2"},
        {"a=1;b=2", "b", "2"},
        {" a=1 ;  b=2 ", "a", "1"},
        {"a=\"1\"", "a", "1"},
        {"a=b=c", "a", "b=c"},
        {"a=", "a", ""},
        {"a=1; a=2", "a", NULL},
        {"a=1; A=2", "a", "1"},
        {"a", "a", NULL},
        {"=1", "", NULL},
        {"", "a", NULL},
        {";;;", "a", NULL},
        {"a b=1", "a b", NULL},
        {"a=1 2", "a", NULL},
        {"a=\x01", "a", NULL},
        {"a=\xff; b=2", "a", NULL},
        {"a=\xff; b=2", "b", "2"},
        {"a=x,y", "a", NULL},
        {"__Host-concord=tok-_9", "__Host-concord", "tok-_9"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake *f = fake_new();
        fake_get(f, "/");
        fake_set(f, "HTTP_COOKIE", rows[i].header);
        assert_int_equal(fake_request(f), 0);
        const char *value = cc_cookie(f->req, rows[i].name);
        if (rows[i].value == NULL) {
            assert_null(value);
        } else {
            assert_string_equal(value, rows[i].value);
        }
        talloc_free(f);
    }
}

static void no_header_is_no_cookie(void **state)
{
    struct fake *f = fake_new();
    (void)state;

    fake_get(f, "/");
    assert_null(cc_cookie(f->req, "a"));
    assert_false(f->req->has_session_cookie);
    talloc_free(f);
}

static void number_of_cookies_is_limited(void **state)
{
    struct fake *f = fake_new();
    struct cc_buf header;
    (void)state;

    cc_buf_init(&header, f);
    for (int i = 0; i < 1000; i++) {
        cc_buf_printf(&header, "c%d=1;", i);
    }
    struct cc_values *values = cc_cookies_parse(f, header.data);
    assert_int_equal(values->n, 64);
    talloc_free(f);
}

static void session_cookie_is_named_by_the_settings(void **state)
{
    static const struct {
        const char *base, *name, *line;
        bool insecure;
    } rows[] = {
        {"", "__Host-concord",
         "Set-Cookie: __Host-concord=t; Path=/; HttpOnly; SameSite=Lax; Secure\r\n", false},
        {"/registry", "__Secure-concord",
         "Set-Cookie: __Secure-concord=t; Path=/registry; HttpOnly; SameSite=Lax; Secure\r\n",
         false},
        {"", "concord-dev", "Set-Cookie: concord-dev=t; Path=/; HttpOnly; SameSite=Lax\r\n", true},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake *f = fake_new();
        f->settings.base_path = rows[i].base;
        f->settings.insecure_dev = rows[i].insecure;
        fake_get(f, talloc_asprintf(f, "%s/", rows[i].base));
        fake_set(f, "HTTP_COOKIE", talloc_asprintf(f, "%s=t", rows[i].name));
        assert_int_equal(fake_request(f), 0);
        assert_true(f->req->has_session_cookie);
        assert_string_equal(cc_session_cookie(&f->settings), rows[i].name);
        cc_resp_cookie(&f->resp, f->req, rows[i].name, "t", -1);
        assert_string_equal(cc_buf_str(&f->resp.headers), rows[i].line);
        talloc_free(f);
    }
}

static void cookie_is_deleted_by_age_0(void **state)
{
    struct fake *f = fake_new();
    (void)state;

    fake_get(f, "/");
    cc_resp_cookie(&f->resp, f->req, "a", "", 0);
    assert_string_equal(cc_buf_str(&f->resp.headers),
                        "Set-Cookie: a=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0\r\n");
    talloc_free(f);
}

static void cookie_with_other_bytes_is_not_written(void **state)
{
    struct fake *f = fake_new();
    (void)state;

    fake_get(f, "/");
    cc_resp_cookie(&f->resp, f->req, "a", "x\r\nSet-Cookie: b=1", -1);
    cc_resp_cookie(&f->resp, f->req, "a;b", "x", -1);
    cc_resp_cookie(&f->resp, f->req, "a", "x; Domain=example", -1);
    assert_string_equal(cc_buf_str(&f->resp.headers), "");
    talloc_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_is_taken_apart),
        cmocka_unit_test(no_header_is_no_cookie),
        cmocka_unit_test(number_of_cookies_is_limited),
        cmocka_unit_test(session_cookie_is_named_by_the_settings),
        cmocka_unit_test(cookie_is_deleted_by_age_0),
        cmocka_unit_test(cookie_with_other_bytes_is_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
