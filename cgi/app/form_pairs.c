/* SPDX-License-Identifier: EUPL-1.2 */
/* A record and a sent form as the same thing: a list of (path, value) pairs. */
#include "app/form_fields.h"

#include "concord/hash.h"
#include <string.h>
#include <talloc.h>

static void add_pair(void *mem, struct cc_pairs *pairs, const char *name, const char *value)
{
    if ((pairs->n & (pairs->n - 1)) == 0) { /* room doubles */
        pairs->v = talloc_realloc(mem, pairs->v, struct cc_pair,
                                  pairs->n == 0 ? 1 : (unsigned)pairs->n * 2);
    }
    pairs->v[pairs->n++] = (struct cc_pair){name, value};
}

static const char *leaf_path(void *mem, const char *prefix, const struct cc_node *n)
{
    bool is_text = n->field->type == CC_F_LINE || n->field->type == CC_F_BLOCK;

    return is_text ? talloc_asprintf(mem, "%s.%s", prefix, n->lang) : talloc_strdup(mem, prefix);
}

/* "document.2", "website": of the item of this number. */
static const char *item_path(void *mem, const char *name, const struct cc_field *f, unsigned item)
{
    return (f->flags & CC_MANY) != 0 ? talloc_asprintf(mem, "%s.%u", name, item) : name;
}

static void add_children(void *mem, struct cc_pairs *pairs, const struct cc_node *group,
                         const char *prefix)
{
    const struct cc_field *last = NULL;
    unsigned place = 0;

    for (const struct cc_node *n = group->child; n != NULL; n = n->next) {
        const char *path = talloc_asprintf(mem, "%s.%s", prefix, n->field->name);

        place = n->field == last ? place + 1 : 1;
        last = n->field;
        add_pair(mem, pairs, leaf_path(mem, item_path(mem, path, n->field, place), n), n->text);
    }
}

void cc_pairs_of_record(void *mem, const struct cc_record *rec, const char *section,
                        struct cc_pairs *pairs_r)
{
    unsigned item = 0;
    const struct cc_field *last = NULL;

    *pairs_r = (struct cc_pairs){0};
    for (const struct cc_node *n = rec->first; n != NULL; n = n->next) {
        const struct cc_field *f = n->field;
        item = f == last ? item + 1 : 1;
        last = f;
        if (f->section == NULL || (section != NULL && strcmp(f->section, section) != 0)) {
            continue;
        }
        const char *prefix = item_path(mem, f->name, f, item);
        if (f->type == CC_F_GROUP) {
            add_children(mem, pairs_r, n, prefix);
        } else {
            add_pair(mem, pairs_r, leaf_path(mem, prefix, n), n->text);
        }
    }
}

void cc_pairs_of_form(struct cc_req *req, const struct cc_kind *kind, const char *section,
                      struct cc_pairs *pairs_r)
{
    *pairs_r = (struct cc_pairs){0};
    for (size_t i = 0; i < req->form.n; i++) {
        const struct cc_value *v = &req->form.v[i];

        if (cc_record_form_field(kind, section, v->name) != NULL) {
            add_pair(req->mem, pairs_r, v->name, v->text);
        }
    }
}

const char *cc_pairs_hash(void *mem, const struct cc_pairs *pairs)
{
    struct cc_buf all;
    char *hex = talloc_array(mem, char, CC_SHA256_HEX + 1);

    cc_buf_init(&all, mem);
    for (size_t i = 0; i < pairs->n; i++) {
        cc_buf_printf(&all, "%s=%zu:%s\n", pairs->v[i].name, strlen(pairs->v[i].value),
                      pairs->v[i].value);
    }
    cc_sha256_hex(cc_buf_str(&all), all.len, hex);
    return hex;
}

void cc_once_anew(struct cc_req *req)
{
    for (size_t i = 0; i < req->form.n; i++) {
        if (strcmp(req->form.v[i].name, "once") == 0) {
            req->form.v[i].text = cc_random_token(req->mem, 16);
        }
    }
}
