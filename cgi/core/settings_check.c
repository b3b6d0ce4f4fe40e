/* SPDX-License-Identifier: EUPL-1.2 */
/* What a setting may be beyond its type, what holds between settings, and what follows from them.
 */
#include "concord/i18n.h"
#include "concord/log.h"
#include "concord/text.h"
#include "core/settings_read.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <talloc.h>

#define AT(member) offsetof(struct cc_settings, member)

/* Calls fn for each blank-separated word; stops at the first that it does not like. */
static bool each_word(void *mem, const char *list, bool (*fn)(const char *word))
{
    const char *s = list + strspn(list, " ");
    while (*s != '\0') {
        size_t len = strcspn(s, " ");
        char *word = talloc_strndup(mem, s, len);
        if (word == NULL)
            cc_die("out of memory");
        bool ok = fn(word);
        talloc_free(word);
        if (!ok)
            return false;
        s += len;
        s += strspn(s, " ");
    }
    return true;
}

/* --- single values: true = fine --------------------------------------------------------------- */

static bool is_address(const char *word)
{
    struct in6_addr address;
    return inet_pton(AF_INET, word, &address) == 1 || inet_pton(AF_INET6, word, &address) == 1;
}

static bool are_addresses(void *mem, const char *value)
{
    return each_word(mem, value, is_address);
}

static bool is_mail_or_empty(void *mem, const char *value)
{
    (void)mem;
    return value[0] == '\0' || cc_is_mail(value);
}

/* RFC 9116: an address of the web, of mail or a telephone; nothing that could break its line. */
static bool is_contact(const char *word)
{
    size_t len = strlen(word);

    for (size_t i = 0; i < len; i++) {
        if (word[i] <= ' ' || word[i] >= 0x7f) {
            return false;
        }
    }
    return (strncmp(word, "mailto:", 7) == 0 && cc_is_mail(word + 7)) ||
           (strncmp(word, "https://", 8) == 0 && len > 8) ||
           (strncmp(word, "tel:+", 5) == 0 && strspn(word + 5, "0123456789-") == len - 5 &&
            len > 5);
}

static bool are_contacts(void *mem, const char *value)
{
    return each_word(mem, value, is_contact);
}

static bool is_known_language(const char *word)
{
    return cc_i18n_known(word, strlen(word)) != NULL;
}

static bool are_languages(void *mem, const char *value)
{
    return value[strspn(value, " ")] != '\0' && each_word(mem, value, is_known_language);
}

static bool is_login(void *mem, const char *value)
{
    (void)mem;
    return strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(value) &&
           !(value[0] >= '0' && value[0] <= '9');
}

static bool is_directory_id(void *mem, const char *value)
{
    (void)mem;
    return strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(value);
}

static bool is_attribute(void *mem, const char *value)
{
    (void)mem;
    return strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.") ==
           strlen(value);
}

/* In brackets, %s at least once, and no other %. */
static bool is_filter(void *mem, const char *value)
{
    (void)mem;
    size_t len = strlen(value);
    size_t places = 0;
    for (const char *s = strchr(value, '%'); s != NULL; s = strchr(s + 1, '%')) {
        if (s[1] != 's')
            return false;
        places++;
    }
    return places > 0 && value[0] == '(' && value[len - 1] == ')';
}

/* libpq takes user and password from elsewhere: one login per kind of process, no secret here. */
static bool is_conninfo(void *mem, const char *value)
{
    (void)mem;
    static const char *const refused[] = {"user", "password", "service"};
    if (strstr(value, "://") != NULL)
        return false;
    const char *s = value;
    for (;;) {
        s += strspn(s, " ");
        if (*s == '\0')
            return true;
        size_t key = strcspn(s, " =");
        for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
            if (strlen(refused[i]) == key && strncmp(s, refused[i], key) == 0)
                return false;
        }
        s += key;
        s += strspn(s, " ");
        if (*s != '=')
            return false;
        s++;
        s += strspn(s, " ");
        if (*s != '\'') {
            s += strcspn(s, " ");
            continue;
        }
        for (s++; *s != '\0' && *s != '\''; s++) {
            if (*s == '\\' && s[1] != '\0')
                s++;
        }
        if (*s == '\0')
            return false;
        s++;
    }
}

static const struct value_check {
    size_t offset;
    bool (*ok)(void *mem, const char *value);
    const char *allowed;
} value_checks[] = {
    {AT(trusted_proxies), are_addresses, "IP addresses with blanks between them"},
    {AT(security_contact), are_contacts,
     "addresses that begin with mailto:, https:// or tel:+, with blanks between them"},
    {AT(registry_mail), is_mail_or_empty, "a mail address or empty"},
    {AT(languages), are_languages,
     "languages with blanks between them, each one of " CC_I18N_KNOWN},
    {AT(db_conninfo), is_conninfo,
     "parameters like \"host=/run/postgresql dbname=concord\" without user, password and service"},
    {AT(db_user_web), is_login, "lower-case letters, digits and _"},
    {AT(db_user_login), is_login, "lower-case letters, digits and _"},
    {AT(db_user_job), is_login, "lower-case letters, digits and _"},
    {AT(db_user_migrate), is_login, "lower-case letters, digits and _"},
    {AT(db_user_audit), is_login, "lower-case letters, digits and _"},
    {AT(ldap_id), is_directory_id, "lower-case letters, digits and -"},
    {AT(ldap_user_filter), is_filter, "a filter in brackets with %s in it and no other %"},
    {AT(ldap_group_filter), is_filter, "a filter in brackets with %s in it and no other %"},
    {AT(ldap_attr_id), is_attribute, "the name of an attribute"},
    {AT(ldap_attr_name), is_attribute, "the name of an attribute"},
    {AT(ldap_attr_mail), is_attribute, "the name of an attribute"},
};

static void check_values(struct cc_settings_reader *r)
{
    for (size_t i = 0; i < sizeof(value_checks) / sizeof(value_checks[0]); i++) {
        const struct value_check *check = &value_checks[i];
        const char *value = *(const char **)(void *)((char *)r->settings + check->offset);
        if (value == NULL || check->ok(r->mem, value)) /* NULL: told already */
            continue;
        size_t at = cc_setting_at(check->offset);
        const struct cc_setting *s = &cc_setting_table[at];
        cc_settings_mistake(r, r->lines[at], "%s.%s must be %s", s->section, s->key,
                            check->allowed);
    }
}

/* --- the public address ----------------------------------------------------------------------- */

static bool is_loopback(const char *host, size_t len)
{
    struct in_addr v4;
    char text[INET_ADDRSTRLEN];
    if ((len == 9 && memcmp(host, "localhost", 9) == 0) ||
        (len == 5 && memcmp(host, "[::1]", 5) == 0))
        return true;
    if (len >= sizeof(text))
        return false;
    memcpy(text, host, len);
    text[len] = '\0';
    return inet_pton(AF_INET, text, &v4) == 1 && ntohl(v4.s_addr) >> 24 == 127;
}

/* "/registry/v2": segments of unreserved characters, none of them "." or "..". */
static bool is_base_path(const char *path)
{
    for (const char *s = path; *s == '/';) {
        size_t len = strcspn(s + 1, "/");
        if (len == 0 || s[1] == '.')
            return false;
        for (size_t i = 1; i <= len; i++) {
            if (!isalnum((unsigned char)s[i]) && strchr("-._~", s[i]) == NULL)
                return false;
        }
        s += len + 1;
    }
    return true;
}

static void compute_address(struct cc_settings_reader *r)
{
    struct cc_settings *s = r->settings;
    int line = r->lines[cc_setting_at(AT(public_url))];
    if (s->public_url == NULL)
        return;
    char *url = talloc_strdup(r->mem, s->public_url);
    if (url == NULL)
        cc_die("out of memory");

    char *host = strstr(url, "://") + 3; /* it is an http address: checked by its type */
    size_t host_len = strcspn(host, "/?#");
    char *path = host + host_len;
    for (char *c = url; c < path; c++) {
        *c = (char)tolower((unsigned char)*c); /* browsers send Origin in lower case */
    }
    size_t path_len = strlen(path);
    while (path_len > 0 && path[path_len - 1] == '/')
        path[--path_len] = '\0';
    if (!is_base_path(path) || strpbrk(path, "?#") != NULL) {
        cc_settings_mistake(r, line,
                            "the path of http.public_url may hold letters, digits and "
                            "-._~ between slashes, not \"%s\"",
                            path);
        return;
    }

    s->is_https = strncmp(url, "https:", 6) == 0;
    const char *port = s->is_https ? ":443" : ":80";
    size_t port_len = strlen(port);
    size_t origin_len = (size_t)(path - url);
    if (host_len > port_len && memcmp(path - port_len, port, port_len) == 0)
        origin_len -= port_len; /* browsers leave the usual port out */
    s->origin = talloc_strndup(r->mem, url, origin_len);
    s->base_path = talloc_strdup(r->mem, path);
    s->public_url = talloc_asprintf(r->mem, "%s%s", s->origin, s->base_path);
    if (s->origin == NULL || s->base_path == NULL || s->public_url == NULL)
        cc_die("out of memory");

    size_t name_len = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/");
    bool loopback = is_loopback(host, name_len);
    if (!s->is_https && !s->insecure_dev)
        cc_settings_mistake(r, line,
                            "http.public_url must start with https:// unless "
                            "http.insecure is yes");
    if (s->insecure_dev && !loopback)
        cc_settings_mistake(r, r->lines[cc_setting_at(AT(insecure_dev))],
                            "http.insecure may be yes only when the host of http.public_url is "
                            "localhost, 127.0.0.1 or [::1]");
}

/* --- between settings ------------------------------------------------------------------------- */

static bool is_ldaps(const char *word)
{
    return strncmp(word, "ldaps://", 8) == 0 && word[8] != '\0';
}

static bool is_ldap(const char *word)
{
    return strncmp(word, "ldap://", 7) == 0 && word[7] != '\0';
}

static void check_directory(struct cc_settings_reader *r)
{
    const struct cc_settings *s = r->settings;
    if (s->ldap_uris == NULL || s->ldap_tls == NULL || s->ldap_uris[0] == '\0')
        return;
    bool ldaps = strcmp(s->ldap_tls, "ldaps") == 0;
    if (!each_word(r->mem, s->ldap_uris, ldaps ? is_ldaps : is_ldap))
        cc_settings_mistake(r, r->lines[cc_setting_at(AT(ldap_uris))],
                            "ldap.uris must be addresses that start with %s, because ldap.tls is "
                            "%s, not \"%s\"",
                            ldaps ? "ldaps://" : "ldap://", s->ldap_tls, s->ldap_uris);
    if (s->ldap_user_base != NULL && s->ldap_user_base[0] == '\0')
        cc_settings_mistake(r, r->lines[cc_setting_at(AT(ldap_uris))],
                            "ldap.user_base must be set when ldap.uris is");
    bool has_group =
        (s->ldap_group_secretariat != NULL && *s->ldap_group_secretariat != '\0') ||
        (s->ldap_group_administrator != NULL && *s->ldap_group_administrator != '\0') ||
        (s->ldap_group_partner_system != NULL && *s->ldap_group_partner_system != '\0');
    if (has_group && s->ldap_group_base != NULL && s->ldap_group_base[0] == '\0')
        cc_settings_mistake(r, r->lines[cc_setting_at(AT(ldap_uris))],
                            "ldap.group_base must be set when a group is");
}

static void check_session(struct cc_settings_reader *r)
{
    const struct cc_settings *s = r->settings;
    if (s->session_idle > s->session_absolute && s->session_absolute > 0)
        cc_settings_mistake(r, r->lines[cc_setting_at(AT(session_idle))],
                            "login.session_idle must not be longer than login.session_absolute "
                            "(%ld seconds)",
                            s->session_absolute);
}

void cc_settings_check(struct cc_settings_reader *r)
{
    check_values(r);
    compute_address(r);
    check_directory(r);
    check_session(r);
}
