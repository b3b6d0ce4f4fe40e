/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What changed between two records, value by value. Texts are matched by language. Repeated groups
 * are matched by what identifies them (their codes, references and required values, but not lists);
 * groups of nothing but texts by their place. A new order alone is a change, too.
 */
#include "concord/log.h"
#include "concord/record.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#define PATH_CHARS 200

struct diff {
    void *mem;
    struct cc_changes *out;
    const struct cc_field *top;
};

static void add(struct diff *d, const char *path, const struct cc_field *f, const char *lang,
                const char *before, const char *after)
{
    struct cc_changes *c = d->out;
    if ((c->n & (c->n - 1)) == 0) { /* room doubles */
        c->v = talloc_realloc(d->mem, c->v, struct cc_change, c->n == 0 ? 1 : (unsigned)c->n * 2);
        if (c->v == NULL)
            cc_die("out of memory");
    }
    c->v[c->n++] = (struct cc_change){
        .path = talloc_strdup(d->mem, path),
        .label = d->top->label,
        .sub = f == d->top ? NULL : f->label,
        .lang = lang == NULL ? NULL : talloc_strdup(d->mem, lang),
        .before = before == NULL ? NULL : talloc_strdup(d->mem, before),
        .after = after == NULL ? NULL : talloc_strdup(d->mem, after),
        .field = f,
    };
}

static bool is_text(const struct cc_field *f)
{
    return f->type == CC_F_LINE || f->type == CC_F_BLOCK;
}

/* "" for groups of nothing but texts. */
static const char *key_of(void *mem, const struct cc_node *n)
{
    if (n->field->type != CC_F_GROUP)
        return n->text == NULL ? "" : n->text;
    char *key = talloc_strdup(mem, "");
    for (const struct cc_node *c = n->child; c != NULL; c = c->next) {
        enum cc_ftype t = c->field->type;
        bool identifies = (c->field->flags & CC_MANY) == 0 &&
                          (t == CC_F_CODE || t == CC_F_REF ||
                           ((c->field->flags & CC_REQUIRED) != 0 && !is_text(c->field)));
        if (identifies && c->text != NULL)
            key = talloc_asprintf_append(key, "%s ", c->text);
    }
    return key;
}

static void compare(struct diff *d, const struct cc_field *table, const struct cc_node *a,
                    const struct cc_node *b, const char *prefix);

static void compare_one(struct diff *d, const struct cc_node *a, const struct cc_node *b,
                        const char *path)
{
    const struct cc_field *f = a != NULL ? a->field : b->field;
    if (f->type == CC_F_GROUP) {
        char inner[PATH_CHARS];
        snprintf(inner, sizeof(inner), "%.190s.", path);
        compare(d, f->children, a == NULL ? NULL : a->child, b == NULL ? NULL : b->child, inner);
        return;
    }
    const char *before = a == NULL ? NULL : a->text;
    const char *after = b == NULL ? NULL : b->text;
    const char *lang = !is_text(f) ? NULL : a != NULL ? a->lang : b->lang;
    if (before == NULL || after == NULL || strcmp(before, after) != 0)
        add(d, path, f, lang, before, after);
}

static const struct cc_node *find_lang(const struct cc_node *n, const char *lang)
{
    while (n != NULL && (n->lang == NULL || lang == NULL || strcmp(n->lang, lang) != 0))
        n = cc_node_again(n);
    return n;
}

static void compare_texts(struct diff *d, const struct cc_field *f, const struct cc_node *a,
                          const struct cc_node *b, const char *prefix)
{
    char path[PATH_CHARS];
    for (const struct cc_node *x = a; x != NULL; x = cc_node_again(x)) {
        snprintf(path, sizeof(path), "%s%s.%s", prefix, f->name, x->lang ? x->lang : "und");
        compare_one(d, x, find_lang(b, x->lang), path);
    }
    for (const struct cc_node *y = b; y != NULL; y = cc_node_again(y)) {
        snprintf(path, sizeof(path), "%s%s.%s", prefix, f->name, y->lang ? y->lang : "und");
        if (find_lang(a, y->lang) == NULL)
            compare_one(d, NULL, y, path);
    }
}

struct item {
    const struct cc_node *node;
    const char *key;
    size_t pair; /* place in the other list from 1, 0 = none */
};

static struct item *items_of(void *mem, const struct cc_node *first, size_t *n_r)
{
    size_t n = 0;
    for (const struct cc_node *x = first; x != NULL; x = cc_node_again(x))
        n++;
    struct item *v = talloc_zero_array(mem, struct item, (unsigned)n + 1);
    if (v == NULL)
        cc_die("out of memory");
    for (size_t i = 0; i < n; i++, first = cc_node_again(first))
        v[i] = (struct item){first, key_of(v, first), 0};
    *n_r = n;
    return v;
}

static void match(struct item *a, size_t na, struct item *b, size_t nb)
{
    for (size_t i = 0; i < na; i++)
        for (size_t j = 0; j < nb; j++)
            if (b[j].pair == 0 && strcmp(a[i].key, b[j].key) == 0) {
                a[i].pair = j + 1;
                b[j].pair = i + 1;
                break;
            }
}

static void compare_many(struct diff *d, const struct cc_field *f, const struct cc_node *a,
                         const struct cc_node *b, const char *prefix)
{
    size_t na, nb;
    void *mem = talloc_new(d->mem);
    struct item *va = items_of(mem, a, &na);
    struct item *vb = items_of(mem, b, &nb);
    char path[PATH_CHARS];
    bool moved = false;
    size_t last = 0;
    match(va, na, vb, nb);
    for (size_t i = 0; i < na; i++) {
        snprintf(path, sizeof(path), "%s%s.%zu", prefix, f->name,
                 va[i].pair == 0 ? i + 1 : va[i].pair);
        compare_one(d, va[i].node, va[i].pair == 0 ? NULL : vb[va[i].pair - 1].node, path);
        if (va[i].pair != 0) {
            moved = moved || va[i].pair < last;
            last = va[i].pair;
        }
    }
    for (size_t j = 0; j < nb; j++) {
        snprintf(path, sizeof(path), "%s%s.%zu", prefix, f->name, j + 1);
        if (vb[j].pair == 0)
            compare_one(d, NULL, vb[j].node, path);
    }
    if (moved) {
        char *before = talloc_strdup(mem, "");
        char *after = talloc_strdup(mem, "");
        for (size_t i = 0; i < na; i++)
            before = talloc_asprintf_append(before, i == 0 ? "%s" : ", %s", va[i].key);
        for (size_t j = 0; j < nb; j++)
            after = talloc_asprintf_append(after, j == 0 ? "%s" : ", %s", vb[j].key);
        snprintf(path, sizeof(path), "%s%s", prefix, f->name);
        add(d, path, f, NULL, before, after);
    }
    talloc_free(mem);
}

static void compare(struct diff *d, const struct cc_field *table, const struct cc_node *a,
                    const struct cc_node *b, const char *prefix)
{
    for (const struct cc_field *f = table; f->name != NULL; f++) {
        const struct cc_node *x = cc_node_first(a, f->name);
        const struct cc_node *y = cc_node_first(b, f->name);
        if (*prefix == '\0')
            d->top = f;
        if (x == NULL && y == NULL)
            continue;
        if (is_text(f)) {
            compare_texts(d, f, x, y, prefix);
        } else if ((f->flags & CC_MANY) != 0) {
            compare_many(d, f, x, y, prefix);
        } else {
            char path[PATH_CHARS];
            snprintf(path, sizeof(path), "%s%s", prefix, f->name);
            compare_one(d, x, y, path);
        }
    }
}

void cc_record_diff(void *mem, const struct cc_record *a, const struct cc_record *b,
                    struct cc_changes *changes_r)
{
    struct cc_changes changes = {NULL, 0};
    struct diff d = {mem, &changes, NULL};
    const struct cc_kind *kind = a != NULL ? a->kind : b->kind;
    compare(&d, kind->fields, a == NULL ? NULL : a->first, b == NULL ? NULL : b->first, "");
    *changes_r = changes;
}
