/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Inside xml/ only: how an item of IATI becomes a record.
 *
 *   iati_reader.c      SAX events -> tree of what fields are made of, canonical bytes of everything
 *   iati_build.c       looking at nodes, cleaning texts, adding values
 *   iati_record.c      the record that can be published out of what was read; what is kept
 *   iati_activity.c, iati_organisation.c   the tables of elements, one function per element
 *   iati_identifier.c, iati_person.c       identifiers; offices and persons
 */
#ifndef CC_XML_IATI_INTERNAL_H
#define CC_XML_IATI_INTERNAL_H

#include "concord/iati_in.h"
#include "concord/xml.h"

struct cc_iati_builder;
typedef void cc_iati_take_fn(struct cc_iati_builder *b, struct cc_iati_node *node);

/* A child of an item. In the order in which the standard wants them. */
struct cc_iati_element {
    const char *name;
    unsigned char min, max; /* max 0 = any number */
    const char *since;      /* version; NULL = 2.01 */
    cc_iati_take_fn *take;  /* NULL: kept, not read */
};
struct cc_iati_format {
    const char *root, *item, *kind;
    const char *identifier; /* element */
    const struct cc_iati_element *elements;
    /* Before the elements: attributes of the item, and what is here already. */
    void (*begin)(struct cc_iati_builder *b);
    /* Behind them: what must not be missing. */
    void (*finish)(struct cc_iati_builder *b);
};
extern const struct cc_iati_format cc_iati_in_activities, cc_iati_in_organisations;
const struct cc_iati_element *cc_iati_element_find(const struct cc_iati_format *format,
                                                   const char *name);

/* Which element a value at the top of the record was made of. */
struct cc_iati_origin {
    const struct cc_node *node;
    struct cc_iati_node *from;
};
struct cc_iati_builder {
    void *mem;
    struct cc_iati_item *item;
    const struct cc_iati_place *place;
    struct cc_record *rec;
    const char *lang; /* of texts that do not say */
    struct cc_iati_origin *origins;
    size_t n_origins, cap_origins;
};

/* Reading; marks as used. NULL when absent or blank. */
const char *cc_iati_attr(struct cc_iati_node *node, const char *name);
const char *cc_iati_text(struct cc_iati_node *node);
struct cc_iati_node *cc_iati_child(struct cc_iati_node *node, const char *name);
struct cc_iati_node *cc_iati_next(struct cc_iati_node *node); /* of the same name */

/* A value of the record that `from` told. parent NULL = top level. Text is cleaned, never NULL. */
struct cc_node *cc_iati_add(struct cc_iati_builder *b, struct cc_node *parent, const char *field,
                            const char *text, struct cc_iati_node *from);
/* The same, when there is a text. */
void cc_iati_add_if(struct cc_iati_builder *b, struct cc_node *parent, const char *field,
                    const char *text, struct cc_iati_node *from);
/* The narratives of an element as texts in languages; how many there were. */
size_t cc_iati_narratives(struct cc_iati_builder *b, struct cc_node *parent, const char *field,
                          struct cc_iati_node *from);
/* A day out of an xs:date or xs:dateTime; NULL after a warning. */
const char *cc_iati_day(struct cc_iati_builder *b, struct cc_iati_node *node, const char *attr);
/* Adds the values that the elements of this name tell to a list of the record, each once, as many
 * as it takes; `value` says what the field takes of one, NULL after a warning that begins with
 * `path`. */
typedef const char *cc_iati_value_fn(struct cc_iati_builder *b, const struct cc_field *f,
                                     struct cc_iati_node *node, const char *path);
void cc_iati_list(struct cc_iati_builder *b, struct cc_node *parent, const char *field,
                  struct cc_iati_node *from, const char *element, cc_iati_value_fn *value);
void cc_iati_document(struct cc_iati_builder *b, struct cc_iati_node *node);
void cc_iati_warn(struct cc_iati_builder *b, const struct cc_iati_node *node, const char *path,
                  const char *message, const char *arg1, const char *arg2);
/* Everything of it is in the record, or said by something else that is. */
void cc_iati_used(struct cc_iati_node *node);

/* What is taken of an identifier that `node` tells, which is kept when that is not all of it; NULL
 * = nothing that can be seen. */
const char *cc_iati_identifier(struct cc_iati_builder *b, struct cc_iati_node *node,
                               const char *path, const char *told);
/* That it is written in another way than before, or in wide letters; before NULL = it was not. */
void cc_iati_tell_spelling(struct cc_iati_builder *b, struct cc_iati_node *node, const char *path,
                           const char *identifier, const char *before);

struct cc_iati_node *cc_iati_reporting_org(const struct cc_iati_item *item);
/* Values of another record, all fields or those named. */
void cc_iati_copy(struct cc_iati_builder *b, const struct cc_record *here,
                  const char *const *fields);
#endif
