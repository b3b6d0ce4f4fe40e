/* SPDX-License-Identifier: EUPL-1.2 */
/* A growing byte buffer. It doubles, so adding n bytes one by one costs O(n). */
#include "concord/buf.h"
#include "concord/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#define FIRST_CAP 256

void cc_buf_init(struct cc_buf *b, void *mem)
{
    *b = (struct cc_buf){.mem = mem};
}

void cc_buf_grow(struct cc_buf *b, size_t more)
{
    size_t need;
    if (__builtin_add_overflow(b->len, more, &need) || __builtin_add_overflow(need, 1, &need))
        cc_die("buffer size overflows");

    size_t cap = b->cap == 0 ? FIRST_CAP : b->cap;
    while (cap < need) {
        if (__builtin_mul_overflow(cap, 2, &cap))
            cap = need;
    }
    char *data = talloc_realloc_size(b->mem, b->data, cap);
    if (data == NULL)
        cc_die("out of memory: buffer of %zu bytes", cap);
    if (b->data == NULL)
        data[0] = '\0';
    b->data = data;
    b->cap = cap;
}

void cc_buf_adds(struct cc_buf *b, const char *s)
{
    if (s != NULL)
        cc_buf_add(b, s, strlen(s));
}

void cc_buf_addc(struct cc_buf *b, char c)
{
    cc_buf_reserve(b, 1);
    b->data[b->len++] = c;
    b->data[b->len] = '\0';
}

const char *cc_digits(char text_r[CC_DIGITS], long long n)
{
    unsigned long long left = n < 0 ? 0 - (unsigned long long)n : (unsigned long long)n;
    char *at = text_r + CC_DIGITS - 1;

    *at = '\0';
    do
        *--at = (char)('0' + left % 10);
    while ((left /= 10) > 0);
    if (n < 0)
        *--at = '-';
    return at;
}

void cc_buf_addn(struct cc_buf *b, long long n)
{
    char text[CC_DIGITS];
    cc_buf_adds(b, cc_digits(text, n));
}

void cc_buf_printf(struct cc_buf *b, const char *fmt, ...)
{
    va_list ap;
    va_list again;
    va_start(ap, fmt);
    va_copy(again, ap);
    cc_buf_reserve(b, 64);
    int n = vsnprintf(b->data + b->len, b->cap - b->len, fmt, ap);
    if (n < 0)
        cc_die("could not format \"%s\"", fmt);
    if ((size_t)n >= b->cap - b->len) {
        cc_buf_reserve(b, (size_t)n);
        vsnprintf(b->data + b->len, b->cap - b->len, fmt, again);
    }
    b->len += (size_t)n;
    va_end(again);
    va_end(ap);
}

void cc_buf_clear(struct cc_buf *b)
{
    b->len = 0;
    if (b->data != NULL)
        b->data[0] = '\0';
}

const char *cc_buf_str(const struct cc_buf *b)
{
    return b->data == NULL ? "" : b->data;
}
