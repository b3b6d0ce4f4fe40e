/* SPDX-License-Identifier: EUPL-1.2 */
/* What machines read: a record's XML, the documents of its revisions, the feed. All stored bytes.
 */
#include "app/handlers.h"
#include "app/page.h"

#include "concord/clock.h"
#include "concord/hash.h"
#include "concord/log.h"
#include "concord/publish.h"
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define FEED_ENTRIES "1000"
#define FEED_BYTES   "8388608"

static const char xml_type[] = "application/xml; charset=utf-8";

static void answer_xml(struct cc_req *req, struct cc_resp *resp, enum cc_cache cache)
{
    resp->status = 200;
    resp->type = xml_type;
    resp->cache = req->has_session_cookie ? CC_CACHE_NO_STORE : cache;
}

/* The address names a kind by its plural; another kind's identifier is not found there. */
static bool is_kind(const char *plural, const char *kind)
{
    const struct cc_kind *named = cc_kind_by_plural(plural);

    return named != NULL && strcmp(named->name, kind) == 0;
}

static enum cc_rc redirected(struct cc_req *req, struct cc_resp *resp, const char *target)
{
    const char *args[CC_ARGS_MAX] = {req->args[0], target};

    return cc_resp_redirect(resp, 301, cc_url(req->mem, req, (int)(req->route - cc_routes), args));
}

/*
 * The registry chain's link is a hash over all seals up to this one, and so over all bytes of the
 * entries but two: content and note, which redaction takes away. Hashing what is sent instead took
 * a quarter of the time. ENTRY_FORM changes whenever cc_feed_entry() writes the same entry
 * otherwise.
 */
#define ENTRY_FORM "1"
static const char *tag_of(void *mem, const char *parts)
{
    char *tag = talloc_size(mem, CC_ETAG_HEX + 1);

    if (parts == NULL || tag == NULL) {
        cc_die("out of memory");
    }
    cc_etag_hex(parts, strlen(parts), tag);
    return tag;
}

static const char *entry_tag(void *mem, const struct cc_feed_entry *entry)
{
    return tag_of(mem, talloc_asprintf(mem, ENTRY_FORM "%s%s %s", entry->content != NULL ? "c" : "",
                                       entry->note != NULL ? "n" : "", entry->link));
}

/* /partnerships/ID.xml: the newest entry, which of a withdrawn record tells just that (410). */
enum cc_rc cc_record_xml(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_call call = {.query = Q_RECORD_CURRENT, .params = {req->args[1]}};

    enum cc_rc rc = cc_app_read(req, &call, 1);
    if (rc != CC_OK) {
        return rc;
    }
    const struct cc_rows *rows = call.rows;
    if (cc_rows_count(rows) == 0 ||
        !is_kind(req->args[0], cc_rows_text(rows, 0, Q_RECORD_CURRENT_KIND))) {
        return CC_NOT_FOUND;
    }
    const char *redirect = cc_rows_text(rows, 0, Q_RECORD_CURRENT_REDIRECT_TO);
    if (redirect != NULL) {
        return redirected(req, resp, redirect);
    }
    struct cc_feed_entry entry = {
        .position = cc_rows_text(rows, 0, Q_RECORD_CURRENT_POSITION),
        .stamp = cc_rows_text(rows, 0, Q_RECORD_CURRENT_STAMP),
        .record = req->args[1],
        .kind = cc_rows_text(rows, 0, Q_RECORD_CURRENT_KIND),
        .revision = cc_rows_text(rows, 0, Q_RECORD_CURRENT_REVISION),
        .event = cc_rows_text(rows, 0, Q_RECORD_CURRENT_STATE),
        .link = cc_rows_text(rows, 0, Q_RECORD_CURRENT_LINK),
        .content = cc_rows_text(rows, 0, Q_RECORD_CURRENT_CONTENT),
        .seal = cc_rows_text(rows, 0, Q_RECORD_CURRENT_SEAL),
        .note = cc_rows_text(rows, 0, Q_RECORD_CURRENT_NOTE),
    };
    cc_feed_entry(&resp->body, &entry, true);
    answer_xml(req, resp, CC_CACHE_SHORT);
    if (resp->cache != CC_CACHE_NO_STORE) {
        resp->etag = entry_tag(req->mem, &entry);
    }
    resp->last_modified = cc_time_from_iso(entry.stamp);
    if (entry.content == NULL) {
        resp->status = 410;
    }
    return CC_OK;
}

/* /partnerships/ID: XML for those who prefer it, else the page in the language they ask for. */
enum cc_rc cc_record_negotiate(struct cc_req *req, struct cc_resp *resp)
{
    const struct cc_kind *kind = cc_kind_by_plural(req->args[0]);

    if (kind == NULL) {
        return CC_NOT_FOUND;
    }
    resp->vary_accept = true;
    resp->vary_language = true;
    if (cc_prefers_xml(req)) {
        return cc_record_xml(req, resp);
    }
    if (!cc_accepts_html(req)) {
        cc_http_error(req, resp, CC_BAD_REQUEST, 406);
        return CC_OK;
    }
    struct cc_href page = cc_record_href(kind->name, req->args[1]);
    req->lang = cc_i18n_negotiate(cc_header(req, "Accept-Language"));
    return cc_resp_redirect(resp, 303, cc_url(req->mem, req, page.route, page.args));
}

/* One stored document of a revision. It never changes, but it may be taken out. */
static enum cc_rc document(struct cc_req *req, struct cc_resp *resp, int column, const char *type)
{
    struct cc_call call = {.query = Q_REVISION_GET, .params = {req->args[1], req->args[2]}};

    enum cc_rc rc = cc_app_read(req, &call, 1);
    if (rc != CC_OK) {
        return rc;
    }
    const struct cc_rows *rows = call.rows;
    if (cc_rows_count(rows) == 0 ||
        !is_kind(req->args[0], cc_rows_text(rows, 0, Q_REVISION_GET_KIND))) {
        return CC_NOT_FOUND;
    }
    const char *bytes = cc_rows_text(rows, 0, column);
    const char *redaction = cc_rows_text(rows, 0, Q_REVISION_GET_REDACTION);
    if (bytes == NULL && redaction != NULL) {
        return cc_fail(&req->err, req->mem, CC_GONE, NULL,
                       cc_fmt(req->mem, _("This document was taken out: {1}"), redaction, NULL),
                       "redacted");
    }
    if (bytes == NULL) {
        return cc_fail(&req->err, req->mem, CC_GONE, NULL,
                       N_("This revision has no such document: it was withdrawn or redirected."),
                       "no document");
    }
    answer_xml(req, resp, CC_CACHE_SHORT);
    resp->type = type;
    resp->body_ref = bytes;
    resp->body_ref_len = cc_rows_len(rows, 0, column);
    resp->last_modified = cc_time_from_iso(cc_rows_text(rows, 0, Q_REVISION_GET_SEALED_AT));
    return CC_OK;
}

enum cc_rc cc_revision_content(struct cc_req *req, struct cc_resp *resp)
{
    return document(req, resp, Q_REVISION_GET_CONTENT, xml_type);
}

enum cc_rc cc_revision_seal(struct cc_req *req, struct cc_resp *resp)
{
    return document(req, resp, Q_REVISION_GET_SEAL, xml_type);
}

enum cc_rc cc_revision_note(struct cc_req *req, struct cc_resp *resp)
{
    return document(req, resp, Q_REVISION_GET_NOTE, "text/plain; charset=utf-8");
}

static const struct cc_input feed_inputs[] = {
    {.name = "after", .type = CC_IN_UINT, .max = 18, .label = N_("Position")},
    {.name = "from", .type = CC_IN_LINE, .max = 20, .label = N_("Instant")},
    {.name = NULL},
};
const struct cc_form cc_feed_form = {.inputs = feed_inputs};

static void write_feed(struct cc_buf *out, const char *after, const struct cc_rows *page,
                       const struct cc_rows *newest)
{
    size_t n = cc_rows_count(page);
    const char *newest_position = cc_rows_text(newest, 0, Q_FEED_NEWEST_POSITION);
    const char *last = n > 0 ? cc_rows_text(page, n - 1, Q_FEED_PAGE_POSITION) : after;
    bool is_end = n == 0 || strcmp(last, newest_position) == 0;

    cc_feed_open(out, after, is_end ? NULL : last, newest_position,
                 cc_rows_text(newest, 0, Q_FEED_NEWEST_LINK));
    cc_feed_entries(out, page);
    cc_feed_close(out);
}

/* What is there of the page, and the newest link: both may be read around a publication. */
static const char *feed_tag(void *mem, const char *after, const struct cc_rows *page,
                            const struct cc_rows *newest)
{
    size_t contents = 0, notes = 0;

    for (size_t i = 0; i < cc_rows_count(page); i++) {
        contents += cc_rows_text(page, i, Q_FEED_PAGE_CONTENT) != NULL;
        notes += cc_rows_text(page, i, Q_FEED_PAGE_NOTE) != NULL;
    }
    return tag_of(mem, talloc_asprintf(mem, ENTRY_FORM " feed %s %zu %zu %zu %s", after,
                                       cc_rows_count(page), contents, notes,
                                       cc_rows_text(newest, 0, Q_FEED_NEWEST_LINK)));
}

/* ?from=INSTANT is translated to the position before it; the client goes on with positions. */
static enum cc_rc feed_from(struct cc_req *req, struct cc_resp *resp, const char *from)
{
    static const char *const none[CC_ARGS_MAX] = {NULL};
    struct cc_call call = {.query = Q_FEED_FROM, .params = {from}};

    if (cc_time_from_iso(from) < 0) {
        return cc_fail(&req->err, req->mem, CC_BAD_REQUEST, "from",
                       N_("\"from\" must be an instant like 2026-11-24T00:00:00Z."), "bad instant");
    }
    enum cc_rc rc = cc_app_read(req, &call, 1);
    if (rc != CC_OK) {
        return rc;
    }
    const char *pairs[] = {"after", cc_rows_text(call.rows, 0, Q_FEED_FROM_AFTER), NULL};
    return cc_resp_redirect(resp, 303,
                            cc_url_query(req->mem, cc_url(req->mem, req, R_FEED, none), pairs));
}

enum cc_rc cc_feed(struct cc_req *req, struct cc_resp *resp)
{
    const char *from = cc_value(&req->query, "from");
    const char *after = cc_value(&req->query, "after");

    if (from[0] != '\0' && after[0] != '\0') {
        return cc_fail(&req->err, req->mem, CC_BAD_REQUEST, "from",
                       N_("Give either \"after\" or \"from\"."), "after and from");
    }
    if (from[0] != '\0') {
        return feed_from(req, resp, from);
    }
    if (after[0] == '\0') {
        after = "0";
    }
    struct cc_call calls[] = {
        {.query = Q_FEED_PAGE, .params = {after, FEED_ENTRIES, FEED_BYTES}},
        {.query = Q_FEED_NEWEST},
    };
    enum cc_rc rc = cc_app_read(req, calls, 2);
    if (rc != CC_OK) {
        return rc;
    }
    if (strtoll(after, NULL, 10) >
        strtoll(cc_rows_text(calls[1].rows, 0, Q_FEED_NEWEST_POSITION), NULL, 10)) {
        return cc_fail(
            &req->err, req->mem, CC_NOT_FOUND, "after",
            N_("The feed does not reach this position. A registry that was restored from "
               "a backup gives positions again: read on from one that it still has."),
            "after the newest");
    }
    write_feed(&resp->body, after, calls[0].rows, calls[1].rows);
    answer_xml(req, resp, CC_CACHE_SHORT);
    if (resp->cache != CC_CACHE_NO_STORE) {
        resp->etag = feed_tag(req->mem, after, calls[0].rows, calls[1].rows);
    }
    return CC_OK;
}
