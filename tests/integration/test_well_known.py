# SPDX-License-Identifier: EUPL-1.2
"""What crawlers, reporters of weaknesses and programs find at addresses that are no pages."""
import datetime
import re
import xml.etree.ElementTree as ET

import pytest

import build
from stack import ORIGIN, Stack
from world import World

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


SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def places(browser, address, root, status=200):
    """What a sitemap, or the index of one, lists: addresses and when each was last changed."""
    answer = browser.get(address)
    assert answer.status == status, answer
    if status != 200:
        return {}
    assert answer.header("content-type") == "application/xml; charset=utf-8"
    top = ET.fromstring(answer.body)
    assert top.tag == SITEMAP + root and {e.tag for e in top} == {SITEMAP + ("sitemap" if root == "sitemapindex" else "url")}
    found = [(e.findtext(SITEMAP + "loc"), e.findtext(SITEMAP + "lastmod")) for e in top]
    assert len(dict(found)) == len(found) <= 50000
    return dict(found)


def test_a_sitemap_leads_to_the_pages_of_what_is_published(cluster, people, tmp_path):
    with Stack(cluster, people, tmp_path) as stack:
        index = ORIGIN + build.BASE + "/sitemap.xml"
        public = stack.browser()
        assert f"\nSitemap: {index}\n" in public.get("/robots.txt").text
        places(public, index, "sitemapindex", 404)  # a sitemap of nothing is none
        world = World(stack)
        draft, gone = world.partnership("Draft", publish=False), world.organisation("Office that ends")
        membership = world.invite(world.p, world.b)  # public as a proposal
        assert list(places(public, index, "sitemapindex")) == [index + "?part=1"]
        listed = places(public, index + "?part=1", "urlset")
        pages = {f"{ORIGIN}{build.BASE}/{lang}/{plural}/{record}" for lang in ("en", "fr", "ar")
                 for plural, record in (("organisations", world.a), ("organisations", world.b), ("organisations", gone),
                                        ("partnerships", world.p), ("memberships", membership))}
        assert set(listed) == pages and not any(draft in page for page in listed)
        assert all(public.get(page).status == 200 for page in listed)
        published = stack.database.one("SELECT cc_iso(published_at) FROM publication WHERE record_id = %s", [world.p])
        assert listed[f"{ORIGIN}{build.BASE}/en/partnerships/{world.p}"] == published

        # what is published anew moves behind all others, to a part of its own when much has happened between; gaps are no parts
        stack.database.rows("""WITH far AS (UPDATE publication SET position = position + 4000000, published_at = '2031-01-02T03:04:05Z'
                                             WHERE record_id = %s RETURNING 1) SELECT * FROM far""", [world.b])
        assert list(places(public, index, "sitemapindex").items())[1:] == [(index + "?part=1001", "2031-01-02T03:04:05Z")]
        assert set(places(public, index + "?part=1001", "urlset")) == {page for page in pages if page.endswith(world.b)}
        stack.publish(world.sara, gone, "It ended.", verb="withdraw")
        assert set(places(public, index + "?part=1", "urlset")) == {page for page in pages
                                                                    if not page.endswith((gone, world.b))}
        for part in ("0", "2", "1000", "999999999"):
            places(public, index + "?part=" + part, "urlset", 404)
        assert public.get(index + "?part=-1").status == public.get(index + "?part=1000000000").status == 422


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
