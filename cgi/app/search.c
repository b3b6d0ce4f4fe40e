/* SPDX-License-Identifier: EUPL-1.2 */
/* Search over all kinds, as a page, as CSV and as an Atom feed: one form, one statement. */
#include "app/handlers.h"
#include "app/page.h"
#include "app/references.h"

#include "concord/csv.h"
#include "concord/search.h"
#include "concord/xml.h"
#include "view/search.h"
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#define PAGE_ROWS   25
#define FEED_ROWS   50
#define CSV_ROWS    1000
#define OPTIONS_MAX 300

static const struct cc_input inputs[] = {
    {.name = "q", .type = CC_IN_LINE, .max = 200, .label = N_("Words")},
    {.name = "kind", .type = CC_IN_TOKEN, .max = 20, .label = N_("Kind")},
    {.name = "goal", .type = CC_IN_TOKEN, .max = 20, .label = N_("Sustainable Development Goal")},
    {.name = "target", .type = CC_IN_TOKEN, .max = 20, .label = N_("SDG target")},
    {.name = "country", .type = CC_IN_TOKEN, .max = 20, .label = N_("Country")},
    {.name = "region", .type = CC_IN_TOKEN, .max = 20, .label = N_("Region")},
    {.name = "theme", .type = CC_IN_TOKEN, .max = 60, .label = N_("Theme")},
    {.name = "type", .type = CC_IN_TOKEN, .max = 60, .label = N_("Type")},
    {.name = "state", .type = CC_IN_TOKEN, .max = 60, .label = N_("State")},
    {.name = "year", .type = CC_IN_TOKEN, .max = 4, .label = N_("Year of beginning")},
    {.name = "with", .type = CC_IN_LINE, .max = 300, .label = N_("Organisation")},
    {.name = "role", .type = CC_IN_TOKEN, .max = 60, .label = N_("Role")},
    {.name = "with2", .type = CC_IN_LINE, .max = 300, .label = N_("Organisation")},
    {.name = "role2", .type = CC_IN_TOKEN, .max = 60, .label = N_("Role")},
    {.name = "with3", .type = CC_IN_LINE, .max = 300, .label = N_("Organisation")},
    {.name = "role3", .type = CC_IN_TOKEN, .max = 60, .label = N_("Role")},
    {.name = "sort", .type = CC_IN_TOKEN, .max = 20, .label = N_("Sort by")},
    {.name = "cursor", .type = CC_IN_TOKEN, .max = 800},
    {.name = "lang", .type = CC_IN_TOKEN, .max = 20, .label = N_("Language")},
    {.name = NULL},
};
const struct cc_form cc_search_form = {.inputs = inputs};

static const char *const with_names[CC_SEARCH_WITH] = {"with", "with2", "with3"};
static const char *const role_names[CC_SEARCH_WITH] = {"role", "role2", "role3"};

/* --- the question ----------------------------------------------------------------------------- */

static const char *organisation_of(struct cc_req *req, const char *text)
{
    const char *id = cc_reference_id(req->mem, text);

    return id != NULL ? id : text;
}

static void read_question(struct cc_req *req, int max, bool counting, struct cc_search *s)
{
    const char *lang = cc_value(&req->query, "lang");

    *s = (struct cc_search){
        .words = cc_value(&req->query, "q"),
        .kind = cc_value(&req->query, "kind"),
        .lang = req->route->audience == CC_FOR_BROWSER || lang[0] == '\0' ? req->lang->tag : lang,
        .sort = cc_value(&req->query, "sort"),
        .cursor = cc_value(&req->query, "cursor"),
        .max = max,
        .counting = counting,
    };
    for (size_t i = 0; cc_facets[i].name != NULL; i++) {
        s->facets[i] = cc_value(&req->query, cc_facets[i].name);
    }
    for (size_t i = 0; i < CC_SEARCH_WITH; i++) {
        s->with[i].organisation = organisation_of(req, cc_value(&req->query, with_names[i]));
        s->with[i].role = cc_value(&req->query, role_names[i]);
    }
}

static enum cc_rc ask(struct cc_req *req, const struct cc_search *s, struct cc_rows **rows_r)
{
    struct cc_call calls[2];

    enum cc_rc rc = cc_search_calls(req->mem, s, req->settings->login_secret, calls);
    if (rc == CC_OK) {
        rc = cc_app_read(req, calls, 2);
    }
    if (rc == CC_OK) {
        *rows_r = calls[1].rows;
    }
    return rc;
}

/* This question's address in another form or from another place on. */
static struct cc_href question_href(struct cc_req *req, enum cc_route_id route, const char *sort,
                                    const char *cursor)
{
    const char *pairs[2 * sizeof(inputs) / sizeof(inputs[0]) + 1];
    size_t n = 0;

    for (const struct cc_input *in = inputs; in->name != NULL; in++) {
        pairs[n++] = in->name;
        pairs[n++] = strcmp(in->name, "cursor") == 0                 ? cursor
                     : strcmp(in->name, "sort") == 0 && sort != NULL ? sort
                     : strcmp(in->name, "lang") == 0 ? (route == R_SEARCH ? NULL : req->lang->tag)
                                                     : cc_value(&req->query, in->name);
    }
    pairs[n] = NULL;
    const char *query = cc_url_query(req->mem, "", pairs);
    return (struct cc_href){.route = (int)route, .query = query[0] == '?' ? query + 1 : NULL};
}

static const char *href_url(struct cc_req *req, const struct cc_href *href)
{
    const char *url = cc_url_absolute(req->mem, req, href->route, href->args);

    return href->query != NULL ? talloc_asprintf(req->mem, "%s?%s", url, href->query) : url;
}

/* --- the answer's rows ------------------------------------------------------------------------ */

static const char *col(const struct cc_rows *rows, size_t i, int column)
{
    return cc_rows_text(rows, i, column);
}

static bool is_part(const struct cc_rows *rows, size_t i, const char *part)
{
    return strcmp(col(rows, i, Q_SEARCH_PART), part) == 0;
}

/* The first hit; rows of hits are the last ones. */
static size_t first_hit(const struct cc_rows *rows)
{
    size_t i = 0;

    while (i < cc_rows_count(rows) && !is_part(rows, i, "hit") && !is_part(rows, i, "similar")) {
        i++;
    }
    return i;
}

/* The n-th value of a facet in "goal=5 country=KE", or NULL. Owned by mem. */
static const char *nth_value(void *mem, const char *facets, const char *name, size_t n)
{
    size_t len = strlen(name);

    for (const char *s = facets != NULL ? facets : ""; *s != '\0'; s += strcspn(s, " ")) {
        s += *s == ' ';
        if (strncmp(s, name, len) == 0 && s[len] == '=' && n-- == 0) {
            return talloc_strndup(mem, s + len + 1, strcspn(s + len + 1, " "));
        }
    }
    return NULL;
}

static const char *values(void *mem, const char *facets, const char *name, const char *codelist,
                          const char *between)
{
    char *all = talloc_strdup(mem, "");
    const char *value;

    for (size_t i = 0; i < 20 && (value = nth_value(mem, facets, name, i)) != NULL; i++) {
        all = talloc_asprintf(mem, "%s%s%s", all, i > 0 ? between : "",
                              codelist != NULL ? cc_code_name(codelist, value) : value);
    }
    return all;
}

static const struct cc_facet *find_facet(const char *name)
{
    const struct cc_facet *f = cc_facets;

    while (f->name != NULL && strcmp(f->name, name) != 0) {
        f++;
    }
    return f;
}

static void fill_row(struct cc_req *req, const struct cc_rows *rows, size_t i,
                     struct cc_search_row *row)
{
    const char *lang = col(rows, i, Q_SEARCH_C), *facets = col(rows, i, Q_SEARCH_G);
    const char *kind = col(rows, i, Q_SEARCH_B);
    const char *countries = values(req->mem, facets, "country", "country", ", ");

    *row = (struct cc_search_row){
        .ref = {col(rows, i, Q_SEARCH_A), kind, {col(rows, i, Q_SEARCH_D), lang}},
        .acronym = {col(rows, i, Q_SEARCH_E), lang},
        .published_at = col(rows, i, Q_SEARCH_F),
        .members = strcmp(kind, "partnership") == 0 ? col(rows, i, Q_SEARCH_H) : NULL,
        .goals = values(req->mem, facets, "goal", NULL, " "),
        .countries = countries[0] != '\0' ? countries : NULL,
        .state = nth_value(req->mem, facets, "state", 0),
    };
    if (row->state != NULL) {
        row->state_list = cc_facet_codelist(find_facet("state"), row->state);
        row->state = row->state_list != NULL ? row->state : NULL;
    }
}

/* --- the page --------------------------------------------------------------------------------- */

static const char *value_name(const struct cc_facet *f, const char *code)
{
    const char *list = f->name != NULL ? cc_facet_codelist(f, code) : NULL;

    return list != NULL ? cc_code_name(list, code) : code;
}

/* The values that were found, the most frequent first, each with how often; and the one asked. */
static void fill_options(struct cc_req *req, const struct cc_rows *rows, const char *name,
                         struct cc_control *c)
{
    struct cc_option *options = talloc_array(req->mem, struct cc_option, OPTIONS_MAX + 1);
    const struct cc_facet *facet = find_facet(name);
    bool is_kind = strcmp(name, "kind") == 0, has_chosen = c->value[0] == '\0';
    size_t n = 0;

    for (size_t i = 0; i < cc_rows_count(rows) && n < OPTIONS_MAX; i++) {
        if (!is_part(rows, i, "facet") || strcmp(col(rows, i, Q_SEARCH_A), name) != 0) {
            continue;
        }
        const char *code = col(rows, i, Q_SEARCH_B);
        const struct cc_kind *kind = is_kind ? cc_kind_find(code) : NULL;
        const char *text = kind != NULL ? gettext(kind->label) : value_name(facet, code);

        options[n++] = (struct cc_option){
            code, talloc_asprintf(req->mem, "%s (%s)", text, col(rows, i, Q_SEARCH_C))};
        has_chosen = has_chosen || strcmp(code, c->value) == 0;
    }
    if (!has_chosen) {
        const struct cc_kind *kind = is_kind ? cc_kind_find(c->value) : NULL;
        options[n++] = (struct cc_option){c->value, kind != NULL ? gettext(kind->label)
                                                                 : value_name(facet, c->value)};
    }
    c->options = options;
    c->option_count = n;
}

/* Each field of the form; a choice without anything to choose is left out. */
static size_t fill_controls(struct cc_req *req, const struct cc_search *s,
                            const struct cc_rows *rows, struct cc_control *controls)
{
    static const struct cc_option sorts[] = {
        {"relevance", N_("Relevance")}, {"newest", N_("Newest first")}, {"title", N_("Title")}};
    struct cc_option *named = talloc_array(req->mem, struct cc_option, 3);
    size_t n = 0;

    for (const struct cc_input *in = inputs; in->label != NULL; in++) {
        bool is_with = strncmp(in->name, "with", 4) == 0,
             is_role = strncmp(in->name, "role", 4) == 0;
        struct cc_control c = {
            .type = in->type == CC_IN_LINE ? CC_C_LINE : CC_C_SELECT,
            .name = in->name,
            .label = gettext(in->label),
            .value = cc_value(&req->query, in->name),
            .max = in->max,
            .fold = is_with || is_role ? _("Organisations that take part together") : NULL,
            .blank = _("All")};
        if (strcmp(in->name, "sort") == 0) {
            for (size_t i = 0; i < 3; i++) {
                named[i] = (struct cc_option){sorts[i].value, gettext(sorts[i].text)};
            }
            c.options = named;
            c.option_count = 3;
            c.blank = NULL;
            c.value = cc_search_sort(s);
        } else if (is_role) {
            c.codelist = "partner-role";
        } else if (c.type == CC_C_SELECT) {
            fill_options(req, rows, in->name, &c);
        }
        if (c.type == CC_C_LINE || c.codelist != NULL || c.option_count > 0) {
            controls[n++] = c;
        }
    }
    return n;
}

static const struct cc_href *keep_href(struct cc_req *req, struct cc_href href)
{
    return talloc_memdup(req->mem, &href, sizeof(href));
}

enum cc_rc cc_search_page(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_control controls[sizeof(inputs) / sizeof(inputs[0])];
    struct cc_search_page p = {.filters = controls, .action = {.route = R_SEARCH}};
    struct cc_search s;
    struct cc_rows *rows;
    struct cc_html w;

    read_question(req, PAGE_ROWS, true, &s);
    enum cc_rc rc = ask(req, &s, &rows);
    if (rc != CC_OK) {
        return rc;
    }
    size_t first = first_hit(rows), found = cc_rows_count(rows) - first;
    struct cc_search_row *list = talloc_array(req->mem, struct cc_search_row, PAGE_ROWS + 1);
    p.row_count = found > PAGE_ROWS ? PAGE_ROWS : found;
    for (size_t i = 0; i < p.row_count; i++) {
        fill_row(req, rows, first + i, &list[i]);
    }
    p.rows = list;
    p.is_similar = found > 0 && is_part(rows, first, "similar");
    if (cc_rows_count(rows) > 0 && is_part(rows, 0, "total")) {
        p.total = col(rows, 0, Q_SEARCH_A);
        p.is_more = cc_rows_int(rows, 0, Q_SEARCH_A) > CC_SEARCH_TOTAL;
        p.total = p.is_more ? talloc_asprintf(req->mem, "%d", CC_SEARCH_TOTAL) : p.total;
    }
    p.filter_count = fill_controls(req, &s, rows, controls);
    if (found > PAGE_ROWS) {
        p.next =
            keep_href(req, question_href(req, R_SEARCH, NULL,
                                         cc_search_cursor(req->mem, &s, req->settings->login_secret,
                                                          rows, first + PAGE_ROWS - 1)));
    }
    if (s.cursor[0] != '\0') {
        p.first = keep_href(req, question_href(req, R_SEARCH, NULL, NULL));
    }
    p.csv = question_href(req, R_SEARCH_CSV, NULL, NULL);
    p.atom = question_href(req, R_SEARCH_ATOM, "newest", NULL);
    cc_frame_fill(req, _("Search"), &p.frame);
    p.frame.here = keep_href(req, question_href(req, R_SEARCH, NULL, s.cursor));
    p.frame.atom = &p.atom;
    cc_page_begin(req, resp, &w);
    cc_view_search(&w, &p);
    return CC_OK;
}

/* --- CSV and Atom ----------------------------------------------------------------------------- */

static void link_next(struct cc_req *req, struct cc_resp *resp, const char *url)
{
    cc_resp_header(resp, "Link", talloc_asprintf(req->mem, "<%s>; rel=\"next\"", url));
}

static const char *next_url(struct cc_req *req, const struct cc_search *s, enum cc_route_id route,
                            const struct cc_rows *rows, size_t last)
{
    struct cc_href href =
        question_href(req, route, cc_search_sort(s),
                      cc_search_cursor(req->mem, s, req->settings->login_secret, rows, last));

    return href_url(req, &href);
}

static const char *record_url(struct cc_req *req, const struct cc_search_row *row)
{
    const struct cc_kind *kind = cc_kind_find(row->ref.kind);
    const char *args[CC_ARGS_MAX] = {kind->plural, row->ref.id};

    return cc_url_absolute(req->mem, req, R_RECORD_NEGOTIATE, args);
}

enum cc_rc cc_search_csv(struct cc_req *req, struct cc_resp *resp)
{
    static const char *const heads[] = {"identifier", "kind",      "title", "language", "acronym",
                                        "published",  "countries", "goals", "state",    "address"};
    struct cc_search s;
    struct cc_rows *rows;

    read_question(req, CSV_ROWS, false, &s);
    enum cc_rc rc = ask(req, &s, &rows);
    if (rc != CC_OK) {
        return rc;
    }
    cc_csv_row(&resp->body, heads, 10);
    size_t n = cc_rows_count(rows);
    for (size_t i = 0; i < n && i < CSV_ROWS; i++) {
        struct cc_search_row row;
        const char *facets = col(rows, i, Q_SEARCH_G);

        fill_row(req, rows, i, &row);
        cc_csv_row(&resp->body,
                   (const char *[]){row.ref.id, row.ref.kind, row.ref.title.text,
                                    row.ref.title.lang, row.acronym.text, row.published_at,
                                    values(req->mem, facets, "country", NULL, " "), row.goals,
                                    nth_value(req->mem, facets, "state", 0), record_url(req, &row)},
                   10);
    }
    if (n > CSV_ROWS) {
        link_next(req, resp, next_url(req, &s, R_SEARCH_CSV, rows, CSV_ROWS - 1));
    }
    resp->status = 200;
    resp->type = "text/csv; charset=utf-8; header=present";
    resp->disposition = "search.csv";
    resp->cache = req->has_session_cookie ? CC_CACHE_NO_STORE : CC_CACHE_SHORT;
    return CC_OK;
}

static void add_element(struct cc_buf *out, const char *name, const char *text)
{
    cc_buf_printf(out, "<%s>", name);
    cc_xml_text(out, text);
    cc_buf_printf(out, "</%s>", name);
}

static void add_link(struct cc_buf *out, const char *rel, const char *type, const char *url)
{
    cc_buf_adds(out, "<link");
    cc_xml_add_attr(out, "rel", rel);
    cc_xml_add_attr(out, "type", type);
    cc_xml_add_attr(out, "href", url);
    cc_buf_adds(out, "/>");
}

static void add_entry(struct cc_req *req, struct cc_buf *out, const struct cc_search_row *row)
{
    const char *url = record_url(req, row);

    cc_buf_adds(out, "<entry>");
    add_element(out, "id", url);
    cc_buf_adds(out, "<title type=\"text\"");
    cc_xml_add_attr(out, "xml:lang", row->ref.title.lang);
    cc_buf_adds(out, ">");
    cc_xml_text(out, row->ref.title.text);
    cc_buf_adds(out, "</title>");
    add_element(out, "updated", row->published_at);
    cc_buf_adds(out, "<category");
    cc_xml_add_attr(out, "term", row->ref.kind);
    cc_buf_adds(out, "/>");
    add_link(out, "alternate", NULL, url);
    add_link(out, "alternate", "application/xml", talloc_asprintf(req->mem, "%s.xml", url));
    cc_buf_adds(out, "</entry>");
}

/* The newest first, whatever the page is sorted by. */
enum cc_rc cc_search_atom(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_buf *out = &resp->body;
    struct cc_search s;
    struct cc_rows *rows;

    read_question(req, FEED_ROWS, false, &s);
    s.sort = "newest";
    enum cc_rc rc = ask(req, &s, &rows);
    if (rc != CC_OK) {
        return rc;
    }
    struct cc_href self = question_href(req, R_SEARCH_ATOM, "newest", s.cursor);
    struct cc_href whole = question_href(req, R_SEARCH_ATOM, "newest", NULL);
    struct cc_href page = question_href(req, R_SEARCH, NULL, NULL);
    size_t n = cc_rows_count(rows);
    cc_buf_adds(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                     "<feed xmlns=\"http://www.w3.org/2005/Atom\">");
    add_element(out, "id", href_url(req, &whole));
    add_element(out, "title",
                talloc_asprintf(req->mem, "%s: %s", req->settings->registry_name,
                                s.words[0] != '\0' ? s.words : _("Search")));
    add_element(out, "updated", n > 0 ? col(rows, 0, Q_SEARCH_F) : "2000-01-01T00:00:00Z");
    cc_buf_adds(out, "<author>");
    add_element(out, "name", req->settings->registry_name);
    cc_buf_adds(out, "</author>");
    add_link(out, "self", "application/atom+xml", href_url(req, &self));
    add_link(out, "alternate", "text/html", href_url(req, &page));
    if (n > FEED_ROWS) {
        add_link(out, "next", "application/atom+xml",
                 next_url(req, &s, R_SEARCH_ATOM, rows, FEED_ROWS - 1));
    }
    for (size_t i = 0; i < n && i < FEED_ROWS; i++) {
        struct cc_search_row row;

        fill_row(req, rows, i, &row);
        add_entry(req, out, &row);
    }
    cc_buf_adds(out, "</feed>");
    resp->status = 200;
    resp->type = "application/atom+xml; charset=utf-8";
    resp->cache = req->has_session_cookie ? CC_CACHE_NO_STORE : CC_CACHE_SHORT;
    return CC_OK;
}
