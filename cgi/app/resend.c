/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A form that came too late: its session has ended, or it was made in an earlier one. Nothing is
 * saved, and nothing of what was typed is lost: the answer holds it, to be sent again. Only for
 * forms of our own pages; a token for them is made only for who is signed in now.
 */
#include "app/resend.h"

#include <string.h>
#include <talloc.h>

static const struct cc_input *find_input(const struct cc_form *form, const char *name)
{
    const struct cc_input *in = form->inputs;

    while (in != NULL && in->name != NULL && strcmp(in->name, name) != 0) {
        in++;
    }
    return in != NULL && in->name != NULL ? in : NULL;
}

/* A file cannot be sent again by us, a password shall not. */
static bool is_kept(const struct cc_form *form)
{
    for (const struct cc_input *in = form->inputs; in != NULL && in->name != NULL; in++) {
        if (in->type == CC_IN_FILE || in->type == CC_IN_SECRET) {
            return false;
        }
    }
    return true;
}

/* What people know a field by; NULL for what they never typed. */
static const char *label_of(const struct cc_req *req, const char *name)
{
    const struct cc_input *in = find_input(req->route->form, name);
    const struct cc_kind *kind = req->args[0] != NULL ? cc_kind_by_letter(req->args[0][0]) : NULL;
    const struct cc_field *f = kind != NULL && req->args[1] != NULL
                                   ? cc_record_form_field(kind, req->args[1], name)
                                   : NULL;

    if (in != NULL) {
        return in->label != NULL ? gettext(in->label) : NULL;
    }
    return f != NULL && f->label != NULL ? gettext(f->label) : name;
}

const struct cc_href *cc_form_page(const struct cc_req *req)
{
    for (size_t i = 0; req->route != NULL && i < cc_route_count; i++) {
        if ((cc_routes[i].method & CC_GET) != 0 &&
            strcmp(cc_routes[i].pattern, req->route->pattern) == 0) {
            struct cc_href *href = talloc_zero(req->mem, struct cc_href);

            href->route = (int)i;
            memcpy(href->args, req->args, sizeof(href->args));
            return href;
        }
    }
    return NULL;
}

const char *cc_return_address(struct cc_req *req, const struct cc_href *page)
{
    return cc_url(req->mem, req, page->route, (const char *const *)page->args) +
           strlen(req->settings->base_path);
}

bool cc_resend(struct cc_req *req, struct cc_resp *resp)
{
    const struct cc_values *sent = &req->form;
    bool is_signed_in = cc_viewer(req)->person != NULL;
    const struct cc_href *page = req->method == CC_POST ? cc_form_page(req) : NULL;
    struct cc_option *hidden, *typed;
    struct cc_html w;
    size_t n = 0;

    if (page == NULL || req->route->form == NULL || !is_kept(req->route->form) ||
        !cc_same_origin(req)) {
        return false;
    }
    hidden = talloc_array(req->mem, struct cc_option, (unsigned)sent->n + 1);
    typed = talloc_array(req->mem, struct cc_option, (unsigned)sent->n + 1);
    struct cc_resend_page p = {
        .is_signed_in = is_signed_in,
        .typed = typed,
        .again = {.action = {.route = page->route},
                  .csrf = cc_form_token(req, (enum cc_route_id)(req->route - cc_routes)),
                  .label = _("Send again"),
                  .hidden = hidden},
    };
    memcpy(p.again.action.args, req->args, sizeof(p.again.action.args));
    for (size_t i = 0; i < sent->n; i++) {
        const struct cc_value *v = &sent->v[i];
        const char *label = label_of(req, v->name);

        if (strcmp(v->name, "csrf") == 0) {
            continue;
        }
        hidden[n++] = (struct cc_option){v->name, v->text};
        if (label != NULL && v->text[0] != '\0') {
            typed[p.typed_count++] = (struct cc_option){label, v->text};
        }
    }
    p.again.hidden_count = n;
    if (p.typed_count == 0) {
        return false;
    }
    const char *pairs[] = {"return", cc_return_address(req, page), NULL};
    p.sign_in =
        (struct cc_href){.route = R_SIGN_IN, .query = cc_url_query(req->mem, "", pairs) + 1};
    cc_frame_fill(req, is_signed_in ? _("Send this form again") : _("Your session has ended"),
                  &p.frame);
    p.frame.here = NULL;
    p.frame.is_private = true;
    resp->status = 403;
    resp->type = "text/html; charset=utf-8";
    resp->cache = CC_CACHE_NO_STORE;
    w = (struct cc_html){.out = &resp->body, .req = req};
    cc_view_resend(&w, &p);
    return true;
}
