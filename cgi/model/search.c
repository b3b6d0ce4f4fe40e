/* SPDX-License-Identifier: EUPL-1.2 */
/* A search as the parameters of its statement, and what the answer says. */
#include "model/search_count.h"
#include "model/search_cursor.h"

#include "concord/buf.h"
#include "concord/id.h"
#include "concord/record.h"
#include "concord/text.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

const struct cc_facet cc_facets[] = {
    {"goal", N_("Sustainable Development Goal"), {"sdg-goal"}},
    {"target", N_("SDG target"), {"sdg-target"}},
    {"country", N_("Country"), {"country"}},
    {"region", N_("Region"), {"region"}},
    {"theme", N_("Theme"), {"theme"}},
    {"type",
     N_("Type"),
     {"partnership-type", "organisation-type", "activity-kind", "commitment-kind"}},
    {"state", N_("State"), {"lifecycle-state", "commitment-state", "activity-state"}},
    {"year", N_("Year of beginning"), {NULL}},
    {"role", N_("Role"), {"partner-role", "commitment-role"}},
    {"resource", N_("Resource"), {"resource-kind"}},
    {NULL, NULL, {NULL}},
};

const struct cc_facet *cc_facet_find(const char *name)
{
    const struct cc_facet *f = cc_facets;

    while (f->name != NULL && strcmp(f->name, name) != 0) {
        f++;
    }
    return f;
}

static bool has_code(const char *list, const char *code)
{
    return strcmp(cc_code_name(list, code), code) != 0;
}

/* Lists of one kind are called by it: commitment-state. */
const char *cc_facet_codelist(const struct cc_facet *facet, const char *kind, const char *code)
{
    const char *found = NULL;
    size_t len = strlen(kind);

    for (size_t i = 0; facet->codelists[i] != NULL; i++) {
        const char *list = facet->codelists[i];
        bool is_own = len > 0 && strncmp(list, kind, len) == 0 && list[len] == '-';

        if ((is_own || found == NULL) && has_code(list, code)) {
            found = list;
        }
    }
    return found;
}

/* --- words ------------------------------------------------------------------------------------ */

static bool is_upper(const char *s, size_t len)
{
    size_t letters = 0;

    for (size_t i = 0; i < len; i++) {
        if (s[i] >= 'a' && s[i] <= 'z') {
            return false;
        }
        letters += s[i] >= 'A' && s[i] <= 'Z';
    }
    return letters > 1;
}

/* Written in capitals where all is, or to bind: no name of anybody, as "WHO" or "IT" may be. */
static bool is_binding(const char *word)
{
    static const char *const binding[] = {"and", "or",  "not", "of",   "the",  "for",  "in", "on",
                                          "to",  "by",  "at",  "with", "from", "et",   "ou", "de",
                                          "du",  "des", "la",  "le",   "les",  "pour", "y",  "el",
                                          "los", "las", "del", "para", "con"};

    for (size_t i = 0; i < sizeof(binding) / sizeof(binding[0]); i++) {
        if (strcasecmp(word, binding[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* "COVID -19" and "-(JSB)" are spellings: what a minus leaves out is a word. */
static bool leaves_out(const char *s)
{
    size_t len = strcspn(s + 1, " ");

    return s[0] == '-' && len > 0 && strspn(s + 1, "0123456789") < len &&
           strchr("([{-,;:.", s[1]) == NULL;
}

static void leave(struct cc_buf *unread, const char *words)
{
    cc_buf_printf(unread, "%s%s", unread->len > 0 ? " " : "", words);
}

static size_t count_words(const char *words)
{
    size_t n = 0;

    for (const char *s = words + strspn(words, " "); *s != '\0'; s += strspn(s, " "), n++) {
        s += strcspn(s, " ");
    }
    return n;
}

/* What was typed behind its first words: those are no letters to show (core/words.c). */
static const char *behind(void *mem, const char *typed, size_t words)
{
    size_t chars = 0, cut = 0, next;

    while ((next = cc_utf8_cut(typed, ++chars)) > cut) {
        if (count_words(cc_words(mem, talloc_strndup(mem, typed, next))) > words) {
            break;
        }
        cut = next;
    }
    return typed + cut;
}

/* One term as typed, without its marks. A word in capitals is a name, even if it reads like "who".
 */
static json_t *make_term(void *mem, const char *s, size_t len, bool is_not, bool is_phrase,
                         size_t *words, struct cc_buf *unread)
{
    char *typed = talloc_strndup(mem, s, len);
    char *text = cc_words(mem, typed), *save = NULL;
    json_t *list = json_array();
    size_t room = CC_SEARCH_WORDS - *words;
    bool has_digit = strpbrk(typed, "0123456789") != NULL;

    for (char *w = strtok_r(text, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save)) {
        if (*words == CC_SEARCH_WORDS) {
            leave(unread, room > 0 ? behind(mem, typed, room) : typed);
            break;
        }
        json_array_append_new(list, json_string(w));
        (*words)++;
    }
    json_t *term = json_pack("{so sb sb sb}", "words", list, "not", is_not, "phrase", is_phrase,
                             "keep", is_upper(typed, len) && !is_binding(typed));
    if (has_digit && !is_phrase && len <= 100) {
        json_object_set_new(term, "id", json_string(cc_text_fold(mem, typed)));
    }
    return term;
}

/*
 * Words, "phrases", and a minus in front of what shall not be there; everything else is a blank.
 * unread gets those for which there is no room.
 */
static json_t *make_terms(void *mem, const char *words, bool *plain_r, struct cc_buf *unread)
{
    json_t *terms = json_array();
    size_t count = 0;
    const char *s = words;

    *plain_r = true;
    cc_buf_init(unread, mem);
    while (*s != '\0' && json_array_size(terms) < CC_SEARCH_TERMS) {
        s += strspn(s, " ");
        bool is_not = leaves_out(s);
        s += *s == '-';
        bool is_phrase = *s == '"' && strchr(s + 1, '"') != NULL;
        s += is_phrase;
        size_t len = strcspn(s, is_phrase ? "\"" : " ");
        if (len > 0) {
            json_t *term = make_term(mem, s, len, is_not, is_phrase, &count, unread);
            if (json_array_size(json_object_get(term, "words")) > 0) {
                json_array_append(terms, term);
            }
            json_decref(term);
        }
        *plain_r = *plain_r && !is_not;
        s += len + (is_phrase ? 1 : 0);
    }
    s += strspn(s, " ");
    if (cc_words(mem, s)[0] != '\0') {
        leave(unread, s);
    }
    return terms;
}

static const char *terms_json(void *mem, const char *words, bool *plain_r)
{
    struct cc_buf unread;
    json_t *terms = make_terms(mem, words, plain_r, &unread);
    char *text = json_array_size(terms) > 0 ? json_dumps(terms, JSON_COMPACT) : NULL;
    char *copy = text != NULL ? talloc_strdup(mem, text) : NULL;
    free(text);
    json_decref(terms);
    return copy;
}

bool cc_search_seeks(void *mem, const char *words)
{
    struct cc_buf unread;
    bool plain, seeks = false;
    size_t i;
    json_t *terms = make_terms(mem, words, &plain, &unread), *term;

    json_array_foreach(terms, i, term)
    {
        seeks = seeks || !json_is_true(json_object_get(term, "not"));
    }
    json_decref(terms);
    return seeks;
}

const char *cc_search_unread(void *mem, const char *words)
{
    struct cc_buf unread;
    bool plain;

    json_decref(make_terms(mem, words, &plain, &unread));
    return unread.len > 0 ? cc_buf_str(&unread) : NULL;
}

/* --- the other conditions --------------------------------------------------------------------- */

static void add_facet(struct cc_buf *out, const char *name, const char *code)
{
    if (code != NULL && code[0] != '\0') {
        cc_buf_printf(out, "%s%s=%s", out->len > 0 ? "," : "{", name, code);
    }
}

/* {goal=5,country=KE}: codes are tokens, so nothing needs quoting. role: that of an organisation,
 * which is a choice of the form, but no condition on what anybody does there; NULL = none. */
static const char *facets_array(void *mem, const struct cc_search *search, const char *role)
{
    struct cc_buf out;

    cc_buf_init(&out, mem);
    for (size_t i = 0; cc_facets[i].name != NULL; i++) {
        add_facet(&out, cc_facets[i].name, search->facets[i]);
    }
    add_facet(&out, "role", role);
    if (out.len == 0) {
        return NULL;
    }
    cc_buf_addc(&out, '}');
    return cc_buf_str(&out);
}

const char *cc_search_with_json(void *mem, const struct cc_search *search)
{
    json_t *all = json_array();

    for (size_t i = 0; i < CC_SEARCH_WITH; i++) {
        const char *organisation = search->with[i].organisation, *role = search->with[i].role;
        if (organisation == NULL || organisation[0] == '\0') {
            continue;
        }
        const char *id = cc_id_canonical(mem, organisation);
        json_t *one = json_object();
        json_object_set_new(one, id != NULL ? "id" : "name",
                            json_string(id != NULL ? id : cc_text_fold(mem, organisation)));
        if (role != NULL && role[0] != '\0') {
            json_object_set_new(one, "role", json_string(role));
        }
        if (i == 0) { /* beside which the facet `role` stands */
            json_object_set_new(one, "first", json_true());
        }
        json_array_append_new(all, one);
    }
    char *text = json_array_size(all) > 0 ? json_dumps(all, JSON_COMPACT) : NULL;
    char *copy = text != NULL ? talloc_strdup(mem, text) : NULL;
    free(text);
    json_decref(all);
    return copy;
}

const char *cc_search_sort(const struct cc_search *search)
{
    bool has_words = search->words[0] != '\0';

    if (strcmp(search->sort, "title") == 0 || strcmp(search->sort, "newest") == 0) {
        return search->sort;
    }
    return has_words ? "relevance" : "newest";
}

static bool is_given(const char *text)
{
    return text != NULL && text[0] != '\0';
}

bool cc_search_is_first(const struct cc_search *search)
{
    return !is_given(search->cursor) && !is_given(search->before);
}

bool cc_search_is_plain(const struct cc_search *search)
{
    bool is_asked = search->words[0] != '\0' || search->kind[0] == '\0';

    for (size_t i = 0; cc_facets[i].name != NULL; i++) {
        is_asked = is_asked || is_given(search->facets[i]);
    }
    for (size_t i = 0; i < CC_SEARCH_WITH; i++) {
        is_asked = is_asked || is_given(search->with[i].organisation);
    }
    return !is_asked && strcmp(cc_search_sort(search), "newest") == 0;
}

/* --- the calls -------------------------------------------------------------------------------- */

enum {
    TERMS,
    NAME,
    KIND,
    FACETS,
    TOGETHER,
    LANG,
    SORT,
    AFTER_POSITION,
    AFTER_KEY,
    AFTER_RANK,
    AFTER_ID,
    MAX,
    TOTAL,
    COUNTING
};

/* A list of which nothing is asked has a statement of its own, planned once: one page of an index.
 */
static size_t plain_calls(void *mem, const struct cc_search *search, const char *key,
                          struct cc_call *calls_r)
{
    calls_r[0] = (struct cc_call){.query = Q_SEARCH_NEWEST,
                                  .params = {search->kind, search->lang, key,
                                             talloc_asprintf(mem, "%d", search->max + 1), "true"}};
    calls_r[1] = (struct cc_call){
        .query = Q_SEARCH_COUNTS,
        .params = {search->kind, search->known, talloc_asprintf(mem, "%d", CC_SEARCH_TOTAL + 1)}};
    return search->counting ? 2 : 1;
}

enum cc_rc cc_search_calls(void *mem, const struct cc_search *search, const char *secret,
                           struct cc_call calls_r[CC_SEARCH_CALLS], size_t *n_r)
{
    const char *sort = cc_search_sort(search), *key = NULL, *id = NULL;
    bool plain;
    struct cc_call call = {.query = Q_SEARCH};
    const char **p = call.params;

    if (is_given(search->cursor)) {
        if (!cc_search_cursor_read(mem, search, secret, &key, &id)) {
            return CC_BAD_REQUEST;
        }
    } else if (is_given(search->before) && strcmp(sort, "newest") == 0) {
        key = search->before;
    }
    if (cc_search_is_plain(search)) {
        *n_r = plain_calls(mem, search, key, calls_r);
        return CC_OK;
    }
    p[TERMS] = terms_json(mem, search->words, &plain);
    p[NAME] = p[TERMS] != NULL && plain ? cc_text_fold(mem, search->words) : NULL;
    p[KIND] = search->kind[0] != '\0' ? search->kind : NULL;
    p[FACETS] = facets_array(mem, search, NULL);
    p[TOGETHER] = cc_search_with_json(mem, search);
    p[LANG] = search->lang;
    p[SORT] = sort;
    p[AFTER_POSITION] = strcmp(sort, "newest") == 0 ? key : NULL;
    p[AFTER_KEY] = strcmp(sort, "title") == 0 ? key : NULL;
    p[AFTER_RANK] = strcmp(sort, "relevance") == 0 ? key : NULL;
    p[AFTER_ID] = id;
    p[MAX] = talloc_asprintf(mem, "%d", search->max + 1);
    p[TOTAL] = search->counting || strcmp(sort, "relevance") == 0
                   ? talloc_asprintf(mem, "%d", CC_SEARCH_TOTAL + 1)
                   : p[MAX];
    p[COUNTING] = search->counting ? "true" : "false";
    calls_r[0] = (struct cc_call){.query = Q_SEARCH_PLAN};
    calls_r[1] = call;
    calls_r[2] = (struct cc_call){.query = Q_SEARCH_UNKNOWN, .params = {p[TOGETHER]}};
    *n_r = p[TOGETHER] != NULL ? 3 : 2;
    return CC_OK;
}

/* --- the answer ------------------------------------------------------------------------------- */

_Static_assert((int)Q_SEARCH_A == (int)Q_SEARCH_NEWEST_A &&
                   (int)Q_SEARCH_R == (int)Q_SEARCH_NEWEST_R,
               "hits of both statements are read alike");

const struct cc_rows *cc_search_hits(const struct cc_call calls[CC_SEARCH_CALLS])
{
    return calls[0].query == Q_SEARCH_NEWEST ? calls[0].rows : calls[1].rows;
}

bool cc_search_is_unknown(const struct cc_search *search, const struct cc_call *calls, size_t n,
                          size_t with)
{
    long place = 0; /* among those that were asked for */

    for (size_t i = 0; i < with; i++) {
        place += is_given(search->with[i].organisation);
    }
    for (size_t i = 0; n > 2 && i < cc_rows_count(calls[2].rows); i++) {
        if (is_given(search->with[with].organisation) &&
            strtol(cc_rows_text(calls[2].rows, i, Q_SEARCH_UNKNOWN_PLACE), NULL, 10) == place) {
            return true;
        }
    }
    return false;
}

static bool is_part(const struct cc_rows *rows, size_t i, const char *part)
{
    return strcmp(cc_rows_text(rows, i, Q_SEARCH_PART), part) == 0;
}

size_t cc_search_first(const struct cc_rows *hits)
{
    size_t i = 0;

    while (i < cc_rows_count(hits) && !is_part(hits, i, "hit") && !is_part(hits, i, "similar")) {
        i++;
    }
    return i;
}

_Static_assert((int)Q_SEARCH_COUNTS_NAME == (int)Q_SEARCH_FACETS_NAME &&
                   (int)Q_SEARCH_COUNTS_RECORDS == (int)Q_SEARCH_FACETS_RECORDS,
               "numbers of both statements are read alike");

bool cc_search_counted(void *mem, const struct cc_search *search, const struct cc_call *calls,
                       struct cc_call *numbers_r)
{
    const struct cc_rows *hits = cc_search_hits(calls);
    const char *keys = NULL, *records = NULL;

    if (cc_search_is_plain(search)) {
        *numbers_r = calls[1];
        return true;
    }
    const char *text = cc_rows_text(hits, 0, Q_SEARCH_D); /* NULL: nothing was found */
    cc_search_tally(mem, text != NULL ? text : "", &keys, &records);
    bool is_many = strtol(cc_rows_text(hits, 0, Q_SEARCH_C), NULL, 10) > CC_SEARCH_TOTAL;
    *numbers_r = (struct cc_call){.query = Q_SEARCH_FACETS,
                                  .params = {keys, records, cc_rows_text(hits, 0, Q_SEARCH_E),
                                             cc_rows_text(hits, 0, Q_SEARCH_F),
                                             facets_array(mem, search, search->with[0].role),
                                             calls[1].params[KIND], is_many ? "true" : "false"}};
    return false;
}

/* "2001" or "120+": the number to show; *is_more_r: there are more. */
static char *read_total(void *mem, const char *records, bool *is_more_r)
{
    long found = strtol(records, NULL, 10);

    *is_more_r = found > CC_SEARCH_TOTAL || strchr(records, '+') != NULL;
    return talloc_asprintf(mem, "%ld", found > CC_SEARCH_TOTAL ? CC_SEARCH_TOTAL : found);
}

const char *cc_search_cut(void *mem, const struct cc_search *search, const struct cc_rows *hits)
{
    bool is_more;

    if (strcmp(cc_search_sort(search), "relevance") != 0 || cc_rows_count(hits) == 0 ||
        !is_part(hits, 0, "total")) {
        return NULL;
    }
    char *total = read_total(mem, cc_rows_text(hits, 0, Q_SEARCH_C), &is_more);
    return is_more && strcmp(cc_rows_text(hits, 0, Q_SEARCH_B), "cut") == 0 ? total : NULL;
}

struct cc_search_counts *cc_search_counts(void *mem, const struct cc_search *search,
                                          const struct cc_call *calls,
                                          const struct cc_call *numbers)
{
    size_t rows = cc_rows_count(numbers->rows);
    bool is_plain = cc_search_is_plain(search);

    if (is_plain && rows == 0) {
        return NULL;
    }
    struct cc_search_counts *out = talloc_zero(mem, struct cc_search_counts);
    out->v = talloc_array(out, struct cc_search_count, (unsigned)rows + 1);
    if (!is_plain) {
        const char *found = cc_rows_text(cc_search_hits(calls), 0, Q_SEARCH_C);
        out->total = read_total(out, found, &out->is_more);
    }
    for (size_t i = 0; i < rows; i++) {
        struct cc_search_count c = {
            talloc_strdup(out, cc_rows_text(numbers->rows, i, Q_SEARCH_COUNTS_NAME)),
            talloc_strdup(out, cc_rows_text(numbers->rows, i, Q_SEARCH_COUNTS_VALUE)),
            talloc_strdup(out, cc_rows_text(numbers->rows, i, Q_SEARCH_COUNTS_RECORDS))};

        if (strcmp(c.facet, "total") == 0) {
            out->total = read_total(out, c.records, &out->is_more);
        } else if (strcmp(c.facet, "of") == 0) {
            out->of = c.value;
        } else { /* of one more than are told that there are */
            bool is_more;
            c.records = c.records[0] != '\0' ? read_total(out, c.records, &is_more) : "";
            out->v[out->n++] = c;
        }
    }
    return out;
}
