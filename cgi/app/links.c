/* SPDX-License-Identifier: EUPL-1.2 */
/* Everything that refers to a record, memberships too, with role and consent; as CSV, too. */
#include "app/csv.h"
#include "app/handlers.h"
#include "app/page.h"

#include "view/list.h"
#include <talloc.h>

#define PAGE_ROWS 50

static const struct cc_input inputs[] = {
    {.name = "after", .type = CC_IN_ID, .max = 20},
    {.name = "field", .type = CC_IN_TOKEN, .max = 100},
    {.name = NULL},
};
const struct cc_form cc_record_links_form = {.inputs = inputs};

static struct cc_href *first_page(struct cc_req *req)
{
    struct cc_href *href = talloc_zero(req->mem, struct cc_href);

    href->route = R_RECORD_LINKS;
    href->args[0] = req->args[0];
    return href;
}

static const struct cc_href *next_page(struct cc_req *req, const struct cc_rows *rows, size_t last)
{
    struct cc_href *href = first_page(req);
    const char *pairs[] = {"after", cc_rows_text(rows, last, Q_RECORD_LINKS_FROM_ID), "field",
                           cc_rows_text(rows, last, Q_RECORD_LINKS_FIELD), NULL};

    href->query = cc_url_query(req->mem, "", pairs) + 1;
    return href;
}

enum cc_rc cc_record_links(struct cc_req *req, struct cc_resp *resp)
{
    const char *after = cc_value(&req->query, "after");
    bool onward = after[0] != '\0';
    struct cc_call calls[] = {
        {.query = Q_RECORD_STANDING, .params = {req->args[0], req->lang->tag}},
        {.query = Q_RECORD_LINKS,
         .params = {req->args[0], req->lang->tag, onward ? after : NULL,
                    onward ? cc_value(&req->query, "field") : NULL, "51"}},
    };
    struct cc_links_page p = {0};
    struct cc_html w;
    bool is_moved = false;

    enum cc_rc rc = cc_app_read(req, calls, 2);
    if (rc == CC_OK) {
        rc = cc_part_of(req, resp, calls[0].rows, NULL, &p.self, &is_moved);
    }
    if (rc != CC_OK || is_moved) {
        return rc;
    }
    const struct cc_rows *rows = calls[1].rows;
    size_t found = cc_rows_count(rows);
    struct cc_incoming *list = talloc_array(req->mem, struct cc_incoming, (unsigned)found + 1);
    for (size_t i = 0; i < found; i++) {
        list[i] = (struct cc_incoming){
            .from = {cc_rows_text(rows, i, Q_RECORD_LINKS_FROM_ID),
                     cc_rows_text(rows, i, Q_RECORD_LINKS_KIND),
                     {cc_rows_text(rows, i, Q_RECORD_LINKS_TITLE),
                      cc_rows_text(rows, i, Q_RECORD_LINKS_LANG)}},
            .field = cc_rows_text(rows, i, Q_RECORD_LINKS_FIELD),
            .role = cc_rows_text(rows, i, Q_RECORD_LINKS_ROLE),
            .state = cc_rows_text(rows, i, Q_RECORD_LINKS_STATE),
        };
    }
    p.rows = list;
    p.row_count = found > PAGE_ROWS ? PAGE_ROWS : found;
    p.first = onward ? first_page(req) : NULL;
    p.csv = (struct cc_href){.route = R_RECORD_LINKS_CSV, .args = {req->args[0]}};
    p.next = found > PAGE_ROWS ? next_page(req, rows, PAGE_ROWS - 1) : NULL;
    cc_frame_fill(req, _("What refers to this record"), &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_links(&w, &p);
    return CC_OK;
}

enum cc_rc cc_record_links_csv(struct cc_req *req, struct cc_resp *resp)
{
    static const struct cc_csv_column columns[] = {
        {"record", Q_RECORD_LINKS_FROM_ID}, {"kind", Q_RECORD_LINKS_KIND},
        {"title", Q_RECORD_LINKS_TITLE},    {"language", Q_RECORD_LINKS_LANG},
        {"field", Q_RECORD_LINKS_FIELD},    {"role", Q_RECORD_LINKS_ROLE},
        {"state", Q_RECORD_LINKS_STATE},
    };
    struct cc_call calls[] = {
        {.query = Q_RECORD_STANDING, .params = {req->args[0], "en"}},
        {.query = Q_RECORD_LINKS, .params = {req->args[0], "en", NULL, NULL, CC_CSV_MAX}},
    };
    struct cc_ref self;
    bool is_moved = false;

    enum cc_rc rc = cc_app_read(req, calls, 2);
    if (rc == CC_OK) {
        rc = cc_part_of(req, resp, calls[0].rows, NULL, &self, &is_moved);
    }
    if (rc != CC_OK || is_moved) {
        return rc;
    }
    struct cc_csv_list list = {.columns = columns,
                               .column_count = sizeof(columns) / sizeof(columns[0]),
                               .call = calls[1],
                               .after = {2, 3},
                               .after_column = {Q_RECORD_LINKS_FROM_ID, Q_RECORD_LINKS_FIELD},
                               .file = talloc_asprintf(req->mem, "links-%s.csv", req->args[0])};
    cc_csv_list(req, resp, &list, calls[1].rows);
    return CC_OK;
}
