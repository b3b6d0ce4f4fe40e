/* SPDX-License-Identifier: EUPL-1.2 */
/* The page of a goal, a target or a country: who and what there is about it. */
#ifndef CC_VIEW_SUBJECT_H
#define CC_VIEW_SUBJECT_H

#include "view/chart.h"
#include "view/list.h"

/* An organisation and the numbers of records through which it works. */
struct cc_engaged {
    struct cc_ref organisation;
    const char *records; /* of all kinds */
    const char *partnerships, *commitments, *activities;
};
/* The first records of a kind about the subject. */
struct cc_subject_list {
    const char *kind;
    const char *heading;
    const struct cc_search_row *rows;
    size_t row_count;
    bool has_members;
    const struct cc_href *more; /* the whole list, or NULL */
};
struct cc_subject_page {
    struct cc_frame frame;
    const char *heading;
    const char *goal;              /* of a goal or target, shown in its colour; or NULL */
    struct cc_tagged meaning;      /* what a target says, or none */
    const struct cc_link *parents; /* the way here */
    size_t parent_count;
    const struct cc_option *numbers; /* value = label, text = number */
    size_t number_count;
    struct cc_counted counted;
    bool has_chart;
    struct cc_chart chart; /* targets of a goal */
    bool has_engaged;
    const struct cc_engaged *engaged;
    size_t engaged_count;
    const struct cc_href *engaged_more;
    const struct cc_subject_list *lists;
    size_t list_count;
};
void cc_view_subject(struct cc_html *w, const struct cc_subject_page *p);

/* All organisations that work on a goal or target. */
struct cc_engaged_page {
    struct cc_frame frame;
    const char *heading;
    const struct cc_link *parents;
    size_t parent_count;
    struct cc_counted counted;
    const struct cc_engaged *rows;
    size_t row_count;
    struct cc_href csv;
    const struct cc_href *first, *next;
};
void cc_view_engaged(struct cc_html *w, const struct cc_engaged_page *p);

#endif
