# SPDX-License-Identifier: EUPL-1.2
"""concord work: due jobs run once, in children; the audit trail is chained; what has ended is removed."""
import signal
import subprocess
import time

import build
import pytest


@pytest.fixture
def runner(database):
    """Starts runners; ends them by their process ids."""
    started = []

    def start():
        process = subprocess.Popen([str(build.program("concord")), "-c", str(database.config), "work"],
                                   stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.terminate()
            process.wait(15)


def until(condition, seconds=15):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


def event(database, action="test.event"):
    database.rows("INSERT INTO concord.audit_event (action, object) VALUES (%s, 'x') RETURNING id", [action])


def test_the_audit_trail_is_chained_and_a_changed_event_is_found(database, runner):
    for _ in range(5):
        event(database)
    process = runner()
    until(lambda: database.one("SELECT count(*) FROM concord.audit_link") == 5)
    event(database)
    until(lambda: database.one("SELECT count(*) FROM concord.audit_link") == 6)
    process.send_signal(signal.SIGTERM)
    assert process.wait(15) == 0
    assert database.concord("verify").stdout.endswith("0 findings\n")
    database.rows("ALTER TABLE concord.audit_event DISABLE TRIGGER USER;"
                  "UPDATE concord.audit_event SET object = 'y' WHERE id = (SELECT event_id FROM"
                  " concord.audit_link WHERE position = 3);"
                  "ALTER TABLE concord.audit_event ENABLE TRIGGER USER; SELECT 1")
    found = database.concord("verify", check=False)
    assert found.returncode == 1 and "audit trail, position 3: the event is not what was chained" in found.stdout


def test_two_runners_run_a_job_once(database, runner):
    database.rows("UPDATE concord.job SET last_ok_at = NULL, due_at = now() WHERE name = 'cleanup' RETURNING id")
    runner(), runner()
    until(lambda: database.one("SELECT last_ok_at IS NOT NULL FROM concord.job WHERE name = 'cleanup'"))
    assert database.one("SELECT attempts FROM concord.job WHERE name = 'cleanup'") == 0
    assert database.one("SELECT due_at > now() + interval '9 minutes' FROM concord.job WHERE name = 'cleanup'")


def test_an_unknown_job_waits_longer_each_time_and_says_why(database, runner):
    database.rows("INSERT INTO concord.job (name, lane) VALUES ('no-such', 'periodic') RETURNING id")
    runner()
    until(lambda: database.one("SELECT last_error FROM concord.job WHERE name = 'no-such'"))
    assert "no-such" in database.one("SELECT last_error FROM concord.job WHERE name = 'no-such'")
    assert database.one("SELECT due_at > now() FROM concord.job WHERE name = 'no-such'")


def claim(database):
    with database.connect("cc_job") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT job_claim FROM concord.cc_job_claim('periodic', '60 seconds')")
        return cursor.fetchone()[0]


def test_a_claim_that_is_over_neither_prolongs_nor_ends_the_job(database):
    """A runner that was suspended past its lease wakes up while another one has the job."""
    job = database.one("UPDATE concord.job SET due_at = now() - interval '1 day' WHERE name = 'cleanup' RETURNING id")
    slept = claim(database)
    database.rows("UPDATE concord.job SET lease_until = now() - interval '1 second' WHERE id = %s", [job])
    held = claim(database)
    lease = database.one("SELECT lease_until FROM concord.job WHERE id = %s", [job])
    assert not database.one("SELECT concord.cc_job_beat(%s, %s, '1 hour')", [job, slept])
    database.concord("job", str(job), str(slept), "cleanup", "{}")
    assert database.one("SELECT lease_until FROM concord.job WHERE id = %s", [job]) == lease
    assert database.one("SELECT concord.cc_job_beat(%s, %s, '1 hour')", [job, held])
    assert database.one("SELECT concord.cc_job_end(%s, %s, NULL)", [job, held]) == "waiting"
    assert database.one("SELECT lease_until IS NULL AND due_at > now() FROM concord.job WHERE id = %s", [job])
    assert not database.one("SELECT concord.cc_job_beat(%s, %s, '1 hour')", [job, held])


def test_events_that_are_committed_late_are_chained(database):
    """Their numbers lie below those that are chained already; what is chained is not read again."""
    with database.connect() as late, late.cursor() as cursor:
        cursor.execute("INSERT INTO concord.audit_event (action) VALUES ('test.late') RETURNING id")
        number = cursor.fetchone()[0]
        event(database, "test.early")
        assert database.one("SELECT concord.cc_audit_chain(100)") >= 1
        assert database.one("SELECT max(event_id) FROM concord.audit_link") > number
        late.commit()
    assert database.one("SELECT concord.cc_audit_chain(100)") == 1
    assert database.one("SELECT event_id FROM concord.audit_link ORDER BY position DESC LIMIT 1") == number
    assert database.one("SELECT concord.cc_audit_chain(100)") == 0
    database.rows("INSERT INTO concord.audit_event (action) SELECT 'test.many' FROM generate_series(1, 500)")
    assert [database.one("SELECT concord.cc_audit_chain(400)") for _ in range(3)] == [400, 100, 0]
    assert database.rows("SELECT FROM concord.audit_event e FULL JOIN concord.audit_link l ON l.event_id = e.id"
                         " WHERE e.id IS NULL OR l.event_id IS NULL") == []


def test_a_job_of_a_dead_runner_is_claimed_again(database, runner):
    database.rows("UPDATE concord.job SET due_at = now() - interval '1 hour', last_ok_at = NULL,"
                  " lease_until = now() - interval '1 second', attempts = 3 WHERE name = 'cleanup' RETURNING id")
    runner()
    until(lambda: database.one("SELECT last_ok_at IS NOT NULL FROM concord.job WHERE name = 'cleanup'"))
