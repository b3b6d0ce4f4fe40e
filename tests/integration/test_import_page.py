# SPDX-License-Identifier: EUPL-1.2
"""Importing by form: tried first, every record told, for the secretariat only."""
import pytest

import build
import fcgi
import ids
from stack import Stack
from test_iati import MONEY, activities, activity
from test_import import OTHER, PARTNERSHIP, membership, organisation, partnership, records
from test_merge import merge
from world import World

pytestmark = pytest.mark.sanitized
ONE, TWO = ids.named("O", "page 1"), ids.named("O", "page 2")


@pytest.fixture(scope="module", name="stack")
def stack_fixture(cluster, people, tmp_path_factory):
    with Stack(cluster, people, tmp_path_factory.mktemp("stack"), http_upload_max="100000") as made:
        yield made


@pytest.fixture(scope="module", name="world")
def world_fixture(stack):
    return World(stack)


def send(browser, text, name="records.xml", **values):
    form = browser.get("/en/imports").form("/imports$")
    fields = form.filled(values) + [("file", name, "text/xml", text.encode())]
    kind, body = fcgi.multipart(fields)
    return browser.fetch(form.action, "POST", body, content_type=kind)


def test_the_page_is_for_the_secretariat(world):
    assert world.sara.get("/en/imports").status == 200
    assert world.fatima.get("/en/imports").status == 403
    assert world.public.get("/en/imports").status == 303
    kind, body = fcgi.multipart([("csrf", "x"), ("file", "a.xml", "text/xml", b"<a/>")])
    assert world.fatima.fetch("/en/imports", "POST", body, content_type=kind).status == 403
    assert world.sara.fetch("/en/imports", "POST", body, content_type=kind).status == 403


def test_trying_first_and_then_importing(stack, world):
    text = records(organisation(ONE, "Imported &lt;One&gt;"), partnership(host=f"<host>{ONE}</host>"),
                   membership(org=ONE, state="confirmed"))
    page = send(world.sara, text)
    assert page.status == 200 and "nothing was stored" in page.words
    assert "new 2" in page.words and "Imported <One>" in page.words
    assert "becomes \"proposed\"" in page.words
    assert world.public.get(f"/en/organisations/{ONE}").status == 404
    page = send(world.sara, text, trial=None)
    assert page.status == 200 and "New 3" in page.words, page.words + stack.log()[-3000:]
    assert "Imported <One>" in world.public.get(f"/en/organisations/{ONE}").words
    assert world.public.get(f"/en/partnerships/{PARTNERSHIP}").status == 200
    assert stack.database.one("SELECT count(*) FROM audit_event WHERE action = 'import.publish-done' AND person = %s",
                              [stack.person("sara")]) == 1
    page = send(world.sara, text, trial=None)
    assert "Unchanged 3" in page.words and "New 0 With changes 0" in page.words
    assert stack.database.concord("verify").stdout == "0 findings\n"


def test_what_is_wrong_is_told_with_line_and_field(world):
    page = send(world.sara, records(organisation(TWO, "Two"), organisation(OTHER, more="<nothing/>")), trial=None)
    assert page.status == 422 and "New 1" in page.words and "Refused 1" in page.words
    assert "line 3: There is no element nothing here. ( nothing )" in page.words, page.words
    page = send(world.sara, "<records", trial=None)
    assert page.status == 422 and "not well-formed" in page.words
    page = send(world.sara, "<records>\n<name></nam></records>", trial=None)
    assert "line 2: The file is not well-formed XML: " in page.words and "mismatch" in page.words


@pytest.mark.parametrize("text", ["<records", records("<partnership/>"), activities(activity(), version='version="1.04"'), records(),
                                  '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>' + activities(activity())],
                         ids=["broken", "refused", "old", "empty", "entity"])
def test_that_nothing_was_taken_is_said_first(world, text):
    for trial, said in (({"trial": None}, "Nothing new was taken from this file; the reasons are below."),
                        ({}, "This was a trial, and nothing new would be taken from this file; the reasons are below.")):
        words = send(world.sara, text, **trial).words
        assert said in words and words.index(said) < words.index("records.xml"), words
        assert "The import is done" not in words and "nothing was stored" not in words


def test_of_what_something_was_taken_that_is_not_said(world):
    some = organisation(ids.named("O", "page 3"), "Three")
    text = records(some, "<partnership/>")
    for said in ("New 1", "Unchanged 1"):
        words = send(world.sara, text, trial=None).words
        assert said in words and "Refused 1" in words
        assert ("The import is done" in words) == (said == "New 1") == ("Nothing new was taken" not in words), words
    assert "The import is done" in send(world.sara, records(some), trial=None).words


def test_iati_by_form(stack, world):
    """The rights of who sends it, not those of the registry: the rows stand behind row security."""
    text = activities(activity(more=MONEY + '<recipient-country code="QQ"/>'), activity("", title="Nameless"))
    page = send(world.sara, text, "activities.xml")
    assert page.status == 200 and "nothing was stored" in page.words and "new 3" in page.words.lower()
    assert not stack.database.one("SELECT count(*) FROM iati_source")
    page = send(world.sara, text, "activities.xml", trial=None)
    assert page.status == 200 and "New 3" in page.words and "Refused 0" in page.words, page.words
    assert "Taken with notes 3" in page.words and "There is no identifier, so the activity is taken without one" in page.words
    assert "\"QQ\" is not a code" in page.words and "( recipient-country/code )" in page.words
    assert "Kept with the import: budget (1), recipient-country (1)" in page.words
    assert "budget 1 1" in page.words
    record = stack.database.one("SELECT record_id FROM iati_source WHERE identifier = 'XM-DAC-41114-1'")
    public = world.public.get(f"/en/activities/{record}").words
    assert "Clean water" in public and "Kept with the import" not in public
    work = world.sara.get(f"/en/records/{record}/edit").words
    assert "Kept with the import" in work and "budget (1) recipient-country (1)" in work, work
    reporter = stack.database.one("SELECT to_id FROM edge WHERE from_id = %s AND field = 'reporting.organisation'", [record])
    assert "Clean water Activity Reporting organisation" in world.public.get(f"/en/records/{reporter}/links").words
    page = send(world.sara, text, "activities.xml", trial=None)
    assert "Unchanged 2" in page.words and "New 0" in page.words
    assert "IATI version 1.04" in send(world.sara, activities(version='version="1.04"'), trial=None).words


def test_what_comes_again_by_form(stack, world):
    """Other bytes that say the same, more that is only kept, duplicates: the record stays, what is kept follows."""
    def again(text, said):
        for trial in ({}, {"trial": None}):
            page = send(world.sara, text, "activities.xml", **trial)
            assert page.status == 200 and said in page.words.lower() and "refused 0" in page.words.lower(), page.words
    first = activity("XM-DAC-41114-7", title="Comes again")
    again(activities(first), "new ")
    again(activities(first), "unchanged 1")
    again(activities(first.replace("<title>", "  <title>")), "unchanged 1")
    again(activities(activity("XM-DAC-41114-7", title="Comes again", more=MONEY)), "unchanged 1")
    record = stack.database.one("SELECT record_id FROM iati_source WHERE identifier = 'XM-DAC-41114-7'")
    assert stack.database.one("SELECT string_agg(element, ' ') FROM iati_kept WHERE record_id = %s", [record]) == "budget"
    again(activities(first, activity("XM-DAC-41114-7", title="Comes again", more=MONEY)), "unchanged 1")
    assert stack.database.one("SELECT count(*) FROM revision WHERE record_id = %s", [record]) == 1
    again(activities(activity("XM-DAC-41114-7", title="Comes again, and other", more=MONEY)), "with changes 1")


def test_those_that_were_merged_are_one(stack, world):
    """What an organisation told is replaced by what it tells by its other record, once both are one; and by nobody else."""
    def told(identifier, title, reporter):
        return activities(activity(identifier, title=title, reporter=reporter).replace(">UNDP<", f">Of {reporter}<"))

    def title(identifier):
        record = stack.database.one("SELECT record_id FROM iati_source WHERE identifier = %s", [identifier])
        return stack.database.one("SELECT title FROM record_name WHERE record_id = %s", [record])
    for number in ("81", "82"):
        send(world.sara, told(f"XM-DAC-{number}-1", "First", f"XM-DAC-{number}"), trial=None)
    stray = told("XM-DAC-81-1", "Second", "XM-DAC-82")
    page = send(world.sara, stray, trial=None)
    assert page.status == 200 and "that of Of XM-DAC-81, whose own version is here and stays" in page.words, page.words
    assert "Unchanged 1" in page.words and title("XM-DAC-81-1") == "First"
    old, new = (stack.database.one("SELECT record_id FROM told_identifier WHERE key = %s", [key]) for key in ("xm-dac-81", "xm-dac-82"))
    merge(world, old, new)
    send(world.sara, stray, trial=None)
    assert title("XM-DAC-81-1") == "Second"
    page = send(world.sara, told("XM-DAC-82-1", "Second", "XM-DAC-81"), trial=None)
    assert title("XM-DAC-82-1") == "Second", page.words
    page = send(world.sara, told("XM-DAC-81-1", "Third", "ZZ-R9"), trial=None)
    assert title("XM-DAC-81-1") == "Second" and "that of Of XM-DAC-82, whose own version" in page.words, page.words


def test_forms_that_are_wrong(world):
    assert send(world.sara, records(), owner="nobody").status == 422
    assert "identifier of an organisation" in send(world.sara, records(), owner=world.p).words
    assert send(world.sara, "x" * 200000).status == 413
    form = world.sara.get("/en/imports").form("/imports$")
    kind, body = fcgi.multipart(form.fields)
    assert world.sara.fetch(form.action, "POST", body, content_type=kind).status == 422
    kind, body = fcgi.multipart(form.fields + [("more", "x"), ("file", "a.xml", "text/xml", b"<a/>")])
    assert world.sara.fetch(form.action, "POST", body, content_type=kind).status == 400


def resident(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * 4096 // 1_000_000


def test_a_page_and_a_worker_do_not_grow_with_the_file(cluster, people, tmp_path):
    """Thirty thousand empty records: what is shown is what needs a look, the rest is counted."""
    is_sanitized = b"__asan_init" in build.program("concord.fcgi").read_bytes()  # holds more, and nobody starts it anew
    with Stack(cluster, people, tmp_path, worker_max_memory="1000000" if is_sanitized else "64") as stack:
        world = World(stack)
        bad, good = "<partnership/>" * 30_000, "".join(
            organisation(ids.named("O", f"many {i}"), f"Many {i}") for i in range(250))
        page = send(world.sara, records(bad, good))
        assert page.status == 422 and page.text.count("<tr>") == 201 and len(page.text) < 1_000_000
        assert "refused 30000" in page.words.lower() and "not shown: 30050." in page.words.replace(",", "")
        assert "concord import --dry-run" in page.words
        page = send(world.sara, records(good, "<partnership/>" * 3))
        assert page.text.count("<tr>") == 201
        assert page.words.index("refused", page.words.index("Records of the file")) < page.words.index("Many 0")
        if not is_sanitized:
            assert resident(stack.workers["bulk"].process.pid) < 64


def test_round_trips_are_as_declared(stack, world):
    send(world.sara, records(organisation(ONE, "Once more")), trial=None)
    last = [line for line in stack.access() if line["route"].strip('"').lower() == "import_send"][-1]
    assert int(last["trips"]) == next(r.trips for r in stack.routes if r.name == "import_send")
