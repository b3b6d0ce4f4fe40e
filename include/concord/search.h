/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Search over all kinds of records: words, facets, organisations together, a sort and a place to go
 * on from, as the parameters of the one statement that answers (sql/queries/search.sql).
 */
#ifndef CC_SEARCH_H
#define CC_SEARCH_H

#include "concord/db.h"

#define CC_SEARCH_TOTAL  2000 /* matched, counted and ranked at most; then it is "more than" */
#define CC_SEARCH_TERMS  12   /* words, phrases and what is left out, that are looked for .. */
#define CC_SEARCH_WORDS  24   /* .. and the words of all of them */
#define CC_SEARCH_FACETS 11
#define CC_SEARCH_WITH   3
#define CC_SEARCH_CALLS  3
#define CC_SEARCH_ALONE  2 /* .. of a search that asks for no organisations, and is not plain */

/* A facet: its name in addresses, and the code lists that its values are of. */
struct cc_facet {
    const char *name;
    const char *label; /* msgid */
    const char *codelists[5];
};
extern const struct cc_facet cc_facets[]; /* name NULL ends it; kind is a field of its own */
const struct cc_facet *cc_facet_find(const char *name); /* the end where there is none */
/* The list that names this code of records of a kind ("" = any): its own before others. NULL =
 * none. */
const char *cc_facet_codelist(const struct cc_facet *facet, const char *kind, const char *code);

/* An organisation that takes part: an identifier here or elsewhere (XM-DAC-928) or a name as people
 * type it, and its role or "". */
struct cc_search_with {
    const char *organisation, *role;
};
struct cc_search {
    const char *words, *kind, *lang, *sort; /* "" = not asked; sort "" = what fits */
    const char *facets[CC_SEARCH_FACETS];   /* by place in cc_facets; "" = not asked */
    struct cc_search_with with[CC_SEARCH_WITH];
    const char *cursor; /* of the page before; "" = the first page */
    const char *before; /* without a cursor: behind this position, newest first; "" or NULL = all */
    const char *known;  /* of plain ones: `of` of the numbers that are known, or NULL */
    int max;            /* rows of a page */
    bool counting;      /* totals and facets, and similar names when nothing matches */
};

/* "relevance", "newest" or "title": what was asked if it can be, else what fits. */
const char *cc_search_sort(const struct cc_search *search);
bool cc_search_is_first(const struct cc_search *search); /* not from a cursor on */
/* Is there a word, or a phrase, that records shall have? Those with a minus in front are none. */
bool cc_search_seeks(void *mem, const char *words);
/* The words behind those that a search takes, which are not looked for; NULL = none. */
const char *cc_search_unread(void *mem, const char *words);
/* Is nothing asked but the newest of a kind? */
bool cc_search_is_plain(const struct cc_search *search);
/*
 * The calls of a search, for one read-only transaction. The hits of the answer are one more than
 * max where there is a next page. CC_BAD_REQUEST: the cursor is not one that was made for this
 * search.
 */
enum cc_rc cc_search_calls(void *mem, const struct cc_search *search, const char *secret,
                           struct cc_call calls_r[CC_SEARCH_CALLS], size_t *n_r) CC_CHECKED;

/* After they ran: is the organisation by this number (of `with`) none that is published? */
bool cc_search_is_unknown(const struct cc_search *search, const struct cc_call *calls, size_t n,
                          size_t with);

/* The answer: rows with columns Q_SEARCH_..., of which the hits begin at cc_search_first(). */
const struct cc_rows *cc_search_hits(const struct cc_call calls[CC_SEARCH_CALLS]);
size_t cc_search_first(const struct cc_rows *hits);

/* How many were found, and how many of them have which value of which facet (or "kind"). */
struct cc_search_count {
    const char *facet, *value, *records;
};
struct cc_search_counts {
    const char *total; /* when is_more, all numbers are of the first so many */
    const char *of;    /* of plain searches: the feed's position and the table that they hold for */
    bool is_more;
    struct cc_search_count *v; /* by facet, the most frequent first */
    size_t n;
};
/*
 * Of a search that counts, after its calls ran: the call whose rows have its numbers. False: it is
 * still to be run; true: it was one of these.
 */
bool cc_search_counted(void *mem, const struct cc_search *search, const struct cc_call *calls,
                       struct cc_call *numbers_r);
/* Behind that. Owned by mem. NULL: nothing was counted, or what is known still holds. */
struct cc_search_counts *cc_search_counts(void *mem, const struct cc_search *search,
                                          const struct cc_call *calls,
                                          const struct cc_call *numbers);
/* How many are sorted by relevance, as text owned by mem, when more fit than that; else NULL. */
const char *cc_search_cut(void *mem, const struct cc_search *search, const struct cc_rows *hits);

/* The cursor behind a hit; only who knows the secret can make one. */
char *cc_search_cursor(void *mem, const struct cc_search *search, const char *secret,
                       const struct cc_rows *rows, size_t row);

#endif
