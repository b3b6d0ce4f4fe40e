# SPDX-License-Identifier: EUPL-1.2
"""Search over all kinds: the right first hit in each language, facets, organisations together, cursors
over a table that moves, hostile questions, CSV and Atom."""
import csv
import html
import io
import json
import re
import time
import urllib.parse
import xml.etree.ElementTree as ET

import pytest

import build
import fcgi
import ids

NS = "urn:concord:registry:1"
ATOM = "{http://www.w3.org/2005/Atom}"
HEALTH, BANK, FUND, FORUM = (ids.named("O", f"search {n}") for n in range(4))


def organisation(record, name, country="KE", more=""):
    return (f'<organisation id="{record}" schema="1.0-draft">{name}<type>40</type><country>{country}</country>'
            f'{more}</organisation>\n')


def partnership(name, texts, goal="4", country="KE", state="active", title=None):
    """texts: language -> (title, summary)"""
    titles = "".join(f'<title xml:lang="{k}">{t}</title>' for k, (t, _) in sorted(texts.items()))
    summaries = "".join(f'<summary xml:lang="{k}">{s}</summary>' for k, (_, s) in sorted(texts.items()))
    return (f'<partnership id="{ids.named("P", name)}" schema="1.0-draft">{titles}{summaries}'
            f'<kind>alliance</kind><host>{FORUM}</host><country code="{country}"></country><sdg goal="{goal}"></sdg>'
            f"<state>{state}</state></partnership>\n")


def membership(name, of, organisation_, role, state="proposed"):
    return (f'<membership id="{ids.named("M", name)}" schema="1.0-draft"><partnership>{ids.named("P", of)}</partnership>'
            f'<organisation>{organisation_}</organisation><role code="{role}"></role>'
            f'<consent date="2026-11-24T00:00:00Z" state="{state}"></consent></membership>\n')


SUBJECTS = {
    "schools": ("4", {
        "en": ("Learning Together", "Girls in villages are taught by trained teachers; schools are opened early."),
        "fr": ("Apprendre ensemble", "Les filles des villages sont éduquées par des enseignantes formées."),
        "es": ("Aprender juntos", "Las niñas de las aldeas reciben educación de maestras formadas."),
        "ru": ("Учимся вместе", "Девочки из деревень посещают школы с подготовленными учителями."),
        "ar": ("نتعلم معا", "تتعلم الفتيات في المدارس على يد معلمات مدربات."),
        "zh": ("共同学习", "女童教育伙伴关系在农村学校培训教师。")}),
    "rivers": ("6", {
        "en": ("Clean Rivers", "Multi-stakeholder management of rivers and drinking water."),
        "fr": ("Rivières propres", "Gestion des rivières et de l'eau potable par tous les acteurs."),
        "es": ("Ríos limpios", "Gestión de los ríos y del agua potable."),
        "ru": ("Чистые реки", "Управление реками и питьевой водой."),
        "ar": ("أنهار نظيفة", "إدارة الأنهار ومياه الشرب."),
        "zh": ("清洁河流", "河流管理与饮用水安全。")}),
    "vaccines": ("3", {
        "en": ("Vaccines for Children", "Immunizing children against measles in clinics."),
        "fr": ("Des vaccins pour les enfants", "Vacciner les enfants contre la rougeole dans les cliniques."),
        "es": ("Vacunas para la infancia", "Vacunación de los niños contra el sarampión en clínicas."),
        "ru": ("Вакцины детям", "Прививки детей от кори в клиниках."),
        "ar": ("لقاحات للأطفال", "تطعيم الأطفال ضد الحصبة في العيادات."),
        "zh": ("儿童疫苗", "在诊所为儿童接种麻疹疫苗。")}),
    "forests": ("15", {
        "en": ("Forests Alive", "Planting trees and protecting endangered animals."),
        "fr": ("Forêts vivantes", "Planter des arbres et protéger les animaux menacés."),
        "es": ("Bosques vivos", "Plantar árboles y proteger animales amenazados."),
        "ru": ("Живые леса", "Посадка деревьев и охрана редких животных."),
        "ar": ("غابات حية", "غرس الأشجار وحماية الحيوانات المهددة."),
        "zh": ("森林常青", "植树造林并保护濒危动物。"),
        "ko": ("살아있는 숲", "농부들은 물을 아낀다. 겨울에는 비")}),
    "energy": ("7", {
        "en": ("Power to the Islands", "Solar energy and batteries replace diesel generators."),
        "fr": ("De l'énergie pour les îles", "Le solaire et les batteries remplacent les générateurs."),
        "es": ("Energía para las islas", "La energía solar y las baterías sustituyen a los generadores."),
        "ru": ("Энергия островам", "Солнечная энергия и батареи заменяют генераторы."),
        "ar": ("طاقة للجزر", "الطاقة الشمسية والبطاريات بدل المولدات."),
        "zh": ("岛屿能源", "太阳能和电池取代柴油发电机。")}),
}
# In another form than the texts have: only stems, pairs of characters and folding lead there.
QUESTIONS = {
    "en": [("teacher training village", "schools"), ("river managing", "rivers"), ("multi-stakeholder water", "rivers"),
           ("immunized children", "vaccines"), ("protect animal", "forests")],
    "fr": [("enseignante formée", "schools"), ("riviere potable", "rivers"), ("vaccination des enfants", "vaccines"),
           ("arbre planté", "forests"), ("batterie solaire", "energy")],
    "es": [("educacion niña", "schools"), ("gestion agua potable", "rivers"), ("vacuna sarampion", "vaccines"),
           ("proteger animal", "forests"), ("bateria solar", "energy")],
    "ru": [("подготовленный учитель", "schools"), ("управления рекой", "rivers"), ("прививка детям", "vaccines"),
           ("деревьев животного", "forests"), ("солнечные генераторы", "energy")],
    "ar": [("مدارس", "schools"), ("الأنهار الشرب", "rivers"), ("الحصبة", "vaccines"),
           ("الأشجار", "forests"), ("الشمسية", "energy")],
    "zh": [("教育伙伴", "schools"), ("饮用水", "rivers"), ("麻疹", "vaccines"), ("植树", "forests"), ("太阳能", "energy")],
}


def corpus():
    yield organisation(HEALTH, '<name xml:lang="en">World Institute of Health</name><acronym xml:lang="en">WHO</acronym>',
                       more='<identifier primary="true" scheme="XM-DAC">928-7</identifier>')
    yield organisation(BANK, '<name xml:lang="en">Bank of Many Nations</name>', "FR")
    yield organisation(FUND, '<name xml:lang="en">=Fund "of" Formulas</name>', "FR")
    yield organisation(FORUM, '<name xml:lang="en">Kilimanjaro Forum</name>', "TZ")
    for name, (goal, texts) in SUBJECTS.items():
        yield partnership(name, texts, goal, "TZ" if name == "energy" else "KE")
    yield membership("a", "schools", HEALTH, "funding")
    yield membership("b", "schools", BANK, "implementing")
    yield membership("c", "rivers", HEALTH, "funding")
    yield membership("d", "energy", BANK, "funding", "proposed")


@pytest.fixture(scope="module")
def site(database, tmp_path_factory):
    database.concord("codelists")
    done = database.concord("import", "--trust-consent", "-", check=False,
                            input=f'<records xmlns="{NS}">\n{"".join(corpus())}</records>\n')
    assert " 0 refused" in done.stdout, done.stdout
    with fcgi.Worker(build.program("concord.fcgi"), database.config, tmp_path_factory.mktemp("search")) as worker:
        yield worker


def ask(site, path="/en/search", **question):
    query = urllib.parse.urlencode({k.rstrip("_"): v for k, v in question.items()})
    return site.fetch(f"{path}?{query}" if query else path)


def hits(answer):
    assert answer.status == 200, answer.text
    main = answer.text[answer.text.index("<main"):]
    return re.findall(r'cc-result".*?href="[^"]*/(\w+)"', main, re.S)


@pytest.mark.parametrize("lang", QUESTIONS)
def test_the_right_record_comes_first(site, lang):
    page = lang if lang in ("en", "fr", "ar") else "en"
    wrong = [(words, name) for words, name in QUESTIONS[lang]
             if hits(ask(site, f"/{page}/search", q=words))[:1] != [ids.named("P", name)]]
    assert not wrong


# One character, and a word with what Arabic writes together with it: both ways round.
PARTS = [("水", "rivers"), ("河", "rivers"), ("饮", "rivers"), ("全", "rivers"), ("麻", "vaccines"), ("농", "forests"), ("물", "forests"),
         ("비", "forests"), ("농부", "forests"), ("مياه", "rivers"), ("المياه", "rivers"), ("والمياه", "rivers"), ("بالمياه", "rivers"),
         ("للمياه", "rivers"), ("ومياه", "rivers"), ("أنهار", "rivers"), ("والأنهار", "rivers"), ("البطاريات", "energy"),
         ("بطاريات", "energy"), ("وحماية", "forests"), ("الحماية", "forests"), ("معلمة", "schools"), ("والمعلمات", "schools"),
         ("لقاح", "vaccines"), ("للأطفال", "vaccines"), ("لجزر", "energy")]


def test_parts_of_words(site):
    wrong = [(q, name) for q, name in PARTS if hits(ask(site, q=q))[:1] != [ids.named("P", name)] or "similar" in ask(site, q=q).text]
    assert not wrong
    for q in ("火", "불", "والنار"):
        assert hits(ask(site, q=q)) == [], q
    assert hits(ask(site, q="rivers -水")) == [] and hits(ask(site, q="rivers -火")) == [ids.named("P", "rivers")]
    assert hits(ask(site, q="水 河流")) == [ids.named("P", "rivers")] and hits(ask(site, q="水 麻疹")) == []


def test_names_identifiers_and_mistyped_names(site):
    assert hits(ask(site, q="WHO"))[0] == HEALTH            # not the stop word
    for identifier in ("XM-DAC-928-7", "xm-dac-928-7", "928-7"):
        assert hits(ask(site, q=identifier, kind="organisation")) == [HEALTH], identifier
    assert hits(ask(site, q=BANK)) == [BANK]
    assert hits(ask(site, q="Kilimajaro Form"))[0] == FORUM
    assert "These names are similar" in ask(site, q="Kilimajaro Form").text
    assert hits(ask(site, q='"drinking water"')) == [ids.named("P", "rivers")]
    assert hits(ask(site, q='"water drinking"')) == []
    assert ids.named("P", "energy") not in hits(ask(site, q="generators -solar"))


def test_a_phrase_may_have_words_that_say_little(site):
    """Texts are without them, each language without its own; names have them."""
    for phrase in ("girls in villages are taught", "management of rivers and drinking water", "taught by trained teachers",
                   "vaccines for children", "the clean rivers", "filles des villages", "gestion des rivières et de l'eau potable",
                   "niñas de las aldeas", "vaccins pour les enfants"):
        for lang in ("en", "fr"):
            assert len(hits(ask(site, f"/{lang}/search", q=f'"{phrase}"'))) == 1, (phrase, lang)
    for phrase in ("girls in taught villages", "rivers of the drinking", "vaccines for the children", "villages filles"):
        page = ask(site, q=f'"{phrase}"')
        assert "Nothing has all these words" in page.text or hits(page) == [], phrase


def test_whose_identifier_it_is_comes_first(site, database):
    """Before more than are ranked that only mention it, whatever they are called."""
    insert(database, 2300, "928-7")
    try:
        database.rows("UPDATE search SET tsv = tsv || concat(cc_search_quoted('928-7'), ':1A ', "
                      "cc_search_quoted('xm-dac-928-7'), ':1A')::tsvector WHERE record_id LIKE 'X%' RETURNING 1")
        for identifier in ("928-7", "XM-DAC-928-7"):
            page = ask(site, q=identifier)
            assert hits(page)[0] == HEALTH and "Found: more than 2000" in page.text, identifier
            assert HEALTH not in hits(ask(site, q=identifier, kind="partnership"))
    finally:
        remove(database)


def test_a_name_comes_first_among_more_than_are_ranked(site, database):
    """Also where its row lies behind all others that have the words."""
    insert(database, 2300)
    try:
        database.rows("""UPDATE search SET names = 'moving mountains', sort_key = 'moving mountains', kind = 'organisation'
                          WHERE record_id = 'X2299' RETURNING 1""")
        database.rows("UPDATE search SET sort_key = 'on ' || sort_key, names = 'on moving' WHERE names = 'moving' RETURNING 1")
        page = ask(site, q="moving")
        assert hits(page)[0] == "X2299" and "more than 2000" in page.text
    finally:
        remove(database)


def test_what_was_not_counted_is_offered_and_said(site, database):
    """Of more than are counted the numbers say so, and other choices stand there without one."""
    said = "Numbers beside the choices are of 2000 of them"
    page = ask(site, kind="partnership").text
    assert said not in page and not re.search(r'<option value="FR"', page) and not re.search(r'<option value="4\.1"', page)
    insert(database, 2300)
    try:
        page = ask(site, q="moving").text
        assert "Found: more than 2000" in page and said in page and "Partnership (2000+)" in page
        page = ask(site, q="moving", country="FR", type="alliance").text
        assert re.search(r'<option value="FR" selected>France</option>', page) and 'value="alliance" selected' in page
        page = ask(site, q="moving").text
        assert '<option value="FR">France</option>' in page and '<option value="40">' in page
        # of what no code list has: all that the registry has
        assert re.search(r'<option value="organisation"[^>]*>Organisation</option>', page) and 'value="membership"' not in page
        assert {k for k, in database.rows("SELECT value FROM facet WHERE name = 'kind' AND value <> 'membership'")} == set(
            choices(ask(site, q="moving"), "kind"))
        assert hits(ask(site, q="moving", kind="organisation")) == []
        assert not re.search(r'<option value="4\.1"', page)  # targets follow the goal
        database.rows("""UPDATE search SET keys = keys || (SELECT id FROM facet WHERE name = 'goal' AND value = '4')
                          WHERE record_id LIKE 'X%' RETURNING 1""")
        page = ask(site, q="moving", goal="4").text
        assert '<option value="4.1">' in page and '<option value="6.1">' not in page
    finally:
        remove(database)


def test_facets_narrow_and_count(site):
    page = ask(site, kind="partnership", country="KE")
    assert sorted(hits(page)) == sorted(ids.named("P", n) for n in SUBJECTS if n != "energy")
    assert "Found: 4" in page.text and "Kenya (4)" in page.text
    assert len(re.findall(r'<option value="\d+"[^>]*>[^<]*\(1\)', page.text)) >= 4
    assert hits(ask(site, goal="7", country="TZ")) == [ids.named("P", "energy")]
    assert hits(ask(site, goal="7", country="KE")) == []
    assert hits(ask(site, type="40", country="TZ")) == [FORUM]


def test_a_tab_says_what_was_searched(site):
    assert "<title>a &lt;b&gt; – Search – " in ask(site, q="a <b>").text
    assert "<title>rivers – Partnerships – " in ask(site, "/en/partnerships", q="rivers").text
    assert "<title>Search – " in ask(site, goal="6").text


def choices(answer, name):
    """(code, what is read) of a list of the form."""
    text = re.search(rf'<select[^>]* name="{name}".*?</select>', answer.text, re.S)[0]
    return dict(re.findall(r'<option value="([^"]+)"[^>]*>([^<]*)<', text))


def test_another_choice_takes_the_place_of_the_one_before(site):
    """So its list has all that the registry has, and a number only where what it counts is shown."""
    free, chosen = ask(site), ask(site, country="KE", kind="partnership")
    assert set(choices(free, "country")) <= set(choices(chosen, "country")) and "TZ" in choices(chosen, "country")
    assert [t for c, t in choices(chosen, "country").items() if "(" in t] == ["Kenya (4)"]
    assert [t for c, t in choices(chosen, "kind").items() if "(" in t] == ["Partnership (4)"]
    assert "organisation" in choices(chosen, "kind") and "membership" not in choices(chosen, "kind")
    alone = choices(ask(site, kind="partnership"), "kind")
    assert alone.pop("partnership") == "Partnership (5)"
    assert alone == {"organisation": "Organisation", "activity": "Activity", "commitment": "Commitment"}
    goals = choices(ask(site, goal="7"), "goal")
    assert list(goals)[1:] == sorted(list(goals)[1:], key=int) and len(goals) > 3
    assert all("(" in text for text in choices(chosen, "goal").values())


def test_capitals_that_bind_are_no_names_and_a_minus_before_a_number_is_none(site):
    small = hits(ask(site, q="rivers and water"))
    assert small == hits(ask(site, q="rivers AND water")) == hits(ask(site, q="RIVERS AND WATER")) == [ids.named("P", "rivers")]
    rivers = [ids.named("P", "rivers")]
    assert hits(ask(site, q="rivers -(water)")) == rivers and hits(ask(site, q="rivers -water")) == []
    assert hits(ask(site, q="rivers -")) == rivers and hits(ask(site, q="-2019 rivers")) == hits(ask(site, q="2019 rivers"))


@pytest.mark.parametrize("path", ["/en/search", "/en/partnerships", "/search.csv"])
def test_what_newsletters_hang_on_a_link_changes_nothing(site, path):
    plain = ask(site, path, kind="partnership") if path != "/en/partnerships" else ask(site, path)
    marked = ask(site, path, **({"kind": "partnership"} if path != "/en/partnerships" else {}),
                 utm_source="mail", utm_campaign='"><b>', fbclid="x" * 500, gclid="ü")
    main = lambda answer: answer.text[max(answer.text.find("<main"), 0):]  # noqa: E731 (before it stand links to other languages)
    assert (marked.status, main(marked)) == (200, main(plain))
    assert ask(site, path, utm="x").status == ask(site, path, fbclid2="x").status == 400


@pytest.mark.parametrize("path,question", [("/en/partnerships", {}), ("/en/partnerships", {"sort": "title"}),
                                           ("/en/search", {"q": "solar"})])
def test_a_row_says_where_in_which_state_and_for_which_goals(site, path, question):
    text = ask(site, path, **question).text
    row = next(r for r in re.findall(r"<p class=\"cc-result\">.*?(?=<p class=\"cc-result\">|</main>)", text, re.S)
               if ids.named("P", "energy") in r)
    assert "Tanzania" in row and "Active" in row and row.count("cc-sdg-7") == 1, row
    row = next(r for r in csv.DictReader(io.StringIO(ask(site, "/search.csv", **question).text))
               if r["identifier"] == ids.named("P", "energy"))
    assert (row["countries"], row["state"], row["goals"]) == ("TZ", "active", "7")


def test_organisations_together_with_roles(site):
    both = {"with": HEALTH, "with2": "bank of many nations"}
    assert hits(ask(site, **both)) == [ids.named("P", "schools")]
    assert sorted(hits(ask(site, with_=HEALTH))) == sorted(ids.named("P", n) for n in ("schools", "rivers"))
    assert hits(ask(site, **both, role2="implementing")) == [ids.named("P", "schools")]
    assert hits(ask(site, **both, role2="funding")) == []
    assert hits(ask(site, with_=HEALTH, role="funding", with2=BANK, role2="funding")) == []


@pytest.mark.parametrize("written", ["XM-DAC-928-7", "xm-dac-928-7 ", "WHO", "who", HEALTH, HEALTH.lower(), "World  Institute of Health",
                                     f"World Institute of Health ({HEALTH})"])
def test_an_organisation_is_meant_by_its_identifiers_and_its_name(site, written):
    found = hits(ask(site, with_=written, with2=BANK))
    assert found == [ids.named("P", "schools")] and hits(ask(site, with_=BANK, with2=written)) == found
    for path, get in (("/search.csv", lambda a: [r["identifier"] for r in csv.DictReader(io.StringIO(a.text))]),
                      ("/search.atom", lambda a: [e.find(f"{ATOM}id").text[-14:] for e in ET.fromstring(a.text).findall(f"{ATOM}entry")])):
        assert get(ask(site, path, with_=written, with2=BANK)) == found, path


@pytest.mark.parametrize("written", ["nobody at all", "XM-DAC-928", "928-7", "O" * 14, ids.named("O", "nobody"), ids.named("P", "schools"),
                                     "World Institute", "%", "<b>\\_'"])
def test_an_organisation_that_is_none_is_told_beside_its_field(site, written):
    told = "No organisation that is published here has the name, acronym or identifier"
    for n in ("", "2", "3"):
        page = ask(site, q="water", **{f"with{n}": written, f"role{n}": "funding"})
        assert page.status == 422 and page.text.count(told) == 2 and f'id="f-with{n}-error"' in page.text, (n, page.text)
        assert "Found:" not in page.text and "cc-result" not in page.text and '<option value="KE"' in page.text, n
        assert '<option value="funding" selected' in page.text, n
        assert re.search('<main.*<a href="/en/organisations">List of organisations</a>', page.text, re.S), n
        assert f'value="{html.escape(written, quote=True).replace("&#x27;", "&#39;")}"' in page.text, n
        for path in ("/search.csv", "/search.atom"):
            answer = ask(site, path, **{f"with{n}": written})
            label = {"": "Organisation", "2": "Second organisation", "3": "Third organisation"}[n]
            assert answer.status == 422 and f">{label}: {told}" in answer.text, (path, answer.text)
    page = ask(site, **{"with": HEALTH, "with2": written, "with3": "nobody either"})
    assert page.status == 422 and "f-with-error" not in page.text and page.text.count(told) == 4
    assert told not in ask(site, q="nobodyatall").text and told not in ask(site, **{"with": FUND}).text


def test_of_many_that_are_called_so_always_the_same_ones_are_meant(fresh):
    """The one whose name it is, before those whose acronym it is; however often somebody asks, whatever was changed last."""
    def acronym(n):
        return organisation(ids.named("O", f"acronym {n}"), f'<name xml:lang="en">Board {n}</name><acronym xml:lang="en">ZQX</acronym>')
    named = ids.named("O", "named so")
    bring(fresh, *(acronym(n) for n in range(14)), organisation(named, '<name xml:lang="en">ZQX</name>'))
    expected = [named] + sorted(ids.named("O", f"acronym {n}") for n in range(14))[:9]
    who = "SELECT cc_search_who('{\"name\": \"zqx\"}')"
    assert fresh.one(who) == expected
    bring(fresh, *(acronym(n).replace("Board", "Council") for n in (3, 1, 2)))
    assert fresh.one(who) == expected


def test_together_with_one_that_takes_part_in_very_much(site, database):
    """The one that takes part in less is looked at first, so that nothing is cut off before both are asked."""
    insert(database, 1)
    try:
        database.rows("""INSERT INTO edge (from_id, to_id, kind, field)
            SELECT 'A' || g, %s, 'commitment', 'maker' FROM generate_series(1, 20500) g
             UNION ALL SELECT 'X1', o, 'partnership', 'host' FROM unnest(%s::text[]) o RETURNING 1""", (HEALTH, [HEALTH, BANK]))
        for first, second in ((HEALTH, BANK), (BANK, HEALTH)):
            assert sorted(hits(ask(site, with_=first, with2=second))) == sorted(["X1", ids.named("P", "schools")])
    finally:
        database.rows("DELETE FROM edge WHERE from_id LIKE 'X%' OR from_id IN (SELECT 'A' || g FROM generate_series(1, 20500) g)")
        remove(database)


def bring(database, *records):
    done = database.concord("import", "--trust-consent", "-", check=False,
                            input=f'<records xmlns="{NS}">\n{"".join(records)}</records>\n')
    assert " 0 refused" in done.stdout, done.stdout


def test_roles_are_a_facet(site, database):
    """Of partnerships those that organisations have in them, of organisations those that they have."""
    funded = {ids.named("P", n) for n in ("schools", "rivers", "energy")}
    assert set(hits(ask(site, kind="partnership", role="funding"))) == funded
    assert set(hits(ask(site, "/en/organisations", role="funding"))) == {HEALTH, BANK}
    assert hits(ask(site, "/en/organisations", role="host")) == [FORUM]
    assert hits(ask(site, "/en/partnerships", role="implementing", goal="4")) == [ids.named("P", "schools")]
    page = ask(site, "/en/partnerships")
    assert "Funding (3)" in page.text and "Host (5)" in page.text and "Implementing (1)" in page.text
    assert hits(ask(site, with_=BANK, role="implementing")) == [ids.named("P", "schools")]


def test_beside_the_role_it_is_said_that_who_was_asked_counts(site):
    """The bank was proposed for the islands: found by its role, counted by nobody else."""
    told = ('id="f-role-hint">Of members of partnerships, those that were invited or proposed and have not confirmed count, too.<')
    page = ask(site, with_=BANK, role="funding")
    assert hits(page) == [ids.named("P", "energy")] and told in page.text and 'aria-describedby="f-role-hint"' in page.text
    for path, has_members in (("search", True), ("partnerships", True), ("organisations", True), ("activities", False), ("commitments", False)):
        text = ask(site, f"/en/{path}", **({"role": "funding"} if not has_members else {})).text
        assert (told in text) is has_members and 'id="f-role"' in text, path


@pytest.mark.parametrize("more", [{}, {"with2": BANK}, {"kind": "partnership"}, {"goal": "4"}, {"q": "schools"}])
@pytest.mark.parametrize("organisation", [HEALTH, BANK, FORUM, FUND])
def test_roles_beside_an_organisation_are_its_own(site, organisation, more):
    """The number of a choice is that of what it gives."""
    def found(**chosen):
        return ask(site, with_=organisation, **more, **chosen)
    page = found()
    page_choices = choices(page, "role") if hits(page) else {}
    told = {code: int(re.search(r"\((\d+)\)", text)[1]) for code, text in page_choices.items()}
    given = {code: len(hits(found(role=code))) for code in choices(ask(site), "role")}
    assert told == {code: n for code, n in given.items() if n > 0}
    for code, n in told.items():  # then another takes its place: its number would be that of anybody's role there
        offered = choices(found(role=code), "role")
        assert {c: t for c, t in offered.items() if "(" in t} == {code: t for c, t in page_choices.items() if c == code}
        assert set(told) <= set(offered)
    assert told or more or organisation not in (HEALTH, BANK)


def test_memberships_have_no_words(site, database):
    """No search shows them; of all others each has its words and its identifier."""
    assert database.one("SELECT count(*) FROM search WHERE kind = 'membership'") > 0
    assert database.one("SELECT count(*) FROM search WHERE kind = 'membership' AND (tsv <> '' OR names <> '')") == 0
    assert database.one("SELECT count(*) FROM search WHERE kind <> 'membership'"
                        " AND NOT tsv @@ cc_search_quoted(lower(record_id))::tsquery") == 0


def test_roles_follow_memberships(site, database):
    """The first one that has a role brings it, the last one that leaves takes it away."""
    assert hits(ask(site, "/en/partnerships", role="trustee")) == []
    bring(database, membership("t1", "forests", FUND, "trustee"), membership("t2", "forests", BANK, "trustee"))
    assert hits(ask(site, "/en/partnerships", role="trustee")) == [ids.named("P", "forests")]
    assert set(hits(ask(site, "/en/organisations", role="trustee"))) == {FUND, BANK}
    bring(database, membership("t1", "forests", FUND, "observer"))
    assert hits(ask(site, "/en/partnerships", role="trustee")) == [ids.named("P", "forests")]
    assert hits(ask(site, "/en/organisations", role="trustee")) == [BANK]
    assert hits(ask(site, "/en/organisations", role="observer")) == [FUND]
    bring(database, organisation(FUND, '<name xml:lang="en">=Fund "of" Formulas</name>', "CH"))
    assert hits(ask(site, "/en/organisations", role="observer", country="CH")) == [FUND]  # published anew, it keeps it
    bring(database, organisation(FUND, '<name xml:lang="en">=Fund "of" Formulas</name>', "FR"))
    bring(database, membership("t2", "forests", BANK, "observer"))
    assert hits(ask(site, "/en/partnerships", role="trustee")) == []
    assert hits(ask(site, "/en/organisations", role="trustee")) == []
    assert "0 findings" in database.concord("verify").stdout


ROLES = [*(({"path": f"/en/{kind}"} | more) for kind in ("partnerships", "organisations")
           for more in ({}, {"role": "knowledge"}, {"q": "fund", "role": "network"})),
         {}, {"role": "knowledge"}, {"role": "network"}, {"role": "knowledge", "kind": "organisation"}, {"q": "fund", "role": "knowledge"},
         {"q": "\"of formulas\"", "role": "knowledge"}, {"q": "learnign togethr", "role": "knowledge"}, {"goal": "4", "role": "knowledge"},
         {"role": "knowledge", "sort": "title"}, {"role": "knowledge", "sort": "newest"}, {"with": FUND, "role": "knowledge"},
         {"with": FUND, "with2": BANK}, {"q": "rivers", "role": "network"}, {"country": "KE"}]


def test_roles_are_found_at_once_and_settled_later(site, database):
    """A role that others give is written into `role_late` and brought into `search` by a job: nobody sees a difference."""
    def answers():
        pages = [(question, ask(site, **question)) for question in ROLES]
        return [(question, hits(page), 'name="role"' in page.text and choices(page, "role")) for question, page in pages]

    database.concord("job", "1", "0", "roles", "{}")
    assert not any(found for question, found, _ in answers() if "role" in question)
    words = database.rows("SELECT record_id, xmin FROM search ORDER BY 1")
    bring(database, membership("k1", "schools", FUND, "knowledge"), membership("k2", "rivers", BANK, "knowledge"),
          membership("k3", "rivers", FUND, "network"), membership("k4", "energy", FUND, "network"))
    assert set(database.rows("SELECT record_id, xmin FROM search ORDER BY 1")) > set(words) # no row was written anew
    late = {record for (record,) in database.rows("SELECT record_id FROM role_late")}
    assert late == {FUND, BANK, *(ids.named("P", n) for n in ("schools", "rivers", "energy"))}
    assert database.concord("verify").stdout == "0 findings\n"
    before = answers()
    assert set(hits(ask(site, role="knowledge"))) == {FUND, BANK, ids.named("P", "schools"), ids.named("P", "rivers")}
    assert set(hits(ask(site, "/en/organisations", role="knowledge"))) == {FUND, BANK}
    assert hits(ask(site, "/en/partnerships", q="rivers", role="network")) == [ids.named("P", "rivers")]
    assert hits(ask(site, q="learnign togethr", role="knowledge")) == [ids.named("P", "schools")]
    database.concord("job", "1", "0", "roles", "{}")
    assert database.rows("SELECT FROM role_late") == []
    assert answers() == before
    assert database.concord("verify").stdout == "0 findings\n"

    # What is lost goes at once, whether it was settled or not.
    bring(database, membership("k1", "schools", FUND, "network"), membership("k2", "rivers", BANK, "network"))
    bring(database, membership("k4", "energy", FUND, "observer"))
    assert not any(hits(ask(site, path, role="knowledge")) for path in ("/en/organisations", "/en/partnerships"))
    assert set(hits(ask(site, "/en/partnerships", role="network"))) == {ids.named("P", "schools"), ids.named("P", "rivers")}
    assert database.concord("verify").stdout == "0 findings\n"


def test_what_is_wrong_in_roles_that_are_late_is_found(site, database):
    bring(database, membership("w1", "forests", HEALTH, "alliance"))
    assert database.concord("verify").stdout == "0 findings\n"
    kept = database.rows("SELECT record_id, keys FROM role_late WHERE record_id = %s", [HEALTH])
    assert kept
    for damage in ("DELETE FROM role_late WHERE record_id = %s", "UPDATE role_late SET keys = keys || 1 WHERE record_id = %s",
                   "UPDATE role_late l SET keys = l.keys || s.keys[1] FROM search s WHERE s.record_id = l.record_id AND l.record_id = %s"): # counted twice
        database.rows(damage, [HEALTH])
        told = database.concord("verify", check=False).stdout
        assert HEALTH in told and "search.keys" in told, told
        database.rows("DELETE FROM role_late WHERE record_id = %s", [HEALTH])
        database.rows("INSERT INTO role_late VALUES (%s, %s)", kept[0])
    assert database.concord("verify").stdout == "0 findings\n"


def test_lists_are_searches_of_one_kind(site):
    every = {ids.named("P", n) for n in SUBJECTS}
    page = ask(site, "/en/partnerships")
    assert set(hits(page)) == every and "Found: 5" in page.text
    assert "Kenya (4)" in page.text and "4 Quality education (1)" in page.text and 'value="alliance">' in page.text
    assert hits(ask(site, "/en/partnerships", kind="alliance", goal="7", state="active")) == [ids.named("P", "energy")]
    assert hits(ask(site, "/en/partnerships", kind="public-private")) == []
    assert hits(ask(site, "/en/partnerships", q="batteries", country="TZ")) == [ids.named("P", "energy")]
    assert hits(ask(site, "/en/partnerships", sort="title"))[0] == ids.named("P", "rivers")
    assert set(hits(ask(site, "/en/organisations", country="FR", type="40"))) == {BANK, FUND}
    assert hits(ask(site, "/en/activities")) == [] and "Nothing has been published yet." in ask(site, "/en/commitments").text
    newest = hits(page)
    position = site.fetch("/search.csv?kind=partnership")  # the same rows in the same order
    assert [r["identifier"] for r in csv.DictReader(io.StringIO(position.text))] == newest
    for link, kind in (("/search.csv?", "text/csv"), ("/search.atom?", "application/atom+xml")):
        href = re.search(rf'href="[^"]*({re.escape(link)}[^"]*)"', ask(site, "/en/partnerships", country="TZ").text).group(1)
        answer = site.fetch(href.replace("&amp;", "&"))
        assert answer.header("Content-Type").startswith(kind) and ids.named("P", "energy") in answer.text
        assert ids.named("P", "rivers") not in answer.text


EXAMPLES = "(SELECT id FROM facet WHERE name = 'illustrative' AND value = 'true')"


def test_how_many_of_them_are_illustrative_is_told(site, database):
    """Of searches, of lists of which nothing is asked, and at least how many where not all are counted."""
    def told(*question, **more):
        found = re.search(r'<p role="status">(.*?)</p>', ask(site, *question, **more).text, re.S)[1]
        return re.sub(r"<[^>]*>", "", found)

    questions = {(): {"q": "formulas"}, ("/en/organisations",): {}, ("/en/search",): {"type": "40"}}
    before = [told(*path, **question) for path, question in questions.items()]
    assert before == ["Found: 1", "Found: 4", "Found: 4"]
    name = '<name xml:lang="en">=Fund "of" Formulas</name>'
    bring(database, organisation(FUND, name, "FR", "<illustrative>true</illustrative>"))
    try:
        assert [told(*path, **question) for path, question in questions.items()] == [
            "Found: 1 (of these, illustrative: 1)", "Found: 4 (of these, illustrative: 1)",
            "Found: 4 (of these, illustrative: 1)"]
        assert told(country="KE") == "Found: 5"
        assert "illustrative" not in told("/en/partnerships") and 'name="illustrative"' not in ask(site).text
        assert "0 findings" in database.concord("verify").stdout
        # of more than are counted
        insert(database, 2300)
        assert told(q="moving") == "Found: more than 2000"
        database.rows(f"UPDATE search SET keys = keys || {EXAMPLES} WHERE record_id LIKE 'X%' RETURNING 1")
        assert told(q="moving") == "Found: more than 2000 (of these, illustrative: at least 2000)"
    finally:
        remove(database)
        bring(database, organisation(FUND, name, "FR"))
    assert [told(*path, **question) for path, question in questions.items()] == before


def test_what_was_illustrative_before_the_facet_is_counted(site, database):
    """The migration gives it to what is published."""
    name = '<name xml:lang="en">=Fund "of" Formulas</name>'
    bring(database, organisation(FUND, name, "FR", "<illustrative>true</illustrative>"))
    keys = "SELECT record_id, keys FROM search ORDER BY 1"
    try:
        wanted = database.rows(keys)
        database.rows(f"UPDATE search SET keys = array_remove(keys, {EXAMPLES}) RETURNING 1")
        database.rows("DELETE FROM facet_path WHERE name = 'illustrative' RETURNING 1")
        assert database.rows(keys) != wanted
        with database.connect() as connection, connection.cursor() as cursor:
            cursor.execute("SET search_path = concord; " + (build.ROOT / "sql/migrations/0250_illustrative_facet.sql").read_text())
        assert database.rows(keys) == wanted and "0 findings" in database.concord("verify").stdout
    finally:
        bring(database, organisation(FUND, name, "FR"))


def test_a_list_goes_on_behind_a_position(site, database):
    """As addresses of lists said before they had cursors."""
    newest = hits(ask(site, "/en/partnerships"))
    position = database.one("SELECT position FROM search WHERE record_id = %s", (newest[1],))
    assert hits(ask(site, "/en/partnerships", before=position)) == newest[2:]
    assert hits(ask(site, "/en/partnerships", before=position, country="TZ")) == [
        r for r in newest[2:] if r == ids.named("P", "energy")]


def test_numbers_of_a_whole_list_follow_what_is_published(site, database):
    """They are counted once for each publication, not for each visitor."""
    assert "Found: 5" in ask(site, "/en/partnerships").text
    database.rows("UPDATE search SET keys = '{}' WHERE kind = 'partnership' RETURNING 1")
    assert "Kenya (4)" in ask(site, "/en/partnerships").text
    database.rows("UPDATE feed_head SET position = position + 1 RETURNING 1")
    assert "Kenya" not in re.findall(r"<select.*</select>", ask(site, "/en/partnerships").text, re.S)[0]
    database.rows("UPDATE feed_head SET position = position - 1 RETURNING 1")
    database.rows("UPDATE search s SET keys = r.keys FROM cc_rows_search((SELECT jsonb_agg(jsonb_build_object("
                  "'id', record_id, 'kind', kind, 'position', position, 'projection', jsonb_build_object('search',"
                  " jsonb_build_object('facets', facets)))) FROM search)) r"
                  " WHERE r.record_id = s.record_id AND s.kind = 'partnership' RETURNING 1")
    database.rows("SELECT cc_roles_fill(); DELETE FROM role_late")
    assert "Kenya (4)" in ask(site, "/en/partnerships").text


def walk(site, between=lambda: None, path="/search.csv", **question):
    seen, url = [], f"{path}?{urllib.parse.urlencode(question)}"
    while url:
        answer = site.fetch(url)
        assert answer.status == 200, answer.text
        seen += [row["identifier"] for row in csv.DictReader(io.StringIO(answer.text))]
        following = re.match(r"<[^>]*?(/search\.csv[^>]*)>", answer.header("Link", ""))
        url = following and following.group(1)
        between()
    return seen


def walk_pages(site, between=lambda: None, path="/en/partnerships", **question):
    """The same by the pages that people see."""
    seen, url = [], f"{path}?{urllib.parse.urlencode(question)}" if question else path
    while url:
        answer = site.fetch(url)
        seen += hits(answer)
        following = re.search(r'href="([^"]*)" rel="next"', answer.text)
        url = following and following.group(1).replace("&amp;", "&")
        between()
    return seen


def insert(database, number, words="moving", first=1, position=1000000):
    """Rows of search and what a page shows of them: X1, X2 .."""
    database.rows("""INSERT INTO search (record_id, kind, tsv, names, facets, keys, position, sort_key)
        SELECT 'X' || g, 'partnership', to_tsvector('simple', repeat(%s || ' ', 1 + g %% 7)), %s, '{}',
               ARRAY(SELECT id FROM facet WHERE name = 'kind' AND value = 'partnership'), %s + g, %s || ' ' || g %% 97
          FROM generate_series(%s, %s) g RETURNING 1""", (words, words, position, words, first, first + number - 1))
    database.rows("""INSERT INTO record_name (record_id, lang, kind, place, title)
        SELECT record_id, 'en', kind, 1, names FROM search WHERE record_id LIKE 'X%'
        ON CONFLICT DO NOTHING""")
    database.rows("ALTER TABLE publication DROP CONSTRAINT IF EXISTS fk_publication_revision")
    database.rows("""INSERT INTO publication
        SELECT (jsonb_populate_record(NULL::publication, to_jsonb(p) || jsonb_build_object(
                   'record_id', s.record_id, 'kind', s.kind, 'position', s.position))).*
          FROM search s, (SELECT * FROM publication LIMIT 1) p WHERE s.record_id LIKE 'X%'
        ON CONFLICT DO NOTHING""")


def remove(database):
    for table in ("publication", "record_name", "search"):
        database.rows(f"DELETE FROM {table} WHERE record_id LIKE 'X%'")


@pytest.mark.parametrize("path, question", [
    ("/en/partnerships", {}), ("/en/partnerships", {"sort": "title"}), ("/en/search", {"q": "moving"}),
    ("/en/search", {"q": "moving", "sort": "title"}), ("/en/search", {"kind": "partnership", "country": "KE"})])
def test_each_page_has_the_same_choices(site, database, path, question):
    """With numbers that hold: what is published meanwhile is counted, too."""
    insert(database, 60)
    position = database.one("SELECT position FROM feed_head")
    database.rows("UPDATE feed_head SET position = position + 1 RETURNING 1")
    database.rows("UPDATE search SET keys = (SELECT keys FROM search WHERE record_id = %s) WHERE record_id LIKE 'X%%' RETURNING 1",
                  [ids.named("P", "rivers")])

    def offered(page):
        return {f: choices(page, f) for f in ("kind", "goal", "country", "state", "role") if f'<select class="form-select" id="f-{f}"' in page.text}
    try:
        first = ask(site, path, **question)
        second = site.fetch(re.search(r'href="([^"]*)" rel="next"', first.text)[1].replace("&amp;", "&"))
        assert offered(second) == offered(first) and len(offered(first)) > 3
        found = [re.search(r"Found: (\d+)", page.text)[1] for page in (first, second)]
        database.rows("DELETE FROM search WHERE record_id = 'X1'")
        database.rows("UPDATE feed_head SET position = position + 1 RETURNING 1")
        third = site.fetch(re.search(r'href="([^"]*)" rel="next"', first.text)[1].replace("&amp;", "&"))
        assert found[0] == found[1] and re.search(r"Found: (\d+)", third.text)[1] == str(int(found[0]) - 1)
    finally:
        remove(database)
        database.rows("UPDATE feed_head SET position = %s RETURNING 1", [position])


def test_of_more_than_are_ranked_each_page_has_the_same_numbers(site, database):
    """The second page looks at more names than the first, so that those that came since have a place."""
    insert(database, 2300, "moving zeal", 10001)
    insert(database, 60, "moving", 50001)
    database.rows("UPDATE search SET keys = (SELECT keys FROM search WHERE record_id = %s)"
                  " WHERE record_id LIKE 'X%%' AND names = 'moving' RETURNING 1", [ids.named("P", "rivers")])
    database.rows("CLUSTER search USING search_pkey")  # those 60 behind the others, also where the table had room in front
    try:
        first = ask(site, q="moving")
        second = site.fetch(re.search(r'href="([^"]*)" rel="next"', first.text)[1].replace("&amp;", "&"))
        assert "Found: more than 2000" in first.text and "Found: more than 2000" in second.text
        for facet in ("kind", "goal", "country"):
            assert choices(first, facet) == choices(second, facet)
        assert re.search(r"\b25\b", choices(first, "country")["KE"])  # the names of the first page, none of the further ones
    finally:
        remove(database)


@pytest.mark.parametrize("way, sort, number", [
    ("csv", "newest", 1500), ("csv", "title", 1500), ("csv", "relevance", 1500), ("csv", "newest", 4500), ("csv", "title", 4500),
    ("list", "newest", 400), ("list", "title", 400), ("list", "relevance", 400), ("list", "newest", 2300), ("list", "title", 2300),
    ("whole list", "newest", 400), ("whole list", "title", 400), ("whole list", "title", 2300)])
def test_cursors_over_a_moving_table(site, database, way, sort, number):
    """More rows than a page holds, or than are sorted; between pages some vanish and new ones appear."""
    gone_each = 100 if way == "csv" else 10
    try:
        insert(database, number)
        gone = set()

        def move():
            gone.update(r for (r,) in database.rows(
                "DELETE FROM search WHERE record_id IN (SELECT record_id FROM search WHERE record_id LIKE 'X%%'"
                " ORDER BY random() LIMIT %s) RETURNING record_id", (gone_each,)))
            gone.update(r for (r,) in database.rows(
                "UPDATE search SET position = position + 2000000 WHERE record_id IN (SELECT record_id FROM search"
                " WHERE record_id LIKE 'X%' ORDER BY random() LIMIT 5) AND position < 2000000 RETURNING record_id"))

        question = {"sort": sort} if way == "whole list" else {"q": "moving", "sort": sort}
        seen = (walk if way == "csv" else walk_pages)(site, move, **question)
        seen = [record for record in seen if record.startswith("X")]
        every = {f"X{g}" for g in range(1, number + 1)}
        assert len(seen) == len(set(seen))
        assert every - gone <= set(seen)
    finally:
        remove(database)


@pytest.mark.parametrize("sort", ["newest", "title"])
@pytest.mark.parametrize("kind", [{}, {"kind": "partnership"}])
def test_what_fits_is_far_behind(site, database, sort, kind):
    """More records have the words than are sorted, and more than a walk goes through stand before them."""
    try:
        insert(database, 2600)
        insert(database, 20500, "aside", 5001, 3000000)
        seen = walk(site, q="moving", sort=sort, **kind)
        key = "position DESC" if sort == "newest" else "sort_key, record_id"
        assert seen == [r for (r,) in database.rows(f"SELECT record_id FROM search WHERE names = 'moving' ORDER BY {key}")]
        page = ask(site, q="moving", sort=sort, **kind)
        assert "Found: more than 2000" in page.text and hits(page) == seen[:25]
    finally:
        remove(database)


def test_the_end_of_what_is_ranked_is_told(site, database):
    """And a table, which others take for the whole, goes on to the end."""
    insert(database, 2300)
    try:
        seen, url = 0, "/en/search?q=moving"
        while url:
            page = site.fetch(url)
            seen += len(hits(page))
            following = re.search(r'href="([^"]*)" rel="next"', page.text)
            assert ("sorted by relevance" in page.text) == (following is None)
            url = following and following.group(1).replace("&amp;", "&")
        assert 2001 <= seen <= 2026 and "Only the first 2000 are sorted by relevance." in page.text
        assert re.search(r'href="[^"]*/en/search\?q=moving&amp;sort=title">All of them, sorted by title', page.text)
        assert "sorted by relevance" not in ask(site, q="moving", sort="title").text
        everything = {f"X{n}" for n in range(1, 2301)}
        assert set(walk(site, q="moving")) == set(walk(site, q="moving", sort="relevance", lang="fr")) == everything
    finally:
        remove(database)


@pytest.mark.parametrize("words", ["moving", '"moving away"'])
def test_what_is_ranked_stays_so_between_pages(site, database, words):
    """Of more than are ranked: what comes meanwhile fills holes of the table before them, and pushes none of them out."""
    connection = database.connect()
    connection.autocommit = True
    text, some = words.strip('"'), (2700, 2701) if words == "moving" else (900, 901)
    try:
        insert(database, some[0], text)
        database.rows("DELETE FROM search WHERE record_id IN (SELECT record_id FROM search WHERE record_id LIKE 'X%%'"
                      " ORDER BY random() LIMIT 300)")
        connection.cursor().execute("VACUUM search")
        first = {r for (r,) in database.rows( # so named, then as the table has them
            "SELECT record_id FROM search, LATERAL (SELECT cc_search_named(%s, NULL, 25) AS ids) n"
            " WHERE names = %s ORDER BY record_id <> ALL (n.ids), search.ctid LIMIT %s", (text, text, 2001 if words == "moving" else 501))}
        still = walk_pages(site, path="/en/search", q=words)
        assert len(still) == len(set(still)) and first <= set(still) and len(still) - len(first) <= 25
        pages, gone = [], set()

        def move():
            pages.append(1)
            if len(pages) > 5:
                return
            insert(database, 40, text, some[1] + 40 * len(pages), 2000000 + 40 * len(pages))
            gone.update(r for (r,) in database.rows(
                "UPDATE search SET position = position + 3000000 WHERE record_id IN (SELECT record_id FROM search"
                " WHERE record_id LIKE 'X%%' ORDER BY random() LIMIT 5) AND position < 2000000 RETURNING record_id"))
        seen = walk_pages(site, move, path="/en/search", q=words)
        holes = database.one("SELECT count(*) FROM search WHERE position > 2000000 AND position < 3000000"
                             " AND ctid < (SELECT max(ctid) FROM search WHERE record_id = ANY (%s))", [list(first)])
        assert len(seen) == len(set(seen)) and first - gone - set(seen) == set() and holes > 100
    finally:
        connection.close()
        remove(database)


def test_pages_of_all_that_fits_follow_what_is_published(site, database):
    """Nothing is left out, so what is published anew between two pages stays, and the number is true."""
    try:
        insert(database, 60, "moving away")
        first = ask(site, q='"moving away"')
        onward = re.search(r'href="([^"]*)" rel="next"', first.text)[1].replace("&amp;", "&")
        shown = hits(first)
        database.rows("UPDATE search SET position = position + 3000000 WHERE record_id LIKE 'X%%' AND record_id <> ALL (%s)", [shown])
        second = site.fetch(onward)
        assert "Found: 60<" in first.text and "Found: 60<" in second.text and not set(hits(second)) & set(shown)
        insert(database, 5, "moving away", 5001)
        assert "Found: 65<" in site.fetch(onward).text
    finally:
        remove(database)


def test_more_than_are_ranked_may_come_between_pages(site, database):
    """What the first page had all of stays whole, as far as anybody goes on."""
    try:
        insert(database, 1995)
        first = ask(site, q="moving")
        assert "Found: 1995<" in first.text
        insert(database, 30, "moving", 5001)
        seen = hits(first) + walk_pages(site, path=re.search(r'href="([^"]*)" rel="next"', first.text)[1].replace("&amp;", "&"))
        assert len(seen) == len(set(seen)) and {f"X{n}" for n in range(1, 1996)} <= set(seen)
    finally:
        remove(database)


def test_an_end_is_told_where_only_names_were_found(site, database):
    """Of a phrase in more than 20,000 records that have its words."""
    try:
        insert(database, 20500, "aside far moving far", 5001)
        insert(database, 2, "moving aside", 1)
        database.rows("UPDATE search SET sort_key = 'moving aside' WHERE record_id IN ('X1', 'X2')")
        page = ask(site, q='"moving aside"')
        assert set(hits(page)) == {"X1", "X2"} and "Found: more than 2<" in page.text
        assert "Only the first 2 are sorted by relevance." in page.text
    finally:
        remove(database)


def test_all_of_an_organisation_is_ranked(site, database):
    insert(database, 2300)
    try:
        database.rows("""INSERT INTO edge (from_id, to_id, kind, field, role)
            SELECT record_id, %s, kind, 'host', '' FROM search WHERE record_id LIKE 'X%%'""", [BANK])
        seen = walk_pages(site, path="/en/search", q="moving", **{"with": BANK})
        assert sorted(seen) == sorted(f"X{n}" for n in range(1, 2301))
        page = ask(site, q="moving", **{"with": BANK})
        assert "Found: more than 2000" in page.text
    finally:
        database.rows("DELETE FROM edge WHERE from_id LIKE 'X%'")
        remove(database)


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_the_next_part_is_in_the_language_of_the_first(site, database, lang):
    insert(database, 1100)
    try:
        assert len(walk(site, q="moving", lang=lang)) == len(walk(site, q="moving", lang=lang, sort="title")) == 1100
        feed = ET.fromstring(ask(site, "/search.atom", q="moving", lang=lang).text)
        (following,) = [e.get("href") for e in feed.findall(f"{ATOM}link") if e.get("rel") == "next"]
        second = site.fetch(following[following.index("/search"):])
        assert second.status == 200 and len(ET.fromstring(second.text).findall(f"{ATOM}entry")) == 50
        first = ask(site, f"/{lang}/search", q="moving")
        page = site.fetch(re.search(r'href="([^"]*)" rel="next"', first.text)[1].replace("&amp;", "&"))
        others = re.findall(r'href="([^"]*/en/search\?q=moving[^"]*)"', page.text)
        assert page.status == 200 and others and site.fetch(others[0].replace("&amp;", "&")).status == 200
    finally:
        remove(database)


def test_a_phrase_of_frequent_words(site, database):
    """Not more than 20,000 records are read for it, and the page says that there may be more."""
    try:
        insert(database, 3, "moving aside")
        assert "Found: 3<" in ask(site, q='"moving aside"').text
        insert(database, 20500, "aside far moving far", 5001)
        for sort in ("relevance", "newest", "title"):
            page = ask(site, q='"moving aside"', sort=sort)
            assert set(hits(page)) == {"X1", "X2", "X3"} and "Found: more than 3<" in page.text
    finally:
        remove(database)


def test_a_changed_cursor_is_refused(site):
    def cursor(page):
        return re.search(r'rel="next"', page.text)
    assert cursor(ask(site)) is None
    for forged in ("x", "31-P-00", "31-" + BANK + "-" + "0" * 32, "-", "--"):
        assert ask(site, cursor=forged).status == 400
        assert ask(site, "/search.csv", cursor=forged).status == 400


HOSTILE = ["'", '"', '"""', "& | ! ( ) <-> :*", "the of and", "-", "--", "-water", "\\", "%_%", "a" * 200, "-" * 200,
           "((((((", "id:x", "'; DROP TABLE search; --", "water:A*", "\u202e", "😀", "教", "e\u0301" * 90, "1" * 200,
           "or OR and not", "a b c d e f g h i j k l m n o p q r s t u v w x y z " * 3]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words(site, words):
    start = time.monotonic()
    for path in ("/en/search", "/ar/search", "/search.csv", "/search.atom", "/en/partnerships"):
        answer = ask(site, path, q=words)
        assert answer.status < 500, (path, answer.text)
    assert time.monotonic() - start < 5


def test_hostile_bytes(site):
    for raw in ("q=%00", "q=%ff", "q=" + "a" * 10000, "cursor=%00", "goal=%27", "with=%25&with2=_", "sort=x",
                "kind=membership", "lang=xx-y", "max=1"):
        for path in ("/en/search", "/search.csv", "/search.atom"):
            assert site.fetch(f"{path}?{raw}").status < 500, (path, raw)


def test_csv_is_safe_to_open(site):
    answer = ask(site, "/search.csv", q="formulas")
    assert answer.header("Content-Type").startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [r["identifier"] for r in rows] == [FUND] and rows[0]["title"].startswith("'=Fund")


def test_atom(site):
    page = ask(site, q="water")
    assert "application/atom+xml" in page.text[:page.text.index("</head>")]
    answer = ask(site, "/search.atom", kind="partnership")
    feed = ET.fromstring(answer.text)
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == len(SUBJECTS)
    updated = [e.find(f"{ATOM}updated").text for e in entries]
    assert updated == sorted(updated, reverse=True) and feed.find(f"{ATOM}updated").text == updated[0]
    assert all(e.find(f"{ATOM}id").text.endswith(e.find(f"{ATOM}link").get("href")[-14:]) for e in entries)
    assert {link.get("rel") for link in feed.findall(f"{ATOM}link")} >= {"self", "alternate"}
    for lang, pages in (("fr", "fr"), ("es", "en")):
        link, = (e.get("href") for e in ET.fromstring(ask(site, "/search.atom", kind="partnership", lang=lang).text).findall(f"{ATOM}link")
                 if e.get("rel") == "alternate")
        assert f"{build.BASE}/{pages}/search?" in link


@pytest.mark.parametrize("lang, other, pages, state", [("fr", "en", "fr", "Actif"), ("en", "ar", "en", "Active"), ("es", "fr", "en", "Active")])
def test_files_are_in_one_language(site, lang, other, pages, state):
    """That of the address, else that of the header, and then they say so: between are caches."""
    for asked, header, vary in ((f"&lang={lang}", other, None), ("", lang, "Accept-Language")):
        table = site.fetch(f"/search.csv?kind=partnership{asked}", headers={"Accept-Language": header})
        feed = site.fetch(f"/search.atom?kind=partnership{asked}", headers={"Accept-Language": header})
        assert table.header("vary") == feed.header("vary") == vary
        assert {r["state-name"] for r in csv.DictReader(io.StringIO(table.text))} == {state}
        assert f"/{pages}/search?" in feed.text


def test_the_second_organisation_alone_stays_in_the_links(site):
    page = ask(site, with2=HEALTH)
    assert hits(page) and all("with2=" in href for href in re.findall(r'href="([^"]*search\.(?:csv|atom)[^"]*)"', page.text))
    csv_link = re.search(r'href="[^"]*(/search\.csv[^"]*)"', page.text).group(1).replace("&amp;", "&")
    assert {r["identifier"] for r in csv.DictReader(io.StringIO(site.fetch(csv_link).text))} == set(hits(page))


def test_another_language_begins_at_the_first_page(site):
    answer = site.fetch("/en/search?q=water&cursor=x")
    assert answer.status == 400
    page = ask(site, "/en/search", kind="organisation", sort="title")
    cursor = re.search(r'href="[^"]*\?([^"]*cursor=[^"]*)"', page.text)
    if cursor is not None:
        onward = site.fetch("/en/search?" + cursor.group(1).replace("&amp;", "&"))
        assert onward.status == 200 and "/fr/search?kind=organisation&amp;sort=title" in onward.text


def test_verify_agrees(site, database):
    assert "0 findings" in database.concord("verify").stdout


# --- what is no choice ------------------------------------------------------------------------------
@pytest.mark.parametrize("address,field", [
    ("/en/search?kind=bogus", "kind"), ("/en/search?kind=membership", "kind"), ("/en/search?lang=bogus", "lang"), ("/en/search?sort=bogus", "sort"),
    ("/en/search?country=ZZ&q=health", "country"), ("/en/search?goal=99", "goal"), ("/en/search?year=none", "year"),
    ("/en/partnerships?country=ZZ", "country"), ("/en/partnerships?kind=bogus", "kind"),
    ("/en/organisations?type=bogus", "type"), ("/en/activities?state=bogus", "state"),
    ("/en/commitments?resource=bogus", "resource"), ("/en/search?with=x&role=bogus", "role")])
def test_an_unknown_code_is_told_beside_its_field(site, address, field):
    page = site.fetch(address)
    value = address.rpartition("=")[2] if field != "country" else "ZZ"
    assert page.status == 422, page.text
    assert f"&quot;{value}&quot; is not one of the choices" in page.text or f'"{value}" is not one of the choices' in page.text
    if field != "lang":
        assert f'id="f-{field}-error"' in page.text
        assert field == "sort" or f'<option value="{value}" selected' in page.text
    assert "Found:" not in page.text and "cc-result" not in page.text


@pytest.mark.parametrize("q", ["-water", '-"water supply"', "-a -a", "!!!", "-", "\u093c", "-\u093c", "\u093c \u0301"])
def test_words_that_look_for_nothing(site, database, q):
    """However many records there are, and however the answer is sorted: nothing fits, and nothing breaks."""
    for path in ("/en/search", "/fr/search", "/en/partnerships", "/en/organisations", "/search.csv", "/search.atom"):
        for sort in ("relevance", "newest", "title"):
            answer = ask(site, path, q=q, sort=sort)
            assert answer.status in (200, 422), (path, sort)
            if path.startswith("/en/") and "\u093c" not in q:
                assert answer.status == 422 and "a word with a minus in front only leaves out" in answer.text
            assert "/en/partnerships/P" not in answer.text and "/partnerships/P" not in answer.text.replace("/en/", "/")
    assert database.one("SELECT count(*) FROM search WHERE tsv @@ cc_search_query('[{\"words\":[\"water\"],\"not\":true}]')") == 0


@pytest.mark.parametrize("q, unread", [
    ("rivers and the of for in on to by at water drinking zzzzqqq", "zzzzqqq"),
    ("rivers and the of for in on to by at water drinking  \"Zzz qqq\" -management ", "\"Zzz qqq\" -management"),
    ("rivers and the of for in on to by at water drinking", None), ("rivers and the of for in on to by at water drinking - ?", None),
    (" ".join(f'"{a} of"' for a in "abcdefghijkl"), None), ('"' + " ".join("abcdefghijklmnopqrstuvwxyz") + '" rivers', "y z rivers"),
    ("女童教育伙伴关系在农村学校培训教师以便所有儿童都能上学", "上学"), ("女童教育伙伴关系在农村学校培训教师以便所有儿童都能", None),
    ("a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q-r-s-t-u-v-w-X-Y-Z (女童)", "Y-Z (女童)")])
def test_words_that_were_not_looked_for_are_told(site, q, unread):
    told = "A search takes 12 words or phrases, with 24 words in all. These were not looked for: "
    for path in ("search", "partnerships"):
        words = html.unescape(ask(site, f"/en/{path}", q=q).text)
        assert (told in words) is (unread is not None), words
        assert unread is None or f"{told}{unread}</p>" in words
    assert told not in ask(site).text


@pytest.mark.parametrize("query,known", [("kind=bogus", "partnership"), ("kind=membership", "partnership"), ("country=ZZ", "/codelists/country.xml"),
                                         ("lang=bogus", "pt-BR"), ("sort=bogus", "newest")])
def test_an_unknown_code_is_told_to_machines(site, query, known):
    for address in ("/search.csv?", "/search.atom?"):
        answer = site.fetch(address + query)
        assert answer.status == 422 and answer.header("content-type").startswith("application/xml")
        assert "is not known here" in answer.text and known in answer.text
    assert site.fetch("/search.csv?kind=partnership&country=KE&lang=pt-BR&sort=title").status == 200


def test_hits_of_one_title_are_told_apart(site, database):
    """By who reports or makes them and who is the host, organisations by type and identifier; what was made up says so."""
    here, there = ids.named("O", "twin here"), ids.named("O", "twin there")
    twin = '<name xml:lang="en">Twin Agency of Dikes</name>'
    makers = [organisation(here, twin, "FR", "<illustrative>true</illustrative>"),
              organisation(there, twin, "FR", '<identifier primary="true" scheme="XM-DAC">99771</identifier>')]
    bring(database, *makers)
    about = '<title xml:lang="en">Dikes told twice</title>'
    bring(database, *(f'<activity id="{ids.named("A", who)}" schema="1.0-draft">{about}<reporting organisation="{who}"/>'
                      '<sdg goal="17"/><sdg goal="3"/></activity>' for who in (here, there)),
          f'<commitment id="{ids.named("C", "dikes")}" schema="1.0-draft">{about}<description xml:lang="en">x</description><kind>finance</kind>'
          f'<maker>{here}</maker><state>published</state></commitment>')
    cards = re.findall(r"<li>\s*<p class=\"cc-result\">.*?</ul>", ask(site, q="twin agency dikes").text, re.S)
    assert ["99771" in card for card in cards].count(True) == 1 and ["Illustrative" in card for card in cards].count(True) == 1
    page = re.sub(r"<[^>]*>", "", ask(site, q="dikes told twice").text)
    assert page.count("Reported by: Twin Agency of Dikes") == 2 and "Made by: Twin Agency of Dikes" in page
    rows = {r["identifier"]: r for r in csv.DictReader(io.StringIO(ask(site, "/search.csv", q="dikes").text))}
    assert {r["illustrative"] for r in rows.values()} == {"true", "false"} and rows[here]["illustrative"] == "true"
    assert rows[there]["other-identifier"].endswith("99771") and rows[there]["type"] == rows[here]["type"] != ""
    assert rows[ids.named("A", here)]["organisation"] == "Twin Agency of Dikes" and rows[ids.named("A", here)]["goals"] == "3 17"
    assert rows[ids.named("C", "dikes")]["state-name"] == "Announced"
    told = {record: r["illustrative"] for record, r in rows.items()}
    assert told == {here: "true", there: "false", ids.named("A", here): "true", ids.named("A", there): "false", ids.named("C", "dikes"): "true"}
    marked = [title for title in re.findall(r"<li>\s*<p class=\"cc-result\">.*?</ul>", ask(site, q="dikes told twice").text, re.S) if "Illustrative" in title]
    assert len(marked) == 2, "by their reporter and maker"
    assert "Illustrative" in ask(site, "/en/activities").text, "a list of which nothing is asked"


def test_a_code_that_lists_share_has_the_name_of_its_kind(site, database):
    """A commitment that is closed, and one of a service, are not called as partnerships and activities would be."""
    record = ids.named("C", "closed")
    bring(database, f'<commitment id="{record}" schema="1.0-draft"><title xml:lang="en">Ferries for Dikes</title><description xml:lang="en">x'
                    f'</description><kind>service</kind><maker>{BANK}</maker><state>closed</state></commitment>')
    for path, question, kind in (("commitments", {}, "kind"), ("search", {"kind": "commitment", "q": "ferries"}, "type")):
        assert choices(ask(site, f"/en/{path}", **question), kind)["service"].startswith("Service (")
        assert choices(ask(site, f"/ar/{path}", **question), "state")["closed"].startswith("مغلق (")
    assert ">مغلق<" in ask(site, "/ar/search", q="ferries for dikes").text


def test_makers_of_commitments_have_a_role(site, database):
    first, second = ids.named("O", "maker first"), ids.named("O", "maker second")
    both, alone = ids.named("C", "of both"), ids.named("C", "of one")
    bring(database, *(organisation(o, f'<name xml:lang="en">{name}</name>', "FR") for o, name in ((first, "Givers Alpha"), (second, "Givers Beta"))))
    bring(database, *(f'<commitment id="{record}" schema="1.0-draft"><title xml:lang="en">Ferries promised</title>'
                      f'<description xml:lang="en">x</description><kind>finance</kind>{makers}<state>published</state></commitment>'
                      for record, makers in ((both, "".join(f"<maker>{o}</maker>" for o in sorted((first, second)))), (alone, f"<maker>{first}</maker>"))))
    assert sorted(hits(ask(site, q="ferries promised", role="maker"))) == sorted((both, alone))
    assert hits(ask(site, with_=first, role="maker", with2=second, role2="maker")) == [both]
    assert {first, second} <= set(hits(ask(site, "/en/organisations", q="givers", role="maker")))
    assert hits(ask(site, with_=first, role="funding")) == []
    assert {both, alone} <= set(hits(ask(site, role="maker")))
    assert "Maker of a commitment (2)" in ask(site, q="ferries promised").text


def test_of_names_that_are_alike_that_of_a_partnership_comes_first(site, database):
    """Before those that only hold it, whatever their identifiers."""
    title = database.one("SELECT title FROM record_name WHERE record_id = %s AND lang = 'en'", [ids.named("P", "rivers")])
    database.rows("""INSERT INTO search_name SELECT 'AX' || g || k, k, 'pledge of somebody: ' || lower(%s)
                       FROM generate_series(1, 5) g, unnest('{commitment,activity,organisation}'::text[]) k RETURNING 1""", [title])
    try:
        wrong = " ".join(w[:-2] + w[-1] + w[-2] if len(w) > 5 else w for w in title.lower().split())
        page = ask(site, q=wrong)
        assert "These names are similar" in page.text and hits(page)[:1] == [ids.named("P", "rivers")], wrong
    finally:
        database.rows("DELETE FROM search_name WHERE record_id LIKE 'AX%'")


def test_similar_names_are_of_what_was_asked(site):
    """Who asks with an organisation that takes part in nothing like it is not shown records of others."""
    similar = ask(site, q="vacines for childen").text
    assert "These names are similar" in similar and ">These results as CSV<" not in similar, "the files have none of them"
    for more in ({"with_": FUND}, {"with2": FUND, "role2": "funding"}, {"with_": BANK, "role": "trustee"}):
        page = ask(site, q="vaccines for children", **more)
        assert hits(page) == [] and "These names are similar" not in page.text and "Found: 0" in page.text
    assert hits(ask(site, q="vacines for childen", with_=FORUM))[:1] == [ids.named("P", "vaccines")]


@pytest.mark.parametrize("n, label", [(2, "Second organisation"), (3, "Third organisation")])
def test_a_further_role_needs_its_organisation(site, n, label):
    page = site.fetch(f"/en/search?q=water&role{n}=funding")
    assert page.status == 422 and f'id="f-with{n}-error"' in page.text and "Name the organisation that has this role" in page.text
    assert label in page.text and f'<option value="funding" selected' in page.text
    assert site.fetch(f"/search.csv?q=water&role{n}=funding").status == 422


@pytest.mark.parametrize("q, record", [
    ("vacciner les enfants contre la rougeole", "vaccines"), ("rivières et eau potable", "rivers"), ("gestión de los ríos y agua", "rivers"),
    ("девочки из деревень посещают школы с", "schools"), ("الفتيات في المدارس على", "schools")])
def test_what_is_found_does_not_depend_on_the_language_of_the_page(site, q, record):
    """Texts in all languages are searched: small words of one of them are not wanted in the others either."""
    found = {lang: set(hits(ask(site, f"/{lang}/search", q=q))) for lang in ("en", "fr", "ar")}
    assert found["en"] == found["fr"] == found["ar"] and ids.named("P", record) in found["en"]


@pytest.mark.parametrize("q, kept, left", [
    ("santé et éducation", "sant educ", "et"), ("eau et assainissement", "eau assain", "et"), ("le fils et son père", "fil per", "son et le"),
    ("agua sin cloro y con filtro", "clor filtr", "sin y con"), ("nous sommes en mer", "mer", "nous en"), ("père et son eau", "per", "son"),
    ("UN Women", "un women", ""), ("Black Sea", "black sea", ""), ("ten sons", "ten son", ""), ("EU and AI", "eu ai", "and"),
    ("son", "son", ""), ("de la", "de la", "")])
def test_which_small_words_are_left_out_the_question_says(site, database, q, kept, left):
    """Of languages that share their letters: the question is in one when a word of it is small in that one only."""
    terms = json.dumps([{"words": [w]} for w in q.lower().split()])
    words = set(re.findall(r"'([^']*)'", database.one("SELECT cc_search_query(%s)::text", [terms])))
    assert set(kept.split()) <= words and not set(left.split()) & words
    found = {lang: set(hits(ask(site, f"/{lang}/search", q=q))) for lang in ("en", "fr", "ar")}
    assert found["en"] == found["fr"] == found["ar"]


LONG = {"en": " ".join(f"plain{n}" for n in range(2500)), "ru": " ".join(f"слово{n}" for n in range(2500)),
        "zh": "".join(chr(0x4E00 + n) for n in range(9000))}


@pytest.mark.parametrize("lang, last, first, phrase", [
    ("en", "quokka burrows", "plain1 plain2", "plain2497 plain2498"), ("ru", "барсучьи норы", "слово1 слово2", "слово2497 слово2498"),
    ("zh", "\u9fa0\u9fa2", "\u4e01\u4e02", None)])
def test_words_behind_many_others_are_found(site, database, lang, last, first, phrase):
    """By themselves: the place of words is kept of the first 12,000 characters of a language (a pair is 13 of them)."""
    record = ids.named("A", f"long {lang}")
    bring(database, f'<activity id="{record}" schema="1.0-draft"><title xml:lang="en">Told at length in {lang}</title><reporting '
                    f'organisation="{BANK}"/><description type="1"><text xml:lang="{lang}">{LONG[lang]} {last}</text></description></activity>')
    assert hits(ask(site, q=last)) == hits(ask(site, q=f'"{first}"')) == [record]
    assert phrase is None or hits(ask(site, q=phrase)) == [record] and hits(ask(site, q=f'"{phrase}"')) == []


def test_words_of_a_record_as_long_as_there_can_be(site, database):
    """What it says in a hundred languages is too much for the index of words; it is published all the same."""
    texts = "".join(f'<text xml:lang="{a}{b}">{"".join(chr(0x4E00 + (37 * n * n + 997 * k) % 20900) for k in range(3000))}</text>'
                    for n, (a, b) in enumerate((a, b) for a in "abcdefghij" for b in "aeiou"))
    record = ids.named("A", "as long as can be")
    bring(database, f'<activity id="{record}" schema="1.0-draft"><title xml:lang="en">Everything told</title><reporting '
                    f'organisation="{BANK}"/><description type="1">{texts}</description></activity>')
    assert hits(ask(site, q="everything told")) == [record]


def test_other_choices_are_in_the_order_of_their_names(site, database):
    """É stands at E; codes that are numbers come first, by their number."""
    for n, (country, kind) in enumerate([("EG", "10"), ("ZW", "parliament"), ("FR", "60"), ("DE", "media"), ("ET", "22")]):
        bring(database, organisation(ids.named("O", f"order {n}"), f'<name xml:lang="en">Ordered {n}</name>', country)
              .replace("<type>40<", f"<type>{kind}<"))
    found = choices(ask(site, "/fr/organisations", country="KE"), "country")
    others = [text for text in found.values() if "(" not in text]
    assert {"Allemagne", "Égypte", "Éthiopie", "France", "Zimbabwe"} <= set(others)
    assert others == sorted(others, key=lambda name: name.lower().replace("é", "e").replace("î", "i"))
    codes = list(choices(ask(site, "/en/organisations", type="40"), "type"))[1:]
    numbers = [c for c in codes if c.isdigit()]
    assert codes[:len(numbers)] == sorted(numbers, key=int) and {"10", "22", "60"} <= set(numbers) and len(codes) > len(numbers)


def test_by_which_title_it_is_sorted_is_said(site):
    """A page shows titles in its language; their order is one for all languages."""
    assert choices(ask(site, "/en/partnerships"), "sort")["title"] == "Title in English, else in French"
