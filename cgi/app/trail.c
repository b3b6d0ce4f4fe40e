/* SPDX-License-Identifier: EUPL-1.2 */
/* The audit trail of one record for those who work on it: who did what, and when. */
#include "app/trail.h"
#include "app/handlers.h"
#include "app/page.h"

#include "view/history.h"
#include <string.h>
#include <talloc.h>

#define PAGE_ROWS 50

static const struct cc_input inputs[] = {
    {.name = "before", .type = CC_IN_UINT, .max = 18},
    {.name = NULL},
};
const struct cc_form cc_trail_form = {.inputs = inputs};

const struct cc_action cc_actions[] = {
    {"commitment.accept", N_("Commitment accepted by the partnership")},
    {"import.iati-begun", N_("Import of IATI begun")},
    {"import.iati-done", N_("Import of IATI ended")},
    {"import.own", N_("File sent by the organisation")},
    {"import.publish-begun", N_("Import begun")},
    {"import.publish-done", N_("Import ended")},
    {"login.ended", N_("Session ended by the person")},
    {"login.ended-by-administrator", N_("Sessions ended by an administrator")},
    {"login.must-change", N_("Sign-in refused: the password has to be changed")},
    {"login.ok", N_("Signed in")},
    {"login.out", N_("Signed out")},
    {"login.refused", N_("Sign-in refused")},
    {"membership.confirmed", N_("Membership confirmed")},
    {"membership.contested", N_("Membership contested")},
    {"membership.declined", N_("Membership declined")},
    {"membership.declined-change", N_("Change refused by the organisation")},
    {"membership.invited", N_("Organisation invited")},
    {"membership.proposed", N_("Change proposed to the organisation")},
    {"membership.withdrawn", N_("Membership ended by the organisation")},
    {"organisation.confirmation-asked", N_("Secretariat asked to confirm the organisation")},
    {"organisation.confirmed", N_("Organisation confirmed by the secretariat")},
    {"organisation.declined", N_("Organisation not confirmed by the secretariat")},
    {"organisation.not-asked", N_("Published without confirmation, as the settings say")},
    {"organisation.role", N_("Role in the organisation given or taken away")},
    {"person.erase", N_("Person removed from the registry")},
    {"record.create", N_("Record made")},
    {"record.edit", N_("Section saved")},
    {"record.merge", N_("Merged into another record")},
    {"record.publish", N_("Publishing asked for")},
    {"record.published", N_("Revision published")},
    {"record.redact", N_("Document taken out of revisions")},
    {"record.redirected", N_("Address redirected")},
    {"record.role", N_("Role on the record given or taken away")},
    {"record.transfer", N_("Given to another organisation")},
    {"record.withdraw", N_("Withdrawal asked for")},
    {"record.withdrawn", N_("Record withdrawn")},
};
const size_t cc_action_count = sizeof(cc_actions) / sizeof(cc_actions[0]);

const char *cc_action_label(const char *word)
{
    for (size_t i = 0; i < cc_action_count; i++) {
        if (strcmp(cc_actions[i].word, word) == 0) {
            return gettext(cc_actions[i].label);
        }
    }
    return NULL;
}

static const struct cc_trail_row *read_rows(void *mem, const struct cc_rows *rows, size_t n)
{
    struct cc_trail_row *out = talloc_zero_array(mem, struct cc_trail_row, (unsigned)n + 1);

    for (size_t i = 0; i < n; i++) {
        out[i] = (struct cc_trail_row){
            .at = cc_rows_text(rows, i, Q_AUDIT_OF_AT),
            .person = cc_rows_text(rows, i, Q_AUDIT_OF_PERSON),
            .action = cc_rows_text(rows, i, Q_AUDIT_OF_ACTION),
            .label = cc_action_label(cc_rows_text(rows, i, Q_AUDIT_OF_ACTION)),
            .revision = cc_rows_text(rows, i, Q_AUDIT_OF_REVISION),
        };
    }
    return out;
}

enum cc_rc cc_record_trail(struct cc_req *req, struct cc_resp *resp)
{
    const char *id = req->args[0];
    const char *before = cc_value(&req->query, "before");
    struct cc_call calls[] = {
        {.query = Q_WORKING_TITLE, .params = {id, req->lang->tag}},
        {.query = Q_AUDIT_OF, .params = {id, before[0] != '\0' ? before : NULL, "51"}},
    };
    struct cc_trail_page p = {0};
    struct cc_html w;

    enum cc_rc rc = cc_app_read(req, calls, 2);
    if (rc != CC_OK) {
        return rc;
    }
    size_t found = cc_rows_count(calls[1].rows);
    p.self = (struct cc_ref){.id = id};
    if (cc_rows_count(calls[0].rows) > 0) {
        p.self.title = (struct cc_tagged){cc_rows_text(calls[0].rows, 0, Q_WORKING_TITLE_TITLE),
                                          cc_rows_text(calls[0].rows, 0, Q_WORKING_TITLE_LANG)};
    }
    p.row_count = found > PAGE_ROWS ? PAGE_ROWS : found;
    p.rows = read_rows(req->mem, calls[1].rows, p.row_count);
    if (found > PAGE_ROWS) {
        struct cc_href *next = talloc_zero(req->mem, struct cc_href);

        next->route = R_RECORD_TRAIL;
        next->args[0] = id;
        next->query = talloc_asprintf(req->mem, "before=%s",
                                      cc_rows_text(calls[1].rows, PAGE_ROWS - 1, Q_AUDIT_OF_ID));
        p.next = next;
    }
    cc_frame_fill(req, _("Who did what"), &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_trail(&w, &p);
    return CC_OK;
}
