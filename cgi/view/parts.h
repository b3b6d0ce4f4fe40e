/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the frame and the parts that all pages share print: plain structs, filled by app/. All texts
 * are borrowed; unless a comment says msgid they are already in the language of the page.
 */
#ifndef CC_VIEW_PARTS_H
#define CC_VIEW_PARTS_H

#include "concord/html.h"
#include "concord/record.h"

/* How something is meant; shown by colour, mark and words. */
enum cc_tone { CC_TONE_PLAIN = 0, CC_TONE_GOOD, CC_TONE_WAIT, CC_TONE_BAD, CC_TONE__COUNT };

struct cc_link {
    struct cc_tagged text;
    struct cc_href href;
    bool is_current; /* this page: aria-current */
};

/* --- frame -------------------------------------------------------------------------------------
 */
struct cc_frame {
    const char *title; /* without the name of the registry */
    const struct cc_lang *lang;
    const char *registry_name;
    const char *contact_mail;   /* office of the registry or NULL */
    const struct cc_href *here; /* this page, for canonical and hreflang links; NULL = none */
    struct cc_href home;
    const struct cc_link *nav; /* Partnerships, Organisations, About the data */
    size_t nav_count;
    const struct cc_link *foot; /* about, schemas, code lists, feed */
    size_t foot_count;
    const struct cc_href *search; /* GET form with the field "q"; NULL = no search box */
    const char *search_text;
    const struct cc_href *sign_in; /* shown when person is NULL; NULL = not offered */
    const char *person;            /* name of who is signed in */
    struct cc_href desk, sign_out; /* shown when person is set */
    const char *sign_out_csrf;
    const char *flash; /* one message about what has just been done, or NULL */
    enum cc_tone flash_tone;
    const struct cc_href *machine; /* the same record as XML, for <link rel=alternate>; or NULL */
    bool has_charts;               /* loads the script that draws them */
    const struct cc_href *atom;    /* the same as a feed, or NULL */
    bool is_private;               /* keep search engines out */
};
/* <html> .. <main>, and its end. The page brings its one h1 itself. */
void cc_view_frame_begin(struct cc_html *w, const struct cc_frame *f);
void cc_view_frame_end(struct cc_html *w, const struct cc_frame *f);

struct cc_error_page {
    struct cc_frame frame; /* frame.title is the heading */
    int status;
    const char *happened; /* what happened */
    const char *advice;   /* what to do */
    const char *request_id;
    const struct cc_link *links; /* ways on */
    size_t link_count;
};
void cc_view_error(struct cc_html *w, const struct cc_error_page *p);

/* --- parts: text -------------------------------------------------------------------------------
 */
/* Several lines of Markdown in their language. Nothing for NULL. */
void cc_part_prose(struct cc_html *w, struct cc_tagged t);
/* "Text in French": a small note where lang is not that of the page. */
void cc_part_lang_note(struct cc_html *w, const char *lang);
void cc_part_alert(struct cc_html *w, enum cc_tone tone, const char *text);
void cc_part_badge(struct cc_html *w, enum cc_tone tone, const char *text);
/* Badge of a state: its name from the code list, its tone from cc_tone_of(). */
void cc_part_state(struct cc_html *w, const char *codelist, const char *code);
enum cc_tone cc_tone_of(const char *code);               /* codes of states and consent */
void cc_part_empty(struct cc_html *w, const char *text); /* an empty list says so */
void cc_part_sdg(struct cc_html *w, const char *goal);   /* "1" .. "17": coloured number and name */

/* --- parts: rows of a <dl class="cc-rows">; nothing is written without a value -------------------
 */
void cc_part_row(struct cc_html *w, const char *label, const char *text);
void cc_part_row_tagged(struct cc_html *w, const char *label, struct cc_tagged text);
void cc_part_row_prose(struct cc_html *w, const char *label, struct cc_tagged text);
void cc_part_row_code(struct cc_html *w, const char *label, const char *codelist, const char *code);
void cc_part_row_date(struct cc_html *w, const char *label, const char *iso_date);
/* A date as people read it, in <time>. */
void cc_part_time(struct cc_html *w, const char *iso);
void cc_part_row_ext(struct cc_html *w, const char *label, const char *url);
void cc_part_row_mail(struct cc_html *w, const char *label, const char *mail);

/* --- parts: finding one's way --------------------------------------------------------------------
 */
void cc_part_link(struct cc_html *w, const struct cc_link *link);
void cc_part_breadcrumb(struct cc_html *w, const struct cc_link *links, size_t n);
/* "From the beginning" and "Next" of a list of unknown length; NULL = not there. */
void cc_part_onward(struct cc_html *w, const struct cc_href *first, const struct cc_href *next);
/* A table that scrolls by itself on small screens; rows stand between begin and end. numbers: the
 * columns whose cells are of the class cc-number, CC_COLUMN(0) | ...; their heads stand on the same
 * side. */
#define CC_COLUMN(i) (1u << (i))
void cc_part_table_of_numbers(struct cc_html *w, const char *caption, const char *const *heads,
                              size_t n, unsigned numbers);
#define cc_part_table_begin(w, caption, heads, n) cc_part_table_of_numbers(w, caption, heads, n, 0)
void cc_part_table_end(struct cc_html *w);

/* --- parts: forms --------------------------------------------------------------------------------
 */
enum cc_control_type {
    CC_C_LINE = 0,
    CC_C_BLOCK,
    CC_C_SELECT,
    CC_C_CHECK /* value "true" */,
    CC_C_RADIO,
    CC_C_DATE,
    CC_C_NUMBER,
    CC_C_URL,
    CC_C_MAIL,
    CC_C_PHONE,
    CC_C_PASSWORD,
    CC_C_FILE
};
struct cc_option {
    const char *value, *text;
};
struct cc_control {
    enum cc_control_type type;
    const char *name; /* its id is "f-" and the name; problem lists link to it */
    const char *label;
    const char *hint;  /* or NULL */
    const char *error; /* or NULL */
    const char *value; /* as sent or stored; NULL = empty */
    const char *lang;  /* language of what is written here, or NULL */
    bool is_required;
    size_t max;                      /* characters, 0 = no limit */
    const char *codelist;            /* SELECT and RADIO: choices from a code list .. */
    const struct cc_option *options; /* .. or these */
    size_t option_count;
    const char *list;         /* LINE: id of a datalist to choose from, or NULL */
    const char *blank;        /* SELECT: text of the empty choice; NULL = none */
    const char *autocomplete; /* "username", "current-password" or NULL */
    int rows;                 /* BLOCK, 0 = 5 */
    const char *fold; /* text of the closed group that it stands in with its neighbours, or NULL */
};
void cc_part_control(struct cc_html *w, const struct cc_control *c);
/* Any of them? A choice without a blank one always is, and does not count. */
bool cc_controls_filled(const struct cc_control *controls, size_t n);
void cc_part_hidden(struct cc_html *w, const char *name, const char *value);
/* All that is to mend, each linked to its field; nothing when there is none. Messages are msgids.
 */
void cc_part_problems(struct cc_html *w, const struct cc_problems *problems);
/* A form that is one button. */
struct cc_button {
    struct cc_href action;
    const char *csrf;
    const char *label;
    enum cc_tone tone;              /* BAD = takes something away */
    const struct cc_option *hidden; /* further fields: value = name, text = value */
    size_t hidden_count;
    const char *about; /* what it acts on, for screen readers, or NULL */
};
void cc_part_button(struct cc_html *w, const struct cc_button *b);

/* "2026-11-24" as "24 November 2026" in the language of the page, an instant with its time
 * (date.c); what is no date is given back. For arguments of phrases; else use cc_part_time(). */
const char *cc_date_text(void *mem, const char *iso);

/* --- a form that came too late
 * -------------------------------------------------------------------- */
struct cc_resend_page {
    struct cc_frame frame;
    bool is_signed_in;             /* now; else the way there: */
    struct cc_href sign_in;        /* leads back to the form */
    const struct cc_option *typed; /* value = label */
    size_t typed_count;
    struct cc_button again;
};
void cc_view_resend(struct cc_html *w, const struct cc_resend_page *p);

/* --- what the templates of the parts ask (parts.c) -----------------------------------------------
 */
const char *cc_alert_class(enum cc_tone tone);
const char *cc_badge_class(enum cc_tone tone);
const char *cc_button_class(enum cc_tone tone);
const char *cc_control_type(const struct cc_control *c);
/* Ids of hint and error, NULL = neither. */
const char *cc_control_described_by(void *mem, const struct cc_control *c);
/* The choice at i; false behind the last. Withdrawn codes are among them: they stay valid. */
bool cc_control_option(const struct cc_control *c, size_t i, struct cc_option *option_r);

#endif
