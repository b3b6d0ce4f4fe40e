# SPDX-License-Identifier: EUPL-1.2
"""IATI in: every real and test file, what is told about each, repeating, duplicates, what is kept, whose
names are dropped, hostile files. CONCORD_SOAK=1 reads the whole folder, the check a fixed part of it.
The table per file is written to var/iati.tsv."""
import concurrent.futures
import csv
import os
import re
import subprocess
import time
from xml.sax.saxutils import quoteattr

import pytest

import build

FIELDS = ("file", "official", "taken", "of these without identifier", "unchanged", "refused", "with notes", "kept elements",
          "seconds", "new, changed, unchanged, refused again")
# The official schema takes an activity without one; it is taken here, too, and told.
NAMELESS = "There is no identifier, so the activity is taken without one"
SAMPLE = ("iati/organisations/", "iati/files-invalid/who", "iati/files/acfspain", "iati/files/usaid-m",
          "iati/files/worldbank", "iati/activities/xm-dac-9", "iati/activities/41aaa",
          "iati/activities/no-brc", "iati/activities-invalid/", "iati/old-versions/", "iati/fixtures/cove",
          "iati/fixtures/datastore", "iati/fixtures/refresher", "iati/fixtures/pyiati",
          "iati/fixtures/validator/iati-org", "iati/fixtures/validator/iati-act-",
          "iati/fixtures/public-validator")


class Report:
    def __init__(self, done):
        self.status, self.text, self.errors = done.returncode, done.stdout, done.stderr
        self.kept, self.verdicts, self.problems, last = {}, {}, {}, None
        for line in done.stdout.splitlines():
            words = line.split("\t")
            if words[0] == "kept":
                self.kept[words[1]] = int(words[2])
            elif len(words) == 4 and not line.startswith(" "):
                last = words[1] if words[1] != "-" else words[3]
                self.verdicts[last] = words[0]
            elif line.startswith("    "):
                self.problems.setdefault(last, []).append(line.strip())
        self.last = done.stdout.splitlines()[-1] if done.stdout else ""
        self.counts = tuple(map(int, re.findall(r"(\d+) (?:new|changed|unchanged|refused)", self.last)))
        noted = re.search(r"; (\d+) with notes", self.last)
        self.noted = int(noted.group(1)) if noted else 0

    def all(self):
        return "\n".join(p for problems in self.problems.values() for p in problems)

    def problems_at(self, line):
        """What was told of this line, without where it stands."""
        return re.findall(rf"^    \w+: line {line}: (?:[\w@/-]+: )?(.*)$", self.text, re.M)


@pytest.fixture(name="registry", scope="module")
def registry_fixture(cluster):
    made = cluster.fresh()
    made.concord("codelists")
    yield made
    cluster.drop(made)


def load(database, text, *options):
    return Report(database.concord("import", *options, "-", check=False, input=text))


def peak(database, path):
    """MB that the import of a file needs at most."""
    command = [build.program("concord"), "-c", database.config, "import", "--dry-run", path]
    done = subprocess.run(["/usr/bin/python3", "-c", "import resource, subprocess, sys;"
                           "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL);"
                           "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)", *map(str, command)],
                          capture_output=True, text=True, check=True)
    return int(done.stdout) / 1024


def activity(identifier="XM-DAC-41114-1", more="", reporter="XM-DAC-41114", title="Clean water",
             updated="2024-05-01T10:00:00Z", before=""):
    return (f'<iati-activity default-currency="USD" xml:lang="en" last-updated-datetime="{updated}">\n'
            f"<iati-identifier>{identifier}</iati-identifier>\n"
            f'<reporting-org ref={quoteattr(reporter)} type="40"><narrative>UNDP</narrative></reporting-org>\n'
            f"<title><narrative>{title}</narrative></title>\n"
            f"<description><narrative>Wells.</narrative></description>\n{before}"
            '<participating-org role="4"><narrative>Somebody without a number</narrative></participating-org>\n'
            '<activity-status code="2"/>\n<activity-date type="1" iso-date="2024-01-01"/>\n'
            f"{more}</iati-activity>\n")


def activities(*items, version='version="2.03"'):
    return f"<iati-activities {version}>\n{''.join(items)}</iati-activities>\n"


def content(database, identifier):
    return database.one("SELECT p.content FROM publication p JOIN iati_source s USING (record_id) "
                        "WHERE s.identifier = %s", (identifier,))


MONEY = ('<budget><period-start iso-date="2024-01-01"/><period-end iso-date="2024-12-31"/>'
         '<value value-date="2024-01-01">100</value></budget>')


# --- real files ------------------------------------------------------------------------------------

def manifest(real_data):
    with open(real_data / "MANIFEST.tsv", encoding="utf-8", newline="") as rows:
        return [r for r in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE)
                if r["path"].startswith("iati/") and r["path"].endswith(".xml")]


@pytest.mark.needs_real_data
def test_every_file(registry, real_data):
    """Nothing crashes; whatever the official XSD calls valid is taken; a second time nothing changes."""
    whole = os.environ.get("CONCORD_SOAK") == "1"
    rows, bad, nameless = [], [], 0
    for row in manifest(real_data):
        path = row["path"]
        if not whole and not path.startswith(SAMPLE):
            continue
        root = re.search(rb"<iati-(?:activit|organisation)", (real_data / path).read_bytes())
        version = re.search(rb"<iati-[a-z]+s?\s[^>]*version\s*=\s*[\"'](\d)", (real_data / path).read_bytes())
        begun = time.monotonic()
        first = Report(registry.concord("import", str(real_data / path), check=False))
        took = time.monotonic() - begun
        second = Report(registry.concord("import", "--quiet", str(real_data / path), check=False))
        if first.status not in (0, 1) or len(first.counts) != 4 or "Sanitizer" in first.errors:
            bad.append(f"{path}: {first.status} {first.errors}")
            continue
        if second.counts[:2] != (0, 0):
            bad.append(f"{path}: the second time {second.last}")
        valid = row["valid"] == "valid" and root and not (version and version.group(1) == b"1")
        if valid and first.counts[3]:
            bad.append(f"{path} is valid: {first.last}\n{first.all()[:600]}")
        without = first.text.count(NAMELESS)
        nameless += without
        rows.append((path, row["valid"] or "-", first.counts[0] + first.counts[1], without, first.counts[2],
                     first.counts[3], first.noted, sum(first.kept.values()), f"{took:.2f}", " ".join(map(str, second.counts))))
    folder = build.ROOT / "var"
    folder.mkdir(exist_ok=True)
    with open(folder / "iati.tsv", "w", encoding="utf-8", newline="") as out:
        csv.writer(out, delimiter="\t", lineterminator="\n").writerows([FIELDS, *rows])
    for row in (FIELDS, *rows):
        print("\t".join(map(str, row)))
    assert not bad, "\n".join(bad)
    assert len(rows) > (600 if whole else 90) and nameless > (100 if whole else 0)
    assert registry.concord("verify").stdout == "0 findings\n"


@pytest.mark.needs_real_data
def test_no_person_of_real_files_is_stored(registry, real_data):
    """After the test above: names of persons that the files hold stand nowhere in what was kept."""
    name = re.compile(rb"<person-name>\s*<narrative[^>]*>\s*([^<]{6,}?)\s*</narrative>")
    names = set()
    for path in (real_data / "iati/activities").glob("xm-dac-9*"):
        names.update(n.decode() for n in name.findall(path.read_bytes()))
    assert registry.one("SELECT count(*) FROM iati_kept") > 100
    assert not registry.one("SELECT count(*) FROM iati_kept WHERE xml LIKE '%%person-name%%'")
    for n in names:
        assert not registry.one("SELECT count(*) FROM iati_kept WHERE strpos(xml, %s) > 0", (n,)), n


# --- one thing each ---------------------------------------------------------------------------------

def test_taken_unchanged_changed(fresh):
    text = activities(activity(more=MONEY))
    report = load(fresh, text)
    assert report.counts == (2, 0, 0, 0), report.text
    assert report.kept["budget"] == 1 and "kept: " in report.text
    made = content(fresh, "XM-DAC-41114-1")
    assert "Clean water" in made and 'ref="XM-DAC-41114"' in made and "Somebody without a number" in made
    org = fresh.one("SELECT record_id FROM organisation_identifier WHERE scheme = 'XM-DAC' AND value = '41114'")
    assert f'organisation="{org}"' in made
    assert fresh.one("SELECT owner_org FROM record WHERE kind = 'activity'") == org
    record = fresh.one("SELECT id FROM record WHERE kind = 'activity'")
    report = load(fresh, text)
    assert report.counts == (0, 0, 1, 0) and report.verdicts == {record: "unchanged"}
    report = load(fresh, activities(activity(title="Cleaner water", more=MONEY)))
    assert report.counts == (0, 1, 0, 0) and report.verdicts == {record: "changed"}
    assert fresh.one("SELECT revision FROM publication WHERE record_id = %s", (record,)) == 2
    assert fresh.concord("verify").stdout == "0 findings\n"


@pytest.mark.parametrize("identifier, noted", [("XM-DAC-41114-A/1", True), ("XM-DAC-41114-A|1", True), ("XM-DAC-41114-A.1", False)])
def test_forbidden_characters_of_an_identifier_are_told(fresh, identifier, noted):
    report = load(fresh, activities(activity(identifier)))
    assert report.counts == (2, 0, 0, 0) and f"<iati-identifier>{identifier}<" in content(fresh, identifier)
    assert (f'line 3: iati-identifier: "{identifier}" holds one of / & | ?' in report.all()) == noted, report.text


@pytest.mark.parametrize("element, code, vocabulary, noted", [
    ("policy-marker", "77", "", "policy-marker"), ("policy-marker", "77", "99", None), ("policy-marker", "12", "1", None),
    ("sector", "18", "7", "sdg-goal"), ("sector", "17", "7", None), ("sector", "99.9", "8", "sdg-target"), ("sector", "99999", "1", "sector"), ("sector", "99999", "", "sector"),
    ("sector", "12261", "1", None), ("sector", "15120", "", None), ("sector", "122", "2", None), ("sector", "129", "2", "sector-category"),
    ("sector", "99999", "99", None),
    ("recipient-region", "998", "2", "region"), ("recipient-region", "002", "2", None), ("recipient-region", "998", "1", None),
    ("default-aid-type", "Z99", "", "aid-type"), ("default-aid-type", "C01", "1", None)])
def test_codes_that_a_list_of_ours_does_not_have_are_told_once(fresh, element, code, vocabulary, noted):
    """Of lists that we do not hold nothing is said; what is told is taken all the same."""
    fresh.concord("codelists")
    told = f'<{element} code="{code}"' + f' vocabulary="{vocabulary}"' * (vocabulary != "") + "/>\n"
    report = load(fresh, activities(activity(before=told * 3)))
    assert report.counts == (2, 0, 0, 0) and f'code="{code}"' in content(fresh, "XM-DAC-41114-1"), report.text
    assert report.all().count(f'{element}/@code: "{code}" is not a code of the list {noted}.') == (noted is not None), report.text
    assert report.all().count("is not a code of the list") == (noted is not None), report.text


@pytest.mark.parametrize("told, noted", [
    ('<recipient-country code="KE" percentage="60"/><recipient-country code="UG" percentage="50"/>',
     "recipient-country: The shares of countries and regions must sum to 100; they sum to 110."),
    ('<recipient-country code="KE" percentage="100"/><recipient-country code="KE" percentage="100"/>',
     'recipient-country/@code: "KE" is given twice.'),
    ('<sector code="14031" percentage="30"/><sector code="12220" percentage="40"/>', "they sum to 70."),
    ('<sector code="14031" percentage="30"/><sector code="12220"/>', "sector/@percentage: Where several are named, each has its share."),
    ('<sector vocabulary="99" code="A1"/>', "sector/name: A code of the reporter's own list needs a name."),
    ('<recipient-country code="KE" percentage="33.333"/><recipient-country code="UG" percentage="66.667"/>', None)])
def test_what_forms_refuse_is_taken_and_noted(fresh, told, noted):
    fresh.concord("codelists")
    report = load(fresh, activities(activity(before=told)))
    assert report.counts == (2, 0, 0, 0), report.text
    assert noted is None or report.all().count(noted) == 1, report.text
    assert noted is not None or not re.search("share|twice|sum", report.all()), report.text
    made = content(fresh, "XM-DAC-41114-1")
    assert all(f'code="{code}"' in made for code in re.findall('code="([^"]*)"', told))
    assert all(f'percentage="{share}"' in made for share in re.findall('percentage="([^"]*)"', told))


def test_dry_run_writes_nothing_and_says_the_same(fresh):
    text = activities(activity(more=MONEY), activity("XM-DAC-41114-2", more=MONEY), activity(""))
    dry = load(fresh, text, "--dry-run")
    assert not fresh.one("SELECT count(*) FROM record") + fresh.one("SELECT count(*) FROM iati_source")
    real = load(fresh, text)
    assert dry.counts == real.counts == (4, 0, 0, 0) and dry.verdicts == real.verdicts, dry.text


def test_only_what_is_kept_changes(fresh):
    load(fresh, activities(activity(more=MONEY)))
    report = load(fresh, activities(activity(more=MONEY.replace("100", "200"))))
    assert report.counts == (0, 0, 1, 0), report.text
    assert ">200<" in fresh.one("SELECT xml FROM iati_kept WHERE element = 'budget'")
    assert fresh.one("SELECT max(revision) FROM publication") == 1


def test_what_is_refused_keeps_nothing(fresh):
    """Nor is it told that it does."""
    nobody = re.sub("<reporting-org.*?</reporting-org>", "<reporting-org/>", activity("XM-DAC-41114-2", more=MONEY))
    for options in (("--dry-run",), ()):
        report = load(fresh, activities(nobody, activity(more=MONEY)), *options)
        assert report.counts == (2, 0, 0, 1) and report.kept == {"budget": 1}, report.text
    assert fresh.one("SELECT count(*) FROM iati_kept") == 1


def test_what_is_only_kept_is_no_work_of_anybody(fresh):
    """Nobody has worked on the record by it: the next change is published, and so is the one behind that."""
    load(fresh, activities(activity(more=MONEY)))
    record = fresh.one("SELECT id FROM record WHERE kind = 'activity'")
    changed = fresh.one("SELECT changed_at FROM record WHERE id = %s", (record,))
    assert load(fresh, activities(activity(more=MONEY.replace("100", "200")))).counts == (0, 0, 1, 0)
    assert fresh.one("SELECT changed_at FROM record WHERE id = %s", (record,)) == changed
    for title in ("Cleaner", "Cleanest"):
        report = load(fresh, activities(activity(title=title, more=MONEY.replace("100", "300"))))
        assert report.counts == (0, 1, 0, 0), report.text


def test_a_better_reader_reads_the_same_file_again(fresh):
    """What an older reader left in the kept elements is filled in by importing the same file again."""
    text = activities(activity(more=MONEY))
    load(fresh, text)
    made = content(fresh, "XM-DAC-41114-1")
    connection = fresh.connect()
    connection.autocommit = True
    connection.cursor().execute("UPDATE iati_source SET reader = '0'; DELETE FROM iati_kept")
    connection.close()
    assert load(fresh, text).counts == (0, 0, 1, 0)
    assert fresh.one("SELECT xml FROM iati_kept WHERE element = 'budget'").startswith("<budget><period-start")
    assert content(fresh, "XM-DAC-41114-1") == made
    assert fresh.one("SELECT reader FROM iati_source WHERE kind = 'activity'") != "0"


def link(inner, url="https://example.org/a.pdf"):
    return f'<document-link url="{url}" format="application/pdf"><title><narrative>Plan</narrative></title>{inner}</document-link>'


SEVERAL = ('<category code="B03"/><category code="A02"/><category code="B03"/><category code="A01"/>'
           '<language code="FR"/><language code="ar"/><language code="fr"/>')


def test_a_document_has_all_its_categories_and_languages(fresh):
    load(fresh, activities(activity()))
    report = load(fresh, activities(activity(more=link(SEVERAL))))
    assert report.counts == (0, 1, 0, 0) and not report.kept and not report.noted, report.text
    assert '<document category="B03 A02 A01" format="application/pdf" language="fr ar">' in content(fresh, "XM-DAC-41114-1")


def test_what_is_no_category_or_language_is_noted_and_kept(fresh):
    """The others are taken, in the order of the file; more languages than a document may have end the list."""
    load(fresh, activities(activity()))
    many = "".join(f'<language code="a{chr(97 + n // 26)}{chr(97 + n % 26)}"/>' for n in range(40))
    for inner, found, told in (
            (SEVERAL.replace("A02", "xx"), 'category="B03 A01" format="application/pdf" language="fr ar"',
             ["document-link/category", '"xx" is not a code of the list document-category']),
            (SEVERAL.replace('"ar"', '"12 x"'), 'category="B03 A02 A01" format="application/pdf" language="fr"',
             ["document-link/language", '"12 x" is not a language tag']),
            (f'<category code="A01"/>{many}', f'language="{" ".join(re.findall(chr(34) + "(a[a-z]{2})" + chr(34), many)[:30])}"',
             ["document-link/language", "There are more of them than 30."])):
        report = load(fresh, activities(activity(more=link(inner))))
        assert report.kept == {"document-link": 1} and report.noted == 1, report.text
        assert all(words in report.all() for words in told), report.text
        assert found in content(fresh, "XM-DAC-41114-1")


def test_a_blank_in_an_address_is_written_as_the_schema_means_it(fresh):
    """xs:anyURI takes it, and no rule of the web does."""
    report = load(fresh, activities(activity(more=link("", " https://example.org/?q=wells and pumps ") + link("", "https://example.org/%20"))))
    assert report.counts == (2, 0, 0, 0) and not report.kept, report.text
    made = content(fresh, "XM-DAC-41114-1")
    assert "<url>https://example.org/?q=wells%20and%20pumps</url>" in made and "<url>https://example.org/%20</url>" in made
    report = load(fresh, activities(activity(more=link("", "not an address"))))
    assert report.kept == {"document-link": 1} and '"not an address" is not a web address' in report.all(), report.text
    long = "https://example.org/" + "a" * 1980
    report = load(fresh, activities(activity(more=link("", long) + link("", long + "a"))))
    assert f"<url>{long}</url>" in content(fresh, "XM-DAC-41114-1"), report.text
    assert f'The address "{long[:60]}..." is longer than 2,000 bytes.' in report.all() and report.kept == {"document-link": 1}, report.text


def test_the_scheme_of_an_address_may_stand_in_capitals(fresh):
    """They say nothing (RFC 3986 6.2.2.1), and our schema has none: the activity is taken."""
    report = load(fresh, activities(activity(
        before="<contact-info><department><narrative>Desk</narrative></department><website>Http://example.org/W</website></contact-info>",
        more=link("", "HTTP://Example.org/A"))))
    assert report.counts == (2, 0, 0, 0) and not report.kept, report.text
    made = content(fresh, "XM-DAC-41114-1")
    assert "<url>http://Example.org/A</url>" in made and "<url>http://example.org/W</url>" in made


def test_two_who_bring_the_same_at_once(fresh):
    """Who was first has it; to the other it is unchanged, who reports it too."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for n in range(6):
            text = activities(*(activity(f"XX-NEW{n}-{i}", reporter=f"XX-NEW{n}") for i in range(3)))
            both = list(pool.map(lambda _, text=text: load(fresh, text), range(2)))
            assert [r.status for r in both] == [0, 0], [r.text for r in both]
            assert sorted(r.counts[0] + r.counts[2] for r in both) in ([3, 4], [4, 4]) and sum(r.counts[0] for r in both) == 4, [
                r.text for r in both]


def test_languages_of_ones_own_are_taken(fresh):
    """The rules of BCP 47 are those of the database, too."""
    longest = "en-a-" + "-".join("bbbbbbb" for _ in range(7))
    text = activities(activity(title='A</narrative><narrative xml:lang="x-foo">B</narrative>'
                                     f'<narrative xml:lang="{longest}">C', more=link(f'<language code="X-Foo"/><language code="{longest}"/>')))
    report = load(fresh, text)
    assert report.counts == (2, 0, 0, 0) and not report.kept, report.text + report.errors
    made = content(fresh, "XM-DAC-41114-1")
    assert '<title xml:lang="x-foo">B</title>' in made and f'language="x-foo {longest}"' in made and len(longest) > 35
    assert load(fresh, text).counts == (0, 0, 1, 0)


def test_a_number_that_cannot_be_dialled_is_written_so_that_it_can(fresh):
    load(fresh, activities(activity(before="<contact-info><department><narrative>Desk</narrative></department><telephone>+44 (0)20 7012 6400"
                                           "</telephone><website>https://example.org/a b</website></contact-info>")))
    assert "<phone>+44 20 7012 6400</phone><url>https://example.org/a%20b</url>" in content(fresh, "XM-DAC-41114-1")


def as_read_before(database, found, by_then):
    """What the reader of before made of it: that content, and the element kept."""
    kept = database.one("SELECT content FROM publication WHERE content LIKE '%%' || %s || '%%'", (found,))
    assert Report(database.concord("import", "-", input=kept.replace(found, by_then))).status == 0
    database.rows("UPDATE iati_source SET reader = '3' RETURNING 1")


PLACE = ('<location ref="L1"><location-id vocabulary="G1" code="184745"/><location-id vocabulary="G2" code="node/1"/>'
         '<location-id vocabulary="G1" code="184745"/><name><narrative>Nairobi</narrative></name><activity-description><narrative>Wells'
         '</narrative></activity-description><administrative vocabulary="G1" level="1" code="184742"/>'
         '<administrative vocabulary="A4" code="KE"/><feature-designation code="PPLC"/></location>')


def test_a_place_has_the_codes_of_gazetteers(fresh):
    load(fresh, activities(activity()))
    report = load(fresh, activities(activity(more=PLACE)))
    assert report.counts == (0, 1, 0, 0) and not report.kept and not report.noted, report.text
    made = content(fresh, "XM-DAC-41114-1")
    assert '<location area="G1:1:184742 A4::KE" designation="PPLC" gazetteer="G1:184745 G2:node/1" ref="L1">' in made
    assert '<work xml:lang="en">Wells</work>' in made
    for change, told in ((('code="node/1"', 'code="node 1"'), 'location/location-id: "G2:node 1" is not a vocabulary and a code'),
                         (('vocabulary="A4"', 'vocabulary="A:4"'), 'location/administrative: "A:4::KE" is not'),
                         (('level="1"', 'level="one"'), '"G1:one:184742" is not'), (('vocabulary="G2"', ""), '":node/1" is not')):
        report = load(fresh, activities(activity(more=PLACE.replace(*change))))
        assert report.kept == {"location": 1} and told in report.all(), report.text
        assert '"G1:184745' in content(fresh, "XM-DAC-41114-1")
    assert fresh.concord("verify").stdout == "0 findings\n"


def test_the_same_file_again_fills_in_what_was_kept_of_documents(fresh):
    text = activities(activity(more=link(SEVERAL)))
    load(fresh, text)
    made = content(fresh, "XM-DAC-41114-1")
    as_read_before(fresh, 'category="B03 A02 A01" format="application/pdf" language="fr ar"',
                   'category="B03" format="application/pdf" language="fr"')
    assert 'category="B03" ' in content(fresh, "XM-DAC-41114-1")
    assert load(fresh, text).counts == (0, 1, 0, 0)
    assert content(fresh, "XM-DAC-41114-1") == made
    assert load(fresh, text).counts == (0, 0, 1, 0)
    assert fresh.concord("verify").stdout == "0 findings\n"


def test_so_it_does_for_documents_of_organisations(fresh):
    """A document that is here keeps its words and gets the categories and languages that it has not."""
    head = ('<iati-organisations version="2.03"><iati-organisation xml:lang="en"><organisation-identifier>XM-DAC-41114'
            '</organisation-identifier><name><narrative>UNDP</narrative></name><reporting-org ref="XM-DAC-41114" type="40">'
            "<narrative>UNDP</narrative></reporting-org>")
    text = head + link(SEVERAL) + "</iati-organisation></iati-organisations>"
    load(fresh, text)
    org = fresh.one("SELECT record_id FROM organisation")
    made = fresh.one("SELECT content FROM publication WHERE record_id = %s", (org,))
    as_read_before(fresh, 'category="B03 A02 A01" format="application/pdf" language="fr ar"><title xml:lang="en">Plan',
                   'category="B03" format="application/pdf" language="fr"><title xml:lang="en">Our plan')
    report = load(fresh, text)
    assert report.counts == (0, 1, 0, 0) and not report.kept, report.text
    again = fresh.one("SELECT content FROM publication WHERE record_id = %s", (org,))
    assert again == made.replace(">Plan<", ">Our plan<")
    assert load(fresh, text).counts == (0, 0, 1, 0)
    report = load(fresh, text.replace('code="A01"', 'code="xx"'))
    assert report.kept == {"document-link": 1} and '"xx" is not a code' in report.all(), report.text
    assert fresh.one("SELECT content FROM publication WHERE record_id = %s", (org,)) == again


def test_the_newest_of_duplicates_counts(fresh):
    old = activity(title="Old", updated="2023-01-01T00:00:00Z")
    new = activity(title="New", updated="2024-01-01T00:00:00+02:00")
    report = load(fresh, activities(new, old))
    assert report.counts == (2, 0, 1, 0), report.text
    assert "more than once in the file" in report.all() and "line 2" in report.all()
    assert ">New<" in content(fresh, "XM-DAC-41114-1")
    report = load(fresh, activities(old))
    assert report.counts == (0, 0, 1, 0) and "has a newer version, of 2023-12-31T22:00:00Z" in report.all()
    assert ">New<" in content(fresh, "XM-DAC-41114-1")


def test_the_newest_of_duplicates_counts_where_they_stand_far_apart(fresh):
    """What is unchanged is told a few hundred items before the file shows an older one of the same."""
    new, old = (activity(updated=f"{year}-01-01T00:00:00Z") for year in (2024, 2023))
    load(fresh, activities(new))
    report = load(fresh, activities(new, *(activity(f"XM-DAC-41114-2-{n}") for n in range(200)), old))
    assert report.counts == (200, 0, 2, 0), report.text
    assert report.all().count("The newest of them counts: the one in line 2.") == 1, report.text
    assert [line.split("\t")[2] for line in report.text.splitlines() if line.startswith("unchanged")] == ["line 2", "line 1811"]


def test_a_time_in_the_future_does_not_count(fresh):
    """Else nothing honest would ever be newer; also where an import before took it."""
    future = activity(title="Tomorrow", updated="2999-01-01T00:00:00Z")
    report = load(fresh, activities(future, activity(title="Today")))
    assert report.counts == (2, 0, 1, 0), report.text
    made = content(fresh, "XM-DAC-41114-1")
    assert ">Today<" in made and "2999" not in made
    report = load(fresh, activities(future))
    assert report.counts == (0, 1, 0, 0) and '"2999-01-01T00:00:00Z" lies in the future' in report.all(), report.text
    assert "2999" not in content(fresh, "XM-DAC-41114-1") and report.kept["iati-activity"] == 1
    fresh.rows("UPDATE iati_source SET updated = '2999-01-01T00:00:00Z' WHERE kind = 'activity' RETURNING 1")
    report = load(fresh, activities(activity(title="Mended", updated="2026-01-01T00:00:00Z")))
    assert report.counts == (0, 1, 0, 0) and ">Mended<" in content(fresh, "XM-DAC-41114-1"), report.text


@pytest.mark.parametrize("updated, noted", [("2026-02-30", True), ("0000-00-00T00:00:00Z", True), ("2024-05-01T25:61:00Z", True),
                                            ("yesterday", True), ("2024-05-01", False), ("", False)])
def test_a_time_that_is_none_does_not_count_and_is_told(fresh, updated, noted):
    report = load(fresh, activities(activity(updated=updated)))
    assert report.counts == (2, 0, 0, 0), report.text
    assert (f'@last-updated-datetime: "{updated}" is no date, so it does not count.' in report.all()) == noted, report.text
    assert ("<last-updated>" in content(fresh, "XM-DAC-41114-1")) == (updated == "2024-05-01")


@pytest.mark.parametrize("ref", ["XM-DAC-41114", "xm-dac-41114", " XM-DAC-41114 ", "\u00a0XM-DAC-41114\u200b", "41114", "DAC-41114"])
def test_one_organisation_however_it_is_written(fresh, ref):
    load(fresh, activities(activity()))
    report = load(fresh, activities(activity("OTHER-1", reporter=ref)))
    assert report.counts == (1, 0, 0, 0), report.text
    assert fresh.one("SELECT count(*) FROM organisation") == 1


UNSEEN = "The identifier holds characters that cannot be seen."
BEFORE = 'Until now it was "{}", the same identifier in another spelling.'


@pytest.mark.parametrize("identifier, told, noted", [
    ("XM-DAC-41114-U\uff11", "XM-DAC-41114-U\uff11", BEFORE.format("XM-DAC-41114-U1")),
    ("xm-dac-41114-u1", "xm-dac-41114-u1", BEFORE.format("XM-DAC-41114-U1")),
    ("XM-DAC-41114-U\u200b1", "XM-DAC-41114-U1", UNSEEN),
    ("\ufeffXM-DAC-41114-\u00adU1\u2060", "XM-DAC-41114-U1", UNSEEN),
    ("\u00a0XM-DAC-41114-U1", "XM-DAC-41114-U1", UNSEEN)])
def test_an_identifier_in_another_spelling_than_before_is_told(fresh, identifier, told, noted):
    load(fresh, activities(activity("XM-DAC-41114-U1")))
    text = activities(activity(identifier, title="Cleaner water"))
    for options in (("--dry-run",), ()):
        report = load(fresh, text, *options)
        assert report.counts == (0, 1, 0, 0), report.text
        assert report.all().count("note: ") == 1 and f"iati-identifier: {noted}" in report.all(), report.text
    made = content(fresh, told)
    assert f"<iati-identifier>{told}</iati-identifier>" in made and ">Cleaner water<" in made
    kept = fresh.one("SELECT count(*) FROM iati_kept WHERE element = 'iati-identifier'")
    assert kept == (noted == UNSEEN)
    assert load(fresh, text).counts == (0, 0, 1, 0)


@pytest.mark.parametrize("ref, told, noted", [
    ("\uff38\uff2d-DAC-41114\u200b", "\uff38\uff2d-DAC-41114", 'is written in wide letters'), ("XM-DAC-\u200d41114", "XM-DAC-41114", None)])
def test_what_cannot_be_seen_of_who_reports_and_takes_part_is_not_taken(fresh, ref, told, noted):
    load(fresh, activities(activity()))
    before = (f'<other-identifier ref="OWN\u200b-1" type="A1"><owner-org ref="{ref}"/></other-identifier>\n'
              f'<participating-org role="1" ref="{ref}" activity-id="XX\u200b-1"><narrative>UNDP</narrative></participating-org>\n')
    report = load(fresh, activities(activity("XM-DAC-41114-2", reporter=ref, before=before, more='<related-activity ref="XM-\u206012" type="1"/>')))
    assert report.counts == (1, 0, 0, 0), report.text
    assert fresh.one("SELECT count(*) FROM organisation") == 1
    made = content(fresh, "XM-DAC-41114-2")
    assert not re.search("[\u200b\u200d\u2060]", made) and made.count(f'ref="{told}"') == 2 and made.count('organisation="') == 2
    assert 'ref="OWN-1"' in made and 'activity="XX-1"' in made and 'ref="XM-12"' in made and f'owner="{told}"' in made
    assert report.all().count("characters that cannot be seen") == 6, report.text
    assert (noted or "") in report.all() and ("wide letters" in report.all()) == bool(noted)
    assert {"reporting-org", "participating-org", "other-identifier", "related-activity"} <= set(report.kept)
    report = load(fresh, activities(activity("XM-DAC-41114-2", updated="2025-01-01T00:00:00Z")))
    assert (f'reporting-org/@ref: {BEFORE.format(told)}' in report.all()) == bool(noted), report.text


def test_what_cannot_be_seen_of_an_organisations_identifier_is_not_taken(fresh):
    text = organisations(("GB-CHC-\u200b888006", "Unseen Lakes"))
    report = load(fresh, text)
    assert report.counts == (1, 0, 0, 0) and "organisation-identifier: The identifier holds characters that cannot" in report.all(), report.text
    made = fresh.one("SELECT content FROM publication")
    assert ">888006</identifier>" in made or 'value="888006"' in made or "<value>888006</value>" in made, made
    assert fresh.one("SELECT identifier FROM iati_source") == "GB-CHC-888006"
    assert load(fresh, text).counts == (0, 0, 1, 0)


@pytest.mark.parametrize("name", ["UNDP", "UΝDP", "Friends of UNDP"])
def test_whose_name_a_new_organisation_has_is_told(fresh, name):
    report = load(fresh, activities(activity()))
    assert "has a name like" not in report.all()
    undp = fresh.one("SELECT id FROM record WHERE kind = 'organisation'")
    report = load(fresh, activities(activity("ZZ-1-A", reporter="ZZ-1").replace("UNDP", name)))
    assert report.counts == (2, 0, 0, 0), report.text
    assert f"It has a name like the published organisation UNDP ({undp})" in report.all(), report.text
    report = load(fresh, activities(activity("ZZ-2-A", reporter="ZZ-2").replace("UNDP", "Lake Builders")))
    assert "has a name like" not in report.all(), report.text


def organisations(*items):
    return ('<iati-organisations version="2.03">' + "".join(
        f'<iati-organisation xml:lang="en"><organisation-identifier>{identifier}</organisation-identifier><name><narrative>{name}'
        f'</narrative></name><reporting-org ref="{identifier}" type="21"><narrative>{name}</narrative></reporting-org></iati-organisation>\n'
        for identifier, name in items) + "</iati-organisations>")


@pytest.mark.parametrize("name", ["Lake Builders", "Lаke Builders", "Friends of Lake Builders"])
def test_whose_name_one_of_an_organisation_file_has_is_told(fresh, name):
    report = load(fresh, organisations(("GB-CHC-888001", "Lake Builders"), ("GB-CHC-888003", "Wells and Pumps")))
    assert report.counts == (2, 0, 0, 0) and "has a name like" not in report.all(), report.text
    first = fresh.one("SELECT record_id FROM record_name WHERE title = 'Lake Builders'")
    text = organisations(("GB-CHC-888003", "Wells and Pumps"), ("GB-CHC-888004", "Rivers"), ("GB-CHC-888002", name))
    for options in (("--dry-run",), ()):
        report = load(fresh, text, *options)
        assert report.counts == (2, 0, 1, 0), report.text
        assert report.all().count("has a name like") == 1
        told = [p for problems in report.problems.values() for p in problems if f"like the published organisation Lake Builders ({first})" in p]
        assert len(told) == 1 and "line 3: name: " in told[0], report.text
    report = load(fresh, text)
    assert report.counts == (0, 0, 3, 0) and not report.all(), report.text  # it is here now


def test_what_is_said_of_an_organisations_identifier_is_said_there(fresh):
    report = load(fresh, organisations(("", "Nobody"), ("GB-CHC-888005", "Twice"), ("GB-CHC-888005", "Twice, again")))
    assert report.counts == (1, 0, 1, 1), report.text
    assert "organisation-identifier: There is no identifier" in report.all(), report.text
    assert "organisation-identifier: The file holds this organisation more than once" in report.all()
    assert "iati-identifier" not in report.all()


def test_unknown_organisations_stay_mentions_until_they_are_known(fresh):
    text = activities(activity(before='<participating-org role="1" ref="GB-CHC-202918">'
                                      "<narrative>Oxfam</narrative></participating-org>\n"))
    load(fresh, text)
    assert fresh.one("SELECT count(*) FROM organisation") == 1
    assert 'ref="GB-CHC-202918"' in content(fresh, "XM-DAC-41114-1")
    load(fresh, activities(activity("GB-CHC-202918-1", reporter="GB-CHC-202918")))
    why = "The organisation GB-CHC-202918 was not known here when this was imported before. It is known by now and linked"
    for options in (("--dry-run",), ()):
        report = load(fresh, text, *options)
        assert report.counts == (0, 1, 0, 0) and why in report.all(), report.text
    assert content(fresh, "XM-DAC-41114-1").count('organisation="') == 2
    report = load(fresh, text)
    assert report.counts == (0, 0, 1, 0) and not report.all()
    report = load(fresh, text.replace("Clean water", "Cleaner water"))
    assert report.counts == (0, 1, 0, 0) and why not in report.all()


@pytest.mark.parametrize("ref", ["XM-DAC-47066", "47066", "FR-77"])
def test_who_became_known_is_the_reason_in_another_file_too(fresh, ref):
    """Whatever bytes it is told in, and where its identifier is in no list of schemes."""
    text = activities(activity(before=f'<participating-org role="1" ref="{ref}"><narrative>Movers</narrative></participating-org>\n'))
    load(fresh, text)
    load(fresh, activities(activity(f"{ref}-1", reporter=ref).replace("UNDP", "Movers")))
    report = load(fresh, text.replace("<title>", " <title>"), "--dry-run")
    name = ref if ref == "FR-77" else "XM-DAC-47066"
    assert report.counts == (0, 1, 0, 0) and f"The organisation {name} was not known here" in report.all(), report.text


def test_whoever_reports_further_down_is_found_at_once(fresh):
    """So the same file again changes nothing, not even over batches and when nobody was known before."""
    def named(n):
        return (f'<participating-org role="1" ref="GB-CHC-{n}"><narrative>Of {n}</narrative></participating-org>\n')
    text = activities(*(activity(f"GB-CHC-{n}-1", reporter=f"GB-CHC-{n}", before=named(449 - n)) for n in range(450)))
    report = load(fresh, text, "--dry-run")
    assert report.counts == (900, 0, 0, 0), report.last
    assert fresh.one("SELECT count(*) FROM record") == 0
    report = load(fresh, text)
    assert report.counts == (900, 0, 0, 0), report.last
    assert fresh.one("SELECT count(*) FROM edge WHERE field = 'participant.organisation'") == 450
    assert load(fresh, text).counts == (0, 0, 450, 0)


def test_a_file_that_is_not_well_formed_registers_nobody(fresh):
    report = load(fresh, activities(activity()).replace("</iati-activities>", ""))
    assert report.status == 1 and fresh.one("SELECT count(*) FROM record") == 0, report.text


def test_all_that_is_wrong_is_told_at_once_and_the_rest_is_taken(fresh):
    bad = activity(more='<recipient-country code="QQ"/>\n<sector vocabulary="77" code="1"/>\n'
                        '<document-link url="ftp://example.org/a" format="text/plain"><title><narrative>D'
                        '</narrative></title><category code="A01"/></document-link>\n<nonsense/>\n'
                        '<activity-date type="9" iso-date="soon"/>\n')
    report = load(fresh, activities(bad))
    assert report.counts == (2, 0, 0, 0), report.text
    for line, words in ((10, r"recipient-country/code: .*QQ"), (11, "sector/vocabulary: .*77"),
                        (12, "document-link/@url"), (13, "There is no element nonsense"),
                        (14, "activity-date/@iso-date.*soon"), (14, "activity-date/@type"),
                        (14, "must stand before")):
        assert re.search(rf"line {line}: {words}|line {line}: .*{words}", report.all()), (line, words, report.all())
    assert {"recipient-country", "sector", "document-link", "nonsense"} <= set(report.kept)


PERSON = "<person-name><narrative>Agnes Miller</narrative></person-name>"
CONTACT = ("<contact-info><department><narrative>Office of water</narrative></department>{}<job-title><narrative>Chief of wells"
           '</narrative><narrative xml:lang="fr">Cheffe des puits</narrative></job-title><telephone>+41 22 555 01 00</telephone>'
           "<email>agnes.miller@example.org</email><email>info@example.org</email></contact-info>\n")
OF_PERSON = ("Agnes", "agnes", "555", "Chief", "Cheffe")


def all_that_is_kept(database):
    return content(database, "XM-DAC-41114-1") + "".join(x for x, in database.rows("SELECT xml FROM iati_kept"))


@pytest.mark.parametrize("more", ["", "<result><title><narrative>R</narrative></title></result>", "<unknown/>" * 30], ids=["alone", "result", "unknown"])
def test_persons_are_dropped_and_offices_stay(fresh, more):
    """Who is named has a telephone and a function, which tell who it is; without a name they are the office's."""
    load(fresh, activities(activity(more=CONTACT.format(PERSON) + more)))
    everything = all_that_is_kept(fresh)
    assert not [word for word in OF_PERSON if word in everything], everything
    assert "info@example.org" in everything and "Office of water" in everything
    for nobody in ("", "<person-name/>", "<person-name><narrative> </narrative></person-name>"):
        load(fresh, activities(activity(more=CONTACT.format(nobody) + more)))
        everything = all_that_is_kept(fresh)
        assert [word for word in OF_PERSON if word in everything] == ["555", "Chief", "Cheffe"], everything


def test_a_person_may_be_named_last_and_beside_many(fresh):
    """In whatever order, in a contact that stands among more elements than are read."""
    contact = CONTACT.format("").replace("</contact-info>", PERSON + "</contact-info>")
    many = '<participating-org role="4"><narrative>Somebody</narrative></participating-org>\n' * 12000
    for more, before in ((contact, ""), (contact * 3 + CONTACT.format(PERSON), ""), (contact, many), (contact * 9000, "")):
        assert load(fresh, activities(activity(more=more, before=before))).counts[3] == 0
        everything = all_that_is_kept(fresh)
        assert not [word for word in OF_PERSON if word in everything] and "Office of water" in everything, everything[:2000]


def test_very_many_telephones_of_a_person_take_no_longer_than_they_are_long(fresh):
    """For each of them everything behind it was moved: 60,000 before an address of 4 MB took 40 s."""
    address = "<mailing-address>" + f"<narrative>{'x' * 1_000_000}</narrative>" * 4 + "</mailing-address>"
    contact = CONTACT.format(PERSON).replace("<email>", "<telephone/>" * 60_000 + address + "<email>", 1)
    begun = time.monotonic()
    report = load(fresh, activities(activity(more=contact)))
    assert report.counts == (2, 0, 0, 0) and time.monotonic() - begun < 8, report.last
    everything = all_that_is_kept(fresh)
    assert not [word for word in (*OF_PERSON, "telephone") if word in everything]
    assert "Office of water" in everything and "x" * 1_000_000 in everything


def test_the_same_file_again_takes_away_what_told_of_a_person(fresh):
    text = activities(activity(more=CONTACT.format(PERSON)))
    load(fresh, text)
    made = content(fresh, "XM-DAC-41114-1")
    as_read_before(fresh, "</office>", '</office><job-title xml:lang="en">Chief of wells</job-title>')
    assert "Chief of wells" in content(fresh, "XM-DAC-41114-1")
    assert load(fresh, text).counts == (0, 1, 0, 0) and content(fresh, "XM-DAC-41114-1") == made


def test_very_many_of_one_element_leave_room_for_the_others(fresh):
    many = '<participating-org role="4"><narrative>Somebody</narrative></participating-org>\n' * 12000
    report = load(fresh, activities(activity(before=many)))
    assert report.counts == (2, 0, 0, 0) and "more elements than are read of one record" in report.all(), report.text
    made = content(fresh, "XM-DAC-41114-1")
    assert re.search("<(state|status)[^>]*>(2|implementation)<", made) and "2024-01-01" in made, made[-3000:]
    assert set(report.kept) == {"participating-org"}


def test_what_is_too_much_inside_an_element_is_kept_with_it(fresh):
    """The country is the 20,000th that is read, its name one too many."""
    before = ('<participating-org role="4"><narrative>Somebody</narrative></participating-org>\n' * 4996 + '<sector code="11110"/>\n' * 10_000 +
              '<recipient-country code="KE"><narrative>Republic</narrative></recipient-country>\n')
    report = load(fresh, activities(activity(before=before)))
    assert "more elements than are read of one record" in report.all() and "recipient-country" in report.kept, report.text
    assert "Republic" in all_that_is_kept(fresh)


@pytest.mark.parametrize("attribute, told", [("default-currency", "XYZ"), ("hierarchy", "one"), ("xml:lang", "x1!"),
                                             ("humanitarian", "yes")])
def test_what_is_refused_of_the_activity_itself_is_kept(fresh, attribute, told):
    text = re.sub(f' {attribute}="[^"]*"', "", activity()).replace("<iati-activity ", f'<iati-activity {attribute}="{told}" ', 1)
    report = load(fresh, activities(text))
    assert report.counts == (2, 0, 0, 0) and report.kept == {"iati-activity": 1}, report.text
    assert f'{attribute}="{told}"' in fresh.one("SELECT xml FROM iati_kept WHERE element = 'iati-activity'")


@pytest.mark.parametrize("told, kept", [("no", {"reporting-org": 1}), ("0", {}), ("true", {})])
def test_a_secondary_reporter_is_one_or_none(fresh, told, kept):
    report = load(fresh, activities(activity().replace("<reporting-org ", f'<reporting-org secondary-reporter="{told}" ', 1)))
    assert report.kept == kept and ("neither true nor false" in report.all()) == (told == "no"), report.text
    assert fresh.one("SELECT count(*) FROM revision WHERE content LIKE '%%secondary=\"true\"%%'") == (told == "true")


def test_a_language_of_a_text_that_is_none_is_kept(fresh):
    report = load(fresh, activities(activity(title='Clean</narrative><narrative xml:lang="x1!">Propre')))
    assert report.kept == {"title": 1} and "x1!" in all_that_is_kept(fresh), report.text


@pytest.mark.parametrize("more, kept", [
    ("<iati-identifier>XM-DAC-41114-2</iati-identifier>", {"iati-identifier": 1}),
    ("<iati-identifier>XM-DAC-41114-1</iati-identifier>", {}),
    ('<conditions attached="0"><condition type="1"><narrative>C</narrative></condition></conditions>', {"conditions": 1}),
    ('<conditions attached="1"><condition type="1"><narrative>C</narrative></condition></conditions>', {}),
    ('<conditions attached="0"/>', {}), ('<conditions attached="1"/>', {"conditions": 1})])
def test_what_contradicts_itself_is_kept(fresh, more, kept):
    report = load(fresh, activities(activity(more=more)))
    assert report.counts == (2, 0, 0, 0) and report.kept == kept, report.text
    assert not kept or more.removesuffix("/>") in all_that_is_kept(fresh)


def test_elements_of_very_many_names_are_kept_together(fresh):
    """Nobody has as many; each of them was compared with all: 60,000, of 600 KB, took 20 s."""
    more = "".join(f"<zz{n}/>" for n in range(60000)) + MONEY
    begun = time.monotonic()
    report = load(fresh, activities(activity(more=MONEY + more)))
    assert report.counts == (2, 0, 0, 0) and time.monotonic() - begun < 8, report.last
    kept = dict(fresh.rows("SELECT element, items FROM iati_kept"))
    assert len(kept) == 100 and kept["budget"] == 2 and kept["zz97"] == 1 and kept["*"] == 60000 - 98
    assert "<zz59999></zz59999>" in fresh.one("SELECT xml FROM iati_kept WHERE element = '*'")


@pytest.mark.parametrize("element", ['<sector code="11110" vocabulary="v{}" percentage="1"/>', '<policy-marker code="{}" vocabulary="99"/>'])
def test_long_lists_take_no_longer_than_they_are_long(fresh, element):
    """As many as are read, of which hundreds are taken: 10,000 vocabularies took 14 s."""
    begun = time.monotonic()
    load(fresh, activities(activity(more="".join(element.format(n) for n in range(9990)))))
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("version, words", [
    ("", 'no version of IATI that is known ("")'), ('version="2.09"', '("2.09")'), ('version="2.01"', "of version 2.01")])
def test_versions(fresh, version, words):
    report = load(fresh, activities(activity(more='<tag vocabulary="2" code="6"/>'), version=version))
    assert report.counts == (2, 0, 0, 0) and words in report.all(), report.text
    assert 'goal="6"' in content(fresh, "XM-DAC-41114-1")


def test_iati_1_is_refused_with_a_reason(fresh):
    report = load(fresh, activities(activity(), version='version="1.05"'))
    assert report.status == 1 and report.counts == (0, 0, 0, 1) and "2.01, 2.02 and 2.03" in report.all()


def test_an_organisation_file_adds_and_overwrites_nothing(fresh):
    load(fresh, activities(activity()))
    org = fresh.one("SELECT record_id FROM organisation")
    text = ('<iati-organisations version="2.03"><iati-organisation xml:lang="en">'
            "<organisation-identifier>XM-DAC-41114</organisation-identifier><name><narrative>Other name</narrative>"
            '<narrative xml:lang="fr">PNUD</narrative></name><reporting-org ref="XM-DAC-41114" type="40">'
            "<narrative>UNDP</narrative></reporting-org>"
            '<document-link url="https://example.org/report.pdf" format="application/pdf"><title><narrative>'
            'Annual report</narrative></title><category code="B01"/></document-link>'
            "</iati-organisation></iati-organisations>")
    report = load(fresh, text)
    assert report.counts == (0, 1, 0, 0) and report.verdicts == {org: "changed"}, report.text
    assert "which stays" in report.all()
    made = fresh.one("SELECT content FROM publication WHERE record_id = %s", (org,))
    assert ">UNDP<" in made and ">PNUD<" in made and "report.pdf" in made and "Other name" not in made
    assert load(fresh, text).counts == (0, 0, 1, 0)


def test_what_people_added_here_stays(fresh):
    load(fresh, activities(activity()))
    record = fresh.one("SELECT id FROM record WHERE kind = 'activity'")
    own = fresh.one("SELECT content FROM publication WHERE record_id = %s", (record,))
    marked = re.sub(r"(</description>)(?!<description)", r"\1<kind>joint-project</kind>", own, count=1)
    Report(fresh.concord("import", "-", input=marked))
    report = load(fresh, activities(activity(title="Again")))
    assert report.counts == (0, 1, 0, 0), report.text
    assert "<kind>joint-project</kind>" in content(fresh, "XM-DAC-41114-1")


# --- hostile ----------------------------------------------------------------------------------------

ORGANISATION = ("<iati-organisation><organisation-identifier>XM-DAC-41114</organisation-identifier><name>"
                "<narrative>UNDP</narrative></name><reporting-org ref=\"XM-DAC-41114\" type=\"40\">{}</reporting-org></iati-organisation>")
HOSTILE = {
    "doctype": '<!DOCTYPE x [<!ENTITY a "b">]>' + activities(activity()),
    "not closed": activities(activity())[:-20],
    "deep": activities(activity(more="<result>" * 80 + "</result>" * 80)),
    "huge text": activities(activity(title="x" * 1_100_000)),
    "attributes": activities(activity(more="<budget " + " ".join(f'a{n}="1"' for n in range(90)) + "/>")),
    "long tag": activities(activity(more=f'<budget a="{"x" * 40_000}"/>')),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_write_nothing(fresh, name):
    report = load(fresh, HOSTILE[name])
    assert report.status == 1 and not fresh.one("SELECT count(*) FROM record"), report.text
    assert report.all() or report.errors


def test_what_is_too_large_is_refused_with_that_reason_and_the_rest_is_taken(fresh):
    """No canonical form of it is there to look at, and no identifier to miss."""
    huge = f"<narrative>{'>' * 1_000_000}</narrative>" * 5
    report = load(fresh, activities(activity("XM-DAC-41114-9", title=f"Huge</narrative>{huge}<narrative>x"), activity()))
    assert report.counts == (2, 0, 0, 1) and report.status == 1, report.text[-2000:] + report.errors
    assert report.all().startswith("line 2: The record is too large.\nnote: "), report.text
    report = load(fresh, f'<iati-organisations version="2.03">{ORGANISATION.format(huge)}</iati-organisations>')
    assert report.counts == (0, 0, 0, 1) and report.all() == "line 1: The record is too large.", report.text


def test_memory_is_that_of_a_record_however_long_its_namespaces_are(fresh):
    """Each element of another namespace tells it; 30 of these records took 530 MB."""
    record = "<iati-activity>" + "<x:a/>" * 600 + "</iati-activity>"
    path = fresh.cluster.folder / "namespaces.xml"
    path.write_text(activities(*[record] * 30, version=f'version="2.03" xmlns:x="{"x" * 30_000}"'))
    assert peak(fresh, path) < 100, "MB"


def test_memory_is_that_of_a_record_however_many_elements_it_has(fresh):
    """What stands behind very many is kept together, and not read: 2 million took 400 MB."""
    path = fresh.cluster.folder / "elements.xml"
    late = '<recipient-country code="KE"><narrative>Republic</narrative></recipient-country>\n' + CONTACT.format(PERSON)
    path.write_text(activities(activity(more="<a/>" * 2_000_000 + late)))
    assert peak(fresh, path) < 200, "MB"
    path.write_text(activities(activity(more="<a/>" * 100_000 + late)))
    report = Report(fresh.concord("import", path, check=False))
    assert report.counts == (2, 0, 0, 0) and "more elements than are read of one record" in report.all(), report.text
    assert set(report.kept) == {"a", "*"} and "There is no element * here" not in report.all(), report.text
    rest = fresh.one("SELECT xml FROM iati_kept WHERE element = '*'")
    assert "<narrative>Republic</narrative></recipient-country>" in rest and not [word for word in OF_PERSON if word in rest], rest


def test_a_hostile_activity_does_not_end_the_file(fresh):
    many = activity("XM-DAC-41114-9", more="<result><title/></result>" * 30_000, title="Many")
    link = activity("XM-DAC-41114-8", more='<document-link url="javascript:alert(1)" format="x"/>', title="Link")
    hard = activity("XM-DAC-41114-7", title="A\u202eB\u0085C&lt;script&gt;", more="")
    report = load(fresh, activities(many, link, hard, activity()))
    assert report.counts[3] == 0 and report.counts[0] == 5, report.text[-2000:]
    text = content(fresh, "XM-DAC-41114-7") + content(fresh, "XM-DAC-41114-8")
    assert "javascript" not in text and "\u202e" not in text and "&lt;script&gt;" in text




@pytest.mark.parametrize("title", ["&#xA0;", "&#x200B; &#xFEFF;"])
def test_a_text_that_nobody_can_see_is_none(fresh, title):
    report = load(fresh, activities(activity(title=title)))
    assert report.counts == (2, 0, 0, 0) and "There is no title; the identifier stands for it." in report.all(), report.text
