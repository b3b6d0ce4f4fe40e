# SPDX-License-Identifier: EUPL-1.2
"""Pipelines, transactions, retries and lost connections of the database layer, on a real server."""
import subprocess
import time

import build
import cluster as pg
import cutproxy
import pytest

TABLE = """
CREATE TABLE concord.probe (id integer PRIMARY KEY, word text CONSTRAINT ck_probe_word CHECK (word <> 'bad'));
GRANT SELECT, INSERT, UPDATE, DELETE ON concord.probe TO cc_web;
CREATE FUNCTION concord.probe_fail(state text) RETURNS void LANGUAGE plpgsql AS
$$BEGIN RAISE EXCEPTION 'as asked' USING ERRCODE = state; END$$;
GRANT EXECUTE ON FUNCTION concord.probe_fail TO cc_web;
"""


class Probe:
    """One worker's database handle; each call is a line, each answer a dict."""

    def __init__(self, conninfo, prepare="yes", timeout_ms=1000):
        self.process = subprocess.Popen(
            [build.program("tests/lib/db_probe"), conninfo, "cc_web", prepare, str(timeout_ms)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def send(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def answer(self):
        rc, *pairs = self.process.stdout.readline().rstrip("\n").split(" ", 5)
        return {"rc": rc, **dict(pair.split("=", 1) for pair in pairs)}

    def __call__(self, line):
        self.send(line)
        return self.answer()

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(10) == 0


@pytest.fixture(scope="module")
def own():
    """A cluster that may be stopped and paused."""
    running = pg.Cluster()
    running.template()
    database = running.fresh()
    database.rows(TABLE)
    yield database
    running.close()


@pytest.fixture
def table(own):
    own.rows("TRUNCATE concord.probe")
    return lambda: own.rows("SELECT id, word FROM concord.probe ORDER BY id")


@pytest.fixture(params=["yes", "no"])
def probe(own, table, request):
    running = Probe(own.conninfo, request.param)
    yield running
    running.close()


@pytest.fixture
def proxy(own, tmp_path_factory):
    made = cutproxy.CutProxy(tmp_path_factory.mktemp("proxy") / "s", own.cluster.sockets)
    yield made
    made.close()


@pytest.fixture
def cut(proxy, own, table):
    running = Probe(f"host={proxy.folder} dbname={own.name}")
    yield running
    running.close()


def test_pipeline_is_one_round_trip_even_the_first_time(probe, table):
    got = probe("begin commit probe_add:1:a probe_add:2:b probe_all")
    assert (got["rc"], got["trips"], got["tx"], got["rows"]) == ("ok", "1", "0", "1|2|")
    assert table() == [(1, "a"), (2, "b")]


def test_any_failure_rolls_back(probe, table):
    got = probe("begin commit probe_add:1:a probe_add:2:bad")
    assert (got["rc"], got["sqlstate"], got["constraint"]) == ("invalid", "23514", "ck_probe_word")
    assert (got["tx"], table()) == ("0", [])
    assert probe("begin probe_add:1:a")["tx"] == "1"
    assert probe("probe_fail:P0001")["tx"] == "0"
    assert probe("commit probe_add:5:e")["rc"] == "internal", "COMMIT without a transaction"
    assert table() == []


def test_reading_only_begins_by_itself(probe, table):
    got = probe("read commit probe_all")
    assert (got["rc"], got["trips"], got["tx"]) == ("ok", "1", "0")
    assert probe("read commit probe_add:1:a")["rc"] != "ok" and table() == []


def test_one_without_row_is_never_committed(probe, table):
    got = probe("begin commit probe_add:1:a probe_change:9:x")
    assert (got["rc"], table()) == ("not-found", [])
    got = probe("begin commit probe_add:1:a probe_change:1:x")
    assert (got["rc"], got["trips"], table()) == ("ok", "2", [(1, "x")])


@pytest.mark.parametrize("state, rc", [
    ("CC001", "conflict"), ("CC403", "forbidden"), ("CC404", "not-found"), ("CC410", "gone"),
    ("40001", "busy"), ("57014", "busy"), ("53300", "busy"), ("42501", "forbidden"), ("XX000", "internal")])
def test_sqlstate_says_what_to_answer(probe, state, rc):
    got = probe(f"begin commit probe_fail:{state}")
    assert (got["rc"], got["sqlstate"], got["tx"]) == (rc, state, "0")


def test_retry_gives_up_after_three_tries(probe):
    assert probe("retry begin commit probe_fail:40P01")["trips"] == "6"  # with three rollbacks
    assert probe("retry begin commit probe_fail:57014")["trips"] == "2"


def test_statement_timeout_ends_a_slow_statement(probe):
    start = time.monotonic()
    got = probe("probe_sleep:8")
    assert (got["rc"], got["sqlstate"]) == ("busy", "57014")
    assert time.monotonic() - start < 3


def test_stream_reads_every_row(probe, own):
    own.rows("INSERT INTO concord.probe SELECT n, 'w' FROM generate_series(1, 5000) n")
    assert probe("stream probe_all")["rows"].startswith("5000")
    assert probe("probe_word:7")["rows"] == "w|"


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_restart_is_not_noticed(probe, own, table, mode):
    assert probe("begin commit probe_add:1:a")["rc"] == "ok"
    own.cluster.restart(mode)
    assert probe("begin commit probe_add:2:b")["rc"] == "ok"
    own.cluster.restart(mode)
    assert probe("probe_add:3:c")["rc"] == "ok"
    assert table()[1:] == [(2, "b"), (3, "c")]


def test_restart_within_a_transaction_is_told(probe, own, table):
    assert probe("begin probe_add:1:a")["rc"] == "ok"
    own.cluster.restart()
    got = probe("commit probe_add:2:b")
    assert (got["rc"], got["sqlstate"], got["tx"], table()) == ("busy", "08006", "0", [])


def test_stopped_server_never_hangs_a_worker(probe, own):
    assert probe("db_ping")["rc"] == "ok"
    own.cluster.pause()
    try:
        start = time.monotonic()
        assert probe("db_ping")["rc"] == "busy"
        assert time.monotonic() - start < 8
    finally:
        own.cluster.resume()
    assert probe("db_ping")["rc"] == "ok"


@pytest.mark.parametrize("when, rows", [("before", []), ("after", [(1, "a")])])
def test_cut_in_commit_is_uncertain(cut, proxy, table, when, rows):
    assert cut("begin read commit db_ping")["rc"] == "ok"
    proxy.cut = (when, b"db_commit")
    assert cut("begin commit probe_add:1:a")["rc"] == "uncertain"
    assert (table(), proxy.cuts) == (rows, 1)
    assert cut("db_ping")["rc"] == "ok"


def test_cut_of_a_lone_write_is_uncertain(cut, proxy, table):
    proxy.cut = ("after", b"probe_add")
    assert cut("probe_add:1:a")["rc"] == "uncertain"
    assert table() == [(1, "a")]


def test_cut_before_commit_is_tried_again(cut, proxy, table):
    proxy.cut = ("before", b"probe_add")
    assert cut("begin probe_add:1:a")["rc"] == "ok"
    assert cut("commit probe_add:2:b")["rc"] == "ok"
    assert (table(), proxy.cuts) == ([(1, "a"), (2, "b")], 1)


def test_cut_read_is_tried_again(cut, proxy):
    proxy.cut = ("after", b"db_commit")
    assert cut("begin read commit db_ping")["rc"] == "ok"
    proxy.cut = ("after", b"db_ping")
    assert cut("db_ping")["rc"] == "ok"
    assert proxy.cuts == 2


def test_changed_table_under_prepared_statement(probe, own, table):
    own.rows("INSERT INTO concord.probe VALUES (1, 'a')")
    assert probe("probe_word:1")["rows"] == "a|"
    own.rows("ALTER TABLE concord.probe ALTER word TYPE varchar(99)")
    try:
        assert probe("probe_word:1")["rows"] == "a|"
    finally:
        own.rows("ALTER TABLE concord.probe ALTER word TYPE text")
