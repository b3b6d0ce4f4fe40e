/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What was promised to a partnership: sums by cycle and currency, and the commitments themselves,
 * paged by title and as CSV. Every sum is made by the database from what the commitments say.
 */
#include "app/csv.h"
#include "app/handlers.h"
#include "app/page.h"
#include "app/promise_accept.h"

#include "view/commitment.h"
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define PAGE_COMMITMENTS 50
#define PAGE_CYCLES      10
#define PAGE_RESOURCES   10 /* of one commitment */

static const struct cc_input inputs[] = {
    {.name = "cycle", .type = CC_IN_LINE, .max = 60, .label = N_("Cycle")},
    {.name = "cycles", .type = CC_IN_LINE, .max = 60},
    {.name = "after", .type = CC_IN_LINE, .max = 400},
    {.name = "id", .type = CC_IN_ID, .max = 20},
    {.name = NULL},
};
const struct cc_form cc_promise_list_form = {.inputs = inputs};

static const struct cc_input csv_inputs[] = {
    {.name = "cycle", .type = CC_IN_LINE, .max = 60, .label = N_("Cycle")},
    {.name = NULL},
};
const struct cc_form cc_promise_csv_form = {.inputs = csv_inputs};

static const struct cc_href *page_href(struct cc_req *req, const char *cycles, const char *after,
                                       const char *id)
{
    const char *pairs[] = {
        "cycle", cc_value(&req->query, "cycle"), "cycles", cycles, "after", after, "id", id, NULL};

    return cc_page_href(req, R_PROMISE_LIST, req->args[0], pairs);
}

static struct cc_promise_sum *sums(void *mem, const struct cc_rows *rows, size_t n)
{
    struct cc_promise_sum *out = talloc_array(mem, struct cc_promise_sum, (unsigned)n + 1);

    for (size_t i = 0; i < n; i++) {
        out[i] = (struct cc_promise_sum){
            .cycle = cc_rows_text(rows, i, Q_PROMISE_SUMS_CYCLE),
            .currency = cc_rows_text(rows, i, Q_PROMISE_SUMS_CURRENCY),
            .part = cc_rows_text(rows, i, Q_PROMISE_SUMS_PART),
            .commitments = cc_rows_text(rows, i, Q_PROMISE_SUMS_COMMITMENTS),
            .announced = cc_rows_text(rows, i, Q_PROMISE_SUMS_ANNOUNCED),
            .confirmed = cc_rows_text(rows, i, Q_PROMISE_SUMS_CONFIRMED),
            .converted = cc_rows_text(rows, i, Q_PROMISE_SUMS_CONVERTED),
            .withdrawn = cc_rows_text(rows, i, Q_PROMISE_SUMS_WITHDRAWN),
            .total = cc_rows_text(rows, i, Q_PROMISE_SUMS_TOTAL),
            .amounts = cc_rows_text(rows, i, Q_PROMISE_SUMS_AMOUNTS),
            .equivalents = cc_rows_text(rows, i, Q_PROMISE_SUMS_EQUIVALENTS),
            .missing = cc_rows_text(rows, i, Q_PROMISE_SUMS_MISSING),
            .equivalent_total = cc_rows_text(rows, i, Q_PROMISE_SUMS_EQUIVALENT_TOTAL),
            .first_date = cc_rows_text(rows, i, Q_PROMISE_SUMS_FIRST_DATE),
            .last_date = cc_rows_text(rows, i, Q_PROMISE_SUMS_LAST_DATE),
            .has_equivalents = cc_rows_int(rows, i, Q_PROMISE_SUMS_EQUIVALENTS) > 0,
        };
    }
    return out;
}

/* The rows of the first PAGE_CYCLES cycles. */
static size_t sums_of_page(const struct cc_rows *rows)
{
    size_t cycles = 0;

    for (size_t i = 0; i < cc_rows_count(rows); i++) {
        const char *cycle = cc_rows_text(rows, i, Q_PROMISE_SUMS_CYCLE);

        cycles += i == 0 || strcmp(cycle, cc_rows_text(rows, i - 1, Q_PROMISE_SUMS_CYCLE)) != 0;
        if (cycles > PAGE_CYCLES) {
            return i;
        }
    }
    return cc_rows_count(rows);
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

/* The makers of a commitment; at: the first of them, moved behind the last. Both lists are in the
 * order of commitments. */
static void add_makers(void *mem, const struct cc_rows *makers, size_t *at,
                       struct cc_promise_row *row)
{
    size_t n = 0, from = *at;

    while (from + n < cc_rows_count(makers) &&
           strcmp(cc_rows_text(makers, from + n, Q_PROMISE_MAKERS_ID), row->commitment.id) == 0) {
        n++;
    }
    struct cc_ref *refs = talloc_array(mem, struct cc_ref, (unsigned)n + 1);
    for (size_t i = 0; i < n; i++) {
        refs[i] = ref(makers, from + i, "organisation", Q_PROMISE_MAKERS_MAKER,
                      Q_PROMISE_MAKERS_TITLE, Q_PROMISE_MAKERS_LANG);
    }
    row->makers = refs;
    row->maker_count = n;
    *at = from + n;
}

/* On the first of its rows that is told by others, unless it was taken back. */
static void add_accept(struct cc_req *req, const struct cc_rows *rows, size_t i,
                       struct cc_promise_row *row, const char **offered)
{
    if (strcmp(row->part, "others") == 0 && strcmp(row->state, "withdrawn") != 0 &&
        (*offered == NULL || strcmp(*offered, row->commitment.id) != 0)) {
        *offered = row->commitment.id;
        row->accept = cc_accept_button(req, row->commitment.id,
                                       cc_rows_text(rows, i, Q_PROMISE_LIST_REVISION),
                                       row->commitment.title.text);
    }
}

/* n_r: the rows of the answer; of a commitment with many resources the last one tells how many are
 * on its own page only. */
static struct cc_promise_row *list(struct cc_req *req, const struct cc_rows *rows, size_t n,
                                   const struct cc_rows *makers, bool may_accept, size_t *n_r)
{
    void *mem = req->mem;
    const char *offered = NULL;
    struct cc_promise_row *out = talloc_array(mem, struct cc_promise_row, (unsigned)n + 1);
    size_t maker = 0, of_this = 0, to = 0;

    for (size_t i = 0; i < n; i++) {
        of_this = is_first(rows, i) ? 1 : of_this + 1;
        if (of_this > PAGE_RESOURCES) {
            out[to - 1].more_resources++;
            continue;
        }
        struct cc_promise_row *row = &out[to++];
        *row = (struct cc_promise_row){
            .is_first = is_first(rows, i),
            .commitment = ref(rows, i, "commitment", Q_PROMISE_LIST_ID, Q_PROMISE_LIST_TITLE,
                              Q_PROMISE_LIST_LANG),
            .publisher = ref(rows, i, "organisation", Q_PROMISE_LIST_PUBLISHER,
                             Q_PROMISE_LIST_PUBLISHER_TITLE, Q_PROMISE_LIST_PUBLISHER_LANG),
            .same_as = ref(rows, i, "commitment", Q_PROMISE_LIST_SAME_AS, Q_PROMISE_LIST_SAME_TITLE,
                           Q_PROMISE_LIST_SAME_LANG),
            .part = cc_rows_text(rows, i, Q_PROMISE_LIST_PART),
            .is_of_withdrawn =
                cc_rows_text(rows, i, Q_PROMISE_LIST_NAMED_STATE) != NULL &&
                strcmp(cc_rows_text(rows, i, Q_PROMISE_LIST_NAMED_STATE), "withdrawn") == 0,
            .state = cc_rows_text(rows, i, Q_PROMISE_LIST_STATE),
            .cycle = cc_rows_text(rows, i, Q_PROMISE_LIST_CYCLE),
            .kind = cc_rows_text(rows, i, Q_PROMISE_LIST_KIND),
            .resource_state = cc_rows_text(rows, i, Q_PROMISE_LIST_RESOURCE_STATE),
            .amount = cc_rows_text(rows, i, Q_PROMISE_LIST_AMOUNT),
            .currency = cc_rows_text(rows, i, Q_PROMISE_LIST_CURRENCY),
            .reference_amount = cc_rows_text(rows, i, Q_PROMISE_LIST_REFERENCE_AMOUNT),
            .reference_currency = cc_rows_text(rows, i, Q_PROMISE_LIST_REFERENCE_CURRENCY),
            .value_date = cc_rows_text(rows, i, Q_PROMISE_LIST_VALUE_DATE),
            .quantity = cc_rows_text(rows, i, Q_PROMISE_LIST_QUANTITY),
            .unit = {cc_rows_text(rows, i, Q_PROMISE_LIST_UNIT),
                     cc_rows_text(rows, i, Q_PROMISE_LIST_UNIT_LANG)},
            .condition = {cc_rows_text(rows, i, Q_PROMISE_LIST_CONDITION),
                          cc_rows_text(rows, i, Q_PROMISE_LIST_CONDITION_LANG)},
            .announced = cc_rows_text(rows, i, Q_PROMISE_LIST_ANNOUNCED),
            .citation = cc_rows_text(rows, i, Q_PROMISE_LIST_CITATION),
            .source_url = cc_rows_text(rows, i, Q_PROMISE_LIST_URL),
            .more_sources = (long)cc_rows_int(rows, i, Q_PROMISE_LIST_MORE),
        };
        if (may_accept) {
            add_accept(req, rows, i, row, &offered);
        }
        if (row->is_first) {
            add_makers(mem, makers, &maker, row);
            row->more_makers =
                (long)cc_rows_int(rows, i, Q_PROMISE_LIST_MAKERS) - (long)row->maker_count;
        }
    }
    *n_r = to;
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

/* CC_OK: it is one. What was promised to a merged one stands at the other; the answer leads there.
 */
static enum cc_rc find_partnership(struct cc_req *req, struct cc_resp *resp,
                                   const struct cc_rows *now, const struct cc_rows *standing,
                                   enum cc_route_id route, struct cc_ref *self_r)
{
    bool is_moved;
    const char *id = cc_rows_text(now, 0, Q_PROMISE_PARTNERSHIP_ID);

    if (strcmp(id, req->args[0]) != 0) {
        const char *args[CC_ARGS_MAX] = {id};
        enum cc_rc rc = cc_resp_redirect(resp, 301, cc_url(req->mem, req, (int)route, args));
        return rc == CC_OK ? CC_GONE : rc;
    }
    return cc_part_of(req, resp, standing, "partnership", self_r, &is_moved);
}

/* Nobody has promised anything to it; none asked for = all. */
static bool is_unknown(const char *cycle, const struct cc_rows *known, const struct cc_rows *sums,
                       const struct cc_rows *list)
{
    bool found = *cycle == '\0' || cc_rows_count(sums) > 0 || cc_rows_count(list) > 0;

    for (size_t i = 0; i < cc_rows_count(known) && !found; i++) {
        found = strcmp(cc_rows_text(known, i, Q_PROMISE_CYCLES_CYCLE), cycle) == 0;
    }
    return !found;
}

enum cc_rc cc_promise_list(struct cc_req *req, struct cc_resp *resp)
{
    const char *id = req->args[0], *tag = req->lang->tag;
    const char *cycle = cc_value(&req->query, "cycle");
    const char *after_cycle =
        cc_value_has(&req->query, "cycles") ? cc_value(&req->query, "cycles") : NULL;
    const char *after_id = cc_value(&req->query, "id");
    bool onward = after_id[0] != '\0', more;
    const char *after = onward ? cc_value(&req->query, "after") : NULL;
    struct cc_call calls[] = {
        {.query = Q_RECORD_STANDING, .params = {id, tag}},
        {.query = Q_PROMISE_PARTNERSHIP, .params = {id}},
        {.query = Q_PROMISE_CYCLES, .params = {id}},
        {.query = Q_PROMISE_SUMS, .params = {id, cycle, after_cycle, "11"}},
        {.query = Q_PROMISE_LIST,
         .params = {id, cycle, tag, after, onward ? after_id : NULL, "51"}},
        {.query = Q_PROMISE_MAKERS,
         .params = {id, cycle, tag, after, onward ? after_id : NULL, "50"}},
        {.query = Q_PROMISE_SPEAKS, .params = {id}},
    };
    /* visitors speak for nobody */
    size_t n = sizeof(calls) / sizeof(calls[0]) - !req->has_session_cookie;
    const char *filtered[] = {"cycle", cycle, NULL};
    struct cc_promise_page p = {.action = {.route = R_PROMISE_LIST, .args = {id}},
                                .csv = *cc_page_href(req, R_PROMISE_CSV, id, filtered)};
    struct cc_html w;

    enum cc_rc rc = cc_app_read(req, calls, n);
    if (rc == CC_OK) {
        rc = find_partnership(req, resp, calls[1].rows, calls[0].rows, R_PROMISE_LIST,
                              &p.partnership);
    }
    if (rc != CC_OK) {
        return resp->status == 301 ? CC_OK : rc;
    }
    if (is_unknown(cycle, calls[2].rows, calls[3].rows, calls[4].rows)) {
        return CC_NOT_FOUND;
    }
    struct cc_control filter = {.type = CC_C_SELECT,
                                .name = "cycle",
                                .label = _("Funding cycle or campaign"),
                                .blank = _("All"),
                                .value = cycle};
    filter.options = cycles(req->mem, calls[2].rows, &filter.option_count);
    p.filters = &filter;
    p.filter_count = 1;
    p.sum_count = sums_of_page(calls[3].rows);
    p.sums = sums(req->mem, calls[3].rows, p.sum_count);
    if (p.sum_count < cc_rows_count(calls[3].rows)) {
        p.more_cycles = page_href(
            req, cc_rows_text(calls[3].rows, p.sum_count - 1, Q_PROMISE_SUMS_CYCLE), NULL, NULL);
    }
    size_t rows = rows_of_page(calls[4].rows, &more);
    bool may_accept =
        req->has_session_cookie && cc_rows_text(calls[6].rows, 0, Q_PROMISE_SPEAKS_SIDE) != NULL;
    p.rows = list(req, calls[4].rows, rows, calls[5].rows, may_accept, &p.row_count);
    if (more) {
        p.next = page_href(req, after_cycle,
                           cc_rows_text(calls[4].rows, rows - 1, Q_PROMISE_LIST_SORT_NAME),
                           cc_rows_text(calls[4].rows, rows - 1, Q_PROMISE_LIST_ID));
    }
    if (onward) {
        p.first = page_href(req, after_cycle, NULL, NULL);
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
        {"maker", Q_PROMISE_LIST_MAKER_IDS},
        {"maker-name", Q_PROMISE_LIST_MAKER_NAMES},
        {"told-by", Q_PROMISE_LIST_PUBLISHER},
        {"announced", Q_PROMISE_LIST_ANNOUNCED},
        {"resource", Q_PROMISE_LIST_KIND},
        {"resource-state", Q_PROMISE_LIST_RESOURCE_STATE},
        {"amount", Q_PROMISE_LIST_AMOUNT},
        {"currency", Q_PROMISE_LIST_CURRENCY},
        {"value-date", Q_PROMISE_LIST_VALUE_DATE},
        {"equivalent", Q_PROMISE_LIST_REFERENCE_AMOUNT},
        {"equivalent-currency", Q_PROMISE_LIST_REFERENCE_CURRENCY},
        {"quantity", Q_PROMISE_LIST_QUANTITY},
        {"unit", Q_PROMISE_LIST_UNIT},
        {"condition", Q_PROMISE_LIST_CONDITION},
        {"counts", Q_PROMISE_LIST_PART},
        {"same-as", Q_PROMISE_LIST_SAME_AS},
        {"sources", Q_PROMISE_LIST_SOURCES},
        {"names", Q_PROMISE_LIST_NAMED},
        {"names-state", Q_PROMISE_LIST_NAMED_STATE},
    };
    struct cc_call calls[] = {
        {.query = Q_RECORD_STANDING, .params = {req->args[0], "en"}},
        {.query = Q_PROMISE_PARTNERSHIP, .params = {req->args[0]}},
        {.query = Q_PROMISE_LIST,
         .params = {req->args[0], cc_value(&req->query, "cycle"), "en", NULL, NULL, CC_CSV_MAX}},
    };
    struct cc_ref partnership;

    enum cc_rc rc = cc_app_read(req, calls, 3);
    if (rc == CC_OK) {
        rc = find_partnership(req, resp, calls[1].rows, calls[0].rows, R_PROMISE_CSV, &partnership);
    }
    if (rc != CC_OK) {
        return resp->status == 301 ? CC_OK : rc;
    }
    struct cc_csv_list list = {.columns = columns,
                               .column_count = sizeof(columns) / sizeof(columns[0]),
                               .call = calls[2],
                               .after = {3, 4},
                               .after_column = {Q_PROMISE_LIST_SORT_NAME, Q_PROMISE_LIST_ID},
                               .file =
                                   talloc_asprintf(req->mem, "commitments-%s.csv", req->args[0])};
    cc_csv_list(req, resp, &list, calls[2].rows);
    return CC_OK;
}
