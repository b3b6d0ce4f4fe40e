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
    {NULL, NULL, NULL},
};

const struct cc_constraint *cc_constraint_find(const char *name)
{
    for (const struct cc_constraint *c = constraints; c->name != NULL; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}
