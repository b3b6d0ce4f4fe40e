/* SPDX-License-Identifier: EUPL-1.2 */
/* What keeps a working copy from being published, beyond the rules of its own fields. */
#ifndef CC_PUBLISHABLE_H
#define CC_PUBLISHABLE_H

#include "app/working.h"

/* Statements for the round trip that loads (or has locked) the working copy. */
#define CC_PUBLISHABLE_CALLS 2
void cc_publishable_calls(const char *id, struct cc_call calls[CC_PUBLISHABLE_CALLS]);
/* After they ran: reasons become problems beside their fields. */
void cc_publishable_check(struct cc_req *req, const struct cc_working *work,
                          const struct cc_call calls[CC_PUBLISHABLE_CALLS]);

#endif
