-- SPDX-License-Identifier: EUPL-1.2
-- The working copy of a record as one JSON value.

-- name: record_load :opt :read (id text) -> content, kind, owner_org, other_org, version
SELECT cc_record_load(id, kind) AS content, kind, owner_org, other_org, version FROM record WHERE id = $1;

-- Needs record_lock or record_create before it in the same transaction.
-- name: record_store :one (id text, kind text, content jsonb) -> done
SELECT cc_record_store($1, $2, $3) AS done;

-- Published organisations with a name like this one, the likest first.
-- name: organisation_similar :many :read (name text, lang text) -> id, lang, name
SELECT s.record_id AS id, n.lang, n.title AS name
  FROM search s
  CROSS JOIN LATERAL (SELECT lang, title FROM record_name r WHERE r.record_id = s.record_id
                       ORDER BY r.lang = $2 DESC, place LIMIT 1) n
 WHERE s.kind = 'organisation' AND length($1) > 2 AND lower($1) <% s.names
 ORDER BY word_similarity(lower($1), s.names) DESC, s.record_id
 LIMIT 10;

-- name: organisation_by_identifier :opt :read (scheme text, value text) -> id
SELECT record_id AS id FROM organisation_identifier WHERE scheme = $1 AND value = $2;
