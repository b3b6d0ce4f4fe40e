/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Text as it enters. Everything stored has passed cc_text_clean(), so that everything after it (the
 * canonical writer, hashes, comparisons) may rely on NFC, on allowed characters and on line ends.
 */
#include "concord/text.h"
#include "concord/buf.h"
#include "concord/bytes16.h"
#include "concord/log.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <utf8proc.h>

#define BIDI_DEPTH_MAX  125 /* as UAX 9 BD2 */
#define BLANK_LINES_MAX 2
#define MARKS_MAX       30 /* combining characters in a row */

static const char why_utf8[] = N_("This text is not valid UTF-8.");
static const char why_control[] = N_("This text holds a character that may not be stored.");
static const char why_bidi[] =
    N_("This text holds a direction control character without its partner on the same line.");
static const char why_override[] =
    N_("This text holds a character that turns letters around (U+202D or U+202E). Leave it out.");
static const char why_long[] = N_("This text is too long.");
static const char why_marks[] = N_("A letter carries too many accents or other marks.");

/* --- code points ------------------------------------------------------------------------------ */

/*
 * Length of the code point at s, 0 if it is none: no overlong forms, no surrogates, nothing beyond
 * U+10FFFF (RFC 3629). utf8proc_iterate() lets none of these through either, but says less.
 */
static size_t decode(const char *s, size_t len, int32_t *c_r)
{
    if (len == 0)
        return 0;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)len, c_r);
    return n <= 0 ? 0 : (size_t)n;
}

/* Bytes of ASCII at the beginning, counted by eights; the rest is for who asks. */
static size_t ascii_run(const char *s, size_t len)
{
    size_t at = 0;
    for (uint64_t eight; at + sizeof(eight) <= len; at += sizeof(eight)) {
        memcpy(&eight, s + at, sizeof(eight));
        if ((eight & UINT64_C(0x8080808080808080)) != 0)
            break;
    }
    return at;
}

bool cc_utf8_valid(const char *s, size_t len)
{
    size_t at = ascii_run(s, len);
    while (at < len) {
        int32_t c;
        size_t n = (unsigned char)s[at] < 0x80 ? 1 : decode(s + at, len - at, &c);
        if (n == 0)
            return false;
        at += n;
    }
    return true;
}

static bool starts_char(char c)
{
    return ((unsigned char)c & 0xC0) != 0x80;
}

size_t cc_utf8_chars(const char *s)
{
    size_t n = 0;
    for (; *s != '\0'; s++)
        n += starts_char(*s) ? 1 : 0;
    return n;
}

size_t cc_utf8_cut(const char *s, size_t max_chars)
{
    size_t at = 0;
    for (size_t n = 0; s[at] != '\0'; at++) {
        if (!starts_char(s[at]))
            continue;
        if (n == max_chars)
            break;
        n++;
    }
    return at;
}

static bool is_white(int32_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 ||
           c == 0x2029;
}

/* C0 and C1 controls (white space is asked first) and noncharacters. */
static bool is_refused(int32_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || (c >= 0xFDD0 && c <= 0xFDEF) ||
           (c & 0xFFFE) == 0xFFFE;
}

/* --- bidi controls ---------------------------------------------------------------------------- */

struct bidi {
    uint8_t open[BIDI_DEPTH_MAX]; /* 1 = embedding, closed by PDF; 2 = isolate, closed by PDI */
    size_t depth;
};

/* An override turns letters around, so that a name looks like another one; no language needs it. */
static bool is_override(int32_t c)
{
    return c == 0x202D || c == 0x202E;
}

/* Strictly nested: a PDF closes an embedding, a PDI an isolate, nothing is implied. */
static bool bidi_step(struct bidi *b, int32_t c)
{
    uint8_t opens = 0;
    uint8_t closes = 0;
    if (c == 0x202A || c == 0x202B)
        opens = 1;
    else if (c == 0x202C)
        closes = 1;
    else if (c >= 0x2066 && c <= 0x2068)
        opens = 2;
    else if (c == 0x2069)
        closes = 2;

    if (opens != 0) {
        if (b->depth == BIDI_DEPTH_MAX)
            return false;
        b->open[b->depth++] = opens;
    }
    if (closes != 0) {
        if (b->depth == 0 || b->open[b->depth - 1] != closes)
            return false;
        b->depth--;
    }
    return true;
}

/* --- cleaning --------------------------------------------------------------------------------- */

/* Folds white space while copying: one state for both forms. */
struct folder {
    struct cc_buf out;
    enum cc_text_form form;
    size_t blanks_wait; /* blanks that are written only when something follows on this line */
    size_t lines_wait;  /* line ends that are written only when something follows */
    struct bidi bidi;
    bool has_shape; /* there is something to see */
};

static bool has_shape(int32_t c)
{
    utf8proc_category_t category = utf8proc_category(c);
    bool blank = category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_ZS ||
                 category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
    return !blank && !utf8proc_get_property(c)->ignorable;
}

static bool fold_white(struct folder *f, int32_t c, int32_t previous)
{
    bool ends_line = f->form == CC_TEXT_BLOCK && c != ' ' && c != '\t';
    if (ends_line && f->bidi.depth > 0)
        return false;
    if (!ends_line) {
        f->blanks_wait = f->form == CC_TEXT_LINE ? 1 : f->blanks_wait + 1;
        return true;
    }
    if (c == '\n' && previous == '\r')
        return true; /* CRLF is one line end */
    f->blanks_wait = 0;
    f->lines_wait++;
    return true;
}

static void fold_flush(struct folder *f)
{
    if (f->lines_wait > 0 && f->out.len > 0) {
        size_t ends = f->lines_wait > BLANK_LINES_MAX + 1 ? BLANK_LINES_MAX + 1 : f->lines_wait;
        while (ends-- > 0)
            cc_buf_addc(&f->out, '\n');
    }
    /* The blanks before the first word of a block stay: indentation means something in Markdown. */
    if (f->form == CC_TEXT_LINE && f->out.len == 0)
        f->blanks_wait = 0;
    for (; f->blanks_wait > 0; f->blanks_wait--)
        cc_buf_addc(&f->out, ' ');
    f->lines_wait = 0;
}

/* Of two bytes: letters of Latin, Greek, Cyrillic, Hebrew and Arabic that is_composed() knows. */
static bool is_letter(int32_t c)
{
    return (c >= 0xC0 && c < 0x300) || (c >= 0x3A3 && c <= 0x481) || (c >= 0x48A && c <= 0x52F) ||
           (c >= 0x5D0 && c <= 0x5EA) || (c >= 0x620 && c <= 0x64A) || (c >= 0x671 && c <= 0x6D5);
}

/*
 * How many bytes at s stay as they are, and stand in NFC whatever stands beside them: visible
 * characters of ASCII, such letters, and Chinese (U+4E00 to U+9FFF).
 */
static size_t letters(const char *s, size_t len)
{
    size_t at = 0;
    for (size_t n = 1; n > 0 && at < len; at += n) {
        const unsigned char *u = (const unsigned char *)s + at;
        n = len - at > 1 && (u[1] & 0xC0) == 0x80 ? 2 : 1;
        if (u[0] < 0x80)
            n = u[0] > ' ' && u[0] < 0x7F ? 1 : 0;
        else if (n == 2 && u[0] >= 0xC3 && u[0] <= 0xDB)
            n = is_letter((u[0] & 0x1F) << 6 | (u[1] & 0x3F)) ? 2 : 0;
        else if (n == 2 && len - at > 2 && (u[2] & 0xC0) == 0x80 && u[0] >= 0xE4 && u[0] <= 0xE9)
            n = u[0] > 0xE4 || u[1] >= 0xB8 ? 3 : 0;
        else
            n = 0;
    }
    return at;
}

/* Sixteen bytes and those one further: all are of ASCII, and no blank stands before another. */
static bool is_plain16(const char *s)
{
    cc_bytes16 v, next;
    memcpy(&v, s, sizeof(v));
    memcpy(&next, s + 1, sizeof(next));
    return !cc_any16((cc_bytes16)((v < ' ') | (v >= 0x7F) | ((v == ' ') & (next == ' '))));
}

bool cc_text_is_plain(const char *s, size_t len)
{
    size_t at = 0;
    if (len > 0 && (s[0] == ' ' || s[len - 1] == ' '))
        return false;
    for (; at + sizeof(cc_bytes16) < len; at += sizeof(cc_bytes16))
        if (!is_plain16(s + at))
            return false;
    for (; at < len; at++) {
        unsigned char c = (unsigned char)s[at];
        if (c < ' ' || c >= 0x7F || (c == ' ' && s[at + 1] == ' '))
            return false;
    }
    return true;
}

/* One code point into the folder. Returns why not, or NULL. */
static const char *fold_char(struct folder *f, int32_t c, int32_t previous, const char *bytes,
                             size_t len)
{
    if (is_white(c))
        return fold_white(f, c, previous) ? NULL : why_bidi;
    if (is_refused(c))
        return why_control;
    if (is_override(c))
        return why_override;
    if (!bidi_step(&f->bidi, c))
        return why_bidi;
    fold_flush(f);
    cc_buf_add(&f->out, bytes, len);
    return NULL;
}

/*
 * Marks without a letter between them are sorted by a method whose time grows with the square of
 * their number: 40,000 of them took 10 s. Unicode's stream-safe format (UAX #15) has 30, languages
 * have 6.
 */
static bool has_heap_of_marks(const char *s, size_t len)
{
    size_t run = 0;

    for (size_t at = 0; at < len;) {
        int32_t c;
        size_t n = decode(s + at, len - at, &c);
        if (n == 0)
            return false;
        run = c >= 0x300 && utf8proc_get_property(c)->combining_class != 0 ? run + 1 : 0;
        if (run > MARKS_MAX)
            return true;
        at += n;
    }
    return false;
}

/*
 * Code points that stand in NFC as they are, whatever stands beside them: no marks, nothing that is
 * composed of others, and nothing that composes with what goes before. Most of what is written in
 * Latin, Greek, Cyrillic, Hebrew, Arabic, Georgian, Thai, Chinese, Japanese and Korean.
 */
static bool is_composed(int32_t c)
{
    static const int32_t ranges[][2] = {
        {0x3A3, 0x482},   {0x488, 0x52F},   {0x5D0, 0x5EA},   {0x61B, 0x64A},   {0x671, 0x6D5},
        {0xE01, 0xE37},   {0x10D0, 0x10FF}, {0x2010, 0x2027}, {0x3002, 0x3029}, {0x3041, 0x3096},
        {0x309B, 0x30FF}, {0x4E00, 0x9FFF}, {0xAC00, 0xD7A3}};
    if (c < 0x300)
        return true;
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]) && c >= ranges[i][0]; i++)
        if (c <= ranges[i][1])
            return true;
    return false;
}

/* NFC on mem. utf8proc allocates with malloc, everything else here lives on talloc. */
static char *compose(void *mem, const char *s, size_t len, utf8proc_option_t options)
{
    utf8proc_uint8_t *nfc = NULL;
    if (has_heap_of_marks(s, len))
        return NULL;
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)len, &nfc,
                                      UTF8PROC_STABLE | UTF8PROC_COMPOSE | options);
    if (n == UTF8PROC_ERROR_NOMEM)
        cc_die("out of memory");
    if (n < 0)
        return NULL;
    char *copy = talloc_strndup(mem, (const char *)nfc, (size_t)n);
    free(nfc);
    if (copy == NULL)
        cc_die("out of memory");
    return copy;
}

/*
 * White space is folded before composing: that is safe in this order, because no character composes
 * or decomposes (canonically) into one of those that are folded or refused here.
 */
enum cc_rc cc_text_clean(void *mem, const char *in, size_t len, enum cc_text_form form,
                         size_t max_chars, char **out_r, const char **why_r)
{
    struct folder f = {.form = form};
    if (len <= max_chars && cc_text_is_plain(in, len)) {
        if (why_r != NULL)
            *why_r = NULL;
        *out_r = talloc_strndup(mem, in, len);
        if (*out_r == NULL)
            cc_die("out of memory");
        return CC_OK;
    }
    f.out = (struct cc_buf){.mem = mem, .data = talloc_size(mem, len + 1), .cap = len + 1};
    if (f.out.data == NULL)
        cc_die("out of memory");
    f.out.data[0] = '\0'; /* folding makes nothing longer */

    enum cc_rc rc = CC_INVALID;
    const char *why = NULL;
    char *nfc = NULL;
    size_t at = 0;
    int32_t previous = 0;
    bool composed = true;
    while (at < len && why == NULL) {
        int32_t c;
        size_t n = letters(in + at, len - at);
        if (n > 0) {
            fold_flush(&f);
            cc_buf_add(&f.out, in + at, n);
            previous = in[at];
            at += n;
            f.has_shape = true;
            continue;
        }
        n = decode(in + at, len - at, &c);
        if (n == 0) {
            why = why_utf8;
            break;
        }
        why = fold_char(&f, c, previous, in + at, n);
        f.has_shape = f.has_shape || has_shape(c);
        composed = composed && is_composed(c);
        previous = c;
        at += n;
    }
    if (why == NULL && f.bidi.depth > 0)
        why = why_bidi;
    if (why != NULL)
        goto out;

    if (!f.has_shape) {
        f.out.data[f.out.len = 0] = '\0';
        composed = true;
    }
    if (composed) {
        nfc = f.out.data;
        f.out.data = NULL;
    } else {
        nfc = compose(mem, cc_buf_str(&f.out), f.out.len, 0);
    }
    if (nfc == NULL) {
        why = has_heap_of_marks(f.out.data, f.out.len) ? why_marks : why_utf8;
        goto out;
    }
    if (!composed && has_heap_of_marks(nfc, strlen(nfc))) /* U+0344 becomes two */
        why = why_marks;
    else if (cc_utf8_chars(nfc) > max_chars)
        why = why_long;
    if (why != NULL) {
        talloc_free(nfc);
        goto out;
    }
    *out_r = nfc;
    rc = CC_OK;

out:
    talloc_free(f.out.data);
    if (why_r != NULL)
        *why_r = why;
    return rc;
}

/*
 * Code points that fold to themselves or to their small letter, in as many bytes, whatever of them
 * stands beside: most of what is written in Latin, Cyrillic, Arabic and Chinese. All others are
 * left to compose().
 */
static const struct {
    int32_t first, last, add;
} plain_folds[] = {{0x410, 0x42F, 0x20}, {0x430, 0x44F, 0},   {0x621, 0x63A, 0},
                   {0x641, 0x64A, 0},    {0x4E00, 0x9FA5, 0}, {0xE0, 0xFF, 0},
                   {0xC0, 0xD6, 0x20},   {0xD8, 0xDE, 0x20},  {0x2018, 0x2019, 0}};
#define PLAIN_FOLDS (sizeof(plain_folds) / sizeof(*plain_folds))

/* Folds ASCII, and those; says how many bytes they were. */
static size_t fold_plain(const char *s, size_t len, bool only_ascii, char *out)
{
    size_t at = 0;
    for (size_t n; at < len; at += n) {
        int32_t c = (unsigned char)s[at];
        size_t i = 0;
        n = 1;
        if (c < 0x80) {
            out[at] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
            continue;
        }
        n = only_ascii ? 0 : decode(s + at, len - at, &c);
        while (i < PLAIN_FOLDS && (c < plain_folds[i].first || c > plain_folds[i].last))
            i++;
        if (n == 0 || i == PLAIN_FOLDS)
            break;
        utf8proc_encode_char(c + plain_folds[i].add, (utf8proc_uint8_t *)out + at);
    }
    out[at] = '\0';
    return at;
}

static char *fold(void *mem, const char *s, utf8proc_option_t options)
{
    size_t len = strlen(s);
    char *folded = talloc_size(mem, len + 1);
    if (folded == NULL)
        cc_die("out of memory");
    if (fold_plain(s, len, options != 0, folded) == len)
        return folded;
    talloc_free(folded);
    folded = compose(mem, s, len, UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE | options);
    if (folded != NULL)
        return folded;
    folded = talloc_strdup(mem, s); /* not UTF-8, or marks alone: compares with itself only */
    if (folded == NULL)
        cc_die("out of memory");
    return folded;
}

char *cc_text_fold(void *mem, const char *s)
{
    return fold(mem, s, 0);
}

char *cc_text_seen(void *mem, const char *s)
{
    char *seen = compose(mem, s, strlen(s), UTF8PROC_IGNORE);
    return seen != NULL ? seen : talloc_strdup(mem, s);
}

char *cc_text_sort_key(void *mem, const char *s)
{
    return fold(mem, s, UTF8PROC_STRIPMARK);
}

char *cc_text_fold_login(void *mem, const char *s)
{
    char *folded = fold(mem, s, UTF8PROC_STRIPMARK);
    char *out = folded;

    /* compatibility has made every other blank this one */
    for (const char *in = folded; *in != '\0'; in++)
        if ((unsigned char)*in > ' ')
            *out++ = *in;
    *out = '\0';
    return folded;
}

bool cc_is_uuid(const char *s)
{
    static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    if (strlen(s) != sizeof(form) - 1) {
        return false;
    }
    for (size_t i = 0; form[i] != '\0'; i++) {
        if (form[i] == '-' ? s[i] != '-' : strchr("0123456789abcdefABCDEF", s[i]) == NULL) {
            return false;
        }
    }
    return true;
}
