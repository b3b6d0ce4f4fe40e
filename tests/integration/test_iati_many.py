# SPDX-License-Identifier: EUPL-1.2
"""IATI of partnerships with very many members: pages and memory stay small, and what is not in them is told."""
import csv
import io
import json
import re
import subprocess

import pytest

import ids
import pages
import stmts
from test_iati_out import following
from test_import import NS

MEMBERS, PARTNERSHIPS = 20_000, 5
SHOWN, BYTES = 1000, 2097152
ORG = ids.named("O", "many iati")
LARGE = [ids.named("P", f"many iati {n}") for n in range(PARTNERSHIPS)]
# Fewer members than are shown, of more bytes; and so few that all of them are shown.
MIDDLE, SMALL = ids.named("P", "many iati middle"), ids.named("P", "many iati small")
TABLES = {"publication", "revision", "edge", "member", "member_count", "iati_identifier"}
RECORDS = (f'<records xmlns="{NS}"><organisation id="{ORG}" schema="1.0-draft"><name xml:lang="en">Office of everybody</name>'
           '<type>un-entity</type><identifier primary="true" scheme="XM-DAC">41999</identifier></organisation>'
           + "".join(f'<partnership id="{p}" schema="1.0-draft"><title xml:lang="en">Everybody</title><summary xml:lang="en">'
                     f"All of us.</summary><kind>multi-stakeholder</kind><host>{ORG}</host><start>2001-02-03</start>"
                     "<state>active</state></partnership>" for p in [*LARGE, MIDDLE, SMALL]) + "</records>")
# Organisations of 5 KB each, all of them members of all the partnerships; and many small activities.
FILL = f"""
SET session_replication_role = replica;
CREATE TEMP TABLE made AS
SELECT g, 'O' || lpad(g::text, 13, '0') AS id, 'A' || lpad(g::text, 13, '0') AS activity FROM generate_series(1, {MEMBERS}) g;
CREATE TEMP TABLE base AS SELECT * FROM publication WHERE record_id = '{ORG}';
CREATE TEMP TABLE base_revision AS SELECT * FROM revision WHERE record_id = '{ORG}';
INSERT INTO publication SELECT (jsonb_populate_record(NULL::publication, to_jsonb(p) || jsonb_build_object('record_id', id,
       'position', 100 + g, 'content', replace(replace(content, '{ORG}', id), '</name>', ' ' || g || repeat(' ' || md5(id), 170)
       || '</name>')))).* FROM made, base p;
INSERT INTO publication SELECT (jsonb_populate_record(NULL::publication, to_jsonb(p) || jsonb_build_object('record_id', activity,
       'kind', 'activity', 'position', 100000 + g, 'content', '<activity xmlns="{NS}" id="' || activity
       || '" schema="1.0-draft"><title xml:lang="en">x</title></activity>'))).* FROM made, base p;
INSERT INTO revision SELECT (jsonb_populate_record(NULL::revision, to_jsonb(r) || jsonb_build_object('record_id', activity,
       'kind', 'activity', 'position', 100000 + g, 'content', 'x'))).* FROM made, base_revision r;
INSERT INTO member (membership_id, partnership_id, organisation_id, state, roles, organisation_name)
SELECT 'M' || p || lpad(g::text, 12, '0'), (ARRAY['{"','".join(LARGE)}'])[p + 1], id, 'confirmed', 'member', lpad(g::text, 6, '0')
  FROM made, generate_series(0, {PARTNERSHIPS - 1}) p;
INSERT INTO member (membership_id, partnership_id, organisation_id, state, roles, organisation_name)
SELECT 'M' || n || lpad(g::text, 12, '0'), p, id, 'confirmed', 'member', lpad(g::text, 6, '0')
  FROM made JOIN (VALUES (8, '{MIDDLE}', 600), (9, '{SMALL}', 100)) v(n, p, most) ON g <= most;
INSERT INTO member_count SELECT partnership_id, state, count(*) FROM member GROUP BY 1, 2;
INSERT INTO member_count SELECT id, 'invited', 1 FROM made;
INSERT INTO iati_part SELECT (100000 + g + 499) / 500 * 500, count(*) FROM made GROUP BY 1;
INSERT INTO iati_identifier SELECT activity, 'XM-DAC-41999-' || activity, 'XM-DAC-41999' FROM made;
INSERT INTO edge (from_id, to_id, kind, field, role, state) SELECT activity, '{ORG}', 'activity', 'partnership', '', '' FROM made;
"""


@pytest.fixture(scope="module", name="site")
def site_fixture(cluster, tmp_path_factory):
    database = cluster.fresh()
    database.concord("codelists")
    database.concord("import", "--quiet", "--trust-consent", "-", input=RECORDS)
    connection = database.connect()
    with connection, connection.cursor() as cursor:
        cursor.execute(FILL)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    connection.close()
    with pages.start(database, tmp_path_factory.mktemp("iati"), "bulk") as worker:
        worker.database = database
        yield worker
        assert worker.stop() == 0, worker.log_text()
    cluster.drop(database)


def megabytes(worker):
    return int(re.search(r"VmHWM:\s+(\d+)", open(f"/proc/{worker.process.pid}/status").read())[1]) / 1024


def test_the_page_is_bounded_and_valid(site, standards, tmp_path):
    answer = site.fetch("/iati/activities.xml")
    assert answer.status == 200
    second = site.fetch(following(answer))
    assert second.status == 200
    found = [len(re.findall("<participating-org ", a)) - 1 for page in (answer, second)
             for a in page.text.split("<iati-activity ")[1:]][:PARTNERSHIPS]
    assert 2 < len(found) <= PARTNERSHIPS and len(set(found)) == 1  # the same in whatever page it stands
    assert 300 < found[0] < SHOWN  # cut by bytes
    if standards:
        (tmp_path / "page.xml").write_bytes(answer.body)
        subprocess.run(["xmllint", "--nonet", "--noout", "--schema", standards / "iati/xsd/2.03/iati-activities-schema.xsd",
                        tmp_path / "page.xml"], check=True, timeout=60, capture_output=True)
    print(f"MEASURED page of {len(answer.body) / 1e6:.1f} MB, worker at its largest {megabytes(site):.0f} MB")
    assert len(answer.body) < 12e6
    assert megabytes(site) < 40


def test_what_does_not_fit_is_told(site):
    answer = site.fetch("/iati/left-out.csv")
    rows = {row["record"]: row for row in csv.DictReader(io.StringIO(answer.text))}
    assert [rows[p]["lacks"] for p in LARGE] == ["members"] * PARTNERSHIPS
    assert rows[LARGE[0]]["address"].endswith(f"/partnerships/{LARGE[0]}/members")
    assert "20000 confirmed" in rows[LARGE[0]]["message"]
    assert rows[MIDDLE]["lacks"] == "members" and "600 confirmed" in rows[MIDDLE]["message"]
    assert SMALL not in rows
    shown = {p: site.fetch(f"/iati/activities/{p}.xml").text.count("<participating-org ") - 1 for p in (MIDDLE, SMALL)}
    assert 300 < shown[MIDDLE] < 600 and shown[SMALL] == 100
    assert megabytes(site) < 40


def test_many_that_lack_something_are_passed_by_step_by_step(site):
    uri, steps = "/iati/activities.xml?after=100", 0
    while uri:
        answer = site.fetch(uri)
        assert answer.status == 404 and len(answer.body) < 1000
        uri, steps = following(answer), steps + 1
    assert steps == MEMBERS // 5000 + 1
    assert megabytes(site) < 40


def test_the_parts_hold_all_positions_once(site):
    parts = list(csv.DictReader(io.StringIO(site.fetch("/iati/parts.csv").text)))
    assert sum(int(p["records"]) for p in parts) == MEMBERS + PARTNERSHIPS + 2
    ranges = [tuple(map(int, re.findall(r"=(\d+)", p["address"]))) for p in parts]
    assert all(until - after == 500 for after, until in ranges)
    assert all(a[1] <= b[0] for a, b in zip(ranges, ranges[1:]))
    assert ranges[-1][1] == 100000 + MEMBERS and len(ranges) == MEMBERS // 500 + 1


def nodes(plan):
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)


@pytest.mark.parametrize("name, values", [("iati_page", [0, 5000, SHOWN, BYTES, 10**18]), ("iati_parts", [500, 100000]), ("iati_left_out", [0, 5000, SHOWN, BYTES]),
                                          ("iati_one", [LARGE[0], ["partnership"], SHOWN, BYTES])])
def test_statements_go_by_indexes(site, name, values):
    statement = next(s for s in stmts.all_statements() if s.name == name)
    connection = site.database.connect()
    with connection, connection.cursor() as cursor:
        cursor.execute(f"PREPARE s ({', '.join(statement.types)}) AS {statement.sql}".replace("%", "%%"), [])
        cursor.execute("SET plan_cache_mode = force_generic_plan")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE s ({', '.join(['%s'] * len(values))})", values)
        plan = cursor.fetchone()[0][0]["Plan"]
    connection.close()
    found = [(n["Node Type"], n.get("Relation Name")) for n in nodes(plan)]
    assert not [f for f in found if f[0] == "Seq Scan" and f[1] in TABLES], found
    assert not [f for f in found if f[0] == "Sort"] or name != "iati_page", found  # rows come as they are read
    assert json.dumps(plan)
