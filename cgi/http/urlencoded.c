/* SPDX-License-Identifier: EUPL-1.2 */
/* application/x-www-form-urlencoded, in queries and bodies. "&" separates, ";" does not. */
#include "http/internal.h"

#include <string.h>
#include <talloc.h>

static const char bad_encoding[] = N_("The form data are not well encoded.");

/* What was decoded is copied by whoever takes it, and may be a password. */
static void forget(char *text)
{
    if (text != NULL) {
        explicit_bzero(text, talloc_get_size(text));
        talloc_free(text);
    }
}

static int decode(struct cc_req *req, const char *in, size_t len, char **out_r, size_t *len_r)
{
    char *out = talloc_size(req->mem, len + 1);

    if (!cc_percent_decode(in, len, true, out, len_r)) {
        return cc_refuse(req, 400, NULL, bad_encoding, "percent-encoding");
    }
    *out_r = out;
    return 0;
}

int cc_urlencoded_each(struct cc_req *req, const char *data, size_t len, cc_part_fn *fn, void *arg)
{
    const char *end = data + len;
    size_t count = 0;

    for (const char *at = data; at < end;) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        if (stop == NULL) {
            stop = end;
        }
        const char *name_end = memchr(at, '=', (size_t)(stop - at));
        const char *text_at = name_end ? name_end + 1 : stop;
        char *name = NULL, *text = NULL;
        struct cc_part part = {.file_fd = -1};

        if (stop != at) {
            if (++count > CC_FIELDS_MAX) {
                return cc_refuse(req, 413, NULL, N_("The form has too many fields."), NULL);
            }
            int status =
                decode(req, at, (size_t)((name_end ? name_end : stop) - at), &name, &part.name_len);
            if (status == 0) {
                status = decode(req, text_at, (size_t)(stop - text_at), &text, &part.len);
            }
            part.name = name;
            part.text = text;
            if (status == 0) {
                status = fn(arg, &part);
            }
            forget(text);
            if (status != 0) {
                return status;
            }
        }
        at = stop + 1;
    }
    return 0;
}
