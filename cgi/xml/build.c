/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A record out of SAX events, by the field table of its kind. What is told here is structure:
 * unknown, misplaced, repeated. Values are cleaned and taken as they are; cc_record_check() judges
 * them, so each mistake is told once.
 */
#include "concord/log.h"
#include "concord/text.h"
#include "xml/internal.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#define DEPTH_MAX  8 /* no table is deeper */
#define PATH_CHARS 200
#define XML_NS     "http://www.w3.org/XML/1998/namespace"

struct frame {
    const struct cc_field *field; /* NULL: the root */
    const struct cc_field *table; /* children that may stand here, NULL: none */
    const struct cc_field *value; /* that takes the text, NULL: no text may stand here */
    const struct cc_field *last;  /* for the order */
    struct cc_node *node;         /* of a group */
    struct cc_buf text;
    const char *lang;
    int line;
    bool text_told;
    char path[PATH_CHARS]; /* "" for the root */
};

struct cc_builder {
    void *mem;
    const struct cc_kind *kind;
    const struct cc_xml_limits *limits;
    struct cc_problems *problems;
    struct cc_record *rec;
    struct frame frames[DEPTH_MAX];
    unsigned depth;  /* open elements that count */
    unsigned ignore; /* open elements below one that was refused */
    size_t bytes;
    bool too_large;
};

struct cc_builder *cc_builder_new(void *mem, const struct cc_kind *kind,
                                  const struct cc_xml_limits *limits, struct cc_problems *problems)
{
    struct cc_builder *b = talloc_zero(mem, struct cc_builder);
    if (b == NULL)
        cc_die("out of memory");
    b->mem = b;
    b->kind = kind;
    b->limits = limits;
    b->problems = problems;
    return b;
}

unsigned cc_builder_depth(const struct cc_builder *b)
{
    return b->depth + b->ignore;
}

struct cc_record *cc_builder_record(struct cc_builder *b)
{
    return b->too_large ? NULL : b->rec;
}

static struct frame *top(struct cc_builder *b)
{
    return b->depth == 0 ? NULL : &b->frames[b->depth - 1];
}

static void tell(struct cc_builder *b, int line, const char *prefix, const char *name,
                 const char *message, const char *arg1, const char *arg2)
{
    char path[PATH_CHARS + 64];
    snprintf(path, sizeof(path), "%s%s%.60s", prefix, *prefix != '\0' && *name != '\0' ? "." : "",
             name);
    cc_problem_add(b->problems, CC_ERROR, line, path, message, arg1, arg2);
}

static bool is_text(const struct cc_field *f)
{
    return f->type == CC_F_LINE || f->type == CC_F_BLOCK;
}

/* Clean when that is possible; else as it is, and the check says why not. */
static const char *cleaned(struct cc_builder *b, const struct cc_field *f, const char *s,
                           size_t len, bool *is_clean_r)
{
    char *clean = NULL;
    const char *why = NULL;
    enum cc_text_form form = f->type == CC_F_BLOCK ? CC_TEXT_BLOCK : CC_TEXT_LINE;
    *is_clean_r = true;
    if (len <= f->max && cc_text_is_plain(s, len))
        return cc_arena_copy(&b->rec->arena, s, len);
    *is_clean_r = cc_text_clean(b->rec->mem, s, len, form, f->max, &clean, &why) == CC_OK;
    return *is_clean_r ? clean : cc_arena_copy(&b->rec->arena, s, len);
}

static void add_leaf(struct cc_builder *b, struct cc_node *parent, const struct cc_field *f,
                     const char *s, size_t len, const char *lang, int line)
{
    bool is_clean = false;
    const char *text = cleaned(b, f, s, len, &is_clean);
    if (f->type == CC_F_BOOL && strcmp(text, "false") == 0)
        return;
    struct cc_node *node = cc_record_put(b->rec, parent, f, text, lang);
    node->line = line;
    node->is_clean = is_clean;
}

/* A list, as far as the check needs it to see that there are too many. */
static void add_list(struct cc_builder *b, struct cc_node *parent, const struct cc_field *f,
                     const char *s, size_t len, int line)
{
    const char *const end = s + len;
    size_t n = 0;
    while (s < end && n <= f->max_items) {
        const char *from = s;
        while (s < end && strchr(" \t\r\n", *s) == NULL)
            s++;
        if (s > from) {
            add_leaf(b, parent, f, from, (size_t)(s - from), NULL, line);
            n++;
        }
        s++;
    }
    if (n == 0)
        add_leaf(b, parent, f, "", 0, NULL, line);
}

static void count_bytes(struct cc_builder *b, size_t n)
{
    b->bytes += n;
    if (b->bytes > b->limits->record && !b->too_large) {
        b->too_large = true;
        cc_problem_add(b->problems, CC_ERROR, 0, NULL, N_("The record is too large."), NULL, NULL);
    }
}

static bool is_xml_lang(const struct cc_sax_attr *a)
{
    return a->ns != NULL && strcmp(a->ns, XML_NS) == 0 && strcmp(a->name, "lang") == 0;
}

static const char *canonical_lang(struct cc_builder *b, const struct cc_sax_attr *a)
{
    const char *given = cc_arena_copy(&b->rec->arena, a->value, a->len);
    const char *lang = cc_lang_canonical(b->rec->mem, given);
    return lang != NULL ? lang : given;
}

static void start_root(struct cc_builder *b, const char *ns, const char *name,
                       const struct cc_sax_attr *attrs, size_t n, int line)
{
    const struct cc_kind *kind =
        ns != NULL && strcmp(ns, CC_XML_NS) == 0 ? cc_kind_find(name) : NULL;
    if (kind == NULL || (b->kind != NULL && kind != b->kind)) {
        cc_problem_add(b->problems, CC_ERROR, line, NULL,
                       N_("The element {1} is not a record of this registry (namespace {2})."),
                       name, ns == NULL ? "" : ns);
        b->ignore = 1;
        return;
    }
    b->rec = cc_record_new(b->mem, kind, NULL);
    b->rec->schema = NULL;
    b->rec->line = line;
    for (size_t i = 0; i < n; i++) {
        const char *value = cc_arena_copy(&b->rec->arena, attrs[i].value, attrs[i].len);
        if (attrs[i].ns == NULL && strcmp(attrs[i].name, "id") == 0)
            b->rec->id = value;
        else if (attrs[i].ns == NULL && strcmp(attrs[i].name, "schema") == 0)
            b->rec->schema = value;
        else
            tell(b, line, "", attrs[i].name, N_("There is no attribute {1} here."), attrs[i].name,
                 NULL);
    }
    if (b->rec->schema == NULL || strcmp(b->rec->schema, CC_SCHEMA_VERSION) != 0)
        cc_problem_add(b->problems, CC_ERROR, line, "schema",
                       N_("The schema version \"{1}\" is not known; this registry reads {2}."),
                       b->rec->schema == NULL ? "" : b->rec->schema, CC_SCHEMA_VERSION);
    b->frames[0] = (struct frame){.table = kind->fields, .line = line};
    b->depth = 1;
}

/* The element's field, or NULL after a problem was told. */
static const struct cc_field *place(struct cc_builder *b, struct frame *in, const char *ns,
                                    const char *name, int line)
{
    if (ns == NULL || strcmp(ns, CC_XML_NS) != 0) {
        tell(b, line, in->path, name, N_("The element {1} is of the foreign namespace \"{2}\"."),
             name, ns == NULL ? "" : ns);
        return NULL;
    }
    const struct cc_field *f = in->last == NULL ? NULL : cc_field_find(in->last, name);
    if (f == NULL) /* the table's order is that of the elements */
        f = cc_field_find(in->table, name);
    if (f == NULL || (f->flags & (CC_ATTR | CC_VALUE)) != 0) {
        tell(b, line, in->path, name, N_("There is no element {1} here."), name, NULL);
        return NULL;
    }
    if (in->last != NULL && f < in->last)
        tell(b, line, in->path, name, N_("The element {1} must stand before {2}."), name,
             in->last->name);
    else
        in->last = f;
    return f;
}

static void read_attributes(struct cc_builder *b, struct frame *fr, const struct cc_sax_attr *attrs,
                            size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct cc_sax_attr *a = &attrs[i];
        const struct cc_field *f =
            a->ns == NULL && fr->node != NULL ? cc_field_find(fr->table, a->name) : NULL;
        if (f != NULL && (f->flags & (CC_ATTR | CC_MANY)) == (CC_ATTR | CC_MANY))
            add_list(b, fr->node, f, a->value, a->len, fr->line);
        else if (f != NULL && (f->flags & CC_ATTR) != 0)
            add_leaf(b, fr->node, f, a->value, a->len, NULL, fr->line);
        else if (is_xml_lang(a) && is_text(fr->field))
            fr->lang = canonical_lang(b, a);
        else
            tell(b, fr->line, fr->path, a->name, N_("There is no attribute {1} here."), a->name,
                 NULL);
    }
}

/* Its text gets the room that the one before it had at this depth. */
static struct frame *open_frame(struct cc_builder *b, const struct cc_field *f, int line)
{
    struct frame *fr = &b->frames[b->depth++];
    struct cc_buf room = fr->text;
    *fr = (struct frame){.field = f, .line = line, .text = room};
    fr->text.mem = b;
    cc_buf_clear(&fr->text);
    return fr;
}

static size_t count_of(const struct cc_node *from, const struct cc_field *f)
{
    size_t n = 0;
    for (; from != NULL; from = from->next)
        n += from->field == f;
    return n;
}

static void start_child(struct cc_builder *b, const struct cc_field *f,
                        const struct cc_sax_attr *attrs, size_t n, int line)
{
    struct frame *in = top(b);
    struct cc_node *parent = in->node;
    size_t before = count_of(parent == NULL ? b->rec->first : parent->child, f);
    bool many = (f->flags & CC_MANY) != 0;
    size_t limit = f->max_items != 0 ? f->max_items : many || is_text(f) ? 200 : 1;
    if (before >= limit) {
        char most[24];
        snprintf(most, sizeof(most), "%zu", limit);
        tell(b, line, in->path, f->name, N_("There are more of them than {1}."), most, NULL);
        b->ignore = 1;
        return;
    }
    struct frame *fr = open_frame(b, f, line);
    cc_path(fr->path, sizeof(fr->path), in->path, f->name, many ? before + 1 : 0);
    if (f->type == CC_F_GROUP) {
        fr->table = f->children;
        fr->node = cc_record_put(b->rec, parent, f, NULL, NULL);
        fr->node->line = line;
        for (const struct cc_field *c = f->children; c->name != NULL; c++)
            if ((c->flags & CC_VALUE) != 0)
                fr->value = c;
    } else {
        fr->value = f;
    }
    read_attributes(b, fr, attrs, n);
}

void cc_builder_start(struct cc_builder *b, const char *ns, const char *name,
                      const struct cc_sax_attr *attrs, size_t n, int line)
{
    count_bytes(b, strlen(name) + 2);
    for (size_t i = 0; i < n; i++)
        count_bytes(b, strlen(attrs[i].name) + attrs[i].len + 4);
    if (b->ignore > 0 || b->too_large) {
        b->ignore++;
        return;
    }
    if (b->depth == 0) {
        start_root(b, ns, name, attrs, n, line);
        return;
    }
    const struct cc_field *f = place(b, top(b), ns, name, line);
    if (f == NULL || b->depth >= DEPTH_MAX)
        b->ignore = 1;
    else
        start_child(b, f, attrs, n, line);
}

void cc_builder_text(struct cc_builder *b, const char *s, size_t len)
{
    struct frame *fr = top(b);
    count_bytes(b, len);
    if (b->ignore > 0 || fr == NULL || b->too_large)
        return;
    if (fr->value != NULL) {
        cc_buf_add(&fr->text, s, len);
        return;
    }
    for (size_t i = 0; i < len && !fr->text_told; i++)
        if (strchr(" \t\r\n", s[i]) == NULL) {
            fr->text_told = true;
            tell(b, fr->line, fr->path, "", N_("No text may stand between the elements here."),
                 NULL, NULL);
        }
}

void cc_builder_end(struct cc_builder *b)
{
    if (b->ignore > 0) {
        b->ignore--;
        return;
    }
    if (b->depth == 0)
        return;
    struct frame *fr = &b->frames[--b->depth];
    if (b->too_large)
        return;
    if (fr->field == NULL) {
        cc_record_sort(b->rec);
        return;
    }
    struct cc_node *parent = fr->node;
    if (parent == NULL && b->depth > 0)
        parent = b->frames[b->depth - 1].node;
    if (fr->value != NULL)
        add_leaf(b, parent, fr->value, cc_buf_str(&fr->text), fr->text.len, fr->lang, fr->line);
}
