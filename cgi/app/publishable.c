/* SPDX-License-Identifier: EUPL-1.2 */
/* Rules of publishing that need more than the record: whose identifiers, and what is public. */
#include "app/publishable.h"

#include "concord/iati_in.h"
#include <string.h>
#include <talloc.h>

enum { REPORTER = 0, DRAFTS };

void cc_publishable_calls(const char *id, struct cc_call calls[CC_PUBLISHABLE_CALLS])
{
    calls[REPORTER] = (struct cc_call){.query = Q_IATI_REFS, .params = {id}};
    calls[DRAFTS] = (struct cc_call){.query = Q_RECORD_DRAFT_REFERENCES, .params = {id}};
}

/* Nobody reports in IATI under a reference of somebody else. rows: of iati_refs. */
static void check_reporter(struct cc_req *req, const struct cc_record *rec,
                           const struct cc_rows *rows)
{
    const struct cc_node *reporting = cc_node_first(rec->first, "reporting");
    const char *ref = reporting != NULL ? cc_node_text(reporting->child, "ref") : NULL;
    const char *told[CC_IATI_KEYS], *own[CC_IATI_KEYS];

    if (ref == NULL || cc_node_text(reporting->child, "secondary") != NULL) {
        return;
    }
    size_t n = cc_iati_org_keys(req->mem, ref, told);
    for (size_t row = 0; row < cc_rows_count(rows); row++) {
        size_t m = cc_iati_org_keys(req->mem, cc_rows_text(rows, row, Q_IATI_REFS_REF), own);
        for (size_t i = 0; i < n * m; i++) {
            if (strcmp(told[i / m], own[i % m]) == 0) {
                return;
            }
        }
    }
    cc_problem_add(&req->problems, CC_ERROR, 0, "reporting.ref",
                   N_("\"{1}\" is no identifier of the organisation that owns the record. Leave it "
                      "empty, or mark the reporter as secondary."),
                   ref, NULL);
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

void cc_publishable_check(struct cc_req *req, const struct cc_record *rec,
                          const struct cc_call calls[CC_PUBLISHABLE_CALLS])
{
    check_reporter(req, rec, calls[REPORTER].rows);
    if (cc_rows_count(calls[DRAFTS].rows) > 0) {
        check_references(req, rec->first, "", calls[DRAFTS].rows);
    }
}
