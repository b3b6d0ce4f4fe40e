/* SPDX-License-Identifier: EUPL-1.2 */
/* What people and machines see when a request does not end well. */
#include "app/handlers.h"
#include "app/resend.h"

#include "concord/auth.h"
#include <string.h>
#include <talloc.h>

static const struct cc_input done_inputs[] = {
    {.name = "done", .type = CC_IN_TOKEN, .max = 30},
    {.name = NULL},
};
const struct cc_form cc_done_form = {.inputs = done_inputs};

static const struct {
    int status;
    const char *title, *advice;
} texts[] = {
    {400, N_("This request could not be understood"),
     N_("Go back and try again from the page that you came from.")},
    {403, N_("You may not do this"),
     N_("Ask whoever answers for this record, or the secretariat, to give you the right.")},
    {404, N_("There is no such page"),
     N_("Check the address, or look for the record in the lists.")},
    {405, N_("This address does not take that kind of request"),
     N_("Open the page itself instead.")},
    {409, N_("Somebody else has changed this in the meantime"),
     N_("Open the page again and see what has changed before you go on.")},
    {410, N_("This record is no longer published"),
     N_("Its history stays visible; the reason is told there.")},
    {413, N_("This is too large"), N_("Send less at once.")},
    {414, N_("This address is too long"), N_("Shorten the search.")},
    {415, N_("This kind of file or form is not taken here"), N_("Use the form on the page.")},
    {422, N_("Something has to be mended"), N_("Go back and mend what the message says.")},
    {500, N_("Something went wrong on our side"),
     N_("Nothing was changed. Try again later; if it happens again, send us the number below.")},
    {503, N_("The registry is busy"), N_("Try again in a moment.")},
};

static const char *const uncertain_title = N_("We do not know whether this was saved");
static const char *const uncertain_advice = N_(
    "The connection was lost at the last moment. Open the record and look before you send the form "
    "again. Sending the same form again cannot save it twice.");

/* A form of which only the sending was wrong needs no right. */
static const char *const untaken_title = N_("This form was not taken");
static const char *const untaken_advice = N_("Open the page itself and send the form from there.");

/*
 * A page behind sign-in: go there, and come back afterwards; a form's page is the one before it.
 * Where an address is too long to come back to, its path is what is left.
 */
static void to_sign_in(struct cc_req *req, struct cc_resp *resp)
{
    static const char *const none[CC_ARGS_MAX] = {NULL};
    const char *here = talloc_asprintf(req->mem, "%s%s%s", req->path,
                                       req->query_string && *req->query_string ? "?" : "",
                                       req->query_string ? req->query_string : "");
    const struct cc_href *page = req->method == CC_POST ? cc_form_page(req) : NULL;
    if (req->method == CC_POST) {
        here = page != NULL ? cc_return_address(req, page) : NULL;
    } else if (cc_safe_return(req->mem, here) == NULL) {
        here = cc_safe_return(req->mem, req->path);
    }
    const char *pairs[] = {"return", here, NULL};
    const char *address = cc_url(req->mem, req, R_SIGN_IN, none);

    (void)cc_resp_redirect(resp, 303, cc_url_query(req->mem, address, pairs));
}

static size_t text_of(int status)
{
    size_t last = sizeof(texts) / sizeof(texts[0]) - 1;

    for (size_t i = 0; i < last; i++) {
        if (texts[i].status == status) {
            return i;
        }
    }
    return status == 503 ? last : last - 1;
}

static void error_page(struct cc_req *req, struct cc_resp *resp, enum cc_rc rc, int status)
{
    size_t i = text_of(status);
    bool is_uncertain = rc == CC_UNCERTAIN, is_untaken = req->app->refusal != CC_TAKEN;
    const char *title = gettext(is_uncertain ? uncertain_title
                                : is_untaken ? untaken_title
                                             : texts[i].title);
    const struct cc_href *page = req->method == CC_POST ? cc_form_page(req) : NULL;
    struct cc_link *links = talloc_zero_array(req->mem, struct cc_link, 3);
    struct cc_error_page p = {
        .status = status,
        .happened = req->err.message != NULL ? cc_http_message(req, status) : NULL,
        .advice = gettext(is_uncertain ? uncertain_advice
                          : is_untaken ? untaken_advice
                                       : texts[i].advice),
        .request_id = req->id,
        .links = links,
    };
    struct cc_html w;

    cc_frame_fill(req, title, &p.frame);
    p.frame.here = NULL;
    p.frame.is_private = true;
    links[p.link_count++] =
        (struct cc_link){.text = {.text = _("Home")}, .href = {.route = R_HOME}};
    if (page != NULL) {
        links[p.link_count++] =
            (struct cc_link){.text = {.text = _("Open the page of the form")}, .href = *page};
    }
    if (status == 410 && req->args[0] != NULL) {
        links[p.link_count++] =
            (struct cc_link){.text = {.text = _("History")},
                             .href = {.route = R_RECORD_HISTORY, .args = {req->args[0]}}};
    }
    resp->status = status;
    resp->type = "text/html; charset=utf-8";
    resp->cache = CC_CACHE_NO_STORE;
    if (status == 503 && resp->retry_after == 0) {
        resp->retry_after = 5;
    }
    w = (struct cc_html){.out = &resp->body, .req = req};
    cc_view_error(&w, &p);
}

void cc_app_error(struct cc_req *req, struct cc_resp *resp, enum cc_rc rc, int status)
{
    bool for_machine =
        req->route != NULL ? req->route->audience == CC_FOR_MACHINE : cc_prefers_xml(req);

    if (for_machine) {
        cc_http_error(req, resp, rc, status);
    } else if ((rc == CC_LOGIN || req->app->refusal == CC_OLD_TOKEN) && cc_resend(req, resp)) {
        return;
    } else if (rc == CC_LOGIN) {
        to_sign_in(req, resp);
    } else {
        error_page(req, resp, rc, status);
    }
}
