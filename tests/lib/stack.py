# SPDX-License-Identifier: EUPL-1.2
"""The whole of Concord for black-box tests: a database with code lists, a directory, a worker of each
class, if wanted nginx before them; and browsers that read forms and send them as browsers do.

    with Stack(cluster, directory, folder) as stack:
        fatima = stack.sign_in("fatima")
        page = fatima.get("/en/register/organisation")
        answer = fatima.submit(page.form("/register/organisation"), {"name.en": "Red Cross"})
        page = fatima.follow(answer)

Addresses are given below the base path, which is CONCORD_BASE. Browsers check of every answer what must hold of all.
"""
import concurrent.futures
import hashlib
import hmac
import html.parser
import http.client
import re
import shutil
import socket
import threading
import time
import urllib.parse

import build
import fcgi
from nginx import Nginx

ORIGIN = "http://127.0.0.1:8080"
CLASSES = ("page", "login", "bulk")
FORM_TYPE = "application/x-www-form-urlencoded"
PARTS = {"lang": r"[a-z]{2}", "id": r"[A-Za-z][0-9A-Za-z-]{12,}", "word": r"[a-z-]+", "number": r"[0-9]+", "file": r"[^/]+"}
CSP = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
       "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Route:
    """One line of `concord routes`."""

    def __init__(self, line):
        (self.name, methods, self.pattern, klass, self.permission, self.audience, cacheable,
         trips) = line.split("\t")
        self.name, self.klass, self.cacheable = self.name.lower(), klass.lower(), cacheable == "yes"
        self.methods, self.trips = re.findall(r"GET|POST", methods), int(trips)
        parts = re.split(r"\{(\w+)\}", self.pattern)
        self.match = re.compile("".join(re.escape(p) if i % 2 == 0 else f"(?P<{p}{i}>{PARTS[p]})"
                                        for i, p in enumerate(parts))).fullmatch

    def __repr__(self):
        return self.name


def routes():
    return [Route(line) for line in build.run("concord", "routes").stdout.splitlines()[1:]]


class Form:
    """fields: (name, value) as a browser would send them; buttons: those that have a name; choices and
    longest: what boxes offer and how many characters a text may have, by name."""

    def __init__(self, action, method):
        self.action, self.method, self.fields, self.buttons = action, method, [], []
        self.choices, self.longest = {}, {}

    def names(self):
        return [name for name, _ in self.fields]

    def value(self, name):
        return dict(self.fields)[name]

    def filled(self, values):
        """The fields with others' values; a value of None leaves a field out; names that the page
        does not have are added behind (a box that is ticked, a field that somebody made up)."""
        out, left = [], dict(values)
        for name, value in self.fields:
            value = left.pop(name, value)
            if value is not None:
                out.append((name, value))
        return out + [(name, value) for name, value in left.items() if value is not None]


class _Forms(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.forms, self.form, self.select, self.area, self.chosen = [], None, None, None, None

    def handle_starttag(self, tag, pairs):
        a = dict(pairs)
        if tag == "form":
            self.form = Form(a.get("action", ""), a.get("method", "get").upper())
            self.forms.append(self.form)
        elif self.form is None or (not a.get("name") and tag != "option"):
            return
        elif tag == "input" and a.get("type") in ("checkbox", "radio"):
            self.form.choices.setdefault(a["name"], []).append(a.get("value", "on"))
            if "checked" in a:
                self.form.fields.append((a["name"], a.get("value", "on")))
        elif tag == "input" and a.get("type") != "file":
            self.form.longest[a["name"]] = int(a.get("maxlength") or 0)
            self.form.fields.append((a["name"], a.get("value") or ""))
        elif tag == "button":
            self.form.buttons.append((a["name"], a.get("value") or ""))
        elif tag == "select":
            self.select, self.chosen = a["name"], None
            self.form.choices[self.select] = []
        elif tag == "option" and self.select:
            self.form.choices[self.select].append(a.get("value") or "")
            if self.chosen is None or "selected" in a:
                self.chosen = a.get("value") or ""
        elif tag == "textarea":
            self.area = [a["name"], ""]
            self.form.longest[a["name"]] = int(a.get("maxlength") or 0)

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "select" and self.select:
            self.form.fields.append((self.select, self.chosen or ""))
            self.select = None
        elif tag == "textarea" and self.area:
            name, text = self.area
            self.form.fields.append((name, text.removeprefix("\n")))
            self.area = None

    def handle_data(self, data):
        if self.area:
            self.area[1] += data


class Page:
    """An answer with its forms; everything else is the answer's."""

    def __init__(self, answer, uri):
        self.answer, self.uri = answer, uri

    def __getattr__(self, name):
        return getattr(self.answer, name)

    def __repr__(self):
        return f"<{self.uri} {self.answer!r}>"

    def forms(self):
        parser = _Forms()
        parser.feed(self.text)
        return parser.forms

    def form(self, action):
        found = [f for f in self.forms() if re.search(action, f.action)]
        assert len(found) == 1, f"{len(found)} forms for {action} on {self.uri}: {self.text[:3000]}"
        return found[0]

    @property
    def words(self):
        """What a reader sees of the main part, as one line."""
        main = re.search(r"<main.*</main>", self.text, re.S)
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", main.group(0) if main else self.text)).split())


class Browser:
    """Keeps cookies; knows one address of a client, so that budgets of tests are apart."""

    def __init__(self, stack, remote):
        self.stack, self.remote, self.cookies, self.agent = stack, remote, {}, "Test browser"

    @property
    def session(self):
        """The token in the session cookie or None."""
        return next((v for k, v in self.cookies.items() if not k.endswith("-pre")), None)

    def fetch(self, uri, method="GET", body=None, headers=(), content_type=None):
        """uri may be a whole address of ours; headers of None are left out."""
        uri = uri.removeprefix(self.stack.origin)
        if not uri.startswith(self.stack.base + "/"):
            uri = self.stack.base + uri
        names = {"User-Agent": self.agent}
        if self.cookies:
            names["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if method == "POST":
            names["Origin"] = self.stack.origin
            names["Sec-Fetch-Site"] = "same-origin"
        names.update(headers)
        names = {k: v for k, v in names.items() if v is not None}
        answer = self.stack.send(method, uri, names, body, content_type, self.remote)
        self.stack.check(uri, answer, "Cookie" in names)
        self._keep(answer)
        return Page(answer, uri)

    def _keep(self, answer):
        for line in answer.all("set-cookie"):
            value, *attributes = line.split("; ")
            name, _, value = value.partition("=")
            assert {"HttpOnly", "SameSite=Lax", f"Path={self.stack.base or '/'}"} <= set(attributes), line
            if "Max-Age=0" in attributes:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value

    def get(self, uri, **headers):
        return self.fetch(uri, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def head(self, uri, **headers):
        return self.fetch(uri, "HEAD", headers={k.replace("_", "-"): v for k, v in headers.items()})

    def post(self, uri, fields, headers=()):
        body = fields if isinstance(fields, bytes) else urllib.parse.urlencode(fields).encode()
        return self.fetch(uri, "POST", body, headers, FORM_TYPE)

    def submit(self, form, values=None, button=None, headers=()):
        fields = form.filled(values or {}) + ([button] if button else [])
        if form.method == "GET":
            return self.fetch(form.action + "?" + urllib.parse.urlencode(fields))
        return self.post(form.action, fields, headers)

    def follow(self, answer):
        assert answer.status in (301, 303), answer
        return self.get(answer.header("location"))

    def sign_in(self, login, password=None):
        form = self.get("/en/sign-in").form("/sign-in$")
        answer = self.submit(form, {"login": login, "password": password or f"{login}-secret-1"})
        assert answer.status == 303, answer
        return self


class Stack:
    def __init__(self, cluster, directory, folder, origin=ORIGIN, through=None, **settings):
        self.cluster, self.base, self.folder = cluster, build.BASE, folder
        self.database = cluster.fresh()
        self.origin = origin
        values = {f"ldap_{k}": v for k, v in directory.settings().items()}
        values.update(http_public_url=origin + self.base, login_floor_ms="0", **settings)
        if through: # a folder with another socket: a proxy's
            values["db_conninfo"] = f"host={through} dbname={self.database.name}"
        self.config = self.database.settings("stack", **values)
        self.workers, self.nginx, self._networks, self._signed_in = {}, None, 0, {}
        self.routes, self._beside = routes(), threading.local()

    def __enter__(self):
        self.database.concord("codelists")
        build.run("concord", "-c", self.config, "migrate") # tells the database its settings
        for klass in CLASSES:
            self.workers[klass] = self.worker(klass)
        return self

    def __exit__(self, *_):
        if self.nginx:
            self.nginx.stop()
        statuses = [worker.stop() for worker in self.workers.values()]
        self.cluster.drop(self.database)
        assert statuses == [0] * len(statuses), [w.log_text()[-2000:] for w in self.workers.values()]

    def worker(self, klass, name=None):
        return fcgi.Worker(str(build.program("concord.fcgi")), str(self.config), str(self.folder), klass=klass,
                           name=name).start()

    def at_once(self, hold, *requests):
        """What functions of no argument give that run side by side, each with a page worker of its own. The
        statement `hold` locks what makes them all wait until the last has come; each begins when the one before waits."""
        workers = [self.worker("page", f"beside-{n}") for n in range(len(requests))]

        def run(worker, request):
            self._beside.worker = worker
            return request()
        try:
            with self.database.connect() as holder, concurrent.futures.ThreadPoolExecutor(len(requests)) as pool:
                holder.cursor().execute(hold)
                answers = []
                for pair in zip(workers, requests):
                    answers.append(pool.submit(run, *pair))
                    while self.database.one("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") < len(answers):
                        assert not any(a.done() for a in answers), [a.result() for a in answers if a.done()]
                        time.sleep(0.02)
                holder.rollback()
                return [a.result() for a in answers]
        finally:
            for worker in workers:
                worker.stop()

    def route(self, method, path):
        """The route of an address (below the base path), None = there is none."""
        fitting = [r for r in self.routes if method.replace("HEAD", "GET") in r.methods and r.match(path)]
        return fitting[0] if fitting else None

    def send(self, method, uri, headers, body, content_type, remote):
        path = uri.partition("?")[0].removeprefix(self.base)
        route = next((r for r in self.routes if r.match(path)), None)
        klass = route.klass if route else "page"
        worker = getattr(self._beside, "worker", None) if klass == "page" else None
        return (worker or self.workers[klass]).fetch(uri, method, body, headers=headers, content_type=content_type, remote=remote,
                            timeout=20, extra={"SCRIPT_NAME": self.base})

    def check(self, uri, answer, has_cookie):
        """What holds of every answer."""
        assert answer.complete and answer.status, f"{uri}: no answer"
        assert answer.status < 500 or answer.status == 503, f"{uri}: {answer}\n{self.log()[-3000:]}"
        assert answer.header("content-security-policy") == CSP, uri
        assert answer.header("x-content-type-options") == "nosniff", uri
        assert answer.header("referrer-policy"), uri
        control = answer.header("cache-control") or ""
        assert control, uri
        if answer.all("set-cookie"):
            assert control == "no-store", f"{uri}: a cookie in an answer that caches keep"

    def browser(self):
        self._networks += 1
        return Browser(self, f"198.{18 + self._networks // 250}.{self._networks % 250}.7")

    def sign_in(self, login):
        """A browser of its own session; the directory of ./demo has the people."""
        return self.browser().sign_in(login)

    def person(self, login):
        """The person's row, made by signing in once."""
        if login not in self._signed_in:
            self._signed_in[login] = self.sign_in(login)
        return self.database.one("SELECT id FROM person WHERE login = %s", [login])

    def grant(self, login, organisation, role):
        self.database.rows("INSERT INTO person_org VALUES (%s, %s, %s)", [self.person(login), organisation, role])

    def grant_record(self, login, record, role):
        self.database.rows("INSERT INTO record_role VALUES (%s, %s, %s)", [self.person(login), record, role])

    def token(self, browser, route):
        """The form token of a route for this session, also where no page offers the form."""
        cookie = hashlib.sha256(browser.session.encode()).hexdigest()
        session, key = self.database.rows("SELECT id, csrf_key FROM session WHERE token_hash = %s", [cookie])[0]
        return hmac.new(key.encode(), f"csrf\n{session}\n{route.upper()}".encode(), hashlib.sha256).hexdigest()

    # --- records through the real forms ------------------------------------------------------------
    def register(self, browser, kind, names, **other):
        """The identifier of a new record; names: {"name.en": ...}."""
        form = browser.get(f"/en/register/{kind}").form(f"/register/{kind}$")
        answer = browser.submit(form, {**names, **other})
        assert answer.status == 303, f"{answer.status} {answer.words}\n{self.log()[-1500:]}"
        return re.search(r"/records/([^/]+)/edit", answer.header("location")).group(1)

    def edit(self, browser, record, section, values, status=303):
        form = browser.get(f"/en/records/{record}/edit/{section}").form(f"/edit/{section}$")
        answer = browser.submit(form, values)
        assert answer.status == status, answer.words
        return answer

    def publish(self, browser, record, note="", verb="publish", status=303):
        form = browser.get(f"/en/records/{record}/{verb}").form(f"/{verb}$")
        answer = browser.submit(form, {"note": note})
        assert answer.status == status, answer.words
        return answer

    # --- logs --------------------------------------------------------------------------------------
    def log(self):
        return "".join(worker.log_text() for worker in self.workers.values())

    def access(self, klass=None):
        """The access lines as dictionaries, of all classes or one. A worker writes them behind the answer."""
        lines, end = [], time.monotonic() + 5
        for worker in [self.workers[klass]] if klass else self.workers.values():
            while True:
                own = [line for line in worker.log_text().splitlines() if " route=" in line]
                if len(own) >= worker.answered or time.monotonic() > end:
                    break
                time.sleep(0.01)
            lines += own
        return [dict(re.findall(r"(\w+)=(\S*)", line)) for line in lines]


def share(folder):
    """A share folder as it is installed: pages' files, schemas, lists."""
    web = folder / "share/web"
    web.mkdir(parents=True)
    for path in (*(build.BUILD / "web/dist").glob("*.*"), *(build.ROOT / "web").glob("*.html"),
                 *(build.ROOT / "web").glob("*.svg")):
        shutil.copy(path, web)
    for name in ("schemas", "sql"):
        (folder / "share" / name).symlink_to(build.ROOT / name)
    (folder / "share/locale").symlink_to(build.BUILD / "locale")
    return folder / "share"


class NginxStack(Stack):
    """The same behind nginx with the snippets of etc/nginx: only what comes through it is seen."""

    def __init__(self, cluster, directory, folder, shared=None, **settings):
        self.port, self.share = free_port(), shared or share(folder)
        super().__init__(cluster, directory, folder, origin=f"http://127.0.0.1:{self.port}",
                         **{"files_share_path": str(self.share), **settings})

    def __enter__(self):
        super().__enter__()
        self.nginx = Nginx(self.folder / "nginx", self.port, self.folder, self.share, self.base).start()
        return self

    def send(self, method, uri, headers, body, content_type, remote):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        if content_type:
            headers = {**headers, "Content-Type": content_type}
        connection.request(method, uri.removeprefix(self.origin), body, headers)
        reply = connection.getresponse()
        head = "".join(f"{k}: {v}\r\n" for k, v in reply.getheaders())
        raw = f"Status: {reply.status}\r\n{head}\r\n".encode("ascii") + reply.read()
        connection.close()
        return fcgi.Answer(raw)

    def check(self, uri, answer, has_cookie):
        assert answer.complete and answer.status, f"{uri}: no answer"
