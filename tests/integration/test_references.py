# SPDX-License-Identifier: EUPL-1.2
"""Other records are named in forms, chosen where several fit, and stored by identifier; lists that people can use."""
import re

import pytest

import build
import ids
from stack import Stack
from world import World


@pytest.fixture(scope="module")
def world(cluster, people, tmp_path_factory):
    with Stack(cluster, people, tmp_path_factory.mktemp("stack")) as stack:
        yield World(stack)


def stored(world, record, section, name):
    return dict(world.fatima.get(f"/en/records/{record}/edit/{section}").form("/edit/").filled({}))[name]


def test_host_is_written_by_name(world):
    host = world.organisation("Harbour Bank")
    p = world.partnership("Hosted by name", publish=False)
    world.stack.edit(world.fatima, p, "nature", {"host": "harbour bank"})
    assert stored(world, p, "nature", "host") == f"Harbour Bank ({host})", "the form shows the name"
    world.stack.edit(world.fatima, p, "nature", {"kind": "alliance"})
    assert stored(world, p, "nature", "host") == f"Harbour Bank ({host})", "and takes back what it shows"


def test_several_fit_and_none_fits(world):
    first, second = world.organisation("Riverside Trust"), world.organisation("Riverside Fund")
    p = world.partnership("Chosen by name", publish=False)
    page = world.stack.edit(world.fatima, p, "nature", {"host": "Riverside"}, status=422)
    assert "Choose which of these you mean by \"Riverside\"" in page.words
    assert "is not an identifier" not in page.words, "one field, one message"
    choices = page.form("/edit/nature$").choices["host"]
    assert set(choices) - {""} == {first, second}
    assert world.fatima.submit(page.form("/edit/nature$"), {"host": second}).status == 303
    assert stored(world, p, "nature", "host") == f"Riverside Fund ({second})"
    page = world.stack.edit(world.fatima, p, "nature", {"host": "No Such Body", "kind": "alliance"}, status=422)
    assert "Nothing that is published has the name \"No Such Body\"" in page.words
    sent = dict(page.form("/edit/nature$").filled({}))
    assert (sent["host"], sent["kind"]) == ("No Such Body", "alliance"), "what was typed is kept"


def test_as_many_references_as_a_form_has_room_for(world):
    """Those that stand there stay by their identifiers, however many; names are looked up some at a time."""
    names = [f"{word} Relatives" for word in ("Aspen", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Ivy", "Juniper",
                                              "Larch", "Maple", "Oak", "Pine", "Rowan", "Spruce", "Teak", "Walnut", "Yew", "Acacia")]
    relatives = [world.organisation(name) for name in names]
    made = world.organisation("Head of a large family", publish=False)
    path = f"/en/records/{made}/edit/relations"

    def fill(page, values):
        """With enough empty fields."""
        form = page.form("/edit/relations$")
        while f"relation.{len(values)}.kind" not in form.names():
            form = world.sara.submit(form, {"more": "relation"}).form("/edit/relations$")
        fields = {}
        for n, value in enumerate(values, 1):
            fields |= {f"relation.{n}.kind": "member-of", f"relation.{n}.organisation": value}
        return world.sara.submit(form, fields)

    answer, sent = fill(world.sara.get(path), names), 0
    while answer.status == 422:
        assert "Only a few names are looked up at once." in answer.words and sent < 5
        answer, sent = world.sara.submit(answer.form("/edit/relations$"), {}), sent + 1
    assert answer.status == 303 and sent == 2
    filled = dict(world.sara.get(path).form("/edit/").filled({}))
    assert [filled[f"relation.{n}.organisation"] for n in range(1, 21)] == [f"{a} ({b})" for a, b in zip(names, relatives)]
    assert world.sara.submit(world.sara.get(path).form("/edit/relations$"), {"relation.1.from": "2001"}).status == 303
    assert fill(world.sara.get(path), list(reversed(relatives))).status == 303, "identifiers alone"
    page = world.sara.get(f"/en/records/{made}/edit")
    assert all(f"/organisations/{relative}" in page.text for relative in relatives)


def test_link_to_another_partnership_by_name(world):
    other, p = world.partnership("The Elder Alliance"), world.partnership("The Younger Alliance", publish=False)
    world.stack.edit(world.fatima, p, "links", {"link.1.kind": "successor", "link.1.partnership": "The Elder Alliance"})
    assert stored(world, p, "links", "link.1.partnership") == f"The Elder Alliance ({other})"


def test_nothing_refers_to_what_is_not_public(world):
    """A draft of somebody else and an identifier of nothing are refused in the same words, beside the field."""
    secret = world.organisation("Secret Merger Corporation", publish=False)
    p = world.partnership("Refers to a draft", publish=False)
    said = []
    for host in (secret, ids.named("O", "nobody has this")):
        world.stack.edit(world.fatima, p, "nature", {"kind": "alliance", "host": host})
        page = world.fatima.get(f"/en/records/{p}/publish")
        words = page.words.replace(host, "ID")
        said.append(words[words.index("Please mend this"):])
        assert f'href="{build.BASE}/en/records/{p}/edit/nature"' in page.text, "leads to the field"
        assert not [f for f in page.forms() if f.action.endswith("/publish")]
        assert "Secret Merger" not in page.text
        assert host in world.fatima.get(f"/en/records/{p}/edit").words, "the overview says so, too"
        version = world.stack.database.one("SELECT version FROM record WHERE id = %s", [p])
        other = world.fatima.get(f"/en/records/{world.partnership('Fine', publish=False)}/publish").form("/publish$")
        answer = world.fatima.post(f"/en/records/{p}/publish", {"csrf": other.value("csrf"), "version": str(version),
                                                                "note": "I insist."})
        assert answer.status == 422 and "Nothing that is published has the identifier" in answer.words
    assert said[0] == said[1], "no word tells that the draft exists"
    world.stack.publish(world.sara, secret)
    world.stack.edit(world.fatima, p, "nature", {"host": secret})
    world.stack.publish(world.fatima, p, "Now it is public.")


def test_a_message_stands_at_the_item_it_is_about(world):
    p = world.partnership("Wrong target", publish=False)
    form = world.fatima.get(f"/en/records/{p}/edit/sdgs").form("/edit/")
    page = world.fatima.submit(form, {"sdg.1.goal": "4", "sdg.1.weight": "50"}, button=("more", "sdg"))
    page = world.fatima.submit(page.form("/edit/"), {"sdg.2.goal": "5", "sdg.2.target": "4.1", "sdg.2.weight": "40"})
    assert page.status == 422
    assert re.search(r'href="#f-sdg\.2\.target"', page.text) and re.search(r'href="#f-sdg"', page.text)


def test_countries_stand_by_name(world):
    def names(lang):
        page = world.fatima.get(f"/{lang}/records/{world.p}/edit/place")
        select = re.search(r'<select[^>]*name="country\.1\.code".*?</select>', page.text, re.S)
        return re.findall(r"<option[^>]*>([^<]*)</option>", select.group(0))
    english, french = names("en"), names("fr")
    assert english.index("Afghanistan") < english.index("Åland Islands") < english.index("Andorra")
    assert french.index("Équateur") < french.index("Estonie") < french.index("Zambie")


@pytest.mark.parametrize("lang,text", [
    ("en", "4.1 By 2030, ensure that all girls and boys complete free, equitable and quality"),
    ("fr", "4.1 D’ici"), ("ar", "4.1 ضـمـان أن")])
def test_targets_are_chosen_by_their_text(world, lang, text):
    page = world.fatima.get(f"/{lang}/records/{world.p}/edit/sdgs").text
    select = re.search(r'<select[^>]*name="sdg.1.target".*?</select>', page, re.S).group(0)
    options = dict(re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)</option>', select))
    assert len(options) == 170 and options["4.1"].startswith(text), options["4.1"]
    assert max(map(len, options.values())) < 130


def test_words_lead_from_one_list_to_all_records(world):
    world.organisation("Lighthouse Keepers")
    page = world.public.get("/en/partnerships?q=Lighthouse+Keepers")
    link = re.search(r'href="([^"]*/search\?q=[^"]*)"', page.text).group(1)
    assert "Lighthouse Keepers" in world.public.get(link.replace("&amp;", "&")).words


def test_the_desk_says_that_a_record_was_withdrawn(world):
    p = world.partnership("Withdrawn soon")
    assert "Published as revision 1." in world.fatima.get(f"/en/records/{p}/edit").words
    world.stack.publish(world.fatima, p, "Entered twice.", verb="withdraw")
    page = world.fatima.get(f"/en/records/{p}/edit")
    assert "Withdrawn with revision 2." in page.words and "Published as" not in page.words
    assert f"/records/{p}/withdraw" not in page.text, "it cannot be withdrawn again"
    assert f"/records/{p}/publish" in page.text
