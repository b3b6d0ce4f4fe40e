/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * FastCGI parameters to a typed request. Believed are only those that the web server itself sets,
 * each once and within its size; headers of the client are read through cc_header().
 */
#include "http/internal.h"

#include "concord/clock.h"
#include "concord/log.h"
#include "concord/text.h"
#include <arpa/inet.h>
#include <string.h>
#include <sys/random.h>
#include <talloc.h>

static const struct {
    const char *name;
    size_t max;
    int status; /* when longer */
} believed[] = {
    {"REQUEST_METHOD", 16, 400},
    {"REQUEST_URI", CC_URI_MAX, 414},
    {"CONTENT_LENGTH", 20, 413},
    {"CONTENT_TYPE", 1024, 415},
    {"REMOTE_ADDR", INET6_ADDRSTRLEN, 400},
    {"HTTP_COOKIE", CC_COOKIE_MAX, 431},
};

static const struct {
    const char *name;
    enum cc_method method;
} methods[] = {{"GET", CC_GET}, {"HEAD", CC_HEAD}, {"POST", CC_POST}};

int cc_refuse(struct cc_req *req, int status, const char *field, const char *message,
              const char *detail)
{
    (void)cc_fail(&req->err, req->mem, cc_http_rc(status), field, message, "%s",
                  detail ? detail : "");
    return status;
}

/* How often does a parameter stand in the environment? */
static size_t count_param(const struct cc_io *io, const char *name)
{
    size_t len = strlen(name), count = 0;

    for (char **p = io->envp; p != NULL && *p != NULL; p++) {
        count += strncmp(*p, name, len) == 0 && (*p)[len] == '=';
    }
    return count;
}

static const char *param(const struct cc_req *req, const char *name)
{
    return req->io->param(req->io->arg, name);
}

const char *cc_header(const struct cc_req *req, const char *name)
{
    char key[64] = "HTTP_";
    size_t n = 5;

    for (; *name != '\0' && n < sizeof(key) - 1; name++) {
        char c = *name;
        key[n++] = c == '-' ? '_' : (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
    key[n] = '\0';

    const char *value = req->io != NULL ? param(req, key) : NULL;
    if (value == NULL || count_param(req->io, key) > 1) {
        return NULL;
    }
    n = strnlen(value, CC_HEADER_MAX + 1);
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)value[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f) {
            return NULL;
        }
    }
    return n <= CC_HEADER_MAX ? value : NULL;
}

#define ID_BYTES 8

/* Random bytes for some identifiers at a time; they are no secrets. */
static const char *random_id(void *mem)
{
    static unsigned char bytes[32 * ID_BYTES];
    static size_t used = sizeof(bytes);
    char *id = talloc_size(mem, 2 * ID_BYTES + 1);

    if (used == sizeof(bytes)) {
        if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes)) {
            cc_die("could not get random bytes");
        }
        used = 0;
    }
    for (size_t i = 0; i < ID_BYTES; i++, used++) {
        id[2 * i] = "0123456789abcdef"[bytes[used] >> 4];
        id[2 * i + 1] = "0123456789abcdef"[bytes[used] & 15];
    }
    id[2 * ID_BYTES] = '\0';
    return id;
}

/* An address in its one canonical spelling; IPv4 in IPv6 becomes IPv4. False if it is none. */
static bool canonical_address(const char *s, size_t len, char out_r[INET6_ADDRSTRLEN])
{
    char text[INET6_ADDRSTRLEN];
    unsigned char bytes[16];
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};

    if (len == 0 || len >= sizeof(text)) {
        return false;
    }
    memcpy(text, s, len);
    text[len] = '\0';
    if (inet_pton(AF_INET, text, bytes) == 1) {
        return inet_ntop(AF_INET, bytes, out_r, INET6_ADDRSTRLEN) != NULL;
    }
    if (inet_pton(AF_INET6, text, bytes) != 1) {
        return false;
    }
    if (memcmp(bytes, mapped, sizeof(mapped)) == 0) {
        return inet_ntop(AF_INET, bytes + 12, out_r, INET6_ADDRSTRLEN) != NULL;
    }
    return inet_ntop(AF_INET6, bytes, out_r, INET6_ADDRSTRLEN) != NULL;
}

static bool is_trusted(const char *address, const char *trusted)
{
    char one[INET6_ADDRSTRLEN];

    for (const char *p = trusted; p != NULL && *p != '\0';) {
        p += strspn(p, " \t");
        size_t len = strcspn(p, " \t");
        if (canonical_address(p, len, one) && strcmp(one, address) == 0) {
            return true;
        }
        p += len;
    }
    return false;
}

/*
 * X-Forwarded-For is read from its right end as far as the hops are our own proxies; the first that
 * is not is the client. Something unreadable ends the walk at the last hop that was understood.
 */
const char *cc_client_address(void *mem, const char *remote, const char *forwarded,
                              const char *trusted)
{
    char address[INET6_ADDRSTRLEN] = "0.0.0.0", hop[INET6_ADDRSTRLEN];

    if (remote == NULL || !canonical_address(remote, strlen(remote), address)) {
        return talloc_strdup(mem, "0.0.0.0");
    }
    const char *end = forwarded ? forwarded + strlen(forwarded) : NULL;
    while (end != NULL && end > forwarded && is_trusted(address, trusted)) {
        const char *start = end;
        while (start > forwarded && start[-1] != ',') {
            start--;
        }
        const char *first = start + strspn(start, " \t");
        const char *last = end;
        while (last > first && (last[-1] == ' ' || last[-1] == '\t')) {
            last--;
        }
        if (last <= first || !canonical_address(first, (size_t)(last - first), hop)) {
            break;
        }
        memcpy(address, hop, sizeof(address));
        end = start > forwarded ? start - 1 : NULL;
    }
    return talloc_strdup(mem, address);
}

static int check_believed(struct cc_req *req)
{
    for (size_t i = 0; i < sizeof(believed) / sizeof(believed[0]); i++) {
        const char *value = param(req, believed[i].name);
        if (value == NULL) {
            continue;
        }
        if (count_param(req->io, believed[i].name) > 1) {
            return cc_refuse(req, 400, NULL, N_("The request is not well formed."),
                             believed[i].name);
        }
        if (strnlen(value, believed[i].max + 1) > believed[i].max) {
            return cc_refuse(req, believed[i].status, NULL, NULL, believed[i].name);
        }
    }
    return 0;
}

static const char *user_agent(const struct cc_req *req)
{
    const char *agent = cc_header(req, "User-Agent");

    return agent != NULL && cc_utf8_valid(agent, strlen(agent)) ? agent : "";
}

/* Everything that cannot fail, so that errors have a request to stand in. */
int cc_req_init(struct cc_req *req, const struct cc_site *site, const struct cc_io *io)
{
    req->site = site;
    req->io = io;
    req->settings = site->settings;
    req->app = site->app;
    req->class_ = site->class_;
    req->param = param;
    req->method = CC_GET;
    req->path = "/";
    req->query_string = "";
    req->user_agent = "";
    req->remote = "0.0.0.0";
    req->id = random_id(req->mem);
    req->start_us = cc_monotonic_us();
    req->lang = cc_i18n_current();
    cc_problems_init(&req->problems, req->mem);
    return check_believed(req);
}

static int parse_method(struct cc_req *req)
{
    const char *text = param(req, "REQUEST_METHOD");

    for (size_t i = 0; text != NULL && i < sizeof(methods) / sizeof(methods[0]); i++) {
        if (strcmp(text, methods[i].name) == 0) {
            req->method = methods[i].method;
            return 0;
        }
    }
    if (text == NULL || !cc_is_token(text, strlen(text))) {
        return cc_refuse(req, 400, NULL, N_("The request is not well formed."), "REQUEST_METHOD");
    }
    req->method = 0; /* no route takes it: 405 */
    return 0;
}

/* "http://host/path" of the absolute form (RFC 9112 3.2.2) to "/path". */
static const char *skip_authority(const char *uri)
{
    const char *at = strncmp(uri, "http://", 7) == 0    ? uri + 7
                     : strncmp(uri, "https://", 8) == 0 ? uri + 8
                                                        : NULL;
    if (at == NULL) {
        return uri;
    }
    at += strcspn(at, "/?");
    return *at == '/' ? at : "/";
}

int cc_req_parse(struct cc_req *req)
{
    const char *uri = param(req, "REQUEST_URI");
    char *path = NULL;

    req->user_agent = user_agent(req);
    req->remote =
        cc_client_address(req->mem, param(req, "REMOTE_ADDR"), cc_header(req, "X-Forwarded-For"),
                          req->settings->trusted_proxies);
    req->cookies = cc_cookies_parse(req->mem, param(req, "HTTP_COOKIE"));
    for (size_t i = 0; i < req->cookies->n; i++) {
        req->has_session_cookie |=
            strcmp(req->cookies->v[i].name, cc_session_cookie(req->settings)) == 0;
    }
    if (uri == NULL) {
        return cc_refuse(req, 400, NULL, N_("The request is not well formed."), "REQUEST_URI");
    }
    uri = skip_authority(uri);
    size_t len = strcspn(uri, "?");
    req->query_string = uri[len] == '?' ? uri + len + 1 : "";

    int status = parse_method(req);
    if (status == 0) {
        status = cc_path_decode(req, uri, len, &path);
    }
    if (status != 0) {
        return status;
    }
    req->path = cc_path_below(path, req->settings->base_path);
    if (req->path == NULL) {
        req->path = path;
        return cc_refuse(req, 404, NULL, NULL, "not below the base path");
    }
    return 0;
}

/* CONTENT_LENGTH within the limit, before a byte is read. Missing: 411 (no chunked bodies here). */
int cc_body_length(struct cc_req *req, size_t limit, size_t *len_r)
{
    const char *text = param(req, "CONTENT_LENGTH");
    size_t len = 0;

    if (text == NULL || text[0] == '\0') {
        return cc_refuse(req, 411, NULL, NULL, "no length");
    }
    if (text[strspn(text, "0123456789")] != '\0') {
        return cc_refuse(req, 400, NULL, N_("The request is not well formed."), "CONTENT_LENGTH");
    }
    for (; *text != '\0'; text++) {
        if (__builtin_mul_overflow(len, 10, &len) ||
            __builtin_add_overflow(len, (size_t)(*text - '0'), &len)) {
            len = SIZE_MAX;
            break;
        }
    }
    if (len > limit) {
        const struct cc_problem most = {.arg1 = talloc_asprintf(req->mem, "%zu", limit / 1024)};

        return cc_refuse(
            req, 413, NULL,
            cc_problem_text(req->mem, gettext("At most {1} kB can be sent here."), &most), "body");
    }
    *len_r = len;
    return 0;
}
