/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Who is it? Search with the service identity, then bind as the one entry found, at the same server
 * and on a connection of its own. Only transport problems lead to the next server: a wrong password
 * asked twice would lock people out. All refusals look alike; names that do not exist get a decoy.
 */
#include "ldap.h"

#include "concord/clock.h"
#include "concord/log.h"
#include "concord/text.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define LOGIN_MAX_CHARS    128
#define PASSWORD_MAX_BYTES 1024
#define SERVERS_MAX        8
#define KEEP_US            (10LL * 60 * 1000000) /* age of a service handle */
#define IDLE_US            (60LL * 1000000)

struct cc_directory {
    const struct cc_settings *settings;
    struct cc_db *db;
    struct cc_ldap_server servers[SERVERS_MAX];
    struct cc_ldap *service[SERVERS_MAX]; /* kept; never used for a person's bind */
    size_t count;
};

/* One attempt to sign in, at one server after the other. */
struct attempt {
    struct cc_directory *dir;
    void *mem;
    const char *login, *password;
    int64_t due_us;
    bool is_timed_out;
    struct cc_identity identity;
};

static int close_all(struct cc_directory *dir)
{
    for (size_t i = 0; i < dir->count; i++)
        cc_ldap_close(dir->service[i]);
    return 0;
}

static enum cc_rc add_server(struct cc_directory *dir, const char *uri)
{
    LDAPURLDesc *url = NULL;
    enum cc_rc rc = CC_INVALID;
    bool is_ldaps = strcmp(dir->settings->ldap_tls, "ldaps") == 0;
    if (dir->count == SERVERS_MAX) {
        cc_log(CC_LOG_ERR, "ldap.uris names more than %d servers", SERVERS_MAX);
        return CC_INVALID;
    }
    if (ldap_url_parse(uri, &url) != LDAP_URL_SUCCESS || url->lud_host == NULL ||
        url->lud_host[0] == '\0' || strcmp(url->lud_scheme, is_ldaps ? "ldaps" : "ldap") != 0) {
        cc_log(CC_LOG_ERR, "ldap.uris: \"%s\" is not an address %s://HOST[:PORT]", uri,
               is_ldaps ? "ldaps" : "ldap");
        goto out;
    }
    struct cc_ldap_server *server = &dir->servers[dir->count];
    server->host = talloc_strdup(dir, url->lud_host);
    server->uri =
        talloc_asprintf(dir, strchr(server->host, ':') != NULL ? "%s://[%s]:%d" : "%s://%s:%d",
                        url->lud_scheme, server->host, url->lud_port);
    snprintf(server->port, sizeof(server->port), "%d", url->lud_port);
    dir->count++;
    rc = CC_OK;
out:
    if (url != NULL)
        ldap_free_urldesc(url);
    return rc;
}

enum cc_rc cc_directory_open(void *mem, const struct cc_settings *settings,
                             struct cc_directory **dir_r)
{
    enum cc_rc rc = CC_OK;
    char *save = NULL;
    /* before the library looks: ldaprc files and variables could switch verification off */
    setenv("LDAPNOINIT", "1", 1);
    setenv("RES_OPTIONS", "timeout:1 attempts:1", 0);
    signal(SIGPIPE, SIG_IGN); /* writing to a connection that we shut down */
    struct cc_directory *dir = talloc_zero(mem, struct cc_directory);
    if (dir == NULL)
        cc_die("out of memory");
    talloc_set_destructor(dir, close_all);
    dir->settings = settings;
    char *uris = talloc_strdup(dir, settings->ldap_uris);
    for (char *uri = strtok_r(uris, " \t", &save); uri != NULL && rc == CC_OK;
         uri = strtok_r(NULL, " \t", &save))
        rc = add_server(dir, uri);
    if (dir->count > 0 && settings->ldap_ca_file[0] == '\0') {
        cc_log(CC_LOG_ERR, "signing in needs ldap.ca_file");
        rc = CC_INVALID;
    }
    if (rc != CC_OK) {
        talloc_free(dir);
        return rc;
    }
    *dir_r = dir;
    return CC_OK;
}

void cc_directory_share(struct cc_directory *dir, struct cc_db *db)
{
    dir->db = db;
}

static void drop_service(struct cc_directory *dir, size_t i)
{
    cc_ldap_close(dir->service[i]);
    dir->service[i] = NULL;
}

static void remember_timeout(struct attempt *a, const struct cc_ldap *handle)
{
    a->is_timed_out = a->is_timed_out || handle->is_timed_out;
}

/* The kept service handle of server i, or a fresh one bound as the service. */
static enum cc_login service_handle(struct attempt *a, size_t i)
{
    struct cc_directory *dir = a->dir;
    const struct cc_settings *settings = dir->settings;
    struct cc_ldap *kept = dir->service[i];
    int64_t now = cc_monotonic_us();
    if (kept != NULL && !kept->is_broken && now - kept->opened_us < KEEP_US &&
        now - kept->used_us < IDLE_US)
        return CC_LOGIN_OK;
    drop_service(dir, i);
    enum cc_login result =
        cc_ldap_open(dir, settings, &dir->servers[i], a->due_us, &dir->service[i]);
    if (result == CC_LOGIN_OK) {
        result = cc_ldap_bind(dir->service[i], settings->ldap_bind_dn, settings->ldap_bind_password,
                              a->due_us);
        if (result != CC_LOGIN_OK && result != CC_LOGIN_UNAVAILABLE) {
            cc_log(CC_LOG_ERR, "directory \"%s\" refuses ldap.bind_dn with ldap.bind_password",
                   dir->servers[i].uri);
            result = CC_LOGIN_CONFIG;
        }
    }
    if (result != CC_LOGIN_OK) {
        remember_timeout(a, dir->service[i]);
        drop_service(dir, i);
    }
    return result;
}

/* A kept connection may have been closed by the other side meanwhile: that is no failure yet. */
static enum cc_login find_entry(struct attempt *a, size_t i, struct cc_ldap_entry *entry_r)
{
    struct cc_directory *dir = a->dir;
    for (;;) {
        bool was_kept = dir->service[i] != NULL;
        enum cc_login result = service_handle(a, i);
        if (result != CC_LOGIN_OK)
            return result;
        struct cc_ldap *handle = dir->service[i];
        was_kept = was_kept && handle->used_us != handle->opened_us;
        result = cc_ldap_find(handle, a->mem, dir->settings, a->login, a->due_us, entry_r);
        if (!handle->is_broken)
            return result;
        bool again = was_kept && !handle->is_timed_out && result == CC_LOGIN_UNAVAILABLE;
        remember_timeout(a, handle);
        drop_service(dir, i);
        if (!again)
            return result;
    }
}

static enum cc_login bind_person(struct attempt *a, size_t i, const char *dn)
{
    struct cc_ldap *handle = NULL;
    enum cc_login result =
        cc_ldap_open(a->mem, a->dir->settings, &a->dir->servers[i], a->due_us, &handle);
    if (result == CC_LOGIN_OK)
        result = cc_ldap_bind(handle, dn, a->password, a->due_us);
    remember_timeout(a, handle);
    cc_ldap_close(handle);
    return result;
}

/* Takes as long as a wrong password of an existing name; the answer does not count. */
static enum cc_login bind_decoy(struct attempt *a, size_t i)
{
    const char *decoy = a->dir->settings->ldap_decoy_dn;
    if (decoy[0] != '\0')
        bind_person(a, i, decoy);
    return CC_LOGIN_BAD_CREDENTIALS;
}

static void find_groups(struct attempt *a, size_t i, const char *dn)
{
    unsigned roles = 0;
    enum cc_login result = service_handle(a, i);
    if (result == CC_LOGIN_OK) {
        result =
            cc_ldap_groups(a->dir->service[i], a->mem, a->dir->settings, dn, a->due_us, &roles);
        if (result != CC_LOGIN_OK)
            drop_service(a->dir, i);
    }
    a->identity.groups_failed = result != CC_LOGIN_OK;
    a->identity.roles = result == CC_LOGIN_OK ? roles : 0;
}

/* However it was spelt: people find each other by it (cc_org_grant). */
static const char *login_kept(const struct attempt *a)
{
    const char *folded = cc_text_fold(a->mem, a->login), *why;
    char *clean;

    return cc_text_clean(a->mem, folded, strlen(folded), CC_TEXT_LINE, LOGIN_MAX_CHARS, &clean,
                         &why) == CC_OK &&
                   clean[0] != '\0'
               ? clean
               : a->login;
}

static enum cc_login ask_server(struct attempt *a, size_t i)
{
    struct cc_ldap_entry entry = {0};
    enum cc_login result = find_entry(a, i, &entry);
    if (result == CC_LOGIN_BAD_CREDENTIALS)
        return bind_decoy(a, i);
    if (result != CC_LOGIN_OK)
        return result;
    result = bind_person(a, i, entry.dn);
    if (result != CC_LOGIN_OK && result != CC_LOGIN_MUST_CHANGE)
        return result;
    a->identity.subject = talloc_asprintf(a->mem, "%s:%s", a->dir->settings->ldap_id, entry.id);
    a->identity.login = login_kept(a);
    a->identity.name = entry.name != NULL && entry.name[0] != '\0' ? entry.name : a->login;
    a->identity.mail = entry.mail != NULL && cc_is_mail(entry.mail) ? entry.mail : NULL;
    if (result == CC_LOGIN_OK)
        find_groups(a, i, entry.dn);
    return result;
}

static bool has_control(const char *s)
{
    for (; *s != '\0'; s++) {
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            return true;
    }
    return false;
}

enum cc_login cc_directory_login(struct cc_directory *dir, void *mem, const char *login,
                                 const char *password, struct cc_identity *identity_r,
                                 struct cc_err *err)
{
    struct attempt a = {.dir = dir, .mem = mem, .password = password};
    enum cc_login result = CC_LOGIN_UNAVAILABLE;
    const char *why;
    char *clean;

    /* an empty password would be an anonymous bind, which succeeds */
    if (password[0] == '\0' || strlen(password) > PASSWORD_MAX_BYTES || has_control(login) ||
        cc_text_clean(mem, login, strlen(login), CC_TEXT_LINE, LOGIN_MAX_CHARS, &clean, &why) !=
            CC_OK ||
        clean[0] == '\0')
        return CC_LOGIN_BAD_CREDENTIALS;
    a.login = clean;
    a.due_us = cc_monotonic_us() + CC_LDAP_LOGIN_MS * 1000LL;
    for (size_t i = 0; i < dir->count && cc_monotonic_us() < a.due_us; i++) {
        struct cc_ldap_server *server = &dir->servers[i];
        if (!cc_breaker_admits(server, dir->db, mem))
            continue;
        a.is_timed_out = false;
        result = ask_server(&a, i);
        if (result != CC_LOGIN_UNAVAILABLE) {
            cc_breaker_worked(server, dir->db, mem);
            break;
        }
        cc_breaker_failed(server, dir->db, mem, a.is_timed_out);
    }
    if (result == CC_LOGIN_OK || result == CC_LOGIN_MUST_CHANGE)
        *identity_r = a.identity;
    if (result == CC_LOGIN_UNAVAILABLE)
        cc_fail(err, mem, CC_BUSY, NULL, N_("Please try again later."),
                "no directory server answered");
    if (result == CC_LOGIN_CONFIG)
        cc_fail(err, mem, CC_BUSY, NULL, N_("Please try again later."),
                "the directory refuses what section [ldap] of the settings asks");
    return result;
}
