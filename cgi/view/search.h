/* SPDX-License-Identifier: EUPL-1.2 */
/* What the search page prints. */
#ifndef CC_VIEW_SEARCH_H
#define CC_VIEW_SEARCH_H

#include "view/list.h"

struct cc_search_row {
    struct cc_ref ref;
    struct cc_tagged acronym;
    const char *published_at;
    const char *members;   /* number as text; NULL = not told */
    const char *goals;     /* codes separated by blanks */
    const char *countries; /* names separated by commas, or NULL */
    const char *state, *state_list;
};

struct cc_search_page {
    struct cc_frame frame;
    const struct cc_control *filters;
    size_t filter_count;
    struct cc_href action;
    const char *total; /* number as text; NULL = not counted on this page */
    bool is_more;      /* more than total */
    bool is_similar;   /* nothing matched: records with similar names */
    const struct cc_search_row *rows;
    size_t row_count;
    const struct cc_href *first, *next; /* NULL = not there */
    struct cc_href csv, atom;
};
void cc_view_search(struct cc_html *w, const struct cc_search_page *p);

#endif
