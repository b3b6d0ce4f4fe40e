/* SPDX-License-Identifier: EUPL-1.2 */
/* CSV, see csv.h. */
#include "concord/csv.h"

#include <string.h>

/* Blanks, and what is not seen, which spreadsheets pass over; what a formula begins with, also in
 * the wide form that those of East Asia read alike. */
static const char *const passed_over[] = {
    " ",      "\u00a0", "\u00ad", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004",
    "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a", "\u200b", "\u200c", "\u200d",
    "\u200e", "\u200f", "\u202f", "\u205f", "\u2060", "\u3000", "\ufeff", NULL,
};
static const char *const begins[] = {
    "=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", NULL,
};

/* Bytes of the one that the text begins with, or 0. */
static size_t starts_with(const char *text, const char *const *marks)
{
    for (; *marks != NULL; marks++)
        if (strncmp(text, *marks, strlen(*marks)) == 0)
            return strlen(*marks);
    return 0;
}

static bool begins_formula(const char *cell)
{
    size_t len;
    while ((len = starts_with(cell, passed_over)) > 0)
        cell += len;
    return starts_with(cell, begins) > 0;
}

static void add_cell(struct cc_buf *out, const char *cell)
{
    bool is_formula = begins_formula(cell);
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

void cc_csv_head(struct cc_buf *out, const char *const *cells, size_t n)
{
    cc_buf_adds(out, "\ufeff");
    cc_csv_row(out, cells, n);
}
