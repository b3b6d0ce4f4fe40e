# SPDX-License-Identifier: EUPL-1.2
"""What docs/install.md and docs/operate.md say of PostgreSQL works: the lines for pg_hba.conf and
pg_ident.conf, the script of setup-sql run twice, a backup and its restore."""
import getpass
import re
import subprocess

import build
import cluster as pg
import settings

INSTALL = (build.ROOT / "docs/install.md").read_text()


def psql(where, *arguments, user="postgres"):
    done = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", str(where.sockets), "-U", user, *arguments],
                          capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_one_account_is_every_login_by_peer():
    """The account of this test stands for `concord`."""
    ident = re.findall(r"^    concord  concord  (cc_\w+)$", INSTALL, re.M)
    line = re.search(r"^    (local  concord  .*)$", INSTALL, re.M)[1]
    running = pg.Cluster()
    try:
        config = running.folder / "concord.conf"
        settings.write(config, f"host={running.sockets} dbname=concord")
        script = build.run("concord", "-c", config, "setup-sql").stdout
        (running.folder / "setup.sql").write_text(script)
        for _ in range(2):
            psql(running, "-d", "postgres", "-f", running.folder / "setup.sql")
        (running.data / "pg_ident.conf").write_text("".join(f"concord {getpass.getuser()} {login}\n" for login in ident))
        (running.data / "pg_hba.conf").write_text(f"{line}\n")
        running.restart()
        for login in ident:
            assert psql(running, "-d", "concord", "-Atc", "SELECT session_user", user=login).strip() == login
        for command in (["migrate"], ["codelists"], ["migrate", "--check"], ["verify"]):
            build.run("concord", "-c", config, *command)
    finally:
        running.close()


def test_a_dump_is_restored_whole(cluster, database, tmp_path):
    owner = next(line.split("\t")[1] for line in (build.ROOT / "sql/samples/order.tsv").read_text().splitlines()
                 if line.startswith("public-private.xml"))
    database.concord("codelists")
    database.concord("import", "--quiet", build.ROOT / "sql/samples/invented.xml")
    database.concord("import", "--quiet", "--owner", owner, build.ROOT / "sql/samples/public-private.xml")
    link = database.one("SELECT link FROM feed_head")
    dump = tmp_path / "concord.dump"
    subprocess.run(["pg_dump", "-h", cluster.sockets, "-U", "postgres", "-Fc", "-f", dump, database.name], check=True,
                   timeout=60)
    name = f"{database.name}_restored"
    psql(cluster, "-d", "postgres", "-v", f"database={name}", "-f", build.ROOT / "sql/setup.sql")
    done = subprocess.run(["pg_restore", "-h", cluster.sockets, "-U", "postgres", "-d", name, dump], capture_output=True,
                          text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    restored = pg.Database(cluster, name)
    try:
        restored.concord("migrate", "--check")
        assert restored.concord("verify", "--link", link).stdout == "0 findings\n"
        assert restored.rows("SELECT * FROM feed ORDER BY 1") == database.rows("SELECT * FROM feed ORDER BY 1")
    finally:
        cluster.drop(restored)
