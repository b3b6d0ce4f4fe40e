/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Interface languages. The process runs in the locale C.UTF-8, which every system has; gettext
 * looks at LANGUAGE first, and forgets what it found when its catalogue counter changes (the way
 * that the gettext manual gives for changing the language at run time). Needs no installed locale.
 */
#include "concord/i18n.h"
#include "concord/log.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

#define LANGS_MAX  32
#define HEADER_MAX 1000 /* bytes of Accept-Language that are looked at */
#define RANGES_MAX 32

extern int _nl_msg_cat_cntr; /* in libc; declared by no header */

/* Names in the language itself. A language that is not here is offered under its tag. */
static const struct cc_lang known[] = {
    {"en", "English", "ltr"},   {"fr", "Français", "ltr"}, {"ar", "العربية", "rtl"},
    {"es", "Español", "ltr"},   {"ru", "Русский", "ltr"},  {"zh", "中文", "ltr"},
    {"pt", "Português", "ltr"}, {"de", "Deutsch", "ltr"},  {"fa", "فارسی", "rtl"},
    {"he", "עברית", "rtl"},     {"ur", "اردو", "rtl"},     {"sw", "Kiswahili", "ltr"},
};

static const struct cc_lang *langs[LANGS_MAX];
static size_t langs_n;
static const struct cc_lang *current;

const struct cc_lang *cc_i18n_known(const char *tag, size_t len)
{
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strlen(known[i].tag) == len && strncasecmp(known[i].tag, tag, len) == 0)
            return &known[i];
    }
    return NULL;
}

static bool offer(const char *offered)
{
    langs_n = 0;
    const char *s = offered + strspn(offered, " ");
    while (*s != '\0') {
        size_t len = strcspn(s, " ");
        const struct cc_lang *lang = cc_i18n_known(s, len);
        if (lang == NULL || langs_n == LANGS_MAX || cc_i18n_find(s, len) != NULL)
            return false;
        langs[langs_n++] = lang;
        s += len;
        s += strspn(s, " ");
    }
    return langs_n > 0;
}

enum cc_rc cc_i18n_init(const char *locale_dir, const char *offered)
{
    if (setlocale(LC_ALL, "C.UTF-8") == NULL)
        return CC_INTERNAL;
    if (bindtextdomain("concord", locale_dir) == NULL ||
        bind_textdomain_codeset("concord", "UTF-8") == NULL || textdomain("concord") == NULL)
        return CC_INTERNAL;
    if (!offer(offered))
        return CC_INVALID;
    current = NULL;
    cc_i18n_use(langs[0]);
    return CC_OK;
}

size_t cc_i18n_count(void)
{
    return langs_n;
}

const struct cc_lang *cc_i18n_at(size_t i)
{
    return i < langs_n ? langs[i] : NULL;
}

const struct cc_lang *cc_i18n_find(const char *tag, size_t len)
{
    for (size_t i = 0; i < langs_n; i++) {
        if (strlen(langs[i]->tag) == len && strncasecmp(langs[i]->tag, tag, len) == 0)
            return langs[i];
    }
    return NULL;
}

void cc_i18n_use(const struct cc_lang *lang)
{
    if (lang == current)
        return;
    if (setenv("LANGUAGE", lang->tag, 1) != 0)
        cc_die("out of memory");
    _nl_msg_cat_cntr++;
    current = lang;
}

static bool in_source_language(void)
{
    return current != NULL && strcmp(current->tag, "en") == 0;
}

const char *cc_gettext(const char *msgid)
{
    return in_source_language() ? msgid : dgettext(NULL, msgid);
}

const char *cc_ngettext(const char *one, const char *many, unsigned long n)
{
    if (in_source_language())
        return n == 1 ? one : many;
    return dngettext(NULL, one, many, n);
}

const struct cc_lang *cc_i18n_current(void)
{
    return current;
}

/* --- negotiation ------------------------------------------------------------------------------ */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* ";q=0.8" as thousandths; 1000 if there is none; -1 if it is broken (the range is passed over). */
static int read_weight(const char *s, const char *end)
{
    while (s < end && is_blank(*s))
        s++;
    if (s == end)
        return 1000;
    if (*s++ != ';')
        return -1;
    while (s < end && is_blank(*s))
        s++;
    if (end - s < 3 || (*s != 'q' && *s != 'Q') || s[1] != '=' || (s[2] != '0' && s[2] != '1'))
        return -1;
    int weight = (s[2] - '0') * 1000;
    s += 3;
    if (s < end && *s == '.') {
        s++;
        for (int unit = 100; unit > 0 && s < end && *s >= '0' && *s <= '9'; unit /= 10, s++)
            weight += unit * (*s - '0');
    }
    while (s < end && is_blank(*s))
        s++;
    return s == end && weight <= 1000 ? weight : -1;
}

/*
 * Look-up of RFC 4647 3.4 for one range: "fr-CA" is shortened to "fr" until something offered
 * matches. langs_n if nothing does.
 */
static size_t lookup(const char *range, size_t len)
{
    while (len > 0) {
        for (size_t i = 0; i < langs_n; i++) {
            if (strlen(langs[i]->tag) == len && strncasecmp(langs[i]->tag, range, len) == 0)
                return i;
        }
        while (len > 0 && range[len - 1] != '-')
            len--;
        if (len > 0)
            len--; /* the hyphen */
    }
    return langs_n;
}

/* What the header says about one offered language. */
struct wish {
    int weight;   /* the highest of the ranges that lead to it */
    size_t place; /* of that range: earlier wins among equals */
    bool named;
    bool refused; /* "fr;q=0"; "fr-CA;q=0" says nothing about French as such */
};

static void read_range(struct wish *wishes, struct wish *star, size_t place, const char *s,
                       const char *stop)
{
    while (s < stop && is_blank(*s))
        s++;
    size_t len = 0;
    while (s + len < stop && !is_blank(s[len]) && s[len] != ';')
        len++;
    int weight = read_weight(s + len, stop);
    if (len == 0 || weight < 0)
        return;
    if (len == 1 && *s == '*') {
        *star = (struct wish){.weight = weight, .place = place};
        return;
    }
    size_t i = lookup(s, len);
    if (i == langs_n)
        return;
    struct wish *wish = &wishes[i];
    wish->named = true;
    if (weight == 0 && strlen(langs[i]->tag) == len)
        wish->refused = true;
    if (weight > wish->weight) {
        wish->weight = weight;
        wish->place = place;
    }
}

const struct cc_lang *cc_i18n_negotiate(const char *accept_language)
{
    if (accept_language == NULL)
        return langs[0];
    struct wish wishes[LANGS_MAX] = {0};
    struct wish star = {0};
    const char *s = accept_language;
    const char *end = s + strnlen(s, HEADER_MAX);
    for (size_t place = 0; s < end && place < RANGES_MAX; place++) {
        const char *comma = memchr(s, ',', (size_t)(end - s));
        const char *stop = comma == NULL ? end : comma;
        read_range(wishes, &star, place, s, stop);
        s = comma == NULL ? end : comma + 1;
    }

    const struct cc_lang *best = langs[0];
    struct wish best_wish = {0};
    for (size_t i = 0; i < langs_n; i++) {
        const struct wish *wish = wishes[i].named ? &wishes[i] : &star;
        if (wish->refused || wish->weight < best_wish.weight || wish->weight == 0)
            continue;
        if (wish->weight > best_wish.weight || wish->place < best_wish.place) {
            best = langs[i];
            best_wish = *wish;
        }
    }
    return best;
}

static bool is_lettered(const char *code)
{
    size_t digits = strspn(code, "0123456789");
    const char *letter = code + digits + 1;

    return digits > 0 && code[digits] == '.' && *letter >= 'a' && *letter <= 'z' &&
           letter[1] == '\0';
}

const char *cc_i18n_code(void *mem, const struct cc_lang *lang, const char *code)
{
    if (code == NULL || lang == NULL || strcmp(lang->dir, "rtl") != 0 || !is_lettered(code))
        return code;
    char *isolated = talloc_asprintf(mem, "\u2066%s\u2069", code);
    if (isolated == NULL)
        cc_die("out of memory");
    return isolated;
}
