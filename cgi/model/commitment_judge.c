/* SPDX-License-Identifier: EUPL-1.2 */
/* What contradicts itself in a commitment. Forms refuse it. */
#include "model/fields.h"

#include <stdio.h>

/* One of the words, which stand apart by blanks. */
static bool is_one_of(const char *text, const char *words)
{
    size_t len = text != NULL ? strlen(text) : 0;
    for (const char *s = words; len > 0 && *s != '\0';) {
        size_t word = strcspn(s, " ");
        if (word == len && strncmp(s, text, len) == 0)
            return true;
        s += word + strspn(s + word, " ");
    }
    return false;
}

/* Decimals of a currency (ISO 4217); of a fund's unit of account two as well. */
static size_t decimals_of(const char *currency)
{
    return is_one_of(currency,
                     "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF")
               ? 0
           : is_one_of(currency, "BHD IQD JOD KWD LYD OMR TND") ? 3
           : is_one_of(currency, "CLF UYW")                     ? 4
                                                                : 2;
}

static void check_parts(const struct cc_node *n, size_t item, const char *amount,
                        const char *currency, struct cc_problems *problems)
{
    const char *text = cc_node_text(n->child, amount), *unit = cc_node_text(n->child, currency);
    const char *point = text != NULL ? strchr(text, '.') : NULL;
    size_t n_decimals = point != NULL ? strlen(point + 1) : 0;
    while (n_decimals > 0 && point[n_decimals] == '0')
        n_decimals--;
    if (unit != NULL && n_decimals > decimals_of(unit))
        cc_rule_tell(problems, n, item, amount, N_("{2} has no parts as small as in {1}."), text,
                     unit);
}

static void check_resource(const struct cc_node *n, size_t item, struct cc_problems *problems)
{
    const char *currency = cc_node_text(n->child, "currency");
    const char *other = cc_node_text(n->child, "reference-currency");
    char path[80];
    snprintf(path, sizeof(path), "resource.%zu.", item);
    for (const char *const *f = (const char *const[]){"confirmed", "confirmed-by", NULL};
         *f != NULL; f++)
        if (is_one_of(cc_node_text(n->child, "state"), "announced") &&
            cc_node_first(n->child, *f) != NULL)
            cc_rule_tell(
                problems, n, item, *f,
                N_("Its state says that it is not confirmed. Choose another one, or leave this "
                   "empty."),
                NULL, NULL);
    if (currency != NULL && other != NULL && strcmp(currency, other) == 0)
        cc_rule_tell(problems, n, item, "reference-currency",
                     N_("An equivalent is in another currency than the promise."), NULL, NULL);
    if (is_one_of(cc_node_text(n->child, "kind"), "money") &&
        cc_node_first(n->child, "quantity") != NULL)
        cc_rule_tell(problems, n, item, "quantity",
                     N_("Of money, give the amount; leave the quantity empty."), NULL, NULL);
    check_parts(n, item, "amount", "currency", problems);
    check_parts(n, item, "reference-amount", "reference-currency", problems);
    cc_rule_past(problems, n->child, path, "confirmed");
    if (other != NULL) /* nobody knows what the money will be worth */
        cc_rule_past(problems, n->child, path, "value-date");
}

static void check_deliverable(const struct cc_node *n, size_t item, struct cc_problems *problems)
{
    const char *quantity = cc_node_text(n->child, "quantity");
    char path[80];
    snprintf(path, sizeof(path), "deliverable.%zu.", item);
    cc_rule_past(problems, n->child, path, "completed");
    if (cc_node_first(n->child, "completed") != NULL &&
        is_one_of(cc_node_text(n->child, "state"), "planned on-track delayed"))
        cc_rule_tell(
            problems, n, item, "completed",
            N_("Its state says that it is not there yet. Choose another one, or leave this "
               "empty."),
            NULL, NULL);
    if (quantity != NULL && quantity[0] == '-')
        cc_rule_tell(problems, n, item, "quantity",
                     N_("What will be there is not less than nothing."), NULL, NULL);
}

void cc_commitment_judge(const struct cc_record *rec, struct cc_problems *problems)
{
    const struct cc_node *n = cc_node_first(rec->first, "resource");
    for (size_t i = 1; n != NULL; n = cc_node_again(n), i++)
        check_resource(n, i, problems);
    n = cc_node_first(rec->first, "deliverable");
    for (size_t i = 1; n != NULL; n = cc_node_again(n), i++)
        check_deliverable(n, i, problems);
    cc_rule_past(problems, rec->first, "", "announced");
    cc_rule_past(problems, rec->first, "", "completed");
    n = cc_node_first(rec->first, "completed");
    if (n != NULL && is_one_of(cc_node_text(rec->first, "state"),
                               "registered screened published on-track off-track delayed"))
        cc_problem_add(problems, CC_ERROR, n->line, "completed",
                       N_("Its state says that it is not kept yet. Choose another state, or leave "
                          "this empty."),
                       NULL, NULL);
    n = cc_node_first(rec->first, "baseline");
    if (n != NULL)
        cc_rule_past(problems, n->child, "baseline.", "date");
    n = cc_node_first(rec->first, "review");
    if (n != NULL)
        cc_rule_past(problems, n->child, "review.", "date");
}
