# SPDX-License-Identifier: EUPL-1.2
"""Lists as CSV: a long one goes out in pieces, so that a worker stays small, and half a list never looks like a whole
one: neither to a program that speaks FastCGI nor to the client of a web server."""
import contextlib
import csv
import http.client
import io
import re
import time

import build
import fcgi
import pytest
from stack import NginxStack, Stack
from world import World

ROWS = 100000
LARGEST_MB = 40
PATH = "/partnerships/{}/members.csv"


def fill(world):
    """Rows of the list of members, which is all that its page reads."""
    database, partnership = world.stack.database, world.partnership("The Large One")
    with contextlib.closing(database.connect()) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("INSERT INTO member SELECT 'M' || lpad(n::text, 13, '0'), %s, %s, 'confirmed', 'donor',"
                           " 'member ' || n / 3 FROM generate_series(1, %s) n", [partnership, world.a, ROWS])
        cursor.execute("ANALYZE member")
    return partnership


@pytest.fixture(scope="module")
def world(cluster, people, tmp_path_factory):
    with Stack(cluster, people, tmp_path_factory.mktemp("csv")) as stack:
        made = World(stack)
        made.large = fill(made)
        stack.database.concord("job", "1", "0", "statistics", "{}") # their tables are a 503 before
        yield made


def test_spreadsheets_know_that_it_is_utf8(world):
    """Each table of the registry begins with the mark by which Excel knows, once, and says what it is to programs."""
    routes = re.findall(r'"(/[^"]*\.csv)"', (build.ROOT / "cgi/app/routes.def").read_text())
    values = {"lang": "en", "word": "goals", "number": "4", "file": "4.1"}
    assert len(routes) > 8
    for route in routes:
        for partnership in (world.p, world.large):
            path = re.sub(r"\{([a-z]+)\}", lambda m: values.get(m[1], partnership), route)
            answer = world.public.get(path)
            assert answer.status == 200, path
            assert answer.header("content-type") == "text/csv; charset=utf-8; header=present", path
            assert answer.body.startswith(b"\xef\xbb\xbf") and answer.body.count(b"\xef\xbb\xbf") == 1, path
            assert re.match("[a-zA-Z]", answer.text), path


def largest_mb(world):
    status = open(f"/proc/{world.stack.workers['page'].process.pid}/status").read()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


def test_a_long_list_is_whole_and_the_worker_stays_small(world):
    answer = world.public.get(PATH.format(world.large))
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == ROWS and len({row["membership"] for row in rows}) == ROWS
    assert {row["name"] for row in rows} == {"Agency for Springs and Rivers"}
    assert answer.end == fcgi.REQUEST_COMPLETE and answer.header("content-length") is None
    assert largest_mb(world) < LARGEST_MB
    assert world.public.head(PATH.format(world.large)).body == b""


def test_a_short_list_says_its_length(world):
    answer = world.public.get(PATH.format(world.p))
    assert answer.header("content-length") == str(len(answer.body)) and answer.header("etag")


def test_without_fastcgi_a_long_list_is_gathered_first(world):
    answer = fcgi.run_cgi(world.stack.workers["page"].argv[0], fcgi.params_for(uri=build.BASE + PATH.format(world.large)),
                          env={"CONCORD_CONFIG": str(world.stack.config)})
    assert answer.status == 200 and answer.text.count("\r\n") == ROWS + 1
    assert answer.header("content-length") == str(len(answer.body))


@contextlib.contextmanager
def held(database):
    """Nobody reads the list any more; whoever waits for it is refused after a while."""
    with contextlib.closing(database.connect()) as connection, connection.cursor() as cursor:
        connection.autocommit = False
        cursor.execute("LOCK TABLE concord.member IN ACCESS EXCLUSIVE MODE")
        yield


def test_half_a_list_has_no_end(world):
    worker = world.stack.workers["page"]
    with fcgi.connect(worker.socket, 20) as sock:
        sock.sendall(fcgi.record(fcgi.BEGIN, b"\0\1\0\0\0\0\0\0")
                     + fcgi.stream(fcgi.PARAMS, fcgi.encode_params(fcgi.params_for(uri=build.BASE + PATH.format(world.large))))
                     + fcgi.record(fcgi.STDIN))
        first = sock.recv(1)
        with held(world.stack.database):
            rest = b""
            while piece := sock.recv(65536):
                rest += piece
    records, data = [], first + rest
    while data:
        records.append((data[0], data[1]))
        data = data[8 + int.from_bytes(data[4:6], "big") + data[6]:]
    assert (1, fcgi.STDOUT) in records and (1, fcgi.END) not in records
    assert records[-1][0] == 0, "no record of a version that a web server knows"
    worker.line_of("broken off")
    assert world.public.get(PATH.format(world.p)).status == 200, "the worker goes on"


def test_half_a_list_is_seen_behind_a_web_server(cluster, people, tmp_path_factory):
    with NginxStack(cluster, people, tmp_path_factory.mktemp("nginx")) as stack:
        world = World(stack)
        path = PATH.format(fill(world))
        assert len(world.public.get(path).text.splitlines()) == ROWS + 1
        time.sleep(2.1)  # what the cache keeps
        stack.database.rows("UPDATE member SET roles = repeat('donor ', 400)")  # more than sockets hold
        connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=30)
        connection.request("GET", build.BASE + path)
        reply = connection.getresponse()
        reply.read(1000)
        with held(stack.database), pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
            reply.read()
