/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The table of all settings. concord.conf(5) describes the same ones; a test compares them. What
 * one value may be beyond its type and range stands in settings_check.c.
 */
#include "concord/settings.h"

#include <stddef.h>
#include <string.h>

#define AT(member) offsetof(struct cc_settings, member)

#define TEXT(s, k, member, def, lo, hi, text)                                                      \
    {                                                                                              \
        .section = (s), .key = (k), .type = CC_SET_TEXT, .fallback = (def), .min = (lo),           \
        .max = (hi), .help = (text), .offset = AT(member)                                          \
    }
#define SECRET(s, k, member, def, lo, hi, text)                                                    \
    {                                                                                              \
        .section = (s), .key = (k), .type = CC_SET_TEXT, .fallback = (def), .min = (lo),           \
        .max = (hi), .secret = true, .help = (text), .offset = AT(member)                          \
    }
#define PATH(s, k, member, def, lo, text)                                                          \
    {                                                                                              \
        .section = (s), .key = (k), .type = CC_SET_PATH, .fallback = (def), .min = (lo),           \
        .max = 1000, .help = (text), .offset = AT(member)                                          \
    }
#define URL(s, k, member, def, text)                                                               \
    {                                                                                              \
        .section = (s), .key = (k), .type = CC_SET_URL, .fallback = (def), .min = 1, .max = 500,   \
        .help = (text), .offset = AT(member)                                                       \
    }
#define INT(s, k, member, def, lo, hi, text)                                                       \
    {                                                                                              \
        .section = (s), .key = (k), .type = CC_SET_INT, .fallback = (def), .min = (lo),            \
        .max = (hi), .help = (text), .offset = AT(member)                                          \
    }
#define BOOL(s, k, member, def, text)                                                              \
    {                                                                                              \
        .section = (s), .key = (k), .type = CC_SET_BOOL, .fallback = (def), .help = (text),        \
        .offset = AT(member)                                                                       \
    }
#define CHOICE(s, k, member, def, list, text)                                                      \
    {                                                                                              \
        .section = (s), .key = (k), .type = CC_SET_CHOICE, .fallback = (def), .choices = (list),   \
        .help = (text), .offset = AT(member)                                                       \
    }

static const char *const tls_choices[] = {"ldaps", "starttls", NULL};
static const char *const level_choices[] = {"err", "warning", "notice", "info", "debug", NULL};

/* clang-format off */
const struct cc_setting cc_setting_table[] = {
    URL("http", "public_url", public_url, NULL,
        "Address at which the public reaches the registry; may hold a path."),
    BOOL("http", "insecure", insecure_dev, "no",
         "Allows http:// in public_url on this machine alone; for demonstrations and tests."),
    INT("http", "body_max", body_max, "2097152", 65536, 16777216,
        "Largest body of a form, in bytes."),
    INT("http", "upload_max", upload_max, "10485760", 65536, 10485760,
        "Largest upload, in bytes."),
    INT("http", "request_limit", request_limit, "30", 1, 600,
        "Seconds after which a worker that hangs in one request ends itself."),
    TEXT("http", "trusted_proxies", trusted_proxies, "", 0, 1000,
         "Addresses of the proxies whose X-Forwarded-For is believed."),
    TEXT("http", "security_contact", security_contact, "", 0, 500,
         "Addresses to which weaknesses are told, for /.well-known/security.txt."),

    TEXT("registry", "name", registry_name, "Concord", 1, 100,
         "Name of the registry, shown on every page."),
    TEXT("registry", "mail", registry_mail, "", 0, 254,
         "Mail address of the office that runs the registry, shown on pages."),
    TEXT("registry", "licence", registry_licence, "", 0, 200,
         "Licence under which the public data may be used, shown on the page about the data."),
    TEXT("registry", "languages", languages, "en fr ar", 2, 200,
         "Languages of the pages; the first is the default."),

    BOOL("records", "confirm_organisations", confirm_organisations, "yes",
         "The secretariat confirms who an organisation is before it is published first."),

    TEXT("db", "conninfo", db_conninfo, "dbname=concord", 1, 1000,
         "Connection parameters of libpq without user and password."),
    TEXT("db", "user_web", db_user_web, "cc_web", 1, 63,
         "Database login of page and bulk workers."),
    TEXT("db", "user_login", db_user_login, "cc_login", 1, 63,
         "Database login of login workers."),
    TEXT("db", "user_job", db_user_job, "cc_job", 1, 63,
         "Database login of the job runner and of imports."),
    TEXT("db", "user_migrate", db_user_migrate, "cc_migrate", 1, 63,
         "Database login of concord migrate."),
    TEXT("db", "user_audit", db_user_audit, "cc_audit", 1, 63,
         "Database login that reads the audit log."),
    BOOL("db", "prepare", db_prepare, "yes",
         "Uses prepared statements; no for a pooler that cannot keep them."),

    TEXT("ldap", "id", ldap_id, "directory", 1, 32,
         "Short name of the directory, part of every person's key: never change it."),
    TEXT("ldap", "uris", ldap_uris, "", 0, 1000,
         "Addresses of the directory's servers, tried in order; empty switches sign-in off."),
    CHOICE("ldap", "tls", ldap_tls, "ldaps", tls_choices,
           "How connections are protected."),
    PATH("ldap", "ca_file", ldap_ca_file, "/etc/ssl/certs/ca-certificates.crt", 1,
         "Certificates of the authorities that may have signed a server's certificate."),
    TEXT("ldap", "bind_dn", ldap_bind_dn, "", 0, 1000,
         "Name of the service entry that searches."),
    SECRET("ldap", "bind_password", ldap_bind_password, "", 0, 1000,
           "Password of the service entry."),
    TEXT("ldap", "user_base", ldap_user_base, "", 0, 1000,
         "Entry below which people are searched."),
    TEXT("ldap", "user_filter", ldap_user_filter, "(&(objectClass=inetOrgPerson)(uid=%s))", 4, 1000,
         "Filter that finds one person; %s is the login name."),
    TEXT("ldap", "attr_id", ldap_attr_id, "entryUUID", 1, 100,
         "Attribute that identifies an entry for ever."),
    TEXT("ldap", "attr_name", ldap_attr_name, "cn", 1, 100,
         "Attribute with the name of a person."),
    TEXT("ldap", "attr_mail", ldap_attr_mail, "mail", 1, 100,
         "Attribute with the mail address of a person."),
    TEXT("ldap", "group_base", ldap_group_base, "", 0, 1000,
         "Entry below which groups are searched."),
    TEXT("ldap", "group_filter", ldap_group_filter, "(&(objectClass=groupOfNames)(member=%s))", 4, 1000,
         "Filter that finds the groups of one person; %s is the name of the person's entry."),
    TEXT("ldap", "group_secretariat", ldap_group_secretariat, "", 0, 1000,
         "Group whose members are the secretariat."),
    TEXT("ldap", "group_administrator", ldap_group_administrator, "", 0, 1000,
         "Group whose members are administrators."),
    TEXT("ldap", "group_partner_system", ldap_group_partner_system, "", 0, 1000,
         "Group whose members are systems of partners."),
    TEXT("ldap", "decoy_dn", ldap_decoy_dn, "", 0, 1000,
         "Entry that takes the bind of unknown login names, so that they take as long."),

    INT("login", "floor_ms", login_floor_ms, "300", 0, 5000,
        "Milliseconds that a refused sign-in takes at least."),
    INT("login", "free_failures", login_free_failures, "3", 1, 100,
        "Wrong passwords of one account before it has to wait."),
    INT("login", "account_window", login_account_window, "120", 10, 86400,
        "Seconds in which the directory counts wrong passwords; an account waits for their end."),
    INT("login", "network_failures", login_network_failures, "20", 1, 1000000,
        "Wrong passwords from one address in ten minutes before it is refused."),
    INT("login", "session_idle", session_idle, "1800", 60, 86400,
        "Seconds without a request after which a session ends."),
    INT("login", "session_absolute", session_absolute, "43200", 300, 604800,
        "Seconds after which a session ends in any case."),
    SECRET("login", "secret", login_secret, NULL, 32, 1000,
           "Key of the tokens of the sign-in form; at least 32 random characters."),

    INT("worker", "max_requests", worker_max_requests, "10000", 1, 1000000000,
        "Requests after which a worker ends, so that a fresh one takes its place."),
    INT("worker", "max_memory", worker_max_memory, "64", 32, 1000000,
        "Megabytes in memory after an answer above which a worker ends, likewise."),
    CHOICE("worker", "log_level", log_level, "info", level_choices,
           "Least important messages that are written."),

    PATH("files", "share_path", share_path, CC_PKGDATADIR, 1,
         "Folder of the installed sql, schemas, web and locale folders."),
    PATH("files", "path", files_path, "/var/lib/concord/files", 1,
         "Folder of the large public documents, the same on all machines."),

    PATH("standards", "path", standards_path, "", 0,
         "Folder of the standards of others; empty switches off what needs them."),

    BOOL("test", "clock", test_clock, "no",
         "Takes the time from the variable CONCORD_TEST_CLOCK; for tests."),
};
/* clang-format on */
const size_t cc_setting_count = sizeof(cc_setting_table) / sizeof(cc_setting_table[0]);

void cc_settings_show(const struct cc_settings *settings, struct cc_buf *out)
{
    const char *section = "";
    for (size_t i = 0; i < cc_setting_count; i++) {
        const struct cc_setting *s = &cc_setting_table[i];
        const char *value = (const char *)settings + s->offset;
        if (strcmp(s->section, section) != 0) {
            cc_buf_printf(out, "%s[%s]\n", i == 0 ? "" : "\n", s->section);
            section = s->section;
        }
        cc_buf_printf(out, "%s = ", s->key);
        if (s->type == CC_SET_INT)
            cc_buf_printf(out, "%ld", *(const long *)(const void *)value);
        else if (s->type == CC_SET_BOOL)
            cc_buf_adds(out, *(const bool *)(const void *)value ? "yes" : "no");
        else if (s->secret)
            cc_buf_adds(out, **(const char *const *)(const void *)value ? "********" : "");
        else
            cc_buf_adds(out, *(const char *const *)(const void *)value);
        cc_buf_addc(out, '\n');
    }
}
