/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * IATI 2.01 to 2.03 as others deliver it. The stream reader (concord/xml.h) hands out one item per
 * iati-activity or iati-organisation; an item becomes a record of ours by cc_iati_build(). What no
 * field of ours can hold is kept as canonical bytes, by element (cc_iati_kept()).
 *
 * Persons: names of persons are dropped while reading, and with them telephone and function; mail
 * stays only where it is an office's. So neither the tree nor the bytes hold them.
 */
#ifndef CC_IATI_IN_H
#define CC_IATI_IN_H

#include "concord/record.h"

/* Raised whenever the reader learns to fill more fields, or to keep more: unchanged files are then
 * read again. */
#define CC_IATI_READER "9"

struct cc_iati_attr {
    const char *name, *value;
    bool used;
};

/* An element of IATI without namespace. What a builder looked at is marked as used: elements with
 * anything that nobody looked at are kept. */
struct cc_iati_node {
    const char *name;
    const char *text; /* of its own, "" when there is none */
    struct cc_iati_attr *attrs;
    size_t n_attrs;
    struct cc_iati_node *child, *next;
    int line;
    bool used;       /* somebody looked at it */
    bool text_used;  /* and at its text */
    bool keep;       /* not all of it could be taken */
    bool foreign;    /* elements or attributes of other namespaces stand in it, or too many */
    size_t from, to; /* children of the item: their bytes */
};

/* One element at the level below the item, kept or not. */
struct cc_iati_part {
    const char *name;          /* of other namespaces: {namespace}name */
    struct cc_iati_node *node; /* NULL: it is kept as bytes only */
    size_t from, to;
    int line;
};

struct cc_iati_format;
struct cc_iati_item {
    const struct cc_iati_format *format;
    const struct cc_kind *kind;
    const char *version;       /* under which it is read: "2.03" */
    const char *identifier;    /* cleaned; NULL when there is none that can be used */
    bool unreadable;           /* there is one, but no text of ours may be like that */
    const char *updated;       /* ISO instant, "" = not told */
    char digest[33];           /* of everything in it */
    struct cc_iati_node *root; /* with the children that fields are made of */
    struct cc_iati_part *parts;
    size_t n_parts;
    const char *bytes;    /* NULL: it is too large */
    size_t len, head_len; /* head: the item's own start tag */
    size_t persons;       /* texts about persons that were dropped */
    int line;
    struct cc_problems problems;
};

/* Organisation of ours that an identifier names, NULL = none is known. */
typedef const char *cc_iati_find_fn(void *arg, const char *identifier);
struct cc_iati_place {
    const char *id;               /* of the record that is made */
    const char *owner;            /* organisation that answers for it: who reports */
    const struct cc_record *here; /* what the registry has of it, NULL = nothing */
    cc_iati_find_fn *find;
    void *arg;
};
/*
 * The record, sorted and checked; whatever would keep it from being published is left out and told
 * as a warning, so errors in item->problems mean: it cannot be taken. Fields that IATI cannot say
 * come from `here`. Owned by mem.
 */
struct cc_record *cc_iati_build(void *mem, struct cc_iati_item *item,
                                const struct cc_iati_place *place);
/* As it was read, for building it once more. */
void cc_iati_unbuilt(struct cc_iati_item *item);

/*
 * By what an item is found again: its identifier, folded. An activity without one by everything
 * else that it says, whenever it was said: a blank, which no folded identifier begins with, and a
 * digest of the item without identifier and time. So it is the same under a new time, and with the
 * identifier that it gets at last. NULL: nothing finds it again, or it is too large. Owned by mem.
 */
const char *cc_iati_item_key(void *mem, const struct cc_iati_item *item);
/* The key that an item would have without its identifier. */
const char *cc_iati_body_key(void *mem, const struct cc_iati_item *item);

/*
 * What the record does not hold, by element in order of first occurrence. After cc_iati_build(). Of
 * more than 100 elements the others stand together, as CC_IATI_KEPT_REST; so does what stands
 * behind very many, which is not read.
 */
#define CC_IATI_KEPT_REST "*"
struct cc_iati_kept {
    const char *element;
    size_t items;
    struct cc_buf xml; /* the elements one after the other, each exclusive canonical XML */
};
size_t cc_iati_kept(void *mem, const struct cc_iati_item *item, struct cc_iati_kept **kept_r);

/* Every organisation identifier in an item, as given and trimmed. */
typedef void cc_iati_ref_fn(void *arg, const char *identifier);
void cc_iati_refs(const struct cc_iati_item *item, cc_iati_ref_fn *fn, void *arg);

/* Who reports, as told. NULL where nothing is said; owned by mem. */
struct cc_iati_reporter {
    const char *ref, *name;
    int line;
};
void cc_iati_reporter(void *mem, const struct cc_iati_item *item,
                      struct cc_iati_reporter *reporter_r);
/* That organisation as a record of its own. */
struct cc_record *cc_iati_reporter_build(void *mem, const struct cc_iati_item *item, const char *id,
                                         struct cc_problems *problems);

/* --- identifiers (xml/iati_identifier.c) ------------------------------------------------------ */

/* One line, clean; NULL when nothing is left or no text of ours may be like that. */
const char *cc_iati_clean_line(void *mem, const char *text);
/* The same without what cannot be seen: what has no shape (U+200B), and blanks around it. */
const char *cc_iati_clean_identifier(void *mem, const char *text);
/* The element that tells the identifier of such an item. */
const char *cc_iati_identifier_element(const struct cc_iati_item *item);
/* Does it hold one of / & | ?, which the rules of IATI forbid? NULL does not. */
bool cc_iati_is_forbidden(const char *identifier);
/* Folded for comparing: trimmed, NFKC, without case. Owned by mem. */
char *cc_iati_key(void *mem, const char *identifier);
/*
 * The keys under which an organisation may be known here, the likeliest first: as given, and codes
 * of the Development Assistance Committee as XM-DAC, whatever was written before or left out.
 */
#define CC_IATI_KEYS 3
size_t cc_iati_org_keys(void *mem, const char *identifier, const char *keys_r[CC_IATI_KEYS]);
/* Our scheme and the number behind it by the longest prefix that is in our list; false: none is. */
bool cc_iati_org_split(void *mem, const char *identifier, const char **scheme_r,
                       const char **value_r);
/* Is this mail address an office's rather than a person's? (xml/iati_person.c) */
bool cc_iati_is_office_mail(const char *address);

#endif
