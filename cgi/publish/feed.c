/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The feed's entries: attributes of the position, then content and seal verbatim (so that their
 * bytes can be cut out and hashed) and the note as text. The record's XML is one entry alone.
 */
#include "concord/publish.h"
#include "concord/xml.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

static size_t length(const char *s)
{
    return s != NULL ? strlen(s) : 0;
}

void cc_feed_entry(struct cc_buf *out, const struct cc_feed_entry *entry, bool alone)
{
    size_t content = length(entry->content), seal = length(entry->seal);

    cc_buf_reserve(out, content + seal + length(entry->note) + 600);
    cc_buf_adds(out, "<entry");
    cc_xml_add_attr(out, "xmlns", alone ? CC_XML_NS : NULL);
    cc_xml_add_attr(out, "event", entry->event);
    cc_xml_add_attr(out, "kind", entry->kind);
    cc_xml_add_attr(out, "link", entry->link);
    cc_xml_add_attr(out, "position", entry->position);
    cc_xml_add_attr(out, "record", entry->record);
    cc_xml_add_attr(out, "revision", entry->revision);
    cc_xml_add_attr(out, "stamp", entry->stamp);
    cc_buf_addc(out, '>');
    cc_buf_add(out, entry->content, content);
    cc_buf_add(out, entry->seal, seal);
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
    cc_xml_add_attr(out, "xmlns", CC_XML_NS);
    cc_xml_add_attr(out, "after", after);
    cc_xml_add_attr(out, "newest", newest);
    cc_xml_add_attr(out, "newest-link", newest_link);
    cc_xml_add_attr(out, "next", next);
    cc_buf_addc(out, '>');
}

void cc_feed_close(struct cc_buf *out)
{
    cc_buf_adds(out, "</feed>");
}

void cc_feed_entries(struct cc_buf *out, const struct cc_rows *page)
{
    for (size_t i = 0; i < cc_rows_count(page); i++) {
        struct cc_feed_entry entry = {
            .position = cc_rows_text(page, i, Q_FEED_PAGE_POSITION),
            .stamp = cc_rows_text(page, i, Q_FEED_PAGE_STAMP),
            .record = cc_rows_text(page, i, Q_FEED_PAGE_RECORD_ID),
            .kind = cc_rows_text(page, i, Q_FEED_PAGE_KIND),
            .revision = cc_rows_text(page, i, Q_FEED_PAGE_REVISION),
            .event = cc_rows_text(page, i, Q_FEED_PAGE_EVENT),
            .link = cc_rows_text(page, i, Q_FEED_PAGE_LINK),
            .content = cc_rows_text(page, i, Q_FEED_PAGE_CONTENT),
            .seal = cc_rows_text(page, i, Q_FEED_PAGE_SEAL),
            .note = cc_rows_text(page, i, Q_FEED_PAGE_NOTE),
        };

        cc_feed_entry(out, &entry, false);
    }
}

/* --- the whole feed as one document ------------------------------------------------------------
 */

static enum cc_rc put(int fd, struct cc_buf *out, void *mem, struct cc_err *err)
{
    const char *data = cc_buf_str(out);
    size_t len = out->len;

    while (len > 0) {
        ssize_t n = write(fd, data, len);

        if (n < 0 && errno != EINTR) {
            return cc_fail(err, mem, CC_INTERNAL, NULL, NULL, "could not write the feed: %s",
                           strerror(errno));
        }
        data += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    out->len = 0;
    return CC_OK;
}

/* One page behind *position, not past `end`; *position moves on. */
static enum cc_rc put_page(struct cc_db *db, int fd, int64_t *position, int64_t end, void *mem,
                           struct cc_err *err)
{
    int64_t left = end - *position;
    struct cc_buf out;
    struct cc_call page = {
        .query = Q_FEED_PAGE,
        .params = {talloc_asprintf(mem, "%lld", (long long)*position),
                   talloc_asprintf(mem, "%lld", (long long)(left < 1000 ? left : 1000)), "8388608"},
    };
    enum cc_rc rc = cc_db_run(db, mem, &page, err);

    if (rc != CC_OK) {
        return rc;
    }
    size_t n = cc_rows_count(page.rows);
    if (n == 0) {
        return cc_fail(err, mem, CC_INTERNAL, NULL, NULL, "the feed ends at %lld, not at %lld",
                       (long long)*position, (long long)end);
    }
    cc_buf_init(&out, mem);
    cc_feed_entries(&out, page.rows);
    *position = cc_rows_int(page.rows, n - 1, Q_FEED_PAGE_POSITION);
    return put(fd, &out, mem, err);
}

enum cc_rc cc_feed_write(struct cc_db *db, void *mem, const char *after, int fd, struct cc_err *err)
{
    struct cc_buf edge;
    struct cc_call newest = {.query = Q_FEED_NEWEST};
    int64_t position = strtoll(after, NULL, 10);
    enum cc_rc rc = cc_db_run(db, mem, &newest, err);

    if (rc != CC_OK) {
        return rc;
    }
    int64_t end = cc_rows_int(newest.rows, 0, Q_FEED_NEWEST_POSITION);
    cc_buf_init(&edge, mem);
    cc_feed_open(&edge, after, NULL, cc_rows_text(newest.rows, 0, Q_FEED_NEWEST_POSITION),
                 cc_rows_text(newest.rows, 0, Q_FEED_NEWEST_LINK));
    rc = put(fd, &edge, mem, err);
    while (rc == CC_OK && position < end) {
        void *page = talloc_new(mem);

        rc = put_page(db, fd, &position, end, page, err);
        if (rc == CC_OK) {
            talloc_free(page); /* else the error's text lives there */
        }
    }
    cc_feed_close(&edge);
    cc_buf_addc(&edge, '\n');
    return rc == CC_OK ? put(fd, &edge, mem, err) : rc;
}
