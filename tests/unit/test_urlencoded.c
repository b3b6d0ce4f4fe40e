/* SPDX-License-Identifier: EUPL-1.2 */
/* application/x-www-form-urlencoded into fields. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../lib/fake.h"

static int collect(void *arg, const struct cc_part *part)
{
    struct cc_buf *out = arg;

    assert_null(part->file_name);
    assert_int_equal(part->name[part->name_len], '\0');
    assert_int_equal(part->text[part->len], '\0');
    cc_buf_addc(out, '[');
    cc_buf_add(out, part->name, part->name_len);
    cc_buf_addc(out, '=');
    cc_buf_add(out, part->text, part->len);
    cc_buf_addc(out, ']');
    return 0;
}

static void fields_are_decoded(void **state)
{
    static const struct {
        const char *in, *out; /* NULL = 400 */
    } rows[] = {
        {"", ""},
        {"a=1", "[a=1]"},
        {"a=1&b=2", "[a=1][b=2]"},
        {"&a=1&&b=2&", "[a=1][b=2]"},
        {"a", "[a=]"},
        {"=1", "[=1]"},
        {"a=b=c", "[a=b=c]"},
        {"a=x+y%2Bz", "[a=x y+z]"},
        {"%61=%26%3D", "[a=&=]"},
        {"a=1;b=2", "[a=1;b=2]"},
        {"a=%C3%A9", "[a=\xc3\xa9]"},
        {"a=\xc3\xa9", "[a=\xc3\xa9]"},
        {"a=%", NULL},
        {"a=%1", NULL},
        {"a=%zz", NULL},
        {"%=1", NULL},
        {"a=%&b", NULL},
        {"a=%u0041", NULL},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake *f = fake_new();
        struct cc_buf out;
        cc_buf_init(&out, f);
        fake_get(f, "/");
        int status = cc_urlencoded_each(f->req, rows[i].in, strlen(rows[i].in), collect, &out);
        assert_int_equal(status, rows[i].out ? 0 : 400);
        if (rows[i].out) {
            assert_string_equal(cc_buf_str(&out), rows[i].out);
        }
        talloc_free(f);
    }
}

static void nul_stays_in_the_text_with_its_length(void **state)
{
    struct fake *f = fake_new();
    struct cc_buf out;
    (void)state;

    cc_buf_init(&out, f);
    fake_get(f, "/");
    assert_int_equal(cc_urlencoded_each(f->req, "a=x%00y", 7, collect, &out), 0);
    assert_int_equal(out.len, 7);
    assert_memory_equal(out.data, "[a=x\0y]", 7);
    talloc_free(f);
}

static int count(void *arg, const struct cc_part *part)
{
    (void)part;
    ++*(size_t *)arg;
    return 0;
}

static void number_of_fields_is_limited(void **state)
{
    struct fake *f = fake_new();
    struct cc_buf in;
    size_t n = 0;
    (void)state;

    cc_buf_init(&in, f);
    for (size_t i = 0; i < CC_FIELDS_MAX; i++) {
        cc_buf_adds(&in, "a&");
    }
    fake_get(f, "/");
    assert_int_equal(cc_urlencoded_each(f->req, in.data, in.len, count, &n), 0);
    assert_int_equal(n, CC_FIELDS_MAX);
    cc_buf_adds(&in, "a");
    assert_int_equal(cc_urlencoded_each(f->req, in.data, in.len, count, &n), 413);
    talloc_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_decoded),
        cmocka_unit_test(nul_stays_in_the_text_with_its_length),
        cmocka_unit_test(number_of_fields_is_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
