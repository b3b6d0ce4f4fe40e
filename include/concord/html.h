/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The writer that templates compile to (view/html.c). One function per place in HTML; only string
 * literals can be markup. Pages are complete in memory before the first byte is sent. How templates
 * are written stands at the head of build-aux/tmplc.c.
 */
#ifndef CC_HTML_H
#define CC_HTML_H

#include "concord/buf.h"
#include "concord/http.h"

struct cc_html {
    struct cc_buf *out;
    const struct cc_req *req; /* for addresses and language; NULL in unit tests */
    bool failed;
};
struct cc_markup { /* HTML made by cmark from checked Markdown: the only other source of markup */
    const char *html;
};
struct cc_tagged { /* text of a record in one language; NULL text writes nothing */
    const char *text;
    const char *lang; /* BCP 47, "und" when unknown; NULL = the language of the page */
};
/* An address within this registry, made in the handler: for links whose route varies. */
struct cc_href {
    int route; /* R_X */
    const char *args[CC_ARGS_MAX];
    const char *query;          /* "q=x&page=2", already percent-encoded, or NULL */
    const struct cc_lang *lang; /* NULL = of the request */
    bool absolute;              /* with scheme and host: canonical and hreflang links */
};

#define h_lit(w, s) cc_buf_add((w)->out, "" s "", sizeof("" s "") - 1)
void h_text(struct cc_html *w, const char *s); /* {{ e }} in text: & < > */
void h_attr(struct cc_html *w, const char *s); /* {{ e }} in a quoted attribute: & < > " ' */
void h_int(struct cc_html *w, long long n);    /* {{ int e }}, same digits in every language */
void h_ext(struct cc_html *w,
           const char *url); /* {{ ext e }}: http, https, mailto only, else "#" */
void h_mail(struct cc_html *w,
            const char *mail); /* {{ mail e }}: "mailto:" and the address, else "#" */
void h_route(struct cc_html *w, int route_id, const char *const *args); /* {{ route R_X(a, b) }} */
void h_link(struct cc_html *w, const struct cc_href *href);             /* {{ link e }} */
/* {{ self lang }}: this request's own address, query included, in another language */
void h_self(struct cc_html *w, const struct cc_lang *lang);
void h_query(struct cc_html *w, const char *s); /* {{ query e }}: percent-encoded, behind ? or # */
void h_static(struct cc_html *w,
              const char *file); /* {{ static "concord.css" }}: with content hash */
void h_markup(struct cc_html *w, struct cc_markup m); /* {{ markup e }} in text only */
/* {{ tagged e }}: <span lang=".." dir="auto">text</span> */
void h_tagged(struct cc_html *w, struct cc_tagged t);
/* {{ fmt f, a, b }}: a translated phrase with {1} .. {9} replaced by texts, then escaped. */
void h_text_fmt(struct cc_html *w, const char *fmt, ...) __attribute__((sentinel));
void h_attr_fmt(struct cc_html *w, const char *fmt, ...) __attribute__((sentinel));
/* A number as an argument of fmt; owned by the buffer of the page. */
const char *h_num(struct cc_html *w, long long n);

/* Replaces {1} .. {9} in a translated text; owned by mem. */
char *cc_fmt(void *mem, const char *fmt, ...) __attribute__((sentinel));

struct cc_markup cc_markdown(void *mem, const char *text); /* cmark, safe: no raw HTML */

/* Once at start: hashes of the files in DIR (share_path/web), which mem keeps. */
enum cc_rc cc_static_load(void *mem, const char *dir, struct cc_err *err) CC_CHECKED;
/* First 12 hex digits of the SHA-256 of a file of web/, "0" if there is none such. */
const char *cc_static_hash(const char *file);

#endif
