/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Markdown of records to HTML. cmark's safe mode drops raw HTML and links with unsafe schemes;
 * images become links to nothing we load, and headings sink below those of the page.
 */
#include "concord/html.h"

#include <cmark.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

enum { HEADING_FIRST = 3, HEADING_LAST = 6 };

/* Pictures from elsewhere would be refused by our security policy: keep their words only. */
static void unwrap_image(cmark_node *image)
{
    cmark_node *child;

    while ((child = cmark_node_first_child(image)) != NULL)
        cmark_node_insert_before(image, child);
    cmark_node_free(image);
}

static void sink_heading(cmark_node *heading)
{
    int level = cmark_node_get_heading_level(heading) + HEADING_FIRST - 1;
    cmark_node_set_heading_level(heading, level > HEADING_LAST ? HEADING_LAST : level);
}

static void adapt(cmark_node *document)
{
    cmark_iter *iter = cmark_iter_new(document);
    cmark_event_type event;

    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        if (event == CMARK_EVENT_ENTER && cmark_node_get_type(node) == CMARK_NODE_HEADING)
            sink_heading(node);
        if (event == CMARK_EVENT_EXIT && cmark_node_get_type(node) == CMARK_NODE_IMAGE)
            unwrap_image(node);
    }
    cmark_iter_free(iter);
}

struct cc_markup cc_markdown(void *mem, const char *text)
{
    struct cc_markup m = {""};

    if (text == NULL)
        return m;
    cmark_node *document =
        cmark_parse_document(text, strlen(text), CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8);
    adapt(document);
    char *html = cmark_render_html(document, CMARK_OPT_DEFAULT);
    m.html = talloc_strdup(mem, html);
    free(html);
    cmark_node_free(document);
    return m;
}
