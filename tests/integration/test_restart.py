# SPDX-License-Identifier: EUPL-1.2
"""The database goes away and comes back: no wrong answer, no lost or doubled record. A commit whose
answer is lost is never guessed about."""
import re

import pytest

from cluster import Cluster
from cutproxy import CutProxy
from stack import Stack
from world import World

UNCERTAIN = "We do not know whether this was saved"


@pytest.fixture(scope="module")
def own_cluster():
    """Restarted by these tests, so not the run's."""
    cluster = Cluster()
    cluster.template()
    yield cluster
    cluster.close()


@pytest.fixture(scope="module")
def proxy(own_cluster, tmp_path_factory):
    made = CutProxy(tmp_path_factory.mktemp("proxy") / "s", own_cluster.sockets)
    yield made
    made.close()


@pytest.fixture(scope="module")
def stack(own_cluster, proxy, people, tmp_path_factory):
    """Its workers reach the database through the proxy."""
    with Stack(own_cluster, people, tmp_path_factory.mktemp("stack"), through=proxy.folder) as made:
        yield made


@pytest.fixture(scope="module")
def world(stack):
    return World(stack)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_the_next_request_after_a_restart_is_right(own_cluster, stack, world, mode):
    before = world.public.get(f"/en/partnerships/{world.p}")
    own_cluster.restart(mode)
    for browser, address in ((world.public, f"/en/partnerships/{world.p}"), (world.public, "/feed"),
                             (world.public, f"/partnerships/{world.p}.xml"), (world.fatima, "/en/desk"),
                             (world.fatima, "/en/account"), (world.fatima, f"/en/records/{world.p}/edit/names")):
        assert browser.get(address).status == 200, address
    assert world.public.get(f"/en/partnerships/{world.p}").body == before.body


def test_a_write_is_right_after_a_restart(own_cluster, stack, world):
    form = world.fatima.get(f"/en/records/{world.p}/edit/dates").form("/edit/dates$")
    own_cluster.restart()
    assert world.fatima.submit(form, {"founded": "2001"}).status == 303
    form = world.fatima.get(f"/en/records/{world.p}/edit/dates").form("/edit/dates$")
    assert form.value("founded") == "2001"


def test_without_a_database_pages_say_so_and_recover(own_cluster, stack, world):
    form = world.fatima.get(f"/en/records/{world.p}/edit/dates").form("/edit/dates$")
    own_cluster.stop()
    try:
        for browser, address in ((world.public, "/en/partnerships"), (world.fatima, "/en/desk"),
                                 (world.public, f"/partnerships/{world.p}.xml"), (world.fatima, "/en/sign-in")):
            answer = browser.get(address)
            assert answer.status == 503 and answer.header("retry-after"), answer
            assert answer.header("cache-control") == "no-store"
        answer = world.fatima.submit(form, {"founded": "1999"})
        assert answer.status == 503 and UNCERTAIN not in answer.words
    finally:
        own_cluster.start()
    assert world.public.get("/en/partnerships").status == 200
    assert world.fatima.submit(form, {"founded": "1999"}).status == 303


def test_a_worker_that_began_without_a_database_knows_every_code_later(own_cluster, stack, world):
    """It had no code lists until it ended: it took any code, and IATI got our words instead of its own."""
    own_cluster.stop()
    try:
        worker = stack.worker("page", "late")
        answer = worker.fetch(f"{stack.base}/en/partnerships/{world.p}")
        assert answer.status == 503 and answer.header("retry-after"), answer
    finally:
        own_cluster.start()
    try:
        answer = worker.fetch(f"{stack.base}/en/partnerships/{world.p}")
        assert answer.status == 200
        assert answer.body == world.public.get(f"/en/partnerships/{world.p}").body
    finally:
        worker.stop()


@pytest.mark.parametrize("when, made", [("before", 0), ("after", 1)])
def test_a_cut_commit_is_not_guessed_about(proxy, stack, world, when, made):
    """The form says that we do not know; sent again, it made one record, whatever had happened."""
    title = f"Cut {when}"
    form = world.fatima.get("/en/register/partnership").form("/register/partnership$")
    values = {"title.en": title, "owner": world.a}
    proxy.cut = (when, b"db_commit")
    answer = world.fatima.submit(form, values)
    assert proxy.cut is None, "the commit was cut"
    count = "SELECT count(*) FROM record_text WHERE text = %s"
    assert stack.database.one(count, [title]) == made
    assert answer.status == 503 and UNCERTAIN in answer.words, answer
    assert "cannot save it twice" in answer.words and answer.header("cache-control") == "no-store"
    again, thrice = (world.fatima.submit(form, values) for _ in range(2))
    assert again.status == thrice.status == 303 and again.header("location") == thrice.header("location")
    assert stack.database.one(count, [title]) == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_cut_publication_is_published_once(proxy, stack, world, when):
    p = world.partnership(f"Published {when}", publish=False)
    form = world.fatima.get(f"/en/records/{p}/publish").form("/publish$")
    proxy.cut = (when, b"db_commit")
    answer = world.fatima.submit(form, {"note": "Once."})
    assert proxy.cut is None
    assert UNCERTAIN in answer.words
    again = world.fatima.submit(form, {"note": "Once."})
    assert again.status in (303, 409)
    assert stack.database.one("SELECT count(*) FROM revision WHERE record_id = %s", [p]) == 1
    assert world.public.get(f"/en/partnerships/{p}").status == 200
    assert stack.database.concord("verify").returncode == 0


def test_a_request_cut_before_its_commit_is_tried_again(proxy, world):
    """Nothing has happened yet, so nobody needs to know."""
    proxy.cut = ("before", b"search_newest")
    world.public.get("/en/partnerships")
    proxy.cut = ("after", b"request_open")
    assert world.fatima.get(f"/en/records/{world.p}/edit").status == 200
    proxy.cut = None


def test_a_killed_worker_loses_one_request_only(stack, world):
    worker = stack.workers["page"]
    worker.process.kill()
    worker.process.wait()
    stack.workers["page"] = stack.worker("page")
    assert world.fatima.get("/en/desk").status == 200
    assert re.search("Fatima", world.fatima.get("/en/").text)
