# SPDX-License-Identifier: EUPL-1.2
"""Whose version of an activity counts: a file of another organisation does not replace what its own has told."""
import concurrent.futures
import re
import time

import pytest

import ids
from test_import import NS
from test_iati import activities, activity, content, load

WHO, STRAY = "XM-DAC-928", "XX-R9-ORG"
ID = f"{WHO}-AR-1"
NEWER, OLDER = "2026-01-01T00:00:00Z", "2023-01-01T00:00:00Z"


def told(reporter=WHO, title="Vaccines", updated="2024-05-01T10:00:00Z", name="WHO", identifier=ID, secondary=False):
    text = activity(identifier, title=title, reporter=reporter, updated=updated).replace(">UNDP<", f">{name}<")
    text = text.replace(' last-updated-datetime=""', "")
    return activities(text.replace('" type="40">', '" type="40" secondary-reporter="1">') if secondary else text)


def stray(**values):
    return told(**{"reporter": STRAY, "title": "Hacked", "updated": NEWER, "name": "Nobody", **values})


def state(database, identifier=ID):
    """All that an import could write of an activity."""
    return database.rows("SELECT r.version, r.owner_org, p.revision, p.content, s.digest, s.updated, s.key FROM iati_source s "
                         "JOIN record r ON r.id = s.record_id JOIN publication p ON p.record_id = r.id WHERE s.identifier = %s",
                         (identifier,))


def organisation(database, name):
    return database.one("SELECT record_id FROM record_name WHERE title = %s AND record_id LIKE 'O%%'", (name,))


@pytest.mark.parametrize("how", [{}, {"updated": ""}, {"updated": OLDER}, {"secondary": True}, {"reporter": f"{WHO}-AR"},
                                 {"reporter": "XM-DAC"}, {"identifier": ID.lower()}, {"identifier": f" {ID}\u200b"}], ids=str)
@pytest.mark.parametrize("options", [("--dry-run",), ()], ids=str)
def test_what_its_own_organisation_told_stays(fresh, how, options):
    load(fresh, told())
    who, before = organisation(fresh, "WHO"), state(fresh)
    for _ in range(2):  # also when the other one is known by then
        report = load(fresh, stray(**how), *options)
        assert report.counts[1] == report.counts[3] == 0 and report.counts[2] == 1, report.text
        assert "line 3: Another" not in report.all() and "left out" in report.all(), report.text
        assert "begins with that of WHO, whose own version is here and stays" in report.all(), report.text
        assert f"name {who} as the owner of the import" in report.all()
        assert state(fresh) == before and report.kept == {}
    report = load(fresh, told(title="Better vaccines", updated="2024-06-01T10:00:00Z"))
    assert report.counts == (0, 1, 0, 0) and ">Better vaccines<" in content(fresh, ID), report.text
    assert fresh.concord("verify").stdout == "0 findings\n"


def test_what_reading_says_of_one_that_is_left_out_is_told_too(fresh):
    load(fresh, told())
    text = stray(updated="2999-01-01T00:00:00Z").replace('version="2.03"', 'version="2.99"')
    for options in (("--dry-run",), (), ()):
        report = load(fresh, text, *options)
        assert report.counts[1:] == (0, 1, 0) and report.kept == {}, report.text
        assert "own version is here and stays" in report.all() and report.all().count("lies in the future") == 1, report.text
        assert "2.99" in report.all(), report.text


def test_an_organisation_that_is_here_tells_of_itself(fresh):
    """A file of organisations that another one reports changes nothing of it, unless the office says so."""
    def file(link, ref=WHO):
        return (f'<iati-organisations version="2.03"><iati-organisation><organisation-identifier>{WHO}</organisation-identifier>'
                f'<name><narrative xml:lang="en">WHO</narrative></name><reporting-org ref="{ref}" type="40"><narrative xml:lang="en">R</narrative>'
                f'</reporting-org><document-link url="https://example.org/{link}" format="text/html"><title><narrative xml:lang="en">{link}'
                f'</narrative></title><category code="B01"/><language code="en"/></document-link></iati-organisation></iati-organisations>')

    def documents():
        return re.findall(r"<url>https://example.org/(\w+)</url>", fresh.one("SELECT content FROM publication WHERE kind = 'organisation'"))
    assert load(fresh, file("own")).counts[0] == 1 and documents() == ["own"]
    who = organisation(fresh, "WHO")
    for options in (("--dry-run",), ()):
        report = load(fresh, file("fake", STRAY), *options)
        assert report.counts == (0, 0, 1, 0) and f"line 1: reporting-org: This is reported by another organisation, not by {WHO} itself" in report.all(), report.text
        assert f"name {who} as the owner of the import" in report.all() and documents() == ["own"]
    assert load(fresh, file("more", f" {WHO.lower()} ")).counts == (0, 1, 0, 0) and documents() == ["own", "more"]
    assert load(fresh, file("taken", STRAY), "--owner", who).counts == (0, 1, 0, 0) and documents() == ["own", "more", "taken"]
    assert fresh.concord("verify").stdout == "0 findings\n"


def test_the_rest_of_such_a_file_is_taken(fresh):
    load(fresh, told())
    before = state(fresh)
    file = stray().replace("</iati-activities>", activity("XX-R9-ORG-1", reporter=STRAY, title="Own") + "</iati-activities>")
    assert load(fresh, file).counts == (2, 0, 1, 0)
    assert state(fresh) == before and ">Own<" in content(fresh, "XX-R9-ORG-1")
    assert load(fresh, file).counts == (0, 0, 2, 0)


def test_the_office_may_name_the_owner(fresh):
    load(fresh, told())
    who = organisation(fresh, "WHO")
    report = load(fresh, stray(), "--owner", who)
    assert report.counts == (0, 1, 0, 0) and ">Hacked<" in content(fresh, ID), report.text
    report = load(fresh, told(title="Back", updated="2026-02-01T00:00:00Z"))
    assert report.counts == (0, 1, 0, 0) and ">Back<" in content(fresh, ID), report.text
    assert load(fresh, stray(title="Older", updated=OLDER), "--owner", who).counts == (0, 1, 0, 0) and ">Older<" in content(fresh, ID)
    load(fresh, told(reporter="ZZ-9", identifier="ZZ-9-1", name="Third"))
    before = state(fresh)
    assert load(fresh, stray(title="Again"), "--owner", organisation(fresh, "Third")).counts == (0, 0, 1, 0)
    assert load(fresh, stray(title="Again", updated=""), "--owner", organisation(fresh, "Third")).counts == (0, 0, 1, 0)
    assert state(fresh) == before


def test_what_nobody_has_told_is_taken_and_its_own_organisation_takes_it_back(fresh):
    """No valid activity is lost: where nothing of its own organisation is replaced, a file of another is taken."""
    load(fresh, told(identifier=f"{WHO}-OTHER"))
    assert load(fresh, stray()).counts == (2, 0, 0, 0)
    assert load(fresh, stray(title="Hacked again")).counts == (0, 1, 0, 0)
    report = load(fresh, told(updated="2026-02-01T00:00:00Z"))
    assert report.counts == (0, 1, 0, 0) and ">Vaccines<" in content(fresh, ID), report.text
    before = state(fresh)
    report = load(fresh, stray(title="And again", updated="2026-03-01T00:00:00Z"))
    assert report.counts == (0, 0, 1, 0) and "own version is here and stays" in report.all(), report.text
    assert state(fresh) == before


@pytest.mark.parametrize("own, known, options", [(told(), True, ()), (told(), True, ("--owner",)), (told(), False, ()),
                                                 (told(reporter="ZZ-7", identifier="ZZ-7-1"), False, ())], ids=["own", "owner", "unknown", "unlisted"])
def test_however_late_another_dated_it_its_own_organisation_takes_it_back(fresh, own, known, options):
    identifier = re.search("<iati-identifier>(.*)</", own)[1]
    if known:
        load(fresh, told(identifier=f"{WHO}-OTHER"))
    load(fresh, stray(identifier=identifier, updated=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 36000))))
    report = load(fresh, own, *options, *([organisation(fresh, "WHO")] if options else []))
    assert report.counts == (0 if known else 1, 1, 0, 0) and ">Vaccines<" in content(fresh, identifier), report.text
    report = load(fresh, own.replace("2024-05-01", "2024-04-01"))
    assert report.counts == (0, 0, 1, 0) and "has a newer version, of 2024-05-01" in report.all(), report.text
    assert "own version is here and stays" in load(fresh, stray(identifier=identifier)).all()


def test_what_a_secondary_reporter_told_gives_way(fresh):
    load(fresh, told(identifier=f"{WHO}-OTHER"))
    load(fresh, stray(secondary=True, updated=OLDER))
    load(fresh, told(reporter="ZZ-3", name="Third", title="Another report", updated="2023-06-01T00:00:00Z"))
    assert ">Another report<" in content(fresh, ID)
    assert load(fresh, told()).counts == (0, 1, 0, 0) and ">Vaccines<" in content(fresh, ID)


@pytest.mark.parametrize("ref", [WHO, "928", "DAC-928"])
@pytest.mark.parametrize("first", ["own", "stray"])
def test_within_a_file_its_own_organisation_counts_before_the_newest(fresh, first, ref):
    def inner(text):
        return text.split("\n", 1)[1].removesuffix("</iati-activities>\n")
    two = [inner(told(reporter=ref)), inner(stray()), inner(told(reporter=ref, title="Older", updated=OLDER))]
    report = load(fresh, activities(*(two if first == "own" else two[::-1])))
    assert report.counts == (3, 0, 2, 0) and ">Vaccines<" in content(fresh, ID), report.text
    assert "What its own organisation reports counts: the one in line" in report.all() and "The newest of them counts" in report.all()
    load(fresh, activities(inner(stray()), inner(told(reporter=ref, title="Better", updated="2024-06-01T00:00:00Z"))))
    assert ">Better<" in content(fresh, ID)


def test_what_came_as_native_xml_stays_too(fresh, cluster):
    """No file of IATI has told it here, but its record is the one that the identifier leads to."""
    load(fresh, told())
    documents = [text for text, in fresh.rows("SELECT content FROM publication WHERE state = 'published' ORDER BY kind DESC, record_id")]
    other = cluster.fresh()
    for text in documents:
        assert load(other, text).counts == (1, 0, 0, 0)
    assert not other.one("SELECT count(*) FROM iati_source")
    before = other.rows("SELECT record_id, content, revision FROM publication WHERE record_id LIKE 'A%%'")
    report = load(other, stray())
    assert report.counts == (1, 0, 1, 0) and "own version is here and stays" in report.all(), report.text
    assert other.rows("SELECT record_id, content, revision FROM publication WHERE record_id LIKE 'A%%'") == before
    assert load(other, told(title="Better")).counts == (0, 1, 0, 0)
    cluster.drop(other)


@pytest.mark.parametrize("ref", ["928", "DAC-928", "xm-dac-928", " XM-DAC-928 "])
def test_the_same_organisation_in_another_spelling_may(fresh, ref):
    load(fresh, told())
    report = load(fresh, told(reporter=ref, title="Spelled otherwise"))
    assert report.counts == (0, 1, 0, 0) and ">Spelled otherwise<" in content(fresh, ID), report.text


@pytest.mark.parametrize("identifier", ["928-AR-1", "DAC-928-AR-1"])
def test_an_identifier_in_another_spelling_is_its_organisations_too(fresh, identifier):
    load(fresh, told(identifier=identifier, reporter=identifier[:-5]))
    before = state(fresh, identifier)
    report = load(fresh, stray(identifier=identifier))
    assert report.counts == (1, 0, 1, 0) and "own version is here and stays" in report.all(), report.text
    assert state(fresh, identifier) == before


def test_an_organisation_without_a_register_is_one_too(fresh):
    """Its identifier is in no list of schemes, so it is known only by what files tell."""
    load(fresh, told(reporter="ZZ-7", identifier="ZZ-7-1", name="Seven"))
    before = state(fresh, "ZZ-7-1")
    assert before and not fresh.one("SELECT count(*) FROM told_identifier")
    report = load(fresh, stray(identifier="ZZ-7-1"))
    assert report.counts == (1, 0, 1, 0) and "that of Seven" in report.all(), report.text
    assert state(fresh, "ZZ-7-1") == before


def test_a_longer_identifier_of_who_was_known_before_is_stronger(fresh):
    """XM-DAC-7 and XM-DAC-7-1; but nobody makes himself one for what is here already."""
    load(fresh, told(reporter="XM-DAC-7", identifier="XM-DAC-7-1-A", name="Ministry"))
    before = state(fresh, "XM-DAC-7-1-A")
    agency = told(reporter="XM-DAC-7-1", identifier="XM-DAC-7-1-A", name="Agency", title="Of the agency")
    for _ in range(2):
        assert load(fresh, agency).counts[1] == 0
    assert state(fresh, "XM-DAC-7-1-A") == before
    load(fresh, told(reporter="XM-DAC-7", identifier="XM-DAC-7-1-B", name="Ministry"))
    report = load(fresh, agency.replace("7-1-A<", "7-1-B<"))
    assert report.counts == (0, 1, 0, 0) and ">Of the agency<" in content(fresh, "XM-DAC-7-1-B"), report.text


def bring(database, *records, owner=()):
    """As native XML, as if it had been registered here."""
    report = load(database, f'<records xmlns="{NS}">{"".join(records)}</records>', *(("--owner", owner) if owner else ()))
    assert report.counts[3] == 0, report.text


def agency_as(number=None):
    told = f'<identifier primary="true" scheme="XM-DAC">{number}</identifier>' if number else ""
    return (f'<organisation id="{ids.named("O", "Agency")}" schema="1.0-draft"><name xml:lang="en">Agency</name><type>10</type>'
            f'{told}</organisation>')


def registered(owner, identifier, name="Registered"):
    return (f'<activity id="{ids.named("A", name)}" schema="1.0-draft"><title xml:lang="en">{name}</title>'
            f'<iati-identifier>{identifier}</iati-identifier><reporting organisation="{owner}"/></activity>')


def test_a_longer_identifier_that_was_published_later_is_not(fresh):
    """However long its organisation was known."""
    bring(fresh, agency_as())
    load(fresh, told(reporter="XM-DAC-7", identifier="XM-DAC-7-1-A", name="Ministry"))
    ministry = organisation(fresh, "Ministry")
    bring(fresh, registered(ministry, "XM-DAC-7-1-R"), owner=ministry)
    bring(fresh, agency_as("7-1"))
    load(fresh, told(reporter="XM-DAC-7", identifier="XM-DAC-7-1-B", name="Ministry"))
    bring(fresh, registered(ministry, "XM-DAC-7-1-S", "Second"), owner=ministry)
    records = fresh.one("SELECT count(*) FROM record")
    before = state(fresh, "XM-DAC-7-1-A")
    for letter in "ABRS":
        report = load(fresh, told(reporter="XM-DAC-7-1", identifier=f"XM-DAC-7-1-{letter}", name="Agency", title=f"The agency's {letter}"))
        stays = letter in "AR"
        assert ("own version is here and stays" in report.all()) == stays and report.counts[2] == stays, report.text
        assert report.counts[1] == (letter == "B") and report.counts[0] == (letter == "S"), report.text
    assert state(fresh, "XM-DAC-7-1-A") == before and ">The agency's B<" in content(fresh, "XM-DAC-7-1-B")
    assert fresh.one("SELECT count(*) FROM record") == records + 1
    assert fresh.concord("verify").stdout == "0 findings\n"


@pytest.mark.parametrize("how", [{}, {"identifier": ID.lower()}, {"identifier": f"{ID}\u200b"}, {"secondary": True}, {"reporter": f"{WHO}-AR"}], ids=str)
def test_what_was_registered_here_stays_too(fresh, how):
    """In whatever spelling a file tells its identifier, which is no second record; who owns it finds it by all of them."""
    load(fresh, told(identifier=f"{WHO}-OTHER"))
    who = organisation(fresh, "WHO")
    bring(fresh, registered(who, ID), owner=who)
    load(fresh, stray(identifier="XX-R9-ORG-1"))
    for options in (("--dry-run",), (), ()):
        report = load(fresh, stray(**how), *options)
        assert report.counts[1:] == (0, 1, 0) and report.verdicts[ids.named("A", "Registered")] == "unchanged", report.text
        assert "begins with that of WHO, whose own version is here and stays" in report.all()
    identifier = how.get("identifier", ID)
    assert load(fresh, stray(identifier=identifier), "--owner", who).verdicts == {ids.named("A", "Registered"): "changed"}
    report = load(fresh, told(identifier=identifier, title="Ours"))
    assert report.verdicts == {ids.named("A", "Registered"): "changed"} or report.counts == (0, 0, 1, 0), report.text
    assert fresh.one("SELECT count(*) FROM record WHERE kind = 'activity'") == 3


def test_without_a_date_nobody_replaces_what_another_dated(fresh):
    """No organisation of the identifier is known: the newest counts, and what has no date is not newer."""
    name = "FREE-FORM 1"
    load(fresh, told(reporter="ZZ-1", identifier=name, name="First"))
    before, first = state(fresh, name), organisation(fresh, "First")
    report = load(fresh, stray(identifier=name, updated=""))
    assert report.counts == (1, 0, 1, 0) and "has a date and was reported by First" in report.all(), report.text
    assert f"name {first} as the owner" in report.all() and state(fresh, name) == before
    report = load(fresh, told(reporter="ZZ-1", identifier=name, name="First", updated="", title="Undated"))
    assert report.counts == (0, 1, 0, 0) and ">Undated<" in content(fresh, name), report.text
    report = load(fresh, stray(identifier=name, title="Newer"))
    assert report.counts == (0, 1, 0, 0) and ">Newer<" in content(fresh, name), report.text
    assert re.search("which stays its owner", report.all())


def test_without_a_date_nobody_replaces_what_got_its_identifier_later(fresh):
    """The record is that of the file which had none, and not the one that the identifier would have made."""
    name = "FREE-FORM 1"
    load(fresh, told(reporter="ZZ-1", identifier="", name="First", updated="2024-04-01T10:00:00Z"))
    assert load(fresh, told(reporter="ZZ-1", identifier=name, name="First")).counts == (0, 1, 0, 0)
    before = state(fresh, name)
    report = load(fresh, stray(identifier=name, updated=""))
    assert report.counts == (1, 0, 1, 0) and "has a date and was reported by First" in report.all(), report.text
    assert state(fresh, name) == before


def load_while(database, text, record, meanwhile, *options):
    """Somebody has another record of the file locked: the import has looked at all when meanwhile() is done."""
    with database.connect() as somebody, concurrent.futures.ThreadPoolExecutor(1) as pool:
        cursor = somebody.cursor()
        cursor.execute("SELECT FROM record WHERE id = %s FOR UPDATE", (record,))
        report = pool.submit(load, database, text, *options)
        while not database.one("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"):
            assert not report.done(), report.result().text
            time.sleep(0.02)
        meanwhile()
        somebody.commit()
        return report.result()


def joined(*files):
    return files[0].replace("</iati-activities>\n", "".join(f.split("\n", 1)[1].removesuffix("</iati-activities>\n") for f in files[1:])
                            + "</iati-activities>\n")


def record_of(database, identifier):
    return database.one("SELECT record_id FROM iati_source WHERE identifier = %s", (identifier,))


@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
def test_what_its_own_organisation_tells_at_the_same_time_stays(fresh, known):
    load(fresh, joined(stray(identifier="XX-R9-ORG-1"), told(identifier=f"{WHO}-OTHER"), *([stray(updated=OLDER)] if known else [])))
    file = joined(stray(identifier="XX-R9-ORG-1", title="Own"), stray())
    report = load_while(fresh, file, record_of(fresh, "XX-R9-ORG-1"), lambda: load(fresh, told()))
    assert report.counts == (0, 1, 1, 0) and "begins with that of WHO, whose own version is here and stays" in report.all(), report.text
    assert ">Vaccines<" in content(fresh, ID) and ">Own<" in content(fresh, "XX-R9-ORG-1")
    assert fresh.concord("verify").stdout == "0 findings\n"


def test_what_an_editor_publishes_at_the_same_time_is_not_undone(fresh):
    def organisation_file(link):
        return '<iati-organisations version="2.03">\n' + "".join(
            f'<iati-organisation xml:lang="en"><organisation-identifier>XX-{n}</organisation-identifier><name><narrative>{n}</narrative></name>'
            f'<reporting-org ref="XX-{n}" type="40"><narrative>{n}</narrative></reporting-org><document-link url="https://example.org/{link}">'
            f'<title><narrative>{link}</narrative></title><category code="B01"/><recipient-country code="KE"/></document-link>'
            '</iati-organisation>\n' for n in (1, 2)) + "</iati-organisations>\n"
    load(fresh, organisation_file("first"))
    held, edited = sorted(record for record, in fresh.rows("SELECT record_id FROM iati_source"))
    text = fresh.one("SELECT content FROM publication WHERE record_id = %s", (edited,))
    edit = text.replace("<type>40</type>", "<type>40</type><website>https://edited.example/</website>")
    report = load_while(fresh, organisation_file("second"), held, lambda: fresh.concord("import", "--quiet", "-", input=edit))
    assert report.counts == (0, 2, 0, 0) and report.kept == {"organisation-identifier": 2, "document-link": 2}, report.text
    text = fresh.one("SELECT content FROM publication WHERE record_id = %s", (edited,))
    assert "https://edited.example/" in text and "example.org/first<" in text and "example.org/second<" in text, text


def test_what_is_newer_at_the_same_time_stays(fresh):
    load(fresh, joined(stray(identifier="XX-R9-ORG-1"), told(updated=OLDER)))
    file = joined(stray(identifier="XX-R9-ORG-1", title="Own"), told(title="Between"))
    report = load_while(fresh, file, record_of(fresh, "XX-R9-ORG-1"), lambda: load(fresh, told(title="Newest", updated=NEWER)))
    assert report.counts == (0, 1, 1, 0) and f"The registry has a newer version, of {NEWER}" in report.all(), report.text
    assert ">Newest<" in content(fresh, ID) and ">Own<" in content(fresh, "XX-R9-ORG-1")
    assert fresh.one("SELECT updated FROM iati_source WHERE identifier = %s", (ID,)) == NEWER


def test_what_is_older_does_not_become_the_newest_by_its_identifier(fresh):
    """Which the form gave to what came without one."""
    load(fresh, told(identifier="", updated=NEWER))
    record = fresh.one("SELECT record_id FROM iati_source WHERE kind = 'activity'")
    fresh.rows("UPDATE activity SET iati_identifier = %s WHERE record_id = %s RETURNING 1", (ID, record))
    report = load(fresh, told(title="Old"))
    assert report.counts == (0, 0, 1, 0) and f"has a newer version, of {NEWER}" in report.all(), report.text
