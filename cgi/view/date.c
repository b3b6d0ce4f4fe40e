/* SPDX-License-Identifier: EUPL-1.2 */
/* Dates for people. What stands in the datetime attribute stays as it is stored. */
#include "view/parts.h"

#include <stdio.h>
#include <talloc.h>

static const char *const months[] = {
    N_("January"), N_("February"), N_("March"),     N_("April"),   N_("May"),      N_("June"),
    N_("July"),    N_("August"),   N_("September"), N_("October"), N_("November"), N_("December"),
};

const char *cc_date_text(void *mem, const char *iso)
{
    unsigned year = 0, month = 0, day = 0, hour = 0, minute = 0;

    int n =
        iso == NULL ? 0 : sscanf(iso, "%4u-%2u-%2uT%2u:%2u", &year, &month, &day, &hour, &minute);
    if (n < 2 || month < 1 || month > 12) {
        return iso; /* a year alone, or nothing that we know */
    }
    const char *y = talloc_asprintf(mem, "%u", year);
    const char *name = gettext(months[month - 1]);
    if (n == 2) {
        /* TRANSLATORS: {1} month, {2} year */
        return cc_fmt(mem, _("{1} {2}"), name, y, NULL);
    }
    const char *d = talloc_asprintf(mem, "%u", day);
    /* TRANSLATORS: a date. {1} day, {2} month, {3} year; the other one is the first of a month */
    const char *date = day == 1 ? cc_fmt(mem, _("1 {1} {2}"), name, y, NULL)
                                : cc_fmt(mem, _("{1} {2} {3}"), d, name, y, NULL);
    if (n < 5) {
        return date;
    }
    /* TRANSLATORS: {1} date, {2} time of day in Coordinated Universal Time */
    return cc_fmt(mem, _("{1}, {2} UTC"), date, talloc_asprintf(mem, "%02u:%02u", hour, minute),
                  NULL);
}
