/* SPDX-License-Identifier: EUPL-1.2 */
/* Settings: one INI file, one table (core/settings.c). Unknown or bad settings stop the start. */
#ifndef CC_SETTINGS_H
#define CC_SETTINGS_H

#include "concord/buf.h"

enum cc_setting_type {
    CC_SET_TEXT,
    CC_SET_INT,
    CC_SET_BOOL,
    CC_SET_CHOICE,
    CC_SET_PATH,
    CC_SET_URL
};

struct cc_setting {
    const char *section;
    const char *key;
    enum cc_setting_type type;
    const char *fallback;       /* default as written in the file; NULL = must be set */
    long min, max;              /* for numbers: range; for texts: length */
    const char *const *choices; /* CC_SET_CHOICE: NULL-terminated */
    bool secret;      /* masked by show-config; "file:PATH" reads the first line of PATH */
    const char *help; /* one English sentence, as in concord.conf(5) */
    size_t offset;    /* into struct cc_settings */
};

struct cc_settings {
    /* [http] */
    const char *public_url;       /* no trailing slash; may hold a path */
    const char *base_path;        /* computed: path part of public_url, "" or "/registry" */
    const char *origin;           /* computed: scheme://host[:port] */
    bool is_https;                /* computed */
    bool insecure_dev;            /* http.insecure = yes: allows http:// and renames the cookies */
    long body_max;                /* bytes of a form body */
    long upload_max;              /* bytes of an upload */
    long request_limit;           /* seconds, watchdog */
    const char *trusted_proxies;  /* blank separated addresses whose X-Forwarded-For counts */
    const char *security_contact; /* blank separated addresses for security.txt; "" = none */
    /* [registry] */
    const char *registry_name;
    const char *registry_mail;    /* office contact shown on pages */
    const char *registry_licence; /* of the public data; "" = not said */
    const char *languages;        /* "en fr ar": offered interface languages, first = default */
    /* [records] */
    bool confirm_organisations; /* before they are published first */
    /* [db] */
    const char *db_conninfo; /* libpq keywords without user and password */
    const char *db_user_web, *db_user_login, *db_user_job, *db_user_migrate, *db_user_audit;
    bool db_prepare;
    /* [ldap] */
    const char *ldap_id;   /* directory id, part of the subject */
    const char *ldap_uris; /* blank separated, tried in order, one per handle */
    const char *ldap_tls;  /* "starttls" or "ldaps" */
    const char *ldap_ca_file;
    const char *ldap_bind_dn, *ldap_bind_password;
    const char *ldap_user_base, *ldap_user_filter /* e.g. (&(objectClass=inetOrgPerson)(uid=%s)) */;
    const char *ldap_attr_id, *ldap_attr_name, *ldap_attr_mail;
    const char *ldap_group_base, *ldap_group_filter; /* (&(objectClass=groupOfNames)(member=%s)) */
    const char *ldap_group_secretariat, *ldap_group_administrator, *ldap_group_partner_system;
    const char *ldap_decoy_dn; /* entry that takes the bind of unknown names; "" = none */
    /* [login] */
    long login_floor_ms, login_free_failures, login_account_window, login_network_failures;
    long session_idle, session_absolute; /* seconds */
    const char *login_secret; /* key material of pre-session tokens, at least 32 characters */
    /* [worker] */
    long worker_max_requests, worker_max_memory /* MB */;
    const char *log_level;
    /* [files] */
    const char *share_path; /* installed sql/, schemas/, web/, locale/ */
    const char *files_path; /* large public documents */
    /* [standards] */
    const char *standards_path;
    /* [test] */
    bool test_clock;
};

extern const struct cc_setting cc_setting_table[];
extern const size_t cc_setting_count;

/*
 * Reads FILE. All mistakes are told at once, each "FILE:LINE: ..." with what is allowed, into
 * report. settings_r is owned by mem. CC_INVALID if anything was wrong.
 */
enum cc_rc cc_settings_read(void *mem, const char *file, struct cc_settings **settings_r,
                            struct cc_buf *report) CC_CHECKED;
/* Writes every setting as it is in force, secrets masked. */
void cc_settings_show(const struct cc_settings *settings, struct cc_buf *out);

#endif
