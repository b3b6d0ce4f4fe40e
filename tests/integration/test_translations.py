# SPDX-License-Identifier: EUPL-1.2
"""The French and Arabic phrases: all there, with the terms of po/glossary.tsv, and seen on pages."""
import gettext
import re
import subprocess

import po
import pytest

import build

LANGUAGES = ["fr", "ar"]
# Reviewed: words that are the same in both languages, and patterns of nothing but places.
SAME = {
    "fr": {"Organisations", "Organisation", "Type", "Position", "Instant", "Contribution", "Sources", "Relation",
           "Description", "Relations", "Documents", "Date", "Vision", "Contact", "Format", "Citation", "Action", "Codes",
           "Version", "Document", "Code", "Source", "Sections", "Page", "Participant", "{1} {2}",
           "{1} {2} {3}", "{1}, {2} UTC"},
    "ar": {"{1} {2}", "1 {1} {2}", "{1} {2} {3}"},
}
# In Arabic the forms for none, one and two say the number in words.
IN_WORDS = {"fr": 0, "ar": 3}


@pytest.fixture(scope="module", name="catalogue", params=LANGUAGES)
def catalogue_fixture(request):
    header, entries = po.read(build.ROOT / f"po/{request.param}.po")
    return request.param, header, entries


def terms(column):
    with open(build.ROOT / "po/glossary.tsv", encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file if line.strip() and line[0] != "#"]
    return [(row[0], row[column].split("|")) for row in rows]


def test_has_every_phrase(catalogue):
    """What the sources say now: no phrase lacks, none is left over."""
    lang, _, entries = catalogue
    subprocess.run(["make", "-s", "-C", build.BUILD, "po/concord.pot"], check=True, capture_output=True, timeout=120)
    _, wanted = po.read(build.BUILD / "po/concord.pot")
    wanted, found = {e.msgid for e in wanted}, {e.msgid for e in entries}
    assert wanted - found == set(), f"not in po/{lang}.po: run make update-po and translate"
    assert found - wanted == set(), f"left over in po/{lang}.po"
    assert [e for e in entries if not all(e.texts) or "fuzzy" in e.flags] == []


def test_no_source_is_forgotten():
    """Phrases that stand in headers and tables of macros are collected, too."""
    subprocess.run(["make", "-s", "-C", build.BUILD, "po/concord.pot"], check=True, capture_output=True, timeout=120)
    wanted = {e.msgid for e in po.read(build.BUILD / "po/concord.pot")[1]}
    said = re.compile(r'\bN?_\(\s*((?:"(?:[^"\\\n]|\\.)*"\s*)+)\)')
    for path in [p for folder in ("cgi", "include") for p in (build.ROOT / folder).rglob("*") if p.suffix in (".h", ".c", ".def")]:
        for found in said.findall(path.read_text(encoding="utf-8").replace("\\\n", "\n")):
            phrase = "".join(re.findall(r'"((?:[^"\\\n]|\\.)*)"', found)).replace('\\"', '"')
            assert phrase in wanted, (path, phrase)


def test_is_translated(catalogue):
    lang, _, entries = catalogue
    assert {e.msgid for e in entries if e.msgid in e.texts} - SAME[lang] == set()


def test_keeps_places(catalogue):
    lang, _, entries = catalogue
    for e in entries:
        wanted = sorted(re.findall(r"\{\d\}", e.msgid))
        for i, text in enumerate(e.texts):
            found = sorted(re.findall(r"\{\d\}", text))
            in_words = e.plural is not None and i < IN_WORDS[lang] and not found
            assert found == wanted or in_words, (e, text)


def test_ends_like_the_english(catalogue):
    """A sentence stays a sentence, a label a label."""
    lang, _, entries = catalogue
    bad = [(e.msgid, text) for e in entries for text in e.texts
           if e.msgid.endswith(".") != text.endswith(".") or text != text.strip()]
    assert bad == [], lang


def test_script(catalogue):
    """Arabic phrases are written in Arabic letters, with Arabic commas."""
    lang, _, entries = catalogue
    texts = [text for e in entries for text in e.texts if e.msgid not in SAME[lang]]
    if lang == "ar":
        assert [t for t in texts if not re.search("[\u0621-\u064a]", t)] == []
        assert [t for t in texts if re.search("[\u0621-\u064a] ?[,;?]", t)] == []
    else:
        assert [t for t in texts if re.search(r"\w'\w|\w [;?!»]|« ", t)] == [], "typography of French"


def test_a_hyphen_behind_an_identifier_stays_behind_it():
    """It is of no direction: in Arabic it would stand before the identifier, as the reader sees it."""
    _, entries = po.read(build.ROOT / "po/ar.po")
    wrong = [text for e in entries for text in e.texts if re.search("(?<!\u200e)\\{[0-9]\\}-|\\{[0-9]\\}-(?!\u200e)", text)]
    assert not wrong


@pytest.mark.parametrize("column, lang", [(1, "fr"), (2, "ar")])
def test_follows_the_glossary(column, lang):
    _, entries = po.read(build.ROOT / f"po/{lang}.po")
    found = terms(column)
    assert len(found) >= 60
    bad = []
    for term, stems in found:
        named = re.compile(rf'(?<![\w/"-]){re.escape(term)}(?![\w/-]|\.\w)', re.I)
        for e in entries:
            for text in e.texts if named.search(e.msgid) else ():
                if not any(stem.lower() in text.lower() for stem in stems):
                    bad.append((term, e.msgid, text))
    assert bad == []


def test_plural_forms(catalogue):
    """One, two, few, many and none as each language counts."""
    lang, header, entries = catalogue
    count = {"fr": 2, "ar": 6}[lang]
    assert header["Plural-Forms"].startswith(f"nplurals={count};")
    assert {len(e.texts) for e in entries if e.plural} == {count}
    mo = build.BUILD / f"locale/{lang}/LC_MESSAGES/concord.mo"
    with open(mo, "rb") as file:
        said = gettext.GNUTranslations(file).ngettext
    one, many = "{1} confirmed member.", "{1} confirmed members."
    if lang == "ar":
        forms = [said(one, many, n) for n in (0, 1, 2, 3, 11, 100)]
        assert len(set(forms)) == 6
        assert [said(one, many, n) for n in (103, 110, 99, 111, 200, 1000)] == [forms[3], forms[3], forms[4], forms[4],
                                                                                 forms[5], forms[5]]
    else:
        assert said(one, many, 0) == said(one, many, 1) != said(one, many, 2)
