/* SPDX-License-Identifier: EUPL-1.2 */
/* Results. They point into libpq's memory, which a destructor gives back. */
#include "concord/log.h"
#include "db/internal.h"
#include <errno.h>
#include <stdlib.h>
#include <talloc.h>

struct cc_rows {
    PGresult *result;
    enum cc_query query;
};

static int clear_result(struct cc_rows *rows)
{
    PQclear(rows->result);
    return 0;
}

static const char *check_shape(const struct cc_stmt *s, const PGresult *result)
{
    int n = PQntuples(result);
    if (s->kind == CC_RESULT_EXEC)
        return NULL;
    if (PQnfields(result) != s->columns)
        return "other columns than declared";
    if (n > 1 && s->kind != CC_RESULT_MANY)
        return "more than one row";
    return NULL;
}

enum cc_rc cc_rows_take(void *mem, PGresult *result, enum cc_query query, struct cc_rows **rows_r,
                        struct cc_err *err)
{
    const struct cc_stmt *s = &cc_stmts[query];
    const char *wrong = check_shape(s, result);
    if (wrong == NULL && s->kind == CC_RESULT_ONE && PQntuples(result) == 0) {
        PQclear(result);
        return cc_fail(err, mem, CC_NOT_FOUND, NULL, N_("There is nothing at this address."),
                       "%s: no row", s->name);
    }
    if (wrong != NULL) {
        PQclear(result);
        return cc_fail(err, mem, CC_INTERNAL, NULL, N_("Something went wrong in the registry."),
                       "%s: %s", s->name, wrong);
    }
    struct cc_rows *rows = talloc(mem, struct cc_rows);
    if (rows == NULL)
        cc_die("out of memory");
    *rows = (struct cc_rows){.result = result, .query = query};
    talloc_set_destructor(rows, clear_result);
    *rows_r = rows;
    return CC_OK;
}

static void check_range(const struct cc_rows *rows, size_t row, int column)
{
    if (rows == NULL)
        cc_die("rows of a statement that gave none");
    if (row >= (size_t)PQntuples(rows->result) || column < 0 || column >= PQnfields(rows->result))
        cc_die("%s: row %zu column %d is out of range", cc_stmts[rows->query].name, row, column);
}

size_t cc_rows_count(const struct cc_rows *rows)
{
    return rows != NULL ? (size_t)PQntuples(rows->result) : 0;
}

const char *cc_rows_text(const struct cc_rows *rows, size_t row, int column)
{
    check_range(rows, row, column);
    if (PQgetisnull(rows->result, (int)row, column) == 1)
        return NULL;
    return PQgetvalue(rows->result, (int)row, column);
}

size_t cc_rows_len(const struct cc_rows *rows, size_t row, int column)
{
    check_range(rows, row, column);
    return (size_t)PQgetlength(rows->result, (int)row, column);
}

bool cc_rows_bool(const struct cc_rows *rows, size_t row, int column)
{
    const char *s = cc_rows_text(rows, row, column);
    return s != NULL && s[0] == 't';
}

int64_t cc_rows_int(const struct cc_rows *rows, size_t row, int column)
{
    const char *s = cc_rows_text(rows, row, column);
    if (s == NULL)
        return 0;
    char *end;
    errno = 0;
    long long n = strtoll(s, &end, 10);
    if (errno != 0 || end == s || *end != '\0')
        cc_die("%s: column %d is not a whole number", cc_stmts[rows->query].name, column);
    return n;
}
