/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How a request reaches the database: who asks, may they, and the handler's statements in as few
 * round trips as can be. Fails closed: a handler behind sign-in that never asks here gets nothing.
 */
#include "app/app.h"

#include "concord/hash.h"
#include "concord/html.h"
#include "concord/log.h"
#include <string.h>
#include <talloc.h>

#define PAGE_ROOM                                                                                  \
    (16 * 1024 - 1) /* with its NUL: holds most pages, so that they do not move while they grow */

/* The word that request_may() knows a permission by, in the order of enum cc_permission. */
static const char *const permission_words[CC_MAY__COUNT] = {
    "login",  "public",     "read",     "edit",        "publish", "answer",
    "accept", "manage-org", "register", "secretariat", "admin",
};

const struct cc_viewer *cc_viewer(const struct cc_req *req)
{
    return &req->app->viewer;
}

static void fill_viewer(struct cc_viewer *viewer, const struct cc_rows *rows)
{
    viewer->opened = true;
    if (cc_rows_count(rows) == 0) {
        return;
    }
    viewer->person = cc_rows_text(rows, 0, Q_REQUEST_OPEN_PERSON);
    viewer->name = cc_rows_text(rows, 0, Q_REQUEST_OPEN_NAME);
    viewer->session = cc_rows_text(rows, 0, Q_REQUEST_OPEN_SESSION);
    viewer->csrf_key = cc_rows_text(rows, 0, Q_REQUEST_OPEN_CSRF_KEY);
    viewer->roles = (unsigned)cc_rows_int(rows, 0, Q_REQUEST_OPEN_ROLES);
    viewer->orgs = cc_rows_text(rows, 0, Q_REQUEST_OPEN_ORGS);
    viewer->records = cc_rows_text(rows, 0, Q_REQUEST_OPEN_RECORDS);
    viewer->is_stale = cc_rows_bool(rows, 0, Q_REQUEST_OPEN_STALE);
    if (viewer->person == NULL) {
        cc_log(CC_LOG_WARNING, "a session token that was replaced came back: its session ends");
    }
}

/* Everything that keeps this person from this route, checked after request_open answered. */
static enum cc_rc judge(struct cc_req *req, bool allowed)
{
    if (req->route->permission == CC_MAY_PUBLIC) {
        return CC_OK;
    }
    if (req->app->viewer.person == NULL) {
        return CC_LOGIN;
    }
    if (!allowed) {
        return cc_fail(&req->err, req->mem, CC_FORBIDDEN, NULL,
                       N_("You do not have the right to do this."), "route %s refused",
                       req->route->name);
    }
    return CC_OK;
}

/* [BEGIN] request_open, request_may, calls [COMMIT] in one round trip. */
static enum cc_rc open_with(struct cc_req *req, struct cc_call *calls, size_t n, unsigned flags)
{
    struct cc_call all[2 + CC_CALLS_MAX] = {0};
    char hash[CC_SHA256_HEX + 1];
    const char *token = cc_cookie(req, cc_session_cookie(req->settings));
    struct cc_app *app = req->app;

    if (n > CC_CALLS_MAX) {
        cc_die("too many statements in one request");
    }
    cc_sha256_hex(token ? token : "", token ? strlen(token) : 0, hash);
    all[0] = (struct cc_call){.query = Q_REQUEST_OPEN, .params = {hash}};
    all[1] = (struct cc_call){
        .query = Q_REQUEST_MAY,
        .params = {permission_words[req->route->permission], req->args[0]},
    };
    if (n > 0) {
        memcpy(all + 2, calls, n * sizeof(*calls));
    }

    enum cc_rc rc = cc_db_pipeline(app->db, req->mem, all, n + 2, flags, &req->err);
    if (rc != CC_OK) {
        return rc;
    }
    if (n > 0) {
        memcpy(calls, all + 2, n * sizeof(*calls));
    }
    fill_viewer(&app->viewer, all[0].rows);
    rc = judge(req, cc_rows_bool(all[1].rows, 0, Q_REQUEST_MAY_ALLOWED));
    if (rc != CC_OK) {
        cc_db_rollback(app->db);
    }
    return rc;
}

enum cc_rc cc_app_read(struct cc_req *req, struct cc_call *calls, size_t n)
{
    if (req->has_session_cookie) {
        return open_with(req, calls, n, CC_TX_BEGIN | CC_TX_READ_ONLY | CC_TX_COMMIT);
    }
    enum cc_rc rc = judge(req, false);
    if (rc != CC_OK || n == 0) {
        return rc;
    }
    if (n == 1) {
        return cc_db_run(req->app->db, req->mem, calls, &req->err);
    }
    /* What comes before the end of a pipeline is one transaction anyway. */
    return cc_db_pipeline(req->app->db, req->mem, calls, n, 0, &req->err);
}

/* Did our own page send this? Fetch metadata first, then Origin or Referer (auth: CSRF). */
bool cc_same_origin(const struct cc_req *req)
{
    const char *site = cc_header(req, "Sec-Fetch-Site");
    const char *origin = cc_header(req, "Origin");
    const char *ours = req->settings->origin;
    size_t len = strlen(ours);

    if (site != NULL && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0) {
        return false;
    }
    if (origin != NULL) {
        return strcmp(origin, ours) == 0;
    }
    const char *referer = cc_header(req, "Referer");
    return referer != NULL && strncmp(referer, ours, len) == 0 &&
           (referer[len] == '/' || referer[len] == '\0');
}

enum cc_rc cc_app_open(struct cc_req *req, struct cc_call *calls, size_t n)
{
    if (!req->has_session_cookie) {
        return CC_LOGIN;
    }
    if (!cc_same_origin(req)) {
        req->app->refusal = CC_FOREIGN_ORIGIN;
        return cc_fail(&req->err, req->mem, CC_FORBIDDEN, NULL,
                       N_("This form was not sent from our own page. Open the page and try again."),
                       "foreign origin");
    }
    enum cc_rc rc = open_with(req, calls, n, CC_TX_BEGIN);
    if (rc != CC_OK) {
        return rc;
    }
    if (!cc_csrf_valid(&req->app->viewer, req->route->name, cc_value(&req->form, "csrf"))) {
        cc_db_rollback(req->app->db);
        req->app->refusal = CC_OLD_TOKEN;
        return cc_fail(&req->err, req->mem, CC_FORBIDDEN, NULL,
                       N_("This form is no longer valid. Go back, reload the page and try again."),
                       "bad form token");
    }
    return CC_OK;
}

enum cc_rc cc_app_commit(struct cc_req *req, struct cc_call *calls, size_t n)
{
    enum cc_rc rc = cc_db_pipeline(req->app->db, req->mem, calls, n, CC_TX_COMMIT, &req->err);
    const struct cc_constraint *broken =
        rc == CC_INVALID ? cc_constraint_find(req->err.constraint) : NULL;

    if (rc == CC_INVALID && broken == NULL) { /* a rule without words: our mistake, not theirs */
        cc_log(CC_LOG_ERR, "constraint \"%s\" (%s) has no message: %s", req->err.constraint,
               req->err.sqlstate, req->err.detail);
        return CC_INTERNAL;
    }
    if (broken != NULL) {
        cc_problem_add(&req->problems, CC_ERROR, 0, broken->field, broken->message, NULL, NULL);
    }
    return rc;
}

const char *cc_form_token(const struct cc_req *req, enum cc_route_id route)
{
    if (req->app->viewer.person == NULL) {
        return "";
    }
    return cc_csrf_token(req->mem, &req->app->viewer, cc_routes[route].name);
}

void cc_page_begin(struct cc_req *req, struct cc_resp *resp, struct cc_html *w_r)
{
    if (resp->status == 0) {
        resp->status = 200;
    }
    resp->type = "text/html; charset=utf-8";
    resp->vary_language = false;
    resp->cache =
        req->route->cacheable && !req->has_session_cookie ? CC_CACHE_SHORT : CC_CACHE_NO_STORE;
    cc_buf_reserve(&resp->body, PAGE_ROOM);
    *w_r = (struct cc_html){.out = &resp->body, .req = req};
}
