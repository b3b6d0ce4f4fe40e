/* SPDX-License-Identifier: EUPL-1.2 */
/* Partnership: what the registry is about, with or without legal personality. */
#include "model/fields.h"

static const struct cc_field goal_fields[] = {F_TEXT("text", CC_F_BLOCK, CC_REQUIRED, 2000, NULL,
                                                     N_("Goal"),
                                                     N_("The goal, in one or several languages.")),
                                              F_END};

static const struct cc_field mandate_fields[] = {
    F_LEAF("date", CC_F_WHEN, CC_ATTR, 10, NULL, N_("Date"), N_("When the mandate was given.")),
    F_TEXT("text", CC_F_LINE, 0, 500, NULL, N_("Mandate"), N_("What the mandate says, in short.")),
    F_LEAF("reference", CC_F_TOKEN, 0, 200, NULL, N_("Reference"),
           N_("Number of the decision, for example A/RES/70/1.")),
    F_LEAF("url", CC_F_URL, 0, 2000, NULL, N_("Web address"), N_("Where the mandate can be read.")),
    F_END};

static const struct cc_field seat_fields[] = {
    F_CODE("country", CC_ATTR, "country", NULL, N_("Country"), N_("Country of the seat.")),
    F_TEXT("city", CC_F_LINE, 0, 120, NULL, N_("City"), N_("City of the seat.")), F_END};

static const struct cc_field country_fields[] = {
    F_CODE("code", CC_ATTR | CC_REQUIRED, "country", NULL, N_("Country"), N_("The country.")),
    F_LEAF("percentage", CC_F_PERCENT, CC_ATTR, 6, NULL, N_("Share"),
           N_("Share of the work there; the shares of all countries and regions sum to 100.")),
    F_END};

static const struct cc_field region_fields[] = {
    F_CODE("code", CC_ATTR | CC_REQUIRED, "region", NULL, N_("Region"),
           N_("The region, as a code of UN M49.")),
    F_LEAF("percentage", CC_F_PERCENT, CC_ATTR, 6, NULL, N_("Share"),
           N_("Share of the work there; the shares of all countries and regions sum to 100.")),
    F_END};

static const struct cc_field link_fields[] = {
    F_CODE("kind", CC_ATTR | CC_REQUIRED, "partnership-link", NULL, N_("Link"),
           N_("\"Parent\" and \"Child\" say what the other partnership is; \"Successor of\", "
              "\"Spin-off of\" and \"Chapter of\" what this one is.")),
    F_REF("partnership", CC_ATTR | CC_REQUIRED, "partnership", NULL, N_("Partnership"),
          N_("The other partnership.")),
    F_END};

static const struct cc_field fields[] = {
    F_TEXT("title", CC_F_LINE, CC_REQUIRED, CC_LINE_MAX, "names", N_("Title"),
           N_("Full title of the partnership.")),
    F_TEXT("acronym", CC_F_LINE, 0, 60, "names", N_("Acronym"), N_("Short title.")),
    F_TEXT("summary", CC_F_BLOCK, CC_REQUIRED, 2000, "about", N_("Summary"),
           N_("What the partnership is, in a few sentences.")),
    F_TEXT("vision", CC_F_BLOCK, 0, CC_BLOCK_MAX, "about", N_("Vision"),
           N_("What the partners want the world to be.")),
    F_GROUP("goal", CC_MANY, CC_BY_POSITION, 50, "about", N_("Goal"),
            N_("What the partnership wants to reach."), goal_fields),
    F_CODE("kind", CC_REQUIRED, "partnership-type", "nature", N_("Kind"),
           N_("What sort of partnership it is.")),
    F_CODE("legal-form", 0, "legal-form", "nature", N_("Legal form"),
           N_("Legal form of the partnership or of its host.")),
    F_REF("host", 0, "organisation", "nature", N_("Host"),
          N_("Organisation that hosts the secretariat.")),
    F_GROUP("mandate", CC_MANY, CC_BY_POSITION, 50, "nature", N_("Mandate"),
            N_("Decision that the partnership rests on."), mandate_fields),
    F_GROUP("seat", 0, CC_BY_POSITION, 0, "nature", N_("Seat"), N_("Seat of the secretariat."),
            seat_fields),
    F_CODE("scope", 0, "scope", "place", N_("Scope"), N_("How far the work reaches.")),
    F_GROUP("country", CC_MANY, CC_BY_KEY, 260, "place", N_("Country"),
            N_("Country where the partnership works."), country_fields),
    F_GROUP("region", CC_MANY, CC_BY_KEY, 60, "place", N_("Region"),
            N_("Region where the partnership works."), region_fields),
    F_SDG,
    F_CODE("theme", CC_MANY, "theme", "sdgs", N_("Theme"), N_("Field of work.")),
    F_LEAF("founded", CC_F_WHEN, 0, 10, "dates", N_("Founded"),
           N_("Year, month or day when the partnership was founded.")),
    F_LEAF("planned-start", CC_F_WHEN, 0, 10, "dates", N_("Planned start"),
           N_("When the work was to begin.")),
    F_LEAF("start", CC_F_WHEN, 0, 10, "dates", N_("Start"), N_("When the work began.")),
    F_LEAF("planned-end", CC_F_WHEN, 0, 10, "dates", N_("Planned end"),
           N_("When the work is to end.")),
    F_LEAF("end", CC_F_WHEN, 0, 10, "dates", N_("End"), N_("When the work ended.")),
    F_CODE("state", CC_REQUIRED, "lifecycle-state", "dates", N_("State"),
           N_("Where in its life the partnership is.")),
    F_LEAF("website", CC_F_URL, 0, 2000, "contact", N_("Website"), N_("Main website.")),
    F_CONTACT,
    F_DOCUMENT,
    F_GROUP("link", CC_MANY, CC_BY_POSITION, 200, "links", N_("Link"),
            N_("How the partnership is related to another one."), link_fields),
    F_SOURCE,
    F_ILLUSTRATIVE,
    F_END};

static const struct cc_section sections[] = {{"names", N_("Names")},
                                             {"about", N_("About")},
                                             {"nature", N_("Kind and mandate")},
                                             {"place", N_("Places")},
                                             {"sdgs", N_("Goals and themes")},
                                             {"dates", N_("Dates and state")},
                                             {"contact", N_("Contact")},
                                             {"documents", N_("Documents")},
                                             {"links", N_("Links")},
                                             {"sources", N_("Sources")},
                                             {NULL, NULL}};

static void check(const struct cc_record *rec, struct cc_problems *problems)
{
    cc_rule_sdg(rec, problems);
    cc_rule_contact(rec, problems);
    cc_rule_sum(rec, (const char *[]){"country", "region", NULL}, "percentage",
                N_("The shares of countries and regions must sum to 100; they sum to {1}."),
                problems);
    cc_rule_distinct(rec, "country", "code", NULL, N_("The same country is given twice."),
                     problems);
    cc_rule_distinct(rec, "region", "code", NULL, N_("The same region is given twice."), problems);
    cc_rule_period(problems, rec->first, "planned-end", "planned-start", "planned-end");
    cc_rule_period(problems, rec->first, "end", "start", "end");
    cc_rule_other(rec, "link", "partnership", N_("A partnership has no link to itself."), problems);
}

const struct cc_kind cc_kind_partnership = {.name = "partnership",
                                            .plural = "partnerships",
                                            .letter = 'P',
                                            .label = N_("Partnership"),
                                            .label_many = N_("Partnerships"),
                                            .fields = fields,
                                            .sections = sections,
                                            .title_field = "title",
                                            .check = check};
