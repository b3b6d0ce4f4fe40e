/* SPDX-License-Identifier: EUPL-1.2 */
/* What points at an organisation, grouped by who says so and by role. */
#include "app/page.h"

#include <string.h>
#include <talloc.h>

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
                .refs = &refs[i],
            };
        }
        groups[count - 1].ref_count++;
    }
    p->points = groups;
    p->points_count = count;
}
