/* SPDX-License-Identifier: EUPL-1.2 */
/* What the pages of commitments print: one of them, and all that were made to a partnership. */
#ifndef CC_VIEW_COMMITMENT_H
#define CC_VIEW_COMMITMENT_H

#include "view/record.h"

void cc_view_commitment(struct cc_html *w, const struct cc_record_page *p);

/* Sums of one cycle in one currency; amounts as text, NULL = nothing in that state. */
struct cc_promise_sum {
    const char *cycle, *currency;
    const char *commitments;
    const char *announced, *confirmed, *converted, *withdrawn;
    const char *total; /* without what was withdrawn */
};

/* Sum of one cycle with the equivalents that sources tell. */
struct cc_promise_equivalent {
    const char *cycle, *currency, *total;
    const char *amounts, *equivalents; /* how many, and how many of them by an equivalent */
    const char *missing;               /* how many of the cycle are not in it */
};

/* One resource of a commitment; is_first = the first row of its commitment. */
struct cc_promise_row {
    bool is_first;
    struct cc_ref commitment, maker, publisher;
    long more_makers;
    const char *state, *cycle;
    const char *kind, *resource_state; /* NULL = it names no resource */
    const char *amount, *currency, *reference_amount, *reference_currency;
};

struct cc_promise_page {
    struct cc_frame frame;
    struct cc_ref partnership;
    const struct cc_control *filters;
    size_t filter_count;
    struct cc_href action, csv;
    const struct cc_promise_sum *sums;
    size_t sum_count;
    const struct cc_promise_equivalent *equivalents;
    size_t equivalent_count;
    const struct cc_promise_row *rows;
    size_t row_count;
    const struct cc_href *first, *next;
};
void cc_view_promises(struct cc_html *w, const struct cc_promise_page *p);

#endif
