/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The writer that templates compile to (view/html.c). One function per place in HTML; only string
 * literals can be markup. Pages are complete in memory before the first byte is sent.
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

#define h_lit(w, s) cc_html_literal((w), "" s "", sizeof("" s "") - 1)
void cc_html_literal(struct cc_html *w, const char *s, size_t len);
void h_text(struct cc_html *w, const char *s);  /* {{ e }} in text: & < > */
void h_attr(struct cc_html *w, const char *s);  /* {{ e }} in a quoted attribute: & < > " ' */
void h_int(struct cc_html *w, long long n);     /* {{ int e }}, same digits in every language */
void h_ext(struct cc_html *w, const char *url); /* {{ ext e }}: http, https, mailto only, else "#" */
void h_route(struct cc_html *w, int route_id, const char *const *args); /* {{ route R_X(a, b) }} */
void h_static(struct cc_html *w, const char *file); /* {{ static "concord.css" }}: with content hash */
void h_markup(struct cc_html *w, struct cc_markup m); /* {{ markup e }} in text only */
struct cc_markup cc_markdown(void *mem, const char *text); /* cmark, safe: no raw HTML */

#endif
