# SPDX-License-Identifier: EUPL-1.2
"""The statements that are compiled in, as `concord statements` prints them, and their plans."""
import re

import build


class Statement:
    def __init__(self, line):
        self.name, self.kind, mark, self.file, types, columns, sql = line.split("\t")
        self.is_read = mark == "read"
        self.types = types.split(",") if types else []
        self.columns = columns.split(",") if columns else []
        self.sql = sql.replace("\\\\", "\0").replace("\\n", "\n").replace("\\t", "\t").replace("\0", "\\")

    @property
    def names(self):
        """Of the parameters, as the declaration has them."""
        declared = re.search(rf"^-- name: {self.name} [^(\n]*\((.*?)\)", (build.ROOT / self.file).read_text(), re.M).group(1)
        return [part.split()[0] for part in declared.split(",")] if declared else []

    def __repr__(self):
        return self.name


def all_statements():
    return [Statement(line) for line in build.run("concord", "statements").stdout.splitlines()]


def plan(cursor, statement, values=None, analyze=False):
    """The nodes of the plan that holds for all parameters (values only matter with analyze)."""
    values = values or [None] * len(statement.types)
    types = f"({', '.join(statement.types)})" if statement.types else ""
    arguments = f"({', '.join(['%s'] * len(values))})" if values else ""
    cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
    cursor.execute(f"PREPARE explained {types} AS {statement.sql}".replace("%", "%%"), [])
    options = "FORMAT JSON, ANALYZE" if analyze else "FORMAT JSON"
    cursor.execute(f"EXPLAIN ({options}) EXECUTE explained {arguments}", values)
    top = cursor.fetchone()[0][0]["Plan"]
    cursor.execute("DEALLOCATE explained")
    return list(_nodes(top))


def _nodes(node):
    yield node
    for child in node.get("Plans", []):
        yield from _nodes(child)


def scanned(nodes):
    """Tables that are read from end to end."""
    return {node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"}
