/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What records are about, so that pages and statistics can ask for it: a goal, a target, a country,
 * an organisation's type. A kind of record joins in by one line that names the path of its field.
 */
#ifndef CC_SUBJECT_H
#define CC_SUBJECT_H

#include "concord/buf.h"

struct cc_subject_path {
    const char *kind; /* of record */
    const char *path; /* of the field, as facets name it: "sdg.goal" */
};
struct cc_subject {
    const char *name; /* "goal" */
    const char *codelist;
    const struct cc_subject_path *paths; /* terminated by kind == NULL */
};

extern const struct cc_subject cc_subjects[]; /* terminated by name == NULL */
/* NULL = no such subject. */
const struct cc_subject *cc_subject_find(const char *name);
/* [{"subject":"goal","kind":"partnership","path":"sdg.goal"}, ..]: for cc_statistics_count(). */
void cc_subjects_json(struct cc_buf *out);

#endif
