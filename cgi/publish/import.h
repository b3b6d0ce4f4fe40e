/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Inside publish/ only: how a file becomes batches, and a batch a transaction.
 *
 *   import.c          passes over the file, results, the audit trail
 *   import_ids.c      what is known of every identifier of the file (all that is kept in memory)
 *   import_known.c    a list that brings nothing new, known by its bytes
 *   import_batch.c    one transaction of up to 200 records; a bad one is found by halving
 *   import_heads.c    the heads that it locks or makes, and in which order
 *   import_publish.c  what a record must be to be published here
 *   import_restore.c  what a sealed revision must be to be kept as it is
 *   import_iati.c     IATI: the records that its items become
 *   import_seen.c     IATI: the first pass: which item is which record, what is unchanged
 *   import_kept.c     IATI: what stays beside a record
 *   import_nameless.c IATI: activities without an identifier, and when they get one
 *   import_here.c     IATI: what is here already, and when it stays as it is
 *   import_own.c      IATI: what an organisation may send by itself
 *   import_orgs.c     IATI: which organisation of ours an identifier names
 */
#ifndef CC_PUBLISH_IMPORT_H
#define CC_PUBLISH_IMPORT_H

#include "concord/hash.h"
#include "concord/iati_in.h"
#include "concord/id.h"
#include "concord/publish.h"
#include "concord/xml.h"

#define CC_IMPORT_BATCH       200
#define CC_IMPORT_BATCH_BYTES (4u << 20)
#define CC_IMPORT_FLIGHTS     2

/* Restore: how many of content and note of a revision are missing and not explained yet. */
struct import_gap {
    long revision;
    unsigned lacking;
};

/* One identifier of the file: all that grows with it, so it is kept small. */
struct import_id {
    char id[CC_ID_LEN + 1];
    char owner[CC_ID_LEN + 1]; /* organisation that owns it, "" = not known */
    bool bad;
    bool clean;  /* publish: the first pass found nothing wrong with the last item */
    bool here;   /* the registry has it: seen once, where something of the file refers to it */
    bool exists; /* during one attempt of a batch: there is a head, or a call that makes it */
    int line;    /* of the first */
    unsigned copies;
    unsigned long last; /* item of the file */
    /* During one attempt of a batch: */
    unsigned long attempt;
    long here_revision;
    const char *here_seal, *here_version;
    /* Restore and IATI only: entries of other files end here. */
    union {
        struct {                          /* restore */
            char seal[CC_SHA256_HEX + 1]; /* hash of the seal seen last */
            struct import_gap *gaps;      /* in the order of the file */
            unsigned n_gaps, lacking;     /* contents and notes that no redaction explains */
            unsigned long content;        /* last item with content */
            long first, revision;         /* seen first, seen last */
        };
        struct { /* IATI: what the registry has; of the newest item of the file */
            char record[CC_ID_LEN + 1], updated[21];
            bool unchanged, told;
            bool own;      /* its reporter's identifier begins that of the item */
            bool named;    /* an item of the file has the identifier that the record was given */
            unsigned seen; /* items of the file with this identifier */
            const char *known; /* this organisation was not, when it was imported before */
        };
    };
};

struct import_ids {
    void *mem;
    struct import_id **slots;
    size_t n, size;
    char *block;
    size_t left;
    bool whole; /* its entries have what restore and IATI know */
};
void cc_import_ids_init(struct import_ids *t, void *mem);
struct import_id *cc_import_ids_find(const struct import_ids *t, const char *id); /* or NULL */
struct import_id *cc_import_ids_add(struct import_ids *t, const char *id);

/* One record or revision of the file on its way into a batch. Owned by the batch. */
struct import_item {
    struct import_id *entry;
    const struct cc_kind *kind;
    struct cc_record *rec; /* NULL: an entry without content */
    unsigned long ordinal;
    int line;
    const char *title, *note;
    struct cc_problems told;     /* by reading and checking, once */
    struct cc_problems problems; /* and by this attempt */
    enum cc_import_verdict verdict;
    /* restore: the revision as it stands in the file */
    const char *content, *seal_xml;
    struct cc_seal seal;
    char seal_sha256[CC_SHA256_HEX + 1];
    bool redaction, lacks_content, lacks_note;
    /* what this attempt does with it */
    bool publishes, stores;
    bool answered; /* publish: the consent here is an answer to the wording that is here */
    bool reworded; /* publish: its consent is not as it was read */
    const struct cc_node *consent; /* publish, membership: as it was read */
    bool asks;                     /* publish, membership: `ask` writes the event of its consent */
    struct cc_call ask;
    struct cc_publication publication;
    struct cc_sealed sealed;
    bool redacts; /* restore: `redact` instead of the publication */
    struct cc_call redact;
    /* IATI */
    struct cc_iati_item *iati;
    struct cc_problems read; /* iati->problems before the record was made */
    const char *version;     /* of the working copy that it was made from; NULL = there was none */
    bool stale;              /* and which is another one by now */
    const char *owner;       /* when it is new; NULL = as for all */
    const char *ours;  /* the record that has the identifier, when that is another; NULL = not */
    const char *known; /* as in its entry */
    bool came_before;  /* a file has told it already, under this identifier */
    bool left_out;     /* what is here stays, and nothing is kept beside it */
    bool keeps;        /* `keep`, JSON of Q_IATI_STORE, stays beside the record */
    const char *keep;
    const struct cc_iati_kept *kept; /* what that is, when it is IATI; without the bytes */
    size_t n_kept;
};

struct import;
struct import_attempt;
struct import_orgs;

struct import_mode {
    const char *name; /* in the audit trail */
    /* First pass: keeps what later passes need; tells what cannot be told later. */
    enum cc_rc (*scan)(struct import *im, const struct cc_xml_item *item);
    /* Later passes: the item for the batch, NULL when this pass does not take it. */
    struct import_item *(*take)(struct import *im, const struct cc_xml_item *item);
    /* Between the passes; *more_r = false: there is nothing left to do. May be NULL. */
    enum cc_rc (*scanned)(struct import *im, bool *more_r);
    /* Before the first pass that writes. May be NULL. */
    enum cc_rc (*begin)(struct import *im);
    /* Before the batch is tried. May be NULL. */
    enum cc_rc (*prepare)(struct import *im);
    /* Identifiers and revisions that judge() looks up. */
    void (*wants)(const struct import *im, const struct import_item *item, struct cc_buf *ids,
                  struct cc_buf *revisions);
    void (*judge)(struct import_attempt *a, struct import_item *item);
    /* Makes those anew that are stale, from what is here by now. NULL: none ever is. */
    enum cc_rc (*again)(struct import *im, struct import_item **items, size_t n);
};
extern const struct import_mode cc_import_publish, cc_import_restore, cc_import_iati;

struct import {
    struct cc_db *db;
    void *mem;
    int fd;
    const struct cc_import_options *options;
    const struct cc_xml_limits *limits;
    const struct import_mode *mode;
    cc_import_fn *fn;
    void *arg;
    struct cc_import_counts *counts;
    struct cc_err *err;
    struct import_ids ids;
    struct import_ids once; /* dry run: keys of what must be there once, with whose it is */
    unsigned long ordinal;  /* of the item in this pass */
    unsigned long attempts;
    unsigned kinds;           /* bits of the kinds that the file has */
    int rank, last_rank;      /* kind of this pass (-1 = all); of the item before */
    bool in_order;            /* no record stands before one of a kind that it may refer to */
    struct import_seen *seen; /* IATI only: what the first pass looks at */
    struct import_orgs *orgs; /* IATI only */
    struct import_own *own;   /* who sends by itself; NULL = the registry's office */
    /* They write batches while the next one is read and judged; NULL = one after the other. */
    struct cc_db *writers[CC_IMPORT_FLIGHTS];
    bool readying[CC_IMPORT_FLIGHTS]; /* while the file is looked through */
    struct import_flight {
        struct cc_db *writer;
        void *batch;
        struct import_item **items;
        size_t n;
        unsigned long attempt;
        const char *turn;         /* the one behind it is published when this one is */
    } flights[CC_IMPORT_FLIGHTS]; /* the oldest first */
    size_t n_flights;
    bool stopped; /* nothing more is tried again */
    void *batch;  /* owns the items */
    struct import_item *items[CC_IMPORT_BATCH];
    size_t untidy; /* bytes that were published since the index of words was tidied */
    size_t n, bytes;
};

/* One transaction. */
struct import_attempt {
    struct import *im;
    void *mem;
    const struct cc_rows *heads, *consents, *seals;
    struct import_head {
        const struct cc_kind *kind;
        const char *id, *owner, *other, *parent;
        const char *version; /* that was looked at; NULL = this import made it */
        bool exists;
        bool kept; /* only what an import keeps beside it is written */
    } * touched;
    size_t n_touched;
    bool relies; /* on a head that the registry does not have yet */
    bool stale;  /* an item is */
    bool tidies; /* the index of words, and publishes so many bytes */
    size_t published;
};

/*
 * Whether the file is a list of records in our own bytes that are all published here just so; then
 * it tells them and nothing else is to be done. Else nothing is told yet.
 */
enum cc_rc cc_import_known(struct import *im, bool *known_r);
int cc_import_rank(const struct cc_kind *kind);
/* Row of the registry's answer for this identifier; -1 = it has none. */
long cc_import_row(const struct cc_rows *rows, int column, const char *id);
/* Locks the head, or makes it; of a partnership that a membership needs, too. An item that keeps
 * something and stores nothing is locked without being changed. */
void cc_import_touch(struct import_attempt *a, struct import_item *item, const char *owner);
/* Facts of this attempt about an identifier, owned by the import. */
struct import_id *cc_import_look(struct import_attempt *a, const char *id);
/* Adds all heads that were touched as Q_RECORD_HEADS takes them, in the order in which everybody
 * locks: a list that is not closed, or nothing. */
void cc_import_heads(struct import_attempt *a, struct cc_buf *out);
/* Writes these items, halving as needed, and tells their results. */
enum cc_rc cc_import_write(struct import *im, struct import_item **items, size_t n);
enum cc_rc cc_import_flush(struct import *im); /* sends the batch on its way */
void cc_import_push(struct import *im);        /* what the server did not take yet */
void cc_import_tidy(struct import *im);        /* the index of words, at the end */
/* Waits for all that is on its way, tells its results. */
enum cc_rc cc_import_settle(struct import *im);
void cc_import_tell(struct import *im, const struct cc_import_result *result);
struct import_item *cc_import_item(struct import *im, const struct cc_xml_item *item,
                                   const char *id);
/* The partnership that a membership is a part of; NULL = it stands alone, or there is no record. */
const char *cc_import_parent(const struct cc_record *rec);
const char *cc_import_title(void *mem, const struct cc_record *rec);
/* Nothing was done with an item, and why; refused when the problems hold errors. */
void cc_import_tell_item(struct import *im, const struct cc_xml_item *item, const char *id,
                         const char *title);
void cc_import_scan_record(struct import *im, const struct cc_kind *kind);

/* JSON of Q_IATI_STORE. unmatched, kept: lists as JSON, NULL = empty. */
const char *cc_import_keep(struct import_item *it, const char *identifier, const char *key,
                           const char *digest, const char *updated, const char *unmatched,
                           const char *kept);
/* Of an item whose record is made: `keep` and `kept`, which are the item's. */
void cc_import_keep_rest(struct import_orgs *orgs, struct import_item *it);
/* Counts what is kept of an item that is done, which is nothing of one that was refused or left
 * out; in words, owned by the batch: "budget (3), transaction (12)", NULL = nothing. */
const char *cc_import_tell_kept(struct import *im, const struct import_item *it);
/* What publishing one looks up: itself and whatever it refers to. */
void cc_import_wants(const struct import *im, const struct import_item *item, struct cc_buf *ids,
                     struct cc_buf *revisions);
/* "XM-DAC-41114-1 Clean water": an item, with the title of its record; NULL: with that which the
 * file gives it. NULL when it has neither. Owned by mem or the item. */
const char *cc_import_iati_title(void *mem, const struct cc_iati_item *item, const char *title);
/* Is whoever reports to be registered? Of a file of organisations, they are what it holds. */
bool cc_import_iati_registers(const struct import *im, const struct cc_kind *kind);
/* Who is to own an item of IATI: as for all, else who reports an activity. NULL: nobody is known,
 * or the record is its own owner. */
const char *cc_import_iati_owner(const struct import *im, const struct import_item *it);
/* That an activity has no identifier, or one that cannot be read, and what this means. */
void cc_import_nameless_warn(struct cc_problems *problems, int line, bool nameless,
                             bool unreadable);
/* Finds those of the batch that are new by their identifier and are here without it. */
enum cc_rc cc_import_nameless_settle(struct import *im, struct import_orgs *orgs);
/* The working copies of these items, and by whom they were told; then whether that of an item stays
 * instead of what the file says, which is told. */
enum cc_rc cc_import_here(struct import *im, struct import_orgs *orgs,
                          struct import_item *const *items, size_t n, struct cc_rows **rows_r);
/* By its identifier; of an organisation: itself. */
bool cc_import_tells_own(void *mem, const struct cc_iati_item *item);
/* The version of this organisation, which has the identifier, stays. */
void cc_import_tell_held(struct import_item *it, const char *title, const char *teller);
bool cc_import_stays(const struct import *im, struct import_item *it, const struct cc_rows *here,
                     size_t row);
/* Is it older than what is here? Then that stays, too, unless this one may take its place. */
bool cc_import_is_outdated(const struct import *im, struct import_item *it,
                           const struct cc_rows *here, size_t row);
/* Of an organisation that is here: does another one report it? Then it stays, which is told. */
bool cc_import_is_of_others(const struct import *im, struct import_orgs *orgs,
                            struct import_item *it);
/* One statement in a transaction of its own, as who sends the file, if anybody does. Its rows are
 * owned by mem. */
enum cc_rc cc_import_ask(struct import *im, void *mem, struct cc_call *call);

/* --- the first pass of IATI (import_seen.c) ------------------------------------------------------
 */

enum cc_rc cc_import_seen_scan(struct import *im, const struct cc_xml_item *item);
enum cc_rc cc_import_seen_done(struct import *im, bool *more_r);
/* Was the item looked at? Why it was not, was told then. */
bool cc_import_seen_usable(struct import *im, const struct cc_xml_item *item);
/* Of an item that was: what is known of it, or of the organisation that has its identifier; and its
 * record. */
struct import_id *cc_import_seen_find(struct import *im, const struct cc_iati_item *item);
const char *cc_import_seen_record(const struct import_id *lead);

/* --- an organisation by itself (import_own.c); without one all of them agree -------------------
 */
enum cc_rc cc_import_own_begin(struct import *im);
/* Does the organisation report it, under an identifier of its own? Else the reason is told. */
bool cc_import_own_reports(const struct import *im, const struct cc_iati_item *item,
                           struct cc_problems *problems, int line);
/* Is the record that the registry has its own? Else the reason is told. */
bool cc_import_own_record(const struct import_attempt *a, struct import_item *item);

/* --- organisations of IATI (import_orgs.c) -----------------------------------------------------
 */

struct import_orgs *cc_import_orgs_new(struct import *im);
/* One statement for all that are not known yet: of every reference in these items. */
enum cc_rc cc_import_orgs_look(struct import *im, struct import_orgs *orgs,
                               const struct cc_iati_item *const *items, size_t n);
/* The same for these identifiers, in the first pass: those that nobody has are asked again. */
enum cc_rc cc_import_orgs_look_refs(struct import *im, struct import_orgs *orgs,
                                    const char *const *identifiers, size_t n);
/* The record of the organisation that has this identifier, which was looked for; of one that is new
 * that which it gets, the same in all spellings by which it will be found. Owned by mem or orgs. */
const char *cc_import_orgs_record(void *mem, struct import_orgs *orgs, const char *identifier);
/* Organisation that an identifier names here, NULL = none. For cc_iati_build(). */
const char *cc_import_orgs_find(void *orgs, const char *identifier);
/* Who reports an item; NULL = nobody that is known. */
const char *cc_import_orgs_reporter(struct import_orgs *orgs, const struct cc_iati_item *item);
/* Remembers in the first pass who reports; then registers those that are not known, as far as they
 * were remembered; then those of one batch, who were too many. */
void cc_import_orgs_scan(struct import_orgs *orgs, const struct cc_iati_item *item);
enum cc_rc cc_import_orgs_begin(struct import *im, struct import_orgs *orgs);
enum cc_rc cc_import_orgs_register(struct import *im, struct import_orgs *orgs,
                                   const struct cc_iati_item *const *items, size_t n);
/* Is the record with which one would be registered (row of the heads) here? Then it stays, which is
 * told: it is not who has the identifier, or another import was faster. */
bool cc_import_orgs_is_made(const struct import_attempt *a, struct import_item *item, long row);
/* Of organisations of the file that are new: published ones with such a name. */
enum cc_rc cc_import_orgs_tell_alike(struct import *im, struct import_orgs *orgs,
                                     struct import_item *const *items, size_t n);

#endif
