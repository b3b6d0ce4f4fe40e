/* SPDX-License-Identifier: EUPL-1.2 */
/* Results, the error record, and lists of problems told to people. */
#ifndef CC_ERR_H
#define CC_ERR_H

#include <stdbool.h>
#include <stddef.h>

/* Result of everything that can fail. Each maps to one HTTP status (http/response.c). */
enum cc_rc {
    CC_OK = 0,
    CC_NOT_FOUND,   /* 404 */
    CC_INVALID,     /* 422: what was sent breaks a rule; problems say which */
    CC_BAD_REQUEST, /* 400: not a request that this address takes */
    CC_TOO_LARGE,   /* 413 */
    CC_CONFLICT,    /* 409: somebody else changed it, or it exists */
    CC_LOGIN,       /* 303 to sign-in (pages) or 401 (machines) */
    CC_FORBIDDEN,   /* 403 */
    CC_GONE,        /* 410 */
    CC_BUSY,        /* 503, try again */
    CC_UNCERTAIN,   /* the connection was lost in COMMIT: nobody knows */
    CC_INTERNAL,    /* 500 */
    CC_RC__COUNT
};

#define CC_CHECKED            __attribute__((warn_unused_result))
#define CC_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))

/*
 * First failure wins. `message` is a msgid (untranslated, may hold {1} {2}); `detail` is for the
 * log only. All pointers live as long as the `mem` given to cc_fail(), or are static.
 */
struct cc_err {
    enum cc_rc rc;
    const char *message;
    const char *field; /* path of the form field or element, or NULL */
    char *detail;
    const char *said; /* what the database said, alone; lives as long as detail. NULL = nothing */
    char sqlstate[6];
    char constraint[64];
    const char *file;
    int line;
};

/* Records a failure and returns `rc`, so that `return cc_fail(...)` reads well. err may be NULL. */
#define cc_fail(err, mem, rc, field, message, ...)                                                 \
    cc_fail_at((err), (mem), (rc), (field), (message), __FILE__, __LINE__, __VA_ARGS__)
enum cc_rc cc_fail_at(struct cc_err *err, void *mem, enum cc_rc rc, const char *field,
                      const char *message, const char *file, int line, const char *fmt, ...)
    CC_PRINTF(8, 9);

const char *cc_rc_name(enum cc_rc rc); /* "not-found"; static */

enum cc_severity { CC_ERROR = 0, CC_WARNING };

/*
 * One thing to mend. `path` names the field as forms and reports do: "title.fr", "sdg.2.weight"
 * (repeated elements counted from 1; NULL = the whole record). `message` is a msgid marked with
 * N_(), may hold {1} and {2}, replaced by arg1 and arg2 after translation (cc_problem_text()).
 */
struct cc_problem {
    enum cc_severity severity;
    const char *path;
    const char *message;
    const char *arg1;
    const char *arg2;
    int line; /* line in the file, 0 = none */
};

/* A growing list on `mem`. Past `max` (100) problems are only counted in `total`. */
struct cc_problems {
    void *mem;
    struct cc_problem *v;
    size_t n;
    size_t total;
    size_t errors; /* severity CC_ERROR among total */
};

/* None yet; what is added is owned by mem. */
void cc_problems_init(struct cc_problems *p, void *mem);
/* Copies path, arg1 and arg2 to p->mem; message must be static. */
void cc_problem_add(struct cc_problems *p, enum cc_severity severity, int line, const char *path,
                    const char *message, const char *arg1, const char *arg2);
/* Those of another list, which lives as long: their texts are not copied. */
void cc_problems_share(struct cc_problems *p, const struct cc_problems *from);
void cc_problems_clear(struct cc_problems *p); /* none again; keeps the room */
/* Replaces {1} and {2} in an (already translated) text. Owned by mem. */
char *cc_problem_text(void *mem, const char *translated, const struct cc_problem *problem);
/* First problem of exactly this path, or NULL. */
const struct cc_problem *cc_problem_find(const struct cc_problems *p, const char *path);

#ifndef N_
#define N_(s) s /* marks a phrase for xgettext */
#endif

#endif
