/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * An annotated XSD of ours as plain structs, for the readable pages. It knows the constructs that
 * our schemas use, no more: a test compares the names on the pages with those of the files.
 */
#include "xml/tree.h"

#include "concord/log.h"
#include "concord/text.h"
#include <string.h>
#include <talloc.h>

#define XSD_NS   "http://www.w3.org/2001/XMLSchema"
#define TEXT_MAX 4000

struct walk {
    void *mem;
    struct cc_schema_row *rows;
    size_t n;
    bool in_choice;
};

static bool is_xsd(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && node->ns != NULL &&
           strcmp((const char *)node->ns->href, XSD_NS) == 0 &&
           strcmp((const char *)node->name, name) == 0;
}

static xmlNode *child_of(const xmlNode *node, const char *name)
{
    xmlNode *child = node->children;

    while (child != NULL && !is_xsd(child, name)) {
        child = child->next;
    }
    return child;
}

/* Owned by mem; NULL = no such attribute. */
static const char *attribute(void *mem, const xmlNode *node, const char *name)
{
    xmlChar *value = xmlGetNoNsProp(node, (const xmlChar *)name);
    const char *copy = value == NULL ? NULL : talloc_strdup(mem, (const char *)value);

    xmlFree(value);
    return copy;
}

/* Our own names lose their prefix; those of XML Schema and of XML keep theirs. */
static const char *own_name(const char *name)
{
    return name != NULL && strncmp(name, "c:", 2) == 0 ? name + 2 : name;
}

static const char *own_names(void *mem, const char *names)
{
    char *out = NULL;

    if (names == NULL) {
        return NULL;
    }
    char *rest = talloc_strdup(mem, names);
    for (char *name; (name = strsep(&rest, " \t\r\n")) != NULL;) {
        if (*name != '\0') {
            out = talloc_asprintf(mem, "%s%s%s", out ? out : "", out ? " " : "", own_name(name));
        }
    }
    return out;
}

static const char *line_of_text(void *mem, const xmlNode *node)
{
    xmlChar *raw = xmlNodeGetContent(node);
    const char *why;
    char *clean = NULL;

    if (raw == NULL || cc_text_clean(mem, (const char *)raw, strlen((const char *)raw),
                                     CC_TEXT_LINE, TEXT_MAX, &clean, &why) != CC_OK) {
        clean = NULL;
    }
    xmlFree(raw);
    return clean;
}

static void read_text(void *mem, const xmlNode *node, const char **text_r, const char **lang_r)
{
    const xmlNode *annotation = child_of(node, "annotation");
    const xmlNode *text = annotation ? child_of(annotation, "documentation") : NULL;

    if (text != NULL) {
        xmlChar *lang = xmlNodeGetLang(text);
        *text_r = line_of_text(mem, text);
        *lang_r = talloc_strdup(mem, lang != NULL ? (const char *)lang : "und");
        xmlFree(lang);
    }
}

/* <xs:appinfo>codelist partner-role</xs:appinfo> */
static const char *read_codelist(void *mem, const xmlNode *node)
{
    static const char word[] = "codelist ";
    const xmlNode *annotation = child_of(node, "annotation");
    const xmlNode *info = annotation ? child_of(annotation, "appinfo") : NULL;
    const char *text = info ? line_of_text(mem, info) : NULL;

    return text != NULL && strncmp(text, word, sizeof(word) - 1) == 0 ? text + sizeof(word) - 1
                                                                      : NULL;
}

static void read_simple_type(void *mem, const xmlNode *type, struct cc_schema_form *form)
{
    const xmlNode *all = child_of(type, "union");
    const xmlNode *restriction = child_of(type, "restriction");

    if (all != NULL) {
        form->base = own_names(mem, attribute(mem, all, "memberTypes"));
    }
    if (restriction == NULL) {
        return;
    }
    const xmlNode *listed = child_of(restriction, "simpleType");
    const xmlNode *list = listed != NULL ? child_of(listed, "list") : NULL;
    form->is_list = list != NULL;
    form->base = own_name(list != NULL ? attribute(mem, list, "itemType")
                                       : attribute(mem, restriction, "base"));
    for (const xmlNode *facet = restriction->children; facet != NULL; facet = facet->next) {
        if (facet->type != XML_ELEMENT_NODE) {
            continue;
        }
        const char *value = attribute(mem, facet, "value");
        if (is_xsd(facet, "enumeration")) {
            form->values = talloc_asprintf(mem, "%s%s%s", form->values ? form->values : "",
                                           form->values ? " " : "", value);
        } else if (is_xsd(facet, "pattern")) {
            form->pattern = value;
        } else if (is_xsd(facet, "minLength")) {
            form->least = value;
        } else if (is_xsd(facet, "maxLength")) {
            form->most = value;
        }
    }
}

static struct cc_schema_row *add_row(struct walk *w)
{
    w->rows = talloc_realloc(w->mem, w->rows, struct cc_schema_row, (unsigned)w->n + 1);
    if (w->rows == NULL) {
        cc_die("out of memory");
    }
    w->rows[w->n] = (struct cc_schema_row){.least = "1", .most = "1", .is_choice = w->in_choice};
    return &w->rows[w->n++];
}

static void read_counts(void *mem, const xmlNode *node, struct cc_schema_row *row)
{
    const char *least = attribute(mem, node, "minOccurs");
    const char *most = attribute(mem, node, "maxOccurs");

    row->least = least != NULL ? least : "1";
    row->most = most == NULL ? "1" : strcmp(most, "unbounded") == 0 ? NULL : most;
}

static void walk_content(struct walk *w, const xmlNode *node, const char *prefix, size_t owner);

/* What an element, attribute or top-level definition says of itself and of what is inside it. */
static void read_form(struct walk *w, const xmlNode *node, struct cc_schema_form *form)
{
    const xmlNode *simple = child_of(node, "simpleType");

    form->base = own_name(attribute(w->mem, node, "type"));
    if (simple != NULL) {
        read_simple_type(w->mem, simple, form);
    }
}

static void walk_element(struct walk *w, const xmlNode *node, const char *prefix)
{
    const char *ref = own_name(attribute(w->mem, node, "ref"));
    const char *name = ref != NULL ? ref : attribute(w->mem, node, "name");
    const char *path = talloc_asprintf(w->mem, "%s%s", prefix, name);
    struct cc_schema_row *row = add_row(w);

    row->path = path;
    row->ref = ref != NULL ? talloc_asprintf(w->mem, "element-%s", ref) : NULL;
    read_counts(w->mem, node, row);
    read_form(w, node, &row->form);
    row->codelist = read_codelist(w->mem, node);
    read_text(w->mem, node, &row->text, &row->lang);
    /* the row may move while others are added: it is known by its number from here on */
    walk_content(w, node, talloc_asprintf(w->mem, "%s/", path), w->n - 1);
}

static void walk_attribute(struct walk *w, const xmlNode *node, const char *prefix)
{
    const char *ref = own_name(attribute(w->mem, node, "ref"));
    const char *use = attribute(w->mem, node, "use");
    struct cc_schema_row *row = add_row(w);

    row->path = talloc_asprintf(w->mem, "%s@%s", prefix,
                                ref != NULL ? ref : attribute(w->mem, node, "name"));
    row->ref = ref != NULL && strncmp(ref, "xml:", 4) == 0
                   ? talloc_asprintf(w->mem, "attribute-%s", ref + 4)
                   : NULL;
    row->least = use != NULL && strcmp(use, "required") == 0 ? "1" : "0";
    read_form(w, node, &row->form);
    row->codelist = read_codelist(w->mem, node);
    read_text(w->mem, node, &row->text, &row->lang);
}

static void walk_group(struct walk *w, const xmlNode *node, const char *prefix)
{
    const char *name = own_name(attribute(w->mem, node, "ref"));
    struct cc_schema_row *row = add_row(w);

    row->path = talloc_asprintf(w->mem, "%s(%s)", prefix, name);
    row->ref = talloc_asprintf(w->mem, "group-%s", name);
    read_counts(w->mem, node, row);
}

/* owner: the row whose type the base of an extension is; none at the top level. */
#define NO_OWNER ((size_t)-1)

static void walk_content(struct walk *w, const xmlNode *node, const char *prefix, size_t owner)
{
    static const char *const through[] = {"complexType", "simpleContent", "complexContent",
                                          "sequence", "choice"};

    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (is_xsd(child, "element")) {
            walk_element(w, child, prefix);
        } else if (is_xsd(child, "attribute")) {
            walk_attribute(w, child, prefix);
        } else if (is_xsd(child, "group")) {
            walk_group(w, child, prefix);
        } else if (is_xsd(child, "extension")) {
            if (owner != NO_OWNER) {
                w->rows[owner].form.base = own_name(attribute(w->mem, child, "base"));
            }
            walk_content(w, child, prefix, owner);
        }
        for (size_t i = 0; i < sizeof(through) / sizeof(through[0]); i++) {
            if (is_xsd(child, through[i])) {
                bool before = w->in_choice;
                w->in_choice = is_xsd(child, "choice");
                walk_content(w, child, prefix, owner);
                w->in_choice = before;
            }
        }
    }
}

/* <xs:complexType><xs:simpleContent><xs:extension base="c:line-text"> at the top level. */
static const char *base_of_type(void *mem, const xmlNode *type)
{
    const xmlNode *content = child_of(type, "simpleContent");
    const xmlNode *extension = content ? child_of(content, "extension") : NULL;

    return extension ? own_name(attribute(mem, extension, "base")) : NULL;
}

static void read_part(void *mem, const xmlNode *node, const char *kind, struct cc_schema_part *part)
{
    struct walk w = {.mem = mem};

    *part = (struct cc_schema_part){.kind = kind, .name = attribute(mem, node, "name")};
    read_text(mem, node, &part->text, &part->lang);
    if (is_xsd(node, "simpleType")) {
        read_simple_type(mem, node, &part->form);
    } else {
        read_form(&w, node, &part->form);
    }
    if (is_xsd(node, "complexType")) {
        part->form.base = base_of_type(mem, node);
    }
    walk_content(&w, node, "", NO_OWNER);
    part->rows = w.rows;
    part->row_count = w.n;
}

static void read_schema(void *mem, const xmlNode *root, struct cc_schema *schema)
{
    static const struct {
        const char *element, *kind;
    } kinds[] = {{"element", "element"},
                 {"group", "group"},
                 {"complexType", "type"},
                 {"simpleType", "type"},
                 {"attribute", "attribute"}};
    struct cc_schema_part *parts = NULL;
    size_t n = 0;

    schema->ns = attribute(mem, root, "targetNamespace");
    read_text(mem, root, &schema->text, &schema->lang);
    for (const xmlNode *node = root->children; node != NULL; node = node->next) {
        for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
            if (is_xsd(node, kinds[i].element)) {
                parts = talloc_realloc(mem, parts, struct cc_schema_part, (unsigned)n + 1);
                read_part(mem, node, kinds[i].kind, &parts[n++]);
            }
        }
    }
    schema->parts = parts;
    schema->part_count = n;
}

enum cc_rc cc_xml_read_schema(void *mem, const char *xsd, size_t len, struct cc_schema *schema_r,
                              struct cc_err *err)
{
    const char *why = NULL;
    int line = 0;
    xmlDoc *doc = cc_tree_read(mem, xsd, len, &why, &line);
    const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;

    if (root == NULL || !is_xsd(root, "schema")) {
        xmlFreeDoc(doc);
        return cc_fail(err, mem, CC_INTERNAL, NULL, N_("The registry is not installed completely."),
                       "line %d: %s", line, why ? why : "not an XML schema");
    }
    *schema_r = (struct cc_schema){0};
    read_schema(mem, root, schema_r);
    xmlFreeDoc(doc);
    return CC_OK;
}
