/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef CC_SEARCH_COUNT_H
#define CC_SEARCH_COUNT_H

/*
 * text: arrays of numbers as PostgreSQL writes them, one behind the other. The two results are
 * arrays, too: each number that stands there once, and in the same order how often. Owned by mem.
 */
void cc_search_tally(void *mem, const char *text, const char **numbers_r, const char **times_r);

#endif
