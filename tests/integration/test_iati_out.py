# SPDX-License-Identifier: EUPL-1.2
"""IATI 2.03 from what is published: valid under the official schema whatever the records hold, true to what they
say, and nothing made up for what they do not say."""
import csv
import io
import itertools
import os
import re
import subprocess
import xml.etree.ElementTree as ET

import pytest
from hypothesis import HealthCheck, Phase, given, settings

import build
import generate
import ids
import pages
from test_import import NS, Report

SAMPLES = build.ROOT / "schemas/samples/1.0-draft"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ORG, OTHER, SILENT = (ids.named("O", f"iati {n}") for n in (1, 2, 3))
PARTNERSHIP, ACTIVITY, BARE = ids.named("P", "iati"), ids.named("A", "iati"), ids.named("A", "iati bare")
EXAMPLE, HOSTED, PLEDGE = ids.named("A", "iati example"), ids.named("P", "iati hosted"), ids.named("C", "iati pledge")
MOVED, MOVING, LATER = ids.named("A", "iati moved"), ids.named("O", "iati moving"), ids.named("P", "iati later")
UNTOLD, FOREIGN, UNLISTED = ids.named("P", "iati untold"), ids.named("A", "iati foreign"), ids.named("A", "iati unlisted")
CHOSEN = ids.named("A", "iati chosen")
NUMBERS = itertools.count()
TABLES = generate.kinds()
# What IATI needs is always there, days are days, and nothing ends before it begins.
NEEDED = {"activity": {"iati-identifier", "reporting.ref", "reporting.type", "description", "state", "participant"},
          "partnership": {"state", "host"}}


def likely(kind):
    fields = [dict(f) for f in kind["fields"] if f["name"] not in ("end", "planned-end", "founded", "planned-start", "illustrative")]
    for field in fields:
        needed = NEEDED.get(kind["name"], set())
        field["required"] |= field["name"] in needed or field["name"] == "start"
        field["type"] = "day" if field["name"] == "start" else field["type"]
        field["children"] = [{**f, "required": f["required"] or f"{field['name']}.{f['name']}" in needed}
                             for f in field["children"]]
    return {**kind, "fields": fields}


LIKELY = {name: likely(kind) for name, kind in TABLES.items()}


def organisation(record, name, identifier):
    known = f'<identifier primary="true" scheme="XM-DAC">{identifier}</identifier>' if identifier else ""
    return (f'<organisation id="{record}" schema="1.0-draft"><name xml:lang="en">{name}</name>'
            f"<type>un-entity</type>{known}</organisation>")


def member(name, org, role, state):
    return (f'<membership id="{ids.named("M", name)}" schema="1.0-draft"><partnership>{PARTNERSHIP}</partnership>'
            f'<organisation>{org}</organisation><role code="{role}"/>'
            f'<consent date="2026-11-24T00:00:00Z" state="{state}"/></membership>')


RECORDS = "".join([
    organisation(ORG, "Water Agency", "41999"), organisation(OTHER, "Lake Fund", "41998"),
    organisation(SILENT, "Nameless Office", None),
    f'<partnership id="{PARTNERSHIP}" schema="1.0-draft"><title xml:lang="en">Together</title>'
    '<acronym xml:lang="en">TG</acronym><summary xml:lang="en">Water &lt;for&gt; all.</summary><kind>global-fund</kind>'
    f'<host>{ORG}</host><country code="KE" percentage="40"/><region code="002" percentage="60"/>'
    '<sdg goal="6" target="6.1" weight="70.5"/><sdg goal="6" weight="9.5"/><sdg goal="1" weight="20"/>'
    "<founded>2001</founded><start>2002-01-28</start><planned-end>2030</planned-end><state>winding-down</state>"
    '<document category="B01 A12 A01" format="text/html" language="fr zh-Hant"><title xml:lang="fr">Rapport</title><url>https://example.org/r</url></document>'
    '<document category="B01"><title xml:lang="en">No format</title><url>https://example.org/x</url></document>'
    "</partnership>",
    member("m1", OTHER, "funding", "confirmed"), member("m2", SILENT, "lead", "invited"),
    f'<activity id="{ACTIVITY}" schema="1.0-draft"><title xml:lang="und">Pumps</title><reporting organisation="{ORG}"/>'
    '<description type="2"><text xml:lang="en">Pumps.</text></description><start>2024-02-01</start><end>2026</end><state>2</state>'
    '<participant role="4" ref="XX-1"><name xml:lang="en">Pump makers</name></participant></activity>',
    f'<activity id="{EXAMPLE}" schema="1.0-draft"><title xml:lang="en">Made up</title><reporting organisation="{ORG}"/>'
    '<description type="1"><text xml:lang="en">Made up.</text></description><start>2024-02-01</start><state>2</state>'
    '<participant role="4"><name xml:lang="en">Nobody</name></participant><illustrative>true</illustrative></activity>',
    f'<partnership id="{HOSTED}" schema="1.0-draft"><title xml:lang="en">Hosted</title><summary xml:lang="en">So.</summary>'
    f'<kind>global-fund</kind><host>{SILENT}</host><start>2002-01-28</start><state>active</state></partnership>',
    f'<activity id="{BARE}" schema="1.0-draft"><title xml:lang="en">Bare</title><reporting organisation="{ORG}"/></activity>',
])


def following(answer, rel="next"):
    """The address of a header Link, or None."""
    found = [link for link in answer.all("link") if link.endswith(f'; rel="{rel}"')]
    assert len(found) < 2
    return found[0][found[0].index("/iati/"):found[0].index(">")] if found else None


class Site:
    def __init__(self, database, worker, standards):
        self.database, self.worker = database, worker
        self.schemas = standards / "iati/xsd/2.03" if standards else None

    def load(self, text, *options):
        report = Report(self.database.concord("import", "--trust-consent", *options, "-", check=False, input=text))
        assert report.status == 0, report.text + report.errors

    def valid(self, body):
        root = ET.fromstring(body)
        name = "activities" if root.tag == "iati-activities" else "organisations"
        done = subprocess.run(["xmllint", "--nonet", "--noout", "--schema", self.schemas / f"iati-{name}-schema.xsd", "-"],
                              input=body, capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr.decode() + body.decode()
        return root

    def one(self, record, kind="activities"):
        answer = self.worker.fetch(f"/iati/{kind}/{record}.xml")
        assert answer.status == 200, answer.text
        return self.valid(answer.body)[0]

    def all(self, after="0"):
        """The activities of every page, and what is left out with its reason."""
        found = []
        uri = f"/iati/activities.xml?after={after}"
        while True:
            answer = self.worker.fetch(uri)
            if answer.status == 200:
                found += list(self.valid(answer.body))
            else:
                assert answer.status == 404 and "/iati/left-out.csv" in answer.text
            uri = following(answer)
            if not uri:
                break
        left = {row["record"]: row for row in self.left_out(after) if row["kind"] != "organisation"
                and row["lacks"] not in ("members", "iati-identifier/characters")}  # which are not left out
        return found, left

    def left_out(self, after="0"):
        uri = f"/iati/left-out.csv?after={after}"
        while uri:
            answer = self.worker.fetch(uri)
            yield from csv.DictReader(io.StringIO(answer.text))
            uri = following(answer)


@pytest.fixture(scope="module", name="site")
def site_fixture(cluster, tmp_path_factory, standards):
    database = cluster.fresh()
    database.concord("codelists")
    with pages.start(database, tmp_path_factory.mktemp("iati"), "bulk") as worker:
        made = Site(database, worker, standards)
        made.load(f'<records xmlns="{NS}">{RECORDS}</records>', "--owner", ORG)
        yield made
        assert worker.stop() == 0, worker.log_text()
    cluster.drop(database)


pytestmark = pytest.mark.needs_standards


def attributes(node, path):
    return [dict(e.attrib) for e in node.findall(path)]


def test_a_partnership_is_an_activity(site):
    a = site.one(PARTNERSHIP)
    assert a.get("hierarchy") == "1"
    assert a.findtext("iati-identifier") == f"XM-DAC-41999-{PARTNERSHIP}"
    assert attributes(a, "reporting-org") == [{"ref": "XM-DAC-41999", "type": "40"}]
    assert [(n.text, n.get(LANG)) for n in a.findall("title/narrative")] == [("Together (TG)", "en")]
    assert a.findtext("description/narrative") == "Water <for> all."
    assert attributes(a, "participating-org") == [{"ref": "XM-DAC-41999", "type": "40", "role": "2"},
                                                  {"ref": "XM-DAC-41998", "type": "40", "role": "1"}]
    assert attributes(a, "activity-status") == [{"code": "3"}]
    assert attributes(a, "activity-date") == [{"iso-date": "2002-01-28", "type": "2"}]
    assert attributes(a, "recipient-region") == [{"code": "002", "vocabulary": "2", "percentage": "60"}]
    assert attributes(a, "tag") == [{"code": "6.1", "vocabulary": "3"}, {"code": "6", "vocabulary": "2"},
                                    {"code": "1", "vocabulary": "2"}]
    assert attributes(a, "sector") == [{"vocabulary": "7", "code": "1", "percentage": "20.00"},
                                       {"vocabulary": "7", "code": "6", "percentage": "80.00"}]
    assert attributes(a, "document-link") == [{"url": "https://example.org/r", "format": "text/html"}]
    assert [(e.tag, e.get("code")) for e in a.find("document-link")] == [
        ("title", None), ("category", "B01"), ("category", "A12"), ("category", "A01"), ("language", "fr"), ("language", "zh-Hant")]


def test_an_activity_is_as_told(site):
    a = site.one(ACTIVITY)
    assert a.findtext("iati-identifier") == f"XM-DAC-41999-{ACTIVITY}"
    assert a.findtext("reporting-org/narrative") == "Water Agency"
    assert a.find("title/narrative").attrib == {}
    assert attributes(a, "activity-date") == [{"iso-date": "2024-02-01", "type": "2"}]
    assert attributes(a, "participating-org") == [{"ref": "XX-1", "role": "4"}]


def test_a_participant_of_the_registry_goes_out_with_name_and_reference(site):
    shown = ids.named("O", "iati shown as example")
    parts = (f'<participant organisation="{OTHER}" role="1"/>'
             f'<participant organisation="{SILENT}" role="4" type="80"/>'
             f'<participant organisation="{OTHER}" ref="XX-7" role="4"/>'
             f'<participant organisation="{SILENT}" role="3"><name xml:lang="fr">Bureau</name></participant>'
             f'<participant organisation="{OTHER}" ref="XX-8" role="2"><name xml:lang="en">As told</name></participant>'
             f'<participant organisation="{shown}" role="4"/><participant ref="XX-1" role="4"/>'
             f'<participant activity="XX-9-&gt;" organisation="{ORG}" ref="XX-9" role="3"/>')
    site.load(f'<records xmlns="{NS}">{organisation(shown, "Made up", "41997")[:-len("</organisation>")]}'
              f'<illustrative>true</illustrative></organisation><activity id="{CHOSEN}" schema="1.0-draft">'
              f'<title xml:lang="en">Chosen</title><reporting organisation="{ORG}"/><description type="1">'
              '<text xml:lang="en">Pumps.</text></description><start>2024-02-01</start><state>2</state>'
              f"{parts}</activity></records>", "--owner", ORG)
    told = [({"ref": "XM-DAC-41998", "role": "1", "type": "40"}, ["Lake Fund"]), ({"role": "4", "type": "80"}, ["Nameless Office"]),
            ({"ref": "XX-7", "role": "4", "type": "40"}, ["Lake Fund"]), ({"role": "3", "type": "40"}, ["Bureau"]),
            ({"ref": "XX-8", "role": "2"}, ["As told"]), ({"role": "4"}, []), ({"ref": "XX-1", "role": "4"}, []),
            ({"activity-id": "XX-9->", "ref": "XX-9", "role": "3", "type": "40"}, ["Water Agency"])]
    alone, listed = site.one(CHOSEN), [a for a in site.all()[0] if a.findtext("title/narrative") == "Chosen"]
    for activity in (alone, *listed):
        assert [(p.attrib, [n.text for n in p]) for p in activity.findall("participating-org")] == told
    assert len(listed) == 1 and CHOSEN not in site.all()[1]


def test_a_participant_that_a_file_tells_by_its_reference_stays_so(site):
    """The activity has an identifier, so what is told of it comes back by files: unchanged."""
    file = ('<iati-activities version="2.03"><iati-activity><iati-identifier>XM-DAC-41999-BYREF</iati-identifier>'
            '<reporting-org ref="XM-DAC-41999" type="40"><narrative xml:lang="en">Water Agency</narrative></reporting-org>'
            '<title><narrative xml:lang="en">By reference</narrative></title><description><narrative xml:lang="en">Pumps.</narrative>'
            '</description><participating-org ref="XM-DAC-41998" role="1"/><activity-status code="2"/>'
            '<activity-date type="1" iso-date="2024-02-01"/></iati-activity></iati-activities>')
    site.load(file)
    record = site.database.one("SELECT record_id FROM iati_source WHERE identifier = 'XM-DAC-41999-BYREF'")
    told = site.one(record)
    assert [(p.attrib, list(p)) for p in told.findall("participating-org")] == [({"ref": "XM-DAC-41998", "role": "1"}, [])]
    assert f'organisation="{OTHER}"' in site.database.one("SELECT content FROM publication WHERE record_id = %s", [record])
    text = ET.tostring(told, encoding="unicode")
    done = Report(site.database.concord("import", "-", check=False, input=f'<iati-activities version="2.03">{text}</iati-activities>'))
    assert f"unchanged\t{record}" in done.text, done.text


def test_what_the_registry_tells_itself_is_not_taken_from_a_file(site):
    """Its partnerships, and whatever it gave an identifier to, whoever says so; nothing stands twice in IATI."""
    before = site.database.one("SELECT position FROM feed_head")
    own = ET.tostring(site.one(PARTNERSHIP), encoding="unicode")
    for text in (own, re.sub('(<reporting-org[^>]*ref=)"[^"]*"', r'\1"XX-STRANGER"', own)):
        done = Report(site.database.concord("import", "-", check=False, input=f'<iati-activities version="2.03">{text}</iati-activities>'))
        assert done.status == 0 and f"unchanged\t{PARTNERSHIP}" in done.text and "nothing is taken from a file" in done.text, done.text
    told = [a.findtext("iati-identifier") for a in site.all()[0]]
    assert len(told) == len(set(told))
    kinds = {kind for (kind,) in site.database.rows("SELECT kind FROM revision WHERE position > %s", [before])}
    assert kinds <= {"organisation"}, "who reports is registered at most"


def test_the_time_of_a_publication_here_does_not_win_over_the_reporters_own_file(site):
    """Of two activities with one identifier the newer counts everywhere. What has an identifier of the reporter's own may
    stand in his file, with more than is said here: it is as old as its reporter says, or of no time."""
    silent, dated = ids.named("A", "iati out silent"), ids.named("A", "iati out dated")
    head = '<reporting organisation="{}"/><description type="1"><text xml:lang="en">Pumps.</text></description>'.format(ORG)
    rest = '<start>2024-02-01</start><state>2</state><participant ref="XX-1" role="4"/>'
    site.load(f'<records xmlns="{NS}">' + "".join(
        f'<activity id="{record}" schema="1.0-draft"><title xml:lang="en">Timed</title>'
        f'<iati-identifier>XM-DAC-41999-{record}</iati-identifier>{head}{rest}{updated}</activity>' for record, updated in
        ((silent, ""), (dated, "<last-updated>2020-01-02T03:04:05Z</last-updated>"))) + "</records>", "--owner", ORG)
    time = "last-updated-datetime"
    assert site.one(silent).get(time) is None and site.one(dated).get(time) == "2020-01-02T03:04:05Z"
    assert site.one(ACTIVITY).get(time) and site.one(PARTNERSHIP).get(time)  # identifiers that the registry made
    assert site.one(ORG, "organisations").get(time) is None


def test_an_organisation_has_a_file(site):
    o = site.one(ORG, "organisations")
    assert o.findtext("organisation-identifier") == "XM-DAC-41999"
    assert o.findtext("name/narrative") == "Water Agency"
    assert site.worker.fetch(f"/iati/organisations/{SILENT}.xml").status == 404
    listed = csv.DictReader(io.StringIO(site.worker.fetch("/iati/organisations.csv").text))
    assert {row["record"] for row in listed} & {ORG, OTHER, SILENT} == {ORG, OTHER}
    without = {row["record"]: row for row in site.left_out() if row["kind"] == "organisation"}
    assert set(without) & {ORG, OTHER, SILENT} == {SILENT} and "Nameless Office" in without[SILENT]["message"]
    assert without[SILENT]["address"].endswith(f"/en/records/{SILENT}/edit/identifiers")
    assert site.worker.fetch(f"/iati/organisations/{PARTNERSHIP}.xml").status == 404
    assert site.worker.fetch(f"/iati/activities/{ORG}.xml").status == 404


def test_a_records_page_leads_to_its_file(site, cluster, tmp_path):
    with pages.start(site.database, tmp_path, "page") as worker:
        for plural, record, file in (("activities", ACTIVITY, "activities"), ("partnerships", PARTNERSHIP, "activities"),
                                     ("organisations", ORG, "organisations"), ("activities", EXAMPLE, None)):
            page = worker.fetch(f"/en/{plural}/{record}")
            assert page.status == 200
            assert re.findall(r'href="[^"]*(/iati/[^"]*)"', page.text) == ([f"/iati/{file}/{record}.xml"] if file else [])
        assert worker.stop() == 0


def test_what_lacks_something_is_left_out_and_told(site):
    answer = site.worker.fetch(f"/iati/activities/{BARE}.xml")
    assert answer.status == 404
    assert "Bare has no description" in answer.text
    found, left = site.all()
    written = {a.findtext("iati-identifier").rpartition("-")[2] for a in found}
    assert {PARTNERSHIP, ACTIVITY} <= written and BARE not in written
    assert left[BARE]["lacks"] == "iati-activity/description"
    assert left[BARE]["address"] == f"http://127.0.0.1:8080{build.BASE}/en/records/{BARE}/edit/about"


def test_a_reason_says_whose_record_is_to_be_mended_and_where(site):
    reason = site.all()[1][HOSTED]
    assert reason["kind"] == "partnership" and reason["lacks"] == "reporting-org/@ref"
    assert reason["message"] == "Nameless Office reports and has no identifier that IATI knows: add its primary identifier."
    assert reason["address"] == f"http://127.0.0.1:8080{build.BASE}/en/records/{SILENT}/edit/identifiers"


def test_what_somebody_else_reports_is_not_passed_off_as_the_owners(site):
    known = ('<description type="1"><text xml:lang="en">Pumps.</text></description><start>2024-02-01</start><state>2</state>'
             '<participant role="4" ref="XX-1"/>')
    for reporting, ref, owner, secondary in [
            ('<reporting ref="XX-9" type="40"><name xml:lang="en">Foreign</name></reporting>', "XX-9", ORG, "1"),
            (f'<reporting organisation="{OTHER}"/>', "XM-DAC-41998", ORG, "1"),
            (f'<reporting organisation="{ORG}" ref="41999"/>', "41999", ORG, None)]:
        site.load(f'<records xmlns="{NS}"><activity id="{FOREIGN}" schema="1.0-draft"><title xml:lang="en">Pumps</title>'
                  f"<iati-identifier>{ref}-7</iati-identifier>{reporting}{known}</activity></records>", "--owner", owner)
        assert site.one(FOREIGN).find("reporting-org").get("secondary-reporter") == secondary


def test_a_reference_without_a_scheme_is_the_reporters_own_where_it_is_named(site):
    for secondary in ("", ' secondary="true"'):
        site.load(f'<records xmlns="{NS}"><activity id="{UNLISTED}" schema="1.0-draft"><title xml:lang="en">Pumps</title>'
                  f'<iati-identifier>ZZ-3-7</iati-identifier><reporting organisation="{SILENT}" ref="ZZ-3"{secondary}/>'
                  '<description type="1"><text xml:lang="en">Pumps.</text></description><start>2024-02-01</start><state>2</state>'
                  '<participant role="4" ref="XX-1"/></activity></records>', "--owner", SILENT)
        assert site.one(UNLISTED).find("reporting-org").get("secondary-reporter") == ("1" if secondary else None)


def test_an_identifier_that_was_made_stays_for_ever(site):
    activity = (f'<activity id="{MOVED}" schema="1.0-draft"><title xml:lang="en">Pumps</title><reporting organisation="{MOVING}"/>'
                '<description type="1"><text xml:lang="en">{}</text></description><start>2024-02-01</start><state>2</state>'
                '<participant role="4" ref="XX-1"/></activity>')
    hosted = (f'<partnership id="{LATER}" schema="1.0-draft"><title xml:lang="en">Later</title><summary xml:lang="en">So.</summary>'
              f'<kind>global-fund</kind><host>{MOVING}</host><start>2002-01-28</start><state>active</state></partnership>')
    load = lambda *items: site.load(f'<records xmlns="{NS}">{"".join(items)}</records>', "--owner", ORG)  # noqa: E731
    load(organisation(MOVING, "Moving Office", None), activity.format("One."), hosted)
    assert site.worker.fetch(f"/iati/activities/{MOVED}.xml").status == 404
    load(organisation(MOVING, "Moving Office", "A&amp;B-1"))
    for record in (MOVED, LATER):
        a = site.one(record)
        assert a.findtext("iati-identifier") == f"XM-DAC-A&B-1-{record}" and a.find("other-identifier") is None
    load(organisation(MOVING, "Moving Office", "XM-DAC-77"), activity.format("Two."))
    for record in (MOVED, LATER):
        a = site.one(record)
        assert a.findtext("iati-identifier") == f"XM-DAC-A&B-1-{record}"
        assert a.find("reporting-org").get("ref") == "XM-DAC-77"
        assert attributes(a, "other-identifier") == [{"ref": "XM-DAC-A&B-1", "type": "B1"}]


def test_the_samples_have_content(site, cluster, tmp_path):
    database = cluster.fresh()
    database.concord("codelists")
    folder = build.ROOT / "sql/samples"
    for line in (folder / "order.tsv").read_text().splitlines():
        if line[0] != "#":
            file, owner = line.split("\t")
            database.concord("import", "--quiet", *(["--owner", owner] if owner != "-" else []), "--trust-consent",
                             str(folder / file))
    with pages.start(database, tmp_path, "bulk") as worker:
        found, left = Site(database, worker, site.schemas.parents[2]).all()
        assert worker.stop() == 0
    cluster.drop(database)
    assert [a.findtext("iati-identifier") for a in found] == ["XM-DAC-47045-PM9D5D4ZMSVB5Z", "XM-DAC-41305-PW2M6VZ1Q7DS3N"]
    assert all(a.find("reporting-org").get("secondary-reporter") == "1" for a in found)
    assert {row["lacks"] for row in left.values()} == {"illustrative", "iati-activity/activity-date"}
    assert all(row["message"] and row["address"] for row in left.values())


def test_an_example_is_no_fact(site):
    answer = site.worker.fetch(f"/iati/activities/{EXAMPLE}.xml")
    assert answer.status == 404 and "Made up says of itself that it is an example" in answer.text
    assert site.all()[1][EXAMPLE]["lacks"] == "illustrative"


def test_only_activities_and_partnerships_have_activity_files(site):
    site.load(f'<records xmlns="{NS}"><commitment id="{PLEDGE}" schema="1.0-draft"><title xml:lang="en">Pledge</title>'
              f'<description xml:lang="en">Money.</description><kind>advocacy</kind><maker>{ORG}</maker><state>registered</state>'
              "</commitment></records>", "--owner", ORG)
    assert site.database.one(f"SELECT state FROM publication WHERE record_id = '{PLEDGE}'") == "published"
    for record in (PLEDGE, ids.named("M", "m1"), ORG):
        answer = site.worker.fetch(f"/iati/activities/{record}.xml")
        assert answer.status == 404 and "lack" not in answer.text and "needs" not in answer.text


def test_the_parts_are_listed_and_hold_each_activity_once(site):
    """Whatever was published anew in between; the address of a part leads to nothing of another."""
    made = [an_activity(f"part {n}") for n in range(1100)]
    sent = f'<records xmlns="{NS}">{"".join(r.sent for r in made)}</records>'
    site.load(sent, "--owner", ORG)
    site.load(f'<records xmlns="{NS}">{made[7].sent.replace(">Odd<", ">Odd, again<")}</records>', "--owner", ORG)
    listed = list(csv.DictReader(io.StringIO(site.worker.fetch("/iati/parts.csv").text)))
    assert len(listed) >= 3
    found, names = [], set()
    for row in listed:
        uri, records = row["address"][row["address"].index("/iati/"):], 0
        after, until = map(int, re.findall(r"=(\d+)", uri))
        names |= {row["address"]}
        while uri:
            answer = site.worker.fetch(uri)
            assert answer.status in (200, 404) and following(answer, "first") == "/iati/activities.xml"
            assert following(answer, "index") == "/iati/parts.csv"
            items = list(site.valid(answer.body)) if answer.status == 200 else []
            records += len(items)
            found += [a.findtext("iati-identifier") for a in items]
            uri = following(answer)
        assert records <= int(row["records"]) == site.database.one(
            "SELECT count(*) FROM publication WHERE state = 'published' AND kind IN ('activity', 'partnership') "
            "AND position > %s AND position <= %s", (after, until))
        assert row["published"] == site.database.one(
            "SELECT cc_iso(max(published_at)) FROM publication WHERE state = 'published' "
            "AND kind IN ('activity', 'partnership') AND position > %s AND position <= %s", (after, until))
    assert len(names) == len(listed) and len(found) == len(set(found))
    assert sorted(found) == sorted(a.findtext("iati-identifier") for a in site.all()[0])


def test_what_has_no_activity_is_told_as_an_error(site):
    position = site.database.one("SELECT position FROM feed_head")
    answer = site.worker.fetch(f"/iati/activities.xml?after={position}")
    assert answer.status == 404 and "/iati/left-out.csv" in answer.text and not following(answer)
    site.load(f'<records xmlns="{NS}"><partnership id="{UNTOLD}" schema="1.0-draft"><title xml:lang="en">Untold</title>'
              f'<summary xml:lang="en">Untold.</summary><kind>global-fund</kind><state>active</state></partnership></records>', "--owner", ORG)
    answer = site.worker.fetch(f"/iati/activities.xml?after={position}")
    assert answer.status == 404 and "/iati/left-out.csv" in answer.text


def test_the_maximal_sample_loses_nothing_that_iati_can_say(site):
    text = (SAMPLES / "activity-maximal.xml").read_text()
    root = ET.fromstring(text)
    assert "<illustrative>true</illustrative>" in text
    sample = text.replace("<illustrative>true</illustrative>", "")
    sample = sample.replace(root.find(f"{{{NS}}}reporting").get("organisation"), ORG)
    sample = sample.replace(root.findtext(f"{{{NS}}}partnership"), PARTNERSHIP)
    sample = sample.replace(root.find(f"{{{NS}}}related").get("activity"), ACTIVITY)
    site.load(f'<records xmlns="{NS}">{sample}</records>', "--owner", ORG)
    a = site.one(ET.fromstring(sample).get("id"))
    assert a.findtext("iati-identifier") == "XX-EXAMPLE-1-PUMPS"
    assert {e.tag for e in a} == {
        "iati-identifier", "reporting-org", "title", "description", "participating-org", "other-identifier", "activity-status",
        "activity-date", "contact-info", "activity-scope", "recipient-country", "recipient-region", "location", "sector", "tag",
        "humanitarian-scope", "policy-marker", "collaboration-type", "default-flow-type", "default-finance-type",
        "default-aid-type", "default-tied-status", "document-link", "related-activity", "conditions"}
    assert a.get("humanitarian") == "1" and a.get("default-currency") == "EUR"
    assert attributes(a, "sector")[0] == {"vocabulary": "1", "code": "14031", "percentage": "100"}
    assert a.findtext("location/point/pos") == "-4.0435 39.6682"
    assert [(e.tag, e.get("vocabulary"), e.get("level"), e.get("code")) for e in a.find("location")
            if e.tag in ("location-id", "administrative", "feature-designation")] == [
        ("location-id", "G1", None, "186301"), ("location-id", "G2", None, "node/27565056"), ("administrative", "G1", "1", "186300"),
        ("administrative", "A4", None, "KE"), ("feature-designation", None, None, "PPLA")]
    assert a.findtext("location/activity-description/narrative") == "Wells are mended."
    told = [e["ref"] for e in attributes(a, "other-identifier")]
    site.load(f'<records xmlns="{NS}">{re.sub("(<other-identifier[^>]*) type=.[A-Z0-9]*.", chr(92) + "1", sample)}</records>', "--owner", ORG)
    assert attributes(site.one(ET.fromstring(sample).get("id")), "other-identifier") == [{"ref": ref, "type": "A9"} for ref in told]


@pytest.mark.parametrize("told", [
    {"organisation": "Ministry of Water", "department": "Office of wells"},
    {"organisation": "Ministry of Water"},
    {"organisation": "Ministry of Water", "department": "Ministry of Water"},
    {"department": "Office of wells", "job-title": "Head of wells"},
    {"job-title": "Head of all wells"},
])
def test_an_office_and_its_organisation_stay_what_they_are(site, told):
    identifier = f"XM-DAC-41999-CONTACT-{len(told)}-{min(told)}-{len(set(told.values()))}"
    contact = "".join(f"<{name}><narrative>{text}</narrative></{name}>" for name, text in told.items())
    site.load(f'''<iati-activities version="2.03"><iati-activity xml:lang="en"><iati-identifier>{identifier}</iati-identifier>
<reporting-org ref="XM-DAC-41999" type="40"><narrative>Reporter</narrative></reporting-org>
<title><narrative>Wells</narrative></title><description type="1"><narrative>Wells that last</narrative></description>
<participating-org role="4" ref="XM-DAC-41999"/><activity-status code="2"/><activity-date type="2" iso-date="2024-01-01"/>
<contact-info type="1">{contact}</contact-info></iati-activity></iati-activities>''')
    a = next(a for a in site.all()[0] if a.findtext("iati-identifier") == identifier)
    expected = told if set(told) & {"organisation", "department"} else {"organisation": "Reporter", **told}
    assert {e.tag: e.findtext("narrative") for e in a.find("contact-info")} == expected
    assert [e.tag for e in a.find("contact-info")] == [n for n in ("organisation", "department", "job-title") if n in expected]


WRITTEN = []


ANY = settings(max_examples=int(os.environ.get("CONCORD_SOAK") and 500 or 25), deadline=None, database=None, derandomize=True,
               suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate))


def unique(letter):
    return ids.named(letter, f"iati {next(NUMBERS)} generated")


def judge(site, records):
    """Everything is valid in the files or left out with a reason and a page where that is mended."""
    position = site.database.one("SELECT position FROM feed_head")
    site.load(f'<records xmlns="{NS}">{"".join(r.sent for r in records)}</records>',
              "--owner", next(r.id for r in records if r.id[0] == "O"))
    found, left = site.all(position)
    wanted = {r.id for r in records if r.id[0] in "AP"}
    given_out = {r for r, row in left.items() if row["lacks"] == "iati-identifier/characters"}  # told all the same
    assert set(left) <= wanted and len(found) + len(left) - len(given_out) == len(wanted)
    for row in left.values():
        assert row["lacks"] and row["message"] and f"{build.BASE}/en/records/" in row["address"], row
    without = {row["record"]: row for row in site.left_out(position) if row["kind"] == "organisation"}
    for record in (r.id for r in records if r.id[0] == "O"):
        answer = site.worker.fetch(f"/iati/organisations/{record}.xml")
        assert answer.status == (404 if record in without else 200)
        if answer.status == 200:
            site.valid(answer.body)
        else:
            assert without[record]["lacks"] and f"{build.BASE}/en/records/{record}/" in without[record]["address"]
    return found


@ANY
@given(records=generate.registries(LIKELY, unique))
def test_whatever_is_published_is_valid(site, records):
    WRITTEN.extend(judge(site, records))


def test_much_of_it_was_written():
    assert len(WRITTEN) > 20


@settings(ANY, max_examples=ANY.max_examples * 2 // 5)
@given(records=generate.registries(TABLES, unique))
def test_the_unlikely_is_valid_or_told(site, records):
    judge(site, records)


# --- odd records, one by one ----------------------------------------------------------------------
KNOWN = ('<description type="1"><text xml:lang="en">So.</text></description><start>2024-02-01</start><state>2</state>'
         '<participant role="4"><name xml:lang="en">Makers</name></participant>')


class Made:
    def __init__(self, record, sent):
        self.id, self.sent = record, sent


def an_activity(name, inner="", title='<title xml:lang="en">Odd</title>', known=KNOWN):
    record = ids.named("A", f"iati odd {name}")
    fields = [f["name"] for f in TABLES["activity"]["fields"]]
    root = ET.fromstring(f'<activity xmlns:x="x">{title}<reporting organisation="{ORG}"/>{known}{inner}</activity>')
    children = sorted(root, key=lambda e: fields.index(e.tag))
    return Made(record, f'<activity id="{record}" schema="1.0-draft">'
                + "".join(ET.tostring(e, encoding="unicode") for e in children) + "</activity>")


def a_partnership(name, inner):
    record = ids.named("P", f"iati odd {name}")
    fields = [f["name"] for f in TABLES["partnership"]["fields"]]
    root = ET.fromstring(f'<partnership><title xml:lang="en">Odd</title><summary xml:lang="en">So.</summary><kind>global-fund</kind>'
                         f"<host>{ORG}</host><state>active</state>{inner}</partnership>")
    children = sorted(root, key=lambda e: fields.index(e.tag))
    return Made(record, f'<partnership id="{record}" schema="1.0-draft">'
                + "".join(ET.tostring(e, encoding="unicode") for e in children) + "</partnership>")


START = "<start>2002-01-28</start>"
ODD = {
    "forty languages": an_activity("languages", title="".join(f'<title xml:lang="{lang}">Odd {lang}</title>' for lang in sorted(generate.LANGS)[:40])),
    "right to left": an_activity("rtl", title='<title xml:lang="ar">\u0645\u0634\u0631\u0648\u0639 \u0627\u0644\u0645\u064a\u0627\u0647</title><title xml:lang="he">\u05de\u05d9\u05dd</title>'),
    "no language": an_activity("und", title='<title xml:lang="und">Odd</title>'),
    "very long": an_activity("long", '<condition type="1"><text xml:lang="en">' + "z" * 99_999 + "</text></condition>"),
    "planned only": an_activity("planned", known=KNOWN.replace("start>", "planned-start>")),
    "only regions": an_activity("regions", '<region code="298" vocabulary="1" percentage="100"/><region code="002" vocabulary="2" percentage="100.000"/>'),
    "shares at the edges": an_activity("edges", '<sector code="1" vocabulary="99" percentage="0"/><sector code="2" vocabulary="99" percentage="100"/>'
                                       '<country code="KE" percentage="0.00000000000000000001"/><country code="UG" percentage="99.99999999999999999999"/>'),
    "foreign signs": an_activity("signs", '<tag code="a b&amp;c&lt;d" vocabulary="99" vocabulary-uri="no uri at all"/><related ref="x/y|z?" type="1"/>'),
    "weights at the edges": a_partnership("weights", START + '<sdg goal="1" weight="0"/><sdg goal="2" weight="0.01"/><sdg goal="3" weight="99.99"/>'),
    "one place": a_partnership("place", START + '<region code="001" percentage="100"/>'),
    "no place, no goal": a_partnership("nothing", START),
}
TOLD = {
    "no day": (an_activity("no day", known=KNOWN.replace("2024-02-01", "2024-02")), "iati-activity/activity-date"),
    "no date": (an_activity("no date", known=KNOWN.replace("<start>2024-02-01</start>", "")), "iati-activity/activity-date"),
    "nobody": (an_activity("nobody", known=KNOWN[:KNOWN.index("<participant")]), "iati-activity/participating-org"),
    "no state": (an_activity("no state", known=KNOWN.replace("<state>2</state>", "")), "iati-activity/activity-status"),
    "somebody else's identifier": (an_activity("foreign", "<iati-identifier>XM-DAC-41114-1</iati-identifier>"), "iati-identifier"),
    "almost its own": (an_activity("almost", "<iati-identifier>XM-DAC-419991-1</iati-identifier>"), "iati-identifier"),
    "only a year": (a_partnership("year", "<founded>2001-02-03</founded><start>2002</start>"), "iati-activity/activity-date"),
}


def test_odd_records_are_valid_or_told(site):
    records = [*ODD.values(), *(made for made, _ in TOLD.values())]
    position = site.database.one("SELECT position FROM feed_head")
    site.load(f'<records xmlns="{NS}">{"".join(r.sent for r in records)}</records>', "--owner", ORG)
    found, left = site.all(position)
    written = {a.findtext("iati-identifier").rpartition("-")[2]: a for a in found}
    assert set(written) == {r.id for r in ODD.values()}
    assert {name: left[made.id]["lacks"] for name, (made, _) in TOLD.items()} == {name: lacks for name, (_, lacks) in TOLD.items()}
    assert all(left[made.id]["address"] for made, _ in TOLD.values())
    assert len(written[ODD["forty languages"].id].findall("title/narrative")) == 40
    assert [c.get("percentage") for c in written[ODD["shares at the edges"].id].findall("recipient-country")] == \
        ["0.00000000000000000001", "99.99999999999999999999"]


def test_an_identifier_of_the_reporters_other_names(site):
    for text, former in (("<iati-identifier>41999-1</iati-identifier>", {"ref": "41999", "type": "B1"}),
                         ('<iati-identifier>XX-9-1</iati-identifier><other-identifier ref="XX-9" type="B1"/>', {"ref": "XX-9", "type": "B1"})):
        made = an_activity("former", text)
        site.load(f'<records xmlns="{NS}">{made.sent}</records>', "--owner", ORG)
        assert attributes(site.one(made.id), "other-identifier") == [former]


def test_every_code_is_valid(site):
    """Activities that have each value of each list, in every place where a code may stand."""
    fields = [f for f in TABLES["activity"]["fields"] if f["name"] not in ("reporting", "sdg", "partnership", "illustrative")]
    simple = [f for f in fields if f["type"] == "code"]
    records = []
    for n in range(max(len(generate.code_of(f["codelist"])) for f in simple)):
        inner = "".join(f"<{f['name']}>{generate.code_of(f['codelist'])[n % len(generate.code_of(f['codelist']))]}</{f['name']}>"
                        for f in simple if f["name"] != "state" and n < len(generate.code_of(f["codelist"])))
        states = generate.code_of("activity-state")
        records.append(an_activity(f"code {n}", inner, known=KNOWN.replace("<state>2<", f"<state>{states[n % len(states)]}<")))
    for group in (f for f in fields if f["type"] == "group"):
        of_codes = [f for f in group["children"] if f["type"] == "code"]
        for code in of_codes:
            values = generate.code_of(code["codelist"])
            inner = ""
            for value in values[:group["max_items"] or 1]:
                parts = {f["name"]: generate.code_of(f["codelist"])[0] for f in of_codes if f["required"]}
                parts |= {f["name"]: "x" for f in group["children"] if f["required"] and f["type"] == "token"}
                parts[code["name"]] = value
                attrs = "".join(f' {f["name"]}="{parts[f["name"]]}"' for f in group["children"] if f["attr"] and f["name"] in parts)
                texts = "".join(f'<{f["name"]} xml:lang="en">x</{f["name"]}>' for f in group["children"] if f["type"] in ("line", "block"))
                texts += "".join(f'<{f["name"]}>https://example.org/</{f["name"]}>' for f in group["children"] if f["type"] == "url" and f["required"])
                inner += f"<{group['name']}{attrs}>{texts}</{group['name']}>"
            known = KNOWN if group["name"] not in ("description", "participant") else \
                KNOWN.replace('<description type="1"><text xml:lang="en">So.</text></description>', "") if group["name"] == "description" \
                else KNOWN[:KNOWN.index("<participant")]
            records.append(an_activity(f"{group['name']} {code['name']}", inner, known=known))
    position = site.database.one("SELECT position FROM feed_head")
    site.load(f'<records xmlns="{NS}">{"".join(r.sent for r in records)}</records>', "--owner", ORG)
    found, left = site.all(position)
    assert len(found) == len(records) and not left
    codes = {e.get("code") for a in found for e in a.findall("activity-status")}
    assert codes == {str(n) for n in range(1, 7)}
