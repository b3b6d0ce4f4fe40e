/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Small things that live and die together, one behind the other in large pieces of talloc memory:
 * a value of a record takes its own bytes, not the hundred in front of each that talloc needs to
 * free it alone. Out of memory ends the process.
 */
#ifndef CC_ARENA_H
#define CC_ARENA_H

#include <stddef.h>

struct cc_arena {
    void *mem;
    char *at, *end; /* what is free of the piece in use */
};

/* Empty, without an allocation; all that it gives is owned by mem. */
void cc_arena_init(struct cc_arena *a, void *mem);
/* Zeroed, aligned for whatever holds pointers and numbers. */
void *cc_arena_alloc(struct cc_arena *a, size_t size);
/* The bytes and a NUL behind them. */
char *cc_arena_copy(struct cc_arena *a, const char *s, size_t len);
char *cc_arena_text(struct cc_arena *a, const char *s); /* a copy; NULL for NULL */

#endif
