/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Forms from the field table. A record and a sent form are both a list of (path, value) pairs
 * (form_pairs.c), so the page of stored values and the page that keeps what was typed are made by
 * the same code.
 */
#include "app/form_fields.h"
#include "app/references.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define LIST_EMPTY 2   /* empty places behind those of a list that are filled */
#define ITEMS_MAX  200 /* of a field that names no other limit (model/record_check.c) */

/* Languages that a text is offered in besides those that it has: those of the United Nations. */
static const char *const un_languages[] = {"en", "fr", "es", "ar", "ru", "zh"};

size_t cc_field_room(const struct cc_field *f)
{
    return f->type == CC_F_REF ? CC_REFERENCE_ROOM : f->max;
}

static bool is_text(const struct cc_field *f)
{
    return f->type == CC_F_LINE || f->type == CC_F_BLOCK;
}

static bool is_many(const struct cc_field *f)
{
    return (f->flags & CC_MANY) != 0;
}

struct maker {
    struct cc_req *req;
    const struct cc_pairs *pairs;
    const struct cc_pair **by_name; /* the same, sorted: each control asks for its value */
    const char *more;
};

static int by_name(const void *a, const void *b)
{
    const struct cc_pair *const *x = a, *const *y = b;
    int order = strcmp((*x)->name, (*y)->name);

    return order != 0 ? order : (*x > *y) - (*x < *y);
}

static int by_place(const void *a, const void *b)
{
    const struct cc_pair *const *x = a, *const *y = b;

    return (*x > *y) - (*x < *y);
}

static void sort_pairs(struct maker *m)
{
    m->by_name = talloc_array(m->req->mem, const struct cc_pair *, (unsigned)m->pairs->n + 1);
    for (size_t i = 0; i < m->pairs->n; i++) {
        m->by_name[i] = &m->pairs->v[i];
    }
    qsort(m->by_name, m->pairs->n, sizeof(m->by_name[0]), by_name);
}

/* The place in by_name of the first whose name is not before this. */
static size_t place_of(const struct maker *m, const char *name)
{
    size_t low = 0, high = m->pairs->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(m->by_name[middle]->name, name) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static const char *value_of(const struct maker *m, const char *path)
{
    size_t i = place_of(m, path);

    return i < m->pairs->n && strcmp(m->by_name[i]->name, path) == 0 ? m->by_name[i]->value : NULL;
}

/* Those whose names begin with this and a dot, in the order of the pairs; *n_r: how many. */
static const struct cc_pair **pairs_below(const struct maker *m, const char *prefix, size_t *n_r)
{
    const char *name = talloc_asprintf(m->req->mem, "%s.", prefix);
    size_t len = strlen(name), first = place_of(m, name), end = first;

    while (end < m->pairs->n && strncmp(m->by_name[end]->name, name, len) == 0) {
        end++;
    }
    *n_r = end - first;
    const struct cc_pair **below =
        talloc_array(m->req->mem, const struct cc_pair *, (unsigned)*n_r + 1);
    memcpy(below, m->by_name + first, *n_r * sizeof(below[0]));
    qsort(below, *n_r, sizeof(below[0]), by_place);
    return below;
}

static const char *error_of(const struct maker *m, const char *path)
{
    const struct cc_problem *p = cc_problem_find(&m->req->problems, path);

    return p != NULL ? cc_problem_text(m->req->mem, gettext(p->message), p) : NULL;
}

static enum cc_control_type control_type(enum cc_ftype type)
{
    static const struct {
        enum cc_ftype field;
        enum cc_control_type control;
    } types[] = {
        {CC_F_BLOCK, CC_C_BLOCK}, {CC_F_CODE, CC_C_SELECT},   {CC_F_DATE, CC_C_DATE},
        {CC_F_URL, CC_C_URL},     {CC_F_MAIL, CC_C_MAIL},     {CC_F_PHONE, CC_C_PHONE},
        {CC_F_BOOL, CC_C_CHECK},  {CC_F_AMOUNT, CC_C_NUMBER},
    };

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (types[i].field == type) {
            return types[i].control;
        }
    }
    return CC_C_LINE;
}

/* What is written the same way wherever it stands; the field's own hint comes before it. */
static const char *hint_of(const struct maker *m, const struct cc_field *f, const char *lang)
{
    const char *own =
        f->section == NULL && lang == NULL && f->hint != NULL ? gettext(f->hint) : NULL;
    const char *form = f->type == CC_F_WHEN     ? _("Write 2026-11-24, 2026-11 or 2026.")
                       : f->type == CC_F_SHARE  ? _("In percent: 25 or 12.5.")
                       : f->type == CC_F_AMOUNT ? _("Write 1020000 or 12.50, without commas.")
                       : f->type == CC_F_REF    ? cc_reference_hint()
                                                : NULL;

    return own != NULL && form != NULL ? talloc_asprintf(m->req->mem, "%s %s", own, form)
           : own != NULL               ? own
                                       : form;
}

/* Codes whose lists we hold can be chosen; of one that stands there the name is said. */
static const char *list_id(void *mem, const char *path)
{
    return talloc_asprintf(mem, "codes-%.*s", (int)strcspn(path, "."), path);
}

static void offer_codes(const struct maker *m, const struct cc_field *f, struct cc_control *c)
{
    void *mem = m->req->mem;
    size_t len = strlen(c->name) - strlen(f->name);
    const char *vocabulary = value_of(m, talloc_asprintf(mem, "%.*svocabulary", (int)len, c->name));
    const char *list = vocabulary != NULL ? cc_vocabulary_list(f, vocabulary) : NULL;

    c->list = list_id(mem, c->name);
    if (list != NULL && c->value != NULL && cc_code_known(list, c->value)) {
        c->hint = talloc_asprintf(
            mem, "%s %s", c->hint,
            cc_fmt(mem, _("{1} is \"{2}\"."), c->value, cc_code_name(list, c->value), NULL));
    }
}

static struct cc_control control(const struct maker *m, const struct cc_field *f, const char *path,
                                 const char *label, const char *lang)
{
    struct cc_control c = {
        .type = control_type(f->type),
        .name = path,
        .label = label,
        .hint = hint_of(m, f, lang),
        .error = error_of(m, path),
        .value = value_of(m, path),
        .lang = lang,
        .max = cc_field_room(f),
        .codelist = f->codelist,
        .blank = f->type == CC_F_CODE ? _("Choose") : NULL,
    };

    if (f->type == CC_F_REF) {
        cc_reference_show(m->req->mem, m->pairs, &c);
    }
    if (f->vocabularies != NULL) {
        offer_codes(m, f, &c);
    }
    return c;
}

struct controls {
    struct cc_control *v;
    size_t n, room;
};

static struct cc_control *add_control(const struct maker *m, struct controls *out)
{
    if (out->n == out->room) {
        out->room = out->room > 0 ? 2 * out->room : 8;
        out->v = talloc_realloc(m->req->mem, out->v, struct cc_control, (unsigned)out->room);
    }
    return &out->v[out->n++];
}

static void add_lang(const char **langs, size_t *n, const char *lang)
{
    for (size_t i = 0; i < *n; i++) {
        if (strcmp(langs[i], lang) == 0) {
            return;
        }
    }
    langs[(*n)++] = lang;
}

/* The languages of a text: of the interface, all that it has, and those of the United Nations. */
static const char **languages(const struct maker *m, const char *prefix, size_t *n_r)
{
    const size_t un = sizeof(un_languages) / sizeof(un_languages[0]);
    size_t sent, len = strlen(prefix) + 1;
    const struct cc_pair **texts = pairs_below(m, prefix, &sent);
    const char **langs = talloc_array(m->req->mem, const char *, (unsigned)(1 + sent + un));
    const char *own = m->req->lang->tag;

    *n_r = 0;
    langs[(*n_r)++] = own;
    for (size_t i = 0; i < sent; i++) { /* names differ, so each is there once */
        if (strcmp(texts[i]->name + len, own) != 0) {
            langs[(*n_r)++] = texts[i]->name + len;
        }
    }
    for (size_t i = 0; i < un; i++) {
        add_lang(langs, n_r, un_languages[i]);
    }
    return langs;
}

/* The highest number behind a name among the pairs, of those with a value or of all. */
static size_t items_sent(const struct maker *m, const char *name, bool filled)
{
    size_t most = 0, n, len = strlen(name) + 1;
    const struct cc_pair **sent = pairs_below(m, name, &n);

    for (size_t i = 0; i < n; i++) {
        if (!filled || sent[i]->value[0] != '\0') {
            size_t item = strtoul(sent[i]->name + len, NULL, 10);
            most = item > most && item <= CC_FORM_ITEM_MAX ? item : most;
        }
    }
    return most;
}

/* Controls of a list inside a group: one per value and some empty ones, closed but for the first.
 */
static void list_controls(const struct maker *m, const struct cc_field *f, const char *prefix,
                          struct controls *out)
{
    size_t n = items_sent(m, prefix, true) + LIST_EMPTY, first = out->n;
    void *mem = m->req->mem;

    n += n == LIST_EMPTY; /* one stands open */
    n = n < f->max_items ? n : f->max_items;
    for (size_t i = 0; i < n; i++) {
        const char *path = talloc_asprintf(mem, "%s.%zu", prefix, i + 1);
        const char *label =
            i == 0 ? gettext(f->label) : talloc_asprintf(mem, "%s %zu", gettext(f->label), i + 1);
        struct cc_control *c = add_control(m, out);
        *c = control(m, f, path, label, NULL);
        if (i > 0) {
            c->hint = NULL; /* said once */
        }
        bool is_empty = c->value == NULL || c->value[0] == '\0';
        if (i > 0 && is_empty && c->error == NULL) {
            c->fold = cc_fmt(mem, _("{1}: more"), gettext(f->label), NULL);
        }
    }
    if (out->v[first].error == NULL) {
        out->v[first].error = error_of(m, prefix);
    }
}

/* Controls of one leaf: one, or one per language. */
static void leaf_controls(const struct maker *m, const struct cc_field *f, const char *prefix,
                          struct controls *out)
{
    size_t n, first = out->n;
    void *mem = m->req->mem;

    if (!is_text(f)) {
        *add_control(m, out) = control(m, f, prefix, gettext(f->label), NULL);
        return;
    }
    const char **langs = languages(m, prefix, &n);
    for (size_t i = 0; i < n; i++) {
        const char *path = talloc_asprintf(mem, "%s.%s", prefix, langs[i]);
        const char *label =
            talloc_asprintf(mem, "%s (%s)", gettext(f->label), cc_language_name(langs[i]));
        struct cc_control *c = add_control(m, out);
        *c = control(m, f, path, label, langs[i]);
        bool is_empty = c->value == NULL || c->value[0] == '\0';
        if (i > 0 && is_empty && c->error == NULL) {
            c->fold = cc_fmt(mem, _("{1}: other languages"), gettext(f->label), NULL);
        }
    }
    if (out->v[first].error == NULL && strchr(prefix, '.') != NULL) {
        out->v[first].error = error_of(m, prefix); /* top fields show theirs above */
    }
}

/* Is the child one of the words of `asked`? Its place there, or -1. */
static int place_asked(const struct cc_field *group, const char *name)
{
    int place = 0;

    for (const char *s = group->asked != NULL ? group->asked : ""; *s != '\0'; place++) {
        size_t len = strcspn(s, " ");

        if (strlen(name) == len && strncmp(s, name, len) == 0) {
            return place;
        }
        s += len + strspn(s + len, " ");
    }
    return -1;
}

/* The child that a form asks for at this place; NULL = there are no more. */
static const struct cc_field *asked_at(const struct cc_field *group, size_t i)
{
    size_t behind = 0;

    for (const struct cc_field *c = group->children; c->name != NULL; c++) {
        if (place_asked(group, c->name) == (int)i) {
            return c;
        }
        behind += place_asked(group, c->name) >= 0;
    }
    for (const struct cc_field *c = group->children; c->name != NULL; c++) {
        if (place_asked(group, c->name) < 0 && behind++ == i) {
            return c;
        }
    }
    return NULL;
}

static struct cc_edit_item make_item(const struct maker *m, const struct cc_field *f,
                                     const char *prefix, const char *heading)
{
    struct controls out = {0};

    if (f->type != CC_F_GROUP) {
        leaf_controls(m, f, prefix, &out);
        if (heading != NULL && !is_text(f)) { /* each is told from the others */
            out.v[0].label = heading;
        }
    } else {
        const struct cc_field *c;

        for (size_t i = 0; (c = asked_at(f, i)) != NULL; i++) {
            (is_many(c) ? list_controls : leaf_controls)(
                m, c, talloc_asprintf(m->req->mem, "%s.%s", prefix, c->name), &out);
        }
    }
    return (struct cc_edit_item){f->type == CC_F_GROUP ? heading : NULL, out.v, out.n};
}

/* The codes that its items can be chosen from. */
static void add_lists(void *mem, const struct cc_field *f, struct cc_edit_field *out)
{
    const struct cc_field *code = f->children != NULL ? cc_field_find(f->children, "code") : NULL;

    if (code != NULL && code->vocabularies != NULL) {
        out->list = list_id(mem, f->name);
        out->vocabularies = code->vocabularies;
        out->vocabulary_names = cc_field_find(f->children, "vocabulary")->codelist;
    }
}

/*
 * The numbers of the items of a field: those that were sent and some empty ones behind them. Not
 * all up to the highest, or one short field with a high number would make a page of a thousand
 * items.
 */
static size_t *item_numbers(const struct maker *m, const struct cc_field *f, size_t *n_r)
{
    bool grows = m->more != NULL && strcmp(m->more, f->name) == 0;
    size_t last = items_sent(m, f->name, false), empty = grows ? 4 : 1;
    size_t most = f->max_items != 0 ? f->max_items : ITEMS_MAX;
    size_t end = last + empty <= most ? last + empty : last > most ? last : most;
    bool *is_shown = talloc_zero_array(m->req->mem, bool, (unsigned)end + 1);
    size_t *numbers = talloc_array(m->req->mem, size_t, (unsigned)end + 1);
    size_t n, len = strlen(f->name) + 1;
    const struct cc_pair **sent = pairs_below(m, f->name, &n);

    for (size_t i = 0; i < n; i++) {
        size_t number = strtoul(sent[i]->name + len, NULL, 10);
        is_shown[number <= end ? number : 0] = true;
    }
    *n_r = 0;
    for (size_t number = 1; number <= end; number++) {
        if (is_shown[number] || number > last) {
            numbers[(*n_r)++] = number;
        }
    }
    return numbers;
}

static struct cc_edit_field make_field(const struct maker *m, const struct cc_field *f)
{
    void *mem = m->req->mem;
    const size_t *numbers = NULL;
    struct cc_edit_field out = {
        .name = f->name,
        .label = gettext(f->label),
        .hint = f->hint != NULL ? gettext(f->hint) : NULL,
        .error = error_of(m, f->name),
        .may_grow = is_many(f),
        .item_count = 1,
    };

    if ((f->flags & CC_REQUIRED) != 0) {
        const char *needed = _("Needed before it can be published.");
        out.hint = out.hint != NULL ? talloc_asprintf(mem, "%s %s", out.hint, needed) : needed;
    }
    if (out.may_grow) {
        numbers = item_numbers(m, f, &out.item_count);
    }
    struct cc_edit_item *items = talloc_array(mem, struct cc_edit_item, (unsigned)out.item_count);
    for (size_t i = 0; i < out.item_count; i++) {
        const char *prefix = f->name, *heading = NULL;

        if (out.may_grow) {
            prefix = talloc_asprintf(mem, "%s.%zu", f->name, numbers[i]);
            heading = talloc_asprintf(mem, "%s %zu", gettext(f->label), numbers[i]);
        }
        items[i] = make_item(m, f, prefix, heading);
    }
    out.items = items;
    add_lists(mem, f, &out);
    return out;
}

const struct cc_edit_field *cc_edit_fields(struct cc_req *req, const struct cc_kind *kind,
                                           const char *section, const struct cc_pairs *pairs,
                                           const char *more, size_t *count_r)
{
    struct maker m = {.req = req, .pairs = pairs, .more = more};
    struct cc_edit_field *fields = NULL;
    size_t n = 0;

    sort_pairs(&m);
    for (const struct cc_field *f = kind->fields; f->name != NULL; f++) {
        if (f->section == NULL || (f->flags & CC_AUTO) || strcmp(f->section, section) != 0) {
            continue;
        }
        fields = talloc_realloc(req->mem, fields, struct cc_edit_field, (unsigned)n + 1);
        fields[n++] = make_field(&m, f);
    }
    *count_r = n;
    return fields;
}
