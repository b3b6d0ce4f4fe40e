/* SPDX-License-Identifier: EUPL-1.2 */
/* A seal out of its document: one empty element with attributes. */
#include "xml/internal.h"

#include <stddef.h>
#include <string.h>
#include <talloc.h>

static const struct {
    const char *name;
    size_t offset;
    bool required;
} fields[] = {
    {"content-sha256", offsetof(struct cc_seal, content_sha256), false},
    {"kind", offsetof(struct cc_seal, kind), true},
    {"note-sha256", offsetof(struct cc_seal, note_sha256), true},
    {"previous-sha256", offsetof(struct cc_seal, previous_sha256), false},
    {"publisher", offsetof(struct cc_seal, publisher), true},
    {"record", offsetof(struct cc_seal, record), true},
    {"redirect", offsetof(struct cc_seal, redirect), false},
    {"revision", offsetof(struct cc_seal, revision), true},
    {"schema", offsetof(struct cc_seal, schema), true},
    {"time", offsetof(struct cc_seal, time), true},
};

struct reading {
    void *mem;
    struct cc_seal seal;
    unsigned depth;
    bool bad;
};

static const char **slot(struct cc_seal *seal, size_t i)
{
    return (const char **)(void *)((char *)seal + fields[i].offset);
}

static bool take(struct reading *r, const struct cc_sax_attr *a)
{
    for (size_t i = 0; a->ns == NULL && i < sizeof(fields) / sizeof(*fields); i++)
        if (strcmp(fields[i].name, a->name) == 0) {
            *slot(&r->seal, i) = talloc_strndup(r->mem, a->value, a->len);
            return true;
        }
    return false;
}

static void on_start(void *arg, const char *ns, const char *prefix, const char *name,
                     const struct cc_sax_attr *attrs, size_t n, int line)
{
    struct reading *r = arg;
    (void)prefix, (void)line;
    r->bad = r->bad || r->depth++ > 0 || ns == NULL || strcmp(ns, CC_XML_NS) != 0 ||
             strcmp(name, "seal") != 0;
    for (size_t i = 0; i < n && !r->bad; i++)
        r->bad = !take(r, &attrs[i]);
}

static void on_text(void *arg, const char *s, size_t len)
{
    struct reading *r = arg;
    (void)s;
    r->bad = r->bad || len > 0;
}

static void on_end(void *arg)
{
    (void)arg;
}

enum cc_rc cc_xml_read_seal(void *mem, const char *xml, size_t len, struct cc_seal *seal_r,
                            struct cc_err *err)
{
    static const struct cc_parse_handler handler = {on_start, on_text, on_end};
    struct reading r = {.mem = mem};
    void *scratch = talloc_new(mem);
    struct cc_parse *parse = cc_parse_open(scratch, &CC_XML_WEB, &handler, &r);
    bool good = cc_parse_feed(parse, xml, len, true) && !r.bad;
    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
        good = good && (!fields[i].required || *slot(&r.seal, i) != NULL);
    talloc_free(scratch);
    if (!good)
        return cc_fail(err, mem, CC_INVALID, NULL, N_("This is not a seal of this registry."),
                       "seal of %zu bytes", len);
    *seal_r = r.seal;
    return CC_OK;
}
