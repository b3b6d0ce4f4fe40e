/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A record in memory: a tree of values, each bound to its field. The tree keeps the field table's
 * order among siblings of different fields and the declared order among equal ones
 * (cc_record_sort()), so writing it is one walk.
 */
#ifndef CC_RECORD_H
#define CC_RECORD_H

#include "concord/arena.h"
#include "concord/buf.h"
#include "concord/kind.h"

#define CC_SCHEMA_VERSION "1.0-draft"

struct cc_node {
    const struct cc_field *field;
    const char *text;      /* leaves; NULL for groups */
    const char *lang;      /* LINE and BLOCK */
    struct cc_node *child; /* GROUP: first child */
    struct cc_node *next;
    int line;      /* of the source file, 0 = none */
    bool is_clean; /* the text has passed cc_text_clean() as its field has it */
};

struct cc_record {
    void *mem;
    struct cc_arena arena; /* nodes, and most of their texts */
    const struct cc_kind *kind;
    const char *id;
    const char *schema;    /* version that the document names */
    int line;              /* of the document; 0 = it has none */
    struct cc_node *first; /* top-level values */
    /* of the working copy only: */
    const char *owner;   /* organisation id */
    const char *version; /* optimistic-locking token */
};

/* Without values, of the schema of today, owned by mem. id is copied; NULL = it has none yet. */
struct cc_record *cc_record_new(void *mem, const struct cc_kind *kind, const char *id);
/* Appends a value behind its equals; text and lang are copied. parent NULL = top level. */
struct cc_node *cc_record_add(struct cc_record *rec, struct cc_node *parent, const char *field,
                              const char *text, const char *lang);
/* The same of a field that is known, whose text and lang belong to rec->mem already. */
struct cc_node *cc_record_put(struct cc_record *rec, struct cc_node *parent,
                              const struct cc_field *f, const char *text, const char *lang);
/* The same behind a sibling that belongs before it: of many in a row none looks for its place. */
struct cc_node *cc_record_put_behind(struct cc_record *rec, struct cc_node *parent,
                                     struct cc_node *behind, const struct cc_field *f,
                                     const char *text, const char *lang);
void cc_record_drop(struct cc_record *rec, const char *field); /* all top-level values of a field */
void cc_record_sort(struct cc_record *rec);

/* Reading: `from` is rec->first or node->child. All borrowed; NULL when absent. */
const struct cc_node *cc_node_first(const struct cc_node *from, const char *field);
const struct cc_node *cc_node_again(const struct cc_node *node); /* next of the same field */
const char *cc_node_text(const struct cc_node *from, const char *field);
/* The main one of several languages: English, else French (the working languages), else the first.
 */
const struct cc_node *cc_node_main(const struct cc_node *from, const char *field);
/* Best of several languages: wanted, else main; see node->lang. */
const struct cc_node *cc_node_in(const struct cc_node *from, const char *field, const char *lang);
size_t cc_node_count(const struct cc_node *from, const char *field);

/*
 * "sdg.2": `name` within `prefix`, which may be "", and its number where that is not 0. Cut where
 * it would not fit. For what makes the path of every value, where printf would be most of the work.
 */
void cc_path(char *path, size_t size, const char *prefix, const char *name, size_t number);

/*
 * Every rule of the field table (allowed text, lengths, dates, codes, required fields when
 * to_publish) and of the kind. Codes are checked against the loaded code lists.
 */
void cc_record_check(const struct cc_record *rec, bool to_publish, struct cc_problems *problems);
/*
 * The same of a working copy of which one section is written. What `before` breaks in another
 * section is not told: it was taken once, is mended there, and is told again before it is
 * published.
 */
void cc_record_check_section(const struct cc_record *rec, const struct cc_record *before,
                             const char *section, struct cc_problems *problems);
/*
 * The rules that only forms enforce: of IATI beyond its schema, and what contradicts itself. What
 * `before` (NULL = nothing) breaks in the same words is a warning. section: of fields, NULL = all.
 */
void cc_record_judge(const struct cc_record *rec, const struct cc_record *before,
                     const char *section, struct cc_problems *problems);

/* The working copy travels to and from SQL as JSON: {"title":[{"lang":"en","text":".."}],..}. */
void cc_record_to_json(const struct cc_record *rec, struct cc_buf *out);
/* One more record for Q_RECORD_STORE, its texts apart: [ or , before it; the caller adds ]. */
void cc_record_to_batch(const struct cc_record *rec, struct cc_buf *out);
void cc_json_text(struct cc_buf *out, const char *s); /* a JSON string */
void cc_json_item(struct cc_buf *out, const char *s); /* the same in a list: [ or , before it */
/* "name":"s" or nothing where s is NULL: { or , before it, as `out` ends */
void cc_json_pair(struct cc_buf *out, const char *name, const char *s);
enum cc_rc cc_record_from_json(void *mem, const struct cc_kind *kind, const char *id,
                               const char *json, struct cc_record **rec_r,
                               struct cc_err *err) CC_CHECKED;

/* Field by field difference; before or after NULL = added or removed. Texts owned by mem. */
struct cc_change {
    const char *path;  /* "sdg.2.weight" */
    const char *label; /* msgid of the top-level field */
    const char *sub;   /* msgid of the inner field or NULL */
    const char *lang;
    const char *before, *after;
    const struct cc_field *field; /* the leaf: how its values are to be shown */
};
struct cc_changes {
    struct cc_change *v;
    size_t n;
};
/* Either record may be NULL (everything added or removed). Repeated groups are matched by key. */
void cc_record_diff(void *mem, const struct cc_record *a, const struct cc_record *b,
                    struct cc_changes *changes_r);

/* Items and places in lists are numbered up to this: none may have more (tests/unit). */
#define CC_FORM_ITEM_MAX 1000
/* Forms: names are paths ("title.en", "sdg.2.weight"). NULL = no such field in this section. */
const struct cc_field *cc_record_form_field(const struct cc_kind *kind, const char *section,
                                            const char *path);
struct cc_pair {
    const char *name, *value;
};
/* Replaces all values of one section by what the form says; blank items vanish. */
void cc_record_apply_form(struct cc_record *rec, const char *section, const struct cc_pair *pairs,
                          size_t n, struct cc_problems *problems);

/* Code lists, loaded once per process (model/codelist.c). */
struct cc_code {
    const char *code;
    const char *name; /* in the current interface language */
    bool withdrawn;
};
bool cc_code_known(const char *list, const char *code);
const char *cc_code_name(const char *list, const char *code); /* the code itself if unknown */
/* Our list of a code's vocabulary; NULL = we hold none. */
const char *cc_vocabulary_list(const struct cc_field *code, const char *vocabulary);
/* The same of a group's code, by the vocabulary that stands beside it. */
const char *cc_code_list(const struct cc_node *group);

/* What the shares of "sector", or of "region" with all of "country", sum to as they are told: of
 * each vocabulary that has some ("country" alone has none: NULL), exactly. Owned by mem; how many,
 * at most max. Where one has no share, only a sum above 100 is told. */
struct cc_share_sum {
    const char *vocabulary, *sum;
};
size_t cc_share_sums(void *mem, const struct cc_record *rec, const char *group,
                     struct cc_share_sum *sums_r, size_t max);
/* The code that IATI has for it; NULL = none. */
const char *cc_code_iati(const char *list, const char *code);
size_t cc_codelist_size(const char *list);
/* In the list's own order, which says something; countries by their name in the reader's language.
 */
struct cc_code cc_codelist_at(const char *list, size_t i);
/* rows of Q_CODELIST_ALL: list, code, names as JSON, withdrawn, IATI's code. Called by main at
 * start. */
struct cc_rows;
void cc_codelists_load(void *mem, const struct cc_rows *rows);

#endif
