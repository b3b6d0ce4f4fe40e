/* SPDX-License-Identifier: EUPL-1.2 */
/* Parts of the projection that have files of their own. */
#ifndef CC_PUBLISH_PROJECT_H
#define CC_PUBLISH_PROJECT_H

#include "concord/record.h"
#include <jansson.h>

/* {"cycle":"8","state":"..","resources":[{"kind":"money","amount":"..",..}]}; NULL when records of
 * this kind have no resources. state: the record's, or NULL. */
json_t *cc_project_promise(const struct cc_record *rec, const char *state);

#endif
