/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Which organisation of ours an identifier of an IATI file names. Asked once per identifier and
 * import, a batch at a time. Who reports and is unknown is registered with what the file says,
 * before all activities: so each of them finds whom the file names, wherever it stands.
 */
#include "concord/log.h"
#include "publish/import.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#define ALIKE_MAX   20   /* of a file are compared with the names of others, which is dear */
#define WAITING_MAX 2000 /* whoever comes later is registered with the batch that names him */

/* Somebody who reports, as a record that may be registered. */
struct reporter {
    const char *keys[CC_IATI_KEYS], *id, *identifier;
    size_t n_keys;
    int line;
    struct cc_record *rec;
    struct cc_problems problems;
};

struct import_orgs {
    struct import *im;
    struct reporter *waiting[WAITING_MAX]; /* of the first pass */
    size_t n_waiting, n_compared;
    struct import_ids
        known;          /* by first key of the identifier: `owner` = what it names, "" = nobody */
    struct cc_buf keys; /* JSON of those that are asked next */
    void *scratch;
};

struct import_orgs *cc_import_orgs_new(struct import *im)
{
    struct import_orgs *orgs = talloc_zero(im, struct import_orgs);
    if (orgs == NULL)
        cc_die("out of memory");
    orgs->im = im;
    cc_import_ids_init(&orgs->known, orgs);
    orgs->known.whole = true;
    return orgs;
}

static struct import_id *entry_of(struct import_orgs *orgs, const char *key, bool make)
{
    char *id = cc_id_derived(orgs, 'O', key);
    struct import_id *entry =
        make ? cc_import_ids_add(&orgs->known, id) : cc_import_ids_find(&orgs->known, id);
    talloc_free(id);
    return entry;
}

/* Of somebody without an identifier the name. NULL: nothing is said at all. */
static size_t reporter_keys(void *mem, const struct cc_iati_item *item,
                            struct cc_iati_reporter *who, const char *keys[CC_IATI_KEYS])
{
    cc_iati_reporter(mem, item, who);
    if (who->ref != NULL)
        return cc_iati_org_keys(mem, who->ref, keys);
    const char *name = cc_iati_key(mem, who->name);
    if (name == NULL)
        return 0;
    keys[0] = talloc_asprintf(mem, "name %s", name);
    return 1;
}

/* --- asking ------------------------------------------------------------------------------------
 */

static void want(struct import_orgs *orgs, const char *const *keys, size_t n)
{
    struct import_id *entry = n > 0 ? entry_of(orgs, keys[0], true) : NULL;
    if (entry == NULL || entry->told)
        return;
    entry->told = true;
    for (size_t i = 0; i < n; i++)
        cc_json_item(&orgs->keys, keys[i]);
}

static void want_ref(void *arg, const char *identifier)
{
    struct import_orgs *orgs = arg;
    const char *keys[CC_IATI_KEYS];
    want(orgs, keys, cc_iati_org_keys(orgs->scratch, identifier, keys));
}

static void want_reporter(struct import_orgs *orgs, const struct cc_iati_item *item)
{
    const char *keys[CC_IATI_KEYS];
    struct cc_iati_reporter who;
    want(orgs, keys, reporter_keys(orgs->scratch, item, &who, keys));
}

static void begin_asking(struct import_orgs *orgs)
{
    orgs->scratch = talloc_new(orgs);
    cc_buf_init(&orgs->keys, orgs->scratch);
}

static enum cc_rc ask(struct import *im, struct import_orgs *orgs)
{
    enum cc_rc rc = CC_OK;
    if (orgs->keys.len > 0) {
        cc_buf_addc(&orgs->keys, ']');
        struct cc_call call = {.query = Q_IATI_ORGANISATIONS, .params = {cc_buf_str(&orgs->keys)}};
        rc = cc_import_ask(im, orgs->scratch, &call);
        for (size_t i = 0; rc == CC_OK && i < cc_rows_count(call.rows); i++) {
            struct import_id *entry =
                entry_of(orgs, cc_rows_text(call.rows, i, Q_IATI_ORGANISATIONS_KEY), true);
            memcpy(entry->owner, cc_rows_text(call.rows, i, Q_IATI_ORGANISATIONS_ID), CC_ID_LEN);
        }
    }
    talloc_free(orgs->scratch);
    orgs->scratch = NULL;
    return rc;
}

enum cc_rc cc_import_orgs_look(struct import *im, struct import_orgs *orgs,
                               const struct cc_iati_item *const *items, size_t n)
{
    begin_asking(orgs);
    for (size_t i = 0; i < n; i++) {
        cc_iati_refs(items[i], want_ref, orgs);
        want_reporter(orgs, items[i]);
    }
    return ask(im, orgs);
}

enum cc_rc cc_import_orgs_look_refs(struct import *im, struct import_orgs *orgs,
                                    const char *const *identifiers, size_t n)
{
    void *mem = talloc_new(orgs);
    begin_asking(orgs);
    for (size_t i = 0; i < n; i++)
        want_ref(orgs, identifiers[i]);
    enum cc_rc rc = ask(im, orgs);
    for (size_t i = 0; i < n; i++) {
        const char *keys[CC_IATI_KEYS];
        if (cc_iati_org_keys(mem, identifiers[i], keys) > 0)
            entry_of(orgs, keys[0], true)->told = cc_import_orgs_find(orgs, identifiers[i]) != NULL;
    }
    talloc_free(mem);
    return rc;
}

static const char *find(struct import_orgs *orgs, const char *const *keys, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct import_id *entry = entry_of(orgs, keys[i], false);
        if (entry != NULL && *entry->owner != '\0')
            return entry->owner;
    }
    return NULL;
}

const char *cc_import_orgs_find(void *arg, const char *identifier)
{
    struct import_orgs *orgs = arg;
    const char *keys[CC_IATI_KEYS];
    void *mem = talloc_new(orgs);
    const char *id = find(orgs, keys, cc_iati_org_keys(mem, identifier, keys));
    talloc_free(mem);
    return id;
}

const char *cc_import_orgs_record(void *mem, struct import_orgs *orgs, const char *identifier)
{
    const char *scheme, *value;
    const char *id = cc_import_orgs_find(orgs, identifier);
    if (id != NULL)
        return id;
    if (cc_iati_org_split(mem, identifier, &scheme, &value)) /* as it will be published */
        identifier = talloc_asprintf(mem, "%s-%s", scheme, value);
    return cc_id_derived(mem, 'O', talloc_asprintf(mem, "iati %s", cc_iati_key(mem, identifier)));
}

const char *cc_import_orgs_reporter(struct import_orgs *orgs, const struct cc_iati_item *item)
{
    const char *keys[CC_IATI_KEYS];
    struct cc_iati_reporter who;
    void *mem = talloc_new(orgs);
    const char *id = find(orgs, keys, reporter_keys(mem, item, &who, keys));
    talloc_free(mem);
    return id;
}

/* --- registering -------------------------------------------------------------------------------
 */

/* NULL: the item does not say who reports. */
static struct reporter *make_reporter(void *mem, const struct cc_iati_item *item)
{
    struct reporter *r = talloc_zero(mem, struct reporter);
    struct cc_iati_reporter who;
    if (r == NULL)
        cc_die("out of memory");
    r->n_keys = reporter_keys(r, item, &who, r->keys);
    if (r->n_keys == 0) {
        talloc_free(r);
        return NULL;
    }
    r->id = cc_id_derived(r, 'O', talloc_asprintf(r, "iati %s", r->keys[0]));
    r->identifier = who.ref != NULL ? who.ref : who.name;
    r->line = who.line;
    cc_problems_init(&r->problems, r);
    r->rec = cc_iati_reporter_build(r, item, r->id, &r->problems);
    cc_problem_add(&r->problems, CC_WARNING, who.line, "reporting-org",
                   N_("This organisation was not known here. It is registered with what the file "
                      "says about it."),
                   NULL, NULL);
    return r;
}

static void add_names(struct cc_buf *names, const struct cc_record *rec, const char *field)
{
    for (const struct cc_node *n = cc_node_first(rec->first, field); n != NULL;
         n = cc_node_again(n)) {
        cc_buf_adds(names, names->len > 0 ? "\n" : "");
        cc_buf_adds(names, n->text);
    }
}

/* Whose names are compared, and where it is told. */
struct named {
    const struct cc_record *rec;
    struct cc_problems *problems;
    const char *path;
    int line;
};

/* An import registers as the secretariat does, which is nobody's to confirm: so it says who is
 * called like that already. */
static enum cc_rc tell_alike(struct import *im, struct import_orgs *orgs, const struct named *some,
                             size_t n)
{
    if (n > ALIKE_MAX - orgs->n_compared)
        n = ALIKE_MAX - orgs->n_compared;
    orgs->n_compared += n;
    if (n == 0)
        return CC_OK;
    struct cc_buf json, names;
    char place[24];
    cc_buf_init(&json, im->batch);
    for (size_t i = 0; i < n; i++) {
        cc_buf_init(&names, im->batch);
        add_names(&names, some[i].rec, "name");
        add_names(&names, some[i].rec, "acronym");
        snprintf(place, sizeof(place), "%zu", i);
        cc_buf_adds(&json, i == 0 ? "[{" : ",{");
        cc_json_pair(&json, "place", place);
        cc_json_pair(&json, "names", cc_buf_str(&names));
        cc_buf_addc(&json, '}');
    }
    cc_buf_addc(&json, ']');
    struct cc_call call = {.query = Q_IATI_ALIKE, .params = {cc_buf_str(&json)}};
    enum cc_rc rc = cc_import_ask(im, im->batch, &call);
    for (size_t i = 0; rc == CC_OK && i < cc_rows_count(call.rows); i++) {
        const struct named *r = &some[cc_rows_int(call.rows, i, Q_IATI_ALIKE_PLACE)];
        cc_problem_add(r->problems, CC_WARNING, r->line, r->path,
                       N_("It has a name like the published organisation {1} ({2}). If both are "
                          "one, merge them."),
                       cc_rows_text(call.rows, i, Q_IATI_ALIKE_TITLE),
                       cc_rows_text(call.rows, i, Q_IATI_ALIKE_ID));
    }
    return rc;
}

enum cc_rc cc_import_orgs_tell_alike(struct import *im, struct import_orgs *orgs,
                                     struct import_item *const *items, size_t n)
{
    struct named some[CC_IMPORT_BATCH] = {0};
    for (size_t i = 0; i < n; i++)
        some[i] = (struct named){items[i]->rec, &items[i]->told, "name", items[i]->line};
    return tell_alike(im, orgs, some, n);
}

/* From here on the identifier names this record, so that nobody makes it again. */
static void claim(struct import_orgs *orgs, const struct reporter *r)
{
    memcpy(entry_of(orgs, r->keys[0], true)->owner, r->id, CC_ID_LEN);
}

static struct import_item *make_item(struct import *im, struct reporter *r)
{
    const struct cc_xml_item made = {.record = r->rec, .line = r->line, .problems = &r->problems};
    struct import_item *it = cc_import_item(im, &made, r->id);
    it->entry->copies = 1;
    it->keep = cc_import_keep(it, r->identifier, r->keys[0], NULL, "", NULL, NULL);
    return it;
}

void cc_import_orgs_scan(struct import_orgs *orgs, const struct cc_iati_item *item)
{
    const char *keys[CC_IATI_KEYS];
    struct cc_iati_reporter who;
    void *mem = talloc_new(orgs);
    if (orgs->n_waiting < WAITING_MAX && reporter_keys(mem, item, &who, keys) > 0) {
        struct import_id *entry = entry_of(orgs, keys[0], true);
        if (entry->seen++ == 0)
            orgs->waiting[orgs->n_waiting++] = make_reporter(orgs, item);
    }
    talloc_free(mem);
}

/* The identifier that somebody only wrote in a working copy stays there, and is nobody's yet. */
static enum cc_rc leave_drafted(struct import *im, struct reporter *const *some, size_t n)
{
    struct cc_buf json;
    char place[24];
    cc_buf_init(&json, im->batch);
    for (size_t i = 0; i < n; i++) {
        const struct cc_node *told = cc_node_first(some[i]->rec->first, "identifier");
        if (told == NULL)
            continue;
        snprintf(place, sizeof(place), "%zu", i);
        cc_buf_adds(&json, json.len == 0 ? "[{" : ",{");
        cc_json_pair(&json, "place", place);
        cc_json_pair(&json, "scheme", cc_node_text(told->child, "scheme"));
        cc_json_pair(&json, "value", cc_node_text(told->child, "value"));
        cc_buf_addc(&json, '}');
    }
    if (json.len == 0)
        return CC_OK;
    cc_buf_addc(&json, ']');
    struct cc_call call = {.query = Q_IATI_DRAFTED, .params = {cc_buf_str(&json)}};
    enum cc_rc rc = cc_import_ask(im, im->batch, &call);
    for (size_t i = 0; rc == CC_OK && i < cc_rows_count(call.rows); i++) {
        struct reporter *r = some[cc_rows_int(call.rows, i, Q_IATI_DRAFTED_PLACE)];
        const char *id = cc_rows_text(call.rows, i, Q_IATI_DRAFTED_ID);
        if (strcmp(id, r->id) == 0)
            continue; /* another import was faster */
        cc_record_drop(r->rec, "identifier");
        cc_problem_add(&r->problems, CC_WARNING, r->line, "reporting-org",
                       N_("It is registered without its identifier {1}, which somebody wrote in "
                          "the record {2}, but has not published. If both are one, merge them."),
                       r->identifier, id);
    }
    return rc;
}

static enum cc_rc register_new(struct import *im, struct import_orgs *orgs,
                               struct reporter *const *some, size_t n)
{
    struct import_item *made[CC_IMPORT_BATCH];
    struct named named[CC_IMPORT_BATCH] = {0};
    for (size_t i = 0; i < n; i++)
        named[i] = (struct named){some[i]->rec, &some[i]->problems, "reporting-org", some[i]->line};
    enum cc_rc rc = tell_alike(im, orgs, named, n);
    if (rc == CC_OK)
        rc = leave_drafted(im, some, n);
    for (size_t i = 0; i < n && rc == CC_OK; i++)
        made[i] = make_item(im, some[i]);
    return rc == CC_OK && n > 0 ? cc_import_write(im, made, n) : rc;
}

static enum cc_rc register_some(struct import *im, struct import_orgs *orgs,
                                struct reporter *const *some, size_t n)
{
    struct reporter *unknown[CC_IMPORT_BATCH];
    size_t n_unknown = 0;
    begin_asking(orgs);
    for (size_t i = 0; i < n; i++)
        want(orgs, some[i]->keys, some[i]->n_keys);
    enum cc_rc rc = ask(im, orgs);
    for (size_t i = 0; i < n && rc == CC_OK; i++)
        if (find(orgs, some[i]->keys, some[i]->n_keys) == NULL) {
            claim(orgs, some[i]);
            unknown[n_unknown++] = some[i];
        }
    if (rc == CC_OK)
        rc = register_new(im, orgs, unknown, n_unknown);
    talloc_free(im->batch);
    im->batch = talloc_new(im);
    return rc;
}

enum cc_rc cc_import_orgs_begin(struct import *im, struct import_orgs *orgs)
{
    enum cc_rc rc = CC_OK;
    for (size_t at = 0, n; at < orgs->n_waiting && rc == CC_OK; at += n) {
        n = orgs->n_waiting - at < CC_IMPORT_BATCH ? orgs->n_waiting - at : CC_IMPORT_BATCH;
        rc = register_some(im, orgs, orgs->waiting + at, n);
    }
    while (orgs->n_waiting > 0)
        talloc_free(orgs->waiting[--orgs->n_waiting]);
    return rc;
}

enum cc_rc cc_import_orgs_register(struct import *im, struct import_orgs *orgs,
                                   const struct cc_iati_item *const *items, size_t n)
{
    struct reporter *unknown[CC_IMPORT_BATCH], *r;
    size_t n_unknown = 0;
    for (size_t i = 0; i < n; i++)
        if (cc_import_orgs_reporter(orgs, items[i]) == NULL &&
            (r = make_reporter(im->batch, items[i])) != NULL) {
            claim(orgs, r);
            unknown[n_unknown++] = r;
        }
    return register_new(im, orgs, unknown, n_unknown);
}

bool cc_import_orgs_is_made(const struct import_attempt *a, struct import_item *item, long row)
{
    bool asks = item->iati == NULL && row >= 0;
    const char *state = asks ? cc_rows_text(a->heads, (size_t)row, Q_IMPORT_HEADS_STATE) : NULL;
    if (state == NULL || strcmp(state, "published") != 0)
        return false;
    cc_problems_clear(&item->problems); /* it is not registered */
    cc_problem_add(&item->problems, CC_WARNING, item->line, "reporting-org",
                   N_("A record was made for this identifier before, and stays as it is. If it is "
                      "who reports and does not have the identifier, write it into it."),
                   NULL, NULL);
    item->verdict = CC_IMPORT_UNCHANGED;
    return true;
}
