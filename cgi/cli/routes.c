/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The table of addresses as it is written in app/routes.def. Only its words are used, so that the
 * command line does not carry the handlers.
 */
#include "cli/cli.h"
#include <stdio.h>
#include <string.h>

static const struct {
    const char *id, *methods, *pattern, *class, *permission, *audience, *cacheable;
    int trips;
} routes[] = {
#define ROUTE(id, methods, pattern, class, permission, audience, query, form, cacheable, trips,    \
              handler)                                                                             \
    {#id, #methods, pattern, #class, #permission, #audience, #cacheable, trips},
#include "app/routes.def"
#undef ROUTE
};

int cc_cmd_routes(struct cc_cli *cli, int argc, char **argv)
{
    (void)cli;
    if (argc > 1)
        return cc_cli_usage(argv[0], "takes no arguments");
    puts("name\tmethods\taddress\tclass\tpermission\taudience\tcacheable\ttrips");
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++)
        printf("%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\n", routes[i].id, routes[i].methods,
               routes[i].pattern, routes[i].class, routes[i].permission, routes[i].audience,
               strcmp(routes[i].cacheable, "true") == 0 ? "yes" : "no", routes[i].trips);
    return CC_EXIT_OK;
}
