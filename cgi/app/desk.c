/* SPDX-License-Identifier: EUPL-1.2 */
/* My desk: the records that the signed-in person may see, and the invitations to answer. */
#include "app/handlers.h"
#include "app/page.h"
#include "app/working.h"

#include "concord/id.h"
#include "view/desk.h"
#include <jansson.h>
#include <string.h>
#include <talloc.h>

#define PAGE_ROWS      100
#define INSTANT_DIGITS 16

static const struct cc_input inputs[] = {
    {.name = "done", .type = CC_IN_TOKEN, .max = 30},
    {.name = "after", .type = CC_IN_TOKEN, .max = 40},
    {.name = NULL},
};
const struct cc_form cc_desk_form = {.inputs = inputs};

/* Behind which record a page begins: "INSTANT-ID", when that was changed (microseconds since 1970)
 * and which it is. */
struct place {
    const char *instant, *id; /* NULL = from the newest */
};

static bool read_place(struct cc_req *req, struct place *place_r)
{
    const char *text = cc_value(&req->query, "after");
    size_t digits = strspn(text, "0123456789");

    *place_r = (struct place){0};
    if (text[0] == '\0') {
        return true;
    }
    if (digits == 0 || digits > INSTANT_DIGITS || text[digits] != '-') {
        return false;
    }
    place_r->instant = talloc_strndup(req->mem, text, digits);
    place_r->id = cc_id_canonical(req->mem, text + digits + 1);
    return place_r->id != NULL;
}

/* What goes on behind a row; rows NULL = from the newest. */
static const struct cc_href *page_href(struct cc_req *req, const struct cc_rows *rows, size_t row)
{
    const char *pairs[] = {"after",
                           rows != NULL ? talloc_asprintf(req->mem, "%s-%s",
                                                          cc_rows_text(rows, row, Q_DESK_INSTANT),
                                                          cc_rows_text(rows, row, Q_DESK_ID))
                                        : NULL,
                           NULL};

    return cc_page_href(req, R_DESK, NULL, pairs);
}

static const struct cc_desk_asked *asked(void *mem, const struct cc_rows *rows)
{
    size_t n = cc_rows_count(rows);
    struct cc_desk_asked *out = talloc_zero_array(mem, struct cc_desk_asked, (unsigned)n + 1);

    for (size_t i = 0; i < n; i++) {
        out[i] = (struct cc_desk_asked){
            .membership = cc_rows_text(rows, i, Q_CONSENT_ASKED_MEMBERSHIP),
            .at = cc_rows_text(rows, i, Q_CONSENT_ASKED_AT),
            .partnership = {cc_rows_text(rows, i, Q_CONSENT_ASKED_PARTNERSHIP),
                            "partnership",
                            {cc_rows_text(rows, i, Q_CONSENT_ASKED_PARTNERSHIP_TITLE),
                             cc_rows_text(rows, i, Q_CONSENT_ASKED_PARTNERSHIP_LANG)}},
            .organisation = {cc_rows_text(rows, i, Q_CONSENT_ASKED_ORGANISATION),
                             "organisation",
                             {cc_rows_text(rows, i, Q_CONSENT_ASKED_ORGANISATION_TITLE),
                              cc_rows_text(rows, i, Q_CONSENT_ASKED_ORGANISATION_LANG)}},
            .is_change = strcmp(cc_rows_text(rows, i, Q_CONSENT_ASKED_ABOUT), "change") == 0,
        };
    }
    return out;
}

static const struct cc_link *alike(void *mem, const char *text, size_t *n_r)
{
    json_t *list = json_loads(text, 0, NULL), *org;
    struct cc_link *out =
        talloc_zero_array(mem, struct cc_link, (unsigned)json_array_size(list) + 1);
    size_t i;

    *n_r = 0;
    json_array_foreach(list, i, org)
    {
        const char *id, *name, *lang;

        if (json_unpack(org, "{s:s, s:s, s:s}", "id", &id, "name", &name, "lang", &lang) == 0) {
            out[(*n_r)++] = (struct cc_link){
                .text = {talloc_strdup(mem, name), talloc_strdup(mem, lang)},
                .href = {.route = R_ORGANISATION_SHOW, .args = {talloc_strdup(mem, id)}},
            };
        }
    }
    json_decref(list);
    return out;
}

static const struct cc_desk_waiting *waiting(void *mem, const struct cc_rows *rows)
{
    size_t n = cc_rows_count(rows);
    struct cc_desk_waiting *out = talloc_zero_array(mem, struct cc_desk_waiting, (unsigned)n + 1);

    for (size_t i = 0; i < n; i++) {
        out[i] = (struct cc_desk_waiting){
            .organisation = {cc_rows_text(rows, i, Q_CONFIRMATION_WAITING_ID),
                             "organisation",
                             {cc_rows_text(rows, i, Q_CONFIRMATION_WAITING_TITLE),
                              cc_rows_text(rows, i, Q_CONFIRMATION_WAITING_LANG)}},
            .at = cc_rows_text(rows, i, Q_CONFIRMATION_WAITING_ASKED_AT),
            .person = cc_rows_text(rows, i, Q_CONFIRMATION_WAITING_PERSON),
            .identifiers = cc_rows_text(rows, i, Q_CONFIRMATION_WAITING_IDENTIFIERS),
        };
        out[i].alike =
            alike(mem, cc_rows_text(rows, i, Q_CONFIRMATION_WAITING_ALIKE), &out[i].alike_count);
    }
    return out;
}

enum cc_rc cc_desk(struct cc_req *req, struct cc_resp *resp)
{
    struct place place;

    if (!read_place(req, &place)) {
        return CC_BAD_REQUEST;
    }
    struct cc_call calls[] = {
        {.query = Q_DESK, .params = {req->lang->tag, "101", place.instant, place.id}},
        {.query = Q_CONSENT_ASKED, .params = {req->lang->tag, "100"}},
        {.query = Q_CONFIRMATION_WAITING, .params = {NULL, req->lang->tag, "10"}},
    };
    const struct cc_viewer *viewer = cc_viewer(req);
    struct cc_desk_page p = {0};
    struct cc_html w;

    enum cc_rc rc = cc_app_read(req, calls, 3);
    if (rc != CC_OK) {
        return rc;
    }
    const struct cc_rows *found = calls[0].rows;
    size_t n = cc_rows_count(found) > PAGE_ROWS ? PAGE_ROWS : cc_rows_count(found);
    struct cc_desk_row *rows = talloc_zero_array(req->mem, struct cc_desk_row, (unsigned)n + 1);
    for (size_t i = 0; i < n; i++) {
        rows[i] = (struct cc_desk_row){
            .ref = {cc_rows_text(found, i, Q_DESK_ID),
                    cc_rows_text(found, i, Q_DESK_KIND),
                    {cc_rows_text(found, i, Q_DESK_TITLE), cc_rows_text(found, i, Q_DESK_LANG)}},
            .changed_at = cc_rows_text(found, i, Q_DESK_CHANGED_AT),
            .revision = cc_rows_text(found, i, Q_DESK_REVISION),
            .is_unpublished = cc_rows_bool(found, i, Q_DESK_UNPUBLISHED),
            .may_change = cc_rows_bool(found, i, Q_DESK_MAY_CHANGE),
            .to_answer = cc_rows_bool(found, i, Q_DESK_TO_ANSWER),
            .confirmation = cc_rows_text(found, i, Q_DESK_CONFIRMATION),
        };
    }
    p.asked = asked(req->mem, calls[1].rows);
    p.asked_count = cc_rows_count(calls[1].rows);
    p.waiting = waiting(req->mem, calls[2].rows);
    p.waiting_count = cc_rows_count(calls[2].rows);
    p.waiting_all =
        p.waiting_count > 0 ? cc_rows_text(calls[2].rows, 0, Q_CONFIRMATION_WAITING_WAITING) : NULL;
    p.sees_people = cc_viewer_is(viewer, CC_ROLE_SECRETARIAT | CC_ROLE_ADMINISTRATOR);
    p.sees_audit = cc_viewer_is(viewer, CC_ROLE_ADMINISTRATOR);
    p.may_register = p.sees_people || (cc_viewer_is(viewer, CC_ROLE_STAKEHOLDER) &&
                                       !cc_viewer_is(viewer, CC_ROLE_PARTNER_SYSTEM));
    p.may_register_for = cc_may_register_for(req);
    p.rows = rows;
    p.row_count = n;
    p.first = place.id != NULL ? page_href(req, NULL, 0) : NULL;
    p.next = n < cc_rows_count(found) ? page_href(req, found, n - 1) : NULL;
    cc_frame_fill(req, _("My desk"), &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_desk(&w, &p);
    return CC_OK;
}
