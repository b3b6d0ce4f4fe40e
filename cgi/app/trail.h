/* SPDX-License-Identifier: EUPL-1.2 */
/* What the kinds of events of the audit log are called. */
#ifndef CC_TRAIL_H
#define CC_TRAIL_H

#include <stddef.h>

struct cc_action {
    const char *word, *label; /* label: msgid */
};
extern const struct cc_action cc_actions[]; /* in the order of their words */
extern const size_t cc_action_count;
/* In the language of the page; NULL = none for this word. */
const char *cc_action_label(const char *word);

#endif
