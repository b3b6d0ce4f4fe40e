# SPDX-License-Identifier: EUPL-1.2
"""Every address of the route table reaches a worker of its class by each of the shipped snippets."""
import re
import subprocess
from pathlib import Path

import pytest
from build import program

ETC = Path(__file__).resolve().parents[2] / "etc"
SAMPLE = {"{lang}": "en", "{id}": "P5JANS6KPK0Z2C", "{number}": "7", "{word}": "names", "{file}": "a.xsd"}
CONFIG = """[http]
public_url = https://registry.example.org
[login]
secret = 0123456789abcdef0123456789abcdef
"""


def nginx():
    text = (ETC / "nginx/concord-http.conf").read_text()
    block = re.search(r"map \$uri \$concord_class \{(.*?)\}", text, re.S).group(1)
    return re.findall(r'"~([^"]+)"\s+(\w+);', block)


def apache():
    text = (ETC / "apache/concord-proxy.conf").read_text()
    return re.findall(r'^ProxyPassMatch "([^"]+)" "unix:/run/concord/(\w+)\.sock', text, re.M)


def lighttpd():
    text = (ETC / "lighttpd/concord.conf").read_text()
    return re.findall(r'\$HTTP\["url"\] =~ "([^"]+)" \{\s+fastcgi.server = \( "" => \( "(\w+)"', text)


def caddy():
    text = (ETC / "caddy/Caddyfile").read_text()
    return [(pattern, name) for name, pattern in re.findall(r"@(login|bulk) path_regexp (\S+)", text)]


def addresses(tmp_path):
    config = tmp_path / "concord.conf"
    config.write_text(CONFIG)
    done = subprocess.run([program("concord"), "--config", config, "routes"], capture_output=True, text=True,
                          timeout=20, check=True)
    head, *lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert lines
    for line in lines:
        row = dict(zip(head, line))
        address = row["address"]
        for word, value in SAMPLE.items():
            address = address.replace(word, value)
        yield address, row["class"].lower()


@pytest.mark.parametrize("snippet", [nginx, apache, lighttpd, caddy], ids=lambda f: f.__name__)
def test_every_route_reaches_its_class(snippet, tmp_path):
    patterns = snippet()
    assert {name for _, name in patterns} >= {"login", "bulk"}
    wrong = []
    for address, wanted in addresses(tmp_path):
        got = next((name for pattern, name in patterns if re.search(pattern, address)), "page")
        if wanted not in (got, "any"):
            wrong.append(f"{address} reaches {got}, is of class {wanted}")
    assert wrong == []
