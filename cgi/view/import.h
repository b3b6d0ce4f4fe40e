/* SPDX-License-Identifier: EUPL-1.2 */
/* The page that takes a file of records and tells what came of each. */
#ifndef CC_VIEW_IMPORT_H
#define CC_VIEW_IMPORT_H

#include "view/record.h"

struct cc_import_row {
    struct cc_ref ref; /* id NULL: no record at all */
    bool has_page;
    const char *verdict; /* msgid: "new" */
    enum cc_tone tone;
    int line;
    struct cc_problems problems;
    const char *kept; /* IATI: "budget (3), transaction (12)"; NULL = nothing */
};
struct cc_import_kept_row {
    const char *element;
    size_t items, records;
};
struct cc_import_page {
    struct cc_frame frame;
    const char *csrf;
    const char *owner;                  /* as typed */
    struct cc_ref org;                  /* who sends by itself; id NULL = the secretariat */
    const char *refs;                   /* its identifiers, as a list; NULL = none is published */
    size_t nameless;                    /* activities that it has without an identifier */
    bool nameless_more;                 /* or more of them */
    bool dry_run;                       /* ticked */
    bool is_stopped;                    /* the right to send ended in the middle */
    size_t file_max;                    /* bytes */
    const struct cc_problems *problems; /* of the form, or what ended the import */
    /* after a file was sent */
    bool has_result;
    const char *file_name;
    size_t created, changed, unchanged, refused, noted;
    const struct cc_import_kept_row *kept;
    size_t kept_count;
    const struct cc_import_row *rows;
    size_t row_count, more; /* records that are only counted */
};
void cc_view_import(struct cc_html *w, const struct cc_import_page *p);

#endif
