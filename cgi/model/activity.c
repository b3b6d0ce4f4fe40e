/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Activity: a piece of work as its reporter tells it, in the terms and code values of IATI 2.03.
 * Who takes part is said by the reporter alone: a participant is never a member. Money and results
 * are records of their own.
 */
#include "model/fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <talloc.h>

#define REFERENCE_MAX 300
#define NAME_MAX_LEN  2000
#define TOLD_MAX      100000 /* descriptions and conditions as long as files have them */

/* Code of a vocabulary that others keep: what is told is kept, whether we know the list or not. */
#define F_FOREIGN_CODE(vocabularies_)                                                              \
    {                                                                                              \
        .name = "code", .type = CC_F_TOKEN, .flags = CC_ATTR | CC_REQUIRED, .max = 200,            \
        .vocabularies = vocabularies_, .label = N_("Code"),                                        \
        .hint = N_("The code as the vocabulary writes it.")                                        \
    }
#define F_VOCABULARY(list_)                                                                        \
    F_CODE("vocabulary", CC_ATTR | CC_REQUIRED, list_, NULL, N_("Vocabulary"),                     \
           N_("Who keeps the list that the code is from."))
#define F_VOCABULARY_URI                                                                           \
    F_LEAF("vocabulary-uri", CC_F_TOKEN, CC_ATTR, 2000, NULL, N_("Address of the vocabulary"),     \
           N_("Where the list can be read, for lists of the reporter."))
#define F_CODE_NAME                                                                                \
    F_TEXT("name", CC_F_LINE, 0, NAME_MAX_LEN, NULL, N_("Name"),                                   \
           N_("What the code means, where the list is not a public one."))
#define F_SHARE(hint_) F_LEAF("percentage", CC_F_SHARE, CC_ATTR, 24, NULL, N_("Share"), hint_)

static const struct cc_field other_identifier_fields[] = {
    F_LEAF("owner", CC_F_TOKEN, CC_ATTR, REFERENCE_MAX, NULL, N_("Owner"),
           N_("Identifier of the organisation that gave it.")),
    F_LEAF("ref", CC_F_TOKEN, CC_ATTR | CC_REQUIRED, REFERENCE_MAX, NULL, N_("Identifier"),
           N_("The other identifier.")),
    F_CODE("type", CC_ATTR, "other-identifier-type", NULL, N_("Type"),
           N_("What sort of identifier it is.")),
    F_TEXT("owner-name", CC_F_LINE, 0, NAME_MAX_LEN, NULL, N_("Name of the owner"),
           N_("Name of the organisation that gave it.")),
    F_END};

static const struct cc_field reporting_fields[] = {
    F_REF("organisation", CC_ATTR, "organisation", NULL, N_("Organisation"),
          N_("The organisation in this registry that tells of the activity.")),
    F_LEAF("ref", CC_F_TOKEN, CC_ATTR, REFERENCE_MAX, NULL, N_("Identifier"),
           N_("Identifier of the reporting organisation as it was told.")),
    F_LEAF("secondary", CC_F_BOOL, CC_ATTR, 5, NULL, N_("Reports for others"),
           N_("The reporter publishes what others told it.")),
    F_CODE("type", CC_ATTR, "organisation-type", NULL, N_("Type"), N_("What sort of body it is.")),
    F_TEXT("name", CC_F_LINE, 0, NAME_MAX_LEN, NULL, N_("Name"),
           N_("Name of the reporting organisation as it was told.")),
    F_END};

static const struct cc_field description_fields[] = {
    F_CODE("type", CC_ATTR, "description-type", NULL, N_("About"),
           N_("What the description is about.")),
    F_TEXT("text", CC_F_BLOCK, CC_REQUIRED, TOLD_MAX, NULL, N_("Description"),
           N_("The description, in one or several languages.")),
    F_END};

static const struct cc_field participant_fields[] = {
    F_LEAF("activity", CC_F_TOKEN, CC_ATTR, REFERENCE_MAX, NULL, N_("Its own activity"),
           N_("IATI identifier of the activity by which the organisation tells of the same work.")),
    F_LEAF("channel", CC_F_TOKEN, CC_ATTR, 60, NULL, N_("Channel code"),
           N_("Channel code of the OECD for the organisation.")),
    F_REF("organisation", CC_ATTR, "organisation", NULL, N_("Organisation"),
          N_("The organisation, if it is in this registry.")),
    F_LEAF("ref", CC_F_TOKEN, CC_ATTR, REFERENCE_MAX, NULL, N_("Identifier"),
           N_("Identifier of the organisation as it was told.")),
    F_CODE("role", CC_ATTR | CC_REQUIRED, "participant-role", NULL, N_("Role"),
           N_("What the organisation does in the activity.")),
    F_CODE("type", CC_ATTR, "organisation-type", NULL, N_("Type"), N_("What sort of body it is.")),
    F_TEXT("name", CC_F_LINE, 0, 12000, NULL, N_("Name"),
           N_("Name of the organisation as it was told.")),
    F_END};

static const struct cc_field country_fields[] = {
    F_CODE("code", CC_ATTR | CC_REQUIRED, "country", NULL, N_("Country"), N_("The country.")),
    F_SHARE(N_("Share of the money that goes there.")),
    F_TEXT("name", CC_F_LINE, 0, NAME_MAX_LEN, NULL, N_("Remark"),
           N_("What the reporter says of it.")),
    F_END};

static const struct cc_vocabulary region_lists[] = {
    {"1", "region-dac", true}, {"2", "region", true}, {NULL, NULL, false}};
static const struct cc_vocabulary marker_lists[] = {{"1", "policy-marker", true},
                                                    {NULL, NULL, false}};
static const struct cc_vocabulary aid_type_lists[] = {{"1", "aid-type", true}, {NULL, NULL, false}};
static const struct cc_vocabulary sector_lists[] = {{"1", "sector", true},
                                                    {"2", "sector-category", true},
                                                    {"7", "sdg-goal", false},
                                                    {"8", "sdg-target", false},
                                                    {NULL, NULL, false}};

static const struct cc_field region_fields[] = {F_FOREIGN_CODE(region_lists),
                                                F_SHARE(N_("Share of the money that goes there.")),
                                                F_VOCABULARY("region-vocabulary"),
                                                F_VOCABULARY_URI,
                                                F_CODE_NAME,
                                                F_END};

/* One number of a point; the rest behind it in rest_r. */
static bool is_degree(const char *s, double most, const char **rest_r)
{
    const char *digits = s + (*s == '-' || *s == '+');
    char *end;
    if (*digits < '0' || *digits > '9')
        return false;
    double value = strtod(s, &end);
    *rest_r = end;
    return value >= -most && value <= most && strspn(s, "+-.0123456789") == (size_t)(end - s);
}

static bool is_point(const char *s)
{
    const char *rest;
    return is_degree(s, 90, &rest) && *rest == ' ' && is_degree(rest + 1, 180, &rest) &&
           *rest == '\0';
}

/* As maps show it: -1.2921, 36.8219. A comma alone may be a decimal one. */
static const char *tidy_point(void *mem, const char *typed)
{
    const char *comma = strchr(typed, ',');
    if (comma == NULL || (comma[1] != ' ' && strchr(typed, '.') == NULL))
        return typed;
    const char *point = talloc_asprintf(mem, "%.*s %s", (int)(comma - typed), typed,
                                        comma + 1 + strspn(comma + 1, " "));
    return point != NULL && is_point(point) ? point : typed;
}

static const struct cc_field location_fields[] = {
    F_WORDS("area", 30, N_("Administrative area"),
            N_("Area that the place is in: vocabulary, level and code, for example G1:1:179583, or "
               "A4::KE without a level.")),
    F_CODE("class", CC_ATTR, "location-class", NULL, N_("Class"), N_("What sort of place it is.")),
    F_LEAF("designation", CC_F_TOKEN, CC_ATTR, 60, NULL, N_("Designation"),
           N_("Code of GeoNames for such a place, for example PPL.")),
    F_CODE("exactness", CC_ATTR, "location-exactness", NULL, N_("Exactness"),
           N_("How exact the point is.")),
    F_WORDS("gazetteer", 30, N_("Gazetteer"),
            N_("The place in a list of places: vocabulary and code, for example G1:186301.")),
    {.name = "point",
     .type = CC_F_TOKEN,
     .flags = CC_ATTR,
     .max = 60,
     .label = N_("Point"),
     .hint = N_("Latitude and longitude in degrees (WGS 84), for example -1.28 36.82."),
     .tidy = tidy_point},
    F_CODE("reach", CC_ATTR, "location-reach", NULL, N_("Reach"),
           N_("Whether the work is done there or its beneficiaries live there.")),
    F_LEAF("ref", CC_F_TOKEN, CC_ATTR, REFERENCE_MAX, NULL, N_("Reference"),
           N_("The reporter's own reference of the place.")),
    F_TEXT("name", CC_F_LINE, 0, NAME_MAX_LEN, NULL, N_("Name"), N_("Name of the place.")),
    F_TEXT("description", CC_F_BLOCK, 0, CC_BLOCK_MAX, NULL, N_("Description"),
           N_("What there is to say of the place.")),
    F_TEXT("work", CC_F_BLOCK, 0, CC_BLOCK_MAX, NULL, N_("Work"), N_("What is done there.")),
    F_END};

static const struct cc_field sector_fields[] = {
    F_FOREIGN_CODE(sector_lists),
    F_SHARE(N_("Share of the money that is for this sector.")),
    F_VOCABULARY("sector-vocabulary"),
    F_VOCABULARY_URI,
    F_CODE_NAME,
    F_END};

static const struct cc_field tag_fields[] = {F_FOREIGN_CODE(NULL), F_VOCABULARY("tag-vocabulary"),
                                             F_VOCABULARY_URI, F_CODE_NAME, F_END};

static const struct cc_field marker_fields[] = {
    F_FOREIGN_CODE(marker_lists),
    F_CODE("significance", CC_ATTR, "policy-significance", NULL, N_("Significance"),
           N_("How much the activity is about it.")),
    F_VOCABULARY("marker-vocabulary"),
    F_VOCABULARY_URI,
    F_CODE_NAME,
    F_END};

static const struct cc_field humanitarian_scope_fields[] = {
    F_FOREIGN_CODE(NULL),
    F_CODE("type", CC_ATTR | CC_REQUIRED, "humanitarian-scope-type", NULL, N_("Type"),
           N_("Emergency or appeal.")),
    F_VOCABULARY("humanitarian-scope-vocabulary"),
    F_VOCABULARY_URI,
    F_CODE_NAME,
    F_END};

static const struct cc_field aid_type_fields[] = {F_FOREIGN_CODE(aid_type_lists),
                                                  F_VOCABULARY("aid-type-vocabulary"), F_END};

static const struct cc_field condition_fields[] = {
    F_CODE("type", CC_ATTR | CC_REQUIRED, "condition-type", NULL, N_("Type"),
           N_("What sort of condition it is.")),
    F_TEXT("text", CC_F_BLOCK, 0, TOLD_MAX, NULL, N_("Condition"),
           N_("The condition, in one or several languages.")),
    F_END};

static const struct cc_field related_fields[] = {
    F_REF("activity", CC_ATTR, "activity", NULL, N_("Activity"),
          N_("The other activity, if it is in this registry.")),
    F_LEAF("ref", CC_F_TOKEN, CC_ATTR | CC_REQUIRED, REFERENCE_MAX, NULL, N_("Identifier"),
           N_("IATI identifier of the other activity as it was told.")),
    F_CODE("type", CC_ATTR | CC_REQUIRED, "activity-relation", NULL, N_("Relation"),
           N_("What the other activity is to this one.")),
    F_END};

static const struct cc_field fields[] = {
    F_TEXT("title", CC_F_LINE, CC_REQUIRED, NAME_MAX_LEN, "names", N_("Title"),
           N_("Title of the activity.")),
    F_LEAF(
        "iati-identifier", CC_F_TOKEN, 0, REFERENCE_MAX, "reporting", N_("IATI identifier"),
        N_("Identifier that the activity has elsewhere already; without it, one is made from the "
           "identifier of the reporting organisation.")),
    F_GROUP_ASKED("other-identifier", CC_MANY, CC_BY_POSITION, 200, "reporting",
                  N_("Other identifier"),
                  N_("What else the activity is called in registers and files."),
                  other_identifier_fields, "ref type owner owner-name"),
    F_GROUP("reporting", CC_REQUIRED, CC_BY_POSITION, 0, "reporting", N_("Reporting organisation"),
            N_("Who tells of the activity."), reporting_fields),
    F_GROUP("description", CC_MANY, CC_BY_POSITION, 50, "about", N_("Description"),
            N_("What the activity is, wants and is for."), description_fields),
    F_CODE("kind", 0, "activity-kind", "about", N_("Kind of work"), N_("What sort of work it is.")),
    F_REF("partnership", 0, "partnership", "about", N_("Partnership"),
          N_("The partnership that the activity belongs to, if any.")),
    F_CODE("scope", 0, "scope", "about", N_("Scope"), N_("How far the work reaches.")),
    F_LEAF("hierarchy", CC_F_TOKEN, 0, 3, "about", N_("Level"),
           N_("Level in the reporter's own order of activities: 1 is the highest.")),
    F_LEAF("planned-start", CC_F_WHEN, 0, 10, "dates", N_("Planned start"),
           N_("When the work was to begin.")),
    F_LEAF("start", CC_F_WHEN, 0, 10, "dates", N_("Start"), N_("When the work began.")),
    F_LEAF("planned-end", CC_F_WHEN, 0, 10, "dates", N_("Planned end"),
           N_("When the work is to end.")),
    F_LEAF("end", CC_F_WHEN, 0, 10, "dates", N_("End"), N_("When the work ended.")),
    F_CODE("state", 0, "activity-state", "dates", N_("State"),
           N_("Where in its life the activity is.")),
    F_GROUP_ASKED("participant", CC_MANY, CC_BY_POSITION, 1000, "participants", N_("Participant"),
                  N_("An organisation that takes part, as the reporter says. It is not asked."),
                  participant_fields, "organisation name ref role type activity channel"),
    F_GROUP("country", CC_MANY, CC_BY_POSITION, 300, "place", N_("Country"),
            N_("Country that benefits."), country_fields),
    F_GROUP_ASKED("region", CC_MANY, CC_BY_POSITION, 300, "place", N_("Region"),
                  N_("Region that benefits."), region_fields, "vocabulary code name percentage"),
    F_GROUP_ASKED(
        "location", CC_MANY, CC_BY_POSITION, 500, "place", N_("Location"),
        N_("Place where the work is done or reaches people."), location_fields,
        "name description work point exactness reach class designation gazetteer area ref"),
    F_GROUP_ASKED("sector", CC_MANY, CC_BY_POSITION, 500, "sectors", N_("Sector"),
                  N_("Field of work."), sector_fields, "vocabulary code name percentage"),
    F_SDG,
    F_GROUP_ASKED("tag", CC_MANY, CC_BY_POSITION, 200, "sectors", N_("Tag"),
                  N_("A code of another vocabulary that says what the activity is about."),
                  tag_fields, "vocabulary code name"),
    F_GROUP_ASKED("marker", CC_MANY, CC_BY_POSITION, 200, "sectors", N_("Policy marker"),
                  N_("A policy that the activity serves."), marker_fields,
                  "vocabulary code significance name"),
    F_LEAF("humanitarian", CC_F_BOOL, 0, 5, "sectors", N_("Humanitarian"),
           N_("The activity is humanitarian, as a whole or in part.")),
    F_GROUP_ASKED("humanitarian-scope", CC_MANY, CC_BY_POSITION, 200, "sectors",
                  N_("Emergency or appeal"),
                  N_("The emergency or appeal that the activity answers."),
                  humanitarian_scope_fields, "type vocabulary code name"),
    F_CODE("collaboration-type", 0, "collaboration-type", "terms", N_("Collaboration"),
           N_("Bilateral, multilateral or otherwise.")),
    F_CODE("flow-type", 0, "flow-type", "terms", N_("Flow"),
           N_("What the money is unless told otherwise.")),
    F_CODE("finance-type", 0, "finance-type", "terms", N_("Finance"),
           N_("Grant, loan or other instrument unless told otherwise.")),
    F_GROUP_ASKED("aid-type", CC_MANY, CC_BY_POSITION, 20, "terms", N_("Aid type"),
                  N_("How the help is given unless told otherwise."), aid_type_fields,
                  "vocabulary code"),
    F_CODE("tied-status", 0, "tied-status", "terms", N_("Tied status"),
           N_("Whether what is bought must come from certain countries.")),
    F_CODE("default-currency", 0, "currency", "terms", N_("Currency"),
           N_("Currency of amounts that name none.")),
    F_LEAF("default-language", CC_F_LANG, 0, 35, "terms", N_("Language"),
           N_("Language of texts that named none.")),
    F_GROUP("condition", CC_MANY, CC_BY_POSITION, 200, "terms", N_("Condition"),
            N_("A condition that is attached to the activity."), condition_fields),
    F_LEAF("last-updated", CC_F_INSTANT, CC_AUTO, 20, NULL, N_("Last changed by the reporter"),
           N_("When the reporter says that it changed the activity.")),
    F_CONTACT,
    F_DOCUMENT,
    F_GROUP("related", CC_MANY, CC_BY_POSITION, 1000, "related", N_("Related activity"),
            N_("What another activity is to this one."), related_fields),
    F_SOURCE,
    F_ILLUSTRATIVE,
    F_END};

static const struct cc_section sections[] = {{"names", N_("Names")},
                                             {"reporting", N_("Reporting and identifiers")},
                                             {"about", N_("About")},
                                             {"dates", N_("Dates and state")},
                                             {"participants", N_("Participants")},
                                             {"place", N_("Places")},
                                             {"sectors", N_("Sectors and markers")},
                                             {"sdgs", N_("Sustainable Development Goals")},
                                             {"terms", N_("Terms")},
                                             {"contact", N_("Contact")},
                                             {"documents", N_("Documents")},
                                             {"related", N_("Related activities")},
                                             {"sources", N_("Sources")},
                                             {NULL, NULL}};

/* VOCABULARY:CODE, a code of any signs but blanks. */
static bool is_gazetteer(const char *s)
{
    size_t len = strcspn(s, ":");
    return len > 0 && s[len] == ':' && s[len + 1] != '\0' && strpbrk(s, " \n") == NULL;
}

/* VOCABULARY:LEVEL:CODE, the level may be empty. */
static bool is_area(const char *s)
{
    size_t len = strcspn(s, ":");
    size_t digits = s[len] == ':' ? strspn(s + len + 1, "0123456789") : 0;
    return is_gazetteer(s) && s[len + 1 + digits] == ':' && s[len + digits + 2] != '\0';
}

static const struct {
    const char *field;
    bool (*test)(const char *s);
    const char *message;
} location_forms[] = {
    {"area", is_area, N_("\"{1}\" is not a vocabulary, a level and a code like G1:1:179583.")},
    {"gazetteer", is_gazetteer, N_("\"{1}\" is not a vocabulary and a code like G1:186301.")},
    {"point", is_point, N_("\"{1}\" is not a latitude and a longitude like -1.28 36.82.")},
};

static void check_locations(const struct cc_record *rec, struct cc_problems *problems)
{
    const struct cc_node *n = cc_node_first(rec->first, "location");
    for (size_t i = 1; n != NULL; n = cc_node_again(n), i++)
        for (size_t k = 0; k < sizeof(location_forms) / sizeof(*location_forms); k++) {
            const struct cc_node *c = cc_node_first(n->child, location_forms[k].field);
            for (size_t at = 1; c != NULL; c = cc_node_again(c), at++) {
                char group[40], path[80];
                if (location_forms[k].test(c->text))
                    continue;
                cc_path(group, sizeof(group), "", "location", i);
                cc_path(path, sizeof(path), group, c->field->name,
                        (c->field->flags & CC_MANY) != 0 ? at : 0);
                cc_problem_add(problems, CC_ERROR, n->line, path, location_forms[k].message,
                               c->text, NULL);
            }
        }
}

static void check(const struct cc_record *rec, struct cc_problems *problems)
{
    const char *level = cc_node_text(rec->first, "hierarchy");
    if (level != NULL && level[strspn(level, "0123456789")] != '\0')
        cc_problem_add(problems, CC_ERROR, 0, "hierarchy", N_("The level is a number like 1 or 2."),
                       NULL, NULL);
    cc_rule_sdg(rec, problems);
    check_locations(rec, problems);
    cc_rule_contact(rec, problems);
    cc_rule_period(problems, rec->first, "planned-end", "planned-start", "planned-end");
    cc_rule_period(problems, rec->first, "end", "start", "end");
    cc_rule_other(rec, "related", "activity", N_("An activity has no relation to itself."),
                  problems);
}

const struct cc_kind cc_kind_activity = {.name = "activity",
                                         .plural = "activities",
                                         .letter = 'A',
                                         .label = N_("Activity"),
                                         .label_many = N_("Activities"),
                                         .fields = fields,
                                         .sections = sections,
                                         .title_field = "title",
                                         .check = check,
                                         .judge = cc_activity_judge};
