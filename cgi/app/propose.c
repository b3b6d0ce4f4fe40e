/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Another wording for a membership: asks the organisation (again). What it has confirmed stays
 * public until it answers; before that, or after it said no, the new wording takes the old one's
 * place at once.
 */
#include "app/handlers.h"
#include "app/membership.h"

#include "concord/clock.h"
#include <string.h>
#include <talloc.h>

static const char *const sections[] = {"roles", "contribution", "sources", NULL};

static const struct cc_input inputs[] = {
    {.name = "csrf", .type = CC_IN_TOKEN, .flags = CC_IN_REQUIRED, .max = 200},
    {.name = "base", .type = CC_IN_TOKEN, .flags = CC_IN_REQUIRED, .max = 100},
    {.name = "more", .type = CC_IN_TOKEN, .max = 60},
    {.name = NULL},
};
const struct cc_form cc_propose_form = {.inputs = inputs, .accepts = cc_membership_accepts};

/* The organisation agreed to what is public: it stays until it agrees to something else. */
static bool is_change(const struct cc_standing *standing)
{
    return strcmp(standing->state, "confirmed") == 0 || strcmp(standing->state, "contested") == 0;
}

static const char *base_of(const struct cc_standing *standing)
{
    return standing->asked != NULL ? standing->asked_sha256 : standing->sha256;
}

/* What a form was made of: the wording, and what the organisation had said to it by then. */
static const char *seen_of(void *mem, const struct cc_standing *standing)
{
    return talloc_asprintf(mem, "%s-%s", base_of(standing), standing->state);
}

static void show(struct cc_req *req, struct cc_resp *resp, const struct cc_standing *standing,
                 const struct cc_pairs *pairs, const struct cc_rows *history, bool is_conflict)
{
    struct cc_propose_page p = {
        .self = standing->self,
        .partnership = standing->partnership,
        .organisation = standing->organisation,
        .state = standing->state,
        .action = {.route = R_PROPOSE_SEND, .args = {standing->self.id}},
        .csrf = cc_form_token(req, R_PROPOSE_SEND),
        .base = seen_of(req->mem, standing),
        .problems = &req->problems,
        .is_change = is_change(standing),
        .is_waiting = standing->asked != NULL,
        .is_conflict = is_conflict,
        .rows = cc_consent_rows(req->mem, history),
        .row_count = cc_rows_count(history),
    };
    struct cc_html w;

    p.fields = cc_membership_fields(req, sections, pairs, &p.field_count);
    cc_frame_fill(req, _("Change a membership"), &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_propose(&w, &p);
}

enum cc_rc cc_propose(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_call calls[CC_STANDING_CALLS];
    struct cc_standing standing;
    struct cc_pairs pairs;

    cc_standing_calls(req, false, calls);
    enum cc_rc rc = cc_app_read(req, calls + CC_STANDING_NOW, CC_STANDING_CALLS - CC_STANDING_NOW);
    if (rc == CC_OK) {
        rc = cc_standing_read(req, calls[CC_STANDING_NOW].rows, &standing);
    }
    if (rc != CC_OK) {
        return rc;
    }
    cc_pairs_of_record(req->mem, standing.asked != NULL ? standing.asked : standing.rec, NULL,
                       &pairs);
    show(req, resp, &standing, &pairs, calls[CC_STANDING_HISTORY].rows, false);
    return CC_OK;
}

/* The event alone: what is public and the working copy stay as they are. */
static enum cc_rc commit_change(struct cc_req *req, const struct cc_call *event)
{
    struct cc_call calls[] = {
        *event,
        {.query = Q_AUDIT, .params = {"membership.proposed", req->args[0], "{}"}},
    };

    return cc_app_commit(req, calls, 2);
}

static enum cc_rc commit(struct cc_req *req, const struct cc_standing *standing,
                         struct cc_record *rec, struct cc_wording wording,
                         const struct cc_rows *newest)
{
    char now[21];
    struct cc_call event = {
        .query = Q_CONSENT_WRITE,
        .params = {rec->id, is_change(standing) ? "change" : "membership", "invited",
                   wording.sha256, wording.text, standing->partnership.title.text,
                   standing->partnership.title.lang, NULL, NULL, now},
    };

    cc_time_iso(cc_now(), now);
    if (is_change(standing)) {
        return commit_change(req, &event);
    }
    struct cc_consent_deed deed = {
        .rec = rec,
        .publisher = standing->owner_org,
        .note = "invited",
        .action = "membership.invited",
        .event = event,
        .newest = newest,
        .is_public = standing->is_public,
    };
    cc_consent_put(rec, "invited", now, NULL, NULL, NULL);
    return cc_consent_commit(req, &deed, NULL);
}

enum cc_rc cc_propose_send(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_call calls[CC_STANDING_CALLS];
    struct cc_standing standing;
    struct cc_pairs sent;

    cc_standing_calls(req, false, calls);
    enum cc_rc rc = cc_app_open(req, calls, CC_STANDING_CALLS);
    if (rc == CC_OK) {
        rc = cc_standing_read(req, calls[CC_STANDING_NOW].rows, &standing);
    }
    if (rc != CC_OK) {
        return rc;
    }
    struct cc_record *rec = standing.asked != NULL ? standing.asked : standing.rec;
    cc_membership_sent(req, sections, &sent);
    cc_membership_apply(req, rec, sections);
    size_t told = req->problems.n;
    cc_record_check(rec, false, &req->problems);
    cc_pairs_place(req->mem, &sent, &req->problems, told);
    struct cc_wording wording = cc_wording_of(rec);
    bool is_stale = strcmp(seen_of(req->mem, &standing), cc_value(&req->form, "base")) != 0;
    bool is_same = strcmp(wording.sha256, base_of(&standing)) == 0;
    bool grows = cc_value(&req->form, "more")[0] != '\0' && !req->form.bad;
    bool was_asked =
        !standing.is_over && (standing.asked != NULL || strcmp(standing.state, "invited") == 0);

    if (!grows && is_same && was_asked && req->problems.errors == 0) { /* asked already */
        return cc_see_other(req, resp, R_MEMBER_WORK, standing.partnership.id, "invited");
    }
    if (is_same && is_change(&standing)) {
        cc_problem_add(&req->problems, CC_ERROR, 0, NULL,
                       N_("Nothing is different from what the organisation confirmed."), NULL,
                       NULL);
    }
    if (grows || is_stale || req->problems.errors > 0 || req->form.bad) {
        cc_db_rollback(req->app->db);
        resp->status = grows ? 200 : is_stale ? 409 : 422;
        show(req, resp, &standing, &sent, calls[CC_STANDING_HISTORY].rows, is_stale && !grows);
        return CC_OK;
    }
    rc = commit(req, &standing, rec, wording, calls[CC_STANDING_STATE].rows);
    if (rc == CC_INVALID) {
        resp->status = 422;
        show(req, resp, &standing, &sent, calls[CC_STANDING_HISTORY].rows, false);
        return CC_OK;
    }
    return rc != CC_OK ? rc
                       : cc_see_other(req, resp, R_MEMBER_WORK, standing.partnership.id, "invited");
}
