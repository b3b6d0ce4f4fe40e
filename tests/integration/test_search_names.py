# SPDX-License-Identifier: EUPL-1.2
"""Who is called what was typed stands before those who only mention it: on the samples, and case by case."""
import csv
import io
import re

import pytest

import build
import fcgi
import ids
from test_search import NS, ask, bring, hits, organisation, partnership

SAMPLES = build.ROOT / "sql/samples"
GLOBAL_FUND, EDUCATION, COMPACT = "PM9D5D4ZMSVB5Z", "P875WAZ6NF821I", "PW2M6VZ1Q7DS3N"
FIRST = {
    "en": {"global fund": GLOBAL_FUND, "the global fund": GLOBAL_FUND, "education": EDUCATION, "GPE": EDUCATION,
           "global compact": COMPACT, "ungc": COMPACT, "united nations global compact": COMPACT,
           "global partnership for education": EDUCATION, "partnership education": EDUCATION,
           "fund malaria": GLOBAL_FUND},
    "fr": {"fonds mondial": GLOBAL_FUND, "pacte mondial": COMPACT, "éducation": EDUCATION, "paludisme": GLOBAL_FUND,
           "partenariat mondial pour l’éducation": EDUCATION},
    "ar": {"الصندوق العالمي": GLOBAL_FUND, "الاتفاق العالمي": COMPACT, "التعليم": EDUCATION,
           "الشراكة العالمية": EDUCATION},
}
REEFS = {  # words -> titles in the order of the hits
    "reef": ["Reef Partnership", "Reef Council", "Coral Reef Alliance", "Friends of the Reef", "Clean Harbours"],
    "coral reef": ["Coral Reef Alliance", "Clean Harbours"],
    "reef council": ["Reef Council", "Partnership of the Council and the Reef"],
    "coral": ["Coral Reef Alliance", "Clean Harbours"],
    "cra": ["Coral Reef Alliance", "CRA Holding"],
    "friends reef": ["Friends of the Reef"],
}


def reef(name, title, summary="Nothing to tell.", acronym=""):
    record = partnership(name, {"en": (title, summary)})
    return record.replace("<summary", f'<acronym xml:lang="en">{acronym}</acronym><summary', 1) if acronym else record


def corpus():
    yield reef("1", "Reef Partnership", "Long. " + "Words that make a text long, so that those in it weigh little. " * 20)
    yield reef("2", "Coral Reef Alliance", "Fish.", "CRA")
    yield reef("3", "Partnership of the Council and the Reef")
    yield reef("4", "Clean Harbours", "reef reef reef coral reef council")
    for n, name in enumerate(("Reef Council", "Friends of the Reef", "CRA Holding", "Kilimanjaro Forum")):
        yield organisation(ids.named("O", f"search {n}"), f'<name xml:lang="en">{name}</name>')


@pytest.fixture(scope="module")
def site(database, tmp_path_factory):
    database.concord("codelists")
    for line in (SAMPLES / "order.tsv").read_text(encoding="utf-8").splitlines():
        if line and line[0] != "#":
            file, owner = line.split()
            database.concord("import", "--trust-consent", SAMPLES / file, *([] if owner == "-" else ["--owner", owner]))
    done = database.concord("import", "-", check=False, input=f'<records xmlns="{NS}">\n{"".join(corpus())}</records>\n')
    assert " 0 refused" in done.stdout, done.stdout
    with fcgi.Worker(build.program("concord.fcgi"), database.config, tmp_path_factory.mktemp("names")) as worker:
        yield worker


@pytest.mark.parametrize("lang", FIRST)
def test_the_partnership_that_is_called_so(site, lang):
    wrong = {words: found for words, record in FIRST[lang].items()
             if (found := hits(ask(site, f"/{lang}/search", q=words)))[:1] != [record]}
    assert not wrong


def test_global_begins_with_partnerships(site):
    found = hits(ask(site, "/en/search", q="global"))
    assert set(found[:2]) == {GLOBAL_FUND, EDUCATION}  # their names begin so
    assert all(found.index(COMPACT) < n for n, record in enumerate(found) if record[0] == "C")


@pytest.mark.parametrize("words", REEFS)
def test_in_which_order(site, database, words):
    found = hits(ask(site, q=words))
    titles = [database.one("SELECT title FROM record_name WHERE record_id = %s AND place = 1", (r,)) for r in found]
    assert [title for title in titles if title in REEFS[words]] == REEFS[words]
    assert titles[:1] == REEFS[words][:1]


def test_many_countries(site, database):
    """The page names the first and tells how many there are, the table has all."""
    codes = ("AL", "BD", "CH", "DE", "EG", "FR", "GH", "HT", "IN", "JP", "KE", "LA")
    bring(database, partnership("wide", {"en": ("Wide Waters", "Everywhere.")}).replace(
        '<country code="KE"></country>', "".join(f'<country code="{code}"></country>' for code in codes)))
    assert re.search(r"<li>Albania, [^<]*, Japan and more, 12 in all</li>", ask(site, q="wide waters").text)
    row, = csv.DictReader(io.StringIO(site.fetch("/search.csv?q=wide+waters").text))
    assert sorted(row["countries"].split()) == sorted(codes)
