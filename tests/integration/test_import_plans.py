# SPDX-License-Identifier: EUPL-1.2
"""What an import runs for each of its batches, inside of functions too, looks records up by key. The plans are made when
all tables are empty and kept for the session: a scan that looks as cheap as a key then would cost the square of the file."""
import re
import subprocess

import build
import pytest

RECORDS = 2000
PASSED_OVER = 1000 # rows read for nothing by a scan in one statement: a few of each record of a batch, no more


SCAN = re.compile(r"-> +((?:Seq|Index|Bitmap)[^\n]* Scan[^\n]* loops=(\d+)\))(?:\n(?!\s*->)[^\n]*)*?\n\s+Rows Removed by Filter: (\d+)")
LOG = """ALTER DATABASE {0} SET session_preload_libraries = 'auto_explain';
ALTER DATABASE {0} SET auto_explain.log_min_duration = 0;
ALTER DATABASE {0} SET auto_explain.log_analyze = on;
ALTER DATABASE {0} SET auto_explain.log_timing = off;
ALTER DATABASE {0} SET auto_explain.log_nested_statements = on"""


@pytest.mark.parametrize("how", ["--xml", "--iati"])
def test_batches_look_up_by_key(cluster, fresh, tmp_path, how):
    path = tmp_path / f"records{how}.xml"
    with open(path, "wb") as out:
        subprocess.run([build.program("tests/bench/fill"), how, build.ROOT / "schemas", str(RECORDS)], stdout=out, check=True)
    begin = cluster.log.stat().st_size
    cluster.superuser(LOG.format(fresh.name))
    for verdict in ("new", "changed"):
        said = fresh.concord("import", *(["--trust-consent"] if how == "--xml" else []), "--quiet", path).stdout
        assert int(re.search(rf"(\d+) {verdict}\b", said.splitlines()[-1])[1]) > RECORDS / 4, said[-200:]
        path.write_bytes(path.read_bytes().replace(b" water ", b" waters "))
    with open(cluster.log, encoding="utf-8", errors="replace") as log:
        log.seek(begin)
        plans = [p for p in re.split(r"\n(?=\d{4}-\d\d-\d\d )", log.read()) if "  plan:\n" in p]
    assert any("INSERT INTO search\n" in p for p in plans), "statements inside of functions are not in the log"
    for plan in plans:
        for scan, loops, removed in SCAN.findall(plan):
            assert int(loops) * int(removed) <= PASSED_OVER, f"{scan}: {removed} rows for nothing in\n{plan}"
