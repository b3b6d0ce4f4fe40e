/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Mode publish: a record becomes a working copy here and is published with a new seal. Who owns a
 * record that is here stays its owner. Consent is never taken from a file unless that is asked for:
 * a membership that is here keeps its own, and its wording, too, once it was answered; a new one of
 * which the file says more than that it was proposed or invited becomes proposed.
 */
#include "publish/import.h"

#include "concord/clock.h"
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#define PATH_CHARS 200

static bool same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* --- passes ---------------------------------------------------------------------------------- */

/* Which record an item is about; NULL = it does not say so in a way that can be used. */
static const char *id_of(void *mem, const struct cc_xml_item *item)
{
    struct cc_seal seal;
    if (item->record != NULL)
        return item->record->id != NULL && cc_id_valid(item->record->id) &&
                       item->record->id[0] == item->record->kind->letter
                   ? item->record->id
                   : NULL;
    if (item->problems->errors > 0 || item->seal == NULL ||
        cc_xml_read_seal(mem, item->seal, item->seal_len, &seal, NULL) != CC_OK)
        return NULL;
    return cc_id_valid(seal.record) && cc_kind_by_letter(seal.record[0]) != NULL ? seal.record
                                                                                 : NULL;
}

static void tell_nameless(struct import *im, void *mem, const struct cc_xml_item *item)
{
    if (item->record != NULL)
        cc_record_check(item->record, true, item->problems);
    else if (item->problems->errors == 0)
        cc_problem_add(item->problems, CC_ERROR, item->line, NULL,
                       N_("This entry has neither a record nor a seal that can be read."), NULL,
                       NULL);
    cc_import_tell(im,
                   &(struct cc_import_result){
                       .id = item->record != NULL ? item->record->id : NULL,
                       .title = item->record != NULL ? cc_import_title(mem, item->record) : NULL,
                       .verdict = CC_IMPORT_REFUSED,
                       .problems = item->problems,
                       .line = item->line});
}

/* What was taken out of earlier revisions says nothing about the newest. */
static bool is_redaction(const struct cc_xml_item *item)
{
    return same(item->event, "redacted");
}

static enum cc_rc scan(struct import *im, const struct cc_xml_item *item)
{
    if (is_redaction(item))
        return CC_OK;
    void *mem = talloc_new(im->mem);
    const char *id = id_of(mem, item);
    if (id == NULL) {
        tell_nameless(im, mem, item);
        talloc_free(mem);
        return CC_OK;
    }
    struct import_id *entry = cc_import_ids_add(&im->ids, id);
    bool in_feed = item->content != NULL || item->seal != NULL;
    struct cc_problems problems;
    cc_problems_init(&problems, mem);
    if (item->record != NULL)
        cc_record_check(item->record, true, &problems);
    entry->last = im->ordinal;
    entry->line = entry->line == 0 ? item->line : entry->line;
    if (!in_feed)
        entry->copies++;
    else
        entry->copies = 1; /* of its revisions the newest counts */
    entry->bad = item->problems->errors + problems.errors > 0 || entry->copies > 1;
    entry->clean = problems.total == 0 && entry->copies == 1;
    cc_import_scan_record(im, cc_kind_by_letter(id[0]));
    talloc_free(mem);
    return CC_OK;
}

static struct import_item *take(struct import *im, const struct cc_xml_item *item)
{
    void *mem = talloc_new(im->mem);
    const char *id = id_of(mem, item);
    struct import_item *it = NULL;
    if (id != NULL && !is_redaction(item) &&
        (im->rank < 0 || im->rank == cc_import_rank(cc_kind_by_letter(id[0])))) {
        const struct import_id *entry = cc_import_ids_find(&im->ids, id);
        if (entry->copies > 1 || entry->last == im->ordinal)
            it = cc_import_item(im, item, id);
    }
    if (it != NULL && it->rec != NULL && !it->entry->clean)
        cc_record_check(it->rec, true, &it->told);
    if (it != NULL && it->entry->copies > 1) {
        char line[24];
        snprintf(line, sizeof(line), "%d", it->entry->line);
        cc_problem_add(&it->told, CC_ERROR, it->line, NULL,
                       N_("This record stands more than once in the file, first in line {1}."),
                       line, NULL);
    }
    talloc_free(mem);
    return it;
}

/* --- references ------------------------------------------------------------------------------ */

typedef void ref_fn(void *arg, const struct cc_node *node, const char *path);

static void each_ref(const struct cc_node *first, const char *prefix, ref_fn *fn, void *arg)
{
    size_t at = 0;
    const struct cc_field *last = NULL;
    for (const struct cc_node *n = first; n != NULL; n = n->next) {
        char path[PATH_CHARS];
        at = n->field == last ? at + 1 : 1;
        last = n->field;
        if (n->field->type != CC_F_REF && n->child == NULL)
            continue;
        cc_path(path, sizeof(path), prefix, n->field->name,
                (n->field->flags & CC_MANY) != 0 ? at : 0);
        if (n->field->type == CC_F_REF && n->text != NULL && cc_id_valid(n->text))
            fn(arg, n, path);
        if (n->child != NULL)
            each_ref(n->child, path, fn, arg);
    }
}

/* There is such a record, or will be: the registry need not be asked for it again. */
static bool is_there(const struct import_id *entry)
{
    return entry != NULL && (entry->here || (entry->copies > 0 && !entry->bad));
}

struct wanted {
    const struct import *im;
    struct cc_buf *ids;
};

static void want(struct cc_buf *ids, const char *id)
{
    if (ids->len > 0)
        cc_buf_addc(ids, ' ');
    cc_buf_adds(ids, id);
}

static void want_ref(void *arg, const struct cc_node *node, const char *path)
{
    struct wanted *w = arg;
    (void)path;
    if (!is_there(cc_import_ids_find(&w->im->ids, node->text)))
        want(w->ids, node->text);
}

void cc_import_wants(const struct import *im, const struct import_item *item, struct cc_buf *ids,
                     struct cc_buf *revisions)
{
    struct wanted w = {im, ids};
    (void)revisions;
    want(ids, item->entry->id);
    if (item->rec == NULL)
        return;
    if (cc_import_parent(item->rec) != NULL) /* whose it is, and how public */
        want(ids, cc_import_parent(item->rec));
    each_ref(item->rec->first, "", want_ref, &w);
}

struct refs {
    struct import_attempt *a;
    struct import_item *item;
};

/* A membership is as public as its partnership. */
static void check_partnership(struct import_attempt *a, struct import_item *item)
{
    if (cc_import_parent(item->rec) == NULL)
        return;
    const struct cc_node *node = cc_node_first(item->rec->first, "partnership");
    const struct import_id *entry = cc_import_ids_find(&a->im->ids, node->text);
    long row = cc_import_row(a->heads, Q_IMPORT_HEADS_ID, node->text);
    const char *state = row >= 0 ? cc_rows_text(a->heads, (size_t)row, Q_IMPORT_HEADS_STATE) : NULL;
    bool in_file = entry != NULL && entry->copies > 0 && !entry->bad;
    bool draft = row >= 0 && cc_rows_bool(a->heads, (size_t)row, Q_IMPORT_HEADS_WORKING);
    if (!in_file && ((state == NULL && draft) || (state != NULL && !same(state, "published"))))
        cc_problem_add(&item->problems, CC_ERROR, node->line, "partnership",
                       N_("The partnership {1} is not published."), node->text, NULL);
}

static bool is_here(const struct import_attempt *a, const char *id)
{
    long row = cc_import_row(a->heads, Q_IMPORT_HEADS_ID, id);
    return row >= 0 && (cc_rows_bool(a->heads, (size_t)row, Q_IMPORT_HEADS_WORKING) ||
                        cc_rows_text(a->heads, (size_t)row, Q_IMPORT_HEADS_STATE) != NULL);
}

static void check_ref(void *arg, const struct cc_node *node, const char *path)
{
    struct refs *r = arg;
    const struct import_id *entry = cc_import_ids_find(&r->a->im->ids, node->text);
    if (is_there(entry))
        return;
    if (is_here(r->a, node->text))
        cc_import_ids_add(&r->a->im->ids, node->text)->here = true;
    else if (entry == NULL || entry->copies == 0)
        cc_problem_add(&r->item->problems, CC_ERROR, node->line, path,
                       N_("There is no record {1}, neither in the registry nor in this file."),
                       node->text, NULL);
    else
        cc_problem_add(&r->item->problems, CC_ERROR, node->line, path,
                       N_("The record {1} stands in this file, but was refused."), node->text,
                       NULL);
}

/* --- consent --------------------------------------------------------------------------------- */

/* wording: hash instead of the one that is told, where one is told. */
static void put_consent(struct cc_record *rec, const struct cc_node *consent, const char *wording)
{
    cc_record_drop(rec, "consent");
    struct cc_node *copy = cc_record_add(rec, NULL, "consent", NULL, NULL);
    copy->line = consent->line;
    for (const struct cc_node *n = consent->child; n != NULL; n = n->next) {
        bool is_wording = wording != NULL && strcmp(n->field->name, "wording-sha256") == 0;
        cc_record_add(rec, copy, n->field->name, is_wording ? wording : n->text, n->lang);
    }
}

static bool is_unanswered(const char *state)
{
    return strcmp(state, "proposed") == 0 || strcmp(state, "invited") == 0;
}

/* The registry's own consent instead of the file's. False: it has none. */
static bool keep_consent(struct import_attempt *a, struct import_item *item)
{
    struct cc_record *own = NULL;
    long row = cc_import_row(a->consents, Q_IMPORT_CONSENTS_ID, item->entry->id);
    if (row < 0 ||
        cc_record_from_json(a->mem, item->kind, item->entry->id,
                            cc_rows_text(a->consents, (size_t)row, Q_IMPORT_CONSENTS_CONTENT), &own,
                            NULL) != CC_OK)
        return false;
    const struct cc_node *consent = cc_node_first(own->first, "consent");
    if (consent == NULL)
        return false;
    const struct cc_node *told = cc_node_first(item->rec->first, "consent");
    const char *is = cc_node_text(consent->child, "state");
    const char *says = told != NULL ? cc_node_text(told->child, "state") : NULL;
    if (!same(is, says))
        cc_problem_add(&item->problems, CC_WARNING, told != NULL ? told->line : item->line,
                       "consent.state",
                       N_("The consent stays \"{1}\"; the file says \"{2}\", but only the "
                          "organisation itself answers."),
                       is, says != NULL ? says : "");
    item->answered = !is_unanswered(is);
    put_consent(item->rec, consent, NULL);
    return true;
}

/* Another attempt begins where the first one did, and tells the same. */
static void put_back(struct import_item *item)
{
    if (item->consent == NULL)
        item->consent = cc_node_first(item->rec->first, "consent");
    else
        put_consent(item->rec, item->consent, NULL);
}

static void settle_consent(struct import_attempt *a, struct import_item *item)
{
    const struct cc_node *told = cc_node_first(item->rec->first, "consent");
    const char *state = cc_node_text(told->child, "state");
    if (keep_consent(a, item) || is_unanswered(state))
        return;
    char now[21];
    cc_time_iso(cc_now(), now);
    cc_problem_add(&item->problems, CC_WARNING, told->line, "consent.state",
                   N_("The consent \"{1}\" becomes \"proposed\": only the organisation itself "
                      "answers."),
                   state, NULL);
    cc_record_drop(item->rec, "consent");
    struct cc_node *consent = cc_record_add(item->rec, NULL, "consent", NULL, NULL);
    cc_record_add(item->rec, consent, "date", now, NULL);
    cc_record_add(item->rec, consent, "state", "proposed", NULL);
}

/* What the organisation is asked: the membership without its consent (see app/membership.h). People
 * who import write the event of it themselves; for services the database does. */
static void settle_wording(struct import_attempt *a, struct import_item *item)
{
    const struct cc_node *consent = cc_node_first(item->rec->first, "consent");
    const char *state = cc_node_text(consent->child, "state");
    char *hex = talloc_array(a->mem, char, CC_SHA256_HEX + 1);
    struct cc_buf wording;
    if (!is_unanswered(state))
        return;
    cc_record_drop(item->rec, "consent");
    cc_buf_init(&wording, a->mem);
    cc_xml_write_record(&wording, item->rec);
    cc_sha256_hex(cc_buf_str(&wording), wording.len, hex);
    put_consent(item->rec, consent, hex);
    item->asks = a->im->options->session != NULL;
    item->ask =
        (struct cc_call){.query = Q_CONSENT_WRITE,
                         .params = {item->entry->id, "membership", state, hex, cc_buf_str(&wording),
                                    NULL, NULL, "", NULL, cc_node_text(consent->child, "date")}};
}

/* --- judging --------------------------------------------------------------------------------- */

static const char *head_text(const struct import_attempt *a, long row, int column)
{
    return row >= 0 ? cc_rows_text(a->heads, (size_t)row, column) : NULL;
}

static const char *owner_in(const struct import_attempt *a, const char *id)
{
    const char *owner =
        head_text(a, cc_import_row(a->heads, Q_IMPORT_HEADS_ID, id), Q_IMPORT_HEADS_OWNER_ORG);
    const struct import_id *entry = cc_import_ids_find(&a->im->ids, id);
    if (owner == NULL && entry != NULL && *entry->owner != '\0')
        owner = entry->owner;
    return owner;
}

/* Whom a new record itself names as answering for it. */
static const char *answers_for(const struct cc_record *rec)
{
    const struct cc_node *reporting = cc_node_first(rec->first, "reporting");
    if (reporting != NULL)
        return cc_node_text(reporting->child, "organisation");
    const char *maker = cc_node_text(rec->first, "maker");
    return maker != NULL ? maker : cc_node_text(rec->first, "host");
}

/* NULL after a problem was told. */
static const char *owner_of(struct import_attempt *a, struct import_item *item, long row)
{
    const char *owner = head_text(a, row, Q_IMPORT_HEADS_OWNER_ORG);
    if (owner != NULL)
        return owner;
    if (strcmp(item->kind->name, "organisation") == 0)
        return item->entry->id;
    const char *parent = cc_import_parent(item->rec);
    if (parent != NULL) {
        owner = owner_in(a, parent);
        if (owner == NULL && item->problems.errors == 0)
            cc_problem_add(&item->problems, CC_ERROR, item->line, "partnership",
                           N_("Nobody in this registry owns the partnership {1}."), parent, NULL);
        return owner;
    }
    owner = a->im->options->owner;
    if (owner == NULL)
        owner = item->owner;
    if (owner == NULL)
        owner = answers_for(item->rec);
    if (owner == NULL)
        cc_problem_add(&item->problems, CC_ERROR, item->line, NULL,
                       N_("Nobody is named who owns this new record: name the owner of the import, "
                          "the host of the partnership or the organisation that reports."),
                       NULL, NULL);
    return owner;
}

/* What the registry has speaks against it. */
static void check_head(struct import_attempt *a, struct import_item *item, long row)
{
    const char *state = head_text(a, row, Q_IMPORT_HEADS_STATE);
    if (state != NULL && strcmp(state, "published") != 0)
        cc_problem_add(&item->problems, CC_ERROR, item->line, NULL,
                       N_("This record was {1} here; an import does not publish it again."), state,
                       NULL);
    if (row < 0 || !cc_rows_bool(a->heads, (size_t)row, Q_IMPORT_HEADS_WORKING))
        return;
    const char *parent = cc_import_parent(item->rec);
    if (parent != NULL && (!same(parent, head_text(a, row, Q_IMPORT_HEADS_PARENT)) ||
                           !same(cc_node_text(item->rec->first, "organisation"),
                                 head_text(a, row, Q_IMPORT_HEADS_OTHER_ORG))))
        cc_problem_add(&item->problems, CC_ERROR, item->line, "organisation",
                       N_("A membership cannot move to another partnership or organisation; this "
                          "one is of {1} in {2}."),
                       head_text(a, row, Q_IMPORT_HEADS_OTHER_ORG),
                       head_text(a, row, Q_IMPORT_HEADS_PARENT));
}

/*
 * What must be there once, told of two records of the file. The database tells it, too, but a dry
 * run rolls back between batches. The key is a hash that has the length of an identifier: only dry
 * runs use it, so that two equal ones never keep a record out.
 */
static void check_once(struct import_attempt *a, struct import_item *item, const char *path,
                       int line, const char *what, const char *first, const char *second)
{
    char hex[CC_SHA256_HEX + 1];
    char *text = talloc_asprintf(a->mem, "%s %s %s", what, first, second);
    cc_sha256_hex(text, strlen(text), hex);
    hex[CC_ID_LEN] = '\0';
    struct import_id *key = cc_import_ids_add(&a->im->once, hex);
    if (*key->owner != '\0' && strcmp(key->owner, item->entry->id) != 0)
        cc_problem_add(&item->problems, CC_ERROR, line, path,
                       N_("The record {1} of this file has the same."), key->owner, NULL);
    else
        snprintf(key->owner, sizeof(key->owner), "%s", item->entry->id);
}

static void check_unique(struct import_attempt *a, struct import_item *item)
{
    size_t i = 1;
    const struct cc_node *n = cc_node_first(item->rec->first, "identifier");
    for (; n != NULL; n = cc_node_again(n), i++)
        check_once(a, item, talloc_asprintf(a->mem, "identifier.%zu", i), n->line, "identifier",
                   cc_node_text(n->child, "scheme"), cc_node_text(n->child, "value"));
    if (strcmp(item->kind->name, "membership") == 0)
        check_once(a, item, "organisation", item->line, "membership",
                   cc_node_text(item->rec->first, "partnership"),
                   cc_node_text(item->rec->first, "organisation"));
}

/* Withdrawn or redirected where the file comes from. */
static void judge_gone(struct import_attempt *a, struct import_item *item, long row)
{
    item->verdict = CC_IMPORT_UNCHANGED;
    if (same(head_text(a, row, Q_IMPORT_HEADS_STATE), "published"))
        cc_problem_add(&item->problems, CC_ERROR, item->line, NULL,
                       N_("This record was withdrawn or redirected where the file comes from; an "
                          "import does not do so here."),
                       NULL, NULL);
}

static void seal(struct import_attempt *a, struct import_item *item, long row, const char *owner)
{
    struct cc_err err = {.rc = CC_OK};
    item->publication = (struct cc_publication){
        .kind = CC_PUBLISHED,
        .record = item->rec,
        .publisher = owner,
        .note = item->note,
        .previous_revision = head_text(a, row, Q_IMPORT_HEADS_REVISION),
        .previous_seal_sha256 = head_text(a, row, Q_IMPORT_HEADS_SEAL_SHA256),
        .previous_content_sha256 = head_text(a, row, Q_IMPORT_HEADS_CONTENT_SHA256),
        .checked = !item->reworded,
    };
    if (cc_publish_seal(a->mem, &item->publication, &item->problems, &item->sealed, &err) !=
        CC_OK) {
        if (item->problems.errors == 0)
            cc_problem_add(&item->problems, CC_ERROR, item->line, NULL, err.message, NULL, NULL);
        return;
    }
    bool is_new = item->publication.previous_revision == NULL;
    item->verdict = is_new ? CC_IMPORT_NEW : CC_IMPORT_CHANGED;
    if (item->sealed.unchanged) {
        item->verdict = CC_IMPORT_UNCHANGED;
        return;
    }
    if (row >= 0 && cc_rows_bool(a->heads, (size_t)row, Q_IMPORT_HEADS_DRAFT) &&
        !a->im->options->replace_drafts) {
        cc_problem_add(&item->problems, CC_ERROR, item->line, NULL,
                       N_("Somebody is working on this record: it has changes that are not "
                          "published, which the import would lose."),
                       NULL, NULL);
        return;
    }
    if (item->answered) {
        cc_problem_add(&item->problems, CC_ERROR, item->line, NULL,
                       N_("The organisation answered to another wording of this membership. Ask "
                          "it to confirm the new one on the pages of the membership."),
                       NULL, NULL);
        return;
    }
    item->stores = item->publishes = true;
}

static void judge(struct import_attempt *a, struct import_item *item)
{
    long row = cc_import_row(a->heads, Q_IMPORT_HEADS_ID, item->entry->id);
    struct refs refs = {a, item};
    if (item->rec == NULL) {
        judge_gone(a, item, row);
        return;
    }
    each_ref(item->rec->first, "", check_ref, &refs);
    check_partnership(a, item);
    check_head(a, item, row);
    const char *owner = owner_of(a, item, row);
    if (item->problems.errors > 0)
        return;
    item->answered = item->asks = item->reworded = false;
    if (strcmp(item->kind->name, "membership") == 0 && !a->im->options->trust_consent) {
        put_back(item);
        settle_consent(a, item);
        settle_wording(a, item);
        item->reworded = true;
    }
    snprintf(item->entry->owner, sizeof(item->entry->owner), "%s", owner);
    seal(a, item, row, owner);
    if (item->stores && a->im->options->dry_run)
        check_unique(a, item);
    if (item->stores && item->problems.errors == 0)
        cc_import_touch(a, item, owner);
}

const struct import_mode cc_import_publish = {
    .name = "publish", .scan = scan, .take = take, .wants = cc_import_wants, .judge = judge};
