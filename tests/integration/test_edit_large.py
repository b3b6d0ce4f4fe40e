# SPDX-License-Identifier: EUPL-1.2
"""Forms of records as large as an import takes them: what is sent back unchanged is the same, or the form is not offered."""
import re
import string

import pytest

import pages
from stack import Stack
from world import World

LANGUAGES = [a + b for a in "abcdefghiklm" for b in string.ascii_lowercase]


@pytest.fixture(scope="module", name="stack")
def stack_fixture(cluster, people, tmp_path_factory):
    with Stack(cluster, people, tmp_path_factory.mktemp("stack")) as made:
        yield made


@pytest.fixture(scope="module", name="world")
def world_fixture(stack):
    return World(stack)


def texts(element, languages, text="x"):
    return "".join(f'<{element} xml:lang="{lang}">{text} {lang}</{element}>' for lang in sorted(languages))


def delivered(stack, world, title, **parts):
    """A published activity to which a file adds these elements before the end, and others' titles; told twice, nothing is new."""
    made = stack.register(world.fatima, "activity", {"title.en": title}, owner=world.a)
    stack.publish(world.fatima, made)
    content = stack.database.one("SELECT content FROM publication WHERE record_id = %s", [made])
    document = content.replace("</activity>", parts.get("more", "") + "</activity>")
    if "titles" in parts:
        document = re.sub(r"<title .*</title>", lambda _: parts["titles"], document)
    done = stack.database.concord("import", "--replace-drafts", "--owner", world.a, "-", input=document)
    assert "changed" in done.stdout, done.stdout
    return made


def saved_unchanged(stack, user, record, section):
    def content():
        return stack.database.one("SELECT content FROM publication WHERE record_id = %s ORDER BY position DESC LIMIT 1", [record])
    before = content()
    page = user.get(f"/en/records/{record}/edit/{section}")
    answer = user.submit(page.form(f"/edit/{section}$"))
    assert answer.status == 303, answer.words[:2000]
    assert "Nothing has changed since the newest revision" in user.get(f"/en/records/{record}/publish").words
    assert content() == before
    return page


def test_a_text_in_many_languages_keeps_them_all(stack, world):
    languages = LANGUAGES[:90]
    record = delivered(stack, world, "Many tongues", titles=texts("title", languages, "Title in"),
                       more='<description type="1">' + texts("text", languages, "Text in") + "</description>")
    page = saved_unchanged(stack, world.fatima, record, "names")
    assert {f"title.{lang}" for lang in languages} <= set(page.form("/edit/names$").names())
    saved_unchanged(stack, world.fatima, record, "about")
    stack.edit(world.fatima, record, "names", {"title.en": "Many tongues again"})
    stack.publish(world.fatima, record, "A title.")
    assert world.public.get(f"/activities/{record}.xml").text.count("<title ") == len(languages) + ("en" not in languages)


FULL = {
    "participants": "".join(f'<participant ref="XX-{n}" role="4"><name xml:lang="en">Partner {n}</name></participant>' for n in range(1, 1001)),
    "sectors": "".join(f'<sector code="c{n}" vocabulary="99"><name xml:lang="en">Field {n}</name></sector>' for n in range(1, 501)),
    "place": "".join(f'<location><name xml:lang="en">Place {n}</name></location>' for n in range(1, 501)),
    "related": "".join(f'<related ref="XX-1-{n}" type="3"></related>' for n in range(1, 1001)),
}


@pytest.mark.parametrize("section", FULL)
def test_a_section_that_is_full_is_saved(stack, world, section):
    record = delivered(stack, world, f"Full {section}", more=FULL[section])
    page = saved_unchanged(stack, world.fatima, record, section)
    name = re.match("<([a-z]+)", FULL[section])[1]
    most = len(re.findall(f"<{name}[ >]", FULL[section]))
    numbers = {int(n) for n in re.findall(rf'name="{name}\.([0-9]+)\.', page.text)}
    assert numbers == set(range(1, most + 1)), "all, and no empty one that could not be saved"


def test_what_is_wrong_with_the_last_of_many_is_told_there(stack, world):
    record = delivered(stack, world, "Last of many", more=FULL["related"])
    page = stack.edit(world.fatima, record, "related", {"related.1000.type": ""}, status=422)
    assert re.findall('href="#f-([^"]*)"', page.text) == ["related.1000.type"] and pages.tidy(page.text) == []


TOO_LARGE = {
    "participants": "".join(f'<participant ref="XX-{n}" role="4">{texts("name", LANGUAGES[:30])}</participant>' for n in range(1, 901)),
    "about": "".join(f'<description type="1"><text xml:lang="ar">{"ماء" * 3000}</text></description>' for _ in range(45)),
}


@pytest.mark.parametrize("section", TOO_LARGE)
def test_a_section_that_no_form_can_send_says_so(stack, world, section):
    """Too many fields; too many bytes as browsers write them."""
    record = delivered(stack, world, f"Too large {section}", more=TOO_LARGE[section])
    page = world.fatima.get(f"/en/records/{record}/edit/{section}")
    assert page.status == 200 and "This section is too large for a form" in page.words
    assert [f for f in page.forms() if f.action.endswith(f"/edit/{section}")] == []
    assert len(page.text) < 100000 and pages.tidy(page.text) == []
    assert world.fatima.get(f"/en/records/{record}/edit/names").form("/edit/names$")
