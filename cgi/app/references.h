/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Other records in a form: written by name, acronym or identifier; where several fit they become
 * choices, without scripts. Stored by identifier.
 */
#ifndef CC_REFERENCES_H
#define CC_REFERENCES_H

#include "app/form_fields.h"

#define CC_REFERENCE_CALLS 10  /* of one form; names beyond stay as written, with a problem */
#define CC_REFERENCE_ROOM  400 /* characters: a name, and the identifier in brackets */

/* Another record that a form names: of one field (`path`), or wherever its identifier stands. */
struct cc_reference {
    const char *path;                /* or NULL */
    const char *id, *title;          /* both or none */
    const char *lang;                /* of the title, or NULL */
    const struct cc_option *choices; /* what fits the text that was written */
    size_t choice_count;
};

/* "Name (identifier)" is how a form shows a record and takes it back. */
const char *cc_reference_text(void *mem, const char *title, const char *id);
/* The identifier in a text that is one or ends with one in brackets; NULL = none. */
const char *cc_reference_id(void *mem, const char *text);

/* What is asked of the person who fills in such a field. */
const char *cc_reference_hint(void);

/* One field: the call that looks up what was written there, which is not empty. */
struct cc_call cc_reference_call(struct cc_req *req, const char *kind, const char *text);
/*
 * After it ran: the identifier that is meant, what it is called among `names`. NULL: there is none,
 * or several fit; the problem of `path` says so, and the choices are among `names`. `except`: the
 * record that cannot be meant, or NULL.
 */
const char *cc_reference_settle(struct cc_req *req, struct cc_pairs *names, const char *path,
                                const char *text, const char *except, const struct cc_rows *rows);
/* The field of a form of its own, which has to be filled in: what was sent, what it names, what may
 * be meant. */
struct cc_control cc_reference_control(struct cc_req *req, const char *name, const char *label,
                                       const struct cc_pairs *names);
/* The control shows what it names, or what may be meant by what was written. */
void cc_reference_show(void *mem, const struct cc_pairs *names, struct cc_control *control);

/*
 * The calls that look up the references among `sent`, a section of the record that the address
 * names: one for all identifiers, and one for each name, as far as there is room. How many.
 */
size_t cc_references_ask(struct cc_req *req, const char *section, const struct cc_pairs *sent,
                         struct cc_call calls[CC_REFERENCE_CALLS]);
/* After they ran: names become identifiers in `sent`, which knows all names; problems go to
 * req->problems. */
void cc_references_settle(struct cc_req *req, const char *section, struct cc_pairs *sent,
                          const struct cc_call *calls, size_t n);
/* Of these, those for the record: without references that nobody knows, of which a problem is told.
 */
struct cc_pairs cc_references_known(struct cc_req *req, const char *section,
                                    const struct cc_pairs *sent);
/* The call that names what a working copy refers to, and its answer for the form. */
struct cc_call cc_references_of(struct cc_req *req, const char *id);
void cc_references_name(struct cc_req *req, const struct cc_rows *rows, struct cc_pairs *pairs);
/* All that are named so far, as pages name them. */
struct cc_refs cc_references_named(void *mem, const struct cc_pairs *pairs);

#endif
