/* SPDX-License-Identifier: EUPL-1.2 */
/* A response as a value becomes bytes: headers, validators, and one whole request. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../lib/fake.h"

static struct fake *page(void)
{
    struct fake *f = fake_new();

    fake_get(f, "/");
    f->resp.type = "text/plain";
    f->resp.cache = CC_CACHE_SHORT;
    cc_buf_adds(&f->resp.body, "hello");
    return f;
}

static const char *sent(struct fake *f)
{
    f->out.len = 0;
    (void)cc_resp_send(f->req, &f->resp);
    return cc_buf_str(&f->out);
}

static void assert_has(const char *answer, const char *part)
{
    if (strstr(answer, part) == NULL) {
        print_error("\"%s\" is missing in:\n%s\n", part, answer);
        fail();
    }
}

static void assert_lacks(const char *answer, const char *part)
{
    if (strstr(answer, part) != NULL) {
        print_error("\"%s\" stands in:\n%s\n", part, answer);
        fail();
    }
}

static void answer_has_its_security_headers(void **state)
{
    static const char *const lines[] = {
        "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src "
        "'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'\r\n",
        "X-Content-Type-Options: nosniff\r\n",
        "Referrer-Policy: same-origin\r\n",
        "Cross-Origin-Opener-Policy: same-origin\r\n",
        "Cross-Origin-Resource-Policy: same-origin\r\n",
        "Permissions-Policy: ",
        "Strict-Transport-Security: max-age=31536000\r\n",
        "Content-Length: 5\r\n",
        "Content-Type: text/plain\r\n",
        "\r\n\r\nhello",
    };
    struct fake *f = page();
    (void)state;

    const char *answer = sent(f);
    assert_int_equal(strncmp(answer, "Status: 200 OK\r\n", 16), 0);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        assert_has(answer, lines[i]);
    }
    f->settings.is_https = false;
    assert_lacks(sent(f), "Strict-Transport-Security");
    talloc_free(f);
}

static void cache_control_follows_the_cookies(void **state)
{
    static const struct {
        enum cc_cache cache;
        bool session, sets;
        const char *line;
    } rows[] = {
        {CC_CACHE_NO_STORE, false, false, "Cache-Control: no-store\r\n"},
        {CC_CACHE_SHORT, false, false,
         "Cache-Control: public, max-age=1, stale-while-revalidate=1\r\n"},
        {CC_CACHE_SHORT, true, false, "Cache-Control: no-store\r\n"},
        {CC_CACHE_SHORT, false, true, "Cache-Control: no-store\r\n"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake *f = page();
        f->resp.cache = rows[i].cache;
        f->req->has_session_cookie = rows[i].session;
        if (rows[i].sets) {
            cc_resp_cookie(&f->resp, f->req, "a", "b", -1);
        }
        assert_has(sent(f), rows[i].line);
        talloc_free(f);
    }
}

/* XXH3 with 128 bits of "hello". */
#define TAG "\"b5e9c1ad071b3e7fc779cfaa5e523818\""

static void validators_are_compared(void **state)
{
    static const struct {
        const char *name, *value;
        int status;
    } rows[] = {
        {"HTTP_IF_NONE_MATCH", TAG, 304},
        {"HTTP_IF_NONE_MATCH", "W/" TAG, 304},
        {"HTTP_IF_NONE_MATCH", "\"a\", " TAG, 304},
        {"HTTP_IF_NONE_MATCH", "\"a\",W/\"b\" , W/" TAG, 304},
        {"HTTP_IF_NONE_MATCH", "*", 304},
        {"HTTP_IF_NONE_MATCH", "\"a\"", 200},
        {"HTTP_IF_NONE_MATCH", "", 200},
        {"HTTP_IF_NONE_MATCH", "\"", 200},
        {"HTTP_IF_NONE_MATCH", "b5e9c1ad071b3e7fc779cfaa5e523818", 200},
        {"HTTP_IF_MODIFIED_SINCE", "Tue, 14 Nov 2023 22:13:20 GMT", 304},
        {"HTTP_IF_MODIFIED_SINCE", "Tue, 14 Nov 2023 22:13:21 GMT", 304},
        {"HTTP_IF_MODIFIED_SINCE", "Tue, 14 Nov 2023 22:13:19 GMT", 200},
        {"HTTP_IF_MODIFIED_SINCE", "yesterday", 200},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake *f = page();
        f->resp.last_modified = 1700000000;
        fake_set(f, rows[i].name, rows[i].value);
        const char *answer = sent(f);
        assert_int_equal(f->resp.status, rows[i].status);
        assert_has(answer, "ETag: " TAG "\r\n");
        assert_has(answer, "Last-Modified: Tue, 14 Nov 2023 22:13:20 GMT\r\n");
        if (rows[i].status == 304) {
            assert_lacks(answer, "hello");
            assert_lacks(answer, "\nContent-Length");
            assert_lacks(answer, "\nContent-Type");
            assert_has(answer, "Cache-Control");
        }
        talloc_free(f);
    }
}

static void tag_wins_over_date(void **state)
{
    struct fake *f = page();
    (void)state;

    f->resp.last_modified = 1700000000;
    fake_set(f, "HTTP_IF_NONE_MATCH", "\"other\"");
    fake_set(f, "HTTP_IF_MODIFIED_SINCE", "Tue, 14 Nov 2023 22:13:20 GMT");
    sent(f);
    assert_int_equal(f->resp.status, 200);
    talloc_free(f);
}

static void given_tag_stands_and_errors_have_none(void **state)
{
    struct fake *f = page();
    (void)state;

    f->resp.etag = "abc";
    f->resp.cache = CC_CACHE_NO_STORE;
    assert_has(sent(f), "ETag: \"abc\"\r\n");
    talloc_free(f);
    f = page();
    f->resp.status = 404;
    fake_set(f, "HTTP_IF_NONE_MATCH", "*");
    assert_lacks(sent(f), "ETag");
    assert_int_equal(f->resp.status, 404);
    talloc_free(f);
}

static void head_has_the_length_and_no_body(void **state)
{
    struct fake *f = page();
    (void)state;

    f->req->method = CC_HEAD;
    const char *answer = sent(f);
    assert_has(answer, "Content-Length: 5\r\n");
    assert_has(answer, "ETag: " TAG "\r\n");
    assert_lacks(answer, "hello");
    talloc_free(f);
}

static void borrowed_body_is_sent(void **state)
{
    struct fake *f = page();
    (void)state;

    f->resp.body_ref = "a\0b and more";
    f->resp.body_ref_len = 3;
    sent(f);
    assert_memory_equal(f->out.data + f->out.len - 7, "\r\n\r\na\0b", 7);
    talloc_free(f);
}

static void nothing_can_be_put_between_headers(void **state)
{
    struct fake *f = page();
    (void)state;

    cc_resp_header(&f->resp, "X-A", "b\r\nX-Bad: 1");
    cc_resp_header(&f->resp, "X-A: b\r\nX-Bad", "1");
    f->resp.disposition = "a\"\r\nX-Bad: 1";
    f->resp.etag = "a\"\r\nX-Bad: 1";
    f->resp.location = "/\r\nX-Bad: 1";
    cc_resp_header(&f->resp, "X-Good", "1");
    const char *answer = sent(f);
    assert_lacks(answer, "X-Bad");
    assert_has(answer, "X-Good: 1\r\n");
    talloc_free(f);
}

static void redirects_go_to_addresses_only(void **state)
{
    static const struct {
        const char *address;
        enum cc_rc rc;
    } rows[] = {
        {"/en", CC_OK},           {"https://x.example/", CC_OK}, {"//x.example", CC_INTERNAL},
        {"/\\x", CC_INTERNAL},    {"javascript:1", CC_INTERNAL}, {"en", CC_INTERNAL},
        {"/a\r\nb", CC_INTERNAL}, {"/a b", CC_INTERNAL},         {NULL, CC_INTERNAL},
    };
    struct fake *f = page();
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(cc_resp_redirect(&f->resp, 303, rows[i].address), rows[i].rc);
    }
    talloc_free(f);
}

/* --- whole requests ------------------------------------------------------------------------------
 */

static enum cc_rc answer(struct cc_req *req, struct cc_resp *resp)
{
    const char *path = req->path;

    cc_buf_adds(&resp->body, "half");
    cc_resp_header(resp, "X-Half", "1");
    if (strcmp(path, "/busy") == 0) {
        return CC_BUSY;
    }
    if (strcmp(path, "/broken") == 0) {
        return cc_fail(&req->err, req->mem, CC_INTERNAL, NULL, N_("Not <this>."), "for the log");
    }
    return strcmp(path, "/login") == 0 ? CC_LOGIN : CC_OK;
}

static void after(struct cc_req *req, struct cc_resp *resp, enum cc_rc rc)
{
    (void)req;
    cc_buf_printf(&resp->headers, "X-Rc: %d\r\n", (int)rc);
}

static const struct cc_route routes[] = {
    {.method = CC_GET,
     .pattern = "/ok",
     .class_ = 1,
     .cacheable = true,
     .handler = answer,
     .name = "a",
     .audience = CC_FOR_MACHINE},
    {.method = CC_GET,
     .pattern = "/busy",
     .class_ = 1,
     .handler = answer,
     .name = "b",
     .audience = CC_FOR_MACHINE},
    {.method = CC_GET,
     .pattern = "/broken",
     .class_ = 1,
     .handler = answer,
     .name = "c",
     .audience = CC_FOR_MACHINE},
    {.method = CC_GET,
     .pattern = "/login",
     .class_ = 1,
     .handler = answer,
     .name = "d",
     .audience = CC_FOR_MACHINE},
};

static void failures_replace_what_was_begun(void **state)
{
    static const struct {
        const char *uri, *has[3];
    } rows[] = {
        {"/ok", {"Status: 200 OK\r\n", "half", "max-age=1"}},
        {"/busy", {"Status: 503 Service Unavailable\r\n", "Retry-After: 5\r\n", "no-store"}},
        {"/broken", {"Status: 500 Internal", ">Not &lt;this&gt;.</error>\n", "no-store"}},
        {"/login",
         {"Status: 401 ", "<error xmlns=\"urn:concord:registry:1\" status=\"401\" request=\"",
          "no-store"}},
        {"/none", {"Status: 404 ", "application/xml", "X-Rc: 1\r\n"}},
        {"/%zz", {"Status: 400 ", "no-store", "X-Rc: 3\r\n"}},
        {"/ok?a=1", {"Status: 400 ", "not known here", "no-store"}},
        {"/ok?utm=1", {"Status: 400 ", "not known here", "no-store"}},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake *f = fake_new();
        f->site.routes = routes;
        f->site.route_count = 4;
        f->site.after = after;
        fake_set(f, "REQUEST_METHOD", "GET");
        fake_set(f, "REQUEST_URI", rows[i].uri);
        fake_set(f, "REMOTE_ADDR", "192.0.2.1");
        cc_http_serve(&f->site, &f->io);
        for (size_t k = 0; k < 3; k++) {
            assert_has(f->out.data, rows[i].has[k]);
        }
        if (i > 0) {
            assert_lacks(f->out.data, "half");
            assert_lacks(f->out.data, "X-Half");
            assert_lacks(f->out.data, "for the log");
        }
        talloc_free(f);
    }
}

/* A name that was sent is in the document, but for what XML may not hold, and not at any length. */
static void the_name_of_an_unknown_field_is_told_as_text(void **state)
{
    static const struct {
        const char *name, *told;
    } rows[] = {
        {"%EF%BF%BF", "\xef\xbf\xbd: "},
        {"%EF%BF%BEa", "\xef\xbf\xbd"
                       "a: "},
        {"%EF%B7%90", "\xef\xbf\xbd: "},
        {"%F0%9F%BF%BF", "\xef\xbf\xbd: "},
        {"%01", "\xef\xbf\xbd: "},
        {"%ED%A0%80", "\xef\xbf\xbd\xef\xbf\xbd"},
        {"%D8%B9", "\xd8\xb9: "},
        {"%F0%9F%98%80", "\xf0\x9f\x98\x80: "},
    };
    (void)state;

    for (size_t i = 0; i <= sizeof(rows) / sizeof(rows[0]); i++) {
        bool is_long = i == sizeof(rows) / sizeof(rows[0]);
        struct fake *f = fake_new();
        char *uri = talloc_asprintf(f, "/ok?%s", is_long ? "a" : rows[i].name);

        for (int k = 0; is_long && k < 300; k++) {
            uri = talloc_strdup_append(uri, "%D8%B9");
        }
        uri = talloc_strdup_append(uri, "=1");
        f->site.routes = routes;
        f->site.route_count = 4;
        fake_set(f, "REQUEST_METHOD", "GET");
        fake_set(f, "REQUEST_URI", uri);
        fake_set(f, "REMOTE_ADDR", "192.0.2.1");
        cc_http_serve(&f->site, &f->io);
        assert_has(f->out.data, "Status: 400 ");
        if (is_long) {
            assert_true(strlen(strstr(f->out.data, "\r\n\r\n")) < 400);
            assert_lacks(f->out.data, "\xef\xbf\xbd");
        } else {
            assert_has(f->out.data, rows[i].told);
        }
        talloc_free(f);
    }
}

static void every_result_has_a_status(void **state)
{
    (void)state;
    for (int rc = 0; rc < CC_RC__COUNT; rc++) {
        int status = cc_http_status((enum cc_rc)rc);
        assert_true(status >= 200 && status < 600);
        assert_true(status == 500 || strcmp(cc_http_reason(status), cc_http_reason(500)) != 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answer_has_its_security_headers),
        cmocka_unit_test(cache_control_follows_the_cookies),
        cmocka_unit_test(validators_are_compared),
        cmocka_unit_test(tag_wins_over_date),
        cmocka_unit_test(given_tag_stands_and_errors_have_none),
        cmocka_unit_test(head_has_the_length_and_no_body),
        cmocka_unit_test(borrowed_body_is_sent),
        cmocka_unit_test(nothing_can_be_put_between_headers),
        cmocka_unit_test(redirects_go_to_addresses_only),
        cmocka_unit_test(failures_replace_what_was_begun),
        cmocka_unit_test(the_name_of_an_unknown_field_is_told_as_text),
        cmocka_unit_test(every_result_has_a_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
