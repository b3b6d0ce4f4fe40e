/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Files of IATI, first pass: finds the newest item of each identifier, and by the digest of the
 * item what is unchanged since its last import: that costs no second look.
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

struct import_seen {
    struct seen items[CC_IMPORT_BATCH];
    size_t n;
    void *mem; /* of what was seen */
    bool more; /* something is left for the second pass */
};

static struct import_seen *state(struct import *im)
{
    if (im->seen == NULL) {
        im->seen = talloc_zero(im, struct import_seen);
        if (im->seen == NULL)
            cc_die("out of memory");
        im->seen->mem = talloc_new(im->seen);
        im->orgs = cc_import_orgs_new(im);
    }
    return im->seen;
}

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
        cc_import_tell_item(im, item, NULL,
                            iati != NULL ? cc_import_iati_title(mem, iati, NULL) : NULL);
    }
    talloc_free(mem);
    return usable;
}

bool cc_import_seen_usable(struct import *im, const struct cc_xml_item *item)
{
    return is_usable(im, item, false);
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

const char *cc_import_seen_record(const struct import_id *lead)
{
    return lead->id[0] == 'O' || *lead->record == '\0' ? lead->id : lead->record;
}

struct import_id *cc_import_seen_find(struct import *im, const struct cc_iati_item *item)
{
    return lead_of(im, entry_of(im, item, false));
}

static enum cc_rc look_leads(struct import *im, struct import_seen *st)
{
    const char *refs[CC_IMPORT_BATCH];
    bool organisations = st->items[0].entry->id[0] == 'O'; /* as the whole file */
    enum cc_rc rc = CC_OK;
    for (size_t i = 0; i < st->n; i++) {
        st->items[i].lead = st->items[i].entry;
        refs[i] = st->items[i].identifier;
    }
    if (organisations && im->options->reporter == NULL)
        rc = cc_import_orgs_look_refs(im, im->orgs, refs, st->n);
    for (size_t i = 0; i < st->n && rc == CC_OK && organisations; i++) {
        struct seen *s = &st->items[i];
        const char *id = im->options->reporter != NULL
                             ? im->options->reporter
                             : cc_import_orgs_record(st->mem, im->orgs, s->identifier);
        memcpy(s->entry->record, id, CC_ID_LEN);
        s->lead = cc_import_ids_add(&im->ids, id);
    }
    return rc;
}

/* Is it the one that counts, of those that were seen until now? */
static void compare(struct import_seen *st, const struct seen *s)
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

static enum cc_rc ask(struct import *im, struct import_seen *st, struct cc_rows **rows_r)
{
    struct cc_buf keys;
    cc_buf_init(&keys, st->mem);
    const char *kind = NULL;
    for (size_t i = 0; i < st->n; i++) {
        cc_json_item(&keys, key_of(&st->items[i]));
        kind = cc_kind_by_letter(st->items[i].entry->id[0])->name;
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
    cc_problems_init(&problems, im->seen->mem);
    cc_import_nameless_warn(&problems, s->line, s->nameless, false);
    s->lead->unchanged = s->lead->told = true;
    cc_import_tell(im, &(struct cc_import_result){.id = cc_import_seen_record(s->lead),
                                                  .title = s->title,
                                                  .verdict = CC_IMPORT_UNCHANGED,
                                                  .problems = &problems,
                                                  .line = s->line});
}

static enum cc_rc look_seen(struct import *im)
{
    struct import_seen *st = state(im);
    struct cc_rows *rows = NULL;
    if (st->n == 0)
        return CC_OK;
    enum cc_rc rc = look_leads(im, st);
    for (size_t i = 0; i < st->n && rc == CC_OK; i++)
        compare(st, &st->items[i]);
    if (rc == CC_OK)
        rc = ask(im, st, &rows);
    for (size_t i = 0; i < st->n && rc == CC_OK; i++) {
        struct seen *s = &st->items[i];
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

enum cc_rc cc_import_seen_scan(struct import *im, const struct cc_xml_item *item)
{
    struct import_seen *st = state(im);
    if (!is_usable(im, item, true))
        return CC_OK;
    const struct cc_iati_item *iati = item->iati;
    void *scratch = talloc_new(im->mem);
    bool own = cc_import_tells_own(scratch, iati);
    talloc_free(scratch);
    cc_import_scan_record(im, iati->kind);
    if (cc_import_iati_registers(im, iati->kind))
        cc_import_orgs_scan(im->orgs, iati);
    struct seen *s = &st->items[st->n++];
    *s = (struct seen){.entry = entry_of(im, iati, true),
                       .key = cc_iati_item_key(st->mem, iati),
                       .title = cc_import_iati_title(st->mem, iati, NULL),
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

enum cc_rc cc_import_seen_done(struct import *im, bool *more_r)
{
    enum cc_rc rc = look_seen(im);
    *more_r = state(im)->more;
    return rc;
}
