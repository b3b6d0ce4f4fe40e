/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Code lists: loaded once per process from Q_CODELIST_ALL (list, code, names, withdrawn, iati), in
 * the order of the lists. A withdrawn code stays known: it is valid where it stands.
 */
#include "concord/db.h"
#include "concord/i18n.h"
#include "concord/log.h"
#include "concord/record.h"
#include "concord/text.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define COUNTRY "country"

enum { COLUMN_LIST, COLUMN_CODE, COLUMN_NAMES, COLUMN_WITHDRAWN, COLUMN_IATI };

struct entry {
    const char *list; /* one text for all of its entries */
    const char *code;
    const char *names; /* behind the code; pairs of NUL-ended texts: tag, name, ..., "" */
    const char *iati;  /* the code that IATI has for it, or NULL */
    bool withdrawn;
};

/* A page asks for some thirty codes, and between two pages other processes have used the caches:
 * all of it stands close together, and no entry is looked at for nothing. */
struct slot {
    uint32_t hash;
    uint32_t place; /* of its entry, from 1; 0 = free */
};

static struct entry *entries; /* in the order of the lists */
static struct slot *by_code;  /* by their hash; at least half of the places are free */
static size_t places;         /* a power of two */
static size_t count;
static size_t last_start; /* of the list that start_of() found last */

static bool is_entry(const struct entry *e, const char *list, const char *code)
{
    return strcmp(e->code, code) == 0 && strcmp(e->list, list) == 0;
}

/* Where an entry stands in by_code, or the free place where it would: FNV-1a, then the next ones.
 */
static struct slot *place_of(const char *list, const char *code, uint32_t *hash_r)
{
    uint32_t hash = 2166136261u;

    for (const char *c = list; *c != '\0'; c++)
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    hash *= 16777619u; /* ends the list */
    for (const char *c = code; *c != '\0'; c++)
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    size_t at = hash & (places - 1);
    while (by_code[at].place != 0 &&
           (by_code[at].hash != hash || !is_entry(&entries[by_code[at].place - 1], list, code)))
        at = (at + 1) & (places - 1);
    *hash_r = hash;
    return &by_code[at];
}

/* Names that begin with their code (those of targets) are read as parts of a page's text. */
static void add_name(struct cc_buf *out, const char *code, const char *lang, const json_t *name)
{
    size_t code_len = strlen(code);
    const char *text = json_string_value(name);
    if (text == NULL)
        return;
    cc_buf_add(out, lang, strlen(lang) + 1);
    if (strncmp(text, code, code_len) == 0) {
        cc_buf_adds(out, cc_i18n_code(out->mem, cc_i18n_known(lang, strlen(lang)), code));
        text += code_len;
    }
    cc_buf_add(out, text, strlen(text) + 1);
}

/* A code and its names, first the one that stands in for others. */
static void add_texts(struct cc_buf *out, const char *code, const char *json)
{
    cc_buf_add(out, code, strlen(code) + 1);
    json_t *root = json_loads(json, 0, NULL);
    const char *lang;
    json_t *name;
    add_name(out, code, "en", json_object_get(root, "en"));
    json_object_foreach(root, lang, name)
    {
        if (strcmp(lang, "en") != 0)
            add_name(out, code, lang, name);
    }
    json_decref(root);
    cc_buf_addc(out, '\0');
}

/* What add_texts() has put there; gives what is behind it. */
static const char *set_texts(struct entry *e, const char *text)
{
    e->code = text;
    e->names = text + strlen(text) + 1;
    text = e->names;
    while (*text != '\0') {
        text += strlen(text) + 1;
        text += strlen(text) + 1;
    }
    return text + 1;
}

void cc_codelists_load(void *mem, const struct cc_rows *rows)
{
    size_t n = cc_rows_count(rows);
    struct entry *v = talloc_zero_array(mem, struct entry, (unsigned)n + 1);
    struct cc_buf texts;
    cc_buf_init(&texts, v);
    places = 1;
    while (places < 2 * n + 1)
        places *= 2;
    by_code = talloc_zero_array(v, struct slot, (unsigned)places);
    if (v == NULL || by_code == NULL)
        cc_die("out of memory");
    for (size_t i = 0; i < n; i++) {
        const char *list = cc_rows_text(rows, i, COLUMN_LIST);
        bool is_same = i > 0 && strcmp(v[i - 1].list, list) == 0;
        v[i].list = is_same ? v[i - 1].list : talloc_strdup(v, list);
        v[i].withdrawn = cc_rows_bool(rows, i, COLUMN_WITHDRAWN);
        v[i].iati = talloc_strdup(v, cc_rows_text(rows, i, COLUMN_IATI));
        add_texts(&texts, cc_rows_text(rows, i, COLUMN_CODE), cc_rows_text(rows, i, COLUMN_NAMES));
    }
    entries = v;
    const char *text = cc_buf_str(&texts);
    for (size_t i = 0; i < n; i++) {
        uint32_t hash;
        text = set_texts(&v[i], text);
        struct slot *slot = place_of(v[i].list, v[i].code, &hash);
        *slot = (struct slot){hash, (uint32_t)i + 1};
    }
    count = n;
    last_start = n;
}

static const struct entry *find(const char *list, const char *code)
{
    uint32_t hash;
    size_t place = count == 0 ? 0 : place_of(list, code, &hash)->place;
    return place == 0 ? NULL : &entries[place - 1];
}

/* Without lists (a tool without database) only the form of a code can be told. */
static bool has_form(const char *code)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    size_t len = strlen(code);
    return len >= 1 && len <= 60 && strspn(code, allowed) == len;
}

bool cc_code_known(const char *list, const char *code)
{
    return count == 0 ? has_form(code) : find(list, code) != NULL;
}

const char *cc_vocabulary_list(const struct cc_field *code, const char *vocabulary)
{
    const struct cc_vocabulary *v = code->vocabularies;
    while (v != NULL && v->code != NULL && strcmp(v->code, vocabulary) != 0)
        v++;
    return v != NULL ? v->list : NULL;
}

const char *cc_code_list(const struct cc_node *group)
{
    const struct cc_node *code = cc_node_first(group->child, "code");
    const char *vocabulary = cc_node_text(group->child, "vocabulary");
    return code != NULL && vocabulary != NULL ? cc_vocabulary_list(code->field, vocabulary) : NULL;
}

const char *cc_code_iati(const char *list, const char *code)
{
    const struct entry *e = find(list, code);
    return e == NULL ? NULL : e->iati;
}

static const char *name_in(const struct entry *e, const char *lang)
{
    for (const char *s = e->names; *s != '\0';) {
        const char *name = s + strlen(s) + 1;
        if (strcmp(s, lang) == 0)
            return name;
        s = name + strlen(name) + 1;
    }
    return NULL;
}

static const char *name_of(const struct entry *e)
{
    const struct cc_lang *lang = cc_i18n_current();
    const char *name = lang == NULL ? NULL : name_in(e, lang->tag);
    if (name == NULL)
        name = name_in(e, "en");
    return name == NULL ? e->code : name;
}

const char *cc_code_name(const char *list, const char *code)
{
    const struct entry *e = find(list, code);
    return e == NULL ? code : name_of(e);
}

/* The entries of one list stand together; mostly the same list is asked for again. */
static size_t start_of(const char *list)
{
    if (last_start < count && strcmp(entries[last_start].list, list) == 0)
        return last_start;
    size_t i = 0;
    while (i < count && strcmp(entries[i].list, list) != 0)
        i++;
    last_start = i;
    return i;
}

size_t cc_codelist_size(const char *list)
{
    size_t n = 0;
    for (size_t i = start_of(list); i < count && strcmp(entries[i].list, list) == 0; i++)
        n++;
    return n;
}

/* Countries are looked for by name; their codes say nothing about where they stand. */
struct named {
    const struct entry *entry;
    const char *key;
};

static int compare_names(const void *a, const void *b)
{
    const struct named *x = a;
    const struct named *y = b;
    int by_key = strcmp(x->key, y->key);
    return by_key != 0 ? by_key : strcmp(x->entry->code, y->entry->code);
}

static const struct entry *country_at(size_t i)
{
    static struct {
        const struct cc_lang *lang;
        const struct entry *of; /* the lists that were sorted */
        struct named *v;
    } sorted;
    const struct entry *first = &entries[start_of(COUNTRY)];
    if (sorted.v == NULL || sorted.lang != cc_i18n_current() || sorted.of != first) {
        size_t n = cc_codelist_size(COUNTRY);
        talloc_free(sorted.v);
        sorted.v = talloc_array(NULL, struct named, (unsigned)n);
        sorted.lang = cc_i18n_current();
        sorted.of = first;
        for (size_t k = 0; k < n; k++)
            sorted.v[k] = (struct named){&first[k], cc_text_sort_key(sorted.v, name_of(&first[k]))};
        qsort(sorted.v, n, sizeof(*sorted.v), compare_names);
    }
    return sorted.v[i].entry;
}

struct cc_code cc_codelist_at(const char *list, size_t i)
{
    size_t at = start_of(list) + i;
    if (at >= count || strcmp(entries[at].list, list) != 0)
        cc_die("code list \"%s\" has no entry %zu", list, i);
    const struct entry *e = strcmp(list, COUNTRY) == 0 ? country_at(i) : &entries[at];
    return (struct cc_code){e->code, name_of(e), e->withdrawn};
}
