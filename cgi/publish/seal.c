/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Makes a revision: content, note and the seal over both, all in memory. Nothing is stored here;
 * cc_publish_call() hands the bytes to the one SQL function that stores them.
 */
#include "concord/clock.h"
#include "concord/hash.h"
#include "concord/publish.h"
#include "concord/xml.h"
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define CONTENT_MAX 1000000 /* bytes: larger records are split, see docs/records.md */

static const char *const KIND_NAMES[] = {
    [CC_PUBLISHED] = "published", [CC_WITHDRAWN] = "withdrawn", [CC_REDIRECTED] = "redirected"};

static char *hash_of(void *mem, const char *s, size_t len)
{
    char hex[CC_SHA256_HEX + 1];
    cc_sha256_hex(s, len, hex);
    return talloc_strdup(mem, hex);
}

/* Checks and writes the content. What is published already was valid then and is not judged again.
 */
static enum cc_rc write_content(void *mem, const struct cc_publication *publication,
                                struct cc_problems *problems, struct cc_sealed *sealed,
                                struct cc_err *err)
{
    const struct cc_record *rec = publication->record;
    if (!publication->checked) {
        cc_record_check(rec, true, problems);
    }
    if (problems->errors > 0) {
        return cc_fail(err, mem, CC_INVALID, NULL, N_("This cannot be published yet."),
                       "%zu problems", problems->errors);
    }
    struct cc_buf content;
    cc_buf_init(&content, mem);
    cc_xml_write_record(&content, rec);
    if (content.len > CONTENT_MAX) {
        cc_problem_add(
            problems, CC_ERROR, 0, NULL,
            N_("This record is larger than 1 MB. Move parts of it, for example long texts, "
               "into documents that it links to, or split it into several records."),
            NULL, NULL);
        return cc_fail(err, mem, CC_INVALID, NULL, N_("This cannot be published yet."), "%zu bytes",
                       content.len);
    }
    sealed->content = cc_buf_str(&content);
    sealed->content_sha256 = hash_of(mem, content.data, content.len);
    sealed->unchanged = publication->previous_content_sha256 != NULL &&
                        strcmp(publication->previous_content_sha256, sealed->content_sha256) == 0;
    if (sealed->unchanged) {
        return CC_OK;
    }
    enum cc_rc rc = cc_xml_validate(mem, content.data, content.len, problems);
    if (rc != CC_OK || problems->errors > 0) {
        /* The checks above let through what the schema refuses: our mistake, but told. */
        return cc_fail(err, mem, rc != CC_OK && rc != CC_INVALID ? rc : CC_INVALID, NULL,
                       N_("This cannot be published yet."), "not valid under the schema");
    }
    struct cc_buf projection;
    cc_buf_init(&projection, mem);
    cc_projection_json(rec, &projection);
    sealed->projection = cc_buf_str(&projection);
    return CC_OK;
}

enum cc_rc cc_publish_seal(void *mem, const struct cc_publication *publication,
                           struct cc_problems *problems, struct cc_sealed *sealed_r,
                           struct cc_err *err)
{
    struct cc_sealed sealed = {0};
    if (publication->kind == CC_PUBLISHED) {
        enum cc_rc rc = write_content(mem, publication, problems, &sealed, err);
        if (rc != CC_OK) {
            return rc;
        }
    }
    long previous = publication->previous_revision != NULL
                        ? strtol(publication->previous_revision, NULL, 10)
                        : 0;
    char time[21];
    cc_time_iso(cc_now(), time);
    sealed.time = talloc_strdup(mem, time);
    sealed.schema = CC_SCHEMA_VERSION;
    sealed.revision = talloc_asprintf(mem, "%ld", previous + 1);
    sealed.note = publication->note != NULL ? publication->note : "";
    sealed.note_sha256 = hash_of(mem, sealed.note, strlen(sealed.note));

    const struct cc_seal seal = {
        .record =
            publication->kind == CC_PUBLISHED ? publication->record->id : publication->record_id,
        .revision = sealed.revision,
        .schema = sealed.schema,
        .time = sealed.time,
        .publisher = publication->publisher,
        .kind = KIND_NAMES[publication->kind],
        .redirect = publication->kind == CC_REDIRECTED ? publication->redirect : NULL,
        .content_sha256 = sealed.content_sha256,
        .previous_sha256 = publication->previous_seal_sha256,
        .note_sha256 = sealed.note_sha256,
    };
    struct cc_buf out;
    cc_buf_init(&out, mem);
    cc_xml_write_seal(&out, &seal);
    sealed.seal = cc_buf_str(&out);
    sealed.seal_sha256 = hash_of(mem, out.data, out.len);
    *sealed_r = sealed;
    return CC_OK;
}

void cc_publish_begin(struct cc_publish_batch *batch, void *mem)
{
    cc_buf_init(&batch->rows, mem);
    cc_buf_init(&batch->documents, mem);
}

/* None of them holds a control character: XML has none, and notes are cleaned. */
static void add_document(struct cc_buf *documents, const char *document)
{
    if (documents->len > 0)
        cc_buf_addc(documents, '\1');
    cc_buf_adds(documents, document != NULL ? document : "\2");
}

void cc_publish_add(struct cc_publish_batch *to, const struct cc_publication *publication,
                    const struct cc_sealed *sealed)
{
    struct cc_buf *batch = &to->rows;
    const char *id =
        publication->record_id != NULL ? publication->record_id : publication->record->id;
    const struct cc_kind *kind = cc_kind_by_letter(id[0]);
    bool redirects = publication->kind == CC_REDIRECTED;
    cc_buf_adds(batch, batch->len == 0 ? "[{" : ",{");
    cc_json_pair(batch, "id", id);
    cc_json_pair(batch, "kind", kind != NULL ? kind->name : "");
    cc_json_pair(batch, "number", sealed->revision);
    cc_json_pair(batch, "state", KIND_NAMES[publication->kind]);
    cc_json_pair(batch, "schema", sealed->schema);
    cc_json_pair(batch, "content_sha256", sealed->content_sha256);
    cc_json_pair(batch, "seal_sha256", sealed->seal_sha256);
    cc_json_pair(batch, "note_sha256", sealed->note_sha256);
    cc_json_pair(batch, "previous_seal_sha256", publication->previous_seal_sha256);
    cc_json_pair(batch, "publisher", publication->publisher);
    cc_json_pair(batch, "redirect_to", redirects ? publication->redirect : NULL);
    cc_json_pair(batch, "sealed_at", sealed->time);
    if (sealed->projection != NULL) {
        cc_buf_adds(batch, ",\"projection\":");
        cc_buf_adds(batch, sealed->projection);
    }
    cc_buf_addc(batch, '}');
    add_document(&to->documents, sealed->content);
    add_document(&to->documents, sealed->seal);
    add_document(&to->documents, sealed->note);
}

struct cc_call cc_publish_append(struct cc_publish_batch *batch)
{
    cc_buf_addc(&batch->rows, ']');
    return (struct cc_call){.query = Q_PUBLISH_APPEND,
                            .params = {cc_buf_str(&batch->rows), cc_buf_str(&batch->documents)}};
}

void cc_publish_call(void *mem, const struct cc_publication *publication,
                     const struct cc_sealed *sealed, struct cc_call *call_r)
{
    struct cc_publish_batch batch;
    cc_publish_begin(&batch, mem);
    cc_publish_add(&batch, publication, sealed);
    *call_r = cc_publish_append(&batch);
}
