/* SPDX-License-Identifier: EUPL-1.2 */
/* The table of every address, expanded from routes.def. */
#include "app/handlers.h"

#define GET   CC_GET
#define POST  CC_POST
#define PAGE  CC_CLASS_PAGE
#define LOGIN CC_CLASS_LOGIN
#define BULK  CC_CLASS_BULK
#define ANY   CC_CLASS_ANY

const struct cc_route cc_routes[] = {
#define ROUTE(id, methods, pattern_, class, may, audience_, query_, form_, cache, trips_,          \
              handler_)                                                                            \
    [R_##id] = {.method = methods,                                                                 \
                .pattern = pattern_,                                                               \
                .class_ = class,                                                                   \
                .permission = CC_MAY_##may,                                                        \
                .audience = CC_FOR_##audience_,                                                    \
                .query = query_,                                                                   \
                .form = form_,                                                                     \
                .cacheable = cache,                                                                \
                .trips = trips_,                                                                   \
                .handler = handler_,                                                               \
                .name = #id},
#include "app/routes.def"
#undef ROUTE
};
const size_t cc_route_count = sizeof(cc_routes) / sizeof(cc_routes[0]);
