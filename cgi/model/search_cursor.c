/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The signed place from which a search goes on: KEY-ID-SIGNATURE, the key of the sort in
 * hexadecimal. Whoever has one can go on with the search that it was made for, and with no other.
 */
#include "model/search_cursor.h"

#include "concord/buf.h"
#include "concord/hash.h"
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define SIGN_HEX 32

/* Bound to everything that decides what is found and how it is sorted. */
static void sign(void *mem, const struct cc_search *search, const char *secret, const char *body,
                 char hex_r[CC_SHA256_HEX + 1])
{
    struct cc_buf text;

    cc_buf_init(&text, mem);
    cc_buf_printf(&text, "cursor\n%s\n%s\n%s\n%s\n%s\n", body, search->words, search->kind,
                  search->lang, cc_search_sort(search));
    for (size_t i = 0; cc_facets[i].name != NULL; i++) {
        cc_buf_printf(&text, "%s\n", search->facets[i] != NULL ? search->facets[i] : "");
    }
    cc_buf_adds(&text, cc_search_with_json(mem, search));
    cc_hmac_hex(secret, strlen(secret), text.data, text.len, hex_r);
    hex_r[SIGN_HEX] = '\0';
}

static char *to_hex(void *mem, const char *s)
{
    struct cc_buf out;

    cc_buf_init(&out, mem);
    for (; *s != '\0'; s++) {
        cc_buf_printf(&out, "%02x", (unsigned char)*s);
    }
    return talloc_strdup(mem, cc_buf_str(&out));
}

static char *from_hex(void *mem, const char *s)
{
    struct cc_buf out;

    cc_buf_init(&out, mem);
    for (; s[0] != '\0' && s[1] != '\0'; s += 2) {
        char pair[3] = {s[0], s[1], '\0'};
        cc_buf_addc(&out, (char)strtoul(pair, NULL, 16));
    }
    return talloc_strdup(mem, cc_buf_str(&out));
}

char *cc_search_cursor(void *mem, const struct cc_search *search, const char *secret,
                       const struct cc_rows *rows, size_t row)
{
    const char *sort = cc_search_sort(search);
    char hex[CC_SHA256_HEX + 1];
    const char *key = strcmp(sort, "newest") == 0  ? cc_rows_text(rows, row, Q_SEARCH_I)
                      : strcmp(sort, "title") == 0 ? cc_rows_text(rows, row, Q_SEARCH_J)
                                                   : cc_rows_text(rows, row, Q_SEARCH_K);
    char *body =
        talloc_asprintf(mem, "%s-%s", to_hex(mem, key), cc_rows_text(rows, row, Q_SEARCH_A));

    sign(mem, search, secret, body, hex);
    return talloc_asprintf(mem, "%s-%s", body, hex);
}

/* Nothing in it is looked at before the signature holds. */
bool cc_search_cursor_read(void *mem, const struct cc_search *search, const char *secret,
                           const char **key_r, const char **id_r)
{
    char hex[CC_SHA256_HEX + 1];
    const char *last = strrchr(search->cursor, '-');

    if (last == NULL || secret == NULL) {
        return false;
    }
    char *body = talloc_strndup(mem, search->cursor, (size_t)(last - search->cursor));
    sign(mem, search, secret, body, hex);
    char *id = strrchr(body, '-');
    if (!cc_equal_secret(hex, last + 1) || id == NULL) {
        return false;
    }
    *id = '\0';
    *key_r = from_hex(mem, body);
    *id_r = id + 1;
    return true;
}
