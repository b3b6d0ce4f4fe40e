/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/iati_known.h"

#include "concord/iati_in.h"
#include <string.h>
#include <talloc.h>

struct cc_call cc_participants_call(struct cc_req *req, const struct cc_pairs *sent)
{
    struct cc_buf keys;

    cc_buf_init(&keys, req->mem);
    for (size_t i = 0; i < sent->n; i++) {
        const char *last = strrchr(sent->v[i].name, '.'), *told[CC_IATI_KEYS];

        if (last == NULL || strcmp(last, ".ref") != 0 || sent->v[i].value[0] == '\0') {
            continue;
        }
        size_t n = cc_iati_org_keys(req->mem, sent->v[i].value, told);
        for (size_t k = 0; k < n; k++) {
            cc_json_item(&keys, told[k]);
        }
    }
    cc_buf_adds(&keys, keys.len > 0 ? "]" : "[]");
    return (struct cc_call){.query = Q_IATI_TOLD_BY, .params = {cc_buf_str(&keys)}};
}

/* The organisation that the likeliest of the keys names; NULL = none. */
static const char *told_by(void *mem, const char *ref, const struct cc_rows *rows)
{
    const char *keys[CC_IATI_KEYS];
    size_t n = cc_iati_org_keys(mem, ref, keys);

    for (size_t k = 0; k < n; k++) {
        for (size_t row = 0; row < cc_rows_count(rows); row++) {
            if (strcmp(cc_rows_text(rows, row, Q_IATI_TOLD_BY_KEY), keys[k]) == 0) {
                return cc_rows_text(rows, row, Q_IATI_TOLD_BY_ID);
            }
        }
    }
    return NULL;
}

void cc_participants_link(struct cc_record *rec, const struct cc_rows *rows)
{
    struct cc_node *n = rec->first;

    for (; n != NULL; n = n->next) {
        if (strcmp(n->field->name, "participant") != 0 ||
            cc_node_first(n->child, "organisation") != NULL) {
            continue;
        }
        const char *ref = cc_node_text(n->child, "ref");
        const char *id = ref != NULL ? told_by(rec->mem, ref, rows) : NULL;
        if (id != NULL) {
            (void)cc_record_add(rec, n, "organisation", id, NULL);
        }
    }
    cc_record_sort(rec);
}

static const char *activity_unidentified(const struct cc_node *n)
{
    return strcmp(n->field->name, "related") == 0 && cc_node_first(n->child, "ref") == NULL
               ? cc_node_text(n->child, "activity")
               : NULL;
}

enum cc_rc cc_related_identify(struct cc_req *req, struct cc_record *rec)
{
    struct cc_buf ids;

    cc_buf_init(&ids, req->mem);
    for (const struct cc_node *n = rec->first; n != NULL; n = n->next) {
        if (activity_unidentified(n) != NULL) {
            cc_buf_printf(&ids, "%s%s", ids.len > 0 ? " " : "", activity_unidentified(n));
        }
    }
    if (ids.len == 0) {
        return CC_OK;
    }
    struct cc_call call = {.query = Q_IATI_IDENTIFIERS, .params = {cc_buf_str(&ids)}};
    enum cc_rc rc = cc_db_pipeline(req->app->db, req->mem, &call, 1, 0, &req->err);
    for (struct cc_node *n = rec->first; rc == CC_OK && n != NULL; n = n->next) {
        const char *id = activity_unidentified(n);

        for (size_t i = 0; id != NULL && i < cc_rows_count(call.rows); i++) {
            if (strcmp(cc_rows_text(call.rows, i, Q_IATI_IDENTIFIERS_ID), id) == 0) {
                (void)cc_record_add(
                    rec, n, "ref", cc_rows_text(call.rows, i, Q_IATI_IDENTIFIERS_IDENTIFIER), NULL);
                break;
            }
        }
    }
    cc_record_sort(rec);
    return rc;
}
