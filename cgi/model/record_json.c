/* SPDX-License-Identifier: EUPL-1.2 */
/* The working copy as JSON: what cc_record_store() takes and cc_record_load() gives. */
#include "concord/record.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#define PATH_CHARS 200

void cc_json_text(struct cc_buf *out, const char *s)
{
    cc_buf_addc(out, '"');
    for (; *s != '\0'; s++) {
        const char *from = s;
        while ((unsigned char)*s >= 0x20 && *s != '"' && *s != '\\')
            s++;
        cc_buf_add(out, from, (size_t)(s - from));
        unsigned char c = (unsigned char)*s;
        if (c == '\0')
            break;
        if (c == '"' || c == '\\') {
            cc_buf_addc(out, '\\');
            cc_buf_addc(out, (char)c);
        } else if (c < 0x20) {
            cc_buf_printf(out, "\\u%04x", c);
        }
    }
    cc_buf_addc(out, '"');
}

void cc_json_item(struct cc_buf *out, const char *s)
{
    cc_buf_addc(out, out->len == 0 ? '[' : ',');
    cc_json_text(out, s);
}

void cc_json_pair(struct cc_buf *out, const char *name, const char *s)
{
    if (s == NULL)
        return;
    if (out->data[out->len - 1] != '{')
        cc_buf_addc(out, ',');
    cc_json_text(out, name);
    cc_buf_addc(out, ':');
    cc_json_text(out, s);
}

static bool is_text(const struct cc_field *f)
{
    return f->type == CC_F_LINE || f->type == CC_F_BLOCK;
}

/* texts: whether human texts stand in it, too. */
static void add_object(struct cc_buf *out, const struct cc_node *first, bool texts);

static void add_value(struct cc_buf *out, const struct cc_node *n, bool texts)
{
    if (n->field->type == CC_F_GROUP) {
        add_object(out, n->child, texts);
    } else if (is_text(n->field)) {
        cc_buf_adds(out, "{\"lang\":");
        cc_json_text(out, n->lang == NULL ? "und" : n->lang);
        cc_buf_adds(out, ",\"text\":");
        cc_json_text(out, n->text == NULL ? "" : n->text);
        cc_buf_addc(out, '}');
    } else {
        cc_json_text(out, n->text == NULL ? "" : n->text);
    }
}

static void add_object(struct cc_buf *out, const struct cc_node *first, bool texts)
{
    char before = '{';
    const struct cc_node *n = first;
    while (n != NULL) {
        const struct cc_field *f = n->field;
        bool list = is_text(f) || (f->flags & CC_MANY) != 0;
        if (is_text(f) && !texts) {
            n = n->next;
            continue;
        }
        cc_buf_addc(out, before);
        before = ',';
        cc_json_text(out, f->name);
        cc_buf_addc(out, ':');
        if (list)
            cc_buf_addc(out, '[');
        add_value(out, n, texts);
        n = n->next;
        for (; list && n != NULL && n->field == f; n = n->next) {
            cc_buf_addc(out, ',');
            add_value(out, n, texts);
        }
        if (list)
            cc_buf_addc(out, ']');
    }
    cc_buf_adds(out, before == '{' ? "{}" : "}");
}

/* ["participant.2.name","en","..."] of every human text. */
static void add_texts(struct cc_buf *out, const struct cc_node *first, const char *prefix)
{
    const struct cc_field *last = NULL;
    size_t at = 0;
    for (const struct cc_node *n = first; n != NULL; n = n->next) {
        char path[PATH_CHARS];
        at = n->field == last ? at + 1 : 1;
        last = n->field;
        if (n->field->type == CC_F_GROUP) {
            cc_path(path, sizeof(path), prefix, n->field->name,
                    (n->field->flags & CC_MANY) != 0 ? at : 0);
            add_texts(out, n->child, path);
        } else if (is_text(n->field)) {
            cc_path(path, sizeof(path), prefix, n->field->name, 0);
            cc_buf_adds(out, out->data[out->len - 1] == '[' ? "[" : ",[");
            cc_json_text(out, path);
            cc_buf_addc(out, ',');
            cc_json_text(out, n->lang == NULL ? "und" : n->lang);
            cc_buf_addc(out, ',');
            cc_json_text(out, n->text == NULL ? "" : n->text);
            cc_buf_addc(out, ']');
        }
    }
}

void cc_record_to_json(const struct cc_record *rec, struct cc_buf *out)
{
    add_object(out, rec->first, true);
}

void cc_record_to_batch(const struct cc_record *rec, struct cc_buf *out)
{
    cc_buf_adds(out, out->len == 0 ? "[{" : ",{");
    cc_json_pair(out, "id", rec->id);
    cc_json_pair(out, "kind", rec->kind->name);
    cc_buf_adds(out, ",\"content\":");
    add_object(out, rec->first, false);
    cc_buf_adds(out, ",\"texts\":[");
    add_texts(out, rec->first, "");
    cc_buf_adds(out, "]}");
}

static bool read_object(struct cc_record *rec, struct cc_node *parent, const struct cc_field *table,
                        json_t *object);

static bool read_value(struct cc_record *rec, struct cc_node *parent, const struct cc_field *f,
                       json_t *value)
{
    if (f->type == CC_F_GROUP)
        return read_object(rec, cc_record_add(rec, parent, f->name, NULL, NULL), f->children,
                           value);
    if (is_text(f)) {
        const char *lang = json_string_value(json_object_get(value, "lang"));
        const char *text = json_string_value(json_object_get(value, "text"));
        if (lang == NULL || text == NULL)
            return false;
        cc_record_add(rec, parent, f->name, text, lang);
        return true;
    }
    const char *text = json_string_value(value);
    if (text == NULL)
        return false;
    if (f->type != CC_F_BOOL || strcmp(text, "true") == 0)
        cc_record_add(rec, parent, f->name, text, NULL);
    return true;
}

/* Keys that the table does not know and values of another shape make it false. */
static bool read_object(struct cc_record *rec, struct cc_node *parent, const struct cc_field *table,
                        json_t *object)
{
    const char *key;
    json_t *value;
    if (!json_is_object(object))
        return false;
    json_object_foreach(object, key, value)
    {
        const struct cc_field *f = cc_field_find(table, key);
        if (f == NULL)
            return false;
        if (json_is_null(value))
            continue;
        if (is_text(f) || (f->flags & CC_MANY) != 0) {
            size_t i;
            json_t *item;
            if (!json_is_array(value))
                return false;
            json_array_foreach(value, i, item)
            {
                if (!read_value(rec, parent, f, item))
                    return false;
            }
        } else if (!read_value(rec, parent, f, value)) {
            return false;
        }
    }
    return true;
}

enum cc_rc cc_record_from_json(void *mem, const struct cc_kind *kind, const char *id,
                               const char *json, struct cc_record **rec_r, struct cc_err *err)
{
    json_error_t bad;
    json_t *root = json_loads(json, JSON_REJECT_DUPLICATES, &bad);
    if (root == NULL)
        return cc_fail(err, mem, CC_INTERNAL, NULL, N_("The record could not be read."),
                       "record %s: %s at %d", id, bad.text, bad.position);
    struct cc_record *rec = cc_record_new(mem, kind, id);
    bool good = read_object(rec, NULL, kind->fields, root);
    json_decref(root);
    if (!good) {
        talloc_free(rec);
        return cc_fail(err, mem, CC_INTERNAL, NULL, N_("The record could not be read."),
                       "record %s: JSON is not of the shape of kind %s", id, kind->name);
    }
    cc_record_sort(rec);
    *rec_r = rec;
    return CC_OK;
}
