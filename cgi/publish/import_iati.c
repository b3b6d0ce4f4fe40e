/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Files of IATI. The first pass finds the newest item of each identifier and what is unchanged
 * since its last import, by the digest of the item: that costs no second look. The second pass
 * makes records of the rest and publishes them as any other; beside each stays what no field holds.
 */
#include "publish/import.h"

#include "concord/log.h"
#include <stdio.h>
#include <string.h>
#include <talloc.h>

struct seen {
    struct import_id *entry, *lead; /* by its identifier; see lead_of() */
    const char *key, *title, *identifier;
    bool nameless, own;
    char digest[33], updated[21];
    unsigned long ordinal;
    int line;
};

struct import_iati {
    struct import_orgs *orgs;
    struct seen seen[CC_IMPORT_BATCH];
    size_t n;
    void *mem; /* of what was seen */
    bool more; /* something is left for the second pass */
};

static struct import_iati *state(struct import *im)
{
    if (im->iati == NULL) {
        im->iati = talloc_zero(im, struct import_iati);
        if (im->iati == NULL)
            cc_die("out of memory");
        im->iati->orgs = cc_import_orgs_new(im);
        im->iati->mem = talloc_new(im->iati);
    }
    return im->iati;
}

/* title NULL: it has none. */
static const char *full_title(void *mem, const struct cc_iati_item *item, const char *title)
{
    if (item->identifier == NULL || title == NULL)
        return item->identifier != NULL ? item->identifier : title;
    return talloc_asprintf(mem, "%s %s", item->identifier, title);
}

/* "XM-DAC-41114-1 Clean water": what the file calls it. */
static const char *title_of(void *mem, const struct cc_iati_item *item)
{
    for (const struct cc_iati_node *n = item->root == NULL ? NULL : item->root->child; n != NULL;
         n = n->next)
        if (strcmp(n->name, "title") == 0 || strcmp(n->name, "name") == 0) {
            const char *text = n->child != NULL ? n->child->text : n->text;
            const char *clean = cc_iati_clean_line(mem, text);
            if (clean != NULL)
                return full_title(mem, item, clean);
        }
    return item->identifier;
}

/* --- first pass --------------------------------------------------------------------------------
 */

/* What can be said without the registry. False: it was told. */
static bool is_usable(struct import *im, const struct cc_xml_item *item, bool tell)
{
    const struct cc_iati_item *iati = item->iati;
    void *mem = talloc_new(im->mem);
    bool readable = item->problems->errors == 0;
    bool found = iati != NULL && readable && cc_iati_item_key(mem, iati) != NULL;
    bool usable = found && cc_import_own_reports(im, iati, item->problems, item->line);
    if (!usable && tell) {
        if (iati == NULL && readable)
            cc_problem_add(item->problems, CC_ERROR, item->line, NULL,
                           N_("Only activities and organisations of IATI are taken here."), NULL,
                           NULL);
        if (iati != NULL && readable && !found)
            cc_problem_add(item->problems, CC_ERROR, item->line, cc_iati_identifier_element(iati),
                           N_("There is no identifier. Without one nothing can be found again, so "
                              "it is not taken."),
                           NULL, NULL);
        cc_import_tell_item(im, item, NULL, iati != NULL ? title_of(mem, iati) : NULL);
    }
    talloc_free(mem);
    return usable;
}

static struct import_id *entry_of(struct import *im, const struct cc_iati_item *item, bool make)
{
    void *mem = talloc_new(im->mem);
    const char *key = talloc_asprintf(mem, "iati %s", cc_iati_item_key(mem, item));
    const char *id = cc_id_derived(mem, item->kind->letter, key);
    struct import_id *entry =
        make ? cc_import_ids_add(&im->ids, id) : cc_import_ids_find(&im->ids, id);
    talloc_free(mem);
    return entry;
}

/* An organisation may have several identifiers: what the file says of it stands in the entry of its
 * record, to which theirs lead once it was looked for. */
static struct import_id *lead_of(const struct import *im, struct import_id *entry)
{
    bool leads = entry->id[0] == 'O' && *entry->record != '\0';
    return leads ? cc_import_ids_find(&im->ids, entry->record) : entry;
}

static const char *record_of(const struct import_id *lead)
{
    return lead->id[0] == 'O' || *lead->record == '\0' ? lead->id : lead->record;
}

static enum cc_rc look_leads(struct import *im, struct import_iati *st)
{
    const char *refs[CC_IMPORT_BATCH];
    bool organisations = st->seen[0].entry->id[0] == 'O'; /* as the whole file */
    enum cc_rc rc = CC_OK;
    for (size_t i = 0; i < st->n; i++) {
        st->seen[i].lead = st->seen[i].entry;
        refs[i] = st->seen[i].identifier;
    }
    if (organisations && im->options->reporter == NULL)
        rc = cc_import_orgs_look_refs(im, st->orgs, refs, st->n);
    for (size_t i = 0; i < st->n && rc == CC_OK && organisations; i++) {
        struct seen *s = &st->seen[i];
        const char *id = im->options->reporter != NULL
                             ? im->options->reporter
                             : cc_import_orgs_record(st->mem, st->orgs, s->identifier);
        memcpy(s->entry->record, id, CC_ID_LEN);
        s->lead = cc_import_ids_add(&im->ids, id);
    }
    return rc;
}

/* Is it the one that counts, of those that were seen until now? */
static void compare(struct import_iati *st, const struct seen *s)
{
    struct import_id *lead = s->lead;
    lead->copies = ++lead->seen;
    st->more = st->more || lead->seen > 1;
    lead->unchanged = lead->unchanged && lead->seen == 1;
    if (lead->seen > 1 && (s->own == lead->own ? strcmp(s->updated, lead->updated) < 0 : lead->own))
        return;
    lead->own = s->own;
    lead->last = s->ordinal;
    lead->line = s->line;
    memcpy(lead->updated, s->updated, sizeof(lead->updated));
}

static void remember(struct import *im, struct seen *s, const char *id)
{
    struct import_id *actual = cc_import_ids_add(&im->ids, id);
    actual->copies = actual->copies > 0 ? actual->copies : 1;
    actual->named = actual->named || !s->nameless;
    memcpy(s->entry->record, id, CC_ID_LEN);
}

/* Of an organisation its record: it may have been imported under another identifier. */
static const char *key_of(const struct seen *s)
{
    return s->lead->id[0] == 'O' ? s->lead->id : s->key;
}

static enum cc_rc ask(struct import *im, struct import_iati *st, struct cc_rows **rows_r)
{
    struct cc_buf keys;
    cc_buf_init(&keys, st->mem);
    const char *kind = NULL;
    for (size_t i = 0; i < st->n; i++) {
        cc_json_item(&keys, key_of(&st->seen[i]));
        kind = cc_kind_by_letter(st->seen[i].entry->id[0])->name;
    }
    cc_buf_addc(&keys, ']');
    struct cc_call call = {.query = Q_IATI_KNOWN,
                           .params = {kind, CC_IATI_READER, cc_buf_str(&keys)}};
    enum cc_rc rc = cc_import_ask(im, st->mem, &call);
    *rows_r = call.rows;
    return rc;
}

static void tell_unchanged(struct import *im, struct seen *s)
{
    struct cc_problems problems;
    cc_problems_init(&problems, im->iati->mem);
    cc_import_nameless_warn(&problems, s->line, s->nameless, false);
    s->lead->unchanged = s->lead->told = true;
    cc_import_tell(im, &(struct cc_import_result){.id = record_of(s->lead),
                                                  .title = s->title,
                                                  .verdict = CC_IMPORT_UNCHANGED,
                                                  .problems = &problems,
                                                  .line = s->line});
}

static enum cc_rc look_seen(struct import *im)
{
    struct import_iati *st = state(im);
    struct cc_rows *rows = NULL;
    if (st->n == 0)
        return CC_OK;
    enum cc_rc rc = look_leads(im, st);
    for (size_t i = 0; i < st->n && rc == CC_OK; i++)
        compare(st, &st->seen[i]);
    if (rc == CC_OK)
        rc = ask(im, st, &rows);
    for (size_t i = 0; i < st->n && rc == CC_OK; i++) {
        struct seen *s = &st->seen[i];
        long row = cc_import_row(rows, Q_IATI_KNOWN_KEY, key_of(s));
        const char *digest = row < 0 ? NULL : cc_rows_text(rows, (size_t)row, Q_IATI_KNOWN_DIGEST);
        if (row >= 0)
            remember(im, s, cc_rows_text(rows, (size_t)row, Q_IATI_KNOWN_ID));
        const char *known = row < 0 ? NULL : cc_rows_text(rows, (size_t)row, Q_IATI_KNOWN_KNOWN);
        if (known != NULL)
            s->lead->known = talloc_strdup(im, known);
        if (digest != NULL && strcmp(digest, s->digest) == 0 && s->lead->copies == 1 &&
            known == NULL)
            tell_unchanged(im, s);
        else
            st->more = true;
    }
    talloc_free(st->mem);
    st->mem = talloc_new(st);
    st->n = 0;
    return rc;
}

/* Is whoever reports to be registered? Of a file of organisations, they are what it holds. */
static bool registers(const struct import *im, const struct cc_kind *kind)
{
    return strcmp(kind->name, "activity") == 0 && im->options->owner == NULL &&
           im->options->reporter == NULL;
}

static enum cc_rc scan(struct import *im, const struct cc_xml_item *item)
{
    struct import_iati *st = state(im);
    if (!is_usable(im, item, true))
        return CC_OK;
    const struct cc_iati_item *iati = item->iati;
    void *scratch = talloc_new(im->mem);
    bool own = cc_import_tells_own(scratch, iati);
    talloc_free(scratch);
    cc_import_scan_record(im, iati->kind);
    if (registers(im, iati->kind))
        cc_import_orgs_scan(st->orgs, iati);
    struct seen *s = &st->seen[st->n++];
    *s = (struct seen){.entry = entry_of(im, iati, true),
                       .key = cc_iati_item_key(st->mem, iati),
                       .title = title_of(st->mem, iati),
                       .identifier = talloc_strdup(st->mem, iati->identifier),
                       .nameless = iati->identifier == NULL,
                       .own = own,
                       .ordinal = im->ordinal,
                       .line = item->line};
    if (s->title != NULL)
        s->title = talloc_strdup(st->mem, s->title);
    memcpy(s->digest, iati->digest, sizeof(s->digest));
    snprintf(s->updated, sizeof(s->updated), "%s", iati->updated);
    return st->n == CC_IMPORT_BATCH ? look_seen(im) : CC_OK;
}

static enum cc_rc scanned(struct import *im, bool *more_r)
{
    enum cc_rc rc = look_seen(im);
    *more_r = state(im)->more;
    return rc;
}

static enum cc_rc begin(struct import *im)
{
    return cc_import_orgs_begin(im, state(im)->orgs);
}

/* --- second pass -------------------------------------------------------------------------------
 */

static const char *older_of(void *mem, const struct cc_iati_item *item,
                            const struct import_id *lead)
{
    bool by_own = lead->own && !cc_import_tells_own(mem, item);
    if (lead->id[0] == 'O')
        return by_own
                   ? N_("The file holds this organisation more than once. What it reports itself "
                        "counts: the one in line {1}.")
                   : N_("The file holds this organisation more than once. The newest of them "
                        "counts: the one in line {1}.");
    if (by_own)
        return N_("This identifier stands more than once in the file. What its own organisation "
                  "reports counts: the one in line {1}.");
    return item->identifier != NULL
               ? N_("This identifier stands more than once in the file. The newest of them counts: "
                    "the one in line {1}.")
               : N_("There is no identifier, and the file holds the same activity more than once. "
                    "The newest of them counts: the one in line {1}.");
}

static void tell_older(struct import *im, const struct cc_xml_item *item,
                       const struct import_id *entry)
{
    char line[24];
    void *mem = talloc_new(im->mem);
    snprintf(line, sizeof(line), "%d", entry->line);
    cc_problem_add(item->problems, CC_WARNING, item->line, cc_iati_identifier_element(item->iati),
                   older_of(mem, item->iati, entry), line, NULL);
    cc_import_tell_item(im, item, record_of(entry), title_of(mem, item->iati));
    talloc_free(mem);
}

static void tell_named(struct import *im, const struct cc_xml_item *item,
                       const struct import_id *entry)
{
    void *mem = talloc_new(im->mem);
    cc_problem_add(item->problems, CC_WARNING, item->line, "iati-identifier",
                   N_("There is no identifier, but the file holds this activity under its "
                      "identifier, too: that one counts."),
                   NULL, NULL);
    cc_import_tell_item(im, item, entry->record, title_of(mem, item->iati));
    talloc_free(mem);
}

static struct import_item *take(struct import *im, const struct cc_xml_item *item)
{
    if (!is_usable(im, item, false))
        return NULL;
    struct import_id *entry = lead_of(im, entry_of(im, item->iati, false));
    if (entry->unchanged)
        return NULL;
    bool told = entry->told; /* in the first pass: the first of them, which comes first here, too */
    entry->told = false;
    if (entry->last != im->ordinal && !told)
        tell_older(im, item, entry);
    if (entry->last != im->ordinal || told)
        return NULL;
    if (item->iati->identifier == NULL && entry->named) {
        tell_named(im, item, entry);
        return NULL;
    }
    struct import_item *it = cc_import_item(im, item, record_of(entry));
    it->iati = item->iati;
    it->known = entry->known;
    it->came_before = *entry->record != '\0';
    cc_import_nameless_warn(&it->iati->problems, it->line, it->iati->identifier == NULL,
                            it->iati->unreadable);
    it->read = it->iati->problems;
    talloc_steal(it, talloc_parent(item->iati));
    cc_problems_init(&it->told, it); /* told once the record is made */
    return it;
}

/* --- records -----------------------------------------------------------------------------------
 */

const char *cc_import_iati_owner(const struct import *im, const struct import_item *it)
{
    if (im->options->reporter != NULL)
        return im->options->reporter;
    if (im->options->owner != NULL || strcmp(it->kind->name, "activity") != 0)
        return im->options->owner;
    return cc_import_orgs_reporter(im->iati->orgs, it->iati);
}

/* What was told by reading it, and by making its record. */
static void tell_read(struct import_item *it)
{
    size_t total = it->told.total;
    size_t errors = it->told.errors;
    for (size_t i = 0; i < it->iati->problems.n; i++) {
        const struct cc_problem *p = &it->iati->problems.v[i];
        cc_problem_add(&it->told, p->severity, p->line, p->path, p->message, p->arg1, p->arg2);
    }
    it->told.total = total + it->iati->problems.total;
    it->told.errors = errors + it->iati->problems.errors;
}

static enum cc_rc make_record(struct import *im, struct import_item *it, const struct cc_rows *here)
{
    struct cc_record *own = NULL;
    long row = cc_import_row(here, Q_IATI_WORKING_ID, it->entry->id);
    const char *json = row < 0 ? NULL : cc_rows_text(here, (size_t)row, Q_IATI_WORKING_CONTENT);
    enum cc_rc rc = json == NULL
                        ? CC_OK
                        : cc_record_from_json(it, it->kind, it->entry->id, json, &own, im->err);
    if (rc != CC_OK)
        return rc;
    if (row >= 0)
        it->version = talloc_strdup(it, cc_rows_text(here, (size_t)row, Q_IATI_WORKING_VERSION));
    bool activity = strcmp(it->kind->name, "activity") == 0;
    it->owner = cc_import_iati_owner(im, it);
    if (it->left_out || (row >= 0 && (cc_import_stays(im, it, here, (size_t)row) ||
                                      cc_import_is_of_others(im, im->iati->orgs, it) ||
                                      cc_import_is_outdated(im, it, here, (size_t)row)))) {
        it->title = title_of(it, it->iati);
        tell_read(it);
        return CC_OK;
    }
    const struct cc_iati_place place = {.id = it->entry->id,
                                        .owner = it->owner,
                                        .here = own,
                                        .find = cc_import_orgs_find,
                                        .arg = im->iati->orgs};
    it->rec = cc_iati_build(it, it->iati, &place);
    const char *title = cc_import_title(it, it->rec);
    it->title = title != NULL ? full_title(it, it->iati, title) : title_of(it, it->iati);
    if (activity && it->owner == NULL && own == NULL)
        cc_problem_add(
            &it->iati->problems, CC_ERROR, it->line, "reporting-org",
            N_("The file does not say who reports: neither an identifier nor a name. Name "
               "the owner of the import."),
            NULL, NULL);
    cc_import_keep_rest(im->iati->orgs, it);
    tell_read(it);
    return CC_OK;
}

static enum cc_rc tell_alike(struct import *im, const struct cc_rows *here)
{
    struct import_item *made[CC_IMPORT_BATCH];
    size_t n = 0;
    for (size_t i = 0; i < im->n; i++) {
        struct import_item *it = im->items[i];
        if (it->rec != NULL && it->told.errors == 0 &&
            cc_import_row(here, Q_IATI_WORKING_ID, it->entry->id) < 0)
            made[n++] = it;
    }
    return cc_import_orgs_tell_alike(im, im->iati->orgs, made, n);
}

static enum cc_rc prepare(struct import *im)
{
    const struct cc_iati_item *items[CC_IMPORT_BATCH];
    struct cc_rows *here = NULL;
    for (size_t i = 0; i < im->n; i++)
        items[i] = im->items[i]->iati;
    enum cc_rc rc = cc_import_orgs_look(im, im->iati->orgs, items, im->n);
    if (rc == CC_OK && registers(im, im->items[0]->kind))
        rc = cc_import_orgs_register(im, im->iati->orgs, items, im->n);
    if (rc == CC_OK && strcmp(im->items[0]->kind->name, "activity") == 0)
        rc = cc_import_nameless_settle(im, im->iati->orgs);
    if (rc == CC_OK)
        rc = cc_import_here(im, im->iati->orgs, im->items, im->n, &here);
    for (size_t i = 0; i < im->n && rc == CC_OK; i++)
        rc = make_record(im, im->items[i], here);
    if (rc == CC_OK && strcmp(im->items[0]->kind->name, "organisation") == 0)
        rc = tell_alike(im, here);
    return rc;
}

/* Nothing but its record was made yet, so the item is as it was read. */
static enum cc_rc again(struct import *im, struct import_item **items, size_t n)
{
    struct import_item *stale[CC_IMPORT_BATCH] = {0};
    struct cc_rows *here = NULL;
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if (items[i]->stale)
            stale[m++] = items[i];
    enum cc_rc rc = cc_import_here(im, im->iati->orgs, stale, m, &here);
    for (size_t i = 0; i < m && rc == CC_OK; i++) {
        struct import_item *it = stale[i];
        it->iati->problems.n = it->read.n;
        it->iati->problems.total = it->read.total;
        it->iati->problems.errors = it->read.errors;
        cc_iati_unbuilt(it->iati);
        cc_problems_init(&it->told, it);
        it->rec = NULL;
        it->version = NULL;
        it->n_kept = 0;
        rc = make_record(im, it, here);
    }
    return rc;
}

/* Was the record made of another working copy than that which is here? */
static bool is_stale(struct import_attempt *a, struct import_item *item, long row, bool here)
{
    const char *version = here ? cc_rows_text(a->heads, (size_t)row, Q_IMPORT_HEADS_VERSION) : NULL;
    item->stale = version == NULL || item->version == NULL ? version != item->version
                                                           : strcmp(version, item->version) != 0;
    a->stale = a->stale || item->stale;
    return item->stale;
}

/* As any record; but what was kept changes also when the record does not. */
static void judge(struct import_attempt *a, struct import_item *item)
{
    long row = cc_import_row(a->heads, Q_IMPORT_HEADS_ID, item->entry->id);
    bool here = row >= 0 && cc_rows_bool(a->heads, (size_t)row, Q_IMPORT_HEADS_WORKING);
    if (!cc_import_own_record(a, item))
        return;
    if (cc_import_orgs_is_made(a, item, row))
        return;
    if (item->left_out) {
        item->verdict = CC_IMPORT_UNCHANGED;
        return;
    }
    if (item->iati != NULL && is_stale(a, item, row, here))
        return;
    cc_import_publish.judge(a, item);
    if (item->problems.errors > 0)
        return;
    if (item->iati == NULL) { /* who reports, registered */
        item->keeps = item->stores;
        return;
    }
    const char *owner =
        here ? cc_rows_text(a->heads, (size_t)row, Q_IMPORT_HEADS_OWNER_ORG) : item->owner;
    if (here && item->owner != NULL && strcmp(owner, item->owner) != 0 &&
        strcmp(item->kind->name, "activity") == 0)
        cc_problem_add(
            &item->problems, CC_WARNING, item->line, "reporting-org",
            N_("Another organisation reports this than the one that owns the record here "
               "({1}), which stays its owner."),
            owner, NULL);
    if (item->known != NULL && item->stores)
        cc_problem_add(&item->problems, CC_WARNING, item->line, NULL,
                       N_("The organisation {1} was not known here when this was imported before. "
                          "It is known by now and linked where the file names it."),
                       item->known, NULL);
    item->keeps = item->stores || here;
    if (item->keeps && !item->stores) /* what is kept is locked as what is stored */
        cc_import_touch(a, item, owner);
}

const struct import_mode cc_import_iati = {.name = "iati",
                                           .scan = scan,
                                           .take = take,
                                           .scanned = scanned,
                                           .begin = begin,
                                           .prepare = prepare,
                                           .wants = cc_import_wants,
                                           .judge = judge,
                                           .again = again};
