# SPDX-License-Identifier: EUPL-1.2
"""concord redact: a document goes, seals and chains stay, the address tells why, the feed obliges mirrors."""
import pathlib
import re
import subprocess
import time

import build
import fcgi
import ids
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
    bulk = fcgi.Worker(str(build.program("concord.fcgi")), str(database.settings("bulk")), str(folder),
                       klass="bulk", name="bulk").start()
    worker.feed = lambda: bulk.fetch("/feed")
    yield database, worker
    worker.stop()
    bulk.stop()


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
    feed = worker.feed()
    assert worker.feed().header("etag") == feed.header("etag")
    done = database.concord("redact", ORG, "1", "2", "content", "names a person")
    assert "2 documents" in done.stdout
    after = worker.feed()
    assert "Jane Doe" in feed.text and "Jane Doe" not in after.text
    assert after.header("etag") != feed.header("etag")
    for number in (1, 2):
        answer = worker.fetch(f"/organisations/{ORG}/revisions/{number}/content.xml")
        assert answer.status == 410 and "names a person" in answer.text
        assert worker.fetch(f"/organisations/{ORG}/revisions/{number}/seal.xml").status == 200
        assert worker.fetch(f"/en/records/{ORG}/revisions/{number}").status == 410
    kept = worker.fetch(f"/organisations/{ORG}/revisions/3/content.xml")
    assert kept.status == 200 and kept.header("etag") and "max-age=1," in kept.header("cache-control")
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


def until(condition, seconds=15):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


# --- by what is to go -------------------------------------------------------------------------------

OTHER = ids.named("O", "redacted by text")


def publish(database, tmp_path, name):
    file = tmp_path / "record.xml"
    file.write_text(document(name.replace("&", "&amp;")).replace(ORG, OTHER))
    database.concord("import", str(file))


def documents(database):
    return database.rows("SELECT number, content IS NOT NULL FROM concord.revision WHERE record_id = %s ORDER BY 1", [OTHER])


def test_whatever_holds_a_text_goes(registry, tmp_path):
    database, worker = registry
    reason = "names a private person"
    for name in ("Bureau of Jane & John Roe", "Bureau of Water", "Bureau of Jane & John Roe and others"):
        publish(database, tmp_path, name)
    text = "Jane & John Roe"
    full_set = pathlib.Path(database.config).parent / "full-set.xml"
    full_set.write_text("holds Jane &amp; John Roe")
    refused = database.concord("redact", "--text", text, OTHER, reason, check=False)
    assert refused.returncode == 1 and "revision 3" in refused.stderr and "corrected one first" in refused.stderr
    assert [held for _, held in documents(database)] == [True] * 3 and full_set.exists()
    publish(database, tmp_path, "Bureau of Streams")
    refused = database.concord("redact", "--text", text, OTHER, f"was {text}", check=False)
    assert refused.returncode == 1 and "must not repeat" in refused.stderr
    done = database.concord("redact", "--text", text, OTHER, reason)
    assert done.stdout.splitlines()[:3] == ["content of revision 1", "content of revision 3", "2 documents were taken out"]
    assert [held for _, held in documents(database)] == [False, True, False, True]
    assert not full_set.exists() and database.one("SELECT due_at <= now() FROM concord.job WHERE name = 'full-set'")
    assert "Roe" not in database.concord("export").stdout
    assert worker.fetch(f"/organisations/{OTHER}/revisions/3/content.xml").status == 410
    assert worker.fetch(f"/organisations/{OTHER}/revisions/2/content.xml").status == 200
    assert database.concord("verify").stdout.endswith("0 findings\n")
    again = database.concord("redact", "--text", text, OTHER, reason)
    assert again.stdout == "0 documents were taken out\n"


def test_a_full_set_that_is_being_written_does_not_bring_it_back(registry, tmp_path):
    """The job has read its pages, somebody redacts, the job would put its file in place."""
    database, _ = registry
    for name in ("Centre of Mary Major", "Bureau of Streams"):
        publish(database, tmp_path, name)
    full_set = pathlib.Path(database.config).parent / "full-set.xml"
    job = database.one("SELECT id FROM concord.job WHERE name = 'full-set'")
    claim = "UPDATE concord.job SET claim = claim + 1, again = false, lease_until = now() + interval '1 minute' WHERE id = %s RETURNING claim"
    run = [str(build.program("concord")), "-c", str(database.config), "job", str(job)]
    with database.connect() as feed, feed.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('concord.feed'))")
        redact = subprocess.Popen([*run[:3], "redact", "--text", "Mary Major", OTHER, "names a person"], stdout=subprocess.PIPE)
        waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        until(lambda: database.one(waits) == 1)
        first = subprocess.Popen([*run, str(database.one(claim, [job])), "full-set", "{}"], stderr=subprocess.PIPE, text=True)
        until(lambda: database.one(waits) == 2)
        cursor.execute("SELECT pg_advisory_unlock(hashtext('concord.feed'))")
        assert redact.wait(20) == 0 and first.wait(20) == 0, first.stderr.read()
    assert not full_set.exists() or "Mary Major" not in full_set.read_text()
    assert database.one("SELECT due_at <= now() FROM concord.job WHERE id = %s", [job])
    build.run("concord", *run[1:], str(database.one(claim, [job])), "full-set", "{}")
    assert "Mary Major" not in full_set.read_text() and "Bureau of Streams" in full_set.read_text()
    assert list(full_set.parent.glob(".full-set*")) == []
    assert database.one("SELECT due_at > now() FROM concord.job WHERE id = %s", [job])


def test_a_working_copy_would_bring_it_back(registry):
    database, _ = registry
    rename = "UPDATE concord.record_text SET text = %s WHERE record_id = %s AND path = 'name'"
    database.rows(rename, ["Streams of Jane & John Roe", OTHER])
    refused = database.concord("redact", "--text", "John Roe", OTHER, "names a person", check=False)
    assert refused.returncode == 1 and "working copy" in refused.stderr and OTHER in refused.stderr
    database.rows(rename, ["Bureau of Streams", OTHER])
    assert database.concord("redact", "--text", "John Roe", OTHER, "names a person").returncode == 0


def test_the_text_may_come_from_standard_input(registry):
    database, _ = registry
    run = database.concord("redact", "--text", "-", OTHER, "names a person", input="Bureau of Streams\n", check=False)
    assert run.returncode == 1 and "newest and holds it" in run.stderr
    empty = database.concord("redact", "--text", "-", OTHER, "names a person", input="", check=False)
    assert empty.returncode == 2 and "three characters" in empty.stderr


def test_what_an_iati_import_kept_goes(registry):
    database, _ = registry
    database.rows("INSERT INTO concord.iati_source (record_id, kind, identifier, key) VALUES (%s, 'organisation', 'XX-1', 'xx-1')",
                  [OTHER])
    database.rows("INSERT INTO concord.iati_kept VALUES (%s, 1, 'a', 1, '<a>Jane Poe</a>'), (%s, 2, 'b', 1, '<b>rain</b>')",
                  [OTHER, OTHER])
    done = database.concord("redact", "--text", "Jane Poe", OTHER, "names a person")
    assert done.stdout.splitlines() == ["elements kept of its last IATI import", "0 documents were taken out"]
    assert database.rows("SELECT element FROM concord.iati_kept WHERE record_id = %s", [OTHER]) == [("b",)]


def test_what_the_secretariat_confirmed_goes(registry):
    """Names that the organisation has no more, in whatever capitals; a name that it has stays."""
    database, _ = registry
    database.rows("INSERT INTO concord.organisation_confirmation (record_id, state, claims, note) VALUES (%s, 'confirmed',"
                  " '{name:circle of jo public,name:bureau of streams,id:XX 1}', 'I know JO Public (.*) well.')"
                  " ON CONFLICT (record_id) DO UPDATE SET claims = excluded.claims, note = excluded.note", [OTHER])
    done = database.concord("redact", "--text", "Jo Public", OTHER, "names a person")
    assert done.stdout.splitlines() == ["names and note of its confirmation by the secretariat", "0 documents were taken out"]
    kept = "SELECT claims, note FROM concord.organisation_confirmation WHERE record_id = %s"
    assert database.rows(kept, [OTHER]) == [(["name:bureau of streams", "id:XX 1"], "I know […] (.*) well.")]
    database.concord("redact", "--text", "(.*)", OTHER, "a text, no pattern")
    assert database.rows(kept, [OTHER])[0][1] == "I know […] […] well."
    told = database.concord("redact", "--text", "BUREAU of Streams", OTHER, "names a person").stdout
    assert "confirmation" not in told and "name:bureau of streams" in database.rows(kept, [OTHER])[0][0]


def test_other_capitals_are_told(registry, tmp_path):
    """Those that stay, each; the reason repeats the text in none."""
    database, _ = registry
    for name in ("Choir of ANN Other", "Choir of Ann Other", "Choir of ANN Other", "Choir"):
        publish(database, tmp_path, name)
    first = documents(database)[-4][0]
    refused = database.concord("redact", "--text", "ANN Other", OTHER, "names ann other", check=False)
    assert refused.returncode == 1 and "must not repeat" in refused.stderr and "in the meantime" not in refused.stderr
    done = database.concord("redact", "--text", "ANN Other", OTHER, "names a person").stdout.splitlines()
    assert done[:4] == [f"content of revision {first}", f"content of revision {first + 2}",
                    f"content of revision {first + 1} holds it in other capitals and stays", "2 documents were taken out"]
    told = database.concord("redact", "--text", "CHOIR", OTHER, "a test").stdout.splitlines()
    assert f"content of revision {first + 3} holds it in other capitals and stays" in told
    assert "the working copy holds it in other capitals and keeps it" in told


@pytest.mark.parametrize("first,last", [("0", "0"), ("2", "1"), ("0", "3")])
def test_a_range_begins_with_one_and_ends_behind(registry, first, last):
    refused = registry[0].concord("redact", OTHER, first, last, "content", "reason", check=False)
    assert refused.returncode == 2 and "counts revisions from 1" in refused.stderr


def test_names_of_elements_are_no_text_and_attributes_are(database):
    xml = '<a b="x &quot;y&quot; &lt;z&gt;"><name c="1">one "two" &amp; &lt;three&gt;</name></a>'
    for text, holds in (("name", False), ("one", True), ('two" & <three>', True), ('"y" <z', True), ("a b=", False),
                        ("c=", False), ("four", False), ("%", False), (".", False)):
        assert database.one("SELECT concord.cc_xml_holds(%s, %s)", [xml, text]) is holds, text


@pytest.mark.parametrize("arguments", [
    ["--text", "ab", OTHER, "reason"], ["--text", "Jane", "O1", "reason"], ["--text", "Jane", OTHER],
    ["--text", "Jane", OTHER, ""], ["--text"]])
def test_usage(registry, arguments):
    assert registry[0].concord("redact", *arguments, check=False).returncode == 2
