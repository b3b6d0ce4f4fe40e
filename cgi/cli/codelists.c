/* SPDX-License-Identifier: EUPL-1.2 */
/* concord codelists [DIR]: loads every *.xml of a folder as a code list. */
#include "cli/cli.h"

#include "concord/buf.h"
#include "concord/xml.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

static bool read_file(const char *path, struct cc_buf *out)
{
    char chunk[65536];
    size_t n;
    FILE *f = fopen(path, "rb");

    if (f == NULL) {
        return false;
    }
    while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0) {
        cc_buf_add(out, chunk, n);
    }
    bool ok = !ferror(f);
    (void)fclose(f);
    return ok;
}

static enum cc_rc load(struct cc_cli *cli, struct cc_db *db, const char *path, struct cc_err *err)
{
    struct cc_buf file;
    char *json;

    cc_buf_init(&file, cli->mem);
    if (!read_file(path, &file)) {
        return cc_fail(err, cli->mem, CC_INVALID, NULL, NULL, "could not read \"%s\"", path);
    }
    enum cc_rc rc = cc_xml_read_codelist(cli->mem, cc_buf_str(&file), file.len, &json, err);
    if (rc != CC_OK) {
        return cc_fail(NULL, cli->mem, rc, NULL, NULL, "%s", path);
    }
    struct cc_call call = {.query = Q_CODELIST_LOAD, .params = {json, cc_buf_str(&file)}};
    rc = cc_db_run(db, cli->mem, &call, err);
    if (rc == CC_OK) {
        printf("%s: %s codes\n", path, cc_rows_text(call.rows, 0, Q_CODELIST_LOAD_CODES));
    }
    return rc;
}

static int is_xml(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');

    return dot != NULL && strcmp(dot, ".xml") == 0;
}

int cc_cmd_codelists(struct cc_cli *cli, int argc, char **argv)
{
    const char *dir = argc > 1 ? argv[1] : cc_cli_share(cli, "sql/codelists");
    struct cc_db *db = cc_cli_db(cli, cli->settings->db_user_job);
    struct cc_err err = {0};
    struct dirent **entries;
    enum cc_rc rc = CC_OK;

    if (argc > 2) {
        return cc_cli_usage("codelists", "takes one folder");
    }
    int n = scandir(dir, &entries, is_xml, alphasort);
    if (n < 0) {
        return cc_cli_usage("codelists", "the folder cannot be read");
    }
    for (int i = 0; i < n; i++) {
        if (rc == CC_OK) {
            rc = load(cli, db, talloc_asprintf(cli->mem, "%s/%s", dir, entries[i]->d_name), &err);
        }
        free(entries[i]);
    }
    free(entries);
    return rc == CC_OK ? CC_EXIT_OK : cc_cli_fail(&err);
}
