/* SPDX-License-Identifier: EUPL-1.2 */
/* The judge of our writer: libxml2's own canonicalisation must give the same bytes again. */
#include "xml/tree.h"

#include <libxml/c14n.h>
#include <string.h>

static bool gives_again(xmlDocPtr doc, int mode, const char *xml, size_t len)
{
    xmlChar *out = NULL;
    int n = xmlC14NDocDumpMemory(doc, NULL, mode, NULL, 0, &out);
    bool same = n >= 0 && (size_t)n == len && memcmp(out, xml, len) == 0;
    xmlFree(out);
    return same;
}

enum cc_rc cc_xml_is_canonical(void *mem, const char *xml, size_t len, struct cc_err *err)
{
    int line;
    const char *why;
    xmlDocPtr doc = cc_tree_read(mem, xml, len, &why, &line);
    if (doc == NULL)
        return cc_fail(err, mem, CC_INVALID, NULL, why, "line %d", line);
    bool good = gives_again(doc, XML_C14N_EXCLUSIVE_1_0, xml, len) &&
                gives_again(doc, XML_C14N_1_0, xml, len);
    xmlFreeDoc(doc);
    if (!good)
        return cc_fail(err, mem, CC_INVALID, NULL, N_("The document is not in canonical form."),
                       "%zu bytes", len);
    return CC_OK;
}
