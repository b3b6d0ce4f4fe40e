/* SPDX-License-Identifier: EUPL-1.2 */
/* A growing byte buffer on a talloc context. Out of memory ends the process. */
#ifndef CC_BUF_H
#define CC_BUF_H

#include "concord/err.h"
#include <stdint.h>
#include <string.h>

struct cc_buf {
    void *mem;
    char *data; /* always NUL-terminated once something was added; NULL before */
    size_t len;
    size_t cap;
};

/* Empty, without an allocation; what is added later is owned by mem. */
void cc_buf_init(struct cc_buf *b, void *mem);
void cc_buf_grow(struct cc_buf *b, size_t more); /* of the two below */

/* Room for `more` bytes. len < cap whenever there is room for the NUL: one comparison. */
static inline void cc_buf_reserve(struct cc_buf *b, size_t more)
{
    if (more >= b->cap - b->len)
        cc_buf_grow(b, more);
}

/* Inline, since most of what a page adds are literals, whose length the compiler knows. */
static inline void cc_buf_add(struct cc_buf *b, const void *data, size_t len)
{
    cc_buf_reserve(b, len);
    if (len > 0)
        memcpy(b->data + b->len, data, len);
    b->len += len;
    b->data[b->len] = '\0';
}

void cc_buf_adds(struct cc_buf *b, const char *s); /* NULL adds nothing */
void cc_buf_addc(struct cc_buf *b, char c);
void cc_buf_addn(struct cc_buf *b, long long n); /* in decimal digits */
void cc_buf_printf(struct cc_buf *b, const char *fmt, ...) CC_PRINTF(2, 3);
void cc_buf_clear(struct cc_buf *b);            /* keeps the room */
const char *cc_buf_str(const struct cc_buf *b); /* "" when empty; borrowed */

/* The same as a text. */
#define CC_DIGITS 21
const char *cc_digits(char text_r[CC_DIGITS], long long n); /* where it begins in text_r */

#endif
