/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The HTML side of the template compiler. It knows as much of HTML as is needed to tell what a
 * value may be at each place, and refuses what our pages never hold: inline scripts and styles,
 * event attributes, elements left open.
 */
#include "tmpl.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

static const char *const void_elements[] = {"area",  "br",    "col",  "embed", "hr",
                                            "img",   "input", "link", "meta",  "source",
                                            "track", "wbr",   NULL};
/* Content that is no HTML, or that loads what our security policy forbids. */
static const char *const refused_elements[] = {
    "base",     "iframe",  "frame",     "frameset", "object", "embed", "applet",
    "noscript", "noembed", "plaintext", "template", "xmp",    NULL};
static const char *const url_attrs[] = {
    "href",       "src",      "action", "formaction", "srcset",   "poster", "data", "cite",
    "background", "manifest", "ping",   "xlink:href", "longdesc", "usemap", NULL};
static const char *const refused_attrs[] = {"style", "srcdoc", "http-equiv", NULL};
static const char *const boolean_attrs[] = {"checked",  "disabled", "hidden",   "multiple", "open",
                                            "readonly", "required", "selected", NULL};

static bool is_in(const char *const *list, const char *word)
{
    for (; *list != NULL; list++) {
        if (strcmp(*list, word) == 0)
            return true;
    }
    return false;
}

bool tmpl_is_boolean_attr(const char *name)
{
    return is_in(boolean_attrs, name);
}

static void add_char(char *word, char c)
{
    size_t len = strlen(word);
    if (len + 1 >= TMPL_NAME_MAX)
        fail("name \"%s...\" is too long", word);
    word[len] = c;
    word[len + 1] = '\0';
}

bool tmpl_html_is_open(const struct tmpl_html *h, const char *name)
{
    for (int i = 0; i < h->depth; i++) {
        if (strcmp(h->stack[i], name) == 0)
            return true;
    }
    return false;
}

bool tmpl_html_keeps_blanks(const struct tmpl_html *h)
{
    return h->place == IN_RCDATA || h->place == IN_VALUE || tmpl_html_is_open(h, "pre");
}

void tmpl_html_push(struct tmpl_html *h, const char *name)
{
    if (h->depth == TMPL_DEPTH_MAX)
        fail("elements are nested too deeply");
    strcpy(h->stack[h->depth], name);
    h->depth++;
}

bool tmpl_html_same(const struct tmpl_html *a, const struct tmpl_html *b)
{
    if (a->place != b->place || a->depth != b->depth || a->url != b->url)
        return false;
    if (a->place != IN_TEXT && (strcmp(a->name, b->name) != 0 || a->quote != b->quote))
        return false;
    if (a->place == IN_VALUE && strcmp(a->attr, b->attr) != 0)
        return false;
    for (int i = 0; i < a->depth; i++) {
        if (strcmp(a->stack[i], b->stack[i]) != 0)
            return false;
    }
    return true;
}

/* "<name" or "</name" has ended. */
static void end_name(struct tmpl_html *h)
{
    h->place = IN_TAG;
    h->has_src = false;
    if (is_in(refused_elements, h->name))
        fail("element <%s> is not allowed in pages", h->name);
}

static void end_attr_name(struct tmpl_html *h)
{
    if (strncmp(h->attr, "on", 2) == 0)
        fail("event attribute \"%s\" is not allowed: pages work without inline scripts", h->attr);
    if (is_in(refused_attrs, h->attr))
        fail("attribute \"%s\" is not allowed", h->attr);
    if (strcmp(h->attr, "src") == 0)
        h->has_src = true;
    h->url = is_in(url_attrs, h->attr) ? URL_START : URL_NOT;
}

static void close_element(struct tmpl_html *h)
{
    if (is_in(void_elements, h->name))
        fail("</%s>: this element has no end tag", h->name);
    if (h->depth == 0)
        fail("</%s> closes nothing", h->name);
    h->depth--;
    if (strcmp(h->stack[h->depth], h->name) != 0)
        fail("</%s> where </%s> is due", h->name, h->stack[h->depth]);
}

/* ">" */
static void end_tag(struct tmpl_html *h, bool self_closing)
{
    h->place = IN_TEXT;
    h->url = URL_NOT;
    h->match = 0;
    if (h->end_tag) {
        close_element(h);
        return;
    }
    if (is_in(void_elements, h->name))
        return;
    if (self_closing) {
        if (!tmpl_html_is_open(h, "svg"))
            fail("<%s/> is not closed by \"/\" in HTML", h->name);
        return;
    }
    tmpl_html_push(h, h->name);
    if (strcmp(h->name, "script") == 0 && !h->has_src)
        fail("inline script: <script> needs src");
    if (strcmp(h->name, "script") == 0 || strcmp(h->name, "style") == 0)
        h->place = IN_RAW;
    else if (strcmp(h->name, "title") == 0 || strcmp(h->name, "textarea") == 0)
        h->place = tmpl_html_is_open(h, "svg") ? IN_TEXT : IN_RCDATA;
}

static void feed_tag(struct tmpl_html *h, char c)
{
    if (isspace((unsigned char)c))
        return;
    if (c == '>') {
        end_tag(h, false);
    } else if (c == '/') {
        h->place = IN_SLASH;
    } else if (isalpha((unsigned char)c) && !h->end_tag) {
        h->place = IN_ATTR_NAME;
        h->attr[0] = '\0';
        add_char(h->attr, (char)tolower((unsigned char)c));
    } else {
        fail("'%c' cannot stand in <%s>", c, h->name);
    }
}

static void feed_attr_name(struct tmpl_html *h, char c)
{
    if (isalnum((unsigned char)c) || c == '-' || c == ':' || c == '_') {
        add_char(h->attr, (char)tolower((unsigned char)c));
        return;
    }
    end_attr_name(h);
    if (c == '=') {
        h->place = IN_BEFORE_VALUE;
        return;
    }
    h->place = IN_TAG;
    h->url = URL_NOT;
    feed_tag(h, c);
}

/* A literal character within a quoted value. */
static void feed_value(struct tmpl_html *h, char c)
{
    if (c == h->quote) {
        h->place = IN_AFTER_VALUE;
        h->url = URL_NOT;
        return;
    }
    if (c == '<')
        fail("'<' in the value of \"%s\": is it closed? Else write &lt;", h->attr);
    switch (h->url) {
    case URL_START:
        h->url = c == '#' ? URL_QUERY : URL_PLAIN;
        break;
    case URL_WHOLE:
        fail("nothing may follow this address in \"%s\"", h->attr);
    case URL_PATH:
        if (c != '?' && c != '#')
            fail("only ? or # may follow a route in \"%s\"", h->attr);
        h->url = URL_QUERY;
        break;
    case URL_PLAIN:
    case URL_QUERY:
    case URL_NOT:
        break;
    }
}

/* script, style, title, textarea: only their own end tag ends them. */
static void feed_to_end_tag(struct tmpl_html *h, char c)
{
    const char *name = h->stack[h->depth - 1];
    if (h->match == 0) {
        h->match = c == '<' ? 1 : 0;
        if (h->match == 0 && h->place == IN_RAW && !isspace((unsigned char)c))
            fail("inline %s is not allowed", name);
        return;
    }
    char want = h->match == 1 ? '/' : name[h->match - 2];
    if (tolower((unsigned char)c) != want)
        fail("'<' cannot stand in <%s>; write &lt;", name);
    h->match++;
    if (h->match == (int)strlen(name) + 2) {
        strcpy(h->name, name);
        h->end_tag = true;
        h->match = 0;
        h->place = IN_TAG;
    }
}

static void feed_tag_open(struct tmpl_html *h, char c)
{
    if (c == '/' && !h->end_tag) {
        h->end_tag = true;
    } else if (islower((unsigned char)c)) {
        h->place = IN_TAG_NAME;
        add_char(h->name, c);
    } else if (c == '!' && !h->end_tag) {
        h->place = IN_DECLARATION;
        h->match = 0;
    } else {
        fail("'<' before '%c': write &lt;, and names of elements in lower case", c);
    }
}

static void feed_declaration(struct tmpl_html *h, char c)
{
    if (c == '-') {
        h->match++;
        if (h->match == 2) {
            h->place = IN_COMMENT;
            h->match = 0;
        }
    } else if (c == '>') {
        h->place = IN_TEXT;
    }
}

static void feed_comment(struct tmpl_html *h, char c)
{
    if (c == '-') {
        h->match++;
    } else if (c == '>' && h->match >= 2) {
        h->place = IN_TEXT;
    } else {
        h->match = 0;
    }
}

void tmpl_html_feed(struct tmpl_html *h, char c)
{
    switch (h->place) {
    case IN_TEXT:
        if (c == '<') {
            h->place = IN_TAG_OPEN;
            h->end_tag = false;
            h->name[0] = '\0';
        }
        break;
    case IN_TAG_OPEN:
        feed_tag_open(h, c);
        break;
    case IN_TAG_NAME:
        if (islower((unsigned char)c) || isdigit((unsigned char)c) || c == '-') {
            add_char(h->name, c);
        } else {
            end_name(h);
            feed_tag(h, c);
        }
        break;
    case IN_TAG:
        feed_tag(h, c);
        break;
    case IN_ATTR_NAME:
        feed_attr_name(h, c);
        break;
    case IN_BEFORE_VALUE:
        if (c == '"' || c == '\'') {
            h->quote = c;
            h->place = IN_VALUE;
        } else if (isalnum((unsigned char)c)) {
            h->place = IN_BARE_VALUE;
        } else {
            fail("value of \"%s\" is due, in quotes", h->attr);
        }
        break;
    case IN_VALUE:
        feed_value(h, c);
        break;
    case IN_BARE_VALUE:
        if (isspace((unsigned char)c) || c == '>') {
            h->place = IN_TAG;
            h->url = URL_NOT;
            feed_tag(h, c);
        }
        break;
    case IN_AFTER_VALUE:
        if (!isspace((unsigned char)c) && c != '>' && c != '/')
            fail("a blank is missing after the value of \"%s\"", h->attr);
        h->place = IN_TAG;
        feed_tag(h, c);
        break;
    case IN_SLASH:
        if (c != '>')
            fail("'/' cannot stand in <%s>", h->name);
        end_tag(h, true);
        break;
    case IN_DECLARATION:
        feed_declaration(h, c);
        break;
    case IN_COMMENT:
        feed_comment(h, c);
        break;
    case IN_RAW:
    case IN_RCDATA:
        feed_to_end_tag(h, c);
        break;
    }
}
