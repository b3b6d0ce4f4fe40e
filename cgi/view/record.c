/* SPDX-License-Identifier: EUPL-1.2 */
/* What the templates of record pages ask of their page. */
#include "view/record.h"

#include "concord/route.h"
#include <string.h>
#include <talloc.h>

struct cc_ref cc_refs_find(struct cc_refs refs, const char *id)
{
    struct cc_ref none = {.id = id};

    for (size_t i = 0; id != NULL && i < refs.n; i++) {
        if (strcmp(refs.v[i].id, id) == 0) {
            return refs.v[i];
        }
    }
    return none;
}

struct cc_ref cc_page_ref(const struct cc_record_page *p, const char *id)
{
    return cc_refs_find((struct cc_refs){p->refs, p->ref_count}, id);
}

const char *cc_change_word(void *mem, const char **at)
{
    size_t len = strcspn(*at, " ,");
    const char *word = talloc_strndup(mem, *at, len);

    *at += len;
    return word;
}

const char *cc_change_code(const struct cc_field *field, const char *word)
{
    if (field->type == CC_F_CODE) {
        return cc_code_name(field->codelist, word);
    }
    for (const struct cc_field *f = field->children; f != NULL && f->name != NULL; f++) {
        if (f->type == CC_F_CODE && cc_code_known(f->codelist, word)) {
            return cc_code_name(f->codelist, word);
        }
    }
    return NULL;
}

const char *cc_language_name(const char *tag)
{
    static const struct {
        const char *tag, *name;
    } names[] = {{"en", "English"}, {"fr", "français"}, {"es", "español"},   {"ar", "العربية"},
                 {"ru", "русский"}, {"zh", "中文"},     {"pt", "português"}, {"und", "?"}};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(names[i].tag, tag) == 0) {
            return names[i].name;
        }
    }
    return tag;
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
        {"organisation", R_ORGANISATION_SHOW}, {"partnership", R_PARTNERSHIP_SHOW},
        {"membership", R_MEMBERSHIP_SHOW},     {"commitment", R_COMMITMENT_SHOW},
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

/* The group that a path leads into; NULL = the record itself. `last` is set to the path's last
 * field. */
static const struct cc_field *group_of(const struct cc_field *fields, const char *path,
                                       const struct cc_field **last)
{
    const struct cc_field *group = NULL;

    *last = NULL;
    for (;;) {
        size_t len = strcspn(path, ".");
        const struct cc_field *f = fields;

        while (f != NULL && f->name != NULL &&
               (strncmp(f->name, path, len) != 0 || f->name[len] != '\0')) {
            f++;
        }
        if (f == NULL || f->name == NULL) {
            return group;
        }
        *last = f;
        if (path[len] == '\0') {
            return group;
        }
        group = f;
        fields = f->children;
        path += len + 1;
    }
}

static const char *role_list(const struct cc_field *fields)
{
    static const char *const endings[] = {"-role", "-relation", "-link"};

    for (const struct cc_field *f = fields; f != NULL && f->name != NULL; f++) {
        size_t len = f->type == CC_F_CODE ? strlen(f->codelist) : 0;

        for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
            size_t end = strlen(endings[i]);

            if (len > end && strcmp(f->codelist + len - end, endings[i]) == 0) {
                return f->codelist;
            }
        }
    }
    return NULL;
}

const char *cc_role_list(const char *kind, const char *path)
{
    const struct cc_kind *k = kind != NULL ? cc_kind_find(kind) : NULL;
    const struct cc_field *last;
    const struct cc_field *group = k != NULL ? group_of(k->fields, path, &last) : NULL;
    const char *list = group != NULL ? role_list(group->children) : NULL;

    if (list == NULL && k != NULL &&
        group == NULL) { /* of a membership: beside, in a group of its own */
        const struct cc_field *role = cc_field_find(k->fields, "role");
        list = role != NULL ? role_list(role->children) : NULL;
    }
    return list != NULL ? list : "partner-role";
}

const char *cc_points_label(const struct cc_points *points)
{
    return points->role[0] != '\0'
               ? cc_code_name(cc_role_list(points->kind, points->field), points->role)
               : cc_field_label(points->kind, points->field);
}

const char *cc_field_label(const char *kind, const char *path)
{
    const struct cc_kind *k = cc_kind_find(kind);
    const struct cc_field *last = NULL;
    const struct cc_field *group = k != NULL ? group_of(k->fields, path, &last) : NULL;

    if (group != NULL && group->label != NULL) {
        last = group;
    }
    return last != NULL && last->label != NULL ? gettext(last->label) : path;
}

bool cc_incoming_same(const struct cc_incoming *a, const struct cc_incoming *b)
{
    return strcmp(a->from.kind, b->from.kind) == 0 && strcmp(a->field, b->field) == 0;
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
