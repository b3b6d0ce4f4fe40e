# SPDX-License-Identifier: EUPL-1.2
"""Records of every kind with every field, made by hypothesis from the field tables that `concord kinds`
prints, so that a new field is generated the day it is added. Each record comes as the XML that
somebody might send and as the canonical bytes that must come of it."""
import datetime
import json
import random
import unicodedata
import xml.etree.ElementTree as ET

from hypothesis import strategies as st

import build

NS = "urn:concord:registry:1"
LANGS = ("en fr ar he fa ur zh-Hant zh-Hans sr-Cyrl sr-Latn pt-BR es-419 ru de it ja ko hi bn ta te th vi id sw am ha"
         " yo zu af sq hy az eu be bg ca cs da nl et fi und").split()
BIDI = "".join(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))
CHARS = st.characters(blacklist_categories=("Cs", "Cc", "Cn", "Zl", "Zp", "Zs"), blacklist_characters=BIDI)
SHAPELESS = "\u115F\u1160\u3164\uFFA0"  # letters that are
SPECIAL = st.sampled_from(["<&>\"'", "]]>", "\U0001F600\U0001F468\u200D\U0001F469\u200D\U0001F467", "e\u0301\u0323", "\u0915\u094D\u0937",
                           "שלום", "العَرَبِيَّة", "\u2067عربي\u2069", "\U00020000\U0010FFFD", "a\u200Fb", "\u1112\u1161\u11ab",
                           "\uFEFFx", "Å\u212B", "\u0344", "&amp;", "%00", "ﷺ", "x" * 40])
WORD = st.one_of(st.text(CHARS, min_size=1, max_size=8), SPECIAL)


def kinds():
    return {kind["name"]: kind for kind in json.loads(build.run("concord", "kinds").stdout)}


def codes(name):
    root = ET.parse(build.ROOT / f"sql/codelists/{name}.xml").getroot()
    return [item.get("code") for item in root.iter() if item.tag.endswith("}item")]


CODES = {}


def code_of(name):
    if name not in CODES:
        CODES[name] = codes(name)
    return CODES[name]


class Node:
    """What is sent (raw) and what must come of it (text); children of a group."""

    def __init__(self, field, raw=None, text=None, lang=None, children=()):
        self.field, self.raw, self.lang, self.children = field, raw, lang, list(children)
        self.text = raw if text is None else text

    def child(self, name):
        return next((c for c in self.children if c.field["name"] == name), None)

    def key(self):
        field = self.field
        if field["type"] in ("line", "block"):
            return self.lang
        if not field["by_key"]:
            return ""
        return self.text if field["type"] != "group" else self.children[0].text


def escape(text, quote=False):
    for char, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#xD;"), ('"', "&quot;")):
        if (char != '"' or quote) and (char != ">" or not quote):
            text = text.replace(char, name)
    return text


def write(nodes, raw):
    """Elements of these nodes; raw: as sent, else canonical."""
    out = ""
    for node in nodes:
        name, attributes = node.field["name"], ""
        text = escape(node.raw if raw else node.text) if node.field["type"] != "group" else ""
        if node.lang:
            attributes = f' xml:lang="{node.lang.upper() if raw else node.lang}"'
        attributes += attributes_of(node, raw)
        for child in node.children:
            if child.field["value"]:
                text += escape(child.raw if raw else child.text)
        text += write([c for c in node.children if not c.field["attr"] and not c.field["value"]], raw)
        out += f"<{name}{attributes}>{text}</{name}>" + ("\r\n  " if raw and node.field["type"] == "group" else "")
    return out


def attributes_of(node, raw):
    """One per field: the values of a list stand in one attribute, with blanks between them."""
    values = {}
    for child in node.children:
        if child.field["attr"]:
            values.setdefault(child.field["name"], []).append(escape(child.raw if raw else child.text, True))
    return "".join(f' {name}="{("  " if raw else " ").join(texts)}"' for name, texts in values.items())


def in_order(nodes, fields):
    """Canonical order: of the table, then by key."""
    place = {field["name"]: i for i, field in enumerate(fields)}
    for node in nodes:
        if node.children:
            node.children = in_order(node.children, node.field["children"])
    return sorted(nodes, key=lambda n: (place[n.field["name"]], n.key()))


class Maker:
    """Makes the values of one set of records. refs: identifiers by kind that may be referred to. Words and the seed of
    the dice come from hypothesis; thousands of choices of its own would take minutes for a record of all fields."""

    def __init__(self, dice, pool, refs, unique):
        self.dice, self.pool, self.refs, self.unique = dice, pool, refs, unique

    def words(self, limit, joint, expected, count=5):
        words = self.dice.choices(self.pool, k=self.dice.randint(1, count))
        words = [w for w in words if w.strip()] or ["x"]
        text = expected.join(words)
        while len(unicodedata.normalize("NFC", text)) > limit and len(words) > 1:
            words.pop()
            text = expected.join(words)
        if len(unicodedata.normalize("NFC", text)) > limit:
            words = ["x"]
        if not any(unicodedata.category(c)[0] in "LNPS" and c not in SHAPELESS for word in words for c in word):
            words = ["x"]  # marks and the like alone may be no text
        if self.dice.randint(0, 30) == 0: # as long as can be
            most = min(limit, 20000)  # several of 100,000 would be more than a record may hold
            words = ["y" * (most - 2), "z"] if expected == " " else ["y" * most]
        return joint.join(words), unicodedata.normalize("NFC", expected.join(words))

    def text(self, field):
        if field["type"] == "line" or field["type"] == "token":
            joint = self.dice.choice([" ", "  ", "\t", "\r\n", "\n "]) if not field["attr"] else " "
            return self.words(field["max"], joint, " ")
        joint, expected = self.dice.choice([("\r\n", "\n"), ("\n", "\n"), (" \n", "\n"), ("\n\n", "\n\n")])
        return self.words(field["max"], joint, expected)

    def texts(self, field):
        many = self.dice.randint(0, 25) == 0
        langs = self.dice.sample(LANGS, self.dice.randint(40, len(LANGS)) if many else self.dice.randint(1, 3))
        return [Node(field, *self.text(field), lang=lang) for lang in langs]

    def leaf(self, field):
        pick, kind = self.dice.choice, field["type"]
        if kind == "token":
            return Node(field, *self.text(field))
        simple = {
            "code": lambda: pick(code_of(field["codelist"])),
            "date": lambda: datetime.date.fromordinal(self.dice.randint(1, 3652059)).isoformat(),
            "when": lambda: pick(["2001", "2001-02", "2001-02-28", "1000", "1999-12"]),
            "day": lambda: pick(["2001-02-28", "1999-12-31"]),  # where a test wants whole days
            "year": lambda: str(self.dice.randint(1000, 9999)),
            "percent": lambda: pick(["0", "100", "12.5", "0.05", "33.33"]),
            "share": lambda: pick(["0", "100", "12.50", "14.28571428571428571429", "100.000"]),
            "amount": lambda: pick(["0", "1", "0.000001", "12.50", "266000000", "999999999999999.999999", "100.00"]),
            "url": lambda: pick(["https://example.org/", "http://example.org/a?b=c&d=%C3%A9#e", "https://example.org:8443/" + "a" * 100]),
            "mail": lambda: pick(["office@example.org", "a.b+c@sub.example.org"]),
            "phone": lambda: pick(["+41 22 555 01 00", "+254205550100"]),
            "bool": lambda: "true",
            "lang": lambda: pick(LANGS),
            "ref": lambda: pick(self.refs[field["ref_kind"]]),
            "instant": lambda: f"20{self.dice.randint(10, 26)}-11-24T01:02:03Z",
            "hash": lambda: f"{self.dice.getrandbits(256):064x}",
        }
        return Node(field, simple[kind]())

    def values(self, field, full):
        """All nodes of one field."""
        if not field["required"] and not full and not self.dice.getrandbits(1):
            return []
        if field["type"] in ("line", "block"):
            return self.texts(field)
        count = self.dice.randint(1, min(field["max_items"] or 3, 3)) if field["many"] else 1
        nodes = []
        for _ in range(count):
            if field["type"] != "group":
                leaf = self.leaf(field)
                if not field["attr"] or all(leaf.text != n.text for n in nodes):  # a list has each once
                    nodes.append(leaf)
                continue
            children = [n for f in field["children"] for n in self.values(f, full)]
            if not children and field["required"]:  # all that may stand in it may be left out, but not at once
                children = [n for f in field["children"] for n in self.values(f, True)]
            if children:
                nodes.append(Node(field, children=children))
        return nodes

    def record(self, kind, record_id, full):
        nodes = [n for field in kind["fields"] for n in self.values(field, full)]
        return RULES[kind["name"]](self, nodes, record_id)


# --- rules across fields --------------------------------------------------------------------------
def distinct(nodes, name, key):
    seen, out = set(), []
    for node in nodes:
        if node.field["name"] == name:
            if key(node) in seen:
                continue
            seen.add(key(node))
        out.append(node)
    return out


def text_of(node, name):
    child = node.child(name)
    return child.text if child else None


def drop(node, name):
    node.children = [c for c in node.children if c.field["name"] != name]


def periods(nodes, first, last):
    """Starts are in 2001 or before, so an end of 2030 is behind them."""
    starts = {n.field["name"] for n in nodes}
    for node in nodes:
        if node.field["name"] == last and first in starts:
            node.raw = node.text = "2030"


def shares(maker, nodes, names, key):
    """Hundredths that sum to 100, for all or for none."""
    groups = [n for n in nodes if n.field["name"] in names]
    for node in groups:
        drop(node, key)
    if not groups or not maker.dice.getrandbits(1):
        return
    left = 10000
    for i, node in enumerate(groups):
        part = left if i == len(groups) - 1 else maker.dice.randint(0, left)
        left -= part
        text = maker.dice.choice([f"{part / 100:.2f}", f"{part / 100:.2f}".rstrip("0").rstrip(".")])
        field = next(f for f in node.field["children"] if f["name"] == key)
        node.children.append(Node(field, text))


def organisation(maker, nodes, record_id):
    nodes = [n for n in nodes if n.field["name"] != "relation" or text_of(n, "organisation") != record_id]
    identifiers = [n for n in nodes if n.field["name"] == "identifier"]
    for i, node in enumerate(identifiers):
        drop(node, "primary")
        value = node.child("value")
        value.raw = value.text = f"{record_id}-{i}"
        if i == 0:
            node.children.append(Node(node.field["children"][0], "true"))
    for node in nodes:
        if node.field["name"] == "relation":
            periods(node.children, "from", "until")
    return nodes


def partnership(maker, nodes, record_id):
    nodes = [n for n in nodes if n.field["name"] != "link" or text_of(n, "partnership") != record_id]
    for node in nodes:
        target = node.child("target") if node.field["name"] == "sdg" else None
        if target:
            goal = node.child("goal")
            goal.raw = goal.text = target.text.partition(".")[0]
    nodes = distinct(nodes, "sdg", lambda n: (text_of(n, "goal"), text_of(n, "target")))
    for name in ("country", "region"):
        nodes = distinct(nodes, name, lambda n: text_of(n, "code"))
    nodes = distinct(nodes, "theme", lambda n: n.text)
    shares(maker, nodes, ("sdg",), "weight")
    shares(maker, nodes, ("country", "region"), "percentage")
    periods(nodes, "planned-start", "planned-end")
    periods(nodes, "start", "end")
    return nodes


def membership(maker, nodes, record_id):
    nodes = distinct(nodes, "role", lambda n: (text_of(n, "code"), text_of(n, "from")))
    for node in nodes:
        if node.field["name"] == "role":
            periods(node.children, "from", "until")
    return nodes


def own(maker, nodes):
    """Most identifiers of activities begin with the reference of who reports."""
    by_name = {n.field["name"]: n for n in nodes}
    if {"iati-identifier", "reporting"} <= set(by_name) and text_of(by_name["reporting"], "ref") and maker.dice.getrandbits(2):
        node = by_name["iati-identifier"]
        node.raw = node.text = f'{text_of(by_name["reporting"], "ref")[:250]}-{maker.dice.getrandbits(20)}'
        ref = by_name["reporting"].child("ref")
        ref.raw = ref.text = ref.text[:250]


PLACES = {"point": lambda dice: dice.choice(["-1.28 36.82", "0 0", "-90 180", "89.999999999 -179.5"]),
          "gazetteer": lambda dice: f"G1:{dice.getrandbits(40)}",
          "area": lambda dice: f'A{dice.randint(1, 4)}:{dice.choice(["", "0", "12"])}:{dice.getrandbits(40)}/\u00e9:x'}


def activity(maker, nodes, record_id):
    nodes = [n for n in nodes if n.field["name"] != "related" or text_of(n, "activity") != record_id]
    for node in nodes:
        if node.field["name"] == "sdg" and node.child("target"):
            goal = node.child("goal")
            goal.raw = goal.text = text_of(node, "target").partition(".")[0]
        elif node.field["name"] == "location":
            for child in node.children:
                if child.field["name"] in PLACES:
                    child.raw = child.text = PLACES[child.field["name"]](maker.dice)
        elif node.field["name"] == "hierarchy":
            node.raw = node.text = maker.dice.choice(["1", "2", "10"])
    own(maker, nodes)
    nodes = distinct(nodes, "sdg", lambda n: (text_of(n, "goal"), text_of(n, "target")))
    shares(maker, nodes, ("sdg",), "weight")
    periods(nodes, "planned-start", "planned-end")
    periods(nodes, "start", "end")
    return nodes


def contacts(nodes):
    """Those that say whom they are the contact of."""
    return [n for n in nodes if n.field["name"] != "contact" or n.child("office") or n.child("organisation")]


SMART = {"specific", "measurable", "achievable", "resourced", "time-bound", "review"}


def commitment(maker, nodes, record_id):
    for node in nodes:
        if node.field["name"] == "sdg" and node.child("target"):
            goal = node.child("goal")
            goal.raw = goal.text = text_of(node, "target").partition(".")[0]
        elif node.field["name"] == "resource":
            money = text_of(node, "kind") == "money" and text_of(node, "amount") and text_of(node, "currency")
            if not money:
                if text_of(node, "kind") == "money":
                    kind = node.child("kind")
                    kind.raw = kind.text = "goods"
                for name in ("amount", "currency", "reference-amount", "reference-currency"):
                    drop(node, name)
            elif not (text_of(node, "reference-amount") and text_of(node, "reference-currency")):
                drop(node, "reference-amount")
                drop(node, "reference-currency")
            for child in node.children:
                if child.field["type"] == "amount" and not child.text.strip("0."):
                    child.raw = child.text = "1"
    nodes = distinct(nodes, "sdg", lambda n: (text_of(n, "goal"), text_of(n, "target")))
    nodes = distinct(nodes, "maker", lambda n: n.text)
    nodes = [n for n in nodes if n.field["name"] != "same-as" or n.text != record_id]
    if not SMART <= {n.field["name"] for n in nodes}:
        nodes = [n for n in nodes if n.field["name"] not in SMART]
    shares(maker, nodes, ("sdg",), "weight")
    periods(nodes, "start", "due")
    periods(nodes, "start", "completed")
    return nodes


RULES = {"organisation": organisation, "partnership": lambda *asked: contacts(partnership(*asked)), "membership": membership,
         "commitment": commitment, "activity": lambda *asked: contacts(activity(*asked))}


class Record:
    def __init__(self, kind, record_id, nodes):
        nodes = in_order(nodes, kind["fields"])
        self.id = record_id
        self.sent = f'<{kind["name"]} schema="1.0-draft" id="{record_id}">\r\n' + write(nodes, True) + f'</{kind["name"]}>\n'
        self.content = (f'<{kind["name"]} xmlns="{NS}" id="{record_id}" schema="1.0-draft">' + write(nodes, False)
                        + f'</{kind["name"]}>')


@st.composite
def registries(draw, tables, unique):
    """A few records of every kind that refer to each other; unique() gives an identifier of a kind."""
    refs = {"organisation": [unique("O") for _ in range(3)], "partnership": [unique("P") for _ in range(2)]}
    refs["membership"] = [unique("M") for _ in range(2)]
    refs["commitment"] = [unique("C") for _ in range(2)]
    refs["activity"] = [unique("A") for _ in range(2)]
    dice = random.Random(draw(st.integers(0, 2**64)))
    maker = Maker(dice, draw(st.lists(WORD, min_size=10, max_size=40)), refs, unique)
    full = draw(st.booleans())
    made = []
    for kind, records in refs.items():
        for i, record in enumerate(records):
            nodes = maker.record(tables[kind], record, full)
            if kind == "membership": # an organisation is in a partnership once
                for node in nodes:
                    if node.field["name"] == "organisation":
                        node.raw = node.text = refs["organisation"][i]
            made.append(Record(tables[kind], record, nodes))
    dice.shuffle(made)
    return made
