/* SPDX-License-Identifier: EUPL-1.2 */
/* XML in and out: the writer is a fixed point, the reader takes what it wrote, the doors hold. */
#include "unit.h"

#include "../lib/maximal.h"
#include "concord/clock.h"
#include "concord/xml.h"
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEAD(id) "<partnership xmlns=\"urn:concord:registry:1\" id=\"" id "\" schema=\"1.0-draft\">"

static const char *source_dir(void)
{
    const char *dir = getenv("srcdir");
    return dir == NULL ? "." : dir;
}

static char *slurp(void *mem, const char *path, size_t *len_r)
{
    FILE *f = fopen(path, "rb");
    struct cc_buf b;
    char part[65536];
    size_t n;
    cc_buf_init(&b, mem);
    if (f == NULL)
        return NULL;
    while ((n = fread(part, 1, sizeof(part), f)) > 0)
        cc_buf_add(&b, part, n);
    fclose(f);
    cc_buf_addc(&b, '\0');
    *len_r = b.len - 1;
    return b.data;
}

static void what_is_written_is_canonical_valid_and_read_again(void **state)
{
    for (size_t k = 0; cc_kinds[k] != NULL; k++) {
        struct cc_record *rec = maximal_record(*state, cc_kinds[k]);
        struct cc_record *again = NULL;
        struct cc_problems problems;
        struct cc_buf one, two;
        cc_buf_init(&one, *state);
        cc_buf_init(&two, *state);
        cc_problems_init(&problems, *state);
        cc_xml_write_record(&one, rec);
        assert_int_equal(cc_xml_is_canonical(*state, one.data, one.len, NULL), CC_OK);
        enum cc_rc rc = cc_xml_validate(*state, one.data, one.len, &problems);
        for (size_t i = 0; i < problems.n; i++)
            print_message("%s: %s\n", problems.v[i].path, problems.v[i].arg1);
        assert_int_equal(rc, CC_OK);
        assert_int_equal(
            cc_xml_read_record(*state, one.data, one.len, &CC_XML_WEB, &problems, &again), CC_OK);
        assert_string_equal(again->id, rec->id);
        cc_xml_write_record(&two, again);
        size_t at = 0;
        while (one.data[at] != 0 && one.data[at] == two.data[at])
            at++;
        if (one.data[at] != two.data[at])
            print_message("at %zu: %.80s\n   not %.80s\n", at, one.data + at, two.data + at);
        assert_string_equal(one.data, two.data);
    }
}

/* Every field of the tables stands in the XSD and nothing else does. */
static size_t count_fields(const struct cc_field *table)
{
    size_t n = 0;
    for (const struct cc_field *f = table; f->name != NULL; f++) {
        n += (f->flags & CC_VALUE) == 0;
        if (f->type == CC_F_GROUP)
            n += count_fields(f->children);
    }
    return n;
}

static void the_schema_has_the_fields_of_the_tables(void **state)
{
    static const char *const files[] = {"concord", "commitment", "activity"};
    size_t len, in_tables = 0, in_schema = 0;
    for (size_t k = 0; cc_kinds[k] != NULL; k++)
        in_tables += 3 + count_fields(cc_kinds[k]->fields); /* element, id, schema */
    for (size_t i = 0; i < COUNT(files); i++) {
        const char *xsd = slurp(
            *state, talloc_asprintf(*state, "%s/schemas/1.0-draft/%s.xsd", source_dir(), files[i]),
            &len);
        assert_non_null(xsd);
        for (const char *s = xsd; (s = strstr(s, "<xs:element name=")) != NULL; s++)
            in_schema++;
        for (const char *s = xsd; (s = strstr(s, "<xs:attribute name=")) != NULL; s++)
            in_schema++;
    }
    assert_int_equal(in_tables, in_schema);
}

/* The reader for pages and the one for strangers make the same tree of what the writer wrote. */
static void published_content_reads_the_same(void **state)
{
    void *m = *state;
    for (size_t k = 0; cc_kinds[k] != NULL; k++) {
        struct cc_buf xml, one, two;
        struct cc_record *rec = maximal_record(m, cc_kinds[k]);
        struct cc_record *a = NULL, *b = NULL;
        struct cc_problems problems;
        cc_problems_init(&problems, m);
        cc_buf_init(&xml, m);
        cc_buf_init(&one, m);
        cc_buf_init(&two, m);
        cc_xml_write_record(&xml, rec);
        assert_int_equal(cc_xml_read_record(m, xml.data, xml.len, &CC_XML_WEB, &problems, &a),
                         CC_OK);
        assert_int_equal(cc_xml_read_published(m, xml.data, xml.len, &b), CC_OK);
        cc_record_to_json(a, &one);
        cc_record_to_json(b, &two);
        assert_string_equal(one.data, two.data);
        assert_string_equal(a->id, b->id);
        assert_string_equal(a->schema, b->schema);
    }
}

/* Every way to leave the canonical form goes to the reader for strangers, which answers. */
static void what_is_not_canonical_is_read_all_the_same(void **state)
{
    static const char *const good[] = {
        HEAD("P") " <title xml:lang=\"en\">a</title></partnership>",
        HEAD("P") "<title xml:lang='en'>a</title></partnership>",
        HEAD("P") "<title xml:lang=\"en\">a<!-- c --></title></partnership>",
        HEAD("P") "<title xml:lang=\"en\">&#97;</title></partnership>",
        HEAD("P") "<title xml:lang=\"en\">a</title><sdg goal=\"1\"/></partnership>",
        HEAD("P") "<title xml:lang=\"en\">a</title ></partnership>",
        HEAD("P") "<title xml:lang=\"en\">a</title></partnership>\n",
    };
    static const char *const bad[] = {
        "",
        "<",
        "<partnership",
        HEAD("P"),
        HEAD("P") "<title",
        HEAD("P") "<title xml:lang=\"en\">a",
        HEAD("P") "<title xml:lang=\"en",
        HEAD("P") "<title>a</titel></partnership>",
        HEAD("P") "<nothing>a</nothing></partnership>",
        HEAD("P") "<sdg goal=\"&x;\"></sdg></partnership>",
    };
    struct cc_record *rec;
    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
        assert_int_equal(cc_xml_read_published(*state, good[i], strlen(good[i]), &rec), CC_OK);
        assert_string_equal(cc_node_text(rec->first, "title"), "a");
        assert_string_equal(cc_node_first(rec->first, "title")->lang, "en");
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        assert_int_equal(cc_xml_read_published(*state, bad[i], strlen(bad[i]), &rec), CC_INVALID);
}

static size_t problems_of(void *mem, const char *xml, const char *path)
{
    struct cc_problems problems;
    struct cc_record *rec = NULL;
    cc_problems_init(&problems, mem);
    enum cc_rc rc = cc_xml_read_record(mem, xml, strlen(xml), &CC_XML_WEB, &problems, &rec);
    assert_int_equal(rc, problems.errors > 0 ? CC_INVALID : CC_OK);
    if (path != NULL)
        assert_non_null(cc_problem_find(&problems, path));
    return problems.errors;
}

static void structure_is_told_all_at_once(void **state)
{
    void *m = *state;
    assert_int_equal(problems_of(m,
                                 HEAD("P") "<title xml:lang=\"en\">a</title><nothing/>"
                                           "<acronym>b<i/></acronym>x<kind a=\"b\">10</kind>"
                                           "<title xml:lang=\"fr\">late</title>"
                                           "<f xmlns=\"urn:other\"/></partnership>",
                                 NULL),
                     6);
    problems_of(m, HEAD("P") "<nothing/></partnership>", "nothing");
    problems_of(m, HEAD("P") "<sdg goal=\"1\" x=\"2\"></sdg></partnership>", "sdg.1.x");
    problems_of(m, HEAD("P") "<kind>1</kind><kind>2</kind></partnership>", "kind");
    assert_int_equal(problems_of(m, "<a/>", NULL), 1);
    assert_int_equal(problems_of(m, "", NULL), 1);
    assert_int_equal(problems_of(m, HEAD("P") "<kind>1</kind>", NULL), 1);
    /* pretty printing, comments, CDATA and references are fine on the way in */
    assert_int_equal(
        problems_of(m,
                    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- c -->\n<c:partnership "
                    "xmlns:c='urn:concord:registry:1' schema='1.0-draft' id='P'>\n"
                    "  <c:title xml:lang='EN'><![CDATA[a]]>&amp;&#x41;</c:title>\n"
                    "</c:partnership>\n",
                    NULL),
        0);
}

#define DOCUMENT(attributes)                                                                       \
    HEAD("P")                                                                                      \
    "<document " attributes "><title xml:lang=\"en\">a</title><url>https://example.org/</url>"     \
    "</document></partnership>"

/* One attribute, several values; whatever blanks stand between them. A single one is as it was. */
static void a_list_is_one_attribute(void **state)
{
    static const struct {
        const char *sent, *written;
    } cases[] = {
        {DOCUMENT("category=\"A01\" language=\"fr\""),
         DOCUMENT("category=\"A01\" language=\"fr\"")},
        {DOCUMENT("language='fr  ar' category=' A02\n\tA01 '"),
         DOCUMENT("category=\"A02 A01\" language=\"fr ar\"")},
        {DOCUMENT("category=\"A02  A01\""), DOCUMENT("category=\"A02 A01\"")},
    };
    struct cc_record *rec;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cc_problems problems;
        struct cc_buf out;
        cc_problems_init(&problems, *state);
        for (int published = 0; published < 2; published++) {
            cc_buf_init(&out, *state);
            size_t len = strlen(cases[i].sent);
            assert_int_equal(published ? cc_xml_read_published(*state, cases[i].sent, len, &rec)
                                       : cc_xml_read_record(*state, cases[i].sent, len, &CC_XML_WEB,
                                                            &problems, &rec),
                             CC_OK);
            cc_xml_write_record(&out, rec);
            assert_string_equal(out.data, cases[i].written);
        }
        assert_int_equal(cc_xml_is_canonical(*state, out.data, out.len, NULL), CC_OK);
    }
}

static void lists_are_judged_item_by_item(void **state)
{
    static const struct {
        const char *xml, *path;
    } bad[] = {
        {DOCUMENT("category=\"\""), "document.1.category.1"},
        {DOCUMENT("category=\"A01 A01\""), "document.1.category.2"},
        {DOCUMENT("language=\"fr en_x\""), "document.1.language.2"},
    };
    char *many = talloc_strdup(*state, HEAD("P") "<document category=\"");
    for (int i = 0; i < 5000; i++)
        many = talloc_asprintf_append_buffer(many, "A%d ", i);
    many = talloc_asprintf_append_buffer(many, "\"></document></partnership>");
    struct cc_record *rec;
    for (size_t i = 0; i <= COUNT(bad); i++) {
        const char *xml = i < COUNT(bad) ? bad[i].xml : many;
        const char *path = i < COUNT(bad) ? bad[i].path : "document.1.category";
        struct cc_problems problems;
        cc_problems_init(&problems, *state);
        assert_int_equal(cc_xml_read_record(*state, xml, strlen(xml), &CC_XML_WEB, &problems, &rec),
                         CC_OK);
        cc_record_check(rec, false, &problems);
        assert_non_null(cc_problem_find(&problems, path));
    }
    assert_int_equal(cc_node_count(cc_node_first(rec->first, "document")->child, "category"), 31);
}

static void doors_refuse_at_once(void **state)
{
    static const char *const bad[] = {
        "<!DOCTYPE partnership>" HEAD("P") "</partnership>",
        "<!DOCTYPE p [<!ENTITY a \"b\">]>" HEAD("P") "</partnership>",
        HEAD("P") "<!ENTITY a \"b\"></partnership>",
        HEAD("P") "&unknown;</partnership>",
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" HEAD("P") "</partnership>",
        "<?xml version=\"1.0\" encoding=\"UTF-7\"?>" HEAD("P") "</partnership>",
        HEAD("P") "\xC0\x80</partnership>",
        HEAD("P") "\xED\xA0\x80</partnership>",
        "\xFF\xFE<\0",
    };
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_true(problems_of(*state, bad[i], NULL) > 0);

    struct cc_buf b;
    cc_buf_init(&b, *state);
    cc_buf_adds(&b, "<a ");
    for (int i = 0; i < 100000; i++)
        cc_buf_printf(&b, "a%d=\"\" ", i);
    cc_buf_adds(&b, "/>");
    int64_t start = cc_monotonic_us();
    assert_int_equal(problems_of(*state, b.data, NULL), 1);
    b.len = 0;
    for (int i = 0; i < 100000; i++)
        cc_buf_adds(&b, "<a>");
    assert_int_equal(problems_of(*state, b.data, NULL), 1);
    assert_true(cc_monotonic_us() - start < 2000000);
}

struct seen {
    size_t items, records, entries;
    char content[4096];
    char seal[1024];
    char note[100];
};

static enum cc_rc count_item(void *arg, const struct cc_xml_item *item, struct cc_err *err)
{
    struct seen *s = arg;
    (void)err;
    s->items++;
    s->records += item->record != NULL && item->problems->errors == 0;
    if (item->content != NULL) {
        s->entries++;
        snprintf(s->content, sizeof(s->content), "%s", item->content);
        snprintf(s->seal, sizeof(s->seal), "%s", item->seal);
        snprintf(s->note, sizeof(s->note), "%s", item->note);
    }
    for (size_t i = 0; i < item->problems->n && item->record == NULL; i++)
        if (getenv("SHOW") != NULL)
            print_message("%d %s %s %s\n", item->problems->v[i].line, item->problems->v[i].path,
                          item->problems->v[i].message, item->problems->v[i].arg1);
    return CC_OK;
}

static enum cc_rc stream(void *mem, const char *text, size_t len, struct seen *seen)
{
    char path[] = "/tmp/concord-xml-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, text, len) == (ssize_t)len && lseek(fd, 0, SEEK_SET) == 0);
    unlink(path);
    *seen = (struct seen){0};
    enum cc_rc rc = cc_xml_read_stream(mem, fd, &CC_XML_IMPORT, count_item, seen, NULL);
    close(fd);
    return rc;
}

static void a_bad_record_does_not_end_the_file(void **state)
{
    struct seen s;
    const char *list = "<records xmlns=\"urn:concord:registry:1\">\n" HEAD(
        "P1") "</partnership>"
              "<nothing/><x xmlns=\"urn:y\"><z/></x>" HEAD("P2") "<bad/></partnership>" HEAD(
                  "P3") "</partnership></records>";
    assert_int_equal(stream(*state, list, strlen(list), &s), CC_OK);
    assert_int_equal(s.items, 5);
    assert_int_equal(s.records, 2);
    assert_int_equal(stream(*state, list, strlen(list) - 3, &s), CC_INVALID);
    assert_int_equal(s.records, 2);
    assert_int_equal(s.items, 6);
}

static void a_feed_gives_the_sealed_bytes(void **state)
{
    struct seen s;
    const char *content = HEAD("P1") "<title xml:lang=\"en\">a &amp; b</title></partnership>";
    const char *seal = "<seal xmlns=\"urn:concord:registry:1\" kind=\"published\"></seal>";
    char *feed = talloc_asprintf(*state,
                                 "<feed xmlns=\"urn:concord:registry:1\" after=\"0\"><entry "
                                 "position=\"1\">%s%s<note>two\nlines</note></entry></feed>",
                                 content, seal);
    assert_int_equal(stream(*state, feed, strlen(feed), &s), CC_OK);
    assert_int_equal(s.records, 1);
    assert_string_equal(s.content, content);
    assert_string_equal(s.seal, seal);
    assert_string_equal(s.note, "two\nlines");
    /* the same after another tool wrote it in its own way */
    const char *other = "<r:feed xmlns:r='urn:concord:registry:1'><r:entry><partnership "
                        "schema='1.0-draft'\n id='P1' xmlns='urn:concord:registry:1'><title "
                        "xml:lang='en'>a &#38; b</title></partnership></r:entry></r:feed>";
    assert_int_equal(stream(*state, other, strlen(other), &s), CC_OK);
    assert_string_equal(s.content, content);
}

static void the_samples_are_read_and_stay_canonical(void **state)
{
    static const char *const files[] = {"organisations", "global-fund",    "global-compact",
                                        "education",     "public-private", "knowledge-network"};
    for (size_t i = 0; i < COUNT(files); i++) {
        struct seen s;
        size_t len;
        char *path = talloc_asprintf(*state, "%s/sql/samples/%s.xml", source_dir(), files[i]);
        char *text = slurp(*state, path, &len);
        assert_non_null(text);
        assert_int_equal(stream(*state, text, len, &s), CC_OK);
        assert_true(s.items > 0);
        assert_int_equal(s.items, s.records);
    }
}

/* schemas/samples/: complete, valid, canonical, and written again to the byte. */
static void the_published_samples_are_fixed_points(void **state)
{
    static const char *const files[] = {"organisation-maximal", "organisation-minimal",
                                        "partnership-maximal",  "partnership-minimal",
                                        "membership-maximal",   "membership-minimal",
                                        "commitment-maximal",   "commitment-minimal",
                                        "activity-maximal",     "activity-minimal"};
    for (size_t i = 0; i < COUNT(files); i++) {
        size_t len;
        struct cc_record *rec = NULL;
        struct cc_problems problems;
        struct cc_buf out;
        char *path = talloc_asprintf(*state, "%s/schemas/samples/%s/%s.xml", source_dir(),
                                     CC_SCHEMA_VERSION, files[i]);
        char *text = slurp(*state, path, &len);
        assert_non_null(text);
        cc_problems_init(&problems, *state);
        cc_buf_init(&out, *state);
        assert_int_equal(cc_xml_is_canonical(*state, text, len, NULL), CC_OK);
        assert_int_equal(cc_xml_validate(*state, text, len, &problems), CC_OK);
        assert_int_equal(cc_xml_read_record(*state, text, len, &CC_XML_WEB, &problems, &rec),
                         CC_OK);
        cc_record_check(rec, true, &problems);
        for (size_t k = 0; k < problems.n; k++)
            print_message("%s: %s %s\n", files[i], problems.v[k].path, problems.v[k].message);
        assert_int_equal(problems.errors, 0);
        cc_xml_write_record(&out, rec);
        assert_string_equal(out.data, text);
        for (const struct cc_field *f = rec->kind->fields;
             f->name != NULL && strstr(files[i], "maximal") != NULL; f++)
            assert_non_null(cc_node_first(rec->first, f->name));
    }
}

static int give_file(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)at;
    if (type != FTW_F)
        return 0;
    void *mem = talloc_new(NULL);
    size_t len;
    char *text = slurp(mem, path, &len);
    struct cc_problems problems;
    struct cc_record *rec;
    int64_t start = cc_monotonic_us();
    cc_problems_init(&problems, mem);
    enum cc_rc rc =
        text == NULL ? CC_OK : cc_xml_read_record(mem, text, len, &CC_XML_WEB, &problems, &rec);
    struct seen s;
    int fd = open(path, O_RDONLY);
    (void)!cc_xml_read_stream(mem, fd, &CC_XML_IMPORT, count_item, &s, NULL);
    close(fd);
    bool slow = cc_monotonic_us() - start > 1000000 || talloc_total_size(mem) > (64u << 20);
    talloc_free(mem);
    if (rc != CC_INVALID || slow)
        print_message("%s: rc %d%s\n", path, rc, slow ? ", slow or large" : "");
    return rc != CC_INVALID || slow;
}

static void hostile_files_are_refused_in_bounded_time(void **state)
{
    const char *data = getenv("CONCORD_DATA");
    char *dir = talloc_asprintf(
        *state, "%s/xml",
        data != NULL ? data : talloc_asprintf(*state, "%s/../shared/data", source_dir()));
    if (access(dir, R_OK) != 0) {
        print_message("needs_real_data: %s is absent\n", dir);
        skip();
    }
    assert_int_equal(nftw(dir, give_file, 16, FTW_PHYS), 0);
}

static void seals_are_read_as_written(void **state)
{
    struct cc_buf b;
    struct cc_seal again;
    const char *hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    struct cc_seal seal = {.record = maximal_id(*state, 'P', "000000000001"),
                           .revision = "2",
                           .schema = "1.0-draft",
                           .time = "2026-11-24T01:02:03Z",
                           .publisher = maximal_id(*state, 'O', "000000000001"),
                           .kind = "published",
                           .content_sha256 = hash,
                           .previous_sha256 = hash,
                           .note_sha256 = hash};
    struct cc_problems problems;
    cc_problems_init(&problems, *state);
    cc_buf_init(&b, *state);
    cc_xml_write_seal(&b, &seal);
    assert_int_equal(cc_xml_is_canonical(*state, b.data, b.len, NULL), CC_OK);
    assert_int_equal(cc_xml_validate(*state, b.data, b.len, &problems), CC_OK);
    assert_int_equal(cc_xml_read_seal(*state, b.data, b.len, &again, NULL), CC_OK);
    assert_string_equal(again.record, seal.record);
    assert_string_equal(again.previous_sha256, hash);
    assert_null(again.redirect);
    static const char *const bad[] = {"<seal/>", "<seal xmlns=\"urn:concord:registry:1\"/>", "x",
                                      "<!DOCTYPE a><seal xmlns=\"urn:concord:registry:1\"/>"};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(cc_xml_read_seal(*state, bad[i], strlen(bad[i]), &again, NULL),
                         CC_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        unit(what_is_written_is_canonical_valid_and_read_again),
        unit(the_schema_has_the_fields_of_the_tables),
        unit(published_content_reads_the_same),
        unit(what_is_not_canonical_is_read_all_the_same),
        unit(structure_is_told_all_at_once),
        unit(a_list_is_one_attribute),
        unit(lists_are_judged_item_by_item),
        unit(doors_refuse_at_once),
        unit(a_bad_record_does_not_end_the_file),
        unit(a_feed_gives_the_sealed_bytes),
        unit(the_samples_are_read_and_stay_canonical),
        unit(the_published_samples_are_fixed_points),
        unit(seals_are_read_as_written),
        unit(hostile_files_are_refused_in_bounded_time),
    };
    char schemas[4096];
    snprintf(schemas, sizeof(schemas), "%s/schemas", source_dir());
    if (cc_xml_init(schemas) != CC_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
