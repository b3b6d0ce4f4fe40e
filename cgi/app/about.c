/* SPDX-License-Identifier: EUPL-1.2 */
/* What the registry is, how its data is read and checked, and what it holds of people. */
#include "app/handlers.h"
#include "app/page.h"

#include "concord/clock.h"
#include "view/about.h"
#include <string.h>
#include <talloc.h>

enum cc_rc cc_about(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_about_page p = {
        .public_url = req->settings->public_url,
        .licence = req->settings->registry_licence,
    };
    struct cc_html w;

    enum cc_rc rc = cc_app_read(req, NULL, 0);
    if (rc != CC_OK) {
        return rc;
    }
    cc_frame_fill(req, _("About the data"), &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_about(&w, &p);
    return CC_OK;
}

/* Pages that are for people at work, or without end, are nothing for search engines; which pages
 * are there for them stands in the sitemap. */
enum cc_rc cc_robots(struct cc_req *req, struct cc_resp *resp)
{
    static const char *const closed[] = {"sign-in", "account", "desk",    "register",      "search",
                                         "people",  "audit",   "imports", "records/*/edit"};
    static const char *const no_args[CC_ARGS_MAX] = {NULL};
    const char *base = req->settings->base_path;

    cc_buf_adds(&resp->body, "User-agent: *\n");
    for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++) {
        cc_buf_printf(&resp->body, "Disallow: %s/*/%s\n", base, closed[i]);
    }
    cc_buf_printf(&resp->body, "Disallow: %s/search.\n\nSitemap: %s\n", base,
                  cc_url_absolute(req->mem, req, R_SITEMAP, no_args));
    resp->status = 200;
    resp->type = "text/plain; charset=utf-8";
    return CC_OK;
}

#define SECURITY_DAYS 180 /* RFC 9116: less than a year */

/* Values with blanks between them, each with `before` before it and `after` behind it. */
static void add_words(struct cc_buf *out, const char *list, const char *before, const char *after)
{
    for (const char *s = list + strspn(list, " "); *s != '\0'; s += strspn(s, " ")) {
        size_t len = strcspn(s, " ");

        cc_buf_printf(out, "%s%.*s%s", before, (int)len, s, after);
        s += len;
    }
}

/* Whom to tell of a weakness (RFC 9116). Its place is the root of the host, wherever we lie. */
enum cc_rc cc_security_txt(struct cc_req *req, struct cc_resp *resp)
{
    const struct cc_settings *settings = req->settings;
    char expires[21];

    if (settings->security_contact[0] == '\0') {
        return CC_NOT_FOUND;
    }
    cc_time_iso((cc_now() / 86400 + SECURITY_DAYS) * 86400, expires);
    add_words(&resp->body, settings->security_contact, "Contact: ", "\n");
    cc_buf_printf(&resp->body, "Expires: %s\nPreferred-Languages:", expires);
    add_words(&resp->body, settings->languages, " ", ",");
    resp->body.len--; /* the last comma */
    cc_buf_printf(&resp->body, "\nCanonical: %s/.well-known/security.txt\n", settings->origin);
    resp->status = 200;
    resp->type = "text/plain; charset=utf-8";
    return CC_OK;
}

/* For those who look for the icon where it always was. */
enum cc_rc cc_favicon(struct cc_req *req, struct cc_resp *resp)
{
    return cc_resp_redirect(
        resp, 301, talloc_asprintf(req->mem, "%s/static/icon.svg", req->settings->base_path));
}
