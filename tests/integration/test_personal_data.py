# SPDX-License-Identifier: EUPL-1.2
"""docs/personal-data.md names every column of the database that can hold a person, and every other one
that could by its type; `concord person` prints and removes all of them."""
import re

import build

PAGE = (build.ROOT / "docs/personal-data.md").read_text()
HELD, NOBODY = PAGE.split("## Columns that hold nobody")


# Its events outlive people: the number stays and leads to nobody.
OUTLIVE = {"audit_event", "consent_event", "organisation_confirmation"}
KEYS = {"person", "created_by", "changed_by", "granted_by", "asked_by", "decided_by"}
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


def test_the_list_of_columns_is_that_of_the_page(database):
    places = {f"{place}.{field}": end for place, field, end in database.rows("SELECT * FROM cc_person_places()")}
    assert set(places) == {c for c in described() if c.partition(".")[2] in KEYS} | {"person.id"}
    assert {c.partition(".")[0] for c, end in places.items() if end == "kept"} == OUTLIVE


def test_a_person_is_printed_and_removed(database):
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
    for by, action, about, detail in ((OTHER, "login.ended-by-administrator", person, "{}"),
                                      (OTHER, "organisation.role", "O0000000000001", f'{{"person": "{person}", "role": "editor"}}'),
                                      (person, "organisation.role", "O0000000000001", f'{{"person": "{OTHER}", "role": "editor"}}'),
                                      (person, "login.ended-by-administrator", OTHER, "{}"),
                                      (OTHER, "record.role", "O0000000000001", f'{{"person": "{OTHER}", "role": "editor"}}')):
        database.rows("INSERT INTO audit_event (person, action, object, detail) VALUES (%s, %s, %s, %s)", (by, action, about, detail))
    told = database.concord("person", "export", "gone").stdout.splitlines()
    assert told == database.concord("person", "export", "test:7").stdout.splitlines()
    rows = {line.partition("\t")[0] for line in told}
    assert rows == {"person.id", "person_org.person", "person_org.granted_by", "record_role.person", "record_role.granted_by",
                    "session.person", "record.created_by", "record.changed_by", "consent_event.person",
                    "audit_event.person", "audit_event.object", "audit_event.detail"}
    assert [line.partition("\t")[0] for line in told if "audit_event" in line] == [
        "audit_event.person"] * 2 + ["audit_event.object", "audit_event.detail"]
    assert told == database.concord("person", "export", str(person).upper()).stdout.splitlines()
    assert "Gone" in told[0] and not any(secret in line for line in told for secret in ("cd" * 32, "k" * 32, OTHER))
    said_so = dict(line.split("\t", 1) for line in database.concord("person", "erase", str(person)).stdout.splitlines()[:-1])
    assert said_so["person.id"] == "1\tdeleted" and said_so["record.created_by"] == "1\temptied"
    assert (said_so["audit_event.person"], said_so["audit_event.object"], said_so["audit_event.detail"]) == (
        "2\tkept", "1\tkept", "1\tkept")
    assert said_so["consent_event.person"] == "1\tkept" and said_so["person_org.granted_by"] == "1\temptied"
    for column in described():
        table, name = column.split(".")
        if name in KEYS and table not in OUTLIVE:
            assert database.one(f"SELECT count(*) FROM {table} WHERE {name} = %s", (person,)) == 0, column
    assert database.one("SELECT count(*) FROM person WHERE id = %s", (person,)) == 0
    assert database.one("SELECT count(*) FROM person_org WHERE person = %s", (OTHER,)) == 1
    assert database.one("SELECT action FROM audit_event WHERE object = %s ORDER BY id DESC LIMIT 1", (str(person),)) == "person.erase"
    for action in ("export", "erase"):
        nobody = database.concord("person", action, "gone", check=False)
        assert nobody.returncode == 1 and nobody.stderr == 'concord: nobody is known as "gone"\n'
    assert database.concord("person", "forget", "gone", check=False).returncode == 2


def test_a_login_of_two_people_is_not_enough(database):
    for n in (1, 2):
        database.rows("INSERT INTO person (subject, login, name) VALUES (%s, 'twin', 'Twin')", (f"twin:{n}",))
    refused = database.concord("person", "erase", "twin", check=False)
    assert refused.returncode == 1 and "several people" in refused.stderr
    database.concord("person", "erase", "twin:1")
    assert database.rows("SELECT subject FROM person WHERE login = 'twin'") == [("twin:2",)]
