# SPDX-License-Identifier: EUPL-1.2
"""The functions that change things check rights themselves: somebody who can send any SQL as cc_web
can do with them what their person may do, and no more."""
import hashlib
import json

import psycopg2
import pytest

import ids

A, B, C = ids.named("O", "A"), ids.named("O", "B"), ids.named("O", "C")
PARTNERSHIP, MEMBER = ids.named("P", "of A"), ids.named("M", "A asks B")
# person: site roles, role in A, role in B, role on the partnership
PEOPLE = {"focal": (1, "focal-point", None, None), "editor": (1, "editor", None, None),
          "reader": (1, "reader", None, None), "asked": (1, None, "focal-point", None),
          "owner": (0, None, None, "owner"), "helper": (0, None, None, "editor"),
          "observer": (0, None, None, "observer"), "stranger": (1, None, None, None),
          "secretariat": (2, None, None, None)}


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture(scope="module", autouse=True)
def people(database):
    with database.connect() as connection, connection.cursor() as cursor:
        for record, kind, owner, other, parent in (
                (A, "organisation", A, None, None), (B, "organisation", B, None, None),
                (PARTNERSHIP, "partnership", A, None, None), (MEMBER, "membership", A, B, PARTNERSHIP)):
            cursor.execute("INSERT INTO record (id, kind, owner_org, other_org, parent) VALUES (%s, %s, %s, %s, %s)",
                           (record, kind, owner, other, parent))
        for name, (roles, in_a, in_b, on_record) in PEOPLE.items():
            cursor.execute("INSERT INTO person (subject, login, name, roles) VALUES (%s, %s, %s, %s) RETURNING id",
                           (f"d:{name}", name, name, roles))
            person = cursor.fetchone()[0]
            cursor.execute("INSERT INTO session (person, token_hash, csrf_key, epoch, idle_seconds, ends_at)"
                           " VALUES (%s, %s, %s, 1, 1800, now() + interval '1 hour')", (person, sha(name), "k" * 32))
            for organisation, role in ((A, in_a), (B, in_b)):
                if role:
                    cursor.execute("INSERT INTO person_org VALUES (%s, %s, %s)", (person, organisation, role))
            if on_record:
                cursor.execute("INSERT INTO record_role VALUES (%s, %s, %s)", (person, PARTNERSHIP, on_record))
        cursor.execute("INSERT INTO wording (membership_id, sha256, content) VALUES (%s, %s, %s)",
                       (MEMBER, sha(WORDING), WORDING))
        cursor.execute("INSERT INTO consent_event (membership_id, number, about, was, state, side, wording_sha256,"
                       " at, channel, organisation, role) VALUES (%s, 1, 'membership', '', 'invited',"
                       " 'partnership', %s, now(), 'page', %s, 'editor')", (MEMBER, sha(WORDING), A))


# What B was asked: the content without its consent.
WORDING, ASKED = "<membership></membership>", '<membership><consent state="invited"></consent></membership>'


def attempt(database, who, *calls):
    """The SQLSTATE of the first call that is refused, or '' when all went through (then undone)."""
    connection = database.connect("cc_web")
    try:
        with connection.cursor() as cursor:
            if who:
                cursor.execute("SELECT person FROM cc_request_open(%s)", (sha(who),))
            for sql, *args in calls:
                cursor.execute(sql, args)
        return ""
    except psycopg2.Error as e:
        return e.pgcode
    finally:
        connection.close()


def lock(record, answering=False):
    return ("SELECT cc_record_lock(%s, NULL, %s)", record, answering)


def append(record, kind, publisher, content="<c></c>", **more):
    return ("SELECT cc_publish_append(%s, %s)", json.dumps([{
        "id": record, "kind": kind, "number": 1, "state": "published", "schema": "1",
        "content_sha256": sha(content), "seal_sha256": sha("s"), "note_sha256": sha(""),
        "publisher": publisher, "sealed_at": "2026-11-24T02:02:03Z",
        "projection": {"names": [], "edges": [], "search": {"names": "", "text": "", "facets": {}}}, **more}]),
            "\1".join([content, "s", ""]))


LOCK = {"focal": "", "editor": "", "reader": "CC403", "asked": "CC404", "owner": "", "helper": "",
        "observer": "CC403", "stranger": "CC404", "secretariat": "", None: "CC404"}
PUBLISH = {**LOCK, "editor": "CC403", "helper": "CC403"}
ANSWER = {**LOCK, "asked": ""}
# Of a membership only what was asked can be published: whoever may ask may also make it public.
PUBLISH_ANSWER = {**LOCK, "asked": ""}


@pytest.mark.parametrize("who", LOCK)
def test_who_may_change_and_publish(database, who):
    assert attempt(database, who, lock(PARTNERSHIP)) == LOCK[who]
    assert attempt(database, who, lock(PARTNERSHIP), append(PARTNERSHIP, "partnership", A)) == PUBLISH[who]
    # the membership: the organisation that is asked answers, and only that
    assert attempt(database, who, lock(MEMBER, True)) == ANSWER[who]
    assert attempt(database, who, lock(MEMBER)) == {**LOCK, "asked": "CC403"}[who]
    own, other = (B, A) if who == "asked" else (A, B)
    assert attempt(database, who, lock(MEMBER, True), append(MEMBER, "membership", own, ASKED)) == PUBLISH_ANSWER[who]
    if PUBLISH_ANSWER[who] == "" and who != "secretariat":
        assert attempt(database, who, lock(MEMBER, True), append(MEMBER, "membership", other, ASKED)) == "CC403", "not for the other side"


@pytest.mark.parametrize("content", [
    ASKED.replace("invited", "confirmed"), ASKED.replace("<consent", "<role></role><consent"), "c"])
@pytest.mark.parametrize("who", ["focal", "asked", "secretariat"])
def test_nobody_publishes_of_a_membership_what_was_not_asked(database, who, content):
    assert attempt(database, who, lock(MEMBER, True), append(MEMBER, "membership", A, content)) == "CC403"


@pytest.mark.parametrize("more", [
    '<consent state="confirmed"></consent>', "<role></role>", "<reason xml:lang=\"en\"><b></b></reason>"])
def test_nothing_hides_in_the_consent_of_a_membership(database, more):
    content = ASKED.replace("</consent>", more + "</consent>")
    assert attempt(database, "focal", lock(MEMBER), append(MEMBER, "membership", A, content)) == "CC403"


@pytest.mark.parametrize("consent", [
    '<consent state="confirmed" zstate="invited">', '<consent state="confirmed" state="invited">',
    '<consent state="confirmed" x=" state=" y="invited">', '<consent astate="invited" state="confirmed">'])
def test_no_other_attribute_is_taken_for_the_state(database, consent):
    content = ASKED.replace('<consent state="invited">', consent)
    assert content != ASKED
    assert attempt(database, "focal", lock(MEMBER), append(MEMBER, "membership", A, content)) == "CC403"


@pytest.mark.parametrize("edge,expected", [
    ({}, ""), ({"state": "confirmed"}, "CC004"), ({"to": C}, "CC004"), ({"to": None}, "CC004")])
def test_members_are_counted_as_the_content_says(database, edge, expected):
    """Content and projection come from the same program, which somebody may have taken over."""
    edge = {"field": "organisation", "to": B, "state": "invited", **edge}
    call = append(MEMBER, "membership", A, ASKED)
    assert '"edges": []' in call[1]
    call = (call[0], call[1].replace('"edges": []', f'"edges": [{json.dumps(edge)}]'), call[2])
    assert attempt(database, "focal", lock(MEMBER), call) == expected


NS = 'xmlns="urn:concord:registry:1"'
TOLD = (f'<commitment {NS}><maker>{A}</maker><partnership>{PARTNERSHIP}</partnership><cycle>8 &amp; 9</cycle><state>published</state>'
        '<resource amount="10" currency="CHF" kind="money" state="announced"></resource></commitment>')
PROMISE = {"cycle": "8 & 9", "state": "published", "illustrative": False, "makers": [A], "partnership": PARTNERSHIP,
           "resources": [{"amount": "10", "currency": "CHF", "kind": "money", "state": "announced"}]}


@pytest.mark.parametrize("change,expected", [
    ({}, ""), ({"resources": [{**PROMISE["resources"][0], "amount": "1000"}]}, "CC004"), ({"makers": [A, B]}, "CC004"),
    ({"cycle": "7"}, "CC004"), ({"same-as": "CHM52Y58PJ3QKI"}, "CC004"), ({"illustrative": True}, "CC004"),
    ({"partnership": ids.named("P", "another")}, "CC004"), ({"resources": []}, "CC004"), (None, "CC004")])
def test_what_sums_are_made_of_is_what_the_content_says(database, change, expected):
    new = ids.named("C", "told")
    sql, batch, documents = append(new, "commitment", A, TOLD)
    item, = json.loads(batch)
    if change is not None:
        item["projection"]["promise"] = {**PROMISE, **change}
    create = ("SELECT cc_record_create(%s, 'commitment', %s, NULL, NULL)", new, A)
    assert attempt(database, "focal", create, lock(new), (sql, json.dumps([item]), documents)) == expected


def test_the_host_is_the_one_that_the_content_names(database):
    edge = [{"field": "host", "to": B}]
    for content, edges, expected in ((f"<partnership {NS}></partnership>", edge, "CC004"),
                                     (f"<partnership {NS}><host>{B}</host></partnership>", edge, ""),
                                     (f"<partnership {NS}><host>{B}</host></partnership>", [], "CC004")):
        sql, batch, documents = append(PARTNERSHIP, "partnership", A, content)
        item, = json.loads(batch)
        item["projection"]["edges"] = edges
        assert attempt(database, "focal", lock(PARTNERSHIP), (sql, json.dumps([item]), documents)) == expected


@pytest.mark.parametrize("more", [{"position": 7}, {"was": {}}])
def test_a_batch_says_nothing_that_projections_are_told_of_others(database, more):
    assert attempt(database, "focal", lock(PARTNERSHIP), append(PARTNERSHIP, "partnership", A, **more)) == "CC004"


def test_what_is_withdrawn_has_no_projection(database):
    sql, batch, documents = append(PARTNERSHIP, "partnership", A, "\2", state="withdrawn", content_sha256=None)
    item, = json.loads(batch)
    assert attempt(database, "focal", lock(PARTNERSHIP), (sql, batch, documents)) == "CC004"
    del item["projection"]
    assert attempt(database, "focal", lock(PARTNERSHIP), (sql, json.dumps([item]), documents)) == ""


@pytest.mark.parametrize("documents", ["", "s", "<c></c>\1s", "\2\1s\1", "<c></c>\1t\1", "<c></c>\1s\1t", "<c></c>\1\1s\1"])
def test_the_documents_are_those_that_the_batch_says(database, documents):
    sql, batch, good = append(PARTNERSHIP, "partnership", A)
    assert attempt(database, "focal", lock(PARTNERSHIP), (sql, batch, good)) == ""
    assert attempt(database, "focal", lock(PARTNERSHIP), (sql, batch, documents)) == "CC004"


def test_publishing_needs_the_lock_of_this_transaction(database):
    assert attempt(database, "focal", append(PARTNERSHIP, "partnership", A)) == "CC001"


def test_nobody_publishes_in_the_name_of_another_organisation(database):
    assert attempt(database, "focal", lock(PARTNERSHIP), append(PARTNERSHIP, "partnership", B)) == "CC403"


def test_a_stale_version_is_refused(database):
    assert attempt(database, "focal", ("SELECT cc_record_lock(%s, 1)", PARTNERSHIP)) == ""
    assert attempt(database, "focal", ("SELECT cc_record_lock(%s, 0)", PARTNERSHIP)) == "CC001"


CREATE = "SELECT cc_record_create(%s, %s, %s, %s, %s)"


@pytest.mark.parametrize("who,expected", [("focal", ""), ("editor", ""), ("reader", "CC403"), ("owner", "CC403"),
                                          ("stranger", "CC403"), ("secretariat", ""), (None, "CC403")])
def test_who_may_make_a_record_of_an_organisation(database, who, expected):
    new = ids.named("P", "new")
    assert attempt(database, who, (CREATE, new, "partnership", A, None, None)) == expected


@pytest.mark.parametrize("who,expected", [("focal", ""), ("reader", "CC403"), ("owner", ""), ("helper", ""),
                                          ("asked", "CC403"), ("stranger", "CC403"), (None, "CC403")])
def test_who_may_invite(database, who, expected):
    new = ids.named("M", "new")
    assert attempt(database, who, (CREATE, new, "membership", A, C, PARTNERSHIP)) == expected


def test_whoever_registers_an_organisation_goes_on_with_it(database):
    new = ids.named("O", "new")
    create = (CREATE, new, "organisation", new, None, None)
    assert attempt(database, "stranger", create, lock(new)) == ""
    assert attempt(database, None, create) == "CC403"
    assert attempt(database, "owner", create) == "CC403", "the directory told no groups of theirs"
    publish = (lock(new), append(new, "organisation", new))
    assert attempt(database, "stranger", create, *publish) == "23514", "the secretariat did not confirm it"
    assert attempt(database, "secretariat", create, *publish) == ""
    decide = "SELECT cc_confirmation_decide(%s, NULL, true, '')"
    assert attempt(database, "stranger", create, (decide, new)) == "CC403"
    assert attempt(database, "secretariat", create, (decide, new)) == "CC001", "nobody asked"
    assert attempt(database, "focal", ("SELECT cc_confirmation_ask(%s)", B)) == "CC403", "of another"


@pytest.mark.parametrize("who,kind,owner,other,parent", [
    ("focal", "membership", C, B, PARTNERSHIP), # in the name of an organisation that has no part in it
    ("owner", "membership", B, C, PARTNERSHIP), ("focal", "membership", A, B, None),
    ("focal", "partnership", A, B, None), ("focal", "partnership", A, None, PARTNERSHIP),
    ("stranger", "organisation", None, B, None)])
def test_a_record_belongs_where_its_kind_belongs(database, who, kind, owner, other, parent):
    new = ids.named(kind[0].upper(), "elsewhere")
    assert attempt(database, who, (CREATE, new, kind, owner or new, other, parent)) == "CC403"


def test_nobody_takes_over_a_record_that_is_published_without_a_working_copy(database):
    new = ids.named("O", "foreign")
    with database.connect() as connection, connection.cursor() as cursor:
        cursor.execute("INSERT INTO revision (record_id, number, kind, state, schema, content, content_sha256, seal,"
                       " seal_sha256, note_sha256, publisher, sealed_at, stamp, position)"
                       " VALUES (%s, 1, 'organisation', 'published', '1', 'c', 'x', 's', 'x', 'x', %s, now(), now(), 9)",
                       (new, new))
        cursor.execute("INSERT INTO publication (record_id, kind, state, revision, schema, content, content_sha256,"
                       " seal, seal_sha256, note_sha256, published_at, position, link, stamp)"
                       " VALUES (%s, 'organisation', 'published', 1, '1', 'c', 'x', 's', 'x', 'x', now(), 9, 'x', 'x')",
                       (new,))
    connection.close()
    create = (CREATE, new, "organisation", new, None, None)
    assert attempt(database, "stranger", create) == "CC403"
    assert attempt(database, "secretariat", create) == ""


GRANT = "SELECT cc_org_grant(%s, %s, %s)"


@pytest.mark.parametrize("who,expected", [("focal", ""), ("editor", "CC403"), ("reader", "CC403"),
                                          ("asked", "CC403"), ("stranger", "CC403"), ("secretariat", ""),
                                          (None, "CC403")])
def test_who_may_give_roles(database, who, expected):
    assert attempt(database, who, (GRANT, A, "stranger", "reader")) == expected


def test_nobody_brings_themselves_into_an_organisation(database):
    """The secretariat appoints focal points; one who became one could answer for the organisation."""
    for role in ("focal-point", "editor", "reader"):
        assert attempt(database, "secretariat", (GRANT, B, "SECRETARIAT", role)) == "23514"
    assert attempt(database, "secretariat", (GRANT, B, "stranger", "focal-point")) == ""


def test_a_name_that_two_people_had_is_the_newer_ones(database):
    connection = database.connect()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO person (subject, login, name, signed_in_at) VALUES"
                       " ('d:1', 'kim', 'Old', now() - interval '1 year'), ('d:2', 'Kim', 'New', now()),"
                       " ('d:3', 'kim', 'Never', NULL)")
        cursor.execute("SELECT name FROM person WHERE id = cc_person_of('KIM')")
        assert cursor.fetchone()[0] == "New"
    connection.rollback()
    connection.close()


def test_the_last_focal_point_stays(database):
    assert attempt(database, "focal", (GRANT, A, "focal", "reader")) == "CC403"
    assert attempt(database, "focal", (GRANT, A, "focal", None)) == "CC403"
    assert attempt(database, "secretariat", (GRANT, A, "focal", None)) == ""
    assert attempt(database, "focal", (GRANT, A, "nobody", "reader")) == "CC404"


def test_a_one_time_key_counts_once_per_person(database):
    connection = database.connect("cc_web")
    with connection.cursor() as cursor:
        def once(who, key, result):
            cursor.execute("SELECT person FROM cc_request_open(%s)", (sha(who),))
            cursor.execute("SELECT fresh, result FROM cc_once(%s, %s)", (key, result))
            return cursor.fetchone()
        key = "0123456789abcdef"
        assert once("focal", key, "first") == (True, "first")
        assert once("focal", key, "second") == (False, "first")
        assert once("editor", key, "third") == (True, "third")
    connection.close()


TELL = "INSERT INTO audit_event (action, object) VALUES (%s, %s)"


def test_the_trail_is_told_only_what_somebody_did(database):
    assert attempt(database, "focal", lock(PARTNERSHIP), (TELL, "record.edit", PARTNERSHIP)) == ""
    assert attempt(database, "focal", (TELL, "record.edit", PARTNERSHIP)) == "CC403"
    assert attempt(database, None, (TELL, "record.edit", PARTNERSHIP)) == "CC403"
    for action in ("login.ok", "organisation.role", "record.role", "record.published", "record.withdrawn",
                   "record.redirected", "record.redact", "import.publish-done"):
        assert attempt(database, "focal", lock(PARTNERSHIP), (TELL, action, PARTNERSHIP)) == "CC403", action
    assert attempt(database, "secretariat", (TELL, "import.publish-done", None)) == ""
    connection = database.connect("cc_login")
    with connection.cursor() as cursor:
        with pytest.raises(psycopg2.Error, match="cannot tell"):
            cursor.execute(TELL, ("record.published", PARTNERSHIP))
    connection.close()


def test_the_trail_cannot_be_rewritten(database):
    connection = database.connect("cc_migrate")
    for statement in ("UPDATE audit_event SET action = 'a.b'", "DELETE FROM audit_event", "TRUNCATE audit_event CASCADE"):
        with connection.cursor() as cursor:
            with pytest.raises(psycopg2.Error, match="cannot be changed"):
                cursor.execute(statement)
            connection.rollback()
    connection.close()
