/* SPDX-License-Identifier: EUPL-1.2 */
/* Content negotiation by Accept (RFC 9110 12.5.1): the most specific range that fits decides. */
#include "http/internal.h"

#include <string.h>
#include <strings.h>

/* qvalue in thousandths; malformed counts as 0, so nothing is won by it. */
static int quality(const char *s, size_t len)
{
    int q = 0, unit = 100;

    if (len == 0 || len > 5 || (s[0] != '0' && s[0] != '1') || (len > 1 && s[1] != '.')) {
        return 0;
    }
    for (size_t i = 2; i < len; i++, unit /= 10) {
        if (s[i] < '0' || s[i] > '9') {
            return 0;
        }
        q += (s[i] - '0') * unit;
    }
    return s[0] == '1' ? 1000 : q;
}

/* 0 = does not fit, 1 = all types, 2 = all subtypes, 3 = exactly */
static int specificity(const char *range, size_t len, const char *type)
{
    size_t main_len = strcspn(type, "/") + 1;

    if (len == 3 && memcmp(range, "*/*", 3) == 0) {
        return 1;
    }
    if (len == strlen(type) && strncasecmp(range, type, len) == 0) {
        return 3;
    }
    if (len == main_len + 1 && range[len - 1] == '*' && strncasecmp(range, type, main_len) == 0) {
        return 2;
    }
    return 0;
}

/* The q parameter in the part after the range: ";level=1; q=0.5". */
static int range_quality(const char *params, size_t len)
{
    for (size_t at = 0; at < len;) {
        size_t skip = strspn(params + at, "; \t");
        const char *param = params + at + skip;
        size_t n = strcspn(param, "; \t,");
        if (n >= 2 && (param[0] == 'q' || param[0] == 'Q') && param[1] == '=') {
            return quality(param + 2, n - 2);
        }
        at += skip + n;
    }
    return 1000;
}

int cc_accept_quality(const char *accept, const char *type)
{
    int best = 0, q = 0;

    if (accept == NULL || accept[0] == '\0') {
        return 1000;
    }
    for (const char *p = accept; *p != '\0';) {
        p += strspn(p, " \t,");
        size_t len = strcspn(p, ",");
        size_t range = strcspn(p, ",; \t");
        int specific = specificity(p, range, type);
        if (specific > best) {
            best = specific;
            q = range_quality(p + range, len - range);
        }
        p += len;
    }
    return q;
}

bool cc_prefers_xml(const struct cc_req *req)
{
    const char *accept = cc_header(req, "Accept");
    int xml = cc_accept_quality(accept, "application/xml");
    int text_xml = cc_accept_quality(accept, "text/xml");
    int html = cc_accept_quality(accept, "text/html");

    return (xml > text_xml ? xml : text_xml) > html;
}

bool cc_accepts_html(const struct cc_req *req)
{
    return cc_accept_quality(cc_header(req, "Accept"), "text/html") > 0;
}
