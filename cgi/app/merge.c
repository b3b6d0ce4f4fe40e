/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Merging: a record that turned out to be another one answers with 301 to it for ever. For the
 * secretariat. The reason is public, as the note of the last revision.
 */
#include "app/handlers.h"
#include "app/references.h"
#include "app/working.h"

#include "concord/id.h"
#include "view/edit.h"
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

static const struct cc_input merge_inputs[] = {
    {.name = "csrf", .type = CC_IN_TOKEN, .flags = CC_IN_REQUIRED, .max = 200},
    {.name = "version", .type = CC_IN_UINT, .flags = CC_IN_REQUIRED, .max = 18},
    {.name = "target",
     .type = CC_IN_LINE,
     .max = CC_REFERENCE_ROOM,
     .label = N_("The record that stays")},
    {.name = "note", .type = CC_IN_BLOCK, .max = 1000, .label = N_("Reason")},
    {.name = NULL},
};
const struct cc_form cc_merge_form = {.inputs = merge_inputs};

static void show(struct cc_req *req, struct cc_resp *resp, const struct cc_working *work,
                 const struct cc_pairs *names, bool is_stale)
{
    struct cc_control target =
        cc_reference_control(req, "target", _("The record that stays"), names);
    struct cc_merge_page p = {
        .self = cc_working_ref(req, work->rec),
        .csrf = cc_form_token(req, R_MERGE_SEND),
        .version = work->version,
        .target = &target,
        .note = cc_value(&req->form, "note"),
        .problems = &req->problems,
        .is_stale = is_stale,
    };
    struct cc_html w;

    cc_frame_fill(req, _("Merge into another record"), &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_merge(&w, &p);
}

enum cc_rc cc_merge(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_call calls[CC_WORKING_CALLS];
    struct cc_working work;

    cc_working_calls(req->args[0], calls);
    enum cc_rc rc = cc_app_read(req, calls, CC_WORKING_CALLS);
    if (rc == CC_OK) {
        rc = cc_working_read(req, calls, &work);
    }
    if (rc == CC_OK && work.published == NULL) {
        return cc_fail(&req->err, req->mem, CC_NOT_FOUND, NULL,
                       N_("Only a published record can be merged."), "not published");
    }
    if (rc == CC_OK) {
        const struct cc_pairs none = {0};
        show(req, resp, &work, &none, false);
    }
    return rc;
}

/* The identifier of the other record, which must be published, of the same kind, and not this one.
 */
static const char *check_target(struct cc_req *req, const struct cc_working *work,
                                const struct cc_rows *found, struct cc_pairs *names)
{
    const char *sent = cc_value(&req->form, "target"), *self = work->rec->id;
    bool is_id = cc_reference_id(req->mem, sent) != NULL;
    const char *id = NULL;

    if (sent[strspn(sent, " ")] == '\0') {
        cc_problem_add(&req->problems, CC_ERROR, 0, "target", N_("Name the record that stays."),
                       NULL, NULL);
    } else {
        id = cc_reference_settle(req, names, "target", sent, self, found);
    }
    if (id != NULL && strcmp(id, self) == 0) {
        cc_problem_add(&req->problems, CC_ERROR, 0, "target",
                       N_("A record cannot be merged into itself."), NULL, NULL);
    } else if (id != NULL && is_id &&
               (cc_rows_count(found) == 0 ||
                strcmp(cc_rows_text(found, 0, Q_RECORD_TITLE_KIND), work->rec->kind->name) != 0)) {
        cc_problem_add(&req->problems, CC_ERROR, 0, "target",
                       N_("There is no published record of this kind with that identifier."), NULL,
                       NULL);
    }
    return id;
}

static void check_rest(struct cc_req *req, const struct cc_working *work)
{
    if (work->published == NULL) {
        cc_problem_add(&req->problems, CC_ERROR, 0, "target",
                       N_("Only a published record can be merged."), NULL, NULL);
    }
    if (cc_value(&req->form, "note")[0] == '\0') {
        cc_problem_add(&req->problems, CC_ERROR, 0, "note", N_("Tell why they are merged."), NULL,
                       NULL);
    }
}

enum cc_rc cc_merge_send(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_call calls[2 + CC_WORKING_CALLS];
    struct cc_working work;
    struct cc_pairs names = {0};
    const struct cc_kind *kind = cc_kind_by_letter(req->args[0][0]);
    const char *version = cc_value(&req->form, "version");

    if (kind == NULL) {
        return CC_NOT_FOUND;
    }
    calls[0] = (struct cc_call){.query = Q_RECORD_LOCK, .params = {req->args[0], NULL, "f"}};
    calls[1] = cc_reference_call(req, kind->name, cc_value(&req->form, "target"));
    cc_working_calls(req->args[0], calls + 2);
    enum cc_rc rc = cc_app_open(req, calls, 2 + CC_WORKING_CALLS);
    if (rc == CC_OK) {
        rc = cc_working_read(req, calls + 2, &work);
    }
    if (rc != CC_OK) {
        return rc;
    }
    /* our lock raised it by one */
    long long was = strtoll(work.version, NULL, 10) - 1;
    work.version = talloc_asprintf(req->mem, "%lld", was);
    if (work.is_merged) {
        return cc_working_refuse_merged(req);
    }
    const char *target = check_target(req, &work, calls[1].rows, &names);
    bool is_stale = was != strtoll(version, NULL, 10) && !req->form.bad;
    if (!is_stale) {
        check_rest(req, &work);
    }
    struct cc_publication publication = {
        .kind = CC_REDIRECTED,
        .record = work.rec,
        .record_id = work.rec->id,
        .publisher = work.owner_org,
        .note = cc_value(&req->form, "note"),
        .redirect = target,
        .previous_revision = work.revision,
        .previous_seal_sha256 = work.seal_sha256,
    };
    struct cc_call audit = {.query = Q_AUDIT, .params = {"record.merge", work.rec->id, "{}"}};
    rc = is_stale || req->problems.errors > 0 || req->form.bad
             ? CC_INVALID
             : cc_publish_commit(req, &publication, &audit, 1);
    if (rc == CC_INVALID) {
        cc_db_rollback(req->app->db);
        work.version = is_stale ? work.version : version;
        resp->status = is_stale ? 409 : 422;
        show(req, resp, &work, &names, is_stale);
        return CC_OK;
    }
    return rc != CC_OK ? rc : cc_see_other(req, resp, R_OVERVIEW, work.rec->id, "merged");
}
