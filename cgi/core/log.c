/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The log: one line, one write(2), so that lines of several processes on one pipe never mix (up to
 * PIPE_BUF, which is also the longest line). No allocation: it works when memory is out.
 */
#include "concord/log.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <utf8proc.h>

static enum cc_level level_most = CC_LOG_INFO;
static const char *request_id;

void cc_log_level(enum cc_level most)
{
    level_most = most;
}

void cc_log_request(const char *id)
{
    request_id = id;
}

static bool is_plain(char c)
{
    return c >= 0x20 && c < 0x7F && c != '\\';
}

/* Bytes of the character at s that may stand in a line as they are; 0 = escape its first byte. */
static size_t printable(const char *s)
{
    unsigned char c = (unsigned char)*s;
    if (c < 0x80)
        return is_plain(*s) ? 1 : 0;
    utf8proc_int32_t code;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s, -1, &code);
    if (n <= 0 || code < 0xA0 || code == 0x2028 || code == 0x2029)
        return 0;
    return (size_t)n;
}

/*
 * Controls, line ends and what is no UTF-8 become \n, \t or \xHH; a backslash is doubled, so
 * nothing can be forged. Stops before the piece that has no room.
 */
static size_t escape(char *out, size_t room, const char *s)
{
    static const char named[] = "\\\\\nn\rr\tt"; /* pairs: byte, letter */
    static const char hex[] = "0123456789ABCDEF";
    size_t n = 0;
    while (*s != '\0') {
        size_t run = 0; /* of what most lines are */
        while (n + run < room && is_plain(s[run]))
            run++;
        memcpy(out + n, s, run);
        n += run;
        s += run;
        if (run > 0)
            continue;
        size_t plain = printable(s);
        char piece[4] = {'\\'};
        size_t len = plain;
        if (plain > 0) {
            memcpy(piece, s, plain);
        } else {
            const char *pair = named;
            while (*pair != '\0' && *pair != *s)
                pair += 2;
            if (*pair != '\0') {
                piece[1] = pair[1];
                len = 2;
            } else {
                piece[1] = 'x';
                piece[2] = hex[(unsigned char)*s >> 4];
                piece[3] = hex[(unsigned char)*s & 15];
                len = 4;
            }
        }
        if (n + len > room)
            break;
        memcpy(out + n, piece, len);
        n += len;
        s += plain > 0 ? plain : 1;
    }
    return n;
}

CC_PRINTF(2, 0)
static void write_line(enum cc_level level, const char *fmt, va_list ap)
{
    static int terminal = -1; /* not known yet */
    int saved = errno;
    char text[PIPE_BUF];
    char line[PIPE_BUF];
    vsnprintf(text, sizeof(text), fmt, ap);

    /* the level is for the journal; people read the words */
    if (terminal < 0)
        terminal = isatty(STDERR_FILENO);
    int head = terminal == 1 ? 0 : snprintf(line, sizeof(line), "<%d>", (int)level);
    size_t n = head > 0 ? (size_t)head : 0;
    if (request_id != NULL) {
        memcpy(line + n, "req=", 4);
        n += 4;
        n += escape(line + n, 64, request_id);
        line[n++] = ' ';
    }
    n += escape(line + n, sizeof(line) - n - 1, text);
    line[n++] = '\n';
    ssize_t written = write(STDERR_FILENO, line, n);
    (void)written; /* where could we tell? */
    errno = saved;
}

void cc_log(enum cc_level level, const char *fmt, ...)
{
    if (level > level_most)
        return;
    va_list ap;
    va_start(ap, fmt);
    write_line(level, fmt, ap);
    va_end(ap);
}

static const enum cc_level rc_level[CC_RC__COUNT] = {
    [CC_BUSY] = CC_LOG_WARNING,
    [CC_UNCERTAIN] = CC_LOG_ERR,
    [CC_INTERNAL] = CC_LOG_ERR,
};

void cc_log_err(const struct cc_err *err)
{
    if (err == NULL || (unsigned)err->rc >= CC_RC__COUNT || rc_level[err->rc] == 0)
        return;
    const char *file = err->file == NULL ? "" : err->file;
    const char *slash = strrchr(file, '/');
    cc_log(rc_level[err->rc], "rc=%s at=%s:%d%s%s%s%s detail=\"%s\"", cc_rc_name(err->rc),
           slash == NULL ? file : slash + 1, err->line, err->sqlstate[0] ? " sqlstate=" : "",
           err->sqlstate, err->constraint[0] ? " constraint=" : "", err->constraint,
           err->detail == NULL ? "" : err->detail);
}

void cc_die(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    write_line(CC_LOG_ERR, fmt, ap);
    va_end(ap);
    _exit(1);
}
