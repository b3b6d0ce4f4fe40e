/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Inviting an organisation into a partnership: the membership and the question in one transaction,
 * public at once when the partnership is. Sent twice, it is made once.
 */
#include "app/handlers.h"
#include "app/membership.h"

#include "concord/clock.h"
#include "concord/hash.h"
#include "concord/id.h"
#include <string.h>
#include <talloc.h>

static const char *const sections[] = {"roles", "contribution", NULL};

static const struct cc_input query_inputs[] = {
    {.name = "q", .type = CC_IN_LINE, .max = 200, .label = N_("Name of the organisation")},
    {.name = NULL},
};
const struct cc_form cc_invite_query = {.inputs = query_inputs};

static const struct cc_input inputs[] = {
    {.name = "csrf", .type = CC_IN_TOKEN, .flags = CC_IN_REQUIRED, .max = 200},
    {.name = "once", .type = CC_IN_TOKEN, .flags = CC_IN_REQUIRED, .max = 64},
    {.name = "q", .type = CC_IN_LINE, .max = 200},
    {.name = "organisation", .type = CC_IN_ID, .max = 20, .label = N_("Organisation")},
    {.name = "more", .type = CC_IN_TOKEN, .max = 60},
    {.name = NULL},
};
const struct cc_form cc_invite_form = {.inputs = inputs, .accepts = cc_membership_accepts};

/* The calls of both requests, after those of their own. */
enum { WORKING = 0, SEARCH = CC_WORKING_CALLS, CALLS };

static void prepare(struct cc_req *req, const char *q, struct cc_call calls[CALLS])
{
    cc_working_calls(req->args[0], calls + WORKING);
    calls[SEARCH] = (struct cc_call){
        .query = Q_RECORD_NAMED,
        .params = {"organisation", q, cc_like_pattern(req->mem, q), req->lang->tag},
    };
}

static struct cc_control *choices(struct cc_req *req, const struct cc_rows *rows)
{
    size_t n = cc_rows_count(rows);
    struct cc_option *options = talloc_array(req->mem, struct cc_option, (unsigned)n + 1);
    struct cc_control *c = talloc_zero(req->mem, struct cc_control);
    const struct cc_problem *bad = cc_problem_find(&req->problems, "organisation");

    for (size_t i = 0; i < n; i++) {
        const char *acronym = cc_rows_text(rows, i, Q_RECORD_NAMED_ACRONYM);
        const char *title = cc_rows_text(rows, i, Q_RECORD_NAMED_TITLE);

        options[i].value = cc_rows_text(rows, i, Q_RECORD_NAMED_ID);
        options[i].text =
            acronym != NULL ? talloc_asprintf(req->mem, "%s (%s)", title, acronym) : title;
    }
    *c = (struct cc_control){
        .type = CC_C_RADIO,
        .name = "organisation",
        .label = _("Organisation"),
        .error = bad != NULL ? gettext(bad->message) : NULL,
        .value = cc_value(&req->form, "organisation"),
        .is_required = true,
        .options = options,
        .option_count = n,
    };
    return c;
}

static void show(struct cc_req *req, struct cc_resp *resp, const struct cc_working *work,
                 const char *q, const struct cc_rows *found)
{
    struct cc_control words = {.type = CC_C_LINE,
                               .name = "q",
                               .label = _("Name of the organisation"),
                               .value = q,
                               .max = 200};
    struct cc_pairs pairs;
    struct cc_invite_page p = {
        .partnership = cc_working_ref(req, work->rec),
        .search = {.route = R_INVITE, .args = {work->rec->id}},
        .words = &words,
        .action = {.route = R_INVITE_SEND, .args = {work->rec->id}},
        .csrf = cc_form_token(req, R_INVITE_SEND),
        .once = cc_value_has(&req->form, "once") ? cc_value(&req->form, "once")
                                                 : cc_random_token(req->mem, 16),
        .q = q,
        .problems = &req->problems,
        .nothing_found = q[0] != '\0' && cc_rows_count(found) == 0,
        .is_public = work->state != NULL && strcmp(work->state, "published") == 0,
    };
    struct cc_html w;

    if (q[0] != '\0' && cc_rows_count(found) > 0) {
        p.organisation = choices(req, found);
        cc_membership_sent(req, sections, &pairs);
        p.fields = cc_membership_fields(req, sections, &pairs, &p.field_count);
    }
    cc_frame_fill(req, _("Invite an organisation"), &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_invite(&w, &p);
}

/* Only partnerships have members. */
static enum cc_rc read_partnership(struct cc_req *req, const struct cc_call *calls,
                                   struct cc_working *work_r)
{
    enum cc_rc rc = cc_working_read(req, calls, work_r);

    if (rc == CC_OK && strcmp(work_r->rec->kind->name, "partnership") != 0) {
        return CC_NOT_FOUND;
    }
    return rc;
}

enum cc_rc cc_invite(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_call calls[CALLS];
    struct cc_working work;
    const char *q = cc_value(&req->query, "q");

    prepare(req, q, calls);
    enum cc_rc rc = cc_app_read(req, calls, CALLS);
    if (rc == CC_OK) {
        rc = read_partnership(req, calls + WORKING, &work);
    }
    if (rc == CC_OK) {
        show(req, resp, &work, q, calls[SEARCH].rows);
    }
    return rc;
}

static struct cc_record *membership(struct cc_req *req, const char *id, const char *partnership,
                                    const char *organisation)
{
    struct cc_record *rec = cc_record_new(req->mem, cc_kind_find("membership"), id);

    cc_record_add(rec, NULL, "partnership", partnership, NULL);
    cc_record_add(rec, NULL, "organisation", organisation, NULL);
    cc_membership_apply(req, rec, sections);
    return rec;
}

static enum cc_rc commit(struct cc_req *req, const struct cc_working *work, struct cc_record *rec,
                         const char *organisation)
{
    const struct cc_ref title = cc_working_ref(req, work->rec);
    struct cc_wording wording = cc_wording_of(rec);
    char now[21];
    struct cc_call create = {
        .query = Q_RECORD_CREATE,
        .params = {rec->id, "membership", work->owner_org, organisation, work->rec->id}};
    struct cc_consent_deed deed = {
        .rec = rec,
        .publisher = work->owner_org,
        .note = "invited",
        .action = "membership.invited",
        .event = {.query = Q_CONSENT_WRITE,
                  .params = {rec->id, "membership", "invited", wording.sha256, wording.text,
                             title.title.text, title.title.lang, NULL, NULL, now}},
        .is_public = work->state != NULL && strcmp(work->state, "published") == 0,
    };

    cc_time_iso(cc_now(), now);
    cc_consent_put(rec, "invited", now, NULL, NULL, NULL);
    return cc_consent_commit(req, &deed, &create);
}

/* "M... what was sent": by this a form that comes back is told from one with another content. */
static const char *once_result(struct cc_req *req, const char *id, const char *organisation)
{
    struct cc_pairs sent;

    cc_membership_sent(req, sections, &sent);
    return talloc_asprintf(req->mem, "%s %s %s", id, organisation, cc_pairs_hash(req->mem, &sent));
}

/* The same but for the identifier of the membership? */
static bool is_same(const char *a, const char *b)
{
    const char *x = strchr(a, ' '), *y = strchr(b, ' ');

    return x != NULL && y != NULL && strcmp(x, y) == 0;
}

enum cc_rc cc_invite_send(struct cc_req *req, struct cc_resp *resp)
{
    const char *organisation = cc_value(&req->form, "organisation");
    const char *q = cc_value(&req->form, "q");
    const char *id = cc_id_new(req->mem, 'M');
    const char *result = once_result(req, id, organisation);
    struct cc_call calls[2 + CALLS] = {
        {.query = Q_ONCE, .params = {cc_value(&req->form, "once"), result}},
        {.query = Q_RECORD_TITLE, .params = {organisation, req->lang->tag}},
    };
    struct cc_working work;

    prepare(req, q, calls + 2);
    enum cc_rc rc = cc_app_open(req, calls, 2 + CALLS);
    if (rc == CC_OK) {
        rc = read_partnership(req, calls + 2 + WORKING, &work);
    }
    if (rc != CC_OK) {
        return rc;
    }
    if (!cc_rows_bool(calls[0].rows, 0, Q_ONCE_FRESH)) {
        if (is_same(cc_rows_text(calls[0].rows, 0, Q_ONCE_RESULT), result)) {
            return cc_see_other(req, resp, R_MEMBER_WORK, work.rec->id, "invited");
        }
        cc_problem_add(&req->problems, CC_ERROR, 0, "organisation",
                       N_("This form has made an invitation already, with another content. Send it "
                          "again to make one more."),
                       NULL, NULL);
        cc_once_anew(req);
        cc_db_rollback(req->app->db);
        resp->status = 409;
        show(req, resp, &work, q, calls[2 + SEARCH].rows);
        return CC_OK;
    }
    struct cc_record *rec = membership(req, id, work.rec->id, organisation);
    if (cc_rows_count(calls[1].rows) == 0 ||
        strcmp(cc_rows_text(calls[1].rows, 0, Q_RECORD_TITLE_KIND), "organisation") != 0) {
        cc_problem_add(&req->problems, CC_ERROR, 0, "organisation",
                       N_("Choose a published organisation."), NULL, NULL);
    } else {
        struct cc_pairs sent;
        size_t told = req->problems.n;

        cc_membership_sent(req, sections, &sent);
        cc_record_check(rec, false, &req->problems);
        cc_pairs_place(req->mem, &sent, &req->problems, told);
    }
    bool grows = cc_value(&req->form, "more")[0] != '\0' && !req->form.bad;
    if (grows || req->problems.errors > 0 || req->form.bad) {
        cc_db_rollback(req->app->db);
        resp->status = grows ? 200 : 422;
        show(req, resp, &work, q, calls[2 + SEARCH].rows);
        return CC_OK;
    }
    rc = commit(req, &work, rec, organisation);
    if (rc == CC_INVALID) {
        resp->status = 422;
        show(req, resp, &work, q, calls[2 + SEARCH].rows);
        return CC_OK;
    }
    return rc != CC_OK ? rc : cc_see_other(req, resp, R_MEMBER_WORK, work.rec->id, "invited");
}
