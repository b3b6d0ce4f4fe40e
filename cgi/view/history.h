/* SPDX-License-Identifier: EUPL-1.2 */
/* What the pages of a record's history print. */
#ifndef CC_VIEW_HISTORY_H
#define CC_VIEW_HISTORY_H

#include "view/record.h"

struct cc_revision_row {
    const char *number, *state, *sealed_at, *seal_sha256, *redirect_to;
    struct cc_tagged note;
    struct cc_ref publisher;
};
struct cc_history_page {
    struct cc_frame frame;
    struct cc_ref self;
    const char *plural;
    const struct cc_revision_row *rows; /* newest first */
    size_t row_count;
    const struct cc_href *next;
    const char *on, *on_error; /* the day as typed, and why there is no answer; or NULL */
};
void cc_view_history(struct cc_html *w, const struct cc_history_page *p);

struct cc_compare_page {
    struct cc_frame frame;
    struct cc_ref self;
    const char *a, *b;
    struct cc_changes changes;
    struct cc_refs refs; /* that either revision names */
};
void cc_view_compare(struct cc_html *w, const struct cc_compare_page *p);

struct cc_trail_row {
    const char *at,
        *person; /* person: NULL = the registry itself, or nobody who is known any more */
    const char *action, *label; /* label: NULL = none for this action */
    const char *revision;       /* or NULL */
};
struct cc_trail_page {
    struct cc_frame frame;
    struct cc_ref self;
    const struct cc_trail_row *rows; /* newest first */
    size_t row_count;
    const struct cc_href *next;
};
void cc_view_trail(struct cc_html *w, const struct cc_trail_page *p);
/* A table of differences; also shown before publishing. Of `refs` the names of references. */
void cc_part_changes(struct cc_html *w, const struct cc_changes *changes, struct cc_refs refs);

#endif
