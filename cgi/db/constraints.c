/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What to tell people when a constraint says no: message and form field by constraint name. Every
 * named constraint that a person can run into has a row; sorted by name.
 */
#include "concord/db.h"
#include <stddef.h>
#include <string.h>

static const struct cc_constraint constraints[] = {
    /* name, field, message */
    {"ck_person_org_role", "role", N_("Choose a role from the list.")},
    {"ck_record_organisation_owner", "owner", N_("An organisation owns its own record.")},
    {"ck_record_other_org", "organisation", N_("This is not the identifier of an organisation.")},
    {"ck_record_owner_org", "owner", N_("This is not the identifier of an organisation.")},
    {"ck_record_role_role", "role", N_("Choose a role from the list.")},
    {"ck_revision_size", NULL, N_("This record is larger than 1 MB and must be split.")},
    {"fk_record_parent", "partnership", N_("This partnership is not in the registry.")},
    {"uq_person_subject", NULL, N_("This person is in the registry already.")},
    {NULL, NULL, NULL},
};

const struct cc_constraint *cc_constraint_find(const char *name)
{
    for (const struct cc_constraint *c = constraints; c->name != NULL; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}
