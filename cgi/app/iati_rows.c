/* SPDX-License-Identifier: EUPL-1.2 */
/* Published records and their members, row by row into IATI. */
#include "app/iati.h"

#include "concord/log.h"
#include "concord/xml.h"
#include <string.h>
#include <talloc.h>

#define PAGE_RECORDS 500
#define PAGE_BYTES   4194304

static struct cc_record *content_of(void *mem, const struct cc_rows *row, int column)
{
    struct cc_record *rec = NULL;
    const char *content = cc_rows_text(row, 0, column);

    if (content != NULL &&
        cc_xml_read_published(mem, content, cc_rows_len(row, 0, column), &rec) != CC_OK) {
        cc_log(CC_LOG_ERR, "published content cannot be read for IATI");
        return NULL;
    }
    return rec;
}

static void read_reporter(struct iati_writer *w, const struct cc_rows *row)
{
    if (w->reporter_read != NULL && strcmp(w->reporter_read, w->reporter_id) == 0) {
        return;
    }
    talloc_free(w->reporter_mem);
    w->reporter_mem = talloc_new(w->req->mem);
    w->reporter_read = talloc_strdup(w->reporter_mem, w->reporter_id);
    w->about.reporter = content_of(w->reporter_mem, row, Q_IATI_PAGE_REPORTER_CONTENT);
}

static void end_record(struct iati_writer *w)
{
    const char *lacks = "content";

    if (w->mem == NULL) {
        return;
    }
    w->last = talloc_strdup(w->req->mem, w->position);
    if (w->draft != NULL && cc_iati_end(w->draft, &w->out, &lacks)) {
        w->written++;
        w->newest = talloc_strdup(w->req->mem, w->about.published_at);
        lacks = NULL;
    }
    w->ended(w, lacks);
    talloc_free(w->mem);
    w->mem = NULL;
    w->draft = NULL;
}

static const char *kept(struct iati_writer *w, const struct cc_rows *row, int column)
{
    return talloc_strdup(w->mem, cc_rows_text(row, 0, column));
}

static void begin_record(struct iati_writer *w, const struct cc_rows *row)
{
    w->seen++;
    w->mem = talloc_new(w->req->mem);
    w->position = kept(w, row, Q_IATI_PAGE_POSITION);
    w->id = kept(w, row, Q_IATI_PAGE_ID);
    w->kind = kept(w, row, Q_IATI_PAGE_KIND);
    w->reporter_id = kept(w, row, Q_IATI_PAGE_REPORTER);
    w->not_all_of = kept(w, row, Q_IATI_PAGE_NOT_ALL_OF);
    read_reporter(w, row);
    w->about.is_secondary =
        strcmp(cc_rows_text(row, 0, Q_IATI_PAGE_PUBLISHER), w->reporter_id) != 0;
    w->about.fixed = kept(w, row, Q_IATI_PAGE_FIXED);
    w->about.fixed_ref = kept(w, row, Q_IATI_PAGE_FIXED_REF);
    w->about.published_at = kept(w, row, Q_IATI_PAGE_PUBLISHED_AT);
    w->rec = content_of(w->mem, row, Q_IATI_PAGE_CONTENT);
    if (w->rec != NULL) {
        w->draft = cc_iati_begin(w->mem, w->rec, &w->about);
    }
}

/* The columns of all three statements are the same. */
static enum cc_rc take_row(void *arg, const struct cc_rows *row, struct cc_err *err)
{
    struct iati_writer *w = arg;
    const char *roles = cc_rows_text(row, 0, Q_IATI_PAGE_ROLES);

    (void)err;
    if (cc_rows_text(row, 0, Q_IATI_PAGE_CONTENT) != NULL) {
        end_record(w);
        w->is_full = w->written >= PAGE_RECORDS || w->out.len >= PAGE_BYTES;
        if (w->is_full) {
            return CC_CONFLICT; /* reads no further */
        }
        begin_record(w, row);
    }
    if (w->draft != NULL) {
        void *turn = talloc_new(w->mem);
        const struct cc_record *org = content_of(turn, row, Q_IATI_PAGE_MEMBER_CONTENT);

        if (roles != NULL) {
            cc_iati_add_member(w->draft, roles, org);
        } else if (org != NULL) {
            cc_iati_name_participant(w->draft, org);
        }
        talloc_free(turn);
    }
    return CC_OK;
}

enum cc_rc iati_read(struct iati_writer *w, struct cc_call *call)
{
    cc_buf_init(&w->out, w->req->mem);
    /* What is published is the same for everybody: nobody has to be known. */
    enum cc_rc rc = cc_db_stream(w->req->app->db, w->req->mem, call, take_row, w, &w->req->err);
    if (w->is_full) {
        return CC_OK;
    }
    if (rc == CC_OK) {
        end_record(w);
    }
    return rc;
}
