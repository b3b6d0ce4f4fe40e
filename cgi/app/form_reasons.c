/* SPDX-License-Identifier: EUPL-1.2 */
/* Where on a form each problem of its record stands, and what the control or field is called. */
#include "app/form_fields.h"

#include <string.h>
#include <talloc.h>

static bool is_below(const char *name, const char *path)
{
    size_t len = strlen(path);

    return strncmp(name, path, len) == 0 && (name[len] == '\0' || name[len] == '.');
}

static const char *item_label(void *mem, const struct cc_edit_item *item, const char *label)
{
    return item->heading != NULL ? talloc_asprintf(mem, "%s, %s", item->heading, label) : label;
}

/* Of the control that a problem is about, else of the field. */
static bool find_place(void *mem, const struct cc_edit_field *f, const char *path,
                       struct cc_reason *r)
{
    bool of_all_items = f->may_grow && strcmp(path, f->name) == 0;

    for (size_t i = 0; i < f->item_count && !of_all_items; i++) {
        const struct cc_edit_item *item = &f->items[i];

        for (size_t k = 0; k < item->control_count; k++) {
            const char *label = item->controls[k].label;

            if (is_below(item->controls[k].name, path)) {
                bool is_inner = strncmp(label, f->label, strlen(f->label)) != 0;

                r->target = item->controls[k].name;
                r->where.text.text = item->heading == NULL && is_inner
                                         ? talloc_asprintf(mem, "%s, %s", f->label, label)
                                         : item_label(mem, item, label);
                return true;
            }
        }
    }
    if (is_below(path, f->name)) {
        r->target = f->name;
        r->where.text.text = f->label;
    }
    return r->target != NULL;
}

/* One control, one message: the first says what to mend, a second would follow from the first. */
static bool is_told(const struct cc_problems *problems, size_t at,
                    const struct cc_edit_field *fields, size_t field_count)
{
    const char *path = problems->v[at].path;

    for (size_t i = 0; path != NULL && i < field_count; i++) {
        if (fields[i].may_grow && strcmp(fields[i].name, path) == 0) {
            return false; /* of all its items: several may be wrong */
        }
    }
    for (size_t i = 0; path != NULL && i < at; i++) {
        const struct cc_problem *p = &problems->v[i];

        if (p->path != NULL && p->severity == problems->v[at].severity &&
            strcmp(p->path, path) == 0) {
            return true;
        }
    }
    return false;
}

static void place(struct cc_req *req, const struct cc_edit_field *fields, size_t field_count,
                  const struct cc_problem *problem, struct cc_reason *out)
{
    bool found = problem->path == NULL;

    out->message = cc_problem_text(req->mem, gettext(problem->message), problem);
    out->is_warning = problem->severity == CC_WARNING;
    for (size_t k = 0; !found && k < field_count; k++) {
        found = find_place(req->mem, &fields[k], problem->path, out);
    }
}

const struct cc_reason *cc_edit_reasons(struct cc_req *req, const struct cc_edit_field *fields,
                                        size_t field_count, size_t *count_r)
{
    const struct cc_problems *problems = &req->problems;
    struct cc_reason *out =
        talloc_zero_array(req->mem, struct cc_reason, (unsigned)problems->n + 1);

    size_t n = 0;
    for (size_t k = 0; k < problems->n; k++) {
        if (!is_told(problems, k, fields, field_count)) {
            place(req, fields, field_count, &problems->v[k], &out[n++]);
        }
    }
    *count_r = n;
    return out;
}
