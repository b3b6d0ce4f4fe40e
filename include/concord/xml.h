/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * XML in and out. Out: our canonical writer (a fixed point of Exclusive C14N 1.0 and C14N 1.0). In:
 * one door per trust level with the limits of xml/limits.c; any DOCTYPE is refused. libxml2 is seen
 * only behind this header.
 */
#ifndef CC_XML_H
#define CC_XML_H

#include "concord/buf.h"
#include "concord/record.h"
#include "concord/schema.h"

#define CC_XML_NS "urn:concord:registry:1"

/* --- writer ---------------------------------------------------------------------------------- */
/* Escapes as C14N 1.0 section 2.3: text & < > CR; attributes & < " TAB LF CR. */
void cc_xml_text(struct cc_buf *out, const char *s);
void cc_xml_attr(struct cc_buf *out, const char *s);
void cc_xml_text_part(struct cc_buf *out, const char *s, size_t len);
void cc_xml_attr_part(struct cc_buf *out, const char *s, size_t len);
/* ` name="value"`, escaped; nothing for a NULL value. */
void cc_xml_add_attr(struct cc_buf *out, const char *name, const char *value);
/* The content document of a record. The record must be sorted and checked. */
void cc_xml_write_record(struct cc_buf *out, const struct cc_record *rec);

struct cc_seal {
    const char *record;
    const char *revision; /* "7" */
    const char *schema;
    const char *time;            /* ISO instant */
    const char *publisher;       /* organisation id */
    const char *kind;            /* published, withdrawn, redirected */
    const char *redirect;        /* target id of a redirect or NULL */
    const char *content_sha256;  /* NULL when withdrawn or redirected */
    const char *previous_sha256; /* NULL in revision 1 */
    const char *note_sha256;
};
void cc_xml_write_seal(struct cc_buf *out, const struct cc_seal *seal);
enum cc_rc cc_xml_read_seal(void *mem, const char *xml, size_t len, struct cc_seal *seal_r,
                            struct cc_err *err) CC_CHECKED;

/* --- doors ----------------------------------------------------------------------------------- */
struct cc_xml_limits {
    size_t document; /* bytes; 0 = no limit (streaming) */
    size_t tag;      /* bytes of one start tag */
    unsigned attributes, depth, errors;
    size_t text;   /* bytes of one text node */
    size_t record; /* bytes of one record */
    size_t elements;
};
extern const struct cc_xml_limits CC_XML_WEB, CC_XML_IMPORT;

enum cc_rc
cc_xml_init(const char *schemas_dir); /* once: deny-all entity loader, schemas compiled */

/*
 * Reads one content document into a tree by the kind's table. Everything wrong in its structure is
 * told at once in problems with field path and line: element order, unknown elements and
 * attributes, foreign namespaces, text where none may stand. Values are cleaned; call
 * cc_record_check() behind it to judge them. On CC_INVALID *rec_r is still set when there is a tree
 * to judge (else NULL).
 */
enum cc_rc cc_xml_read_record(void *mem, const char *xml, size_t len,
                              const struct cc_xml_limits *limits, struct cc_problems *problems,
                              struct cc_record **rec_r) CC_CHECKED;

/*
 * The same for published content, which our own writer wrote and the schema judged before it was
 * sealed: nothing is judged again, lines are not told. Never for bytes from elsewhere.
 */
enum cc_rc cc_xml_read_published(void *mem, const char *xml, size_t len,
                                 struct cc_record **rec_r) CC_CHECKED;

/* Is the document valid under the XSD of the version it names? Problems carry lines. */
enum cc_rc cc_xml_validate(void *mem, const char *xml, size_t len,
                           struct cc_problems *problems) CC_CHECKED;
/* Are the bytes exactly canonical (xmlC14NDocDumpMemory gives them again)? */
enum cc_rc cc_xml_is_canonical(void *mem, const char *xml, size_t len,
                               struct cc_err *err) CC_CHECKED;

/*
 * Streams a file of one record, a <records> list, a <feed>/<entry> sequence, or IATI activities or
 * organisations: one call of fn per record with the bytes of its content (and seal and note in a
 * feed), the line where it starts. A bad record is told through problems and does not end the file;
 * only broken XML does: then a last item without record tells why and where, and CC_INVALID is
 * returned.
 */
struct cc_iati_item;
struct cc_xml_item {
    struct cc_record *record; /* NULL: no record, or an entry without content; see problems, too */
    const char *content;      /* canonical bytes as found in the feed, NULL otherwise */
    size_t content_len;
    const char *seal; /* bytes or NULL */
    size_t seal_len;
    const char *note;
    const char *position; /* feed position or NULL */
    const char *event;    /* of the feed's entry or NULL */
    struct cc_iati_item
        *iati; /* the file is one of IATI: this, and no record (concord/iati_in.h) */
    int line;
    struct cc_problems *problems;
};
typedef enum cc_rc cc_xml_item_fn(void *arg, const struct cc_xml_item *item, struct cc_err *err);
enum cc_rc cc_xml_read_stream(void *mem, int fd, const struct cc_xml_limits *limits,
                              cc_xml_item_fn *fn, void *arg, struct cc_err *err) CC_CHECKED;

/* One of our annotated XSDs for the readable pages; everything in schema_r is owned by mem. */
enum cc_rc cc_xml_read_schema(void *mem, const char *xsd, size_t len, struct cc_schema *schema_r,
                              struct cc_err *err) CC_CHECKED;

/* A code list file as the JSON of cc_codelist_load() (sql/functions/codelist.sql); owned by mem. */
enum cc_rc cc_xml_read_codelist(void *mem, const char *xml, size_t len, char **json_r,
                                struct cc_err *err) CC_CHECKED;

#endif
