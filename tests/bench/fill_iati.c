/* SPDX-License-Identifier: EUPL-1.2 */
/* Activities as others deliver them: with budgets and transactions, which are no part of a record.
 */
#include "concord/iati.h"
#include "fill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

/* In IATI's order these stand in front of whatever comes first here. */
static size_t place_of_money(const char *activity)
{
    static const char *const behind[] = {"<document-link", "<related-activity", "</iati-activity>"};
    const char *at = NULL;
    for (size_t i = 0; i < COUNT_OF(behind) && at == NULL; i++)
        at = strstr(activity, behind[i]);
    return (size_t)(at - activity);
}

static void add_money(struct cc_buf *out, struct dice *dice)
{
    for (unsigned year = 2024; year < 2026; year++)
        cc_buf_printf(out,
                      "<budget type=\"1\" status=\"2\"><period-start iso-date=\"%u-01-01\"/>"
                      "<period-end iso-date=\"%u-12-31\"/><value currency=\"USD\" "
                      "value-date=\"%u-01-01\">%u</value></budget>",
                      year, year, year, 1000 * dice_first(dice, 90000, 4));
    for (unsigned n = dice_size(dice, 6, 60); n > 0; n--) {
        unsigned month = 1 + dice_to(dice, 12);
        cc_buf_printf(out,
                      "<transaction><transaction-type code=\"%u\"/><transaction-date "
                      "iso-date=\"2025-%02u-15\"/><value currency=\"USD\" value-date=\"2025-%02u"
                      "-15\">%u</value></transaction>",
                      2 + dice_to(dice, 3), month, month, 1 + dice_first(dice, 9000000, 4));
    }
}

void write_iati(struct cc_buf *out, unsigned n, const struct amounts *all)
{
    const struct cc_record *rec = make_activity(out->mem, n, all);
    struct cc_record *reporter = make_organisation(out->mem, reporter_of(n, all));
    const struct cc_iati_about about = {.reporter = reporter,
                                        .published_at = "2026-10-01T00:00:00Z"};
    const char *lacks;
    struct cc_buf alone;
    struct dice dice = dice_of('t', n);
    cc_buf_init(&alone, out->mem);
    cc_record_drop(reporter, "illustrative"); /* what examples tell is not written */
    if (!cc_iati_end(cc_iati_begin(out->mem, rec, &about), &alone, &lacks)) {
        fprintf(stderr, "fill: activity %u lacks %s\n", n, lacks);
        exit(1);
    }
    size_t place = place_of_money(cc_buf_str(&alone));
    cc_buf_add(out, alone.data, place);
    add_money(out, &dice);
    cc_buf_add(out, alone.data + place, alone.len - place);
}
