/* SPDX-License-Identifier: EUPL-1.2 */
/* Organisation: any body that can be a partner. It owns itself. */
#include "model/fields.h"

#include <stdio.h>
#include <strings.h>

static const struct cc_field alias_fields[] = {
    F_TEXT("name", CC_F_LINE, CC_REQUIRED, CC_LINE_MAX, NULL, N_("Name"),
           N_("The other name, in one or several languages.")),
    F_END};

static const struct cc_field former_name_fields[] = {
    F_LEAF("until", CC_F_WHEN, CC_ATTR, 10, NULL, N_("Until"), N_("When this name ended.")),
    F_TEXT("name", CC_F_LINE, CC_REQUIRED, CC_LINE_MAX, NULL, N_("Name"),
           N_("The former name, in one or several languages.")),
    F_END};

static const struct cc_field identifier_fields[] = {
    F_LEAF("primary", CC_F_BOOL, CC_ATTR, 5, NULL, N_("Primary"),
           N_("The identifier by which the organisation is to be named elsewhere.")),
    F_CODE("scheme", CC_ATTR | CC_REQUIRED, "organisation-identifier-scheme", NULL, N_("Scheme"),
           N_("Who gave the identifier.")),
    F_LEAF("value", CC_F_TOKEN, CC_VALUE | CC_REQUIRED, 120, NULL, N_("Identifier"),
           N_("The identifier itself, without the scheme: 928, not XM-DAC-928.")),
    F_END};

static const struct cc_field relation_fields[] = {
    F_LEAF("from", CC_F_WHEN, CC_ATTR, 10, NULL, N_("From"), N_("Since when.")),
    F_CODE("kind", CC_ATTR | CC_REQUIRED, "organisation-relation", NULL, N_("Relation"),
           N_("What this organisation is to the other one.")),
    F_REF("organisation", CC_ATTR | CC_REQUIRED, "organisation", NULL, N_("Organisation"),
          N_("The other organisation.")),
    F_LEAF("until", CC_F_WHEN, CC_ATTR, 10, NULL, N_("Until"), N_("Until when.")), F_END};

static const struct cc_field fields[] = {
    F_TEXT("name", CC_F_LINE, CC_REQUIRED, CC_LINE_MAX, "names", N_("Name"),
           N_("Full name of the organisation, in its own languages first.")),
    F_TEXT("acronym", CC_F_LINE, 0, 60, "names", N_("Acronym"),
           N_("Short name as the organisation writes it.")),
    F_GROUP("alias", CC_MANY, CC_BY_POSITION, 50, "names", N_("Other name"),
            N_("A name by which the organisation is also known."), alias_fields),
    F_GROUP("former-name", CC_MANY, CC_BY_POSITION, 50, "names", N_("Former name"),
            N_("A name that the organisation had before."), former_name_fields),
    F_CODE("type", CC_REQUIRED, "organisation-type", "details", N_("Type"),
           N_("What sort of body it is.")),
    F_CODE("country", 0, "country", "details", N_("Country"), N_("Country of the seat.")),
    F_LEAF("founded", CC_F_WHEN, 0, 10, "details", N_("Founded"),
           N_("Year, month or day when the organisation was founded.")),
    F_LEAF("website", CC_F_URL, 0, 2000, "details", N_("Website"), N_("Main website.")),
    F_TEXT("description", CC_F_BLOCK, 0, CC_BLOCK_MAX, "details", N_("Description"),
           N_("What the organisation does.")),
    F_GROUP_ASKED("identifier", CC_MANY, CC_BY_POSITION, 50, "identifiers", N_("Identifier"),
                  N_("An identifier that others gave to the organisation."), identifier_fields,
                  "scheme value primary"),
    F_GROUP_ASKED("relation", CC_MANY, CC_BY_POSITION, 200, "relations", N_("Relation"),
                  N_("What the organisation is to another one."), relation_fields,
                  "kind organisation from until"),
    F_DOCUMENT,
    F_SOURCE,
    F_ILLUSTRATIVE,
    F_END};

static const struct cc_section sections[] = {{"names", N_("Names")},
                                             {"details", N_("Details")},
                                             {"identifiers", N_("Identifiers")},
                                             {"relations", N_("Relations")},
                                             {"documents", N_("Documents")},
                                             {"sources", N_("Sources")},
                                             {NULL, NULL}};

static void check(const struct cc_record *rec, struct cc_problems *problems)
{
    size_t all = 0;
    size_t primary = 0;
    const struct cc_node *n = cc_node_first(rec->first, "identifier");
    for (; n != NULL; n = cc_node_again(n)) {
        all++;
        const char *flag = cc_node_text(n->child, "primary");
        primary += flag != NULL;
    }
    if (all > 0 && primary != 1)
        cc_problem_add(problems, CC_ERROR, 0, "identifier",
                       N_("Exactly one identifier must be marked as primary."), NULL, NULL);
    cc_rule_distinct(rec, "identifier", "scheme", "value",
                     N_("The same identifier is given twice."), problems);
    cc_rule_periods(rec, "relation", problems);
    cc_rule_other(rec, "relation", "organisation", N_("An organisation has no relation to itself."),
                  problems);
}

/* The scheme stands before it wherever it is written whole: XM-DAC-928, not XM-DAC-XM-DAC-928. */
static void judge(const struct cc_record *rec, struct cc_problems *problems)
{
    const struct cc_node *n = cc_node_first(rec->first, "identifier");
    for (size_t i = 1; n != NULL; n = cc_node_again(n), i++) {
        const char *scheme = cc_node_text(n->child, "scheme");
        const char *value = cc_node_text(n->child, "value");
        size_t len = scheme != NULL ? strlen(scheme) : 0;
        char path[40];
        if (len == 0 || value == NULL || strncasecmp(value, scheme, len) != 0 ||
            value[len] != '-' || value[len + 1] == '\0')
            continue;
        snprintf(path, sizeof(path), "identifier.%zu.value", i);
        cc_problem_add(problems, CC_ERROR, n->line, path,
                       N_("The scheme says \"{1}-\" already: write only what follows it, {2}."),
                       scheme, value + len + 1);
    }
}

const struct cc_kind cc_kind_organisation = {.name = "organisation",
                                             .plural = "organisations",
                                             .letter = 'O',
                                             .label = N_("Organisation"),
                                             .label_many = N_("Organisations"),
                                             .fields = fields,
                                             .sections = sections,
                                             .title_field = "name",
                                             .check = check,
                                             .judge = judge};
