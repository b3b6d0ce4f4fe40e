# SPDX-License-Identifier: EUPL-1.2
"""A private PostgreSQL cluster for tests: own folder, unix socket only, ended by its own pid file.

Databases are copies of a template that the real `concord setup-sql` and `concord migrate` made once
per cluster, so a fresh one costs a tenth of a second.
"""
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile

import build
import psycopg2
import settings

BIN = pathlib.Path(os.environ.get("CONCORD_PG_BIN", "/usr/lib/postgresql/15/bin"))
TEMPLATE = "concord_template"
OPTIONS = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "32MB",
    # A test cluster does not outlive its test; `make bench` and `make soak` keep the defaults.
    "fsync": "off",
    "full_page_writes": "off",
    "log_min_messages": "warning",
}


def _as_postgres(command, **options):
    """PostgreSQL refuses to run as root."""
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    return subprocess.run([str(c) for c in command], check=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, timeout=120, **options)


class Database:
    """One database of a cluster, and a settings file for it."""

    def __init__(self, cluster, name):
        self.cluster, self.name = cluster, name
        self.conninfo = f"host={cluster.sockets} dbname={name}"
        self.config = settings.write(cluster.folder / f"{name}.conf", self.conninfo)

    def connect(self, user="postgres", **options):
        """A psycopg2 connection; postgres is the superuser, for whom no role setting holds."""
        if user == "postgres":
            options.setdefault("options", "-c search_path=concord,pg_temp")
        return psycopg2.connect(self.conninfo, user=user, **options)

    def rows(self, sql, params=None, user="postgres"):
        connection = self.connect(user)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql, params)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def one(self, sql, params=None, user="postgres"):
        return self.rows(sql, params, user)[0][0]

    def concord(self, *arguments, check=True, **options):
        """Runs concord(1) with this database's settings."""
        return build.run("concord", "-c", self.config, *arguments, check=check, **options)

    def settings(self, name, **other):
        """One more settings file for this database; see settings.write()."""
        other.setdefault("db_conninfo", self.conninfo)
        conninfo = other.pop("db_conninfo")
        return settings.write(self.cluster.folder / f"{self.name}-{name}.conf", conninfo, **other)


class Cluster:
    def __init__(self, options=None, locale=("--locale=C.UTF-8",)):
        """options: server settings instead of OPTIONS, for measuring. locale: what initdb is told of it."""
        self.options = OPTIONS if options is None else options
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="concord-pg-"))
        self.data, self.sockets = self.folder / "data", self.folder / "s"
        self.log = self.folder / "log"
        self.count = 0
        self.folder.chmod(0o755)
        for path in (self.data, self.sockets):
            path.mkdir()
            if os.geteuid() == 0:
                owner = pwd.getpwnam("postgres")
                os.chown(path, owner.pw_uid, owner.pw_gid)
        self.log.touch()
        self.log.chmod(0o666)
        _as_postgres([BIN / "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-N",
                      "-E", "UTF8", *locale], cwd="/")
        self.start()

    def start(self):
        options = " ".join(f"-c {k}='{v}'" for k, v in
                           {**self.options, "unix_socket_directories": self.sockets}.items())
        _as_postgres([BIN / "pg_ctl", "-D", self.data, "-l", self.log, "-w", "-t", "60", "-s",
                      "-o", options, "start"], cwd="/")

    def stop(self, mode="fast"):
        _as_postgres([BIN / "pg_ctl", "-D", self.data, "-m", mode, "-w", "-s", "stop"], cwd="/")

    def restart(self, mode="fast"):
        self.stop(mode)
        self.start()

    def pid(self):
        """Of the postmaster."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def pids(self):
        """The postmaster and all its processes, for SIGSTOP and SIGCONT."""
        pid = self.pid()
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [pid, *map(int, children)]

    def pause(self):
        for pid in self.pids():
            os.kill(pid, signal.SIGSTOP)

    def resume(self):
        for pid in self.pids():
            os.kill(pid, signal.SIGCONT)

    def close(self):
        if (self.data / "postmaster.pid").exists():
            self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def superuser(self, sql, database="postgres"):
        connection = psycopg2.connect(host=str(self.sockets), user="postgres", dbname=database)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
        finally:
            connection.close()

    def setup(self, database):
        """What the administrator does: the script of `concord setup-sql`."""
        script = database.concord("setup-sql").stdout
        subprocess.run(["psql", "-X", "-q", "-h", str(self.sockets), "-U", "postgres", "-d",
                        "postgres", "-f", "-"], input=script, text=True, check=True, timeout=60,
                       stdout=subprocess.DEVNULL)

    def empty(self, name=None):
        """A database as the administrator hands it over: no migration yet."""
        self.count += 1
        database = Database(self, name or f"empty_{self.count}")
        self.setup(database)
        return database

    def template(self):
        database = self.empty(TEMPLATE)
        database.concord("migrate")
        return database

    def fresh(self):
        """A migrated database with nothing in it. What belongs to a database and not to its
        content (who may connect) is not copied, so the administrator's script runs again."""
        self.count += 1
        name = f"t{self.count}"
        self.superuser(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} OWNER cc_owner")
        database = Database(self, name)
        self.setup(database)
        return database

    def drop(self, database):
        self.superuser(f"DROP DATABASE IF EXISTS {database.name} WITH (FORCE)")
