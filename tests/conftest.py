# SPDX-License-Identifier: EUPL-1.2
"""Which tests may be skipped: those that need the folder of others' standards or of real files, where
it is absent. Any other skip is a failure. And with CONCORD_BASE=/path the suites that ask a whole registry are
the only ones."""
import os
from pathlib import Path

import build
import pytest

ROOT = Path(__file__).resolve().parents[1]
ASK_A_REGISTRY = {"Stack", "NginxStack", "Browser", "pages"}  # what their modules import or make
FOLDERS = {
    "needs_standards": Path(os.environ.get("CONCORD_STANDARDS", ROOT / "../shared/standards")),
    "needs_real_data": Path(os.environ.get("CONCORD_DATA", ROOT / "../shared/data")),
}


def pytest_collection_modifyitems(config, items):
    if build.BASE:  # only what asks a whole registry is another test there
        below = [item for item in items if ASK_A_REGISTRY & set(vars(item.module)) or item.path.match("browser/*.py")]
        config.hook.pytest_deselected(items=[item for item in items if item not in below])
        items[:] = below
    for item in items:
        for mark, folder in FOLDERS.items():
            if item.get_closest_marker(mark) and not folder.is_dir():
                item.add_marker(pytest.mark.skip(reason=f"{mark}: {folder} is absent"))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.skipped:
        absent = any(item.get_closest_marker(m) and not f.is_dir() for m, f in FOLDERS.items())
        if not absent:
            report.outcome = "failed"
            report.longrepr = f"skipped without an absent folder: {report.longrepr}"


@pytest.fixture(scope="session")
def standards():
    return FOLDERS["needs_standards"]


@pytest.fixture(scope="session")
def real_data():
    return FOLDERS["needs_real_data"]
