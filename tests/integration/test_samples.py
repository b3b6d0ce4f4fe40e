# SPDX-License-Identifier: EUPL-1.2
"""The samples: identifiers, references and codes are right, facts have sources."""
import collections
import subprocess
import xml.etree.ElementTree as ET
from decimal import Decimal
from pathlib import Path

import ids
import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sql/samples"
NS = "{urn:concord:registry:1}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# element or element/@attribute -> code list, as the field tables of cgi/model say
CODES = {
    "organisation/type": "organisation-type", "organisation/country": "country",
    "relation/@kind": "organisation-relation", "partnership/kind": "partnership-type",
    "partnership/legal-form": "legal-form", "partnership/scope": "scope",
    "partnership/state": "lifecycle-state", "partnership/theme": "theme", "sdg/@goal": "sdg-goal",
    "sdg/@target": "sdg-target", "seat/@country": "country", "document/@category": "document-category",
    "link/@kind": "partnership-link", "role/@code": "partner-role", "consent/@state": "consent-state",
}


def order():
    lines = (SAMPLES / "order.tsv").read_text().splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def records(name=None):
    for file, _ in order():
        if name in (None, file):
            yield from ET.parse(SAMPLES / file).getroot()


def local(element):
    return element.tag.removeprefix(NS)


ALL = {r.get("id"): r for r in records()}


def codes(name):
    root = ET.parse(ROOT / f"sql/codelists/{name}.xml").getroot()
    return {i.get("code") for i in root.iter("{urn:concord:codelist:1}item")}


def test_order_names_every_file_once():
    assert sorted(f for f, _ in order()) == sorted(p.name for p in SAMPLES.glob("*.xml"))
    assert all(owner == "-" or local(ALL[owner]) == "organisation" for _, owner in order())


def test_samples_are_valid_under_the_schema():
    done = subprocess.run(
        ["xmllint", "--nonet", "--noout", "--schema", ROOT / "schemas/1.0-draft/feed.xsd",
         *(SAMPLES / f for f, _ in order())], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_identifiers_are_valid_and_unique():
    every = [r.get("id") for r in records()]
    assert len(every) == len(set(every)) == len(ALL)
    for record in records():
        assert ids.valid(record.get("id"))
        assert record.get("id")[0] == local(record)[0].upper()


def test_references_lead_to_records_that_stand_before():
    seen = set()
    for record in records():
        seen.add(record.get("id"))
        for element in record.iter():
            name = local(element)
            texts = [element.text] if name in ("partnership", "organisation", "host") and not len(element) else []
            texts += [v for k, v in element.attrib.items() if k in ("organisation", "partnership")]
            for text in filter(None, texts):
                assert text in seen, (record.get("id"), name, text)


def test_codes_are_in_the_lists():
    lists = {name: codes(name) for name in CODES.values()}
    for record in records():
        for parent in record.iter():
            for key, value in parent.attrib.items():
                name = CODES.get(f"{local(parent)}/@{key}")
                assert name is None or value in lists[name], (name, value)
            for child in parent:
                name = CODES.get(f"{local(parent)}/{local(child)}")
                assert name is None or child.text in lists[name], (name, child.text)


def test_weights_sum_to_100_or_are_not_there():
    for record in records():
        weights = [s.get("weight") for s in record.findall(NS + "sdg")]
        if any(weights):
            assert sum(map(Decimal, weights)) == 100


def test_every_record_names_its_sources():
    for record in records():
        assert record.findall(f"{NS}source/{NS}citation"), record.get("id")


def test_nobody_answers_who_was_not_asked():
    """Real organisations are proposed members, and only invented ones were asked anything."""
    states = collections.Counter()
    for record in records():
        if local(record) != "membership":
            continue
        parties = [record, ALL[record.findtext(NS + "partnership")], ALL[record.findtext(NS + "organisation")]]
        invented = {r.findtext(NS + "illustrative") == "true" for r in parties}
        assert len(invented) == 1, (record.get("id"), "an invented membership of a real body, or the reverse")
        state = record.find(NS + "consent").get("state")
        states[state, invented.pop()] += 1
    assert {state for state, invented in states if not invented} == {"proposed"}
    assert {"proposed", "invited", "confirmed", "declined", "withdrawn", "contested"} == {
        state for state, invented in states if invented}


def test_no_real_body_publishes():
    owners = dict(order())
    assert {ALL[o].findtext(NS + "illustrative") for o in owners.values() if o != "-"} == {"true"}
    assert all(r.findtext(NS + "illustrative") == "true" for f, o in owners.items() if o == "-" for r in records(f))


@pytest.mark.parametrize("field", ["title", "summary"])
def test_partnerships_speak_three_languages(field):
    for record in records():
        if local(record) == "partnership":
            assert [e.get(LANG) for e in record.findall(NS + field)] == ["ar", "en", "fr"]


def test_one_membership_per_pair():
    pairs = collections.Counter((r.findtext(NS + "partnership"), r.findtext(NS + "organisation"))
                                for r in records() if local(r) == "membership")
    assert max(pairs.values()) == 1


def test_people_act_for_organisations_of_the_samples():
    rows = [line.split("\t") for line in (SAMPLES / "people.tsv").read_text().splitlines()
            if not line.startswith("#")]
    for _, organisation, role in rows:
        assert local(ALL[organisation]) == "organisation"
        assert role in codes("organisation-role")
