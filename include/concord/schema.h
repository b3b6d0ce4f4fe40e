/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a published XSD says, as plain structs: read by xml/schema.c out of the annotated file,
 * printed by view/schema.html. So the readable page cannot say anything else than the schema that
 * is served.
 */
#ifndef CC_SCHEMA_H
#define CC_SCHEMA_H

#include "concord/err.h"

/* The form of a value. All texts may be NULL. */
struct cc_schema_form {
    const char *base;    /* "line-text", "xs:date"; several (a union) are separated by blanks */
    const char *values;  /* allowed values, separated by blanks */
    const char *pattern; /* regular expression of XML Schema */
    const char *least, *most; /* length in characters; of a list: values */
    bool is_list;             /* values of `base`, with a blank between them */
};

/* An element or attribute somewhere within a definition, in the order of the document. */
struct cc_schema_row {
    const char *path;  /* "document/title", "identifier/@scheme" */
    const char *least; /* "0", "1" */
    const char *most;  /* "1", "200"; NULL = any number */
    bool is_choice;    /* one of the rows that follow each other with this mark */
    const char *ref;   /* defined at the top level: "element-seal", "group-record"; or NULL */
    struct cc_schema_form form;
    const char *codelist; /* values are codes of this list; or NULL */
    const char *text, *lang;
};

/* A definition at the top level. */
struct cc_schema_part {
    const char *kind; /* "element", "group", "type", "attribute" */
    const char *name;
    struct cc_schema_form form;
    const char *text, *lang;
    const struct cc_schema_row *rows;
    size_t row_count;
};

struct cc_schema {
    const char *ns;
    const char *text, *lang;
    const struct cc_schema_part *parts;
    size_t part_count;
};

#endif
