/* SPDX-License-Identifier: EUPL-1.2 */
/* Forms that came too late (see resend.c). */
#ifndef CC_RESEND_H
#define CC_RESEND_H

#include "app/page.h"

/* The page that holds the form which was sent here: the same address, read. NULL = there is none.
 */
const struct cc_href *cc_form_page(const struct cc_req *req);
/* Its address as signing in leads back to it: below the base path. Owned by req->mem. */
const char *cc_return_address(struct cc_req *req, const struct cc_href *page);
/* Answers with what was typed, to be sent again. false: nothing was typed, or it is not ours. */
bool cc_resend(struct cc_req *req, struct cc_resp *resp);

#endif
