# SPDX-License-Identifier: EUPL-1.2
"""Signing in at a real slapd: who gets in, who does not, and that a sick server costs bounded time."""
import base64
import os
import pathlib
import socket
import subprocess
import threading
import time

import pytest

import build
from slapd import BASE, Authority, Slapd, free_port, ssha

PEOPLE = f"ou=people,{BASE}"
STAKEHOLDER, SECRETARIAT, ADMINISTRATOR, PARTNER_SYSTEM = 1, 2, 4, 8
LOGIN_LIMIT_MS = 6000


def b64(text):
    return base64.b64encode(text.encode()).decode()


# RFC 4514 strings of distinguished names that break clients which paste them into filters
STRANGE = {
    "comma": f"cn=Doe\\, Jane,{PEOPLE}",
    "paren": f"cn=Field (West),{PEOPLE}",
    "quote": f"cn=\\\"Quoted\\\" name,{PEOPLE}",
    "backslash": f"cn=back\\\\slash,{PEOPLE}",
    "star": f"cn=star*,{PEOPLE}",
    "plus": f"cn=one\\+two,{PEOPLE}",
    "accent": f"cn=Zoë Świątek,{PEOPLE}",
    "arabic": f"cn=فاطمة الزهراء,{PEOPLE}",
    "trap": f"cn=x\\,ou\\=people\\,dc\\=example,{PEOPLE}",
}


def strange_entries():
    return "\n".join(f"dn:: {b64(dn)}\nobjectClass: inetOrgPerson\nuid: {uid}\nsn: Test\n"
                     f"userPassword: {ssha(uid + '-secret-1')}\n" for uid, dn in STRANGE.items())


def strange_members():
    members = "".join(f"member:: {b64(dn)}\n" for dn in STRANGE.values())
    return f"dn: cn=secretariat,ou=groups,{BASE}\nchangetype: modify\nadd: member\n{members}"


OTHERS = f"""\
dn: ou=partners,{PEOPLE}
objectClass: organizationalUnit
ou: partners

dn: uid=twin,{PEOPLE}
objectClass: inetOrgPerson
uid: twin
cn: Twin One
sn: Twin
userPassword: {ssha('twin-secret-1')}

dn: uid=twin,ou=partners,{PEOPLE}
objectClass: inetOrgPerson
uid: twin
cn: Twin Two
sn: Twin
userPassword: {ssha('twin-secret-1')}

dn: uid=nopassword,{PEOPLE}
objectClass: inetOrgPerson
uid: nopassword
cn: No Password
sn: None

dn: uid=locked,{PEOPLE}
objectClass: inetOrgPerson
uid: locked
cn: Locked
sn: Locked
userPassword: {ssha('locked-secret-1')}
pwdAccountLockedTime: 000001010000Z

dn: cn=short,ou=policies,{BASE}
objectClass: device
objectClass: pwdPolicy
cn: short
pwdAttribute: userPassword
pwdMaxAge: 1
pwdGraceAuthNLimit: 0

dn: cn=grace,ou=policies,{BASE}
objectClass: device
objectClass: pwdPolicy
cn: grace
pwdAttribute: userPassword
pwdMaxAge: 1
pwdGraceAuthNLimit: 3

dn: uid=expired,{PEOPLE}
objectClass: inetOrgPerson
uid: expired
cn: Expired
sn: Expired
userPassword: {ssha('expired-secret-1')}
pwdPolicySubentry: cn=short,ou=policies,{BASE}

dn: uid=graceful,{PEOPLE}
objectClass: inetOrgPerson
uid: graceful
cn: Graceful
sn: Graceful
userPassword: {ssha('graceful-secret-1')}
pwdPolicySubentry: cn=grace,ou=policies,{BASE}

dn: uid=zoë,{PEOPLE}
objectClass: inetOrgPerson
uid: zoë
cn: Zoë
sn: Non-ASCII
mail: not an address
userPassword: {ssha('zoe-secret-1')}
"""


class Probe:
    """One process like a worker: it keeps its service connection and its breakers."""

    def __init__(self, settings, cwd="/", env=None):
        arguments = [f"{key}={value}" for key, value in settings.items()]
        self.process = subprocess.Popen(
            [build.program("tests/lib/login_probe"), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=cwd,
            stderr=subprocess.DEVNULL, env={"PATH": "/usr/bin:/bin", **(env or {})})

    def login(self, name, password):
        def escape(text):
            return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
        line = f"{escape(name)}\t{escape(password)}\n".encode("utf-8", "surrogateescape")
        self.process.stdin.write(line)
        self.process.stdin.flush()
        answer = self.process.stdout.readline().decode().rstrip("\n").split("\t")
        assert len(answer) == 8, answer
        keys = ("result", "ms", "subject", "login", "name", "mail", "roles", "groups_failed")
        values = dict(zip(keys, answer))
        for key in ("ms", "roles", "groups_failed"):
            values[key] = int(values[key])
        return values

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(10) == 0


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def directory(tmp_path_factory, authority):
    server = Slapd(tmp_path_factory.mktemp("slapd"), authority=authority).create()
    try:
        server.add(OTHERS)
        server.add(strange_entries())
        server.modify(strange_members())
        yield server
    finally:
        server.stop()


@pytest.fixture
def make(request):
    probes = []

    def start(settings, **options):
        probe = Probe(settings, **options)
        probes.append(probe)
        return probe
    yield start
    for probe in probes:
        probe.close()


@pytest.fixture
def sick(tmp_path, authority):
    """A server of the test's own that it may stop or kill."""
    server = Slapd(tmp_path / "sick", authority=authority).create()
    yield server
    server.stop()


@pytest.fixture(params=["ldaps", "starttls"])
def tls(request):
    return request.param


def test_right_password_signs_in(directory, make, tls):
    probe = make(directory.settings(tls))
    answer = probe.login("sara", "sara-secret-1")
    assert answer["result"] == "ok"
    assert answer["name"] == "Sara Lindqvist" and answer["mail"] == "sara@example.org"
    assert answer["roles"] == STAKEHOLDER | SECRETARIAT and not answer["groups_failed"]
    assert answer["subject"].startswith("example:") and len(answer["subject"]) == 8 + 36
    assert probe.login("  SARA ", "sara-secret-1")["subject"] == answer["subject"]
    assert probe.login("adam", "adam-secret-1")["roles"] == STAKEHOLDER | ADMINISTRATOR
    assert probe.login("harvester", "harvester-secret-1")["roles"] == STAKEHOLDER | PARTNER_SYSTEM
    assert probe.login("fatima", "fatima-secret-1")["roles"] == STAKEHOLDER


@pytest.mark.parametrize("name,password", [
    ("sara", "wrong"), ("sara", ""), ("sara", "adam-secret-1"), ("nobody", "sara-secret-1"),
    ("nobody", ""), ("", "sara-secret-1"), (" ", "x"), ("twin", "twin-secret-1"), ("nopassword", "x"),
    ("s" * 129, "x"), ("sara\n", "sara-secret-1"), ("sa\tra", "sara-secret-1"), ("sara", "x" * 2000),
    ("sara\u202e", "sara-secret-1"), ("sa\udcffra", "sara-secret-1"),
    ("decoy", "x"), ("concord", "concord-secret-1"),
])
def test_everything_else_is_refused_alike(directory, make, name, password):
    answer = make(directory.settings()).login(name, password)
    assert answer["result"] == "bad-credentials"
    assert answer["subject"] == "" and answer["roles"] == 0


INJECTIONS = ["*", "s*", "sara)(uid=*", "*)(uid=*", "sara)(|(uid=*", "sara))(&(uid=sara", ")(cn=", "(",
              "sara\\2a", "\\2a", "sara\\", "*)(|(objectClass=*)", "sara)(!(uid=nobody)", "%s", "%n%n%n",
              f"uid=sara,{PEOPLE}", "sara,", "sara#", "sara+uid=adam", "sara;", "&", "|", "!"]


@pytest.mark.parametrize("name", INJECTIONS)
def test_injection_finds_nobody(directory, make, name):
    probe = make(directory.settings())
    for password in ("sara-secret-1", "*"):
        assert probe.login(name, password)["result"] == "bad-credentials"
    assert probe.login("sara", "sara-secret-1")["result"] == "ok"


@pytest.mark.parametrize("uid", sorted(STRANGE))
def test_strange_names_sign_in_with_their_groups(directory, make, uid):
    answer = make(directory.settings()).login(uid, f"{uid}-secret-1")
    assert answer["result"] == "ok" and not answer["groups_failed"]
    assert answer["roles"] == STAKEHOLDER | SECRETARIAT


def test_login_name_is_normalised(directory, make):
    probe = make(directory.settings())
    first = probe.login("zoë", "zoe-secret-1")
    assert first["result"] == "ok" and first["mail"] == ""  # what is no address is left out
    assert probe.login("zoe\u0308", "zoe-secret-1")["subject"] == first["subject"]


def test_policy_says_more_than_success(directory, make):
    time.sleep(2.2)  # pwdMaxAge of two entries is 1, counted in whole seconds
    probe = make(directory.settings())
    assert probe.login("nadia", "nadia-secret-1")["result"] == "must-change"
    assert probe.login("nadia", "nadia-secret-1")["roles"] == 0
    assert probe.login("nadia", "wrong")["result"] == "bad-credentials"
    assert probe.login("locked", "locked-secret-1")["result"] == "locked"
    assert probe.login("expired", "expired-secret-1")["result"] == "expired"
    assert probe.login("graceful", "graceful-secret-1")["result"] == "must-change"


def test_base_bounds_who_is_found(directory, make):
    probe = make(directory.settings(user_base=f"ou=systems,{PEOPLE}"))
    assert probe.login("sara", "sara-secret-1")["result"] == "bad-credentials"
    assert probe.login("harvester", "harvester-secret-1")["result"] == "ok"


def test_failed_group_lookup_gives_no_role(directory, make):
    probe = make(directory.settings(group_base=f"ou=absent,{BASE}"))
    answer = probe.login("adam", "adam-secret-1")
    assert answer["result"] == "ok" and answer["roles"] == 0 and answer["groups_failed"]
    assert make(directory.settings(group_base="")).login("adam", "adam-secret-1")["roles"] == STAKEHOLDER


def test_wrong_service_password_is_our_mistake(directory, make):
    probe = make(directory.settings(bind_password="wrong"))
    assert probe.login("sara", "sara-secret-1")["result"] == "config"
    assert make(directory.settings(user_base="ou=absent," + BASE)).login("sara", "x")["result"] == "config"
    assert make(directory.settings(user_filter="((")).login("sara", "x")["result"] == "config"


def test_unknown_name_takes_the_decoys_bind(directory, make):
    with_decoy, without = make(directory.settings()), make(directory.settings(decoy_dn=""))
    times = {}
    for key, probe, name in (("decoy", with_decoy, "nobody"), ("none", without, "nobody"),
                             ("real", with_decoy, "erin")):
        probe.login(name, "first-one")
        times[key] = min(probe.login(name, "wrong")["ms"] for _ in range(3))
    assert times["decoy"] >= times["none"]
    assert abs(times["decoy"] - times["real"]) < 30


# --- TLS ---------------------------------------------------------------------------------------

def test_other_authority_is_refused(directory, make, tls, tmp_path):
    other = Authority(tmp_path / "other")
    answer = make(directory.settings(tls, ca_file=str(other.cert))).login("sara", "sara-secret-1")
    assert answer["result"] == "unavailable"


def test_missing_ca_file_is_refused(directory, make, tmp_path):
    probe = make(directory.settings(ca_file=str(tmp_path / "absent.pem")))
    assert probe.login("sara", "sara-secret-1")["result"] in ("config", "unavailable")


def test_name_must_be_in_san_not_in_common_name(make, tls, tmp_path, authority):
    server = Slapd(tmp_path / "s", authority=authority, san="DNS:other.example",
                   common_name="127.0.0.1").create()
    try:
        answer = make(server.settings(tls)).login("sara", "sara-secret-1")
        assert answer["result"] == "unavailable"
    finally:
        server.stop()


def test_ldaprc_and_environment_change_nothing(directory, make, tmp_path):
    other = Authority(tmp_path / "other")
    text = f"TLS_REQCERT never\nTLS_REQSAN never\nTLS_CACERT {directory.ca_file}\nURI ldap://192.0.2.1\n"
    (tmp_path / "ldaprc").write_text(text)
    (tmp_path / ".ldaprc").write_text(text)
    env = {"HOME": str(tmp_path), "LDAPTLS_REQCERT": "never", "LDAPRC": "ldaprc",
           "LDAPCONF": str(tmp_path / "ldaprc"), "LDAPTLS_REQSAN": "never"}
    wrong = make(directory.settings(ca_file=str(other.cert)), cwd=tmp_path, env=env)
    assert wrong.login("sara", "sara-secret-1")["result"] == "unavailable"
    right = make(directory.settings(), cwd=tmp_path, env=env)
    assert right.login("sara", "sara-secret-1")["result"] == "ok"


def test_server_without_starttls_never_sees_a_password(make):
    """A fake server records what it is told; it refuses StartTLS."""
    told = bytearray()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            with peer:
                data = peer.recv(4096)
                told.extend(data)
                # ExtendedResponse: protocolError for message 1
                peer.sendall(bytes.fromhex("300c02010178070a010204000400"))
                while data := peer.recv(4096):
                    told.extend(data)
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    uri = f"ldap://127.0.0.1:{listener.getsockname()[1]}"
    probe = make({"id": "x", "uris": uri, "tls": "starttls", "ca_file": "/etc/ssl/certs/ca-certificates.crt",
                  "bind_dn": "cn=service", "bind_password": "service-password", "user_base": BASE,
                  "user_filter": "(uid=%s)", "group_base": "", "group_filter": ""})
    assert probe.login("sara", "sara-secret-1")["result"] == "unavailable"
    listener.close()
    assert told and b"secret" not in told and b"service-password" not in told


# --- sick servers ------------------------------------------------------------------------------

def test_stopped_server_costs_bounded_time(sick, make, tls):
    fresh, kept = make(sick.settings(tls)), make(sick.settings(tls))
    assert kept.login("sara", "sara-secret-1")["result"] == "ok"
    sick.pause()
    for probe in (fresh, kept):
        start = probe.cpu_seconds()
        answer = probe.login("sara", "sara-secret-1")
        assert answer["result"] == "unavailable"
        assert answer["ms"] < LOGIN_LIMIT_MS
        assert probe.cpu_seconds() - start < 0.5
        again = probe.login("sara", "sara-secret-1")  # the breaker is open
        assert again["result"] == "unavailable" and again["ms"] < 100


def test_stopped_server_is_left_for_the_next(sick, directory, make, tls):
    sick.pause()
    uri = sick.ldaps_uri if tls == "ldaps" else sick.ldap_uri
    settings = directory.settings(tls)
    probe = make({**settings, "uris": f"{uri} {settings['uris']}"})
    first, second = (probe.login("sara", "sara-secret-1") for _ in range(2))
    assert first["result"] == second["result"] == "ok"
    assert first["ms"] < 3500 and second["ms"] < 500


def test_killed_server_is_left_for_the_next(sick, directory, make, tls):
    uri = sick.ldaps_uri if tls == "ldaps" else sick.ldap_uri
    settings = directory.settings(tls)
    probe = make({**settings, "uris": f"{uri} {settings['uris']}"})
    assert probe.login("sara", "sara-secret-1")["result"] == "ok"
    sick.kill()
    answer = probe.login("sara", "sara-secret-1")
    assert answer["result"] == "ok" and answer["ms"] < 1000


def test_restarted_server_is_used_again(sick, make):
    probe = make(sick.settings())
    before = probe.login("sara", "sara-secret-1")
    sick.kill()
    sick.start()
    after = probe.login("sara", "sara-secret-1")  # the kept connection is dead, a new one is not
    assert after["result"] == "ok" and after["subject"] == before["subject"]
    sick.kill()
    assert probe.login("sara", "sara-secret-1")["result"] == "unavailable"
    assert probe.login("sara", "sara-secret-1")["result"] == "unavailable"
    sick.start()
    end = time.monotonic() + 8
    while probe.login("sara", "sara-secret-1")["result"] != "ok":
        assert time.monotonic() < end, "the breaker does not close"
        time.sleep(0.2)


def test_wrong_password_is_asked_once(sick, directory, make):
    """49 never moves to the next server: it would multiply the lock-out counters."""
    probe = make({**directory.settings(), "uris": f"{directory.ldaps_uri} {sick.ldaps_uri}"})
    assert probe.login("rui", "rui-secret-1")["result"] == "ok"
    sick.modify(f"dn: uid=rui,{PEOPLE}\nchangetype: modify\nreplace: userPassword\n"
                f"userPassword: {ssha('other-secret-1')}\n")
    assert probe.login("rui", "other-secret-1")["result"] == "bad-credentials"


def test_silent_and_garbage_servers(directory, make, tls):
    silent = socket.create_server(("127.0.0.1", 0), backlog=8)
    garbage = socket.create_server(("127.0.0.1", 0))

    def talk():
        while True:
            try:
                peer, _ = garbage.accept()
            except OSError:
                return
            peer.sendall(b"HTTP/1.0 400 no\r\n\r\n" + bytes(range(256)))
            peer.close()
    threading.Thread(target=talk, daemon=True).start()
    scheme = "ldaps" if tls == "ldaps" else "ldap"
    uris = [f"{scheme}://127.0.0.1:{s.getsockname()[1]}" for s in (silent, garbage)]
    uris.append(f"{scheme}://127.0.0.1:{free_port()}")
    good = directory.settings(tls)
    answer = make({**good, "uris": " ".join([*uris, good["uris"]])}).login("sara", "sara-secret-1")
    silent.close()
    garbage.close()
    assert answer["result"] == "ok" and answer["ms"] < 4000


def test_black_hole_ends_after_a_second(make, directory):
    full = socket.socket()
    full.bind(("127.0.0.1", 0))
    full.listen(0)
    fill = []
    for _ in range(4):  # the backlog is full: further connections hang
        s = socket.socket()
        s.setblocking(False)
        s.connect_ex(full.getsockname())
        fill.append(s)
    good = directory.settings()
    uris = f"ldaps://127.0.0.1:{full.getsockname()[1]} {good['uris']}"
    probe = make({**good, "uris": uris})
    answer = probe.login("sara", "sara-secret-1")
    assert answer["result"] == "ok" and 900 < answer["ms"] < 2500
    assert probe.login("sara", "sara-secret-1")["ms"] < 500
    for s in (*fill, full):
        s.close()


def test_descriptors_stay(directory, make):
    probe = make(directory.settings())
    probe.login("sara", "sara-secret-1")
    before = probe.descriptors()
    for i in range(20):
        probe.login("sara", "sara-secret-1" if i % 2 else "wrong" * (i + 1))
        if i % 4 == 0:
            probe.login("sara", "sara-secret-1")  # keeps the account below its lock-out
    assert probe.descriptors() == before
