# SPDX-License-Identifier: EUPL-1.2
"""The job "cleanup" removes what ended, and nothing else."""
HASH = "ab" * 32


def test_clean_removes_what_ended(database):
    person = database.one("INSERT INTO person (subject, login, name) VALUES ('test:1', 'ann', 'Ann') RETURNING id")
    for n, (seen, end) in enumerate([("0 s", "1 h"), ("2 h", "1 h"), ("0 s", "-1 s")]):
        database.rows("INSERT INTO session (person, token_hash, csrf_key, epoch, idle_seconds, seen_at, ends_at)"
                      " VALUES (%s, %s, %s, 1, 1800, now() - %s::interval, now() + %s::interval)",
                      (person, HASH[:-1] + str(n), "k" * 32, seen, end))
    for key, age in (("old-key-old-key-1", "2 days"), ("new-key-new-key-1", "1 hour")):
        database.rows("INSERT INTO once_key (person, key, result, made_at) VALUES (%s, %s, 'x', now() - %s::interval)",
                      (person, key, age))
    for key, last, blocked in (("net:1", "2 days", None), ("net:2", "2 days", "1 hour"), ("net:3", "1 hour", None)):
        database.rows("INSERT INTO throttle (key, last_at, blocked_until) VALUES (%s, now() - %s::interval,"
                      " now() + %s::interval)", (key, last, blocked))
    job = database.one("SELECT id FROM job WHERE name = 'cleanup'")
    database.concord("job", job, "0", "cleanup", "{}")
    assert database.rows("SELECT right(token_hash, 1) FROM session") == [("0",)]
    assert database.rows("SELECT key FROM once_key") == [("new-key-new-key-1",)]
    assert sorted(database.rows("SELECT key FROM throttle")) == [("net:2",), ("net:3",)]
