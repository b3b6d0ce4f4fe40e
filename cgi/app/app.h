/* SPDX-License-Identifier: EUPL-1.2 */
/* What handlers share: the application of one worker, and the ways a request reaches the database.
 */
#ifndef CC_APP_H
#define CC_APP_H

#include "concord/auth.h"
#include "concord/db.h"
#include "concord/http.h"
#include "concord/route.h"

/* Why a form was not taken although who sent it may do so. */
enum cc_refusal { CC_TAKEN = 0, CC_FOREIGN_ORIGIN, CC_OLD_TOKEN };

struct cc_app {
    const struct cc_settings *settings;
    enum cc_class class_;
    struct cc_db *db;
    struct cc_directory *directory; /* login class only */
    struct cc_viewer viewer;        /* of the request at hand; all zero between requests */
    enum cc_refusal refusal;        /* likewise */
    bool has_codelists;
};

/* Opens what a worker of this class needs (nothing connects yet) and fills the site. */
struct cc_app *cc_app_start(void *mem, const struct cc_settings *settings, enum cc_class class_,
                            struct cc_site *site_r);

extern const struct cc_route cc_routes[];
extern const size_t cc_route_count;

const struct cc_viewer *cc_viewer(const struct cc_req *req);

/* Calls of cc_app_read() and cc_app_open() at most; more would end the worker. */
#define CC_CALLS_MAX 14

/*
 * A read: one round trip. Without a session cookie the calls run as they are (several: in one
 * read-only transaction). With one: BEGIN READ ONLY, request_open, request_may, calls, COMMIT; then
 * the route's permission is checked, before the handler sees a row.
 */
enum cc_rc cc_app_read(struct cc_req *req, struct cc_call *calls, size_t n) CC_CHECKED;

/*
 * The first of a write's two round trips: BEGIN, request_open, request_may, calls. Returns CC_OK
 * only when the session stands, the request came from our own form (Origin, CSRF) and the route's
 * permission holds. The transaction stays open.
 */
enum cc_rc cc_app_open(struct cc_req *req, struct cc_call *calls, size_t n) CC_CHECKED;
/* The second: calls and COMMIT. A violated constraint becomes a problem of its form field. */
enum cc_rc cc_app_commit(struct cc_req *req, struct cc_call *calls, size_t n) CC_CHECKED;

/* Did our own page send this form? For forms of visitors; cc_app_open() asks by itself. */
bool cc_same_origin(const struct cc_req *req);

/* Token for the form that posts to this route. Owned by req->mem. */
const char *cc_form_token(const struct cc_req *req, enum cc_route_id route);

/* An HTML page begins: status 200, type, cache by route and viewer. */
struct cc_html;
void cc_page_begin(struct cc_req *req, struct cc_resp *resp, struct cc_html *w_r);

/* Answers for results that are not CC_OK: pages, machine errors, the way to sign in. */
void cc_app_error(struct cc_req *req, struct cc_resp *resp, enum cc_rc rc, int status);

#endif
