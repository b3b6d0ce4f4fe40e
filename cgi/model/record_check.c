/* SPDX-License-Identifier: EUPL-1.2 */
/* Every rule of the field tables, value by value; then the rules of the kind. */
#include "concord/clock.h"
#include "concord/id.h"
#include "concord/record.h"
#include "concord/text.h"
#include "model/fields.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#define PATH_MAX_CHARS 200

struct check {
    const struct cc_record *rec;
    struct cc_problems *problems;
    bool to_publish;
    void *mem; /* scratch */
};

static size_t digits(const char *s, size_t max)
{
    size_t n = 0;
    while (n < max && s[n] >= '0' && s[n] <= '9')
        n++;
    return n;
}

static bool is_year(const char *s)
{
    return digits(s, 5) == 4 && s[4] == '\0' && s[0] != '0';
}

/* A date of less exactness is a date when the rest is filled up. */
static bool is_when(const char *s)
{
    char full[11];
    size_t len = strnlen(s, 11);
    if (len != 4 && len != 7 && len != 10)
        return false;
    snprintf(full, sizeof(full), "%s%s", s, &"-01-01"[len - 4]);
    return cc_is_date(full);
}

static bool is_share(const char *s, size_t decimals)
{
    size_t n = digits(s, 4);
    if (n == 0 || n > 3 || (n > 1 && s[0] == '0'))
        return false;
    if (n == 3 && strncmp(s, "100", 3) != 0)
        return false;
    if (s[n] == '\0')
        return true;
    size_t d = digits(s + n + 1, decimals + 1);
    if (s[n] != '.' || d == 0 || d > decimals || s[n + 1 + d] != '\0')
        return false;
    return n < 3 || strspn(s + n + 1, "0") == d;
}

static bool is_percent(const char *s)
{
    return is_share(s, 2);
}

static bool is_long_percent(const char *s)
{
    return is_share(s, 20);
}

static bool is_hash(const char *s)
{
    return strlen(s) == 64 && strspn(s, "0123456789abcdef") == 64;
}

static bool is_instant(const char *s)
{
    return strlen(s) == 20 && cc_time_from_iso(s) >= 0;
}

static bool is_lang(const char *s)
{
    size_t len = strspn(s, "abcdefghijklmnopqrstuvwxyz");
    if ((len == 2 || len == 3) && s[len] == '\0')
        return true; /* without a look at its parts */
    void *mem = talloc_new(NULL);
    const char *canonical = cc_lang_canonical(mem, s);
    bool good = canonical != NULL && strcmp(canonical, s) == 0;
    talloc_free(mem);
    return good;
}

static bool is_true(const char *s)
{
    return strcmp(s, "true") == 0;
}

static const struct {
    enum cc_ftype type;
    bool (*test)(const char *s);
    const char *message;
} forms[] = {
    {CC_F_DATE, cc_is_date, N_("\"{1}\" is not a date like 2026-11-24.")},
    {CC_F_YEAR, is_year, N_("\"{1}\" is not a year like 2026.")},
    {CC_F_WHEN, is_when,
     N_("\"{1}\" is not a year, month or date like 2026, 2026-11, 2026-11-24.")},
    {CC_F_PERCENT, is_percent, N_("\"{1}\" is not a percentage from 0 to 100 like 12.5.")},
    {CC_F_SHARE, is_long_percent, N_("\"{1}\" is not a percentage from 0 to 100 like 12.5.")},
    {CC_F_AMOUNT, cc_is_amount,
     N_("\"{1}\" is not an amount like 1020000 or 12.50, without commas.")},
    {CC_F_URL, cc_is_http_url, N_("\"{1}\" is not a web address like https://example.org/.")},
    {CC_F_MAIL, cc_is_mail, N_("\"{1}\" is not an e-mail address.")},
    {CC_F_PHONE, cc_is_phone, N_("\"{1}\" is not a telephone number like +41 22 555 01 00.")},
    {CC_F_BOOL, is_true, N_("\"{1}\" is neither true nor false.")},
    {CC_F_LANG, is_lang, N_("\"{1}\" is not a language tag like fr or zh-Hant.")},
    {CC_F_INSTANT, is_instant, N_("\"{1}\" is not a time like 2026-11-24T01:02:03Z.")},
    {CC_F_HASH, is_hash, N_("\"{1}\" is not a SHA-256 in lower-case hexadecimal.")},
};

static void tell(struct check *c, const struct cc_node *n, const char *path, const char *message,
                 const char *arg)
{
    char shown[64 * 4 + 4];
    if (arg != NULL && cc_utf8_valid(arg, strlen(arg)) && cc_utf8_chars(arg) > 60) {
        size_t len = cc_utf8_cut(arg, 60);
        snprintf(shown, sizeof(shown), "%.*s...", (int)len, arg);
        arg = shown;
    }
    cc_problem_add(c->problems, CC_ERROR, n == NULL ? 0 : n->line, path, message, arg, NULL);
}

static void check_text(struct check *c, const struct cc_node *n, const char *path)
{
    const struct cc_field *f = n->field;
    const char *why = NULL;
    char *clean = NULL;
    enum cc_text_form form = f->type == CC_F_BLOCK ? CC_TEXT_BLOCK : CC_TEXT_LINE;
    if (*n->text == '\0') {
        tell(c, n, path, N_("There is no text."), NULL);
    } else if (n->is_clean) {
        return;
    } else if (cc_text_clean(c->mem, n->text, strlen(n->text), form, f->max, &clean, &why) !=
               CC_OK) {
        tell(c, n, path, why, NULL);
    } else if (strcmp(clean, n->text) != 0) {
        tell(c, n, path, N_("The text is not in normal form."), NULL);
    }
}

static void check_ref(struct check *c, const struct cc_node *n, const char *path)
{
    const struct cc_kind *kind = cc_kind_find(n->field->ref_kind);
    if (!cc_id_valid(n->text))
        tell(c, n, path, N_("\"{1}\" is not an identifier of this registry."), n->text);
    else if (kind != NULL && n->text[0] != kind->letter)
        cc_problem_add(c->problems, CC_ERROR, n->line, path,
                       N_("\"{1}\" is not the identifier of a record of the kind {2}."), n->text,
                       kind->name);
}

static void check_leaf(struct check *c, const struct cc_node *n, const char *path)
{
    const struct cc_field *f = n->field;
    if (n->text == NULL) {
        tell(c, n, path, N_("There is no text."), NULL);
        return;
    }
    switch (f->type) {
    case CC_F_LINE:
    case CC_F_BLOCK:
    case CC_F_TOKEN:
        check_text(c, n, path);
        return;
    case CC_F_CODE:
        if (!cc_code_known(f->codelist, n->text))
            cc_problem_add(c->problems, CC_ERROR, n->line, path,
                           N_("\"{1}\" is not a code of the list {2}."), n->text, f->codelist);
        return;
    case CC_F_REF:
        check_ref(c, n, path);
        return;
    default:
        break;
    }
    for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
        if (forms[i].type == f->type && !forms[i].test(n->text))
            tell(c, n, path, forms[i].message, n->text);
}

static bool lang_before(const struct cc_node *first, const struct cc_node *n)
{
    for (; first != n; first = cc_node_again(first))
        if (first->lang != NULL && strcmp(first->lang, n->lang) == 0)
            return true;
    return false;
}

static bool text_before(const struct cc_node *first, const struct cc_node *n)
{
    for (; first != n && n->text != NULL; first = cc_node_again(first))
        if (first->text != NULL && strcmp(first->text, n->text) == 0)
            return true;
    return false;
}

static void check_fields(struct check *c, const struct cc_field *table, const struct cc_node *from,
                         const char *prefix, const struct cc_node *parent);

static void check_values(struct check *c, const struct cc_field *f, const struct cc_node *first,
                         const char *prefix)
{
    bool text = f->type == CC_F_LINE || f->type == CC_F_BLOCK;
    bool many = (f->flags & CC_MANY) != 0;
    size_t limit = f->max_items != 0 ? f->max_items : many || text ? 200 : 1;
    char path[PATH_MAX_CHARS];
    size_t i = 1;
    for (const struct cc_node *n = first; n != NULL; n = cc_node_again(n), i++) {
        cc_path(path, sizeof(path), prefix, f->name, many && i <= limit ? i : 0);
        if (i > limit) {
            char shown[24];
            snprintf(shown, sizeof(shown), "%zu", limit);
            tell(c, n, path, N_("There are more of them than {1}."), shown);
            return;
        }
        if (text) {
            char of_text[PATH_MAX_CHARS];
            memcpy(of_text, path, sizeof(path));
            cc_path(path, sizeof(path), of_text, n->lang ? n->lang : "", 0);
            if (n->lang == NULL || !is_lang(n->lang)) {
                tell(c, n, path, N_("\"{1}\" is not a language tag like fr or zh-Hant."), n->lang);
                continue;
            }
            if (lang_before(first, n))
                tell(c, n, path, N_("There are two texts in the language {1}."), n->lang);
        }
        if (f->type == CC_F_GROUP) {
            if (n->child == NULL)
                tell(c, n, path, N_("It is empty."), NULL);
            else
                check_fields(c, f->children, n->child, path, n);
        } else {
            check_leaf(c, n, path);
            if (many && text_before(first, n))
                tell(c, n, path, N_("\"{1}\" is given twice."), n->text);
        }
    }
}

static void check_fields(struct check *c, const struct cc_field *table, const struct cc_node *from,
                         const char *prefix, const struct cc_node *parent)
{
    for (const struct cc_field *f = table; f->name != NULL; f++) {
        const struct cc_node *first = from;
        while (first != NULL && first->field != f)
            first = first->next;
        if (first != NULL) {
            check_values(c, f, first, prefix);
        } else if ((f->flags & CC_REQUIRED) != 0 && (parent != NULL || c->to_publish)) {
            char path[PATH_MAX_CHARS];
            cc_path(path, sizeof(path), prefix, f->name, 0);
            tell(c, parent, path, N_("This is required."), NULL);
        }
    }
}

void cc_record_check(const struct cc_record *rec, bool to_publish, struct cc_problems *problems)
{
    struct check c = {rec, problems, to_publish, talloc_new(NULL)};
    if (rec->id == NULL || *rec->id == '\0')
        cc_problem_add(problems, CC_ERROR, rec->line, "id",
                       N_("The record has no identifier (attribute \"id\")."), NULL, NULL);
    else if (!cc_id_valid(rec->id) || rec->id[0] != rec->kind->letter)
        cc_problem_add(problems, CC_ERROR, rec->line, "id",
                       N_("\"{1}\" is not an identifier of this registry."), rec->id, NULL);
    check_fields(&c, rec->kind->fields, rec->first, "", NULL);
    if (rec->kind->check != NULL)
        rec->kind->check(rec, problems);
    talloc_free(c.mem);
}

static bool is_in_section(const struct cc_kind *kind, const char *path, const char *section)
{
    size_t len = strcspn(path, ".");
    for (const struct cc_field *f = kind->fields; f->name != NULL; f++)
        if (strlen(f->name) == len && strncmp(f->name, path, len) == 0)
            return f->section != NULL && strcmp(f->section, section) == 0;
    return false;
}

static bool is_same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* "resource.2.confirmed" and "resource.1.confirmed": what stood above an item may be gone. */
static bool is_same_field(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    for (;;) {
        bool starts_a = *a >= '0' && *a <= '9', starts_b = *b >= '0' && *b <= '9';
        if (starts_a && starts_b) {
            a += strspn(a, "0123456789");
            b += strspn(b, "0123456789");
        } else if (*a != *b) {
            return false;
        } else if (*a == '\0') {
            return true;
        } else {
            a++;
            b++;
        }
    }
}

/* As often as it is told there: each excuses one. */
static bool is_told(const struct cc_problems *problems, bool *used, const struct cc_problem *p)
{
    for (size_t i = 0; i < problems->n; i++) {
        const struct cc_problem *other = &problems->v[i];
        if (!used[i] && strcmp(other->message, p->message) == 0 &&
            is_same_field(other->path, p->path) && is_same(other->arg1, p->arg1) &&
            is_same(other->arg2, p->arg2)) {
            used[i] = true;
            return true;
        }
    }
    return false;
}

void cc_record_check_section(const struct cc_record *rec, const struct cc_record *before,
                             const char *section, struct cc_problems *problems)
{
    void *mem = talloc_new(NULL);
    struct cc_problems now, old;
    cc_problems_init(&now, mem);
    cc_problems_init(&old, mem);
    cc_record_check(rec, false, &now);
    if (now.n > 0)
        cc_record_check(before, false, &old);
    bool *used = talloc_zero_array(mem, bool, (unsigned)old.n + 1);
    for (size_t i = 0; i < now.n; i++) {
        const struct cc_problem *p = &now.v[i];
        bool elsewhere = p->path != NULL && !is_in_section(rec->kind, p->path, section);
        if (!elsewhere || !is_told(&old, used, p))
            cc_problem_add(problems, p->severity, p->line, p->path, p->message, p->arg1, p->arg2);
    }
    talloc_free(mem);
}

static void judge(const struct cc_record *rec, struct cc_problems *problems)
{
    cc_rule_document(rec, problems);
    cc_rule_source(rec, problems);
    if (rec->kind->judge != NULL)
        rec->kind->judge(rec, problems);
}

void cc_record_judge(const struct cc_record *rec, const struct cc_record *before,
                     const char *section, struct cc_problems *problems)
{
    void *mem = talloc_new(NULL);
    struct cc_problems now, old;
    cc_problems_init(&now, mem);
    cc_problems_init(&old, mem);
    judge(rec, &now);
    if (before != NULL)
        judge(before, &old);
    bool *used = talloc_zero_array(mem, bool, (unsigned)old.n + 1);
    for (size_t i = 0; i < now.n; i++) {
        const struct cc_problem *p = &now.v[i];
        if (section == NULL || is_in_section(rec->kind, p->path, section))
            cc_problem_add(problems, is_told(&old, used, p) ? CC_WARNING : p->severity, p->line,
                           p->path, p->message, p->arg1, p->arg2);
    }
    talloc_free(mem);
}
