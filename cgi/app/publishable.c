/* SPDX-License-Identifier: EUPL-1.2 */
/* Rules of publishing that need more than the record: whose identifiers, and what is public. */
#include "app/publishable.h"
#include "app/iati_claim.h"

#include <string.h>
#include <talloc.h>

enum { REPORTER = 0, DRAFTS };

void cc_publishable_calls(const char *id, struct cc_call calls[CC_PUBLISHABLE_CALLS])
{
    calls[REPORTER] = cc_iati_claim_call(id);
    calls[DRAFTS] = (struct cc_call){.query = Q_RECORD_DRAFT_REFERENCES, .params = {id}};
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

void cc_publishable_check(struct cc_req *req, const struct cc_working *work,
                          const struct cc_call calls[CC_PUBLISHABLE_CALLS])
{
    cc_iati_claim_check(req, work->rec, work->owner_org, calls[REPORTER].rows);
    if (cc_rows_count(calls[DRAFTS].rows) > 0) {
        check_references(req, work->rec->first, "", calls[DRAFTS].rows);
    }
}
