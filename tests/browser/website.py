# SPDX-License-Identifier: EUPL-1.2
"""The registry as installed, behind nginx, with the samples and the people of ./demo: what the
browser tests look at. To look at it yourself: tests/browser/website.py (Enter ends it)."""
import contextlib
import os
import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/lib"))
import cluster as pg  # noqa: E402
from slapd import Slapd  # noqa: E402
from stack import NginxStack  # noqa: E402

SAMPLES = ROOT / "sql/samples"


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [line.split() for line in file if line.strip() and line[0] != "#"]


def load(stack):
    """The samples, and the rights of the people."""
    for file, owner in lines(SAMPLES / "order.tsv"):
        who = [] if owner == "-" else ["--owner", owner]
        stack.database.concord("import", "--trust-consent", SAMPLES / file, *who)
    for login, organisation, role in lines(SAMPLES / "people.tsv"):
        stack.grant(login, organisation, role)
    stack.database.concord("job", "1", "0", "statistics", "{}")


@contextlib.contextmanager
def running(folder):
    """A site that is up: an NginxStack with the samples."""
    cluster, directory = pg.Cluster(), Slapd(folder / "people").create()
    try:
        cluster.template()
        (folder / "run").mkdir()
        with NginxStack(cluster, directory, folder / "run", registry_name="Concord") as stack:
            load(stack)
            yield stack
    finally:
        directory.stop()
        cluster.close()


def main():
    with tempfile.TemporaryDirectory(prefix="concord-site-") as folder:
        with running(pathlib.Path(folder)) as stack:
            print(stack.origin + stack.base + "/", flush=True)
            sys.stdin.readline()


if __name__ == "__main__":
    main()
