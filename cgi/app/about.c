/* SPDX-License-Identifier: EUPL-1.2 */
/* What the registry is, how its data is read and checked, and what it holds of people. */
#include "app/handlers.h"
#include "app/page.h"

#include "view/about.h"

enum cc_rc cc_about(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_about_page p = {
        .public_url = req->settings->public_url,
        .licence = req->settings->registry_licence,
    };
    struct cc_html w;

    enum cc_rc rc = cc_app_read(req, NULL, 0);
    if (rc != CC_OK) {
        return rc;
    }
    cc_frame_fill(req, _("About the data"), &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_about(&w, &p);
    return CC_OK;
}
