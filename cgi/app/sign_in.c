/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Signing in and out. The browser sees three texts only, after at least login.floor_ms: whoever
 * guesses learns neither which names exist nor which are locked.
 */
#include "app/handlers.h"
#include "app/page.h"

#include "concord/hash.h"
#include "concord/log.h"
#include "view/account.h"
#include <sodium.h>
#include <string.h>
#include <talloc.h>

#define PRESESSION_SECONDS 3600

static const struct cc_input return_inputs[] = {
    {.name = "return", .type = CC_IN_LINE, .max = 1000, .label = N_("Page to go to")},
    {.name = "done", .type = CC_IN_TOKEN, .max = 40},
    {.name = NULL},
};
const struct cc_form cc_sign_in_query = {.inputs = return_inputs};

static const struct cc_input sign_in_inputs[] = {
    {.name = "login", .type = CC_IN_LINE, .flags = CC_IN_REQUIRED, .max = 200, .label = N_("Name")},
    {.name = "password",
     .type = CC_IN_SECRET,
     .flags = CC_IN_REQUIRED,
     .max = 1024,
     .label = N_("Password")},
    {.name = "csrf", .type = CC_IN_TOKEN, .max = 200},
    {.name = "return", .type = CC_IN_LINE, .max = 1000},
    {.name = NULL},
};
const struct cc_form cc_sign_in_form = {.inputs = sign_in_inputs};

static const struct cc_input sign_out_inputs[] = {
    {.name = "csrf", .type = CC_IN_TOKEN, .flags = CC_IN_REQUIRED, .max = 200},
    {.name = NULL},
};
const struct cc_form cc_sign_out_form = {.inputs = sign_out_inputs};

enum refusal { WRONG, LATER, NEW_PASSWORD, STALE_FORM };

static const struct {
    int status;
    const char *text;
    const char *action; /* of the audit trail; NULL = nothing that an account did */
} refusals[] = {
    [WRONG] = {422, N_("Wrong name or password."), "login.refused"},
    [LATER] = {503, N_("Signing in is not possible right now. Please try again later."), NULL},
    [NEW_PASSWORD] = {422, N_("You must set a new password before you can sign in here."),
                      "login.must-change"},
    [STALE_FORM] = {403, N_("This form is no longer valid. Please try again."), NULL},
};

static const char *presession_cookie(const struct cc_req *req)
{
    return talloc_asprintf(req->mem, "%s-pre", cc_session_cookie(req->settings));
}

/* The token of this visitor; a valid one is kept, so that two open forms both work. */
static const char *presession(struct cc_req *req, struct cc_resp *resp)
{
    const char *name = presession_cookie(req);
    const char *token = cc_cookie(req, name);
    if (!cc_presession_valid(req->settings, token)) {
        token = cc_presession_new(req->mem, req->settings);
        cc_resp_cookie(resp, req, name, token, PRESESSION_SECONDS);
    }
    return token;
}

static void show_form(struct cc_req *req, struct cc_resp *resp, const char *problem,
                      const struct cc_values *values)
{
    struct cc_sign_in_page p = {.problem = problem, .login = cc_value(values, "login")};
    struct cc_html w;
    const char *address = cc_safe_return(req->mem, cc_value(values, "return"));
    p.return_to = address != NULL ? address : "";
    p.csrf = presession(req, resp);
    cc_frame_fill(req, _("Sign in"), &p.frame);
    p.frame.sign_in = NULL; /* this is the page */
    p.frame.is_private = true;
    cc_page_begin(req, resp, &w);
    cc_view_sign_in(&w, &p);
}

/* Where the person wanted to go, else the desk. */
static enum cc_rc go_on(struct cc_req *req, struct cc_resp *resp, const struct cc_values *values)
{
    const char *address = cc_safe_return(req->mem, cc_value(values, "return"));
    if (address == NULL) {
        return cc_see_other(req, resp, R_DESK, NULL, NULL);
    }
    return cc_resp_redirect(resp, 303,
                            talloc_asprintf(req->mem, "%s%s", req->settings->base_path, address));
}

enum cc_rc cc_sign_in(struct cc_req *req, struct cc_resp *resp)
{
    if (req->has_session_cookie) {
        enum cc_rc rc = cc_app_read(req, NULL, 0);
        if (rc != CC_OK) {
            return rc;
        }
        if (cc_viewer(req)->person != NULL) {
            return go_on(req, resp, &req->query);
        }
    }
    show_form(req, resp, NULL, &req->query);
    return CC_OK;
}

static enum cc_rc refuse(struct cc_req *req, struct cc_resp *resp, enum refusal why,
                         const struct cc_throttle *throttle)
{
    if (refusals[why].action != NULL) {
        struct cc_call call = {
            .query = Q_LOGIN_REFUSED,
            .params = {refusals[why].action, throttle->account, throttle->network}};
        if (cc_db_run(req->app->db, req->mem, &call, NULL) != CC_OK) {
            cc_log(CC_LOG_ERR, "could not write the refusal of a sign-in to the trail");
        }
        cc_log(CC_LOG_NOTICE, "%s account=%.16s network=%s", refusals[why].action,
               throttle->account + strlen("account:"), throttle->network);
    }
    if (why == LATER) {
        resp->retry_after = 60;
    }
    resp->status = refusals[why].status;
    cc_login_wait(req->settings, req->start_us);
    show_form(req, resp, gettext(refusals[why].text), &req->form);
    return CC_OK;
}

/* The right password. Everything of the visitor before this moment is forgotten. */
static enum cc_rc enter(struct cc_req *req, struct cc_resp *resp,
                        const struct cc_identity *identity, const struct cc_throttle *throttle)
{
    const char *cookie = cc_session_cookie(req->settings);
    struct cc_session session;
    enum cc_rc rc =
        cc_session_open(req->app->db, req->mem, req->settings, identity, cc_cookie(req, cookie),
                        req->remote, req->user_agent, &session, &req->err);
    if (rc == CC_FORBIDDEN) { /* somebody switched the person off here */
        return refuse(req, resp, WRONG, throttle);
    }
    if (rc != CC_OK) {
        return rc;
    }
    req->app->viewer.person = session.person; /* for the access line */
    cc_resp_cookie(resp, req, cookie, session.token, -1);
    cc_resp_cookie(resp, req, presession_cookie(req), "", 0);
    if (identity->groups_failed) { /* the account page says so */
        return cc_see_other(req, resp, R_ACCOUNT, NULL, NULL);
    }
    return go_on(req, resp, &req->form);
}

static enum cc_rc judge(struct cc_req *req, struct cc_resp *resp, enum cc_login login,
                        const struct cc_identity *identity, const struct cc_throttle *throttle)
{
    static const struct {
        enum refusal refusal;
        bool gives_back, is_right; /* the throttle's count */
    } table[] = {
        [CC_LOGIN_OK] = {.gives_back = true, .is_right = true},
        [CC_LOGIN_BAD_CREDENTIALS] = {WRONG, false, false},
        [CC_LOGIN_MUST_CHANGE] = {NEW_PASSWORD, true, true},
        [CC_LOGIN_LOCKED] = {WRONG, false, false}, /* says nothing about who exists */
        [CC_LOGIN_EXPIRED] = {NEW_PASSWORD, true, true},
        [CC_LOGIN_UNAVAILABLE] = {LATER, true, false},
        [CC_LOGIN_CONFIG] = {LATER, true, false},
    };
    if (table[login].gives_back) {
        enum cc_rc rc = cc_throttle_give_back(req->app->db, req->mem, throttle,
                                              table[login].is_right, &req->err);
        if (rc != CC_OK) {
            return rc;
        }
    }
    if (login == CC_LOGIN_OK) {
        return enter(req, resp, identity, throttle);
    }
    return refuse(req, resp, table[login].refusal, throttle);
}

static void forget(struct cc_req *req, const char *name)
{
    const struct cc_value *value = cc_value_find(&req->form, name);
    if (value != NULL && value->text != NULL) {
        sodium_memzero((char *)value->text, strlen(value->text));
    }
}

enum cc_rc cc_sign_in_send(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_app *app = req->app;
    struct cc_throttle throttle;
    struct cc_identity identity = {0};
    const char *token = cc_value(&req->form, "csrf");
    const char *cookie = cc_cookie(req, presession_cookie(req));

    cc_throttle_keys(req->mem, cc_value(&req->form, "login"), req->remote, &throttle);
    /* a foreign page must not sign its visitors in under its own name */
    if (!cc_same_origin(req) || cookie == NULL || !cc_equal_secret(cookie, token) ||
        !cc_presession_valid(req->settings, token)) {
        forget(req, "password");
        return refuse(req, resp, STALE_FORM, &throttle);
    }
    if (req->form.bad) {
        forget(req, "password");
        return refuse(req, resp, WRONG, &throttle);
    }
    enum cc_rc rc = cc_throttle_take(app->db, req->mem, req->settings, &throttle, &req->err);
    if (rc == CC_BUSY) {
        forget(req, "password");
        req->err = (struct cc_err){0};
        return refuse(req, resp, LATER, &throttle);
    }
    if (rc == CC_OK) {
        struct cc_err err = {0};
        enum cc_login login =
            cc_directory_login(app->directory, req->mem, cc_value(&req->form, "login"),
                               cc_value(&req->form, "password"), &identity, &err);
        cc_log_err(&err);
        rc = judge(req, resp, login, &identity, &throttle);
    }
    forget(req, "password");
    return rc;
}

enum cc_rc cc_sign_out(struct cc_req *req, struct cc_resp *resp)
{
    const char *cookie = cc_session_cookie(req->settings);
    char hash[CC_SHA256_HEX + 1];
    enum cc_rc rc = cc_app_open(req, NULL, 0);
    if (rc != CC_OK) {
        return rc;
    }
    cc_session_hash(cc_cookie(req, cookie), hash);
    struct cc_call call = {.query = Q_SIGN_OUT, .params = {hash}};
    rc = cc_app_commit(req, &call, 1);
    if (rc != CC_OK) {
        return rc;
    }
    cc_resp_cookie(resp, req, cookie, "", 0);
    cc_resp_header(resp, "Clear-Site-Data", "\"cache\"");
    return cc_see_other(req, resp, R_HOME, NULL, "signed-out");
}
