# SPDX-License-Identifier: EUPL-1.2
"""The statements of signing in as cc_login runs them: throttling, breakers, sessions."""
import concurrent.futures
import pathlib
import re

import pytest

QUERIES = pathlib.Path(__file__).resolve().parents[2] / "sql/queries/auth.sql"
STATEMENTS = {name: re.sub(r"\$(\d+)", r"%(p\1)s", body.replace("%", "%%")) for name, body in re.findall(
    r"^-- name: (\w+) [^\n]*\n(.*?;)\s*$", QUERIES.read_text(), re.M | re.S)}
ACCOUNT, NET, WIDE = "account:x", "net:203.0.113.7/32", "net:203.0.113.0/24"
FREE, WINDOW, NET_MAX = 3, 120, 20


def call(connection, statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(STATEMENTS[statement], {f"p{i}": v for i, v in enumerate(values, 1)})
        return cursor.fetchall() if cursor.description else None


@pytest.fixture
def login(database):
    with database.connect() as admin, admin.cursor() as cursor:
        cursor.execute("TRUNCATE throttle, breaker, session")
    admin.close()
    connection = database.connect("cc_login")
    connection.autocommit = True
    yield connection
    connection.close()


def take(connection, account=ACCOUNT, net=NET, wide=WIDE):
    return call(connection, "throttle_take", account, net, wide, FREE, WINDOW, NET_MAX)[0][0]


def sql(connection, text):
    with connection.cursor() as cursor:
        cursor.execute(text)
        return cursor.fetchall() if cursor.description else None


def wait_of(connection, key=ACCOUNT):
    return float(sql(connection, "SELECT coalesce(extract(epoch FROM blocked_until - clock_timestamp()), 0)"
                                 f" FROM throttle WHERE key = '{key}'")[0][0])


def pass_time(connection, seconds):
    sql(connection, f"UPDATE throttle SET window_start = window_start - interval '{seconds} s', "
                    f"last_at = last_at - interval '{seconds} s', "
                    f"blocked_until = blocked_until - interval '{seconds} s'")


def test_account_waits_longer_and_longer(login):
    waits = []
    for _ in range(12):
        assert take(login)
        wait = wait_of(login)
        waits.append(round(wait))
        if wait > 0:
            assert not take(login)
            pass_time(login, wait)
    assert waits[:3] == [0, 0, 1]
    assert 115 <= waits[3] <= 119  # the directory's window has to end
    assert waits[4:] == [40, 40, 40, 40, 60, 60, 60, 60]


def test_fewer_failures_than_the_directory_allows_in_any_window(login):
    now, tries = 0.0, []
    while now < 1000:
        assert take(login)
        tries.append(now)
        wait = wait_of(login)
        pass_time(login, wait)
        now += wait + 0.01
    for start in tries:
        assert sum(start <= t < start + WINDOW for t in tries) <= FREE + 1


def test_the_right_password_begins_a_new_window(login):
    """Else the window that the next failures wait for would be over already."""
    take(login)
    call(login, "throttle_give_back", ACCOUNT, NET, WIDE, True)
    pass_time(login, WINDOW + 60)
    for _ in range(FREE):
        assert take(login)
    pass_time(login, 1.1)
    assert take(login) and WINDOW - 5 <= wait_of(login) <= WINDOW


def test_quiet_time_forgives(login):
    for _ in range(3):
        take(login)
    pass_time(login, 901)
    assert take(login) and wait_of(login) == 0


def test_success_forgives_the_account_and_one_of_the_network(login):
    for _ in range(3):
        take(login)
    call(login, "throttle_give_back", ACCOUNT, NET, WIDE, True)
    assert sql(login, "SELECT key, failures FROM throttle ORDER BY 1") == [
        (ACCOUNT, 0), (WIDE, 2), (NET, 2)]
    assert all(take(login) for _ in range(3)) and not take(login)


def test_silent_directory_is_nobodys_failure(login):
    for _ in range(30):
        assert take(login)
        call(login, "throttle_give_back", ACCOUNT, NET, WIDE, False)


def test_network_has_a_budget_for_all_accounts(login):
    assert all(take(login, f"account:{i}") for i in range(NET_MAX))
    assert not take(login, "account:fresh")
    assert take(login, "account:fresh", "net:203.0.113.8/32")  # a neighbour
    pass_time(login, 601)
    assert take(login, "account:other")


def test_wide_network_has_five_times_as_much(login):
    for i in range(NET_MAX * 5):
        assert take(login, f"account:{i}", f"net:203.0.113.{i}/32")
    assert not take(login, "account:fresh", "net:203.0.113.250/32")


def test_parallel_guesses_do_not_slip_through(database, login):
    for _ in range(2):
        take(login)

    def guess(_):
        connection = database.connect("cc_login")
        connection.autocommit = True
        try:
            return take(connection)
        finally:
            connection.close()
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(guess, range(32))) == 1


def test_breaker_lets_one_probe_through(login):
    def admitted():
        return call(login, "breaker_admit", "ldaps://a")[0][0]
    def known():
        return call(login, "breaker_admit", "ldaps://a")[0][1]
    assert admitted() and not known()
    call(login, "breaker_failed", "ldaps://a", 1)
    assert admitted() and known()
    call(login, "breaker_failed", "ldaps://a", 1)
    assert not admitted() and call(login, "breaker_admit", "ldaps://b")[0][0]
    sql(login, "UPDATE breaker SET open_until = clock_timestamp()")
    assert [admitted() for _ in range(3)] == [True, False, False]
    call(login, "breaker_worked", "ldaps://a")
    assert admitted() and admitted() and not known()


def test_time_out_opens_the_breaker_at_once(login):
    call(login, "breaker_failed", "ldaps://a", 2)
    assert not call(login, "breaker_admit", "ldaps://a")[0][0]


def open_session(connection, token, subject="d:1", roles=1, presented=""):
    return call(connection, "session_open", subject, "sara", "Sara", None, roles, token * 64, presented,
                "k" * 43, 1800, 43200, "203.0.113.7", "Browser")


def tokens(connection):
    return [t[0] for t, in sql(connection, "SELECT s.token_hash FROM session s JOIN person p ON "
                                           "p.id = s.person AND p.epoch = s.epoch ORDER BY 1")]


def test_signing_in_ends_the_presented_session(login):
    open_session(login, "a")
    open_session(login, "b", presented="a" * 64)
    open_session(login, "c")
    assert tokens(login) == ["b", "c"]
    assert sql(login, "SELECT count(*) FROM person WHERE subject = 'd:1'") == [(1,)]


def test_change_of_roles_ends_other_sessions(login):
    open_session(login, "a")
    open_session(login, "b", roles=3)
    assert tokens(login) == ["b"]
    open_session(login, "c", roles=3)
    assert tokens(login) == ["b", "c"]


def test_inactive_person_gets_no_session(login):
    open_session(login, "a", subject="d:2")
    sql(login, "UPDATE person SET active = false WHERE subject = 'd:2'")
    assert open_session(login, "b", subject="d:2") == []


def test_own_sessions_only(login):
    (ann, first), = open_session(login, "a", subject="d:3")
    open_session(login, "b", subject="d:3")
    (bob, other), = open_session(login, "c", subject="d:4")
    assert len(call(login, "session_list", "a" * 64)) == 2
    assert call(login, "session_list", "f" * 64) == []
    assert call(login, "session_end", ann, other) == []
    assert call(login, "session_end", bob, other) == [(other,)]
    call(login, "session_end_others", ann, first)
    assert [(row[0], row[-1]) for row in call(login, "session_list", "a" * 64)] == [(first, True)]
    assert call(login, "session_renew", "a" * 64, "d" * 64) == [(first,)]
    assert tokens(login) == ["d"]
    call(login, "sign_out", "d" * 64)
    assert tokens(login) == []


def test_trail_names_no_account(database, login):
    call(login, "login_refused", "login.refused", ACCOUNT, NET)
    with database.connect("cc_audit") as audit:
        (person, detail), = sql(audit, "SELECT person, detail FROM audit_event "
                                       "WHERE action = 'login.refused'")
    assert person is None and detail == {"account": ACCOUNT, "network": NET}
