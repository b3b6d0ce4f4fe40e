/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How often each number of a facet stands in what a search has matched: "{3,17,240}{3,9}", of some
 * thousand records with a dozen numbers each. A table with open addressing, as identities of the
 * database may be large where there are few.
 */
#include "model/search_count.h"

#include "concord/buf.h"
#include "concord/log.h"
#include <talloc.h>

struct slot {
    uint32_t number, times; /* times 0: nothing is here */
};

struct table {
    struct slot *slots;
    uint32_t size, used; /* size: a power of two */
};

static void make(struct table *t, void *mem, uint32_t size)
{
    *t = (struct table){.slots = talloc_zero_array(mem, struct slot, size), .size = size};
    if (t->slots == NULL) {
        cc_die("out of memory");
    }
}

static struct slot *slot_of(const struct table *t, uint32_t number)
{
    uint32_t i = (number ^ number >> 10) & (t->size - 1); /* most are dense, or blocks of such */

    while (t->slots[i].times != 0 && t->slots[i].number != number) {
        i = (i + 1) & (t->size - 1);
    }
    return &t->slots[i];
}

static void grow(struct table *t, void *mem)
{
    struct table larger;

    make(&larger, mem, t->size * 2);
    for (uint32_t i = 0; i < t->size; i++) {
        if (t->slots[i].times != 0) {
            *slot_of(&larger, t->slots[i].number) = t->slots[i];
        }
    }
    larger.used = t->used;
    talloc_free(t->slots);
    *t = larger;
}

static void count(struct table *t, void *mem, uint32_t number)
{
    struct slot *slot = slot_of(t, number);

    if (slot->times++ == 0) {
        slot->number = number;
        if (++t->used * 2 > t->size) {
            grow(t, mem);
        }
    }
}

static void count_all(struct table *t, void *mem, const char *text)
{
    for (const char *s = text; *s != '\0';) {
        uint32_t number = 0;
        const char *begin = s;

        for (; *s >= '0' && *s <= '9'; s++) {
            number = number * 10 + (uint32_t)(*s - '0');
        }
        if (s > begin) {
            count(t, mem, number);
        } else {
            s++;
        }
    }
}

static const char *array_of(const struct table *t, void *mem, bool times)
{
    struct cc_buf out;

    cc_buf_init(&out, mem);
    for (uint32_t i = 0; i < t->size; i++) {
        const struct slot *slot = &t->slots[i];
        if (slot->times != 0) {
            cc_buf_addc(&out, out.len > 0 ? ',' : '{');
            cc_buf_addn(&out, times ? slot->times : slot->number);
        }
    }
    cc_buf_adds(&out, out.len > 0 ? "}" : "{}");
    return cc_buf_str(&out);
}

void cc_search_tally(void *mem, const char *text, const char **numbers_r, const char **times_r)
{
    struct table t;

    make(&t, mem, 1024);
    count_all(&t, mem, text);
    *numbers_r = array_of(&t, mem, false);
    *times_r = array_of(&t, mem, true);
}
