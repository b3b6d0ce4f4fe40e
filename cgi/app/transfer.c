/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Another organisation answers for a record from now on. The secretariat does it when both sides
 * agree; which records may go to whom: cc_record_transfer().
 */
#include "app/handlers.h"
#include "app/references.h"
#include "app/working.h"

#include "view/edit.h"
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

static const struct cc_input inputs[] = {
    {.name = "csrf", .type = CC_IN_TOKEN, .flags = CC_IN_REQUIRED, .max = 200},
    {.name = "version", .type = CC_IN_UINT, .flags = CC_IN_REQUIRED, .max = 18},
    {.name = "owner",
     .type = CC_IN_LINE,
     .max = CC_REFERENCE_ROOM,
     .label = N_("Responsible organisation")},
    {.name = NULL},
};
const struct cc_form cc_transfer_form = {.inputs = inputs};

/* What a transfer reads, behind the working copy. */
enum { OWNER = CC_WORKING_CALLS, CALLS };

static void prepare(const struct cc_req *req, struct cc_call calls[CALLS])
{
    cc_working_calls(req->args[0], calls);
    calls[OWNER] =
        (struct cc_call){.query = Q_RECORD_OWNER, .params = {req->args[0], req->lang->tag}};
}

/* Organisations own themselves, memberships go with their partnership. */
static enum cc_rc read_record(struct cc_req *req, const struct cc_call calls[CALLS],
                              struct cc_working *work_r)
{
    enum cc_rc rc = cc_working_read(req, calls, work_r);

    if (rc == CC_OK && (strcmp(work_r->rec->kind->name, "organisation") == 0 ||
                        strcmp(work_r->rec->kind->name, "membership") == 0)) {
        return CC_NOT_FOUND;
    }
    return rc;
}

static void show(struct cc_req *req, struct cc_resp *resp, const struct cc_working *work,
                 const struct cc_call calls[CALLS], const struct cc_pairs *names, bool is_stale)
{
    const struct cc_rows *owner = calls[OWNER].rows;
    struct cc_control to = cc_reference_control(req, "owner", _("Responsible organisation"), names);
    struct cc_transfer_page p = {
        .self = cc_working_ref(req, work->rec),
        .owner = {work->owner_org,
                  "organisation",
                  {cc_rows_text(owner, 0, Q_RECORD_OWNER_TITLE),
                   cc_rows_text(owner, 0, Q_RECORD_OWNER_LANG)}},
        .csrf = cc_form_token(req, R_TRANSFER_SEND),
        .version = work->version,
        .to = &to,
        .problems = &req->problems,
        .is_stale = is_stale,
    };
    struct cc_html w;

    cc_frame_fill(req, _("Give it to another organisation"), &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_transfer(&w, &p);
}

enum cc_rc cc_transfer(struct cc_req *req, struct cc_resp *resp)
{
    const struct cc_pairs none = {0};
    struct cc_call calls[CALLS];
    struct cc_working work;

    prepare(req, calls);
    enum cc_rc rc = cc_app_read(req, calls, CALLS);
    if (rc == CC_OK) {
        rc = read_record(req, calls, &work);
    }
    if (rc == CC_OK) {
        show(req, resp, &work, calls, &none, false);
    }
    return rc;
}

enum cc_rc cc_transfer_send(struct cc_req *req, struct cc_resp *resp)
{
    const char *sent = cc_value(&req->form, "owner"), *version = cc_value(&req->form, "version");
    struct cc_call calls[2 + CALLS];
    struct cc_working work;
    struct cc_pairs names = {0};
    const char *to = NULL;

    calls[0] = (struct cc_call){.query = Q_RECORD_LOCK, .params = {req->args[0], NULL, "f"}};
    calls[1] = cc_reference_call(req, "organisation", sent);
    prepare(req, calls + 2);
    enum cc_rc rc = cc_app_open(req, calls, 2 + CALLS);
    if (rc == CC_OK) {
        rc = read_record(req, calls + 2, &work);
    }
    if (rc != CC_OK) {
        return rc;
    }
    /* our lock raised it by one */
    long long was = strtoll(work.version, NULL, 10) - 1;
    bool is_stale = was != strtoll(version, NULL, 10) && !req->form.bad;
    work.version = talloc_asprintf(req->mem, "%lld", was);
    if (sent[strspn(sent, " ")] == '\0') {
        cc_problem_add(&req->problems, CC_ERROR, 0, "owner", N_("Choose an organisation."), NULL,
                       NULL);
    } else {
        to = cc_reference_settle(req, &names, "owner", sent, work.owner_org, calls[1].rows);
    }
    struct cc_call transfer = {.query = Q_RECORD_TRANSFER, .params = {req->args[0], to}};
    rc = is_stale || to == NULL || req->problems.errors > 0 || req->form.bad
             ? CC_INVALID
             : cc_app_commit(req, &transfer, 1);
    if (rc == CC_INVALID) {
        cc_db_rollback(req->app->db);
        work.version = is_stale ? work.version : version;
        resp->status = is_stale ? 409 : 422;
        show(req, resp, &work, calls + 2, &names, is_stale);
        return CC_OK;
    }
    return rc != CC_OK ? rc : cc_see_other(req, resp, R_OVERVIEW, req->args[0], "transferred");
}
