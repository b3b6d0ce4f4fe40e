/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A simple bind and what its answer means. The result code alone is not enough: "must change after
 * reset" and a grace login both come with success, only the password policy control tells.
 */
#include "ldap.h"

#include "concord/clock.h"
#include "concord/deadline.h"
#include "concord/log.h"

#include <string.h>

/* What the server said of the password's state; -1 = nothing ("0" is something else). */
struct policy {
    ber_int_t expires, grace;
    LDAPPasswordPolicyError error;
};

static void read_policy(LDAP *ld, LDAPControl **controls, struct policy *policy_r)
{
    policy_r->expires = policy_r->grace = -1;
    policy_r->error = PP_noError;
    LDAPControl *control = ldap_control_find(LDAP_CONTROL_PASSWORDPOLICYRESPONSE, controls, NULL);
    if (control != NULL &&
        ldap_parse_passwordpolicy_control(ld, control, &policy_r->expires, &policy_r->grace,
                                          &policy_r->error) != LDAP_SUCCESS)
        policy_r->error = PP_changeAfterReset; /* cannot be read: do not let in on a guess */
}

static enum cc_login judge(struct cc_ldap *handle, int code, const struct policy *policy)
{
    static const struct {
        int code;
        enum cc_login means;
    } table[] = {
        {LDAP_INVALID_CREDENTIALS, CC_LOGIN_BAD_CREDENTIALS},
        {LDAP_NO_SUCH_OBJECT, CC_LOGIN_BAD_CREDENTIALS},
        {LDAP_INVALID_DN_SYNTAX, CC_LOGIN_BAD_CREDENTIALS},
        {LDAP_INAPPROPRIATE_AUTH, CC_LOGIN_BAD_CREDENTIALS}, /* the entry has no password */
        {LDAP_REFERRAL, CC_LOGIN_BAD_CREDENTIALS},
        {LDAP_UNWILLING_TO_PERFORM,
         CC_LOGIN_LOCKED}, /* how some servers refuse disabled accounts */
        {LDAP_CONSTRAINT_VIOLATION, CC_LOGIN_LOCKED},
    };
    if (code == LDAP_SUCCESS) {
        if (policy->error == PP_noError && policy->grace < 0)
            return CC_LOGIN_OK;
        return CC_LOGIN_MUST_CHANGE; /* after a reset, or expired and on grace */
    }
    handle->is_broken = true; /* some servers keep the rights of the last bind: never go on */
    if (policy->error == PP_accountLocked)
        return CC_LOGIN_LOCKED;
    if (policy->error == PP_passwordExpired)
        return CC_LOGIN_EXPIRED;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (table[i].code == code)
            return table[i].means;
    }
    return cc_ldap_failed(handle, "bind", code);
}

enum cc_login cc_ldap_bind(struct cc_ldap *handle, const char *dn, const char *password,
                           int64_t due_us)
{
    struct berval secret = {.bv_len = strlen(password), .bv_val = (char *)password};
    LDAPControl ask = {.ldctl_oid = (char *)LDAP_CONTROL_PASSWORDPOLICYREQUEST};
    LDAPControl *asks[] = {&ask, NULL};
    LDAPControl **controls = NULL;
    LDAPMessage *answer = NULL;
    struct policy policy;
    struct timeval timeout = cc_ldap_timeout(CC_LDAP_OPERATION_MS, due_us);
    int id = 0, code = LDAP_OTHER;

    /* no password means an anonymous bind, which succeeds; no TLS means everybody may read it */
    if (password[0] == '\0' || dn[0] == '\0')
        return CC_LOGIN_BAD_CREDENTIALS;
    if (!ldap_tls_inplace(handle->ld))
        return cc_ldap_failed(handle, "bind without TLS", LDAP_CONFIDENTIALITY_REQUIRED);
    int slot = cc_ldap_guard(handle, CC_LDAP_OPERATION_MS, due_us);
    if (slot < 0)
        return cc_ldap_failed(handle, "watch the connection", LDAP_NO_MEMORY);
    int rc = ldap_sasl_bind(handle->ld, dn, LDAP_SASL_SIMPLE, &secret, asks, NULL, &id);
    if (rc == LDAP_SUCCESS) {
        int type = ldap_result(handle->ld, id, LDAP_MSG_ALL, &timeout, &answer);
        if (type == 0)
            rc = LDAP_TIMEOUT;
        else if (type < 0)
            ldap_get_option(handle->ld, LDAP_OPT_RESULT_CODE, &rc);
        else if (type != LDAP_RES_BIND)
            rc = LDAP_DECODING_ERROR;
        if (rc == LDAP_SUCCESS && type < 0)
            rc = LDAP_SERVER_DOWN;
    }
    handle->is_timed_out = cc_deadline_end(slot);
    if (rc == LDAP_SUCCESS)
        rc = ldap_parse_result(handle->ld, answer, &code, NULL, NULL, NULL, &controls, 0);
    if (rc != LDAP_SUCCESS) {
        ldap_msgfree(answer);
        return cc_ldap_failed(handle, "bind", rc);
    }
    read_policy(handle->ld, controls, &policy);
    ldap_controls_free(controls);
    ldap_msgfree(answer);
    handle->used_us = cc_monotonic_us();
    return judge(handle, code, &policy);
}
