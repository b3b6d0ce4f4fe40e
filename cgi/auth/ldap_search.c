/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Who has this name, and in which groups. Values go into filters only through the library's
 * escaping, a DN too: its backslashes would otherwise end a person's memberships or add some.
 */
#include "ldap.h"

#include "concord/clock.h"
#include "concord/deadline.h"
#include "concord/log.h"
#include "concord/text.h"

#include <string.h>
#include <strings.h>
#include <talloc.h>

#define NAME_MAX_CHARS 200
#define ID_MAX_BYTES   64
#define GROUPS_MAX     200

char *cc_ldap_filter(void *mem, const char *template, const char *value)
{
    struct berval in = {.bv_len = strlen(value), .bv_val = (char *)value}, out;
    struct cc_buf filter;
    const char *at;
    if (ldap_bv2escaped_filter_value(&in, &out) != 0)
        cc_die("out of memory");
    cc_buf_init(&filter, mem);
    while ((at = strstr(template, "%s")) != NULL) {
        cc_buf_add(&filter, template, (size_t)(at - template));
        cc_buf_add(&filter, out.bv_val, out.bv_len);
        template = at + 2;
    }
    cc_buf_adds(&filter, template);
    if (out.bv_val != in.bv_val)
        ldap_memfree(out.bv_val);
    return filter.data;
}

static bool ava_equal(const LDAPAVA *a, const LDAPAVA *b)
{
    return a->la_attr.bv_len == b->la_attr.bv_len && a->la_value.bv_len == b->la_value.bv_len &&
           strncasecmp(a->la_attr.bv_val, b->la_attr.bv_val, a->la_attr.bv_len) == 0 &&
           strncasecmp(a->la_value.bv_val, b->la_value.bv_val, a->la_value.bv_len) == 0;
}

static bool rdn_equal(LDAPRDN a, LDAPRDN b)
{
    size_t i = 0;
    while (a[i] != NULL && b[i] != NULL && ava_equal(a[i], b[i]))
        i++;
    return a[i] == NULL && b[i] == NULL;
}

static size_t dn_length(LDAPDN dn)
{
    size_t n = 0;
    while (dn != NULL && dn[n] != NULL)
        n++;
    return n;
}

static bool dn_compare(const char *dn, const char *base, bool is_equal)
{
    LDAPDN a = NULL, b = NULL;
    bool result = false;
    if (ldap_str2dn(dn, &a, LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS &&
        ldap_str2dn(base, &b, LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS) {
        size_t n = dn_length(a), m = dn_length(b);
        result = n >= m && (!is_equal || n == m);
        for (size_t i = 0; i < m && result; i++)
            result = rdn_equal(a[n - m + i], b[i]);
    }
    ldap_dnfree(a);
    ldap_dnfree(b);
    return result;
}

bool cc_ldap_dn_within(const char *dn, const char *base)
{
    return dn_compare(dn, base, false);
}

bool cc_ldap_dn_equal(const char *a, const char *b)
{
    return dn_compare(a, b, true);
}

/* The first value of an attribute, as text; NULL when there is none or it is no clean text. */
static const char *text_of(void *mem, LDAP *ld, LDAPMessage *entry, const char *attribute)
{
    const char *why;
    char *text = NULL;
    struct berval **values = ldap_get_values_len(ld, entry, attribute);
    if (values == NULL)
        return NULL;
    if (values[0] != NULL && cc_text_clean(mem, values[0]->bv_val, values[0]->bv_len, CC_TEXT_LINE,
                                           NAME_MAX_CHARS, &text, &why) != CC_OK)
        text = NULL;
    ldap_value_free_len(values);
    return text;
}

/* The identifier as it is if it looks like a UUID, otherwise (objectGUID) its hex digits. */
static const char *id_of(void *mem, LDAP *ld, LDAPMessage *entry, const char *attribute)
{
    static const char plain[] = "0123456789abcdefABCDEF-";
    struct berval **values = ldap_get_values_len(ld, entry, attribute);
    char *id = NULL;
    if (values != NULL && values[0] != NULL && values[1] == NULL && values[0]->bv_len > 0 &&
        values[0]->bv_len <= ID_MAX_BYTES) {
        const struct berval *v = values[0];
        bool is_plain = v->bv_len >= 32;
        for (size_t i = 0; i < v->bv_len && is_plain; i++)
            is_plain = v->bv_val[i] != '\0' && strchr(plain, v->bv_val[i]) != NULL;
        struct cc_buf text;
        cc_buf_init(&text, mem);
        for (size_t i = 0; i < v->bv_len; i++) {
            unsigned char c = (unsigned char)v->bv_val[i];
            if (is_plain)
                cc_buf_addc(&text, (char)(c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c));
            else
                cc_buf_printf(&text, "%02x", c);
        }
        id = text.data;
    }
    ldap_value_free_len(values);
    return id;
}

static int search(struct cc_ldap *handle, const char *base, const char *filter, char **attributes,
                  int size, int64_t due_us, LDAPMessage **found_r)
{
    struct timeval timeout = cc_ldap_timeout(CC_LDAP_OPERATION_MS, due_us);
    int slot = cc_ldap_guard(handle, CC_LDAP_OPERATION_MS, due_us);
    if (slot < 0)
        return LDAP_NO_MEMORY;
    int rc = ldap_search_ext_s(handle->ld, base, LDAP_SCOPE_SUBTREE, filter, attributes, 0, NULL,
                               NULL, &timeout, size, found_r);
    handle->is_timed_out = cc_deadline_end(slot);
    handle->used_us = cc_monotonic_us();
    return rc;
}

enum cc_login cc_ldap_find(struct cc_ldap *handle, void *mem, const struct cc_settings *settings,
                           const char *login, int64_t due_us, struct cc_ldap_entry *entry_r)
{
    char *attributes[] = {(char *)settings->ldap_attr_id, (char *)settings->ldap_attr_name,
                          (char *)settings->ldap_attr_mail, NULL};
    enum cc_login result = CC_LOGIN_BAD_CREDENTIALS;
    struct cc_ldap_entry found = {0};
    LDAPMessage *answer = NULL;
    char *dn = NULL;
    const char *filter = cc_ldap_filter(mem, settings->ldap_user_filter, login);
    int rc = search(handle, settings->ldap_user_base, filter, attributes, 2, due_us, &answer);

    if (rc != LDAP_SUCCESS && rc != LDAP_SIZELIMIT_EXCEEDED) {
        result = cc_ldap_failed(handle, "search", rc);
        goto out;
    }
    int entries = ldap_count_entries(handle->ld, answer);
    if (rc == LDAP_SUCCESS && entries == 0)
        goto out;
    /* a reference means that others may have the name, too */
    if (rc != LDAP_SUCCESS || entries != 1 || ldap_count_references(handle->ld, answer) != 0) {
        cc_log(CC_LOG_WARNING,
               "sign-in refused: more than one entry of the directory has the name");
        goto out;
    }
    LDAPMessage *entry = ldap_first_entry(handle->ld, answer);
    dn = ldap_get_dn(handle->ld, entry);
    if (dn == NULL || !cc_ldap_dn_within(dn, settings->ldap_user_base)) {
        cc_log(CC_LOG_WARNING, "sign-in refused: the directory answered outside ldap.user_base");
        goto out;
    }
    found.id = id_of(mem, handle->ld, entry, settings->ldap_attr_id);
    if (found.id == NULL) {
        cc_log(CC_LOG_ERR, "sign-in refused: the entry has no single %s", settings->ldap_attr_id);
        result = CC_LOGIN_CONFIG;
        goto out;
    }
    found.dn = talloc_strdup(mem, dn);
    found.name = text_of(mem, handle->ld, entry, settings->ldap_attr_name);
    found.mail = text_of(mem, handle->ld, entry, settings->ldap_attr_mail);
    *entry_r = found;
    result = CC_LOGIN_OK;
out:
    ldap_memfree(dn);
    ldap_msgfree(answer);
    return result;
}

enum cc_login cc_ldap_groups(struct cc_ldap *handle, void *mem, const struct cc_settings *settings,
                             const char *dn, int64_t due_us, unsigned *roles_r)
{
    const struct {
        const char *group;
        unsigned role;
    } table[] = {
        {settings->ldap_group_secretariat, CC_ROLE_SECRETARIAT},
        {settings->ldap_group_administrator, CC_ROLE_ADMINISTRATOR},
        {settings->ldap_group_partner_system, CC_ROLE_PARTNER_SYSTEM},
    };
    char *attributes[] = {(char *)LDAP_NO_ATTRS, NULL};
    unsigned roles = CC_ROLE_STAKEHOLDER;
    LDAPMessage *answer = NULL;

    if (settings->ldap_group_base[0] == '\0') {
        *roles_r = roles;
        return CC_LOGIN_OK;
    }
    const char *filter = cc_ldap_filter(mem, settings->ldap_group_filter, dn);
    int rc =
        search(handle, settings->ldap_group_base, filter, attributes, GROUPS_MAX, due_us, &answer);
    if (rc != LDAP_SUCCESS) {
        ldap_msgfree(answer);
        return cc_ldap_failed(handle, "look up groups", rc);
    }
    for (LDAPMessage *entry = ldap_first_entry(handle->ld, answer); entry != NULL;
         entry = ldap_next_entry(handle->ld, entry)) {
        char *group = ldap_get_dn(handle->ld, entry);
        for (size_t i = 0; group != NULL && i < sizeof(table) / sizeof(table[0]); i++) {
            if (table[i].group[0] != '\0' && cc_ldap_dn_equal(group, table[i].group))
                roles |= table[i].role;
        }
        ldap_memfree(group);
    }
    ldap_msgfree(answer);
    *roles_r = roles;
    return CC_LOGIN_OK;
}
