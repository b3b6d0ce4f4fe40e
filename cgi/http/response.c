/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A response is a value until here; here it gets its security headers, its validators and its one
 * write. Header values with control characters never leave.
 */
#include "http/internal.h"

#include "concord/clock.h"
#include "concord/hash.h"
#include "concord/log.h"
#include <string.h>
#include <talloc.h>

static const int rc_status[CC_RC__COUNT] = {
    [CC_OK] = 200,        [CC_NOT_FOUND] = 404, [CC_INVALID] = 422,   [CC_BAD_REQUEST] = 400,
    [CC_TOO_LARGE] = 413, [CC_CONFLICT] = 409,  [CC_LOGIN] = 401,     [CC_FORBIDDEN] = 403,
    [CC_GONE] = 410,      [CC_BUSY] = 503,      [CC_UNCERTAIN] = 503, [CC_INTERNAL] = 500,
};

static const struct {
    int status;
    enum cc_rc rc; /* of a refusal by this layer */
    const char *reason;
    const char *message; /* when the failure brought none */
} statuses[] = {
    {200, CC_OK, "OK", ""},
    {201, CC_OK, "Created", ""},
    {202, CC_OK, "Accepted", ""},
    {204, CC_OK, "No Content", ""},
    {301, CC_OK, "Moved Permanently", ""},
    {302, CC_OK, "Found", ""},
    {303, CC_OK, "See Other", ""},
    {304, CC_OK, "Not Modified", ""},
    {307, CC_OK, "Temporary Redirect", ""},
    {308, CC_OK, "Permanent Redirect", ""},
    {400, CC_BAD_REQUEST, "Bad Request", N_("The request is not well formed.")},
    {401, CC_LOGIN, "Unauthorized", N_("Please sign in first.")},
    {403, CC_FORBIDDEN, "Forbidden", N_("You do not have the right to do this.")},
    {404, CC_NOT_FOUND, "Not Found", N_("There is nothing at this address.")},
    {405, CC_BAD_REQUEST, "Method Not Allowed", N_("This address does not take this method.")},
    {406, CC_BAD_REQUEST, "Not Acceptable",
     N_("This is not available in a form that your program accepts.")},
    {409, CC_CONFLICT, "Conflict", N_("Somebody else changed this in the meantime.")},
    {410, CC_GONE, "Gone", N_("What was here has been withdrawn.")},
    {411, CC_BAD_REQUEST, "Length Required", N_("The request does not say how long it is.")},
    {412, CC_CONFLICT, "Precondition Failed", N_("Somebody else changed this in the meantime.")},
    {413, CC_TOO_LARGE, "Content Too Large", N_("What was sent is too large.")},
    {414, CC_BAD_REQUEST, "URI Too Long", N_("This address is too long.")},
    {415, CC_BAD_REQUEST, "Unsupported Media Type",
     N_("This address does not take data of this type.")},
    {422, CC_INVALID, "Unprocessable Content", N_("What was sent breaks a rule.")},
    {429, CC_BUSY, "Too Many Requests", N_("Too many requests. Please try again later.")},
    {431, CC_BAD_REQUEST, "Request Header Fields Too Large",
     N_("Your browser sends too many cookies. Delete the cookies of this site and try again.")},
    {500, CC_INTERNAL, "Internal Server Error",
     N_("Something went wrong on our side. It has been logged.")},
    {503, CC_BUSY, "Service Unavailable",
     N_("The registry is busy at the moment. Please try again in a few seconds.")},
};

static const char security_headers[] =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: same-origin\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Permissions-Policy: camera=(), display-capture=(), fullscreen=(), geolocation=(), "
    "microphone=(), payment=(), usb=()\r\n";

static const char *const cache_values[] = {
    [CC_CACHE_NO_STORE] = "no-store",
    [CC_CACHE_SHORT] = "public, max-age=1, stale-while-revalidate=1",
};

static size_t find_status(int status)
{
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        if (statuses[i].status == status) {
            return i;
        }
    }
    return find_status(500);
}

int cc_http_status(enum cc_rc rc)
{
    return rc < CC_RC__COUNT ? rc_status[rc] : 500;
}

const char *cc_http_reason(int status)
{
    return statuses[find_status(status)].reason;
}

enum cc_rc cc_http_rc(int status)
{
    return statuses[find_status(status)].rc;
}

/* The name of a field as its page shows it, else as it was sent. */
static const char *field_label(const struct cc_req *req, const char *field)
{
    const struct cc_form *forms[] = {req->route ? req->route->query : NULL,
                                     req->route ? req->route->form : NULL};

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        const struct cc_input *in = forms[i] != NULL ? forms[i]->inputs : NULL;
        for (; in != NULL && in->name != NULL; in++) {
            if (strcmp(in->name, field) == 0 && in->label != NULL) {
                return _(in->label);
            }
        }
    }
    return field;
}

static const char *message_text(const struct cc_req *req, const char *message)
{
    return req->problems.n == 0 ? _(message)
                                : cc_problem_text(req->mem, _(message), &req->problems.v[0]);
}

const char *cc_http_message(const struct cc_req *req, int status)
{
    const char *message = req->err.message;

    if (message == NULL) {
        message = statuses[find_status(status)].message;
    }
    if (message[0] == '\0') {
        return "";
    }
    const char *text = message_text(req, message);
    return req->err.field == NULL
               ? text
               : talloc_asprintf(req->mem, "%s: %s", field_label(req, req->err.field), text);
}

bool cc_is_token(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char c = s[i];
        bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!alnum && (c == '\0' || strchr("!#$%&'*+-.^_`|~", c) == NULL)) {
            return false;
        }
    }
    return len > 0;
}

static bool is_clean(const char *value)
{
    for (const char *c = value; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) {
            return false;
        }
    }
    return true;
}

void cc_resp_init(struct cc_resp *resp, void *mem)
{
    memset(resp, 0, sizeof(*resp));
    cc_buf_init(&resp->body, mem);
    cc_buf_init(&resp->headers, mem);
}

void cc_resp_header(struct cc_resp *resp, const char *name, const char *value)
{
    if (!cc_is_token(name, strlen(name)) || !is_clean(value)) {
        cc_log(CC_LOG_ERR, "header \"%s\" was not sent: its value cannot stand in a header", name);
        return;
    }
    cc_buf_printf(&resp->headers, "%s: %s\r\n", name, value);
}

enum cc_rc cc_resp_redirect(struct cc_resp *resp, int status, const char *address)
{
    bool local = address != NULL && address[0] == '/' && address[1] != '/' && address[1] != '\\';
    bool absolute = address != NULL &&
                    (strncmp(address, "https://", 8) == 0 || strncmp(address, "http://", 7) == 0);

    if ((!local && !absolute) || !is_clean(address) || strchr(address, ' ') != NULL) {
        cc_log(CC_LOG_ERR, "redirect refused: not an address");
        return CC_INTERNAL;
    }
    resp->status = status;
    resp->location = address;
    return CC_OK;
}

static void xml_escape(struct cc_buf *out, const char *s)
{
    for (; *s != '\0'; s++) {
        switch (*s) {
        case '&':
            cc_buf_adds(out, "&amp;");
            break;
        case '<':
            cc_buf_adds(out, "&lt;");
            break;
        case '>':
            cc_buf_adds(out, "&gt;");
            break;
        default:
            cc_buf_addc(out, *s);
        }
    }
}

void cc_http_error(struct cc_req *req, struct cc_resp *resp, enum cc_rc rc, int status)
{
    (void)rc;
    resp->status = status;
    resp->type = "application/xml; charset=utf-8";
    cc_buf_printf(&resp->body,
                  "<error xmlns=\"urn:concord:registry:1\" status=\"%d\" request=\"%s\">", status,
                  req->id);
    xml_escape(&resp->body, cc_http_message(req, status));
    cc_buf_adds(&resp->body, "</error>\n");
}

/* --- validators ----------------------------------------------------------------------------------
 */

/* Weak comparison (RFC 9110 8.8.3.2) of our tag with a list such as W/"a", "b". */
static bool tag_listed(const char *list, const char *etag)
{
    size_t len = strlen(etag);

    for (const char *p = list; *p != '\0';) {
        p += strspn(p, " \t,");
        if (*p == '*') {
            return true;
        }
        if (strncmp(p, "W/", 2) == 0) {
            p += 2;
        }
        if (*p != '"') {
            return false;
        }
        size_t n = strcspn(++p, "\"");
        if (n == len && memcmp(p, etag, n) == 0) {
            return true;
        }
        p += n;
        p += *p == '"';
    }
    return false;
}

static bool not_modified(const struct cc_req *req, const struct cc_resp *resp)
{
    const char *tags = cc_header(req, "If-None-Match");
    const char *since = cc_header(req, "If-Modified-Since");

    if (tags != NULL) {
        return resp->etag != NULL && tag_listed(tags, resp->etag);
    }
    if (since == NULL || resp->last_modified == 0) {
        return false;
    }
    int64_t t = cc_time_from_http(since);
    return t >= 0 && resp->last_modified <= t;
}

static void add_etag(struct cc_req *req, struct cc_resp *resp, const char *body, size_t len)
{
    char hex[CC_ETAG_HEX + 1];

    if (resp->etag == NULL && resp->more == NULL && resp->cache != CC_CACHE_NO_STORE) {
        cc_etag_hex(body, len, hex);
        resp->etag = talloc_strdup(req->mem, hex);
    }
}

/* --- sending -------------------------------------------------------------------------------------
 */

static void add_line(struct cc_buf *out, const char *name, const char *value)
{
    if (value != NULL && is_clean(value)) {
        cc_buf_adds(out, name);
        cc_buf_add(out, ": ", 2);
        cc_buf_adds(out, value);
        cc_buf_add(out, "\r\n", 2);
    }
}

static void add_vary(struct cc_buf *out, const struct cc_resp *resp)
{
    if (resp->vary_accept || resp->vary_language) {
        add_line(out, "Vary",
                 !resp->vary_language ? "Accept"
                 : resp->vary_accept  ? "Accept, Accept-Language"
                                      : "Accept-Language");
    }
}

static void add_validators(struct cc_buf *out, const struct cc_resp *resp)
{
    char date[30];

    if (resp->etag != NULL && is_clean(resp->etag) && strchr(resp->etag, '"') == NULL) {
        cc_buf_adds(out, "ETag: \"");
        cc_buf_adds(out, resp->etag);
        cc_buf_adds(out, "\"\r\n");
    }
    if (resp->last_modified != 0) {
        cc_time_http(resp->last_modified, date);
        add_line(out, "Last-Modified", date);
    }
}

static void add_content(struct cc_buf *out, const struct cc_resp *resp, size_t len)
{
    if (resp->type != NULL) {
        add_line(out, "Content-Type", resp->type);
    }
    if (resp->disposition != NULL && cc_is_token(resp->disposition, strlen(resp->disposition))) {
        cc_buf_printf(out, "Content-Disposition: attachment; filename=\"%s\"\r\n",
                      resp->disposition);
    }
    if (resp->more == NULL) {
        cc_buf_adds(out, "Content-Length: ");
        cc_buf_addn(out, (long long)len);
        cc_buf_adds(out, "\r\n");
    }
}

/* The pieces behind the first. They may take nine tenths of the time of a request: the watchdog
 * ends a process, which looks like the end of an answer. */
static size_t send_more(struct cc_req *req, struct cc_resp *resp)
{
    int64_t until = req->start_us + req->settings->request_limit * 900000;
    size_t sent = 0;

    while (resp->more != NULL) {
        cc_buf_clear(&resp->body);
        enum cc_rc rc = cc_monotonic_us() < until ? resp->more(req, resp) : CC_BUSY;
        if (rc != CC_OK) {
            cc_log_err(&req->err);
            cc_log(CC_LOG_WARNING, "an answer of many pieces was broken off after %zu bytes", sent);
            req->io->abort(req->io->arg);
            return sent;
        }
        if (req->io->write(req->io->arg, cc_buf_str(&resp->body), (int)resp->body.len) < 0) {
            cc_log(CC_LOG_INFO, "the client went away before the answer was written");
            return sent;
        }
        sent += resp->body.len;
    }
    return sent;
}

static bool write_first(const struct cc_req *req, const struct cc_resp *resp,
                        const struct cc_buf *head, const char *body, size_t len)
{
    const struct cc_io *io = req->io;

    if (io->whole != NULL && resp->more == NULL) {
        return io->whole(io->arg, head->data, head->len, body, len) >= 0;
    }
    return io->write(io->arg, head->data, (int)head->len) >= 0 &&
           (len == 0 || io->write(io->arg, body, (int)len) >= 0);
}

size_t cc_resp_send(struct cc_req *req, struct cc_resp *resp)
{
    const char *body = resp->body_ref ? resp->body_ref : cc_buf_str(&resp->body);
    size_t len = resp->body_ref ? resp->body_ref_len : resp->body.len;
    bool sets_cookie = strstr(cc_buf_str(&resp->headers), "Set-Cookie: ") != NULL;
    struct cc_buf out;

    if (resp->status == 0) {
        resp->status = 200;
    }
    if (req->has_session_cookie || sets_cookie) {
        resp->cache = CC_CACHE_NO_STORE;
    }
    if (resp->status == 200 && req->method != CC_POST) {
        add_etag(req, resp, body, len);
        if (not_modified(req, resp)) {
            resp->status = 304;
        }
    }
    cc_buf_init(&out, req->mem);
    cc_buf_reserve(&out, 2048);
    cc_buf_adds(&out, "Status: ");
    cc_buf_addn(&out, resp->status);
    cc_buf_adds(&out, " ");
    cc_buf_adds(&out, cc_http_reason(resp->status));
    cc_buf_adds(&out, "\r\n");
    cc_buf_adds(&out, security_headers);
    if (req->settings->is_https) {
        add_line(&out, "Strict-Transport-Security", "max-age=31536000");
    }
    add_line(&out, "Cache-Control", cache_values[resp->cache]);
    add_vary(&out, resp);
    add_validators(&out, resp);
    add_line(&out, "Location", resp->location);
    if (resp->retry_after > 0) {
        cc_buf_printf(&out, "Retry-After: %d\r\n", resp->retry_after);
    }
    cc_buf_adds(&out, cc_buf_str(&resp->headers));
    if (resp->status != 304) {
        add_content(&out, resp, len);
    }
    cc_buf_adds(&out, "\r\n");
    if (req->method == CC_HEAD || resp->status == 304) {
        len = 0;
        resp->more = NULL;
    }
    if (!write_first(req, resp, &out, body, len)) {
        cc_log(CC_LOG_INFO, "the client went away before the answer was written");
        return len;
    }
    return len + send_more(req, resp);
}
