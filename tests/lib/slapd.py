#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""A private slapd with TLS for tests and ./demo: own folder, own CA, loopback only, ended by its pid.

    slapd.py start FOLDER [--port N] [--tls-port N]    prints the settings of section [ldap]
    slapd.py stop FOLDER
"""
import argparse
import base64
import hashlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

BASE = "dc=example,dc=org"
BIND_DN = f"uid=concord,ou=services,{BASE}"
BIND_PASSWORD = "concord-secret-1"
DECOY_DN = f"uid=decoy,ou=services,{BASE}"
ROOT_DN = f"cn=admin,{BASE}"
ROOT_PASSWORD = "root-secret-1"
DEMO_LDIF = pathlib.Path(__file__).resolve().parents[2] / "etc/slapd/demo.ldif"
SCHEMAS = pathlib.Path("/etc/ldap/schema")
MODULES = pathlib.Path("/usr/lib/ldap")
ENV = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LDAPNOINIT": "1", "HOME": "/"}

# Records are separated by exactly one blank line, includes too.
CONFIG = """\
dn: cn=config
objectClass: olcGlobal
cn: config
olcPidFile: {d}/slapd.pid
olcThreads: 4
olcTLSCACertificateFile: {d}/ca.pem
olcTLSCertificateFile: {d}/cert.pem
olcTLSCertificateKeyFile: {d}/key.pem
olcTLSProtocolMin: 3.3

dn: cn=module,cn=config
objectClass: olcModuleList
cn: module
olcModulePath: {modules}
olcModuleLoad: back_mdb
olcModuleLoad: ppolicy

dn: cn=schema,cn=config
objectClass: olcSchemaConfig
cn: schema

include: file://{schemas}/core.ldif

include: file://{schemas}/cosine.ldif

include: file://{schemas}/inetorgperson.ldif

dn: olcDatabase={{-1}}frontend,cn=config
objectClass: olcDatabaseConfig
objectClass: olcFrontendConfig
olcDatabase: {{-1}}frontend
olcAccess: {{0}}to dn.base="" by * read

dn: olcDatabase={{0}}config,cn=config
objectClass: olcDatabaseConfig
olcDatabase: {{0}}config
olcRootPW: {root}

dn: olcDatabase={{1}}mdb,cn=config
objectClass: olcDatabaseConfig
objectClass: olcMdbConfig
olcDatabase: {{1}}mdb
olcDbDirectory: {d}/db
olcDbMaxSize: 268435456
olcDbNoSync: TRUE
olcSuffix: {base}
olcRootDN: {root_dn}
olcRootPW: {root}
olcDbIndex: objectClass eq
olcDbIndex: uid,mail,cn eq
olcDbIndex: member eq
olcDbIndex: entryUUID,entryCSN eq
olcAccess: {{0}}to attrs=userPassword by self =xw by anonymous auth by * none
olcAccess: {{1}}to dn.base="{base}" by dn.exact="{bind_dn}" read by * none
olcAccess: {{2}}to dn.subtree="ou=people,{base}" by dn.exact="{bind_dn}" read by self read by * none
olcAccess: {{3}}to dn.subtree="ou=groups,{base}" by dn.exact="{bind_dn}" read by * none
olcAccess: {{4}}to * by self read by * none

dn: olcOverlay=ppolicy,olcDatabase={{1}}mdb,cn=config
objectClass: olcOverlayConfig
objectClass: olcPPolicyConfig
olcOverlay: ppolicy
olcPPolicyDefault: cn=default,ou=policies,{base}
olcPPolicyUseLockout: TRUE
"""


def ssha(password):
    salt = os.urandom(8)
    digest = hashlib.sha1(password.encode() + salt).digest()
    return "{SSHA}" + base64.b64encode(digest + salt).decode()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def run(*args, **options):
    done = subprocess.run(args, env=ENV, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, args[:3]))}: {done.stdout.decode(errors='replace')}")


class Authority:
    """A certificate authority with one key; elliptic curves because making RSA keys is slow."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.cert, self.key = self.folder / "ca.pem", self.folder / "ca.key"
        if not self.cert.exists():
            run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                "-nodes", "-days", "3650", "-subj", "/CN=Concord test CA", "-keyout", self.key,
                "-addext", "basicConstraints=critical,CA:TRUE", "-out", self.cert)

    def issue(self, folder, san, common_name="directory"):
        folder = pathlib.Path(folder)
        run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-subj", f"/CN={common_name}", "-keyout", folder / "key.pem", "-out", folder / "req.pem")
        (folder / "ext").write_text(f"subjectAltName={san}\nextendedKeyUsage=serverAuth\n")
        run("openssl", "x509", "-req", "-in", folder / "req.pem", "-CA", self.cert, "-CAkey", self.key,
            "-CAcreateserial", "-days", "3650", "-extfile", folder / "ext", "-out", folder / "cert.pem")


class Slapd:
    def __init__(self, folder, port=None, tls_port=None, authority=None,
                 san="DNS:localhost,IP:127.0.0.1", common_name="directory", user=None):
        self.folder = pathlib.Path(folder)
        self.port = port or free_port()
        self.tls_port = tls_port or free_port()
        self.authority = authority
        self.san, self.common_name = san, common_name
        self.user = user
        self.process = None

    ldap_uri = property(lambda self: f"ldap://127.0.0.1:{self.port}")
    ldaps_uri = property(lambda self: f"ldaps://127.0.0.1:{self.tls_port}")
    ca_file = property(lambda self: self.folder / "ca.pem")

    def create(self, ldif=DEMO_LDIF):
        d = self.folder
        for part in (d / "cfg", d / "db"):
            part.mkdir(parents=True, exist_ok=True)
        authority = self.authority or Authority(d / "authority")
        shutil.copy(authority.cert, d / "ca.pem")
        authority.issue(d, self.san, self.common_name)
        config = CONFIG.format(d=d, modules=MODULES, schemas=SCHEMAS, base=BASE, root_dn=ROOT_DN,
                               bind_dn=BIND_DN, root=ssha(ROOT_PASSWORD))
        (d / "config.ldif").write_text(config)
        run("slapadd", "-F", d / "cfg", "-n", "0", "-l", d / "config.ldif")
        if self.user:
            for path in [d, *d.rglob("*")]:
                shutil.chown(path, self.user)
        self.start()
        try:
            if ldif:  # online: overlays must see it
                self.add(pathlib.Path(ldif).read_text(encoding="utf-8"))
        except RuntimeError:
            self.stop()
            raise
        return self

    def start(self):
        command = ["slapd", "-F", str(self.folder / "cfg"), "-d", "0",
                   "-h", f"{self.ldap_uri} {self.ldaps_uri}"]
        if self.user:
            command += ["-u", self.user]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(command, env=ENV, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, cwd=self.folder, start_new_session=True)
        end = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                socket.create_connection(("127.0.0.1", self.tls_port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    text = (self.folder / "log").read_text(errors="replace")
                    raise RuntimeError(f"slapd does not answer: {text}") from None
                time.sleep(0.02)

    def add(self, ldif):
        run("ldapadd", "-x", "-H", self.ldap_uri, "-D", ROOT_DN, "-w", ROOT_PASSWORD, "-e", "relax",
            input=ldif.encode("utf-8"))

    def modify(self, ldif):
        run("ldapmodify", "-x", "-H", self.ldap_uri, "-D", ROOT_DN, "-w", ROOT_PASSWORD, "-e", "relax",
            input=ldif.encode("utf-8"))

    def configure(self, ldif):
        run("ldapmodify", "-x", "-H", self.ldap_uri, "-D", "cn=config", "-w", ROOT_PASSWORD,
            input=ldif.encode("utf-8"))

    def pause(self):
        """All of its threads stand still when this returns; a signal alone is only on its way."""
        self.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WNOWAIT)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return
        self.resume()
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.kill()

    def settings(self, tls="ldaps", **other):
        """Section [ldap] of concord.conf as a dictionary."""
        values = {
            "id": "example",
            "uris": self.ldaps_uri if tls == "ldaps" else self.ldap_uri,
            "tls": tls,
            "ca_file": str(self.ca_file),
            "bind_dn": BIND_DN,
            "bind_password": BIND_PASSWORD,
            "user_base": f"ou=people,{BASE}",
            "user_filter": "(&(objectClass=inetOrgPerson)(uid=%s))",
            "group_base": f"ou=groups,{BASE}",
            "group_filter": "(&(objectClass=groupOfNames)(member=%s))",
            "group_secretariat": f"cn=secretariat,ou=groups,{BASE}",
            "group_administrator": f"cn=administrators,ou=groups,{BASE}",
            "group_partner_system": f"cn=partner-systems,ou=groups,{BASE}",
            "decoy_dn": DECOY_DN,
        }
        values.update(other)
        return values


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=("start", "stop"))
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--port", type=int)
    parser.add_argument("--tls-port", type=int)
    parser.add_argument("--user", help="unprivileged account that the server runs as")
    args = parser.parse_args()
    folder = args.folder.resolve()
    pid_file = folder / "slapd.pid"
    if args.action == "stop":
        try:
            pid = int(pid_file.read_text())
        except FileNotFoundError:
            return 0
        os.kill(pid, signal.SIGTERM)
        for _ in range(250):
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                return 0
            time.sleep(0.02)
        print(f"slapd {pid} does not end", file=sys.stderr)
        return 1
    server = Slapd(folder, args.port, args.tls_port, user=args.user)
    if (folder / "cfg").exists():
        server.start()
    else:
        server.create()
    for key, value in server.settings().items():
        print(f"{key} = {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
