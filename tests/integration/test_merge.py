# SPDX-License-Identifier: EUPL-1.2
"""Merging two records of one body, and naming the organisation that answers for a new one: both by name."""
import csv
import io
import re

import pytest

import ids
from stack import Stack
from test_iati_out import following
from test_import import NS
from world import World


@pytest.fixture(scope="module")
def world(cluster, people, tmp_path_factory):
    with Stack(cluster, people, tmp_path_factory.mktemp("stack")) as stack:
        yield World(stack)


def merge(world, record, target, status=303, note="Entered twice."):
    form = world.sara.get(f"/en/records/{record}/merge").form("/merge$")
    page = world.sara.submit(form, {"target": target, "note": note})
    assert page.status == status, page.words
    return page


def test_a_record_is_merged_into_one_that_is_named(world):
    stays, goes = world.organisation("Mountain Rescue"), world.organisation("Rescue in the Mountains")
    merge(world, goes, "mountain rescue")
    answer = world.public.get(f"/en/organisations/{goes}")
    assert answer.status == 301 and answer.header("location").endswith(f"/en/organisations/{stays}")
    assert world.public.get(f"/organisations/{goes}.xml").status == 301
    assert "Entered twice." in world.public.get(f"/en/records/{goes}/history").words


def test_parts_of_a_merged_record_lead_to_those_of_the_other(world):
    stays, goes = world.partnership("Clean Air"), world.partnership("Clean Airs")
    merge(world, goes, "Clean Air")
    for part in ("/en/partnerships/{}/members", "/partnerships/{}/members.csv", "/en/partnerships/{}/commitments",
                 "/partnerships/{}/commitments.csv", "/en/records/{}/links", "/records/{}/links.csv"):
        answer = world.public.get(part.format(goes))
        assert answer.status == 301 and answer.header("location").endswith(part.format(stays)), part


def listed(world):
    answer = world.public.get("/iati/organisations.csv")
    assert answer.status == 200 and following(answer, "first").endswith("/iati/organisations.csv")
    return {row["record"]: row for row in csv.DictReader(io.StringIO(answer.text))}


def test_files_of_iati_go_with_their_record(world):
    """Merged: that of the other; withdrawn: gone with the reason; neither is in the list any more."""
    stays, goes, ends = (ids.named("O", f"iati file {n}") for n in range(3))
    names = {stays: "Dune Fund", goes: "Fund of Dunes", ends: "Oasis Fund"}
    sent = "".join(f'<organisation id="{o}" schema="1.0-draft"><name xml:lang="en">{name}</name><type>un-entity</type>'
                   f'<identifier primary="true" scheme="XM-DAC">4177{n}</identifier></organisation>'
                   for n, (o, name) in enumerate(names.items()))
    world.stack.database.concord("import", "--quiet", "-", input=f'<records xmlns="{NS}">{sent}</records>')
    rows = listed(world)
    assert set(names) <= set(rows)
    for o in names:
        answer = world.public.get(f"/iati/organisations/{o}.xml")
        assert answer.status == 200 and names[o] in answer.text and rows[o]["address"].endswith(f"/iati/organisations/{o}.xml")
    merge(world, goes, "Dune Fund")
    world.stack.publish(world.sara, ends, "Closed for good.", "withdraw")
    answer = world.public.get(f"/iati/organisations/{goes}.xml")
    assert answer.status == 301 and answer.header("location").endswith(f"/iati/organisations/{stays}.xml")
    answer = world.public.get(f"/iati/organisations/{ends}.xml")
    assert answer.status == 410 and "Closed for good." in answer.text
    assert stays in listed(world) and not {goes, ends} & set(listed(world))
    for record in (goes, ends):
        assert world.public.get(f"/iati/activities/{record}.xml").status == 404  # never was an activity
    p = world.partnership("Short Life in IATI")
    assert world.public.get(f"/iati/activities/{p}.xml").status == 404
    world.stack.publish(world.fatima, p, "Entered twice.", "withdraw")
    answer = world.public.get(f"/iati/activities/{p}.xml")
    assert answer.status == 410 and "Entered twice." in answer.text


def test_the_record_itself_is_not_offered(world):
    """Two of the same name are what is merged most often."""
    stays, goes = world.organisation("Island Council"), world.organisation("Island Council")
    merge(world, goes, "Island Council")
    assert world.public.get(f"/en/organisations/{goes}").header("location").endswith(stays)


def test_several_fit_and_are_told_apart(world):
    one, two = world.organisation("Desert Fund"), world.organisation("Desert Fund")
    goes = world.organisation("Fund of the Deserts")
    page = merge(world, goes, "Desert Fund", status=422)
    assert 'Choose which of these you mean by "Desert Fund"' in page.words
    form = page.form("/merge$")
    assert set(form.choices["target"]) - {""} == {one, two}
    assert f"Desert Fund ({one})" in page.text and f"Desert Fund ({two})" in page.text
    assert form.value("note") == "Entered twice.", "what was typed is kept"
    assert world.sara.submit(form, {"target": two}).status == 303
    assert world.public.get(f"/en/organisations/{goes}").header("location").endswith(two)


@pytest.mark.parametrize("target,message", [
    ("", "Name the record that stays."), ("Nobody of That Name", 'has the name "Nobody of That Name"'),
    ("Water for All", 'has the name "Water for All"'), ("{self}", "cannot be merged into itself"),
    ("{self_named}", "cannot be merged into itself"), ("{other_kind}", "no published record of this kind"),
    ("{draft}", "no published record of this kind")])
def test_what_cannot_be_meant(world, target, message):
    goes = world.organisation("Northern Lights Society")
    draft = world.organisation("Not Public Yet", publish=False)
    page = merge(world, goes, target.format(self=goes, self_named=f"Northern Lights Society ({goes})",
                                            other_kind=world.p, draft=draft), status=422)
    assert message in page.words
    assert world.public.get(f"/en/organisations/{goes}").status == 200


def test_two_that_are_merged_into_each_other_make_no_circle(world):
    one, two = world.organisation("River Board"), world.organisation("Board of the River")

    def merging(browser, record, target):
        form = browser.get(f"/en/records/{record}/merge").form("/merge$")
        return lambda: browser.submit(form, {"target": target, "note": "Entered twice."})
    answers = world.stack.at_once("SELECT pg_advisory_xact_lock(hashtext('concord.feed'))",
                                  merging(world.sara, one, two), merging(world.stack.sign_in("adam"), two, one))
    assert sorted(a.status for a in answers) == [303, 422]
    assert "no published record of this kind" in next(a.words for a in answers if a.status == 422)
    assert sorted(world.public.get(f"/organisations/{record}.xml").status for record in (one, two)) == [200, 301]


def test_merged_is_for_good(world):
    stays, goes = world.organisation("Coast Guard"), world.organisation("Guard of the Coast")
    world.stack.edit(world.sara, goes, "details", {"website": "https://coast.example/"})
    publish = world.sara.get(f"/en/records/{goes}/publish").form("/publish$")
    edit = world.sara.get(f"/en/records/{goes}/edit/details").form("/edit/details$")
    again = world.sara.get(f"/en/records/{goes}/merge").form("/merge$")
    merge(world, goes, stays)
    # what cannot be done is not offered, and its address leads to where it is told
    overview = world.sara.get(f"/en/records/{goes}/edit")
    assert "its address leads to the other record" in overview.words and "Before this can be published" not in overview.words
    assert not re.search(f"/records/{goes}/(publish|withdraw|edit/|people|transfer)", overview.text)
    for part in ("publish", "withdraw", "edit/details"):
        answer = world.sara.get(f"/en/records/{goes}/{part}")
        assert answer.status == 303 and answer.header("location").endswith(f"/en/records/{goes}/edit"), part
    # forms that were open meanwhile
    for form, values in ((again, {"target": stays, "note": "Once more."}), (publish, {"note": "After all."}), (edit, {})):
        page = world.sara.submit(form, values)
        assert page.status == 409 and "merged into another one, for good" in page.words
    assert world.public.get(f"/organisations/{goes}.xml").status == 301


def test_the_reason_is_kept_when_somebody_changed_the_record_meanwhile(world):
    stays, goes = world.organisation("Harbour Office"), world.organisation("Office of the Harbour")
    form = world.sara.get(f"/en/records/{goes}/merge").form("/merge$")
    world.stack.edit(world.sara, goes, "details", {"website": "https://harbour.example/"})
    page = world.sara.submit(form, {"target": "Harbour Office", "note": "Entered twice, by two."})
    assert page.status == 409 and "Nothing was done and your words are kept" in page.words
    form = page.form("/merge$")
    assert form.value("note") == "Entered twice, by two." and "Harbour Office" in form.value("target")
    assert world.public.get(f"/en/organisations/{goes}").status == 200
    assert world.sara.submit(form, {}).status == 303
    assert world.public.get(f"/en/organisations/{goes}").header("location").endswith(stays)


def test_the_secretariat_names_who_answers(world):
    lake = world.organisation("Lake Authority")
    form = world.sara.get("/en/register/partnership").form("/register/partnership$")
    page = world.sara.submit(form, {"title.en": "Clean Lakes", "owner": "Lake"})
    assert page.status == 422 and 'Choose which of these you mean by "Lake"' in page.words
    form = page.form("/register/partnership$")
    assert lake in form.choices["owner"] and form.value("title.en") == "Clean Lakes"
    answer = world.sara.submit(form, {"owner": lake})
    assert answer.status == 303, answer.words
    record = answer.header("location").split("/records/")[1].split("/")[0]
    owner = "SELECT owner_org FROM record WHERE id = %s"
    assert world.stack.database.one(owner, [record]) == lake
    for text in ("lake authority", f"Lake Authority ({lake})", lake.lower()):
        made = world.stack.register(world.sara, "partnership", {"title.en": f"Lakes of {text}"}, owner=text)
        assert world.stack.database.one(owner, [made]) == lake
    page = world.sara.submit(world.sara.get("/en/register/partnership").form("/register/partnership$"),
                             {"title.en": "", "owner": lake})
    assert page.status == 422 and page.form("/register/partnership$").value("owner") == f"Lake Authority ({lake})"
    page = world.sara.submit(world.sara.get("/en/register/partnership").form("/register/partnership$"),
                             {"title.en": "Dry Lakes", "owner": "No Such Body"})
    assert page.status == 422 and 'has the name "No Such Body"' in page.words


def test_nobody_else_registers_for_an_organisation_of_others(world):
    form = world.erin.get("/en/register/partnership").form("/register/partnership$")
    page = world.erin.submit(form, {"title.en": "Not ours", "owner": "Bureau of Lakes"})
    assert page.status == 403
