# SPDX-License-Identifier: EUPL-1.2
"""The fields that routes declare, read from the tables in cgi/app: so that a test which tries them all
cannot miss a new one."""
import re

import build

APP = build.ROOT / "cgi/app"
INPUT = re.compile(r'\{\s*\.name = "([^"]+)",\s*\.type = CC_IN_(\w+)(.*?)\}', re.S)


class Field:
    def __init__(self, name, kind, rest):
        self.name, self.kind = name, kind
        self.required, self.many = "CC_IN_REQUIRED" in rest, "CC_IN_MANY" in rest
        longest = re.search(r"\.max = (\d+)", rest)
        self.longest = int(longest.group(1)) if longest else 0
        label = re.search(r'\.label = N_\("([^"]*)"\)', rest)
        self.label = label.group(1) if label else name

    def __repr__(self):
        return f"{self.name} ({self.kind})"


def _forms():
    """Name of a form -> its fields, and whether it takes names beside them."""
    forms = {}
    for path in APP.glob("*.c"):
        text = path.read_text()
        tables = {name: [Field(*m) for m in INPUT.findall(body)] for name, body in re.findall(
            r"static const struct cc_input (\w+)\[\] = \{\n(.*?)\n\};", text, re.S)}
        for name, body in re.findall(r"const struct cc_form (\w+) = \{(.*?)\};", text, re.S):
            table = re.search(r"\.inputs = (\w+)", body).group(1)
            forms[name] = tables[table], ".accepts" in body, ".multipart = true" in body
    return forms


def routes():
    """Name of a route -> (fields of the query, fields of the body, takes others, takes files)."""
    forms, found = _forms(), {}
    for line in re.findall(r"^ROUTE\((.*)\)$", (APP / "routes.def").read_text(), re.M):
        parts = re.split(r",\s*", line)
        query, body = (forms[p.lstrip("&")] if p.startswith("&") else ([], False, False) for p in parts[-5:-3])
        found[parts[0].lower()] = query[0], body[0], body[1], body[2]
    return found
