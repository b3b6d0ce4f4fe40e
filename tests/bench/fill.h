/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Records for measuring. Everything follows from the number of a record, so that each part can make
 * any record again and two runs make the same ones.
 */
#ifndef TESTS_BENCH_FILL_H
#define TESTS_BENCH_FILL_H

#include "concord/publish.h"
#include "concord/record.h"

#include <stdint.h>

#define COUNT_OF(list)    (sizeof(list) / sizeof(*(list)))
#define PICK(dice, list)  ((list)[dice_to((dice), COUNT_OF(list))])
#define OFTEN(dice, list) ((list)[dice_first((dice), COUNT_OF(list), 2)])

/* How many of each kind there are in all. */
struct amounts {
    unsigned organisations, partnerships, memberships, commitments, activities;
    unsigned reporters; /* of these organisations, at most */
};

/* --- fill_words.c: chance and texts ----------------------------------------------------------- */

struct dice {
    uint64_t state;
};
struct dice dice_of(char letter, unsigned n);         /* those of the n-th record of a kind */
unsigned dice_to(struct dice *dice, size_t end);      /* 0 .. end - 1, all alike */
bool dice_hits(struct dice *dice, unsigned per_cent); /* true so often */
/* 0 .. end - 1, small ones much more often: the n-th about as often as n to the minus (1 - 1/k). */
unsigned dice_first(struct dice *dice, size_t end, unsigned k);
/* Most often a little below `usual`, seldom several times that. */
unsigned dice_size(struct dice *dice, unsigned usual, unsigned most);

/* Reads words.txt; false: told on standard error. */
bool words_load(const char *path);

/* The languages that a record is told in, the first one its own. */
#define LANGS_MAX 3
struct langs {
    unsigned v[LANGS_MAX];
    unsigned n;
};
struct langs langs_of(struct dice *dice);
/* A title of so many words with a name in it, in each of the languages. */
void add_title(struct cc_record *rec, struct cc_node *parent, const char *field, struct dice *dice,
               const struct langs *langs, unsigned words);
/* About so many bytes in each of the languages; no longer than `most`. */
void add_prose(struct cc_record *rec, struct cc_node *parent, const char *field, struct dice *dice,
               const struct langs *langs, unsigned usual, unsigned most);

/* --- parts of several kinds (fill_parts.c) ---------------------------------------------------- */

char *make_id(void *mem, char letter, unsigned n);
struct cc_node *add_group(struct cc_record *rec, struct cc_node *parent, const char *field);
void add_text(struct cc_record *rec, struct cc_node *parent, const char *field, const char *text);
void add_format(struct cc_record *rec, struct cc_node *parent, const char *field,
                const char *format, ...) __attribute__((format(printf, 4, 5)));
void add_day(struct cc_record *rec, const char *field, int year, unsigned day);
void add_country(struct cc_record *rec, struct cc_node *parent, const char *field,
                 struct dice *dice);
/* Different countries whose shares sum to 100, none when `most` is 0. */
void add_countries(struct cc_record *rec, struct dice *dice, unsigned most);
void add_sdgs(struct cc_record *rec, struct dice *dice, const struct langs *langs, bool weighted);
void add_documents(struct cc_record *rec, struct dice *dice, const struct langs *langs,
                   unsigned most);
void add_contact(struct cc_record *rec, struct dice *dice, const struct langs *langs);
void add_source(struct cc_record *rec);

/* --- the records (fill_partners.c, fill_work.c) ----------------------------------------------- */

/* One of the organisations; some are named ten thousand times as often as others. */
unsigned pick_organisation(struct dice *dice, const struct amounts *all);

struct cc_record *make_organisation(void *mem, unsigned n);
struct cc_record *make_partnership(void *mem, unsigned n, const struct amounts *all);
struct cc_record *make_membership(void *mem, unsigned n, unsigned partnership,
                                  unsigned organisation);
/* The members of a partnership, each once; returns how many. */
unsigned members_of(void *mem, unsigned partnership, const struct amounts *all,
                    unsigned **organisations_r);
struct cc_record *make_commitment(void *mem, unsigned n, const struct amounts *all);
struct cc_record *make_activity(void *mem, unsigned n, const struct amounts *all);
/* Who publishes them. */
unsigned host_of(unsigned partnership, const struct amounts *all);
unsigned maker_of(unsigned commitment, const struct amounts *all);
unsigned reporter_of(unsigned activity, const struct amounts *all);

/* --- where they go ---------------------------------------------------------------------------- */

/* fill_database.c: into the published tables, as their owner. */
struct database;
struct database *database_open(void *mem, const char *conninfo);
void database_add(struct database *db, const struct cc_record *rec, const char *publisher,
                  const struct cc_sealed *sealed);
void database_settle(struct database *db); /* what comes next refers to what came until here */
void database_close(struct database *db);

/* fill_iati.c: one iati-activity with transactions, as files have them. */
void write_iati(struct cc_buf *out, unsigned n, const struct amounts *all);

#endif
