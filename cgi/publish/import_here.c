/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is here of the activities of a file. Anybody can write anybody's identifier into a file, so
 * what its own organisation told is not replaced by what another says of it, and what has a date
 * not by what another says without one. Who imports may do it all the same, and names the owner.
 * Else the newest counts, except against another's what its own organisation tells.
 */
#include "publish/import.h"

#include <string.h>

enum cc_rc cc_import_here(struct import *im, struct import_orgs *orgs,
                          struct import_item *const *items, size_t n, struct cc_rows **rows_r)
{
    struct cc_buf ids, tellers;
    cc_buf_init(&ids, im->batch);
    cc_buf_init(&tellers, im->batch);
    for (size_t i = 0; i < n; i++) {
        const struct import_item *it = items[i];
        const char *teller = cc_import_orgs_reporter(orgs, it->iati);
        cc_buf_printf(&ids, "%s%s", i > 0 ? " " : "", it->entry->id);
        cc_buf_printf(&tellers, "%s%s", i > 0 ? " " : "", teller != NULL ? teller : "-");
    }
    struct cc_call call = {.query = Q_IATI_WORKING,
                           .params = {cc_buf_str(&ids), cc_buf_str(&tellers)}};
    enum cc_rc rc = cc_import_ask(im, im->batch, &call);
    *rows_r = call.rows;
    return rc;
}

bool cc_import_tells_own(void *mem, const struct cc_iati_item *item)
{
    const char *keys[CC_IATI_KEYS];
    const char *key = item->identifier != NULL ? cc_iati_key(mem, item->identifier) : NULL;
    struct cc_iati_reporter who;
    cc_iati_reporter(mem, item, &who);
    size_t n = key != NULL && who.ref != NULL ? cc_iati_org_keys(mem, who.ref, keys) : 0;
    if (strcmp(item->kind->name, "organisation") == 0) {
        const char *own_keys[CC_IATI_KEYS];
        size_t m = key != NULL ? cc_iati_org_keys(mem, key, own_keys) : 0;
        return n > 0 && m > 0 && strcmp(keys[n - 1], own_keys[m - 1]) == 0;
    }
    bool own = false;
    for (size_t i = 0; i < n && !own; i++) {
        size_t len = strlen(keys[i]);
        own = strncmp(key, keys[i], len) == 0 && key[len] == '-';
    }
    return own;
}

static bool is_named(const struct import *im, const char *organisation)
{
    return im->options->owner != NULL && strcmp(im->options->owner, organisation) == 0;
}

void cc_import_tell_held(struct import_item *it, const char *title, const char *teller)
{
    cc_problem_add(
        &it->told, CC_WARNING, it->line, "reporting-org",
        N_("The identifier begins with that of {1}, whose own version is here and stays: "
           "another organisation reports this one, which is left out. If both are one, merge "
           "them. To take it all the same, name {2} as the owner of the import."),
        title, teller);
    it->left_out = true;
}

bool cc_import_stays(const struct import *im, struct import_item *it, const struct cc_rows *here,
                     size_t row)
{
    const char *teller = cc_rows_text(here, row, Q_IATI_WORKING_TELLER);
    if (teller == NULL || is_named(im, teller))
        return false; /* the same organisation tells it again, or the office says that it does */
    bool held = cc_rows_bool(here, row, Q_IATI_WORKING_IS_HELD);
    const char *updated = cc_rows_text(here, row, Q_IATI_WORKING_UPDATED);
    bool undated = *it->iati->updated == '\0' && updated != NULL && *updated != '\0' &&
                   !cc_rows_bool(here, row, Q_IATI_WORKING_IS_CLAIMED);
    if (held)
        cc_import_tell_held(it, cc_rows_text(here, row, Q_IATI_WORKING_TITLE), teller);
    else if (undated)
        cc_problem_add(
            &it->told, CC_WARNING, it->line, "@last-updated-datetime",
            N_("The version that is here has a date and was reported by {1}. This one of another "
               "organisation has none, so it is left out. To take it all the same, name {2} as "
               "the owner of the import."),
            cc_rows_text(here, row, Q_IATI_WORKING_TITLE), teller);
    it->left_out = held || undated;
    return it->left_out;
}

bool cc_import_is_outdated(const struct import *im, struct import_item *it,
                           const struct cc_rows *here, size_t row)
{
    const char *teller = cc_rows_text(here, row, Q_IATI_WORKING_TELLER);
    const char *updated = cc_rows_text(here, row, Q_IATI_WORKING_UPDATED);
    if (updated == NULL || *it->iati->updated == '\0' || strcmp(updated, it->iati->updated) <= 0)
        return false;
    if (teller != NULL &&
        (is_named(im, teller) || cc_rows_bool(here, row, Q_IATI_WORKING_IS_CLAIMED) ||
         cc_import_tells_own(it, it->iati)))
        return false; /* it takes back what is its own, or the office says so */
    cc_problem_add(&it->told, CC_WARNING, it->line, "@last-updated-datetime",
                   N_("The registry has a newer version, of {1}; this one of {2} is left out."),
                   updated, it->iati->updated);
    it->left_out = true;
    return true;
}

bool cc_import_is_of_others(const struct import *im, struct import_orgs *orgs,
                            struct import_item *it)
{
    struct cc_iati_reporter who;
    const char *teller = cc_import_orgs_reporter(orgs, it->iati);
    cc_iati_reporter(it, it->iati, &who);
    if (strcmp(it->kind->name, "organisation") != 0 || im->options->reporter != NULL ||
        who.ref == NULL || is_named(im, it->entry->id) ||
        (teller != NULL && strcmp(teller, it->entry->id) == 0))
        return false;
    cc_problem_add(
        &it->told, CC_WARNING, it->line, "reporting-org",
        N_("This is reported by another organisation, not by {1} itself. The version that is here "
           "stays. To take this one all the same, name {2} as the owner of the import."),
        it->iati->identifier, it->entry->id);
    it->left_out = true;
    return true;
}
