/* SPDX-License-Identifier: EUPL-1.2 */
/* Forms made from the field table of a kind: values as pairs, pairs as controls. */
#ifndef CC_FORM_FIELDS_H
#define CC_FORM_FIELDS_H

#include "app/page.h"
#include "view/edit.h"

struct cc_reference;
struct cc_pairs {
    struct cc_pair *v;
    size_t n;
    struct cc_reference *refs; /* names of other records and choices (app/references.h) */
    size_t ref_count;
};
/* Characters that a field takes: a reference is written by name. */
size_t cc_field_room(const struct cc_field *f);
/* The values of a section as a form would send them. section NULL = all. */
void cc_pairs_of_record(void *mem, const struct cc_record *rec, const char *section,
                        struct cc_pairs *pairs_r);
/* What was sent, without csrf, once and the like. */
void cc_pairs_of_form(struct cc_req *req, const struct cc_kind *kind, const char *section,
                      struct cc_pairs *pairs_r);
/* Problems behind the first `before`, which are the record's, told at the numbers that the form has
 * (form_places.c). */
void cc_pairs_place(void *mem, const struct cc_pairs *pairs, struct cc_problems *problems,
                    size_t before);
/* SHA-256 over all pairs: has this section changed since the form was made? */
const char *cc_pairs_hash(void *mem, const struct cc_pairs *pairs);
/* The form that is shown again gets a one-time key of its own: what it sends next is another thing.
 */
void cc_once_anew(struct cc_req *req);
/* The fields of a section with their values, errors and empty items; `more` gets some extra. */
const struct cc_edit_field *cc_edit_fields(struct cc_req *req, const struct cc_kind *kind,
                                           const char *section, const struct cc_pairs *pairs,
                                           const char *more, size_t *count_r);
/* Can a form with these fields be sent back, with room for what is typed into it (form_size.c)? */
bool cc_edit_fits(const struct cc_req *req, const struct cc_edit_field *fields, size_t n);
/* req->problems with the labels of the fields on the page (form_reasons.c). */
const struct cc_reason *cc_edit_reasons(struct cc_req *req, const struct cc_edit_field *fields,
                                        size_t field_count, size_t *count_r);

#endif
