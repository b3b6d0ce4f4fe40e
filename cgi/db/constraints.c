/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What to tell people when a constraint says no: message and form field by constraint name. Every
 * named constraint that a person can run into has a row; sorted by name.
 */
#include "concord/db.h"
#include <stddef.h>
#include <string.h>

static const struct cc_constraint constraints[] = {
    /* name, field, message */
    {"ck_amount", NULL, N_("An amount has 15 digits before the point and 6 behind it at most.")},
    {"ck_activity_dates", "end", N_("The end lies before the start.")},
    {"ck_activity_hierarchy", "hierarchy", N_("The level is a number like 1 or 2.")},
    {"ck_activity_location_area", "location",
     N_("The areas of a place are like G1:1:179583, 30 at most and none twice.")},
    {"ck_activity_location_gazetteer", "location",
     N_("The gazetteer codes of a place are like G1:186301, 30 at most and none twice.")},
    {"ck_activity_planned_dates", "planned-end", N_("The end lies before the start.")},
    {"ck_activity_related_self", "related", N_("An activity has no relation to itself.")},
    {"ck_activity_reporter", "reporting.organisation",
     N_("You speak for the organisation that answers for this record, not for another.")},
    {"ck_activity_sdg_sum", "sdg", N_("The weights must sum to 100, or none may have one.")},
    {"ck_activity_sdg_target", "sdg", N_("A target does not belong to its goal.")},
    {"ck_commitment_completed", "completed", N_("The end lies before the start.")},
    {"ck_commitment_confirmed", "resource",
     N_("You speak for the organisation that answers for this record, not for another.")},
    {"ck_commitment_due", "due", N_("The end lies before the start.")},
    {"ck_commitment_owner", "maker",
     N_("Whoever tells of a commitment made it, or answers for the partnership to which it is "
        "made.")},
    {"ck_commitment_resource_money", "resource", N_("Money needs an amount and a currency.")},
    {"ck_commitment_resource_positive", "resource", N_("What is promised is more than zero.")},
    {"ck_commitment_resource_reference", "resource",
     N_("An equivalent needs an amount and a currency.")},
    {"ck_commitment_review", "review",
     N_("The SMART check has five answers and names who gave them.")},
    {"ck_commitment_reviewer", "review.reviewer",
     N_("You speak for the organisation that answers for this record, not for another.")},
    {"ck_commitment_same_as", "same-as", N_("A commitment does not tell the same as itself.")},
    {"ck_commitment_sdg_sum", "sdg", N_("The weights must sum to 100, or none may have one.")},
    {"ck_commitment_sdg_target", "sdg", N_("A target does not belong to its goal.")},
    {"ck_commitment_smart", "specific",
     N_("The SMART check has five answers and names who gave them.")},
    {"ck_code", NULL, N_("This is not a code.")},
    {"ck_consent_event_contested", "reason", N_("Tell what is contested.")},
    {"ck_consent_event_reason", "reason", N_("The reason has 1,000 characters at most.")},
    {"ck_id", NULL, N_("This is not an identifier of this registry.")},
    {"ck_organisation_confirmation_note", "note", N_("This text is too long.")},
    {"ck_organisation_confirmation_reason", "note", N_("Tell why it is not confirmed.")},
    {"ck_organisation_confirmed", NULL,
     N_("The secretariat has to confirm who this organisation is before it can be published.")},
    {"ck_organisation_identifier_primary", "identifier",
     N_("Exactly one identifier must be marked as primary.")},
    {"ck_organisation_relation_dates", "relation", N_("The end lies before the start.")},
    {"ck_organisation_relation_self", "relation", N_("An organisation has no relation to itself.")},
    {"ck_partnership_dates", "end", N_("The end lies before the start.")},
    {"ck_partnership_link_self", "link", N_("A partnership has no link to itself.")},
    {"ck_partnership_place_sum", "country",
     N_("The shares of all countries and regions must sum to 100, or none may have one.")},
    {"ck_partnership_planned_dates", "planned-end", N_("The end lies before the start.")},
    {"ck_partnership_sdg_sum", "sdg", N_("The weights must sum to 100, or none may have one.")},
    {"ck_partnership_sdg_target", "sdg", N_("A target does not belong to its goal.")},
    {"ck_percent", NULL, N_("A percentage lies between 0 and 100 and has two decimals at most.")},
    {"ck_person_org_role", "role", N_("Choose a role from the list.")},
    {"ck_publication_merged", "note",
     N_("This record was merged into another one. That is for good: its address leads there.")},
    {"ck_publication_target", "target",
     N_("There is no published record of this kind with that identifier.")},
    {"ck_person_org_self", "login",
     N_("Nobody gives themselves a role in an organisation. Ask somebody else to do it.")},
    {"ck_record_document_category", "document",
     N_("The categories of a document are codes, 30 at most and none twice.")},
    {"ck_record_document_language", "document",
     N_("The languages of a document are tags like fr, 30 at most and none twice.")},
    {"ck_record_organisation_owner", "owner", N_("An organisation owns its own record.")},
    {"ck_record_other_org", "organisation", N_("This is not the identifier of an organisation.")},
    {"ck_record_owner_org", "owner", N_("This is not the identifier of an organisation.")},
    {"ck_record_transfer_same", "owner", N_("This organisation answers for the record already.")},
    {"ck_record_transfer_to", "owner",
     N_("There is no published record of this kind with that identifier.")},
    {"ck_record_role_role", "role", N_("Choose a role from the list.")},
    {"ck_record_text_length", NULL, N_("This text is too long.")},
    {"ck_role_none", "login", N_("This person has no role here.")},
    {"ck_revision_size", NULL, N_("This record is larger than 1 MB and must be split.")},
    {"ck_share", NULL, N_("A percentage lies between 0 and 100.")},
    {"ck_told", NULL, N_("This text is too long.")},
    {"ck_when", NULL, N_("This is not a date: write 2026, 2026-11 or 2026-11-24.")},
    {"ck_membership_role_dates", "role", N_("The end lies before the start.")},
    {"fk_record_parent", "partnership", N_("This partnership is not in the registry.")},
    {"uq_activity_sdg", "sdg", N_("The same goal or target is given twice.")},
    {"uq_commitment_maker", "maker", N_("The same organisation is named twice.")},
    {"uq_commitment_sdg", "sdg", N_("The same goal or target is given twice.")},
    {"uq_membership_pair", "organisation",
     N_("This organisation is a member or invited already, or was once: it is on the list of "
        "members, where it can be asked again.")},
    {"record_text_pkey", NULL, N_("There are two texts in one language.")},
    {"uq_iati_source", "iati-identifier",
     N_("Another record has this identifier already, which you may not change.")},
    {"uq_organisation_identifier", "identifier", N_("Another organisation has this identifier.")},
    {"uq_organisation_identifier_primary", "identifier",
     N_("Exactly one identifier must be marked as primary.")},
    {"uq_partnership_sdg", "sdg", N_("The same goal or target is given twice.")},
    {"uq_person_subject", NULL, N_("This person is in the registry already.")},
    {NULL, NULL, NULL},
};

const struct cc_constraint *cc_constraint_find(const char *name)
{
    for (const struct cc_constraint *c = constraints; c->name != NULL; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}
