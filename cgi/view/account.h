/* SPDX-License-Identifier: EUPL-1.2 */
/* What the pages of signing in and of one's own account print. */
#ifndef CC_VIEW_ACCOUNT_H
#define CC_VIEW_ACCOUNT_H

#include "view/parts.h"

struct cc_sign_in_page {
    struct cc_frame frame;
    const char *problem; /* one of three texts, or NULL */
    const char *login;   /* as sent */
    const char *csrf;
    const char *return_to; /* a path of this site or "" */
};
void cc_view_sign_in(struct cc_html *w, const struct cc_sign_in_page *p);

struct cc_account_org {
    const char *id, *name, *role; /* role: its name */
};
struct cc_account_session {
    const char *opened, *seen, *address, *user_agent; /* the last two may be NULL */
    bool is_current;
    struct cc_button end;
};
/* A row of a table of sessions. */
void cc_part_session(struct cc_html *w, const struct cc_account_session *s);
struct cc_account_page {
    struct cc_frame frame;
    const char *const *roles; /* names of the site roles */
    size_t role_count;
    bool groups_failed;
    const struct cc_account_org *orgs;
    size_t org_count;
    const struct cc_account_session *sessions;
    size_t session_count;
    struct cc_button end_others;
};
void cc_view_account(struct cc_html *w, const struct cc_account_page *p);

#endif
