/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The path of a request: percent-decoded once and taken only if it can be read in one way. Whatever
 * a proxy and we could understand differently (dot segments, double slashes, encoded slashes and
 * NULs, bad UTF-8, backslashes) is refused, never mended.
 */
#include "http/internal.h"

#include "concord/text.h"
#include <string.h>
#include <talloc.h>

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

/* out takes len + 1 bytes and may be in. */
bool cc_percent_decode(const char *in, size_t len, bool plus, char *out, size_t *len_r)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        char c = in[i];
        if (c == '%') {
            int high = i + 2 < len ? hex_digit(in[i + 1]) : -1;
            int low = high >= 0 ? hex_digit(in[i + 2]) : -1;
            if (low < 0) {
                return false;
            }
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        out[n++] = c;
    }
    out[n] = '\0';
    *len_r = n;
    return true;
}

static bool has_encoded_slash(const char *raw, size_t len)
{
    for (size_t i = 0; i + 2 < len; i++) {
        if (raw[i] == '%' && raw[i + 1] == '2' && (raw[i + 2] == 'f' || raw[i + 2] == 'F')) {
            return true;
        }
    }
    return false;
}

static bool is_plain(const char *path, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)path[i];
        if (c < 0x20 || c == 0x7f || c == '\\') {
            return false;
        }
    }
    return cc_utf8_valid(path, len);
}

/* No "//", "." or ".." segments. */
static bool is_normal(const char *path)
{
    for (const char *s = path; s != NULL; s = strchr(s + 1, '/')) {
        size_t n = strcspn(s + 1, "/");
        bool last = s[1 + n] == '\0';
        if ((n == 0 && !last) || (n == 1 && s[1] == '.') ||
            (n == 2 && s[1] == '.' && s[2] == '.')) {
            return false;
        }
    }
    return true;
}

int cc_path_decode(struct cc_req *req, const char *raw, size_t len, char **path_r)
{
    char *path = talloc_size(req->mem, len + 1);
    size_t n = 0;

    if (len == 0 || raw[0] != '/' || has_encoded_slash(raw, len) ||
        !cc_percent_decode(raw, len, false, path, &n) || !is_plain(path, n) || !is_normal(path)) {
        return cc_refuse(req, 400, NULL, N_("This address is not well formed."), "path");
    }
    *path_r = path;
    return 0;
}

const char *cc_path_below(const char *path, const char *base)
{
    size_t n = strlen(base);

    if (strncmp(path, base, n) != 0) {
        return NULL;
    }
    if (path[n] == '\0') {
        return "/";
    }
    return path[n] == '/' ? path + n : NULL;
}
