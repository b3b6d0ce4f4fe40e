/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * FastCGI: the socket, the signals that end a worker, requests one after the other. libfcgi reads
 * them; connections are taken, and most answers written, here.
 */
#include "config.h"

#include "concord/clock.h"
#include "concord/deadline.h"
#include "concord/http.h"
#include "concord/log.h"
#include <errno.h>
#include <fastcgi.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define BACKLOG      512
#define RECORD_BYTES 65528 /* of content: nearly FCGI_MAX_LENGTH, and nothing to fill up */
#define LOOK_EACH    32
#define LOOK_SLOW_US 1000
#define SILENT_MS    2000 /* who connects and says nothing for so long is dropped */

static volatile sig_atomic_t stopping;
static int listener;  /* descriptor 0 or that of --socket */
static int nothing;   /* /dev/null */
static bool is_ended; /* the answer of this request: nothing more is to be sent */

/*
 * Takes the socket away from under accept(): one that waits begins again with /dev/null and fails,
 * one that is just about to wait fails, and reading a request goes on undisturbed. So no signal is
 * missed and no request is lost.
 */
static void stop(int signal_number)
{
    (void)signal_number;
    int saved = errno;

    stopping = 1;
    (void)dup2(nothing, listener);
    errno = saved;
}

static void catch_signals(void)
{
    static const int ends[] = {SIGTERM, SIGINT, SIGQUIT, SIGUSR1, SIGHUP};
    struct sigaction action = {.sa_handler = stop, .sa_flags = SA_RESTART};

    nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing < 0) {
        cc_die("could not open /dev/null: %s", strerror(errno));
    }
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        sigaction(ends[i], &action, NULL);
    }
    signal(SIGPIPE, SIG_IGN);
}

static const char *fcgi_param(void *arg, const char *name)
{
    FCGX_Request *request = arg;

    return FCGX_GetParam(name, request->envp);
}

static int fcgi_read(void *arg, char *data, int len)
{
    FCGX_Request *request = arg;
    int n = FCGX_GetStr(data, len, request->in);

    return n == 0 && FCGX_GetError(request->in) != 0 ? -1 : n;
}

static int fcgi_write(void *arg, const char *data, int len)
{
    FCGX_Request *request = arg;

    return FCGX_PutStr(data, len, request->out) == len ? len : -1;
}

static FCGI_EndRequestRecord end_record(const FCGX_Request *request, unsigned char status)
{
    return (FCGI_EndRequestRecord){
        .header = {.version = FCGI_VERSION_1,
                   .type = FCGI_END_REQUEST,
                   .requestIdB1 = (unsigned char)(request->requestId >> 8),
                   .requestIdB0 = (unsigned char)(request->requestId & 0xff),
                   .contentLengthB0 = sizeof(FCGI_EndRequestBody)},
        .body = {.protocolStatus = status},
    };
}

/* All of it, however much is taken at a time. */
static bool write_parts(int fd, struct iovec *parts, int n)
{
    while (n > 0) {
        ssize_t done = writev(fd, parts, n);
        if (done < 0 && errno != EINTR) {
            return false;
        }
        /* also those that are empty */
        for (; done >= 0 && n > 0 && (size_t)done >= parts->iov_len; parts++, n--) {
            done -= (ssize_t)parts->iov_len;
        }
        if (done > 0) {
            parts->iov_base = (char *)parts->iov_base + done;
            parts->iov_len -= (size_t)done;
        }
    }
    return true;
}

static FCGI_Header out_record(const FCGX_Request *request, size_t content)
{
    FCGI_Header header = end_record(request, 0).header;

    header.type = FCGI_STDOUT;
    header.contentLengthB1 = (unsigned char)(content >> 8);
    header.contentLengthB0 = (unsigned char)(content & 0xff);
    return header;
}

/*
 * libfcgi writes an answer in pieces of 8 KB and its end apart, and the web server wakes up for
 * each. So it goes in the largest records that there are, the last of them with its end.
 */
static int fcgi_whole(void *arg, const char *head, size_t head_len, const char *body, size_t len)
{
    FCGX_Request *request = arg;

    if (head_len > RECORD_BYTES || request->keepConnection) {
        return fcgi_write(arg, head, (int)head_len) < 0 || fcgi_write(arg, body, (int)len) < 0 ? -1
                                                                                               : 0;
    }
    FCGI_Header last = out_record(request, 0);
    FCGI_EndRequestRecord end = end_record(request, FCGI_REQUEST_COMPLETE);
    bool good = true;
    is_ended = true;
    while (good && head_len + len > 0) {
        size_t n = len < RECORD_BYTES - head_len ? len : RECORD_BYTES - head_len;
        FCGI_Header record = out_record(request, head_len + n);
        struct iovec parts[] = {{&record, sizeof(record)},
                                {(void *)(uintptr_t)head, head_len},
                                {(void *)(uintptr_t)body, n},
                                {&last, sizeof(last)},
                                {&end, sizeof(end)}};
        good = write_parts(request->ipcFd, parts, n < len ? 3 : 5);
        body += n;
        len -= n;
        head_len = 0;
    }
    return good ? 0 : -1;
}

/*
 * Half an answer must not look like a whole one. A web server that does not keep connections takes
 * their end for the end of the answer, so a record that is none (version 0) goes first.
 */
static const FCGI_Header none = {.version = 0};

static void fcgi_abort(void *arg)
{
    FCGX_Request *request = arg;

    if (write(request->ipcFd, &none, sizeof(none)) != (ssize_t)sizeof(none)) {
        cc_log(CC_LOG_INFO, "could not break an answer off: %s", strerror(errno));
    }
    is_ended = true;
}

/* libfcgi has no call for this answer; without it a server would take silence for a page. */
static void refuse_role(FCGX_Request *request)
{
    FCGI_EndRequestRecord end = end_record(request, FCGI_UNKNOWN_ROLE);

    if (write(request->ipcFd, &end, sizeof(end)) != (ssize_t)sizeof(end)) {
        cc_log(CC_LOG_INFO, "could not refuse a role: %s", strerror(errno));
    }
    FCGX_Free(request, 1);
}

/*
 * The end of a whole answer. libfcgi shuts the connection down and waits for the web server to
 * close it, lest what that still sends meets nobody. Once its request is here to the last byte
 * nothing more comes, and closing is enough. Nobody is waited for to find that out.
 */
static void end_answer(FCGX_Request *request)
{
    int on = 1;

    if (ioctl(request->ipcFd, FIONBIO, &on) == 0 && FCGX_GetChar(request->in) == EOF &&
        FCGX_GetError(request->in) == 0) {
        FCGX_Detach(request);
    }
    FCGX_Free(request, 1); /* without a record that ends it */
}

/* Megabytes in memory now; 0 where nobody tells. */
static long resident_mb(void)
{
    static int statm = -1;
    char text[64] = "";
    long pages = 0;

    if (statm < 0) {
        statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    }
    if (statm >= 0 && pread(statm, text, sizeof(text) - 1, 0) > 0) {
        char *end = text + strcspn(text, " ");
        pages = strtol(end, NULL, 10);
    }
    return pages / ((1024L * 1024) / sysconf(_SC_PAGESIZE));
}

/* What a giant answer took goes back to the system; a worker that stays big gives its place to a
 * fresh one. To be told how big it is takes longer than reading a request, and megabytes are not
 * filled in a millisecond: it is asked after slow answers, and at times. */
static bool is_grown(const struct cc_settings *settings, long served, int64_t begin_us)
{
    if (served % LOOK_EACH != 0 && cc_monotonic_us() - begin_us < LOOK_SLOW_US) {
        return false;
    }
    if (resident_mb() < settings->worker_max_memory) {
        return false;
    }
    malloc_trim(0);
    return resident_mb() >= settings->worker_max_memory;
}

static bool is_unix_socket(int fd)
{
    struct sockaddr_storage address = {0};
    socklen_t len = sizeof(address);

    return getsockname(fd, (struct sockaddr *)&address, &len) == 0 && address.ss_family == AF_UNIX;
}

static bool has_spoken(int fd)
{
    struct pollfd said = {.fd = fd, .events = POLLIN};
    int n;

    do {
        n = poll(&said, 1, SILENT_MS);
    } while (n < 0 && errno == EINTR);
    return n > 0;
}

/* A connection whose first bytes are here; -1 with errno set when the worker is to end. */
static int accept_unix(void)
{
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0 && has_spoken(fd)) {
            return fd;
        }
        if (fd >= 0) {
            close(fd);
        } else if (stopping || (errno != EINTR && errno != ECONNABORTED)) {
            return -1;
        }
    }
}

/*
 * The next request: 0, or less than that (-errno) when the worker is to end. On a unix socket
 * libfcgi's own accept closes a connection that has not spoken yet as soon as any signal comes, and
 * our timer rings at any time: there connections are taken here, and libfcgi, which was given
 * /dev/null to listen on, comes back where it would have taken another.
 */
static int next_request(FCGX_Request *request)
{
    if (request->listen_sock == listener) {
        return FCGX_Accept_r(request);
    }
    do {
        if (request->ipcFd < 0) {
            request->ipcFd = accept_unix();
            request->keepConnection = 1; /* until the request says otherwise: it is open */
        }
        if (request->ipcFd < 0) {
            return -errno;
        }
    } while (FCGX_Accept_r(request) < 0);
    return 0;
}

int cc_fastcgi_serve(const struct cc_site *site)
{
    FCGX_Request request;
    struct cc_io io = {&request, fcgi_param, NULL, fcgi_read, fcgi_write, fcgi_whole, fcgi_abort};
    long served = 0;
    int rc = 0;
    bool is_big = false;

    if (FCGX_InitRequest(&request, is_unix_socket(listener) ? nothing : listener, 0) != 0) {
        cc_die("could not prepare for requests");
    }
    while (!stopping && !is_big && served < site->settings->worker_max_requests) {
        rc = next_request(&request);
        if (rc < 0) {
            break;
        }
        if (request.role != FCGI_RESPONDER) {
            refuse_role(&request);
            continue;
        }
        int64_t begin_us = cc_monotonic_us();
        io.envp = request.envp;
        cc_deadline_farewell(request.ipcFd, &none, sizeof(none));
        cc_http_serve(site, &io);
        cc_deadline_farewell(-1, NULL, 0);
        if (is_ended) {
            end_answer(&request);
            is_ended = false;
        }
        FCGX_Finish_r(
            &request); /* waits for who sends or takes slowly, as long as the request may take */
        cc_deadline_request(0);
        served++;
        is_big = is_grown(site->settings, served, begin_us);
    }
    FCGX_Free(&request, 1);
    if (rc < 0 && !stopping) {
        cc_log(CC_LOG_ERR, "could not accept a connection: %s", strerror(-rc));
        return 1;
    }
    cc_log(CC_LOG_INFO, "ended after %ld requests%s", served, is_big ? ", too big" : "");
    return 0;
}

/* Only the owner and the group (the web server's) may connect. */
static void open_listener(const char *path)
{
    mode_t before = umask(0117);
    listener = FCGX_OpenSocket(path, BACKLOG);
    if (listener < 0) {
        cc_die("could not listen on \"%s\": %s", path, strerror(errno));
    }
    umask(before);
}

void cc_fastcgi_listen(const char *path)
{
    if (FCGX_Init() != 0) {
        cc_die("could not prepare for requests");
    }
    if (path != NULL) {
        open_listener(path);
    }
    catch_signals();
}

bool cc_fastcgi_is_cgi(void)
{
    return FCGX_IsCGI() != 0;
}
