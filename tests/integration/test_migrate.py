# SPDX-License-Identifier: EUPL-1.2
"""concord setup-sql and concord migrate: each file once, in a transaction, and never a changed one."""
import shutil
import threading

import build
import cluster as pg
import pytest


@pytest.fixture
def site(empty_cluster, tmp_path):
    """An installation whose sql/ the test may change, on a database without migrations."""
    tmp_path.chmod(0o755)
    shutil.copytree(build.ROOT / "sql", tmp_path / "sql")
    shutil.rmtree(tmp_path / "sql/migrations")
    shutil.rmtree(tmp_path / "sql/functions")
    (tmp_path / "sql/migrations").mkdir()
    (tmp_path / "sql/functions").mkdir()
    database = empty_cluster.empty()
    database.sql = tmp_path / "sql"
    database.config = database.settings("site", files_share_path=str(tmp_path))
    (database.sql / "migrations/0001_one.sql").write_text("CREATE TABLE one (id integer);\n")
    yield database
    empty_cluster.drop(database)


def migrate(site, *arguments):
    done = site.concord("migrate", *arguments, check=False)
    return done.returncode, done.stderr


def applied(site):
    return [row[0] for row in site.rows("SELECT name FROM migration ORDER BY name")]


def test_applies_what_is_new_as_the_owner(site):
    assert migrate(site, "--check")[0] == 1
    assert migrate(site)[0] == 0
    assert migrate(site, "--check") == (0, "")
    assert applied(site) == ["0001_one", "functions"]
    (site.sql / "migrations/0002_two.sql").write_text("CREATE TABLE two (id integer);\n")
    code, told = migrate(site, "--check")
    assert code == 1 and "to be applied: 0002_two" in told
    assert migrate(site)[0] == 0
    assert site.rows("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'concord'") == [("cc_owner",)]


def test_texts_are_compared_by_bytes_and_letters_are_known(site):
    """Whatever the server's own language is: keys are texts, which a locale compares at many times the price."""
    assert site.rows("SELECT datcollate, datlocprovider::text, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = %s",
                     [site.name]) == [("C", "c", "UTF8")]
    assert site.one("SELECT lower('ÀÉЖ')") == "àéж"


@pytest.mark.parametrize("locale", [["--locale=C"], ["--locale=C", "--locale-provider=icu", "--icu-locale=en-US"]], ids=["none", "icu"])
def test_letters_are_known_on_a_server_of_no_language(locale):
    """As `initdb` makes one where the environment says nothing."""
    cluster = pg.Cluster(locale=locale)
    try:
        database = cluster.empty()
        cluster.setup(database)
        assert database.rows("SELECT datcollate, datlocprovider::text FROM pg_database WHERE datname = %s", [database.name]) == [("C", "c")]
        assert database.one("SELECT lower('ÀÉЖ')") == "àéж"
    finally:
        cluster.close()


def test_what_a_migration_warns_of_is_told(site):
    (site.sql / "migrations/0002_two.sql").write_text("DO $$ BEGIN RAISE WARNING 'run %', 'this'; END $$;\n")
    done = site.concord("migrate")
    assert "<4>database says: run this\n" in done.stdout + done.stderr


def test_refuses_a_changed_file(site):
    migrate(site)
    (site.sql / "migrations/0001_one.sql").write_text("CREATE TABLE one (id bigint);\n")
    for arguments in ([], ["--check"]):
        code, told = migrate(site, *arguments)
        assert code == 1 and "0001_one.sql\" was changed after it was applied" in told


def test_refuses_a_vanished_file(site):
    migrate(site)
    (site.sql / "migrations/0001_one.sql").unlink()
    code, told = migrate(site)
    assert code == 1 and "its file is missing" in told


@pytest.mark.parametrize("name, told", [("1_x.sql", "is not named NNNN_name.sql"),
                                        ("0002_X.sql", "is not named NNNN_name.sql"),
                                        ("0001_other.sql", "have the same number")])
def test_refuses_a_bad_name(site, name, told):
    (site.sql / "migrations" / name).write_text("SELECT 1;\n")
    code, error = migrate(site)
    assert code == 1 and told in error


def test_failure_leaves_nothing_and_names_the_line(site):
    (site.sql / "migrations/0002_two.sql").write_text("CREATE TABLE two (id integer);\n-- é\nSELEC 1;\n")
    code, told = migrate(site)
    assert code != 0 and "0002_two.sql:3: 42601" in told
    assert applied(site) == ["0001_one"]
    assert site.one("SELECT to_regclass('concord.two') IS NULL")


def test_refuses_a_migration_that_commits_by_itself(site):
    (site.sql / "migrations/0002_two.sql").write_text("COMMIT;\n")
    code, told = migrate(site)
    assert code == 1 and "must not end its transaction" in told


def test_functions_in_any_order_and_again_when_changed(site):
    a, b = site.sql / "functions/a.sql", site.sql / "functions/b.sql"
    head = "CREATE OR REPLACE FUNCTION {}() RETURNS integer LANGUAGE sql AS 'SELECT {}';\n"
    a.write_text(head.format("cc_a", "cc_b()"))
    b.write_text(head.format("cc_b", "1"))
    assert migrate(site)[0] == 0
    b.write_text(head.format("cc_b", "2"))
    assert "to be applied: functions" in migrate(site, "--check")[1]
    assert migrate(site)[0] == 0
    assert site.one("SELECT cc_a()") == 2
    b.write_text(head.format("cc_b", "nothing_of_this_name"))
    assert migrate(site)[0] != 0
    assert site.one("SELECT cc_a()") == 2


def test_two_at_once_apply_once(site):
    (site.sql / "migrations/0002_slow.sql").write_text("SELECT pg_sleep(0.5); CREATE TABLE slow (id integer);\n")
    codes = []
    threads = [threading.Thread(target=lambda: codes.append(migrate(site))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [code for code, _ in codes] == [0, 0, 0]
    assert sum("applied 0002_slow" in told for _, told in codes) == 1


def test_setup_may_run_again(site):
    site.cluster.setup(site)
    assert migrate(site)[0] == 0


@pytest.mark.parametrize("arguments", [["migrate", "--no"], ["setup-sql", "x"], ["show-config", "x"]])
def test_arguments_that_a_command_does_not_take(site, arguments):
    assert site.concord(*arguments, check=False).returncode == 2


@pytest.mark.parametrize("arguments, code", [
    ([], 2), (["no-such-command"], 2), (["-x"], 2),
    (["-c", "/nowhere", "migrate"], 3), (["-c", "/nowhere", "check-config"], 3), (["--help"], 0), (["--version"], 0)])
def test_command_line(arguments, code):
    done = build.run("concord", *arguments, check=False)
    assert done.returncode == code
    assert bool(done.stderr) == (code != 0)


def test_routes_say_who_may_use_them():
    head, *lines = [line.split("\t") for line in build.run("concord", "routes").stdout.splitlines()]
    assert head[:5] == ["name", "methods", "address", "class", "permission"]
    assert lines and all(len(line) == len(head) and line[2].startswith("/") for line in lines)


@pytest.mark.parametrize("folder", ["migrations", "functions", "queries", "samples"])
def test_every_file_is_in_the_list_of_what_is_installed(folder):
    named = (build.ROOT / "sql/Makefile.inc").read_text().split()
    files = [p.relative_to(build.ROOT).as_posix() for p in (build.ROOT / "sql" / folder).iterdir() if p.suffix in (".sql", ".xml")]
    assert files and [f for f in files if f not in named] == []
