/* SPDX-License-Identifier: EUPL-1.2 */
/* Publishing: content, seal, note, feed position and projections in one transaction. */
#ifndef CC_PUBLISH_H
#define CC_PUBLISH_H

#include "concord/db.h"
#include "concord/record.h"

enum cc_publish_kind { CC_PUBLISHED, CC_WITHDRAWN, CC_REDIRECTED };

struct cc_publication {
    enum cc_publish_kind kind;
    const struct cc_record *record; /* PUBLISHED: the working copy, loaded in this transaction */
    const char *record_id;          /* the others */
    const char *publisher;          /* organisation id */
    const char *note;               /* summary of change, may be "" */
    const char *redirect;           /* REDIRECTED: target id */
    const char *previous_revision;  /* "7" or NULL: newest revision seen in this transaction */
    const char *previous_seal_sha256;
    const char *previous_content_sha256;
    bool checked; /* the record has passed cc_record_check() as it is */
};

/* What a publication will be, made in C before the last round trip. Owned by mem. */
struct cc_sealed {
    const char *revision;
    const char *time; /* of the seal, ISO instant */
    const char *schema;
    const char *content, *content_sha256;
    const char *seal, *seal_sha256;
    const char *note, *note_sha256;
    bool unchanged;         /* equal content hash: nothing is to be published, no projection made */
    const char *projection; /* JSON for publish_append: names, edges, search fields */
};

/*
 * Checks (everything that keeps it from being published is told in problems), writes, validates
 * against the XSD, refuses over 1 MB, seals. No database access.
 */
enum cc_rc cc_publish_seal(void *mem, const struct cc_publication *publication,
                           struct cc_problems *problems, struct cc_sealed *sealed_r,
                           struct cc_err *err) CC_CHECKED;
/*
 * Fills the call of Q_PUBLISH_APPEND: the LAST statement before COMMIT (it takes the feed lock).
 * Several records in one transaction: lock all heads first (Q_RECORD_LOCK, in order of id), then
 * append them as one batch: begin, add one or more, then the call, which borrows the batch.
 */
struct cc_publish_batch {
    struct cc_buf rows;      /* JSON, without the documents, which would be escaped in it */
    struct cc_buf documents; /* contents, seals, notes: sql/functions/publish.sql */
};
void cc_publish_begin(struct cc_publish_batch *batch, void *mem);
void cc_publish_add(struct cc_publish_batch *batch, const struct cc_publication *publication,
                    const struct cc_sealed *sealed);
struct cc_call cc_publish_append(struct cc_publish_batch *batch);
void cc_publish_call(void *mem, const struct cc_publication *publication,
                     const struct cc_sealed *sealed, struct cc_call *call_r);
/* Search, names and edges of a record as JSON: used by publishing and by reindex. */
void cc_projection_json(const struct cc_record *rec, struct cc_buf *out);
/* The same in a batch for sql/functions/projection.sql; rec NULL = there is no content. is_past: of
 * a record that was merged, the content which it had. */
void cc_projection_add(struct cc_buf *batch, const char *id, const char *kind, const char *position,
                       const struct cc_record *rec, bool is_past);

/*
 * The XML of one feed entry: content and seal verbatim inside. `alone` = a document of its own (the
 * record's XML), else inside cc_feed_open() .. cc_feed_close(). content NULL = withdrawn,
 * redirected or redacted.
 */
struct cc_feed_entry {
    const char *position, *stamp, *record, *kind, *revision, *event, *link;
    const char *content, *seal, *note;
};
void cc_feed_entry(struct cc_buf *out, const struct cc_feed_entry *entry, bool alone);
/* after, next: positions between which the page lies; newest and its link: of the whole registry.
 */
void cc_feed_open(struct cc_buf *out, const char *after, const char *next, const char *newest,
                  const char *newest_link);
void cc_feed_close(struct cc_buf *out);
/* All rows of Q_FEED_PAGE as entries. */
void cc_feed_entries(struct cc_buf *out, const struct cc_rows *page);
/*
 * The feed behind a position as one document, written page by page. It ends where it said at its
 * beginning, whatever is published meanwhile.
 */
enum cc_rc cc_feed_write(struct cc_db *db, void *mem, const char *after, int fd,
                         struct cc_err *err) CC_CHECKED;

/*
 * concord verify, in parts that may run at the same time, each with a connection and a snapshot of
 * its own. One call of found per thing that does not hold, one of done per batch with how many feed
 * entries or revisions it had.
 */
enum cc_verify_part { CC_VERIFY_FEED, CC_VERIFY_REVISIONS, CC_VERIFY_LEFTOVERS };
struct cc_verify_options {
    const char *record;       /* of REVISIONS; NULL = all */
    const char *link;         /* of FEED: a link of the chain kept by somebody; NULL = none */
    unsigned worker, workers; /* of REVISIONS: which of how many; {0, 1} does all */
    void (*found)(void *arg, const char *line);
    void (*done)(void *arg, size_t n);
    void *arg;
};
enum cc_rc cc_verify(struct cc_db *db, void *mem, enum cc_verify_part part,
                     const struct cc_verify_options *options, struct cc_err *err) CC_CHECKED;

/*
 * concord reindex: all projections anew, while the old ones are read and written. Begin; load and
 * finish by any number of workers, each with a connection of its own (first the tables of records,
 * then, by one, those that are made of them); switch; count what charts show. Until the switch
 * nothing has changed; a run that does not come to its end is removed by drop or by the next begin.
 */
struct cc_reindex {
    const char *run;  /* owned by the mem of begin */
    int64_t position; /* of the feed, up to which load goes */
    int64_t records;  /* about as many */
};
typedef void cc_reindex_done(void *arg, size_t n); /* records or tables */
enum cc_rc cc_reindex_begin(struct cc_db *db, void *mem, struct cc_reindex *run_r,
                            struct cc_err *err) CC_CHECKED;
enum cc_rc cc_reindex_load(struct cc_db *db, void *mem, const struct cc_reindex *run,
                           unsigned worker, unsigned workers, cc_reindex_done *done, void *arg,
                           struct cc_err *err) CC_CHECKED;
enum cc_rc cc_reindex_finish(struct cc_db *db, void *mem, const struct cc_reindex *run,
                             bool is_derived, unsigned worker, unsigned workers,
                             cc_reindex_done *done, void *arg, struct cc_err *err) CC_CHECKED;
enum cc_rc cc_reindex_switch(struct cc_db *db, void *mem, const struct cc_reindex *run,
                             struct cc_err *err) CC_CHECKED;
enum cc_rc cc_reindex_count(struct cc_db *db, void *mem, struct cc_err *err) CC_CHECKED;
void cc_reindex_drop(struct cc_db *db, void *mem, const struct cc_reindex *run);

/*
 * Import of native XML (publish/import.c). The file is read twice or more, first to check all of
 * it: nothing is written from a file that is not well-formed. A list of records that are all
 * published here byte for byte is only hashed. A record that is refused never ends the import; its
 * problems are told all at once. Safe to repeat: what is here already is unchanged.
 *
 * PUBLISH takes a list of records, one record, or a feed (its newest revisions): working copies are
 * made or replaced, and published with new seals by the organisations that own them. RESTORE takes
 * a feed and keeps every revision with its seal as it is; working copies follow the newest content.
 *
 * A file of IATI activities or organisations is published, too: each item becomes the record that
 * its identifier names, of several with one identifier the newest. Whoever reports owns it, and is
 * registered when no organisation here has that identifier.
 */
enum cc_import_mode { CC_IMPORT_PUBLISH, CC_IMPORT_RESTORE };
enum cc_import_verdict { CC_IMPORT_NEW, CC_IMPORT_CHANGED, CC_IMPORT_UNCHANGED, CC_IMPORT_REFUSED };
struct cc_xml_limits;
struct cc_import_options {
    enum cc_import_mode mode;
    bool dry_run;        /* everything is tried and rolled back, batch by batch */
    bool trust_consent;  /* take consents as told; else only the registry's own count */
    bool replace_drafts; /* also where somebody has changes that are not published */
    const char *owner;   /* owns and publishes new partnerships; NULL = their host */
    /* Only IATI that this organisation reports itself, for itself; it owns what is new. NULL = what
     * everybody reports. */
    const char *reporter;
    const char *session; /* hash of the token of who asks; NULL = the registry itself (cc_job) */
    const struct cc_xml_limits *limits; /* NULL = CC_XML_IMPORT */
    int64_t until_us; /* CC_BUSY between two batches from then on (cc_monotonic_us()); 0 = none */
};
/* One per record, in restore mode one per revision. id is NULL for what is no record at all. */
struct cc_import_result {
    const char *id, *title;
    enum cc_import_verdict verdict;
    const struct cc_problems *problems; /* warnings, too */
    int line;
    const char *kept; /* IATI: elements that no field holds, with their numbers; or NULL */
};
typedef void cc_import_fn(void *arg, const struct cc_import_result *result);
struct cc_import_kept {
    const char *element;
    size_t items, records;
};
struct cc_import_counts {
    size_t created, changed, unchanged, refused;
    size_t noted; /* of the first three: those with warnings */
    /* IATI: elements that no field holds, owned by the mem of the import */
    struct cc_import_kept *kept;
    size_t n_kept;
};
const char *cc_import_verdict_name(enum cc_import_verdict verdict); /* "new"; a msgid */
/*
 * CC_OK when the file was read to its end; counts_r and the results say what came of it.
 * CC_INVALID: it is not well-formed, which is told as a result with its line, too. Anything else
 * ended it early: what was done until then stays, and it may be repeated.
 */
enum cc_rc cc_import(struct cc_db *db, void *mem, int fd, const struct cc_import_options *options,
                     cc_import_fn *fn, void *arg, struct cc_import_counts *counts_r,
                     struct cc_err *err) CC_CHECKED;

#endif
