/* SPDX-License-Identifier: EUPL-1.2 */
/* The clock, which tests may set (CONCORD_TEST_CLOCK=unix seconds; honoured only with the setting
 * test.clock = yes). */
#ifndef CC_CLOCK_H
#define CC_CLOCK_H

#include <stdint.h>

int64_t cc_now(void);                 /* seconds since 1970 UTC */
int64_t cc_monotonic_us(void);        /* for durations and deadlines */
void cc_clock_set(int64_t now);       /* 0 = real again */
void cc_clock_from_environment(void); /* CONCORD_TEST_CLOCK; call only with test.clock = yes */
void cc_time_iso(int64_t t, char out_r[21]);  /* 2026-11-24T01:02:03Z */
void cc_time_http(int64_t t, char out_r[30]); /* IMF-fixdate, RFC 9110 5.6.7 */
int64_t cc_time_from_http(const char *s);     /* -1 if it is none */
int64_t cc_time_from_iso(const char *s);      /* YYYY-MM-DDThh:mm:ssZ; -1 if it is none */

#endif
