/* SPDX-License-Identifier: EUPL-1.2 */
/* What activities, partnerships and organisations are in IATI 2.03. */
#include "concord/xml.h"
#include "xml/iati_elements.h"

#include <string.h>
#include <talloc.h>

bool cc_iati_begins(const char *identifier, const char *ref)
{
    size_t len = strlen(ref);

    return len > 0 && strncmp(identifier, ref, len) == 0 && identifier[len] == '-';
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

/* --- activity ----------------------------------------------------------------------------------
 */

/* IATI wants a type: without one it is another identifier of the activity. */
static void add_other_identifiers(struct iati_node *to, const struct cc_node *from)
{
    const struct cc_node *n = cc_node_first(from, "other-identifier");

    for (; n != NULL; n = cc_node_again(n)) {
        struct iati_node *e = iati_add(to, "other-identifier");
        const char *owner = cc_node_text(n->child, "owner");
        const char *type = iati_value_of(n->child, "type");

        iati_attr(e, "ref", cc_node_text(n->child, "ref"));
        iati_attr(e, "type", type != NULL ? type : "A9");
        if (owner != NULL || cc_node_first(n->child, "owner-name") != NULL) {
            struct iati_node *org = iati_add(e, "owner-org");
            iati_attr(org, "ref", owner);
            iati_narratives(org, n->child, "owner-name");
        }
    }
}

/* VOCABULARY:CODE, or VOCABULARY:LEVEL:CODE, as an element each. */
static void add_place_codes(void *mem, struct iati_node *to, const char *element,
                            const struct cc_node *from, const char *field, bool has_level)
{
    for (const struct cc_node *n = cc_node_first(from, field); n != NULL; n = cc_node_again(n)) {
        struct iati_node *e = iati_add(to, element);
        const char *code = strchr(n->text, ':') + 1;

        iati_attr(e, "vocabulary", talloc_strndup(mem, n->text, (size_t)(code - 1 - n->text)));
        if (has_level) {
            const char *level = code;
            code = strchr(level, ':') + 1;
            iati_attr(e, "level",
                      code - level > 1 ? talloc_strndup(mem, level, (size_t)(code - 1 - level))
                                       : NULL);
        }
        iati_attr(e, "code", code);
    }
}

static void add_locations(void *mem, struct iati_node *to, const struct cc_node *from)
{
    for (const struct cc_node *n = cc_node_first(from, "location"); n != NULL;
         n = cc_node_again(n)) {
        struct iati_node *e = iati_add(to, "location");
        const char *point = cc_node_text(n->child, "point");

        iati_attr(e, "ref", cc_node_text(n->child, "ref"));
        iati_code(e, "location-reach", iati_value_of(n->child, "reach"));
        iati_texts(e, "name", n->child, "name");
        iati_texts(e, "description", n->child, "description");
        iati_texts(e, "activity-description", n->child, "work");
        add_place_codes(mem, e, "location-id", n->child, "gazetteer", false);
        add_place_codes(mem, e, "administrative", n->child, "area", true);
        if (point != NULL) {
            struct iati_node *p = iati_add(e, "point");
            iati_attr(p, "srsName", "http://www.opengis.net/def/crs/EPSG/0/4326");
            iati_text(p, "pos", point);
        }
        iati_code(e, "exactness", iati_value_of(n->child, "exactness"));
        iati_code(e, "location-class", iati_value_of(n->child, "class"));
        iati_code(e, "feature-designation", cc_node_text(n->child, "designation"));
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
        iati_attr(e, "type", iati_value_of(n->child, "type"));
        iati_narratives(e, n->child, "text");
    }
}

const char *cc_iati_reports_as(void *mem, const struct cc_record *activity,
                               const struct cc_record *reporter)
{
    const struct cc_node *reporting = cc_node_first(activity->first, "reporting");
    const char *ref = reporting != NULL ? cc_node_text(reporting->child, "ref") : NULL;

    return ref != NULL ? ref : cc_iati_org_ref(mem, reporter);
}

/* It may begin with another identifier of the reporter: then IATI is told that one, too. */
static void add_told_identifier(void *mem, struct iati_node *to, const char *id, const char *ref,
                                const struct cc_record *reporter)
{
    const struct cc_node *n = reporter != NULL && ref != NULL && !cc_iati_begins(id, ref)
                                  ? cc_node_first(reporter->first, "identifier")
                                  : NULL;

    iati_text(to, "iati-identifier", id);
    for (; n != NULL; n = cc_node_again(n)) {
        const char *value = cc_node_text(n->child, "value");
        const char *own =
            cc_iati_begins(id, value)
                ? value
                : talloc_asprintf(mem, "%s-%s", cc_node_text(n->child, "scheme"), value);

        if (cc_iati_begins(id, own)) {
            struct iati_node *e = iati_add(to, "other-identifier");
            iati_attr(e, "ref", own);
            iati_attr(e, "type", "B1");
            return;
        }
    }
}

static void fill_activity(void *mem, struct iati_node *to, const struct cc_record *rec,
                          const struct cc_iati_about *about)
{
    const struct cc_node *f = rec->first, *reporting = cc_node_first(f, "reporting");
    const struct cc_node *told = reporting != NULL ? reporting->child : NULL;
    const char *ref = cc_iati_reports_as(mem, rec, about->reporter);
    const char *id = cc_node_text(f, "iati-identifier");
    const char *updated = cc_node_text(f, "last-updated");

    /* Under an identifier of the reporter's own the same may stand in his file. Of two the newer
       counts: a time of ours would win over his. */
    iati_attr(to, "last-updated-datetime",
              updated == NULL && id == NULL ? about->published_at : updated);
    iati_attr(to, "xml:lang", cc_node_text(f, "default-language"));
    iati_attr(to, "default-currency", cc_node_text(f, "default-currency"));
    iati_attr(to, "humanitarian", cc_node_text(f, "humanitarian") != NULL ? "1" : NULL);
    iati_attr(to, "hierarchy", cc_node_text(f, "hierarchy"));
    if (id == NULL) {
        iati_add_identifier(mem, to, ref, rec, about);
    } else {
        bool is_others = cc_node_text(told, "secondary") != NULL;
        add_told_identifier(mem, to, id, ref, is_others ? NULL : about->reporter);
    }
    iati_add_reporter(mem, to, ref, iati_value_of(told, "type"), about, told);
    iati_texts(to, "title", f, "title");
    add_other_identifiers(to, f);
    iati_add_contacts(to, f);
    add_locations(mem, to, f);
    iati_add_goals(to, f);
    add_conditions(to, f);
    iati_add_groups(to, f);
}

/* --- partnership -------------------------------------------------------------------------------
 */

static void describe(struct iati_node *to, const char *type, const struct cc_node *from,
                     const char *field)
{
    if (cc_node_first(from, field) != NULL) {
        struct iati_node *e = iati_add(to, "description");
        iati_attr(e, "type", type);
        iati_narratives(e, from, field);
    }
}

static void add_title(void *mem, struct iati_node *to, const struct cc_node *from)
{
    struct iati_node *title = iati_add(to, "title");

    for (const struct cc_node *n = cc_node_first(from, "title"); n != NULL; n = cc_node_again(n)) {
        const struct cc_node *acronym = cc_node_in(from, "acronym", n->lang);
        iati_narrative(title,
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
    iati_add_identifier(mem, to, ref, rec, about);
    iati_add_reporter(mem, to, ref, NULL, about, NULL);
    add_title(mem, to, f);
    describe(to, "1", f, "summary");
    describe(to, "2", f, "vision");
    for (const struct cc_node *n = cc_node_first(f, "goal"); n != NULL; n = cc_node_again(n)) {
        describe(to, "2", n->child, "text");
    }
    if (host != NULL && about->reporter != NULL && strcmp(host, about->reporter->id) == 0) {
        iati_participate(mem, to, "2", about->reporter);
    }
    iati_add_contacts(to, f);
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
    iati_add_goals(to, f);
    iati_add_goal_shares(mem, to, f);
}

/* -----------------------------------------------------------------------------------------------
 */

struct cc_iati_draft {
    struct iati_node *root;
    const struct cc_record *rec;
    const struct cc_iati_about *about;
    struct cc_buf members; /* as participants, written */
};

static void fill_organisation(void *mem, struct iati_node *to, const struct cc_record *rec,
                              const struct cc_iati_about *about)
{
    (void)about; /* its own file may say more, and counts: no time of ours stands in this one */
    iati_text(to, "organisation-identifier", cc_iati_org_ref(mem, rec));
    iati_texts(to, "name", rec->first, "name");
    iati_add_reporter(mem, to, NULL, NULL, &(struct cc_iati_about){.reporter = rec}, NULL);
    iati_add_documents(to, rec->first);
}

static void fill_shared(void *mem, struct iati_node *to, const struct cc_record *rec,
                        const struct cc_iati_about *about)
{
    (void)mem;
    (void)about;
    iati_add_codes(to, rec->first);
    iati_add_dates(to, rec->first);
    iati_add_documents(to, rec->first);
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
    cc_buf_init(&draft->members, draft);
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

    if (is_illustrative(organisation)) {
        return;
    }
    struct iati_node *turn = iati_root(draft, "iati-activity");
    for (const char *s = roles; *s != '\0';) {
        size_t len = strcspn(s, " ");
        char *code = talloc_strndup(draft, s, len);
        const char *role = cc_code_iati("partner-role", code);

        talloc_free(code);
        if (role != NULL && *role >= '1' && *role <= '4' && !written[*role - '0']) {
            written[*role - '0'] = true;
            iati_write(&draft->members, iati_participate(turn, turn, role, organisation));
        }
        s += len + strspn(s + len, " ");
    }
    talloc_free(turn);
}

static void name_participant(struct cc_iati_draft *draft, struct iati_node *e,
                             const struct cc_record *organisation)
{
    bool has_ref = *iati_attr_value(e, "ref") != '\0';

    if (has_ref && e->child != NULL) {
        return; /* told enough */
    }
    if (!has_ref) {
        const char *ref = cc_iati_org_ref(draft, organisation);
        iati_attr(e, "ref", talloc_strdup(draft, ref));
    }
    if (*iati_attr_value(e, "type") == '\0') {
        const char *type = iati_value_of(organisation->first, "type");
        iati_attr(e, "type", talloc_strdup(draft, type));
    }
    const struct cc_node *name =
        e->child == NULL ? cc_node_first(organisation->first, "name") : NULL;
    for (; name != NULL; name = cc_node_again(name)) {
        iati_narrative(e, talloc_strdup(draft, name->text), talloc_strdup(draft, name->lang));
    }
}

/* The elements stand in the order of the participants. */
void cc_iati_name_participant(struct cc_iati_draft *draft, const struct cc_record *organisation)
{
    const struct cc_node *n = cc_node_first(draft->rec->first, "participant");
    struct iati_node *e = draft->root->child;

    if (organisation == NULL || is_illustrative(organisation)) {
        return;
    }
    for (; n != NULL && e != NULL; e = e->next) {
        if (strcmp(e->name, "participating-org") != 0) {
            continue;
        }
        const char *id = cc_node_text(n->child, "organisation");
        if (id != NULL && strcmp(id, organisation->id) == 0) {
            name_participant(draft, e, organisation);
        }
        n = cc_node_again(n);
    }
}

/* The activity's identifier begins with that of who reports, or with a former one of it. */
static bool is_reporters_own(const struct iati_node *root)
{
    const struct iati_node *identifier = iati_child(root, "iati-identifier");

    if (identifier == NULL ||
        cc_iati_begins(identifier->text,
                       iati_attr_value(iati_child(root, "reporting-org"), "ref"))) {
        return true;
    }
    for (const struct iati_node *n = root->child; n != NULL; n = n->next) {
        if (strcmp(n->name, "other-identifier") == 0 &&
            strcmp(iati_attr_value(n, "type"), "B1") == 0 &&
            cc_iati_begins(identifier->text, iati_attr_value(n, "ref"))) {
            return true;
        }
    }
    return false;
}

bool cc_iati_end(struct cc_iati_draft *draft, struct cc_buf *out, const char **lacks_r)
{
    if (draft->members.len > 0) {
        iati_add(draft->root, "participating-org")->written = cc_buf_str(&draft->members);
    }
    *lacks_r = is_illustrative(draft->rec)               ? "illustrative"
               : is_illustrative(draft->about->reporter) ? "illustrative-reporter"
                                                         : iati_lacks(draft, draft->root);
    if (*lacks_r == NULL && !is_reporters_own(draft->root)) {
        *lacks_r = "iati-identifier";
    }
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