/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * IATI files from published records: closed pages of activities, one activity, one organisation,
 * and the list of what IATI cannot have because something that it needs is not said.
 */
#include "app/handlers.h"
#include "app/page.h"

#include "concord/clock.h"
#include "concord/csv.h"
#include "concord/iati.h"
#include "concord/log.h"
#include "concord/xml.h"
#include <string.h>
#include <talloc.h>

#define PAGE_RECORDS "500"
#define PAGE_BYTES   "8388608"

static const struct cc_input inputs[] = {
    {.name = "after", .type = CC_IN_UINT, .max = 18, .label = N_("Position")},
    {.name = NULL},
};
const struct cc_form cc_iati_form = {.inputs = inputs};

static const struct cc_record *content_of(struct cc_req *req, const struct cc_rows *rows,
                                          size_t row, int column)
{
    struct cc_record *rec = NULL;
    const char *content = cc_rows_text(rows, row, column);

    if (content != NULL &&
        cc_xml_read_published(req->mem, content, cc_rows_len(rows, row, column), &rec) != CC_OK) {
        cc_log(CC_LOG_ERR, "published content cannot be read for IATI");
        return NULL;
    }
    return rec;
}

/* A page of rows on its way: who reports many of them is read once. */
struct writer {
    struct cc_req *req;
    const struct cc_rows *page, *members;
    const struct cc_record *reporter;
};

static const struct cc_record *reporter_of(struct writer *w, size_t row)
{
    const char *id = cc_rows_text(w->page, row, Q_IATI_PAGE_REPORTER);

    if (id == NULL) {
        return NULL;
    }
    if (w->reporter == NULL || strcmp(w->reporter->id, id) != 0) {
        w->reporter = content_of(w->req, w->page, row, Q_IATI_PAGE_REPORTER_CONTENT);
    }
    return w->reporter;
}

static const struct cc_iati_member *members_of(struct writer *w, const char *id, size_t *n_r)
{
    size_t n = cc_rows_count(w->members), k = 0;
    struct cc_iati_member *all = talloc_array(w->req->mem, struct cc_iati_member, (unsigned)n + 1);

    for (size_t i = 0; i < n; i++) {
        if (strcmp(cc_rows_text(w->members, i, Q_IATI_PAGE_MEMBERS_PARTNERSHIP), id) == 0) {
            const struct cc_record *org =
                content_of(w->req, w->members, i, Q_IATI_PAGE_MEMBERS_CONTENT);
            if (org != NULL) {
                all[k++] = (struct cc_iati_member){
                    cc_rows_text(w->members, i, Q_IATI_PAGE_MEMBERS_ROLES), org};
            }
        }
    }
    *n_r = k;
    return all;
}

/* Writes the record of a row; false: what it lacks is told. *rec_r NULL = it could not be read. */
static bool write_row(struct writer *w, size_t row, struct cc_buf *out,
                      const struct cc_record **rec_r, const char **lacks_r)
{
    const char *id = cc_rows_text(w->page, row, Q_IATI_PAGE_ID);
    struct cc_iati_about about = {
        .reporter = reporter_of(w, row),
        .published_at = cc_rows_text(w->page, row, Q_IATI_PAGE_PUBLISHED_AT),
    };

    *lacks_r = "content";
    *rec_r = content_of(w->req, w->page, row, Q_IATI_PAGE_CONTENT);
    if (*rec_r == NULL) {
        return false;
    }
    if (strcmp((*rec_r)->kind->name, "organisation") == 0) {
        return cc_iati_organisation(w->req->mem, out, *rec_r, &about, lacks_r);
    }
    about.members = members_of(w, id, &about.member_count);
    return cc_iati_activity(w->req->mem, out, *rec_r, &about, lacks_r);
}

static void answer(struct cc_req *req, struct cc_resp *resp, const char *type)
{
    resp->status = 200;
    resp->type = type;
    resp->cache = req->has_session_cookie ? CC_CACHE_NO_STORE : CC_CACHE_SHORT;
}

static const char xml_type[] = "application/xml; charset=utf-8";

/* --- pages -------------------------------------------------------------------------------------
 */

struct page {
    struct writer writer;
    const char *after;
    const char *next; /* position that the next page begins behind; NULL = this is the last one */
    size_t rows;
};

static enum cc_rc read_page(struct cc_req *req, struct page *p)
{
    p->after = cc_value(&req->query, "after");
    if (p->after[0] == '\0') {
        p->after = "0";
    }
    struct cc_call calls[] = {
        {.query = Q_IATI_PAGE, .params = {p->after, PAGE_RECORDS, PAGE_BYTES}},
        {.query = Q_IATI_PAGE_MEMBERS, .params = {p->after, PAGE_RECORDS}},
    };
    enum cc_rc rc = cc_app_read(req, calls, 2);
    if (rc != CC_OK) {
        return rc;
    }
    p->writer = (struct writer){.req = req, .page = calls[0].rows, .members = calls[1].rows};
    p->rows = cc_rows_count(calls[0].rows);
    p->next = p->rows > 0 ? cc_rows_text(calls[0].rows, p->rows - 1, Q_IATI_PAGE_POSITION) : NULL;
    return CC_OK;
}

static const char *page_url(struct cc_req *req, enum cc_route_id route, const char *after)
{
    static const char *const none[CC_ARGS_MAX] = {NULL};
    const char *pairs[] = {"after", after, NULL};

    return cc_url_query(req->mem, cc_url(req->mem, req, (int)route, none), pairs);
}

static void link_next(struct cc_req *req, struct cc_resp *resp, enum cc_route_id route,
                      const char *after)
{
    cc_resp_header(resp, "Link",
                   talloc_asprintf(req->mem, "<%s>; rel=\"next\"", page_url(req, route, after)));
}

/* A file without an activity would not be valid: an empty page leads on, the end is not found. */
enum cc_rc cc_iati_activities(struct cc_req *req, struct cc_resp *resp)
{
    struct page p = {0};
    struct cc_buf body;
    size_t written = 0;
    const char *newest = NULL;

    enum cc_rc rc = read_page(req, &p);
    if (rc != CC_OK) {
        return rc;
    }
    cc_buf_init(&body, req->mem);
    for (size_t i = 0; i < p.rows; i++) {
        const struct cc_record *rec;
        const char *lacks;
        const char *at = cc_rows_text(p.writer.page, i, Q_IATI_PAGE_PUBLISHED_AT);

        if (write_row(&p.writer, i, &body, &rec, &lacks)) {
            written++;
            newest = at;
        }
    }
    if (p.rows == 0) {
        return CC_NOT_FOUND;
    }
    if (written == 0) {
        return cc_resp_redirect(resp, 307, page_url(req, R_IATI_ACTIVITIES, p.next));
    }
    cc_iati_open(&resp->body, "iati-activities", newest);
    cc_buf_add(&resp->body, cc_buf_str(&body), body.len);
    cc_iati_close(&resp->body, "iati-activities");
    answer(req, resp, xml_type);
    link_next(req, resp, R_IATI_ACTIVITIES, p.next);
    return CC_OK;
}

enum cc_rc cc_iati_left_out(struct cc_req *req, struct cc_resp *resp)
{
    static const char *const heads[] = {"record", "kind", "lacks"};
    struct page p = {0};

    enum cc_rc rc = read_page(req, &p);
    if (rc != CC_OK) {
        return rc;
    }
    cc_csv_row(&resp->body, heads, 3);
    for (size_t i = 0; i < p.rows; i++) {
        struct cc_buf ignored;
        const struct cc_record *rec;
        const char *lacks;

        cc_buf_init(&ignored, req->mem);
        if (!write_row(&p.writer, i, &ignored, &rec, &lacks)) {
            const char *cells[] = {cc_rows_text(p.writer.page, i, Q_IATI_PAGE_ID),
                                   rec != NULL ? rec->kind->name : "", lacks};
            cc_csv_row(&resp->body, cells, 3);
        }
    }
    answer(req, resp, "text/csv; charset=utf-8; header=present");
    if (p.next != NULL) {
        link_next(req, resp, R_IATI_LEFT_OUT, p.next);
    }
    return CC_OK;
}

/* --- one record --------------------------------------------------------------------------------
 */

static enum cc_rc one(struct cc_req *req, struct cc_resp *resp, const char *root, bool is_org)
{
    struct cc_call calls[] = {
        {.query = Q_IATI_ONE, .params = {req->args[0]}},
        {.query = Q_IATI_ONE_MEMBERS, .params = {req->args[0]}},
    };
    const struct cc_record *rec;
    const char *lacks;
    struct cc_buf body;

    enum cc_rc rc = cc_app_read(req, calls, 2);
    if (rc != CC_OK) {
        return rc;
    }
    struct writer w = {.req = req, .page = calls[0].rows, .members = calls[1].rows};
    if (cc_rows_count(w.page) == 0) {
        return CC_NOT_FOUND;
    }
    cc_buf_init(&body, req->mem);
    bool is_written = write_row(&w, 0, &body, &rec, &lacks);
    if (rec == NULL || is_org != (strcmp(rec->kind->name, "organisation") == 0) ||
        strcmp(rec->kind->name, "membership") == 0) {
        return CC_NOT_FOUND;
    }
    if (!is_written) {
        return cc_fail(
            &req->err, req->mem, CC_NOT_FOUND, NULL,
            cc_fmt(req->mem, _("IATI needs {1}, which this record does not say."), lacks, NULL),
            "not expressible");
    }
    const char *at = cc_rows_text(w.page, 0, Q_IATI_ONE_PUBLISHED_AT);
    cc_iati_open(&resp->body, root, at);
    cc_buf_add(&resp->body, cc_buf_str(&body), body.len);
    cc_iati_close(&resp->body, root);
    answer(req, resp, xml_type);
    resp->last_modified = cc_time_from_iso(at);
    return CC_OK;
}

enum cc_rc cc_iati_activity_file(struct cc_req *req, struct cc_resp *resp)
{
    return one(req, resp, "iati-activities", false);
}

enum cc_rc cc_iati_organisation_file(struct cc_req *req, struct cc_resp *resp)
{
    return one(req, resp, "iati-organisations", true);
}
