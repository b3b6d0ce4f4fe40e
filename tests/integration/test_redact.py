# SPDX-License-Identifier: EUPL-1.2
"""concord redact: a document goes, seals and chains stay, the address tells why, the feed obliges mirrors."""
import re

import build
import fcgi
import pytest

ORG = "OEHF35HBDCS2Q8"


def document(name):
    return (f'<organisation xmlns="urn:concord:registry:1" id="{ORG}" schema="1.0-draft">'
            f'<name xml:lang="en">{name}</name><type>40</type></organisation>')


@pytest.fixture(scope="module")
def registry(database, tmp_path_factory):
    folder = tmp_path_factory.mktemp("redact")
    database.concord("codelists", str(build.ROOT / "sql/codelists"))
    for name in ("Jane Doe Office", "Jane Doe Bureau", "Office of Water"):
        file = folder / "record.xml"
        file.write_text(document(name))
        database.concord("import", str(file))
    worker = fcgi.Worker(str(build.program("concord.fcgi")), str(database.settings("page")), str(folder),
                         klass="page", name="page").start()
    yield database, worker
    worker.stop()


def test_the_newest_content_stays(registry):
    database, _ = registry
    refused = database.concord("redact", ORG, "1", "3", "content", "names a person", check=False)
    assert refused.returncode == 1 and "publish a corrected one first" in refused.stderr
    assert database.one("SELECT count(*) FROM concord.redaction") == 0


def test_a_reason_is_needed(registry):
    database, _ = registry
    assert database.concord("redact", ORG, "1", "2", "content", " ", check=False).returncode == 2


def test_earlier_contents_go_and_all_else_holds(registry):
    database, worker = registry
    before = database.rows("SELECT seal_sha256 FROM concord.revision ORDER BY number")
    done = database.concord("redact", ORG, "1", "2", "content", "names a person")
    assert "2 documents" in done.stdout
    for number in (1, 2):
        answer = worker.fetch(f"/organisations/{ORG}/revisions/{number}/content.xml")
        assert answer.status == 410 and "names a person" in answer.text
        assert worker.fetch(f"/organisations/{ORG}/revisions/{number}/seal.xml").status == 200
        assert worker.fetch(f"/en/records/{ORG}/revisions/{number}").status == 410
    assert worker.fetch(f"/organisations/{ORG}/revisions/3/content.xml").status == 200
    assert database.rows("SELECT seal_sha256 FROM concord.revision ORDER BY number") == before
    assert database.concord("verify").stdout.endswith("0 findings\n")
    exported = database.concord("export").stdout
    assert "Jane Doe" not in exported
    assert len(re.findall(r'event="redacted"', exported)) == 2
    everything = database.one("SELECT string_agg(coalesce(r.content, '') || s.names, '') FROM concord.revision r,"
                              " concord.search s")
    assert "Jane" not in everything and "jane" not in everything


def test_people_cannot_redact_by_sql(registry):
    database, _ = registry
    with database.connect("cc_web") as connection, connection.cursor() as cursor:
        with pytest.raises(Exception, match="permission denied"):
            cursor.execute("SELECT concord.cc_redact(%s, 1, 1, 'note', 'x')", [ORG])
