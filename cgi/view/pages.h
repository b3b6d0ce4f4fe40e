/* SPDX-License-Identifier: EUPL-1.2 */
/* What each page prints: plain structs, filled by app/, read by the template of the same name. */
#ifndef CC_VIEW_PAGES_H
#define CC_VIEW_PAGES_H

#include "view/parts.h"

#endif
