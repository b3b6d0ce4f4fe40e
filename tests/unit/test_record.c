/* SPDX-License-Identifier: EUPL-1.2 */
/* The tree of a record: tables, JSON, check, difference, forms. */
#include "unit.h"

#include "../lib/maximal.h"
#include "concord/record.h"
#include <string.h>

static void attributes_are_sorted(const struct cc_field *table)
{
    const char *before = "";
    bool elements = false;
    for (const struct cc_field *f = table; f->name != NULL; f++) {
        if ((f->flags & CC_ATTR) != 0) {
            assert_false(elements);
            assert_true(strcmp(before, f->name) < 0);
            before = f->name;
        } else {
            elements = true;
        }
        if (f->type == CC_F_GROUP)
            attributes_are_sorted(f->children);
    }
}

static void tables_are_whole(void **state)
{
    (void)state;
    for (size_t k = 0; cc_kinds[k] != NULL; k++) {
        const struct cc_kind *kind = cc_kinds[k];
        attributes_are_sorted(kind->fields);
        assert_ptr_equal(cc_kind_find(kind->name), kind);
        assert_ptr_equal(cc_kind_by_plural(kind->plural), kind);
        assert_ptr_equal(cc_kind_by_letter(kind->letter), kind);
        for (const struct cc_field *f = kind->fields; f->name != NULL; f++) {
            bool found = (f->flags & CC_AUTO) != 0;
            for (const struct cc_section *s = kind->sections; s->name != NULL && !found; s++)
                found = f->section != NULL && strcmp(s->name, f->section) == 0;
            assert_true(found);
        }
    }
}

static void forms_can_number_what_there_may_be(void **state)
{
    (void)state;
    for (size_t k = 0; cc_kinds[k] != NULL; k++) {
        for (const struct cc_field *f = cc_kinds[k]->fields; f->name != NULL; f++) {
            assert_true(f->max_items <= CC_FORM_ITEM_MAX);
            for (const struct cc_field *c = f->children; c != NULL && c->name != NULL; c++)
                assert_true(c->max_items <= CC_FORM_ITEM_MAX);
        }
    }
}

static void maximal_records_pass_the_check(void **state)
{
    for (size_t k = 0; cc_kinds[k] != NULL; k++) {
        struct cc_problems problems;
        cc_problems_init(&problems, *state);
        cc_record_check(maximal_record(*state, cc_kinds[k]), true, &problems);
        for (size_t i = 0; i < problems.n; i++)
            /* the generator repeats codes; nothing else may be wrong */
            print_message("%s %s: %s (%s)\n", cc_kinds[k]->name, problems.v[i].path,
                          problems.v[i].message, problems.v[i].arg1);
        assert_int_equal(problems.errors, 0);
    }
}

static void json_gives_the_same_record(void **state)
{
    for (size_t k = 0; cc_kinds[k] != NULL; k++) {
        struct cc_record *rec = maximal_record(*state, cc_kinds[k]);
        struct cc_record *again;
        struct cc_buf one, two;
        cc_buf_init(&one, *state);
        cc_buf_init(&two, *state);
        cc_record_to_json(rec, &one);
        assert_int_equal(
            cc_record_from_json(*state, rec->kind, rec->id, cc_buf_str(&one), &again, NULL), CC_OK);
        cc_record_to_json(again, &two);
        assert_string_equal(cc_buf_str(&one), cc_buf_str(&two));
        struct cc_changes changes;
        cc_record_diff(*state, rec, again, &changes);
        assert_int_equal(changes.n, 0);
    }
}

static void json_of_another_shape_is_refused(void **state)
{
    static const char *const bad[] = {"",
                                      "[]",
                                      "{\"title\":\"x\"}",
                                      "{\"nothing\":[]}",
                                      "{\"sdg\":{}}",
                                      "{\"kind\":[1]}",
                                      "{\"kind\":1}",
                                      "{\"title\":[{\"lang\":\"en\"}]}"};
    struct cc_record *rec;
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(
            cc_record_from_json(*state, cc_kind_find("partnership"), "P", bad[i], &rec, NULL),
            CC_INTERNAL);
}

static const struct cc_problem *check_one(void *mem, const char *section, const char *name,
                                          const char *value)
{
    struct cc_record *rec = maximal_record(mem, cc_kind_find("partnership"));
    struct cc_problems problems;
    struct cc_pair pair = {name, value};
    cc_problems_init(&problems, mem);
    cc_record_apply_form(rec, section, &pair, 1, &problems);
    cc_record_check(rec, false, &problems);
    return cc_problem_find(&problems, name);
}

static void wrong_values_are_told_at_their_path(void **state)
{
    static const struct {
        const char *section, *name, *value;
    } cases[] = {
        {"nature", "host", "O123"},
        {"nature", "host", "P000000000001"},
        {"nature", "kind", "no such code"},
        {"sdgs", "sdg.1.weight", "101"},
        {"sdgs", "sdg.1.weight", "1e2"},
        {"sdgs", "sdg.1.weight", "007"},
        {"dates", "start", "2026-13"},
        {"dates", "start", "2026-02-30"},
        {"dates", "start", "26"},
        {"contact", "website", "javascript:alert(1)"},
        {"contact", "contact.1.mail", "x"},
        {"contact", "contact.1.phone", "call me"},
        {"names", "title.zz_1", "x"},
        {"names", "title.en", "a\x01"},
        {"names", "title.en", "\xFF"},
        {"names", "title", "x"},
        {"names", "title.en.fr", "x"},
        {"names", "kind", "10"},
        {"sdgs", "sdg.0.goal", "1"},
        {"sdgs", "sdg.1001.goal", "1"},
        {"sdgs", "sdg.01.goal", "1"},
        {"sdgs", "sdg.goal", "1"},
        {"documents", "document.1.language.1", "english language"},
        {"documents", "document.1.language", "en"},
        {"documents", "document.1.category.1", "A01 A02"},
        {"documents", "document.1.category.0", "A01"},
        {"documents", "document.1.category.1.1", "A01"},
        {"documents", "document.1.date.1", "2026"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct cc_problem *p =
            check_one(*state, cases[i].section, cases[i].name, cases[i].value);
        if (p == NULL)
            print_message("%s = %s was let in\n", cases[i].name, cases[i].value);
        assert_non_null(p);
    }
    assert_null(check_one(*state, "dates", "start", "2026-02"));
    assert_null(check_one(*state, "contact", "website", "https://example.org/a b.pdf"));
    assert_null(check_one(*state, "contact", "contact.1.phone", "+44 (0)20 7012-6400"));
    assert_null(check_one(*state, "names", "title.fr", "Titre"));
}

static size_t rules_broken(void *mem, const char *kind, const char *json, const char *path)
{
    struct cc_record *rec;
    struct cc_problems problems;
    const struct cc_kind *k = cc_kind_find(kind);
    cc_problems_init(&problems, mem);
    assert_int_equal(
        cc_record_from_json(mem, k, maximal_id(mem, k->letter, "000000000002"), json, &rec, NULL),
        CC_OK);
    cc_record_check(rec, false, &problems);
    if (path != NULL)
        assert_non_null(cc_problem_find(&problems, path));
    return problems.errors;
}

static void rules_across_fields_hold(void **state)
{
    void *m = *state;
    rules_broken(m, "partnership", "{\"sdg\":[{\"goal\":\"1\",\"weight\":\"50\"}]}", "sdg");
    rules_broken(m, "partnership",
                 "{\"sdg\":[{\"goal\":\"1\",\"weight\":\"50\"},{\"goal\":\"2\"}]}", "sdg");
    rules_broken(m, "partnership", "{\"sdg\":[{\"goal\":\"1\"},{\"goal\":\"1\"}]}", "sdg.2");
    rules_broken(m, "partnership", "{\"sdg\":[{\"goal\":\"1\",\"target\":\"11.1\"}]}",
                 "sdg.1.target");
    rules_broken(m, "partnership", "{\"start\":\"2002-05\",\"end\":\"2002-04-30\"}", "end");
    rules_broken(m, "organisation", "{\"identifier\":[{\"scheme\":\"X\",\"value\":\"1\"}]}",
                 "identifier");
    static const char *const to_itself[][3] = {{"partnership", "link", "partnership"},
                                               {"organisation", "relation", "organisation"},
                                               {"activity", "related", "activity"}};
    for (size_t i = 0; i < COUNT(to_itself); i++) {
        const char *const *t = to_itself[i];
        char letter = cc_kind_find(t[0])->letter;
        const char *path = talloc_asprintf(m, "%s.2.%s", t[1], t[2]);
        const char *self = maximal_id(m, letter, "000000000002");
        const char *other = maximal_id(m, letter, "000000000003");
        const char *json = talloc_asprintf(m, "{\"%s\":[{\"%s\":\"%s\"},{\"%s\":\"%s\"}]}", t[1],
                                           t[2], other, t[2], self);
        rules_broken(m, t[0], json, path);
    }
    rules_broken(m, "membership",
                 "{\"role\":[{\"code\":\"a\",\"from\":\"2003\",\"until\":\"2002\"}]}",
                 "role.1.until");
    assert_int_equal(
        rules_broken(m, "partnership", "{\"start\":\"2002-05\",\"end\":\"2002\"}", NULL), 0);
    assert_int_equal(rules_broken(m, "partnership",
                                  "{\"sdg\":[{\"goal\":\"1\",\"weight\":\"33.33\"},"
                                  "{\"goal\":\"2\",\"weight\":\"66.67\"}]}",
                                  NULL),
                     0);
}

static void a_form_replaces_its_section_only(void **state)
{
    struct cc_record *rec = maximal_record(*state, cc_kind_find("partnership"));
    struct cc_problems problems;
    struct cc_changes changes;
    static const struct cc_pair pairs[] = {{"goal.7.text.fr", "deux\r\n"},
                                           {"goal.2.text.en", "one"},
                                           {"goal.3.text.en", "   "},
                                           {"summary.zh-hant", "x"},
                                           {"vision.en", ""}};
    struct cc_record *before = maximal_record(*state, cc_kind_find("partnership"));
    cc_problems_init(&problems, *state);
    cc_record_apply_form(rec, "about", pairs, COUNT(pairs), &problems);
    assert_int_equal(problems.errors, 0);
    assert_int_equal(cc_node_count(rec->first, "goal"), 2);
    const struct cc_node *goal = cc_node_first(rec->first, "goal");
    assert_string_equal(cc_node_text(goal->child, "text"), "one");
    assert_string_equal(cc_node_text(cc_node_again(goal)->child, "text"), "deux");
    assert_string_equal(cc_node_first(rec->first, "summary")->lang, "zh-Hant");
    assert_null(cc_node_first(rec->first, "vision"));
    cc_record_diff(*state, before, rec, &changes);
    for (size_t i = 0; i < changes.n; i++)
        assert_true(strncmp(changes.v[i].path, "goal", 4) == 0 ||
                    strncmp(changes.v[i].path, "summary", 7) == 0 ||
                    strncmp(changes.v[i].path, "vision", 6) == 0);
}

static void lists_inside_a_group_are_compared_item_by_item(void **state)
{
    const struct cc_kind *kind = cc_kind_find("partnership");
    struct cc_record *a, *b;
    struct cc_changes c;
    const char *one = "{\"document\":[{\"url\":\"https://example.org/1\",\"category\":[\"A01\"]},"
                      "{\"url\":\"https://example.org/2\",\"language\":[\"fr\",\"en\"]}]}";
    const char *two =
        "{\"document\":[{\"url\":\"https://example.org/1\",\"category\":[\"A02\",\"A01\"]},"
        "{\"url\":\"https://example.org/2\",\"language\":[\"en\",\"fr\"]}]}";
    assert_int_equal(cc_record_from_json(*state, kind, "P", one, &a, NULL), CC_OK);
    assert_int_equal(cc_record_from_json(*state, kind, "P", two, &b, NULL), CC_OK);
    cc_record_diff(*state, a, b, &c);
    assert_int_equal(c.n, 2);
    assert_string_equal(c.v[0].path, "document.1.category.1");
    assert_string_equal(c.v[0].sub, "Category");
    assert_null(c.v[0].before);
    assert_string_equal(c.v[0].after, "A02");
    assert_string_equal(c.v[1].path, "document.2.language");
    assert_string_equal(c.v[1].before, "fr, en");
    assert_string_equal(c.v[1].after, "en, fr");
}

static void a_form_gives_a_list_in_the_order_of_its_numbers(void **state)
{
    const struct cc_kind *kind = cc_kind_find("partnership");
    struct cc_record *rec = cc_record_new(*state, kind, NULL);
    struct cc_problems problems;
    static const struct cc_pair pairs[] = {{"document.2.language.12", "zh-hant"},
                                           {"document.2.language.3", "fr"},
                                           {"document.2.category.1", " "},
                                           {"document.2.category.2", "A02"},
                                           {"document.2.category.1", ""}};
    struct cc_buf json;
    cc_problems_init(&problems, *state);
    cc_buf_init(&json, *state);
    cc_record_apply_form(rec, "documents", pairs, COUNT(pairs), &problems);
    assert_int_equal(problems.errors, 0);
    cc_record_to_json(rec, &json);
    assert_string_equal(
        json.data, "{\"document\":[{\"category\":[\"A02\"],\"language\":[\"fr\",\"zh-Hant\"]}]}");
}

static void differences_match_repeated_groups_by_key(void **state)
{
    const struct cc_kind *kind = cc_kind_find("partnership");
    struct cc_record *a, *b;
    struct cc_changes c;
    const char *one =
        "{\"sdg\":[{\"goal\":\"1\",\"weight\":\"40\"},{\"goal\":\"2\",\"weight\":\"60\"}]}";
    const char *two =
        "{\"sdg\":[{\"goal\":\"3\",\"weight\":\"40\"},{\"goal\":\"1\",\"weight\":\"40\"},"
        "{\"goal\":\"2\",\"weight\":\"20\"}]}";
    assert_int_equal(cc_record_from_json(*state, kind, "P", one, &a, NULL), CC_OK);
    assert_int_equal(cc_record_from_json(*state, kind, "P", two, &b, NULL), CC_OK);
    cc_record_diff(*state, a, b, &c);
    assert_int_equal(c.n, 3);
    assert_string_equal(c.v[0].path, "sdg.3.weight");
    assert_string_equal(c.v[0].before, "60");
    assert_string_equal(c.v[0].after, "20");
    assert_string_equal(c.v[1].path, "sdg.1.goal");
    assert_null(c.v[1].before);
    cc_record_diff(*state, NULL, b, &c);
    assert_int_equal(c.n, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        unit(tables_are_whole),
        unit(forms_can_number_what_there_may_be),
        unit(maximal_records_pass_the_check),
        unit(json_gives_the_same_record),
        unit(json_of_another_shape_is_refused),
        unit(wrong_values_are_told_at_their_path),
        unit(rules_across_fields_hold),
        unit(a_form_replaces_its_section_only),
        unit(lists_inside_a_group_are_compared_item_by_item),
        unit(a_form_gives_a_list_in_the_order_of_its_numbers),
        unit(differences_match_repeated_groups_by_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
