/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Signs in at a directory for tests/integration/test_directory.py, without web server and database.
 * Arguments are settings of section [ldap], "key=value"; every line of standard input is "name TAB
 * password" (escapes \t \n \\). One line per attempt goes to standard output, at once.
 */
#include "concord/auth.h"

#include "concord/clock.h"
#include "concord/hash.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

static const struct {
    const char *key;
    size_t offset;
} keys[] = {
    {"id", offsetof(struct cc_settings, ldap_id)},
    {"uris", offsetof(struct cc_settings, ldap_uris)},
    {"tls", offsetof(struct cc_settings, ldap_tls)},
    {"ca_file", offsetof(struct cc_settings, ldap_ca_file)},
    {"bind_dn", offsetof(struct cc_settings, ldap_bind_dn)},
    {"bind_password", offsetof(struct cc_settings, ldap_bind_password)},
    {"user_base", offsetof(struct cc_settings, ldap_user_base)},
    {"user_filter", offsetof(struct cc_settings, ldap_user_filter)},
    {"attr_id", offsetof(struct cc_settings, ldap_attr_id)},
    {"attr_name", offsetof(struct cc_settings, ldap_attr_name)},
    {"attr_mail", offsetof(struct cc_settings, ldap_attr_mail)},
    {"group_base", offsetof(struct cc_settings, ldap_group_base)},
    {"group_filter", offsetof(struct cc_settings, ldap_group_filter)},
    {"group_secretariat", offsetof(struct cc_settings, ldap_group_secretariat)},
    {"group_administrator", offsetof(struct cc_settings, ldap_group_administrator)},
    {"group_partner_system", offsetof(struct cc_settings, ldap_group_partner_system)},
    {"decoy_dn", offsetof(struct cc_settings, ldap_decoy_dn)},
};

static bool set(struct cc_settings *settings, const char *argument)
{
    const char *value = strchr(argument, '=');
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && value != NULL; i++) {
        size_t len = strlen(keys[i].key);
        if ((size_t)(value - argument) == len && memcmp(argument, keys[i].key, len) == 0) {
            *(const char **)((char *)settings + keys[i].offset) = value + 1;
            return true;
        }
    }
    fprintf(stderr, "no such setting: %s\n", argument);
    return false;
}

static void unescape(char *s)
{
    char *to = s;
    for (; *s != '\0'; s++, to++) {
        if (*s == '\\' && s[1] != '\0') {
            s++;
            *to = (char)(*s == 't' ? '\t' : *s == 'n' ? '\n' : *s);
        } else {
            *to = *s;
        }
    }
    *to = '\0';
}

static void attempt(struct cc_directory *dir, char *name, char *password)
{
    static const char *const words[] = {
        [CC_LOGIN_OK] = "ok",
        [CC_LOGIN_BAD_CREDENTIALS] = "bad-credentials",
        [CC_LOGIN_MUST_CHANGE] = "must-change",
        [CC_LOGIN_LOCKED] = "locked",
        [CC_LOGIN_EXPIRED] = "expired",
        [CC_LOGIN_UNAVAILABLE] = "unavailable",
        [CC_LOGIN_CONFIG] = "config",
    };
    struct cc_identity who = {0};
    struct cc_err err = {0};
    void *mem = talloc_new(NULL);
    unescape(name);
    unescape(password);
    int64_t start = cc_monotonic_us();
    enum cc_login result = cc_directory_login(dir, mem, name, password, &who, &err);
    printf("%s\t%" PRId64 "\t%s\t%s\t%s\t%s\t%u\t%d\n", words[result],
           (cc_monotonic_us() - start) / 1000, who.subject != NULL ? who.subject : "",
           who.login != NULL ? who.login : "", who.name != NULL ? who.name : "",
           who.mail != NULL ? who.mail : "", who.roles, who.groups_failed);
    fflush(stdout);
    talloc_free(mem);
}

int main(int argc, char **argv)
{
    struct cc_settings settings = {.ldap_attr_id = "entryUUID",
                                   .ldap_attr_name = "cn",
                                   .ldap_attr_mail = "mail",
                                   .ldap_decoy_dn = ""};
    struct cc_directory *dir;
    char line[8192];
    for (int i = 1; i < argc; i++) {
        if (!set(&settings, argv[i]))
            return 2;
    }
    if (cc_crypto_init() != CC_OK || cc_directory_open(NULL, &settings, &dir) != CC_OK)
        return 1;
    while (fgets(line, sizeof(line), stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *password = strchr(line, '\t');
        if (password == NULL)
            break;
        *password++ = '\0';
        attempt(dir, line, password);
    }
    talloc_free(dir);
    return 0;
}
