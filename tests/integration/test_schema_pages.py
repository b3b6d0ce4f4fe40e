# SPDX-License-Identifier: EUPL-1.2
"""The published schemas: the files as they are, and readable pages that say all that the files say."""
import html
import re
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pages
import pytest

ROOT = Path(__file__).resolve().parents[2]
XS = "{http://www.w3.org/2001/XMLSchema}"
FILES = sorted(p.relative_to(ROOT / "schemas").as_posix() for p in (ROOT / "schemas").rglob("*.xsd"))
SETS = {"1.0-draft": [f for f in FILES if f.startswith("1.0-draft/")], "codelist": ["codelist.xsd", "xml.xsd"]}
LANGUAGES = ["en", "fr", "ar"]

pytestmark = pytest.mark.sanitized


@pytest.fixture(scope="module", name="worker")
def worker_fixture(database, tmp_path_factory):
    database.concord("codelists", ROOT / "sql/codelists")
    with pages.start(database, tmp_path_factory.mktemp("pages")) as worker:
        yield worker
        assert worker.stop() == 0, worker.log_text()


def text_of(node):
    return re.sub(r"\s+", " ", "".join(node.itertext())).strip()


@pytest.mark.parametrize("file", FILES)
def test_every_file_is_served_as_it_is(worker, file):
    answer = worker.fetch(f"/schemas/{file}")
    assert answer.status == 200
    assert answer.body == (ROOT / "schemas" / file).read_bytes()
    assert answer.header("content-type") == "application/xml; charset=utf-8"
    again = worker.fetch(f"/schemas/{file}", headers={"If-None-Match": answer.header("etag")})
    assert (again.status, again.body) == (304, b"")


def test_every_file_is_installed():
    makefile = (ROOT / "schemas/Makefile.inc").read_text()
    assert all(f"schemas/{file}" in makefile for file in FILES)


def test_served_files_make_a_schema(worker, tmp_path):
    """Fetched as a partner would, they stand alone: what they include is beside them."""
    for file in FILES:
        path = tmp_path / file
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(worker.fetch(f"/schemas/{file}").body)
    for schema, document in [("1.0-draft/feed.xsd", "sql/samples/organisations.xml"),
                             ("codelist.xsd", "sql/codelists/partner-role.xml")]:
        done = subprocess.run(["xmllint", "--nonet", "--noout", "--schema", tmp_path / schema, ROOT / document],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", ["none.xsd", "1.0-draft/none.xsd", "Makefile.inc", "..%2fREADME.md", "1.0-draft",
                                  "1.0-draft/..%2f..%2fREADME.md", "1.0-draft%2fconcord.xsd", ".", "x/y/z"])
def test_nothing_else_is_served(worker, path):
    assert worker.fetch(f"/schemas/{path}").status in (301, 400, 404)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_list_leads_to_every_page_and_file(worker, lang):
    answer = worker.fetch(f"/{lang}/schemas")
    assert answer.status == 200
    assert pages.tidy(answer.text) == []
    links = pages.own_links(answer.text)
    assert {f"/schemas/{file}" for file in FILES} <= set(links)
    assert {f"/{lang}/schemas/{name}" for name in SETS} <= set(links)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", SETS)
def test_page_is_valid_and_its_links_lead_somewhere(worker, name, lang):
    answer = worker.fetch(f"/{lang}/schemas/{name}")
    assert answer.status == 200
    assert pages.tidy(answer.text) == []
    page = pages.read(answer.text)
    assert page.lang == lang and page.headings[0] == "h1"
    assert len(page.ids) == len(set(page.ids))
    inner = {link[1:] for link in page.links if link.startswith("#")}
    assert inner <= set(page.ids)
    for link in pages.own_links(answer.text):
        if not link.startswith(("/static/", "/feed")) and not link.endswith("/sign-in"):
            assert worker.fetch(link).status == 200, link


def test_unknown_page_is_not_found(worker):
    assert worker.fetch("/en/schemas/2.0").status == 404


@pytest.mark.parametrize("name", SETS)
def test_page_says_all_that_the_files_say(worker, name):
    """Names, explanations, code lists, allowed values and counts."""
    text = html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", worker.fetch(f"/en/schemas/{name}").text)))
    links = pages.own_links(worker.fetch(f"/en/schemas/{name}").text)
    for file in SETS[name]:
        root = ET.parse(ROOT / "schemas" / file).getroot()
        for node in root.iter():
            if node.tag == XS + "documentation":
                assert text_of(node) in text, file
            elif node.tag == XS + "appinfo":
                assert f"/en/codelists/{text_of(node).removeprefix('codelist ')}" in links
            elif node.tag in (XS + "enumeration", XS + "pattern"):
                assert node.get("value") in text
            elif node.tag in (XS + "element", XS + "attribute") and node.get("name"):
                assert node.get("name") in text


def test_rows_tell_name_count_type_and_meaning(worker):
    text = worker.fetch("/en/schemas/1.0-draft").text
    rows = [re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", row))).strip()
            for row in re.findall(r"<tr>(.*?)</tr>", text, re.S)]
    assert "name 1–200 line Full name of the organisation, in its own languages first." in rows
    assert any(re.match(r"identifier/@scheme 1 code Code list organisation-identifier-scheme Who gave", r) for r in rows)
    assert any(re.match(r"document/@category 0–1 codes Code list document-category What sort", r) for r in rows)
    assert "code A list of 1 to 30, with a blank between them." in re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", text)))
    assert "document/url 1 url Where the document can be read." in rows
    assert any(r.startswith("identifier 0–50 token ") for r in rows)
    assert "seal 1" in rows
