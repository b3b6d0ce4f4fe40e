/* SPDX-License-Identifier: EUPL-1.2 */
/* The public page of a record of any kind: one statement, one parse, one template. */
#include "app/handlers.h"
#include "app/page.h"
#include "app/promise_accept.h"

#include "concord/iati.h"
#include "concord/xml.h"
#include "view/commitment.h"
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

/* A row of what record_page tells of other records: cc_page_lists() in sql/functions/page.sql. */
enum { PART, A, ID, LANG, TITLE, ROLES, STATE, KIND, COLUMNS };

/* Cuts the text at the first mark; what is behind it, or NULL. */
static char *cut(char *s, char mark)
{
    char *end = strchr(s, mark);

    if (end != NULL) {
        *end++ = '\0';
    }
    return end;
}

/* Takes the next row off the text, which it cuts in pieces; a column without value is NULL. False
 * at the end. */
static bool next_row(char **lists, const char *row_r[COLUMNS])
{
    char *s = *lists;

    if (s == NULL || *s == '\0') {
        return false;
    }
    *lists = cut(s, '\x1e');
    for (size_t i = 0; i < COLUMNS; i++) {
        char *next = s != NULL ? cut(s, '\x1f') : NULL;

        row_r[i] = s != NULL && *s != '\0' ? s : NULL;
        s = next;
    }
    return true;
}

static bool is_part(const char *const *row, const char *part)
{
    return row[PART] != NULL && strcmp(row[PART], part) == 0;
}

static const char *const awaiting[] = {"proposed", "invited"};

static void add_count(struct cc_record_page *p, const char *state, const char *members)
{
    long n = strtol(members, NULL, 10);

    p->memberships += n;
    if (strcmp(state, "confirmed") == 0) {
        p->confirmed += n;
    }
    for (size_t i = 0; i < sizeof(awaiting) / sizeof(awaiting[0]); i++) {
        if (strcmp(state, awaiting[i]) == 0) {
            p->awaiting += n;
        }
    }
}

static void fill_lists(struct cc_req *req, char *lists, struct cc_record_page *p)
{
    const char *other =
        strcmp(p->rec->kind->name, "organisation") == 0 ? "partnership" : "organisation";
    const char *row[COLUMNS];
    unsigned most = 1;

    for (const char *s = lists; (s = strchr(s, '\x1e')) != NULL; s++) {
        most++;
    }
    struct cc_ref *refs = talloc_array(req->mem, struct cc_ref, most);
    struct cc_member *members = talloc_array(req->mem, struct cc_member, most);
    struct cc_incoming *incoming = talloc_array(req->mem, struct cc_incoming, most);
    while (next_row(&lists, row)) {
        struct cc_ref to = {row[ID], row[KIND], {row[TITLE], row[LANG]}};

        if (is_part(row, "name")) {
            refs[p->ref_count++] = to;
        } else if (is_part(row, "member")) {
            to.kind = other;
            members[p->member_count++] = (struct cc_member){
                .membership = row[A], .other = to, .roles = row[ROLES], .state = row[STATE]};
        } else if (is_part(row, "incoming")) {
            incoming[p->incoming_count++] =
                (struct cc_incoming){.from = to, .field = row[A], .role = row[ROLES]};
        } else if (is_part(row, "count")) {
            add_count(p, row[A], row[ID]);
        } else if (is_part(row, "publisher")) {
            p->publisher = to;
            p->published_for = row[A];
        }
    }
    p->refs = refs;
    p->members = members;
    p->incoming = incoming;
}

struct cc_tagged cc_note(const char *id, const char *note)
{
    const struct cc_kind *kind = cc_kind_by_letter(id[0]);
    bool is_answer = kind != NULL && strcmp(kind->name, "membership") == 0 && note != NULL &&
                     cc_code_known("consent-state", note);

    return is_answer ? (struct cc_tagged){.text = cc_code_name("consent-state", note)}
                     : (struct cc_tagged){.text = note, .lang = ""};
}

static enum cc_rc withdrawn(struct cc_req *req, const char *note)
{
    return cc_fail(&req->err, req->mem, CC_GONE, NULL,
                   cc_fmt(req->mem, _("This record was withdrawn: {1}"), note, NULL), "withdrawn");
}

/* To this request's route of another record. */
static enum cc_rc moved(struct cc_req *req, struct cc_resp *resp, const char *target)
{
    const char *args[CC_ARGS_MAX] = {target};

    return cc_resp_redirect(resp, 301, cc_url(req->mem, req, (int)(req->route - cc_routes), args));
}

enum cc_rc cc_part_of(struct cc_req *req, struct cc_resp *resp, const struct cc_rows *rows,
                      const char *kind, struct cc_ref *self_r, bool *is_moved_r)
{
    *is_moved_r = false;
    if (cc_rows_count(rows) == 0) {
        return CC_NOT_FOUND;
    }
    const char *its_kind = cc_rows_text(rows, 0, Q_RECORD_STANDING_KIND);
    const char *state = cc_rows_text(rows, 0, Q_RECORD_STANDING_STATE);
    if (kind != NULL && strcmp(its_kind, kind) != 0) {
        return CC_NOT_FOUND;
    }
    if (strcmp(state, "redirected") == 0) {
        *is_moved_r = true;
        return moved(req, resp, cc_rows_text(rows, 0, Q_RECORD_STANDING_REDIRECT_TO));
    }
    if (strcmp(state, "withdrawn") == 0) {
        return withdrawn(req, cc_rows_text(rows, 0, Q_RECORD_STANDING_NOTE));
    }
    *self_r = (struct cc_ref){cc_rows_text(rows, 0, Q_RECORD_STANDING_ID),
                              its_kind,
                              {cc_rows_text(rows, 0, Q_RECORD_STANDING_TITLE),
                               cc_rows_text(rows, 0, Q_RECORD_STANDING_LANG)}};
    return CC_OK;
}

enum cc_rc cc_record_page_fill(struct cc_req *req, const struct cc_rows *rows, const char *id,
                               struct cc_record_page *p, const char **redirect_r)
{
    struct cc_record *rec;

    *redirect_r = NULL;
    if (cc_rows_count(rows) == 0) {
        return CC_NOT_FOUND;
    }
    const char *content = cc_rows_text(rows, 0, Q_RECORD_PAGE_CONTENT);
    const char *note = cc_rows_text(rows, 0, Q_RECORD_PAGE_NOTE);
    *redirect_r = cc_rows_text(rows, 0, Q_RECORD_PAGE_REDIRECT_TO);
    if (*redirect_r != NULL) {
        return CC_GONE;
    }
    if (content == NULL) {
        return withdrawn(req, cc_note(id, note).text);
    }
    enum cc_rc rc =
        cc_xml_read_published(req->mem, content, cc_rows_len(rows, 0, Q_RECORD_PAGE_CONTENT), &rec);
    if (rc != CC_OK) {
        return cc_fail(&req->err, req->mem, CC_INTERNAL, NULL, NULL,
                       "published content of %s cannot be read", id);
    }
    *p = (struct cc_record_page){
        .rec = rec,
        .lang = req->lang->tag,
        .revision = cc_rows_text(rows, 0, Q_RECORD_PAGE_REVISION),
        .published_at = cc_rows_text(rows, 0, Q_RECORD_PAGE_STAMP),
        .note = cc_note(id, note),
        .is_told_by_examples = cc_rows_bool(rows, 0, Q_RECORD_PAGE_IS_TOLD_SO),
    };
    fill_lists(req,
               talloc_strndup(req->mem, cc_rows_text(rows, 0, Q_RECORD_PAGE_LISTS),
                              cc_rows_len(rows, 0, Q_RECORD_PAGE_LISTS)),
               p);
    return CC_OK;
}

static const char *page_title(const struct cc_record_page *p)
{
    struct cc_tagged title = cc_page_title(p);

    return title.text != NULL ? title.text : gettext(p->rec->kind->label);
}

/* The secretariat; who has a role in the record, or in an organisation that is the record or that
 * it names. What anybody may do is decided where it is done. */
static bool is_worked_on(const struct cc_req *req, const struct cc_record_page *p)
{
    const struct cc_viewer *viewer = cc_viewer(req);
    const char *told[] = {viewer->orgs, viewer->records};

    if (cc_viewer_is(viewer, CC_ROLE_SECRETARIAT | CC_ROLE_ADMINISTRATOR)) {
        return true;
    }
    for (size_t i = 0; i < sizeof(told) / sizeof(told[0]) && viewer->person != NULL; i++) {
        bool is_named = told[i] != NULL && strstr(told[i], p->rec->id) != NULL;

        for (size_t k = 0; k < p->ref_count && told[i] != NULL && !is_named; k++) {
            is_named = strstr(told[i], p->refs[k].id) != NULL;
        }
        if (is_named) {
            return true;
        }
    }
    return false;
}

void cc_record_page_write(struct cc_req *req, struct cc_resp *resp, struct cc_record_page *p)
{
    static const struct {
        const char *kind;
        void (*view)(struct cc_html *w, const struct cc_record_page *p);
    } views[] = {
        {"organisation", cc_view_organisation}, {"partnership", cc_view_partnership},
        {"membership", cc_view_membership},     {"activity", cc_view_activity},
        {"commitment", cc_view_commitment},
    };
    struct cc_href *machine = talloc_zero(req->mem, struct cc_href);
    struct cc_html w;

    machine->route = R_RECORD_XML;
    machine->args[0] = p->rec->kind->plural;
    machine->args[1] = p->rec->id;
    cc_frame_fill(req, page_title(p), &p->frame);
    p->frame.machine = machine;
    p->is_worked_on = is_worked_on(req, p);
    p->is_without_iati = strcmp(p->rec->kind->name, "organisation") == 0 &&
                         cc_iati_org_ref(req->mem, p->rec) == NULL;
    cc_page_begin(req, resp, &w);
    for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
        if (strcmp(views[i].kind, p->rec->kind->name) == 0) {
            views[i].view(&w, p);
        }
    }
}

/* The kind that the address names, from its route. */
static bool is_kind(const struct cc_req *req, const struct cc_record_page *p)
{
    struct cc_href href = cc_record_href(p->rec->kind->name, p->rec->id);

    return &cc_routes[href.route] == req->route;
}

static const struct cc_href *together(struct cc_req *req)
{
    const char *pairs[] = {"kind", "partnership", "with", req->args[0], NULL};
    struct cc_href *href = talloc_zero(req->mem, struct cc_href);

    href->route = R_SEARCH;
    href->query = cc_url_query(req->mem, "", pairs) + 1;
    return href;
}

cc_handler cc_record_show;
enum cc_rc cc_record_show(struct cc_req *req, struct cc_resp *resp)
{
    bool is_organisation = req->route == &cc_routes[R_ORGANISATION_SHOW];
    /* visitors speak for no partnership */
    bool may_accept = req->has_session_cookie && req->route == &cc_routes[R_COMMITMENT_SHOW];
    bool has_more = is_organisation || may_accept;
    /* The record last: its lists, when they are kept now, hold the feed's lock to the end. */
    struct cc_call calls[] = {
        {.query = Q_POINTS_LIST, .params = {req->args[0], req->lang->tag}},
        {.query = Q_RECORD_PAGE, .params = {req->args[0], req->lang->tag}},
    };
    if (may_accept) {
        calls[0] = (struct cc_call){.query = Q_PROMISE_OPEN, .params = {req->args[0]}};
    }
    struct cc_record_page p;
    const char *redirect;

    enum cc_rc rc = has_more ? cc_app_read(req, calls, 2) : cc_app_read(req, calls + 1, 1);
    if (rc != CC_OK) {
        return rc;
    }
    rc = cc_record_page_fill(req, calls[1].rows, req->args[0], &p, &redirect);
    if (redirect != NULL) {
        return moved(req, resp, redirect);
    }
    if (rc != CC_OK) {
        return rc;
    }
    if (!is_kind(req, &p)) {
        return CC_NOT_FOUND;
    }
    if (is_organisation) {
        cc_points_fill(req, calls[0].rows, &p);
        p.together = together(req);
    }
    if (may_accept && cc_rows_count(calls[0].rows) > 0) {
        p.accept = cc_accept_button(req, p.rec->id,
                                    cc_rows_text(calls[0].rows, 0, Q_PROMISE_OPEN_REVISION),
                                    cc_page_title(&p).text);
    }
    cc_record_page_write(req, resp, &p);
    return CC_OK;
}

struct cc_refs cc_refs_named(void *mem, const struct cc_rows *rows)
{
    size_t n = cc_rows_count(rows);
    struct cc_ref *refs = talloc_array(mem, struct cc_ref, (unsigned)n + 1);

    for (size_t i = 0; i < n; i++) {
        refs[i] = (struct cc_ref){cc_rows_text(rows, i, Q_REVISION_NAMES_ID),
                                  cc_rows_text(rows, i, Q_REVISION_NAMES_KIND),
                                  {cc_rows_text(rows, i, Q_REVISION_NAMES_TITLE),
                                   cc_rows_text(rows, i, Q_REVISION_NAMES_LANG)}};
    }
    return (struct cc_refs){refs, n};
}
