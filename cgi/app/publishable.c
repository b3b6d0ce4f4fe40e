/* SPDX-License-Identifier: EUPL-1.2 */
/* Rules of publishing that need more than the record: whose identifiers, what is public, who it is.
 */
#include "app/publishable.h"
#include "app/iati_claim.h"

#include <string.h>
#include <talloc.h>

enum { REPORTER = 0, DRAFTS, WANTED };

void cc_publishable_calls(const char *id, struct cc_call calls[CC_PUBLISHABLE_CALLS])
{
    calls[REPORTER] = cc_iati_claim_call(id, NULL);
    calls[DRAFTS] = (struct cc_call){.query = Q_RECORD_DRAFT_REFERENCES, .params = {id}};
    calls[WANTED] = (struct cc_call){.query = Q_CONFIRMATION_WANTED, .params = {id}};
}

static bool is_listed(const struct cc_rows *rows, const char *id)
{
    for (size_t i = 0; i < cc_rows_count(rows); i++) {
        if (strcmp(cc_rows_text(rows, i, Q_RECORD_DRAFT_REFERENCES_ID), id) == 0) {
            return true;
        }
    }
    return false;
}

/* The same words whether the other record is a draft or is none: a draft is nobody's business. */
static void check_references(struct cc_req *req, const struct cc_node *from, const char *above,
                             const struct cc_rows *drafts)
{
    for (const struct cc_node *n = from; n != NULL; n = n->next) {
        const char *path = above[0] != '\0'
                               ? talloc_asprintf(req->mem, "%s.%s", above, n->field->name)
                               : n->field->name;

        if (n->child != NULL) {
            check_references(req, n->child, path, drafts);
        } else if (n->field->type == CC_F_REF && n->text != NULL && is_listed(drafts, n->text)) {
            cc_problem_add(&req->problems, CC_ERROR, 0, path,
                           N_("Nothing that is published has the identifier \"{1}\". Publish it "
                              "first, or leave it out."),
                           n->text, NULL);
        }
    }
}

static bool is_staff(const struct cc_req *req)
{
    return cc_viewer_is(cc_viewer(req), CC_ROLE_SECRETARIAT | CC_ROLE_ADMINISTRATOR);
}

const char *cc_publishable_wants(const struct cc_req *req,
                                 const struct cc_call calls[CC_PUBLISHABLE_CALLS])
{
    const struct cc_rows *rows = calls[WANTED].rows;

    if (cc_rows_count(rows) == 0 || is_staff(req) ||
        !cc_rows_bool(rows, 0, Q_CONFIRMATION_WANTED_ASKS)) {
        return NULL;
    }
    const char *state = cc_rows_text(rows, 0, Q_CONFIRMATION_WANTED_STATE);
    return state != NULL ? state : "";
}

bool cc_publishable_waived(const struct cc_req *req,
                           const struct cc_call calls[CC_PUBLISHABLE_CALLS])
{
    const struct cc_rows *rows = calls[WANTED].rows;

    return cc_rows_count(rows) > 0 && !is_staff(req) &&
           !cc_rows_bool(rows, 0, Q_CONFIRMATION_WANTED_ASKS);
}

/* Whom to ask is told beside the button (view/edit.html). */
static void check_confirmed(struct cc_req *req, const struct cc_call calls[CC_PUBLISHABLE_CALLS])
{
    const struct cc_rows *rows = calls[WANTED].rows;
    const char *state = cc_publishable_wants(req, calls);
    const char *claim =
        cc_rows_count(rows) > 0 ? cc_rows_text(rows, 0, Q_CONFIRMATION_WANTED_WANTED) : "";

    if (state == NULL) {
        if (cc_rows_count(rows) > 0 && is_staff(req)) {
            cc_problem_add(&req->problems, CC_WARNING, 0, NULL,
                           N_("Nobody has confirmed yet that this organisation is who it says. "
                              "Publishing it confirms it."),
                           NULL, NULL);
        }
        return;
    }
    if (strcmp(state, "waiting") == 0) {
        cc_problem_add(&req->problems, CC_ERROR, 0, NULL,
                       N_("The secretariat has been asked to confirm who this organisation is. It "
                          "can be published when the answer is there."),
                       NULL, NULL);
    } else if (strcmp(state, "declined") == 0) {
        cc_problem_add(&req->problems, CC_ERROR, 0, NULL,
                       N_("The secretariat has not confirmed who this organisation is: {1}"),
                       cc_rows_text(rows, 0, Q_CONFIRMATION_WANTED_NOTE), NULL);
    } else if (strncmp(claim, "id:", 3) == 0) {
        cc_problem_add(&req->problems, CC_ERROR, 0, "identifier",
                       N_("The identifier \"{1}\" is new: the secretariat has to confirm it."),
                       claim + 3, NULL);
    } else if (claim[0] != '\0') {
        cc_problem_add(&req->problems, CC_ERROR, 0, "name",
                       N_("The name \"{1}\" is like that of another organisation: the "
                          "secretariat has to confirm it."),
                       strchr(claim, ':') + 1, NULL);
    } else {
        cc_problem_add(&req->problems, CC_ERROR, 0, NULL,
                       N_("The secretariat has to confirm who this organisation is before it can "
                          "be published."),
                       NULL, NULL);
    }
}

void cc_publishable_check(struct cc_req *req, const struct cc_working *work,
                          const struct cc_call calls[CC_PUBLISHABLE_CALLS])
{
    cc_iati_claim_check(req, work->rec, work->published, work->owner_org, calls[REPORTER].rows);
    check_confirmed(req, calls);
    cc_record_judge(work->rec, work->published, NULL, &req->problems);
    if (cc_rows_count(calls[DRAFTS].rows) > 0) {
        check_references(req, work->rec->first, "", calls[DRAFTS].rows);
    }
}
