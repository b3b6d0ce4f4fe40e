# SPDX-License-Identifier: EUPL-1.2
"""What the demo takes for its own: processes that work on its folder, and the port of its last start."""
import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

import build


@pytest.fixture(name="demo")
def demo_fixture():
    with tempfile.TemporaryDirectory(prefix="concord-demo-") as name: # its path fits into a socket's address
        folder = pathlib.Path(name)
        (folder / "build-aux").mkdir()
        for file in ("demo", "build-aux/packages.sh", "build-aux/source.sh"):
            shutil.copy(build.ROOT / file, folder / file)
        (folder / "var/demo/run/fcgi").mkdir(parents=True)
        (folder / "var/demo/port").write_text("18181\n")
        yield folder


def run(demo, *args, **env):
    return subprocess.run(["sh", demo / "demo", *args], env={**os.environ, **env}, capture_output=True, text=True,
                          timeout=60, check=False)


@pytest.fixture(name="process")
def process_fixture(demo):
    made = []

    def start(path, pidfile="page.pid"):
        made.append(subprocess.Popen(["tail", "-f", path]))
        (demo / "var/demo/run/fcgi" / pidfile).write_text(f"{made[-1].pid}\n")
        return made[-1]
    yield start
    for process in made:
        process.kill()
        process.wait()


def test_foreign_processes_are_left_alone(demo, process):
    foreign = process("/dev/null")
    assert "page workers   does not run" in run(demo, "status").stdout
    done = run(demo, "stop")
    assert done.returncode == 0 and foreign.poll() is None, done.stderr
    assert not (demo / "var/demo/run/fcgi/page.pid").exists()


def test_its_own_are_ended(demo, process):
    own = process(demo / "var/demo/port")
    assert "page workers   runs" in run(demo, "status").stdout
    assert run(demo, "stop").returncode == 0 and own.wait(5) == -15


def test_the_port_of_what_runs_stays(demo, process):
    process(demo / "var/demo/port")
    done = run(demo, CONCORD_PORT="18182")
    assert done.returncode == 1 and "it runs on port 18181 already" in done.stderr, done.stderr
    assert (demo / "var/demo/port").read_text() == "18181\n"
