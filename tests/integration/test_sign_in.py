# SPDX-License-Identifier: EUPL-1.2
"""Signing in through a login worker with a real directory and database: what the browser gets to see."""
import concurrent.futures
import html
import re
import time
import urllib.parse

import pytest

import build
import fcgi
from slapd import BASE, Slapd

ORIGIN = "http://127.0.0.1:8080"
FLOOR = 0.3
WRONG = "Wrong name or password."
LATER = "Please try again later."
NEW_PASSWORD = "You must set a new password"
# Addresses of their own keep the tests' budgets apart.
NETWORKS = iter(f"198.51.{i}.7" for i in range(1, 250))


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    server = Slapd(tmp_path_factory.mktemp("slapd")).create()
    yield server
    server.stop()


def start(database, folder, name, **ldap):
    config = database.settings(name, http_public_url=ORIGIN + build.BASE,
                               **{f"ldap_{key}": value for key, value in ldap.items()})
    return fcgi.Worker(str(build.program("concord.fcgi")), str(config), str(folder), klass="login",
                       name=name, base=build.BASE).start()


@pytest.fixture(scope="module")
def worker(database, directory, tmp_path_factory):
    it = start(database, tmp_path_factory.mktemp("worker"), "login", **directory.settings())
    yield it
    it.stop()


@pytest.fixture
def forget(database):
    """No throttle of other tests."""
    database.rows("TRUNCATE throttle, breaker")


class Browser:
    """Keeps cookies, sends what a browser would send."""

    def __init__(self, worker, remote=None):
        self.worker, self.remote = worker, remote or next(NETWORKS)
        self.cookies = {}

    def fetch(self, uri, method="GET", fields=None, origin=ORIGIN, **headers):
        names = {"User-Agent": "Test browser"}
        if self.cookies:
            names["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if method == "POST" and origin:
            names["Origin"] = origin
        names.update(headers)
        body = urllib.parse.urlencode(fields).encode() if fields is not None else None
        answer = self.worker.fetch(uri, method, body, headers=names, remote=self.remote, timeout=20,
                                   content_type="application/x-www-form-urlencoded" if body else None)
        for line in answer.all("set-cookie"):
            name, _, rest = line.partition("=")
            value, *attributes = rest.split("; ")
            assert "HttpOnly" in attributes and "SameSite=Lax" in attributes and f"Path={build.BASE or '/'}" in attributes
            if "Max-Age=0" in attributes:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return answer

    def token(self, uri="/en/sign-in", **kwargs):
        return field(self.fetch(uri, **kwargs).text, "csrf")

    def sign_in(self, login, password, **more):
        fields = {"csrf": self.token(), "return": "", "login": login, "password": password, **more}
        return self.fetch("/en/sign-in", "POST", fields)

    @property
    def session(self):
        return self.cookies.get("concord-dev")


def field(text, name):
    return html.unescape(re.search(rf'name="{name}" value="([^"]*)"', text).group(1))


def csrf_of(text, action):
    """The token of the form that posts to an address."""
    form = re.search(rf'<form[^>]*action="[^"]*{action}".*?</form>', text, re.S).group(0)
    return field(form, "csrf")


def test_right_password_opens_a_session(worker, database, forget):
    browser = Browser(worker)
    answer = browser.sign_in("sara", "sara-secret-1")
    assert answer.status == 303 and answer.header("location").endswith("/en/desk")
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", browser.session)
    assert "concord-dev-pre" not in browser.cookies
    page = browser.fetch("/en/account")
    assert page.status == 200 and page.header("cache-control") == "no-store"
    assert "Sara Lindqvist" in page.text and "Secretariat of the registry" in page.text
    assert "Test browser" in page.text and browser.remote in page.text
    # the table holds no token
    assert database.one("SELECT count(*) FROM session WHERE strpos(session::text, %s) > 0",
                        [browser.session]) == 0
    log = worker.log_text()
    assert browser.session not in log and "secret-1" not in log


@pytest.mark.parametrize("login,password", [
    ("sara", "wrong"), ("nobody", "wrong"), ("sara", ""), ("", "x"), ("*", "x"), ("decoy", "x"),
    ("sara)(uid=*", "sara-secret-1"), ("s" * 150, "x"), ("s" * 5000, "x"), ("sara", "x" * 5000)],
    ids=lambda value: value[:20])
def test_refusals_look_alike(worker, forget, login, password):
    browser = Browser(worker)
    before = time.monotonic()
    answer = browser.sign_in(login, password)
    assert answer.status == 422 and WRONG in answer.text
    assert time.monotonic() - before >= FLOOR
    assert browser.session is None
    assert len(password) < 5 or password not in answer.text


def test_must_change_says_so(worker, forget):
    browser = Browser(worker)
    answer = browser.sign_in("nadia", "nadia-secret-1")
    assert answer.status == 422 and NEW_PASSWORD in answer.text and browser.session is None
    assert WRONG in browser.sign_in("nadia", "wrong").text


def test_guessing_is_slowed_down(worker, database, forget):
    texts = [Browser(worker).sign_in("erin", f"wrong-{i}").text for i in range(4)]
    assert all(WRONG in t for t in texts[:3]) and LATER in texts[3]
    # the right password does not help while the account waits, and nobody else waits
    answer = Browser(worker).sign_in("erin", "erin-secret-1")
    assert answer.status == 503 and LATER in answer.text and answer.header("retry-after")
    assert Browser(worker).sign_in("rui", "rui-secret-1").status == 303
    database.rows("UPDATE throttle SET blocked_until = NULL")
    assert Browser(worker).sign_in("erin", "erin-secret-1").status == 303
    # unknown names are slowed down, too
    texts = [Browser(worker).sign_in("nobody-2", f"wrong-{i}").text for i in range(4)]
    assert all(WRONG in t for t in texts[:3]) and LATER in texts[3]


def test_spellings_of_a_name_are_one_account(worker, database, forget):
    """A directory takes blanks around a name and compatible letters for the name itself."""
    for i, login in enumerate(("erin\u2003", "\uff45rin", "ERIN")):
        assert WRONG in Browser(worker).sign_in(login, f"wrong-{i}").text
    assert Browser(worker).sign_in("erin\u2003\u2003", "erin-secret-1").status == 503
    database.rows("TRUNCATE throttle")
    assert Browser(worker).sign_in("\uff45rin\u2003", "erin-secret-1").status == 303
    assert database.one("SELECT count(*) FROM person WHERE login = 'erin'") == 1


def test_sign_in_needs_our_own_form(worker, forget):
    browser = Browser(worker)
    token = browser.token()
    right = {"login": "adam", "password": "adam-secret-1", "return": "", "csrf": token}
    for change in ({"csrf": ""}, {"csrf": token[:-1] + ("0" if token[-1] != "0" else "1")},
                   {"csrf": Browser(worker).token()}):
        assert browser.fetch("/en/sign-in", "POST", {**right, **change}).status == 403
    for headers in ({"origin": "https://evil.example"}, {"origin": None}, {"origin": "null"},
                    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        assert browser.fetch("/en/sign-in", "POST", right, **headers).status == 403
    assert browser.session is None
    other = Browser(worker)  # without the cookie
    assert other.fetch("/en/sign-in", "POST", right).status == 403
    assert browser.fetch("/en/sign-in", "POST", right).status == 303


def test_unknown_and_doubled_fields_are_refused(worker, forget):
    browser = Browser(worker)
    fields = [("csrf", browser.token()), ("login", "adam"), ("password", "adam-secret-1")]
    assert browser.fetch("/en/sign-in", "POST", fields + [("x", "y")]).status == 400
    assert browser.fetch("/en/sign-in", "POST", fields + [("login", "sara")]).status == 400
    assert browser.session is None


@pytest.mark.parametrize("address,lands", [
    ("/en/partnerships?q=a", "/en/partnerships?q=a"), ("//evil.example", "/en/desk"),
    ("https://evil.example/", "/en/desk"), ("/\\evil.example", "/en/desk"),
    ("/en/sign-out", "/en/desk"), ("javascript:alert(1)", "/en/desk"), ("/../x", "/en/desk")])
def test_return_address_is_of_this_site(worker, forget, address, lands):
    browser = Browser(worker)
    page = browser.fetch("/en/sign-in?" + urllib.parse.urlencode({"return": address}))
    assert field(page.text, "return") == (lands if lands != "/en/desk" else "")
    answer = browser.sign_in("george", "george-secret-1", **{"return": address})
    assert answer.status == 303 and answer.header("location").removeprefix(ORIGIN) == build.BASE + lands


def test_second_sign_in_ends_the_first_session(worker, database, forget):
    browser = Browser(worker)
    browser.sign_in("fatima", "fatima-secret-1")
    first = browser.session
    page = browser.fetch("/en/sign-in")
    assert page.status == 303  # signed in already
    browser.cookies.pop("concord-dev")
    token = browser.token()
    browser.cookies["concord-dev"] = first
    answer = browser.fetch("/en/sign-in", "POST", {"csrf": token, "login": "fatima", "return": "",
                                                   "password": "fatima-secret-1"})
    assert answer.status == 303 and browser.session != first
    thief = Browser(worker)
    thief.cookies["concord-dev"] = first
    assert thief.fetch("/en/account").status == 303


def test_planted_session_is_not_taken_over(worker, forget):
    browser = Browser(worker)
    planted = "A" * 43
    browser.cookies["concord-dev"] = planted
    assert browser.sign_in("rui", "rui-secret-1").status == 303
    assert browser.session != planted


def test_account_needs_a_session(worker):
    browser = Browser(worker)
    answer = browser.fetch("/en/account")
    assert answer.status == 303 and "/en/sign-in?return=" in answer.header("location")
    for cookie in ("x", "A" * 43, "A" * 4000, "' OR 1=1 --"):
        browser.cookies = {"concord-dev": cookie}
        assert browser.fetch("/en/account").status in (303, 400)


def test_sessions_are_listed_and_ended(worker, forget):
    here, there = Browser(worker), Browser(worker)
    stranger = Browser(worker)
    for browser in (here, there):
        assert browser.sign_in("adam", "adam-secret-1").status == 303
    stranger.sign_in("george", "george-secret-1")
    page = here.fetch("/en/account").text
    assert here.remote in page and there.remote in page and stranger.remote not in page
    assert "Administrator of the registry" in page
    ids = re.findall(r'name="session" value="([0-9a-f-]{36})"', page)
    csrf = csrf_of(page, "/account/sessions/end")
    end = "/en/account/sessions/end"
    # nobody else, and not without the token
    other_csrf = csrf_of(stranger.fetch("/en/account").text, "/sign-out")
    assert stranger.fetch(end, "POST", {"csrf": other_csrf, "session": ids[0]}).status == 403
    assert here.fetch(end, "POST", {"csrf": "x", "session": ids[0]}).status == 403
    assert here.fetch(end, "POST", {"csrf": csrf, "session": "x"}).status == 400
    assert here.fetch(end, "POST", {"csrf": csrf, "session": "0" * 8 + "-0000-0000-0000-" + "0" * 12}).status == 404
    assert there.fetch("/en/account").status == 200
    for session in ids:
        here.fetch(end, "POST", {"csrf": csrf, "session": session})
    assert there.fetch("/en/account").status == 303 and here.fetch("/en/account").status == 200
    assert stranger.fetch("/en/account").status == 200


def test_ending_all_others_renews_the_own_token(worker, forget):
    here, there = Browser(worker), Browser(worker)
    for browser in (here, there):
        browser.sign_in("sara", "sara-secret-1")
    before = here.session
    csrf = csrf_of(here.fetch("/en/account").text, "/account/sessions/end")
    assert here.fetch("/en/account/sessions/end", "POST", {"csrf": csrf, "session": "others"}).status == 303
    assert here.session != before and here.fetch("/en/account").status == 200
    assert there.fetch("/en/account").status == 303
    there.cookies["concord-dev"] = before
    assert there.fetch("/en/account").status == 303


def test_sign_out_ends_the_session(worker, forget):
    browser = Browser(worker)
    browser.sign_in("sara", "sara-secret-1")
    token = browser.session
    csrf = csrf_of(browser.fetch("/en/account").text, "/sign-out")
    assert browser.fetch("/en/sign-out").status == 405
    assert browser.fetch("/en/sign-out", "POST", {"csrf": "0" * 64}).status == 403
    assert browser.fetch("/en/sign-out", "POST", {"csrf": csrf}, origin="https://evil.example").status == 403
    answer = browser.fetch("/en/sign-out", "POST", {"csrf": csrf})
    assert answer.status == 303 and browser.session is None
    browser.cookies["concord-dev"] = token
    assert browser.fetch("/en/account").status == 303


def test_idle_and_absolute_end(worker, database, forget):
    for change in ("seen_at = now() - interval '1 day'", "ends_at = now()"):
        browser = Browser(worker)
        browser.sign_in("rui", "rui-secret-1")
        assert browser.fetch("/en/account").status == 200
        database.rows(f"UPDATE session SET {change}")
        assert browser.fetch("/en/account").status == 303


def test_session_in_use_stays(worker, database, forget):
    database.rows("DELETE FROM session")
    browser = Browser(worker)
    browser.sign_in("rui", "rui-secret-1")
    for _ in range(3):  # 75 minutes, idle end after 30
        database.rows("UPDATE session SET seen_at = seen_at - interval '25 minutes'")
        assert browser.fetch("/en/account").status == 200
        time.sleep(0.1)  # noted behind the answer
        assert database.one("SELECT max(now() - seen_at) < interval '1 minute' FROM session")


def hour_later(database):
    """As if the last rotation of every session were 61 minutes ago."""
    database.rows("UPDATE session SET rotated_at = rotated_at - interval '61 minutes', "
                  "previous_until = previous_until - interval '61 minutes'")


def copy_of(browser):
    """The same browser with the cookies it has now: a request that runs beside others."""
    twin = Browser(browser.worker, browser.remote)
    twin.cookies = dict(browser.cookies)
    return twin


def test_token_changes_hourly_and_forms_stay_good(worker, database, forget):
    browser = Browser(worker)
    browser.sign_in("rui", "rui-secret-1")
    first = browser.session
    csrf = csrf_of(browser.fetch("/en/account").text, "/sign-out")
    assert browser.session == first
    hour_later(database)
    answer = browser.fetch("/en/account")
    assert answer.status == 200 and answer.header("cache-control") == "no-store"
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", browser.session) and browser.session != first
    second = browser.session
    assert browser.fetch("/en/account").status == 200 and browser.session == second
    assert len(re.findall(r'name="session" value="[0-9a-f-]{36}"', browser.fetch("/en/account").text)) >= 1
    # a form of before is still good
    assert browser.fetch("/en/sign-out", "POST", {"csrf": csrf}).status == 303


def test_requests_beside_the_change_stay_signed_in(worker, database, forget):
    browser = Browser(worker)
    browser.sign_in("rui", "rui-secret-1")
    hour_later(database)
    beside = [copy_of(browser) for _ in range(5)]
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda b: b.fetch("/en/account"), beside))
    assert [a.status for a in answers] == [200] * 5
    assert sum(bool(a.all("set-cookie")) for a in answers) == 1  # one new token, not five
    changed, = [b for b in beside if b.session != browser.session]
    assert changed.fetch("/en/account").status == 200
    # the old one answers for 30 seconds more, and brings nobody a new one
    late = browser.fetch("/en/account")
    assert late.status == 200 and not late.all("set-cookie")
    database.rows("UPDATE session SET previous_until = previous_until - interval '31 seconds'")
    assert changed.fetch("/en/account").status == 200


def test_a_token_that_comes_back_late_ends_the_session(worker, database, forget):
    """One of the two has a stolen copy, and nobody can tell which."""
    database.rows("DELETE FROM session")
    owner = Browser(worker)
    owner.sign_in("rui", "rui-secret-1")
    hour_later(database)
    thief = copy_of(owner)
    for _ in range(2):  # takes the new token, shows that it came
        assert thief.fetch("/en/account").status == 200
    assert thief.session != owner.session
    database.rows("UPDATE session SET previous_until = previous_until - interval '31 seconds'")
    assert owner.fetch("/en/account").status == 303
    assert thief.fetch("/en/account").status == 303
    assert database.one("SELECT count(*) FROM session") == 0


def test_an_answer_that_never_came_signs_nobody_out(worker, database, forget):
    browser = Browser(worker)
    browser.sign_in("rui", "rui-secret-1")
    hour_later(database)
    lost = copy_of(browser)
    assert lost.fetch("/en/account").all("set-cookie")
    database.rows("UPDATE session SET rotated_at = rotated_at - interval '10 minutes'")
    old = browser.session
    assert browser.fetch("/en/account").status == 200 and browser.session not in (old, lost.session)
    assert lost.fetch("/en/account").status == 303  # nobody has that one
    assert browser.fetch("/en/account").status == 200


def test_token_changes_with_the_rights(worker, database, forget):
    browser = Browser(worker)
    browser.sign_in("rui", "rui-secret-1")
    person = database.one("SELECT id FROM person WHERE login = 'rui'")
    for change in ("INSERT INTO person_org VALUES (%s, 'O1', 'reader')",
                   "UPDATE person_org SET role = 'editor' WHERE person = %s",
                   "DELETE FROM person_org WHERE person = %s",
                   "INSERT INTO record_role VALUES (%s, 'P1', 'editor')",
                   "DELETE FROM record_role WHERE person = %s"):
        before = browser.session
        database.rows(change, [person])
        assert browser.fetch("/en/account").status == 200 and browser.session != before, change
    before = browser.session
    database.rows("INSERT INTO record_role (person, record_id, role, granted_by) VALUES (%s, 'P2', 'owner', %s)",
                  [person, person])  # a record of one's own making
    assert browser.fetch("/en/account").status == 200 and browser.session == before


def test_administrators_have_less_time(worker, database, forget):
    Browser(worker).sign_in("adam", "adam-secret-1")
    assert database.rows("SELECT s.idle_seconds, s.ends_at - s.created_at = interval '8 hours' FROM session s "
                         "JOIN person p ON p.id = s.person WHERE p.login = 'adam' "
                         "ORDER BY s.created_at DESC LIMIT 1") == [(900, True)]


def test_failed_group_lookup_is_told(database, directory, tmp_path, forget):
    settings = directory.settings(group_base=f"ou=absent,{BASE}")
    with_groups_gone = start(database, tmp_path, "nogroups", **settings)
    try:
        browser = Browser(with_groups_gone)
        answer = browser.sign_in("sara", "sara-secret-1")
        assert answer.status == 303 and answer.header("location").endswith("/en/account")
        page = browser.fetch("/en/account").text
        assert "groups could not be looked up" in page and "Secretariat" not in page
    finally:
        with_groups_gone.stop()


def test_stopped_directory_is_told_in_bounded_time(database, tmp_path, forget):
    server = Slapd(tmp_path / "slapd").create()
    sick = start(database, tmp_path, "sick", **server.settings())
    try:
        server.pause()
        before = time.monotonic()
        answer = Browser(sick).sign_in("sara", "sara-secret-1")
        assert answer.status == 503 and LATER in answer.text
        assert time.monotonic() - before < 6.5
        assert database.one("SELECT count(*) FROM breaker") == 1
        fellow = start(database, tmp_path, "fellow", **server.settings())
        try:  # hears of it without asking
            before = time.monotonic()
            assert Browser(fellow).sign_in("sara", "sara-secret-1").status == 503
            assert time.monotonic() - before < 1
        finally:
            fellow.stop()
        assert database.one("SELECT coalesce(sum(failures), 0) FROM throttle") == 0
    finally:
        sick.stop()
        server.stop()


def test_new_workers_close_the_breaker_of_an_outage(database, tmp_path, forget):
    """Who opened it is gone: whoever signs in first opens the door for all."""
    server = Slapd(tmp_path / "slapd").create()
    try:
        server.pause()
        gone = start(database, tmp_path, "gone", **server.settings())
        assert Browser(gone).sign_in("sara", "sara-secret-1").status == 503
        gone.stop()
        server.resume()
        database.rows("UPDATE breaker SET open_until = clock_timestamp()")  # its pause is over
        anew = start(database, tmp_path, "anew", **server.settings())
        try:
            assert [Browser(anew).sign_in("sara", "sara-secret-1").status for _ in range(3)] == [303] * 3
            assert database.one("SELECT count(*) FROM breaker") == 0
        finally:
            anew.stop()
    finally:
        server.stop()


def test_trail_has_every_outcome(worker, database, forget):
    browser = Browser(worker)
    browser.sign_in("sara", "wrong")
    browser.sign_in("sara", "sara-secret-1")
    Browser(worker).sign_in("nadia", "nadia-secret-1")
    Browser(worker).sign_in("sara", "sara-secret-1")
    page = browser.fetch("/en/account").text
    browser.fetch("/en/account/sessions/end", "POST",
                  {"csrf": csrf_of(page, "/account/sessions/end"), "session": "others"})
    browser.fetch("/en/sign-out", "POST", {"csrf": csrf_of(page, "/sign-out")})
    actions = {row[0] for row in database.rows("SELECT action FROM audit_event")}
    assert actions >= {"login.ok", "login.refused", "login.must-change", "login.out", "login.ended"}
