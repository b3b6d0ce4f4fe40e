/* SPDX-License-Identifier: EUPL-1.2 */
/* Dates for people. What stands in the datetime attribute stays as it is stored. */
#include "view/parts.h"

#include <string.h>

enum { PARTS = 5 };

static const char *const months[] = {
    N_("January"), N_("February"), N_("March"),     N_("April"),   N_("May"),      N_("June"),
    N_("July"),    N_("August"),   N_("September"), N_("October"), N_("November"), N_("December"),
};

/* Year, month, day, hour, minute: how many of them stand there. */
static size_t read_parts(const char *iso, unsigned v[PARTS])
{
    static const struct {
        char before;
        unsigned digits;
    } parts[PARTS] = {{'\0', 4}, {'-', 2}, {'-', 2}, {'T', 2}, {':', 2}};

    for (size_t i = 0; i < PARTS; i++) {
        if (i > 0 && *iso++ != parts[i].before) {
            return i;
        }
        for (unsigned d = 0; d < parts[i].digits; d++, iso++) {
            if (*iso < '0' || *iso > '9') {
                return i;
            }
            v[i] = v[i] * 10 + (unsigned)(*iso - '0');
        }
    }
    return PARTS;
}

const char *cc_date_text(void *mem, const char *iso)
{
    unsigned v[PARTS] = {0};
    size_t n = iso == NULL ? 0 : read_parts(iso, v);
    unsigned year = v[0], month = v[1], day = v[2];
    char digits[2][CC_DIGITS], time[] = "hh:mm";

    if (n < 2 || month < 1 || month > 12) {
        return iso; /* a year alone, or nothing that we know */
    }
    const char *name = gettext(months[month - 1]);
    const char *y = cc_digits(digits[0], year), *d = cc_digits(digits[1], day);
    if (n == 2) {
        /* TRANSLATORS: {1} month, {2} year */
        return cc_fmt(mem, _("{1} {2}"), name, y, NULL);
    }
    /* TRANSLATORS: a date. {1} day, {2} month, {3} year; the other one is the first of a month */
    const char *date = day == 1 ? cc_fmt(mem, _("1 {1} {2}"), name, y, NULL)
                                : cc_fmt(mem, _("{1} {2} {3}"), d, name, y, NULL);
    if (n < 5) {
        return date;
    }
    /* TRANSLATORS: {1} date, {2} time of day in Coordinated Universal Time */
    memcpy(time, iso + sizeof("YYYY-MM-DDT") - 1, sizeof(time) - 1);
    return cc_fmt(mem, _("{1}, {2} UTC"), date, time, NULL);
}
