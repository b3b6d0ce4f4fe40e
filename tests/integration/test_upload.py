# SPDX-License-Identifier: EUPL-1.2
"""An organisation sends its own IATI file: what it reports, under identifiers of its own, into records of its own; whatever
else stands in the file is refused with the reason and changes nothing."""
import hashlib
import pathlib
import re
import threading
import time

import psycopg2
import pytest

import fcgi
import ids
from stack import Stack
from test_import import organisation, records
from test_iati import MONEY, activities, activity, load
from world import World

pytestmark = pytest.mark.sanitized
OURS, THEIRS, NOBODYS = "XM-DAC-41998", "XM-DAC-41999", "XM-DAC-41997"


@pytest.fixture(scope="module", name="stack")
def stack_fixture(cluster, people, tmp_path_factory):
    with Stack(cluster, people, tmp_path_factory.mktemp("stack"), http_upload_max="3000000") as made:
        yield made


def identify(world, browser, organisation, number, publish=True):
    world.stack.edit(browser, organisation, "identifiers", {"identifier.1.scheme": "XM-DAC", "identifier.1.value": number,
                                                            "identifier.1.primary": "true"})
    if publish:
        world.stack.publish(browser, organisation, "Identified.")


@pytest.fixture(scope="module", name="world")
def world_fixture(stack):
    made = World(stack)
    identify(made, made.sara, made.a, "41998")
    identify(made, made.sara, made.b, "41999")
    return made


def mine(number, reporter=OURS, **values):
    return activity(f"{OURS}-{number}" if isinstance(number, int) else number, reporter=reporter, **values)


def send(world, browser, text, org=None, page=None, **values):
    org = org or world.a
    form = (page or browser.get(f"/en/imports/{org}")).form(f"/imports/{org}$")
    values = {"trial": None, **values}
    kind, body = fcgi.multipart(form.filled(values) + [("file", "a.xml", "text/xml", text.encode())])
    return browser.fetch(form.action, "POST", body, content_type=kind)


@pytest.fixture(autouse=True)
def no_rate(stack):
    """The bound of an hour is tested by itself."""
    connection = stack.database.connect()
    connection.autocommit = True
    connection.cursor().execute("ALTER TABLE audit_event DISABLE TRIGGER audit_event_append_only; "
                                "UPDATE audit_event SET action = 'import.earlier' WHERE action = 'import.own'; "
                                "ALTER TABLE audit_event ENABLE TRIGGER audit_event_append_only")
    connection.close()


def everything(stack):
    """What no refused file may change."""
    return [stack.database.rows(sql) for sql in (
        "SELECT id, owner_org, version FROM record ORDER BY id", "SELECT record_id, revision, content FROM publication ORDER BY 1",
        "SELECT * FROM iati_source ORDER BY record_id", "SELECT * FROM organisation_identifier ORDER BY record_id, position")]


def refused(stack, world, browser, text, reason, org=None):
    before = everything(stack)
    page = send(world, browser, text, org)
    assert page.status == 422 and reason in page.words and "New 0" in page.words and "With changes 0" in page.words, page.words
    assert everything(stack) == before
    return page


def count(stack, sql, *values):
    return stack.database.one(f"SELECT count(*) FROM {sql}", values)


def test_whose_page_it_is(world):
    """Who publishes for the organisation, and the secretariat; editors do not publish, so they do not send."""
    where = f"/en/imports/{world.a}"
    assert [b.get(where).status for b in (world.fatima, world.sara, world.erin, world.rui, world.george, world.public)] == \
        [200, 200, 403, 403, 403, 303]
    page = world.fatima.get(where)
    assert OURS in page.words and "Owner of new records" not in page.words and THEIRS not in page.words
    assert "Send an IATI file" in world.fatima.get(f"/en/records/{world.a}/edit").words
    assert "Send an IATI file" not in world.erin.get(f"/en/records/{world.a}/edit").words
    assert world.fatima.get(f"/en/imports/{world.p}").status == 403 and world.sara.get(f"/en/imports/{world.p}").status == 404
    assert world.fatima.get("/en/imports").status == 403
    own = page.form(f"/imports/{world.a}$")
    kind, body = fcgi.multipart(own.filled({"trial": None}) + [("file", "a.xml", "text/xml", activities(mine(1)).encode())])
    for browser in (world.george, world.erin, world.rui):  # also with the token of their own session
        assert browser.fetch(where, "POST", body, content_type=kind).status == 403
        pairs = [("csrf", world.stack.token(browser, "UPLOAD_SEND")), ("file", "a.xml", "text/xml", activities(mine(1)).encode())]
        sent, other = fcgi.multipart(pairs)
        assert browser.fetch(where, "POST", other, content_type=sent).status == 403
    kind, body = fcgi.multipart([("csrf", "x"), ("file", "a.xml", "text/xml", b"<a/>")])
    assert world.fatima.fetch(where, "POST", body, content_type=kind).status == 403


def test_its_own_file_is_taken(stack, world):
    text = activities(mine(1, more=MONEY, before='<participating-org role="1" ref="XM-DAC-41999"><narrative>Lakes</narrative>'
                                                 "</participating-org>\n"), activity("", reporter="41998", title="Nameless"))
    page = send(world, world.fatima, text, trial="true")
    assert page.status == 200 and "nothing was stored" in page.words and "New 2" in page.words, page.words
    assert not count(stack, "iati_source")
    page = send(world, world.fatima, text)
    assert page.status == 200 and "New 2" in page.words and "Refused 0" in page.words, page.words + stack.log()[-2000:]
    assert "Kept with the import: budget (1)" in page.words and "There is no identifier, so" in page.words
    rows = stack.database.rows("SELECT r.id, r.owner_org, s.identifier FROM record r JOIN iati_source s ON s.record_id = r.id ORDER BY 3")
    assert [(o, i) for _, o, i in rows] == [(world.a, f"{OURS}-1"), (world.a, None)]
    record = rows[0][0]
    made = stack.database.one("SELECT content FROM publication WHERE record_id = %s", (record,))
    assert f'organisation="{world.a}"' in made and f'organisation="{world.b}"' in made, "who is public is linked"
    assert "Clean water" in world.public.get(f"/en/activities/{record}").words
    assert send(world, world.fatima, text).words.count("Unchanged 2") == 1
    assert "Unchanged 1" in send(world, world.fatima, activities(mine(1, more=MONEY.replace("100", "200"), before=text[text.index(
        "<participating-org role=\"1\""):text.index("<participating-org role=\"4\"")]))).words, "what is only kept is another"
    page = send(world, world.fatima, activities(mine(1, title="Cleaner water", updated="2025-01-01T00:00:00Z")))
    assert page.status == 200 and "With changes 1" in page.words
    assert "Cleaner water" in world.public.get(f"/en/activities/{record}").words
    events = stack.database.rows("SELECT DISTINCT action FROM audit_event WHERE object = %s AND person = %s AND action LIKE 'import.%%'",
                                 (world.a, stack.person("fatima")))
    assert {e for e, in events} == {"import.own", "import.iati-begun", "import.iati-done"}
    # The office reads the same file with the same outcome.
    assert load(stack.database, activities(mine(1, title="Cleaner water", updated="2025-01-01T00:00:00Z"))).counts == (0, 0, 1, 0)
    assert stack.database.concord("verify").stdout == "0 findings\n"


@pytest.mark.parametrize("item, reason", [
    (activity(f"{THEIRS}-1", reporter=THEIRS), f'"{THEIRS}" reports this, which is no published identifier of your organisation'),
    (activity(f"{OURS}-2", reporter=THEIRS), f'"{THEIRS}" reports this'),
    (activity(f"{NOBODYS}-1", reporter=NOBODYS), f'"{NOBODYS}" reports this'),
    (activity("", reporter=THEIRS), f'"{THEIRS}" reports this'),
    (mine(f"{THEIRS}-1"), f'"{THEIRS}-1" does not begin with a published identifier'),
    (mine(f"{OURS}9-1"), "does not begin with a published identifier"),
    (mine(OURS), "does not begin with a published identifier"),
    (mine(f"{OURS}-"), "does not begin with a published identifier"),
    (mine(f"{THEIRS}-1", before=f'<other-identifier ref="{THEIRS}" type="B1"/>\n'), "does not begin with a published identifier"),
    (mine(3).replace(f'ref="{OURS}"', ""), "does not give the identifier of who reports"),
    (mine(4).replace("<reporting-org", f'<reporting-org ref="{THEIRS}" type="40"/><reporting-org', 1), f'"{THEIRS}" reports this'),
])
def test_what_others_report_is_refused(stack, world, item, reason):
    refused(stack, world, world.fatima, activities(item), reason)


def test_an_identifier_within_ours_that_is_anothers(stack, world):
    """XM-DAC-41998 is ours, XM-DAC-41998-3 that of another organisation: what begins with it is not ours to send."""
    agency = world.organisation("Smaller Agency of Ponds")
    identify(world, world.sara, agency, "41998-3")
    refused(stack, world, world.fatima, activities(mine(f"{OURS}-3-1")), "does not begin with a published identifier")
    assert send(world, world.fatima, activities(mine(f"{OURS}-31"))).status == 200
    stack.edit(world.sara, world.a, "identifiers", {"identifier.2.scheme": "XM-DAC", "identifier.2.value": "41998-3-5"})
    stack.publish(world.sara, world.a, "Longer than the other's.")
    refused(stack, world, world.fatima, activities(mine(f"{OURS}-3-2")), "does not begin with a published identifier")
    assert send(world, world.fatima, activities(mine(f"{OURS}-3-5-1"))).status == 200


def as_role_of_the_web(stack, browser, *statements):
    """Plain SQL of a signed-in person, as if a form had a hole."""
    connection = stack.database.connect("cc_web")
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT person FROM cc_request_open(%s)", [hashlib.sha256(browser.session.encode()).hexdigest()])
        for sql, values in statements:
            cursor.execute(sql, values)
    connection.close()


def imported(stack, identifier):
    return stack.database.one("SELECT min(record_id) FROM iati_source WHERE identifier = %s", (identifier,))


@pytest.mark.parametrize("identifier, ref", [("DAC-41998-7-2", "DAC-41998"), ("41998-7-3", "41998"), ("dac-41998-7-5", OURS)])
def test_another_spelling_is_no_way_around_whose_it_is(stack, world, identifier, ref):
    if not count(stack, "organisation_identifier WHERE value = '41998-7'"):
        identify(world, world.sara, world.organisation("Agency of Small Springs"), "41998-7")
    refused(stack, world, world.fatima, activities(activity(identifier, reporter=ref)), "does not begin with a published identifier")


@pytest.mark.parametrize("seen", ["\u200b", "\u2060\ufeff", " \u200d "])
def test_an_identifier_that_cannot_be_seen_is_none(stack, world, seen):
    title = f"Unseen {len(seen)}{ord(seen[0])}"
    page = send(world, world.fatima, activities(mine(seen, title=title)))
    assert page.status == 200 and "New 1" in page.words and "There is no identifier, so" in page.words, page.words
    record = stack.database.one("SELECT record_id FROM record_name WHERE title = %s", (title,))
    assert "<iati-identifier>" not in stack.database.one("SELECT content FROM publication WHERE record_id = %s", (record,))
    assert load(stack.database, activities(mine(seen, title=title))).counts == (0, 0, 1, 0)


def test_what_is_only_typed_gives_nobody_the_files_of_others(stack, world):
    """Also not in the import of the office, which sees all working copies."""
    olga = stack.sign_in("olga")
    made = stack.register(olga, "organisation", {"name.en": "Springs of the Moon"}, distinct="true")
    for browser, organisation_, number, value in ((olga, made, "41996", "41996"), (world.fatima, world.a, "41999", "４１９９９")):
        stack.edit(browser, organisation_, "identifiers", {"identifier.1.scheme": "XM-DAC", "identifier.1.value": value,
                                                           "identifier.1.primary": "true"})
        file = activities(activity(f"XM-DAC-{number}-typed", reporter=f"XM-DAC-{number}"))
        report = load(stack.database, file)
        record = imported(stack, f"XM-DAC-{number}-typed")
        owner = record and stack.database.one("SELECT owner_org FROM record WHERE id = %s", (record,))
        if number == "41999":
            assert owner == world.b, report.text
            continue
        assert owner not in (None, made) and report.counts == (2, 0, 0, 0), report.text
        assert f"without its identifier XM-DAC-41996, which somebody wrote in the record {made}" in report.all(), report.text
        assert "<identifier" not in stack.database.one("SELECT content FROM publication WHERE record_id = %s", (owner,))
        assert load(stack.database, file).counts == (0, 0, 1, 0)
    assert "Another organisation has this identifier" in report.all() or "41999" in report.text
    # Nor as who takes part.
    load(stack.database, activities(activity(f"{THEIRS}-typed", reporter=THEIRS, updated="2025-01-01T00:00:00Z", before=(
        '<participating-org role="1" ref="XM-DAC-41996"><narrative>Moon</narrative></participating-org>\n'))))
    assert made not in stack.database.one("SELECT content FROM publication WHERE record_id = %s", (imported(stack, f"{THEIRS}-typed"),))
    answer = stack.publish(world.sara, world.a, "Wide.", status=422)
    assert "Another organisation has this identifier" in answer.words
    stack.edit(world.fatima, world.a, "identifiers", {"identifier.1.value": "41998"})


def test_the_form_publishes_no_more_than_a_file(stack, world):
    send(world, world.fatima, activities(mine("", title="By form")))
    record = stack.database.one("SELECT record_id FROM record_name WHERE title = 'By form'")
    stack.edit(world.fatima, world.a, "identifiers", {"identifier.1.value": "41989"})
    for identifier, words in (("XM-DAC-41989-form", "of the organisation that reports"), (f"{OURS}-3-form", "which does not report this")):
        answer = stack.edit(world.fatima, record, "reporting", {"iati-identifier": identifier}, status=422)
        assert words in answer.words, answer.words
    stack.edit(world.fatima, world.a, "identifiers", {"identifier.1.value": "41998"})
    stack.edit(world.fatima, record, "reporting", {"iati-identifier": f"{OURS}-form"})
    assert stack.publish(world.fatima, record, "Ours.").status == 303


@pytest.mark.parametrize("way", ["41999", "４１９９９", "4199\u00ad9", "41\u200b999", "41999\u2060", "41999\ufe0f"])
def test_anothers_identifier_is_not_published_in_whatever_spelling(stack, world, way):
    """By whom the secretariat lets itself be persuaded, too: what cannot be seen it cannot see."""
    other = world.organisation(f"Springs {way.encode().hex()}")
    stack.edit(world.sara, other, "identifiers", {"identifier.1.scheme": "XM-DAC", "identifier.1.value": way, "identifier.1.primary": "true"},
               status=422 if way == "41999" else 303)
    if way != "41999":
        assert "Another organisation has this identifier" in stack.publish(world.sara, other, "Unseen.", status=422).words


def test_who_is_withdrawn_keeps_what_it_had(stack, world):
    """Else another takes it meanwhile, and it could not come back."""
    gone, heir = world.organisation("Office of Dry Wells"), world.organisation("Office of Deep Wells")
    identify(world, world.sara, gone, "41970")
    stack.publish(world.sara, gone, "Gone.", verb="withdraw")
    identify(world, world.sara, heir, "4197０", publish=False)
    assert "Another organisation has this identifier" in stack.publish(world.sara, heir, "Ours now.", status=422).words
    stack.edit(world.sara, heir, "identifiers", {"identifier.1.value": "41971"})
    stack.publish(world.sara, heir, "Another.")
    stack.publish(world.sara, gone, "Back.")


def test_what_was_merged_leaves_its_identifier_to_the_other(stack, world):
    gone, stays, third = (world.organisation(f"Office of {n} Ponds") for n in ("Old", "Lasting", "Third"))
    for org, number in ((gone, "41998-50"), (stays, "41951")):
        identify(world, world.sara, org, number)
    answer = world.sara.submit(world.sara.get(f"/en/records/{gone}/merge").form("/merge$"), {"target": stays, "note": "One."})
    assert answer.status == 303, answer.words
    identify(world, world.sara, third, "41998-5０", publish=False)
    assert "Another organisation has this identifier" in stack.publish(world.sara, third, "Ours now.", status=422).words
    refused(stack, world, world.fatima, activities(mine(f"{OURS}-50-1")), "does not begin with a published identifier")
    # It may publish it itself.
    stack.edit(world.sara, third, "identifiers", {"identifier.1.value": "41952"})
    stack.edit(world.sara, stays, "identifiers", {"identifier.1.value": "41998-5０"})
    stack.publish(world.sara, stays, "Both.")


@pytest.mark.parametrize("number", ["ÜNÍ-Straße 7", "ΟΔΟΣ", "İz 9"])
def test_identifiers_in_other_letters(stack, world, number):
    """The database compares them as the reader does."""
    other, reporter = world.organisation(f"Agency of {number}"), f"XM-DAC-{number}"
    identify(world, world.sara, other, number)
    stack.grant("fatima", other, "focal-point")
    page = send(world, world.fatima, activities(activity(f"{reporter.upper()}-1", reporter=reporter.lower())), org=other)
    assert page.status == 200 and "New 1" in page.words, page.words
    stack.database.rows("DELETE FROM person_org WHERE organisation_id = %s RETURNING 1", (other,))


def test_the_database_compares_as_the_reader_does(stack):
    told = ["XM-DAC-1 ", "ＸＭ－1", "x\u00adm-1", "\ufeffXM", "STRASSE-ß", "ẞ-1", "Σίσυφος ΟΔΟΣ", "İ-ı", "ﬀ-1", "Å-\u212b", "a\u200db\u2060", "e\u0301-É", "½-Ⅷ", "ǅ"]
    text = activities(*(activity(f"GB-CHC-{n}-{t}", reporter="GB-CHC-77") for n, t in enumerate(told)))
    assert load(stack.database, text).counts[3] == 0
    rows = stack.database.rows("SELECT identifier, key, cc_iati_key(identifier) FROM iati_source WHERE identifier LIKE 'GB-CHC-_%%-_%%'")
    assert len(rows) == len(told) and [r for r in rows if r[1] != r[2]] == []


def world_name(stack, record):
    return stack.database.one("SELECT title FROM record_name WHERE record_id = %s ORDER BY place LIMIT 1", (record,))


def test_the_form_knows_whose_an_identifier_is(stack, world):
    """Another's, in each way of writing it, and as a former one that anybody can list."""
    for number in ("41998-5", "41998-6/B C"):
        identify(world, world.sara, world.organisation(f"Agency {number}"), number)
    refused(stack, world, world.fatima, activities(mine(f"{OURS}-6/b C-1")), "does not begin with a published identifier")
    send(world, world.fatima, activities(mine("", title="Whose", before=f'<other-identifier ref="{THEIRS}" type="B1"/>\n'
                                                                       '<other-identifier ref="GB-CHC-55" type="B1"/>\n')))
    record = stack.database.one("SELECT record_id FROM record_name WHERE title = 'Whose'")
    for identifier in (f"{OURS}-5-1", "41998-5-1", "DAC-41998-5-1", f"{OURS}-５-1", f"{OURS}-\u200b5-1", f"{OURS}-6/B C-1", f"{THEIRS}-1"):
        for ref in (OURS, "41998"):
            answer = stack.edit(world.fatima, record, "reporting", {"iati-identifier": identifier, "reporting.ref": ref}, status=422)
            number, whose = next((n, f"Agency {n}") for n in ("41998-5", "41998-6/B C") if n[:7] in identifier.replace("\u200b", "").replace("５", "5")
                                 ) if identifier != f"{THEIRS}-1" else (THEIRS.removeprefix("XM-DAC-"), world_name(stack, world.b))
            assert f'It begins with "XM-DAC-{number}-", an identifier of {whose}, which does not report this' in answer.words, (identifier, answer.words)
    for identifier in ("GB-CHC-55-1", f"{OURS}-5"):
        stack.edit(world.fatima, record, "reporting", {"iati-identifier": identifier, "reporting.ref": OURS})
    # And what was nobody's when it was written is asked about again before it is published.
    stack.edit(world.fatima, record, "reporting", {"iati-identifier": f"{OURS}-44-1"})
    identify(world, world.sara, world.organisation("Agency 44"), "41998-44")
    assert "an identifier of Agency 44, which does not report this" in world.fatima.get(f"/en/records/{record}/publish").words
    # What it says may be done helps.
    advised = {"iati-identifier": f"{OURS}-44-1", "reporting.ref": f"{OURS}-44", "reporting.secondary": "true"}
    stack.edit(world.fatima, record, "reporting", advised)
    stack.publish(world.fatima, record, "Told for the agency.")
    file = world.public.get(f"/iati/activities/{record}.xml").text
    assert f"<iati-identifier>{OURS}-44-1<" in file and 'secondary-reporter="1"' in file


def test_what_is_kept_is_no_way_around_by_sql(stack, world):
    send(world, world.fatima, activities(mine(60)))
    record = imported(stack, f"{OURS}-60")
    kept = ("SELECT cc_record_heads(%s)", (f'[{{"id":"{record}","kind":"activity","exists":"t","kept":"t"}}]',))
    for first in (kept, ("SELECT cc_record_lock(%s, NULL)", (record,))):
        with pytest.raises(psycopg2.Error, match="is not of organisation"):
            as_role_of_the_web(stack, world.fatima, first, (
                "UPDATE concord.iati_source SET key = 'xm-dac-41999-60', identifier = 'XM-DAC-41999-60' WHERE record_id = %s", (record,)))
    as_role_of_the_web(stack, world.fatima, kept, (
        "UPDATE concord.activity SET default_currency = 'EUR' WHERE record_id = %s", (record,)))
    assert not count(stack, "activity WHERE record_id = %s AND default_currency = 'EUR'", record), "only what is kept is unlocked"


def test_a_beginning_that_fails_locks_nobody_out(stack, world):
    page = world.fatima.get(f"/en/imports/{world.a}")
    connection = stack.database.connect()
    with connection, connection.cursor() as cursor:
        cursor.execute("LOCK TABLE audit_event IN SHARE MODE")
        assert send(world, world.fatima, activities(mine(70)), page=page).status >= 500
    connection.close()
    assert not count(stack, "pg_locks WHERE locktype = 'advisory'")
    assert send(world, world.fatima, activities(mine(70)), page=page).status == 200


def test_one_that_is_refused_does_not_keep_the_others_out(stack, world):
    page = send(world, world.fatima, activities(activity(f"{THEIRS}-5", reporter=THEIRS), mine(5), mine(f"{THEIRS}-6")))
    assert page.status == 422 and "New 1" in page.words and "Refused 2" in page.words
    assert count(stack, "iati_source WHERE identifier = %s", f"{OURS}-5") == 1


def test_records_of_others_stay(stack, world):
    """A record under an identifier that begins with ours, which the office gave to the other organisation: seen by nobody
    here while it is a draft, and changed by nobody here when it is public."""
    load(stack.database, activities(activity(f"{OURS}-20", reporter=THEIRS)), "--owner", world.b)
    record = stack.database.one("SELECT record_id FROM iati_source WHERE identifier = %s", (f"{OURS}-20",))
    assert stack.database.one("SELECT owner_org FROM record WHERE id = %s", (record,)) == world.b
    refused(stack, world, world.fatima, activities(mine(20, title="Taken over")), "Another organisation answers for this record")
    # With a role on that record it is seen, and stays theirs all the same.
    stack.database.rows("INSERT INTO record_role (person, record_id, role) VALUES (%s, %s, 'owner') RETURNING 1",
                        (stack.person("fatima"), record))
    refused(stack, world, world.fatima, activities(mine(20, title="Taken over")), "Another organisation answers for this record")
    stack.database.rows("DELETE FROM record_role WHERE record_id = %s RETURNING 1", (record,))
    stack.database.rows("DELETE FROM edge WHERE from_id = %s RETURNING 1", (record,))
    stack.database.rows("DELETE FROM publication WHERE record_id = %s RETURNING 1", (record,))  # as a draft of theirs
    refused(stack, world, world.fatima, activities(mine(20, title="Taken over")), "Refused 1")
    # Focal of both: still the organisation of the page, not the other.
    stack.grant("fatima", world.b, "focal-point")
    refused(stack, world, world.fatima, activities(mine(20, title="Taken over")), "Another organisation answers for this record")
    refused(stack, world, world.fatima, activities(activity(f"{THEIRS}-9", reporter=THEIRS)), f'"{THEIRS}" reports this')
    stack.database.rows("DELETE FROM person_org WHERE organisation_id = %s AND person = %s RETURNING 1", (world.b, stack.person("fatima")))


def test_what_nobody_confirmed_gives_no_right(stack, world):
    """An identifier that its people typed, and that waits for the secretariat, is not yet its own."""
    stack.edit(world.fatima, world.a, "identifiers", {"identifier.1.scheme": "XM-DAC", "identifier.1.value": "41997",
                                                      "identifier.1.primary": "true"})
    refused(stack, world, world.fatima, activities(activity(f"{NOBODYS}-1", reporter=NOBODYS)), f'"{NOBODYS}" reports this')
    refused(stack, world, world.fatima, activities(mine(f"{NOBODYS}-2")), "does not begin with a published identifier")
    stack.edit(world.fatima, world.a, "identifiers", {"identifier.1.value": "41998"})
    olga = stack.sign_in("olga")
    made = stack.register(olga, "organisation", {"name.en": "Springs of Nowhere"}, distinct="true")
    stack.edit(olga, made, "identifiers", {"identifier.1.scheme": "XM-DAC", "identifier.1.value": "41990", "identifier.1.primary": "true"})
    assert olga.get(f"/en/imports/{made}").status in (403, 404), "nobody knows yet who it is"
    stack.grant("olga", made, "focal-point")
    assert olga.get(f"/en/imports/{made}").status == 404


def file_of(identifier, name="Agency for Springs and Rivers", reporter=OURS, more=""):
    return (f'<iati-organisations version="2.03"><iati-organisation xml:lang="en"><organisation-identifier>{identifier}'
            f'</organisation-identifier><name><narrative>{name}</narrative>{more}</name><reporting-org ref="{reporter}" type="40">'
            f"<narrative>{name}</narrative></reporting-org></iati-organisation></iati-organisations>")


def test_organisations_are_neither_registered_nor_renamed(stack, world):
    stack.edit(world.sara, world.a, "details", {"website": "https://springs.example/"})
    stack.publish(world.sara, world.a, "As it was, and a website.")
    refused(stack, world, world.fatima, file_of(NOBODYS), f'"{NOBODYS}" is no published identifier of your organisation')
    refused(stack, world, world.fatima, file_of(THEIRS), f'"{THEIRS}" is no published identifier')
    refused(stack, world, world.fatima, file_of(OURS, reporter=THEIRS), f'"{THEIRS}" reports this')
    refused(stack, world, world.fatima, file_of(""), "There is no identifier")
    refused(stack, world, world.fatima, file_of(OURS, more='<narrative xml:lang="fr">Bureau of Lakes</narrative>'),
            "The secretariat has to confirm who this organisation is")
    page = send(world, world.fatima, file_of("41998", reporter="DAC-41998", more='<narrative xml:lang="fr">Agence des sources</narrative>'))
    assert page.status == 200 and "With changes 1" in page.words, page.words
    assert "Agence des sources" in world.public.get(f"/fr/organisations/{world.a}").words
    assert count(stack, "record WHERE kind = 'organisation' AND created_by = %s", stack.person("fatima")) == 0


def test_an_agency_of_a_donor_is_known_by_its_country(stack, world):
    agency = world.organisation("Office of Distant Rivers")
    identify(world, world.sara, agency, "12-1")
    stack.grant("fatima", agency, "focal-point")
    page = send(world, world.fatima, file_of("GB-1", "Office of Distant Rivers", "GB-1", '<narrative xml:lang="fr">Fleuves</narrative>'), agency)
    assert page.status == 200 and "With changes 1" in page.words, page.words
    twice = file_of("GB-1", "Office of Distant Rivers", "GB-1", '<narrative xml:lang="fr">Rivières</narrative>').replace(
        "</iati-organisations>", file_of("XM-DAC-12-1", "Office of Distant Rivers", "GB-1", '<narrative xml:lang="es">Rios</narrative>').split(">", 1)[1])
    for changes in (1, 0):
        page = send(world, world.fatima, twice, agency)
        assert page.status == 200 and f"With changes {changes} Unchanged {2 - changes} Refused 0" in page.words, page.words
        assert "The file holds this organisation more than once" in page.words
        made = stack.database.one("SELECT content FROM publication WHERE record_id = %s", (agency,))
        assert ">Rios<" in made and ">Rivières<" not in made
    stack.database.rows("DELETE FROM person_org WHERE organisation_id = %s RETURNING 1", (agency,))


def test_nothing_but_iati(stack, world):
    before = count(stack, "record")
    refused(stack, world, world.fatima, records(organisation(ids.named("O", "new one"), "New One")),
            "Only activities and organisations of IATI are taken here.")
    public = world.public.get(f"/organisations/{world.a}.xml").text
    known = public[public.index("<organisation "):public.index("</organisation>") + len("</organisation>")]
    refused(stack, world, world.fatima, records(known), "Only activities and organisations of IATI are taken here.")
    for broken in ("<iati-activities", "x", '<!DOCTYPE x [<!ENTITY a "b">]>' + activities(mine(30)), ""):
        page = send(world, world.fatima, broken)
        assert page.status in (400, 422), page.words
    assert send(world, world.fatima, "x" * 3100000).status == 413
    assert count(stack, "record") == before


def test_unpublished_work_of_its_people_stays(stack, world):
    send(world, world.fatima, activities(mine(40)))
    record = stack.database.one("SELECT record_id FROM iati_source WHERE identifier = %s", (f"{OURS}-40",))
    stack.edit(world.erin, record, "dates", {"planned-end": "2032"})
    refused(stack, world, world.fatima, activities(mine(40, title="Other")), "Somebody is working on this record")


def test_so_many_in_a_file(stack, world):
    page = send(world, world.fatima, activities(*(f'<iati-activity><iati-identifier>{OURS}-x{n}</iati-identifier><reporting-org ref='
                                                  f'"{OURS}" type="40"/></iati-activity>' for n in range(2005))), trial="true")
    assert page.status == 422 and "sends 2000 records at a time" in page.words and "New 2000" in page.words and \
        "Refused 5" in page.words, page.words[:600]


def slots(stack):
    return stack.database.one("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid IN "
                              "((hashtext('concord.upload')::bigint & 4294967295)::oid, (hashtext('concord.upload of')::bigint & 4294967295)::oid)")


def test_one_of_each_two_of_all_and_so_many_an_hour(stack, world):
    page, theirs = world.fatima.get(f"/en/imports/{world.a}"), activities(activity(f"{THEIRS}-50", reporter=THEIRS))
    connection = stack.database.connect()
    with connection, connection.cursor() as cursor:
        # Another file of theirs is being read: of others one is.
        cursor.execute("SELECT pg_advisory_lock(hashtext('concord.upload of'), hashtext(%s)), pg_advisory_lock(hashtext('concord.upload'), 1)",
                       (world.b,))
        answer = send(world, world.george, theirs, org=world.b)
        assert answer.status == 503 and "Another file of your organisation is being read" in answer.words
        assert int(answer.header("retry-after")) == 30
        assert send(world, world.fatima, activities(mine(50)), page=page).status == 200
        # Two of others are.
        cursor.execute("SELECT pg_advisory_lock(hashtext('concord.upload'), 2)")
        answer = send(world, world.fatima, activities(mine(50)), page=page, trial="true")
        assert answer.status == 503 and "Files of two other organisations are being read" in answer.words
        assert int(answer.header("retry-after")) == 60 and answer.form("/imports/").value("trial") == "true"
        assert slots(stack) == 3 and world.sara.get("/en/imports").status == 200
        cursor.execute("SELECT pg_advisory_unlock_all()")
    connection.close()
    done = [send(world, world.fatima, activities(mine(50)), trial="true").status for _ in range(30)]
    assert done == [200] * 29 + [429]
    answer = send(world, world.fatima, activities(mine(50)))
    assert "30 files within an hour" in answer.words and int(answer.header("retry-after")) == 600
    assert send(world, world.george, theirs, org=world.b).status == 200
    assert not slots(stack)


@pytest.mark.parametrize("by", ["form", "registry", "registry, in other capitals"])
def test_what_it_exports_comes_back_to_its_record(stack, world, by):
    """An activity that was registered here, under the identifier that the form or the registry gave it."""
    record = stack.register(world.fatima, "activity", {"title.en": f"Registered, named by the {by}"}, owner=world.a)
    for section, values in (("dates", {"planned-start": "2024-01-01", "state": "2"}), ("about", {"description.1.type": "1", "description.1.text.en": "Wells."}),
                            ("participants", {"participant.1.role": "4", "participant.1.name.en": "Ourselves"}),
                            ("reporting", {"iati-identifier": f"{OURS}-FORM" if by == "form" else ""})):
        stack.edit(world.fatima, record, section, values)
    stack.publish(world.fatima, record, "First.")
    file, before = world.public.get(f"/iati/activities/{record}.xml").text, count(stack, "record")
    identifier = re.search("<iati-identifier>(.*?)<", file).group(1)
    assert identifier == f"{OURS}-{'FORM' if by == 'form' else record}"
    if "capitals" in by:
        file = file.replace(identifier, identifier.replace(record, record.lower()))
        identifier = identifier.replace(record, record.lower())
    page = send(world, world.fatima, file.replace("Wells.", "Deep wells."))
    assert page.status == 200 and "With changes 1" in page.words and count(stack, "record") == before, page.words
    assert imported(stack, identifier) == record and "Deep wells." in world.public.get(f"/iati/activities/{record}.xml").text
    assert world.public.get("/iati/activities.xml").text.count(f"<iati-identifier>{identifier}<") == 1
    assert "Unchanged 1" in send(world, world.fatima, file.replace("Wells.", "Deep wells.")).words
    # Nor is it taken for another record when the secretariat imports what somebody else says of it.
    if by == "form":
        stray = file.replace("Deep wells.", "Hacked.").replace(f'ref="{OURS}"', 'ref="XX-R9"').replace('last-updated-datetime="', 'not-told="')
        assert 'ref="XX-R9"' in stray
        for options in (("--dry-run",), ()):
            report = load(stack.database, stray, *options)
            assert report.counts == (1, 0, 1, 0) and report.verdicts[record] == "unchanged", report.text
            assert "whose own version is here and stays" in report.all() and f"name {world.a} as the owner" in report.all()
            assert not stack.database.one("SELECT count(*) FROM publication WHERE content LIKE '%%Hacked.%%'")
        assert "Unchanged 1" in send(world, world.fatima, file.replace("Wells.", "Deep wells.")).words
    if by == "form":
        report = load(stack.database, stray, "--owner", world.a)
        assert report.counts == (0, 1, 0, 0) and report.verdicts == {record: "changed"}, report.text
        assert "With changes 1" in send(world, world.fatima, file.replace("Wells.", "Deep wells.").replace("2024-01-01", "2024-01-02")).words
    # Of another organisation's record it is none: nobody else reports under its identifier.
    refused(stack, world, world.george, file, "reports this", org=world.b)


def test_how_many_came_without_an_identifier(stack, world):
    """Each file that has changed makes more of them: the page says how many there are, those of others not among them."""
    told = "that came from files without an IATI identifier: {}. "
    org = world.organisation("Agency without Numbers")
    identify(world, world.sara, org, "41960")
    stack.grant("fatima", org, "focal-point")
    assert "without an IATI identifier" not in world.fatima.get(f"/en/imports/{org}").words
    for n in range(3):
        send(world, world.fatima, activities(activity("", reporter="XM-DAC-41960", title=f"Nameless {n}")), org)
    assert told.format(3) in world.fatima.get(f"/en/imports/{org}").words
    send(world, world.fatima, activities(activity("XM-DAC-41960-1", reporter="XM-DAC-41960", title="Nameless 0")), org)
    record = stack.database.one("SELECT record_id FROM record_name WHERE title = 'Nameless 1'")
    stack.edit(world.fatima, record, "reporting", {"iati-identifier": "XM-DAC-41960-2"})
    assert told.format(1) in world.fatima.get(f"/en/imports/{org}").words
    stack.database.rows("DELETE FROM person_org WHERE organisation_id = %s RETURNING 1", (org,))


@pytest.mark.parametrize("loses", ["right", "session"])
def test_a_right_that_ends_in_the_middle(stack, world, loses):
    """What was done until then is told."""
    who, names, title = stack.sign_in("fatima"), [f"{OURS}-{loses}{n:03}" for n in range(250)], f"Anew without {loses}"
    assert send(world, who, activities(*(mine(n) for n in names))).status == 200
    page, answers = who.get(f"/en/imports/{world.a}"), []
    file = activities(*(mine(n, title=title, updated="2025-01-01T00:00:00Z") for n in names))
    connection = stack.database.connect()
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT FROM record WHERE id = %s FOR UPDATE", (imported(stack, names[-1]),))
        thread = threading.Thread(target=lambda: answers.append(send(world, who, file, page=page)))
        thread.start()
        while not count(stack, "pg_stat_activity WHERE wait_event_type = 'Lock' AND usename = 'cc_web'"):
            assert thread.is_alive()
        if loses == "right":
            stack.database.rows("DELETE FROM person_org WHERE organisation_id = %s AND person = %s RETURNING 1", (world.a, stack.person("fatima")))
        else:
            stack.database.rows("DELETE FROM session WHERE token_hash = %s RETURNING 1", (hashlib.sha256(who.session.encode()).hexdigest(),))
    connection.close()
    thread.join(30)
    if loses == "right":
        stack.grant("fatima", world.a, "focal-point")
    done = count(stack, "record_name WHERE title = %s", title)
    assert answers[0].status == 403 and "Your right to send files ended while this one was read" in answers[0].words, answers[0].words
    assert f"With changes {done}" in answers[0].words and "The import is done" not in answers[0].words and 100 <= done, answers[0].words[:800]
    assert not slots(stack)


@pytest.mark.parametrize("ends", ["connection", "time"])
def test_trouble_in_the_middle_is_told_with_what_was_done(stack, world, ends):
    who, names, title = stack.sign_in("fatima"), [f"{OURS}-{ends}{n:03}" for n in range(450)], f"Anew, {ends}"
    assert send(world, who, activities(*(mine(n) for n in names))).status == 200
    page, answers, usual = who.get(f"/en/imports/{world.a}"), [], stack.workers["bulk"]
    file = activities(*(mine(n, title=title, updated="2025-01-01T00:00:00Z") for n in names))
    if ends == "time":
        short = stack.folder / "short.conf"
        short.write_text(pathlib.Path(stack.config).read_text().replace("[http]\n", "[http]\nrequest_limit = 10\n"))
        stack.workers["bulk"] = fcgi.Worker(usual.argv[0], str(short), str(stack.folder), klass="bulk", name="short").start()
    connection = stack.database.connect()
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT FROM record WHERE id = %s FOR UPDATE",
                           (imported(stack, names[220 if ends == "time" else -1]),))
            begin = time.monotonic()
            thread = threading.Thread(target=lambda: answers.append(send(world, who, file, page=page)))
            thread.start()
            while thread.is_alive() and (ends == "connection" or time.monotonic() < begin + 8.2):
                if ends == "connection":
                    stack.database.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                                        " AND usename = 'cc_web' AND datname = current_database()")
                time.sleep(0.02)
        thread.join(30)
    finally:
        connection.close()
        if stack.workers["bulk"] is not usual:
            stack.workers["bulk"].stop()
            stack.workers["bulk"] = usual
    done = count(stack, "record_name WHERE title = %s", title)
    assert answers[0].status == 503 and answers[0].header("retry-after") and answers[0].header("cache-control") == "no-store"
    assert "Reading stopped in the middle of the file" in answers[0].words and "The import is done" not in answers[0].words
    assert f"With changes {done}" in answers[0].words and 200 <= done < 450, answers[0].words[:800]
    answer = send(world, who, file)
    assert answer.status == 200 and f"With changes {450 - done}" in answer.words and f"Unchanged {done}" in answer.words
    assert not slots(stack)


def test_many_at_once_leave_the_readers_a_worker(stack, world):
    statuses = []
    big = activities(*(mine(f"{OURS}-big{n}") for n in range(300)))
    page = world.fatima.get(f"/en/imports/{world.a}")

    def one():
        statuses.append(send(world, stack.sign_in("fatima"), big, trial="true").status)
    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert page.status == 200 and set(statuses) <= {200, 503} and 200 in statuses, statuses
    assert send(world, world.fatima, activities(mine(60)), trial="true").status == 200


def test_the_database_asks_too(stack, world):
    """By SQL as the page class: nobody begins for an organisation that is not theirs, or tells of it."""
    tell = "INSERT INTO audit_event (action, object) VALUES ('import.iati-done', %s)"
    count_as_sent = "INSERT INTO audit_event (action, object) VALUES ('import.own', %s)"
    cases = [(None, "SELECT cc_upload_begin(%s)", "may not be sent"), (world.george, "SELECT cc_upload_begin(%s)", "may not be sent"),
             (world.erin, "SELECT cc_upload_begin(%s)", "may not be sent"), (world.fatima, "SELECT cc_upload_begin(%s)", None),
             (None, tell, "cannot tell"), (world.george, tell, "cannot tell"), (world.erin, tell, "cannot tell"), (world.fatima, tell, None),
             (world.fatima, count_as_sent, "cannot tell")]
    for who, sql, reason in cases:
        connection = stack.database.connect("cc_web")
        with connection.cursor() as cursor:
            cursor.execute("SET search_path = concord")
            if who:
                cursor.execute("SELECT person FROM cc_request_open(%s)", [hashlib.sha256(who.session.encode()).hexdigest()])
            if reason is None:
                cursor.execute(sql, (world.a,))
            else:
                with pytest.raises(psycopg2.Error, match=reason):
                    cursor.execute(sql, (world.a,))
        connection.close()
