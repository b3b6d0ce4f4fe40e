/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Exclusive C14N 1.0 of one element out of SAX events: what was sealed is found again whatever a
 * transport did to quotes, prefixes or white space inside tags. Comments are left out.
 */
#include "concord/log.h"
#include "xml/internal.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define DEPTH_MAX 64
#define ATTRS_MAX 64
#define SCOPE_MAX 128

/* The parser's: it has them as long as the element that uses them is open. */
struct binding {
    const char *prefix, *ns;
};

struct cc_capture {
    struct cc_buf out;
    struct {
        size_t at, len; /* in out */
    } names[DEPTH_MAX + 1];
    size_t scope_at[DEPTH_MAX + 1]; /* bindings that were in force before the element */
    unsigned depth;
    struct binding scope[SCOPE_MAX];
    size_t bindings;
};

struct cc_capture *cc_capture_new(void *mem)
{
    struct cc_capture *c = talloc_zero(mem, struct cc_capture);
    if (c == NULL)
        cc_die("out of memory");
    cc_buf_init(&c->out, c);
    return c;
}

static bool in_scope(const struct cc_capture *c, const char *prefix, const char *ns)
{
    for (size_t i = c->bindings; i > 0; i--)
        if (strcmp(c->scope[i - 1].prefix, prefix) == 0)
            return strcmp(c->scope[i - 1].ns, ns) == 0;
    return *prefix == '\0' && *ns == '\0';
}

/* Visibly used and not yet declared so: to be declared here. */
static void use(struct cc_capture *c, const char *prefix, const char *ns)
{
    prefix = prefix == NULL ? "" : prefix;
    ns = ns == NULL ? "" : ns;
    if (strcmp(prefix, "xml") == 0 || in_scope(c, prefix, ns) || c->bindings == SCOPE_MAX)
        return;
    c->scope[c->bindings++] = (struct binding){prefix, ns};
}

static int by_prefix(const void *a, const void *b)
{
    return strcmp(((const struct binding *)a)->prefix, ((const struct binding *)b)->prefix);
}

static int by_name(const void *a, const void *b)
{
    const struct cc_sax_attr *x = a;
    const struct cc_sax_attr *y = b;
    int by_ns = strcmp(x->ns == NULL ? "" : x->ns, y->ns == NULL ? "" : y->ns);
    return by_ns != 0 ? by_ns : strcmp(x->name, y->name);
}

static void add_name(struct cc_buf *out, const char *prefix, const char *name)
{
    if (prefix != NULL) {
        cc_buf_adds(out, prefix);
        cc_buf_addc(out, ':');
    }
    cc_buf_adds(out, name);
}

static void add_value(struct cc_buf *out, const char *value, size_t len)
{
    cc_buf_adds(out, "=\"");
    cc_xml_attr_part(out, value, len);
    cc_buf_addc(out, '"');
}

void cc_capture_start(struct cc_capture *c, const char *ns, const char *prefix, const char *name,
                      const struct cc_sax_attr *attrs, size_t n)
{
    struct cc_sax_attr sorted[ATTRS_MAX];
    if (c->depth >= DEPTH_MAX || n > ATTRS_MAX)
        cc_die("capture: the guard let too much in");
    c->scope_at[c->depth] = c->bindings;
    use(c, prefix, ns);
    for (size_t i = 0; i < n; i++) {
        sorted[i] = attrs[i];
        if (attrs[i].prefix != NULL)
            use(c, attrs[i].prefix, attrs[i].ns);
    }
    size_t first = c->scope_at[c->depth];
    qsort(c->scope + first, c->bindings - first, sizeof(*c->scope), by_prefix);
    qsort(sorted, n, sizeof(*sorted), by_name);

    size_t at = c->out.len + 1;
    cc_buf_addc(&c->out, '<');
    add_name(&c->out, prefix, name);
    c->names[c->depth].at = at;
    c->names[c->depth].len = c->out.len - at;
    for (size_t i = first; i < c->bindings; i++) {
        cc_buf_adds(&c->out, *c->scope[i].prefix == '\0' ? " xmlns" : " xmlns:");
        cc_buf_adds(&c->out, c->scope[i].prefix);
        add_value(&c->out, c->scope[i].ns, strlen(c->scope[i].ns));
    }
    for (size_t i = 0; i < n; i++) {
        cc_buf_addc(&c->out, ' ');
        add_name(&c->out, sorted[i].prefix, sorted[i].name);
        add_value(&c->out, sorted[i].value, sorted[i].len);
    }
    cc_buf_addc(&c->out, '>');
    c->depth++;
}

void cc_capture_text(struct cc_capture *c, const char *s, size_t len)
{
    cc_xml_text_part(&c->out, s, len);
}

void cc_capture_end(struct cc_capture *c)
{
    c->depth--;
    c->bindings = c->scope_at[c->depth];
    cc_buf_adds(&c->out, "</");
    cc_buf_reserve(&c->out, c->names[c->depth].len);
    cc_buf_add(&c->out, c->out.data + c->names[c->depth].at, c->names[c->depth].len);
    cc_buf_addc(&c->out, '>');
}

size_t cc_capture_at(const struct cc_capture *c)
{
    return c->out.len;
}

void cc_capture_cut(struct cc_capture *c, const struct cc_range *ranges, size_t n)
{
    size_t end = n > 0 ? ranges[0].from : c->out.len;
    for (size_t i = 0; i < n; i++) { /* what stands between it and the next */
        size_t len = (i + 1 < n ? ranges[i + 1].from : c->out.len) - ranges[i].to;
        memmove(c->out.data + end, c->out.data + ranges[i].to, len);
        end += len;
    }
    c->out.len = end;
    if (n > 0)
        c->out.data[end] = '\0';
}

void cc_capture_clear(struct cc_capture *c)
{
    c->out.len = 0;
    c->depth = 0;
    c->bindings = 0;
}

const char *cc_capture_bytes(const struct cc_capture *c, size_t *len_r)
{
    *len_r = c->out.len;
    return cc_buf_str(&c->out);
}
