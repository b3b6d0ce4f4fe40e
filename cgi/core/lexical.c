/* SPDX-License-Identifier: EUPL-1.2 */
/* The lexical forms of short values. ASCII by hand: ctype depends on the locale, these must not. */
#include "concord/text.h"

#include "concord/buf.h"
#include <string.h>
#include <strings.h>
#include <utf8proc.h>

#define DIGITS_DECIMAL 20
#define DIGITS_UINT    9
#define AMOUNT_WHOLE   15
#define AMOUNT_BEHIND  6
#define MAIL_MAX       254
#define MAIL_LOCAL_MAX 64
#define LABEL_MAX      63
#define PHONE_MIN      3
#define PHONE_MAX      32
#define URL_MAX        2000

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t digits(const char *s)
{
    size_t n = 0;
    while (is_digit(s[n]))
        n++;
    return n;
}

static int two(const char *s)
{
    return (s[0] - '0') * 10 + (s[1] - '0');
}

bool cc_is_date(const char *s)
{
    static const int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (s == NULL || strnlen(s, 11) != 10 || digits(s) != 4 || s[4] != '-' || digits(s + 5) != 2 ||
        s[7] != '-' || digits(s + 8) != 2)
        return false;
    int year = two(s) * 100 + two(s + 2);
    int month = two(s + 5);
    int day = two(s + 8);
    if (year < 1000 || month < 1 || month > 12 || day < 1)
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= month_days[month - 1] + (month == 2 && leap ? 1 : 0);
}

bool cc_is_decimal(const char *s)
{
    if (s == NULL)
        return false;
    if (*s == '-')
        s++;
    size_t whole = digits(s);
    if (whole == 0)
        return false;
    s += whole;
    size_t fraction = 0;
    if (*s == '.') {
        fraction = digits(s + 1);
        if (fraction == 0)
            return false;
        s += 1 + fraction;
    }
    return *s == '\0' && whole + fraction <= DIGITS_DECIMAL;
}

bool cc_is_amount(const char *s)
{
    if (s == NULL)
        return false;
    bool is_minus = *s == '-';
    if (is_minus)
        s++;
    size_t whole = digits(s);
    size_t behind = s[whole] == '.' ? digits(s + whole + 1) : 0;
    if (whole == 0 || whole > AMOUNT_WHOLE || (*s == '0' && whole > 1) || behind > AMOUNT_BEHIND)
        return false;
    if (s[whole] == '.' ? behind == 0 || s[whole + 1 + behind] != '\0' : s[whole] != '\0')
        return false;
    return !is_minus || strspn(s, "0.") < strlen(s);
}

const char *cc_amount_grouped(void *mem, const char *s)
{
    struct cc_buf out;
    const char *point = s + strcspn(s, ".");

    cc_buf_init(&out, mem);
    for (const char *c = s; *c != '\0'; c++) {
        if (c > s && c < point && is_digit(c[-1]) && (point - c) % 3 == 0)
            cc_buf_adds(&out, "\xE2\x80\xAF"); /* U+202F */
        cc_buf_addc(&out, *c);
    }
    return cc_buf_str(&out);
}

const char *cc_amount_ungrouped(void *mem, const char *s)
{
    /* blank, no-break, thin and narrow no-break space */
    static const char *const blanks[] = {" ", "\xC2\xA0", "\xE2\x80\x89", "\xE2\x80\xAF"};
    struct cc_buf out;

    cc_buf_init(&out, mem);
    while (*s != '\0') {
        size_t skip = 0;
        for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]) && skip == 0; i++)
            if (strncmp(s, blanks[i], strlen(blanks[i])) == 0)
                skip = strlen(blanks[i]);
        if (skip == 0)
            cc_buf_addc(&out, *s);
        s += skip > 0 ? skip : 1;
    }
    return cc_buf_str(&out);
}

bool cc_is_uint(const char *s)
{
    if (s == NULL)
        return false;
    size_t n = digits(s);
    return n > 0 && n <= DIGITS_UINT && s[n] == '\0' && (s[0] != '0' || n == 1);
}

/* Labels of letters, digits and inner hyphens; at least `least` of them. */
static bool is_domain(const char *s, size_t len, size_t least)
{
    size_t labels = 0;
    size_t start = 0;
    for (size_t i = 0; i <= len; i++) {
        if (i < len && s[i] != '.') {
            if (!is_alnum(s[i]) && s[i] != '-')
                return false;
            continue;
        }
        if (i == start || i - start > LABEL_MAX || s[start] == '-' || s[i - 1] == '-')
            return false;
        labels++;
        start = i + 1;
    }
    return labels >= least;
}

/* Dot-atom of RFC 5322; quoted local parts and address literals are not taken. */
bool cc_is_mail(const char *s)
{
    if (s == NULL)
        return false;
    size_t len = strnlen(s, MAIL_MAX + 1);
    const char *at = strrchr(s, '@');
    if (len > MAIL_MAX || at == NULL)
        return false;
    size_t local = (size_t)(at - s);
    if (local == 0 || local > MAIL_LOCAL_MAX || s[0] == '.' || at[-1] == '.')
        return false;
    for (size_t i = 0; i < local; i++) {
        if (s[i] == '.' ? s[i + 1] == '.'
                        : !is_alnum(s[i]) && strchr("!#$%&'*+/=?^_`{|}~-", s[i]) == NULL)
            return false;
    }
    return is_domain(at + 1, len - local - 1, 2);
}

/* "+41 58 710 10 10": single blanks between digits. */
bool cc_is_phone(const char *s)
{
    if (s == NULL || s[0] != '+' || !is_digit(s[1]))
        return false;
    size_t len = strnlen(s, PHONE_MAX + 1);
    if (len < PHONE_MIN || len > PHONE_MAX || s[len - 1] == ' ')
        return false;
    for (size_t i = 1; i < len; i++) {
        if (!is_digit(s[i]) && !(s[i] == ' ' && is_digit(s[i + 1])))
            return false;
    }
    return true;
}

/* Letters beyond ASCII may stand as they are (IRI); everything that RFC 3986 forbids may not. */
static const bool not_in_url[256] = {
    [0 ... 0x20] = true, [0x7F] = true, ['<'] = true, ['>'] = true, ['"'] = true, ['\\'] = true,
    ['^'] = true,        ['`'] = true,  ['{'] = true, ['|'] = true, ['}'] = true,
};

/* Bytes of the character at s; *is_unseen_r: a blank, or without width. */
static size_t character(const char *s, bool *is_unseen_r)
{
    utf8proc_int32_t c;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s, -1, &c);
    utf8proc_category_t of = n > 0 ? utf8proc_category(c) : UTF8PROC_CATEGORY_CN;
    *is_unseen_r = of == UTF8PROC_CATEGORY_ZS || of == UTF8PROC_CATEGORY_ZL ||
                   of == UTF8PROC_CATEGORY_ZP || of == UTF8PROC_CATEGORY_CF;
    return n > 0 ? (size_t)n : 1;
}

const char *cc_url_encoded(void *mem, const char *s)
{
    struct cc_buf out;
    size_t scheme = strncasecmp(s, "https:", 6) == 0 ? 5 : strncasecmp(s, "http:", 5) == 0 ? 4 : 0;

    cc_buf_init(&out, mem);
    cc_buf_add(&out, "https", scheme);
    s += scheme;
    while (*s != '\0') {
        bool is_unseen = not_in_url[(unsigned char)*s];
        size_t n = (unsigned char)*s < 0x80 ? 1 : character(s, &is_unseen);
        for (; n > 0; n--, s++)
            if (is_unseen)
                cc_buf_printf(&out, "%%%02X", (unsigned char)*s);
            else
                cc_buf_addc(&out, *s);
    }
    return cc_buf_str(&out);
}

const char *cc_phone_plain(void *mem, const char *s)
{
    struct cc_buf out;

    cc_buf_init(&out, mem);
    while (*s != '\0') {
        if (s[0] == '+' || is_digit(*s)) {
            cc_buf_addc(&out, *s++);
            continue;
        }
        s += out.len > 0 && strncmp(s, "(0)", 3) == 0 && out.data[0] == '+' ? 3 : 1;
        if (strchr(" -./()\t\r\n", s[-1]) == NULL)
            return NULL;
        if (out.len > 0 && is_digit(out.data[out.len - 1]) && is_digit(*s))
            cc_buf_addc(&out, ' ');
    }
    return cc_buf_str(&out);
}

static bool is_host(const char *s, size_t len)
{
    if (len > 2 && s[0] == '[' && s[len - 1] == ']') {
        for (size_t i = 1; i < len - 1; i++) {
            if (strchr("0123456789abcdefABCDEF:.", s[i]) == NULL)
                return false;
        }
        return true;
    }
    for (size_t i = 0; i < len; i++) {
        bool inner = is_alnum(s[i]) || s[i] == '-' || s[i] == '_' || ((unsigned char)s[i] & 0x80);
        if (!inner && !(s[i] == '.' && i > 0 && s[i - 1] != '.'))
            return false;
    }
    return len > 0;
}

static bool is_port(const char *s, size_t len)
{
    long port = 0;
    for (size_t i = 0; i < len; i++) {
        if (!is_digit(s[i]) || i >= 5)
            return false;
        port = port * 10 + (s[i] - '0');
    }
    return port >= 1 && port <= 65535;
}

bool cc_is_http_url(const char *s)
{
    if (s == NULL || strnlen(s, URL_MAX + 1) > URL_MAX)
        return false;
    size_t scheme = strncmp(s, "https://", 8) == 0 ? 8 : strncmp(s, "http://", 7) == 0 ? 7 : 0;
    if (scheme == 0 || !cc_utf8_valid(s, strlen(s)))
        return false;
    for (const char *c = s; *c != '\0'; c++) {
        if (not_in_url[(unsigned char)*c])
            return false;
    }

    const char *host = s + scheme;
    size_t len = strcspn(host, "/?#");
    if (memchr(host, '@', len) != NULL)
        return false;
    size_t host_len = len;
    const char *bracket = memchr(host, ']', len);
    const char *after = bracket == NULL ? host : bracket;
    const char *colon = memchr(after, ':', len - (size_t)(after - host));
    if (colon != NULL) {
        host_len = (size_t)(colon - host);
        if (!is_port(colon + 1, len - host_len - 1))
            return false;
    }
    return is_host(host, host_len);
}
