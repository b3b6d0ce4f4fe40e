# SPDX-License-Identifier: EUPL-1.2
"""Records from registering to withdrawal, as people and machines see them; below / and /registry/."""
import hashlib
import html
import re
import subprocess

import pytest

import build
import ids
from stack import Stack
from world import World

pytestmark = pytest.mark.sanitized
SCHEMA = build.ROOT / "schemas/1.0-draft"
XML = "application/xml"


@pytest.fixture(scope="module")
def stack(cluster, people, tmp_path_factory):
    with Stack(cluster, people, tmp_path_factory.mktemp("stack")) as made:
        yield made


@pytest.fixture(scope="module")
def world(stack):
    return World(stack)


def sha(data):
    return hashlib.sha256(data if isinstance(data, bytes) else data.encode()).hexdigest()


def valid(data, schema, folder):
    path = folder / "document.xml"
    path.write_bytes(data)
    done = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", SCHEMA / schema, path],
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


# --- registering -----------------------------------------------------------------------------------
def test_partnership_from_nothing_to_public(stack, world):
    p = stack.register(world.fatima, "partnership", {"title.en": "Clean Coasts", "title.ar": "سواحل نظيفة"},
                       owner=world.a)
    assert re.fullmatch("P[0-9A-Z]{13}", p)
    for address in (f"/en/partnerships/{p}", f"/partnerships/{p}.xml", f"/en/records/{p}/history"):
        assert world.public.get(address).status == 404
    page = world.fatima.get(f"/en/records/{p}/publish")
    for what in ("Summary", "Kind", "State"):
        assert what in page.words, "every reason is told"
    assert not [f for f in page.forms() if f.action.endswith("/publish")], "no button that cannot work"
    for section, values in {"about": {"summary.en": "Beaches & <b>bays</b>.", "goal.1.text.en": "No plastic"},
                            "nature": {"kind": "alliance", "seat.country": "KE", "seat.city.en": "Mombasa"},
                            "place": {"scope": "4", "country.1.code": "KE"},
                            "sdgs": {"sdg.1.goal": "14", "sdg.1.target": "14.1", "sdg.1.weight": "100"},
                            "dates": {"state": "active", "start": "2021"},
                            "contact": {"contact.1.office.en": "Secretariat",
                                        "contact.1.mail": "office@coasts.example"}}.items():
        answer = stack.edit(world.erin, p, section, values)
        assert answer.header("location").endswith(f"/en/records/{p}/edit?done=saved")
    assert world.erin.get(f"/en/records/{p}/publish").status == 403, "an editor does not publish"
    answer = stack.publish(world.fatima, p, "Coasts begin.")
    assert "The record is published." in world.fatima.follow(answer).words
    page = world.public.get(f"/en/partnerships/{p}")
    for text in ("Clean Coasts", "Beaches & <b>bays</b>.", "No plastic", "Mombasa", "Kenya", "Coasts begin.",
                 "office@coasts.example", "Active"):
        assert text in page.words, text
    assert "<b>bays" not in page.text
    assert "سواحل نظيفة" in world.public.get(f"/ar/partnerships/{p}").words
    assert "Clean Coasts" in world.public.get("/en/partnerships?q=coasts&goal=14&country=KE").words
    assert "Clean Coasts" not in world.public.get("/en/partnerships?q=coasts&goal=13").words


def test_typed_values_stay_when_something_is_wrong(stack, world):
    p = world.partnership("Wrong Dates", publish=False)
    answer = stack.edit(world.fatima, p, "dates", {"start": "2026-02-30", "end": "soon", "state": "no-such"}, 422)
    form = answer.form("/edit/dates$")
    assert (form.value("start"), form.value("end"), form.value("state")) == ("2026-02-30", "soon", "no-such")
    answer = stack.edit(world.fatima, p, "dates", {"start": "2026-02", "end": "2025"}, 422)
    assert "end" in answer.words.lower() and answer.form("/edit/dates$").value("end") == "2025"
    answer = stack.edit(world.fatima, p, "contact", {"contact.1.mail": "office@coasts.example"}, 422)
    assert "Contact 1, Office (English) : Name the office, or the organisation whose office it is." in answer.words
    assert 'href="#f-contact.1.office.en"' in answer.text
    answer = stack.edit(world.fatima, p, "sdgs", {"sdg.1.goal": "6", "sdg.1.weight": "99"}, 422)
    assert "sum to 100" in answer.words
    assert world.fatima.get(f"/en/records/{p}/edit/dates").form("/edit/dates$").value("start") == "2020-05"


def test_more_fields_keep_what_was_typed(world):
    p = world.partnership("Growing", publish=False)
    form = world.fatima.get(f"/en/records/{p}/edit/about").form("/edit/about$")
    answer = world.fatima.submit(form, {"goal.1.text.en": "One"}, button=("more", "goal"))
    form = answer.form("/edit/about$")
    assert form.value("goal.1.text.en") == "One" and "goal.4.text.en" in form.names()
    answer = world.fatima.submit(form, {"goal.4.text.en": "Two"})
    assert answer.status == 303
    form = world.fatima.get(f"/en/records/{p}/edit/about").form("/edit/about$")
    assert [form.value(f"goal.{i}.text.en") for i in (1, 2)] == ["One", "Two"]


def test_sending_twice_creates_once(stack, world):
    form = world.fatima.get("/en/register/partnership").form("/register/partnership$")
    values = {"title.en": "Only Once", "owner": world.a}
    first, second = (world.fatima.submit(form, values) for _ in range(2))
    assert first.status == second.status == 303
    assert first.header("location") == second.header("location")
    assert stack.database.one("SELECT count(*) FROM record_text WHERE text = 'Only Once'") == 1


def test_similar_names_ask_and_exact_identifiers_refuse(stack, world):
    form = world.sara.get("/en/register/organisation").form("/register/organisation$")
    answer = world.sara.submit(form, {"name.en": "Bureau of Lakes"})
    assert answer.status == 422 and "Is it one of these?" in answer.words and world.b in answer.text
    form = answer.form("/register/organisation$")
    assert form.choices["distinct"] == ["true"] and form.value("name.en") == "Bureau of Lakes"
    answer = world.sara.submit(form, {"distinct": "true", "former-name.1.until": "abc"})  # the box stays, and stays ticked
    assert answer.status == 422 and "Please mend this" in answer.words
    form = answer.form("/register/organisation$")
    assert form.value("distinct") == "true"
    answer = world.sara.submit(form, {"former-name.1.until": ""})
    assert answer.status == 303
    other = re.search(r"/records/([^/]+)/", answer.header("location")).group(1)
    identifier = {"identifier.1.scheme": "XM-DAC", "identifier.1.value": "12345", "identifier.1.primary": "true"}
    page = world.sara.get(f"/en/records/{other}/edit/identifiers")
    identifier["identifier.1.scheme"] = page.form("/edit/").choices["identifier.1.scheme"][1]
    stack.edit(world.sara, other, "identifiers", identifier)
    answer = stack.edit(world.sara, world.b, "identifiers", identifier, 422)
    assert "Another organisation has this identifier." in answer.words
    assert answer.form("/edit/identifiers$").value("identifier.1.value") == "12345"


def test_what_is_wrong_in_a_new_record_is_told_at_the_item_where_it_was_typed(world):
    form = world.sara.get("/en/register/organisation").form("/register/organisation$")
    form = world.sara.submit(form, {"name.en": "Friends of Empty Items"}, ("more", "former-name")).form("/register/organisation$")
    page = world.sara.submit(form, {"former-name.2.name.en": "Empty Items", "former-name.2.until": "abc"})
    assert page.status == 422 and re.findall(r'id="f-(former[^"]*)-error"', page.text) == ["former-name.2.until"], page.words


def test_one_field_with_a_high_number_makes_no_page_of_a_thousand_items(stack, world):
    token = stack.token(world.sara, "EDIT_SAVE")
    values = {"csrf": token, "base": "x", "name.en": "Bureau of Lakes", "alias.1000.name.en": "Lakes", "more": "alias"}
    page = world.sara.post(f"/en/records/{world.b}/edit/names", values)
    form = page.form("/edit/names$")
    assert page.status == 200 and form.value("alias.1000.name.en") == "Lakes"
    assert {name.split(".")[1] for name in form.names() if name.startswith("alias.")} == {"1000"}
    values |= {"alias.7.name.en": "", "more": "former-name"}
    del values["alias.1000.name.en"]
    form = world.sara.post(f"/en/records/{world.b}/edit/names", values).form("/edit/names$")
    assert {name.split(".")[1] for name in form.names() if name.startswith("alias.")} == {"7", "8"}
    assert {name.split(".")[1] for name in form.names() if name.startswith("former-name.")} == {"1", "2", "3", "4"}


@pytest.mark.parametrize("value, left", [("XM-DAC-928", "928"), ("xm-dac-928-AR", "928-AR"), ("XM-DAC-XM-DAC-928", "XM-DAC-928")])
def test_an_identifier_does_not_repeat_its_scheme(stack, world, value, left):
    answer = stack.edit(world.sara, world.b, "identifiers", {"identifier.1.scheme": "XM-DAC", "identifier.1.value": value,
                                                             "identifier.1.primary": "true"}, 422)
    assert re.findall(r'id="f-(identifier[^"]*)-error"', answer.text) == ["identifier.1.value"]
    assert f'The scheme says "XM-DAC-" already: write only what follows it, {left}.' in answer.words
    assert answer.form("/edit/identifiers$").value("identifier.1.value") == value


@pytest.mark.parametrize("kind, letter", [("partnership", "P"), ("commitment", "C"), ("activity", "A")])
def test_a_draft_of_others_answers_as_a_record_that_is_not_there(stack, world, kind, letter):
    """Nobody learns by asking whether somebody works on something."""
    names = {"title.en": f"Nobody's business {kind}"}
    draft, nothing = stack.register(world.fatima, kind, names, owner=world.a), ids.named(letter, f"not there {kind}")
    pages = ["records/{}/edit", "records/{}/edit/names", "records/{}/publish", "records/{}/withdraw", "records/{}/owner", "records/{}/merge",
             "records/{}/trail", "records/{}/people", "records/{}/links", "records/{}/history", "records/{}/compare", "records/{}/revisions/1",
             "partnerships/{}/invite", "partnerships/{}/memberships", kind.replace("y", "ie") + "s/{}"]
    for browser in (world.george, world.public):
        for page in pages:
            seen = [re.sub(r'request="?\w+|\b[0-9a-f]{16}\b|name="csrf" value="[^"]*"', "", browser.get(f"/en/{page.format(record)}").text).replace(record, "ID")
                    for record in (draft, nothing)]
            assert seen[0] == seen[1], page
    for record in (draft, nothing):
        assert world.george.get(f"/en/records/{record}/edit").status == 403


# --- two people ------------------------------------------------------------------------------------
def test_two_people_on_one_section_see_both_versions(stack, world):
    p = world.partnership("Both", publish=False)
    first, second = (browser.get(f"/en/records/{p}/edit/about").form("/edit/about$")
                     for browser in (world.fatima, world.erin))
    assert world.fatima.submit(first, {"summary.en": "By Fatima."}).status == 303
    answer = world.erin.submit(second, {"summary.en": "By Erin.", "vision.en": "Erin's vision."})
    assert answer.status == 409
    assert "By Fatima." in answer.words and "By Erin." in answer.words
    form = answer.form("/edit/about$")
    assert (form.value("summary.en"), form.value("vision.en")) == ("By Erin.", "Erin's vision.")
    again = world.fatima.get(f"/en/records/{p}/edit/about").form("/edit/about$")
    assert again.value("summary.en") == "By Fatima.", "nothing is lost before Erin decides"
    assert world.erin.submit(form).status == 303
    again = world.fatima.get(f"/en/records/{p}/edit/about").form("/edit/about$")
    assert (again.value("summary.en"), again.value("vision.en")) == ("By Erin.", "Erin's vision.")


def test_a_section_sent_twice_is_saved_once(stack, world):
    """A double click: it was the same person, and it is saved."""
    p = world.partnership("Twice", publish=False)
    form = world.fatima.get(f"/en/records/{p}/edit/about").form("/edit/about$")
    edits = "SELECT count(*) FROM audit_event WHERE action = 'record.edit' AND object = %s"
    before = stack.database.one(edits, [p])
    answers = [world.fatima.submit(form, {"summary.en": "Once."}) for _ in range(2)]
    assert [a.status for a in answers] == [303, 303] and "done=saved" in answers[1].header("location")
    assert stack.database.one(edits, [p]) == before + 1
    assert world.fatima.submit(form, {"summary.en": "Another."}).status == 409


def test_two_people_on_different_sections_are_both_saved(world):
    p = world.partnership("Apart", publish=False)
    about = world.fatima.get(f"/en/records/{p}/edit/about").form("/edit/about$")
    dates = world.erin.get(f"/en/records/{p}/edit/dates").form("/edit/dates$")
    assert world.fatima.submit(about, {"summary.en": "New summary."}).status == 303
    assert world.erin.submit(dates, {"start": "2022"}).status == 303
    page = world.fatima.get(f"/en/records/{p}/edit").words
    assert "New summary." in page and "2022" in page


def test_two_people_on_different_sections_at_the_same_moment(stack, world):
    """The second one had looked before the first one was done."""
    p = world.partnership("Side by Side", publish=False)
    about = world.fatima.get(f"/en/records/{p}/edit/about").form("/edit/about$")
    dates = world.erin.get(f"/en/records/{p}/edit/dates").form("/edit/dates$")
    lock = f"SELECT FROM record WHERE id = '{p}' FOR UPDATE"
    answers = stack.at_once(lock, lambda: world.fatima.submit(about, {"summary.en": "At once."}),
                            lambda: world.erin.submit(dates, {"start": "2023"}))
    assert [a.status for a in answers] == [303, 303]
    page = world.fatima.get(f"/en/records/{p}/edit").words
    assert "At once." in page and "2023" in page
    first, second = (browser.get(f"/en/records/{p}/edit/about").form("/edit/about$") for browser in (world.fatima, world.erin))
    answers = stack.at_once(lock, lambda: world.fatima.submit(first, {"summary.en": "Mine."}),
                            lambda: world.erin.submit(second, {"summary.en": "Hers."}))
    assert [a.status for a in answers] == [303, 409]
    assert "Mine." in answers[1].words and "Hers." in answers[1].words
    assert world.erin.submit(answers[1].form("/edit/about$")).status == 303, "what she decides is taken at once"


def test_what_changed_after_the_look_is_not_published(world):
    p = world.partnership("Looked At", publish=False)
    form = world.fatima.get(f"/en/records/{p}/publish").form("/publish$")
    world.stack.edit(world.erin, p, "dates", {"state": "closed"})
    answer = world.fatima.submit(form, {"note": "All is right."})
    assert answer.status == 409 and "Somebody else has changed this" in answer.words
    assert world.public.get(f"/en/partnerships/{p}").status == 404
    form = answer.form("/publish$")
    assert form.value("note") == "All is right." and "Closed" in answer.words, "typed words and what changed"
    assert world.fatima.submit(form).status == 303, "and sent again it is done"


@pytest.mark.parametrize("note", ["", "Once is enough."])
def test_sent_twice_is_done_once(stack, world, note):
    p = world.partnership("Clicked Twice", publish=False)
    form = world.fatima.get(f"/en/records/{p}/publish").form("/publish$")
    for _ in range(2):
        answer = world.fatima.submit(form, {"note": note})
        assert answer.status == 303 and "done=published" in answer.header("location"), answer.words
    assert world.fatima.submit(form, {"note": "Something else."}).status == 409
    form = world.fatima.get(f"/en/records/{p}/withdraw").form("/withdraw$")
    for _ in range(2):
        answer = world.fatima.submit(form, {"note": "Clicked twice."})
        assert answer.status == 303 and "done=withdrawn" in answer.header("location"), answer.words
    assert stack.database.one("SELECT count(*) FROM revision WHERE record_id = %s", [p]) == 2


def test_only_what_is_public_is_withdrawn(world):
    p = world.partnership("Never Out", publish=False)
    form = world.fatima.get(f"/en/records/{p}/publish").form("/publish$")
    page = world.fatima.get(f"/en/records/{p}/withdraw")
    assert page.status == 404 and "is not public" in page.words
    token = world.fatima.get(f"/en/records/{world.p}/withdraw").form("/withdraw$").value("csrf")
    page = world.fatima.post(f"/en/records/{p}/withdraw", {"csrf": token, "note": "x",
                                                           "version": form.value("version")})
    assert page.status == 404 and "is not public" in page.words


# --- what machines get -----------------------------------------------------------------------------
def test_xml_and_seal_can_be_checked_by_outsiders(world, tmp_path):
    base = f"/partnerships/{world.p}"
    entry = world.public.get(f"{base}.xml")
    assert entry.header("content-type") == "application/xml; charset=utf-8"
    content, seal, note = (world.public.get(f"{base}/revisions/1/{f}").body
                           for f in ("content.xml", "seal.xml", "note.txt"))
    assert content in entry.body and seal in entry.body, "the bytes stand in the entry as they are"
    valid(content, "concord.xsd", tmp_path)
    valid(seal, "seal.xsd", tmp_path)
    valid(entry.body, "feed.xsd", tmp_path)
    attributes = dict(re.findall(r'([a-z0-9-]+)="([^"]*)"', seal.decode()))
    assert attributes["content-sha256"] == sha(content)
    assert attributes["note-sha256"] == sha(note) and note == b"First."
    assert (attributes["record"], attributes["revision"], attributes["kind"], attributes["publisher"]) == \
        (world.p, "1", "published", world.a)
    assert "previous-sha256" not in attributes
    for document in (content, seal):
        done = subprocess.run(["xmllint", "--nonet", "--exc-c14n", "-"], input=document, capture_output=True,
                              timeout=30, check=True)
        assert done.stdout == document


def test_feed_chains_all_seals(world, tmp_path):
    feed = world.public.get("/feed")
    valid(feed.body, "feed.xsd", tmp_path)
    entries = re.findall(r"<entry [^>]*>.*?</entry>", feed.text, re.S)
    assert len(entries) >= 3
    link = ""
    for position, entry in enumerate(entries, 1):
        attributes = dict(re.findall(r'([a-z0-9-]+)="([^"]*)"', entry[:entry.index(">")]))
        seal = re.search(r"<seal .*?</seal>", entry, re.S).group(0)
        link = sha(link + sha(seal))
        assert (attributes["link"], attributes["position"]) == (link, str(position))
    rest = world.public.get("/feed?after=2")
    assert re.findall(r"<entry [^>]*>.*?</entry>", rest.text, re.S) == entries[2:]
    assert world.public.get("/feed?from=2000-01-01T00:00:00Z").header("location").endswith("/feed?after=0")


def test_a_page_of_the_feed_ends_behind_the_entry_that_fills_it(world):
    """8 MB, and the first entry of a page in any case: none is cut, and the next page goes on behind it."""
    was = world.stack.database.one("SELECT bytes FROM feed WHERE position = 2")
    world.stack.database.rows("UPDATE feed SET bytes = 8388608 WHERE position = 2")
    try:
        first, second = (world.public.get(f"/feed?after={n}").text for n in (0, 1))
        assert re.findall(r' position="(\d+)"', first) == ["1", "2"] and ' next="2"' in first
        assert re.findall(r' position="(\d+)"', second) == ["2"] and ' next="2"' in second
        assert re.findall(r' position="(\d+)"', world.public.get("/feed?after=2").text)[0] == "3"
    finally:
        world.stack.database.rows("UPDATE feed SET bytes = %s WHERE position = 2", [was])


def test_a_position_behind_the_newest_is_no_end_of_the_feed(world):
    """After a restore: a reader who took it for the end would miss what gets these positions anew."""
    newest = int(re.search(r'newest="(\d+)"', world.public.get("/feed").text)[1])
    last = world.public.get(f"/feed?after={newest}")
    assert last.status == 200 and " next=" not in last.text and "<entry" not in last.text
    behind = world.public.get(f"/feed?after={newest + 100}")
    assert behind.status == 404 and "does not reach this position" in behind.text
    assert behind.header("cache-control") == "no-store"


@pytest.mark.parametrize("address", ["/en/partnerships/{p}", "/partnerships/{p}.xml", "/en/partnerships", "/feed",
                                     "/partnerships/{p}/revisions/1/seal.xml", "/en/records/{p}/history"])
def test_validators_and_head(world, address):
    address = address.format(p=world.p)
    full = world.public.get(address)
    etag = full.header("etag")
    assert re.fullmatch('"[0-9a-f]{32,64}"', etag)
    for tags in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = world.public.get(address, If_None_Match=tags)
        assert answer.status == 304 and answer.body == b"" and answer.header("etag") == etag
    assert world.public.get(address, If_None_Match='"other"').body == full.body
    head = world.public.head(address)
    assert head.body == b"" and head.status == 200
    assert head.header("content-length") == str(len(full.body)) == full.header("content-length")
    assert head.header("etag") == etag
    signed_in = world.fatima.get(address)
    assert signed_in.header("cache-control") == "no-store" and signed_in.header("etag") is None
    if full.header("last-modified"):
        assert world.public.get(address, If_Modified_Since=full.header("last-modified")).status == 304


@pytest.mark.parametrize("wanted, to", [("", "/en/about"), ("fr-CH, en;q=0.5", "/fr/about"), ("ar", "/ar/about")])
def test_the_folder_of_iati_leads_to_what_is_in_it(stack, world, wanted, to):
    answer = world.public.get("/iati", Accept_Language=wanted)
    assert answer.status == 302 and answer.header("location").endswith(f"{stack.base}{to}#machines")
    assert answer.header("link") == f'<{stack.base}/iati/parts.csv>; rel="index"'
    assert "Accept-Language" in answer.header("vary")
    assert {"/iati/left-out.csv", "/iati/parts.csv", "/iati/organisations.csv"} <= set(re.findall("/iati/[a-z-]+.csv", world.public.get(to).text))
    moved = world.public.get("/iati/")
    assert moved.status == 301 and moved.header("location").endswith(f"{stack.base}/iati")


def test_negotiation(stack, world):
    address = f"/partnerships/{world.p}"
    assert world.public.get(address, Accept=XML).header("content-type").startswith(XML)
    assert world.public.get(address, Accept="text/html;q=0.4, application/xml;q=0.5").status == 200
    for accept, language, lands in (("text/html", "fr, en;q=0.5", "/fr"), ("*/*", "de", "/en"),
                                    ("text/html, application/xml;q=0.9", "ar-EG", "/ar")):
        answer = world.public.get(address, Accept=accept, Accept_Language=language)
        assert answer.status == 303
        assert answer.header("location").endswith(f"{stack.base}{lands}/partnerships/{world.p}")
        assert answer.header("vary") == "Accept, Accept-Language"
    assert world.public.get("/", Accept_Language="fr").header("location").endswith(f"{stack.base}/fr/")


def test_one_address_for_each_record(stack, world):
    for other in (world.p.lower(), f"{world.p[:5]}-{world.p[5:]}"):
        answer = world.public.get(f"/en/partnerships/{other}")
        assert answer.status == 301 and answer.header("location").endswith(f"{stack.base}/en/partnerships/{world.p}")
    assert world.public.get("/en/partnerships/").status == 301
    for address in (f"/en/organisations/{world.p}", f"/en/partnerships/{world.a}", f"/organisations/{world.p}.xml",
                    f"/nothing/{world.p}", f"/en/partnerships/{world.p[:-1]}", "/en/partnerships/P0000000000000"):
        assert world.public.get(address).status == 404, address
    page = world.public.get(f"/fr/partnerships/{world.p}").text
    assert f'<link rel="canonical" href="http://127.0.0.1:8080{stack.base}/fr/partnerships/{world.p}">' in page
    assert f'hreflang="ar" href="http://127.0.0.1:8080{stack.base}/ar/partnerships/{world.p}"' in page


def test_every_address_on_pages_stays_below_the_base_path(stack, world):
    for address in ("/en/", "/en/partnerships", f"/en/partnerships/{world.p}", f"/en/records/{world.p}/history",
                    "/en/sign-in", "/en/nothing"):
        page = world.public.get(address)
        for link in re.findall(r'(?:href|action|src)="([^"]*)"', page.text):
            assert link.startswith((f"{stack.base}/", "http://127.0.0.1:8080" + stack.base + "/", "#", "mailto:",
                                    "https://agency.example/")), f"{link} on {address}"


# --- revisions -------------------------------------------------------------------------------------
def test_history_compare_and_as_of(stack, world):
    p = world.partnership("Old Title")
    stack.edit(world.fatima, p, "names", {"title.en": "New Title"})
    assert "Old Title" in world.public.get(f"/en/partnerships/{p}").words, "not public before it is published"
    stack.publish(world.fatima, p, "Renamed.")
    assert "New Title" in world.public.get(f"/en/partnerships/{p}").words
    history = world.public.get(f"/en/records/{p}/history").words
    assert "First." in history and "Renamed." in history and "Agency for Springs and Rivers" in history
    for address in (f"/fr/records/{p}/history", f"/en/partnerships/{p}"):  # nobody said in which language it is
        assert '<span lang="" dir="auto">Renamed.</span>' in world.public.get(address).text
    difference = world.public.get(f"/en/records/{p}/compare?a=1&b=2").words
    assert "Old Title" in difference and "New Title" in difference and "Summary" not in difference
    old = world.public.get(f"/en/records/{p}/revisions/1")
    assert "Old Title" in old.words and "New Title" not in old.words
    today = stack.database.one("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD')")
    answer = world.public.get(f"/en/records/{p}/history?on={today}")
    assert answer.status == 303 and answer.header("location").endswith(f"/records/{p}/revisions/2")
    stack.database.rows("UPDATE revision SET sealed_at = '2024-06-30T12:00:00Z' WHERE record_id = %s AND number = 1",
                        [p])
    answer = world.public.get(f"/en/records/{p}/history?on=2024-07-01")
    assert answer.status == 303 and answer.header("location").endswith(f"/records/{p}/revisions/1")
    answer = world.public.get(f"/en/records/{p}/history?on=2024-06-29")
    assert answer.status == 422 and "had not been published" in answer.words
    for wrong in ("revisions/3", "revisions/0", "compare?a=1&b=9"):
        assert world.public.get(f"/en/records/{p}/{wrong}").status == 404
    seals = [world.public.get(f"/partnerships/{p}/revisions/{n}/seal.xml").body for n in (1, 2)]
    assert f'previous-sha256="{sha(seals[0])}"'.encode() in seals[1]


def test_a_comparison_names_what_a_revision_refers_to(stack, world):
    """Also what only the earlier of the two, or an old one alone, refers to."""
    p = world.partnership("Moved House")
    first, second = world.organisation("Host of Old"), world.organisation("Host of New")
    for host in (first, second):
        stack.edit(world.fatima, p, "nature", {"host": host})
        stack.publish(world.fatima, p)
    page = world.public.get(f"/en/records/{p}/compare?a=2&b=3")
    for host, name in ((first, "Host of Old"), (second, "Host of New")):
        assert re.search(rf'<a href="[^"]*/organisations/{host}">.*{name}.*</a> <code>{host}</code>', page.text)
        assert "not published" not in page.words
    assert "Host of Old" in world.public.get(f"/en/records/{p}/revisions/2").words
    stack.publish(world.sara, second, "Closed.", "withdraw")
    page = world.public.get(f"/en/records/{p}/compare?a=2&b=3")
    assert second in page.words and "Host of New" not in page.words


def test_differences_before_publishing_name_what_they_refer_to(stack, world):
    """The overview, the page of publishing and the conflict of two people, as the comparison of revisions does."""
    first, second, third = (world.organisation(f"Host of {when}") for when in ("Before", "Now", "Later"))
    p = world.partnership("Moving House", publish=False)
    stack.edit(world.fatima, p, "nature", {"host": first})
    stack.publish(world.fatima, p)
    stack.edit(world.fatima, p, "nature", {"host": second})

    def names(page, *hosts):
        for host, name in hosts:
            assert re.search(rf'<a href="[^"]*/organisations/{host}">.*{name}.*</a> <code>{host}</code>', page.text), name
        assert "Host of Later" in page.words or third not in page.words

    for address in ("edit", "publish"):
        names(world.fatima.get(f"/en/records/{p}/{address}"), (first, "Host of Before"), (second, "Host of Now"))
    # two write at one time: one by identifier, one by name
    forms = [browser.get(f"/en/records/{p}/edit/nature").form("/edit/nature$") for browser in (world.fatima, world.erin)]
    assert world.fatima.submit(forms[0], {"host": first}).status == 303
    answer = world.erin.submit(forms[1], {"host": "host of later", "kind": "alliance"})
    assert answer.status == 409
    names(answer, (first, "Host of Before"), (third, "Host of Later"))
    assert "Alliance" in answer.words, "codes have names, too"
    # what nobody may see is named to nobody: a draft stays an identifier
    draft = world.organisation("Host of Secrets", publish=False)
    stack.database.rows("UPDATE concord.partnership SET host = %s WHERE record_id = %s RETURNING host", [draft, p])
    page = world.fatima.get(f"/en/records/{p}/publish")
    assert draft in page.words and "Host of Secrets" not in page.words


def test_items_in_another_order_are_told_by_name(stack, world):
    p = world.partnership("Two Orders", publish=False)
    stack.edit(world.fatima, p, "sdgs", {"sdg.1.goal": "6", "sdg.2.goal": "13"})
    stack.publish(world.fatima, p)
    stack.edit(world.fatima, p, "sdgs", {"sdg.1.goal": "13", "sdg.2.goal": "6"})
    words = world.fatima.get(f"/en/records/{p}/publish").words
    assert re.search("Clean water and sanitation.*Climate action.*Climate action.*Clean water", words, re.S), words


def test_nothing_new_makes_no_revision(stack, world):
    p = world.partnership("Same")
    page = world.fatima.get(f"/en/records/{p}/publish")
    assert "nothing to publish" in page.words
    form = world.fatima.get(f"/en/records/{p}/withdraw").form("/withdraw$")  # has a version
    token = world.fatima.get(f"/en/records/{world.partnership('Other', publish=False)}/publish").form("/publish$")
    answer = world.fatima.post(f"/en/records/{p}/publish", {"csrf": token.value("csrf"), "note": "Again.",
                                                           "version": form.value("version")})
    assert answer.status == 303
    assert stack.database.one("SELECT count(*) FROM revision WHERE record_id = %s", [p]) == 1


PARTS = ("/en/partnerships/{}/members", "/partnerships/{}/members.csv", "/en/partnerships/{}/commitments",
         "/partnerships/{}/commitments.csv", "/en/records/{}/links", "/records/{}/links.csv")


def test_parts_of_a_record_that_never_was(world):
    draft = world.partnership("Not Out Yet", publish=False)
    for part in PARTS:
        assert world.public.get(part.format(draft)).status == 404, part
        if "partnerships" in part:
            assert world.public.get(part.format(world.a)).status == 404, "of another kind"


def test_withdrawn_is_gone_with_its_reason(stack, world):
    p = world.partnership("Short Life")
    answer = stack.publish(world.fatima, p, "", "withdraw", 422)
    assert "Tell why it is withdrawn." in answer.words
    stack.publish(world.fatima, p, "Entered <twice>.", "withdraw")
    page = world.public.get(f"/en/partnerships/{p}")
    assert page.status == 410 and "Entered <twice>." in page.words and "Short Life" not in page.words
    assert page.header("cache-control") == "no-store"
    xml = world.public.get(f"/partnerships/{p}.xml")
    assert xml.status == 410 and "Entered &lt;twice&gt;." in xml.text and "Short Life" not in xml.text
    assert "Short Life" not in world.public.get("/en/partnerships?q=short+life").words
    assert "Entered <twice>." in world.public.get(f"/en/records/{p}/history").words
    assert world.public.get(f"/partnerships/{p}/revisions/1/content.xml").status == 200
    assert world.public.get(f"/partnerships/{p}/revisions/2/content.xml").status == 410
    for part in PARTS:
        answer = world.public.get(part.format(p))
        assert answer.status == 410 and "twice" in answer.text and "Short Life" not in answer.text, part
    stack.publish(world.fatima, p, "It was right.")
    assert world.public.get(f"/en/partnerships/{p}").status == 200


# --- pages show others' names: their validators change with them ----------------------------------
def test_page_changes_when_the_name_of_another_record_does(stack, world):
    host = world.organisation("Host Before")
    p = world.partnership("Hosted", publish=False)
    stack.edit(world.fatima, p, "nature", {"host": host})
    stack.publish(world.fatima, p)
    page = world.public.get(f"/en/partnerships/{p}")
    xml = world.public.get(f"/partnerships/{p}.xml").header("etag")
    assert "Host Before" in page.words
    stack.edit(world.sara, host, "names", {"name.en": "Host After", "name.fr": "Hôte"})
    stack.publish(world.sara, host)
    again = world.public.get(f"/en/partnerships/{p}", If_None_Match=page.header("etag"))
    assert again.status == 200 and "Host After" in again.words
    assert world.public.get(f"/partnerships/{p}.xml", If_None_Match=xml).status == 304, "its content did not change"
    french = world.public.get(f"/fr/partnerships/{p}")
    assert "Hôte" in french.words
    stack.edit(world.sara, host, "names", {"name.fr": "Hôtesse"})
    stack.publish(world.sara, host)
    assert "Hôtesse" in world.public.get(f"/fr/partnerships/{p}", If_None_Match=french.header("etag")).words
    assert f"/partnerships/{p}" in world.public.get(f"/en/organisations/{host}").text, "what points at it"


def test_page_changes_when_consent_does(stack, world):
    """A's partnership shows B while B agrees, and no cache keeps it for longer than that."""
    p = world.partnership("With Consent")
    address = f"/en/partnerships/{p}"
    membership = world.invite(p, world.b)
    seen = []
    for answer, counted in (("confirmed", True), ("withdrawn", False)):
        form = world.george.get(f"/en/memberships/{membership}/answer").form("/answer$")
        assert world.george.submit(form, button=("answer", f"membership.{answer}")).status == 303
        if seen:
            page = world.public.get(address, If_None_Match=seen[-1].header("etag"))
            assert page.status == 200, "not the same page as before"
        page = world.public.get(address)
        assert ("Bureau of Lakes" in page.words) == counted
        members = world.public.get(f"/partnerships/{p}/members.csv").text
        assert ("confirmed" in members) == counted, members
        seen.append(page)
    assert seen[0].header("etag") != seen[1].header("etag")


def test_filters_and_places_that_are_none(world):
    page = world.public.get(f"/en/partnerships/{world.p}/members?state=bogus")
    assert page.status == 422 and '"bogus" is not one of the choices' in page.words
    assert 'id="f-state-error"' in page.text
    assert world.public.get(f"/en/partnerships/{world.p}/members?state=confirmed").status == 200
    answer = world.public.get("/feed?after=1&from=2026-01-01T00:00:00Z")
    assert answer.status == 400 and "either" in answer.text and answer.header("content-type").startswith("application/xml")


# --- sessions end, people type on -------------------------------------------------------------------
def test_what_was_typed_outlives_the_session(stack, world):
    p = world.partnership("Typed Long", publish=False)
    browser = stack.browser()
    browser.sign_in("fatima")
    form = browser.get(f"/en/records/{p}/edit/about").form("/edit/about$")
    browser.cookies.clear()
    words = "Four hours of <b>work</b>\nand more."
    page = browser.submit(form, {"summary.en": words})
    assert page.status == 403 and "Your session has ended" in page.words and "<b>work" in page.words
    assert "<b>work" not in page.text and page.header("cache-control") == "no-store"
    assert f"/en/sign-in?return=%2Fen%2Frecords%2F{p}%2Fedit%2Fabout" in page.text
    late = page.form("/edit/about$")
    assert browser.submit(late).status == 403, "not before signing in"
    signing_in = browser.get(html.unescape(re.search(r'href="([^"]*/sign-in\?return=[^"]*)"', page.text)[1]))
    answer = browser.submit(signing_in.form("/sign-in$"), {"login": "fatima", "password": "fatima-secret-1"})
    assert answer.header("location").endswith(f"{build.BASE}/en/records/{p}/edit/about")
    assert browser.follow(answer).status == 200
    page = browser.submit(late)
    assert page.status == 403 and "Send this form again" in page.words and "Four hours" in page.words
    assert browser.submit(page.form("/edit/about$")).status == 303
    form = browser.get(f"/en/records/{p}/edit/about").form("/edit/about$")
    assert form.value("summary.en") == words


def test_others_words_are_not_shown_and_forms_of_files_lead_back(stack, world):
    browser = stack.browser()
    address = f"/en/records/{world.p}/edit/about"
    foreign = browser.post(address, {"summary.en": "Buy here"}, {"Origin": "https://evil.example"})
    assert foreign.status == 303 and "Buy here" not in foreign.text
    browser.sign_in("fatima")
    foreign = browser.post(address, {"summary.en": "Buy here"}, {"Origin": "https://evil.example"})
    assert foreign.status == 403 and "Buy here" not in foreign.text
    assert "This form was not taken" in foreign.words and "secretariat, to give" not in foreign.words
    assert f'href="{build.BASE}{address}"' in foreign.text


# --- small things that people meet ------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["partnership", "commitment", "activity"])
def test_an_organisation_of_others_is_told_at_the_field(world, kind):
    """And what was typed stays."""
    form = world.fatima.get(f"/en/register/{kind}").form(f"/register/{kind}$")
    page = world.fatima.submit(form, {"title.en": "Typed with Care", "title.fr": "Avec soin", "owner": "Bureau of Lakes"})
    assert page.status == 403 and "You may not register records of this organisation." in page.words
    form = page.form(f"/register/{kind}$")
    assert (form.value("title.en"), form.value("title.fr")) == ("Typed with Care", "Avec soin")
    assert world.fatima.submit(form, {"owner": world.a}).status == 303


def test_a_name_that_is_wrong_is_not_missing(world):
    form = world.fatima.get("/en/register/partnership").form("/register/partnership$")
    for name, told in (("x" * 301, True), ("a\u202eb", True), ("", False), ("\u00a0\u200b", False)):
        page = world.fatima.submit(form, {"title.en": name, "owner": world.a})
        assert page.status == 422 and ("in one language at least" in page.words) != told, page.words


def test_the_same_form_with_other_words(world):
    form = world.fatima.get("/en/register/partnership").form("/register/partnership$")
    made = world.fatima.submit(form, {"title.en": "Frist Title", "owner": world.a}).header("location")
    again = world.fatima.submit(form, {"title.en": "Frist Title", "owner": world.a})
    assert again.status == 303 and again.header("location") == made, "sent twice, made once"
    page = world.fatima.submit(form, {"title.en": "First Title", "owner": world.a})
    assert page.status == 409 and made.split("/records/")[1][:14] in page.words
    form = page.form("/register/partnership$")
    assert form.value("title.en") == "First Title"
    assert world.fatima.submit(form).status == 303


def test_days_without_a_revision(world):
    address = f"/en/records/{world.p}/history?on="
    for day, words in (("2001-01-01", "had not been published yet"), ("2999-01-01", "has not come yet")):
        page = world.public.get(address + day)
        assert page.status == 422 and words in page.words and f'value="{day}"' in page.text
        assert "There is no such page" not in page.words and 'id="f-on-error"' in page.text


def test_what_nobody_can_show(world):
    answer = world.public.get(f"/partnerships/{world.p}", Accept="image/png")
    assert answer.status == 406, answer
    assert world.public.get(f"/partnerships/{world.p}", Accept="text/*").status == 303
    robots = world.public.get("/robots.txt")
    assert robots.status == 200 and f"Disallow: {build.BASE}/*/sign-in" in robots.text
    assert world.public.get("/favicon.ico").header("location").endswith("/static/icon.svg")


def test_only_what_is_public_is_merged(world):
    draft = world.partnership("Merge me not", publish=False)
    page = world.sara.get(f"/en/records/{draft}/merge")
    assert page.status == 404 and "Only a published record" in page.words


def test_forms_that_are_too_large_say_how_much_fits(world):
    answer = world.fatima.post(f"/en/records/{world.p}/edit/about", {"summary.en": "x" * (3 << 20)})
    assert answer.status == 413 and "At most 2048 kB" in answer.words
