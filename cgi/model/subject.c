/* SPDX-License-Identifier: EUPL-1.2 */
#include "concord/subject.h"

#include <string.h>

static const struct cc_subject_path goals[] = {
    {"partnership", "sdg.goal"},
    {"activity", "sdg.goal"},
    {"commitment", "sdg.goal"},
    {NULL, NULL},
};
static const struct cc_subject_path targets[] = {
    {"partnership", "sdg.target"},
    {"activity", "sdg.target"},
    {"commitment", "sdg.target"},
    {NULL, NULL},
};
/* Where something happens, not where an office has its seat; of organisations, their own. */
static const struct cc_subject_path countries[] = {
    {"partnership", "country.code"},
    {"activity", "country.code"},
    {"organisation", "country"},
    {NULL, NULL},
};
static const struct cc_subject_path types[] = {
    {"organisation", "type"},
    {NULL, NULL},
};

const struct cc_subject cc_subjects[] = {
    {"goal", "sdg-goal", goals},
    {"target", "sdg-target", targets},
    {"country", "country", countries},
    {"type", "organisation-type", types},
    {NULL, NULL, NULL},
};

const struct cc_subject *cc_subject_find(const char *name)
{
    for (const struct cc_subject *s = cc_subjects; s->name != NULL; s++) {
        if (strcmp(s->name, name) == 0) {
            return s;
        }
    }
    return NULL;
}

void cc_subjects_json(struct cc_buf *out)
{
    const char *comma = "[";

    for (const struct cc_subject *s = cc_subjects; s->name != NULL; s++) {
        for (const struct cc_subject_path *p = s->paths; p->kind != NULL; p++) {
            cc_buf_printf(out, "%s{\"subject\":\"%s\",\"kind\":\"%s\",\"path\":\"%s\"}", comma,
                          s->name, p->kind, p->path);
            comma = ",";
        }
    }
    cc_buf_addc(out, ']');
}
