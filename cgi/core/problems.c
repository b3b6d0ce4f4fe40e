/* SPDX-License-Identifier: EUPL-1.2 */
/* Lists of problems told to people: bounded in memory, unbounded in count. */
#include "concord/buf.h"
#include "concord/err.h"
#include "concord/i18n.h"
#include "concord/log.h"

#include <string.h>
#include <talloc.h>

#define PROBLEMS_MAX 100

void cc_problems_init(struct cc_problems *p, void *mem)
{
    *p = (struct cc_problems){.mem = mem};
}

static const char *copy(void *mem, const char *s)
{
    if (s == NULL)
        return NULL;
    char *c = talloc_strdup(mem, s);
    if (c == NULL)
        cc_die("out of memory");
    return c;
}

/* Allocated whole at the first problem: pointers from cc_problem_find() stay good. */
static bool has_room(struct cc_problems *p)
{
    if (p->v == NULL)
        p->v = talloc_array(p->mem, struct cc_problem, PROBLEMS_MAX);
    if (p->v == NULL)
        cc_die("out of memory");
    return p->n < PROBLEMS_MAX;
}

void cc_problem_add(struct cc_problems *p, enum cc_severity severity, int line, const char *path,
                    const char *message, const char *arg1, const char *arg2)
{
    p->total++;
    if (severity == CC_ERROR)
        p->errors++;
    if (!has_room(p))
        return;
    p->v[p->n++] = (struct cc_problem){
        .severity = severity,
        .path = copy(p->mem, path),
        .message = message,
        .arg1 = copy(p->mem, arg1),
        .arg2 = copy(p->mem, arg2),
        .line = line,
    };
}

void cc_problems_share(struct cc_problems *p, const struct cc_problems *from)
{
    for (size_t i = 0; i < from->n && has_room(p); i++)
        p->v[p->n++] = from->v[i];
    p->total += from->total;
    p->errors += from->errors;
}

void cc_problems_clear(struct cc_problems *p)
{
    p->n = p->total = p->errors = 0;
}

char *cc_problem_text(void *mem, const char *translated, const struct cc_problem *problem)
{
    const struct cc_lang *lang = cc_i18n_current();
    struct cc_buf b;
    cc_buf_init(&b, mem);
    cc_buf_reserve(&b, strlen(translated));
    const char *s = translated;
    while (*s != '\0') {
        const char *brace = strchr(s, '{');
        if (brace == NULL) {
            cc_buf_adds(&b, s);
            break;
        }
        cc_buf_add(&b, s, (size_t)(brace - s));
        if (strncmp(brace, "{1}", 3) == 0) {
            cc_buf_adds(&b, cc_i18n_code(mem, lang, problem->arg1));
            s = brace + 3;
        } else if (strncmp(brace, "{2}", 3) == 0) {
            cc_buf_adds(&b, cc_i18n_code(mem, lang, problem->arg2));
            s = brace + 3;
        } else {
            cc_buf_addc(&b, '{');
            s = brace + 1;
        }
    }
    return b.data;
}

const struct cc_problem *cc_problem_find(const struct cc_problems *p, const char *path)
{
    for (size_t i = 0; i < p->n; i++) {
        const char *other = p->v[i].path;
        if (path == NULL ? other == NULL : other != NULL && strcmp(path, other) == 0)
            return &p->v[i];
    }
    return NULL;
}
