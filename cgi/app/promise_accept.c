/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Who speaks for a partnership accepts what others tell of a commitment to it: by a commitment of
 * its own that names the other one as the same and tells its money as it was accepted: what the
 * maker writes later is in no sum. It is made, recorded and published in one transaction;
 * withdrawing it takes the acceptance back.
 */
#include "app/promise_accept.h"
#include "app/handlers.h"
#include "app/working.h"

#include "concord/id.h"
#include "concord/xml.h"
#include <string.h>
#include <talloc.h>

static const struct cc_input inputs[] = {
    {.name = "csrf", .type = CC_IN_TOKEN, .flags = CC_IN_REQUIRED, .max = 200},
    {.name = "revision", .type = CC_IN_UINT, .flags = CC_IN_REQUIRED, .max = 9},
    {.name = NULL},
};
const struct cc_form cc_accept_form = {.inputs = inputs};

const struct cc_button *cc_accept_button(struct cc_req *req, const char *id, const char *revision,
                                         const char *title)
{
    struct cc_button *button = talloc_zero(req->mem, struct cc_button);
    struct cc_option *hidden = talloc_zero(button, struct cc_option);

    *hidden = (struct cc_option){.value = "revision", .text = revision};
    *button = (struct cc_button){
        .action = {.route = R_ACCEPT_SEND, .args = {id}},
        .csrf = cc_form_token(req, R_ACCEPT_SEND),
        .label = _("Accept for the partnership"),
        .tone = CC_TONE_GOOD,
        .hidden = hidden,
        .hidden_count = 1,
        .about = title,
    };
    return button;
}

static void copy(struct cc_record *rec, struct cc_node *parent, const struct cc_node *n)
{
    struct cc_node *made = cc_record_add(rec, parent, n->field->name, n->text, n->lang);

    for (const struct cc_node *child = n->child; child != NULL; child = child->next) {
        copy(rec, made, child);
    }
}

static bool is_money(const struct cc_node *resource)
{
    const char *kind = cc_node_text(resource->child, "kind");

    return kind != NULL && strcmp(kind, "money") == 0;
}

/* The words, the money and the sources of what is accepted, as they are now. */
static struct cc_record *acceptance(struct cc_req *req, const struct cc_record *claim,
                                    const char *partnership)
{
    static const char *const told[] = {"title", "description", "kind",     "maker",
                                       "event", "cycle",       "announced"};
    struct cc_record *rec =
        cc_record_new(req->mem, claim->kind, cc_id_new(req->mem, claim->kind->letter));

    for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
        const struct cc_node *n = cc_node_first(claim->first, told[i]);

        for (; n != NULL; n = cc_node_again(n)) {
            cc_record_add(rec, NULL, told[i], n->text, n->lang);
        }
    }
    for (const struct cc_node *n = cc_node_first(claim->first, "resource"); n != NULL;
         n = cc_node_again(n)) {
        if (is_money(n)) {
            copy(rec, NULL, n);
        }
    }
    for (const struct cc_node *n = cc_node_first(claim->first, "source"); n != NULL;
         n = cc_node_again(n)) {
        copy(rec, NULL, n);
    }
    cc_record_add(rec, NULL, "partnership", partnership, NULL);
    cc_record_add(rec, NULL, "same-as", claim->id, NULL);
    cc_record_add(rec, NULL, "state", "registered", NULL);
    cc_record_sort(rec);
    return rec;
}

static enum cc_rc commit(struct cc_req *req, const struct cc_record *claim,
                         const struct cc_rows *rows)
{
    const char *side = cc_rows_text(rows, 0, Q_PROMISE_CLAIM_SIDE);
    const char *revision = cc_rows_text(rows, 0, Q_PROMISE_CLAIM_REVISION);
    struct cc_record *rec =
        acceptance(req, claim, cc_rows_text(rows, 0, Q_PROMISE_CLAIM_PARTNERSHIP));
    struct cc_call calls[1 + CC_STORE_CALLS];
    struct cc_publication publication = {
        .kind = CC_PUBLISHED,
        .record = rec,
        .record_id = rec->id,
        .publisher = side,
        .note =
            cc_fmt(req->mem, _("Accepts {1} as told in revision {2}."), claim->id, revision, NULL),
    };

    calls[0] = (struct cc_call){.query = Q_RECORD_CREATE,
                                .params = {rec->id, rec->kind->name, side, NULL, NULL}};
    cc_store_calls(req, rec, NULL, "commitment.accept", calls + 1);
    return cc_publish_commit(req, &publication, calls, 1 + CC_STORE_CALLS);
}

enum cc_rc cc_accept_send(struct cc_req *req, struct cc_resp *resp)
{
    const char *id = req->args[0], *revision = cc_value(&req->form, "revision");
    struct cc_call calls[] = {
        /* twice at once is done once: the second waits here and then finds nothing to accept */
        {.query = Q_ONCE, .params = {talloc_asprintf(req->mem, "accept %s %s", id, revision), id}},
        {.query = Q_PROMISE_CLAIM, .params = {id}},
    };
    struct cc_record *claim;

    enum cc_rc rc = cc_app_open(req, calls, 2);
    if (rc != CC_OK) {
        return rc;
    }
    const struct cc_rows *rows = calls[1].rows;
    if (cc_rows_count(rows) == 0) { /* it is accepted, or taken back */
        cc_db_rollback(req->app->db);
        return cc_see_other(req, resp, R_COMMITMENT_SHOW, id, "accepted");
    }
    if (req->form.bad || strcmp(revision, cc_rows_text(rows, 0, Q_PROMISE_CLAIM_REVISION)) != 0) {
        cc_db_rollback(req->app->db);
        return cc_fail(&req->err, req->mem, CC_CONFLICT, NULL,
                       N_("What this commitment tells was changed in the meantime: look at it "
                          "again before you accept it."),
                       "revision %s is not the newest", revision);
    }
    rc = cc_xml_read_published(req->mem, cc_rows_text(rows, 0, Q_PROMISE_CLAIM_CONTENT),
                               cc_rows_len(rows, 0, Q_PROMISE_CLAIM_CONTENT), &claim);
    if (rc != CC_OK) {
        return cc_fail(&req->err, req->mem, CC_INTERNAL, NULL, NULL,
                       "published content of %s cannot be read", id);
    }
    rc = commit(req, claim, rows);
    return rc != CC_OK ? rc : cc_see_other(req, resp, R_COMMITMENT_SHOW, id, "accepted");
}
