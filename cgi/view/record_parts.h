/* SPDX-License-Identifier: EUPL-1.2 */
/* Parts that the pages of all kinds of records share (record_parts.html). */
#ifndef CC_VIEW_RECORD_PARTS_H
#define CC_VIEW_RECORD_PARTS_H

#include "view/record.h"

/* A link to another record; its identifier alone when it is not published. */
void cc_part_ref(struct cc_html *w, struct cc_ref ref);
/* Which record a page is about: its title, if it has one, and its identifier. */
void cc_part_self(struct cc_html *w, struct cc_ref self);
/* The heading of a record's page: its name and acronym. */
void cc_part_record_title(struct cc_html *w, const struct cc_record_page *p);
void cc_part_row_ref(struct cc_html *w, const struct cc_record_page *p, const char *label,
                     const char *id);
/* All codes of a repeated field: leaves, or groups with a child "code". */
void cc_part_row_codes(struct cc_html *w, const char *label, const char *codelist,
                       const struct cc_node *from, const char *field);
/* The codes of a blank separated list, as names with commas. */
void cc_part_codes(struct cc_html *w, const char *codelist, const char *codes);
void cc_part_member_row(struct cc_html *w, const struct cc_member *m);
/* That a revision is old, or that the record, or who tells it, is made up for illustration. */
void cc_part_record_notes(struct cc_html *w, const struct cc_record_page *p);
/* Groups of `field` that name another record in `ref`, with the code of `kind`. */
void cc_part_linked(struct cc_html *w, const struct cc_record_page *p, const char *heading,
                    const char *field, const char *codelist, const char *ref);
/* Links to Sustainable Development Goals, with target, weight and statement. */
void cc_part_goals(struct cc_html *w, const struct cc_record_page *p);
/* The form above a list that narrows it; is_empty: nothing was found. */
void cc_part_filters(struct cc_html *w, const struct cc_control *filters, size_t n,
                     const struct cc_href *action, bool is_empty);
/* An amount in its currency, a number with its unit; nothing for NULL. */
void cc_part_money(struct cc_html *w, const char *amount, const char *currency);
void cc_part_quantity(struct cc_html *w, const char *quantity, struct cc_tagged unit);
void cc_part_contacts(struct cc_html *w, const struct cc_record_page *p);
void cc_part_documents(struct cc_html *w, const struct cc_record_page *p);
/* Records that refer to this one, by kind and by what they call it. */
void cc_part_incoming(struct cc_html *w, const struct cc_record_page *p);
void cc_part_sources(struct cc_html *w, const struct cc_record_page *p);
/* Identifier, revision, date, ways to XML, seal and history. */
void cc_part_record_foot(struct cc_html *w, const struct cc_record_page *p);

#endif
