/* SPDX-License-Identifier: EUPL-1.2 */
/* Fuzz: a whole request by its address (path, query, router); the first line is the URI, the others
 * are Accept, Accept-Language, If-None-Match and X-Forwarded-For. */
#include "../lib/fake.h"
#include "http_target.h"

static enum cc_rc answer(struct cc_req *req, struct cc_resp *resp)
{
    resp->type = "text/plain";
    resp->vary_accept = cc_prefers_xml(req);
    check_values(&req->query);
    cc_buf_adds(&resp->body, cc_url_language(req->mem, req, cc_i18n_at(1)));
    return CC_OK;
}

static const struct cc_form query = {
    .inputs = (const struct cc_input[]){{"q", CC_IN_LINE, 0, 20, "Q"},
                                        {"n", CC_IN_UINT, 0, 9, "N"},
                                        {"d", CC_IN_DATE, 0, 10, "D"},
                                        {"i", CC_IN_ID, 0, 20, "I"},
                                        {"m", CC_IN_TOKEN, CC_IN_MANY, 9, "M"},
                                        {0}},
};
static const struct cc_route routes[] = {
    {CC_GET, "/", CC_CLASS_PAGE, CC_MAY_PUBLIC, CC_FOR_BROWSER, &query, NULL, true, 0, answer, "a"},
    {CC_GET, "/{lang}/r/{id}", CC_CLASS_PAGE, CC_MAY_PUBLIC, CC_FOR_BROWSER, &query, NULL, true, 0,
     answer, "b"},
    {CC_GET, "/{lang}/{word}/{number}.xml", CC_CLASS_PAGE, CC_MAY_PUBLIC, CC_FOR_MACHINE, &query,
     NULL, true, 0, answer, "c"},
    {CC_GET, "/f/{file}", CC_CLASS_PAGE, CC_MAY_PUBLIC, CC_FOR_MACHINE, NULL, NULL, true, 0, answer,
     "d"},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"REQUEST_URI", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE",
                                        "HTTP_IF_NONE_MATCH", "HTTP_X_FORWARDED_FOR"};
    struct fake *f = fake_new();
    char *text = talloc_strndup(f, (const char *)data, size);
    char *rest = text;

    quiet();
    f->site.routes = routes;
    f->site.route_count = sizeof(routes) / sizeof(routes[0]);
    f->settings.trusted_proxies = "192.0.2.1 ::1";
    fake_set(f, "REQUEST_METHOD", "GET");
    fake_set(f, "REMOTE_ADDR", "192.0.2.1");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && rest != NULL; i++) {
        fake_set(f, names[i], strsep(&rest, "\n"));
    }
    cc_http_serve(&f->site, &f->io);
    check_answer(f);
    talloc_free(f);
    return 0;
}
