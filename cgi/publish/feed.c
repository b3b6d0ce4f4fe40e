/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The feed's entries: attributes of the position, then content and seal verbatim (so that their
 * bytes can be cut out and hashed) and the note as text. The record's XML is one entry alone.
 */
#include "concord/publish.h"
#include "concord/xml.h"

#include <string.h>

static void add_attr(struct cc_buf *out, const char *name, const char *value)
{
    if (value == NULL) {
        return;
    }
    cc_buf_printf(out, " %s=\"", name);
    cc_xml_attr(out, value);
    cc_buf_addc(out, '"');
}

static size_t length(const char *s)
{
    return s != NULL ? strlen(s) : 0;
}

void cc_feed_entry(struct cc_buf *out, const struct cc_feed_entry *entry, bool alone)
{
    cc_buf_reserve(out, length(entry->content) + length(entry->seal) + length(entry->note) + 600);
    cc_buf_adds(out, "<entry");
    add_attr(out, "xmlns", alone ? CC_XML_NS : NULL);
    add_attr(out, "event", entry->event);
    add_attr(out, "kind", entry->kind);
    add_attr(out, "link", entry->link);
    add_attr(out, "position", entry->position);
    add_attr(out, "record", entry->record);
    add_attr(out, "revision", entry->revision);
    add_attr(out, "stamp", entry->stamp);
    cc_buf_addc(out, '>');
    cc_buf_adds(out, entry->content);
    cc_buf_adds(out, entry->seal);
    if (entry->note != NULL && *entry->note != '\0') {
        cc_buf_adds(out, "<note>");
        cc_xml_text(out, entry->note);
        cc_buf_adds(out, "</note>");
    }
    cc_buf_adds(out, "</entry>");
}

void cc_feed_open(struct cc_buf *out, const char *after, const char *next, const char *newest,
                  const char *newest_link)
{
    cc_buf_adds(out, "<feed");
    add_attr(out, "xmlns", CC_XML_NS);
    add_attr(out, "after", after);
    add_attr(out, "newest", newest);
    add_attr(out, "newest-link", newest_link);
    add_attr(out, "next", next);
    cc_buf_addc(out, '>');
}

void cc_feed_close(struct cc_buf *out)
{
    cc_buf_adds(out, "</feed>");
}
