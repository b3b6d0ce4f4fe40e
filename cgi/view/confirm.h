/* SPDX-License-Identifier: EUPL-1.2 */
/* The page on which the secretariat confirms who an organisation is. */
#ifndef CC_VIEW_CONFIRM_H
#define CC_VIEW_CONFIRM_H

#include "view/history.h"

struct cc_confirm_page {
    struct cc_frame frame;
    struct cc_ref self;
    const char *csrf, *version;
    const char *at, *person;     /* who asked; at NULL = it does not wait for an answer */
    const char *wanted;          /* the new name or identifier that is asked about, or NULL */
    const char *before;          /* what was answered last time, or NULL */
    const struct cc_link *alike; /* published organisations with such a name */
    size_t alike_count;
    struct cc_changes changes; /* from what is published to what would be */
    struct cc_refs refs;       /* that they name */
    const struct cc_problems *problems;
    const char *note;
    bool is_stale; /* changed since the viewer looked */
};
void cc_view_confirm(struct cc_html *w, const struct cc_confirm_page *p);

#endif
