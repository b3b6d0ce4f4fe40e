/* SPDX-License-Identifier: EUPL-1.2 */
/* Pieces of one size; what would waste much of one is an allocation of its own. */
#include "concord/arena.h"
#include "concord/log.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>
#include <talloc.h>

#define PIECE_BYTES 8000 /* with talloc's and malloc's own bytes, two of the kernel's pages */
#define LARGE_BYTES 2000

void cc_arena_init(struct cc_arena *a, void *mem)
{
    *a = (struct cc_arena){.mem = mem};
}

static char *own_piece(const struct cc_arena *a, size_t size)
{
    char *piece = talloc_size(a->mem, size);
    if (piece == NULL)
        cc_die("out of memory: %zu bytes", size);
    return piece;
}

/* Room for that much, at a place that is a multiple of `align`. */
static char *take(struct cc_arena *a, size_t size, size_t align)
{
    size_t gap = (align - (uintptr_t)a->at % align) % align;
    if (size > LARGE_BYTES)
        return own_piece(a, size);
    if (a->at == NULL || gap + size > (size_t)(a->end - a->at)) {
        a->at = own_piece(a, PIECE_BYTES);
        a->end = a->at + PIECE_BYTES;
        gap = 0; /* talloc aligns as malloc does */
    }
    char *is = a->at + gap;
    a->at = is + size;
    return is;
}

void *cc_arena_alloc(struct cc_arena *a, size_t size)
{
    return memset(take(a, size, alignof(max_align_t)), 0, size);
}

char *cc_arena_copy(struct cc_arena *a, const char *s, size_t len)
{
    char *copy = take(a, len + 1, 1);
    memcpy(copy, s, len);
    copy[len] = '\0';
    return copy;
}

char *cc_arena_text(struct cc_arena *a, const char *s)
{
    return s != NULL ? cc_arena_copy(a, s, strlen(s)) : NULL;
}
