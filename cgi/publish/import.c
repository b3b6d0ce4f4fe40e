/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Import of native XML. A list that brings nothing new is known by its bytes (import_known.c). Else
 * the first pass reads and checks everything and writes nothing. Then come as many passes as there
 * are kinds that stand out of order, so that memory does not grow with the file: a membership may
 * stand before its organisation.
 */
#include "publish/import.h"

#include "concord/log.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#define READY_BYTES 100000 /* less is hardly more than a batch */

static const char *const VERDICTS[] = {[CC_IMPORT_NEW] = N_("new"),
                                       [CC_IMPORT_CHANGED] = N_("changed"),
                                       [CC_IMPORT_UNCHANGED] = N_("unchanged"),
                                       [CC_IMPORT_REFUSED] = N_("refused")};

const char *cc_import_verdict_name(enum cc_import_verdict verdict)
{
    return VERDICTS[verdict];
}

/* Records refer to those of earlier kinds and of their own. */
int cc_import_rank(const struct cc_kind *kind)
{
    int rank = 0;
    while (cc_kinds[rank] != NULL && cc_kinds[rank] != kind)
        rank++;
    return rank;
}

void cc_import_tell(struct import *im, const struct cc_import_result *result)
{
    size_t *const counts[] = {[CC_IMPORT_NEW] = &im->counts->created,
                              [CC_IMPORT_CHANGED] = &im->counts->changed,
                              [CC_IMPORT_UNCHANGED] = &im->counts->unchanged,
                              [CC_IMPORT_REFUSED] = &im->counts->refused};
    ++*counts[result->verdict];
    im->counts->noted += result->verdict != CC_IMPORT_REFUSED && result->problems->total > 0;
    im->fn(im->arg, result);
}

const char *cc_import_parent(const struct cc_record *rec)
{
    return rec != NULL && strcmp(rec->kind->name, "membership") == 0
               ? cc_node_text(rec->first, "partnership")
               : NULL;
}

const char *cc_import_title(void *mem, const struct cc_record *rec)
{
    if (rec->kind->title_field != NULL) {
        const struct cc_node *title = cc_node_in(rec->first, rec->kind->title_field, "en");
        return title != NULL ? talloc_strdup(mem, title->text) : NULL;
    }
    const char *org = cc_node_text(rec->first, "organisation");
    const char *partnership = cc_node_text(rec->first, "partnership");
    return org != NULL && partnership != NULL ? talloc_asprintf(mem, "%s, %s", org, partnership)
                                              : NULL;
}

void cc_import_tell_item(struct import *im, const struct cc_xml_item *item, const char *id,
                         const char *title)
{
    cc_import_tell(im, &(struct cc_import_result){.id = id,
                                                  .title = title,
                                                  .verdict = item->problems->errors > 0
                                                                 ? CC_IMPORT_REFUSED
                                                                 : CC_IMPORT_UNCHANGED,
                                                  .problems = item->problems,
                                                  .line = item->line});
}

/* The stream frees what it hands out, so the batch takes it over. */
struct import_item *cc_import_item(struct import *im, const struct cc_xml_item *item,
                                   const char *id)
{
    struct import_item *it = talloc_zero(im->batch, struct import_item);
    if (it == NULL)
        cc_die("out of memory");
    it->entry = cc_import_ids_add(&im->ids, id);
    it->kind = cc_kind_by_letter(id[0]);
    it->ordinal = im->ordinal;
    it->line = item->line;
    it->note = item->note != NULL ? talloc_strdup(it, item->note) : "";
    if (item->record != NULL) {
        it->rec = talloc_steal(it, item->record);
        it->title = cc_import_title(it, it->rec);
    }
    cc_problems_init(&it->problems, it);
    cc_problems_init(&it->told, it);
    for (size_t i = 0; i < item->problems->n; i++) {
        const struct cc_problem *p = &item->problems->v[i];
        cc_problem_add(&it->told, p->severity, p->line, p->path, p->message, p->arg1, p->arg2);
    }
    return it;
}

void cc_import_scan_record(struct import *im, const struct cc_kind *kind)
{
    int rank = cc_import_rank(kind);
    im->kinds |= 1u << rank;
    im->in_order = im->in_order && rank >= im->last_rank;
    im->last_rank = rank;
}

/* --- passes ---------------------------------------------------------------------------------- */

static enum cc_rc scan_item(void *arg, const struct cc_xml_item *item, struct cc_err *err)
{
    struct import *im = arg;
    (void)err;
    im->ordinal++;
    if (item->iati != NULL && im->mode == &cc_import_publish) {
        im->mode = &cc_import_iati; /* a file is of one format */
        im->ids.whole = true;
    }
    return im->mode->scan(im, item);
}

static enum cc_rc take_item(void *arg, const struct cc_xml_item *item, struct cc_err *err)
{
    struct import *im = arg;
    enum cc_rc rc = CC_OK;
    (void)err;
    im->ordinal++;
    cc_import_push(im);
    struct import_item *it = im->mode->take(im, item);
    if (it == NULL)
        return CC_OK;
    im->items[im->n++] = it;
    im->bytes += it->iati != NULL ? 4 * it->iati->len : talloc_total_size(it);
    if (im->n == CC_IMPORT_BATCH || im->bytes > CC_IMPORT_BATCH_BYTES)
        rc = cc_import_flush(im);
    return rc;
}

static enum cc_rc pass(struct import *im, cc_xml_item_fn *fn)
{
    if (lseek(im->fd, 0, SEEK_SET) != 0)
        return cc_fail(im->err, im->mem, CC_INTERNAL, NULL, N_("The file could not be read."),
                       "lseek: %s", strerror(errno));
    im->ordinal = 0;
    im->last_rank = 0;
    enum cc_rc rc = cc_xml_read_stream(im->mem, im->fd, im->limits, fn, im, im->err);
    if (rc == CC_OK)
        rc = cc_import_flush(im);
    enum cc_rc settled = cc_import_settle(im);
    return rc == CC_OK ? settled : rc;
}

static enum cc_rc write_passes(struct import *im)
{
    enum cc_rc begun = im->mode->begin != NULL ? im->mode->begin(im) : CC_OK;
    if (begun != CC_OK)
        return begun;
    if (im->in_order || im->mode == &cc_import_restore) {
        im->rank = -1;
        return pass(im, take_item);
    }
    enum cc_rc rc = CC_OK;
    for (im->rank = 0; cc_kinds[im->rank] != NULL && rc == CC_OK; im->rank++)
        if ((im->kinds & 1u << im->rank) != 0)
            rc = pass(im, take_item);
    return rc;
}

/* --- start and end --------------------------------------------------------------------------- */

/* What cannot be read twice (a pipe) goes to a file without a name first. */
static enum cc_rc spool(struct import *im, FILE **file_r)
{
    char buffer[65536];
    ssize_t n = 0;
    if (lseek(im->fd, 0, SEEK_SET) == 0)
        return CC_OK;
    FILE *f = tmpfile();
    bool good = f != NULL;
    while (good && ((n = read(im->fd, buffer, sizeof(buffer))) > 0 || (n < 0 && errno == EINTR)))
        good = n < 0 || fwrite(buffer, 1, (size_t)n, f) == (size_t)n;
    if (!good || n < 0 || fflush(f) != 0) {
        enum cc_rc rc = cc_fail(im->err, im->mem, CC_INTERNAL, NULL,
                                N_("The file could not be read."), "spooling: %s", strerror(errno));
        if (f != NULL)
            fclose(f);
        return rc;
    }
    im->fd = fileno(f);
    *file_r = f;
    return CC_OK;
}

enum cc_rc cc_import_ask(struct import *im, void *mem, struct cc_call *call)
{
    struct cc_call calls[] = {{.query = Q_REQUEST_OPEN, .params = {im->options->session}}, *call};
    size_t first = im->options->session != NULL ? 0 : 1;
    enum cc_rc rc =
        cc_db_pipeline(im->db, mem, calls + first, 2 - first, CC_TX_BEGIN | CC_TX_COMMIT, im->err);
    call->rows = calls[1].rows;
    return rc;
}

static enum cc_rc audit(struct import *im, const char *what, const struct cc_import_counts *counts)
{
    struct cc_buf detail;
    void *mem = talloc_new(im->mem);
    cc_buf_init(&detail, mem);
    cc_buf_printf(&detail, "{\"trust-consent\":%s,\"replace-drafts\":%s",
                  im->options->trust_consent ? "true" : "false",
                  im->options->replace_drafts ? "true" : "false");
    if (counts != NULL)
        cc_buf_printf(&detail, ",\"new\":%zu,\"changed\":%zu,\"unchanged\":%zu,\"refused\":%zu",
                      counts->created, counts->changed, counts->unchanged, counts->refused);
    cc_buf_adds(&detail, "}");
    struct cc_call call = {.query = Q_AUDIT,
                           .params = {talloc_asprintf(mem, "import.%s-%s", im->mode->name, what),
                                      im->own != NULL ? im->options->reporter : im->options->owner,
                                      cc_buf_str(&detail)}};
    enum cc_rc rc = cc_import_ask(im, mem, &call);
    talloc_free(mem);
    return rc;
}

/* A large file: the server makes its plans while we read, and is asked whether it has before it is
 * given anything else. What fails here fails again there, or does not matter. */
static void make_ready(struct import *im, struct cc_call calls[CC_IMPORT_FLIGHTS])
{
    struct stat file;
    struct cc_err ignored = {.rc = CC_OK};
    if (im->writers[0] == NULL || fstat(im->fd, &file) != 0 || file.st_size < READY_BYTES)
        return;
    for (size_t i = 0; i < CC_IMPORT_FLIGHTS; i++) {
        calls[i] = (struct cc_call){.query = Q_PUBLISH_READY};
        im->readying[i] = cc_db_start(im->writers[i], im, &calls[i], 1, &ignored) == CC_OK;
    }
}

static void await_ready(struct import *im)
{
    struct cc_err ignored = {.rc = CC_OK};
    for (size_t i = 0; i < CC_IMPORT_FLIGHTS; i++)
        if (im->readying[i])
            (void)!cc_db_finish(im->writers[i], &ignored);
}

static enum cc_rc import_file(struct import *im)
{
    struct cc_call ready[CC_IMPORT_FLIGHTS];
    bool more = true;
    bool known = false;
    enum cc_rc rc = im->mode == &cc_import_publish ? cc_import_known(im, &known) : CC_OK;
    if (rc == CC_OK && known) {
        rc = im->options->dry_run ? CC_OK : audit(im, "begun", NULL);
        return rc == CC_OK && !im->options->dry_run ? audit(im, "done", im->counts) : rc;
    }
    if (rc == CC_OK) {
        make_ready(im, ready);
        rc = pass(im, scan_item);
        await_ready(im);
    }
    if (rc == CC_OK && im->mode->scanned != NULL)
        rc = im->mode->scanned(im, &more);
    if (rc != CC_OK || !more)
        return rc;
    if (im->options->dry_run)
        return write_passes(im);
    rc = audit(im, "begun", NULL);
    if (rc == CC_OK)
        rc = write_passes(im);
    return rc == CC_OK ? audit(im, "done", im->counts) : rc;
}

static enum cc_rc add_writers(struct import *im)
{
    enum cc_rc rc = CC_OK;
    for (size_t i = 0; i < CC_IMPORT_FLIGHTS && rc == CC_OK; i++)
        rc = cc_db_another(im, im->db, &im->writers[i]);
    return rc;
}

enum cc_rc cc_import(struct cc_db *db, void *mem, int fd, const struct cc_import_options *options,
                     cc_import_fn *fn, void *arg, struct cc_import_counts *counts_r,
                     struct cc_err *err)
{
    struct import *im = talloc_zero(mem, struct import);
    FILE *spooled = NULL;
    if (im == NULL)
        cc_die("out of memory");
    im->db = db;
    im->mem = mem;
    im->fd = fd;
    im->options = options;
    im->limits = options->limits != NULL ? options->limits : &CC_XML_IMPORT;
    im->mode = options->mode == CC_IMPORT_RESTORE ? &cc_import_restore : &cc_import_publish;
    im->fn = fn;
    im->arg = arg;
    im->counts = counts_r;
    im->err = err;
    im->in_order = true;
    im->batch = talloc_new(im);
    *counts_r = (struct cc_import_counts){0};
    cc_import_ids_init(&im->ids, im);
    cc_import_ids_init(&im->once, im);
    if (options->reporter != NULL)
        im->mode = &cc_import_iati; /* nothing else is taken */
    im->ids.whole = im->mode != &cc_import_publish;
    enum cc_rc rc = spool(im, &spooled);
    if (rc == CC_OK)
        rc = cc_import_own_begin(im);
    if (rc == CC_OK && im->mode == &cc_import_publish && options->session == NULL &&
        !options->dry_run)
        rc = add_writers(im);
    if (rc == CC_OK)
        rc = import_file(im);
    if (rc == CC_OK)
        cc_import_tidy(im);
    if (spooled != NULL)
        fclose(spooled);
    talloc_free(im);
    return rc;
}
