/* SPDX-License-Identifier: EUPL-1.2 */
/* Fields are typed by the form's table; what the table does not allow is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unistd.h>

#include "../lib/fake.h"
#include "concord/id.h"

static size_t accepts(const struct cc_req *req, const char *name, enum cc_input_type *type_r)
{
    (void)req;
    *type_r = strncmp(name, "open.", 5) == 0 ? CC_IN_BOOL : CC_IN_BLOCK;
    return strncmp(name, "title.", 6) == 0 || strncmp(name, "open.", 5) == 0 ? 8 : 0;
}

static const struct cc_form form = {
    .inputs = (const struct cc_input[]){{"line", CC_IN_LINE, 0, 5, "Line"},
                                        {"block", CC_IN_BLOCK, 0, 20, "Block"},
                                        {"number", CC_IN_UINT, 0, 9, "Number"},
                                        {"date", CC_IN_DATE, 0, 10, "Date"},
                                        {"token", CC_IN_TOKEN, 0, 10, "Token"},
                                        {"id", CC_IN_ID, 0, 30, "Identifier"},
                                        {"bool", CC_IN_BOOL, 0, 5, "Yes"},
                                        {"secret", CC_IN_SECRET, 0, 6, "Password"},
                                        {"many", CC_IN_TOKEN, CC_IN_MANY, 5, "Many"},
                                        {0}},
    .accepts = accepts,
};
static const struct cc_form needy = {
    .inputs = (const struct cc_input[]){{"a", CC_IN_LINE, CC_IN_REQUIRED, 5, "A"},
                                        {"b", CC_IN_UINT, CC_IN_REQUIRED, 5, "B"},
                                        {0}},
};
static const struct cc_form upload = {
    .inputs = (const struct cc_input[]){{"mode", CC_IN_TOKEN, 0, 10, "Mode"},
                                        {"file", CC_IN_FILE, CC_IN_REQUIRED, 5, "File"},
                                        {0}},
    .multipart = true,
};

static const struct cc_form search = {
    .inputs = (const struct cc_input[]){{"q", CC_IN_LINE, 0, 5, "Q"},
                                        {"page", CC_IN_UINT, 0, 5, "Page"},
                                        {0}},
};

static const char urlencoded[] = "application/x-www-form-urlencoded";

static int post(struct fake *f, const struct cc_form *to, const char *type, const char *body)
{
    struct cc_route *route = talloc_zero(f, struct cc_route);

    route->form = to;
    fake_get(f, "/");
    f->n = 0;
    fake_set(f, "REQUEST_METHOD", "POST");
    fake_set(f, "REQUEST_URI", "/");
    fake_body(f, type, body, strlen(body));
    f->body_at = 0;
    assert_int_equal(fake_request(f), 0);
    f->req->route = route;
    return cc_form_body(f->req);
}

/* One field: status, the value as it is kept, and whether it has a problem. */
static void value_is_typed(void **state)
{
    static const struct {
        const char *body, *name, *value;
        int status;
        bool problem;
    } rows[] = {
        {"line=abc", "line", "abc", 0, false},
        {"line=", "line", "", 0, false},
        {"line=+a++b%0D%0A", "line", "a b", 0, false},
        {"line=abcde", "line", "abcde", 0, false},
        {"line=%D8%A7%D8%A7%D8%A7%D8%A7%D8%A7", "line", "\xd8\xa7\xd8\xa7\xd8\xa7\xd8\xa7\xd8\xa7",
         0, false},
        {"line=abcdef", "line", "abcdef", 0, true},
        {"line=e%CC%81", "line", "\xc3\xa9", 0, false},
        {"line=a%00b", "line",
         "a\xef\xbf\xbd"
         "b",
         0, true},
        {"line=a%FFb", "line",
         "a\xef\xbf\xbd"
         "b",
         0, true},
        {"line=a%1Bb", "line",
         "a\xef\xbf\xbd"
         "b",
         0, true},
        {"block=a%0D%0Ab++%0D%0A", "block", "a\nb", 0, false},
        {"number=0", "number", "0", 0, false},
        {"number=12", "number", "12", 0, false},
        {"number=+12+", "number", "12", 0, false},
        {"number=-1", "number", "-1", 0, true},
        {"number=1e3", "number", "1e3", 0, true},
        {"number=99999999999999999999", "number", "99999999999999999999", 0, true},
        {"number=%D9%A1", "number", "\xd9\xa1", 0, true},
        {"date=2026-02-28", "date", "2026-02-28", 0, false},
        {"date=2026-02-30", "date", "2026-02-30", 0, true},
        {"date=28.2.2026", "date", "28.2.2026", 0, true},
        {"token=a.b_c-1", "token", "a.b_c-1", 0, false},
        {"token=a/b", "token", "a/b", 0, true},
        {"bool=on", "bool", "true", 0, false},
        {"bool=NO", "bool", "false", 0, false},
        {"bool=", "bool", "", 0, false},
        {"bool=maybe", "bool", "maybe", 0, true},
        {"secret=+a+b%09", "secret", " a b\t", 0, false},
        {"secret=1234567", "secret", "", 0, true},
        {"secret=a%00b", "secret", "", 0, true},
        {"secret=%FF", "secret", "", 0, true},
        {"many=a&many=b", "many", "a", 0, false},
        {"title.en=hello", "title.en", "hello", 0, false},
        {"title.en=hello+hello", "title.en", "hello hello", 0, true},
        {"open.1=yes", "open.1", "true", 0, false},
        {"id=P0000000000000", "id", "P0000000000000", 0, true},
        {"id=nonsense", "id", "nonsense", 0, true},
        {"unknown=1", NULL, NULL, 400, false},
        {"*=1", NULL, NULL, 400, false},
        {"line=a&line=a", NULL, NULL, 400, false},
        {"title.en=a&title.en=b", NULL, NULL, 400, false},
        {"=1", NULL, NULL, 400, false},
        {"line%00x=1", NULL, NULL, 400, false},
        {"l%C3%ADne=1", NULL, NULL, 400, false},
        {"LINE=1", NULL, NULL, 400, false},
        {"line=%zz", NULL, NULL, 400, false},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake *f = fake_new();
        assert_int_equal(post(f, &form, urlencoded, rows[i].body), rows[i].status);
        if (rows[i].status == 0) {
            const struct cc_value *value = cc_value_find(&f->req->form, rows[i].name);
            assert_string_equal(value->text, rows[i].value);
            assert_int_equal(value->problem != NULL, rows[i].problem);
            assert_int_equal(f->req->form.bad, rows[i].problem);
            assert_int_equal(cc_problem_find(&f->req->problems, rows[i].name) != NULL,
                             rows[i].problem);
        } else {
            assert_non_null(f->req->err.message);
        }
        talloc_free(f);
    }
}

static void too_long_says_how_long_it_may_be(void **state)
{
    struct fake *f = fake_new();
    (void)state;

    assert_int_equal(post(f, &form, urlencoded, "line=abcdef"), 0);
    const struct cc_problem *problem = cc_problem_find(&f->req->problems, "line");
    assert_string_equal(cc_problem_text(f, problem->message, problem),
                        "This can have at most 5 characters.");
    talloc_free(f);
}

static void identifier_becomes_canonical(void **state)
{
    struct fake *f = fake_new();
    char body[40], expected[CC_ID_LEN + 1] = "P0123456789AB";
    (void)state;

    expected[13] = cc_id_check(expected, 13);
    snprintf(body, sizeof(body), "id=p-0123-4567-89ab-%c", expected[13]);
    assert_int_equal(post(f, &form, urlencoded, body), 0);
    assert_string_equal(cc_value(&f->req->form, "id"), expected);
    talloc_free(f);
}

static void what_is_needed_is_missed(void **state)
{
    struct fake *f = fake_new();
    (void)state;

    assert_int_equal(post(f, &needy, urlencoded, "a=+"), 0);
    assert_true(f->req->form.bad);
    assert_int_equal(f->req->problems.n, 2);
    assert_non_null(cc_problem_find(&f->req->problems, "a"));
    assert_non_null(cc_problem_find(&f->req->problems, "b"));
    assert_string_equal(cc_value(&f->req->form, "absent"), "");
    assert_false(cc_value_has(&f->req->form, "absent"));
    talloc_free(f);
}

static void body_is_of_the_right_type_and_size(void **state)
{
    static const char end[] = "--X--\r\n";
    struct fake *f = fake_new();
    (void)state;

    assert_int_equal(post(f, &form, "application/json", "{}"), 415);
    assert_int_equal(post(f, &form, "", "line=1"), 415);
    assert_int_equal(post(f, &form, "multipart/form-data; boundary=X", end), 415);
    assert_int_equal(post(f, &upload, "multipart/form-data", end), 415);
    assert_int_equal(post(f, &form, "application/x-www-form-urlencoded; charset=UTF-8", "line=1"),
                     0);
    assert_int_equal(post(f, NULL, urlencoded, ""), 0);
    assert_int_equal(post(f, NULL, "", ""), 0);
    assert_int_equal(post(f, NULL, urlencoded, "a=1"), 400);
    f->settings.body_max = 5;
    assert_int_equal(post(f, &form, urlencoded, "line=1"), 413);
    assert_int_equal(f->body_at, 0); /* refused before it was read */
    talloc_free(f);
}

static void body_shorter_than_it_says_is_refused(void **state)
{
    struct fake *f = fake_new();
    struct cc_route route = {.form = &form};
    (void)state;

    fake_get(f, "/");
    fake_body(f, urlencoded, "line=1", 6);
    f->body_len = 3;
    assert_int_equal(fake_request(f), 0);
    f->req->route = &route;
    assert_int_equal(cc_form_body(f->req), 400);
    talloc_free(f);
}

static void file_is_given_as_descriptor(void **state)
{
    static const char body[] =
        "--X\r\nContent-Disposition: form-data; name=\"mode\"\r\n\r\npublish\r\n"
        "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.xml\"\r\n"
        "Content-Type: text/xml\r\n\r\n<a/>\r\n--X--\r\n";
    struct fake *f = fake_new();
    char data[8] = "";
    (void)state;

    assert_int_equal(post(f, &upload, "multipart/form-data; boundary=X", body), 0);
    assert_false(f->req->form.bad);
    assert_string_equal(cc_value(&f->req->form, "mode"), "publish");
    const struct cc_value *file = cc_value_find(&f->req->form, "file");
    assert_string_equal(file->file_name, "a.xml");
    assert_int_equal(file->file_len, 4);
    assert_int_equal(read(file->file_fd, data, sizeof(data)), 4);
    assert_string_equal(data, "<a/>");
    int fd = file->file_fd;
    talloc_free(f);
    assert_int_equal(close(fd), -1); /* went with the request */
}

static void file_is_needed_small_and_a_file(void **state)
{
    static const struct {
        const char *body;
        int status;
    } rows[] = {
        {"--X\r\nContent-Disposition: form-data; name=\"file\"; "
         "filename=\"a\"\r\n\r\n123456\r\n--X--\r\n",
         0},
        {"--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\n\r\n--X--\r\n",
         0},
        {"--X--\r\n", 0},
        {"--X\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n1\r\n--X--\r\n", 400},
        {"--X\r\nContent-Disposition: form-data; name=\"mode\"; "
         "filename=\"a\"\r\n\r\n1\r\n--X--\r\n",
         400},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake *f = fake_new();
        int status = post(f, &upload, "multipart/form-data; boundary=X", rows[i].body);
        assert_int_equal(status, rows[i].status);
        if (status == 0) {
            assert_non_null(cc_problem_find(&f->req->problems, "file"));
        }
        talloc_free(f);
    }
}

static void query_with_a_problem_is_refused(void **state)
{
    static const struct {
        const char *uri;
        bool has_form;
        int status;
    } rows[] = {
        {"/", true, 0},       {"/?", true, 0},          {"/?q=a", true, 0},
        {"/?page=", true, 0}, {"/?page=x", true, 422},  {"/?q=abcdef", true, 422},
        {"/?z=1", true, 400}, {"/?q=a&q=b", true, 400}, {"/?q=%FF", true, 422},
        {"/?", false, 0},     {"/?q=a", false, 400},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake *f = fake_new();
        struct cc_route route = {.query = rows[i].has_form ? &search : NULL};
        assert_int_equal(fake_get(f, rows[i].uri), 0);
        f->req->route = &route;
        assert_int_equal(cc_form_query(f->req), rows[i].status);
        talloc_free(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(value_is_typed),
        cmocka_unit_test(too_long_says_how_long_it_may_be),
        cmocka_unit_test(identifier_becomes_canonical),
        cmocka_unit_test(what_is_needed_is_missed),
        cmocka_unit_test(body_is_of_the_right_type_and_size),
        cmocka_unit_test(body_shorter_than_it_says_is_refused),
        cmocka_unit_test(file_is_given_as_descriptor),
        cmocka_unit_test(file_is_needed_small_and_a_file),
        cmocka_unit_test(query_with_a_problem_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
