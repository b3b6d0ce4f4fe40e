/* SPDX-License-Identifier: EUPL-1.2 */
/* What the pages of the code lists print. */
#ifndef CC_VIEW_CODELIST_H
#define CC_VIEW_CODELIST_H

#include "view/parts.h"

struct cc_codelist_row {
    const char *name, *version;
    struct cc_tagged title;
    const char *codes; /* number as text */
};
struct cc_codelist_list_page {
    struct cc_frame frame;
    const struct cc_codelist_row *rows;
    size_t row_count;
};
void cc_view_codelist_list(struct cc_html *w, const struct cc_codelist_list_page *p);

struct cc_code_row {
    const char *code;
    struct cc_tagged name, definition;
    const char *maps;         /* "iati 1" or NULL */
    const char *withdrawn_on; /* a day or NULL */
};
struct cc_codelist_page {
    struct cc_frame frame;
    const char *name, *version;
    struct cc_tagged title, source;
    const struct cc_code_row *rows;
    size_t row_count;
    bool has_maps;
};
void cc_view_codelist(struct cc_html *w, const struct cc_codelist_page *p);

#endif
