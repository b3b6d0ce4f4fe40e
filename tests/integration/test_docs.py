# SPDX-License-Identifier: EUPL-1.2
"""The documentation: its links lead somewhere, what it names exists, dependencies are all explained."""
import json
import re
import subprocess

import build
import pytest

ROOT = build.ROOT
PAGES = sorted([*ROOT.glob("*.md"), *(p for d in ("docs", "sql", "etc", "tests") for p in (ROOT / d).rglob("*.md"))])
TEXT = {p: p.read_text() for p in PAGES}
NAMES = {p: p.relative_to(ROOT).as_posix() for p in PAGES}


def anchors(text):
    """As GitHub and others make them out of headings."""
    heads = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```", "", text, flags=re.S | re.M), re.M)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in heads}


def test_there_is_a_page_for_each_reader():
    for name in ("install", "operate", "partner", "personal-data", "dependencies", "records", "schema", "verify"):
        assert ROOT / f"docs/{name}.md" in PAGES


@pytest.mark.parametrize("page", PAGES, ids=NAMES.get)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", TEXT[page]):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = page if path == "" else (page.parent / path).resolve()
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(file.read_text()), target


@pytest.mark.parametrize("page", PAGES, ids=NAMES.get)
def test_files_that_are_named_exist(page):
    for path in re.findall(r"`((?:cgi|sql|etc|docs|tests|build-aux|schemas|include|web|man|po)/[\w./-]+)`", TEXT[page]):
        places = [ROOT / path, page.parent / path]
        assert any(p.exists() for p in places) or re.search(r"[A-Z]{2,}", path), path


@pytest.mark.parametrize("page", PAGES, ids=NAMES.get)
def test_commands_and_settings_that_are_named_exist(page):
    commands = set(re.findall(r"^  ([a-z][a-z-]*)(?: |$)", build.run("concord", "--help").stdout, re.M))
    for word in re.findall(r"(?:`|^    |-- |&& )concord ([a-z][a-z-]+)", TEXT[page], re.M):
        assert word in commands, word
    table = (ROOT / "cgi/core/settings.c").read_text()
    sections = dict.fromkeys(re.findall(r'^    [A-Z]+\("(\w+)",', table, re.M))
    settings = {".".join(m) for m in re.findall(r'^    [A-Z]+\("(\w+)", "(\w+)"', table, re.M)}
    for name in re.findall(rf"`((?:{'|'.join(sections)})\.[a-z_]+)`", TEXT[page]):
        assert name in settings or name.startswith("person."), name


def test_every_dependency_is_explained():
    page = TEXT[ROOT / "docs/dependencies.md"]
    named = {n for row in re.findall(r"^\| (`.*?) \|", page, re.M) for n in re.findall(r"`([^`]+)`", row)}
    packages = {line.split()[0] for line in (ROOT / "build-aux/packages.txt").read_text().splitlines()
                if line and not line.startswith("#")}
    described = json.loads((ROOT / "package.json").read_text())
    npm = {*described["dependencies"], *described["devDependencies"]}
    assert named == packages | npm


def test_shell_of_the_pages_has_no_syntax_errors():
    for page in PAGES:
        for block in re.findall(r"^```sh\n(.*?)^```", TEXT[page], re.M | re.S):
            done = subprocess.run(["bash", "-n"], input=block, capture_output=True, text=True, check=False)
            assert done.returncode == 0, (NAMES[page], done.stderr)


def test_every_page_is_in_the_tarball():
    made = (ROOT / "Makefile.am").read_text()
    for page in (ROOT / "docs").glob("*.md"):
        assert f"docs/{page.name}" in made


def test_every_python_file_of_the_tests_is_in_the_tarball():
    listed = (ROOT / "tests/Makefile.inc").read_text()
    files = [p.relative_to(ROOT).as_posix() for p in (ROOT / "tests").rglob("*.py")]
    assert files and [f for f in files if f not in listed] == []
