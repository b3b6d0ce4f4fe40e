/* SPDX-License-Identifier: EUPL-1.2 */
/* Inside xml/ only. */
#ifndef CC_XML_INTERNAL_H
#define CC_XML_INTERNAL_H

#include "concord/xml.h"

/*
 * The guard reads the raw bytes before libxml2 does and says no to what libxml2 would take too long
 * over or take at all: a DOCTYPE, another encoding than UTF-8, over-long tags, comments and texts,
 * too many attributes, too deep nesting. It does not judge well-formedness.
 */
struct cc_guard {
    const struct cc_xml_limits *limits;
    int state;
    char quote;   /* inside a quoted attribute value */
    size_t bytes; /* all so far */
    size_t run;   /* bytes of the tag, text, comment ... that is being read */
    unsigned attributes, depth;
    size_t elements;
    int utf8_left; /* continuation bytes that must follow */
    unsigned utf8_min, utf8_value;
    char seen[16]; /* first bytes of a declaration, last bytes of a comment */
    size_t seen_len;
    bool slash; /* the tag's last byte was "/" */
    bool closing;
    bool declared; /* the XML declaration may no longer come */
    char declaration[256];
    int line;
    const char *why; /* msgid once it said no */
};
void cc_guard_init(struct cc_guard *g, const struct cc_xml_limits *limits);
bool cc_guard_feed(struct cc_guard *g, const char *data, size_t len);

/* Builds records out of SAX events (xml/build.c). */
struct cc_builder;
struct cc_builder *cc_builder_new(void *mem, const struct cc_kind *kind,
                                  const struct cc_xml_limits *limits, struct cc_problems *problems);
struct cc_sax_attr {
    const char *ns, *prefix, *name;
    const char *value;
    size_t len;
};
void cc_builder_start(struct cc_builder *b, const char *ns, const char *name,
                      const struct cc_sax_attr *attrs, size_t n, int line);
void cc_builder_text(struct cc_builder *b, const char *s, size_t len);
void cc_builder_end(struct cc_builder *b);
unsigned cc_builder_depth(const struct cc_builder *b);     /* 0 = the root has ended */
struct cc_record *cc_builder_record(struct cc_builder *b); /* NULL when it is no record at all */

/* Exclusive canonical bytes of one element out of SAX events (xml/capture.c). */
struct cc_capture;
struct cc_capture *cc_capture_new(void *mem);
void cc_capture_start(struct cc_capture *c, const char *ns, const char *prefix, const char *name,
                      const struct cc_sax_attr *attrs, size_t n);
void cc_capture_text(struct cc_capture *c, const char *s, size_t len);
void cc_capture_end(struct cc_capture *c);
/* Several elements may be captured one after the other; offsets tell which bytes are whose. */
size_t cc_capture_at(const struct cc_capture *c);
/* Takes whole elements out again, in the order in which they stand. */
struct cc_range {
    size_t from, to;
};
void cc_capture_cut(struct cc_capture *c, const struct cc_range *ranges, size_t n);
void cc_capture_clear(struct cc_capture *c);
const char *cc_capture_bytes(const struct cc_capture *c, size_t *len_r);

/* Items of an IATI file out of SAX events (xml/iati_reader.c). */
struct cc_iati_reader;
/* The format that a root or item element begins, NULL = none. */
const struct cc_iati_format *cc_iati_format_of(const char *ns, const char *name, bool *is_item_r);
bool cc_iati_is_item(const struct cc_iati_format *format, const char *ns, const char *name);
struct cc_iati_reader *cc_iati_reader_new(void *mem, const struct cc_iati_format *format,
                                          const struct cc_xml_limits *limits);
/* The version of the file; false, with the reason told, when it is none that is read. */
bool cc_iati_reader_version(struct cc_iati_reader *r, const struct cc_sax_attr *attrs, size_t n,
                            int line, struct cc_problems *problems);
struct cc_iati_item *cc_iati_reader_begin(struct cc_iati_reader *r, void *mem);
void cc_iati_reader_start(struct cc_iati_reader *r, const char *ns, const char *prefix,
                          const char *name, const struct cc_sax_attr *attrs, size_t n, int line);
void cc_iati_reader_text(struct cc_iati_reader *r, const char *s, size_t len);
bool cc_iati_reader_end(struct cc_iati_reader *r); /* true: the item is complete */

/* The parser over a guard: feeds bytes, calls back (xml/parse.c). */
struct cc_parse_handler {
    void (*start)(void *arg, const char *ns, const char *prefix, const char *name,
                  const struct cc_sax_attr *attrs, size_t n, int line);
    void (*text)(void *arg, const char *s, size_t len);
    void (*end)(void *arg);
};
struct cc_parse;
struct cc_parse *cc_parse_open(void *mem, const struct cc_xml_limits *limits,
                               const struct cc_parse_handler *handler, void *arg);
/* False once the document is refused or broken; last ends it. */
bool cc_parse_feed(struct cc_parse *p, const char *data, size_t len, bool last);
void cc_parse_stop(struct cc_parse *p); /* from a handler: enough */
/* Why it is refused: a msgid, with what libxml2 says (borrowed, may be NULL) and the line. */
const char *cc_parse_why(const struct cc_parse *p, const char **detail_r, int *line_r);

#endif
