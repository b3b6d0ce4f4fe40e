/* SPDX-License-Identifier: EUPL-1.2 */
/* How large a form is when it is sent: what cannot be taken back is not shown to be filled in. */
#include "app/form_fields.h"

#include "concord/settings.h"
#include <string.h>

/* Room for what is typed into it, and for the empty items that are offered with it. */
#define FIELDS_ROOM 1000
#define BODY_SHARE  16 /* one part of so many */

/* As browsers write it: a blank is one character, a line end two that take three each. */
static size_t encoded_size(const char *text)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789*-._ ";
    size_t size = 0;

    while (*text != '\0') {
        size_t len = strspn(text, plain);

        size += len;
        text += len;
        if (*text != '\0') {
            size += *text == '\n' ? 6 : 3;
            text++;
        }
    }
    return size;
}

bool cc_edit_fits(const struct cc_req *req, const struct cc_edit_field *fields, size_t n)
{
    size_t count = 0, size = 0;

    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < fields[i].item_count; k++) {
            const struct cc_edit_item *item = &fields[i].items[k];

            count += item->control_count;
            for (size_t c = 0; c < item->control_count; c++) {
                const char *value = item->controls[c].value;

                size += strlen(item->controls[c].name) + 2;
                size += value != NULL ? encoded_size(value) : 0;
            }
        }
    }
    size_t most = (size_t)req->settings->body_max;
    return count + FIELDS_ROOM <= CC_FIELDS_MAX && size <= most - most / BODY_SHARE;
}
