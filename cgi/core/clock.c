/* SPDX-License-Identifier: EUPL-1.2 */
/* The clock and the two texts of an instant. Locale never matters: names of days are our own. */
#include "concord/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t test_now;

static const char day_names[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
static const char month_names[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

#define YEAR_9999_END 253402300799 /* 9999-12-31T23:59:59Z */

static int64_t clock_us(clockid_t which)
{
    struct timespec ts;
    clock_gettime(which, &ts); /* cannot fail for these two clocks */
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t cc_now(void)
{
    return test_now != 0 ? test_now : clock_us(CLOCK_REALTIME) / 1000000;
}

int64_t cc_monotonic_us(void)
{
    return clock_us(CLOCK_MONOTONIC);
}

void cc_clock_set(int64_t now)
{
    test_now = now;
}

void cc_clock_from_environment(void)
{
    const char *text = getenv("CONCORD_TEST_CLOCK");
    if (text != NULL && *text >= '0' && *text <= '9')
        cc_clock_set((int64_t)strtoll(text, NULL, 10));
}

/* Four-digit years only, as the formats have no room for more. */
static void split(int64_t t, struct tm *tm_r)
{
    time_t within = (time_t)(t < 0 ? 0 : t > YEAR_9999_END ? YEAR_9999_END : t);
    gmtime_r(&within, tm_r);
}

void cc_time_iso(int64_t t, char out_r[21])
{
    struct tm tm;
    split(t, &tm);
    strftime(out_r, 21, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

void cc_time_http(int64_t t, char out_r[30])
{
    struct tm tm;
    split(t, &tm);
    char rest[32];
    strftime(rest, sizeof(rest), "%Y %H:%M:%S GMT", &tm);
    char text[64];
    snprintf(text, sizeof(text), "%s, %02d %s %s", day_names[tm.tm_wday], tm.tm_mday,
             month_names[tm.tm_mon], rest);
    memcpy(out_r, text, 29);
    out_r[29] = '\0';
}

/* Reads exactly n digits; -1 if one of them is none. */
static int digits(const char *s, size_t n)
{
    int value = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return -1;
        value = value * 10 + (s[i] - '0');
    }
    return value;
}

/*
 * From fields to seconds, refusing what is no real instant: timegm() would carry 31 April over to
 * 1 May. A leap second is refused too: PostgreSQL never writes one.
 */
static int64_t join(int year, int month, int day, int hour, int minute, int second)
{
    if (year < 1970 || month < 1 || month > 12 || day < 1 || hour < 0 || hour > 23 || minute < 0 ||
        minute > 59 || second < 0 || second > 59)
        return -1;
    struct tm tm = {
        .tm_year = year - 1900,
        .tm_mon = month - 1,
        .tm_mday = day,
        .tm_hour = hour,
        .tm_min = minute,
        .tm_sec = second,
    };
    time_t t = timegm(&tm);
    if (tm.tm_mday != day || tm.tm_mon != month - 1)
        return -1;
    return (int64_t)t;
}

int64_t cc_time_from_iso(const char *s)
{
    if (s == NULL || strnlen(s, 21) != 20 || s[4] != '-' || s[7] != '-' || s[10] != 'T' ||
        s[13] != ':' || s[16] != ':' || s[19] != 'Z')
        return -1;
    return join(digits(s, 4), digits(s + 5, 2), digits(s + 8, 2), digits(s + 11, 2),
                digits(s + 14, 2), digits(s + 17, 2));
}

static int month_number(const char *s)
{
    for (int i = 0; i < 12; i++) {
        if (memcmp(s, month_names[i], 3) == 0)
            return i + 1;
    }
    return -1;
}

/* IMF-fixdate only: "Sun, 06 Nov 1994 08:49:37 GMT". The obsolete forms count as no date. */
int64_t cc_time_from_http(const char *s)
{
    if (s == NULL || strnlen(s, 30) != 29)
        return -1;
    int64_t t = join(digits(s + 12, 4), month_number(s + 8), digits(s + 5, 2), digits(s + 17, 2),
                     digits(s + 20, 2), digits(s + 23, 2));
    if (t < 0)
        return -1;
    char again[30];
    cc_time_http(t, again);
    return memcmp(s, again, 29) == 0 ? t : -1; /* day of the week and punctuation too */
}
