/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reads the settings file and tells every mistake, not only the first. Not with inih: Debian's cuts
 * lines at 200 bytes, takes " ;" in a password for a comment, and knows no line numbers.
 */
#include "core/settings_read.h"
#include "concord/log.h"
#include "concord/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define SECTION_MAX 32

void cc_settings_mistake(struct cc_settings_reader *r, int line, const char *fmt, ...)
{
    r->failed = true;
    cc_buf_adds(r->report, r->file);
    if (line > 0)
        cc_buf_printf(r->report, ":%d", line);
    cc_buf_adds(r->report, ": ");
    va_list ap;
    va_start(ap, fmt);
    char *text = talloc_vasprintf(r->mem, fmt, ap);
    va_end(ap);
    cc_buf_adds(r->report, text);
    cc_buf_addc(r->report, '\n');
    talloc_free(text);
}

size_t cc_setting_at(size_t offset)
{
    size_t i = 0;
    while (cc_setting_table[i].offset != offset)
        i++;
    return i;
}

static char *copy(void *mem, const char *s)
{
    char *c = talloc_strdup(mem, s);
    if (c == NULL)
        cc_die("out of memory");
    return c;
}

/* "a, b, c" of all keys of a section, or of all sections when it is NULL. */
static char *list_names(void *mem, const char *section)
{
    struct cc_buf b;
    cc_buf_init(&b, mem);
    const char *last = "";
    for (size_t i = 0; i < cc_setting_count; i++) {
        const struct cc_setting *s = &cc_setting_table[i];
        const char *name = section == NULL ? s->section : s->key;
        if ((section != NULL && strcmp(section, s->section) != 0) || strcmp(name, last) == 0)
            continue;
        cc_buf_printf(&b, "%s%s", b.len == 0 ? "" : ", ", name);
        last = name;
    }
    return b.data;
}

/* --- one value -------------------------------------------------------------------------------- */

static void *place(struct cc_settings_reader *r, const struct cc_setting *s)
{
    return (char *)r->settings + s->offset;
}

static void set_int(struct cc_settings_reader *r, const struct cc_setting *s, const char *value)
{
    char *end = NULL;
    errno = 0;
    long number = strtol(value, &end, 10);
    bool plain = (value[0] >= '0' && value[0] <= '9') || value[0] == '-';
    if (!plain || *end != '\0' || errno != 0 || number < s->min || number > s->max) {
        cc_settings_mistake(r, r->line, "%s.%s must be a number from %ld to %ld, not \"%s\"",
                            s->section, s->key, s->min, s->max, value);
        return;
    }
    *(long *)place(r, s) = number;
}

static void set_bool(struct cc_settings_reader *r, const struct cc_setting *s, const char *value)
{
    bool yes = strcmp(value, "yes") == 0;
    if (!yes && strcmp(value, "no") != 0) {
        cc_settings_mistake(r, r->line, "%s.%s must be yes or no, not \"%s\"", s->section, s->key,
                            value);
        return;
    }
    *(bool *)place(r, s) = yes;
}

static void set_choice(struct cc_settings_reader *r, const struct cc_setting *s, const char *value)
{
    struct cc_buf allowed;
    cc_buf_init(&allowed, r->mem);
    for (size_t i = 0; s->choices[i] != NULL; i++) {
        if (strcmp(value, s->choices[i]) == 0) {
            *(const char **)place(r, s) = s->choices[i];
            return;
        }
        cc_buf_printf(&allowed, "%s%s", i == 0 ? "" : ", ", s->choices[i]);
    }
    cc_settings_mistake(r, r->line, "%s.%s must be one of %s, not \"%s\"", s->section, s->key,
                        cc_buf_str(&allowed), value);
}

/* The first line of the file that "file:PATH" names; NULL after a mistake. */
static char *read_secret(struct cc_settings_reader *r, const struct cc_setting *s, const char *path)
{
    if (path[0] != '/') {
        cc_settings_mistake(r, r->line, "%s.%s: the path after file: must start with /", s->section,
                            s->key);
        return NULL;
    }
    FILE *f = fopen(path, "re");
    if (f == NULL) {
        cc_settings_mistake(r, r->line, "%s.%s: could not open \"%s\": %s", s->section, s->key,
                            path, strerror(errno));
        return NULL;
    }
    char *line = NULL;
    size_t cap = 0;
    char *secret = NULL;
    errno = 0;
    if (getline(&line, &cap, f) < 0) {
        cc_settings_mistake(r, r->line, "%s.%s: could not read \"%s\": %s", s->section, s->key,
                            path, errno != 0 ? strerror(errno) : "it is empty");
    } else {
        line[strcspn(line, "\r\n")] = '\0';
        secret = copy(r->mem, line);
        explicit_bzero(line, cap);
    }
    free(line);
    fclose(f);
    return secret;
}

static bool has_control(const char *s)
{
    for (; *s != '\0'; s++) {
        if ((unsigned char)*s < 0x20 || *s == 0x7F)
            return true;
    }
    return false;
}

/* Texts, paths and addresses. The value of a secret never stands in a message. */
static void set_text(struct cc_settings_reader *r, const struct cc_setting *s, const char *value)
{
    const char *text = copy(r->mem, value);
    if (s->secret && strncmp(value, "file:", 5) == 0) {
        text = read_secret(r, s, value + 5);
        if (text == NULL)
            return;
    }
    size_t len = strlen(text);
    if (!cc_utf8_valid(text, len) || has_control(text)) {
        cc_settings_mistake(r, r->line, "%s.%s must be UTF-8 without control characters",
                            s->section, s->key);
        return;
    }
    if (len < (size_t)s->min || len > (size_t)s->max) {
        cc_settings_mistake(r, r->line, "%s.%s must have from %ld to %ld characters, not %zu",
                            s->section, s->key, s->min, s->max, len);
        return;
    }
    if (s->type == CC_SET_PATH && len > 0 && text[0] != '/') {
        cc_settings_mistake(r, r->line, "%s.%s must be a path that starts with /, not \"%s\"",
                            s->section, s->key, text);
        return;
    }
    if (s->type == CC_SET_URL && !cc_is_http_url(text)) {
        cc_settings_mistake(r, r->line,
                            "%s.%s must be an address like https://example.org/path, "
                            "not \"%s\"",
                            s->section, s->key, text);
        return;
    }
    *(const char **)place(r, s) = text;
}

static void (*const setters[])(struct cc_settings_reader *, const struct cc_setting *,
                               const char *) = {
    [CC_SET_TEXT] = set_text,     [CC_SET_INT] = set_int,   [CC_SET_BOOL] = set_bool,
    [CC_SET_CHOICE] = set_choice, [CC_SET_PATH] = set_text, [CC_SET_URL] = set_text,
};

/* --- the file --------------------------------------------------------------------------------- */

static bool knows_section(const char *section)
{
    for (size_t i = 0; i < cc_setting_count; i++) {
        if (strcmp(cc_setting_table[i].section, section) == 0)
            return true;
    }
    return false;
}

/* One "key = value". */
static void take(struct cc_settings_reader *r, const char *section, const char *key,
                 const char *value)
{
    for (size_t i = 0; i < cc_setting_count; i++) {
        const struct cc_setting *s = &cc_setting_table[i];
        if (strcmp(s->section, section) != 0 || strcmp(s->key, key) != 0)
            continue;
        if (r->lines[i] != 0) {
            cc_settings_mistake(r, r->line, "%s.%s is set twice; the first time on line %d",
                                section, key, r->lines[i]);
            return;
        }
        r->lines[i] = r->line;
        setters[s->type](r, s, value);
        return;
    }
    if (section[0] == '\0')
        cc_settings_mistake(r, r->line, "\"%s\" stands before the first [section]", key);
    else if (knows_section(section)) /* an unknown section has been told at its head */
        cc_settings_mistake(r, r->line, "there is no setting \"%s\" in [%s]; there are %s", key,
                            section, list_names(r->mem, section));
}

static char *trim(char *s)
{
    s += strspn(s, " \t\r\n");
    size_t len = strlen(s);
    while (len > 0 && strchr(" \t\r\n", s[len - 1]) != NULL)
        len--;
    s[len] = '\0';
    return s;
}

/*
 * Reads [section], "key = value", empty lines and lines that begin with # or ;. A comment behind a
 * value is part of the value, because passwords and filters may hold any character.
 */
static void take_line(struct cc_settings_reader *r, char *line, char section[SECTION_MAX + 1])
{
    char *s = trim(line);
    size_t len = strlen(s);
    if (len == 0 || *s == '#' || *s == ';')
        return;
    if (*s == '[') {
        if (len < 3 || s[len - 1] != ']' || len - 2 > SECTION_MAX) {
            cc_settings_mistake(r, r->line, "expected [section], not \"%s\"", s);
            return;
        }
        s[len - 1] = '\0';
        memcpy(section, s + 1, len - 1);
        if (!knows_section(section))
            cc_settings_mistake(r, r->line, "there is no section [%s]; there are %s", section,
                                list_names(r->mem, NULL));
        return;
    }
    char *equals = strchr(s, '=');
    if (equals == NULL || equals == s) {
        cc_settings_mistake(r, r->line,
                            "expected [section], key = value, or a comment that begins with #");
        return;
    }
    *equals = '\0';
    take(r, section, trim(s), trim(equals + 1));
}

static void read_file(struct cc_settings_reader *r)
{
    FILE *f = fopen(r->file, "re");
    if (f == NULL) {
        cc_settings_mistake(r, 0, "could not open: %s", strerror(errno));
        return;
    }
    char section[SECTION_MAX + 1] = "";
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    while ((len = getline(&line, &cap, f)) >= 0) {
        r->line++;
        if (strlen(line) != (size_t)len)
            cc_settings_mistake(r, r->line, "this line holds a NUL byte");
        else
            take_line(r, line, section);
    }
    if (ferror(f))
        cc_settings_mistake(r, 0, "could not read: %s", strerror(errno));
    if (line != NULL)
        explicit_bzero(line, cap); /* a password may have stood there */
    free(line);
    fclose(f);
}

static void fill_in(struct cc_settings_reader *r)
{
    r->line = 0;
    for (size_t i = 0; i < cc_setting_count; i++) {
        const struct cc_setting *s = &cc_setting_table[i];
        if (r->lines[i] != 0)
            continue;
        if (s->fallback == NULL)
            cc_settings_mistake(r, 0, "%s.%s must be set: %s", s->section, s->key, s->help);
        else
            setters[s->type](r, s, s->fallback);
    }
}

enum cc_rc cc_settings_read(void *mem, const char *file, struct cc_settings **settings_r,
                            struct cc_buf *report)
{
    struct cc_settings *settings = talloc_zero(mem, struct cc_settings);
    int *lines = talloc_zero_array(settings, int, (unsigned)cc_setting_count);
    if (settings == NULL || lines == NULL)
        cc_die("out of memory");
    struct cc_settings_reader r = {
        .mem = settings, .file = file, .settings = settings, .report = report, .lines = lines};

    read_file(&r);
    if (r.line > 0 || !r.failed) { /* a file that cannot be opened is told alone */
        fill_in(&r);
        cc_settings_check(&r);
    }
    talloc_free(lines);
    if (r.failed) {
        talloc_free(settings);
        return CC_INVALID;
    }
    *settings_r = settings;
    return CC_OK;
}
