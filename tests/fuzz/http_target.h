/* SPDX-License-Identifier: EUPL-1.2 */
/* What every answer and every typed value must keep to, whatever came in. */
#ifndef CC_HTTP_TARGET_H
#define CC_HTTP_TARGET_H

#include "../lib/fake.h"
#include "concord/log.h"
#include "concord/text.h"
#include "target.h"
#include <stdio.h>

#define CHECK(what)                                                                                \
    do {                                                                                           \
        if (!(what)) {                                                                             \
            fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #what);               \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

static inline void quiet(void)
{
    cc_log_level(CC_LOG_ERR);
}

/* Every text can be shown on a page, good or bad. */
static inline void check_values(const struct cc_values *values)
{
    for (size_t i = 0; i < values->n; i++) {
        const struct cc_value *v = &values->v[i];
        CHECK(v->name != NULL && v->text != NULL);
        CHECK(cc_utf8_valid(v->text, strlen(v->text)));
        CHECK(v->problem == NULL || values->bad);
    }
}

/* A head with one status line and no 5xx, and Content-Length bytes behind it. */
static inline void check_answer(struct fake *f)
{
    const char *answer = cc_buf_str(&f->out);
    const char *end = strstr(answer, "\r\n\r\n");
    const char *length = strstr(answer, "\r\nContent-Length: ");

    CHECK(strncmp(answer, "Status: ", 8) == 0 && answer[8] >= '2' && answer[8] < '5');
    CHECK(end != NULL);
    for (const char *c = answer; c < end; c++) {
        CHECK(*c >= ' ' || *c == '\r' || *c == '\n');
    }
    if (length != NULL && length < end) {
        CHECK(strtoul(length + 18, NULL, 10) == f->out.len - (size_t)(end + 4 - answer));
    }
}

#endif
