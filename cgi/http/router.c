/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Finds the route of a path, segment by segment, in the order of the table. Knows the few kinds of
 * {..} by name; what a handler gets in args has passed the check of its kind.
 */
#include "http/internal.h"

#include "concord/id.h"
#include <string.h>
#include <talloc.h>

struct match {
    const char *args[CC_ARGS_MAX];
    size_t n;
    const struct cc_lang *lang;
    bool moved; /* an identifier or language was not in its canonical spelling */
};

static bool take_arg(struct match *m, const char *text)
{
    if (m->n >= CC_ARGS_MAX) {
        return false;
    }
    m->args[m->n++] = text;
    return true;
}

static bool take_lang(struct match *m, char *text)
{
    m->lang = cc_i18n_find(text, strlen(text));
    m->moved |= m->lang != NULL && strcmp(m->lang->tag, text) != 0;
    return m->lang != NULL;
}

static bool take_id(struct match *m, char *text)
{
    if (cc_id_valid(text)) {
        return take_arg(m, text);
    }
    char *canonical = cc_id_canonical(talloc_parent(text), text);
    m->moved |= canonical != NULL;
    return canonical != NULL && take_arg(m, canonical);
}

static bool take_word(struct match *m, char *text)
{
    return text[strspn(text, "abcdefghijklmnopqrstuvwxyz-")] == '\0' && take_arg(m, text);
}

static bool take_number(struct match *m, char *text)
{
    size_t len = strspn(text, "0123456789");

    return text[len] == '\0' && len <= 9 && (text[0] != '0' || len == 1) && take_arg(m, text);
}

static bool take_file(struct match *m, char *text)
{
    return take_arg(m, text);
}

static const struct {
    const char *name;
    bool (*take)(struct match *m, char *text);
} kinds[] = {
    {"{lang}", take_lang},     {"{id}", take_id},     {"{word}", take_word},
    {"{number}", take_number}, {"{file}", take_file},
};

/* One segment of the pattern, which may be PREFIX{kind}SUFFIX, against one of the path. */
static bool match_segment(void *mem, struct match *m, const char *pattern, size_t pattern_len,
                          const char *segment, size_t len)
{
    const char *open = memchr(pattern, '{', pattern_len);
    const char *close = open ? memchr(open, '}', pattern_len - (size_t)(open - pattern)) : NULL;

    if (close == NULL) {
        return pattern_len == len && memcmp(pattern, segment, len) == 0;
    }
    size_t prefix = (size_t)(open - pattern);
    size_t name_len = (size_t)(close + 1 - open);
    size_t suffix = pattern_len - prefix - name_len;
    if (len <= prefix + suffix || memcmp(pattern, segment, prefix) != 0 ||
        memcmp(close + 1, segment + len - suffix, suffix) != 0) {
        return false;
    }
    char *text = talloc_strndup(mem, segment + prefix, len - prefix - suffix);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strlen(kinds[i].name) == name_len && memcmp(kinds[i].name, open, name_len) == 0) {
            return kinds[i].take(m, text);
        }
    }
    return false;
}

/* They are a few bytes long. */
static const char *segment_end(const char *s)
{
    while (*s != '\0' && *s != '/') {
        s++;
    }
    return s;
}

/* Do the parts without {..} fit? Most routes end here, before anything is copied, and most of these
 * begin with the language: behind_first is what follows the first segment of the path. */
static bool literals_fit(const char *pattern, const char *path, const char *behind_first)
{
    if (pattern[1] == '{' && pattern[2] == 'l') {
        pattern += sizeof("/{lang}") - 1;
        path = behind_first;
    }
    while (*pattern == '/' && *path == '/') {
        do {
            pattern++;
            path++;
        } while (*pattern == *path && *pattern != '\0' && *pattern != '/' && *pattern != '{');
        if (*pattern == '{') {
            pattern = segment_end(pattern);
            path = segment_end(path);
        }
    }
    return *pattern == '\0' && *path == '\0';
}

static bool match_path(void *mem, struct match *m, const char *pattern, const char *path)
{
    *m = (struct match){0};
    while (*pattern == '/' && *path == '/') {
        size_t pattern_len = strcspn(++pattern, "/");
        size_t len = strcspn(++path, "/");
        if (!match_segment(mem, m, pattern, pattern_len, path, len)) {
            return false;
        }
        pattern += pattern_len;
        path += len;
    }
    return *pattern == '\0' && *path == '\0';
}

static unsigned answered(const struct cc_route *route)
{
    return route->method | (route->method & CC_GET ? CC_HEAD : 0U);
}

/* The methods that some route of this class takes at this path; the first fitting one is chosen. */
static unsigned search(struct cc_req *req, const char *path, struct match *chosen)
{
    const char *behind_first = segment_end(path + 1);
    unsigned allowed = 0;
    struct match m;

    for (size_t i = 0; i < req->site->route_count; i++) {
        const struct cc_route *route = &req->site->routes[i];
        if ((route->class_ & req->class_) == 0 ||
            !literals_fit(route->pattern, path, behind_first) ||
            !match_path(req->mem, &m, route->pattern, path)) {
            continue;
        }
        allowed |= answered(route);
        if (req->route == NULL && (answered(route) & req->method) != 0) {
            req->route = route;
            *chosen = m;
        }
    }
    return allowed;
}

/* The language of an address without a route: what it begins with, else what the client likes. */
static const struct cc_lang *guess_language(const struct cc_req *req)
{
    size_t len = strcspn(req->path + 1, "/");
    const struct cc_lang *lang = cc_i18n_find(req->path + 1, len);

    return lang ? lang : cc_i18n_negotiate(cc_header(req, "Accept-Language"));
}

/* "/en/partnerships/" for "/en/partnerships" and the other way round. */
static char *other_slash(const struct cc_req *req)
{
    size_t len = strlen(req->path);

    return req->path[len - 1] == '/' ? talloc_strndup(req->mem, req->path, len - 1)
                                     : talloc_asprintf(req->mem, "%s/", req->path);
}

static void add_allow(struct cc_resp *resp, unsigned allowed)
{
    char text[32] = "";
    static const struct {
        unsigned method;
        const char *name;
    } names[] = {{CC_GET, "GET"}, {CC_HEAD, "HEAD"}, {CC_POST, "POST"}};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (allowed & names[i].method) {
            strncat(text, text[0] ? ", " : "", sizeof(text) - strlen(text) - 1);
            strncat(text, names[i].name, sizeof(text) - strlen(text) - 1);
        }
    }
    cc_resp_header(resp, "Allow", text);
}

/* 301 keeps the query; only for those who read: a form must be sent to the right place. */
static int redirect(struct cc_req *req, struct cc_resp *resp)
{
    if (req->method == CC_POST ||
        cc_resp_redirect(resp, 301, cc_url_self(req->mem, req, req->lang)) != CC_OK) {
        req->route = NULL;
        return cc_refuse(req, 404, NULL, NULL, "not the canonical address");
    }
    return 301;
}

int cc_route_find(struct cc_req *req, struct cc_resp *resp)
{
    struct match chosen = {0};
    unsigned allowed = search(req, req->path, &chosen);
    bool moved = chosen.moved;

    if (allowed == 0 && req->path[1] != '\0') {
        (void)search(req, other_slash(req), &chosen);
        moved = true;
    }
    if (req->route == NULL) {
        req->lang = guess_language(req);
        cc_i18n_use(req->lang);
        if (allowed != 0) {
            add_allow(resp, allowed);
            return cc_refuse(req, 405, NULL, NULL, "method");
        }
        return cc_refuse(req, 404, NULL, NULL, "no route");
    }
    memcpy(req->args, chosen.args, sizeof(req->args));
    req->lang = chosen.lang ? chosen.lang : cc_i18n_negotiate(cc_header(req, "Accept-Language"));
    cc_i18n_use(req->lang);
    return moved ? redirect(req, resp) : 0;
}
