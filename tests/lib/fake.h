/* SPDX-License-Identifier: EUPL-1.2 */
/* A request without a server, for unit tests and fuzzing: parameters, a body, a place to write to.
 */
#ifndef CC_TEST_FAKE_H
#define CC_TEST_FAKE_H

#include "concord/hash.h"
#include "http/internal.h"
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

struct fake {
    void *mem;
    char *envp[32];
    size_t n;
    const char *body;
    size_t body_len, body_at;
    size_t chunk; /* bytes per read, 0 = as asked */
    struct cc_buf out;
    struct cc_settings settings;
    struct cc_site site;
    struct cc_io io;
    struct cc_req *req;
    struct cc_resp resp;
};

static const char *fake_param(void *arg, const char *name)
{
    struct fake *f = arg;
    size_t len = strlen(name);

    for (size_t i = 0; i < f->n; i++) {
        if (strncmp(f->envp[i], name, len) == 0 && f->envp[i][len] == '=') {
            return f->envp[i] + len + 1;
        }
    }
    return NULL;
}

static int fake_read(void *arg, char *data, int len)
{
    struct fake *f = arg;
    size_t n = f->body_len - f->body_at;

    n = n < (size_t)len ? n : (size_t)len;
    n = f->chunk != 0 && n > f->chunk ? f->chunk : n;
    memcpy(data, f->body + f->body_at, n);
    f->body_at += n;
    return (int)n;
}

static int fake_write(void *arg, const char *data, int len)
{
    struct fake *f = arg;

    cc_buf_add(&f->out, data, (size_t)len);
    return len;
}

static inline void fake_set(struct fake *f, const char *name, const char *value)
{
    f->envp[f->n++] = talloc_asprintf(f->mem, "%s=%s", name, value);
    f->envp[f->n] = NULL;
}

static inline void fake_body(struct fake *f, const char *type, const char *body, size_t len)
{
    char text[24];

    snprintf(text, sizeof(text), "%zu", len);
    fake_set(f, "CONTENT_LENGTH", text);
    fake_set(f, "CONTENT_TYPE", type);
    f->body = body;
    f->body_len = len;
}

/* An empty site under https://registry.example; fill what the test needs, then fake_request(). */
static inline struct fake *fake_new(void)
{
    struct fake *f = talloc_zero(NULL, struct fake);

    if (cc_crypto_init() != CC_OK || cc_i18n_init("/nonexistent", "en fr ar") != CC_OK) {
        abort();
    }
    cc_i18n_use(cc_i18n_at(0));
    f->mem = f;
    cc_buf_init(&f->out, f);
    f->settings = (struct cc_settings){.public_url = "https://registry.example",
                                       .origin = "https://registry.example",
                                       .base_path = "",
                                       .is_https = true,
                                       .body_max = 100000,
                                       .upload_max = 1000000,
                                       .request_limit = 30,
                                       .trusted_proxies = ""};
    f->site = (struct cc_site){.settings = &f->settings, .class_ = CC_CLASS_PAGE};
    f->io = (struct cc_io){f, fake_param, f->envp, fake_read, fake_write, NULL, NULL};
    return f;
}

/* A fresh request on the parameters set so far. The status of its first steps. */
static inline int fake_request(struct fake *f)
{
    f->req = talloc_zero(f, struct cc_req);
    f->req->mem = f->req;
    cc_resp_init(&f->resp, f->req);
    int status = cc_req_init(f->req, &f->site, &f->io);
    return status ? status : cc_req_parse(f->req);
}

static inline int fake_get(struct fake *f, const char *uri)
{
    f->n = 0;
    fake_set(f, "REQUEST_METHOD", "GET");
    fake_set(f, "REQUEST_URI", uri);
    fake_set(f, "REMOTE_ADDR", "192.0.2.1");
    return fake_request(f);
}

#endif
