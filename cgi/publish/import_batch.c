/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One batch of an import is one transaction of two round trips: what the registry has, then all
 * writes and COMMIT. When the database refuses a batch, it is tried in halves until the record that
 * was refused stands alone: thousands of good records cost nothing for it.
 */
#include "publish/import.h"

#include "concord/clock.h"
#include "concord/log.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

/* --- one attempt ----------------------------------------------------------------------------- */

struct part {
    struct import *im;
    struct import_item **items;
    size_t n;
    bool writing; /* what failed, failed while writing */
    bool stale;   /* or because an item is */
};

/* In a transaction that stays open, unless it is for reading only. */
static enum cc_rc look_up(struct import_attempt *a, const struct part *p, unsigned flags,
                          struct cc_err *err)
{
    struct cc_buf ids, revisions;
    cc_buf_init(&ids, a->mem);
    cc_buf_init(&revisions, a->mem);
    for (size_t i = 0; i < p->n; i++)
        a->im->mode->wants(a->im, p->items[i], &ids, &revisions);
    struct cc_call calls[] = {
        {.query = Q_REQUEST_OPEN, .params = {a->im->options->session}},
        {.query = Q_IMPORT_HEADS, .params = {cc_buf_str(&ids)}},
        {.query = Q_IMPORT_CONSENTS,
         .params = {a->im->options->trust_consent ? "" : cc_buf_str(&ids)}},
        {.query = Q_IMPORT_SEALS, .params = {cc_buf_str(&revisions)}},
    };
    size_t first = a->im->options->session != NULL ? 0 : 1;
    enum cc_rc rc = cc_db_pipeline(a->im->db, a->mem, calls + first, 4 - first, flags, err);
    if (rc == CC_OK && first == 0 && cc_rows_count(calls[0].rows) == 0)
        rc = cc_fail(err, a->im->mem, CC_LOGIN, NULL, N_("Please sign in again."),
                     "the session ended during an import");
    a->heads = calls[1].rows;
    a->consents = calls[2].rows;
    a->seals = calls[3].rows;
    return rc;
}

static void judge(struct import_attempt *a, struct import_item *item)
{
    cc_problems_clear(&item->problems); /* of the attempt before */
    cc_problems_share(&item->problems, &item->told);
    item->publishes = item->stores = item->keeps = item->redacts = false;
    item->verdict = CC_IMPORT_REFUSED;
    cc_import_look(a, item->entry->id);
    a->im->mode->judge(a, item);
    if (item->problems.errors > 0) {
        item->publishes = item->stores = item->keeps = false;
        item->verdict = CC_IMPORT_REFUSED;
        item->entry->bad = true;
    }
}

static void add_keep(struct cc_buf *out, const char *keep)
{
    cc_buf_addc(out, out->len == 0 ? '[' : ',');
    cc_buf_adds(out, keep);
}

/* A statement that takes all records of the batch as one list. */
static void add_call(struct cc_call *calls, size_t *n, enum cc_query query, struct cc_buf *batch)
{
    if (batch->len == 0)
        return;
    cc_buf_addc(batch, ']');
    calls[(*n)++] = (struct cc_call){.query = query, .params = {cc_buf_str(batch)}};
}

static void add_append(struct import_attempt *a, struct cc_call *calls, size_t *n,
                       struct cc_publish_batch *published)
{
    if (published->rows.len == 0)
        return;
    a->published += published->rows.len + published->documents.len;
    calls[(*n)++] = cc_publish_append(published);
}

/* A redaction has its place in the feed between the revisions before and behind it. */
static void add_publication(struct import_attempt *a, struct cc_call *calls, size_t *n,
                            struct cc_publish_batch *published, const struct import_item *item)
{
    if (!item->redacts) {
        cc_publish_add(published, &item->publication, &item->sealed);
        return;
    }
    add_append(a, calls, n, published);
    cc_publish_begin(published, a->mem);
    calls[(*n)++] = item->redact;
}

/* As Q_PUBLISH_APPEND takes them, so many bytes of new records wait in the list of the index of
 * words, which may hold 64 MB of them, without their documents (migrations/0400_pending.sql): the
 * more there are, the cheaper is each, and the longer take searches meanwhile. */
#define UNTIDY_MAX  (80u << 20)
#define UNTIDY_LEFT (4u << 20) /* at the end */

/* Everything that is written, as calls owned by mem; what they say, by a->mem. */
static struct cc_call *make_calls(struct import_attempt *a, const struct part *p, void *mem,
                                  size_t *n_r)
{
    bool dry = a->im->options->dry_run;
    struct cc_call *calls = talloc_zero_array(mem, struct cc_call, (unsigned)(3 * p->n + 6));
    struct cc_buf heads, stored, kept;
    struct cc_publish_batch published;
    size_t n = 0;
    if (calls == NULL)
        cc_die("out of memory");
    cc_buf_init(&heads, a->mem);
    cc_buf_init(&stored, a->mem);
    cc_buf_init(&kept, a->mem);
    cc_publish_begin(&published, a->mem);
    a->tidies = a->im->untidy > UNTIDY_MAX;
    if (a->tidies)
        calls[n++].query = Q_SEARCH_TIDY; /* before anything is locked */
    cc_import_heads(a, &heads);
    add_call(calls, &n, Q_RECORD_HEADS, &heads);
    for (size_t i = 0; i < p->n; i++)
        if (p->items[i]->stores)
            cc_record_to_batch(p->items[i]->rec, &stored);
    add_call(calls, &n, Q_RECORD_STORE, &stored);
    for (size_t i = 0; i < p->n; i++)
        if (p->items[i]->publishes && p->items[i]->asks)
            calls[n++] = p->items[i]->ask;
    for (size_t i = 0; i < p->n; i++)
        if (p->items[i]->keeps)
            add_keep(&kept, p->items[i]->keep);
    add_call(calls, &n, Q_IATI_STORE, &kept);
    for (size_t i = 0; i < p->n; i++)
        if (p->items[i]->publishes && !dry)
            add_publication(a, calls, &n, &published, p->items[i]);
    calls[n++].query = Q_IMPORT_CONSTRAINTS; /* while nobody waits for us */
    add_append(a, calls, &n, &published);
    *n_r = n;
    return calls;
}

/* What was made was sent. */
static void count_untidy(const struct import_attempt *a)
{
    a->im->untidy = (a->tidies ? 0 : a->im->untidy) + a->published;
}

void cc_import_tidy(struct import *im)
{
    struct cc_call tidy = {.query = Q_SEARCH_TIDY};
    struct cc_err ignored = {.rc = CC_OK}; /* the job "roles" does it, too */

    if (im->untidy > UNTIDY_LEFT && im->options->session == NULL) /* nobody waits for it */
        (void)!cc_db_run(im->db, im->batch, &tidy, &ignored);
}

static enum cc_rc write_all(struct import_attempt *a, const struct part *p, struct cc_err *err)
{
    bool dry = a->im->options->dry_run;
    size_t n;
    struct cc_call *calls = make_calls(a, p, a->mem, &n);
    enum cc_rc rc = cc_db_pipeline(a->im->db, a->mem, calls, n, dry ? 0 : CC_TX_COMMIT, err);
    if (rc == CC_OK)
        count_untidy(a);
    if (dry)
        cc_db_rollback(a->im->db);
    return rc;
}

static bool writes(const struct part *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->items[i]->publishes || p->items[i]->stores || p->items[i]->keeps)
            return true;
    return false;
}

static enum cc_rc attempt(struct cc_db *db, void *arg, struct cc_err *err)
{
    struct part *p = arg;
    struct import_attempt a = {.im = p->im, .mem = talloc_new(p->im->batch)};
    p->im->attempts++;
    p->writing = p->stale = false;
    enum cc_rc rc = look_up(&a, p, CC_TX_BEGIN, err);
    for (size_t i = 0; i < p->n && rc == CC_OK; i++)
        judge(&a, p->items[i]);
    if (a.stale) {
        p->writing = p->stale = true;
        rc = cc_fail(err, a.mem, CC_CONFLICT, NULL,
                     N_("Somebody else changed this in the meantime."),
                     "changed since the record was made");
    } else if (rc == CC_OK && writes(p)) {
        p->writing = true;
        rc = write_all(&a, p, err);
    } else {
        cc_db_rollback(db);
    }
    if (rc != CC_OK && err->detail != NULL)
        talloc_steal(p->im->mem, err->detail); /* it outlives the batch */
    talloc_free(a.mem);
    return rc;
}

/* Does this failure say something about a record, or about the registry as a whole? */
static bool is_about_record(enum cc_rc rc)
{
    return rc == CC_INVALID || rc == CC_CONFLICT || rc == CC_FORBIDDEN || rc == CC_NOT_FOUND ||
           rc == CC_GONE || rc == CC_TOO_LARGE || rc == CC_INTERNAL;
}

/* What is here by now is not what a record was made from: it is made anew. */
static enum cc_rc try(struct part *p, struct cc_err *err)
{
    enum cc_rc rc = cc_db_retry(p->im->db, attempt, p, err);
    if (!p->stale)
        return rc;
    *err = (struct cc_err){.rc = CC_OK};
    p->writing = false;
    rc = p->im->mode->again(p->im, p->items, p->n);
    return rc == CC_OK ? cc_db_retry(p->im->db, attempt, p, err) : rc;
}

static enum cc_rc run(struct import *im, struct import_item **items, size_t n)
{
    struct part p = {.im = im, .items = items, .n = n};
    struct cc_err local = {.rc = CC_OK};
    enum cc_rc rc = try(&p, &local);
    if (n == 1 && p.writing && is_about_record(rc)) { /* another import may have brought it first */
        local = (struct cc_err){.rc = CC_OK};
        rc = try(&p, &local);
    }
    if (rc == CC_OK)
        return rc;
    if (!p.writing || !is_about_record(rc)) {
        if (im->err != NULL && im->err->rc == CC_OK)
            *im->err = local;
        return rc;
    }
    if (n == 1) {
        struct import_item *item = items[0];
        item->verdict = CC_IMPORT_REFUSED;
        item->entry->bad = true;
        cc_problem_add(&item->problems, CC_ERROR, item->line, local.field, local.message, NULL,
                       NULL);
        cc_log(CC_LOG_WARNING, "import: record %s: %s", item->entry->id,
               local.detail != NULL ? local.detail : "");
        return CC_OK;
    }
    rc = run(im, items, n / 2);
    return rc == CC_OK ? run(im, items + n / 2, n - n / 2) : rc;
}

/* As somebody mends a file: from top to bottom; what has no line last. */
static int by_line(const void *x, const void *y)
{
    const struct cc_problem *a = *(const struct cc_problem *const *)x;
    const struct cc_problem *b = *(const struct cc_problem *const *)y;
    unsigned la = a->line > 0 ? (unsigned)a->line : UINT_MAX;
    unsigned lb = b->line > 0 ? (unsigned)b->line : UINT_MAX;
    if (la != lb)
        return la < lb ? -1 : 1;
    return a < b ? -1 : 1;
}

static void sort_problems(void *mem, struct cc_problems *p)
{
    if (p->n < 2)
        return;
    struct cc_problem **order = talloc_array(mem, struct cc_problem *, (unsigned)p->n);
    struct cc_problem *sorted = talloc_array(mem, struct cc_problem, (unsigned)p->n);
    if (order == NULL || sorted == NULL)
        cc_die("out of memory");
    for (size_t i = 0; i < p->n; i++)
        order[i] = &p->v[i];
    qsort(order, p->n, sizeof(*order), by_line);
    for (size_t i = 0; i < p->n; i++)
        sorted[i] = *order[i];
    memcpy(p->v, sorted, p->n * sizeof(*sorted));
}

static void tell(struct import *im, void *mem, struct import_item **items, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct import_item *item = items[i];
        sort_problems(mem, &item->problems);
        bool is_ours = item->ours != NULL;
        cc_import_tell(im, &(struct cc_import_result){.id = is_ours ? item->ours : item->entry->id,
                                                      .title = item->title,
                                                      .verdict = item->verdict,
                                                      .problems = &item->problems,
                                                      .line = item->line,
                                                      .kept = cc_import_tell_kept(im, item)});
    }
}

enum cc_rc cc_import_write(struct import *im, struct import_item **items, size_t n)
{
    enum cc_rc rc = cc_import_settle(im);
    if (rc == CC_OK && n > 0)
        rc = run(im, items, n);
    if (rc == CC_OK)
        tell(im, im->batch, items, n);
    return rc;
}

/* --- while the next one is read -----------------------------------------------------------------
 * A batch is looked up and judged while those before it are still being written, and the next is
 * stored while the one before it is published, so what it reads may be older by those batches.
 * Nothing goes wrong by it: every record is locked and its version and newest revision compared
 * when it is written, and a batch is published behind the one before it or not at all
 * (cc_publish_turn()). Whatever fails is tried again by itself, as above.
 */

void cc_import_push(struct import *im)
{
    for (size_t i = 0; i < im->n_flights; i++)
        cc_db_push(im->flights[i].writer);
}

static enum cc_rc settle_oldest(struct import *im)
{
    struct import_flight f = im->flights[0];
    struct cc_db *writers[CC_IMPORT_FLIGHTS];
    struct cc_err local = {.rc = CC_OK};
    for (size_t i = 0; i < im->n_flights; i++)
        writers[i] = im->flights[i].writer;
    cc_db_attend(writers, im->n_flights);
    enum cc_rc rc = cc_db_finish(f.writer, &local);
    im->n_flights--;
    for (size_t i = 0; i < im->n_flights; i++)
        im->flights[i] = im->flights[i + 1];
    if (rc == CC_UNCERTAIN && im->err != NULL && im->err->rc == CC_OK) {
        *im->err = local;
        talloc_steal(im->mem, local.detail);
    }
    void *mine = im->batch;
    im->batch = f.batch;
    if (rc != CC_OK && rc != CC_UNCERTAIN && !im->stopped) {
        for (size_t i = 0; i < im->n_flights; i++) /* they keep locks until they have all */
            cc_db_push_all(im->flights[i].writer);
        rc = run(im, f.items, f.n);
    }
    if (rc == CC_OK)
        tell(im, f.batch, f.items, f.n);
    im->stopped = im->stopped || rc != CC_OK;
    im->batch = mine;
    talloc_free(f.batch);
    return rc;
}

/* Until no more than so many are on their way. The first failure is returned. */
static enum cc_rc settle(struct import *im, size_t left)
{
    enum cc_rc rc = CC_OK;
    while (im->n_flights > left) {
        enum cc_rc of_this = settle_oldest(im);
        rc = rc == CC_OK ? of_this : rc;
    }
    return rc;
}

enum cc_rc cc_import_settle(struct import *im)
{
    return settle(im, 0);
}

static struct cc_db *free_writer(const struct import *im)
{
    size_t i = 0;
    while (im->n_flights > 0 && im->flights[0].writer == im->writers[i])
        i++;
    return im->writers[i];
}

/* Takes its turn, then sends the rest; what was sent is forgotten. */
static bool start(struct import *im, struct import_attempt *a, struct cc_call *calls, size_t n,
                  struct import_flight f)
{
    struct cc_call turn = {.query = Q_PUBLISH_TURN};
    struct cc_err local = {.rc = CC_OK};
    f.writer = free_writer(im);
    if (im->n_flights > 0 && calls[n - 1].query == Q_PUBLISH_APPEND)
        calls[n - 1].params[2] = im->flights[im->n_flights - 1].turn;
    if (cc_db_pipeline(f.writer, im->batch, &turn, 1, CC_TX_BEGIN, &local) != CC_OK)
        return false;
    f.turn = cc_rows_text(turn.rows, 0, Q_PUBLISH_TURN_TURN);
    if (cc_db_start(f.writer, im->batch, calls, n, &local) != CC_OK)
        return false;
    count_untidy(a);
    talloc_free(a->mem);
    f.items = talloc_memdup(im->batch, im->items, im->n * sizeof(*im->items));
    if (f.items == NULL)
        cc_die("out of memory");
    im->flights[im->n_flights++] = f;
    return true;
}

/* False: it is to be written by itself. Else the batch is on its way, or there was nothing to write
 * and it was told. */
static bool send(struct import *im, enum cc_rc *rc_r)
{
    struct part p = {.im = im, .items = im->items, .n = im->n};
    struct import_attempt a = {.im = im, .mem = talloc_new(im->batch)};
    struct import_flight next = {.batch = im->batch, .n = im->n, .attempt = ++im->attempts};
    struct cc_err local = {.rc = CC_OK};
    bool good = look_up(&a, &p, CC_TX_READ_ONLY | CC_TX_COMMIT, &local) == CC_OK;
    for (size_t i = 0; i < im->n && good; i++) {
        cc_import_push(im);
        judge(&a, im->items[i]);
    }
    struct cc_call *calls = NULL;
    size_t n_calls = 0;
    if (good && writes(&p))
        calls = make_calls(&a, &p, im->batch, &n_calls);
    good = good && !a.stale;
    bool alone = a.relies || calls == NULL;
    *rc_r = settle(im, alone ? 0 : CC_IMPORT_FLIGHTS - 1);
    /* What failed there may be what this batch relied on. */
    if (*rc_r != CC_OK || !good || im->attempts != next.attempt)
        return false;
    if (calls != NULL)
        return start(im, &a, calls, n_calls, next);
    tell(im, im->batch, im->items, im->n);
    talloc_free(im->batch);
    return true;
}

enum cc_rc cc_import_flush(struct import *im)
{
    if (im->n == 0)
        return CC_OK;
    if (im->options->until_us != 0 && cc_monotonic_us() > im->options->until_us)
        return cc_fail(im->err, im->mem, CC_BUSY, NULL, NULL,
                       "no time left for the rest of the file");
    enum cc_rc rc = im->mode->prepare != NULL ? im->mode->prepare(im) : CC_OK;
    if (rc != CC_OK || im->writers[0] == NULL || !send(im, &rc)) {
        if (rc == CC_OK)
            rc = cc_import_write(im, im->items, im->n);
        talloc_free(im->batch);
    }
    im->batch = talloc_new(im);
    im->n = im->bytes = 0;
    return rc;
}
