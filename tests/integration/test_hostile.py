# SPDX-License-Identifier: EUPL-1.2
"""Bad input everywhere: every parameter, form field, header and cookie gets values that nobody should
send. The answer has the right status and names the field, nothing is stored, nothing is reflected
unescaped, and no worker says 5xx or ends."""
import html.parser
import re
import urllib.parse

import pytest

import declared
import fcgi
import ids
from stack import Stack
from test_access import rows
from world import World

pytestmark = pytest.mark.sanitized

# Never text, for any type.
NO_TEXT = {"bad-utf8": b"\xff\xfe", "overlong": b"a\xc0\xafb", "surrogate": b"\xed\xa0\x80", "cut": b"a\xe2\x82",
           "nul": b"a\0b", "bell": b"a\x07b", "escape": b"\x1b[2J", "c1": "a\u009bb".encode(),
           "noncharacter": "a\ufffeb".encode(), "high": b"\xf4\x90\x80\x80", "bidi": "a\u202eb".encode()}
# Texts that some languages mean something by; a line of text may hold them.
MARKED = {"script": "<script>alert(1)</script>", "attribute": "\"><img src=x onerror=alert(1)>",
          "quote": "' onmouseover='alert(1)", "sql": "'; DROP TABLE record; --", "like": "%_\\%", "printf": "%s%n%1$s",
          "template": "{{ 7 * 7 }} ${7*7} #{7*7}", "shell": "`id` $(id) ; id |", "entity": "&lt;b&gt; &amp;#60;",
          "cdata": "]]><x/>", "quotes": "«a» „b“ ‚c‘ “d” ‘e’ 「f」 ״g״", "path": "../../../../etc/passwd",
          "windows": "C:\\x\\..\\y", "jndi": "${jndi:ldap://x/a}", "formula": "=cmd|' /C calc'!A0",
          "css": "</style><style>*{}", "comment": "--><b>", "astral": "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 👩‍👩‍👧", "rtl": "שלום عالم"}
WRONG = {
    "UINT": ["x", "-1", "1.5", "1e3", "+1", "٣", "３", "0x10", "9" * 30, "1 2", "NaN"],
    "DATE": ["2026-02-30", "2026-13-01", "26-01-01", "tomorrow", "2026-1-1", "99999-01-01", "0000-00-00", "-2026-01-01"],
    "TOKEN": ["<b>", "a b", "é", "'", "a/b", "%00"],
    "ID": ["x", "P0000000000000", "P" * 14, "../P", "O" + "U" * 13],
    "BOOL": ["maybe", "2", "truetrue"],
}
HEADERS = ["Accept", "Accept-Language", "Accept-Encoding", "If-None-Match", "If-Modified-Since", "User-Agent",
           "Referer", "Range", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Host", "Forwarded",
           "Authorization", "Cookie", "Sec-Fetch-Site", "Origin", "Transfer-Encoding", "X-HTTP-Method-Override"]
# What must never stand in a page as it was sent.
RAW = re.compile(rb"<script>alert|<img src=x|</style><style>|--><b>")


class Handlers(html.parser.HTMLParser):
    """Fails on an attribute that runs a script."""

    def handle_starttag(self, tag, attrs):
        assert not [name for name, _ in attrs if name.startswith("on")], self.get_starttag_text()


def quote(value):
    return urllib.parse.quote(value, safe="")


class Site:
    def __init__(self, stack):
        self.stack, self.world = stack, World(stack)
        self.admin, self.public = stack.sign_in("adam"), stack.browser()
        self.routes = {r.name: r for r in stack.routes}
        self.declared = declared.routes()
        self.records = {"A": self.world.a, "B": self.world.b, "P": self.world.p, "D": self.world.p,
                        "NONE": ids.named("P", "none"), "M": self.world.invite(self.world.p, self.world.b), "V": "1",
                        "LONG": "x"}
        self.before = None

    def state(self):
        return self.stack.database.rows(
            "SELECT (SELECT sum(version) FROM record), (SELECT count(*) FROM record), (SELECT count(*) FROM feed),"
            " (SELECT count(*) FROM person_org), (SELECT count(*) FROM record_role), (SELECT count(*) FROM person)")

    def address(self, text):
        for name, record in self.records.items():
            text = text.replace("{" + name + "}", record)
        return text

    def look(self, answer, *allowed):
        assert answer.status in allowed, f"{answer.status}, not {allowed}: {answer} {answer.words[:300]}"
        assert not RAW.search(answer.body), f"as it was sent: {answer.body}"
        if b"onmouseover" in answer.body or b"onerror" in answer.body:
            Handlers().feed(answer.text)
        return answer

    def unchanged(self):
        assert self.state() == self.before, "something was stored"


@pytest.fixture(scope="module")
def site(cluster, people, tmp_path_factory):
    # nobody starts a worker again here, and this file asks one more than 10,000 times
    with Stack(cluster, people, tmp_path_factory.mktemp("stack"), worker_max_requests="1000000") as stack:
        made = Site(stack)
        stack.database.concord("job", "1", "0", "statistics", "{}") # what waits to be counted is a 503
        yield made


@pytest.fixture(autouse=True)
def fresh_look(site):
    site.before = site.state()


def addresses(method):
    """One address of each route with this method."""
    first = {}
    for route, address, fields, expected in rows():
        first.setdefault(route.lower(), (address, fields, expected))
    return first


# --- addresses and parameters ------------------------------------------------------------------------
def test_every_parameter(site):
    """422 (or 400) with the field's name for what its type cannot be; text of any kind is searched for."""
    tried = 0
    for name, (address, _, expected) in addresses("GET").items():
        if site.routes[name].methods != ["GET"]:
            continue
        path = site.address(address).partition("?")[0]
        browser = (site.public if expected["public"] != "sign-in" else
                   site.admin if expected["admin"] != "403" else site.world.george)
        for field in site.declared[name][0]:
            bad = list(NO_TEXT.values()) + WRONG.get(field.kind, []) + ["y" * (field.longest + 1)]
            for value in bad:
                answer = site.look(browser.get(f"{path}?{field.name}={quote(value)}"), 400, 422)
                said = answer.words if "html" in answer.header("content-type") else answer.text
                assert field.label in said or field.name in said, f"{path} {field.name}={value!r}: {said}"
                tried += 1
            for value in MARKED.values():
                usual = (200, 400, 404, 422) if field.kind in ("LINE", "BLOCK") else (422, 400)
                site.look(browser.get(f"{path}?{field.name}={quote(value[:field.longest])}"), *usual, 303, 302)
            site.look(browser.get(f"{path}?{field.name}=1&{field.name}=1"), 400)
            site.look(browser.get(f"{path}?{field.name}="), 200, 302, 303, 307, 400, 404)
        for odd in ("nothing=1", "%00=1", "%3Cscript%3Ealert(1)%3C/script%3E=1", "=", "=1", "a[]=1", "%ff=%ff", "a=%",
                    "a=%zz", "&" * 50 + "a=1"):
            site.look(browser.get(f"{path}?{odd}"), 400)
    assert tried > 200


@pytest.mark.parametrize("path", [
    "//", "/../etc/passwd", "/en/../../x", "/en/%2e%2e/x", "/en%2fpartnerships", "/en/partnerships/%00", "/en/./",
    "/en/partnerships/..%2f..%2fx", "/en/partnerships\\x", "/%ff%fe", "/en/partnerships/%c0%ae%c0%ae/", "/en//desk",
    "/static/../concord.conf", "/schemas/..%2fconcord.conf", "/schemas/%2e%2e", "/codelists/..xml", "/en/%0d%0aX: y",
    "/en/partnerships/<script>alert(1)</script>", "/en/partnerships/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "/schemas/1.0-draft/..", "/schemas//etc/passwd", "/codelists/%00.xml", "/en/codelists/scope%00", "/xx/", "/EN/",
    "/en/partnerships/" + "P" * 500, "/en/records/" + "9" * 14 + "/edit/names", "/partnerships/.xml",
    "/en/records/{P}/revisions/99999999999999999999", "/en/records/{P}/revisions/-1", "/en/records/{P}/revisions/1e1",
    "/partnerships/{P}/revisions/99999999999/seal.xml", "/en/records/{P}/edit/no-such", "/en/records/{P}/edit/names%00"])
def test_addresses(site, path):
    for browser in (site.public, site.admin):
        answer = site.look(browser.get(site.address(path)), 400, 404, 301, *[303] * (browser is site.public))
        if answer.status == 301:
            assert answer.header("location").startswith("/"), answer


def test_an_address_that_is_too_long(site):
    site.look(site.public.get("/en/partnerships?q=" + "x" * 20000), 414)


def test_headers(site):
    values = [v for v in NO_TEXT.values() if b"\0" not in v] + [v.encode() for v in MARKED.values()]
    values += [b"", b"," * 3000, b"*/*;q=" + b"9" * 400, b"a" * 3000, b"\"" * 500, b"en;q=" * 300]
    for address in ("/en/partnerships", f"/partnerships/{site.world.p}", "/", "/en/sign-in", "/feed"):
        for header in HEADERS:
            for value in values:
                answer = site.public.fetch(address, headers={header: value})
                site.look(answer, 200, 302, 303, 304, 400, 403, 406, 431)


def test_cookies(site):
    for name in ("concord-dev", "concord-dev-pre", "other"):
        for value in [*(v.encode() for v in MARKED.values()), *NO_TEXT.values(), b"", b"=", b"A" * 43, b"A" * 3000]:
            for address in ("/en/partnerships", "/en/desk", "/en/sign-in", "/en/account"):
                value = value.replace(b"\0", b"")
                answer = site.public.fetch(address, headers={"Cookie": name.encode() + b"=" + value})
                site.look(answer, 200, 303, 400, 431)
                assert "Sign out" not in answer.text
    twice = f"concord-dev={site.admin.session}; concord-dev={site.admin.session}"
    answer = site.public.fetch("/en/desk", headers={"Cookie": twice})
    assert answer.status in (303, 400), "a doubled session cookie is none"
    site.look(site.public.fetch("/en/", headers={"Cookie": "; ".join(f"a{i}=1" for i in range(2000))}), 200, 400, 431)
    site.unchanged()


# --- forms -------------------------------------------------------------------------------------------
def sends(site):
    """Every route that takes a form, with a token that is good."""
    for name, (address, fields, _) in addresses("POST").items():
        if site.routes[name].methods == ["POST"] and name not in ("sign_in_send", "sign_out"):
            pairs = dict(urllib.parse.parse_qsl(site.address(fields), keep_blank_values=True))
            yield name, site.address(address), {**pairs, "csrf": site.stack.token(site.admin, name)}


def test_declared_fields_of_forms(site):
    for name, address, pairs in sends(site):
        fields, has_more, _ = site.declared[name][1:]
        for field in fields:
            if field.kind == "FILE":
                continue
            for value in [*NO_TEXT.values(), *WRONG.get(field.kind, []), "y" * (field.longest + 1)]:
                body = {**pairs, field.name: value}
                site.look(site.admin.post(address, body), 400, 403, 404, 409, 422)
            if field.required:
                site.look(site.admin.post(address, {**pairs, field.name: ""}), 400, 403, 404, 409, 422)
                body = {k: v for k, v in pairs.items() if k != field.name}
                site.look(site.admin.post(address, body), 400, 403, 404, 409, 422)
        encoded = urllib.parse.urlencode(pairs)
        for odd in (encoded + "&csrf=1", encoded + "&nothing=1", encoded + "&%00=1", encoded + "&a=%", "\xff", "&&&&=",
                    encoded + "&" + "&".join(f"x{i}=1" for i in range(3000))):
            site.look(site.admin.post(address, odd.encode("latin-1")), 400, 403)
        for content_type in ("text/plain", "application/json", "multipart/form-data; boundary=x", "", "a" * 900):
            site.look(site.admin.fetch(address, "POST", encoded.encode(), (), content_type), 415, 400)
    site.unchanged()


def test_bodies_that_are_too_large(site):
    for name, address, pairs in sends(site):
        pairs["csrf"] = "x" * (12 << 20 if "import" in name else 3 << 20)
        site.look(site.admin.post(address, pairs), 413)
    answer = site.look(site.public.post("/en/sign-in", {"login": "x" * (2 << 20)}), 413)
    assert "too large" in answer.words.lower()


def sections(site):
    for record, names in ((site.world.p, "names about nature place sdgs dates contact documents links sources"),
                          (site.world.a, "names details identifiers relations documents sources")):
        for section in names.split():
            yield record, section, site.admin.get(f"/en/records/{record}/edit/{section}").form(f"/edit/{section}$")


def test_every_field_of_every_record_form(site):
    """What no type allows: 422, the field is named and marked, the other values stay, nothing is stored."""
    tried = 0
    for record, section, form in sections(site):
        for name in form.names():
            if name in ("csrf", "base") or re.search(r"\.(es|ar|ru|zh)$", name):
                continue
            bad = [NO_TEXT["bad-utf8"], NO_TEXT["nul"], NO_TEXT["bidi"]]
            if form.longest.get(name):
                bad.append("y" * (form.longest[name] + 1))
            if form.choices.get(name, ["true"]) != ["true"]:
                bad += ["no-such", "<b>", "' OR 1=1"]
            bad += wrong_for(name)
            for value in bad:
                fields = form.filled({name: value})
                answer = site.look(site.admin.post(form.action, fields), 422)
                place = name.removesuffix(".en").removesuffix(".fr")
                assert re.search(rf'href="#f-{place}|href="#f-{place.split(".")[0]}"', answer.text), \
                    f"{section} {name}={value!r}: {answer.words[:600]}"
                tried += 1
    assert tried > 250
    site.unchanged()


def wrong_for(name):
    last = name.split(".")[-1]
    if last in ("founded", "start", "end", "planned-start", "planned-end", "date", "from", "until"):
        return ["2026-02-30", "26", "soon", "2026-13", "2026-1-1", "99999", "2026-11-24T00:00:00Z"]
    if last in ("website", "url"):
        return ["javascript:alert(1)", "ftp://x.example/", "//x.example/", "http://", "data:text/html,x", "http://a b/"]
    if last in ("weight", "percentage"):
        return ["-1", "101", "1e1", "NaN", "1.234", "1,5", "９"]
    if last in ("host", "organisation", "partnership"):
        return ["P0000000000000", "x", "<b>", "../x"]
    return {"mail": ["x", "a@", "@b", "a b@c.example", "a@b@c"], "phone": ["x", "12-34", "+" * 9],
            "language": ["x", "english!", "e"]}.get(last, [])


def test_names_of_fields_that_no_form_has(site):
    for record, section, form in list(sections(site))[:4]:
        for name in ("nothing", "title", "title.", "title.en.en", "title.<b>", "goal.0.text.en", "goal.-1.text.en",
                     "goal.999999999999.text.en", "goal.1", "goal.1.text.e", "sdg.1.goal.x", "illustrativ", "id", "schema",
                     "title." + "x" * 200, "summary.en" if section != "about" else "title.en", "GOAL.1.text.en", "a" * 300):
            if (name, section) in (("goal.1.text.e", ""),):
                continue
            site.look(site.admin.post(form.action, form.filled({name: "x"})), 400, 422)
    site.unchanged()


def test_odd_texts_are_stored_and_shown_as_they_are(site):
    """Markup and quotes are text like any other: on the form, on the page, in search, in XML."""
    world, text = site.world, " ".join(MARKED.values())
    made = world.partnership("Odd", publish=False)
    for section, names in (("names", ["title.en", "acronym.en"]), ("about", ["summary.en", "goal.1.text.en"]),
                           ("nature", ["seat.city.en"]), ("contact", ["contact.1.office.en"])):
        form = world.fatima.get(f"/en/records/{made}/edit/{section}").form(f"/edit/{section}$")
        values = {name: text[:form.longest[name]].strip() for name in names}
        assert site.look(world.fatima.submit(form, values), 303)
        again = site.look(world.fatima.get(f"/en/records/{made}/edit/{section}"), 200).form(f"/edit/{section}$")
        for name, value in values.items():
            assert again.value(name) == value
    site.stack.publish(world.fatima, made, "<script>alert(1)</script>")
    for address in (f"/en/partnerships/{made}", f"/ar/partnerships/{made}", "/en/partnerships", "/en/", "/en/desk",
                    f"/en/records/{made}/history", f"/en/records/{made}/edit", f"/partnerships/{made}.xml",
                    "/en/partnerships?q=" + quote(MARKED["script"]), f"/en/records/{world.a}/links"):
        page = site.look(world.fatima.get(address), 200)
        if made in page.text and address.startswith("/en/partnerships/"):
            assert MARKED["script"] in page.words
    site.stack.publish(world.fatima, made, MARKED["attribute"], "withdraw")
    site.look(world.public.get(f"/en/partnerships/{made}"), 410)


# --- uploads -----------------------------------------------------------------------------------------
NS = 'xmlns="urn:concord:registry:1"'
FILES = {
    "empty": b"", "html": b"<html><body onload='alert(1)'/></html>", "zip": b"PK\x03\x04" + b"\0" * 200,
    "entities": b'<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><a>&c;</a>',
    "external": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "parameter": b'<!DOCTYPE a [<!ENTITY % b SYSTEM "http://127.0.0.1:1/x"> %b;]><a/>',
    "doctype": f"<!DOCTYPE records><records {NS}/>".encode(), "utf16": f"<records {NS}/>".encode("utf-16"),
    "bad-utf8": f"<records {NS}>".encode() + b"\xff\xfe</records>", "nul": f"<records {NS}>\0</records>".encode(),
    "cut": f"<organisation {NS} id=".encode(), "two": f"<organisation {NS}/><organisation {NS}/>".encode(),
    "deep": (f"<records {NS}>" + "<a>" * 5000).encode(), "namespace": b"<organisation xmlns='urn:x'/>",
    "attribute": f"<organisation {NS} id='{'x' * 200000}'/>".encode(),
    "attributes": f"<organisation {NS} {' '.join(f'a{i}=''1''' for i in range(500))}/>".encode(),
    "include": f"<organisation {NS}><i:include xmlns:i='http://www.w3.org/2001/XInclude' href='/etc/passwd'/></organisation>".encode(),
    "script": f"<organisation {NS} id='x'><name xml:lang='en'><![CDATA[<script>alert(1)</script>]]></name></organisation>".encode(),
    "encoding": b"<?xml version='1.0' encoding='latin-1'?><a>\xe9</a>", "version": b"<?xml version='9.9'?><a/>",
}


@pytest.mark.parametrize("name", FILES)
def test_uploaded_files(site, name):
    token = site.stack.token(site.admin, "import_send")
    for file_name in ("x.xml", "../../etc/passwd", "<script>alert(1)</script>.xml", "a\\\"b.xml"):
        content_type, body = fcgi.multipart([("csrf", token), ("file", file_name, "application/xml", FILES[name])])
        answer = site.look(site.admin.fetch("/en/imports", "POST", body, (), content_type), 422, 400)
        assert "root:" not in answer.text
    site.unchanged()


def test_multipart_bodies_that_are_none(site):
    token = site.stack.token(site.admin, "import_send")
    content_type, good = fcgi.multipart([("csrf", token), ("file", "x.xml", "application/xml", b"<a/>")])
    head = b"------x1y2z3\r\n"
    for body in (b"", good[:-20], good[20:], b"x" * 1000, good.replace(b"\r\n", b"\n"), good + good, head * 500,
                 good.replace(b'name="file"', b'name="file'), good.replace(b'name="file"', b""),
                 good.replace(b'name="file"', b'name="nothing"'), good.replace(b"Content-Type", b"X" * 70000),
                 good.replace(b"form-data", b"attachment"), good.replace(b'filename="x.xml"', b""),
                 good.replace(b'name="csrf"', b'name="csrf"; filename="c"'),
                 good.replace(b"------x1y2z3--", head + good[len(head):])):
        site.look(site.admin.fetch("/en/imports", "POST", body, (), content_type), 400, 403, 413, 422)
    for odd in ("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "b" * 300,
                "multipart/form-data; boundary=\"a\nb\"", "multipart/mixed; boundary=----x1y2z3"):
        site.look(site.admin.fetch("/en/imports", "POST", good, (), odd), 400, 415)
    site.unchanged()
