/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * An office or a person? A mail address is an office's when it says so itself: one of the words
 * before the @ names a function, or it is the name of the domain. Everything else may be somebody's
 * and is dropped.
 */
#include "concord/iati_in.h"

#include <string.h>
#include <strings.h>

static const char *const functions[] = {
    "admin",        "aid",         "bureau",      "comms",        "communication", "communications",
    "contact",      "contacto",    "contacts",    "correo",       "data",          "desk",
    "development",  "directorate", "email",       "enquiries",    "enquiry",       "evaluation",
    "feedback",     "general",     "grants",      "headquarters", "hello",         "help",
    "helpdesk",     "hq",          "iati",        "ict",          "info",          "information",
    "inquiries",    "inquiry",     "library",     "mail",         "mailbox",       "media",
    "office",       "open",        "opendata",    "partner",      "partners",      "partnership",
    "partnerships", "post",        "postmaster",  "press",        "procurement",   "programme",
    "programmes",   "programs",    "projects",    "public",       "publications",  "reception",
    "registry",     "reporting",   "secretariat", "secretary",    "service",       "services",
    "statistics",   "support",     "team",        "transparency", "web",           "webmaster",
    "website"};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_function(const char *word, size_t len)
{
    for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++)
        if (strlen(functions[i]) == len && strncasecmp(functions[i], word, len) == 0)
            return true;
    return false;
}

bool cc_iati_is_office_mail(const char *address)
{
    const char *at = strchr(address, '@');
    if (at == NULL)
        return false;
    const char *s = address + strspn(address, " \t\r\n");
    size_t local = (size_t)(at - s);
    if (at > s && strncasecmp(s, at + 1, local) == 0 && at[1 + local] == '.')
        return true;
    while (s < at) {
        size_t len = 0;
        while (s + len < at && is_letter(s[len]))
            len++;
        if (len > 0 && is_function(s, len))
            return true;
        s += len > 0 ? len : 1;
    }
    return false;
}
