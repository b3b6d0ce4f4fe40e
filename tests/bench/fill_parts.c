/* SPDX-License-Identifier: EUPL-1.2 */
/* Parts that records of several kinds have. */
#include "concord/id.h"
#include "fill.h"

#include <stdarg.h>
#include <string.h>
#include <talloc.h>

/* From those that many records name to those that few do. */
static const char *const COUNTRIES[] = {
    "KE", "ET", "BD", "NG", "IN", "UG", "CD", "AF", "TZ", "PK", "MZ", "NP", "ML", "GH", "CO", "PH",
    "SN", "HT", "ID", "YE", "JO", "SO", "ZM", "MW", "RW", "BF", "NE", "VN", "PE", "BO", "UA", "KH",
    "EG", "SD", "SS", "MM", "LB", "MA", "CM", "MG", "GT", "HN", "BR", "ZA", "SY", "IQ", "TD", "CI",
    "LA", "LK", "MX", "EC", "SL", "LR", "BJ", "TG", "GN", "BI", "TN", "TR", "AL", "AR", "FR", "DE",
    "CN", "US", "GB", "FJ", "VU", "WS", "TO", "TV", "KI", "PG", "SB", "TL", "MN", "KG", "TJ", "UZ"};
static const char *const GOALS[] = {"3", "4",  "17", "13", "5", "2",  "1",  "6", "8",
                                    "9", "16", "10", "11", "7", "15", "12", "14"};
static const char *const CATEGORIES[] = {"A01", "B01", "A02", "A08", "B02", "A07", "B03", "A05"};

/* Spread as random identifiers are. */
char *make_id(void *mem, char letter, unsigned n)
{
    static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    char *id = talloc_asprintf(mem, "%c000000000000 ", letter);
    uint64_t x = (n + 1) * 0x9E3779B97F4A7C15u;
    x ^= x >> 29;
    for (int i = 1; i <= 12; i++, x >>= 5)
        id[i] = letters[x & 31];
    id[CC_ID_LEN - 1] = cc_id_check(id, CC_ID_LEN - 1);
    return id;
}

struct cc_node *add_group(struct cc_record *rec, struct cc_node *parent, const char *field)
{
    return cc_record_add(rec, parent, field, NULL, NULL);
}

void add_text(struct cc_record *rec, struct cc_node *parent, const char *field, const char *text)
{
    cc_record_add(rec, parent, field, text, NULL);
}

void add_format(struct cc_record *rec, struct cc_node *parent, const char *field,
                const char *format, ...)
{
    va_list values;
    va_start(values, format);
    char *text = talloc_vasprintf(rec, format, values);
    va_end(values);
    cc_record_add(rec, parent, field, text, NULL);
}

void add_day(struct cc_record *rec, const char *field, int year, unsigned day)
{
    add_format(rec, NULL, field, "%d-%02u-%02u", year, 1 + day / 28 % 12, 1 + day % 28);
}

void add_country(struct cc_record *rec, struct cc_node *parent, const char *field,
                 struct dice *dice)
{
    add_text(rec, parent, field, OFTEN(dice, COUNTRIES));
}

void add_countries(struct cc_record *rec, struct dice *dice, unsigned most)
{
    unsigned n = most == 0 ? 0 : dice_size(dice, most / 3 + 1, most);
    unsigned first = dice_first(dice, COUNT_OF(COUNTRIES), 2);
    for (unsigned i = 0; i < n; i++) {
        struct cc_node *country = add_group(rec, NULL, "country");
        unsigned rest = i == n - 1 ? 100 % n : 0;
        add_text(rec, country, "code", COUNTRIES[(first + 7 * i) % COUNT_OF(COUNTRIES)]);
        add_format(rec, country, "percentage", "%u", 100 / n + rest);
    }
}

/* Neighbours in the list, so that no goal stands twice. Each goal has targets 1 to 3 at least. */
void add_sdgs(struct cc_record *rec, struct dice *dice, const struct langs *langs, bool weighted)
{
    unsigned n = 1 + dice_first(dice, 5, 2);
    unsigned first = dice_first(dice, COUNT_OF(GOALS), 2);
    for (unsigned i = 0; i < n; i++) {
        const char *goal = GOALS[(first + i) % COUNT_OF(GOALS)];
        struct cc_node *sdg = add_group(rec, NULL, "sdg");
        unsigned rest = i == n - 1 ? 100 % n : 0;
        add_text(rec, sdg, "goal", goal);
        if (dice_hits(dice, 60))
            add_format(rec, sdg, "target", "%s.%u", goal, 1 + dice_first(dice, 3, 2));
        if (weighted)
            add_format(rec, sdg, "weight", "%u", 100 / n + rest);
        if (dice_hits(dice, 40))
            add_prose(rec, sdg, "statement", dice, langs, 120, 900);
    }
}

void add_documents(struct cc_record *rec, struct dice *dice, const struct langs *langs,
                   unsigned most)
{
    for (unsigned n = dice_first(dice, most + 1, 2); n > 0; n--) {
        struct cc_node *d = add_group(rec, NULL, "document");
        add_text(rec, d, "category", OFTEN(dice, CATEGORIES));
        add_format(rec, d, "date", "%u", 2016 + dice_to(dice, 11));
        add_text(rec, d, "format", "application/pdf");
        add_text(rec, d, "language", "en");
        add_title(rec, d, "title", dice, langs, 5);
        add_format(rec, d, "url", "https://example.org/documents/%u.pdf", dice_to(dice, 1u << 31));
    }
}

void add_contact(struct cc_record *rec, struct dice *dice, const struct langs *langs)
{
    struct cc_node *contact = add_group(rec, NULL, "contact");
    add_title(rec, contact, "office", dice, langs, 2);
    add_text(rec, contact, "mail", "office@example.org");
    add_text(rec, contact, "phone", "+41 22 555 01 00");
    add_title(rec, contact, "address", dice, langs, 4);
}

void add_source(struct cc_record *rec)
{
    struct cc_node *s = add_group(rec, NULL, "source");
    add_text(rec, s, "date", "2026-11-24");
    add_format(rec, s, "citation", "Made for measuring, record %s", rec->id);
    add_text(rec, s, "url", "https://example.org/sources");
}
