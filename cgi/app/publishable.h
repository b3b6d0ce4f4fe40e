/* SPDX-License-Identifier: EUPL-1.2 */
/* What keeps a working copy from being published, beyond the rules of its own fields. */
#ifndef CC_PUBLISHABLE_H
#define CC_PUBLISHABLE_H

#include "app/working.h"

/* Statements for the round trip that loads (or has locked) the working copy. */
#define CC_PUBLISHABLE_CALLS 3
void cc_publishable_calls(const char *id, struct cc_call calls[CC_PUBLISHABLE_CALLS]);
/* After they ran: reasons become problems beside their fields. */
void cc_publishable_check(struct cc_req *req, const struct cc_working *work,
                          const struct cc_call calls[CC_PUBLISHABLE_CALLS]);

/*
 * Does the secretariat have to confirm who an organisation is? NULL = no (or the viewer is the
 * secretariat); else what was asked and answered last: "" = nothing, waiting, declined, confirmed.
 */
const char *cc_publishable_wants(const struct cc_req *req,
                                 const struct cc_call calls[CC_PUBLISHABLE_CALLS]);
/* It would have to, but the settings want no confirmation: then Q_CONFIRMATION_WAIVE goes first. */
bool cc_publishable_waived(const struct cc_req *req,
                           const struct cc_call calls[CC_PUBLISHABLE_CALLS]);

#endif
