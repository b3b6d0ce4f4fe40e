/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Search over all kinds of records: words, facets, organisations together, a sort and a place to go
 * on from, as the parameters of the one statement that answers (sql/queries/search.sql).
 */
#ifndef CC_SEARCH_H
#define CC_SEARCH_H

#include "concord/db.h"

#define CC_SEARCH_TOTAL  2000 /* matched, counted and ranked at most; then it is "more than" */
#define CC_SEARCH_FACETS 9
#define CC_SEARCH_WITH   3

/* A facet: its name in addresses, and the code lists that its values are of. */
struct cc_facet {
    const char *name;
    const char *label; /* msgid */
    const char *codelists[5];
};
extern const struct cc_facet cc_facets[]; /* name NULL ends it; kind is a field of its own */
const char *cc_facet_codelist(const struct cc_facet *facet, const char *code); /* NULL = none */

/* An organisation that takes part: an identifier or a name as people type it, and its role or "".
 */
struct cc_search_with {
    const char *organisation, *role;
};
struct cc_search {
    const char *words, *kind, *lang, *sort; /* "" = not asked; sort "" = what fits */
    const char *facets[CC_SEARCH_FACETS];   /* by place in cc_facets; "" = not asked */
    struct cc_search_with with[CC_SEARCH_WITH];
    const char *cursor; /* of the page before; "" = the first page */
    int max;            /* rows of a page */
    bool counting;      /* totals and facets, and similar names when nothing matches */
};

/* "relevance", "newest" or "title": what was asked if it can be, else what fits. */
const char *cc_search_sort(const struct cc_search *search);
/*
 * The two calls of a search, for one read-only transaction; the second one's rows are the answer,
 * one hit more than max where there is a next page. CC_BAD_REQUEST: the cursor is not one that was
 * made for this search.
 */
enum cc_rc cc_search_calls(void *mem, const struct cc_search *search, const char *secret,
                           struct cc_call calls_r[2]) CC_CHECKED;
/* The cursor behind a hit of Q_SEARCH; only who knows the secret can make one. */
char *cc_search_cursor(void *mem, const struct cc_search *search, const char *secret,
                       const struct cc_rows *rows, size_t row);

#endif
