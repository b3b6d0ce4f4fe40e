/* SPDX-License-Identifier: EUPL-1.2 */
/* The members of a partnership: paged, searched by name, filtered by consent and constituency,
 * exported as CSV. */
#include "app/csv.h"
#include "app/handlers.h"
#include "app/question.h"

#include "view/list.h"
#include <string.h>
#include <talloc.h>

#define PAGE_ROWS    50
#define GROUPS_MAX   100 /* constituencies to choose from */
#define GROUPS_LIMIT "100"

static const struct cc_input inputs[] = {
    {.name = "q", .type = CC_IN_LINE, .max = 200, .label = N_("Words")},
    {.name = "state", .type = CC_IN_TOKEN, .max = 60, .label = N_("Consent")},
    {.name = "constituency", .type = CC_IN_LINE, .max = 300, .label = N_("Constituency")},
    {.name = "after", .type = CC_IN_LINE, .max = 400},
    {.name = "id", .type = CC_IN_ID, .max = 20},
    {.name = NULL},
};
const struct cc_form cc_member_list_form = {.inputs = inputs};

/* The same question, from a row on. */
static const struct cc_href *same_href(struct cc_req *req, enum cc_route_id route,
                                       const char *after, const char *id)
{
    const char *pairs[] = {"q",
                           cc_value(&req->query, "q"),
                           "state",
                           cc_value(&req->query, "state"),
                           "constituency",
                           cc_value(&req->query, "constituency"),
                           "after",
                           after,
                           "id",
                           id,
                           NULL};

    return cc_page_href(req, route, req->args[0], pairs);
}

/* What is asked, from a row on; max: rows. */
static struct cc_call list_call(struct cc_req *req, const char *state, const char *lang,
                                const char *max)
{
    const char *after_id = cc_value(&req->query, "id");
    bool onward = after_id[0] != '\0';

    return (struct cc_call){
        .query = Q_MEMBER_LIST,
        .params = {req->args[0], state, cc_like_pattern(req->mem, cc_value(&req->query, "q")), lang,
                   onward ? cc_value(&req->query, "after") : NULL, onward ? after_id : NULL, max,
                   cc_value(&req->query, "constituency")}};
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
            .constituency = {cc_rows_text(rows, i, Q_MEMBER_LIST_CONSTITUENCY),
                             cc_rows_text(rows, i, Q_MEMBER_LIST_CONSTITUENCY_LANG)},
            .constituency_key = cc_rows_text(rows, i, Q_MEMBER_LIST_CONSTITUENCY_KEY),
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

/* The constituencies to choose from, and always the one that was. */
static void fill_constituencies(void *mem, const struct cc_rows *rows, struct cc_control *c)
{
    struct cc_option *out = talloc_array(mem, struct cc_option, GROUPS_MAX + 1);
    bool is_there = c->value[0] == '\0';

    for (size_t i = 0; i < cc_rows_count(rows) && i < GROUPS_MAX; i++) {
        out[c->option_count].value = cc_rows_text(rows, i, Q_MEMBER_CONSTITUENCIES_KEY);
        out[c->option_count].text = cc_rows_text(rows, i, Q_MEMBER_CONSTITUENCIES_TEXT);
        is_there = is_there || strcmp(out[c->option_count].value, c->value) == 0;
        c->option_count++;
    }
    if (!is_there) {
        out[c->option_count++] = (struct cc_option){c->value, c->value};
    }
    c->options = out;
}

enum cc_rc cc_member_list(struct cc_req *req, struct cc_resp *resp)
{
    const char *id = req->args[0];
    static const char *const states[] = {"consent-state", NULL};
    const char *q = cc_value(&req->query, "q"), *state = cc_value(&req->query, "state");
    enum cc_rc rc = cc_code_check(req, "state", states, &state);
    struct cc_call calls[] = {
        {.query = Q_RECORD_STANDING, .params = {id, req->lang->tag}},
        {.query = Q_MEMBER_COUNTS, .params = {id}},
        list_call(req, state, req->lang->tag, "51"),
        {.query = Q_MEMBER_CONSTITUENCIES, .params = {id, req->lang->tag, GROUPS_LIMIT}},
    };
    struct cc_control controls[] = {
        {.type = CC_C_LINE, .name = "q", .label = _("Words"), .value = q, .max = 200},
        {.type = CC_C_SELECT,
         .name = "state",
         .label = _("Consent"),
         .codelist = "consent-state",
         .blank = _("All"),
         .value = cc_value(&req->query, "state")},
        {.type = CC_C_SELECT,
         .name = "constituency",
         .label = _("Constituency"),
         .blank = _("All"),
         .value = cc_value(&req->query, "constituency")},
    };
    struct cc_member_page p = {.filters = controls,
                               .action = {.route = R_MEMBER_LIST, .args = {id}},
                               .csv = *same_href(req, R_MEMBER_CSV, NULL, NULL)};
    struct cc_html w;
    bool is_moved = false;

    if (rc == CC_OK) {
        rc = cc_app_read(req, calls, 4);
    }
    if (rc == CC_OK) {
        rc = cc_part_of(req, resp, calls[0].rows, "partnership", &p.partnership, &is_moved);
    }
    if (rc != CC_OK || is_moved) {
        return rc;
    }
    fill_constituencies(req->mem, calls[3].rows, &controls[2]);
    p.has_constituencies = controls[2].option_count > 0;
    p.filter_count = p.has_constituencies ? 3 : 2;
    size_t found = cc_rows_count(calls[2].rows);
    p.count_count = cc_rows_count(calls[1].rows);
    p.counts = counts(req->mem, calls[1].rows, p.count_count);
    p.row_count = found > PAGE_ROWS ? PAGE_ROWS : found;
    p.rows = members(req->mem, calls[2].rows, p.row_count);
    if (found > PAGE_ROWS) {
        p.next = same_href(req, R_MEMBER_LIST,
                           cc_rows_text(calls[2].rows, PAGE_ROWS - 1, Q_MEMBER_LIST_SORT_NAME),
                           cc_rows_text(calls[2].rows, PAGE_ROWS - 1, Q_MEMBER_LIST_MEMBERSHIP));
    }
    if (req->problems.errors > 0) {
        controls[1].error =
            cc_problem_text(req->mem, gettext(req->problems.v[0].message), &req->problems.v[0]);
        p.row_count = 0;
        p.next = NULL;
        resp->status = 422;
    }
    if (cc_value(&req->query, "id")[0] != '\0') {
        p.first = same_href(req, R_MEMBER_LIST, NULL, NULL);
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
        {"constituency", Q_MEMBER_LIST_CONSTITUENCY},
        {"constituency-language", Q_MEMBER_LIST_CONSTITUENCY_LANG},
    };
    static const char *const states[] = {"consent-state", NULL};
    const char *state = cc_value(&req->query, "state");
    enum cc_rc rc = cc_code_check(req, "state", states, &state);
    struct cc_call calls[] = {
        {.query = Q_RECORD_STANDING, .params = {req->args[0], "en"}},
        list_call(req, state, "en", CC_CSV_MAX),
    };
    struct cc_ref partnership;
    bool is_moved = false;

    if (rc == CC_OK) {
        rc = cc_app_read(req, calls, 2);
    }
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
