/* SPDX-License-Identifier: EUPL-1.2 */
/* CSV (RFC 4180) for people's spreadsheets: a cell that would be read as a formula is neutralised.
 */
#ifndef CC_CSV_H
#define CC_CSV_H

#include "concord/buf.h"

/* One line with CRLF. NULL cells are empty. Cells that begin with = + - @ (also wide), TAB, CR or
 * LF, behind blanks and what is not seen, get a quote mark (') in front, as OWASP ASVS 5.0 1.2.10
 * asks. */
void cc_csv_row(struct cc_buf *out, const char *const *cells, size_t n);

/*
 * The first line of a file, with the names of its columns; before it the mark U+FEFF, by which
 * Excel knows that a file is UTF-8: without it a double click shows accents and Arabic as something
 * else.
 */
void cc_csv_head(struct cc_buf *out, const char *const *cells, size_t n);

#endif
