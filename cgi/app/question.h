/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A question to the search as requests ask it: everywhere, or in the list of one kind, which is the
 * same with the kind given. One table says which fields each place has.
 */
#ifndef CC_QUESTION_H
#define CC_QUESTION_H

#include "app/page.h"
#include "concord/search.h"
#include "view/search.h"

struct cc_place {
    const char *kind;    /* the only one that is looked for, or NULL */
    const char *heading; /* msgid */
    enum cc_route_id route;
    const struct cc_input *inputs;
    const char *type_field; /* what the facet "type" is called here */
};
extern const struct cc_place cc_everywhere;
const struct cc_place *cc_place_of(const char *kind); /* the list of a kind, or NULL */
const char *cc_place_facet(const struct cc_place *place, const char *field);

/* What the request asks; max and counting are left to the caller. */
void cc_question_read(struct cc_req *req, const struct cc_place *place, struct cc_search *s_r);
/*
 * Takes out of a question what no choice of its form is, and adds a problem for each to
 * req->problems. For machines, which have no form: CC_INVALID with a message that names what is
 * known.
 */
enum cc_rc cc_question_check(struct cc_req *req, const struct cc_place *place,
                             struct cc_search *s) CC_CHECKED;
/* The same after the calls of the search ran: of the organisations that are none which is
 * published. */
enum cc_rc cc_question_answered(struct cc_req *req, const struct cc_call *calls, size_t n,
                                struct cc_search *s) CC_CHECKED;
/* The same of one value: is it of one of these code lists (NULL ends them)? */
enum cc_rc cc_code_check(struct cc_req *req, const char *field, const char *const *codelists,
                         const char **value) CC_CHECKED;
/* The address that asks the same in another form, sorted otherwise (NULL = as asked) or from
 * another place on (NULL = the beginning). */
struct cc_href cc_question_href(struct cc_req *req, const struct cc_search *s,
                                enum cc_route_id route, const char *sort, const char *cursor);
/* The list of a kind with one facet, or NULL when the kind has no list. */
const struct cc_href *cc_list_href(void *mem, const char *kind, const char *facet,
                                   const char *code);

/* A hit or similar name of Q_SEARCH or Q_SEARCH_NEWEST; the first n of rows that are hits alone. */
void cc_search_row_fill(struct cc_req *req, const struct cc_rows *rows, size_t i,
                        struct cc_search_row *row_r);
struct cc_search_row *cc_search_rows(struct cc_req *req, const struct cc_rows *hits, size_t n);

#endif
