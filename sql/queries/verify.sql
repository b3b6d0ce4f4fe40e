-- SPDX-License-Identifier: EUPL-1.2
-- What `concord verify` reads: whole tables in the order of their chains.

-- name: verify_counts :one :read () -> revisions, publications, entries, position, stamp, link
SELECT (SELECT count(*) FROM revision) AS revisions, (SELECT count(*) FROM publication) AS publications,
       (SELECT count(*) FROM feed) AS entries, position, stamp, link
  FROM feed_head;

-- name: verify_feed :many :read (record text) -> position, stamp, record_id, kind, revision, event, seal_sha256, link, revision_kind, revision_state, revision_seal_sha256, revision_position, previous_stamp
SELECT f.position, f.stamp, f.record_id, f.kind, f.revision, f.event, f.seal_sha256, f.link,
       r.kind AS revision_kind, r.state AS revision_state, r.seal_sha256 AS revision_seal_sha256,
       r.position AS revision_position, lag(f.stamp) OVER (ORDER BY f.position) AS previous_stamp
  FROM feed f LEFT JOIN revision r ON r.record_id = f.record_id AND r.number = f.revision
 ORDER BY f.position;

-- name: verify_revisions :many :read (record text) -> record_id, number, kind, state, schema, content, content_sha256, seal, seal_sha256, note, note_sha256, previous_seal_sha256, publisher, redirect_to, sealed_at, position, newest
SELECT r.record_id, r.number, r.kind, r.state, r.schema, r.content, r.content_sha256, r.seal,
       r.seal_sha256, r.note, r.note_sha256, r.previous_seal_sha256, r.publisher, r.redirect_to,
       cc_iso(r.sealed_at) AS sealed_at, r.position
  FROM revision r
 WHERE $1::text IS NULL OR r.record_id = $1
 ORDER BY r.record_id, r.number;
