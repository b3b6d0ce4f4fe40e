/* SPDX-License-Identifier: EUPL-1.2 */
/* The whole audit log for administrators, by person, record and kind of event. */
#include "app/handlers.h"
#include "app/page.h"
#include "app/trail.h"

#include "concord/id.h"
#include "view/person.h"
#include <string.h>
#include <talloc.h>

#define PAGE_ROWS 50

static const struct cc_input inputs[] = {
    {.name = "person",
     .type = CC_IN_LINE,
     .max = 200,
     .label = N_("Login name or number of a person")},
    {.name = "object", .type = CC_IN_LINE, .max = 200, .label = N_("Identifier of a record")},
    {.name = "action", .type = CC_IN_TOKEN, .max = 60, .label = N_("Kind of event")},
    {.name = "before", .type = CC_IN_UINT, .max = 18},
    {.name = NULL},
};
const struct cc_form cc_audit_list_form = {.inputs = inputs};

enum { PERSON = 0, OBJECT, ACTION, FILTERS };

static const char *asked(const struct cc_req *req, size_t i)
{
    const char *value = cc_value(&req->query, inputs[i].name);

    return value[0] != '\0' ? value : NULL;
}

static bool is_action(const char *word)
{
    for (size_t i = 0; i < cc_action_count; i++) {
        if (strcmp(cc_actions[i].word, word) == 0) {
            return true;
        }
    }
    return false;
}

static const struct cc_control *filters(struct cc_req *req)
{
    struct cc_control *all = talloc_zero_array(req->mem, struct cc_control, FILTERS);
    struct cc_option *options = talloc_array(req->mem, struct cc_option, (unsigned)cc_action_count);

    for (size_t i = 0; i < cc_action_count; i++) {
        options[i] = (struct cc_option){cc_actions[i].word, gettext(cc_actions[i].label)};
    }
    for (size_t i = 0; i < FILTERS; i++) {
        all[i] = (struct cc_control){.type = i == ACTION ? CC_C_SELECT : CC_C_LINE,
                                     .name = inputs[i].name,
                                     .label = gettext(inputs[i].label),
                                     .value = cc_value(&req->query, inputs[i].name),
                                     .max = inputs[i].max};
    }
    all[ACTION].options = options;
    all[ACTION].option_count = cc_action_count;
    all[ACTION].blank = _("All");
    if (req->problems.errors > 0) {
        all[ACTION].error =
            cc_problem_text(req->mem, gettext(req->problems.v[0].message), &req->problems.v[0]);
    }
    return all;
}

static const struct cc_href *page_href(struct cc_req *req, const char *before)
{
    const char *pairs[] = {"person", asked(req, PERSON), "object", asked(req, OBJECT),
                           "action", asked(req, ACTION), "before", before,
                           NULL};

    return cc_page_href(req, R_AUDIT_LIST, NULL, pairs);
}

static const struct cc_audit_row *read_rows(void *mem, const struct cc_rows *rows, size_t n)
{
    struct cc_audit_row *out = talloc_zero_array(mem, struct cc_audit_row, (unsigned)n + 1);

    for (size_t i = 0; i < n; i++) {
        const char *detail = cc_rows_text(rows, i, Q_AUDIT_LIST_DETAIL);
        const char *object = cc_rows_text(rows, i, Q_AUDIT_LIST_OBJECT);

        out[i] = (struct cc_audit_row){
            .at = cc_rows_text(rows, i, Q_AUDIT_LIST_AT),
            .person = cc_rows_text(rows, i, Q_AUDIT_LIST_PERSON),
            .name = cc_rows_text(rows, i, Q_AUDIT_LIST_NAME),
            .by_login = cc_rows_text(rows, i, Q_AUDIT_LIST_BY_LOGIN),
            .action = cc_rows_text(rows, i, Q_AUDIT_LIST_ACTION),
            .label = cc_action_label(cc_rows_text(rows, i, Q_AUDIT_LIST_ACTION)),
            .object = object,
            .is_record = object != NULL && cc_id_valid(object),
            .detail = strcmp(detail, "{}") != 0 ? detail : NULL,
        };
    }
    return out;
}

enum cc_rc cc_audit_list(struct cc_req *req, struct cc_resp *resp)
{
    const char *before = cc_value(&req->query, "before");
    const char *id = cc_id_canonical(req->mem, cc_value(&req->query, "object"));
    struct cc_call call = {.query = Q_AUDIT_LIST,
                           .params = {asked(req, PERSON), id != NULL ? id : asked(req, OBJECT),
                                      asked(req, ACTION), before[0] != '\0' ? before : NULL, "51"}};
    struct cc_audit_page p = {.action = {.route = R_AUDIT_LIST}};
    struct cc_html w;

    if (asked(req, ACTION) != NULL && !is_action(asked(req, ACTION))) {
        cc_problem_add(&req->problems, CC_ERROR, 0, inputs[ACTION].name,
                       N_("\"{1}\" is not one of the choices. Choose one of them."),
                       asked(req, ACTION), NULL);
        resp->status = 422;
    }
    enum cc_rc rc = cc_app_read(req, &call, 1); /* an unknown kind of event has no rows */
    if (rc != CC_OK) {
        return rc;
    }
    size_t found = cc_rows_count(call.rows);
    p.row_count = found > PAGE_ROWS ? PAGE_ROWS : found;
    p.rows = read_rows(req->mem, call.rows, p.row_count);
    p.filters = filters(req);
    p.filter_count = FILTERS;
    if (found > PAGE_ROWS) {
        p.next = page_href(req, cc_rows_text(call.rows, PAGE_ROWS - 1, Q_AUDIT_LIST_ID));
    }
    if (before[0] != '\0') {
        p.first = page_href(req, NULL);
    }
    cc_frame_fill(req, _("Audit log"), &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_audit(&w, &p);
    return CC_OK;
}
