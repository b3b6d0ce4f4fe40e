/* SPDX-License-Identifier: EUPL-1.2 */
/* What pages about people share. */
#ifndef CC_PERSON_H
#define CC_PERSON_H

#include "app/app.h"

#include <stddef.h>

/* The roles of the registry by name, in the language of the page; how many. */
#define CC_SITE_ROLES 4
size_t cc_site_role_names(unsigned roles, const char *names_r[CC_SITE_ROLES]);
/* The same in one line. Owned by mem. */
const char *cc_site_roles(void *mem, unsigned roles);

/*
 * Where a page of a list of people ends: PERSON-SIGNATURE, bound to the list and to what it is of.
 * No name stands in an address, and nobody who is not on the list is compared with it. In req->mem.
 */
char *cc_person_cursor(struct cc_req *req, enum cc_route_id list, const char *of,
                       const char *person);
/* The person of a cursor; NULL: it was not made for this list. */
const char *cc_person_of_cursor(struct cc_req *req, enum cc_route_id list, const char *of,
                                const char *cursor);

#endif
