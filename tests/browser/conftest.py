# SPDX-License-Identifier: EUPL-1.2
"""One site per run of a file's tests, a browser of its own for every test."""
import pytest

import website
from chrome import Chrome


@pytest.fixture(scope="session", name="site")
def site_fixture(tmp_path_factory):
    with website.running(tmp_path_factory.mktemp("site")) as stack:
        yield stack


@pytest.fixture(name="browser")
def browser_fixture(site, tmp_path):
    """Makes browsers: browser(scripts=False). Whatever they complained of fails the test."""
    made = []

    def make(scripts=True):
        made.append(Chrome(site, tmp_path / f"profile-{len(made)}", scripts))
        return made[-1]

    yield make
    try:
        for chrome in made:
            chrome.check()
    finally:
        for chrome in made:
            chrome.close()


@pytest.fixture(name="chrome")
def chrome_fixture(browser):
    return browser()
