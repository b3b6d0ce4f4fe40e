/* SPDX-License-Identifier: EUPL-1.2 */
/* What the templates of record pages ask of their page. */
#include "view/record.h"

#include "concord/route.h"
#include <string.h>
#include <talloc.h>

struct cc_ref cc_page_ref(const struct cc_record_page *p, const char *id)
{
    struct cc_ref none = {.id = id};

    for (size_t i = 0; id != NULL && i < p->ref_count; i++) {
        if (strcmp(p->refs[i].id, id) == 0) {
            return p->refs[i];
        }
    }
    return none;
}

struct cc_tagged cc_page_text(const struct cc_record_page *p, const struct cc_node *from,
                              const char *field)
{
    const struct cc_node *n = cc_node_in(from, field, p->lang);

    return n != NULL ? (struct cc_tagged){.text = n->text, .lang = n->lang} : (struct cc_tagged){0};
}

struct cc_tagged cc_page_title(const struct cc_record_page *p)
{
    return cc_page_text(p, p->rec->first, p->rec->kind->title_field);
}

struct cc_href cc_record_href(const char *kind, const char *id)
{
    static const struct {
        const char *kind;
        enum cc_route_id route;
    } routes[] = {
        {"organisation", R_ORGANISATION_SHOW},
        {"partnership", R_PARTNERSHIP_SHOW},
        {"membership", R_MEMBERSHIP_SHOW},
        {"activity", R_ACTIVITY_SHOW},
    };

    for (size_t i = 0; kind != NULL && i < sizeof(routes) / sizeof(routes[0]); i++) {
        if (strcmp(routes[i].kind, kind) == 0) {
            return (struct cc_href){.route = routes[i].route, .args = {id}};
        }
    }
    return (struct cc_href){.route = R_HOME};
}

static const char *state_list(const struct cc_field *fields)
{
    for (const struct cc_field *f = fields; f != NULL && f->name != NULL; f++) {
        if (f->type == CC_F_CODE && strcmp(f->name, "state") == 0) {
            return f->codelist;
        }
    }
    return NULL;
}

const char *cc_state_list(const char *kind)
{
    const struct cc_kind *k = kind != NULL ? cc_kind_find(kind) : NULL;
    const char *list = k != NULL ? state_list(k->fields) : NULL;

    if (list == NULL && k != NULL) { /* of a membership: inside of its consent */
        const struct cc_field *consent = cc_field_find(k->fields, "consent");
        list = consent != NULL ? state_list(consent->children) : NULL;
    }
    return list;
}

const char *cc_code_nth(void *mem, const char *codes, size_t i)
{
    for (const char *s = codes; s != NULL && *s != '\0'; i--) {
        size_t len = strcspn(s, " ");

        if (i == 0) {
            return talloc_strndup(mem, s, len);
        }
        s += len + strspn(s + len, " ");
    }
    return NULL;
}
