/* SPDX-License-Identifier: EUPL-1.2 */
/* Between the parameters of a search (search.c) and its cursors (search_cursor.c). */
#ifndef CC_MODEL_SEARCH_CURSOR_H
#define CC_MODEL_SEARCH_CURSOR_H

#include "concord/search.h"

/* The organisations that take part together, as the statement takes them; NULL = none is asked. */
const char *cc_search_with_json(void *mem, const struct cc_search *search);
/* The cursor of a search: the key of its sort and the record behind which it goes on, owned by mem.
 * False: it was not made for this search. */
bool cc_search_cursor_read(void *mem, const struct cc_search *search, const char *secret,
                           const char **key_r, const char **id_r);

#endif
