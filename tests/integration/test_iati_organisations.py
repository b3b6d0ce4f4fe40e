# SPDX-License-Identifier: EUPL-1.2
"""Organisation files that hold one organisation more than once, under one identifier or several: the newest counts, the
others are told, and the same file again changes nothing, however far apart they stand."""
import re

import pytest

import ids
from test_iati import activities, activity, load
from test_import import NS

SHORT, LONG = "41114", "XM-DAC-41114"
OLD, NEW = "2023-01-01T00:00:00Z", "2024-01-01T00:00:00Z"
MORE = "The file holds this organisation more than once. The newest of them counts: the one in line {}."


def item(identifier, link, updated=NEW, reporter=None):
    return (f'<iati-organisation xml:lang="en" last-updated-datetime="{updated}"><organisation-identifier>{identifier}</organisation-identifier>'
            f'<name><narrative>UNDP</narrative></name><reporting-org ref="{reporter or identifier}" type="40"><narrative>UNDP</narrative></reporting-org>'
            f'<document-link url="https://example.org/{link}" format="text/html"><title><narrative>{link}</narrative></title>'
            '<category code="B01"/></document-link></iati-organisation>\n')


def file(*items):
    return f'<iati-organisations version="2.03">\n{"".join(items)}</iati-organisations>\n'.replace(' last-updated-datetime=""', "")


def between(n):
    return [item(f"XX-{i}", "x") for i in range(n)]


def documents(database, record):
    content = database.one("SELECT content FROM publication WHERE record_id = %s", (record,))
    return [d for d in ("first", "second", "third") if f"https://example.org/{d}<" in content]


def undp(database):
    found = [r for r, in database.rows("SELECT record_id FROM publication WHERE content LIKE '%%>UNDP<%%' AND content LIKE '%%example.org/first<%%' "
                                       "OR content LIKE '%%example.org/second<%%'")]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
@pytest.mark.parametrize("apart", [0, 60, 210])
@pytest.mark.parametrize("first, second, of_first, of_second, counts", [
    (SHORT, LONG, NEW, OLD, "first"), (LONG, SHORT, OLD, NEW, "second"), ("DAC-41114", SHORT, "", "", "second"), (LONG, LONG, NEW, OLD, "first")])
def test_the_newest_of_one_organisation_counts(fresh, known, apart, first, second, of_first, of_second, counts):
    if known:
        assert load(fresh, file(item(LONG, "third", "2022-01-01T00:00:00Z"))).counts == (1, 0, 0, 0)
    text = file(item(first, "first", of_first), *between(apart), item(second, "second", of_second))
    line = {"first": 2, "second": 3 + apart}
    told, = set(line) - {counts}
    dry = load(fresh, text, "--dry-run")
    report = load(fresh, text)
    assert report.counts == dry.counts == (apart + (not known), int(known), 1, 0), report.text
    assert report.problems_at(line[told]) == [MORE.format(line[counts])], report.text
    record = undp(fresh)
    assert documents(fresh, record) == [counts] + (["third"] if known else [])
    revision = fresh.one("SELECT revision FROM publication WHERE record_id = %s", (record,))
    for _ in range(2):
        report = load(fresh, text)
        assert report.counts == (0, 0, apart + 2, 0), report.text
        assert report.problems_at(line[told]) == [MORE.format(line[counts])], report.text
    assert fresh.one("SELECT revision FROM publication WHERE record_id = %s", (record,)) == revision
    assert fresh.one("SELECT count(*) FROM iati_source WHERE kind = 'organisation'") == apart + 1
    assert fresh.concord("verify").stdout == "0 findings\n"


def test_an_older_file_under_another_identifier_changes_nothing(fresh):
    load(fresh, file(item(LONG, "first")))
    report = load(fresh, file(item(SHORT, "second", OLD)))
    assert report.counts == (0, 0, 1, 0) and f"has a newer version, of {NEW}" in report.all(), report.text
    report = load(fresh, file(item(SHORT, "second", "2025-01-01T00:00:00Z")))
    assert report.counts == (0, 1, 0, 0) and documents(fresh, undp(fresh)) == ["first", "second"], report.text
    assert load(fresh, file(item(SHORT, "second", "2025-01-01T00:00:00Z"))).counts == (0, 0, 1, 0)


def test_what_it_reports_itself_counts_before_what_is_newer(fresh):
    text = file(item(SHORT, "first", OLD), item(LONG, "second", reporter="XX-9"))
    for counts in ((1, 0, 1, 0), (0, 0, 2, 0)):
        report = load(fresh, text)
        assert report.counts == counts and documents(fresh, undp(fresh)) == ["first"], report.text
        assert report.problems_at(3) == ["The file holds this organisation more than once. What it reports itself counts: the one in line 2."]


def test_registering_who_reports_changes_nothing_that_is_here(fresh):
    """Also when the organisation no longer has the identifier by which its record was made."""
    load(fresh, file(item(SHORT, "first")))
    org = undp(fresh)
    native = re.sub("<identifier .*?</identifier>", "", fresh.one("SELECT content FROM publication WHERE record_id = %s", (org,)))
    fresh.concord("import", "--quiet", "-", input=native)
    report = load(fresh, activities(activity("XM-DAC-41114-1", reporter=LONG)))
    assert report.counts[1] == report.counts[3] == 0, report.text
    assert documents(fresh, org) == ["first"] and "A record was made for this identifier before, and stays as it is" in report.all()


def test_so_do_identifiers_that_it_published(fresh):
    """Which have nothing in common but their organisation."""
    org = ids.named("O", "Twice")
    fresh.concord("import", "--quiet", "-", input=f'<records xmlns="{NS}"><organisation id="{org}" schema="1.0-draft"><name xml:lang="en">UNDP</name>'
                  '<type>40</type><identifier primary="true" scheme="XM-DAC">41114</identifier><identifier scheme="GB-CHC">202918</identifier></organisation></records>')
    text = file(item("GB-CHC-202918", "second", NEW), *between(210), item(SHORT, "first", OLD))
    for counts in ((210, 1, 1, 0), (0, 0, 212, 0)):
        report = load(fresh, text)
        assert report.counts == counts and documents(fresh, org) == ["second"], report.text
        assert report.problems_at(213) == [MORE.format(2)], report.text


def test_a_new_organisation_knows_itself(fresh):
    """Who reports in the file of a new organisation is that one: nobody who became known since."""
    assert load(fresh, file(item("XX-77", "first", OLD))).counts == (1, 0, 0, 0)
    report = load(fresh, file(item("XX-77", "second")))
    assert report.counts == (0, 1, 0, 0) and "not known here" not in report.text, report.text


def test_the_identifier_by_which_it_was_registered_finds_it_for_ever(fresh):
    """It has no scheme, and so cannot be published, while another one can."""
    load(fresh, activities(activity("US-USAGOV-1", reporter="US-USAGOV")))
    org, native = fresh.rows("SELECT record_id, content FROM publication WHERE kind = 'organisation'")[0]
    assert "<identifier" not in native
    fresh.concord("import", "--quiet", "-", input=native.replace("<type>40</type>", '<type>40</type><identifier primary="true" scheme="US-EIN">13</identifier>'))
    assert load(fresh, file(item("US-EIN-13", "first"))).counts == (0, 1, 0, 0) and documents(fresh, org) == ["first"]
    report = load(fresh, activities(activity("US-USAGOV-2", reporter="US-USAGOV")))
    assert report.counts == (1, 0, 0, 0), report.text
    assert fresh.rows("SELECT DISTINCT owner_org FROM record WHERE kind = 'activity'") == [(org,)]
