/* SPDX-License-Identifier: EUPL-1.2 */
/* Rules across fields that several kinds share. */
#include "concord/clock.h"
#include "concord/text.h"
#include "model/fields.h"

#include <stdio.h>
#include <stdlib.h>

void cc_rule_tell(struct cc_problems *problems, const struct cc_node *n, size_t item,
                  const char *field, const char *message, const char *arg1, const char *arg2)
{
    char path[80];
    snprintf(path, sizeof(path), "%s.%zu.%s", n->field->name, item, field);
    cc_problem_add(problems, CC_ERROR, n->line, path, message, arg1, arg2);
}

/* Dates of different exactness are compared as far as both are known. */
void cc_rule_period(struct cc_problems *problems, const struct cc_node *from, const char *path,
                    const char *first, const char *last)
{
    const struct cc_node *a = cc_node_first(from, first);
    const struct cc_node *b = cc_node_first(from, last);
    if (a == NULL || b == NULL || a->text == NULL || b->text == NULL)
        return;
    size_t len = strlen(a->text) < strlen(b->text) ? strlen(a->text) : strlen(b->text);
    if (strncmp(a->text, b->text, len) > 0)
        cc_problem_add(problems, CC_ERROR, b->line, path,
                       N_("The end {2} is before the start {1}."), a->text, b->text);
}

/* East of Greenwich it may be tomorrow already. */
void cc_rule_past(struct cc_problems *problems, const struct cc_node *from, const char *above,
                  const char *field)
{
    const struct cc_node *n = cc_node_first(from, field);
    char today[21], path[80];
    if (n == NULL || n->text == NULL)
        return;
    cc_time_iso(cc_now() + 14 * 3600, today);
    size_t len = strlen(n->text) < 10 ? strlen(n->text) : 10;
    if (strncmp(n->text, today, len) > 0) {
        snprintf(path, sizeof(path), "%s%s", above, field);
        cc_problem_add(problems, CC_ERROR, n->line, path, N_("{1} is in the future."), n->text,
                       NULL);
    }
}

void cc_rule_periods(const struct cc_record *rec, const char *group, struct cc_problems *problems)
{
    size_t i = 1;
    const struct cc_node *n = cc_node_first(rec->first, group);
    for (; n != NULL; n = cc_node_again(n), i++) {
        char path[80];
        snprintf(path, sizeof(path), "%s.%zu.until", group, i);
        cc_rule_period(problems, n->child, path, "from", "until");
    }
}

void cc_rule_contact(const struct cc_record *rec, struct cc_problems *problems)
{
    size_t i = 1;
    const struct cc_node *n = cc_node_first(rec->first, "contact");
    for (; n != NULL; n = cc_node_again(n), i++) {
        if (cc_node_first(n->child, "office") == NULL &&
            cc_node_first(n->child, "organisation") == NULL)
            cc_rule_tell(problems, n, i, "office",
                         N_("Name the office, or the organisation whose office it is."), NULL,
                         NULL);
    }
}

static bool same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

void cc_rule_distinct(const struct cc_record *rec, const char *group, const char *key1,
                      const char *key2, const char *message, struct cc_problems *problems)
{
    size_t i = 1;
    const struct cc_node *n = cc_node_first(rec->first, group);
    for (; n != NULL; n = cc_node_again(n), i++) {
        const struct cc_node *m = cc_node_first(rec->first, group);
        for (; m != n; m = cc_node_again(m))
            if (same(cc_node_text(n->child, key1), cc_node_text(m->child, key1)) &&
                (key2 == NULL || same(cc_node_text(n->child, key2), cc_node_text(m->child, key2))))
                break;
        if (m != n) {
            char path[80];
            snprintf(path, sizeof(path), "%s.%zu", group, i);
            cc_problem_add(problems, CC_ERROR, n->line, path, message, NULL, NULL);
        }
    }
}

void cc_rule_other(const struct cc_record *rec, const char *group, const char *key,
                   const char *message, struct cc_problems *problems)
{
    size_t i = 1;
    const struct cc_node *n = cc_node_first(rec->first, group);
    for (; n != NULL; n = cc_node_again(n), i++) {
        const char *other = cc_node_text(n->child, key);
        if (other != NULL && rec->id != NULL && strcmp(other, rec->id) == 0)
            cc_rule_tell(problems, n, i, key, message, NULL, NULL);
    }
}

/* Hundredths; the text was checked as CC_F_PERCENT, anything else counts as 0. */
static long hundredths(const char *s)
{
    char *end;
    long n = strtol(s, &end, 10) * 100;
    if (*end == '.' && end[1] >= '0' && end[1] <= '9') {
        n += (end[1] - '0') * 10;
        if (end[2] >= '0' && end[2] <= '9')
            n += end[2] - '0';
    }
    return n;
}

void cc_rule_sum(const struct cc_record *rec, const char *const *groups, const char *key,
                 const char *message, struct cc_problems *problems)
{
    size_t all = 0;
    size_t given = 0;
    long sum = 0;
    int line = 0;
    for (size_t g = 0; groups[g] != NULL; g++) {
        const struct cc_node *n = cc_node_first(rec->first, groups[g]);
        for (; n != NULL; n = cc_node_again(n)) {
            const char *text = cc_node_text(n->child, key);
            all++;
            line = n->line;
            if (text != NULL &&
                (text[strspn(text, "0123456789.")] != '\0' || hundredths(text) > 10000))
                return; /* no percentage: told where it stands, and no sum holds */
            if (text != NULL) {
                given++;
                sum += hundredths(text);
            }
        }
    }
    if (given == 0)
        return;
    if (given != all)
        cc_problem_add(problems, CC_ERROR, line, groups[0],
                       N_("Percentages must be given for all of them or for none."), NULL, NULL);
    else if (sum != 10000) {
        char text[32];
        snprintf(text, sizeof(text), "%ld.%02ld", sum / 100, sum % 100);
        cc_problem_add(problems, CC_ERROR, line, groups[0], message, text, NULL);
    }
}

/* restricted-name of RFC 6838 4.2 */
static bool is_type_name(const char *s, size_t len)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    for (size_t i = 0; i < len; i++)
        if (strchr(letters, s[i]) == NULL && (i == 0 || strchr("!#$&^_.+-", s[i]) == NULL))
            return false;
    return len > 0;
}

static bool is_media_type(const char *s)
{
    const char *slash = strchr(s, '/');
    return slash != NULL && is_type_name(s, (size_t)(slash - s)) &&
           is_type_name(slash + 1, strlen(slash + 1));
}

void cc_rule_document(const struct cc_record *rec, struct cc_problems *problems)
{
    const struct cc_node *n = cc_node_first(rec->first, "document");
    for (size_t i = 1; n != NULL; n = cc_node_again(n), i++) {
        const char *format = cc_node_text(n->child, "format");
        if (format != NULL && !is_media_type(format))
            cc_rule_tell(problems, n, i, "format",
                         N_("\"{1}\" is not a media type like application/pdf."), format, NULL);
        const struct cc_node *lang = cc_node_first(n->child, "language");
        for (size_t k = 1; lang != NULL; lang = cc_node_again(lang), k++) {
            char field[32];
            snprintf(field, sizeof(field), "language.%zu", k);
            if (lang->text != NULL && strcspn(lang->text, "-") > 3) /* no living language's */
                cc_rule_tell(problems, n, i, field,
                             N_("\"{1}\" is not a language tag like fr or zh-Hant."), lang->text,
                             NULL);
        }
    }
}

static bool is_element(const struct cc_field *fields, const char *name, size_t len)
{
    for (const struct cc_field *f = fields; f->name != NULL; f++)
        if (strlen(f->name) == len && strncmp(f->name, name, len) == 0)
            return true;
    return false;
}

void cc_rule_source(const struct cc_record *rec, struct cc_problems *problems)
{
    const struct cc_node *n = cc_node_first(rec->first, "source");
    for (size_t i = 1; n != NULL; n = cc_node_again(n), i++) {
        const char *s = cc_node_text(n->child, "about");
        for (size_t len; s != NULL && *s != '\0'; s += len + strspn(s + len, " ")) {
            char name[40 * 4 + 1];
            size_t shown = cc_utf8_cut(s, 40);
            len = strcspn(s, " ");
            snprintf(name, sizeof(name), "%.*s", (int)(len < shown ? len : shown), s);
            if (!is_element(rec->kind->fields, s, len))
                cc_rule_tell(
                    problems, n, i, "about",
                    N_("\"{1}\" is not the name of an element of this record. Write names as its "
                       "XML has them, for example {2}, or leave this empty."),
                    name, rec->kind->fields->name);
        }
    }
}

static void check_targets(const struct cc_record *rec, struct cc_problems *problems)
{
    const struct cc_node *n = cc_node_first(rec->first, "sdg");
    for (size_t i = 1; n != NULL; n = cc_node_again(n), i++) {
        const char *goal = cc_node_text(n->child, "goal");
        const char *target = cc_node_text(n->child, "target");
        if (goal == NULL || target == NULL)
            continue;
        size_t len = strlen(goal);
        if (strncmp(goal, target, len) != 0 || target[len] != '.')
            cc_rule_tell(problems, n, i, "target", N_("Target {1} does not belong to goal {2}."),
                         target, goal);
    }
}

void cc_rule_sdg(const struct cc_record *rec, struct cc_problems *problems)
{
    cc_rule_sum(rec, (const char *[]){"sdg", NULL}, "weight",
                N_("The weights must sum to 100; they sum to {1}."), problems);
    check_targets(rec, problems);
    cc_rule_distinct(rec, "sdg", "goal", "target", N_("The same goal or target is given twice."),
                     problems);
}
