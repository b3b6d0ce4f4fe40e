/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/iati_claim.h"

#include "concord/iati.h"
#include "concord/iati_in.h"
#include <string.h>

struct cc_call cc_iati_claim_call(const char *id, const char *identifier)
{
    return (struct cc_call){.query = Q_IATI_REFS, .params = {id, identifier}};
}

/* In whatever spelling. */
static bool is_own_ref(void *mem, const char *ref, const struct cc_rows *rows)
{
    const char *told[CC_IATI_KEYS], *own[CC_IATI_KEYS];
    size_t n = cc_iati_org_keys(mem, ref, told);

    for (size_t row = 0; row < cc_rows_count(rows); row++) {
        const char *known = cc_rows_bool(rows, row, Q_IATI_REFS_IS_OTHERS)
                                ? NULL
                                : cc_rows_text(rows, row, Q_IATI_REFS_REF);
        size_t m = known != NULL ? cc_iati_org_keys(mem, known, own) : 0;

        for (size_t i = 0; i < n * m; i++) {
            if (strcmp(told[i / m], own[i % m]) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* A former identifier of the reporter is one that the activity lists as such. */
static bool begins_with_former(const char *identifier, const struct cc_record *rec)
{
    const struct cc_node *n = cc_node_first(rec->first, "other-identifier");

    for (; n != NULL; n = cc_node_again(n)) {
        const char *type = cc_node_text(n->child, "type"), *ref = cc_node_text(n->child, "ref");

        if (type != NULL && ref != NULL && strcmp(type, "B1") == 0 &&
            cc_iati_begins(identifier, ref)) {
            return true;
        }
    }
    return false;
}

static bool is_same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* An import may have brought a reference that is in no list of schemes; and a record may have been
 * given to another owner. */
static bool is_public_so(const struct cc_node *reporting, const struct cc_record *published)
{
    static const char *const says[] = {"organisation", "ref", "secondary"};
    const struct cc_node *was =
        published != NULL ? cc_node_first(published->first, "reporting") : NULL;

    for (size_t i = 0; was != NULL && i < sizeof(says) / sizeof(*says); i++) {
        if (!is_same(cc_node_text(reporting->child, says[i]), cc_node_text(was->child, says[i]))) {
            return false;
        }
    }
    return was != NULL;
}

#define NOBODY ((size_t)-1)

/* Row of another organisation, which has published what it begins with, or a longer one than the
 * owner; NOBODY. */
static size_t others_row(const struct cc_rows *rows)
{
    for (size_t row = 0; row < cc_rows_count(rows); row++) {
        if (cc_rows_bool(rows, row, Q_IATI_REFS_IS_OTHERS)) {
            return row;
        }
    }
    return NOBODY;
}

static bool is_anothers(const struct cc_rows *rows)
{
    return others_row(rows) != NOBODY;
}

/* Begins with an identifier of the owner, or is what an import gave the activity. */
static bool is_owners(const char *identifier, bool is_others, const struct cc_rows *rows)
{
    for (size_t row = 0; row < cc_rows_count(rows); row++) {
        const char *ref = cc_rows_text(rows, row, Q_IATI_REFS_REF);
        const char *imported = cc_rows_text(rows, row, Q_IATI_REFS_IDENTIFIER);

        if ((!is_others && ref != NULL && cc_iati_begins(identifier, ref) && !is_anothers(rows)) ||
            (imported != NULL && strcmp(identifier, imported) == 0)) {
            return true;
        }
    }
    return false;
}

/* ref: by which it is told that it is reported, with `is_others` somebody else's; NULL = the
 * owner's.
 */
static void check_identifier(struct cc_req *req, const char *identifier, const char *ref,
                             bool is_others, const struct cc_record *rec,
                             const struct cc_rows *rows)
{
    const char *expected = ref;

    if ((ref != NULL && cc_iati_begins(identifier, ref) && (is_others || !is_anothers(rows))) ||
        (!is_anothers(rows) && begins_with_former(identifier, rec)) ||
        is_owners(identifier, is_others, rows)) {
        return;
    }
    size_t others = others_row(rows);
    if (others != NOBODY) {
        const char *name = cc_rows_text(rows, others, Q_IATI_REFS_NAME);
        const char *theirs = cc_rows_text(rows, others, Q_IATI_REFS_REF);

        cc_problem_add(
            &req->problems, CC_ERROR, 0, "iati-identifier",
            N_("It begins with \"{1}-\", an identifier of {2}, which does not report this. Leave "
               "it empty and one is made; or, to tell what {2} reports, give \"{1}\" as the "
               "reporter's reference and mark the reporter as secondary."),
            theirs, name != NULL ? name : theirs);
        return;
    }
    if (expected == NULL && cc_rows_count(rows) > 0) {
        expected = cc_rows_text(rows, 0, Q_IATI_REFS_REF);
    }
    if (expected != NULL) {
        cc_problem_add(
            &req->problems, CC_ERROR, 0, "iati-identifier",
            N_("It begins with the identifier of the organisation that reports, here "
               "\"{1}-\". Leave it empty and one is made, or name a former identifier of "
               "that organisation among the other identifiers (type B1)."),
            expected, NULL);
    } else {
        cc_problem_add(
            &req->problems, CC_ERROR, 0, "iati-identifier",
            N_("It begins with the identifier of the organisation that reports, which has "
               "none here: add that first, or leave this empty."),
            NULL, NULL);
    }
}

void cc_iati_claim_check(struct cc_req *req, const struct cc_record *rec,
                         const struct cc_record *published, const char *owner,
                         const struct cc_rows *rows)
{
    const struct cc_node *reporting = cc_node_first(rec->first, "reporting");

    if (reporting == NULL) {
        return;
    }
    const char *ref = cc_node_text(reporting->child, "ref");
    const char *organisation = cc_node_text(reporting->child, "organisation");
    const char *identifier = cc_node_text(rec->first, "iati-identifier");

    if (cc_iati_is_forbidden(identifier)) { /* it may stand so elsewhere already */
        cc_problem_add(&req->problems, CC_WARNING, 0, "iati-identifier",
                       N_("\"{1}\" holds one of / & | ?, which the rules of IATI forbid in an "
                          "identifier. It is taken and told as it is; validators may complain."),
                       identifier, NULL);
    }
    bool is_others = ref != NULL && cc_node_text(reporting->child, "secondary") != NULL;
    if (ref != NULL && !is_others && !is_own_ref(req->mem, ref, rows) &&
        !is_public_so(reporting, published)) {
        cc_problem_add(
            &req->problems, CC_ERROR, 0, "reporting.ref",
            N_("\"{1}\" is no identifier of the organisation that owns the record. Leave "
               "it empty, or mark the reporter as secondary."),
            ref, NULL);
        return; /* then nothing is known of what the activity's identifier begins with */
    }
    /* The secretariat may name another reporter, whose identifiers are not at hand. */
    if (identifier != NULL &&
        (ref != NULL || organisation == NULL || strcmp(organisation, owner) == 0)) {
        check_identifier(req, identifier, ref, is_others, rec, rows);
    }
}
