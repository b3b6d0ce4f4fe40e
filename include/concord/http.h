/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Bytes to a typed request, a response as a value, and the router. Knows nothing of SQL: what a
 * request needs of the application hangs on req->app, which only app/ looks into.
 */
#ifndef CC_HTTP_H
#define CC_HTTP_H

#include "concord/buf.h"
#include "concord/i18n.h"
#include "concord/settings.h"
#include <stdint.h>

enum cc_method { CC_GET = 1, CC_HEAD = 2, CC_POST = 4 };
enum cc_class { CC_CLASS_PAGE = 1, CC_CLASS_LOGIN = 2, CC_CLASS_BULK = 4, CC_CLASS_ANY = 7 };

#define CC_ARGS_MAX 6

/* --- forms ----------------------------------------------------------------------------------- */
enum cc_input_type {
    CC_IN_LINE,  /* text, one line */
    CC_IN_BLOCK, /* text, several lines */
    CC_IN_UINT,
    CC_IN_DATE,
    CC_IN_TOKEN /* [A-Za-z0-9._-] */,
    CC_IN_ID,
    CC_IN_BOOL,   /* on, yes, 1, true: "true"; off, no, 0, false: "false" */
    CC_IN_SECRET, /* password: bytes as they are, never logged or shown again */
    CC_IN_FILE    /* multipart file */
};
enum cc_input_flags { CC_IN_REQUIRED = 1, CC_IN_MANY = 2 };

struct cc_req;

struct cc_input {
    const char *name;
    enum cc_input_type type;
    unsigned flags;
    size_t max;        /* characters, or bytes of a file */
    const char *label; /* msgid */
};
struct cc_form {
    const struct cc_input *inputs; /* terminated by name == NULL */
    /* Names beside the table (record forms): max characters, 0 = refused. May be NULL. */
    size_t (*accepts)(const struct cc_req *req, const char *name, enum cc_input_type *type_r);
    bool multipart; /* may come as multipart/form-data */
};

/* Fields of one urlencoded form: as many as the forms of what records may hold have, but for those
 * with texts in dozens of languages (app/form_size.c). */
#define CC_FIELDS_MAX 30000

struct cc_value {
    const char *name;
    const char *text;                  /* cleaned by type; as sent when bad */
    const char *problem;               /* msgid or NULL */
    const char *file_name, *file_type; /* CC_IN_FILE */
    int file_fd; /* CC_IN_FILE: unlinked temporary file, closed with req->mem; else -1 */
    size_t file_len;
};
struct cc_values {
    struct cc_value *v;
    size_t n;
    bool bad; /* some value has a problem */
};
/* "" when absent, so handlers need no NULL checks; use cc_value_has() to tell. */
const char *cc_value(const struct cc_values *values, const char *name);
bool cc_value_has(const struct cc_values *values, const char *name);
const struct cc_value *cc_value_find(const struct cc_values *values, const char *name);

/* --- routes ---------------------------------------------------------------------------------- */
struct cc_resp;
typedef enum cc_rc cc_handler(struct cc_req *req, struct cc_resp *resp);

enum cc_permission {
    CC_MAY_LOGIN = 0, /* default: any signed-in person */
    CC_MAY_PUBLIC,    /* the explicit word */
    CC_MAY_READ,      /* may see the working copy of the record in args[0] */
    CC_MAY_EDIT,      /* may edit it */
    CC_MAY_PUBLISH,   /* owner's focal point, record owner, secretariat */
    CC_MAY_ANSWER,    /* focal point of the organisation of the membership in args[0] */
    CC_MAY_ACCEPT, /* focal point of who speaks for the partnership of the commitment in args[0] */
    CC_MAY_MANAGE_ORG, /* focal point of the organisation in args[0]: people and roles */
    CC_MAY_REGISTER,   /* an organisation: people whose groups are known, no systems */
    CC_MAY_SECRETARIAT,
    CC_MAY_ADMIN,
    CC_MAY__COUNT
};

enum cc_audience { CC_FOR_BROWSER = 0 /* errors are pages */, CC_FOR_MACHINE /* errors are XML */ };

struct cc_route {
    unsigned method; /* CC_GET answers HEAD, too */
    const char
        *pattern; /* "/{lang}/partnerships/{id}"; {lang} = an offered language, {id} = identifier,
                     {word} = [a-z-]+, {number}, {file} = one segment, "{id}.xml" allowed */
    enum cc_class class_;
    enum cc_permission permission;
    enum cc_audience audience;
    const struct cc_form *query; /* NULL = no query field is allowed */
    const struct cc_form *form;  /* POST */
    bool cacheable;
    int trips; /* database round trips of an ordinary answer */
    cc_handler *handler;
    const char *name; /* of enum cc_route_id, lower case: "partnership_show" */
};

/* --- request --------------------------------------------------------------------------------- */
struct cc_app; /* app/app.h */
struct cc_site;
struct cc_io;

struct cc_req {
    void *mem;
    const struct cc_settings *settings;
    struct cc_app *app;
    const struct cc_route *route;
    enum cc_class class_;
    enum cc_method method;
    const char *id;                /* request id, 16 hex digits */
    const char *path;              /* decoded, below base_path, normalised, starts with / */
    const char *query_string;      /* as sent */
    const char *args[CC_ARGS_MAX]; /* what stood for {..} in the pattern, lang left out */
    const struct cc_lang *lang;
    struct cc_values query, form;
    const char *remote; /* address of the client (trusted proxies considered) */
    const char *user_agent;
    bool has_session_cookie;
    int64_t start_us;
    struct cc_err err;
    struct cc_problems problems; /* of the form, filled by parser and handler */
    /* raw parts */
    const char *(*param)(const struct cc_req *req,
                         const char *name); /* FastCGI parameter or NULL */
    const struct cc_values *cookies;
    const struct cc_site *site; /* the route table, for addresses */
    const struct cc_io *io;
    /* for the access line, filled by site->after */
    const char *log_person;
    unsigned log_trips;
    int64_t log_db_us;
};
const char *cc_cookie(const struct cc_req *req, const char *name); /* NULL if absent or doubled */
/*
 * "If-None-Match"; NULL if absent, doubled, over 4 KB or with control characters. Never trust one
 * for who is asking: a server may not tell Foo-Bar and Foo_Bar apart.
 */
const char *cc_header(const struct cc_req *req, const char *name);
/* Name of the session cookie: depends on http.public_url and http.insecure. Static. */
const char *cc_session_cookie(const struct cc_settings *settings);
/* Does the client like XML better than HTML (Accept, RFC 9110 12.5.1)? */
bool cc_prefers_xml(const struct cc_req *req);
bool cc_accepts_html(const struct cc_req *req);

/* --- response -------------------------------------------------------------------------------- */
enum cc_cache {
    CC_CACHE_NO_STORE = 0,
    CC_CACHE_SHORT /* max-age=1, stale-while-revalidate=1: what is redacted is gone at once */
};

struct cc_resp {
    int status;
    const char *type; /* "text/html; charset=utf-8" */
    struct cc_buf body;
    /*
     * Further pieces of a long body, asked for when what is in `body` was sent; NULL = that is all.
     * Each call adds the next piece to `body` and clears `more` with the last. Other than CC_OK:
     * the connection ends so that nobody takes what was sent for the whole (docs/partner.md).
     */
    enum cc_rc (*more)(struct cc_req *req, struct cc_resp *resp);
    void *more_arg;
    const char *body_ref; /* instead of body: bytes that outlive the response (a database result) */
    size_t body_ref_len;
    enum cc_cache cache;
    bool vary_accept, vary_language;
    const char *etag;      /* without quotes; NULL = a hash of the body, made when it is sent */
    int64_t last_modified; /* 0 = none */
    const char *location;
    const char *disposition; /* attachment file name, already ASCII token */
    int retry_after;
    struct cc_buf headers; /* further lines "Name: value\r\n", added by cc_resp_header() */
};
/* A name that is no token, or a value with control characters, is logged and left out. */
void cc_resp_header(struct cc_resp *resp, const char *name, const char *value);
void cc_resp_cookie(struct cc_resp *resp, const struct cc_req *req, const char *name,
                    const char *value, long max_age /* -1 session, 0 delete */);
enum cc_rc cc_resp_redirect(struct cc_resp *resp, int status, const char *address);

/* Addresses are made here and nowhere else. Owned by mem; route arguments percent-encoded. */
char *cc_url(void *mem, const struct cc_req *req, int route_id, const char *const *args);
void cc_url_add(struct cc_buf *out, const struct cc_req *req, int route_id,
                const char *const *args);
char *cc_url_absolute(void *mem, const struct cc_req *req, int route_id, const char *const *args);
/* url + "?name=value&..": pairs are name, value, .., NULL; a NULL or empty value is left out. */
char *cc_url_query(void *mem, const char *url, const char *const *pairs);
/* This request's address (query included, but a cursor: hits come in another order there) in
 * another language; the home page of routes without. */
char *cc_url_language(void *mem, const struct cc_req *req, const struct cc_lang *lang);

/* --- the loop's parts ------------------------------------------------------------------------ */
struct cc_io {
    void *arg;
    const char *(*param)(void *arg, const char *name);
    char **envp;                                        /* all parameters "NAME=value" */
    int (*read)(void *arg, char *data, int len);        /* 0 = end, -1 = error */
    int (*write)(void *arg, const char *data, int len); /* -1 = peer gone */
    /* A whole answer in one step, its end included; NULL: by write. -1 = peer gone. */
    int (*whole)(void *arg, const char *head, size_t head_len, const char *body, size_t len);
    /* Ends the connection as broken; NULL: there is no way to (CGI), so long bodies are gathered
     * before their first byte is sent. */
    void (*abort)(void *arg);
};
struct cc_site {
    const struct cc_settings *settings;
    const struct cc_route *routes;
    size_t route_count;
    enum cc_class class_;
    struct cc_app *app;
    /* Makes the answer for a result that is not CC_OK: page or machine error. */
    void (*error)(struct cc_req *req, struct cc_resp *resp, enum cc_rc rc, int status);
    /* (NULL: XML for everybody. cc_http_error() is that answer, for hooks that have none better.)
     */
    /* Runs before the handler (cookies parsed, form parsed) and after it; may be NULL. */
    enum cc_rc (*before)(struct cc_req *req, struct cc_resp *resp);
    void (*after)(struct cc_req *req, struct cc_resp *resp, enum cc_rc rc);
};
/* One request from first to last byte: parse, route, check, handle, send, log. */
void cc_http_serve(const struct cc_site *site, const struct cc_io *io);

/* --- FastCGI --------------------------------------------------------------------------------- */
/*
 * Listens on the unix socket `path`, for its owner and group; NULL = on descriptor 0, on which the
 * process was started. From now on SIGTERM, SIGINT, SIGQUIT, SIGUSR1 and SIGHUP end it behind the
 * request that it has. Ends the program where it cannot.
 */
void cc_fastcgi_listen(const char *path);
/* Descriptor 0 is no listening socket: this is one request of plain CGI. */
bool cc_fastcgi_is_cgi(void);
/*
 * Requests one after the other, until a signal, the settings' worker_max_requests or
 * worker_max_memory end it. The exit status: 0, or 1 when no connection could be taken (logged).
 */
int cc_fastcgi_serve(const struct cc_site *site);
int cc_http_status(enum cc_rc rc);
const char *cc_http_reason(int status); /* "Not Found"; static */
/* <error xmlns="urn:concord:registry:1" status="404" request="..">message</error> */
void cc_http_error(struct cc_req *req, struct cc_resp *resp, enum cc_rc rc, int status);
/* What is wrong, in the current language: req->err.message, else the status in words. */
const char *cc_http_message(const struct cc_req *req, int status);

#endif
