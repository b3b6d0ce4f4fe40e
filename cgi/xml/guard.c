/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The raw bytes, before libxml2 sees them. libxml2 2.9.14 needs 13 s for a tag of 100,000
 * attributes and about 33 bytes of memory for each byte of small elements, and it converts other
 * encodings; so tags, nesting and encoding are judged here, in one pass with constant memory.
 */
#include "xml/internal.h"

#include <string.h>
#include <strings.h>

enum state { TEXT, OPEN, BANG, TAG, COMMENT, CDATA, PI, REFUSED };

static bool refuse(struct cc_guard *g, const char *why)
{
    g->why = why;
    g->state = REFUSED;
    return false;
}

void cc_guard_init(struct cc_guard *g, const struct cc_xml_limits *limits)
{
    *g = (struct cc_guard){.limits = limits, .line = 1};
}

/* UTF-8 across chunks: no overlong form, no surrogate, nothing above U+10FFFF. */
static bool utf8_byte(struct cc_guard *g, unsigned char c)
{
    if (g->utf8_left > 0) {
        if ((c & 0xC0) != 0x80)
            return false;
        g->utf8_value = g->utf8_value << 6 | (c & 0x3Fu);
        if (--g->utf8_left > 0)
            return true;
        return g->utf8_value >= g->utf8_min && g->utf8_value <= 0x10FFFF &&
               (g->utf8_value < 0xD800 || g->utf8_value > 0xDFFF);
    }
    if (c < 0x80)
        return c != 0;
    if (c >= 0xC2 && c <= 0xDF) {
        g->utf8_left = 1;
        g->utf8_value = c & 0x1Fu;
        g->utf8_min = 0x80;
    } else if (c >= 0xE0 && c <= 0xEF) {
        g->utf8_left = 2;
        g->utf8_value = c & 0x0Fu;
        g->utf8_min = 0x800;
    } else if (c >= 0xF0 && c <= 0xF4) {
        g->utf8_left = 3;
        g->utf8_value = c & 0x07u;
        g->utf8_min = 0x10000;
    } else {
        return false;
    }
    return true;
}

/* A shift register of the last bytes, for "-->", "]]>" and "?>". */
static bool ends_with(struct cc_guard *g, char c, const char *end)
{
    size_t n = strlen(end);
    g->seen[0] = g->seen[1];
    g->seen[1] = g->seen[2];
    g->seen[2] = c;
    return memcmp(g->seen + 3 - n, end, n) == 0;
}

static void enter(struct cc_guard *g, enum state state)
{
    g->state = state;
    memset(g->seen, 0, sizeof(g->seen));
    g->seen_len = 0;
}

static bool declared_utf8(const struct cc_guard *g)
{
    const char *at = strstr(g->declaration, "encoding");
    if (at == NULL)
        return true;
    at += strcspn(at, "\"'");
    if (*at == '\0')
        return false;
    const char *name = at + 1;
    size_t len = strcspn(name, "\"'");
    return (len == 5 && strncasecmp(name, "UTF-8", 5) == 0) ||
           (len == 8 && strncasecmp(name, "US-ASCII", 8) == 0);
}

static bool end_pi(struct cc_guard *g)
{
    /* Only the declaration is remembered; a PI's target is anything but "xml". */
    if (!g->declared && strncmp(g->declaration, "xml", 3) == 0 && !declared_utf8(g))
        return refuse(g, N_("The file is not in UTF-8."));
    g->declared = true;
    enter(g, TEXT);
    g->run = 0;
    return true;
}

static bool end_tag(struct cc_guard *g)
{
    if (g->closing) {
        if (g->depth > 0)
            g->depth--;
    } else {
        g->elements++;
        if (g->limits->elements != 0 && g->elements > g->limits->elements)
            return refuse(g, N_("The file holds too many elements."));
        if (g->attributes > g->limits->attributes)
            return refuse(g, N_("An element has too many attributes."));
        if (!g->slash && ++g->depth > g->limits->depth)
            return refuse(g, N_("The elements are nested too deeply."));
    }
    enter(g, TEXT);
    g->run = 0;
    return true;
}

static bool in_tag(struct cc_guard *g, char c)
{
    if (g->run > g->limits->tag)
        return refuse(g, N_("A tag is too long."));
    if (g->quote != '\0') {
        if (c == g->quote)
            g->quote = '\0';
        return true;
    }
    if (c == '>')
        return end_tag(g);
    if (c == '"' || c == '\'')
        g->quote = c;
    else if (c == '=')
        g->attributes++;
    g->slash = c == '/';
    return true;
}

/* Behind "<!": a comment or CDATA; everything else is a DOCTYPE or its like. */
static bool in_bang(struct cc_guard *g, char c)
{
    static const char cdata[] = "[CDATA[";
    g->seen[g->seen_len++] = c;
    if (g->seen_len <= 2 && memcmp(g->seen, "--", g->seen_len) == 0) {
        if (g->seen_len == 2)
            enter(g, COMMENT);
    } else if (memcmp(g->seen, cdata, g->seen_len) == 0) {
        if (g->seen_len == sizeof(cdata) - 1)
            enter(g, CDATA);
    } else {
        return refuse(g, N_("The file holds a document type declaration (DOCTYPE)."));
    }
    return true;
}

static bool in_open(struct cc_guard *g, char c)
{
    g->run = 1;
    if (c == '!') {
        g->declared = true;
        enter(g, BANG);
    } else if (c == '?') {
        enter(g, PI);
    } else {
        g->declared = true;
        enter(g, TAG);
        g->quote = '\0';
        g->attributes = 0;
        g->slash = false;
        g->closing = c == '/';
        if (c == '>')
            return end_tag(g);
    }
    return true;
}

static bool step(struct cc_guard *g, char c)
{
    if (++g->run > g->limits->text && g->state != TAG)
        return refuse(g, N_("A text is too long."));
    switch ((enum state)g->state) {
    case TEXT:
        if (c == '<')
            g->state = OPEN;
        return true;
    case OPEN:
        return in_open(g, c);
    case BANG:
        return in_bang(g, c);
    case TAG:
        return in_tag(g, c);
    case COMMENT:
        if (ends_with(g, c, "-->"))
            enter(g, TEXT);
        return true;
    case CDATA:
        if (ends_with(g, c, "]]>"))
            enter(g, TEXT);
        return true;
    case PI:
        if (!g->declared && g->run - 2 < sizeof(g->declaration) - 1)
            g->declaration[g->run - 2] = c;
        if (ends_with(g, c, "?>"))
            return end_pi(g);
        return true;
    case REFUSED:
        break;
    }
    return false;
}

/* What ends a run of bytes that say nothing: where a text, a quoted value, a tag goes on. */
enum { IN_TEXT = 1, IN_QUOTES = 2, IN_TAG = 4, ANYWHERE = 7 };

static const unsigned char stops[256] = {
    ['\0'] = ANYWHERE,          ['\n'] = ANYWHERE,           ['<'] = IN_TEXT, ['>'] = IN_TAG,
    ['"'] = IN_QUOTES | IN_TAG, ['\''] = IN_QUOTES | IN_TAG, ['='] = IN_TAG,  ['/'] = IN_TAG,
    [0x80 ... 0xFF] = ANYWHERE};

/* Bytes of a code point that is here whole and cannot be ill-formed in another way; 0 = look
 * closer. */
static size_t whole_char(const char *s, size_t len)
{
    unsigned char c = (unsigned char)s[0];
    size_t n = c >= 0xC2 && c <= 0xDF ? 2 : c >= 0xE1 && c <= 0xEF && c != 0xED ? 3 : 0;
    if (n == 0 || n > len || (s[1] & 0xC0) != 0x80 || (n == 3 && (s[2] & 0xC0) != 0x80))
        return 0;
    return n;
}

/* Bytes that say nothing here: of a text, of the value of an attribute, of a name. */
static size_t plain_run(struct cc_guard *g, const char *data, size_t len)
{
    const struct cc_xml_limits *limits = g->limits;
    bool in_text = g->state == TEXT;
    size_t max = in_text ? limits->text : g->state == TAG ? limits->tag : 0;
    unsigned char stop = in_text ? IN_TEXT : g->quote != '\0' ? IN_QUOTES : IN_TAG;
    size_t n = 0;
    if (g->utf8_left > 0 || g->run >= max)
        return 0;
    len = len < max - g->run ? len : max - g->run;
    if (limits->document != 0)
        len = len < limits->document - g->bytes ? len : limits->document - g->bytes;
    for (size_t more = 1; more > 0; n += more) {
        while (n < len && (stops[(unsigned char)data[n]] & stop) == 0)
            n++;
        more = n < len ? whole_char(data + n, len - n) : 0;
    }
    if (stop == IN_TAG && n > 0)
        g->slash = false;
    g->bytes += n;
    g->run += n;
    return n;
}

/* The byte that UTF-8 has no place for here. UTF-16 has a NUL among its first four bytes. */
static const char *why_no_text(const struct cc_guard *g, unsigned char c)
{
    if (g->bytes == 2 && c == 0x8B)
        return N_("The file is packed (gzip). Unpack it first.");
    return c == 0 && g->bytes > 4
               ? N_("The file holds the character U+0000, which XML cannot hold.")
               : N_("The file is not in UTF-8.");
}

bool cc_guard_feed(struct cc_guard *g, const char *data, size_t len)
{
    if (g->state == REFUSED)
        return false;
    for (size_t i = 0; i < len; i++) {
        i += plain_run(g, data + i, len - i);
        if (i == len)
            break;
        g->bytes++;
        if (g->limits->document != 0 && g->bytes > g->limits->document)
            return refuse(g, N_("The file is too large."));
        if (!utf8_byte(g, (unsigned char)data[i]))
            return refuse(g, why_no_text(g, (unsigned char)data[i]));
        g->line += data[i] == '\n';
        if (!step(g, data[i]))
            return false;
    }
    return true;
}
