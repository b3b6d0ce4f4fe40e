/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/references.h"

#include "concord/id.h"
#include "concord/text.h"
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

const char *cc_like_pattern(void *mem, const char *text)
{
    struct cc_buf out;

    if (text[0] == '\0') {
        return NULL;
    }
    cc_buf_init(&out, mem);
    cc_buf_addc(&out, '%');
    for (const char *s = cc_text_fold(mem, text); *s != '\0'; s++) {
        if (strchr("\\%_", *s) != NULL) {
            cc_buf_addc(&out, '\\');
        }
        cc_buf_addc(&out, *s);
    }
    cc_buf_addc(&out, '%');
    return cc_buf_str(&out);
}

/* The field of a pair that names another record and was filled in; NULL for any other pair. */
static const struct cc_field *reference_field(const struct cc_kind *kind, const char *section,
                                              const struct cc_pair *pair)
{
    const struct cc_field *f = cc_record_form_field(kind, section, pair->name);

    return f != NULL && f->type == CC_F_REF && pair->value[strspn(pair->value, " ")] != '\0' ? f
                                                                                             : NULL;
}

const char *cc_reference_hint(void)
{
    return _("Write its name or acronym; where several fit, you choose next.");
}

struct cc_call cc_reference_call(struct cc_req *req, const char *kind, const char *text)
{
    const char *id = cc_reference_id(req->mem, text);

    if (id != NULL) {
        return (struct cc_call){.query = Q_RECORD_TITLE, .params = {id, req->lang->tag}};
    }
    return (struct cc_call){
        .query = Q_RECORD_NAMED,
        .params = {kind, text, cc_like_pattern(req->mem, text), req->lang->tag}};
}

static struct cc_reference *add(struct cc_req *req, struct cc_pairs *names)
{
    names->refs =
        talloc_realloc(req->mem, names->refs, struct cc_reference, (unsigned)names->ref_count + 1);
    names->refs[names->ref_count] = (struct cc_reference){0};
    return &names->refs[names->ref_count++];
}

/* Names that are the same are told apart by their identifiers. */
static void tell_apart(void *mem, struct cc_option *choices, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *text = choices[i].text;
        bool is_shared = false;

        for (size_t k = i + 1; k < n; k++) {
            if (strcmp(choices[k].text, text) == 0) {
                choices[k].text = cc_reference_text(mem, text, choices[k].value);
                is_shared = true;
            }
        }
        if (is_shared) {
            choices[i].text = cc_reference_text(mem, text, choices[i].value);
        }
    }
}

/* What fits, without the record that cannot be meant; exact: how many have just this name, first.
 */
static struct cc_option *fitting(struct cc_req *req, const struct cc_rows *rows, const char *except,
                                 size_t *n_r, size_t *exact_r)
{
    size_t found = cc_rows_count(rows), n = 0;
    struct cc_option *choices = talloc_array(req->mem, struct cc_option, (unsigned)found + 1);

    *exact_r = 0;
    for (size_t i = 0; i < found; i++) {
        const char *id = cc_rows_text(rows, i, Q_RECORD_NAMED_ID);
        const char *acronym = cc_rows_text(rows, i, Q_RECORD_NAMED_ACRONYM);
        const char *title = cc_rows_text(rows, i, Q_RECORD_NAMED_TITLE);

        if (except != NULL && strcmp(id, except) == 0) {
            continue;
        }
        *exact_r += cc_rows_bool(rows, i, Q_RECORD_NAMED_EXACT);
        choices[n].value = id;
        choices[n++].text =
            acronym != NULL ? talloc_asprintf(req->mem, "%s (%s)", title, acronym) : title;
    }
    *n_r = n;
    return choices;
}

static const char *settle_name(struct cc_req *req, struct cc_pairs *names, const char *path,
                               const char *text, const char *except, const struct cc_rows *rows)
{
    struct cc_reference *ref = add(req, names);
    size_t n, exact;
    struct cc_option *choices = fitting(req, rows, except, &n, &exact);

    if (exact == 1) { /* a name that only one record has needs no question */
        ref->id = choices[0].value;
        ref->title = choices[0].text;
        return ref->id;
    }
    tell_apart(req->mem, choices, n);
    ref->path = path;
    ref->choices = choices;
    ref->choice_count = n;
    cc_problem_add(&req->problems, CC_ERROR, 0, path,
                   n > 0 ? N_("Choose which of these you mean by \"{1}\".")
                         : N_("Nothing that is published has the name \"{1}\". Look it up in the "
                              "public lists, or register and publish it first."),
                   text, NULL);
    return NULL;
}

const char *cc_reference_settle(struct cc_req *req, struct cc_pairs *names, const char *path,
                                const char *text, const char *except, const struct cc_rows *rows)
{
    const char *id = cc_reference_id(req->mem, text);

    if (id == NULL) {
        return settle_name(req, names, path, text, except, rows);
    }
    if (cc_rows_count(rows) > 0) {
        struct cc_reference *ref = add(req, names);
        ref->id = id;
        ref->title = cc_rows_text(rows, 0, Q_RECORD_TITLE_TITLE);
        ref->lang = cc_rows_text(rows, 0, Q_RECORD_TITLE_LANG);
    }
    return id;
}

void cc_reference_show(void *mem, const struct cc_pairs *names, struct cc_control *control)
{
    for (size_t i = 0; i < names->ref_count; i++) {
        const struct cc_reference *r = &names->refs[i];

        if (r->path != NULL && r->choice_count > 0 && strcmp(r->path, control->name) == 0) {
            control->type = CC_C_SELECT;
            control->options = r->choices;
            control->option_count = r->choice_count;
            control->blank = _("Choose");
            control->value = NULL;
            return;
        }
        if (r->id != NULL && control->value != NULL && strcmp(r->id, control->value) == 0) {
            control->value = cc_reference_text(mem, r->title, r->id);
            return;
        }
    }
}

struct cc_control cc_reference_control(struct cc_req *req, const char *name, const char *label,
                                       const struct cc_pairs *names)
{
    const char *sent = cc_value(&req->form, name), *id = cc_reference_id(req->mem, sent);
    const struct cc_problem *bad = cc_problem_find(&req->problems, name);
    struct cc_control control = {
        .type = CC_C_LINE,
        .name = name,
        .label = label,
        .hint = cc_reference_hint(),
        .error = bad != NULL ? cc_problem_text(req->mem, gettext(bad->message), bad) : NULL,
        .value = id != NULL ? id : sent,
        .max = CC_REFERENCE_ROOM,
        .is_required = true,
    };

    cc_reference_show(req->mem, names, &control);
    return control;
}

size_t cc_references_ask(struct cc_req *req, const char *section, const struct cc_pairs *sent,
                         struct cc_call calls[CC_REFERENCE_CALLS])
{
    const char *id = req->args[0];
    const struct cc_kind *kind = cc_kind_by_letter(id[0]);
    struct cc_buf ids;
    size_t n = 1;

    cc_buf_init(&ids, req->mem);
    for (size_t i = 0; i < sent->n; i++) {
        const struct cc_field *f = reference_field(kind, section, &sent->v[i]);
        const char *other = f != NULL ? cc_reference_id(req->mem, sent->v[i].value) : NULL;

        if (other != NULL) {
            cc_buf_printf(&ids, "%s%s", ids.len > 0 ? " " : "", other);
        } else if (f != NULL && n < CC_REFERENCE_CALLS) {
            calls[n++] = cc_reference_call(req, f->ref_kind, sent->v[i].value);
        }
    }
    calls[0] = (struct cc_call){.query = Q_RECORD_REFERENCES,
                                .params = {id, cc_buf_str(&ids), req->lang->tag}};
    return n;
}

void cc_references_settle(struct cc_req *req, const char *section, struct cc_pairs *sent,
                          const struct cc_call *calls, size_t n)
{
    const struct cc_kind *kind = cc_kind_by_letter(req->args[0][0]);
    size_t used = 1;

    for (size_t i = 0; i < sent->n; i++) {
        struct cc_pair *pair = &sent->v[i];

        if (reference_field(kind, section, pair) == NULL) {
            continue;
        }
        const char *id = cc_reference_id(req->mem, pair->value);
        if (id == NULL && used < n) {
            id = settle_name(req, sent, pair->name, pair->value, NULL, calls[used++].rows);
        } else if (id == NULL) {
            cc_problem_add(
                &req->problems, CC_ERROR, 0, pair->name,
                N_("Only a few names are looked up at once. Save again to look up the others."),
                NULL, NULL);
        }
        pair->value = id != NULL ? id : pair->value;
    }
    cc_references_name(req, calls[0].rows, sent);
}

struct cc_pairs cc_references_known(struct cc_req *req, const char *section,
                                    const struct cc_pairs *sent)
{
    const struct cc_kind *kind = cc_kind_by_letter(req->args[0][0]);
    struct cc_pairs known = *sent;

    known.v = talloc_array(req->mem, struct cc_pair, (unsigned)sent->n + 1);
    known.n = 0;
    for (size_t i = 0; i < sent->n; i++) {
        const struct cc_pair *pair = &sent->v[i];

        if (reference_field(kind, section, pair) == NULL ||
            cc_problem_find(&req->problems, pair->name) == NULL) {
            known.v[known.n++] = *pair;
        }
    }
    return known;
}

struct cc_call cc_references_of(struct cc_req *req, const char *id)
{
    return (struct cc_call){.query = Q_RECORD_REFERENCES, .params = {id, "", req->lang->tag}};
}

void cc_references_name(struct cc_req *req, const struct cc_rows *rows, struct cc_pairs *pairs)
{
    for (size_t i = 0; i < cc_rows_count(rows); i++) {
        struct cc_reference *ref = add(req, pairs);

        ref->id = cc_rows_text(rows, i, Q_RECORD_REFERENCES_ID);
        ref->title = cc_rows_text(rows, i, Q_RECORD_REFERENCES_TITLE);
        ref->lang = cc_rows_text(rows, i, Q_RECORD_REFERENCES_LANG);
    }
}

struct cc_refs cc_references_named(void *mem, const struct cc_pairs *pairs)
{
    struct cc_ref *refs = talloc_array(mem, struct cc_ref, (unsigned)pairs->ref_count + 1);
    size_t n = 0;

    for (size_t i = 0; i < pairs->ref_count; i++) {
        const struct cc_reference *r = &pairs->refs[i];

        if (r->id != NULL) {
            refs[n++] =
                (struct cc_ref){r->id, cc_kind_by_letter(r->id[0])->name, {r->title, r->lang}};
        }
    }
    return (struct cc_refs){refs, n};
}
