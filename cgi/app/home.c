/* SPDX-License-Identifier: EUPL-1.2 */
/* The first page, and the way to it in the visitor's language. */
#include "app/handlers.h"
#include "app/question.h"
#include "app/statistic.h"

#include "view/list.h"

/* "/": to the home page in the language that the browser asks for. */
enum cc_rc cc_home_negotiate(struct cc_req *req, struct cc_resp *resp)
{
    static const char *const none[CC_ARGS_MAX] = {NULL};

    req->lang = cc_i18n_negotiate(cc_header(req, "Accept-Language"));
    resp->vary_language = true;
    return cc_resp_redirect(resp, 302, cc_url(req->mem, req, R_HOME, none));
}

static void fill_numbers(const struct cc_rows *rows, struct cc_home_page *p)
{
    p->partnerships = cc_rows_text(rows, 0, Q_HOME_NUMBERS_PARTNERSHIPS);
    p->organisations = cc_rows_text(rows, 0, Q_HOME_NUMBERS_ORGANISATIONS);
    p->members = cc_rows_text(rows, 0, Q_HOME_NUMBERS_MEMBERS);
    p->example_partnerships = cc_rows_text(rows, 0, Q_HOME_NUMBERS_EXAMPLE_PARTNERSHIPS);
    p->example_organisations = cc_rows_text(rows, 0, Q_HOME_NUMBERS_EXAMPLE_ORGANISATIONS);
    p->example_members = cc_rows_text(rows, 0, Q_HOME_NUMBERS_EXAMPLE_MEMBERS);
    p->position = cc_rows_text(rows, 0, Q_HOME_NUMBERS_POSITION);
    p->stamp = cc_rows_text(rows, 0, Q_HOME_NUMBERS_STAMP);
}

enum cc_rc cc_home(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_call calls[] = {
        {.query = Q_SEARCH_NEWEST_PLAN},
        {.query = Q_HOME_NUMBERS},
        {.query = Q_SEARCH_NEWEST, .params = {"partnership", req->lang->tag, NULL, "10", "false"}},
        {.query = Q_STATISTIC_HEAD},
        {.query = Q_STATISTIC_LIST, .params = {"goal", ""}},
        {.query = Q_STATISTIC_LIST, .params = {"type", ""}},
    };
    struct cc_home_page p = {0};
    struct cc_html w;

    enum cc_rc rc = cc_app_read(req, calls, sizeof(calls) / sizeof(calls[0]));
    if (rc != CC_OK) {
        return rc;
    }
    fill_numbers(calls[1].rows, &p);
    p.newest_count = cc_rows_count(calls[2].rows);
    p.newest = cc_search_rows(req, calls[2].rows, p.newest_count);
    p.goals =
        cc_statistic_chart(req, cc_statistic_find("goals"), calls[3].rows, calls[4].rows, "", NULL);
    p.types = cc_statistic_chart(req, cc_statistic_find("organisation-types"), calls[3].rows,
                                 calls[5].rows, "", NULL);
    p.goals.is_shut = true;
    cc_frame_fill(req, _("Partnerships for the goals"), &p.frame);
    p.frame.has_charts = true;
    cc_page_begin(req, resp, &w);
    cc_view_home(&w, &p);
    return CC_OK;
}
