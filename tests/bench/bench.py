#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""`make bench`: how fast public pages and documents are, as ratios within one run, into RESULTS.md.

    bench.py [--records N] [--rounds N] [--seconds N] [--out FILE] [--only-imports [native|iati]] [--only-answers]
             [--postgres NAME=VALUE...]
"""
import argparse
import os
import pathlib
import platform
import random
import re
import shutil
import statistics
import subprocess
import sys
import time

import answers
import bulk
import imports
import servers
from servers import HERE, WORKERS, build, rss

import fcgi
import stmts

CLIENTS = 8
ANSWER_ROUNDS = 7
LOAD_BEFORE = os.getloadavg()[0]
TARGETS = {("XML", "constant"): 0.75, ("page", "constant"): 0.60}
RSS_MAX = 40
PHP = shutil.which("php-fpm8.2") or shutil.which("php-fpm")


class Subject:
    """One line of the table: a server that answers a list of addresses."""

    def __init__(self, group, name, port, pool, paths):
        self.group, self.name, self.port, self.pool, self.paths = group, name, port, pool, paths
        self.rates, self.p99, self.cpu, self.size = [], [], [], 0

    rate = property(lambda self: statistics.median(self.rates))


def milliseconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def wrk(subject, seconds, folder):
    paths = folder / "paths"
    paths.write_text("".join(f"{p}\n" for p in subject.paths))
    done = subprocess.run(["wrk", "-t2", f"-c{CLIENTS}", f"-d{seconds}s", "--latency", "-s", HERE / "paths.lua",
                           f"http://127.0.0.1:{subject.port}"], env={**os.environ, "PATHS": str(paths)},
                          check=True, text=True, stdout=subprocess.PIPE).stdout
    if "Non-2xx" in done or "Socket errors" in done:
        raise RuntimeError(f"{subject.group} {subject.name}: {done}")
    requests = int(re.search(r"(\d+) requests in", done)[1])
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done)[1])
    return requests, rate, milliseconds(re.search(r"^\s+99%\s+(\S+)", done, re.M)[1])


def measure(bench, subject, seconds):
    before = bench.cpu(subject.pool)
    requests, rate, p99 = wrk(subject, seconds, bench.folder)
    used = [(b - a) / requests * 1000 for a, b in zip(before, bench.cpu(subject.pool))]
    subject.rates.append(rate)
    subject.p99.append(p99)
    subject.cpu.append(used)
    print(f"  {subject.group:14} {subject.name:9} {rate:9.0f}/s", file=sys.stderr, flush=True)


def php_data(bench, page, path):
    """What peer.php needs to know, as PHP source, so that the byte code cache holds it."""
    quote = lambda s: "'" + s.replace("\\", "\\\\").replace("'", "\\'") + "'"  # noqa: E731
    sql = next(s.sql for s in stmts.all_statements() if s.name == "record_page")
    codes = {}
    for name, code, text in bench.database.rows("SELECT list, code, names->>'en' FROM code ORDER BY 1, 2"):
        codes.setdefault(name, []).append(f"{quote(code)} => {quote(text or code)}")
    head, foot = page[0].split("<article>")[0], page[0].split("</article>\n")[1]
    values = {"conninfo": f"{bench.database.conninfo} user=cc_web", "sql": sql,
              "head": head.replace(page[1], "{id}"), "foot": foot}
    lines = [f"{quote(k)} => {quote(v)},\n" for k, v in values.items()]
    lists = [f"{quote(k)} => [{', '.join(v)}],\n" for k, v in codes.items()]
    path.write_text(f"<?php\nreturn [\n{''.join(lines)}'codes' => [\n{''.join(lists)}]];\n")
    path.chmod(0o644)


def subjects_of(bench):
    """Everything that is measured; starts the servers."""
    ids = [row[0] for row in bench.database.rows(
        "SELECT record_id FROM publication WHERE kind = 'partnership' ORDER BY record_id LIMIT 2000")]
    large = bench.database.one("SELECT partnership_id FROM member_count ORDER BY members DESC LIMIT 1")
    random.Random(1).shuffle(ids)
    xml, pages = [f"/partnerships/{i}.xml" for i in ids], [f"/en/partnerships/{i}" for i in ids]
    # nobody supervises these workers, so they must not end
    concord = bench.concord(worker_max_requests="1000000")

    def size(paths):
        bodies = [fcgi.fetch(str(concord.path), p).body for p in paths[:50]]
        return round(statistics.mean(map(len, bodies))), bodies[0]

    xml_size, page_size = size(xml)[0], size(pages)[0]
    root, port = bench.files()
    for name, n in (("xml", xml_size), ("html", page_size)):
        (root / f"file.{name}").write_bytes(b"x" * n)
        (root / f"file.{name}").chmod(0o644)
    constant_xml = bench.constant("constant-xml", xml_size, "application/xml")
    constant_page = bench.constant("constant-page", page_size, "text/html")
    found = [
        Subject("XML", "concord", concord.port, concord, xml),
        Subject("XML", "constant", constant_xml.port, constant_xml, xml),
        Subject("XML", "static", port, None, ["/file.xml"]),
        Subject("page", "concord", concord.port, concord, pages),
        Subject("page", "constant", constant_page.port, constant_page, pages),
        Subject("page", "static", port, None, ["/file.html"]),
        Subject("home", "concord", concord.port, concord, ["/en/"]),
        Subject("list", "concord", concord.port, concord, ["/en/partnerships"]),
        Subject("organisations", "concord", concord.port, concord, ["/en/organisations"]),
        Subject("members", "concord", concord.port, concord, [f"/en/partnerships/{large}/members"]),
    ]
    if PHP:
        php_data(bench, (size(pages)[1].decode(), ids[0]), bench.folder / "peer-data.php")
        pool = bench.php(PHP)
        found.append(Subject("page", "php", pool.port, pool, pages))
    bench.start()
    for s in found:
        url = f"http://127.0.0.1:{s.port}{s.paths[0]}"
        done = subprocess.run(["curl", "-sf", url], check=False, stdout=subprocess.PIPE)
        if done.returncode != 0:
            raise RuntimeError(f"{url} of {s.name} does not answer: {s.pool and s.pool.log.read_text()}")
        s.size = len(done.stdout)
    return found, concord


def commit():
    def git(*args):
        return subprocess.run(["git", "-C", build.ROOT, *args], check=False, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.strip()
    changed = git("status", "--porcelain", "--untracked-files=no", "--", "cgi", "sql", "include")
    return (git("rev-parse", "--short=12", "HEAD") or "unknown") + (" with changes" if changed else "")


def machine():
    text = pathlib.Path("/proc/cpuinfo").read_text()
    model = re.search(r"model name\s*: (.*)", text)
    memory = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())[1]) // 1024
    return f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores, {memory} MB, Linux {platform.release()}"


def versions(bench):
    server = bench.database.one("SHOW server_version").split()[0]
    nginx = subprocess.run(["nginx", "-v"], capture_output=True, text=True, check=False).stderr.strip()
    php = subprocess.run([PHP, "-v"], capture_output=True, text=True, check=False).stdout if PHP else "none\n"
    settings = " ".join(bench.settings) or "defaults"
    return f"PostgreSQL {server} ({settings}, fsync {bench.database.one('SHOW fsync')}), {nginx.split()[-1]}, " \
           f"{' '.join(php.splitlines()[0].split()[:2])}"


def table(subjects):
    by_name = {(s.group, s.name): s for s in subjects}
    lines = ["| what | server | bytes | requests/s (median; least to most) | of the constant responder | p99 ms |"
             " CPU s per 1000: program | PostgreSQL | nginx |",
             "| --- | --- | --: | --: | --: | --: | --: | --: | --: |"]
    for s in subjects:
        base = by_name.get((s.group, "constant"), by_name[("page", "constant")])
        used = [statistics.median(u[i] for u in s.cpu) for i in range(3)]
        lines.append(f"| {s.group} | {s.name} | {s.size} | {s.rate:.0f} ({min(s.rates):.0f} to {max(s.rates):.0f}) |"
                     f" {s.rate / base.rate:.2f} | {statistics.median(s.p99):.1f} |"
                     f" {' | '.join(f'{u:.3f}' for u in used)} |")
    return lines


def verdicts(subjects, worker_mb):
    """(sentence, whether it holds) for each figure that we promise."""
    rate = {(s.group, s.name): s.rate for s in subjects}
    said = []
    for (group, base), least in TARGETS.items():
        ratio = rate[group, "concord"] / rate[group, base]
        said.append((f"{group}: {ratio:.2f} of the {base} responder, promised {least:.2f}", ratio >= least))
    if ("page", "php") in rate:
        said.append((f"page: {rate['page', 'concord'] / rate['page', 'php']:.1f} times PHP-FPM", True))
    said.append((f"largest worker after the run: {worker_mb:.1f} MB resident, promised below {RSS_MAX}",
                 worker_mb < RSS_MAX))
    return said


def registries_of(bench, records):
    """The filled one; of more than answers.SMALL also one of that size, to compare with."""
    databases = [(records, bench.database)]
    if records > answers.SMALL:
        databases.insert(0, (answers.SMALL, bench.cluster.fresh()))
        bench.fill(*databases[0])
    return [answers.Registry(n, d, bench.concord(database=d, count=2, worker_max_requests="1000000"),
                             bench.concord("bulk", database=d, count=2, worker_max_requests="1000000"))
            for n, d in databases]


def small(args):
    """What a reader must know of a quick run."""
    if args.records >= answers.SMALL:
        return []
    return [f"- **A quick run of {args.records} records: no promise is about so few.**"]


def documents(bench, registry, rounds):
    """All documents by COPY and by the feed, in turn."""
    bulk.feed(bench, registry.bulk)  # both read what is in memory
    return [measure_bulk(bench) for _ in range(rounds) for measure_bulk in
            (bulk.copy, lambda bench: bulk.feed(bench, registry.bulk))]


def only_imports(args):
    """For files so large that nothing else is to be waited for."""
    with servers.Servers(args.postgres) as bench:
        print(f"{versions(bench)}; commit {commit()}", flush=True)
        native = iati = []
        if "native" in args.only_imports:
            native, stages = imports.native(bench, args.records, args.rounds)
            print("\n".join([*bulk.table(native, dict.fromkeys(imports.NATIVE, imports.CEILING)), "", *stages]), flush=True)
        if "iati" in args.only_imports:
            iati = imports.iati(bench, args.records, args.rounds)
            print("\n".join(bulk.table(iati, {})), flush=True)
        said = imports.verdicts(native + iati)
        print("\n".join(["", *(f"- {'held' if ok else '**missed**'}: {s}" for s, ok in said)]))
    return 0 if all(ok for _, ok in said) else 1


def only_answers(args):
    """What one client waits for at very many records, beside a hundred thousand; and all of them at once."""
    with servers.Servers(args.postgres) as bench:
        filled, fill_seconds = bench.fill(args.records)
        print(f"{filled}, filled in {fill_seconds:.0f} s; commit {commit()}", flush=True)
        registries = registries_of(bench, args.records)
        bench.start()
        groups = answers.questions(registries[0].database)
        answers.measure(registries, groups, ANSWER_ROUNDS)
        lines, said = answers.table(registries, groups)
        print("\n".join([*lines, "", *(f"- {'held' if ok else '**missed**'}: {s}" for s, ok in said)]), flush=True)
        copied = documents(bench, registries[-1], args.rounds)
        said.append(bulk.verdict(copied))
        print("\n".join(["", *bulk.table(copied, {"feed": "COPY"}), "", f"- {said[-1][0]}"]), flush=True)
        whole = bulk.whole(bench)
        print("\n".join(["", *bulk.table(whole, {}), "", f"- {bulk.verdict_whole(whole, args.records)[0]}"]))
    return 0 if all(ok for _, ok in said) else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=100000, help="of all kinds; and as many in each file that is imported")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--out", type=pathlib.Path, default=HERE / "RESULTS.md")
    parser.add_argument("--only-imports", nargs="?", const="native and iati", choices=["native", "iati"],
                        help="their table and promises alone, to the screen")
    parser.add_argument("--only-answers", action="store_true",
                        help="what one client waits for, the feed, verify and reindex, to the screen")
    parser.add_argument("--postgres", nargs="+", default=servers.SETTINGS, metavar="NAME=VALUE", help="instead of the settings that docs/operate.md gives")
    args = parser.parse_args()
    if args.only_imports:
        return only_imports(args)
    if args.only_answers:
        return only_answers(args)
    begin = time.monotonic()
    with servers.Servers(args.postgres) as bench:
        # before there is a large registry, which the server would be tidying up meanwhile
        native, stages = imports.native(bench, args.records, args.rounds)
        lines_of_imports = native + imports.iati(bench, args.records, args.rounds)
        filled, fill_seconds = bench.fill(args.records)
        print(f"{filled} in {fill_seconds:.0f} s", file=sys.stderr)
        registries = registries_of(bench, args.records)
        subjects, concord = subjects_of(bench)
        for s in subjects:
            wrk(s, 1, bench.folder)
        for _ in range(args.rounds):
            for s in random.sample(subjects, len(subjects)):
                measure(bench, s, args.seconds)
        worker_mb = max(map(rss, concord.pids))
        groups = answers.questions(registries[0].database)
        answers.measure(registries, groups, ANSWER_ROUNDS)
        answer_table, answers_said = answers.table(registries, groups)
        copied = documents(bench, registries[-1], args.rounds)
        whole = bulk.whole(bench)
        said = [*verdicts(subjects, worker_mb), *answers_said, bulk.verdict(copied),
                bulk.verdict_whole(whole, args.records), *imports.verdicts(lines_of_imports)]
        ceilings = {"feed": "COPY", **{name: imports.CEILING for name in imports.NATIVE}}
        lines = [
            "# Speed of public pages and documents", "",
            "Made by `make bench`. Only ratios within this run count; below 15 % is noise.", "",
            f"- commit {commit()}, {time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC,"
            f" {time.monotonic() - begin:.0f} s",
            f"- {machine()}; load: {LOAD_BEFORE:.1f} when it began, {os.getloadavg()[0]:.1f} when it ended (1 minute)",
            f"- {versions(bench)}",
            f"- {filled}; filled in {fill_seconds:.0f} s ({args.records / fill_seconds:.0f} records/s) by COPY, with the"
            " projections of every publication",
            f"- {WORKERS} workers each, nginx without its micro-cache, no compression, wrk -t2 -c{CLIENTS},"
            f" {args.rounds} shuffled rounds of {args.seconds} s", *small(args),
            "", *[f"- {'held' if ok else '**missed**'}: {text}" for text, ok in said], "",
            *table(subjects), "",
            "constant: libfcgi in C, fetches the record's document by one prepared statement and answers the same",
            "number of constant bytes. static: nginx alone, a file of that size. php: PHP-FPM with a kept connection, the",
            "same statement kept prepared, SimpleXML, byte code cache. Ratios of pages without a constant responder of",
            "their own are to that of the record page.", "",
            "## What one client waits", "", *answer_table, "",
            f"Through nginx on a kept connection, one request at a time, {ANSWER_ROUNDS} shuffled rounds; reading the",
            "answer is part of it. Records are those that most others name.", "",
            "## Many records at once", "", *bulk.table(copied + whole + lines_of_imports, ceilings), "",
            "COPY: content, seal and note of all revisions to a file. feed: all of its pages over HTTP, one after the",
            "other. verify and reindex: every record of the registry. Imports read one file in a database of their own,",
            f"with fsync, before there is any other; of {args.rounds} rounds the median. CPU seconds are worth more than the",
            "others on a machine that does other things, too. Memory of PostgreSQL: of the process that has most, without",
            "what is shared.", "",
            *stages, "",
            "The program's ceiling is xmllint's CPU; that of revisions is a COPY of the same documents into a table",
            "without an index; that of words one to_tsvector() over them. A stage of the database is the time of its",
            "functions, without those of other stages.", ""]
        args.out.write_text("\n".join(lines))
    print("\n".join(lines))
    return 0 if all(ok for _, ok in said) else 1


if __name__ == "__main__":
    sys.exit(main())
