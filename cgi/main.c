/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * concord.fcgi: arguments, settings, start. Listens on descriptor 0 or --socket (http/fastcgi.c);
 * started without a listening socket it answers one CGI/1.1 request.
 */
#include "config.h"

#include "app/app.h"
#include "concord/clock.h"
#include "concord/hash.h"
#include "concord/http.h"
#include "concord/i18n.h"
#include "concord/log.h"
#include "concord/settings.h"
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

struct options {
    const char *config, *socket;
    enum cc_class class_;
};

/* --- CGI -----------------------------------------------------------------------------------------
 */

static const char *cgi_param(void *arg, const char *name)
{
    (void)arg;
    return getenv(name);
}

static int cgi_read(void *arg, char *data, int len)
{
    (void)arg;
    return (int)fread(data, 1, (size_t)len, stdin);
}

static int cgi_write(void *arg, const char *data, int len)
{
    (void)arg;
    return fwrite(data, 1, (size_t)len, stdout) == (size_t)len && fflush(stdout) == 0 ? len : -1;
}

static int serve_cgi(const struct cc_site *site)
{
    struct cc_io io = {NULL, cgi_param, environ, cgi_read, cgi_write, NULL, NULL};

    cc_http_serve(site, &io);
    return 0;
}

/* --- start ---------------------------------------------------------------------------------------
 */

static bool parse_class(const char *text, enum cc_class *class_r)
{
    static const struct {
        const char *name;
        enum cc_class class_;
    } classes[] = {{"page", CC_CLASS_PAGE}, {"login", CC_CLASS_LOGIN}, {"bulk", CC_CLASS_BULK}};

    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
        if (strcmp(text, classes[i].name) == 0) {
            *class_r = classes[i].class_;
            return true;
        }
    }
    return false;
}

static void usage(void)
{
    fputs("usage: concord.fcgi [--config FILE] [--class page|login|bulk] [--socket PATH]\n",
          stderr);
    exit(2);
}

/*
 * As plain CGI the arguments come from the query (RFC 3875 4.4): whoever writes an address would
 * choose our configuration. So there only the environment counts, which clients cannot set.
 */
static void read_environment(struct options *options)
{
    const char *config = getenv("CONCORD_CONFIG");
    const char *class_name = getenv("CONCORD_CLASS");

    options->config = config ? config : options->config;
    if (class_name != NULL && !parse_class(class_name, &options->class_)) {
        usage();
    }
}

static void read_arguments(struct options *options, int argc, char **argv)
{
    static const struct option table[] = {{"config", required_argument, NULL, 'c'},
                                          {"class", required_argument, NULL, 'k'},
                                          {"socket", required_argument, NULL, 's'},
                                          {NULL, 0, NULL, 0}};
    int c;

    while ((c = getopt_long(argc, argv, "", table, NULL)) != -1) {
        switch (c) {
        case 'c':
            options->config = optarg;
            break;
        case 's':
            options->socket = optarg;
            break;
        case 'k':
            if (parse_class(optarg, &options->class_)) {
                break;
            }
            usage();
            break;
        default:
            usage();
        }
    }
    if (optind != argc) {
        usage();
    }
}

static enum cc_level log_level(const char *text)
{
    static const struct {
        const char *name;
        enum cc_level level;
    } levels[] = {{"err", CC_LOG_ERR},
                  {"warning", CC_LOG_WARNING},
                  {"notice", CC_LOG_NOTICE},
                  {"info", CC_LOG_INFO},
                  {"debug", CC_LOG_DEBUG}};

    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (strcmp(text, levels[i].name) == 0) {
            return levels[i].level;
        }
    }
    return CC_LOG_INFO;
}

/* NULL after telling what is wrong. */
static const struct cc_settings *read_settings(void *mem, const char *file)
{
    struct cc_settings *settings = NULL;
    struct cc_buf report;

    cc_buf_init(&report, mem);
    if (cc_settings_read(mem, file, &settings, &report) != CC_OK) {
        fputs(cc_buf_str(&report), stderr);
        return NULL;
    }
    return settings;
}

static void start_libraries(void *mem, const struct cc_settings *settings)
{
    const char *clock = getenv("CONCORD_TEST_CLOCK");
    const char *locale_dir = talloc_asprintf(mem, "%s/locale", settings->share_path);

    if (settings->test_clock && clock != NULL) {
        cc_clock_set(strtoll(clock, NULL, 10));
    }
    if (cc_crypto_init() != CC_OK || cc_i18n_init(locale_dir, settings->languages) != CC_OK) {
        cc_die("could not start: see the lines above");
    }
}

static int run(void *mem, const struct options *options, const struct cc_settings *settings)
{
    struct cc_site site = {0};

    cc_log_level(log_level(settings->log_level));
    start_libraries(mem, settings);
    cc_fastcgi_listen(options->socket);
    /* asked now: a signal to end takes the socket away, and the start may wait for the database */
    bool is_cgi = options->socket == NULL && cc_fastcgi_is_cgi();
    (void)cc_app_start(mem, settings, options->class_, &site);
    return is_cgi ? serve_cgi(&site) : cc_fastcgi_serve(&site);
}

int main(int argc, char **argv)
{
    struct options options = {.config = CC_SYSCONFDIR "/concord/concord.conf",
                              .class_ = CC_CLASS_PAGE};
    int status = 2;

    setenv("LDAPNOINIT", "1", 1);
    umask(027);
    if (getenv("GATEWAY_INTERFACE") != NULL) {
        read_environment(&options);
    } else {
        read_arguments(&options, argc, argv);
    }
    void *mem = talloc_named_const(NULL, 0, "concord.fcgi");
    const struct cc_settings *settings = read_settings(mem, options.config);
    if (settings != NULL) {
        status = run(mem, &options, settings);
    }
    talloc_free(mem);
    return status;
}
