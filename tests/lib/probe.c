/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * probe.fcgi: the accept loop and everything of http/ with routes of its own and no database, for
 * the black-box tests of requests and responses. Linked with cgi/main.c.
 */
#include "config.h"

#include "app/app.h"
#include "concord/http.h"
#include <string.h>
#include <talloc.h>
#include <unistd.h>

static enum cc_rc say(struct cc_req *req, struct cc_resp *resp)
{
    (void)req;
    resp->type = "text/plain; charset=utf-8";
    cc_buf_adds(&resp->body, "ok\n");
    return CC_OK;
}

static void add_values(struct cc_resp *resp, const char *kind, const struct cc_values *values)
{
    for (size_t i = 0; i < values->n; i++) {
        const struct cc_value *v = &values->v[i];
        cc_buf_printf(&resp->body, "%s %s=%s", kind, v->name, v->text);
        if (v->file_name != NULL) {
            cc_buf_printf(&resp->body, "file=%s type=%s len=%zu", v->file_name, v->file_type,
                          v->file_len);
        }
        cc_buf_printf(&resp->body, "%s%s\n", v->problem ? " ! " : "", v->problem ? v->problem : "");
    }
}

/* Tells everything that was understood, one thing per line. */
static enum cc_rc echo(struct cc_req *req, struct cc_resp *resp)
{
    resp->type = "text/plain; charset=utf-8";
    resp->status = req->form.bad ? 422 : 200;
    cc_buf_printf(&resp->body, "path %s\nlang %s\nremote %s\nagent %s\nsession %d\n", req->path,
                  req->lang->tag, req->remote, req->user_agent, req->has_session_cookie);
    for (size_t i = 0; i < CC_ARGS_MAX && req->args[i] != NULL; i++) {
        cc_buf_printf(&resp->body, "arg %s\n", req->args[i]);
    }
    for (size_t i = 0; i < req->cookies->n; i++) {
        cc_buf_printf(&resp->body, "cookie %s=%s\n", req->cookies->v[i].name,
                      req->cookies->v[i].text);
    }
    add_values(resp, "query", &req->query);
    add_values(resp, "form", &req->form);
    return CC_OK;
}

static enum cc_rc big(struct cc_req *req, struct cc_resp *resp)
{
    char *data = talloc_zero_size(req->mem, 3000000);

    memset(data, 'x', 3000000);
    resp->type = "text/plain";
    resp->body_ref = data;
    resp->body_ref_len = 3000000;
    resp->last_modified = 1700000000;
    return CC_OK;
}

static enum cc_rc sign_in(struct cc_req *req, struct cc_resp *resp)
{
    cc_resp_cookie(resp, req, cc_session_cookie(req->settings), "secret", -1);
    resp->cache = CC_CACHE_SHORT;
    return cc_resp_redirect(resp, 303, "/en");
}

static enum cc_rc broken(struct cc_req *req, struct cc_resp *resp)
{
    cc_buf_adds(&resp->body, "half a page");
    return cc_fail(&req->err, req->mem, CC_INTERNAL, NULL, NULL, "made to fail");
}

static enum cc_rc hang(struct cc_req *req, struct cc_resp *resp)
{
    (void)req;
    (void)resp;
    while (pause() != 0) {
    }
    return CC_OK;
}

static size_t accepts(const struct cc_req *req, const char *name, enum cc_input_type *type_r)
{
    (void)req;
    *type_r = CC_IN_BLOCK;
    return strncmp(name, "summary.", 8) == 0 ? 20 : 0;
}

static const struct cc_form search_form = {
    .inputs = (const struct cc_input[]){{"q", CC_IN_LINE, 0, 20, "Words"},
                                        {"page", CC_IN_UINT, 0, 9, "Page"},
                                        {"kind", CC_IN_TOKEN, CC_IN_MANY, 20, "Kind"},
                                        {0}},
};
static const struct cc_form form = {
    .inputs = (const struct cc_input[]){{"title", CC_IN_LINE, CC_IN_REQUIRED, 10, "Title"},
                                        {"start", CC_IN_DATE, 0, 10, "Start"},
                                        {"open", CC_IN_BOOL, 0, 5, "Open"},
                                        {"password", CC_IN_SECRET, 0, 64, "Password"},
                                        {0}},
    .accepts = accepts,
};
static const struct cc_form upload = {
    .inputs = (const struct cc_input[]){{"mode", CC_IN_TOKEN, CC_IN_REQUIRED, 20, "Mode"},
                                        {"file", CC_IN_FILE, CC_IN_REQUIRED, 1000, "File"},
                                        {0}},
    .multipart = true,
};

#define ROUTE(methods, path, class_name, who, query_form, body_form, cache, function)              \
    {                                                                                              \
        .method = methods, .pattern = path, .class_ = class_name, .permission = CC_MAY_PUBLIC,     \
        .audience = who, .query = query_form, .form = body_form, .cacheable = cache,               \
        .handler = function, .name = #function                                                     \
    }

static const struct cc_route routes[] = {
    ROUTE(CC_GET, "/", CC_CLASS_PAGE, CC_FOR_BROWSER, NULL, NULL, true, echo),
    ROUTE(CC_GET, "/status", CC_CLASS_ANY, CC_FOR_MACHINE, NULL, NULL, false, say),
    ROUTE(CC_GET, "/{lang}", CC_CLASS_PAGE, CC_FOR_BROWSER, &search_form, NULL, true, echo),
    ROUTE(CC_GET, "/records/{id}.xml", CC_CLASS_PAGE, CC_FOR_MACHINE, NULL, NULL, true, echo),
    ROUTE(CC_GET, "/{lang}/records/{id}", CC_CLASS_PAGE, CC_FOR_BROWSER, &search_form, NULL, true,
          echo),
    ROUTE(CC_GET | CC_POST, "/{lang}/form", CC_CLASS_PAGE, CC_FOR_BROWSER, NULL, &form, false,
          echo),
    ROUTE(CC_POST, "/{lang}/upload", CC_CLASS_PAGE, CC_FOR_BROWSER, NULL, &upload, false, echo),
    ROUTE(CC_POST, "/{lang}/sign-in", CC_CLASS_LOGIN, CC_FOR_BROWSER, NULL, NULL, false, sign_in),
    ROUTE(CC_GET, "/big", CC_CLASS_PAGE, CC_FOR_MACHINE, NULL, NULL, true, big),
    ROUTE(CC_GET, "/set-cookie", CC_CLASS_PAGE, CC_FOR_MACHINE, NULL, NULL, true, sign_in),
    ROUTE(CC_GET, "/broken", CC_CLASS_PAGE, CC_FOR_MACHINE, NULL, NULL, true, broken),
    ROUTE(CC_GET, "/hang", CC_CLASS_PAGE, CC_FOR_MACHINE, NULL, NULL, false, hang),
};

static void error_page(struct cc_req *req, struct cc_resp *resp, enum cc_rc rc, int status)
{
    (void)rc;
    resp->status = status;
    resp->type = "text/html; charset=utf-8";
    cc_buf_printf(&resp->body, "<p>%s</p><p>%s</p>", cc_http_message(req, status), req->id);
}

struct cc_app *cc_app_start(void *mem, const struct cc_settings *settings, enum cc_class class_,
                            struct cc_site *site_r)
{
    (void)mem;
    *site_r = (struct cc_site){.settings = settings,
                               .routes = routes,
                               .route_count = sizeof(routes) / sizeof(routes[0]),
                               .class_ = class_,
                               .error = error_page};
    return NULL;
}
