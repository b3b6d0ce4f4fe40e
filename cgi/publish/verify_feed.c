/* SPDX-License-Identifier: EUPL-1.2 */
/* The feed as a chain: from its first position to its head. */
#include "publish/verify.h"
#include <stdio.h>

#define PAGE 5000

struct chain {
    int64_t position;
    char stamp[40], link[CC_SHA256_HEX + 1];
    bool link_seen; /* that somebody kept */
};

static void copy(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from != NULL ? from : "");
}

static void check_revision(struct verify *v, const struct cc_rows *rows, size_t i)
{
    const char *record = cc_rows_text(rows, i, Q_VERIFY_FEED_RECORD_ID);
    const char *revision = cc_rows_text(rows, i, Q_VERIFY_FEED_REVISION);
    const char *event = cc_rows_text(rows, i, Q_VERIFY_FEED_EVENT);
    int64_t position = cc_rows_int(rows, i, Q_VERIFY_FEED_POSITION);

    if (cc_rows_text(rows, i, Q_VERIFY_FEED_REVISION_KIND) == NULL) {
        cc_verify_found(v, "record %s: revision %s of feed position %lld is missing", record,
                        revision, (long long)position);
        return;
    }
    bool redacted = same(event, "redacted");
    const struct {
        const char *name;
        bool differs;
    } columns[] = {
        {"kind", !same(cc_rows_text(rows, i, Q_VERIFY_FEED_KIND),
                       cc_rows_text(rows, i, Q_VERIFY_FEED_REVISION_KIND))},
        {"seal_sha256", !same(cc_rows_text(rows, i, Q_VERIFY_FEED_SEAL_SHA256),
                              cc_rows_text(rows, i, Q_VERIFY_FEED_REVISION_SEAL_SHA256))},
        {"event", !redacted && !same(event, cc_rows_text(rows, i, Q_VERIFY_FEED_REVISION_STATE))},
        {"position",
         !redacted && position != cc_rows_int(rows, i, Q_VERIFY_FEED_REVISION_POSITION)},
        {"stamp", !redacted && !same(cc_rows_text(rows, i, Q_VERIFY_FEED_STAMP),
                                     cc_rows_text(rows, i, Q_VERIFY_FEED_REVISION_STAMP))},
        {"bytes", !same(cc_rows_text(rows, i, Q_VERIFY_FEED_BYTES),
                        cc_rows_text(rows, i, Q_VERIFY_FEED_REVISION_BYTES))},
    };
    for (size_t c = 0; c < sizeof(columns) / sizeof(*columns); c++) {
        if (columns[c].differs) {
            cc_verify_found(v, "record %s: revision %s: feed and revision differ in %s", record,
                            revision, columns[c].name);
        }
    }
}

static void check_entry(struct verify *v, struct chain *c, const struct cc_rows *rows, size_t i)
{
    const char *record = cc_rows_text(rows, i, Q_VERIFY_FEED_RECORD_ID);
    const char *stamp = cc_rows_text(rows, i, Q_VERIFY_FEED_STAMP);
    const char *link = cc_rows_text(rows, i, Q_VERIFY_FEED_LINK);
    int64_t position = cc_rows_int(rows, i, Q_VERIFY_FEED_POSITION);
    char both[2 * CC_SHA256_HEX + 2], expected[CC_SHA256_HEX + 1];

    if (position != c->position + 1) {
        cc_verify_found(v, "feed: positions %lld to %lld are missing before record %s revision %s",
                        (long long)c->position + 1, (long long)position - 1, record,
                        cc_rows_text(rows, i, Q_VERIFY_FEED_REVISION));
    }
    if (strcmp(stamp, c->stamp) < 0) {
        cc_verify_found(v, "record %s: feed position %lld: the stamp goes back", record,
                        (long long)position);
    }
    snprintf(both, sizeof(both), "%s%s", c->link, cc_rows_text(rows, i, Q_VERIFY_FEED_SEAL_SHA256));
    cc_sha256_hex(both, strlen(both), expected);
    if (!same(link, expected)) {
        cc_verify_found(v, "record %s: feed position %lld: the link of the registry chain is wrong",
                        record, (long long)position);
    }
    c->link_seen = c->link_seen || same(link, v->options->link);
    c->position = position;
    copy(c->stamp, sizeof(c->stamp), stamp);
    /* Each link is checked by itself, so one wrong link is one finding and not one per entry. */
    copy(c->link, sizeof(c->link), link);
    check_revision(v, rows, i);
}

static void check_head(struct verify *v, const struct chain *c, const struct cc_rows *head)
{
    if (c->position != cc_rows_int(head, 0, Q_VERIFY_HEAD_POSITION)) {
        cc_verify_found(v, "feed: it ends at position %lld, but its head says %s",
                        (long long)c->position, cc_rows_text(head, 0, Q_VERIFY_HEAD_POSITION));
    }
    if (!same(c->link, cc_rows_text(head, 0, Q_VERIFY_HEAD_LINK))) {
        cc_verify_found(v, "feed: the last link is %s, but its head says %s", c->link,
                        cc_rows_text(head, 0, Q_VERIFY_HEAD_LINK));
    }
    if (c->position > 0 && !same(c->stamp, cc_rows_text(head, 0, Q_VERIFY_HEAD_STAMP))) {
        cc_verify_found(v, "feed: the last stamp is %s, but its head says %s", c->stamp,
                        cc_rows_text(head, 0, Q_VERIFY_HEAD_STAMP));
    }
    if (v->options->link != NULL && !c->link_seen) {
        cc_verify_found(v, "feed: the link %s is not in the chain", v->options->link);
    }
}

enum cc_rc cc_verify_feed(struct verify *v)
{
    struct chain c = {0};
    size_t n = PAGE;
    enum cc_rc rc = CC_OK;
    while (rc == CC_OK && n == PAGE) {
        v->page = talloc_new(v->mem);
        struct cc_call call = {
            .query = Q_VERIFY_FEED,
            .params = {talloc_asprintf(v->page, "%lld", (long long)c.position), "5000"}};
        rc = cc_verify_run(v, &call);
        n = rc == CC_OK ? cc_rows_count(call.rows) : 0;
        for (size_t i = 0; i < n; i++) {
            check_entry(v, &c, call.rows, i);
        }
        v->options->done(v->options->arg, n);
        talloc_free(v->page);
    }
    v->page = v->mem;
    struct cc_call head = {.query = Q_VERIFY_HEAD};
    if (rc == CC_OK) {
        rc = cc_verify_run(v, &head);
    }
    if (rc == CC_OK) {
        check_head(v, &c, head.rows);
    }
    return rc;
}
