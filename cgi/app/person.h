/* SPDX-License-Identifier: EUPL-1.2 */
/* What pages about people share. */
#ifndef CC_PERSON_H
#define CC_PERSON_H

/* The roles of the registry by name, in the language of the page. Owned by mem. */
const char *cc_site_roles(void *mem, unsigned roles);

#endif
