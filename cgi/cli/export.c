/* SPDX-License-Identifier: EUPL-1.2 */
/* concord export: the whole feed as one document on standard output, page by page. */
#include "cli/cli.h"
#include "concord/publish.h"
#include "concord/text.h"
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#define ENTRIES "1000"
#define BYTES   "8388608"

static bool put(struct cc_buf *out)
{
    bool good = out->len == 0 || fwrite(out->data, 1, out->len, stdout) == out->len;
    out->len = 0;
    return good;
}

static void add_entries(struct cc_buf *out, const struct cc_rows *rows)
{
    for (size_t i = 0; i < cc_rows_count(rows); i++)
        cc_feed_entry(
            out,
            &(struct cc_feed_entry){.position = cc_rows_text(rows, i, Q_FEED_PAGE_POSITION),
                                    .stamp = cc_rows_text(rows, i, Q_FEED_PAGE_STAMP),
                                    .record = cc_rows_text(rows, i, Q_FEED_PAGE_RECORD_ID),
                                    .kind = cc_rows_text(rows, i, Q_FEED_PAGE_KIND),
                                    .revision = cc_rows_text(rows, i, Q_FEED_PAGE_REVISION),
                                    .event = cc_rows_text(rows, i, Q_FEED_PAGE_EVENT),
                                    .link = cc_rows_text(rows, i, Q_FEED_PAGE_LINK),
                                    .content = cc_rows_text(rows, i, Q_FEED_PAGE_CONTENT),
                                    .seal = cc_rows_text(rows, i, Q_FEED_PAGE_SEAL),
                                    .note = cc_rows_text(rows, i, Q_FEED_PAGE_NOTE)},
            false);
}

/* Pages follow each other by position, so what is published meanwhile is there or comes later. The
 * document ends where it said at its beginning. */
static enum cc_rc write_feed(struct cc_cli *cli, struct cc_db *db, const char *after,
                             struct cc_err *err)
{
    struct cc_buf out;
    struct cc_call newest = {.query = Q_FEED_NEWEST};
    cc_buf_init(&out, cli->mem);
    enum cc_rc rc = cc_db_run(db, cli->mem, &newest, err);
    if (rc != CC_OK)
        return rc;
    int64_t end = cc_rows_int(newest.rows, 0, Q_FEED_NEWEST_POSITION);
    int64_t position = strtoll(after, NULL, 10);
    bool good = true;
    cc_feed_open(&out, after, NULL, cc_rows_text(newest.rows, 0, Q_FEED_NEWEST_POSITION),
                 cc_rows_text(newest.rows, 0, Q_FEED_NEWEST_LINK));
    while (good && position < end) {
        void *mem = talloc_new(cli->mem);
        int64_t left = end - position;
        struct cc_call page = {
            .query = Q_FEED_PAGE,
            .params = {talloc_asprintf(mem, "%lld", (long long)position),
                       left < 1000 ? talloc_asprintf(mem, "%lld", (long long)left) : ENTRIES,
                       BYTES}};
        rc = cc_db_run(db, mem, &page, err);
        size_t n = rc == CC_OK ? cc_rows_count(page.rows) : 0;
        if (n > 0) {
            add_entries(&out, page.rows);
            position = cc_rows_int(page.rows, n - 1, Q_FEED_PAGE_POSITION);
        }
        good = n > 0 && put(&out);
        talloc_free(mem);
    }
    if (rc != CC_OK)
        return rc;
    cc_feed_close(&out);
    cc_buf_addc(&out, '\n');
    return good && put(&out) ? CC_OK
                             : cc_fail(err, cli->mem, CC_INTERNAL, NULL, "could not write the feed",
                                       "after position %lld", (long long)position);
}

int cc_cmd_export(struct cc_cli *cli, int argc, char **argv)
{
    const char *after = "0";
    struct cc_err err = {.rc = CC_OK};
    if (argc == 3 && strcmp(argv[1], "--after") == 0 && cc_is_uint(argv[2]))
        after = argv[2];
    else if (argc != 1)
        return cc_cli_usage(argv[0], "takes --after POSITION or nothing");
    struct cc_db *db = cc_cli_db(cli, cli->settings->db_user_job);
    enum cc_rc rc = write_feed(cli, db, after, &err);
    cc_db_close(db);
    return rc == CC_OK ? CC_EXIT_OK : cc_cli_fail(&err);
}
