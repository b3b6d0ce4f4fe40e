-- SPDX-License-Identifier: EUPL-1.2
-- The working copy of a record as one JSON value.

-- name: record_load :opt :read (id text) -> content, kind, owner_org, other_org, version
SELECT cc_record_load(id, kind) AS content, kind, owner_org, other_org, version FROM record WHERE id = $1;

-- Needs record_lock or record_create before it in the same transaction. batch: see cc_record_to_batch()
-- name: record_store :one (batch jsonb) -> done
SELECT cc_record_store($1) AS done;

-- Published organisations with a name like one of these, which are lines of `names`, the likest first.
-- name: organisation_similar :many :read (names text, lang text) -> id, lang, name
SELECT s.id, n.lang, n.title AS name
  FROM cc_organisation_like(string_to_array($1, E'\n'), NULL, 10) WITH ORDINALITY s(id, likeness)
  CROSS JOIN LATERAL (SELECT lang, title FROM record_name r WHERE r.record_id = s.id
                       ORDER BY r.lang = $2 DESC, place LIMIT 1) n
 ORDER BY s.likeness;

-- What a working copy refers to, and what was written in a form (identifiers with blanks between), by name: the
-- form shows names, not identifiers.
-- name: record_references :many :read (id text, ids text, lang text) -> id, lang, title
SELECT x.ref AS id, n.lang, n.title
  FROM (SELECT c.ref FROM record r CROSS JOIN LATERAL cc_references(r.id, r.kind) c(ref) WHERE r.id = $1
         UNION
        SELECT unnest(string_to_array($2, ' '))) x
  CROSS JOIN LATERAL (SELECT lang, title FROM record_name m WHERE m.record_id = x.ref
                       ORDER BY m.lang = $3 DESC, place LIMIT 1) n;

-- What a working copy refers to and was never published. Not for memberships: they ask published ones only.
-- name: record_draft_references :many :read (id text) -> id
SELECT x.ref AS id
  FROM record r
  CROSS JOIN LATERAL cc_references(r.id, r.kind) x(ref)
 WHERE r.id = $1 AND r.kind <> 'membership'
   AND NOT EXISTS (SELECT FROM publication p WHERE p.record_id = x.ref);

-- Published records that a typed name may mean; those that have exactly this name come first.
-- name: record_named :many (kind text, name text, like text, lang text) -> id, lang, title, acronym, exact
SELECT p.record_id AS id, n.lang, n.title, n.acronym, e.exact
  FROM (SELECT record_id FROM search WHERE kind || '' <> 'membership' AND tsv @@ cc_search_plain($2)
        UNION
        SELECT record_id FROM search_name WHERE names LIKE $3) f
  JOIN publication p USING (record_id)
  CROSS JOIN LATERAL (SELECT lang, title, acronym FROM record_name r WHERE r.record_id = p.record_id
                       ORDER BY r.lang = $4 DESC, place LIMIT 1) n
  CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM record_name r WHERE r.record_id = p.record_id
                             AND lower(btrim($2)) IN (lower(r.title), lower(r.acronym))) AS exact) e
 WHERE p.kind = $1 AND p.state = 'published'
 ORDER BY e.exact DESC, length(n.title), p.record_id
 LIMIT 20;
