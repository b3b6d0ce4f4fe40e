/* SPDX-License-Identifier: EUPL-1.2 */
#include "concord/settings.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/test_settings.XXXXXX";
static char file[64];
static char secret_file[64];

#define SECRET  "0123456789abcdef0123456789abcdef"
#define MINIMUM "[http]\npublic_url = https://example.org\n[login]\nsecret = " SECRET "\n"

static int start(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(file, sizeof(file), "%s/c.conf", folder);
    snprintf(secret_file, sizeof(secret_file), "%s/secret", folder);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    remove(file);
    remove(secret_file);
    return rmdir(folder);
}

static void write_file(const char *path, const char *text, size_t len)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
}

/* The settings, or NULL; the report without the name of the file's folder. */
static struct cc_settings *read_text(void *mem, const char *text, const char **report_r)
{
    struct cc_settings *settings = NULL;
    struct cc_buf report;
    cc_buf_init(&report, mem);
    write_file(file, text, strlen(text));
    enum cc_rc rc = cc_settings_read(mem, file, &settings, &report);
    assert_true((rc == CC_OK) == (settings != NULL));
    assert_true((rc == CC_OK) == (report.len == 0));
    *report_r = cc_buf_str(&report);
    return settings;
}

static struct cc_settings *read_good(void *mem, const char *text)
{
    const char *report;
    struct cc_settings *settings = read_text(mem, text, &report);
    if (settings == NULL)
        fail_msg("refused:\n%s\n%s", text, report);
    return settings;
}

static void defaults_hold_for_what_is_not_set(void **state)
{
    const struct cc_settings *s = read_good(*state, MINIMUM);
    assert_string_equal(s->public_url, "https://example.org");
    assert_string_equal(s->base_path, "");
    assert_string_equal(s->origin, "https://example.org");
    assert_true(s->is_https);
    assert_false(s->insecure_dev);
    assert_int_equal(s->request_limit, 30);
    assert_string_equal(s->ldap_uris, "");
    assert_string_equal(s->db_user_web, "cc_web");
    assert_true(s->db_prepare);
    assert_false(s->test_clock);
    assert_string_equal(s->login_secret, SECRET);
}

static void every_row_of_the_table_is_complete_and_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < cc_setting_count; i++) {
        const struct cc_setting *a = &cc_setting_table[i];
        assert_true(a->help != NULL && a->help[strlen(a->help) - 1] == '.');
        assert_true(a->offset < sizeof(struct cc_settings));
        assert_true((a->type == CC_SET_CHOICE) == (a->choices != NULL));
        for (size_t j = 0; j < i; j++) {
            const struct cc_setting *b = &cc_setting_table[j];
            assert_true(a->offset != b->offset);
            assert_false(strcmp(a->section, b->section) == 0 && strcmp(a->key, b->key) == 0);
        }
    }
}

static const struct {
    const char *given, *url, *origin, *base;
} addresses[] = {
    {"https://Example.ORG/", "https://example.org", "https://example.org", ""},
    {"https://example.org:443", "https://example.org", "https://example.org", ""},
    {"https://example.org:8443/registry/", "https://example.org:8443/registry",
     "https://example.org:8443", "/registry"},
    {"https://example.org/Un/v2", "https://example.org/Un/v2", "https://example.org", "/Un/v2"},
    {"http://127.0.0.1:8080/registry", "http://127.0.0.1:8080/registry", "http://127.0.0.1:8080",
     "/registry"},
    {"http://localhost:80", "http://localhost", "http://localhost", ""},
    {"http://[::1]:8080/", "http://[::1]:8080", "http://[::1]:8080", ""},
    {"http://127.9.9.9", "http://127.9.9.9", "http://127.9.9.9", ""},
};

static void public_address_is_split_into_origin_and_path(void **state)
{
    for (size_t i = 0; i < COUNT(addresses); i++) {
        char *text = talloc_asprintf(
            *state, "[http]\npublic_url=%s\ninsecure=%s\n[login]\nsecret=" SECRET,
            addresses[i].given, strncmp(addresses[i].given, "http:", 5) == 0 ? "yes" : "no");
        const struct cc_settings *s = read_good(*state, text);
        assert_string_equal(s->public_url, addresses[i].url);
        assert_string_equal(s->origin, addresses[i].origin);
        assert_string_equal(s->base_path, addresses[i].base);
        assert_int_equal(s->is_https, addresses[i].given[4] == 's');
    }
}

static const struct {
    const char *text; /* behind MINIMUM, so it begins on line 5 */
    int line;
    const char *told;
} mistakes[] = {
    {"[nope]\n", 5,
     "there is no section [nope]; there are http, registry, records, db, ldap, login,"},
    {"[db]\nhost = x\n", 6, "there is no setting \"host\" in [db]; there are conninfo, user_web,"},
    {"[db]\nprepare = yes\nprepare = no\n", 7, "db.prepare is set twice; the first time on line 6"},
    {"[login]\nsecret = " SECRET "\n", 6, "login.secret is set twice; the first time on line 4"},
    {"[db]\nprepare = true\n", 6, "db.prepare must be yes or no, not \"true\""},
    {"[http]\nrequest_limit = 0\n", 6, "http.request_limit must be a number from 1 to 600"},
    {"[http]\nrequest_limit = 30s\n", 6, "http.request_limit must be a number from 1 to 600"},
    {"[http]\nrequest_limit =\n", 6, "http.request_limit must be a number from 1 to 600"},
    {"[http]\nrequest_limit = 99999999999999999999\n", 6, "must be a number from 1 to 600"},
    {"[ldap]\ntls = none\n", 6, "ldap.tls must be one of ldaps, starttls, not \"none\""},
    {"[worker]\nlog_level = all\n", 6, "must be one of err, warning, notice, info, debug"},
    {"[files]\npath = var/files\n", 6, "files.path must be a path that starts with /"},
    {"[registry]\nname =\n", 6, "registry.name must have from 1 to 100 characters, not 0"},
    {"[registry]\nname = a\tb\n", 6, "registry.name must be UTF-8 without control characters"},
    {"[registry]\nname = a\xFF\n", 6, "registry.name must be UTF-8 without control characters"},
    {"[registry]\nmail = me\n", 6, "registry.mail must be a mail address or empty"},
    {"[registry]\nlanguages = en tlh\n", 6, "each one of en fr ar es"},
    {"[http]\ntrusted_proxies = 10.0.0.1 proxy\n", 6, "must be IP addresses"},
    {"[http]\nsecurity_contact = me@example.org\n", 6, "begin with mailto:, https:// or tel:+"},
    {"[http]\nsecurity_contact = mailto:a@example.org https://\n", 6, "begin with mailto:"},
    {"[db]\nconninfo = host=/run user=me\n", 6, "without user, password and service"},
    {"[db]\nconninfo = password = x\n", 6, "without user, password and service"},
    {"[db]\nconninfo = host='a b' password=x\n", 6, "without user, password and service"},
    {"[db]\nconninfo = postgresql://me@host/db\n", 6, "without user, password and service"},
    {"[db]\nuser_web = \"x\n", 6, "db.user_web must be lower-case letters, digits and _"},
    {"[ldap]\nid = a:b\n", 6, "ldap.id must be lower-case letters, digits and -"},
    {"[ldap]\nuser_filter = uid=%s\n", 6, "must be a filter in brackets with %s in it"},
    {"[ldap]\nuser_filter = (uid=%d)\n", 6, "must be a filter in brackets with %s in it"},
    {"[ldap]\ngroup_filter = (uid=x)\n", 6, "must be a filter in brackets with %s in it"},
    {"[ldap]\nuris = ldap://a\nuser_base = o=x\n", 6, "start with ldaps://, because ldap.tls is"},
    {"[ldap]\ntls=starttls\nuris = ldap://a ldaps://b\nuser_base = o=x\n", 7, "start with ldap://"},
    {"[ldap]\nuris = ldaps://a\n", 6, "ldap.user_base must be set when ldap.uris is"},
    {"[ldap]\nuris = ldaps://a\nuser_base=o=x\ngroup_secretariat=cn=s\n", 6,
     "ldap.group_base must"},
    {"[ldap]\nbind_password = file:secret\n", 6, "the path after file: must start with /"},
    {"[ldap]\nbind_password = file:/no/such/file\n", 6, "could not open \"/no/such/file\""},
    {"[login]\nsession_idle = 7200\nsession_absolute = 3600\n", 6, "must not be longer than"},
    {"[http]\ninsecure = yes\n", 6, "http.insecure may be yes only when the host"},
    {"[db\n", 5, "expected [section]"},
    {"[]\n", 5, "expected [section]"},
    {"nonsense\n", 5, "expected [section], key = value, or a comment"},
    {"= x\n", 5, "expected [section], key = value, or a comment"},
};

static void each_mistake_names_file_line_and_what_is_allowed(void **state)
{
    for (size_t i = 0; i < COUNT(mistakes); i++) {
        const char *report;
        char *text = talloc_asprintf(*state, "%s%s", MINIMUM, mistakes[i].text);
        if (read_text(*state, text, &report) != NULL)
            fail_msg("taken: %s", mistakes[i].text);
        char *place = talloc_asprintf(*state, "%s:%d: ", file, mistakes[i].line);
        if (strncmp(report, place, strlen(place)) != 0 || strstr(report, mistakes[i].told) == NULL)
            fail_msg("%s gives %s", mistakes[i].text, report);
        const char *end = strchr(report, '\n');
        if (end == NULL || end[1] != '\0')
            fail_msg("%s gives more than one line: %s", mistakes[i].text, report);
    }
}

static void bad_public_addresses_are_refused(void **state)
{
    static const char *const bad[] = {
        "http://example.org",
        "http://127.0.0.1",
        "ftp://example.org",
        "example.org",
        "https://u@example.org",
        "https://example.org/a//b",
        "https://example.org/../b",
        "https://example.org/a?b",
        "https://example.org/#a",
        "https://example.org/a%2Fb",
        "https://example.org/\"",
        "https://example.org/a;b",
        "https://example.org/a b",
        "https://",
        "",
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        const char *report;
        char *text = talloc_asprintf(
            *state, "[http]\npublic_url = %s\n[login]\nsecret=" SECRET "\n", bad[i]);
        if (read_text(*state, text, &report) != NULL)
            fail_msg("taken: %s", bad[i]);
    }
    const char *report;
    assert_null(read_text(*state,
                          "[http]\npublic_url = http://10.0.0.1\ninsecure = yes\n"
                          "[login]\nsecret = " SECRET "\n",
                          &report));
    assert_non_null(strstr(report, "http.insecure may be yes only"));
}

static void all_mistakes_are_told_at_once(void **state)
{
    const char *report;
    assert_null(read_text(*state,
                          "x = 1\n[http]\ninsecure = maybe\nrubbish\n[nope]\na = b\nc = d\n[db]\n"
                          "prepare = 1\n[ldap]\nid = A B\n",
                          &report));
    static const char *const told[] = {
        ":1: \"x\" stands before the first [section]",
        ":3: http.insecure",
        ":4: expected",
        ":5: there is no section [nope]",
        ":9: db.prepare",
        ":11: ldap.id",
        ": http.public_url must be set",
        ": login.secret must be set",
    };
    size_t lines = 0;
    for (const char *s = report; (s = strchr(s, '\n')) != NULL; s++)
        lines++;
    assert_int_equal(lines, COUNT(told));
    for (size_t i = 0; i < COUNT(told); i++) {
        if (strstr(report, told[i]) == NULL)
            fail_msg("\"%s\" is missing in\n%s", told[i], report);
    }
}

static void empty_and_missing_files_say_so(void **state)
{
    const char *report;
    assert_null(read_text(*state, "", &report));
    assert_non_null(strstr(report, "http.public_url must be set"));

    struct cc_settings *settings;
    struct cc_buf out;
    cc_buf_init(&out, *state);
    assert_int_equal(cc_settings_read(*state, "/no/such.conf", &settings, &out), CC_INVALID);
    assert_string_equal(cc_buf_str(&out),
                        "/no/such.conf: could not open: No such file or directory\n");
    cc_buf_init(&out, *state);
    assert_int_equal(cc_settings_read(*state, folder, &settings, &out), CC_INVALID);
    assert_true(out.len > 0);
}

static void values_are_taken_whole(void **state)
{
    char *dn = talloc_zero_size(*state, 901);
    memset(dn, 'a', 900);
    char *text = talloc_asprintf(
        *state,
        "\xEF\xBB\xBF# comment with a byte order mark before it\r\n" MINIMUM
        "; comment\r\n  # comment\n\n[ ldap ]\n\n[ldap]\r\n"
        "  bind_password  =  a ; b # c = d: \"e\" \\ %%s  \r\ndecoy_dn=%s\nbind_dn =",
        dn);
    const char *report;
    assert_null(
        read_text(*state, text, &report)); /* "[ ldap ]" is no section; nor is a BOM taken */
    text = talloc_asprintf(
        *state,
        "# c\r\n" MINIMUM "; c\r\n  # c\n\n[ldap]\r\n"
        "  bind_password  =  a ; b # c = d: \"e\" \\ %%s  \r\ndecoy_dn=%s\nbind_dn =",
        dn);
    const struct cc_settings *s = read_good(*state, text);
    assert_string_equal(s->ldap_bind_password, "a ; b # c = d: \"e\" \\ %s");
    assert_string_equal(s->ldap_decoy_dn, dn);
    assert_string_equal(s->ldap_bind_dn, "");
}

static void nul_bytes_are_told(void **state)
{
    static const char text[] = MINIMUM "[registry]\nname = a\0b\n";
    struct cc_settings *settings = NULL;
    struct cc_buf report;
    cc_buf_init(&report, *state);
    write_file(file, text, sizeof(text) - 1);
    assert_int_equal(cc_settings_read(*state, file, &settings, &report), CC_INVALID);
    assert_non_null(strstr(cc_buf_str(&report), ":6: this line holds a NUL byte"));
}

static void secrets_come_from_files_and_are_never_shown(void **state)
{
    static const char secret[] = "the secret of the file: thirty-two characters\nsecond line\n";
    write_file(secret_file, secret, sizeof(secret) - 1);
    char *text = talloc_asprintf(*state,
                                 "[http]\npublic_url = https://example.org\n[login]\nsecret = "
                                 "file:%s\n[ldap]\nbind_password = hunter2\n",
                                 secret_file);
    const struct cc_settings *s = read_good(*state, text);
    assert_string_equal(s->login_secret, "the secret of the file: thirty-two characters");

    struct cc_buf out;
    cc_buf_init(&out, *state);
    cc_settings_show(s, &out);
    assert_null(strstr(out.data, "thirty-two"));
    assert_null(strstr(out.data, "hunter2"));
    assert_non_null(strstr(out.data, "\nsecret = ********\n"));
    assert_non_null(strstr(out.data, "\nbind_password = ********\n"));

    const char *report;
    assert_null(read_text(
        *state, "[http]\npublic_url=https://example.org\n[login]\nsecret = too short, hunter2\n",
        &report));
    assert_null(strstr(report, "hunter2"));
    write_file(secret_file, "", 0);
    assert_null(read_text(*state, text, &report));
    assert_non_null(strstr(report, "it is empty"));
}

/* What show-config prints is itself a settings file with the same meaning (secrets put back). */
static void shown_settings_can_be_read_again(void **state)
{
    const struct cc_settings *s =
        read_good(*state, MINIMUM "[ldap]\nuris = ldaps://a ldaps://b\n"
                                  "user_base = o=x\n[http]\nbody_max = 70000\n");
    struct cc_buf once;
    cc_buf_init(&once, *state);
    cc_settings_show(s, &once);
    char *text = talloc_strdup(*state, once.data);
    char *mask = strstr(text, "\nsecret = ********");
    assert_non_null(mask);
    char *whole = talloc_asprintf(*state, "%.*s\nsecret = %s%s", (int)(mask - text), text, SECRET,
                                  mask + strlen("\nsecret = ********"));
    struct cc_buf twice;
    cc_buf_init(&twice, *state);
    cc_settings_show(read_good(*state, whole), &twice);
    assert_string_equal(twice.data, once.data);
}

/* Every example in a manual is run: this is the one of concord.conf(5). */
static void the_example_of_the_manual_is_taken(void **state)
{
    const char *srcdir = getenv("srcdir");
    char *path = talloc_asprintf(*state, "%s/man/concord.conf.5", srcdir == NULL ? "." : srcdir);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    char manual[65536];
    size_t len = fread(manual, 1, sizeof(manual) - 1, f);
    fclose(f);
    manual[len] = '\0';
    char *example = strstr(manual, "\n.Bd -literal");
    assert_non_null(example);
    example = strchr(example + 1, '\n');
    char *end = strstr(example, "\n.Ed");
    assert_non_null(end);
    end[1] = '\0';
    const struct cc_settings *s = read_good(*state, example);
    assert_string_equal(s->registry_mail, "registry@example.org");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        unit(defaults_hold_for_what_is_not_set),
        unit(every_row_of_the_table_is_complete_and_its_own),
        unit(public_address_is_split_into_origin_and_path),
        unit(each_mistake_names_file_line_and_what_is_allowed),
        unit(bad_public_addresses_are_refused),
        unit(all_mistakes_are_told_at_once),
        unit(empty_and_missing_files_say_so),
        unit(values_are_taken_whole),
        unit(nul_bytes_are_told),
        unit(secrets_come_from_files_and_are_never_shown),
        unit(shown_settings_can_be_read_again),
        unit(the_example_of_the_manual_is_taken),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
