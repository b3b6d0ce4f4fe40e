/* SPDX-License-Identifier: EUPL-1.2 */
/* Between the reader of the settings file and the checks; nobody else includes this. */
#ifndef CC_SETTINGS_READ_H
#define CC_SETTINGS_READ_H

#include "concord/settings.h"

struct cc_settings_reader {
    void *mem;
    const char *file;
    struct cc_settings *settings;
    struct cc_buf *report;
    int line;   /* of the file, counted from 1 */
    int *lines; /* per setting: line where it was set, 0 = not */
    bool failed;
};

/* One mistake: "FILE:LINE: text". line 0 = none. */
void cc_settings_mistake(struct cc_settings_reader *r, int line, const char *fmt, ...)
    CC_PRINTF(3, 4);
/* What holds between settings, and what a type does not say; fills in what is computed. */
void cc_settings_check(struct cc_settings_reader *r);
/* Index of the setting whose value stands at this offset. */
size_t cc_setting_at(size_t offset);

#endif
