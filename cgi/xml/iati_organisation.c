/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * iati-organisation. What the registry knows about an organisation stays; a file adds names in
 * other languages, identifiers and documents, and fills what is empty.
 */
#include "concord/log.h"
#include "concord/text.h"
#include "xml/iati_internal.h"

#include <string.h>
#include <talloc.h>

#define TYPE_OTHER "90"

/* Has the record this identifier, however it is written? Also as a value that holds the scheme once
 * more (US-EIN-US-EIN-13), which goes out as the value alone. */
static bool has_identifier(struct cc_iati_builder *b, const char *identifier, const char *scheme,
                           const char *value)
{
    const struct cc_node *n = cc_node_first(b->rec->first, "identifier");
    const char *key = cc_iati_key(b->mem, value), *whole = cc_iati_key(b->mem, identifier);
    for (; n != NULL; n = cc_node_again(n)) {
        const char *other = cc_iati_key(b->mem, cc_node_text(n->child, "value"));
        if (strcmp(cc_node_text(n->child, "scheme"), scheme) == 0 && other != NULL && key != NULL &&
            whole != NULL && (strcmp(other, key) == 0 || strcmp(other, whole) == 0))
            return true;
    }
    return false;
}

static void add_identifier(struct cc_iati_builder *b, const char *identifier,
                           struct cc_iati_node *from)
{
    const char *scheme = NULL;
    const char *value = NULL;
    if (identifier == NULL)
        return;
    if (!cc_iati_org_split(b->mem, identifier, &scheme, &value)) {
        cc_iati_warn(b, from, NULL,
                     N_("\"{1}\" begins with no scheme of the list organisation-identifier-scheme. "
                        "The organisation is found by it in IATI files, but does not show it."),
                     identifier, NULL);
        from->keep = true;
        return;
    }
    if (has_identifier(b, identifier, scheme, value))
        return;
    bool first = cc_node_first(b->rec->first, "identifier") == NULL;
    struct cc_node *node = cc_iati_add(b, NULL, "identifier", NULL, from);
    if (first)
        cc_iati_add(b, node, "primary", "true", from);
    cc_iati_add(b, node, "scheme", scheme, from);
    cc_iati_add(b, node, "value", value, from);
}

static void take_identifier(struct cc_iati_builder *b, struct cc_iati_node *node)
{
    const char *told = cc_iati_identifier(b, node, NULL, cc_iati_text(node));
    add_identifier(b, cc_iati_clean_line(b->mem, told), node);
}

static void take_name(struct cc_iati_builder *b, struct cc_iati_node *node)
{
    cc_iati_narratives(b, NULL, "name", node);
}

static void add_type(struct cc_iati_builder *b, struct cc_iati_node *node)
{
    const char *type = cc_iati_attr(node, "type");
    if (cc_node_first(b->rec->first, "type") == NULL)
        cc_iati_add_if(b, NULL, "type", type, node);
}

/* Often the organisation itself, of which only this says the type. */
static void take_reporting_org(struct cc_iati_builder *b, struct cc_iati_node *node)
{
    const char *own = cc_iati_key(b->mem, b->item->identifier);
    const char *ref = cc_iati_key(b->mem, cc_iati_attr(node, "ref"));
    if (own != NULL && ref != NULL && strcmp(own, ref) == 0) {
        add_type(b, node);
        cc_iati_used(node);
    }
}

static const struct cc_iati_element elements[] = {
    {"organisation-identifier", 1, 1, NULL, take_identifier},
    {"name", 1, 1, NULL, take_name},
    {"reporting-org", 1, 1, NULL, take_reporting_org},
    {"total-budget", 0, 0, NULL, NULL},
    {"recipient-org-budget", 0, 0, NULL, NULL},
    {"recipient-region-budget", 0, 0, "2.02", NULL},
    {"recipient-country-budget", 0, 0, NULL, NULL},
    {"total-expenditure", 0, 0, "2.02", NULL},
    {"document-link", 0, 0, NULL, cc_iati_document},
    {.name = NULL}};

static void begin(struct cc_iati_builder *b)
{
    cc_iati_copy(b, b->place->here, NULL);
    cc_iati_attr(b->item->root, "last-updated-datetime");
}

static struct cc_node *add_name(struct cc_iati_builder *b, const char *name)
{
    return cc_record_add(b->rec, NULL, "name", name, "und");
}

static void finish(struct cc_iati_builder *b)
{
    if (cc_node_first(b->rec->first, "name") == NULL && b->item->identifier != NULL) {
        cc_iati_warn(b, b->item->root, "name",
                     N_("There is no name; the identifier stands for it."), NULL, NULL);
        add_name(b, b->item->identifier);
    }
    const char *type = cc_node_text(b->rec->first, "type");
    if (type != NULL && cc_code_known("organisation-type", type))
        return;
    cc_record_drop(b->rec, "type");
    cc_iati_warn(b, b->item->root, "reporting-org/@type",
                 N_("The file does not say of what type the organisation is; it becomes \"{1}\"."),
                 cc_code_name("organisation-type", TYPE_OTHER), NULL);
    cc_record_add(b->rec, NULL, "type", TYPE_OTHER, NULL);
}

const struct cc_iati_format cc_iati_in_organisations = {.root = "iati-organisations",
                                                        .item = "iati-organisation",
                                                        .kind = "organisation",
                                                        .identifier = "organisation-identifier",
                                                        .elements = elements,
                                                        .begin = begin,
                                                        .finish = finish};

/* --- who reports --------------------------------------------------------------------------------
 */

void cc_iati_reporter(void *mem, const struct cc_iati_item *item,
                      struct cc_iati_reporter *reporter_r)
{
    struct cc_iati_node *node = cc_iati_reporting_org(item);
    *reporter_r = (struct cc_iati_reporter){.line = item->line};
    if (node == NULL)
        return;
    reporter_r->line = node->line;
    for (size_t i = 0; i < node->n_attrs; i++)
        if (strcmp(node->attrs[i].name, "ref") == 0)
            reporter_r->ref = cc_iati_clean_identifier(mem, node->attrs[i].value);
    for (struct cc_iati_node *n = node->child; n != NULL && reporter_r->name == NULL; n = n->next)
        reporter_r->name = cc_iati_clean_line(mem, n->text);
    if (reporter_r->name == NULL)
        reporter_r->name = cc_iati_clean_line(mem, node->text);
}

/* Its texts go into the problems given, not into those of the item that names it. */
struct cc_record *cc_iati_reporter_build(void *mem, const struct cc_iati_item *item, const char *id,
                                         struct cc_problems *problems)
{
    struct cc_iati_item own = *item;
    struct cc_iati_reporter who;
    struct cc_record *rec = cc_record_new(mem, cc_kind_find("organisation"), id);
    struct cc_iati_builder b = {.mem = rec, .item = &own, .rec = rec, .lang = "und"};
    struct cc_iati_node *node = cc_iati_reporting_org(item);
    cc_problems_init(&own.problems, mem);
    cc_iati_reporter(rec, item, &who);
    own.identifier = who.ref;
    const char *lang = cc_iati_attr(item->root, "xml:lang");
    if (lang != NULL && (lang = cc_lang_canonical(rec, cc_iati_clean_line(rec, lang))) != NULL)
        b.lang = lang;
    cc_iati_narratives(&b, NULL, "name", node);
    add_type(&b, node);
    add_identifier(&b, who.ref, node);
    finish(&b);
    cc_record_sort(rec);
    *problems = own.problems;
    return rec;
}
