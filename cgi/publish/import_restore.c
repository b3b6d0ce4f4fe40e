/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Mode restore: every revision of a feed is kept with the seal that it has, to the byte. All hashes
 * and chains of the file are checked before anything is written; a record with a broken revision
 * is not restored at all, because its chain would not hold. What is here already must be the same.
 *
 * What was redacted has its seal, but no content or note; an entry of its own in the feed says so,
 * and what it says is done here, too.
 */
#include "concord/log.h"
#include "publish/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

static bool same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void tell(struct cc_problems *problems, int line, const char *message, const char *arg)
{
    cc_problem_add(problems, CC_ERROR, line, NULL, message, arg, NULL);
}

static void hash(const char *s, size_t len, char hex[CC_SHA256_HEX + 1])
{
    cc_sha256_hex(s, len, hex);
}

/* --- what a revision says by itself ---------------------------------------------------------- */

static bool is_redaction(const struct cc_xml_item *item)
{
    return same(item->event, "redacted");
}

/* Is it missing that the seal names it? */
static bool lacks_content(const struct cc_xml_item *item, const struct cc_seal *seal)
{
    return item->content == NULL && seal->content_sha256 != NULL;
}

static bool lacks_note(const struct cc_xml_item *item, const struct cc_seal *seal)
{
    char nothing[CC_SHA256_HEX + 1];
    hash("", 0, nothing);
    return (item->note == NULL || *item->note == '\0') && !same(seal->note_sha256, nothing);
}

static void check_content(void *mem, const struct cc_xml_item *item, const struct cc_seal *seal,
                          struct cc_problems *problems)
{
    char hex[CC_SHA256_HEX + 1];
    if (item->record == NULL || item->content == NULL)
        return; /* what lacks is settled by redactions */
    hash(item->content, item->content_len, hex);
    if (!same(hex, seal->content_sha256))
        tell(problems, item->line, N_("The content is not what was sealed."), NULL);
    if (!same(item->record->id, seal->record))
        tell(problems, item->line, N_("Content and seal are of different records."), NULL);
    if (!same(item->record->schema, seal->schema))
        tell(problems, item->line, N_("Content and seal name different versions of the schema."),
             NULL);
    if (problems->errors > 0)
        return;
    struct cc_buf again;
    cc_buf_init(&again, mem);
    cc_xml_write_record(&again, item->record);
    if (strcmp(cc_buf_str(&again), item->content) != 0)
        tell(problems, item->line, N_("The content is not in canonical form."), NULL);
    /* The problems say why. */
    (void)!cc_xml_validate(mem, item->content, item->content_len, problems);
}

static void check_seal(void *mem, const struct cc_xml_item *item, const struct cc_seal *seal,
                       struct cc_problems *problems)
{
    char hex[CC_SHA256_HEX + 1];
    struct cc_buf again;
    cc_buf_init(&again, mem);
    cc_xml_write_seal(&again, seal);
    long revision = strtol(seal->revision, NULL, 10);
    if (strcmp(cc_buf_str(&again), item->seal) != 0)
        tell(problems, item->line, N_("The seal is not in canonical form."), NULL);
    if (!cc_id_valid(seal->record) || cc_kind_by_letter(seal->record[0]) == NULL ||
        !cc_id_valid(seal->publisher) || seal->publisher[0] != 'O' || revision < 1 ||
        revision > 1000000000 || (revision == 1) != (seal->previous_sha256 == NULL) ||
        (strcmp(seal->kind, "published") == 0) != (seal->content_sha256 != NULL))
        tell(problems, item->line, N_("The seal contradicts itself."), NULL);
    hash(item->note != NULL ? item->note : "", item->note != NULL ? strlen(item->note) : 0, hex);
    if (!lacks_note(item, seal) && !same(hex, seal->note_sha256))
        tell(problems, item->line, N_("The note is not what was sealed."), NULL);
}

/* Follows what the file said before of this record? */
static void check_chain(const struct import_id *entry, const struct cc_xml_item *item,
                        const struct cc_seal *seal, struct cc_problems *problems)
{
    if (is_redaction(item) || entry == NULL || entry->revision == 0)
        return;
    if (strtol(seal->revision, NULL, 10) != entry->revision + 1 ||
        !same(seal->previous_sha256, entry->seal))
        tell(problems, item->line,
             N_("Revision {1} does not follow the one before it in this file."), seal->revision);
}

static bool read_seal(void *mem, const struct cc_xml_item *item, struct cc_seal *seal)
{
    return item->seal != NULL &&
           cc_xml_read_seal(mem, item->seal, item->seal_len, seal, NULL) == CC_OK;
}

/* --- passes ---------------------------------------------------------------------------------- */

static void add_gap(void *mem, struct import_id *entry, long revision, unsigned lacking)
{
    entry->gaps = talloc_realloc(mem, entry->gaps, struct import_gap, entry->n_gaps + 1);
    if (entry->gaps == NULL)
        cc_die("out of memory");
    entry->gaps[entry->n_gaps++] = (struct import_gap){revision, lacking};
    entry->lacking += lacking;
}

static int by_revision(const void *a, const void *b)
{
    long x = ((const struct import_gap *)a)->revision, y = ((const struct import_gap *)b)->revision;
    return (x > y) - (x < y);
}

/* One redaction is of the content or of the note; which one, the feed does not say. */
static void explain_gap(struct import_id *entry, long revision)
{
    struct import_gap key = {revision, 0}, *gap = NULL;
    if (entry->n_gaps > 0)
        gap = bsearch(&key, entry->gaps, entry->n_gaps, sizeof(key), by_revision);
    if (gap != NULL && gap->lacking > 0) {
        gap->lacking--;
        entry->lacking--;
    }
}

static void keep(struct import *im, const struct cc_xml_item *item, const struct cc_seal *seal)
{
    struct import_id *entry = cc_import_ids_add(&im->ids, seal->record);
    bool organisation = seal->record[0] == 'O';
    unsigned lacking = (unsigned)lacks_content(item, seal) + (unsigned)lacks_note(item, seal);
    long revision = strtol(seal->revision, NULL, 10);
    entry->last = im->ordinal;
    if (is_redaction(item)) {
        if (lacking > 0)
            explain_gap(entry, revision);
        return;
    }
    if (lacking > 0)
        add_gap(im->mem, entry, revision, lacking);
    entry->revision = revision;
    if (entry->copies++ == 0) {
        entry->first = entry->revision;
        snprintf(entry->owner, sizeof(entry->owner), "%s",
                 organisation ? seal->record : seal->publisher);
    }
    hash(item->seal, item->seal_len, entry->seal);
    if (item->record != NULL)
        entry->content = im->ordinal;
}

static enum cc_rc scan(struct import *im, const struct cc_xml_item *item)
{
    void *mem = talloc_new(im->mem);
    struct cc_seal seal = {0};
    if (!read_seal(mem, item, &seal)) {
        if (item->problems->errors == 0)
            tell(item->problems, item->line,
                 N_("Only a feed can be restored: this has no seal that can be read."), NULL);
    } else {
        check_seal(mem, item, &seal, item->problems);
        check_content(mem, item, &seal, item->problems);
    }
    const char *id = seal.record;
    if (id == NULL && item->record != NULL)
        id = item->record->id;
    bool usable = id != NULL && cc_id_valid(id);
    if (usable && item->problems->errors == 0)
        check_chain(cc_import_ids_find(&im->ids, id), item, &seal, item->problems);
    if (item->problems->errors == 0) {
        keep(im, item, &seal);
    } else {
        if (usable)
            cc_import_ids_add(&im->ids, id)->bad = true;
        cc_import_tell(
            im, &(struct cc_import_result){
                    .id = id,
                    .title = item->record != NULL ? cc_import_title(mem, item->record) : NULL,
                    .verdict = CC_IMPORT_REFUSED,
                    .problems = item->problems,
                    .line = item->line});
    }
    talloc_free(mem);
    return CC_OK;
}

static struct import_item *take(struct import *im, const struct cc_xml_item *item)
{
    void *mem = talloc_new(im->mem);
    struct cc_seal seal;
    struct import_item *it = NULL;
    const struct import_id *entry = NULL;
    if (read_seal(mem, item, &seal) && cc_id_valid(seal.record))
        entry = cc_import_ids_find(&im->ids, seal.record);
    if (entry != NULL && ((!entry->bad && entry->lacking == 0) || entry->last == im->ordinal)) {
        it = cc_import_item(im, item, seal.record);
        it->content = item->content != NULL ? talloc_strdup(it, item->content) : NULL;
        it->seal_xml = talloc_strdup(it, item->seal);
        hash(item->seal, item->seal_len, it->seal_sha256);
        (void)!cc_xml_read_seal(it, item->seal, item->seal_len, &it->seal, NULL);
        it->redaction = is_redaction(item);
        it->lacks_content = lacks_content(item, &it->seal);
        it->lacks_note = lacks_note(item, &it->seal);
        if (entry->lacking > 0)
            tell(&it->told, it->line,
                 N_("The file lacks the content or the note of a revision of this record."), NULL);
        else if (entry->bad)
            tell(&it->told, it->line,
                 N_("Another revision of this record was refused, so none is restored."), NULL);
    }
    talloc_free(mem);
    return it;
}

/* --- judging --------------------------------------------------------------------------------- */

static void wants(const struct import *im, const struct import_item *item, struct cc_buf *ids,
                  struct cc_buf *revisions)
{
    (void)im;
    const char *parent = cc_import_parent(item->rec);
    cc_buf_printf(ids, "%s%s", ids->len > 0 ? " " : "", item->entry->id);
    if (parent != NULL)
        cc_buf_printf(ids, " %s", parent);
    cc_buf_printf(revisions, "%s%s:%s", revisions->len > 0 ? " " : "", item->entry->id,
                  item->seal.revision);
}

/* Organisation that owns the working copy; NULL = there can be none. */
static const char *owner_of(const struct import_attempt *a, const struct import_item *item)
{
    const char *parent = cc_import_parent(item->rec);
    const char *id = parent != NULL ? parent : item->entry->id;
    long row = cc_import_row(a->heads, Q_IMPORT_HEADS_ID, id);
    if (row >= 0 && cc_rows_bool(a->heads, (size_t)row, Q_IMPORT_HEADS_WORKING))
        return cc_rows_text(a->heads, (size_t)row, Q_IMPORT_HEADS_OWNER_ORG);
    const struct import_id *entry = cc_import_ids_find(&a->im->ids, id);
    return entry != NULL && *entry->owner != '\0' && !entry->bad ? entry->owner : NULL;
}

static enum cc_publish_kind kind_of(const struct cc_seal *s)
{
    return same(s->kind, "published")   ? CC_PUBLISHED
           : same(s->kind, "withdrawn") ? CC_WITHDRAWN
                                        : CC_REDIRECTED;
}

static void make_publication(struct import_attempt *a, struct import_item *item)
{
    struct cc_buf projection;
    cc_buf_init(&projection, a->mem);
    if (item->rec != NULL)
        cc_projection_json(item->rec, &projection);
    const struct cc_seal *s = &item->seal;
    item->publication = (struct cc_publication){.kind = kind_of(s),
                                                .record_id = item->entry->id,
                                                .publisher = s->publisher,
                                                .redirect = s->redirect,
                                                .previous_seal_sha256 = s->previous_sha256};
    item->sealed =
        (struct cc_sealed){.revision = s->revision,
                           .time = s->time,
                           .schema = s->schema,
                           .content = item->content,
                           .content_sha256 = s->content_sha256,
                           .seal = item->seal_xml,
                           .seal_sha256 = item->seal_sha256,
                           .note = item->lacks_note ? NULL : item->note,
                           .note_sha256 = s->note_sha256,
                           .projection = item->rec != NULL ? cc_buf_str(&projection) : NULL};
}

/* The working copy follows the newest content of the file. */
static void make_working(struct import_attempt *a, struct import_item *item)
{
    const char *owner = owner_of(a, item);
    if (item->rec == NULL && !item->entry->exists)
        return; /* it never had a content here */
    if (owner == NULL) {
        cc_problem_add(&item->problems, CC_WARNING, item->line, NULL,
                       N_("It is kept without a working copy, because nobody owns the partnership "
                          "{1} here."),
                       cc_import_parent(item->rec), NULL);
        return;
    }
    cc_import_touch(a, item, owner);
    item->stores = item->ordinal == item->entry->content;
}

/* Done already, when the registry has a redaction of all that lacks. */
static void judge_redaction(struct import_attempt *a, struct import_item *item, long row)
{
    bool content = row >= 0 && cc_rows_bool(a->seals, (size_t)row, Q_IMPORT_SEALS_NO_CONTENT);
    bool note = row >= 0 && cc_rows_bool(a->seals, (size_t)row, Q_IMPORT_SEALS_NO_NOTE);
    if ((content || !item->lacks_content) && (note || !item->lacks_note)) {
        item->verdict = CC_IMPORT_UNCHANGED;
        return;
    }
    item->verdict = CC_IMPORT_CHANGED;
    item->publishes = item->redacts = true;
    item->redact =
        (struct cc_call){.query = Q_RESTORE_REDACTION,
                         .params = {item->entry->id, item->seal.revision, item->seal_sha256,
                                    item->lacks_content ? "t" : "f", item->lacks_note ? "t" : "f"}};
}

static void judge(struct import_attempt *a, struct import_item *item)
{
    struct import_id *entry = item->entry;
    char name[64];
    if (item->problems.errors > 0)
        return;
    snprintf(name, sizeof(name), "%s:%s", entry->id, item->seal.revision);
    long row = cc_import_row(a->seals, Q_IMPORT_SEALS_REVISION, name);
    if (item->redaction) {
        judge_redaction(a, item, row);
        return;
    }
    if (row >= 0) {
        item->verdict = CC_IMPORT_UNCHANGED;
        if (!same(cc_rows_text(a->seals, (size_t)row, Q_IMPORT_SEALS_SEAL_SHA256),
                  item->seal_sha256))
            tell(&item->problems, item->line, N_("Revision {1} is another one here."),
                 item->seal.revision);
        return;
    }
    long revision = strtol(item->seal.revision, NULL, 10);
    /* A dry run kept nothing of earlier batches; the first pass saw that the file's chain holds. */
    bool tried = a->im->options->dry_run && revision > entry->first;
    if (!tried && revision != entry->here_revision + 1) {
        tell(&item->problems, item->line, N_("The revision before revision {1} is not here."),
             item->seal.revision);
        return;
    }
    if (!tried && !same(item->seal.previous_sha256, entry->here_seal)) {
        tell(&item->problems, item->line, N_("Revision {1} does not follow the one that is here."),
             item->seal.revision);
        return;
    }
    item->verdict = revision == 1 ? CC_IMPORT_NEW : CC_IMPORT_CHANGED;
    item->publishes = true;
    make_publication(a, item);
    make_working(a, item);
    entry->here_revision++;
    entry->here_seal = item->seal_sha256;
}

const struct import_mode cc_import_restore = {
    .name = "restore", .scan = scan, .take = take, .wants = wants, .judge = judge};
