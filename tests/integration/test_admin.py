# SPDX-License-Identifier: EUPL-1.2
"""What administrators see and do: people, their sessions, the audit log."""
import hashlib
import html
import re
import urllib.parse

import psycopg2
import pytest

from stack import Stack
from world import World


@pytest.fixture(scope="module")
def world(cluster, people, tmp_path_factory):
    with Stack(cluster, people, tmp_path_factory.mktemp("stack")) as stack:
        world = World(stack)
        world.adam = stack.sign_in("adam")
        yield world


def person(world, login):
    return str(world.stack.database.one("SELECT id FROM person WHERE login = %s", [login]))


def sessions(world, login):
    return [str(i) for i, in world.stack.database.rows("SELECT s.id FROM session s JOIN person p ON p.id = s.person"
                                                       " WHERE p.login = %s ORDER BY s.created_at", [login])]


def test_a_person_and_their_sessions(world):
    first, second = world.stack.sign_in("erin"), world.stack.sign_in("erin")
    erin, before = person(world, "erin"), sessions(world, "erin")
    listed = world.adam.get("/en/people?q=erin")
    assert f"/en/people/{erin}" in listed.text
    page = world.adam.get(f"/en/people/{erin}")
    assert world.adam.get(f"/en/people/{erin.upper()}").status == 200
    subject = world.stack.database.one("SELECT subject FROM person WHERE login = 'erin'")
    assert subject in page.words and "Open sessions" in page.words
    forms = [f for f in page.forms() if f.action.endswith("/sessions/end")]
    assert {f.value("session") for f in forms} == {*before, "all"}
    one = next(f for f in forms if f.value("session") == before[-1])
    assert world.adam.submit(one, {}).status == 303
    assert sessions(world, "erin") == before[:-1]
    assert second.get("/en/desk").status == 303 and first.get("/en/desk").status == 200, "that one and no other"
    world.adam.submit(next(f for f in forms if f.value("session") == "all"), {})
    assert sessions(world, "erin") == [] and first.get("/en/desk").status == 303
    assert "not signed in anywhere" in world.adam.get(f"/en/people/{erin}").words
    assert world.adam.submit(one, {}).status == 303, "sent again: nothing is left to end"
    told = world.stack.database.rows("SELECT detail->'sessions', person::text FROM audit_event WHERE object = %s"
                                     " AND action = 'login.ended-by-administrator' ORDER BY id", [erin])
    assert [len(s) for s, _ in told] == [1, len(before) - 1] and {p for _, p in told} == {person(world, "adam")}
    assert world.fatima.get("/en/desk").status == 200, "nobody else's"


def test_a_session_of_somebody_else_is_not_ended_under_another_name(world):
    george, rui = person(world, "george"), sessions(world, "rui")
    token = world.stack.token(world.adam, "PERSON_SESSIONS_END")
    for which, status in ((rui[0], 404), ("x", 404), ("00000000-0000-0000-0000-000000000000", 303)):
        answer = world.adam.post(f"/en/people/{george}/sessions/end", {"csrf": token, "session": which})
        assert answer.status == status, answer
    assert sessions(world, "rui") == rui
    for who in ("nobody", "00000000-0000-0000-0000-000000000000"):
        assert world.adam.post(f"/en/people/{who}/sessions/end", {"csrf": token, "session": "all"}).status == 404
    for path in ("nobody", "00000000-0000-0000-0000-000000000000", "..%2f", "x'--"):
        assert world.adam.get(f"/en/people/{path}").status in (400, 404)


def test_only_administrators(world):
    """Not the secretariat, not by direct SQL."""
    erin = person(world, "erin")
    for browser in (world.sara, world.fatima):
        assert browser.get(f"/en/people/{erin}").status == 403 and browser.get("/en/audit").status == 403
        answer = browser.post(f"/en/people/{erin}/sessions/end", {"csrf": world.stack.token(browser, "PERSON_SESSIONS_END"),
                                                                  "session": "all"})
        assert answer.status == 403
    assert f"/en/people/{erin}" not in world.sara.get("/en/people?q=erin").text
    assert "/en/audit" in world.adam.get("/en/desk").text and "/en/audit" not in world.sara.get("/en/desk").text
    with world.stack.database.connect("cc_web") as web, web.cursor() as cursor:
        cursor.execute("SELECT person FROM concord.cc_request_open(%s)", [hashlib.sha256(world.sara.session.encode()).hexdigest()])
        assert cursor.fetchone()[0]
        for asked in ("cc_person_show(%s::uuid)", "cc_person_sessions(%s::uuid)", "cc_audit_list(%s, NULL, NULL, NULL, 10)"):
            cursor.execute(f"SELECT count(*) FROM concord.{asked}", [erin])
            assert cursor.fetchone()[0] == 0, asked
        with pytest.raises(psycopg2.Error):
            cursor.execute("SELECT concord.cc_person_sessions_end(%s::uuid, NULL)", [erin])
        web.rollback()


def rows(page):
    return page.text.partition("<tbody>")[2].count("<tr>")


def test_the_log_by_person_record_and_kind(world):
    for _ in range(40):
        world.stack.sign_in("rui")
    page = world.adam.get("/en/audit")
    assert rows(page) == 50 and 'rel="next"' in page.text
    seen, address = [], "/en/audit"
    while address:
        page = world.adam.get(address)
        seen.append(rows(page))
        links = [line for line in page.text.split('<a ') if 'rel="next"' in line]
        address = None if not links else (
            "/en/audit?" + links[0].split('href="')[1].split('"')[0].partition("?")[2].replace("&amp;", "&"))
        assert len(seen) < 40
    assert sum(seen) == world.stack.database.one("SELECT count(*) FROM audit_event"), "each event once"

    def count(where, *values):
        return min(50, world.stack.database.one(f"SELECT count(*) FROM audit_event WHERE {where}", values))
    fatima = person(world, "fatima")
    for asked, where, values in (
            ({"person": "FATIMA"}, "person = %s", [fatima]), ({"person": fatima}, "person = %s", [fatima]),
            ({"object": world.p}, "object = %s", [world.p]), ({"object": world.p.lower()}, "object = %s", [world.p]),
            ({"action": "record.published"}, "action = 'record.published'", []),
            ({"action": "login.ok", "person": "fatima"}, "action = 'login.ok' AND person = %s", [fatima]),
            ({"action": "record.create", "object": world.p, "person": "fatima"},
             "action = 'record.create' AND object = %s AND person = %s", [world.p, fatima])):
        page = world.adam.get("/en/audit?" + urllib.parse.urlencode(asked))
        assert rows(page) == count(where, *values) > 0, asked
    for nothing in ({"person": "nobody"}, {"object": "x' OR 'a'='a"}, {"person": "%"}):
        page = world.adam.get("/en/audit?" + urllib.parse.urlencode(nothing))
        assert "Nothing of this kind was done." in page.words, nothing
    page = world.adam.get("/en/audit?action=no.such")
    assert page.status == 422 and '"no.such" is not one of the choices' in page.words and rows(page) == 0
    assert world.adam.get("/en/audit?before=-1").status == 422 and world.adam.get("/en/audit?x=1").status == 400


def test_names_that_attack_the_log(world):
    world.stack.database.rows("UPDATE person SET name = %s WHERE login = 'george'", ['"><script>alert(1)</script>'])
    try:
        for path in ("/en/audit?person=george", f"/en/people/{person(world, 'george')}", "/en/people"):
            page = world.adam.get(path)
            assert "<script>alert" not in page.text and "&lt;script&gt;" in page.text, path
        page = world.adam.get("/en/audit?" + urllib.parse.urlencode({"person": '"><script>'}))
        assert '"><script>' not in page.text
    finally:
        world.stack.database.rows("UPDATE person SET name = 'George' WHERE login = 'george'")


def test_no_name_stands_in_the_addresses_of_the_list(world):
    """Behind the last person of the page before; who is gone has no place any more, so the list begins anew."""
    world.stack.database.rows("""INSERT INTO person (subject, login, name) SELECT 'listed:' || n, 'listed-' || n,
                                 'Listed Person ' || lpad(n::text, 3, '0') FROM generate_series(1, 120) n RETURNING 1""")
    uri, shown, addresses = "/en/people?q=listed", [], []
    while uri:
        page = world.adam.get(uri)
        shown.append(re.findall(r"Listed Person (\d+)", page.text))
        found = re.search(r'href="([^"]*/people\?[^"]*)"[^>]*rel="next"|rel="next"[^>]*href="([^"]*/people\?[^"]*)"', page.text)
        uri = found and html.unescape(found[1] or found[2])[len(world.stack.base):]
        addresses += [uri] if uri else []
    assert list(map(len, shown)) == [50, 50, 20] and sum(shown, []) == [f"{n:03}" for n in range(1, 121)]
    assert len(addresses) == 2 and not [a for a in addresses if re.search("Person|after|id=", a)], addresses
    cursor = addresses[0].split("cursor=")[1]
    for forged in (cursor[:-1], cursor[:36], "x", addresses[1].split("cursor=")[1][:36] + cursor[36:]):
        assert world.adam.get(f"/en/people?q=listed&cursor={forged}").status == 400, forged
    assert world.adam.get(f"/en/people?q=other&cursor={cursor}").status == 400, "it is of another question"
    world.stack.database.rows("DELETE FROM person WHERE login = 'listed-50' RETURNING 1")
    assert re.findall(r"Listed Person (\d+)", world.adam.get(addresses[0]).text)[0] == "001"


def test_the_desk_offers_what_can_be_done(world):
    """Registering to those who answer for an organisation or may register one; to the others what they can do."""
    kinds = {"partnership", "commitment", "activity"}
    offered = {}
    for login in ("harvester", "olga", "rui", "erin", "fatima", "sara"):
        browser = world.stack.sign_in(login)
        page = browser.get("/en/desk")
        offered[login] = set(re.findall(r'href="[^"]*/register/([a-z]+)"', page.text))
        assert ("You can read everything that is published." in page.words) == (not offered[login]), login
        if not offered[login]:
            assert 'href="' + world.stack.base + '/en/about"' in page.text
    assert offered == {"harvester": set(), "olga": {"organisation"}, "rui": {"organisation"},
                       "erin": kinds | {"organisation"}, "fatima": kinds | {"organisation"}, "sara": kinds | {"organisation"}}
