/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What handlers of memberships share. The wording is the canonical document without its <consent>
 * element: organisations are asked about exactly that, and exactly that is published.
 */
#ifndef CC_MEMBERSHIP_H
#define CC_MEMBERSHIP_H

#include "app/form_fields.h"
#include "app/working.h"
#include "view/member.h"

struct cc_wording {
    const char *text, *sha256;
};
/* Takes the consent out of rec and writes the rest. */
struct cc_wording cc_wording_of(struct cc_record *rec);
/* Puts the consent into rec: the newest answer. reason "" = none, in lang. wording NULL = not told.
 */
void cc_consent_put(struct cc_record *rec, const char *state, const char *at, const char *sha256,
                    const char *reason, const char *lang);

/* Where a membership stands. */
struct cc_standing {
    const char *owner_org;
    struct cc_ref self, partnership, organisation;
    const char *state, *at;   /* that count; "" before the first event */
    const char *sha256;       /* of the wording that counts */
    struct cc_record *rec;    /* that wording, without consent */
    const char *asked_sha256; /* of a change that waits for an answer, or NULL .. */
    struct cc_record *asked;  /* .. with its wording */
    bool is_public;           /* the partnership is published */
    bool is_over;             /* withdrawn since the newest event */
};
/* What the pages of asking and answering load; a write takes all of them, a read leaves out the
 * lock. */
enum {
    CC_STANDING_LOCK = 0,
    CC_STANDING_NOW,
    CC_STANDING_STATE,
    CC_STANDING_HISTORY,
    CC_STANDING_CALLS
};
void cc_standing_calls(const struct cc_req *req, bool answering,
                       struct cc_call calls[CC_STANDING_CALLS]);
/* Rows of Q_CONSENT_NOW. CC_NOT_FOUND: no such membership, or not for the asker. */
enum cc_rc cc_standing_read(struct cc_req *req, const struct cc_rows *rows,
                            struct cc_standing *standing_r) CC_CHECKED;
/* The page of a membership with this wording, for cc_part_membership_body(). */
struct cc_record_page cc_standing_page(struct cc_req *req, const struct cc_standing *standing,
                                       const struct cc_record *rec);
/* Rows of Q_CONSENT_HISTORY. */
const struct cc_consent_row *cc_consent_rows(void *mem, const struct cc_rows *rows);

/*
 * Ends the transaction: stores rec (which carries its consent), writes the event and, when the
 * partnership is public, publishes. before: calls that run first. newest: rows of Q_RECORD_STATE or
 * NULL for a new record.
 */
struct cc_consent_deed {
    struct cc_record *rec;
    const char *publisher, *note;
    const char *action; /* of the audit trail */
    struct cc_call event;
    const struct cc_rows *newest;
    bool is_public;
};
enum cc_rc cc_consent_commit(struct cc_req *req, const struct cc_consent_deed *deed,
                             const struct cc_call *before) CC_CHECKED;

/* The fields of a membership's sections as one list; sections ends with NULL. */
const struct cc_edit_field *cc_membership_fields(struct cc_req *req, const char *const *sections,
                                                 const struct cc_pairs *pairs, size_t *count_r);
/* Is it a field of any section? For cc_form.accepts. */
size_t cc_membership_accepts(const struct cc_req *req, const char *name,
                             enum cc_input_type *type_r);
/* All pairs of these sections that the form sent. */
void cc_membership_sent(struct cc_req *req, const char *const *sections, struct cc_pairs *pairs_r);
/* Replaces these sections of rec by what the form says. */
void cc_membership_apply(struct cc_req *req, struct cc_record *rec, const char *const *sections);

#endif
