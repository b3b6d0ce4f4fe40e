/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One URI per handle. We resolve and connect ourselves (non-blocking, with poll), because libldap
 * 2.5 never returns from a TLS handshake with a stopped server: LDAP_OPT_NETWORK_TIMEOUT, which
 * makes it spin there, stays unset, and a deadline shuts the socket down. Options are set per
 * handle; LDAPNOINIT keeps files and environment from changing them.
 */
#include "ldap.h"

#include "concord/clock.h"
#include "concord/deadline.h"
#include "concord/log.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openldap.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <talloc.h>
#include <unistd.h>

static long left_ms(long most_ms, int64_t due_us)
{
    int64_t left = (due_us - cc_monotonic_us()) / 1000;
    if (left < 1)
        return 0;
    return left < most_ms ? (long)left : most_ms;
}

struct timeval cc_ldap_timeout(long most_ms, int64_t due_us)
{
    long ms = left_ms(most_ms, due_us);
    if (ms < 1)
        ms = 1; /* zero means "poll" to some calls and "for ever" to others */
    struct timeval tv = {ms / 1000, (ms % 1000) * 1000};
    return tv;
}

/* A little later than the library's own limit, which leaves the connection in order. */
int cc_ldap_guard(const struct cc_ldap *handle, long most_ms, int64_t due_us)
{
    return cc_deadline_fd(handle->fd, left_ms(most_ms, due_us) + 50);
}

enum cc_login cc_ldap_failed(struct cc_ldap *handle, const char *doing, int code)
{
    static const struct {
        int code;
        enum cc_login means;
    } table[] = {
        {LDAP_SERVER_DOWN, CC_LOGIN_UNAVAILABLE},
        {LDAP_TIMEOUT, CC_LOGIN_UNAVAILABLE},
        {LDAP_CONNECT_ERROR, CC_LOGIN_UNAVAILABLE},
        {LDAP_BUSY, CC_LOGIN_UNAVAILABLE},
        {LDAP_UNAVAILABLE, CC_LOGIN_UNAVAILABLE},
        {LDAP_TIMELIMIT_EXCEEDED, CC_LOGIN_UNAVAILABLE},
        {LDAP_DECODING_ERROR, CC_LOGIN_UNAVAILABLE},
    };
    char *diagnostic = NULL;
    enum cc_login means = CC_LOGIN_CONFIG;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (table[i].code == code)
            means = table[i].means;
    }
    handle->is_broken = true;
    handle->is_timed_out = handle->is_timed_out || code == LDAP_TIMEOUT;
    ldap_get_option(handle->ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &diagnostic);
    cc_log(CC_LOG_WARNING, "could not %s at directory \"%s\": %s%s%s%s", doing, handle->server->uri,
           ldap_err2string(code), diagnostic != NULL && diagnostic[0] != '\0' ? ": " : "",
           diagnostic != NULL ? diagnostic : "", handle->is_timed_out ? " (time is over)" : "");
    ldap_memfree(diagnostic);
    return means;
}

static int wait_connected(int fd, int64_t due_us)
{
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    int error = 0;
    socklen_t len = sizeof(error);
    for (;;) {
        long ms = left_ms(CC_LDAP_CONNECT_MS, due_us);
        int n = ms > 0 ? poll(&p, 1, (int)ms) : 0;
        if (n == 0)
            return ETIMEDOUT;
        if (n > 0)
            break;
        if (errno != EINTR)
            return errno;
    }
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
        return errno;
    return error;
}

/* A connected, blocking socket, or -1 and why. */
static int connect_address(const struct addrinfo *address, int64_t due_us, int *error_r)
{
    int on = 1;
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
    if (fd < 0) {
        *error_r = errno;
        return -1;
    }
    *error_r = connect(fd, address->ai_addr, address->ai_addrlen) == 0 ? 0 : errno;
    if (*error_r == EINPROGRESS)
        *error_r = wait_connected(fd, due_us);
    if (*error_r == 0 && fcntl(fd, F_SETFL, 0) != 0)
        *error_r = errno;
    if (*error_r != 0) {
        close(fd);
        return -1;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
    return fd;
}

static int connect_server(const struct cc_ldap_server *server, int64_t due_us, bool *timed_out_r)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *list = NULL;
    int fd = -1, error = 0;
    int64_t phase_us = cc_monotonic_us() + CC_LDAP_CONNECT_MS * 1000;
    if (phase_us < due_us)
        due_us = phase_us;
    *timed_out_r = false;
    int rc = getaddrinfo(server->host, server->port, &hints, &list);
    if (rc != 0) {
        cc_log(CC_LOG_WARNING, "could not find the address of directory \"%s\": %s", server->uri,
               gai_strerror(rc));
        *timed_out_r = rc == EAI_AGAIN;
        return -1;
    }
    for (const struct addrinfo *a = list; a != NULL && fd < 0; a = a->ai_next)
        fd = connect_address(a, due_us, &error);
    freeaddrinfo(list);
    if (fd < 0) {
        cc_log(CC_LOG_WARNING, "could not connect to directory \"%s\": %s", server->uri,
               strerror(error));
        *timed_out_r = error == ETIMEDOUT;
    }
    return fd;
}

/*
 * libldap would open a lost connection again by itself, without our limits, without TLS and
 * anonymous. The socket that we handed over is the only one a handle ever has.
 */
static int refuse_connection(LDAP *ld, Sockbuf *sb, LDAPURLDesc *srv, struct sockaddr *addr,
                             struct ldap_conncb *ctx)
{
    (void)ld, (void)sb, (void)srv, (void)addr, (void)ctx;
    return -1;
}

static void forget_connection(LDAP *ld, Sockbuf *sb, struct ldap_conncb *ctx)
{
    (void)ld, (void)sb, (void)ctx;
}

static int set_options(struct cc_ldap *handle, const struct cc_settings *settings)
{
    static const int version = LDAP_VERSION3, deref = LDAP_DEREF_NEVER,
                     demand = LDAP_OPT_X_TLS_DEMAND, tls12 = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2,
                     as_client = 0; /* NEWCTX last: it makes the context from those before it */
    struct timeval operation = {CC_LDAP_OPERATION_MS / 1000, 0};
    handle->no_connect.lc_add = refuse_connection;
    handle->no_connect.lc_del = forget_connection;
    const struct {
        int option;
        const void *value;
    } table[] = {
        {LDAP_OPT_PROTOCOL_VERSION, &version},
        {LDAP_OPT_REFERRALS, LDAP_OPT_OFF},
        {LDAP_OPT_RESTART, LDAP_OPT_OFF},
        {LDAP_OPT_DEREF, &deref},
        {LDAP_OPT_TIMEOUT, &operation},
        {LDAP_OPT_CONNECT_CB, &handle->no_connect},
        {LDAP_OPT_X_TLS_CACERTFILE, settings->ldap_ca_file},
        {LDAP_OPT_X_TLS_REQUIRE_CERT, &demand},
        {LDAP_OPT_X_TLS_REQUIRE_SAN, &demand},
        {LDAP_OPT_X_TLS_PROTOCOL_MIN, &tls12},
        {LDAP_OPT_X_TLS_NEWCTX, &as_client},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (ldap_set_option(handle->ld, table[i].option, table[i].value) != LDAP_OPT_SUCCESS)
            return table[i].option;
    }
    return 0;
}

static enum cc_login start_tls(struct cc_ldap *handle, const struct cc_settings *settings,
                               int64_t due_us)
{
    int rc;
    int slot = cc_ldap_guard(handle, CC_LDAP_TLS_MS, due_us);
    if (slot < 0)
        return cc_ldap_failed(handle, "watch the connection", LDAP_NO_MEMORY);
    if (strcmp(settings->ldap_tls, "starttls") == 0)
        rc = ldap_start_tls_s(handle->ld, NULL, NULL);
    else
        rc = ldap_install_tls(handle->ld);
    handle->is_timed_out = cc_deadline_end(slot);
    if (rc == LDAP_SUCCESS && !ldap_tls_inplace(handle->ld))
        rc = LDAP_CONNECT_ERROR;
    if (rc == LDAP_SUCCESS)
        return CC_LOGIN_OK;
    /* a server without TLS, with a wrong certificate, or none at all: the next one may be right */
    cc_ldap_failed(handle, "start TLS", rc);
    return CC_LOGIN_UNAVAILABLE;
}

enum cc_login cc_ldap_open(void *mem, const struct cc_settings *settings,
                           const struct cc_ldap_server *server, int64_t due_us,
                           struct cc_ldap **handle_r)
{
    enum cc_login result = CC_LOGIN_UNAVAILABLE;
    struct cc_ldap *handle = talloc_zero(mem, struct cc_ldap);
    if (handle == NULL)
        cc_die("out of memory");
    *handle_r = handle; /* also of a failure: is_timed_out is of interest */
    handle->server = server;
    handle->is_broken = true;
    handle->fd = connect_server(server, due_us, &handle->is_timed_out);
    if (handle->fd < 0)
        return CC_LOGIN_UNAVAILABLE;
    int rc = ldap_init_fd(handle->fd, LDAP_PROTO_TCP, server->uri, &handle->ld);
    if (rc != LDAP_SUCCESS) {
        cc_log(CC_LOG_ERR, "could not make a handle for directory \"%s\": %s", server->uri,
               ldap_err2string(rc));
        handle->ld = NULL;
        return CC_LOGIN_CONFIG;
    }
    int option = set_options(handle, settings);
    if (option != 0) {
        cc_log(CC_LOG_ERR,
               "could not set option 0x%x for directory \"%s\" (is ldap.ca_file right?)",
               (unsigned)option, server->uri);
        return CC_LOGIN_CONFIG;
    }
    result = start_tls(handle, settings, due_us);
    handle->is_broken = result != CC_LOGIN_OK;
    handle->opened_us = handle->used_us = cc_monotonic_us();
    return result;
}

void cc_ldap_close(struct cc_ldap *handle)
{
    if (handle == NULL)
        return;
    if (handle->ld != NULL) {
        if (handle->is_broken)
            shutdown(handle->fd, SHUT_RDWR); /* saying good-bye must not wait for anybody */
        ldap_unbind_ext(handle->ld, NULL, NULL);
    }
    talloc_free(handle);
}
