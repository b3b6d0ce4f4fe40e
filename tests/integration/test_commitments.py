# SPDX-License-Identifier: EUPL-1.2
"""Commitments: made through the forms, told by those who may; the sums of a partnership are computed from
what the published commitments say."""
import contextlib
import csv
import hashlib
import io
import xml.etree.ElementTree as ET
from decimal import Decimal

import psycopg2
import pytest

import build
from stack import Stack
from world import World

NS = "{urn:concord:registry:1}"
PLEDGES = build.ROOT / "sql/samples/pledges.xml"
FUND = "PM9D5D4ZMSVB5Z"


@pytest.fixture(scope="module")
def world(cluster, people, tmp_path_factory):
    with Stack(cluster, people, tmp_path_factory.mktemp("commitments")) as stack:
        yield World(stack)


def commitment(world, by, title, owner, partnership, *resources, publish=True, **more):
    stack = world.stack
    made = stack.register(by, "commitment", {"title.en": title}, owner=owner)
    stack.edit(by, made, "about", {"description.en": "What is promised.", "kind": "finance"})
    stack.edit(by, made, "makers", {"partnership": world.stack.database.one(
        "SELECT title FROM record_name WHERE record_id = %s AND place = 1", [partnership]), "cycle": "1"})
    stack.edit(by, made, "dates", {"announced": "2026-01-02", "state": "published", **more})
    if resources:
        values = {}
        for i, resource in enumerate(resources, 1):
            values |= {f"resource.{i}.{k}": v for k, v in resource.items()}
        stack.edit(by, made, "resources", values)
    if publish:
        stack.publish(by, made)
    return made


def money(amount, currency, state="announced"):
    return {"kind": "money", "amount": amount, "currency": currency, "state": state}


def sums(world, partnership):
    return {(c, u): Decimal(t) if t is not None else None for c, u, t in world.stack.database.rows(
        "SELECT cycle, currency, sum(amount) FILTER (WHERE state <> 'withdrawn')::text FROM promise_resource"
        " WHERE partnership_id = %s AND kind = 'money' GROUP BY 1, 2", [partnership])}


def test_sums_follow_what_is_published(world):
    fatima, p = world.fatima, world.partnership("Sums of Springs")
    first = commitment(world, fatima, "Ten million", world.a, p, money("10000000.10", "CHF"))
    commitment(world, fatima, "A little more", world.a, p, money("0.20", "CHF", "confirmed"),
               {"kind": "goods", "quantity": "3", "state": "announced", "unit.en": "pumps"})
    commitment(world, fatima, "A draft", world.a, p, money("5", "CHF"), publish=False)
    assert sums(world, p) == {("1", "CHF"): Decimal("10000000.30")}
    page = world.public.get(f"/en/partnerships/{p}/commitments")
    assert "10 000 000.30" in page.words and "A draft" not in page.words
    rows = list(csv.DictReader(io.StringIO(world.public.get(f"/partnerships/{p}/commitments.csv").text)))
    assert sorted((r["title"], r["resource"], r["amount"]) for r in rows) == [
        ("A little more", "goods", ""), ("A little more", "money", "0.20"), ("Ten million", "money", "10000000.10")]
    world.stack.edit(fatima, first, "resources", {"resource.1.state": "withdrawn"})
    assert sums(world, p)["1", "CHF"] == Decimal("10000000.30"), "an edit is not a publication"
    world.stack.publish(fatima, first)
    assert sums(world, p) == {("1", "CHF"): Decimal("0.20")}
    world.stack.edit(fatima, first, "resources", {"resource.1.state": "announced"})
    world.stack.publish(fatima, first)
    page = fatima.get(f"/en/records/{first}/withdraw")
    assert fatima.submit(page.form("/withdraw"), {"note": "It was never said."}).status == 303
    assert sums(world, p) == {("1", "CHF"): Decimal("0.20")}
    assert world.stack.database.concord("verify").stdout == "0 findings\n"


def test_partnership_leads_to_its_commitments(world):
    made = commitment(world, world.fatima, "A well in every village", world.a, world.p)
    assert f"/en/partnerships/{world.p}/commitments" in world.public.get(f"/en/partnerships/{world.p}").text
    page = world.public.get(f"/en/commitments/{made}")
    assert "A well in every village" in page.words and f"/en/organisations/{world.a}" in page.text
    assert f"/en/commitments/{made}" in world.public.get("/en/commitments?q=village").text


@pytest.mark.parametrize("resource,message", [
    (money("", "CHF"), "Money needs an amount and a currency."),
    (money("10", ""), "Money needs an amount and a currency."),
    (money("0", "CHF"), "What is promised is more than zero."),
    (money("-5", "CHF"), "What is promised is more than zero."),
    (money("1,000", "CHF"), "is not an amount"),
    (money("1e9", "CHF"), "is not an amount"),
    ({"kind": "goods", "amount": "5", "currency": "CHF", "state": "announced"},
     "Only money has an amount and a currency.")])
def test_what_cannot_be_promised_is_told(world, resource, message):
    made = world.stack.register(world.fatima, "commitment", {"title.en": "Refused"}, owner=world.a)
    page = world.fatima.get(f"/en/records/{made}/edit/resources")
    answer = world.fatima.submit(page.form("/edit/resources"), {f"resource.1.{k}": v for k, v in resource.items()})
    assert answer.status == 422 and message in answer.words
    assert world.stack.database.one("SELECT count(*) FROM commitment_resource WHERE record_id = %s", [made]) == 0


def test_nobody_tells_of_commitments_of_others(world):
    """George's organisation may not own a commitment that only Fatima's makes."""
    made = world.stack.register(world.george, "commitment", {"title.en": "Theirs"}, owner=world.b)
    page = world.george.get(f"/en/records/{made}/edit/makers")
    answer = world.george.submit(page.form("/edit/makers"), {"maker.1": "Agency for Springs and Rivers"})
    assert answer.status == 422
    assert world.stack.database.rows("SELECT organisation FROM commitment_maker WHERE record_id = %s", [made]) \
        == [(world.b,)]


def test_nobody_confirms_or_checks_in_the_name_of_others(world):
    made = commitment(world, world.fatima, "In our own name", world.a, world.p, money("5", "CHF"))
    for section, values in (("resources", {"resource.1.confirmed-by": "Bureau of Lakes"}),
                            ("check", {**{f"{c}.answer": "yes" for c in (
                                "specific", "measurable", "achievable", "resourced", "time-bound")},
                                "review.date": "2026", "review.reviewer": "Bureau of Lakes"})):
        page = world.fatima.get(f"/en/records/{made}/edit/{section}")
        answer = world.fatima.submit(page.form(f"/edit/{section}"), values)
        assert answer.status == 422 and "not for another" in answer.words, answer.words
        own = {k: "Agency for Springs and Rivers" if v == "Bureau of Lakes" else v for k, v in values.items()}
        world.stack.edit(world.fatima, made, section, own)


SMART = ("specific", "measurable", "achievable", "resourced", "time-bound")


@pytest.mark.parametrize("given,lacks", [
    ({f"{c}.answer": "yes" for c in SMART[:4]} | {"review.date": "2026", "review.reviewer": "Agency for Springs and Rivers"},
     "Time-bound"),
    ({f"{c}.answer": "yes" for c in SMART}, "Who checked it"),
    ({"review.date": "2026", "review.reviewer": "Agency for Springs and Rivers"}, "Specific")])
def test_half_a_smart_check_is_refused(world, given, lacks):
    """Five answers and who gave them, or nothing: told by the form, kept by the database."""
    made = world.stack.register(world.fatima, "commitment", {"title.en": "Half checked"}, owner=world.a)
    page = world.fatima.get(f"/en/records/{made}/edit/check")
    answer = world.fatima.submit(page.form("/edit/check"), given)
    assert answer.status == 422, answer.words
    assert "The SMART check has five answers and names who gave them." in answer.words and lacks in answer.words
    assert world.stack.database.one("SELECT count(*) FROM commitment_answer WHERE record_id = %s", [made]) == 0
    for name in given:
        assert answer.form("/edit/check").value(name), "what was typed is kept"


def test_the_database_refuses_half_a_smart_check(world):
    made = world.stack.register(world.fatima, "commitment", {"title.en": "Half checked in SQL"}, owner=world.a)
    with pytest.raises(psycopg2.errors.CheckViolation, match="SMART check"):
        world.stack.database.rows("INSERT INTO commitment_answer VALUES (%s, 'specific', 'yes')", [made])
    with pytest.raises(psycopg2.errors.CheckViolation, match="SMART check"):
        world.stack.database.rows("UPDATE commitment SET reviewer = %s, review_date = '2026' WHERE record_id = %s",
                                  [world.a, made])


def transfer(world, record, organisation):
    """As the secretariat's session would; the SQLSTATE of a refusal."""
    database = world.stack.database
    with contextlib.closing(database.connect("cc_web")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cc_request_open(%s)",
                       [hashlib.sha256(world.sara.session.encode()).hexdigest()])
        try:
            cursor.execute("SELECT cc_record_transfer(%s, %s)", [record, organisation])
            connection.commit()
        except psycopg2.Error as error:
            return error.pgcode
    return ""


def owner(world, record):
    return world.stack.database.one("SELECT owner_org FROM record WHERE id = %s", [record])


def test_a_transfer_leaves_no_commitment_with_who_may_not_own_it(world):
    p = world.partnership("Handed Over")
    made = commitment(world, world.fatima, "Ours to them", world.a, p, money("5", "CHF"))
    assert transfer(world, made, world.b) == "23514" and owner(world, made) == world.a
    told = commitment(world, world.fatima, "Told of another", world.a, p, money("6", "CHF"), publish=False)
    world.stack.edit(world.fatima, told, "makers", {"maker.1": "Bureau of Lakes"})
    assert transfer(world, p, world.b) == "" and owner(world, p) == world.b
    assert owner(world, told) == world.b, "what the partnership's side tells goes with the partnership"
    assert owner(world, made) == world.a, "what a maker tells stays with the maker"
    assert transfer(world, made, world.b) == "" and owner(world, made) == world.b


def test_nobody_reports_an_activity_in_the_name_of_others(world):
    made = world.stack.register(world.fatima, "activity", {"title.en": "Ours"}, owner=world.a)
    page = world.fatima.get(f"/en/records/{made}/edit/reporting")
    answer = world.fatima.submit(page.form("/edit/reporting"), {"reporting.organisation": "Bureau of Lakes"})
    assert answer.status == 422 and "not for another" in answer.words, answer.words
    assert world.stack.database.one("SELECT reporting_organisation FROM activity WHERE record_id = %s",
                                    [made]) == world.a


def test_the_sums_of_the_samples_are_those_of_the_source(database):
    """The table of the eighth replenishment tells a public total of 10,005 million US dollars; 1,080.2 million of
    it came from donors whom it does not name, who are in no record."""
    files = [line.split("\t") for line in (build.ROOT / "sql/samples/order.tsv").read_text().splitlines()
             if not line.startswith("#")]
    for name, owner in files:
        if name in ("invented.xml", "organisations.xml", "global-fund.xml", "education.xml", "pledges.xml"):
            database.concord("import", "--quiet", *([] if owner == "-" else ["--owner", owner]),
                             build.ROOT / "sql/samples" / name)
    told = {}
    public = Decimal(0)
    for record in ET.parse(PLEDGES).getroot():
        resource = record.find(f"{NS}resource")
        key = record.find(f"{NS}partnership").text, record.find(f"{NS}cycle").text, resource.get("currency")
        told[key] = told.get(key, 0) + Decimal(resource.get("amount"))
        if "public pledges" in record.find(f"{NS}source/{NS}citation").text:
            public += Decimal(resource.get("reference-amount") or resource.get("amount"))
    computed = {(p, c, u): t for p, c, u, t in database.rows(
        "SELECT partnership_id, cycle, currency, sum(amount) FROM promise_resource GROUP BY 1, 2, 3")}
    assert computed == told and len(told) == 18
    assert abs(public + Decimal("1080200000") - Decimal("10005000000")) < 500000
    assert database.concord("verify").stdout == "0 findings\n"
