/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What stays beside a record that came as IATI: elements that no field holds, and the organisations
 * that it names and nobody here is, so that they are linked once they are known.
 */
#include "publish/import.h"

#include "concord/log.h"
#include <string.h>
#include <talloc.h>

#define KEPT_MAX 200

/* Elements of the item that no field holds: as JSON for the database; their names and numbers are
 * the item's. */
static void keep(struct import_item *it, struct cc_buf *json)
{
    struct cc_iati_kept *kept = NULL;
    size_t n = cc_iati_kept(it, it->iati, &kept);
    cc_buf_addc(json, '[');
    for (size_t i = 0; i < n; i++) {
        cc_buf_printf(json, "%s{\"items\":%zu,\"element\":", i > 0 ? "," : "", kept[i].items);
        cc_json_text(json, kept[i].element);
        cc_buf_adds(json, ",\"xml\":");
        cc_json_text(json, cc_buf_str(&kept[i].xml));
        cc_buf_addc(json, '}');
        talloc_free(kept[i].xml.data);
    }
    cc_buf_addc(json, ']');
    it->kept = kept;
    it->n_kept = n;
}

static void count(struct import *im, const char *element, size_t items)
{
    struct cc_import_counts *c = im->counts;
    size_t i = 0;
    while (i < c->n_kept && strcmp(c->kept[i].element, element) != 0)
        i++;
    if (i == KEPT_MAX)
        return; /* elements of hundreds of namespaces: those that came first are told */
    if (i == c->n_kept) {
        if (c->kept == NULL)
            c->kept = talloc_array(im->mem, struct cc_import_kept, KEPT_MAX);
        if (c->kept == NULL)
            cc_die("out of memory");
        c->kept[c->n_kept++] = (struct cc_import_kept){.element = talloc_strdup(im->mem, element)};
    }
    c->kept[i].items += items;
    c->kept[i].records++;
}

const char *cc_import_tell_kept(struct import *im, const struct import_item *it)
{
    struct cc_buf words;
    if (it->n_kept == 0 || !it->keeps || it->verdict == CC_IMPORT_REFUSED)
        return NULL;
    cc_buf_init(&words, im->batch);
    for (size_t i = 0; i < it->n_kept; i++) {
        const struct cc_iati_kept *kept = &it->kept[i];
        cc_buf_printf(&words, "%s%s (%zu)", i > 0 ? ", " : "", kept->element, kept->items);
        count(im, kept->element, kept->items);
    }
    return cc_buf_str(&words);
}

const char *cc_import_keep(struct import_item *it, const char *identifier, const char *key,
                           const char *digest, const char *updated, const char *unmatched,
                           const char *kept)
{
    struct cc_buf json;
    cc_buf_init(&json, it);
    cc_buf_addc(&json, '{');
    cc_json_pair(&json, "id", it->entry->id);
    cc_json_pair(&json, "kind", it->kind->name);
    cc_json_pair(&json, "identifier", identifier);
    cc_json_pair(&json, "key", key);
    cc_json_pair(&json, "digest", digest);
    cc_json_pair(&json, "reader", CC_IATI_READER);
    cc_json_pair(&json, "updated", updated);
    cc_buf_printf(&json, ",\"unmatched\":%s,\"kept\":%s}", unmatched != NULL ? unmatched : "[]",
                  kept != NULL ? kept : "[]");
    return cc_buf_str(&json);
}

struct unmatched {
    struct import_orgs *orgs;
    const char *own; /* of an organisation: it knows itself */
    struct cc_buf json;
    void *mem;
};

static void add_unmatched(void *arg, const char *identifier)
{
    struct unmatched *u = arg;
    const char *keys[CC_IATI_KEYS];
    if ((u->own != NULL && strcmp(identifier, u->own) == 0) ||
        cc_import_orgs_find(u->orgs, identifier) != NULL)
        return;
    for (size_t i = 0, n = cc_iati_org_keys(u->mem, identifier, keys); i < n; i++)
        cc_json_item(&u->json, keys[i]);
}

void cc_import_keep_rest(struct import_orgs *orgs, struct import_item *it)
{
    struct cc_buf kept;
    bool is_organisation = strcmp(it->kind->name, "organisation") == 0;
    struct unmatched u = {
        .orgs = orgs, .mem = it, .own = is_organisation ? it->iati->identifier : NULL};
    cc_buf_init(&kept, it);
    cc_buf_init(&u.json, it);
    keep(it, &kept);
    cc_iati_refs(it->iati, add_unmatched, &u);
    cc_buf_adds(&u.json, u.json.len > 0 ? "]" : "[]");
    it->keep =
        cc_import_keep(it, it->iati->identifier, cc_iati_item_key(it, it->iati), it->iati->digest,
                       it->iati->updated, cc_buf_str(&u.json), cc_buf_str(&kept));
}
