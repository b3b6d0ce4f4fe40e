/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The template compiler: tmplc NAME FILE > NAME.c
 *
 * A template is HTML with lines that begin with "%" and values in {{ }}:
 *
 *   %# comment                    %include "view/pages.h"
 *   %page name(struct cc_html *w, ...)   begins void cc_view_name(...)
 *   %part name(struct cc_html *w, ...)   begins void cc_part_name(...), for other templates
 *   %local name(struct cc_html *w, ...)  begins static void name(...), for this file
 *   %enters a b, %leaves a b      elements that are open when it begins, that stay open at its end
 *   %end                          ends it (also the next %page, and the end of the file)
 *   % if (x) {                    one line of C; blocks begin and end at the same place of HTML
 *
 *   {{ e }}                       text, escaped for where it stands
 *   {{ int e }}                   number          {{ fmt f, a, b }}   f with {1} {2} replaced
 *   {{ tagged e }}                struct cc_tagged: text with its language   (text only)
 *   {{ markup e }}                struct cc_markup                           (text only)
 *   {{ flag checked e }}          attribute that is there or not             (in a tag only)
 *   {{ route R_X(a, b) }}, {{ link e }}, {{ ext e }}, {{ mail e }}, {{ static "x.css" }}
 *                                 addresses, the only values in href, src, action ...
 *   {{ query e }}                 percent-encoded, behind "?" or "#" of an address
 *
 * A "\" at the end of a line joins it with the next. Indentation is left out of the page.
 */
#include "tmpl_html.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS_MAX = 32, EXPR_MAX = 4000 };

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

static const char *file_name;
static int line;
static struct tmpl_html html;
static struct tmpl_html leave; /* state at the end of the function */
static struct tmpl_html blocks[BLOCKS_MAX];
static int block_count;
static int paren_depth; /* parentheses open in lines of C */
static bool in_function;
static bool has_function;
static bool lit_open; /* an h_lit() has been begun */
static bool at_line_start;

void fail(const char *fmt, ...)
{
    va_list ap;

    fprintf(stderr, "%s:%d: error: ", file_name, line);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    exit(1);
}

/* --- output ------------------------------------------------------------------------------------
 */

static void end_literal(void)
{
    if (lit_open)
        fputs("\");\n", stdout);
    lit_open = false;
}

static void print_line(void)
{
    printf("#line %d \"%s\"\n", line, file_name);
}

static void print_literal(char c)
{
    if (!lit_open) {
        print_line();
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
    return html.place == IN_VALUE ? "attr" : "text";
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
    {"ext", W_URL, emit_ext, URL_WHOLE},
    {"mail", W_URL, emit_mail, URL_WHOLE},
    {"static", W_URL, emit_static, URL_WHOLE},
    {"query", W_QUERY, emit_query, URL_QUERY},
};

/* What may stand here; fails where nothing may. */
static unsigned place_now(void)
{
    switch (html.place) {
    case IN_TEXT:
        return W_TEXT | W_FLOW;
    case IN_RCDATA:
        return W_TEXT;
    case IN_VALUE:
        switch (html.url) {
        case URL_NOT:
            return W_VALUE;
        case URL_START:
            return W_URL;
        case URL_QUERY:
            return W_QUERY;
        case URL_WHOLE:
        case URL_PATH:
        case URL_PLAIN:
            fail("no value may stand here in the address of \"%s\"", html.attr);
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
        fail("value of \"%s\" needs quotes", html.attr);
    case IN_DECLARATION:
    case IN_COMMENT:
        fail("value in a comment");
    case IN_RAW:
        fail("value in <%s>", html.stack[html.depth - 1]);
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
            fail("\"%s\" holds an address: only route, link, ext, mail and static make one, "
                 "and query fills it",
                 html.attr);
        if (place == W_TAG)
            fail("value in the name of an attribute");
        fail("\"%s\" cannot stand %s", d->name,
             place == W_VALUE ? "in an attribute that holds no address" : "in this text");
    }
    end_literal();
    print_line();
    d->emit(expr);
    if (html.url != URL_NOT)
        html.url = d->after;
}

/* Reads "... }}" from s (behind "{{"), writes the C, returns what follows. */
static const char *read_value(const char *s)
{
    char expr[EXPR_MAX];
    size_t len = 0;
    int first_line = line;
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
    line = first_line + lines;
    return s + 2;
}

/* --- lines of C --------------------------------------------------------------------------------
 */

static void need_same(const struct tmpl_html *want, const char *what)
{
    if (!tmpl_html_same(&html, want))
        fail("%s stands at another place of the HTML than where its block began%s%s%s", what,
             html.depth > want->depth ? ": <" : "",
             html.depth > want->depth ? html.stack[html.depth - 1] : "",
             html.depth > want->depth ? "> is open" : "");
}

static void close_block(void)
{
    if (block_count == 0)
        fail("} closes no block");
    block_count--;
    need_same(&blocks[block_count], "}");
}

static void open_block(void)
{
    if (block_count == BLOCKS_MAX)
        fail("blocks are nested too deeply");
    blocks[block_count] = html;
    block_count++;
}

static bool starts_with_word(const char *s, const char *word)
{
    size_t len = strlen(word);
    return strncmp(s, word, len) == 0 && !isalnum((unsigned char)s[len]) && s[len] != '_';
}

/* A call that is given the writer prints: elements, so only in text, and never by hand. */
static void check_calls(const char *code)
{
    for (const char *p = strstr(code, "(w"); p != NULL; p = strstr(p + 1, "(w")) {
        const char *name = p;
        if (p[2] != ',' && p[2] != ')')
            continue;
        while (name > code && (isalnum((unsigned char)name[-1]) || name[-1] == '_'))
            name--;
        if (strncmp(name, "h_num(", 6) == 0)
            continue;
        if (strncmp(name, "h_", 2) == 0 || strncmp(name, "cc_html_", 8) == 0)
            fail("%.*s: values are written with {{ }}", (int)(p - name), name);
        if (html.place != IN_TEXT)
            fail("%.*s() prints elements; it can be called in text only", (int)(p - name), name);
    }
}

/* Follows braces and parentheses, strings and comments of one line left out. */
static bool scan_braces(const char *code)
{
    bool opened = false;
    char quote = '\0';

    for (const char *p = code; *p != '\0'; p++) {
        if (quote != '\0') {
            if (*p == '\\' && p[1] != '\0')
                p++;
            else if (*p == quote)
                quote = '\0';
            continue;
        }
        switch (*p) {
        case '"':
        case '\'':
            quote = *p;
            break;
        case '(':
            paren_depth++;
            break;
        case ')':
            paren_depth--;
            break;
        case '{':
            open_block();
            opened = true;
            break;
        case '}':
            close_block();
            break;
        default:
            break;
        }
    }
    return opened;
}

static void check_flow(const char *code, bool opened)
{
    static const char *const need_braces[] = {"if", "for", "while", "else", "do", "switch", NULL};
    const char *word = code + (*code == '}' ? 1 : 0);
    word += strspn(word, " \t");

    for (int i = 0; need_braces[i] != NULL; i++) {
        if (starts_with_word(word, need_braces[i]) && paren_depth == 0 && !opened)
            fail("\"%s\" needs { at the end of the line", need_braces[i]);
    }
    if (starts_with_word(code, "return") || starts_with_word(code, "goto"))
        fail("a template is left at its end only");
    if (block_count > 0 && (starts_with_word(code, "case") || starts_with_word(code, "default") ||
                            starts_with_word(code, "break") || starts_with_word(code, "continue")))
        need_same(&blocks[block_count - 1], code);
}

static void read_code(const char *code)
{
    code += strspn(code, " \t");
    if (in_function) {
        check_calls(code);
        check_flow(code, scan_braces(code));
    }
    end_literal();
    print_line();
    printf("%s\n", code);
}

/* --- functions ---------------------------------------------------------------------------------
 */

static void end_function(void)
{
    if (!in_function)
        fail("%%end without %%page");
    end_literal();
    if (block_count > 0)
        fail("a block is not closed with }");
    if (html.place != IN_TEXT)
        fail(html.place == IN_VALUE ? "value of an attribute is not closed" : "tag is not closed");
    if (html.depth > leave.depth)
        fail("<%s> is not closed", html.stack[html.depth - 1]);
    if (!tmpl_html_same(&html, &leave))
        fail("the elements of %%leaves are not open");
    fputs("}\n", stdout);
    in_function = false;
}

static void begin_function(const char *prefix, const char *declaration)
{
    if (in_function)
        end_function();
    declaration += strspn(declaration, " \t");
    if (strncmp(declaration + strcspn(declaration, "("), "(struct cc_html *w", 18) != 0)
        fail("a template is declared as name(struct cc_html *w, ...)");
    memset(&html, 0, sizeof(html));
    memset(&leave, 0, sizeof(leave));
    in_function = true;
    has_function = true;
    at_line_start = true;
    print_line();
    printf("%s%s\n{\n", prefix, declaration);
}

static void begin_page(const char *rest)
{
    begin_function("void cc_view_", rest);
}

static void begin_part(const char *rest)
{
    begin_function("void cc_part_", rest);
}

static void begin_local(const char *rest)
{
    begin_function("static void ", rest);
}

static void read_end(const char *rest)
{
    (void)rest;
    end_function();
}

static void push_words(struct tmpl_html *h, const char *words)
{
    while (*(words += strspn(words, " \t")) != '\0') {
        char name[TMPL_NAME_MAX];
        size_t len = strcspn(words, " \t");
        if (len >= sizeof(name))
            fail("name \"%s\" is too long", words);
        memcpy(name, words, len);
        name[len] = '\0';
        tmpl_html_push(h, name);
        words += len;
    }
}

static void read_enters(const char *rest)
{
    if (!in_function || html.depth > 0 || lit_open)
        fail("%%enters stands directly below %%page");
    push_words(&html, rest);
}

static void read_leaves(const char *rest)
{
    if (!in_function)
        fail("%%leaves without %%page");
    push_words(&leave, rest);
}

static void read_include(const char *rest)
{
    if (in_function)
        fail("%%include stands above %%page");
    print_line();
    printf("#include%s\n", rest);
}

static void read_comment(const char *rest)
{
    (void)rest;
}

static const struct {
    const char *name;
    void (*read)(const char *rest);
} line_directives[] = {
    {"include", read_include}, {"page", begin_page},    {"part", begin_part},
    {"local", begin_local},    {"enters", read_enters}, {"leaves", read_leaves},
    {"end", read_end},
};

/* One line that begins with "%"; the "%" is left out. */
static void read_percent(const char *text)
{
    if (text[0] == '#') {
        read_comment(text);
        return;
    }
    if (text[0] == ' ' || text[0] == '\t' || text[0] == '\0') {
        read_code(text);
        return;
    }
    for (size_t i = 0; i < sizeof(line_directives) / sizeof(line_directives[0]); i++) {
        if (starts_with_word(text, line_directives[i].name)) {
            line_directives[i].read(text + strlen(line_directives[i].name));
            return;
        }
    }
    fail("unknown directive \"%%%.*s\"", (int)strcspn(text, " \t"), text);
}

/* --- the file ----------------------------------------------------------------------------------
 */

static void put_char(char c)
{
    if (!in_function) {
        if (!isspace((unsigned char)c))
            fail("text outside of %%page");
        return;
    }
    /* Indentation and empty lines serve the reader of the template only. */
    if (at_line_start && isspace((unsigned char)c) && !tmpl_html_keeps_blanks(&html))
        return;
    at_line_start = false;
    tmpl_html_feed(&html, c);
    print_literal(c);
}

static void compile(char *s)
{
    bool new_line = true; /* also where a "\" joined */

    while (*s != '\0') {
        if (new_line && *s == '%') {
            char *end = s + strcspn(s, "\n");
            bool last = *end == '\0';
            *end = '\0';
            read_percent(s + 1);
            s = last ? end : end + 1;
            line++;
            continue;
        }
        new_line = false;
        if (s[0] == '{' && s[1] == '{') {
            if (!in_function)
                fail("value outside of %%page");
            at_line_start = false;
            s += read_value(s + 2) - s;
        } else if (s[0] == '\\' && s[1] == '\n') {
            new_line = true;
            at_line_start = true;
            line++;
            s += 2;
        } else {
            put_char(*s);
            if (*s == '\n') {
                new_line = true;
                at_line_start = true;
                line++;
            }
            s++;
        }
    }
    if (in_function)
        end_function();
    if (!has_function)
        fail("no %%page in this file");
}

static char *read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    char *data = NULL;
    size_t len = 0;

    if (f == NULL)
        fail("cannot be opened");
    for (;;) {
        char *more = realloc(data, len + 65536 + 1);
        if (more == NULL)
            fail("out of memory");
        data = more;
        size_t n = fread(data + len, 1, 65536, f);
        len += n;
        if (n == 0)
            break;
    }
    fclose(f);
    data[len] = '\0';
    if (strlen(data) != len || strchr(data, '\r') != NULL)
        fail("NUL and CR have no place in a template");
    return data;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fputs("usage: tmplc NAME FILE\n", stderr);
        return 2;
    }
    file_name = argv[1];
    char *data = read_file(argv[2]);
    line = 1;
    puts("/* Made by build-aux/tmplc; the source is the template. */\n"
         "#include \"concord/html.h\"\n#include \"concord/i18n.h\"\n#include "
         "\"concord/route.h\"\n#include <string.h>");
    compile(data);
    free(data);
    return fflush(stdout) == 0 ? 0 : 1;
}
