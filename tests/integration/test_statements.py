# SPDX-License-Identifier: EUPL-1.2
"""Every compiled statement fits the migrated database: parameters, columns, and for the read paths
an index wherever a table can be large."""
import re

import build
import libpq
import pytest
import stmts

STATEMENTS = stmts.all_statements()
VOID = 2278
# One row for each record, revision, name, link or person: grow without limit.
LARGE = {"record", "revision", "publication", "feed", "record_name", "edge", "search", "search_name", "person",
         "session", "audit_event", "once_key"}
# Read everything on purpose; or are planned for each question, which test_plans.py asks.
WHOLE = {"verify_counts", "verify_feed", "search"}
UNUSED = {"db_ping"}  # of tests, through tests/lib/probe.c


@pytest.fixture(scope="module")
def connection(database):
    opened = libpq.Connection(f"{database.conninfo} user=postgres "
                              "options='-c search_path=concord,pg_temp'")
    yield opened
    opened.close()


@pytest.mark.parametrize("statement", STATEMENTS, ids=str)
def test_declaration_is_what_the_server_describes(database, connection, statement):
    params, columns = connection.describe(statement.name, statement.sql)
    name_of = "SELECT coalesce(array_agg(format_type(o, NULL) ORDER BY i), '{}')" \
              " FROM unnest(%s::oid[]) WITH ORDINALITY t(o, i)"
    declared = "SELECT coalesce(array_agg(t::regtype::text ORDER BY i), '{}')" \
               " FROM unnest(%s::text[]) WITH ORDINALITY t(t, i)"
    assert database.one(declared, (statement.types,)) == database.one(name_of, (params,))
    if statement.kind == "exec":
        assert all(oid == VOID for _, oid in columns), ":exec returns rows"
    else:
        assert statement.columns == [name for name, _ in columns]


def test_every_statement_is_used():
    code = "".join(path.read_text(encoding="utf-8") for folder in ("cgi", "tests/lib") for path in (build.ROOT / folder).rglob("*.c"))
    used = set(re.findall(r"\bQ_[A-Z0-9_]+", code))
    assert {s.name for s in STATEMENTS if f"Q_{s.name.upper()}" not in used} - UNUSED == set()


@pytest.mark.parametrize("statement", [s for s in STATEMENTS if s.is_read], ids=str)
def test_read_path_has_an_index_for_every_large_table(database, statement):
    opened = database.connect()
    with opened, opened.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        scanned = stmts.scanned(stmts.plan(cursor, statement)) & LARGE
    opened.close()
    assert not scanned or statement.name in WHOLE
