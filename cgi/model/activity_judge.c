/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the rules of IATI call errors, beyond its schema: shares that do not sum to 100, codes that
 * are none, what stands twice. Forms refuse it; files of others hold it often and are taken.
 */
#include "concord/text.h"
#include "model/fields.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <talloc.h>

static bool same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* --- codes ------------------------------------------------------------------------------------ */

static void check_code(const struct cc_node *n, size_t item, struct cc_problems *problems)
{
    const char *list = cc_code_list(n);
    const char *code = cc_node_text(n->child, "code");
    if (list != NULL && !cc_code_known(list, code))
        cc_rule_tell(problems, n, item, "code", N_("\"{1}\" is not a code of the list {2}."), code,
                     list);
}

static bool is_reporters(const char *vocabulary)
{
    return vocabulary != NULL && (strcmp(vocabulary, "98") == 0 || strcmp(vocabulary, "99") == 0);
}

static bool stood_before(const struct cc_node *first, const struct cc_node *n)
{
    const char *code = cc_node_text(n->child, "code");
    const char *vocabulary = cc_node_text(n->child, "vocabulary");
    for (; first != n && code != NULL; first = cc_node_again(first))
        if (same(cc_node_text(first->child, "code"), code) &&
            same(cc_node_text(first->child, "vocabulary"), vocabulary) &&
            (!is_reporters(vocabulary) || same(cc_node_text(first->child, "vocabulary-uri"),
                                               cc_node_text(n->child, "vocabulary-uri"))))
            return true;
    return false;
}

static void check_codes(const struct cc_record *rec, struct cc_problems *problems)
{
    static const char *const groups[] = {"country", "region", "sector",
                                         "tag",     "marker", "aid-type"};
    for (size_t g = 0; g < sizeof(groups) / sizeof(groups[0]); g++) {
        const struct cc_node *first = cc_node_first(rec->first, groups[g]), *n = first;
        for (size_t i = 1; n != NULL; n = cc_node_again(n), i++) {
            check_code(n, i, problems);
            if (stood_before(first, n))
                cc_rule_tell(problems, n, i, "code", N_("\"{1}\" is given twice."),
                             cc_node_text(n->child, "code"), NULL);
        }
    }
}

/* Goals and targets have a section of their own; a code of the reporter's says nothing alone. */
static void check_vocabularies(const struct cc_record *rec, struct cc_problems *problems)
{
    const struct cc_node *n = cc_node_first(rec->first, "tag");
    for (size_t i = 1; n != NULL; n = cc_node_again(n), i++) {
        const char *vocabulary = cc_node_text(n->child, "vocabulary");
        if (same(vocabulary, "2") || same(vocabulary, "3"))
            cc_rule_tell(
                problems, n, i, "vocabulary",
                N_("Goals and targets are named in the section \"Sustainable Development Goals\"."),
                NULL, NULL);
    }
    n = cc_node_first(rec->first, "sector");
    for (size_t i = 1; n != NULL; n = cc_node_again(n), i++)
        if (is_reporters(cc_node_text(n->child, "vocabulary")) &&
            cc_node_first(n->child, "name") == NULL)
            cc_rule_tell(problems, n, i, "name",
                         N_("A code of the reporter's own list needs a name."), NULL, NULL);
}

/* --- shares ----------------------------------------------------------------------------------- */

#define DECIMALS 20 /* of a share (CC_F_SHARE) */
#define HALF     10000000000u

/* A sum of decimals, exact: no fraction of a share is rounded. */
struct shares {
    size_t n, given;
    uint64_t whole, high, low; /* before the point, its first ten decimals, its last ten */
    const struct cc_node *one, *lacking;
    size_t lacking_item;
};

static void add_share(struct shares *s, const struct cc_node *n, size_t item)
{
    const char *text = cc_node_text(n->child, "percentage");
    char decimals[DECIMALS + 1] = "00000000000000000000", low[DECIMALS / 2 + 1];
    s->n++;
    s->one = n;
    if (text == NULL) {
        if (s->lacking == NULL) {
            s->lacking = n;
            s->lacking_item = item;
        }
        return;
    }
    const char *point = strchr(text, '.');
    size_t len = point != NULL ? strlen(point + 1) : 0;
    memcpy(decimals, point != NULL ? point + 1 : "", len < DECIMALS ? len : DECIMALS);
    memcpy(low, decimals + DECIMALS / 2, sizeof(low));
    decimals[DECIMALS / 2] = '\0';
    s->given++;
    s->whole += strtoull(text, NULL, 10);
    s->high += strtoull(decimals, NULL, 10);
    s->low += strtoull(low, NULL, 10);
}

/* "99.99" */
static void write_sum(const struct shares *s, char out_r[64])
{
    uint64_t high = s->high + s->low / HALF;
    int n = snprintf(out_r, 64, "%llu.%010llu%010llu", (unsigned long long)(s->whole + high / HALF),
                     (unsigned long long)(high % HALF), (unsigned long long)(s->low % HALF));
    while (out_r[n - 1] == '0')
        out_r[--n] = '\0';
    if (out_r[n - 1] == '.')
        out_r[n - 1] = '\0';
}

/* One alone: no share, or 100. Several: each has one, and they sum to 100. */
static void check_shares(const struct shares *s, const char *path, const char *message,
                         const char *of, struct cc_problems *problems)
{
    char sum[64];
    write_sum(s, sum);
    if (s->n > 1 && s->lacking != NULL)
        cc_rule_tell(problems, s->lacking, s->lacking_item, "percentage",
                     N_("Where several are named, each has its share."), NULL, NULL);
    else if (s->given > 0 && strcmp(sum, "100") != 0)
        cc_problem_add(problems, CC_ERROR, s->one->line, path, message, sum, of);
}

/* Items of a group that have this vocabulary; NULL = all. */
static void add_shares(struct shares *s, const struct cc_node *n, const char *vocabulary)
{
    for (size_t i = 1; n != NULL; n = cc_node_again(n), i++)
        if (vocabulary == NULL || same(cc_node_text(n->child, "vocabulary"), vocabulary))
            add_share(s, n, i);
}

/* The next item of a group with a vocabulary that none before it has; NULL = there is none. */
static const struct cc_node *next_vocabulary(const struct cc_node *first, const struct cc_node *n)
{
    for (n = cc_node_again(n); n != NULL; n = cc_node_again(n)) {
        const char *vocabulary = cc_node_text(n->child, "vocabulary");
        const struct cc_node *m = first;
        while (m != n && !same(cc_node_text(m->child, "vocabulary"), vocabulary))
            m = cc_node_again(m);
        if (m == n)
            return n;
    }
    return NULL;
}

/* Calls for each vocabulary of the group once. */
static void each_vocabulary(const struct cc_record *rec, const char *group,
                            void (*check)(const struct cc_record *rec, const char *vocabulary,
                                          struct cc_problems *problems),
                            struct cc_problems *problems)
{
    const struct cc_node *first = cc_node_first(rec->first, group);
    for (const struct cc_node *n = first; n != NULL; n = next_vocabulary(first, n)) {
        const char *vocabulary = cc_node_text(n->child, "vocabulary");
        if (vocabulary != NULL)
            check(rec, vocabulary, problems);
    }
}

static void check_sectors(const struct cc_record *rec, const char *vocabulary,
                          struct cc_problems *problems)
{
    struct shares s = {0};
    add_shares(&s, cc_node_first(rec->first, "sector"), vocabulary);
    check_shares(&s, "sector",
                 N_("The shares of the vocabulary \"{2}\" must sum to 100; they sum to {1}."),
                 cc_code_name("sector-vocabulary", vocabulary), problems);
}

/* Countries count with the regions of each vocabulary. */
static void check_places(const struct cc_record *rec, const char *vocabulary,
                         struct cc_problems *problems)
{
    struct shares s = {0};
    add_shares(&s, cc_node_first(rec->first, "country"), NULL);
    const char *path = s.n > 0 ? "country" : "region";
    if (vocabulary != NULL)
        add_shares(&s, cc_node_first(rec->first, "region"), vocabulary);
    check_shares(&s, path,
                 N_("The shares of countries and regions must sum to 100; they sum to {1}."), NULL,
                 problems);
}

size_t cc_share_sums(void *mem, const struct cc_record *rec, const char *group,
                     struct cc_share_sum *sums_r, size_t max)
{
    const struct cc_node *first = cc_node_first(rec->first, group), *n = first;
    bool is_place = strcmp(group, "region") == 0;
    size_t count = 0;
    if (n == NULL && is_place)
        n = cc_node_first(rec->first, "country");
    for (; n != NULL && count < max; n = first != NULL ? next_vocabulary(first, n) : NULL) {
        const char *vocabulary = first != NULL ? cc_node_text(n->child, "vocabulary") : NULL;
        struct shares s = {0};
        char sum[64];
        if (is_place)
            add_shares(&s, cc_node_first(rec->first, "country"), NULL);
        if (first != NULL)
            add_shares(&s, first, vocabulary);
        write_sum(&s, sum);
        if (s.given > 0 && (s.lacking == NULL || strtod(sum, NULL) > 100))
            sums_r[count++] = (struct cc_share_sum){vocabulary, talloc_strdup(mem, sum)};
    }
    return count;
}

/* --- the rest --------------------------------------------------------------------------------- */

void cc_activity_judge(const struct cc_record *rec, struct cc_problems *problems)
{
    const char *lang = cc_node_text(rec->first, "default-language");
    check_codes(rec, problems);
    check_vocabularies(rec, problems);
    each_vocabulary(rec, "sector", check_sectors, problems);
    if (cc_node_first(rec->first, "region") == NULL)
        check_places(rec, NULL, problems);
    each_vocabulary(rec, "region", check_places, problems);
    cc_rule_past(problems, rec->first, "", "start");
    cc_rule_past(problems, rec->first, "", "end");
    if (lang != NULL && !cc_lang_is_known(lang))
        cc_problem_add(problems, CC_ERROR, 0, "default-language",
                       N_("\"{1}\" is not a language tag like fr or zh-Hant."), lang, NULL);
    if (same(cc_node_text(rec->first, "state"), "4") && cc_node_first(rec->first, "end") == NULL)
        cc_problem_add(problems, CC_WARNING, 0, "end",
                       N_("The activity is closed, and nothing says when it ended."), NULL, NULL);
}
