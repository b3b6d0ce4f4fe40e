/* SPDX-License-Identifier: EUPL-1.2 */
/* Organisations, partnerships and who is a member of which. */
#include "fill.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#define LARGEST 20000 /* members of the largest partnership */

static const char *const TYPES[] = {"22", "21", "10", "70", "80", "23", "40", "60", "11", "24"};
static const char *const KINDS[] = {"multi-stakeholder", "public-private",    "joint-programme",
                                    "alliance",          "knowledge-network", "south-south",
                                    "country-mechanism", "global-fund"};
static const char *const STATES[] = {"active",       "active",   "closed", "forming",
                                     "winding-down", "archived", "agreed", "idea"};
static const char *const FORMS[] = {"none", "hosted", "association", "programme", "foundation"};
static const char *const THEMES[] = {"health",  "education",  "climate",     "gender",    "water",
                                     "energy",  "governance", "agriculture", "migration", "oceans",
                                     "finance", "data",       "peace",       "children",  "labour"};
static const char *const SCOPES[] = {"4", "3", "1", "2", "5"};
static const char *const ROLES[] = {"member",   "implementing", "funding", "signatory",
                                    "observer", "lead",         "network", "secretariat"};
static const struct {
    const char *code;
    unsigned per_cent;
} CONSENTS[] = {
    {"confirmed", 80}, {"invited", 8}, {"proposed", 4}, {"withdrawn", 5}, {"declined", 3}};

unsigned pick_organisation(struct dice *dice, const struct amounts *all)
{
    return dice_first(dice, all->organisations, 3);
}

struct cc_record *make_organisation(void *mem, unsigned n)
{
    struct cc_record *rec = cc_record_new(mem, cc_kind_find("organisation"), make_id(mem, 'O', n));
    struct dice dice = dice_of('O', n);
    struct langs langs = langs_of(&dice);
    add_title(rec, NULL, "name", &dice, &langs, 4);
    add_text(rec, NULL, "type", OFTEN(&dice, TYPES));
    add_country(rec, NULL, "country", &dice);
    if (dice_hits(&dice, 50))
        add_format(rec, NULL, "founded", "%u", 2026 - dice_first(&dice, 120, 2));
    add_format(rec, NULL, "website", "https://org-%u.example.org/", n);
    add_prose(rec, NULL, "description", &dice, &langs, 350, 4000);
    struct cc_node *identifier = add_group(rec, NULL, "identifier");
    add_text(rec, identifier, "primary", "true");
    add_text(rec, identifier, "scheme", "XM-DAC");
    add_format(rec, identifier, "value", "%u", 40000 + n);
    add_source(rec);
    add_text(rec, NULL, "illustrative", "true");
    return rec;
}

unsigned host_of(unsigned partnership, const struct amounts *all)
{
    struct dice dice = dice_of('h', partnership);
    return pick_organisation(&dice, all);
}

static void add_about(struct cc_record *rec, struct dice *dice, const struct langs *langs)
{
    add_prose(rec, NULL, "summary", dice, langs, 350, 2000);
    add_prose(rec, NULL, "vision", dice, langs, 300, 4000);
    for (unsigned i = 1 + dice_first(dice, 6, 2); i > 0; i--)
        add_prose(rec, add_group(rec, NULL, "goal"), "text", dice, langs, 140, 1000);
    add_text(rec, NULL, "kind", OFTEN(dice, KINDS));
    add_text(rec, NULL, "legal-form", OFTEN(dice, FORMS));
    struct cc_node *mandate = add_group(rec, NULL, "mandate");
    add_text(rec, mandate, "date", "2015-09-25");
    add_title(rec, mandate, "text", dice, langs, 10);
    add_text(rec, mandate, "reference", "A/RES/70/1");
    add_text(rec, mandate, "url", "https://example.org/mandate");
}

static void add_themes(struct cc_record *rec, struct dice *dice)
{
    unsigned first = dice_first(dice, COUNT_OF(THEMES), 2);
    for (unsigned i = dice_to(dice, 4); i > 0; i--)
        add_text(rec, NULL, "theme", THEMES[(first + i) % COUNT_OF(THEMES)]);
}

static void add_links(struct cc_record *rec, struct dice *dice, unsigned n,
                      const struct amounts *all)
{
    for (unsigned i = dice_first(dice, 4, 2); i > 0; i--) {
        struct cc_node *link = add_group(rec, NULL, "link");
        add_text(rec, link, "kind", "sibling");
        add_text(rec, link, "partnership", make_id(rec, 'P', (n + 1 + 17 * i) % all->partnerships));
    }
}

struct cc_record *make_partnership(void *mem, unsigned n, const struct amounts *all)
{
    struct cc_record *rec = cc_record_new(mem, cc_kind_find("partnership"), make_id(mem, 'P', n));
    struct dice dice = dice_of('P', n);
    struct langs langs = langs_of(&dice);
    unsigned year = 2026 - dice_first(&dice, 30, 2);
    add_title(rec, NULL, "title", &dice, &langs, 7);
    add_about(rec, &dice, &langs);
    add_text(rec, NULL, "host", make_id(rec, 'O', host_of(n, all)));
    struct cc_node *seat = add_group(rec, NULL, "seat");
    add_country(rec, seat, "country", &dice);
    add_title(rec, seat, "city", &dice, &langs, 1);
    add_text(rec, NULL, "scope", OFTEN(&dice, SCOPES));
    add_countries(rec, &dice, dice_hits(&dice, 80) ? 40 : 0);
    add_sdgs(rec, &dice, &langs, true);
    add_themes(rec, &dice);
    add_format(rec, NULL, "founded", "%u", year);
    add_format(rec, NULL, "start", "%u-%02u", year, 1 + dice_to(&dice, 12));
    add_text(rec, NULL, "state", OFTEN(&dice, STATES));
    add_format(rec, NULL, "website", "https://p-%u.example.org/", n);
    add_contact(rec, &dice, &langs);
    add_documents(rec, &dice, &langs, 8);
    add_links(rec, &dice, n, all);
    add_source(rec);
    add_text(rec, NULL, "illustrative", "true");
    return rec;
}

static const char *pick_consent(struct dice *dice)
{
    unsigned at = dice_to(dice, 100), i = 0;
    while (at >= CONSENTS[i].per_cent)
        at -= CONSENTS[i++].per_cent;
    return CONSENTS[i].code;
}

struct cc_record *make_membership(void *mem, unsigned n, unsigned partnership,
                                  unsigned organisation)
{
    struct cc_record *rec = cc_record_new(mem, cc_kind_find("membership"), make_id(mem, 'M', n));
    struct dice dice = dice_of('M', n);
    add_text(rec, NULL, "partnership", make_id(rec, 'P', partnership));
    add_text(rec, NULL, "organisation", make_id(rec, 'O', organisation));
    struct cc_node *role = add_group(rec, NULL, "role");
    add_text(rec, role, "code", OFTEN(&dice, ROLES));
    add_format(rec, role, "from", "%u", 2016 + dice_to(&dice, 11));
    if (dice_hits(&dice, 30))
        cc_record_add(rec, NULL, "constituency", "Implementing countries", "en");
    if (dice_hits(&dice, 20)) {
        struct langs langs = langs_of(&dice);
        add_prose(rec, NULL, "contribution", &dice, &langs, 200, 2000);
    }
    struct cc_node *consent = add_group(rec, NULL, "consent");
    add_text(rec, consent, "date", "2026-11-24T00:00:00Z");
    add_text(rec, consent, "state", pick_consent(&dice));
    add_source(rec);
    return rec;
}

/* Half of all organisations are in the first one; in the others a few, seldom dozens. */
unsigned members_of(void *mem, unsigned partnership, const struct amounts *all,
                    unsigned **organisations_r)
{
    struct dice dice = dice_of('m', partnership);
    unsigned first = all->organisations / 2 < LARGEST ? all->organisations / 2 : LARGEST;
    unsigned wanted = partnership == 0 ? first : 1 + dice_size(&dice, 3, 60);
    unsigned *found = talloc_array(mem, unsigned, wanted);
    unsigned n = 0;
    for (unsigned tries = 0; partnership != 0 && tries < 3 * wanted && n < wanted; tries++) {
        unsigned one = pick_organisation(&dice, all), i = 0;
        while (i < n && found[i] != one)
            i++;
        found[i] = one;
        n += i == n;
    }
    while (partnership == 0 && n < wanted) {
        found[n] = n * 2;
        n++;
    }
    *organisations_r = found;
    return n;
}
