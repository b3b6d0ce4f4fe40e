/* SPDX-License-Identifier: EUPL-1.2 */
/* One request from first to last byte; reads from top to bottom. */
#include "http/internal.h"

#include "concord/clock.h"
#include "concord/deadline.h"
#include "concord/log.h"
#include <string.h>
#include <talloc.h>

#define BUSY_RETRY_S 5
#define POOL_CHUNKS  64    /* headers of what is allocated in the pool */
#define POOL_BYTES   65536 /* enough for most requests; more comes from malloc() */

/*
 * Addresses of pages begin with a language; those of machines do not, and have two segments at
 * least where they are not routes by themselves. The raw address is looked at: it may have been
 * refused before it was decoded.
 */
static bool for_machine(const struct cc_req *req)
{
    const char *uri = req->param(req, "REQUEST_URI");

    if (req->route != NULL) {
        return req->route->audience == CC_FOR_MACHINE;
    }
    size_t len = uri != NULL ? strcspn(uri, "?") : 0;
    if ((len > 4 && memcmp(uri + len - 4, ".xml", 4) == 0) || cc_prefers_xml(req)) {
        return true;
    }
    const char *path = uri != NULL ? cc_path_below(uri, req->settings->base_path) : NULL;
    size_t word = path != NULL ? strspn(path + 1, "abcdefghijklmnopqrstuvwxyz-") : 0;

    return word > 0 && path[1 + word] == '/' && path[2 + word] != '\0' &&
           cc_i18n_find(path + 1, word) == NULL;
}

/* Replaces whatever was prepared; further headers only if the router made them (Allow). */
static void fail(struct cc_req *req, struct cc_resp *resp, enum cc_rc rc, int status)
{
    const struct cc_site *site = req->site;
    struct cc_buf headers = resp->headers;

    if (status != 405) {
        cc_buf_init(&headers, req->mem);
    }
    cc_resp_init(resp, req->mem);
    resp->headers = headers;
    if (status == 503) {
        resp->retry_after = BUSY_RETRY_S;
    }
    if (site->error == NULL || for_machine(req)) {
        cc_http_error(req, resp, rc, status);
    } else {
        site->error(req, resp, rc, status);
    }
    if (resp->status == 0) {
        resp->status = status;
    }
    cc_log_err(&req->err);
}

/* Everything up to the handler. 0 = the handler may run; 301 = resp is complete. */
static int prepare(struct cc_req *req, struct cc_resp *resp, const struct cc_io *io,
                   const struct cc_site *site)
{
    int status = cc_req_init(req, site, io);

    cc_log_request(req->id);
    if (status == 0) {
        status = cc_req_parse(req);
    }
    if (status == 0) {
        status = cc_route_find(req, resp);
    }
    if (status == 0) {
        status = cc_form_query(req);
    }
    if (status == 0 && req->method == CC_POST) {
        status = cc_form_body(req);
    }
    return status;
}

static enum cc_rc handle(struct cc_req *req, struct cc_resp *resp)
{
    const struct cc_site *site = req->site;
    enum cc_rc rc = CC_OK;

    resp->cache = req->route->cacheable ? CC_CACHE_SHORT : CC_CACHE_NO_STORE;
    if (site->before != NULL) {
        rc = site->before(req, resp);
    }
    if (rc == CC_OK) {
        rc = req->route->handler(req, resp);
    }
    while (rc == CC_OK && resp->more != NULL && req->io->abort == NULL) {
        rc = resp->more(req, resp);
    }
    return rc;
}

/* The path as it came, without what would break a log line. */
static const char *log_path(const struct cc_req *req)
{
    const char *uri = req->param(req, "REQUEST_URI");
    size_t len = uri ? strcspn(uri, "?") : 0;
    char *path = talloc_strndup(req->mem, uri ? uri : "-", uri ? (len < 200 ? len : 200) : 1);

    for (char *c = path; *c != '\0'; c++) {
        if (*c <= ' ' || *c >= 0x7f || *c == '"') {
            *c = '?';
        }
    }
    return path;
}

static void log_access(const struct cc_req *req, const struct cc_resp *resp, size_t bytes)
{
    const char *method = req->param(req, "REQUEST_METHOD");
    bool known = method != NULL && strlen(method) <= 16 && cc_is_token(method, strlen(method));

    cc_log(CC_LOG_INFO,
           "method=%s path=%s route=%s status=%d ms=%lld trips=%u db_us=%lld person=%s bytes=%zu",
           known ? method : "-", log_path(req), req->route ? req->route->name : "-", resp->status,
           (long long)((cc_monotonic_us() - req->start_us) / 1000), req->log_trips,
           (long long)req->log_db_us, req->log_person ? req->log_person : "-", bytes);
}

void cc_http_serve(const struct cc_site *site, const struct cc_io *io)
{
    struct cc_req *req = talloc_pooled_object(NULL, struct cc_req, POOL_CHUNKS, POOL_BYTES);
    struct cc_resp resp;

    cc_deadline_request(site->settings->request_limit);
    if (req == NULL) {
        cc_die("out of memory");
    }
    *req = (struct cc_req){.mem = req};
    cc_resp_init(&resp, req->mem);
    int status = prepare(req, &resp, io, site);
    enum cc_rc rc = cc_http_rc(status ? status : 200);

    if (status == 0) {
        rc = handle(req, &resp);
        status = cc_http_status(rc);
    }
    if (rc != CC_OK) {
        fail(req, &resp, rc, status);
    }
    if (site->after != NULL) {
        site->after(req, &resp, rc);
    }
    size_t bytes = cc_resp_send(req, &resp);
    log_access(req, &resp, bytes);
    cc_log_request(NULL);
    talloc_free(req);
}
