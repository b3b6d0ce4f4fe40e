# SPDX-License-Identifier: EUPL-1.2
"""A record goes through the tables of the working copy and comes back to the byte; what must never
break is refused by a constraint whose name has a message."""
import json
import pathlib
import re
import subprocess

import psycopg2
import pytest

import ids
from build import program

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = sorted((ROOT / "schemas/samples/1.0-draft").glob("*.xml"))
CONSTRAINTS = (ROOT / "cgi/db/constraints.c").read_text()


def tool(text, *arguments):
    done = subprocess.run([str(program("tests/lib/record_tool")), *arguments], input=text.encode(),
                          capture_output=True, check=True, timeout=30)
    return done.stdout.decode()


def texts(content, prefix=""):
    """Path, language and text of every human text, as cc_record_to_batch() gives them."""
    for name, values in content.items():
        for place, value in enumerate(values if isinstance(values, list) else [values], 1):
            if isinstance(value, dict) and value.keys() == {"lang", "text"}:
                yield [prefix + name, value["lang"], value["text"]]
            elif isinstance(value, dict):
                yield from texts(value, f"{prefix}{name}.{place}." if isinstance(values, list) else f"{prefix}{name}.")


def store(cursor, kind, record, content, owner=None):
    cursor.execute("DELETE FROM concord.record WHERE id = %s", [record])
    cursor.execute("INSERT INTO concord.record (id, kind, owner_org, locked_in) "
                   "VALUES (%s, %s, %s, pg_current_xact_id())",
                   [record, kind, owner or (record if kind == "organisation" else "O0000000000018")])
    cursor.execute("SELECT concord.cc_record_store(%s)",
                   [json.dumps([{"id": record, "kind": kind, "content": content, "texts": list(texts(content))}])])


@pytest.fixture(name="cursor")
def cursor_fixture(database):
    connection = database.connect()
    with connection.cursor() as cursor:
        cursor.execute("SET search_path = concord, pg_temp")
        yield cursor
    connection.rollback()
    connection.close()


def held(cursor, record):
    """In which working tables the record has rows, and how many."""
    cursor.execute("SELECT c.table_name FROM information_schema.columns c JOIN pg_class t ON t.relname = c.table_name"
                   " AND t.relnamespace = 'concord'::regnamespace AND t.relkind = 'r' AND t.relrowsecurity"
                   " WHERE c.table_schema = 'concord' AND c.column_name = 'record_id'")
    counts = {}
    for table, in cursor.fetchall():
        cursor.execute(f"SELECT count(*) FROM {table} WHERE record_id = %s", [record])
        counts[table] = cursor.fetchone()[0]
    return {table for table, rows in counts.items() if rows}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_parts_go_with_the_whole(cursor, sample):
    """Of the row of its kind, of the record; what is another's stays."""
    text = sample.read_bytes().decode()
    kind, record = re.match(r'<(\w+) xmlns="[^"]*" id="(\w+)"', text).groups()
    maker = re.search(r'(?:<maker>|<reporting organisation=")(\w+)', text)
    store(cursor, kind, record, json.loads(tool(text)), maker and maker[1])
    other = ids.named("O", "another")
    store(cursor, "organisation", other, {"name": [{"lang": "en", "text": "Another"}], "type": "70"})
    assert held(cursor, record) >= {kind, "record_text"} - ({"record_text"} if kind == "membership" else set())
    cursor.execute(f"DELETE FROM {kind} WHERE record_id = %s", [record])
    assert not {t for t in held(cursor, record) if t.startswith(kind)}
    cursor.execute("DELETE FROM record WHERE id = %s", [record])
    assert held(cursor, record) == set()
    assert held(cursor, other) == {"organisation", "record_text"}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_sample_comes_back_to_the_byte(cursor, sample):
    text = sample.read_bytes().decode()
    kind, record = re.match(r'<(\w+) xmlns="[^"]*" id="(\w+)"', text).groups()
    maker = re.search(r'(?:<maker>|<reporting organisation=")(\w+)', text) # they belong to whoever tells of them
    store(cursor, kind, record, json.loads(tool(text)), maker and maker[1])
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute("SELECT cc_record_load(%s, %s)", [record, kind])
    assert tool(json.dumps(cursor.fetchone()[0]), kind, record) == text


def test_a_list_takes_all_that_it_may(cursor):
    document = {"url": "https://example.org/", "category": [f"A{n}" for n in range(30)], "language": ["en", "en-GB", "zh-Hant-TW"]}
    store(cursor, "organisation", "O0000000000018", {"document": [document]})
    cursor.execute("SELECT category, language FROM record_document")
    assert cursor.fetchone() == (document["category"], document["language"])


def test_codes_of_places_are_judged_by_the_database(cursor):
    record = ids.named("A", "place")
    for field, value, good in (("gazetteer", ["G1:1", "G2:node/1"], True), ("gazetteer", ["G1"], False), ("gazetteer", ["G1:1", "G1:1"], False),
                               ("area", ["G1:1:1", "A4::KE"], True), ("area", ["G1:1"], False), ("area", ["A4::KE x"], False)):
        cursor.execute("SAVEPOINT s")
        if good:
            store(cursor, "activity", record, {"location": [{field: value}]}, O)
            cursor.execute("SELECT cc_record_load(%s, 'activity')", [record])
            assert cursor.fetchone()[0]["location"][0][field] == value
        else:
            with pytest.raises(psycopg2.errors.CheckViolation) as refused:
                store(cursor, "activity", record, {"location": [{field: value}]}, O)
            assert f'"{refused.value.diag.constraint_name}", "location"' in CONSTRAINTS
        cursor.execute("ROLLBACK TO s")


def test_every_code_is_judged_alike(cursor):
    """Whether it is seen to be one at a glance or not."""
    cursor.execute("CREATE FUNCTION pg_temp.is_code(t text) RETURNS boolean LANGUAGE plpgsql AS"
                   " $$ BEGIN PERFORM t::concord.cc_code; RETURN true; EXCEPTION WHEN check_violation THEN RETURN false; END $$")
    told = ["", "1", "3.a", "a-b_c.d", "Z" * 60, "Z" * 61, "." + "1" * 59, "-1", "_", ".5", "1.", "a b", "a\n", "\na", " 1", "é", "٣", "a" * 59 + "-",
            "1" * 60 + ".", "A01", "a:b", "ſ", "K", "0" * 59 + "é"]
    cursor.execute("SELECT t, pg_temp.is_code(t) FROM unnest(%s) t", [told])
    judged = dict(cursor.fetchall())
    assert judged == {t: re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}", t, re.A) is not None for t in told}
    assert set(judged.values()) == {True, False}


P, O = "P0000000000019", "O0000000000018"
BROKEN = {
    "weights": ("partnership", {"sdg": [{"goal": "1", "weight": "50"}]}),
    "weight-missing": ("partnership", {"sdg": [{"goal": "1", "weight": "100"}, {"goal": "2"}]}),
    "weight-over": ("partnership", {"sdg": [{"goal": "1", "weight": "101"}]}),
    "target-of-another-goal": ("partnership", {"sdg": [{"goal": "1", "target": "11.1"}]}),
    "goal-twice": ("partnership", {"sdg": [{"goal": "1"}, {"goal": "1"}]}),
    "shares": ("partnership", {"country": [{"code": "KE", "percentage": "99.99"}]}),
    "dates": ("partnership", {"start": "2002-05", "end": "2002-04-30"}),
    "planned-dates": ("partnership", {"planned-start": "2003", "planned-end": "2002"}),
    "no-day": ("partnership", {"start": "2002-02-30"}),
    "two-primary": ("organisation", {"identifier": [
        {"scheme": "X", "value": "1", "primary": "true"}, {"scheme": "X", "value": "2", "primary": "true"}]}),
    "no-primary": ("organisation", {"identifier": [{"scheme": "X", "value": "1"}]}),
    "role-dates": ("membership", {"partnership": P, "organisation": O,
                                  "role": [{"code": "lead", "from": "2003", "until": "2002"}]}),
    "language-twice": ("partnership", {"title": [{"lang": "en", "text": "a"}, {"lang": "en", "text": "b"}]}),
    **{f"category-{name}": ("organisation", {"document": [{"url": "https://example.org/", "category": codes}]}) for name, codes in {
        "blank": ["A01 A02"], "twice": ["A01", "A02", "A01"], "empty": [], "no-text": [""], "null": ["A01", None],
        "many": [f"A{n}" for n in range(31)], "no-code": ["A01", "<b>"]}.items()},
    **{f"language-{name}": ("organisation", {"document": [{"url": "https://example.org/", "language": tags}]}) for name, tags in {
        "blank": ["en fr"], "twice": ["en", "en"], "upper": ["en", "FR"], "half": ["en-"]}.items()},
    "long": ("partnership", {"vision": [{"lang": "en", "text": "x" * 5001}]}),
}


@pytest.mark.parametrize("case", BROKEN)
def test_rule_is_a_constraint_with_a_message(cursor, case):
    kind, content = BROKEN[case]
    record = {"partnership": P, "organisation": O, "membership": "M000000000001A"}[kind]
    with pytest.raises(psycopg2.errors.IntegrityError) as refused:
        store(cursor, kind, record, content)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    name = refused.value.diag.constraint_name
    assert f'"{name}"' in CONSTRAINTS, name
