/* SPDX-License-Identifier: EUPL-1.2 */
/* Cleaning of text, language tags and the lexical forms of short values. */
#include "concord/text.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>
#include <utf8proc.h>

static const char *clean(void *mem, const char *in, size_t len, enum cc_text_form form)
{
    char *out = NULL;
    const char *why = NULL;
    enum cc_rc rc = cc_text_clean(mem, in, len, form, 100000, &out, &why);
    assert_true((rc == CC_OK) == (out != NULL));
    assert_true((rc == CC_OK) == (why == NULL));
    return out;
}

static const struct {
    const char *in, *line, *block;
} cleaned[] = {
    {"", "", ""},
    {" \t\r\n\xC2\x85\u2028\u2029 ", "", ""},
    {"\u00A0", "", ""},
    {" \u200B\u2003\u3164\n\uFEFF\u00AD", "", ""},
    {"\u200B\u0600", "\u200B\u0600", "\u200B\u0600"}, /* a sign of Arabic numbers */
    {"\u00A0\U0001F600", "\u00A0\U0001F600", "\u00A0\U0001F600"},
    {"a", "a", "a"},
    {"  a  b\t\tc ", "a b c", "  a  b  c"},
    {"a\r\nb\rc\nd", "a b c d", "a\nb\nc\nd"},
    {"a\xC2\x85"
     "b\u2028c\u2029d",
     "a b c d", "a\nb\nc\nd"},
    {"a \t\nb", "a b", "a\nb"},
    {"\n\n \n  a\n\n", "a", "  a"},
    {"a\n\n\nb", "a b", "a\n\n\nb"},
    {"a\n\n\n\n\n \n\t\nb", "a b", "a\n\n\nb"},
    {"a\n    b", "a b", "a\n    b"},
    {"a\tb", "a b", "a b"},
    /* NFC: Latin, Hangul, Vietnamese, order of marks, singletons, exclusions */
    {"e\u0301", "\u00E9", "\u00E9"},
    {"\u1112\u1161\u11AB\u1100\u1173\u11AF", "\uD55C\uAE00", "\uD55C\uAE00"},
    {"\u1100\u1161", "\uAC00", "\uAC00"},
    {"Vie\u0323\u0302t", "Vi\u1EC7t", "Vi\u1EC7t"},
    {"q\u0307\u0323", "q\u0323\u0307", "q\u0323\u0307"},
    {"\u212B", "\u00C5", "\u00C5"},
    {"\u0958", "\u0915\u093C", "\u0915\u093C"},
    {"\u2126\u212A", "\u03A9K", "\u03A9K"},
    {"\U0001D15E", "\U0001D157\U0001D165", "\U0001D157\U0001D165"},
    /* Arabic: shadda and fatha in canonical order; ligatures stay, they are compatibility forms */
    {"\u0634\u0651\u064E", "\u0634\u064E\u0651", "\u0634\u064E\u0651"},
    {"\u0627\u0653\uFEFB", "\u0622\uFEFB", "\u0622\uFEFB"},
    {"\u05E9\u05C1\u05BC", "\u05E9\u05BC\u05C1", "\u05E9\u05BC\u05C1"},
    /* astral */
    {"\U0001F600\U0001F1EB\U0001F1F7", "\U0001F600\U0001F1EB\U0001F1F7",
     "\U0001F600\U0001F1EB\U0001F1F7"},
    {"\U00020000\U0010FFFD", "\U00020000\U0010FFFD", "\U00020000\U0010FFFD"},
    {"\U0002F800", "\u4E3D", "\u4E3D"},
    {"\U00011131\U00011127", "\U0001112E", "\U0001112E"},
    /* joiners, marks of direction, soft hyphen, no-break blank: kept as they are */
    {"\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645",
     "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645",
     "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645"},
    {"a\u200E\u200F\u061C\u00AD\u00A0b", "a\u200E\u200F\u061C\u00AD\u00A0b",
     "a\u200E\u200F\u061C\u00AD\u00A0b"},
    /* paired direction controls */
    {"\u2067a\u2066b\u2069\u2069", "\u2067a\u2066b\u2069\u2069", "\u2067a\u2066b\u2069\u2069"},
    {"\u202Aa\u202C\u202Bb\u202C", "\u202Aa\u202C\u202Bb\u202C", "\u202Aa\u202C\u202Bb\u202C"},
    {"\u2067a\u2069\n\u2066b\u2069", "\u2067a\u2069 \u2066b\u2069", "\u2067a\u2069\n\u2066b\u2069"},
    /* marks without a base survive folding */
    {" \u0301", "\u0301", " \u0301"},
    {"a\n\u0301", "a \u0301", "a\n\u0301"},
};

/* Most texts are known to be composed without composing them: what comes must be the same. */
static void every_character_is_composed(void **state)
{
    static const char *const around[][2] = {{"a", "b"}, {"\u1100", "\u11AB"}, {"\u0627", "\u0301"}};
    (void)state;
    for (utf8proc_int32_t c = '!'; c < 0x30000; c++) {
        utf8proc_uint8_t bytes[4];
        bool white = c == 0x85 || c == 0x2028 || c == 0x2029;
        if (white || !utf8proc_codepoint_valid(c))
            continue;
        void *mem = talloc_new(NULL);
        int len = (int)utf8proc_encode_char(c, bytes);
        for (size_t i = 0; i < COUNT(around); i++) {
            char *text =
                talloc_asprintf(mem, "%s%.*s%s", around[i][0], len, (char *)bytes, around[i][1]);
            char *out = NULL;
            if (cc_text_clean(mem, text, strlen(text), CC_TEXT_LINE, 100, &out, NULL) != CC_OK)
                continue; /* controls */
            utf8proc_uint8_t *nfc = utf8proc_NFC((const utf8proc_uint8_t *)text);
            assert_string_equal(out, (char *)nfc);
            free(nfc);
        }
        talloc_free(mem);
    }
}

static void cleaning_gives_the_text_that_is_stored(void **state)
{
    for (size_t i = 0; i < COUNT(cleaned); i++) {
        const char *in = cleaned[i].in;
        assert_string_equal(clean(*state, in, strlen(in), CC_TEXT_LINE), cleaned[i].line);
        assert_string_equal(clean(*state, in, strlen(in), CC_TEXT_BLOCK), cleaned[i].block);
    }
}

static const struct {
    const char *in;
    size_t len;
} refused[] = {
#define R(s)                                                                                       \
    {                                                                                              \
        s, sizeof(s) - 1                                                                           \
    }
    R("a\0b"),
    R("a\x01"),
    R("a\x0B"),
    R("a\x0C"),
    R("\x1B[31m"),
    R("\x7F"),
    R("\xC2\x80"),
    R("\xC2\x9F"),
    R("\uFDD0"),
    R("\uFDEF"),
    R("\uFFFE"),
    R("\uFFFF"),
    R("\U0001FFFE"),
    R("\U0010FFFF"),
    /* no UTF-8: alone, cut, overlong, surrogates, too high */
    R("\x80"),
    R("\xC3"),
    R("a\xE2\x82"),
    R("\xF0\x9F\x98"),
    R("\xC0\x80"),
    R("\xC1\xBF"),
    R("\xE0\x80\x80"),
    R("\xF0\x80\x80\x80"),
    R("\xED\xA0\x80"),
    R("\xED\xBF\xBF"),
    R("\xED\xA0\xBD\xED\xB8\x80"),
    R("\xF4\x90\x80\x80"),
    R("\xF8\x88\x80\x80\x80"),
    R("\xFE"),
    R("\xFF"),
    R("\xC3("),
    R("\xE4tre"),
    /* direction controls without partner, crossed, or open at the end of the text */
    R("\u202E"),
    R("a\u2067b"),
    /* overrides, with their partner, too */
    R("UN\u202EFECI\u202C"),
    R("\u202Da\u202C"),
    R("\u2069"),
    R("\u202C"),
    R("\u2067a\u202C"),
    R("\u202Aa\u2069"),
    R("\u2067\u202Aa\u2069\u202C"),
#undef R
};

/* Sixteen bytes are looked at together: each place of the two that do not fit counts. */
static void what_is_plain_is_seen_at_each_place(void **state)
{
    static const struct {
        const char *two, *line;
    } put[] = {{"  ", " "},
               {" \t", " "},
               {"\t ", " "},
               {"\x7F"
                "a",
                NULL},
               {"a\1", NULL},
               {"\u00E9", "\u00E9"}};
    for (size_t len = 2; len < 40; len++)
        for (size_t at = 0; at + 2 <= len; at++) {
            char text[41] = "", expected[41] = "";
            memset(text, 'a', len);
            for (size_t i = 0; i < sizeof(put) / sizeof(*put); i++) {
                memcpy(text + at, put[i].two, 2);
                const char *line = clean(*state, text, len, CC_TEXT_LINE);
                bool at_end = at == 0 || at + 2 == len;
                if (put[i].line == NULL) {
                    assert_null(line);
                    continue;
                }
                memset(expected, 0, sizeof(expected));
                memset(expected, 'a', at);
                strcat(expected, *put[i].line == ' ' && at_end ? "" : put[i].line);
                memset(expected + strlen(expected), 'a', len - at - 2);
                assert_string_equal(line, expected);
            }
        }
}

static void what_may_not_be_stored_is_refused(void **state)
{
    for (size_t i = 0; i < COUNT(refused); i++) {
        assert_null(clean(*state, refused[i].in, refused[i].len, CC_TEXT_LINE));
        assert_null(clean(*state, refused[i].in, refused[i].len, CC_TEXT_BLOCK));
    }
}

static void direction_controls_pair_within_a_line_of_a_block(void **state)
{
    static const char in[] = "\u2067a\nb\u2069";
    assert_null(clean(*state, in, strlen(in), CC_TEXT_BLOCK));
    assert_string_equal(clean(*state, in, strlen(in), CC_TEXT_LINE), "\u2067a b\u2069");
}

static void nested_direction_controls_have_a_bound(void **state)
{
    char *in = talloc_size(*state, 200 * 6);
    for (size_t depth = 124; depth <= 127; depth++) {
        for (size_t i = 0; i < depth; i++) {
            memcpy(in + 3 * i, "\u2067", 3);
            memcpy(in + 3 * (depth + i), "\u2069", 3);
        }
        const char *out = clean(*state, in, 6 * depth, CC_TEXT_LINE);
        assert_int_equal(out != NULL, depth <= 125);
    }
}

static void the_limit_counts_code_points_of_the_result(void **state)
{
    static const struct {
        const char *in;
        size_t chars;
    } cases[] = {
        {"abc", 3},    {"  a   b  ", 3},          {"e\u0301", 1}, {"\U0001F600\U0001F600", 2},
        {"\u0958", 2}, {"\u1112\u1161\u11AB", 1}, {"", 0},        {"   ", 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *out;
        const char *why = NULL;
        size_t len = strlen(cases[i].in);
        assert_int_equal(
            cc_text_clean(*state, cases[i].in, len, CC_TEXT_LINE, cases[i].chars, &out, &why),
            CC_OK);
        assert_int_equal(cc_utf8_chars(out), cases[i].chars);
        if (cases[i].chars == 0)
            continue;
        assert_int_equal(
            cc_text_clean(*state, cases[i].in, len, CC_TEXT_LINE, cases[i].chars - 1, &out, &why),
            CC_INVALID);
        assert_string_equal(why, "This text is too long.");
    }
}

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/*
 * The property that hashes and "unchanged" rest on: cleaning twice is cleaning once. Texts are made
 * of pieces that interact: white space, marks, jamo, exclusions, Indic and musical compositions.
 */
static void cleaning_is_idempotent_over_many_mixtures(void **state)
{
    static const char *const pieces[] = {
        " ",
        "  ",
        "\t",
        "\n",
        "\r",
        "\r\n",
        "\xC2\x85",
        "\u2028",
        "\u2029",
        "a",
        "e",
        "o",
        "A",
        "\u0301",
        "\u0302",
        "\u0323",
        "\u0307",
        "\u0308",
        "\u0344",
        "\u0327",
        "\u0345",
        "\u00E9",
        "\u1100",
        "\u1161",
        "\u11A8",
        "\uAC00",
        "\uAC01",
        "\u0915",
        "\u093C",
        "\u0958",
        "\u09C7",
        "\u09BE",
        "\u0B47",
        "\u0B56",
        "\u0DD9",
        "\u0DCA",
        "\u0DCF",
        "\u1025",
        "\u102E",
        "\u0634",
        "\u0651",
        "\u064E",
        "\u0653",
        "\u0627",
        "\u0670",
        "\u05E9",
        "\u05BC",
        "\u05C1",
        "\uFB2A",
        "\u3042",
        "\u3099",
        "\u30AB",
        "\u309A",
        "\uFF76",
        "\u212B",
        "\u2126",
        "\u1E9B",
        "\u0F71",
        "\u0F72",
        "\u0F73",
        "\u0F81",
        "\U0001D158",
        "\U0001D165",
        "\U0001D15E",
        "\U000110A5",
        "\U000110BA",
        "\U00011131",
        "\U00011127",
        "\U0002F800",
        "\U0001F468\u200D\U0001F469",
        "\u1F82",
        "\u03B1",
        "\u0313",
        "\u0300",
        "\u0338",
        "=",
        "<",
        "\u226E",
        "\uFDFA",
        "\uFB01",
        "\u00A0",
        "\u200B",
        "\uFEFF",
        "\u0E33",
        "\u0EB3",
        "\u17D2",
        "\u302A",
        "\u0488",
        "\u2067x\u2069",
        "\u202Ax\u202C",
        "\U000E0001",
        "\u0378",
        "\U0001E944",
        "\u1B05\u1B35",
    };
    uint32_t seed = 20261124;
    for (int round = 0; round < 40000; round++) {
        char in[256];
        size_t len = 0;
        size_t n = 1 + next(&seed) % 9;
        for (size_t i = 0; i < n; i++) {
            const char *piece = pieces[next(&seed) % COUNT(pieces)];
            memcpy(in + len, piece, strlen(piece));
            len += strlen(piece);
        }
        void *mem = talloc_new(*state);
        for (enum cc_text_form form = CC_TEXT_LINE; form <= CC_TEXT_BLOCK; form++) {
            const char *once = clean(mem, in, len, form);
            assert_non_null(once);
            const char *twice = clean(mem, once, strlen(once), form);
            assert_non_null(twice);
            assert_string_equal(twice, once);
            size_t out_len = strlen(once);
            assert_true(out_len == 0 || strchr(" \t\r\n", once[out_len - 1]) == NULL);
            assert_null(strpbrk(once, form == CC_TEXT_LINE ? "\t\r\n" : "\t\r"));
            if (form == CC_TEXT_LINE)
                assert_null(strstr(once, "  "));
            assert_null(strstr(once, " \n"));
            assert_null(strstr(once, "\n\n\n\n"));
        }
        talloc_free(mem);
    }
}

/* Any bytes: refused or clean, never anything else. */
static void cleaning_of_random_bytes_ends_well(void **state)
{
    uint32_t seed = 7;
    for (int round = 0; round < 20000; round++) {
        char in[24];
        size_t len = next(&seed) % sizeof(in);
        for (size_t i = 0; i < len; i++)
            in[i] = (char)(next(&seed) % (round % 2 ? 256 : 128));
        void *mem = talloc_new(*state);
        const char *once = clean(mem, in, len, CC_TEXT_BLOCK);
        if (once != NULL)
            assert_string_equal(clean(mem, once, strlen(once), CC_TEXT_BLOCK), once);
        assert_true(once == NULL || cc_utf8_valid(in, len));
        talloc_free(mem);
    }
}

static void code_points_are_counted_and_cut(void **state)
{
    (void)state;
    static const char text[] = "a\u00E9\u20AC\U0001F600b";
    static const size_t cuts[] = {0, 1, 3, 6, 10, 11, 11, 11};
    assert_int_equal(cc_utf8_chars(text), 5);
    for (size_t i = 0; i < COUNT(cuts); i++)
        assert_int_equal(cc_utf8_cut(text, i), cuts[i]);
    assert_int_equal(cc_utf8_cut("", 9), 0);
    assert_true(cc_utf8_valid("", 0));
    for (size_t at = 0; at < 24; at++) { /* a bad byte anywhere, as ASCII is passed by eights */
        char ascii[] = "abcdefghijklmnopqrstuvwx";
        assert_true(cc_utf8_valid(ascii, 24));
        ascii[at] = '\x80';
        assert_false(cc_utf8_valid(ascii, 24));
    }
}

/* Most code points fold without asking utf8proc; what it says is what they fold to. */
static void every_letter_folds_as_utf8proc_says(void **state)
{
    for (int32_t c = 1; c < 0x30000; c++) {
        char text[8] = "aZ";
        utf8proc_uint8_t *says = NULL;
        utf8proc_ssize_t n = utf8proc_encode_char(c, (utf8proc_uint8_t *)text + 2);
        if (n == 0 || (c >= 0xD800 && c <= 0xDFFF))
            continue;
        strcpy(text + 2 + n, "b");
        if (utf8proc_map((utf8proc_uint8_t *)text, 0, &says,
                         UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
                             UTF8PROC_CASEFOLD | UTF8PROC_IGNORE) >= 0)
            assert_string_equal(cc_text_fold(*state, text), (char *)says);
        free(says);
    }
}

static void names_that_differ_in_case_or_width_fold_together(void **state)
{
    static const char *const same[][2] = {
        {"UNICEF", "unicef"},
        {"Straße", "STRASSE"},
        {"\uFF35\uFF2E", "un"},
        {"e\u0301cole", "\u00C9COLE"},
        {"of\uFB01ce", "OFFICE"},
        {"\u03A3\u03AF\u03C3\u03C5\u03C6\u03BF\u03C2",
         "\u03A3\u038A\u03A3\u03A5\u03A6\u039F\u03A3"},
        {"a\u00ADb", "AB"},
    };
    for (size_t i = 0; i < COUNT(same); i++) {
        assert_string_equal(cc_text_fold(*state, same[i][0]), cc_text_fold(*state, same[i][1]));
    }
    assert_string_not_equal(cc_text_fold(*state, "Global Fund"),
                            cc_text_fold(*state, "GlobalFund"));
    assert_string_equal(cc_text_fold(*state, ""), "");
    assert_string_equal(cc_text_fold(*state, "\xFF"), "\xFF");
}

static void languages_of_two_letters_are_known(void **state)
{
    (void)state;
    for (const char *const *tag =
             (const char *const[]){"en", "fr-CA", "zh-Hant", "aa", "zu", "swh", "und", NULL};
         *tag != NULL; tag++)
        assert_true(cc_lang_is_known(*tag));
    for (const char *const *tag =
             (const char *const[]){"xx", "zz-Latn", "english", "x-mine", "b", "a-b", NULL};
         *tag != NULL; tag++)
        assert_false(cc_lang_is_known(*tag));
}

static void language_tags_get_their_canonical_case(void **state)
{
    static const char *const tags[][2] = {
        {"en", "en"},
        {"EN-gb", "en-GB"},
        {"ZH-HANT-tw", "zh-Hant-TW"},
        {"und", "und"},
        {"zh-cmn-hans-CN", "zh-cmn-Hans-CN"},
        {"es-419", "es-419"},
        {"sl-ROZAJ-biske-1994", "sl-rozaj-biske-1994"},
        {"de-ch-1901", "de-CH-1901"},
        {"DE-1996", "de-1996"},
        {"X-Whatever-A", "x-whatever-a"},
        {"ar-x-UN-a1", "ar-x-un-a1"},
        {"en-A-Bbb-B-ccc-X-y", "en-a-bbb-b-ccc-x-y"},
        {"az-ARAB-x-AZE-derbend", "az-Arab-x-aze-derbend"},
        {"abcd", "abcd"},
        {"abcdefgh", "abcdefgh"},
        {"zh-yue-aaa-bbb-Hant-HK", "zh-yue-aaa-bbb-Hant-HK"},
        {"art-lojban", "art-lojban"},
        {"ca-valencia", "ca-valencia"},
        {"en-u-CA-islamic", "en-u-ca-islamic"},
    };
    for (size_t i = 0; i < COUNT(tags); i++) {
        char *canonical = cc_lang_canonical(*state, tags[i][0]);
        assert_non_null(canonical);
        assert_string_equal(canonical, tags[i][1]);
        assert_string_equal(cc_lang_canonical(*state, canonical), canonical);
    }
}

static void tags_that_are_not_well_formed_are_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "-",
        "e",
        "en-",
        "-en",
        "en--GB",
        "en_GB",
        "en GB",
        "abcdefghi",
        "en-abcdefghi",
        "1a",
        "12",
        "i-klingon",
        "en-GB-oed",
        "x",
        "x-",
        "en-x",
        "en-a",
        "en-a-x-b",
        "en-a-b",
        "en-GB-FR",
        "en-Latn-Cyrl",
        "de-1901-1901",
        "en-a-bb-a-cc",
        "abcd-efg-h",
        "zh-aaa-bbb-ccc-ddd",
        "en-4a",
        "fran\u00E7ais",
        "en-x-abcdefghi",
        "en\n",
        "sgn-BE-FR",
        "en-x-aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaaaaaa",
    };
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_null(cc_lang_canonical(*state, bad[i]));
    assert_null(cc_lang_canonical(*state, NULL));
}

struct form {
    const char *name;
    bool (*is)(const char *);
    const char *good[12];
    const char *bad[28];
};

static void amounts_are_grouped_for_readers(void **state)
{
    static const char *const cases[][2] = {
        {"0", "0"},
        {"999", "999"},
        {"1000", "1\u202F000"},
        {"-1000", "-1\u202F000"},
        {"-100", "-100"},
        {"1020000000.5000", "1\u202F020\u202F000\u202F000.5000"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_string_equal(cc_amount_grouped(*state, cases[i][0]), cases[i][1]);
        assert_string_equal(cc_amount_ungrouped(*state, cases[i][1]), cases[i][0]);
    }
    assert_string_equal(cc_amount_ungrouped(*state, "1 020\u00A0000\u2009000,5"), "1020000000,5");
    assert_string_equal(cc_amount_ungrouped(*state, " "), "");
}

static const struct form forms[] = {
    {"date",
     cc_is_date,
     {"2024-02-29", "2000-02-29", "1000-01-01", "9999-12-31", "2026-11-30"},
     {"", "2023-02-29", "1900-02-29", "2024-04-31", "2024-00-10", "2024-13-01", "2024-01-00",
      "2024-01-32", "0999-12-31", "24-01-01", "2024-1-1", "2024/01/01", "2024-01-01 ",
      " 2024-01-01", "2024-01-01T00:00:00Z", "+2024-01-1", "20240101", "abcd-ef-gh",
      "2024-01-0\xD9"}},
    {"decimal",
     cc_is_decimal,
     {"0", "-0", "12", "12.50", "-3.1", "12345678901234567890", "0.1234567890123456789", "007"},
     {"", "-", ".", "1.", ".5", "+1", "1,5", "1e3", " 1", "1 ", "--1", "1.2.3",
      "123456789012345678901", "0x10", "NaN", "Infinity", "\u0661", "1.12345678901234567890"}},
    {"amount",
     cc_is_amount,
     {"0", "0.00", "1", "12.50", "-3.1", "-0.01", "999999999999999.999999", "1020000000",
      "0.000001"},
     {"",          "-",
      ".",         "1.",
      ".5",        "+1",
      "007",       "-0",
      "-0.00",     "00",
      "1,020",     "1 020",
      "1e3",       "0x10",
      "NaN",       " 1",
      "1 ",        "--1",
      "1.2.3",     "1.",
      "\u0661",    "12.",
      "12.x",      "12x",
      "0.0000001", "1000000000000000",
      "-",         "USD 1"}},
    {"uint",
     cc_is_uint,
     {"0", "1", "999999999", "10"},
     {"", "-1", "+1", "01", "00", "1000000000", "1.0", " 1", "1 ", "a", "\u0663", "1\n"}},
    {"mail",
     cc_is_mail,
     {"office@example.org", "a@b.co", "first.last+tag@sub.example-x.int", "x_y'z@un.org"},
     {"",
      "@",
      "a@",
      "@b.org",
      "a@b",
      "a b@c.org",
      "a@b..org",
      "a@-b.org",
      "a@b-.org",
      ".a@b.org",
      "a.@b.org",
      "a..b@c.org",
      "a@b@c.org",
      "a@b.org\n",
      "a@b.org>",
      "<a@b.org",
      "\"a\"@b.org",
      "a@[127.0.0.1]",
      "\u00E9@b.org",
      "a@\u00E9.org",
      "a@b.org,c@d.org",
      "a@.org",
      "a@b.org.",
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@b.org"}},
    {"phone",
     cc_is_phone,
     {"+41 58 710 10 10", "+12", "+1234567890"},
     {"", "+", "+1", "0041587101010", "+41  58", "+41-58", "+ 41", "+41 ", "41 58", "+41(0)58",
      "+41 58 x", "+12345678901234567890123456789012", "+4\u0661"}},
    {"url",
     cc_is_http_url,
     {"https://www.un.org", "http://a", "https://Example.org:8443/a/b?c=d&e=%20#f",
      "https://[2001:db8::1]:80/", "https://example.org/\u00E9t\u00E9",
      "https://\u0645\u062B\u0627\u0644.example/", "https://a.b/@user", "https://a.b?x=https://c@d",
      "https://127.0.0.1/"},
     {"",
      "http://",
      "https:///path",
      "ftp://a.b",
      "HTTPS://a.b",
      "Http://a.b/",
      "javascript:alert(1)",
      "//a.b",
      "/path",
      "a.b",
      "https://user@a.b/",
      "https://user:pw@a.b/",
      "https://a b/",
      "https://a.b/ c",
      "https://a.b/\n",
      "https://a.b/\"",
      "https://a.b/<x>",
      "https://a.b\\c",
      "https://a.b:0/",
      "https://a.b:65536/",
      "https://a.b:x/",
      "https://a.b:/",
      "https://.a/",
      "https://a..b/",
      "https://[a.b/",
      "data:text/html,x",
      "https://a.b/\xFF",
      "https://a.b/`"}},
};

/* Sorting marks takes the square of their number: 40,000 in one text would take 10 s. */
static void a_heap_of_marks_is_refused_at_once(void **state)
{
    void *mem = *state;
    enum { MARKS = 200000 };
    char *text = talloc_zero_size(mem, 2 + 2 * MARKS), *out, *folded;
    const char *why = NULL;
    text[0] = 'a';
    for (size_t i = 0; i < MARKS; i++)
        memcpy(text + 1 + 2 * i, i < MARKS / 2 ? "\u0315" : "\u0316", 2);
    clock_t start = clock();
    assert_int_equal(cc_text_clean(mem, text, strlen(text), CC_TEXT_BLOCK, SIZE_MAX, &out, &why),
                     CC_INVALID);
    assert_string_equal(why, "A letter carries too many accents or other marks.");
    folded = cc_text_fold(mem, text);
    assert_string_equal(folded, text);
    assert_true(clock() - start < CLOCKS_PER_SEC);
    text[1 + 2 * 30] = '\0';
    assert_int_equal(cc_text_clean(mem, text, strlen(text), CC_TEXT_BLOCK, SIZE_MAX, &out, &why),
                     CC_OK);
    for (size_t i = 0; i < 16; i++) /* each of these becomes two */
        memcpy(text + 1 + 2 * i, "\u0344", 2);
    assert_int_equal(cc_text_clean(mem, text, 1 + 2 * 15, CC_TEXT_BLOCK, SIZE_MAX, &out, &why),
                     CC_OK);
    assert_int_equal(cc_text_clean(mem, text, 1 + 2 * 16, CC_TEXT_BLOCK, SIZE_MAX, &out, &why),
                     CC_INVALID);
    assert_string_equal(why, "A letter carries too many accents or other marks.");
}

static void short_values_have_their_lexical_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(forms); i++) {
        const struct form *f = &forms[i];
        for (size_t j = 0; j < COUNT(f->good) && f->good[j] != NULL; j++) {
            if (!f->is(f->good[j]))
                fail_msg("%s refuses \"%s\"", f->name, f->good[j]);
        }
        for (size_t j = 0; j < COUNT(f->bad) && f->bad[j] != NULL; j++) {
            if (f->is(f->bad[j]))
                fail_msg("%s takes \"%s\"", f->name, f->bad[j]);
        }
        assert_false(f->is(NULL));
    }
}

static void addresses_have_a_longest_length(void **state)
{
    (void)state;
    char url[2100];
    memset(url, 'a', sizeof(url));
    memcpy(url, "https://a.b/", 12);
    url[2000] = '\0';
    assert_true(cc_is_http_url(url));
    url[2000] = 'a';
    url[2001] = '\0';
    assert_false(cc_is_http_url(url));
}

/* Words of a question; what a text has behind them. */
static void words_are_those_of_questions_and_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text, *question, *more;
    } cases[] = {
        {"", "", ""},
        {" ... ", "", ""},
        {"Clean Water, 2030!", "clean water 2030", ""},
        {"水", "x06c34", ""},
        {"饮用水", "x0996ex07528 x07528x06c34", " x06c34"},
        {"水资源和水", "x06c34x08d44 x08d44x06e90 x06e90x0548c x0548cx06c34", " x06c34"},
        {"a水b 河流。河流", "a x06c34 b x06cb3x06d41 x06cb3x06d41", " x06d41 x06d41"},
        {"물은", "x0bb3cx0c740", " x0c740"},
        {"مياه المياه والمياه بالمياه للمياه", "ميا ميا ميا ميا ميا", ""},
        {"اَلْمِيَاه", "ميا", ""},
        {"الصحة صحة", "صح صح", ""},
        {"المعلمات معلم", "معلم معلم", ""},
        {"الوزارة وزارة", "وزار وزار", " زار"},
        {"وتعليم", "وتعليم", " تعليم"},
        {"وبتعليم", "وبتعليم", " بتعليم تعليم"},
        {"والدم", "والدم", " دم"},
        {"أطفال إلى", "اطفال ال", ""},
        {"شؤون شئون", "شئون شئون", ""},
        {"مسؤولية مسئولية", "مسئول مسئول", ""},
        {"ایران ايران", "اير اير", ""},
        {"کتاب كتاب", "كتاب كتاب", " تاب"},
        {"للغة اللغة لغة باللغة وللغة", "لغ لغ لغ لغ لغ", " لغ لغ لغ"},
        {"اللجنة للجنة لجنة", "لجن جن لجن", " جن جن"},
        {"\u0628\u0631\u0646\u0627\u0645\u0647\u200c\u0631\u06cc\u0632\u06cc", "برنام ريز",
         " رنام برنامهريز"},
        {"a\u200cb \u0995\u09cd\u200c\u09b7", "ab \u0995\u09cd\u09b7", ""},
        {"ال و ولد بنك", "ال و ولد بنك", ""},
        {"ومن2030", "ومن2030", ""},
    };
    void *mem = talloc_new(NULL);

    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_string_equal(cc_words(mem, cases[i].text), cases[i].question);
        assert_string_equal(cc_words_of_text(mem, cases[i].text),
                            talloc_asprintf(mem, "%s%s", cases[i].question, cases[i].more));
    }
    talloc_free(mem);
}

static void what_people_write_becomes_a_value(void **state)
{
    static const struct {
        const char *(*made)(void *mem, const char *s);
        const char *typed, *value;
    } cases[] = {
        {cc_phone_plain, "+44 (0)20 7012 6400", "+44 20 7012 6400"},
        {cc_phone_plain, " +49(0) 30-1234/56. ", "+49 30 1234 56"},
        {cc_phone_plain, "+(41) 22", "+41 22"},
        {cc_phone_plain, "(0)20 1", "0 20 1"},
        {cc_phone_plain, "+1 2 ext. 3", NULL},
        {cc_phone_plain, "", ""},
        {cc_url_encoded, "https://example.org/a b|c.pdf", "https://example.org/a%20b%7Cc.pdf"},
        {cc_url_encoded, "https://example.org/%20?a=1&b=\xC3\xA9#x",
         "https://example.org/%20?a=1&b=\xC3\xA9#x"},
        {cc_url_encoded, "HTTP://Example.org/A", "http://Example.org/A"},
        {cc_url_encoded, "Https://example.org/", "https://example.org/"},
        {cc_url_encoded, "HTTPX", "HTTPX"},
        {cc_url_encoded, "https://e.org/\u2003a\u200B\u00E9\u2028",
         "https://e.org/%E2%80%83a%E2%80%8B\u00E9%E2%80%A8"},
        {cc_url_encoded, "hTt", "hTt"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *value = cases[i].made(*state, cases[i].typed);
        if (cases[i].value == NULL)
            assert_null(value);
        else
            assert_string_equal(value, cases[i].value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        unit(what_people_write_becomes_a_value),
        unit(cleaning_gives_the_text_that_is_stored),
        unit(every_character_is_composed),
        unit(what_is_plain_is_seen_at_each_place),
        unit(what_may_not_be_stored_is_refused),
        unit(direction_controls_pair_within_a_line_of_a_block),
        unit(nested_direction_controls_have_a_bound),
        unit(the_limit_counts_code_points_of_the_result),
        unit(cleaning_is_idempotent_over_many_mixtures),
        unit(cleaning_of_random_bytes_ends_well),
        unit(code_points_are_counted_and_cut),
        unit(every_letter_folds_as_utf8proc_says),
        unit(names_that_differ_in_case_or_width_fold_together),
        unit(language_tags_get_their_canonical_case),
        unit(languages_of_two_letters_are_known),
        unit(tags_that_are_not_well_formed_are_refused),
        unit(a_heap_of_marks_is_refused_at_once),
        unit(amounts_are_grouped_for_readers),
        unit(short_values_have_their_lexical_form),
        unit(addresses_have_a_longest_length),
        unit(words_are_those_of_questions_and_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
