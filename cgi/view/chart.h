/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A table of numbers that web/charts/ draws as a picture: bars, a network, the world. The table
 * stands in the page and says everything; the picture is drawn from it, where scripts run.
 */
#ifndef CC_VIEW_CHART_H
#define CC_VIEW_CHART_H

#include "view/parts.h"

enum { CC_CHART_COLUMNS = 6 };

/* What a page with numbers tells of their counting. */
struct cc_counted {
    const char *at, *position; /* NULL = nothing is counted: there is nothing, or it waits */
    const char *left_out;      /* how many illustrative records; NULL = none */
    bool is_waiting;           /* there is something to count; no number may be shown */
};

struct cc_chart_row {
    const char *code; /* or NULL */
    struct cc_tagged name;
    struct cc_href href;    /* of the name */
    struct cc_tagged other; /* of a network: the other end */
    struct cc_href other_href;
    long values[CC_CHART_COLUMNS];
};
struct cc_chart_column {
    const char *label;
    const char *kind; /* of record that it counts, or NULL */
    bool is_beside;   /* stands in the table only */
};
struct cc_chart {
    const char *drawing; /* "bars", "network", "world" */
    const char *title;
    const char *file;                   /* name of what is downloaded, without ending */
    const char *name_head, *other_head; /* heads of the columns of names; the second or NULL */
    struct cc_chart_column columns[CC_CHART_COLUMNS];
    size_t column_count;
    const struct cc_chart_row *rows;
    size_t row_count;
    struct cc_href csv;
    bool is_goals;  /* rows are goals, in their colours */
    bool is_shut;   /* the table is shut where the picture says the same */
    bool is_headed; /* the page's own heading says the title */
    struct cc_counted counted;
};
/* Is anything of it more than nought? Else it has its table and nothing to draw. */
static inline bool cc_chart_has_numbers(const struct cc_chart *c)
{
    for (size_t i = 0; i < c->row_count; i++) {
        for (size_t k = 0; k < c->column_count; k++) {
            if (c->rows[i].values[k] > 0) {
                return true;
            }
        }
    }
    return false;
}
/* Nothing is drawn of an empty chart; it says that there is nothing to count, or that it waits. */
void cc_part_chart(struct cc_html *w, const struct cc_chart *c);
void cc_part_left_out(struct cc_html *w, const char *left_out);
/* "Counted on .., up to publication number ..", or that these numbers are still to come. */
void cc_part_counted(struct cc_html *w, const struct cc_counted *counted);

/* A page that is one chart. */
struct cc_chart_page {
    struct cc_frame frame;
    const char *heading, *lead;
    struct cc_chart chart;
    const struct cc_link *views; /* other numbers of the same rows */
    size_t view_count;
};
void cc_view_chart_page(struct cc_html *w, const struct cc_chart_page *p);

#endif
