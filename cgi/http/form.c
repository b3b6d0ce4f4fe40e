/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Fields to typed values by the form's table. What the table does not name, or names once and finds
 * twice, was not sent by our pages: refused. What people can get wrong becomes a problem beside the
 * value that they typed, so that the page can show both.
 */
#include "http/internal.h"

#include "concord/id.h"
#include "concord/log.h"
#include "concord/text.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>
#include <unistd.h>

struct parse {
    struct cc_req *req;
    const struct cc_form *form;
    struct cc_values *values;
    size_t room;
};

static bool is_token_text(const char *s)
{
    return s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")] ==
           '\0';
}

static const char *plain(void *mem, const char *s)
{
    return talloc_strdup(mem, s);
}

static const char *canonical_id(void *mem, const char *s)
{
    return cc_id_canonical(mem, s);
}

static const char *canonical_bool(void *mem, const char *s)
{
    static const struct {
        const char *word, *value;
    } words[] = {{"true", "true"},   {"on", "true"},   {"yes", "true"}, {"1", "true"},
                 {"false", "false"}, {"off", "false"}, {"no", "false"}, {"0", "false"}};

    (void)mem;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcasecmp(s, words[i].word) == 0) {
            return words[i].value;
        }
    }
    return NULL;
}

/* How a value of each type is cleaned and checked; empty optional values are not checked. */
static const struct {
    enum cc_text_form form;
    bool (*check)(const char *s);
    const char *(*make)(void *mem, const char *s); /* canonical text; NULL = refused */
    const char *message;
} types[] = {
    [CC_IN_LINE] = {CC_TEXT_LINE, NULL, plain, NULL},
    [CC_IN_BLOCK] = {CC_TEXT_BLOCK, NULL, plain, NULL},
    [CC_IN_UINT] = {CC_TEXT_LINE, cc_is_uint, plain, N_("This must be a whole number.")},
    [CC_IN_DATE] = {CC_TEXT_LINE, cc_is_date, plain, N_("This must be a date as in 2026-01-31.")},
    [CC_IN_TOKEN] = {CC_TEXT_LINE, is_token_text, plain,
                     N_("Only letters without accents, digits, dots, hyphens and underscores can "
                        "stand here.")},
    [CC_IN_ID] = {CC_TEXT_LINE, NULL, canonical_id,
                  N_("This is not an identifier of this registry. Check it for a typing error.")},
    [CC_IN_BOOL] = {CC_TEXT_LINE, NULL, canonical_bool, N_("This must be yes or no.")},
    [CC_IN_SECRET] = {CC_TEXT_LINE, NULL, NULL, NULL},
    [CC_IN_FILE] = {CC_TEXT_LINE, NULL, NULL, NULL},
};

static const char too_long[] = N_("This can have at most {1} characters.");
static const char required[] = N_("This is needed.");

/* U+FFFE and U+FFFF of each plane, U+FDD0 to U+FDEF: nothing that XML or a page may hold. */
static bool is_noncharacter(const unsigned char *s, size_t n)
{
    return (n == 3 && s[0] == 0xef && s[1] == 0xb7 && s[2] >= 0x90 && s[2] <= 0xaf) ||
           (n == 3 && s[0] == 0xef && s[1] == 0xbf && s[2] >= 0xbe) ||
           (n == 4 && (s[1] & 0x0f) == 0x0f && s[2] == 0xbf && s[3] >= 0xbe);
}

/* What was typed, as far as a page can show it: U+FFFD for what is no text. */
static char *showable(void *mem, const char *s, size_t len)
{
    struct cc_buf out;

    cc_buf_init(&out, mem);
    for (size_t i = 0; i < len;) {
        unsigned char c = (unsigned char)s[i];
        size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
        bool control = (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
        if (control || n > len - i || !cc_utf8_valid(s + i, n)) {
            cc_buf_adds(&out, "\xef\xbf\xbd");
            i++;
        } else if (is_noncharacter((const unsigned char *)s + i, n)) {
            cc_buf_adds(&out, "\xef\xbf\xbd");
            i += n;
        } else {
            cc_buf_add(&out, s + i, n);
            i += n;
        }
    }
    return talloc_strdup(mem, cc_buf_str(&out));
}

static void problem(struct parse *p, struct cc_value *value, const char *message, const char *arg)
{
    value->problem = message;
    p->values->bad = true;
    cc_problem_add(&p->req->problems, CC_ERROR, 0, value->name, message, arg, NULL);
}

static void too_many(struct parse *p, struct cc_value *value, const char *message, size_t max)
{
    char text[24];

    snprintf(text, sizeof(text), "%zu", max);
    problem(p, value, message, text);
}

static int wipe(char *secret)
{
    explicit_bzero(secret, talloc_get_size(secret));
    return 0;
}

static void take_secret(struct parse *p, struct cc_value *value, const struct cc_part *part,
                        size_t max)
{
    char *secret = talloc_zero_size(p->values, part->len + 1);

    talloc_set_destructor(secret, wipe);
    memcpy(secret, part->text, part->len);
    value->text = secret;
    if (strlen(secret) != part->len || !cc_utf8_valid(secret, part->len)) {
        value->text = "";
        problem(p, value, N_("This holds characters that cannot be used."), NULL);
    } else if (cc_utf8_chars(secret) > max) {
        value->text = "";
        too_many(p, value, too_long, max);
    }
}

static void take_file(struct parse *p, struct cc_value *value, const struct cc_part *part,
                      size_t max)
{
    value->file_name = part->file_name;
    value->file_type = part->file_type;
    value->file_fd = part->file_fd;
    value->file_len = part->file_len;
    if (max != 0 && part->file_len > max) {
        too_many(p, value, N_("The file can have at most {1} bytes."), max);
    }
}

static void take_text(struct parse *p, struct cc_value *value, const struct cc_part *part,
                      enum cc_input_type type, size_t max)
{
    const char *why = NULL;
    char *clean = NULL;

    if (cc_text_clean(p->values, part->text, part->len, types[type].form, part->len + 1, &clean,
                      &why) != CC_OK) {
        value->text = showable(p->values, part->text, part->len);
        problem(p, value, why, NULL);
        return;
    }
    value->text = clean;
    if (cc_utf8_chars(clean) > max) {
        too_many(p, value, too_long, max);
        return;
    }
    if (clean[0] == '\0') {
        return;
    }
    const char *made = types[type].check == NULL || types[type].check(clean)
                           ? types[type].make(p->values, clean)
                           : NULL;
    if (made == NULL) {
        problem(p, value, types[type].message, NULL);
        return;
    }
    value->text = made;
}

static struct cc_value *append(struct parse *p, const char *name)
{
    struct cc_values *values = p->values;

    if (values->n == p->room) {
        p->room = p->room ? 2 * p->room : 16;
        values->v = talloc_realloc(values, values->v, struct cc_value, (unsigned)p->room);
    }
    values->v[values->n] = (struct cc_value){.name = name, .text = "", .file_fd = -1};
    return &values->v[values->n++];
}

static const struct cc_input *find_input(const struct cc_form *form, const char *name)
{
    for (const struct cc_input *in = form->inputs; in != NULL && in->name != NULL; in++) {
        if (strcmp(in->name, name) == 0) {
            return in;
        }
    }
    return NULL;
}

static bool is_name(const struct cc_part *part)
{
    if (part->name_len == 0 || part->name_len > CC_NAME_MAX) {
        return false;
    }
    for (size_t i = 0; i < part->name_len; i++) {
        if (part->name[i] <= 0x20 || part->name[i] >= 0x7f) {
            return false;
        }
    }
    return true;
}

/* Bytes of a name that are told: whole characters, no more than a name may have. */
static size_t name_shown(const struct cc_part *part)
{
    size_t n = part->name_len;

    if (n > CC_NAME_MAX) {
        n = CC_NAME_MAX;
        while (n > 0 && ((unsigned char)part->name[n] & 0xc0) == 0x80) {
            n--;
        }
    }
    return n;
}

/* One field: which row, then by type. */
static int take_field(void *arg, const struct cc_part *part)
{
    struct parse *p = arg;
    const struct cc_input *input = is_name(part) ? find_input(p->form, part->name) : NULL;
    enum cc_input_type type = input ? input->type : CC_IN_LINE;
    size_t max = input ? input->max : 0;

    if (input == NULL && is_name(part) && p->form->accepts != NULL) {
        max = p->form->accepts(p->req, part->name, &type);
    }
    if (input == NULL && max == 0) {
        const char *name = showable(p->req->mem, part->name, name_shown(part));
        return cc_refuse(p->req, 400, name, N_("The form holds a field that is not known here."),
                         name);
    }
    if ((type == CC_IN_FILE) != (part->file_name != NULL)) {
        return cc_refuse(p->req, 400, NULL, N_("The form data are not well formed."), part->name);
    }
    struct cc_value *value = append(p, talloc_strdup(p->values, part->name));
    if (type == CC_IN_FILE) {
        take_file(p, value, part, max);
    } else if (type == CC_IN_SECRET) {
        take_secret(p, value, part, max);
    } else {
        take_text(p, value, part, type, max);
    }
    return 0;
}

static int by_name(const void *a, const void *b)
{
    const struct cc_value *const *x = a, *const *y = b;

    return strcmp((*x)->name, (*y)->name);
}

static int refuse_repeated(struct parse *p)
{
    size_t n = p->values->n;
    const struct cc_value **sorted = talloc_array(p->values, const struct cc_value *, (unsigned)n);

    for (size_t i = 0; i < n; i++) {
        sorted[i] = &p->values->v[i];
    }
    qsort(sorted, n, sizeof(*sorted), by_name);
    for (size_t i = 1; i < n; i++) {
        const struct cc_input *input = find_input(p->form, sorted[i]->name);
        if (strcmp(sorted[i - 1]->name, sorted[i]->name) == 0 &&
            (input == NULL || (input->flags & CC_IN_MANY) == 0)) {
            return cc_refuse(p->req, 400, sorted[i]->name,
                             N_("The form holds a field twice that can stand there once."),
                             sorted[i]->name);
        }
    }
    talloc_free(sorted);
    return 0;
}

/* Last: what is needed and was not sent, or sent empty. */
static int finish(struct parse *p)
{
    int status = refuse_repeated(p);

    for (const struct cc_input *in = p->form->inputs; in != NULL && in->name != NULL; in++) {
        if (status != 0 || (in->flags & CC_IN_REQUIRED) == 0) {
            continue;
        }
        struct cc_value *value = (struct cc_value *)cc_value_find(p->values, in->name);
        if (value == NULL) {
            value = append(p, in->name);
        }
        bool empty = in->type == CC_IN_FILE ? value->file_len == 0 : value->text[0] == '\0';
        if (empty && value->problem == NULL) {
            problem(p, value, required, NULL);
        }
    }
    return status;
}

static struct parse start(struct cc_req *req, const struct cc_form *form, struct cc_values *values)
{
    struct parse p = {.req = req, .form = form, .values = talloc_zero(req->mem, struct cc_values)};

    *values = (struct cc_values){0};
    return p;
}

/* What senders of newsletters and social networks hang on the links to a page to count who follows
 * them: nothing that a page is asked. Any other name is refused, for a filter with a typing error
 * would show all. */
static bool is_mark_of_link(const struct cc_part *part)
{
    static const char *const names[] = {"fbclid",  "gclid",  "dclid", "gbraid", "wbraid",
                                        "msclkid", "twclid", "yclid", "igshid", "mc_cid",
                                        "mc_eid",  "_hsenc", "_hsmi", "mkt_tok"};

    if (!is_name(part)) {
        return false;
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(part->name, names[i]) == 0) {
            return true;
        }
    }
    return strncmp(part->name, "utm_", 4) == 0;
}

static int take_parameter(void *arg, const struct cc_part *part)
{
    return is_mark_of_link(part) ? 0 : take_field(arg, part);
}

int cc_form_query(struct cc_req *req)
{
    static const struct cc_form none = {0};
    const struct cc_form *form = req->route->query ? req->route->query : &none;
    struct parse p = start(req, form, &req->query);

    int status =
        cc_urlencoded_each(req, req->query_string, strlen(req->query_string), take_parameter, &p);
    if (status == 0) {
        status = finish(&p);
    }
    if (status == 0 && p.values->bad) {
        /* nobody typed this into a form that could be shown again */
        const struct cc_problem *first = &req->problems.v[0];
        status =
            cc_refuse(req, 422, talloc_strdup(req->mem, first->path), first->message, first->path);
    }
    req->query = *p.values;
    return status;
}

/* The body as a whole, wiped afterwards: it may hold a password. */
static int read_body(struct cc_req *req, size_t len, char **body_r)
{
    char *body = talloc_zero_size(req->mem, len + 1);
    size_t got = 0;

    talloc_set_destructor(body, wipe);
    while (got < len) {
        size_t want = len - got < 65536 ? len - got : 65536;
        int n = req->io->read(req->io->arg, body + got, (int)want);
        if (n <= 0) {
            talloc_free(body);
            return cc_refuse(req, 400, NULL, N_("The form did not arrive completely."),
                             "short body");
        }
        got += (size_t)n;
    }
    *body_r = body;
    return 0;
}

static int parse_urlencoded(struct parse *p, size_t len)
{
    char *body = NULL;
    int status = read_body(p->req, len, &body);

    if (status == 0) {
        status = cc_urlencoded_each(p->req, body, len, take_field, p);
    }
    return status;
}

static bool is_urlencoded(const char *type)
{
    static const char name[] = "application/x-www-form-urlencoded";
    size_t len = strcspn(type, "; \t");

    return len == sizeof(name) - 1 && strncasecmp(type, name, len) == 0;
}

int cc_form_body(struct cc_req *req)
{
    static const struct cc_form none = {0};
    const struct cc_form *form = req->route->form ? req->route->form : &none;
    const struct cc_settings *settings = req->settings;
    struct parse p = start(req, form, &req->form);
    const char *type = req->param(req, "CONTENT_TYPE");
    char *boundary = type && form->multipart ? cc_multipart_boundary(req, type) : NULL;
    size_t limit = (size_t)(boundary ? settings->upload_max : settings->body_max);
    size_t len = 0;

    int status = cc_body_length(req, limit, &len);
    if (status != 0) {
        return status;
    }
    if (boundary != NULL) {
        status = cc_multipart_each(req, boundary, len, (size_t)settings->body_max, take_field, &p);
    } else if (type != NULL && is_urlencoded(type)) {
        status = parse_urlencoded(&p, len);
    } else if (len != 0 || form->inputs != NULL) {
        return cc_refuse(req, 415, NULL, NULL, "content type");
    }
    if (status == 0) {
        status = finish(&p);
    }
    req->form = *p.values;
    return status;
}

const struct cc_value *cc_value_find(const struct cc_values *values, const char *name)
{
    for (size_t i = 0; i < values->n; i++) {
        if (strcmp(values->v[i].name, name) == 0) {
            return &values->v[i];
        }
    }
    return NULL;
}

const char *cc_value(const struct cc_values *values, const char *name)
{
    const struct cc_value *value = cc_value_find(values, name);

    return value ? value->text : "";
}

bool cc_value_has(const struct cc_values *values, const char *name)
{
    return cc_value_find(values, name) != NULL;
}
