/* SPDX-License-Identifier: EUPL-1.2 */
/* Addresses are made from the route table, here and nowhere else. */
#include "http/internal.h"

#include <string.h>
#include <talloc.h>

/* unreserved of RFC 3986 2.3: a table, since each byte of each address is asked for */
static const bool unreserved[256] = {
    ['-'] = true,         ['.'] = true,         ['_'] = true,         ['~'] = true,
    ['0' ... '9'] = true, ['A' ... 'Z'] = true, ['a' ... 'z'] = true,
};

static bool is_unreserved(char c)
{
    return unreserved[(unsigned char)c];
}

void cc_url_encode(struct cc_buf *out, const char *s, size_t len)
{
    static const char digits[] = "0123456789ABCDEF";

    cc_buf_reserve(out, 3 * len);
    char *to = out->data + out->len;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)s[i];
        if (is_unreserved(s[i])) {
            *to++ = s[i];
        } else {
            *to++ = '%';
            *to++ = digits[c >> 4];
            *to++ = digits[c & 15];
        }
    }
    *to = '\0';
    out->len = (size_t)(to - out->data);
}

static const char *language(const struct cc_lang *lang)
{
    return lang != NULL ? lang->tag : cc_i18n_current()->tag;
}

/* args ends where the pattern needs no more. Some fifty a page, of few bytes each: no calls to look
 * for what is near. */
static void add_route(struct cc_buf *out, const struct cc_route *route, const struct cc_lang *lang,
                      const char *const *args)
{
    const char *p = route->pattern;
    size_t n = 0;

    if (p[1] == '{' && p[2] == 'l') { /* most begin so; no tag needs encoding */
        cc_buf_addc(out, '/');
        cc_buf_adds(out, language(lang));
        p += sizeof("/{lang}") - 1;
    }
    for (; *p != '\0'; p++) { /* behind a } */
        size_t len = 0;
        while (p[len] != '\0' && p[len] != '{') {
            len++;
        }
        cc_buf_add(out, p, len);
        p += len;
        if (*p == '\0') {
            break;
        }
        const char *arg = p[1] == 'l' ? language(lang) : args[n++]; /* {lang} */
        if (arg != NULL) {
            cc_url_encode(out, arg, strlen(arg));
        }
        while (*p != '}') {
            p++;
        }
    }
}

void cc_url_add(struct cc_buf *out, const struct cc_req *req, int route_id, const char *const *args)
{
    cc_buf_adds(out, req->settings->base_path);
    add_route(out, &req->site->routes[route_id], req->lang, args);
}

char *cc_url(void *mem, const struct cc_req *req, int route_id, const char *const *args)
{
    struct cc_buf out;

    cc_buf_init(&out, mem);
    cc_url_add(&out, req, route_id, args);
    return out.data;
}

char *cc_url_absolute(void *mem, const struct cc_req *req, int route_id, const char *const *args)
{
    struct cc_buf out;

    cc_buf_init(&out, mem);
    cc_buf_adds(&out, req->settings->origin);
    cc_url_add(&out, req, route_id, args);
    return out.data;
}

char *cc_url_query(void *mem, const char *url, const char *const *pairs)
{
    struct cc_buf out;
    char separator = strchr(url, '?') != NULL ? '&' : '?';

    cc_buf_init(&out, mem);
    cc_buf_adds(&out, url);
    for (; pairs[0] != NULL; pairs += 2) {
        if (pairs[1] == NULL || pairs[1][0] == '\0') {
            continue;
        }
        cc_buf_addc(&out, separator);
        cc_url_encode(&out, pairs[0], strlen(pairs[0]));
        cc_buf_addc(&out, '=');
        cc_url_encode(&out, pairs[1], strlen(pairs[1]));
        separator = '&';
    }
    return out.data;
}

/* The query string as it was sent, made safe: what should have been encoded is. Without the
 * parameter that begins so; NULL = with all. */
static void add_query(struct cc_buf *out, const char *query, const char *but)
{
    char separator = '?';

    for (const char *c = query; *c != '\0'; c += c[0] == '&') {
        size_t len = strcspn(c, "&");
        if (len > 0 && (but == NULL || strncmp(c, but, strlen(but)) != 0)) {
            cc_buf_addc(out, separator);
            separator = '&';
            for (size_t i = 0; i < len; i++) {
                if (is_unreserved(c[i]) || strchr("%=+:/?@!$'()*,;", c[i]) != NULL) {
                    cc_buf_addc(out, c[i]);
                } else {
                    cc_url_encode(out, c + i, 1);
                }
            }
        }
        c += len;
    }
}

static char *self(void *mem, const struct cc_req *req, const struct cc_lang *lang, const char *but)
{
    struct cc_buf out;

    cc_buf_init(&out, mem);
    cc_buf_adds(&out, req->settings->base_path);
    add_route(&out, req->route, lang, req->args);
    /* a form that was posted is not asked for again by GET with its query */
    if (req->method != CC_POST && req->query_string != NULL) {
        add_query(&out, req->query_string, but);
    }
    return out.data;
}

char *cc_url_self(void *mem, const struct cc_req *req, const struct cc_lang *lang)
{
    return self(mem, req, lang, NULL);
}

char *cc_url_language(void *mem, const struct cc_req *req, const struct cc_lang *lang)
{
    if (req->route != NULL && strstr(req->route->pattern, "{lang}") != NULL) {
        return self(mem, req, lang, "cursor=");
    }
    return talloc_asprintf(mem, "%s/%s", req->settings->base_path, lang->tag);
}
