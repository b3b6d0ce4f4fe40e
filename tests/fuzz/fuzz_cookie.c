/* SPDX-License-Identifier: EUPL-1.2 */
/* Fuzz: the Cookie header; what was read can be set again. */
#include "../lib/fake.h"
#include "http_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fake *f = fake_new();

    quiet();
    (void)fake_get(f, "/");
    fake_set(f, "HTTP_COOKIE", talloc_strndup(f, (const char *)data, size));
    if (fake_request(f) == 0) {
        for (size_t i = 0; i < f->req->cookies->n; i++) {
            const struct cc_value *v = &f->req->cookies->v[i];
            size_t before = f->resp.headers.len;
            cc_resp_cookie(&f->resp, f->req, v->name, v->text, -1);
            CHECK(f->resp.headers.len > before);
            (void)cc_cookie(f->req, v->name);
        }
        (void)cc_resp_send(f->req, &f->resp);
        check_answer(f);
    }
    talloc_free(f);
    return 0;
}
