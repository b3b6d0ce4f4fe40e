/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * multipart/form-data (RFC 7578) as browsers send it, read in a sliding window. Files go to an
 * unlinked temporary file; names of files are never paths. Strict: no preamble, no nested parts, no
 * transfer encodings, no folded headers.
 */
#include "http/internal.h"

#include "concord/log.h"
#include "concord/text.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>
#include <unistd.h>

#define WINDOW       65536
#define LINE_MAX_LEN 1024
#define LINES_MAX    8

struct reader {
    struct cc_req *req;
    char *data;        /* WINDOW bytes */
    size_t start, end; /* unread bytes in data */
    size_t left;       /* bytes of the body still to come */
    char *delimiter;   /* "\r\n--boundary" */
    size_t delimiter_len;
    size_t text_left;
};

struct part_head {
    char *name, *file_name, *type;
    bool has_disposition;
};

static const char malformed[] = N_("The form data are not well formed.");

static int bad(struct reader *r, const char *detail)
{
    return cc_refuse(r->req, 400, NULL, malformed, detail);
}

/* More bytes into the window. Status, or 0; r->end grows unless everything has come. */
static int fill(struct reader *r)
{
    memmove(r->data, r->data + r->start, r->end - r->start);
    r->end -= r->start;
    r->start = 0;
    size_t want = WINDOW - r->end < r->left ? WINDOW - r->end : r->left;
    if (want == 0) {
        return bad(r, "no end");
    }
    int n = r->req->io->read(r->req->io->arg, r->data + r->end, (int)want);
    if (n <= 0) {
        return cc_refuse(r->req, 400, NULL, N_("The form did not arrive completely."),
                         "short body");
    }
    r->end += (size_t)n;
    r->left -= (size_t)n;
    return 0;
}

static int need(struct reader *r, size_t n)
{
    int status = 0;

    while (status == 0 && r->end - r->start < n) {
        status = fill(r);
    }
    return status;
}

/* One header line without its CRLF, NUL-terminated in line_r. */
static int read_line(struct reader *r, char line_r[LINE_MAX_LEN + 1])
{
    for (;;) {
        char *at = r->data + r->start;
        char *stop = memmem(at, r->end - r->start, "\r\n", 2);
        size_t len = stop ? (size_t)(stop - at) : r->end - r->start;
        if (len > LINE_MAX_LEN) {
            return bad(r, "header line too long");
        }
        if (stop != NULL) {
            memcpy(line_r, at, len);
            line_r[len] = '\0';
            r->start += len + 2;
            return strlen(line_r) == len ? 0 : bad(r, "NUL in a header");
        }
        int status = fill(r);
        if (status != 0) {
            return status;
        }
    }
}

/* Browsers write %22 %0D %0A for what cannot stand in the quotes; that is undone here. */
static void unescape(char *s)
{
    static const struct {
        const char *code;
        char c;
    } codes[] = {{"%22", '"'}, {"%0D", '\r'}, {"%0A", '\n'}, {"\\\"", '"'}};
    char *out = s;

    while (*s != '\0') {
        size_t step = 1;
        char c = *s;
        for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
            size_t n = strlen(codes[i].code);
            if (strncasecmp(s, codes[i].code, n) == 0) {
                c = codes[i].c;
                step = n;
                break;
            }
        }
        *out++ = c;
        s += step;
    }
    *out = '\0';
}

/* Next ; name="value" or ; name=value. False at the end or when malformed (*at is then not at NUL).
 */
static bool next_parameter(void *mem, const char **at, char **name_r, char **value_r)
{
    const char *p = *at + strspn(*at, " \t");

    if (*p != ';') {
        *at = p;
        return false;
    }
    p++;
    p += strspn(p, " \t");
    size_t name_len = strcspn(p, "= \t;\"");
    if (name_len == 0 || p[name_len] != '=') {
        *at = p - 1;
        return false;
    }
    *name_r = talloc_strndup(mem, p, name_len);
    p += name_len + 1;
    size_t len = 0;
    if (*p == '"') {
        p++;
        while (p[len] != '\0' && p[len] != '"') {
            len += p[len] == '\\' && p[len + 1] == '"' ? 2 : 1;
        }
        if (p[len] != '"') {
            *at = p - 1;
            return false;
        }
        *value_r = talloc_strndup(mem, p, len);
        p += len + 1;
    } else {
        len = strcspn(p, "; \t\"");
        *value_r = talloc_strndup(mem, p, len);
        p += len;
    }
    *at = p;
    return true;
}

static int take_disposition(struct reader *r, struct part_head *head, const char *value)
{
    size_t len = strcspn(value, "; \t");
    const char *at = value + len;
    char *name = NULL, *text = NULL;

    if (head->has_disposition || len != 9 || strncasecmp(value, "form-data", 9) != 0) {
        return bad(r, "disposition");
    }
    head->has_disposition = true;
    while (next_parameter(r->req->mem, &at, &name, &text)) {
        char **slot = strcasecmp(name, "name") == 0       ? &head->name
                      : strcasecmp(name, "filename") == 0 ? &head->file_name
                                                          : NULL;
        if (slot == NULL) {
            continue;
        }
        if (*slot != NULL) {
            return bad(r, "doubled parameter");
        }
        unescape(text);
        *slot = text;
    }
    return *at == '\0' && head->name != NULL ? 0 : bad(r, "disposition");
}

static int take_type(struct reader *r, struct part_head *head, const char *value)
{
    if (head->type != NULL) {
        return bad(r, "doubled type");
    }
    head->type = talloc_strndup(r->req->mem, value, strcspn(value, "; \t"));
    return 0;
}

static int take_encoding(struct reader *r, struct part_head *head, const char *value)
{
    (void)head;
    return strcasecmp(value, "8bit") == 0 || strcasecmp(value, "7bit") == 0 ||
                   strcasecmp(value, "binary") == 0
               ? 0
               : bad(r, "transfer encoding");
}

static const struct {
    const char *name;
    int (*take)(struct reader *r, struct part_head *head, const char *value);
} headers[] = {
    {"Content-Disposition", take_disposition},
    {"Content-Type", take_type},
    {"Content-Transfer-Encoding", take_encoding},
};

static int read_head(struct reader *r, struct part_head *head)
{
    char line[LINE_MAX_LEN + 1];

    for (size_t i = 0; i <= LINES_MAX; i++) {
        int status = read_line(r, line);
        if (status != 0) {
            return status;
        }
        if (line[0] == '\0') {
            return head->has_disposition ? 0 : bad(r, "no disposition");
        }
        size_t len = strcspn(line, ":");
        if (line[len] != ':' || !cc_is_token(line, len)) {
            return bad(r, "header");
        }
        const char *value = line + len + 1;
        value += strspn(value, " \t");
        for (size_t k = 0; k < sizeof(headers) / sizeof(headers[0]); k++) {
            if (status == 0 && strlen(headers[k].name) == len &&
                strncasecmp(line, headers[k].name, len) == 0) {
                status = headers[k].take(r, head, value);
            }
        }
        if (status != 0) {
            return status;
        }
    }
    return bad(r, "too many headers");
}

/* --- content -----------------------------------------------------------------------------------
 */

static int close_file(int *fd)
{
    close(*fd);
    return 0;
}

/* An unlinked file that is closed with the request. */
static int temporary_file(void *mem)
{
    const char *dir = getenv("TMPDIR");
    int fd = open(dir ? dir : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd < 0) {
        char *path = talloc_asprintf(mem, "%s/concord-XXXXXX", dir ? dir : "/tmp");
        fd = mkostemp(path, O_CLOEXEC);
        if (fd >= 0) {
            unlink(path);
        }
    }
    if (fd >= 0) {
        int *owner = talloc(mem, int);
        *owner = fd;
        talloc_set_destructor(owner, close_file);
    }
    return fd;
}

static int no_room(struct reader *r)
{
    cc_log(CC_LOG_ERR, "could not write an upload to a temporary file: %s", strerror(errno));
    return cc_refuse(r->req, 503, NULL, NULL, "temporary file");
}

struct sink {
    struct cc_buf text;
    int fd; /* -1 = text */
    size_t len;
};

static int put(struct reader *r, struct sink *sink, const char *data, size_t len)
{
    sink->len += len;
    if (sink->fd < 0) {
        if (len > r->text_left) {
            return cc_refuse(r->req, 413, NULL, N_("What was sent is too large."), "text");
        }
        r->text_left -= len;
        cc_buf_add(&sink->text, data, len);
        return 0;
    }
    while (len > 0) {
        ssize_t n = write(sink->fd, data, len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return no_room(r);
        }
        data += n;
        len -= (size_t)n;
    }
    return 0;
}

/* Up to the delimiter, which is consumed. */
static int read_content(struct reader *r, struct sink *sink)
{
    for (;;) {
        char *at = r->data + r->start;
        size_t have = r->end - r->start;
        char *stop = memmem(at, have, r->delimiter, r->delimiter_len);
        /* the end of the window may hold the beginning of the delimiter */
        size_t sure = stop                       ? (size_t)(stop - at)
                      : have >= r->delimiter_len ? have - r->delimiter_len + 1
                                                 : 0;
        int status = put(r, sink, at, sure);
        r->start += sure;
        if (status == 0 && stop == NULL) {
            status = fill(r);
        }
        if (status != 0) {
            return status;
        }
        if (stop != NULL) {
            r->start += r->delimiter_len;
            return 0;
        }
    }
}

/* "../../x.xml" and "C:\x.xml" to "x.xml"; what is no text to "file". */
static char *clean_file_name(void *mem, const char *name)
{
    const char *why = NULL;
    char *clean = NULL;

    for (const char *c = name; *c != '\0'; c++) {
        if (*c == '/' || *c == '\\') {
            name = c + 1;
        }
    }
    if (cc_text_clean(mem, name, strlen(name), CC_TEXT_LINE, 200, &clean, &why) != CC_OK ||
        clean[0] == '\0') {
        return talloc_strdup(mem, "file");
    }
    return clean;
}

static int read_part(struct reader *r, cc_part_fn *fn, void *arg)
{
    struct part_head head = {0};
    struct sink sink = {.fd = -1};
    int status = read_head(r, &head);

    cc_buf_init(&sink.text, r->req->mem);
    if (status == 0 && head.file_name != NULL && head.file_name[0] != '\0') {
        sink.fd = temporary_file(r->req->mem);
        status = sink.fd < 0 ? no_room(r) : 0;
    }
    if (status == 0) {
        status = read_content(r, &sink);
    }
    if (status != 0) {
        return status;
    }
    if (sink.fd >= 0 && lseek(sink.fd, 0, SEEK_SET) != 0) {
        return no_room(r);
    }
    struct cc_part part = {
        .name = head.name,
        .name_len = strlen(head.name),
        .text = cc_buf_str(&sink.text),
        .len = sink.fd < 0 ? sink.len : 0,
        .file_name = head.file_name ? clean_file_name(r->req->mem, head.file_name) : NULL,
        .file_type = head.type ? head.type : "",
        .file_fd = sink.fd,
        .file_len = sink.fd < 0 ? 0 : sink.len,
    };
    return fn(arg, &part);
}

/* boundary of RFC 2046 5.1.1 */
static bool is_boundary(const char *s)
{
    size_t len = strlen(s);

    return len >= 1 && len <= 70 && s[len - 1] != ' ' &&
           s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                       "'()+_,-./:=? ")] == '\0';
}

char *cc_multipart_boundary(struct cc_req *req, const char *content_type)
{
    static const char type[] = "multipart/form-data";
    size_t len = strcspn(content_type, "; \t");
    const char *at = content_type + len;
    char *name = NULL, *value = NULL, *boundary = NULL;

    if (len != sizeof(type) - 1 || strncasecmp(content_type, type, len) != 0) {
        return NULL;
    }
    while (next_parameter(req->mem, &at, &name, &value)) {
        if (strcasecmp(name, "boundary") == 0) {
            if (boundary != NULL) {
                return NULL;
            }
            boundary = value;
        }
    }
    return *at == '\0' && boundary != NULL && is_boundary(boundary) ? boundary : NULL;
}

int cc_multipart_each(struct cc_req *req, const char *boundary, size_t len, size_t text_max,
                      cc_part_fn *fn, void *arg)
{
    struct reader r = {.req = req, .left = len, .text_left = text_max};

    r.data = talloc_size(req->mem, WINDOW);
    r.delimiter = talloc_asprintf(req->mem, "\r\n--%s", boundary);
    r.delimiter_len = strlen(r.delimiter);
    int status = need(&r, r.delimiter_len - 2);
    if (status != 0) {
        return status;
    }
    if (memcmp(r.data, r.delimiter + 2, r.delimiter_len - 2) != 0) {
        return bad(&r, "does not begin with the boundary");
    }
    r.start = r.delimiter_len - 2;
    for (size_t parts = 0;; parts++) {
        status = need(&r, 2);
        if (status != 0) {
            return status;
        }
        const char *after = r.data + r.start;
        r.start += 2;
        if (memcmp(after, "--", 2) == 0) {
            return 0; /* what follows is an epilogue, which says nothing */
        }
        if (memcmp(after, "\r\n", 2) != 0) {
            return bad(&r, "boundary");
        }
        if (parts >= CC_PARTS_MAX) {
            return cc_refuse(req, 413, NULL, N_("The form has too many fields."), NULL);
        }
        status = read_part(&r, fn, arg);
        if (status != 0) {
            return status;
        }
    }
}
