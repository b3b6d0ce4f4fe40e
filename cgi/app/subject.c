/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Who works on a goal or a target, what there is in a country: the numbers as counted last, the
 * organisations behind them, and the newest records of each kind. One round trip.
 */
#include "app/statistic.h"

#include "app/csv.h"
#include "app/handlers.h"
#include "app/question.h"
#include "view/subject.h"
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define PAGE_ROWS 25
#define LISTS_MAX 8

enum { HEAD, NUMBERS, ENGAGED, TARGETS, MEANINGS, LISTS };

static const struct cc_link *parents(struct cc_req *req, const char *subject, const char *code,
                                     size_t *n_r)
{
    struct cc_link *links = talloc_zero_array(req->mem, struct cc_link, 3);
    bool is_country = strcmp(subject, "country") == 0;
    size_t n = 0;

    links[n].text.text = is_country ? _("Countries") : _("Goals");
    links[n++].href.route = is_country ? R_COUNTRY_LIST : R_GOAL_LIST;
    if (strcmp(subject, "target") == 0) {
        const char *goal = talloc_strndup(req->mem, code, strcspn(code, "."));

        links[n].text.text = cc_code_name("sdg-goal", goal);
        links[n++].href = cc_subject_href("goal", goal);
    }
    *n_r = n;
    return links;
}

static const char *heading(struct cc_req *req, const struct cc_subject *subject, const char *code)
{
    return strcmp(subject->name, "target") == 0 ? cc_fmt(req->mem, _("Target {1}"), code, NULL)
                                                : cc_code_name(subject->codelist, code);
}

/* --- numbers and organisations ---------------------------------------------------------------- */

/* Illustrative records about one code; NULL = none. */
static const char *left_out(const struct cc_rows *rows)
{
    for (size_t i = 0; i < cc_rows_count(rows); i++) {
        if (strcmp(cc_rows_text(rows, i, Q_STATISTIC_OF_KIND), "illustrative") == 0) {
            return cc_rows_text(rows, i, Q_STATISTIC_OF_RECORDS);
        }
    }
    return NULL;
}

static size_t fill_numbers(struct cc_req *req, const struct cc_rows *rows,
                           const struct cc_option **numbers_r)
{
    struct cc_option *numbers =
        talloc_zero_array(req->mem, struct cc_option, (unsigned)cc_rows_count(rows) + 1);
    size_t n = 0;

    for (size_t i = 0; i < cc_rows_count(rows); i++) {
        const struct cc_kind *kind = cc_kind_find(cc_rows_text(rows, i, Q_STATISTIC_OF_KIND));

        if (kind != NULL) { /* "illustrative" is none */
            numbers[n].value = gettext(kind->label_many);
            numbers[n++].text = cc_rows_text(rows, i, Q_STATISTIC_OF_RECORDS);
        }
    }
    *numbers_r = numbers;
    return n;
}

static const struct cc_engaged *engaged(struct cc_req *req, const struct cc_rows *rows, size_t n)
{
    struct cc_engaged *out = talloc_array(req->mem, struct cc_engaged, (unsigned)n + 1);

    for (size_t i = 0; i < n; i++) {
        out[i] = (struct cc_engaged){
            .organisation = {cc_rows_text(rows, i, Q_ENGAGEMENT_LIST_ORGANISATION),
                             "organisation",
                             {cc_rows_text(rows, i, Q_ENGAGEMENT_LIST_TITLE),
                              cc_rows_text(rows, i, Q_ENGAGEMENT_LIST_LANG)}},
            .records = cc_rows_text(rows, i, Q_ENGAGEMENT_LIST_RECORDS),
            .partnerships = cc_rows_text(rows, i, Q_ENGAGEMENT_LIST_PARTNERSHIPS),
            .commitments = cc_rows_text(rows, i, Q_ENGAGEMENT_LIST_COMMITMENTS),
            .activities = cc_rows_text(rows, i, Q_ENGAGEMENT_LIST_ACTIVITIES),
        };
    }
    return out;
}

static struct cc_href engaged_href(const char *subject, const char *code)
{
    return (struct cc_href){.route = strcmp(subject, "goal") == 0 ? R_GOAL_ORGANISATIONS
                                                                  : R_TARGET_ORGANISATIONS,
                            .args = {code}};
}

/* --- lists of records ------------------------------------------------------------------------- */

/* The newest of a kind about the subject, as its list would show them. */
static enum cc_rc list_calls(struct cc_req *req, const char *kind, const char *subject,
                             const char *code, struct cc_call calls_r[CC_SEARCH_CALLS])
{
    struct cc_search s = {
        .words = "", .kind = kind, .lang = req->lang->tag, .sort = "newest", .max = PAGE_ROWS - 1};
    size_t n;

    for (size_t i = 0; cc_facets[i].name != NULL; i++) {
        s.facets[i] = strcmp(cc_facets[i].name, subject) == 0 ? code : "";
    }
    return cc_search_calls(req->mem, &s, NULL, calls_r, &n);
}

static size_t fill_lists(struct cc_req *req, const struct cc_subject *subject, const char *code,
                         const struct cc_call *calls, const struct cc_subject_list **lists_r)
{
    struct cc_subject_list *lists = talloc_zero_array(req->mem, struct cc_subject_list, LISTS_MAX);
    size_t n = 0;

    for (const struct cc_subject_path *p = subject->paths; p->kind != NULL; p++, n++) {
        const struct cc_rows *rows = cc_search_hits(&calls[n * CC_SEARCH_ALONE]);

        lists[n].kind = p->kind;
        lists[n].heading = gettext(cc_kind_find(p->kind)->label_many);
        lists[n].row_count = cc_rows_count(rows);
        lists[n].rows = cc_search_rows(req, rows, lists[n].row_count);
        lists[n].has_members = strcmp(p->kind, "partnership") == 0;
        lists[n].more = cc_list_href(req->mem, p->kind, subject->name, code);
    }
    *lists_r = lists;
    return n;
}

/* --- pages ------------------------------------------------------------------------------------ */

/* What a code says in whole. */
static struct cc_tagged meaning_of(const struct cc_rows *rows, const char *code)
{
    for (size_t i = 0; i < cc_rows_count(rows); i++) {
        if (strcmp(cc_rows_text(rows, i, Q_CODE_MEANINGS_CODE), code) == 0) {
            return (struct cc_tagged){cc_rows_text(rows, i, Q_CODE_MEANINGS_DEFINITION),
                                      cc_rows_text(rows, i, Q_CODE_MEANINGS_LANG)};
        }
    }
    return (struct cc_tagged){0};
}

static enum cc_rc show(struct cc_req *req, struct cc_resp *resp, const char *name)
{
    const struct cc_subject *subject = cc_subject_find(name);
    const char *code = req->args[0];
    bool is_goal = strcmp(name, "goal") == 0;
    bool is_target = strcmp(name, "target") == 0;
    const char *prefix = talloc_asprintf(req->mem, is_goal ? "%s." : "%s", code);
    struct cc_call calls[LISTS + LISTS_MAX * CC_SEARCH_CALLS] = {
        [HEAD] = {.query = Q_STATISTIC_HEAD},
        [NUMBERS] = {.query = Q_STATISTIC_OF, .params = {name, code}},
        [ENGAGED] = {.query = Q_ENGAGEMENT_LIST,
                     .params = {name, code, req->lang->tag, NULL, NULL, "25"}},
        [TARGETS] = {.query = Q_STATISTIC_LIST, .params = {"target", prefix}},
        [MEANINGS] = {.query = Q_CODE_MEANINGS,
                      .params = {subject->codelist, code, req->lang->tag}},
    };
    struct cc_subject_page p = {.heading = heading(req, subject, code)};
    struct cc_html w;
    size_t n = LISTS;

    if (!cc_code_known(subject->codelist, code)) {
        return CC_NOT_FOUND;
    }
    enum cc_rc rc = CC_OK;
    for (const struct cc_subject_path *path = subject->paths; rc == CC_OK && path->kind != NULL;
         path++, n += CC_SEARCH_ALONE) {
        rc = list_calls(req, path->kind, name, code, calls + n);
    }
    if (rc == CC_OK) {
        rc = cc_app_read(req, calls, n);
    }
    if (rc != CC_OK) {
        return rc;
    }
    p.goal = is_goal || is_target ? talloc_strndup(req->mem, code, strcspn(code, ".")) : NULL;
    p.parents = parents(req, name, code, &p.parent_count);
    p.counted = cc_statistic_counted(calls[HEAD].rows, left_out(calls[NUMBERS].rows));
    p.number_count = fill_numbers(req, calls[NUMBERS].rows, &p.numbers);
    if (is_goal) {
        p.has_chart = true;
        p.chart = cc_statistic_chart(req, cc_statistic_find("targets"), calls[HEAD].rows,
                                     calls[TARGETS].rows, prefix, NULL);
        p.chart.csv.query = talloc_asprintf(req->mem, "goal=%s", code);
        p.chart.file = talloc_asprintf(req->mem, "targets-%s", code);
        p.chart.is_shut = false;
        p.chart.counted = p.counted;
    }
    p.meaning = meaning_of(calls[MEANINGS].rows, code);
    if (is_goal || is_target) {
        struct cc_href *more = talloc(req->mem, struct cc_href);

        *more = engaged_href(name, code);
        p.has_engaged = true;
        p.engaged_count = cc_rows_count(calls[ENGAGED].rows);
        p.engaged = engaged(req, calls[ENGAGED].rows, p.engaged_count);
        p.engaged_more = more;
    }
    p.list_count = fill_lists(req, subject, code, calls + LISTS, &p.lists);
    cc_frame_fill(req, p.heading, &p.frame);
    p.frame.has_charts = p.has_chart;
    cc_page_begin(req, resp, &w);
    cc_view_subject(&w, &p);
    return CC_OK;
}

enum cc_rc cc_goal_show(struct cc_req *req, struct cc_resp *resp)
{
    return show(req, resp, "goal");
}

enum cc_rc cc_target_show(struct cc_req *req, struct cc_resp *resp)
{
    return show(req, resp, "target");
}

enum cc_rc cc_country_show(struct cc_req *req, struct cc_resp *resp)
{
    return show(req, resp, "country");
}

/* --- all organisations at work ---------------------------------------------------------------- */

static const struct cc_input engaged_inputs[] = {
    {.name = "after", .type = CC_IN_UINT, .max = 18},
    {.name = "id", .type = CC_IN_ID, .max = 20},
    {.name = NULL},
};
const struct cc_form cc_engaged_form = {.inputs = engaged_inputs};

static const char *engaged_subject(const struct cc_req *req)
{
    return req->route == &cc_routes[R_GOAL_ORGANISATIONS] ||
                   req->route == &cc_routes[R_GOAL_ORGANISATIONS_CSV]
               ? "goal"
               : "target";
}

static const struct cc_href *engaged_from(struct cc_req *req, const char *subject,
                                          const struct cc_engaged *last)
{
    struct cc_href *href = talloc(req->mem, struct cc_href);

    *href = engaged_href(subject, req->args[0]);
    if (last != NULL) {
        href->query =
            talloc_asprintf(req->mem, "after=%s&id=%s", last->records, last->organisation.id);
    }
    return href;
}

enum cc_rc cc_engaged_list(struct cc_req *req, struct cc_resp *resp)
{
    const char *name = engaged_subject(req);
    const struct cc_subject *subject = cc_subject_find(name);
    const char *code = req->args[0];
    const char *after = cc_value(&req->query, "after");
    const char *id = cc_value(&req->query, "id");
    bool onward = after[0] != '\0' && id[0] != '\0';
    struct cc_call calls[] = {
        {.query = Q_STATISTIC_HEAD},
        {.query = Q_ENGAGEMENT_LIST,
         .params = {name, code, req->lang->tag, onward ? after : NULL, onward ? id : NULL, "26"}},
        {.query = Q_STATISTIC_OF, .params = {name, code}},
    };
    struct cc_engaged_page p = {0};
    struct cc_html w;

    if (!cc_code_known(subject->codelist, code)) {
        return CC_NOT_FOUND;
    }
    enum cc_rc rc = cc_app_read(req, calls, 3);
    if (rc != CC_OK) {
        return rc;
    }
    size_t found = cc_rows_count(calls[1].rows);
    struct cc_link *way = (struct cc_link *)parents(req, name, code, &p.parent_count);
    way[p.parent_count].text.text = heading(req, subject, code);
    way[p.parent_count++].href = cc_subject_href(name, code);
    p.parents = way;
    p.heading =
        cc_fmt(req->mem, _("Organisations at work: {1}"), heading(req, subject, code), NULL);
    p.counted = cc_statistic_counted(calls[0].rows, left_out(calls[2].rows));
    p.row_count = found > PAGE_ROWS ? PAGE_ROWS : found;
    p.rows = engaged(req, calls[1].rows, p.row_count);
    p.csv = (struct cc_href){.route = strcmp(name, "goal") == 0 ? R_GOAL_ORGANISATIONS_CSV
                                                                : R_TARGET_ORGANISATIONS_CSV,
                             .args = {code}};
    p.first = onward ? engaged_from(req, name, NULL) : NULL;
    p.next = found > PAGE_ROWS ? engaged_from(req, name, &p.rows[PAGE_ROWS - 1]) : NULL;
    cc_frame_fill(req, p.heading, &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_engaged(&w, &p);
    return CC_OK;
}

enum cc_rc cc_engaged_csv(struct cc_req *req, struct cc_resp *resp)
{
    static const struct cc_csv_column columns[] = {
        {"organisation", Q_ENGAGEMENT_LIST_ORGANISATION},
        {"name", Q_ENGAGEMENT_LIST_TITLE},
        {"language", Q_ENGAGEMENT_LIST_LANG},
        {"partnerships", Q_ENGAGEMENT_LIST_PARTNERSHIPS},
        {"commitments", Q_ENGAGEMENT_LIST_COMMITMENTS},
        {"activities", Q_ENGAGEMENT_LIST_ACTIVITIES},
    };
    const char *name = engaged_subject(req);
    const char *code = req->args[0];
    struct cc_call calls[] = {
        {.query = Q_STATISTIC_HEAD},
        {.query = Q_ENGAGEMENT_LIST, .params = {name, code, "en", NULL, NULL, CC_CSV_MAX}},
    };

    if (!cc_code_known(cc_subject_find(name)->codelist, code)) {
        return CC_NOT_FOUND;
    }
    enum cc_rc rc = cc_app_read(req, calls, 2);
    if (rc == CC_OK) {
        struct cc_counted counted = cc_statistic_counted(calls[0].rows, NULL);
        rc = cc_statistic_ready(req, &counted);
    }
    if (rc != CC_OK) {
        return rc;
    }
    struct cc_csv_list list = {
        .columns = columns,
        .column_count = sizeof(columns) / sizeof(columns[0]),
        .call = calls[1],
        .after = {3, 4},
        .after_column = {Q_ENGAGEMENT_LIST_RECORDS, Q_ENGAGEMENT_LIST_ORGANISATION},
        .file = talloc_asprintf(req->mem, "organisations-%s-%s.csv", name, code)};
    cc_csv_list(req, resp, &list, calls[1].rows);
    return CC_OK;
}
