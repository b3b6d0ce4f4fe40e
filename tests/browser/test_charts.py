# SPDX-License-Identifier: EUPL-1.2
"""Charts: drawn as SVG from the table that stands in the page, without anything that the policy refuses;
without scripts the table says it all; both can be taken away as files."""
import csv
import io
import re
import subprocess
import time
import urllib.request
import xml.etree.ElementTree as ET

import pytest
from selenium.webdriver.common.keys import Keys

import build

DISCLAIMER = {
    "en": "do not imply official endorsement or acceptance by the United Nations.",
    "fr": "n’impliquent ni reconnaissance ni acceptation officielle de la part de l’Organisation des Nations Unies.",
    "ar": "على إقرار أو قبول رسمي من جانب الأمم المتحدة.",
}
PAGES = {"/": 2, "/goals": 1, "/goals/3": 1, "/countries": 1, "/network": 1}
SVG = "{http://www.w3.org/2000/svg}"
# Who has a picture but no width, or a text in it that sticks out of the drawing.
CROOKED = """
    return [...document.querySelectorAll('.cc-chart-drawing')].filter(box => {
        const svg = box.querySelector('svg'), b = box.getBoundingClientRect();
        return !svg || b.width < 200 || b.height < 60 || b.right > innerWidth + 1 || b.left < -1
            || !svg.querySelector('path');
    }).length;"""


def drawn(chrome, path, count=1):
    """A page with its charts as they stand at last."""
    chrome.open(path)
    for _ in range(100):
        if len(chrome.all("figure[data-drawn]")) == count:
            return chrome
        time.sleep(0.1)
    raise AssertionError(f"{len(chrome.all('figure[data-drawn]'))} of {count} charts are drawn on {path}")


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("path", PAGES)
def test_drawn_as_svg(chrome, lang, width, path):
    chrome.width(width)
    drawn(chrome, f"/{lang}{path}", PAGES[path])
    assert chrome.script(CROOKED) == 0
    assert chrome.overflow() == [] and chrome.axe() == []
    for box in chrome.all(".cc-chart-drawing"):
        assert box.get_attribute("role") == "img" and box.get_attribute("aria-label")
    chrome.check()


def test_nothing_is_drawn_of_nothing(chrome):
    """An axis without a bar says nothing; a sentence and the table do."""
    chrome.open("/en/goals/14")
    assert chrome.all(".cc-chart-drawing") == [] and chrome.axe() == []
    figure, = chrome.all("figure[data-chart]")
    assert "No published record works on any of these yet." in figure.text and "14.1" in figure.text
    chrome.check()


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("path", PAGES)
def test_on_paper(chrome, lang, path):
    """As wide as paper: the picture is drawn for it, the table stands open, and nothing is cut off."""
    drawn(chrome, f"/{lang}{path}", PAGES[path])
    open_before = [e.get_attribute("open") for e in chrome.all("figure details")]
    chrome.script("dispatchEvent(new Event('beforeprint'))")
    chrome.command("Emulation.setEmulatedMedia", media="print")
    chrome.width(680)
    try:
        assert chrome.script("return [...document.querySelectorAll('figure details')].every(d => d.open)")
        assert chrome.script("""return [...document.querySelectorAll('.cc-chart-drawing svg, th, td')]
            .map(e => e.getBoundingClientRect()).filter(r => r.left < -1 || r.right > innerWidth + 1).length""") == 0
    finally:
        chrome.command("Emulation.setEmulatedMedia", media="")
        chrome.script("dispatchEvent(new Event('afterprint'))")
        chrome.width(1280)
    assert [e.get_attribute("open") for e in chrome.all("figure details")] == open_before


@pytest.mark.parametrize("path", PAGES)
def test_without_scripts_the_table_says_it_all(browser, path):
    chrome = browser(scripts=False)
    chrome.open("/en" + path)
    assert len(chrome.all("figure[data-chart]")) == PAGES[path]
    assert chrome.all("svg") == [] and chrome.all(".cc-chart-ways button") == []
    for table in chrome.all("figure[data-chart] table"):
        assert table.is_displayed() and table.find_elements("css selector", "tbody tr")
    for link in chrome.all(".cc-chart-ways a"):
        with urllib.request.urlopen(link.get_attribute("href")) as answer:
            assert answer.headers["Content-Type"].startswith("text/csv")
            assert "attachment" in answer.headers["Content-Disposition"]
            assert len(list(csv.reader(io.TextIOWrapper(answer, "utf-8-sig", newline="")))) > 1


# Pieces of bars: what has a colour and is no square or frame of the legend.
PIECES = """[...document.querySelectorAll('.cc-chart-drawing path')].filter(p => /^(#|rgb)/.test(p.getAttribute('fill') || ''))
    .map(p => [p.getBoundingClientRect(), getComputedStyle(p).fill])
    .filter(([r, f]) => r.height > 5 && r.height < 40 && r.width > 2 && f !== 'rgb(0, 0, 0)' && !(Math.abs(r.width - 14) < 1 && Math.abs(r.height - 14) < 1))"""


def test_the_picture_says_what_the_table_says(chrome):
    """A bar for each row, a piece for each number, as wide as it."""
    drawn(chrome, "/en/goals")
    rows = chrome.script("""
        return [...document.querySelectorAll('figure tbody tr')].map(r => [r.cells[0].innerText.replace(/\\s+/g, ' ').trim(),
            [...r.cells].filter((c, i) => i && !('beside' in r.closest('table').tHead.rows[0].cells[i].dataset))
                .map(c => Number(c.innerText) || 0)])""")
    texts = chrome.script("return [...document.querySelectorAll('.cc-chart-drawing text')].map(t => t.textContent)")
    assert [name for name, _ in rows if name not in texts] == []
    bars = {}
    for top, width in chrome.script(f"return {PIECES}.map(([r]) => [r.top, r.width])"):
        bars[round(top)] = bars.get(round(top), 0) + width
    counted = [sum(numbers) for _, numbers in rows if sum(numbers)]
    wide = [bars[top] for top in sorted(bars)]
    assert len(wide) == len(counted), (wide, counted)
    unit = min(w / n for w, n in zip(wide, counted))
    assert all(abs(w / n - unit) < 2 for w, n in zip(wide, counted)), (wide, counted)


def test_a_line_for_each_kind_of_tie(browser):
    """Solid for partnerships, dashed for activities; what says so stands there where there is a picture."""
    chrome = drawn(browser(), "/en/network")
    ties = chrome.script("""return [...document.querySelectorAll('figure tbody tr')].map(r => [2, 3].map(i => Number(r.cells[i].textContent)))""")
    lines = chrome.script("""return [...document.querySelectorAll('.cc-chart-drawing path[fill=none][stroke]')]
        .map(p => [p.getAttribute('stroke'), p.hasAttribute('stroke-dasharray')])""")
    assert sorted(lines) == sorted([["#0072b2", False]] * sum(p > 0 for p, _ in ties) + [["#d55e00", True]] * sum(a > 0 for _, a in ties))
    assert 0 < sum(dashed for _, dashed in lines) < len(lines) and chrome.one(".cc-drawn").is_displayed()
    plain = browser(scripts=False).open("/en/network")
    assert not plain.one(".cc-drawn").is_displayed()


def test_lines_of_a_name_do_not_touch(browser):
    """A label of several lines is text by line, each placed in the label's own (turned) axes."""
    chrome = drawn(browser(), "/en/network")
    labels = {}
    for place, size, y in chrome.script("""return [...document.querySelectorAll('.cc-chart-drawing text')]
            .map(t => [t.getAttribute('transform'), parseFloat(t.style.fontSize), Number(t.getAttribute('y') || 0)])"""):
        labels.setdefault(place, []).append((y, size))
    steps = [(b[0] - a[0]) / a[1] for lines in labels.values() for a, b in zip(sorted(lines), sorted(lines)[1:])]
    assert steps and min(steps) >= 1.3, labels


def test_a_small_circle_has_numbers_and_a_list(browser):
    chrome = browser()
    chrome.width(320)
    drawn(chrome, "/ar/network")
    names = [e.text for e in chrome.all(".cc-chart-names li")]
    labels = chrome.script("return [...document.querySelectorAll('.cc-chart-drawing text')].map(t => t.textContent)")
    assert names and sorted(labels, key=int) == [str(n + 1) for n in range(len(names))]
    assert set(names) == {e.get_attribute("textContent").strip() for e in chrome.all("figure tbody th")}


# More organisations than the samples have, before anything is drawn: a ring of them, in which a few work with many.
CROWD = """document.addEventListener('readystatechange', () => {
    const body = document.querySelector('figure[data-chart=network] tbody');
    if (document.readyState !== 'interactive' || !body) return;
    const rows = [...body.rows];
    const names = rows.flatMap(r => [0, 1].map(i => r.cells[i].textContent.trim()));
    const put = (cell, n) => {
        cell.querySelector('a').href = 'O-made-up-' + n;
        (cell.querySelector('a > *') ?? cell.querySelector('a')).textContent = names[n % names.length] + ' (' + n + ')';
    };
    body.replaceChildren(...Array.from({ length: COUNT }, (_, n) => {
        const row = rows[n % rows.length].cloneNode(true);
        put(row.cells[0], n % 7 ? n : 0);
        put(row.cells[1], (n + 1) % COUNT);
        row.cells[2].textContent = 1 + n % 3;
        return row;
    }));
});"""
# The texts of each label: their words without isolates, and the corners of their boxes on the screen.
LABELS = """
    const labels = new Map();
    for (const text of document.querySelectorAll('.cc-chart-drawing text')) {
        const { x, y, width, height } = text.getBBox(), m = text.getScreenCTM();
        const corners = [[x, y + 2], [x + width, y + 2], [x + width, y + height - 2], [x, y + height - 2]]
            .map(([a, b]) => [m.a * a + m.c * b + m.e, m.b * a + m.d * b + m.f]);
        const place = text.getAttribute('transform');
        if (!labels.has(place)) labels.set(place, { words: [], corners: [] });
        labels.get(place).words.push(text.textContent.replace(/[\u2066-\u2069]/g, ''));
        labels.get(place).corners.push(corners);
    }
    return [...labels.values()].map(l => [l.words.join(' '), l.corners]);"""


def meet(one, other):
    """Do two turned boxes share a place? Not when a side of one of them has the other beyond it."""
    for box in (one, other):
        for (ax, ay), (bx, by) in zip(box, box[1:] + box[:1]):
            ends = [[(ay - by) * x + (bx - ax) * y for x, y in corners] for corners in (one, other)]
            if max(ends[0]) <= min(ends[1]) or max(ends[1]) <= min(ends[0]):
                return False
    return True


@pytest.mark.parametrize("count", [12, 40, 75, 119])
@pytest.mark.parametrize("width", [1280, 700, 320])
def test_every_node_of_a_crowd_has_a_name_or_a_number(browser, tmp_path, width, count):
    """Up to as many as the page shows; a number is in the list of names, on the page as in what is saved."""
    chrome = browser()
    chrome.width(width)
    chrome.command("Page.addScriptToEvaluateOnNewDocument", source=CROWD.replace("COUNT", str(count)))
    drawn(chrome, "/ar/network" if count == 75 else "/en/network")
    labels, listed = chrome.script(LABELS), [e.text for e in chrome.all(".cc-chart-names li")]
    names = set(chrome.script("return [...document.querySelectorAll('figure tbody th')].map(e => e.textContent.trim().replace(/\\s+/g, ' '))"))
    assert len(names) == count and listed in ([], list(dict.fromkeys(listed))) and set(listed) in (set(), names)
    named = {words for words, _ in labels if not words.isdigit()}
    told = named | {listed[int(words) - 1] for words, _ in labels if words.isdigit()}
    assert len(labels) == count and told == names, (len(labels), names - told)
    met = [(a, b) for i, (a, one) in enumerate(labels) for b, other in labels[i + 1:] if any(meet(p, q) for p in one for q in other)]
    assert met == []
    left, right = chrome.script("const b = document.querySelector('.cc-chart-drawing').getBoundingClientRect(); return [b.left, b.right]")
    assert [words for words, boxes in labels if not all(left <= x <= right for box in boxes for x, _ in box)] == []
    assert chrome.overflow() == []
    if (width, count) in ((1280, 40), (1280, 119)):
        words = [t.strip() for t in ET.fromstring(download(chrome, tmp_path)).itertext()]
        assert {w for w in words if w.isdigit()} <= {w.split(". ")[0] for w in words if re.match(r"\d+\. ", w)}


@pytest.mark.parametrize("lang", DISCLAIMER)
def test_map_carries_the_disclaimer(chrome, tmp_path, lang):
    drawn(chrome, f"/{lang}/countries")
    assert DISCLAIMER[lang] in chrome.words
    words = " ".join(ET.fromstring(download(chrome, tmp_path)).itertext())
    assert DISCLAIMER[lang][-30:] in words or DISCLAIMER[lang][:20] in words


def test_what_is_drawn_is_in_the_list_of_countries(chrome):
    """Every shape has the code of one country, all of it: Somalia has its north coast, too."""
    drawn(chrome, "/en/countries")
    world = chrome.script("""return fetch(document.querySelector('a[data-world]').href).then(r => r.json())""")["topology"]
    shapes = world["objects"]["countries"]["geometries"]
    codes = [shape.get("id") for shape in shapes]
    listed = set(re.findall(r'<item code="(..)"', (build.ROOT / "sql/codelists/country.xml").read_text()))
    assert len(set(codes)) == len(codes) and set(codes) <= listed
    (scale, _), (left, _) = world["transform"]["scale"], world["transform"]["translate"]
    arcs = {arc if arc >= 0 else ~arc for s in shapes if s["id"] == "SO" for polygon in s["arcs"] for ring in polygon for arc in ring}
    assert min(world["arcs"][arc][0][0] * scale + left for arc in arcs) < 43  # Zeila lies at 43.5 east, the border beyond


def test_every_country_of_the_table_is_coloured(chrome):
    """Those whose number is a step's first, too."""
    drawn(chrome, "/en/countries")
    named = chrome.script("""return [...document.querySelectorAll('figure tbody tr')]
        .filter(r => [...r.cells].slice(1).some(c => Number(c.textContent.trim()) > 0)).length""")
    fills = chrome.script("""return [...document.querySelectorAll('.cc-chart-drawing path')]
        .filter(p => p.getBoundingClientRect().width > 0 && p.closest('g') && !/^(none|transparent|#fff)/.test(p.getAttribute('fill') || 'none'))
        .map(p => p.getAttribute('fill'))""")
    nothing = max(set(fills), key=fills.count)
    assert 0 < named <= len([f for f in fills if f != nothing])


def download(chrome, folder):
    """What the button gives, as a browser saves it."""
    chrome.command("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
    chrome.one(".cc-chart-ways button").click()
    for _ in range(100):
        files = list(folder.glob("*.svg"))
        if files and files[0].stat().st_size:
            return files[0].read_text(encoding="utf-8")
        time.sleep(0.1)
    raise AssertionError(f"nothing was saved: {list(folder.iterdir())}")


def test_download(chrome, tmp_path):
    """A picture that stands alone: title, numbers, up to when; nothing that runs or loads."""
    drawn(chrome, "/en/goals")
    root = ET.fromstring(download(chrome, tmp_path))
    assert root.tag == SVG + "svg" and (tmp_path / "goals.svg").exists()
    words = [t.strip() for t in root.itertext() if t.strip()]
    assert "Who works on the goals" in words
    assert any(w.startswith("Counted on ") for w in words)
    assert any("Quality education" in w for w in words)
    assert root.findall(f".//{SVG}script") == [] and root.findall(f".//{SVG}image") == []


def test_bars_run_from_the_right_in_arabic(chrome):
    middle = """const b = document.querySelector('.cc-chart-drawing').getBoundingClientRect();
        const t = [...document.querySelectorAll('.cc-chart-drawing text')].find(t => t.textContent.includes(arguments[0]));
        return t.getBoundingClientRect().left > b.left + b.width / 2;"""
    drawn(chrome, "/en/goals")
    assert not chrome.script(middle, "Quality education")
    drawn(chrome, "/ar/goals")
    assert chrome.script(middle, "تعليم")


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_lettered_target_is_read_forwards(chrome, lang):
    """The letter of "3.a" stands to the right of its digit, whatever the direction of the page."""
    drawn(chrome, f"/{lang}/goals/3")
    assert chrome.script("""
        const [text] = [...document.querySelectorAll('.cc-chart-drawing text')].filter(t => t.textContent.includes('3.a'));
        const at = text.textContent.indexOf('3.a');
        return text.getStartPositionOfChar(at).x < text.getEndPositionOfChar(at + 2).x
            && text.getExtentOfChar(at).x < text.getExtentOfChar(at + 2).x;""")
    forwards = """const text = document.querySelector(arguments[0]).firstChild, n = text.data.indexOf('3.a');
        const left = (from) => {
            const range = document.createRange();
            range.setStart(text, from);
            range.setEnd(text, from + 1);
            return range.getBoundingClientRect().left;
        };
        return left(n) < left(n + 2);"""
    assert chrome.script(forwards, 'tr[data-code="3.a"] a')
    chrome.open(f"/{lang}/targets/3.a")
    assert chrome.script(forwards, "h1 span:last-child")


def test_keyboard(chrome):
    """The closed table opens, and the ways to take it away are reached, in the order of the page."""
    drawn(chrome, "/en/countries")
    table = chrome.one("figure table")
    assert not chrome.is_seen(table)
    reached = []
    for _ in range(60):
        chrome.tab()
        reached.append(chrome.script("const e = document.activeElement; return e.closest('figure') ? e.tagName : ''"))
        if reached[-1] == "SUMMARY":
            chrome.key(Keys.ENTER)
    assert chrome.is_seen(table)
    inside = [tag for tag in reached if tag]
    assert inside[:3] == ["SUMMARY", "DIV", "A"]


def test_a_bar_leads_to_its_goal(chrome):
    drawn(chrome, "/en/goals")
    chrome.script("document.querySelector('.cc-chart-drawing').scrollIntoView({block: 'center', behavior: 'instant'})")
    place = chrome.script(f"const [b] = {PIECES}.find(([r]) => r.width > 20); "
                          "return [b.left + b.width / 2, b.top + b.height / 2];")
    for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
        chrome.command("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)
    for _ in range(50):
        if "/goals/" in chrome.path:
            break
        time.sleep(0.1)
    assert chrome.path.startswith("/en/goals/"), chrome.path
    chrome.check()


def test_script_is_loaded_only_where_a_chart_is(chrome):
    for path, charts in (("/en/", True), ("/en/partnerships", False), ("/en/about", False), ("/en/goals/4", True),
                         ("/en/countries/CH", False)):
        chrome.open(path)
        assert bool(chrome.all('script[type="module"]')) == charts, path


def test_a_name_is_no_style_of_the_drawing():
    """In the texts that appear under the pointer ECharts reads {style|text}."""
    look = build.ROOT / "web/charts/look.mjs"
    script = (f"globalThis.document = {{ documentElement: {{ dir: 'ltr' }}, body: {{}} }};"
              f"globalThis.getComputedStyle = () => ({{ fontFamily: 'serif' }});"
              f"const {{ tooltip }} = await import('{look}');"
              f"const text = tooltip((name) => name).formatter('Fund {{b|rich}} {{a}}');"
              f"console.log(/\\{{[a-zA-Z0-9_]+\\|/.test(text), text.replaceAll('\\u2060', ''));")
    done = subprocess.run(["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=True)
    assert done.stdout == "false Fund {b|rich} {a}\n"
