# SPDX-License-Identifier: EUPL-1.2
"""A private PostgreSQL for tests of the SQL alone: migrated by psql, so that they need no built
program. Unprivileged, on a unix socket in a temporary folder, stopped by its pid."""
import os
import pathlib
import shutil
import subprocess
import tempfile

import psycopg2
import pytest

SQL = pathlib.Path(__file__).resolve().parents[2] / "sql"
BIN = pathlib.Path("/usr/lib/postgresql/15/bin")


class Server:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="concord-sql-"))
        self.prefix = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        if self.prefix:
            shutil.chown(self.folder, "postgres")
        self._run(BIN / "initdb", "-D", self.folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8",
                  "--locale=C.UTF-8")
        self._run(BIN / "pg_ctl", "-w", "-D", self.folder / "data", "-l", self.folder / "log", "start", "-o",
                  f"-c listen_addresses='' -c unix_socket_directories='{self.folder}' -c fsync=off")
        self.count = 0

    def _run(self, *words):
        subprocess.run([*self.prefix, *map(str, words)], check=True, cwd="/", stdout=subprocess.DEVNULL,
                       stderr=subprocess.PIPE)

    def psql(self, user, name, *files):
        for path in files:
            done = subprocess.run(["psql", "-qX1", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U", user,
                                   "-d", name, "-f", path], capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{path}: {done.stderr}"

    def new(self):
        self.count += 1
        name = f"t{self.count}"
        self.psql("postgres", "postgres", SQL / "setup.sql")
        self._run(BIN / "createdb", "-h", self.folder, "-U", "postgres", "-O", "cc_owner", "-E", "UTF8", "-T",
                  "template0", name)
        self.psql("cc_migrate", name, *sorted((SQL / "migrations").glob("*.sql")))
        with psycopg2.connect(host=self.folder, user="cc_migrate", dbname=name) as connection:
            with connection.cursor() as cursor: # as cc_migrate() does: any order, then checked
                for check in ("off", "on"):
                    cursor.execute(f"SET LOCAL check_function_bodies = {check}")
                    for path in sorted((SQL / "functions").glob("*.sql")):
                        cursor.execute(path.read_text())
        return Database(self, name)

    def stop(self):
        self._run(BIN / "pg_ctl", "-w", "-D", self.folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder)


class Database:
    def __init__(self, server, name):
        self.server, self.name = server, name

    def connect(self, login="postgres"):
        options = "-c search_path=concord,pg_temp" if login == "postgres" else ""
        return psycopg2.connect(host=self.server.folder, user=login, dbname=self.name, options=options)

    @property
    def conninfo(self):
        return f"host={self.server.folder} dbname={self.name}"


@pytest.fixture(scope="module")
def server():
    it = Server()
    yield it
    it.stop()


@pytest.fixture
def database(server): # pylint: disable=redefined-outer-name
    return server.new()
