# SPDX-License-Identifier: EUPL-1.2
"""The statement compiler: what it makes, and one failing file for each of its rules."""
import build
import pytest

GOOD = "-- name: good :one (id text) -> id\nSELECT $1;\n"


def compile_(tmp_path, text, mode="--source"):
    path = tmp_path / "x.sql"
    path.write_text(text)
    return build.run("build-aux/stmtc", mode, path, check=False)


@pytest.mark.parametrize("text, line, told", [
    (GOOD + GOOD, 3, 'is defined already at'),
    ("SELECT 1;\n", 1, "a statement begins with a line"),
    ("-- name: a :exec ()\nSELECT 1\n", 1, 'does not end with ";"'),
    ("-- name: a :exec ()\nSELECT ';'\n", 1, 'does not end with ";"'),
    ("-- name: a :exec ()\n;\n", 1, "is empty"),
    ("-- name: a :exec ()\n-- only words;\n;\n", 1, "is empty"),
    ("-- name: a :exec ()\nSELECT 1;\nSELECT 2;\n", 3, "more than one statement"),
    ("-- name: a :exec ()\nSELECT 1;;\n", 2, "more than one statement"),
    ("-- name: a :exec (x text)\nSELECT 1;\n", 1, "parameter $1 (x) of \"a\" is not used"),
    ("-- name: a :exec (x text)\nSELECT '$1';\n", 1, "is not used"),
    ("-- name: a :exec (x text)\nSELECT $1, $2;\n", 2, "$2 is not declared"),
    ("-- name: a :exec ()\nSELECT $0;\n", 2, "$0 is not declared"),
    ("-- name: a :exec (x text, x text)\nSELECT $1, $2;\n", 1, "declared twice"),
    ("-- name: a :exec (x)\nSELECT $1;\n", 1, "\"name type\""),
    ("-- name: a :exec\nSELECT 1;\n", 1, "parameters are missing"),
    ("-- name: a ()\nSELECT 1;\n", 1, "says neither"),
    ("-- name: a :two ()\nSELECT 1;\n", 1, "unknown word"),
    ("-- name: a :one :many () -> x\nSELECT 1;\n", 1, "one kind only"),
    ("-- name: a :one :read :read () -> x\nSELECT 1;\n", 1, "given twice"),
    ("-- name: a :exec :read ()\nSELECT 1;\n", 1, "is not :read"),
    ("-- name: a :one ()\nSELECT 1;\n", 1, "returns rows"),
    ("-- name: a :exec () -> x\nSELECT 1;\n", 1, "returns no columns"),
    ("-- name: a :one () -> x, x\nSELECT 1, 2;\n", 1, "declared twice"),
    ("-- name: a :one () -> x y\nSELECT 1;\n", 1, "cannot read the declaration"),
    ("-- name: A :exec ()\nSELECT 1;\n", 1, "must be 1 to 48"),
    ("-- name: a :exec ()\nSELECT 'x;\n", 2, "quotation does not end"),
    ("-- name: a :exec ()\nSELECT $x$ ;\n", 2, "quotation does not end"),
    ("-- name: a :exec ()\nSELECT 1 /* ;\n", 2, "comment does not end"),
    ("-- name: a :one () -> b\nSELECT 1;\n-- name: a_b :exec ()\nSELECT 1;\n", 3, "the same constant"),
    ("-- name: a :exec (" + ", ".join(f"p{i} text" for i in range(25)) + ")\nSELECT 1;\n", 1, "more than 24"),
])
def test_refuses(tmp_path, text, line, told):
    done = compile_(tmp_path, text)
    assert done.returncode == 1
    assert f"x.sql:{line}: " in done.stderr and told in done.stderr


def test_quotations_comments_and_long_heads(tmp_path):
    done = compile_(tmp_path, "-- name: a :opt :read (x text,\n--   y bigint)\n--   -> one,\n--      two\n"
                    "SELECT 'it''s; $9' AS one, -- words; $9\n  E'\\';' || $q$ ; $9 $q$ || $1 /* ; */ AS two\n"
                    " WHERE $2 > 0;\n-- words after it; fine\n")
    assert done.returncode == 0, done.stderr
    assert '.param_types = "text,bigint"' in done.stdout and '.column_names = "one,two"' in done.stdout
    assert "words" not in done.stdout and "always_row = false" in done.stdout


def test_no_files_make_an_empty_table():
    assert "{.name = NULL}" in build.run("build-aux/stmtc", "--source").stdout
    assert "Q__COUNT" in build.run("build-aux/stmtc", "--header").stdout


@pytest.mark.parametrize("sql, sure", [("SELECT cc_f($1)", True), ("SELECT (SELECT $1 FROM t)", True),
                                       ("SELECT $1 FROM t", False), ("UPDATE t SET a = $1 RETURNING a", False),
                                       ("SELECT $1 WHERE a", False)])
def test_knows_what_always_has_a_row(tmp_path, sql, sure):
    out = compile_(tmp_path, f"-- name: a :one (x text) -> y\n{sql};\n").stdout
    assert f".always_row = {str(sure).lower()}" in out
