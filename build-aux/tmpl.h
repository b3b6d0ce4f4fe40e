/* SPDX-License-Identifier: EUPL-1.2 */
/* The parts of the template compiler. */
#ifndef TMPL_H
#define TMPL_H

#include <stdbool.h>

/* --- where in HTML: a small state machine fed with the literal characters (tmpl_html.c) --- */
enum { TMPL_NAME_MAX = 32, TMPL_DEPTH_MAX = 48 };

enum tmpl_place {
    IN_TEXT,
    IN_TAG_OPEN, /* after "<" */
    IN_TAG_NAME, /* also of an end tag */
    IN_TAG,      /* between attributes */
    IN_ATTR_NAME,
    IN_BEFORE_VALUE, /* after "=" */
    IN_VALUE,        /* within quotes */
    IN_BARE_VALUE,
    IN_AFTER_VALUE,
    IN_SLASH,       /* after "/" in a tag */
    IN_DECLARATION, /* "<!doctype" */
    IN_COMMENT,
    IN_RAW,   /* script, style */
    IN_RCDATA /* title, textarea */
};

/* How far a value that is an address has come. */
enum tmpl_url {
    URL_NOT,   /* the attribute holds no address */
    URL_START, /* nothing of the value yet */
    URL_WHOLE, /* a complete address: only the closing quote may follow */
    URL_PATH,  /* {{ route }}: the quote, "?" or "#" may follow */
    URL_QUERY, /* after "?" or "#": int and query may follow */
    URL_PLAIN  /* literal characters only */
};

struct tmpl_html {
    enum tmpl_place place;
    enum tmpl_url url;
    char quote;
    bool end_tag;
    bool has_src;
    int match; /* characters of an end tag or comment seen: "</title", "--" */
    char name[TMPL_NAME_MAX];
    char attr[TMPL_NAME_MAX];
    int depth;
    char stack[TMPL_DEPTH_MAX][TMPL_NAME_MAX]; /* open elements */
};

void tmpl_html_feed(struct tmpl_html *h, char c);
void tmpl_html_push(struct tmpl_html *h, const char *name);
bool tmpl_html_same(const struct tmpl_html *a, const struct tmpl_html *b);
bool tmpl_html_is_open(const struct tmpl_html *h, const char *name);
/* Is this kind of text kept byte by byte (pre, textarea, quoted values)? */
bool tmpl_html_keeps_blanks(const struct tmpl_html *h);
bool tmpl_is_boolean_attr(const char *name);

/* --- values and literal text (tmpl_value.c) --- */
extern struct tmpl_html tmpl_here; /* of the function that is being compiled */
void tmpl_print_literal(char c);
void tmpl_end_literal(void);
bool tmpl_in_literal(void);
void tmpl_print_line(void);                 /* #line */
const char *tmpl_read_value(const char *s); /* s behind "{{"; returns what follows "}}" */

/* --- the file (tmplc.c) --- */
extern const char *tmpl_file;
extern int tmpl_line;
/* Prints FILE:LINE: message and ends the program (tmplc.c). */
void fail(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));

#endif
