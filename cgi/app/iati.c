/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * IATI files from published records: closed pages of activities, the list of their parts,
 * one activity, one organisation, the list of these, and of what IATI cannot have because
 * something that it needs is not said.
 */
#include "app/iati.h"
#include "app/handlers.h"
#include "app/page.h"

#include "concord/clock.h"
#include "concord/csv.h"
#include "concord/iati_in.h"
#include <string.h>
#include <talloc.h>

#define LOOKED_AT 5000 /* records at most, when most of them are left out */
#define PART_SIZE 500  /* positions of the feed */
#define PARTS_MAX 100000
#define STRING(n) #n
#define TEXT(n)   STRING(n)

static const struct cc_input inputs[] = {
    {.name = "after", .type = CC_IN_UINT, .max = 18, .label = N_("Position")},
    {.name = NULL},
};
const struct cc_form cc_iati_form = {.inputs = inputs};

static const struct cc_input part_inputs[] = {
    {.name = "after", .type = CC_IN_UINT, .max = 18, .label = N_("Position")},
    {.name = "until", .type = CC_IN_UINT, .max = 18, .label = N_("Position")},
    {.name = NULL},
};
const struct cc_form cc_iati_part_form = {.inputs = part_inputs};

#define WITHOUT_END "9223372036854775807"
static const char *const no_args[CC_ARGS_MAX] = {NULL};

static const char xml_type[] = "application/xml; charset=utf-8";

static void answer(struct cc_req *req, struct cc_resp *resp, const char *type)
{
    resp->status = 200;
    resp->type = type;
    resp->cache = req->has_session_cookie ? CC_CACHE_NO_STORE : CC_CACHE_SHORT;
}

static void write_file(struct cc_resp *resp, const struct iati_writer *w, const char *root)
{
    cc_iati_open(&resp->body, root, w->newest);
    cc_buf_add(&resp->body, cc_buf_str(&w->out), w->out.len);
    cc_iati_close(&resp->body, root);
    answer(w->req, resp, xml_type);
}

/* Links of RFC 8288, each in a line of its own. */
static void link_to(struct cc_req *req, struct cc_resp *resp, const char *address, const char *rel)
{
    cc_resp_header(resp, "Link", talloc_asprintf(req->mem, "<%s>; rel=\"%s\"", address, rel));
}

/* Where all parts are listed. */
static void link_index(struct cc_req *req, struct cc_resp *resp)
{
    link_to(req, resp, cc_url(req->mem, req, R_IATI_PARTS, no_args), "index");
}

/* The folder itself: people are told what is in it, programs where that is listed. */
enum cc_rc cc_iati(struct cc_req *req, struct cc_resp *resp)
{
    link_index(req, resp);
    req->lang = cc_i18n_negotiate(cc_header(req, "Accept-Language"));
    resp->vary_language = true;
    return cc_resp_redirect(
        resp, 302,
        talloc_asprintf(req->mem, "%s#machines", cc_url(req->mem, req, R_ABOUT, no_args)));
}

/* --- pages -------------------------------------------------------------------------------------
 */

/* The first parameters of the statements are the same; the last ones are not in all of them. */
static enum cc_rc read_page(struct iati_writer *w, enum cc_query query)
{
    const char *after = cc_value(&w->req->query, "after");
    const char *until = cc_value(&w->req->query, "until");
    struct cc_call call = {.query = query,
                           .params = {after[0] != '\0' ? after : "0", TEXT(LOOKED_AT),
                                      TEXT(CC_IATI_MEMBERS), TEXT(CC_IATI_MEMBER_BYTES),
                                      until[0] != '\0' ? until : WITHOUT_END}};

    return iati_read(w, &call);
}

/* The next page, unless this one is the end (of the part that was asked for); the first one. */
static void link_pages(const struct iati_writer *w, struct cc_resp *resp)
{
    struct cc_req *req = w->req;
    const char *address = cc_url(req->mem, req, (int)(req->route - cc_routes), no_args);
    const char *pairs[] = {"after", w->last, "until", cc_value(&req->query, "until"), NULL};

    if (w->is_full || w->seen == LOOKED_AT) {
        link_to(req, resp, cc_url_query(req->mem, address, pairs), "next");
    }
    link_to(req, resp, address, "first");
}

static void not_told(struct iati_writer *w, const char *lacks)
{
    (void)w;
    (void)lacks;
}

/* IATI's schema wants one activity at least: a page of none is told as an error. */
enum cc_rc cc_iati_activities(struct cc_req *req, struct cc_resp *resp)
{
    struct iati_writer w = {.req = req, .ended = not_told};

    enum cc_rc rc = read_page(&w, Q_IATI_PAGE);
    if (rc != CC_OK) {
        return rc;
    }
    if (w.written > 0) {
        write_file(resp, &w, "iati-activities");
    } else {
        rc = cc_fail(
            &req->err, req->mem, CC_NOT_FOUND, NULL,
            w.seen == LOOKED_AT
                ? _("IATI can have none of the next 5,000 records; the header Link leads on. What "
                    "each of them lacks stands in /iati/left-out.csv.")
                : _("IATI can have no published record behind this position. What each of them "
                    "lacks stands in /iati/left-out.csv."),
            "nothing to tell");
        cc_http_error(req, resp, rc, 404);
        resp->cache = CC_CACHE_NO_STORE;
    }
    link_pages(&w, resp);
    link_index(req, resp);
    return CC_OK;
}

static void tell(struct iati_writer *w, const char *lacks)
{
    if (lacks == NULL && w->not_all_of != NULL) {
        lacks = "members";
    } else if (lacks == NULL &&
               cc_iati_is_forbidden(cc_node_text(w->rec->first, "iati-identifier"))) {
        lacks = "iati-identifier/characters";
    }
    if (lacks != NULL) {
        struct iati_reason reason = iati_reason(w, lacks);
        const char *cells[] = {w->id, w->kind, lacks, reason.message, reason.address};
        cc_csv_row(&w->resp->body, cells, 5);
    }
    w->out.len = 0;
}

enum cc_rc cc_iati_left_out(struct cc_req *req, struct cc_resp *resp)
{
    static const char *const heads[] = {"record", "kind", "lacks", "message", "address"};
    struct iati_writer w = {.req = req, .ended = tell, .resp = resp};

    cc_csv_head(&resp->body, heads, 5);
    enum cc_rc rc = read_page(&w, Q_IATI_LEFT_OUT);
    if (rc != CC_OK) {
        return rc;
    }
    answer(req, resp, "text/csv; charset=utf-8; header=present");
    resp->vary_language = true; /* what is lacking is told in words */
    link_pages(&w, resp);
    return CC_OK;
}

/* Parts by position of all activities, so that an address stays for ever and an
 * unchanged part is an unchanged file. */
enum cc_rc cc_iati_parts(struct cc_req *req, struct cc_resp *resp)
{
    static const char *const heads[] = {"address", "records", "published"};
    struct cc_call call = {.query = Q_IATI_PARTS, .params = {TEXT(PART_SIZE), TEXT(PARTS_MAX)}};
    const char *file = cc_url_absolute(req->mem, req, R_IATI_ACTIVITIES, no_args);

    enum cc_rc rc = cc_app_read(req, &call, 1);
    if (rc != CC_OK) {
        return rc;
    }
    cc_csv_head(&resp->body, heads, 3);
    for (size_t i = 0; i < cc_rows_count(call.rows); i++) {
        const char *pairs[] = {"after", cc_rows_text(call.rows, i, Q_IATI_PARTS_AFTER), "until",
                               cc_rows_text(call.rows, i, Q_IATI_PARTS_UNTIL), NULL};
        const char *cells[] = {cc_url_query(req->mem, file, pairs),
                               cc_rows_text(call.rows, i, Q_IATI_PARTS_RECORDS),
                               cc_rows_text(call.rows, i, Q_IATI_PARTS_PUBLISHED_AT)};
        cc_csv_row(&resp->body, cells, 3);
    }
    answer(req, resp, "text/csv; charset=utf-8; header=present");
    return CC_OK;
}

static void name_file(struct iati_writer *w, const char *lacks)
{
    const char *args[CC_ARGS_MAX] = {w->id};
    const char *cells[] = {w->id, cc_url_absolute(w->req->mem, w->req, R_IATI_ORGANISATION, args),
                           w->about.published_at};

    if (lacks == NULL) {
        cc_csv_row(&w->resp->body, cells, 3);
    }
    w->out.len = 0;
}

/* The organisations that have a file: those of which it can be written. */
enum cc_rc cc_iati_organisations(struct cc_req *req, struct cc_resp *resp)
{
    static const char *const heads[] = {"record", "address", "published"};
    struct iati_writer w = {.req = req, .ended = name_file, .resp = resp};

    cc_csv_head(&resp->body, heads, 3);
    enum cc_rc rc = read_page(&w, Q_IATI_ORG_FILES);
    if (rc != CC_OK) {
        return rc;
    }
    answer(req, resp, "text/csv; charset=utf-8; header=present");
    link_pages(&w, resp);
    return CC_OK;
}

/* --- one record --------------------------------------------------------------------------------
 */

static void refuse(struct iati_writer *w, const char *lacks)
{
    if (lacks != NULL) {
        struct iati_reason reason = iati_reason(w, lacks);
        (void)cc_fail(&w->req->err, w->req->mem, CC_NOT_FOUND, NULL, reason.message, "lacks %s",
                      lacks);
    }
}

/* Withdrawn (410), another took its place (301), or it was never there (404). */
static enum cc_rc not_there(struct cc_req *req, struct cc_resp *resp, bool is_org)
{
    struct cc_call call = {.query = Q_RECORD_STANDING, .params = {req->args[0], "en"}};
    const char *kind = is_org                   ? "organisation"
                       : req->args[0][0] == 'P' ? "partnership"
                                                : "activity";
    struct cc_ref self;
    bool is_moved = false;

    enum cc_rc rc = cc_app_read(req, &call, 1);
    if (rc == CC_OK) {
        rc = cc_part_of(req, resp, call.rows, kind, &self, &is_moved);
    }
    return rc == CC_OK && !is_moved ? CC_NOT_FOUND : rc;
}

static enum cc_rc one(struct cc_req *req, struct cc_resp *resp, const char *root, bool is_org)
{
    struct iati_writer w = {.req = req, .ended = refuse, .resp = resp};
    struct cc_call call = {.query = Q_IATI_ONE,
                           .params = {req->args[0],
                                      is_org ? "{organisation}" : "{activity,partnership}",
                                      TEXT(CC_IATI_MEMBERS), TEXT(CC_IATI_MEMBER_BYTES)}};

    enum cc_rc rc = iati_read(&w, &call);
    if (rc != CC_OK) {
        return rc;
    }
    if (w.written == 0) {
        return w.seen == 0 ? not_there(req, resp, is_org) : CC_NOT_FOUND;
    }
    write_file(resp, &w, root); /* no Last-Modified: it shows what others publish, too */
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
