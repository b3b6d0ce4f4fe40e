/* SPDX-License-Identifier: EUPL-1.2 */
/* What the functions of single elements share: looking at nodes, cleaning texts, adding values. */
#include "concord/log.h"
#include "concord/text.h"
#include "xml/iati_internal.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#define ANY_LENGTH (1u << 24)

static char *checked(char *s)
{
    if (s == NULL)
        cc_die("out of memory");
    return s;
}

void cc_iati_warn(struct cc_iati_builder *b, const struct cc_iati_node *node, const char *path,
                  const char *message, const char *arg1, const char *arg2)
{
    char shown[256];
    if (arg1 != NULL && cc_utf8_chars(arg1) > 60) {
        snprintf(shown, sizeof(shown), "%.*s...", (int)cc_utf8_cut(arg1, 60), arg1);
        arg1 = shown;
    }
    cc_problem_add(&b->item->problems, CC_WARNING, node->line, path != NULL ? path : node->name,
                   message, arg1, arg2);
}

/* --- looking -----------------------------------------------------------------------------------
 */

/* Without blanks around it; NULL when nothing is left. */
static const char *trimmed(const char *s)
{
    return s[strspn(s, " \t\r\n")] == '\0' ? NULL : s;
}

const char *cc_iati_attr(struct cc_iati_node *node, const char *name)
{
    for (size_t i = 0; node != NULL && i < node->n_attrs; i++)
        if (strcmp(node->attrs[i].name, name) == 0) {
            node->attrs[i].used = true;
            return trimmed(node->attrs[i].value);
        }
    return NULL;
}

const char *cc_iati_text(struct cc_iati_node *node)
{
    if (node == NULL)
        return NULL;
    node->text_used = true;
    return trimmed(node->text);
}

static struct cc_iati_node *find(struct cc_iati_node *node, const char *name)
{
    while (node != NULL && strcmp(node->name, name) != 0)
        node = node->next;
    if (node != NULL)
        node->used = true;
    return node;
}

struct cc_iati_node *cc_iati_child(struct cc_iati_node *node, const char *name)
{
    return node == NULL ? NULL : find(node->child, name);
}

struct cc_iati_node *cc_iati_next(struct cc_iati_node *node)
{
    return find(node->next, node->name);
}

void cc_iati_used(struct cc_iati_node *node)
{
    node->used = node->text_used = true;
    for (size_t i = 0; i < node->n_attrs; i++)
        node->attrs[i].used = true;
    for (struct cc_iati_node *n = node->child; n != NULL; n = n->next)
        cc_iati_used(n);
}

/* --- cleaning ----------------------------------------------------------------------------------
 */

static bool is_allowed(unsigned c)
{
    return !((c >= 0x7F && c <= 0x9F) || (c >= 0x202A && c <= 0x202E) ||
             (c >= 0x2066 && c <= 0x2069) || (c >= 0xFDD0 && c <= 0xFDEF) ||
             (c & 0xFFFE) == 0xFFFE || (c >= 0x300 && c <= 0x36F));
}

/* The text without what no text of ours may hold. It is valid UTF-8: the parser saw it. */
static char *stripped(void *mem, const char *s)
{
    char *out = checked(talloc_strdup(mem, s));
    size_t n = 0;
    for (const char *p = s; *p != '\0';) {
        size_t len = cc_utf8_cut(p, 1);
        unsigned char lead = (unsigned char)*p;
        unsigned c = len == 1   ? lead
                     : len == 2 ? lead & 0x1Fu
                     : len == 3 ? lead & 0x0Fu
                                : lead & 7u;
        for (size_t i = 1; i < len; i++)
            c = c << 6 | ((unsigned char)p[i] & 0x3Fu);
        if (is_allowed(c)) {
            memmove(out + n, p, len);
            n += len;
        }
        p += len;
    }
    out[n] = '\0';
    return out;
}

/* As much of the text as the field takes; NULL when nothing is left. */
static const char *fit(struct cc_iati_builder *b, const struct cc_field *f, const char *s,
                       struct cc_iati_node *from)
{
    enum cc_text_form form = f->type == CC_F_BLOCK ? CC_TEXT_BLOCK : CC_TEXT_LINE;
    bool text = f->type == CC_F_BLOCK || f->type == CC_F_LINE || f->type == CC_F_TOKEN;
    const char *why = NULL;
    char *clean = NULL;
    char max[24];
    if (cc_text_clean(b->mem, s, strlen(s), form, text ? f->max : ANY_LENGTH, &clean, &why) ==
        CC_OK)
        return *clean != '\0' ? clean : NULL;
    if (cc_text_clean(b->mem, s, strlen(s), form, ANY_LENGTH, &clean, &why) != CC_OK) {
        const char *rest = stripped(b->mem, s);
        cc_iati_warn(b, from, NULL,
                     N_("The text holds characters that no text here may hold. They are left out; "
                        "all are kept with the import."),
                     NULL, NULL);
        from->keep = true;
        if (cc_text_clean(b->mem, rest, strlen(rest), form, ANY_LENGTH, &clean, &why) != CC_OK)
            return NULL;
    }
    if (cc_utf8_chars(clean) > f->max) {
        snprintf(max, sizeof(max), "%zu", f->max);
        cc_iati_warn(b, from, NULL,
                     N_("The text is longer than {1} characters. Its beginning is shown; the whole "
                        "is kept with the import."),
                     max, NULL);
        from->keep = true;
        const char *cut =
            checked(talloc_asprintf(b->mem, "%.*s…", (int)cc_utf8_cut(clean, f->max - 1), clean));
        if (cc_text_clean(b->mem, cut, strlen(cut), form, f->max, &clean, &why) != CC_OK)
            return NULL;
    }
    return *clean != '\0' ? clean : NULL;
}

const char *cc_iati_clean_line(void *mem, const char *text)
{
    char *clean = NULL;
    const char *why = NULL;
    if (text == NULL ||
        cc_text_clean(mem, text, strlen(text), CC_TEXT_LINE, 1000, &clean, &why) != CC_OK ||
        *clean == '\0')
        return NULL;
    return clean;
}

/* --- adding ------------------------------------------------------------------------------------
 */

static void remember(struct cc_iati_builder *b, struct cc_node *node, struct cc_iati_node *from)
{
    if (b->n_origins == b->cap_origins) {
        b->cap_origins = b->cap_origins == 0 ? 64 : b->cap_origins * 2;
        b->origins =
            talloc_realloc(b->mem, b->origins, struct cc_iati_origin, (unsigned)b->cap_origins);
        if (b->origins == NULL)
            cc_die("out of memory");
    }
    b->origins[b->n_origins++] = (struct cc_iati_origin){node, from};
}

static struct cc_node *add(struct cc_iati_builder *b, struct cc_node *parent, const char *field,
                           const char *text, const char *lang, struct cc_iati_node *from)
{
    struct cc_node *node = cc_record_add(b->rec, parent, field, text, lang);
    node->line = from->line;
    if (parent == NULL)
        remember(b, node, from);
    return node;
}

struct cc_node *cc_iati_add(struct cc_iati_builder *b, struct cc_node *parent, const char *field,
                            const char *text, struct cc_iati_node *from)
{
    return add(b, parent, field, text, NULL, from);
}

void cc_iati_add_if(struct cc_iati_builder *b, struct cc_node *parent, const char *field,
                    const char *text, struct cc_iati_node *from)
{
    const struct cc_field *table = parent == NULL ? b->rec->kind->fields : parent->field->children;
    const struct cc_field *f = cc_field_find(table, field);
    const char *clean = text == NULL || f == NULL ? NULL : fit(b, f, text, from);
    if (clean != NULL)
        add(b, parent, field, clean, NULL, from);
}

/* An address or the identifier, where it stands for a title. */
static bool is_in_no_language(const struct cc_iati_builder *b, const char *text)
{
    return text != NULL && (cc_is_http_url(text) || (b->item->identifier != NULL &&
                                                     strcmp(text, b->item->identifier) == 0));
}

/* The language of a narrative: its own, else that of the item, else unknown. */
static const char *language(struct cc_iati_builder *b, struct cc_iati_node *narrative)
{
    const char *told = cc_iati_attr(narrative, "xml:lang");
    if (told == NULL)
        return is_in_no_language(b, cc_iati_text(narrative)) ? "und" : b->lang;
    const char *lang = cc_lang_canonical(b->mem, cc_iati_clean_line(b->mem, told));
    if (lang != NULL)
        return lang;
    cc_iati_warn(b, narrative, "narrative/@xml:lang",
                 N_("\"{1}\" is not a language tag like fr or zh-Hant."), told, NULL);
    narrative->keep = true;
    return "und";
}

static bool add_narrative(struct cc_iati_builder *b, struct cc_node *parent, const char *field,
                          const struct cc_field *f, const char *text, const char *lang,
                          struct cc_iati_node *from)
{
    const char *clean = text == NULL ? NULL : fit(b, f, text, from);
    if (clean == NULL)
        return false;
    const struct cc_node *n = cc_node_first(parent == NULL ? b->rec->first : parent->child, field);
    for (; n != NULL; n = cc_node_again(n))
        if (strcmp(n->lang, lang) == 0) {
            if (strcmp(n->text, clean) == 0)
                return true;
            if (n->line > 0)
                cc_iati_warn(b, from, NULL,
                             N_("There are two texts in the language {1}. The first one is shown, "
                                "all are kept with the import."),
                             lang, NULL);
            else
                cc_iati_warn(b, from, NULL,
                             N_("The registry has another text in the language {1}, which stays: "
                                "\"{2}\"."),
                             lang, n->text);
            from->keep = true;
            return true;
        }
    add(b, parent, field, clean, lang, from);
    return true;
}

size_t cc_iati_narratives(struct cc_iati_builder *b, struct cc_node *parent, const char *field,
                          struct cc_iati_node *from)
{
    const struct cc_field *table = parent == NULL ? b->rec->kind->fields : parent->field->children;
    const struct cc_field *f = cc_field_find(table, field);
    size_t n = 0;
    if (from == NULL || f == NULL)
        return 0;
    struct cc_iati_node *narrative = cc_iati_child(from, "narrative");
    for (; narrative != NULL; narrative = cc_iati_next(narrative))
        n += add_narrative(b, parent, field, f, cc_iati_text(narrative), language(b, narrative),
                           from);
    const char *direct = cc_iati_text(from);
    if (direct != NULL && add_narrative(b, parent, field, f, direct, language(b, from), from)) {
        cc_iati_warn(b, from, NULL,
                     N_("The text stands directly in this element, as in IATI 1. Since 2.01 it "
                        "belongs in a narrative."),
                     NULL, NULL);
        n++;
    }
    return n;
}

const char *cc_iati_day(struct cc_iati_builder *b, struct cc_iati_node *node, const char *attr)
{
    char path[80];
    const char *told = cc_iati_attr(node, attr);
    if (told == NULL)
        return NULL;
    told += strspn(told, " \t\r\n");
    char *day = checked(talloc_strndup(b->mem, told, 10));
    bool ends = strlen(told) >= 10 && strchr("TZ+- \t\r\n", told[10]) != NULL;
    if (ends && cc_is_date(day))
        return day;
    snprintf(path, sizeof(path), "%.40s/@%.30s", node->name, attr);
    cc_iati_warn(b, node, path, N_("\"{1}\" is not a date like 2026-11-24."), told, NULL);
    node->keep = true;
    return NULL;
}

/* A code of the list, or a language. */
static const char *listed(struct cc_iati_builder *b, const struct cc_field *f,
                          struct cc_iati_node *node, const char *path)
{
    const char *told = cc_iati_clean_line(b->mem, cc_iati_attr(node, "code"));
    const char *lang = f->type == CC_F_LANG ? cc_lang_canonical(b->mem, told) : NULL;
    if (told == NULL || lang != NULL)
        return lang;
    if (f->type == CC_F_LANG)
        cc_iati_warn(b, node, path, N_("\"{1}\" is not a language tag like fr or zh-Hant."), told,
                     NULL);
    else if (cc_code_known(f->codelist, told))
        return told;
    else
        cc_iati_warn(b, node, path, N_("\"{1}\" is not a code of the list {2}."), told,
                     f->codelist);
    node->keep = true;
    return NULL;
}

void cc_iati_list(struct cc_iati_builder *b, struct cc_node *parent, const char *field,
                  struct cc_iati_node *from, const char *element, cc_iati_value_fn *value)
{
    const struct cc_field *f = cc_field_find(parent->field->children, field);
    size_t n = cc_node_count(parent->child, field);
    char path[80], most[24];
    snprintf(path, sizeof(path), "%.40s/%.30s", from->name, element);
    snprintf(most, sizeof(most), "%zu", f->max_items);
    for (struct cc_iati_node *node = cc_iati_child(from, element); node != NULL;
         node = cc_iati_next(node)) {
        const char *told = value(b, f, node, path);
        const struct cc_node *same = cc_node_first(parent->child, field);
        while (told != NULL && same != NULL && strcmp(same->text, told) != 0)
            same = cc_node_again(same);
        if (told == NULL || same != NULL)
            continue;
        if (n == f->max_items) {
            cc_iati_warn(b, node, path, N_("There are more of them than {1}."), most, NULL);
            from->keep = true;
            return;
        }
        add(b, parent, field, told, NULL, node);
        n++;
    }
}

/* The document of this address that the record has already; NULL = none. */
static struct cc_node *here(struct cc_iati_builder *b, const char *url)
{
    for (struct cc_node *n = b->rec->first; n != NULL; n = n->next)
        if (n->line == 0 && strcmp(n->field->name, "document") == 0 &&
            strcmp(cc_node_text(n->child, "url"), url) == 0)
            return n;
    return NULL;
}

/* One that is here already gets the categories and languages that it has not. */
void cc_iati_document(struct cc_iati_builder *b, struct cc_iati_node *node)
{
    const char *told = cc_iati_attr(node, "url"), *why = NULL;
    char *clean = NULL;
    const char *url = told != NULL && cc_text_clean(b->mem, told, strlen(told), CC_TEXT_LINE,
                                                    ANY_LENGTH, &clean, &why) == CC_OK
                          ? cc_url_encoded(b->mem, clean)
                          : NULL;
    if (url == NULL || !cc_is_http_url(url)) {
        cc_iati_warn(b, node, "document-link/@url",
                     url != NULL && strlen(url) > 2000
                         ? N_("The address \"{1}\" is longer than 2,000 bytes.")
                         : N_("\"{1}\" is not a web address like https://example.org/."),
                     told != NULL ? told : "", NULL);
        node->keep = true;
        return;
    }
    struct cc_node *doc = here(b, url);
    if (doc != NULL) {
        cc_iati_list(b, doc, "category", node, "category", listed);
        cc_iati_list(b, doc, "language", node, "language", listed);
        cc_iati_used(node);
        return;
    }
    doc = cc_iati_add(b, NULL, "document", NULL, node);
    struct cc_iati_node *date = cc_iati_child(node, "document-date");
    cc_iati_list(b, doc, "category", node, "category", listed);
    if (date != NULL)
        cc_iati_add_if(b, doc, "date", cc_iati_day(b, date, "iso-date"), node);
    cc_iati_add_if(b, doc, "format", cc_iati_attr(node, "format"), node);
    cc_iati_list(b, doc, "language", node, "language", listed);
    cc_iati_add_if(b, doc, "url", url, node);
    if (cc_iati_narratives(b, doc, "title", cc_iati_child(node, "title")) == 0)
        add(b, doc, "title", url, "und", node);
    cc_iati_narratives(b, doc, "description", cc_iati_child(node, "description"));
}
