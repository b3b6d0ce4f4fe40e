/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Editing: the overview of a working copy and one form per section. Two people may work on
 * different sections at once; on the same one the second sees both versions and nothing is lost.
 */
#include "app/form_fields.h"
#include "app/handlers.h"
#include "app/iati_claim.h"
#include "app/iati_known.h"
#include "app/publishable.h"
#include "app/references.h"
#include "app/working.h"

#include <string.h>
#include <talloc.h>

/* Names of a section's fields, by the kind that the identifier tells. */
static size_t accepts(const struct cc_req *req, const char *name, enum cc_input_type *type_r)
{
    const struct cc_kind *kind = cc_kind_by_letter(req->args[0][0]);
    const struct cc_field *f = kind != NULL ? cc_record_form_field(kind, req->args[1], name) : NULL;

    if (f == NULL) {
        return 0;
    }
    *type_r = f->type == CC_F_BLOCK ? CC_IN_BLOCK : CC_IN_LINE;
    return f->max > 0 ? cc_field_room(f) : 200;
}

static const struct cc_input edit_inputs[] = {
    {.name = "csrf", .type = CC_IN_TOKEN, .flags = CC_IN_REQUIRED, .max = 200},
    {.name = "base", .type = CC_IN_TOKEN, .max = 64},
    {.name = "more", .type = CC_IN_TOKEN, .max = 60},
    {.name = NULL},
};
const struct cc_form cc_edit_form = {.inputs = edit_inputs, .accepts = accepts};

static const struct cc_section *find_section(const struct cc_kind *kind, const char *name)
{
    for (const struct cc_section *s = kind->sections; s->name != NULL; s++) {
        if (strcmp(s->name, name) == 0) {
            return s;
        }
    }
    return NULL;
}

static const struct cc_link *section_links(struct cc_req *req, const struct cc_record *rec,
                                           size_t *n_r)
{
    struct cc_link *links = NULL;
    size_t n = 0;

    for (const struct cc_section *s = rec->kind->sections; s->name != NULL; s++) {
        links = talloc_realloc(req->mem, links, struct cc_link, (unsigned)n + 1);
        links[n++] = (struct cc_link){
            .text = {.text = gettext(s->label)},
            .href = {.route = R_EDIT, .args = {rec->id, s->name}},
            .is_current = req->args[1] != NULL && strcmp(req->args[1], s->name) == 0,
        };
    }
    *n_r = n;
    return links;
}

/* A membership changes by asking its organisation (app/propose.c), never by an edit. */
static bool is_asked_for(const struct cc_record *rec)
{
    return strcmp(rec->kind->name, "membership") == 0;
}

static void show_form(struct cc_req *req, struct cc_resp *resp, const struct cc_working *work,
                      const struct cc_section *section, const struct cc_pairs *pairs,
                      const char *base, const struct cc_record *typed)
{
    struct cc_edit_page p = {
        .self = cc_working_ref(req, work->rec),
        .action = {.route = R_EDIT, .args = {work->rec->id, section->name}},
        .csrf = cc_form_token(req, R_EDIT_SAVE),
        .base = base,
        .section_label = gettext(section->label),
        .is_conflict = typed != NULL,
    };
    struct cc_html w;

    p.sections = section_links(req, work->rec, &p.section_count);
    p.fields = cc_edit_fields(req, work->rec->kind, section->name, pairs,
                              cc_value(&req->form, "more"), &p.field_count);
    /* what was sent is shown in any case */
    p.is_too_large = req->form.n == 0 && !cc_edit_fits(req, p.fields, p.field_count);
    p.reasons = cc_edit_reasons(req, p.fields, p.field_count, &p.reason_count);
    if (typed != NULL) {
        cc_record_diff(req->mem, work->rec, typed, &p.changes);
        p.refs = cc_references_named(req->mem, pairs);
    }
    cc_frame_fill(req, cc_working_title(req, work->rec, p.section_label), &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_edit(&w, &p);
}

enum cc_rc cc_edit(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_call calls[CC_WORKING_CALLS + 1];
    struct cc_working work;
    struct cc_pairs pairs;

    cc_working_calls(req->args[0], calls);
    calls[CC_WORKING_CALLS] = cc_references_of(req, req->args[0]);
    enum cc_rc rc = cc_app_read(req, calls, CC_WORKING_CALLS + 1);
    if (rc == CC_OK) {
        rc = cc_working_read(req, calls, &work);
    }
    if (rc != CC_OK) {
        return rc;
    }
    if (is_asked_for(work.rec)) {
        return cc_see_other(req, resp, R_PROPOSE, work.rec->id, NULL);
    }
    if (work.is_merged) {
        return cc_see_other(req, resp, R_OVERVIEW, work.rec->id, NULL);
    }
    const struct cc_section *section = find_section(work.rec->kind, req->args[1]);
    if (section == NULL) {
        return CC_NOT_FOUND;
    }
    cc_pairs_of_record(req->mem, work.rec, section->name, &pairs);
    cc_references_name(req, calls[CC_WORKING_CALLS].rows, &pairs);
    show_form(req, resp, &work, section, &pairs, cc_pairs_hash(req->mem, &pairs), NULL);
    return CC_OK;
}

#define TRIES 4 /* of a save beside others */

_Static_assert(CC_WORKING_CALLS + CC_REFERENCE_CALLS + 1 <= CC_CALLS_MAX,
               "what a form may look up fits in one round trip");

/* Does the section say the same as the stored one, whose hash this is? */
static bool is_stored(void *mem, const struct cc_record *typed, const char *section,
                      const char *stored)
{
    struct cc_pairs pairs;

    cc_pairs_of_record(mem, typed, section, &pairs);
    return strcmp(cc_pairs_hash(mem, &pairs), stored) == 0;
}

/* *is_late_r: somebody saved between our look and our lock; on the last try the form tells it. */
static enum cc_rc save(struct cc_req *req, struct cc_resp *resp, bool is_last, bool *is_late_r)
{
    struct cc_call calls[CC_WORKING_CALLS + CC_REFERENCE_CALLS + 1], store[CC_STORE_CALLS];
    const struct cc_kind *kind = cc_kind_by_letter(req->args[0][0]);
    struct cc_working work, typed;
    struct cc_pairs stored, sent;

    if (kind == NULL) {
        return CC_NOT_FOUND;
    }
    cc_pairs_of_form(req, kind, req->args[1], &sent);
    cc_working_calls(req->args[0], calls);
    size_t asked = cc_references_ask(req, req->args[1], &sent, calls + CC_WORKING_CALLS);
    /* what is claimed to be the reporter's is told where it is typed */
    bool has_claim = strcmp(req->args[1], "reporting") == 0;
    bool has_refs = strcmp(req->args[1], "participants") == 0;
    struct cc_call *whose = &calls[CC_WORKING_CALLS + asked];
    *whose = has_refs ? cc_participants_call(req, &sent)
                      : cc_iati_claim_call(req->args[0], cc_value(&req->form, "iati-identifier"));
    enum cc_rc rc = cc_app_open(req, calls, CC_WORKING_CALLS + asked + (has_claim || has_refs));
    if (rc == CC_OK) {
        rc = cc_working_read(req, calls, &work);
    }
    if (rc == CC_OK) {
        rc = cc_working_read(req, calls, &typed);
    }
    if (rc != CC_OK) {
        return rc;
    }
    const struct cc_section *section = find_section(work.rec->kind, req->args[1]);
    if (section == NULL || is_asked_for(work.rec)) {
        return CC_NOT_FOUND;
    }
    if (work.is_merged) {
        return cc_working_refuse_merged(req);
    }
    cc_pairs_of_record(req->mem, work.rec, section->name, &stored);
    const char *base = cc_pairs_hash(req->mem, &stored);
    if (cc_value(&req->form, "more")[0] != '\0') {
        resp->status = req->form.bad ? 422 : 200;
        show_form(req, resp, &work, section, &sent, cc_value(&req->form, "base"), NULL);
        return CC_OK;
    }
    cc_references_settle(req, section->name, &sent, calls + CC_WORKING_CALLS, asked);
    struct cc_pairs known = cc_references_known(req, section->name, &sent);
    cc_record_apply_form(typed.rec, section->name, known.v, known.n, &req->problems);
    if (has_refs) {
        cc_participants_link(typed.rec, whose->rows);
    }
    rc = cc_related_identify(req, typed.rec);
    if (rc != CC_OK) {
        return rc;
    }
    size_t told = req->problems.n;
    cc_record_check_section(typed.rec, work.rec, section->name, &req->problems);
    cc_record_judge(typed.rec, work.rec, section->name, &req->problems);
    cc_pairs_place(req->mem, &sent, &req->problems, told);
    if (has_claim) {
        cc_iati_claim_check(req, typed.rec, work.published, work.owner_org, whose->rows);
    }
    bool is_conflict = strcmp(base, cc_value(&req->form, "base")) != 0;
    if (is_conflict && !req->form.bad && req->problems.errors == 0 &&
        is_stored(req->mem, typed.rec, section->name, base)) { /* the same was sent twice */
        cc_db_rollback(req->app->db);
        return cc_see_other(req, resp, R_OVERVIEW, work.rec->id, "saved");
    }
    if (is_conflict || req->problems.errors > 0 || req->form.bad) {
        resp->status = is_conflict ? 409 : 422;
        show_form(req, resp, &work, section, &sent, base, is_conflict ? typed.rec : NULL);
        return CC_OK;
    }
    cc_store_calls(req, typed.rec, work.version, "record.edit", store);
    rc = cc_app_commit(req, store, CC_STORE_CALLS);
    if (rc == CC_INVALID) {
        resp->status = 422;
        show_form(req, resp, &work, section, &sent, base, NULL);
        return CC_OK;
    }
    *is_late_r = rc == CC_CONFLICT && !is_last;
    if (rc == CC_CONFLICT && is_last) {
        resp->status = 409;
        show_form(req, resp, &work, section, &sent, base, typed.rec);
        return CC_OK;
    }
    return rc != CC_OK ? rc : cc_see_other(req, resp, R_OVERVIEW, work.rec->id, "saved");
}

/* Most often another section was saved, which is no conflict when it is looked at anew. */
enum cc_rc cc_edit_save(struct cc_req *req, struct cc_resp *resp)
{
    const struct cc_problems parsed = req->problems;
    bool is_late = true;
    enum cc_rc rc = CC_OK;

    for (int tries = 1; is_late; tries++) {
        is_late = false;
        req->problems = parsed;
        rc = save(req, resp, tries == TRIES, &is_late);
    }
    return rc;
}

static const struct cc_kept_element *kept_elements(void *mem, const struct cc_rows *rows,
                                                   size_t *n_r)
{
    *n_r = cc_rows_count(rows);
    struct cc_kept_element *kept =
        talloc_zero_array(mem, struct cc_kept_element, (unsigned)*n_r + 1);

    for (size_t i = 0; i < *n_r; i++) {
        kept[i] = (struct cc_kept_element){cc_rows_text(rows, i, Q_IATI_KEPT_OF_ELEMENT),
                                           cc_rows_text(rows, i, Q_IATI_KEPT_OF_ITEMS)};
    }
    return kept;
}

enum cc_rc cc_overview(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_call calls[CC_WORKING_CALLS + CC_PUBLISHABLE_CALLS + 2];
    struct cc_call *kept = calls + CC_WORKING_CALLS + CC_PUBLISHABLE_CALLS, *names = kept + 1;
    struct cc_working work;
    struct cc_overview_page p = {0};
    struct cc_html w;

    cc_working_calls(req->args[0], calls);
    cc_publishable_calls(req->args[0], calls + CC_WORKING_CALLS);
    *kept = (struct cc_call){.query = Q_IATI_KEPT_OF, .params = {req->args[0]}};
    *names = cc_working_names(req);
    enum cc_rc rc = cc_app_read(req, calls, CC_WORKING_CALLS + CC_PUBLISHABLE_CALLS + 2);
    if (rc == CC_OK) {
        rc = cc_working_read(req, calls, &work);
    }
    if (rc != CC_OK) {
        return rc;
    }
    cc_record_check(work.rec, true, &req->problems);
    cc_publishable_check(req, &work, calls + CC_WORKING_CALLS);
    cc_record_diff(req->mem, work.published, work.rec, &p.changes);
    p.refs = cc_refs_named(req->mem, names->rows);
    p.self = cc_working_ref(req, work.rec);
    p.kind = work.rec->kind->name;
    p.revision = work.revision;
    p.state = work.state;
    p.sections = section_links(req, work.rec, &p.section_count);
    p.reasons = cc_working_reasons(req, work.rec, &p.reason_count);
    p.kept = kept_elements(req->mem, kept->rows, &p.kept_count);
    p.may_edit = work.may_change;
    p.may_publish = work.may_publish;
    p.may_transfer =
        work.may_change && strcmp(p.kind, "organisation") != 0 && strcmp(p.kind, "membership") != 0;
    p.may_merge = cc_viewer_is(cc_viewer(req), CC_ROLE_SECRETARIAT | CC_ROLE_ADMINISTRATOR);
    cc_frame_fill(req, cc_working_title(req, work.rec, gettext(work.rec->kind->label)), &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_overview(&w, &p);
    return CC_OK;
}
