/* SPDX-License-Identifier: EUPL-1.2 */
/* Lists as CSV files: short ones at once, long ones in pieces, each read when the one before went.
 */
#include "app/csv.h"

#include "concord/csv.h"
#include "concord/log.h"
#include <talloc.h>

#define COLUMNS_MAX 40 /* more are a mistake of ours, and end the program */

void cc_csv_answer(struct cc_req *req, struct cc_resp *resp, const char *file)
{
    resp->status = 200;
    resp->type = "text/csv; charset=utf-8; header=present";
    resp->disposition = file;
    resp->cache = req->has_session_cookie ? CC_CACHE_NO_STORE : CC_CACHE_SHORT;
}

static void add_rows(struct cc_buf *out, const struct cc_csv_list *list, const struct cc_rows *rows)
{
    const char *cells[COLUMNS_MAX];

    for (size_t i = 0; i < cc_rows_count(rows); i++) {
        for (size_t c = 0; c < list->column_count; c++) {
            cells[c] = cc_rows_text(rows, i, list->columns[c].column);
        }
        cc_csv_row(out, cells, list->column_count);
    }
}

/* Where the next piece begins. The rows may go then, so their values are copied. */
static void go_on(void *mem, struct cc_csv_list *list, const struct cc_rows *rows)
{
    for (int i = 0; i < 2; i++) {
        const char *value = cc_rows_text(rows, cc_rows_count(rows) - 1, list->after_column[i]);

        talloc_free((void *)list->call.params[list->after[i]]);
        list->call.params[list->after[i]] = talloc_strdup(mem, value);
    }
}

static enum cc_rc more(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_csv_list *list = resp->more_arg;
    void *piece = talloc_new(req->mem);

    enum cc_rc rc = cc_db_run(req->app->db, piece, &list->call, &req->err);
    if (rc == CC_OK) {
        add_rows(&resp->body, list, list->call.rows);
        if (cc_rows_count(list->call.rows) < CC_CSV_ROWS) {
            resp->more = NULL;
        } else {
            go_on(req->mem, list, list->call.rows);
        }
    }
    talloc_free(piece); /* and the rows with it */
    list->call.rows = NULL;
    return rc;
}

void cc_csv_list(struct cc_req *req, struct cc_resp *resp, const struct cc_csv_list *list,
                 const struct cc_rows *rows)
{
    const char *heads[COLUMNS_MAX];

    if (list->column_count > COLUMNS_MAX) {
        cc_die("a table of %zu columns", list->column_count);
    }
    for (size_t c = 0; c < list->column_count; c++) {
        heads[c] = list->columns[c].head;
    }
    cc_csv_head(&resp->body, heads, list->column_count);
    add_rows(&resp->body, list, rows);
    if (cc_rows_count(rows) >= CC_CSV_ROWS) {
        struct cc_csv_list *kept = talloc(req->mem, struct cc_csv_list);

        *kept = *list;
        kept->call.rows = NULL;
        for (int i = 0; i < 2; i++) {
            kept->call.params[kept->after[i]] = NULL;
        }
        go_on(req->mem, kept, rows);
        resp->more = more;
        resp->more_arg = kept;
    }
    cc_csv_answer(req, resp, list->file);
}
