#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""`make soak`: what takes longer than a check may, into RESULTS.md. Each part has a bound in time.

    run.py [--minutes N] [--out FILE] [PART ...]

Parts: flood interleaved signin members roundtrips order restarts kills
"""
import argparse
import pathlib
import random
import statistics
import sys
import tempfile
import threading
import time
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
for folder in ("bench", "lib"):
    sys.path.insert(0, str(HERE.parent / folder))

import bench  # noqa: E402
import build  # noqa: E402
import cluster as pg  # noqa: E402
import fcgi  # noqa: E402
import kills  # noqa: E402
import servers  # noqa: E402
import suites  # noqa: E402
import timing  # noqa: E402
from slapd import Slapd  # noqa: E402
from stack import NginxStack  # noqa: E402

FLOODERS = 24 # three for each login worker
KEPT = 0.7    # of its rate, for a public page during the flood
FORM = "application/x-www-form-urlencoded"


class Flood:
    """Wrong passwords as fast as the login workers take them, each from another address."""

    def __init__(self, path):
        self.path, self.running, self.sent, self.refused = str(path), True, 0, 0
        page = fcgi.fetch(self.path, "/en/sign-in")
        self.cookie = page.header("set-cookie").partition(";")[0]
        self.csrf = page.text.split('name="csrf" value="')[1].partition('"')[0]
        self.threads = [threading.Thread(target=self.work, args=(n,), daemon=True) for n in range(FLOODERS)]
        for thread in self.threads:
            thread.start()

    def work(self, number):
        n = 0
        while self.running:
            n += 1
            body = urllib.parse.urlencode({"csrf": self.csrf, "return": "", "login": f"person{number}x{n}",
                                           "password": "wrong"}).encode()
            headers = {"Cookie": self.cookie, "Origin": "http://127.0.0.1:8080"}
            try:
                answer = fcgi.fetch(self.path, "/en/sign-in", "POST", body, headers=headers, content_type=FORM,
                                    remote=f"198.{18 + n // 200 % 2}.{n % 200}.{number}", timeout=60)
                self.refused += answer.status != 303
            except OSError:
                time.sleep(0.01)  # the queue is full: what the web server answers with its static page
            self.sent += 1

    def stop(self):
        self.running = False
        for thread in self.threads:
            thread.join(90)


def flood(minutes):
    """A flood of wrong passwords with the directory stopped leaves a public page most of its rate."""
    rounds = max(2, min(10, int(minutes * 60 // 40)))
    with tempfile.TemporaryDirectory(prefix="concord-soak-") as folder, servers.Servers() as stack:
        stack.fill(5000)
        directory = Slapd(pathlib.Path(folder) / "slapd").create()
        try:
            page = stack.concord(worker_max_requests="1000000")
            login = stack.concord("login", 8, **{f"ldap_{k}": v for k, v in directory.settings().items()})
            stack.start()
            paths = [f"/en/partnerships/{row[0]}" for row in stack.database.rows(
                "SELECT record_id FROM publication WHERE kind = 'partnership' LIMIT 500")]
            calm, flooded = (bench.Subject("page", name, page.port, page, paths) for name in ("calm", "flooded"))
            bench.wrk(calm, 2, stack.folder)
            attempts = 0
            for _ in range(rounds):
                bench.measure(stack, calm, 8)
                directory.pause()
                attack = Flood(login.path)
                time.sleep(2)
                bench.measure(stack, flooded, 8)
                attack.running = False
                directory.resume()
                attack.stop()
                attempts += attack.sent
        finally:
            directory.stop()
    ratio = statistics.median(f / c for c, f in zip(calm.rates, flooded.rates))
    return ratio >= KEPT, (f"{rounds} rounds: a public page {calm.rate:.0f}/s alone, {flooded.rate:.0f}/s beside {attempts} "
                           f"wrong passwords with the directory stopped: {ratio:.2f} of its rate, promised {KEPT}")


def interleaved(minutes):
    """Signed-in and anonymous requests through nginx with its micro-cache: nothing private is shared."""
    end, rounds, private = time.monotonic() + minutes * 60, 0, 0
    with tempfile.TemporaryDirectory(prefix="concord-soak-") as name:
        folder = pathlib.Path(name)
        cluster, directory = pg.Cluster(), Slapd(folder / "slapd").create()
        try:
            cluster.template()
            # nobody starts a worker again here, so none may end of itself
            with NginxStack(cluster, directory, folder, build.ROOT,
                            worker_max_requests=1000000000) as stack:
                person, nobody = stack.sign_in("sara"), stack.browser()
                uris = ["/en/", "/fr/", "/en/partnerships", "/en/organisations", "/ar/partnerships"]
                while time.monotonic() < end:
                    for _ in range(500):
                        signed_in, uri = random.random() < 0.5, random.choice(uris)
                        answer = (person if signed_in else nobody).get(uri)
                        assert answer.status == 200, f"{uri}: {answer.status}"
                        shows = "Sara Lindqvist" in answer.text or "sign-out" in answer.text
                        assert shows == signed_in, f"{uri}: signed in {signed_in}, answer for {shows}"
                        if signed_in:
                            assert answer.header("cache-control") == "no-store", uri
                        private += signed_in
                    rounds += 1
        except AssertionError as error:
            said = [line for log in folder.rglob("*.log") if log.name != "access.log" for line in log.read_text().splitlines()[-3:]]
            raise AssertionError(f"{error}; the servers said: {' | '.join(said) or 'nothing'}") from error
        finally:
            directory.stop()
            cluster.close()
    return rounds > 0, f"{rounds} rounds of 500 requests, {private} of them signed in: no private byte for anybody else"


PARTS = {"flood": flood, "interleaved": interleaved, "signin": timing.signin, "members": suites.members,
         "roundtrips": suites.roundtrips, "order": suites.order, "restarts": suites.restarts, "kills": kills.kills}


HEAD = """# What takes longer than a check may

Made by `make soak` on {machine}. A line says the commit and the hour (UTC) of its
own run; `tests/soak/run.py PART ...` renews those parts alone. Each part ends after --minutes (the members may take
five). The flood and the kills have PostgreSQL with its defaults, fsync on.

"""


def kept(out):
    """The lines of an earlier report by part."""
    lines = out.read_text().splitlines() if out.exists() else []
    return {line[2:].split(":")[0]: line for line in lines if line.startswith("- ")}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", choices=[[], *PARTS])
    parser.add_argument("--minutes", type=float, default=30, help="bound of each part")
    parser.add_argument("--out", type=pathlib.Path, default=HERE / "RESULTS.md")
    args = parser.parse_args()
    lines, good = kept(args.out) if args.parts else {}, True
    for name in args.parts or PARTS:
        begin = time.monotonic()
        try:
            held, text = PARTS[name](args.minutes)
        except (AssertionError, OSError, RuntimeError) as error:
            held, text = False, str(error)
        good = good and held
        lines[name] = (f"- {name}: {'held' if held else '**missed**'}: {text} ({time.monotonic() - begin:.0f} s of at most "
                       f"{args.minutes:g} minutes; commit {bench.commit()}, {time.strftime('%Y-%m-%d %H:%M', time.gmtime())})")
        print(lines[name], flush=True)
        args.out.write_text(HEAD.format(machine=bench.machine()) + "".join(f"{lines[p]}\n" for p in PARTS if p in lines))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
