# SPDX-License-Identifier: EUPL-1.2
"""Who may do what to which rows: every login x table x verb x whose row, against tests/data/rls.tsv.
A table that the file does not know fails. `test_rls.py --write` prints the file as it is now, for
reading it before it is kept.

Columns of the file, each "yes", "no" (no such row, or row security) or "denied" (no privilege):
    own    Ann, focal point of organisation A: a row of a record of A
    reads  Rob, reader in organisation A: the same row
    asked  Ann: a row of a membership by which organisation B asks A
    other  Ann: a row of a record of B
    staff  Sue of the secretariat: a row of a record of B
    none   nobody signed in (the public): a row of a record of A
The rows are made up (all checks, foreign keys and unique keys are dropped first): only policies and grants count.
"""
import pathlib
import re
import sys

import psycopg2
import pytest

import ids
from cluster import Cluster

EXPECTED = pathlib.Path(__file__).resolve().parents[1] / "data/rls.tsv"
A, B = ids.named("O", "A"), ids.named("O", "B")
OF_A, OF_B, ASKED = ids.named("P", "of A"), ids.named("P", "of B"), ids.named("M", "B asks A")
PEOPLE = {"ann": 1, "rob": 1, "sue": 2}
CASES = {"own": ("ann", OF_A), "reads": ("rob", OF_A), "asked": ("ann", ASKED), "other": ("ann", OF_B),
         "staff": ("sue", OF_B), "none": (None, OF_A)}
# cc_migrate works as cc_owner, to whom everything belongs: not in the matrix.
LOGINS = ("cc_web", "cc_login", "cc_job", "cc_audit")
VERBS = ("select", "insert", "update", "delete")
# Tables of people and of the machinery: one row each, no record.
NO_RECORD = {"feed_head", "person", "session", "throttle", "breaker", "once_key", "audit_event", "audit_unchained",
             "context_key", "migration", "consent_transition", "codelist", "code", "collaboration",
             "engagement", "facet", "facet_path", "iati_part", "registry_rule", "statistic", "statistic_head"}


def token(name):
    import hashlib
    return hashlib.sha256(name.encode()).hexdigest()


def made_up(kind, column, record):
    """A value for a column that must not be empty."""
    if column in ("record_id", "from_id", "membership_id", "partnership_id", "id") and kind == "text":
        return record
    if column == "to_id":
        return A
    return {"text": "x", "integer": 1, "bigint": 1, "smallint": 1, "boolean": True, "jsonb": "{}",
            "numeric": 1, "tsvector": "x", "uuid": "00000000-0000-0000-0000-0000000000aa",
            "date": "2026-01-01", "timestamp with time zone": "2026-01-01", "name": "x",
            "text[]": "{}", "integer[]": "{}", "xid8": "1", "cc_id": record, "cc_code": "x", "cc_when": "2026",
            "cc_url": "https://x.example", "cc_percent": 1, "cc_amount": 1, "cc_share": 1, "cc_told": "x"}[kind]


class Matrix:
    def __init__(self, database):
        self.database, self.connections = database, {}
        self.root = database.connect()
        self.root.autocommit = True
        self.cursor = self.root.cursor()
        self.tables = self.query("SELECT relname FROM pg_class WHERE relnamespace = 'concord'::regnamespace"
                                 " AND relkind IN ('r', 'p', 'v', 'm') ORDER BY 1")
        self.fill()

    def query(self, sql, *args):
        self.cursor.execute(sql, args)
        return [row[0] if len(row) == 1 else row for row in self.cursor.fetchall()]

    def columns(self, table):
        return self.query("SELECT attname, format_type(atttypid, atttypmod), attnotnull, attidentity <> '' OR"
                          " attgenerated <> '' FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
                          " AND NOT attisdropped ORDER BY attnum", f"concord.{table}")

    def key(self, table):
        """The column that says of which record a row is; None = of none."""
        if table in NO_RECORD:
            return None
        names = [c[0] for c in self.columns(table)]
        keys = [name for name in ("record_id", "from_id", "membership_id", "partnership_id", "person",
                                    "id", "position") if name in names]
        assert keys, f"of which record are the rows of {table}? (NO_RECORD in this test lists what has none)"
        return keys[0]

    def fill(self):
        for name, roles in PEOPLE.items():
            self.cursor.execute(
                "WITH p AS (INSERT INTO person (subject, login, name, roles) VALUES (%s, %s, %s, %s) RETURNING id)"
                " INSERT INTO session (person, token_hash, csrf_key, epoch, idle_seconds, ends_at)"
                " SELECT id, %s, %s, 1, 1800, now() + interval '1 hour' FROM p",
                (f"d:{name}", name, name, roles, token(name), "k" * 32))
        for name, role in (("ann", "focal-point"), ("rob", "reader")):
            self.cursor.execute("INSERT INTO person_org SELECT id, %s, %s FROM person WHERE login = %s",
                                (A, role, name))
        for table, constraint in self.query(
                "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE connamespace ="
                " 'concord'::regnamespace AND conrelid <> 0 AND contype IN ('c', 'f', 'u') AND conparentid = 0"
                " ORDER BY contype"):
            self.cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}"')
        self.cursor.execute("SET session_replication_role = replica") # no triggers
        for record, owner, other in ((OF_A, A, None), (OF_B, B, None), (ASKED, B, A)):
            self.cursor.execute("INSERT INTO record (id, kind, owner_org, other_org) VALUES (%s, 'x', %s, %s)",
                                (record, owner, other))
        for table in self.tables:
            if self.key(table) in (None, "person") or table == "record":
                continue
            for n, record in enumerate((OF_A, OF_B, ASKED), 1):
                self.add(table, record, n)
        self.cursor.execute("INSERT INTO throttle (key) VALUES ('x'); INSERT INTO breaker (name) VALUES ('x');"
                            "INSERT INTO audit_event (action) VALUES ('x.x');"
                            "INSERT INTO codelist (name, version, titles, document) VALUES ('x', '1', '{}', 'x');"
                            "INSERT INTO code VALUES ('x', 'x', 1, '{}', '{}', '{}');"
                            "INSERT INTO facet (name, value) VALUES ('x', 'x');"
                            "INSERT INTO iati_part VALUES (500, 1);"
                            "INSERT INTO statistic VALUES ('x', 'x', 'x', 1);"
                            "INSERT INTO engagement VALUES ('x', 'x', 'x', 1);"
                            "INSERT INTO collaboration VALUES ('x', 'y', 1);"
                            "INSERT INTO once_key (person, key, result) SELECT id, 'x', 'x' FROM person LIMIT 1")

    def add(self, table, record, n):
        values = {}
        for name, kind, not_null, automatic in self.columns(table):
            if automatic:
                continue
            if name == self.key(table) or not_null:
                values[name] = made_up(re.sub(r"\(.*\)", "", kind), name, record)
            if name in ("position", "item", "number") and kind in ("bigint", "integer"):
                values[name] = n
        self.cursor.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES"
                            f" ({', '.join(['%s'] * len(values))}) ON CONFLICT DO NOTHING", list(values.values()))

    def where(self, table, record):
        key = self.key(table)
        if key in ("record_id", "from_id", "membership_id", "partnership_id") or table == "record":
            return f"{key} = '{record}'"
        return "true"

    def connection(self, login):
        if login not in self.connections:
            self.connections[login] = self.database.connect(login)
        return self.connections[login]

    def lock(self, cursor, record):
        """As every change does first. Who may not is refused here, and by row security when the row is written."""
        cursor.execute("SAVEPOINT lock")
        try:
            cursor.execute("SELECT cc_record_lock(%s, NULL, true)", (record,))
        except psycopg2.Error as e:
            assert e.pgcode in ("CC403", "CC404"), e
            cursor.execute("ROLLBACK TO lock")

    def outcome(self, login, table, verb, who, record, locking=True):
        where = self.where(table, record)
        connection = self.connection(login)
        with connection.cursor() as cursor:
            if who is not None and login in ("cc_web", "cc_login"):
                cursor.execute("SELECT person FROM cc_request_open(%s)", (token(who),))
                assert cursor.fetchone()
            if login == "cc_web" and verb != "select" and locking:
                self.lock(cursor, record)
            try:
                if verb == "select":
                    cursor.execute(f"SELECT count(*) FROM {table} WHERE {where}")
                    count = cursor.fetchone()[0]
                elif verb == "delete":
                    cursor.execute(f"DELETE FROM {table} WHERE {where}")
                    count = cursor.rowcount
                else:
                    count = self.write(cursor, login, table, verb, where)
                return "yes" if count else "no"
            except psycopg2.errors.InsufficientPrivilege as e:
                return "no" if "row-level security" in str(e) else "denied"
            except psycopg2.IntegrityError:
                return "yes" # row security let it pass, the rule that it broke comes later
            except psycopg2.Error as e:
                if e.pgcode == "CC403":
                    return "no"
                raise
            finally:
                connection.rollback()

    def write(self, cursor, login, table, verb, where):
        allowed = [c[0] for c in self.columns(table) if not c[3] and self.query(
            "SELECT has_column_privilege(%s, %s, %s, %s)", login, f"concord.{table}", c[0], verb)[0]]
        if not allowed:
            raise psycopg2.errors.InsufficientPrivilege("permission denied")
        if verb == "update":
            cursor.execute(f"UPDATE {table} SET {allowed[0]} = {allowed[0]} WHERE {where}")
            return cursor.rowcount
        self.cursor.execute(f"SELECT {', '.join(c + '::text' for c in allowed)} FROM {table} WHERE {where} LIMIT 1")
        row = self.cursor.fetchone()
        cursor.execute(f"INSERT INTO {table} ({', '.join(allowed)}) VALUES ({', '.join(['%s'] * len(row))})", row)
        return cursor.rowcount

    def lines(self):
        for login in LOGINS:
            for table in self.tables:
                for verb in VERBS:
                    yield (login, table, verb, *(self.outcome(login, table, verb, *CASES[c]) for c in CASES))


def read_expected():
    lines = [line.split("\t") for line in EXPECTED.read_text().splitlines() if not line.startswith("#")]
    assert lines[0] == ["login", "table", "verb", *CASES]
    expected = {}
    for login, tables, verbs, *cells in lines[1:]:
        for table in tables.split(","):
            for verb in verbs.split(","):
                assert (login, table, verb) not in expected, f"twice: {login} {table} {verb}"
                expected[login, table, verb] = cells
    return expected


@pytest.fixture(scope="module")
def matrix(database):
    return Matrix(database)


def test_every_login_table_and_verb_is_as_written_down(matrix):
    expected, wrong = read_expected(), []
    for login, table, verb, *cells in matrix.lines():
        if expected.pop((login, table, verb), None) != cells:
            wrong.append("\t".join((login, table, verb, *cells)))
    assert not wrong, "differs from, or not in rls.tsv:\n" + "\n".join(wrong)
    assert not expected, f"no longer there: {sorted(expected)}"


def test_rows_are_written_under_the_raised_version_of_their_record_alone(matrix):
    """Plain SQL of cc_web, too: what could be written after cc_record_lock() cannot without it, nor in the
    transaction after, nor by a lock of another record."""
    written = [(table, verb) for (login, table, verb), cells in read_expected().items()
               if login == "cc_web" and verb != "select" and cells[0] == "yes"]
    assert {"partnership", "membership_role", "record_text", "iati_kept", "commitment_answer"} <= {t for t, _ in written}
    assert len([t for t, _ in written if t != "iati_source"]) == 3 * len({t for t, _ in written if t != "iati_source"})
    for table, verb in written:
        for case in ("own", "staff"):
            assert matrix.outcome("cc_web", table, verb, *CASES[case], locking=False) == "no", (table, verb, case)
    connection, other = matrix.connection("cc_web"), f"UPDATE partnership SET state = state WHERE record_id = '{OF_B}'"
    with connection.cursor() as cursor:
        for locks in ((OF_A,), (OF_A, OF_B)):
            cursor.execute("SELECT person FROM cc_request_open(%s)", (token("sue"),))
            before = matrix.query("SELECT version FROM record WHERE id = %s", OF_B)[0]
            for record in locks:
                cursor.execute("SELECT cc_record_lock(%s, NULL)", (record,))
            cursor.execute(other)
            assert cursor.rowcount == len(locks) - 1
            connection.commit()
            assert matrix.query("SELECT version FROM record WHERE id = %s", OF_B)[0] == before + cursor.rowcount
            cursor.execute("SELECT person FROM cc_request_open(%s)", (token("sue"),))
            cursor.execute(other)
            assert cursor.rowcount == 0, "the lock ends with its transaction"
            connection.rollback()


def test_no_login_owns_or_bypasses_anything(matrix):
    assert matrix.query("SELECT rolname FROM pg_roles WHERE rolname LIKE 'cc%%' AND"
                        " (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)") == []
    assert matrix.query("SELECT relname FROM pg_class WHERE relnamespace = 'concord'::regnamespace"
                        " AND relowner <> 'cc_owner'::regrole") == []


def test_row_security_is_forced_wherever_it_is_on(matrix):
    assert matrix.query("SELECT relname FROM pg_class WHERE relnamespace = 'concord'::regnamespace"
                        " AND relrowsecurity <> relforcerowsecurity") == []


def test_functions_of_the_owner_fix_their_search_path(matrix):
    """To our schema; those of reindex to the next generation, which nobody else can write to, before it."""
    paths = ["search_path=concord, pg_temp", "search_path=concord_next, concord, pg_temp"]
    assert matrix.query("SELECT proname FROM pg_proc WHERE pronamespace = 'concord'::regnamespace AND prosecdef"
                        " AND NOT coalesce(%s::text[] && proconfig, false)", [paths]) == []


def test_policies_ask_for_the_context_once_per_statement(matrix):
    """Every cc_ctx function stands in a scalar sub-select, which makes it an init plan."""
    for table, name, text in matrix.query(
            "SELECT tablename, policyname, concat(qual, ' ', with_check) FROM pg_policies"
            " WHERE schemaname = 'concord'"):
        bare = re.sub(r"\( ?SELECT cc_ctx_\w+\(\) AS \w+\)", "", text)
        assert "cc_ctx" not in bare, f"{name} on {table}: {bare}"


def test_a_context_that_a_login_writes_itself_counts_for_nothing(matrix):
    with matrix.database.connect("cc_web") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT person FROM cc_request_open(%s)", (token("sue"),))
        cursor.execute("SELECT count(*), current_setting('cc.context'), current_setting('cc.proof') FROM record")
        count, context, proof = cursor.fetchone()
        assert count == 3
        cursor.execute("SELECT set_config('cc.context', %s, true)", (context.replace("{}", "{X}", 1),))
        cursor.execute("SELECT count(*) FROM record")
        assert cursor.fetchone()[0] == 0
        connection.rollback()
        # ... nor does one that was good in an earlier transaction
        cursor.execute("SELECT set_config('cc.context', %s, true), set_config('cc.proof', %s, true)",
                       (context, proof))
        cursor.execute("SELECT count(*) FROM record")
        assert cursor.fetchone()[0] == 0


def test_an_ended_session_opens_nothing(matrix):
    for change in ("ends_at = now()", "seen_at = now() - interval '1 hour'", "epoch = 0"):
        matrix.cursor.execute("BEGIN")
        matrix.cursor.execute(f"UPDATE session SET {change}")
        matrix.cursor.execute("SELECT count(*) FROM cc_request_open(%s)", (token("ann"),))
        assert matrix.cursor.fetchone()[0] == 0, change
        matrix.cursor.execute("ROLLBACK")


def main():
    cluster = Cluster()
    try:
        print("\n".join("\t".join(line) for line in Matrix(cluster.template()).lines()))
    finally:
        cluster.close()


if __name__ == "__main__" and sys.argv[1:] == ["--write"]:
    main()
