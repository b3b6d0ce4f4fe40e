/* SPDX-License-Identifier: EUPL-1.2 */
/* Code list files (schemas/codelist.xsd) as the JSON that cc_codelist_load() takes. */
#include "concord/xml.h"

#include <jansson.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <string.h>
#include <talloc.h>

#define CODELIST_NS  "urn:concord:codelist:1"
#define CODELIST_MAX (8 << 20)

static bool is_element(const xmlNode *n, const char *name)
{
    return n->type == XML_ELEMENT_NODE && n->ns != NULL &&
           strcmp((const char *)n->ns->href, CODELIST_NS) == 0 &&
           strcmp((const char *)n->name, name) == 0;
}

static void set_attribute(json_t *object, const char *key, xmlNode *n, const char *name)
{
    xmlChar *value = xmlGetNoNsProp(n, (const xmlChar *)name);

    if (value != NULL) {
        json_object_set_new(object, key, json_string((const char *)value));
    }
    xmlFree(value);
}

/* {"en":"..","fr":".."} of all children of that name. */
static json_t *texts(xmlNode *parent, const char *name)
{
    json_t *all = json_object();

    for (xmlNode *n = parent->children; n != NULL; n = n->next) {
        if (!is_element(n, name)) {
            continue;
        }
        xmlChar *lang = xmlNodeGetLang(n);
        xmlChar *text = xmlNodeGetContent(n);
        json_object_set_new(all, lang != NULL ? (const char *)lang : "und",
                            json_string((const char *)text));
        xmlFree(lang);
        xmlFree(text);
    }
    return all;
}

static json_t *item(xmlNode *n)
{
    json_t *one = json_object(), *maps = json_object();

    for (const xmlAttr *a = n->properties; a != NULL; a = a->next) {
        const char *name = (const char *)a->name;

        if (a->ns == NULL && strcmp(name, "code") != 0 && strcmp(name, "withdrawn") != 0) {
            set_attribute(maps, name, n, name);
        }
    }
    set_attribute(one, "code", n, "code");
    set_attribute(one, "withdrawn", n, "withdrawn");
    json_object_set_new(one, "names", texts(n, "name"));
    json_object_set_new(one, "definitions", texts(n, "definition"));
    json_object_set_new(one, "maps", maps);
    return one;
}

static json_t *list_of(xmlNode *root)
{
    json_t *list = json_object(), *items = json_array();

    set_attribute(list, "name", root, "name");
    set_attribute(list, "version", root, "version");
    set_attribute(list, "source", root, "source");
    json_object_set_new(list, "titles", texts(root, "title"));
    for (xmlNode *n = root->children; n != NULL; n = n->next) {
        if (is_element(n, "item")) {
            json_array_append_new(items, item(n));
        }
    }
    json_object_set_new(list, "items", items);
    return list;
}

enum cc_rc cc_xml_read_codelist(void *mem, const char *xml, size_t len, char **json_r,
                                struct cc_err *err)
{
    if (len > CODELIST_MAX) {
        return cc_fail(err, mem, CC_TOO_LARGE, NULL, NULL, "a code list of %zu bytes", len);
    }
    xmlDoc *doc = xmlReadMemory(xml, (int)len, NULL, NULL,
                                XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    xmlNode *root = doc != NULL ? xmlDocGetRootElement(doc) : NULL;
    if (root == NULL || doc->intSubset != NULL || !is_element(root, "codelist")) {
        xmlFreeDoc(doc);
        return cc_fail(err, mem, CC_INVALID, NULL, NULL, "this is not a code list");
    }
    json_t *list = list_of(root);
    char *text = json_dumps(list, JSON_COMPACT);
    *json_r = talloc_strdup(mem, text);
    free(text);
    json_decref(list);
    xmlFreeDoc(doc);
    return CC_OK;
}
