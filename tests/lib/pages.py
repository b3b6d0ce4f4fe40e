# SPDX-License-Identifier: EUPL-1.2
"""What tests ask of any page: is it valid HTML, where do its links lead."""
import html.parser
import os
import subprocess

import build
import fcgi


def start(database, folder, klass="page", **settings):
    """A worker of the real program on this database; use it with `with`."""
    config = database.settings(klass, http_public_url="http://127.0.0.1:8080" + build.BASE, **settings)
    return fcgi.Worker(str(build.program("concord.fcgi")), str(config), str(folder), klass,
                       env={"LANGUAGE": ""}, name=f"{klass}-{os.getpid()}", base=build.BASE)


def tidy(text):
    """What tidy has against a page, one line each. Debian's tidy is older than aria-current."""
    done = subprocess.run(["tidy", "-q", "-e", "-utf8", "--show-info", "no", "--gnu-emacs", "yes",
                           "--drop-empty-elements", "no", "--drop-empty-paras", "no"],
                          input=text, capture_output=True, text=True, timeout=30, check=False)
    return [line for line in done.stderr.splitlines() if '"aria-current"' not in line]


class _Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.headings, self.lang, self.dir = [], [], [], None, None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if tag == "html":
            self.lang, self.dir = attrs.get("lang"), attrs.get("dir")
        if tag in ("a", "link") and attrs.get("href"):
            self.links.append(attrs["href"])
        if tag in ("h1", "h2", "h3"):
            self.headings.append(tag)


def read(text):
    """links, ids, headings, lang and dir of a page."""
    return _Page(text)


def own_links(text, site="http://127.0.0.1:8080"):
    """Addresses within the registry, below its base path, each once, without what stands behind #."""
    found = {}
    for link in read(text).links:
        link = link.removeprefix(site)
        if link.startswith("/"):
            assert link.startswith(build.BASE + "/"), f"{link} is outside of {build.BASE}"
            found[link.removeprefix(build.BASE).partition("#")[0]] = True
    return list(found)
