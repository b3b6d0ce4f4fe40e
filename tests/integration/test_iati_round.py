# SPDX-License-Identifier: EUPL-1.2
"""Real files of IATI in and out again: what of each element of the standard comes back, path by path. The table is
written to var/iati-lost.tsv; docs/iati.md names what is kept with the import and not told again.
CONCORD_SOAK=1 reads all valid files of activities of 2.03, the check a fixed part of them."""
import collections
import csv
import io
import os
import re
import subprocess
import xml.etree.ElementTree as ET

import pytest

import build
import pages
from test_iati import manifest
from test_iati_out import following

XML = "{http://www.w3.org/XML/1998/namespace}"
SAMPLE = re.compile(r"iati/activities/(xm-dac-9|41aaa|xm-dac-41|fr-3|gb-gov-1-|us-ein|nl-kvk-4|gb-chc-11|xi-iati-ec|au-|dk-|es-)")
MOST_BYTES = 400_000  # of a file in the check
# What an activity is made of: all of it comes back, but what is named in NOT_TOLD_AGAIN.
WHOLE = ("iati-identifier", "reporting-org", "title", "description", "participating-org", "activity-status",
         "activity-date", "activity-scope", "recipient-country", "recipient-region", "sector", "tag", "humanitarian-scope",
         "policy-marker", "collaboration-type", "default-flow-type", "default-finance-type", "default-aid-type",
         "default-tied-status", "document-link", "related-activity", "location")
# Kept with the import and told nowhere, as docs/iati.md says.
NOT_TOLD_AGAIN = ("activity-date/narrative", "contact-info/@type", "tag/narrative")
# What says nothing, and what has other words for the same.
SAME = {("iati-activity/@humanitarian", "0"), ("iati-activity/@humanitarian", "false"),
        ("iati-activity/conditions/@attached", "0"), ("iati-activity/conditions/@attached", "false"),
        ("iati-activity/reporting-org/@secondary-reporter", "0"), ("iati-activity/reporting-org/@secondary-reporter", "false")}
REWRITTEN = {"iati-activity/@last-updated-datetime", "iati-activity/location/point/@srsName"}
# Of persons; dropped while the file is read.
PERSONS = {f"iati-activity/contact-info/{n}" for n in ("person-name/narrative", "telephone", "email")}


def words(text):
    return " ".join((text or "").split())


def value_of(path, text):
    """Capitals say nothing here; a blank in an address is %20 (xs:anyURI)."""
    text = words(text).casefold()
    return text.replace(" ", "%20") if path.endswith("/@url") else text


def values(node, path=""):
    """(path, value) of all that an activity says, in whatever order and capitals."""
    at = f"{path}/{node.tag}" if path else node.tag
    for name, value in node.attrib.items():
        if name[0] != "{":
            yield f"{at}/@{name}", value_of(f"{at}/@{name}", value)
    text = words(node.text)
    if text:
        yield at, text.casefold()
    named = node.tag == "contact-info" and words("".join(node.find("person-name").itertext())) if node.find("person-name") is not None else ""
    for child in node:
        if child.tag == "job-title" and named:  # of a person
            continue
        is_text = child.tag in ("title", "description", "narrative")  # without words they say nothing
        if child.tag[0] != "{" and (words("".join(child.itertext())) if is_text else len(child) or child.attrib or words(child.text)):
            yield from values(child, at)


def activities(text):
    return {words(a.findtext("iati-identifier")): a for a in ET.fromstring(text).iter("iati-activity")}


def real_files(real_data):
    whole = os.environ.get("CONCORD_SOAK") == "1"
    for row in manifest(real_data):
        path = real_data / row["path"]
        if row["valid"] == "valid" and row["path"].startswith("iati/activities/") and "v2.03" in row["path"] and (
                whole or (SAMPLE.match(row["path"]) and path.stat().st_size < MOST_BYTES)):
            yield path


def organisation_files(real_data):
    for row in manifest(real_data):
        if row["valid"] == "valid" and row["path"].startswith("iati/organisations/"):
            yield real_data / row["path"]


class Compared:
    def __init__(self, sent, back, kept):
        self.back = back
        self.in_both = sorted(set(sent) & set(back))
        self.told, self.again, self.examples, self.silent = collections.Counter(), collections.Counter(), {}, []
        self.added = collections.Counter()
        for identifier in self.in_both:
            told, again = (collections.Counter(values(a[identifier])) for a in (sent, back))
            self.added.update(path for path, value in again - told if path not in REWRITTEN)
            for (path, value), n in told.items():
                if (path, value) in SAME or path in REWRITTEN:
                    continue
                self.told[path] += n
                self.again[path] += min(n, again[path, value])
                if again[path, value] < n:
                    self.examples.setdefault(path, f"{identifier}: {value[:80]}")
                    top = path.split("/")[1]
                    if path not in PERSONS and path != "iati-activity/tag/narrative" and (top if top[0] != "@" else "iati-activity") not in kept[identifier]:
                        self.silent.append(f"{identifier} {path} {value[:80]}")

    def lost(self):
        return {p: n - self.again[p] for p, n in sorted(self.told.items()) if self.again[p] < n}

    def write(self):
        folder = build.ROOT / "var"
        folder.mkdir(exist_ok=True)
        with open(folder / "iati-lost.tsv", "w", encoding="utf-8", newline="") as out:
            lines = csv.writer(out, delimiter="\t", lineterminator="\n")
            lines.writerow(("path", "told", "come back", "for example"))
            lines.writerows((p, n, self.again[p], self.examples.get(p, "")) for p, n in sorted(self.told.items()))
        for path, n in self.lost().items():
            print(f"{n} of {self.told[path]} lost: {path} ({self.examples[path]})")


@pytest.fixture(scope="module", name="compared")
def compared_fixture(cluster, real_data, standards, tmp_path_factory):
    database = cluster.fresh()
    database.concord("codelists")
    sent, back, kept = {}, {}, collections.defaultdict(set)
    for path in real_files(real_data):
        database.concord("import", "--quiet", path, check=False)
        sent |= activities(path.read_text(encoding="utf-8"))
    for path in real_files(real_data):  # who became known by a later file is a participant of ours now
        database.concord("import", "--quiet", path, check=False)
    for identifier, element in database.rows("SELECT identifier, element FROM iati_source JOIN iati_kept USING (record_id)"):
        kept[words(identifier)].add(element)
    for path in organisation_files(real_data):
        database.concord("import", "--quiet", path, check=False)
    folder, again, organisations = tmp_path_factory.mktemp("round"), [], []
    with pages.start(database, folder, "bulk") as worker:
        uri = "/iati/activities.xml"
        while uri:
            answer = worker.fetch(uri)
            if answer.status == 200:
                back |= activities(answer.text)
                page = folder / f"page-{len(back)}.xml"
                page.write_text(answer.text, encoding="utf-8")
                again.append(database.concord("import", "--dry-run", page, check=False).stdout)
            uri = following(answer)
        listed = worker.fetch("/iati/organisations.csv")
        assert not following(listed)
        for row in csv.DictReader(io.StringIO(listed.text)):
            page = folder / f"organisation-{row['record']}.xml"
            page.write_text(worker.fetch(f"/iati/organisations/{row['record']}.xml").text, encoding="utf-8")
            organisations.append(database.concord("import", "--dry-run", page, check=False).stdout)
        assert worker.stop() == 0, worker.log_text()
    cluster.drop(database)
    for kind, files in (("activities", folder.glob("page-*.xml")), ("organisations", folder.glob("organisation-*.xml"))):
        done = subprocess.run(["xmllint", "--nonet", "--noout", "--schema",
                               standards / f"iati/xsd/2.03/iati-{kind}-schema.xsd", *files], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
    made = Compared(sent, back, kept)
    made.dry_runs, made.organisations = "\n".join(again), organisations
    made.write()
    print(f"{len(sent)} activities in, {len(made.in_both)} of them out again")
    return made


pytestmark = [pytest.mark.needs_real_data, pytest.mark.needs_standards]


def test_what_an_activity_is_made_of_comes_back(compared):
    """The rest are values that the rules of the registry refuse (an address that is none, an unknown code): 1 in 20
    at most of any path, all of them kept and told."""
    assert len(compared.in_both) > 100
    bad = {p: n for p, n in compared.lost().items() if p.split("/")[1] in WHOLE and n > compared.told[p] / 20 + 1
           and not any(p.startswith(f"iati-activity/{known}") for known in NOT_TOLD_AGAIN)}
    assert not bad, bad


def test_nothing_is_told_that_was_not(compared):
    print(compared.added)
    assert not compared.added["iati-activity/reporting-org/@secondary-reporter"]


def test_nothing_is_lost_without_being_kept(compared):
    assert not compared.silent, "\n".join(compared.silent[:50])


def test_what_is_not_told_again_is_documented(compared):
    text = (build.ROOT / "docs/iati.md").read_text()
    for path in NOT_TOLD_AGAIN:
        assert f"`{path}`" in text, path
    for path in compared.lost():
        parts = path.split("/")
        if parts[1] not in WHOLE and parts[1] not in ("contact-info",) and parts[1][0] != "@":
            assert parts[1] in text, path


def test_what_is_told_comes_back_unchanged(compared):
    """Nothing that a file is silent about is made up: neither when it was written, nor other identifiers, types, languages."""
    verdicts = collections.Counter(line.split("\t")[0] for line in compared.dry_runs.splitlines() if "\t" in line)
    changed = [line for line in compared.dry_runs.splitlines() if line.startswith(("new\t", "changed\t", "refused\t"))]
    assert verdicts["unchanged"] == len(compared.back) and not changed, "\n".join(changed[:20])


def test_what_is_told_of_organisations_comes_back_unchanged(compared):
    """Also of one whose identifier holds its scheme twice (US-EIN-US-EIN-13-2702768)."""
    assert len(compared.organisations) > 20
    assert not [told for told in compared.organisations if not told.startswith("unchanged\t")]
