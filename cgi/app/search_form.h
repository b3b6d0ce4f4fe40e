/* SPDX-License-Identifier: EUPL-1.2 */
/* The search form as the search page and the lists of one kind show it. */
#ifndef CC_SEARCH_FORM_H
#define CC_SEARCH_FORM_H

#include "app/question.h"

/*
 * Each field of the place's form; a choice without anything to choose is left out. counts: what the
 * search counted, or NULL. There is room for all inputs of the place. How many there are.
 */
size_t cc_search_form_fill(struct cc_req *req, const struct cc_place *place,
                           const struct cc_search *s, const struct cc_search_counts *counts,
                           struct cc_control *controls);

#endif
