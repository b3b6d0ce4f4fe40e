/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Activities that a file of IATI gives no identifier. The official schema allows it, so they are
 * taken; they are found again by the rest of what they say (cc_iati_body_key()), and by the
 * identifier that they get at last.
 */
#include "publish/import.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

static void warn(struct cc_problems *problems, int line, const char *message)
{
    cc_problem_add(problems, CC_WARNING, line, "iati-identifier", message, NULL, NULL);
}

void cc_import_nameless_warn(struct cc_problems *problems, int line, bool nameless, bool unreadable)
{
    if (unreadable)
        warn(problems, line,
             N_("The identifier is longer than 1,000 characters, or holds some that no text here "
                "may hold: it is kept with the import, but names nothing."));
    if (nameless)
        warn(problems, line,
             N_("There is no identifier, so the activity is taken without one: a file that says "
                "just the same finds it again, a changed one becomes another record, and IATI is "
                "not given it. Ask who reports for the identifier, or write it in the form of the "
                "record."));
}

static void tell_made(struct import_item *it)
{
    cc_problem_add(&it->told, CC_WARNING, it->line, "iati-identifier",
                   N_("The registry gave this identifier to its record {1} and tells it itself: "
                      "nothing is taken from a file."),
                   it->ours, NULL);
    it->left_out = true;
}

/* Is this record that of the item? Not when another item of the file has it. */
static void settle_on(struct import *im, struct import_item *it, const char *id)
{
    struct import_id *entry = cc_import_ids_add(&im->ids, id);
    if (entry->copies > 0)
        return;
    memcpy(it->entry->record, id, CC_ID_LEN); /* for those of its name that are told later */
    it->entry = entry;
    entry->copies = 1;
}

/*
 * Activities that are new by their identifier may be here without it. An older file that has none
 * finds them again by the rest, so both lead to one record.
 */
enum cc_rc cc_import_nameless_settle(struct import *im, struct import_orgs *orgs)
{
    struct cc_buf json;
    char place[24];
    cc_buf_init(&json, im->batch);
    for (size_t i = 0; i < im->n; i++) {
        const struct import_item *it = im->items[i];
        const char *owner = cc_import_iati_owner(im, it);
        const char *reporter = cc_import_orgs_reporter(orgs, it->iati);
        if (it->came_before || it->iati->identifier == NULL || owner == NULL)
            continue;
        snprintf(place, sizeof(place), "%zu", i);
        cc_buf_adds(&json, json.len == 0 ? "[{" : ",{");
        cc_json_pair(&json, "place", place);
        cc_json_pair(&json, "identifier", it->iati->identifier);
        cc_json_pair(&json, "body", cc_iati_body_key(im->batch, it->iati));
        cc_json_pair(&json, "owner", owner);
        cc_json_pair(&json, "reporter", reporter != NULL ? reporter : "-");
        cc_buf_addc(&json, '}');
    }
    if (json.len == 0)
        return CC_OK;
    cc_buf_addc(&json, ']');
    struct cc_call call = {.query = Q_IATI_NAMED, .params = {cc_buf_str(&json)}};
    enum cc_rc rc = cc_import_ask(im, im->batch, &call);
    for (size_t i = 0; rc == CC_OK && i < cc_rows_count(call.rows); i++) {
        struct import_item *it = im->items[cc_rows_int(call.rows, i, Q_IATI_NAMED_PLACE)];
        const char *id = cc_rows_text(call.rows, i, Q_IATI_NAMED_ID);
        const char *held = cc_rows_text(call.rows, i, Q_IATI_NAMED_HELD);
        if (id != NULL)
            settle_on(im, it, id);
        else
            it->ours = talloc_strdup(
                it, held != NULL ? held : cc_rows_text(call.rows, i, Q_IATI_NAMED_MADE));
        if (held != NULL)
            cc_import_tell_held(it, cc_rows_text(call.rows, i, Q_IATI_NAMED_TITLE),
                                cc_rows_text(call.rows, i, Q_IATI_NAMED_TELLER));
        else if (id == NULL)
            tell_made(it);
    }
    return rc;
}
