# SPDX-License-Identifier: EUPL-1.2
"""Many records at once: the feed beside COPY of the same documents, and the commands that read all of them. Each is told
in MB/s, in CPU seconds of program and PostgreSQL, and as a ratio to its ceiling. Imports: imports.py."""
import contextlib
import http.client
import os
import pathlib
import re
import statistics
import subprocess
import threading
import time

import servers
from servers import build

MB = 1e6
FEED = 0.5  # of COPY
MINUTES = 10  # for a million records, verified


class Line:
    """One thing measured: its bytes, seconds, CPU seconds and largest memory: of the program, of the server's process
    that grew most."""

    def __init__(self, name, size, seconds, cpu, memory=0.0, said="", server=0.0):
        self.name, self.size, self.seconds, self.cpu, self.memory, self.said = name, size, seconds, cpu, memory, said
        self.server = server

    rate = property(lambda self: self.size / MB / self.seconds)


def postgres_cpu(cluster):
    """CPU seconds of all servers so far; the first has those of the others that have ended, so it is asked last."""
    pid, running = cluster.pid(), 0.0
    for child in servers.children(pid):
        with contextlib.suppress(OSError):  # it has ended
            running += servers.cpu(child)
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / servers.TICK + running


class Watch(threading.Thread):
    """The most memory of its own, without what is shared, that a process of the server has meanwhile."""

    def __init__(self, cluster):
        super().__init__(daemon=True)
        self.pid, self.largest, self.ended = cluster.pid(), 0.0, threading.Event()

    def run(self):
        while not self.ended.wait(0.5):
            for pid in servers.children(self.pid):
                with contextlib.suppress(OSError):  # it has ended
                    status = pathlib.Path(f"/proc/{pid}/status").read_text()
                    for size in re.findall(r"RssAnon:\s+(\d+)", status):  # none: it is just ending
                        self.largest = max(self.largest, int(size) / 1024)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.join()


def run(bench, name, size, command, good=(0,)):
    """A program to its end; its output goes to a file whose last line is kept."""
    path = bench.folder / "said"
    before, begin = postgres_cpu(bench.cluster), time.monotonic()
    with open(path, "wb") as out, Watch(bench.cluster) as watch:
        process = subprocess.Popen([str(c) for c in command], stdin=subprocess.DEVNULL, stdout=out,
                                   stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - begin
    if process.returncode not in good:
        raise RuntimeError(f"{name}: {path.read_bytes()[-2000:].decode(errors='replace')}")
    last = path.read_bytes()[-300:].decode(errors="replace").strip().rpartition("\n")[2]
    return Line(name, size, seconds, (used.ru_utime + used.ru_stime, postgres_cpu(bench.cluster) - before),
                used.ru_maxrss / 1024, last, watch.largest)


def copy(bench):
    """The documents of the feed by COPY: what the database can give."""
    size = int(bench.database.one("SELECT sum(octet_length(content) + octet_length(seal) + octet_length(note))"
                                  " FROM revision"))
    before, begin = postgres_cpu(bench.cluster), time.monotonic()
    process = subprocess.run(["psql", "-qX", f"{bench.database.conninfo} user=postgres", "-c",
                              "COPY (SELECT content, seal, note FROM concord.revision) TO STDOUT"],
                             stdout=subprocess.DEVNULL, check=True)
    assert process.returncode == 0
    return Line("COPY", size, time.monotonic() - begin, (0.0, postgres_cpu(bench.cluster) - before))


def feed(bench, pool):
    """All pages of the feed over HTTP, one after the other, as another registry reads them."""
    connection = http.client.HTTPConnection("127.0.0.1", pool.port, timeout=60)
    buffer, size, path = bytearray(1 << 20), 0, "/feed?after=0"
    before, workers, begin = postgres_cpu(bench.cluster), sum(map(servers.cpu, pool.pids)), time.monotonic()
    while True:
        connection.request("GET", path)
        answer = connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        head = answer.read(2000)
        size += len(head)
        while n := answer.readinto(buffer):
            size += n
        after, following = (re.search(rb' %s="(\d+)"' % name, head) for name in (b"after", b"next"))
        if following is None or following[1] == after[1]:
            break
        path = f"/feed?after={following[1].decode()}"
    seconds = time.monotonic() - begin
    return Line("feed", size, seconds, (sum(map(servers.cpu, pool.pids)) - workers,
                                        postgres_cpu(bench.cluster) - before))


def whole(bench):
    """All records verified, then all projections made anew and switched: what an operator does at night."""
    size = int(bench.database.one("SELECT sum(octet_length(content)) FROM revision"))
    return [run(bench, name, size, [build.program("concord"), "-c", bench.database.config, name])
            for name in ("verify", "reindex")]


def table(lines, ceilings):
    """`ceilings`: name of a line -> that of its ceiling."""
    by_name = {line.name: line for line in lines}
    out = ["| what | MB | s | MB/s | of its ceiling | CPU s: program | PostgreSQL | MB resident: program | PostgreSQL | |",
           "| --- | --: | --: | --: | --: | --: | --: | --: | --: | --- |"]
    for line in lines:
        ratio = f"{line.rate / by_name[ceilings[line.name]].rate:.3f}" if line.name in ceilings else ""
        memory, server = (f"{m:.0f}" if m else "" for m in (line.memory, line.server))
        out.append(f"| {line.name} | {line.size / MB:.0f} | {line.seconds:.2f} | {line.rate:.1f} |"
                   f" {ratio} | {line.cpu[0]:.2f} | {line.cpu[1]:.2f} | {memory} | {server} | {line.said} |")
    return out


def verdict(lines):
    """Feed and COPY in turn: the middle of their ratios."""
    ratio = statistics.median(f.rate / c.rate for c, f in zip(lines[::2], lines[1::2]))
    return f"feed: {ratio:.2f} of COPY, promised {FEED:.2f}", ratio >= FEED


def verdict_whole(lines, records):
    """How long a million would take at the rate of these."""
    minutes = {line.name: line.seconds / records * 1e6 / 60 for line in lines}
    return (f"verify: {records / lines[0].seconds:.0f} records/s, a million in {minutes['verify']:.1f} minutes, promised"
            f" below {MINUTES}; reindex {minutes['reindex']:.1f}", minutes["verify"] < MINUTES)
