/* SPDX-License-Identifier: EUPL-1.2 */
/* One content document into a tree. */
#include "concord/log.h"
#include "xml/internal.h"

#include <string.h>
#include <talloc.h>

struct reading {
    struct cc_builder *builder;
};

static void on_start(void *arg, const char *ns, const char *prefix, const char *name,
                     const struct cc_sax_attr *attrs, size_t n, int line)
{
    struct reading *r = arg;
    (void)prefix;
    cc_builder_start(r->builder, ns, name, attrs, n, line);
}

static void on_text(void *arg, const char *s, size_t len)
{
    struct reading *r = arg;
    cc_builder_text(r->builder, s, len);
}

static void on_end(void *arg)
{
    struct reading *r = arg;
    cc_builder_end(r->builder);
}

enum cc_rc cc_xml_read_record(void *mem, const char *xml, size_t len,
                              const struct cc_xml_limits *limits, struct cc_problems *problems,
                              struct cc_record **rec_r)
{
    static const struct cc_parse_handler handler = {on_start, on_text, on_end};
    void *scratch = talloc_new(mem);
    size_t errors = problems->errors;
    struct reading r = {cc_builder_new(mem, NULL, limits, problems)};
    struct cc_parse *parse = cc_parse_open(scratch, limits, &handler, &r);
    const char *detail;
    int line;
    cc_parse_feed(parse, xml, len, true);
    const char *why = cc_parse_why(parse, &detail, &line);
    if (why != NULL)
        cc_problem_add(problems, CC_ERROR, line, NULL, why, NULL, NULL);
    talloc_free(scratch);
    struct cc_record *rec = cc_builder_record(r.builder);
    *rec_r = why != NULL ? NULL : rec;
    if (*rec_r == NULL)
        return CC_INVALID;
    return problems->errors > errors ? CC_INVALID : CC_OK;
}
