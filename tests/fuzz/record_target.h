/* SPDX-License-Identifier: EUPL-1.2 */
/* What every record must keep to that passed the check: its XML is canonical and read again. */
#ifndef CC_RECORD_TARGET_H
#define CC_RECORD_TARGET_H

#include "concord/xml.h"
#include "target.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define CHECK(what)                                                                                \
    do {                                                                                           \
        if (!(what)) {                                                                             \
            fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #what);               \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

static inline void check_fixed_point(void *mem, const struct cc_record *rec)
{
    struct cc_problems problems;
    struct cc_record *again = NULL;
    struct cc_buf one, two, json;
    cc_problems_init(&problems, mem);
    cc_record_check(rec, false, &problems);
    if (problems.errors > 0)
        return;
    cc_buf_init(&one, mem);
    cc_buf_init(&two, mem);
    cc_buf_init(&json, mem);
    cc_xml_write_record(&one, rec);
    CHECK(cc_xml_is_canonical(mem, one.data, one.len, NULL) == CC_OK);
    CHECK(cc_xml_read_record(mem, one.data, one.len, &CC_XML_WEB, &problems, &again) == CC_OK);
    cc_xml_write_record(&two, again);
    CHECK(strcmp(one.data, two.data) == 0);
    cc_record_to_json(rec, &json);
    CHECK(cc_record_from_json(mem, rec->kind, rec->id, json.data, &again, NULL) == CC_OK);
    two.len = 0;
    cc_xml_write_record(&two, again);
    CHECK(strcmp(one.data, two.data) == 0);
}

#endif
