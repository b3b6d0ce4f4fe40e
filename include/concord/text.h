/* SPDX-License-Identifier: EUPL-1.2 */
/* Text as it enters: UTF-8, NFC, allowed characters. Everything stored has passed here. */
#ifndef CC_TEXT_H
#define CC_TEXT_H

#include "concord/err.h"

enum cc_text_form {
    CC_TEXT_LINE, /* one line: runs of white space become one blank, ends trimmed */
    CC_TEXT_BLOCK /* several lines: LF line ends, TAB = blank, no trailing blanks, outer blank lines
                     trimmed, at most two blank lines in a row */
};

/*
 * Cleans `len` bytes into NFC. Refused: bad UTF-8, NUL, C0/C1 controls (but TAB CR LF, which are
 * folded), noncharacters, lone surrogates, unpaired bidi controls (U+202A-C, U+2066-9), overrides
 * (U+202D, U+202E), more than max_chars code points. The result is a fixed point: cleaning it again
 * gives the same bytes. out_r is owned by mem ("" when nothing is left that has a shape: U+00A0 and
 * U+200B have none). On CC_INVALID *why_r is a msgid.
 */
enum cc_rc cc_text_clean(void *mem, const char *in, size_t len, enum cc_text_form form,
                         size_t max_chars, char **out_r, const char **why_r) CC_CHECKED;

/* Visible characters of ASCII with single blanks between them: clean as it is, in every form. */
bool cc_text_is_plain(const char *s, size_t len);

bool cc_utf8_valid(const char *s, size_t len); /* RFC 3629: no surrogates, no overlong forms */
size_t cc_utf8_chars(const char *s);           /* code points in valid UTF-8 */
size_t cc_utf8_cut(const char *s, size_t max_chars); /* bytes of the first max_chars */
char *cc_text_sort_key(void *mem, const char *s);    /* that without marks: É stands at E */
char *cc_text_fold(void *mem, const char *s);        /* NFKC + case fold, for comparing names */
char *cc_text_seen(void *mem, const char *s);        /* without what has no shape (U+200B) */
/*
 * The words of a text for search: folded, separated by single blanks, punctuation gone. Scripts
 * that put no blanks between words (Chinese, Japanese, Thai ..) become overlapping pairs of
 * characters, Arabic words their stems. Of a question:
 */
char *cc_words(void *mem, const char *s);
/*
 * Of a text: behind them other forms by which it is found: the last character of each run without
 * blanks, Arabic words without "and", "for", "by", parts of a Persian word as one.
 */
char *cc_words_of_text(void *mem, const char *s);

/* The light stem of an Arabic word, made in place; returns its bytes. Other words stay. */
size_t cc_arabic_stem(char *word, size_t len);
size_t cc_arabic_particle(const char *word, size_t len); /* bytes of "and" .. before it, or 0 */
/* Bytes of the article and the lam behind it, which is not written behind "for" (للجنة of اللجنة),
 * or 0. */
size_t cc_arabic_lam(const char *word, size_t len);
/* Without marks and blanks as well: one text for all spellings that a directory takes for one name.
 */
char *cc_text_fold_login(void *mem, const char *s);

/* BCP 47 tag in canonical case (RFC 5646 2.1.1: "zh-Hant-TW"); NULL if not well formed. */
char *cc_lang_canonical(void *mem, const char *tag);
/* Is the language itself one: of two letters in ISO 639-1, or of three letters, which are not
 * looked up? For tags in canonical form. */
bool cc_lang_is_known(const char *tag);

bool cc_is_date(const char *s);    /* YYYY-MM-DD, a real day, years 1000 to 9999 */
bool cc_is_decimal(const char *s); /* -?digits[.digits], at most 20 digits */
/* Canonical amount: at most 15 digits before the point and 6 behind it, "-" before less than zero,
 * no leading zero, no "-0". */
bool cc_is_amount(const char *s);
/* For readers: groups of three digits with narrow no-break spaces between. Text, no number. */
const char *cc_amount_grouped(void *mem, const char *s);
/* What people type between the groups of digits: without blanks of any sort. */
const char *cc_amount_ungrouped(void *mem, const char *s);
bool cc_is_uint(const char *s);  /* digits, at most 9, no leading zero but "0" */
bool cc_is_uuid(const char *s);  /* with hyphens */
bool cc_is_mail(const char *s);  /* local@domain, ASCII, at most 254 */
bool cc_is_phone(const char *s); /* +digits, blanks, 3 to 32 */
/* A number as people write it, without the signs between its digits and the (0) that is not dialled
 * behind the code of a country; NULL = words stand in it. */
const char *cc_phone_plain(void *mem, const char *s);
/* What may not stand in an address, or cannot be seen there, percent-encoded, as XML Schema means
 * an xs:anyURI and browsers do; http and https in small letters (RFC 3986 6.2.2.1). */
const char *cc_url_encoded(void *mem, const char *s);
bool cc_is_http_url(const char *s); /* absolute http or https in small letters, at most 2000, no
                                       blanks, no user info */

#endif
