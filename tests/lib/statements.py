# SPDX-License-Identifier: EUPL-1.2
"""The statements of sql/queries/ by name, with psycopg2's placeholders."""
import pathlib
import re

QUERIES = pathlib.Path(__file__).resolve().parents[2] / "sql/queries"


def text(name):
    for path in QUERIES.glob("*.sql"):
        found = re.search(rf"^-- name: {name} [^\n]*\n(.*?;)\s*$", path.read_text(), re.M | re.S)
        if found:
            sql = found.group(1).rstrip(";").replace("%", "%%")
            return _positional(sql)
    raise KeyError(name)


def _positional(sql):
    numbers = [int(n) for n in re.findall(r"\$(\d+)", sql)]
    assert numbers == sorted(set(numbers)), "use each parameter once and in order, or psql"
    return re.sub(r"\$\d+", "%s", sql)
