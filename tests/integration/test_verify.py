# SPDX-License-Identifier: EUPL-1.2
"""concord verify finds and names whatever was changed behind the program's back: one byte in every
stored column, a revision or a record taken away, two revisions swapped."""
import re
import subprocess
import threading

import pytest

import build
import ids

NS = "urn:concord:registry:1"
ORG, OTHER, GONE, MOVED = (ids.named("O", n) for n in ("verify 1", "verify 2", "verify 3", "verify 4"))
PARTNERSHIP, MEMBERSHIP = ids.named("P", "verify"), ids.named("M", "verify")
REDUNDANT = {("feed_head", "id")} # the one row's name; a check allows no other


RELATION = f'<relation kind="member-of" organisation="{ORG}"></relation>'


def organisation(record, name, relation=""):
    return (f'<organisation xmlns="{NS}" id="{record}" schema="1.0-draft"><name xml:lang="en">{name}</name>'
            f'<acronym xml:lang="en">ACR</acronym><type>70</type>'
            f'<identifier scheme="XM-DAC">41{record[1:4]}</identifier>{relation}</organisation>')


def membership():
    return (f'<membership xmlns="{NS}" id="{MEMBERSHIP}" schema="1.0-draft"><partnership>{PARTNERSHIP}</partnership>'
            f'<organisation>{OTHER}</organisation><role code="funding"></role>'
            '<consent date="2026-11-24T00:00:00Z" state="confirmed"></consent></membership>')


def publish(database, owner, state, note, *rest, content=""):
    done = subprocess.run([build.program("tests/lib/publish_probe"), database.conninfo, build.ROOT / "schemas",
                           owner, state, note, *rest], input=content, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + content
    return int(done.stdout)


@pytest.fixture(scope="module")
def published(database):
    publish(database, ORG, "published", "first", content=organisation(ORG, "One"))
    publish(database, OTHER, "published", "", content=organisation(OTHER, "Two", RELATION))
    publish(database, ORG, "published", "", content=organisation(ORG, "One more"))
    publish(database, GONE, "published", "", content=organisation(GONE, "Gone"))
    publish(database, GONE, "withdrawn", "wrong", GONE)
    publish(database, MOVED, "published", "", content=organisation(MOVED, "Moved"))
    publish(database, MOVED, "redirected", "merged", MOVED, ORG)
    publish(database, ORG, "published", "", content=membership())
    publish(database, ORG, "published", "third", content=organisation(ORG, "One, again"))
    return database


@pytest.fixture
def tampered(published):
    """Runs statements as superuser with checks and foreign keys off, gives what verify says, and
    puts everything back."""
    tables = ("revision", "publication", "feed", "feed_head", "record_name", "edge", "search", "search_name", "member",
              "member_count", "told_identifier", "iati_part")
    connection = published.connect()
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("SET search_path = concord, pg_temp; SET session_replication_role = replica")
    for table, name in rows(cursor, "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE"
                            " contype = 'c' AND conrelid = ANY (%s::regclass[])", list(tables)):
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for table in tables:
        cursor.execute(f"CREATE TABLE kept_{table} AS TABLE {table}")

    def restore():
        for table in tables:
            cursor.execute(f"DELETE FROM {table}; INSERT INTO {table} TABLE kept_{table}")

    def run(*statements):
        for statement in statements:
            cursor.execute(statement)
            assert cursor.rowcount != 0, statement
        done = published.concord("verify", check=False)
        restore()
        return done
    run.cursor = cursor
    yield run
    for table in tables:
        cursor.execute(f"DROP TABLE kept_{table}")
    connection.close()


def rows(cursor, sql, *args):
    cursor.execute(sql, args)
    return cursor.fetchall()


def test_what_was_published_holds(published):
    assert published.concord("verify").stdout == "0 findings\n"
    assert published.concord("verify", ORG).stdout == "0 findings\n"


# One byte: by type, an expression that gives a value that differs in one place.
CHANGES = {"text": "overlay({c} placing (CASE WHEN substr({c}, {n}, 1) = 'b' THEN 'c' ELSE 'b' END) from {n} for 1)",
           "integer": "{c} + 100", "bigint": "{c} + 100", "smallint": "{c} + 100", "boolean": "NOT {c}",
           "timestamp with time zone": "{c} + interval '1 microsecond'",
           "tsvector": "to_tsvector('simple', 'tampered')", "jsonb": "'{{\"x\":[\"y\"]}}'",
           "integer[]": "{c} || -1", "text[]": "{c} || 'b'::text"}
ROWS = {"revision": f"record_id = '{ORG}' AND number = {{k}}", "publication": f"record_id = '{ORG}'",
        "feed": "position = {k}", "feed_head": "true", "record_name": f"record_id = '{ORG}'",
        "edge": f"from_id = '{OTHER}'", "search": f"record_id = '{ORG}'",
        "search_name": f"record_id = '{ORG}'", "member": "true", "member_count": "true",
        "told_identifier": f"record_id = '{ORG}'"}


def test_one_byte_in_every_stored_column_is_found(tampered, published):
    missed = []
    columns = rows(tampered.cursor, "SELECT relname, attname, format_type(atttypid, atttypmod) FROM pg_attribute"
                   " JOIN pg_class c ON c.oid = attrelid WHERE relname = ANY (%s) AND relnamespace ="
                   " 'concord'::regnamespace AND attnum > 0 AND NOT attisdropped ORDER BY 1, attnum", list(ROWS))
    assert len(columns) > 50
    for table, column, kind in columns:
        if (table, column) in REDUNDANT:
            continue
        for k in ((1, 2) if table == "revision" else (1, 3) if table == "feed" else (1,)):
            for n in ((1, 40) if column in ("content", "seal") else (1,)):
                where = ROWS[table].format(k=k)
                (is_null,), = rows(tampered.cursor, f"SELECT coalesce({column}::text, '') = '' FROM {table}"
                                   f" WHERE {where}")
                change = "'b'" if is_null else CHANGES[kind].format(c=column, n=n)
                done = tampered(f"UPDATE {table} SET {column} = {change} WHERE {where}")
                named = table == "feed_head" or any(record in done.stdout for record in (
                    ORG, OTHER, MEMBERSHIP, PARTNERSHIP))
                if done.returncode != 1 or not named:
                    missed.append(f"{table}.{column} (row {k}, byte {n}): {done.stdout}{done.stderr}")
    assert not missed, "\n".join(missed)
    assert published.concord("verify").stdout == "0 findings\n"


def test_numbers_of_parts_are_compared(tampered):
    done = tampered("DELETE FROM told_identifier", "INSERT INTO iati_part (until, records) VALUES (500, 7)")
    assert f"record {GONE}: " in done.stdout and "record 500: " in done.stdout and done.stdout.endswith("5 findings\n"), done.stdout


def removed_revision(record, number):
    return [f"DELETE FROM feed WHERE record_id = '{record}' AND revision = {number}",
            f"DELETE FROM revision WHERE record_id = '{record}' AND number = {number}"]


def test_a_removed_last_revision_is_found(tampered):
    assert ORG in tampered(removed_revision(ORG, 3)[1]).stdout
    done = tampered(*removed_revision(ORG, 3))
    assert done.returncode == 1 and f"record {ORG}" in done.stdout


def test_a_carefully_removed_last_revision_is_seen_by_the_head_and_by_a_kept_link(tampered, published):
    (link,), = rows(tampered.cursor, "SELECT link FROM feed_head")
    assert published.concord("verify", "--link", link).returncode == 0
    back = ("UPDATE publication p SET (revision, content, content_sha256, seal, seal_sha256, note, note_sha256,"
            " published_at, position) = (SELECT number, content, content_sha256, seal, seal_sha256, note,"
            " note_sha256, stamp, position FROM revision r WHERE r.record_id = p.record_id AND number = 2)"
            f" WHERE record_id = '{ORG}'")
    done = tampered(*removed_revision(ORG, 3), back)
    assert done.returncode == 1 and "its head says" in done.stdout


def test_two_swapped_revisions_are_found(tampered):
    done = tampered(f"UPDATE revision SET number = 13 - number WHERE record_id = '{ORG}' AND number IN (1, 2)",
                    f"UPDATE revision SET number = number - 10 WHERE record_id = '{ORG}' AND number > 10")
    assert done.returncode == 1 and f"record {ORG}" in done.stdout
    contents = ("UPDATE revision r SET content = o.content, content_sha256 = o.content_sha256 FROM revision o"
                f" WHERE r.record_id = '{ORG}' AND o.record_id = r.record_id AND o.number = 3 - r.number")
    done = tampered(contents)
    assert done.returncode == 1 and f"record {ORG}: revision 1" in done.stdout


def test_a_removed_record_is_found(tampered):
    gone = [f"DELETE FROM {table} WHERE record_id = '{OTHER}'" for table in ("revision", "publication")]
    done = tampered(*gone)
    assert done.returncode == 1 and f"record {OTHER}" in done.stdout
    done = tampered(*gone, f"DELETE FROM feed WHERE record_id = '{OTHER}'")
    assert done.returncode == 1 and re.search(r"feed: positions? 2 to 2 are missing", done.stdout)
    assert f"record {OTHER}" in done.stdout # by what is left of it in the projections


def test_publishing_goes_on_while_everything_is_verified(published):
    record, numbers = ids.named("O", "busy"), iter(range(1000))
    stop = threading.Event()

    def keep_publishing():
        while not stop.is_set():
            publish(published, record, "published", "", content=organisation(record, f"Busy {next(numbers)}"))
    publisher = threading.Thread(target=keep_publishing)
    publisher.start()
    try:
        said = [published.concord("verify", check=False).stdout for _ in range(8)]
    finally:
        stop.set()
        publisher.join()
    assert said == ["0 findings\n"] * 8 and next(numbers) > 2


def test_progress_tells_how_many_at_what_rate(published):
    done = published.concord("verify", "--progress")
    total = published.one("SELECT (SELECT count(*) FROM revision) + (SELECT count(*) FROM feed)")
    assert re.fullmatch(rf"entries and revisions {total} of {total}, \d+/s", done.stderr.splitlines()[-1])


def test_without_a_database_nothing_is_said_to_hold(published):
    lost = published.settings("lost", db_conninfo=published.conninfo.replace(published.name, "nowhere"))
    done = build.run("concord", "-c", lost, "verify", check=False)
    assert done.returncode == 75 and "findings" not in done.stdout


@pytest.mark.parametrize("bad,finding", [
    (lambda c: c.replace("<type>70</type>", ""), "not valid under its schema"),
    (lambda c: c.replace("<acronym", "\n<acronym"), "not what our writer makes of it"),
    (lambda c: c.replace(' xml:lang="en">A', " xml:lang='en'>A"), "not in canonical form")])
def test_content_that_should_never_have_been_sealed_is_found(database, bad, finding):
    record = ids.named("O", finding)
    publish(database, record, "published", "", content=bad(organisation(record, "Bad")))
    done = database.concord("verify", record, check=False)
    assert done.returncode == 1 and f"record {record}: revision 1: the content is {finding}" in done.stdout
