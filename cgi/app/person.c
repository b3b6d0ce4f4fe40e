/* SPDX-License-Identifier: EUPL-1.2 */
/* One person for administrators: who they are to the directory, where they are signed in. */
#include "app/person.h"
#include "app/handlers.h"
#include "app/page.h"

#include "concord/text.h"
#include "view/person.h"
#include <string.h>
#include <talloc.h>

#define ALL "all"

static const struct cc_input inputs[] = {
    {.name = "csrf", .type = CC_IN_TOKEN, .flags = CC_IN_REQUIRED, .max = 200},
    {.name = "session", .type = CC_IN_TOKEN, .flags = CC_IN_REQUIRED, .max = 36},
    {.name = NULL},
};
const struct cc_form cc_person_sessions_form = {.inputs = inputs};

static struct cc_button end_button(struct cc_req *req, const char *session, const char *label,
                                   const char *about)
{
    struct cc_option *field = talloc(req->mem, struct cc_option);

    *field = (struct cc_option){.value = "session", .text = session};
    return (struct cc_button){
        .action = {.route = R_PERSON_SESSIONS_END, .args = {req->args[0]}},
        .csrf = cc_form_token(req, R_PERSON_SESSIONS_END),
        .label = label,
        .tone = CC_TONE_BAD,
        .hidden = field,
        .hidden_count = 1,
        .about = about,
    };
}

static const struct cc_account_session *sessions(struct cc_req *req, const struct cc_rows *rows)
{
    size_t n = cc_rows_count(rows);
    struct cc_account_session *all =
        talloc_zero_array(req->mem, struct cc_account_session, (unsigned)n + 1);

    for (size_t i = 0; i < n; i++) {
        const char *id = cc_rows_text(rows, i, Q_PERSON_SESSIONS_ID);

        all[i] = (struct cc_account_session){
            .opened = cc_rows_text(rows, i, Q_PERSON_SESSIONS_OPENED),
            .seen = cc_rows_text(rows, i, Q_PERSON_SESSIONS_SEEN),
            .address = cc_rows_text(rows, i, Q_PERSON_SESSIONS_ADDRESS),
            .user_agent = cc_rows_text(rows, i, Q_PERSON_SESSIONS_USER_AGENT),
            .is_current = strcmp(id, cc_viewer(req)->session) == 0,
        };
        all[i].end = end_button(req, id, _("End"), all[i].opened);
    }
    return all;
}

enum cc_rc cc_person_show(struct cc_req *req, struct cc_resp *resp)
{
    bool is_id = cc_is_uuid(req->args[0]);
    const char *id = is_id ? req->args[0] : NULL;
    struct cc_call calls[] = {
        {.query = Q_PERSON_SHOW, .params = {id}},
        {.query = Q_PERSON_SESSIONS, .params = {id}},
    };
    const char *pairs[] = {"person", id, NULL};
    struct cc_html w;

    enum cc_rc rc = cc_app_read(req, calls, 2);
    if (rc != CC_OK) {
        return rc;
    }
    const struct cc_rows *who = calls[0].rows;
    if (cc_rows_count(who) == 0) {
        return CC_NOT_FOUND;
    }
    struct cc_person_page p = {
        .subject = cc_rows_text(who, 0, Q_PERSON_SHOW_SUBJECT),
        .login = cc_rows_text(who, 0, Q_PERSON_SHOW_LOGIN),
        .name = cc_rows_text(who, 0, Q_PERSON_SHOW_NAME),
        .mail = cc_rows_text(who, 0, Q_PERSON_SHOW_MAIL),
        .roles = cc_site_roles(req->mem, (unsigned)cc_rows_int(who, 0, Q_PERSON_SHOW_ROLES)),
        .created_at = cc_rows_text(who, 0, Q_PERSON_SHOW_CREATED_AT),
        .signed_in_at = cc_rows_text(who, 0, Q_PERSON_SHOW_SIGNED_IN_AT),
        .is_active = cc_rows_bool(who, 0, Q_PERSON_SHOW_ACTIVE),
        .sessions = sessions(req, calls[1].rows),
        .session_count = cc_rows_count(calls[1].rows),
        .end_all = end_button(req, ALL, _("End all sessions"), NULL),
        .audit = {.route = R_AUDIT_LIST, .query = cc_url_query(req->mem, "", pairs) + 1},
    };
    cc_frame_fill(req, p.name, &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_person(&w, &p);
    return CC_OK;
}

enum cc_rc cc_person_sessions_end(struct cc_req *req, struct cc_resp *resp)
{
    const char *which = cc_value(&req->form, "session");
    bool is_all = strcmp(which, ALL) == 0;
    struct cc_call call = {.query = Q_PERSON_SESSIONS_END,
                           .params = {req->args[0], is_all ? NULL : which}};

    enum cc_rc rc = cc_app_open(req, NULL, 0);
    if (rc != CC_OK) {
        return rc;
    }
    if (!cc_is_uuid(req->args[0]) || (!is_all && !cc_is_uuid(which))) {
        cc_db_rollback(req->app->db);
        return CC_NOT_FOUND;
    }
    rc = cc_app_commit(req, &call, 1);
    return rc != CC_OK ? rc
                       : cc_see_other(req, resp, R_PERSON_SHOW, req->args[0], "sessions-ended");
}
