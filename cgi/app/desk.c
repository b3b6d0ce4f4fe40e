/* SPDX-License-Identifier: EUPL-1.2 */
/* My desk: the records that the signed-in person may see, and the invitations to answer. */
#include "app/handlers.h"
#include "app/page.h"

#include "view/desk.h"
#include <string.h>
#include <talloc.h>

static const struct cc_desk_asked *asked(void *mem, const struct cc_rows *rows)
{
    size_t n = cc_rows_count(rows);
    struct cc_desk_asked *out = talloc_zero_array(mem, struct cc_desk_asked, (unsigned)n + 1);

    for (size_t i = 0; i < n; i++) {
        out[i] = (struct cc_desk_asked){
            .membership = cc_rows_text(rows, i, Q_CONSENT_ASKED_MEMBERSHIP),
            .at = cc_rows_text(rows, i, Q_CONSENT_ASKED_AT),
            .partnership = {cc_rows_text(rows, i, Q_CONSENT_ASKED_PARTNERSHIP),
                            "partnership",
                            {cc_rows_text(rows, i, Q_CONSENT_ASKED_PARTNERSHIP_TITLE),
                             cc_rows_text(rows, i, Q_CONSENT_ASKED_PARTNERSHIP_LANG)}},
            .organisation = {cc_rows_text(rows, i, Q_CONSENT_ASKED_ORGANISATION),
                             "organisation",
                             {cc_rows_text(rows, i, Q_CONSENT_ASKED_ORGANISATION_TITLE),
                              cc_rows_text(rows, i, Q_CONSENT_ASKED_ORGANISATION_LANG)}},
            .is_change = strcmp(cc_rows_text(rows, i, Q_CONSENT_ASKED_ABOUT), "change") == 0,
        };
    }
    return out;
}

enum cc_rc cc_desk(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_call calls[] = {
        {.query = Q_DESK, .params = {req->lang->tag, "100"}},
        {.query = Q_CONSENT_ASKED, .params = {req->lang->tag, "100"}},
    };
    struct cc_desk_page p = {0};
    struct cc_html w;

    enum cc_rc rc = cc_app_read(req, calls, 2);
    if (rc != CC_OK) {
        return rc;
    }
    const struct cc_rows *found = calls[0].rows;
    size_t n = cc_rows_count(found);
    struct cc_desk_row *rows = talloc_zero_array(req->mem, struct cc_desk_row, (unsigned)n + 1);
    for (size_t i = 0; i < n; i++) {
        rows[i] = (struct cc_desk_row){
            .ref = {cc_rows_text(found, i, Q_DESK_ID),
                    cc_rows_text(found, i, Q_DESK_KIND),
                    {cc_rows_text(found, i, Q_DESK_TITLE), cc_rows_text(found, i, Q_DESK_LANG)}},
            .changed_at = cc_rows_text(found, i, Q_DESK_CHANGED_AT),
            .revision = cc_rows_text(found, i, Q_DESK_REVISION),
            .is_unpublished = cc_rows_bool(found, i, Q_DESK_UNPUBLISHED),
            .may_change = cc_rows_bool(found, i, Q_DESK_MAY_CHANGE),
            .to_answer = cc_rows_bool(found, i, Q_DESK_TO_ANSWER),
        };
    }
    p.asked = asked(req->mem, calls[1].rows);
    p.asked_count = cc_rows_count(calls[1].rows);
    p.sees_people = cc_viewer_is(cc_viewer(req), CC_ROLE_SECRETARIAT | CC_ROLE_ADMINISTRATOR);
    p.rows = rows;
    p.row_count = n;
    cc_frame_fill(req, _("My desk"), &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_desk(&w, &p);
    return CC_OK;
}
