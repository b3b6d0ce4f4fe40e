/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Our XSDs, compiled once per process and per version; behind that no entity is ever loaded from
 * anywhere. Problems are libxml2's, put into words with the path of the element.
 */
#include "xml/tree.h"

#include <libxml/parser.h>
#include <libxml/xmlIO.h>
#include <libxml/xmlschemas.h>
#include <libxml/xmlschemastypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define PATH_CHARS 200

static const char *const versions[] = {CC_SCHEMA_VERSION};
#define VERSIONS (sizeof(versions) / sizeof(*versions))

static xmlSchemaPtr schemas[VERSIONS];
static xmlSchemaValidCtxtPtr judge; /* of the newest, for those that are good */
static bool ready;

static xmlParserInputPtr deny(const char *url, const char *id, xmlParserCtxtPtr ctxt)
{
    (void)url, (void)id, (void)ctxt;
    return NULL;
}

static void say_nothing(void *arg, const char *fmt, ...)
{
    (void)arg, (void)fmt;
}

static void free_schemas(void)
{
    xmlSchemaFreeValidCtxt(judge);
    for (size_t i = 0; i < VERSIONS; i++)
        xmlSchemaFree(schemas[i]);
    xmlSchemaCleanupTypes();
    xmlCleanupParser();
}

enum cc_rc cc_xml_init(const char *schemas_dir)
{
    if (ready)
        return CC_OK;
    /* Catalogues are looked for where the environment says. */
    unsetenv("XML_CATALOG_FILES");
    unsetenv("SGML_CATALOG_FILES");
    unsetenv("XMLCATALOGS");
    xmlInitParser();
    xmlSetGenericErrorFunc(NULL, say_nothing);
    for (size_t i = 0; i < VERSIONS; i++) {
        char path[4096];
        snprintf(path, sizeof(path), "%s/%s/feed.xsd", schemas_dir, versions[i]);
        xmlSchemaParserCtxtPtr ctxt = xmlSchemaNewParserCtxt(path);
        if (ctxt != NULL)
            schemas[i] = xmlSchemaParse(ctxt);
        xmlSchemaFreeParserCtxt(ctxt);
        if (schemas[i] == NULL)
            return CC_INTERNAL;
    }
    judge = xmlSchemaNewValidCtxt(schemas[0]);
    if (judge == NULL)
        return CC_INTERNAL;
    xmlSetExternalEntityLoader(deny);
    atexit(free_schemas);
    ready = true;
    return CC_OK;
}

static xmlSchemaPtr schema_of(xmlDocPtr doc)
{
    xmlNodePtr root = xmlDocGetRootElement(doc);
    xmlChar *version = xmlGetNoNsProp(root, (const xmlChar *)"schema");
    xmlSchemaPtr found = version == NULL ? schemas[0] : NULL; /* lists and the feed name none */
    for (size_t i = 0; version != NULL && i < VERSIONS; i++)
        if (strcmp((const char *)version, versions[i]) == 0)
            found = schemas[i];
    xmlFree(version);
    return found;
}

struct told {
    struct cc_problems *problems;
};

/* "sdg.2" out of the tree: items are counted from 1 where there are several. */
static void path_of(xmlNodePtr node, char path[PATH_CHARS])
{
    char part[PATH_CHARS];
    path[0] = '\0';
    if (node != NULL && node->type != XML_ELEMENT_NODE)
        node = node->parent;
    for (; node != NULL && node->parent != NULL && node->parent->type == XML_ELEMENT_NODE;
         node = node->parent) {
        int at = 1;
        int all = 1;
        for (xmlNodePtr s = node->prev; s != NULL; s = s->prev)
            if (s->name != NULL && xmlStrEqual(s->name, node->name))
                at++, all++;
        for (xmlNodePtr s = node->next; s != NULL; s = s->next)
            if (s->name != NULL && xmlStrEqual(s->name, node->name))
                all++;
        if (all > 1)
            snprintf(part, sizeof(part), "%.60s.%d%s%.100s", (const char *)node->name, at,
                     *path == '\0' ? "" : ".", path);
        else
            snprintf(part, sizeof(part), "%.60s%s%.100s", (const char *)node->name,
                     *path == '\0' ? "" : ".", path);
        memcpy(path, part, sizeof(part));
    }
}

static void on_error(void *arg, xmlErrorPtr error)
{
    struct told *t = arg;
    char path[PATH_CHARS];
    char words[300];
    path_of(error->node, path);
    snprintf(words, sizeof(words), "%s", error->message == NULL ? "" : error->message);
    words[strcspn(words, "\n")] = '\0';
    cc_problem_add(t->problems, CC_ERROR, error->line, *path == '\0' ? NULL : path,
                   N_("The document breaks the schema: {1}"), words, NULL);
}

/* Is it a good document of the newest version, which it names? No tree is built to say so. */
static bool is_good(const char *xml, size_t len)
{
    struct cc_guard guard;
    cc_guard_init(&guard, &CC_XML_WEB);
    if (!cc_guard_feed(&guard, xml, len))
        return false;
    xmlParserInputBufferPtr in =
        xmlParserInputBufferCreateMem(xml, (int)len, XML_CHAR_ENCODING_NONE);
    return in != NULL &&
           xmlSchemaValidateStream(judge, in, XML_CHAR_ENCODING_NONE, NULL, NULL) == 0;
}

enum cc_rc cc_xml_validate(void *mem, const char *xml, size_t len, struct cc_problems *problems)
{
    if (is_good(xml, len))
        return CC_OK;
    int line = 0;
    const char *why = NULL;
    struct told told = {problems};
    xmlDocPtr doc = cc_tree_read(mem, xml, len, &why, &line);
    if (doc == NULL) {
        cc_problem_add(problems, CC_ERROR, line, NULL, why, NULL, NULL);
        return CC_INVALID;
    }
    enum cc_rc rc = CC_INVALID;
    xmlSchemaPtr schema = schema_of(doc);
    xmlSchemaValidCtxtPtr ctxt = schema == NULL ? NULL : xmlSchemaNewValidCtxt(schema);
    if (ctxt == NULL) {
        cc_problem_add(problems, CC_ERROR, 0, "schema",
                       N_("The document names a version of the schema that is not installed."),
                       NULL, NULL);
    } else {
        xmlSchemaSetValidStructuredErrors(ctxt, on_error, &told);
        rc = xmlSchemaValidateDoc(ctxt, doc) == 0 ? CC_OK : CC_INVALID;
    }
    xmlSchemaFreeValidCtxt(ctxt);
    xmlFreeDoc(doc);
    return rc;
}
