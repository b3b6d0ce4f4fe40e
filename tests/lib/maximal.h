/* SPDX-License-Identifier: EUPL-1.2 */
/* A record with every field of its table, made from the table. */
#ifndef CC_TEST_MAXIMAL_H
#define CC_TEST_MAXIMAL_H

#include "concord/id.h"
#include "concord/record.h"
#include <string.h>
#include <talloc.h>

static inline char *maximal_id(void *mem, char letter, const char *body)
{
    char *id = talloc_asprintf(mem, "%c%s ", letter, body);
    id[13] = cc_id_check(id, 13);
    return id;
}

static inline const char *maximal_value(void *mem, const struct cc_field *f, size_t i)
{
    switch (f->type) {
    case CC_F_CODE:
        if (strcmp(f->codelist, "resource-kind") == 0)
            return "money";
        if (strcmp(f->name, "goal") == 0)
            return "3";
        if (strcmp(f->name, "target") == 0)
            return i == 0 ? "3.1" : "3.3";
        return i == 0 ? "10" : "21";
    case CC_F_DATE:
        return "2026-11-24";
    case CC_F_YEAR:
        return "2026";
    case CC_F_WHEN:
        return i == 0 ? "2002-01" : "2002-01-28";
    case CC_F_PERCENT:
        return strcmp(f->name, "percentage") == 0 ? "25" : i == 0 ? "33.5" : "66.50";
    case CC_F_SHARE:
        return "14.2857142857";
    case CC_F_AMOUNT:
        return i == 0 ? "1020000.50" : "0.000001";
    case CC_F_URL:
        return "https://example.org/?a=1&b=2";
    case CC_F_MAIL:
        return "office@example.org";
    case CC_F_PHONE:
        return "+41 22 555 01 00";
    case CC_F_BOOL:
        return "true";
    case CC_F_LANG:
        return i == 0 ? "zh-Hant" : "fr";
    case CC_F_REF:
        return maximal_id(mem, cc_kind_find(f->ref_kind)->letter,
                          i == 0 ? "A00000000001" : "A00000000002");
    case CC_F_INSTANT:
        return "2026-11-24T01:02:03Z";
    case CC_F_HASH:
        return "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    case CC_F_TOKEN:
        if (strcmp(f->name, "hierarchy") == 0)
            return "2";
        if (strcmp(f->name, "area") == 0)
            return i == 0 ? "G1:1:179583" : "A4::KE";
        if (strcmp(f->name, "gazetteer") == 0)
            return i == 0 ? "G1:186301" : "G2:node/1";
        if (strcmp(f->name, "point") == 0)
            return "-1.28 36.82";
        /* fallthrough */
    default:
        return talloc_asprintf(mem, "%s %zu \xC3\xA9 & < > \" \xF0\x9F\x8C\x8D", f->name, i);
    }
}

static inline void maximal_fill(struct cc_record *rec, struct cc_node *parent,
                                const struct cc_field *table, size_t turn)
{
    for (const struct cc_field *f = table; f->name != NULL; f++) {
        bool many = (f->flags & CC_MANY) != 0;
        if (f->type == CC_F_LINE || f->type == CC_F_BLOCK) {
            const char *more = f->type == CC_F_BLOCK ? "\n\n  two\nlines" : "";
            cc_record_add(rec, parent, f->name, "\xD8\xA7\xD9\x84\xD8\xB9\xD8\xB1\xD8\xA8", "ar");
            cc_record_add(rec, parent, f->name,
                          talloc_asprintf(rec, "%s%s", maximal_value(rec, f, turn), more), "en");
            continue;
        }
        for (size_t i = 0; i < (many ? 2u : 1u); i++) {
            if (f->type == CC_F_GROUP)
                maximal_fill(rec, cc_record_add(rec, parent, f->name, NULL, NULL), f->children, i);
            else if (f->type != CC_F_BOOL || turn == 0)
                cc_record_add(rec, parent, f->name, maximal_value(rec, f, many ? i : turn), NULL);
        }
    }
}

static inline struct cc_record *maximal_record(void *mem, const struct cc_kind *kind)
{
    struct cc_record *rec = cc_record_new(mem, kind, maximal_id(mem, kind->letter, "000000000001"));
    maximal_fill(rec, NULL, kind->fields, 0);
    cc_record_sort(rec);
    return rec;
}

#endif
