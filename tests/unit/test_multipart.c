/* SPDX-License-Identifier: EUPL-1.2 */
/* multipart/form-data: every input is read whole and byte by byte, with the same result. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unistd.h>

#include "../lib/fake.h"

#define B     "--XX\r\n"
#define END   "--XX--\r\n"
#define FD(x) "Content-Disposition: form-data; " x "\r\n"

static int collect(void *arg, const struct cc_part *part)
{
    struct cc_buf *out = arg;
    char data[256];

    cc_buf_printf(out, "[%s=", part->name);
    if (part->file_name != NULL) {
        cc_buf_printf(out, "file %s %s %zu ", part->file_name, part->file_type, part->file_len);
    }
    if (part->file_fd >= 0) {
        ssize_t n = read(part->file_fd, data, sizeof(data));
        assert_true(n >= 0);
        cc_buf_add(out, data, (size_t)n);
    }
    cc_buf_add(out, part->text, part->len);
    cc_buf_addc(out, ']');
    return 0;
}

static int run(struct fake *f, const char *body, size_t len, size_t chunk, struct cc_buf *out)
{
    cc_buf_init(out, f);
    fake_get(f, "/");
    f->body = body;
    f->body_len = len;
    f->body_at = 0;
    f->chunk = chunk;
    return cc_multipart_each(f->req, "XX", len, 1000, collect, out);
}

static void parts_are_read_or_refused(void **state)
{
    static const struct {
        const char *in, *out; /* NULL = 400 */
    } rows[] = {
        {END, ""},
        {"--XX--", ""},
        {B FD("name=\"a\"") "\r\n1\r\n" END, "[a=1]"},
        {B FD("name=a") "\r\n1\r\n" END, "[a=1]"},
        {B FD("name=\"a\"") "\r\n\r\n" END, "[a=]"},
        {B FD("name=\"a\"") "\r\n1\r\n" B FD("name=\"b\"") "\r\n2\r\n" END, "[a=1][b=2]"},
        {B FD("name=\"a\"") "\r\nx\r\n--X\r\n--XY\r\n\r\n--\r\n" END,
         "[a=x\r\n--X\r\n--XY\r\n\r\n--]"},
        {B "content-disposition:form-data;name=\"a\"\r\n\r\n1\r\n" END "epilogue", "[a=1]"},
        {B FD("name=\"f\"; filename=\"x.xml\"") "Content-Type: text/xml; "
                                                "charset=utf-8\r\n\r\n<x/>\r\n" END,
         "[f=file x.xml text/xml 4 <x/>]"},
        {B FD("name=\"f\"; filename=\"\"") "Content-Type: application/octet-stream\r\n\r\n\r\n" END,
         "[f=file file application/octet-stream 0 ]"},
        {B FD("name=\"f\"; filename=\"../../etc/passwd\"") "\r\n1\r\n" END, "[f=file passwd  1 1]"},
        {B FD("name=\"f\"; filename=\"C:\\dir\\a b.xml\"") "\r\n1\r\n" END,
         "[f=file a b.xml  1 1]"},
        {B FD("name=\"f\"; filename=\"a%22b\\\"c%0D.xml\"") "\r\n1\r\n" END,
         "[f=file a\"b\"c .xml  1 1]"},
        {B FD("name=\"f\"; filename=\"\xff\"") "\r\n1\r\n" END, "[f=file file  1 1]"},
        {B FD("name=\"f\"; filename=\"..\\\"") "\r\n1\r\n" END, NULL},
        {B FD("name=\"a\"") "Content-Transfer-Encoding: 8bit\r\n\r\n1\r\n" END, "[a=1]"},
        {B FD("name=\"a\"") "X-Other: y\r\n\r\n1\r\n" END, "[a=1]"},
        {"", NULL},
        {"--X", NULL},
        {"--XY\r\n" FD("name=\"a\"") "\r\n1\r\n" END, NULL},
        {"preamble\r\n" B FD("name=\"a\"") "\r\n1\r\n" END, NULL},
        {B FD("name=\"a\"") "\r\n1\r\n", NULL},
        {B FD("name=\"a\"") "\r\n1\r\n--XX", NULL},
        {B FD("name=\"a\"") "\r\n1\r\n--XXsome\r\n", NULL},
        {B FD("name=\"a\"") "\r\n1", NULL},
        {B FD("name=\"a\"") "1\r\n" END, NULL},
        {B FD("name=\"a\"; name=\"b\"") "\r\n1\r\n" END, NULL},
        {B FD("name=\"a") "\r\n1\r\n" END, NULL},
        {B FD("name=\"a\" x") "\r\n1\r\n" END, NULL},
        {B FD("filename=\"a\"") "\r\n1\r\n" END, NULL},
        {B "Content-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n" END, NULL},
        {B "\r\n1\r\n" END, NULL},
        {B FD("name=\"a\"") FD("name=\"b\"") "\r\n1\r\n" END, NULL},
        {B FD("name=\"a\"") "Content-Transfer-Encoding: base64\r\n\r\n1\r\n" END, NULL},
        {B FD("name=\"a\"") " folded\r\n\r\n1\r\n" END, NULL},
        {B FD("name=\"a\"") "A:1\r\nA:2\r\nA:3\r\nA:4\r\nA:5\r\nA:6\r\nA:7\r\nA:8\r\n\r\n1\r\n" END,
         NULL},
    };
    static const size_t chunks[] = {0, 1, 3};
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (size_t k = 0; k < 3; k++) {
            struct fake *f = fake_new();
            struct cc_buf out;
            int status = run(f, rows[i].in, strlen(rows[i].in), chunks[k], &out);
            assert_int_equal(status, rows[i].out ? 0 : 400);
            if (rows[i].out) {
                assert_string_equal(cc_buf_str(&out), rows[i].out);
            }
            talloc_free(f);
        }
    }
}

static int measure(void *arg, const struct cc_part *part)
{
    *(size_t *)arg = part->file_len;
    return 0;
}

static void file_larger_than_the_window_arrives_whole(void **state)
{
    static const char head[] = B FD("name=\"f\"; filename=\"x\"") "\r\n";
    size_t len = 300000, got = 0;
    struct fake *f = fake_new();
    char *body = talloc_zero_size(f, len + 200);
    (void)state;

    memcpy(body, head, sizeof(head) - 1);
    memset(body + sizeof(head) - 1, '\r', len);
    memcpy(body + sizeof(head) - 1 + len, "\r\n" END, 2 + sizeof(END));
    fake_get(f, "/");
    f->body = body;
    f->body_len = sizeof(head) - 1 + len + 2 + sizeof(END) - 1;
    f->chunk = 7777;
    assert_int_equal(cc_multipart_each(f->req, "XX", f->body_len, 10, measure, &got), 0);
    assert_int_equal(got, len);
    talloc_free(f);
}

static void limits_hold(void **state)
{
    struct fake *f = fake_new();
    struct cc_buf in, out;
    (void)state;

    cc_buf_init(&in, f);
    cc_buf_adds(&in, B FD("name=\"a\"") "\r\n");
    for (size_t i = 0; i < 1001; i++) {
        cc_buf_addc(&in, 'x');
    }
    cc_buf_adds(&in, "\r\n" END);
    assert_int_equal(run(f, in.data, in.len, 0, &out), 413);
    cc_buf_init(&in, f);
    for (size_t i = 0; i <= CC_PARTS_MAX; i++) {
        cc_buf_adds(&in, B FD("name=\"a\"") "\r\n1\r\n");
    }
    cc_buf_adds(&in, END);
    assert_int_equal(run(f, in.data, in.len, 0, &out), 413);
    cc_buf_init(&in, f);
    cc_buf_adds(&in, B "X: ");
    for (size_t i = 0; i < 70000; i++) {
        cc_buf_addc(&in, 'x');
    }
    assert_int_equal(run(f, in.data, in.len, 0, &out), 400);
    talloc_free(f);
}

static void boundary_is_taken_from_the_type(void **state)
{
    static const struct {
        const char *type, *boundary;
    } rows[] = {
        {"multipart/form-data; boundary=abc", "abc"},
        {"Multipart/Form-Data;boundary=\"a b\"", "a b"},
        {"multipart/form-data; charset=utf-8; boundary=abc", "abc"},
        {"multipart/form-data", NULL},
        {"multipart/form-data; boundary=", NULL},
        {"multipart/form-data; boundary=\"\"", NULL},
        {"multipart/form-data; boundary=a; boundary=b", NULL},
        {"multipart/form-data; boundary=\"a ", NULL},
        {"multipart/form-data; boundary=\"a \"", NULL},
        {"multipart/form-data; boundary=a\xff", NULL},
        {"multipart/form-data; boundary="
         "12345678901234567890123456789012345678901234567890123456789012345678901",
         NULL},
        {"multipart/mixed; boundary=abc", NULL},
        {"text/plain", NULL},
        {"", NULL},
    };
    struct fake *f = fake_new();
    (void)state;

    fake_get(f, "/");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *boundary = cc_multipart_boundary(f->req, rows[i].type);
        if (rows[i].boundary == NULL) {
            assert_null(boundary);
        } else {
            assert_string_equal(boundary, rows[i].boundary);
        }
    }
    talloc_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_read_or_refused),
        cmocka_unit_test(file_larger_than_the_window_arrives_whole),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(boundary_is_taken_from_the_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
