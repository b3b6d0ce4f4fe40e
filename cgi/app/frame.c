/* SPDX-License-Identifier: EUPL-1.2 */
/* What stands around every page: navigation, languages, who is signed in, what was just done. */
#include "app/page.h"

#include <string.h>
#include <talloc.h>

/* Messages that a redirect may ask the next page to show, by a word in ?done= (closed set). */
static const struct {
    const char *word;
    const char *message;
} flashes[] = {
    {"accepted", N_("The commitment is accepted; that is published.")},
    {"answered", N_("Your answer is recorded and published.")},
    {"asked", N_("The secretariat has been asked.")},
    {"confirmed", N_("The organisation is confirmed. It can be published now.")},
    {"created", N_("The record was made. It is not public yet.")},
    {"declined", N_("Those who answer for the organisation see your reason.")},
    {"granted", N_("The right was given.")},
    {"imported", N_("The import is finished.")},
    {"invited",
     N_("The invitation is recorded. The organisation's focal point can answer it now.")},
    {"merged", N_("The record now leads to the other one.")},
    {"published", N_("The record is published.")},
    {"revoked", N_("The right was taken away.")},
    {"saved", N_("Your changes are saved. They are not public until you publish.")},
    {"sessions-ended", N_("The sessions were ended.")},
    {"signed-out", N_("You are signed out.")},
    {"transferred", N_("Another organisation answers for the record now.")},
    {"withdrawn", N_("The record is withdrawn.")},
};

static const char *flash_text(const struct cc_req *req)
{
    const char *word = cc_value(&req->query, "done");

    for (size_t i = 0; i < sizeof(flashes) / sizeof(flashes[0]); i++) {
        if (strcmp(flashes[i].word, word) == 0) {
            return gettext(flashes[i].message);
        }
    }
    return NULL;
}

static const struct cc_link *links(struct cc_req *req, const struct cc_link *from, size_t n)
{
    struct cc_link *all = talloc_array(req->mem, struct cc_link, (unsigned)n);

    for (size_t i = 0; i < n; i++) {
        all[i] = from[i];
        all[i].text.text = gettext(from[i].text.text);
        all[i].is_current = &cc_routes[from[i].href.route] == req->route;
    }
    return all;
}

void cc_frame_fill(struct cc_req *req, const char *title, struct cc_frame *f)
{
    static const struct cc_link nav[] = {
        {.text = {.text = N_("Partnerships")}, .href = {.route = R_PARTNERSHIP_LIST}},
        {.text = {.text = N_("Organisations")}, .href = {.route = R_ORGANISATION_LIST}},
        {.text = {.text = N_("Commitments")}, .href = {.route = R_COMMITMENT_LIST}},
        {.text = {.text = N_("Activities")}, .href = {.route = R_ACTIVITY_LIST}},
        {.text = {.text = N_("Goals")}, .href = {.route = R_GOAL_LIST}},
        {.text = {.text = N_("Countries")}, .href = {.route = R_COUNTRY_LIST}},
        {.text = {.text = N_("Network")}, .href = {.route = R_NETWORK}},
        {.text = {.text = N_("About the data")}, .href = {.route = R_ABOUT}},
    };
    static const struct cc_link foot[] = {
        {.text = {.text = N_("Schemas")}, .href = {.route = R_SCHEMA_LIST}},
        {.text = {.text = N_("Code lists")}, .href = {.route = R_CODELIST_LIST}},
        {.text = {.text = N_("Feed")}, .href = {.route = R_FEED}},
    };
    static const struct cc_href search = {.route = R_SEARCH};
    static const struct cc_href sign_in = {.route = R_SIGN_IN};
    const struct cc_viewer *viewer = cc_viewer(req);

    *f = (struct cc_frame){
        .title = title,
        .lang = req->lang,
        .registry_name = req->settings->registry_name,
        .contact_mail = req->settings->registry_mail,
        .home = {.route = R_HOME},
        .nav = links(req, nav, sizeof(nav) / sizeof(nav[0])),
        .nav_count = sizeof(nav) / sizeof(nav[0]),
        .foot = links(req, foot, sizeof(foot) / sizeof(foot[0])),
        .foot_count = sizeof(foot) / sizeof(foot[0]),
        .search = &search,
        .search_text = cc_value(&req->query, "q"),
        .sign_in = &sign_in,
        .flash = flash_text(req),
        .flash_tone = CC_TONE_GOOD,
        .is_private = req->route == NULL || req->route->permission != CC_MAY_PUBLIC,
    };
    if (f->contact_mail != NULL && f->contact_mail[0] == '\0') {
        f->contact_mail = NULL;
    }
    if (req->route != NULL && (req->route->method & CC_GET)) {
        struct cc_href *here = talloc_zero(req->mem, struct cc_href);

        here->route = (int)(req->route - cc_routes);
        memcpy(here->args, req->args, sizeof(here->args));
        f->here = here;
    }
    if (viewer->person != NULL) {
        f->person = viewer->name;
        f->desk = (struct cc_href){.route = R_DESK};
        f->sign_out = (struct cc_href){.route = R_SIGN_OUT};
        f->sign_out_csrf = cc_form_token(req, R_SIGN_OUT);
    }
}

enum cc_rc cc_see_other(struct cc_req *req, struct cc_resp *resp, enum cc_route_id route,
                        const char *arg, const char *word)
{
    const char *args[CC_ARGS_MAX] = {arg};
    const char *pairs[] = {"done", word, NULL};

    return cc_resp_redirect(resp, 303,
                            cc_url_query(req->mem, cc_url(req->mem, req, route, args), pairs));
}

const struct cc_href *cc_page_href(struct cc_req *req, enum cc_route_id route, const char *arg,
                                   const char *const *pairs)
{
    struct cc_href *href = talloc_zero(req->mem, struct cc_href);
    const char *query = cc_url_query(req->mem, "", pairs);

    href->route = (int)route;
    href->args[0] = arg;
    href->query = query[0] == '?' ? query + 1 : NULL;
    return href;
}
