/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What was promised to a partnership: sums by cycle and currency, and the commitments themselves,
 * paged by title and as CSV. Every sum is made by the database from what the commitments say.
 */
#include "app/csv.h"
#include "app/handlers.h"
#include "app/page.h"

#include "view/commitment.h"
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define PAGE_COMMITMENTS 50

static const struct cc_input inputs[] = {
    {.name = "cycle", .type = CC_IN_LINE, .max = 60, .label = N_("Cycle")},
    {.name = "after", .type = CC_IN_LINE, .max = 400},
    {.name = "id", .type = CC_IN_ID, .max = 20},
    {.name = NULL},
};
const struct cc_form cc_promise_list_form = {.inputs = inputs};

static const struct cc_href *page_href(struct cc_req *req, const char *after, const char *id)
{
    struct cc_href *href = talloc_zero(req->mem, struct cc_href);
    const char *pairs[] = {"cycle", cc_value(&req->query, "cycle"), "after", after, "id", id, NULL};
    const char *query = cc_url_query(req->mem, "", pairs);

    href->route = R_PROMISE_LIST;
    href->args[0] = req->args[0];
    href->query = query[0] == '?' ? query + 1 : NULL;
    return href;
}

static struct cc_promise_sum *sums(void *mem, const struct cc_rows *rows, size_t n)
{
    struct cc_promise_sum *out = talloc_array(mem, struct cc_promise_sum, (unsigned)n + 1);

    for (size_t i = 0; i < n; i++) {
        out[i] = (struct cc_promise_sum){
            .cycle = cc_rows_text(rows, i, Q_PROMISE_SUMS_CYCLE),
            .currency = cc_rows_text(rows, i, Q_PROMISE_SUMS_CURRENCY),
            .commitments = cc_rows_text(rows, i, Q_PROMISE_SUMS_COMMITMENTS),
            .announced = cc_rows_text(rows, i, Q_PROMISE_SUMS_ANNOUNCED),
            .confirmed = cc_rows_text(rows, i, Q_PROMISE_SUMS_CONFIRMED),
            .converted = cc_rows_text(rows, i, Q_PROMISE_SUMS_CONVERTED),
            .withdrawn = cc_rows_text(rows, i, Q_PROMISE_SUMS_WITHDRAWN),
            .total = cc_rows_text(rows, i, Q_PROMISE_SUMS_TOTAL),
        };
    }
    return out;
}

static struct cc_promise_equivalent *equivalents(void *mem, const struct cc_rows *rows, size_t n)
{
    struct cc_promise_equivalent *out =
        talloc_array(mem, struct cc_promise_equivalent, (unsigned)n + 1);

    for (size_t i = 0; i < n; i++) {
        out[i] = (struct cc_promise_equivalent){
            .cycle = cc_rows_text(rows, i, Q_PROMISE_EQUIVALENTS_CYCLE),
            .currency = cc_rows_text(rows, i, Q_PROMISE_EQUIVALENTS_CURRENCY),
            .amounts = cc_rows_text(rows, i, Q_PROMISE_EQUIVALENTS_AMOUNTS),
            .equivalents = cc_rows_text(rows, i, Q_PROMISE_EQUIVALENTS_EQUIVALENTS),
            .missing = cc_rows_text(rows, i, Q_PROMISE_EQUIVALENTS_MISSING),
            .total = cc_rows_text(rows, i, Q_PROMISE_EQUIVALENTS_TOTAL),
        };
    }
    return out;
}

static struct cc_ref ref(const struct cc_rows *rows, size_t i, const char *kind, int id, int title,
                         int lang)
{
    return (struct cc_ref){cc_rows_text(rows, i, id),
                           kind,
                           {cc_rows_text(rows, i, title), cc_rows_text(rows, i, lang)}};
}

static bool is_first(const struct cc_rows *rows, size_t i)
{
    return i == 0 || strcmp(cc_rows_text(rows, i, Q_PROMISE_LIST_ID),
                            cc_rows_text(rows, i - 1, Q_PROMISE_LIST_ID)) != 0;
}

/* The rows of the first PAGE_COMMITMENTS commitments. */
static size_t rows_of_page(const struct cc_rows *rows, bool *more_r)
{
    size_t commitments = 0;

    *more_r = false;
    for (size_t i = 0; i < cc_rows_count(rows); i++) {
        commitments += is_first(rows, i);
        if (commitments > PAGE_COMMITMENTS) {
            *more_r = true;
            return i;
        }
    }
    return cc_rows_count(rows);
}

static struct cc_promise_row *list(void *mem, const struct cc_rows *rows, size_t n)
{
    struct cc_promise_row *out = talloc_array(mem, struct cc_promise_row, (unsigned)n + 1);

    for (size_t i = 0; i < n; i++) {
        out[i] = (struct cc_promise_row){
            .is_first = is_first(rows, i),
            .commitment = ref(rows, i, "commitment", Q_PROMISE_LIST_ID, Q_PROMISE_LIST_TITLE,
                              Q_PROMISE_LIST_LANG),
            .maker = ref(rows, i, "organisation", Q_PROMISE_LIST_MAKER, Q_PROMISE_LIST_MAKER_TITLE,
                         Q_PROMISE_LIST_MAKER_LANG),
            .publisher = ref(rows, i, "organisation", Q_PROMISE_LIST_PUBLISHER,
                             Q_PROMISE_LIST_PUBLISHER_TITLE, Q_PROMISE_LIST_PUBLISHER_LANG),
            .more_makers = strtol(cc_rows_text(rows, i, Q_PROMISE_LIST_MAKERS), NULL, 10) - 1,
            .state = cc_rows_text(rows, i, Q_PROMISE_LIST_STATE),
            .cycle = cc_rows_text(rows, i, Q_PROMISE_LIST_CYCLE),
            .kind = cc_rows_text(rows, i, Q_PROMISE_LIST_KIND),
            .resource_state = cc_rows_text(rows, i, Q_PROMISE_LIST_RESOURCE_STATE),
            .amount = cc_rows_text(rows, i, Q_PROMISE_LIST_AMOUNT),
            .currency = cc_rows_text(rows, i, Q_PROMISE_LIST_CURRENCY),
            .reference_amount = cc_rows_text(rows, i, Q_PROMISE_LIST_REFERENCE_AMOUNT),
            .reference_currency = cc_rows_text(rows, i, Q_PROMISE_LIST_REFERENCE_CURRENCY),
        };
    }
    return out;
}

static struct cc_option *cycles(void *mem, const struct cc_rows *rows, size_t *n_r)
{
    size_t n = cc_rows_count(rows);
    struct cc_option *out = talloc_array(mem, struct cc_option, (unsigned)n + 1);

    for (size_t i = 0; i < n; i++) {
        out[i].value = out[i].text = cc_rows_text(rows, i, Q_PROMISE_CYCLES_CYCLE);
    }
    *n_r = n;
    return out;
}

static bool is_partnership(const struct cc_rows *title)
{
    return cc_rows_count(title) > 0 &&
           strcmp(cc_rows_text(title, 0, Q_RECORD_TITLE_KIND), "partnership") == 0;
}

enum cc_rc cc_promise_list(struct cc_req *req, struct cc_resp *resp)
{
    const char *id = req->args[0], *tag = req->lang->tag;
    const char *cycle = cc_value(&req->query, "cycle");
    const char *after_id = cc_value(&req->query, "id");
    bool onward = after_id[0] != '\0', more;
    struct cc_call calls[] = {
        {.query = Q_RECORD_TITLE, .params = {id, tag}},
        {.query = Q_PROMISE_CYCLES, .params = {id}},
        {.query = Q_PROMISE_SUMS, .params = {id, cycle}},
        {.query = Q_PROMISE_EQUIVALENTS, .params = {id, cycle}},
        {.query = Q_PROMISE_LIST,
         .params = {id, cycle, tag, onward ? cc_value(&req->query, "after") : NULL,
                    onward ? after_id : NULL, "51"}},
    };
    struct cc_promise_page p = {.action = {.route = R_PROMISE_LIST, .args = {id}},
                                .csv = {.route = R_PROMISE_CSV, .args = {id}}};
    struct cc_html w;

    enum cc_rc rc = cc_app_read(req, calls, sizeof(calls) / sizeof(calls[0]));
    if (rc != CC_OK) {
        return rc;
    }
    if (!is_partnership(calls[0].rows)) {
        return CC_NOT_FOUND;
    }
    struct cc_control filter = {.type = CC_C_SELECT,
                                .name = "cycle",
                                .label = _("Funding cycle or campaign"),
                                .blank = _("All"),
                                .value = cycle};
    filter.options = cycles(req->mem, calls[1].rows, &filter.option_count);
    p.filters = &filter;
    p.filter_count = 1;
    p.partnership = ref(calls[0].rows, 0, "partnership", Q_RECORD_TITLE_ID, Q_RECORD_TITLE_TITLE,
                        Q_RECORD_TITLE_LANG);
    p.sum_count = cc_rows_count(calls[2].rows);
    p.sums = sums(req->mem, calls[2].rows, p.sum_count);
    p.equivalent_count = cc_rows_count(calls[3].rows);
    p.equivalents = equivalents(req->mem, calls[3].rows, p.equivalent_count);
    p.row_count = rows_of_page(calls[4].rows, &more);
    p.rows = list(req->mem, calls[4].rows, p.row_count);
    if (more) {
        p.next =
            page_href(req, cc_rows_text(calls[4].rows, p.row_count - 1, Q_PROMISE_LIST_SORT_NAME),
                      cc_rows_text(calls[4].rows, p.row_count - 1, Q_PROMISE_LIST_ID));
    }
    if (onward) {
        p.first = page_href(req, NULL, NULL);
    }
    cc_frame_fill(req, cc_fmt(req->mem, _("Commitments to {1}"), p.partnership.title.text, NULL),
                  &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_promises(&w, &p);
    return CC_OK;
}

enum cc_rc cc_promise_csv(struct cc_req *req, struct cc_resp *resp)
{
    static const struct cc_csv_column columns[] = {
        {"commitment", Q_PROMISE_LIST_ID},
        {"title", Q_PROMISE_LIST_TITLE},
        {"language", Q_PROMISE_LIST_LANG},
        {"cycle", Q_PROMISE_LIST_CYCLE},
        {"state", Q_PROMISE_LIST_STATE},
        {"makers", Q_PROMISE_LIST_MAKERS},
        {"maker", Q_PROMISE_LIST_MAKER},
        {"maker-name", Q_PROMISE_LIST_MAKER_TITLE},
        {"told-by", Q_PROMISE_LIST_PUBLISHER},
        {"resource", Q_PROMISE_LIST_KIND},
        {"resource-state", Q_PROMISE_LIST_RESOURCE_STATE},
        {"amount", Q_PROMISE_LIST_AMOUNT},
        {"currency", Q_PROMISE_LIST_CURRENCY},
        {"equivalent", Q_PROMISE_LIST_REFERENCE_AMOUNT},
        {"equivalent-currency", Q_PROMISE_LIST_REFERENCE_CURRENCY},
    };
    struct cc_call calls[] = {
        {.query = Q_RECORD_TITLE, .params = {req->args[0], "en"}},
        {.query = Q_PROMISE_LIST, .params = {req->args[0], "", "en", NULL, NULL, CC_CSV_MAX}},
    };

    enum cc_rc rc = cc_app_read(req, calls, 2);
    if (rc != CC_OK) {
        return rc;
    }
    if (!is_partnership(calls[0].rows)) {
        return CC_NOT_FOUND;
    }
    struct cc_csv_list list = {.columns = columns,
                               .column_count = sizeof(columns) / sizeof(columns[0]),
                               .call = calls[1],
                               .after = {3, 4},
                               .after_column = {Q_PROMISE_LIST_SORT_NAME, Q_PROMISE_LIST_ID},
                               .file =
                                   talloc_asprintf(req->mem, "commitments-%s.csv", req->args[0])};
    cc_csv_list(req, resp, &list, calls[1].rows);
    return CC_OK;
}
