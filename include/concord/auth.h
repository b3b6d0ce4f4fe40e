/* SPDX-License-Identifier: EUPL-1.2 */
/* Who is asking: directory (LDAP), sessions, CSRF, throttling. Values only; http sets cookies. */
#ifndef CC_AUTH_H
#define CC_AUTH_H

#include "concord/db.h"
#include "concord/settings.h"
#include <stdint.h>

/* --- directory ------------------------------------------------------------------------------- */
enum cc_login {
    CC_LOGIN_OK = 0,
    CC_LOGIN_BAD_CREDENTIALS,
    CC_LOGIN_MUST_CHANGE,
    CC_LOGIN_LOCKED,
    CC_LOGIN_EXPIRED,
    CC_LOGIN_UNAVAILABLE,
    CC_LOGIN_CONFIG
};
enum cc_site_role {
    CC_ROLE_STAKEHOLDER = 1,
    CC_ROLE_SECRETARIAT = 2,
    CC_ROLE_ADMINISTRATOR = 4,
    CC_ROLE_PARTNER_SYSTEM = 8
};
struct cc_identity {
    const char *subject; /* directory id + ":" + entryUUID */
    const char *login, *name, *mail;
    unsigned roles;     /* enum cc_site_role, from groups */
    bool groups_failed; /* look-up failed: no roles, and the page says so */
};
struct cc_directory;
/* No servers in ldap.uris: nobody can sign in. */
enum cc_rc cc_directory_open(void *mem, const struct cc_settings *settings,
                             struct cc_directory **dir_r);
/* Search, then bind at the same server. Every server problem ends within the deadlines of 4.3. */
enum cc_login cc_directory_login(struct cc_directory *dir, void *mem, const char *login,
                                 const char *password, struct cc_identity *identity_r,
                                 struct cc_err *err);
/* Tells other workers of servers that failed, and hears of theirs (table breaker). */
void cc_directory_share(struct cc_directory *dir, struct cc_db *db);

/* --- throttling ------------------------------------------------------------------------------ */
/*
 * Asked before every attempt, and counted as a failure at once, so that parallel guesses cannot
 * slip through; a success or a silent directory takes it back. Per account, per network (/32, /64)
 * and per wider network (/24, /48). CC_BUSY: refuse with "try again later" and do not ask.
 */
struct cc_throttle {
    const char *account, *network, *wide; /* keys of table throttle; no names in the clear */
};
void cc_throttle_keys(void *mem, const char *login, const char *remote,
                      struct cc_throttle *throttle_r);
enum cc_rc cc_throttle_take(struct cc_db *db, void *mem, const struct cc_settings *settings,
                            const struct cc_throttle *throttle, struct cc_err *err) CC_CHECKED;
/* is_right: the password was right, the account starts again. */
enum cc_rc cc_throttle_give_back(struct cc_db *db, void *mem, const struct cc_throttle *throttle,
                                 bool is_right, struct cc_err *err) CC_CHECKED;
/* Sleeps until a refusal is login.floor_ms and some random part old. Hold no lock. */
void cc_login_wait(const struct cc_settings *settings, int64_t start_us);

/* --- viewer ---------------------------------------------------------------------------------- */
struct cc_viewer {      /* filled from the row of Q_REQUEST_OPEN; all zero = public */
    const char *person; /* uuid or NULL */
    const char *name;
    const char *session; /* id of the session row */
    const char *csrf_key;
    unsigned roles;      /* enum cc_site_role */
    const char *orgs;    /* JSON: [{"id":"O..","name":"..","role":"focal-point"}] */
    const char *records; /* JSON: [{"id":"P..","role":"editor"}] */
    bool opened;         /* request_open has answered */
    bool is_stale;       /* not noted as seen for a minute, or a new token is due: app.c, after() */
};
bool cc_viewer_is(const struct cc_viewer *viewer, unsigned roles);

/* --- sessions and CSRF ------------------------------------------------------------------------ */
/*
 * A session for whoever just signed in: the token for the cookie (only its hash is stored), the
 * person's row made or brought up to date, the session of the presented token (NULL = none) ended.
 * CC_FORBIDDEN: the person is not active here.
 */
#define CC_SESSION_TOKEN_BYTES 32
struct cc_session {
    const char *token, *id, *person;
};
enum cc_rc cc_session_open(struct cc_db *db, void *mem, const struct cc_settings *settings,
                           const struct cc_identity *identity, const char *presented,
                           const char *remote, const char *user_agent, struct cc_session *session_r,
                           struct cc_err *err) CC_CHECKED;
/* Hash as stored; "" for what cannot be a token, which no row has. */
void cc_session_hash(const char *token, char hex_r[65]);

/* Token for a form: HMAC of session and form name. Compare in constant time. */
char *cc_csrf_token(void *mem, const struct cc_viewer *viewer, const char *form);
bool cc_csrf_valid(const struct cc_viewer *viewer, const char *form, const char *token);
/* Signed token of a visitor without session (sign-in form), valid one hour. */
char *cc_presession_new(void *mem, const struct cc_settings *settings);
bool cc_presession_valid(const struct cc_settings *settings, const char *token);
/* Same-site path only: "/en/partnerships/P.." ; anything else gives NULL. */
const char *cc_safe_return(void *mem, const char *address);

#endif
