/* SPDX-License-Identifier: EUPL-1.2 */
/* Addresses from the route table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../lib/fake.h"

static const struct cc_route routes[] = {
    {.method = CC_GET, .pattern = "/", .class_ = CC_CLASS_PAGE},
    {.method = CC_GET, .pattern = "/{lang}/terms/{file}/{number}", .class_ = CC_CLASS_PAGE},
    {.method = CC_GET, .pattern = "/terms/{file}.xml", .class_ = CC_CLASS_PAGE},
};

static struct fake *site_at(const char *base, const char *uri)
{
    struct fake *f = fake_new();

    f->site.routes = routes;
    f->site.route_count = 3;
    f->settings.base_path = base;
    assert_int_equal(fake_get(f, uri), 0);
    return f;
}

static void address_is_made_from_pattern_and_arguments(void **state)
{
    static const struct {
        const char *base;
        int route;
        const char *arg, *url;
    } rows[] = {
        {"", 0, NULL, "/"},
        {"/registry", 0, NULL, "/registry/"},
        {"", 1, "a", "/fr/terms/a/7"},
        {"/registry", 1, "a", "/registry/fr/terms/a/7"},
        {"", 2, "a", "/terms/a.xml"},
        {"", 2, "a b/c?d#e&f=\"<'%", "/terms/a%20b%2Fc%3Fd%23e%26f%3D%22%3C%27%25.xml"},
        {"", 2, "\xc3\xa9-._~", "/terms/%C3%A9-._~.xml"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake *f = site_at(rows[i].base, rows[i].base[0] ? "/registry/" : "/");
        const char *args[] = {rows[i].arg, "7"};
        f->req->lang = cc_i18n_find("fr", 2);
        assert_string_equal(cc_url(f, f->req, rows[i].route, args), rows[i].url);
        char *absolute = talloc_asprintf(f, "https://registry.example%s", rows[i].url);
        assert_string_equal(cc_url_absolute(f, f->req, rows[i].route, args), absolute);
        talloc_free(f);
    }
}

static void query_is_appended_encoded(void **state)
{
    struct fake *f = site_at("", "/");
    const char *two[] = {"q", "a b&c", "page", "2", NULL};
    const char *empty[] = {"q", "", "page", NULL, NULL};
    (void)state;

    assert_string_equal(cc_url_query(f, "/en", two), "/en?q=a%20b%26c&page=2");
    assert_string_equal(cc_url_query(f, "/en?x=1", two), "/en?x=1&q=a%20b%26c&page=2");
    assert_string_equal(cc_url_query(f, "/en", empty), "/en");
    talloc_free(f);
}

static void same_page_in_another_language_keeps_the_query(void **state)
{
    struct fake *f = site_at("", "/fr/terms/a/7?q=%C3%A9&x='\"");
    (void)state;

    assert_int_equal(cc_route_find(f->req, &f->resp), 0);
    assert_string_equal(cc_url_language(f, f->req, cc_i18n_find("ar", 2)),
                        "/ar/terms/a/7?q=%C3%A9&x='%22");
    talloc_free(f);
    f = site_at("", "/fr/terms/a/7?cursor=61-b-c&q=x&&cursor=1&to=cursor");
    assert_int_equal(cc_route_find(f->req, &f->resp), 0);
    assert_string_equal(cc_url_language(f, f->req, cc_i18n_find("ar", 2)),
                        "/ar/terms/a/7?q=x&to=cursor");
    talloc_free(f);
    f = site_at("/registry", "/registry/terms/a.xml");
    assert_int_equal(cc_route_find(f->req, &f->resp), 0);
    assert_string_equal(cc_url_language(f, f->req, cc_i18n_find("ar", 2)), "/registry/ar");
    talloc_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(address_is_made_from_pattern_and_arguments),
        cmocka_unit_test(query_is_appended_encoded),
        cmocka_unit_test(same_page_in_another_language_keeps_the_query),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
