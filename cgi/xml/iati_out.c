/* SPDX-License-Identifier: EUPL-1.2 */
/* What activities, partnerships and organisations are in IATI 2.03. */
#include "concord/iati.h"
#include "concord/iati_in.h"
#include "concord/xml.h"
#include "xml/iati_tree.h"

#include <stdio.h>
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

static const char *value(const struct cc_node *from, const char *field)
{
    const struct cc_node *n = cc_node_first(from, field);

    return n != NULL ? iati_value(n) : NULL;
}

static void narrative(struct iati_node *parent, const char *text, const char *lang)
{
    struct iati_node *n = iati_add(parent, "narrative");

    n->text = text;
    iati_attr(n, "xml:lang", lang != NULL && strcmp(lang, "und") != 0 ? lang : NULL);
}

static void narratives(struct iati_node *parent, const struct cc_node *from, const char *field)
{
    for (const struct cc_node *n = cc_node_first(from, field); n != NULL; n = cc_node_again(n)) {
        narrative(parent, n->text, n->lang);
    }
}

/* An element of nothing but texts; nothing when there are none. */
static void texts(struct iati_node *parent, const char *name, const struct cc_node *from,
                  const char *field)
{
    if (cc_node_first(from, field) != NULL) {
        narratives(iati_add(parent, name), from, field);
    }
}

/* Only a day is a date in IATI. */
static const char *whole_day(const char *when)
{
    return when != NULL && strlen(when) == 10 ? when : NULL;
}

const char *cc_iati_org_ref(void *mem, const struct cc_record *organisation)
{
    const struct cc_node *n =
        organisation != NULL ? cc_node_first(organisation->first, "identifier") : NULL;

    for (; n != NULL; n = cc_node_again(n)) {
        const char *scheme = cc_node_text(n->child, "scheme");
        const char *id = cc_node_text(n->child, "value");

        if (cc_node_text(n->child, "primary") == NULL || strcmp(scheme, "UNGM") == 0) {
            continue; /* UNGM is no register that IATI knows */
        }
        size_t len = strlen(scheme);
        return strncmp(id, scheme, len) == 0 && id[len] == '-'
                   ? id
                   : talloc_asprintf(mem, "%s-%s", scheme, id);
    }
    return NULL;
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
            const char *v = value(n->child, r->field);
            bool is_uri = strcmp(r->field, "vocabulary-uri") == 0;
            iati_attr(e, r->attribute, v != NULL && is_uri && !iati_is_uri(v) ? NULL : v);
        }
        if (g->text != NULL) {
            narratives(e, n->child, g->text);
        }
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

static const struct rename dates[] = {
    {"planned-start", "1"}, {"start", "2"}, {"planned-end", "3"}, {"end", "4"}};

static void add_dates(struct iati_node *to, const struct cc_node *from)
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

static void add_goals(struct iati_node *to, const struct cc_node *from)
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

/* Weights of the goals as shares of sectors, one element for each goal. */
static void add_goal_shares(void *mem, struct iati_node *to, const struct cc_node *from)
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

static void add_contacts(struct iati_node *to, const struct cc_node *from)
{
    for (const struct cc_node *n = cc_node_first(from, "contact"); n != NULL;
         n = cc_node_again(n)) {
        struct iati_node *e = iati_add(to, "contact-info");
        const char *url = cc_node_text(n->child, "url");

        iati_attr(e, "type", "1");
        texts(e, "department", n->child, "office");
        iati_text(e, "telephone", cc_node_text(n->child, "phone"));
        iati_text(e, "email", cc_node_text(n->child, "mail"));
        iati_text(e, "website", url != NULL && iati_is_uri(url) ? url : NULL);
        texts(e, "mailing-address", n->child, "address");
    }
}

static void add_documents(struct iati_node *to, const struct cc_node *from)
{
    for (const struct cc_node *n = cc_node_first(from, "document"); n != NULL;
         n = cc_node_again(n)) {
        struct iati_node *e = iati_add(to, "document-link");
        const char *url = cc_node_text(n->child, "url");
        const char *day = whole_day(cc_node_text(n->child, "date"));

        iati_attr(e, "url", iati_is_uri(url) ? url : NULL);
        iati_attr(e, "format", cc_node_text(n->child, "format"));
        texts(e, "title", n->child, "title");
        iati_code(e, "category", value(n->child, "category"));
        iati_code(e, "language", cc_node_text(n->child, "language"));
        if (day != NULL) {
            iati_attr(iati_add(e, "document-date"), "iso-date", day);
        }
    }
}

static void add_reporter(void *mem, struct iati_node *to, const char *ref, const char *type,
                         const struct cc_iati_about *about, const struct cc_node *told)
{
    const struct cc_record *org = about->reporter;
    struct iati_node *e = iati_add(to, "reporting-org");

    iati_attr(e, "ref", ref != NULL ? ref : cc_iati_org_ref(mem, org));
    iati_attr(e, "type", type != NULL ? type : org != NULL ? value(org->first, "type") : NULL);
    iati_attr(e, "secondary-reporter",
              about->is_secondary || (ref != NULL && !is_own_ref(mem, org, ref)) ||
                      cc_node_text(told, "secondary") != NULL
                  ? "1"
                  : NULL);
    if (told != NULL) {
        narratives(e, told, "name");
    }
    if (e->child == NULL && org != NULL) {
        narratives(e, org->first, "name");
    }
}

/* The identifier that the registry makes, for ever as it was made first: IATI wants to know by whom
 * when it does not begin with the reporter's identifier any more. */
static void add_identifier(void *mem, struct iati_node *to, const char *ref,
                           const struct cc_record *rec, const struct cc_iati_about *about)
{
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

/* --- activity ----------------------------------------------------------------------------------
 */

static void add_other_identifiers(struct iati_node *to, const struct cc_node *from)
{
    const struct cc_node *n = cc_node_first(from, "other-identifier");

    for (; n != NULL; n = cc_node_again(n)) {
        struct iati_node *e = iati_add(to, "other-identifier");
        const char *owner = cc_node_text(n->child, "owner");

        iati_attr(e, "ref", cc_node_text(n->child, "ref"));
        iati_attr(e, "type", value(n->child, "type"));
        if (owner != NULL || cc_node_first(n->child, "owner-name") != NULL) {
            struct iati_node *org = iati_add(e, "owner-org");
            iati_attr(org, "ref", owner);
            narratives(org, n->child, "owner-name");
        }
    }
}

static void add_locations(struct iati_node *to, const struct cc_node *from)
{
    for (const struct cc_node *n = cc_node_first(from, "location"); n != NULL;
         n = cc_node_again(n)) {
        struct iati_node *e = iati_add(to, "location");
        const char *point = cc_node_text(n->child, "point");

        iati_attr(e, "ref", cc_node_text(n->child, "ref"));
        iati_code(e, "location-reach", value(n->child, "reach"));
        texts(e, "name", n->child, "name");
        texts(e, "description", n->child, "description");
        if (point != NULL) {
            struct iati_node *p = iati_add(e, "point");
            iati_attr(p, "srsName", "http://www.opengis.net/def/crs/EPSG/0/4326");
            iati_text(p, "pos", point);
        }
        iati_code(e, "exactness", value(n->child, "exactness"));
        iati_code(e, "location-class", value(n->child, "class"));
    }
}

static void add_conditions(struct iati_node *to, const struct cc_node *from)
{
    const struct cc_node *n = cc_node_first(from, "condition");

    if (n == NULL) {
        return;
    }
    struct iati_node *all = iati_add(to, "conditions");
    iati_attr(all, "attached", "1");
    for (; n != NULL; n = cc_node_again(n)) {
        struct iati_node *e = iati_add(all, "condition");
        iati_attr(e, "type", value(n->child, "type"));
        narratives(e, n->child, "text");
    }
}

static void fill_activity(void *mem, struct iati_node *to, const struct cc_record *rec,
                          const struct cc_iati_about *about)
{
    const struct cc_node *f = rec->first, *reporting = cc_node_first(f, "reporting");
    const struct cc_node *told = reporting != NULL ? reporting->child : NULL;
    const char *ref = cc_node_text(told, "ref"), *id = cc_node_text(f, "iati-identifier");
    const char *updated = cc_node_text(f, "last-updated");

    if (ref == NULL) {
        ref = cc_iati_org_ref(mem, about->reporter);
    }
    iati_attr(to, "last-updated-datetime", updated != NULL ? updated : about->published_at);
    iati_attr(to, "xml:lang", cc_node_text(f, "default-language"));
    iati_attr(to, "default-currency", cc_node_text(f, "default-currency"));
    iati_attr(to, "humanitarian", cc_node_text(f, "humanitarian") != NULL ? "1" : NULL);
    iati_attr(to, "hierarchy", cc_node_text(f, "hierarchy"));
    if (id == NULL) {
        add_identifier(mem, to, ref, rec, about);
    } else {
        iati_text(to, "iati-identifier", id);
    }
    add_reporter(mem, to, ref, value(told, "type"), about, told);
    texts(to, "title", f, "title");
    add_other_identifiers(to, f);
    add_contacts(to, f);
    add_locations(to, f);
    add_goals(to, f);
    add_conditions(to, f);
    for (size_t i = 0; i < sizeof(groups) / sizeof(*groups); i++) {
        add_group(to, &groups[i], f);
    }
}

/* --- partnership -------------------------------------------------------------------------------
 */

static void describe(struct iati_node *to, const char *type, const struct cc_node *from,
                     const char *field)
{
    if (cc_node_first(from, field) != NULL) {
        struct iati_node *e = iati_add(to, "description");
        iati_attr(e, "type", type);
        narratives(e, from, field);
    }
}

static struct iati_node *participate(void *mem, struct iati_node *to, const char *role,
                                     const struct cc_record *org)
{
    struct iati_node *e = iati_add(to, "participating-org");

    if (org != NULL) {
        iati_attr(e, "ref", cc_iati_org_ref(mem, org));
        iati_attr(e, "type", value(org->first, "type"));
    }
    iati_attr(e, "role", role);
    if (org != NULL) {
        narratives(e, org->first, "name");
    }
    return e;
}

static void add_title(void *mem, struct iati_node *to, const struct cc_node *from)
{
    struct iati_node *title = iati_add(to, "title");

    for (const struct cc_node *n = cc_node_first(from, "title"); n != NULL; n = cc_node_again(n)) {
        const struct cc_node *acronym = cc_node_in(from, "acronym", n->lang);
        narrative(title,
                  acronym != NULL ? talloc_asprintf(mem, "%s (%s)", n->text, acronym->text)
                                  : n->text,
                  n->lang);
    }
}

static void fill_partnership(void *mem, struct iati_node *to, const struct cc_record *rec,
                             const struct cc_iati_about *about)
{
    const struct cc_node *f = rec->first;
    const char *ref = cc_iati_org_ref(mem, about->reporter);
    const char *website = cc_node_text(f, "website"), *host = cc_node_text(f, "host");

    iati_attr(to, "last-updated-datetime", about->published_at);
    iati_attr(to, "hierarchy", "1");
    add_identifier(mem, to, ref, rec, about);
    add_reporter(mem, to, ref, NULL, about, NULL);
    add_title(mem, to, f);
    describe(to, "1", f, "summary");
    describe(to, "2", f, "vision");
    for (const struct cc_node *n = cc_node_first(f, "goal"); n != NULL; n = cc_node_again(n)) {
        describe(to, "2", n->child, "text");
    }
    if (host != NULL && about->reporter != NULL && strcmp(host, about->reporter->id) == 0) {
        participate(mem, to, "2", about->reporter);
    }
    add_contacts(to, f);
    if (website != NULL && iati_is_uri(website)) {
        struct iati_node *e = iati_add(to, "contact-info");
        iati_attr(e, "type", "1");
        iati_text(e, "website", website);
    }
    for (const struct cc_node *n = cc_node_first(f, "country"); n != NULL; n = cc_node_again(n)) {
        struct iati_node *e = iati_add(to, "recipient-country");
        iati_attr(e, "code", cc_node_text(n->child, "code"));
        iati_attr(e, "percentage", cc_node_text(n->child, "percentage"));
    }
    for (const struct cc_node *n = cc_node_first(f, "region"); n != NULL; n = cc_node_again(n)) {
        struct iati_node *e = iati_add(to, "recipient-region");
        iati_attr(e, "code", cc_node_text(n->child, "code"));
        iati_attr(e, "vocabulary", "2");
        iati_attr(e, "percentage", cc_node_text(n->child, "percentage"));
    }
    add_goals(to, f);
    add_goal_shares(mem, to, f);
}

/* -----------------------------------------------------------------------------------------------
 */

struct cc_iati_draft {
    struct iati_node *root;
    const struct cc_record *rec;
    const struct cc_iati_about *about;
    size_t members, member_bytes;
};

static void fill_organisation(void *mem, struct iati_node *to, const struct cc_record *rec,
                              const struct cc_iati_about *about)
{
    iati_attr(to, "last-updated-datetime", about->published_at);
    iati_text(to, "organisation-identifier", cc_iati_org_ref(mem, rec));
    texts(to, "name", rec->first, "name");
    add_reporter(mem, to, NULL, NULL, &(struct cc_iati_about){.reporter = rec}, NULL);
    add_documents(to, rec->first);
}

static void fill_shared(void *mem, struct iati_node *to, const struct cc_record *rec,
                        const struct cc_iati_about *about)
{
    (void)mem;
    (void)about;
    for (size_t i = 0; i < sizeof(simple) / sizeof(*simple); i++) {
        iati_code(to, simple[i].attribute, value(rec->first, simple[i].field));
    }
    add_dates(to, rec->first);
    add_documents(to, rec->first);
}

typedef void fill_fn(void *mem, struct iati_node *to, const struct cc_record *rec,
                     const struct cc_iati_about *about);
static const struct {
    const char *kind, *element;
    fill_fn *fill[2];
} kinds[] = {
    {"activity", "iati-activity", {fill_activity, fill_shared}},
    {"partnership", "iati-activity", {fill_partnership, fill_shared}},
    {"organisation", "iati-organisation", {fill_organisation}},
};

struct cc_iati_draft *cc_iati_begin(void *mem, const struct cc_record *rec,
                                    const struct cc_iati_about *about)
{
    struct cc_iati_draft *draft = talloc_zero(mem, struct cc_iati_draft);

    *draft = (struct cc_iati_draft){.rec = rec, .about = about};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
        if (strcmp(kinds[i].kind, rec->kind->name) != 0) {
            continue;
        }
        draft->root = iati_root(draft, kinds[i].element);
        for (size_t k = 0; k < 2 && kinds[i].fill[k] != NULL; k++) {
            kinds[i].fill[k](draft, draft->root, rec, about);
        }
    }
    return draft;
}

static bool is_illustrative(const struct cc_record *rec)
{
    return rec != NULL && cc_node_text(rec->first, "illustrative") != NULL;
}

/* Each role that IATI knows once; a member of none of them has no place there. */
void cc_iati_add_member(struct cc_iati_draft *draft, const char *roles,
                        const struct cc_record *organisation)
{
    bool written[10] = {false};

    if (draft->members >= CC_IATI_MEMBERS || draft->member_bytes >= CC_IATI_MEMBER_BYTES ||
        is_illustrative(organisation)) {
        return;
    }
    for (const char *s = roles; *s != '\0';) {
        size_t len = strcspn(s, " ");
        char *code = talloc_strndup(draft, s, len);
        const char *role = cc_code_iati("partner-role", code);

        talloc_free(code);
        if (role != NULL && *role >= '1' && *role <= '4' && !written[*role - '0']) {
            written[*role - '0'] = true;
            draft->member_bytes += iati_keep(participate(draft, draft->root, role, organisation));
        }
        s += len + strspn(s + len, " ");
    }
    draft->members += organisation != NULL;
}

bool cc_iati_end(struct cc_iati_draft *draft, struct cc_buf *out, const char **lacks_r)
{
    *lacks_r = is_illustrative(draft->rec) || is_illustrative(draft->about->reporter)
                   ? "illustrative"
                   : iati_lacks(draft, draft->root);
    if (*lacks_r == NULL) {
        iati_write(out, draft->root);
    }
    return *lacks_r == NULL;
}

void cc_iati_open(struct cc_buf *out, const char *name, const char *generated)
{
    cc_buf_printf(out, "<%s", name);
    cc_xml_add_attr(out, "version", CC_IATI_VERSION);
    cc_xml_add_attr(out, "generated-datetime", generated);
    cc_buf_addc(out, '>');
}

void cc_iati_close(struct cc_buf *out, const char *name)
{
    cc_buf_printf(out, "</%s>\n", name);
}
