/* SPDX-License-Identifier: EUPL-1.2 */
/* Participants of an activity that are told by an identifier alone are the organisation that has
 * published it, as in an import. */
#ifndef CC_APP_PARTICIPANTS_H
#define CC_APP_PARTICIPANTS_H

#include "app/form_fields.h"
#include "concord/db.h"

/* Whose the identifiers in a sent form are, in whatever spelling. */
struct cc_call cc_participants_call(struct cc_req *req, const struct cc_pairs *sent);
/* After it ran: names the organisation where a participant has an identifier and names none. */
void cc_participants_link(struct cc_record *rec, const struct cc_rows *rows);

#endif
