/* SPDX-License-Identifier: EUPL-1.2 */
/* Commitments and activities. */
#include "fill.h"

#include <talloc.h>

static const char *const COMMITMENTS[] = {"finance",  "capacity",       "policy",  "technology",
                                          "advocacy", "infrastructure", "research"};
static const char *const STATES[] = {"published", "on-track", "completed", "delayed",
                                     "off-track", "closed",   "withdrawn"};
static const char *const CONTINUITY[] = {"new", "continuing", "scaled-up"};
static const char *const DELIVERED[] = {"planned", "on-track", "met", "delayed", "partly-met"};
static const char *const RESOURCES[] = {"money",      "money", "staff-time", "services", "goods",
                                        "technology", "data",  "premises",   "licence",  "access"};
static const char *const RESOURCE_STATES[] = {"announced", "confirmed", "converted"};
static const char *const CURRENCIES[] = {"USD", "EUR", "GBP", "JPY", "SEK", "NOK", "CHF", "CAD"};
static const char *const UNITS[] = {"people", "schools", "days", "litres", "reports"};
static const char *const ANSWERS[] = {"yes", "partly", "no"};
static const char *const WORK[] = {"joint-project", "capacity-building", "knowledge-platform",
                                   "advocacy"};
static const char *const ACTIVITY_STATES[] = {"2", "2", "4", "3", "1", "5", "6"};
static const char *const SECTORS[] = {"12220", "11220", "14030", "31120", "15110", "41010",
                                      "23210", "13020", "72010", "24030", "43040", "99810"};
static const char *const MARKERS[] = {"1", "2", "5", "6", "7", "9"};

unsigned maker_of(unsigned commitment, const struct amounts *all)
{
    struct dice dice = dice_of('k', commitment);
    return pick_organisation(&dice, all);
}

/* Few publish most of what there is. */
unsigned reporter_of(unsigned activity, const struct amounts *all)
{
    struct dice dice = dice_of('r', activity);
    return dice_first(&dice, all->reporters, 4);
}

/* --- commitments ------------------------------------------------------------------------------ */

static void add_deliverables(struct cc_record *rec, struct dice *dice, const struct langs *langs)
{
    for (unsigned i = 1 + dice_first(dice, 5, 2); i > 0; i--) {
        struct cc_node *d = add_group(rec, NULL, "deliverable");
        add_format(rec, d, "due", "%u", 2027 + dice_to(dice, 4));
        add_format(rec, d, "quantity", "%u", 1 + dice_first(dice, 100000, 4));
        add_text(rec, d, "state", OFTEN(dice, DELIVERED));
        add_title(rec, d, "title", dice, langs, 6);
        add_title(rec, d, "measure", dice, langs, 8);
        cc_record_add(rec, d, "unit", OFTEN(dice, UNITS), "en");
    }
}

static void add_resource(struct cc_record *rec, struct dice *dice, const struct langs *langs)
{
    struct cc_node *r = add_group(rec, NULL, "resource");
    const char *kind = OFTEN(dice, RESOURCES);
    bool is_money = kind == RESOURCES[0] || kind == RESOURCES[1];
    if (is_money) {
        add_format(rec, r, "amount", "%u%s", 1 + dice_first(dice, 900000, 4),
                   dice_hits(dice, 30) ? "000.50" : "000");
        add_text(rec, r, "currency", OFTEN(dice, CURRENCIES));
    } else {
        add_format(rec, r, "quantity", "%u", 1 + dice_first(dice, 5000, 3));
        cc_record_add(rec, r, "unit", OFTEN(dice, UNITS), "en");
    }
    add_text(rec, r, "kind", kind);
    add_text(rec, r, "state", OFTEN(dice, RESOURCE_STATES));
    if (is_money && dice_hits(dice, 40)) {
        add_format(rec, r, "reference-amount", "%u000", 1 + dice_first(dice, 900000, 4));
        add_text(rec, r, "reference-currency", "USD");
        add_text(rec, r, "value-date", "2025-03-31");
    }
    add_title(rec, r, "text", dice, langs, 5);
}

static void add_check(struct cc_record *rec, struct dice *dice, const struct langs *langs)
{
    static const char *const parts[] = {"specific", "measurable", "achievable", "resourced",
                                        "time-bound"};
    for (unsigned i = 0; i < COUNT_OF(parts); i++) {
        struct cc_node *answer = add_group(rec, NULL, parts[i]);
        add_text(rec, answer, "answer", OFTEN(dice, ANSWERS));
        if (dice_hits(dice, 30))
            add_prose(rec, answer, "text", dice, langs, 100, 900);
    }
    struct cc_node *review = add_group(rec, NULL, "review");
    add_text(rec, review, "date", "2026-05-04");
    add_text(rec, review, "reviewer", make_id(rec, 'O', 0));
}

struct cc_record *make_commitment(void *mem, unsigned n, const struct amounts *all)
{
    struct cc_record *rec = cc_record_new(mem, cc_kind_find("commitment"), make_id(mem, 'C', n));
    struct dice dice = dice_of('C', n);
    struct langs langs = langs_of(&dice);
    int year = 2026 - (int)dice_first(&dice, 10, 2);
    unsigned maker = maker_of(n, all);
    add_title(rec, NULL, "title", &dice, &langs, 8);
    add_prose(rec, NULL, "description", &dice, &langs, 500, 6000);
    add_text(rec, NULL, "kind", OFTEN(&dice, COMMITMENTS));
    add_text(rec, NULL, "continuity", OFTEN(&dice, CONTINUITY));
    add_text(rec, NULL, "maker", make_id(rec, 'O', maker));
    for (unsigned i = dice_first(&dice, 4, 3); i > 0; i--)
        add_text(rec, NULL, "maker", make_id(rec, 'O', (maker + i) % all->organisations));
    if (dice_hits(&dice, 80))
        add_text(rec, NULL, "partnership",
                 make_id(rec, 'P', dice_first(&dice, all->partnerships, 3)));
    if (dice_hits(&dice, 40))
        add_format(rec, NULL, "cycle", "%u", 1 + dice_to(&dice, 8));
    add_sdgs(rec, &dice, &langs, false);
    add_day(rec, "announced", year, dice_to(&dice, 300));
    add_format(rec, NULL, "start", "%d", year);
    add_format(rec, NULL, "due", "%d", year + 4);
    add_text(rec, NULL, "state", OFTEN(&dice, STATES));
    add_deliverables(rec, &dice, &langs);
    for (unsigned i = dice_to(&dice, 4); i > 0; i--)
        add_resource(rec, &dice, &langs);
    if (dice_hits(&dice, 30))
        add_check(rec, &dice, &langs);
    add_documents(rec, &dice, &langs, 2);
    add_source(rec);
    add_text(rec, NULL, "illustrative", "true");
    return rec;
}

/* --- activities ------------------------------------------------------------------------------- */

static void add_body(struct cc_record *rec, struct cc_node *group, unsigned organisation)
{
    add_text(rec, group, "organisation", make_id(rec, 'O', organisation));
    add_format(rec, group, "ref", "XM-DAC-%u", 40000 + organisation);
    add_format(rec, group, "type", "%s", organisation % 3 == 0 ? "10" : "22");
}

static void add_participants(struct cc_record *rec, struct dice *dice, unsigned reporter,
                             const struct amounts *all)
{
    for (unsigned i = 0, n = 2 + dice_first(dice, 6, 2); i < n; i++) {
        struct cc_node *p = add_group(rec, NULL, "participant");
        unsigned who = i == 0 ? reporter : pick_organisation(dice, all);
        if (dice_hits(dice, 80))
            add_body(rec, p, who);
        add_format(rec, p, "role", "%u", i == 0 ? 2 : 1 + dice_to(dice, 4));
        struct dice name = dice_of('n', who);
        struct langs langs = langs_of(&name);
        langs.n = 1;
        add_title(rec, p, "name", &name, &langs, 3);
    }
}

static void add_sectors(struct cc_record *rec, struct dice *dice)
{
    unsigned n = 1 + dice_first(dice, 5, 2), first = dice_first(dice, COUNT_OF(SECTORS), 2);
    for (unsigned i = 0; i < n; i++) {
        struct cc_node *sector = add_group(rec, NULL, "sector");
        add_text(rec, sector, "code", SECTORS[(first + i) % COUNT_OF(SECTORS)]);
        add_format(rec, sector, "percentage", "%u", 100 / n + (i == n - 1 ? 100 % n : 0));
        add_text(rec, sector, "vocabulary", "1");
    }
    for (unsigned i = 0; i < 3; i++) {
        struct cc_node *marker = add_group(rec, NULL, "marker");
        add_text(rec, marker, "code", MARKERS[(first + i) % COUNT_OF(MARKERS)]);
        add_format(rec, marker, "significance", "%u", dice_to(dice, 3));
        add_text(rec, marker, "vocabulary", "1");
    }
}

static void add_terms(struct cc_record *rec)
{
    struct cc_node *aid = add_group(rec, NULL, "aid-type");
    add_text(rec, aid, "code", "C01");
    add_text(rec, aid, "vocabulary", "1");
    add_text(rec, NULL, "collaboration-type", "1");
    add_text(rec, NULL, "flow-type", "10");
    add_text(rec, NULL, "finance-type", "110");
    add_text(rec, NULL, "tied-status", "5");
    add_text(rec, NULL, "default-currency", "USD");
    add_text(rec, NULL, "last-updated", "2026-10-01T00:00:00Z");
}

static void add_related(struct cc_record *rec, struct dice *dice, unsigned n,
                        const struct amounts *all)
{
    for (unsigned i = dice_first(dice, 4, 3); i > 0 && n > i; i--) {
        struct cc_node *related = add_group(rec, NULL, "related");
        add_text(rec, related, "activity", make_id(rec, 'A', n - i));
        add_format(rec, related, "ref", "XM-DAC-%u-%u", 40000 + reporter_of(n - i, all), n - i);
        add_text(rec, related, "type", "3");
    }
}

static void add_dates(struct cc_record *rec, struct dice *dice)
{
    int year = 2026 - (int)dice_first(dice, 20, 2);
    add_day(rec, "planned-start", year, dice_to(dice, 300));
    add_day(rec, "start", year, dice_to(dice, 300));
    add_day(rec, "planned-end", year + 1 + (int)dice_to(dice, 5), dice_to(dice, 300));
    add_text(rec, NULL, "state", OFTEN(dice, ACTIVITY_STATES));
}

struct cc_record *make_activity(void *mem, unsigned n, const struct amounts *all)
{
    struct cc_record *rec = cc_record_new(mem, cc_kind_find("activity"), make_id(mem, 'A', n));
    struct dice dice = dice_of('A', n);
    struct langs langs = langs_of(&dice);
    unsigned reporter = reporter_of(n, all);
    add_title(rec, NULL, "title", &dice, &langs, 8);
    add_format(rec, NULL, "iati-identifier", "XM-DAC-%u-%u", 40000 + reporter, n);
    struct cc_node *reporting = add_group(rec, NULL, "reporting");
    add_body(rec, reporting, reporter);
    cc_record_add(rec, reporting, "name",
                  talloc_asprintf(rec, "Organisation %u for common goods", reporter), "en");
    for (unsigned i = 1 + dice_first(&dice, 3, 2); i > 0; i--) {
        struct cc_node *description = add_group(rec, NULL, "description");
        add_format(rec, description, "type", "%u", i);
        add_prose(rec, description, "text", &dice, &langs, 450, 8000);
    }
    if (dice_hits(&dice, 60))
        add_text(rec, NULL, "kind", OFTEN(&dice, WORK));
    if (dice_hits(&dice, 50))
        add_text(rec, NULL, "partnership",
                 make_id(rec, 'P', dice_first(&dice, all->partnerships, 3)));
    add_text(rec, NULL, "scope", "4");
    add_dates(rec, &dice);
    add_participants(rec, &dice, reporter, all);
    add_countries(rec, &dice, 12);
    add_sectors(rec, &dice);
    add_sdgs(rec, &dice, &langs, false);
    add_terms(rec);
    add_contact(rec, &dice, &langs);
    add_documents(rec, &dice, &langs, 5);
    add_related(rec, &dice, n, all);
    add_source(rec);
    return rec;
}
