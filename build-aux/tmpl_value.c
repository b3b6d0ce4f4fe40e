/* SPDX-License-Identifier: EUPL-1.2 */
/* Values in {{ }} and literal text: what may stand where, and the C that each becomes. */
#include "tmpl.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { EXPR_MAX = 4000 };

/* Where a kind of value may stand. */
enum where {
    W_TEXT = 1,   /* text, title, textarea */
    W_FLOW = 2,   /* text where elements may stand */
    W_VALUE = 4,  /* quoted value that is no address */
    W_URL = 8,    /* beginning of an address */
    W_QUERY = 16, /* in the query or fragment of an address */
    W_TAG = 32    /* between attributes */
};

struct directive {
    const char *name;
    unsigned where;
    void (*emit)(const char *expr);
    enum tmpl_url after; /* state of an address behind it */
};

struct tmpl_html tmpl_here;
static bool lit_open; /* an h_lit() has been begun */

/* --- output ------------------------------------------------------------------------------------
 */

void tmpl_end_literal(void)
{
    if (lit_open)
        fputs("\");\n", stdout);
    lit_open = false;
}

bool tmpl_in_literal(void)
{
    return lit_open;
}

void tmpl_print_line(void)
{
    printf("#line %d \"%s\"\n", tmpl_line, tmpl_file);
}

void tmpl_print_literal(char c)
{
    if (!lit_open) {
        tmpl_print_line();
        fputs("h_lit(w, \"", stdout);
        lit_open = true;
    }
    switch (c) {
    case '\n':
        fputs("\\n\"\n\"", stdout);
        break;
    case '"':
    case '\\':
    case '?': /* no trigraphs */
        printf("\\%c", c);
        break;
    default:
        fputc(c, stdout);
    }
}

/* --- values ------------------------------------------------------------------------------------
 */

static const char *text_writer(void)
{
    return tmpl_here.place == IN_VALUE ? "attr" : "text";
}

static void emit_text(const char *expr)
{
    printf("h_%s(w, %s);\n", text_writer(), expr);
}

static void emit_fmt(const char *expr)
{
    printf("h_%s_fmt(w, %s, (const char *)0);\n", text_writer(), expr);
}

static void emit_int(const char *expr)
{
    printf("h_int(w, %s);\n", expr);
}

static void emit_tagged(const char *expr)
{
    printf("h_tagged(w, %s);\n", expr);
}

static void emit_markup(const char *expr)
{
    printf("h_markup(w, %s);\n", expr);
}

static void emit_link(const char *expr)
{
    printf("h_link(w, %s);\n", expr);
}

static void emit_self(const char *expr)
{
    printf("h_self(w, %s);\n", expr);
}

static void emit_ext(const char *expr)
{
    printf("h_ext(w, %s);\n", expr);
}

static void emit_mail(const char *expr)
{
    printf("h_mail(w, %s);\n", expr);
}

static void emit_query(const char *expr)
{
    printf("h_query(w, %s);\n", expr);
}

static void emit_static(const char *expr)
{
    if (expr[0] != '"')
        fail("static needs a file name in quotes");
    printf("h_static(w, %s);\n", expr);
}

/* "R_X" or "R_X(a, b)" */
static void emit_route(const char *expr)
{
    size_t len = strspn(expr, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    size_t end = strlen(expr);

    if (strncmp(expr, "R_", 2) != 0)
        fail("route needs a name as R_X");
    if (expr[len] == '\0' || strcmp(expr + len, "()") == 0) {
        printf("h_route(w, %.*s, (const char *const[CC_ARGS_MAX]){NULL});\n", (int)len, expr);
        return;
    }
    if (expr[len] != '(' || expr[end - 1] != ')')
        fail("route is written R_X(a, b)");
    printf("h_route(w, %.*s, (const char *const[CC_ARGS_MAX]){%.*s});\n", (int)len, expr,
           (int)(end - len - 2), expr + len + 1);
}

/* "checked e" */
static void emit_flag(const char *expr)
{
    char name[TMPL_NAME_MAX];
    size_t len = strspn(expr, "abcdefghijklmnopqrstuvwxyz");

    if (len == 0 || len >= sizeof(name) || !isspace((unsigned char)expr[len]))
        fail("flag is written {{ flag checked condition }}");
    memcpy(name, expr, len);
    name[len] = '\0';
    if (!tmpl_is_boolean_attr(name))
        fail("\"%s\" is no attribute that is there or not", name);
    printf("if (%s) h_lit(w, \" %s\");\n", expr + len, name);
}

static const struct directive plain = {"", W_TEXT | W_VALUE, emit_text, URL_NOT};
static const struct directive directives[] = {
    {"int", W_TEXT | W_VALUE | W_QUERY, emit_int, URL_QUERY},
    {"fmt", W_TEXT | W_VALUE, emit_fmt, URL_NOT},
    {"tagged", W_FLOW, emit_tagged, URL_NOT},
    {"markup", W_FLOW, emit_markup, URL_NOT},
    {"flag", W_TAG, emit_flag, URL_NOT},
    {"route", W_URL, emit_route, URL_PATH},
    {"link", W_URL, emit_link, URL_WHOLE},
    {"self", W_URL, emit_self, URL_WHOLE},
    {"ext", W_URL, emit_ext, URL_WHOLE},
    {"mail", W_URL, emit_mail, URL_WHOLE},
    {"static", W_URL, emit_static, URL_WHOLE},
    {"query", W_QUERY, emit_query, URL_QUERY},
};

/* What may stand here; fails where nothing may. */
static unsigned place_now(void)
{
    switch (tmpl_here.place) {
    case IN_TEXT:
        return W_TEXT | W_FLOW;
    case IN_RCDATA:
        return W_TEXT;
    case IN_VALUE:
        switch (tmpl_here.url) {
        case URL_NOT:
            return W_VALUE;
        case URL_START:
            return W_URL;
        case URL_QUERY:
            return W_QUERY;
        case URL_WHOLE:
        case URL_PATH:
        case URL_PLAIN:
            fail("no value may stand here in the address of \"%s\"", tmpl_here.attr);
        }
        break;
    case IN_TAG:
    case IN_AFTER_VALUE:
        return W_TAG;
    case IN_TAG_OPEN:
    case IN_TAG_NAME:
        fail("value in the name of an element");
    case IN_ATTR_NAME:
    case IN_SLASH:
        fail("value in the name of an attribute");
    case IN_BEFORE_VALUE:
    case IN_BARE_VALUE:
        fail("value of \"%s\" needs quotes", tmpl_here.attr);
    case IN_DECLARATION:
    case IN_COMMENT:
        fail("value in a comment");
    case IN_RAW:
        fail("value in <%s>", tmpl_here.stack[tmpl_here.depth - 1]);
    }
    fail("no value may stand here");
}

/* Finds the directive; *expr_r = what follows its name. */
static const struct directive *find_directive(const char *expr, const char **expr_r)
{
    size_t len = strspn(expr, "abcdefghijklmnopqrstuvwxyz");
    size_t blanks = strspn(expr + len, " \t\n");
    char next = expr[len + blanks];

    *expr_r = expr;
    if (len == 0 || blanks == 0)
        return &plain;
    for (size_t i = 0; i < sizeof(directives) / sizeof(directives[0]); i++) {
        if (strlen(directives[i].name) == len && strncmp(directives[i].name, expr, len) == 0) {
            *expr_r = expr + len + blanks;
            return &directives[i];
        }
    }
    if (isalnum((unsigned char)next) || next == '_' || next == '"')
        fail("unknown directive \"%.*s\"", (int)len, expr);
    return &plain;
}

static void emit_value(const char *text)
{
    const char *expr;
    const struct directive *d = find_directive(text, &expr);
    unsigned place = place_now();

    if (*expr == '\0')
        fail("nothing in {{ }}");
    if ((d->where & place) == 0) {
        if (place == W_URL || place == W_QUERY)
            fail("\"%s\" holds an address: only route, link, self, ext, mail and static make one, "
                 "and query fills it",
                 tmpl_here.attr);
        if (place == W_TAG)
            fail("value in the name of an attribute");
        fail("\"%s\" cannot stand %s", d->name,
             place == W_VALUE ? "in an attribute that holds no address" : "in this text");
    }
    tmpl_end_literal();
    tmpl_print_line();
    d->emit(expr);
    if (tmpl_here.url != URL_NOT)
        tmpl_here.url = d->after;
}

/* Reads "... }}" from s (behind "{{"), writes the C, returns what follows. */
const char *tmpl_read_value(const char *s)
{
    char expr[EXPR_MAX];
    size_t len = 0;
    int first_line = tmpl_line;
    int lines = 0;
    char quote = '\0';

    for (;; s++) {
        if (*s == '\0' || len + 2 >= sizeof(expr))
            fail("{{ is not closed");
        if (quote == '\0' && s[0] == '}' && s[1] == '}')
            break;
        if (quote == '\0' && s[0] == '{' && s[1] == '{')
            fail("{{ within {{: the first is not closed");
        if (quote != '\0' && *s == '\\') {
            expr[len++] = *s++;
            if (*s == '\0')
                fail("{{ is not closed");
        } else if (quote != '\0' && *s == quote) {
            quote = '\0';
        } else if (quote == '\0' && (*s == '"' || *s == '\'')) {
            quote = *s;
        }
        if (*s == '\n')
            lines++;
        expr[len++] = *s;
    }
    while (len > 0 && isspace((unsigned char)expr[len - 1]))
        len--;
    expr[len] = '\0';
    emit_value(expr + strspn(expr, " \t\n"));
    tmpl_line = first_line + lines;
    return s + 2;
}
