/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Items of IATI out of SAX events. Everything goes into one buffer of canonical bytes, which gives
 * the digest and what is kept; only elements that fields are made of become a tree. So memory is
 * that of the bytes of one item.
 */
#include "concord/clock.h"
#include "concord/hash.h"
#include "concord/log.h"
#include "concord/text.h"
#include "xml/iati_internal.h"
#include "xml/internal.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#define DEPTH_MAX 64
#define NODES_MAX 20000  /* of an item that are read; the rest is kept as it is */
#define RUN_MAX   10000  /* .. of one element that is there many times */
#define PARTS_MAX 100000 /* children of an item that are told apart */
#define XML_NS    "http://www.w3.org/XML/1998/namespace"
#define NEWEST    "2.03"

struct frame {
    struct cc_iati_node *node;  /* NULL: not in the tree */
    struct cc_iati_node **tail; /* where the next child goes */
    struct cc_iati_node **slot; /* where it hangs itself */
    struct cc_buf text;
    size_t from; /* in the capture */
    bool has_child, has_text;
    bool is_mail, goes; /* goes: where a person is named */
};

struct cc_iati_reader {
    const struct cc_iati_format *format;
    const struct cc_xml_limits *limits;
    const char *version;
    struct cc_capture *capture;
    struct cc_iati_item *item;
    void *mem; /* of the item */
    struct cc_arena arena;
    struct frame frames[DEPTH_MAX + 1];
    unsigned depth;      /* open elements; 1 = the item */
    unsigned skip;       /* open elements of a person's name */
    struct cc_buf blank; /* white space that may stand between elements only */
    size_t nodes, run, cap_parts;
    const struct cc_iati_element *run_of; /* what `run` counts */
    bool in_contact, has_person, too_large, undeclared, told_rest;
    char told[12];       /* version, as the file has it */
    struct cc_buf going; /* cc_range of what goes with the contact's person */
};

const struct cc_iati_format *cc_iati_format_of(const char *ns, const char *name, bool *is_item_r)
{
    static const struct cc_iati_format *const all[] = {&cc_iati_in_activities,
                                                       &cc_iati_in_organisations};
    for (size_t i = 0; ns == NULL && i < sizeof(all) / sizeof(*all); i++) {
        *is_item_r = strcmp(all[i]->item, name) == 0;
        if (*is_item_r || strcmp(all[i]->root, name) == 0)
            return all[i];
    }
    return NULL;
}

bool cc_iati_is_item(const struct cc_iati_format *format, const char *ns, const char *name)
{
    return ns == NULL && strcmp(format->item, name) == 0;
}

struct cc_iati_reader *cc_iati_reader_new(void *mem, const struct cc_iati_format *format,
                                          const struct cc_xml_limits *limits)
{
    struct cc_iati_reader *r = talloc_zero(mem, struct cc_iati_reader);
    if (r == NULL)
        cc_die("out of memory");
    r->format = format;
    r->limits = limits;
    r->version = NEWEST;
    r->undeclared = true;
    r->capture = cc_capture_new(r);
    cc_buf_init(&r->blank, r);
    cc_buf_init(&r->going, r);
    for (size_t i = 0; i <= DEPTH_MAX; i++)
        cc_buf_init(&r->frames[i].text, r);
    return r;
}

static char *copy(struct cc_iati_reader *r, const char *s, size_t len)
{
    return cc_arena_copy(&r->arena, s, len);
}

bool cc_iati_reader_version(struct cc_iati_reader *r, const struct cc_sax_attr *attrs, size_t n,
                            int line, struct cc_problems *problems)
{
    static const char *const known[] = {"2.01", "2.02", NEWEST};
    for (size_t i = 0; i < n; i++)
        if (attrs[i].ns == NULL && strcmp(attrs[i].name, "version") == 0)
            snprintf(r->told, sizeof(r->told), "%.*s", (int)(attrs[i].len < 10 ? attrs[i].len : 10),
                     attrs[i].value);
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (strcmp(r->told, known[i]) == 0) {
            r->version = known[i];
            r->undeclared = false;
        }
    if (strncmp(r->told, "1.", 2) == 0 || strcmp(r->told, "1") == 0) {
        cc_problem_add(problems, CC_ERROR, line, "@version",
                       N_("This file is of IATI version {1}. Versions 2.01, 2.02 and 2.03 can be "
                          "read: ask the publisher for a file of one of these."),
                       r->told, NULL);
        return false;
    }
    return true;
}

struct cc_iati_item *cc_iati_reader_begin(struct cc_iati_reader *r, void *mem)
{
    r->mem = talloc_new(mem);
    r->item = talloc_zero(r->mem, struct cc_iati_item);
    if (r->mem == NULL || r->item == NULL)
        cc_die("out of memory");
    cc_arena_init(&r->arena, r->mem);
    cc_problems_init(&r->item->problems, r->mem);
    r->item->format = r->format;
    r->item->kind = cc_kind_find(r->format->kind);
    r->item->version = r->version;
    r->item->updated = "";
    if (r->undeclared)
        cc_problem_add(
            &r->item->problems, CC_WARNING, 1, "@version",
            N_("The file names no version of IATI that is known (\"{1}\"). It is read as "
               "{2}."),
            r->told, NEWEST);
    r->undeclared = false;
    cc_capture_clear(r->capture);
    r->depth = r->skip = 0;
    r->nodes = r->run = r->cap_parts = 0;
    r->run_of = NULL;
    r->told_rest = false;
    r->blank.len = 0;
    r->in_contact = r->too_large = false;
    return r->item;
}

static bool is_xml_lang(const struct cc_sax_attr *a)
{
    return a->ns != NULL && strcmp(a->ns, XML_NS) == 0 && strcmp(a->name, "lang") == 0;
}

static struct cc_iati_node *new_node(struct cc_iati_reader *r, const char *name,
                                     const struct cc_sax_attr *attrs, size_t n, int line)
{
    struct cc_iati_node *node = cc_arena_alloc(&r->arena, sizeof(*node));
    node->name = copy(r, name, strlen(name));
    node->text = "";
    node->line = line;
    node->attrs = cc_arena_alloc(&r->arena, n * sizeof(*node->attrs));
    for (size_t i = 0; i < n; i++) {
        bool lang = is_xml_lang(&attrs[i]);
        if (attrs[i].ns != NULL && !lang) {
            node->foreign = true;
            continue;
        }
        node->attrs[node->n_attrs++] = (struct cc_iati_attr){
            .name = lang ? "xml:lang" : copy(r, attrs[i].name, strlen(attrs[i].name)),
            .value = copy(r, attrs[i].value, attrs[i].len)};
    }
    return node;
}

/* What comes when there are very many stands together in the last one. */
static bool is_of_rest(const struct cc_iati_reader *r)
{
    return r->item->n_parts >= PARTS_MAX - 1;
}

static void new_part(struct cc_iati_reader *r, const char *ns, const char *name, int line)
{
    struct cc_iati_item *item = r->item;
    if (item->n_parts == PARTS_MAX)
        return;
    bool rest = is_of_rest(r);
    if (item->n_parts == r->cap_parts) {
        r->cap_parts = r->cap_parts == 0 ? 32 : r->cap_parts * 2;
        item->parts =
            talloc_realloc(r->mem, item->parts, struct cc_iati_part, (unsigned)r->cap_parts);
        if (item->parts == NULL)
            cc_die("out of memory");
    }
    struct cc_iati_part *part = &item->parts[item->n_parts++];
    *part = (struct cc_iati_part){.from = cc_capture_at(r->capture), .line = line};
    part->name = rest         ? CC_IATI_KEPT_REST
                 : ns == NULL ? copy(r, name, strlen(name))
                              : talloc_asprintf(r->mem, "{%s}%s", ns, name);
}

/* Is there room for one more? What stands behind very many of one kind still has some. */
static bool is_within(struct cc_iati_reader *r, const struct cc_iati_element *e)
{
    if (e != NULL && e != r->run_of) {
        r->run_of = e;
        r->run = 0;
    }
    bool rest = e != NULL && is_of_rest(r);
    if (!rest && r->nodes < NODES_MAX && r->run < RUN_MAX) {
        r->nodes++;
        r->run++;
        return true;
    }
    if (!r->told_rest)
        cc_problem_add(&r->item->problems, CC_WARNING, r->item->line, r->run_of->name,
                       N_("There are more elements than are read of one record. Those that are "
                          "too many are kept with the import."),
                       NULL, NULL);
    r->told_rest = true;
    return false;
}

/* Does a field come of it? Below the item the table says so, deeper its parent. */
static bool in_tree(struct cc_iati_reader *r, const char *ns, const char *name)
{
    if (r->depth == 0)
        return true;
    if (ns != NULL || r->frames[r->depth].node == NULL)
        return false;
    const struct cc_iati_element *e = r->depth == 1 ? cc_iati_element_find(r->format, name) : NULL;
    return (r->depth > 1 || (e != NULL && e->take != NULL)) && is_within(r, e);
}

/* Canonical bytes in memory: no more than a record may have. */
static bool has_room(struct cc_iati_reader *r, size_t more)
{
    if (!r->too_large && cc_capture_at(r->capture) + more > r->limits->record) {
        r->too_large = true;
        cc_problem_add(&r->item->problems, CC_ERROR, r->item->line, NULL,
                       N_("The record is too large."), NULL, NULL);
    }
    return !r->too_large;
}

/* A telephone may be the person's own, and the function of a person tells who it is. */
static bool goes_with_person(const char *name)
{
    return strcmp(name, "telephone") == 0 || strcmp(name, "job-title") == 0;
}

static void begin_contact(struct cc_iati_reader *r, const char *name)
{
    r->in_contact = strcmp(name, "contact-info") == 0;
    r->has_person = false;
    r->going.len = 0;
}

void cc_iati_reader_start(struct cc_iati_reader *r, const char *ns, const char *prefix,
                          const char *name, const struct cc_sax_attr *attrs, size_t n, int line)
{
    bool person = r->in_contact && r->depth == 2 && ns == NULL && strcmp(name, "person-name") == 0;
    if (r->skip > 0 || person) {
        r->skip++;
        return;
    }
    size_t bytes = 2 * strlen(name) + 16;
    for (size_t i = 0; i < n; i++)
        bytes += attrs[i].len + strlen(attrs[i].name) + 4;
    bool tree = in_tree(r, ns, name);
    struct frame *in = &r->frames[r->depth];
    struct frame *fr = &r->frames[++r->depth];
    in->has_child = true;
    r->blank.len = 0;
    struct cc_buf text = fr->text;
    *fr = (struct frame){.text = text, .from = cc_capture_at(r->capture)};
    fr->text.len = 0;
    if (has_room(r, bytes)) {
        if (r->depth == 2) {
            begin_contact(r, ns == NULL ? name : "");
            new_part(r, ns, name, line);
        }
        cc_capture_start(r->capture, ns, prefix, name, attrs, n);
        if (r->depth == 1)
            r->item->head_len = cc_capture_at(r->capture);
    }
    if (!tree && in->node != NULL)
        for (unsigned d = r->depth - 1; d >= 2; d--)
            if (r->frames[d].node != NULL)
                r->frames[d].node->foreign = true;
    if (r->in_contact && r->depth == 3 && ns == NULL) {
        fr->is_mail = strcmp(name, "email") == 0;
        fr->goes = goes_with_person(name);
    }
    if (!tree || r->too_large)
        return;
    fr->node = new_node(r, name, attrs, n, line);
    fr->tail = &fr->node->child;
    if (r->depth == 1) {
        r->item->root = fr->node;
        r->item->line = line;
        return;
    }
    fr->slot = in->tail;
    *in->tail = fr->node;
    in->tail = &fr->node->next;
    if (r->depth == 2)
        r->item->parts[r->item->n_parts - 1].node = fr->node;
    else if (fr->node->foreign)
        in->node->foreign = true;
}

static bool is_blank(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (s[i] != ' ' && s[i] != '\n' && s[i] != '\t' && s[i] != '\r')
            return false;
    return true;
}

void cc_iati_reader_text(struct cc_iati_reader *r, const char *s, size_t len)
{
    if (r->skip > 0) {
        bool text = !is_blank(s, len);
        r->has_person = r->has_person || text;
        return;
    }
    if (r->depth == 0)
        return;
    struct frame *fr = &r->frames[r->depth];
    if (!fr->has_text && is_blank(s, len)) {
        cc_buf_add(&r->blank, s, len);
        return;
    }
    if (!has_room(r, r->blank.len + len))
        return;
    if (r->blank.len > 0)
        cc_capture_text(r->capture, r->blank.data, r->blank.len);
    cc_capture_text(r->capture, s, len);
    if (fr->node != NULL || r->in_contact) {
        cc_buf_add(&fr->text, r->blank.data, r->blank.len);
        cc_buf_add(&fr->text, s, len);
    }
    r->blank.len = 0;
    fr->has_text = true;
}

/* Takes the element that just ended out again. */
static void forget(struct cc_iati_reader *r, struct frame *fr)
{
    cc_capture_cut(r->capture, &(struct cc_range){fr->from, cc_capture_at(r->capture)}, 1);
    if (fr->slot != NULL) {
        *fr->slot = NULL;
        r->frames[r->depth].tail = fr->slot;
    }
    r->item->persons++;
}

static void drop_with_person(struct cc_iati_reader *r)
{
    size_t n = r->going.len / sizeof(struct cc_range);
    cc_capture_cut(r->capture, (const struct cc_range *)(const void *)r->going.data, n);
    r->item->persons += n;
    struct cc_iati_node *contact = r->frames[r->depth].node;
    if (contact == NULL)
        return;
    for (struct cc_iati_node **at = &contact->child; *at != NULL;)
        if (goes_with_person((*at)->name))
            *at = (*at)->next;
        else
            at = &(*at)->next;
}

static void end_contact(struct cc_iati_reader *r)
{
    if (r->has_person) {
        r->item->persons++;
        drop_with_person(r);
    }
    r->in_contact = false;
}

/* xs:dateTime, or a day alone, as an instant of ours; "" when it is neither. */
static const char *instant(struct cc_iati_reader *r, const char *told)
{
    char iso[21];
    int hours = 0;
    int minutes = 0;
    char sign = '+';
    told += strspn(told, " \t\r\n");
    if (strlen(told) < 10)
        return "";
    bool time = told[10] == 'T' && strlen(told) >= 19;
    snprintf(iso, sizeof(iso), "%.10sT%.8sZ", told, time ? told + 11 : "00:00:00");
    int64_t t = cc_time_from_iso(iso);
    const char *zone = told + (time ? 19 : 10);
    zone += *zone == '.' ? 1 + strspn(zone + 1, "0123456789") : 0;
    if (t < 0)
        return "";
    if (sscanf(zone, "%c%2d:%2d", &sign, &hours, &minutes) == 3 && (sign == '+' || sign == '-'))
        t -= (sign == '-' ? -60 : 60) * (int64_t)(hours * 60 + minutes);
    cc_time_iso(t, iso);
    return copy(r, iso, strlen(iso));
}

/* What says that it is of the future would be the newest for ever: it counts as none. Clocks of
 * others may be a day fast. */
static void take_updated(struct cc_iati_reader *r, const char *told)
{
    const char *updated = instant(r, told);
    if (*updated == '\0' && !is_blank(told, strlen(told)))
        cc_problem_add(&r->item->problems, CC_WARNING, r->item->line, "@last-updated-datetime",
                       N_("\"{1}\" is no date, so it does not count."),
                       copy(r, told, cc_utf8_cut(told, 60)), NULL);
    else if (cc_time_from_iso(updated) <= cc_now() + 86400)
        r->item->updated = updated;
    else
        cc_problem_add(&r->item->problems, CC_WARNING, r->item->line, "@last-updated-datetime",
                       N_("\"{1}\" lies in the future, so it does not count."), updated, NULL);
}

static void end_item(struct cc_iati_reader *r)
{
    struct cc_iati_item *item = r->item;
    const char *bytes = cc_capture_bytes(r->capture, &item->len);
    cc_digest_hex(bytes, item->len, item->digest);
    item->bytes = copy(r, bytes, item->len);
    for (struct cc_iati_node *n = item->root->child; n != NULL && item->identifier == NULL;
         n = n->next)
        if (strcmp(n->name, r->format->identifier) == 0) {
            item->identifier = cc_iati_clean_identifier(r->mem, n->text);
            if (cc_iati_key(r->mem, item->identifier) == NULL) /* nothing that can be seen */
                item->identifier = NULL;
            item->unreadable = item->identifier == NULL && !is_blank(n->text, strlen(n->text));
        }
    for (size_t i = 0; i < item->root->n_attrs; i++)
        if (strcmp(item->root->attrs[i].name, "last-updated-datetime") == 0)
            take_updated(r, item->root->attrs[i].value);
}

bool cc_iati_reader_end(struct cc_iati_reader *r)
{
    if (r->skip > 0) {
        r->skip--;
        return false;
    }
    struct frame *fr = &r->frames[r->depth];
    if (!r->too_large) {
        if (r->depth == 2 && r->in_contact)
            end_contact(r);
        if (!fr->has_child && r->blank.len > 0)
            cc_capture_text(r->capture, r->blank.data, r->blank.len);
        cc_capture_end(r->capture);
        if (fr->node != NULL && fr->has_text)
            fr->node->text = copy(r, fr->text.data, fr->text.len);
    }
    r->blank.len = 0;
    r->depth--;
    if (r->too_large)
        return r->depth == 0;
    if (r->depth == 0) {
        end_item(r);
        return true;
    }
    if (r->depth == 1)
        r->item->parts[r->item->n_parts - 1].to = cc_capture_at(r->capture);
    if (fr->is_mail && !cc_iati_is_office_mail(cc_buf_str(&fr->text))) {
        forget(r, fr);
    } else if (fr->goes) {
        const struct cc_range range = {fr->from, cc_capture_at(r->capture)};
        cc_buf_add(&r->going, &range, sizeof(range));
    }
    return false;
}
