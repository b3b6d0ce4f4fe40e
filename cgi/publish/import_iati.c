/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Files of IATI, second pass: makes records of what the first one (import_seen.c) found to be new
 * and publishes them as any other; beside each stays what no field holds.
 */
#include "publish/import.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

const char *cc_import_iati_title(void *mem, const struct cc_iati_item *item, const char *title)
{
    const char *text = title;
    for (const struct cc_iati_node *n = item->root == NULL ? NULL : item->root->child;
         n != NULL && text == NULL; n = n->next)
        if (strcmp(n->name, "title") == 0 || strcmp(n->name, "name") == 0)
            text = cc_iati_clean_line(mem, n->child != NULL ? n->child->text : n->text);
    if (item->identifier == NULL || text == NULL)
        return item->identifier != NULL ? item->identifier : text;
    return talloc_asprintf(mem, "%s %s", item->identifier, text);
}

bool cc_import_iati_registers(const struct import *im, const struct cc_kind *kind)
{
    return strcmp(kind->name, "activity") == 0 && im->options->owner == NULL &&
           im->options->reporter == NULL;
}

static enum cc_rc begin(struct import *im)
{
    return cc_import_orgs_begin(im, im->orgs);
}

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
    cc_import_tell_item(im, item, cc_import_seen_record(entry),
                        cc_import_iati_title(mem, item->iati, NULL));
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
    cc_import_tell_item(im, item, entry->record, cc_import_iati_title(mem, item->iati, NULL));
    talloc_free(mem);
}

static struct import_item *take(struct import *im, const struct cc_xml_item *item)
{
    if (!cc_import_seen_usable(im, item))
        return NULL;
    struct import_id *entry = cc_import_seen_find(im, item->iati);
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
    struct import_item *it = cc_import_item(im, item, cc_import_seen_record(entry));
    it->iati = item->iati;
    it->known = entry->known;
    it->came_before = *entry->record != '\0';
    cc_import_nameless_warn(&it->iati->problems, it->line, it->iati->identifier == NULL,
                            it->iati->unreadable);
    it->read = it->iati->problems;
    talloc_steal(it, talloc_parent(item->iati));
    cc_problems_clear(&it->told); /* told once the record is made */
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
    return cc_import_orgs_reporter(im->orgs, it->iati);
}

/* What was told by reading it, and by making its record. */
static void tell_read(struct import_item *it)
{
    cc_problems_share(&it->told, &it->iati->problems);
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
                                      cc_import_is_of_others(im, im->orgs, it) ||
                                      cc_import_is_outdated(im, it, here, (size_t)row)))) {
        it->title = cc_import_iati_title(it, it->iati, NULL);
        tell_read(it);
        return CC_OK;
    }
    const struct cc_iati_place place = {.id = it->entry->id,
                                        .owner = it->owner,
                                        .here = own,
                                        .find = cc_import_orgs_find,
                                        .arg = im->orgs};
    it->rec = cc_iati_build(it, it->iati, &place);
    it->title = cc_import_iati_title(it, it->iati, cc_import_title(it, it->rec));
    if (activity && it->owner == NULL && own == NULL)
        cc_problem_add(
            &it->iati->problems, CC_ERROR, it->line, "reporting-org",
            N_("The file does not say who reports: neither an identifier nor a name. Name "
               "the owner of the import."),
            NULL, NULL);
    cc_import_keep_rest(im->orgs, it);
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
    return cc_import_orgs_tell_alike(im, im->orgs, made, n);
}

static enum cc_rc prepare(struct import *im)
{
    const struct cc_iati_item *items[CC_IMPORT_BATCH];
    struct cc_rows *here = NULL;
    for (size_t i = 0; i < im->n; i++)
        items[i] = im->items[i]->iati;
    enum cc_rc rc = cc_import_orgs_look(im, im->orgs, items, im->n);
    if (rc == CC_OK && cc_import_iati_registers(im, im->items[0]->kind))
        rc = cc_import_orgs_register(im, im->orgs, items, im->n);
    if (rc == CC_OK && strcmp(im->items[0]->kind->name, "activity") == 0)
        rc = cc_import_nameless_settle(im, im->orgs);
    if (rc == CC_OK)
        rc = cc_import_here(im, im->orgs, im->items, im->n, &here);
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
    enum cc_rc rc = cc_import_here(im, im->orgs, stale, m, &here);
    for (size_t i = 0; i < m && rc == CC_OK; i++) {
        struct import_item *it = stale[i];
        it->iati->problems.n = it->read.n;
        it->iati->problems.total = it->read.total;
        it->iati->problems.errors = it->read.errors;
        cc_iati_unbuilt(it->iati);
        cc_problems_clear(&it->told);
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
                                           .scan = cc_import_seen_scan,
                                           .take = take,
                                           .scanned = cc_import_seen_done,
                                           .begin = begin,
                                           .prepare = prepare,
                                           .wants = cc_import_wants,
                                           .judge = judge,
                                           .again = again};
