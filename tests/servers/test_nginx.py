# SPDX-License-Identifier: EUPL-1.2
"""The nginx snippets with stand-ins for the three worker classes."""
import concurrent.futures
import http.client
import socket
import tempfile
from pathlib import Path

import pytest
from nginx import Nginx
from responder import Responder

ROOT = Path(__file__).resolve().parents[2]
CLASSES = ("page", "login", "bulk")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@pytest.fixture(scope="module", params=["", "/registry"])
def site(request):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        folder.chmod(0o755)
        (folder / "run").mkdir()
        workers = {name: Responder(folder / "run" / f"{name}.sock", answer(name)) for name in CLASSES}
        share = folder / "share"
        (share / "web").mkdir(parents=True)
        (share / "web/concord.css").write_text("body { color: black }\n" * 100)
        for page in ("busy.html", "413.html"):
            (share / "web" / page).write_bytes((ROOT / "web" / page).read_bytes())
        server = Nginx(folder / "nginx", free_port(), folder / "run", share, request.param).start()
        server.workers = workers
        yield server
        server.stop()
        for worker in workers.values():
            worker.close()


def answer(name):
    count = 0

    def make(params, body):
        nonlocal count
        count += 1
        control = "no-store" if "concord" in params.get("HTTP_COOKIE", "") else \
            "public, max-age=1, stale-while-revalidate=1"
        return (f"Content-Type: text/html; charset=utf-8\r\nCache-Control: {control}\r\n\r\n"
                f"{name} {count} {len(body)} {params['HTTP_COOKIE'] if 'HTTP_COOKIE' in params else '-'} "
                + "x" * 2000).encode()
    return make


def get(site, path, method="GET", body=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)
    connection.request(method, site.base + path, body, {k.replace("_", "-"): v for k, v in headers.items()})
    reply = connection.getresponse()
    text = reply.read()
    connection.close()
    return reply, text


@pytest.mark.parametrize("path, name", [
    ("/en/partnerships", "page"), ("/", "page"), ("/partnerships/P1.xml", "page"),
    ("/en/sign-in", "login"), ("/ar/sign-out", "login"), ("/fr/account/sessions", "login"),
    ("/en/account", "login"), ("/zh-Hans/sign-in", "login"), ("/en/sign-in-help", "page"),
    ("/feed", "bulk"), ("/feed?after=7", "bulk"), ("/iati/activities.xml?after=7", "bulk"), ("/oai?verb=Identify", "bulk"),
    ("/en/imports", "bulk"), ("/en/imports/new", "bulk"), ("/feeds", "page"), ("/iati/", "page"),
])
def test_address_reaches_its_class(site, path, name):
    reply, text = get(site, path)
    assert reply.status == 200 and text.split()[0] == name.encode()


def test_parameters(site):
    get(site, "/en/a%20b?q=%C3%A9", Proxy="evil", Cookie="concord-dev=params")
    seen = site.workers["page"].seen[-1]
    assert seen["REQUEST_URI"] == f"{site.base}/en/a%20b?q=%C3%A9"
    assert seen["QUERY_STRING"] == "q=%C3%A9"
    assert seen["SCRIPT_NAME"] == site.base
    assert seen.get("HTTP_PROXY", "") == ""
    assert "HTTPS" not in seen
    assert seen["REMOTE_ADDR"] == "127.0.0.1"


def test_anonymous_answers_are_shared_for_a_moment_and_private_ones_never(site):
    first = get(site, "/en/cached")[1]
    assert get(site, "/en/cached")[1] == first
    for cookie in ("__Host-concord=abc", "x=1; __Secure-concord=abc", "x=1;concord-dev=abc"):
        private = get(site, "/en/cached", Cookie=cookie)[1]
        assert cookie.encode() in private
        assert b"abc" not in get(site, "/en/cached")[1]


def test_body_limits(site):
    """A little more than http.body_max and http.upload_max comes through, so that our own page tells the limit."""
    assert get(site, "/en/partnerships", "POST", b"a" * (3 << 20))[0].status == 200
    assert get(site, "/en/partnerships", "POST", b"a" * ((3 << 20) + 1))[0].status == 413
    reply, text = get(site, "/en/imports", "POST", b"a" * (10 << 20))
    assert reply.status == 200 and text.split()[2] == str(10 << 20).encode()
    reply, text = get(site, "/en/imports", "POST", b"a" * ((16 << 20) + 1))
    assert reply.status == 413 and "أكبر مما يجوز" in text.decode()
    assert (reply.getheader("Content-Type"), reply.getheader("Cache-Control")) == ("text/html; charset=utf-8", "no-store")


def test_static_files_are_kept_for_ever_and_compressed(site):
    for path in ("/static/concord.css", "/static/0123abcd/concord.css"):
        reply, text = get(site, path, Accept_Encoding="gzip")
        assert reply.status == 200 and reply.getheader("Content-Type").startswith("text/css")
        assert "immutable" in reply.getheader("Cache-Control")
        assert reply.getheader("Content-Encoding") == "gzip"
    for path in ("/static/../../nginx/nginx.conf", "/static/..%2f..%2fnginx/nginx.conf", "/static/.hidden"):
        assert b"worker_processes" not in get(site, path)[1]


def test_pages_are_compressed(site):
    reply, _ = get(site, "/en/partnerships", Accept_Encoding="gzip", Cookie="concord-dev=zip")
    assert reply.getheader("Content-Encoding") == "gzip"
    assert "Accept-Encoding" in reply.getheader("Vary")


def test_no_worker_gives_a_static_503(site):
    worker = site.workers.pop("bulk")
    worker.close()
    try:
        reply, text = get(site, "/feed?after=99")
        assert reply.status == 503 and reply.getheader("Retry-After") == "5"
        assert reply.getheader("Cache-Control") == "no-store"
        assert reply.getheader("Content-Type") == "text/html; charset=utf-8"
        assert "مشغول" in text.decode()
        reply, text = get(site, "/en/imports", "POST", b"what was typed")
        assert reply.status == 503 and "مشغول" in text.decode()
        assert get(site, "/en/partnerships")[0].status == 200
    finally:
        site.workers["bulk"] = Responder(worker.path, worker.answer)


def test_the_full_set_is_a_file(site):
    assert get(site, "/full-set.xml")[0].status == 404
    site.files.mkdir(exist_ok=True)
    site.files.chmod(0o755)
    (site.files / "full-set.xml").write_text("<feed/>")
    reply, text = get(site, "/full-set.xml")
    assert reply.status == 200 and text == b"<feed/>" and reply.getheader("Content-Type") == "application/xml"
    assert reply.getheader("Cache-Control") == "public, max-age=1"


def test_feed_is_read_in_order_and_not_by_storm(site):
    """Page after page goes through; a hundred at once do not, and nobody else waits for them."""
    assert {get(site, f"/feed?after={n}")[0].status for n in range(30)} == {200}
    with concurrent.futures.ThreadPoolExecutor(100) as pool:
        storm = [pool.submit(get, site, f"/feed?after={n}") for n in range(1000, 1100)]
        assert get(site, "/en/?storm")[0].status == 200
        replies = [answer.result()[0] for answer in storm]
    refused = [reply for reply in replies if reply.status != 200]
    assert {reply.status for reply in refused} == {429} and len(refused) > 20
    assert {reply.getheader("Retry-After") for reply in refused} == {"5"}
