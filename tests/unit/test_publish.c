/* SPDX-License-Identifier: EUPL-1.2 */
/* What publishing makes in memory: projections, seals, feed entries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "concord/clock.h"
#include "concord/hash.h"
#include "concord/publish.h"
#include "concord/xml.h"

#define ORG   "O0000000000001"
#define OTHER "O0000000000002"
#define PART  "P0000000000001"

/* As JSON means it: keys in order. */
static char *projection(const struct cc_record *rec)
{
    struct cc_buf out;
    cc_buf_init(&out, rec->mem);
    cc_projection_json(rec, &out);
    json_t *read = json_loads(out.data, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(read);
    char *text = json_dumps(read, JSON_COMPACT | JSON_SORT_KEYS);
    char *copy = talloc_strdup(rec->mem, text);
    free(text);
    json_decref(read);
    return copy;
}

static void projection_has_names_in_order_and_every_word(void **state)
{
    struct cc_record *rec = cc_record_new(*state, cc_kind_find("organisation"), ORG);
    cc_record_add(rec, NULL, "name", "Élan", "fr");
    cc_record_add(rec, NULL, "name", "Drive", "en");
    cc_record_add(rec, NULL, "acronym", "DRV", "en");
    cc_record_add(rec, NULL, "type", "70", NULL);
    cc_record_add(rec, NULL, "country", "KE", NULL);
    assert_string_equal(projection(rec),
                        "{\"edges\":[],"
                        "\"names\":[{\"acronym\":\"DRV\",\"lang\":\"en\",\"title\":\"Drive\"},"
                        "{\"acronym\":\"DRV\",\"lang\":\"fr\",\"title\":\"Élan\"}],"
                        "\"search\":{\"facets\":{\"country\":[\"KE\"],\"type\":[\"70\"]},"
                        "\"ids\":[\"o0000000000001\"],"
                        "\"names\":\"élan\\ndrive\\ndrv\",\"sort\":\"drive\","
                        "\"texts\":{\"en\":\"drive drv\",\"fr\":\"élan\"},"
                        "\"words\":\"élan drive drv\"}}");
}

static void projection_of_a_membership_has_both_ends_with_roles_and_consent(void **state)
{
    struct cc_record *rec = cc_record_new(*state, cc_kind_find("membership"), "M0000000000001");
    cc_record_add(rec, NULL, "partnership", PART, NULL);
    cc_record_add(rec, NULL, "organisation", ORG, NULL);
    static const char *const roles[] = {"donor", "board", "donor"};
    for (size_t i = 0; i < 3; i++) {
        struct cc_node *role = cc_record_add(rec, NULL, "role", NULL, NULL);
        cc_record_add(rec, role, "code", roles[i], NULL);
    }
    struct cc_node *consent = cc_record_add(rec, NULL, "consent", NULL, NULL);
    cc_record_add(rec, consent, "state", "confirmed", NULL);
    const char *json = projection(rec);
    assert_non_null(strstr(json, "\"edges\":[{\"field\":\"organisation\",\"role\":\"donor board\","
                                 "\"state\":\"confirmed\",\"to\":\"" ORG "\"},"
                                 "{\"field\":\"partnership\",\"role\":\"donor board\","
                                 "\"state\":\"confirmed\",\"to\":\"" PART "\"}]"));
    assert_non_null(strstr(json, "\"role.code\":[\"donor\",\"board\"]"));
    assert_non_null(strstr(json, "\"names\":[]"));
}

static void projection_keeps_the_codes_of_one_reference_apart_from_others(void **state)
{
    struct cc_record *rec = cc_record_new(*state, cc_kind_find("organisation"), ORG);
    static const char *const kinds[] = {"parent", "member"};
    cc_record_add(rec, NULL, "name", "X", "en");
    for (size_t i = 0; i < 2; i++) {
        struct cc_node *relation = cc_record_add(rec, NULL, "relation", NULL, NULL);
        cc_record_add(rec, relation, "kind", kinds[i], NULL);
        cc_record_add(rec, relation, "organisation", OTHER, NULL);
    }
    assert_non_null(
        strstr(projection(rec),
               "\"edges\":[{\"field\":\"relation.organisation\",\"role\":\"parent member\","
               "\"state\":\"\",\"to\":\"" OTHER "\"}]"));
}

static void a_withdrawal_has_a_seal_without_content(void **state)
{
    struct cc_publication publication = {.kind = CC_WITHDRAWN,
                                         .record_id = PART,
                                         .publisher = ORG,
                                         .note = "wrong",
                                         .previous_revision = "7",
                                         .previous_seal_sha256 = "abc"};
    struct cc_problems problems;
    struct cc_sealed sealed;
    struct cc_err err = {.rc = CC_OK};
    cc_problems_init(&problems, *state);
    cc_clock_set(1795485723);
    assert_int_equal(cc_publish_seal(*state, &publication, &problems, &sealed, &err), CC_OK);
    cc_clock_set(0);
    assert_null(sealed.content);
    assert_false(sealed.unchanged);
    assert_string_equal(sealed.revision, "8");
    assert_string_equal(
        sealed.seal,
        "<seal xmlns=\"urn:concord:registry:1\" kind=\"withdrawn\" note-sha256=\""
        "8810ad581e59f2bc3928b261707a71308f7e139eb04820366dc4d5c18d980225\""
        " previous-sha256=\"abc\" publisher=\"" ORG "\" record=\"" PART
        "\" revision=\"8\" schema=\"1.0-draft\" time=\"2026-11-24T02:02:03Z\"></seal>");
    char hex[CC_SHA256_HEX + 1];
    cc_sha256_hex(sealed.seal, strlen(sealed.seal), hex);
    assert_string_equal(sealed.seal_sha256, hex);

    struct cc_call call;
    cc_publish_call(*state, &publication, &sealed, &call);
    assert_int_equal(call.query, Q_PUBLISH_APPEND);
    const char *head = "[{\"id\":\"" PART "\",\"kind\":\"partnership\",\"number\":\"8\","
                       "\"state\":\"withdrawn\",\"schema\":\"1.0-draft\",\"seal_sha256\":\"";
    const char *tail = ",\"sealed_at\":\"2026-11-24T02:02:03Z\"}]";
    assert_memory_equal(call.params[0], head, strlen(head));
    assert_string_equal(call.params[0] + strlen(call.params[0]) - strlen(tail), tail);
    const char *documents = call.params[1]; /* no content, the seal, the note */
    assert_memory_equal(documents, "\2\1<seal ", 8);
    const char *note = strchr(documents + 2, '\1');
    assert_memory_equal(documents + 2, sealed.seal, strlen(sealed.seal));
    assert_ptr_equal(note, documents + 2 + strlen(sealed.seal));
    assert_string_equal(note + 1, sealed.note);
    assert_null(strstr(call.params[0], "redirect"));
    assert_null(strstr(call.params[0], "projection"));
}

static void an_entry_holds_the_bytes_as_they_are(void **state)
{
    const struct cc_feed_entry entry = {.position = "3",
                                        .stamp = "2026-11-24T02:02:03Z",
                                        .record = PART,
                                        .kind = "partnership",
                                        .revision = "2",
                                        .event = "published",
                                        .link = "ff",
                                        .content = "<x></x>",
                                        .seal = "<seal></seal>",
                                        .note = "a < b"};
    struct cc_buf out;
    cc_buf_init(&out, *state);
    cc_feed_entry(&out, &entry, true);
    assert_string_equal(
        out.data,
        "<entry xmlns=\"urn:concord:registry:1\" event=\"published\" kind=\"partnership\" "
        "link=\"ff\" position=\"3\" record=\"" PART "\" revision=\"2\" "
        "stamp=\"2026-11-24T02:02:03Z\"><x></x><seal></seal><note>a &lt; b</note></entry>");
}

static int set_up(void **state)
{
    *state = talloc_new(NULL);
    return cc_crypto_init() == CC_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    talloc_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(projection_has_names_in_order_and_every_word),
        cmocka_unit_test(projection_of_a_membership_has_both_ends_with_roles_and_consent),
        cmocka_unit_test(projection_keeps_the_codes_of_one_reference_apart_from_others),
        cmocka_unit_test(a_withdrawal_has_a_seal_without_content),
        cmocka_unit_test(an_entry_holds_the_bytes_as_they_are),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
