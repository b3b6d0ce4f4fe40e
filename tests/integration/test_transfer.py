# SPDX-License-Identifier: EUPL-1.2
"""Another organisation answers for a record from now on."""
import pytest

import ids
from stack import Stack
from world import World


@pytest.fixture(scope="module")
def world(cluster, people, tmp_path_factory):
    with Stack(cluster, people, tmp_path_factory.mktemp("stack")) as stack:
        yield World(stack)


def owner(world, record):
    return world.stack.database.one("SELECT owner_org FROM record WHERE id = %s", [record])


def give(world, record, to, status=303):
    page = world.sara.get(f"/en/records/{record}/owner")
    answer = world.sara.submit(page.form("/owner$"), {"owner": to})
    assert answer.status == status, answer.words
    return answer


def test_it_goes_to_the_other_organisation(world):
    p = world.partnership("Handed to the Lakes")
    member = world.invite(p, world.b)
    world.stack.database.rows("INSERT INTO record_role (person, record_id, role) SELECT id, %s, 'owner' FROM person"
                              " WHERE login = 'erin'", [p])
    world.stack.database.rows("INSERT INTO record_role (person, record_id, role) SELECT id, %s, 'owner' FROM person"
                              " WHERE login = 'rui'", [member])
    assert world.rui.get(f"/en/records/{member}/edit").status == 200
    assert "ask the secretariat" in world.fatima.get(f"/en/records/{p}/edit").words
    assert f"/records/{p}/owner" in world.sara.get(f"/en/records/{p}/edit").text
    page = world.sara.get(f"/en/records/{p}/owner")
    assert "Agency for Springs and Rivers" in page.words
    was = world.stack.database.one("SELECT version FROM record WHERE id = %s", [member])
    answer = world.sara.follow(give(world, p, "Bureau of Lakes"))
    assert "Another organisation answers for the record now." in answer.words
    assert owner(world, p) == owner(world, member) == world.b
    assert world.stack.database.one("SELECT version FROM record WHERE id = %s", [member]) > was
    for browser in (world.fatima, world.erin):
        assert browser.get(f"/en/records/{p}/edit").status == 403, "neither by role in the organisation nor on the record"
    assert world.rui.get(f"/en/records/{member}/edit").status == 403, "nor by a role on one of its memberships"
    world.stack.edit(world.george, p, "about", {"summary.en": "Of the lakes now."})
    world.stack.publish(world.george, p, "From its new owner.")
    assert world.stack.database.one("SELECT publisher FROM revision WHERE record_id = %s ORDER BY number DESC LIMIT 1",
                                    [p]) == world.b
    told = world.stack.database.rows("SELECT detail FROM audit_event WHERE action = 'record.transfer' AND object = %s", [p])
    assert told == [({"from": world.a, "to": world.b},)]
    assert "Given to another organisation" in world.george.get(f"/en/records/{p}/trail").words


def test_refusals_stand_beside_the_field(world):
    p = world.partnership("Stays where it is")
    draft = world.organisation("Unpublished Institute", publish=False)
    for to, words in (("", "Choose an organisation."), ("No such body", "Nothing that is published has the name"),
                      (world.a, "answers for the record already"), (world.p, "There is no published record of this kind"),
                      (draft, "There is no published record of this kind"),
                      (ids.named("O", "nobody"), "There is no published record of this kind")):
        page = give(world, p, to, status=422)
        assert words in page.words and 'id="f-owner-error"' in page.text, (to, page.words)
        assert owner(world, p) == world.a
    assert "Unpublished Institute" not in give(world, p, draft, status=422).words


def test_sent_again_and_two_at_once(world):
    p = world.partnership("Wanted by two")
    third = world.organisation("Third House of Water")
    forms = [world.sara.get(f"/en/records/{p}/owner").form("/owner$") for _ in range(2)]
    answers = world.stack.at_once(f"SELECT FROM concord.record WHERE id = '{p}' FOR UPDATE",
                                  lambda: world.sara.submit(forms[0], {"owner": world.b}),
                                  lambda: world.sara.submit(forms[1], {"owner": third}))
    assert sorted(a.status for a in answers) == [303, 409]
    page = world.sara.submit(forms[0], {"owner": third})
    assert page.status == 409 and "Nothing was done" in page.words, "an old form is worth nothing"
    assert "Third House of Water" in page.form("/owner$").value("owner")


def test_what_is_never_given_away(world):
    member = world.invite(world.p, world.b)
    for record in (world.a, member):
        assert world.sara.get(f"/en/records/{record}/owner").status == 404
        token, version = world.stack.token(world.sara, "TRANSFER_SEND"), world.stack.database.one(
            "SELECT version FROM record WHERE id = %s", [record])
        answer = world.sara.post(f"/en/records/{record}/owner", {"csrf": token, "version": str(version), "owner": world.b})
        assert answer.status == 404
