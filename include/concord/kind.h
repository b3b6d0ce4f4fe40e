/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A kind of record is one table of fields. Forms, XML reader and writer, differences, the working
 * copy and pages all walk the same table, so a field is added in one place (model/KIND.c), its
 * column in a migration and its element in the XSD; a test compares the three.
 */
#ifndef CC_KIND_H
#define CC_KIND_H

#include "concord/err.h"

enum cc_ftype {
    CC_F_GROUP,   /* element with children (and attributes) only */
    CC_F_LINE,    /* human text in languages, one line: <title xml:lang="en">..</title>, one per
                     language */
    CC_F_BLOCK,   /* human text in languages, several lines */
    CC_F_TOKEN,   /* text without language: numbers, references */
    CC_F_CODE,    /* code of `codelist` */
    CC_F_DATE,    /* YYYY-MM-DD */
    CC_F_YEAR,    /* YYYY */
    CC_F_PERCENT, /* 0 to 100, two decimals at most, canonical numeric text */
    CC_F_URL,
    CC_F_MAIL,
    CC_F_PHONE,
    CC_F_BOOL,    /* "true"; absent = false (false is read and dropped) */
    CC_F_LANG,    /* BCP 47 tag */
    CC_F_REF,     /* identifier of another record of `ref_kind` */
    CC_F_INSTANT, /* YYYY-MM-DDThh:mm:ssZ */
    CC_F_HASH,    /* SHA-256, hex */
    CC_F_WHEN,    /* a date as exact as it is known: YYYY, YYYY-MM or YYYY-MM-DD */
    CC_F_SHARE,   /* percentage as it was told: 0 to 100 with up to 20 decimals */
    CC_F_AMOUNT   /* decimal number: money (its currency is a field beside it) or a quantity;
                     the text of PostgreSQL's numeric with the decimals given. C reads, checks
                     and shows the text and never computes with it: sums are made in SQL. */
};

enum cc_order { CC_BY_POSITION = 0, CC_BY_LANG, CC_BY_KEY /* first child in code point order */ };

enum cc_fflag {
    CC_ATTR = 1,     /* written as attribute of its parent group */
    CC_MANY = 2,     /* repeated (LINE and BLOCK always are, one per language); with CC_ATTR a list:
                        one attribute whose values, without blanks in them, stand apart by blanks */
    CC_REQUIRED = 4, /* must be there to be published (inside a group: to be stored) */
    CC_VALUE = 8,    /* the text content of its parent group */
    CC_AUTO = 16     /* set by the program, never by a form */
};

/* Of these vocabularies of a code the registry holds the list; ended by NULL. */
struct cc_vocabulary {
    const char *code, *list;
    bool is_offered; /* its codes are beside the field of a form, to be chosen from */
};

struct cc_field {
    const char *name; /* XML local name = JSON key = form name */
    enum cc_ftype type;
    unsigned flags;
    enum cc_order order;
    size_t max;       /* characters per text; for MANY groups see max_items */
    size_t max_items; /* 0 = 1 unless MANY, then 200 */
    /* GROUP: its children in the order in which a form asks for them, separated by blanks; those
     * that it does not name follow. NULL = as they are written. */
    const char *asked;
    const char *codelist;
    /* Of a code whose list depends on the field "vocabulary" beside it; NULL = we hold none. */
    const struct cc_vocabulary *vocabularies;
    const char *ref_kind;
    const char *section;             /* top-level fields: which editing page shows it */
    const char *label;               /* msgid, N_() */
    const char *hint;                /* msgid or NULL */
    const struct cc_field *children; /* GROUP: terminated by name == NULL */
    /* What is typed in another way as it is written, owned by mem; NULL = it is taken as typed. */
    const char *(*tidy)(void *mem, const char *typed);
};

struct cc_section {
    const char *name;  /* "names" in /edit/ID/names */
    const char *label; /* msgid */
};

struct cc_record;

struct cc_kind {
    const char *name;   /* "partnership": element, JSON, address /partnerships/ID */
    const char *plural; /* "partnerships" */
    char letter;        /* of identifiers */
    const char *label;  /* msgid, singular */
    const char *label_many;
    const struct cc_field *fields;
    const struct cc_section *sections;
    const char *title_field; /* "title" or "name": what lists and links show */
    /* Rules across fields (weights sum to 100, end not before start). May be NULL. */
    void (*check)(const struct cc_record *rec, struct cc_problems *problems);
    /* What forms refuse and files of others may hold (cc_record_judge()). May be NULL. */
    void (*judge)(const struct cc_record *rec, struct cc_problems *problems);
};

extern const struct cc_kind *const cc_kinds[]; /* NULL-terminated, model/kinds.c */
const struct cc_kind *cc_kind_find(const char *name);
const struct cc_kind *cc_kind_by_plural(const char *plural);
const struct cc_kind *cc_kind_by_letter(char letter);
const struct cc_field *cc_field_find(const struct cc_field *fields, const char *name);

#endif
