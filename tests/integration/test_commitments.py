# SPDX-License-Identifier: EUPL-1.2
"""Commitments: made through the forms, told by those who may; the sums of a partnership are computed from
what the published commitments say."""
import contextlib
import csv
import hashlib
import html
import io
import re
import xml.etree.ElementTree as ET
from decimal import Decimal

import psycopg2
import pytest

import build
import ids
import stmts
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


def sums(world, partnership, part="counted"):
    return {(c, u): t for c, u, t in world.stack.database.rows(
        "SELECT cycle, currency, total FROM promise_sum WHERE partnership_id = %s AND part = %s AND commitments > 0",
        [partnership, part])}


def shown(world, partnership, heading):
    """The text of a section of the page, '' when it is not there."""
    text = world.public.get(f"/en/partnerships/{partnership}/commitments").text
    found = re.search(rf"<h2[^>]*>{heading}</h2>(.*?)</section>", text, re.S)
    return html.unescape(re.sub(r"<[^>]*>", " ", found[1])).replace("\u00a0", " ").replace("\u202f", " ") if found else ""


def verified(world):
    return world.stack.database.concord("verify").stdout == "0 findings\n"


def made_by(world, by, title, owner, maker, partnership, *resources, same_as=None, illustrative=False):
    """A commitment whose maker is another organisation than its owner."""
    made = commitment(world, by, title, owner, partnership, *resources, publish=False)
    world.stack.edit(by, made, "makers", {"maker.1": maker, **({"same-as": same_as} if same_as else {})})
    if illustrative:
        world.stack.edit(by, made, "sources", {"illustrative": "true"})
    world.stack.publish(by, made)
    return made


A, B = "Agency for Springs and Rivers", "Bureau of Lakes"


def test_what_others_tell_is_beside_until_it_is_accepted(world):
    p = world.partnership("Told by Others")
    ours = commitment(world, world.fatima, "Ours", world.a, p, money("100", "CHF"))
    claim = made_by(world, world.george, "A claim", world.b, B, p, money("7000000", "CHF"))
    assert sums(world, p) == {("1", "CHF"): 100} and sums(world, p, "others") == {("1", "CHF"): 7000000}
    assert "7 000 000" not in shown(world, p, "Money, in the currency of the promise")
    assert "7 000 000" in shown(world, p, "Told by others, not accepted")
    assert "No: told by others, not accepted" in shown(world, p, "Commitments to this partnership")
    # Nobody but the partnership's own side accepts, whatever a maker writes.
    made_by(world, world.george, "I accept myself", world.b, B, p, same_as="A claim")
    assert sums(world, p) == {("1", "CHF"): 100}
    accepting = made_by(world, world.fatima, "We accept it", world.a, B, p, same_as="A claim")
    assert sums(world, p) == {("1", "CHF"): 7000100} and sums(world, p, "others") == {}
    assert "7 000 100" in shown(world, p, "Money, in the currency of the promise")
    world.stack.edit(world.fatima, accepting, "dates", {"state": "withdrawn"})
    world.stack.publish(world.fatima, accepting)
    assert sums(world, p) == {("1", "CHF"): 100}, "an acceptance is taken back"
    assert verified(world) and ours and claim


def test_the_page_says_who_tells_it(world):
    """Nobody is shown as bound by what he was only named in."""
    p = world.partnership("Who Tells It")
    own = commitment(world, world.fatima, "Our own word", world.a, p)
    told = made_by(world, world.fatima, "A word for others", world.a, B, p)
    not_confirmed = "Makers other than this organisation have not confirmed this record."
    words = world.public.get(f"/en/commitments/{own}").words
    assert f"Published by {A}" in words and not_confirmed not in words
    for name in (A, "Agency for Springs and Wells", A):  # a page that is kept tells the new name, too
        if name not in world.public.get(f"/en/organisations/{world.a}").words:
            world.stack.edit(world.fatima, world.a, "names", {"name.en": name})
            world.stack.publish(world.fatima, world.a)
        words = world.public.get(f"/en/commitments/{told}").words
        assert f"Told by {name} {not_confirmed}" in words and f"Published by {name}" in words, words
    assert verified(world)


def test_each_row_says_which_commitment_it_is_of(world):
    p = world.partnership("Told Row by Row")
    commitment(world, world.fatima, "In many parts", world.a, p, *(money(n, "CHF") for n in range(1, 15)))
    table = world.public.get(f"/en/partnerships/{p}/commitments").text.split('id="all"')[1]
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.S)[1:]
    assert len(rows) == 11 and "and 4 more" in rows[-1]
    heads = [re.findall(r'<th scope="row">(.*?)</th>', row, re.S) for row in rows]
    assert {re.sub(r"<[^>]*>", "", head) for head, in heads} == {"In many parts"}
    assert "visually-hidden" not in heads[0][0] and all("visually-hidden" in head for head, in heads[1:])
    assert {sum(int((re.search(r'colspan="(\d)"', cell) or [0, 1])[1]) for cell in re.findall(r"<t[dh][^>]*>", row)) for row in rows} == {8}


def accept_forms(page):
    return [f for f in page.forms() if f.action.endswith("/accept")]


def test_one_click_accepts(world):
    p = world.partnership("Accepted by One Click")
    claim = made_by(world, world.george, "Claimed", world.b, B, p, money("500", "CHF"), money("20", "EUR"))
    world.stack.edit(world.george, claim, "sources", {"source.1.citation": "Report of the Bureau, page 7", "source.1.url": "https://b.example/7",
                                                      "source.1.date": "2026-01", "source.2.citation": "Minutes"})
    world.stack.publish(world.george, claim)
    address, listed = f"/en/commitments/{claim}", f"/en/partnerships/{p}/commitments"
    for who in (world.public, world.george, world.erin, world.sara):  # no speaker: visitor, maker, editor, secretariat
        for page in (who.get(address), who.get(listed)):
            assert page.status == 200 and not accept_forms(page)
    page = world.fatima.get(listed)
    assert len(accept_forms(page)) == 1, "once, although it has two resources"
    on_page = accept_forms(world.fatima.get(address))
    assert len(on_page) == 1 and on_page[0].action == accept_forms(page)[0].action
    # What was looked at is what is accepted.
    world.stack.edit(world.george, claim, "resources", {"resource.1.kind": "money", "resource.1.amount": "700", "resource.1.currency": "CHF",
                                                        "resource.1.state": "announced"})
    world.stack.publish(world.george, claim)
    stale = world.fatima.submit(on_page[0], {})
    assert stale.status == 409 and "changed in the meantime" in stale.words and sums(world, p) == {}
    assert world.george.post(on_page[0].action, {"revision": "3", "csrf": world.stack.token(world.george, "ACCEPT_SEND")}).status == 403
    answer = world.fatima.submit(accept_forms(world.fatima.get(address))[0], {})
    assert answer.status == 303 and answer.header("location").endswith(f"{address}?done=accepted")
    assert sums(world, p) == {("1", "CHF"): 700, ("1", "EUR"): 20} and sums(world, p, "others") == {}
    [(made, publisher, note)] = world.stack.database.rows(
        "SELECT p.record_id, r.publisher, r.note FROM publication p JOIN revision r ON r.record_id = p.record_id AND r.number = p.revision"
        " JOIN promise c ON c.record_id = p.record_id WHERE c.same_as = %s", [claim])
    assert publisher == world.a and note == f"Accepts {claim} as told in revision 3."
    assert world.stack.database.one("SELECT count(*) FROM audit_event WHERE action = 'commitment.accept' AND object = %s", [made]) == 1
    told = ET.fromstring(world.stack.database.one("SELECT content FROM publication WHERE record_id = %s", [made]))
    assert [(e.get("date"), e.find(f"{NS}citation").text) for e in told.findall(f"{NS}source")] == [
        ("2026-01", "Report of the Bureau, page 7"), (None, "Minutes")]
    assert told.find(f"{NS}announced").text == "2026-01-02"
    row = shown(world, p, "Commitments to this partnership")
    assert "Announced:" in row and "Report of the Bureau, page 7" in row and "and 1 more" in row
    # Once more, from a page that is old, does nothing more; and there is no button left.
    assert world.fatima.post(on_page[0].action, {"revision": "3", "csrf": world.stack.token(world.fatima, "ACCEPT_SEND")}).status == 303
    assert world.stack.database.one("SELECT count(*) FROM promise WHERE same_as = %s", [claim]) == 1
    page = world.fatima.get(listed)
    assert not accept_forms(page) and "Told by others, not accepted" not in page.words and not accept_forms(world.fatima.get(address))
    # What was accepted is counted, whatever the maker writes afterwards.
    world.stack.edit(world.george, claim, "resources", {"resource.1.amount": "900000"})
    world.stack.publish(world.george, claim)
    assert sums(world, p) == {("1", "CHF"): 700, ("1", "EUR"): 20} and sums(world, p, "others") == {}
    page = world.fatima.get(f"/en/records/{made}/withdraw")
    world.fatima.submit(page.form("/withdraw"), {"note": "Too early."})
    assert sums(world, p) == {} and len(accept_forms(world.fatima.get(address))) == 1
    assert verified(world)


def test_an_acceptance_says_that_its_maker_took_the_word_back(world):
    """It goes on to count, for that is the acceptor's word; but readers see what became of the other."""
    p, gone = world.partnership("Taken Back by Its Maker"), "The record that it names as the same was withdrawn."
    claim = made_by(world, world.george, "A word that is taken back", world.b, B, p, money("500", "CHF"))
    assert world.fatima.submit(accept_forms(world.fatima.get(f"/en/commitments/{claim}"))[0], {}).status == 303
    made = world.stack.database.one("SELECT record_id FROM promise WHERE same_as = %s", [claim])

    def told():
        row, = (r for r in csv.DictReader(io.StringIO(world.public.get(f"/partnerships/{p}/commitments.csv").text)) if r["commitment"] == made)
        assert row["names"] == claim and row["counts"] == "counted"
        return row["names-state"]
    assert told() == "published" and gone not in shown(world, p, "Commitments to this partnership")
    assert "Tells the same as A word that is taken back" in world.public.get(f"/en/commitments/{made}").words
    world.george.submit(world.george.get(f"/en/records/{claim}/withdraw").form("/withdraw"), {"note": "No money."})
    assert told() == "withdrawn" and gone in shown(world, p, "Commitments to this partnership")
    assert f"Tells the same as {claim} (not published)" in world.public.get(f"/en/commitments/{made}").words
    assert sums(world, p) == {("1", "CHF"): 500} and verified(world)


def test_the_host_accepts_too(world):
    p = world.partnership("Hosted by Others")
    world.stack.edit(world.fatima, p, "nature", {"host": B})
    world.stack.publish(world.fatima, p)
    claim = made_by(world, world.fatima, "Told by a Third", world.a, A, p, money("9", "CHF"))
    assert sums(world, p) == {("1", "CHF"): 9}, "the owner's own is counted anyway"
    other = world.stack.database.one("SELECT organisation_id FROM promise_side WHERE partnership_id = %s AND organisation_id <> %s",
                                     [p, world.a])
    assert other == world.b
    with world.stack.database.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SET search_path = concord")
        cursor.execute("SELECT cc_commitment_may_own(%s, %s)", [claim, world.b])
        assert cursor.fetchone()[0] is True
    assert not accept_forms(world.george.get(f"/en/commitments/{claim}"))


def test_a_pledge_that_two_tell_counts_once(world):
    p = world.partnership("Told Twice")
    made_by(world, world.george, "As its maker tells", world.b, B, p, money("5000.50", "EUR"))
    assert sums(world, p, "others") == {("1", "EUR"): Decimal("5000.50")}
    made_by(world, world.fatima, "As the host tells", world.a, B, p, money("5000.5", "EUR"))
    assert sums(world, p) == {("1", "EUR"): Decimal("5000.50")} and sums(world, p, "others") == {}
    assert sums(world, p, "same") == {("1", "EUR"): Decimal("5000.50")}
    assert "5 000.50" in shown(world, p, "Told by a second record, too")
    assert "Once, with the record that tells the same: As the host tells" in re.sub(
        r"\s+", " ", shown(world, p, "Commitments to this partnership"))
    # Two that look alike by one publisher are two.
    made_by(world, world.fatima, "Once more", world.a, B, p, money("5000.50", "EUR"))
    assert sums(world, p) == {("1", "EUR"): Decimal("10001.00")}
    # Another amount, but named as the same: the partnership's side goes before.
    p = world.partnership("Named as the Same")
    made_by(world, world.george, "Rounded by its maker", world.b, B, p, money("8000", "EUR"))
    exact = made_by(world, world.fatima, "Exactly as received", world.a, B, p, money("7999", "EUR"), same_as="Rounded by its maker")
    assert sums(world, p) == {("1", "EUR"): 7999} and sums(world, p, "same") == {("1", "EUR"): 8000}
    # What others name takes nothing out of the sums.
    made_by(world, world.george, "No, mine", world.b, B, p, money("1", "EUR"), same_as="Exactly as received")
    assert sums(world, p) == {("1", "EUR"): 7999}
    page = world.fatima.get(f"/en/records/{exact}/withdraw")
    world.fatima.submit(page.form("/withdraw"), {"note": "Not received."})
    assert sums(world, p) == {} and sums(world, p, "others")[("1", "EUR")] in (8000, 8001)
    assert verified(world)


def bring(world, partnership, owner, *pledges):
    """Commitments as a file tells them: identifier, amount in CHF, the one that it names as the same."""
    text = "".join(f'<commitment id="{c}" schema="1.0-draft"><title xml:lang="en">Told by a file</title>'
                   f'<description xml:lang="en">Money.</description><kind>finance</kind><maker>{world.b}</maker>'
                   f"<partnership>{partnership}</partnership><cycle>1</cycle>"
                   f"{f'<same-as>{same}</same-as>' if same else ''}<state>registered</state>"
                   f'<resource amount="{amount}" currency="CHF" kind="money" state="announced"/></commitment>' for c, amount, same in pledges)
    world.stack.database.concord("import", "--quiet", "--owner", owner, "-", input=f'<records xmlns="{NS[1:-1]}">{text}</records>')


def alike(world, partnership, owner, numbers):
    bring(world, partnership, owner, *((ids.named("C", f"alike {owner} {n}"), 3, None) for n in numbers))


@pytest.mark.parametrize("owner", ["a", "b"])
def test_who_names_the_other_counts_once_whatever_the_identifiers(world, owner):
    p, part = world.partnership(f"In Any Order {owner}"), {"a": "counted", "b": "others"}[owner]
    first, second = sorted(ids.named("C", f"pair {owner} {n}") for n in range(2))
    for named, naming in ((first, second), (second, first)):
        bring(world, p, getattr(world, owner), (named, 100, None), (naming, 200, named))
        assert sums(world, p, part) == {("1", "CHF"): 100} and sums(world, p, "same") == {("1", "CHF"): 200}
        assert verified(world)


@pytest.mark.parametrize("size", [2, 3, 4])
def test_of_a_ring_one_counts(world, size):
    """Each names the next, the last the first: whoever closes or breaks it, the money is there once."""
    p, ring = world.partnership(f"Ring of {size}"), [ids.named("C", f"ring {size} {n}") for n in range(size)]
    amount = {c: 100 + n for n, c in enumerate(ring)}
    bring(world, p, world.a, *((c, amount[c], None) for c in ring))
    assert sums(world, p) == {("1", "CHF"): sum(amount.values())}
    for n in range(size - 1):
        bring(world, p, world.a, (ring[n], amount[ring[n]], ring[n + 1]))
        assert verified(world)
    assert sums(world, p) == {("1", "CHF"): amount[ring[-1]]}, "a chain ends somewhere"
    for opener in ring:
        following = ring[(ring.index(opener) + 1) % size]
        bring(world, p, world.a, (ring[-1], amount[ring[-1]], ring[0]))
        assert sums(world, p) == {("1", "CHF"): amount[min(ring)]} and verified(world)
        bring(world, p, world.a, (opener, amount[opener], None))
        assert sums(world, p) == {("1", "CHF"): amount[opener]} and verified(world)
        bring(world, p, world.a, (opener, amount[opener], following))
        assert sums(world, p) == {("1", "CHF"): amount[min(ring)]} and verified(world)


def test_a_ring_of_which_the_partnership_tells_one_is_that_one(world):
    """Whichever it names, and whatever came first: nothing of it stands beside as told by others."""
    p, ring = world.partnership("Ring That Is Told"), sorted(ids.named("C", f"told ring {n}") for n in range(3))
    own = ids.named("C", "of the told ring")
    closed = [(c, 100 + n, ring[(n + 1) % 3]) for n, c in enumerate(ring)]
    bring(world, p, world.b, *((c, amount, None) for c, amount, _ in closed))
    bring(world, p, world.b, *closed)
    assert sums(world, p, "others") == {("1", "CHF"): 100} and sums(world, p, "same") == {("1", "CHF"): 203}
    for told in ring:
        bring(world, p, world.a, (own, 900, told))
        assert sums(world, p) == {("1", "CHF"): 900} and sums(world, p, "others") == {} and sums(world, p, "same") == {("1", "CHF"): 303}, told
        assert verified(world)
    bring(world, p, world.b, (ring[1], 101, None))  # no ring any more, but a way that ends
    assert sums(world, p) == {("1", "CHF"): 900} and sums(world, p, "others") == {("1", "CHF"): 101} and verified(world)
    bring(world, p, world.b, closed[1])
    bring(world, p, world.a, (own, 900, None))
    assert sums(world, p, "others") == {("1", "CHF"): 100} and verified(world)


def test_very_many_alike_stand_for_themselves(world):
    """Comparing all of a group with each other would let one publication cost as much as all before it."""
    p = world.partnership("Alike")
    alike(world, p, world.b, [0])
    assert sums(world, p, "others") == {("1", "CHF"): 3}
    alike(world, p, world.a, range(99))
    assert sums(world, p) == {("1", "CHF"): 297} and sums(world, p, "same") == {("1", "CHF"): 3}, "100 are compared"
    assert verified(world)
    alike(world, p, world.a, range(99, 102))
    assert sums(world, p) == {("1", "CHF"): 306} and sums(world, p, "same") == {} and sums(world, p, "others") == {("1", "CHF"): 3}
    assert verified(world)
    for n in range(99, 102):
        page = world.fatima.get(f"/en/records/{ids.named('C', f'alike {world.a} {n}')}/edit")
        assert page.status == 200
        page = world.fatima.get(f"/en/records/{ids.named('C', f'alike {world.a} {n}')}/withdraw")
        assert world.fatima.submit(page.form("/withdraw"), {"note": "Too many."}).status == 303
    assert sums(world, p) == {("1", "CHF"): 297} and sums(world, p, "same") == {("1", "CHF"): 3}, "compared again"
    assert verified(world)


def test_illustrative_commitments_are_left_out(world):
    p = world.partnership("With Examples")
    commitment(world, world.fatima, "Real", world.a, p, money("30", "CHF"))
    made_by(world, world.fatima, "Invented", world.a, A, p, money("40", "CHF"), illustrative=True)
    assert sums(world, p) == {("1", "CHF"): 30} and sums(world, p, "illustrative") == {("1", "CHF"): 40}
    assert re.search(r"1 +CHF|Swiss", shown(world, p, "Illustrative, left out"))
    assert "No: illustrative" in shown(world, p, "Commitments to this partnership")
    assert verified(world)


def test_forms_ask_in_the_order_of_thought(world):
    """Not in that of the file: what it is and how much comes before the rest."""
    p = world.partnership("Asked in Order")
    made = commitment(world, world.fatima, "Asked", world.a, p, publish=False)
    for section, first in [("resources", ["kind", "text.en", "amount", "currency", "quantity"]),
                           ("deliverables", ["title.en", "measure.en", "quantity"]), ("about", ["text.en", "quantity", "unit.en", "date"])]:
        names = re.findall(r'name="(?:resource|deliverable|baseline)\.(?:1\.)?([^"]+)"', world.fatima.get(f"/en/records/{made}/edit/{section}").text)
        shown = [n for n in names if n.partition(".")[2] in ("", "en")]
        assert shown[:len(first)] == first, section
        assert len(shown) == len(set(shown)) and len(shown) >= len(first)


def test_all_makers_are_shown(world):
    p = world.partnership("Made Together")
    made = commitment(world, world.fatima, "Together", world.a, p, money("9", "CHF"), publish=False)
    world.stack.edit(world.fatima, made, "makers", {"maker.1": A, "maker.2": B})
    world.stack.publish(world.fatima, made)
    text = shown(world, p, "Commitments to this partnership")
    assert A in text and B in text
    row, = csv.DictReader(io.StringIO(world.public.get(f"/partnerships/{p}/commitments.csv").text))
    assert row["makers"] == "2" and set(row["maker"].split()) == {world.a, world.b} and row["counts"] == "counted"
    assert A in row["maker-name"] and B in row["maker-name"]


def test_a_cycle_without_equivalents_stands_beside_those_that_have_some(world):
    p = world.partnership("Told in Dollars")
    commitment(world, world.fatima, "First", world.a, p,
               money("10", "EUR") | {"reference-amount": "12", "reference-currency": "USD", "value-date": "2020-01-01"})
    assert "added as they were told" in shown(world, p, "Money, with the equivalents that the sources tell")
    made = commitment(world, world.fatima, "Second", world.a, p, money("5", "USD"), money("3", "CHF"), money("2", "USD", "withdrawn"), publish=False)
    world.stack.edit(world.fatima, made, "makers", {"cycle": "2"})
    world.stack.publish(world.fatima, made)
    text = shown(world, p, "Money, with the equivalents that the sources tell")
    assert "2 USD 5 1 0 1 1 USD 12 1 January 2020 1 1 0" in " ".join(text.split())
    assert "CHF" not in text
    page = world.public.get(f"/en/partnerships/{p}/commitments?cycle=2").text
    link = re.search(r'href="([^"]*commitments\.csv[^"]*)"', page).group(1)
    assert link.endswith("commitments.csv?cycle=2")
    rows = list(csv.DictReader(io.StringIO(world.public.get(f"/partnerships/{p}/commitments.csv?cycle=2").text)))
    assert {row["commitment"] for row in rows} == {made} and len(rows) == 3


def test_rows_that_are_in_the_sum_make_the_sum(world):
    """Neither what was withdrawn, alone or with all of its commitment, nor what is no money."""
    p = world.partnership("Added Up")
    made = commitment(world, world.fatima, "Added", world.a, p, money("10", "EUR"), money("20", "EUR", "confirmed"),
                      money("5", "EUR", "withdrawn"), {"kind": "staff-time", "state": "confirmed", "quantity": "2", "unit.en": "months"})

    def rows():
        return list(csv.DictReader(io.StringIO(world.public.get(f"/partnerships/{p}/commitments.csv").text.lstrip("\ufeff"))))
    assert [(row["amount"], row["counts"]) for row in rows()] == [
        ("10", "counted"), ("20", "counted"), ("5", "withdrawn"), ("", "no-money")]
    total = "SELECT total FROM promise_sum WHERE partnership_id = %s AND part = 'counted'"
    assert world.stack.database.one(total, [p]) == 30
    text = shown(world, p, "Commitments to this partnership")
    assert "No: withdrawn" in text and "No: it is no money" in text
    world.stack.edit(world.fatima, made, "dates", {"state": "withdrawn"})
    world.stack.publish(world.fatima, made, "Taken back.")
    assert [row["counts"] for row in rows()] == ["withdrawn"] * 4
    assert world.stack.database.one(total, [p]) == 0


def test_each_row_tells_when_what_and_by_which_source(world):
    """Also of what is no money: a quantity without its unit says nothing."""
    p = world.partnership("Told in Full")
    made = commitment(world, world.fatima, "In full", world.a, p,
                      money("9", "CHF", "confirmed") | {"value-date": "2026-01-05", "condition.en": "If the council votes."},
                      {"kind": "staff-time", "state": "confirmed", "quantity": "24.5", "unit.fr": "mois-personnes"}, publish=False)
    cited = {f"source.{i}.{k}": v for i in range(1, 5) for k, v in (("citation", f"Letter {i}"), ("url", f"https://example.org/{i}"))}
    del cited["source.2.url"]
    world.stack.edit(world.fatima, made, "sources", cited)
    world.stack.publish(world.fatima, made)
    rows = list(csv.DictReader(io.StringIO(world.public.get(f"/partnerships/{p}/commitments.csv").text)))
    assert [(r["resource"], r["value-date"], r["quantity"], r["unit"], r["condition"]) for r in rows] == [
        ("money", "2026-01-05", "", "", "If the council votes."), ("staff-time", "", "24.5", "mois-personnes", "")]
    for row in rows:
        assert row["announced"] == "2026-01-02"
        assert row["sources"] == "Letter 1 https://example.org/1\nLetter 2\nLetter 3 https://example.org/3"
    page = world.public.get(f"/en/partnerships/{p}/commitments")
    for words in ("Value date: 5 January 2026", "Condition: If the council votes.", "Announced: 2 January 2026", "Letter 1 and 3 more", "24.5"):
        assert words in page.words, words
    assert 'href="https://example.org/1"' in page.text
    assert re.search(r'<[a-z]+ lang="fr"[^>]*>mois-personnes<', page.text)
    fr = world.public.get(f"/fr/partnerships/{p}/commitments").words
    assert "If the council votes." in fr and "Letter 1" in fr


def test_many_resources_are_on_the_commitments_own_page(world):
    """The list shows ten of each commitment, and leads to the others; sums and CSV hold all."""
    p = world.partnership("With Many Resources")
    many = commitment(world, world.fatima, "Aaa many", world.a, p, *[money(str(100 + n), "CHF") for n in range(13)])
    commitment(world, world.fatima, "Bbb few", world.a, p, *[money(str(200 + n), "EUR") for n in range(10)])
    text = shown(world, p, "Commitments to this partnership")
    assert [n for n in range(100, 113) if str(n) in text] == list(range(100, 110))
    assert [n for n in range(200, 210) if str(n) in text] == list(range(200, 210))
    assert "and 3 more" in text and text.count("more") == 1
    link, = re.findall(rf'<a href="([^"]*/commitments/{many})">and 3 more', world.public.get(f"/en/partnerships/{p}/commitments").text)
    own = world.public.get(link).text
    assert all(f"{100 + n}" in own for n in range(13))
    assert sums(world, p) == {("1", "CHF"): sum(range(100, 113)), ("1", "EUR"): sum(range(200, 210))}
    assert world.public.get(f"/partnerships/{p}/commitments.csv").text.count("CHF") == 13


def test_the_sums_go_with_a_merged_partnership_and_come_back(world):
    one, other = world.partnership("Merged Away"), world.partnership("Merged Into")
    commitment(world, world.fatima, "To the first", world.a, one, money("11", "CHF"))
    commitment(world, world.fatima, "To the other", world.a, other, money("22", "CHF"))
    database = world.stack.database
    assert sums(world, one) == {("1", "CHF"): 11}
    page = world.sara.get(f"/en/records/{one}/merge")
    answer = world.sara.submit(page.form("/merge"), {"target": other, "note": "One."})
    assert answer.status == 303, answer.words
    assert database.one("SELECT redirect_to FROM publication WHERE record_id = %s", [one]) == other
    assert sums(world, one) == {} and sums(world, other) == {("1", "CHF"): 33}
    answer = world.public.get(f"/en/partnerships/{one}/commitments")
    assert answer.status == 301 and answer.header("location").endswith(f"/en/partnerships/{other}/commitments")
    commitment_later = made_by(world, world.fatima, "Later", world.a, A, other, money("1", "CHF"))
    assert sums(world, other) == {("1", "CHF"): 34} and commitment_later
    assert verified(world)


def test_who_publishes_a_partnership_decides(world):
    """Another side: the sums are made anew."""
    p = world.partnership("Another Host")
    made_by(world, world.george, "By the future host", world.b, B, p, money("3", "CHF"))
    assert sums(world, p) == {} and sums(world, p, "others") == {("1", "CHF"): 3}
    world.stack.edit(world.fatima, p, "nature", {"kind": "multi-stakeholder", "host": B})
    world.stack.publish(world.fatima, p)
    assert sums(world, p) == {("1", "CHF"): 3} and sums(world, p, "others") == {}
    assert verified(world)


def test_value_dates_stand_beside_a_sum_of_equivalents(world):
    """The first and the last of those that are added; what is withdrawn or told by others is not, and dates go with their amounts."""
    def equivalent(amount, date, *state):
        return money(amount, "EUR", *state) | {"reference-amount": str(2 * int(amount)), "reference-currency": "USD", "value-date": date}

    def told(lang="en"):
        page = world.public.get(f"/{lang}/partnerships/{p}/commitments").text
        row = re.search(r'<h2 id="equivalents">.*?<tbody>(.*?)</tbody>', page, re.S)[1]
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", row)).split())

    p = world.partnership("Told of Many Days")
    commitment(world, world.fatima, "Of one day", world.a, p, equivalent("10", "2020-01-01"), equivalent("11", "2020-01-01"))
    assert told() == "1 USD 42 1 January 2020 2 2 0"
    later = commitment(world, world.fatima, "Of other days", world.a, p, equivalent("20", "2025-01-01"), equivalent("30", "2022-05-06"),
                       equivalent("5", "2010-01-01", "withdrawn"), money("7", "USD") | {"value-date": "2009-01-01"})
    assert told() == "1 USD 149 from 1 January 2020 to 1 January 2025 5 4 0"
    made_by(world, world.george, "Not accepted", world.b, B, p, equivalent("40", "2003-01-01"))
    assert "from 1 January 2020 to 1 January 2025" in told() and verified(world)
    form = world.sara.get(f"/en/records/{later}/withdraw").form("/withdraw$")
    assert world.sara.submit(form, {"note": "Never was."}).status == 303
    assert told() == "1 USD 42 1 January 2020 2 2 0" and verified(world)
    assert world.stack.database.rows("SELECT part, value_date, amounts FROM promise_date WHERE partnership_id = %s ORDER BY 1", [p]) == [
        ("counted", "2020-01-01", 2), ("others", "2003-01-01", 1)]


def test_ends_of_many_value_dates_are_read_not_all_of_them(world):
    """Of 20,000 dates of one sum, the first and the last."""
    p = world.partnership("Told Every Day")
    commitment(world, world.fatima, "Of one of many days", world.a, p,
               money("10", "EUR") | {"reference-amount": "20", "reference-currency": "USD", "value-date": "2020-01-01"})
    statement = next(s for s in stmts.all_statements() if s.name == "promise_sums")
    with contextlib.closing(world.stack.database.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SET search_path = concord")
        cursor.execute("INSERT INTO promise_date SELECT %s, '1', 'USD', 'counted', (date '1960-01-01' + n)::text, 1"
                       " FROM generate_series(1, 20000) n ON CONFLICT DO NOTHING", [p])
        cursor.execute("ANALYZE promise_date")
        read = [n for n in stmts.plan(cursor, statement, [p, "", None, "11"], analyze=True) if n.get("Relation Name") == "promise_date"]
        assert read and all(n["Actual Rows"] * n["Actual Loops"] <= 2 and "Index" in n["Node Type"] for n in read), read
        connection.rollback()


@pytest.mark.parametrize("damage", [
    "UPDATE promise_sum SET total = total + 1", "DELETE FROM promise_side",
    "UPDATE promise_date SET amounts = amounts + 1", "UPDATE promise_resource SET value_date = '1999' WHERE kind = 'money'",
    "UPDATE promise SET publisher = 'OTHER'", "UPDATE promise_resource SET pledge = NULL WHERE kind = 'money'"])
def test_verify_finds_other_sums(world, damage):
    database = world.stack.database
    commitment(world, world.fatima, "Kept in sums", world.a, world.p,
               money("1", "CHF") | {"reference-amount": "2", "reference-currency": "KES", "value-date": "2021-03-01"})
    names = ("promise", "promise_resource", "promise_side", "promise_sum", "promise_date")
    for name in names:
        database.rows(f"CREATE TABLE kept_{name} AS SELECT * FROM {name}")
    try:
        database.rows(damage)
        found = database.concord("verify", check=False).stdout
        assert damage.split()[1 if damage.startswith("UPDATE") else 2] in found, found
    finally:
        for name in names:
            database.rows(f"DELETE FROM {name}")
            database.rows(f"INSERT INTO {name} SELECT * FROM kept_{name}")
            database.rows(f"DROP TABLE kept_{name}")
    assert verified(world)


def test_an_empty_page_looks_at_nothing(world):
    """A list without commitments asks how none of them counts, not how all do."""
    database, empty = world.stack.database, world.partnership("Nothing Promised")
    database.rows("ALTER FUNCTION cc_promise_parts(text[], text[]) RENAME TO cc_kept")
    database.rows("CREATE FUNCTION cc_promise_parts(text[], text[] DEFAULT NULL) RETURNS TABLE (record_id text, place integer,"
                  " part text, same_as text) LANGUAGE plpgsql AS $$ BEGIN ASSERT $1 IS NOT NULL; END $$")
    database.rows("GRANT EXECUTE ON FUNCTION cc_promise_parts(text[], text[]) TO cc_web")
    try:
        assert world.public.get(f"/en/partnerships/{empty}/commitments").status == 200
        assert world.public.get(f"/en/partnerships/{world.p}/commitments?cycle=none").status == 404
    finally:
        database.rows("DROP FUNCTION cc_promise_parts(text[], text[])")
        database.rows("ALTER FUNCTION cc_kept(text[], text[]) RENAME TO cc_promise_parts")


def test_reindex_makes_the_same_sums(world):
    database = world.stack.database
    before, dates = (database.rows(f"SELECT * FROM {name} ORDER BY 1, 2, 3, 4, 5") for name in ("promise_sum", "promise_date"))
    database.concord("reindex")
    assert database.rows("SELECT * FROM promise_sum ORDER BY 1, 2, 3, 4") == before and before
    assert database.rows("SELECT * FROM promise_date ORDER BY 1, 2, 3, 4, 5") == dates and dates


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
    for section, values in (("resources", {"resource.1.state": "confirmed", "resource.1.confirmed-by": "Bureau of Lakes"}),
                            ("check", {**{f"{c}.answer": "yes" for c in (
                                "specific", "measurable", "achievable", "resourced", "time-bound")},
                                "review.date": "2026", "review.reviewer": "Bureau of Lakes"})):
        page = world.fatima.get(f"/en/records/{made}/edit/{section}")
        answer = world.fatima.submit(page.form(f"/edit/{section}"), values)
        assert answer.status == 422 and "not for another" in answer.words, answer.words
        own = {k: "Agency for Springs and Rivers" if v == "Bureau of Lakes" else v for k, v in values.items()}
        world.stack.edit(world.fatima, made, section, own)


def test_a_maker_that_nobody_knows_is_told_once_and_by_its_number(world):
    made = world.stack.register(world.fatima, "commitment", {"title.en": "Made by nobody"}, owner=world.a)
    own = "Agency for Springs and Rivers"
    for given, number in (({"maker.1": "No such org"}, 1), ({"maker.1": own, "maker.2": "No such org", "maker.3": ""}, 2),
                          ({"maker.1": "No such org", "maker.2": own}, 1)):
        page = world.fatima.get(f"/en/records/{made}/edit/makers")
        answer = world.fatima.submit(page.form("/edit/makers"), given)
        assert answer.status == 422 and "is not an identifier of this registry" not in answer.words, answer.words
        assert answer.words.count('Nothing that is published has the name "No such org"') == 2, "above and beside the field"
        assert re.findall(r'<a href="#f-(maker[^"]*)">([^<]*)</a>', answer.text) == [(f"maker.{number}", f"Maker {number}")]
        assert re.findall(r'id="f-(maker\.\d+)-error"', answer.text) == [f"maker.{number}"]
        assert answer.form("/edit/makers").value(f"maker.{number}") == "No such org"


def test_who_may_check_is_told_beside_the_reviewer(world):
    made = world.stack.register(world.fatima, "commitment", {"title.en": "Checked by others"}, owner=world.a)
    page = world.fatima.get(f"/en/records/{made}/edit/check")
    assert "what another one checked, the secretariat enters" in page.words
    values = {f"{c}.answer": "yes" for c in SMART} | {"review.date": "2026", "review.reviewer": "Bureau of Lakes"}
    answer = world.fatima.submit(page.form("/edit/check"), values)
    assert answer.status == 422 and re.findall(r'id="f-(review[^"]*)-error"', answer.text) == ["review.reviewer"]
    assert re.findall(r'<a href="#f-(review[^"]*)">([^<]*)</a>', answer.text) == [("review.reviewer", "Who checked it, Reviewer")]
    world.stack.edit(world.sara, made, "check", values)


@pytest.mark.parametrize("section, given, field", [
    ("documents", {"language.1": "english"}, "language.1"), ("documents", {"language.1": "fr", "language.2": "Français"}, "language.2"),
    ("documents", {"format": "pdf"}, "format"), ("documents", {"format": "application/"}, "format"), ("documents", {"format": "/pdf"}, "format"),
    ("documents", {"format": "a b/c"}, "format"), ("documents", {"format": "text/html/x"}, "format"),
    ("sources", {"about": "/nonsense"}, "about"), ("sources", {"about": "title nonsense"}, "about"), ("sources", {"about": "title.en"}, "about")])
def test_what_documents_and_sources_say_of_themselves_is_judged(world, section, given, field):
    made = world.stack.register(world.fatima, "commitment", {"title.en": "With a document"}, owner=world.a)
    group, first = section[:-1], {"documents": {"title.en": "Paper", "url": "https://example.org/"}, "sources": {"citation": "Report"}}[section]
    page = world.fatima.get(f"/en/records/{made}/edit/{section}")
    values = {f"{group}.1.{k}": v for k, v in (first | given).items()}
    answer = world.fatima.submit(page.form(f"/edit/{section}"), values)
    assert answer.status == 422 and re.findall(r'id="f-([^"]*)-error"', answer.text) == [f"{group}.1.{field}"], answer.words
    assert " is not " in answer.words and answer.form(f"/edit/{section}").value(f"{group}.1.{field}") == given[field]


def test_what_documents_and_sources_may_say(world):
    made = world.stack.register(world.fatima, "commitment", {"title.en": "With documents"}, owner=world.a)
    world.stack.edit(world.fatima, made, "documents", {
        "document.1.title.en": "Paper", "document.1.url": "https://example.org/", "document.1.language.1": "FR",
        "document.1.language.2": "zh-Hant", "document.1.format": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "document.2.title.en": "Picture", "document.2.url": "https://example.org/", "document.2.format": "image/svg+xml"})
    world.stack.edit(world.fatima, made, "sources", {"source.1.citation": "Report", "source.1.about": "title maker resource"})


SMART = ("specific", "measurable", "achievable", "resourced", "time-bound")
SMART_LABELS = dict(zip(SMART, ("Specific", "Measurable", "Achievable", "Resource-based", "Time-bound")))


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
    named = re.findall(r'<a href="#f-([a-z-]+)\.answer">([^<]*)</a>', answer.text)
    assert named == [(c, f"{SMART_LABELS[c]}, Answer") for c in SMART if f"{c}.answer" not in given], "which of the five"
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
        "SELECT partnership_id, cycle, currency, total FROM promise_sum WHERE part = 'counted' AND total > 0")}
    assert computed == told and len(told) == 18
    assert abs(public + Decimal("1080200000") - Decimal("10005000000")) < 500000
    assert database.concord("verify").stdout == "0 findings\n"


PAY = {"kind": "money", "amount": "50", "currency": "EUR", "state": "announced"}


def items(group, **values):
    return {f"{group}.1.{name.replace('_', '-')}": value for name, value in values.items()}


def resource(**values):
    return items("resource", **PAY | values)


def deliverable(**values):
    return items("deliverable", **{"title.en": "Wells", "state": "planned"} | values)


def review(date):
    answers = {f"{name}.answer": "yes" for name in ("specific", "measurable", "achievable", "resourced", "time-bound")}
    return answers | {"review.date": date, "review.reviewer": A}


@pytest.fixture(scope="module", name="odd")
def odd_fixture(world):
    return world.stack.register(world.fatima, "commitment", {"title.en": "Contradictory"}, owner=world.a)


@pytest.mark.parametrize("section, values, path, told", [
    ("resources", resource(confirmed="2020-01-01"), "resource.1.confirmed", "Its state says that it is not confirmed."),
    ("resources", resource(confirmed_by=B), "resource.1.confirmed-by", "Its state says that it is not confirmed."),
    ("resources", resource(state="confirmed", confirmed="2999-01"), "resource.1.confirmed", "2999-01 is in the future."),
    ("resources", resource(reference_amount="60", reference_currency="EUR"), "resource.1.reference-currency", "in another currency"),
    ("resources", resource(reference_amount="60", reference_currency="USD", value_date="2999"), "resource.1.value-date", "in the future"),
    ("resources", resource(amount="0.005", currency="JPY"), "resource.1.amount", "JPY has no parts as small as in 0.005."),
    ("resources", resource(amount="1.005"), "resource.1.amount", "EUR has no parts as small as in 1.005."),
    ("resources", resource(reference_amount="1.2345", reference_currency="TND"), "resource.1.reference-amount", "TND has no parts"),
    ("deliverables", deliverable(completed="2025-01-01"), "deliverable.1.completed", "Its state says that it is not there yet."),
    ("deliverables", deliverable(completed="2999", state="met"), "deliverable.1.completed", "2999 is in the future."),
    ("deliverables", deliverable(quantity="-3"), "deliverable.1.quantity", "not less than nothing"),
    ("dates", {"announced": "2999-01-01"}, "announced", "2999-01-01 is in the future."),
    ("dates", {"completed": "2999-01-01"}, "completed", "2999-01-01 is in the future."),
    ("dates", {"completed": "2025-01-01", "state": "on-track"}, "completed", "Its state says that it is not kept yet."),
    ("resources", resource(quantity="5"), "resource.1.quantity", "Of money, give the amount; leave the quantity empty."),
    ("about", {"baseline.text.en": "Dry.", "baseline.date": "2999"}, "baseline.date", "2999 is in the future."),
    ("check", review("2999-01-01"), "review.date", "2999-01-01 is in the future.")])
def test_what_contradicts_itself_is_refused_beside_the_field(world, odd, section, values, path, told):
    page = world.stack.edit(world.fatima, odd, section, values, status=422)
    assert told in page.words and f'id="f-{path}-error"' in page.text, page.words
    kept = dict(page.form(f"/edit/{section}").fields)
    assert all(kept[name] == value for name, value in values.items() if value not in (A, B))


@pytest.mark.parametrize("section, values", [
    ("resources", resource(state="confirmed", confirmed="2020-01-01", confirmed_by=A)),
    ("resources", resource(amount="1000.00", currency="JPY", value_date="2999")),
    ("resources", resource(amount="0.005", currency="KWD", reference_amount="0.02", reference_currency="USD", value_date="2026")),
    ("resources", items("resource", kind="goods", state="announced")),
    ("deliverables", deliverable(completed="2025-01-01", state="met", quantity="0")),
    ("dates", {"completed": "2025-01-01", "state": "completed"}), ("dates", {"completed": "2025-01-01", "state": "closed"}),
    ("deliverables", deliverable(due="2999")), ("check", review("2026-01-01"))])
def test_what_does_not_is_taken(world, odd, section, values):
    form = dict(world.fatima.get(f"/en/records/{odd}/edit/{section}").form(f"/edit/{section}$").fields)
    blank = {name: "" for name in form if name not in ("csrf", "base", "more")}
    world.stack.edit(world.fatima, odd, section, blank | values)
