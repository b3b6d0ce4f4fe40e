/* SPDX-License-Identifier: EUPL-1.2 */
/* Elements of IATI 2.03 that records of several kinds have, from the fields that they share. */
#include "xml/iati_elements.h"

#include "concord/iati_in.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

/* A code as IATI writes it: what the list says, else the code itself. */
static const char *iati_value(const struct cc_node *n)
{
    const char *code =
        n->field->type == CC_F_CODE ? cc_code_iati(n->field->codelist, n->text) : NULL;

    return code != NULL ? code : n->text;
}

const char *iati_value_of(const struct cc_node *from, const char *field)
{
    const struct cc_node *n = cc_node_first(from, field);

    return n != NULL ? iati_value(n) : NULL;
}

/* An element per value of a list. */
static void iati_codes(struct iati_node *to, const struct cc_node *from, const char *field)
{
    for (const struct cc_node *n = cc_node_first(from, field); n != NULL; n = cc_node_again(n)) {
        iati_code(to, field, iati_value(n));
    }
}

void iati_narrative(struct iati_node *parent, const char *text, const char *lang)
{
    struct iati_node *n = iati_add(parent, "narrative");

    n->text = text;
    iati_attr(n, "xml:lang", lang != NULL && strcmp(lang, "und") != 0 ? lang : NULL);
}

void iati_narratives(struct iati_node *parent, const struct cc_node *from, const char *field)
{
    for (const struct cc_node *n = cc_node_first(from, field); n != NULL; n = cc_node_again(n)) {
        iati_narrative(parent, n->text, n->lang);
    }
}

void iati_texts(struct iati_node *parent, const char *name, const struct cc_node *from,
                const char *field)
{
    if (cc_node_first(from, field) != NULL) {
        iati_narratives(iati_add(parent, name), from, field);
    }
}

/* Only a day is a date in IATI. */
static const char *whole_day(const char *when)
{
    return when != NULL && strlen(when) == 10 ? when : NULL;
}
/* Is it the organisation's own, in whatever spelling? */
static bool is_own_ref(void *mem, const struct cc_record *org, const char *ref)
{
    const char *own = cc_iati_org_ref(mem, org);
    const char *told[CC_IATI_KEYS], *known[CC_IATI_KEYS];
    size_t n = cc_iati_org_keys(mem, ref, told);
    size_t m = own != NULL ? cc_iati_org_keys(mem, own, known) : 0;

    for (size_t i = 0; i < n * m; i++) {
        if (strcmp(told[i / m], known[i % m]) == 0) {
            return true;
        }
    }
    return false;
}

/* --- groups that become one element each -------------------------------------------------------
 */

struct rename {
    const char *field, *attribute;
};
struct group {
    const char *field, *element;
    struct rename attributes[7];
    const char *text; /* field of the narratives; NULL = none */
};

static const struct group groups[] = {
    {"participant",
     "participating-org",
     {{"ref", "ref"},
      {"type", "type"},
      {"role", "role"},
      {"activity", "activity-id"},
      {"channel", "crs-channel-code"}},
     "name"},
    {"description", "description", {{"type", "type"}}, "text"},
    {"country", "recipient-country", {{"code", "code"}, {"percentage", "percentage"}}, "name"},
    {"region",
     "recipient-region",
     {{"code", "code"},
      {"vocabulary", "vocabulary"},
      {"vocabulary-uri", "vocabulary-uri"},
      {"percentage", "percentage"}},
     "name"},
    {"sector",
     "sector",
     {{"vocabulary", "vocabulary"},
      {"vocabulary-uri", "vocabulary-uri"},
      {"code", "code"},
      {"percentage", "percentage"}},
     "name"},
    {"tag",
     "tag",
     {{"code", "code"}, {"vocabulary", "vocabulary"}, {"vocabulary-uri", "vocabulary-uri"}},
     "name"},
    {"humanitarian-scope",
     "humanitarian-scope",
     {{"type", "type"},
      {"vocabulary", "vocabulary"},
      {"vocabulary-uri", "vocabulary-uri"},
      {"code", "code"}},
     "name"},
    {"marker",
     "policy-marker",
     {{"vocabulary", "vocabulary"},
      {"vocabulary-uri", "vocabulary-uri"},
      {"code", "code"},
      {"significance", "significance"}},
     "name"},
    {"aid-type", "default-aid-type", {{"code", "code"}, {"vocabulary", "vocabulary"}}, NULL},
    {"related", "related-activity", {{"ref", "ref"}, {"type", "type"}}, NULL},
};

static void add_group(struct iati_node *to, const struct group *g, const struct cc_node *from)
{
    for (const struct cc_node *n = cc_node_first(from, g->field); n != NULL; n = cc_node_again(n)) {
        struct iati_node *e = iati_add(to, g->element);

        for (const struct rename *r = g->attributes; r->field != NULL; r++) {
            const char *v = iati_value_of(n->child, r->field);
            bool is_uri = strcmp(r->field, "vocabulary-uri") == 0;
            iati_attr(e, r->attribute, v != NULL && is_uri && !iati_is_uri(v) ? NULL : v);
        }
        if (g->text != NULL) {
            iati_narratives(e, n->child, g->text);
        }
    }
}

void iati_add_groups(struct iati_node *to, const struct cc_node *from)
{
    for (size_t i = 0; i < sizeof(groups) / sizeof(*groups); i++) {
        add_group(to, &groups[i], from);
    }
}

static const struct rename simple[] = {
    {"state", "activity-status"},
    {"scope", "activity-scope"},
    {"collaboration-type", "collaboration-type"},
    {"flow-type", "default-flow-type"},
    {"finance-type", "default-finance-type"},
    {"tied-status", "default-tied-status"},
};

void iati_add_codes(struct iati_node *to, const struct cc_node *from)
{
    for (size_t i = 0; i < sizeof(simple) / sizeof(*simple); i++) {
        iati_code(to, simple[i].attribute, iati_value_of(from, simple[i].field));
    }
}

static const struct rename dates[] = {
    {"planned-start", "1"}, {"start", "2"}, {"planned-end", "3"}, {"end", "4"}};

void iati_add_dates(struct iati_node *to, const struct cc_node *from)
{
    for (size_t i = 0; i < sizeof(dates) / sizeof(*dates); i++) {
        const char *day = whole_day(cc_node_text(from, dates[i].field));

        if (day != NULL) {
            struct iati_node *e = iati_add(to, "activity-date");
            iati_attr(e, "iso-date", day);
            iati_attr(e, "type", dates[i].attribute);
        }
    }
}

/* --- what activities and partnerships share ----------------------------------------------------
 */

void iati_add_goals(struct iati_node *to, const struct cc_node *from)
{
    for (const struct cc_node *n = cc_node_first(from, "sdg"); n != NULL; n = cc_node_again(n)) {
        const char *target = cc_node_text(n->child, "target");
        struct iati_node *e = iati_add(to, "tag");

        iati_attr(e, "code", target != NULL ? target : cc_node_text(n->child, "goal"));
        iati_attr(e, "vocabulary", target != NULL ? "3" : "2");
    }
}

static long hundredths(const char *s)
{
    char *point;
    long n = strtol(s, &point, 10) * 100;

    if (*point == '.' && point[1] != '\0') {
        n += (point[1] - '0') * 10 + (point[2] != '\0' ? point[2] - '0' : 0);
    }
    return n;
}

void iati_add_goal_shares(void *mem, struct iati_node *to, const struct cc_node *from)
{
    for (int goal = 1; goal <= 17; goal++) {
        char *code = talloc_asprintf(mem, "%d", goal);
        long share = 0;
        bool found = false;

        for (const struct cc_node *n = cc_node_first(from, "sdg"); n != NULL;
             n = cc_node_again(n)) {
            const char *weight = cc_node_text(n->child, "weight");
            if (weight != NULL && strcmp(cc_node_text(n->child, "goal"), code) == 0) {
                share += hundredths(weight);
                found = true;
            }
        }
        if (found) {
            struct iati_node *e = iati_add(to, "sector");
            iati_attr(e, "vocabulary", "7");
            iati_attr(e, "code", code);
            iati_attr(e, "percentage", talloc_asprintf(mem, "%ld.%02ld", share / 100, share % 100));
        }
    }
}

void iati_add_contacts(struct iati_node *to, const struct cc_node *from)
{
    for (const struct cc_node *n = cc_node_first(from, "contact"); n != NULL;
         n = cc_node_again(n)) {
        struct iati_node *e = iati_add(to, "contact-info");
        const char *url = cc_node_text(n->child, "url");

        iati_attr(e, "type", "1");
        iati_texts(e, "organisation", n->child, "organisation");
        iati_texts(e, "department", n->child, "office");
        iati_texts(e, "job-title", n->child, "job-title");
        iati_text(e, "telephone", cc_node_text(n->child, "phone"));
        iati_text(e, "email", cc_node_text(n->child, "mail"));
        iati_text(e, "website", url != NULL && iati_is_uri(url) ? url : NULL);
        iati_texts(e, "mailing-address", n->child, "address");
    }
}

void iati_add_documents(struct iati_node *to, const struct cc_node *from)
{
    for (const struct cc_node *n = cc_node_first(from, "document"); n != NULL;
         n = cc_node_again(n)) {
        struct iati_node *e = iati_add(to, "document-link");
        const char *url = cc_node_text(n->child, "url");
        const char *day = whole_day(cc_node_text(n->child, "date"));

        iati_attr(e, "url", iati_is_uri(url) ? url : NULL);
        iati_attr(e, "format", cc_node_text(n->child, "format"));
        iati_texts(e, "title", n->child, "title");
        iati_texts(e, "description", n->child, "description");
        iati_codes(e, n->child, "category");
        iati_codes(e, n->child, "language");
        if (day != NULL) {
            iati_attr(iati_add(e, "document-date"), "iso-date", day);
        }
    }
}

void iati_add_reporter(void *mem, struct iati_node *to, const char *ref, const char *type,
                       const struct cc_iati_about *about, const struct cc_node *told)
{
    const struct cc_record *org = about->reporter;
    struct iati_node *e = iati_add(to, "reporting-org");

    iati_attr(e, "ref", ref != NULL ? ref : cc_iati_org_ref(mem, org));
    iati_attr(e, "type",
              type != NULL  ? type
              : org != NULL ? iati_value_of(org->first, "type")
                            : NULL);
    /* Whom the record names as who reports was found by the reference, which may be one that the
     * registry's schemes do not have. */
    bool is_named = cc_node_text(told, "organisation") != NULL;
    bool is_others = ref != NULL && !is_named && !is_own_ref(mem, org, ref);
    iati_attr(e, "secondary-reporter",
              about->is_secondary || is_others || cc_node_text(told, "secondary") != NULL ? "1"
                                                                                          : NULL);
    if (told != NULL) {
        iati_narratives(e, told, "name");
    }
    if (e->child == NULL && org != NULL) {
        iati_narratives(e, org->first, "name");
    }
}

/* The identifier that the registry makes, for ever as it was made first: IATI wants to know by whom
 * when it does not begin with the reporter's identifier any more. None is made for an activity that
 * came from IATI without one. */
void iati_add_identifier(void *mem, struct iati_node *to, const char *ref,
                         const struct cc_record *rec, const struct cc_iati_about *about)
{
    if (about->fixed != NULL && *about->fixed == '\0') {
        return;
    }
    if (about->fixed == NULL) {
        iati_text(to, "iati-identifier",
                  ref != NULL ? talloc_asprintf(mem, "%s-%s", ref, rec->id) : NULL);
        return;
    }
    iati_text(to, "iati-identifier", about->fixed);
    if (ref != NULL && strcmp(ref, about->fixed_ref) != 0) {
        struct iati_node *e = iati_add(to, "other-identifier");
        iati_attr(e, "ref", about->fixed_ref);
        iati_attr(e, "type", "B1");
    }
}

struct iati_node *iati_participate(void *mem, struct iati_node *to, const char *role,
                                   const struct cc_record *org)
{
    struct iati_node *e = iati_add(to, "participating-org");

    if (org != NULL) {
        iati_attr(e, "ref", cc_iati_org_ref(mem, org));
        iati_attr(e, "type", iati_value_of(org->first, "type"));
    }
    iati_attr(e, "role", role);
    if (org != NULL) {
        iati_narratives(e, org->first, "name");
    }
    return e;
}
