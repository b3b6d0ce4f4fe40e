/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What an organisation sends by itself: IATI that it reports, under identifiers of its own, into
 * records of its own. Who it is counts as published, which the secretariat confirmed, not as its
 * people are writing it; nobody is registered by it. The database guards the records besides, for
 * all is done in the name of who sends it.
 */
#include "publish/import.h"

#include "concord/log.h"
#include <string.h>
#include <talloc.h>

#define ITEMS_MAX 2000 /* of one file: more take longer than a person waits */
#define STRING(n) #n
#define TEXT(n)   STRING(n)

struct import_own {
    const char **keys;  /* of the identifiers that the organisation has published */
    size_t n, n_longer; /* behind them those of others that begin with one of them */
};

enum cc_rc cc_import_own_begin(struct import *im)
{
    if (im->options->reporter == NULL)
        return CC_OK;
    struct cc_call call = {.query = Q_IATI_OWN_REFS, .params = {im->options->reporter}};
    enum cc_rc rc = cc_import_ask(im, im->mem, &call);
    if (rc != CC_OK)
        return rc;
    size_t n = cc_rows_count(call.rows);
    im->own = talloc_zero(im, struct import_own);
    const char **keys = talloc_zero_array(im, const char *, (unsigned)n + 1);
    if (im->own == NULL || keys == NULL)
        cc_die("out of memory");
    for (size_t i = 0; i < n; i++) {
        const char *key = cc_iati_key(im, cc_rows_text(call.rows, i, Q_IATI_OWN_REFS_REF));
        bool is_own = cc_rows_bool(call.rows, i, Q_IATI_OWN_REFS_IS_OWN);
        if (key == NULL)
            continue;
        keys[im->own->n + im->own->n_longer] = key;
        ++*(is_own ? &im->own->n : &im->own->n_longer);
    }
    im->own->keys = keys;
    return CC_OK;
}

/* In whatever spelling. */
static bool is_own(const struct import_own *own, void *mem, const char *identifier)
{
    const char *told[CC_IATI_KEYS];
    size_t n = cc_iati_org_keys(mem, identifier, told);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < own->n; k++)
            if (strcmp(told[i], own->keys[k]) == 0)
                return true;
    return false;
}

static bool begins(const char *key, const char *with)
{
    size_t len = strlen(with);
    return strncmp(key, with, len) == 0 && key[len] == '-' && key[len + 1] != '\0';
}

static size_t longest(const char *key, const char *const *with, size_t n)
{
    size_t max = 0;
    for (size_t k = 0; k < n; k++)
        if (begins(key, with[k]) && strlen(with[k]) > max)
            max = strlen(with[k]);
    return max;
}

/* As it is published, and not in another spelling; whose is longer has it. */
static bool begins_with_own(const struct import_own *own, void *mem, const char *identifier)
{
    const char *key = cc_iati_key(mem, identifier);
    return longest(key, own->keys, own->n) > longest(key, own->keys + own->n, own->n_longer);
}

static bool refuse(struct cc_problems *problems, int line, const char *path, const char *message,
                   const char *told)
{
    cc_problem_add(problems, CC_ERROR, line, path, message, told, NULL);
    return false;
}

static bool reports(const struct import *im, void *mem, const struct cc_iati_item *item,
                    struct cc_problems *problems, int line)
{
    struct cc_iati_reporter who;
    bool activity = strcmp(item->kind->name, "activity") == 0;
    cc_iati_reporter(mem, item, &who);
    if (im->ordinal > ITEMS_MAX)
        return refuse(problems, line, NULL,
                      N_("An organisation sends {1} records at a time. Send the rest of the file "
                         "as another one."),
                      TEXT(ITEMS_MAX));
    if (who.ref == NULL)
        return refuse(problems, line, "reporting-org/@ref",
                      N_("The file does not give the identifier of who reports, so nobody knows "
                         "whether it is your organisation."),
                      NULL);
    if (!is_own(im->own, mem, who.ref))
        return refuse(problems, line, "reporting-org/@ref",
                      N_("\"{1}\" reports this, which is no published identifier of your "
                         "organisation. Whoever reports sends it, or the secretariat does."),
                      who.ref);
    if (activity && item->identifier != NULL && !begins_with_own(im->own, mem, item->identifier))
        return refuse(problems, line, "iati-identifier",
                      N_("\"{1}\" does not begin with a published identifier of your organisation "
                         "and a hyphen. Ask the secretariat to import it."),
                      item->identifier);
    if (!activity && !is_own(im->own, mem, item->identifier))
        return refuse(problems, line, "organisation-identifier",
                      N_("\"{1}\" is no published identifier of your organisation. Others are "
                         "registered by themselves."),
                      item->identifier);
    return true;
}

bool cc_import_own_reports(const struct import *im, const struct cc_iati_item *item,
                           struct cc_problems *problems, int line)
{
    if (im->own == NULL)
        return true;
    void *mem = talloc_new(im->mem);
    bool good = reports(im, mem, item, problems, line);
    talloc_free(mem);
    return good;
}

bool cc_import_own_record(const struct import_attempt *a, struct import_item *item)
{
    if (a->im->own == NULL)
        return true;
    long row = cc_import_row(a->heads, Q_IMPORT_HEADS_ID, item->entry->id);
    bool here = row >= 0 && cc_rows_bool(a->heads, (size_t)row, Q_IMPORT_HEADS_WORKING);
    /* Of others nothing is seen but what is public. */
    bool others =
        row >= 0 && (here ? strcmp(cc_rows_text(a->heads, (size_t)row, Q_IMPORT_HEADS_OWNER_ORG),
                                   a->im->options->reporter) != 0
                          : cc_rows_text(a->heads, (size_t)row, Q_IMPORT_HEADS_STATE) != NULL);
    return !others ||
           refuse(&item->problems, item->line, NULL,
                  N_("Another organisation answers for this record and alone changes it."), NULL);
}
