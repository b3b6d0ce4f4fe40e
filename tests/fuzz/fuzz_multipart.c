/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Fuzz: a multipart body. The first byte says how many bytes come per read, the first line is the
 * content type. Read in other pieces, the same bytes must give the same answer.
 */
#include "../lib/fake.h"
#include "http_target.h"

static const struct cc_form form = {
    .inputs = (const struct cc_input[]){{"a", CC_IN_TOKEN, 0, 10, "A"},
                                        {"f", CC_IN_FILE, CC_IN_MANY, 1000, "F"},
                                        {0}},
    .multipart = true,
};

static enum cc_rc answer(struct cc_req *req, struct cc_resp *resp)
{
    check_values(&req->form);
    for (size_t i = 0; i < req->form.n; i++) {
        const struct cc_value *v = &req->form.v[i];
        CHECK(v->file_name == NULL || strchr(v->file_name, '/') == NULL);
        cc_buf_printf(&resp->body, "%s=%s %zu;", v->name, v->text, v->file_len);
    }
    resp->status = req->form.bad ? 422 : 200;
    return CC_OK;
}

static const struct cc_route routes[] = {{CC_POST, "/", CC_CLASS_PAGE, CC_MAY_PUBLIC,
                                          CC_FOR_BROWSER, NULL, &form, false, 0, answer, "a"}};

static void error(struct cc_req *req, struct cc_resp *resp, enum cc_rc rc, int status)
{
    (void)rc;
    resp->status = status;
    cc_buf_adds(&resp->body,
                cc_http_message(req, status)); /* no request id: answers are compared */
}

static struct fake *run(const char *type, const char *body, size_t len, size_t chunk)
{
    struct fake *f = fake_new();

    f->site.routes = routes;
    f->site.route_count = 1;
    f->site.error = error;
    f->chunk = chunk;
    fake_set(f, "REQUEST_METHOD", "POST");
    fake_set(f, "REQUEST_URI", "/");
    fake_body(f, type, body, len);
    cc_http_serve(&f->site, &f->io);
    check_answer(f);
    return f;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *line = size > 1 ? memchr(text + 1, '\n', size - 1) : NULL;

    quiet();
    if (line == NULL) {
        return 0;
    }
    char *type = talloc_strndup(NULL, text + 1, (size_t)(line - text - 1));
    size_t len = size - (size_t)(line + 1 - text);
    struct fake *whole = run(type, line + 1, len, 0);
    struct fake *pieces = run(type, line + 1, len, data[0] % 16U + 1U);
    CHECK(whole->out.len == pieces->out.len &&
          memcmp(whole->out.data, pieces->out.data, whole->out.len) == 0);
    talloc_free(whole);
    talloc_free(pieces);
    talloc_free(type);
    return 0;
}
