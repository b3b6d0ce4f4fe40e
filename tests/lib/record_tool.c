/* SPDX-License-Identifier: EUPL-1.2 */
/* For tests: XML of a record on standard input to JSON, or JSON (with KIND and ID) to XML. */
#include "concord/xml.h"
#include <stdio.h>
#include <string.h>
#include <talloc.h>

int main(int argc, char **argv)
{
    void *mem = talloc_new(NULL);
    struct cc_buf in, out;
    struct cc_problems problems;
    struct cc_record *rec = NULL;
    char part[65536];
    size_t n;
    enum cc_rc rc;
    cc_buf_init(&in, mem);
    cc_buf_init(&out, mem);
    cc_problems_init(&problems, mem);
    while ((n = fread(part, 1, sizeof(part), stdin)) > 0)
        cc_buf_add(&in, part, n);
    if (argc == 3) {
        rc = cc_record_from_json(mem, cc_kind_find(argv[1]), argv[2], cc_buf_str(&in), &rec, NULL);
        if (rc == CC_OK)
            cc_xml_write_record(&out, rec);
    } else {
        rc = cc_xml_read_record(mem, cc_buf_str(&in), in.len, &CC_XML_WEB, &problems, &rec);
        if (rc == CC_OK)
            cc_record_to_json(rec, &out);
    }
    fwrite(cc_buf_str(&out), 1, out.len, stdout);
    talloc_free(mem);
    return rc == CC_OK ? 0 : 1;
}
