# SPDX-License-Identifier: EUPL-1.2
"""Members of a partnership by constituency: a column, a filter, in the language of the page, in the CSV; kept by publishing
as a reindex makes it."""
import csv
import io
import re
import urllib.parse

import pytest

import build
import fcgi
import ids
from test_search import NS, organisation, partnership

P = ids.named("P", "groups")
GROUPS = {  # member -> language -> constituency
    "a": {"en": "Donors & friends", "fr": "Donateurs et amis", "ar": "المانحون والأصدقاء"},
    "b": {"en": "Donors & friends", "fr": "Donateurs et amis"},
    "c": {"es": "Sociedad civil"},
    "d": {},
}


def member(name, texts, state="confirmed"):
    said = "".join(f'<constituency xml:lang="{k}">{v.replace("&", "&amp;")}</constituency>' for k, v in sorted(texts.items()))
    return (f'<membership id="{ids.named("M", f"groups {name}")}" schema="1.0-draft"><partnership>{P}</partnership>'
            f'<organisation>{ids.named("O", f"groups {name}")}</organisation><role code="member"></role>{said}'
            f'<consent date="2026-11-24T00:00:00Z" state="{state}"></consent></membership>\n')


def bring(database, *items):
    done = database.concord("import", "--trust-consent", "-", check=False,
                            input=f'<records xmlns="{NS}">\n{"".join(items)}</records>\n')
    assert " 0 refused" in done.stdout, done.stdout


@pytest.fixture(scope="module")
def site(database, tmp_path_factory):
    database.concord("codelists")
    record = partnership("groups", {"en": ("Partnership of Groups", "Many.")})
    bring(database, organisation(ids.named("O", "search 3"), '<name xml:lang="en">Forum</name>'), record,
          *(organisation(ids.named("O", f"groups {n}"), f'<name xml:lang="en">Organisation {n}</name>'
                         f'<name xml:lang="fr">Organisation {n} à la Straße</name><acronym xml:lang="en">{n}ZZ</acronym>') for n in GROUPS),
          *(member(n, texts, "invited" if n == "b" else "confirmed") for n, texts in GROUPS.items()))
    with fcgi.Worker(build.program("concord.fcgi"), database.config, tmp_path_factory.mktemp("groups")) as worker:
        yield worker


def page(site, lang="en", **question):
    answer = site.fetch(f"/{lang}/partnerships/{P}/members?{urllib.parse.urlencode(question)}")
    assert answer.status == 200, answer.text
    return answer.text


def members(text):
    return re.findall(r'href="[^"]*/organisations/\w+">.*?Organisation (\w)', text[text.index("<main"):])


def test_column_and_choices_are_in_the_language_of_the_page(site):
    for lang, donors in GROUPS["a"].items():
        text = page(site, lang).replace("&amp;", "&")
        assert donors in text and f'<option value="Donors & friends">{donors}</option>' in text
        assert 'lang="es"' in text and "Sociedad civil" in text  # no other language tells it
        assert members(text) == ["a", "b", "c", "d"]


def test_filter_with_search_and_consent(site):
    assert members(page(site, constituency="Donors & friends")) == ["a", "b"]
    assert members(page(site, constituency="Donors & friends", state="confirmed")) == ["a"]
    assert members(page(site, constituency="Donors & friends", q="organisation b")) == ["b"]
    assert members(page(site, constituency="Sociedad civil")) == ["c"]
    text = page(site, constituency="Nobody's <group>")
    assert members(text) == [] and "No member fits." in text and "Nobody&#39;s &lt;group&gt;" in text
    link = re.search(r'href="([^"]*constituency=[^"]*)">[^<]*<span[^>]*>Sociedad civil|href="([^"]*constituency=Socie[^"]*)"', page(site))
    assert members(site.fetch((link.group(1) or link.group(2)).replace("&amp;", "&")).text) == ["c"]


def test_words_are_of_names_in_all_languages_and_of_acronyms(site):
    for lang in ("en", "fr"):
        assert members(page(site, lang, q="À LA STRASSE")) == ["a", "b", "c", "d"]
        assert members(page(site, lang, q="czz")) == ["c"]
        assert members(page(site, lang, q="bzz", constituency="Donors & friends")) == ["b"]
    assert "OZZ" not in page(site) and ids.named("O", "groups d") in site.fetch(f"/partnerships/{P}/members.csv?q=dzz").text


def test_csv_answers_the_same_question(site):
    link = re.search(r'href="([^"]*members\.csv[^"]*)"', page(site, constituency="Donors & friends", state="confirmed"))
    for url, expected in ((f"/partnerships/{P}/members.csv", ["a", "b", "c", "d"]), (link.group(1).replace("&amp;", "&"), ["a"])):
        rows = list(csv.DictReader(io.StringIO(site.fetch(url).text)))
        assert [row["name"][-1] for row in rows] == expected
        for row in rows:
            texts = GROUPS[row["name"][-1]]
            language = "en" if "en" in texts else next(iter(texts), "")
            assert (row["constituency-language"], row["constituency"]) == (language, texts.get(language, ""))
    assert site.fetch(f"/partnerships/{P}/members.csv?state=nonsense").status == 422


def test_publishing_keeps_what_a_reindex_makes(site, database):
    assert "0 findings" in database.concord("verify").stdout
    bring(database, member("d", {"en": "Teachers"}), member("c", {}))
    assert members(page(site, constituency="Teachers")) == ["d"]
    assert members(page(site, constituency="Sociedad civil")) == []
    before = database.rows("SELECT * FROM member ORDER BY 1")
    database.concord("reindex")
    assert database.rows("SELECT * FROM member ORDER BY 1") == before
    assert "0 findings" in database.concord("verify").stdout


def test_without_constituencies_there_is_no_column(site, database):
    other = ids.named("P", "no groups")
    bring(database, partnership("no groups", {"en": ("Without Groups", "None.")}),
          member("e", {}).replace(P, other).replace(ids.named("O", "groups e"), ids.named("O", "groups a")))
    text = site.fetch(f"/en/partnerships/{other}/members").text
    assert members(text) == ["a"] and "Constituency" not in text
