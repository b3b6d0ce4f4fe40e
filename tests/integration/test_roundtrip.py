# SPDX-License-Identifier: EUPL-1.2
"""Generated records of every kind and field through everything: import, feed, another registry. Equal
contents when published again, equal contents and seals when restored."""
import itertools
import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings

import generate
import ids
from test_import import NS, Report

EXAMPLES = int(os.environ.get("CONCORD_SOAK", 30))


@pytest.fixture(scope="module", name="three")
def three_fixture(cluster):
    made = [cluster.fresh() for _ in range(3)]
    for database in made:
        database.concord("codelists")
    yield made
    for database in made:
        cluster.drop(database)


NUMBERS = itertools.count()
TABLES = generate.kinds()


def unique(letter):
    return ids.named(letter, f"round trip {next(NUMBERS)}")


def load(database, text, *options):
    report = Report(database.concord("import", "--trust-consent", *options, "-", check=False, input=text))
    assert report.status == 0, report.text + report.errors
    return report


REVISIONS = "SELECT record_id, number, content, seal, note FROM revision WHERE record_id = ANY (%s) ORDER BY 1, 2"
CONTENTS = "SELECT record_id, content FROM publication WHERE record_id = ANY (%s)"
WORKING = "SELECT id, owner_org, cc_record_load(id, kind) FROM record WHERE id = ANY (%s) ORDER BY id"


@settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=not os.environ.get("CONCORD_SOAK"),
          phases=(Phase.explicit, Phase.generate, Phase.shrink), suppress_health_check=list(HealthCheck))
@given(records=generate.registries(TABLES, unique))
def test_what_is_generated_comes_through(three, records):
    first, again, restored = three
    names = [record.id for record in records]
    owner = next(name for name in names if name[0] == "O")
    position = str(first.one("SELECT position FROM feed_head"))
    sent = f'<?xml version="1.0"?>\n<records xmlns="{NS}">\r\n{"".join(r.sent for r in records)}</records>'
    assert load(first, sent, "--owner", owner).counts == (len(records), 0, 0, 0)
    contents = dict(first.rows(CONTENTS, [names]))
    for record in records:
        assert contents[record.id] == record.content
    feed = first.concord("export", "--after", position).stdout
    load(again, feed, "--owner", owner)
    assert dict(again.rows(CONTENTS, [names])) == contents
    load(restored, feed, "--mode", "restore")
    assert restored.rows(REVISIONS, [names]) == first.rows(REVISIONS, [names])
    assert restored.rows(WORKING, [names]) == first.rows(WORKING, [names])
    assert load(first, feed).counts == (0, 0, len(records), 0)


def test_all_of_it_holds(three):
    for database in three:
        assert database.concord("verify").stdout == "0 findings\n"


def test_the_tables_are_used_up():
    """A field of a type that the generator does not know would fail; so would a kind without rules."""
    assert set(TABLES) == set(generate.RULES)
