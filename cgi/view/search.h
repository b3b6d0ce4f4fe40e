/* SPDX-License-Identifier: EUPL-1.2 */
/* What the search page and the lists of one kind print. */
#ifndef CC_VIEW_SEARCH_H
#define CC_VIEW_SEARCH_H

#include "view/list.h"

struct cc_search_page {
    struct cc_frame frame;
    const char *heading;
    bool has_kinds; /* results of several kinds */
    bool is_asked;  /* by any word or filter */
    const struct cc_control *filters;
    size_t filter_count;
    struct cc_href action;
    const struct cc_problems *problems; /* of the question: then there is no answer; or NULL */
    bool names_nobody;                  /* .. one of them is about an organisation that is none */
    const char *unread;                 /* words that were not looked for, or NULL */
    const char *total;                  /* number as text; NULL = not counted on this page */
    const char *examples;               /* how many of them are illustrative; NULL = none */
    bool is_more;                       /* more than total; examples are at least so many */
    bool is_similar;                    /* nothing matched: records with similar names */
    const struct cc_search_row *rows;
    size_t row_count;
    const struct cc_href *first, *next; /* NULL = not there */
    const char *cut;    /* only so many are sorted by relevance, and here they end; or NULL */
    struct cc_href all; /* .. all of them in an order that has no end */
    const struct cc_href *everywhere; /* the same words in all kinds, or NULL */
    struct cc_href csv, atom;
};
void cc_view_search(struct cc_html *w, const struct cc_search_page *p);

#endif
