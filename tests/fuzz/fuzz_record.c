/* SPDX-License-Identifier: EUPL-1.2 */
/* Fuzz: the XML door. What it lets in is written canonically and read again. */
#include "record_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void *mem = talloc_new(NULL);
    struct cc_problems problems;
    struct cc_record *rec = NULL;
    cc_problems_init(&problems, mem);
    enum cc_rc rc = cc_xml_read_record(mem, (const char *)data, size, &CC_XML_WEB, &problems, &rec);
    CHECK(rc == CC_OK || problems.errors > 0);
    if (rc == CC_OK)
        check_fixed_point(mem, rec);
    talloc_free(mem);
    return 0;
}
