/* SPDX-License-Identifier: EUPL-1.2 */
/* What an activity claims to be in IATI is its owner's own: whose identifier it begins with. */
#ifndef CC_APP_IATI_CLAIM_H
#define CC_APP_IATI_CLAIM_H

#include "app/app.h"
#include "concord/db.h"
#include "concord/record.h"

/* The references that the owner of the record has, and whose else the identifier is; NULL = the one
 * that the record has. */
struct cc_call cc_iati_claim_call(const char *id, const char *identifier);
/* After it ran: problems of reporting.ref and iati-identifier go to req->problems, but not that of
 * a reference that is public so; NULL = nothing is public. Nothing for other kinds of record. */
void cc_iati_claim_check(struct cc_req *req, const struct cc_record *rec,
                         const struct cc_record *published, const char *owner,
                         const struct cc_rows *rows);

#endif
