/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The canonical writer. Its output is a fixed point of Exclusive C14N 1.0 and of C14N 1.0: one
 * default namespace on the root, attributes by name (the names without a prefix before xml:lang),
 * no white space between elements, no empty optional element.
 */
#include "concord/xml.h"

#include <string.h>

static const char *const in_text[256] = {
    ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['\r'] = "&#xD;"};
static const char *const in_attr[256] = {['&'] = "&amp;",  ['<'] = "&lt;",   ['"'] = "&quot;",
                                         ['\t'] = "&#x9;", ['\n'] = "&#xA;", ['\r'] = "&#xD;"};

static void escape(struct cc_buf *out, const char *s, size_t len, const char *const *table)
{
    size_t from = 0;
    for (size_t i = 0; i < len; i++) {
        const char *as = table[(unsigned char)s[i]];
        if (as == NULL)
            continue;
        cc_buf_add(out, s + from, i - from);
        cc_buf_adds(out, as);
        from = i + 1;
    }
    cc_buf_add(out, s + from, len - from);
}

void cc_xml_text_part(struct cc_buf *out, const char *s, size_t len)
{
    escape(out, s, len, in_text);
}

void cc_xml_attr_part(struct cc_buf *out, const char *s, size_t len)
{
    escape(out, s, len, in_attr);
}

void cc_xml_text(struct cc_buf *out, const char *s)
{
    escape(out, s, strlen(s), in_text);
}

void cc_xml_attr(struct cc_buf *out, const char *s)
{
    escape(out, s, strlen(s), in_attr);
}

void cc_xml_add_attr(struct cc_buf *out, const char *name, const char *value)
{
    if (value == NULL)
        return;
    cc_buf_addc(out, ' ');
    cc_buf_adds(out, name);
    cc_buf_adds(out, "=\"");
    cc_xml_attr(out, value);
    cc_buf_addc(out, '"');
}

/* A list: the values of one field, of which this is the first. Answers the last of them. */
static const struct cc_node *add_list(struct cc_buf *out, const struct cc_node *n)
{
    const struct cc_field *f = n->field;
    cc_buf_addc(out, ' ');
    cc_buf_adds(out, f->name);
    cc_buf_adds(out, "=\"");
    cc_xml_attr(out, n->text);
    for (; n->next != NULL && n->next->field == f; n = n->next) {
        cc_buf_addc(out, ' ');
        cc_xml_attr(out, n->next->text);
    }
    cc_buf_addc(out, '"');
    return n;
}

/* Attributes stand in the tables in the order of their names (tests/unit/test_schema). */
static void add_attributes(struct cc_buf *out, const struct cc_node *first)
{
    for (const struct cc_node *n = first; n != NULL; n = n->next)
        if ((n->field->flags & CC_ATTR) == 0)
            continue;
        else if ((n->field->flags & CC_MANY) != 0)
            n = add_list(out, n);
        else
            cc_xml_add_attr(out, n->field->name, n->text);
}

static void add_children(struct cc_buf *out, const struct cc_node *first);

static void add_element(struct cc_buf *out, const struct cc_node *n)
{
    cc_buf_addc(out, '<');
    cc_buf_adds(out, n->field->name);
    if (n->field->type == CC_F_GROUP)
        add_attributes(out, n->child);
    else
        cc_xml_add_attr(out, "xml:lang", n->lang);
    cc_buf_addc(out, '>');
    if (n->field->type == CC_F_GROUP)
        add_children(out, n->child);
    else
        cc_xml_text(out, n->text);
    cc_buf_adds(out, "</");
    cc_buf_adds(out, n->field->name);
    cc_buf_addc(out, '>');
}

static void add_children(struct cc_buf *out, const struct cc_node *first)
{
    for (const struct cc_node *n = first; n != NULL; n = n->next) {
        if ((n->field->flags & CC_VALUE) != 0)
            cc_xml_text(out, n->text);
        else if ((n->field->flags & CC_ATTR) == 0)
            add_element(out, n);
    }
}

void cc_xml_write_record(struct cc_buf *out, const struct cc_record *rec)
{
    cc_buf_addc(out, '<');
    cc_buf_adds(out, rec->kind->name);
    cc_xml_add_attr(out, "xmlns", CC_XML_NS);
    cc_xml_add_attr(out, "id", rec->id);
    cc_xml_add_attr(out, "schema", CC_SCHEMA_VERSION);
    cc_buf_addc(out, '>');
    add_children(out, rec->first);
    cc_buf_adds(out, "</");
    cc_buf_adds(out, rec->kind->name);
    cc_buf_addc(out, '>');
}

void cc_xml_write_seal(struct cc_buf *out, const struct cc_seal *seal)
{
    cc_buf_adds(out, "<seal");
    cc_xml_add_attr(out, "xmlns", CC_XML_NS);
    cc_xml_add_attr(out, "content-sha256", seal->content_sha256);
    cc_xml_add_attr(out, "kind", seal->kind);
    cc_xml_add_attr(out, "note-sha256", seal->note_sha256);
    cc_xml_add_attr(out, "previous-sha256", seal->previous_sha256);
    cc_xml_add_attr(out, "publisher", seal->publisher);
    cc_xml_add_attr(out, "record", seal->record);
    cc_xml_add_attr(out, "redirect", seal->redirect);
    cc_xml_add_attr(out, "revision", seal->revision);
    cc_xml_add_attr(out, "schema", seal->schema);
    cc_xml_add_attr(out, "time", seal->time);
    cc_buf_adds(out, "></seal>");
}
