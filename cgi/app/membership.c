/* SPDX-License-Identifier: EUPL-1.2 */
/* What inviting, answering and proposing share: wordings, where a membership stands, the deed. */
#include "app/membership.h"

#include "concord/hash.h"
#include "concord/log.h"
#include "concord/xml.h"
#include <string.h>
#include <talloc.h>

struct cc_wording cc_wording_of(struct cc_record *rec)
{
    struct cc_buf text;
    char *hex = talloc_array(rec->mem, char, CC_SHA256_HEX + 1);

    cc_record_drop(rec, "consent");
    cc_record_sort(rec);
    cc_buf_init(&text, rec->mem);
    cc_xml_write_record(&text, rec);
    cc_sha256_hex(cc_buf_str(&text), text.len, hex);
    return (struct cc_wording){cc_buf_str(&text), hex};
}

void cc_consent_put(struct cc_record *rec, const char *state, const char *at, const char *sha256,
                    const char *reason, const char *lang)
{
    cc_record_drop(rec, "consent");
    struct cc_node *consent = cc_record_add(rec, NULL, "consent", NULL, NULL);

    cc_record_add(rec, consent, "date", at, NULL);
    cc_record_add(rec, consent, "state", state, NULL);
    if (sha256 != NULL) {
        cc_record_add(rec, consent, "wording-sha256", sha256, NULL);
    }
    if (reason != NULL && reason[0] != '\0') {
        cc_record_add(rec, consent, "reason", reason, lang);
    }
    cc_record_sort(rec);
}

static enum cc_rc read_wording(struct cc_req *req, const char *text, struct cc_record **rec_r)
{
    struct cc_problems problems;

    *rec_r = NULL;
    if (text == NULL) {
        return CC_OK;
    }
    cc_problems_init(&problems, req->mem);
    if (cc_xml_read_record(req->mem, text, strlen(text), &CC_XML_IMPORT, &problems, rec_r) !=
        CC_OK) {
        return cc_fail(&req->err, req->mem, CC_INTERNAL, NULL, NULL,
                       "a stored wording cannot be read");
    }
    return CC_OK;
}

void cc_standing_calls(const struct cc_req *req, bool answering,
                       struct cc_call calls[CC_STANDING_CALLS])
{
    const char *id = req->args[0], *lang = req->lang->tag;

    calls[CC_STANDING_LOCK] =
        (struct cc_call){.query = Q_RECORD_LOCK, .params = {id, NULL, answering ? "t" : "f"}};
    calls[CC_STANDING_NOW] = (struct cc_call){.query = Q_CONSENT_NOW, .params = {id, lang}};
    calls[CC_STANDING_STATE] = (struct cc_call){.query = Q_RECORD_STATE, .params = {id}};
    calls[CC_STANDING_HISTORY] =
        (struct cc_call){.query = Q_CONSENT_HISTORY, .params = {id, NULL, lang, "100"}};
}

enum cc_rc cc_standing_read(struct cc_req *req, const struct cc_rows *rows,
                            struct cc_standing *standing_r)
{
    if (cc_rows_count(rows) == 0) {
        return CC_NOT_FOUND;
    }
    const char *state = cc_rows_text(rows, 0, Q_CONSENT_NOW_STATE);

    *standing_r = (struct cc_standing){
        .owner_org = cc_rows_text(rows, 0, Q_CONSENT_NOW_OWNER_ORG),
        .self = {cc_rows_text(rows, 0, Q_CONSENT_NOW_ID), "membership", {NULL, NULL}},
        .partnership = {cc_rows_text(rows, 0, Q_CONSENT_NOW_PARTNERSHIP),
                        "partnership",
                        {cc_rows_text(rows, 0, Q_CONSENT_NOW_PARTNERSHIP_TITLE),
                         cc_rows_text(rows, 0, Q_CONSENT_NOW_PARTNERSHIP_LANG)}},
        .organisation = {cc_rows_text(rows, 0, Q_CONSENT_NOW_ORGANISATION),
                         "organisation",
                         {cc_rows_text(rows, 0, Q_CONSENT_NOW_ORGANISATION_TITLE),
                          cc_rows_text(rows, 0, Q_CONSENT_NOW_ORGANISATION_LANG)}},
        .state = state != NULL ? state : "",
        .at = cc_rows_text(rows, 0, Q_CONSENT_NOW_AT),
        .sha256 = cc_rows_text(rows, 0, Q_CONSENT_NOW_SHA256),
        .asked_sha256 = cc_rows_text(rows, 0, Q_CONSENT_NOW_ASKED_SHA256),
        .is_public = cc_rows_bool(rows, 0, Q_CONSENT_NOW_IS_PUBLIC),
        .is_over = cc_rows_bool(rows, 0, Q_CONSENT_NOW_IS_OVER),
    };
    enum cc_rc rc =
        read_wording(req, cc_rows_text(rows, 0, Q_CONSENT_NOW_WORDING), &standing_r->rec);
    if (rc == CC_OK) {
        rc = read_wording(req, cc_rows_text(rows, 0, Q_CONSENT_NOW_ASKED_WORDING),
                          &standing_r->asked);
    }
    if (rc == CC_OK && standing_r->rec == NULL) {
        return CC_NOT_FOUND; /* nobody was asked yet */
    }
    return rc;
}

struct cc_record_page cc_standing_page(struct cc_req *req, const struct cc_standing *standing,
                                       const struct cc_record *rec)
{
    struct cc_ref *refs = talloc_array(req->mem, struct cc_ref, 2);

    refs[0] = standing->partnership;
    refs[1] = standing->organisation;
    return (struct cc_record_page){
        .rec = rec, .lang = req->lang->tag, .refs = refs, .ref_count = 2};
}

const struct cc_consent_row *cc_consent_rows(void *mem, const struct cc_rows *rows)
{
    size_t n = cc_rows_count(rows);
    struct cc_consent_row *out = talloc_zero_array(mem, struct cc_consent_row, (unsigned)n + 1);

    for (size_t i = 0; i < n; i++) {
        out[i] = (struct cc_consent_row){
            .at = cc_rows_text(rows, i, Q_CONSENT_HISTORY_AT),
            .state = cc_rows_text(rows, i, Q_CONSENT_HISTORY_STATE),
            .is_change = strcmp(cc_rows_text(rows, i, Q_CONSENT_HISTORY_ABOUT), "change") == 0,
            .is_import = strcmp(cc_rows_text(rows, i, Q_CONSENT_HISTORY_CHANNEL), "import") == 0,
            .sha256 = cc_rows_text(rows, i, Q_CONSENT_HISTORY_SHA256),
            .reason = {cc_rows_text(rows, i, Q_CONSENT_HISTORY_REASON),
                       cc_rows_text(rows, i, Q_CONSENT_HISTORY_REASON_LANG)},
            .organisation = {cc_rows_text(rows, i, Q_CONSENT_HISTORY_ORGANISATION),
                             "organisation",
                             {cc_rows_text(rows, i, Q_CONSENT_HISTORY_ORGANISATION_TITLE),
                              cc_rows_text(rows, i, Q_CONSENT_HISTORY_ORGANISATION_LANG)}},
            .role = cc_rows_text(rows, i, Q_CONSENT_HISTORY_ROLE),
            .person = cc_rows_text(rows, i, Q_CONSENT_HISTORY_PERSON),
        };
    }
    return out;
}

/* --- the deed -----------------------------------------------------------------------------------
 */

enum cc_rc cc_consent_commit(struct cc_req *req, const struct cc_consent_deed *deed,
                             const struct cc_call *before)
{
    struct cc_call calls[5];
    struct cc_buf json;
    size_t n = 0;
    bool was_published = deed->newest != NULL && cc_rows_count(deed->newest) > 0;

    if (before != NULL) {
        calls[n++] = *before;
    }
    cc_buf_init(&json, req->mem);
    cc_record_to_batch(deed->rec, &json);
    cc_buf_addc(&json, ']');
    calls[n++] = (struct cc_call){.query = Q_RECORD_STORE, .params = {cc_buf_str(&json)}};
    calls[n++] = deed->event;
    calls[n++] = (struct cc_call){.query = Q_AUDIT, .params = {deed->action, deed->rec->id, "{}"}};
    if (!deed->is_public) {
        return cc_app_commit(req, calls, n);
    }
    struct cc_publication publication = {
        .kind = CC_PUBLISHED,
        .record = deed->rec,
        .record_id = deed->rec->id,
        .publisher = deed->publisher,
        .note = deed->note,
    };
    if (was_published) {
        const struct cc_rows *r = deed->newest;

        publication.previous_revision = cc_rows_text(r, 0, Q_RECORD_STATE_REVISION);
        publication.previous_seal_sha256 = cc_rows_text(r, 0, Q_RECORD_STATE_SEAL_SHA256);
        publication.previous_content_sha256 = cc_rows_text(r, 0, Q_RECORD_STATE_CONTENT_SHA256);
    }
    return cc_publish_commit(req, &publication, calls, n);
}

/* --- forms --------------------------------------------------------------------------------------
 */

static const struct cc_kind *kind(void)
{
    return cc_kind_find("membership");
}

const struct cc_edit_field *cc_membership_fields(struct cc_req *req, const char *const *sections,
                                                 const struct cc_pairs *pairs, size_t *count_r)
{
    struct cc_edit_field *all = NULL;

    *count_r = 0;
    for (; *sections != NULL; sections++) {
        size_t n;
        const struct cc_edit_field *some =
            cc_edit_fields(req, kind(), *sections, pairs, cc_value(&req->form, "more"), &n);

        all = talloc_realloc(req->mem, all, struct cc_edit_field, (unsigned)(*count_r + n + 1));
        memcpy(all + *count_r, some, n * sizeof(*some));
        *count_r += n;
    }
    return all;
}

size_t cc_membership_accepts(const struct cc_req *req, const char *name, enum cc_input_type *type_r)
{
    (void)req;
    for (const struct cc_section *s = kind()->sections; s->name != NULL; s++) {
        const struct cc_field *f = cc_record_form_field(kind(), s->name, name);

        if (f != NULL) {
            *type_r = f->type == CC_F_BLOCK ? CC_IN_BLOCK : CC_IN_LINE;
            return f->max > 0 ? f->max : 200;
        }
    }
    return 0;
}

void cc_membership_sent(struct cc_req *req, const char *const *sections, struct cc_pairs *pairs_r)
{
    *pairs_r = (struct cc_pairs){0};
    for (; *sections != NULL; sections++) {
        struct cc_pairs some;

        cc_pairs_of_form(req, kind(), *sections, &some);
        pairs_r->v = talloc_realloc(req->mem, pairs_r->v, struct cc_pair,
                                    (unsigned)(pairs_r->n + some.n + 1));
        if (some.n > 0) {
            memcpy(pairs_r->v + pairs_r->n, some.v, some.n * sizeof(*some.v));
        }
        pairs_r->n += some.n;
    }
}

void cc_membership_apply(struct cc_req *req, struct cc_record *rec, const char *const *sections)
{
    for (; *sections != NULL; sections++) {
        struct cc_pairs sent;

        cc_pairs_of_form(req, kind(), *sections, &sent);
        cc_record_apply_form(rec, *sections, sent.v, sent.n, &req->problems);
    }
}
