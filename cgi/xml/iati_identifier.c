/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Identifiers of IATI. They are stored as given and compared folded. Codes of the Development
 * Assistance Committee (DAC) are written in four ways in real files: XM-DAC-41114, 41114, DAC-1601,
 * and for agencies of donors by country, GB-1 for XM-DAC-12-1.
 */
#include "concord/iati_in.h"

#include "concord/hash.h"
#include "concord/log.h"
#include "concord/text.h"
#include "xml/iati_internal.h"
#include <string.h>
#include <talloc.h>

#define REGISTER "organisation-identifier-scheme"

/* Donors of the DAC: country, code. */
static const struct {
    char country[3];
    const char *code;
} donors[] = {{"at", "1"},   {"be", "2"},   {"dk", "3"},   {"fr", "4"},   {"de", "5"},
              {"it", "6"},   {"nl", "7"},   {"no", "8"},   {"pt", "9"},   {"se", "10"},
              {"ch", "11"},  {"gb", "12"},  {"fi", "18"},  {"is", "20"},  {"ie", "21"},
              {"lu", "22"},  {"gr", "40"},  {"es", "50"},  {"si", "61"},  {"cz", "68"},
              {"sk", "69"},  {"hu", "75"},  {"pl", "76"},  {"ca", "301"}, {"us", "302"},
              {"jp", "701"}, {"kr", "742"}, {"au", "801"}, {"nz", "820"}};

static char *checked(char *s)
{
    if (s == NULL)
        cc_die("out of memory");
    return s;
}

/* Of blanks, also those that folding makes of wide ones, and of what has no width. So that nobody
 * writes a key that begins with one (cc_iati_body_key()). */
static char *trimmed(char *s)
{
    static const char *const blanks[] = {" ",
                                         "\xC2\xA0",
                                         "\xE3\x80\x80",
                                         "\xE2\x80\x8B",
                                         "\xE2\x80\x8C",
                                         "\xE2\x80\x8D",
                                         "\xE2\x81\xA0",
                                         "\xEF\xBB\xBF"};
    size_t n = strlen(s);
    for (size_t i = 0; i < sizeof(blanks) / sizeof(*blanks); i++) {
        size_t len = strlen(blanks[i]);
        bool found = false;
        for (; strncmp(s, blanks[i], len) == 0; s += len, n -= len)
            found = true;
        for (; n >= len && memcmp(s + n - len, blanks[i], len) == 0; n -= len)
            found = true;
        s[n] = '\0';
        if (found)
            i = (size_t)-1; /* from the first one again */
    }
    return s;
}

const char *cc_iati_identifier_element(const struct cc_iati_item *item)
{
    return item->format->identifier;
}

bool cc_iati_is_forbidden(const char *identifier)
{
    return identifier != NULL && identifier[strcspn(identifier, "/&|?")] != '\0';
}

const char *cc_iati_clean_identifier(void *mem, const char *text)
{
    const char *line = cc_iati_clean_line(mem, text);
    const char *seen = line != NULL ? trimmed(checked(cc_text_seen(mem, line))) : NULL;
    return seen != NULL && *seen != '\0' ? seen : NULL;
}

/* In the forms of East Asia (U+FF01 to U+FF5E), which are read as the letters of ASCII. */
static bool is_wide(const char *identifier)
{
    const char *at = identifier;
    while ((at = strchr(at, '\xEF')) != NULL) {
        unsigned char second = (unsigned char)at[1], third = (unsigned char)at[2];
        if ((second == 0xBC && third >= 0x81) || (second == 0xBD && third <= 0x9E))
            return true;
        at++;
    }
    return false;
}

const char *cc_iati_identifier(struct cc_iati_builder *b, struct cc_iati_node *node,
                               const char *path, const char *told)
{
    const char *line = cc_iati_clean_line(b->mem, told);
    const char *clean = cc_iati_clean_identifier(b->mem, told);
    if (line == NULL || (clean != NULL && strcmp(line, clean) == 0))
        return told;
    cc_iati_warn(b, node, path,
                 N_("The identifier holds characters that cannot be seen. They are left out; all "
                    "are kept with the import."),
                 NULL, NULL);
    node->keep = true;
    return clean;
}

void cc_iati_tell_spelling(struct cc_iati_builder *b, struct cc_iati_node *node, const char *path,
                           const char *identifier, const char *before)
{
    const char *key = cc_iati_key(b->mem, identifier), *was = cc_iati_key(b->mem, before);
    if (key == NULL || (before != NULL && strcmp(identifier, before) == 0))
        return;
    if (was != NULL && strcmp(key, was) == 0)
        cc_iati_warn(b, node, path,
                     N_("Until now it was \"{1}\", the same identifier in another spelling. The "
                        "new one is told in its place; programs that compare letter by letter "
                        "take them for two."),
                     before, NULL);
    else if (is_wide(identifier))
        cc_iati_warn(b, node, path,
                     N_("\"{1}\" is written in wide letters. It is taken and told as it is; "
                        "programs that compare letter by letter do not find it."),
                     identifier, NULL);
}

char *cc_iati_key(void *mem, const char *identifier)
{
    char *clean = NULL;
    const char *why = NULL;
    if (identifier == NULL)
        return NULL;
    /* What no text may hold cannot be compared either. */
    if (cc_text_clean(mem, identifier, strlen(identifier), CC_TEXT_LINE, 1000, &clean, &why) !=
            CC_OK ||
        *clean == '\0')
        return NULL;
    char *key = trimmed(checked(cc_text_fold(mem, clean)));
    return *key != '\0' ? key : NULL;
}

/* Where the time is told in the start tag: [*from_r, *to_r); empty = it is not. In canonical XML no
 * value holds a quotation mark. */
static void find_time(const struct cc_iati_item *item, size_t *from_r, size_t *to_r)
{
    static const char attr[] = " last-updated-datetime=\"";
    const char *at = memmem(item->bytes, item->head_len, attr, sizeof(attr) - 1);
    *from_r = *to_r = item->head_len;
    if (at == NULL)
        return;
    const char *value = at + sizeof(attr) - 1;
    const char *end = memchr(value, '"', item->head_len - (size_t)(value - item->bytes));
    *from_r = (size_t)(at - item->bytes);
    *to_r = end != NULL ? (size_t)(end - item->bytes) + 1 : item->head_len;
}

const char *cc_iati_body_key(void *mem, const struct cc_iati_item *item)
{
    struct cc_buf body;
    char digest[CC_DIGEST_HEX + 1];
    size_t from, at;
    cc_buf_init(&body, mem);
    find_time(item, &from, &at);
    cc_buf_add(&body, item->bytes, from);
    for (size_t i = 0; i < item->n_parts; i++) {
        const struct cc_iati_part *part = &item->parts[i];
        if (strcmp(part->name, item->format->identifier) != 0)
            continue;
        cc_buf_add(&body, item->bytes + at, part->from - at);
        at = part->to;
    }
    cc_buf_add(&body, item->bytes + at, item->len - at);
    cc_digest_hex(cc_buf_str(&body), body.len, digest);
    talloc_free(body.data);
    return checked(talloc_asprintf(mem, " %s", digest));
}

const char *cc_iati_item_key(void *mem, const struct cc_iati_item *item)
{
    const char *key = cc_iati_key(mem, item->identifier);
    if (key != NULL || item->bytes == NULL || strcmp(item->kind->name, "activity") != 0)
        return key;
    return cc_iati_body_key(mem, item);
}

static bool is_digits(const char *s)
{
    return *s != '\0' && s[strspn(s, "0123456789")] == '\0';
}

/* Five characters, the first two digits: the channel codes (41114, 41aaa, 44000). */
static bool is_channel(const char *key)
{
    return strlen(key) == 5 && strspn(key, "0123456789") >= 2 &&
           strspn(key, "0123456789abcdefghijklmnopqrstuvwxyz") == 5;
}

static const char *donor_of(const char *key)
{
    for (size_t i = 0; i < sizeof(donors) / sizeof(*donors); i++)
        if (strncmp(key, donors[i].country, 2) == 0)
            return donors[i].code;
    return NULL;
}

static char *as_dac(void *mem, const char *key)
{
    if (is_channel(key) || (is_digits(key) && strlen(key) < 5))
        return checked(talloc_asprintf(mem, "xm-dac-%s", key));
    if (strncmp(key, "dac-", 4) == 0)
        return checked(talloc_asprintf(mem, "xm-%s", key));
    if (strlen(key) > 3 && key[2] == '-' && is_digits(key + 3) && donor_of(key) != NULL)
        return checked(talloc_asprintf(mem, "xm-dac-%s-%s", donor_of(key), key + 3));
    return NULL;
}

size_t cc_iati_org_keys(void *mem, const char *identifier, const char *keys_r[CC_IATI_KEYS])
{
    size_t n = 0;
    const char *key = cc_iati_key(mem, identifier);
    if (key == NULL)
        return 0;
    keys_r[n++] = key;
    const char *dac = as_dac(mem, key);
    if (dac != NULL)
        keys_r[n++] = dac;
    return n;
}

/* Prefixes hold hyphens themselves, so the longest one counts: XM-DAC, US-EIN. */
static bool split(void *mem, const char *text, const char **scheme_r, const char **value_r)
{
    const char *best = NULL;
    size_t best_len = 0;
    for (size_t i = 0; i < cc_codelist_size(REGISTER); i++) {
        const char *code = cc_codelist_at(REGISTER, i).code;
        size_t len = strlen(code);
        if (len > best_len && strncasecmp(text, code, len) == 0 && text[len] == '-' &&
            text[len + 1] != '\0') {
            best = code;
            best_len = len;
        }
    }
    if (best == NULL)
        return false;
    *scheme_r = best;
    *value_r = checked(talloc_strdup(mem, text + best_len + 1));
    return true;
}

static char *upper(char *s)
{
    for (char *c = s; *c != '\0'; c++)
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
    return s;
}

bool cc_iati_org_split(void *mem, const char *identifier, const char **scheme_r,
                       const char **value_r)
{
    char *clean = NULL;
    const char *why = NULL;
    if (cc_text_clean(mem, identifier, strlen(identifier), CC_TEXT_LINE, 120, &clean, &why) !=
        CC_OK)
        return false;
    if (split(mem, clean, scheme_r, value_r))
        return true;
    /* Only what is surely a code of the DAC: not the agencies, which are numbered by donor. */
    const char *key = cc_iati_key(mem, clean);
    if (key == NULL || (!is_channel(key) && strncmp(key, "dac-", 4) != 0))
        return false;
    return split(mem, upper(as_dac(mem, key)), scheme_r, value_r);
}
