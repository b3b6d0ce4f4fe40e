/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Markdown of records to HTML. Raw HTML is shown as the text that it is, headings sink below those
 * of the page. Pictures, which our security policy would refuse, leave their words; so do links
 * that do not lead to another site or a mail address.
 */
#include "concord/html.h"
#include "concord/text.h"

#include <cmark.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

enum { HEADING_FIRST = 3, HEADING_LAST = 6 };

/* Its words only. */
static void unwrap(cmark_node *node)
{
    cmark_node *child;

    while ((child = cmark_node_first_child(node)) != NULL)
        cmark_node_insert_before(node, child);
    cmark_node_free(node);
}

/* Where a link of a record may lead; to a place in this registry none can know the way. */
static bool leads_out(cmark_node *link)
{
    static const char *const schemes[] = {"https://", "http://", "mailto:"};
    const char *url = cmark_node_get_url(link);

    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        if (strncasecmp(url, schemes[i], strlen(schemes[i])) == 0)
            return true;
    }
    return false;
}

static void sink_heading(cmark_node *heading)
{
    int level = cmark_node_get_heading_level(heading) + HEADING_FIRST - 1;
    cmark_node_set_heading_level(heading, level > HEADING_LAST ? HEADING_LAST : level);
}

/* Whoever typed it sees it, and nothing is lost in silence. */
static void show_html(cmark_node *html)
{
    cmark_node *text = cmark_node_new(CMARK_NODE_TEXT);
    cmark_node *instead = text;

    cmark_node_set_literal(text, cmark_node_get_literal(html));
    if (cmark_node_get_type(html) == CMARK_NODE_HTML_BLOCK) {
        instead = cmark_node_new(CMARK_NODE_PARAGRAPH);
        cmark_node_append_child(instead, text);
    }
    cmark_node_replace(html, instead);
    cmark_node_free(html);
}

static void adapt(cmark_node *document)
{
    cmark_iter *iter = cmark_iter_new(document);
    cmark_event_type event;

    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        cmark_node_type type = cmark_node_get_type(node);
        if (event == CMARK_EVENT_ENTER && type == CMARK_NODE_HEADING)
            sink_heading(node);
        else if (event == CMARK_EVENT_EXIT &&
                 (type == CMARK_NODE_IMAGE || (type == CMARK_NODE_LINK && !leads_out(node))))
            unwrap(node);
        else if (type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE)
            show_html(node);
    }
    cmark_iter_free(iter);
}

/*
 * Does the text hold nothing that Markdown could mean something by? Such text (most summaries are)
 * is a paragraph as it stands, without a tree being built.
 */
static bool is_plain(const char *text)
{
    size_t len = strlen(text);
    char first = text[0];

    return strcspn(text, "*_`[]<>&\"\\!#~|\t\r\n") == len && strchr(" +-=", first) == NULL &&
           !(first >= '0' && first <= '9') && text[len - 1] != ' ' && cc_utf8_valid(text, len);
}

static const char *paragraph(void *mem, const char *text)
{
    size_t len = strlen(text);
    struct cc_buf b;

    cc_buf_init(&b, mem);
    cc_buf_reserve(&b, len + sizeof("<p></p>\n"));
    cc_buf_adds(&b, "<p>");
    cc_buf_add(&b, text, len);
    cc_buf_adds(&b, "</p>\n");
    return b.data;
}

struct cc_markup cc_markdown(void *mem, const char *text)
{
    struct cc_markup m = {""};

    if (text == NULL || text[0] == '\0')
        return m;
    if (is_plain(text)) {
        m.html = paragraph(mem, text);
        return m;
    }
    cmark_node *document =
        cmark_parse_document(text, strlen(text), CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8);
    adapt(document);
    char *html = cmark_render_html(document, CMARK_OPT_DEFAULT);
    m.html = talloc_strdup(mem, html);
    free(html);
    cmark_node_free(document);
    return m;
}
