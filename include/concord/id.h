/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Permanent identifiers: a kind letter, 12 random characters (60 bits) of Crockford's base 32 and
 * one check character by ISO 7064 MOD 37,36 over what stands before it. Example: P8FJ2K3M9Q2XW5.
 */
#ifndef CC_ID_H
#define CC_ID_H

#include "concord/err.h"

#define CC_ID_LEN 14

/* letter: 'O' organisation, 'P' partnership, 'M' membership, ... ; owned by mem. */
char *cc_id_new(void *mem, char letter);
/* One that always follows from the same key: for records that others name in their own way. */
char *cc_id_derived(void *mem, char letter, const char *key);
bool cc_id_valid(const char *id); /* exactly canonical, check character right */
/* Accepts lower case and hyphens between groups; canonical form on mem, NULL if it is none. */
char *cc_id_canonical(void *mem, const char *text);
char cc_id_check(const char *s, size_t len); /* ISO 7064 MOD 37,36 check character */

#endif
