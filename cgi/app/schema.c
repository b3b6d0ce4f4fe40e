/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The published schemas: the files as they are, and pages made from their annotations. Only the
 * files of the table are ever opened; the address chooses among them.
 */
#include "app/handlers.h"
#include "app/page.h"

#include "concord/xml.h"
#include "view/schema.h"
#include <fcntl.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

enum { PIECE = 65536 };

/* What stands on one page: a schema and the files that it includes. */
static const struct set {
    const char *name;
    const char *title;
    const char *files[CC_SCHEMA_FILES_MAX + 1];
} sets[] = {
    {"1.0-draft",
     N_("Records, seal and feed: version 1.0-draft"),
     {"1.0-draft/concord.xsd", "1.0-draft/commitment.xsd", "1.0-draft/activity.xsd",
      "1.0-draft/seal.xsd", "1.0-draft/feed.xsd", "1.0-draft/types.xsd", "1.0-draft/xml.xsd"}},
    {"codelist", N_("Code lists"), {"codelist.xsd", "xml.xsd"}},
};
#define SETS (sizeof(sets) / sizeof(sets[0]))

/* The bytes of an installed schema. file is one of the table. */
static enum cc_rc read_file(struct cc_req *req, const char *file, struct cc_buf *out)
{
    char *path = talloc_asprintf(req->mem, "%s/schemas/%s", req->settings->share_path, file);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = -1;

    while (fd >= 0) {
        cc_buf_reserve(out, PIECE);
        n = read(fd, out->data + out->len, PIECE);
        if (n <= 0) {
            break;
        }
        out->len += (size_t)n;
    }
    if (n < 0) {
        cc_fail(&req->err, req->mem, CC_INTERNAL, NULL,
                N_("The registry is not installed completely."), "could not read \"%s\": %m", path);
    }
    if (fd >= 0) {
        close(fd);
    }
    return n < 0 ? CC_INTERNAL : CC_OK;
}

static const char *known_file(const char *file)
{
    for (size_t i = 0; i < SETS; i++) {
        for (size_t k = 0; sets[i].files[k] != NULL; k++) {
            if (strcmp(sets[i].files[k], file) == 0) {
                return sets[i].files[k];
            }
        }
    }
    return NULL;
}

/* /schemas/codelist.xsd and /schemas/1.0-draft/concord.xsd */
enum cc_rc cc_schema_file(struct cc_req *req, struct cc_resp *resp)
{
    const char *asked = req->args[1] == NULL
                            ? req->args[0]
                            : talloc_asprintf(req->mem, "%s/%s", req->args[0], req->args[1]);
    const char *file = known_file(asked);

    if (file == NULL) {
        return CC_NOT_FOUND;
    }
    resp->status = 200;
    resp->type = "application/xml; charset=utf-8";
    resp->cache = req->has_session_cookie ? CC_CACHE_NO_STORE : CC_CACHE_SHORT;
    return read_file(req, file, &resp->body);
}

static struct cc_href file_href(struct cc_req *req, const char *file)
{
    const char *slash = strchr(file, '/');

    if (slash == NULL) {
        return (struct cc_href){.route = R_SCHEMA_FILE, .args = {file}};
    }
    return (struct cc_href){
        .route = R_SCHEMA_VERSION_FILE,
        .args = {talloc_strndup(req->mem, file, (size_t)(slash - file)), slash + 1}};
}

enum cc_rc cc_schema_list(struct cc_req *req, struct cc_resp *resp)
{
    struct cc_schema_list_page p = {.set_count = SETS};
    struct cc_schema_set *list = talloc_zero_array(req->mem, struct cc_schema_set, SETS);
    struct cc_html w;

    enum cc_rc rc = cc_app_read(req, NULL, 0);
    if (rc != CC_OK) {
        return rc;
    }
    for (size_t i = 0; i < SETS; i++) {
        list[i] = (struct cc_schema_set){.name = sets[i].name, .title = gettext(sets[i].title)};
        while (sets[i].files[list[i].file_count] != NULL) {
            const char *file = sets[i].files[list[i].file_count];
            list[i].files[list[i].file_count++] =
                (struct cc_link){.text = {.text = file}, .href = file_href(req, file)};
        }
    }
    p.sets = list;
    cc_frame_fill(req, _("Schemas"), &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_schema_list(&w, &p);
    return CC_OK;
}

static enum cc_rc read_set(struct cc_req *req, const struct set *set, struct cc_schema_page *p)
{
    struct cc_schema_file *files =
        talloc_zero_array(req->mem, struct cc_schema_file, CC_SCHEMA_FILES_MAX);

    for (; set->files[p->file_count] != NULL; p->file_count++) {
        struct cc_schema_file *f = &files[p->file_count];
        struct cc_buf xsd;

        cc_buf_init(&xsd, req->mem);
        f->name = set->files[p->file_count];
        f->href = file_href(req, f->name);
        enum cc_rc rc = read_file(req, f->name, &xsd);
        if (rc == CC_OK) {
            rc = cc_xml_read_schema(req->mem, xsd.data, xsd.len, &f->schema, &req->err);
        }
        if (rc != CC_OK) {
            return rc;
        }
    }
    p->files = files;
    return CC_OK;
}

/* The readable page of a schema and all that it includes. */
enum cc_rc cc_schema_show(struct cc_req *req, struct cc_resp *resp)
{
    const struct set *set = NULL;
    struct cc_schema_page p = {0};
    struct cc_html w;

    for (size_t i = 0; i < SETS; i++) {
        if (strcmp(sets[i].name, req->args[0]) == 0) {
            set = &sets[i];
        }
    }
    enum cc_rc rc = cc_app_read(req, NULL, 0);
    if (rc == CC_OK) {
        rc = set == NULL ? CC_NOT_FOUND : read_set(req, set, &p);
    }
    if (rc != CC_OK) {
        return rc;
    }
    cc_frame_fill(req, gettext(set->title), &p.frame);
    cc_page_begin(req, resp, &w);
    cc_view_schema(&w, &p);
    return CC_OK;
}
