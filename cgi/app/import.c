/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Importing by form: a small file is tried or imported while people wait. The secretariat imports
 * anything for everybody; the focal points of an organisation send the IATI that it reports itself.
 * What came of it is told to whoever sent it, and kept nowhere.
 */
#include "app/handlers.h"
#include "app/page.h"

#include "concord/hash.h"
#include "concord/log.h"
#include "concord/publish.h"
#include "concord/xml.h"
#include "view/import.h"
#include <string.h>
#include <talloc.h>

static const struct cc_input inputs[] = {
    {.name = "csrf", .type = CC_IN_TOKEN, .flags = CC_IN_REQUIRED, .max = 200},
    {.name = "file",
     .type = CC_IN_FILE,
     .flags = CC_IN_REQUIRED,
     .max = 1u << 30, /* http.upload_max holds */
     .label = N_("XML file")},
    {.name = "owner", .type = CC_IN_ID, .max = 20, .label = N_("Owner of new records")},
    {.name = "trial", .type = CC_IN_BOOL, .max = 5},
    {.name = NULL},
};
const struct cc_form cc_import_form = {.inputs = inputs, .multipart = true};

static const struct cc_input upload_inputs[] = {
    {.name = "csrf", .type = CC_IN_TOKEN, .flags = CC_IN_REQUIRED, .max = 200},
    {.name = "file",
     .type = CC_IN_FILE,
     .flags = CC_IN_REQUIRED,
     .max = 1u << 30, /* http.upload_max holds */
     .label = N_("XML file")},
    {.name = "trial", .type = CC_IN_BOOL, .max = 5},
    {.name = NULL},
};
const struct cc_form cc_upload_form = {.inputs = upload_inputs, .multipart = true};

/* What the page shows of a file: those that need a look first, the others as far as there is room.
 * The rest is only counted, so that neither page nor memory grow with the file. */
#define ROWS_MAX 200
/* Of each second of a request's time: the watchdog ends a process, and nobody is told. */
#define SHARE_US 800000

struct list {
    struct cc_import_row v[ROWS_MAX];
    size_t n;
};
struct rows {
    void *mem;
    struct list *told, *plain; /* with problems, and without */
    size_t total;
    bool dry_run;
};

static const enum cc_tone tones[] = {
    [CC_IMPORT_NEW] = CC_TONE_GOOD,
    [CC_IMPORT_CHANGED] = CC_TONE_GOOD,
    [CC_IMPORT_UNCHANGED] = CC_TONE_PLAIN,
    [CC_IMPORT_REFUSED] = CC_TONE_BAD,
};

static void keep_row(void *arg, const struct cc_import_result *result)
{
    struct rows *r = arg;
    const struct cc_kind *kind = result->id != NULL ? cc_kind_by_letter(result->id[0]) : NULL;
    struct list *list = result->problems->total > 0 ? r->told : r->plain;

    r->total++;
    if (list->n == ROWS_MAX) {
        return;
    }
    struct cc_import_row *row = &list->v[list->n++];
    *row = (struct cc_import_row){
        .ref = {.id = result->id != NULL ? talloc_strdup(r->mem, result->id) : NULL,
                .kind = kind != NULL ? kind->name : NULL,
                .title = {.text =
                              result->title != NULL ? talloc_strdup(r->mem, result->title) : NULL}},
        .verdict = cc_import_verdict_name(result->verdict),
        .tone = tones[result->verdict],
        .line = result->line,
        .has_page = kind != NULL && (result->verdict == CC_IMPORT_UNCHANGED ||
                                     (result->verdict != CC_IMPORT_REFUSED && !r->dry_run)),
    };
    cc_problems_init(&row->problems, r->mem);
    for (size_t i = 0; i < result->problems->n; i++) {
        const struct cc_problem *p = &result->problems->v[i];
        cc_problem_add(&row->problems, p->severity, p->line, p->path, p->message, p->arg1, p->arg2);
    }
    row->problems.total = result->problems->total;
    row->kept = result->kept != NULL ? talloc_strdup(r->mem, result->kept) : NULL;
}

/* Into one list; what has problems comes first. */
static void join(struct rows *r, struct cc_import_page *p)
{
    struct list *all = r->told;

    for (size_t i = 0; i < r->plain->n && all->n < ROWS_MAX; i++) {
        all->v[all->n++] = r->plain->v[i];
    }
    p->rows = all->v;
    p->row_count = all->n;
    p->more = r->total - all->n;
}

static void show(struct cc_req *req, struct cc_resp *resp, struct cc_import_page *p)
{
    struct cc_html w;

    bool own = p->org.id != NULL;

    p->csrf = cc_form_token(req, own ? R_UPLOAD_SEND : R_IMPORT_SEND);
    p->owner = own ? NULL : cc_value(&req->form, "owner");
    p->file_max = (size_t)req->settings->upload_max;
    p->problems = &req->problems;
    cc_frame_fill(req, own ? _("Send an IATI file") : _("Import"), &p->frame);
    cc_page_begin(req, resp, &w);
    cc_view_import(&w, p);
}

enum cc_rc cc_import_show(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_import_page p = {.dry_run = true};

    enum cc_rc rc = cc_app_read(req, NULL, 0);
    if (rc == CC_OK) {
        show(req, resp, &p);
    }
    return rc;
}

/* The import opens its own transactions, each with the session. */
static enum cc_rc run(struct cc_req *req, struct cc_import_page *p, struct rows *rows)
{
    const struct cc_value *file = cc_value_find(&req->form, "file");
    const char *owner = p->org.id != NULL ? "" : cc_value(&req->form, "owner");
    char hash[CC_SHA256_HEX + 1];

    cc_session_hash(cc_cookie(req, cc_session_cookie(req->settings)), hash);
    const struct cc_import_options options = {
        .mode = CC_IMPORT_PUBLISH,
        .dry_run = p->dry_run,
        .owner = owner[0] != '\0' ? owner : NULL,
        .reporter = p->org.id,
        .session = hash,
        .limits = &CC_XML_WEB,
        .until_us = req->start_us + req->settings->request_limit * SHARE_US,
    };
    p->file_name = file->file_name;
    struct cc_import_counts counts = {0};
    enum cc_rc rc = cc_import(req->app->db, req->mem, file->file_fd, &options, keep_row, rows,
                              &counts, &req->err);
    p->created = counts.created;
    p->changed = counts.changed;
    p->unchanged = counts.unchanged;
    p->refused = counts.refused;
    p->noted = counts.noted;
    p->kept_count = counts.n_kept;
    struct cc_import_kept_row *kept =
        talloc_zero_array(req->mem, struct cc_import_kept_row, (unsigned)counts.n_kept);
    for (size_t i = 0; i < counts.n_kept; i++)
        kept[i] = (struct cc_import_kept_row){counts.kept[i].element, counts.kept[i].items,
                                              counts.kept[i].records};
    p->kept = kept;
    return rc;
}

static bool is_trial(const struct cc_req *req)
{
    return strcmp(cc_value(&req->form, "trial"), "true") == 0;
}

/* Reads the file and tells what came of it. */
static enum cc_rc take(struct cc_req *req, struct cc_resp *resp, struct cc_import_page *p)
{
    struct rows rows = {.mem = req->mem,
                        .dry_run = p->dry_run,
                        .told = talloc_zero(req->mem, struct list),
                        .plain = talloc_zero(req->mem, struct list)};

    enum cc_rc rc = run(req, p, &rows);
    bool stopped = rc != CC_OK && rc != CC_INVALID;
    if (stopped && (rows.total == 0 || (p->dry_run && rc != CC_FORBIDDEN && rc != CC_LOGIN))) {
        return rc;
    }
    p->is_stopped = stopped;
    if (stopped) { /* what was done is told: nobody else knows it */
        cc_log_err(&req->err);
        cc_db_rollback(req->app->db);
        cc_problem_add(&req->problems, CC_ERROR, 0, "file",
                       rc == CC_FORBIDDEN || rc == CC_LOGIN
                           ? N_("Your right to send files ended while this one was read. What "
                                "stands below is done, the rest of the file is not.")
                           : N_("Reading stopped in the middle of the file. What stands below is "
                                "done; of the rest we do not know. Send the file again: what is "
                                "here already counts as unchanged."),
                       NULL, NULL);
    } else if (rc == CC_INVALID) { /* its row says where the file is broken */
        cc_problem_add(&req->problems, CC_ERROR, 0, "file", req->err.message, NULL, NULL);
    }
    p->has_result = true;
    join(&rows, p);
    resp->status = rc == CC_LOGIN                       ? 403
                   : stopped                            ? cc_http_status(rc)
                   : rc == CC_INVALID || p->refused > 0 ? 422
                                                        : 200;
    resp->retry_after = resp->status == 503 ? 5 : 0;
    show(req, resp, p);
    return CC_OK;
}

enum cc_rc cc_import_send(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_import_page p = {.dry_run = is_trial(req)};
    const char *owner = cc_value(&req->form, "owner");

    enum cc_rc rc = cc_app_open(req, NULL, 0);
    cc_db_rollback(req->app->db);
    if (rc != CC_OK) {
        return rc;
    }
    if (owner[0] != '\0' && owner[0] != 'O' && !req->form.bad) {
        cc_problem_add(&req->problems, CC_ERROR, 0, "owner",
                       N_("This is not the identifier of an organisation."), NULL, NULL);
    }
    if (req->form.bad || req->problems.errors > 0) {
        resp->status = 422;
        show(req, resp, &p);
        return CC_OK;
    }
    return take(req, resp, &p);
}

/* --- an organisation by itself ------------------------------------------------------------------
 */

#define NAMELESS_MAX 1000 /* are counted */
#define STRING(n)    #n
#define TEXT(n)      STRING(n)

enum { TITLE, REFS, NAMELESS, CALLS };

static void prepare(const struct cc_req *req, struct cc_call calls[CALLS])
{
    calls[TITLE] =
        (struct cc_call){.query = Q_RECORD_TITLE, .params = {req->args[0], req->lang->tag}};
    calls[REFS] = (struct cc_call){.query = Q_IATI_OWN_REFS, .params = {req->args[0]}};
    calls[NAMELESS] =
        (struct cc_call){.query = Q_IATI_NAMELESS, .params = {req->args[0], TEXT(NAMELESS_MAX)}};
}

/* It is public, so that it is known who it is. */
static enum cc_rc read_org(struct cc_req *req, const struct cc_call calls[CALLS],
                           struct cc_import_page *p)
{
    const struct cc_rows *title = calls[TITLE].rows, *refs = calls[REFS].rows;
    struct cc_buf list;

    if (cc_rows_count(title) == 0 || req->args[0][0] != 'O') {
        return CC_NOT_FOUND;
    }
    p->org = (struct cc_ref){req->args[0],
                             "organisation",
                             {cc_rows_text(title, 0, Q_RECORD_TITLE_TITLE),
                              cc_rows_text(title, 0, Q_RECORD_TITLE_LANG)}};
    cc_buf_init(&list, req->mem);
    for (size_t i = 0; i < cc_rows_count(refs); i++) {
        if (!cc_rows_bool(refs, i, Q_IATI_OWN_REFS_IS_OWN)) {
            break;
        }
        cc_buf_printf(&list, "%s%s", i > 0 ? ", " : "", cc_rows_text(refs, i, Q_IATI_OWN_REFS_REF));
    }
    p->refs = list.len > 0 ? cc_buf_str(&list) : NULL;
    p->nameless = (size_t)cc_rows_int(calls[NAMELESS].rows, 0, Q_IATI_NAMELESS_RECORDS);
    p->nameless_more = p->nameless == NAMELESS_MAX;
    return CC_OK;
}

enum cc_rc cc_upload_show(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_import_page p = {.dry_run = true};
    struct cc_call calls[CALLS];

    prepare(req, calls);
    enum cc_rc rc = cc_app_read(req, calls, CALLS);
    if (rc == CC_OK) {
        rc = read_org(req, calls, &p);
    }
    if (rc == CC_OK) {
        show(req, resp, &p);
    }
    return rc;
}

static void end(struct cc_req *req)
{
    struct cc_call call = {.query = Q_UPLOAD_END};
    struct cc_err err = {.rc = CC_OK};

    cc_db_rollback(req->app->db);
    if (cc_db_pipeline(req->app->db, req->mem, &call, 1, CC_TX_BEGIN | CC_TX_COMMIT, &err) !=
        CC_OK) {
        cc_log(CC_LOG_ERR, "the lock of sent files is kept: %s",
               err.detail != NULL ? err.detail : "");
    }
}

/* Why a file has to wait, and how many seconds. */
static const struct wait {
    const char *refused;
    int status, seconds;
    const char *message;
} waits[] = {
    {"own", 503, 30,
     N_("Another file of your organisation is being read. Choose yours again in a minute and send "
        "it: it was not kept.")},
    {"busy", 503, 60,
     N_("Files of two other organisations are being read. Choose yours again in a minute and send "
        "it: it was not kept.")},
    {"often", 429, 600,
     N_("Your organisation has sent 30 files within an hour. Please wait, or send them in one "
        "file.")},
};

/* So many files at a time, and so many an hour. False: it waits, and is told why. */
static enum cc_rc begin(struct cc_req *req, struct cc_resp *resp, bool *begun_r)
{
    struct cc_call call = {.query = Q_UPLOAD_BEGIN, .params = {req->args[0]}};

    enum cc_rc rc = cc_app_commit(req, &call, 1);
    const char *refused = rc == CC_OK ? cc_rows_text(call.rows, 0, Q_UPLOAD_BEGIN_REFUSED) : NULL;
    *begun_r = rc == CC_OK && refused == NULL;
    if (rc != CC_OK) {
        end(req); /* a lock may have been taken before something failed */
    }
    for (size_t i = 0; i < sizeof(waits) / sizeof(*waits) && refused != NULL; i++) {
        if (strcmp(waits[i].refused, refused) == 0) {
            resp->status = waits[i].status;
            resp->retry_after = waits[i].seconds;
            cc_problem_add(&req->problems, CC_ERROR, 0, "file", waits[i].message, NULL, NULL);
        }
    }
    return rc;
}

enum cc_rc cc_upload_send(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_import_page p = {.dry_run = is_trial(req)};
    struct cc_call calls[CALLS];
    bool begun = false;

    prepare(req, calls);
    enum cc_rc rc = cc_app_open(req, calls, CALLS);
    if (rc == CC_OK) {
        rc = read_org(req, calls, &p);
    }
    if (rc == CC_OK && req->form.bad) {
        resp->status = 422;
    } else if (rc == CC_OK) {
        rc = begin(req, resp, &begun);
    }
    if (!begun) {
        cc_db_rollback(req->app->db);
        if (rc == CC_OK) {
            show(req, resp, &p);
        }
        return rc;
    }
    rc = take(req, resp, &p);
    end(req);
    return rc;
}
