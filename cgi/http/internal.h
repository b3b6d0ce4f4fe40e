/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the files of http/ share among themselves. Functions that may refuse a request return the
 * HTTP status of the refusal and leave its message in req->err; 0 means go on.
 */
#ifndef CC_HTTP_INTERNAL_H
#define CC_HTTP_INTERNAL_H

#include "concord/http.h"

#define CC_URI_MAX    8192
#define CC_HEADER_MAX 4096
#define CC_COOKIE_MAX 8192
#define CC_PARTS_MAX  200 /* parts of one multipart form */
#define CC_NAME_MAX   200 /* bytes of a field name */

/* Records a refusal in req->err and returns status. */
int cc_refuse(struct cc_req *req, int status, const char *field, const char *message,
              const char *detail);
enum cc_rc cc_http_rc(int status);

/* One field as it came, before any typing. Name and text are NUL-terminated beyond their length. */
struct cc_part {
    const char *name;
    size_t name_len;
    const char *text;
    size_t len;
    const char *file_name; /* NULL = no file */
    const char *file_type;
    int file_fd;
    size_t file_len;
};
typedef int cc_part_fn(void *arg, const struct cc_part *part);

/* request.c */
int cc_req_init(struct cc_req *req, const struct cc_site *site, const struct cc_io *io);
int cc_req_parse(struct cc_req *req); /* method, path, query string, cookies */
int cc_body_length(struct cc_req *req, size_t limit, size_t *len_r);
const char *cc_client_address(void *mem, const char *remote, const char *forwarded,
                              const char *trusted);

/* path.c */
bool cc_percent_decode(const char *in, size_t len, bool plus, char *out, size_t *len_r);
int cc_path_decode(struct cc_req *req, const char *raw, size_t len, char **path_r);
const char *cc_path_below(const char *path, const char *base); /* NULL = not below base */

/* urlencoded.c, multipart.c */
int cc_urlencoded_each(struct cc_req *req, const char *data, size_t len, cc_part_fn *fn, void *arg);
/* The boundary of a multipart/form-data type on req->mem; NULL if it is none. */
char *cc_multipart_boundary(struct cc_req *req, const char *content_type);
/* Reads `len` bytes of body from req->io. Texts together may have text_max bytes. */
int cc_multipart_each(struct cc_req *req, const char *boundary, size_t len, size_t text_max,
                      cc_part_fn *fn, void *arg);

/* cookie.c */
struct cc_values *cc_cookies_parse(void *mem, const char *header);

/* form.c: types fields by the table; missing and bad ones become problems, unknown ones 400. */
int cc_form_query(struct cc_req *req);
int cc_form_body(struct cc_req *req);

/* router.c: sets route, args and lang. 301 = same page by its canonical address (see resp). */
int cc_route_find(struct cc_req *req, struct cc_resp *resp);

/* accept.c: quality 0 to 1000 of a media type by an Accept header (NULL = anything). */
int cc_accept_quality(const char *accept, const char *type);

/* url.c */
void cc_url_encode(struct cc_buf *out, const char *s, size_t len);
/* The address of this request in its canonical spelling; req->route is set. */
char *cc_url_self(void *mem, const struct cc_req *req, const struct cc_lang *lang);

/* response.c */
void cc_resp_init(struct cc_resp *resp, void *mem);
bool cc_is_token(const char *s, size_t len); /* RFC 9110 token */
/* Completes and writes the answer. Returns the bytes of the body that were sent. */
size_t cc_resp_send(struct cc_req *req, struct cc_resp *resp);

#endif
