# SPDX-License-Identifier: EUPL-1.2
"""What a record's page shows of others is kept ready, and is never older than what was published."""
import itertools
import threading

import pytest

import build
import fcgi
import ids

NS = "urn:concord:registry:1"
HOST, BANK, LATE = (ids.named("O", n) for n in ("page host", "page bank", "page late"))
PACT, OLD, HEIR = (ids.named("P", n) for n in ("page pact", "page old", "page heir"))
SEAT = ids.named("M", "page seat")


def organisation(record, **names):
    return (f'<organisation id="{record}" schema="1.0-draft">'
            + "".join(f'<name xml:lang="{k}">{v}</name>' for k, v in sorted(names.items()))
            + "<type>40</type><country>KE</country></organisation>\n")


def partnership(record, title, host=HOST, link=None, summary="What it does."):
    return (f'<partnership id="{record}" schema="1.0-draft"><title xml:lang="en">{title}</title>'
            f'<summary xml:lang="en">{summary}</summary><kind>alliance</kind>'
            f"<host>{host}</host><state>active</state>"
            + (f'<link kind="successor" partnership="{link}"></link>' if link else "") + "</partnership>\n")


def membership(state, roles=("funding",), organisation_=BANK, record=SEAT):
    codes = "".join(f'<role code="{r}"></role>' for r in roles)
    return (f'<membership id="{record}" schema="1.0-draft"><partnership>{PACT}</partnership>'
            f"<organisation>{organisation_}</organisation>{codes}"
            f'<consent date="2026-11-24T00:00:00Z" state="{state}"></consent></membership>\n')


@pytest.fixture
def registry(cluster, tmp_path):
    database = cluster.fresh()
    database.concord("codelists")
    with fcgi.Worker(build.program("concord.fcgi"), database.settings("page", worker_max_requests="1000000"), tmp_path) as worker:
        yield Registry(database, worker)
    cluster.drop(database)


class Registry:
    def __init__(self, database, worker):
        self.database, self.worker = database, worker
        self.bring(organisation(HOST, en="Harbour Trust"), organisation(BANK, en="Bank of Many", fr="Banque de tous"),
                   partnership(OLD, "The Elder"), partnership(HEIR, "The Heir"),
                   partnership(PACT, "The Pact", HOST, OLD), membership("confirmed"))

    def bring(self, *records):
        done = self.database.concord("import", "--trust-consent", "-",
                                     input=f'<records xmlns="{NS}">\n{"".join(records)}</records>\n')
        assert " 0 refused" in done.stdout, done.stdout

    def page(self, record=PACT, lang="en"):
        plural = {"P": "partnerships", "O": "organisations", "M": "memberships"}[record[0]]
        return self.worker.fetch(f"/{lang}/{plural}/{record}")

    def kept(self, record=PACT, lang="en"):
        """Is there a row that counts?"""
        return self.database.one("SELECT count(*) FROM page WHERE record_id = %s AND lang = %s"
                                 " AND position >= (SELECT named FROM feed_head)", [record, lang]) == 1

    def ready(self):
        """Each page twice: the second from what was kept."""
        for record, lang in itertools.product((HOST, BANK, PACT, OLD, SEAT), ("en", "fr")):
            first, second = self.page(record, lang), self.page(record, lang)
            assert first.status in (200, 301) and first.body == second.body
            assert self.kept(record, lang) == (first.status == 200), (record, lang)
        return self.page()


CHANGES = {
    "a name": ([organisation(BANK, en="Bank of Most", fr="Banque de tous")], "Bank of Many", "Bank of Most"),
    "the host's name": ([organisation(HOST, en="Haven Trust")], "Harbour Trust", "Haven Trust"),
    "no name in this language any more": ([organisation(BANK, fr="Banque de tous")], "Bank of Many", "Banque de tous"),
    "consent": ([membership("withdrawn")], "Bank of Many", None),
    "roles": ([membership("confirmed", ["implementing"])], "Funding", "Implementing"),
    "another member": ([organisation(LATE, en="Late Comer"),
                        membership("confirmed", organisation_=LATE, record=ids.named("M", "page late"))], None, "Late Comer"),
    "who refers to it": ([partnership(HEIR, "The Heir", link=PACT)], None, "The Heir"),
    "what it refers to": ([partnership(PACT, "The Pact", HOST, HEIR)], "The Elder", "The Heir"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_page_changes_with_what_it_shows(registry, what):
    records, before, after = CHANGES[what]
    page = registry.ready()
    assert (before is None or before in page.text) and (after is None or after not in page.text)
    registry.bring(*records)
    now = registry.page()
    assert (before is None or before not in now.text) and (after is None or after in now.text)
    assert now.header("ETag") != page.header("ETag")
    assert registry.ready().body == now.body
    assert registry.database.rows("SELECT * FROM cc_page_differs()") == []


def test_a_translation_changes_the_page_in_that_language_alone(registry):
    registry.ready()
    english, french = registry.page(), registry.page(lang="fr")
    assert "Harbour Trust" in french.text
    registry.bring(organisation(HOST, en="Harbour Trust", fr="Fondation du port"))
    assert registry.page().header("ETag") == english.header("ETag")
    assert "Fondation du port" in registry.page(lang="fr").text


def test_what_comes_later_is_named_where_it_was_referred_to(registry):
    registry.database.rows("DELETE FROM record_name WHERE record_id = %s RETURNING 1", [HOST]) # as if withdrawn before
    assert "not published" in registry.ready().text
    registry.bring(organisation(HOST, en="Harbour Trust", fr="Fondation du port"))
    assert "Harbour Trust" in registry.page().text


def test_who_published_before_he_had_a_name_is_named_later(registry):
    database, early = registry.database, ids.named("P", "page early")
    database.rows("INSERT INTO record (id, kind, owner_org, version) SELECT %s, kind, %s, 1 FROM record WHERE id = %s RETURNING 1", [LATE, LATE, BANK])
    done = database.concord("import", "--trust-consent", "--owner", LATE, "-",
                            input=f'<records xmlns="{NS}">\n{partnership(early, "The Early")}</records>\n')
    assert "\n1 new" in done.stdout and "Published by" not in registry.page(early).text and registry.kept(early)
    database.rows("DELETE FROM record WHERE id = %s RETURNING 1", [LATE])
    registry.bring(organisation(LATE, en="Late Comer"))
    assert "Published by" in registry.page(early).text and "Late Comer" in registry.page(early).text
    assert database.rows("SELECT * FROM cc_page_differs()") == []


def test_rows_of_others_stay_when_no_name_changes(registry):
    registry.ready()
    registry.bring(partnership(HEIR, "The Heir", summary="It does more now."))
    assert registry.kept() and registry.kept(BANK) and not registry.kept(HOST)
    registry.bring(partnership(PACT, "The Pact", HOST, OLD, summary="It does more now."))
    assert not any(map(registry.kept, (PACT, HOST, OLD))) and registry.kept(BANK) and registry.kept(SEAT)


def test_nothing_is_kept_while_something_is_published(registry):
    with registry.database.connect() as publishing, publishing.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('concord.feed'))")
        assert "Bank of Many" in registry.page().text
        assert not registry.kept()
        publishing.rollback()
    registry.page()
    assert registry.kept()


def test_readers_and_publishers_at_once(registry):
    """Whatever they meet, a page that was read after a publication shows it, and what is kept is right."""
    stop, failed = threading.Event(), []

    def read():
        while not stop.is_set():
            if registry.page().status != 200:
                failed.append("status")

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for n in range(12):
            registry.bring(organisation(BANK, en=f"Bank number {n}"), membership("confirmed" if n % 2 else "withdrawn"))
            text = registry.worker.fetch(f"/en/partnerships/{PACT}").text
            assert (f"Bank number {n}" in text) == bool(n % 2), n
    finally:
        stop.set()
        reader.join()
    assert not failed
    assert registry.database.rows("SELECT * FROM cc_page_differs()") == []


def test_verify_finds_a_row_that_is_wrong_and_reindex_removes_all(registry):
    registry.ready()
    assert registry.database.concord("verify", check=False).returncode == 0
    registry.database.one("UPDATE page SET lists = replace(lists, 'Bank of Many', 'Bank of None')"
                          f" WHERE record_id = '{PACT}' AND lang = 'en' RETURNING 1")
    assert "Bank of None" in registry.page().text
    found = registry.database.concord("verify", check=False)
    assert found.returncode != 0 and PACT in found.stdout + found.stderr and "page.lists" in found.stdout + found.stderr
    registry.database.concord("reindex")
    assert registry.database.one("SELECT count(*) FROM page") == 0
    assert "Bank of Many" in registry.page().text
