/* SPDX-License-Identifier: EUPL-1.2 */
/* What the page about the data prints. */
#ifndef CC_VIEW_ABOUT_H
#define CC_VIEW_ABOUT_H

#include "view/parts.h"

struct cc_about_page {
    struct cc_frame frame;
    const char *public_url; /* without a slash at its end */
    const char *licence;    /* of the data; "" = not said */
};
void cc_view_about(struct cc_html *w, const struct cc_about_page *p);

#endif
