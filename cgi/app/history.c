/* SPDX-License-Identifier: EUPL-1.2 */
/* History of a record: its revisions, the page of any of them, the difference of any two, and what
 * the registry said on a day. */
#include "app/handlers.h"
#include "app/page.h"

#include "concord/clock.h"
#include "concord/text.h"
#include "concord/xml.h"
#include "view/history.h"
#include <string.h>
#include <talloc.h>

#define PAGE_ROWS 50

static const struct cc_input history_inputs[] = {
    {.name = "before", .type = CC_IN_UINT, .max = 9},
    {.name = "on", .type = CC_IN_DATE, .max = 10, .label = N_("Day")},
    {.name = NULL},
};
const struct cc_form cc_history_form = {.inputs = history_inputs};

static const struct cc_input compare_inputs[] = {
    {.name = "a", .type = CC_IN_UINT, .max = 9, .label = N_("Earlier revision")},
    {.name = "b", .type = CC_IN_UINT, .max = 9, .label = N_("Later revision")},
    {.name = NULL},
};
const struct cc_form cc_compare_form = {.inputs = compare_inputs};

static struct cc_ref title_ref(const char *id, const struct cc_rows *rows)
{
    if (cc_rows_count(rows) == 0) {
        const struct cc_kind *kind = cc_kind_by_letter(id[0]);

        return (struct cc_ref){id, kind != NULL ? kind->name : NULL, {0}};
    }
    return (struct cc_ref){
        id,
        cc_rows_text(rows, 0, Q_RECORD_TITLE_KIND),
        {cc_rows_text(rows, 0, Q_RECORD_TITLE_TITLE), cc_rows_text(rows, 0, Q_RECORD_TITLE_LANG)}};
}

static struct cc_revision_row *revisions(void *mem, const char *id, const struct cc_rows *rows,
                                         size_t n)
{
    struct cc_revision_row *out = talloc_array(mem, struct cc_revision_row, (unsigned)n + 1);

    for (size_t i = 0; i < n; i++) {
        out[i] = (struct cc_revision_row){
            .number = cc_rows_text(rows, i, Q_HISTORY_NUMBER),
            .state = cc_rows_text(rows, i, Q_HISTORY_STATE),
            .note = cc_note(id, cc_rows_text(rows, i, Q_HISTORY_NOTE)),
            .publisher = {cc_rows_text(rows, i, Q_HISTORY_PUBLISHER),
                          "organisation",
                          {cc_rows_text(rows, i, Q_HISTORY_PUBLISHER_NAME),
                           cc_rows_text(rows, i, Q_HISTORY_PUBLISHER_LANG)}},
            .sealed_at = cc_rows_text(rows, i, Q_HISTORY_SEALED_AT),
            .seal_sha256 = cc_rows_text(rows, i, Q_HISTORY_SEAL_SHA256),
            .redirect_to = cc_rows_text(rows, i, Q_HISTORY_REDIRECT_TO),
        };
    }
    return out;
}

/* ?on=DAY: to the revision that stood at the end of that day; else a problem of that field. */
static enum cc_rc as_of(struct cc_req *req, struct cc_resp *resp, const char *day)
{
    char now[21];
    const char *instant = talloc_asprintf(req->mem, "%sT23:59:59Z", day);
    struct cc_call call = {.query = Q_REVISION_AT, .params = {req->args[0], instant}};

    cc_time_iso(cc_now(), now);
    if (strncmp(day, now, strlen("2026-01-31")) > 0) {
        cc_problem_add(&req->problems, CC_ERROR, 0, "on", N_("This day has not come yet."), NULL,
                       NULL);
        return CC_OK;
    }
    enum cc_rc rc = cc_app_read(req, &call, 1);
    if (rc != CC_OK) {
        return rc;
    }
    if (cc_rows_count(call.rows) == 0) {
        cc_problem_add(&req->problems, CC_ERROR, 0, "on",
                       N_("On that day this record had not been published yet."), NULL, NULL);
        return CC_OK;
    }
    const char *args[CC_ARGS_MAX] = {req->args[0],
                                     cc_rows_text(call.rows, 0, Q_REVISION_AT_NUMBER)};
    return cc_resp_redirect(resp, 303, cc_url(req->mem, req, R_REVISION_SHOW, args));
}

enum cc_rc cc_record_history(struct cc_req *req, struct cc_resp *resp)
{
    const char *id = req->args[0];
    const char *before = cc_value(&req->query, "before");
    const char *on = cc_value(&req->query, "on");
    struct cc_call calls[] = {
        {.query = Q_RECORD_TITLE, .params = {id, req->lang->tag}},
        {.query = Q_HISTORY,
         .params = {id, before[0] != '\0' ? before : NULL, "51", req->lang->tag}},
    };
    struct cc_history_page p = {.on = on};
    struct cc_html w;
    enum cc_rc rc = on[0] != '\0' ? as_of(req, resp, on) : CC_OK;

    if (rc != CC_OK || (on[0] != '\0' && req->problems.errors == 0)) {
        return rc;
    }
    rc = cc_app_read(req, calls, 2);
    if (rc != CC_OK) {
        return rc;
    }
    size_t found = cc_rows_count(calls[1].rows);
    if (found == 0) {
        return CC_NOT_FOUND;
    }
    if (req->problems.errors > 0) {
        p.on_error = gettext(req->problems.v[0].message);
        resp->status = 422;
    }
    p.self = title_ref(id, calls[0].rows);
    p.plural = cc_kind_by_letter(id[0])->plural;
    p.row_count = found > PAGE_ROWS ? PAGE_ROWS : found;
    p.rows = revisions(req->mem, id, calls[1].rows, p.row_count);
    if (found > PAGE_ROWS) {
        struct cc_href *next = talloc_zero(req->mem, struct cc_href);

        next->route = R_RECORD_HISTORY;
        next->args[0] = id;
        next->query = talloc_asprintf(req->mem, "before=%s", p.rows[PAGE_ROWS - 1].number);
        p.next = next;
    }
    cc_frame_fill(req, _("History"), &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_history(&w, &p);
    return CC_OK;
}

static enum cc_rc read_content(struct cc_req *req, const struct cc_rows *rows,
                               struct cc_record **rec_r)
{
    const char *content = cc_rows_text(rows, 0, Q_REVISION_GET_CONTENT);

    *rec_r = NULL;
    if (content == NULL) {
        return CC_OK; /* withdrawn, redirected or redacted: nothing is left to compare with */
    }
    return cc_xml_read_record(req->mem, content, strlen(content), &CC_XML_IMPORT, &req->problems,
                              rec_r);
}

/* The page of one revision, with the names that other records have today. */
enum cc_rc cc_revision_show(struct cc_req *req, struct cc_resp *resp)
{
    const char *id = req->args[0];
    struct cc_call calls[] = {
        {.query = Q_REVISION_GET, .params = {id, req->args[1]}},
        {.query = Q_REVISION_NAMES, .params = {id, req->args[1], req->args[1], req->lang->tag}},
    };
    struct cc_record *rec;

    enum cc_rc rc = cc_app_read(req, calls, 2);
    if (rc != CC_OK) {
        return rc;
    }
    if (cc_rows_count(calls[0].rows) == 0) {
        return CC_NOT_FOUND;
    }
    rc = read_content(req, calls[0].rows, &rec);
    if (rc != CC_OK) {
        return CC_INTERNAL;
    }
    if (rec == NULL) {
        const char *redaction = cc_rows_text(calls[0].rows, 0, Q_REVISION_GET_REDACTION);
        return cc_fail(
            &req->err, req->mem, CC_GONE, NULL,
            redaction != NULL
                ? cc_fmt(req->mem, _("This document was taken out: {1}"), redaction, NULL)
                : N_("This revision has no such document: it was withdrawn or redirected."),
            "no content");
    }
    struct cc_refs refs = cc_refs_named(req->mem, calls[1].rows);
    struct cc_record_page p = {
        .rec = rec,
        .lang = req->lang->tag,
        .revision = cc_rows_text(calls[0].rows, 0, Q_REVISION_GET_NUMBER),
        .published_at = cc_rows_text(calls[0].rows, 0, Q_REVISION_GET_SEALED_AT),
        .note = cc_note(id, cc_rows_text(calls[0].rows, 0, Q_REVISION_GET_NOTE)),
        .is_old = strcmp(req->args[1], cc_rows_text(calls[0].rows, 0, Q_REVISION_GET_NEWEST)) != 0,
        .is_revision = true,
        .refs = refs.v,
        .ref_count = refs.n,
    };
    cc_record_page_write(req, resp, &p);
    return CC_OK;
}

enum cc_rc cc_record_compare(struct cc_req *req, struct cc_resp *resp)
{
    const char *id = req->args[0];
    const char *a = cc_value(&req->query, "a"), *b = cc_value(&req->query, "b");
    struct cc_call calls[] = {
        {.query = Q_RECORD_TITLE, .params = {id, req->lang->tag}},
        {.query = Q_REVISION_GET, .params = {id, a}},
        {.query = Q_REVISION_GET, .params = {id, b}},
        {.query = Q_REVISION_NAMES, .params = {id, a, b, req->lang->tag}},
    };
    struct cc_compare_page p = {.a = a, .b = b};
    struct cc_record *before, *after;
    struct cc_html w;

    if (a[0] == '\0' || b[0] == '\0') {
        return cc_fail(&req->err, req->mem, CC_BAD_REQUEST, NULL,
                       N_("Choose two revisions to compare."), "no revisions named");
    }
    enum cc_rc rc = cc_app_read(req, calls, 4);
    if (rc != CC_OK) {
        return rc;
    }
    if (cc_rows_count(calls[1].rows) == 0 || cc_rows_count(calls[2].rows) == 0) {
        return CC_NOT_FOUND;
    }
    if (read_content(req, calls[1].rows, &before) != CC_OK ||
        read_content(req, calls[2].rows, &after) != CC_OK) {
        return CC_INTERNAL;
    }
    cc_record_diff(req->mem, before, after, &p.changes);
    p.refs = cc_refs_named(req->mem, calls[3].rows);
    p.self = title_ref(id, calls[0].rows);
    cc_frame_fill(req, _("Differences"), &p.frame);
    p.frame.here = NULL;
    cc_page_begin(req, resp, &w);
    cc_view_compare(&w, &p);
    return CC_OK;
}
