/* SPDX-License-Identifier: EUPL-1.2 */
/* The working copy of a record, as handlers load and store it. */
#ifndef CC_WORKING_H
#define CC_WORKING_H

#include "app/page.h"
#include "concord/publish.h"

/* The calls that load a working copy and what is published of it, in one round trip with others. */
struct cc_working {
    struct cc_record *rec; /* the working copy */
    struct cc_record
        *published; /* newest revision's content; NULL = never published or withdrawn */
    const char *owner_org, *other_org, *parent;
    const char *version;
    const char *revision, *state, *seal_sha256, *content_sha256; /* newest revision or NULL */
    const char *note;             /* of the newest revision, "" = none */
    bool may_change, may_publish; /* never of a merged record */
    bool is_merged;
};
#define CC_WORKING_CALLS 3
void cc_working_calls(const char *id, struct cc_call calls[CC_WORKING_CALLS]);
/* After they ran. CC_NOT_FOUND: no such record, or not for the asker. */
enum cc_rc cc_working_read(struct cc_req *req, const struct cc_call calls[CC_WORKING_CALLS],
                           struct cc_working *w_r) CC_CHECKED;

/* May the viewer register something that an organisation answers for (app/new.c)? */
bool cc_may_register_for(struct cc_req *req);

/* The answer to a form that would change a merged record: what can be done instead. */
enum cc_rc cc_working_refuse_merged(struct cc_req *req) CC_CHECKED;

/* What its difference from the newest revision refers to, for cc_refs_named(). */
struct cc_call cc_working_names(const struct cc_req *req);

/* Title of a working copy for the heads of pages; text NULL when it has none yet. */
struct cc_ref cc_working_ref(const struct cc_req *req, const struct cc_record *rec);
/* "Places – Title of the record", so that tabs and windows can be told apart. Owned by req->mem. */
const char *cc_working_title(const struct cc_req *req, const struct cc_record *rec,
                             const char *page);
/* req->problems with the places where they are mended. */
struct cc_reason;
const struct cc_reason *cc_working_reasons(struct cc_req *req, const struct cc_record *rec,
                                           size_t *n_r);
/* The calls that store a record: lock (version NULL = whatever it is), store, audit. */
#define CC_STORE_CALLS 3
void cc_store_calls(struct cc_req *req, const struct cc_record *rec, const char *version,
                    const char *action, struct cc_call calls[CC_STORE_CALLS]);

/*
 * Seals and appends what was locked in this transaction; ends it with COMMIT. `before` are calls
 * that run in the same round trip ahead of it. Problems go to req->problems.
 */
enum cc_rc cc_publish_commit(struct cc_req *req, const struct cc_publication *publication,
                             struct cc_call *before, size_t before_count) CC_CHECKED;

#endif
