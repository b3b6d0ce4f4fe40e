/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Records as IATI 2.03. What a record does not say is never made up: an element that would lack
 * what IATI needs is left out whole, and a record that would lack it is not written but tells what
 * it lacks. Order and cardinality of the elements stand in one table (xml/iati_table.c).
 */
#ifndef CC_IATI_H
#define CC_IATI_H

#include "concord/record.h"

#define CC_IATI_VERSION "2.03"

/* So many confirmed members, and so many bytes of their records, a partnership shows as
 * participants. */
#define CC_IATI_MEMBERS      1000
#define CC_IATI_MEMBER_BYTES 2097152

struct cc_iati_about {
    const struct cc_record *reporter; /* published organisation that reports; NULL = unknown */
    const char *published_at;         /* ISO instant of the revision */
    bool is_secondary;                /* somebody else than the reporter published it */
    const char *fixed, *fixed_ref;    /* identifier made before, by this reference; NULL = none;
                                         "" = none is made, it came from IATI without one */
};

/*
 * One <iati-activity> of an activity or a partnership, one <iati-organisation> of an organisation:
 * begun, given its confirmed members one after the other, ended. The record and what `about` points
 * to must live until the end, members only during the call.
 */
struct cc_iati_draft;
struct cc_iati_draft *cc_iati_begin(void *mem, const struct cc_record *rec,
                                    const struct cc_iati_about *about);
/* roles: codes of partner-role separated by blanks. Without the organisation's content the draft is
 * only good to learn what it lacks. */
void cc_iati_add_member(struct cc_iati_draft *draft, const char *roles,
                        const struct cc_record *organisation);
/* Participants of an activity that are this organisation get its name, reference and type where
 * the activity tells none of them, unless it tells both name and reference. Nothing for an example.
 */
void cc_iati_name_participant(struct cc_iati_draft *draft, const struct cc_record *organisation);
/*
 * false: nothing was written; *lacks_r names what IATI needs and the record does not say
 * ("iati-activity/activity-date"), owned by the draft; "illustrative" or "illustrative-reporter":
 * an example, or told by one, is no fact; "iati-identifier": it does not begin with the reporter's
 * identifier or a former one of it.
 */
bool cc_iati_end(struct cc_iati_draft *draft, struct cc_buf *out, const char **lacks_r);

/* Root of a file: name is "iati-activities" or "iati-organisations"; generated: ISO instant. */
void cc_iati_open(struct cc_buf *out, const char *name, const char *generated);
void cc_iati_close(struct cc_buf *out, const char *name);

/* IATI wants an activity's identifier to be the reporter's, a hyphen and the rest. */
bool cc_iati_begins(const char *identifier, const char *ref);

/* "XM-DAC-41114" of the primary identifier; NULL when the organisation has none that IATI knows. */
const char *cc_iati_org_ref(void *mem, const struct cc_record *organisation);

/* By which reference an activity is reported: as it tells, else its reporter's; NULL = none. */
const char *cc_iati_reports_as(void *mem, const struct cc_record *activity,
                               const struct cc_record *reporter);

#endif
