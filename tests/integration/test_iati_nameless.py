# SPDX-License-Identifier: EUPL-1.2
"""Activities that a file gives no identifier: taken, found again, given one in the form or by a later file, never in
IATI under an identifier that nobody gave."""
import csv
import io
import re

import pytest

from stack import Stack
from test_iati import MONEY, NAMELESS, activities, activity, load
from world import World

pytestmark = pytest.mark.sanitized
NAMED = "XM-DAC-41114-77"


def nameless(**values):
    return activity("", **values)


def missing(**values):
    return re.sub("<iati-identifier>.*?</iati-identifier>\n", "", activity(**values))


def source(database, record):
    return database.rows("SELECT identifier, key, body FROM iati_source WHERE record_id = %s", (record,))[0]


def published(database, record):
    return database.one("SELECT content FROM publication WHERE record_id = %s", (record,))


def only_activity(database):
    found = [r for r, in database.rows("SELECT id FROM record WHERE kind = 'activity' ORDER BY id")]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize("make", [nameless, missing, lambda **v: activity(" \n ", **v)])
def test_it_is_taken_and_found_again(fresh, make):
    text = activities(make(more=MONEY))
    dry = load(fresh, text, "--dry-run")
    report = load(fresh, text)
    assert report.status == 0 and report.counts == (2, 0, 0, 0) and report.verdicts == dry.verdicts, report.text
    record = only_activity(fresh)
    assert f"line 2: iati-identifier: {NAMELESS}" in report.all() and "is missing" not in report.all()
    assert "<iati-identifier>" not in published(fresh, record) and ">Clean water<" in published(fresh, record)
    assert source(fresh, record) == (None,) + (source(fresh, record)[2],) * 2
    report = load(fresh, text)
    assert report.counts == (0, 0, 1, 0) and report.verdicts == {record: "unchanged"} and NAMELESS in report.all()
    assert fresh.one("SELECT max(revision) FROM publication") == 1
    assert fresh.concord("verify").stdout == "0 findings\n"


def test_another_time_or_another_way_of_writing_is_the_same(fresh):
    """Files that are made anew each day do not make records each day."""
    load(fresh, activities(nameless()))
    record = only_activity(fresh)
    later = nameless(updated="2024-06-01T10:00:00Z").replace("\n<", "\n  <!-- why --> <").replace('role="4"', "role = '4'")
    report = load(fresh, activities(later))
    assert report.counts == (0, 1, 0, 0) and report.verdicts == {record: "changed"}, report.text
    assert "2024-06-01T10:00:00Z" in published(fresh, record)
    report = load(fresh, activities(nameless()))
    assert report.counts == (0, 0, 1, 0) and "has a newer version" in report.all()
    assert only_activity(fresh) == record


def test_two_are_two_and_equal_ones_are_one(fresh):
    text = activities(nameless(), nameless(title="Other"), nameless(updated="2025-01-01T00:00:00Z"),
                      nameless(reporter="XM-DAC-41115"))
    report = load(fresh, text)
    assert report.counts == (5, 0, 1, 0), report.text
    assert "holds the same activity more than once. The newest of them counts: the one in line 20" in report.all()
    assert fresh.one("SELECT count(*) FROM publication WHERE content LIKE '%%2025-01-01T00:00:00Z%%'") == 1
    assert load(fresh, text).counts[:2] == (0, 0)


def test_a_changed_one_is_another(fresh):
    load(fresh, activities(nameless()))
    report = load(fresh, activities(nameless(title="Cleaner water").replace('xml:lang="en"', 'xml:lang="fr"')))
    assert report.counts == (1, 0, 0, 0) and "line 2\tCleaner water" in report.text
    assert fresh.one("SELECT count(*) FROM record WHERE kind = 'activity'") == 2


def test_a_later_file_gives_the_identifier(fresh):
    """One record before and after, from whichever of the two files; what else was done with it stays."""
    old, new = activities(nameless()), activities(activity(NAMED, updated="2024-07-01T00:00:00Z"))
    load(fresh, old)
    record = only_activity(fresh)
    body = source(fresh, record)[2]
    dry = load(fresh, new, "--dry-run")
    report = load(fresh, new)
    assert report.counts == dry.counts == (0, 1, 0, 0) and report.verdicts == dry.verdicts == {record: "changed"}, report.text
    assert f"<iati-identifier>{NAMED}</iati-identifier>" in published(fresh, record)
    assert source(fresh, record) == (NAMED, NAMED.lower(), body) and NAMELESS not in report.all()
    assert load(fresh, new).counts == (0, 0, 1, 0)
    both = load(fresh, activities(nameless(), activity(NAMED, updated="2024-07-01T00:00:00Z")))
    assert both.counts == (0, 0, 2, 0) and "under its identifier, too: that one counts" in both.all(), both.text
    report = load(fresh, old)
    assert report.counts == (0, 0, 1, 0) and "has a newer version" in report.all(), report.text
    report = load(fresh, activities(nameless(updated="2024-08-01T00:00:00Z")))
    assert report.counts == (0, 1, 0, 0) and f">{NAMED}<" in published(fresh, record)
    assert source(fresh, record) == (NAMED, NAMED.lower(), body)
    assert load(fresh, activities(activity(NAMED, title="Anew", updated="2024-09-01T00:00:00Z"))).counts == (0, 1, 0, 0)
    assert only_activity(fresh) == record and fresh.concord("verify").stdout == "0 findings\n"


def test_an_identifier_goes_to_one_record_only(fresh):
    """Of two in a file that say the same under two identifiers one was here; one that is here under its own stays."""
    load(fresh, activities(nameless(), activity("XM-DAC-41114-5", title="Five")))
    first, five = (fresh.one("SELECT record_id FROM iati_source WHERE kind = 'activity' AND identifier IS NOT DISTINCT FROM %s", (i,))
                   for i in (None, "XM-DAC-41114-5"))
    report = load(fresh, activities(activity("XM-DAC-41114-8"), activity("XM-DAC-41114-9"), activity("XM-DAC-41114-5"), nameless()))
    assert report.counts[3] == 0 and report.verdicts[five] == "changed", report.text
    assert fresh.one("SELECT count(*) FROM record WHERE kind = 'activity'") == 4
    assert "<iati-identifier>" not in published(fresh, first), "the file still has it without one"
    load(fresh, activities(activity("XM-DAC-41114-6"), activity("XM-DAC-41114-7")))
    assert fresh.one("SELECT count(*) FROM record WHERE kind = 'activity'") == 5
    assert "<iati-identifier>XM-DAC-41114-6<" in published(fresh, first)


@pytest.mark.parametrize("apart", [0, 60, 210])
@pytest.mark.parametrize("is_first", [True, False])
def test_with_and_without_in_one_file_are_two(fresh, apart, is_first):
    """However far apart they stand, and whichever comes first: nobody said that they are one."""
    two = [nameless(), activity(NAMED)][::1 if is_first else -1]
    text = activities(two[0], *(activity(f"XM-DAC-41114-2-{n}", title=f"T{n}") for n in range(apart)), two[1])
    for counts in ((apart + 3, 0, 0, 0), (0, 0, apart + 2, 0)):
        report = load(fresh, text)
        assert report.counts == counts, report.text
        assert fresh.one("SELECT count(*) FROM record WHERE kind = 'activity'") == apart + 2


def test_whoever_else_reports_gets_no_record_by_it(fresh):
    """The same words by another reporter are other words; an identifier that the owner of a record wrote into it is no
    way for it to receive what somebody else reports."""
    load(fresh, activities(nameless()))
    record = only_activity(fresh)
    fresh.rows("UPDATE activity SET iati_identifier = 'GB-CHC-1-1' WHERE record_id = %s RETURNING 1", (record,))
    report = load(fresh, activities(activity("GB-CHC-1-1", reporter="GB-CHC-1")))
    assert report.counts == (2, 0, 0, 0) and record not in report.verdicts, report.text
    assert ">GB-CHC-1<" not in published(fresh, record)


def test_no_identifier_can_be_mistaken_for_it(fresh):
    load(fresh, activities(nameless()))
    record = only_activity(fresh)
    key = source(fresh, record)[1]
    assert re.fullmatch(" [0-9a-f]{32}", key)
    for blank in (" ", "\u00a0", "\u3000", "\u200b\u00a0", "\u00a0\u200b "):
        report = load(fresh, activities(activity(blank + key.strip(), title=f"Mine {blank!r}")))
        assert report.counts[3] == 0 and record not in report.verdicts, report.text
    assert fresh.one("SELECT count(*) FROM record WHERE kind = 'activity'") == 2
    assert source(fresh, record) == (None, key, key)


def test_one_that_cannot_be_read_is_kept_and_names_nothing(fresh):
    report = load(fresh, activities(activity("X\u202eY"), activity("X" * 1001, title="Long")))
    assert report.counts == (3, 0, 0, 0) and report.all().count("it is kept with the import, but names nothing") == 2, report.text
    assert report.kept["iati-identifier"] == 2
    assert fresh.one("SELECT count(*) FROM iati_kept WHERE element = 'iati-identifier'") == 2


def test_without_title_or_who_reports(fresh):
    report = load(fresh, activities(nameless().replace("<narrative>Clean water</narrative>", "")))
    record = only_activity(fresh)
    assert report.counts == (2, 0, 0, 0) and f">{record}<" in published(fresh, record), report.text
    nobody = re.sub("<reporting-org.*?</reporting-org>", "<reporting-org/>", nameless())
    report = load(fresh, activities(nobody))
    assert report.counts == (0, 0, 0, 1) and "does not say who reports" in report.all()
    organisation = ("<iati-organisations version='2.03'><iati-organisation><organisation-identifier/><name><narrative>Some"
                    "</narrative></name></iati-organisation></iati-organisations>")
    report = load(fresh, organisation)
    assert report.counts == (0, 0, 0, 1) and "There is no identifier. Without one nothing can be found again" in report.all()


# --- people and IATI --------------------------------------------------------------------------------

@pytest.fixture(scope="module", name="stack")
def stack_fixture(cluster, people, tmp_path_factory):
    with Stack(cluster, people, tmp_path_factory.mktemp("stack")) as made:
        yield made


@pytest.fixture(scope="module", name="world")
def world_fixture(stack):
    return World(stack)


def in_iati(world, record):
    """The identifier under which IATI has it; else what it lacks, in words, and where that is mended."""
    answer = world.public.get(f"/iati/activities/{record}.xml")
    listed = world.public.get("/iati/activities.xml")
    left = [r for r in csv.DictReader(io.StringIO(world.public.get("/iati/left-out.csv").text)) if r["record"] == record]
    if answer.status == 200:
        assert not left
        found = re.search("<iati-identifier>(.*?)</iati-identifier>", answer.text).group(1)
        assert f"<iati-identifier>{found}</iati-identifier>" in listed.text
        return found
    assert answer.status == 404 and len(left) == 1 and (listed.status == 404 or record not in listed.text)
    assert left[0]["message"] in answer.text.replace("&#39;", "'")
    return left[0]


@pytest.mark.parametrize("reporter", ["XM-DAC-41114", "QQQ-9"])
def test_iati_has_it_once_somebody_gave_the_identifier(stack, world, reporter):
    """Also where the reporter's own identifier is of no scheme that is known here."""
    title, named = f"Wells of {reporter}", f"{reporter}-W1"
    text = activities(nameless(reporter=reporter, title=title))
    assert load(stack.database, text).counts == (2, 0, 0, 0)
    record = stack.database.one("SELECT record_id FROM record_name JOIN publication USING (record_id) WHERE publication.kind = 'activity' AND title = %s", (title,))
    assert title in world.public.get(f"/en/activities/{record}").words
    assert stack.database.rows("SELECT identifier, ref FROM iati_identifier WHERE record_id = %s", (record,)) == [("", "")]
    row = in_iati(world, record)
    assert row["lacks"] == "iati-activity/iati-identifier" and row["message"].startswith(f"{title} came from a file")
    assert row["address"].endswith(f"/en/records/{record}/edit/reporting")
    # Published again for another reason: it gets none by that.
    stack.edit(world.sara, record, "dates", {"planned-end": "2031"})
    stack.publish(world.sara, record, "Longer.")
    assert in_iati(world, record)["lacks"] == "iati-activity/iati-identifier"
    answer = world.sara.submit(world.sara.get(f"/en/records/{record}/edit/reporting").form("/edit/reporting$"),
                               {"iati-identifier": "XM-DAC-99999-1"})
    assert answer.status == 422 and "begins with the identifier of the organisation that reports" in answer.words
    stack.edit(world.sara, record, "reporting", {"iati-identifier": named})
    stack.publish(world.sara, record, "Named.")
    assert in_iati(world, record) == named
    report = load(stack.database, activities(activity(named, reporter="ZZ-8", title="Hacked", updated="2026-01-01T00:00:00Z")))
    assert report.verdicts[record] == "unchanged" and "own version is here and stays" in report.all(), report.text
    # The file as it was changes nothing, the one that has the identifier now finds the record.
    assert load(stack.database, text).counts == (0, 0, 1, 0)
    report = load(stack.database, activities(activity(named, reporter=reporter, title="Deeper wells", updated="2025-01-01T00:00:00Z")))
    assert report.counts == (0, 1, 0, 0) and report.verdicts == {record: "changed"}, report.text
    assert "Deeper wells" in world.public.get(f"/en/activities/{record}").words and in_iati(world, record) == named
    # Taken away again, none is made.
    stack.edit(world.sara, record, "reporting", {"iati-identifier": ""})
    stack.publish(world.sara, record, "Not that one.")
    assert in_iati(world, record)["lacks"] == "iati-activity/iati-identifier"


def test_forbidden_characters_of_an_identifier_are_told_wherever_it_stands(stack, world):
    """In the form, before publishing and beside what is left out; it is told in IATI as it is."""
    assert load(stack.database, activities(nameless(reporter="XM-DAC-41114", title="Slashed"))).counts[3] == 0
    record, told = stack.database.one("SELECT record_id FROM record_name WHERE title = 'Slashed'"), "holds one of / & | ?, which the rules of IATI forbid"
    stack.edit(world.sara, record, "reporting", {"iati-identifier": "XM-DAC-41114-S|1"})
    assert told in world.sara.get(f"/en/records/{record}/publish").words
    stack.publish(world.sara, record, "As it stands elsewhere.")
    answer = stack.edit(world.sara, record, "reporting", {"iati-identifier": "XM-DAC-99999-S|1"}, status=422)
    assert told in answer.words and "begins with the identifier of the organisation that reports" in answer.words
    left = [r for r in csv.DictReader(io.StringIO(world.public.get("/iati/left-out.csv").text)) if r["record"] == record]
    assert [r["lacks"] for r in left] == ["iati-identifier/characters"] and told in left[0]["message"]
    assert left[0]["address"].endswith(f"/en/records/{record}/edit/reporting")
    assert "<iati-identifier>XM-DAC-41114-S|1</iati-identifier>" in world.public.get(f"/iati/activities/{record}.xml").text
