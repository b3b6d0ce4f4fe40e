/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Compiles the named statements of sql/queries/ into an enum with column numbers (--header) or the
 * table of texts (--source). It runs during the build, so it uses no library and frees nothing.
 * Everything that is not exactly as declared is refused with file and line: a mistake in a
 * statement file must stop the build, not a request.
 *
 *     -- name: partnership_by_id :one :read (id text) -> id, title, version
 *     SELECT ...;
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NAME_MAX_LEN   48
#define PARAMS_MAX     24 /* CC_DB_PARAMS_MAX of concord/db.h */
#define COLUMNS_MAX    64
#define STATEMENTS_MAX 4096

enum kind { KIND_NONE, KIND_EXEC, KIND_ONE, KIND_OPT, KIND_MANY };

static const struct {
    const char *word;
    enum kind kind;
    const char *constant;
} kinds[] = {
    {"exec", KIND_EXEC, "CC_RESULT_EXEC"},
    {"one", KIND_ONE, "CC_RESULT_ONE"},
    {"opt", KIND_OPT, "CC_RESULT_OPT"},
    {"many", KIND_MANY, "CC_RESULT_MANY"},
};

struct statement {
    const char *file;
    int line;
    char *name;
    enum kind kind;
    bool read_only;
    bool always_row;
    char *params[PARAMS_MAX];
    char *types[PARAMS_MAX];
    int n_params;
    char *columns[COLUMNS_MAX];
    int n_columns;
    char *sql;
};

static struct statement statements[STATEMENTS_MAX];
static int n_statements;

__attribute__((noreturn, format(printf, 3, 4))) static void refuse(const char *file, int line,
                                                                   const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fprintf(stderr, "%s:%d: ", file, line);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    exit(1);
}

static void *need(void *p)
{
    if (p == NULL) {
        fputs("stmtc: out of memory\n", stderr);
        exit(1);
    }
    return p;
}

static char *read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        fprintf(stderr, "stmtc: could not open \"%s\"\n", path);
        exit(1);
    }
    size_t len = 0, cap = 1 << 16, got;
    char *text = need(malloc(cap));
    while ((got = fread(text + len, 1, cap - len - 1, f)) > 0) {
        len += got;
        if (cap - len < 2) {
            cap *= 2;
            text = need(realloc(text, cap));
        }
    }
    if (ferror(f) || memchr(text, '\0', len) != NULL)
        refuse(path, 1, "could not read this file as text");
    fclose(f);
    text[len] = '\0';
    return text;
}

/* The path as it stands in the source, whatever folder the build runs in. */
static const char *short_path(const char *path)
{
    const char *s = strstr(path, "sql/queries/");
    return s != NULL ? s : path;
}

/* ---- the head of a block ---- */

struct head {
    const char *file;
    int line;
    char *p;
};

static void skip_blanks(struct head *h)
{
    while (*h->p == ' ' || *h->p == '\t')
        h->p++;
}

static bool take(struct head *h, const char *token)
{
    skip_blanks(h);
    size_t n = strlen(token);
    if (strncmp(h->p, token, n) != 0)
        return false;
    h->p += n;
    return true;
}

/* A lower-case SQL name that needs no quotes. */
static char *take_name(struct head *h, const char *what)
{
    skip_blanks(h);
    char *start = h->p;
    if (islower((unsigned char)*h->p))
        while (islower((unsigned char)*h->p) || isdigit((unsigned char)*h->p) || *h->p == '_')
            h->p++;
    size_t n = (size_t)(h->p - start);
    if (n == 0 || n > NAME_MAX_LEN)
        refuse(h->file, h->line, "%s must be 1 to %d of a-z, 0-9 and _, and begin with a letter",
               what, NAME_MAX_LEN);
    return need(strndup(start, n));
}

/* A type as format_type() prints it: words, and [] for an array. */
static char *take_type(struct head *h)
{
    skip_blanks(h);
    char *start = h->p;
    while (islower((unsigned char)*h->p) || isdigit((unsigned char)*h->p) ||
           (*h->p != '\0' && strchr("_ []", *h->p) != NULL))
        h->p++;
    size_t n = (size_t)(h->p - start);
    while (n > 0 && start[n - 1] == ' ')
        n--;
    if (n == 0 || n > NAME_MAX_LEN)
        refuse(h->file, h->line, "a parameter is declared as \"name type\"");
    return need(strndup(start, n));
}

static enum kind find_kind(const char *word)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(word, kinds[i].word) == 0)
            return kinds[i].kind;
    return KIND_NONE;
}

static void parse_marks(struct head *h, struct statement *s)
{
    while (take(h, ":")) {
        char *word = take_name(h, "a word after \":\"");
        enum kind kind = find_kind(word);
        if (strcmp(word, "read") == 0) {
            if (s->read_only)
                refuse(h->file, h->line, ":read is given twice");
            s->read_only = true;
        } else if (kind == KIND_NONE) {
            refuse(h->file, h->line, "unknown word \":%s\"; allowed: exec one opt many read", word);
        } else if (s->kind != KIND_NONE) {
            refuse(h->file, h->line, "a statement has one kind only");
        } else {
            s->kind = kind;
        }
    }
    if (s->kind == KIND_NONE)
        refuse(h->file, h->line, "\"%s\" says neither :exec, :one, :opt nor :many", s->name);
    if (s->kind == KIND_EXEC && s->read_only)
        refuse(h->file, h->line, "a statement without rows is not :read");
}

static void parse_params(struct head *h, struct statement *s)
{
    if (!take(h, "("))
        refuse(h->file, h->line, "parameters are missing; write () when there are none");
    if (take(h, ")"))
        return;
    do {
        if (s->n_params == PARAMS_MAX)
            refuse(h->file, h->line, "more than %d parameters", PARAMS_MAX);
        char *name = take_name(h, "a parameter");
        for (int i = 0; i < s->n_params; i++)
            if (strcmp(s->params[i], name) == 0)
                refuse(h->file, h->line, "parameter \"%s\" is declared twice", name);
        s->params[s->n_params] = name;
        s->types[s->n_params] = take_type(h);
        s->n_params++;
    } while (take(h, ","));
    if (!take(h, ")"))
        refuse(h->file, h->line, "\")\" or \",\" expected after parameter \"%s\"",
               s->params[s->n_params - 1]);
}

static void parse_columns(struct head *h, struct statement *s)
{
    if (!take(h, "->")) {
        if (s->kind != KIND_EXEC)
            refuse(h->file, h->line, "\"%s\" returns rows: \"-> column, ...\" is missing", s->name);
        return;
    }
    if (s->kind == KIND_EXEC)
        refuse(h->file, h->line, "\"%s\" is :exec, which returns no columns", s->name);
    do {
        if (s->n_columns == COLUMNS_MAX)
            refuse(h->file, h->line, "more than %d columns", COLUMNS_MAX);
        char *name = take_name(h, "a column");
        for (int i = 0; i < s->n_columns; i++)
            if (strcmp(s->columns[i], name) == 0)
                refuse(h->file, h->line, "column \"%s\" is declared twice", name);
        s->columns[s->n_columns++] = name;
    } while (take(h, ","));
}

static void parse_head(struct statement *s, char *text)
{
    struct head h = {s->file, s->line, text};
    s->name = take_name(&h, "the name of a statement");
    for (int i = 0; i < n_statements; i++)
        if (strcmp(statements[i].name, s->name) == 0)
            refuse(h.file, h.line, "\"%s\" is defined already at %s:%d", s->name,
                   statements[i].file, statements[i].line);
    parse_marks(&h, s);
    parse_params(&h, s);
    parse_columns(&h, s);
    skip_blanks(&h);
    if (*h.p != '\0')
        refuse(h.file, h.line, "cannot read the declaration from here: \"%s\"", h.p);
}

/* ---- the text of a statement ---- */

struct scan {
    const struct statement *s;
    const char *p;
    int line;
    char *out; /* the text without comments */
    size_t n;
    int depth;
    int words;
    bool is_select;
    bool may_miss; /* something that can leave the result empty */
    bool used[PARAMS_MAX];
};

static void copy(struct scan *c, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (*c->p == '\n')
            c->line++;
        c->out[c->n++] = *c->p++;
    }
}

static bool at_comment(const char *p)
{
    return (p[0] == '-' && p[1] == '-') || (p[0] == '/' && p[1] == '*');
}

static void skip_comment(struct scan *c)
{
    if (c->p[0] == '-') {
        c->p += strcspn(c->p, "\n");
        return;
    }
    int start = c->line;
    int depth = 0;
    do {
        if (*c->p == '\0')
            refuse(c->s->file, start, "this comment does not end");
        if (*c->p == '\n')
            c->line++;
        int step = 1;
        if (c->p[0] == '/' && c->p[1] == '*') {
            depth++;
            step = 2;
        } else if (c->p[0] == '*' && c->p[1] == '/') {
            depth--;
            step = 2;
        }
        c->p += step;
    } while (depth > 0);
    c->out[c->n++] = ' ';
}

/* '...', "..." and, after e, with backslashes. A doubled quote is simply two strings in a row. */
static void copy_quoted(struct scan *c, bool backslashes)
{
    char quote = *c->p;
    int start = c->line;
    copy(c, 1);
    while (*c->p != quote) {
        if (*c->p == '\0')
            refuse(c->s->file, start, "this %c quotation does not end", quote);
        copy(c, backslashes && c->p[0] == '\\' && c->p[1] != '\0' ? 2 : 1);
    }
    copy(c, 1);
}

/* $1 or $tag$ ... $tag$ */
static void copy_dollar(struct scan *c)
{
    if (isdigit((unsigned char)c->p[1])) {
        char *end;
        long number = strtol(c->p + 1, &end, 10);
        if (number < 1 || number > c->s->n_params)
            refuse(c->s->file, c->line, "$%ld is not declared: \"%s\" has %d parameters", number,
                   c->s->name, c->s->n_params);
        c->used[number - 1] = true;
        copy(c, (size_t)(end - c->p));
        return;
    }
    size_t tag = 1;
    while (isalnum((unsigned char)c->p[tag]) || c->p[tag] == '_')
        tag++;
    if (c->p[tag] != '$')
        refuse(c->s->file, c->line, "\"$\" begins neither a parameter nor a quotation");
    tag++;
    for (const char *end = c->p + tag; *end != '\0'; end++)
        if (strncmp(end, c->p, tag) == 0) {
            copy(c, (size_t)(end - c->p) + tag);
            return;
        }
    refuse(c->s->file, c->line, "this $ quotation does not end");
}

static bool is_word_char(char ch)
{
    return isalnum((unsigned char)ch) || ch == '_' || (unsigned char)ch >= 0x80;
}

static void copy_word(struct scan *c)
{
    static const char *const missing[] = {"from", "where", "having", "limit", "offset"};
    size_t n = 0;
    while (is_word_char(c->p[n]))
        n++;
    if (n == 1 && c->p[1] == '\'' && (*c->p == 'e' || *c->p == 'E')) {
        copy(c, 1);
        copy_quoted(c, true);
        return;
    }
    if (c->words++ == 0)
        c->is_select = n == 6 && strncasecmp(c->p, "select", 6) == 0;
    for (size_t i = 0; i < sizeof(missing) / sizeof(missing[0]); i++)
        if (c->depth == 0 && n == strlen(missing[i]) && strncasecmp(c->p, missing[i], n) == 0)
            c->may_miss = true;
    copy(c, n);
}

static void scan_token(struct scan *c)
{
    if (at_comment(c->p))
        skip_comment(c);
    else if (*c->p == '\'' || *c->p == '"')
        copy_quoted(c, false);
    else if (*c->p == '$')
        copy_dollar(c);
    else if (is_word_char(*c->p))
        copy_word(c);
    else {
        c->depth += (*c->p == '(') - (*c->p == ')');
        copy(c, 1);
    }
}

/* Reads the text up to its one semicolon, which is not kept. */
static void parse_body(struct statement *s, const char *text, int line)
{
    struct scan c = {.s = s, .p = text, .line = line};
    c.out = need(malloc(strlen(text) + 2));
    while (*c.p != '\0' && *c.p != ';')
        scan_token(&c);
    if (*c.p == '\0')
        refuse(s->file, s->line, "\"%s\" does not end with \";\"", s->name);
    c.p++;
    size_t begin = 0, end = c.n;
    while (*c.p != '\0') {
        if (!isspace((unsigned char)*c.p) && !at_comment(c.p))
            refuse(s->file, c.line, "\"%s\" holds more than one statement", s->name);
        scan_token(&c);
    }
    while (begin < end && isspace((unsigned char)c.out[begin]))
        begin++;
    while (end > begin && isspace((unsigned char)c.out[end - 1]))
        end--;
    if (begin == end)
        refuse(s->file, s->line, "\"%s\" is empty", s->name);
    for (int i = 0; i < s->n_params; i++)
        if (!c.used[i])
            refuse(s->file, s->line, "parameter $%d (%s) of \"%s\" is not used", i + 1,
                   s->params[i], s->name);
    c.out[end] = '\0';
    s->sql = c.out + begin;
    s->always_row = c.is_select && !c.may_miss;
}

/* ---- files ---- */

static bool is_name_line(const char *line)
{
    return strncmp(line, "-- name:", 8) == 0;
}

static char *next_line(char *line)
{
    line += strcspn(line, "\n");
    return *line == '\n' ? line + 1 : line;
}

/* The head ends with "," "(" or "->", or the next comment line begins with "->". */
static bool head_goes_on(const char *head, const char *next)
{
    if (strncmp(next, "--", 2) != 0 || is_name_line(next))
        return false;
    next += 2;
    next += strspn(next, " \t");
    size_t n = strlen(head);
    while (n > 0 && isspace((unsigned char)head[n - 1]))
        n--;
    return (n > 0 && (head[n - 1] == ',' || head[n - 1] == '(')) ||
           (n > 1 && strncmp(head + n - 2, "->", 2) == 0) || strncmp(next, "->", 2) == 0;
}

/* One block: its head lines, then its text up to the next head. Returns where it ends. */
static char *parse_block(const char *file, char *p, int *line)
{
    if (n_statements == STATEMENTS_MAX)
        refuse(file, *line, "more than %d statements", STATEMENTS_MAX);
    struct statement *s = &statements[n_statements];
    s->file = short_path(file);
    s->line = *line;
    char *head = need(calloc(1, strlen(p) + 1));
    char *at = p + strlen("-- name:");
    bool more = true;
    while (more) {
        strncat(head, at, strcspn(at, "\r\n"));
        p = next_line(at);
        (*line)++;
        more = head_goes_on(head, p);
        at = p + 2;
    }
    parse_head(s, head);
    char *body = p;
    int body_line = *line;
    while (*p != '\0' && !is_name_line(p)) {
        p = next_line(p);
        (*line)++;
    }
    parse_body(s, need(strndup(body, (size_t)(p - body))), body_line);
    n_statements++;
    return p;
}

static void parse_file(const char *file)
{
    int line = 1;
    char *p = read_file(file);
    while (*p != '\0') {
        if (is_name_line(p)) {
            p = parse_block(file, p, &line);
            continue;
        }
        const char *s = p + strspn(p, " \t\r");
        if (*s != '\0' && *s != '\n' && strncmp(s, "--", 2) != 0)
            refuse(short_path(file), line, "a statement begins with a line \"-- name: ...\"");
        p = next_line(p);
        line++;
    }
}

/* Q_A_B may come from statement a_b or from column b of statement a: both would be one C name. */
static void check_constants(const struct statement *a, const struct statement *b)
{
    size_t n = strlen(a->name);
    if (strncmp(b->name, a->name, n) != 0 || b->name[n] != '_')
        return;
    for (int k = 0; k < a->n_columns; k++)
        if (strcmp(b->name + n + 1, a->columns[k]) == 0)
            refuse(b->file, b->line, "\"%s\" has the same constant as column \"%s\" of \"%s\"",
                   b->name, a->columns[k], a->name);
}

/* ---- output ---- */

static void put_upper(const char *s)
{
    for (; *s != '\0'; s++)
        putchar(toupper((unsigned char)*s));
}

static void put_literal(const char *s)
{
    fputs("        \"", stdout);
    for (; *s != '\0'; s++) {
        if (*s == '\n')
            fputs("\\n\"\n        \"", stdout);
        else if (*s == '"' || *s == '\\')
            printf("\\%c", *s);
        else if (*s == '\t')
            fputs("\\t", stdout);
        else if (*s != '\r')
            putchar(*s);
    }
    fputs("\"", stdout);
}

static void put_list(char *const *names, int n)
{
    putchar('"');
    for (int i = 0; i < n; i++)
        printf("%s%s", i > 0 ? "," : "", names[i]);
    putchar('"');
}

static void put_head(void)
{
    puts("/* SPDX-License-Identifier: EUPL-1.2 */\n/* Made from sql/queries/ by build-aux/stmtc. "
         "*/");
}

static void write_header(void)
{
    put_head();
    puts("#ifndef CC_STMTS_H\n#define CC_STMTS_H\n\nenum cc_query {");
    for (int i = 0; i < n_statements; i++) {
        fputs("    Q_", stdout);
        put_upper(statements[i].name);
        puts(",");
    }
    puts("    Q__COUNT\n};");
    for (int i = 0; i < n_statements; i++) {
        if (statements[i].n_columns == 0)
            continue;
        fputs("\nenum {", stdout);
        for (int k = 0; k < statements[i].n_columns; k++) {
            fputs("\n    Q_", stdout);
            put_upper(statements[i].name);
            putchar('_');
            put_upper(statements[i].columns[k]);
            fputs(",", stdout);
        }
        puts("\n};");
    }
    puts("\n#endif");
}

static const char *kind_constant(enum kind kind)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (kinds[i].kind == kind)
            return kinds[i].constant;
    abort();
}

static void write_source(void)
{
    put_head();
    puts("#include \"concord/db.h\"\n\nconst struct cc_stmt cc_stmts[Q__COUNT + 1] = {");
    for (int i = 0; i < n_statements; i++) {
        const struct statement *s = &statements[i];
        printf("    {\n        .name = \"%s\",\n        .sql =\n", s->name);
        put_literal(s->sql);
        printf(",\n        .params = %d,\n        .columns = %d,\n        .kind = %s,\n"
               "        .read_only = %s,\n        .always_row = %s,\n        .file = \"%s\",\n"
               "        .param_types = ",
               s->n_params, s->n_columns, kind_constant(s->kind), s->read_only ? "true" : "false",
               s->always_row ? "true" : "false", s->file);
        put_list(s->types, s->n_params);
        fputs(",\n        .column_names = ", stdout);
        put_list(s->columns, s->n_columns);
        puts(",\n    },");
    }
    puts("    {.name = NULL},\n};");
}

int main(int argc, char **argv)
{
    bool header = argc > 1 && strcmp(argv[1], "--header") == 0;
    bool source = argc > 1 && strcmp(argv[1], "--source") == 0;
    if (!header && !source) {
        fputs("usage: stmtc --header|--source [FILE...]\n", stderr);
        return 2;
    }
    for (int i = 2; i < argc; i++)
        parse_file(argv[i]);
    for (int i = 0; i < n_statements; i++)
        for (int j = 0; j < n_statements; j++)
            check_constants(&statements[i], &statements[j]);
    if (header)
        write_header();
    else
        write_source();
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fputs("stmtc: could not write\n", stderr);
        return 1;
    }
    return 0;
}
