/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One connection to one directory server, and the three things we ask of it. Inside cgi/auth only.
 * Every call ends within its own limit and before `due_us` (cc_monotonic_us()), whatever the server
 * does. Results are those of enum cc_login; what went wrong is logged here, where it is known.
 */
#ifndef CC_AUTH_LDAP_H
#define CC_AUTH_LDAP_H

#include "concord/auth.h"

#include <ldap.h>
#include <stdint.h>
#include <sys/time.h>

#define CC_LDAP_CONNECT_MS   1000
#define CC_LDAP_TLS_MS       2000
#define CC_LDAP_OPERATION_MS 3000
#define CC_LDAP_LOGIN_MS     6000

struct cc_ldap_server {
    const char *uri;
    const char *host;
    char port[6];
    /* breaker.c */
    unsigned failures;    /* of this worker */
    bool is_noted;        /* failures stand in the table, whoever found them */
    int64_t closed_at_us; /* the time from which it may be asked again */
};

struct cc_ldap {
    LDAP *ld;
    int fd; /* belongs to ld */
    const struct cc_ldap_server *server;
    int64_t opened_us, used_us;
    bool is_broken;    /* must not be used again */
    bool is_timed_out; /* broken by a deadline: trying again would only cost time */
    struct ldap_conncb no_connect;
};

/* The one entry of a login name. Texts are owned by the mem of the search. */
struct cc_ldap_entry {
    const char *dn;
    const char *id; /* entryUUID, or hex digits when the value is binary */
    const char *name, *mail;
};

/* Connects and starts TLS; nothing was sent in the clear. CC_LOGIN_UNAVAILABLE or CC_LOGIN_CONFIG.
 */
enum cc_login cc_ldap_open(void *mem, const struct cc_settings *settings,
                           const struct cc_ldap_server *server, int64_t due_us,
                           struct cc_ldap **handle_r);
void cc_ldap_close(struct cc_ldap *handle); /* NULL is fine */

enum cc_login cc_ldap_bind(struct cc_ldap *handle, const char *dn, const char *password,
                           int64_t due_us);

/* CC_LOGIN_BAD_CREDENTIALS unless exactly one entry below the base has the name. */
enum cc_login cc_ldap_find(struct cc_ldap *handle, void *mem, const struct cc_settings *settings,
                           const char *login, int64_t due_us, struct cc_ldap_entry *entry_r);

/* Site roles by the groups of a DN. Anything but CC_LOGIN_OK: nobody knows which. */
enum cc_login cc_ldap_groups(struct cc_ldap *handle, void *mem, const struct cc_settings *settings,
                             const char *dn, int64_t due_us, unsigned *roles_r);

/* For the calls above: limits of one operation, and the meaning of a failure of the library. */
int cc_ldap_guard(const struct cc_ldap *handle, long most_ms, int64_t due_us);
enum cc_login cc_ldap_failed(struct cc_ldap *handle, const char *doing, int code);
struct timeval cc_ldap_timeout(long most_ms, int64_t due_us);

/* DNs as lists of RDNs, compared without regard to ASCII case. False if either is no DN. */
bool cc_ldap_dn_within(const char *dn, const char *base);
bool cc_ldap_dn_equal(const char *a, const char *b);
/* Every %s replaced by the value, escaped by the library (RFC 4515). Owned by mem. */
char *cc_ldap_filter(void *mem, const char *template, const char *value);

/* breaker.c: a server that failed is left alone for a while; shared through db unless NULL. */
bool cc_breaker_admits(struct cc_ldap_server *server, struct cc_db *db, void *mem);
void cc_breaker_failed(struct cc_ldap_server *server, struct cc_db *db, void *mem,
                       bool is_timed_out);
void cc_breaker_worked(struct cc_ldap_server *server, struct cc_db *db, void *mem);

#endif
