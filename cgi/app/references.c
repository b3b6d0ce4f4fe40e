/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/references.h"

#include "concord/id.h"
#include <string.h>
#include <talloc.h>

const char *cc_reference_text(void *mem, const char *title, const char *id)
{
    return talloc_asprintf(mem, "%s (%s)", title, id);
}

const char *cc_reference_id(void *mem, const char *text)
{
    const char *id = cc_id_canonical(mem, text);
    const char *open = strrchr(text, '(');

    if (id != NULL || open == NULL) {
        return id;
    }
    size_t len = strcspn(open + 1, ")");
    return open[len + 1] == ')' && open[len + 2] == '\0'
               ? cc_id_canonical(mem, talloc_strndup(mem, open + 1, len))
               : NULL;
}

/* The field of a pair that names another record and was filled in; NULL for any other pair. */
static const struct cc_field *reference_field(const struct cc_kind *kind, const char *section,
                                              const struct cc_pair *pair)
{
    const struct cc_field *f = cc_record_form_field(kind, section, pair->name);

    return f != NULL && f->type == CC_F_REF && pair->value[strspn(pair->value, " ")] != '\0' ? f
                                                                                             : NULL;
}

size_t cc_references_ask(struct cc_req *req, const struct cc_kind *kind, const char *section,
                         const struct cc_pairs *sent, struct cc_call calls[CC_REFERENCE_CALLS])
{
    size_t n = 0;

    for (size_t i = 0; i < sent->n && n < CC_REFERENCE_CALLS; i++) {
        const struct cc_field *f = reference_field(kind, section, &sent->v[i]);

        if (f == NULL) {
            continue;
        }
        const char *text = sent->v[i].value, *id = cc_reference_id(req->mem, text);
        if (id != NULL) {
            calls[n++] = (struct cc_call){.query = Q_RECORD_TITLE, .params = {id, req->lang->tag}};
        } else {
            calls[n++] = (struct cc_call){
                .query = Q_RECORD_NAMED,
                .params = {f->ref_kind, text, cc_like_pattern(req->mem, text), req->lang->tag}};
        }
    }
    return n;
}

static struct cc_reference *add(struct cc_req *req, struct cc_pairs *pairs)
{
    pairs->refs =
        talloc_realloc(req->mem, pairs->refs, struct cc_reference, (unsigned)pairs->ref_count + 1);
    pairs->refs[pairs->ref_count] = (struct cc_reference){0};
    return &pairs->refs[pairs->ref_count++];
}

static void settle_name(struct cc_req *req, struct cc_pairs *sent, struct cc_pair *pair,
                        const struct cc_rows *rows)
{
    size_t n = cc_rows_count(rows);
    struct cc_reference *ref = add(req, sent);
    struct cc_option *choices = talloc_array(req->mem, struct cc_option, (unsigned)n + 1);

    /* the exact ones come first: a name that only one record has needs no question */
    if (n > 0 && cc_rows_bool(rows, 0, Q_RECORD_NAMED_EXACT) &&
        (n == 1 || !cc_rows_bool(rows, 1, Q_RECORD_NAMED_EXACT))) {
        ref->id = cc_rows_text(rows, 0, Q_RECORD_NAMED_ID);
        ref->title = cc_rows_text(rows, 0, Q_RECORD_NAMED_TITLE);
        pair->value = ref->id;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const char *acronym = cc_rows_text(rows, i, Q_RECORD_NAMED_ACRONYM);
        const char *title = cc_rows_text(rows, i, Q_RECORD_NAMED_TITLE);

        choices[i].value = cc_rows_text(rows, i, Q_RECORD_NAMED_ID);
        choices[i].text =
            acronym != NULL ? talloc_asprintf(req->mem, "%s (%s)", title, acronym) : title;
    }
    ref->path = pair->name;
    ref->choices = choices;
    ref->choice_count = n;
    cc_problem_add(&req->problems, CC_ERROR, 0, pair->name,
                   n > 0 ? N_("Choose which of these you mean by \"{1}\".")
                         : N_("Nothing that is published has the name \"{1}\". Look it up in the "
                              "public lists, or register and publish it first."),
                   pair->value, NULL);
}

void cc_references_settle(struct cc_req *req, const struct cc_kind *kind, const char *section,
                          struct cc_pairs *sent, const struct cc_call *calls)
{
    size_t n = 0;

    for (size_t i = 0; i < sent->n && n < CC_REFERENCE_CALLS; i++) {
        if (reference_field(kind, section, &sent->v[i]) == NULL) {
            continue;
        }
        const struct cc_rows *rows = calls[n].rows;
        const char *id = cc_reference_id(req->mem, sent->v[i].value);

        n++;
        if (id == NULL) {
            settle_name(req, sent, &sent->v[i], rows);
            continue;
        }
        sent->v[i].value = id;
        if (cc_rows_count(rows) > 0) {
            struct cc_reference *ref = add(req, sent);
            ref->id = id;
            ref->title = cc_rows_text(rows, 0, Q_RECORD_TITLE_TITLE);
        }
    }
}

struct cc_call cc_references_of(struct cc_req *req, const char *id)
{
    return (struct cc_call){.query = Q_RECORD_REFERENCES, .params = {id, req->lang->tag}};
}

void cc_references_name(struct cc_req *req, const struct cc_rows *rows, struct cc_pairs *pairs)
{
    for (size_t i = 0; i < cc_rows_count(rows); i++) {
        struct cc_reference *ref = add(req, pairs);

        ref->id = cc_rows_text(rows, i, Q_RECORD_REFERENCES_ID);
        ref->title = cc_rows_text(rows, i, Q_RECORD_REFERENCES_TITLE);
    }
}
