/* SPDX-License-Identifier: EUPL-1.2 */
/* One's own account: rights and sessions. Sessions of other people are out of reach in the SQL. */
#include "app/handlers.h"
#include "app/page.h"
#include "app/person.h"

#include "concord/hash.h"
#include "concord/text.h"
#include "view/account.h"
#include <jansson.h>
#include <string.h>
#include <talloc.h>

#define OTHERS "others"

static const struct cc_input session_end_inputs[] = {
    {.name = "csrf", .type = CC_IN_TOKEN, .flags = CC_IN_REQUIRED, .max = 200},
    {.name = "session", .type = CC_IN_TOKEN, .flags = CC_IN_REQUIRED, .max = 36},
    {.name = NULL},
};
const struct cc_form cc_session_end_form = {.inputs = session_end_inputs};

static void fill_roles(struct cc_req *req, struct cc_account_page *p)
{
    const struct cc_viewer *viewer = cc_viewer(req);
    const char **names = talloc_zero_array(req->mem, const char *, CC_SITE_ROLES);

    /* everybody is a stakeholder */
    p->role_count = cc_site_role_names(viewer->roles & ~(unsigned)CC_ROLE_STAKEHOLDER, names);
    p->roles = names;
    p->groups_failed = viewer->roles == 0;
}

static void fill_orgs(struct cc_req *req, struct cc_account_page *p)
{
    json_t *list = json_loads(cc_viewer(req)->orgs, 0, NULL);
    size_t n = json_array_size(list);
    struct cc_account_org *orgs =
        talloc_zero_array(req->mem, struct cc_account_org, (unsigned)n + 1);
    for (size_t i = 0; i < n; i++) {
        const char *id, *name, *role;
        if (json_unpack(json_array_get(list, i), "{s:s, s:s, s:s}", "id", &id, "name", &name,
                        "role", &role) == 0) {
            orgs[p->org_count++] = (struct cc_account_org){
                .id = talloc_strdup(req->mem, id),
                .name = talloc_strdup(req->mem, name),
                .role = cc_code_name("organisation-role", talloc_strdup(req->mem, role)),
            };
        }
    }
    json_decref(list);
    p->orgs = orgs;
}

static struct cc_button end_button(struct cc_req *req, const char *session, const char *label,
                                   const char *about)
{
    struct cc_option *field = talloc(req->mem, struct cc_option);
    *field = (struct cc_option){.value = "session", .text = session};
    return (struct cc_button){
        .action = {.route = R_SESSION_END},
        .csrf = cc_form_token(req, R_SESSION_END),
        .label = label,
        .tone = CC_TONE_BAD,
        .hidden = field,
        .hidden_count = 1,
        .about = about,
    };
}

static void fill_sessions(struct cc_req *req, const struct cc_rows *rows, struct cc_account_page *p)
{
    p->session_count = cc_rows_count(rows);
    struct cc_account_session *all =
        talloc_zero_array(req->mem, struct cc_account_session, (unsigned)p->session_count + 1);
    for (size_t i = 0; i < p->session_count; i++) {
        struct cc_account_session *s = &all[i];
        s->opened = cc_rows_text(rows, i, Q_SESSION_LIST_OPENED);
        s->seen = cc_rows_text(rows, i, Q_SESSION_LIST_SEEN);
        s->address = cc_rows_text(rows, i, Q_SESSION_LIST_ADDRESS);
        s->user_agent = cc_rows_text(rows, i, Q_SESSION_LIST_USER_AGENT);
        s->is_current = cc_rows_bool(rows, i, Q_SESSION_LIST_IS_CURRENT);
        s->end = end_button(req, cc_rows_text(rows, i, Q_SESSION_LIST_ID), _("End"), s->opened);
    }
    p->sessions = all;
    p->end_others = end_button(req, OTHERS, _("End all others"), NULL);
}

enum cc_rc cc_account(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_account_page p = {0};
    struct cc_html w;
    char hash[CC_SHA256_HEX + 1];
    cc_session_hash(cc_cookie(req, cc_session_cookie(req->settings)), hash);
    struct cc_call call = {.query = Q_SESSION_LIST, .params = {hash}};
    enum cc_rc rc = cc_app_read(req, &call, 1);
    if (rc != CC_OK) {
        return rc;
    }
    fill_roles(req, &p);
    fill_orgs(req, &p);
    fill_sessions(req, call.rows, &p);
    cc_frame_fill(req, _("My account"), &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_account(&w, &p);
    return CC_OK;
}

/* Ending all others also changes the own token: whoever has copied it is out, too. */
static enum cc_rc end_others(struct cc_req *req, struct cc_resp *resp)
{
    const struct cc_viewer *viewer = cc_viewer(req);
    const char *cookie = cc_session_cookie(req->settings);
    char *token = cc_random_token(req->mem, CC_SESSION_TOKEN_BYTES);
    char old_hash[CC_SHA256_HEX + 1], new_hash[CC_SHA256_HEX + 1];
    cc_session_hash(cc_cookie(req, cookie), old_hash);
    cc_session_hash(token, new_hash);
    struct cc_call calls[] = {
        {.query = Q_SESSION_END_OTHERS, .params = {viewer->person, viewer->session}},
        {.query = Q_SESSION_RENEW, .params = {old_hash, new_hash}},
    };
    enum cc_rc rc = cc_app_commit(req, calls, 2);
    if (rc == CC_OK) {
        cc_resp_cookie(resp, req, cookie, token, -1);
    }
    return rc;
}

enum cc_rc cc_session_end(struct cc_req *req, struct cc_resp *resp)
{
    const char *which = cc_value(&req->form, "session");
    bool is_others = strcmp(which, OTHERS) == 0;
    if (!is_others && !cc_is_uuid(which)) {
        return CC_BAD_REQUEST;
    }
    enum cc_rc rc = cc_app_open(req, NULL, 0);
    if (rc != CC_OK) {
        return rc;
    }
    if (is_others) {
        rc = end_others(req, resp);
    } else {
        struct cc_call call = {.query = Q_SESSION_END, .params = {cc_viewer(req)->person, which}};
        rc = cc_app_commit(req, &call, 1);
    }
    if (rc != CC_OK) {
        return rc;
    }
    return cc_see_other(req, resp, R_ACCOUNT, NULL, "sessions-ended");
}
