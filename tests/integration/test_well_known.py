# SPDX-License-Identifier: EUPL-1.2
"""What crawlers, reporters of weaknesses and programs find at addresses that are no pages."""
import datetime
import re

import pytest

import build
from stack import ORIGIN, Stack

CONTACTS = "mailto:security@example.org https://example.org/report?a=b"


@pytest.fixture(scope="module")
def stack(cluster, people, tmp_path_factory):
    with Stack(cluster, people, tmp_path_factory.mktemp("stack"), http_security_contact=CONTACTS) as stack:
        yield stack


def test_whom_to_tell_of_a_weakness(stack):
    answer = stack.browser().get("/.well-known/security.txt")
    assert answer.status == 200 and answer.header("content-type") == "text/plain; charset=utf-8"
    fields = [tuple(line.split(": ", 1)) for line in answer.text.splitlines()]
    assert [v for k, v in fields if k == "Contact"] == CONTACTS.split()
    assert dict(fields)["Canonical"] == ORIGIN + "/.well-known/security.txt", "the root of the host, whatever the base path"
    assert dict(fields)["Preferred-Languages"] == "en, fr, ar"
    left = datetime.datetime.fromisoformat(dict(fields)["Expires"]) - datetime.datetime.now(datetime.timezone.utc)
    assert datetime.timedelta(30) < left < datetime.timedelta(365)
    assert {k for k, _ in fields} == {"Contact", "Canonical", "Preferred-Languages", "Expires"}


def test_nobody_to_tell(cluster, people, tmp_path):
    with Stack(cluster, people, tmp_path) as stack:
        assert stack.browser().get("/.well-known/security.txt").status == 404


def test_crawlers_are_kept_off_pages_for_people_at_work(stack):
    text = stack.browser().get("/robots.txt").text
    closed = [re.compile(re.escape(line.split()[1]).replace(r"\*", ".*"))
              for line in text.splitlines() if line.startswith("Disallow:")]
    for path in ("/en/sign-in", "/ar/account", "/fr/desk", "/en/register/organisation", "/en/people", "/en/search?q=x",
                 "/search.csv", "/en/records/P123/edit/names", "/en/imports"):
        assert any(c.match(build.BASE + path) for c in closed), path
    for path in ("/en/", "/en/partnerships", "/en/records/P123/history", "/feed", "/partnerships/P1.xml"):
        assert not any(c.match(build.BASE + path) for c in closed), path


@pytest.mark.parametrize("path", ["/codelists/..%2f.xml", "/schemas/../x", "/codelists/..%2fscope", "/schemas/%00", "/partnerships/%ff",
                                  "/organisations/a//b", "/iati/activities/%2e%2e/x", "/codelists/none.xml", "/goals/x/y",
                                  "/schemas/none.xsd", "/partnerships/none"])
def test_machines_get_errors_that_they_can_read(stack, path):
    answer = stack.workers["page"].fetch(stack.base + path, headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.status in (400, 404), answer
    assert answer.header("content-type").startswith("application/xml") and answer.text.startswith("<error "), answer.text[:200]


@pytest.mark.parametrize("path", ["/en/..%2f", "/ar/../x", "/en/none", "/none", "/..%2f", "/fr/codelists/%00"])
def test_people_get_pages(stack, path):
    answer = stack.workers["page"].fetch(stack.base + path, headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.status in (400, 404) and answer.header("content-type").startswith("text/html"), answer
