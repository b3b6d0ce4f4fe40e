/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Commitment: what one or several organisations promised in public, with what they will deliver and
 * what they bring. It may be made to a partnership or stand alone.
 */
#include "model/fields.h"

#include <stdio.h>

static const struct cc_field baseline_fields[] = {
    F_LEAF("date", CC_F_WHEN, CC_ATTR, 10, NULL, N_("Date"), N_("When it was so.")),
    F_AMOUNT("quantity", CC_ATTR, NULL, N_("Quantity"), N_("The number, if it can be counted.")),
    F_TEXT("unit", CC_F_LINE, 0, 120, NULL, N_("Unit"), N_("What is counted.")),
    F_TEXT("text", CC_F_BLOCK, CC_REQUIRED, 2000, NULL, N_("Description"), N_("How things stood.")),
    F_END};

static const struct cc_field deliverable_fields[] = {
    F_LEAF("completed", CC_F_WHEN, CC_ATTR, 10, NULL, N_("Completed"), N_("When it was there.")),
    F_LEAF("due", CC_F_WHEN, CC_ATTR, 10, NULL, N_("Due"), N_("When it is to be there.")),
    F_AMOUNT("quantity", CC_ATTR, NULL, N_("Quantity"), N_("How many or how much.")),
    F_CODE("state", CC_ATTR | CC_REQUIRED, "deliverable-state", NULL, N_("State"),
           N_("How far it is.")),
    F_TEXT("title", CC_F_LINE, CC_REQUIRED, CC_LINE_MAX, NULL, N_("Deliverable"),
           N_("What will be there.")),
    F_TEXT("measure", CC_F_LINE, 0, CC_LINE_MAX, NULL, N_("Measure"),
           N_("How one sees whether it is there.")),
    F_TEXT("unit", CC_F_LINE, 0, 120, NULL, N_("Unit"), N_("What is counted.")),
    F_LEAF("evidence", CC_F_URL, 0, 2000, NULL, N_("Evidence"),
           N_("Where it can be seen that it is there.")),
    F_END};

static const struct cc_field resource_fields[] = {
    F_AMOUNT("amount", CC_ATTR, NULL, N_("Amount"),
             N_("Money only: the whole amount in the currency of the promise.")),
    F_LEAF("confirmed", CC_F_WHEN, CC_ATTR, 10, NULL, N_("Confirmed on"),
           N_("When it was confirmed.")),
    F_REF("confirmed-by", CC_ATTR, "organisation", NULL, N_("Confirmed by"),
          N_("Organisation that confirmed it.")),
    F_CODE("currency", CC_ATTR, "currency", NULL, N_("Currency"),
           N_("Currency of the promise, never of a conversion.")),
    F_CODE("kind", CC_ATTR | CC_REQUIRED, "resource-kind", NULL, N_("Kind"),
           N_("What sort of resource it is.")),
    F_REF("provider", CC_ATTR, "organisation", NULL, N_("Provider"),
          N_("Organisation that brings it; absent: those who made the commitment.")),
    F_AMOUNT("quantity", CC_ATTR, NULL, N_("Quantity"),
             N_("Other than money: how many or how much.")),
    F_AMOUNT("reference-amount", CC_ATTR, NULL, N_("Equivalent"),
             N_("The same money in another currency as a source tells it; never converted here.")),
    F_CODE("reference-currency", CC_ATTR, "currency", NULL, N_("Currency of the equivalent"),
           N_("Currency in which the source tells the equivalent.")),
    F_CODE("state", CC_ATTR | CC_REQUIRED, "resource-state", NULL, N_("State"),
           N_("Whether it is confirmed.")),
    F_LEAF("value-date", CC_F_WHEN, CC_ATTR, 10, NULL, N_("Value date"),
           N_("Date for which the amount and its equivalent hold.")),
    F_TEXT("text", CC_F_LINE, 0, CC_LINE_MAX, NULL, N_("Resource"), N_("What is brought.")),
    F_TEXT("unit", CC_F_LINE, 0, 120, NULL, N_("Unit"), N_("What is counted.")),
    F_TEXT("condition", CC_F_BLOCK, 0, 1000, NULL, N_("Condition"),
           N_("What must come first, for example the approval of a parliament.")),
    F_END};

static const struct cc_field answer_fields[] = {
    F_CODE("answer", CC_ATTR | CC_REQUIRED, "smart-answer", NULL, N_("Answer"),
           N_("Whether the criterion is met.")),
    F_TEXT("text", CC_F_BLOCK, 0, 1000, NULL, N_("Reason"), N_("Why it is answered so.")), F_END};

static const struct cc_field review_fields[] = {
    F_LEAF("date", CC_F_WHEN, CC_ATTR | CC_REQUIRED, 10, NULL, N_("Date"),
           N_("When it was checked.")),
    F_REF(
        "reviewer", CC_ATTR | CC_REQUIRED, "organisation", NULL, N_("Reviewer"),
        N_("Organisation that checked it; never a person. In the forms of this registry it is the "
           "one that answers for the record; what another one checked, the secretariat enters.")),
    F_TEXT("office", CC_F_LINE, 0, CC_LINE_MAX, NULL, N_("Office"),
           N_("Name of the office, never of a person.")),
    F_END};

#define F_ANSWER(name_, label_, hint_)                                                             \
    F_GROUP(name_, 0, CC_BY_POSITION, 0, "check", label_, hint_, answer_fields)

static const struct cc_field fields[] = {
    F_TEXT("title", CC_F_LINE, CC_REQUIRED, CC_LINE_MAX, "names", N_("Title"),
           N_("What is promised, in one line.")),
    F_TEXT("description", CC_F_BLOCK, CC_REQUIRED, CC_BLOCK_MAX, "about", N_("Description"),
           N_("What is promised, to whom and how it will be kept.")),
    F_CODE("kind", CC_REQUIRED, "commitment-kind", "about", N_("Kind"),
           N_("What sort of commitment it is.")),
    F_CODE("continuity", 0, "commitment-continuity", "about", N_("New or continuing"),
           N_("Whether it began with this commitment or goes on from before.")),
    F_GROUP_ASKED("baseline", 0, CC_BY_POSITION, 0, "about", N_("Baseline"),
                  N_("How things stood before."), baseline_fields, "text quantity unit date"),
    F_REF("maker", CC_MANY | CC_REQUIRED, "organisation", "makers", N_("Maker"),
          N_("Organisation that makes the commitment.")),
    F_REF("partnership", 0, "partnership", "makers", N_("Partnership"),
          N_("Partnership to which it is made, if any.")),
    F_TEXT("event", CC_F_LINE, 0, CC_LINE_MAX, "makers", N_("Event"),
           N_("Where it was announced.")),
    F_LEAF("cycle", CC_F_TOKEN, 0, 60, "makers", N_("Funding cycle or campaign"),
           N_("Number or name of the cycle; what belongs to one cycle is added up together.")),
    F_REF("same-as", 0, "commitment", "makers", N_("Tells the same as"),
          N_("Another record of the same promise. It is counted once. The organisation or the host "
             "of the partnership accepts what a maker tells by naming it here and promising no "
             "money of its own.")),
    F_SDG,
    F_LEAF("announced", CC_F_WHEN, 0, 10, "dates", N_("Announced"), N_("When it was made public.")),
    F_LEAF("start", CC_F_WHEN, 0, 10, "dates", N_("Start"), N_("When the work begins.")),
    F_LEAF("due", CC_F_WHEN, 0, 10, "dates", N_("Due"), N_("When it is to be kept.")),
    F_LEAF("completed", CC_F_WHEN, 0, 10, "dates", N_("Completed"), N_("When it was kept.")),
    F_CODE("state", CC_REQUIRED, "commitment-state", "dates", N_("State"),
           N_("How far it is kept.")),
    F_GROUP_ASKED("deliverable", CC_MANY, CC_BY_POSITION, 100, "deliverables", N_("Deliverable"),
                  N_("What will be there when it is kept."), deliverable_fields,
                  "title measure quantity unit due state completed evidence"),
    F_GROUP_ASKED("resource", CC_MANY, CC_BY_POSITION, 100, "resources", N_("Resource"),
                  N_("What the makers bring: money, time, goods, services, access."),
                  resource_fields,
                  "kind text amount currency quantity unit state condition provider value-date "
                  "reference-amount reference-currency confirmed confirmed-by"),
    F_ANSWER("specific", N_("Specific"), N_("Does it say exactly what will be done, by whom?")),
    F_ANSWER("measurable", N_("Measurable"), N_("Can others see whether it was kept?")),
    F_ANSWER("achievable", N_("Achievable"), N_("Can the makers keep it?")),
    F_ANSWER("resourced", N_("Resource-based"), N_("Are the resources for it named?")),
    F_ANSWER("time-bound", N_("Time-bound"), N_("Does each deliverable have a date?")),
    F_GROUP_ASKED("review", 0, CC_BY_POSITION, 0, "check", N_("Who checked it"),
                  N_("The five answers are given together, by an organisation."), review_fields,
                  "reviewer office date"),
    F_DOCUMENT,
    F_SOURCE,
    F_ILLUSTRATIVE,
    F_END};

static const struct cc_section sections[] = {{"names", N_("Names")},
                                             {"about", N_("About")},
                                             {"makers", N_("Who makes it to whom")},
                                             {"sdgs", N_("Goals")},
                                             {"dates", N_("Dates and state")},
                                             {"deliverables", N_("Deliverables")},
                                             {"resources", N_("Resources")},
                                             {"check", N_("SMART check")},
                                             {"documents", N_("Documents")},
                                             {"sources", N_("Sources")},
                                             {NULL, NULL}};

/* The text says whether it is a number above zero; nothing is computed. */
static bool is_above_zero(const char *amount)
{
    return amount[0] != '-' && strspn(amount, "0.") < strlen(amount);
}

/* Money has an amount and a currency, everything else has a quantity at most. */
static void check_resource(const struct cc_node *n, size_t item, struct cc_problems *problems)
{
    static const char *const of_money[] = {"amount", "currency", "reference-amount",
                                           "reference-currency"};
    const char *kind = cc_node_text(n->child, "kind");
    const char *reference = cc_node_text(n->child, "reference-amount");
    bool is_money = kind != NULL && strcmp(kind, "money") == 0;

    for (size_t i = 0; i < sizeof(of_money) / sizeof(of_money[0]); i++) {
        const char *value = cc_node_text(n->child, of_money[i]);
        if (value != NULL && !is_money)
            cc_rule_tell(problems, n, item, of_money[i],
                         N_("Only money has an amount and a currency."), NULL, NULL);
        else if (value == NULL && is_money && i < 2)
            cc_rule_tell(problems, n, item, of_money[i],
                         N_("Money needs an amount and a currency."), NULL, NULL);
    }
    if ((reference == NULL) != (cc_node_text(n->child, "reference-currency") == NULL))
        cc_rule_tell(problems, n, item,
                     reference == NULL ? "reference-amount" : "reference-currency",
                     N_("An equivalent needs an amount and a currency."), NULL, NULL);
    for (const struct cc_node *c = n->child; c != NULL; c = c->next)
        if (c->field->type == CC_F_AMOUNT && c->text != NULL && !is_above_zero(c->text))
            cc_rule_tell(problems, n, item, c->field->name,
                         N_("What is promised is more than zero."), NULL, NULL);
}

/* Dates of different exactness are compared as far as both are known. */
static bool is_before(const char *a, const char *b)
{
    size_t len = strlen(a) < strlen(b) ? strlen(a) : strlen(b);
    return strncmp(a, b, len) < 0;
}

/* Registries were filled with what had been done before: readers are to know. */
static void check_deliverables(const struct cc_record *rec, struct cc_problems *problems)
{
    static const char *const dates[] = {"completed", "due"};
    const char *announced = cc_node_text(rec->first, "announced");
    const struct cc_node *n = cc_node_first(rec->first, "deliverable");
    for (size_t i = 1; n != NULL; n = cc_node_again(n), i++) {
        for (size_t d = 0; d < sizeof(dates) / sizeof(dates[0]) && announced != NULL; d++) {
            const char *date = cc_node_text(n->child, dates[d]);
            char path[80];
            snprintf(path, sizeof(path), "deliverable.%zu.%s", i, dates[d]);
            if (date != NULL && is_before(date, announced))
                cc_problem_add(problems, CC_WARNING, n->line, path,
                               N_("{1} is before the commitment was announced ({2})."), date,
                               announced);
        }
    }
}

/* Five answers and who gave them, or nothing of it. */
static void check_smart(const struct cc_record *rec, struct cc_problems *problems)
{
    static const char *const parts[] = {"specific",  "measurable", "achievable",
                                        "resourced", "time-bound", "review"};
    const size_t n = sizeof(parts) / sizeof(parts[0]);
    size_t given = 0;
    for (size_t i = 0; i < n; i++)
        given += cc_node_first(rec->first, parts[i]) != NULL;
    for (size_t i = 0; i < n && given > 0 && given < n; i++)
        if (cc_node_first(rec->first, parts[i]) == NULL)
            cc_problem_add(problems, CC_ERROR, 0, parts[i],
                           N_("The SMART check has five answers and names who gave them."), NULL,
                           NULL);
}

static void check(const struct cc_record *rec, struct cc_problems *problems)
{
    const char *same = cc_node_text(rec->first, "same-as");
    if (same != NULL && rec->id != NULL && strcmp(same, rec->id) == 0)
        cc_problem_add(problems, CC_ERROR, 0, "same-as",
                       N_("A commitment does not tell the same as itself."), NULL, NULL);
    cc_rule_sdg(rec, problems);
    cc_rule_period(problems, rec->first, "due", "start", "due");
    cc_rule_period(problems, rec->first, "completed", "start", "completed");
    const struct cc_node *n = cc_node_first(rec->first, "resource");
    for (size_t i = 1; n != NULL; n = cc_node_again(n), i++)
        check_resource(n, i, problems);
    check_deliverables(rec, problems);
    check_smart(rec, problems);
}

const struct cc_kind cc_kind_commitment = {.name = "commitment",
                                           .plural = "commitments",
                                           .letter = 'C',
                                           .label = N_("Commitment"),
                                           .label_many = N_("Commitments"),
                                           .fields = fields,
                                           .sections = sections,
                                           .title_field = "title",
                                           .check = check,
                                           .judge = cc_commitment_judge};
