# SPDX-License-Identifier: EUPL-1.2
"""Activities from registering to the public page; what others told is shown as told and makes nobody a member."""
import hashlib
import html
import re

import pytest

import build
import ids
import pages
from stack import Stack
from test_iati import activities, activity as told, load
from world import World

pytestmark = pytest.mark.sanitized


@pytest.fixture(scope="module", name="stack")
def stack_fixture(cluster, people, tmp_path_factory):
    with Stack(cluster, people, tmp_path_factory.mktemp("stack")) as made:
        yield made


@pytest.fixture(scope="module", name="world")
def world_fixture(stack):
    return World(stack)


SECTIONS = {
    "about": {"description.1.type": "2", "description.1.text.en": "Wells & <b>pumps</b>.", "kind": "capacity-building"},
    "dates": {"state": "2", "start": "2024-05-01", "planned-end": "2027"},
    "place": {"country.1.code": "KE", "country.1.percentage": "33.3333333333", "region.1.code": "289", "region.1.vocabulary": "1",
              "region.1.percentage": "66.6666666667", "region.2.code": "202", "region.2.vocabulary": "2", "region.2.percentage": "66.6666666667",
              "location.1.point": "-4.0435 39.6682", "location.1.name.en": "Old harbour", "location.1.gazetteer.1": "G1:186301",
              "location.1.area.1": "G1:1:186300", "location.1.area.2": "A4::KE", "location.1.work.en": "Wells are mended."},
    "sectors": {"sector.1.code": "14031", "sector.1.vocabulary": "1", "marker.1.code": "1", "marker.1.vocabulary": "1",
                "marker.1.significance": "2", "humanitarian": "true"},
    "sdgs": {"sdg.1.goal": "6", "sdg.1.target": "6.1"},
    "terms": {"finance-type": "110", "condition.1.type": "2", "condition.1.text.en": "Half is paid later."},
}


@pytest.fixture(scope="module", name="activity")
def activity_fixture(stack, world):
    made = stack.register(world.fatima, "activity", {"title.en": "Wells of the coast", "title.ar": "آبار الساحل"}, owner=world.a)
    assert re.fullmatch("A[0-9A-Z]{13}", made)
    for section, values in SECTIONS.items():
        stack.edit(world.erin, made, section, values)
    stack.edit(world.erin, made, "about", {"partnership": "Water for All"})
    stack.edit(world.erin, made, "participants", {"participant.1.role": "1", "participant.1.organisation": "Bureau of Lakes",
                                                  "participant.1.ref": "XM-DAC-41999", "participant.2.role": "4",
                                                  "participant.2.name.en": "Diggers & Sons", "participant.2.activity": "XX-1-WELLS"})
    stack.publish(world.fatima, made, "Wells.")
    return made


def test_the_page_tells_what_was_told(world, activity):
    page = world.public.get(f"/en/activities/{activity}")
    for text in ("Wells of the coast", "Wells & <b>pumps</b>.", "Objectives", "Implementation", "Capacity building",
                 "Agency for Springs and Rivers", "Water for All", "Bureau of Lakes", "Funding", "XM-DAC-41999", "Diggers & Sons",
                 "XX-1-WELLS", "Kenya", "33.3333333333 %", "289", "Old harbour", "-4.0435 39.6682 G1:186301 G1:1:186300 A4::KE Wells are mended.", "14031", "Gender equality",
                 "Principal objective", "Standard grant", "Half is paid later.", "the others were not asked"):
        assert text in page.words, text
    assert "<b>pumps" not in page.text and "</code><code" not in page.text
    assert "آبار الساحل" in world.public.get(f"/ar/activities/{activity}").words


def test_a_document_has_several_categories_and_languages(stack, world, activity):
    """From the form, where it is told what is wrong, to the page, the XML, the difference and back into the form."""
    one = {"document.1.title.en": "Plan of the wells", "document.1.url": "Https://example.org/wells", "document.1.category.1": "A02",
           "document.1.language.1": "EN", "document.1.date": "2024-05"}
    stack.edit(world.erin, activity, "documents", one)
    stack.publish(world.fatima, activity, "One.")
    made = world.public.get(f"/activities/{activity}.xml").text
    assert '<document category="A02" date="2024-05" language="en">' in made and "<url>https://example.org/wells</url>" in made
    more = {"document.1.category.3": "A01", "document.1.language.2": "zh-hant", "document.1.language.3": "x y"}
    page = stack.edit(world.erin, activity, "documents", more, status=422)
    assert '"x y" is not a language tag' in page.words
    form = dict(page.form("/edit/documents").fields)
    assert (form["document.1.category.1"], form["document.1.category.3"], form["document.1.language.3"]) == ("A02", "A01", "x y")
    page = stack.edit(world.erin, activity, "documents", more | {"document.1.language.3": "en"}, status=422)
    assert '"en" is given twice' in page.words
    gaps = {"document.4.title.en": "Gap", "document.4.url": "no address", "document.4.language.1": "en", "document.4.language.2": "",
            "document.4.language.3": "x y"}
    page = world.erin.submit(world.erin.submit(world.erin.get(f"/en/records/{activity}/edit/documents").form("/edit/documents"), {},
                                               ("more", "document")).form("/edit/documents"), gaps)
    assert page.status == 422 and "document.1" not in "".join(re.findall('href="#f-([^"]*)"', page.text))
    assert re.findall('href="#f-([^"]*)"', page.text) == ["document.4.language.3", "document.4.url"], page.words
    stack.edit(world.erin, activity, "documents", more | {"document.1.language.3": ""})
    stack.publish(world.fatima, activity, "Several.")
    assert '<document category="A02 A01" date="2024-05" language="en zh-Hant">' in world.public.get(f"/activities/{activity}.xml").text
    page = world.public.get(f"/en/activities/{activity}")
    assert re.search("Objectives[^.,]*, Pre- and post-project impact appraisal English , zh-Hant May 2024", page.words), page.words
    form = dict(world.erin.get(f"/en/records/{activity}/edit/documents").form("/edit/documents").fields)
    assert [form.get(f"document.1.category.{n}") for n in range(1, 6)] == ["A02", "A01", "", "", None]
    assert [form.get(f"document.1.language.{n}") for n in range(1, 6)] == ["en", "zh-Hant", "", "", None]
    rows = re.findall(r'<tr>\s*<th scope="row">(.*?)</tr>', world.public.get(f"/en/records/{activity}/compare?a=2&b=3").text, re.S)
    assert [" ".join(html.unescape(re.sub(r"<[^>]*>", " ", row)).split()) for row in rows] == [
        "Document: Category Pre- and post-project impact appraisal", "Document: Language zh-Hant"]
    stack.edit(world.erin, activity, "documents", {})
    assert stack.database.one("SELECT category || language FROM record_document WHERE record_id = %s", [activity]) == [
        "A02", "A01", "en", "zh-Hant"]


def test_forms_say_how_dates_and_shares_are_written(world, activity):
    for section, hint, times in (("dates", "Write 2026-11-24, 2026-11 or 2026.", 4), ("place", "In percent: 25 or 12.5.", 5)):
        assert world.erin.get(f"/en/records/{activity}/edit/{section}").words.count(hint) == times, section


def test_lists_find_it(world, activity):
    address = f"/activities/{activity}"
    for query, found in (("", True), ("?q=wells", True), ("?goal=6&kind=capacity-building", True), ("?country=KE&state=2", True),
                         ("?state=5", False), ("?q=nothing", False)):
        assert (address in world.public.get(f"/en/activities{query}").text) is found, query
    for region, found in (("202", True), ("002", False)):
        assert (address in world.public.get(f"/en/search?kind=activity&region={region}").text) is found, region


def test_a_participant_is_no_member(stack, world, activity):
    rows = stack.database.rows("SELECT field, to_id, role, state FROM edge WHERE from_id = %s ORDER BY field", [activity])
    assert rows == [("participant.organisation", world.b, "1", "2"), ("partnership", world.p, "", "2"),
                    ("reporting.organisation", world.a, "", "2")]
    assert stack.database.rows("SELECT FROM member WHERE partnership_id = %s", [world.p]) == []
    assert "Wells of the coast" in world.public.get(f"/en/partnerships/{world.p}").words


def test_a_participant_told_by_its_identifier_is_the_organisation_that_published_it(stack, world):
    made = stack.register(world.fatima, "activity", {"title.en": "Ponds of the coast"}, owner=world.a)
    stack.edit(world.sara, world.b, "identifiers", {"identifier.1.scheme": "XM-DAC", "identifier.1.value": "41997",
                                                    "identifier.1.primary": "true"})
    told = {"participant.1.role": "4", "participant.1.ref": " dac-41997", "participant.2.role": "1", "participant.2.ref": "XX-7"}
    stack.edit(world.erin, made, "participants", told)
    named = "SELECT array_agg(coalesce(organisation, '') ORDER BY position) FROM activity_participant WHERE record_id = %s"
    assert stack.database.one(named, [made]) == ["", ""], "nobody has published it yet"
    stack.publish(world.sara, world.b)
    stack.edit(world.erin, made, "participants", told | {"participant.3.role": "2", "participant.3.ref": "XM-DAC-41997",
                                                         "participant.3.organisation": "Agency for Springs and Rivers"})
    assert stack.database.one(named, [made]) == [world.b, "", world.a], "whom the form names stays"
    stack.publish(world.fatima, made)
    page = world.public.get(f"/en/activities/{made}")
    assert "Bureau of Lakes" in page.words and "dac-41997" in page.words
    assert made in world.public.get(f"/en/search?with={world.b}&role=implementing").text


@pytest.mark.parametrize("typed_as, stored", [
    ("-1.2921, 36.8219", "-1.2921 36.8219"), ("-1.2921,36.8219", "-1.2921 36.8219"), ("-1, 36", "-1 36"), ("+4.5 -3", "+4.5 -3"),
    ("1,5", None), ("-1,2921 36,8219", None), ("-1.2, 36.8, 2", None), ("91.0, 36.8", None), ("1.5,", None), (", 1.5", None)])
def test_a_point_is_taken_as_maps_show_it(stack, world, activity, typed_as, stored):
    page = stack.edit(world.erin, activity, "place", {"location.1.point": typed_as}, status=303 if stored else 422)
    assert stored or f'"{typed_as}" is not a latitude and a longitude' in page.words
    assert not stored or stack.database.one("SELECT point FROM activity_location WHERE record_id = %s", [activity]) == stored
    stack.edit(world.erin, activity, "place", {"location.1.point": "-4.0435 39.6682"})


def test_what_is_wrong_is_told_at_its_place(stack, world, activity):
    page = stack.edit(world.erin, activity, "place", {"location.1.point": "91 0"}, status=422)
    assert "\"91 0\" is not a latitude and a longitude" in page.words
    page = stack.edit(world.erin, activity, "place", {"location.1.gazetteer.1": "G1:184745", "location.1.gazetteer.2": "184745",
                                                      "location.1.area.1": "G1:x:1"}, status=422)
    assert "Location 1, Gazetteer 2 : \"184745\" is not a vocabulary and a code" in page.words.replace("2:", "2 :")
    assert "Location 1, Administrative area : \"G1:x:1\" is not a vocabulary, a level" in page.words.replace("area:", "area :")
    page = stack.edit(world.erin, activity, "dates", {"start": "2028", "end": "2027"}, status=422)
    assert "before the start" in page.words
    page = stack.edit(world.erin, activity, "about", {"hierarchy": "x1"}, status=422)
    assert "The level is a number" in page.words
    assert world.george.get(f"/en/records/{activity}/edit/about").status in (403, 404)


def test_without_an_identifier_it_gets_one_in_iati(stack, world, activity):
    answer = world.public.get(f"/iati/activities/{activity}.xml")
    assert answer.status == 404 and "reports and has no identifier" in answer.text
    page = world.public.get(f"/en/organisations/{world.a}")
    assert "No IATI file: it has no identifier that IATI knows" in page.words and f"/iati/organisations/{world.a}.xml" not in page.text
    stack.edit(world.sara, world.a, "identifiers", {"identifier.1.scheme": "XM-DAC", "identifier.1.value": "41998",
                                                    "identifier.1.primary": "true"})
    stack.publish(world.sara, world.a)
    page = world.public.get(f"/en/organisations/{world.a}")
    assert "No IATI file" not in page.words and f'href="{build.BASE}/iati/organisations/{world.a}.xml"' in page.text
    answer = world.public.get(f"/iati/activities/{activity}.xml")
    assert answer.status == 200
    assert f"<iati-identifier>XM-DAC-41998-{activity}</iati-identifier>" in answer.text


def test_an_edit_here_is_no_change_by_the_reporter(stack, world, tmp_path, activity):
    """/iati/ tells when the reporter changed it last: what he tells elsewhere under the same identifier stays the newer."""
    told, file = ids.named("A", "told elsewhere"), tmp_path / "told.xml"
    file.write_text('<records xmlns="urn:concord:registry:1">'
                    f'<activity id="{told}" schema="1.0-draft"><title xml:lang="en">Wells</title>'
                    f'<iati-identifier>XM-DAC-41998-W1</iati-identifier><reporting organisation="{world.a}"/>'
                    '<description type="1"><text xml:lang="en">Wells.</text></description><start>2024-02-01</start>'
                    '<state>2</state><participant ref="XX-1" role="4"/><last-updated>2020-01-02T03:04:05Z</last-updated>'
                    '</activity></records>', encoding="utf-8")
    stack.database.concord("import", "--owner", world.a, file)
    stack.edit(world.erin, told, "names", {"title.en": "Deep wells"})
    stack.publish(world.fatima, told, "The title.")
    text = world.public.get(f"/iati/activities/{told}.xml").text
    assert "Deep wells" in text and re.findall('last-updated-datetime="([^"]*)"', text) == ["2020-01-02T03:04:05Z"]
    registered = world.public.get(f"/iati/activities/{activity}.xml").text  # under an identifier that the registry made
    published = stack.database.one("SELECT cc_iso(published_at) FROM publication WHERE record_id = %s", [activity])
    assert f'last-updated-datetime="{published}"' in registered


def typed(stack, user, record, values):
    """What the form of the section says to these values: status and problem by field."""
    page = user.get(f"/en/records/{record}/edit/reporting")
    answer = user.submit(page.form("/edit/reporting"), values)
    return answer.status, html.unescape(re.sub("<[^>]*>", " ", answer.text))


def test_nobody_reports_under_a_reference_of_somebody_else(stack, world, activity):
    foreign = '"XM-DAC-99999" is no identifier of the organisation that owns the record.'
    status, words = typed(stack, world.erin, activity, {"reporting.ref": "XM-DAC-99999"})
    assert status == 422 and foreign in words
    stack.edit(world.erin, activity, "reporting", {"reporting.ref": "41998"})
    page = world.fatima.get(f"/en/records/{activity}/publish")
    form = next(f for f in page.forms() if f.method == "POST" and f.action.endswith("/publish"))
    connection = stack.database.connect()
    with connection, connection.cursor() as cursor:  # what was its own when it was typed is so no more
        cursor.execute("UPDATE activity SET reporting_ref = 'XM-DAC-99999' WHERE record_id = %s", [activity])
    connection.close()
    page = world.fatima.get(f"/en/records/{activity}/publish")
    assert foreign in page.words and not [f for f in page.forms() if f.action.endswith("/publish")]
    answer = world.fatima.submit(form, {})
    assert answer.status == 422 and foreign in answer.words
    stack.edit(world.erin, activity, "reporting", {"reporting.ref": "41998"})
    stack.publish(world.fatima, activity, "Its own.")
    stack.edit(world.erin, activity, "reporting", {"reporting.ref": "XM-DAC-99999", "reporting.secondary": "true"})
    stack.publish(world.fatima, activity, "For another one.")


@pytest.mark.parametrize("ref, named", [("US-USAGOV", "US-1-7"), ("SE-0", "SE-6-7"), ("US-GOV-1", "US-GOV-17"), ("QQ-9", "")])
def test_a_reference_that_an_import_brought_stays(stack, world, ref, named):
    """Of a reporter whose identifier has no scheme that is known, nor begins the activity's own."""
    title, mended = f"Dams of {ref}", f"Mended dams of {ref}"
    assert load(stack.database, activities(told(named, reporter=ref, title=title))).counts[3] == 0
    record = stack.database.one("SELECT record_id FROM record_name JOIN publication USING (record_id) WHERE publication.kind = 'activity' AND title = %s", (title,))
    before = stack.database.one("SELECT content FROM publication WHERE record_id = %s", (record,))
    assert f'ref="{ref}"' in before and 'organisation="' in before
    for section, values in (("reporting", {}), ("reporting", {"other-identifier.1.ref": "OWN-7", "other-identifier.1.type": "A1"}),
                            ("names", {"title.en": mended})):
        stack.edit(world.sara, record, section, values)
    stack.publish(world.sara, record, "Mended.")
    after = stack.database.one("SELECT content FROM publication WHERE record_id = %s", (record,))
    assert f'ref="{ref}"' in after and mended in after and "OWN-7" in after
    # Another one is not, nor the same of another organisation, nor one that was only another's before.
    for values in [{"reporting.ref": f"{ref}0"}, {"reporting.organisation": "Bureau of Lakes"}][:2 if named else 1]:
        answer = stack.edit(world.sara, record, "reporting", values, status=422)
        assert "is no identifier of the organisation that owns the record" in answer.words, values
    stack.edit(world.sara, record, "reporting", {"reporting.ref": "XX-9", "reporting.secondary": "true"})
    stack.publish(world.sara, record, "For another.")
    answer = stack.edit(world.sara, record, "reporting", {"reporting.secondary": ""}, status=422)
    assert '"XX-9" is no identifier of the organisation' in answer.words


def test_an_identifier_begins_with_that_of_who_reports(stack, world, activity):
    own = {"reporting.ref": "", "reporting.secondary": ""}
    wanted = 'begins with the identifier of the organisation that reports, here "{}-"'
    for values, expected in [({"iati-identifier": "XM-DAC-41114-7"}, "XM-DAC-41998"),
                             ({"iati-identifier": "XM-DAC-419987"}, "XM-DAC-41998"),
                             ({"iati-identifier": "XM-DAC-41998-7", "reporting.ref": "XX-1", "reporting.secondary": "true"}, "XX-1"),
                             ({"iati-identifier": "XX-2-7", "other-identifier.1.ref": "XX-2", "other-identifier.1.type": "B9"},
                              "XM-DAC-41998")]:
        status, words = typed(stack, world.erin, activity, own | values)
        assert status == 422 and wanted.format(expected) in words, values
    for values in ({"iati-identifier": "XM-DAC-41998-7"}, {"iati-identifier": "41998-7"},
                   {"iati-identifier": "XX-1-7", "reporting.ref": "XX-1", "reporting.secondary": "true"},
                   {"iati-identifier": "XX-2-7", "other-identifier.1.ref": "XX-2", "other-identifier.1.type": "B1"}):
        stack.edit(world.erin, activity, "reporting", own | values)
        stack.publish(world.fatima, activity, values["iati-identifier"])


@pytest.fixture(scope="module", name="shared")
def shared_fixture(stack, world):
    made = stack.register(world.fatima, "activity", {"title.en": "Shares of the coast"}, owner=world.a)
    return made


def groups(name, *items):
    """Fields of a form from what stands in each item: "KE 60" is code and percentage."""
    values = {}
    for place, item in enumerate(items, 1):
        code, _, share = item.partition(" ")
        values |= {f"{name}.{place}.code": code, f"{name}.{place}.percentage": share}
    return values


def region(place, code, vocabulary, share=""):
    return {f"region.{place}.{key}": value for key, value in (("code", code), ("vocabulary", vocabulary), ("percentage", share))}


def sectors(*items):
    """"1 14031 60": vocabulary, code, share."""
    values = groups("sector", *(item.split(" ", 1)[1] for item in items))
    return values | {f"sector.{place}.vocabulary": item.split()[0] for place, item in enumerate(items, 1)}


SUM = "The shares of countries and regions must sum to 100; they sum to "
TWICE = "is given twice."
REFUSED = [
    ("place", groups("country", "KE 60", "UG 50"), SUM + "110.", "country"),
    ("place", groups("country", "KE 33.33", "UG 33.33", "TZ 33.33"), SUM + "99.99.", "country"),
    ("place", groups("country", "KE 33.33333333333333333333", "UG 66.66666666666666666666"), SUM + "99.99999999999999999999.", "country"),
    ("place", groups("country", "KE 100", "KE 0"), '"KE" ' + TWICE, "country.2.code"),
    ("place", groups("country", "KE 100", "UG "), "each has its share", "country.2.percentage"),
    ("place", groups("country", "KE 70"), SUM + "70.", "country"),
    ("place", groups("country", "KE 70") | region(1, "289", "1", "20"), SUM + "90.", "country"),
    ("place", region(1, "289", "1", "60") | region(2, "298", "1", "60"), SUM + "120.", "region"),
    ("place", region(1, "998", "2"), '"998" is not a code of the list region', "region.1.code"),
    ("sectors", sectors("1 14031 30", "1 12220 40"), '"OECD DAC, five digits" must sum to 100; they sum to 70.', "sector"),
    ("sectors", sectors("1 14031 100", "2 140 50", "2 122 40"), '"OECD DAC, three digits" must sum to 100; they sum to 90.', "sector"),
    ("sectors", sectors("1 9999 "), '"9999" is not a code of the list sector.', "sector.1.code"),
    ("sectors", sectors("1 99999 "), '"99999" is not a code of the list sector.', "sector.1.code"),
    ("sectors", sectors("1 14031 100", "2 141 "), '"141" is not a code of the list sector-category.', "sector.2.code"),
    ("sectors", sectors("99 A1 "), "own list needs a name", "sector.1.name.en"),
    ("sectors", {"tag.1.code": "4.1", "tag.1.vocabulary": "3"}, "Goals and targets are named in the section", "tag.1.vocabulary"),
    ("sectors", {"marker.1.code": "77", "marker.1.vocabulary": "1"}, '"77" is not a code of the list policy-marker', "marker.1.code"),
    ("terms", {"aid-type.1.code": "ZZZ", "aid-type.1.vocabulary": "1"}, '"ZZZ" is not a code of the list aid-type', "aid-type.1.code"),
    ("terms", {"default-language": "english"}, '"english" is not a language tag', "default-language"),
    ("terms", {"default-language": "xx"}, '"xx" is not a language tag', "default-language"),
    ("dates", {"start": "2999-01-01"}, "2999-01-01 is in the future.", "start"),
    ("dates", {"end": "2999"}, "2999 is in the future.", "end")]


@pytest.mark.parametrize("section, values, told, path", REFUSED)
def test_what_rules_of_iati_call_errors_is_refused_beside_the_field(stack, world, shared, section, values, told, path):
    page = stack.edit(world.erin, shared, section, values, status=422)
    assert told in page.words, page.words
    assert f'id="f-{path}-error"' in page.text or ("." not in path and page.words.count(told) == 2), "above and beside"
    kept = dict(page.form(f"/edit/{section}").fields)
    assert all(kept[name] == value for name, value in values.items())
    assert stack.database.one("SELECT count(*) FROM activity_code WHERE record_id = %s", [shared]) == 0


@pytest.mark.parametrize("section, values", [
    ("place", groups("country", "KE 33.3333333333", "UG 66.6666666667")),
    ("place", groups("country", "KE 33.33333333333333333333", "UG 66.66666666666666666667")),
    ("place", groups("country", "KE ")),
    ("place", groups("country", "KE 100.00")),
    ("place", groups("country", "KE 70") | region(1, "289", "1", "30") | region(2, "202", "2", "30")),
    ("sectors", sectors("1 14031 100", "2 140 60", "2 122 40", "7 6 ", "8 6.1 100")),
    ("sectors", sectors("1 15120 100", "3 75 ")),
    ("sectors", sectors("99 A1 ") | {"sector.1.name.en": "Wells"}),
    ("sectors", {"tag.1.code": "4.1", "tag.1.vocabulary": "99", "tag.1.vocabulary-uri": "https://example.org/tags"}),
    ("terms", {"default-language": "pt-br"}), ("terms", {"default-language": "swh"}),
    ("dates", {"start": "2024", "end": "2026-01", "planned-end": "2999"})])
def test_what_they_allow_is_taken(stack, world, shared, section, values):
    stack.edit(world.erin, shared, section, values)
    blank = {name: "" for name in dict(world.erin.get(f"/en/records/{shared}/edit/{section}").form(f"/edit/{section}$").fields)
             if name not in ("csrf", "base", "more")}
    stack.edit(world.erin, shared, section, blank)


def test_what_is_public_with_its_faults_is_told_and_changed_all_the_same(stack, world, shared):
    """Nothing new is published with a fault, and whoever mends a title need not know the shares of what somebody else told."""
    stack.edit(world.erin, shared, "place", groups("country", "KE 60", "UG 40"))
    page = world.fatima.get(f"/en/records/{shared}/publish")
    form = page.form("/publish$")
    connection = stack.database.connect()
    with connection, connection.cursor() as cursor:  # written before there was such a rule
        cursor.execute("UPDATE activity_code SET percentage = 50 WHERE record_id = %s AND code = 'UG'", [shared])
    connection.close()
    answer = world.fatima.submit(form, {})
    assert answer.status == 422 and SUM + "110." in answer.words
    assert SUM + "110." in world.fatima.get(f"/en/records/{shared}/publish").words
    stack.edit(world.erin, shared, "names", {"title.fr": "Parts de la côte"})
    stack.database.concord("import", "--owner", world.a, "-", input=(
        f'<records xmlns="urn:concord:registry:1"><activity id="{shared}" schema="1.0-draft"><title xml:lang="en">Shares</title>'
        f'<reporting organisation="{world.a}"/><country code="KE" percentage="60"/><country code="UG" percentage="50"/>'
        "</activity></records>"), check=False)
    stack.database.concord("import", "--replace-drafts", "--owner", world.a, "-", input=(
        f'<records xmlns="urn:concord:registry:1"><activity id="{shared}" schema="1.0-draft"><title xml:lang="en">Shares</title>'
        f'<reporting organisation="{world.a}"/><country code="KE" percentage="60"/><country code="UG" percentage="50"/>'
        "</activity></records>"))
    stack.edit(world.erin, shared, "names", {"title.fr": "Parts"})
    page = world.fatima.get(f"/en/records/{shared}/publish")
    assert SUM + "110." in page.words, "told"
    stack.publish(world.fatima, shared, "A title.")
    page = stack.edit(world.erin, shared, "place", groups("country", "KE 60", "UG 70"), status=422)
    assert SUM + "130." in page.words, "not made worse"


def test_a_fault_that_is_public_excuses_no_other_one(stack, world):
    """Of a fault that is told without any value, too: as many as are public are told, one more is refused."""
    made = stack.register(world.fatima, "activity", {"title.en": "Own lists"}, owner=world.a)
    stack.database.concord("import", "--replace-drafts", "--owner", world.a, "-", input=(
        f'<records xmlns="urn:concord:registry:1"><activity id="{made}" schema="1.0-draft"><title xml:lang="en">Own lists</title>'
        f'<reporting organisation="{world.a}"/><sector code="A1" vocabulary="99"/></activity></records>'))
    stack.edit(world.erin, made, "sectors", {"sector.1.percentage": "100"})
    page = stack.edit(world.erin, made, "sectors", {"sector.1.percentage": "50", "sector.2.code": "B2",
                                                    "sector.2.vocabulary": "99", "sector.2.percentage": "50"}, status=422)
    assert "needs a name" in page.words


def test_sectors_have_names_and_a_code_that_has_none_stays(stack, world):
    """The codes of the DAC, goals and regions in three languages; what others made public with another code is not made invalid."""
    made = stack.register(world.fatima, "activity", {"title.en": "Teaching nurses"}, owner=world.a)
    document = (f'<records xmlns="urn:concord:registry:1"><activity id="{made}" schema="1.0-draft"><title xml:lang="en">Teaching nurses</title>'
                f'<reporting organisation="{world.a}"/><region code="289" vocabulary="1"/><region code="002" vocabulary="2"/>'
                '<sector code="12261" percentage="50" vocabulary="1"/>'
                '<sector code="99999" percentage="50" vocabulary="1"/><sector code="122" vocabulary="2"/><sector code="122" vocabulary="9"/>'
                '<sector code="6" vocabulary="7"/></activity></records>')
    stack.database.concord("import", "--replace-drafts", "--owner", world.a, "-", input=document)
    for lang, names in {
            "en": ("Africa 002", "Health education 12261 OECD DAC, five digits 50 %", "Basic health 122 OECD DAC, three digits", "Clean water and sanitation 6",
                   "South of Sahara, regional 289 OECD DAC"),
            "fr": ("Afrique 002", "Éducation sanitaire 12261", "Santé de base 122", "Sud du Sahara, régional 289"),
            "ar": ("أفريقيا 002", "التثقيف الصحي 12261", "الصحة الأساسية 122", "جنوب الصحراء الكبرى، إقليمي 289")}.items():
        words = world.public.get(f"/{lang}/activities/{made}").words
        for name in names:
            assert name in words, (lang, name, words)
        assert words.count(names[2]) == 1, "a code of another vocabulary has no name of this one"
        assert " 99999 " in words
    stack.edit(world.erin, made, "names", {"title.fr": "Former des infirmières"})
    stack.publish(world.fatima, made, "A title.")
    stack.edit(world.erin, made, "sectors", {"sector.1.percentage": "40", "sector.2.percentage": "60"})


@pytest.mark.parametrize("told, words", [
    ('<region code="289" percentage="100" vocabulary="1"/>', []),
    ('<country code="KE" percentage="40"/><region code="289" percentage="60" vocabulary="1"/>', []),
    ('<country code="KE" percentage="60"/><country code="UG" percentage="39.9"/>', ["Countries: the shares as told sum to 99.9 %, not to 100 %."]),
    ('<country code="KE" percentage="70"/><country code="UG"/>', []),
    ('<country code="KE" percentage="70"/><country code="UG" percentage="40"/><country code="TZ"/>', ["Countries: the shares as told sum to 110 %"]),
    ('<country code="KE" percentage="40"/><region code="289" percentage="50" vocabulary="1"/><region code="002" percentage="60" vocabulary="2"/>',
     ["Countries and regions (OECD DAC): the shares as told sum to 90 %, not to 100 %."]),
    ('<sector code="12261" percentage="100" vocabulary="1"/><sector code="12220" percentage="100" vocabulary="1"/>',
     ["OECD DAC, five digits: the shares as told sum to 200 %, not to 100 %."]),
    ('<sector code="12261" percentage="100" vocabulary="1"/><sector code="122" percentage="100" vocabulary="2"/>',
     ["Each vocabulary divides the whole by itself: the shares of each sum to 100 %."]),
    ('<sector code="12261" vocabulary="1"/><sector code="122" vocabulary="2"/>', [])])
def test_shares_that_do_not_sum_to_100_are_told(stack, world, told, words):
    made = stack.register(world.fatima, "activity", {"title.en": "Shared out"}, owner=world.a)
    document = (f'<records xmlns="urn:concord:registry:1"><activity id="{made}" schema="1.0-draft"><title xml:lang="en">Shared out</title>'
                f'<reporting organisation="{world.a}"/>{told}</activity></records>')
    done = stack.database.concord("import", "--replace-drafts", "--owner", world.a, "-", input=document)
    assert " 0 refused" in done.stdout, done.stdout
    page = world.public.get(f"/en/activities/{made}")
    assert page.status == 200 and [w for w in words if w not in page.words] == [], page.words
    assert page.words.count("the shares as told sum to") + page.words.count("Each vocabulary divides") == len(words), page.words


@pytest.mark.parametrize("lang, name, category", [
    ("en", "Health education", "Basic health"), ("fr", "Éducation sanitaire", "Santé de base"), ("ar", "التثقيف الصحي", "الصحة الأساسية")])
def test_codes_whose_list_we_hold_can_be_chosen_by_name(stack, world, shared, lang, name, category):
    """One list a field, without withdrawn codes; the name of what stands there; the lists open beside the form."""
    url = f"/{lang}/records/{shared}/edit/sectors"
    typed_values = sectors("1 12261 60", "1 99999 40") | {"sector.3.vocabulary": "3", "sector.3.code": "75"}
    page = world.erin.get(url)
    page = world.erin.submit(page.form("/edit/sectors"), {}, ("more", "sector"))
    page = world.erin.submit(page.form("/edit/sectors"), typed_values)
    assert page.status == 422 and pages.tidy(page.text) == []
    kept = dict(page.form("/edit/sectors").fields)
    assert all(kept[key] == value for key, value in typed_values.items())
    offered = dict(re.findall(r'<option value="([^"]*)">([^<]*)</option>', re.search(r'<datalist id="codes-sector">(.*?)</datalist>', page.text, re.S)[1]))
    assert (offered["12261"], offered["122"]) == (name, category)
    assert "15120" not in offered and "6.1" not in offered and len(offered) > 300
    assert page.text.count("<datalist") == 2, "sectors and markers; of tags and emergencies we hold no list"
    for place in (1, 2, 3):
        assert re.search(rf'<input [^>]*id="f-sector.{place}.code"[^>]*list="codes-sector"', page.text)
    hint = re.search(r'<p class="form-text" id="f-sector.1.code-hint">([^<]*)</p>', page.text)[1]
    assert html.unescape(hint).endswith(f' 12261 is "{name}".')
    for other in (2, 3):
        assert "is" not in html.unescape(re.search(rf'id="f-sector.{other}.code-hint">([^<]*)<', page.text)[1])
    for codes in ("sector", "sector-category", "policy-marker"):
        assert re.search(rf'href="{build.BASE}/{lang}/codelists/{codes}" target="_blank"', page.text)


def test_a_related_activity_that_is_chosen_brings_its_identifier(stack, world, activity):
    """As it tells it or as the registry made it; one that has none yet needs one."""
    told, made, bare = "XM-DAC-41998-rel&1", None, None
    stack.edit(world.erin, activity, "reporting", {"iati-identifier": told, "reporting.ref": "", "reporting.secondary": "",
                                                   "other-identifier.1.ref": "", "other-identifier.1.type": ""})
    stack.publish(world.fatima, activity, "Related.")
    made = stack.register(world.fatima, "activity", {"title.en": "Wells made here"}, owner=world.a)
    stack.publish(world.fatima, made)
    bare = stack.register(world.george, "activity", {"title.en": "Wells without a number"}, owner=world.b)
    stack.publish(world.george, bare)
    stack.database.one("DELETE FROM iati_identifier WHERE record_id = %s RETURNING 1", [bare])
    one = stack.register(world.fatima, "activity", {"title.en": "Relative"}, owner=world.a)
    chosen = {"related.1.activity": "Wells of the coast", "related.1.type": "3", "related.2.activity": f"Wells made here ({made})",
              "related.2.type": "3", "related.3.activity": activity, "related.3.ref": "XX-as-typed", "related.3.type": "2"}
    page = stack.edit(world.erin, one, "related", chosen | {"related.4.activity": bare, "related.4.type": "3"}, status=422)
    assert 'id="f-related.4.ref-error"' in page.text and 'id="f-related.1.ref-error"' not in page.text
    stack.edit(world.erin, one, "related", chosen)
    assert stack.database.rows("SELECT activity, ref FROM activity_related WHERE record_id = %s ORDER BY position", [one]) == [
        (activity, told), (made, f"XM-DAC-41998-{made}"), (activity, "XX-as-typed")]


TURNED = "\u202ednuorA\u202c"


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_text_that_was_taken_before_a_rule_is_mended_where_it_stands(stack, world, cluster):
    """Of several, one by one; until then all that others read of the record is as it was sealed."""
    database = stack.database
    owner = world.organisation("Trust of the Marks", publish=False)
    identify = {"identifier.1.scheme": "XM-DAC", "identifier.1.value": "41987", "identifier.1.primary": "true"}
    stack.edit(world.sara, owner, "identifiers", identify)
    stack.publish(world.sara, owner)
    record = stack.register(world.sara, "activity", {"title.en": "Mark of the wells"}, owner=owner)
    for section, values in (("dates", {"start": "2024", "state": "2"}), ("about", {"description.1.type": "1", "description.1.text.en": "Mark of a text."}),
                            ("participants", {"participant.1.role": "4", "participant.1.name.en": "Mark of somebody"})):
        stack.edit(world.sara, record, section, values)
    stack.publish(world.sara, record, "As long as it was taken.")
    content = database.one("SELECT content FROM publication WHERE record_id = %s", [record])
    then = content.replace("Mark", TURNED)
    archive = database.concord("export").stdout
    assert sha256(content) in archive and content in archive
    archive = archive.replace(content, then).replace(sha256(content), sha256(then))
    for _ in range(2):
        copy = cluster.fresh()
        copy.concord("codelists")
        copy.concord("import", "--quiet", "--mode", "restore", "-", input=archive)
        copy.concord("reindex")
        assert copy.concord("verify").stdout == "0 findings\n"
        archive = copy.concord("export").stdout
        assert then in archive
        cluster.drop(copy)
    connection = database.connect()
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("UPDATE publication SET content = %s WHERE record_id = %s", [then, record])
        cursor.execute("UPDATE record_text SET text = replace(text, 'Mark', %s) WHERE record_id = %s", [TURNED, record])
    connection.close()
    assert TURNED in world.public.get(f"/iati/activities/{record}.xml").text
    assert f"{TURNED} of a text." in world.public.get(f"/en/activities/{record}").words

    why = "This text holds a character that turns letters around (U+202D or U+202E). Leave it out."
    stack.edit(world.sara, record, "dates", {"planned-end": "2030"})  # where none of them stands
    page = world.sara.get(f"/en/records/{record}/publish")
    assert page.words.count(why) == 3
    for section, field, label in (("names", "title.en", "Title (English)"), ("about", "description.1.text.en", "Description 1, Description (English)"),
                                  ("participants", "participant.1.name.en", "Participant 1, Name (English)")):
        assert f'href="{stack.base}/en/records/{record}/edit/{section}"' in page.text
        form = world.sara.get(f"/en/records/{record}/edit/{section}").form(f"/edit/{section}$")
        answer = world.sara.submit(form, {})
        assert answer.status == 422 and answer.words.count(why) == 2, answer.words
        assert f"Please mend this {label} : {why}" in answer.words and 'aria-invalid="true"' in answer.text
        stack.edit(world.sara, record, section, {field: form.value(field).replace(TURNED, "Around")})
    stack.publish(world.sara, record, "Mended.")
    assert "\u202e" not in world.public.get(f"/activities/{record}.xml").text


def test_what_people_fill_in_is_on_the_page(stack, world):
    """Of the largest samples, what stands at the edge of a group, too."""
    pages = {}
    for kind, plural in (("organisation", "organisations"), ("activity", "activities")):
        sample = (build.ROOT / f"schemas/samples/1.0-draft/{kind}-maximal.xml").read_text()
        record = re.search(r' id="(\w+)"', sample)[1]
        for pattern, known in ((r"OXZ\w{11}", world.a), (r"\bP[0-9A-Z]{13}\b", world.p), (r'(?<=<related )activity="\w+" ', "")):
            sample = re.sub(pattern, known, sample)
        done = stack.database.concord("import", "-", input=f'<records xmlns="urn:concord:registry:1">{sample}</records>', check=False)
        assert " 0 refused" in done.stdout, done.stdout
        pages[kind] = world.public.get(f"/en/{plural}/{record}").words
    for kind, texts in {
            "organisation": ("Founded 1987", "from 2001 until", "application/pdf", "yearbook 2025 About: Founded"),
            "activity": ("P-77/2024 Example bank XX-EXAMPLE-2", "Channel code: 44000", "Kenya Coast", "Currency Euro", "Language English",
                         "Designation: PPLA", "Exactness: Exact", "Reach: The work is done there", "Reference: L1", "application/pdf",
                         "https://example.org/report 2025 About: Start")}.items():
        for text in texts:
            assert text in pages[kind], (text, pages[kind])
