/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What records of several kinds have in common in IATI. Each function adds elements to a node of
 * the tree, none where the record says nothing; texts of the record are borrowed, `mem` owns what
 * is put together.
 */
#ifndef CC_XML_IATI_ELEMENTS_H
#define CC_XML_IATI_ELEMENTS_H

#include "concord/iati.h"
#include "xml/iati_tree.h"

/* The field's first value as IATI writes it: the code that its list tells; NULL = none. */
const char *iati_value_of(const struct cc_node *from, const char *field);

void iati_narrative(struct iati_node *parent, const char *text, const char *lang);
void iati_narratives(struct iati_node *parent, const struct cc_node *from, const char *field);
/* An element of nothing but texts; nothing when there are none. */
void iati_texts(struct iati_node *parent, const char *name, const struct cc_node *from,
                const char *field);

/* The organisation's own identifier goes before the name; the organisation may be NULL. */
struct iati_node *iati_participate(void *mem, struct iati_node *to, const char *role,
                                   const struct cc_record *org);
/* ref and type as told, else those of who reports; told: the group `reporting`, or NULL. */
void iati_add_reporter(void *mem, struct iati_node *to, const char *ref, const char *type,
                       const struct cc_iati_about *about, const struct cc_node *told);
/* The identifier that the registry makes of the reporter's. */
void iati_add_identifier(void *mem, struct iati_node *to, const char *ref,
                         const struct cc_record *rec, const struct cc_iati_about *about);

/* State, scope and whatever else is one code. */
void iati_add_codes(struct iati_node *to, const struct cc_node *from);
/* Participants, places, sectors: groups that become one element each. */
void iati_add_groups(struct iati_node *to, const struct cc_node *from);
void iati_add_dates(struct iati_node *to, const struct cc_node *from);
void iati_add_goals(struct iati_node *to, const struct cc_node *from);
/* Weights of the goals as shares of sectors, one element for each goal. */
void iati_add_goal_shares(void *mem, struct iati_node *to, const struct cc_node *from);
void iati_add_contacts(struct iati_node *to, const struct cc_node *from);
void iati_add_documents(struct iati_node *to, const struct cc_node *from);

#endif
