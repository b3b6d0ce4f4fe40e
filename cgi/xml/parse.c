/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * libxml2's push parser behind the guard. No options but NONET; no tree is built; a DOCTYPE is
 * refused a second time by callback, with a flag of our own; nothing is recovered.
 */
#include "concord/log.h"
#include "xml/internal.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <limits.h>
#include <string.h>
#include <talloc.h>

#define ATTRIBUTES_MAX 64
#define PIECE          16384

struct cc_parse {
    xmlParserCtxtPtr ctxt;
    struct cc_guard guard;
    const struct cc_parse_handler *handler;
    void *arg;
    bool doctype;
    bool stopped;
    bool broken;
    void *scratch;
};

static const char *chars(const xmlChar *s)
{
    return (const char *)s;
}

static int line_of(const struct cc_parse *p)
{
    int line = xmlSAX2GetLineNumber(p->ctxt);
    return line < 0 ? 0 : line;
}

/*
 * Without entity substitution libxml2 hands "&" in attributes over as "&#38;", to be parsed again
 * by its tree builder. No other reference can be left: there is no DTD.
 */
static void decode(struct cc_sax_attr *a, void *mem)
{
    static const char ref[] = "&#38;";
    if (memchr(a->value, '&', a->len) == NULL)
        return;
    char *out = talloc_size(mem, a->len + 1);
    size_t n = 0;
    if (out == NULL)
        cc_die("out of memory");
    for (size_t i = 0; i < a->len; i++) {
        out[n++] = a->value[i];
        if (a->len - i >= sizeof(ref) - 1 && memcmp(a->value + i, ref, sizeof(ref) - 1) == 0)
            i += sizeof(ref) - 2;
    }
    out[n] = '\0';
    a->value = out;
    a->len = n;
}

static void on_start(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                     int namespaces, const xmlChar **declared, int n, int defaulted,
                     const xmlChar **attributes)
{
    struct cc_parse *p = data;
    struct cc_sax_attr attrs[ATTRIBUTES_MAX];
    (void)namespaces, (void)declared, (void)defaulted;
    if (n > ATTRIBUTES_MAX) {
        cc_parse_stop(p);
        return;
    }
    /* localname, prefix, URI, value, end */
    for (int i = 0; i < n; i++) {
        const xmlChar **a = attributes + 5 * i;
        attrs[i] = (struct cc_sax_attr){.ns = chars(a[2]),
                                        .prefix = chars(a[1]),
                                        .name = chars(a[0]),
                                        .value = chars(a[3]),
                                        .len = (size_t)(a[4] - a[3])};
        decode(&attrs[i], p->scratch);
    }
    p->handler->start(p->arg, chars(uri), chars(prefix), chars(name), attrs, (size_t)n, line_of(p));
    talloc_free_children(p->scratch);
}

static void on_end(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    struct cc_parse *p = data;
    (void)name, (void)prefix, (void)uri;
    p->handler->end(p->arg);
}

static void on_text(void *data, const xmlChar *s, int len)
{
    struct cc_parse *p = data;
    p->handler->text(p->arg, chars(s), (size_t)len);
}

static void on_doctype(void *data, const xmlChar *name, const xmlChar *external,
                       const xmlChar *system)
{
    struct cc_parse *p = data;
    (void)name, (void)external, (void)system;
    p->doctype = true;
    cc_parse_stop(p);
}

static void on_error(void *data, xmlErrorPtr error)
{
    (void)data, (void)error; /* kept in the context; never printed */
}

static int close_parse(struct cc_parse *p)
{
    if (p->ctxt != NULL)
        xmlFreeParserCtxt(p->ctxt);
    return 0;
}

struct cc_parse *cc_parse_open(void *mem, const struct cc_xml_limits *limits,
                               const struct cc_parse_handler *handler, void *arg)
{
    xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
                         .internalSubset = on_doctype,
                         .startElementNs = on_start,
                         .endElementNs = on_end,
                         .characters = on_text,
                         .ignorableWhitespace = on_text,
                         .cdataBlock = on_text,
                         .serror = on_error};
    struct cc_parse *p = talloc_zero(mem, struct cc_parse);
    if (p == NULL)
        cc_die("out of memory");
    cc_guard_init(&p->guard, limits);
    p->handler = handler;
    p->arg = arg;
    p->scratch = talloc_new(p);
    p->ctxt = xmlCreatePushParserCtxt(&sax, p, NULL, 0, NULL);
    if (p->ctxt == NULL)
        cc_die("out of memory");
    talloc_set_destructor(p, close_parse);
    xmlCtxtUseOptions(p->ctxt, XML_PARSE_NONET | XML_PARSE_BIG_LINES);
    return p;
}

void cc_parse_stop(struct cc_parse *p)
{
    p->stopped = true;
    xmlStopParser(p->ctxt);
}

bool cc_parse_feed(struct cc_parse *p, const char *data, size_t len, bool last)
{
    if (p->stopped || p->broken || p->guard.why != NULL)
        return false;
    for (size_t at = 0; at < len;) {
        size_t n = len - at < PIECE ? len - at : PIECE;
        if (!cc_guard_feed(&p->guard, data + at, n))
            return false;
        int rc = xmlParseChunk(p->ctxt, data + at, (int)n, 0);
        if (p->stopped)
            return false;
        if (rc != 0 || !p->ctxt->wellFormed) {
            p->broken = true;
            return false;
        }
        at += n;
    }
    if (last) {
        int rc = xmlParseChunk(p->ctxt, NULL, 0, 1);
        p->broken = p->broken || rc != 0 || !p->ctxt->wellFormed;
    }
    return !p->broken && !p->stopped;
}

const char *cc_parse_why(const struct cc_parse *p, const char **detail_r, int *line_r)
{
    *detail_r = NULL;
    *line_r = p->guard.line;
    if (p->guard.why != NULL)
        return p->guard.why;
    if (p->doctype)
        return N_("The file holds a document type declaration (DOCTYPE).");
    if (p->broken) {
        const xmlError *error = xmlCtxtGetLastError(p->ctxt);
        if (error != NULL) {
            *detail_r = error->message;
            *line_r = error->line;
        }
        return N_("The file is not well-formed XML.");
    }
    return NULL;
}
