# SPDX-License-Identifier: EUPL-1.2
"""The snippets for Apache httpd, lighttpd and Caddy with stand-ins for the three worker classes."""
import http.client
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from responder import Responder

ROOT = Path(__file__).resolve().parents[2]
APACHE = """\
ServerRoot {d}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {d}/pid
ErrorLog {d}/error.log
DefaultRuntimeDir {d}
Mutex file:{d}
{user}
{modules}
TypesConfig /etc/mime.types
DocumentRoot {d}/share
<VirtualHost 127.0.0.1:{port}>
Include {d}/concord.conf
</VirtualHost>
"""
MODULES = ("mpm_event authz_core alias headers rewrite setenvif proxy proxy_fcgi buffer filter deflate mime cgid").split()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def apache(folder, port, snippet):
    (folder / "concord.conf").write_text(snippet("etc/apache/concord-proxy.conf"))
    (folder / "conf").write_text(APACHE.format(
        d=folder, port=port, user="User www-data\nGroup www-data" if os.getuid() == 0 else "",
        modules="\n".join(f"LoadModule {m}_module /usr/lib/apache2/modules/mod_{m}.so" for m in MODULES)
        + "\nAddOutputFilterByType DEFLATE text/plain"))
    return ["/usr/sbin/apache2", "-f", str(folder / "conf"), "-DFOREGROUND"]


def lighttpd(folder, port, snippet):
    (folder / "conf").write_text(
        f'server.document-root = "{folder}/share"\nserver.bind = "127.0.0.1"\nserver.port = {port}\n'
        f'server.errorlog = "{folder}/error.log"\nserver.upload-dirs = ( "{folder}" )\n'
        'mimetype.assign = ( ".css" => "text/css", ".html" => "text/html" )\n'
        + ('server.username = "www-data"\n' if os.getuid() == 0 else "")
        + snippet("etc/lighttpd/concord.conf"))
    return ["/usr/sbin/lighttpd", "-D", "-f", str(folder / "conf")]


def caddy(folder, port, snippet):
    text = snippet("etc/caddy/Caddyfile").replace("registry.example.org {", f"http://127.0.0.1:{port} {{")
    (folder / "Caddyfile").write_text("{\n\tadmin off\n\tauto_https off\n}\n" + text)
    return ["/usr/bin/caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


@pytest.fixture(scope="module", params=[apache, lighttpd, caddy], ids=lambda f: f.__name__)
def site(request):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        workers = {}
        for part in ("page", "login", "bulk"):
            workers[part] = Responder(folder / f"{part}.sock", answer(part))
        (folder / "share/web").mkdir(parents=True)
        (folder / "share/web/concord.css").write_text("body { color: black }\n")
        for page in ("busy.html", "413.html"):
            (folder / "share/web" / page).write_bytes((ROOT / "web" / page).read_bytes())

        (folder / "files").mkdir()

        def snippet(path):
            return ((ROOT / path).read_text().replace("/run/concord", str(folder))
                    .replace("/var/lib/concord/files", str(folder / "files"))
                    .replace("/usr/share/concord", str(folder / "share")))
        port = free_port()
        command = request.param(folder, port, snippet)
        with open(folder / "output", "wb") as output:
            process = subprocess.Popen(command, stdout=output, stderr=output, cwd=folder,
                                       env={"PATH": "/usr/bin:/bin", "HOME": str(folder)})
        end = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < end, (folder / "output").read_text()
                time.sleep(0.05)
        yield port, workers, folder
        process.send_signal(signal.SIGTERM)
        process.wait(10)
        for worker in workers.values():
            worker.close()


def answer(name):
    def make(params, body):
        if params.get("REQUEST_URI") == "/tagged":
            tags = re.findall(r'"([^"]*)"', params.get("HTTP_IF_NONE_MATCH") or "")
            return (b"Status: 304 Not Modified\r\nETag: \"0a\"\r\n\r\n" if "0a" in tags else
                    b"Status: 200 OK\r\nContent-Type: text/plain\r\nETag: \"0a\"\r\n\r\n" + b"text " * 1000)
        if int(params.get("CONTENT_LENGTH") or 0) != len(body):  # as a worker does
            return b"Status: 413 Content Too Large\r\nContent-Type: text/plain\r\n\r\nTrop volumineux"
        return (f"Status: 200 OK\r\nContent-Type: text/plain\r\nCache-Control: no-store\r\n\r\n"
                f"{name} {len(body)} {params.get('REQUEST_URI')} {params.get('HTTP_PROXY')}").encode()
    return make


def get(site, path, method="GET", body=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", site[0], timeout=10)
    connection.request(method, path, body, headers)
    reply = connection.getresponse()
    text = reply.read()
    connection.close()
    return reply, text.decode("utf-8", "replace")


@pytest.mark.parametrize("path, name", [
    ("/en/partnerships", "page"), ("/", "page"), ("/partnerships/P1.xml", "page"),
    ("/en/sign-in", "login"), ("/fr/account/sessions", "login"), ("/en/sign-in-help", "page"),
    ("/feed?after=7", "bulk"), ("/iati/activities.xml", "bulk"), ("/en/imports", "bulk"), ("/iati/", "page"),
])
def test_address_reaches_its_class(site, path, name):
    reply, text = get(site, path)
    assert reply.status == 200 and text.split()[0] == name
    assert text.split()[2] == path


def test_stranger_sets_no_proxy(site):
    assert get(site, "/en", Proxy="evil")[1].split()[3] in ("None", "")


@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_what_somebody_has_already_is_not_sent_again(site, coding):
    """Apache tells another tag of what it packs."""
    connection = http.client.HTTPConnection("127.0.0.1", site[0], timeout=10)
    connection.request("GET", "/tagged", headers={"Accept-Encoding": coding})
    reply = connection.getresponse()
    reply.read()
    assert reply.status == 200 and (reply.getheader("Content-Encoding") == "gzip" or coding != "gzip" or "lighttpd" in reply.getheader("Server"))
    assert "Content-Length" not in (reply.getheader("Vary") or ""), "caches would keep it apart for nothing"
    tag = reply.getheader("ETag")
    for tags in (tag, f'W/"x", {tag}', f'{tag}, "x"', f"W/{tag}"):
        connection.request("GET", "/tagged", headers={"Accept-Encoding": coding, "If-None-Match": tags})
        reply = connection.getresponse()
        assert reply.read() == b"" and reply.status == 304, tags
    connection.request("GET", "/tagged", headers={"Accept-Encoding": coding, "If-None-Match": '"x-gzip"'})
    assert connection.getresponse().status == 200
    connection.close()


def test_forms_arrive_whole(site):
    reply, text = get(site, "/en/imports", "POST", b"a" * 3_000_000)
    assert reply.status == 200 and text.split()[1] == "3000000"


@pytest.mark.parametrize("path", ["/en/register/partnership", "/en/sign-in", "/en/imports"])
def test_who_sends_slowly_holds_no_worker(site, path):
    body = b"a" * 2_000_000
    with socket.create_connection(("127.0.0.1", site[0]), 10) as slow:
        slow.sendall(f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                     f"Content-Length: {len(body)}\r\n\r\n".encode() + body[:100_000])
        time.sleep(0.3)
        assert get(site, path)[0].status == 200  # the stand-in is the only worker of its class
        slow.sendall(body[100_000:])
        reply = http.client.HTTPResponse(slow)
        reply.begin()
        assert reply.status == 200 and reply.read().split()[1] == b"2000000"


@pytest.mark.parametrize("path", ["/en/register/partnership", "/en/imports"])
def test_a_body_that_ends_early_is_not_taken_for_whole(site, path):
    worker = site[1]["bulk" if path == "/en/imports" else "page"]
    before = len(worker.seen)
    with socket.create_connection(("127.0.0.1", site[0]), 10) as gone:
        gone.sendall(f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2000000\r\n\r\n".encode()
                     + b"a" * 100_000)
        time.sleep(0.3)
    assert get(site, path)[0].status == 200
    assert all(params["CONTENT_LENGTH"] == "2000000" for params in worker.seen[before:-1])


def test_what_is_too_large_gets_a_page_that_says_so(site):
    reply, text = get(site, "/en/imports", "POST", b"a" * ((16 << 20) + 1))
    assert reply.status == 413 and "Trop volumineux" in text, (reply.status, text[:200])
    assert get(site, "/en/imports", "POST", b"a" * 16_000_000)[1].split()[1] == "16000000"


@pytest.mark.parametrize("site", [apache], indirect=True, ids=["apache"])
def test_apache_takes_no_form_that_is_too_large_or_of_no_length(site):
    assert get(site, "/en/partnerships", "POST", b"a" * ((3 << 20) + 1))[0].status == 413
    assert get(site, "/en/partnerships", "POST", b"a" * (3 << 20))[0].status == 200
    assert get(site, "/en/partnerships", "POST", iter([b"a"]), **{"Transfer-Encoding": "chunked"})[0].status == 411


@pytest.mark.parametrize("path", ["/static/concord.css?v=0123", "/static/0123abcd/concord.css"])
def test_static_files_are_kept_for_ever(site, path):
    reply, text = get(site, path)
    assert reply.status == 200 and "color" in text
    assert "immutable" in reply.getheader("Cache-Control")
    assert reply.getheader("X-Content-Type-Options") == "nosniff"


def test_the_full_set_is_a_file(site):
    assert get(site, "/full-set.xml")[0].status == 404
    (site[2] / "files/full-set.xml").write_text("<feed/>")
    reply, text = get(site, "/full-set.xml")
    assert reply.status == 200 and text == "<feed/>" and reply.getheader("Content-Type") == "application/xml"
    assert reply.getheader("Cache-Control") == "public, max-age=1"
    assert get(site, "/full-set.xmls")[1].split()[0] == "page"
