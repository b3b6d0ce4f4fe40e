-- SPDX-License-Identifier: EUPL-1.2
-- The head of a working copy, and publishing it.

-- name: record_create :one (id text, kind text, owner_org text, other_org text, parent text) -> version
SELECT cc_record_create($1, $2, $3, $4, $5) AS version;

-- name: record_lock :one (id text, version bigint, answering boolean) -> version
SELECT cc_record_lock($1, $2, coalesce($3, false)) AS version;

-- Heads of an import: those that exist are locked, the others made, in the order of the batch.
-- name: record_heads :one (batch jsonb) -> done
SELECT cc_record_heads($1) AS done;

-- Who answers for it, by name.
-- name: record_owner :opt :read (id text, lang text) -> id, title, lang
SELECT r.owner_org AS id, n.title, n.lang
  FROM record r
  LEFT JOIN LATERAL (SELECT title, lang FROM record_name x WHERE x.record_id = r.owner_org
                      ORDER BY x.lang = $2 DESC, place LIMIT 1) n ON true
 WHERE r.id = $1;

-- name: record_transfer :one (id text, owner_org text) -> done
SELECT true AS done FROM cc_record_transfer($1, $2);

-- The working head and the newest revision beside it; revision columns are NULL before the first.
-- name: record_state :opt :read (id text) -> id, kind, owner_org, other_org, parent, version, changed_at, revision, state, seal_sha256, content_sha256, published_at, may_change, may_answer, may_publish
SELECT r.id, r.kind, r.owner_org, r.other_org, r.parent, r.version, cc_iso(r.changed_at) AS changed_at,
       p.revision, p.state, p.seal_sha256, p.content_sha256, cc_iso(p.published_at) AS published_at,
       cc_may_change(r.id) AS may_change, cc_may_change(r.id, true) AS may_answer,
       cc_may_publish(r.id) AS may_publish
  FROM record r LEFT JOIN publication p ON p.record_id = r.id
 WHERE r.id = $1;

-- The last statement before COMMIT: it takes the feed's lock. batch, documents: see cc_publish_add(); behind: the turn of a
-- transaction that is published before this one, or neither is.
-- name: publish_append :one (batch jsonb, documents text, behind bigint) -> position
SELECT cc_publish_append($1, $2, $3) AS position;

-- Makes plans, for a connection that batches will be sent over.
-- name: publish_ready :one () -> ready
SELECT cc_publish_ready() AS ready;

-- The first statement of a transaction that another may be published behind.
-- name: publish_turn :one () -> turn
SELECT cc_publish_turn() AS turn;
