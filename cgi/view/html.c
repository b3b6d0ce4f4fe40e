/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The HTML writer. Each function escapes for exactly one place in HTML; the template compiler picks
 * it. Text in the buffer is UTF-8 that core/text has checked where it entered; bytes that no HTML
 * may hold (controls) are left out all the same.
 */
#include "concord/html.h"

#include "concord/bytes16.h"
#include "concord/i18n.h"
#include "concord/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

enum { FMT_ARGS_MAX = 9 };

/* Controls that no HTML may hold. */
static bool is_dropped(unsigned char c)
{
    return (c < 0x20 && c != '\t' && c != '\n') || c == 0x7f;
}

/* What stands for a byte; NULL = the byte itself, "" = nothing. */
static const char *escape(unsigned char c, bool in_attr)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return in_attr ? "&quot;" : NULL;
    case '\'':
        return in_attr ? "&#39;" : NULL;
    default:
        return is_dropped(c) ? "" : NULL;
    }
}

/* Bytes that something else may stand for. */
static const bool special[256] = {
    [1] = true,   [2] = true,   [3] = true,   [4] = true,   [5] = true,    [6] = true,
    [7] = true,   [8] = true,   [11] = true,  [12] = true,  [13] = true,   [14] = true,
    [15] = true,  [16] = true,  [17] = true,  [18] = true,  [19] = true,   [20] = true,
    [21] = true,  [22] = true,  [23] = true,  [24] = true,  [25] = true,   [26] = true,
    [27] = true,  [28] = true,  [29] = true,  [30] = true,  [31] = true,   [0x7f] = true,
    ['&'] = true, ['<'] = true, ['>'] = true, ['"'] = true, ['\''] = true, [0] = true,
};

static bool is_plain16(cc_bytes16 v)
{
    return !cc_any16((cc_bytes16)((v < 0x20) | (v == 0x7f) | (v == '&') | (v == '<') | (v == '>') |
                                  (v == '"') | (v == '\'')));
}

/* Is there nothing in them that something else may stand for? (No about line ends and short texts:
 * each byte is looked at.) What is left behind the last sixteen is looked at with some before it.
 */
static bool is_plain(const char *s, size_t len)
{
    cc_bytes16 v;

    if (len < 8)
        return false;
    if (len < 16) {
        memcpy(&v, s, 8);
        memcpy((char *)&v + 8, s + len - 8, 8);
        return is_plain16(v);
    }
    for (const char *at = s; at < s + len - 16; at += 16) {
        memcpy(&v, at, sizeof(v));
        if (!is_plain16(v))
            return false;
    }
    memcpy(&v, s + len - 16, sizeof(v));
    return is_plain16(v);
}

static void add_escaped(struct cc_buf *out, const char *s, bool in_attr)
{
    if (s == NULL)
        return;
    size_t len = strlen(s);
    if (is_plain(s, len)) {
        cc_buf_add(out, s, len);
        return;
    }
    const char *from = s;
    for (;; s++) {
        while (!special[(unsigned char)*s])
            s++;
        if (*s == '\0')
            break;
        const char *instead = escape((unsigned char)*s, in_attr);
        if (instead == NULL)
            continue;
        cc_buf_add(out, from, (size_t)(s - from));
        cc_buf_adds(out, instead);
        from = s + 1;
    }
    cc_buf_add(out, from, (size_t)(s - from));
}

void h_text(struct cc_html *w, const char *s)
{
    add_escaped(w->out, s, false);
}

void h_attr(struct cc_html *w, const char *s)
{
    add_escaped(w->out, s, true);
}

void h_int(struct cc_html *w, long long n)
{
    cc_buf_addn(w->out, n);
}

const char *h_num(struct cc_html *w, long long n)
{
    char text[CC_DIGITS];
    return talloc_strdup(w->out->mem, cc_digits(text, n));
}

void h_tagged(struct cc_html *w, struct cc_tagged t)
{
    if (t.text == NULL)
        return;
    h_lit(w, "<span");
    if (t.lang != NULL) {
        h_lit(w, " lang=\"");
        h_attr(w, t.lang);
        h_lit(w, "\"");
    }
    h_lit(w, " dir=\"auto\">");
    h_text(w, t.text);
    h_lit(w, "</span>");
}

/* Are there sixteen bytes, and none that no HTML may hold? */
static bool is_kept16(const char *s, const char *end)
{
    cc_bytes16 v;

    if (end - s < 16)
        return false;
    memcpy(&v, s, sizeof(v));
    return !cc_any16((cc_bytes16)(((v < 0x20) & (v != '\t') & (v != '\n')) | (v == 0x7f)));
}

void h_markup(struct cc_html *w, struct cc_markup m)
{
    const char *from = m.html;

    if (from == NULL)
        return;
    const char *end = from + strlen(from);
    for (const char *s = from;; s++) {
        while (is_kept16(s, end))
            s += 16;
        if (!special[(unsigned char)*s] || (*s != '\0' && !is_dropped((unsigned char)*s)))
            continue;
        cc_buf_add(w->out, from, (size_t)(s - from));
        from = s + 1;
        if (*s == '\0')
            return;
    }
}

/* --- phrases -----------------------------------------------------------------------------------
 */

static char *format(void *mem, const char *fmt, va_list ap)
{
    const char *args[FMT_ARGS_MAX];
    size_t n = 0;
    struct cc_buf b;

    for (const char *arg; (arg = va_arg(ap, const char *)) != NULL;) {
        if (n < FMT_ARGS_MAX)
            args[n++] = cc_i18n_code(mem, cc_i18n_current(), arg);
    }
    cc_buf_init(&b, mem);
    while (*fmt != '\0') {
        size_t len = strcspn(fmt, "{");
        cc_buf_add(&b, fmt, len);
        fmt += len;
        if (fmt[0] != '{')
            break;
        if (fmt[1] >= '1' && fmt[1] <= '9' && fmt[2] == '}') {
            size_t i = (size_t)(fmt[1] - '1');
            cc_buf_adds(&b, i < n ? args[i] : NULL);
            fmt += 3;
        } else {
            cc_buf_addc(&b, '{');
            fmt++;
        }
    }
    return b.data != NULL ? b.data : talloc_strdup(mem, "");
}

char *cc_fmt(void *mem, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    char *text = format(mem, fmt, ap);
    va_end(ap);
    return text;
}

void h_text_fmt(struct cc_html *w, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    char *text = format(w->out->mem, fmt, ap);
    va_end(ap);
    h_text(w, text);
    talloc_free(text);
}

void h_attr_fmt(struct cc_html *w, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    char *text = format(w->out->mem, fmt, ap);
    va_end(ap);
    h_attr(w, text);
    talloc_free(text);
}

/* --- addresses ---------------------------------------------------------------------------------
 */

static bool is_unreserved(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._~", c) != NULL);
}

void h_query(struct cc_html *w, const char *s)
{
    for (; s != NULL && *s != '\0'; s++) {
        unsigned char c = (unsigned char)*s;
        if (is_unreserved(c))
            cc_buf_addc(w->out, (char)c);
        else
            cc_buf_printf(w->out, "%%%02X", c);
    }
}

/* "mailto:" with nothing that could add headers or further addresses. */
static bool is_mail_url(const char *url)
{
    return strncasecmp(url, "mailto:", 7) == 0 && cc_is_mail(url + 7);
}

void h_ext(struct cc_html *w, const char *url)
{
    if (url != NULL && (cc_is_http_url(url) || is_mail_url(url)))
        h_attr(w, url);
    else
        h_lit(w, "#");
}

void h_mail(struct cc_html *w, const char *mail)
{
    if (mail == NULL || !cc_is_mail(mail)) {
        h_lit(w, "#");
        return;
    }
    const char *at = strrchr(mail, '@');
    h_lit(w, "mailto:");
    h_query(w, talloc_strndup(w->out->mem, mail, (size_t)(at - mail)));
    h_attr(w, at);
}

/* Nothing is left to escape: addresses hold what RFC 3986 reserves for nothing, "/" and "%". */
void h_route(struct cc_html *w, int route_id, const char *const *args)
{
    cc_url_add(w->out, w->req, route_id, args);
}

/* The handler has encoded it; anything else would be a mistake of ours and is left out. */
static bool is_query(const char *s)
{
    for (; *s != '\0'; s++) {
        if (!is_unreserved((unsigned char)*s) && strchr("%&=+", *s) == NULL)
            return false;
    }
    return true;
}

void h_link(struct cc_html *w, const struct cc_href *href)
{
    const struct cc_req *req = w->req;
    struct cc_req other;

    if (href->lang != NULL && req != NULL && req->lang != href->lang) {
        other = *req;
        other.lang = href->lang;
        req = &other;
    }
    if (href->absolute)
        h_attr(w, req->settings->origin);
    cc_url_add(w->out, req, href->route, href->args);
    if (href->query == NULL || href->query[0] == '\0')
        return;
    if (!is_query(href->query)) {
        w->failed = true;
        return;
    }
    h_lit(w, "?");
    h_attr(w, href->query);
}

void h_self(struct cc_html *w, const struct cc_lang *lang)
{
    h_attr(w, cc_url_language(w->out->mem, w->req, lang));
}

void h_static(struct cc_html *w, const char *file)
{
    h_attr(w, w->req != NULL ? w->req->settings->base_path : "");
    h_lit(w, "/static/");
    h_attr(w, file);
    h_lit(w, "?v=");
    h_attr(w, cc_static_hash(file));
}
