/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Published records on their way to IATI, read and written row by row: in memory are the page that
 * is sent, one record and one member, however many members there are.
 */
#ifndef CC_APP_IATI_H
#define CC_APP_IATI_H

#include "app/app.h"
#include "concord/iati.h"

struct iati_writer;
/* A record is at its end: lacks = why it has no place in IATI; NULL = it was written. */
typedef void iati_ended_fn(struct iati_writer *w, const char *lacks);

struct iati_writer {
    struct cc_req *req;
    iati_ended_fn *ended;
    struct cc_resp *resp;
    struct cc_buf out;    /* what was written */
    size_t written, seen; /* records */
    bool is_full;         /* the page ends here, and more follows */
    const char *last;     /* position of the last record that was looked at */
    const char *newest;   /* instant of the last record that was written */

    /* The record at hand, until `ended` returns. rec = NULL: its content cannot be read. */
    void *mem;
    const struct cc_record *rec;
    struct cc_iati_about about;
    const char *id, *kind, *reporter_id, *position;
    const char *not_all_of; /* so many confirmed members, which are too many; else NULL */
    struct cc_iati_draft *draft;

    void *reporter_mem; /* who reports many in a row is read once */
    const char *reporter_read;
};

/* call: iati_page, iati_one or iati_left_out. */
enum cc_rc iati_read(struct iati_writer *w, struct cc_call *call) CC_CHECKED;

/* What to do about a lack, and where; both "" when nothing can be done. In the request's memory. */
struct iati_reason {
    const char *message, *address;
};
struct iati_reason iati_reason(const struct iati_writer *w, const char *lacks);

#endif
