/* SPDX-License-Identifier: EUPL-1.2 */
/* CSV, see csv.h. */
#include "concord/csv.h"

#include <string.h>

static void add_cell(struct cc_buf *out, const char *cell)
{
    bool is_formula = cell[0] != '\0' && strchr("=+-@\t\r", cell[0]) != NULL;
    bool is_quoted = is_formula || strpbrk(cell, ",;\t\"\r\n") != NULL;

    if (is_quoted) {
        cc_buf_addc(out, '"');
    }
    if (is_formula) {
        cc_buf_addc(out, '\'');
    }
    for (const char *s = cell; *s != '\0'; s++) {
        if (*s == '"') {
            cc_buf_addc(out, '"');
        }
        cc_buf_addc(out, *s);
    }
    if (is_quoted) {
        cc_buf_addc(out, '"');
    }
}

void cc_csv_row(struct cc_buf *out, const char *const *cells, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i > 0) {
            cc_buf_addc(out, ',');
        }
        add_cell(out, cells[i] != NULL ? cells[i] : "");
    }
    cc_buf_adds(out, "\r\n");
}
