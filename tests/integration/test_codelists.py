# SPDX-License-Identifier: EUPL-1.2
"""The code lists that are shipped: valid, complete in three languages, true to their sources, shown."""
import html
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pages
import pytest

ROOT = Path(__file__).resolve().parents[2]
LISTS = sorted((ROOT / "sql/codelists").glob("*.xml"))
NS = "{urn:concord:codelist:1}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# our list -> IATI list whose codes the attribute "iati" names
IATI = {
    "activity-relation": "embedded/RelatedActivityType.xml",
    "activity-state": "embedded/ActivityStatus.xml",
    "aid-type": "nonembedded/AidType.xml",
    "aid-type-vocabulary": "nonembedded/AidTypeVocabulary.xml",
    "collaboration-type": "nonembedded/CollaborationType.xml",
    "condition-type": "nonembedded/ConditionType.xml",
    "description-type": "nonembedded/DescriptionType.xml",
    "finance-type": "nonembedded/FinanceType.xml",
    "flow-type": "nonembedded/FlowType.xml",
    "humanitarian-scope-type": "nonembedded/HumanitarianScopeType.xml",
    "humanitarian-scope-vocabulary": "nonembedded/HumanitarianScopeVocabulary.xml",
    "location-class": "nonembedded/GeographicLocationClass.xml",
    "location-exactness": "nonembedded/GeographicExactness.xml",
    "location-reach": "nonembedded/GeographicLocationReach.xml",
    "marker-vocabulary": "nonembedded/PolicyMarkerVocabulary.xml",
    "other-identifier-type": "nonembedded/OtherIdentifierType.xml",
    "participant-role": "embedded/OrganisationRole.xml",
    "policy-marker": "nonembedded/PolicyMarker.xml",
    "policy-significance": "nonembedded/PolicySignificance.xml",
    "region-dac": "nonembedded/Region.xml",
    "region-vocabulary": "nonembedded/RegionVocabulary.xml",
    "sector": "nonembedded/Sector.xml",
    "sector-category": "nonembedded/SectorCategory.xml",
    "sector-vocabulary": "nonembedded/SectorVocabulary.xml",
    "tag-vocabulary": "nonembedded/TagVocabulary.xml",
    "tied-status": "nonembedded/TiedStatus.xml",
    "document-category": "embedded/DocumentCategory.xml",
    "lifecycle-state": "embedded/ActivityStatus.xml",
    "organisation-type": "nonembedded/OrganisationType.xml",
    "partner-role": "embedded/OrganisationRole.xml",
    "partnership-link": "embedded/RelatedActivityType.xml",
    "scope": "nonembedded/ActivityScope.xml",
    "sdg-goal": "nonembedded/UNSDG-Goals.xml",
    "sdg-target": "nonembedded/UNSDG-Targets.xml",
}
# lists that do not take over every code of the IATI list
PARTIAL = {"lifecycle-state", "partnership-link"}


def items(path):
    return ET.parse(path).getroot().findall(NS + "item")


def test_all_lists_are_valid_under_the_schema():
    done = subprocess.run(
        ["xmllint", "--nonet", "--noout", "--schema", ROOT / "schemas/codelist.xsd", *LISTS],
        capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert len(LISTS) >= 18


@pytest.mark.parametrize("path", LISTS, ids=lambda p: p.stem)
def test_list_is_named_as_its_file_and_complete_in_three_languages(path):
    root = ET.parse(path).getroot()
    assert root.get("name") == path.stem
    assert {t.get(LANG) for t in root.findall(NS + "title")} >= {"en", "fr", "ar"}
    for item in root.findall(NS + "item"):
        assert {n.get(LANG) for n in item.findall(NS + "name")} >= {"en", "fr", "ar"}, item.get("code")


@pytest.mark.parametrize("path", LISTS, ids=lambda p: p.stem)
def test_list_is_installed(path):
    assert f"sql/codelists/{path.name}" in (ROOT / "sql/Makefile.inc").read_text()


@pytest.mark.parametrize("change", [
    lambda s: s.replace('code="funding"', 'code="lead"'),
    lambda s: s.replace('<name xml:lang="fr">Financement', '<name xml:lang="en">Financement'),
    lambda s: s.replace('<name xml:lang="en">Funding</name>', "<name>Funding</name>"),
    lambda s: s.replace('code="funding"', 'code="fun ding"'),
    lambda s: s.replace("Funding<", "<"),
], ids=["code twice", "language twice", "no language", "blank in code", "empty name"])
def test_schema_refuses(change, tmp_path):
    text = (ROOT / "sql/codelists/partner-role.xml").read_text()
    bad = change(text)
    assert bad != text
    file = tmp_path / "partner-role.xml"
    file.write_text(bad)
    done = subprocess.run(["xmllint", "--nonet", "--noout", "--schema", ROOT / "schemas/codelist.xsd", file],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode != 0


def test_every_sdg_target_belongs_to_a_goal():
    goals = [i.get("code") for i in items(ROOT / "sql/codelists/sdg-goal.xml")]
    targets = [i.get("code") for i in items(ROOT / "sql/codelists/sdg-target.xml")]
    assert goals == [str(n) for n in range(1, 18)]
    assert len(targets) == 169
    assert {t.split(".")[0] for t in targets} == set(goals)


@pytest.mark.needs_standards
@pytest.mark.parametrize("name", sorted(IATI))
def test_iati_codes_exist(name, standards):
    theirs = {c.text for c in ET.parse(standards / "iati/codelists" / IATI[name]).iter("code")}
    ours = {i.get("iati") for i in items(ROOT / f"sql/codelists/{name}.xml")} - {None}
    assert ours <= theirs
    if name not in PARTIAL:
        assert theirs <= ours


@pytest.mark.needs_standards
def test_identifier_schemes_are_registered(standards):
    known = {line.split(",")[0] for line in (standards / "org-id/org-id-prefixes.csv").open()}
    ours = {i.get("code") for i in items(ROOT / "sql/codelists/organisation-identifier-scheme.xml")}
    assert ours - known == {"UNGM"}


# --- as the registry shows them ---------------------------------------------------------------------

@pytest.fixture(scope="module", name="worker")
def worker_fixture(database, tmp_path_factory):
    database.concord("codelists", ROOT / "sql/codelists")
    database.rows("UPDATE code SET withdrawn_on = '2026-11-01' WHERE list = 'partner-role' AND code = 'funding'")
    with pages.start(database, tmp_path_factory.mktemp("pages")) as worker:
        yield worker
        assert worker.stop() == 0, worker.log_text()


@pytest.mark.parametrize("path", LISTS, ids=lambda p: p.stem)
def test_document_is_served_as_it_was_loaded(worker, path):
    answer = worker.fetch(f"/codelists/{path.name}")
    assert (answer.status, answer.body) == (200, path.read_bytes())
    assert answer.header("content-type") == "application/xml; charset=utf-8"
    assert answer.header("last-modified")
    again = worker.fetch(f"/codelists/{path.name}", headers={"If-None-Match": answer.header("etag")})
    assert (again.status, again.body) == (304, b"")
    head = worker.fetch(f"/codelists/{path.name}", "HEAD")
    assert (head.status, head.body, head.header("etag")) == (200, b"", answer.header("etag"))


@pytest.mark.parametrize("lang", ["en", "fr", "ar"])
def test_list_of_lists_is_valid_and_complete(worker, lang):
    answer = worker.fetch(f"/{lang}/codelists")
    assert answer.status == 200
    assert pages.tidy(answer.text) == []
    links = pages.own_links(answer.text)
    for path in LISTS:
        assert {f"/{lang}/codelists/{path.stem}", f"/codelists/{path.name}"} <= set(links)
        titles = {t.get(LANG): t.text for t in ET.parse(path).getroot().findall(NS + "title")}
        assert titles[lang] in html.unescape(answer.text)
    assert answer.header("cache-control") == "public, max-age=1, stale-while-revalidate=1"


@pytest.mark.parametrize("path", LISTS, ids=lambda p: p.stem)
def test_page_shows_every_code_name_definition_and_map(worker, path):
    answer = worker.fetch(f"/fr/codelists/{path.stem}")
    assert answer.status == 200
    assert pages.tidy(answer.text) == []
    page = pages.read(answer.text)
    assert len(page.ids) == len(set(page.ids))
    text = html.unescape(answer.text)
    for item in items(path):
        assert f'id="code-{item.get("code")}"' in answer.text
        assert next(n.text for n in item.findall(NS + "name") if n.get(LANG) == "fr") in text
        definitions = {n.get(LANG): n.text for n in item.findall(NS + "definition")}
        if definitions:
            assert definitions.get("fr", definitions.get("en")) in text
        if item.get("iati"):
            assert f"iati {item.get('iati')}" in text


def test_withdrawn_code_is_marked(worker):
    text = worker.fetch("/en/codelists/partner-role").text
    row = text[text.index('id="code-funding"'):]
    assert "withdrawn on 1 November 2026" in row[:row.index("</tr>")]
    assert text.count("withdrawn on") == 1


def test_unknown_list_is_not_found(worker):
    page, document = worker.fetch("/en/codelists/none"), worker.fetch("/codelists/none.xml")
    assert (page.status, document.status) == (404, 404)
    assert document.header("content-type").startswith("application/xml")


def test_links_of_the_pages_answer(worker):
    for uri in ("/en/codelists", "/ar/codelists/partner-role", "/en/about", "/fr/about", "/ar/about"):
        answer = worker.fetch(uri)
        assert (answer.status, pages.tidy(answer.text)) == (200, []), uri
        for link in pages.own_links(answer.text):
            if not link.startswith(("/static/", "/feed")) and not link.endswith("/sign-in"):
                assert worker.fetch(link).status == 200, (uri, link)
