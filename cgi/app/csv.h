/* SPDX-License-Identifier: EUPL-1.2 */
/* Lists as CSV files: the one way in which all of them are answered. */
#ifndef CC_APP_CSV_H
#define CC_APP_CSV_H

#include "app/app.h"

/* The answer is CSV and a file; what stands in resp->body is its text. */
void cc_csv_answer(struct cc_req *req, struct cc_resp *resp, const char *file);

#define CC_CSV_ROWS 1000 /* asked for at once */
#define CC_CSV_MAX  "1000"

struct cc_csv_column {
    const char *head;
    int column; /* of the statement */
};

/*
 * A list by keyset, however long: a worker holds CC_CSV_ROWS of its rows at a time. The statement
 * gives the first rows behind a row, in parameters `after`, whose values are those of
 * `after_column` in the row before; its limit is CC_CSV_MAX. It may give more rows than its limit
 * (several of one record), never fewer while there are more.
 */
struct cc_csv_list {
    const struct cc_csv_column *columns;
    size_t column_count;
    struct cc_call call; /* for the rows behind the first ones; params need not outlive the call */
    int after[2], after_column[2];
    const char *file;
};
/* rows: the first ones, read by the handler together with what else it had to know. */
void cc_csv_list(struct cc_req *req, struct cc_resp *resp, const struct cc_csv_list *list,
                 const struct cc_rows *rows);

#endif
