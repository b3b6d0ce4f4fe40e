/* SPDX-License-Identifier: EUPL-1.2 */
/* Membership: one organisation in one partnership, with roles and the public part of consent. */
#include "model/fields.h"

static const struct cc_field role_fields[] = {
    F_CODE("code", CC_ATTR | CC_REQUIRED, "partner-role", NULL, N_("Role"),
           N_("What the organisation does in the partnership.")),
    F_LEAF("from", CC_F_WHEN, CC_ATTR, 10, NULL, N_("From"), N_("Since when.")),
    F_LEAF("until", CC_F_WHEN, CC_ATTR, 10, NULL, N_("Until"), N_("Until when.")), F_END};

static const struct cc_field consent_fields[] = {
    F_LEAF("date", CC_F_INSTANT, CC_ATTR | CC_REQUIRED, 20, NULL, N_("Time"),
           N_("When this state began.")),
    F_CODE("state", CC_ATTR | CC_REQUIRED, "consent-state", NULL, N_("Consent"),
           N_("What the organisation said to its membership.")),
    F_LEAF("wording-sha256", CC_F_HASH, CC_ATTR, 64, NULL, N_("Wording"),
           N_("SHA-256 of the wording that was confirmed.")),
    F_TEXT("reason", CC_F_BLOCK, 0, 1000, NULL, N_("Reason"),
           N_("Why it was declined, withdrawn or contested.")),
    F_END};

static const struct cc_field fields[] = {
    F_REF("partnership", CC_REQUIRED | CC_AUTO, "partnership", NULL, N_("Partnership"),
          N_("The partnership.")),
    F_REF("organisation", CC_REQUIRED | CC_AUTO, "organisation", NULL, N_("Organisation"),
          N_("The organisation that is a partner.")),
    F_GROUP("role", CC_MANY, CC_BY_POSITION, 20, "roles", N_("Role"),
            N_("What the organisation does in the partnership."), role_fields),
    F_TEXT("constituency", CC_F_LINE, 0, CC_LINE_MAX, "roles", N_("Constituency"),
           N_("Group of partners that the organisation belongs to.")),
    F_TEXT("contribution", CC_F_BLOCK, 0, CC_BLOCK_MAX, "contribution", N_("Contribution"),
           N_("What the organisation brings.")),
    F_GROUP("consent", CC_REQUIRED | CC_AUTO, CC_BY_POSITION, 0, NULL, N_("Consent"),
            N_("The newest answer of the organisation."), consent_fields),
    F_SOURCE,
    F_ILLUSTRATIVE,
    F_END};

static const struct cc_section sections[] = {{"roles", N_("Roles")},
                                             {"contribution", N_("Contribution")},
                                             {"sources", N_("Sources")},
                                             {NULL, NULL}};

static void check(const struct cc_record *rec, struct cc_problems *problems)
{
    cc_rule_periods(rec, "role", problems);
    cc_rule_distinct(rec, "role", "code", "from", N_("The same role is given twice."), problems);
}

const struct cc_kind cc_kind_membership = {.name = "membership",
                                           .plural = "memberships",
                                           .letter = 'M',
                                           .label = N_("Membership"),
                                           .label_many = N_("Memberships"),
                                           .fields = fields,
                                           .sections = sections,
                                           .title_field = NULL,
                                           .check = check};
