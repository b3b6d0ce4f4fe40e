# SPDX-License-Identifier: EUPL-1.2
"""concord import and concord export: what is refused and how it is told, repeating, order, restoring."""
import concurrent.futures
import csv
import gzip
import pathlib
import re
import subprocess
import time

import pytest

import build
import ids

NS = "urn:concord:registry:1"
SAMPLES = build.ROOT / "sql/samples"
ORG, OTHER, THIRD = (ids.named("O", f"import {n}") for n in (1, 2, 3))
PARTNERSHIP, MEMBERSHIP = ids.named("P", "import"), ids.named("M", "import")


def organisation(record=ORG, name="One", more=""):
    return (f'<organisation id="{record}" schema="1.0-draft"><name xml:lang="en">{name}</name>'
            f'<type>70</type>{more}</organisation>\n')


def partnership(record=PARTNERSHIP, title="Together", host=f"<host>{ORG}</host>", more=""):
    return (f'<partnership id="{record}" schema="1.0-draft"><title xml:lang="en">{title}</title>'
            f'<summary xml:lang="en">What it does.</summary><kind>global-fund</kind>{host}{more}'
            "<state>active</state></partnership>\n")


def membership(record=MEMBERSHIP, org=ORG, state="proposed", of=PARTNERSHIP):
    return (f'<membership id="{record}" schema="1.0-draft"><partnership>{of}</partnership>'
            f'<organisation>{org}</organisation><role code="funding"></role>'
            f'<consent date="2026-11-24T00:00:00Z" state="{state}"></consent></membership>\n')


def records(*items):
    return f'<records xmlns="{NS}">\n{"".join(items)}</records>\n'


@pytest.fixture(name="registry")
def registry_fixture(cluster):
    """An empty registry with its code lists."""
    made = cluster.fresh()
    made.concord("codelists")
    yield made
    cluster.drop(made)


@pytest.fixture(name="second")
def second_fixture(cluster):
    made = cluster.fresh()
    made.concord("codelists")
    yield made
    cluster.drop(made)


class Report:
    """What concord import printed."""

    def __init__(self, done):
        self.status, self.text, self.errors = done.returncode, done.stdout, done.stderr
        self.verdicts, self.problems, last = {}, {}, None
        for line in done.stdout.splitlines():
            if "\t" in line and not line.startswith(" "):
                verdict, last = line.split("\t")[:2]
                self.verdicts[last] = verdict
            elif line.startswith("    "):
                self.problems.setdefault(last, []).append(line.strip())
        self.counts = tuple(map(int, re.findall(r"(\d+) (?:new|changed|unchanged|refused)",
                                                done.stdout.splitlines()[-1])))


def load(database, text, *options):
    return Report(database.concord("import", *options, "-", check=False, input=text))


def published(database):
    return dict(database.rows("SELECT record_id, content FROM publication WHERE state = 'published'"))


def everything(database):
    """The number of rows of every table."""
    tables = [name for name, in database.rows(
        "SELECT relname FROM pg_class WHERE relnamespace = 'concord'::regnamespace AND relkind = 'r'")]
    return {name: database.one(f"SELECT count(*) FROM {name}") for name in tables}


def test_new_unchanged_changed(registry):
    first = records(organisation(), partnership(), membership())
    report = load(registry, first)
    assert report.counts == (3, 0, 0, 0) and report.status == 0, report.text + report.errors
    assert set(published(registry)) == {ORG, PARTNERSHIP, MEMBERSHIP}
    before = everything(registry)
    report = load(registry, first)
    assert report.counts == (0, 0, 3, 0) and report.status == 0, report.text
    after = everything(registry)
    for table in ("audit_event", "audit_unchained"):
        after[table] -= 2 # begun and done
    assert after == before
    report = load(registry, records(organisation(), partnership(title="Together again"), membership()))
    assert report.counts == (0, 1, 2, 0) and report.verdicts[PARTNERSHIP] == "changed"
    assert registry.concord("verify").stdout == "0 findings\n"


def test_dry_run_writes_nothing_and_says_the_same(registry):
    text = records(organisation(), partnership(), membership(), organisation(OTHER, more="<nothing/>"))
    before = everything(registry)
    dry = load(registry, text, "--dry-run")
    assert everything(registry) == before
    assert dry.counts == (3, 0, 0, 1) and dry.status == 1 and "dry run" in dry.text
    assert load(registry, text).counts == dry.counts


def test_a_record_may_stand_before_what_it_refers_to(registry):
    text = records(membership(), partnership(), organisation())
    assert load(registry, text, "--dry-run").counts == (3, 0, 0, 0)
    report = load(registry, text)
    assert report.counts == (3, 0, 0, 0), report.text
    assert registry.concord("verify").stdout == "0 findings\n"


def test_all_that_is_wrong_with_a_record_is_told_at_once(registry):
    bad = (f'<partnership id="{PARTNERSHIP}" schema="1.0-draft">\n<title xml:lang="en">T</title>\n'
           f'<summary xml:lang="en">S</summary>\n<kind>no-such-kind</kind>\n<nothing/>\n<host>{OTHER}</host>\n'
           '<sdg goal="3" weight="50">\n</sdg>\n<start>2026-13</start>\n</partnership>\n')
    report = load(registry, records(organisation(), bad))
    assert report.status == 1 and report.counts == (1, 0, 0, 1)
    problems = "\n".join(report.problems[PARTNERSHIP])
    for line, path, words in ((6, "kind", "no-such-kind"), (7, "nothing", "There is no element"),
                              (8, "host", OTHER), (9, "sdg", "sum to 100"), (11, "start", "2026-13")):
        assert re.search(rf"line {line}: {path}.*{words}", problems), problems
    assert "state: This is required." in problems
    lines = [int(found) for found in re.findall(r"^line (\d+)", problems, re.M)]
    assert len(lines) == 5 and lines == sorted(lines)
    assert list(published(registry)) == [ORG]


def test_a_bad_record_among_good_ones(registry):
    """The database itself refuses one of 60: an identifier that two organisations claim."""
    def identified(n):
        value = 7 if n in (7, 41) else 1000 + n
        return organisation(ids.named("O", f"many {n}"), f"Organisation {n}",
                            f'<identifier primary="true" scheme="GB-COH">{value}</identifier>')
    text = records(*map(identified, range(60)))
    assert load(registry, text, "--dry-run").counts == (59, 0, 0, 1)
    report = load(registry, text)
    assert report.counts == (59, 0, 0, 1) and report.status == 1, report.text
    (refused,) = [record for record, verdict in report.verdicts.items() if verdict == "refused"]
    assert refused == ids.named("O", "many 41") and report.problems[refused]
    assert len(published(registry)) == 59
    assert registry.concord("verify").stdout == "0 findings\n"


def test_what_must_be_there_once_is_told_across_batches(registry):
    """A dry run rolls back after each batch, and says the same all the same."""
    def identified(n):
        return organisation(ids.named("O", f"once {n}"), f"Organisation {n}",
                            f'<identifier primary="true" scheme="GB-COH">{n % 210}</identifier>')
    text = records(*map(identified, range(215)))
    dry = load(registry, text, "--dry-run", "--quiet")
    assert dry.counts == (210, 0, 0, 5) and "line 212: identifier.1" in dry.text
    assert load(registry, text).counts == (210, 0, 0, 5)


def test_a_batch_is_written_behind_the_one_before_it(registry):
    """The database refuses one of the first batch while the second, of which one refers to it, is on its way."""
    def named(n):
        return ids.named("O", f"behind {n}")

    def identified(n):
        identifier = f'<identifier primary="true" scheme="GB-COH">{7 if n == 41 else n}</identifier>'
        parent = f'<relation kind="hosts" organisation="{named(41)}"></relation>' if n == 250 else ""
        return organisation(named(n), f"Organisation {n}", identifier + parent)
    registry.cluster.superuser(f"ALTER DATABASE {registry.name} SET track_functions = 'pl'")
    report = load(registry, records(*map(identified, range(900))))
    assert report.counts == (898, 0, 0, 2), report.text
    assert [named(41), named(250)] == [record for record, verdict in report.verdicts.items() if verdict == "refused"]
    assert "was refused" in report.problems[named(250)][0]
    in_order = [row[0] for row in registry.rows("SELECT record_id FROM feed ORDER BY position")]
    assert in_order == [named(n) for n in range(900) if n not in (41, 250)]
    assert registry.concord("verify").stdout == "0 findings\n"
    time.sleep(1)  # the server writes its statistics a moment later
    calls = dict(registry.rows("SELECT funcname, calls FROM pg_stat_user_functions"))
    assert calls["cc_publish_turn"] >= 4 and calls["cc_publish_behind"] >= 1, calls
    assert calls["cc_publish_ready"] == 2, calls  # of each connection, while the file was looked through


def test_a_batch_that_is_tried_again_does_not_wait_for_one_that_is_half_sent(registry):
    """The second holds the partnership, for its members, and more than fits between the two sides."""
    def identified(n, value=None):
        return organisation(ids.named("O", f"half {n}"), f"Organisation {n}",
                            f'<identifier primary="true" scheme="GB-COH">{value or n}</identifier>')

    def member(n):
        text = f'<contribution xml:lang="en">{"x" * 4900}</contribution>'
        return membership(ids.named("M", f"half {n}"), ids.named("O", f"half {n}")).replace("<consent", f"{text}<consent")
    report = load(registry, records(organisation(), *(identified(n) for n in range(1, 201)), partnership()))
    assert report.counts == (202, 0, 0, 0), report.text
    new = [identified(1000 + n, 7 if n == 50 else None) for n in range(199)]  # with the partnership a batch
    report = load(registry, records(*new, partnership(title="Together again"), *(member(n) for n in range(1, 201))))
    assert report.counts == (398, 1, 0, 1), report.text
    assert [record for record, verdict in report.verdicts.items() if verdict == "refused"] == [ids.named("O", "half 1050")]
    assert registry.concord("verify").stdout == "0 findings\n"


def test_a_theme_is_given_once(registry):
    twice = "<theme>health</theme><theme>health</theme>"
    report = load(registry, records(organisation(), partnership(more=twice)))
    assert 'theme.2: "health" is given twice.' in report.text, report.text


def test_memory_is_that_of_a_batch(registry):
    """5,000 records of 4 KB that are refused, and as many that are good to the last check."""
    text = '<description xml:lang="en">' + "words " * 700 + "</description>"
    bad = "".join(organisation(ids.named("O", f"memory {n}"), more=text + "<nothing/>") for n in range(5000))
    path = registry.cluster.folder / "large.xml"
    path.write_text(records(bad))
    command = [build.program("concord"), "-c", registry.config, "import", "--dry-run", path]
    done = subprocess.run(["/usr/bin/python3", "-c", "import resource, subprocess, sys;"
                           "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL);"
                           "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)", *map(str, command)],
                          capture_output=True, text=True, check=True)
    assert int(done.stdout) < 64 * 1024, "KB"


def test_a_large_import_tidies_the_index_of_words(registry):
    """New records wait in its list, until 80 MB of them were published, with their words, or all."""
    registry.cluster.superuser(f"ALTER DATABASE {registry.name} SET track_functions = 'all'")
    text = "words of many " * 7000  # as many as a description may have

    def told(n):
        return (f'<activity id="{ids.named("A", f"tidy {n}")}" schema="1.0-draft"><title xml:lang="en">Tidy {n}</title>'
                f'<reporting organisation="{ORG}"></reporting><description><text xml:lang="en">{text}</text></description></activity>\n')
    report = load(registry, records(organisation(), *map(told, range(600))))
    assert report.counts == (601, 0, 0, 0), report.text[-2000:]
    time.sleep(1)  # the server writes its statistics a moment later
    assert registry.rows("SELECT calls FROM pg_stat_user_functions WHERE funcname = 'cc_search_tidy'") == [(2,)]  # and at the end
    assert registry.one("SELECT cc_search_tidy()") == 0
    assert registry.concord("verify").stdout == "0 findings\n"


@pytest.mark.parametrize("made, words", [
    (gzip.compress(b"<records/>", mtime=0), "The file is packed (gzip). Unpack it first."),
    (b"<records>\0</records>", "The file holds the character U+0000"),
    ("<records/>".encode("utf-16-be"), "The file is not in UTF-8."),
    ("<records/>".encode("utf-16"), "The file is not in UTF-8."),
    ("<records/>".encode("utf-32"), "The file is not in UTF-8."),
    (b"<records>\xe9</records>", "The file is not in UTF-8.")])
def test_what_is_no_text_is_told(registry, made, words):
    path = registry.cluster.folder / "no-text.xml"
    path.write_bytes(made)
    done = registry.concord("import", path, check=False)
    assert done.returncode == 1 and words in done.stdout + done.stderr, done.stdout + done.stderr


def test_what_refers_to_a_refused_record_is_refused(registry):
    report = load(registry, records(organisation(more="<nothing/>"), partnership(), membership()))
    assert report.counts == (0, 0, 0, 3)
    assert "was refused" in report.problems[PARTNERSHIP][0]


def test_what_refers_to_a_record_that_was_here_before_is_taken(registry):
    """Refused is what the file makes of it, which is not what is here."""
    assert load(registry, records(organisation(), organisation(OTHER))).counts == (2, 0, 0, 0)
    relation = '<relation kind="hosts" organisation="{}"></relation>'.format
    members = [organisation(ids.named("O", f"here {n}"), f"Here {n}", relation(OTHER if n % 2 else ORG)) for n in range(450)]
    report = load(registry, records(organisation(more="<nothing/>"), *members, partnership(), membership(org=OTHER)))
    assert report.counts == (452, 0, 0, 1), report.text
    assert report.verdicts[ORG] == "refused" and registry.concord("verify").stdout == "0 findings\n"


@pytest.mark.parametrize("text, words", [
    ("<!DOCTYPE x [<!ENTITY e 'x'>]>" + records(organisation()), "DOCTYPE"),
    (records(organisation(more='<description xml:lang="' + "x" * 40000 + '">D</description>')), "line 2"),
    (records(organisation())[:-12], "line 2"),
    ("", "line 1"),
])
def test_a_broken_file_writes_nothing(registry, text, words):
    report = load(registry, text)
    assert report.status == 1 and words in report.text + report.errors, report.text + report.errors
    assert published(registry) == {}


def test_a_record_stands_once(registry):
    report = load(registry, records(organisation(), organisation(name="Two"), organisation(OTHER)))
    assert report.counts == (1, 0, 0, 2) and published(registry).keys() == {OTHER}


def test_identifiers_are_judged(registry):
    for wrong in ("", ORG[:-1] + "?", PARTNERSHIP, ORG.lower()):
        report = load(registry, records(organisation(wrong)))
        assert report.counts == (0, 0, 0, 1) and "id: " in report.text, report.text
    for text in (organisation(""), organisation("").replace(' id=""', "")):
        report = load(registry, records("\n" + text))
        assert 'line 3: id: The record has no identifier (attribute "id").' in report.text, report.text


def test_a_new_partnership_needs_an_owner(registry):
    report = load(registry, records(organisation(), organisation(OTHER), partnership(host="")))
    assert report.verdicts[PARTNERSHIP] == "refused" and "owner" in report.problems[PARTNERSHIP][0]
    report = load(registry, records(partnership(host=""), membership()), "--owner", OTHER)
    assert report.counts == (2, 0, 0, 0), report.text
    assert registry.rows("SELECT DISTINCT owner_org FROM record WHERE id IN (%s, %s)",
                         (PARTNERSHIP, MEMBERSHIP)) == [(OTHER,)]
    assert registry.one("SELECT publisher FROM revision WHERE record_id = %s", (MEMBERSHIP,)) == OTHER


def test_a_commitment_belongs_to_its_first_maker(registry):
    """Of others only where an owner is named; one that is here stays whose it is."""
    commitment = ids.named("C", "import")
    text = (f'<commitment id="{commitment}" schema="1.0-draft"><title xml:lang="en">Ten wells</title>'
            '<description xml:lang="en">By next year.</description><kind>finance</kind>'
            f'<maker>{OTHER}</maker><maker>{ORG}</maker>'
            "<announced>2026</announced><state>registered</state></commitment>\n")
    report = load(registry, records(organisation(), organisation(OTHER), text))
    assert report.counts == (3, 0, 0, 0), report.text
    assert registry.one("SELECT owner_org FROM record WHERE id = %s", (commitment,)) == OTHER
    assert registry.one("SELECT publisher FROM revision WHERE record_id = %s", (commitment,)) == OTHER
    report = load(registry, records(text.replace("Ten wells", "Nine wells")), "--owner", ORG)
    assert report.counts == (0, 1, 0, 0), report.text
    assert registry.one("SELECT publisher FROM revision WHERE record_id = %s AND number = 2", (commitment,)) == OTHER


def consent(database):
    return re.search(r'<consent [^>]*state="([a-z]+)"', published(database)[MEMBERSHIP]).group(1)


def test_a_machine_does_not_consent(registry):
    text = records(organisation(), partnership(), membership(state="confirmed"))
    report = load(registry, text)
    assert consent(registry) == "proposed" and "only the organisation itself" in report.problems[MEMBERSHIP][0]
    assert load(registry, text).counts == (0, 0, 3, 0)
    report = load(registry, text, "--trust-consent")
    assert report.counts == (0, 1, 2, 0) and consent(registry) == "confirmed"
    assert registry.one("SELECT count(*) FROM audit_event WHERE action = 'import.publish-done'"
                        " AND detail->>'trust-consent' = 'true'") == 1
    # and what the organisation said stays, whatever a file says later
    report = load(registry, records(membership(state="proposed")))
    assert report.counts == (0, 0, 1, 0) and consent(registry) == "confirmed"


def test_it_is_told_also_of_what_is_tried_again(registry):
    """The database refuses another record of its batch."""
    number = '<identifier primary="true" scheme="GB-COH">7</identifier>'
    text = records(organisation(), organisation(OTHER, "Two", number), organisation(THIRD, "Three", number), partnership(), membership(state="confirmed"))
    report = load(registry, text)
    assert report.counts == (4, 0, 0, 1) and consent(registry) == "proposed", report.text
    assert report.problems[MEMBERSHIP] == ['note: line 6: consent.state: The consent "confirmed" becomes "proposed": only the organisation itself answers.']


def test_what_was_answered_is_not_reworded(registry):
    load(registry, records(organisation(), partnership(), membership(state="confirmed")), "--trust-consent")
    changed = records(membership(state="confirmed").replace('code="funding"', 'code="host"'))
    report = load(registry, changed)
    assert report.counts == (0, 0, 0, 1) and "another wording" in report.text
    assert load(registry, changed, "--trust-consent").counts == (0, 1, 0, 0)


def test_a_membership_of_a_draft_is_not_published(registry):
    load(registry, records(organisation(), organisation(OTHER)))
    registry.rows("""INSERT INTO record (id, kind, owner_org) VALUES (%s, 'partnership', %s)""", (PARTNERSHIP, ORG))
    report = load(registry, records(membership()))
    assert report.counts == (0, 0, 0, 1) and "is not published" in report.text


def test_what_somebody_is_working_on_is_not_lost(registry):
    load(registry, records(organisation()))
    registry.rows("UPDATE record SET changed_at = now() + interval '1 minute'")
    report = load(registry, records(organisation(name="Other")))
    assert report.counts == (0, 0, 0, 1) and "working on" in report.text
    assert load(registry, records(organisation(name="Other")), "--replace-drafts").counts == (0, 1, 0, 0)


@pytest.mark.parametrize("version", ["version + 1", "version"])
def test_what_is_saved_while_an_import_looks_is_not_lost(registry, version):
    """Somebody has the record locked when an import that saw it before comes to write it."""
    load(registry, records(organisation(), organisation(OTHER)))
    text = records(organisation(name="Other"), organisation(OTHER, name="Another"))
    with registry.connect() as somebody, concurrent.futures.ThreadPoolExecutor(1) as pool:
        cursor = somebody.cursor()
        cursor.execute("SELECT FROM record WHERE id = %s FOR UPDATE", (ORG,))
        report = pool.submit(load, registry, text)
        while not registry.one("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                               " AND datname = current_database()"):
            assert not report.done(), report.result().text
            time.sleep(0.02)
        cursor.execute(f"UPDATE record SET version = {version}, changed_at = clock_timestamp() WHERE id = %s", (ORG,))
        somebody.commit()
        report = report.result()
    if version == "version":  # nothing but a lock: the import goes on
        assert report.counts == (0, 2, 0, 0), report.text
        return
    assert report.verdicts == {ORG: "refused", OTHER: "changed"}, report.text
    assert "working on this record" in report.problems[ORG][0], report.text
    assert ">One<" in published(registry)[ORG] and registry.one(
        "SELECT text FROM record_text WHERE record_id = %s AND path = 'name'", (ORG,)) == "One"


def test_a_membership_does_not_move(registry):
    load(registry, records(organisation(), organisation(OTHER), partnership(), membership()))
    report = load(registry, records(membership(org=OTHER)))
    assert report.counts == (0, 0, 0, 1) and "cannot move" in report.text


def samples(database):
    with open(SAMPLES / "order.tsv", encoding="utf-8", newline="") as f:
        rows = [row for row in csv.reader(f, delimiter="\t") if not row[0].startswith("#")]
    for name, owner in rows:
        options = [] if owner == "-" else ["--owner", owner]
        done = database.concord("import", "--trust-consent", *options, SAMPLES / name, check=False)
        yield name, Report(done)


def test_the_samples(registry, second):
    for name, report in samples(registry):
        assert report.status == 0 and report.counts[0] > 0 and not report.problems, name + report.text
    for name, report in samples(registry):
        assert report.status == 0 and report.counts[:2] == (0, 0), name + report.text
    assert registry.concord("verify").stdout == "0 findings\n"
    feed = registry.concord("export").stdout
    report = load(second, feed, "--mode", "restore")
    assert report.status == 0, report.text + report.errors
    assert_restored(registry, second)


REVISIONS = """SELECT record_id, number, kind, state, content, content_sha256, seal, seal_sha256, note, publisher,
    redirect_to, sealed_at, position FROM revision ORDER BY record_id, number"""
WORKING = "SELECT id, owner_org, other_org, parent, cc_record_load(id, kind) FROM record ORDER BY id"


def assert_restored(first, second):
    assert first.rows(REVISIONS) == second.rows(REVISIONS)
    assert first.one("SELECT link FROM feed_head") == second.one("SELECT link FROM feed_head")
    assert first.rows(WORKING) == second.rows(WORKING)
    assert second.concord("verify").stdout == "0 findings\n"


@pytest.fixture(name="history")
def history_fixture(registry):
    """Several revisions, a record withdrawn, another one redirected, a membership before all."""
    load(registry, records(membership(), partnership(), organisation(), organisation(OTHER), organisation(THIRD)))
    load(registry, records(organisation(name="One more"), partnership(title="Again")))
    load(registry, records(organisation(name="One &amp; again")))
    for record, state, target in ((OTHER, "withdrawn", ()), (THIRD, "redirected", (ORG,))):
        build.run("tests/lib/publish_probe", registry.conninfo, build.ROOT / "schemas", record, state,
                  "a reason", record, *target)
    return registry


def test_restoring_a_history(history, second):
    feed = history.concord("export").stdout
    report = load(second, feed, "--mode", "restore", "--dry-run")
    assert report.counts[3] == 0 and second.one("SELECT count(*) FROM revision") == 0, report.text
    report = load(second, feed, "--mode", "restore")
    assert report.status == 0 and sum(report.counts[:2]) == 10, report.text + report.errors
    assert_restored(history, second)
    again = load(second, feed, "--mode", "restore")
    assert again.counts == (0, 0, 10, 0)
    # a mirror goes on where it was
    load(history, records(partnership(title="Once more")))
    more = history.concord("export", "--after", "10").stdout
    assert load(second, more, "--mode", "restore").counts == (0, 1, 0, 0)
    assert_restored(history, second)


def test_restoring_what_was_redacted(history, second):
    """A mirror that had it gives it up; a registry that never had it keeps seals and chains."""
    before = history.concord("export").stdout
    history.concord("redact", ORG, "1", "2", "content", "names a person")
    history.concord("redact", OTHER, "2", "2", "note", "names a person")
    history.concord("redact", ORG, "1", "1", "note", "nothing in it", check=False)
    feed = history.concord("export").stdout
    assert "One more" not in feed and "One more" in before
    report = load(second, feed, "--mode", "restore")
    assert report.status == 0 and report.counts[3] == 0, report.text + report.errors
    assert_restored(history, second)
    assert load(second, feed, "--mode", "restore").counts[:2] == (0, 0)


def test_a_mirror_redacts(history, second):
    load(second, history.concord("export").stdout, "--mode", "restore")
    position = str(history.one("SELECT position FROM feed_head"))
    history.concord("redact", ORG, "1", "2", "content", "names a person")
    more = history.concord("export", "--after", position).stdout
    full_set = pathlib.Path(second.config).parent / "full-set.xml"
    full_set.write_text('<feed newest="10">what was taken out</feed>')
    report = load(second, more, "--mode", "restore")
    assert report.counts == (0, 2, 0, 0), report.text
    assert not full_set.exists() and second.one("SELECT due_at <= now() AND again FROM job WHERE name = 'full-set'")
    assert_restored(history, second)
    assert second.one("SELECT count(content) FROM revision WHERE record_id = %s AND number < 3", [ORG]) == 0


def test_publishing_a_redacted_feed(history, second):
    history.concord("redact", ORG, "1", "2", "content", "names a person")
    report = load(second, history.concord("export").stdout, "--trust-consent")
    assert report.status == 0 and published(second) == published(history), report.text


def test_a_missing_content_without_redaction_is_refused(history, second):
    feed = re.sub(r'<organisation [^>]*><name[^>]*>One more</name>.*?</organisation>', "", history.concord("export").stdout)
    report = load(second, feed, "--mode", "restore")
    assert report.status == 1 and "lacks the content" in report.text, report.text


def test_redactions_of_one_revision_explain_nothing_of_another(registry, second):
    build.run("tests/lib/publish_probe", registry.conninfo, build.ROOT / "schemas", ORG, "published", "a person", input=(
        organisation(name="First").strip().replace("<organisation ", f'<organisation xmlns="{NS}" ')))
    for name in ("Second", "Third"):
        load(registry, records(organisation(name=name)))
    for what in ("content", "note"):
        registry.concord("redact", ORG, "1", "1", what, "names a person")
    feed = registry.concord("export").stdout
    gap = re.sub(r"<organisation [^>]*><name[^>]*>Second</name>.*?</organisation>", "", feed)
    assert gap != feed and feed.count('event="redacted"') == 2
    report = load(second, gap, "--mode", "restore")
    assert report.status == 1 and "lacks the content" in report.text, report.text
    report = load(second, feed, "--mode", "restore")
    assert report.status == 0 and report.counts[3] == 0, report.text
    assert second.rows(REVISIONS) == registry.rows(REVISIONS)


@pytest.mark.parametrize("find, put, words", [
    ("One more", "One less", "not what was sealed"),
    ('revision="2" schema', 'revision="3" schema', "does not follow"),
    ("a reason", "another reason", "The note is not"),
    ('publisher="O', 'publisher="P', "contradicts itself"),
])
def test_a_changed_feed_is_not_restored(history, second, find, put, words):
    feed = history.concord("export").stdout
    assert find in feed
    report = load(second, feed.replace(find, put, 1), "--mode", "restore")
    assert report.status == 1 and words in report.text, report.text
    assert second.concord("verify").stdout == "0 findings\n"


def test_only_a_feed_is_restored(registry):
    report = load(registry, records(organisation()), "--mode", "restore")
    assert report.status == 1 and "Only a feed" in report.text


def test_publishing_a_feed_takes_the_newest(history, second):
    feed = history.concord("export").stdout
    report = load(second, feed, "--trust-consent")
    assert report.status == 0 and report.counts[0] == 3, report.text
    assert published(second) == published(history)
    assert load(second, feed, "--trust-consent").counts[:2] == (0, 0)


# --- known by their bytes ---------------------------------------------------------------------

def own_bytes(database):
    """A list of what is published, in the bytes of the registry, one record a line."""
    contents = [row[0] for row in database.rows("SELECT content FROM publication ORDER BY array_position("
                                                "ARRAY['organisation', 'partnership', 'membership'], kind)")]
    return [f'<records xmlns="{NS}">', *contents, "</records>", ""]


def test_what_is_here_already_is_known_by_its_bytes(registry):
    load(registry, records(organisation(), partnership(), membership()), "--trust-consent")
    lines = own_bytes(registry)
    before = registry.one("SELECT position FROM feed_head")
    report = load(registry, "\n".join(lines))
    assert report.status == 0
    assert [line.split("\t")[:3] for line in report.text.splitlines()] == [
        ["unchanged", ORG, "line 2"], ["unchanged", PARTNERSHIP, "line 3"], ["unchanged", MEMBERSHIP, "line 4"],
        ["0 new, 0 changed, 3 unchanged, 0 refused"]]
    assert [line.split("\t")[3] for line in report.text.splitlines()[:3]] == [
        "One", "Together", f"{ORG}, {PARTNERSHIP}"]
    assert registry.one("SELECT position FROM feed_head") == before
    assert registry.one("SELECT detail->>'unchanged' FROM audit_event WHERE action = 'import.publish-done'"
                        " ORDER BY id DESC LIMIT 1") == "3"


@pytest.mark.parametrize("change, says, status", [
    (lambda lines: lines[:-2], "0 new, 0 changed, 0 unchanged, 1 refused", 1),
    (lambda lines: lines + ["<more/>"], "refused", 1),
    (lambda lines: [lines[0], lines[1], *lines[1:]], "more than once", 1),
    (lambda lines: [lines[0], "<!-- " + lines[1] + " -->", *lines[2:]], "2 unchanged, 0 refused", 0),
    (lambda lines: [lines[0], lines[1].replace(">One<", ">Two<"), *lines[2:]], "1 changed, 2 unchanged", 0),
    (lambda lines: ["", *lines[:2], " ", *lines[2:]], "3 unchanged, 0 refused", 0),
])
def test_what_is_not_just_that_is_read(registry, change, says, status):
    """The end is missing, something follows, a record twice, one in a comment, one changed, white space."""
    load(registry, records(organisation(), partnership(), membership()), "--trust-consent")
    report = load(registry, "\n".join(change(own_bytes(registry))))
    assert says in report.text + report.errors
    assert (report.status != 0) == bool(status)


def test_bytes_of_a_withdrawn_record_are_not_taken_for_known(registry):
    load(registry, records(organisation(), partnership(), membership()), "--trust-consent")
    lines = own_bytes(registry)
    registry.rows("UPDATE publication SET state = 'withdrawn' WHERE kind = 'partnership'")
    report = load(registry, "\n".join(lines))
    assert report.status != 0 and f"refused\t{PARTNERSHIP}" in report.text
