# SPDX-License-Identifier: EUPL-1.2
"""My desk: all records that somebody may work on are reached from it, and a record's page leads to its work."""
import re

import pytest

import build
import ids
from stack import Stack
from world import World

NS = "urn:concord:registry:1"
MANY = [ids.named("A", f"desk {n}") for n in range(230)]


@pytest.fixture(scope="module")
def stack(cluster, people, tmp_path_factory):
    with Stack(cluster, people, tmp_path_factory.mktemp("desk")) as running:
        yield running


@pytest.fixture(scope="module")
def world(stack):
    made = World(stack)
    file = stack.folder / "many.xml"
    file.write_text(f'<records xmlns="{NS}">' + "".join(
        f'<activity id="{id_}" schema="1.0-draft"><title xml:lang="en">Well {n}</title><reporting organisation="{made.a}"/></activity>'
        for n, id_ in enumerate(MANY)) + "</records>", encoding="utf-8")
    stack.database.concord("import", "--quiet", "--owner", made.a, str(file))
    return made


def pages(browser):
    """The records of each page of the desk, until there is no next one."""
    address, found = "/en/desk", []
    while address:
        answer = browser.get(address)
        assert answer.status == 200 and len(found) < 10
        found.append(re.findall(rf'href="{build.BASE}/en/records/(\w+)/edit"', answer.text))
        following = re.search(r'href="([^"]*)" rel="next"', answer.text)
        address = following and following[1].removeprefix(build.BASE).replace("&amp;", "&")
    return found


@pytest.mark.parametrize("who", ["sara", "fatima"])
def test_every_record_is_reached_once(world, who):
    """Also those of one batch, which changed at one instant."""
    found = pages(getattr(world, who))
    assert [len(page) for page in found[:2]] == [100, 100] and len(found) == 3
    flat = [id_ for page in found for id_ in page]
    assert len(flat) == len(set(flat)) and set(MANY) < set(flat)


def test_somebody_else_sees_none_of_them(world):
    assert not set(MANY) & {id_ for page in pages(world.george) for id_ in page}


@pytest.mark.parametrize("query", ["after=1-" + MANY[0], "after=9999999999999999-" + MANY[0], "after="])
def test_any_place_is_one(world, query):
    assert world.sara.get(f"/en/desk?{query}").status == 200


@pytest.mark.parametrize("query", ["after=x", "after=-" + MANY[0], "after=1-x", "after=" + "9" * 17 + "-" + MANY[0], "before=1",
                                   "after=1-" + MANY[0][:-1]])
def test_what_is_no_place_is_refused(world, query):
    assert world.sara.get(f"/en/desk?{query}").status in (400, 422)


def test_a_page_leads_to_the_records_work_for_those_who_have_a_part_in_it(world):
    address = f"/en/activities/{MANY[7]}"
    work = f'href="{build.BASE}/en/records/{MANY[7]}/edit"'
    assert work in world.sara.get(address).text
    for browser in (world.public, world.george):
        answer = browser.get(address)
        assert answer.status == 200 and work not in answer.text
    organisation = world.fatima.get(f"/en/organisations/{world.a}").text
    assert f'href="{build.BASE}/en/records/{world.a}/edit"' in organisation
    assert f'href="{build.BASE}/en/records/{world.a}/edit"' not in world.george.get(f"/en/organisations/{world.a}").text
