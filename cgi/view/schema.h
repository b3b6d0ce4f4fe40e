/* SPDX-License-Identifier: EUPL-1.2 */
/* What the readable pages of the schemas print. */
#ifndef CC_VIEW_SCHEMA_H
#define CC_VIEW_SCHEMA_H

#include "concord/schema.h"
#include "view/parts.h"

#define CC_SCHEMA_FILES_MAX 16

struct cc_schema_set {
    const char *name; /* last part of the page's address */
    const char *title;
    struct cc_link files[CC_SCHEMA_FILES_MAX];
    size_t file_count;
};
struct cc_schema_list_page {
    struct cc_frame frame;
    const struct cc_schema_set *sets;
    size_t set_count;
};
void cc_view_schema_list(struct cc_html *w, const struct cc_schema_list_page *p);

struct cc_schema_file {
    const char *name; /* "1.0-draft/concord.xsd" */
    struct cc_href href;
    struct cc_schema schema;
};
struct cc_schema_page {
    struct cc_frame frame; /* frame.title is the heading */
    const struct cc_schema_file *files;
    size_t file_count;
};
void cc_view_schema(struct cc_html *w, const struct cc_schema_page *p);

/* What the template asks (view/schema.c): "element-seal"; NULL when nothing on the page is so
 * named. */
const char *cc_schema_anchor(const struct cc_schema_page *p, const char *kind, const char *name);
/* "Element", "Type" .. in the language of the page. */
const char *cc_schema_kind_label(const char *kind);

#endif
