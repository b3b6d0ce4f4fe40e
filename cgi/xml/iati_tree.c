/* SPDX-License-Identifier: EUPL-1.2 */
#include "xml/iati_tree.h"

#include "concord/log.h"
#include "concord/xml.h"
#include <libxml/uri.h>
#include <string.h>
#include <talloc.h>

static struct iati_node *make(void *mem, const char *name)
{
    struct iati_node *node = talloc_zero(mem, struct iati_node);

    if (node == NULL) {
        cc_die("out of memory");
    }
    node->name = name;
    return node;
}

struct iati_node *iati_root(void *mem, const char *name)
{
    return make(mem, name);
}

struct iati_node *iati_add(struct iati_node *parent, const char *name)
{
    struct iati_node *node = make(parent, name);

    if (parent->child == NULL) {
        parent->child = node;
    } else {
        parent->last->next = node;
    }
    parent->last = node;
    return node;
}

void iati_attr(struct iati_node *node, const char *name, const char *value)
{
    size_t i = 0;

    while (i < IATI_ATTRIBUTES && node->attributes[i].name != NULL) {
        i++;
    }
    if (value == NULL) {
        return;
    }
    if (i == IATI_ATTRIBUTES) {
        cc_die("element %s has too many attributes", node->name);
    }
    node->attributes[i] = (struct iati_attribute){name, value};
}

void iati_code(struct iati_node *parent, const char *name, const char *code)
{
    if (code != NULL) {
        iati_attr(iati_add(parent, name), "code", code);
    }
}

void iati_text(struct iati_node *parent, const char *name, const char *text)
{
    if (text != NULL) {
        iati_add(parent, name)->text = text;
    }
}

bool iati_is_uri(const char *s)
{
    char *plain = talloc_strdup(NULL, s);

    for (char *c = plain; *c != '\0'; c++) {
        if (*c <= ' ' || *c > '~' || strchr("<>\"{}|\\^`", *c) != NULL) {
            *c = '_'; /* XLink lets these stand and escapes them */
        }
    }
    xmlURIPtr uri = xmlParseURI(plain);
    bool good = uri != NULL;
    xmlFreeURI(uri);
    talloc_free(plain);
    return good;
}

const char *iati_attr_value(const struct iati_node *node, const char *name)
{
    for (size_t i = 0; i < IATI_ATTRIBUTES && node->attributes[i].name != NULL; i++) {
        if (strcmp(node->attributes[i].name, name) == 0) {
            return node->attributes[i].value;
        }
    }
    return "";
}

static bool has_attribute(const struct iati_node *node, const char *name, size_t len)
{
    for (size_t i = 0; i < IATI_ATTRIBUTES && node->attributes[i].name != NULL; i++) {
        if (strlen(node->attributes[i].name) == len &&
            strncmp(node->attributes[i].name, name, len) == 0) {
            return true;
        }
    }
    return false;
}

/* The first attribute that must be there and is not. */
static const char *attribute_lacking(void *mem, const struct iati_node *node)
{
    for (const struct iati_needs *n = iati_needs; n->name != NULL; n++) {
        if (strcmp(n->name, node->name) != 0) {
            continue;
        }
        for (const char *s = n->attributes; *s != '\0';) {
            size_t len = strcspn(s, " ");
            if (!has_attribute(node, s, len)) {
                return talloc_asprintf(mem, "%s/@%.*s", node->name, (int)len, s);
            }
            s += len + strspn(s + len, " ");
        }
    }
    return NULL;
}

const struct iati_node *iati_child(const struct iati_node *node, const char *name)
{
    const struct iati_node *c = node->child;

    while (c != NULL && strcmp(c->name, name) != 0) {
        c = c->next;
    }
    return c;
}

static bool is_needed(const struct iati_node *parent, const char *name)
{
    const struct iati_child *c = iati_children;

    while (c->parent != NULL &&
           (strcmp(c->parent, parent->name) != 0 || strcmp(c->name, name) != 0)) {
        c++;
    }
    return c->is_needed;
}

/* A child that must be there and was not complete says more than one that is not there at all. */
const char *iati_lacks(void *mem, struct iati_node *node)
{
    const char *why = attribute_lacking(mem, node), *dropped = NULL, *name = NULL;
    struct iati_node **link = &node->child;

    if (node->written != NULL) {
        return NULL;
    }
    if (why != NULL) {
        return why;
    }
    while (*link != NULL) {
        struct iati_node *child = *link;
        const char *lack = iati_lacks(mem, child);

        if (lack == NULL) {
            link = &child->next;
            continue;
        }
        if (dropped == NULL && is_needed(node, child->name)) {
            dropped = lack;
            name = child->name;
        }
        *link = child->next;
    }
    if (dropped != NULL && iati_child(node, name) == NULL) {
        return dropped;
    }
    for (const struct iati_child *c = iati_children; c->parent != NULL; c++) {
        if (c->is_needed && strcmp(c->parent, node->name) == 0 &&
            iati_child(node, c->name) == NULL) {
            return talloc_asprintf(mem, "%s/%s", node->name, c->name);
        }
    }
    return NULL;
}

void iati_write(struct cc_buf *out, const struct iati_node *node)
{
    if (node->written != NULL) {
        cc_buf_adds(out, node->written);
        return;
    }
    cc_buf_addc(out, '<');
    cc_buf_adds(out, node->name);
    for (size_t i = 0; i < IATI_ATTRIBUTES; i++) {
        cc_xml_add_attr(out, node->attributes[i].name, node->attributes[i].value);
    }
    if (node->child == NULL && node->text == NULL) {
        cc_buf_adds(out, "/>");
        return;
    }
    cc_buf_addc(out, '>');
    if (node->text != NULL) {
        cc_xml_text(out, node->text);
    }
    for (const struct iati_child *c = iati_children; c->parent != NULL; c++) {
        if (strcmp(c->parent, node->name) != 0) {
            continue;
        }
        for (const struct iati_node *child = node->child; child != NULL; child = child->next) {
            if (strcmp(child->name, c->name) == 0) {
                iati_write(out, child);
            }
        }
    }
    cc_buf_adds(out, "</");
    cc_buf_adds(out, node->name);
    cc_buf_addc(out, '>');
}
