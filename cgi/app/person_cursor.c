/* SPDX-License-Identifier: EUPL-1.2 */
/* Pages of lists of people: no name stands in an address. */
#include "app/person.h"

#include "concord/hash.h"
#include "concord/text.h"
#include <string.h>
#include <talloc.h>

#define SIGN_HEX 32 /* of the signature: 128 bits */

char *cc_person_cursor(struct cc_req *req, enum cc_route_id list, const char *of,
                       const char *person)
{
    const char *secret = req->settings->login_secret;
    const char *text =
        talloc_asprintf(req->mem, "people\n%d\n%s\n%s", (int)list, of != NULL ? of : "", person);
    char hex[CC_SHA256_HEX + 1];

    cc_hmac_hex(secret, strlen(secret), text, strlen(text), hex);
    hex[SIGN_HEX] = '\0';
    return talloc_asprintf(req->mem, "%s-%s", person, hex);
}

const char *cc_person_of_cursor(struct cc_req *req, enum cc_route_id list, const char *of,
                                const char *cursor)
{
    const char *last = strrchr(cursor, '-');
    const char *person =
        last != NULL ? talloc_strndup(req->mem, cursor, (size_t)(last - cursor)) : "";

    return cc_is_uuid(person) && cc_equal_secret(cc_person_cursor(req, list, of, person), cursor)
               ? person
               : NULL;
}
