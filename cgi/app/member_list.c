/* SPDX-License-Identifier: EUPL-1.2 */
/* The members of a partnership: paged, searched by name, filtered by consent, exported as CSV. */
#include "app/csv.h"
#include "app/handlers.h"
#include "app/question.h"

#include "view/list.h"
#include <string.h>
#include <talloc.h>

#define PAGE_ROWS 50

static const struct cc_input inputs[] = {
    {.name = "q", .type = CC_IN_LINE, .max = 200, .label = N_("Words")},
    {.name = "state", .type = CC_IN_TOKEN, .max = 60, .label = N_("Consent")},
    {.name = "after", .type = CC_IN_LINE, .max = 400},
    {.name = "id", .type = CC_IN_ID, .max = 20},
    {.name = NULL},
};
const struct cc_form cc_member_list_form = {.inputs = inputs};

static const struct cc_href *page_href(struct cc_req *req, const char *after, const char *id)
{
    struct cc_href *href = talloc_zero(req->mem, struct cc_href);
    const char *pairs[] = {"q",     cc_value(&req->query, "q"),
                           "state", cc_value(&req->query, "state"),
                           "after", after,
                           "id",    id,
                           NULL};
    const char *query = cc_url_query(req->mem, "", pairs);

    href->route = R_MEMBER_LIST;
    href->args[0] = req->args[0];
    href->query = query[0] == '?' ? query + 1 : NULL;
    return href;
}

static struct cc_member *members(void *mem, const struct cc_rows *rows, size_t n)
{
    struct cc_member *out = talloc_array(mem, struct cc_member, (unsigned)n + 1);

    for (size_t i = 0; i < n; i++) {
        out[i] = (struct cc_member){
            .membership = cc_rows_text(rows, i, Q_MEMBER_LIST_MEMBERSHIP),
            .other = {cc_rows_text(rows, i, Q_MEMBER_LIST_ORGANISATION),
                      "organisation",
                      {cc_rows_text(rows, i, Q_MEMBER_LIST_TITLE),
                       cc_rows_text(rows, i, Q_MEMBER_LIST_LANG)}},
            .roles = cc_rows_text(rows, i, Q_MEMBER_LIST_ROLES),
            .state = cc_rows_text(rows, i, Q_MEMBER_LIST_STATE),
        };
    }
    return out;
}

static struct cc_option *counts(void *mem, const struct cc_rows *rows, size_t n)
{
    struct cc_option *out = talloc_array(mem, struct cc_option, (unsigned)n + 1);

    for (size_t i = 0; i < n; i++) {
        out[i].value = cc_rows_text(rows, i, Q_MEMBER_COUNTS_STATE);
        out[i].text = cc_rows_text(rows, i, Q_MEMBER_COUNTS_MEMBERS);
    }
    return out;
}

enum cc_rc cc_member_list(struct cc_req *req, struct cc_resp *resp)
{
    const char *id = req->args[0];
    static const char *const states[] = {"consent-state", NULL};
    const char *q = cc_value(&req->query, "q"), *state = cc_value(&req->query, "state");
    enum cc_rc rc = cc_code_check(req, "state", states, &state);
    const char *after_id = cc_value(&req->query, "id");
    bool onward = after_id[0] != '\0';
    struct cc_call calls[] = {
        {.query = Q_RECORD_STANDING, .params = {id, req->lang->tag}},
        {.query = Q_MEMBER_COUNTS, .params = {id}},
        {.query = Q_MEMBER_LIST,
         .params = {id, state, cc_like_pattern(req->mem, q), req->lang->tag,
                    onward ? cc_value(&req->query, "after") : NULL, onward ? after_id : NULL,
                    "51"}},
    };
    struct cc_control controls[] = {
        {.type = CC_C_LINE, .name = "q", .label = _("Words"), .value = q, .max = 200},
        {.type = CC_C_SELECT,
         .name = "state",
         .label = _("Consent"),
         .codelist = "consent-state",
         .blank = _("All"),
         .value = cc_value(&req->query, "state")},
    };
    struct cc_member_page p = {.filters = controls,
                               .filter_count = 2,
                               .action = {.route = R_MEMBER_LIST, .args = {id}},
                               .csv = {.route = R_MEMBER_CSV, .args = {id}}};
    struct cc_html w;
    bool is_moved = false;

    if (rc == CC_OK) {
        rc = cc_app_read(req, calls, 3);
    }
    if (rc == CC_OK) {
        rc = cc_part_of(req, resp, calls[0].rows, "partnership", &p.partnership, &is_moved);
    }
    if (rc != CC_OK || is_moved) {
        return rc;
    }
    size_t found = cc_rows_count(calls[2].rows);
    p.count_count = cc_rows_count(calls[1].rows);
    p.counts = counts(req->mem, calls[1].rows, p.count_count);
    p.row_count = found > PAGE_ROWS ? PAGE_ROWS : found;
    p.rows = members(req->mem, calls[2].rows, p.row_count);
    if (found > PAGE_ROWS) {
        p.next = page_href(req, cc_rows_text(calls[2].rows, PAGE_ROWS - 1, Q_MEMBER_LIST_SORT_NAME),
                           cc_rows_text(calls[2].rows, PAGE_ROWS - 1, Q_MEMBER_LIST_MEMBERSHIP));
    }
    if (req->problems.errors > 0) {
        controls[1].error =
            cc_problem_text(req->mem, gettext(req->problems.v[0].message), &req->problems.v[0]);
        p.row_count = 0;
        p.next = NULL;
        resp->status = 422;
    }
    if (onward) {
        p.first = page_href(req, NULL, NULL);
    }
    cc_frame_fill(req, cc_fmt(req->mem, _("Members of {1}"), p.partnership.title.text, NULL),
                  &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_member_list(&w, &p);
    return CC_OK;
}

enum cc_rc cc_member_csv(struct cc_req *req, struct cc_resp *resp)
{
    static const struct cc_csv_column columns[] = {
        {"membership", Q_MEMBER_LIST_MEMBERSHIP},
        {"organisation", Q_MEMBER_LIST_ORGANISATION},
        {"name", Q_MEMBER_LIST_TITLE},
        {"language", Q_MEMBER_LIST_LANG},
        {"roles", Q_MEMBER_LIST_ROLES},
        {"consent", Q_MEMBER_LIST_STATE},
    };
    struct cc_call calls[] = {
        {.query = Q_RECORD_STANDING, .params = {req->args[0], "en"}},
        {.query = Q_MEMBER_LIST, .params = {req->args[0], "", NULL, "en", NULL, NULL, CC_CSV_MAX}},
    };
    struct cc_ref partnership;
    bool is_moved = false;

    enum cc_rc rc = cc_app_read(req, calls, 2);
    if (rc == CC_OK) {
        rc = cc_part_of(req, resp, calls[0].rows, "partnership", &partnership, &is_moved);
    }
    if (rc != CC_OK || is_moved) {
        return rc;
    }
    struct cc_csv_list list = {.columns = columns,
                               .column_count = sizeof(columns) / sizeof(columns[0]),
                               .call = calls[1],
                               .after = {4, 5},
                               .after_column = {Q_MEMBER_LIST_SORT_NAME, Q_MEMBER_LIST_MEMBERSHIP},
                               .file = talloc_asprintf(req->mem, "members-%s.csv", req->args[0])};
    cc_csv_list(req, resp, &list, calls[1].rows);
    return CC_OK;
}
