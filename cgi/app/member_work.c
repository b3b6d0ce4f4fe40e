/* SPDX-License-Identifier: EUPL-1.2 */
/* All memberships of a partnership, public or not, for those who work on it. */
#include "app/handlers.h"
#include "app/working.h"

#include "view/member.h"
#include <string.h>
#include <talloc.h>

#define PAGE_ROWS 50

static const struct cc_input inputs[] = {
    {.name = "state", .type = CC_IN_TOKEN, .max = 60, .label = N_("Consent")},
    {.name = "after", .type = CC_IN_ID, .max = 20},
    {.name = "done", .type = CC_IN_TOKEN, .max = 30},
    {.name = NULL},
};
const struct cc_form cc_member_work_form = {.inputs = inputs};

static const struct cc_href *page_href(struct cc_req *req, const char *after)
{
    const char *pairs[] = {"state", cc_value(&req->query, "state"), "after", after, NULL};

    return cc_page_href(req, R_MEMBER_WORK, req->args[0], pairs);
}

static const struct cc_member_work_row *make_rows(void *mem, const struct cc_rows *rows, size_t n)
{
    struct cc_member_work_row *out =
        talloc_zero_array(mem, struct cc_member_work_row, (unsigned)n + 1);

    for (size_t i = 0; i < n; i++) {
        out[i] = (struct cc_member_work_row){
            .membership = cc_rows_text(rows, i, Q_MEMBER_WORK_MEMBERSHIP),
            .organisation = {cc_rows_text(rows, i, Q_MEMBER_WORK_ORGANISATION),
                             "organisation",
                             {cc_rows_text(rows, i, Q_MEMBER_WORK_TITLE),
                              cc_rows_text(rows, i, Q_MEMBER_WORK_LANG)}},
            .state = cc_rows_text(rows, i, Q_MEMBER_WORK_STATE),
            .at = cc_rows_text(rows, i, Q_MEMBER_WORK_AT),
            .is_asked = cc_rows_bool(rows, i, Q_MEMBER_WORK_ASKED),
            .is_published = cc_rows_bool(rows, i, Q_MEMBER_WORK_PUBLISHED),
        };
    }
    return out;
}

enum cc_rc cc_member_work(struct cc_req *req, struct cc_resp *resp)
{
    const char *state = cc_value(&req->query, "state"), *after = cc_value(&req->query, "after");
    struct cc_call calls[CC_WORKING_CALLS + 1];
    struct cc_working work;
    struct cc_control filter = {.type = CC_C_SELECT,
                                .name = "state",
                                .label = _("Consent"),
                                .codelist = "consent-state",
                                .blank = _("All"),
                                .value = state};
    struct cc_member_work_page p = {.filter = &filter,
                                    .action = {.route = R_MEMBER_WORK, .args = {req->args[0]}}};
    struct cc_html w;

    cc_working_calls(req->args[0], calls);
    calls[CC_WORKING_CALLS] = (struct cc_call){
        .query = Q_MEMBER_WORK,
        .params = {req->args[0], state, after[0] != '\0' ? after : NULL, req->lang->tag, "51"}};
    enum cc_rc rc = cc_app_read(req, calls, CC_WORKING_CALLS + 1);
    if (rc == CC_OK) {
        rc = cc_working_read(req, calls, &work);
    }
    if (rc != CC_OK) {
        return rc;
    }
    const struct cc_rows *rows = calls[CC_WORKING_CALLS].rows;
    size_t found = cc_rows_count(rows);
    p.partnership = cc_working_ref(req, work.rec);
    p.row_count = found > PAGE_ROWS ? PAGE_ROWS : found;
    p.rows = make_rows(req->mem, rows, p.row_count);
    if (found > PAGE_ROWS) {
        p.next = page_href(req, cc_rows_text(rows, PAGE_ROWS - 1, Q_MEMBER_WORK_MEMBERSHIP));
    }
    if (after[0] != '\0') {
        p.first = page_href(req, NULL);
    }
    cc_frame_fill(req, _("Members and invitations"), &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_member_work(&w, &p);
    return CC_OK;
}
