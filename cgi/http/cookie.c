/* SPDX-License-Identifier: EUPL-1.2 */
/* The Cookie header. Pairs that are not well formed are passed over: other sites' cookies are not
 * our users' fault. */
#include "http/internal.h"

#include <string.h>
#include <talloc.h>

#define COOKIES_MAX 64

const char *cc_session_cookie(const struct cc_settings *settings)
{
    if (settings->insecure_dev) {
        return "concord-dev";
    }
    return settings->base_path[0] == '\0' ? "__Host-concord" : "__Secure-concord";
}

/* cookie-octet of RFC 6265 4.1.1 */
static bool is_cookie_value(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c <= 0x20 || c >= 0x7f || c == '"' || c == ',' || c == ';' || c == '\\') {
            return false;
        }
    }
    return true;
}

static void add(struct cc_values *values, const char *at, size_t len)
{
    const char *equals = memchr(at, '=', len);

    if (equals == NULL || values->n >= COOKIES_MAX) {
        return;
    }
    size_t name_len = (size_t)(equals - at);
    const char *text = equals + 1;
    size_t text_len = len - name_len - 1;

    if (text_len >= 2 && text[0] == '"' && text[text_len - 1] == '"') {
        text++;
        text_len -= 2;
    }
    if (!cc_is_token(at, name_len) || !is_cookie_value(text, text_len)) {
        return;
    }
    values->v[values->n++] = (struct cc_value){
        .name = talloc_strndup(values, at, name_len),
        .text = talloc_strndup(values, text, text_len),
        .file_fd = -1,
    };
}

struct cc_values *cc_cookies_parse(void *mem, const char *header)
{
    struct cc_values *values = talloc_zero(mem, struct cc_values);

    values->v = talloc_array(values, struct cc_value, COOKIES_MAX);
    for (const char *at = header; at != NULL && *at != '\0';) {
        at += strspn(at, " \t");
        size_t len = strcspn(at, ";");
        size_t kept = len;
        while (kept > 0 && (at[kept - 1] == ' ' || at[kept - 1] == '\t')) {
            kept--;
        }
        add(values, at, kept);
        at += len;
        at += *at == ';';
    }
    return values;
}

const char *cc_cookie(const struct cc_req *req, const char *name)
{
    const char *found = NULL;

    for (size_t i = 0; req->cookies != NULL && i < req->cookies->n; i++) {
        if (strcmp(req->cookies->v[i].name, name) != 0) {
            continue;
        }
        if (found != NULL) {
            return NULL; /* doubled: somebody planted one */
        }
        found = req->cookies->v[i].text;
    }
    return found;
}

void cc_resp_cookie(struct cc_resp *resp, const struct cc_req *req, const char *name,
                    const char *value, long max_age)
{
    const struct cc_settings *settings = req->settings;
    const char *path = settings->base_path[0] != '\0' ? settings->base_path : "/";

    if (!cc_is_token(name, strlen(name)) || !is_cookie_value(value, strlen(value))) {
        return;
    }
    char *line = talloc_asprintf(resp->headers.mem, "%s=%s; Path=%s; HttpOnly; SameSite=Lax", name,
                                 value, path);
    if (!settings->insecure_dev) {
        line = talloc_strdup_append(line, "; Secure");
    }
    if (max_age >= 0) {
        line = talloc_asprintf_append(line, "; Max-Age=%ld", max_age);
    }
    cc_resp_header(resp, "Set-Cookie", line);
}
