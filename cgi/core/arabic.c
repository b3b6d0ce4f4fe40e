/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Light stemming of Arabic words: letters that are written one for another become one, the article
 * with what is written together with it goes, then endings of number, gender and possession. Roots
 * and broken plurals stay as they are.
 */
#include "concord/text.h"

#include <string.h>

#define LETTER 2 /* bytes of a letter of the block U+0600 to U+06FF */

/* A beginning or ending, and how many letters have to be left without it. */
struct affix {
    const char *text;
    size_t rest;
};

static const struct affix articles[] = {{"وبال", 3}, {"وكال", 3}, {"ولل", 3}, {"وال", 3},
                                        {"فال", 3},  {"بال", 3},  {"كال", 3}, {"لل", 3},
                                        {"ال", 2},   {NULL, 0}};
static const struct affix endings[] = {{"ها", 3}, {"ان", 3}, {"ات", 3}, {"ون", 3},
                                       {"ين", 3}, {"يه", 2}, {"ية", 2}, {"ه", 2},
                                       {"ة", 2},  {"ي", 2},  {NULL, 0}};
static const struct affix particles[] = {{"و", 3}, {"ف", 3}, {"ب", 3},
                                         {"ل", 3}, {"ك", 3}, {NULL, 0}};

static bool is_arabic(const char *word, size_t len)
{
    for (size_t i = 0; i + 1 < len; i += LETTER) {
        if ((unsigned char)word[i] < 0xD8 || (unsigned char)word[i] > 0xDB) {
            return false;
        }
    }
    return len % LETTER == 0 && len > 0;
}

/* Bytes of the first of these that the word begins with and can do without; 0 = none. */
static size_t beginning(const struct affix *affixes, const char *word, size_t len)
{
    for (const struct affix *a = affixes; a->text != NULL; a++) {
        size_t n = strlen(a->text);
        if (len >= n + a->rest * LETTER && memcmp(word, a->text, n) == 0) {
            return n;
        }
    }
    return 0;
}

/* Hamza or none and what carries it, the two forms of the last ya, letters of Persian and Urdu. */
static void even_out(char *word, size_t len)
{
    static const char *const same[][2] = {{"أ", "ا"}, {"إ", "ا"}, {"آ", "ا"}, {"ى", "ي"},
                                          {"ؤ", "ئ"}, {"ی", "ي"}, {"ک", "ك"}, {"ہ", "ه"}};

    for (size_t i = 0; i + 1 < len; i += LETTER) {
        for (size_t k = 0; k < sizeof(same) / sizeof(same[0]); k++) {
            if (memcmp(word + i, same[k][0], LETTER) == 0) {
                memcpy(word + i, same[k][1], LETTER);
            }
        }
    }
}

/* "For" and the article before a lam are written with two of the three lams: of a word that is then
 * so short the second is its own. Bytes before that. */
static size_t before_own_lam(const char *word, size_t len)
{
    static const char *const written[] = {"لل", "ولل", "فلل"};

    for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
        size_t n = strlen(written[i]);
        if (len == n + (size_t)(2 * LETTER) && memcmp(word, written[i], n) == 0) {
            return n - LETTER;
        }
    }
    return 0;
}

static size_t without_endings(const char *word, size_t len)
{
    for (const struct affix *a = endings; a->text != NULL; a++) {
        size_t n = strlen(a->text);
        if (len >= n + a->rest * LETTER && memcmp(word + len - n, a->text, n) == 0) {
            len -= n;
        }
    }
    return len;
}

size_t cc_arabic_stem(char *word, size_t len)
{
    if (!is_arabic(word, len)) {
        return len;
    }
    even_out(word, len);
    size_t lam = before_own_lam(word, len);
    len -= lam;
    memmove(word, word + lam, len);
    for (size_t n; (n = beginning(articles, word, len)) > 0;) {
        len -= n;
        memmove(word, word + n, len);
    }
    return without_endings(word, len);
}

size_t cc_arabic_particle(const char *word, size_t len)
{
    return is_arabic(word, len) && beginning(articles, word, len) == 0
               ? beginning(particles, word, len)
               : 0;
}

size_t cc_arabic_lam(const char *word, size_t len)
{
    static const char lam[] = "ل", article[] = "ال";
    size_t n = is_arabic(word, len) ? beginning(articles, word, len) : 0;

    return n >= sizeof(article) - 1 && len >= n + (size_t)(4 * LETTER) &&
                   memcmp(word + n - (sizeof(article) - 1), article, sizeof(article) - 1) == 0 &&
                   memcmp(word + n, lam, LETTER) == 0
               ? n + LETTER
               : 0;
}
