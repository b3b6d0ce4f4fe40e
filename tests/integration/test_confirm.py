# SPDX-License-Identifier: EUPL-1.2
"""Is an organisation who it says? The secretariat answers before it is published first."""
import hashlib

import psycopg2
import pytest

from stack import Stack
from world import World

NEEDS = "The secretariat has to confirm who this organisation is before it can be published."


@pytest.fixture(scope="module")
def world(cluster, people, tmp_path_factory):
    with Stack(cluster, people, tmp_path_factory.mktemp("stack")) as stack:
        yield World(stack)


def draft(world, browser, name, **names):
    made = world.stack.register(browser, "organisation", {"name.en": name, **names}, distinct="true")
    world.stack.edit(browser, made, "details", {"type": "40", "website": "https://x.example/"})
    return made


def publish_page(browser, record):
    return browser.get(f"/en/records/{record}/publish")


def ask(browser, record):
    answer = browser.submit(publish_page(browser, record).form("/confirmation$"), {})
    assert answer.status == 303, answer.words
    return browser.follow(answer)


def decide(world, record, answer, note="", status=303, **changes):
    form = world.sara.get(f"/en/organisations/{record}/confirm").form("/confirm$")
    page = world.sara.submit(form, {"note": note, "answer": answer, **changes})
    assert page.status == status, page.words
    return page


def insist(world, browser, record):
    """Publishing by a form that the page does not offer."""
    token = world.stack.token(browser, "PUBLISH_SEND")
    version = world.stack.database.one("SELECT version FROM record WHERE id = %s", [record])
    return browser.post(f"/en/records/{record}/publish", {"csrf": token, "version": str(version), "note": ""})


def is_public(world, record):
    return world.public.get(f"/en/organisations/{record}").status == 200


def test_from_registering_to_publishing(world):
    """Whoever signed in registers, asks, is declined with a reason, mends, asks again, is confirmed and publishes."""
    olga = world.stack.sign_in("olga")
    unicef = world.organisation("United Nations Children's Fund", publish=True)
    made = draft(world, olga, "United Nations Childrens Fund", **{"acronym.en": "UNICEF"})
    world.stack.edit(olga, made, "identifiers", {"identifier.1.scheme": "XM-DAC", "identifier.1.value": "41122",
                                                 "identifier.1.primary": "true"})
    page = publish_page(olga, made)
    assert NEEDS in page.words and "Questions: registry@example.org" in page.words
    assert not [f for f in page.forms() if f.action.endswith("/publish")]
    assert NEEDS in olga.get(f"/en/records/{made}/edit").words, "the overview says so, too"
    assert insist(world, olga, made).status == 422 and not is_public(world, made)
    assert "Organisations to confirm" not in world.sara.get("/en/desk").words, "nobody asked yet"

    assert "The secretariat has been asked." in ask(olga, made).words
    page = publish_page(olga, made)
    assert "has been asked to confirm" in page.words and not [f for f in page.forms() if "/confirmation" in f.action]
    assert "waits for the secretariat" in olga.get("/en/desk").words
    assert insist(world, olga, made).status == 422

    desk = world.sara.get("/en/desk")
    assert "Organisations to confirm" in desk.words and "XM-DAC 41122" in desk.words and "Olga Nowak" in desk.words
    assert f"/en/organisations/{unicef}" in desk.text, "the one with the similar name"
    page = world.sara.get(f"/en/organisations/{made}/confirm")
    assert f"/en/organisations/{unicef}" in page.text and "41122" in page.words and "https://x.example/" in page.words
    page = decide(world, made, "decline", status=422)
    assert "Tell why it is not confirmed." in page.words
    form = world.sara.get(f"/en/organisations/{made}/confirm").form("/confirm$")
    decide(world, made, "decline", "You write from a private address.")
    for note, status in (("You write from a private address.", 303), ("Another reason.", 409)):
        assert world.sara.submit(form, {"answer": "decline", "note": note}).status == status
    assert "Organisations to confirm" not in world.sara.get("/en/desk").words
    page = publish_page(olga, made)
    assert "You write from a private address." in page.words
    assert "not confirmed by the secretariat" in olga.get("/en/desk").words
    assert insist(world, olga, made).status == 422 and not is_public(world, made)

    world.stack.edit(olga, made, "names", {"name.en": "Olga's Club for Children", "acronym.en": ""})
    world.stack.edit(olga, made, "identifiers", {"identifier.1.scheme": "", "identifier.1.value": "", "identifier.1.primary": None})
    ask(olga, made)
    assert "You write from a private address." in world.sara.get(f"/en/organisations/{made}/confirm").words
    decide(world, made, "confirm", "Known to us.")
    world.stack.publish(olga, made, "First.")
    assert is_public(world, made)
    events = [e for e, in world.stack.database.rows("SELECT action FROM audit_event WHERE object = %s AND person IS NOT NULL"
                                                     " AND action LIKE 'organisation.%%' ORDER BY id", [made])]
    assert events == ["organisation.confirmation-asked", "organisation.declined", "organisation.confirmation-asked",
                      "organisation.confirmed"]
    assert "Organisation confirmed by the secretariat" in world.sara.get(f"/en/records/{made}/trail").words


def test_nothing_is_slipped_in_behind_the_answer(world):
    olga = world.stack.sign_in("olga")
    made = draft(world, olga, "Honest Kitchen Association")
    ask(olga, made)
    form = world.sara.get(f"/en/organisations/{made}/confirm").form("/confirm$")
    world.stack.edit(olga, made, "names", {"name.en": "World Food Authority"})
    page = world.sara.submit(form, {"answer": "confirm", "note": "Seen."})
    assert page.status == 409 and "World Food Authority" in page.words and "Seen." in page.text, "look again"
    decide(world, made, "confirm")
    world.stack.edit(olga, made, "names", {"name.en": "World Grain Authority"})
    assert NEEDS in publish_page(olga, made).words and insist(world, olga, made).status == 422
    world.stack.edit(olga, made, "names", {"name.en": "World Food Authority"})
    world.stack.edit(olga, made, "details", {"website": "https://y.example/"})
    world.stack.publish(olga, made, "As confirmed, with another website.")


def test_renamed_later(world):
    olga = world.stack.sign_in("olga")
    famous = world.organisation("Society of Famous Lighthouses")
    made = draft(world, olga, "Plain Village Choir")
    ask(olga, made)
    decide(world, made, "confirm")
    world.stack.publish(olga, made)
    world.stack.edit(olga, made, "names", {"name.en": "Plain Town Choir", "name.fr": "Chorale du bourg"})
    world.stack.publish(olga, made, "We grew: nobody has to be asked.")

    for values in ({"name.ar": "Society of Famous Lighthouses"}, {"alias.1.name.en": "The Society of famous LIGHTHOUSES"},
                   {"acronym.en": "Famous Lighthouses"}):
        world.stack.edit(olga, made, "names", values)
        page = publish_page(olga, made)
        assert "is like that of another organisation" in page.words, values
        assert insist(world, olga, made).status == 422
        world.stack.edit(olga, made, "names", {k: "" for k in values})
    world.stack.edit(olga, made, "identifiers", {"identifier.1.scheme": "XM-DAC", "identifier.1.value": "99999",
                                                 "identifier.1.primary": "true"})
    assert "The identifier \"XM-DAC 99999\" is new" in publish_page(olga, made).words
    assert insist(world, olga, made).status == 422
    ask(olga, made)
    assert "It is published already. New is: XM-DAC 99999" in world.sara.get(f"/en/organisations/{made}/confirm").words
    decide(world, made, "confirm")
    world.stack.publish(olga, made, "With our number.")
    world.stack.edit(olga, made, "details", {"founded": "1999"})
    world.stack.publish(olga, made, "Nothing of who we are.")
    assert is_public(world, famous)


# A famous name, and what looks like it: each made by somebody else.
FAMOUS = {"name.en": "United Nations Children's Fund", "name.fr": "Fonds des Nations Unies pour l'enfance",
          "name.ru": "Детский фонд Организации", "acronym.en": "UNICEF"}
LOOKS = {
    "Cyrillic": "UN\u0406\u0421\u0415F", "Greek": "U\u039d\u0399C\u0395F", "one letter": "UNIC\u0435F",
    "accents": "\u00dcN\u00cfC\u00c9F", "loose accents": "U\u0308N\u0304IC\u0301EF", "small": "unicef", "an l": "UNlCEF", "digits": "UN1CEF",
    "spaces": "U N I C E F", "dots": "U.N.I.C.E.F.", "dashes": "UNI-CEF", "full width": "\uff35\uff2e\uff29\uff23\uff25\uff26",
    "bold": "\U0001d414\U0001d40d\U0001d408\U0001d402\U0001d404\U0001d405", "lunate sigma": "UNI\u03f9EF",
    "small capitals": "\u1d1c\u0274\u026a\u1d04\u1d07\ua730", "zero width": "UNI\u200bCEF",
    "soft hyphen": "UNI\u00adCEF", "French": "Fonds des Nations-Unies pour l\u2019Enfance", "Russian": "ДЕТСКИЙ ФОНД ОРГАНИЗАЦИИ",
    "a letter less": "United Nations Childrens Fund",
    "half Cyrillic": "Unit\u0435d N\u0430ti\u043ens \u0421hildr\u0435n's Fund"}
DIFFERENT = ["Union of Fishers", "UNICORN Society of Ponies", "Children of Tomorrow", "\u0424\u043e\u043d\u0434 \u043c\u0438\u0440\u0430",
             "\u0645\u0624\u0633\u0633\u0629 \u0627\u0644\u0633\u0644\u0627\u0645"]


@pytest.fixture(scope="module")
def famous(world):
    made = world.organisation(FAMOUS["name.en"])
    world.stack.edit(world.sara, made, "names", FAMOUS)
    world.stack.publish(world.sara, made, "In all languages.")
    return made


@pytest.fixture(scope="module")
def choir(world, famous):
    """Published, confirmed, and about to take another name."""
    olga = world.stack.sign_in("olga")
    made = draft(world, olga, "Silent Choir of the Mountain Huts")
    ask(olga, made)
    decide(world, made, "confirm")
    world.stack.publish(olga, made)
    return olga, made


@pytest.mark.parametrize("look", LOOKS)
def test_a_name_that_looks_like_another_is_asked_about(world, famous, choir, look):
    """At registering and at a later change alike, in whatever language field it stands."""
    olga, made = choir
    form = olga.get("/en/register/organisation").form("/register/organisation$")
    for fields in ({"name.en": LOOKS[look]}, {"name.en": "Nobody has this name", "name.ar": LOOKS[look]}):
        answer = olga.submit(form, fields)
        assert answer.status == 422 and "Is it one of these?" in answer.words and famous in answer.text, fields
    world.stack.edit(olga, made, "names", {"name.ar": LOOKS[look]})
    assert "is like that of another organisation" in publish_page(olga, made).words
    assert insist(world, olga, made).status == 422
    world.stack.edit(olga, made, "names", {"name.ar": ""})


@pytest.mark.parametrize("name", ["UNICEF Worldwide", "The official UN\u0406CEF", "United Nations Children\u2019s Fund Worldwide Emergency Appeal",
                                  "Friends (of UNICEF), Geneva", "Amis du Fonds des Nations-Unies pour l\u2019enfance"])
def test_a_name_with_anothers_in_it_is_asked_about(world, famous, choir, name):
    olga, made = choir
    form = olga.get("/en/register/organisation").form("/register/organisation$")
    answer = olga.submit(form, {"name.en": name})
    assert answer.status == 422 and "Is it one of these?" in answer.words and famous in answer.text
    for field in ("name.ar", "alias.1.name.en"):
        world.stack.edit(olga, made, "names", {field: name})
        assert f"The name \"{name.lower()}\" is like that of another organisation" in publish_page(olga, made).words
        assert insist(world, olga, made).status == 422
        world.stack.edit(olga, made, "names", {field: ""})


def test_a_short_name_is_like_the_same_one_only(world, choir):
    olga, made = choir
    union = world.organisation("European Commission")
    world.stack.edit(world.sara, union, "names", {"acronym.en": "EC"})
    world.stack.publish(world.sara, union)
    for name, asked in (("EC", True), ("E.C.", True), ("\u0415\u0421", True), ("EC Zwqx", False), ("ED", False)):
        world.stack.edit(olga, made, "names", {"acronym.en": name})
        assert asked == ("is like that of another" in publish_page(olga, made).words), name
    world.stack.edit(olga, made, "names", {"acronym.en": ""})


def test_very_many_new_names_are_asked_about_unseen(world, choir):
    olga, made = choir
    names = {f"alias.{n}.name.en": f"Completely unlike choir number {n}" for n in range(1, 22)}
    world.stack.edit(olga, made, "names", names)
    assert NEEDS in publish_page(olga, made).words and insist(world, olga, made).status == 422
    world.stack.edit(olga, made, "names", {k: "" for k in names})


def test_a_former_name_that_was_confirmed_is_no_name(world, famous):
    """What was confirmed as something that it was called once is asked about when it becomes the name."""
    olga = world.stack.sign_in("olga")
    made = draft(world, olga, "Heirs of the Old House")
    world.stack.edit(olga, made, "names", {"former-name.1.name.en": "UNICEF", "alias.1.name.en": "Old House"})
    ask(olga, made)
    decide(world, made, "confirm")
    world.stack.publish(olga, made)
    world.stack.edit(olga, made, "names", {"name.en": "UNICEF"})
    assert "The name \"unicef\" is like that of another organisation" in publish_page(olga, made).words
    assert insist(world, olga, made).status == 422
    claims = "SELECT cc_organisation_claims_told(content) = cc_organisation_claims(record_id) FROM publication WHERE record_id = %s"
    assert not world.stack.database.one(claims, [made])
    world.stack.edit(olga, made, "names", {"name.en": "Heirs of the Old House", "alias.2.name.en": "heirs of the old house"})
    world.stack.publish(olga, made, "What is its name may be an alias, too.")
    assert world.stack.database.one(claims, [made])


def test_other_names_are_not_asked_about(world, famous, choir):
    olga, made = choir
    for name in DIFFERENT:
        answer = olga.submit(olga.get("/en/register/organisation").form("/register/organisation$"), {"name.en": name})
        assert answer.status == 303, (name, answer.words)
        world.stack.edit(olga, made, "names", {"name.fr": name})
        assert NEEDS not in publish_page(olga, made).words, name
        world.stack.edit(olga, made, "names", {"name.fr": ""})


def test_the_famous_name_among_many(world, famous):
    """The secretariat is told of it, wherever it stands among the names of the draft."""
    olga = world.stack.sign_in("olga")
    for field in ("name.en", "acronym.ru", "alias.30.name.en"):
        made = draft(world, olga, "Aardvark Keepers")
        fields = {f"alias.{n}.name.{lang}": f"Aardvark House {lang} {n}" for n in range(1, 51) for lang in ("en", "fr")}
        form = olga.get(f"/en/records/{made}/edit/names").form("/edit/names$")
        answer = olga.submit(form, {"name.en": "Aardvark Keepers", **fields, field: "UNICEF"})
        assert answer.status == 303, answer.words
        ask(olga, made)
        page = world.sara.get(f"/en/organisations/{made}/confirm")
        assert page.status == 200 and f"/en/organisations/{famous}" in page.text, field
        decide(world, made, "decline", "No.")


def test_letters_are_not_turned_around(world, choir):
    """Between an override and its end "FECI" is seen as "ICEF", whatever is compared."""
    olga, made = choir
    page = world.stack.edit(olga, made, "names", {"name.en": "UN\u202eFECI\u202c"}, status=422)
    assert "a character that turns letters around" in page.words


def test_the_look_of_a_name(world):
    """Both ways: what was published in look-alike letters is found by the plain name."""
    def look(name):
        return world.stack.database.one("SELECT cc_name_look(%s)", [name])
    for name in ("UN\u0406\u0421\u0415F", "\uff35\uff2e\uff29\uff23\uff25\uff26", "U\u0308NI\u200bCE\u0301F", "UNlCEF"):
        assert look(name) == look("UNICEF"), ascii(name)
        assert look(name.casefold()) == look(name), "what search keeps is folded already"
    assert look("Fondation de l'Œuvre") == look("FONDATION DE L\u2019ŒUVRE")
    assert look("Ελλάς") == look("ΕΛΛΆΣ") and look("مؤسسة") == look("مؤسسه") and look(None) is None
    assert world.stack.database.one("SELECT provolatile::text FROM pg_proc WHERE proname = 'cc_name_look'") == "i"


def test_what_the_secretariat_registers_is_confirmed(world):
    made = world.organisation("Ministry of Quiet Waters", publish=False)
    world.stack.grant("george", made, "focal-point")
    world.stack.publish(world.stack.sign_in("george"), made, "By its own focal point.")


def test_what_the_secretariat_publishes_waits_no_longer(world):
    olga = world.stack.sign_in("olga")
    made = draft(world, olga, "Registered by Olga")
    ask(olga, made)
    page = publish_page(world.sara, made)
    assert "Nobody has confirmed yet" in page.words
    world.stack.publish(world.sara, made)
    assert "Registered by Olga" not in world.sara.get("/en/desk").words.partition("My records")[0]
    world.stack.edit(olga, made, "details", {"founded": "2001"})
    world.stack.publish(olga, made)


def test_systems_do_not_register_organisations(world):
    system = world.stack.sign_in("harvester")
    assert system.get("/en/register/organisation").status == 403
    token = world.stack.token(system, "ORGANISATION_NEW_SEND")
    answer = system.post("/en/register/organisation", {"csrf": token, "once": "0123456789abcdef", "name.en": "Robot"})
    assert answer.status == 403
    assert "/register/organisation" not in system.get("/en/desk").text
    assert world.stack.database.one("SELECT count(*) FROM record_text WHERE text = 'Robot'") == 0


def test_only_its_own_people_ask_and_only_the_secretariat_answers(world):
    olga = world.stack.sign_in("olga")
    made = draft(world, olga, "Whose Business")
    for other in (world.fatima, world.george):
        assert other.post(f"/en/records/{made}/confirmation", {"csrf": world.stack.token(other, "CONFIRM_ASK")}).status == 403
    ask(olga, made)
    version = str(world.stack.database.one("SELECT version FROM record WHERE id = %s", [made]))
    for other in (olga, world.fatima):
        answer = other.post(f"/en/organisations/{made}/confirm", {"csrf": world.stack.token(other, "CONFIRM_SEND"),
                                                                  "version": version, "answer": "confirm", "note": ""})
        assert answer.status == 403
    assert world.stack.database.one("SELECT state FROM organisation_confirmation WHERE record_id = %s", [made]) == "waiting"
    form = world.sara.get(f"/en/organisations/{made}/confirm").form("/confirm$")
    assert world.sara.submit(form, {"answer": "confirm"}).status == 303
    assert world.sara.submit(form, {"answer": "confirm"}).status == 303, "a double click is told what the first one was"
    assert world.sara.submit(form, {"answer": "decline", "note": "Changed my mind."}).status == 409, "it does not wait"
    assert world.sara.submit(form, {"answer": "perhaps"}).status in (409, 422)
    assert world.stack.database.one("SELECT state FROM organisation_confirmation WHERE record_id = %s", [made]) == "confirmed"


def test_two_of_the_secretariat_at_once(world):
    olga = world.stack.sign_in("olga")
    made = draft(world, olga, "Two Minds Institute")
    ask(olga, made)
    forms = [world.sara.get(f"/en/organisations/{made}/confirm").form("/confirm$") for _ in range(2)]
    answers = world.stack.at_once(
        f"SELECT FROM concord.record WHERE id = '{made}' FOR UPDATE",
        lambda: world.sara.submit(forms[0], {"answer": "confirm", "note": "Yes."}),
        lambda: world.sara.submit(forms[1], {"answer": "decline", "note": "No."}))
    assert sorted(a.status for a in answers) == [303, 409], "one of them learns that the other was first"
    page = max(answers, key=lambda a: a.status)
    assert page.form("/confirm$").value("note") in ("Yes.", "No.") and "your words are kept" in page.words


def test_not_by_direct_sql(world):
    """The rule holds for whoever can send SQL as the page class, and so does the trail."""
    olga = world.stack.sign_in("olga")
    made = draft(world, olga, "By The Back Door")
    with world.stack.database.connect("cc_web") as web:
        cursor = web.cursor()
        cursor.execute("SELECT person FROM concord.cc_request_open(%s)", [hashlib.sha256(olga.session.encode()).hexdigest()])
        assert cursor.fetchone()
        for statement in ("INSERT INTO concord.organisation_confirmation (record_id, state) VALUES (%s, 'confirmed')",
                          "UPDATE concord.organisation_confirmation SET state = 'confirmed' WHERE record_id = %s",
                          "SELECT concord.cc_confirmation_decide(%s, NULL, true, '')",
                          "SELECT concord.cc_confirmation_waive(%s)",
                          "UPDATE concord.registry_rule SET confirm_organisations = false WHERE %s <> ''",
                          "INSERT INTO concord.audit_event (action, object) VALUES ('organisation.confirmed', %s)"):
            cursor.execute("SAVEPOINT s")
            with pytest.raises(psycopg2.Error):
                cursor.execute(statement, [made])
            cursor.execute("ROLLBACK TO s")
        web.rollback()


def test_a_revision_with_an_unconfirmed_name_is_refused_by_the_database(world, famous):
    """Whoever adds it, as long as it is not the secretariat, and whatever the working copy says."""
    olga = world.stack.sign_in("olga")
    made = draft(world, olga, "Guarded Garden Society")
    ask(olga, made)
    decide(world, made, "confirm")
    world.stack.publish(olga, made)
    with world.stack.database.connect() as owner, pytest.raises(psycopg2.errors.CheckViolation, match="was not confirmed"):
        columns = "kind, state, schema, content_sha256, seal, seal_sha256, note_sha256, publisher, sealed_at, stamp"
        cursor = owner.cursor()
        cursor.execute("SELECT person FROM concord.cc_request_open(%s)", [hashlib.sha256(olga.session.encode()).hexdigest()])
        cursor.execute(f"INSERT INTO concord.revision (record_id, number, position, previous_seal_sha256, content, {columns})"
                       f" SELECT record_id, number + 1, position + 1000000, seal_sha256,"
                       f" replace(content, 'Guarded Garden Society', 'UNICEF'), {columns}"
                       " FROM concord.revision WHERE record_id = %s", [made])


def test_names_that_attack_the_page(world):
    olga = world.stack.sign_in("olga")
    evil = "\"><script>alert(1)</script> O'Brien & Söhne"
    made = draft(world, olga, evil)
    ask(olga, made)
    for page in (world.sara.get("/en/desk"), world.sara.get(f"/en/organisations/{made}/confirm"), olga.get("/en/desk")):
        assert page.status == 200 and "<script>alert" not in page.text and "&lt;script&gt;" in page.text
    decide(world, made, "decline", "<b>No</b> & never")
    page = publish_page(olga, made)
    assert "<b>No</b>" not in page.text and "<b>No</b> & never" in page.words
    long = draft(world, olga, "Verylongname" * 25)
    ask(olga, long)
    assert world.sara.get(f"/en/organisations/{long}/confirm").status == 200
    form = world.sara.get(f"/en/organisations/{long}/confirm").form("/confirm$")
    assert world.sara.submit(form, {"answer": "decline", "note": "x" * 1001}).status == 422


def test_not_asked_for_where_the_settings_say_so(cluster, people, tmp_path):
    with Stack(cluster, people, tmp_path, records_confirm_organisations="no") as stack:
        olga = stack.sign_in("olga")
        made = stack.register(olga, "organisation", {"name.en": "Free Registry Friends"}, distinct="true")
        stack.edit(olga, made, "details", {"type": "40"})
        assert "confirm" not in publish_page(olga, made).words
        other = stack.register(olga, "organisation", {"name.en": "Registry of Closed Doors"}, distinct="true")
        stack.publish(olga, made)
        assert stack.database.one("SELECT count(*) FROM audit_event WHERE action = 'organisation.not-asked' AND object = %s",
                                  [made]) == 1, "told in the trail"
        stack.database.concord("migrate") # with settings that want it
        stack.edit(olga, other, "details", {"type": "40"})
        assert NEEDS in publish_page(olga, other).words, "the database says so to workers that have not read it anew"
