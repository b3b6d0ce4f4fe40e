/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Publishes one record for tests, its content taken as it is: `concord verify` must judge what the
 * checks before publishing would refuse, too.
 *
 *   publish_probe CONNINFO SCHEMAS OWNER published NOTE < content.xml
 *   publish_probe CONNINFO SCHEMAS OWNER withdrawn NOTE ID
 *   publish_probe CONNINFO SCHEMAS OWNER redirected NOTE ID TARGET
 *
 * Prints the position. OWNER is the organisation that publishes.
 */
#include "concord/clock.h"
#include "concord/hash.h"
#include "concord/log.h"
#include "concord/publish.h"
#include "concord/xml.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

static void read_stdin(struct cc_buf *in)
{
    char piece[8192];
    ssize_t n;
    while ((n = read(STDIN_FILENO, piece, sizeof(piece))) > 0)
        cc_buf_add(in, piece, (size_t)n);
}

static int fail(const struct cc_err *err, const struct cc_problems *problems)
{
    fprintf(stderr, "publish_probe: %s (%s)\n", err->message != NULL ? err->message : "failed",
            err->detail != NULL ? err->detail : "");
    for (size_t i = 0; i < problems->n; i++)
        fprintf(stderr, "  %s: %s %s\n", problems->v[i].path != NULL ? problems->v[i].path : "",
                problems->v[i].message, problems->v[i].arg1 != NULL ? problems->v[i].arg1 : "");
    return 1;
}

static const char *hash(void *mem, const char *s)
{
    char hex[CC_SHA256_HEX + 1];
    cc_sha256_hex(s, strlen(s), hex);
    return talloc_strdup(mem, hex);
}

static void seal_as_it_is(void *mem, const struct cc_publication *publication, const char *content,
                          struct cc_sealed *sealed)
{
    const char *previous = publication->previous_revision;
    char time[21];
    struct cc_buf seal, projection;
    cc_buf_init(&seal, mem);
    cc_buf_init(&projection, mem);
    cc_time_iso(cc_now(), time);
    sealed->time = talloc_strdup(mem, time);
    sealed->revision = talloc_asprintf(mem, "%ld", previous != NULL ? atol(previous) + 1 : 1);
    sealed->schema = CC_SCHEMA_VERSION;
    sealed->content = content;
    sealed->content_sha256 = hash(mem, content);
    sealed->note = publication->note;
    sealed->note_sha256 = hash(mem, publication->note);
    cc_xml_write_seal(&seal, &(struct cc_seal){.record = publication->record_id,
                                               .revision = sealed->revision,
                                               .schema = CC_SCHEMA_VERSION,
                                               .time = sealed->time,
                                               .publisher = publication->publisher,
                                               .kind = "published",
                                               .content_sha256 = sealed->content_sha256,
                                               .previous_sha256 = publication->previous_seal_sha256,
                                               .note_sha256 = sealed->note_sha256});
    sealed->seal = cc_buf_str(&seal);
    sealed->seal_sha256 = hash(mem, sealed->seal);
    cc_projection_json(publication->record, &projection);
    sealed->projection = cc_buf_str(&projection);
}

int main(int argc, char **argv)
{
    void *mem = talloc_new(NULL);
    struct cc_err err = {.rc = CC_OK};
    struct cc_problems problems;
    struct cc_record *rec = NULL;
    struct cc_publication publication = {0};
    struct cc_db *db;
    const struct cc_db_options options = {
        .conninfo = argv[1], .user = "cc_job", .application = "probe"};
    struct cc_buf in;
    cc_buf_init(&in, mem);
    cc_problems_init(&problems, mem);
    if (argc < 6 || cc_crypto_init() != CC_OK || cc_xml_init(argv[2]) != CC_OK ||
        cc_db_open(mem, &options, &db) != CC_OK)
        return 2;
    publication.publisher = argv[3];
    publication.note = argv[5];
    if (strcmp(argv[4], "published") == 0) {
        read_stdin(&in);
        if (cc_xml_read_record(mem, in.data, in.len, &CC_XML_WEB, &problems, &rec) != CC_OK)
            return fail(&err, &problems);
        publication.record = rec;
    } else {
        publication.kind = argc > 7 ? CC_REDIRECTED : CC_WITHDRAWN;
        publication.redirect = argc > 7 ? argv[7] : NULL;
    }
    publication.record_id = rec != NULL ? rec->id : argv[6];
    const char *kind = cc_kind_by_letter(publication.record_id[0])->name;

    struct cc_call state = {.query = Q_RECORD_STATE, .params = {publication.record_id}};
    if (cc_db_pipeline(db, mem, &state, 1, CC_TX_BEGIN, &err) != CC_OK)
        return fail(&err, &problems);
    bool exists = cc_rows_count(state.rows) == 1;
    struct cc_call lock = {.query = Q_RECORD_LOCK, .params = {publication.record_id}};
    struct cc_call create = {.query = Q_RECORD_CREATE,
                             .params = {publication.record_id, kind, publication.publisher}};
    if (exists) {
        publication.previous_revision = cc_rows_text(state.rows, 0, Q_RECORD_STATE_REVISION);
        publication.previous_seal_sha256 = cc_rows_text(state.rows, 0, Q_RECORD_STATE_SEAL_SHA256);
        publication.previous_content_sha256 =
            cc_rows_text(state.rows, 0, Q_RECORD_STATE_CONTENT_SHA256);
    }
    struct cc_sealed sealed = {0};
    if (rec != NULL)
        seal_as_it_is(mem, &publication, cc_buf_str(&in), &sealed);
    else if (cc_publish_seal(mem, &publication, &problems, &sealed, &err) != CC_OK)
        return fail(&err, &problems);
    struct cc_call calls[2] = {exists ? lock : create};
    cc_publish_call(mem, &publication, &sealed, &calls[1]);
    if (cc_db_pipeline(db, mem, calls, 2, CC_TX_COMMIT, &err) != CC_OK)
        return fail(&err, &problems);
    puts(cc_rows_text(calls[1].rows, 0, Q_PUBLISH_APPEND_POSITION));
    cc_db_close(db);
    talloc_free(mem);
    return 0;
}
