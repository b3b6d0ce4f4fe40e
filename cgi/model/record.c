/* SPDX-License-Identifier: EUPL-1.2 */
/* The tree of a record: adding, sorting, looking up. */
#include "concord/record.h"

#include "concord/log.h"
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

struct cc_record *cc_record_new(void *mem, const struct cc_kind *kind, const char *id)
{
    struct cc_record *rec = talloc(mem, struct cc_record);
    if (rec == NULL)
        cc_die("out of memory");
    *rec = (struct cc_record){.mem = rec, .kind = kind};
    cc_arena_init(&rec->arena, rec);
    rec->id = cc_arena_text(&rec->arena, id);
    rec->schema = CC_SCHEMA_VERSION;
    return rec;
}

struct cc_node *cc_record_put(struct cc_record *rec, struct cc_node *parent,
                              const struct cc_field *f, const char *text, const char *lang)
{
    return cc_record_put_behind(rec, parent, NULL, f, text, lang);
}

struct cc_node *cc_record_put_behind(struct cc_record *rec, struct cc_node *parent,
                                     struct cc_node *behind, const struct cc_field *f,
                                     const char *text, const char *lang)
{
    struct cc_node *node = cc_arena_alloc(&rec->arena, sizeof(*node));
    *node = (struct cc_node){.field = f, .text = text, .lang = lang};
    /* Fields of one table are one array, so their addresses tell the order. */
    struct cc_node **at = behind != NULL   ? &behind->next
                          : parent == NULL ? &rec->first
                                           : &parent->child;
    while (*at != NULL && (*at)->field <= f)
        at = &(*at)->next;
    node->next = *at;
    *at = node;
    return node;
}

struct cc_node *cc_record_add(struct cc_record *rec, struct cc_node *parent, const char *field,
                              const char *text, const char *lang)
{
    const struct cc_field *table = parent == NULL ? rec->kind->fields : parent->field->children;
    const struct cc_field *f = cc_field_find(table, field);
    if (f == NULL)
        cc_die("no field \"%s\" in %s", field, rec->kind->name);
    return cc_record_put(rec, parent, f, cc_arena_text(&rec->arena, text),
                         cc_arena_text(&rec->arena, lang));
}

void cc_record_drop(struct cc_record *rec, const char *field)
{
    struct cc_node **at = &rec->first;
    while (*at != NULL) {
        if (strcmp((*at)->field->name, field) == 0)
            *at = (*at)->next;
        else
            at = &(*at)->next;
    }
}

static const char *sort_key(const struct cc_node *n)
{
    const struct cc_field *f = n->field;
    if (f->type == CC_F_LINE || f->type == CC_F_BLOCK)
        return n->lang == NULL ? "" : n->lang;
    if (f->order != CC_BY_KEY)
        return "";
    if (f->type != CC_F_GROUP)
        return n->text == NULL ? "" : n->text;
    const struct cc_node *key = n->child;
    return key == NULL || key->text == NULL ? "" : key->text;
}

struct place {
    struct cc_node *node;
    size_t at;
};

static int compare(const void *a, const void *b)
{
    const struct place *x = a;
    const struct place *y = b;
    if (x->node->field != y->node->field)
        return x->node->field < y->node->field ? -1 : 1;
    /* Bytes of UTF-8 sort as code points. */
    int by_key = strcmp(sort_key(x->node), sort_key(y->node));
    if (by_key != 0)
        return by_key;
    return x->at < y->at ? -1 : 1;
}

static void sort_list(void *mem, struct cc_node **first)
{
    size_t n = 0;
    for (struct cc_node *c = *first; c != NULL; c = c->next) {
        sort_list(mem, &c->child);
        n++;
    }
    if (n < 2)
        return;
    struct place *all = talloc_array(mem, struct place, (unsigned)n);
    if (all == NULL)
        cc_die("out of memory");
    size_t i = 0;
    for (struct cc_node *c = *first; c != NULL; c = c->next, i++)
        all[i] = (struct place){c, i};
    qsort(all, n, sizeof(*all), compare);
    for (i = 0; i < n; i++)
        all[i].node->next = i + 1 < n ? all[i + 1].node : NULL;
    *first = all[0].node;
    talloc_free(all);
}

void cc_record_sort(struct cc_record *rec)
{
    sort_list(rec->mem, &rec->first);
}

/* Nodes of one field stand together: a name is compared once, and mostly by its first byte. */
const struct cc_node *cc_node_first(const struct cc_node *from, const char *field)
{
    const struct cc_field *other = NULL;
    if (field == NULL)
        return NULL;
    for (; from != NULL; from = from->next) {
        if (from->field == other)
            continue;
        other = from->field;
        if (other->name[0] == field[0] && strcmp(other->name, field) == 0)
            return from;
    }
    return NULL;
}

const struct cc_node *cc_node_again(const struct cc_node *node)
{
    const struct cc_field *f = node->field;
    do
        node = node->next;
    while (node != NULL && node->field != f);
    return node;
}

const char *cc_node_text(const struct cc_node *from, const char *field)
{
    const struct cc_node *n = cc_node_first(from, field);
    return n == NULL ? NULL : n->text;
}

static const struct cc_node *find_lang(const struct cc_node *first, const char *lang)
{
    for (const struct cc_node *n = first; n != NULL; n = cc_node_again(n))
        if (n->lang != NULL && strcmp(n->lang, lang) == 0)
            return n;
    return NULL;
}

const struct cc_node *cc_node_main(const struct cc_node *from, const char *field)
{
    /* Documents are ordered by language tag, so the first text is no sign of what is main. */
    static const char *const working[] = {"en", "fr"};
    const struct cc_node *first = cc_node_first(from, field);
    for (size_t i = 0; i < sizeof(working) / sizeof(working[0]); i++) {
        const struct cc_node *n = find_lang(first, working[i]);
        if (n != NULL)
            return n;
    }
    return first;
}

const struct cc_node *cc_node_in(const struct cc_node *from, const char *field, const char *lang)
{
    const struct cc_node *n = lang != NULL ? find_lang(cc_node_first(from, field), lang) : NULL;
    return n != NULL ? n : cc_node_main(from, field);
}

static size_t path_add(char *path, size_t at, size_t size, const char *text)
{
    size_t len = strnlen(text, size - 1 - at);
    memcpy(path + at, text, len);
    path[at + len] = '\0';
    return at + len;
}

void cc_path(char *path, size_t size, const char *prefix, const char *name, size_t number)
{
    char digits[24];
    size_t first = sizeof(digits) - 1;
    size_t at = path_add(path, 0, size, prefix);
    if (at > 0)
        at = path_add(path, at, size, ".");
    at = path_add(path, at, size, name);
    digits[first] = '\0';
    for (size_t n = number; n > 0; n /= 10)
        digits[--first] = (char)('0' + n % 10);
    if (number > 0)
        path_add(path, path_add(path, at, size, "."), size, digits + first);
}

size_t cc_node_count(const struct cc_node *from, const char *field)
{
    size_t count = 0;
    for (const struct cc_node *n = cc_node_first(from, field); n != NULL; n = cc_node_again(n))
        count++;
    return count;
}
