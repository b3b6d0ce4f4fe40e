/* SPDX-License-Identifier: EUPL-1.2 */
/* Public lists: partnerships, organisations and commitments with simple search and filters. */
#include "app/handlers.h"
#include "app/page.h"

#include "concord/text.h"
#include "view/list.h"
#include <string.h>
#include <talloc.h>

#define PAGE_ROWS   25
#define FILTERS_MAX 5

/* A filter: its field in the query, the code list of its choices, the facet that it asks for. */
struct filter {
    const char *name, *label, *codelist, *facet;
};
struct list {
    const char *kind;
    const char *heading;
    enum cc_route_id route;
    bool has_members;
    struct filter filters[FILTERS_MAX];
};

static const struct list partnerships = {
    .kind = "partnership",
    .heading = N_("Partnerships"),
    .route = R_PARTNERSHIP_LIST,
    .has_members = true,
    .filters = {{"goal", N_("Sustainable Development Goal"), "sdg-goal", "sdg.goal"},
                {"kind", N_("Kind"), "partnership-type", "kind"},
                {"country", N_("Country"), "country", "country.code"},
                {"state", N_("State"), "lifecycle-state", "state"}},
};
static const struct list organisations = {
    .kind = "organisation",
    .heading = N_("Organisations"),
    .route = R_ORGANISATION_LIST,
    .filters = {{"type", N_("Type"), "organisation-type", "type"},
                {"country", N_("Country"), "country", "country"}},
};

static const struct list activities = {
    .kind = "activity",
    .heading = N_("Activities"),
    .route = R_ACTIVITY_LIST,
    .filters = {{"goal", N_("Sustainable Development Goal"), "sdg-goal", "sdg.goal"},
                {"kind", N_("Kind of work"), "activity-kind", "kind"},
                {"country", N_("Country"), "country", "country.code"},
                {"state", N_("State"), "activity-state", "state"}},
};

static const struct list commitments = {
    .kind = "commitment",
    .heading = N_("Commitments"),
    .route = R_COMMITMENT_LIST,
    .filters = {{"goal", N_("Sustainable Development Goal"), "sdg-goal", "sdg.goal"},
                {"kind", N_("Kind"), "commitment-kind", "kind"},
                {"resource", N_("Resource"), "resource-kind", "resource.kind"},
                {"state", N_("State"), "commitment-state", "state"}},
};

static const struct cc_input partnership_inputs[] = {
    {.name = "q", .type = CC_IN_LINE, .max = 200, .label = N_("Words")},
    {.name = "goal", .type = CC_IN_TOKEN, .max = 20, .label = N_("Sustainable Development Goal")},
    {.name = "kind", .type = CC_IN_TOKEN, .max = 60, .label = N_("Kind")},
    {.name = "country", .type = CC_IN_TOKEN, .max = 20, .label = N_("Country")},
    {.name = "state", .type = CC_IN_TOKEN, .max = 60, .label = N_("State")},
    {.name = "before", .type = CC_IN_UINT, .max = 18},
    {.name = NULL},
};
const struct cc_form cc_partnership_list_form = {.inputs = partnership_inputs};

/* An activity is asked for by the same fields. */
const struct cc_form cc_activity_list_form = {.inputs = partnership_inputs};

static const struct cc_input organisation_inputs[] = {
    {.name = "q", .type = CC_IN_LINE, .max = 200, .label = N_("Words")},
    {.name = "type", .type = CC_IN_TOKEN, .max = 60, .label = N_("Type")},
    {.name = "country", .type = CC_IN_TOKEN, .max = 20, .label = N_("Country")},
    {.name = "before", .type = CC_IN_UINT, .max = 18},
    {.name = NULL},
};
const struct cc_form cc_organisation_list_form = {.inputs = organisation_inputs};

static const struct cc_input commitment_inputs[] = {
    {.name = "q", .type = CC_IN_LINE, .max = 200, .label = N_("Words")},
    {.name = "goal", .type = CC_IN_TOKEN, .max = 20, .label = N_("Sustainable Development Goal")},
    {.name = "kind", .type = CC_IN_TOKEN, .max = 60, .label = N_("Kind")},
    {.name = "resource", .type = CC_IN_TOKEN, .max = 60, .label = N_("Resource")},
    {.name = "state", .type = CC_IN_TOKEN, .max = 60, .label = N_("State")},
    {.name = "before", .type = CC_IN_UINT, .max = 18},
    {.name = NULL},
};
const struct cc_form cc_commitment_list_form = {.inputs = commitment_inputs};

/* {"country.code":["KE"]}; values are tokens, so nothing needs escaping. NULL = no filter. */
static const char *facets_json(struct cc_req *req, const struct list *list)
{
    struct cc_buf out;

    cc_buf_init(&out, req->mem);
    for (const struct filter *f = list->filters; f->name != NULL; f++) {
        const char *code = cc_value(&req->query, f->name);

        if (code[0] != '\0') {
            cc_buf_printf(&out, "%s\"%s\":[\"%s\"]", out.len > 0 ? "," : "{", f->facet, code);
        }
    }
    if (out.len == 0) {
        return NULL;
    }
    cc_buf_addc(&out, '}');
    return cc_buf_str(&out);
}

const char *cc_like_pattern(void *mem, const char *text)
{
    struct cc_buf out;

    if (text[0] == '\0') {
        return NULL;
    }
    cc_buf_init(&out, mem);
    cc_buf_addc(&out, '%');
    for (const char *s = cc_text_fold(mem, text); *s != '\0'; s++) {
        if (strchr("\\%_", *s) != NULL) {
            cc_buf_addc(&out, '\\');
        }
        cc_buf_addc(&out, *s);
    }
    cc_buf_addc(&out, '%');
    return cc_buf_str(&out);
}

/* This list's address with the words and filters in force, beginning at `before`. */
static const struct cc_href *list_href(struct cc_req *req, const struct list *list,
                                       const char *before)
{
    struct cc_href *href = talloc_zero(req->mem, struct cc_href);
    const char *pairs[2 * (FILTERS_MAX + 2) + 1] = {"q", cc_value(&req->query, "q"), "before",
                                                    before};
    size_t n = 4;

    for (const struct filter *f = list->filters; f->name != NULL; f++) {
        pairs[n++] = f->name;
        pairs[n++] = cc_value(&req->query, f->name);
    }
    const char *query = cc_url_query(req->mem, "", pairs);
    href->route = (int)list->route;
    href->query = query[0] == '?' ? query + 1 : NULL;
    return href;
}

static const struct cc_href *words_href(struct cc_req *req, enum cc_route_id route, const char *q)
{
    struct cc_href *href = talloc_zero(req->mem, struct cc_href);
    const char *query = cc_url_query(req->mem, "", (const char *[]){"q", q, NULL});

    href->route = (int)route;
    href->query = query[0] == '?' ? query + 1 : NULL;
    return href;
}

static size_t fill_filters(struct cc_req *req, const struct list *list, struct cc_control *controls)
{
    size_t n = 0;

    controls[n++] = (struct cc_control){.type = CC_C_LINE,
                                        .name = "q",
                                        .label = _("Words"),
                                        .value = cc_value(&req->query, "q"),
                                        .max = 200};
    for (const struct filter *f = list->filters; f->name != NULL; f++) {
        controls[n++] = (struct cc_control){.type = CC_C_SELECT,
                                            .name = f->name,
                                            .label = gettext(f->label),
                                            .codelist = f->codelist,
                                            .blank = _("All"),
                                            .value = cc_value(&req->query, f->name)};
    }
    return n;
}

struct cc_list_row *cc_list_rows(void *mem, const struct cc_rows *rows, const char *kind, size_t n)
{
    struct cc_list_row *out = talloc_array(mem, struct cc_list_row, (unsigned)n + 1);

    for (size_t i = 0; i < n; i++) {
        const char *lang = cc_rows_text(rows, i, Q_RECORD_LIST_LANG);

        out[i] = (struct cc_list_row){
            .ref = {cc_rows_text(rows, i, Q_RECORD_LIST_ID),
                    kind,
                    {cc_rows_text(rows, i, Q_RECORD_LIST_TITLE), lang}},
            .acronym = {cc_rows_text(rows, i, Q_RECORD_LIST_ACRONYM), lang},
            .published_at = cc_rows_text(rows, i, Q_RECORD_LIST_PUBLISHED_AT),
            .members = cc_rows_text(rows, i, Q_RECORD_LIST_MEMBERS),
        };
    }
    return out;
}

static enum cc_rc show(struct cc_req *req, struct cc_resp *resp, const struct list *list)
{
    const char *q = cc_value(&req->query, "q");
    const char *before = cc_value(&req->query, "before");
    struct cc_call call = {
        .query = Q_RECORD_LIST,
        .params = {list->kind, q, cc_like_pattern(req->mem, q), facets_json(req, list),
                   req->lang->tag, before[0] != '\0' ? before : NULL, "26"},
    };
    struct cc_control controls[FILTERS_MAX + 1];
    struct cc_list_page p = {.heading = gettext(list->heading),
                             .filters = controls,
                             .action = {.route = (int)list->route},
                             .is_filtered = call.params[2] != NULL || call.params[3] != NULL,
                             .has_members = list->has_members};
    struct cc_html w;

    enum cc_rc rc = cc_app_read(req, &call, 1);
    if (rc != CC_OK) {
        return rc;
    }
    size_t found = cc_rows_count(call.rows);
    p.row_count = found > PAGE_ROWS ? PAGE_ROWS : found;
    p.rows = cc_list_rows(req->mem, call.rows, list->kind, p.row_count);
    p.filter_count = fill_filters(req, list, controls);
    if (found > PAGE_ROWS) {
        p.next =
            list_href(req, list, cc_rows_text(call.rows, PAGE_ROWS - 1, Q_RECORD_LIST_POSITION));
    }
    if (before[0] != '\0') {
        p.first = list_href(req, list, NULL);
    }
    if (q[0] != '\0') { /* whoever searches need not know which list it is in */
        p.elsewhere =
            words_href(req, list->has_members ? R_ORGANISATION_LIST : R_PARTNERSHIP_LIST, q);
    }
    cc_frame_fill(req, p.heading, &p.frame);
    p.frame.here = list_href(req, list, before);
    cc_page_begin(req, resp, &w);
    cc_view_list(&w, &p);
    return CC_OK;
}

enum cc_rc cc_partnership_list(struct cc_req *req, struct cc_resp *resp)
{
    return show(req, resp, &partnerships);
}

enum cc_rc cc_organisation_list(struct cc_req *req, struct cc_resp *resp)
{
    return show(req, resp, &organisations);
}

enum cc_rc cc_activity_list(struct cc_req *req, struct cc_resp *resp)
{
    return show(req, resp, &activities);
}

enum cc_rc cc_commitment_list(struct cc_req *req, struct cc_resp *resp)
{
    return show(req, resp, &commitments);
}
