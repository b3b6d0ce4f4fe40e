/* SPDX-License-Identifier: EUPL-1.2 */
/* What "My desk" prints. */
#ifndef CC_VIEW_DESK_H
#define CC_VIEW_DESK_H

#include "view/record.h"

struct cc_desk_row {
    struct cc_ref ref;
    const char *changed_at, *revision; /* revision NULL = never published */
    bool is_unpublished, may_change, to_answer;
    const char
        *confirmation; /* of an organisation: waiting, declined, confirmed; NULL = nobody asked */
};
/* A question to an organisation that the viewer speaks for. */
struct cc_desk_asked {
    const char *membership, *at;
    struct cc_ref partnership, organisation;
    bool is_change; /* of the wording; else an invitation */
};
/* An organisation that waits for the secretariat to confirm it. */
struct cc_desk_waiting {
    struct cc_ref organisation;
    const char *at, *person;     /* who asked; person NULL = is gone */
    const char *identifiers;     /* "SCHEME VALUE, ..", "" = it has none */
    const struct cc_link *alike; /* published ones with such a name */
    size_t alike_count;
};
struct cc_desk_page {
    struct cc_frame frame;
    const struct cc_desk_asked *asked;
    size_t asked_count;
    const struct cc_desk_waiting *waiting; /* for the secretariat, the longest first */
    size_t waiting_count;
    const char *waiting_all; /* how many they are */
    bool may_register;       /* an organisation */
    bool may_register_for;   /* what an organisation answers for */
    bool sees_audit;         /* the log of everything */
    bool sees_people;        /* the list of people */
    const struct cc_desk_row *rows;
    size_t row_count;
    const struct cc_href *first, *next; /* of the records; NULL = this is it */
};
void cc_view_desk(struct cc_html *w, const struct cc_desk_page *p);

#endif
