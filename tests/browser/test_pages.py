# SPDX-License-Identifier: EUPL-1.2
"""Every page that the route table offers to browsers: nothing sticks out on a small screen, axe-core
finds nothing serious, all is in the language of the page, Arabic runs from the right, the keyboard gets
everywhere, and paper shows what matters."""
import base64
import re

import po
import pytest
from selenium.webdriver.common.keys import Keys

import build
import stack
from chrome import Chrome

NETWORK, LAB = "P5JANS6KPK0Z2C", "OQTW7FPSH8D0EJ"
# Routes whose address needs more than the identifier of a partnership: (login, address).
ADDRESSES = {
    "organisation_show": f"/organisations/{LAB}",
    "revision_show": f"/records/{NETWORK}/revisions/1",
    "record_compare": f"/records/{NETWORK}/compare?a=1&b=1",
    "codelist_show": "/codelists/partner-role",
    "schema_show": "/schemas/record",
    "org_people": f"/organisations/{LAB}/people",
    "edit": f"/records/{NETWORK}/edit/sdgs",
    "invite": f"/partnerships/{NETWORK}/invite?q=a",
    "commitment_show": "/commitments/C5HFV2QG04WZKQ",
    "promise_list": "/partnerships/PM9D5D4ZMSVB5Z/commitments",
    "goal_show": "/goals/4",
    "goal_organisations": "/goals/4/organisations",
    "target_show": "/targets/4.1",
    "target_organisations": "/targets/4.1/organisations",
    "country_show": "/countries/CH",
    "partnership_list": "/partnerships?q=learning",
}
LOGINS = {"sign_in": None, "answer": "george"}


def routes():
    return [r for r in stack.routes() if "GET" in r.methods and r.audience == "BROWSER" and "{lang}" in r.pattern]


def address(site, route):
    """Below the language."""
    if route.name in ADDRESSES:
        return ADDRESSES[route.name]
    membership = None
    if route.name == "person_show":
        return "/people/" + site.database.one("SELECT id::text FROM person WHERE login = 'adam'")
    if "/memberships/{id}" in route.pattern:
        membership = site.database.one(
            "SELECT from_id FROM edge WHERE to_id = %s AND kind = 'membership' AND from_id IN "
            "(SELECT from_id FROM edge WHERE to_id = %s)", [NETWORK, LAB])
    return route.pattern.removeprefix("/{lang}").replace("{id}", membership or NETWORK)


def login(route):
    return LOGINS.get(route.name, {"PUBLIC": None, "ADMIN": "adam"}.get(route.permission, "sara"))


# Texts of the page's own language that are exactly an English phrase.
OWN_TEXTS = """
    const lang = document.documentElement.lang, out = new Set();
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let n; (n = walk.nextNode());) {
        const e = n.parentElement, text = n.textContent.trim().replace(/\\s+/g, ' ');
        if (text && e.closest('[lang]').lang === lang && !e.closest('pre, code, bdi, textarea, del, ins, script'))
            out.add(text);
    }
    for (const e of document.querySelectorAll('[aria-label], [title]'))
        out.add(e.getAttribute('aria-label') || e.title);
    out.add(document.title.split(' – ')[0]);
    return [...out];"""


@pytest.fixture(scope="module", name="phrases")
def phrases_fixture():
    """English phrases that have another text in the language."""
    out = {}
    for lang in ("fr", "ar"):
        _, entries = po.read(build.ROOT / f"po/{lang}.po")
        out[lang] = {e.msgid for e in entries if e.msgid not in e.texts and "{" not in e.msgid}
        out[lang] |= {e.plural for e in entries if e.plural and "{" not in e.plural}
    return out


# Heads that stand on the other side than what is below them.
CROOKED_HEADS = """
    const side = e => { const s = getComputedStyle(e), a = s.textAlign, rtl = s.direction === 'rtl';
        return a === 'start' ? (rtl ? 'right' : 'left') : a === 'end' ? (rtl ? 'left' : 'right') : a; };
    const out = [];
    for (const table of document.querySelectorAll('main table')) {
        [...table.tHead.rows[0].cells].forEach((head, at) => {
            const cells = [...table.tBodies[0].rows].map(row => row.cells[at]).filter(c => c && c.colSpan === 1 && c.tagName === 'TD');
            if (cells.some(c => side(c) !== side(head)))
                out.push(head.textContent + ': ' + side(head) + ', ' + [...new Set(cells.map(side))]);
        });
    }
    return out;"""


def look(chrome, lang, path, phrases):
    """What is wrong with a page, as a list."""
    bad = []
    for width in (1280, 320):
        chrome.width(width)
        chrome.open(f"/{lang}{path}")
        bad += [f"{width}: {e}" for e in chrome.overflow()]
        bad += [f"{width}: head of a column: {e}" for e in chrome.script(CROOKED_HEADS)]
        if width == 1280:
            bad += chrome.axe()
    if len(chrome.all("h1")) != 1:
        bad.append(f"{len(chrome.all('h1'))} h1")
    if "Error" in chrome.driver.title or chrome.all("main .lead"):
        bad.append("this is an error page: " + chrome.words[:200])
    root = chrome.one("html")
    if (root.get_attribute("lang"), root.get_attribute("dir")) != (lang, "rtl" if lang == "ar" else "ltr"):
        bad.append("lang or dir")
    found = set(chrome.script(OWN_TEXTS)) & phrases.get(lang, set())
    return bad + [f"not translated: {text}" for text in sorted(found)]


@pytest.fixture(scope="module", name="windows")
def windows_fixture(site, tmp_path_factory):
    """One browser for each person, as starting one costs more than looking at a page."""
    made = {}

    def window(who):
        if who not in made:
            made[who] = Chrome(site, tmp_path_factory.mktemp("window"))
            if who:
                made[who].sign_in(who)
        return made[who]

    yield window
    for chrome in made.values():
        chrome.close()


@pytest.mark.parametrize("route", routes(), ids=repr)
def test_page(site, windows, route, phrases):
    chrome = windows(login(route))
    bad = {lang: look(chrome, lang, address(site, route), phrases) for lang in ("en", "fr", "ar")}
    assert bad == {"en": [], "fr": [], "ar": []}, address(site, route)


def test_error_pages(site, chrome, phrases):
    chrome.sign_in("fatima")
    for path in ("/nowhere", "/partnerships/PXXXXXXXXXXXXX", f"/records/{NETWORK}/merge"):
        for lang in ("en", "fr", "ar"):
            bad = [b for b in look(chrome, lang, path, phrases) if not b.startswith("this is an error page")]
            assert bad == [], path


def test_languages(chrome):
    """Switching the language keeps the page and its question; search engines are told of all three."""
    chrome.open("/en/partnerships?q=learning")
    links = {e.get_attribute("hreflang"): e.get_attribute("href") for e in chrome.all("head link[hreflang]")}
    assert {lang: url.removeprefix(chrome.home) for lang, url in links.items()} == {
        lang: f"/{lang}/partnerships?q=learning" for lang in ("en", "fr", "ar")}
    chrome.follow("العربية")
    assert chrome.path == "/ar/partnerships?q=learning"
    chrome.follow("Français")
    assert chrome.path == "/fr/partnerships?q=learning" and "Partenariats" in chrome.words
    assert chrome.one("nav.cc-languages [aria-current]").text == "Français"


def left(chrome, css):
    return chrome.script("return document.querySelector(arguments[0]).getBoundingClientRect().left", css)


@pytest.mark.parametrize("path, first, second", [
    ("/", ".cc-brand", ".cc-languages"),
    ("/goals", "thead th:first-child", "thead th:last-child"),
    ("/partnerships", ".cc-filters > div:first-child", ".cc-filters > div:nth-child(2)"),
    (f"/partnerships/{NETWORK}", ".cc-rows dt", ".cc-rows dd"),
    (f"/partnerships/{NETWORK}", ".cc-sdg-number", ".cc-tag"),
])
def test_mirrored(chrome, path, first, second):
    """What stands left in English stands right in Arabic."""
    chrome.open("/en" + path)
    assert left(chrome, first) < left(chrome, second)
    chrome.open("/ar" + path)
    assert left(chrome, first) > left(chrome, second)
    assert chrome.script("return getComputedStyle(document.querySelector('h1')).textAlign") in ("right", "start")


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_list_begins_with_its_results_on_a_phone(browser, lang, scripts):
    """The form is folded there, so that results come first, unless nothing was found; elsewhere it just stands there."""
    chrome = browser(scripts=scripts)
    shown = lambda css: any(e.is_displayed() for e in chrome.all(css))  # noqa: E731
    for path in ("/partnerships", "/search", f"/partnerships/{NETWORK}/members"):
        chrome.width(320)
        chrome.open(f"/{lang}{path}")
        assert shown(".cc-narrow > summary") and not shown(".cc-filters"), path
        chrome.one(".cc-narrow > summary").click()
        assert shown(".cc-filters input[name=q]"), path
        chrome.width(1280)
        chrome.open(f"/{lang}{path}")
        assert shown(".cc-filters input[name=q]") and not shown(".cc-narrow"), path
    chrome.width(320)
    for question in ("q=nothing-at-all-has-this", "q=-none"):
        chrome.open(f"/{lang}/partnerships?{question}")
        assert shown(".cc-filters input[name=q]"), question
    for question in ("sort=title", "q=learning", "state=active"):
        chrome.open(f"/{lang}/partnerships?{question}")
        assert not shown(".cc-filters"), question


# What the keyboard should reach, in the order of the page.
REACHABLE = """
    return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]')]
        .filter(e => e.tabIndex >= 0 && !e.disabled && e.checkVisibility() &&
                     !(e.type === 'radio' && e.name && e !== e.form.elements[e.name] && e !== e.form.elements[e.name][0]))
        .map(e => { e.dataset.n = e.dataset.n || Math.random().toString(36).slice(2); return e.dataset.n; });"""
FOCUSED = """
    const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
    return [e.dataset.n || e.tagName, s.outlineStyle, parseFloat(s.outlineWidth), r.left >= 0 && r.width > 0,
            e.outerHTML.slice(0, 120)];"""


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("who, path", [(None, "/"), (None, "/partnerships"), (None, f"/partnerships/{NETWORK}"),
                                       ("fatima", f"/records/{NETWORK}/edit/about"), ("fatima", "/desk")])
def test_keyboard(chrome, lang, who, path):
    """Tab reaches everything once, in order, and shows where it is."""
    if who:
        chrome.sign_in(who)
    chrome.open(f"/{lang}{path}")
    wanted, found = chrome.script(REACHABLE), []
    for _ in wanted:
        chrome.tab()
        name, style, width, is_seen, text = chrome.script(FOCUSED)
        found.append(name)
        assert style != "none" and width >= 2 and is_seen, text
    assert found == wanted


def test_skip_link(chrome):
    chrome.open(f"/en/partnerships/{NETWORK}")
    chrome.tab()
    assert chrome.script("return document.activeElement.textContent") == "Skip to the content"
    chrome.key(Keys.ENTER)
    assert chrome.script("return document.activeElement.id") == "main"
    chrome.tab()
    assert chrome.script("return document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_print(chrome, lang):
    chrome.open(f"/{lang}/partnerships/{NETWORK}")
    made = base64.b64decode(chrome.command("Page.printToPDF")["data"])
    assert made.startswith(b"%PDF-") and len(made) > 5000
    chrome.command("Emulation.setEmulatedMedia", media="print")
    for css in (".cc-nav", ".cc-languages", ".cc-search", ".cc-person"):
        assert not chrome.one(css).is_displayed(), css
    assert chrome.one("h1").is_displayed() and chrome.one(".cc-record-foot").is_displayed()
    try:
        chrome.open(f"/{lang}{ADDRESSES['promise_list']}")
        chrome.width(680)  # of A4 within its margins
        assert chrome.script("""return [...document.querySelectorAll('th, td')].map(e => e.getBoundingClientRect())
            .map(r => [Math.round(r.left), Math.round(r.right)]).filter(([left, right]) => left < -1 || right > innerWidth + 1)""") == []
    finally:
        chrome.command("Emulation.setEmulatedMedia", media="")
        chrome.width(1280)


@pytest.mark.parametrize("lang, date", [("en", "15 January 2025"), ("fr", "15 janvier 2025"),
                                        ("ar", "15 كانون الثاني/يناير 2025")])
def test_dates(chrome, lang, date):
    """Dates as people read them; nobody meets an instant as it is stored."""
    chrome.open(f"/{lang}/partnerships/{NETWORK}")
    times = {e.get_attribute("datetime"): e.text for e in chrome.all("main time")}
    assert times["2025-01-15"] == date
    for path in (f"/partnerships/{NETWORK}", "/", "/partnerships", f"/records/{NETWORK}/history"):
        chrome.open(f"/{lang}{path}")
        assert not re.search(r"\d{4}-\d\d-\d\dT", chrome.words), path


def test_plural_forms_in_arabic(chrome):
    """Forms of Arabic that the samples have on pages; tests/integration/test_translations.py asks for all six."""
    chrome.open(f"/ar/partnerships/{NETWORK}")
    assert "عضو مؤكد واحد." in chrome.words and "منظمتان لم تؤكدا" in chrome.words
    chrome.open("/ar/partnerships")
    counts = {row.find_element("css selector", "a").get_attribute("href"): re.search(r"المؤكدون: (\d+)", row.text).group(1)
              for row in chrome.all(".cc-cards > li")}
    for url, count in counts.items():
        chrome.driver.get(url)
        n = int(count)
        if 11 <= n % 100 <= 99:
            assert f"{n} عضوا مؤكدا." in chrome.words


@pytest.mark.parametrize("deed,directive", [
    ("const s = document.createElement('style'); s.textContent = 'p {}'; document.head.append(s)", "style-src-elem"),
    ("const s = document.createElement('script'); s.textContent = '1'; document.head.append(s)", "script-src-elem"),
    ("document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.1:9/x.png'}))", "img-src")])
def test_what_the_policy_refuses_fails_a_test(chrome, deed, directive):
    """The watching itself: the event of a refusal is a complaint, so check() fails on it."""
    chrome.open("/en/about")
    chrome.script(deed)
    assert any("policy refused " + directive in text for text in chrome.complaints())
    chrome.foreign()
