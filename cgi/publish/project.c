/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What search, lists and "what points at me" know of a record, made from its content alone by
 * walking the field table: publishing, reindexing and verifying give the same JSON for the same
 * content. The SQL side is sql/functions/projection.sql.
 *
 *   names   one row per language of the title, the main language first
 *   edges   every reference; beside it the codes of lists that end in -role, -relation or -link
 *           (from the reference's own group, at top level from the whole record) and the record's
 *           state (the first code of a list that ends in -state)
 *   promise of kinds that have resources: see project_promise.c
 *   search  names folded for similarity, their words, the words of each language, identifiers, what
 *           it is sorted by, and codes by the path of their field; "year" is that of the beginning.
 *           Without words of kinds that have no title (memberships): no search shows them
 */
#include "publish/project.h"
#include "concord/log.h"
#include "concord/publish.h"
#include "concord/text.h"
#include <jansson.h>
#include <string.h>
#include <talloc.h>

#define PATH_CHARS 200
#define ID_MAX     100
#define IDS_MAX    60
#define SORT_MAX   60

struct projection {
    void *mem;
    const struct cc_record *rec;
    json_t *edges; /* object: "field to" -> edge, so that a pair stands once */
    json_t *facets;
    struct cc_buf names;
    struct words {
        const char *lang;
        struct cc_buf text;
        bool any;
        struct words *next;
    } * texts; /* by language */
    json_t *ids;
    const char *state;
    bool has_words; /* shown by searches */
};

static bool ends_in(const char *s, const char *const *endings)
{
    if (s == NULL) {
        return false;
    }
    for (; *endings != NULL; endings++) {
        size_t len = strlen(s), end = strlen(*endings);
        if (len >= end && strcmp(s + len - end, *endings) == 0) {
            return true;
        }
    }
    return false;
}
static const char *const ROLE_LISTS[] = {"-role", "-relation", "-link", NULL};
static const char *const STATE_LISTS[] = {"-state", NULL};

static const char *find_state(const struct cc_node *from)
{
    for (const struct cc_node *n = from; n != NULL; n = n->next) {
        if (n->field->type == CC_F_CODE && ends_in(n->field->codelist, STATE_LISTS)) {
            return n->text;
        }
    }
    for (const struct cc_node *n = from; n != NULL; n = n->next) {
        const char *inner = n->field->type == CC_F_GROUP ? find_state(n->child) : NULL;
        if (inner != NULL) {
            return inner;
        }
    }
    return NULL;
}

/* Adds a word to a blank-separated list that does not have it yet. */
static char *add_word(void *mem, char *list, const char *word)
{
    size_t len = strlen(word);
    for (const char *p = list; *p != '\0'; p += strcspn(p, " "), p += *p == ' ') {
        if (strcspn(p, " ") == len && strncmp(p, word, len) == 0) {
            return list;
        }
    }
    return talloc_asprintf(mem, "%s%s%s", list, *list != '\0' ? " " : "", word);
}

static bool may_refer(const struct cc_node *group)
{
    for (const struct cc_field *f = group->field->children; f->name != NULL; f++) {
        if (f->type == CC_F_REF) {
            return true;
        }
    }
    return false;
}

/* Deep: also of groups inside, but not of those that say something about a reference of their own,
 * whether they name it or not. */
static char *add_roles(void *mem, char *roles, const struct cc_node *from, bool deep)
{
    for (const struct cc_node *n = from; n != NULL; n = n->next) {
        if (n->field->type == CC_F_CODE && ends_in(n->field->codelist, ROLE_LISTS)) {
            roles = add_word(mem, roles, n->text);
        } else if (deep && n->field->type == CC_F_GROUP && !may_refer(n)) {
            roles = add_roles(mem, roles, n->child, deep);
        }
    }
    return roles;
}

static void add_edge(struct projection *p, const struct cc_node *ref, const struct cc_node *group,
                     const char *path)
{
    char *key = talloc_asprintf(p->mem, "%s %s", path, ref->text);
    json_t *edge = json_object_get(p->edges, key);
    char *roles =
        talloc_strdup(p->mem, edge != NULL ? json_string_value(json_object_get(edge, "role")) : "");
    roles = add_roles(p->mem, roles, group, group == p->rec->first);
    if (edge != NULL) {
        json_object_set_new(edge, "role", json_string(roles));
        return;
    }
    json_object_set_new(p->edges, key,
                        json_pack("{ss ss ss ss}", "to", ref->text, "field", path, "role", roles,
                                  "state", p->state != NULL ? p->state : ""));
}

static void add_facet(struct projection *p, const char *path, const char *code)
{
    json_t *codes = json_object_get(p->facets, path);
    if (codes == NULL) {
        codes = json_array();
        json_object_set_new(p->facets, path, codes);
    }
    size_t i;
    json_t *known;
    json_array_foreach(codes, i, known)
    {
        if (strcmp(json_string_value(known), code) == 0) {
            return;
        }
    }
    json_array_append_new(codes, json_string(code));
}

static void add_line(struct cc_buf *out, const char *s)
{
    if (out->len > 0) {
        cc_buf_addc(out, '\n');
    }
    cc_buf_adds(out, s);
}

static void add_words(struct projection *p, const struct cc_node *n)
{
    const char *lang = n->lang != NULL ? n->lang : "und";
    struct words *w = p->texts;
    while (w != NULL && strcmp(w->lang, lang) != 0) {
        w = w->next;
    }
    if (w == NULL) {
        w = talloc(p->mem, struct words);
        *w = (struct words){.lang = lang, .next = p->texts};
        cc_buf_init(&w->text, p->mem);
        p->texts = w;
    }
    char *words = cc_words_of_text(p->mem, n->text);
    cc_buf_adds(&w->text, w->any ? " " : "");
    cc_buf_adds(&w->text, words);
    w->any = true;
    talloc_free(words);
}

static json_t *texts_of(const struct projection *p)
{
    json_t *texts = json_object();
    for (const struct words *w = p->texts; w != NULL; w = w->next) {
        json_object_set_new(texts, w->lang, json_stringn(cc_buf_str(&w->text), w->text.len));
    }
    return texts;
}

/* Numbers and references are found as they are written, too. */
static void add_id(struct projection *p, const char *text)
{
    if (text != NULL && strlen(text) <= ID_MAX && strchr(text, ' ') == NULL &&
        json_array_size(p->ids) < IDS_MAX) {
        json_array_append_new(p->ids, json_string(cc_text_fold(p->mem, text)));
    }
}

/* The year in which it began, as far as that is told. */
static void add_year(struct projection *p)
{
    static const char *const fields[] = {"start", "planned-start", "founded", "date", NULL};

    for (size_t i = 0; fields[i] != NULL; i++) {
        const char *when = cc_field_find(p->rec->kind->fields, fields[i]) != NULL
                               ? cc_node_text(p->rec->first, fields[i])
                               : NULL;
        if (when != NULL && strlen(when) >= 4) {
            add_facet(p, "year", talloc_strndup(p->mem, when, 4));
            return;
        }
    }
}

static bool is_human(enum cc_ftype type)
{
    return type == CC_F_LINE || type == CC_F_BLOCK || type == CC_F_TOKEN;
}

/* What was made up is not counted. */
static void add_illustrative(struct projection *p)
{
    const char *illustrative = cc_field_find(p->rec->kind->fields, "illustrative") != NULL
                                   ? cc_node_text(p->rec->first, "illustrative")
                                   : NULL;
    if (illustrative != NULL && strcmp(illustrative, "true") == 0) {
        add_facet(p, "illustrative", illustrative);
    }
}

static void add_group_name(struct projection *p, const struct cc_node *n)
{
    add_facet(p, "constituency",
              talloc_asprintf(p->mem, "%s %s", n->lang != NULL ? n->lang : "und", n->text));
}

/* The group of partners that a member belongs to: language, blank, text; the main language first.
 */
static void add_constituency(struct projection *p)
{
    const struct cc_node *n = cc_node_main(p->rec->first, "constituency");

    if (n != NULL) {
        add_group_name(p, n);
    }
    for (n = cc_node_first(p->rec->first, "constituency"); n != NULL; n = cc_node_again(n)) {
        add_group_name(p, n); /* the main one is there already */
    }
}

/* A region of the list that others give as a code, told by the vocabulary beside it. */
static void add_region(struct projection *p, const struct cc_node *n, const struct cc_node *group,
                       const char *path)
{
    const char *vocabulary =
        n->field->vocabularies != NULL ? cc_node_text(group, "vocabulary") : NULL;
    const char *list = vocabulary != NULL ? cc_vocabulary_list(n->field, vocabulary) : NULL;

    if (list != NULL && strcmp(list, "region") == 0) {
        add_facet(p, path, n->text);
    }
}

/* `group` is the list of siblings that `from` starts; `path` names their parent or is "". */
static void walk(struct projection *p, const struct cc_node *group, const char *path,
                 const char *name_section, bool in_names)
{
    for (const struct cc_node *n = group; n != NULL; n = n->next) {
        const struct cc_field *f = n->field;
        char here[PATH_CHARS];
        bool is_value = (f->flags & CC_VALUE) != 0 && *path != '\0';
        cc_path(here, sizeof(here), is_value ? "" : path, is_value ? path : f->name, 0);
        bool names = in_names || (*path == '\0' && f->section != NULL && name_section != NULL &&
                                  strcmp(f->section, name_section) == 0);
        if (f->type == CC_F_GROUP) {
            walk(p, n->child, here, name_section, names);
        } else if (n->text == NULL) {
            continue;
        } else if (f->type == CC_F_REF) {
            add_edge(p, n, group, here);
        } else if (f->type == CC_F_CODE) {
            add_facet(p, here, n->text);
        } else {
            add_region(p, n, group, here);
        }
        if (is_human(f->type) && p->has_words) {
            add_words(p, n);
            if (f->type == CC_F_TOKEN) {
                const char *scheme = cc_node_text(group, "scheme");

                add_id(p, n->text);
                if (scheme != NULL) { /* as others write it: XM-DAC-41114 */
                    add_id(p, talloc_asprintf(p->mem, "%s-%s", scheme, n->text));
                }
            }
            if (names && f->type != CC_F_BLOCK) {
                add_line(&p->names, cc_text_fold(p->mem, n->text));
            }
        }
    }
}

static void add_name(json_t *names, const struct cc_record *rec, const struct cc_node *n)
{
    json_t *name =
        json_pack("{ss ss}", "lang", n->lang != NULL ? n->lang : "und", "title", n->text);
    const struct cc_node *acronym = cc_node_in(rec->first, "acronym", n->lang);
    if (acronym != NULL && acronym->text != NULL) {
        json_object_set_new(name, "acronym", json_string(acronym->text));
    }
    json_array_append_new(names, name);
}

static json_t *names_of(const struct cc_record *rec)
{
    json_t *names = json_array();
    const char *field = rec->kind->title_field;
    const struct cc_node *main_name = field != NULL ? cc_node_main(rec->first, field) : NULL;
    if (main_name == NULL) {
        return names;
    }
    add_name(names, rec, main_name);
    for (const struct cc_node *n = cc_node_first(rec->first, field); n != NULL;
         n = cc_node_again(n)) {
        if (n != main_name) {
            add_name(names, rec, n);
        }
    }
    return names;
}

/* In the order of SQL's ORDER BY field, to_id (byte order): keys are "field to". */
static int compare_keys(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static json_t *edges_in_order(struct projection *p)
{
    size_t n = json_object_size(p->edges), i = 0;
    const char **keys = talloc_array(p->mem, const char *, (unsigned)n + 1);
    const char *key;
    json_t *edge, *list = json_array();
    json_object_foreach(p->edges, key, edge)
    {
        keys[i++] = key;
    }
    qsort(keys, n, sizeof(*keys), compare_keys);
    for (i = 0; i < n; i++) {
        json_array_append(list, json_object_get(p->edges, keys[i]));
    }
    return list;
}

/* Nothing but objects, lists, texts, true and false stands in it; json_dumps() took three times as
 * long. */
static void add_json(struct cc_buf *out, json_t *value)
{
    const char *key, *between = "";
    json_t *part;
    size_t i;

    if (json_is_object(value)) {
        cc_buf_addc(out, '{');
        json_object_foreach(value, key, part)
        {
            cc_buf_adds(out, between);
            cc_json_text(out, key);
            cc_buf_addc(out, ':');
            add_json(out, part);
            between = ",";
        }
        cc_buf_addc(out, '}');
    } else if (json_is_array(value)) {
        cc_buf_addc(out, '[');
        json_array_foreach(value, i, part)
        {
            cc_buf_adds(out, between);
            add_json(out, part);
            between = ",";
        }
        cc_buf_addc(out, ']');
    } else if (json_is_string(value)) {
        cc_json_text(out, json_string_value(value));
    } else {
        cc_buf_adds(out, json_is_true(value) ? "true" : "false");
    }
}

void cc_projection_json(const struct cc_record *rec, struct cc_buf *out)
{
    void *mem = talloc_new(rec->mem);
    struct projection p = {.mem = mem,
                           .rec = rec,
                           .edges = json_object(),
                           .facets = json_object(),
                           .ids = json_array(),
                           .has_words = rec->kind->title_field != NULL};
    const struct cc_field *title = rec->kind->title_field != NULL
                                       ? cc_field_find(rec->kind->fields, rec->kind->title_field)
                                       : NULL;
    cc_buf_init(&p.names, mem);
    p.state = find_state(rec->first);
    if (p.has_words) {
        add_id(&p, rec->id);
    }
    walk(&p, rec->first, "", title != NULL ? title->section : NULL, false);
    add_year(&p);
    add_illustrative(&p);
    if (cc_field_find(rec->kind->fields, "constituency") != NULL) {
        add_constituency(&p);
    }
    const struct cc_node *main_name =
        title != NULL ? cc_node_main(rec->first, rec->kind->title_field) : NULL;
    char *sort = cc_text_sort_key(mem, main_name != NULL ? main_name->text : "");
    sort[cc_utf8_cut(sort, SORT_MAX)] = '\0';
    json_t *all = json_pack("{so so s{ss ss so sO ss sO}}", "names", names_of(rec), "edges",
                            edges_in_order(&p), "search", "names", cc_buf_str(&p.names), "words",
                            cc_words_of_text(mem, cc_buf_str(&p.names)), "texts", texts_of(&p),
                            "ids", p.ids, "sort", sort, "facets", p.facets);
    json_t *promise = cc_project_promise(rec, p.state);
    if (all == NULL) {
        cc_die("could not write the projection of record %s", rec->id);
    }
    if (promise != NULL) {
        json_object_set_new(all, "promise", promise);
    }
    add_json(out, all);
    json_decref(all);
    json_decref(p.edges);
    json_decref(p.facets);
    json_decref(p.ids);
    talloc_free(mem);
}

void cc_projection_add(struct cc_buf *batch, const char *id, const char *kind, const char *position,
                       const struct cc_record *rec, bool is_past)
{
    cc_buf_adds(batch, batch->len == 0 ? "[{\"id\":" : ",{\"id\":");
    cc_json_text(batch, id);
    cc_buf_adds(batch, ",\"kind\":");
    cc_json_text(batch, kind);
    cc_buf_printf(batch, ",\"position\":%s", position);
    if (rec != NULL) {
        cc_buf_adds(batch, is_past ? ",\"was\":" : ",\"projection\":");
        cc_projection_json(rec, batch);
    } else if (is_past) {
        cc_buf_adds(batch, ",\"was\":null");
    }
    cc_buf_addc(batch, '}');
}
