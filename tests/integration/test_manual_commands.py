# SPDX-License-Identifier: EUPL-1.2
"""concord(1) has a paragraph for every command of `concord --help` with the same arguments, in the same
order, and concord.fcgi(8) names the options of the program."""
import re

import build

MANUAL = build.ROOT / "man/concord.1"


def commands_of_help():
    text = build.run("concord", "--help").stdout
    return [(m[1], m[2] or "") for m in re.finditer(r"^  ([a-z][a-z-]*)(?: (.*))?$", text, re.M)]


def commands_of_manual():
    """.It Cm verify Oo Ar record Oc Op Fl -progress  ->  ("verify", "[RECORD] [--progress]")"""
    found = []
    text = MANUAL.read_text()
    text = text[text.index("The commands are:"):text.index(".Sh EXIT STATUS")]
    for line in re.findall(r"^\.It Cm (.*)$", text, re.M):
        words = line.split()
        out, optional = "", False
        for i, word in enumerate(words[1:], 1):
            before = words[i - 1]
            if word == "Oo":
                out += " ["
            elif word == "Oc":
                out += "]"
            elif word == "Op":
                out, optional = out + " [", True
            elif word in ("Ar", "Fl", "Cm", "|"):
                out += " | " if word == "|" else ""
            else:
                text = "-" + word if before == "Fl" else word.upper() if before == "Ar" else word
                out += text if out.endswith(("[", "| ")) else " " + text
        if optional:
            out += "]"
        found.append((words[0], out.strip()))
    return found


def test_every_command_is_described_with_its_arguments():
    told = commands_of_help()
    assert len(told) > 7
    assert commands_of_manual() == told


def test_worker_manual_names_its_options():
    usage = build.run("concord.fcgi", "--no-such-option", check=False).stderr
    manual = (build.ROOT / "man/concord.fcgi.8").read_text()
    options = re.findall(r"--([a-z]+)", usage.split("usage:")[1])
    assert options == re.findall(r"^\.Op Fl -([a-z]+)", manual, re.M)
    assert set(re.findall(r"^\.It Fl -([a-z]+)", manual, re.M)) == set(options)


def test_each_command_tells_its_own_use():
    """Without settings, as somebody asks who has none yet."""
    done = build.run("concord", "-c", "/nonexistent", "import", "--help")
    assert done.stdout.startswith("Usage: concord [-c FILE] import [--mode MODE]")
