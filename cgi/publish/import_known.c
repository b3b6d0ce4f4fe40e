/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A list that was imported before costs reading, hashing and looking up. Content of ours stands
 * between its tags without comments or CDATA, so its end is the first end tag of its name; if the
 * hash of the bytes up to there is that of what is published under its identifier, they are that
 * content, which was well-formed and valid when it was sealed. Around them only the list's tags and
 * white space may stand, so the whole file is well-formed. Whatever else stands in it leads to the
 * ordinary way, from the beginning.
 */
#include "publish/import.h"

#include "concord/log.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#define WINDOW          (4u << 20) /* bytes: several of the largest records */
#define LOOKED_UP       1000       /* records of one query */
#define LOOKED_UP_FIRST 20         /* of a file that is new, no more are looked up */
#define LIST_BEGIN      "<records xmlns=\"" CC_XML_NS "\">"
#define LIST_END        "</records>"

struct known_id {
    char id[CC_ID_LEN + 1];
    int line;
};

struct known {
    struct import *im;
    void *mem;
    char *data; /* the window; [at, end) is still to be read */
    size_t at, end;
    bool eof, failed;
    int line;
    struct known_id *ids;
    size_t n;
    struct cc_buf titles; /* of ids[0 .. n), each with its NUL */
    struct cc_buf want_ids, want_hashes;
    size_t wanted;
};

/* Moves what is left to the front and reads behind it. */
static void fill(struct known *k)
{
    memmove(k->data, k->data + k->at, k->end - k->at);
    k->end -= k->at;
    k->at = 0;
    while (!k->eof && k->end < WINDOW) {
        ssize_t n = read(k->im->fd, k->data + k->end, WINDOW - k->end);
        if (n < 0 && errno == EINTR)
            continue;
        k->failed = k->failed || n < 0;
        k->eof = n <= 0;
        k->end += n > 0 ? (size_t)n : 0;
    }
}

static void advance(struct known *k, size_t len)
{
    const char *end = k->data + k->at + len;
    for (const char *s = k->data + k->at; (s = memchr(s, '\n', (size_t)(end - s))) != NULL; s++)
        k->line++;
    k->at += len;
}

static void skip_space(struct known *k)
{
    size_t n = 0;
    while (k->at + n < k->end && strchr(" \t\r\n", k->data[k->at + n]) != NULL &&
           k->data[k->at + n] != '\0')
        n++;
    advance(k, n);
}

static bool take_word(struct known *k, const char *word)
{
    size_t len = strlen(word);
    if (k->end - k->at < len || memcmp(k->data + k->at, word, len) != 0)
        return false;
    advance(k, len);
    return true;
}

/* --- looking up ------------------------------------------------------------------------------ */

/* False: some of them are not published just so. */
static enum cc_rc look_up(struct known *k, bool *good_r)
{
    struct import *im = k->im;
    void *mem = talloc_new(k->mem);
    struct cc_call call = {.query = Q_IMPORT_KNOWN,
                           .params = {cc_buf_str(&k->want_ids), cc_buf_str(&k->want_hashes)}};
    enum cc_rc rc = cc_import_ask(im, mem, &call);
    *good_r = rc == CC_OK && cc_rows_count(call.rows) == k->wanted;
    for (size_t i = 0; i < k->wanted && *good_r; i++) {
        const char *title = cc_rows_text(call.rows, i, Q_IMPORT_KNOWN_TITLE);
        cc_buf_adds(&k->titles, title);
        cc_buf_add(&k->titles, "", 1);
    }
    k->want_ids.len = k->want_hashes.len = k->wanted = 0;
    talloc_free(mem);
    return rc;
}

static void want(struct known *k, const char *id, const char *content, size_t len)
{
    char hex[CC_SHA256_HEX + 1];
    if ((k->n & (k->n - 1)) == 0) {
        k->ids =
            talloc_realloc(k->mem, k->ids, struct known_id, (unsigned)(k->n == 0 ? 1 : 2 * k->n));
        if (k->ids == NULL)
            cc_die("out of memory");
    }
    memcpy(k->ids[k->n].id, id, sizeof(k->ids->id));
    k->ids[k->n++].line = k->line;
    cc_sha256_hex(content, len, hex);
    cc_buf_printf(&k->want_ids, "%s%s", k->wanted > 0 ? " " : "", id);
    cc_buf_printf(&k->want_hashes, "%s%s", k->wanted > 0 ? " " : "", hex);
    k->wanted++;
}

static int by_id(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool has_one_twice(const struct known *k)
{
    const char **sorted = talloc_array(k->mem, const char *, (unsigned)k->n + 1);
    bool twice = false;
    if (sorted == NULL)
        cc_die("out of memory");
    for (size_t i = 0; i < k->n; i++)
        sorted[i] = k->ids[i].id;
    qsort(sorted, k->n, sizeof(*sorted), by_id);
    for (size_t i = 1; i < k->n; i++)
        twice = twice || strcmp(sorted[i - 1], sorted[i]) == 0;
    talloc_free(sorted);
    return twice;
}

/* --- records --------------------------------------------------------------------------------- */

/* One record in our bytes; false: something else stands here. */
static bool take_record(struct known *k)
{
    char text[128], id[CC_ID_LEN + 1];
    const char *from = k->data + k->at;
    size_t left = k->end - k->at;
    for (const struct cc_kind *const *kind = cc_kinds; *kind != NULL; kind++) {
        int begin =
            snprintf(text, sizeof(text), "<%s xmlns=\"" CC_XML_NS "\" id=\"", (*kind)->name);
        if (left < (size_t)begin + CC_ID_LEN || memcmp(from, text, (size_t)begin) != 0)
            continue;
        memcpy(id, from + begin, CC_ID_LEN);
        id[CC_ID_LEN] = '\0';
        int tag = snprintf(text, sizeof(text), "</%s>", (*kind)->name);
        const char *end = memmem(from, left, text, (size_t)tag);
        if (end == NULL || !cc_id_valid(id) || id[0] != (*kind)->letter)
            return false;
        size_t len = (size_t)(end - from) + (size_t)tag;
        want(k, id, from, len);
        advance(k, len);
        return true;
    }
    return false;
}

static enum cc_rc take_all(struct known *k, bool *good_r)
{
    enum cc_rc rc = CC_OK;
    fill(k);
    skip_space(k);
    *good_r = take_word(k, LIST_BEGIN);
    while (rc == CC_OK && *good_r) {
        if (k->end - k->at < WINDOW / 2 && !k->eof)
            fill(k);
        skip_space(k);
        if (take_word(k, LIST_END))
            break;
        *good_r = take_record(k);
        if (*good_r && (k->wanted == LOOKED_UP || k->n == LOOKED_UP_FIRST))
            rc = look_up(k, good_r);
    }
    if (rc == CC_OK && *good_r && k->wanted > 0)
        rc = look_up(k, good_r);
    skip_space(k);
    *good_r = *good_r && k->eof && !k->failed && k->at == k->end && !has_one_twice(k);
    return rc;
}

static void tell(struct known *k)
{
    struct cc_problems none;
    const char *title = cc_buf_str(&k->titles);
    cc_problems_init(&none, k->mem);
    for (size_t i = 0; i < k->n; i++) {
        cc_import_tell(k->im, &(struct cc_import_result){.id = k->ids[i].id,
                                                         .title = *title != '\0' ? title : NULL,
                                                         .verdict = CC_IMPORT_UNCHANGED,
                                                         .problems = &none,
                                                         .line = k->ids[i].line});
        title += strlen(title) + 1;
    }
}

enum cc_rc cc_import_known(struct import *im, bool *known_r)
{
    struct known k = {.im = im, .mem = talloc_new(im), .line = 1};
    k.data = talloc_size(k.mem, WINDOW);
    if (k.data == NULL)
        cc_die("out of memory");
    cc_buf_init(&k.titles, k.mem);
    cc_buf_init(&k.want_ids, k.mem);
    cc_buf_init(&k.want_hashes, k.mem);
    enum cc_rc rc = CC_OK;
    *known_r = false;
    if (lseek(im->fd, 0, SEEK_SET) != 0)
        rc = cc_fail(im->err, im->mem, CC_INTERNAL, NULL, N_("The file could not be read."),
                     "lseek: %s", strerror(errno));
    else
        rc = take_all(&k, known_r);
    if (rc == CC_OK && *known_r)
        tell(&k);
    talloc_free(k.mem);
    return rc;
}
