/* SPDX-License-Identifier: EUPL-1.2 */
/* Fuzz: an urlencoded body, typed by a form with every type of field. */
#include "../lib/fake.h"
#include "http_target.h"

static size_t accepts(const struct cc_req *req, const char *name, enum cc_input_type *type_r)
{
    (void)req;
    *type_r = CC_IN_BLOCK;
    return strncmp(name, "x.", 2) == 0 ? 50 : 0;
}

static const struct cc_form form = {
    .inputs = (const struct cc_input[]){{"l", CC_IN_LINE, CC_IN_REQUIRED, 20, "L"},
                                        {"b", CC_IN_BLOCK, 0, 100, "B"},
                                        {"n", CC_IN_UINT, 0, 9, "N"},
                                        {"d", CC_IN_DATE, 0, 10, "D"},
                                        {"t", CC_IN_TOKEN, CC_IN_MANY, 9, "T"},
                                        {"i", CC_IN_ID, 0, 20, "I"},
                                        {"o", CC_IN_BOOL, 0, 5, "O"},
                                        {"s", CC_IN_SECRET, 0, 20, "S"},
                                        {0}},
    .accepts = accepts,
};

static enum cc_rc answer(struct cc_req *req, struct cc_resp *resp)
{
    check_values(&req->form);
    CHECK(cc_value_has(&req->form, "l"));
    CHECK(req->form.bad == (req->problems.n > 0));
    resp->status = req->form.bad ? 422 : 200;
    return CC_OK;
}

static const struct cc_route routes[] = {{CC_POST, "/", CC_CLASS_PAGE, CC_MAY_PUBLIC,
                                          CC_FOR_MACHINE, NULL, &form, false, 0, answer, "a"}};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fake *f = fake_new();

    quiet();
    f->site.routes = routes;
    f->site.route_count = 1;
    fake_set(f, "REQUEST_METHOD", "POST");
    fake_set(f, "REQUEST_URI", "/");
    fake_body(f, "application/x-www-form-urlencoded", (const char *)data, size);
    cc_http_serve(&f->site, &f->io);
    check_answer(f);
    talloc_free(f);
    return 0;
}
