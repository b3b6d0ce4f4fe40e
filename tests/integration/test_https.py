# SPDX-License-Identifier: EUPL-1.2
"""What browsers are told when the registry is reached by https: cookies, headers, the end of a session."""
import hashlib

import pytest

from stack import Stack

HOST = "https://registry.example"
HEADERS = {"x-content-type-options": "nosniff", "referrer-policy": "same-origin",
           "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin",
           "strict-transport-security": "max-age=31536000"}


@pytest.fixture(scope="module")
def stack(cluster, people, tmp_path_factory):
    with Stack(cluster, people, tmp_path_factory.mktemp("stack"), origin=HOST, http_insecure="no") as made:
        yield made


def cookie_of(answer, name):
    return next(line for line in answer.all("set-cookie") if line.startswith(name + "="))


def test_session_cookie(stack):
    name = "__Secure-concord" if stack.base else "__Host-concord"
    browser = stack.browser()
    form = browser.get("/en/sign-in").form("/sign-in$")
    before = dict(browser.cookies)
    answer = browser.submit(form, {"login": "rui", "password": "rui-secret-1"})
    value, *attributes = cookie_of(answer, name).split("; ")
    assert set(attributes) == {f"Path={stack.base or '/'}", "HttpOnly", "Secure", "SameSite=Lax"}
    token = value.partition("=")[2]
    assert len(token) == 43 and token not in before.values()
    assert list(browser.cookies) == [name], "the visitor's cookie is gone"
    assert answer.header("cache-control") == "no-store"
    digest = hashlib.sha256(token.encode()).hexdigest()
    assert stack.database.one("SELECT count(*) FROM session WHERE token_hash = %s", [digest]) == 1
    assert token not in stack.log() and digest not in stack.log()


def test_cookies_of_other_names_are_no_session(stack):
    browser = stack.sign_in("rui")
    token = browser.session
    for name in ("concord-dev", "__Secure-concord" if not stack.base else "__Host-concord", "concord"):
        other = stack.browser()
        other.cookies[name] = token
        assert other.get("/en/desk").status == 303, name


def test_signing_out_ends_it_for_everybody_who_has_the_token(stack):
    browser, thief = stack.sign_in("rui"), stack.browser()
    thief.cookies.update(browser.cookies)
    assert thief.get("/en/desk").status == 200
    answer = browser.submit(browser.get("/en/desk").form("/sign-out$"))
    assert answer.status == 303 and answer.header("clear-site-data") == '"cache"'
    assert "Max-Age=0" in answer.header("set-cookie") and not browser.cookies
    assert thief.get("/en/desk").status == 303
    assert browser.get("/en/desk").header("location").endswith(f"{stack.base}/en/sign-in?return=%2Fen%2Fdesk")


@pytest.mark.parametrize("address, status", [("/en/", 200), ("/feed", 200), ("/", 302), ("/en/desk", 303),
                                             ("/en/no-such", 404), ("/partnerships/P0000000000000.xml", 404),
                                             ("/en/partnerships?x=1", 400), ("/codelists/scope.xml", 200),
                                             ("/en/partnerships?q=" + "x" * 20000, 414)])
def test_every_answer_has_the_headers(stack, address, status):
    answer = stack.browser().get(address)
    assert answer.status == status
    assert {name: answer.header(name) for name in HEADERS} == HEADERS
    assert "server" not in dict(answer.headers) and "x-powered-by" not in dict(answer.headers)


def test_nothing_of_other_sites_is_taken(stack):
    browser = stack.sign_in("rui")
    form = browser.get("/en/desk").form("/sign-out$")
    for headers in ({"Origin": "http://registry.example"}, {"Origin": HOST + ".evil.example"}, {"Origin": HOST + ":8443"},
                    {"Origin": None, "Referer": "https://evil.example/" + HOST}, {"Origin": None, "Sec-Fetch-Site": None},
                    {"Origin": None, "Referer": HOST + ".evil.example/"}):
        assert browser.submit(form, headers=headers).status == 403, headers
    assert browser.submit(form, headers={"Origin": None, "Referer": HOST + "/en/desk"}).status == 303
