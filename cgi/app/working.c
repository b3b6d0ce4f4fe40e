/* SPDX-License-Identifier: EUPL-1.2 */
/* The working copy of a record: loaded, stored, published by handlers. */
#include "app/working.h"

#include "concord/log.h"
#include "concord/xml.h"
#include "view/edit.h"
#include <string.h>
#include <talloc.h>

void cc_working_calls(const char *id, struct cc_call calls[CC_WORKING_CALLS])
{
    calls[0] = (struct cc_call){.query = Q_RECORD_LOAD, .params = {id}};
    calls[1] = (struct cc_call){.query = Q_RECORD_STATE, .params = {id}};
    calls[2] = (struct cc_call){.query = Q_RECORD_CURRENT, .params = {id}};
}

static enum cc_rc read_published(struct cc_req *req, const struct cc_rows *rows,
                                 struct cc_record **rec_r)
{
    struct cc_problems ignored;

    *rec_r = NULL;
    if (cc_rows_count(rows) == 0) {
        return CC_OK;
    }
    const char *content = cc_rows_text(rows, 0, Q_RECORD_CURRENT_CONTENT);
    if (content == NULL) {
        return CC_OK;
    }
    cc_problems_init(&ignored, req->mem);
    return cc_xml_read_record(req->mem, content, strlen(content), &CC_XML_IMPORT, &ignored, rec_r);
}

enum cc_rc cc_working_read(struct cc_req *req, const struct cc_call calls[CC_WORKING_CALLS],
                           struct cc_working *w_r)
{
    const struct cc_rows *load = calls[0].rows, *state = calls[1].rows;

    *w_r = (struct cc_working){0};
    if (cc_rows_count(load) == 0 || cc_rows_count(state) == 0) {
        return CC_NOT_FOUND;
    }
    const struct cc_kind *kind = cc_kind_find(cc_rows_text(load, 0, Q_RECORD_LOAD_KIND));
    const char *id = cc_rows_text(state, 0, Q_RECORD_STATE_ID);
    enum cc_rc rc = cc_record_from_json(
        req->mem, kind, id, cc_rows_text(load, 0, Q_RECORD_LOAD_CONTENT), &w_r->rec, &req->err);
    if (rc == CC_OK) {
        rc = read_published(req, calls[2].rows, &w_r->published);
    }
    w_r->owner_org = cc_rows_text(state, 0, Q_RECORD_STATE_OWNER_ORG);
    w_r->other_org = cc_rows_text(state, 0, Q_RECORD_STATE_OTHER_ORG);
    w_r->parent = cc_rows_text(state, 0, Q_RECORD_STATE_PARENT);
    w_r->version = cc_rows_text(state, 0, Q_RECORD_STATE_VERSION);
    w_r->revision = cc_rows_text(state, 0, Q_RECORD_STATE_REVISION);
    w_r->state = cc_rows_text(state, 0, Q_RECORD_STATE_STATE);
    w_r->seal_sha256 = cc_rows_text(state, 0, Q_RECORD_STATE_SEAL_SHA256);
    w_r->content_sha256 = cc_rows_text(state, 0, Q_RECORD_STATE_CONTENT_SHA256);
    w_r->note = cc_rows_count(calls[2].rows) > 0
                    ? cc_rows_text(calls[2].rows, 0, Q_RECORD_CURRENT_NOTE)
                    : NULL;
    w_r->note = w_r->note != NULL ? w_r->note : "";
    w_r->is_merged = w_r->state != NULL && strcmp(w_r->state, "redirected") == 0;
    w_r->may_change = cc_rows_bool(state, 0, Q_RECORD_STATE_MAY_CHANGE) && !w_r->is_merged;
    w_r->may_publish = cc_rows_bool(state, 0, Q_RECORD_STATE_MAY_PUBLISH) && !w_r->is_merged;
    return rc;
}

enum cc_rc cc_working_refuse_merged(struct cc_req *req)
{
    return cc_fail(&req->err, req->mem, CC_CONFLICT, NULL,
                   N_("This record was merged into another one, for good. Change that one."),
                   "merged");
}

struct cc_call cc_working_names(const struct cc_req *req)
{
    return (struct cc_call){.query = Q_REVISION_NAMES,
                            .params = {req->args[0], NULL, NULL, req->lang->tag}};
}

struct cc_ref cc_working_ref(const struct cc_req *req, const struct cc_record *rec)
{
    const char *field = rec->kind->title_field;
    const struct cc_node *n = field != NULL ? cc_node_in(rec->first, field, req->lang->tag) : NULL;

    return (struct cc_ref){
        rec->id, rec->kind->name, {n != NULL ? n->text : NULL, n != NULL ? n->lang : NULL}};
}

static const struct cc_field *top_field(const struct cc_req *req, const struct cc_kind *kind,
                                        const char *path)
{
    return path == NULL
               ? NULL
               : cc_field_find(kind->fields, talloc_strndup(req->mem, path, strcspn(path, ".")));
}

const struct cc_reason *cc_working_reasons(struct cc_req *req, const struct cc_record *rec,
                                           size_t *n_r)
{
    const struct cc_problems *problems = &req->problems;
    struct cc_reason *reasons =
        talloc_zero_array(req->mem, struct cc_reason, (unsigned)problems->n + 1);

    for (size_t i = 0; i < problems->n; i++) {
        const struct cc_problem *problem = &problems->v[i];
        const struct cc_field *f = top_field(req, rec->kind, problem->path);

        reasons[i].message = cc_problem_text(req->mem, gettext(problem->message), problem);
        reasons[i].is_warning = problem->severity == CC_WARNING;
        if (f != NULL && f->section != NULL) {
            reasons[i].where.text.text = gettext(f->label);
            reasons[i].where.href =
                (struct cc_href){.route = R_EDIT, .args = {rec->id, f->section}};
        }
    }
    *n_r = problems->n;
    return reasons;
}

const char *cc_working_title(const struct cc_req *req, const struct cc_record *rec,
                             const char *page)
{
    struct cc_ref ref = cc_working_ref(req, rec);

    return ref.title.text != NULL ? talloc_asprintf(req->mem, "%s – %s", page, ref.title.text)
                                  : page;
}

void cc_store_calls(struct cc_req *req, const struct cc_record *rec, const char *version,
                    const char *action, struct cc_call calls[CC_STORE_CALLS])
{
    struct cc_buf json;

    cc_buf_init(&json, req->mem);
    cc_record_to_batch(rec, &json);
    cc_buf_addc(&json, ']');
    calls[0] = (struct cc_call){.query = Q_RECORD_LOCK, .params = {rec->id, version, "f"}};
    calls[1] = (struct cc_call){.query = Q_RECORD_STORE, .params = {cc_buf_str(&json)}};
    calls[2] = (struct cc_call){.query = Q_AUDIT, .params = {action, rec->id, "{}"}};
}

enum cc_rc cc_publish_commit(struct cc_req *req, const struct cc_publication *publication,
                             struct cc_call *before, size_t before_count)
{
    struct cc_call calls[12];
    struct cc_sealed sealed;

    enum cc_rc rc = cc_publish_seal(req->mem, publication, &req->problems, &sealed, &req->err);
    if (rc != CC_OK) {
        cc_db_rollback(req->app->db);
        return rc;
    }
    if (sealed.unchanged) {
        return before_count > 0 ? cc_app_commit(req, before, before_count) : CC_OK;
    }
    if (before_count + 1 > sizeof(calls) / sizeof(calls[0])) {
        cc_die("too many statements before a publication");
    }
    if (before_count > 0) {
        memcpy(calls, before, before_count * sizeof(*before));
    }
    cc_publish_call(req->mem, publication, &sealed, &calls[before_count]);
    return cc_app_commit(req, calls, before_count + 1);
}
