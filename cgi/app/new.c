/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Registering a partnership, an organisation, an activity or a commitment: its names first; the
 * overview then tells what else is needed. Sent twice, it is made once. A new organisation with a
 * name like another's is asked about before it is made.
 */
#include "app/form_fields.h"
#include "app/handlers.h"
#include "app/references.h"
#include "app/working.h"

#include "concord/hash.h"
#include "concord/id.h"
#include <jansson.h>
#include <string.h>
#include <talloc.h>

#define SECTION "names"

struct newcomer {
    const struct cc_kind *kind;
    const char *heading;
    enum cc_route_id show, send;
    bool has_owner;    /* another organisation answers for it: chosen in the form */
    bool asks_similar; /* names like others' are asked about */
    /* Path of the field that names the organisation that answers for it, too; or NULL. */
    const char *owner_group, *owner_field;
};

static size_t accepts_of(const char *kind, const char *name, enum cc_input_type *type_r)
{
    const struct cc_field *f = cc_record_form_field(cc_kind_find(kind), SECTION, name);

    if (f == NULL) {
        return 0;
    }
    *type_r = CC_IN_LINE;
    return f->max > 0 ? f->max : 200;
}

static size_t accepts_activity(const struct cc_req *req, const char *name,
                               enum cc_input_type *type_r)
{
    (void)req;
    return accepts_of("activity", name, type_r);
}

static size_t accepts_partnership(const struct cc_req *req, const char *name,
                                  enum cc_input_type *type_r)
{
    (void)req;
    return accepts_of("partnership", name, type_r);
}

static size_t accepts_organisation(const struct cc_req *req, const char *name,
                                   enum cc_input_type *type_r)
{
    (void)req;
    return accepts_of("organisation", name, type_r);
}

static size_t accepts_commitment(const struct cc_req *req, const char *name,
                                 enum cc_input_type *type_r)
{
    (void)req;
    return accepts_of("commitment", name, type_r);
}

static const struct cc_input inputs[] = {
    {.name = "csrf", .type = CC_IN_TOKEN, .flags = CC_IN_REQUIRED, .max = 200},
    {.name = "once", .type = CC_IN_TOKEN, .flags = CC_IN_REQUIRED, .max = 64},
    {.name = "owner",
     .type = CC_IN_LINE,
     .max = CC_REFERENCE_ROOM,
     .label = N_("Responsible organisation")},
    {.name = "distinct", .type = CC_IN_BOOL, .max = 5},
    {.name = "more", .type = CC_IN_TOKEN, .max = 60},
    {.name = NULL},
};
const struct cc_form cc_activity_new_form = {.inputs = inputs, .accepts = accepts_activity};
const struct cc_form cc_partnership_new_form = {.inputs = inputs, .accepts = accepts_partnership};
const struct cc_form cc_commitment_new_form = {.inputs = inputs, .accepts = accepts_commitment};
const struct cc_form cc_organisation_new_form = {.inputs = inputs, .accepts = accepts_organisation};

/* The organisations that the viewer may register a partnership for, as choices. */
static const struct cc_option *owners(struct cc_req *req, size_t *n_r)
{
    const char *orgs = cc_viewer(req)->orgs;
    json_t *list = orgs != NULL ? json_loads(orgs, 0, NULL) : NULL;
    struct cc_option *out =
        talloc_zero_array(req->mem, struct cc_option, (unsigned)json_array_size(list) + 1);
    size_t n = 0, i;
    json_t *org;

    json_array_foreach(list, i, org)
    {
        const char *role = json_string_value(json_object_get(org, "role"));

        if (role == NULL || strcmp(role, "reader") == 0) {
            continue;
        }
        out[n].value = talloc_strdup(req->mem, json_string_value(json_object_get(org, "id")));
        out[n++].text = talloc_strdup(req->mem, json_string_value(json_object_get(org, "name")));
    }
    json_decref(list);
    *n_r = n;
    return out;
}

static bool is_staff(const struct cc_req *req)
{
    return cc_viewer_is(cc_viewer(req), CC_ROLE_SECRETARIAT | CC_ROLE_ADMINISTRATOR);
}

bool cc_may_register_for(struct cc_req *req)
{
    size_t n;

    (void)owners(req, &n);
    return n > 0 || is_staff(req);
}

/*
 * The choice of the responsible organisation, as a field before those of the section: one's own, or
 * any by name for the secretariat.
 */
static struct cc_edit_field owner_field(struct cc_req *req, const struct cc_pairs *names)
{
    const char *sent = cc_value(&req->form, "owner"), *id = cc_reference_id(req->mem, sent);
    struct cc_control *control = talloc_zero(req->mem, struct cc_control);
    struct cc_edit_item *item = talloc_zero(req->mem, struct cc_edit_item);
    const struct cc_problem *bad = cc_problem_find(&req->problems, "owner");

    if (is_staff(req)) {
        *control = cc_reference_control(req, "owner", _("Responsible organisation"), names);
    } else {
        *control = (struct cc_control){
            .type = CC_C_SELECT,
            .name = "owner",
            .label = _("Responsible organisation"),
            .error = bad != NULL ? cc_problem_text(req->mem, gettext(bad->message), bad) : NULL,
            .value = id != NULL ? id : sent,
            .is_required = true,
            .blank = _("Choose"),
        };
        control->options = owners(req, &control->option_count);
    }
    *item = (struct cc_edit_item){NULL, control, 1};
    return (struct cc_edit_field){
        .name = "responsible",
        .label = _("Who answers for it"),
        .hint = _("The organisation whose focal points and editors may change and publish it."),
        .items = item,
        .item_count = 1,
    };
}

static const struct cc_link *similar_links(struct cc_req *req, const struct cc_rows *rows,
                                           size_t *n_r)
{
    size_t n = cc_rows_count(rows);
    struct cc_link *links = talloc_zero_array(req->mem, struct cc_link, (unsigned)n + 1);

    for (size_t i = 0; i < n; i++) {
        links[i].text.text = cc_rows_text(rows, i, Q_ORGANISATION_SIMILAR_NAME);
        links[i].text.lang = cc_rows_text(rows, i, Q_ORGANISATION_SIMILAR_LANG);
        links[i].href = (struct cc_href){
            .route = R_ORGANISATION_SHOW,
            .args = {cc_rows_text(rows, i, Q_ORGANISATION_SIMILAR_ID)},
        };
    }
    *n_r = n;
    return links;
}

static bool is_distinct(const struct cc_req *req)
{
    return strcmp(cc_value(&req->form, "distinct"), "true") == 0;
}

/* similar: what it may be, to be asked about; or NULL. */
static void show(struct cc_req *req, struct cc_resp *resp, const struct newcomer *what,
                 const struct cc_pairs *pairs, const struct cc_rows *similar)
{
    struct cc_edit_page p = {
        .action = {.route = (int)what->show},
        .csrf = cc_form_token(req, what->send),
        .once = cc_value_has(&req->form, "once") ? cc_value(&req->form, "once")
                                                 : cc_random_token(req->mem, 16),
        .is_new = true,
    };
    struct cc_html w;
    size_t n;
    const struct cc_edit_field *fields =
        cc_edit_fields(req, what->kind, SECTION, pairs, cc_value(&req->form, "more"), &n);
    struct cc_edit_field *all = talloc_array(req->mem, struct cc_edit_field, (unsigned)n + 1);

    if (what->has_owner) {
        all[p.field_count++] = owner_field(req, pairs);
    }
    memcpy(all + p.field_count, fields, n * sizeof(*fields));
    p.field_count += n;
    p.fields = all;
    p.reasons = cc_edit_reasons(req, all, p.field_count, &p.reason_count);
    if (similar != NULL) {
        p.similar = similar_links(req, similar, &p.similar_count);
        p.is_distinct = is_distinct(req);
    }
    cc_frame_fill(req, gettext(what->heading), &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_edit(&w, &p);
}

static enum cc_rc show_empty(struct cc_req *req, struct cc_resp *resp, const struct newcomer *what)
{
    struct cc_pairs none = {0};

    enum cc_rc rc = cc_app_read(req, NULL, 0);
    if (rc == CC_OK) {
        show(req, resp, what, &none, NULL);
    }
    return rc;
}

static const char *first_name(const struct cc_record *rec)
{
    const char *name = cc_node_text(rec->first, rec->kind->title_field);

    return name != NULL ? name : "";
}

/* Was one typed? */
static bool has_name(const struct cc_kind *kind, const struct cc_pairs *sent)
{
    size_t len = strlen(kind->title_field);

    for (size_t i = 0; i < sent->n; i++) {
        const struct cc_pair *pair = &sent->v[i];

        if (strncmp(pair->name, kind->title_field, len) == 0 && pair->name[len] == '.' &&
            pair->value[strspn(pair->value, " \t\r\n")] != '\0') {
            return true;
        }
    }
    return false;
}

static void add_names(struct cc_buf *out, const struct cc_node *first)
{
    for (const struct cc_node *n = first; n != NULL; n = n->next) {
        if (n->field->type == CC_F_LINE && n->text != NULL) {
            cc_buf_printf(out, "%s%s", out->len > 0 ? "\n" : "", n->text);
        }
        add_names(out, n->child);
    }
}

/* The lines of its first section: names, acronyms, other names in every language, one a line. */
static const char *all_names(void *mem, const struct cc_record *rec)
{
    struct cc_buf out;

    cc_buf_init(&out, mem);
    add_names(&out, rec->first);
    return cc_buf_str(&out);
}

/* The form was sent before, with other words: it is shown again, able to make one more. */
static enum cc_rc sent_before(struct cc_req *req, struct cc_resp *resp, const struct newcomer *what,
                              const struct cc_pairs *sent, const struct cc_rows *similar,
                              const char *made)
{
    cc_problem_add(&req->problems, CC_ERROR, 0, what->kind->title_field,
                   N_("This form has made the record {1} already, with other words. Change it "
                      "there, or send again to make another one."),
                   made, NULL);
    cc_once_anew(req);
    cc_db_rollback(req->app->db);
    resp->status = 409;
    show(req, resp, what, sent, similar);
    return CC_OK;
}

static enum cc_rc send(struct cc_req *req, struct cc_resp *resp, const struct newcomer *what)
{
    const char *id = cc_id_new(req->mem, what->kind->letter);
    const char *owner = what->has_owner ? cc_value(&req->form, "owner") : id;
    bool names_owner = what->has_owner && owner[strspn(owner, " ")] != '\0';
    struct cc_record *rec = cc_record_new(req->mem, what->kind, id);
    struct cc_pairs sent;
    struct cc_call store[1 + CC_STORE_CALLS + 1];

    cc_pairs_of_form(req, what->kind, SECTION, &sent);
    cc_record_apply_form(rec, SECTION, sent.v, sent.n, &req->problems);
    struct cc_call calls[3] = {
        {.query = Q_ONCE,
         .params = {cc_value(&req->form, "once"),
                    talloc_asprintf(req->mem, "%s %s", id, cc_pairs_hash(req->mem, &sent))}},
    };
    size_t n = 1;
    if (what->asks_similar) {
        calls[n++] = (struct cc_call){.query = Q_ORGANISATION_SIMILAR,
                                      .params = {all_names(req->mem, rec), req->lang->tag}};
    }
    if (names_owner) {
        calls[n++] = cc_reference_call(req, "organisation", owner);
    }
    enum cc_rc rc = cc_app_open(req, calls, n);
    if (rc != CC_OK) {
        return rc;
    }
    const struct cc_rows *similar = what->asks_similar ? calls[1].rows : NULL;
    if (!cc_rows_bool(calls[0].rows, 0, Q_ONCE_FRESH)) {
        const char *result = cc_rows_text(calls[0].rows, 0, Q_ONCE_RESULT);
        size_t len = strcspn(result, " ");
        const char *made = talloc_strndup(req->mem, result, len);

        return result[len] == '\0' || strcmp(result + len + 1, cc_pairs_hash(req->mem, &sent)) == 0
                   ? cc_see_other(req, resp, R_OVERVIEW, made, "created")
                   : sent_before(req, resp, what, &sent, similar, made);
    }
    size_t told = req->problems.n;
    cc_record_check(rec, false, &req->problems);
    cc_pairs_place(req->mem, &sent, &req->problems, told);
    bool is_refused = req->problems.errors > 0 || req->form.bad;
    if (first_name(rec)[0] == '\0' && !(is_refused && has_name(what->kind, &sent))) {
        cc_problem_add(&req->problems, CC_ERROR, 0, what->kind->title_field,
                       N_("Write it in one language at least."), NULL, NULL);
    }
    if (names_owner) {
        owner = cc_reference_settle(req, &sent, "owner", owner, NULL, calls[n - 1].rows);
    } else if (what->has_owner) {
        cc_problem_add(&req->problems, CC_ERROR, 0, "owner", N_("Choose an organisation."), NULL,
                       NULL);
    }
    bool grows = cc_value(&req->form, "more")[0] != '\0';
    bool asks = similar != NULL && cc_rows_count(similar) > 0 && !is_distinct(req);
    if (grows || asks || req->problems.errors > 0 || req->form.bad) {
        cc_db_rollback(req->app->db);
        resp->status = grows && !req->form.bad ? 200 : 422;
        show(req, resp, what, &sent, similar);
        return CC_OK;
    }
    if (what->owner_field != NULL) {
        struct cc_node *group = what->owner_group != NULL
                                    ? cc_record_add(rec, NULL, what->owner_group, NULL, NULL)
                                    : NULL;
        cc_record_add(rec, group, what->owner_field, owner, NULL);
    }
    store[0] = (struct cc_call){.query = Q_RECORD_CREATE,
                                .params = {id, what->kind->name, owner, NULL, NULL}};
    cc_store_calls(req, rec, NULL, "record.create", store + 1);
    size_t stores = 1 + CC_STORE_CALLS;
    if (what->asks_similar && is_staff(req)) { /* the secretariat knows whom it registers */
        store[stores++] = (struct cc_call){.query = Q_CONFIRMATION_WAIVE, .params = {id}};
    }
    rc = cc_app_commit(req, store, stores);
    if (rc == CC_FORBIDDEN && what->has_owner) {
        cc_problem_add(&req->problems, CC_ERROR, 0, "owner",
                       N_("You may not register records of this organisation. Choose one that you "
                          "speak for, or ask the secretariat."),
                       NULL, NULL);
    }
    if (rc == CC_INVALID || (rc == CC_FORBIDDEN && what->has_owner)) {
        resp->status = rc == CC_INVALID ? 422 : 403;
        show(req, resp, what, &sent, similar);
        return CC_OK;
    }
    return rc != CC_OK ? rc : cc_see_other(req, resp, R_OVERVIEW, id, "created");
}

static const struct newcomer *partnership(void)
{
    static struct newcomer what = {.heading = N_("Register a partnership"),
                                   .show = R_PARTNERSHIP_NEW,
                                   .send = R_PARTNERSHIP_NEW_SEND,
                                   .has_owner = true};

    what.kind = cc_kind_find("partnership");
    return &what;
}

static const struct newcomer *activity(void)
{
    static struct newcomer what = {.heading = N_("Register an activity"),
                                   .show = R_ACTIVITY_NEW,
                                   .send = R_ACTIVITY_NEW_SEND,
                                   .has_owner = true,
                                   .owner_group = "reporting",
                                   .owner_field = "organisation"};

    what.kind = cc_kind_find("activity");
    return &what;
}

static const struct newcomer *organisation(void)
{
    static struct newcomer what = {.heading = N_("Register an organisation"),
                                   .show = R_ORGANISATION_NEW,
                                   .send = R_ORGANISATION_NEW_SEND,
                                   .asks_similar = true};

    what.kind = cc_kind_find("organisation");
    return &what;
}

/* Whoever answers for a commitment made it; the others are named in its form. */
static const struct newcomer *commitment(void)
{
    static struct newcomer what = {.heading = N_("Register a commitment"),
                                   .show = R_COMMITMENT_NEW,
                                   .send = R_COMMITMENT_NEW_SEND,
                                   .has_owner = true,
                                   .owner_field = "maker"};

    what.kind = cc_kind_find("commitment");
    return &what;
}

enum cc_rc cc_commitment_new(struct cc_req *req, struct cc_resp *resp)
{
    return show_empty(req, resp, commitment());
}

enum cc_rc cc_commitment_new_send(struct cc_req *req, struct cc_resp *resp)
{
    return send(req, resp, commitment());
}

enum cc_rc cc_partnership_new(struct cc_req *req, struct cc_resp *resp)
{
    return show_empty(req, resp, partnership());
}

enum cc_rc cc_partnership_new_send(struct cc_req *req, struct cc_resp *resp)
{
    return send(req, resp, partnership());
}

enum cc_rc cc_organisation_new(struct cc_req *req, struct cc_resp *resp)
{
    return show_empty(req, resp, organisation());
}

enum cc_rc cc_organisation_new_send(struct cc_req *req, struct cc_resp *resp)
{
    return send(req, resp, organisation());
}

enum cc_rc cc_activity_new(struct cc_req *req, struct cc_resp *resp)
{
    return show_empty(req, resp, activity());
}

enum cc_rc cc_activity_new_send(struct cc_req *req, struct cc_resp *resp)
{
    return send(req, resp, activity());
}
