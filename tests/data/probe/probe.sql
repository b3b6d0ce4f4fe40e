-- SPDX-License-Identifier: EUPL-1.2
-- Statements of the database probe (tests/lib/db_probe.c), on a table that the tests make.

-- name: probe_add :exec (id integer, word text)
INSERT INTO probe (id, word) VALUES ($1, $2);

-- name: probe_word :one :read (id integer) -> word
SELECT word FROM probe WHERE id = $1;

-- name: probe_change :one (id integer, word text) -> id
UPDATE probe SET word = $2 WHERE id = $1 RETURNING id;

-- name: probe_all :many :read () -> id, word
SELECT id, word FROM probe ORDER BY id;

-- name: probe_sleep :exec (seconds double precision)
SELECT pg_sleep($1);

-- name: probe_fail :exec (state text)
SELECT probe_fail($1);
