# SPDX-License-Identifier: EUPL-1.2
"""docs/personal-data.md names every column of the database that can hold a person, and every other one
that could by its type; its statements for removing a person work."""
import re

import build

PAGE = (build.ROOT / "docs/personal-data.md").read_text()
HELD, NOBODY = PAGE.split("## Columns that hold nobody")


# Its events outlive people: the number stays and leads to nobody.
OUTLIVE = {"audit_event", "consent_event"}
OTHER = "00000000-0000-0000-0000-000000000008"


def named(text):
    return re.findall(r"`([a-z_]+\.(?:[a-z_0-9]+|\*))`", text)


def described():
    """Columns of the first table: those in the first cell of its rows."""
    return [c for row in re.findall(r"^\| (`.*?) \|", HELD, re.M) for c in named(row)]


def catalogue(database):
    """Columns that can hold words about a person: texts of any sort, documents, keys of people."""
    return {f"{table}.{column}" for table, column in database.rows("""
        SELECT c.relname, a.attname FROM pg_attribute a
          JOIN pg_class c ON c.oid = a.attrelid
          JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type base ON base.oid = t.typbasetype
         WHERE c.relnamespace = 'concord'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0
           AND NOT a.attisdropped AND coalesce(base.typname, t.typname) IN
               ('text', 'varchar', 'bpchar', 'name', 'uuid', 'json', 'jsonb', 'tsvector', 'bytea', 'inet',
                'cidr', '_text', 'xml')""")}


def test_every_column_is_described_or_named_as_holding_nobody(database):
    columns = catalogue(database)
    told, nobody = described(), named(NOBODY)
    assert len(told) == len(set(told)) and len(nobody) == len(set(nobody))
    whole = {c.partition(".")[0] for c in nobody if c.endswith(".*")}
    assert not any(c.endswith(".*") for c in told)
    assert not whole & {c.partition(".")[0] for c in told}, "a table that holds people is told by column"
    single = {c for c in nobody if not c.endswith(".*")}
    assert not single & set(told)
    assert {c for c in columns if c.partition(".")[0] not in whole} == set(told) | single
    assert whole <= {c.partition(".")[0] for c in columns}


def test_every_key_of_a_person_is_described(database):
    for table, column in database.rows("""
            SELECT conrelid::regclass::text, a.attname FROM pg_constraint
              JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = ANY (conkey)
             WHERE contype = 'f' AND confrelid = 'concord.person'::regclass"""):
        assert f"{table.removeprefix('concord.')}.{column}" in described()


def test_rows_of_the_table_are_complete():
    for row in re.findall(r"^\| `[a-z_]+\.[a-z_]+`.*$", HELD, re.M):
        cells = [c.strip() for c in row.strip("|").split("|")]
        assert len(cells) == 6 and all(cells), row


def said(database, person):
    """What the person answered for an organisation."""
    database.rows("INSERT INTO record (id, kind, owner_org, parent, other_org) VALUES"
                  " ('P0000000000001', 'partnership', 'O0000000000001', NULL, NULL)")
    database.rows("INSERT INTO record (id, kind, owner_org, parent, other_org) VALUES"
                  " ('M0000000000001', 'membership', 'O0000000000001', 'P0000000000001', 'O0000000000001')")
    database.rows("INSERT INTO wording (membership_id, sha256, content) VALUES"
                  " ('M0000000000001', encode(sha256('<membership/>'), 'hex'), '<membership/>')")
    database.rows("INSERT INTO consent_event (membership_id, number, about, was, state, wording_sha256, at, channel, side,"
                  " organisation, role, person) VALUES ('M0000000000001', 1, 'membership', '', 'invited',"
                  " encode(sha256('<membership/>'), 'hex'), now(), 'page', 'partnership', 'O0000000000001', 'focal-point', %s)",
                  (person,))


def test_the_statements_remove_a_person(database):
    statements = re.search(r"^ +BEGIN;\n(.*?)^ +COMMIT;", PAGE, re.S | re.M)[1]
    person = database.one("INSERT INTO person (subject, login, name) VALUES ('test:7', 'gone', 'Gone') RETURNING id")
    database.rows("INSERT INTO session (person, token_hash, csrf_key, epoch, idle_seconds, ends_at)"
                  " VALUES (%s, %s, %s, 1, 60, now() + interval '1 h')", (person, "cd" * 32, "k" * 32))
    database.rows("INSERT INTO record (id, kind, owner_org, created_by, changed_by) VALUES"
                  " ('O0000000000001', 'organisation', 'O0000000000001', %s, %s)", (person, person))
    database.rows("INSERT INTO person_org (person, organisation_id, role) VALUES (%s, 'O0000000000001', 'editor')",
                  (person,))
    database.rows("INSERT INTO person (id, subject, login, name) VALUES (%s, 'test:8', 'stays', 'Stays')", (OTHER,))
    database.rows("INSERT INTO person_org (person, organisation_id, role, granted_by) VALUES (%s, 'O0000000000001', 'editor', %s)",
                  (OTHER, person))
    database.rows("INSERT INTO record_role (person, record_id, role, granted_by) VALUES (%s, 'O0000000000001', 'editor', %s),"
                  " (%s, 'O0000000000001', 'editor', NULL)", (OTHER, person, person))
    said(database, person)
    database.rows(statements.replace("ID", str(person)))
    for column in described():
        table, name = column.split(".")
        if name in ("person", "created_by", "changed_by", "granted_by") and table not in OUTLIVE:
            assert database.one(f"SELECT count(*) FROM {table} WHERE {name} = %s", (person,)) == 0, column
    assert database.one("SELECT count(*) FROM person WHERE id = %s", (person,)) == 0
