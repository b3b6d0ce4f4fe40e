/* SPDX-License-Identifier: EUPL-1.2 */
/* Every identifier of the file that is imported: the one thing that grows with it. */
#include "concord/log.h"
#include "publish/import.h"

#include <stddef.h>
#include <string.h>
#include <talloc.h>

#define BLOCK 1024 /* entries, so that their addresses stay */

void cc_import_ids_init(struct import_ids *t, void *mem)
{
    *t = (struct import_ids){.mem = mem, .size = 4096};
    t->slots = talloc_zero_array(mem, struct import_id *, (unsigned)t->size);
    if (t->slots == NULL)
        cc_die("out of memory");
}

/* FNV-1a; identifiers come from strangers, but a slow import is all that they could gain. */
static size_t slot_of(const struct import_ids *t, const char *id)
{
    uint64_t h = 14695981039346656037u;
    for (const char *s = id; *s != '\0'; s++)
        h = (h ^ (unsigned char)*s) * 1099511628211u;
    size_t i = (size_t)h & (t->size - 1);
    while (t->slots[i] != NULL && strcmp(t->slots[i]->id, id) != 0)
        i = (i + 1) & (t->size - 1);
    return i;
}

struct import_id *cc_import_ids_find(const struct import_ids *t, const char *id)
{
    return t->slots[slot_of(t, id)];
}

static void grow(struct import_ids *t)
{
    struct import_id **old = t->slots;
    size_t n = t->size;
    t->size *= 2;
    t->slots = talloc_zero_array(t->mem, struct import_id *, (unsigned)t->size);
    if (t->slots == NULL)
        cc_die("out of memory");
    for (size_t i = 0; i < n; i++)
        if (old[i] != NULL)
            t->slots[slot_of(t, old[i]->id)] = old[i];
    talloc_free(old);
}

struct import_id *cc_import_ids_add(struct import_ids *t, const char *id)
{
    if (t->n * 2 >= t->size)
        grow(t);
    struct import_id **slot = &t->slots[slot_of(t, id)];
    if (*slot != NULL)
        return *slot;
    size_t bytes = t->whole ? sizeof(struct import_id) : offsetof(struct import_id, seal);
    if (t->left == 0) {
        t->block = talloc_zero_size(t->mem, BLOCK * bytes);
        if (t->block == NULL)
            cc_die("out of memory");
        t->left = BLOCK;
    }
    *slot = (struct import_id *)(void *)(t->block + (BLOCK - t->left--) * bytes);
    memcpy((*slot)->id, id, CC_ID_LEN);
    t->n++;
    return *slot;
}
