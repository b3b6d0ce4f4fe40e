# SPDX-License-Identifier: EUPL-1.2
"""Numbers of goals, targets and countries, who works on them and with whom: as counted by the job, on the
pages and as CSV."""
import csv
import io
import re

import ids
import pytest

from stack import Stack, share
from world import World


@pytest.fixture(scope="module", name="stack")
def stack_fixture(cluster, people, tmp_path_factory):
    folder = tmp_path_factory.mktemp("statistics")
    with Stack(cluster, people, folder, files_share_path=str(share(folder))) as running:
        yield running


@pytest.fixture(scope="module", name="world")
def world_fixture(stack):
    """A partnership on two goals and in two countries, that both organisations confirmed."""
    world = World(stack)
    stack.edit(world.fatima, world.p, "sdgs", {"sdg.1.goal": "6", "sdg.1.target": "6.1", "sdg.2.goal": "17"})
    stack.edit(world.fatima, world.p, "place", {"country.1.code": "KE", "country.2.code": "TV"})
    stack.publish(world.fatima, world.p, "Goals.")
    for organisation, who in ((world.a, world.fatima), (world.b, world.george)):
        membership = world.invite(world.p, organisation)
        confirm(who, membership)
    count(stack)
    return world


def confirm(who, membership):
    form = who.get(f"/en/memberships/{membership}/answer").form("/answer$")
    said = who.submit(form, {}, ("answer", "membership.confirmed"))
    assert said.status == 303, said.words


def count(stack):
    """As `concord work` does, which rests after counting."""
    stack.database.rows("UPDATE concord.statistic_head SET took = '0'")
    stack.database.concord("job", "1", "0", "statistics", "{}")


def table(stack, path):
    answer = stack.browser().get(path)
    assert answer.status == 200 and answer.header("content-type") == "text/csv; charset=utf-8; header=present"
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def page_numbers(page):
    return re.findall(r"<dd>(\d+)", page.text)


def test_nothing_is_counted_yet(cluster, people, tmp_path):
    with Stack(cluster, people, tmp_path) as fresh:
        for path in ("/en/", "/en/goals", "/en/countries", "/en/network"):
            page = fresh.browser().get(path)
            assert "There is nothing to count yet." in page.words and "<figure" not in page.text, path
            assert NOT_COUNTED not in page.words, path
        assert page_numbers(fresh.browser().get("/en/")) == ["0", "0", "0"], "there are none, which is known"
        assert [row["Partnerships"] for row in table(fresh, "/en/statistics/goals.csv")] == ["0"] * 17


NOT_COUNTED = "These numbers have not been counted yet. The registry counts them in the background, usually within a minute."
COUNTED_PAGES = ("/", "/goals", "/goals/6", "/goals/6/organisations", "/targets/6.1", "/targets/6.1/organisations", "/countries",
                 "/countries/KE", "/network")
COUNTED_FILES = ("/en/statistics/goals.csv", "/en/statistics/targets.csv?goal=6", "/en/statistics/countries.csv",
                 "/en/statistics/organisation-types.csv", "/en/statistics/network.csv", "/goals/6/organisations.csv",
                 "/targets/6.1/organisations.csv")


def test_what_waits_to_be_counted_is_not_nought(stack, world):
    """A registry in its first seconds, as after an upgrade that changes what counts: with no number of before."""
    zeros = re.compile(r"<dd>\s*0|class=\"cc-number\">\s*0<")
    nothing = ("There is nothing to count yet.", "No published record names an organisation", "No published record works on", "Counted on")
    before = stack.database.rows("SELECT position, took FROM concord.statistic_head")[0]
    try:
        for position in (0, -1):
            stack.database.rows("UPDATE concord.statistic_head SET position = %s", [position])
            public = stack.browser()
            for path in COUNTED_PAGES:
                page = public.get(f"/en{path}")
                assert page.status == 200 and page.words.count(NOT_COUNTED) == 1, path
                assert not zeros.search(page.text) and "<figure" not in page.text and ".csv" not in page.text, path
                assert not [words for words in nothing if words in page.words], path
            assert "Water for All" in public.get("/en/").words and "Water for All" in public.get("/en/goals/6").words
            for lang, words in (("fr", "pas encore été comptés"), ("ar", "لم تُحسب هذه الأرقام بعد")):
                assert words in public.get(f"/{lang}/").words and words in public.get(f"/{lang}/goals").words
            for path in COUNTED_FILES:
                answer = public.get(path)
                assert answer.status == 503 and answer.header("retry-after") and NOT_COUNTED in answer.text, path
    finally:
        stack.database.rows("UPDATE concord.statistic_head SET position = %s, took = %s", before)
    for path in COUNTED_PAGES:
        assert NOT_COUNTED not in public.get(f"/en{path}").words, path
    for path in COUNTED_FILES:
        assert public.get(path).status == 200, path


def test_goals(stack, world):
    rows = table(stack, "/en/statistics/goals.csv")
    assert [r["Code"] for r in rows] == [str(n) for n in range(1, 18)]
    assert {r["Code"]: (r["Partnerships"], r["Organisations"]) for r in rows if r["Partnerships"] != "0"} == {
        "6": ("1", "2"), "17": ("1", "2")}
    columns = ["Code", "Goal", "Partnerships", "Activities", "Commitments", "Organisations"]
    assert list(rows[0]) == columns, "also of kinds of which nothing is counted"
    page = stack.browser().get("/en/goals")
    head = stack.database.one("SELECT position FROM concord.statistic_head")
    assert f"up to publication number {head}." in page.words


def test_targets(stack, world):
    rows = table(stack, "/en/statistics/targets.csv?goal=6")
    assert len(rows) == 8 and all(r["Code"].startswith("6.") for r in rows)
    assert [(r["Code"], r["Partnerships"], r["Organisations"]) for r in rows if r["Partnerships"] != "0"] == [
        ("6.1", "1", "2")]


@pytest.mark.parametrize("path", ["/goals/6", "/targets/6.1"])
def test_who_works_on_it(stack, world, path):
    public = stack.browser()
    for lang, title in (("en", "Water for All"), ("fr", "Water for All (fr)"), ("ar", "Water for All")):
        page = public.get(f"/{lang}{path}")
        for words in (title, "Agency for Springs and Rivers", "Bureau of Lakes"):
            assert words in page.words, (lang, words)
        assert f"/{lang}/partnerships/{world.p}" in page.text
    page = public.get(f"/en{path}/organisations")
    assert "Agency for Springs and Rivers" in page.words and "Bureau of Lakes" in page.words
    rows = table(stack, f"{path}/organisations.csv")
    assert {r["organisation"]: r["partnerships"] for r in rows} == {world.a: "1", world.b: "1"}


def activity(name, reporting, *participants, more=""):
    told = "".join(f'<participant organisation="{organisation}" role="{role}"/>' for organisation, role in participants)
    return (f'<activity id="{ids.named("A", name)}" schema="1.0-draft"><title xml:lang="en">{name}</title>'
            f'<reporting organisation="{reporting}"/>{told}{more}</activity>')


def bring(stack, owner, *records):
    file = f'<records xmlns="urn:concord:registry:1">{"".join(records)}</records>'
    stack.database.concord("import", "--owner", owner, "-", input=file)


def test_makers_reporters_and_participants_work_on_it(stack, world):
    """Each told by what; in two roles of one record it is one; merged is the other, withdrawn is nobody."""
    goal = '<sdg goal="9" target="9.1"/>'
    maker, reporter, old, taker = (world.organisation(n) for n in ("Makers of Roads", "Reporters of Roads", "Old Roads", "Roads at Work"))
    bring(stack, world.a, *(
        f'<commitment id="{ids.named("C", name)}" schema="1.0-draft"><title xml:lang="en">{name}</title><description xml:lang="en">x</description>'
        f'<kind>finance</kind><maker>{who}</maker><sdg goal="9"{target}/><state>published</state>{more}</commitment>'
        for name, who, target, more in (("Road money", maker, ' target="9.1"', ""), ("More road money", maker, "", ""),
                                        ("Example money", maker, "", "<illustrative>true</illustrative>"))),
        activity("Road one", reporter, (reporter, 1), (old, 4), more=goal), activity("Road two", reporter, (taker, 4), more=goal),
        activity("Road three", world.a, (maker, 1), more=goal))
    form = world.sara.get(f"/en/records/{old}/merge").form("/merge$")
    assert world.sara.submit(form, {"target": taker, "note": "Renamed."}).status == 303
    count(stack)

    def at_work(path):
        return {r["organisation"]: (r["partnerships"], r["commitments"], r["activities"]) for r in table(stack, f"{path}/organisations.csv")}

    of_target = {maker: ("0", "1", "1"), reporter: ("0", "0", "2"), taker: ("0", "0", "2"), world.a: ("0", "0", "1")}
    assert at_work("/targets/9.1") == of_target
    assert at_work("/goals/9") == of_target | {maker: ("0", "2", "1")}
    assert table(stack, "/goals/9/organisations.csv")[0]["organisation"] == maker, "those with most of them first"
    assert table(stack, "/en/statistics/goals.csv")[8]["Organisations"] == "4"
    for path in ("/en/goals/9", "/en/goals/9/organisations", "/en/targets/9.1"):
        page = stack.browser().get(path)
        for words in ("Makers of Roads", "Reporters of Roads", "Roads at Work", "Commitments made"):
            assert words in page.words, (path, words)
    assert re.search(r"Makers of Roads.*?<td[^>]*>0</td>\s*<td[^>]*>2</td>\s*<td[^>]*>1</td>", stack.browser().get("/en/goals/9").text, re.S)
    form = world.sara.get(f"/en/records/{reporter}/withdraw").form("/withdraw$")
    assert world.sara.submit(form, {"note": "Never was."}).status == 303
    count(stack)
    assert reporter not in at_work("/goals/9")
    for record in (*(ids.named("A", name) for name in ("Road one", "Road two", "Road three")),
                   *(ids.named("C", name) for name in ("Example money", "More road money"))):
        form = world.sara.get(f"/en/records/{record}/withdraw").form("/withdraw$")
        assert world.sara.submit(form, {"note": "Never was."}).status == 303
    count(stack)
    assert at_work("/goals/9") == {maker: ("0", "1", "0")}
    form = world.sara.get(f"/en/records/{ids.named('C', 'Road money')}/withdraw").form("/withdraw$")
    assert world.sara.submit(form, {"note": "Never was."}).status == 303
    count(stack)
    assert at_work("/goals/9") == {}


def test_nobody_works_on_it(stack, world):
    for path in ("/en/goals/1", "/en/targets/1.1", "/en/countries/FR"):
        page = stack.browser().get(path)
        assert page.status == 200 and "Nothing has been published about this yet." in page.words, path


@pytest.mark.parametrize("path", ["/en/goals/0", "/en/goals/18", "/en/targets/6.9", "/en/targets/6", "/en/countries/XX",
                                  "/en/countries/ke", "/en/statistics/persons.csv", "/en/statistics/targets.csv?goal=99", "/en/statistics/targets.csv?goal=0", "/en/targets/6.1%22%5D%7D"])
def test_no_such_thing(stack, world, path):
    assert stack.browser().get(path).status == 404


def test_countries(stack, world):
    rows = table(stack, "/en/statistics/countries.csv")
    assert {(r["Code"], r["Country"], r["Partnerships"]) for r in rows} == {("KE", "Kenya", "1"), ("TV", "Tuvalu", "1")}
    page = stack.browser().get("/en/countries/KE")
    assert "Water for All" in page.words
    page = stack.browser().get("/en/countries")
    assert ("The boundaries and names shown and the designations used on this map do not imply official endorsement "
            "or acceptance by the United Nations.") in page.words


def test_network(stack, world):
    rows = table(stack, "/en/statistics/network.csv")
    assert len(rows) == 1
    assert {rows[0]["Organisation"], rows[0]["Works with"]} == {"Agency for Springs and Rivers", "Bureau of Lakes"}
    assert rows[0]["Partnerships in common"] == "1" and rows[0]["Activities in common"] == rows[0]["Of both, illustrative"] == "0"


def test_activities_are_ties_too(stack, world):
    """Told apart from partnerships; they follow what is published."""
    def ties():
        count(stack)
        return {frozenset((r["Organisation"].split()[0], r["Works with"].split()[0])):
                tuple(int(r[n]) for n in ("Partnerships in common", "Activities in common", "Of both, illustrative"))
                for r in table(stack, "/en/statistics/network.csv")}

    a_b, b_c, a_c = (frozenset(pair) for pair in (("Agency", "Bureau"), ("Bureau", "Council"), ("Agency", "Council")))
    c, twin = world.organisation("Council of Wells"), world.organisation("Wells Council")
    assert ties() == {a_b: (1, 0, 0)}
    # in two roles; with somebody of no partnership; alone; by who reports alone
    bring(stack, world.a, activity("Wells", world.a, (world.a, 1), (world.b, 4), (world.b, 2)), activity("Pumps", world.a, (world.b, 1), (c, 4)),
          activity("Pipes", world.a, (world.b, 1), (c, 4)), activity("Taps", world.a, (c, 4)))
    assert ties() == {a_b: (1, 1, 0), b_c: (0, 2, 0)}
    page = stack.browser().get("/en/network").words
    assert "Activities in common" in page and "Council of Wells" in page
    # revised, and illustrative
    bring(stack, world.a, activity("Wells", world.a, (world.a, 1), (world.b, 4), (c, 4), more="<illustrative>true</illustrative>"),
          activity("Pipes", world.a, (world.b, 1)))
    assert ties() == {a_b: (1, 1, 1), b_c: (0, 2, 1), a_c: (0, 1, 1)}
    stack.edit(world.sara, c, "sources", {"illustrative": "true"})
    stack.publish(world.sara, c, "An example.")
    assert ties() == {a_b: (1, 1, 1), b_c: (0, 2, 2), a_c: (0, 1, 1)}
    told = table(stack, "/en/statistics/network.csv")
    assert {told[0]["Organisation"].split()[0], told[0]["Works with"].split()[0]} == a_b, "examples stand last"
    # withdrawn
    for name, left in (("Wells", {a_b: (1, 0, 0), b_c: (0, 1, 1)}), ("Pumps", {a_b: (1, 0, 0)})):
        form = world.sara.get(f"/en/records/{ids.named('A', name)}/withdraw").form("/withdraw$")
        assert world.sara.submit(form, {"note": "Never was."}).status == 303
        assert ties() == left
    # merged into another one: it is the other's; withdrawn: nobody's
    bring(stack, world.a, activity("Drains", world.a, (world.a, 1), (c, 4)), activity("Dams", world.a, (world.a, 1), (twin, 4)), activity("Both", world.a, (c, 1), (twin, 4)))
    assert ties() == {a_b: (1, 0, 0), a_c: (0, 1, 1), frozenset(("Agency", "Wells")): (0, 1, 0), frozenset(("Council", "Wells")): (0, 1, 1)}
    form = world.sara.get(f"/en/records/{c}/merge").form("/merge$")
    assert world.sara.submit(form, {"target": twin, "note": "Entered twice."}).status == 303
    assert ties() == {a_b: (1, 0, 0), frozenset(("Agency", "Wells")): (0, 2, 0)}
    form = world.sara.get(f"/en/records/{twin}/withdraw").form("/withdraw$")
    assert world.sara.submit(form, {"note": "Never was."}).status == 303
    assert ties() == {a_b: (1, 0, 0)}


def test_files_keep_their_columns_and_say_the_whole_target(stack, world):
    for name in ("goals", "targets"):
        rows = table(stack, f"/en/statistics/{name}.csv")
        assert list(rows[0])[2:] == ["Partnerships", "Activities", "Commitments", "Organisations"], name
    assert list(table(stack, "/en/statistics/countries.csv")[0])[2:] == ["Partnerships", "Activities", "Organisations"]
    assert list(table(stack, "/en/statistics/organisation-types.csv")[0])[2:] == ["Organisations"]
    for lang in ("en", "fr", "ar"):
        heads = stack.browser().get(f"/{lang}/statistics/network.csv").text.splitlines()[0].split(",")
        assert len(set(heads)) == len(heads), heads
        told = dict(list(r.values())[:2] for r in table(stack, f"/{lang}/statistics/targets.csv"))
        whole = dict(stack.database.rows("SELECT code, code || ' ' || coalesce(definitions->>%s, definitions->>'en') "
                                         "FROM concord.code WHERE list = 'sdg-target'", [lang]))
        assert told == whole and max(map(len, told.values())) > 200


def test_lettered_targets_are_not_turned_around(stack, world):
    """From right to left "3.a" is read as "a.3", but within an isolate of its own; data have the plain code."""
    isolated, definition = "\u20663.a\u2069", stack.database.one("SELECT definitions->>'ar' FROM concord.code WHERE code = '3.a'")
    stack.edit(world.fatima, world.p, "sdgs", {"sdg.3.goal": "3", "sdg.3.target": "3.a"})
    stack.publish(world.fatima, world.p, "A lettered target.")
    count(stack)
    pages = {"/targets/3.a": f">الغاية {isolated}<", "/targets/3.a/organisations": f"الغاية {isolated}</h1>",
             "/goals/3": f">{isolated} {definition[:20]}", f"/partnerships/{world.p}": f">الغاية {isolated}</a>",
             "/partnerships?goal=3": f'<option value="3.a">{isolated} '}
    for path, shown in pages.items():
        arabic, english = (stack.browser().get(f"/{lang}{path}").text for lang in ("ar", "en"))
        assert shown in arabic, path
        assert "3.a" in english and "\u2066" not in english, path
        assert re.findall("(?<![\u2066/=\"])3\\.a", arabic) == [], path
    told = table(stack, "/ar/statistics/targets.csv?goal=3")
    assert f"3.a {definition}" in [list(r.values())[1] for r in told]


def test_without_a_number_nothing_is_drawn(stack, world):
    none, page = (stack.browser().get(f"/en/goals/{goal}") for goal in (14, 6))
    words = "No published record works on any of these yet."
    assert words in none.words and none.text.count("data-code=") == 10, "its targets stand there all the same"
    assert words not in page.words and words not in stack.browser().get("/en/goals").words


def test_csv_speaks_the_language_of_its_page(stack, world):
    assert table(stack, "/fr/statistics/countries.csv")[0]["Pays"] == "Kenya"
    assert "الشراكات" in table(stack, "/ar/statistics/goals.csv")[0]


def test_a_formula_in_a_name_is_a_text(stack, world):
    evil = world.organisation("=HYPERLINK(0)")
    stack.grant("george", evil, "focal-point")
    george = stack.sign_in("george")
    membership = world.invite(world.p, evil)
    confirm(george, membership)
    count(stack)
    names = {r["name"] for r in table(stack, "/goals/6/organisations.csv")}
    assert "'=HYPERLINK(0)" in names
    assert "=HYPERLINK(0)" not in names


def test_what_is_withdrawn_is_counted_no_more(stack, world):
    other = world.partnership("Springs Forum")
    stack.edit(world.fatima, other, "sdgs", {"sdg.1.goal": "15"})
    stack.publish(world.fatima, other, "Goal.")
    count(stack)
    assert table(stack, "/en/statistics/goals.csv")[14]["Partnerships"] == "1"
    form = world.fatima.get(f"/en/records/{other}/withdraw").form("/withdraw$")
    assert world.fatima.submit(form, {"note": "Never was."}).status == 303
    count(stack)
    assert table(stack, "/en/statistics/goals.csv")[14]["Partnerships"] == "0"
    assert stack.database.rows("SELECT code FROM concord.statistic WHERE code = '15'") == []


def test_counting_rests(stack, world):
    """Nothing new: nothing is counted. Something new, but counting took long: later."""
    database = stack.database
    count(stack)
    before = database.one("SELECT counted_at FROM concord.statistic_head")
    stack.database.concord("job", "1", "0", "statistics", "{}")
    assert database.one("SELECT counted_at FROM concord.statistic_head") == before
    stack.publish(world.fatima, world.partnership("Rivers Forum", publish=False), "New.")
    database.rows("UPDATE concord.statistic_head SET took = '1 minute'")
    stack.database.concord("job", "1", "0", "statistics", "{}")
    assert database.one("SELECT counted_at FROM concord.statistic_head") == before
    count(stack)
    assert database.one("SELECT counted_at FROM concord.statistic_head") > before


def test_paging_of_organisations(stack, world):
    """Thirty more, by rows: each stands once, in the order of the number of partnerships."""
    rows = [(f"O{n:013d}", n // 3) for n in range(30)]
    for organisation, partnerships in rows:
        stack.database.rows("INSERT INTO concord.engagement VALUES ('goal', '2', %s, %s)",
                            [organisation, partnerships])
    wanted = [o for o, p in sorted(rows, key=lambda r: (-r[1], r[0]))]
    assert [r["organisation"] for r in table(stack, "/goals/2/organisations.csv")] == wanted
    plan = stack.database.rows("EXPLAIN SELECT organisation_id FROM concord.engagement WHERE subject = 'goal' "
                               "AND code = '2' ORDER BY partnerships DESC, organisation_id LIMIT 25")
    assert plan


def test_what_is_illustrative_is_not_counted(stack, world):
    """The pages say how many were left out."""
    def at_work():
        count(stack)
        goals = {row["Code"]: row for row in table(stack, "/en/statistics/goals.csv")}
        return int(goals["6"]["Partnerships"]), stack.database.rows("SELECT organisation_id FROM engagement WHERE code = '6' ORDER BY 1")

    before, engaged = at_work()
    assert before >= 1 and engaged
    assert "Illustrative records are not counted" not in world.public.get("/en/goals").words
    assert "of these, illustrative" not in world.public.get("/en/").words
    members = stack.database.one("SELECT members FROM member_count WHERE partnership_id = %s AND state = 'confirmed'", [world.p])
    stack.edit(world.fatima, world.p, "sources", {"illustrative": "true"})
    stack.publish(world.fatima, world.p, "An example.")
    after, left = at_work()
    assert after == before - 1 and len(left) < len(engaged)
    for path in ("/en/goals", "/en/countries", "/en/goals/6", "/en/goals/6/organisations", "/en/targets/6.1", "/en/countries/TV"):
        assert "Illustrative records are not counted: 1." in world.public.get(path).words, path
    assert "Illustrative records are not counted" not in world.public.get("/en/goals/5").words, "of what the page is about"
    assert "(Illustrative)" in world.public.get("/en/goals/6").words, "in the list, too"
    home = world.public.get("/en/").words
    assert home.count("Illustrative records are not counted: 1.") == 1, "no organisation is left out of their types"
    assert "· Illustrative" in home
    assert home.count("of these, illustrative") == (2 if members else 1) and "of these, illustrative: 1" in home
    assert not members or home.count(f"of these, illustrative: {members}") >= 1
    assert [row["Of both, illustrative"] for row in table(stack, "/en/statistics/network.csv")][:1] == ["1"]
    stack.edit(world.fatima, world.p, "sources", {"illustrative": None})
    stack.publish(world.fatima, world.p, "It is real.")
    assert at_work() == (before, engaged)


@pytest.mark.parametrize("path", ["goals/9", "targets/9.1", "countries/TV"])
def test_each_of_its_lists_leads_to_all_of_it(stack, world, path):
    sdg = '<sdg goal="9" target="9.1"/>'
    place = '<country code="TV"/>'
    bring(stack, world.a, activity("Way there", world.a, more=place + sdg),
          f'<commitment id="{ids.named("C", "Way there")}" schema="1.0-draft"><title xml:lang="en">Money for ways</title>'
          f'<description xml:lang="en">x</description><kind>finance</kind><maker>{world.a}</maker>{sdg}<state>published</state></commitment>',
          f'<organisation id="{ids.named("O", "Way there")}" schema="1.0-draft"><name xml:lang="en">Ways of Tuvalu</name><type>10</type>'
          '<country>TV</country></organisation>',
          f'<partnership id="{ids.named("P", "Way there")}" schema="1.0-draft"><title xml:lang="en">Ways for All</title>'
          f'<summary xml:lang="en">x</summary><kind>knowledge-network</kind>{place}{sdg}<state>active</state></partnership>')
    for lang in ("en", "ar"):
        lists = re.findall(r'<h2 id="list-(\w+)".*?<td[^>]*><a [^>]*href="([^"]+)".*?<p><a href="([^"]+)"', stack.browser().get(f"/{lang}/{path}").text, re.S)
        assert [kind for kind, _, _ in lists] == ["partnership", "activity", "organisation" if "countries" in path else "commitment"]
        for _, record, more in lists:
            page = stack.browser().get(more)
            assert page.status == 200 and record in page.text, more


def test_an_invented_body_is_at_work_nowhere(stack, world):
    """Nor is a membership that was made up, in a real partnership."""
    invented, asked = world.organisation("Invented Body"), world.organisation("Real but Not a Member")
    bring(stack, world.a, activity("Real dams", world.a, (invented, 4), (world.b, 1), more='<sdg goal="15"/>'))
    stack.edit(world.sara, invented, "sources", {"illustrative": "true"})
    stack.publish(world.sara, invented)
    members = "".join(
        f'<membership id="{ids.named("M", name)}" schema="1.0-draft"><partnership>{world.p}</partnership><organisation>{who}</organisation>'
        f'<role code="member"></role><consent date="2026-11-24T00:00:00Z" state="confirmed"></consent>{more}</membership>'
        for name, who, more in (("of an invented body", invented, ""), ("invented", asked, "<illustrative>true</illustrative>")))
    stack.database.concord("import", "--trust-consent", "-", input=f'<records xmlns="urn:concord:registry:1">{members}</records>')
    count(stack)
    at_work = [{r["organisation"] for r in table(stack, f"/goals/{goal}/organisations.csv")} for goal in (15, 6)]
    assert at_work[0] == {world.a, world.b} and not at_work[1] & {invented, asked}
    assert "of these, illustrative: 2" in world.public.get("/en/").words, "memberships"


def commitment(name, *makers, more=""):
    told = "".join(f"<maker>{m}</maker>" for m in makers)
    return (f'<commitment id="{ids.named("C", name)}" schema="1.0-draft"><title xml:lang="en">{name}</title><description xml:lang="en">x</description>'
            f'<kind>finance</kind>{told}{more}<state>published</state></commitment>')


def test_what_illustrative_bodies_report_and_promise_is_illustrative(stack, world):
    """Named as the reporter or not; a commitment when all of its makers are; as long as they are."""
    pale, faint = world.organisation("Pale Body"), world.organisation("Faint Body")
    place, sdg = '<country code="TO"/>', '<sdg goal="14" target="14.2"/>'

    def mark(*bodies, value="true"):
        for body in bodies:
            stack.edit(world.sara, body, "sources", {"illustrative": value})
            stack.publish(world.sara, body)
        count(stack)

    def told():
        goal = {r["Code"]: r for r in table(stack, "/en/statistics/goals.csv")}["14"]
        target = {r["Code"]: r for r in table(stack, "/en/statistics/targets.csv?goal=14")}["14.2"]
        country = {r["Code"]: r for r in table(stack, "/en/statistics/countries.csv")}.get("TO", {"Activities": "0"})
        return [(int(r["Activities"]), int(r.get("Commitments") or 0)) for r in (goal, target)] + [int(country["Activities"])]

    bring(stack, pale, activity("Pale reefs", pale, (world.a, 4), (world.b, 1), more=place + sdg),
          activity("Own reefs", pale, more=place + sdg).replace(f'organisation="{pale}"', 'ref="XX-REEFS-1"'),
          commitment("Pale promise", pale, faint, more=sdg))
    bring(stack, world.a, activity("Real reefs", world.a, (pale, 1), more=place + sdg), commitment("Mixed promise", pale, world.a, more=sdg))
    pages = {f"/en/activities/{ids.named('A', 'Pale reefs')}": "reported by an illustrative organisation",
             f"/en/activities/{ids.named('A', 'Own reefs')}": "reported by an illustrative organisation",
             f"/en/commitments/{ids.named('C', 'Pale promise')}": "All who make this commitment are illustrative"}
    real = [f"/en/activities/{ids.named('A', 'Real reefs')}", f"/en/commitments/{ids.named('C', 'Mixed promise')}"]
    count(stack)
    shared = {frozenset((r["Identifier"], r["Identifier of the other"])): r["Of both, illustrative"] for r in table(stack, "/en/statistics/network.csv")}
    assert told() == [(3, 2), (3, 2), 3] and "Illustrative" not in world.public.get("/en/goals/14").words

    mark(pale)
    assert told() == [(1, 2), (1, 2), 1], "one maker that is real is enough"
    mark(faint)
    assert told() == [(1, 1), (1, 1), 1]
    for path, left_out in (("/en/goals/14", 3), ("/en/targets/14.2", 3), ("/en/countries/TO", 2)):
        page = world.public.get(path).words
        assert f"Illustrative records are not counted: {left_out}." in page and page.count("(Illustrative)") == left_out, path
    after = {frozenset((r["Identifier"], r["Identifier of the other"])): r["Of both, illustrative"] for r in table(stack, "/en/statistics/network.csv")}
    pair = frozenset((world.a, world.b))
    assert int(after[pair]) == int(shared[pair]) + 1
    for path, words in pages.items():
        assert words in world.public.get(path).words, path
    for path in real:
        assert "llustrative" not in world.public.get(path).words, path
    for lang, words in (("fr", "déclarée par une organisation fournie à titre d’illustration"), ("ar", "أبلغت عن هذا النشاط منظمة توضيحية")):
        assert words in world.public.get(f"/{lang}/activities/{ids.named('A', 'Pale reefs')}").words
    iati = {r["record"]: r["lacks"] for r in csv.DictReader(io.StringIO(stack.browser().get("/iati/left-out.csv").text))}
    assert {iati[ids.named("A", n)] for n in ("Pale reefs", "Own reefs")} == {"illustrative-reporter"}, "by the same rule"

    mark(pale, faint, value=None)
    assert told() == [(3, 2), (3, 2), 3]
    for path in pages:
        assert "llustrative" not in world.public.get(path).words, path
