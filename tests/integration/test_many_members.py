# SPDX-License-Identifier: EUPL-1.2
"""A partnership as large as the United Nations Global Compact: shown, paged, searched, exported, and going on inviting.
With CONCORD_SOAK it has 20,000 members and says how long each of it takes (`make soak`)."""
import csv
import io
import os
import re
import statistics
import time

import ids
import pytest
from stack import Stack
from test_import import membership, organisation, partnership, records
from world import World

IS_SOAK = bool(os.environ.get("CONCORD_SOAK"))
MEMBERS = int(os.environ.get("CONCORD_SOAK", 600))
AWAITED = MEMBERS // 10  # of them; the others have confirmed
BATCH = 5000
LIMIT = 1.0 if IS_SOAK else 5.0  # seconds for a page; the test machine may be busy
CSV_LIMIT = 5.0
GROWTH = 4  # times the page of a small partnership


def name(n):
    return f"Member {n:05} of {'Lyon' if n % 500 == 7 else 'Everywhere'}"


def pair(n):
    return ids.named("O", f"many {n}"), ids.named("M", f"many {n}")


@pytest.fixture(scope="module")
def world(cluster, people, tmp_path_factory):
    with Stack(cluster, people, tmp_path_factory.mktemp("stack")) as stack:
        made = World(stack)
        made.large, made.small = ids.named("P", "many"), made.p
        load = lambda *items: stack.database.concord(  # noqa: E731
            "import", "--quiet", "--trust-consent", "--owner", made.a, "-", input=records(*items))
        load(partnership(made.large, "The Large One", host=""))
        for start in range(0, MEMBERS, BATCH):
            numbers = range(start, min(start + BATCH, MEMBERS))
            load(*(organisation(pair(n)[0], name(n)) for n in numbers))
            load(*(membership(pair(n)[1], pair(n)[0], "invited" if n % 10 == 0 else "confirmed", made.large)
                   for n in numbers))
        load(*(membership(ids.named("M", f"few {n}"), pair(n)[0], "confirmed", made.small) for n in range(1, 26)))
        stack.database.rows("ANALYZE")
        yield made


def seconds(fetch, rounds=5):
    """The median of some tries, and the last answer."""
    taken = []
    for _ in range(rounds):
        begin = time.monotonic()
        answer = fetch()
        taken.append(time.monotonic() - begin)
        assert answer.status == 200, answer
    return statistics.median(taken), answer


def told(what, took):
    if IS_SOAK:
        print(f"MEASURED {what} {took * 1000:.1f} ms")


def test_the_page_costs_what_a_small_one_costs(world):
    small, _ = seconds(lambda: world.public.get(f"/en/partnerships/{world.small}"), 21)
    large, page = seconds(lambda: world.public.get(f"/en/partnerships/{world.large}"), 21)
    told("page of 25 members", small)
    told(f"page of {MEMBERS:,} members", large)
    counted, awaited = MEMBERS - AWAITED, AWAITED
    assert f"{counted} confirmed members. {awaited} organisations have not confirmed" in page.words
    assert len(re.findall(r"Member \d{5} of", page.words)) == 25
    assert large < max(GROWTH * small, 0.1)


def test_paging_shows_every_member_once(world):
    seen, uri, times = [], f"/en/partnerships/{world.large}/members", []
    while uri:
        begin = time.monotonic()
        page = world.public.get(uri)
        times.append(time.monotonic() - begin)
        seen += re.findall(r"Member (\d{5}) of", page.words)
        following = re.search(r'<a[^>]*rel="next"[^>]*href="([^"]*)"|<a[^>]*href="([^"]*)"[^>]*rel="next"', page.text)
        uri = next(filter(None, following.groups())).replace("&amp;", "&") if following else None
    assert seen == [f"{n:05}" for n in range(MEMBERS)]
    told(f"page of the list, median of {len(times)}", statistics.median(times))
    told("page of the list, slowest", max(times))
    assert max(times) < LIMIT


def test_search_within_the_members(world):
    uri = f"/en/partnerships/{world.large}/members?q="
    took, page = seconds(lambda: world.public.get(uri + "lyon"))
    assert len(re.findall(r"Member \d{5} of Lyon", page.words)) == min(50, len(range(7, MEMBERS, 500)))
    told("search of a word that few have", took)
    none, page = seconds(lambda: world.public.get(uri + "nobody+has+this"))
    assert "Member 0" not in page.words
    told("search of a word that nobody has", none)
    state, page = seconds(lambda: world.public.get(f"/en/partnerships/{world.large}/members?state=invited"))
    assert re.findall(r"Member (\d{5}) of", page.words)[:3] == ["00000", "00010", "00020"]
    told("list of those that are awaited", state)
    assert max(took, none, state) < LIMIT


def test_export_has_every_member(world):
    took, answer = seconds(lambda: world.public.get(f"/partnerships/{world.large}/members.csv"), 3)
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == MEMBERS
    assert {row["membership"] for row in rows} == {pair(n)[1] for n in range(MEMBERS)}
    assert sum(row["consent"] == "confirmed" for row in rows) == MEMBERS - AWAITED
    told(f"CSV of all, {len(answer.body) / 1e6:.1f} MB", took)
    assert took < CSV_LIMIT
    process = world.stack.workers["page"].process.pid
    size = int(re.search(r"VmHWM:\s+(\d+)", open(f"/proc/{process}/status").read())[1]) / 1024
    if IS_SOAK:
        print(f"MEASURED worker at its largest {size:.0f} MB")


def test_inviting_goes_on(world):
    uri = f"/en/partnerships/{world.large}/invite"
    took, _ = seconds(lambda: world.fatima.get(uri))
    found, page = seconds(lambda: world.fatima.get(uri + "?q=Bureau+of+Lakes"))
    work, _ = seconds(lambda: world.fatima.get(f"/en/partnerships/{world.large}/memberships"))
    told("page of inviting", took)
    told("the same with a search", found)
    told("the editors' list", work)
    form = next(f for f in page.forms() if f.method == "POST" and f.action.endswith("/invite"))
    begin = time.monotonic()
    assert world.fatima.submit(form, {"organisation": world.b, "role.1.code": "funding"}).status == 303
    told("one more invitation, published", time.monotonic() - begin)
    assert f"{AWAITED + 1} organisations have not confirmed" in world.public.get(f"/en/partnerships/{world.large}").words
    assert max(took, found, work) < LIMIT


def test_its_document_does_not_grow(world):
    assert len(world.public.get(f"/partnerships/{world.large}.xml").body) < 5000
