/* SPDX-License-Identifier: EUPL-1.2 */
/* What pages about people share. */
#ifndef CC_PERSON_H
#define CC_PERSON_H

#include <stddef.h>

/* The roles of the registry by name, in the language of the page; how many. */
#define CC_SITE_ROLES 4
size_t cc_site_role_names(unsigned roles, const char *names_r[CC_SITE_ROLES]);
/* The same in one line. Owned by mem. */
const char *cc_site_roles(void *mem, unsigned roles);

#endif
