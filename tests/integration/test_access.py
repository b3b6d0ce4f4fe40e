# SPDX-License-Identifier: EUPL-1.2
"""The access map: every route for every role against tests/data/access.tsv. A route without a row
fails. `test_access.py --write` prints the file as it is now, for reading it before it is kept.

Columns: route; address; fields of a form (its token is added); then for each role the status, or
"sign-in" for the way there. A, B: organisations; P: a published partnership of A; V: its version; M: the membership by which P asks B; D: a draft of A;
NONE: no record has this identifier; LONG: a text that is too long.
Forms are sent so that whoever may send them is told what is wrong (409, 422), and nothing changes.
"""
import sys
import time
import urllib.parse

import pytest

import build
import ids
from stack import Stack, routes
from world import World

TABLE = build.ROOT / "tests/data/access.tsv"
ROLES = {"public": None, "stranger": "olga", "partner": "harvester", "reader": "rui", "editor": "erin",
         "focal": "fatima", "other": "george", "staff": "sara", "admin": "adam"}


def rows():
    lines = [line.split("\t") for line in TABLE.read_text().splitlines() if not line.startswith("#")]
    assert lines[0] == ["route", "address", "fields", *ROLES]
    return [(line[0], line[1], line[2], dict(zip(ROLES, line[3:]))) for line in lines[1:]]


class Site:
    def __init__(self, stack):
        self.stack = stack
        world = self.world = World(stack)
        draft = world.partnership("Draft", publish=False)
        version = stack.database.one("SELECT version FROM record WHERE id = %s", [world.p])
        self.records = {"A": world.a, "B": world.b, "P": world.p, "D": draft, "NONE": ids.named("P", "none"),
                        "M": world.invite(world.p, world.b), "V": str(version), "LONG": "x" * 1001}
        stack.database.concord("job", "1", "0", "statistics", "{}") # else files of numbers wait for it
        self.browsers = {role: stack.sign_in(login) if login else stack.browser() for role, login in ROLES.items()}
        self.routes = {r.name.upper(): r for r in stack.routes}

    def address(self, text):
        for name, record in self.records.items():
            text = text.replace("{" + name + "}", record)
        return text

    def send(self, role, route, address, fields, headers=(), **changes):
        browser = self.browsers[role]
        if self.routes[route].methods == ["GET"]:
            return browser.get(self.address(address))
        pairs = dict(urllib.parse.parse_qsl(self.address(fields), keep_blank_values=True))
        if browser.session:
            pairs["csrf"] = self.stack.token(browser, route)
        pairs.update(changes)
        return browser.post(self.address(address), pairs, headers)

    def outcome(self, role, route, address, fields):
        if route == "SIGN_OUT" and ROLES[role]: # a session of its own
            kept = self.browsers[role]
            self.browsers[role] = self.stack.sign_in(ROLES[role])
            answer = self.send(role, route, address, fields)
            self.browsers[role] = kept
        else:
            answer = self.send(role, route, address, fields)
        to_sign_in = answer.status == 303 and "/sign-in" in answer.header("location")
        to_sign_in |= answer.status == 403 and "/sign-in?return=" in answer.text  # with what was typed
        return "sign-in" if to_sign_in else str(answer.status)


@pytest.fixture(scope="module")
def site(cluster, people, tmp_path_factory):
    with Stack(cluster, people, tmp_path_factory.mktemp("stack")) as stack:
        yield Site(stack)


def test_every_route_has_a_row():
    assert {route.name.upper() for route in routes()} == {row[0] for row in rows()}


@pytest.mark.parametrize("role", ROLES)
def test_roles_get_what_is_written_down(site, role):
    before = site.stack.database.rows("SELECT id, version FROM record ORDER BY id")
    wrong = []
    for route, address, fields, expected in rows():
        found = site.outcome(role, route, address, fields)
        if found != expected[role]:
            wrong.append(f"{route} {address} {fields}: {found}, not {expected[role]}")
    assert not wrong, "\n".join(wrong)
    assert site.stack.database.rows("SELECT id, version FROM record ORDER BY id") == before, "nothing was changed"


@pytest.mark.parametrize("change", [{"csrf": ""}, {"csrf": "0" * 64}, {"csrf": None},
                                    {"Origin": "https://evil.example"}, {"Origin": "null"},
                                    {"Origin": None}, {"Sec-Fetch-Site": "cross-site"},
                                    {"Sec-Fetch-Site": "same-site"}],
                         ids=lambda c: "=".join(map(str, next(iter(c.items()))))[:24])
def test_no_form_is_taken_that_our_page_did_not_send(site, change):
    """Not even from those who may do everything."""
    for route, address, fields, _ in rows():
        if site.routes[route].methods != ["POST"] or route == "SIGN_IN_SEND":
            continue
        name = next(iter(change))
        if name == "csrf":
            if change["csrf"] is None: # the token of another form
                change = {"csrf": site.stack.token(site.browsers["admin"], "DESK")}
            answer = site.send("admin", route, address, fields, **change)
        else:
            answer = site.send("admin", route, address, fields, headers=change)
        assert answer.status == 403, f"{route}: {answer}"
    assert site.browsers["admin"].get("/en/desk").status == 200, "still signed in"


def test_another_sessions_token_is_worth_nothing(site):
    for route, address, fields, expected in rows():
        if site.routes[route].methods == ["POST"] and route != "SIGN_IN_SEND":
            token = site.stack.token(site.browsers["staff"], route)
            assert site.send("admin", route, address, fields, csrf=token).status == 403, route


def test_other_methods_are_told_what_is_taken(site):
    for route, address, _, _ in rows():
        known = {m for r in site.stack.routes for m in r.methods if r.match(site.address(address).partition("?")[0])}
        for method in {"GET", "POST", "PUT", "DELETE", "OPTIONS"} - known:
            answer = site.browsers["admin"].fetch(site.address(address).partition("?")[0], method, b"")
            assert answer.status == 405, f"{method} {address}: {answer}"
            assert answer.header("allow") == ("GET, HEAD" if known == {"GET"} else "POST" if known == {"POST"}
                                              else "GET, HEAD, POST"), f"{method} {address}"


def test_routes_of_one_class_are_not_answered_by_another(site):
    for route, address, _, _ in rows():
        right = site.routes[route].klass
        for klass, worker in site.stack.workers.items():
            if klass != right and site.routes[route].methods == ["GET"]:
                answer = worker.fetch(site.address(address))
                assert answer.status == 404, f"{address} asked of {klass}: {answer}"


def next_line(site, klass, before):
    """The access line of the last answer, which may arrive before its line is written."""
    until = time.monotonic() + 5
    while len(lines := site.stack.access(klass)) <= before and time.monotonic() < until:
        time.sleep(0.01)
    return lines[-1]


def test_round_trips_are_those_of_the_table(site):
    """Counted in the access lines; visitors without a session may need fewer."""
    for route, address, fields, expected in rows():
        for role in ("public", "admin", "focal"):
            if expected[role] in ("403", "404", "sign-in") or route == "SIGN_OUT":
                continue
            klass, table = site.routes[route].klass, site.routes[route].trips
            before = len(site.stack.access(klass))
            answer = site.send(role, route, address, fields)
            line = next_line(site, klass, before)
            assert line["route"] == route and line["status"] == str(answer.status)
            trips = int(line["trips"])
            if answer.status == 200 and role != "public" and table > 0:
                assert trips == table, f"{route} {role}: {trips}"
            else: # a redirect, a refusal: fewer; a page without records may still ask who is there
                assert trips <= max(table, 1), f"{route} {role}: {trips}"


def test_round_trips_of_what_was_written(site):
    """The world of these tests was made through forms: each that was taken needed what the table says."""
    seen = set()
    for line in site.stack.access():
        route = site.routes.get(line["route"])
        if route and route.methods == ["POST"] and line["status"] == "303" and line["person"] != "-":
            assert int(line["trips"]) == route.trips, line
            seen.add(route.name)
    assert seen >= {"sign_in_send", "partnership_new_send", "organisation_new_send", "edit_save", "publish_send"}


def main():
    from cluster import Cluster
    from slapd import Slapd
    import conftest
    import pathlib
    import tempfile
    cluster = Cluster()
    folder = pathlib.Path(tempfile.mkdtemp())
    people = Slapd(folder / "people").create()
    try:
        people.add(conftest.STRANGER)
        cluster.template()
        with Stack(cluster, people, folder) as stack:
            site = Site(stack)
            print("\t".join(["route", "address", "fields", *ROLES]))
            for route, address, fields, _ in rows():
                print("\t".join([route, address, fields, *(site.outcome(r, route, address, fields) for r in ROLES)]))
    finally:
        people.stop()
        cluster.close()


if __name__ == "__main__" and sys.argv[1:] == ["--write"]:
    main()
