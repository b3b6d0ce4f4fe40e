/* SPDX-License-Identifier: EUPL-1.2 */
/* Who may act for an organisation, and who may work on one record: rows, given and taken here. */
#include "app/handlers.h"
#include "app/person.h"
#include "app/working.h"

#include "view/person.h"
#include <string.h>
#include <talloc.h>

#define NO_ROLE   "none" /* takes the role away */
#define PAGE_ROWS 50

static const struct cc_input list_inputs[] = {
    {.name = "done", .type = CC_IN_TOKEN, .max = 30},
    {.name = "cursor", .type = CC_IN_TOKEN, .max = 100},
    {.name = NULL},
};
const struct cc_form cc_people_form = {.inputs = list_inputs};

static const struct cc_input inputs[] = {
    {.name = "csrf", .type = CC_IN_TOKEN, .flags = CC_IN_REQUIRED, .max = 200},
    {.name = "login",
     .type = CC_IN_LINE,
     .flags = CC_IN_REQUIRED,
     .max = 200,
     .label = N_("Login name")},
    {.name = "role", .type = CC_IN_TOKEN, .flags = CC_IN_REQUIRED, .max = 60, .label = N_("Role")},
    {.name = NULL},
};
const struct cc_form cc_grant_form = {.inputs = inputs};

/* One of the two pages. */
struct place {
    enum cc_query list, grant;
    int person, name, login, role; /* columns */
    enum cc_route_id show, send, back;
    const char *heading;
    const char *refused;      /* msgid: why the database says no to somebody who may be here */
    const char *const *roles; /* codes of record-role, ends with NULL */
};

static const char *const org_roles[] = {"focal-point", "editor", "reader", NULL};
static const char *const record_roles[] = {"owner",    "editor",   "focal-point",
                                           "reviewer", "observer", NULL};

static const struct place organisation = {
    .list = Q_ORG_PEOPLE,
    .grant = Q_ORG_GRANT,
    .person = Q_ORG_PEOPLE_PERSON,
    .name = Q_ORG_PEOPLE_NAME,
    .login = Q_ORG_PEOPLE_LOGIN,
    .role = Q_ORG_PEOPLE_ROLE,
    .show = R_ORG_PEOPLE,
    .send = R_ORG_PEOPLE_SEND,
    .back = R_OVERVIEW,
    .heading = N_("People of the organisation"),
    .refused = N_("The last focal point of an organisation stays. Name another one first, or ask "
                  "the secretariat."),
    .roles = org_roles,
};
static const struct place record = {
    .list = Q_RECORD_PEOPLE,
    .grant = Q_RECORD_GRANT,
    .person = Q_RECORD_PEOPLE_PERSON,
    .name = Q_RECORD_PEOPLE_NAME,
    .login = Q_RECORD_PEOPLE_LOGIN,
    .role = Q_RECORD_PEOPLE_ROLE,
    .show = R_RECORD_PEOPLE,
    .send = R_RECORD_PEOPLE_SEND,
    .back = R_OVERVIEW,
    .heading = N_("Who may work on this record"),
    .refused = N_("You may not give or take away roles on this record."),
    .roles = record_roles,
};

static const char *role_name(const char *role)
{
    return strcmp(role, "reader") == 0 ? cc_code_name("organisation-role", role)
                                       : cc_code_name("record-role", role);
}

enum { LIST = 0, TITLE, STATE, CALLS };

/* after: the last person of the page before, or NULL. */
static void prepare(const struct cc_req *req, const struct place *place, const char *after,
                    struct cc_call calls[CALLS])
{
    calls[LIST] = (struct cc_call){.query = place->list, .params = {req->args[0], after, "51"}};
    calls[TITLE] =
        (struct cc_call){.query = Q_RECORD_TITLE, .params = {req->args[0], req->lang->tag}};
    calls[STATE] = (struct cc_call){.query = Q_RECORD_STATE, .params = {req->args[0]}};
}

static const struct cc_href *page_href(struct cc_req *req, const struct place *place,
                                       const char *after)
{
    const char *pairs[] = {
        "cursor", after != NULL ? cc_person_cursor(req, place->show, req->args[0], after) : NULL,
        NULL};

    return cc_page_href(req, place->show, req->args[0], pairs);
}

static struct cc_people_row *make_rows(struct cc_req *req, const struct place *place,
                                       const struct cc_rows *rows, size_t n)
{
    struct cc_people_row *out = talloc_zero_array(req->mem, struct cc_people_row, (unsigned)n + 1);

    for (size_t i = 0; i < n; i++) {
        struct cc_option *hidden = talloc_array(req->mem, struct cc_option, 2);

        out[i].name = cc_rows_text(rows, i, place->name);
        out[i].login = cc_rows_text(rows, i, place->login);
        out[i].role = role_name(cc_rows_text(rows, i, place->role));
        hidden[0] = (struct cc_option){"login", out[i].login};
        hidden[1] = (struct cc_option){"role", NO_ROLE};
        out[i].remove = (struct cc_button){
            .action = {.route = (int)place->send, .args = {req->args[0]}},
            .csrf = cc_form_token(req, place->send),
            .label = _("Take away"),
            .tone = CC_TONE_BAD,
            .hidden = hidden,
            .hidden_count = 2,
            .about = out[i].name,
        };
    }
    return out;
}

static const char *error_of(struct cc_req *req, const char *field)
{
    const struct cc_problem *bad = cc_problem_find(&req->problems, field);

    return bad != NULL ? cc_problem_text(req->mem, gettext(bad->message), bad) : NULL;
}

static void show(struct cc_req *req, struct cc_resp *resp, const struct place *place,
                 const struct cc_call calls[CALLS])
{
    struct cc_option options[8];
    size_t n = 0, found = cc_rows_count(calls[LIST].rows);
    size_t shown = found > PAGE_ROWS ? PAGE_ROWS : found;
    const struct cc_rows *title = calls[TITLE].rows, *state = calls[STATE].rows;
    bool is_record = place == &record;

    for (; place->roles[n] != NULL; n++) {
        options[n] = (struct cc_option){place->roles[n], role_name(place->roles[n])};
    }
    struct cc_control login = {
        .type = CC_C_LINE,
        .name = "login",
        .label = _("Login name"),
        .hint = _("Of somebody who has signed in here at least once."),
        .error = error_of(req, "login"),
        .value = cc_value(&req->form, "login"),
        .is_required = true,
        .max = 200,
    };
    struct cc_control role = {
        .type = CC_C_SELECT,
        .name = "role",
        .label = _("Role"),
        .error = error_of(req, "role"),
        .value = cc_value(&req->form, "role"),
        .is_required = true,
        .options = options,
        .option_count = n,
        .blank = _("Choose"),
    };
    struct cc_people_page p = {
        .self = {.id = req->args[0]},
        .action = {.route = (int)place->send, .args = {req->args[0]}},
        .back = {.route = (int)place->back, .args = {req->args[0]}},
        .csrf = cc_form_token(req, place->send),
        .rows = make_rows(req, place, calls[LIST].rows, shown),
        .row_count = shown,
        .login = &login,
        .role = &role,
        .may_grant = !is_record || (cc_rows_count(state) > 0 &&
                                    cc_rows_bool(state, 0, Q_RECORD_STATE_MAY_PUBLISH)),
        .problems = &req->problems,
    };
    struct cc_html w;

    if (found > shown) {
        p.next = page_href(req, place, cc_rows_text(calls[LIST].rows, shown - 1, place->person));
    }
    if (cc_value(&req->query, "cursor")[0] != '\0') {
        p.first = page_href(req, place, NULL);
    }
    if (cc_rows_count(title) > 0) {
        p.self.title = (struct cc_tagged){cc_rows_text(title, 0, Q_RECORD_TITLE_TITLE),
                                          cc_rows_text(title, 0, Q_RECORD_TITLE_LANG)};
    }
    cc_frame_fill(req, gettext(place->heading), &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_people(&w, &p);
}

/* Only organisations have people; the secretariat may ask for any record. */
static bool has_people(const struct place *place, const struct cc_call calls[CALLS])
{
    const struct cc_rows *state = calls[STATE].rows;

    return place == &record ||
           (cc_rows_count(state) > 0 &&
            strcmp(cc_rows_text(state, 0, Q_RECORD_STATE_KIND), "organisation") == 0);
}

static enum cc_rc list(struct cc_req *req, struct cc_resp *resp, const struct place *place)
{
    const char *cursor = cc_value(&req->query, "cursor");
    const char *after =
        cursor[0] != '\0' ? cc_person_of_cursor(req, place->show, req->args[0], cursor) : NULL;
    struct cc_call calls[CALLS];

    if (cursor[0] != '\0' && after == NULL) {
        return CC_BAD_REQUEST;
    }
    prepare(req, place, after, calls);
    enum cc_rc rc = cc_app_read(req, calls, CALLS);
    if (rc == CC_OK && !has_people(place, calls)) {
        return CC_NOT_FOUND;
    }
    if (rc == CC_OK) {
        show(req, resp, place, calls);
    }
    return rc;
}

static bool is_role(const struct place *place, const char *role)
{
    for (size_t i = 0; place->roles[i] != NULL; i++) {
        if (strcmp(place->roles[i], role) == 0) {
            return true;
        }
    }
    return strcmp(role, NO_ROLE) == 0;
}

/* What the database said no to, told beside the field; CC_OK when it was not for us to tell. */
static bool tell(struct cc_req *req, const struct place *place, enum cc_rc rc)
{
    const char *message =
        rc == CC_NOT_FOUND   ? N_("Nobody with this login name has signed in yet. Ask them to sign "
                                    "in once; then they can be given a role.")
        : rc == CC_FORBIDDEN ? place->refused
                             : NULL;

    if (message != NULL) {
        cc_problem_add(&req->problems, CC_ERROR, 0, "login", message, NULL, NULL);
    }
    return message != NULL;
}

static enum cc_rc send(struct cc_req *req, struct cc_resp *resp, const struct place *place)
{
    const char *role = cc_value(&req->form, "role");
    bool takes_away = strcmp(role, NO_ROLE) == 0;
    struct cc_call calls[CALLS];
    struct cc_call grant = {
        .query = place->grant,
        .params = {req->args[0], cc_value(&req->form, "login"), takes_away ? NULL : role}};

    prepare(req, place, NULL, calls);
    enum cc_rc rc = cc_app_open(req, calls, CALLS);
    if (rc != CC_OK) {
        return rc;
    }
    if (!has_people(place, calls)) {
        cc_db_rollback(req->app->db);
        return CC_NOT_FOUND;
    }
    if (!is_role(place, role)) {
        cc_problem_add(&req->problems, CC_ERROR, 0, "role", N_("Choose a role from the list."),
                       NULL, NULL);
    }
    rc = CC_INVALID;
    if (req->problems.errors == 0 && !req->form.bad) {
        rc = cc_app_commit(req, &grant, 1);
    }
    if (rc == CC_INVALID || tell(req, place, rc)) {
        cc_db_rollback(req->app->db);
        resp->status = 422;
        show(req, resp, place, calls);
        return CC_OK;
    }
    return rc != CC_OK ? rc
                       : cc_see_other(req, resp, place->show, req->args[0],
                                      takes_away ? "revoked" : "granted");
}

enum cc_rc cc_org_people(struct cc_req *req, struct cc_resp *resp)
{
    return list(req, resp, &organisation);
}

enum cc_rc cc_org_people_send(struct cc_req *req, struct cc_resp *resp)
{
    return send(req, resp, &organisation);
}

enum cc_rc cc_record_people(struct cc_req *req, struct cc_resp *resp)
{
    return list(req, resp, &record);
}

enum cc_rc cc_record_people_send(struct cc_req *req, struct cc_resp *resp)
{
    return send(req, resp, &record);
}
