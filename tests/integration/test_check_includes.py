# SPDX-License-Identifier: EUPL-1.2
"""tests/check-includes finds what it is there for."""
import subprocess
from pathlib import Path

import pytest

CHECK = Path(__file__).resolve().parents[1] / "check-includes"


def run(tree, *more):
    return subprocess.run([CHECK, tree, *more], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("file, line, word", [
    ("cgi/core/a.c", '#include "concord/db.h"', "db"),
    ("cgi/view/a.c", '#include "concord/db.h"', "db"),
    ("cgi/view/a.html", '%include "app/app.h"', "app"),
    ("cgi/http/a.c", '#include "model/rules.h"', "model"),
    ("cgi/main.c", '#include "concord/auth.h"', "auth"),
    ("cgi/main.c", "#include <fcgiapp.h>", "http"),
    ("cgi/app/a.c", "#include <libpq-fe.h>", "libpq-fe.h"),
    ("cgi/publish/publish.c", "#include <libxml/tree.h>", "libxml"),
    ("cgi/core/a.c", '#include "concord/unheard-of.h"', "unheard-of"),
])
def test_wrong_edge_is_told(tmp_path, file, line, word):
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text(line + "\n")
    done = run(tmp_path)
    assert done.returncode == 1 and word in done.stderr


@pytest.mark.parametrize("file, line", [
    ("cgi/db/a.c", "#include <libpq-fe.h>"),
    ("cgi/publish/verify.c", "#include <libxml/c14n.h>"),
    ("cgi/app/a.c", '#include "concord/publish.h"'),
    ("cgi/http/x.c", "#include <fcgiapp.h>"),
])
def test_right_edge_passes(tmp_path, file, line):
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text(line + "\n")
    assert run(tmp_path).returncode == 0


def test_symbols(tmp_path):
    source = tmp_path / "cgi/model/a.c"
    source.parent.mkdir(parents=True)
    source.write_text("void PQclear(void *);\nvoid f(void);\nvoid f(void) { PQclear(0); }\n")
    build = tmp_path / "build"
    (build / "cgi/model").mkdir(parents=True)
    subprocess.run(["gcc", "-c", source, "-o", build / "cgi/model/a.o"], check=True)
    done = run(tmp_path, build)
    assert done.returncode == 1 and "PQclear" in done.stderr
