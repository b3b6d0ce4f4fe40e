/* SPDX-License-Identifier: EUPL-1.2 */
/* What the pages of commitments print: one of them, and all that were made to a partnership. */
#ifndef CC_VIEW_COMMITMENT_H
#define CC_VIEW_COMMITMENT_H

#include "view/record.h"
#include <string.h>

void cc_view_commitment(struct cc_html *w, const struct cc_record_page *p);

/* Sums of one cycle in one currency, of what counts in one way (cc_promise_parts() in SQL); amounts
 * as text, NULL = nothing in that state. */
struct cc_promise_sum {
    const char *cycle, *currency, *part;
    const char *commitments;
    const char *announced, *confirmed, *converted, *withdrawn;
    const char *total; /* without what was withdrawn */
    /* With the equivalents that sources tell in this currency: */
    const char *amounts, *equivalents; /* how many, and how many of them by an equivalent */
    const char *missing;               /* how many of the cycle are not in it */
    const char *equivalent_total;
    const char *first_date, *last_date; /* value dates of the equivalents, or NULL */
    bool has_equivalents;
};

/* One resource of a commitment; is_first = the first row of its commitment. */
struct cc_promise_row {
    bool is_first;
    struct cc_ref commitment, publisher, same_as;
    const struct cc_ref *makers;
    size_t maker_count;
    long more_makers;
    long more_resources;            /* behind this row, on the commitment's own page */
    const char *part;               /* how it counts */
    bool is_of_withdrawn;           /* what it names as the same was withdrawn */
    const struct cc_button *accept; /* the viewer may; NULL = not */
    const char *state, *cycle;
    const char *kind, *resource_state; /* NULL = it names no resource */
    const char *amount, *currency, *reference_amount, *reference_currency;
    const char *value_date, *quantity; /* of the resource, or NULL */
    struct cc_tagged unit, condition;
    const char *announced;             /* the commitment */
    const char *citation, *source_url; /* of its first source, or NULL */
    long more_sources;
};

struct cc_promise_page {
    struct cc_frame frame;
    struct cc_ref partnership;
    const struct cc_control *filters;
    size_t filter_count;
    struct cc_href action, csv;
    const struct cc_promise_sum *sums;
    size_t sum_count;
    const struct cc_href *more_cycles;
    const struct cc_promise_row *rows;
    size_t row_count;
    const struct cc_href *first, *next;
};

/* Does it tell money that was promised in its currency, not only equivalents? */
static inline bool cc_promise_is_sum(const struct cc_promise_sum *s)
{
    return s->total != NULL || s->withdrawn != NULL;
}

/* Is there a sum of this part, in the currency of the promise or with equivalents? */
static inline bool cc_promise_has(const struct cc_promise_page *p, const char *part,
                                  bool equivalents)
{
    for (size_t i = 0; i < p->sum_count; i++) {
        const struct cc_promise_sum *s = &p->sums[i];

        if (strcmp(s->part, part) == 0 &&
            (equivalents ? s->has_equivalents : cc_promise_is_sum(s))) {
            return true;
        }
    }
    return false;
}

/* Is it a row of sums with equivalents? In a currency in which any are told, also those of cycles
 * that have none: what was promised in it, and what is left out. */
static inline bool cc_promise_is_equivalent(const struct cc_promise_page *p,
                                            const struct cc_promise_sum *e)
{
    for (size_t i = 0; i < p->sum_count && strcmp(e->part, "counted") == 0; i++) {
        const struct cc_promise_sum *s = &p->sums[i];

        if (s->has_equivalents && strcmp(s->part, e->part) == 0 &&
            strcmp(s->currency, e->currency) == 0) {
            return strcmp(e->amounts, "0") != 0;
        }
    }
    return false;
}
void cc_view_promises(struct cc_html *w, const struct cc_promise_page *p);

#endif
