/* SPDX-License-Identifier: EUPL-1.2 */
/* The code lists: a page of all, a page of each, and the document as it was loaded. */
#include "app/handlers.h"
#include "app/page.h"

#include "concord/clock.h"
#include "view/codelist.h"
#include <talloc.h>

enum cc_rc cc_codelist_list(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_call call = {.query = Q_CODELIST_LISTS, .params = {req->lang->tag}};
    struct cc_codelist_list_page p = {0};
    struct cc_html w;

    enum cc_rc rc = cc_app_read(req, &call, 1);
    if (rc != CC_OK) {
        return rc;
    }
    const struct cc_rows *rows = call.rows;
    p.row_count = cc_rows_count(rows);
    struct cc_codelist_row *list =
        talloc_array(req->mem, struct cc_codelist_row, (unsigned)p.row_count + 1);
    for (size_t i = 0; i < p.row_count; i++) {
        list[i] = (struct cc_codelist_row){
            .name = cc_rows_text(rows, i, Q_CODELIST_LISTS_NAME),
            .version = cc_rows_text(rows, i, Q_CODELIST_LISTS_VERSION),
            .title = {cc_rows_text(rows, i, Q_CODELIST_LISTS_TITLE),
                      cc_rows_text(rows, i, Q_CODELIST_LISTS_LANG)},
            .codes = cc_rows_text(rows, i, Q_CODELIST_LISTS_CODES),
        };
    }
    p.rows = list;
    cc_frame_fill(req, _("Code lists"), &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_codelist_list(&w, &p);
    return CC_OK;
}

static void fill_codes(struct cc_req *req, const struct cc_rows *rows, struct cc_codelist_page *p)
{
    size_t n = cc_rows_count(rows);
    struct cc_code_row *codes = talloc_array(req->mem, struct cc_code_row, (unsigned)n + 1);

    for (size_t i = 0; i < n; i++) {
        codes[i] = (struct cc_code_row){
            .code = cc_rows_text(rows, i, Q_CODELIST_CODES_CODE),
            .name = {cc_rows_text(rows, i, Q_CODELIST_CODES_NAME),
                     cc_rows_text(rows, i, Q_CODELIST_CODES_NAME_LANG)},
            .definition = {cc_rows_text(rows, i, Q_CODELIST_CODES_DEFINITION),
                           cc_rows_text(rows, i, Q_CODELIST_CODES_DEFINITION_LANG)},
            .maps = cc_rows_text(rows, i, Q_CODELIST_CODES_MAPS),
            .withdrawn_on = cc_rows_text(rows, i, Q_CODELIST_CODES_WITHDRAWN_ON),
        };
        p->has_maps |= codes[i].maps != NULL;
    }
    p->rows = codes;
    p->row_count = n;
}

enum cc_rc cc_codelist_show(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_call calls[] = {
        {.query = Q_CODELIST_GET, .params = {req->args[0], req->lang->tag}},
        {.query = Q_CODELIST_CODES, .params = {req->args[0], req->lang->tag}},
    };
    struct cc_codelist_page p = {0};
    struct cc_html w;

    enum cc_rc rc = cc_app_read(req, calls, 2);
    if (rc != CC_OK) {
        return rc;
    }
    const struct cc_rows *list = calls[0].rows;
    if (cc_rows_count(list) == 0) {
        return CC_NOT_FOUND;
    }
    p.name = cc_rows_text(list, 0, Q_CODELIST_GET_NAME);
    p.version = cc_rows_text(list, 0, Q_CODELIST_GET_VERSION);
    p.source = (struct cc_tagged){cc_rows_text(list, 0, Q_CODELIST_GET_SOURCE), "en"};
    p.title = (struct cc_tagged){cc_rows_text(list, 0, Q_CODELIST_GET_TITLE),
                                 cc_rows_text(list, 0, Q_CODELIST_GET_LANG)};
    fill_codes(req, calls[1].rows, &p);
    cc_frame_fill(req, p.title.text, &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_codelist(&w, &p);
    return CC_OK;
}

/* /codelists/partner-role.xml: the bytes that were loaded. */
enum cc_rc cc_codelist_xml(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_call call = {.query = Q_CODELIST_DOCUMENT, .params = {req->args[0]}};

    enum cc_rc rc = cc_app_read(req, &call, 1);
    if (rc != CC_OK) {
        return rc;
    }
    if (cc_rows_count(call.rows) == 0) {
        return CC_NOT_FOUND;
    }
    resp->status = 200;
    resp->type = "application/xml; charset=utf-8";
    resp->cache = req->has_session_cookie ? CC_CACHE_NO_STORE : CC_CACHE_SHORT;
    resp->body_ref = cc_rows_text(call.rows, 0, Q_CODELIST_DOCUMENT_DOCUMENT);
    resp->body_ref_len = cc_rows_len(call.rows, 0, Q_CODELIST_DOCUMENT_DOCUMENT);
    resp->last_modified =
        cc_time_from_iso(cc_rows_text(call.rows, 0, Q_CODELIST_DOCUMENT_LOADED_AT));
    return CC_OK;
}
