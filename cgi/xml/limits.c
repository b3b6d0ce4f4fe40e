/* SPDX-License-Identifier: EUPL-1.2 */
/* What each door lets in. libxml2's own limits (no XML_PARSE_HUGE) stand behind these. */
#include "concord/xml.h"

#define KIB 1024u
#define MIB (1024u * 1024u)

const struct cc_xml_limits CC_XML_WEB = {
    .document = 10 * MIB,
    .tag = 32 * KIB,
    .attributes = 64,
    .depth = 64,
    .errors = 100,
    .text = 1 * MIB,
    .record = 10 * MIB,
    .elements = 200000,
};

/* The import child: streaming, so there is no limit for the file. */
const struct cc_xml_limits CC_XML_IMPORT = {
    .document = 0,
    .tag = 32 * KIB,
    .attributes = 64,
    .depth = 64,
    .errors = 100,
    .text = 1 * MIB,
    .record = 16 * MIB,
    .elements = 0,
};
