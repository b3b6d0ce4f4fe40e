/* SPDX-License-Identifier: EUPL-1.2 */
/* The field tables as JSON, for tests that make records of every kind. */
#include "cli/cli.h"
#include "concord/kind.h"
#include <stdio.h>

static const char *const types[] = {
    [CC_F_GROUP] = "group", [CC_F_LINE] = "line",       [CC_F_BLOCK] = "block",
    [CC_F_TOKEN] = "token", [CC_F_CODE] = "code",       [CC_F_DATE] = "date",
    [CC_F_YEAR] = "year",   [CC_F_PERCENT] = "percent", [CC_F_URL] = "url",
    [CC_F_MAIL] = "mail",   [CC_F_PHONE] = "phone",     [CC_F_BOOL] = "bool",
    [CC_F_LANG] = "lang",   [CC_F_REF] = "ref",         [CC_F_INSTANT] = "instant",
    [CC_F_HASH] = "hash",   [CC_F_WHEN] = "when",       [CC_F_AMOUNT] = "amount",
    [CC_F_SHARE] = "share"};

static void put_fields(const struct cc_field *fields)
{
    putchar('[');
    for (const struct cc_field *f = fields; f != NULL && f->name != NULL; f++) {
        printf("%s\n{\"name\":\"%s\",\"type\":\"%s\",\"attr\":%s,\"many\":%s,\"required\":%s,"
               "\"value\":%s,\"by_key\":%s,\"max\":%zu,\"max_items\":%zu,\"codelist\":\"%s\","
               "\"ref_kind\":\"%s\",\"children\":",
               f == fields ? "" : ",", f->name, types[f->type],
               f->flags & CC_ATTR ? "true" : "false", f->flags & CC_MANY ? "true" : "false",
               f->flags & CC_REQUIRED ? "true" : "false", f->flags & CC_VALUE ? "true" : "false",
               f->order == CC_BY_KEY ? "true" : "false", f->max, f->max_items,
               f->codelist != NULL ? f->codelist : "", f->ref_kind != NULL ? f->ref_kind : "");
        put_fields(f->children);
        putchar('}');
    }
    putchar(']');
}

int cc_cmd_kinds(struct cc_cli *cli, int argc, char **argv)
{
    (void)cli;
    if (argc > 1)
        return cc_cli_usage(argv[0], "takes no arguments");
    putchar('[');
    for (size_t i = 0; cc_kinds[i] != NULL; i++) {
        printf("%s{\"name\":\"%s\",\"letter\":\"%c\",\"fields\":", i > 0 ? "," : "",
               cc_kinds[i]->name, cc_kinds[i]->letter);
        put_fields(cc_kinds[i]->fields);
        putchar('}');
    }
    puts("]");
    return CC_EXIT_OK;
}
