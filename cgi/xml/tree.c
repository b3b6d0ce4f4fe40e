/* SPDX-License-Identifier: EUPL-1.2 */
/* The whole document is judged by the guard before libxml2 builds a tree of it. */
#include "xml/tree.h"

#include "concord/log.h"
#include <libxml/parser.h>
#include <limits.h>

xmlDocPtr cc_tree_read(void *mem, const char *xml, size_t len, const char **why_r, int *line_r)
{
    struct cc_guard guard;
    (void)mem;
    cc_guard_init(&guard, &CC_XML_WEB);
    if (!cc_guard_feed(&guard, xml, len)) {
        *why_r = guard.why;
        *line_r = guard.line;
        return NULL;
    }
    xmlParserCtxtPtr ctxt = xmlNewParserCtxt();
    if (ctxt == NULL)
        cc_die("out of memory");
    xmlDocPtr doc = xmlCtxtReadMemory(ctxt, xml, (int)len, NULL, NULL,
                                      XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                                          XML_PARSE_BIG_LINES);
    bool good = doc != NULL && ctxt->wellFormed && ctxt->nsWellFormed && doc->intSubset == NULL;
    if (!good) {
        const xmlError *error = xmlCtxtGetLastError(ctxt);
        *why_r = N_("The file is not well-formed XML.");
        *line_r = error == NULL ? 0 : error->line;
        xmlFreeDoc(doc);
        doc = NULL;
    }
    xmlFreeParserCtxt(ctxt);
    return doc;
}
