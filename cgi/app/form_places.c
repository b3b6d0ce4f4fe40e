/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A form may leave items and places of lists empty, and the record has none of these: the second
 * value of the record may be the third of the form. What the check says of the record is told at
 * the place where it was typed.
 */
#include "app/form_fields.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

/* Which pairs did not get into the record: blank ones, and those that problems before name. */
static const bool *absent(void *mem, const struct cc_pairs *pairs,
                          const struct cc_problems *problems, size_t before)
{
    bool *is_absent = talloc_zero_array(mem, bool, (unsigned)pairs->n + 1);

    for (size_t i = 0; i < pairs->n; i++) {
        is_absent[i] = pairs->v[i].value[0] == '\0';
        for (size_t k = 0; k < before && !is_absent[i]; k++) {
            const char *path = problems->v[k].path;
            is_absent[i] = path != NULL && strcmp(path, pairs->v[i].name) == 0;
        }
    }
    return is_absent;
}

/* The number that the form has for the nth item of this name; n when it has no such. */
static size_t number_sent(const struct cc_pairs *pairs, const bool *is_absent, const char *name,
                          size_t n)
{
    bool is_there[CC_FORM_ITEM_MAX + 1] = {false};
    size_t len = strlen(name), seen = 0;

    for (size_t i = 0; i < pairs->n; i++) {
        const char *path = pairs->v[i].name;

        if (!is_absent[i] && strncmp(path, name, len) == 0 && path[len] == '.') {
            unsigned long number = strtoul(path + len + 1, NULL, 10);
            is_there[number <= CC_FORM_ITEM_MAX ? number : 0] = true;
        }
    }
    for (size_t number = 1; number <= CC_FORM_ITEM_MAX; number++) {
        seen += is_there[number];
        if (is_there[number] && seen == n) {
            return number;
        }
    }
    return n;
}

static const char *placed(void *mem, const struct cc_pairs *pairs, const bool *is_absent,
                          const char *path)
{
    char *out = talloc_strdup(mem, "");

    for (size_t len; *path != '\0'; path += len + (path[len] == '.')) {
        len = strcspn(path, ".");
        bool is_number = len > 0 && strspn(path, "0123456789") == len;
        size_t number = is_number ? number_sent(pairs, is_absent, out, strtoul(path, NULL, 10)) : 0;
        const char *dot = *out != '\0' ? "." : "";

        out = is_number ? talloc_asprintf_append_buffer(out, "%s%zu", dot, number)
                        : talloc_asprintf_append_buffer(out, "%s%.*s", dot, (int)len, path);
    }
    return out;
}

void cc_pairs_place(void *mem, const struct cc_pairs *pairs, struct cc_problems *problems,
                    size_t before)
{
    const bool *is_absent = absent(mem, pairs, problems, before);

    for (size_t i = before; i < problems->n; i++) {
        if (problems->v[i].path != NULL) {
            problems->v[i].path = placed(mem, pairs, is_absent, problems->v[i].path);
        }
    }
}
