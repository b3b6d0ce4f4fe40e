# SPDX-License-Identifier: EUPL-1.2
"""Does the time of a refusal tell whether an account exists? Wrong passwords for known and unknown names, in random
order, against a real directory."""
import collections
import concurrent.futures
import pathlib
import random
import statistics
import tempfile
import time
import urllib.parse

import build
import cluster as pg
import fcgi
from slapd import BASE, Slapd, ssha

ACCOUNTS, WORKERS = 400, 4
FORM = "application/x-www-form-urlencoded"
ORIGIN = "http://127.0.0.1:8080"
APART = 0.1  # of 0.5: how much better than a coin somebody may tell them apart

ENTRY = """\
dn: uid=known{n},ou=people,{base}
objectClass: inetOrgPerson
uid: known{n}
cn: Known {n}
sn: Known
mail: known{n}@example.org
userPassword: {password}
"""


def attempt(worker, login, remote):
    page = worker.fetch("/en/sign-in", remote=remote, timeout=20)
    cookie = page.header("set-cookie").partition(";")[0]
    csrf = page.text.split('name="csrf" value="')[1].partition('"')[0]
    body = urllib.parse.urlencode({"csrf": csrf, "return": "", "login": login, "password": "wrong"}).encode()
    begin = time.monotonic()
    answer = worker.fetch("/en/sign-in", "POST", body, headers={"Cookie": cookie, "Origin": ORIGIN}, content_type=FORM,
                          remote=remote, timeout=30)
    return time.monotonic() - begin, answer


def chance(a, b):
    """How often a value of b is larger than one of a: 0.5 = nothing can be told."""
    values = sorted([(v, 0) for v in a] + [(v, 1) for v in b])
    smaller = won = 0
    for _, is_b in values:
        if is_b:
            won += smaller
        else:
            smaller += 1
    return won / (len(a) * len(b))


def sample(worker, minutes):
    """A worker of its own takes one after the other; each account is tried once."""
    end, taken = time.monotonic() + minutes * 60, collections.defaultdict(list)
    dice = random.Random(worker.number)
    accounts = [n for n in range(ACCOUNTS) if n % WORKERS == worker.number]
    dice.shuffle(accounts)
    for number, account in enumerate(accounts * 2):
        if time.monotonic() > end:
            break
        for kind in dice.sample(["known", "unknown"], 2):
            login = f"known{account}" if kind == "known" else f"nobody{account}"
            remote = f"198.{18 + worker.number}.{number % 250}.{7 if kind == 'known' else 8}"
            took, answer = attempt(worker, login, remote)
            assert answer.status == 422, answer.status
            taken[kind].append(took)
    return taken


def measure(database, directory, folder, name, minutes, **login):
    workers = []
    for number in range(WORKERS):
        config = database.settings(f"{name}{number}", http_public_url=ORIGIN, **login,
                                   **{f"ldap_{k}": v for k, v in directory.settings().items()})
        worker = fcgi.Worker(str(build.program("concord.fcgi")), str(config), str(folder), klass="login",
                             name=f"{name}{number}").start()
        worker.number = number
        workers.append(worker)
    try:
        for worker in workers:  # the first sign-in of a worker connects
            attempt(worker, "nobody", "198.30.0.1")
        database.rows("TRUNCATE throttle, breaker")
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            taken = collections.defaultdict(list)
            for part in pool.map(lambda w: sample(w, minutes), workers):
                for kind, times in part.items():
                    taken[kind] += times
        database.rows("TRUNCATE throttle, breaker")
    finally:
        for worker in workers:
            worker.stop()
    return taken["known"], taken["unknown"]


def signin(minutes):
    with tempfile.TemporaryDirectory(prefix="concord-soak-") as folder:
        folder = pathlib.Path(folder)
        cluster, directory = pg.Cluster(), Slapd(folder / "slapd").create()
        try:
            cluster.template()
            directory.add("\n".join(ENTRY.format(n=n, base=BASE, password=ssha(f"right-{n}")) for n in range(ACCOUNTS)))
            database = cluster.fresh()
            texts, good = [], True
            for name, words, settings in (("usual", "as installed", {}), ("bare", "without the reply floor", {"login_floor_ms": "0"})):
                known, unknown = measure(database, directory, folder, name, minutes / 2, **settings)
                told = chance(known, unknown)
                good = good and (name == "bare" or abs(told - 0.5) <= APART)
                texts.append(f"{words}, {len(known)} and {len(unknown)} refusals: medians {statistics.median(known) * 1000:.1f} and "
                             f"{statistics.median(unknown) * 1000:.1f} ms, the unknown name takes longer in {told:.2f} of all pairs")
            return good, "wrong passwords of known and of unknown names " + "; ".join(texts)
        finally:
            directory.stop()
            cluster.close()
