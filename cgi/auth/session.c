/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Sessions: the browser holds 256 random bits, the database their SHA-256, so whoever reads the
 * table cannot sign in with it.
 */
#include "concord/auth.h"

#include "concord/hash.h"
#include "concord/log.h"
#include "concord/text.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#define TOKEN_CHARS    43 /* base64url without padding */
#define ADMIN_IDLE     (15 * 60)
#define ADMIN_ABSOLUTE (8 * 3600)
#define USER_AGENT_MAX 200

void cc_session_hash(const char *token, char hex_r[CC_SHA256_HEX + 1])
{
    hex_r[0] = '\0';
    if (token != NULL && strlen(token) == TOKEN_CHARS)
        cc_sha256_hex(token, TOKEN_CHARS, hex_r);
}

static long least(long a, long b)
{
    return a < b ? a : b;
}

/* As shown in the list of own sessions; what is no clean text is left out. */
static const char *agent_text(void *mem, const char *user_agent)
{
    char *text;
    const char *why;
    if (user_agent == NULL || !cc_utf8_valid(user_agent, strlen(user_agent)))
        return NULL;
    size_t len = cc_utf8_cut(user_agent, USER_AGENT_MAX);
    if (cc_text_clean(mem, user_agent, len, CC_TEXT_LINE, USER_AGENT_MAX, &text, &why) != CC_OK)
        return NULL;
    return text;
}

enum cc_rc cc_session_open(struct cc_db *db, void *mem, const struct cc_settings *settings,
                           const struct cc_identity *identity, const char *presented,
                           const char *remote, const char *user_agent, struct cc_session *session_r,
                           struct cc_err *err)
{
    char token_hash[CC_SHA256_HEX + 1], presented_hash[CC_SHA256_HEX + 1];
    char roles[12], idle[24], absolute[24];
    bool is_admin = (identity->roles & CC_ROLE_ADMINISTRATOR) != 0;
    char *token = cc_random_token(mem, CC_SESSION_TOKEN_BYTES);
    char *csrf_key = cc_random_token(mem, CC_SESSION_TOKEN_BYTES);

    cc_session_hash(token, token_hash);
    cc_session_hash(presented, presented_hash);
    snprintf(roles, sizeof(roles), "%u", identity->roles);
    snprintf(idle, sizeof(idle), "%ld",
             is_admin ? least(settings->session_idle, ADMIN_IDLE) : settings->session_idle);
    snprintf(absolute, sizeof(absolute), "%ld",
             is_admin ? least(settings->session_absolute, ADMIN_ABSOLUTE)
                      : settings->session_absolute);
    struct cc_call call = {.query = Q_SESSION_OPEN,
                           .params = {identity->subject, identity->login, identity->name,
                                      identity->mail, roles, token_hash, presented_hash, csrf_key,
                                      idle, absolute, remote, agent_text(mem, user_agent)}};
    enum cc_rc rc = cc_db_run(db, mem, &call, err);
    if (rc != CC_OK)
        return rc;
    if (cc_rows_count(call.rows) == 0)
        return cc_fail(err, mem, CC_FORBIDDEN, NULL, N_("Wrong name or password."),
                       "person %s is not active", identity->subject);
    session_r->token = token;
    session_r->person = cc_rows_text(call.rows, 0, Q_SESSION_OPEN_PERSON);
    session_r->id = cc_rows_text(call.rows, 0, Q_SESSION_OPEN_SESSION);
    return CC_OK;
}
