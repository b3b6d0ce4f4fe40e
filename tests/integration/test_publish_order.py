# SPDX-License-Identifier: EUPL-1.2
"""Feed positions are in order of commit and without gaps: eight publishers that wait before they
commit, four readers by position and four by date. What each reader collects is the whole table."""
import hashlib
import json
import os
import random
import threading
import time

import ids
import psycopg2
import pytest
import statements

PUBLISHERS, RECORDS, REVISIONS = 8, int(os.environ.get("CONCORD_SOAK", 12)), 2


@pytest.fixture(name="database")
def database_of_one_test(cluster):
    made = cluster.fresh()
    yield made
    cluster.drop(made)


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def append(cursor, record, number, previous, state, seal, behind=None, content="\2", **more):
    cursor.execute("SELECT cc_publish_append(%s, %s, %s)", (json.dumps([{
        "id": record, "kind": "organisation", "number": number, "state": state, "schema": "1",
        "seal_sha256": sha(seal), "note_sha256": sha(""), "previous_seal_sha256": previous,
        "publisher": record, "sealed_at": "2026-11-24T02:02:03Z", **more}]), "\1".join([content, seal, ""]), behind))


def publish(cursor, record, number, previous, behind=None):
    seal = f"seal of {record} {number}"
    content = f"content of {record} {number}"
    if number == 1:
        cursor.execute("SELECT cc_record_create(%s, 'organisation', %s)", (record, record))
    else:
        cursor.execute("SELECT cc_record_lock(%s, NULL)", (record,))
    append(cursor, record, number, previous, "published", seal, behind, content=content, content_sha256=sha(content),
           projection={"names": [{"lang": "en", "title": "x"}], "edges": [],
                       "search": {"names": "x", "text": "x", "facets": {}}})
    return sha(seal)


def test_readers_of_the_feed_miss_nothing(database):
    errors, finished = [], threading.Event()

    def guarded(work):
        def body(*args):
            try:
                work(*args)
            except Exception as e:  # pylint: disable=broad-except
                errors.append(e)
        return body

    @guarded
    def publisher(seed):
        dice = random.Random(seed)
        with database.connect("cc_job") as connection, connection.cursor() as cursor:
            for _ in range(RECORDS):
                record, previous = ids.named("O", f"{random.random()}"), None
                for number in range(1, REVISIONS + 1):
                    previous = publish(cursor, record, number, previous)
                    time.sleep(dice.random() * 0.012)
                    connection.commit()

    def next_page(cursor, after):
        cursor.execute(statements.text("feed_page"), (after, 7, 8_000_000))
        return cursor.fetchall()

    @guarded
    def reader_by_position(seen):
        after = 0
        with database.connect("cc_web") as connection, connection.cursor() as cursor:
            while True:
                last_round = finished.is_set()
                page = next_page(cursor, after)
                connection.commit()
                for row in page:
                    assert row[0] == after + 1, f"{row[0]} came after {after}"
                    after = row[0]
                    seen.append((row[2], row[4]))
                if last_round and not page:
                    return

    @guarded
    def reader_by_date(seen):
        instant = "2000-01-01T00:00:00Z"
        with database.connect("cc_web") as connection, connection.cursor() as cursor:
            while True:
                last_round = finished.is_set()
                cursor.execute(statements.text("feed_from"), (instant,))
                after = cursor.fetchone()[0]
                while True:
                    page = next_page(cursor, after)
                    if not page:
                        break
                    after, instant = page[-1][0], page[-1][1]
                    seen.update((row[2], row[4]) for row in page)
                connection.commit()
                if last_round:
                    return
                time.sleep(0.01)

    by_position = [[] for _ in range(4)]
    by_date = [set() for _ in range(4)]
    readers = [threading.Thread(target=reader_by_position, args=(seen,)) for seen in by_position]
    readers += [threading.Thread(target=reader_by_date, args=(seen,)) for seen in by_date]
    publishers = [threading.Thread(target=publisher, args=(n,)) for n in range(PUBLISHERS)]
    for thread in readers + publishers:
        thread.start()
    for thread in publishers:
        thread.join()
    finished.set()
    for thread in readers:
        thread.join()
    assert not errors, errors

    with database.connect("cc_audit") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT record_id, number FROM revision")
        table = set(cursor.fetchall())
        cursor.execute("SELECT position, link, seal_sha256 FROM feed ORDER BY position")
        feed = cursor.fetchall()
        cursor.execute("SELECT bool_and(stamp >= before) FROM (SELECT stamp, lag(stamp) OVER"
                       " (ORDER BY position) AS before FROM feed) f")
        assert cursor.fetchone()[0]
    assert len(table) == PUBLISHERS * RECORDS * REVISIONS
    for seen in by_position:
        assert len(seen) == len(table) and set(seen) == table
    for seen in by_date:
        assert seen == table
    link = ""
    for number, (position, stored, seal) in enumerate(feed, 1):
        link = sha(link + seal)
        assert (position, stored) == (number, link)


def test_a_publication_that_does_not_follow_is_refused(database):
    record = ids.named("O", f"{random.random()}")
    with database.connect("cc_job") as connection, connection.cursor() as cursor:
        first = publish(cursor, record, 1, None)
        connection.commit()

        def refused(state, work):
            try:
                work()
            except psycopg2.Error as e:
                connection.rollback()
                assert e.pgcode == state, e
            else:
                raise AssertionError("was not refused")

        refused("CC001", lambda: publish(cursor, record, 2, "0" * 64))
        refused("CC001", lambda: publish(cursor, record, 3, first))
        refused("CC001", lambda: append(cursor, record, 2, first, "withdrawn", "s"))
        publish(cursor, record, 2, first)
        connection.commit()


@pytest.mark.parametrize("together", [True, False])
def test_what_was_withdrawn_and_then_merged_leaves_no_words(database, together):
    """In one batch, as a mirror brings them, or one after the other: it had no content any more when it was merged."""
    old, heir = ids.named("O", f"old {together}"), ids.named("O", f"heir {together}")
    with database.connect("cc_job") as connection, connection.cursor() as cursor:
        first = publish(cursor, old, 1, None)
        publish(cursor, heir, 1, None)
        connection.commit()

        def item(number, previous, state, **more):
            return {"id": old, "kind": "organisation", "number": number, "state": state, "schema": "1",
                    "seal_sha256": sha(f"s{number}"), "note_sha256": sha(""), "previous_seal_sha256": previous,
                    "publisher": old, "sealed_at": "2026-11-24T02:02:03Z", **more}

        items = [item(2, first, "withdrawn"), item(3, sha("s2"), "redirected", redirect_to=heir)]
        for batch in [items] if together else [[i] for i in items]:
            cursor.execute("SELECT cc_record_lock(%s, NULL)", (old,))
            documents = "\1".join(f"\2\1s{i['number']}\1" for i in batch)
            cursor.execute("SELECT cc_publish_append(%s, %s)", (json.dumps(batch), documents))
            connection.commit()
    assert database.rows("SELECT coalesce(names, '') FROM merged WHERE record_id = %s", [old]) == [("",)]
    assert database.rows("SELECT names FROM search_name WHERE record_id = %s", [heir]) == [("x",)]


@pytest.mark.parametrize("committed", [True, False])
def test_a_publication_behind_another_waits_for_it(database, committed):
    """What is sent behind a turn is published when that is, and not otherwise."""
    first, second = ids.named("O", "before"), ids.named("O", "behind")
    with database.connect("cc_job") as one, database.connect("cc_job") as two:
        before, behind = one.cursor(), two.cursor()
        before.execute("SELECT cc_publish_turn()")
        turn, ended = before.fetchone()[0], []

        def publish_behind():
            try:
                publish(behind, second, 1, None, turn)
                two.commit()
                ended.append(None)
            except psycopg2.Error as error:
                two.rollback()
                ended.append(error.pgcode)
        thread = threading.Thread(target=publish_behind)
        thread.start()
        time.sleep(0.3)
        assert not ended
        publish(before, first, 1, None)
        (one.commit if committed else one.rollback)()
        thread.join(10)
        assert ended == [None if committed else "CC001"]
    rows = database.rows("SELECT record_id FROM feed ORDER BY position")
    assert rows == ([(first,), (second,)] if committed else [])
