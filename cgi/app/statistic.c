/* SPDX-License-Identifier: EUPL-1.2 */
/* Goals, countries and the network as charts, each with its table and as CSV. */
#include "app/statistic.h"

#include "app/csv.h"
#include "app/handlers.h"
#include "concord/csv.h"
#include "concord/record.h"
#include "view/record.h"
#include <string.h>
#include <talloc.h>

static const struct cc_statistic statistics[] = {
    {"goals", "goal", "bars", N_("Who works on the goals"), N_("Goal"), true},
    {"targets", "target", "bars", N_("Who works on the targets"), N_("Target"), true},
    {"countries", "country", "world", N_("The world by country"), N_("Country"), false},
    {"organisation-types", "type", "bars", N_("Organisations by type"), N_("Type"), false},
    {"network", NULL, "network", N_("Who works with whom"), N_("Organisation"), false},
};

const struct cc_statistic *cc_statistic_find(const char *word)
{
    for (size_t i = 0; i < sizeof(statistics) / sizeof(statistics[0]); i++) {
        if (strcmp(statistics[i].word, word) == 0) {
            return &statistics[i];
        }
    }
    return NULL;
}

struct cc_counted cc_statistic_counted(const struct cc_rows *head, const char *left_out)
{
    struct cc_counted counted = {.left_out = left_out,
                                 .is_waiting = cc_rows_bool(head, 0, Q_STATISTIC_HEAD_IS_WAITING)};

    if (cc_rows_int(head, 0, Q_STATISTIC_HEAD_POSITION) > 0) {
        counted.at = cc_rows_text(head, 0, Q_STATISTIC_HEAD_COUNTED_AT);
        counted.position = cc_rows_text(head, 0, Q_STATISTIC_HEAD_POSITION);
    }
    return counted;
}

enum cc_rc cc_statistic_ready(struct cc_req *req, const struct cc_counted *counted)
{
    return counted->is_waiting
               ? cc_fail(&req->err, req->mem, CC_BUSY, NULL,
                         N_("These numbers have not been counted yet. The registry counts them in "
                            "the background, usually within a minute."),
                         "statistics are not counted yet")
               : CC_OK;
}

struct cc_href cc_subject_href(const char *subject, const char *code)
{
    static const struct {
        const char *subject;
        enum cc_route_id route;
    } routes[] = {
        {"goal", R_GOAL_SHOW},
        {"target", R_TARGET_SHOW},
        {"country", R_COUNTRY_SHOW},
    };

    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        if (strcmp(routes[i].subject, subject) == 0) {
            return (struct cc_href){.route = routes[i].route, .args = {code}};
        }
    }
    return (struct cc_href){.route = R_HOME};
}

/* --- numbers of a subject as a chart ---------------------------------------------------------- */

static void add_column(struct cc_chart *c, const char *kind)
{
    for (size_t i = 0; i < c->column_count; i++) {
        if (strcmp(c->columns[i].kind, kind) == 0) {
            return;
        }
    }
    if (c->column_count < CC_CHART_COLUMNS) {
        c->columns[c->column_count++] = (struct cc_chart_column){
            .kind = kind, .label = gettext(cc_kind_find(kind)->label_many)};
    }
}

static bool is_counted(const struct cc_rows *numbers, const char *kind)
{
    for (size_t i = 0; i < cc_rows_count(numbers); i++) {
        if (strcmp(cc_rows_text(numbers, i, Q_STATISTIC_LIST_KIND), kind) == 0) {
            return true;
        }
    }
    return false;
}

/* NULL = none, or only some codes were asked for. */
static const char *left_out_of_all(const struct cc_rows *numbers)
{
    for (size_t i = 0; i < cc_rows_count(numbers); i++) {
        if (cc_rows_text(numbers, i, Q_STATISTIC_LIST_CODE)[0] == '\0' &&
            strcmp(cc_rows_text(numbers, i, Q_STATISTIC_LIST_KIND), "illustrative") == 0) {
            return cc_rows_text(numbers, i, Q_STATISTIC_LIST_RECORDS);
        }
    }
    return NULL;
}

/* The kinds that are there, in the order of the subject, or all that may be, for programs.
 * Organisations are many per partnership: they do not add up with the rest. */
static void add_columns(struct cc_chart *c, const struct cc_subject *subject,
                        const struct cc_rows *numbers, const char *shown, bool all)
{
    for (const struct cc_subject_path *p = subject->paths; p->kind != NULL; p++) {
        if (all || is_counted(numbers, p->kind)) {
            add_column(c, p->kind);
        }
    }
    if (all || is_counted(numbers, "organisation")) {
        add_column(c, "organisation");
    }
    if (c->column_count == 0) {
        add_column(c, subject->paths[0].kind);
    }
    for (size_t i = 0; i < c->column_count; i++) {
        struct cc_chart_column *column = &c->columns[i];

        column->is_beside = shown != NULL && shown[0] != '\0'
                                ? strcmp(column->kind, shown) != 0
                                : c->column_count > 1 && strcmp(column->kind, "organisation") == 0;
    }
}

/* False when there is nothing to count of this code. */
static bool add_numbers(struct cc_chart_row *row, const struct cc_chart *c,
                        const struct cc_rows *numbers)
{
    bool any = false;

    for (size_t i = 0; i < cc_rows_count(numbers); i++) {
        if (strcmp(cc_rows_text(numbers, i, Q_STATISTIC_LIST_CODE), row->code) != 0) {
            continue;
        }
        for (size_t k = 0; k < c->column_count; k++) {
            if (strcmp(c->columns[k].kind, cc_rows_text(numbers, i, Q_STATISTIC_LIST_KIND)) == 0) {
                row->values[k] = (long)cc_rows_int(numbers, i, Q_STATISTIC_LIST_RECORDS);
                any = true;
            }
        }
    }
    return any;
}

struct cc_chart cc_statistic_chart(struct cc_req *req, const struct cc_statistic *what,
                                   const struct cc_rows *head, const struct cc_rows *numbers,
                                   const char *prefix, const char *shown)
{
    const struct cc_subject *subject = cc_subject_find(what->subject);
    size_t codes = cc_codelist_size(subject->codelist), prefix_len = strlen(prefix), n = 0;
    struct cc_chart_row *rows =
        talloc_zero_array(req->mem, struct cc_chart_row, (unsigned)codes + 1);
    struct cc_chart c = {.drawing = what->drawing,
                         .title = gettext(what->title),
                         .file = what->word,
                         .name_head = gettext(what->name_head),
                         .rows = rows,
                         .csv = {.route = R_STATISTIC_CSV, .args = {what->word}},
                         .is_goals = strcmp(what->subject, "goal") == 0};

    c.counted = cc_statistic_counted(head, left_out_of_all(numbers));
    add_columns(&c, subject, numbers, shown, req->route->audience == CC_FOR_MACHINE);
    for (size_t i = 0; i < codes; i++) {
        struct cc_code code = cc_codelist_at(subject->codelist, i);
        struct cc_chart_row row = {.code = code.code, .name = {.text = code.name}};

        if (strncmp(code.code, prefix, prefix_len) != 0) {
            continue;
        }
        row.href = cc_subject_href(what->subject, code.code);
        if (strcmp(what->subject, "type") == 0) {
            row.href = (struct cc_href){.route = R_ORGANISATION_LIST,
                                        .query = talloc_asprintf(req->mem, "type=%s", code.code)};
        }
        if (add_numbers(&row, &c, numbers) || what->has_all) {
            rows[n++] = row;
        }
    }
    c.row_count = n;
    c.is_shut = !c.is_goals;
    return c;
}

/* --- the network ------------------------------------------------------------------------------ */

static struct cc_chart network_chart(struct cc_req *req, const struct cc_statistic *what,
                                     const struct cc_rows *head, const struct cc_rows *pairs)
{
    size_t n = cc_rows_count(pairs);
    struct cc_chart_row *rows = talloc_zero_array(req->mem, struct cc_chart_row, (unsigned)n + 1);
    struct cc_chart c = {.drawing = what->drawing,
                         .title = gettext(what->title),
                         .file = what->word,
                         .name_head = gettext(what->name_head),
                         .other_head = _("Works with"),
                         .columns = {{.label = _("Partnerships in common")},
                                     {.label = _("Activities in common")},
                                     {.label = _("Of both, illustrative"), .is_beside = true}},
                         .column_count = 3,
                         .rows = rows,
                         .row_count = n,
                         .csv = {.route = R_STATISTIC_CSV, .args = {what->word}},
                         .is_shut = true};

    c.counted = cc_statistic_counted(head, NULL);
    /* Nothing is left out: of pairs all are shown, and how many are made up stands beside. */
    for (size_t i = 0; i < n; i++) {
        const char *a = cc_rows_text(pairs, i, Q_COLLABORATION_LIST_A);
        const char *b = cc_rows_text(pairs, i, Q_COLLABORATION_LIST_B);

        rows[i] = (struct cc_chart_row){
            .name = {cc_rows_text(pairs, i, Q_COLLABORATION_LIST_A_TITLE),
                     cc_rows_text(pairs, i, Q_COLLABORATION_LIST_A_LANG)},
            .href = cc_record_href("organisation", a),
            .other = {cc_rows_text(pairs, i, Q_COLLABORATION_LIST_B_TITLE),
                      cc_rows_text(pairs, i, Q_COLLABORATION_LIST_B_LANG)},
            .other_href = cc_record_href("organisation", b),
            .values = {(long)cc_rows_int(pairs, i, Q_COLLABORATION_LIST_PARTNERSHIPS),
                       (long)cc_rows_int(pairs, i, Q_COLLABORATION_LIST_ACTIVITIES),
                       (long)cc_rows_int(pairs, i, Q_COLLABORATION_LIST_ILLUSTRATIVE)},
        };
    }
    return c;
}

/* --- pages ------------------------------------------------------------------------------------ */

static const struct cc_input view_inputs[] = {
    {.name = "of", .type = CC_IN_TOKEN, .max = 40},
    {.name = NULL},
};
const struct cc_form cc_statistic_view_form = {.inputs = view_inputs};

/* Targets have no name but what they say, of which charts show the beginning. */
static void say_whole(void *mem, const struct cc_rows *meanings, struct cc_chart *c)
{
    struct cc_chart_row *rows =
        talloc_memdup(mem, c->rows, (c->row_count + 1) * sizeof(struct cc_chart_row));

    for (size_t i = 0; i < c->row_count; i++) {
        for (size_t k = 0; k < cc_rows_count(meanings); k++) {
            if (strcmp(cc_rows_text(meanings, k, Q_CODE_MEANINGS_CODE), rows[i].code) == 0) {
                rows[i].name.text =
                    talloc_asprintf(mem, "%s %s", rows[i].code,
                                    cc_rows_text(meanings, k, Q_CODE_MEANINGS_DEFINITION));
            }
        }
    }
    c->rows = rows;
}

static enum cc_rc read_chart(struct cc_req *req, const struct cc_statistic *what,
                             const char *prefix, const char *shown, struct cc_chart *chart_r)
{
    struct cc_call calls[] = {
        {.query = Q_STATISTIC_HEAD},
        {.query = Q_STATISTIC_LIST, .params = {what->subject, prefix}},
        {.query = Q_CODE_MEANINGS, .params = {"sdg-target", prefix, req->lang->tag}},
    };
    bool is_whole = req->route->audience == CC_FOR_MACHINE && strcmp(what->word, "targets") == 0;

    if (what->subject == NULL) {
        calls[1] = (struct cc_call){.query = Q_COLLABORATION_LIST, .params = {req->lang->tag}};
    }
    enum cc_rc rc = cc_app_read(req, calls, is_whole ? 3 : 2);
    if (rc == CC_OK) {
        *chart_r = what->subject == NULL
                       ? network_chart(req, what, calls[0].rows, calls[1].rows)
                       : cc_statistic_chart(req, what, calls[0].rows, calls[1].rows, prefix, shown);
        if (is_whole) {
            say_whole(req->mem, calls[2].rows, chart_r);
        }
    }
    return rc;
}

static enum cc_rc show(struct cc_req *req, struct cc_resp *resp, struct cc_chart_page *p,
                       const struct cc_statistic *what)
{
    struct cc_html w;

    p->heading = gettext(what->title);
    p->chart.is_headed = true;
    cc_frame_fill(req, p->heading, &p->frame);
    p->frame.has_charts = true;
    cc_page_begin(req, resp, &w);
    cc_view_chart_page(&w, p);
    return CC_OK;
}

enum cc_rc cc_goal_list(struct cc_req *req, struct cc_resp *resp)
{
    const struct cc_statistic *what = cc_statistic_find("goals");
    struct cc_chart_page p = {
        .lead =
            _("How many published records work on each of the 17 Sustainable Development Goals.")};

    enum cc_rc rc = read_chart(req, what, "", NULL, &p.chart);
    return rc == CC_OK ? show(req, resp, &p, what) : rc;
}

enum cc_rc cc_network(struct cc_req *req, struct cc_resp *resp)
{
    const struct cc_statistic *what = cc_statistic_find("network");
    struct cc_chart_page p = {.lead = _("Organisations that are confirmed members of the same "
                                        "partnerships, or take part in the "
                                        "same activities as their reporters tell. Of those with "
                                        "most of either, the strongest ties "
                                        "are shown.")};

    enum cc_rc rc = read_chart(req, what, "", NULL, &p.chart);
    return rc == CC_OK ? show(req, resp, &p, what) : rc;
}

/* One view for each kind that is counted; the first is what the map shows unasked. */
static void add_views(struct cc_req *req, struct cc_chart_page *p)
{
    struct cc_link *views = talloc_zero_array(req->mem, struct cc_link, CC_CHART_COLUMNS);

    for (size_t i = 0; i < p->chart.column_count; i++) {
        const struct cc_chart_column *column = &p->chart.columns[i];

        views[i].text.text = column->label;
        views[i].href = (struct cc_href){
            .route = R_COUNTRY_LIST,
            .query = talloc_asprintf(req->mem, "of=%s", column->kind),
        };
        views[i].is_current = !column->is_beside;
    }
    p->views = views;
    p->view_count = p->chart.column_count;
}

enum cc_rc cc_country_list(struct cc_req *req, struct cc_resp *resp)
{
    const struct cc_statistic *what = cc_statistic_find("countries");
    const char *shown = cc_value(&req->query, "of");
    struct cc_chart_page p = {
        .lead = _("Where partnerships and activities are, and where organisations are based.")};

    enum cc_rc rc = read_chart(req, what, "", shown, &p.chart);
    if (rc != CC_OK) {
        return rc;
    }
    bool is_known = false;
    for (size_t i = 0; i < p.chart.column_count; i++) {
        is_known |= strcmp(p.chart.columns[i].kind, shown) == 0;
    }
    for (size_t i = 0; !is_known && i < p.chart.column_count; i++) {
        p.chart.columns[i].is_beside = i > 0;
    }
    add_views(req, &p);
    return show(req, resp, &p, what);
}

/* --- CSV -------------------------------------------------------------------------------------- */

static void write_csv(struct cc_req *req, const struct cc_chart *c, struct cc_buf *out)
{
    bool is_network = c->other_head != NULL;
    const char *cells[4 + CC_CHART_COLUMNS] = {_("Identifier"), c->name_head,
                                               _("Identifier of the other"), c->other_head};
    size_t names = is_network ? 4 : 2;

    if (!is_network) {
        cells[0] = _("Code");
    }
    for (size_t i = 0; i < c->column_count; i++) {
        cells[names + i] = c->columns[i].label;
    }
    cc_csv_head(out, cells, names + c->column_count);
    for (size_t r = 0; r < c->row_count; r++) {
        const struct cc_chart_row *row = &c->rows[r];

        cells[0] = is_network ? row->href.args[0] : row->code;
        cells[1] = row->name.text;
        cells[2] = row->other_href.args[0];
        cells[3] = row->other.text;
        for (size_t i = 0; i < c->column_count; i++) {
            cells[names + i] = talloc_asprintf(req->mem, "%ld", row->values[i]);
        }
        cc_csv_row(out, cells, names + c->column_count);
    }
}

static const struct cc_input csv_inputs[] = {
    {.name = "goal", .type = CC_IN_UINT, .max = 2},
    {.name = NULL},
};
const struct cc_form cc_statistic_csv_form = {.inputs = csv_inputs};

enum cc_rc cc_statistic_csv(struct cc_req *req, struct cc_resp *resp)
{
    const struct cc_statistic *what = cc_statistic_find(req->args[0]);
    const char *goal = cc_value(&req->query, "goal");
    struct cc_chart chart;

    if (what == NULL || (goal[0] != '\0' && !cc_code_known("sdg-goal", goal))) {
        return CC_NOT_FOUND;
    }
    enum cc_rc rc = read_chart(
        req, what, goal[0] != '\0' ? talloc_asprintf(req->mem, "%s.", goal) : "", NULL, &chart);
    if (rc == CC_OK) {
        rc = cc_statistic_ready(req, &chart.counted);
    }
    if (rc != CC_OK) {
        return rc;
    }
    write_csv(req, &chart, &resp->body);
    cc_csv_answer(req, resp, talloc_asprintf(req->mem, "%s.csv", what->word));
    return CC_OK;
}
