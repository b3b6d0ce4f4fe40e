# SPDX-License-Identifier: EUPL-1.2
"""The page of an organisation: everything that points at it, by who says so and by role; and activities on
the pages of goals and countries."""
import csv
import html
import io
import re

import ids
import pytest

from stack import Stack
from world import World

SAID = ("In its own records", "Confirmed by it", "Told by others", "Declined, contested or ended by it")


def activity(name, reporting, participant, role="4"):
    return (f'<activity id="{ids.named("A", name)}" schema="1.0-draft"><title xml:lang="en">{name}</title>'
            f'<reporting organisation="{reporting}"/><participant organisation="{participant}" role="{role}"/>'
            f'<country code="KE"/><sdg goal="6" target="6.1"/></activity>')


def bring(stack, folder, owner, *activities):
    file = folder / "activities.xml"
    file.write_text(f'<records xmlns="urn:concord:registry:1">{"".join(activities)}</records>')
    stack.database.concord("import", "--owner", owner, file)


@pytest.fixture(scope="module", name="stack")
def stack_fixture(cluster, people, tmp_path_factory):
    with Stack(cluster, people, tmp_path_factory.mktemp("points")) as running:
        yield running


@pytest.fixture(scope="module", name="world")
def world_fixture(stack, tmp_path_factory):
    world = World(stack)
    bring(stack, tmp_path_factory.mktemp("activities"), world.a,
          activity("Wells", world.a, world.b), activity("Pumps", world.a, world.b, "1"))
    answers = ((world.b, world.george, "funding", "membership.confirmed"), (world.a, world.fatima, "host", None))
    for organisation, who, role, answer in answers:
        membership = world.invite(world.p, organisation, **{"role.1.code": role})
        if answer:
            form = who.get(f"/en/memberships/{membership}/answer").form("/answer$")
            assert who.submit(form, {}, ("answer", answer)).status == 303
    return world


def groups(page):
    """{who says so: {(role, kind): (number, titles)}} as the tables of the page say."""
    out = {}
    for title, table in re.findall(r"<h3>(.*?)</h3>.*?<tbody>(.*?)</tbody>", page.text, re.S):
        if title not in SAID:
            continue
        rows = re.findall(r"<tr>" + r"\s*<td[^>]*>(.*?)</td>" * 4, table, re.S)
        out[title] = {(role, kind): (number, re.findall(r"<span[^>]*>(.*?)</span>", links))
                      for role, kind, number, links in rows}
    return out


def test_grouped_by_who_says_so_and_by_role(stack, world):
    found = groups(stack.browser().get(f"/en/organisations/{world.a}"))
    own = found["In its own records"]
    assert [(kind, number, sorted(titles)) for (_, kind), (number, titles) in own.items() if kind == "Activity"] == [
        ("Activity", "2", ["Pumps", "Wells"])]
    assert found["Told by others"] == {("Host", "Membership"): ("1", ["Water for All"])}
    assert "Confirmed by it" not in found
    found = groups(stack.browser().get(f"/en/organisations/{world.b}"))
    assert found["Confirmed by it"] == {("Funding", "Membership"): ("1", ["Water for All"])}
    assert found["Told by others"] == {("Funding", "Activity"): ("1", ["Pumps"]),
                                       ("Implementing", "Activity"): ("1", ["Wells"])}
    assert "In its own records" not in found


def test_many_are_counted_to_a_hundred(stack, world, tmp_path):
    c = world.organisation("Lake Builders")
    bring(stack, tmp_path, world.a, *(activity(f"Dam {n}", world.a, c, "1" if n % 3 == 0 else "4") for n in range(160)))
    page = stack.browser().get(f"/en/organisations/{c}")
    (told,) = groups(page).values()
    assert all(number.startswith("at least ") and len(titles) == 5 for number, titles in told.values()) and len(told) == 2
    links = re.findall(r'href="([^"]*)">All in this role, whoever says so: (\d+)<', page.text)
    assert sorted((re.search("role=([a-z]+)", link)[1], number) for link, number in links) == [("funding", "54"), ("implementing", "106")]
    for link, number in links:
        assert f"Found: {number} " in stack.browser().get(html.unescape(link).removeprefix(stack.base)).words + " "


def test_what_is_not_counted_whole_is_said(stack, world):
    """As many as the search counts: the numbers are of the first two thousand and one of the field."""
    c = world.organisation("Builder of Everything")
    stack.database.rows("""INSERT INTO edge (from_id, to_id, kind, field, role, publisher)
        SELECT 'A' || lpad(g::text, 13, '0'), %s, 'activity', 'participant.organisation', CASE WHEN g %% 2 = 0 THEN '1' ELSE '1 4' END, 'O'
          FROM generate_series(1, 2100) g RETURNING 1""", [c])
    try:
        page = stack.browser().get(f"/en/organisations/{c}")
        assert sorted(re.findall(r"All in this role, whoever says so: at least (\d+)<", page.text)) == ["1001", "2001"]
    finally:
        stack.database.rows("DELETE FROM edge WHERE to_id = %s RETURNING 1", [c])


def test_what_it_says_itself_is_found_among_what_others_say(stack, world):
    """Whose records come first by identifier: both are counted by themselves, and who has too many is "at least"."""
    c = world.organisation("Well Known")
    for first, mine, theirs in (("own", 300, 20), ("told", 20, 300)):
        publishers = [c] * mine + [world.a] * theirs if first == "own" else [world.a] * theirs + [c] * mine
        stack.database.rows("""INSERT INTO edge (from_id, to_id, kind, field, role, publisher)
            SELECT 'A' || lpad(n::text, 13, '0'), %s, 'activity', 'participant.organisation', '4', p
              FROM unnest(%s::text[]) WITH ORDINALITY x(p, n) RETURNING 1""", [c, publishers])
        try:
            found = groups(stack.browser().get(f"/en/organisations/{c}"))
        finally:
            stack.database.rows("DELETE FROM edge WHERE to_id = %s RETURNING 1", [c])
        numbers = {title: [number for number, _ in rows.values()] for title, rows in found.items()}
        assert numbers == {"In its own records": [str(mine) if mine < 101 else "at least 101"],
                           "Told by others": [str(theirs) if theirs < 101 else "at least 101"]}, first


def test_few_need_no_list_of_all(stack, world):
    assert "All in this role" not in stack.browser().get(f"/en/organisations/{world.b}").words


def test_what_the_registry_brought_in_is_not_called_published_by_it(stack, world):
    """Nobody of the organisation sent these records: the secretariat imported them, with the organisation as their owner."""
    page = stack.browser().get(f"/en/organisations/{world.a}").words
    assert "In records of which the organisation is the owner: published by itself, or brought in by the registry in its name" in page
    assert "published itself" not in page


def test_answer_changes_the_group(stack, world):
    d = world.organisation("Spring Keepers")
    stack.grant("george", d, "focal-point")
    george = stack.sign_in("george")
    membership = world.invite(world.p, d, **{"role.1.code": "funding"})
    public = stack.browser()
    before = public.get(f"/en/organisations/{d}")
    assert list(groups(before)) == ["Told by others"]
    form = george.get(f"/en/memberships/{membership}/answer").form("/answer$")
    assert george.submit(form, {}, ("answer", "membership.declined")).status == 303
    after = public.get(f"/en/organisations/{d}")
    assert list(groups(after)) == ["Declined, contested or ended by it"]
    assert before.header("etag") != after.header("etag")


def test_activities_are_counted_and_shown(stack, world):
    stack.database.concord("job", "1", "0", "statistics", "{}")
    public = stack.browser()
    total = stack.database.one("SELECT count(*) FROM concord.publication WHERE kind = 'activity'")
    rows = list(csv.DictReader(io.StringIO(public.get("/en/statistics/goals.csv").text, newline="")))
    assert rows[5]["Activities"] == str(total)
    for path in ("/en/goals/6", "/en/targets/6.1", "/en/countries/KE"):
        page = public.get(path)
        assert "Dam 159" in page.words and str(total) in page.words, path


def test_records_lead_to_goals_and_countries(stack, world):
    page = stack.browser().get(f"/en/activities/{ids.named('A', 'Wells')}").text
    for path in ("/en/goals/6", "/en/targets/6.1", "/en/countries/KE"):
        assert f'{stack.base}{path}"' in page, path


@pytest.mark.parametrize("lang, of_activity, of_partnership", [("en", "Parent", "Spin-off of"), ("fr", "Activité principale", "Issu de")])
def test_what_a_record_is_to_another_is_told_by_its_name(stack, world, tmp_path, lang, of_activity, of_partnership):
    parent, other = ids.named("A", "Wells"), ids.named("P", "Water after All")
    bring(stack, tmp_path, world.a, activity("Taps", world.a, world.b).replace("</activity>", f'<related activity="{parent}" ref="XM-DAC-1-W" type="1"/></activity>'),
          f'<partnership id="{other}" schema="1.0-draft"><title xml:lang="en">Water after All</title><summary xml:lang="en">x</summary>'
          f'<kind>alliance</kind><state>active</state><link kind="spin-off" partnership="{world.p}"/></partnership>')
    for path, name in ((f"activities/{parent}", of_activity), (f"partnerships/{world.p}", of_partnership)):
        incoming = re.search(r'<section aria-labelledby="incoming">.*?</section>', stack.browser().get(f"/{lang}/{path}").text, re.S)[0]
        assert re.findall(r'<ul class="cc-inline">\s*<li>(.*?)</li>', incoming) == [name], path


def test_more_memberships_than_are_shown_are_told(stack, world, tmp_path):
    c, d = world.organisation("Member of Much"), world.organisation("Member of Little")
    bring(stack, tmp_path, world.a, *(
        f'<partnership id="{ids.named("P", f"much {n}")}" schema="1.0-draft"><title xml:lang="en">Much {n}</title><summary xml:lang="en">x</summary>'
        '<kind>alliance</kind><state>active</state></partnership>' for n in range(27)), *(
        f'<membership id="{ids.named("M", f"{who} {n}")}" schema="1.0-draft"><partnership>{ids.named("P", f"much {n}")}</partnership>'
        f'<organisation>{who}</organisation><role code="funding"/><consent date="2026-11-24T00:00:00Z" state="proposed"/></membership>' for who, of in ((c, 27), (d, 25)) for n in range(of)))
    page = stack.browser().get(f"/en/organisations/{c}")
    assert "The first 25 of 27 memberships." in page.words
    link = html.unescape(re.search(r'href="([^"]*)">Search for its partnerships<', page.text)[1])
    assert "Found: 27 " in stack.browser().get(link.removeprefix(stack.base)).words + " "
    page = stack.browser().get(f"/en/organisations/{d}").words
    assert "Much 1" in page and "Search for its partnerships" not in page
    assert "0 findings" in stack.database.concord("verify").stdout


def test_a_partnership_without_members_leads_to_those_that_declined(stack, world):
    e = world.organisation("Refuser of Everything")
    stack.grant("george", e, "focal-point")
    p, george = world.partnership("Left by All"), stack.sign_in("george")
    link = f'href="{stack.base}/en/partnerships/{p}/members"'
    assert link not in stack.browser().get(f"/en/partnerships/{p}").text, "there are none"
    form = george.get(f"/en/memberships/{world.invite(p, e)}/answer").form("/answer$")
    assert george.submit(form, {}, ("answer", "membership.declined")).status == 303
    assert link in stack.browser().get(f"/en/partnerships/{p}").text


def test_all_that_refers_goes_back_to_the_beginning_and_leads_to_each_record(stack, world):
    """A membership is called as its other side, which may be withdrawn: then by its identifier."""
    f, p = world.organisation("Left Alone"), world.partnership("Gone Soon")
    membership = world.invite(p, f)
    form = world.sara.get(f"/en/records/{p}/withdraw").form("/withdraw$")
    assert world.sara.submit(form, {"note": "Never was."}).status == 303
    page = stack.browser().get(f"/en/records/{f}/links")
    assert f'href="{stack.base}/en/memberships/{membership}"><code>{membership}</code>' in page.text and "not published" not in page.words
    assert stack.browser().get(f"/en/memberships/{membership}").status == 200
    page = stack.browser().get(f"/en/records/{world.b}/links")
    assert 'rel="first"' not in page.text
    onward = stack.browser().get(f"/en/records/{world.b}/links?after={ids.named('A', 'Wells')}&field=participant.organisation")
    assert f'href="{stack.base}/en/records/{world.b}/links" rel="first"' in onward.text


def test_all_that_refers_as_a_table(stack, world, tmp_path):
    """Longer than what a worker holds at once; each row of `edge` is there, once, and none is a formula."""
    g = world.organisation("Named by Many")
    bring(stack, tmp_path, world.a, *(activity(f"Well {n}", world.a, g) for n in range(1003)), activity("=Well()", g, world.a, "1"))
    membership = world.invite(world.p, g)
    public = stack.browser()
    page = public.get(f"/en/records/{g}/links")
    path = re.search(r'href="([^"]*)">These results as CSV<', page.text)[1].removeprefix(stack.base)
    answer = public.get(path)
    assert answer.header("content-disposition") == f'attachment; filename="links-{g}.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"), newline="")))
    told = stack.database.rows("SELECT from_id, kind, field, coalesce(role, ''), coalesce(state, '') FROM concord.edge"
                               " WHERE to_id = %s ORDER BY from_id, field", [g])
    assert [(r["record"], r["kind"], r["field"], r["role"], r["state"]) for r in rows] == told and len(told) == 1005
    of = {r["record"]: r for r in rows}
    assert of[ids.named("A", "=Well()")]["title"] == "'=Well()" and of[ids.named("A", "=Well()")]["field"] == "reporting.organisation"
    assert of[membership]["state"] == "invited" and of[membership]["title"] == stack.database.one("SELECT title FROM concord.record_name WHERE record_id = %s AND lang = 'en'", [world.p])
    nothing = world.organisation("Named by Nobody")
    assert public.get(f"/records/{nothing}/links.csv").text.lstrip("\ufeff").splitlines() == ["record,kind,title,language,field,role,state"]
    assert "links.csv" not in public.get(f"/en/records/{nothing}/links").text
