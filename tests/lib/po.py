# SPDX-License-Identifier: EUPL-1.2
"""Reads gettext catalogues: as much of the format as msgmerge writes."""
import ast
import re


class Entry:
    """One phrase: msgid, plural (or None), texts (one, or one for each plural form), flags, files."""

    def __init__(self, block):
        self.flags = set(re.findall(r"[\w-]+", "".join(re.findall(r"^#,(.*)$", block, re.M))))
        self.files = " ".join(re.findall(r"^#:(.*)$", block, re.M)).split()
        parts = re.findall(r'^(msgid|msgid_plural|msgstr(?:\[\d\])?) ((?:".*"\n?)+)', block, re.M)
        text = {name: "".join(ast.literal_eval(line) for line in value.splitlines()) for name, value in parts}
        self.msgid, self.plural = text["msgid"], text.get("msgid_plural")
        self.texts = [value for name, value in text.items() if name.startswith("msgstr")]

    def __repr__(self):
        return repr(self.msgid)


def read(path):
    """(header as a dictionary, entries)"""
    blocks = path.read_text(encoding="utf-8").split("\n\n")
    entries = [Entry(block) for block in blocks if re.search(r"^msgid ", block, re.M)]
    header = dict(line.split(": ", 1) for line in entries[0].texts[0].splitlines())
    return header, entries[1:]
