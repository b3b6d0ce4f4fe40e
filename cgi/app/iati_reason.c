/* SPDX-License-Identifier: EUPL-1.2 */
/* Why a record is left out of IATI, in words, and the page on which that is mended. */
#include "app/iati.h"

#include "app/page.h"
#include <string.h>
#include <talloc.h>

/* {1}: the name of who is told, {2}: what `second` says; `field` is mended in its record (of the
 * first kind that has it). */
enum second { NOTHING, MEMBERS, REPORTER, REFERENCE };
static const struct reason {
    const char *lacks, *message;
    enum second second;
    bool of_reporter;
    const char *fields[2];
} reasons[] = {
    {"illustrative",
     N_("{1} says of itself that it is an example. Examples are no facts: where it is none, take "
        "the mark "
        "away."),
     NOTHING,
     false,
     {"illustrative"}},
    {"illustrative-reporter",
     N_("{1} would be reported by \"{2}\", which is an example organisation: name the real "
        "organisation that hosts or reports it."),
     REPORTER,
     false,
     {"reporting", "host"}},
    {"iati-identifier",
     N_("The IATI identifier of {1} does not begin with \"{2}-\", the identifier of who reports "
        "it: "
        "mend it, or name the reporter's former identifier among the other identifiers (type B1)."),
     REFERENCE,
     false,
     {"iati-identifier"}},
    {"iati-identifier/characters",
     N_("The IATI identifier of {1} holds one of / & | ?, which the rules of IATI forbid in an "
        "identifier. It is told as it is; validators may complain."),
     NOTHING,
     false,
     {"iati-identifier"}},
    {"iati-activity/iati-identifier",
     N_("{1} came from a file that gives it no IATI identifier, and the registry invents none for "
        "the activity of another: write the one under which its reporter publishes it."),
     NOTHING,
     false,
     {"iati-identifier"}},
    {"members",
     N_("{1} has {2} confirmed members. IATI is given the first of them, as many as its readers "
        "can "
        "take; all of them stand in the list of members."),
     MEMBERS,
     false,
     {NULL}},
    {"reporter",
     N_("The organisation that would report {1} is not public: publish it, or name another that "
        "hosts "
        "or reports it."),
     NOTHING,
     false,
     {"reporting", "host"}},
    {"reporting-org/@ref",
     N_("{1} reports and has no identifier that IATI knows: add its primary identifier."),
     NOTHING,
     true,
     {"identifier"}},
    {"reporting-org/@type",
     N_("{1} reports and has no type: choose one."),
     NOTHING,
     true,
     {"type"}},
    {"iati-organisation/organisation-identifier",
     N_("{1} has no identifier that IATI knows: add its primary identifier."),
     NOTHING,
     false,
     {"identifier"}},
    {"iati-activity/activity-date",
     N_("{1} has no date with year, month and day: give the day of its start or end."),
     NOTHING,
     false,
     {"start"}},
    {"iati-activity/description",
     N_("{1} has no description: say what it is about."),
     NOTHING,
     false,
     {"description", "summary"}},
    {"iati-activity/participating-org",
     N_("Nobody takes part in {1} who has confirmed: name the host or another participant."),
     NOTHING,
     false,
     {"participant", "host"}},
    {"participating-org/@role",
     N_("A participant of {1} has no role: choose one."),
     NOTHING,
     false,
     {"participant", "host"}},
    {"iati-activity/activity-status",
     N_("{1} has no state: choose one."),
     NOTHING,
     false,
     {"state"}},
};

static const char *name_of(const struct cc_record *rec)
{
    const struct cc_node *n = cc_node_main(rec->first, rec->kind->title_field);

    return n != NULL ? n->text : rec->id;
}

static const char *address_of(struct cc_req *req, const struct cc_record *rec,
                              const struct reason *r)
{
    const struct cc_field *f = NULL;

    if (r->fields[0] == NULL) {
        const char *list[CC_ARGS_MAX] = {rec->id};
        return strcmp(r->lacks, "members") == 0
                   ? cc_url_absolute(req->mem, req, R_MEMBER_LIST, list)
                   : "";
    }

    for (size_t i = 0; i < 2 && f == NULL && r->fields[i] != NULL; i++) {
        f = cc_field_find(rec->kind->fields, r->fields[i]);
    }
    const char *args[CC_ARGS_MAX] = {rec->id, f != NULL ? f->section : NULL};
    return f != NULL ? cc_url_absolute(req->mem, req, R_EDIT, args) : "";
}

static const char *second_of(const struct iati_writer *w, const struct reason *r)
{
    const struct cc_record *reporter = w->about.reporter;

    switch (r->second) {
    case MEMBERS:
        return w->not_all_of;
    case REPORTER:
        return reporter != NULL ? name_of(reporter) : "";
    case REFERENCE:
        return cc_iati_reports_as(w->req->mem, w->rec, reporter);
    case NOTHING:
        break;
    }
    return NULL;
}

struct iati_reason iati_reason(const struct iati_writer *w, const char *lacks)
{
    struct cc_req *req = w->req;

    const char *args[CC_ARGS_MAX] = {w->id};
    const char *overview = cc_url_absolute(req->mem, req, R_OVERVIEW, args);

    if (w->rec == NULL) {
        return (struct iati_reason){_("Its published content cannot be read."), overview};
    }
    bool is_org = strcmp(w->kind, "organisation") == 0; /* which reports of itself */
    if (!is_org && w->about.reporter == NULL && strncmp(lacks, "reporting-org/", 14) == 0) {
        lacks = "reporter";
    }
    for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++) {
        const struct reason *r = &reasons[i];
        const struct cc_record *whose = r->of_reporter && !is_org ? w->about.reporter : w->rec;

        if (strcmp(r->lacks, lacks) == 0 && whose != NULL) {
            return (struct iati_reason){
                cc_fmt(req->mem, gettext(r->message), name_of(whose), second_of(w, r), NULL),
                address_of(req, whose, r),
            };
        }
    }
    return (struct iati_reason){
        cc_fmt(req->mem, _("IATI needs {1}, which this record does not say."), lacks, NULL),
        overview};
}
