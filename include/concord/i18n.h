/* SPDX-License-Identifier: EUPL-1.2 */
/* Interface languages by gettext, switched per request (works because workers are single-threaded).
 */
#ifndef CC_I18N_H
#define CC_I18N_H

#include "concord/err.h"
#include <libintl.h>

/*
 * gettext() but for English, the language of the program's own texts: looking for it in catalogues
 * that are not there took a tenth of the time of a page.
 */
const char *cc_gettext(const char *msgid) __attribute__((format_arg(1)));
const char *cc_ngettext(const char *one, const char *many, unsigned long n)
    __attribute__((format_arg(1), format_arg(2)));
#undef gettext
#undef ngettext
#define gettext(s)             cc_gettext(s)
#define ngettext(one, many, n) cc_ngettext(one, many, n)
#define _(s)                   cc_gettext(s)

struct cc_lang {
    const char *tag;  /* "ar" */
    const char *name; /* in itself: "العربية" */
    const char *dir;  /* "ltr" or "rtl" */
};

/* Once at start. locale_dir holds LANG/LC_MESSAGES/concord.mo; offered: "en fr ar". */
enum cc_rc cc_i18n_init(const char *locale_dir, const char *offered);
/* Languages that can be offered, whether they are or not: those whose own name is known here. */
#define CC_I18N_KNOWN "en fr ar es ru zh pt de fa he ur sw"
const struct cc_lang *cc_i18n_known(const char *tag, size_t len);
size_t cc_i18n_count(void);
const struct cc_lang *cc_i18n_at(size_t i);
const struct cc_lang *cc_i18n_find(const char *tag, size_t len); /* NULL = not offered */
void cc_i18n_use(const struct cc_lang *lang);
const struct cc_lang *cc_i18n_current(void);
/*
 * A code that is a part of a text of this language (NULL = none): from right to left a digit, a dot
 * and a Latin letter turn around, so that "3.a" is read as "a.3". The code of a lettered target is
 * isolated there (U+2066 3.a U+2069; owned by mem); all else is given back as it is. Never for
 * data.
 */
const char *cc_i18n_code(void *mem, const struct cc_lang *lang, const char *code);
/* Best offered language for an Accept-Language header (RFC 9110 12.5.4); the default if none. */
const struct cc_lang *cc_i18n_negotiate(const char *accept_language);

#endif
