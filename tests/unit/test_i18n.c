/* SPDX-License-Identifier: EUPL-1.2 */
#include "concord/i18n.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

static char folder[] = "/tmp/test_i18n.XXXXXX";

static void put32(FILE *f, uint32_t n)
{
    fwrite(&n, sizeof(n), 1, f);
}

/* A catalogue as msgfmt writes it: the header and one phrase. */
static void write_catalogue(const char *lang, const char *msgid, const char *msgstr)
{
    static const char head[] = "Content-Type: text/plain; charset=UTF-8\n";
    char path[200];
    snprintf(path, sizeof(path), "%s/%s", folder, lang);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof(path), "%s/%s/LC_MESSAGES", folder, lang);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof(path), "%s/%s/LC_MESSAGES/concord.mo", folder, lang);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    uint32_t originals = 28;
    uint32_t translations = originals + 16;
    uint32_t at = translations + 16;
    uint32_t len[4] = {0, (uint32_t)strlen(msgid), sizeof(head) - 1, (uint32_t)strlen(msgstr)};
    const char *text[4] = {"", msgid, head, msgstr};
    uint32_t fixed[7] = {0x950412de, 0, 2, originals, translations, 0, at};
    fwrite(fixed, sizeof(fixed), 1, f);
    for (size_t i = 0; i < 4; i++) {
        put32(f, len[i]);
        put32(f, at);
        at += len[i] + 1;
    }
    for (size_t i = 0; i < 4; i++)
        fwrite(text[i], len[i] + 1, 1, f);
    assert_int_equal(fclose(f), 0);
}

static int start(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    write_catalogue("fr", "Partners", "Partenaires");
    write_catalogue("ar", "Partners", "الشركاء");
    return cc_i18n_init(folder, "en fr ar") == CC_OK ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    static const char *const langs[] = {"fr", "ar"};
    static const char *const parts[] = {"/LC_MESSAGES/concord.mo", "/LC_MESSAGES", ""};
    char path[200];
    for (size_t i = 0; i < COUNT(langs); i++) {
        for (size_t j = 0; j < COUNT(parts); j++) {
            snprintf(path, sizeof(path), "%s/%s%s", folder, langs[i], parts[j]);
            remove(path);
        }
    }
    return rmdir(folder);
}

static const struct cc_lang *lang(const char *tag)
{
    return cc_i18n_find(tag, strlen(tag));
}

static void phrases_follow_the_language_back_and_forth(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        cc_i18n_use(lang("fr"));
        assert_string_equal(_("Partners"), "Partenaires");
        assert_ptr_equal(cc_i18n_current(), lang("fr"));
        cc_i18n_use(lang("ar"));
        assert_string_equal(_("Partners"), "الشركاء");
        cc_i18n_use(lang("en"));
        assert_string_equal(_("Partners"), "Partners");
        assert_string_equal(_("No such phrase"), "No such phrase");
    }
}

static void offered_languages_stand_in_their_order(void **state)
{
    (void)state;
    assert_int_equal(cc_i18n_count(), 3);
    assert_string_equal(cc_i18n_at(0)->tag, "en");
    assert_string_equal(cc_i18n_at(2)->tag, "ar");
    assert_string_equal(cc_i18n_at(2)->dir, "rtl");
    assert_null(cc_i18n_at(3));
    assert_null(lang("de"));
    assert_null(lang(""));
    assert_non_null(lang("FR"));
    assert_non_null(cc_i18n_find("fr/partnerships", 2));
}

static void every_known_language_is_named_in_the_list(void **state)
{
    (void)state;
    const char *s = CC_I18N_KNOWN;
    size_t n = 0;
    while (*s != '\0') {
        size_t len = strcspn(s, " ");
        assert_non_null(cc_i18n_known(s, len));
        s += len + strspn(s + len, " ");
        n++;
    }
    assert_int_equal(n, 12);
}

static void negotiation_takes_the_best_offered_language(void **state)
{
    (void)state;
    static const struct {
        const char *header, *tag;
    } cases[] = {
        {NULL, "en"},
        {"", "en"},
        {"fr", "fr"},
        {"FR", "fr"},
        {"fr-CA", "fr"},
        {"fr-CA, fr;q=0.8, en;q=0.9", "fr"}, /* fr-CA is wanted most, fr is what we have of it */
        {"ar-EG-u-nu-latn", "ar"},
        {"de, fr;q=0.5", "fr"},
        {"de", "en"},
        {"fr;q=0.3, ar;q=0.7", "ar"},
        {"fr;q=0.5,ar;q=0.5", "fr"},
        {"ar;q=0.5,fr;q=0.5", "ar"},
        {"*", "en"},
        {"*;q=0.5, fr;q=0.4", "en"},
        {"en;q=0, *", "fr"},
        {"en;q=0, fr;q=0, *;q=0.1", "ar"},
        {"fr;q=0", "en"},
        {"fr-CA;q=0, fr", "fr"},
        {"fr;q=0, fr-CA", "en"},
        {"en;q=0,fr;q=0,ar;q=0", "en"}, /* somebody must be answered */
        {"fr;q=1.5", "en"},
        {"fr;q=x, ar;q=0.1", "ar"},
        {"fr;level=1, ar;q=0.1", "ar"},
        {" fr ; q=0.5 , ar ; q=0.9 ", "ar"},
        {",,,fr,,", "fr"},
        {"fr;q=0.001", "fr"},
        {"fr;q=0.0009", "en"},
        {"french", "en"},
        {"f", "en"},
        {"-", "en"},
        {"fr-", "fr"},
        {"\x01\xff\xfe, fr;q=0.1", "fr"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(cc_i18n_negotiate(cases[i].header)->tag, cases[i].tag);
}

static void hostile_headers_are_read_to_a_bound(void **state)
{
    size_t len = 1000000;
    char *header = talloc_size(*state, len + 1);
    static const char fill[] = ",;-a*q=";
    for (size_t f = 0; fill[f] != '\0'; f++) {
        memset(header, fill[f], len);
        header[len] = '\0';
        assert_string_equal(cc_i18n_negotiate(header)->tag, "en");
    }
    memset(header, ',', len);
    memcpy(header + len - 2, "fr", 2); /* far behind the bound */
    assert_string_equal(cc_i18n_negotiate(header)->tag, "en");
}

/* From right to left "3.a" would be read as "a.3". */
static void codes_of_lettered_targets_are_isolated_from_right_to_left(void **state)
{
    (void)state;
    static const char *const others[] = {"",   "3",   "3.1",  ".a",   "a",
                                         "3.", "3.A", "3.ab", "3.a ", "a.3"};
    const struct cc_lang *ar = cc_i18n_known("ar", 2);
    void *mem = talloc_new(NULL);
    assert_string_equal(cc_i18n_code(mem, ar, "3.a"), "\u20663.a\u2069");
    assert_string_equal(cc_i18n_code(mem, cc_i18n_known("he", 2), "17.b"), "\u206617.b\u2069");
    assert_string_equal(cc_i18n_code(mem, cc_i18n_known("fr", 2), "3.a"), "3.a");
    assert_string_equal(cc_i18n_code(mem, NULL, "3.a"), "3.a");
    assert_null(cc_i18n_code(mem, ar, NULL));
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_string_equal(cc_i18n_code(mem, ar, others[i]), others[i]);
    cc_i18n_use(ar);
    struct cc_problem problem = {.arg1 = "3.a", .arg2 = "4"};
    assert_string_equal(cc_problem_text(mem, "{1}, {2}", &problem), "\u20663.a\u2069, 4");
    cc_i18n_use(cc_i18n_known("en", 2));
    assert_string_equal(cc_problem_text(mem, "{1}, {2}", &problem), "3.a, 4");
    talloc_free(mem);
}

/* Last: it changes what is offered. */
static void bad_lists_are_refused(void **state)
{
    (void)state;
    assert_int_equal(cc_i18n_init(folder, ""), CC_INVALID);
    assert_int_equal(cc_i18n_init(folder, "en en"), CC_INVALID);
    assert_int_equal(cc_i18n_init(folder, "en xx"), CC_INVALID);
    assert_int_equal(cc_i18n_init(folder, "  fr   en "), CC_OK);
    assert_string_equal(cc_i18n_current()->tag, "fr");
    assert_string_equal(cc_i18n_negotiate("de")->tag, "fr");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        unit(phrases_follow_the_language_back_and_forth),
        unit(offered_languages_stand_in_their_order),
        unit(every_known_language_is_named_in_the_list),
        unit(negotiation_takes_the_best_offered_language),
        unit(hostile_headers_are_read_to_a_bound),
        unit(codes_of_lettered_targets_are_isolated_from_right_to_left),
        unit(bad_lists_are_refused),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
