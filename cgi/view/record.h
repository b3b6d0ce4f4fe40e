/* SPDX-License-Identifier: EUPL-1.2 */
/* What the page of one record prints, of whatever kind: the content and what the world says of it.
 */
#ifndef CC_VIEW_RECORD_H
#define CC_VIEW_RECORD_H

#include "view/parts.h"

/* Another record as a link: its title in the best language there is. */
struct cc_ref {
    const char *id;
    const char *kind;
    struct cc_tagged title;
};

/* The records that a page names. */
struct cc_refs {
    const struct cc_ref *v;
    size_t n;
};
/* The one with this identifier; title.text NULL when it is none of them. */
struct cc_ref cc_refs_find(struct cc_refs refs, const char *id);

/* The next word of what identifies changed items ("donor O1, host O2"), and behind it *at. */
const char *cc_change_word(void *mem, const char **at);
/* Its name, when it is a code of this field or of one inside it; else NULL. */
const char *cc_change_code(const struct cc_field *field, const char *word);

/* What a language calls itself, as far as it is known here; else the tag. */
const char *cc_language_name(const char *tag);

/* A membership seen from one side. */
struct cc_member {
    const char *membership;
    struct cc_ref other; /* organisation or partnership; title.text NULL = not published */
    const char *roles;   /* codes separated by blanks */
    const char *state;   /* consent */
    struct cc_tagged constituency; /* in lists of a partnership's members; or NULL .. */
    const char *constituency_key;  /* .. and how it is asked for */
};

/* A record that refers to this one. */
struct cc_incoming {
    struct cc_ref from;
    const char *field; /* path of the reference */
    const char *role;
    const char *state;
};

/* What points at an organisation in one way, as told by one side. */
struct cc_points {
    const char *said;  /* "own", "confirmed", "told", "denied", "past" */
    const char *kind;  /* of the records that point */
    const char *field; /* path of the reference */
    const char *role;  /* one code or "" */
    const char *records;
    bool has_more;     /* there are more than these records */
    const char *total; /* where there are: how many, whoever says so; NULL = not counted */
    bool is_cut;       /* there are more than total */
    const struct cc_ref *refs;
    size_t ref_count;
    const struct cc_href *all; /* all records in which it has this role; NULL = these are all */
};

struct cc_record_page {
    struct cc_frame frame;
    const struct cc_record *rec;
    const char *lang;          /* of the page, to choose among the record's languages */
    const char *revision;      /* "7" */
    const char *published_at;  /* ISO instant */
    struct cc_ref publisher;   /* in whose name; id NULL = not told here */
    const char *published_for; /* its identifier then: it may have become another since */
    struct cc_tagged note;
    bool is_old;               /* not the newest revision: the page says so */
    bool is_revision;          /* the page of one revision: no members, nothing incoming */
    bool is_worked_on;         /* the viewer may have a part in the record's work */
    bool is_without_iati;      /* an organisation that has no identifier that IATI knows */
    bool is_told_by_examples;  /* all who report or make it are illustrative */
    const struct cc_ref *refs; /* records that this one refers to */
    size_t ref_count;
    const struct cc_member *members; /* first 25 */
    size_t member_count;
    long confirmed, awaiting;           /* members of a partnership */
    long memberships;                   /* of a partnership or an organisation, in any state */
    const struct cc_href *together;     /* the search for partnerships with an organisation */
    const struct cc_incoming *incoming; /* first 25, memberships left out */
    size_t incoming_count;
    const struct cc_button
        *accept; /* of a commitment: what the viewer may accept; NULL = nothing */
    const struct cc_points *points; /* of an organisation: what points at it, by who says so */
    size_t points_count;
};

/* The record named by an identifier; title.text NULL when it is not published. */
struct cc_ref cc_page_ref(const struct cc_record_page *p, const char *id);
/* Best text of a field of the record for this page. */
struct cc_tagged cc_page_text(const struct cc_record_page *p, const struct cc_node *from,
                              const char *field);
/* Title by kind->title_field. */
struct cc_tagged cc_page_title(const struct cc_record_page *p);
struct cc_href cc_record_href(const char *kind, const char *id);
/* The code list of the states of a kind ("commitment-state"); NULL = its records have none. */
const char *cc_state_list(const char *kind);
/* The code list of the roles beside a reference: of an activity's participant, of a membership. */
const char *cc_role_list(const char *kind, const char *path);
/* The role, else what the reference is called. */
const char *cc_points_label(const struct cc_points *points);
/* What a kind calls a field, or the group that it is in, by its path in an edge: "maker",
 * "reporting.organisation". */
const char *cc_field_label(const char *kind, const char *path);
bool cc_incoming_same(const struct cc_incoming *a, const struct cc_incoming *b);
/* The i-th code of a blank separated list, NULL behind the last. Owned by mem. */
const char *cc_code_nth(void *mem, const char *codes, size_t i);

void cc_view_activity(struct cc_html *w, const struct cc_record_page *p);
void cc_view_partnership(struct cc_html *w, const struct cc_record_page *p);
void cc_view_organisation(struct cc_html *w, const struct cc_record_page *p);
/* All that a membership says, without frame and foot: also shown before it is answered. */
void cc_part_membership_body(struct cc_html *w, const struct cc_record_page *p);
void cc_view_membership(struct cc_html *w, const struct cc_record_page *p);

#endif
