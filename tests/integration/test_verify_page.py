# SPDX-License-Identifier: EUPL-1.2
"""The commands of docs/verify.md, run as they stand there against what is published."""
import functools
import http.server
import pathlib
import re
import subprocess
import threading

import pytest

import build
from test_verify import ORG, organisation, publish

PAGE = build.ROOT / "docs/verify.md"


@pytest.fixture(scope="module")
def site(database, tmp_path_factory):
    """The addresses of the page as files: what is checked are bytes, not the web server."""
    folder = tmp_path_factory.mktemp("site")
    publish(database, ORG, "published", "", content=organisation(ORG, "One"))
    publish(database, ORG, "published", "a note: è", content=organisation(ORG, "Two"))
    publish(database, ORG, "withdrawn", "entered twice", ORG)
    for number, content, seal, note in database.rows(
            "SELECT number, content, seal, note FROM concord.revision ORDER BY number"):
        place = folder / f"organisations/{ORG}/revisions/{number}"
        place.mkdir(parents=True)
        for name, text in (("content.xml", content), ("seal.xml", seal), ("note.txt", note)):
            if text is not None:
                (place / name).write_bytes(text.encode())
    entries = database.rows("SELECT link, content, seal FROM concord.feed f JOIN concord.revision r ON"
                            " r.position = f.position ORDER BY f.position")
    (folder / "feed").write_text('<feed xmlns="urn:concord:registry:1">' + "".join(
        f'<entry link="{link}">{content or ""}{seal}</entry>' for link, content, seal in entries) + "</feed>")
    (folder / "schemas").symlink_to(build.ROOT / "schemas")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    handler.log_message = lambda *_: None
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def run_page(address, folder, revision=2):
    text = PAGE.read_text().replace("REVISION=2\n", f"REVISION={revision}\n")
    text = text.replace("https://registry.example.org", address)
    text = text.replace("partnerships/P0000000000000", f"organisations/{ORG}", 1)
    script = "set -e\n" + "\n".join(re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S))
    return subprocess.run(["sh"], input=script, cwd=folder, capture_output=True, text=True, check=False)


def test_the_commands_of_the_page_work(site, tmp_path):
    done = run_page(site[1], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(": OK") == 3, done.stdout
    assert re.search(r"^newest link: [0-9a-f]{64}$", done.stdout, re.M)
    assert "wrong" not in done.stdout


def test_of_a_withdrawn_revision_seal_and_note_are_checked(site, tmp_path):
    done = run_page(site[1], tmp_path, 3)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "revision 3 is withdrawn: it has no content" in done.stdout
    assert done.stdout.count(": OK") == 2 and done.stderr == "seal.xml validates\n", done.stdout + done.stderr
    note = pathlib.Path(site[0]) / f"organisations/{ORG}/revisions/3/note.txt"
    good = note.read_bytes()
    try:
        note.write_bytes(b"entered once")
        assert run_page(site[1], tmp_path, 3).returncode != 0
    finally:
        note.write_bytes(good)


@pytest.mark.parametrize("file", ["content.xml", "note.txt"])
def test_the_commands_of_the_page_find_a_changed_byte(site, tmp_path, file):
    path = pathlib.Path(site[0]) / f"organisations/{ORG}/revisions/2" / file
    good = path.read_bytes()
    try:
        path.write_bytes(good.replace(b"T", b"t", 1).replace(b"note", b"nose"))
        assert run_page(site[1], tmp_path).returncode != 0
    finally:
        path.write_bytes(good)
