/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The organisation's own focal point answers: the page shows exactly what will be published. The
 * answer, its event and its publication are one transaction; what is published is the wording that
 * was asked, never anybody's unfinished work.
 */
#include "app/handlers.h"
#include "app/membership.h"

#include "concord/clock.h"
#include <string.h>
#include <talloc.h>

static const struct cc_input inputs[] = {
    {.name = "csrf", .type = CC_IN_TOKEN, .flags = CC_IN_REQUIRED, .max = 200},
    {.name = "wording", .type = CC_IN_TOKEN, .flags = CC_IN_REQUIRED, .max = 64},
    {.name = "answer", .type = CC_IN_TOKEN, .flags = CC_IN_REQUIRED, .max = 40},
    {.name = "reason", .type = CC_IN_BLOCK, .max = 1000, .label = N_("Reason")},
    {.name = NULL},
};
const struct cc_form cc_answer_form = {.inputs = inputs};

/* What may be answered in which state; the database holds the same rules (consent_transition). */
static const struct rule {
    const char *about, *was, *state;
    const char *label; /* msgid */
    enum cc_tone tone;
} rules[] = {
    {"membership", "invited", "confirmed", N_("Confirm the membership"), CC_TONE_GOOD},
    {"membership", "invited", "declined", N_("Decline the invitation"), CC_TONE_BAD},
    {"change", "confirmed", "confirmed", N_("Confirm the new wording"), CC_TONE_GOOD},
    {"change", "confirmed", "declined", N_("Keep the old wording"), CC_TONE_PLAIN},
    {"change", "contested", "confirmed", N_("Confirm the new wording"), CC_TONE_GOOD},
    {"change", "contested", "declined", N_("Refuse the new wording"), CC_TONE_PLAIN},
    {"membership", "contested", "confirmed", N_("Confirm the membership"), CC_TONE_GOOD},
    {"membership", "confirmed", "withdrawn", N_("Withdraw our consent"), CC_TONE_BAD},
    {"membership", "confirmed", "contested", N_("Contest how we are shown"), CC_TONE_WAIT},
    {"membership", "contested", "withdrawn", N_("Withdraw our consent"), CC_TONE_BAD},
};
#define RULES (sizeof(rules) / sizeof(rules[0]))

/*
 * While a change waits, the page shows that; only taking back and contesting go past it. What the
 * partnership has withdrawn waits for nothing.
 */
static bool applies(const struct rule *r, const struct cc_standing *standing)
{
    bool about_change = strcmp(r->about, "change") == 0;

    if (standing->is_over || strcmp(r->was, standing->state) != 0 ||
        (about_change && standing->asked == NULL)) {
        return false;
    }
    return about_change || standing->asked == NULL || strcmp(r->state, "confirmed") != 0;
}

/* Of what the page shows and asks about. */
static const char *wording_now(const struct cc_standing *standing)
{
    return standing->asked != NULL ? standing->asked_sha256 : standing->sha256;
}

static struct cc_answer *answers(struct cc_req *req, const struct cc_standing *standing,
                                 size_t *n_r)
{
    struct cc_answer *out = talloc_array(req->mem, struct cc_answer, RULES);

    *n_r = 0;
    for (size_t i = 0; i < RULES; i++) {
        const struct rule *r = &rules[i];
        if (applies(r, standing)) {
            out[(*n_r)++] = (struct cc_answer){
                talloc_asprintf(req->mem, "%s.%s", r->about, r->state), gettext(r->label), r->tone};
        }
    }
    return out;
}

static void show(struct cc_req *req, struct cc_resp *resp, const struct cc_standing *standing,
                 const struct cc_rows *history, bool is_stale)
{
    struct cc_record *rec = standing->asked != NULL ? standing->asked : standing->rec;
    struct cc_wording wording = cc_wording_of(rec);
    const struct cc_problem *bad = cc_problem_find(&req->problems, "reason");
    struct cc_control reason = {
        .type = CC_C_BLOCK,
        .name = "reason",
        .label = _("Reason, which everybody will read"),
        .hint = _("Needed to contest; otherwise you may leave it empty."),
        .error = bad != NULL ? gettext(bad->message) : NULL,
        .value = cc_value(&req->form, "reason"),
        .lang = req->lang->tag,
        .max = 1000,
        .rows = 3,
    };
    struct cc_answer_page p = {
        .self = standing->self,
        .partnership = standing->partnership,
        .organisation = standing->organisation,
        .state = standing->state,
        .action = {.route = R_ANSWER_SEND, .args = {standing->self.id}},
        .csrf = cc_form_token(req, R_ANSWER_SEND),
        .body = cc_standing_page(req, standing, rec),
        .wording = wording.text,
        .sha256 = wording.sha256,
        .is_change = standing->asked != NULL,
        .is_stale = is_stale,
        .is_public = standing->is_public,
        .is_over = standing->is_over,
        .reason = &reason,
        .problems = &req->problems,
        .rows = cc_consent_rows(req->mem, history),
        .row_count = cc_rows_count(history),
    };
    struct cc_html w;

    p.answers = answers(req, standing, &p.answer_count);
    if (p.is_change) {
        cc_record_diff(req->mem, standing->rec, standing->asked, &p.changes);
    }
    cc_frame_fill(req, _("Answer for your organisation"), &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_answer(&w, &p);
}

enum cc_rc cc_answer(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_call calls[CC_STANDING_CALLS];
    struct cc_standing standing;

    cc_standing_calls(req, true, calls);
    enum cc_rc rc = cc_app_read(req, calls + CC_STANDING_NOW, CC_STANDING_CALLS - CC_STANDING_NOW);
    if (rc == CC_OK) {
        rc = cc_standing_read(req, calls[CC_STANDING_NOW].rows, &standing);
    }
    if (rc == CC_OK) {
        show(req, resp, &standing, calls[CC_STANDING_HISTORY].rows, false);
    }
    return rc;
}

/* answer: "membership.confirmed" as the buttons send it. */
static bool is_answer(const struct rule *r, const char *answer)
{
    size_t len = strlen(r->about);

    return strncmp(answer, r->about, len) == 0 && answer[len] == '.' &&
           strcmp(answer + len + 1, r->state) == 0;
}

static const struct rule *find_rule(const struct cc_standing *standing, const char *answer)
{
    for (size_t i = 0; i < RULES; i++) {
        const struct rule *r = &rules[i];
        if (applies(r, standing) && is_answer(r, answer)) {
            return r;
        }
    }
    return NULL;
}

/* The newest answer gave this reason; whoever typed none loses nothing. */
static bool is_reason(const struct cc_rows *history, const char *state, const char *reason)
{
    if (reason[0] == '\0') {
        return true;
    }
    if (cc_rows_count(history) == 0 ||
        strcmp(cc_rows_text(history, 0, Q_CONSENT_HISTORY_STATE), state) != 0) {
        return false;
    }
    const char *said = cc_rows_text(history, 0, Q_CONSENT_HISTORY_REASON);
    return said != NULL && strcmp(said, reason) == 0;
}

/* Was exactly this said already (the form was sent twice)? */
static bool is_done(const struct cc_standing *standing, const struct cc_rows *history,
                    const char *answer, const char *wording, const char *reason)
{
    for (size_t i = 0; i < RULES; i++) {
        if (is_answer(&rules[i], answer) && strcmp(rules[i].state, standing->state) == 0) {
            return standing->asked == NULL && strcmp(standing->sha256, wording) == 0 &&
                   is_reason(history, standing->state, reason);
        }
    }
    return false;
}

static enum cc_rc commit(struct cc_req *req, const struct cc_standing *standing,
                         const struct rule *rule, const struct cc_rows *newest)
{
    bool about_change = strcmp(rule->about, "change") == 0;
    struct cc_record *rec = about_change ? standing->asked : standing->rec;
    const char *sha256 = about_change ? standing->asked_sha256 : standing->sha256;
    const char *reason = cc_value(&req->form, "reason");
    char now[21];
    struct cc_call event = {
        .query = Q_CONSENT_WRITE,
        .params = {rec->id, rule->about, rule->state, sha256, NULL, NULL, NULL, reason,
                   req->lang->tag, now},
    };

    cc_time_iso(cc_now(), now);
    if (about_change && strcmp(rule->state, "declined") == 0) { /* what is public stays */
        struct cc_call calls[] = {
            event, {.query = Q_AUDIT, .params = {"membership.declined-change", rec->id, "{}"}}};

        return cc_app_commit(req, calls, 2);
    }
    struct cc_consent_deed deed = {
        .rec = rec,
        .publisher = standing->organisation.id,
        .note = rule->state,
        .action = talloc_asprintf(req->mem, "membership.%s", rule->state),
        .event = event,
        .newest = newest,
        .is_public = standing->is_public,
    };
    cc_consent_put(rec, rule->state, now, sha256, reason, req->lang->tag);
    return cc_consent_commit(req, &deed, NULL);
}

enum cc_rc cc_answer_send(struct cc_req *req, struct cc_resp *resp)
{
    const char *answer = cc_value(&req->form, "answer");
    const char *wording = cc_value(&req->form, "wording");
    struct cc_call calls[CC_STANDING_CALLS];
    struct cc_standing standing;

    cc_standing_calls(req, true, calls);
    enum cc_rc rc = cc_app_open(req, calls, CC_STANDING_CALLS);
    if (rc == CC_OK) {
        rc = cc_standing_read(req, calls[CC_STANDING_NOW].rows, &standing);
    }
    if (rc != CC_OK) {
        return rc;
    }
    if (is_done(&standing, calls[CC_STANDING_HISTORY].rows, answer, wording,
                cc_value(&req->form, "reason"))) {
        return cc_see_other(req, resp, R_ANSWER, standing.self.id, "answered");
    }
    const struct rule *rule = find_rule(&standing, answer);
    bool is_stale = rule == NULL || strcmp(wording, wording_now(&standing)) != 0;
    if (!is_stale && strcmp(rule->state, "contested") == 0 &&
        cc_value(&req->form, "reason")[0] == '\0') {
        cc_problem_add(&req->problems, CC_ERROR, 0, "reason", N_("Tell what is contested."), NULL,
                       NULL);
    }
    if (is_stale || req->problems.errors > 0 || req->form.bad) {
        cc_db_rollback(req->app->db);
        resp->status = is_stale ? 409 : 422;
        show(req, resp, &standing, calls[CC_STANDING_HISTORY].rows, is_stale);
        return CC_OK;
    }
    rc = commit(req, &standing, rule, calls[CC_STANDING_STATE].rows);
    if (rc == CC_INVALID) {
        resp->status = 422;
        show(req, resp, &standing, calls[CC_STANDING_HISTORY].rows, false);
        return CC_OK;
    }
    return rc != CC_OK ? rc : cc_see_other(req, resp, R_ANSWER, standing.self.id, "answered");
}
