/* SPDX-License-Identifier: EUPL-1.2 */
/* What was found as CSV, and as an Atom feed to follow. */
#include "app/csv.h"
#include "app/handlers.h"
#include "app/question.h"

#include "concord/csv.h"
#include "concord/xml.h"
#include <string.h>
#include <talloc.h>

#define FEED_ROWS 50
#define CSV_ROWS  1000

/* All of the answer is in the language that the address asks for, or that its header asks for
 * where the address asks for none. */
static void speak(struct cc_req *req, struct cc_resp *resp)
{
    const char *lang = cc_value(&req->query, "lang");

    if (lang[0] == '\0') {
        resp->vary_language = true;
    } else {
        req->lang = cc_i18n_negotiate(lang);
        cc_i18n_use(req->lang);
    }
}

/* is_newest: whatever was asked. */
static enum cc_rc ask(struct cc_req *req, struct cc_resp *resp, bool is_newest, int max,
                      struct cc_search *s_r, const struct cc_rows **hits_r)
{
    struct cc_call calls[CC_SEARCH_CALLS];
    size_t n;

    speak(req, resp);
    cc_question_read(req, &cc_everywhere, s_r);
    enum cc_rc rc = cc_question_check(req, &cc_everywhere, s_r);
    if (rc != CC_OK) {
        return rc;
    }
    s_r->sort = !is_newest && strcmp(cc_search_sort(s_r), "title") == 0 ? "title" : "newest";
    s_r->max = max;
    rc = cc_search_calls(req->mem, s_r, req->settings->login_secret, calls, &n);
    if (rc == CC_OK) {
        rc = cc_app_read(req, calls, n);
    }
    if (rc == CC_OK) {
        rc = cc_question_answered(req, calls, n, s_r);
    }
    if (rc == CC_OK) {
        *hits_r = cc_search_hits(calls);
    }
    return rc;
}

static const char *href_url(struct cc_req *req, const struct cc_href *href)
{
    const char *url = cc_url_absolute(req->mem, req, href->route, href->args);

    return href->query != NULL ? talloc_asprintf(req->mem, "%s?%s", url, href->query) : url;
}

static void link_next(struct cc_req *req, struct cc_resp *resp, const char *url)
{
    cc_resp_header(resp, "Link", talloc_asprintf(req->mem, "<%s>; rel=\"next\"", url));
}

static const char *next_url(struct cc_req *req, const struct cc_search *s, enum cc_route_id route,
                            const struct cc_rows *rows, size_t last)
{
    struct cc_href href =
        cc_question_href(req, s, route, cc_search_sort(s),
                         cc_search_cursor(req->mem, s, req->settings->login_secret, rows, last));

    return href_url(req, &href);
}

static const char *record_url(struct cc_req *req, const struct cc_search_row *row)
{
    const struct cc_kind *kind = cc_kind_find(row->ref.kind);
    const char *args[CC_ARGS_MAX] = {kind->plural, row->ref.id};

    return cc_url_absolute(req->mem, req, R_RECORD_NEGOTIATE, args);
}

/* The whole list, so not by relevance, which is worked out for the first of them only. */
enum cc_rc cc_search_csv(struct cc_req *req, struct cc_resp *resp)
{
    static const char *const heads[] = {
        "identifier",   "kind",       "title", "language",     "acronym",
        "published",    "countries",  "goals", "state",        "address",
        "illustrative", "state-name", "type",  "organisation", "other-identifier"};
    const size_t columns = sizeof(heads) / sizeof(heads[0]);
    const struct cc_rows *rows;
    struct cc_search s;

    enum cc_rc rc = ask(req, resp, false, CSV_ROWS, &s, &rows);
    if (rc != CC_OK) {
        return rc;
    }
    cc_csv_head(&resp->body, heads, columns);
    size_t n = cc_rows_count(rows);
    for (size_t i = 0; i < n && i < CSV_ROWS; i++) {
        struct cc_search_row row;

        cc_search_row_fill(req, rows, i, &row);
        cc_csv_row(
            &resp->body,
            (const char *[]){row.ref.id, row.ref.kind, row.ref.title.text, row.ref.title.lang,
                             row.acronym.text, row.published_at, cc_rows_text(rows, i, Q_SEARCH_L),
                             row.goals, cc_rows_text(rows, i, Q_SEARCH_M), record_url(req, &row),
                             row.is_illustrative ? "true" : "false",
                             row.state != NULL ? cc_code_name(row.state_list, row.state) : NULL,
                             row.type, row.by.text, row.known_as},
            columns);
    }
    if (n > CSV_ROWS) {
        link_next(req, resp, next_url(req, &s, R_SEARCH_CSV, rows, CSV_ROWS - 1));
    }
    cc_csv_answer(req, resp, "search.csv");
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
    const struct cc_rows *rows;
    struct cc_search s;

    enum cc_rc rc = ask(req, resp, true, FEED_ROWS, &s, &rows);
    if (rc != CC_OK) {
        return rc;
    }
    struct cc_href self = cc_question_href(req, &s, R_SEARCH_ATOM, "newest", s.cursor);
    struct cc_href whole = cc_question_href(req, &s, R_SEARCH_ATOM, "newest", NULL);
    struct cc_href page = cc_question_href(req, &s, R_SEARCH, NULL, NULL);
    size_t n = cc_rows_count(rows);
    cc_buf_adds(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                     "<feed xmlns=\"http://www.w3.org/2005/Atom\">");
    add_element(out, "id", href_url(req, &whole));
    add_element(out, "title",
                talloc_asprintf(req->mem, "%s: %s", req->settings->registry_name,
                                s.words[0] != '\0' ? s.words : _("Search")));
    add_element(out, "updated", n > 0 ? cc_rows_text(rows, 0, Q_SEARCH_F) : "2000-01-01T00:00:00Z");
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

        cc_search_row_fill(req, rows, i, &row);
        add_entry(req, out, &row);
    }
    cc_buf_adds(out, "</feed>");
    resp->status = 200;
    resp->type = "application/atom+xml; charset=utf-8";
    resp->cache = req->has_session_cookie ? CC_CACHE_NO_STORE : CC_CACHE_SHORT;
    return CC_OK;
}
