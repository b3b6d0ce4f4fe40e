/* SPDX-License-Identifier: EUPL-1.2 */
/* Starts the application of one worker and clears what belongs to a request between requests. */
#include "app/app.h"

#include "concord/hash.h"
#include "concord/html.h"
#include "concord/log.h"
#include "concord/record.h"
#include "concord/xml.h"
#include <string.h>
#include <talloc.h>

static const char *db_user(const struct cc_settings *settings, enum cc_class class_)
{
    return class_ == CC_CLASS_LOGIN ? settings->db_user_login : settings->db_user_web;
}

/* Without code lists any code would be taken, and none has a name: no request is answered before
 * they are here. */
static enum cc_rc load_codelists(struct cc_app *app, struct cc_err *err)
{
    struct cc_call call = {.query = Q_CODELIST_ALL};

    if (app->has_codelists) {
        return CC_OK;
    }
    enum cc_rc rc = cc_db_run(app->db, app, &call, err);
    if (rc == CC_OK) {
        cc_codelists_load(app, call.rows);
        app->has_codelists = true;
    }
    return rc;
}

static enum cc_rc before(struct cc_req *req, struct cc_resp *resp)
{
    (void)resp;
    struct cc_app *app = req->app;

    memset(&app->viewer, 0, sizeof(app->viewer));
    cc_db_reset_trips(app->db);
    return load_codelists(app, &req->err);
}

/*
 * At most once a minute, so that a session in use does not end as idle; and when its token is due
 * to change, the answer brings the new one, unless somebody may keep the answer.
 */
static void keep_session(struct cc_req *req, struct cc_resp *resp)
{
    const char *cookie = cc_session_cookie(req->settings);
    const char *token = cc_random_token(req->mem, CC_SESSION_TOKEN_BYTES);
    char hash[CC_SHA256_HEX + 1], new_hash[CC_SHA256_HEX + 1];
    struct cc_call call = {
        .query = Q_SESSION_KEEP,
        .params = {hash, resp->cache == CC_CACHE_NO_STORE ? new_hash : NULL},
    };

    cc_session_hash(cc_cookie(req, cookie), hash);
    cc_session_hash(token, new_hash);
    if (cc_db_run(req->app->db, req->mem, &call, NULL) != CC_OK) {
        cc_log(CC_LOG_WARNING, "could not note that a session is in use");
    } else if (cc_rows_bool(call.rows, 0, Q_SESSION_KEEP_IS_CHANGED)) {
        cc_resp_cookie(resp, req, cookie, token, -1);
    }
}

static void after(struct cc_req *req, struct cc_resp *resp, enum cc_rc rc)
{
    (void)rc;
    struct cc_app *app = req->app;

    cc_db_rollback(app->db);
    req->log_person = app->viewer.person;
    req->log_trips = cc_db_trips(app->db);
    req->log_db_us = cc_db_us(app->db);
    if (app->viewer.is_stale) {
        keep_session(req, resp);
    }
    /* the next request may fail before before() runs, and its error page must not know this person
     */
    memset(&app->viewer, 0, sizeof(app->viewer));
    app->refusal = CC_TAKEN;
    cc_db_reset_trips(app->db);
}

/* Without them pages still work: their style sheet is only not told apart from an older one. */
static void load_static(struct cc_app *app)
{
    struct cc_err err = {0};

    if (cc_static_load(app, talloc_asprintf(app, "%s/web", app->settings->share_path), &err) !=
        CC_OK) {
        cc_log_err(&err);
    }
}

struct cc_app *cc_app_start(void *mem, const struct cc_settings *settings, enum cc_class class_,
                            struct cc_site *site_r)
{
    struct cc_app *app = talloc_zero(mem, struct cc_app);
    struct cc_db_options options = {
        .conninfo = settings->db_conninfo,
        .user = db_user(settings, class_),
        .prepare = settings->db_prepare,
        .statement_timeout_ms = class_ == CC_CLASS_BULK ? 20000 : 5000,
        .application = class_ == CC_CLASS_LOGIN  ? "concord login"
                       : class_ == CC_CLASS_BULK ? "concord bulk"
                                                 : "concord page",
    };
    char *schemas = talloc_asprintf(mem, "%s/schemas", settings->share_path);
    struct cc_err err = {0};

    app->settings = settings;
    app->class_ = class_;
    if (cc_db_open(app, &options, &app->db) != CC_OK || cc_xml_init(schemas) != CC_OK) {
        cc_die("could not start: see the lines above");
    }
    if (class_ == CC_CLASS_LOGIN && cc_directory_open(app, settings, &app->directory) != CC_OK) {
        cc_die("could not prepare the directory: see the lines above");
    }
    if (app->directory != NULL) {
        cc_directory_share(app->directory, app->db);
    }
    if (load_codelists(app, &err) != CC_OK) {
        cc_log_err(&err);
    }
    load_static(app);
    *site_r = (struct cc_site){
        .settings = settings,
        .routes = cc_routes,
        .route_count = cc_route_count,
        .class_ = class_,
        .app = app,
        .error = cc_app_error,
        .before = before,
        .after = after,
    };
    return app;
}
