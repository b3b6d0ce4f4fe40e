/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * From an item to a record that can be published. First every element of the table is read; then
 * what the rules of the kind refuse is taken out again, value by value, and told as a warning. The
 * element that it came from is kept with the import, so nothing is lost.
 */
#include "concord/clock.h"
#include "concord/log.h"
#include "concord/text.h"
#include "xml/iati_internal.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define ROUNDS        12
#define NAMES_MAX     100 /* of elements that are kept each by itself; the standard has 40 */
#define SCRATCH_BYTES (16u * 1024) /* for what is made of the texts of most items */

const struct cc_iati_element *cc_iati_element_find(const struct cc_iati_format *format,
                                                   const char *name)
{
    for (const struct cc_iati_element *e = format->elements; e->name != NULL; e++)
        if (strcmp(e->name, name) == 0)
            return e;
    return NULL;
}

/* --- elements in order -------------------------------------------------------------------------
 */

static void check_element(struct cc_iati_builder *b, const struct cc_iati_element *e,
                          struct cc_iati_node *node, unsigned count)
{
    char most[12];
    if (e->max > 0 && count == e->max + 1u) {
        snprintf(most, sizeof(most), "%u", (unsigned)e->max);
        cc_iati_warn(b, node, NULL, N_("There are more of them than {1}."), most, NULL);
    }
    if (count == 1 && e->since != NULL && strcmp(b->item->version, e->since) < 0)
        cc_iati_warn(b, node, NULL,
                     N_("The file says that it is of version {1}, but this element came with {2}. "
                        "It is read all the same."),
                     b->item->version, e->since);
}

/* Reads all of them, whatever their order; says what stands at the wrong place. */
static void read_elements(struct cc_iati_builder *b)
{
    const struct cc_iati_element *elements = b->item->format->elements;
    const struct cc_iati_element *last = NULL;
    unsigned counts[64] = {0};
    struct cc_iati_node stand_in = {0};
    bool disordered = false;
    for (size_t i = 0; i < b->item->n_parts; i++) {
        struct cc_iati_part *part = &b->item->parts[i];
        const struct cc_iati_element *e = cc_iati_element_find(b->item->format, part->name);
        stand_in = (struct cc_iati_node){.name = part->name, .line = part->line};
        struct cc_iati_node *node = part->node != NULL ? part->node : &stand_in;
        if (e == NULL) {
            if (part->name[0] != '{' && strcmp(part->name, CC_IATI_KEPT_REST) != 0)
                cc_iati_warn(b, node, NULL, N_("There is no element {1} here."), part->name, NULL);
            continue;
        }
        if (last != NULL && e < last && !disordered) {
            disordered = true;
            cc_iati_warn(b, node, NULL, N_("The element {1} must stand before {2}."), part->name,
                         last->name);
        }
        last = last == NULL || e > last ? e : last;
        check_element(b, e, node, ++counts[e - elements]);
        node->used = true;
        if (part->node != NULL)
            e->take(b, part->node);
    }
    for (const struct cc_iati_element *e = elements; e->name != NULL; e++)
        if (counts[e - elements] < e->min)
            cc_iati_warn(b, b->item->root, e->name, N_("The element {1} is missing."), e->name,
                         NULL);
}

/* --- values that the rules refuse ---------------------------------------------------------------
 */

static int by_node(const void *a, const void *b)
{
    uintptr_t x = (uintptr_t)((const struct cc_iati_origin *)a)->node;
    uintptr_t y = (uintptr_t)((const struct cc_iati_origin *)b)->node;
    return (x > y) - (x < y);
}

/* Once all elements are read: a file chooses how many are asked for. */
static void sort_origins(struct cc_iati_builder *b)
{
    if (b->n_origins > 0)
        qsort(b->origins, b->n_origins, sizeof(*b->origins), by_node);
}

static struct cc_iati_node *origin_of(const struct cc_iati_builder *b, const struct cc_node *node)
{
    struct cc_iati_origin key = {.node = node};
    const struct cc_iati_origin *found =
        b->n_origins > 0 ? bsearch(&key, b->origins, b->n_origins, sizeof(key), by_node) : NULL;
    return found != NULL ? found->from : NULL;
}

/* The value that a part of a path names among siblings: "sdg.2", "title.en"; *rest_r = behind it.
 */
static struct cc_node *step(struct cc_node *from, const char *path, const char **rest_r)
{
    size_t len = strcspn(path, ".");
    struct cc_node *n = from;
    while (n != NULL && (strlen(n->field->name) != len || strncmp(n->field->name, path, len) != 0))
        n = n->next;
    if (n == NULL)
        return NULL;
    const struct cc_field *f = n->field;
    path += len + (path[len] == '.');
    if (f->type == CC_F_LINE || f->type == CC_F_BLOCK) {
        len = strcspn(path, ".");
        while (n != NULL && n->field == f && *path != '\0' &&
               (n->lang == NULL || strlen(n->lang) != len || strncmp(n->lang, path, len) != 0))
            n = n->next;
        path += len;
    } else if ((f->flags & CC_MANY) != 0 && *path >= '0' && *path <= '9') {
        for (long at = strtol(path, NULL, 10); at > 1 && n != NULL && n->field == f; at--)
            n = n->next;
        path += strcspn(path, ".");
    }
    *rest_r = path + (*path == '.');
    return n != NULL && n->field == f ? n : NULL;
}

static void unlink_node(struct cc_node **at, const struct cc_node *node)
{
    while (*at != NULL && *at != node)
        at = &(*at)->next;
    if (*at != NULL)
        *at = node->next;
}

/* More of a field than it may have: those at the end go. */
static bool drop_surplus(struct cc_iati_builder *b, struct cc_node *first)
{
    size_t limit = first->field->max_items != 0           ? first->field->max_items
                   : (first->field->flags & CC_MANY) != 0 ? 200
                                                          : 1;
    struct cc_node *last = first;
    for (size_t i = 1; i < limit && last->next != NULL && last->next->field == first->field; i++)
        last = last->next;
    bool surplus = last->next != NULL && last->next->field == first->field;
    while (last->next != NULL && last->next->field == first->field) {
        struct cc_iati_node *from = origin_of(b, last->next);
        if (from != NULL)
            from->keep = true;
        last->next = last->next->next;
    }
    return surplus;
}

/* Takes out what an error is about. False: it is about nothing that could go. */
static bool drop_refused(struct cc_iati_builder *b, const struct cc_problem *p,
                         struct cc_node **victims, size_t *n_victims)
{
    const char *rest = "";
    if (p->path == NULL)
        return false;
    struct cc_node *top = step(b->rec->first, p->path, &rest);
    if (top != NULL && strcmp(p->path, top->field->name) == 0 && drop_surplus(b, top)) {
        cc_problem_add(&b->item->problems, CC_WARNING, p->line, p->path, p->message, p->arg1,
                       p->arg2);
        return true;
    }
    struct cc_iati_node *from = top != NULL ? origin_of(b, top) : NULL;
    if (from == NULL)
        return false;
    struct cc_node *leaf = *rest != '\0' ? step(top->child, rest, &rest) : NULL;
    bool whole = leaf == NULL || (leaf->field->flags & CC_REQUIRED) != 0;
    const char *inner = strrchr(p->path, '.');
    const char *path = inner == NULL || (inner[1] >= '0' && inner[1] <= '9')
                           ? from->name
                           : talloc_asprintf(b->mem, "%s/%s", from->name, inner + 1);
    cc_problem_add(&b->item->problems, CC_WARNING, p->line > 0 ? p->line : from->line, path,
                   p->message, p->arg1, p->arg2);
    from->keep = true;
    victims[(*n_victims)++] = whole ? top : leaf;
    victims[(*n_victims)++] = whole ? NULL : top;
    return true;
}

/* An element without anything that a field takes. */
static void drop_empty(struct cc_iati_builder *b)
{
    struct cc_node **at = &b->rec->first;
    while (*at != NULL)
        if ((*at)->field->type == CC_F_GROUP && (*at)->child == NULL) {
            struct cc_iati_node *from = origin_of(b, *at);
            if (from != NULL)
                from->keep = true;
            *at = (*at)->next;
        } else {
            at = &(*at)->next;
        }
}

/* Until nothing is refused any more, or nothing more can go: then the rest is told as errors. */
static void settle(struct cc_iati_builder *b)
{
    for (int round = 0;; round++) {
        struct cc_problems found;
        struct cc_node *victims[2 * 100];
        size_t n = 0;
        bool progress = false;
        cc_problems_init(&found, b->mem);
        drop_empty(b);
        cc_record_sort(b->rec);
        cc_record_check(b->rec, true, &found);
        for (size_t i = 0; i < found.n; i++)
            if (found.v[i].severity == CC_ERROR && round < ROUNDS &&
                drop_refused(b, &found.v[i], victims, &n))
                progress = true;
        for (size_t i = 0; i < n; i += 2)
            unlink_node(victims[i + 1] != NULL ? &victims[i + 1]->child : &b->rec->first,
                        victims[i]);
        if (progress)
            continue;
        for (size_t i = 0; i < found.n; i++)
            cc_problem_add(&b->item->problems, found.v[i].severity, found.v[i].line,
                           found.v[i].path, found.v[i].message, found.v[i].arg1, found.v[i].arg2);
        return;
    }
}

static bool is_told(const struct cc_problems *problems, const char *path,
                    const struct cc_problem *p)
{
    for (size_t i = 0; i < problems->n; i++) {
        const struct cc_problem *other = &problems->v[i];
        if (other->path != NULL && strcmp(other->path, path) == 0 && other->message == p->message &&
            (other->arg1 == p->arg1 ||
             (other->arg1 != NULL && p->arg1 != NULL && strcmp(other->arg1, p->arg1) == 0)))
            return true;
    }
    return false;
}

/* What forms refuse is taken here, and told once of each element and value. */
static void judge(struct cc_iati_builder *b)
{
    struct cc_problems found;
    cc_problems_init(&found, b->mem);
    cc_record_judge(b->rec, NULL, NULL, &found);
    for (size_t i = 0; i < found.n; i++) {
        const struct cc_problem *p = &found.v[i];
        const char *rest = "";
        const struct cc_node *top = step(b->rec->first, p->path, &rest);
        const struct cc_iati_node *from = top != NULL ? origin_of(b, top) : NULL;
        if (p->severity != CC_ERROR || from == NULL)
            continue;
        const struct cc_field *f = cc_field_find(top->field->children, rest);
        const char *path = f == NULL
                               ? from->name
                               : talloc_asprintf(b->mem, "%s/%s%s", from->name,
                                                 (f->flags & CC_ATTR) != 0 ? "@" : "", f->name);
        if (!is_told(&b->item->problems, path, p))
            cc_problem_add(&b->item->problems, CC_WARNING, from->line, path, p->message, p->arg1,
                           p->arg2);
    }
}

/* --- what is here already
 * ------------------------------------------------------------------------- */

static void copy_nodes(struct cc_record *rec, struct cc_node *parent, const struct cc_node *n,
                       const char *const *fields)
{
    for (; n != NULL; n = n->next) {
        bool wanted = fields == NULL;
        for (const char *const *f = fields; f != NULL && *f != NULL; f++)
            wanted = wanted || strcmp(*f, n->field->name) == 0;
        if (!wanted)
            continue;
        struct cc_node *copy = cc_record_add(rec, parent, n->field->name, n->text, n->lang);
        if (n->child != NULL)
            copy_nodes(rec, copy, n->child, NULL);
    }
}

void cc_iati_copy(struct cc_iati_builder *b, const struct cc_record *here,
                  const char *const *fields)
{
    if (here != NULL)
        copy_nodes(b->rec, NULL, here->first, fields);
}

/* --- the item ----------------------------------------------------------------------------------
 */

struct cc_record *cc_iati_build(void *mem, struct cc_iati_item *item,
                                const struct cc_iati_place *place)
{
    struct cc_record *rec = cc_record_new(mem, item->kind, place->id);
    struct cc_iati_builder b = {.mem = talloc_pool(mem, SCRATCH_BYTES),
                                .item = item,
                                .place = place,
                                .rec = rec,
                                .lang = "und"};
    if (b.mem == NULL)
        cc_die("out of memory");
    const char *told = cc_iati_attr(item->root, "xml:lang");
    if (told != NULL) {
        const char *lang = cc_lang_canonical(b.mem, cc_iati_clean_line(b.mem, told));
        b.lang = lang != NULL ? lang : "und";
        item->root->keep = lang == NULL;
        if (lang == NULL)
            cc_iati_warn(&b, item->root, "@xml:lang",
                         N_("\"{1}\" is not a language tag like fr or zh-Hant."), told, NULL);
    }
    item->format->begin(&b);
    read_elements(&b);
    item->format->finish(&b);
    sort_origins(&b);
    settle(&b);
    if (item->problems.errors == 0) /* then no list is longer than it may be */
        judge(&b);
    talloc_free(b.mem);
    return rec;
}

static void unmark(struct cc_iati_node *node)
{
    node->used = node->text_used = node->keep = false;
    for (size_t i = 0; i < node->n_attrs; i++)
        node->attrs[i].used = false;
    for (struct cc_iati_node *n = node->child; n != NULL; n = n->next)
        unmark(n);
}

void cc_iati_unbuilt(struct cc_iati_item *item)
{
    unmark(item->root);
}

/* Is there anything that nobody looked at? */
static bool has_rest(const struct cc_iati_node *node)
{
    if (!node->used || node->keep || node->foreign)
        return true;
    for (size_t i = 0; i < node->n_attrs; i++)
        if (!node->attrs[i].used)
            return true;
    if (!node->text_used && node->text[strspn(node->text, " \t\r\n")] != '\0')
        return true;
    for (const struct cc_iati_node *n = node->child; n != NULL; n = n->next)
        if (has_rest(n))
            return true;
    return false;
}

/* Of the item itself only its attributes count. */
static bool root_has_rest(const struct cc_iati_node *root)
{
    bool rest = root->foreign || root->keep;
    for (size_t i = 0; i < root->n_attrs; i++)
        rest = rest || !root->attrs[i].used;
    return rest;
}

/* Those that come when there are many already have a place together. */
static struct cc_iati_kept *kept_of(void *mem, struct cc_iati_kept **all, size_t *n,
                                    const char *name)
{
    for (size_t i = 0; i < *n; i++)
        if (strcmp((*all)[i].element, name) == 0)
            return &(*all)[i];
    if (*n == NAMES_MAX)
        return &(*all)[NAMES_MAX - 1];
    if (*n == NAMES_MAX - 1)
        name = CC_IATI_KEPT_REST;
    *all = talloc_realloc(mem, *all, struct cc_iati_kept, (unsigned)*n + 1);
    if (*all == NULL)
        cc_die("out of memory");
    struct cc_iati_kept *k = &(*all)[(*n)++];
    *k = (struct cc_iati_kept){.element = name};
    cc_buf_init(&k->xml, mem);
    return k;
}

size_t cc_iati_kept(void *mem, const struct cc_iati_item *item, struct cc_iati_kept **kept_r)
{
    size_t n = 0;
    *kept_r = NULL;
    if (root_has_rest(item->root)) {
        struct cc_iati_kept *k = kept_of(mem, kept_r, &n, item->format->item);
        k->items = 1;
        cc_buf_add(&k->xml, item->bytes, item->head_len);
        cc_buf_printf(&k->xml, "</%s>", item->format->item);
    }
    for (size_t i = 0; i < item->n_parts; i++) {
        const struct cc_iati_part *part = &item->parts[i];
        if (part->node != NULL && !has_rest(part->node))
            continue;
        struct cc_iati_kept *k = kept_of(mem, kept_r, &n, part->name);
        k->items++;
        cc_buf_add(&k->xml, item->bytes + part->from, part->to - part->from);
    }
    return n;
}

/* --- who ----------------------------------------------------------------------------------------
 */

static void tell_ref(void *mem, struct cc_iati_node *node, cc_iati_ref_fn *fn, void *arg)
{
    const char *ref = NULL;
    for (size_t i = 0; i < node->n_attrs; i++)
        if (strcmp(node->attrs[i].name, "ref") == 0)
            ref = cc_iati_clean_identifier(mem, node->attrs[i].value);
    if (ref != NULL)
        fn(arg, ref);
}

void cc_iati_refs(const struct cc_iati_item *item, cc_iati_ref_fn *fn, void *arg)
{
    void *mem = talloc_new(NULL);
    for (struct cc_iati_node *n = item->root == NULL ? NULL : item->root->child; n != NULL;
         n = n->next)
        if (strcmp(n->name, "reporting-org") == 0 || strcmp(n->name, "participating-org") == 0)
            tell_ref(mem, n, fn, arg);
    talloc_free(mem);
}

struct cc_iati_node *cc_iati_reporting_org(const struct cc_iati_item *item)
{
    struct cc_iati_node *n = item->root == NULL ? NULL : item->root->child;
    while (n != NULL && strcmp(n->name, "reporting-org") != 0)
        n = n->next;
    return n;
}
