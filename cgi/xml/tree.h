/* SPDX-License-Identifier: EUPL-1.2 */
/* A tree of libxml2 behind the guard: for validation and canonicalisation only. */
#ifndef CC_XML_TREE_H
#define CC_XML_TREE_H

#include "xml/internal.h"
#include <libxml/tree.h>

/* NULL when the bytes are refused or broken; *why_r is a msgid then. xmlFreeDoc() frees it. */
xmlDocPtr cc_tree_read(void *mem, const char *xml, size_t len, const char **why_r, int *line_r);

#endif
