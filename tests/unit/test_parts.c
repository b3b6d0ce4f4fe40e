/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The frame, the error page and every shared part, rendered with hostile text in both directions of
 * writing and judged by tidy: no warning at all. Addresses and code lists are doubles.
 */
#include "concord/hash.h"
#include "http/internal.h"
#include "unit.h"
#include "view/pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HOSTILE                                                                                    \
    "\"><script>alert('1')</script>&lt;&copy;<!-- </textarea></title> {{ x }} \x01 \u202bא"

void __wrap_cc_url_add(struct cc_buf *to, const struct cc_req *req, int route_id,
                       const char *const *args);
char *__wrap_cc_url_language(void *mem, const struct cc_req *req, const struct cc_lang *lang);
const char *__wrap_cc_code_name(const char *list, const char *code);
size_t __wrap_cc_codelist_size(const char *list);
struct cc_code __wrap_cc_codelist_at(const char *list, size_t i);

void __wrap_cc_url_add(struct cc_buf *to, const struct cc_req *req, int route_id,
                       const char *const *args)
{
    cc_buf_printf(to, "/%s/route/%d/", req->lang->tag, route_id);
    if (args[0] != NULL)
        cc_url_encode(to, args[0], strlen(args[0]));
}

char *__wrap_cc_url_language(void *mem, const struct cc_req *req, const struct cc_lang *lang)
{
    (void)req;
    return talloc_asprintf(mem, "/%s/self?a=1&b=2", lang->tag);
}

const char *__wrap_cc_code_name(const char *list, const char *code)
{
    (void)list;
    (void)code;
    return "Code & name";
}

size_t __wrap_cc_codelist_size(const char *list)
{
    (void)list;
    return 3;
}

struct cc_code __wrap_cc_codelist_at(const char *list, size_t i)
{
    static const struct cc_code codes[] = {
        {"a", "Choice a", false}, {"b", HOSTILE, false}, {"c", "Choice c", true}};
    (void)list;
    return codes[i];
}

static struct cc_settings settings = {.base_path = "/registry", .origin = "http://h.example"};
static const struct cc_href somewhere = {.route = 1, .args = {"x"}, .query = "a=1&b=2"};
static const struct cc_tagged hostile = {HOSTILE, "ar"};

struct page {
    struct cc_buf out;
    struct cc_req req;
    struct cc_html w;
    struct cc_link links[2];
    struct cc_frame frame;
};

static struct page *page_new(void *mem, const char *tag)
{
    struct page *p = talloc_zero(mem, struct page);

    cc_i18n_use(cc_i18n_find(tag, strlen(tag)));
    cc_buf_init(&p->out, p);
    p->req = (struct cc_req){.mem = p, .settings = &settings, .lang = cc_i18n_current()};
    p->w = (struct cc_html){.out = &p->out, .req = &p->req};
    p->links[0] = (struct cc_link){{"Partnerships", NULL}, somewhere, true};
    p->links[1] = (struct cc_link){hostile, somewhere, false};
    p->frame = (struct cc_frame){.title = HOSTILE,
                                 .lang = cc_i18n_current(),
                                 .registry_name = HOSTILE,
                                 .contact_mail = "office@registry.example",
                                 .here = &somewhere,
                                 .home = somewhere,
                                 .nav = p->links,
                                 .nav_count = 2,
                                 .foot = p->links,
                                 .foot_count = 2,
                                 .search = &somewhere,
                                 .search_text = HOSTILE,
                                 .sign_in = &somewhere,
                                 .person = HOSTILE,
                                 .desk = somewhere,
                                 .sign_out = somewhere,
                                 .sign_out_csrf = HOSTILE,
                                 .flash = HOSTILE,
                                 .flash_tone = CC_TONE_GOOD,
                                 .machine = &somewhere,
                                 .is_private = true};
    return p;
}

/*
 * tidy must have nothing to say, and none of the hostile text may have become markup. Debian's tidy
 * is older than two attributes of today's HTML and ARIA; only what it says of those is passed over.
 */
static void judge(struct page *p)
{
    static const char command[] = "tidy -quiet -errors -utf8 --drop-empty-elements no "
                                  "--warn-proprietary-attributes yes %s 2>&1"
                                  " | grep -v -e 'proprietary attribute \"aria-current\"'"
                                  " -e 'proprietary attribute \"inputmode\"'";
    char file[] = "/tmp/test_parts.XXXXXX";
    char said[4000];
    int fd = mkstemp(file);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, p->out.data, p->out.len), p->out.len);
    close(fd);
    FILE *tidy = popen(talloc_asprintf(p, command, file), "r");
    assert_non_null(tidy);
    size_t len = fread(said, 1, sizeof(said) - 1, tidy);
    said[len] = '\0';
    pclose(tidy);
    unlink(file);
    assert_string_equal(said, "");
    assert_null(strstr(p->out.data, "<script"));
    assert_null(strstr(p->out.data, "<!--"));
    assert_null(strchr(p->out.data, '\x01'));
    assert_false(p->w.failed);
}

static void error_page(void *mem, const char *tag)
{
    struct page *p = page_new(mem, tag);
    struct cc_error_page error = {.frame = p->frame,
                                  .status = 404,
                                  .happened = HOSTILE,
                                  .advice = HOSTILE,
                                  .request_id = HOSTILE,
                                  .links = p->links,
                                  .link_count = 2};
    cc_view_error(&p->w, &error);
    judge(p);
}

static void error_page_is_valid_and_harmless(void **state)
{
    error_page(*state, "en");
    error_page(*state, "ar");
}

static void bare_frame_is_valid(void **state)
{
    struct page *p = page_new(*state, "fr");
    struct cc_error_page error = {.frame = {.title = "t",
                                            .registry_name = "r",
                                            .lang = cc_i18n_current(),
                                            .sign_in = &somewhere,
                                            .home = somewhere},
                                  .status = 500,
                                  .happened = "h"};
    error.frame.nav = p->links;
    error.frame.nav_count = 1;
    error.frame.foot = p->links;
    error.frame.foot_count = 1;
    cc_view_error(&p->w, &error);
    judge(p);
}

static void frame_says_language_and_direction(void **state)
{
    struct page *p = page_new(*state, "ar");
    cc_view_frame_begin(&p->w, &p->frame);
    cc_view_frame_end(&p->w, &p->frame);
    const char *html = cc_buf_str(&p->out);
    assert_non_null(strstr(html, "<html lang=\"ar\" dir=\"rtl\">"));
    assert_non_null(strstr(html, "/registry/static/concord.rtl.css?v="));
    assert_non_null(strstr(html, "<link rel=\"alternate\" hreflang=\"fr\" "
                                 "href=\"http://h.example/fr/route/1/x?a=1&amp;b=2\">"));
    assert_non_null(strstr(html, "<link rel=\"canonical\" "
                                 "href=\"http://h.example/ar/route/1/x?a=1&amp;b=2\">"));
    assert_non_null(strstr(html, "href=\"/en/self?a=1&amp;b=2\" hreflang=\"en\" lang=\"en\""));

    p = page_new(*state, "en");
    cc_view_frame_begin(&p->w, &p->frame);
    assert_non_null(strstr(cc_buf_str(&p->out), "/registry/static/concord.css?v="));
}

static void add_controls(struct cc_html *w)
{
    static const struct cc_option options[] = {{"x", "X"}, {"y", HOSTILE}};

    for (int type = CC_C_LINE; type <= CC_C_FILE; type++) {
        char name[40];
        struct cc_control c = {.type = (enum cc_control_type)type,
                               .label = HOSTILE,
                               .hint = HOSTILE,
                               .error = HOSTILE,
                               .value = HOSTILE,
                               .lang = "ar",
                               .is_required = true,
                               .max = 200,
                               .codelist = type == CC_C_SELECT ? "list" : NULL,
                               .options = options,
                               .option_count = 2,
                               .blank = "Choose",
                               .autocomplete = "off"};
        c.name = name;
        snprintf(name, sizeof(name), "full.%d", type);
        cc_part_control(w, &c);
        c = (struct cc_control){.type = (enum cc_control_type)type,
                                .label = "Label",
                                .options = options,
                                .option_count = 2};
        c.name = name;
        snprintf(name, sizeof(name), "bare.%d", type);
        cc_part_control(w, &c);
    }
}

static void add_rows(struct cc_html *w)
{
    static const struct cc_tagged none = {NULL, NULL};

    h_lit(w, "<dl class=\"cc-rows\">");
    cc_part_row(w, HOSTILE, HOSTILE);
    cc_part_row_tagged(w, HOSTILE, hostile);
    cc_part_row_prose(w, HOSTILE, hostile);
    cc_part_row_code(w, HOSTILE, "list", "a");
    cc_part_row_date(w, HOSTILE, "2024-07-01");
    cc_part_row_ext(w, HOSTILE, "https://a.example/?a=1&b=2");
    cc_part_row_ext(w, HOSTILE, "javascript:alert(1)");
    cc_part_row_mail(w, HOSTILE, "office@a.example");
    h_lit(w, "</dl>");

    size_t before = w->out->len;
    cc_part_row(w, "l", NULL);
    cc_part_row_tagged(w, "l", none);
    cc_part_row_prose(w, "l", none);
    cc_part_row_code(w, "l", "list", NULL);
    cc_part_row_date(w, "l", NULL);
    cc_part_row_ext(w, "l", NULL);
    cc_part_row_mail(w, "l", NULL);
    cc_part_prose(w, none);
    assert_int_equal(w->out->len, before);
}

static void add_problems(struct cc_html *w, void *mem)
{
    struct cc_problems problems;

    cc_problems_init(&problems, mem);
    size_t before = w->out->len;
    cc_part_problems(w, &problems);
    assert_int_equal(w->out->len, before);
    cc_problem_add(&problems, CC_ERROR, 0, "title.en", "{1} is too long.", HOSTILE, NULL);
    cc_problem_add(&problems, CC_WARNING, 0, "sdg.2.weight", "Sums to {1}, not {2}.", "90", "100");
    cc_problem_add(&problems, CC_ERROR, 0, NULL, "The record has no owner.", NULL, NULL);
    cc_problem_add(&problems, CC_ERROR, 0, HOSTILE, "Strange path.", NULL, NULL);
    problems.total += 2;
    cc_part_problems(w, &problems);
    assert_non_null(strstr(cc_buf_str(w->out), "href=\"#f-title.en\""));
}

static void add_all(struct page *p)
{
    static const char *const heads[] = {"One", HOSTILE};
    static const struct cc_option hidden[] = {{"id", HOSTILE}, {"once", "k"}};
    struct cc_html *w = &p->w;
    struct cc_button button = {.action = somewhere,
                               .csrf = HOSTILE,
                               .label = HOSTILE,
                               .tone = CC_TONE_BAD,
                               .hidden = hidden,
                               .hidden_count = 2,
                               .about = HOSTILE};

    cc_part_breadcrumb(w, p->links, 2);
    h_lit(w, "<h1>All parts</h1>");
    add_problems(w, p);
    for (int tone = 0; tone < CC_TONE__COUNT; tone++) {
        cc_part_alert(w, (enum cc_tone)tone, HOSTILE);
        cc_part_badge(w, (enum cc_tone)tone, HOSTILE);
        button.tone = (enum cc_tone)tone;
        cc_part_button(w, &button);
    }
    cc_part_state(w, "consent", "confirmed");
    cc_part_sdg(w, "17");
    cc_part_prose(w, hostile);
    cc_part_lang_note(w, "fr");
    cc_part_lang_note(w, "sw");
    cc_part_empty(w, HOSTILE);
    add_rows(w);
    cc_part_table_begin(w, HOSTILE, heads, 2);
    h_lit(w, "<tr><td>1</td><td>2</td></tr>");
    cc_part_table_end(w);
    h_lit(w, "<form method=\"post\" action=\"/x\" novalidate>");
    add_controls(w);
    cc_part_hidden(w, HOSTILE, HOSTILE);
    h_lit(w, "<button type=\"submit\">Save</button></form>");
}

static void every_part_is_valid_and_harmless(void **state)
{
    static const char *const tags[] = {"en", "ar"};
    for (size_t i = 0; i < COUNT(tags); i++) {
        struct page *p = page_new(*state, tags[i]);
        cc_view_frame_begin(&p->w, &p->frame);
        add_all(p);
        cc_view_frame_end(&p->w, &p->frame);
        judge(p);
    }
}

static void control_ties_hint_error_and_value(void **state)
{
    struct page *p = page_new(*state, "en");
    struct cc_control c = {.type = CC_C_LINE,
                           .name = "title.en",
                           .label = "Title",
                           .hint = "Short.",
                           .error = "Too long.",
                           .value = "a\"b",
                           .max = 10};
    cc_part_control(&p->w, &c);
    const char *html = cc_buf_str(&p->out);
    assert_non_null(strstr(html, "<label class=\"form-label\" for=\"f-title.en\">Title</label>"));
    assert_non_null(strstr(html, "<p class=\"form-text\" id=\"f-title.en-hint\">Short.</p>"));
    assert_non_null(strstr(html, "id=\"f-title.en-error\""));
    assert_non_null(strstr(html, "aria-describedby=\"f-title.en-hint f-title.en-error\""));
    assert_non_null(strstr(html, "aria-invalid=\"true\""));
    assert_non_null(strstr(html, "value=\"a&quot;b\""));
    assert_non_null(strstr(html, "maxlength=\"10\""));
    assert_null(strstr(html, "aria-required"));

    p = page_new(*state, "en");
    c.is_required = true;
    cc_part_control(&p->w, &c);
    html = cc_buf_str(&p->out);
    assert_non_null(strstr(html, ">Title <span class=\"cc-required\">(required)</span></label>"));
    assert_non_null(strstr(html, "aria-required=\"true\""));
}

static void text_area_keeps_its_first_line_end(void **state)
{
    struct page *p = page_new(*state, "en");
    struct cc_control c = {.type = CC_C_BLOCK, .name = "n", .label = "L", .value = "\n  a\n\nb"};
    cc_part_control(&p->w, &c);
    /* HTML drops one line end behind the tag; the second is the value's own */
    assert_non_null(strstr(cc_buf_str(&p->out), ">\n\n  a\n\nb</textarea>"));
}

static void password_and_file_are_never_shown_again(void **state)
{
    struct page *p = page_new(*state, "en");
    struct cc_control c = {
        .type = CC_C_PASSWORD, .name = "password", .label = "L", .value = "secret"};
    cc_part_control(&p->w, &c);
    c.type = CC_C_FILE;
    cc_part_control(&p->w, &c);
    assert_null(strstr(cc_buf_str(&p->out), "secret"));
}

static void select_keeps_a_value_that_is_no_choice(void **state)
{
    struct page *p = page_new(*state, "en");
    struct cc_control c = {
        .type = CC_C_SELECT, .name = "n", .label = "L", .codelist = "list", .value = "zz"};
    cc_part_control(&p->w, &c);
    assert_non_null(strstr(cc_buf_str(&p->out), "<option value=\"zz\" selected>zz</option>"));

    p = page_new(*state, "en");
    c.value = "c";
    cc_part_control(&p->w, &c);
    assert_non_null(strstr(cc_buf_str(&p->out), "<option value=\"c\" selected>Choice c</option>"));
    assert_null(strstr(cc_buf_str(&p->out), "value=\"a\" selected"));
}

static void dates_say_as_much_as_is_stored(void **state)
{
    static const char *const dates[][2] = {
        {"2024", "2024"},
        {"2024-07", "July 2024"},
        {"2024-07-01", "1 July 2024"},
        {"2024-12-31", "31 December 2024"},
        {"2024-07-09T05:06:07Z", "9 July 2024, 05:06 UTC"},
        {"2024-13-01", "2024-13-01"},
        {"2024-", "2024-"},
        {"soon", "soon"},
        {"", ""},
    };
    cc_i18n_use(cc_i18n_find("en", 2));
    for (size_t i = 0; i < COUNT(dates); i++)
        assert_string_equal(cc_date_text(*state, dates[i][0]), dates[i][1]);
    assert_null(cc_date_text(*state, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        unit(error_page_is_valid_and_harmless),        unit(bare_frame_is_valid),
        unit(frame_says_language_and_direction),       unit(every_part_is_valid_and_harmless),
        unit(control_ties_hint_error_and_value),       unit(text_area_keeps_its_first_line_end),
        unit(password_and_file_are_never_shown_again), unit(select_keeps_a_value_that_is_no_choice),
        unit(dates_say_as_much_as_is_stored),
    };
    if (cc_i18n_init("/nowhere", "en fr ar") != CC_OK || cc_crypto_init() != CC_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
