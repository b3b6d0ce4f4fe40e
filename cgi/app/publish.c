/* SPDX-License-Identifier: EUPL-1.2 */
/* Publishing and withdrawing: first a look at what will change, then the deed. */
#include "app/handlers.h"
#include "app/publishable.h"

#include "view/edit.h"
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

static const struct cc_input publish_inputs[] = {
    {.name = "csrf", .type = CC_IN_TOKEN, .flags = CC_IN_REQUIRED, .max = 200},
    {.name = "version", .type = CC_IN_UINT, .flags = CC_IN_REQUIRED, .max = 18},
    {.name = "note", .type = CC_IN_BLOCK, .max = 1000, .label = N_("What changed")},
    {.name = NULL},
};
const struct cc_form cc_publish_form = {.inputs = publish_inputs};

/* Nothing else keeps it from being published: then the secretariat can be asked. */
static bool can_ask(const struct cc_req *req, const struct cc_call *extra)
{
    const char *state = cc_publishable_wants(req, extra);

    return state != NULL && strcmp(state, "waiting") != 0 && req->problems.errors == 1;
}

/* extra: of cc_publishable_calls(), then of cc_working_names(). */
enum { NAMES = CC_PUBLISHABLE_CALLS, EXTRA_CALLS };

static void extra_calls(const struct cc_req *req, struct cc_call extra[EXTRA_CALLS])
{
    cc_publishable_calls(req->args[0], extra);
    extra[NAMES] = cc_working_names(req);
}

static void show(struct cc_req *req, struct cc_resp *resp, const struct cc_working *work,
                 const struct cc_call *extra, bool is_withdrawal, bool is_stale)
{
    struct cc_publish_page p = {
        .self = cc_working_ref(req, work->rec),
        .action = {.route = is_withdrawal ? R_WITHDRAW : R_PUBLISH, .args = {work->rec->id}},
        .csrf = cc_form_token(req, is_withdrawal ? R_WITHDRAW_SEND : R_PUBLISH_SEND),
        .version = work->version,
        .revision = work->revision,
        .problems = &req->problems,
        .is_withdrawal = is_withdrawal,
        .is_stale = is_stale,
        .note = cc_value(&req->form, "note"),
    };
    struct cc_button ask = {
        .action = {.route = R_CONFIRM_ASK, .args = {work->rec->id}},
        .csrf = cc_form_token(req, R_CONFIRM_ASK),
        .label = _("Ask the secretariat to confirm it"),
    };
    struct cc_html w;

    if (!is_withdrawal && cc_publishable_wants(req, extra) != NULL) {
        p.is_asked_about = true;
        p.ask = can_ask(req, extra) ? &ask : NULL;
    }
    p.reasons = cc_working_reasons(req, work->rec, &p.reason_count);
    cc_record_diff(req->mem, work->published, work->rec, &p.changes);
    p.refs = cc_refs_named(req->mem, extra[NAMES].rows);
    p.is_unchanged = work->published != NULL && p.changes.n == 0;
    cc_frame_fill(req, is_withdrawal ? _("Withdraw") : _("Publish"), &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_publish(&w, &p);
}

static enum cc_rc not_public(struct cc_req *req)
{
    return cc_fail(&req->err, req->mem, CC_NOT_FOUND, NULL,
                   N_("This record is not public, so it cannot be withdrawn."), "not published");
}

static enum cc_rc look(struct cc_req *req, struct cc_resp *resp, bool is_withdrawal)
{
    struct cc_call calls[CC_WORKING_CALLS + EXTRA_CALLS];
    struct cc_working work;

    cc_working_calls(req->args[0], calls);
    extra_calls(req, calls + CC_WORKING_CALLS);
    enum cc_rc rc = cc_app_read(req, calls, CC_WORKING_CALLS + EXTRA_CALLS);
    if (rc == CC_OK) {
        rc = cc_working_read(req, calls, &work);
    }
    if (rc != CC_OK) {
        return rc;
    }
    if (work.is_merged) { /* what can be done is told there */
        return cc_see_other(req, resp, R_OVERVIEW, work.rec->id, NULL);
    }
    if (is_withdrawal && work.published == NULL) {
        return not_public(req);
    }
    if (!is_withdrawal) {
        cc_record_check(work.rec, true, &req->problems);
        cc_publishable_check(req, &work, calls + CC_WORKING_CALLS);
    }
    show(req, resp, &work, calls + CC_WORKING_CALLS, is_withdrawal, false);
    return CC_OK;
}

enum cc_rc cc_publish(struct cc_req *req, struct cc_resp *resp)
{
    return look(req, resp, false);
}

enum cc_rc cc_withdraw(struct cc_req *req, struct cc_resp *resp)
{
    return look(req, resp, true);
}

/* Was exactly this done already, and nothing since (the form was sent twice)? */
static bool is_done(struct cc_req *req, const struct cc_working *work, long long behind,
                    bool is_withdrawal)
{
    struct cc_changes changes = {0};

    if (behind != 1 || work->state == NULL ||
        strcmp(work->state, is_withdrawal ? "withdrawn" : "published") != 0 ||
        strcmp(work->note, cc_value(&req->form, "note")) != 0) {
        return false;
    }
    cc_record_diff(req->mem, work->published, work->rec, &changes);
    return is_withdrawal || changes.n == 0;
}

static enum cc_rc done(struct cc_req *req, struct cc_resp *resp, bool is_withdrawal)
{
    return cc_see_other(req, resp, R_OVERVIEW, req->args[0],
                        is_withdrawal ? "withdrawn" : "published");
}

/* Lock first: what is sealed is what nobody changes any more in this transaction. */
static enum cc_rc send(struct cc_req *req, struct cc_resp *resp, bool is_withdrawal)
{
    struct cc_call calls[1 + CC_WORKING_CALLS + EXTRA_CALLS];
    struct cc_working work;
    const char *version = cc_value(&req->form, "version");
    const char *note = cc_value(&req->form, "note");

    calls[0] = (struct cc_call){.query = Q_RECORD_LOCK, .params = {req->args[0], NULL, "f"}};
    cc_working_calls(req->args[0], calls + 1);
    extra_calls(req, calls + 1 + CC_WORKING_CALLS);
    enum cc_rc rc = cc_app_open(req, calls, 1 + CC_WORKING_CALLS + EXTRA_CALLS);
    if (rc == CC_OK) {
        rc = cc_working_read(req, calls + 1, &work);
    }
    if (rc != CC_OK) {
        return rc;
    }
    /* our lock raised it by one */
    long long was = strtoll(work.version, NULL, 10) - 1, behind = was - strtoll(version, NULL, 10);
    work.version = talloc_asprintf(req->mem, "%lld", was);
    if (is_done(req, &work, behind, is_withdrawal)) {
        cc_db_rollback(req->app->db);
        return done(req, resp, is_withdrawal);
    }
    if (work.is_merged) {
        return cc_working_refuse_merged(req);
    }
    if (is_withdrawal && work.published == NULL) {
        return not_public(req);
    }
    if (behind != 0 && !req->form.bad) { /* changed after the look: let them look again */
        cc_db_rollback(req->app->db);
        resp->status = 409;
        if (!is_withdrawal) {
            cc_record_check(work.rec, true, &req->problems);
            cc_publishable_check(req, &work, calls + 1 + CC_WORKING_CALLS);
        }
        show(req, resp, &work, calls + 1 + CC_WORKING_CALLS, is_withdrawal, true);
        return CC_OK;
    }
    if (is_withdrawal && note[0] == '\0') {
        cc_problem_add(&req->problems, CC_ERROR, 0, "note", N_("Tell why it is withdrawn."), NULL,
                       NULL);
    }
    if (!is_withdrawal) {
        cc_publishable_check(req, &work, calls + 1 + CC_WORKING_CALLS);
    }
    struct cc_publication publication = {
        .kind = is_withdrawal ? CC_WITHDRAWN : CC_PUBLISHED,
        .record = work.rec,
        .record_id = work.rec->id,
        .publisher = work.owner_org,
        .note = note,
        .previous_revision = work.revision,
        .previous_seal_sha256 = work.seal_sha256,
        .previous_content_sha256 = work.content_sha256,
    };
    struct cc_call before[2] = {
        {.query = Q_AUDIT,
         .params = {is_withdrawal ? "record.withdraw" : "record.publish", work.rec->id, "{}"}},
        {.query = Q_CONFIRMATION_WAIVE, .params = {work.rec->id}},
    };
    bool is_waived = !is_withdrawal && cc_publishable_waived(req, calls + 1 + CC_WORKING_CALLS);
    rc = req->problems.errors > 0 || req->form.bad
             ? CC_INVALID
             : cc_publish_commit(req, &publication, before, is_waived ? 2 : 1);
    if (rc == CC_INVALID) {
        cc_db_rollback(req->app->db);
        work.version = version;
        resp->status = 422;
        show(req, resp, &work, calls + 1 + CC_WORKING_CALLS, is_withdrawal, false);
        return CC_OK;
    }
    return rc != CC_OK ? rc : done(req, resp, is_withdrawal);
}

enum cc_rc cc_publish_send(struct cc_req *req, struct cc_resp *resp)
{
    return send(req, resp, false);
}

enum cc_rc cc_withdraw_send(struct cc_req *req, struct cc_resp *resp)
{
    return send(req, resp, true);
}
