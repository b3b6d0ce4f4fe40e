/* SPDX-License-Identifier: EUPL-1.2 */
/* Paths to routes, arguments, languages, and canonical addresses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../lib/fake.h"
#include "concord/id.h"

enum { HOME, STATUS, LANG, RECORD_XML, RECORD, NEW, EDIT, REVISION, LOGIN, SECTION };

static const struct cc_route routes[] = {
    [HOME] = {.method = CC_GET, .pattern = "/", .class_ = CC_CLASS_PAGE, .name = "home"},
    [STATUS] = {.method = CC_GET, .pattern = "/status", .class_ = CC_CLASS_ANY, .name = "status"},
    [LANG] = {.method = CC_GET, .pattern = "/{lang}", .class_ = CC_CLASS_PAGE, .name = "lang"},
    [RECORD_XML] = {.method = CC_GET,
                    .pattern = "/records/{id}.xml",
                    .class_ = CC_CLASS_PAGE,
                    .name = "record_xml"},
    [RECORD] = {.method = CC_GET,
                .pattern = "/{lang}/records/{id}",
                .class_ = CC_CLASS_PAGE,
                .name = "record"},
    [NEW] = {.method = CC_GET | CC_POST,
             .pattern = "/{lang}/records/new",
             .class_ = CC_CLASS_PAGE,
             .name = "new"},
    [EDIT] = {.method = CC_POST,
              .pattern = "/{lang}/records/{id}",
              .class_ = CC_CLASS_PAGE,
              .name = "edit"},
    [REVISION] = {.method = CC_GET,
                  .pattern = "/records/{id}/revisions/{number}/content.xml",
                  .class_ = CC_CLASS_PAGE,
                  .name = "revision"},
    [LOGIN] = {.method = CC_POST,
               .pattern = "/{lang}/sign-in",
               .class_ = CC_CLASS_LOGIN,
               .name = "login"},
    [SECTION] = {.method = CC_GET,
                 .pattern = "/{lang}/edit/{id}/{word}",
                 .class_ = CC_CLASS_PAGE,
                 .name = "section"},
};

static char id[CC_ID_LEN + 1], lower[CC_ID_LEN + 1];

/* "$" stands for the identifier, "#" for it in lower case. */
static char *with_id(void *mem, const char *text)
{
    struct cc_buf out;

    cc_buf_init(&out, mem);
    for (; *text != '\0'; text++) {
        if (*text == '$' || *text == '#') {
            cc_buf_adds(&out, *text == '$' ? id : lower);
        } else {
            cc_buf_addc(&out, *text);
        }
    }
    return out.data;
}

static int find(struct fake *f, const char *method, const char *uri)
{
    f->site.routes = routes;
    f->site.route_count = sizeof(routes) / sizeof(routes[0]);
    f->n = 0;
    fake_set(f, "REQUEST_METHOD", method);
    fake_set(f, "REQUEST_URI", with_id(f, uri));
    fake_set(f, "HTTP_ACCEPT_LANGUAGE", "ar");
    assert_int_equal(fake_request(f), 0);
    return cc_route_find(f->req, &f->resp);
}

static void path_leads_to_its_route(void **state)
{
    static const struct {
        const char *method, *uri;
        int status, route;
        const char *arg0, *arg1, *lang;
    } rows[] = {
        {"GET", "/", 0, HOME, NULL, NULL, "ar"},
        {"GET", "/status", 0, STATUS, NULL, NULL, "ar"},
        {"HEAD", "/status", 0, STATUS, NULL, NULL, "ar"},
        {"GET", "/en", 0, LANG, NULL, NULL, "en"},
        {"GET", "/fr", 0, LANG, NULL, NULL, "fr"},
        {"GET", "/de", 404, 0, NULL, NULL, "ar"},
        {"GET", "/fr/nothing", 404, 0, NULL, NULL, "fr"},
        {"GET", "/records/$.xml", 0, RECORD_XML, "$", NULL, "ar"},
        {"GET", "/records/$.xmlx", 404, 0, NULL, NULL, NULL},
        {"GET", "/records/.xml", 404, 0, NULL, NULL, NULL},
        {"GET", "/records/$", 404, 0, NULL, NULL, NULL},
        {"GET", "/fr/records/$", 0, RECORD, "$", NULL, "fr"},
        {"POST", "/fr/records/$", 0, EDIT, "$", NULL, "fr"},
        {"GET", "/fr/records/P0000000000000", 404, 0, NULL, NULL, NULL},
        {"GET", "/fr/records/new", 0, NEW, NULL, NULL, "fr"},
        {"POST", "/fr/records/new", 0, NEW, NULL, NULL, "fr"},
        {"GET", "/records/$/revisions/12/content.xml", 0, REVISION, "$", "12", "ar"},
        {"GET", "/records/$/revisions/012/content.xml", 404, 0, NULL, NULL, NULL},
        {"GET", "/records/$/revisions/-1/content.xml", 404, 0, NULL, NULL, NULL},
        {"GET", "/records/$/revisions/1234567890123456789/content.xml", 404, 0, NULL, NULL, NULL},
        {"GET", "/en/edit/$/legal-form", 0, SECTION, "$", "legal-form", "en"},
        {"GET", "/en/edit/$/Legal", 404, 0, NULL, NULL, NULL},
        {"GET", "/en/edit/$/a b", 404, 0, NULL, NULL, NULL},
        {"POST", "/status", 405, 0, NULL, NULL, NULL},
        {"PUT", "/status", 405, 0, NULL, NULL, NULL},
        {"GET", "/en/sign-in", 404, 0, NULL, NULL, NULL},
        {"POST", "/en/sign-in", 404, 0, NULL, NULL, NULL}, /* another class of worker */
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake *f = fake_new();
        char *uri = with_id(f, rows[i].uri);
        for (char *c = uri; *c != '\0'; c++) {
            *c = *c == ' ' ? '+' : *c;
        }
        int status = find(f, rows[i].method, uri);
        if (status != rows[i].status) {
            print_error("%s %s\n", rows[i].method, uri);
        }
        assert_int_equal(status, rows[i].status);
        if (rows[i].status == 0) {
            assert_ptr_equal(f->req->route, &routes[rows[i].route]);
        } else {
            assert_null(f->req->route);
        }
        if (rows[i].arg0) {
            assert_string_equal(f->req->args[0], with_id(f, rows[i].arg0));
        }
        if (rows[i].arg1) {
            assert_string_equal(f->req->args[1], rows[i].arg1);
        }
        if (rows[i].lang) {
            assert_string_equal(f->req->lang->tag, rows[i].lang);
        }
        talloc_free(f);
    }
}

static void other_spellings_move_to_the_canonical_one(void **state)
{
    static const struct {
        const char *method, *uri;
        int status;
        const char *location;
    } rows[] = {
        {"GET", "/records/#.xml", 301, "/records/$.xml"},
        {"HEAD", "/records/#.xml", 301, "/records/$.xml"},
        {"GET", "/fr/records/#?q=a%20b&x=\"<", 301, "/fr/records/$?q=a%20b&x=%22%3C"},
        {"POST", "/fr/records/#", 404, NULL},
        {"GET", "/en/", 301, "/en"},
        {"GET", "/EN", 301, "/en"},
        {"GET", "/status/", 301, "/status"},
        {"GET", "/en/records/$/", 301, "/en/records/$"},
        {"POST", "/en/records/$/", 404, NULL},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake *f = fake_new();
        assert_int_equal(find(f, rows[i].method, rows[i].uri), rows[i].status);
        if (rows[i].location) {
            assert_string_equal(f->resp.location, with_id(f, rows[i].location));
        }
        talloc_free(f);
    }
}

static void refused_method_tells_the_others(void **state)
{
    struct fake *f = fake_new();
    (void)state;

    assert_int_equal(find(f, "PUT", "/status"), 405);
    assert_string_equal(cc_buf_str(&f->resp.headers), "Allow: GET, HEAD\r\n");
    assert_int_equal(find(f, "DELETE", "/fr/records/$"), 405);
    assert_string_equal(cc_buf_str(&f->resp.headers), "Allow: GET, HEAD, POST\r\n");
    talloc_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(path_leads_to_its_route),
        cmocka_unit_test(other_spellings_move_to_the_canonical_one),
        cmocka_unit_test(refused_method_tells_the_others),
    };
    memcpy(id, "P0123456789AB", 13);
    id[13] = cc_id_check(id, 13);
    for (size_t i = 0; i < CC_ID_LEN; i++) {
        lower[i] = (char)(id[i] >= 'A' && id[i] <= 'Z' ? id[i] - 'A' + 'a' : id[i]);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
