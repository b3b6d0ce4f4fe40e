/* SPDX-License-Identifier: EUPL-1.2 */
/* The words of a text, as documents and questions are compared. */
#include "concord/buf.h"
#include "concord/text.h"

#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

/* Scripts without blanks between words. */
static const int32_t unspaced[][2] = {
    {0x0E00, 0x0FFF},   /* Thai, Lao, Tibetan */
    {0x1000, 0x109F},   /* Myanmar */
    {0x1780, 0x17FF},   /* Khmer */
    {0x3005, 0x3007},   /* iteration mark, zero */
    {0x3040, 0x30FF},   /* Hiragana, Katakana */
    {0x3400, 0x9FFF},   /* Han */
    {0xF900, 0xFAFF},   /* the same, compatibility */
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

static void begin(struct cc_buf *out)
{
    if (out->len > 0 && out->data[out->len - 1] != ' ') {
        cc_buf_addc(out, ' ');
    }
}

/*
 * A run without blanks: each pair of neighbours is a word of its own, written in hex, so that no
 * parser of words behind this one sees letters that it would part or stem.
 */
static void add_pairs(struct cc_buf *out, int32_t c, int32_t *waits, bool *paired)
{
    if (*waits != 0) {
        begin(out);
        cc_buf_printf(out, "x%05xx%05x", (unsigned)*waits, (unsigned)c);
        *paired = true;
    }
    *waits = c;
}

static void end_pairs(struct cc_buf *out, int32_t *waits, bool *paired)
{
    if (*waits != 0 && !*paired) {
        begin(out);
        cc_buf_printf(out, "x%05x", (unsigned)*waits);
    }
    if (*waits != 0) {
        cc_buf_addc(out, ' ');
    }
    *waits = 0;
    *paired = false;
}

char *cc_words(void *mem, const char *s)
{
    const char *folded = cc_text_fold(mem, s);
    size_t len = strlen(folded);
    struct cc_buf out;
    int32_t waits = 0;
    bool paired = false;

    cc_buf_init(&out, mem);
    cc_buf_add(&out, "", 0);
    for (size_t at = 0; at < len;) {
        int32_t c = (unsigned char)folded[at];
        utf8proc_ssize_t n = c < 0x80 ? 1
                                      : utf8proc_iterate((const utf8proc_uint8_t *)folded + at,
                                                         (utf8proc_ssize_t)(len - at), &c);
        if (n <= 0) {
            break;
        }
        if (c >= 0x80 && IN(unspaced, c) && is_word(c)) {
            add_pairs(&out, c, &waits, &paired);
        } else {
            end_pairs(&out, &waits, &paired);
            if (c >= 0x80 && IN(optional, c)) {
                /* nothing */
            } else if (is_word(c)) {
                cc_buf_add(&out, folded + at, (size_t)n);
            } else {
                begin(&out);
            }
        }
        at += (size_t)n;
    }
    end_pairs(&out, &waits, &paired);
    while (out.len > 0 && out.data[out.len - 1] == ' ') {
        out.data[--out.len] = '\0';
    }
    cc_buf_reserve(&out, 1);
    out.data[out.len] = '\0';
    return out.data;
}
