/* SPDX-License-Identifier: EUPL-1.2 */
/* What the pages of inviting, answering and changing memberships print. */
#ifndef CC_VIEW_MEMBER_H
#define CC_VIEW_MEMBER_H

#include "view/edit.h"
#include "view/history.h"
#include "view/record.h"

/* One event of consent: who (organisation and role), when, which wording. */
struct cc_consent_row {
    const char *at, *state, *sha256;
    bool is_change; /* about a change of the wording */
    bool is_import;
    struct cc_tagged reason;
    struct cc_ref organisation;
    const char *role;   /* of the person, or NULL */
    const char *person; /* name, told to whom it concerns; else NULL */
};

struct cc_invite_page {
    struct cc_frame frame;
    struct cc_ref partnership;
    struct cc_href search; /* GET with the field q */
    const struct cc_control *words;
    struct cc_href action;
    const char *csrf, *once, *q;
    const struct cc_control *organisation; /* RADIO of what was found; NULL = nothing searched */
    bool nothing_found;
    const struct cc_edit_field *fields;
    size_t field_count;
    const struct cc_problems *problems;
    bool is_public; /* an invitation is public at once */
};
void cc_view_invite(struct cc_html *w, const struct cc_invite_page *p);

struct cc_propose_page {
    struct cc_frame frame;
    struct cc_ref self, partnership, organisation;
    const char *state;
    struct cc_href action;
    const char *csrf, *base;
    const struct cc_edit_field *fields;
    size_t field_count;
    const struct cc_problems *problems;
    bool is_change;   /* what is published stays until the organisation answers */
    bool is_waiting;  /* a change waits for an answer already: this replaces it */
    bool is_conflict; /* somebody else changed it meanwhile */
    const struct cc_consent_row *rows;
    size_t row_count;
};
void cc_view_propose(struct cc_html *w, const struct cc_propose_page *p);

/* One thing that may be answered, as a button. */
struct cc_answer {
    const char *value; /* "membership.confirmed" */
    const char *label;
    enum cc_tone tone;
};
struct cc_answer_page {
    struct cc_frame frame;
    struct cc_ref self, partnership, organisation;
    const char *state;
    struct cc_href action;
    const char *csrf;
    struct cc_record_page body; /* as it will be published */
    const char *wording, *sha256;
    struct cc_changes changes; /* of a change that waits, from what is public */
    bool is_change;
    bool is_stale; /* the wording is another one than was shown */
    bool is_public;
    bool is_over; /* withdrawn since it was asked */
    const struct cc_answer *answers;
    size_t answer_count;
    const struct cc_control *reason;
    const struct cc_problems *problems;
    const struct cc_consent_row *rows;
    size_t row_count;
};
void cc_view_answer(struct cc_html *w, const struct cc_answer_page *p);

struct cc_member_work_row {
    const char *membership;
    struct cc_ref organisation;
    const char *state, *at;
    bool is_asked; /* a change waits for an answer */
    bool is_published;
};
struct cc_member_work_page {
    struct cc_frame frame;
    struct cc_ref partnership;
    const struct cc_control *filter;
    struct cc_href action;
    const struct cc_member_work_row *rows;
    size_t row_count;
    const struct cc_href *first, *next;
};
void cc_view_member_work(struct cc_html *w, const struct cc_member_work_page *p);

#endif
