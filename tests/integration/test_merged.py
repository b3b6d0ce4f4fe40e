# SPDX-License-Identifier: EUPL-1.2
"""After a merge everything that pointed to the record that went is found from the one that stays: on its page, in
searches, lists, tables and numbers, whatever was published first, and after concord reindex as before."""
import csv
import io

import ids
import pytest

from stack import Stack
from test_commitments import transfer
from test_iati import activities, load
from test_iati import activity as told
from test_iati_others import registered
from test_statistics import confirm, count
from world import World

NS = "urn:concord:registry:1"


@pytest.fixture(scope="module", name="stack")
def stack_fixture(cluster, people, tmp_path_factory):
    with Stack(cluster, people, tmp_path_factory.mktemp("merged")) as running:
        yield running


@pytest.fixture(scope="module", name="world")
def world_fixture(stack):
    return World(stack)


@pytest.fixture(name="database")
def database_fixture(stack):
    """Projections are what they would be made anew, by reindex too."""
    yield stack.database
    count(stack)
    assert stack.database.concord("verify").stdout == "0 findings\n"
    stack.database.concord("job", "1", "0", "roles", "{}")
    assert stack.database.concord("verify").stdout == "0 findings\n"
    good = content(stack.database)
    stack.database.concord("reindex")
    assert content(stack.database) == good
    assert stack.database.concord("verify").stdout == "0 findings\n"


def content(database):
    tables = [name for (name,) in database.rows("SELECT name FROM cc_projections()")]
    return {name: sorted(row for (row,) in database.rows(f"SELECT t::text FROM {name} t"))
            for name in (*tables, "statistic", "engagement", "collaboration")}


def merge(world, record, target):
    form = world.sara.get(f"/en/records/{record}/merge").form("/merge$")
    answer = world.sara.submit(form, {"target": target, "note": "Entered twice."})
    assert answer.status == 303, answer.words


def bring(database, owner, *records):
    database.concord("import", "--quiet", "--owner", owner, "-", input=f'<records xmlns="{NS}">{"".join(records)}</records>')


def organisation(database, name, acronym, identifier=""):
    """Its record, published."""
    record = ids.named("O", name)
    told = f'<identifier primary="true" scheme="XM-DAC">{identifier}</identifier>' if identifier else ""
    short = f'<acronym xml:lang="en">{acronym}</acronym>' if acronym else ""
    database.concord("import", "--quiet", "-", input=(
        f'<records xmlns="{NS}"><organisation id="{record}" schema="1.0-draft"><name xml:lang="en">{name}</name>'
        f'{short}<type>40</type>{told}</organisation></records>'))
    return record


def activity(name, reporting, *participants, title=None):
    told = "".join(f'<participant organisation="{who}" role="{role}"/>' for who, role in participants)
    return (f'<activity id="{ids.named("A", name)}" schema="1.0-draft"><title xml:lang="en">{title or name}</title>'
            f'<reporting organisation="{reporting}"/>{told}<country code="KE"/><sdg goal="6"/></activity>')


def pledge(name, maker, partnership):
    return (f'<commitment id="{ids.named("C", name)}" schema="1.0-draft"><title xml:lang="en">{name}</title>'
            f'<description xml:lang="en">Money.</description><kind>finance</kind><maker>{maker}</maker>'
            f"<partnership>{partnership}</partnership><cycle>1</cycle><state>registered</state>"
            '<resource amount="100" currency="CHF" kind="money" state="announced"/></commitment>')


def found(world, question):
    """Records of a search, as its table names them."""
    answer = world.public.get(f"/search.csv?{question}")
    assert answer.status == 200, answer.words
    return {row["identifier"] for row in csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))}


def members(world, partnership):
    rows = csv.DictReader(io.StringIO(world.public.get(f"/partnerships/{partnership}/members.csv").text.lstrip("\ufeff")))
    return [(row["organisation"], row["name"]) for row in rows]


def test_what_pointed_to_it_is_found_from_the_other(world, stack, database):
    stays = organisation(database, "World Office of Springs", "WOS", "4188001")
    goes = organisation(database, "Office mondial des sources", "OMS-X", "4188002")
    stack.grant("george", goes, "focal-point")
    partnership = world.partnership("Springs of the World")
    stack.edit(world.fatima, partnership, "sdgs", {"sdg.1.goal": "6"})
    stack.publish(world.fatima, partnership, "Goals.")
    membership = world.invite(partnership, goes)
    confirm(stack.sign_in("george"), membership)
    bring(database, world.a, activity("Spring caps", world.a, (goes, 1), (world.b, 4)))
    document = world.public.get(f"/memberships/{membership}.xml").text
    before = world.public.get(f"/activities/{ids.named('A', 'Spring caps')}.xml").text
    assert goes in before

    merge(world, goes, stays)
    assert world.public.get(f"/memberships/{membership}.xml").text == document, "documents keep their bytes"
    assert world.public.get(f"/activities/{ids.named('A', 'Spring caps')}.xml").text == before

    page = world.public.get(f"/en/organisations/{stays}").words
    assert "Springs of the World" in page and "Spring caps" in page
    links = world.public.get(f"/en/records/{stays}/links").words
    assert "Springs of the World" in links and "Spring caps" in links
    for who in (stays, goes):  # addresses with the old one go on
        assert found(world, f"with={who}&kind=partnership") == {partnership}
        assert found(world, f"with={who}&kind=activity&role=funding") == {ids.named("A", "Spring caps")}
    assert found(world, "kind=organisation&role=funding") >= {stays}
    assert members(world, partnership) == [(stays, "World Office of Springs")]
    assert "World Office of Springs" in world.public.get(f"/en/partnerships/{partnership}/members").words
    for page in (f"/en/partnerships/{partnership}", f"/en/memberships/{membership}", f"/en/activities/{ids.named('A', 'Spring caps')}"):
        answer = world.public.get(page)
        assert "World Office of Springs" in answer.words and "not published" not in answer.words, page
    for words in ("WOS", "OMS-X", "Office+mondial", "%22mondial+des+sources%22", "XM-DAC-4188002", "4188002", goes):
        assert stays in found(world, f"q={words}"), words
    assert goes not in found(world, "q=OMS-X")
    count(stack)
    rows = csv.DictReader(io.StringIO(world.public.get("/goals/6/organisations.csv").text.lstrip("\ufeff")))
    assert "World Office of Springs" in {row["name"] for row in rows}
    bring(database, world.a, activity("Spring pipes", world.a, (stays, 1), (world.b, 4)))
    count(stack)
    ties = list(csv.DictReader(io.StringIO(world.public.get("/en/statistics/network.csv").text.lstrip("\ufeff"))))
    assert [row["Activities in common"] for row in ties if "World Office of Springs" in (row["Organisation"], row["Works with"])] == ["2"]


def test_its_identifiers_are_free_for_the_other(world, stack, database):
    """So what it reported has an organisation in IATI again; nobody else gets them."""
    stays, other = (organisation(database, f"Basin Board {n}", f"BB{n}") for n in (1, 2))
    goes = organisation(database, "Board of Basins", "BOB", "4188077")
    bring(database, goes, activity("Basins", goes, (world.b, 4)))
    stack.edit(world.sara, stays, "identifiers", {"identifier.1.scheme": "XM-DAC", "identifier.1.value": "4188077",
                                                  "identifier.1.primary": "true"}, status=422)
    merge(world, goes, stays)
    assert world.public.get(f"/iati/organisations/{stays}.xml").status == 404
    page = world.public.get(f"/en/organisations/{stays}").words
    assert "Basins" in page and "Told by others" not in page, page
    identifier = {"identifier.1.scheme": "XM-DAC", "identifier.1.value": "4188077", "identifier.1.primary": "true"}
    stack.edit(world.sara, stays, "identifiers", identifier)
    stack.publish(world.sara, stays, "That of the board which it became.")
    told = world.public.get(f"/iati/organisations/{stays}.xml")
    assert told.status == 200 and "<organisation-identifier>XM-DAC-4188077</organisation-identifier>" in told.text
    stack.edit(world.sara, other, "identifiers", identifier, status=422)


def test_forms_that_are_saved_beside_a_merge_wait_for_it(world, stack, database):
    """Whoever frees identifiers has locked the record before, as who saves it: nobody waits for one who waits for him."""
    stays, goes = organisation(database, "Mill Works", "MLW"), organisation(database, "Works of Mills", "WOM", "4188099")

    def identified(record, number):
        form = world.sara.get(f"/en/records/{record}/edit/identifiers").form("/edit/identifiers$")
        return lambda: world.sara.submit(form, {"identifier.1.scheme": "XM-DAC", "identifier.1.value": number, "identifier.1.primary": "true"})
    form = world.sara.get(f"/en/records/{goes}/merge").form("/merge$")
    log = stack.database.cluster.log
    before = log.stat().st_size
    answers = stack.at_once("SELECT pg_advisory_xact_lock(hashtext('concord.feed'))",
                            lambda: world.sara.submit(form, {"target": stays, "note": "Entered twice."}),
                            identified(goes, "4188098"), identified(stays, "4188099"))
    assert [a.status for a in answers] == [303, 409, 303], [a.words for a in answers]
    assert b"deadlock" not in log.read_bytes()[before:]


def test_files_find_what_it_registered(world, stack, database):
    """By whichever identifier its organisation reports now; of nobody else they make a second record of it."""
    stays, goes = organisation(database, "Canal Authority", "CNA", "4189001"), organisation(database, "Authority of Canals", "AOC", "4189002")
    bring(database, goes, *(registered(goes, f"XM-DAC-4189002-{n}", f"Lock {n}") for n in (1, 2)))
    merge(world, goes, stays)
    for reporter in ("XM-DAC-4189001", "XM-DAC-4189002"):
        report = load(database, activities(told("XM-DAC-4189002-1", reporter=reporter, title=f"Lock of {reporter}")))
        assert report.verdicts == {ids.named("A", "Lock 1"): "changed"}, report.text
        assert f"owns the record here ({goes}), which stays its owner" in report.all()
        assert f"Lock of {reporter}" in world.public.get(f"/en/activities/{ids.named('A', 'Lock 1')}").words
    for reporter in ("ZZ-77", "XM-DAC-4189002-2"):
        report = load(database, activities(told("XM-DAC-4189002-2", reporter=reporter, title="Stray")))
        assert report.verdicts[ids.named("A", "Lock 2")] == "unchanged" and "begins with that of Canal Authority" in report.all(), report.text
        assert f"name {stays} as the owner of the import" in report.all()
    assert load(database, activities(told("XM-DAC-4189002-2", reporter="ZZ-77", title="Lent")), "--owner", stays).counts == (0, 1, 0, 0)
    # In the form, too, its identifiers are of the one that it became.
    bring(database, goes, registered(goes, "XM-DAC-4189002-3", "Lock 3"))
    for values in ({"iati-identifier": "XM-DAC-4189002-4", "other-identifier.1.ref": "XM-DAC-4189002", "other-identifier.1.type": "B1"},
                   {"reporting.ref": "XM-DAC-4189001", "iati-identifier": "XM-DAC-4189001-5"}):
        stack.edit(world.sara, ids.named("A", "Lock 3"), "reporting", values)
    merge(world, stays, last := organisation(database, "Waterways", "WWY", "4189003"))
    stack.edit(world.sara, ids.named("A", "Lock 3"), "participants", {"participant.1.role": "4", "participant.1.ref": "XM-DAC-4189002"})
    assert database.rows("SELECT organisation FROM activity_participant WHERE record_id = %s", [ids.named("A", "Lock 3")]) == [(last,)]


def test_what_is_published_afterwards_too(world, stack, database):
    """It still names the old one; the way may have several steps, and the other may be published anew."""
    a, b, c = (organisation(database, f"Lantern {n} House", f"LH{n}") for n in ("One", "Two", "Three"))
    name = ids.named("A", "Lamps")
    bring(database, world.a, activity("Lamps", world.a, (a, 1)), activity("Wicks", world.a, (a, 1), (b, 4), (c, 1)))
    merge(world, a, b)
    assert found(world, f"with={b}") >= {name, ids.named("A", "Wicks")}
    bring(database, world.a, activity("Lamps", world.a, (a, 4), title="Lamps of brass"), activity("Oil", world.a, (a, 2)))
    assert found(world, f"with={b}&role=implementing") == {name, ids.named("A", "Wicks")}
    assert found(world, f"with={b}&role=accountable") == {ids.named("A", "Oil")}
    merge(world, b, c)
    assert found(world, f"with={c}") == {name, ids.named("A", "Wicks"), ids.named("A", "Oil")} == found(world, f"with={a}")
    role = "SELECT role FROM edge WHERE from_id = %s AND field = 'participant.organisation'"
    assert database.rows(role, [ids.named("A", "Wicks")]) == [("1 4",)], "three are one, with all their roles"
    bring(database, world.a, activity("Glass", world.a, (a, 4), (b, 1)))
    assert database.rows(role, [ids.named("A", "Glass")]) == [("1 4",)]
    organisation(database, "Lantern Three House", "L3H", "4188009")  # its words are its own and those of the others
    assert all(c in found(world, f"q={words}") for words in ("LHOne", "LHTwo", "L3H", "XM-DAC-4188009"))
    assert c not in found(world, "q=LHThree")
    page = world.public.get(f"/en/activities/{ids.named('A', 'Glass')}").words
    assert "Lantern Three House" in page and a not in page and b not in page


def test_what_referred_to_it_is_published_while_it_is_merged(world, stack, database):
    """The reference was looked at before the lock that the merge held."""
    stays, goes = organisation(database, "Anchor Works", "ANW"), organisation(database, "Works of Anchors", "WOA")
    form = world.sara.get(f"/en/records/{goes}/merge").form("/merge$")
    answers = stack.at_once(
        "SELECT pg_advisory_xact_lock(hashtext('concord.feed'))",
        lambda: world.sara.submit(form, {"target": stays, "note": "Entered twice."}),
        lambda: bring(database, world.a, activity("Chains", world.a, (goes, 1))))
    assert answers[0].status == 303
    assert found(world, f"with={stays}") == {ids.named("A", "Chains")}


def test_what_no_longer_refers_to_it_is_published_while_it_is_merged(world, stack, database):
    """Rows of the reference are replaced by both; who waits for the other sees what that wrote."""
    stays, goes = organisation(database, "Rudder Works", "RDW"), organisation(database, "Works of Rudders", "WOR")
    for name, now in (("Ropes", ()), ("Knots", ((stays, 1),)), ("Sails", ((goes, 4),))):
        bring(database, world.a, activity(name, world.a, (goes, 1)))
        form = world.sara.get(f"/en/records/{goes}/merge").form("/merge$")
        answers = stack.at_once(
            "SELECT pg_advisory_xact_lock(hashtext('concord.feed'))",
            lambda form=form: world.sara.submit(form, {"target": stays, "note": "Entered twice."}),
            lambda name=name, now=now: bring(database, world.a, activity(name, world.a, *now, title=f"{name} anew")))
        assert answers[0].status == 303
        edges = database.rows("SELECT to_id, role FROM edge WHERE from_id = %s AND field = 'participant.organisation'", [ids.named("A", name)])
        assert edges == [(stays, str(role)) for _, role in now]
        assert database.concord("verify").stdout == "0 findings\n"
        goes = organisation(database, f"Works of Rudders and {name}", "WOR")


def test_sums_go_by_the_organisations_that_documents_name(world, stack, database):
    """A merge gives nobody a say and makes no sums of others anew; what is published anew counts as it says."""
    stays, goes, p = organisation(database, "Ferry Fund", "FFU"), organisation(database, "Fund of Ferries", "FOF"), ids.named("P", "Ferries")

    def parts():
        return dict(database.rows("SELECT part, total FROM promise_sum WHERE partnership_id = %s AND commitments > 0", [p]))
    bring(database, goes, f'<partnership id="{p}" schema="1.0-draft"><title xml:lang="en">Ferries</title><summary xml:lang="en">Boats.</summary>'
                          f"<kind>global-fund</kind><host>{goes}</host><state>active</state></partnership>", pledge("Ferry", goes, p))
    bring(database, world.a, pledge("Ferry as others tell", stays, p))
    merge(world, goes, stays)
    assert parts() == {"counted": 100, "others": 100}, "two makers by their documents"
    assert transfer(world, p, stays) == ""
    stack.edit(world.sara, p, "nature", {"host": "Ferry Fund"})
    stack.publish(world.sara, p, "Its host has another name.")
    assert parts() == {"others": 200}, "its side is the one that stays now"
    assert transfer(world, ids.named("C", "Ferry"), stays) == ""
    stack.edit(world.sara, ids.named("C", "Ferry"), "makers", {"maker.1": "Ferry Fund"})
    stack.publish(world.sara, ids.named("C", "Ferry"), "Its maker has another name.")
    assert parts() == {"counted": 100, "same": 100}


def test_lists_go_by_letters(world, database):
    """É stands at E, whatever the server compares by; one that another became where that stands."""
    p, names = ids.named("P", "Alphabet"), ("Égalité", "Fountain", "eden", "Zoo of Names", "Ёж", "Жук")
    bring(database, world.a, f'<partnership id="{p}" schema="1.0-draft"><title xml:lang="en">Alphabet</title><summary xml:lang="en">All.</summary>'
                             f"<kind>global-fund</kind><host>{world.a}</host><state>active</state></partnership>",
          *(pledge(name, world.a, p) for name in names))
    records = {name: organisation(database, name, "") for name in names}
    database.concord("import", "--quiet", "--trust-consent", "--owner", world.a, "-", input=f'<records xmlns="{NS}">' + "".join(
        f'<membership id="{ids.named("M", name)}" schema="1.0-draft"><partnership>{p}</partnership><organisation>{record}</organisation>'
        '<role code="network"></role><consent date="2026-11-24T00:00:00Z" state="proposed"></consent></membership>'
        for name, record in records.items()) + "</records>")
    ordered = ["eden", "Égalité", "Fountain", "Zoo of Names", "Ёж", "Жук"]
    assert [name for _, name in members(world, p)] == ordered
    told = csv.DictReader(io.StringIO(world.public.get(f"/partnerships/{p}/commitments.csv").text.lstrip("\ufeff")))
    assert [row["title"] for row in told] == ordered
    merge(world, records["Zoo of Names"], stays := organisation(database, "Élan", ""))
    assert [name for _, name in members(world, p)] == ["eden", "Égalité", "Élan", "Fountain", "Ёж", "Жук"]
    database.concord("import", "--quiet", "-", input=(
        f'<records xmlns="{NS}"><organisation id="{stays}" schema="1.0-draft"><name xml:lang="en">Âne</name><type>40</type></organisation></records>'))
    assert [name for _, name in members(world, p)][0] == "Âne"


def test_what_stays_is_withdrawn(world, database):
    stays, goes = organisation(database, "Sundial Trust", "SDT"), organisation(database, "Trust of Sundials", "TOS")
    bring(database, world.a, activity("Dials", world.a, (goes, 1)))
    merge(world, goes, stays)
    kept = "SELECT record_id FROM merged WHERE became = %s"
    assert {row[0] for row in database.rows(kept, [stays])} == {stays, goes}
    world.stack.publish(world.sara, stays, "Closed.", "withdraw")
    assert database.rows(kept, [stays]) == [(goes,)]
    assert stays not in found(world, "q=TOS")
    # What is in no search has no role that waits for it.
    database.rows("INSERT INTO role_late SELECT %s, ARRAY[id] FROM facet WHERE name = 'role' LIMIT 1", [stays])
    assert database.concord("verify", check=False).stdout == f"record {stays}: content and projections differ in search\n1 findings\n"
    database.rows("DELETE FROM role_late WHERE record_id = %s", [stays])


def test_a_copy_of_the_registry_has_the_same(cluster, database):
    """Each record was merged in the batch that published it, or in another one."""
    archive = database.concord("export").stdout
    copy = cluster.fresh()
    copy.concord("codelists")
    copy.concord("import", "--quiet", "--mode", "restore", "-", input=archive)
    for name in ("merged", "edge", "member", "search_name"):
        assert content(copy)[name] == content(database)[name], name
    assert copy.concord("verify").stdout == "0 findings\n"
    cluster.drop(copy)


@pytest.mark.parametrize("known", ["merged", "before"])
def test_words_that_were_taken_out_go(cluster, world, database, known):
    """Of a copy, too: it had merged the record before, or hears of the merge and of this at once."""
    word = f"zyxwvut{known}"
    stays, goes = organisation(database, f"Beacon Society {known}", "BEA"), organisation(database, f"Society of {word}", "ZYX")
    if known == "merged":
        merge(world, goes, stays)
    copy, position = cluster.fresh(), database.one("SELECT position FROM feed_head")
    copy.concord("codelists")
    copy.concord("import", "--quiet", "--mode", "restore", "-", input=database.concord("export").stdout)
    if known == "before":
        merge(world, goes, stays)
    assert stays in found(world, f"q={word}")
    database.concord("redact", goes, "1", "1", "content", "A name that must not be there.")
    assert stays not in found(world, f"q={word}")
    copy.concord("import", "--quiet", "--mode", "restore", "-", input=database.concord("export", "--after", str(position)).stdout)
    for name in ("search_name", "search", "merged"):
        for registry in (database, copy):
            assert registry.one(f"SELECT count(*) FROM {name} t WHERE t::text LIKE '%%{word}%%'") == 0, name
    assert copy.concord("verify").stdout == "0 findings\n"
    cluster.drop(copy)
