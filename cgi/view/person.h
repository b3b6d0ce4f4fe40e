/* SPDX-License-Identifier: EUPL-1.2 */
/* What the pages about people and their rights print. */
#ifndef CC_VIEW_PERSON_H
#define CC_VIEW_PERSON_H

#include "view/account.h"
#include "view/record.h"

struct cc_people_row {
    const char *name, *login;
    const char *role; /* in the language of the page */
    struct cc_button remove;
};
struct cc_people_page {
    struct cc_frame frame;
    struct cc_ref self;
    struct cc_href action, back;
    const char *csrf;
    const struct cc_people_row *rows; /* by name */
    size_t row_count;
    const struct cc_href *first, *next;
    const struct cc_control *login, *role;
    bool may_grant;
    const struct cc_problems *problems;
};
void cc_view_people(struct cc_html *w, const struct cc_people_page *p);

struct cc_person_row {
    const char *id; /* NULL = no page of the person for this viewer */
    const char *name, *login, *mail, *signed_in_at;
    const char *roles; /* of the registry, in the language of the page */
    bool is_active;
    const struct cc_link *orgs; /* text: name and role */
    size_t org_count;
};
struct cc_person_list_page {
    struct cc_frame frame;
    const struct cc_control *words;
    struct cc_href action;
    const struct cc_person_row *rows;
    size_t row_count;
    const struct cc_href *first, *next;
};
void cc_view_person_list(struct cc_html *w, const struct cc_person_list_page *p);

/* One person, for administrators. */
struct cc_person_page {
    struct cc_frame frame;
    const char *subject, *login, *name, *mail, *roles, *created_at, *signed_in_at; /* may be NULL */
    bool is_active;
    const struct cc_account_session *sessions; /* open ones, newest first */
    size_t session_count;
    struct cc_button end_all;
    struct cc_href audit; /* what this person did */
};
void cc_view_person(struct cc_html *w, const struct cc_person_page *p);

struct cc_audit_row {
    const char *at;
    const char *person, *name; /* number; name NULL = nobody who is known any more */
    const char *by_login;      /* of the database: the program that wrote it */
    const char *action, *label;
    const char *object, *detail; /* or NULL */
    bool is_record;              /* object is one that has a page */
};
struct cc_audit_page {
    struct cc_frame frame;
    struct cc_href action;
    const struct cc_control *filters;
    size_t filter_count;
    const struct cc_audit_row *rows; /* newest first */
    size_t row_count;
    const struct cc_href *first, *next;
};
void cc_view_audit(struct cc_html *w, const struct cc_audit_page *p);

#endif
