/* SPDX-License-Identifier: EUPL-1.2 */
/* The search page, and the lists of one kind, which are the same page with the kind given. */
#include "app/handlers.h"
#include "app/search_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define PAGE_ROWS     25
#define COUNTRIES_MAX 10

/* --- the answer's rows ------------------------------------------------------------------------ */

static const char *col(const struct cc_rows *rows, size_t i, int column)
{
    return cc_rows_text(rows, i, column);
}

/* The names of the first countries, and how many there are when these are not all; NULL = none. */
static const char *country_names(void *mem, const char *codes)
{
    struct cc_buf out;
    size_t n = 0;

    if (codes == NULL || codes[0] == '\0') {
        return NULL;
    }
    cc_buf_init(&out, mem);
    for (const char *s = codes; *s != '\0'; n++) {
        size_t len = strcspn(s, " ");

        if (n < COUNTRIES_MAX) {
            cc_buf_adds(&out, n > 0 ? ", " : "");
            cc_buf_adds(&out, cc_code_name("country", talloc_strndup(mem, s, len)));
        }
        s += len + strspn(s + len, " ");
    }
    return n <= COUNTRIES_MAX ? cc_buf_str(&out)
                              : cc_fmt(mem, _("{1} and more, {2} in all"), cc_buf_str(&out),
                                       talloc_asprintf(mem, "%zu", n), NULL);
}

static int by_number(const void *a, const void *b)
{
    return atoi(*(const char *const *)a) - atoi(*(const char *const *)b);
}

/* Numbers separated by blanks, the smallest first. */
static const char *in_order(void *mem, const char *codes)
{
    const char *sorted[20];
    size_t n = 0;
    struct cc_buf out;

    if (codes == NULL) {
        return NULL;
    }
    while (n < 20 && (sorted[n] = cc_code_nth(mem, codes, n)) != NULL) {
        n++;
    }
    qsort(sorted, n, sizeof(sorted[0]), by_number);
    cc_buf_init(&out, mem);
    for (size_t i = 0; i < n; i++) {
        cc_buf_printf(&out, "%s%s", i > 0 ? " " : "", sorted[i]);
    }
    return cc_buf_str(&out);
}

void cc_search_row_fill(struct cc_req *req, const struct cc_rows *rows, size_t i,
                        struct cc_search_row *row)
{
    const char *lang = col(rows, i, Q_SEARCH_C), *kind = col(rows, i, Q_SEARCH_B);

    *row = (struct cc_search_row){
        .ref = {col(rows, i, Q_SEARCH_A), kind, {col(rows, i, Q_SEARCH_D), lang}},
        .acronym = {col(rows, i, Q_SEARCH_E), lang},
        .published_at = col(rows, i, Q_SEARCH_F),
        .members = strcmp(kind, "partnership") == 0 ? col(rows, i, Q_SEARCH_H) : NULL,
        .goals = in_order(req->mem, col(rows, i, Q_SEARCH_G)),
        .countries = country_names(req->mem, col(rows, i, Q_SEARCH_L)),
        .state = cc_code_nth(req->mem, col(rows, i, Q_SEARCH_M), 0),
        .is_illustrative = col(rows, i, Q_SEARCH_N) != NULL,
        .by = {col(rows, i, Q_SEARCH_P), col(rows, i, Q_SEARCH_O)},
        .by_label = strcmp(kind, "activity") == 0     ? _("Reported by:")
                    : strcmp(kind, "commitment") == 0 ? _("Made by:")
                                                      : _("Host:"),
        .type = strcmp(kind, "organisation") == 0 ? col(rows, i, Q_SEARCH_Q) : NULL,
        .known_as = col(rows, i, Q_SEARCH_R),
    };
    if (row->state != NULL) {
        row->state_list = cc_facet_codelist(cc_facet_find("state"), kind, row->state);
        row->state = row->state_list != NULL ? row->state : NULL;
    }
}

struct cc_search_row *cc_search_rows(struct cc_req *req, const struct cc_rows *hits, size_t n)
{
    struct cc_search_row *out = talloc_array(req->mem, struct cc_search_row, (unsigned)n + 1);

    for (size_t i = 0; i < n; i++) {
        cc_search_row_fill(req, hits, i, &out[i]);
    }
    return out;
}

/* --- numbers ---------------------------------------------------------------------------------- */

/* What this worker counted last of whole lists; good until something is published or a reindex
 * puts other rows in place, so that a list of which nothing is asked is one page of an index. */
static struct known {
    char kind[20], of[40];
    struct cc_search_counts *counts;
} known[8];

static struct known *known_of(const char *kind)
{
    size_t i = 0;

    while (i < 7 && known[i].kind[0] != '\0' && strcmp(known[i].kind, kind) != 0) {
        i++;
    }
    if (strcmp(known[i].kind, kind) != 0) {
        talloc_free(known[i].counts);
        known[i] = (struct known){0};
        snprintf(known[i].kind, sizeof(known[i].kind), "%s", kind);
    }
    return &known[i];
}

/* The numbers of this answer, or those kept when nothing was published since. */
static enum cc_rc count(struct cc_req *req, const struct cc_search *s, const struct cc_call *calls,
                        struct known *kept, const struct cc_search_counts **counts_r)
{
    struct cc_call numbers;
    enum cc_rc rc = CC_OK;

    if (!cc_search_counted(req->mem, s, calls, &numbers)) {
        rc = cc_app_read(req, &numbers, 1);
    }
    if (rc != CC_OK) {
        return rc;
    }
    struct cc_search_counts *counts =
        cc_search_counts(kept != NULL ? req->app : req->mem, s, calls, &numbers);
    if (kept != NULL && counts != NULL) {
        talloc_free(kept->counts);
        kept->counts = counts;
        snprintf(kept->of, sizeof(kept->of), "%s", counts->of);
    }
    *counts_r = kept != NULL ? kept->counts : counts;
    return CC_OK;
}

/* How many are illustrative, counted as a facet that is no choice of the form; NULL = none. */
static const char *examples(const struct cc_search_counts *counts)
{
    for (size_t i = 0; i < counts->n; i++) {
        if (strcmp(counts->v[i].facet, "illustrative") == 0) {
            return counts->v[i].records;
        }
    }
    return NULL;
}

/* --- the page --------------------------------------------------------------------------------- */

static const struct cc_href *keep_href(struct cc_req *req, struct cc_href href)
{
    return talloc_memdup(req->mem, &href, sizeof(href));
}

static void fill_results(struct cc_req *req, const struct cc_search *s, const struct cc_rows *hits,
                         struct cc_search_page *p)
{
    size_t first = cc_search_first(hits), found = cc_rows_count(hits) - first;
    struct cc_search_row *list = talloc_array(req->mem, struct cc_search_row, PAGE_ROWS + 1);
    const char *secret = req->settings->login_secret;
    enum cc_route_id route = (enum cc_route_id)p->action.route;

    p->row_count = found > PAGE_ROWS ? PAGE_ROWS : found;
    for (size_t i = 0; i < p->row_count; i++) {
        cc_search_row_fill(req, hits, first + i, &list[i]);
    }
    p->rows = list;
    p->is_similar = found > 0 && strcmp(col(hits, first, Q_SEARCH_PART), "similar") == 0;
    if (found > PAGE_ROWS) {
        const char *cursor = cc_search_cursor(req->mem, s, secret, hits, first + PAGE_ROWS - 1);
        p->next = keep_href(req, cc_question_href(req, s, route, NULL, cursor));
    }
    if (!cc_search_is_first(s)) {
        p->first = keep_href(req, cc_question_href(req, s, route, NULL, NULL));
    }
}

/* Runs the calls of the search, planned[1] and on; kept_r: what is known of its numbers, or NULL.
 */
static enum cc_rc find_once(struct cc_req *req, struct cc_search *s, struct cc_call *planned,
                            size_t *n_r, struct known **kept_r)
{
    struct known *kept = cc_search_is_plain(s) ? known_of(s->kind) : NULL;

    s->known = kept != NULL && kept->of[0] != '\0' ? kept->of : NULL;
    planned[0] = (struct cc_call){.query = Q_SEARCH_NEWEST_PLAN};
    *kept_r = kept;
    enum cc_rc rc = cc_search_calls(req->mem, s, req->settings->login_secret, planned + 1, n_r);
    if (rc != CC_OK) {
        return rc;
    }
    return kept != NULL ? cc_app_read(req, planned, *n_r + 1) : cc_app_read(req, planned + 1, *n_r);
}

/* The same again without organisations that are none: then there are choices, and problems. */
static enum cc_rc find(struct cc_req *req, struct cc_search *s, struct cc_call *planned,
                       size_t *n_r, struct known **kept_r)
{
    size_t before = req->problems.errors;
    enum cc_rc rc = find_once(req, s, planned, n_r, kept_r);

    if (rc == CC_OK) {
        rc = cc_question_answered(req, planned + 1, *n_r, s);
    }
    if (rc == CC_OK && req->problems.errors > before) {
        s->cursor = s->before = "";
        rc = find_once(req, s, planned, n_r, kept_r);
    }
    return rc;
}

static bool names_nobody(const struct cc_problems *problems)
{
    return cc_problem_find(problems, "with") != NULL ||
           cc_problem_find(problems, "with2") != NULL || cc_problem_find(problems, "with3") != NULL;
}

static enum cc_rc show(struct cc_req *req, struct cc_resp *resp, const struct cc_place *place)
{
    struct cc_control controls[32];
    struct cc_search_page p = {.filters = controls, .action = {.route = (int)place->route}};
    struct cc_call planned[1 + CC_SEARCH_CALLS], *calls = planned + 1;
    struct known *kept;
    struct cc_search s;
    struct cc_html w;
    size_t n;

    cc_question_read(req, place, &s);
    enum cc_rc rc = cc_question_check(req, place, &s);
    if (rc != CC_OK) {
        return rc;
    }
    s.max = PAGE_ROWS;
    s.counting = true;
    rc = find(req, &s, planned, &n, &kept);
    if (rc != CC_OK) {
        return rc;
    }
    const struct cc_search_counts *counts = NULL;
    rc = count(req, &s, calls, kept, &counts);
    if (rc != CC_OK) {
        return rc;
    }
    if (counts != NULL) {
        p.is_more = counts->is_more;
        p.total = counts->total;
        p.examples = examples(counts);
    }
    fill_results(req, &s, cc_search_hits(calls), &p);
    if (p.next == NULL) {
        p.cut = cc_search_cut(req->mem, &s, cc_search_hits(calls));
        p.all = cc_question_href(req, &s, place->route, "title", NULL);
    }
    p.filter_count = cc_search_form_fill(req, place, &s, counts, controls);
    p.heading = gettext(place->heading);
    p.has_kinds = place->kind == NULL;
    p.is_asked = !cc_search_is_plain(&s);
    p.unread = cc_search_unread(req->mem, s.words);
    p.csv = cc_question_href(req, &s, R_SEARCH_CSV, NULL, NULL);
    p.atom = cc_question_href(req, &s, R_SEARCH_ATOM, "newest", NULL);
    if (place->kind != NULL && s.words[0] != '\0') { /* whoever searches need not know which list */
        const char *pairs[] = {"q", s.words, NULL};
        struct cc_href all = {.route = R_SEARCH, .query = cc_url_query(req->mem, "", pairs) + 1};
        p.everywhere = keep_href(req, all);
    }
    if (req->problems.errors > 0) { /* the choices that there are, but no answer to half of it */
        p.problems = &req->problems;
        p.names_nobody = names_nobody(&req->problems);
        p.row_count = 0;
        p.total = NULL;
        p.next = p.first = NULL;
        resp->status = 422;
    }
    const char *title = s.words[0] != '\0'
                            ? talloc_asprintf(req->mem, "%s – %s", s.words, p.heading)
                            : p.heading; /* tabs and bookmarks are told apart */
    cc_frame_fill(req, title, &p.frame);
    p.frame.here = keep_href(req, cc_question_href(req, &s, place->route, NULL, NULL));
    p.frame.atom = &p.atom;
    cc_page_begin(req, resp, &w);
    cc_view_search(&w, &p);
    return CC_OK;
}

enum cc_rc cc_search_page(struct cc_req *req, struct cc_resp *resp)
{
    return show(req, resp, &cc_everywhere);
}

enum cc_rc cc_partnership_list(struct cc_req *req, struct cc_resp *resp)
{
    return show(req, resp, cc_place_of("partnership"));
}

enum cc_rc cc_organisation_list(struct cc_req *req, struct cc_resp *resp)
{
    return show(req, resp, cc_place_of("organisation"));
}

enum cc_rc cc_activity_list(struct cc_req *req, struct cc_resp *resp)
{
    return show(req, resp, cc_place_of("activity"));
}

enum cc_rc cc_commitment_list(struct cc_req *req, struct cc_resp *resp)
{
    return show(req, resp, cc_place_of("commitment"));
}
