/* SPDX-License-Identifier: EUPL-1.2 */
/* The HTML writer, to the last byte. */
#include "concord/hash.h"
#include "concord/html.h"
#include "http/internal.h"
#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void __wrap_cc_url_add(struct cc_buf *to, const struct cc_req *req, int route_id,
                       const char *const *args);

/* Addresses are made and tested in http; here they only show what was asked for. */
void __wrap_cc_url_add(struct cc_buf *to, const struct cc_req *req, int route_id,
                       const char *const *args)
{
    cc_buf_printf(to, "/%s/%d/", req != NULL ? req->lang->tag : "-", route_id);
    cc_url_encode(to, args[0], strlen(args[0]));
}

static struct cc_buf out;
static struct cc_html w;

static void fresh(void **state)
{
    cc_buf_init(&out, *state);
    w = (struct cc_html){.out = &out};
}

#define check(call, expected)                                                                      \
    do {                                                                                           \
        fresh(state);                                                                              \
        call;                                                                                      \
        assert_string_equal(cc_buf_str(&out), expected);                                           \
    } while (0)

static void text_escapes_markup_and_drops_controls(void **state)
{
    check(h_text(&w, NULL), "");
    check(h_text(&w, ""), "");
    check(h_text(&w, "plain"), "plain");
    check(h_text(&w, "<b>&amp;\"'"), "&lt;b&gt;&amp;amp;\"'");
    check(h_text(&w, "a\tb\nc\rd\x01\x1f\x7f"
                     "e"),
          "a\tb\ncde");
    check(h_text(&w, "é 中 \xf0\x9f\x98\x80"), "é 中 \xf0\x9f\x98\x80");
}

static void attribute_escapes_quotes_too(void **state)
{
    check(h_attr(&w, NULL), "");
    check(h_attr(&w, "<b>&\"' onclick=x"), "&lt;b&gt;&amp;&quot;&#39; onclick=x");
    check(h_attr(&w, "a\nb\x02"), "a\nb");
}

static void numbers_are_ascii_digits(void **state)
{
    check(h_int(&w, 0), "0");
    check(h_int(&w, -9223372036854775807LL - 1), "-9223372036854775808");
    fresh(state);
    assert_string_equal(h_num(&w, 42), "42");
}

static void literal_is_written_as_it_is(void **state)
{
    check(h_lit(&w, "<p class=\"a\">"), "<p class=\"a\">");
    check(h_lit(&w, ""), "");
}

static void tagged_text_names_its_language(void **state)
{
    struct cc_tagged none = {NULL, "fr"};
    struct cc_tagged plain = {"a<b", NULL};
    struct cc_tagged french = {"é", "fr"};
    struct cc_tagged hostile = {"x", "\"><script>"};
    check(h_tagged(&w, none), "");
    check(h_tagged(&w, plain), "<span dir=\"auto\">a&lt;b</span>");
    check(h_tagged(&w, french), "<span lang=\"fr\" dir=\"auto\">é</span>");
    check(h_tagged(&w, hostile), "<span lang=\"&quot;&gt;&lt;script&gt;\" dir=\"auto\">x</span>");
}

static void phrases_take_their_arguments_in_any_order(void **state)
{
    check(h_text_fmt(&w, "{2} of {1}", "ten<", "&", NULL), "&amp; of ten&lt;");
    check(h_attr_fmt(&w, "\"{1}\"", "a'b", NULL), "&quot;a&#39;b&quot;");
    check(h_text_fmt(&w, "{1}{1}", "{2}", "x", NULL), "{2}{2}");
    check(h_text_fmt(&w, "{} {0} {x} {1 {3}|{", "a", NULL), "{} {0} {x} {1 |{");
    check(h_text_fmt(&w, "", "a", NULL), "");
    assert_string_equal(
        cc_fmt(*state, "{1}-{9}", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", NULL), "1-9");
}

static void foreign_addresses_have_safe_schemes(void **state)
{
    static const char *const refused[] = {"javascript:alert(1)",
                                          "JavaScript:alert(1)",
                                          " javascript:x",
                                          "data:text/html,x",
                                          "vbscript:x",
                                          "//evil.example/",
                                          "/local",
                                          "ftp://a.example/",
                                          "http://a.example/ x",
                                          "http:",
                                          "",
                                          "mailto:",
                                          "mailto:a@b.example?bcc=c@d.example",
                                          "java\nscript:x",
                                          "file:///etc/passwd"};
    for (size_t i = 0; i < COUNT(refused); i++)
        check(h_ext(&w, refused[i]), "#");
    check(h_ext(&w, NULL), "#");
    check(h_ext(&w, "https://a.example/?a=1&b='2'"), "https://a.example/?a=1&amp;b=&#39;2&#39;");
    check(h_ext(&w, "http://a.example/"), "http://a.example/");
    check(h_ext(&w, "mailto:office@a.example"), "mailto:office@a.example");
}

static void mail_addresses_cannot_add_headers(void **state)
{
    check(h_mail(&w, "office@a.example"), "mailto:office@a.example");
    check(h_mail(&w, "a+b@a.example"), "mailto:a%2Bb@a.example");
    check(h_mail(&w, "a@b?cc=c@d.example"), "#");
    check(h_mail(&w, "x"), "#");
    check(h_mail(&w, NULL), "#");
}

static void query_values_are_percent_encoded(void **state)
{
    check(h_query(&w, "a b&c=d?é/~_.-%"), "a%20b%26c%3Dd%3F%C3%A9%2F~_.-%25");
    check(h_query(&w, "\"'<>"), "%22%27%3C%3E");
    check(h_query(&w, NULL), "");
}

static void links_are_made_from_routes(void **state)
{
    static const struct cc_lang en = {"en", "English", "ltr"};
    static const struct cc_lang fr = {"fr", "Français", "ltr"};
    struct cc_settings settings = {.origin = "http://h"};
    struct cc_req req = {.lang = &en, .settings = &settings};
    struct cc_href href = {.route = 3, .args = {"a&b"}};

    check(h_route(&w, 7, (const char *const[CC_ARGS_MAX]){"x\"y"}), "/-/7/x%22y");
    check(h_link(&w, &href), "/-/3/a%26b");
    href.query = "q=a%20b&page=2";
    check(h_link(&w, &href), "/-/3/a%26b?q=a%20b&amp;page=2");
    href.query = "";
    check(h_link(&w, &href), "/-/3/a%26b");
    assert_false(w.failed);
    href.query = "q=<\"";
    check(h_link(&w, &href), "/-/3/a%26b");
    assert_true(w.failed);
    href.query = NULL;
    href.lang = &fr;
    href.absolute = true;
    check(w.req = &req; h_link(&w, &href), "http://h/fr/3/a%26b");
    assert_ptr_equal(req.lang, &en);
    href.lang = NULL;
    href.absolute = false;
    check(w.req = &req; h_link(&w, &href), "/en/3/a%26b");
}

static void write_file(const char *folder, const char *name, const char *text)
{
    char *path = talloc_asprintf(NULL, "%s/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    talloc_free(path);
}

static void static_files_carry_their_hash(void **state)
{
    char folder[] = "/tmp/test_html.XXXXXX";
    struct cc_settings settings = {.base_path = "/registry"};
    struct cc_req req = {.settings = &settings};

    assert_non_null(mkdtemp(folder));
    write_file(folder, "a.css", "abc");
    write_file(folder, ".hidden", "abc");
    assert_int_equal(cc_static_load(*state, folder, NULL), CC_OK);
    check(w.req = &req; h_static(&w, "a.css"), "/registry/static/a.css?v=ba7816bf8f01");
    check(h_static(&w, "a.css"), "/static/a.css?v=ba7816bf8f01");
    assert_string_equal(cc_static_hash("b.css"), "0");
    assert_string_equal(cc_static_hash(".hidden"), "0");
    assert_int_equal(cc_static_load(*state, "/nowhere/at/all", NULL), CC_INTERNAL);

    char *command = talloc_asprintf(*state, "%s/a.css", folder);
    unlink(command);
    unlink(talloc_asprintf(*state, "%s/.hidden", folder));
    rmdir(folder);
}

static void markdown_is_safe(void **state)
{
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"", ""},
        {"a *b* c", "<p>a <em>b</em> c</p>\n"},
        {"<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;\n</p>\n"},
        {"<!-- a -->", "<p>&lt;!-- a --&gt;\n</p>\n"},
        {"a <b onclick=x>c</b>", "<p>a &lt;b onclick=x&gt;c&lt;/b&gt;</p>\n"},
        {"[x](javascript:alert(1))", "<p>x</p>\n"},
        {"[x](data:text/html;base64,AAAA)", "<p>x</p>\n"},
        {"[x](https://a.example/?a&b)", "<p><a href=\"https://a.example/?a&amp;b\">x</a></p>\n"},
        {"![a *cat*](https://a.example/cat.png) sat", "<p>a <em>cat</em> sat</p>\n"},
        {"# one\n\n###### six", "<h3>one</h3>\n<h6>six</h6>\n"},
        {"- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"},
        {"a & b < c", "<p>a &amp; b &lt; c</p>\n"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        check(h_markup(&w, cc_markdown(*state, cases[i].in)), cases[i].out);
    /* text without markup takes a shorter way to the same bytes; the second begins a list */
    check(h_markup(&w, cc_markdown(*state, "Plain \xC3\xA9, (1) it's - so.")),
          "<p>Plain \xC3\xA9, (1) it's - so.</p>\n");
    check(h_markup(&w, cc_markdown(*state, "1. One")), "<ol>\n<li>One</li>\n</ol>\n");
    check(h_markup(&w, cc_markdown(*state, "- One")), "<ul>\n<li>One</li>\n</ul>\n");
    check(h_markup(&w, cc_markdown(*state, "One\n\nTwo")), "<p>One</p>\n<p>Two</p>\n");
    check(h_markup(&w, cc_markdown(*state, "")), "");
    check(h_markup(&w, cc_markdown(*state, NULL)), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        unit(text_escapes_markup_and_drops_controls),
        unit(attribute_escapes_quotes_too),
        unit(numbers_are_ascii_digits),
        unit(literal_is_written_as_it_is),
        unit(tagged_text_names_its_language),
        unit(phrases_take_their_arguments_in_any_order),
        unit(foreign_addresses_have_safe_schemes),
        unit(mail_addresses_cannot_add_headers),
        unit(query_values_are_percent_encoded),
        unit(links_are_made_from_routes),
        unit(static_files_carry_their_hash),
        unit(markdown_is_safe),
    };
    if (cc_crypto_init() != CC_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
