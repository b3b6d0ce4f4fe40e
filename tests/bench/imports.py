# SPDX-License-Identifier: EUPL-1.2
"""Imports in a database of their own, with fsync: a native file beside `xmllint --stream --schema`, a file of IATI,
and where the time of a new native import goes, each stage beside what could be had at most."""
import os
import re
import subprocess
import time

from bulk import MB, run
from servers import build

MEMORY_MAX = 100  # MB, for a file of 500 MB; some 300 bytes more for each identifier
CEILING = "xmllint --stream --schema"
NATIVE = {"import, new": 0.05, "import, unchanged": 0.4}  # of the ceiling
IATI = {"IATI, new": 600, "IATI, unchanged": 5000}        # activities a second

# Functions of the database by what they do; their own time, so that nothing counts twice.
STAGES = [("words for search", "^cc_(search|facet)"), ("projections", "^cc_(project|rows|member|promise|role)"),
          ("revisions, feed, chain", "^cc_(publish|feed)"), ("working copy and its rules", "")]


def write(bench, how, count):
    path = bench.folder / f"records{how}.xml"
    with open(path, "wb") as out:
        subprocess.run([build.program("tests/bench/fill"), how, build.ROOT / "schemas", str(max(1000, count))],
                       stdout=out, check=True)
    return path, path.stat().st_size


def functions(database):
    time.sleep(1)  # the server writes its statistics a moment later
    return dict(database.rows("SELECT funcname, sum(self_time) / 1000 FROM pg_stat_user_functions GROUP BY 1"))


def ceilings(bench, database):
    """Seconds for the same documents: copied into a bare table; their words made, and nothing else."""
    documents = ("SELECT content, seal, note, regexp_replace(content, '<[^>]*>', ' ', 'g') AS words"
                 " FROM concord.revision")
    psql = ["psql", "-qX", f"{database.conninfo} user=postgres", "-c"]
    file = bench.folder / "copied"
    subprocess.run([*psql, f"CREATE TABLE concord.bare AS {documents} LIMIT 0"], check=True)
    with open(file, "wb") as out:
        subprocess.run([*psql, f"COPY ({documents}) TO STDOUT"], stdout=out, check=True)
    seconds = []
    with open(file, "rb") as data:
        begin = time.monotonic()
        subprocess.run([*psql, "COPY concord.bare FROM STDIN"], stdin=data, check=True)
        seconds.append(time.monotonic() - begin)
    begin = time.monotonic()
    database.one("SELECT sum(length(to_tsvector('english', words))) FROM bare")
    seconds.append(time.monotonic() - begin)
    file.unlink()
    return seconds


def stages(bench, database, new, reading):
    """The lines of the table: what took how long, and the ceiling of that."""
    spent, left = [], functions(database)
    for name, pattern in STAGES:
        took = sum(s for f, s in left.items() if re.search(pattern, f))
        left = {f: s for f, s in left.items() if not re.search(pattern, f)}
        spent.append((name, took))
    copied, worded = ceilings(bench, database)
    ceiling = {"words for search": worded, "revisions, feed, chain": copied}
    rows = [("program: read, check, judge, write, seal", new.cpu[0], reading.cpu[0]),
            *[(f"database: {name}", s, ceiling.get(name)) for name, s in spent],
            ("the whole, its stages beside each other", new.seconds, reading.seconds)]
    return ["| stage of a new native import | s | its ceiling, s |", "| --- | --: | --: |",
            *[f"| {name} | {s:.2f} | {'' if most is None else f'{most:.2f}'} |" for name, s, most in rows]]


def median(rounds):
    """Of lists of the same lines, each line as it was in the median round (of two in the slower one)."""
    return [sorted(lines, key=lambda line: line.seconds)[len(lines) // 2] for lines in zip(*rounds)]


def settle(bench):
    """What the round before has left to be written is written now: else it would be, beside the next one."""
    bench.cluster.superuser("CHECKPOINT")
    os.sync()


def native_round(bench, path, size):
    database = bench.cluster.fresh()
    bench.cluster.superuser(f"ALTER DATABASE {database.name} SET track_functions = 'pl'")
    database.concord("codelists")
    command = [build.program("concord"), "-c", database.config, "import", "--trust-consent", "--quiet", path]
    schema = build.ROOT / "schemas/1.0-draft/feed.xsd"
    settle(bench)
    lines = [run(bench, CEILING, size, ["xmllint", "--noout", "--nonet", "--stream", "--schema", schema, path]),
             run(bench, "import, new", size, command)]
    lines[0].said = ""
    table = stages(bench, database, lines[1], lines[0])
    lines.append(run(bench, "its roles, by `concord work`", size, [*command[:3], "job", "1", "0", "roles", "{}"]))
    lines[-1].said = ""
    lines.append(run(bench, "import, unchanged", size, command))
    bench.cluster.drop(database)
    return lines, table


def native(bench, records, rounds):
    path, size = write(bench, "--xml", records)
    done = [native_round(bench, path, size) for _ in range(rounds)]
    path.unlink()
    lines = median([lines for lines, _ in done])
    return lines, next(table for of_round, table in done if of_round[1] is lines[1])


def iati_round(bench, path, size):
    database = bench.cluster.fresh()
    database.concord("codelists")
    command = [build.program("concord"), "-c", database.config, "import", "--quiet", path]
    settle(bench)
    lines = [run(bench, name, size, command) for name in ("IATI, new", "IATI, unchanged")]
    bench.cluster.drop(database)
    return lines


def iati(bench, records, rounds):
    """New, and then without a change: so many activities, and who reports them."""
    path, size = write(bench, "--iati", records)
    done = [iati_round(bench, path, size) for _ in range(rounds)]
    path.unlink()
    return median(done)


def activities(line):
    """How many of them a second."""
    new, changed, unchanged = (int(n) for n in re.match(r"(\d+) new, (\d+) changed, (\d+) unchanged", line.said).groups())
    return (new + changed + unchanged) / line.seconds


def verdicts(lines):
    by_name = {line.name: line for line in lines}
    said = []
    for name, least in NATIVE.items() if CEILING in by_name else ():
        ratio = by_name[name].rate / by_name[CEILING].rate
        said.append((f"{name}: {ratio:.3f} of {CEILING}, promised {least:.2f}", ratio >= least))
    for name, least in IATI.items() if "IATI, new" in by_name else ():
        rate = activities(by_name[name])
        said.append((f"{name}: {rate:.0f} activities/s, promised {least}", rate >= least))
    memory = max(line.memory for line in lines if line.name != CEILING)
    size = max(line.size for line in lines) / MB
    said.append((f"import of {size:.0f} MB: {memory:.0f} MB resident, promised below {MEMORY_MAX}", memory < MEMORY_MAX))
    return said
