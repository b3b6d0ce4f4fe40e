/* SPDX-License-Identifier: EUPL-1.2 */
/* Helpers of handlers that answer with a page. */
#ifndef CC_PAGE_H
#define CC_PAGE_H

#include "app/app.h"
#include "concord/html.h"
#include "view/parts.h"
#include "view/record.h"

/* The frame of a page of this request; title is already translated. */
void cc_frame_fill(struct cc_req *req, const char *title, struct cc_frame *f);

/* rows of Q_RECORD_PAGE into the page of a record, without the frame. CC_NOT_FOUND: never
 * published; CC_GONE: withdrawn; redirect_r: the target of a redirect or NULL. */
enum cc_rc cc_record_page_fill(struct cc_req *req, const struct cc_rows *rows, const char *id,
                               struct cc_record_page *p, const char **redirect_r) CC_CHECKED;
/* rows of Q_POINTS_LIST: what points at an organisation. */
void cc_points_fill(struct cc_req *req, const struct cc_rows *rows, struct cc_record_page *p);
/* rows of Q_REVISION_NAMES: what the other records are called. */
struct cc_refs cc_refs_named(void *mem, const struct cc_rows *rows);
/* The frame and the template of the record's kind. */
void cc_record_page_write(struct cc_req *req, struct cc_resp *resp, struct cc_record_page *p);

/*
 * For pages and files that are a part of a record: answers as the record's own page does. rows of
 * Q_RECORD_STANDING of args[0]; kind: what it must be, or NULL. CC_OK: is_moved_r false: published,
 * self_r is filled; true: resp is a redirect (301) to the same part of the record that took its
 * place. CC_GONE: withdrawn, with the reason; CC_NOT_FOUND: of another kind or never published.
 */
enum cc_rc cc_part_of(struct cc_req *req, struct cc_resp *resp, const struct cc_rows *rows,
                      const char *kind, struct cc_ref *self_r, bool *is_moved_r) CC_CHECKED;

/*
 * The note of a revision as people read it: answers of consent are codes, which have names.
 * What people wrote is in a language that nobody asked for: lang "".
 */
struct cc_tagged cc_note(const char *id, const char *note);

/* A page of a list: pairs as of cc_url_query(). Owned by req->mem. */
const struct cc_href *cc_page_href(struct cc_req *req, enum cc_route_id route, const char *arg,
                                   const char *const *pairs);

/* 303 to a route with ?done=WORD (see app/frame.c); word NULL = none. */
enum cc_rc cc_see_other(struct cc_req *req, struct cc_resp *resp, enum cc_route_id route,
                        const char *arg, const char *word);

/* A LIKE pattern for "has this in it" over folded text, its own wildcards escaped; NULL for "". */
const char *cc_like_pattern(void *mem, const char *text);

#endif
