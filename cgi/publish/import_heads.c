/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Heads of the working copies that an import writes: which are here, which are on their way, and
 * in which order they are locked or made.
 */
#include "publish/import.h"

#include "concord/log.h"
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

long cc_import_row(const struct cc_rows *rows, int column, const char *id)
{
    size_t low = 0;
    size_t high = cc_rows_count(rows);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(cc_rows_text(rows, middle, column), id);
        if (order == 0)
            return (long)middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

static void touch(struct import_attempt *a, struct import_head head)
{
    a->touched = talloc_realloc(a->mem, a->touched, struct import_head, (unsigned)a->n_touched + 1);
    if (a->touched == NULL)
        cc_die("out of memory");
    a->touched[a->n_touched++] = head;
}

/* Has a batch that is being written its head? */
static bool is_on_its_way(const struct import *im, const struct import_id *entry)
{
    for (size_t i = 0; i < im->n_flights; i++)
        if (entry->attempt == im->flights[i].attempt)
            return entry->exists;
    return false;
}

struct import_id *cc_import_look(struct import_attempt *a, const char *id)
{
    struct import_id *entry = cc_import_ids_add(&a->im->ids, id);
    if (entry->attempt == a->im->attempts)
        return entry;
    long row = cc_import_row(a->heads, Q_IMPORT_HEADS_ID, id);
    bool on_its_way = is_on_its_way(a->im, entry); /* the registry does not tell it yet */
    bool here = row >= 0 && cc_rows_bool(a->heads, (size_t)row, Q_IMPORT_HEADS_WORKING);
    entry->attempt = a->im->attempts;
    entry->exists = here || on_its_way;
    a->relies = a->relies || (on_its_way && !here);
    entry->here_version =
        here && !on_its_way ? cc_rows_text(a->heads, (size_t)row, Q_IMPORT_HEADS_VERSION) : NULL;
    entry->here_revision =
        row >= 0 ? (long)cc_rows_int(a->heads, (size_t)row, Q_IMPORT_HEADS_REVISION) : 0;
    entry->here_seal =
        row >= 0 ? cc_rows_text(a->heads, (size_t)row, Q_IMPORT_HEADS_SEAL_SHA256) : NULL;
    return entry;
}

void cc_import_touch(struct import_attempt *a, struct import_item *item, const char *owner)
{
    struct import_head head = {.kind = item->kind,
                               .id = item->entry->id,
                               .owner = owner,
                               .kept = item->keeps && !item->stores};
    struct import_id *entry = cc_import_look(a, head.id);
    if (cc_import_parent(item->rec) != NULL) {
        head.parent = cc_import_parent(item->rec);
        head.other = cc_node_text(item->rec->first, "organisation");
        struct import_id *parent = cc_import_look(a, head.parent);
        if (!parent->exists) {
            parent->exists = true;
            touch(a, (struct import_head){.kind = cc_kind_by_letter(head.parent[0]),
                                          .id = head.parent,
                                          .owner = owner});
        }
    }
    for (size_t i = 0; i < a->n_touched; i++)
        if (strcmp(a->touched[i].id, head.id) == 0) {
            a->touched[i].kept = a->touched[i].kept && head.kept;
            return;
        }
    head.exists = entry->exists;
    head.version = entry->here_version;
    entry->exists = true;
    touch(a, head);
}

/* Everybody locks in this order; a membership is made after its partnership. */
static int by_rank_and_id(const void *x, const void *y)
{
    const struct import_head *a = x;
    const struct import_head *b = y;
    int rank = cc_import_rank(a->kind) - cc_import_rank(b->kind);
    return rank != 0 ? rank : strcmp(a->id, b->id);
}

static void add_head(struct cc_buf *out, const struct import_head *h)
{
    cc_buf_adds(out, out->len == 0 ? "[{" : ",{");
    cc_json_pair(out, "id", h->id);
    cc_json_pair(out, "kind", h->kind->name);
    cc_json_pair(out, "owner", h->owner);
    cc_json_pair(out, "other", h->other);
    cc_json_pair(out, "parent", h->parent);
    cc_json_pair(out, "exists", h->exists ? "t" : NULL);
    cc_json_pair(out, "version", h->version);
    cc_json_pair(out, "kept", h->kept ? "t" : NULL);
    cc_buf_addc(out, '}');
}

void cc_import_heads(struct import_attempt *a, struct cc_buf *out)
{
    if (a->n_touched > 1)
        qsort(a->touched, a->n_touched, sizeof(*a->touched), by_rank_and_id);
    for (size_t i = 0; i < a->n_touched; i++)
        add_head(out, &a->touched[i]);
}
