/* SPDX-License-Identifier: EUPL-1.2 */
/* What the pages of editing and publishing print. */
#ifndef CC_VIEW_EDIT_H
#define CC_VIEW_EDIT_H

#include "view/history.h"

/* One item of a field: a language, an element of a repeated field, or just the value. */
struct cc_edit_item {
    const char *heading; /* "Goal 2" or NULL */
    const struct cc_control *controls;
    size_t control_count;
};
struct cc_edit_field {
    const char *name, *label, *hint;
    const char *error; /* of the field as a whole, or NULL */
    const struct cc_edit_item *items;
    size_t item_count;
    bool may_grow; /* a button offers more empty items */
    /* Codes to choose from: a datalist for the controls, and the pages of the lists. NULL = none */
    const char *list; /* id of the datalist */
    const struct cc_vocabulary *vocabularies;
    const char *vocabulary_names; /* code list of these vocabularies */
};
/* What has to be mended or looked at, and where. */
struct cc_reason {
    const char
        *target; /* name of the field on this page, or NULL: then it is on the page `where` */
    struct cc_link where; /* text: the field's label, NULL = of the record as a whole */
    const char *message;
    bool is_warning;
};
/* A field with its items as a fieldset. */
void cc_part_edit_field(struct cc_html *w, const struct cc_edit_field *f);
struct cc_edit_page {
    struct cc_frame frame;
    struct cc_ref self;
    struct cc_href action;
    const char *csrf, *base;
    const char *section_label;
    const struct cc_link *sections;
    size_t section_count;
    const struct cc_edit_field *fields;
    size_t field_count;
    const struct cc_reason *reasons; /* what has to be mended */
    size_t reason_count;
    bool is_conflict;          /* somebody else saved this section: theirs is `changes`.before */
    struct cc_changes changes; /* from what is stored to what was typed */
    struct cc_refs refs;       /* that either names */
    bool is_new;               /* not stored yet */
    bool is_too_large;         /* to be sent back: then there is no form */
    const char *once;          /* one-time key of a new record, or NULL */
    const struct cc_link *similar; /* a new organisation: others with such a name */
    size_t similar_count;
    bool is_distinct; /* "no, this is another organisation" was said */
};
void cc_view_edit(struct cc_html *w, const struct cc_edit_page *p);

/* Elements of an IATI file that no field holds. */
struct cc_kept_element {
    const char *element, *items; /* name; how many */
};

struct cc_overview_page {
    struct cc_frame frame;
    struct cc_ref self;
    const char *revision; /* NULL = never published */
    const char *state;    /* of the newest revision */
    const char *kind;
    const struct cc_link *sections;
    size_t section_count;
    const struct cc_reason *reasons; /* what keeps it from being published */
    size_t reason_count;
    struct cc_changes changes; /* since the newest revision */
    struct cc_refs refs;       /* that they name */
    const struct cc_kept_element *kept;
    size_t kept_count;
    bool may_publish, may_edit, may_merge;
    bool may_transfer; /* it can be given to another organisation; may_merge: by the viewer */
};
void cc_view_overview(struct cc_html *w, const struct cc_overview_page *p);

struct cc_publish_page {
    struct cc_frame frame;
    struct cc_ref self;
    struct cc_href action;
    const char *csrf, *version;
    const char *revision;
    const struct cc_problems *problems;
    const struct cc_reason *reasons; /* the same, with the places to go to */
    size_t reason_count;
    struct cc_changes changes;
    struct cc_refs refs;         /* that they name */
    bool is_asked_about;         /* the secretariat has to confirm who it is */
    const struct cc_button *ask; /* asks for that, or NULL */
    bool is_withdrawal;
    bool is_unchanged;
    bool is_stale; /* changed since the asker looked */
    const char *note;
};
void cc_view_publish(struct cc_html *w, const struct cc_publish_page *p);

/* Another organisation is to answer for a record. */
struct cc_transfer_page {
    struct cc_frame frame;
    struct cc_ref self, owner; /* owner: the present one */
    const char *csrf, *version;
    const struct cc_control *to;
    const struct cc_problems *problems;
    bool is_stale; /* changed after the look at it */
};
void cc_view_transfer(struct cc_html *w, const struct cc_transfer_page *p);

struct cc_merge_page {
    struct cc_frame frame;
    struct cc_ref self;
    const char *csrf, *version, *note;
    const struct cc_control *target;
    const struct cc_problems *problems;
    bool is_stale; /* changed after the look at it */
};
void cc_view_merge(struct cc_html *w, const struct cc_merge_page *p);

#endif
