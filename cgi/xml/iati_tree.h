/* SPDX-License-Identifier: EUPL-1.2 */
/* Elements of IATI on their way out: built in any order, written in the order of the table. */
#ifndef CC_XML_IATI_TREE_H
#define CC_XML_IATI_TREE_H

#include "concord/buf.h"

/* What may stand in an element: one row per child, in the order in which IATI wants them. */
struct iati_child {
    const char *parent, *name;
    bool is_needed;
};
extern const struct iati_child iati_children[]; /* ended by parent == NULL */

/* Attributes that an element must have, separated by blanks. */
struct iati_needs {
    const char *name, *attributes;
};
extern const struct iati_needs iati_needs[]; /* ended by name == NULL */

#define IATI_ATTRIBUTES 8

struct iati_node {
    const char *name;
    const char *text;
    const char *written; /* elements of this name that are written already; NULL = none */
    struct iati_attribute {
        const char *name, *value;
    } attributes[IATI_ATTRIBUTES];
    struct iati_node *child, *last, *next;
};

/* Children are owned by the root of their tree, which mem owns. Names and values are borrowed. */
struct iati_node *iati_root(void *mem, const char *name);
struct iati_node *iati_add(struct iati_node *parent, const char *name);
/* Nothing for a NULL value. */
void iati_attr(struct iati_node *node, const char *name, const char *value);
/* <name code="..."/>, nothing for NULL. */
void iati_code(struct iati_node *parent, const char *name, const char *code);
void iati_text(struct iati_node *parent, const char *name, const char *text);

/* The first child of that name; NULL = none. */
const struct iati_node *iati_child(const struct iati_node *node, const char *name);
/* "" when there is none. */
const char *iati_attr_value(const struct iati_node *node, const char *name);

/* Drops what is not complete; NULL, or what the node itself lacks ("iati-activity/title"). */
const char *iati_lacks(void *mem, struct iati_node *node);
void iati_write(struct cc_buf *out, const struct iati_node *node);
/* As XML Schema's anyURI is judged. */
bool iati_is_uri(const char *s);

#endif
