/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/question.h"

#include "app/references.h"
#include "concord/text.h"
#include <string.h>
#include <talloc.h>

static const struct cc_input everywhere[] = {
    {.name = "q", .type = CC_IN_LINE, .max = 200, .label = N_("Words")},
    {.name = "kind", .type = CC_IN_TOKEN, .max = 60, .label = N_("Kind")},
    {.name = "goal", .type = CC_IN_TOKEN, .max = 20, .label = N_("Sustainable Development Goal")},
    {.name = "target", .type = CC_IN_TOKEN, .max = 20, .label = N_("SDG target")},
    {.name = "country", .type = CC_IN_TOKEN, .max = 20, .label = N_("Country")},
    {.name = "region", .type = CC_IN_TOKEN, .max = 20, .label = N_("Region")},
    {.name = "theme", .type = CC_IN_TOKEN, .max = 60, .label = N_("Theme")},
    {.name = "type", .type = CC_IN_TOKEN, .max = 60, .label = N_("Type")},
    {.name = "state", .type = CC_IN_TOKEN, .max = 60, .label = N_("State")},
    {.name = "year", .type = CC_IN_TOKEN, .max = 4, .label = N_("Year of beginning")},
    {.name = "resource", .type = CC_IN_TOKEN, .max = 60, .label = N_("Resource")},
    {.name = "with", .type = CC_IN_LINE, .max = 300, .label = N_("Organisation")},
    {.name = "role", .type = CC_IN_TOKEN, .max = 60, .label = N_("Role")},
    {.name = "sort", .type = CC_IN_TOKEN, .max = 20, .label = N_("Sort by")},
    {.name = "with2", .type = CC_IN_LINE, .max = 300, .label = N_("Second organisation")},
    {.name = "role2", .type = CC_IN_TOKEN, .max = 60, .label = N_("Role of the second")},
    {.name = "with3", .type = CC_IN_LINE, .max = 300, .label = N_("Third organisation")},
    {.name = "role3", .type = CC_IN_TOKEN, .max = 60, .label = N_("Role of the third")},
    {.name = "lang", .type = CC_IN_TOKEN, .max = 20},
    {.name = "cursor", .type = CC_IN_TOKEN, .max = 800},
    {.name = NULL},
};
const struct cc_form cc_search_form = {.inputs = everywhere};

/* In lists the kind of a partnership, activity or commitment is the facet "type". */
static const struct cc_input partnership_inputs[] = {
    {.name = "q", .type = CC_IN_LINE, .max = 200, .label = N_("Words")},
    {.name = "goal", .type = CC_IN_TOKEN, .max = 20, .label = N_("Sustainable Development Goal")},
    {.name = "target", .type = CC_IN_TOKEN, .max = 20, .label = N_("SDG target")},
    {.name = "kind", .type = CC_IN_TOKEN, .max = 60, .label = N_("Kind")},
    {.name = "country", .type = CC_IN_TOKEN, .max = 20, .label = N_("Country")},
    {.name = "theme", .type = CC_IN_TOKEN, .max = 60, .label = N_("Theme")},
    {.name = "state", .type = CC_IN_TOKEN, .max = 60, .label = N_("State")},
    {.name = "year", .type = CC_IN_TOKEN, .max = 4, .label = N_("Year of beginning")},
    {.name = "role", .type = CC_IN_TOKEN, .max = 60, .label = N_("Role")},
    {.name = "sort", .type = CC_IN_TOKEN, .max = 20, .label = N_("Sort by")},
    {.name = "cursor", .type = CC_IN_TOKEN, .max = 800},
    {.name = "before", .type = CC_IN_UINT, .max = 18},
    {.name = NULL},
};
const struct cc_form cc_partnership_list_form = {.inputs = partnership_inputs};

static const struct cc_input organisation_inputs[] = {
    {.name = "q", .type = CC_IN_LINE, .max = 200, .label = N_("Words")},
    {.name = "type", .type = CC_IN_TOKEN, .max = 60, .label = N_("Type")},
    {.name = "country", .type = CC_IN_TOKEN, .max = 20, .label = N_("Country")},
    {.name = "year", .type = CC_IN_TOKEN, .max = 4, .label = N_("Year of beginning")},
    {.name = "role", .type = CC_IN_TOKEN, .max = 60, .label = N_("Role")},
    {.name = "sort", .type = CC_IN_TOKEN, .max = 20, .label = N_("Sort by")},
    {.name = "cursor", .type = CC_IN_TOKEN, .max = 800},
    {.name = "before", .type = CC_IN_UINT, .max = 18},
    {.name = NULL},
};
const struct cc_form cc_organisation_list_form = {.inputs = organisation_inputs};

static const struct cc_input activity_inputs[] = {
    {.name = "q", .type = CC_IN_LINE, .max = 200, .label = N_("Words")},
    {.name = "goal", .type = CC_IN_TOKEN, .max = 20, .label = N_("Sustainable Development Goal")},
    {.name = "target", .type = CC_IN_TOKEN, .max = 20, .label = N_("SDG target")},
    {.name = "kind", .type = CC_IN_TOKEN, .max = 60, .label = N_("Kind of work")},
    {.name = "country", .type = CC_IN_TOKEN, .max = 20, .label = N_("Country")},
    {.name = "state", .type = CC_IN_TOKEN, .max = 60, .label = N_("State")},
    {.name = "year", .type = CC_IN_TOKEN, .max = 4, .label = N_("Year of beginning")},
    {.name = "role", .type = CC_IN_TOKEN, .max = 60, .label = N_("Role")},
    {.name = "sort", .type = CC_IN_TOKEN, .max = 20, .label = N_("Sort by")},
    {.name = "cursor", .type = CC_IN_TOKEN, .max = 800},
    {.name = "before", .type = CC_IN_UINT, .max = 18},
    {.name = NULL},
};
const struct cc_form cc_activity_list_form = {.inputs = activity_inputs};

static const struct cc_input commitment_inputs[] = {
    {.name = "q", .type = CC_IN_LINE, .max = 200, .label = N_("Words")},
    {.name = "goal", .type = CC_IN_TOKEN, .max = 20, .label = N_("Sustainable Development Goal")},
    {.name = "target", .type = CC_IN_TOKEN, .max = 20, .label = N_("SDG target")},
    {.name = "kind", .type = CC_IN_TOKEN, .max = 60, .label = N_("Kind")},
    {.name = "resource", .type = CC_IN_TOKEN, .max = 60, .label = N_("Resource")},
    {.name = "state", .type = CC_IN_TOKEN, .max = 60, .label = N_("State")},
    {.name = "year", .type = CC_IN_TOKEN, .max = 4, .label = N_("Year of beginning")},
    {.name = "role", .type = CC_IN_TOKEN, .max = 60, .label = N_("Role")},
    {.name = "sort", .type = CC_IN_TOKEN, .max = 20, .label = N_("Sort by")},
    {.name = "cursor", .type = CC_IN_TOKEN, .max = 800},
    {.name = "before", .type = CC_IN_UINT, .max = 18},
    {.name = NULL},
};
const struct cc_form cc_commitment_list_form = {.inputs = commitment_inputs};

const struct cc_place cc_everywhere = {NULL, N_("Search"), R_SEARCH, everywhere, "type"};
static const struct cc_place places[] = {
    {"partnership", N_("Partnerships"), R_PARTNERSHIP_LIST, partnership_inputs, "kind"},
    {"organisation", N_("Organisations"), R_ORGANISATION_LIST, organisation_inputs, "type"},
    {"activity", N_("Activities"), R_ACTIVITY_LIST, activity_inputs, "kind"},
    {"commitment", N_("Commitments"), R_COMMITMENT_LIST, commitment_inputs, "kind"},
};

const struct cc_place *cc_place_of(const char *kind)
{
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (strcmp(places[i].kind, kind) == 0) {
            return &places[i];
        }
    }
    return NULL;
}

static const char *const with_names[CC_SEARCH_WITH] = {"with", "with2", "with3"};
static const char *const role_names[CC_SEARCH_WITH] = {"role", "role2", "role3"};

/* --- reading ---------------------------------------------------------------------------------- */

static const char *field_of(const struct cc_place *place, const char *facet)
{
    return strcmp(facet, "type") == 0 ? place->type_field : facet;
}

const char *cc_place_facet(const struct cc_place *place, const char *field)
{
    return strcmp(field, place->type_field) == 0 ? "type" : field;
}

static const char *organisation_of(struct cc_req *req, const char *text)
{
    const char *id = cc_reference_id(req->mem, text);

    return id != NULL ? id : text;
}

void cc_question_read(struct cc_req *req, const struct cc_place *place, struct cc_search *s_r)
{
    const struct cc_values *query = &req->query;
    const char *lang = cc_value(query, "lang");

    *s_r = (struct cc_search){
        .words = cc_value(query, "q"),
        .kind = place->kind != NULL ? place->kind : cc_value(query, "kind"),
        .lang = req->route->audience == CC_FOR_BROWSER || lang[0] == '\0' ? req->lang->tag : lang,
        .sort = cc_value(query, "sort"),
        .cursor = cc_value(query, "cursor"),
        .before = cc_value(query, "before"),
    };
    for (size_t i = 0; i < CC_SEARCH_WITH; i++) {
        s_r->with[i].organisation = organisation_of(req, cc_value(query, with_names[i]));
        s_r->with[i].role = cc_value(query, role_names[i]);
    }
    for (size_t i = 0; cc_facets[i].name != NULL; i++) {
        bool is_taken =
            strcmp(cc_facets[i].name, "role") == 0 && s_r->with[0].organisation[0] != '\0';

        s_r->facets[i] = is_taken ? "" : cc_value(query, field_of(place, cc_facets[i].name));
    }
}

/* --- checking --------------------------------------------------------------------------------- */

static enum cc_rc unknown(struct cc_req *req, const char *field, const char **value,
                          const char *known)
{
    enum cc_rc rc = CC_OK;

    if (req->route->audience == CC_FOR_MACHINE) {
        rc = cc_fail(
            &req->err, req->mem, CC_INVALID, field,
            cc_fmt(req->mem, _("\"{1}\" is not known here. Known are: {2}"), *value, known, NULL),
            "unknown value of %s", field);
    }
    cc_problem_add(&req->problems, CC_ERROR, 0, field,
                   N_("\"{1}\" is not one of the choices. Choose one of them."), *value, NULL);
    *value = "";
    return rc;
}

enum cc_rc cc_code_check(struct cc_req *req, const char *field, const char *const *codelists,
                         const char **value)
{
    const char *known = "";

    if ((*value)[0] == '\0') {
        return CC_OK;
    }
    for (size_t i = 0; codelists[i] != NULL; i++) {
        const char *args[CC_ARGS_MAX] = {codelists[i]};

        if (cc_code_known(codelists[i], *value)) {
            return CC_OK;
        }
        known = talloc_asprintf(req->mem, "%s%s%s", known, i > 0 ? ", " : "",
                                cc_url_absolute(req->mem, req, R_CODELIST_XML, args));
    }
    return unknown(req, field, value, known);
}

/* Those that have a name: no search shows the others. */
static enum cc_rc check_kind(struct cc_req *req, const char **kind)
{
    const struct cc_kind *asked = cc_kind_find(*kind);
    const char *known = "";

    if ((*kind)[0] == '\0' || (asked != NULL && asked->title_field != NULL)) {
        return CC_OK;
    }
    for (size_t i = 0; cc_kinds[i] != NULL; i++) {
        if (cc_kinds[i]->title_field != NULL) {
            known = talloc_asprintf(req->mem, "%s%s%s", known, known[0] != '\0' ? ", " : "",
                                    cc_kinds[i]->name);
        }
    }
    return unknown(req, "kind", kind, known);
}

static enum cc_rc check_words(struct cc_req *req, const char *words)
{
    static const char message[] = N_("Write a word that records shall have. Signs are no words, "
                                     "and a word with a minus in front "
                                     "only leaves out.");

    if (words[strspn(words, " ")] == '\0' || cc_search_seeks(req->mem, words)) {
        return CC_OK;
    }
    cc_problem_add(&req->problems, CC_ERROR, 0, "q", message, NULL, NULL);
    return req->route->audience == CC_FOR_MACHINE
               ? cc_fail(&req->err, req->mem, CC_INVALID, "q", message, "no word to look for")
               : CC_OK;
}

static enum cc_rc check_sort(struct cc_req *req, const char **sort)
{
    static const char *const sorts[] = {"", "relevance", "newest", "title"};

    for (size_t i = 0; i < sizeof(sorts) / sizeof(sorts[0]); i++) {
        if (strcmp(*sort, sorts[i]) == 0) {
            return CC_OK;
        }
    }
    return unknown(req, "sort", sort, "relevance, newest, title");
}

static enum cc_rc check_lang(struct cc_req *req, const char **lang)
{
    const char *asked = cc_value(&req->query, "lang");

    /* of two or three letters; longer ones are registered for no living language */
    if (asked[0] == '\0' ||
        (strcspn(asked, "-") <= 3 && cc_lang_canonical(req->mem, asked) != NULL)) {
        return CC_OK;
    }
    *lang = asked;
    enum cc_rc rc = unknown(req, "lang", lang, "en, fr, ar, zh-Hans, pt-BR ...");
    *lang = req->lang->tag;
    return rc;
}

static bool is_year(const char *year)
{
    return year[0] == '\0' || (strlen(year) == 4 && strspn(year, "0123456789") == 4);
}

/* A further organisation and its role. Of the first, the role may stand alone: anybody's. */
static enum cc_rc check_with(struct cc_req *req, struct cc_search_with *with, size_t i)
{
    static const char whose[] = N_("Name the organisation that has this role, or choose none.");

    if (with->role[0] == '\0' || (i == 0 && with->organisation[0] == '\0')) {
        return CC_OK;
    }
    if (with->organisation[0] == '\0') {
        cc_problem_add(&req->problems, CC_ERROR, 0, with_names[i], whose, NULL, NULL);
        with->role = "";
        return req->route->audience == CC_FOR_MACHINE
                   ? cc_fail(&req->err, req->mem, CC_INVALID, with_names[i], gettext(whose),
                             "%s without %s", role_names[i], with_names[i])
                   : CC_OK;
    }
    return cc_code_check(req, role_names[i], cc_facet_find("role")->codelists, &with->role);
}

enum cc_rc cc_question_check(struct cc_req *req, const struct cc_place *place, struct cc_search *s)
{
    enum cc_rc rc = place->kind == NULL ? check_kind(req, &s->kind) : CC_OK;

    if (rc == CC_OK) {
        rc = check_words(req, s->words);
    }
    if (rc == CC_OK) {
        rc = check_sort(req, &s->sort);
    }
    if (rc == CC_OK) {
        rc = check_lang(req, &s->lang);
    }
    for (size_t i = 0; i < CC_SEARCH_WITH && rc == CC_OK; i++) {
        rc = check_with(req, &s->with[i], i);
    }
    for (size_t i = 0; cc_facets[i].name != NULL && rc == CC_OK; i++) {
        const char *field = field_of(place, cc_facets[i].name);

        if (cc_facets[i].codelists[0] != NULL) {
            rc = cc_code_check(req, field, cc_facets[i].codelists, &s->facets[i]);
        } else if (!is_year(s->facets[i])) {
            rc = unknown(req, field, &s->facets[i], "2026, 2027 ...");
        }
    }
    return rc;
}

enum cc_rc cc_question_answered(struct cc_req *req, const struct cc_call *calls, size_t n,
                                struct cc_search *s)
{
    static const char message[] =
        N_("No organisation that is published here has the name, acronym or identifier \"{1}\". "
           "Write the whole name, as the list of organisations has it.");
    enum cc_rc rc = CC_OK;
    bool is_unknown[CC_SEARCH_WITH];

    for (size_t i = 0; i < CC_SEARCH_WITH; i++) {
        is_unknown[i] = cc_search_is_unknown(s, calls, n, i);
    }
    for (size_t i = 0; i < CC_SEARCH_WITH; i++) {
        const char *asked = cc_value(&req->query, with_names[i]);

        if (!is_unknown[i]) {
            continue;
        }
        cc_problem_add(&req->problems, CC_ERROR, 0, with_names[i], message, asked, NULL);
        s->with[i] = (struct cc_search_with){"", ""};
        if (rc == CC_OK && req->route->audience == CC_FOR_MACHINE) {
            rc = cc_fail(&req->err, req->mem, CC_INVALID, with_names[i],
                         cc_fmt(req->mem, gettext(message), asked, NULL), "unknown %s",
                         with_names[i]);
        }
    }
    return rc;
}

/* --- addresses -------------------------------------------------------------------------------- */

struct cc_href cc_question_href(struct cc_req *req, const struct cc_search *s,
                                enum cc_route_id route, const char *sort, const char *cursor)
{
    const struct cc_place *to =
        route == R_SEARCH || s->kind[0] == '\0' ? NULL : cc_place_of(s->kind);
    const char *pairs[2 * (CC_SEARCH_FACETS + 2 * CC_SEARCH_WITH + 6) + 1];
    size_t n = 0;

    to = to != NULL && to->route == route ? to : &cc_everywhere;
    pairs[n++] = "q", pairs[n++] = s->words;
    if (to->kind == NULL) {
        pairs[n++] = "kind", pairs[n++] = s->kind;
    }
    for (size_t i = 0; cc_facets[i].name != NULL; i++) {
        pairs[n++] = field_of(to, cc_facets[i].name), pairs[n++] = s->facets[i];
    }
    for (size_t i = 0; i < CC_SEARCH_WITH; i++) {
        if (s->with[i].organisation[0] == '\0') {
            continue;
        }
        pairs[n++] = with_names[i], pairs[n++] = cc_value(&req->query, with_names[i]);
        pairs[n++] = role_names[i], pairs[n++] = s->with[i].role;
    }
    pairs[n++] = "sort", pairs[n++] = sort != NULL ? sort : s->sort;
    pairs[n++] = "cursor", pairs[n++] = cursor;
    pairs[n++] = "lang",
    pairs[n++] = route == R_SEARCH_CSV || route == R_SEARCH_ATOM ? s->lang : NULL;
    pairs[n] = NULL;
    return *cc_page_href(req, route, NULL, pairs);
}

const struct cc_href *cc_list_href(void *mem, const char *kind, const char *facet, const char *code)
{
    const struct cc_place *place = cc_place_of(kind);
    struct cc_href *href;

    if (place == NULL) {
        return NULL;
    }
    href = talloc_zero(mem, struct cc_href);
    href->route = (int)place->route;
    href->query = talloc_asprintf(href, "%s=%s", field_of(place, facet), code);
    return href;
}
