/* SPDX-License-Identifier: EUPL-1.2 */
/* The enum of all routes, made from the one table in cgi/app/routes.def. */
#ifndef CC_ROUTE_H
#define CC_ROUTE_H

enum cc_route_id {
#define ROUTE(id, ...) R_##id,
#include "app/routes.def"
#undef ROUTE
    R__COUNT
};

#endif
