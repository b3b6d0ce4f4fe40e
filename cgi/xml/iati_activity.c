/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * iati-activity. Most elements are a group of ours with other names: a table of attributes. What a
 * file cannot say (the partnership, the kind, sources) stays as it is here.
 */
#include "concord/log.h"
#include "concord/text.h"
#include "xml/iati_internal.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

/* --- groups by table ----------------------------------------------------------------------------
 */

struct map {
    const char *element, *field;
    struct {
        const char *attr, *as;
        const char *absent; /* what it means when it is absent */
    } attrs[6];
    const char *names; /* field of the narratives */
};

#define A(attr)                                                                                    \
    {                                                                                              \
        attr, attr, NULL                                                                           \
    }
#define AS(attr, field)                                                                            \
    {                                                                                              \
        attr, field, NULL                                                                          \
    }
#define OR(attr, absent)                                                                           \
    {                                                                                              \
        attr, attr, absent                                                                         \
    }
static const struct map maps[] = {
    {"description", "description", {A("type")}, "text"},
    {"participating-org",
     "participant",
     {AS("activity-id", "activity"), AS("crs-channel-code", "channel"), A("ref"), A("role"),
      A("type")},
     "name"},
    {"recipient-country", "country", {A("code"), A("percentage")}, "name"},
    {"recipient-region",
     "region",
     {A("code"), A("percentage"), OR("vocabulary", "1"), A("vocabulary-uri")},
     "name"},
    {"sector",
     "sector",
     {A("code"), A("percentage"), OR("vocabulary", "1"), A("vocabulary-uri")},
     "name"},
    {"policy-marker",
     "marker",
     {A("code"), A("significance"), OR("vocabulary", "1"), A("vocabulary-uri")},
     "name"},
    {"humanitarian-scope",
     "humanitarian-scope",
     {A("code"), A("type"), A("vocabulary"), A("vocabulary-uri")},
     "name"},
    {"default-aid-type", "aid-type", {A("code"), OR("vocabulary", "1")}, NULL},
    {"tag", "tag", {A("code"), A("vocabulary"), A("vocabulary-uri")}, "name"},
    {"related-activity", "related", {A("ref"), A("type")}, NULL},
    {"reporting-org", "reporting", {A("ref"), A("type")}, "name"},
};

static struct cc_node *take_by_map(struct cc_iati_builder *b, struct cc_iati_node *node)
{
    const struct map *m = maps;
    while (strcmp(m->element, node->name) != 0)
        m++;
    struct cc_node *group = cc_iati_add(b, NULL, m->field, NULL, node);
    for (size_t i = 0; i < 6 && m->attrs[i].attr != NULL; i++) {
        const char *value = cc_iati_attr(node, m->attrs[i].attr);
        if (strcmp(m->attrs[i].attr, "ref") == 0 || strcmp(m->attrs[i].attr, "activity-id") == 0)
            value = cc_iati_identifier(b, node, NULL, value);
        cc_iati_add_if(b, group, m->attrs[i].as, value != NULL ? value : m->attrs[i].absent, node);
    }
    if (m->names != NULL)
        cc_iati_narratives(b, group, m->names, node);
    return group;
}

static void take_group(struct cc_iati_builder *b, struct cc_iati_node *node)
{
    take_by_map(b, node);
}

/* --- one value ----------------------------------------------------------------------------------
 */

/* The first one counts; others are kept. */
static void add_once(struct cc_iati_builder *b, const char *field, const char *value,
                     struct cc_iati_node *node)
{
    const struct cc_node *first = cc_node_first(b->rec->first, field);
    if (first == NULL)
        cc_iati_add_if(b, NULL, field, value, node);
    else if (value == NULL || strcmp(first->text, value) != 0)
        node->keep = true;
}

static void take_code(struct cc_iati_builder *b, struct cc_iati_node *node)
{
    static const struct {
        const char *element, *field;
    } codes[] = {{"activity-status", "state"},
                 {"activity-scope", "scope"},
                 {"collaboration-type", "collaboration-type"},
                 {"default-flow-type", "flow-type"},
                 {"default-finance-type", "finance-type"},
                 {"default-tied-status", "tied-status"}};
    size_t i = 0;
    while (strcmp(codes[i].element, node->name) != 0)
        i++;
    add_once(b, codes[i].field, cc_iati_attr(node, "code"), node);
}

static void take_date(struct cc_iati_builder *b, struct cc_iati_node *node)
{
    static const char *const fields[] = {"planned-start", "start", "planned-end", "end"};
    const char *type = cc_iati_attr(node, "type");
    const char *day = cc_iati_day(b, node, "iso-date");
    const char *at = type != NULL && type[1] == '\0' ? strchr("1234", type[0]) : NULL;
    if (at == NULL)
        cc_iati_warn(b, node, "activity-date/@type", N_("\"{1}\" is not a code of the list {2}."),
                     type != NULL ? type : "", "ActivityDateType");
    if (at == NULL || day == NULL)
        node->keep = true;
    else
        add_once(b, fields[type[0] - '1'], day, node);
}

static void take_identifier(struct cc_iati_builder *b, struct cc_iati_node *node)
{
    const char *told = cc_iati_text(node);
    const char *identifier = b->item->identifier, *clean = cc_iati_clean_identifier(b->mem, told);
    const struct cc_record *here = b->place->here;
    node->keep =
        told != NULL && (identifier == NULL || clean == NULL || strcmp(clean, identifier) != 0);
    if (identifier != NULL)
        cc_iati_identifier(b, node, NULL, told);
    cc_iati_tell_spelling(b, node, NULL, identifier,
                          here != NULL ? cc_node_text(here->first, "iati-identifier") : NULL);
    if (cc_iati_is_forbidden(identifier))
        cc_iati_warn(b, node, NULL,
                     N_("\"{1}\" holds one of / & | ?, which the rules of IATI forbid in an "
                        "identifier. It is taken and told as it is; validators may complain."),
                     identifier, NULL);
    add_once(b, "iati-identifier", identifier, node);
}

static void take_title(struct cc_iati_builder *b, struct cc_iati_node *node)
{
    cc_iati_narratives(b, NULL, "title", node);
}

/* --- who ----------------------------------------------------------------------------------------
 */

static void link_organisation(struct cc_iati_builder *b, struct cc_node *group,
                              struct cc_iati_node *node)
{
    const char *ref = cc_node_text(group->child, "ref");
    const char *id = ref != NULL ? b->place->find(b->place->arg, ref) : NULL;
    if (id != NULL)
        cc_iati_add(b, group, "organisation", id, node);
}

static bool is_true(const char *s)
{
    return s != NULL && (strcmp(s, "1") == 0 || strcmp(s, "true") == 0);
}

/* What is neither true nor false is judged as it was told. */
static void add_flag(struct cc_iati_builder *b, struct cc_node *parent, const char *name,
                     const char *told, struct cc_iati_node *from)
{
    if (told != NULL && strcmp(told, "0") != 0 && strcmp(told, "false") != 0)
        cc_iati_add(b, parent, name, is_true(told) ? "true" : told, from);
}

/* Who answers for the record is known already; the file may write it in several ways. */
static void take_reporting_org(struct cc_iati_builder *b, struct cc_iati_node *node)
{
    if (cc_node_first(b->rec->first, "reporting") != NULL)
        return;
    struct cc_node *group = take_by_map(b, node);
    add_flag(b, group, "secondary", cc_iati_attr(node, "secondary-reporter"), node);
    const struct cc_record *here = b->place->here;
    const struct cc_node *was = here != NULL ? cc_node_first(here->first, "reporting") : NULL;
    cc_iati_tell_spelling(b, node, "reporting-org/@ref", cc_node_text(group->child, "ref"),
                          was != NULL ? cc_node_text(was->child, "ref") : NULL);
    link_organisation(b, group, node);
}

static void take_participating_org(struct cc_iati_builder *b, struct cc_iati_node *node)
{
    link_organisation(b, take_by_map(b, node), node);
}

/* The reporter's own reference in another spelling (46004, XM-DAC-46004), said to be a former one:
   what `/iati/` tells where an activity's identifier begins with it. */
static bool is_reporters(struct cc_iati_builder *b, struct cc_iati_node *node)
{
    const char *type = cc_iati_attr(node, "type"), *ref = cc_iati_attr(node, "ref");
    struct cc_iati_node *reporting = cc_iati_reporting_org(b->item);
    const char *own = reporting != NULL ? cc_iati_attr(reporting, "ref") : NULL;
    const char *keys[CC_IATI_KEYS], *own_keys[CC_IATI_KEYS];
    if (type == NULL || strcmp(type, "B1") != 0 || ref == NULL || own == NULL ||
        cc_iati_child(node, "owner-org") != NULL)
        return false;
    size_t n = cc_iati_org_keys(b->mem, ref, keys), m = cc_iati_org_keys(b->mem, own, own_keys);
    for (size_t i = 0; i < n * m; i++)
        if (strcmp(keys[i / m], own_keys[i % m]) == 0)
            return true;
    return false;
}

static void take_other_identifier(struct cc_iati_builder *b, struct cc_iati_node *node)
{
    if (is_reporters(b, node))
        return;
    struct cc_node *group = cc_iati_add(b, NULL, "other-identifier", NULL, node);
    struct cc_iati_node *owner = cc_iati_child(node, "owner-org");
    cc_iati_add_if(b, group, "owner", cc_iati_identifier(b, node, NULL, cc_iati_attr(owner, "ref")),
                   node);
    cc_iati_add_if(b, group, "ref", cc_iati_identifier(b, node, NULL, cc_iati_attr(node, "ref")),
                   node);
    const char *type = cc_iati_attr(node, "type");
    cc_iati_add_if(b, group, "type", type, node);
    if (type == NULL || !cc_code_known("other-identifier-type", type)) /* IATI wants one */
        cc_iati_add(b, group, "type", "A9", node);
    cc_iati_narratives(b, group, "owner-name", owner);
}

/* Of words behind a number ("ext. 12") the field takes none. */
static const char *phone_of(struct cc_iati_builder *b, struct cc_iati_node *node)
{
    const char *told = cc_iati_text(node);
    const char *phone = told != NULL ? cc_phone_plain(b->mem, told) : NULL;
    return cc_is_phone(phone) ? phone : NULL;
}

static void take_contact(struct cc_iati_builder *b, struct cc_iati_node *node)
{
    struct cc_iati_node *mail = cc_iati_child(node, "email");
    struct cc_iati_node *phone = cc_iati_child(node, "telephone");
    struct cc_iati_node *url = cc_iati_child(node, "website");
    const char *address = cc_iati_clean_line(b->mem, cc_iati_text(mail));
    const char *number = phone != NULL ? phone_of(b, phone) : NULL;
    const char *web = cc_iati_clean_line(b->mem, cc_iati_text(url));
    web = web != NULL ? cc_url_encoded(b->mem, web) : NULL;
    struct cc_node *group = cc_iati_add(b, NULL, "contact", NULL, node);
    struct cc_iati_node *organisation = cc_iati_child(node, "organisation");
    size_t named = cc_iati_narratives(b, group, "office", cc_iati_child(node, "department"));
    named += cc_iati_narratives(b, group, "organisation", organisation);
    if (named == 0) { /* it is the reporter's own */
        cc_iati_narratives(b, group, "organisation", cc_iati_reporting_org(b->item));
    }
    cc_iati_narratives(b, group, "job-title", cc_iati_child(node, "job-title"));
    if (address != NULL && cc_is_mail(address))
        cc_iati_add(b, group, "mail", address, node);
    if (number != NULL)
        cc_iati_add(b, group, "phone", number, node);
    cc_iati_narratives(b, group, "address", cc_iati_child(node, "mailing-address"));
    if (web != NULL && cc_is_http_url(web))
        cc_iati_add(b, group, "url", web, node);
    node->keep = node->keep || (address != NULL) != (cc_node_text(group->child, "mail") != NULL) ||
                 (phone != NULL && number == NULL) ||
                 (web != NULL) != (cc_node_text(group->child, "url") != NULL);
}

/* --- where, what for ----------------------------------------------------------------------------
 */

static void add_sdg(struct cc_iati_builder *b, const char *goal, const char *target,
                    struct cc_iati_node *node)
{
    const struct cc_node *n = cc_node_first(b->rec->first, "sdg");
    for (; n != NULL; n = cc_node_again(n)) {
        const char *t = cc_node_text(n->child, "target");
        if (strcmp(cc_node_text(n->child, "goal"), goal) == 0 &&
            (t == NULL || target == NULL ? t == target : strcmp(t, target) == 0))
            return;
    }
    struct cc_node *group = cc_iati_add(b, NULL, "sdg", NULL, node);
    cc_iati_add(b, group, "goal", goal, node);
    if (target != NULL)
        cc_iati_add(b, group, "target", target, node);
}

static const char *small_letters(void *mem, const char *code)
{
    char *out = talloc_strdup(mem, code);
    if (out == NULL)
        cc_die("out of memory");
    for (char *c = out; *c != '\0'; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
    return out;
}

/* Goals (vocabulary 2) and targets (3) of the Agenda 2030 are links; everything else stays a tag.
 */
static void take_tag(struct cc_iati_builder *b, struct cc_iati_node *node)
{
    const char *vocabulary = cc_iati_attr(node, "vocabulary");
    const char *code = cc_iati_clean_line(b->mem, cc_iati_attr(node, "code"));
    bool goal = vocabulary != NULL && strcmp(vocabulary, "2") == 0;
    bool target = vocabulary != NULL && strcmp(vocabulary, "3") == 0;
    if (code == NULL || !(goal || target)) {
        take_by_map(b, node);
        return;
    }
    code = small_letters(b->mem, code); /* 3.D is 3.d */
    const char *number = talloc_strndup(b->mem, code, strcspn(code, "."));
    if (number == NULL)
        cc_die("out of memory");
    if (!cc_code_known("sdg-goal", number) || (target && !cc_code_known("sdg-target", code))) {
        cc_iati_warn(b, node, "tag/@code", N_("\"{1}\" is not a code of the list {2}."), code,
                     goal ? "sdg-goal" : "sdg-target");
        node->keep = true;
        return;
    }
    add_sdg(b, number, target ? code : NULL, node);
    for (struct cc_iati_node *n = cc_iati_child(node, "narrative"); n != NULL; n = cc_iati_next(n))
        cc_iati_used(n); /* the name of the code, which our list has */
}

/* VOCABULARY:CODE of a location-id, VOCABULARY:LEVEL:CODE of an administrative. */
static const char *place_code(struct cc_iati_builder *b, const struct cc_field *f,
                              struct cc_iati_node *node, const char *path)
{
    const char *vocabulary = cc_iati_clean_line(b->mem, cc_iati_attr(node, "vocabulary"));
    const char *level = cc_iati_clean_line(b->mem, cc_iati_attr(node, "level"));
    const char *code = cc_iati_clean_line(b->mem, cc_iati_attr(node, "code"));
    bool is_area = strcmp(f->name, "area") == 0;
    const char *told = talloc_asprintf(b->mem, "%s:%s%s%s", vocabulary != NULL ? vocabulary : "",
                                       is_area && level != NULL ? level : "", is_area ? ":" : "",
                                       code != NULL ? code : "");
    if (vocabulary != NULL && code != NULL && strpbrk(told, " ") == NULL &&
        strchr(vocabulary, ':') == NULL && cc_utf8_chars(told) <= f->max &&
        (level == NULL || level[strspn(level, "0123456789")] == '\0'))
        return told;
    cc_iati_warn(b, node, path, N_("\"{1}\" is not a vocabulary and a code like G1:186301."), told,
                 NULL);
    node->keep = true;
    return NULL;
}

static void take_location(struct cc_iati_builder *b, struct cc_iati_node *node)
{
    static const struct {
        const char *element, *field;
    } codes[] = {{"location-class", "class"},
                 {"exactness", "exactness"},
                 {"location-reach", "reach"},
                 {"feature-designation", "designation"}};
    struct cc_node *group = cc_iati_add(b, NULL, "location", NULL, node);
    struct cc_iati_node *point = cc_iati_child(node, "point");
    const char *pos = cc_iati_clean_line(b->mem, cc_iati_text(cc_iati_child(point, "pos")));
    const char *srs = cc_iati_attr(point, "srsName");
    for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
        cc_iati_add_if(b, group, codes[i].field,
                       cc_iati_attr(cc_iati_child(node, codes[i].element), "code"), node);
    if (pos != NULL && (srs == NULL || strstr(srs, "4326") != NULL))
        cc_iati_add_if(b, group, "point", pos, node);
    else if (pos != NULL)
        node->keep = true;
    cc_iati_add_if(b, group, "ref", cc_iati_attr(node, "ref"), node);
    cc_iati_narratives(b, group, "name", cc_iati_child(node, "name"));
    cc_iati_narratives(b, group, "description", cc_iati_child(node, "description"));
    cc_iati_narratives(b, group, "work", cc_iati_child(node, "activity-description"));
    cc_iati_list(b, group, "gazetteer", node, "location-id", place_code);
    cc_iati_list(b, group, "area", node, "administrative", place_code);
}

static void take_conditions(struct cc_iati_builder *b, struct cc_iati_node *node)
{
    struct cc_iati_node *c = cc_iati_child(node, "condition");
    const char *attached = cc_iati_attr(node, "attached");
    node->keep = attached != NULL && is_true(attached) != (c != NULL);
    for (; c != NULL; c = cc_iati_next(c)) {
        struct cc_node *group = cc_iati_add(b, NULL, "condition", NULL, node);
        cc_iati_add_if(b, group, "type", cc_iati_attr(c, "type"), node);
        cc_iati_narratives(b, group, "text", c);
    }
}

/* --- the table ----------------------------------------------------------------------------------
 */

static const struct cc_iati_element elements[] = {
    {"iati-identifier", 0, 1, NULL, take_identifier},
    {"reporting-org", 1, 1, NULL, take_reporting_org},
    {"title", 1, 1, NULL, take_title},
    {"description", 1, 0, NULL, take_group},
    {"participating-org", 1, 0, NULL, take_participating_org},
    {"other-identifier", 0, 0, NULL, take_other_identifier},
    {"activity-status", 1, 1, NULL, take_code},
    {"activity-date", 1, 0, NULL, take_date},
    {"contact-info", 0, 0, NULL, take_contact},
    {"activity-scope", 0, 1, NULL, take_code},
    {"recipient-country", 0, 0, NULL, take_group},
    {"recipient-region", 0, 0, NULL, take_group},
    {"location", 0, 0, NULL, take_location},
    {"sector", 0, 0, NULL, take_group},
    {"tag", 0, 0, "2.03", take_tag},
    {"country-budget-items", 0, 1, NULL, NULL},
    {"humanitarian-scope", 0, 0, "2.02", take_group},
    {"policy-marker", 0, 0, NULL, take_group},
    {"collaboration-type", 0, 1, NULL, take_code},
    {"default-flow-type", 0, 1, NULL, take_code},
    {"default-finance-type", 0, 1, NULL, take_code},
    {"default-aid-type", 0, 0, NULL, take_group},
    {"default-tied-status", 0, 1, NULL, take_code},
    {"budget", 0, 0, NULL, NULL},
    {"planned-disbursement", 0, 0, NULL, NULL},
    {"capital-spend", 0, 1, NULL, NULL},
    {"transaction", 0, 0, NULL, NULL},
    {"document-link", 0, 0, NULL, cc_iati_document},
    {"related-activity", 0, 0, NULL, take_group},
    {"legacy-data", 0, 0, NULL, NULL},
    {"conditions", 0, 1, NULL, take_conditions},
    {"result", 0, 0, NULL, NULL},
    {"crs-add", 0, 1, NULL, NULL},
    {"fss", 0, 0, NULL, NULL},
    {.name = NULL}};

static void begin(struct cc_iati_builder *b)
{
    static const char *const given_here[] = {"iati-identifier", NULL};
    static const char *const ours[] = {"kind", "partnership", "source", "illustrative", NULL};
    struct cc_iati_node *root = b->item->root;
    cc_iati_copy(b, b->place->here, ours);
    if (b->item->identifier == NULL)
        cc_iati_copy(b, b->place->here, given_here);
    if (*b->item->updated != '\0') {
        cc_iati_attr(root, "last-updated-datetime");
        cc_iati_add(b, NULL, "last-updated", b->item->updated, root);
    }
    if (strcmp(b->lang, "und") != 0)
        cc_iati_add(b, NULL, "default-language", b->lang, root);
    cc_iati_add_if(b, NULL, "default-currency", cc_iati_attr(root, "default-currency"), root);
    cc_iati_add_if(b, NULL, "hierarchy", cc_iati_attr(root, "hierarchy"), root);
    add_flag(b, NULL, "humanitarian", cc_iati_attr(root, "humanitarian"), root);
}

static void finish(struct cc_iati_builder *b)
{
    if (cc_node_first(b->rec->first, "title") != NULL)
        return;
    cc_iati_warn(b, b->item->root, "title", N_("There is no title; the identifier stands for it."),
                 NULL, NULL);
    cc_record_add(b->rec, NULL, "title",
                  b->item->identifier != NULL ? b->item->identifier : b->place->id, "und");
}

const struct cc_iati_format cc_iati_in_activities = {.root = "iati-activities",
                                                     .item = "iati-activity",
                                                     .kind = "activity",
                                                     .identifier = "iati-identifier",
                                                     .elements = elements,
                                                     .begin = begin,
                                                     .finish = finish};
