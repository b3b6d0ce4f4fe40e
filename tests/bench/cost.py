#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""What one request costs a worker, without regard to the speed of the machine: instructions and calls
of malloc() by valgrind, as the difference of two runs; bytes sent.

    cost.py [--requests N]          needs valgrind
    cost.py --profile page|xml|home|list    which functions the instructions are in, without and with what they call
"""
import argparse
import re
import subprocess
import time

import servers
from servers import build

import fcgi


class Watched(fcgi.Worker):
    """A worker below a tool."""

    def __init__(self, tool, config, folder, name):
        super().__init__(str(build.program("concord.fcgi")), str(config), str(folder), name=name)
        self.argv = [*tool, *self.argv]

    def run(self, path, count):
        """Answers `count` requests and ends; the tool's words are in the log. Bytes of one answer."""
        self.start(60)
        size = 0
        for _ in range(count):
            answer = self.fetch(path, timeout=60)
            assert answer.status == 200, f"{path}: {answer}"
            size = len(answer.body)
        self.stop(timeout=60)
        return size


def number(text, pattern):
    return int(re.search(pattern, text)[1].replace(",", ""))


def cost(bench, config, path, count):
    found = []
    for n in (20, 20 + count):
        got = []
        for tool, pattern in ((["valgrind", "--leak-check=no"], r"total heap usage: ([\d,]+) allocs"),
                              (["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"],
                               r"Collected : ([\d,]+)")):
            worker = Watched(tool, config, bench.folder, f"w{n}-{time.monotonic_ns()}")
            size = worker.run(path, n)
            got.append(number(worker.log_text(), pattern))
        found.append(got)
    return [round((b - a) / count) for a, b in zip(*found)], size


def by_function(file, inclusive):
    """Instructions of each function in what callgrind wrote. One that has parts of several files in it is told once for
    each of them: by themselves these are its parts, with what they call each is the whole."""
    text = subprocess.run(["callgrind_annotate", f"--inclusive={inclusive}", "--threshold=100", file], check=True,
                          text=True, stdout=subprocess.PIPE).stdout
    found = {}
    for count, name in re.findall(r"^ *([\d,]+) \([ \d.]+%\)  \S*?:(\w[\w.]*)", text, re.M):
        number, known = int(count.replace(",", "")), found.get(name, 0)
        found[name] = max(known, number) if inclusive == "yes" else known + number
    return found


def profile(bench, config, path, count):
    files = []
    for n in (20, 20 + count):
        files.append(bench.folder / f"callgrind.{n}")
        tool = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={files[-1]}"]
        Watched(tool, config, bench.folder, f"w{n}").run(path, n)
    for title, inclusive in (("by themselves", "no"), ("with what they call", "yes")):
        few, many = (by_function(f, inclusive) for f in files)
        used = {name: (n - few.get(name, 0)) / count for name, n in many.items()}
        print(f"| function | instructions {title} |\n| --- | --: |")
        for name in sorted(used, key=used.get, reverse=True)[:40]:
            print(f"| `{name}` | {used[name]:.0f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=50)
    parser.add_argument("--profile", choices=["page", "xml", "home", "list"])
    args = parser.parse_args()
    with servers.Servers() as bench:
        bench.fill(2000)
        config = bench.database.settings("cost")
        one = bench.database.one("SELECT record_id FROM publication WHERE kind = 'partnership' ORDER BY 1 LIMIT 1")
        paths = {"xml": f"/partnerships/{one}.xml", "page": f"/en/partnerships/{one}", "home": "/en/",
                 "list": "/en/partnerships"}
        if args.profile:
            profile(bench, config, paths[args.profile], args.requests)
            return
        print("| path | instructions | malloc calls | bytes |\n| --- | --: | --: | --: |")
        for name, path in paths.items():
            (mallocs, instructions), size = cost(bench, config, path, args.requests)
            print(f"| {name} | {instructions} | {mallocs} | {size} |", flush=True)


if __name__ == "__main__":
    main()
