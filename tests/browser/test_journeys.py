# SPDX-License-Identifier: EUPL-1.2
"""From signing in to withdrawing, as people do it: with scripts and with scripts switched off, as the
pages have none."""
import re

import pytest

LAB = "OQTW7FPSH8D0EJ"
INSTITUTE = "OPBXZ7ANEZ3N3E"


@pytest.fixture(name="windows", params=[True, False], ids=["scripts", "no-scripts"])
def windows_fixture(request, browser):
    """Fatima's and George's browsers, and that of a stranger."""
    made = [browser(request.param) for _ in range(3)]
    made[0].driver.get("data:text/html,<title>off</title><script>document.title='on'</script>")
    assert made[0].driver.title == ("on" if request.param else "off")
    made[0].sign_in("fatima")
    made[1].sign_in("george")
    return made


def register(chrome, title):
    """A partnership, with a mistake that is mended."""
    chrome.open("/en/register/partnership")
    chrome.fill(acronym__en="TFJ")
    chrome.send("Save")
    summary = chrome.one("main .alert-danger")
    links = summary.find_elements("css selector", "a")
    assert links, summary.text
    for link in links:
        target = link.get_attribute("href").split("#")[1]
        assert chrome.all(f'[id="{target}"]'), target
    links[0].click()
    assert "#f-" in chrome.path
    assert chrome.field("acronym.en").get_attribute("value") == "TFJ", "what was typed is lost"
    chrome.fill(owner=INSTITUTE, title__en=title, title__fr=f"{title} (fr)")
    chrome.send("Save")
    return re.search(r"/records/(\w+)/edit", chrome.path).group(1)


def section(chrome, record, name, **values):
    chrome.open(f"/en/records/{record}/edit/{name}")
    chrome.fill(**values)
    chrome.send("Save")


def mend(chrome, record):
    """A date that is none: the value stays, the message leads to the field and the field names it."""
    section(chrome, record, "dates", state="active", start="soon")
    field = chrome.field("start")
    assert field.get_attribute("value") == "soon" and field.get_attribute("aria-invalid") == "true"
    described = field.get_attribute("aria-describedby").split()
    assert any("soon" in chrome.one(f'[id="{name}"]').text for name in described)
    assert chrome.one('main .alert-danger a[href="#f-start"]')
    chrome.fill(start="2024-05")
    chrome.send("Save")
    assert chrome.path.startswith(f"/en/records/{record}/edit?"), chrome.words


def publish(chrome, record, note):
    chrome.open(f"/en/records/{record}/publish")
    chrome.fill(note=note)
    chrome.send("Publish for everybody")


def test_from_signing_in_to_withdrawing(windows):
    fatima, george, public = windows
    title = "Teachers for Justice"
    record = register(fatima, title)
    section(fatima, record, "about", summary__en="Teachers learn about justice.", vision__en="Just schools.")
    section(fatima, record, "nature", kind="multi-stakeholder")
    mend(fatima, record)

    fatima.open(f"/en/records/{record}/edit/sdgs").fill(sdg__1__goal="4")
    before = len(fatima.all("fieldset.cc-item"))
    fatima.leave(fatima.one('button[name="more"][value="sdg"]').click)
    assert len(fatima.all("fieldset.cc-item")) > before
    assert fatima.field("sdg.1.goal").get_attribute("value") == "4", "more fields lose what was chosen"
    fatima.send("Save")

    publish(fatima, record, "First edition.")
    public.until(f"/en/partnerships/{record}", title)
    assert "Quality education" in public.words
    assert "0 confirmed members." in public.words

    fatima.open(f"/en/partnerships/{record}/invite?q=Lab")
    fatima.click(f'input[type="radio"][value="{LAB}"]')
    fatima.fill(role__1__code="knowledge", contribution__en="Data.")
    fatima.send("Invite")
    public.until(f"/en/partnerships/{record}", "1 organisation has not confirmed and is not counted.")
    assert "0 confirmed members." in public.words, "an invitation is counted"

    george.open("/en/desk")
    assert "Waiting for your answer" in george.words and title in george.words
    links = [a for a in george.all(".cc-asked li") if title in a.text]
    george.leave(links[0].find_element("css selector", "a.btn").click)
    assert "Exactly this will be published" in george.words and "Data." in george.words
    george.send("Confirm the membership")
    public.until(f"/en/partnerships/{record}", "1 confirmed member.")

    section(fatima, record, "about", summary__en="Teachers and pupils learn about justice.")
    fatima.open(f"/en/records/{record}/edit")
    assert "Teachers and pupils" in fatima.one("ins").text and "Teachers learn" in fatima.one("del").text
    publish(fatima, record, "Pupils, too.")
    public.until(f"/en/partnerships/{record}", "Pupils, too.")
    public.follow("History and differences")
    assert "First edition." in public.words and "Pupils, too." in public.words
    public.send("Compare")
    assert "Teachers and pupils" in public.one("ins").text

    fatima.open(f"/en/records/{record}/withdraw")
    fatima.send("Withdraw for everybody")
    assert "/withdraw" in fatima.path and fatima.all("main .cc-error"), "a withdrawal needs a reason"
    fatima.fill(note="It ended.")
    fatima.send("Withdraw for everybody")
    public.until(f"/en/partnerships/{record}", "It ended.")
    assert "Just schools." not in public.words


def test_organisation(chrome):
    chrome.sign_in("sara")
    chrome.open("/en/register/organisation")
    chrome.fill(name__en="Foundation for Quiet Rivers", acronym__en="FQR")
    chrome.send("Save")
    record = re.search(r"/records/(\w+)/edit", chrome.path).group(1)
    section(chrome, record, "details", type="60", website="https://rivers.example/")
    publish(chrome, record, "")
    chrome.until(f"/fr/organisations/{record}", "https://rivers.example/")
    assert "Foundation for Quiet Rivers" in chrome.words
    assert chrome.one("h1 > [lang=en]").text == "Foundation for Quiet Rivers"


def test_sign_in_by_keyboard(chrome):
    """Nothing but keys, from the first page to the desk."""
    chrome.open("/en/sign-in")
    for _ in range(40):
        chrome.tab()
        if chrome.script("return document.activeElement.name") == "login":
            break
    chrome.key("fatima")
    chrome.tab()
    chrome.leave(chrome.key, "wrong\n")
    assert "Wrong name or password." in chrome.words
    assert chrome.field("login").get_attribute("value") == "fatima"
    assert chrome.field("password").get_attribute("value") == ""
    chrome.leave(chrome.field("password").send_keys, "fatima-secret-1\n")
    assert "/sign-in" not in chrome.path


def test_languages_without_a_text_are_folded(chrome):
    """The language of the page and those that have a text stand open, the others in a closed group."""
    chrome.sign_in("fatima")
    chrome.open("/ar/records/P5JANS6KPK0Z2C/edit/names")
    shown = [e.get_attribute("name") for e in chrome.all('[name^="title."]') if chrome.is_seen(e)]
    assert shown[0] == "title.ar" and {"title.en", "title.fr"} <= set(shown) and "title.zh" not in shown
    field = chrome.field("title.zh")
    assert chrome.is_seen(field) and field.get_attribute("lang") == "zh"
