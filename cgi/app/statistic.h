/* SPDX-License-Identifier: EUPL-1.2 */
/* Charts from what is counted: handlers ask for the rows in their one round trip. */
#ifndef CC_STATISTIC_H
#define CC_STATISTIC_H

#include "app/page.h"
#include "concord/subject.h"
#include "view/chart.h"

/* A chart that can be shown and downloaded, by the word in its address. */
struct cc_statistic {
    const char *word;    /* "goals" */
    const char *subject; /* "goal"; NULL: the network */
    const char *drawing;
    const char *title, *name_head; /* msgids */
    bool has_all;                  /* rows for codes that nothing is about, too */
};
/* NULL = no such word. */
const struct cc_statistic *cc_statistic_find(const char *word);

/*
 * Numbers of Q_STATISTIC_LIST as a chart. head: rows of Q_STATISTIC_HEAD; prefix: of the codes, as
 * the rows were asked for; shown: the one kind that is drawn, NULL or "" = all that add up.
 */
struct cc_chart cc_statistic_chart(struct cc_req *req, const struct cc_statistic *what,
                                   const struct cc_rows *head, const struct cc_rows *numbers,
                                   const char *prefix, const char *shown);
/* Of a chart or page. head: rows of Q_STATISTIC_HEAD. */
struct cc_counted cc_statistic_counted(const struct cc_rows *head, const char *left_out);
/* CC_BUSY for a file of numbers that are still to be counted: its noughts would be taken for
 * counts. */
enum cc_rc cc_statistic_ready(struct cc_req *req, const struct cc_counted *counted);
/* The page of a goal, target or country. */
struct cc_href cc_subject_href(const char *subject, const char *code);

#endif
