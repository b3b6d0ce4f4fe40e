# SPDX-License-Identifier: EUPL-1.2
"""Suites of ./check with their full counts: the environment variable CONCORD_SOAK holds how many."""
import os
import re
import subprocess
import sys
import time

import build

TESTS = build.ROOT / "tests"


def pytest(file, count, seconds):
    """(passed, what it printed), or None when the time was over."""
    try:
        done = subprocess.run(["/usr/bin/python3", "-m", "pytest", "-c", TESTS / "pytest.ini", "-q", "-s", TESTS / "integration" / file],
                              env={**os.environ, "CONCORD_SOAK": str(count)}, capture_output=True, text=True,
                              timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode != 0:
        print(done.stdout[-4000:], file=sys.stderr)
    return done.returncode == 0, done.stdout


def members(minutes):
    """A partnership of 20,000 members."""
    done = pytest("test_many_members.py", 20000, max(300, minutes * 60))
    if done is None:
        return False, "not done in time"
    lines = [line[9:] for line in re.findall(r"MEASURED .*", done[1])]
    return done[0], "a partnership of 20,000 members, by one worker: " + "; ".join(lines)


def repeated(file, count, minutes, longest):
    """The same suite again and again: (all passed, rounds). The first round is never cut short."""
    end, rounds, good = time.monotonic() + minutes * 60, 0, True
    while good and (rounds == 0 or time.monotonic() + longest < end):
        begin = time.monotonic()
        done = pytest(file, count, 4 * 3600 if rounds == 0 else max(60, end - begin))
        if done is None:
            break
        good, rounds = done[0], rounds + 1
        longest = max(longest, time.monotonic() - begin)
    return good and rounds > 0, rounds


def roundtrips(minutes):
    """Generated registries: imported, exported, published again and restored."""
    count = 500 if minutes >= 10 else 40
    good, rounds = repeated("test_roundtrip.py", count, minutes, 1)
    return good, f"{rounds} rounds of {count} generated registries: equal contents when published again, equal seals when restored"


def order(minutes):
    """Publishers that wait before they commit, and readers by position and by date."""
    count = 100 if minutes >= 10 else 20
    good, rounds = repeated("test_publish_order.py", count, minutes, 1)
    return good, (f"{rounds} rounds of 8 publishers with {count} records of 2 revisions each and 4 + 4 readers: each reader "
                  "collected the whole table, in order and without gaps")


def restarts(minutes):
    """The database goes and comes back, commits are cut, workers are killed: tests/integration/test_restart.py."""
    good, rounds = repeated("test_restart.py", 1, minutes / 2, 1)
    return good, f"{rounds} rounds of every way in which a database goes away or a commit is cut: no wrong answer, nothing lost or doubled"
