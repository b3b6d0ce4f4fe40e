/* SPDX-License-Identifier: EUPL-1.2 */
/* All people who ever signed in, with their rights, for the secretariat. */
#include "app/handlers.h"
#include "app/page.h"
#include "app/person.h"

#include "view/person.h"
#include <jansson.h>
#include <string.h>
#include <talloc.h>

#define PAGE_ROWS 50

static const struct cc_input inputs[] = {
    {.name = "q", .type = CC_IN_LINE, .max = 200, .label = N_("Name or login name")},
    {.name = "cursor", .type = CC_IN_TOKEN, .max = 100},
    {.name = NULL},
};
const struct cc_form cc_person_list_form = {.inputs = inputs};

size_t cc_site_role_names(unsigned roles, const char *names_r[CC_SITE_ROLES])
{
    static const struct {
        unsigned role;
        const char *name;
    } table[CC_SITE_ROLES] = {
        {CC_ROLE_STAKEHOLDER, N_("Stakeholder")},
        {CC_ROLE_SECRETARIAT, N_("Secretariat of the registry")},
        {CC_ROLE_ADMINISTRATOR, N_("Administrator of the registry")},
        {CC_ROLE_PARTNER_SYSTEM, N_("Partner system")},
    };
    size_t n = 0;

    for (size_t i = 0; i < CC_SITE_ROLES; i++) {
        if (roles & table[i].role) {
            names_r[n++] = gettext(table[i].name);
        }
    }
    return n;
}

const char *cc_site_roles(void *mem, unsigned roles)
{
    const char *names[CC_SITE_ROLES];
    size_t n = cc_site_role_names(roles, names);
    struct cc_buf out;

    cc_buf_init(&out, mem);
    for (size_t i = 0; i < n; i++) {
        cc_buf_printf(&out, "%s%s", i > 0 ? "; " : "", names[i]);
    }
    return cc_buf_str(&out);
}

static const struct cc_link *orgs(void *mem, const char *text, size_t *n_r)
{
    json_t *list = json_loads(text, 0, NULL);
    struct cc_link *out =
        talloc_zero_array(mem, struct cc_link, (unsigned)json_array_size(list) + 1);
    size_t i;
    json_t *org;

    *n_r = 0;
    json_array_foreach(list, i, org)
    {
        const char *id, *name, *role;

        if (json_unpack(org, "{s:s, s:s, s:s}", "id", &id, "name", &name, "role", &role) != 0) {
            continue;
        }
        out[(*n_r)++] = (struct cc_link){
            .text = {talloc_asprintf(mem, "%s – %s", name, cc_code_name("organisation-role", role)),
                     "und"},
            .href = {.route = R_ORG_PEOPLE, .args = {talloc_strdup(mem, id)}},
        };
    }
    json_decref(list);
    return out;
}

/* after: the last person of the page before, or NULL. */
static const struct cc_href *page_href(struct cc_req *req, const char *after)
{
    const char *q = cc_value(&req->query, "q");
    const char *pairs[] = {"q", q, "cursor",
                           after != NULL ? cc_person_cursor(req, R_PERSON_LIST, q, after) : NULL,
                           NULL};

    return cc_page_href(req, R_PERSON_LIST, NULL, pairs);
}

enum cc_rc cc_person_list(struct cc_req *req, struct cc_resp *resp)
{
    const char *q = cc_value(&req->query, "q");
    const char *cursor = cc_value(&req->query, "cursor");
    const char *after =
        cursor[0] != '\0' ? cc_person_of_cursor(req, R_PERSON_LIST, q, cursor) : NULL;
    struct cc_control words = {
        .type = CC_C_LINE, .name = "q", .label = _("Name or login name"), .value = q, .max = 200};
    struct cc_call call = {.query = Q_PERSON_LIST,
                           .params = {cc_like_pattern(req->mem, q), after, "51"}};
    struct cc_person_list_page p = {.words = &words, .action = {.route = R_PERSON_LIST}};
    struct cc_html w;

    if (cursor[0] != '\0' && after == NULL) {
        return CC_BAD_REQUEST;
    }
    enum cc_rc rc = cc_app_read(req, &call, 1);
    if (rc != CC_OK) {
        return rc;
    }
    bool is_admin = cc_viewer_is(cc_viewer(req), CC_ROLE_ADMINISTRATOR);
    size_t found = cc_rows_count(call.rows);
    p.row_count = found > PAGE_ROWS ? PAGE_ROWS : found;
    struct cc_person_row *rows =
        talloc_zero_array(req->mem, struct cc_person_row, (unsigned)p.row_count + 1);
    for (size_t i = 0; i < p.row_count; i++) {
        rows[i] = (struct cc_person_row){
            .id = is_admin ? cc_rows_text(call.rows, i, Q_PERSON_LIST_ID) : NULL,
            .name = cc_rows_text(call.rows, i, Q_PERSON_LIST_NAME),
            .login = cc_rows_text(call.rows, i, Q_PERSON_LIST_LOGIN),
            .mail = cc_rows_text(call.rows, i, Q_PERSON_LIST_MAIL),
            .signed_in_at = cc_rows_text(call.rows, i, Q_PERSON_LIST_SIGNED_IN_AT),
            .roles =
                cc_site_roles(req->mem, (unsigned)cc_rows_int(call.rows, i, Q_PERSON_LIST_ROLES)),
            .is_active = cc_rows_bool(call.rows, i, Q_PERSON_LIST_ACTIVE),
        };
        rows[i].orgs =
            orgs(req->mem, cc_rows_text(call.rows, i, Q_PERSON_LIST_ORGS), &rows[i].org_count);
    }
    p.rows = rows;
    if (found > PAGE_ROWS) {
        p.next = page_href(req, cc_rows_text(call.rows, PAGE_ROWS - 1, Q_PERSON_LIST_ID));
    }
    if (after != NULL) {
        p.first = page_href(req, NULL);
    }
    cc_frame_fill(req, _("People"), &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_person_list(&w, &p);
    return CC_OK;
}
