/* SPDX-License-Identifier: EUPL-1.2 */
/* My desk: the records that the signed-in person may see, and the invitations to answer. */
#include "app/handlers.h"
#include "app/page.h"

#include "view/desk.h"
#include <talloc.h>

enum cc_rc cc_desk(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_call call = {.query = Q_DESK, .params = {req->lang->tag, "100"}};
    struct cc_desk_page p = {0};
    struct cc_html w;

    enum cc_rc rc = cc_app_read(req, &call, 1);
    if (rc != CC_OK) {
        return rc;
    }
    size_t n = cc_rows_count(call.rows);
    struct cc_desk_row *rows = talloc_zero_array(req->mem, struct cc_desk_row, (unsigned)n + 1);
    for (size_t i = 0; i < n; i++) {
        rows[i] = (struct cc_desk_row){
            .ref = {cc_rows_text(call.rows, i, Q_DESK_ID),
                    cc_rows_text(call.rows, i, Q_DESK_KIND),
                    {cc_rows_text(call.rows, i, Q_DESK_TITLE),
                     cc_rows_text(call.rows, i, Q_DESK_LANG)}},
            .changed_at = cc_rows_text(call.rows, i, Q_DESK_CHANGED_AT),
            .revision = cc_rows_text(call.rows, i, Q_DESK_REVISION),
            .is_unpublished = cc_rows_bool(call.rows, i, Q_DESK_UNPUBLISHED),
            .may_change = cc_rows_bool(call.rows, i, Q_DESK_MAY_CHANGE),
            .to_answer = cc_rows_bool(call.rows, i, Q_DESK_TO_ANSWER),
        };
    }
    p.rows = rows;
    p.row_count = n;
    cc_frame_fill(req, _("My desk"), &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_desk(&w, &p);
    return CC_OK;
}
