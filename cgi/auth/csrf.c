/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Tokens that a form must bring back. With a session: HMAC of session and form name under the
 * session's own key, so nothing is stored per form. Without one (sign-in): issue time, random part
 * and HMAC under login.secret, held by a cookie and by the form, which must be equal.
 */
#include "concord/auth.h"

#include "concord/clock.h"
#include "concord/hash.h"
#include "concord/log.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define PRESESSION_SECONDS 3600
#define PRESESSION_MAX     200

bool cc_viewer_is(const struct cc_viewer *viewer, unsigned roles)
{
    return viewer->person != NULL && (viewer->roles & roles) != 0;
}

static void form_token(const struct cc_viewer *viewer, const char *form,
                       char hex_r[CC_SHA256_HEX + 1])
{
    char *text = talloc_asprintf(NULL, "csrf\n%s\n%s", viewer->session, form);
    if (text == NULL)
        cc_die("out of memory");
    cc_hmac_hex(viewer->csrf_key, strlen(viewer->csrf_key), text, strlen(text), hex_r);
    talloc_free(text);
}

char *cc_csrf_token(void *mem, const struct cc_viewer *viewer, const char *form)
{
    char hex[CC_SHA256_HEX + 1] = "";
    if (viewer->session != NULL && viewer->csrf_key != NULL)
        form_token(viewer, form, hex);
    return talloc_strdup(mem, hex);
}

bool cc_csrf_valid(const struct cc_viewer *viewer, const char *form, const char *token)
{
    char hex[CC_SHA256_HEX + 1];
    if (viewer->session == NULL || viewer->csrf_key == NULL || token == NULL)
        return false;
    form_token(viewer, form, hex);
    return cc_equal_secret(hex, token);
}

static void sign_presession(const struct cc_settings *settings, const char *body,
                            char hex_r[CC_SHA256_HEX + 1])
{
    char *text = talloc_asprintf(NULL, "presession\n%s", body);
    if (text == NULL)
        cc_die("out of memory");
    cc_hmac_hex(settings->login_secret, strlen(settings->login_secret), text, strlen(text), hex_r);
    talloc_free(text);
}

char *cc_presession_new(void *mem, const struct cc_settings *settings)
{
    char hex[CC_SHA256_HEX + 1];
    char *random = cc_random_token(mem, 16);
    char *body = talloc_asprintf(mem, "%" PRId64 ".%s", cc_now(), random);
    sign_presession(settings, body, hex);
    char *token = talloc_asprintf(mem, "%s.%s", body, hex);
    talloc_free(random);
    talloc_free(body);
    return token;
}

bool cc_presession_valid(const struct cc_settings *settings, const char *token)
{
    char hex[CC_SHA256_HEX + 1], body[PRESESSION_MAX], *end;
    if (token == NULL || strlen(token) >= sizeof(body))
        return false;
    const char *dot = strrchr(token, '.');
    if (dot == NULL)
        return false;
    memcpy(body, token, (size_t)(dot - token));
    body[dot - token] = '\0';
    sign_presession(settings, body, hex);
    if (!cc_equal_secret(hex, dot + 1))
        return false;
    int64_t issued = strtoll(body, &end, 10), now = cc_now();
    return *end == '.' && issued <= now && now - issued < PRESESSION_SECONDS;
}
