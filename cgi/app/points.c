/* SPDX-License-Identifier: EUPL-1.2 */
/* What points at an organisation, grouped by who says so and by role. */
#include "app/page.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

/* What the search calls a role that a field gives; NULL: it asks for the organisation alone. Codes
 * of a role that stand beside the field go before. */
static const struct {
    const char *kind, *field, *role;
} searched[] = {
    {"membership", "organisation", NULL},
    {"partnership", "host", "host"},
    {"activity", "reporting.organisation", "reporting"},
    {"activity", "participant.organisation", NULL},
    {"commitment", "maker", "maker"},
    {"commitment", "review.reviewer", "reviewer"},
};

/* Roles of IATI as partners have them. */
static const char *role_word(const char *code)
{
    static const char *const of_iati[] = {"funding", "accountable", "extending", "implementing"};

    return code[0] >= '1' && code[0] <= '4' && code[1] == '\0' ? of_iati[code[0] - '1'] : code;
}

/* The search for all records in which the organisation has the role, whoever says so; NULL where
 * there is none. */
static const struct cc_href *all_href(struct cc_req *req, const struct cc_points *g)
{
    for (size_t i = 0; i < sizeof(searched) / sizeof(searched[0]); i++) {
        if (strcmp(searched[i].kind, g->kind) != 0 || strcmp(searched[i].field, g->field) != 0) {
            continue;
        }
        const char *kind = strcmp(g->kind, "membership") == 0 ? "partnership" : g->kind;
        const char *role = searched[i].role != NULL ? searched[i].role : role_word(g->role);
        const char *pairs[] = {"kind", kind, "with", req->args[0], "role", role, NULL};
        struct cc_href *href = talloc_zero(req->mem, struct cc_href);

        href->route = R_SEARCH;
        href->query = cc_url_query(req->mem, "", pairs) + 1;
        return href;
    }
    return NULL;
}

static bool is_same(const struct cc_rows *rows, size_t a, size_t b)
{
    static const int columns[] = {Q_POINTS_LIST_SAID, Q_POINTS_LIST_KIND, Q_POINTS_LIST_FIELD,
                                  Q_POINTS_LIST_ROLE};

    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
        if (strcmp(cc_rows_text(rows, a, columns[i]), cc_rows_text(rows, b, columns[i])) != 0) {
            return false;
        }
    }
    return true;
}

void cc_points_fill(struct cc_req *req, const struct cc_rows *rows, struct cc_record_page *p)
{
    size_t n = cc_rows_count(rows);
    struct cc_points *groups = talloc_zero_array(req->mem, struct cc_points, (unsigned)n + 1);
    struct cc_ref *refs = talloc_array(req->mem, struct cc_ref, (unsigned)n + 1);
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        const char *kind = cc_rows_text(rows, i, Q_POINTS_LIST_KIND);

        refs[i] = (struct cc_ref){cc_rows_text(rows, i, Q_POINTS_LIST_ID),
                                  kind,
                                  {cc_rows_text(rows, i, Q_POINTS_LIST_TITLE),
                                   cc_rows_text(rows, i, Q_POINTS_LIST_LANG)}};
        if (count == 0 || !is_same(rows, i, i - 1)) {
            groups[count++] = (struct cc_points){
                .said = cc_rows_text(rows, i, Q_POINTS_LIST_SAID),
                .kind = kind,
                .field = cc_rows_text(rows, i, Q_POINTS_LIST_FIELD),
                .role = cc_rows_text(rows, i, Q_POINTS_LIST_ROLE),
                .records = cc_rows_text(rows, i, Q_POINTS_LIST_RECORDS),
                .has_more = cc_rows_bool(rows, i, Q_POINTS_LIST_MORE),
                .total = cc_rows_text(rows, i, Q_POINTS_LIST_TOTAL),
                .is_cut = cc_rows_bool(rows, i, Q_POINTS_LIST_IS_CUT),
                .refs = &refs[i],
            };
        }
        groups[count - 1].ref_count++;
    }
    for (size_t i = 0; i < count; i++) {
        bool is_all = (size_t)atol(groups[i].records) == groups[i].ref_count;
        bool counts = strcmp(groups[i].said, "denied") != 0 && strcmp(groups[i].said, "past") != 0;

        groups[i].all = !is_all && counts ? all_href(req, &groups[i]) : NULL;
    }
    p->points = groups;
    p->points_count = count;
}
