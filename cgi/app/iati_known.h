/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the form of an activity leaves out and the registry knows. A participant that is told by an
 * identifier alone is the organisation that has published it, as in an import; a related activity
 * that is chosen has its IATI identifier.
 */
#ifndef CC_APP_IATI_KNOWN_H
#define CC_APP_IATI_KNOWN_H

#include "app/form_fields.h"
#include "concord/db.h"

/* Whose the identifiers in a sent form are, in whatever spelling. */
struct cc_call cc_participants_call(struct cc_req *req, const struct cc_pairs *sent);
/* After it ran: names the organisation where a participant has an identifier and names none. */
void cc_participants_link(struct cc_record *rec, const struct cc_rows *rows);

/* Within the open transaction: one more trip where a related activity has no identifier. */
enum cc_rc cc_related_identify(struct cc_req *req, struct cc_record *rec) CC_CHECKED;

#endif
