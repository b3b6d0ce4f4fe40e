# SPDX-License-Identifier: EUPL-1.2
"""Roles for organisations and on records, given and taken on pages by those who may."""
import hashlib
import html
import re

import pytest

import build
from stack import Stack


@pytest.fixture(scope="module")
def stack(cluster, people, tmp_path_factory):
    with Stack(cluster, people, tmp_path_factory.mktemp("people")) as running:
        yield running


@pytest.fixture(scope="module")
def sara(stack):
    return stack.sign_in("sara")


@pytest.fixture
def organisation(stack, sara):
    """With George as its only focal point."""
    record = stack.register(sara, "organisation", {"name.en": "An organisation", "distinct": "true"})
    stack.grant("george", record, "focal-point")
    return record


def give(browser, path, login, role, status=303):
    form = [f for f in browser.get(f"{path}/people").forms() if "login" in f.names()
            and "role" in f.choices][0]
    answer = browser.submit(form, {"login": login, "role": role})
    assert answer.status == status, answer.words
    return answer


def take(browser, path, login, status=303):
    form = [f for f in browser.get(f"{path}/people").forms() if ("login", login) in f.fields
            and ("role", "none") in f.fields][0]
    answer = browser.submit(form)
    assert answer.status == status, answer.words
    return answer


def roles(stack, organisation):
    return dict(stack.database.rows("SELECT login, role FROM person_org JOIN person p ON p.id = person"
                                    " WHERE organisation_id = %s", [organisation]))


def test_a_focal_point_gives_and_takes_roles(stack, organisation):
    george = stack.sign_in("george")
    stack.person("erin")
    path = f"/en/organisations/{organisation}"
    page = george.follow(give(george, path, "Erin", "editor"))
    assert "The right was given." in page.words
    assert roles(stack, organisation) == {"george": "focal-point", "erin": "editor"}
    give(george, path, "erin", "reader")
    assert roles(stack, organisation)["erin"] == "reader"
    assert "The right was taken away." in george.follow(take(george, path, "erin")).words
    assert roles(stack, organisation) == {"george": "focal-point"}


def pages(browser, path):
    """The logins of a list, page by page, and the addresses of the pages."""
    addresses, found = [f"{path}/people"], []
    while len(addresses) > len(found):
        page = browser.get(addresses[-1])
        assert page.status == 200
        found.append([dict(f.fields)["login"] for f in page.forms() if ("role", "none") in f.fields])
        onward = re.search(r'href="([^"]*)" rel="next"', page.text)
        addresses += [html.unescape(onward[1])] if onward else []
    return found, addresses


@pytest.mark.parametrize("place", ["organisations", "records"])
def test_people_are_paged(stack, organisation, place):
    """By name, also where names are equal; who is taken away between two pages moves nobody."""
    george = stack.sign_in("george")
    table, column = {"organisations": ("person_org", "organisation_id"), "records": ("record_role", "record_id")}[place]
    other = stack.register(george, "partnership", {"title.en": "Many hands"}, owner=organisation)
    path = f"/en/{place}/{organisation if place == 'organisations' else other}"
    stack.database.rows(f"""
        WITH made AS (INSERT INTO person (subject, login, name)
                      SELECT 'many:' || %s || n, %s || '-' || n, 'Person ' || n / 3 FROM generate_series(1, 115) n RETURNING id)
        INSERT INTO {table} (person, {column}, role) SELECT id, %s, 'editor' FROM made""",
        [place, place, path.split("/")[-1]])
    found, addresses = pages(george, path)
    everybody = [row[0] for row in stack.database.rows(
        f"SELECT login FROM {table} JOIN person p ON p.id = person WHERE {column} = %s ORDER BY lower(name), login, p.id",
        [path.split("/")[-1]])]
    assert [len(page) for page in found[:2]] == [50, 50] and len(found) == 3
    assert sum(found, []) == everybody and len(everybody) >= 115
    assert not re.search("Person|many", addresses[1]), "no name stands in an address"
    assert 'rel="first"' in george.get(addresses[1]).text
    # the last of the first page and the first of the second go: the second begins behind them
    for login in (found[0][-1], found[1][0]):
        stack.database.rows(f"DELETE FROM {table} WHERE person = (SELECT id FROM person WHERE login = %s) RETURNING 1", [login])
    again = george.get(addresses[1])
    assert [dict(f.fields)["login"] for f in again.forms() if ("role", "none") in f.fields] == found[1][1:] + found[2][:1]
    # who is gone altogether has no place any more: the list begins anew
    stack.database.rows("DELETE FROM person WHERE login = %s RETURNING 1", [found[0][-1]])
    assert [dict(f.fields)["login"] for f in george.get(addresses[1]).forms() if ("role", "none") in f.fields][0] == found[0][0]


def test_a_cursor_is_good_for_its_own_list(stack, organisation, sara):
    george = stack.sign_in("george")
    stack.database.rows("""
        WITH made AS (INSERT INTO person (subject, login, name)
                      SELECT 'cursor:' || n, 'cursor-' || n, 'Person ' || n FROM generate_series(1, 60) n RETURNING id)
        INSERT INTO person_org (person, organisation_id, role) SELECT id, %s, 'reader' FROM made""", [organisation])
    _, addresses = pages(george, f"/en/organisations/{organisation}")
    cursor = addresses[1].split("cursor=")[1]
    other = stack.register(sara, "organisation", {"name.en": "Another list", "distinct": "true"})
    for path in (f"/en/organisations/{other}/people", f"/en/records/{organisation}/people"):
        assert sara.get(f"{path}?cursor={cursor}").status == 400
    somebody = stack.database.one("SELECT id FROM person WHERE login = 'sara'")
    for forged in ("x", "-", somebody, f"{somebody}-", f"{somebody}{cursor[36:]}", cursor[:-1], cursor + "0", "%00", "a" * 101):
        assert george.get(f"/en/organisations/{organisation}/people?cursor={forged}").status in (400, 413, 422), forged


def test_the_last_focal_point_stays_unless_the_secretariat_decides(stack, sara, organisation):
    george = stack.sign_in("george")
    path = f"/en/organisations/{organisation}"
    assert "The last focal point" in take(george, path, "george", status=422).words
    assert "The last focal point" in give(george, path, "george", "reader", status=422).words
    assert roles(stack, organisation) == {"george": "focal-point"}
    take(sara, path, "george")
    assert roles(stack, organisation) == {}


def test_two_focal_points_who_take_each_other_away(stack, organisation):
    stack.grant("erin", organisation, "focal-point")
    path = f"/en/organisations/{organisation}/people"

    def taking(login, other):
        browser = stack.sign_in(login)
        form = [f for f in browser.get(path).forms() if ("login", other) in f.fields and ("role", "none") in f.fields][0]
        return lambda: browser.submit(form).status
    answers = stack.at_once("LOCK TABLE person_org IN EXCLUSIVE MODE", taking("george", "erin"), taking("erin", "george"))
    assert sorted(answers) in ([303, 403], [303, 422]), answers
    assert list(roles(stack, organisation).values()) == ["focal-point"]


def test_who_did_what_is_told_to_those_who_work_on_it(stack, sara, organisation):
    for n in range(52):
        stack.database.rows("INSERT INTO audit_event (action, object, detail) VALUES ('record.edit', %s, %s)",
                            [organisation, '{"n": %d}' % n])
    george, path = stack.sign_in("george"), f"/en/records/{organisation}"
    stack.edit(george, organisation, "details", {"type": "40"})
    assert f"{path}/trail" in george.get(f"{path}/edit").text
    page = george.get(f"{path}/trail")
    rows = page.words
    assert "An organisation" in rows and "George" in rows and rows.index("Section saved record.edit") > 0
    later = george.get(f"{path}/trail?" + page.text.split("/trail?")[1].split('"')[0])
    assert "Record made record.create" in later.words and "Sara" in later.words
    assert stack.sign_in("olga").get(f"{path}/trail").status == 403


def test_every_action_of_the_trail_has_words_in_the_readers_language():
    """However it is written: by a function of the database or by the program."""
    action = r"""['"]((?:import|record|membership|organisation|commitment)\.[a-z-]+)['"]"""
    written = {a for folder, ends in (("sql/functions", "*.sql"), ("sql/queries", "*.sql"), ("cgi", "*.c"))
               for path in (build.ROOT / folder).rglob(ends) if path.name != "trail.c"
               for a in re.findall(action, path.read_text())}
    labelled = set(re.findall(r'\{' + action + ', N_', (build.ROOT / "cgi/app/trail.c").read_text()))
    written |= {f"import.{mode}-{what}" for mode in ("iati", "publish") for what in ("begun", "done")}
    assert len(written) > 10 and written <= labelled, written - labelled


def test_the_desk_names_what_is_not_published(stack, organisation):
    assert "An organisation" in stack.sign_in("george").get("/en/desk").words


def test_who_has_never_signed_in_cannot_be_given_a_role(stack, sara, organisation):
    page = give(sara, f"/en/organisations/{organisation}", "who-is-this", "editor", status=422)
    assert "has signed in yet" in page.words and "who-is-this" in page.text


@pytest.mark.parametrize("role", ["", "owner", "king"])
def test_only_roles_of_the_list_are_given(stack, sara, organisation, role):
    stack.person("erin")
    give(sara, f"/en/organisations/{organisation}", "erin", role, status=422)
    assert "erin" not in roles(stack, organisation)


def test_editors_and_strangers_do_not_manage_people(stack, organisation):
    stack.grant("erin", organisation, "editor")
    for login in ("erin", "rui"):
        assert stack.sign_in(login).get(f"/en/organisations/{organisation}/people").status == 403
    assert stack.browser().get(f"/en/organisations/{organisation}/people").status == 303


@pytest.mark.parametrize("place", ["organisations", "records"])
def test_who_has_no_role_loses_none(stack, sara, organisation, place):
    stack.grant("erin", organisation, "editor")
    path = f"/en/{place}/{organisation}"
    if place == "records":
        give(sara, path, "erin", "editor")
    form = [f for f in sara.get(f"{path}/people").forms() if ("login", "erin") in f.fields and ("role", "none") in f.fields][0]
    assert sara.submit(form).status == 303
    events = "SELECT count(*) FROM audit_event WHERE object = %s AND action LIKE '%%.role'"
    before = stack.database.one(events, [organisation])
    again = sara.submit(form)
    assert again.status == 422 and "This person has no role here." in again.words
    assert stack.database.one(events, [organisation]) == before


def test_only_an_organisation_has_people_of_its_own(stack, sara, organisation):
    """The secretariat may ask for anything; a partnership has roles on its record alone."""
    stack.person("erin")
    form = [f for f in sara.get(f"/en/organisations/{organisation}/people").forms() if "role" in f.choices][0]
    record = stack.register(sara, "partnership", {"title.en": "No organisation"}, owner=organisation)
    for path in (record, "O0000000000000"):
        assert sara.get(f"/en/organisations/{path}/people").status == 404
    form.action = form.action.replace(organisation, record)
    assert sara.submit(form, {"login": "erin", "role": "focal-point"}).status == 404
    with stack.database.connect("cc_web") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT person FROM concord.cc_request_open(%s)", [hashlib.sha256(sara.session.encode()).hexdigest()])
        with pytest.raises(Exception, match="is no organisation"):
            cursor.execute("SELECT concord.cc_org_grant(%s, 'erin', 'focal-point')", [record])
    assert not stack.database.rows("SELECT FROM person_org WHERE organisation_id = %s", [record])


def test_roles_on_one_record(stack, sara, organisation):
    george, rui = stack.sign_in("george"), stack.sign_in("rui")
    record = stack.register(george, "partnership", {"title.en": "A partnership"}, owner=organisation)
    assert rui.get(f"/en/records/{record}/edit").status in (403, 404)
    give(george, f"/en/records/{record}", "rui", "editor")
    assert rui.get(f"/en/records/{record}/edit").status == 200
    page = rui.get(f"/en/records/{record}/people")
    assert page.status == 200 and not [f for f in page.forms() if "login" in f.names()]
    take(george, f"/en/records/{record}", "rui")
    assert rui.get(f"/en/records/{record}/edit").status in (403, 404)


def test_the_list_of_people_is_the_secretariats(stack, sara, organisation):
    stack.person("george")
    page = sara.get("/en/people?q=GEORGE")
    assert page.status == 200 and "george" in page.words and organisation in page.text
    assert "Nobody fits" in sara.get("/en/people?q=zzzz").words
    assert stack.sign_in("george").get("/en/people").status == 403
    # whoever has to sign in first comes back to it, to the list itself where the address is too long for that
    for word, back in (("%D8%B9", "%2Fen%2Fpeople%3Fq%3D%25D8%25B9"), ("%D8%B9" * 170, "%2Fen%2Fpeople")):
        answer = stack.browser().get(f"/en/people?q={word}")
        assert answer.status == 303 and answer.header("location").endswith(f"/en/sign-in?return={back}")
        assert stack.browser().get(f"/en/sign-in?return={back}").status == 200


def test_people_are_in_the_order_of_letters(stack, sara, organisation):
    """É at E and small letters beside capitals, in all three lists, whatever the server's language is."""
    record = stack.register(sara, "partnership", {"title.en": "Letters"}, owner=organisation)
    names = ["Álvaro", "eden", "Émile", "Zoë"]
    for name in reversed(names):
        stack.database.rows("INSERT INTO person (subject, login, name) VALUES (%s, %s, %s) RETURNING 1", [f"l:{name}", f"letters-{name}", name])
    for table, column, place in (("person_org", "organisation_id", organisation), ("record_role", "record_id", record)):
        stack.database.rows(f"INSERT INTO {table} (person, {column}, role) SELECT id, %s, 'editor' FROM person"
                            " WHERE login LIKE 'letters-%%' RETURNING 1", [place])
    for path in (f"/en/organisations/{organisation}/people", f"/en/records/{record}/people", "/en/people?q=letters-"):
        text = re.sub(r"letters-\w+", "", sara.get(path).text)
        assert list(dict.fromkeys(re.findall("|".join(names), text[text.index("<main"):]))) == names, path


def test_the_account_and_the_list_of_people_name_roles_alike(stack, sara, organisation):
    stack.sign_in("george")
    for lang, role, site in (("en", "Focal point", "Secretariat of the registry"), ("fr", "Point focal", None), ("ar", "جهة اتصال", None)):
        assert f"{organisation}</bdi> – {role}" in stack.sign_in("george").get(f"/{lang}/account").text
        people = sara.get(f"/{lang}/people?q=george")
        assert f"{organisation} – {role}" in people.text
        if site:
            assert site in sara.get("/en/account").words and site in sara.get("/en/people?q=sara").words
    assert "Stakeholder" not in sara.get("/en/account").words, "everybody is one"
