# SPDX-License-Identifier: EUPL-1.2
"""Inviting, answering, proposing, rights: through the pages, as people do it."""
import copy
import hashlib
import html
import pathlib
import re
import subprocess
import threading
import time

import psycopg2
import pytest

import build
import fcgi
import ids
import pages
from stack import Stack

MESSAGES = {"stale": "your answer was not recorded", "twice": "is a member or invited already"}
ROLE = {"role.1.code": "funding", "role.1.from": "2020"}


@pytest.fixture(scope="module")
def stack(cluster, people, tmp_path_factory):
    with Stack(cluster, people, tmp_path_factory.mktemp("members")) as running:
        yield running


def invitation(page):
    """The form that invites; the other one searches."""
    return next(f for f in page.forms() if f.method == "POST" and f.action.endswith("/invite"))


class World:
    """Two organisations and a partnership, registered and published through the pages."""

    def __init__(self, stack):
        self.stack = stack
        self.count = 0
        self.sara = stack.sign_in("sara")          # secretariat
        self.host = self.organisation("The Host")
        self.partner = self.organisation("The Partner")
        stack.grant("fatima", self.host, "focal-point")
        stack.grant("erin", self.host, "editor")
        stack.grant("george", self.partner, "focal-point")
        stack.grant("rui", self.partner, "editor")
        self.fatima, self.erin = stack.sign_in("fatima"), stack.sign_in("erin")
        self.george, self.rui = stack.sign_in("george"), stack.sign_in("rui")

    def organisation(self, name):
        record = self.stack.register(self.sara, "organisation", {"name.en": name, "distinct": "true"})
        section = re.findall(r"/records/\w+/edit/([\w-]+)", self.sara.get(f"/en/records/{record}/edit").text)
        for word in section:
            form = self.sara.get(f"/en/records/{record}/edit/{word}").form(f"/edit/{word}$")
            if "type" in form.names():
                self.stack.edit(self.sara, record, word, {"type": "22"})
        self.stack.publish(self.sara, record)
        return record

    def partnership(self, published=True):
        self.count += 1
        record = self.stack.register(self.fatima, "partnership", {"title.en": f"Partnership {self.count}"},
                                     owner=self.host)
        values = {"summary.en": "What it is.", "kind": "alliance", "state": "forming"}
        for word in re.findall(r"/records/\w+/edit/([\w-]+)", self.fatima.get(f"/en/records/{record}/edit").text):
            form = self.fatima.get(f"/en/records/{record}/edit/{word}").form(f"/edit/{word}$")
            fitting = {k: v for k, v in values.items() if k in form.names()}
            if fitting:
                self.stack.edit(self.fatima, record, word, fitting)
        if published:
            self.stack.publish(self.fatima, record)
        return record

    def invite(self, partnership, who=None, organisation=None, status=303, **values):
        who = who or self.fatima
        page = who.get(f"/en/partnerships/{partnership}/invite?q=The")
        answer = who.submit(invitation(page), {"organisation": organisation or self.partner, **ROLE, **values})
        assert answer.status == status, answer.words
        return answer

    def membership(self, partnership):
        return self.stack.database.one("SELECT id FROM record WHERE parent = %s AND other_org = %s",
                                       [partnership, self.partner])

    def member(self, published=True):
        """A new partnership with an invited member."""
        partnership = self.partnership(published)
        self.invite(partnership)
        return partnership, self.membership(partnership)

    def form(self, membership, who=None):
        return (who or self.george).get(f"/en/memberships/{membership}/answer").form("/answer$")

    def answer(self, membership, what, reason="", who=None, status=303, form=None):
        who = who or self.george
        form = form or self.form(membership, who)
        answer = who.submit(form, {"reason": reason}, ("answer", what))
        assert answer.status == status, answer.words
        return answer

    def propose(self, membership, values, who=None, status=303):
        who = who or self.fatima
        form = who.get(f"/en/memberships/{membership}/propose").form("/propose$")
        answer = who.submit(form, values)
        assert answer.status == status, answer.words
        return answer

    def as_person(self, who, *statements):
        """The last answer of the database to what this person's session says in plain SQL."""
        token = hashlib.sha256(getattr(self, who).session.encode()).hexdigest()
        connection = self.stack.database.connect("cc_web")
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute("SELECT person FROM cc_request_open(%s)", (token,))
                for sql in statements:
                    cursor.execute(sql)
                return cursor.fetchone()[0]
        finally:
            connection.close()

    def xml(self, membership):
        answer = self.stack.browser().get(f"/memberships/{membership}.xml")
        return answer.text if answer.status == 200 else None

    def content(self, record):
        return self.stack.database.one("SELECT content FROM publication WHERE record_id = %s", [record])

    def counts(self, partnership):
        return dict(self.stack.database.rows("SELECT state, members FROM member_count WHERE partnership_id = %s"
                                             " AND members > 0", [partnership]))

    def events(self, membership):
        return self.stack.database.rows("SELECT about, state, side, organisation, role FROM consent_event"
                                        " WHERE membership_id = %s ORDER BY number", [membership])


@pytest.fixture(scope="module")
def world(stack):
    return World(stack)


def wording(content):
    return re.sub(r"<consent .*</consent>", "", content, flags=re.S)


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def test_an_invited_organisation_is_shown_but_not_counted_until_it_confirms(world):
    partnership, membership = world.member()
    visitor = world.stack.browser()
    assert world.counts(partnership) == {"invited": 1}
    assert "Invited" in visitor.get(f"/en/partnerships/{partnership}/members").words
    words = visitor.get(f"/en/partnerships/{partnership}").words
    assert "0 confirmed members. 1 organisation has not confirmed and is not counted." in words
    assert "The Partner Funding Invited" in words
    desk = world.george.get("/en/desk")
    assert f"/memberships/{membership}/answer" in desk.text and "Waiting for your answer" in desk.words

    page = world.george.get(f"/en/memberships/{membership}/answer")
    assert "Exactly this will be published" in page.words and "Funding" in page.words
    world.answer(membership, "membership.confirmed")
    assert world.counts(partnership) == {"confirmed": 1}
    content = world.content(membership)
    assert f'wording-sha256="{sha(wording(content))}"' in content and 'state="confirmed"' in content
    assert "Confirmed" in visitor.get(f"/en/memberships/{membership}").words
    assert f"/memberships/{membership}/answer" not in world.george.get("/en/desk").text
    assert world.events(membership) == [
        ("membership", "invited", "partnership", world.host, "focal-point"),
        ("membership", "confirmed", "organisation", world.partner, "focal-point")]
    assert world.stack.database.one("SELECT publisher FROM revision WHERE record_id = %s AND number = 2",
                                    [membership]) == world.partner


def test_the_wording_that_is_shown_is_the_one_that_is_published(world):
    _, membership = world.member()
    form = world.form(membership)
    shown = world.george.get(f"/en/memberships/{membership}/answer")
    text = re.search(r'<pre class="cc-wording" dir="ltr">(.*?)</pre>', shown.text, re.S).group(1)
    assert sha(html.unescape(text)) == form.value("wording")
    world.answer(membership, "membership.confirmed")
    assert wording(world.content(membership)) == html.unescape(text)


def test_an_answer_never_publishes_the_unfinished_work_of_the_partnership(world):
    partnership, membership = world.member()
    before = world.content(partnership)
    form = world.fatima.get(f"/en/records/{partnership}/edit/names").form("/edit/names$")
    assert world.fatima.submit(form, {"title.en": "Half-written title"}).status == 303
    world.answer(membership, "membership.confirmed")
    assert world.content(partnership) == before
    assert "Half-written" not in world.content(membership)


@pytest.mark.parametrize("who,status", [("fatima", 403), ("erin", 403), ("sara", 403), ("rui", 403), ("nobody", 303)])
def test_only_a_focal_point_of_the_asked_organisation_answers(world, who, status):
    _, membership = world.member()
    browser = world.stack.browser() if who == "nobody" else getattr(world, who)
    assert browser.get(f"/en/memberships/{membership}/answer").status == status
    form = world.form(membership)
    # whoever does not even see the working copy is told nothing of it
    sent = 404 if who == "rui" else status
    assert browser.submit(form, {}, ("answer", "membership.confirmed")).status == sent
    assert len(world.events(membership)) == 1


@pytest.mark.parametrize("who", ["fatima", "erin", "sara"])
def test_those_who_work_on_the_partnership_invite(world, who):
    partnership = world.partnership()
    world.invite(partnership, getattr(world, who))
    assert world.counts(partnership) == {"invited": 1}


@pytest.mark.parametrize("who", ["george", "rui"])
def test_others_do_not_invite(world, who):
    partnership = world.partnership()
    browser = getattr(world, who)
    assert browser.get(f"/en/partnerships/{partnership}/invite?q=The").status == 403


def test_an_invitation_sent_twice_is_made_once_and_a_second_one_refused(world):
    partnership = world.partnership()
    page = world.fatima.get(f"/en/partnerships/{partnership}/invite?q=The")
    form = invitation(page)
    values = {"organisation": world.partner, **ROLE}
    assert [world.fatima.submit(form, values).status for _ in range(2)] == [303, 303]
    assert world.stack.database.one("SELECT count(*) FROM record WHERE parent = %s", [partnership]) == 1
    assert MESSAGES["twice"] in world.invite(partnership, status=422).words


def test_whoever_left_is_not_invited_but_asked_again(world):
    partnership, membership = world.member()
    world.answer(membership, "membership.declined")
    assert "or was once: it is on the list of members" in world.invite(partnership, status=422).words
    assert f"/memberships/{membership}/propose" in world.fatima.get(f"/en/partnerships/{partnership}/memberships").text


def test_the_same_form_with_another_content_says_that_it_invited_already(world):
    partnership = world.partnership()
    form = invitation(world.fatima.get(f"/en/partnerships/{partnership}/invite?q=The"))
    assert world.fatima.submit(form, {"organisation": world.partner, **ROLE}).status == 303
    other = world.fatima.submit(form, {"organisation": world.host, **ROLE})
    assert other.status == 409 and "another content" in other.words
    assert world.stack.database.one("SELECT count(*) FROM record WHERE parent = %s", [partnership]) == 1
    assert world.fatima.submit(invitation(other), {}).status == 303  # what was typed stands there
    assert world.stack.database.one("SELECT count(*) FROM record WHERE parent = %s", [partnership]) == 2


@pytest.mark.parametrize("before", ["invited", "confirmed"])
def test_what_the_partnership_has_withdrawn_waits_for_no_answer(world, before):
    """Until it asks again."""
    partnership, membership = world.member()
    form = world.form(membership)
    if before == "confirmed":
        world.answer(membership, "membership.confirmed")
        form = world.form(membership)
    world.stack.publish(world.fatima, membership, "Asked by mistake.", "withdraw")
    page = world.george.get(f"/en/memberships/{membership}/answer")
    assert "has withdrawn this membership" in page.words
    assert not [f for f in page.forms() if f.action.endswith("/answer")]
    assert f"/memberships/{membership}/" not in world.george.get("/en/desk").text
    answer = "membership.confirmed" if before == "invited" else "membership.contested"
    late = world.george.submit(form, {"reason": "Too late."}, ("answer", answer))
    assert late.status == 409 and world.counts(partnership) == {}
    with pytest.raises(psycopg2.errors.Error, match="was withdrawn"):
        world.as_person("george", f"SELECT cc_record_lock('{membership}', NULL, true)",
                        "SELECT cc_consent_write(e.membership_id, 'membership', '%s', e.wording_sha256, NULL, NULL, NULL,"
                        " 'Why', 'en', now()) FROM consent_event e WHERE e.membership_id = '%s'"
                        % (answer.partition(".")[2], membership))
    world.propose(membership, {} if before == "invited" else {"contribution.en": "Anew."})
    world.answer(membership, "membership.confirmed" if before == "invited" else "change.confirmed")
    assert world.counts(partnership) == {"confirmed": 1}


@pytest.mark.parametrize("state", ["suspended", "expired", "ended"])
def test_who_was_a_member_once_is_shown_so_and_can_be_asked_again(world, state):
    partnership, membership = world.member()
    world.answer(membership, "membership.confirmed")
    content = world.content(membership).replace('state="confirmed"', f'state="{state}"')
    path = pathlib.Path(world.stack.folder) / f"{membership}.xml"
    path.write_text(content)
    world.stack.database.concord("import", "--trust-consent", path)
    assert world.counts(partnership) == {state: 1}
    assert "It agreed once" in world.stack.browser().get(f"/en/organisations/{world.partner}").words
    world.propose(membership, {})
    world.answer(membership, "membership.confirmed")
    assert world.counts(partnership) == {"confirmed": 1}


def test_the_asked_organisation_manages_nothing_but_its_answer(world):
    partnership, membership = world.member()
    overview = world.george.get(f"/en/records/{membership}/edit").text
    assert f"{membership}/publish" not in overview and f"{membership}/withdraw" not in overview
    assert world.george.get(f"/en/records/{membership}/withdraw").status == 403
    assert world.as_person("george", f"SELECT cc_may_answer('{membership}') AND NOT cc_may_publish('{membership}')")
    with pytest.raises(psycopg2.errors.Error, match="may not be changed"):
        world.as_person("george", f"SELECT cc_record_grant('{membership}', 'george', 'owner')")


def test_the_trail_tells_the_other_side_no_names(world):
    _, membership = world.member()
    world.answer(membership, "membership.confirmed")
    names = {who: getattr(world, who).get(f"/en/records/{membership}/trail").words for who in ("fatima", "sara")}
    assert "Membership confirmed" in names["fatima"] and "Membership confirmed" in names["sara"]
    assert "George" not in names["fatima"] and "George" in names["sara"] and "Fatima" in names["fatima"]


def test_what_is_wrong_in_an_invitation_is_told_and_nothing_is_stored(world):
    partnership = world.partnership()
    for values in ({"organisation": ids.named("O", "nobody")}, {"organisation": partnership},
                   {"role.1.code": "no-such-code"}, {"role.1.until": "2019"}, {"contribution.en": "x" * 6000}):
        assert "mend" in world.invite(partnership, status=422, **values).words, values
    assert world.stack.database.one("SELECT count(*) FROM record WHERE parent = %s", [partnership]) == 0


def test_what_is_wrong_is_told_at_the_item_where_it_was_typed(world):
    """Not at the emptied one before it."""
    _, membership = world.member()
    roles = {"role.1.code": "", "role.1.from": "", "role.2.code": "funding", "role.2.from": "2020", "role.2.until": "2019"}
    for page in (world.propose(membership, roles, status=422), world.invite(world.partnership(), status=422, **roles)):
        assert re.findall(r'id="f-(role[^"]*)-error"', page.text) == ["role.2.until"], page.words
        assert 'href="#f-role.2.until"' in page.text and "#f-role.1" not in page.text


WAYS = [
    ["declined"], ["confirmed", "withdrawn"], ["confirmed", "contested", "confirmed"],
    ["confirmed", "contested", "withdrawn"],
]


@pytest.mark.parametrize("way", WAYS, ids="-".join)
def test_answers_that_follow_each_other(world, way):
    partnership, membership = world.member()
    for state in way:
        world.answer(membership, f"membership.{state}", "Because.")
        assert world.counts(partnership) == {state: 1}
        assert f'state="{state}"' in world.content(membership)
    if way[-1] in ("declined", "withdrawn"):
        page = world.george.get(f"/en/memberships/{membership}/answer")
        assert "nothing to answer" in page.words
        world.propose(membership, {}) # asked again
        assert world.counts(partnership) == {"invited": 1}
        world.answer(membership, "membership.confirmed")
        assert world.counts(partnership) == {"confirmed": 1}


@pytest.mark.parametrize("answer", ["membership.withdrawn", "membership.contested", "membership.invited",
                                    "change.confirmed", "confirmed", "."])
def test_an_answer_that_does_not_follow_is_refused(world, answer):
    _, membership = world.member()
    page = world.answer(membership, answer, "Because.", status=409)
    assert MESSAGES["stale"] in page.words
    assert len(world.events(membership)) == 1


def test_contesting_needs_a_reason_which_is_published(world):
    _, membership = world.member()
    world.answer(membership, "membership.confirmed")
    assert "Tell what is contested." in world.answer(membership, "membership.contested", status=422).words
    world.answer(membership, "membership.contested", "We never gave that.")
    assert '<reason xml:lang="en">We never gave that.</reason>' in world.content(membership)
    assert "We never gave that." in world.stack.browser().get(f"/en/memberships/{membership}").words


def test_an_answer_sent_twice_is_recorded_once(world):
    _, membership = world.member()
    form = world.form(membership)
    for _ in range(2):
        world.answer(membership, "membership.confirmed", form=form)
    assert len(world.events(membership)) == 2


@pytest.mark.parametrize("state", ["contested", "withdrawn"])
def test_the_same_answer_for_another_reason_is_told_and_keeps_what_was_typed(world, state):
    """Two focal points answer alike from pages that were opened before either did."""
    partnership, membership = world.member()
    world.answer(membership, "membership.confirmed")
    form = world.form(membership)
    for _ in range(2):
        world.answer(membership, f"membership.{state}", "First reason.", form=form)
    page = world.answer(membership, f"membership.{state}", "Second reason.", form=form, status=409)
    assert MESSAGES["stale"] in page.words and "Second reason." in page.text
    assert "First reason." in world.content(membership) and len(world.events(membership)) == 3


def test_of_two_answers_at_once_one_is_recorded(world):
    _, membership = world.member()
    form = world.form(membership)
    answers = []
    second = copy.copy(world.stack)
    with fcgi.Worker(str(build.program("concord.fcgi")), str(second.config), str(second.folder), name="second") as it:
        second.workers = {"page": it}
        other = copy.copy(world.george)
        other.stack = second

        def send(browser, state):
            answers.append(browser.submit(form, {}, ("answer", f"membership.{state}")).status)

        threads = [threading.Thread(target=send, args=(world.george, "confirmed")),
                   threading.Thread(target=send, args=(other, "declined"))]
        with world.stack.database.connect() as holder, holder.cursor() as cursor:
            cursor.execute("SELECT FROM record WHERE id = %s FOR UPDATE", [membership])
            for thread in threads:
                thread.start()
            time.sleep(0.5) # both wait for the record now
            holder.rollback()
        for thread in threads:
            thread.join()
    assert sorted(answers) == [303, 409] and len(world.events(membership)) == 2


def test_an_answer_to_an_older_wording_is_refused_and_shows_the_new_one(world):
    _, membership = world.member()
    form = world.form(membership)
    world.propose(membership, {"constituency.en": "The new constituency"})
    page = world.answer(membership, "membership.confirmed", form=form, status=409)
    assert MESSAGES["stale"] in page.words and "The new constituency" in page.words
    assert 'state="invited"' in world.content(membership)


def test_a_proposal_changes_nothing_public_until_it_is_confirmed(world):
    partnership, membership = world.member()
    world.answer(membership, "membership.confirmed")
    before = world.content(membership)
    world.propose(membership, {"contribution.en": "Ten million."})
    assert world.content(membership) == before
    assert world.counts(partnership) == {"confirmed": 1}
    page = world.george.get(f"/en/memberships/{membership}/answer")
    assert "Ten million." in page.words and "What changes" in page.words
    assert "another wording" in world.george.get("/en/desk").words
    world.answer(membership, "change.declined")
    assert world.content(membership) == before

    world.propose(membership, {"contribution.en": "Nine million."})
    world.answer(membership, "change.confirmed")
    assert "Nine million." in world.content(membership) and "Ten" not in world.content(membership)
    content = world.content(membership)
    assert f'wording-sha256="{sha(wording(content))}"' in content


def test_consent_can_be_withdrawn_while_a_change_waits(world):
    partnership, membership = world.member()
    world.answer(membership, "membership.confirmed")
    world.propose(membership, {"contribution.en": "Ten million."})
    world.answer(membership, "membership.withdrawn")
    assert world.counts(partnership) == {"withdrawn": 1}
    assert "Ten million" not in world.content(membership)


def test_two_proposals_at_once_the_second_is_told(world):
    _, membership = world.member()
    world.answer(membership, "membership.confirmed")
    form = world.erin.get(f"/en/memberships/{membership}/propose").form("/propose$")
    world.propose(membership, {"contribution.en": "Ten million."})
    page = world.erin.submit(form, {"contribution.en": "Eleven million."})
    assert page.status == 409 and "Somebody else changed this" in page.words and "Eleven million." in page.text


def test_nobody_is_asked_again_from_a_page_older_than_the_answer(world):
    """Whoever asks has to have seen that the organisation declined."""
    _, membership = world.member()
    form = world.fatima.get(f"/en/memberships/{membership}/propose").form("/propose$")
    world.answer(membership, "membership.declined")
    page = world.fatima.submit(form, {"constituency.en": "Another constituency"})
    assert page.status == 409 and "Another constituency" in page.text
    assert 'state="declined"' in world.content(membership)
    assert world.fatima.submit(page.form("/propose$"), {}).status == 303
    assert 'state="invited"' in world.content(membership)


def test_a_membership_is_not_edited_or_published_by_the_back_door(world):
    _, membership = world.member()
    world.answer(membership, "membership.confirmed")
    answer = world.fatima.get(f"/en/records/{membership}/edit/roles")
    assert answer.status == 303 and answer.header("location").endswith("/propose")


def test_sources_of_a_proposal_are_stored_by_the_answer(world):
    _, membership = world.member()
    world.propose(membership, {"source.1.citation": "Board decision 7", "source.1.url": "https://example.org/7"})
    world.answer(membership, "membership.confirmed")
    assert "Board decision 7" in world.content(membership)


def test_an_invitation_to_a_partnership_that_is_not_public_waits(world):
    partnership, membership = world.member(published=False)
    assert world.xml(membership) is None
    assert f"Partnership {world.count}" in world.george.get(f"/en/memberships/{membership}/answer").words
    world.answer(membership, "membership.confirmed")
    assert world.xml(membership) is None and world.counts(partnership) == {}
    assert world.stack.database.one("SELECT count(*) FROM publication_wait WHERE membership_id = %s", [membership])


def test_what_waited_becomes_public_with_the_partnership(world):
    """Of 203 invitations, in two batches; the answered one as answered."""
    partnership, membership = world.member(published=False)
    world.answer(membership, "membership.confirmed")
    others = many_invited(world, partnership, membership, 202)
    world.stack.publish(world.fatima, partnership)
    work(world, lambda: sum(world.counts(partnership).values()) == 203)
    assert world.counts(partnership) == {"confirmed": 1, "invited": 202}
    words = world.stack.browser().get(f"/en/partnerships/{partnership}").words
    assert "1 confirmed member. 202 organisations have not confirmed" in words
    # who confirmed stands first, and 24 of the others behind it
    assert re.findall(r"Funding (Confirmed|Invited)", words) == ["Confirmed"] + ["Invited"] * 24
    assert 'state="invited"' in world.content(others[0]) and 'state="confirmed"' in world.content(membership)
    assert world.stack.database.one("SELECT count(*) FROM publication_wait w JOIN record r ON"
                                    " r.id = w.membership_id WHERE r.parent = %s", [partnership]) == 0
    assert world.stack.database.concord("verify").stdout.endswith("0 findings\n")


def many_invited(world, partnership, like, n):
    """Copies of an invitation for made-up organisations, as the pages would have stored them."""
    text = world.stack.database.one("SELECT content FROM wording WHERE membership_id = %s", [like])
    made = []
    with world.stack.database.connect() as connection, connection.cursor() as cursor:
        for i in range(n):
            record, other = ids.named("M", f"{partnership} {i}"), ids.named("O", f"{partnership} {i}")
            asked = text.replace(like, record).replace(world.partner, other)
            cursor.execute("INSERT INTO record (id, kind, owner_org, other_org, parent) VALUES (%s, 'membership',"
                           " %s, %s, %s)", (record, world.host, other, partnership))
            cursor.execute("INSERT INTO membership (record_id, partnership, organisation, consent_state,"
                           " consent_date) VALUES (%s, %s, %s, 'invited', '2026-01-01')",
                           (record, partnership, other))
            cursor.execute("INSERT INTO membership_role SELECT %s, position, code, from_date, until"
                           " FROM membership_role WHERE record_id = %s", (record, like))
            cursor.execute("INSERT INTO wording VALUES (%s, %s, %s)", (record, sha(asked), asked))
            cursor.execute("INSERT INTO consent_event (membership_id, number, about, was, state, side,"
                           " wording_sha256, at, channel, organisation, role) VALUES (%s, 1, 'membership', '',"
                           " 'invited', 'partnership', %s, '2026-01-01', 'page', %s, 'editor')",
                           (record, sha(asked), world.host))
            cursor.execute("INSERT INTO publication_wait (membership_id) VALUES (%s)", (record,))
            made.append(record)
    return made


def work(world, condition, seconds=30):
    """Runs `concord work` until something has happened."""
    command = [str(build.program("concord")), "-c", str(world.stack.config), "work"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as runner:
        end = time.monotonic() + seconds
        while not condition() and time.monotonic() < end:
            time.sleep(0.1)
        runner.terminate()
        told = runner.communicate(timeout=20)[1]
    assert runner.returncode == 0 and condition(), told


def test_the_full_set_is_the_whole_feed_in_one_file(world):
    path = pathlib.Path(world.stack.folder) / "full-set.xml"
    config = world.stack.database.settings("full-set", files_path=str(world.stack.folder))
    job = world.stack.database.one("SELECT id FROM job WHERE name = 'full-set'")
    build.run("concord", "-c", config, "job", job, "0", "full-set", "{}", umask=0o027)
    assert path.stat().st_mode & 0o777 == 0o644  # the web server reads it
    text, newest = path.read_text(), world.stack.database.one("SELECT position FROM feed_head")
    positions = [int(p) for p in re.findall(r'<entry [^>]* position="(\d+)"', text)]
    assert positions == list(range(1, newest + 1)) and f' newest="{newest}"' in text.partition(">")[0]
    page = world.stack.browser().get("/feed").text
    assert re.findall(r"<entry .*?</entry>", page, re.S) == re.findall(r"<entry .*?</entry>", text, re.S)[:page.count("<entry ")]
    assert subprocess.run(["xmllint", "--noout", str(path)], check=False).returncode == 0
    assert [f.name for f in pathlib.Path(world.stack.folder).glob(".full-set*")] == []


def test_what_was_asked_and_answered_is_told_to_both_sides(world):
    _, membership = world.member()
    world.answer(membership, "membership.confirmed")
    ours = world.george.get(f"/en/memberships/{membership}/answer")
    theirs = world.fatima.get(f"/en/memberships/{membership}/propose")
    name = dict(world.stack.database.rows("SELECT login, name FROM person"))
    for page in (ours, theirs):
        assert "The Host" in page.words and "The Partner" in page.words and "Focal point" in page.words
    history = ours.text.split("What was asked and answered")[-1]
    assert name["george"] in history and name["fatima"] not in history


@pytest.mark.parametrize("sql", [
    "DELETE FROM consent_event", "UPDATE consent_event SET state = 'confirmed'", "TRUNCATE consent_event CASCADE",
    "DELETE FROM wording", "UPDATE wording SET content = 'x'"])
@pytest.mark.parametrize("user", ["postgres", "cc_web", "cc_job"])
def test_events_and_wordings_cannot_be_changed_or_removed(world, sql, user):
    with pytest.raises(psycopg2.Error) as caught:
        world.stack.database.rows(sql, user=user)
    assert caught.value.pgcode == ("CC403" if user == "postgres" else "42501")


@pytest.mark.parametrize("lang", ["en", "fr", "ar"])
def test_the_pages_are_valid_html_in_every_language(world, lang):
    partnership, membership = world.member()
    world.answer(membership, "membership.confirmed")
    world.propose(membership, {"contribution.en": "Ten million <b>&amp;</b> more."})
    seen = [(world.george, f"memberships/{membership}/answer"), (world.george, "desk"),
            (world.george, f"organisations/{world.partner}/people"), (world.fatima, f"memberships/{membership}/propose"),
            (world.fatima, f"partnerships/{partnership}/invite?q=The"),
            (world.fatima, f"partnerships/{partnership}/memberships"), (world.fatima, f"records/{partnership}/people"),
            (world.sara, "people"), (world.sara, "desk")]
    for browser, address in seen:
        page = browser.get(f"/{lang}/{address}")
        assert page.status == 200 and pages.tidy(page.text) == [], address
        ids_of_page = pages.read(page.text).ids
        assert len(ids_of_page) == len(set(ids_of_page)), address


def test_the_list_of_work_has_all_memberships(world):
    partnership, membership = world.member(published=False)
    page = world.erin.get(f"/en/partnerships/{partnership}/memberships")
    assert page.status == 200 and f"/memberships/{membership}/propose" in page.text and "The Partner" in page.words
    assert "No membership fits" in world.erin.get(f"/en/partnerships/{partnership}/memberships?state=confirmed").words
    assert world.george.get(f"/en/partnerships/{partnership}/memberships").status == 403
