/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Memberships whose partnership was not public when they were asked or answered become public soon
 * after it does. What is published is what the newest event says, as always.
 */
#include "job/job.h"

#include "concord/log.h"
#include "concord/publish.h"
#include "concord/xml.h"
#include <stdlib.h>
#include <talloc.h>

#define BATCH     200 /* publications in one transaction; they wait for one lock */
#define BATCH_SQL "200"

enum { LOCK = 0, LOAD, STATE, PER_RECORD };

struct batch {
    void *mem;
    const struct cc_rows *waiting;
};

/* Reads what everybody who publishes needs. */
static enum cc_rc prepare(struct cc_job *job, struct cc_err *err)
{
    struct cc_call lists = {.query = Q_CODELIST_ALL};
    const char *schemas = talloc_asprintf(job->mem, "%s/schemas", job->settings->share_path);

    if (cc_xml_init(schemas) != CC_OK) {
        return cc_fail(err, job->mem, CC_INTERNAL, NULL, NULL, "the schemas cannot be read");
    }
    enum cc_rc rc = cc_db_run(job->db, job->mem, &lists, err);
    if (rc == CC_OK) {
        cc_codelists_load(job->mem, lists.rows);
    }
    return rc;
}

/* One membership: added to what is published, or `end` (else left empty) says why not. */
static enum cc_rc seal(void *mem, const struct batch *batch, size_t i, const struct cc_call *found,
                       struct cc_call *end, struct cc_publish_batch *published, struct cc_err *err)
{
    const char *id = cc_rows_text(batch->waiting, i, Q_PUBLICATION_WAITING_ID);
    const struct cc_rows *state = found[STATE].rows;
    struct cc_record *rec;
    struct cc_problems problems;
    struct cc_sealed sealed;

    enum cc_rc rc =
        cc_record_from_json(mem, cc_kind_find("membership"), id,
                            cc_rows_text(found[LOAD].rows, 0, Q_RECORD_LOAD_CONTENT), &rec, err);
    if (rc != CC_OK) {
        return rc;
    }
    struct cc_publication publication = {
        .kind = CC_PUBLISHED,
        .record = rec,
        .record_id = id,
        .publisher = cc_rows_text(batch->waiting, i, Q_PUBLICATION_WAITING_PUBLISHER),
        .note = cc_rows_text(batch->waiting, i, Q_PUBLICATION_WAITING_STATE),
        .previous_revision = cc_rows_text(state, 0, Q_RECORD_STATE_REVISION),
        .previous_seal_sha256 = cc_rows_text(state, 0, Q_RECORD_STATE_SEAL_SHA256),
        .previous_content_sha256 = cc_rows_text(state, 0, Q_RECORD_STATE_CONTENT_SHA256),
    };
    cc_problems_init(&problems, mem);
    rc = cc_publish_seal(mem, &publication, &problems, &sealed, NULL);
    if (rc == CC_OK && !sealed.unchanged) {
        cc_publish_add(published, &publication, &sealed);
        return CC_OK;
    }
    if (rc != CC_OK) {
        cc_log(CC_LOG_WARNING, "membership %s waits: it cannot be published", id);
    }
    *end =
        (struct cc_call){.query = Q_PUBLICATION_WAIT_END, .params = {id, rc == CC_OK ? "f" : "t"}};
    return CC_OK;
}

/* Two round trips: lock and load all, then publish all. */
static enum cc_rc publish(struct cc_db *db, void *arg, struct cc_err *err)
{
    const struct batch *batch = arg;
    size_t n = cc_rows_count(batch->waiting), n_ends = 0;
    void *mem = talloc_new(batch->mem);
    struct cc_call *found = talloc_zero_array(mem, struct cc_call, (unsigned)(n * PER_RECORD));
    struct cc_call *ends = talloc_zero_array(mem, struct cc_call, (unsigned)n + 1);
    struct cc_publish_batch published;

    cc_publish_begin(&published, mem);

    for (size_t i = 0; i < n; i++) {
        const char *id = cc_rows_text(batch->waiting, i, Q_PUBLICATION_WAITING_ID);
        struct cc_call *calls = found + i * PER_RECORD;

        calls[LOCK] = (struct cc_call){.query = Q_RECORD_LOCK, .params = {id, NULL, "t"}};
        calls[LOAD] = (struct cc_call){.query = Q_RECORD_LOAD, .params = {id}};
        calls[STATE] = (struct cc_call){.query = Q_RECORD_STATE, .params = {id}};
    }
    enum cc_rc rc = cc_db_pipeline(db, mem, found, n * PER_RECORD, CC_TX_BEGIN, err);
    for (size_t i = 0; rc == CC_OK && i < n; i++) {
        rc = seal(mem, batch, i, found + i * PER_RECORD, &ends[n_ends], &published, err);
        n_ends += ends[n_ends].params[0] != NULL;
    }
    if (rc == CC_OK && published.rows.len > 0) {
        ends[n_ends++] = cc_publish_append(&published);
    }
    if (rc == CC_OK) {
        rc = cc_db_pipeline(db, mem, ends, n_ends, CC_TX_COMMIT, err);
    } else {
        cc_db_rollback(db);
    }
    talloc_free(mem);
    return rc;
}

enum cc_rc cc_job_publish_waiting(struct cc_job *job, struct cc_err *err)
{
    struct cc_call list = {.query = Q_PUBLICATION_WAITING, .params = {BATCH_SQL}};
    bool is_ready = false;

    for (;;) {
        enum cc_rc rc = cc_db_run(job->db, job->mem, &list, err);
        if (rc != CC_OK || cc_rows_count(list.rows) == 0) {
            return rc;
        }
        if (!is_ready) {
            rc = prepare(job, err);
            is_ready = true;
        }
        struct batch batch = {job->mem, list.rows};
        if (rc == CC_OK) {
            rc = cc_db_retry(job->db, publish, &batch, err);
        }
        if (rc != CC_OK || cc_rows_count(list.rows) < BATCH) {
            return rc;
        }
    }
}
