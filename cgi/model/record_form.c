/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Forms: a name is the path of a value. "title.en", "kind", "sdg.2.weight", "goal.1.text.fr",
 * "seat.city.en", "theme.3", "document.1.category.2". Items count from 1 and may have gaps; blank
 * ones vanish.
 */
#include "concord/id.h"
#include "concord/log.h"
#include "concord/record.h"
#include "concord/text.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define SEGMENT_MAX 64

struct path {
    const struct cc_field *top;
    const struct cc_field *leaf; /* top itself or one of its children */
    unsigned item;               /* 0 = not repeated */
    unsigned place;              /* in a list inside a group, 0 = none */
    char lang[SEGMENT_MAX];      /* as given, "" = none */
};

static bool is_text(const struct cc_field *f)
{
    return f->type == CC_F_LINE || f->type == CC_F_BLOCK;
}

/* Takes the part before the next dot. */
static bool next_segment(const char **s, char out[SEGMENT_MAX])
{
    if (*s == NULL)
        return false;
    size_t len = strcspn(*s, ".");
    if (len == 0 || len >= SEGMENT_MAX)
        return false;
    memcpy(out, *s, len);
    out[len] = '\0';
    *s = (*s)[len] == '.' ? *s + len + 1 : NULL;
    return true;
}

static bool read_item(const char *s, unsigned *item_r)
{
    if (!cc_is_uint(s) || strlen(s) > 4 || *s == '0')
        return false;
    *item_r = (unsigned)strtoul(s, NULL, 10);
    return *item_r <= CC_FORM_ITEM_MAX;
}

static bool parse_path(const struct cc_kind *kind, const char *section, const char *name,
                       struct path *p_r)
{
    char part[SEGMENT_MAX];
    const char *rest = name;
    struct path p = {.lang = ""};
    if (!next_segment(&rest, part))
        return false;
    p.top = p.leaf = cc_field_find(kind->fields, part);
    if (p.top == NULL || p.top->section == NULL || (p.top->flags & CC_AUTO) != 0 ||
        strcmp(p.top->section, section) != 0)
        return false;
    if ((p.top->flags & CC_MANY) != 0 && (!next_segment(&rest, part) || !read_item(part, &p.item)))
        return false;
    if (p.top->type == CC_F_GROUP) {
        if (!next_segment(&rest, part))
            return false;
        p.leaf = cc_field_find(p.top->children, part);
        if (p.leaf == NULL || p.leaf->type == CC_F_GROUP)
            return false;
        if ((p.leaf->flags & CC_MANY) != 0 &&
            (!next_segment(&rest, part) || !read_item(part, &p.place)))
            return false;
    }
    if (is_text(p.leaf) && !next_segment(&rest, p.lang))
        return false;
    *p_r = p;
    return rest == NULL;
}

const struct cc_field *cc_record_form_field(const struct cc_kind *kind, const char *section,
                                            const char *path)
{
    struct path p;
    return parse_path(kind, section, path, &p) ? p.leaf : NULL;
}

struct entry {
    struct path path;
    const char *name;
    const char *value; /* cleaned, not blank */
    size_t at;
};

static int compare(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;
    if (x->path.top != y->path.top)
        return x->path.top < y->path.top ? -1 : 1;
    if (x->path.item != y->path.item)
        return x->path.item < y->path.item ? -1 : 1;
    if (x->path.leaf != y->path.leaf)
        return x->path.leaf < y->path.leaf ? -1 : 1;
    if (x->path.place != y->path.place)
        return x->path.place < y->path.place ? -1 : 1;
    return x->at < y->at ? -1 : 1;
}

/* Clean text, "" when blank; NULL after a problem was told. */
static const char *clean_value(void *mem, struct path *p, const struct cc_pair *pair,
                               struct cc_problems *problems)
{
    char *clean = NULL;
    const char *why = NULL;
    const struct cc_field *f = p->leaf;
    enum cc_text_form form = f->type == CC_F_BLOCK ? CC_TEXT_BLOCK : CC_TEXT_LINE;
    if (cc_text_clean(mem, pair->value, strlen(pair->value), form, f->max, &clean, &why) != CC_OK) {
        cc_problem_add(problems, CC_ERROR, 0, pair->name, why, NULL, NULL);
        return NULL;
    }
    if (*clean == '\0')
        return clean;
    if (f->tidy != NULL)
        return f->tidy(mem, clean);
    if (f->type == CC_F_BOOL)
        return strcmp(clean, "true") == 0 || strcmp(clean, "on") == 0 ? "true" : "";
    if (f->type == CC_F_AMOUNT)
        return cc_amount_ungrouped(mem, clean);
    if (f->type == CC_F_URL)
        return cc_url_encoded(mem, clean);
    if (f->type == CC_F_PHONE) {
        const char *phone = cc_phone_plain(mem, clean);
        return phone != NULL ? phone : clean;
    }
    if (f->type == CC_F_REF) {
        const char *id = cc_id_canonical(mem, clean);
        return id != NULL ? id : clean;
    }
    if (f->type == CC_F_LANG) {
        const char *lang = cc_lang_canonical(mem, clean);
        return lang != NULL ? lang : clean;
    }
    if (is_text(f)) {
        const char *lang = cc_lang_canonical(mem, p->lang);
        if (lang == NULL || strlen(lang) >= SEGMENT_MAX) {
            cc_problem_add(problems, CC_ERROR, 0, pair->name,
                           N_("\"{1}\" is not a language tag like fr or zh-Hant."), p->lang, NULL);
            return NULL;
        }
        memcpy(p->lang, lang, strlen(lang) + 1);
    }
    return clean;
}

static void drop_section(struct cc_record *rec, const char *section)
{
    for (const struct cc_field *f = rec->kind->fields; f->name != NULL; f++)
        if (f->section != NULL && (f->flags & CC_AUTO) == 0 && strcmp(f->section, section) == 0)
            cc_record_drop(rec, f->name);
}

/* Behind the one before, which is none or belongs before it. */
static struct cc_node *add(struct cc_record *rec, struct cc_node *parent, struct cc_node *before,
                           const struct cc_field *f, const struct entry *e)
{
    bool is_leaf = f->type != CC_F_GROUP;
    const char *text = is_leaf ? talloc_strdup(rec->mem, e->value) : NULL;
    const char *lang = is_leaf && is_text(f) ? talloc_strdup(rec->mem, e->path.lang) : NULL;

    return cc_record_put_behind(rec, parent, before, f, text, lang);
}

void cc_record_apply_form(struct cc_record *rec, const char *section, const struct cc_pair *pairs,
                          size_t n, struct cc_problems *problems)
{
    void *mem = talloc_new(rec->mem);
    struct entry *v = talloc_array(mem, struct entry, (unsigned)n + 1);
    if (v == NULL)
        cc_die("out of memory");
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        struct entry e = {.name = pairs[i].name, .at = i};
        if (!parse_path(rec->kind, section, pairs[i].name, &e.path)) {
            cc_problem_add(problems, CC_ERROR, 0, pairs[i].name, N_("The form has no such field."),
                           NULL, NULL);
            continue;
        }
        e.value = clean_value(mem, &e.path, &pairs[i], problems);
        if (e.value != NULL && *e.value != '\0')
            v[count++] = e;
    }
    qsort(v, count, sizeof(*v), compare);

    drop_section(rec, section);
    struct cc_node *top = NULL, *child = NULL; /* the newest of each */
    for (size_t i = 0; i < count; i++) {
        const struct path *p = &v[i].path;
        bool is_group = p->top->type == CC_F_GROUP;
        if (!is_group || i == 0 || v[i - 1].path.top != p->top || v[i - 1].path.item != p->item) {
            top = add(rec, NULL, top, p->top, &v[i]);
            child = NULL;
        }
        if (is_group)
            child = add(rec, top, child, p->leaf, &v[i]);
    }
    cc_record_sort(rec);
    talloc_free(mem);
}
