# SPDX-License-Identifier: EUPL-1.2
"""Requests and responses by the byte: the probe worker (http/ and the accept loop, no database) is
asked over its socket and as plain CGI. Nothing that a client sends may end in a 5xx or a crash."""
import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import fcgi
import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("CONCORD_BUILD", ROOT / "build"))
PROBE = str(BUILD / "tests/lib/probe.fcgi")
FORM = "application/x-www-form-urlencoded"
CONFIG = """
[http]
public_url = {url}
insecure = yes
request_limit = 5
body_max = 65536
upload_max = 200000
[worker]
max_requests = {requests}
[login]
secret = 0123456789abcdef0123456789abcdef
"""

pytestmark = pytest.mark.sanitized


def write_config(folder, url="http://127.0.0.1:8080", requests=100000, name="concord.conf"):
    path = folder / name
    path.write_text(CONFIG.format(url=url, requests=requests))
    return str(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("http")


@pytest.fixture(scope="module")
def config(folder):
    return write_config(folder)


@pytest.fixture(scope="module")
def page(config, folder):
    with fcgi.Worker(PROBE, config, str(folder)) as worker:
        yield worker
        assert worker.process.poll() is None, worker.log_text()
        assert worker.stop() == 0
        assert "runtime error" not in worker.log_text()
        assert "Sanitizer" not in worker.log_text()


def post(worker, uri, body, content_type=FORM, **kwargs):
    body = body if isinstance(body, bytes) else body.encode()
    return worker.fetch(uri, "POST", body, content_type=content_type, **kwargs)


# --- ordinary requests ----------------------------------------------------------------------------

def test_status_answers(page):
    answer = page.fetch("/status")
    assert (answer.status, answer.text) == (200, "ok\n")
    assert answer.header("content-length") == "3"
    assert answer.header("cache-control") == "no-store"
    assert answer.header("x-content-type-options") == "nosniff"
    assert answer.end == fcgi.REQUEST_COMPLETE


def test_head_is_get_without_its_body(page):
    get, head = page.fetch("/en"), page.fetch("/en", "HEAD")
    assert head.body == b""
    assert head.headers == get.headers


def test_large_body_arrives_whole_and_is_not_sent_again(page):
    answer = page.fetch("/big")
    assert answer.body == b"x" * 3_000_000
    again = page.fetch("/big", headers={"If-None-Match": answer.header("etag")})
    assert (again.status, again.body) == (304, b"")
    assert again.header("etag") == answer.header("etag")


def test_answer_with_a_cookie_is_not_stored(page):
    answer = page.fetch("/set-cookie")
    assert answer.status == 303
    assert answer.header("cache-control") == "no-store"
    assert answer.header("set-cookie") == "concord-dev=secret; Path=/; HttpOnly; SameSite=Lax"
    assert page.fetch("/en", headers={"Cookie": "concord-dev=x"}).header("cache-control") == \
        "no-store"
    assert page.fetch("/en", headers={"Cookie": "other=x"}).header("cache-control") == \
        "public, max-age=1, stale-while-revalidate=1"


def test_form_is_typed(page):
    answer = post(page, "/en/form", "title=+a++b&start=2026-01-31&open=on&summary.fr=a%0D%0Ab")
    assert answer.status == 200
    assert "form title=a b\n" in answer.text
    assert "form open=true\n" in answer.text
    assert "form summary.fr=a\nb\n" in answer.text


def test_upload_is_read(page):
    kind, body = fcgi.multipart([("mode", "publish"), ("file", "a b.xml", "text/xml", "<a/>")])
    answer = post(page, "/en/upload", body, kind)
    assert answer.status == 200
    assert "form file=file=a b.xml type=text/xml len=4\n" in answer.text


def test_machine_errors_are_xml_and_pages_are_html(page):
    machine = page.fetch("/broken")
    assert machine.status == 500
    assert machine.header("content-type") == "application/xml; charset=utf-8"
    assert machine.text.startswith('<error xmlns="urn:concord:registry:1" status="500" request="')
    assert "made to fail" not in machine.text and "half" not in machine.text
    assert page.fetch("/en/none").text.startswith("<p>")
    assert page.fetch("/none", headers={"Accept": "application/xml"}).text.startswith("<error")


def test_other_worker_class_has_other_routes(page, config, folder):
    assert post(page, "/en/sign-in", "").status == 404
    with fcgi.Worker(PROBE, config, str(folder), "login") as login:
        assert post(login, "/en/sign-in", "").status == 303
        assert login.fetch("/en").status == 404
        assert login.fetch("/status").status == 200


def test_base_path_is_followed(folder):
    config = write_config(folder, "http://127.0.0.1:8080/registry", name="base.conf")
    with fcgi.Worker(PROBE, config, str(folder), name="base") as worker:
        assert worker.fetch("/registry/status").status == 200
        assert worker.fetch("/status").status == 404
        assert worker.fetch("/registry/en/").header("location") == "/registry/en"
        assert "Path=/registry;" in worker.fetch("/registry/set-cookie").header("set-cookie")


def test_access_line_names_the_request(page):
    answer = page.fetch("/none?secret=word")
    line = page.line_of(answer.text.split("<p>")[-1][:16])
    assert "method=GET path=/none route=- status=404 " in line
    assert "word" not in line
    page.line_of(page.fetch("/en\n<3>forged").text.split("<p>")[-1][:16])
    assert "\n<3>forged" not in page.log_text()


# --- bad input ------------------------------------------------------------------------------------

PATHS = [
    ("", 400), ("en", 400), ("//", 400), ("//en", 400), ("/en//form", 400), ("/en/../status", 400),
    ("/../../etc/passwd", 400), ("/en/./form", 400), ("/%2e%2e/x", 400), ("/en/%2E%2e", 400),
    ("/en%2fform", 400), ("/en%2Fform", 400), ("/en%5cform", 400), ("/en\\form", 400),
    ("/%00", 400), ("/status%00", 400), ("/%", 400), ("/%4", 400), ("/%zz", 400), ("/%ff", 400),
    ("/%c0%af", 400), ("/%ed%a0%80", 400), (b"/\xff", 400), ("/%0a", 400), ("/%0d%0aX:1", 400),
    ("/%252e%252e/", 404), ("/%E2%80%AE", 404), ("/status;a=b", 404), ("/STATUS", 404),
    ("/status.", 404), ("*", 400), ("/" + "a" * 8191, 404), ("/" + "a" * 8192, 414),
    ("/en?" + "q=" + "a" * 8300, 414), ("http://other.example/status", 200),
]
QUERIES = [
    ("q=a", 200), ("", 200), ("q=", 200), ("q=" + "a" * 21, 422), ("page=x", 422), ("page=-1", 422),
    ("page=99999999999999999999", 422), ("q=%00", 422), ("q=%ff", 422), ("q=%1b", 422),
    ("q=%E2%80%AE", 422), ("q=%", 400), ("q=1&q=2", 400), ("x=1", 400), ("%00=1", 400), ("=1", 400),
    ("Q=1", 400), ("q[]=1", 400), ("kind=a&kind=b", 200), ("kind=%3Cscript%3E", 422),
    ("&".join(["kind=a"] * 700), 200), ("q=<>\"'", 200), ("?", 400), ("&&&", 200), ("q", 200),
]
BODIES = [
    ("title=a", FORM, 200), ("title=", FORM, 422), ("", FORM, 422), ("title=" + "a" * 11, FORM, 422),
    ("title=%ff", FORM, 422), ("title=%00", FORM, 422), ("title=a&start=2026-02-30", FORM, 422),
    ("title=a&open=perhaps", FORM, 422), ("title=a&title=b", FORM, 400), ("title=a&x=1", FORM, 400),
    ("title=%zz", FORM, 400), ("title=a&summary.en=" + "a" * 21, FORM, 422),
    ("title=a&summary.en=1&summary.en=2", FORM, 400), ("title=" + "a" * 70000, FORM, 413),
    ("&".join(f"summary.{i}=1" for i in range(5001)), FORM, 413), ("{}", "application/json", 415),
    ("title=a", None, 415), ("title=a", "", 415), ("title=a", "multipart/form-data", 415),
    ("title=a", FORM + "; charset=utf-8", 200), ("title=a", "a" * 2000, 415),
    ("title=a&password=" + "a" * 65, FORM, 422), ("\0\0\0\0", FORM, 400),
]


@pytest.mark.parametrize("uri,status", PATHS)
def test_path(page, uri, status):
    assert page.fetch(uri).status == status


@pytest.mark.parametrize("query,status", QUERIES)
def test_query(page, query, status):
    assert page.fetch("/en?" + query).status == status


@pytest.mark.parametrize("body,content_type,status", BODIES)
def test_body(page, body, content_type, status):
    assert post(page, "/en/form", body, content_type).status == status


def test_bad_values_come_back_as_text(page):
    answer = post(page, "/en/form", b"title=a%FFb%1B&password=" + b"s" * 65)
    assert answer.status == 422
    assert "form title=a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER} ! " in answer.text
    assert "sss" not in answer.text


@pytest.mark.parametrize("length,sent,status", [
    ("abc", b"title=a", 400), ("-1", b"title=a", 400), ("+7", b"title=a", 400), ("", b"title=a", 411),
    (None, b"title=a", 411), ("7.0", b"title=a", 400), ("0x7", b"title=a", 400), ("70000", b"", 413),
    ("99999999999999999999", b"", 413), ("9" * 30, b"", 413), ("1000", b"title=a", 400),
    ("7", b"title=a&x=1", 200), ("0", b"title=a", 422),
])
def test_content_length_may_lie(page, length, sent, status):
    answer = page.fetch("/en/form", "POST", sent, content_type=FORM,
                        extra={"CONTENT_LENGTH": length})
    assert answer.status == status


@pytest.mark.parametrize("method,status", [
    ("PUT", 405), ("DELETE", 405), ("OPTIONS", 405), ("TRACE", 405), ("get", 405), ("", 400),
    ("G T", 400), ("A" * 17, 400), (None, 400), ("GET\n", 400), (b"\xff", 400),
])
def test_method(page, method, status):
    answer = page.fetch("/en/form", extra={"REQUEST_METHOD": method})
    assert answer.status == status
    if status == 405:
        assert answer.header("allow") == "GET, HEAD, POST"


@pytest.mark.parametrize("name,value", [
    ("Cookie", "a" * 5000), ("Cookie", ";;;=;=="), ("Cookie", b"a=\xff\xfe"), ("Cookie", "a=1; a=2"),
    ("Accept", "," * 4000), ("Accept", "text/html;q=" * 300), ("Accept", "a" * 100000),
    ("Accept-Language", "*;q=9, -, en-" + "a" * 1000), ("Accept-Language", b"\xff"),
    ("If-None-Match", '"' * 4000), ("If-None-Match", "W/" * 1000), ("If-None-Match", "*"),
    ("If-Modified-Since", "Tue, 99 Foo 99999999999 99:99:99 GMT"), ("User-Agent", b"\xff\x01"),
    ("User-Agent", "\r\nX: y"), ("X-Forwarded-For", "a, b, " * 500), ("Range", "bytes=0-1"),
    ("Content-Length", "5"), ("Transfer-Encoding", "chunked"), ("Host", "evil.example"),
    ("Proxy", "http://evil.example"), ("", ""), ("A" * 10000, "x"), ("=", "="),
])
def test_header_is_harmless(page, name, value):
    answer = page.fetch("/en", headers={name: value})
    assert answer.status in (200, 304)
    assert "evil.example" not in answer.raw.decode("utf-8", "replace")


def test_cookies_may_be_too_large(page):
    assert page.fetch("/en", headers={"Cookie": "a=" + "b" * 8200}).status == 431


@pytest.mark.parametrize("name", ["REQUEST_METHOD", "REQUEST_URI", "CONTENT_LENGTH", "CONTENT_TYPE",
                                  "HTTP_COOKIE", "REMOTE_ADDR"])
def test_believed_parameter_stands_once(page, name):
    pairs = fcgi.params_for("POST", "/en/form", {"Cookie": "a=b"}, b"title=a", FORM)
    value = dict(pairs)[name]
    assert fcgi.request(page.socket, pairs, b"title=a").status == 200
    assert fcgi.request(page.socket, pairs + [(name, value)], b"title=a").status == 400


def test_doubled_header_is_no_header(page):
    pairs = fcgi.params_for(uri="/en", headers=[("User-Agent", "one"), ("User_Agent", "two")])
    answer = fcgi.request(page.socket, pairs)
    assert "agent \n" in answer.text


def test_forwarded_address_counts_only_from_a_trusted_proxy(page):
    answer = page.fetch("/en", headers={"X-Forwarded-For": "6.6.6.6"}, remote="192.0.2.7")
    assert "remote 192.0.2.7\n" in answer.text


MULTIPART = [
    (b"", 400), (b"--X", 400), (b"--X--", 422), (b"--X\r\n", 400), (b"--X\r\n\r\n", 400),
    (b"--X\r\nContent-Disposition: form-data; name=\"mode\"\r\n\r\na", 400),
    (b"--X\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\na\r\n--X--", 400),
    (b"--X\r\nContent-Disposition: form-data; name=\"mode\"; filename=\"x\"\r\n\r\na\r\n--X--", 400),
    (b"--X\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\na\r\n--X--", 400),
    (b"--X\r\nContent-Disposition: form-data; name=\"mode\r\n\r\na\r\n--X--", 400),
    (b"--X\r\n" + b"A: b\r\n" * 100 + b"\r\na\r\n--X--", 400),
    (b"--X\r\nA: " + b"b" * 100000 + b"\r\n\r\na\r\n--X--", 400),
    (b"--X\r\nContent-Disposition: form-data; name=\"\xff\0\"\r\n\r\na\r\n--X--", 400),
    (b"--X\r\nContent-Disposition: form-data; name=\"mode\"\r\n\r\n" + b"a" * 70000 + b"\r\n--X--", 413),
    (b"x" * 200001, 413),
]


@pytest.mark.parametrize("body,status", MULTIPART)
def test_multipart(page, body, status):
    assert post(page, "/en/upload", body, "multipart/form-data; boundary=X").status == status


def test_file_may_be_too_large_and_oddly_named(page):
    kind, body = fcgi.multipart([("mode", "a"), ("file", "../../../etc/cron.d/x", "text/xml",
                                                 "a" * 1001)])
    answer = post(page, "/en/upload", body, kind)
    assert answer.status == 422
    assert "file=x type=text/xml len=1001 ! The file can have at most" in answer.text


def test_uploads_leave_no_file_and_no_descriptor(page):
    kind, body = fcgi.multipart([("mode", "a"), ("file", "x", "text/xml", "abc")])
    fds = f"/proc/{page.process.pid}/fd"
    before = len(os.listdir(fds))
    for _ in range(20):
        assert post(page, "/en/upload", body, kind).status == 200
    end = time.monotonic() + 2 # the worker closes the last connection behind its answer
    while len(os.listdir(fds)) > before and time.monotonic() < end:
        time.sleep(0.01)
    assert len(os.listdir(fds)) <= before


# --- FastCGI --------------------------------------------------------------------------------------

def test_slow_body_is_waited_for(page):
    body = b"title=a&summary.en=b"
    assert post(page, "/en/form", body, chunks=1, pause=0.01).status == 200


def test_client_that_stalls_is_ended_by_the_watchdog(config, folder):
    worker = fcgi.Worker(PROBE, config, str(folder), name="stall").start()
    with fcgi.connect(worker.socket) as sock:
        pairs = fcgi.params_for("POST", "/en/form", body=b"x" * 100, content_type=FORM)
        sock.sendall(fcgi.record(fcgi.BEGIN, b"\0\1\0\0\0\0\0\0") +
                     fcgi.stream(fcgi.PARAMS, fcgi.encode_params(pairs)) +
                     fcgi.record(fcgi.STDIN, b"title"))
        assert worker.process.wait(10) == 1
    assert "watchdog" in worker.log_text()


def test_client_that_sends_on_behind_its_answer_is_ended_too(config, folder):
    """What still comes is waited for: a byte now and then would hold a worker for ever."""
    worker = fcgi.Worker(PROBE, config, str(folder), name="drip").start()
    with fcgi.connect(worker.socket) as sock:
        pairs = fcgi.params_for("POST", "/nowhere", body=b"x" * 60000, content_type=FORM)
        sock.sendall(fcgi.record(fcgi.BEGIN, b"\0\1\0\0\0\0\0\0") +
                     fcgi.stream(fcgi.PARAMS, fcgi.encode_params(pairs)))
        assert fcgi.read_answer(sock).status == 404
        end = time.monotonic() + 10
        while worker.process.poll() is None and time.monotonic() < end:
            try:
                sock.sendall(fcgi.record(fcgi.STDIN, b"x"))
            except (BrokenPipeError, ConnectionResetError):
                break
            time.sleep(0.2)
    assert worker.process.wait(10) == 1
    assert "watchdog" in worker.log_text()


def test_handler_that_hangs_is_ended(config, folder):
    """With a record that is none: the bare end of the connection may look like that of the answer."""
    worker = fcgi.Worker(PROBE, config, str(folder), name="hang").start()
    with fcgi.connect(worker.socket) as sock:
        sock.sendall(fcgi.record(fcgi.BEGIN, b"\0\1\0\0\0\0\0\0") +
                     fcgi.stream(fcgi.PARAMS, fcgi.encode_params(fcgi.params_for(uri="/hang"))) +
                     fcgi.record(fcgi.STDIN))
        got = b""
        while piece := sock.recv(65536):
            got += piece
    assert got == b"\0" * 8
    assert worker.process.wait(10) == 1


@pytest.mark.parametrize("late", [fcgi.record(fcgi.STDIN), fcgi.record(fcgi.STDIN, b"x" * 5000) + fcgi.record(fcgi.STDIN)])
def test_what_is_sent_behind_the_answer_meets_no_closed_connection(page, late):
    """Some web servers send the end of a request by itself, when the answer may be there already."""
    with fcgi.connect(page.socket) as sock:
        sock.sendall(fcgi.record(fcgi.BEGIN, b"\0\1\0\0\0\0\0\0") +
                     fcgi.stream(fcgi.PARAMS, fcgi.encode_params(fcgi.params_for(uri="/status"))))
        answer = fcgi.read_answer(sock)
        assert (answer.status, answer.end) == (200, fcgi.REQUEST_COMPLETE)
        time.sleep(0.1)
        sock.sendall(late)
    assert page.fetch("/status").status == 200


@pytest.mark.parametrize("role,end", [(fcgi.AUTHORIZER, fcgi.UNKNOWN_ROLE),
                                      (fcgi.FILTER, fcgi.UNKNOWN_ROLE), (9, None)])
def test_other_roles_are_refused(page, role, end):
    """A role that FastCGI does not know either: libfcgi hangs up by itself."""
    answer = page.fetch("/status", role=role)
    assert (answer.end, answer.raw) == (end, b"")
    assert page.fetch("/status").status == 200


@pytest.mark.parametrize("data", [
    b"", b"\0", b"GET / HTTP/1.1\r\n\r\n", b"\1\1\0\1", b"\1\1\0\1\0\x08\0\0\0\1\0\0\0\0\0\0",
    b"\2\1\0\1\0\x08\0\0\0\1\0\0\0\0\0\0", b"\1\4\0\1\xff\xff\0\0", b"\xff" * 1000, b"\1\x0b\0\0\0\0\0\0",
    fcgi.record(fcgi.BEGIN, b"\0\1\0\0\0\0\0\0") + fcgi.record(fcgi.PARAMS, b"\x80\0\0\1"),
    fcgi.record(fcgi.BEGIN, b"\0\1\0\0\0\0\0\0") + fcgi.record(fcgi.PARAMS, b"\1\1ab") + b"\1",
])
def test_broken_protocol_harms_nobody(page, data):
    with fcgi.connect(page.socket) as sock:
        sock.sendall(data)
        sock.shutdown(socket.SHUT_WR)
        fcgi.read_answer(sock)
    assert page.fetch("/status").status == 200


def test_client_that_goes_away_harms_nobody(page):
    for _ in range(5):
        with fcgi.connect(page.socket) as sock:
            sock.sendall(fcgi.record(fcgi.BEGIN, b"\0\1\0\0\0\0\0\0") +
                         fcgi.stream(fcgi.PARAMS, fcgi.encode_params(fcgi.params_for(uri="/big"))) +
                         fcgi.record(fcgi.STDIN))
    assert page.fetch("/status").status == 200


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGUSR1, signal.SIGHUP])
def test_signal_ends_an_idle_worker(config, folder, sig):
    worker = fcgi.Worker(PROBE, config, str(folder), name=f"signal{int(sig)}").start()
    assert worker.fetch("/status").status == 200
    assert worker.stop(sig) == 0


def test_signal_lets_the_request_finish(config, folder):
    worker = fcgi.Worker(PROBE, config, str(folder), name="finish").start()
    answers = []
    thread = threading.Thread(target=lambda: answers.append(
        post(worker, "/en/form", b"title=abcde", chunks=1, pause=0.05)))
    thread.start()
    time.sleep(0.2)
    worker.process.send_signal(signal.SIGTERM)
    thread.join()
    assert answers[0].status == 200
    assert worker.process.wait(5) == 0


@pytest.mark.parametrize("sig,ends", [(signal.SIGALRM, False), (signal.SIGTERM, True)])
def test_signal_loses_no_connection_that_has_not_spoken_yet(config, folder, sig, ends):
    """The timer of the deadlines rings at any time, and a web server connects before it writes."""
    worker = fcgi.Worker(PROBE, config, str(folder), name=f"silent{int(sig)}").start()
    assert worker.fetch("/status").status == 200
    with fcgi.connect(worker.socket) as sock:
        time.sleep(0.2)
        worker.process.send_signal(sig)
        time.sleep(0.2)
        sock.sendall(fcgi.record(fcgi.BEGIN, b"\0\1\0\0\0\0\0\0") +
                     fcgi.stream(fcgi.PARAMS, fcgi.encode_params(fcgi.params_for(uri="/status"))) +
                     fcgi.record(fcgi.STDIN))
        answer = fcgi.read_answer(sock)
        assert (answer.status, answer.end) == (200, fcgi.REQUEST_COMPLETE)
    assert ends or worker.fetch("/status").status == 200
    assert worker.stop() == 0


def test_connection_that_never_speaks_is_dropped(config, folder):
    with fcgi.Worker(PROBE, config, str(folder), name="mute") as worker, fcgi.connect(worker.socket) as sock:
        begun = time.monotonic()
        assert worker.fetch("/status").status == 200
        assert sock.recv(1) == b"" and 1 < time.monotonic() - begun < 8


def test_listens_on_a_network_socket_too(config, folder):
    with socket.create_server(("127.0.0.1", 0)) as listener, open(os.path.join(folder, "net.log"), "ab") as log:
        worker = subprocess.Popen([PROBE, "--config", config], stdin=listener, stderr=log)
        for _ in range(3):
            with socket.create_connection(listener.getsockname(), timeout=10) as sock:
                sock.sendall(fcgi.record(fcgi.BEGIN, b"\0\1\0\0\0\0\0\0") +
                             fcgi.stream(fcgi.PARAMS, fcgi.encode_params(fcgi.params_for(uri="/status"))) +
                             fcgi.record(fcgi.STDIN))
                assert fcgi.read_answer(sock).status == 200
        worker.terminate()
        assert worker.wait(10) == 0


def test_worker_ends_after_its_requests(folder):
    config = write_config(folder, requests=3, name="three.conf")
    worker = fcgi.Worker(PROBE, config, str(folder), name="three").start()
    for _ in range(3):
        assert worker.fetch("/status").status == 200
    assert worker.process.wait(5) == 0


def test_socket_is_for_owner_and_group(page):
    assert os.stat(page.socket).st_mode & 0o777 == 0o660


def test_bad_arguments_stop_the_start(config):
    for arguments in (["--class", "other"], ["--unknown"], ["x"], ["--config", "/nonexistent"]):
        done = subprocess.run([PROBE, "--config", config] + arguments, capture_output=True, timeout=10,
                              stdin=subprocess.DEVNULL, check=False)
        assert done.returncode == 2 and done.stderr


# --- plain CGI ------------------------------------------------------------------------------------

def cgi(config, *args, body=None, **kwargs):
    pairs = fcgi.params_for(*args, body=body, **kwargs)
    return fcgi.run_cgi(PROBE, pairs, body or b"", {"CONCORD_CONFIG": config})


def test_cgi_answers_one_request(config):
    answer = cgi(config, "GET", "/en?q=a")
    assert (answer.end, answer.status) == (0, 200)
    assert "query q=a\n" in answer.text
    assert cgi(config, "POST", "/en/form", body=b"title=a", content_type=FORM).status == 200
    assert cgi(config, "GET", "/%00").status == 400
    assert cgi(config, "GET", "/big").body == b"x" * 3_000_000


def test_cgi_does_not_read_its_arguments(config):
    pairs = fcgi.params_for("GET", "/status?--config+/nonexistent")
    environment = {**dict(pairs), "CONCORD_CONFIG": config, "PATH": os.environ["PATH"]}
    done = subprocess.run([PROBE, "--config", "/nonexistent"], env=environment, input=b"",
                          capture_output=True, timeout=10, check=False)
    assert done.returncode == 0
    assert done.stdout.startswith(b"Status: 400 ")
