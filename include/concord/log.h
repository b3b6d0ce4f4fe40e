/* SPDX-License-Identifier: EUPL-1.2 */
/* One line per event on standard error: "<6>key=value ..." with the syslog priority. */
#ifndef CC_LOG_H
#define CC_LOG_H

#include "concord/err.h"

enum cc_level {
    CC_LOG_ERR = 3,
    CC_LOG_WARNING = 4,
    CC_LOG_NOTICE = 5,
    CC_LOG_INFO = 6,
    CC_LOG_DEBUG = 7
};

void cc_log_level(enum cc_level most); /* lines above it are not written; at first CC_LOG_INFO */
void cc_log_request(const char *id);   /* stands in every line until NULL; borrowed */
/* The text is escaped: control characters and line ends never reach the stream. */
void cc_log(enum cc_level level, const char *fmt, ...) CC_PRINTF(2, 3);
void cc_log_err(const struct cc_err *err); /* level by rc; nothing for results that are no errors */
/* Out of memory or a broken invariant: one line, then _exit(1). */
void cc_die(const char *fmt, ...) CC_PRINTF(1, 2) __attribute__((noreturn));

#endif
