/* SPDX-License-Identifier: EUPL-1.2 */
/* Who is asking: directory (LDAP), sessions, CSRF, throttling. Values only; http sets cookies. */
#ifndef CC_AUTH_H
#define CC_AUTH_H

#include "concord/db.h"
#include "concord/settings.h"

/* --- directory ------------------------------------------------------------------------------- */
enum cc_login {
    CC_LOGIN_OK = 0, CC_LOGIN_BAD_CREDENTIALS, CC_LOGIN_MUST_CHANGE, CC_LOGIN_LOCKED,
    CC_LOGIN_EXPIRED, CC_LOGIN_UNAVAILABLE, CC_LOGIN_CONFIG
};
enum cc_site_role { CC_ROLE_STAKEHOLDER = 1, CC_ROLE_SECRETARIAT = 2, CC_ROLE_ADMINISTRATOR = 4,
                    CC_ROLE_PARTNER_SYSTEM = 8 };
struct cc_identity {
    const char *subject; /* directory id + ":" + entryUUID */
    const char *login, *name, *mail;
    unsigned roles;      /* enum cc_site_role, from groups */
    bool groups_failed;  /* look-up failed: no roles, and the page says so */
};
struct cc_directory;
enum cc_rc cc_directory_open(void *mem, const struct cc_settings *settings, struct cc_directory **dir_r);
/* Search, then bind at the same server. Every server problem ends within the deadlines of 4.3. */
enum cc_login cc_directory_login(struct cc_directory *dir, void *mem, const char *login,
                                 const char *password, struct cc_identity *identity_r,
                                 struct cc_err *err);

/* --- viewer ---------------------------------------------------------------------------------- */
struct cc_viewer { /* filled from the row of Q_REQUEST_OPEN; all zero = public */
    const char *person; /* uuid or NULL */
    const char *name;
    const char *session; /* id of the session row */
    const char *csrf_key;
    unsigned roles;      /* enum cc_site_role */
    const char *orgs;    /* JSON: [{"id":"O..","name":"..","role":"focal-point"}] */
    const char *records; /* JSON: [{"id":"P..","role":"editor"}] */
    bool opened;         /* request_open has answered */
};
bool cc_viewer_is(const struct cc_viewer *viewer, unsigned roles);

/* --- sessions and CSRF ------------------------------------------------------------------------ */
/* Token for a form: HMAC of session and form name. Compare in constant time. */
char *cc_csrf_token(void *mem, const struct cc_viewer *viewer, const char *form);
bool cc_csrf_valid(const struct cc_viewer *viewer, const char *form, const char *token);
/* Signed token of a visitor without session (sign-in form), valid one hour. */
char *cc_presession_new(void *mem, const struct cc_settings *settings);
bool cc_presession_valid(const struct cc_settings *settings, const char *token);
/* Same-site path only: "/en/partnerships/P.." ; anything else gives NULL. */
const char *cc_safe_return(void *mem, const char *address);

#endif
