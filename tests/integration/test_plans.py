# SPDX-License-Identifier: EUPL-1.2
"""Plans at 100,000 records (tests/lib/many.py): no read statement of a page or document goes through a large table from
end to end, not even inside of the functions that it calls, and no search takes longer than people wait."""
import json
import re
import time

import many
import pytest
import stmts

# Files whose statements read everything on purpose.
WHOLE = {"sql/queries/verify.sql", "sql/queries/reindex.sql"}


def terms(*words):
    return json.dumps([{"words": [w]} for w in words])


# words, name, kind, facets, together, sort
QUESTIONS = {
    "everything": {},
    "by kind": {"kind": "organisation"},
    "by title": {"kind": "partnership", "sort": "title"},
    "frequent facet": {"kind": "partnership", "facets": "{goal=5}"},
    "two facets": {"facets": "{goal=5,country=KE}", "sort": "title"},
    "rare facet": {"facets": "{type=21,country=KE}"},
    "unknown facet": {"facets": "{goal=none}"},
    "role, of which many are late": {"facets": "{role=funding}"},
    "role of a kind by title": {"kind": "organisation", "facets": "{role=funding}", "sort": "title"},
    "two roles": {"facets": "{role=funding,role=implementing}"},
    "words and a role": {"terms": terms("health", "education"), "facets": "{role=funding}", "sort": "relevance"},
    "frequent word and a role": {"terms": terms("partners"), "facets": "{role=funding}", "sort": "relevance"},
    "role, so similar names": {"terms": terms("educatoin", "kadlsha"), "name": "education kadlsha", "facets": "{role=funding}",
                               "sort": "relevance"},
    "frequent word": {"terms": terms("partners"), "sort": "relevance"},
    "frequent word, later": {"terms": terms("partners"), "sort": "relevance", "after_rank": lambda row: f"0.05 {row['table']} ({row['blocks']},1)",
                             "after_id": "A"},
    "two words and a facet": {"terms": terms("health", "education"), "facets": "{goal=5}", "sort": "relevance"},
    "words by newest": {"terms": terms("health", "education"), "sort": "newest"},
    "word of names": {"terms": terms("organisation"), "name": "organisation", "sort": "relevance"},
    "two words of a name": {"terms": terms("organisation", "12"), "name": "organisation 12", "kind": "organisation", "sort": "relevance"},
    "rare word": {"terms": terms("kadalsha"), "sort": "relevance"},
    "nothing, so similar names": {"terms": terms("educatoin", "kadlsha"), "name": "education kadlsha",
                                  "sort": "relevance"},
    "phrase": {"terms": json.dumps([{"words": ["health", "education"], "phrase": True}]), "sort": "relevance"},
    "phrase by title": {"terms": json.dumps([{"words": ["health", "education"], "phrase": True}]), "sort": "title"},
    "one organisation": {"together": lambda row: json.dumps([{"id": row["o"]}])},
    "words and an organisation": {"terms": terms("health"), "together": lambda row: json.dumps([{"id": row["o"]}]),
                                  "sort": "relevance"},
    "two organisations": {"together": lambda row: json.dumps([{"id": row["o"]}, {"name": row["o_name"]}])},
}
ORDER = ("terms", "name", "kind", "facets", "together", "lang", "sort", "after_position", "after_key", "after_rank",
         "after_id", "max", "total", "counting")
DEFAULTS = {"lang": "en", "sort": "newest", "max": 26, "total": 2001, "counting": True}


@pytest.fixture(scope="module")
def filled(database):
    start = time.monotonic()
    connection = many.fill(database)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM publication")
        print(f"{cursor.fetchone()[0]} records in {time.monotonic() - start:.0f} s")
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def row(filled):
    """What belongs together, to ask about: identifiers in each column of the tables that name them."""
    with filled, filled.cursor() as cursor:
        cursor.execute("""SELECT json_build_object('p', m.partnership_id, 'o', m.organisation_id, 'm', m.membership_id,
                                 'o_name', split_part(s.names, E'\\n', 1), 'position', p.position,
                                 'table', s.tableoid::bigint, 'blocks', pg_relation_size(s.tableoid) / 8192 / 20)
                            FROM member m JOIN search s ON s.record_id = m.organisation_id
                            JOIN publication p ON p.record_id = m.partnership_id
                           WHERE m.state = 'confirmed' ORDER BY md5(m.membership_id) LIMIT 1""")
        return cursor.fetchone()[0]


def values(question, row):
    given = {**DEFAULTS, **question}
    return [given[name](row) if callable(given.get(name)) else given.get(name) for name in ORDER]


def nodes(plan):
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)


def scanned(plan):
    """Tables that may be large and were read from end to end."""
    return [n["Relation Name"] for n in nodes(plan) if n["Node Type"] in ("Seq Scan", "Tid Range Scan") and n["Actual Loops"] > 0
            and n.get("Schema") in (None, "concord") and n["Relation Name"] not in many.SMALL]


# Parameters by their names in the declarations; a callable gets the row above.
P, O, M = (lambda r: r["p"]), (lambda r: r["o"]), (lambda r: r["m"])
VALUES = {
    "id": P, "record": P, "object": P, "partnership": P, "organisation": O, "ids": lambda r: f"{r['p']} {r['m']}",
    "identifier": "XM-DAC-41114-7-1", "kind": "partnership", "lang": "en", "max": 26, "state": "confirmed", "list": "country", "prefix": "K", "code": "5",
    "subject": "goal", "token_hash": many.TOKEN, "tellers": "- -", "permission": "edit", "number": 1, "instant": "2030-01-01T00:00:00Z",
    "items": '[{"place": 1, "identifier": "XM-1-x", "body": "x", "owner": "x", "reporter": "x"}]', "size": 500,
    "reporters": '[{"place": 0, "names": "Organisation 12 for common goods"}]', "until": 10**18,
    "since": "2026-11-24T00:00:00Z", "q": "organisation 12", "text": "organisation 12", "like": "%organisation 12%",
    "name": "Organisation 12 for common goods", "names": "Organisation 12 for common goods\nORG", "scheme": "x3", "value": "x7", "cycle": "x3", "bytes": 8000000,
    "position": lambda r: r["position"], "known": None, "total": 2001, "hashes": "x y",
    "revisions": lambda r: f"{r['p']}:1", "reader": "x", "keys": '["x17", "x18"]', "before": None, "after": None, "members": 1000,
    "kinds": "{partnership}", "after_cycle": None, "constituency": "Donors", "codes": True,
    "together": lambda r: json.dumps([{"id": r["o"]}, {"name": r["o_name"]}, {"name": "xm-dac-1"}]),
    "after_from": None, "after_field": None, "after_name": None, "after_id": None, "after_number": None,
}
PERSON = "00000000-0000-4000-8000-000000000001" # nobody: the plan is the same
OTHER = {
    "record_load": {"id": P}, "consent_now": {"id": M}, "consent_history": {"id": M}, "points_list": {"organisation": O},
    "revision_names": {"a": 1, "b": 1}, "feed_page": {"after": lambda r: r["position"]}, "iati_page": {"after": lambda r: r["position"]},
    "iati_left_out": {"after": lambda r: r["position"]}, "iati_org_files": {"after": lambda r: r["position"]},
    "sitemap_records": {"after": lambda r: r["position"], "until": lambda r: r["position"] + 4000}, "codelist_get": {"name": "country"},
    "codelist_document": {"name": "country"}, "statistic_list": {"prefix": ""}, "audit_of": {"before": None},
    "audit_list": {"person": None, "action": None, "object": None},
    "person_show": {"id": PERSON}, "person_sessions": {"id": PERSON},
    "search_facets": {"keys": "{1,2,3}", "records": "{30,20,10}", "role_keys": "{4}", "role_records": "{2}", "facets": "{goal=5}",
                      "many": True},
    "search": {name: value for name, value in zip(ORDER, values({"facets": "{goal=5}"}, {}))},
}
READ = [s for s in stmts.all_statements() if s.is_read and s.file not in WHOLE]


def arguments(statement, row):
    given = {**VALUES, **OTHER.get(statement.name, {})}
    missing = [name for name in statement.names if name not in given]
    assert not missing, f"{statement.name}: no value for {missing}"
    return [given[name](row) if callable(given[name]) else given[name] for name in statement.names]


@pytest.fixture(scope="module")
def asking(filled, database):
    """As the page class, somebody signed in, with the plans of all that is executed in the notices."""
    connection = database.connect()
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("""LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; SET auto_explain.log_analyze = on;
            SET auto_explain.log_timing = off; SET auto_explain.log_nested_statements = on;
            SET auto_explain.log_format = json; SET client_min_messages = log""")
        cursor.execute("UPDATE session SET epoch = 1, seen_at = now() WHERE token_hash = %s", (many.TOKEN,))
        cursor.execute("SET SESSION AUTHORIZATION cc_web")
    yield connection
    connection.close()


SEARCH = next(s for s in stmts.all_statements() if s.name == "search")
SEARCH_PLAN = next(s.sql for s in stmts.all_statements() if s.name == "search_plan")


def executed(asking, sql, given):
    """Plans of all that a statement does, also inside of functions."""
    with asking.cursor() as cursor:
        del asking.notices[:]
        cursor.execute(sql, given)
        plans = [json.loads(text[text.index("{"):])["Plan"] for text in asking.notices if "plan:" in text]
    assert plans
    return plans


def check_search(asking, row, name):
    with asking.cursor() as cursor:
        cursor.execute("ROLLBACK; DEALLOCATE ALL; BEGIN")
        cursor.execute(SEARCH_PLAN)
        cursor.execute(f"PREPARE asked ({', '.join(SEARCH.types)}) AS {SEARCH.sql}")
    plans = executed(asking, f"EXECUTE asked ({', '.join(['%s'] * len(ORDER))})", values(QUESTIONS[name], row))
    assert [t for plan in plans for t in scanned(plan)] == []
    # words of more records than anybody looks at are not read: of few identifiers, or of 20,000
    read = sum((n["Actual Rows"] + n.get("Rows Removed by Filter", 0)) * n["Actual Loops"] for plan in plans for n in nodes(plan)
               if n.get("Relation Name") == "search" and "Index Only" not in n["Node Type"])
    assert read < 45000


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_search_goes_by_an_index(asking, row, name):
    check_search(asking, row, name)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_search_is_quick(filled, row, name):
    with filled, filled.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")  # as in each session of ours
        cursor.execute(SEARCH_PLAN)
        cursor.execute(f"PREPARE s ({', '.join(SEARCH.types)}) AS {SEARCH.sql}".replace("%", "%%"), [])
        places = ", ".join(["%s"] * len(ORDER))
        times = []
        for _ in range(5):
            start = time.monotonic()
            cursor.execute(f"EXECUTE s ({places})", values(QUESTIONS[name], row))
            times.append((time.monotonic() - start) * 1000)
        cursor.execute("DEALLOCATE s")
    print(f"{name}: {sorted(times)[2]:.1f} ms")
    assert sorted(times)[2] < 500  # of a machine that does other things, too


# Names in two more languages, all with acronyms, 2,000 with one and the same; rows in the order of their records. The index of
# acronyms is partial, so the planner has no numbers of them: it guesses that one name in 200 has the one that is asked, and a
# hundred of so many look near on the key, which is in the order that is wanted, where there are none and all names are read.
MANY_NAMES = """
    INSERT INTO concord.record_name (record_id, lang, kind, place, title, acronym)
    SELECT record_id, l, kind, 90, title,
           CASE WHEN kind = 'organisation' AND l = 'qaa' AND n <= 2000 THEN 'QXZ' ELSE left(md5(record_id || l), 8) END
      FROM (SELECT *, row_number() OVER (PARTITION BY kind ORDER BY md5(record_id)) AS n FROM concord.record_name WHERE place = 1) r,
           unnest('{qaa,qab}'::text[]) l;
    CLUSTER concord.record_name USING record_name_pkey;
    ANALYZE concord.record_name"""
NAMED = "SELECT cardinality(concord.cc_search_named(%s, NULL, %s))"
KINDS = 4  # whose names are looked for, each with "the" before what was asked and without
# What is asked and for how many: how many are found, how many rows of record_name may be read. So many begin with "partners".
CALLED = {("partners", 25): (KINDS * 25, 0), ("partners", 50): (KINDS * 50, 0), ("kadalsha", 25): (0, 0), ("qxz", 25): (100, 2000)}


def test_who_is_called_so_is_found_by_few_rows(asking):
    """By name and by acronym, with the plan that is made for all questions."""
    found = {}
    with asking.cursor() as cursor:
        cursor.execute("ROLLBACK; RESET SESSION AUTHORIZATION; BEGIN; SET LOCAL jit = off")
        try:
            cursor.execute(MANY_NAMES)
            cursor.execute(SEARCH_PLAN)
            for asked in CALLED:
                read = {"search": 0, "record_name": 0}
                for n in (n for plan in executed(asking, NAMED, asked) for n in nodes(plan) if n.get("Relation Name") in read):
                    read[n["Relation Name"]] += (n["Actual Rows"] + n.get("Rows Removed by Filter", 0)) * n["Actual Loops"]
                cursor.execute(NAMED, asked)
                found[asked] = (cursor.fetchone()[0], read["record_name"], read["search"])
        finally:
            cursor.execute("ROLLBACK; SET SESSION AUTHORIZATION cc_web")
    print(found)
    for asked, (records, names) in CALLED.items():
        assert found[asked][0] == records and found[asked][1] <= names and found[asked][2] <= KINDS * 2 * 50, found


def check_statement(asking, row, statement, mode):
    with asking.cursor() as cursor:
        cursor.execute("ROLLBACK; DEALLOCATE ALL")
        cursor.execute("BEGIN")
        opened = next(s for s in stmts.all_statements() if s.name == "request_open").sql
        cursor.execute(opened.replace("$1", f"'{many.TOKEN}'"))
        assert cursor.fetchone() is not None
        if statement.name == "search":
            cursor.execute(SEARCH_PLAN)
        cursor.execute(f"SET LOCAL plan_cache_mode = {mode}")
        types = f"({', '.join(statement.types)})" if statement.types else ""
        cursor.execute(f"PREPARE asked {types} AS {statement.sql}")
        given = arguments(statement, row)
    plans = executed(asking, f"EXECUTE asked ({', '.join(['%s'] * len(given))})" if given else "EXECUTE asked", given or None)
    assert {name for plan in plans for name in scanned(plan)} == set()
    # what looks dearer is compiled where JIT is on (our own sessions have it off), which took 100 times as long as this page
    assert statement.name != "points_list" or max(plan["Total Cost"] for plan in plans) < 100000


MODES = ["force_generic_plan", "force_custom_plan"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("statement", READ, ids=str)
def test_no_read_statement_goes_through_a_large_table(asking, row, statement, mode):
    check_statement(asking, row, statement, mode)


# Nearly as many rows as the list of the index of words may hold: planners count that list as what each search has to
# read first.
LISTED = """UPDATE concord.search SET keys = keys WHERE record_id IN
            (SELECT record_id FROM concord.search WHERE kind <> 'membership' ORDER BY record_id LIMIT 12000)"""


def test_nor_while_an_import_leaves_new_records_in_lists(filled, asking, row):
    with filled, filled.cursor() as cursor:
        cursor.execute("SELECT concord.cc_search_tidy()")
        cursor.execute(LISTED)
    for name in QUESTIONS:
        check_search(asking, row, name)
    for statement in READ:
        for mode in MODES if "search" in statement.sql else []:
            check_statement(asking, row, statement, mode)
    with filled, filled.cursor() as cursor:
        cursor.execute("SELECT concord.cc_search_tidy()")
        assert 6000 < cursor.fetchone()[0] < 8192  # pages that all of these have read
        cursor.execute("SELECT concord.cc_search_tidy()")
        assert cursor.fetchone()[0] == 0


def test_roles_that_are_late_are_settled_by_indexes(asking):
    with asking.cursor() as cursor:
        cursor.execute("ROLLBACK; RESET SESSION AUTHORIZATION; BEGIN; SET LOCAL jit = off")
        try:
            cursor.execute("SELECT count(*) > 10000 FROM concord.role_late")
            assert cursor.fetchone()[0]
            plans = executed(asking, "SELECT concord.cc_roles_catch_up(200)", None)
            assert [t for plan in plans for t in scanned(plan)] == []
            assert sum(n["Actual Rows"] for plan in plans for n in nodes(plan) if n.get("Relation Name") == "search" and n["Node Type"] != "ModifyTable") <= 200
        finally:
            cursor.execute("ROLLBACK; SET SESSION AUTHORIZATION cc_web")


TIES = "SELECT concord.cc_statistics_collaboration()"
# Activities with a hundred organisations each, and organisations with tens of thousands of activities.
CROWDED = """
    INSERT INTO concord.edge (from_id, to_id, kind, field, role)
    SELECT 'A crowded ' || a, o.record_id, 'activity', 'participant.organisation', '4'
      FROM generate_series(1, {activities}) a,
           (SELECT record_id FROM concord.publication WHERE kind = 'organisation' AND state = 'published'
             ORDER BY record_id LIMIT {organisations}) o
    ON CONFLICT DO NOTHING"""


@pytest.mark.parametrize("activities, organisations", [(0, 0), (2000, 100), (40000, 5)])
def test_ties_are_counted_by_indexes(asking, activities, organisations):
    """Of partnerships and of activities, in bounded time."""
    with asking.cursor() as cursor:
        cursor.execute("ROLLBACK; RESET SESSION AUTHORIZATION; BEGIN; SET LOCAL jit = off")
        try:
            cursor.execute(CROWDED.format(activities=activities, organisations=organisations))
            start = time.monotonic()
            plans = executed(asking, TIES, None)
            took = time.monotonic() - start
            cursor.execute("SELECT count(*), coalesce(max(activities), 0) FROM concord.collaboration")
            pairs, most = cursor.fetchone()
        finally:
            cursor.execute("ROLLBACK; SET SESSION AUTHORIZATION cc_web")
    print(f"ties with {activities} activities of {organisations}: {took * 1000:.0f} ms")
    assert [t for plan in plans for t in scanned(plan) if t != "collaboration"] == []
    assert 0 < pairs <= 200 and most >= activities and took < 15


PATHS = [{"subject": "goal", "kind": "partnership", "path": "sdg.goal"}, {"subject": "country", "kind": "activity", "path": "country.code"}]


def test_statistics_join_what_they_leave_out(asking):
    """Illustrative may be any number of records. As a set in an expression it is looked through for each row as soon as it
    is guessed too large for a hash in memory, which never ended at a million; a join spills."""
    with asking.cursor() as cursor:
        cursor.execute("ROLLBACK; RESET SESSION AUTHORIZATION; BEGIN; SET LOCAL jit = off")
        try:
            plans = executed(asking, "SELECT concord.cc_statistics_count(%s, true)", (json.dumps(PATHS),))
        finally:
            cursor.execute("ROLLBACK; SET SESSION AUTHORIZATION cc_web")
    read = [n for plan in plans for n in nodes(plan) if n["Node Type"] == "CTE Scan" and n["CTE Name"] == "example"]
    assert len(read) > 5 and not [n for n in read if n.get("Parent Relationship") == "SubPlan"]
