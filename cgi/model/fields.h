/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Field tables read best as one line per field. The groups that several kinds share (documents,
 * sources, Sustainable Development Goals, the mark "illustrative") stand in shared.c.
 */
#ifndef CC_MODEL_FIELDS_H
#define CC_MODEL_FIELDS_H

#include "concord/kind.h"
#include "concord/record.h"
#include <string.h>

#define CC_LINE_MAX  300
#define CC_BLOCK_MAX 5000

#define F_TEXT(name_, type_, flags_, max_, section_, label_, hint_)                                \
    {                                                                                              \
        .name = name_, .type = type_, .flags = flags_, .order = CC_BY_LANG, .max = max_,           \
        .section = section_, .label = label_, .hint = hint_                                        \
    }
#define F_LEAF(name_, type_, flags_, max_, section_, label_, hint_)                                \
    {                                                                                              \
        .name = name_, .type = type_, .flags = flags_, .max = max_, .section = section_,           \
        .label = label_, .hint = hint_                                                             \
    }
#define F_CODE(name_, flags_, list_, section_, label_, hint_)                                      \
    {                                                                                              \
        .name = name_, .type = CC_F_CODE, .flags = flags_, .order = CC_BY_KEY, .max = 60,          \
        .codelist = list_, .section = section_, .label = label_, .hint = hint_                     \
    }
/* A list of codes inside a group, in one attribute; the first may be the main one. */
#define F_CODES(name_, items_, list_, label_, hint_)                                               \
    {                                                                                              \
        .name = name_, .type = CC_F_CODE, .flags = CC_ATTR | CC_MANY, .max = 60,                   \
        .max_items = items_, .codelist = list_, .label = label_, .hint = hint_                     \
    }
/* A list of language tags likewise. */
#define F_LANGS(name_, items_, label_, hint_)                                                      \
    {                                                                                              \
        .name = name_, .type = CC_F_LANG, .flags = CC_ATTR | CC_MANY, .max = 35,                   \
        .max_items = items_, .label = label_, .hint = hint_                                        \
    }
/* A list of words likewise; the kind's check says what they are, for none may hold a blank. */
#define F_WORDS(name_, items_, label_, hint_)                                                      \
    {                                                                                              \
        .name = name_, .type = CC_F_TOKEN, .flags = CC_ATTR | CC_MANY, .max = 200,                 \
        .max_items = items_, .label = label_, .hint = hint_                                        \
    }
/* An amount takes blanks between its digits when it is typed. */
#define F_AMOUNT(name_, flags_, section_, label_, hint_)                                           \
    {                                                                                              \
        .name = name_, .type = CC_F_AMOUNT, .flags = flags_, .max = 40, .section = section_,       \
        .label = label_, .hint = hint_                                                             \
    }
#define F_REF(name_, flags_, kind_, section_, label_, hint_)                                       \
    {                                                                                              \
        .name = name_, .type = CC_F_REF, .flags = flags_, .max = 14, .ref_kind = kind_,            \
        .section = section_, .label = label_, .hint = hint_                                        \
    }
#define F_GROUP(name_, flags_, order_, items_, section_, label_, hint_, children_)                 \
    {                                                                                              \
        .name = name_, .type = CC_F_GROUP, .flags = flags_, .order = order_, .max_items = items_,  \
        .section = section_, .label = label_, .hint = hint_, .children = children_                 \
    }
/* A group that a form asks for in another order than it is written in. */
#define F_GROUP_ASKED(name_, flags_, order_, items_, section_, label_, hint_, children_, asked_)   \
    {                                                                                              \
        .name = name_, .type = CC_F_GROUP, .flags = flags_, .order = order_, .max_items = items_,  \
        .section = section_, .label = label_, .hint = hint_, .children = children_,                \
        .asked = asked_                                                                            \
    }
#define F_END                                                                                      \
    {                                                                                              \
        .name = NULL                                                                               \
    }

extern const struct cc_field cc_contact_fields[];
extern const struct cc_field cc_document_fields[];
extern const struct cc_field cc_source_fields[];
extern const struct cc_field cc_sdg_fields[];

/* With cc_rule_contact() in the kind's check. */
#define F_CONTACT                                                                                  \
    F_GROUP("contact", CC_MANY, CC_BY_POSITION, 20, "contact", N_("Contact"),                      \
            N_("Office that answers questions; never a person."), cc_contact_fields)
#define F_DOCUMENT                                                                                 \
    F_GROUP_ASKED("document", CC_MANY, CC_BY_POSITION, 200, "documents", N_("Document"),           \
                  N_("A document that is public elsewhere."), cc_document_fields,                  \
                  "title url description category date language format")
#define F_SOURCE                                                                                   \
    F_GROUP_ASKED("source", CC_MANY, CC_BY_POSITION, 200, "sources", N_("Source"),                 \
                  N_("Where the facts of this record come from."), cc_source_fields,               \
                  "citation url date about")
/* With cc_rule_sdg() in the kind's check. */
#define F_SDG                                                                                      \
    F_GROUP("sdg", CC_MANY, CC_BY_POSITION, 200, "sdgs", N_("Sustainable Development Goal"),       \
            N_("Goal or target that it contributes to."), cc_sdg_fields)
#define F_ILLUSTRATIVE                                                                             \
    F_LEAF("illustrative", CC_F_BOOL, 0, 5, "sources", N_("Illustrative"),                         \
           N_("The record is an example and does not describe a real body."))

/* Tells an error of a field of n, which is the item of its group with this number (from 1). */
void cc_rule_tell(struct cc_problems *problems, const struct cc_node *n, size_t item,
                  const char *field, const char *message, const char *arg1, const char *arg2);

/* Rules that several kinds share (model/rules.c). `path` names the field in reports. */
void cc_rule_period(struct cc_problems *problems, const struct cc_node *from, const char *path,
                    const char *first, const char *last);
void cc_rule_periods(const struct cc_record *rec, const char *group, struct cc_problems *problems);
void cc_rule_distinct(const struct cc_record *rec, const char *group, const char *key1,
                      const char *key2, const char *message, struct cc_problems *problems);

/* A date of what has happened is not to come; above: path of the group with a point, or "". */
void cc_rule_past(struct cc_problems *problems, const struct cc_node *from, const char *above,
                  const char *field);

/* No reference `key` of a group is to the record itself. */
void cc_rule_other(const struct cc_record *rec, const char *group, const char *key,
                   const char *message, struct cc_problems *problems);

/* Values of `key` in the groups named: given for all of them or for none, with a sum of 100. */
void cc_rule_sum(const struct cc_record *rec, const char *const *groups, const char *key,
                 const char *message, struct cc_problems *problems);

/* A contact says whom it is the contact of. */
void cc_rule_contact(const struct cc_record *rec, struct cc_problems *problems);
/* Links to goals (F_SDG): weights sum to 100, each target is of its goal, nothing stands twice. */
void cc_rule_sdg(const struct cc_record *rec, struct cc_problems *problems);

/* Rules of forms alone (struct cc_kind): languages and formats of documents, what sources are
 * about. */
void cc_rule_document(const struct cc_record *rec, struct cc_problems *problems);
void cc_rule_source(const struct cc_record *rec, struct cc_problems *problems);

void cc_activity_judge(const struct cc_record *rec, struct cc_problems *problems);
void cc_commitment_judge(const struct cc_record *rec, struct cc_problems *problems);

extern const struct cc_kind cc_kind_organisation, cc_kind_partnership, cc_kind_membership,
    cc_kind_commitment, cc_kind_activity;

#endif
