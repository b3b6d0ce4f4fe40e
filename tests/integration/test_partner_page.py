# SPDX-License-Identifier: EUPL-1.2
"""What the guides tell a reader to do works through a real web server: the commands of docs/partner.md and
docs/verify.md, and those of the page "About the data"."""
import html
import re
import subprocess
import xml.etree.ElementTree as ET

import pytest

import build
from stack import NginxStack

SAMPLES = build.ROOT / "sql/samples"
NS = "{urn:concord:registry:1}"


@pytest.fixture(scope="module", name="site")
def site_fixture(cluster, people, tmp_path_factory):
    """A registry with two revisions of one partnership."""
    folder = tmp_path_factory.mktemp("partner")
    with NginxStack(cluster, people, folder, build.ROOT) as stack:
        concord = stack.database.concord
        concord("import", "--quiet", SAMPLES / "invented.xml")
        owners = dict(line.split("\t") for line in (SAMPLES / "order.tsv").read_text().splitlines()
                      if not line.startswith("#"))
        for file in ("organisations.xml", "global-compact.xml"):
            concord("import", "--quiet", "--trust-consent", "--owner", owners[file], SAMPLES / file)
        owner = owners["public-private.xml"]
        concord("import", "--quiet", "--owner", owner, SAMPLES / "public-private.xml")
        text = (SAMPLES / "public-private.xml").read_text()
        changed = folder / "changed.xml"
        changed.write_text(re.sub(r"(<summary[^>]*>)", r"\1Changed. ", text, count=1))
        concord("import", "--quiet", "--owner", owner, changed)
        record = ET.parse(SAMPLES / "public-private.xml").getroot().find(NS + "partnership").get("id")
        yield stack.origin + stack.base, record


def run(script, folder):
    return subprocess.run(["bash"], input="set -e\n" + script, cwd=folder, capture_output=True, text=True, check=False,
                          timeout=120)


def shell_of(page, site):
    text = (build.ROOT / page).read_text().replace("https://registry.example.org", site[0])
    return "\n".join(re.findall(r"^```sh\n(.*?)^```", text.replace("P0000000000000", site[1]), re.M | re.S))


def valid(path):
    done = subprocess.run(["xmllint", "--nonet", "--noout", "--schema",
                           build.ROOT / "schemas/1.0-draft/feed.xsd", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_commands_of_the_partner_guide_work(site, tmp_path):
    done = run(shell_of("docs/partner.md", site), tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip() == "304"
    for name in ("record.xml", "page.xml"):
        valid(tmp_path / name)
    assert ET.parse(tmp_path / "record.xml").getroot().find(NS + "partnership").get("id") == site[1]
    feed = ET.parse(tmp_path / "page.xml").getroot()
    assert feed.get("newest") == feed.findall(NS + "entry")[-1].get("position")


def test_commands_of_the_verify_guide_work(site, tmp_path):
    done = run(shell_of("docs/verify.md", site), tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(": OK") == 3 and "wrong" not in done.stdout


@pytest.mark.parametrize("lang", ["en", "fr", "ar"])
def test_commands_of_the_page_about_the_data_work(site, tmp_path, lang):
    page = subprocess.run(["curl", "-fsS", f"{site[0]}/{lang}/about"], capture_output=True, text=True, check=True).stdout
    script = html.unescape(re.search(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.S)[1]).replace("/ID/", f"/{site[1]}/")
    done = run(script.replace("curl ", "curl -fsS "), tmp_path)
    assert done.returncode == 0, done.stderr
    hashes = re.findall(r"\b[0-9a-f]{64}\b", done.stdout)
    assert len(hashes) == 4 and hashes[0] == hashes[1] and hashes[2] == hashes[3]


def test_addresses_of_the_page_about_the_data_answer(site):
    page = subprocess.run(["curl", "-fsS", f"{site[0]}/en/about"], capture_output=True, text=True, check=True).stdout
    addresses = [html.unescape(a).replace("/ID", f"/{site[1]}")
                 for a in re.findall(r'<dt><code dir="ltr">([^<]*)</code>', page)]
    assert len(addresses) == 10
    for address in addresses:
        done = subprocess.run(["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", address], capture_output=True,
                              text=True, check=True)
        assert done.stdout == "200", address
