/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the search form shows: its fields with what was asked, and the choices of each, those that
 * the search counted first.
 */
#include "app/search_form.h"

#include "concord/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define OPTIONS_MAX 300

static const char *value_name(void *mem, const char *of, const char *facet, const char *code)
{
    if (strcmp(facet, "kind") == 0) {
        const struct cc_kind *kind = cc_kind_find(code);
        return kind != NULL ? gettext(kind->label) : code;
    }
    const struct cc_facet *f = cc_facet_find(facet);
    const char *list = f->name != NULL ? cc_facet_codelist(f, of, code) : NULL;
    const char *name = list != NULL ? cc_code_name(list, code) : code;
    return strcmp(facet, "goal") == 0 && list != NULL ? talloc_asprintf(mem, "%s %s", code, name)
                                                      : name;
}

static bool has_option(const struct cc_control *c, const char *code)
{
    for (size_t i = 0; i < c->option_count; i++) {
        if (strcmp(c->options[i].value, code) == 0) {
            return true;
        }
    }
    return false;
}

static void add_option(struct cc_control *c, struct cc_option *options, const char *code,
                       const char *text)
{
    if (c->option_count < OPTIONS_MAX && !has_option(c, code)) {
        options[c->option_count++] = (struct cc_option){code, text};
    }
}

/* Is a value of this code list among what was counted? */
static bool is_found(const struct cc_search *s, const struct cc_search_counts *counts,
                     const struct cc_facet *f, const char *list)
{
    for (size_t i = 0; i < counts->n; i++) {
        if (strcmp(counts->v[i].facet, f->name) == 0 && counts->v[i].records[0] != '\0' &&
            cc_facet_codelist(f, s->kind, counts->v[i].value) == list) {
            return true;
        }
    }
    return false;
}

/* A choice, and by what it sorts. */
struct choice {
    struct cc_option option;
    const char *key; /* NULL: its code is a number */
};

/* Codes of numbers first and by their number, others by their names. */
static int by_choice(const void *a, const void *b)
{
    const struct choice *x = a, *y = b;

    if (x->key == NULL && y->key == NULL) {
        return strverscmp(x->option.value, y->option.value);
    }
    return x->key == NULL ? -1 : y->key == NULL ? 1 : strcmp(x->key, y->key);
}

static void sort_choices(void *mem, struct cc_option *options, size_t n)
{
    struct choice *sorted = talloc_array(mem, struct choice, (unsigned)n + 1);

    for (size_t i = 0; i < n; i++) {
        bool is_number = isdigit((unsigned char)options[i].value[0]);
        sorted[i] =
            (struct choice){options[i], is_number ? NULL : cc_text_sort_key(mem, options[i].text)};
    }
    qsort(sorted, n, sizeof(sorted[0]), by_choice);
    for (size_t i = 0; i < n; i++) {
        options[i] = sorted[i].option;
    }
}

/* A target of another goal than that which is asked. */
static bool is_elsewhere(struct cc_req *req, const struct cc_facet *f, const char *code)
{
    const char *goal = strcmp(f->name, "target") == 0 ? cc_value(&req->query, "goal") : "";
    size_t len = strlen(goal);

    return len > 0 && (strncmp(code, goal, len) != 0 || code[len] != '.');
}

/* What the registry has beside the choice, which it would take the place of: without a number, as
 * it was not counted. */
static void add_other_choices(struct cc_req *req, const struct cc_search *s,
                              const struct cc_search_counts *counts, const struct cc_facet *f,
                              const char *facet, struct cc_control *c, struct cc_option *options)
{
    for (size_t i = 0; i < counts->n; i++) {
        const struct cc_search_count *other = &counts->v[i];

        if (strcmp(other->facet, facet) == 0 && other->records[0] == '\0' &&
            (f->name == NULL || !is_elsewhere(req, f, other->value))) {
            add_option(c, options, other->value,
                       value_name(req->mem, s->kind, facet, other->value));
        }
    }
    for (size_t i = 0; strcmp(facet, "kind") == 0 && c->value[0] != '\0' && cc_kinds[i] != NULL;
         i++) {
        if (cc_kinds[i]->title_field != NULL) { /* a plain list counts its own kind only */
            add_option(c, options, cc_kinds[i]->name, gettext(cc_kinds[i]->label));
        }
    }
}

/* What may be there beside what was counted: the other codes of the facet's lists; of one kind,
 * those of lists that it uses; of targets, those of the goal that is asked. */
static void add_uncounted(struct cc_req *req, const struct cc_search *s,
                          const struct cc_search_counts *counts, const struct cc_facet *f,
                          struct cc_control *c, struct cc_option *options)
{
    bool is_target = strcmp(f->name, "target") == 0;
    bool is_asked = !is_target || cc_value(&req->query, "goal")[0] != '\0';

    for (size_t l = 0; f->codelists[l] != NULL && is_asked; l++) {
        const char *list = f->codelists[l];
        size_t codes =
            s->kind[0] == '\0' || is_found(s, counts, f, list) ? cc_codelist_size(list) : 0;

        for (size_t i = 0; i < codes; i++) {
            const char *code = cc_codelist_at(list, i).code;

            if (!is_elsewhere(req, f, code)) {
                add_option(c, options, code, value_name(req->mem, s->kind, f->name, code));
            }
        }
    }
}

/*
 * The values that were found, the most frequent first, each with how often (at least, where not all
 * was counted); where not all was, the others that there may be; and always the one asked.
 */
static void fill_options(struct cc_req *req, const struct cc_search *s,
                         const struct cc_search_counts *counts, const char *facet,
                         struct cc_control *c)
{
    struct cc_option *options = talloc_array(req->mem, struct cc_option, OPTIONS_MAX + 1);
    const struct cc_facet *f = cc_facet_find(facet);

    c->options = options;
    for (size_t i = 0; counts != NULL && i < counts->n; i++) {
        const struct cc_search_count *count = &counts->v[i];

        if (strcmp(count->facet, facet) == 0 && count->records[0] != '\0') {
            add_option(c, options, count->value,
                       talloc_asprintf(req->mem, counts->is_more ? "%s (%s+)" : "%s (%s)",
                                       value_name(req->mem, s->kind, facet, count->value),
                                       count->records));
        }
    }
    size_t counted = c->option_count;
    if (counts != NULL) {
        add_other_choices(req, s, counts, f, facet, c, options);
    }
    if (counts != NULL && counts->is_more && f->name != NULL) {
        add_uncounted(req, s, counts, f, c, options);
    }
    sort_choices(req->mem, options + counted, c->option_count - counted);
    if (c->value[0] != '\0' && !has_option(c, c->value)) {
        options[c->option_count++] =
            (struct cc_option){c->value, value_name(req->mem, s->kind, facet, c->value)};
    }
}

/* Of a further organisation: every role, without numbers. */
static void fill_roles(struct cc_req *req, struct cc_control *c)
{
    struct cc_option *options = talloc_array(req->mem, struct cc_option, OPTIONS_MAX + 1);
    const struct cc_facet *f = cc_facet_find("role");

    c->options = options;
    for (size_t l = 0; f->codelists[l] != NULL; l++) {
        for (size_t i = 0; i < cc_codelist_size(f->codelists[l]); i++) {
            struct cc_code code = cc_codelist_at(f->codelists[l], i);
            add_option(c, options, code.code, code.name);
        }
    }
}

/* Titles sort in the language of cc_node_main(), on pages of all languages. */
static void fill_sorts(struct cc_req *req, const struct cc_search *s, struct cc_control *c)
{
    static const struct cc_option sorts[] = {{"relevance", N_("Relevance")},
                                             {"newest", N_("Newest first")},
                                             {"title", N_("Title in English, else in French")}};
    struct cc_option *named = talloc_array(req->mem, struct cc_option, 3);

    for (size_t i = s->words[0] == '\0'; i < 3; i++) { /* without words nothing is more relevant */
        named[c->option_count++] = (struct cc_option){sorts[i].value, gettext(sorts[i].text)};
    }
    c->options = named;
    c->blank = NULL;
    c->value = cc_search_sort(s);
}

/* Whom a role finds beside those that have it; activities and commitments have no members. */
static const char *hint_of(const struct cc_place *place, const char *field)
{
    bool has_members = place->kind == NULL || strcmp(place->kind, "partnership") == 0 ||
                       strcmp(place->kind, "organisation") == 0;

    return has_members && strcmp(field, "role") == 0
               ? _("Of members of partnerships, those that were invited or proposed and have not "
                   "confirmed count, too.")
               : NULL;
}

size_t cc_search_form_fill(struct cc_req *req, const struct cc_place *place,
                           const struct cc_search *s, const struct cc_search_counts *counts,
                           struct cc_control *controls)
{
    size_t n = 0;

    for (const struct cc_input *in = place->inputs; in->label != NULL; in++) {
        size_t len = strlen(in->name);
        bool is_further = in->name[len - 1] == '2' || in->name[len - 1] == '3';
        struct cc_control c = {.type = in->type == CC_IN_LINE ? CC_C_LINE : CC_C_SELECT,
                               .name = in->name,
                               .label = gettext(in->label),
                               .hint = hint_of(place, in->name),
                               .value = cc_value(&req->query, in->name),
                               .max = in->max,
                               .fold = is_further ? _("Together with other organisations") : NULL,
                               .blank = _("All")};
        const struct cc_problem *bad = cc_problem_find(&req->problems, in->name);
        if (bad != NULL) {
            c.error = cc_problem_text(req->mem, gettext(bad->message), bad);
        }

        if (strcmp(in->name, "sort") == 0) {
            fill_sorts(req, s, &c);
        } else if (c.type == CC_C_SELECT && is_further) {
            fill_roles(req, &c);
        } else if (c.type == CC_C_SELECT) {
            fill_options(req, s, counts, cc_place_facet(place, in->name), &c);
        }
        if (c.type == CC_C_LINE || c.codelist != NULL || c.option_count > 0) {
            controls[n++] = c;
        }
    }
    return n;
}
