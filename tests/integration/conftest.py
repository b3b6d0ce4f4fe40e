# SPDX-License-Identifier: EUPL-1.2
"""One database cluster per run, one fresh database per test module."""
import cluster as pg
import pytest
from slapd import BASE, Slapd, ssha

STRANGER = f"""\
dn: uid=olga,ou=people,{BASE}
objectClass: inetOrgPerson
uid: olga
cn: Olga Nowak
sn: Nowak
mail: olga@example.org
userPassword: {ssha("olga-secret-1")}
"""


@pytest.fixture(scope="session", name="empty_cluster")
def empty_cluster_fixture():
    """A running cluster without our template: for tests of installing and migrating."""
    running = pg.Cluster()
    yield running
    running.close()


@pytest.fixture(scope="session", name="cluster")
def cluster_fixture(empty_cluster):
    """The same, with the migrated template made."""
    empty_cluster.template()
    return empty_cluster


@pytest.fixture(scope="module")
def database(cluster):
    """A migrated database with nothing in it; see tests/lib/cluster.py."""
    made = cluster.fresh()
    yield made
    cluster.drop(made)


@pytest.fixture(name="fresh")
def fresh_fixture(cluster):
    """A database of one test, with the code lists."""
    made = cluster.fresh()
    made.concord("codelists")
    yield made
    cluster.drop(made)


@pytest.fixture(scope="session")
def people(tmp_path_factory):
    """The directory of ./demo and a stranger, for stacks (tests/lib/stack.py)."""
    server = Slapd(tmp_path_factory.mktemp("people")).create()
    server.add(STRANGER)
    yield server
    server.stop()
