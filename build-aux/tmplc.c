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
 *   {{ route R_X(a, b) }}, {{ link e }} (struct cc_href), {{ self e }} (struct cc_lang),
 *   {{ ext e }}, {{ mail e }}, {{ static "x.css" }}
 *                                 addresses, the only values in href, src, action ...
 *   {{ query e }}                 percent-encoded, behind "?" or "#" of an address
 *
 * A "\" at the end of a line joins it with the next. Indentation is left out of the page;
 * behind "\" it is one blank.
 */
#include "tmpl.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS_MAX = 32 };

const char *tmpl_file;
int tmpl_line;
static struct tmpl_html leave; /* state at the end of the function */
static struct tmpl_html blocks[BLOCKS_MAX];
static int block_count;
static int paren_depth; /* parentheses open in lines of C */
static bool in_function;
static bool has_function;
static bool at_line_start;
static bool is_joined; /* the line before ended with "\" */

void fail(const char *fmt, ...)
{
    va_list ap;

    fprintf(stderr, "%s:%d: error: ", tmpl_file, tmpl_line);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    exit(1);
}

/* --- lines of C --------------------------------------------------------------------------------
 */

static void need_same(const struct tmpl_html *want, const char *what)
{
    if (!tmpl_html_same(&tmpl_here, want))
        fail("%s stands at another place of the HTML than where its block began%s%s%s", what,
             tmpl_here.depth > want->depth ? ": <" : "",
             tmpl_here.depth > want->depth ? tmpl_here.stack[tmpl_here.depth - 1] : "",
             tmpl_here.depth > want->depth ? "> is open" : "");
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
    blocks[block_count] = tmpl_here;
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
        if (tmpl_here.place != IN_TEXT)
            fail("%.*s() prints elements; it can be called in text only", (int)(p - name), name);
    }
}

/* Follows braces and parentheses, strings and comments of one line left out. */
static bool scan_braces(const char *code)
{
    bool opened = false;
    char quote = '\0';

    for (const char *p = code; *p != '\0' && strncmp(p, "//", 2) != 0; p++) {
        const char *comment_end =
            quote == '\0' && strncmp(p, "/*", 2) == 0 ? strstr(p, "*/") : NULL;
        if (comment_end != NULL) {
            p = comment_end + 1;
            continue;
        }
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
    tmpl_end_literal();
    tmpl_print_line();
    printf("%s\n", code);
}

/* --- functions ---------------------------------------------------------------------------------
 */

static void end_function(void)
{
    if (!in_function)
        fail("%%end without %%page");
    tmpl_end_literal();
    if (block_count > 0)
        fail("a block is not closed with }");
    if (tmpl_here.place != IN_TEXT)
        fail(tmpl_here.place == IN_VALUE ? "value of an attribute is not closed"
                                         : "tag is not closed");
    if (tmpl_here.depth > leave.depth)
        fail("<%s> is not closed", tmpl_here.stack[tmpl_here.depth - 1]);
    if (!tmpl_html_same(&tmpl_here, &leave))
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
    memset(&tmpl_here, 0, sizeof(tmpl_here));
    memset(&leave, 0, sizeof(leave));
    in_function = true;
    has_function = true;
    at_line_start = true;
    is_joined = false;
    tmpl_print_line();
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
    if (!in_function || tmpl_here.depth > 0 || tmpl_in_literal())
        fail("%%enters stands directly below %%page");
    push_words(&tmpl_here, rest);
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
    tmpl_print_line();
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
    if (at_line_start && isspace((unsigned char)c) && !tmpl_html_keeps_blanks(&tmpl_here)) {
        if (!is_joined)
            return;
        c = ' ';
    } else {
        at_line_start = false;
    }
    is_joined = false;
    tmpl_html_feed(&tmpl_here, c);
    tmpl_print_literal(c);
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
            tmpl_line++;
            continue;
        }
        new_line = false;
        if (s[0] == '{' && s[1] == '{') {
            if (!in_function)
                fail("value outside of %%page");
            at_line_start = false;
            is_joined = false;
            s += tmpl_read_value(s + 2) - s;
        } else if (s[0] == '\\' && s[1] == '\n') {
            new_line = true;
            at_line_start = true;
            is_joined = true;
            tmpl_line++;
            s += 2;
        } else {
            put_char(*s);
            if (*s == '\n') {
                new_line = true;
                at_line_start = true;
                tmpl_line++;
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
    tmpl_file = argv[1];
    char *data = read_file(argv[2]);
    tmpl_line = 1;
    puts("/* Made by build-aux/tmplc; the source is the template. */\n"
         "#include \"concord/html.h\"\n#include \"concord/i18n.h\"\n#include "
         "\"concord/route.h\"\n#include <string.h>");
    compile(data);
    free(data);
    return fflush(stdout) == 0 ? 0 : 1;
}
