/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Is an organisation who it says? Those who answer for it ask, the secretariat looks at all that
 * would be published and answers. What needs it: sql/functions/confirmation.sql.
 */
#include "app/handlers.h"
#include "app/working.h"

#include "view/confirm.h"
#include <string.h>
#include <talloc.h>

static const struct cc_input ask_inputs[] = {
    {.name = "csrf", .type = CC_IN_TOKEN, .flags = CC_IN_REQUIRED, .max = 200},
    {.name = NULL},
};
const struct cc_form cc_confirm_ask_form = {.inputs = ask_inputs};

static const struct cc_input inputs[] = {
    {.name = "csrf", .type = CC_IN_TOKEN, .flags = CC_IN_REQUIRED, .max = 200},
    {.name = "version", .type = CC_IN_UINT, .flags = CC_IN_REQUIRED, .max = 18},
    {.name = "answer", .type = CC_IN_TOKEN, .flags = CC_IN_REQUIRED, .max = 10},
    {.name = "note", .type = CC_IN_BLOCK, .max = 1000, .label = N_("Reason")},
    {.name = NULL},
};
const struct cc_form cc_confirm_form = {.inputs = inputs};

enum cc_rc cc_confirm_ask(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_call call = {.query = Q_CONFIRMATION_ASK, .params = {req->args[0]}};

    enum cc_rc rc = cc_app_open(req, NULL, 0);
    if (rc == CC_OK) {
        rc = cc_app_commit(req, &call, 1);
    }
    if (rc != CC_OK) {
        return rc;
    }
    return cc_see_other(req, resp, R_OVERVIEW, req->args[0],
                        cc_rows_bool(call.rows, 0, Q_CONFIRMATION_ASK_WAITS) ? "asked" : NULL);
}

enum { WAITING = CC_WORKING_CALLS, ALIKE, WANTED, NAMES, CALLS };

static void prepare(const struct cc_req *req, struct cc_call calls[CALLS])
{
    const char *id = req->args[0], *lang = req->lang->tag;

    cc_working_calls(id, calls);
    calls[WAITING] = (struct cc_call){.query = Q_CONFIRMATION_WAITING, .params = {id, lang, "1"}};
    calls[ALIKE] = (struct cc_call){.query = Q_CONFIRMATION_ALIKE, .params = {id, lang}};
    calls[WANTED] = (struct cc_call){.query = Q_CONFIRMATION_WANTED, .params = {id}};
    calls[NAMES] = cc_working_names(req);
}

static const struct cc_link *alike(void *mem, const struct cc_rows *rows)
{
    size_t n = cc_rows_count(rows);
    struct cc_link *links = talloc_zero_array(mem, struct cc_link, (unsigned)n + 1);

    for (size_t i = 0; i < n; i++) {
        links[i] = (struct cc_link){
            .text = {cc_rows_text(rows, i, Q_CONFIRMATION_ALIKE_NAME),
                     cc_rows_text(rows, i, Q_CONFIRMATION_ALIKE_LANG)},
            .href = {.route = R_ORGANISATION_SHOW,
                     .args = {cc_rows_text(rows, i, Q_CONFIRMATION_ALIKE_ID)}},
        };
    }
    return links;
}

static void show(struct cc_req *req, struct cc_resp *resp, const struct cc_working *work,
                 const struct cc_call calls[CALLS], bool is_stale)
{
    const struct cc_rows *waiting = calls[WAITING].rows, *wanted = calls[WANTED].rows;
    struct cc_confirm_page p = {
        .self = cc_working_ref(req, work->rec),
        .csrf = cc_form_token(req, R_CONFIRM_SEND),
        .version = work->version,
        .alike = alike(req->mem, calls[ALIKE].rows),
        .alike_count = cc_rows_count(calls[ALIKE].rows),
        .problems = &req->problems,
        .note = cc_value(&req->form, "note"),
        .is_stale = is_stale,
    };
    struct cc_html w;

    if (cc_rows_count(waiting) > 0) {
        p.at = cc_rows_text(waiting, 0, Q_CONFIRMATION_WAITING_ASKED_AT);
        p.person = cc_rows_text(waiting, 0, Q_CONFIRMATION_WAITING_PERSON);
    }
    if (cc_rows_count(wanted) > 0) {
        const char *claim = cc_rows_text(wanted, 0, Q_CONFIRMATION_WANTED_WANTED);

        p.wanted = claim[0] == '\0' ? NULL : strchr(claim, ':') + 1; /* behind what it is of */
        p.before = cc_rows_text(wanted, 0, Q_CONFIRMATION_WANTED_NOTE);
    }
    cc_record_diff(req->mem, work->published, work->rec, &p.changes);
    p.refs = cc_refs_named(req->mem, calls[NAMES].rows);
    cc_frame_fill(req, _("Is this organisation who it says?"), &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_confirm(&w, &p);
}

static enum cc_rc read_organisation(struct cc_req *req, const struct cc_call calls[CALLS],
                                    struct cc_working *work_r)
{
    enum cc_rc rc = cc_working_read(req, calls, work_r);

    return rc == CC_OK && strcmp(work_r->rec->kind->name, "organisation") != 0 ? CC_NOT_FOUND : rc;
}

enum cc_rc cc_confirm(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_call calls[CALLS];
    struct cc_working work;

    prepare(req, calls);
    enum cc_rc rc = cc_app_read(req, calls, CALLS);
    if (rc == CC_OK) {
        rc = read_organisation(req, calls, &work);
    }
    if (rc == CC_OK) {
        show(req, resp, &work, calls, false);
    }
    return rc;
}

/* Is this the answer that stands already? */
static bool is_done(const struct cc_rows *wanted, bool confirmed, const char *note)
{
    if (confirmed || cc_rows_count(wanted) == 0) {
        return confirmed && cc_rows_count(wanted) == 0;
    }
    const char *state = cc_rows_text(wanted, 0, Q_CONFIRMATION_WANTED_STATE);
    const char *told = cc_rows_text(wanted, 0, Q_CONFIRMATION_WANTED_NOTE);
    return state != NULL && strcmp(state, "declined") == 0 && told != NULL &&
           strcmp(told, note) == 0;
}

enum cc_rc cc_confirm_send(struct cc_req *req, struct cc_resp *resp)
{
    const char *answer = cc_value(&req->form, "answer"), *note = cc_value(&req->form, "note");
    const char *version = cc_value(&req->form, "version");
    bool confirmed = strcmp(answer, "confirm") == 0;
    struct cc_call calls[CALLS];
    struct cc_call decide = {.query = Q_CONFIRMATION_DECIDE,
                             .params = {req->args[0], version, confirmed ? "t" : "f", note}};
    struct cc_working work;

    prepare(req, calls);
    enum cc_rc rc = cc_app_open(req, calls, CALLS);
    if (rc == CC_OK) {
        rc = read_organisation(req, calls, &work);
    }
    if (rc != CC_OK) {
        return rc;
    }
    bool is_stale = !req->form.bad &&
                    (strcmp(work.version, version) != 0 || cc_rows_count(calls[WAITING].rows) == 0);
    if (!confirmed && strcmp(answer, "decline") != 0) {
        req->form.bad = true;
    } else if (!confirmed && note[0] == '\0') {
        cc_problem_add(&req->problems, CC_ERROR, 0, "note", N_("Tell why it is not confirmed."),
                       NULL, NULL);
    }
    if (is_stale && cc_rows_count(calls[WAITING].rows) == 0 &&
        is_done(calls[WANTED].rows, confirmed, note)) { /* the same was sent twice */
        cc_db_rollback(req->app->db);
        return cc_see_other(req, resp, R_DESK, NULL, confirmed ? "confirmed" : "declined");
    }
    if (!is_stale && !req->form.bad && req->problems.errors == 0) {
        rc = cc_app_commit(req, &decide, 1);
        is_stale = rc == CC_CONFLICT; /* between our look and the lock */
        if (rc != CC_INVALID && !is_stale) {
            return rc != CC_OK ? rc
                               : cc_see_other(req, resp, R_DESK, NULL,
                                              confirmed ? "confirmed" : "declined");
        }
    }
    cc_db_rollback(req->app->db);
    resp->status = is_stale ? 409 : 422;
    show(req, resp, &work, calls, is_stale);
    return CC_OK;
}
