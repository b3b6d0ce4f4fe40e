/* SPDX-License-Identifier: EUPL-1.2 */
/* What lists and the home page print. */
#ifndef CC_VIEW_LIST_H
#define CC_VIEW_LIST_H

#include "view/chart.h"
#include "view/record.h"

/* A published record as search and lists show it. */
struct cc_search_row {
    struct cc_ref ref;
    struct cc_tagged acronym;
    const char *published_at;
    const char *members;   /* number as text; NULL = not told */
    const char *goals;     /* codes separated by blanks, or NULL */
    const char *countries; /* names separated by commas, or NULL */
    const char *state, *state_list;
    bool is_illustrative;
    struct cc_tagged by;         /* who reports it, makes it or is its host; or none */
    const char *by_label;        /* .. which of these */
    const char *type, *known_as; /* of an organisation: code, identifier of others; or NULL */
};

/* A row of a table of title, members if wanted, date of publication. */
void cc_part_list_row(struct cc_html *w, const struct cc_search_row *row, bool has_members);

struct cc_member_page {
    struct cc_frame frame;
    struct cc_ref partnership;
    const struct cc_control *filters;
    size_t filter_count;
    struct cc_href action, csv;
    const struct cc_option *counts; /* value = consent state, text = number */
    size_t count_count;
    bool has_constituencies; /* any of its members */
    const struct cc_member *rows;
    size_t row_count;
    const struct cc_href *first, *next;
};
void cc_view_member_list(struct cc_html *w, const struct cc_member_page *p);

struct cc_home_page {
    struct cc_frame frame;
    const char *partnerships, *organisations, *members; /* numbers as text */
    const char *example_partnerships, *example_organisations, *example_members; /* NULL = none */
    const char *position, *stamp;
    const struct cc_search_row *newest;
    size_t newest_count;
    struct cc_chart goals, types;
};
void cc_view_home(struct cc_html *w, const struct cc_home_page *p);

/* Whatever refers to a record. */
struct cc_links_page {
    struct cc_frame frame;
    struct cc_ref self;
    const struct cc_incoming *rows;
    size_t row_count;
    const struct cc_href *first, *next;
    struct cc_href csv;
};
void cc_view_links(struct cc_html *w, const struct cc_links_page *p);

#endif
