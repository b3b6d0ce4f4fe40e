/* SPDX-License-Identifier: EUPL-1.2 */
/* The handlers and forms that routes.def names. A form lives beside its handler. */
#ifndef CC_HANDLERS_H
#define CC_HANDLERS_H

#include "app/app.h"
#include "app/forms.h"

#define ROUTE(id, methods, pattern, class, may, audience, query, form, cache, trips, handler)      \
    cc_handler handler;
#include "app/routes.def"
#undef ROUTE

#endif
