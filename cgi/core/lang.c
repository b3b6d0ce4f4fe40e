/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Language tags: the langtag and privateuse productions of RFC 5646 2.1. The irregular
 * grandfathered tags ("i-klingon") are refused; all of them have modern replacements.
 */
#include "concord/log.h"
#include "concord/text.h"

#include <ctype.h>
#include <string.h>
#include <talloc.h>

#define TAG_MAX 64

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

struct subtag {
    char *s; /* into the copy; already in lower case */
    size_t len;
    bool alpha; /* letters only */
    bool digit; /* digits only */
};

struct tag {
    struct subtag v[TAG_MAX / 2 + 1];
    size_t n;
    size_t at;
};

/* Cuts at hyphens; false for an empty, long or odd subtag. */
static bool split(char *text, struct tag *tag)
{
    char *s = text;
    for (;;) {
        struct subtag t = {.s = s, .alpha = true, .digit = true};
        for (; *s != '\0' && *s != '-'; s++, t.len++) {
            t.alpha = t.alpha && is_alpha(*s);
            t.digit = t.digit && is_digit(*s);
            if (!is_alpha(*s) && !is_digit(*s))
                return false;
            *s = (char)tolower((unsigned char)*s);
        }
        if (t.len == 0 || t.len > 8)
            return false;
        tag->v[tag->n++] = t;
        if (*s == '\0')
            return true;
        s++;
    }
}

static struct subtag *peek(struct tag *tag)
{
    return tag->at < tag->n ? &tag->v[tag->at] : NULL;
}

static bool is_variant(const struct subtag *t)
{
    return t->len >= 5 || (t->len == 4 && is_digit(t->s[0]));
}

static bool same(const struct subtag *a, const struct subtag *b)
{
    return a->len == b->len && memcmp(a->s, b->s, a->len) == 0;
}

static bool repeats(const struct tag *tag, size_t from, size_t at)
{
    for (size_t i = from; i < at; i++) {
        if (same(&tag->v[i], &tag->v[at]))
            return true;
    }
    return false;
}

/* language, up to three extlangs, script, region; gives script and region their case */
static bool parse_language(struct tag *tag)
{
    struct subtag *t = peek(tag);
    if (t == NULL || !t->alpha || t->len < 2)
        return false;
    bool may_extend = t->len <= 3;
    tag->at++;

    for (int i = 0; i < 3 && may_extend; i++) {
        t = peek(tag);
        if (t == NULL || !t->alpha || t->len != 3)
            break;
        tag->at++;
    }
    t = peek(tag);
    if (t != NULL && t->alpha && t->len == 4) {
        t->s[0] = (char)toupper((unsigned char)t->s[0]);
        tag->at++;
    }
    t = peek(tag);
    if (t != NULL && ((t->alpha && t->len == 2) || (t->digit && t->len == 3))) {
        for (size_t i = 0; i < t->len; i++)
            t->s[i] = (char)toupper((unsigned char)t->s[i]);
        tag->at++;
    }
    return true;
}

static bool parse_variants(struct tag *tag)
{
    size_t first = tag->at;
    while (peek(tag) != NULL && is_variant(peek(tag))) {
        if (repeats(tag, first, tag->at))
            return false;
        tag->at++;
    }
    return true;
}

/* Extensions, each singleton once, then at most one private use part, which takes all the rest. */
static bool parse_extensions(struct tag *tag)
{
    char seen[37] = "";
    size_t seen_n = 0;
    while (peek(tag) != NULL) {
        struct subtag *single = peek(tag);
        if (single->len != 1 || strchr(seen, single->s[0]) != NULL)
            return false;
        seen[seen_n++] = single->s[0];
        tag->at++;
        bool is_private = single->s[0] == 'x';
        size_t parts = 0;
        while (peek(tag) != NULL && (is_private || peek(tag)->len >= 2)) {
            parts++;
            tag->at++;
        }
        if (parts == 0)
            return false;
    }
    return true;
}

char *cc_lang_canonical(void *mem, const char *text)
{
    if (text == NULL)
        return NULL;
    size_t len = strnlen(text, TAG_MAX + 1);
    if (len == 0 || len > TAG_MAX)
        return NULL;
    char *copy = talloc_strndup(mem, text, len);
    if (copy == NULL)
        cc_die("out of memory");

    struct tag tag = {0};
    bool ok = split(copy, &tag);
    if (ok && !(tag.v[0].len == 1 && tag.v[0].s[0] == 'x'))
        ok = parse_language(&tag) && parse_variants(&tag);
    if (ok && parse_extensions(&tag))
        return copy;
    talloc_free(copy);
    return NULL;
}

bool cc_lang_is_known(const char *tag)
{
    static const char two_letters[] =
        "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv "
        "cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr "
        "ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw "
        "ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv "
        "ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq "
        "sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh "
        "yi yo za zh zu ";
    size_t len = strcspn(tag, "-");
    char wanted[4] = {tag[0], len == 2 ? tag[1] : '\0', ' ', '\0'};
    return len == 3 || (len == 2 && strstr(two_letters, wanted) != NULL);
}
