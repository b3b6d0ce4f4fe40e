# SPDX-License-Identifier: EUPL-1.2
"""concord reindex makes every projection anew, whatever became of the old ones, while people browse and
publish: nobody sees an empty or half an answer, and what is left by a run that was killed is no hindrance."""
import difflib
import re
import subprocess
import threading
import time

import psycopg2
import pytest

import build
import fcgi
import ids
from stack import Stack

SAMPLES = build.ROOT / "sql/samples"
NS = "urn:concord:registry:1"
ACTIVITY = ids.named("A", "reindex")
TWINS = ids.named("O", "reindex 1"), ids.named("O", "reindex 2")


def bring(database, folder, *records):
    file = folder / "records.xml"
    file.write_text(f'<records xmlns="{NS}">{"".join(records)}</records>')
    return database.concord("import", "--owner", "OKS13AMVBCGN5D", file).stdout


def activity(title, record=ACTIVITY):
    return (f'<activity id="{record}" schema="1.0-draft"><title xml:lang="en">{title}</title>'
            '<reporting organisation="OKS13AMVBCGN5D"/><country code="KE"/><sdg goal="6"/></activity>')


@pytest.fixture(scope="module", name="stack")
def stack_fixture(cluster, people, tmp_path_factory):
    with Stack(cluster, people, tmp_path_factory.mktemp("reindex")) as running:
        for line in (SAMPLES / "order.tsv").read_text().splitlines():
            if not line.startswith("#"):
                name, owner = line.split("\t")
                running.database.concord("import", *(() if owner == "-" else ("--owner", owner)), SAMPLES / name)
        bring(running.database, tmp_path_factory.mktemp("activity"), activity("Wells"))
        bring(running.database, tmp_path_factory.mktemp("twins"), *(
            f'<organisation id="{twin}" schema="1.0-draft"><name xml:lang="en">{twin}</name><type>70</type></organisation>' for twin in TWINS))
        sara = running.sign_in("sara")
        form = sara.get(f"/en/records/{TWINS[0]}/merge").form("/merge$")
        assert sara.submit(form, {"target": TWINS[1], "note": "Twice."}).status == 303
        yield running


@pytest.fixture(name="database")
def database_fixture(stack):
    yield stack.database
    assert stack.database.rows("SELECT FROM pg_namespace WHERE nspname = 'concord_next'") == []
    assert stack.database.concord("verify").stdout == "0 findings\n"


@pytest.fixture(name="reader")
def reader_fixture(database):
    """A connection whose transaction keeps the generation that it reads."""
    connection = database.connect("cc_web")
    yield connection
    connection.close()


def projections(database):
    return database.rows("SELECT name, of_records FROM cc_projections() ORDER BY place")


def content(database):
    """All rows of all projections and of what is counted from them."""
    return {name: sorted(row for (row,) in database.rows(f"SELECT t::text FROM {name} t"))
            for name in [*(name for name, _ in projections(database)), "statistic", "engagement", "collaboration",
                                                          "told_identifier", "iati_part"]}


def shapes(database):
    return {name: database.one("SELECT cc_table_shape(%s::regclass)", [name]) for name, _ in projections(database)}


def run_until(database, condition, *arguments, timeout=30):
    """`concord reindex` in the background, as soon as the condition is true."""
    running = subprocess.Popen([build.program("concord"), "-c", database.config, "reindex", *arguments],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + timeout
    while not database.one(condition):
        assert running.poll() is None and time.monotonic() < end, running.communicate()
        time.sleep(0.02)
    return running


WAITS_FOR_READERS = ("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'"
                     " AND relation = 'search'::regclass")
FILLS = "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND relation = 'facet'::regclass"


def test_what_was_damaged_is_whole_again(database):
    database.concord("reindex") # for the statistics, which nothing else counts here
    good, shape = content(database), shapes(database)
    assert all(good[name] for name, of_records in projections(database) if of_records is not None) and good["statistic"] and good["told_identifier"] and good["iati_part"]
    for damage in ("DELETE FROM edge", "UPDATE record_name SET title = 'x'", "TRUNCATE search", "UPDATE search_name SET names = 'x'",
                   "UPDATE promise SET sort_name = 'x'", "DELETE FROM promise_resource WHERE place = 1",
                   "DELETE FROM member", "UPDATE merged SET names = 'x'", "UPDATE member_count SET members = members + 1", "DELETE FROM statistic",
                   "UPDATE told_identifier SET ref = 'x'", "UPDATE iati_part SET records = records + 1",
                   "INSERT INTO record_name VALUES ('PNOWHERE', 'en', 'partnership', 1, 'Nowhere')"):
        database.rows(damage)
    assert database.concord("verify", check=False).returncode == 1
    done = database.concord("reindex", "--progress")
    records = database.one("SELECT count(*) FROM publication")
    assert done.stdout == "" and f"records {records} of {records}, " in done.stderr
    assert content(database) == good
    assert shapes(database) == shape and len(set(shape.values())) == len(shape)


def test_no_object_would_go_with_the_old_tables(database):
    """A function that returns rows of a table, or a view of it, would stop the switch."""
    depending = database.rows("""
        SELECT t.relname, d.classid::regclass, d.objid FROM cc_projections() p
          JOIN pg_class t ON t.oid = p.name::regclass
          JOIN pg_type r ON r.oid = t.reltype
          JOIN pg_depend d ON d.deptype = 'n' AND d.refobjid IN (t.oid, r.oid, r.typarray)
         WHERE d.classid NOT IN ('pg_constraint'::regclass, 'pg_class'::regclass)""")
    assert depending == []


def hammer(stop, ask, answers, failures):
    while not stop.is_set():
        try:
            answers.append(ask())
        except Exception as error: # told by the test
            failures.append(repr(error))
            return


def test_readers_never_see_an_empty_or_half_an_answer(stack, database):
    partnership = database.one("SELECT partnership_id FROM member_count ORDER BY members DESC LIMIT 1")
    organisation = database.one("SELECT organisation_id FROM member GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
    pages = [f"/en/partnerships/{partnership}", f"/en/partnerships/{partnership}/members",
             f"/en/organisations/{organisation}", "/en/search?q=education", "/en/search?goal=4", "/en/goals/4"]
    public = stack.browser()
    database.concord("reindex") # which counts what the pages show

    def lines(page):
        """But the one that says when it was counted, which reindex does."""
        return [line for line in public.get(page).text.splitlines() if "cc-fresh" not in line]
    expected = {page: lines(page) for page in pages}
    assert all("<h1" in "".join(text) for text in expected.values())
    counts = {"record_name": 0, "edge": 0, "search": 0, "member": 0, "member_count": 0, "promise": 0}
    whole = database.rows("SELECT " + ", ".join(f"(SELECT count(*) FROM {t})" for t in counts))[0]
    connection = database.connect("cc_web")
    connection.autocommit = True
    cursor = connection.cursor() # one statement that is prepared once and kept, as workers do
    cursor.execute("PREPARE all_of_it AS SELECT " + ", ".join(f"(SELECT count(*) FROM {t})" for t in counts))

    def count():
        cursor.execute("EXECUTE all_of_it")
        return cursor.fetchone()
    turn = iter(range(10**9))

    def page():
        address = pages[next(turn) % len(pages)]
        text = lines(address)
        return text == expected[address] or "\n".join([address, *difflib.unified_diff(
            expected[address], text, lineterm="", n=0)])
    stop, failures, counted, read = threading.Event(), [], [], []
    threads = [threading.Thread(target=hammer, args=(stop, count, counted, failures)),
               threading.Thread(target=hammer, args=(stop, page, read, failures))]
    for thread in threads:
        thread.start()
    oids = set()
    try:
        for _ in range(8):
            database.concord("reindex")
            oids.add(database.one("SELECT 'search'::regclass::oid"))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    connection.close()
    assert not failures and len(oids) == 8
    assert len(counted) > 100 and set(counted) == {whole}
    assert len(read) > 20 and [r for r in read if r is not True] == []


def test_every_statement_reads_one_generation(database):
    """The old one can be told from the new one in each of three tables."""
    old = {"record_name": "title", "edge": "role", "search": "sort_key"}
    looks = "SELECT " + ", ".join(f"(SELECT count(*) FROM {t} WHERE {c} = 'old')" for t, c in old.items())
    every = database.rows("SELECT " + ", ".join(f"(SELECT count(*) FROM {t})" for t in old))[0]
    for prepare in (True, False):
        database.rows("; ".join(f"UPDATE {t} SET {c} = 'old'" for t, c in old.items()))
        connections, threads = [database.connect("cc_web") for _ in range(3)], []
        stop, failures, seen = threading.Event(), [], []
        for connection in connections:
            connection.autocommit = True
            cursor = connection.cursor()
            cursor.execute(f"PREPARE look AS {looks}")

            def look(cursor=cursor):
                cursor.execute("EXECUTE look" if prepare else looks)
                return cursor.fetchone()
            threads.append(threading.Thread(target=hammer, args=(stop, look, seen, failures)))
            threads[-1].start()
        try:
            database.concord("reindex")
        finally:
            stop.set()
            for thread, connection in zip(threads, connections):
                thread.join()
                connection.close()
        assert not failures and set(seen) == {every, (0, 0, 0)}


def test_what_is_published_meanwhile_is_there_afterwards(database, reader, tmp_path):
    born, gone = ids.named("A", "born meanwhile"), ids.named("A", "gone meanwhile")
    bring(database, tmp_path, activity("Soon gone", gone))
    reader.cursor().execute("SELECT FROM search LIMIT 1")
    running = run_until(database, WAITS_FOR_READERS)
    bring(database, tmp_path, activity("Wells and pumps"), activity("Born meanwhile", born))
    assert database.concord("verify").stdout == "0 findings\n"
    assert running.poll() is None
    reader.rollback()
    assert running.wait(timeout=60) == 0, running.communicate()
    assert dict(database.rows("SELECT record_id, title FROM record_name WHERE record_id IN (%s, %s, %s)",
                              [ACTIVITY, born, gone])) == {
        ACTIVITY: "Wells and pumps", born: "Born meanwhile", gone: "Soon gone"}
    assert database.one("SELECT count(*) FROM search WHERE record_id = %s AND tsv @@ 'pump'", [ACTIVITY]) == 1


def test_many_who_publish_lose_nothing(database, tmp_path):
    stop, said = threading.Event(), []

    def keep_publishing(worker):
        folder = tmp_path / str(worker)
        folder.mkdir()
        for n in range(1000):
            if stop.is_set():
                return
            said.append(bring(database, folder, activity(f"Turn {n}", ids.named("A", f"turn {worker} {n % 3}"))))
    threads = [threading.Thread(target=keep_publishing, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(6):
            database.concord("reindex")
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert len(said) > 6 and all(line.startswith(("new", "changed")) for s in said for line in s.splitlines()[:1]), said


def test_nobody_waits_for_the_table_that_another_makes_whole(database):
    """With many records each of these lasts longer than anybody waits for a lock."""
    tables = re.search(r"-- name: reindex_tables .*?\n(.*?);", (build.ROOT / "sql/queries/reindex.sql").read_text(), re.S)[1]
    whole = set()
    with database.connect("cc_job") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT run FROM cc_reindex_begin()")
        run, = cursor.fetchone()
        connection.commit()
        cursor.execute(tables)
        for name, is_derived in sorted(cursor.fetchall(), key=lambda row: row[1]):
            cursor.execute("SELECT cc_reindex_finish(%s, %s)", [run, name])
            cursor.execute("SELECT DISTINCT relname FROM pg_locks l JOIN pg_class c ON c.oid = l.relation AND relkind = 'r'"
                           " WHERE l.pid = pg_backend_pid() AND relnamespace = 'concord_next'::regnamespace AND relname <> 'run'")
            others = {relname for relname, in cursor.fetchall()} - {name}
            assert others <= (whole if is_derived else set()), name
            connection.commit()
            whole.add(name)
        cursor.execute("SELECT cc_reindex_drop(%s)", [run])
    connection.close()


def test_whoever_settles_roles_waits_for_the_switch_and_is_not_waited_for(database):
    """The job takes the tables in the order in which a reindex does."""
    reindex = database.connect()
    cursor = reindex.cursor()
    cursor.execute("LOCK TABLE search IN SHARE ROW EXCLUSIVE MODE")
    job = subprocess.Popen([build.program("concord"), "-c", database.config, "job", "1", "0", "roles", "{}"],
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    end = time.monotonic() + 10
    while not database.one("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND relation = 'search'::regclass"):
        assert job.poll() is None and time.monotonic() < end, job.communicate()
        time.sleep(0.02)
    cursor.execute("SET LOCAL lock_timeout = '500ms'; LOCK TABLE role_late IN ACCESS EXCLUSIVE MODE")
    reindex.close()
    assert job.wait(timeout=20) == 0, job.communicate()


def test_verify_sees_one_generation(database):
    stop, said, failures = threading.Event(), [], []
    thread = threading.Thread(target=hammer, args=(
        stop, lambda: database.concord("verify", check=False).stdout, said, failures))
    thread.start()
    try:
        for _ in range(5):
            database.concord("reindex")
    finally:
        stop.set()
        thread.join()
    assert not failures and len(said) > 3 and set(said) == {"0 findings\n"}


@pytest.mark.parametrize("where", ["filling", "switching"])
def test_a_run_that_was_killed_is_no_hindrance(database, reader, where):
    before = content(database)
    if where == "filling":
        owner = database.connect()
        owner.cursor().execute("LOCK TABLE facet IN ACCESS EXCLUSIVE MODE")
        running = run_until(database, FILLS)
    else:
        owner = reader
        reader.cursor().execute("SELECT FROM search LIMIT 1")
        running = run_until(database, WAITS_FOR_READERS)
    running.kill()
    running.communicate()
    if where == "filling": # else the server, which still waits, would find its turn come
        owner.rollback()
    end = time.monotonic() + 20
    while database.one("SELECT count(*) FROM pg_stat_activity WHERE usename = 'cc_job' AND datname = current_database()"):
        assert time.monotonic() < end, "a worker goes on"
        time.sleep(0.05)
    owner.rollback()
    assert database.one("SELECT count(*) FROM pg_namespace WHERE nspname = 'concord_next'") == 1
    assert content(database) == before
    assert database.concord("verify").stdout == "0 findings\n"
    database.concord("reindex")
    assert content(database) == before


def test_of_two_the_younger_goes_on(database, reader):
    reader.cursor().execute("SELECT FROM search LIMIT 1")
    older = run_until(database, WAITS_FOR_READERS)
    run = database.one("SELECT id FROM concord_next.run")
    younger = run_until(database, "SELECT to_regclass('concord_next.run') IS NOT NULL")
    end = time.monotonic() + 20
    while database.rows("SELECT FROM pg_namespace WHERE nspname = 'concord_next'") and \
            database.one("SELECT id FROM concord_next.run") == run:
        assert time.monotonic() < end
        time.sleep(0.02)
    assert older.wait(timeout=60) == 1 and "another reindex has begun" in older.communicate()[1]
    reader.rollback()
    assert younger.wait(timeout=60) == 0, younger.communicate()


def test_two_that_begin_in_one_instant(database):
    """The second waits for the first to have begun; then it is the younger of the two."""
    first, second = (psycopg2.connect(f"{database.conninfo} user=cc_job options='-c search_path=concord'") for _ in "12")
    with first.cursor() as one, second.cursor() as two:
        one.execute("SELECT run FROM cc_reindex_begin()")
        waiting = threading.Thread(target=two.execute, args=["SELECT run FROM cc_reindex_begin()"])
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive()
        run = one.fetchone()
        first.commit()
        waiting.join(20)
        younger = two.fetchone()
        second.commit()
        with pytest.raises(psycopg2.Error, match="another reindex has begun"):
            one.execute("SELECT cc_reindex_drop(%s)", run)
        two.execute("SELECT cc_reindex_drop(%s)", younger)
        second.commit()
    first.close()
    second.close()


def test_what_cannot_be_read_keeps_the_old_generation(database):
    before = content(database)
    kept = database.one("SELECT content FROM publication WHERE record_id = %s", [ACTIVITY])
    database.rows("UPDATE publication SET content = 'x' WHERE record_id = %s", [ACTIVITY])
    done = database.concord("reindex", check=False)
    database.rows("UPDATE publication SET content = %s WHERE record_id = %s", [kept, ACTIVITY])
    assert done.returncode == 1 and f"record {ACTIVITY}" in done.stderr
    assert content(database) == before


def test_only_jobs_may(database):
    for login in ("cc_web", "cc_login", "cc_audit"):
        for call in ("cc_reindex_begin()", "cc_reindex_switch('x')", "cc_project('[]')"):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                database.rows(f"SELECT {call}", user=login)


def test_numbers_that_a_worker_keeps_are_counted_anew(database, tmp_path):
    """Nothing is published between: what stands beside the values is of another table."""
    worker = fcgi.Worker(str(build.program("concord.fcgi")), str(database.settings("kept")), str(tmp_path), klass="page",
                         name="kept").start()
    try:
        database.rows("UPDATE search SET keys = '{}' WHERE kind = 'activity' RETURNING 1")
        assert not re.search(r"Kenya \(\d+\)", worker.fetch("/en/activities").text)
        database.concord("reindex")
        for _ in range(2):
            assert re.search(r"Kenya \(\d+\)", worker.fetch("/en/activities").text)
    finally:
        worker.stop()
