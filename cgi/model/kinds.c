/* SPDX-License-Identifier: EUPL-1.2 */
/* The list of all kinds of records. */
#include "model/fields.h"

const struct cc_kind *const cc_kinds[] = {&cc_kind_organisation, &cc_kind_partnership,
                                          &cc_kind_membership,   &cc_kind_commitment,
                                          &cc_kind_activity,     NULL};

const struct cc_kind *cc_kind_find(const char *name)
{
    for (size_t i = 0; cc_kinds[i] != NULL; i++)
        if (strcmp(cc_kinds[i]->name, name) == 0)
            return cc_kinds[i];
    return NULL;
}

const struct cc_kind *cc_kind_by_plural(const char *plural)
{
    for (size_t i = 0; cc_kinds[i] != NULL; i++)
        if (strcmp(cc_kinds[i]->plural, plural) == 0)
            return cc_kinds[i];
    return NULL;
}

const struct cc_kind *cc_kind_by_letter(char letter)
{
    for (size_t i = 0; cc_kinds[i] != NULL; i++)
        if (cc_kinds[i]->letter == letter)
            return cc_kinds[i];
    return NULL;
}

const struct cc_field *cc_field_find(const struct cc_field *fields, const char *name)
{
    for (const struct cc_field *f = fields; f != NULL && f->name != NULL; f++)
        if (f->name[0] == name[0] && strcmp(f->name, name) == 0)
            return f;
    return NULL;
}
