# SPDX-License-Identifier: EUPL-1.2
"""The real program as a plain CGI program of Apache's mod_cgid, by the shipped snippet: each request is a
process of its own, in the class of its address; what a client writes into an address is no argument."""
import http.client
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import build
import cluster as pg
import pytest
from test_others import APACHE, free_port

MODULES = "mpm_event authz_core alias headers rewrite setenvif env mime cgid".split()


@pytest.fixture(scope="module", name="port")
def port_fixture():
    database = pg.Cluster()
    # Apache's own account must get at everything, also where the sources lie in a closed folder
    folder = Path(tempfile.mkdtemp(prefix="concord-cgid-"))
    folder.chmod(0o777)
    process = None
    try:
        database.template()
        registry = database.fresh()
        registry.concord("codelists")
        for name in ("schemas", "web"):
            shutil.copytree(build.ROOT / name, folder / "share" / name)
        (folder / "share/web/concord.css").write_text("body { color: black }\n")
        (folder / "bin").mkdir()
        shutil.copy(build.program("concord.fcgi"), folder / "bin/concord.fcgi")
        port = free_port()
        config = registry.settings("cgid", http_public_url=f"http://127.0.0.1:{port}",
                                   files_share_path=str(folder / "share"))
        snippet = ((build.ROOT / "etc/apache/concord-cgid.conf").read_text()
                   .replace("/etc/concord/concord.conf", str(config)).replace("/usr/share/concord", f"{folder}/share")
                   .replace("/usr/libexec", f"{folder}/bin").replace("/var/lib/concord/files", f"{folder}/files"))
        (folder / "files").mkdir()
        (folder / "files/full-set.xml").write_text("<feed/>")
        (folder / "concord.conf").write_text(snippet)
        loads = "\n".join(f"LoadModule {m}_module /usr/lib/apache2/modules/mod_{m}.so" for m in MODULES)
        (folder / "conf").write_text(APACHE.format(
            d=folder, port=port, user="User www-data\nGroup www-data" if os.getuid() == 0 else "", modules=loads)
            + f"ScriptSock {folder}/cgid\n")
        with open(folder / "output", "wb") as output:
            process = subprocess.Popen(["/usr/sbin/apache2", "-f", str(folder / "conf"), "-DFOREGROUND"], stdout=output,
                                       stderr=output, cwd=folder)
        end = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < end, (folder / "output").read_text()
                time.sleep(0.05)
        yield port
    finally:
        if process is not None:
            process.send_signal(signal.SIGTERM)
            process.wait(10)
        database.close()
        shutil.rmtree(folder)


def get(port, path, method="GET", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, headers=headers)
    reply = connection.getresponse()
    reply.body = reply.read()
    connection.close()
    return reply


@pytest.mark.parametrize("path, kind", [
    ("/en/", "text/html"), ("/ar/about", "text/html"), ("/en/sign-in", "text/html"), ("/feed?after=0", "application/xml"),
    ("/schemas/1.0-draft/seal.xsd", "application/xml"), ("/codelists/scope.xml", "application/xml"),
])
def test_addresses_of_every_class_answer(port, path, kind):
    reply = get(port, path)
    assert (reply.status, reply.getheader("Content-Type")) == (200, f"{kind}; charset=utf-8")
    assert "default-src 'none'" in reply.getheader("Content-Security-Policy")
    assert get(port, path, "HEAD").status == 200


def test_unchanged_documents_are_not_sent_again(port):
    first = get(port, "/codelists/scope.xml")
    again = get(port, "/codelists/scope.xml", **{"If-None-Match": first.getheader("ETag")})
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize("query", ["--class+login", "--config+/etc/passwd", "-c%20/etc/passwd", "--socket+/tmp/x"])
def test_a_query_is_no_argument(port, query):
    assert get(port, f"/en/?{query}").status == 400


def test_static_files_are_served(port):
    assert get(port, "/static/concord.css?v=0").body == b"body { color: black }\n"


def test_the_full_set_is_a_file(port):
    reply = get(port, "/full-set.xml")
    assert (reply.status, reply.body, reply.getheader("Content-Type")) == (200, b"<feed/>", "application/xml")


def test_unknown_pages_are_not_found(port):
    assert get(port, "/en/nowhere").status == 404
