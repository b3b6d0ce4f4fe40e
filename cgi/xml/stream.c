/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Files of many records: <records>, <feed> of <entry>, one <entry>, or one record alone; and those
 * of IATI, whose root says so. Memory is that of one record; the file may be of any size. A bad
 * record is told and the next one is read.
 */
#include "concord/iati_in.h"
#include "concord/log.h"
#include "concord/text.h"
#include "xml/internal.h"

#include <errno.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#define BUFFER_BYTES 65536

enum level { ROOT, LIST, FEED, ENTRY, RECORD, SEAL, NOTE, SKIP, IATI, IATI_ITEM, DONE };

struct stream {
    const struct cc_xml_limits *limits;
    cc_xml_item_fn *fn;
    void *arg;
    struct cc_err *err;
    struct cc_parse *parse;
    enum cc_rc rc;
    enum level level, outer; /* outer: where the end of the record, seal or note leads to */
    enum level item_outer;   /* where the end of the entry or lone record leads to */
    unsigned depth;          /* inside SEAL, NOTE, SKIP */
    void *mem;               /* of the item */
    struct cc_problems problems;
    struct cc_builder *builder;
    struct cc_capture *content, *seal;
    struct cc_buf note;
    const char *position, *event;
    bool has_note;
    int line;
    const struct cc_iati_format *format;
    struct cc_iati_reader *iati;
    struct cc_iati_item *iati_item;
    bool foreign; /* SKIP: of another namespace, which files of IATI may hold */
    void *caller, *scratch;
};

static bool is_ours(const char *ns)
{
    return ns != NULL && strcmp(ns, CC_XML_NS) == 0;
}

static void begin_item(struct stream *s, enum level outer, int line)
{
    s->mem = talloc_new(NULL);
    if (s->mem == NULL)
        cc_die("out of memory");
    cc_problems_init(&s->problems, s->mem);
    cc_buf_init(&s->note, s->mem);
    s->builder = NULL;
    s->content = s->seal = NULL;
    s->position = s->event = NULL;
    s->has_note = false;
    s->iati_item = NULL;
    s->line = line;
    s->item_outer = outer;
}

static void end_item(struct stream *s, bool in_feed)
{
    struct cc_xml_item item = {
        .line = s->line, .problems = &s->problems, .position = s->position, .event = s->event};
    if (s->iati_item != NULL) {
        item.iati = s->iati_item;
        item.problems = &s->iati_item->problems;
    }
    if (s->builder != NULL)
        item.record = cc_builder_record(s->builder);
    if (s->content != NULL && in_feed)
        item.content = cc_capture_bytes(s->content, &item.content_len);
    if (s->seal != NULL)
        item.seal = cc_capture_bytes(s->seal, &item.seal_len);
    if (in_feed)
        item.note = cc_buf_str(&s->note);
    s->level = s->item_outer;
    enum cc_rc rc = s->fn(s->arg, &item, s->err);
    talloc_free(s->mem);
    s->mem = NULL;
    if (rc != CC_OK) {
        s->rc = rc;
        cc_parse_stop(s->parse);
    }
}

static void begin_record(struct stream *s, const char *ns, const char *prefix, const char *name,
                         const struct cc_sax_attr *attrs, size_t n, int line)
{
    s->outer = s->level;
    s->level = RECORD;
    s->builder = cc_builder_new(s->mem, NULL, s->limits, &s->problems);
    cc_builder_start(s->builder, ns, name, attrs, n, line);
    if (s->outer == ENTRY) {
        s->content = cc_capture_new(s->mem);
        cc_capture_start(s->content, ns, prefix, name, attrs, n);
    }
}

static void begin_entry(struct stream *s, const struct cc_sax_attr *attrs, size_t n, int line)
{
    begin_item(s, s->level == ROOT ? DONE : s->level, line);
    s->level = ENTRY;
    for (size_t i = 0; i < n; i++) {
        const char **slot = attrs[i].ns != NULL                      ? NULL
                            : strcmp(attrs[i].name, "position") == 0 ? &s->position
                            : strcmp(attrs[i].name, "event") == 0    ? &s->event
                                                                     : NULL;
        if (slot != NULL)
            *slot = talloc_strndup(s->mem, attrs[i].value, attrs[i].len);
    }
}

static void skip(struct stream *s, const char *name, int line)
{
    cc_problem_add(&s->problems, CC_ERROR, line, NULL, N_("There is no element {1} here."), name,
                   NULL);
    s->outer = s->level;
    s->level = SKIP;
    s->depth = 1;
}

static void in_entry(struct stream *s, const char *ns, const char *prefix, const char *name,
                     const struct cc_sax_attr *attrs, size_t n, int line)
{
    if (is_ours(ns) && strcmp(name, "seal") == 0 && s->seal == NULL) {
        s->outer = ENTRY;
        s->level = SEAL;
        s->depth = 1;
        s->seal = cc_capture_new(s->mem);
        cc_capture_start(s->seal, ns, prefix, name, attrs, n);
    } else if (is_ours(ns) && strcmp(name, "note") == 0 && !s->has_note) {
        s->outer = ENTRY;
        s->level = NOTE;
        s->depth = 1;
        s->has_note = true;
    } else if (is_ours(ns) && cc_kind_find(name) != NULL && s->builder == NULL) {
        begin_record(s, ns, prefix, name, attrs, n, line);
    } else {
        skip(s, name, line);
    }
}

static void begin_iati_item(struct stream *s, enum level outer, const char *prefix,
                            const char *name, const struct cc_sax_attr *attrs, size_t n, int line)
{
    begin_item(s, outer, line);
    s->iati_item = cc_iati_reader_begin(s->iati, s->mem);
    s->level = IATI_ITEM;
    cc_iati_reader_start(s->iati, NULL, prefix, name, attrs, n, line);
}

/* The root of a file of IATI, or one item alone, which names no version. */
static void begin_iati(struct stream *s, bool is_item, const char *prefix, const char *name,
                       const struct cc_sax_attr *attrs, size_t n, int line)
{
    struct cc_problems problems;
    s->iati = cc_iati_reader_new(s->scratch, s->format, s->limits);
    if (is_item) {
        begin_iati_item(s, DONE, prefix, name, attrs, n, line);
        return;
    }
    cc_problems_init(&problems, s->scratch);
    s->level = IATI;
    if (!cc_iati_reader_version(s->iati, attrs, n, line, &problems)) {
        begin_item(s, DONE, line);
        const struct cc_problem *p = &problems.v[0];
        cc_problem_add(&s->problems, CC_ERROR, line, p->path, p->message, p->arg1, NULL);
        end_item(s, false);
        if (s->rc == CC_OK)
            s->rc = cc_fail(s->err, s->caller, CC_INVALID, NULL,
                            N_("The file is of a version of IATI that is not read."), "IATI 1");
        cc_parse_stop(s->parse);
    }
}

static void at_root(struct stream *s, const char *ns, const char *prefix, const char *name,
                    const struct cc_sax_attr *attrs, size_t n, int line)
{
    bool is_item = false;
    s->format = cc_iati_format_of(ns, name, &is_item);
    if (s->format != NULL) {
        begin_iati(s, is_item, prefix, name, attrs, n, line);
    } else if (is_ours(ns) && strcmp(name, "records") == 0) {
        s->level = LIST;
    } else if (is_ours(ns) && strcmp(name, "feed") == 0) {
        s->level = FEED;
    } else if (is_ours(ns) && strcmp(name, "entry") == 0) {
        begin_entry(s, attrs, n, line);
    } else {
        begin_item(s, DONE, line);
        begin_record(s, ns, prefix, name, attrs, n, line);
    }
}

static void on_start(void *arg, const char *ns, const char *prefix, const char *name,
                     const struct cc_sax_attr *attrs, size_t n, int line)
{
    struct stream *s = arg;
    switch (s->level) {
    case ROOT:
        at_root(s, ns, prefix, name, attrs, n, line);
        break;
    case LIST:
        begin_item(s, LIST, line);
        begin_record(s, ns, prefix, name, attrs, n, line);
        break;
    case FEED:
        if (is_ours(ns) && strcmp(name, "entry") == 0) {
            begin_entry(s, attrs, n, line);
        } else {
            begin_item(s, FEED, line);
            skip(s, name, line);
        }
        break;
    case ENTRY:
        in_entry(s, ns, prefix, name, attrs, n, line);
        break;
    case RECORD:
        cc_builder_start(s->builder, ns, name, attrs, n, line);
        if (s->content != NULL && cc_builder_record(s->builder) != NULL)
            cc_capture_start(s->content, ns, prefix, name, attrs, n);
        break;
    case SEAL:
        s->depth++;
        cc_capture_start(s->seal, ns, prefix, name, attrs, n);
        break;
    case IATI:
        if (cc_iati_is_item(s->format, ns, name)) {
            begin_iati_item(s, IATI, prefix, name, attrs, n, line);
        } else {
            begin_item(s, IATI, line);
            skip(s, name, line);
            s->foreign = ns != NULL;
        }
        break;
    case IATI_ITEM:
        cc_iati_reader_start(s->iati, ns, prefix, name, attrs, n, line);
        break;
    case NOTE:
    case SKIP:
        s->depth++;
        break;
    case DONE:
        break;
    }
}

static void on_text(void *arg, const char *text, size_t len)
{
    struct stream *s = arg;
    if (s->level == IATI_ITEM) {
        cc_iati_reader_text(s->iati, text, len);
    } else if (s->level == RECORD) {
        cc_builder_text(s->builder, text, len);
        if (s->content != NULL && cc_builder_record(s->builder) != NULL)
            cc_capture_text(s->content, text, len);
    } else if (s->level == SEAL) {
        if (s->seal != NULL && len < s->limits->text)
            cc_capture_text(s->seal, text, len);
    } else if (s->level == NOTE && s->depth == 1 && s->note.len + len <= s->limits->text) {
        cc_buf_add(&s->note, text, len);
    }
}

static void on_end(void *arg)
{
    struct stream *s = arg;
    switch (s->level) {
    case RECORD:
        /* A record that became too large is no longer captured. */
        if (s->content != NULL && cc_builder_record(s->builder) != NULL)
            cc_capture_end(s->content);
        cc_builder_end(s->builder);
        if (cc_builder_depth(s->builder) > 0)
            break;
        s->level = s->outer;
        if (s->level != ENTRY)
            end_item(s, false);
        break;
    case SEAL:
        cc_capture_end(s->seal);
        if (--s->depth == 0)
            s->level = s->outer;
        break;
    case NOTE:
        if (--s->depth == 0)
            s->level = s->outer;
        break;
    case SKIP:
        if (--s->depth > 0)
            break;
        s->level = s->outer;
        if (s->foreign)
            talloc_free(s->mem), s->mem = NULL;
        else if (s->level != ENTRY)
            end_item(s, false);
        s->foreign = false;
        break;
    case IATI_ITEM:
        if (cc_iati_reader_end(s->iati))
            end_item(s, false);
        break;
    case ENTRY:
        end_item(s, true);
        break;
    default:
        break;
    }
}

/* What broke the file is told as an item of its own, because it has a line. */
static enum cc_rc refuse(struct stream *s, void *mem, const char *why, const char *detail, int line)
{
    /* as the parser says it, without the end of its line */
    const char *reason = detail != NULL && cc_utf8_valid(detail, strlen(detail))
                             ? talloc_strndup(mem, detail, strcspn(detail, "\n"))
                             : NULL;

    talloc_free(s->mem);
    begin_item(s, DONE, line);
    cc_problem_add(&s->problems, CC_ERROR, line, NULL,
                   reason != NULL ? N_("The file is not well-formed XML: {1}") : why, reason, NULL);
    struct cc_xml_item item = {.line = line, .problems = &s->problems};
    enum cc_rc rc = s->fn(s->arg, &item, s->err);
    talloc_free(s->mem);
    s->mem = NULL;
    if (rc != CC_OK)
        return rc;
    return cc_fail(s->err, mem, CC_INVALID, NULL, why, "line %d: %s", line,
                   reason == NULL ? "refused" : reason);
}

enum cc_rc cc_xml_read_stream(void *mem, int fd, const struct cc_xml_limits *limits,
                              cc_xml_item_fn *fn, void *arg, struct cc_err *err)
{
    static const struct cc_parse_handler handler = {on_start, on_text, on_end};
    struct stream s = {.limits = limits, .fn = fn, .arg = arg, .err = err, .rc = CC_OK};
    void *scratch = talloc_new(mem);
    char *buffer = talloc_size(scratch, BUFFER_BYTES);
    s.caller = mem;
    s.scratch = scratch;
    s.parse = cc_parse_open(scratch, limits, &handler, &s);
    ssize_t n = 0;
    bool more = buffer != NULL;
    while (more) {
        n = read(fd, buffer, BUFFER_BYTES);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break;
        more = cc_parse_feed(s.parse, buffer, (size_t)n, n == 0) && n > 0;
    }
    enum cc_rc rc = s.rc;
    const char *detail = NULL;
    int line = 0;
    const char *why = cc_parse_why(s.parse, &detail, &line);
    if (n < 0)
        rc = cc_fail(err, mem, CC_INTERNAL, NULL, N_("The file could not be read."), "read: %s",
                     strerror(errno));
    else if (rc == CC_OK && why != NULL)
        rc = refuse(&s, mem, why, detail, line);
    talloc_free(s.mem);
    talloc_free(scratch);
    return rc;
}
