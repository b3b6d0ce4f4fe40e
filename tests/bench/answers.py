# SPDX-License-Identifier: EUPL-1.2
"""What one client waits for an answer: searches with facets, lists, pages, documents, a page of the feed. With two
registries each question goes to both in turn, so that their ratio holds on a machine that does other things, too."""
import http.client
import random
import re
import statistics
import time
import urllib.parse

SEARCH_MS = 25  # median at SMALL records
TIMES = 4       # of that at a million
SMALL = 100000
RECORD = re.compile(rb'href="[^"]*/(partnerships|organisations|activities|commitments)/[POAC][0-9A-Z]{13}')


def first_of(database, kind, count):
    """The n-th record of a kind is the same in every registry of the bench; the first are the busiest."""
    return [r for (r,) in database.rows("SELECT record_id FROM publication WHERE kind = %s ORDER BY position LIMIT %s",
                                        (kind, count))]


def questions(database):
    """group -> addresses, good for any registry of the bench."""
    name = database.one("SELECT title FROM record_name WHERE lang = 'en' AND place = 1 AND record_id = ANY (%s)"
                        " ORDER BY record_id LIMIT 1", (first_of(database, "partnership", 30),))
    word, rare = name.split()[0], name.split()[-1]
    records = {kind: first_of(database, kind, 3) for kind in ("partnership", "organisation", "commitment", "activity")}
    first, second = records["organisation"][:2]
    searches = [
        {"q": "water"}, {"q": "health education"}, {"q": "water", "goal": "4", "country": "KE"},
        {"q": f"{word} {rare}"}, {"q": rare}, {"q": "schools", "kind": "commitment", "sort": "newest"},
        {"q": "santé eau", "lang": "fr"}, {"q": "agua educación", "lang": "es"}, {"q": "вода здоровье", "lang": "ru"},
        {"q": "المياه الصحة", "lang": "ar"}, {"q": "水资源", "lang": "zh"}, {"q": '"water health"'},
        {"q": rare[:-2] + "xy"}, {"goal": "3", "country": "ET", "year": "2020"}, {"goal": "14", "sort": "title"},
        {"kind": "activity", "country": "BD"}, {"with": first}, {"with": first, "with2": second},
        {"q": "water", "role": "implementing"}, {"role": "host", "goal": "4"},
    ]
    lists = ["", "?sort=title", "?country=KE", "?year=2019"]
    plurals = {"activity": "activities"}
    pages = [f"/en/{plurals.get(kind, kind + 's')}/{r}" for kind, found in records.items() for r in found]
    half = database.one("SELECT position / 2 FROM feed_head")
    return {
        "search": ["/en/search?" + urllib.parse.urlencode(s) for s in searches],
        "list": [f"/en/{kind}{how}" for kind in ("partnerships", "organisations", "activities") for how in lists],
        "page": pages,
        "members": [f"/en/partnerships/{r}/members" for r in records["partnership"]],
        "goals and countries": ["/en/goals/3", "/en/targets/4.1", "/en/countries/KE", "/en/"],
        "XML": [p[3:] + ".xml" for p in pages],
        "feed": [f"/feed?after={half}"],
    }


class Registry:
    """One filled database and its workers behind a web server."""

    def __init__(self, records, database, page, bulk):
        self.records, self.database, self.page, self.bulk = records, database, page, bulk
        self.connections, self.times = {}, {}

    def ask(self, group, path):
        port = (self.bulk if group == "feed" else self.page).port
        if port not in self.connections:
            self.connections[port] = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        begin = time.monotonic()
        self.connections[port].request("GET", path)
        answer = self.connections[port].getresponse()
        body = answer.read()
        ms = (time.monotonic() - begin) * 1000
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        return ms, body

    def measure(self, group, path):
        self.times.setdefault((group, path), []).append(self.ask(group, path)[0])

    def median(self, group):
        return statistics.median(t for (g, _), times in self.times.items() for t in times if g == group)

    def slowest(self, group):
        return max((statistics.median(times), path) for (g, path), times in self.times.items() if g == group)


def measure(registries, groups, rounds):
    asked = [(group, path) for group, paths in groups.items() for path in paths]
    for registry in registries:
        for group, path in asked:
            _, body = registry.ask(group, path)
            if group in ("search", "list") and not RECORD.search(body):
                raise RuntimeError(f"{path} finds nothing, so it measures nothing")
    for _ in range(rounds):
        for group, path in random.sample(asked, len(asked)):
            for registry in registries:
                registry.measure(group, path)


def table(registries, groups):
    large = registries[-1]
    pair = len(registries) > 1
    lines = ["| what | questions | " + " | ".join(f"median ms at {r.records}" for r in registries)
             + (" | times" if pair else "") + " | slowest, median ms | |",
             "| --- | --: | " + "--: | " * (len(registries) + pair) + "--: | --- |"]
    for group, paths in groups.items():
        medians = [r.median(group) for r in registries]
        ms, path = large.slowest(group)
        lines.append(f"| {group} | {len(paths)} | {' | '.join(f'{m:.1f}' for m in medians)} |"
                     + (f" {medians[1] / medians[0]:.1f} |" if pair else "")
                     + f" {ms:.1f} | `{urllib.parse.unquote_plus(path)}` |")
    said = []
    for registry in registries:
        if registry.records == SMALL:
            ms = registry.median("search")
            said.append((f"search with facets, one client, {SMALL} records: {ms:.1f} ms, promised {SEARCH_MS}",
                         ms <= SEARCH_MS))
    if pair:
        for group in groups:
            times = large.median(group) / registries[0].median(group)
            said.append((f"{group} at {large.records} records: {times:.1f} times that at {SMALL}, promised {TIMES}",
                         times <= TIMES))
    return lines, said
