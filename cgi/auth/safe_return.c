/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Where to go after signing in. Whoever writes the address decides where people land, so it must be
 * a path of this site: browsers read "//host", "/\host" and control characters as another one.
 */
#include "concord/auth.h"

#include <string.h>
#include <talloc.h>

#define ADDRESS_MAX 1000

static bool is_plain(const char *s)
{
    for (; *s != '\0'; s++) {
        unsigned char c = (unsigned char)*s;
        if (c <= 0x20 || c >= 0x7f || strchr("\\\"<>^`{|}#", c) != NULL)
            return false;
    }
    return true;
}

/* "/../" and "/./", also percent-encoded: a browser would remove them before it asks. */
static bool has_dot_segment(const char *path)
{
    size_t end = strcspn(path, "?");
    size_t dots = 0, others = 0;
    for (size_t i = 0; i <= end; i++) {
        if (i == end || path[i] == '/') {
            if (others == 0 && (dots == 1 || dots == 2))
                return true;
            dots = others = 0;
        } else if (path[i] == '.') {
            dots++;
        } else if (strncmp(path + i, "%2e", 3) == 0 || strncmp(path + i, "%2E", 3) == 0) {
            dots++;
            i += 2;
        } else {
            others++;
        }
    }
    return false;
}

const char *cc_safe_return(void *mem, const char *address)
{
    if (address == NULL || address[0] != '/' || address[1] == '/' || strlen(address) > ADDRESS_MAX)
        return NULL;
    if (!is_plain(address) || has_dot_segment(address) || strstr(address, "//") != NULL)
        return NULL;
    /* back to these two would look like a failure */
    if (strstr(address, "/sign-in") != NULL || strstr(address, "/sign-out") != NULL)
        return NULL;
    return talloc_strdup(mem, address);
}
