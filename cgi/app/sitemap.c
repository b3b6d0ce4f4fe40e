/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Which pages there are, for search engines (sitemaps.org): an index of parts, and each part with
 * the pages of its records in all languages. Everything lies under one address at the top, as a
 * sitemap may only tell of what is beside and below it.
 */
#include "app/handlers.h"
#include "app/page.h"

#include "concord/i18n.h"
#include "concord/xml.h"
#include <inttypes.h>
#include <stdlib.h>
#include <talloc.h>

#define PART_SIZE 4000  /* positions: with all languages that are known, 48,000 of 50,000 pages */
#define PARTS_MAX 50000 /* as many as an index may have */
#define STRING(n) #n
#define TEXT(n)   STRING(n)

static const struct cc_input inputs[] = {
    {.name = "part", .type = CC_IN_UINT, .max = 9},
    {.name = NULL},
};
const struct cc_form cc_sitemap_form = {.inputs = inputs};

static void add_place(struct cc_buf *out, const char *element, const char *address,
                      const char *published_at)
{
    cc_buf_printf(out, "<%s><loc>", element);
    cc_xml_text(out, address);
    cc_buf_printf(out, "</loc><lastmod>%s</lastmod></%s>\n", published_at, element);
}

typedef void write_fn(struct cc_req *req, struct cc_resp *resp, const struct cc_rows *rows,
                      size_t i);

/* Neither an index nor a part may be empty. */
static enum cc_rc write_all(struct cc_req *req, struct cc_resp *resp, struct cc_call *call,
                            const char *root, write_fn *write)
{
    enum cc_rc rc = cc_app_read(req, call, 1);
    if (rc != CC_OK) {
        return rc;
    }
    size_t n = cc_rows_count(call->rows);
    if (n == 0) {
        return CC_NOT_FOUND;
    }
    cc_buf_printf(&resp->body,
                  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<%s xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
                  root);
    for (size_t i = 0; i < n; i++) {
        write(req, resp, call->rows, i);
    }
    cc_buf_printf(&resp->body, "</%s>\n", root);
    resp->status = 200;
    resp->type = "application/xml; charset=utf-8";
    resp->cache = req->has_session_cookie ? CC_CACHE_NO_STORE : CC_CACHE_SHORT;
    return CC_OK;
}

static void write_part(struct cc_req *req, struct cc_resp *resp, const struct cc_rows *rows,
                       size_t i)
{
    const char *const args[CC_ARGS_MAX] = {NULL};
    const char *pairs[] = {"part", cc_rows_text(rows, i, Q_SITEMAP_PARTS_PART), NULL};
    char *file = cc_url_absolute(req->mem, req, R_SITEMAP, args);

    add_place(&resp->body, "sitemap", cc_url_query(req->mem, file, pairs),
              cc_rows_text(rows, i, Q_SITEMAP_PARTS_PUBLISHED_AT));
}

static void write_record(struct cc_req *req, struct cc_resp *resp, const struct cc_rows *rows,
                         size_t i)
{
    struct cc_href href = cc_record_href(cc_rows_text(rows, i, Q_SITEMAP_RECORDS_KIND),
                                         cc_rows_text(rows, i, Q_SITEMAP_RECORDS_ID));
    const struct cc_lang *asked = req->lang;

    for (size_t k = 0; k < cc_i18n_count(); k++) {
        req->lang = cc_i18n_at(k);
        char *address = cc_url_absolute(req->mem, req, href.route, href.args);
        add_place(&resp->body, "url", address,
                  cc_rows_text(rows, i, Q_SITEMAP_RECORDS_PUBLISHED_AT));
        talloc_free(address);
    }
    req->lang = asked;
}

enum cc_rc cc_sitemap(struct cc_req *req, struct cc_resp *resp)
{
    const char *part = cc_value(&req->query, "part");

    if (part[0] == '\0') {
        struct cc_call call = {.query = Q_SITEMAP_PARTS,
                               .params = {TEXT(PART_SIZE), TEXT(PARTS_MAX)}};
        return write_all(req, resp, &call, "sitemapindex", write_part);
    }
    int64_t until = strtoll(part, NULL, 10) * PART_SIZE;
    struct cc_call call = {
        .query = Q_SITEMAP_RECORDS,
        .params = {talloc_asprintf(req->mem, "%" PRId64, until - PART_SIZE),
                   talloc_asprintf(req->mem, "%" PRId64, until)},
    };
    return write_all(req, resp, &call, "urlset", write_record);
}
