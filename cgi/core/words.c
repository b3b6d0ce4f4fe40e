/* SPDX-License-Identifier: EUPL-1.2 */
/* The words of a text, as documents and questions are compared. */
#include "concord/buf.h"
#include "concord/text.h"

#include <stdint.h>
#include <string.h>
#include <talloc.h>
#include <utf8proc.h>

/* Scripts without blanks between words, or whose words are found in part. */
static const int32_t unspaced[][2] = {
    {0x1100, 0x11FF},   /* Hangul letters; its words carry their particles */
    {0x0E00, 0x0FFF},   /* Thai, Lao, Tibetan */
    {0x1000, 0x109F},   /* Myanmar */
    {0x1780, 0x17FF},   /* Khmer */
    {0x3005, 0x3007},   /* iteration mark, zero */
    {0x3040, 0x30FF},   /* Hiragana, Katakana */
    {0x3130, 0x318F},   /* Hangul letters */
    {0x3400, 0x9FFF},   /* Han */
    {0xAC00, 0xD7AF},   /* Hangul */
    {0xF900, 0xFAFF},   /* Han, compatibility */
    {0x20000, 0x3FFFF}, /* the same, rare */
};
/* Signs that are written or left out at will: vowels of Arabic and Hebrew, the lengthening stroke.
 */
static const int32_t optional[][2] = {
    {0x0591, 0x05C7}, {0x0640, 0x0640}, {0x064B, 0x065F}, {0x0670, 0x0670}};

static bool is_in(const int32_t ranges[][2], size_t n, int32_t c)
{
    for (size_t i = 0; i < n; i++) {
        if (c >= ranges[i][0] && c <= ranges[i][1]) {
            return true;
        }
    }
    return false;
}
#define IN(ranges, c) is_in(ranges, sizeof(ranges) / sizeof((ranges)[0]), c)

static bool is_word(int32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    utf8proc_category_t category = utf8proc_category(c);

    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

/* Letters and digits of ASCII at the beginning. */
static size_t ascii_word(const char *s)
{
    size_t n = 0;
    while ((unsigned char)s[n] < 0x80 && is_word(s[n])) {
        n++;
    }
    return n;
}

struct words {
    struct cc_buf out, more; /* more: other forms of words of a text, behind all of them */
    size_t start;            /* of the word that is being written */
    int32_t waits;           /* the last character of a run without blanks */
    bool paired, is_text;
};

static void add_more(struct words *w, const char *word, size_t len)
{
    if (w->is_text) {
        cc_buf_addc(&w->more, ' ');
        cc_buf_add(&w->more, word, len);
    }
}

static void add_stem(struct words *w, const char *word, size_t len)
{
    char *copy = talloc_strndup(w->out.mem, word, len);
    add_more(w, copy, cc_arabic_stem(copy, len));
    talloc_free(copy);
}

/* "And", "for", "by", "like" are written together with the word behind them, which is found
 * without, too. */
static void add_without_particles(struct words *w, const char *word, size_t len)
{
    size_t n = cc_arabic_lam(word, len);

    if (n > 0) {
        add_stem(w, word + n, len - n);
    }
    for (int i = 0; i < 2 && (n = cc_arabic_particle(word, len)) > 0; i++) {
        word += n;
        len -= n;
        add_stem(w, word, len);
    }
}

static void end_word(struct words *w)
{
    char *word = w->out.data + w->start;
    size_t len = w->out.len - w->start;

    if (len > 0 && (unsigned char)word[0] >= 0x80) {
        if (w->is_text) {
            add_without_particles(w, word, len);
        }
        w->out.len = w->start + cc_arabic_stem(word, len);
        w->out.data[w->out.len] = '\0';
    }
}

static void begin(struct words *w)
{
    end_word(w);
    if (w->out.len > 0 && w->out.data[w->out.len - 1] != ' ') {
        cc_buf_addc(&w->out, ' ');
    }
    w->start = w->out.len;
}

static void write_hex(char out[7], int32_t c)
{
    out[0] = 'x';
    for (int i = 5; i > 0; i--, c >>= 4) {
        out[i] = "0123456789abcdef"[c & 0xF];
    }
    out[6] = '\0';
}

/*
 * A run without blanks: each pair of neighbours is a word of its own, written in hex, so that no
 * parser of words behind this one sees letters that it would part or stem. The last one of a text
 * stands alone, too: one character is looked for as the beginning of such a word.
 */
static void add_pairs(struct words *w, int32_t c)
{
    if (w->waits != 0) {
        begin(w);
        char hex[7];
        write_hex(hex, w->waits);
        cc_buf_add(&w->out, hex, 6);
        write_hex(hex, c);
        cc_buf_add(&w->out, hex, 6);
        w->paired = true;
    }
    w->waits = c;
}

static void end_pairs(struct words *w)
{
    char last[7];

    if (w->waits == 0) {
        return;
    }
    write_hex(last, w->waits);
    begin(w);
    if (w->paired) {
        add_more(w, last, strlen(last));
    } else {
        cc_buf_adds(&w->out, last);
        begin(w);
    }
    w->waits = 0;
    w->paired = false;
}

static char *words_of(void *mem, const char *s, bool is_text)
{
    const char *folded = cc_text_fold(mem, s);
    size_t len = strlen(folded);
    struct words w = {.is_text = is_text};

    cc_buf_init(&w.out, mem);
    cc_buf_init(&w.more, mem);
    cc_buf_add(&w.out, "", 0);
    for (size_t at = 0; at < len;) {
        size_t run = ascii_word(folded + at);
        if (run > 0) {
            end_pairs(&w);
            cc_buf_add(&w.out, folded + at, run);
            at += run;
            continue;
        }
        int32_t c = (unsigned char)folded[at];
        utf8proc_ssize_t n = c < 0x80 ? 1
                                      : utf8proc_iterate((const utf8proc_uint8_t *)folded + at,
                                                         (utf8proc_ssize_t)(len - at), &c);
        if (n <= 0) {
            break;
        }
        if (c >= 0x80 && IN(unspaced, c) && is_word(c)) {
            add_pairs(&w, c);
        } else {
            end_pairs(&w);
            if (c >= 0x80 && IN(optional, c)) {
                /* nothing */
            } else if (is_word(c)) {
                cc_buf_add(&w.out, folded + at, (size_t)n);
            } else {
                begin(&w);
            }
        }
        at += (size_t)n;
    }
    end_pairs(&w);
    begin(&w);
    while (w.out.len > 0 && w.out.data[w.out.len - 1] == ' ') {
        w.out.data[--w.out.len] = '\0';
    }
    if (w.more.len > 0) {
        cc_buf_add(&w.out, w.more.data + (w.out.len == 0), w.more.len - (w.out.len == 0));
    }
    return w.out.data;
}

/* Persian and Urdu part what belongs together by a sign without width: two words for whoever types
 * a blank there. Elsewhere the sign only joins letters in another way. */
#define PARTS "\xE2\x80\x8C"

static bool is_parted(const char *s, const char *at)
{
    return at > s + 1 && (unsigned char)at[-2] >= 0xD8 && (unsigned char)at[-2] <= 0xDB;
}

static char *with_blanks(void *mem, const char *s)
{
    struct cc_buf out;

    cc_buf_init(&out, mem);
    for (const char *at; (at = strstr(s, PARTS)) != NULL; s = at + strlen(PARTS)) {
        cc_buf_add(&out, s, (size_t)(at - s));
        cc_buf_adds(&out, is_parted(s, at) ? " " : "");
    }
    cc_buf_adds(&out, s);
    return out.data;
}

static char *words(void *mem, const char *s, bool is_text)
{
    struct cc_buf out;

    if (strstr(s, PARTS) == NULL) {
        return words_of(mem, s, is_text);
    }
    cc_buf_init(&out, mem);
    cc_buf_adds(&out, words_of(mem, with_blanks(mem, s), is_text));
    for (size_t len; is_text && *(s += strspn(s, " \n")) != '\0'; s += len) { /* as one, too */
        len = strcspn(s, " \n");
        char *word = talloc_strndup(mem, s, len), *at = strstr(word, PARTS);
        if (at != NULL && is_parted(word, at)) {
            cc_buf_addc(&out, ' ');
            cc_buf_adds(&out, words_of(mem, word, false));
        }
        talloc_free(word);
    }
    return out.data;
}

char *cc_words(void *mem, const char *s)
{
    return words(mem, s, false);
}

char *cc_words_of_text(void *mem, const char *s)
{
    return words(mem, s, true);
}
