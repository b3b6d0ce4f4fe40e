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

/* A confirmed member of a partnership. */
struct cc_iati_member {
    const char *roles;                    /* codes of partner-role separated by blanks */
    const struct cc_record *organisation; /* published content */
};

struct cc_iati_about {
    const struct cc_record *reporter; /* published organisation that reports; NULL = unknown */
    const char *published_at;         /* ISO instant of the revision */
    const struct cc_iati_member *members;
    size_t member_count;
};

/*
 * One <iati-activity> of an activity or a partnership, one <iati-organisation> of an organisation.
 * false: nothing was written; *lacks_r names what IATI needs and the record does not say
 * ("iati-activity/activity-date"), owned by mem.
 */
bool cc_iati_activity(void *mem, struct cc_buf *out, const struct cc_record *rec,
                      const struct cc_iati_about *about, const char **lacks_r);
bool cc_iati_organisation(void *mem, struct cc_buf *out, const struct cc_record *rec,
                          const struct cc_iati_about *about, const char **lacks_r);

/* Root of a file: name is "iati-activities" or "iati-organisations"; generated: ISO instant. */
void cc_iati_open(struct cc_buf *out, const char *name, const char *generated);
void cc_iati_close(struct cc_buf *out, const char *name);

/* "XM-DAC-41114" of the primary identifier; NULL when the organisation has none that IATI knows. */
const char *cc_iati_org_ref(void *mem, const struct cc_record *organisation);

#endif
