/* SPDX-License-Identifier: EUPL-1.2 */
/* A growing byte buffer on a talloc context. Out of memory ends the process. */
#ifndef CC_BUF_H
#define CC_BUF_H

#include "concord/err.h"
#include <stdint.h>

struct cc_buf {
    void *mem;
    char *data; /* always NUL-terminated once something was added; NULL before */
    size_t len;
    size_t cap;
};

void cc_buf_init(struct cc_buf *b, void *mem);
void cc_buf_reserve(struct cc_buf *b, size_t more);
void cc_buf_add(struct cc_buf *b, const void *data, size_t len);
void cc_buf_adds(struct cc_buf *b, const char *s); /* NULL adds nothing */
void cc_buf_addc(struct cc_buf *b, char c);
void cc_buf_printf(struct cc_buf *b, const char *fmt, ...) CC_PRINTF(2, 3);
const char *cc_buf_str(const struct cc_buf *b); /* "" when empty; borrowed */

#endif
