# SPDX-License-Identifier: EUPL-1.2
"""concord.conf(5) describes exactly the settings of the table in cgi/core/settings.c."""
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLE = ROOT / "cgi/core/settings.c"
MANUAL = ROOT / "man/concord.conf.5"

KINDS = {  # macro of the table -> its arguments
    "TEXT": "section key member default least most help",
    "SECRET": "section key member default least most help",
    "PATH": "section key member default least help",
    "URL": "section key member default help",
    "INT": "section key member default least most help",
    "BOOL": "section key member default help",
    "CHOICE": "section key member default choices help",
}
WORDS = {"TEXT": "text", "SECRET": "text", "PATH": "path", "URL": "address", "INT": "number",
         "BOOL": "yes | no"}


def table():
    source = TABLE.read_text()
    lists = {name: " | ".join(re.findall(r'"(\w+)"', values))
             for name, values in re.findall(r"(\w+)\[\] = \{([^}]*)NULL\}", source)}
    rows = source[source.index("cc_setting_table[] = {"):source.index("const size_t cc_setting_count")]
    found = []
    for kind, arguments in re.findall(r"^    (\w+)\((.*?)\),$", rows, re.S | re.M):
        values = re.findall(r'"(?:[^"\\]|\\.)*"|[^",\s]+', arguments)
        row = dict(zip(KINDS[kind].split(), values, strict=True))
        row = {name: value.strip('"') for name, value in row.items()}
        row["kind"] = kind
        row["words"] = lists[row["choices"]] if kind == "CHOICE" else WORDS[kind]
        found.append(row)
    return found


def manual():
    """Section, key and kind of value of each entry, and its text on one line."""
    entries = []
    section = None
    inside = False
    for line in MANUAL.read_text().splitlines():
        if line.startswith(".Ss Section "):
            section = line.split()[2]
            inside = False
        elif line.startswith(".It Cm "):
            words = [w for w in line.split()[2:] if w not in ("No", "Cm", "Ar")]
            entries.append({"section": section, "key": words[0], "words": " ".join(words[2:]), "text": []})
            inside = True
        elif line.startswith((".El", ".Sh")):
            inside = False
        elif inside:
            entries[-1]["text"].append(line)
    for entry in entries:
        entry["text"] = " ".join(entry["text"])
    return entries


def test_the_manual_lists_the_settings_in_the_order_of_the_table():
    rows = [(row["section"], row["key"], row["words"]) for row in table()]
    assert len(rows) > 40
    assert [(entry["section"], entry["key"], entry["words"]) for entry in manual()] == rows


@pytest.mark.parametrize("row", table(), ids=lambda row: f"{row['section']}.{row['key']}")
def test_the_manual_tells_meaning_range_and_default(row):
    entry = next(e for e in manual() if (e["section"], e["key"]) == (row["section"], row["key"]))
    text = entry["text"]
    assert text.startswith(row["help"])
    if row["kind"] == "INT":
        assert f"From {row['least']} to {row['most']}." in text
    assert ("Secret." in text) == (row["kind"] == "SECRET")
    default = row["default"]
    if default == "NULL":
        assert text.endswith("Must be set.")
    elif default == "":
        assert text.endswith("Default: empty.")
    elif default != "CC_PKGDATADIR":
        assert text.endswith(f"Default: .Ql {default} .")


def test_every_manual_is_clean_mdoc():
    for path in sorted((ROOT / "man").glob("*.[0-9]")):
        lint = subprocess.run(["mandoc", "-Tlint", path], capture_output=True, text=True).stdout
        # manuals of our own that are not installed yet are "not found"
        faults = [line for line in lint.splitlines() if "referenced manual not found" not in line]
        assert faults == []


def test_the_example_shows_every_setting_with_its_default():
    shown = {}
    section = None
    for line in (ROOT / "etc/concord.conf.example").read_text().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif setting := re.match(r"(;?)(\w+) =\s*(.*)$", line):
            shown[section, setting[2]] = (bool(setting[1]), setting[3].strip())
    rows = {(row["section"], row["key"]): row["default"] for row in table() if row["section"] != "test"}
    assert list(shown) == list(rows)
    for name, (is_default, value) in shown.items():
        if is_default and rows[name] != "CC_PKGDATADIR":
            assert value == rows[name], name
