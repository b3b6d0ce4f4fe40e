/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Chance and texts. Few words stand in most texts, most names in few: that is what makes indexes as
 * large, and searches as slow, as those of real texts.
 */
#include "fill.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define NAMED 12 /* one word in so many is a name */

struct words {
    char **v;
    unsigned n;
};
static struct language {
    char *tag;
    unsigned share; /* per thousand */
    const char *blank;
    struct words words, syllables;
} languages[12];
static unsigned language_count;

/* splitmix64 */
static uint64_t next(struct dice *dice)
{
    uint64_t x = dice->state += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

struct dice dice_of(char letter, unsigned n)
{
    return (struct dice){((uint64_t)letter << 40) + n * 1000003ull};
}

unsigned dice_to(struct dice *dice, size_t end)
{
    return (unsigned)((next(dice) >> 32) * end >> 32);
}

bool dice_hits(struct dice *dice, unsigned per_cent)
{
    return dice_to(dice, 100) < per_cent;
}

static double fraction(struct dice *dice)
{
    return (double)(next(dice) >> 11) / (double)(1ull << 53);
}

unsigned dice_first(struct dice *dice, size_t end, unsigned k)
{
    double u = fraction(dice), x = u;
    while (--k > 0)
        x *= u;
    return (unsigned)(x * (double)end);
}

unsigned dice_size(struct dice *dice, unsigned usual, unsigned most)
{
    double size = (double)usual * 0.45 / (fraction(dice) + 0.08);
    return size < (double)most ? (unsigned)size : most;
}

/* --- words.txt -------------------------------------------------------------------------------- */

static struct words split(char *list)
{
    struct words found = {talloc_array(NULL, char *, 200), 0};
    char *rest;
    for (char *w = strtok_r(list, " \n", &rest); w != NULL && found.n < 200;
         w = strtok_r(NULL, " \n", &rest))
        found.v[found.n++] = talloc_strdup(found.v, w);
    return found;
}

static bool take_line(char *line)
{
    char *rest;
    char *tag = strtok_r(line, "\t", &rest), *share = strtok_r(NULL, "\t", &rest);
    char *words = strtok_r(NULL, "\t", &rest), *syllables = strtok_r(NULL, "\t", &rest);
    if (syllables == NULL || language_count == COUNT_OF(languages))
        return false;
    languages[language_count++] = (struct language){.tag = talloc_strdup(NULL, tag),
                                                    .share = (unsigned)strtoul(share, NULL, 10),
                                                    .blank = strcmp(tag, "zh") == 0 ? "" : " ",
                                                    .words = split(words),
                                                    .syllables = split(syllables)};
    return true;
}

bool words_load(const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;
    bool good = file != NULL;
    if (!good)
        fprintf(stderr, "fill: could not open \"%s\": %s\n", path, strerror(errno));
    while (good && getline(&line, &room, file) > 0)
        if (line[0] != '#')
            good = take_line(line);
    free(line);
    if (file != NULL)
        fclose(file);
    return good && language_count > 0;
}

/* --- texts ------------------------------------------------------------------------------------ */

struct langs langs_of(struct dice *dice)
{
    struct langs langs = {.n = 1};
    unsigned at = dice_to(dice, 1000);
    while (langs.v[0] + 1 < language_count && at >= languages[langs.v[0]].share)
        at -= languages[langs.v[0]++].share;
    if (langs.v[0] != 0 && dice_hits(dice, 60))
        langs.v[langs.n++] = 0;
    if (dice_hits(dice, 15)) {
        unsigned other = 1 + dice_to(dice, language_count - 1);
        if (other != langs.v[0])
            langs.v[langs.n++] = other;
    }
    return langs;
}

static void add_name(struct cc_buf *out, struct dice *dice, const struct language *in)
{
    for (unsigned i = 0; i < 3; i++)
        cc_buf_adds(out, in->syllables.v[dice_first(dice, in->syllables.n, 2)]);
}

static void add_word(struct cc_buf *out, struct dice *dice, const struct language *in)
{
    if (out->len > 0)
        cc_buf_adds(out, in->blank);
    if (dice_to(dice, NAMED) == 0)
        add_name(out, dice, in);
    else
        cc_buf_adds(out, in->words.v[dice_first(dice, in->words.n, 2)]);
}

void add_title(struct cc_record *rec, struct cc_node *parent, const char *field, struct dice *dice,
               const struct langs *langs, unsigned words)
{
    for (unsigned i = 0; i < langs->n; i++) {
        const struct language *in = &languages[langs->v[i]];
        struct cc_buf text;
        cc_buf_init(&text, rec);
        for (unsigned w = 1; w < words; w++)
            add_word(&text, dice, in);
        if (words > 1)
            cc_buf_adds(&text, in->blank);
        add_name(&text, dice, in);
        cc_record_add(rec, parent, field, cc_buf_str(&text), in->tag);
    }
}

void add_prose(struct cc_record *rec, struct cc_node *parent, const char *field, struct dice *dice,
               const struct langs *langs, unsigned usual, unsigned most)
{
    size_t bytes = dice_size(dice, usual, most - 80);
    for (unsigned i = 0; i < langs->n; i++) {
        const struct language *in = &languages[langs->v[i]];
        struct cc_buf text;
        cc_buf_init(&text, rec);
        cc_buf_reserve(&text, bytes + 100);
        do
            add_word(&text, dice, in);
        while (text.len < bytes);
        cc_buf_addc(&text, '.');
        cc_record_add(rec, parent, field, cc_buf_str(&text), in->tag);
    }
}
