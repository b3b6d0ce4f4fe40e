# SPDX-License-Identifier: EUPL-1.2
"""The real application behind the real nginx with its micro-cache on: nothing private in what it keeps,
nothing withdrawn in it for longer than three seconds, and static answers where no worker is."""
import os
import re
import signal
import socket
import threading
import time
from pathlib import Path

import pytest

from stack import NginxStack
from world import World

PRIVATE = re.compile(r"Fatima|Sign out|csrf|My desk|concord-dev", re.I)


@pytest.fixture(scope="module")
def stack(cluster, people, tmp_path_factory):
    with NginxStack(cluster, people, tmp_path_factory.mktemp("stack")) as made:
        yield made


@pytest.fixture(scope="module")
def world(stack):
    return World(stack)


def test_nothing_private_is_ever_kept(stack, world):
    """500 requests of a signed-in and an anonymous browser in turn, two at a time."""
    paths = ["/en/", "/en/partnerships", f"/en/partnerships/{world.p}", f"/partnerships/{world.p}.xml",
             f"/en/organisations/{world.a}", "/en/about", f"/en/records/{world.p}/history", "/en/desk", "/fr/", "/"]
    wrong = []

    def ask(offset):
        for i in range(125):
            path = paths[(i * 7 + offset) % len(paths)]
            private, public = world.fatima.get(path), world.public.get(path)
            if private.header("cache-control") != "no-store" or private.header("x-cache"):
                wrong.append(f"{path}: {private.header('cache-control')}")
            if "html" in (private.header("content-type") or "") and "/about" not in path \
                    and "Fatima" not in private.text:
                wrong.append(f"{path}: another's page for Fatima")
            if PRIVATE.search(public.text) or PRIVATE.search(str(public.headers)):
                wrong.append(f"{path}: private: {public}")

    threads = [threading.Thread(target=ask, args=(n,)) for n in (0, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong[:5]


def test_the_cache_is_used(stack, world):
    """Else the test above proves nothing."""
    before = len(stack.access("page"))
    for _ in range(20):
        assert world.public.get("/en/partnerships?q=cached").status == 200
    assert len(stack.access("page")) - before < 10


def test_negotiated_answers_are_kept_apart(world):
    address = f"/partnerships/{world.p}"
    for _ in range(3):
        assert world.public.get(address, Accept="application/xml").status == 200
        for language in ("fr", "ar", "en"):
            answer = world.public.get(address, Accept="text/html", Accept_Language=language)
            assert answer.status == 303 and f"/{language}/" in answer.header("location")
            assert f"/{language}/" in world.public.get("/", Accept_Language=language).header("location")


def test_withdrawn_is_gone_everywhere_after_three_seconds(stack, world):
    p = world.partnership("Soon Withdrawn")
    addresses = [f"/en/partnerships/{p}", f"/fr/partnerships/{p}", f"/partnerships/{p}.xml", "/en/partnerships?q=soon",
                 f"/en/organisations/{world.a}", f"/en/records/{world.a}/links", "/en/"]
    for _ in range(5):
        for address in addresses:
            world.public.get(address)
    assert "Soon Withdrawn" in world.public.get(addresses[0]).text
    stack.publish(world.fatima, p, "Told in error.", "withdraw")
    end = time.monotonic() + 3
    while time.monotonic() < end: # a storm in the meantime does not keep it alive
        for address in addresses:
            world.public.get(address)
        time.sleep(0.05)
    for address in addresses:
        answer = world.public.get(address)
        assert "Soon Withdrawn" not in answer.text, address
        assert answer.status == (410 if p in address else 200), address


def test_static_files_of_pages(stack, world):
    page = world.public.get("/en/")
    files = re.findall(r'(?:href|src)="([^"]*/static/[^"]*)"', page.text)
    assert len(files) >= 2
    for file in files:
        answer = world.public.get(file, Accept_Encoding="gzip")
        assert answer.status == 200 and "immutable" in answer.header("cache-control"), file
        assert re.search(r"\?v=[0-9a-f]+$", file), "a new content has a new address"
    css = next(f for f in files if f.partition("?")[0].endswith(".css"))
    assert world.public.get(css, Accept_Encoding="gzip").header("content-encoding") == "gzip"


def test_pages_are_compressed(world):
    small = world.public.get("/en/partnerships", Accept_Encoding="gzip")
    assert small.header("content-encoding") == "gzip" and "Accept-Encoding" in small.header("vary")
    assert len(small.body) < len(world.public.get("/en/partnerships").body) / 2


def test_limits_of_bodies(stack, world):
    form = world.fatima.get(f"/en/records/{world.p}/edit/about").form("/edit/about$")
    answer = world.fatima.post(form.action, form.filled({"summary.en": "x" * (1 << 21)}))
    assert answer.status == 413


def test_a_class_that_is_stopped_is_a_static_page(stack, world):
    stack.workers["bulk"].stop()
    os.unlink(stack.workers["bulk"].socket)
    try:
        for _ in range(3):
            answer = world.public.get("/feed?after=0")
            assert answer.status == 503 and answer.header("retry-after") == "5"
            assert answer.header("cache-control") == "no-store" and "<html" in answer.text
            assert world.public.get("/en/partnerships").status == 200
    finally:
        stack.workers["bulk"] = stack.worker("bulk")
    assert world.public.get("/feed?after=0").status == 200


def test_a_class_that_is_full_does_not_hold_the_others(stack, world):
    """Its one worker hangs, its queue is full: at once a static page, and public pages as ever."""
    worker, waiting = stack.workers["login"], []
    worker.process.send_signal(signal.SIGSTOP)
    while Path(f"/proc/{worker.process.pid}/stat").read_text().split()[2] != "T":
        time.sleep(0.01) # it may still take one connection
    try:
        while True:
            waiting.append(socket.socket(socket.AF_UNIX))
            waiting[-1].setblocking(False)
            try:
                waiting[-1].connect(worker.socket)
            except BlockingIOError:
                break
            assert len(waiting) < 5000
        before = time.monotonic()
        answer = world.public.get("/en/sign-in")
        assert answer.status == 503 and answer.header("retry-after") == "5"
        assert world.public.get("/en/partnerships?q=full").status == 200
        assert time.monotonic() - before < 2
    finally:
        for sock in waiting:
            sock.close()
        worker.process.send_signal(signal.SIGCONT)
    end = time.monotonic() + 10
    while world.public.get("/en/sign-in").status != 200:
        assert time.monotonic() < end
        time.sleep(0.05)
