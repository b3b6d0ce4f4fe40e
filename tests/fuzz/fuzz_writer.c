/* SPDX-License-Identifier: EUPL-1.2 */
/* Fuzz: the canonical writer, fed by forms: each line is SECTION NAME=VALUE. */
#include "record_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void *mem = talloc_new(NULL);
    struct cc_problems problems;
    struct cc_record *rec = cc_record_new(mem, cc_kind_find("partnership"), "P0000000000019");
    struct cc_pair pairs[64];
    char *rest = talloc_strndup(mem, (const char *)data, size);
    char *line;
    const char *section = NULL;
    size_t n = 0;
    cc_problems_init(&problems, mem);
    while ((line = strsep(&rest, "\n")) != NULL && n < 64) {
        const char *in = strsep(&line, " ");
        const char *name = strsep(&line, "=");
        if (name == NULL || line == NULL)
            continue;
        if (section != NULL && strcmp(section, in) != 0) {
            cc_record_apply_form(rec, section, pairs, n, &problems);
            n = 0;
        }
        section = in;
        pairs[n++] = (struct cc_pair){name, line};
    }
    if (n > 0)
        cc_record_apply_form(rec, section, pairs, n, &problems);
    check_fixed_point(mem, rec);
    talloc_free(mem);
    return 0;
}
