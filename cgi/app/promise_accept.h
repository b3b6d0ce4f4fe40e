/* SPDX-License-Identifier: EUPL-1.2 */
/* Accepting what others tell of a commitment, from its page and from its partnership's list. */
#ifndef CC_APP_PROMISE_ACCEPT_H
#define CC_APP_PROMISE_ACCEPT_H

#include "app/app.h"
#include "view/parts.h"

/* Accepts the commitment as told in this revision. For those who may (promise_open,
 * promise_speaks); title is for screen readers. Owned by req->mem. */
const struct cc_button *cc_accept_button(struct cc_req *req, const char *id, const char *revision,
                                         const char *title);

#endif
