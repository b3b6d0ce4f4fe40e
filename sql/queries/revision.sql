-- SPDX-License-Identifier: EUPL-1.2
-- Published records and their revisions.

-- Everything that a page or the XML of a record needs of its newest revision.
-- name: record_current :opt :read (id text) -> kind, state, revision, content, seal, note, redirect_to, stamp, position, link
SELECT kind, state, revision, content, seal, note, redirect_to, stamp, position, link
  FROM publication
 WHERE record_id = $1;

-- name: revision_get :opt :read (id text, number integer) -> id, number, kind, state, schema, content, content_sha256, seal, seal_sha256, note, note_sha256, previous_seal_sha256, publisher, redirect_to, sealed_at, position, link, newest, redaction
SELECT r.record_id AS id, r.number, r.kind, r.state, r.schema, r.content, r.content_sha256, r.seal,
       r.seal_sha256, r.note, r.note_sha256, r.previous_seal_sha256, r.publisher, r.redirect_to,
       cc_iso(r.sealed_at) AS sealed_at, r.position, f.link, p.revision AS newest,
       (SELECT x.reason FROM redaction x WHERE x.record_id = r.record_id AND x.number = r.number
         ORDER BY x.what LIMIT 1) AS redaction
  FROM revision r
  JOIN publication p ON p.record_id = r.record_id
  JOIN feed f ON f.position = r.position
 WHERE r.record_id = $1 AND r.number = $2;

-- What the registry said at an instant: the newest revision sealed by then.
-- name: revision_at :opt :read (id text, instant timestamptz) -> number, state
SELECT number, state
  FROM revision
 WHERE record_id = $1 AND sealed_at <= $2
 ORDER BY sealed_at DESC, number DESC
 LIMIT 1;

-- Names of the records that either of two revisions refers to, as they are called today. Numbers NULL:
-- the working copy, if the asker sees it, and the newest revision.
-- name: revision_names :many :read (id text, a integer, b integer, lang text) -> id, kind, lang, title
SELECT e.id, n.kind, n.lang, n.title
  FROM (SELECT DISTINCT m.found[1] AS id
          FROM (SELECT content FROM revision WHERE record_id = $1 AND number IN ($2, $3)
                 UNION ALL
                SELECT content FROM publication WHERE record_id = $1 AND $2 IS NULL
                 UNION ALL
                SELECT cc_record_load(id, kind)::text FROM record WHERE id = $1 AND $2 IS NULL) r
         CROSS JOIN LATERAL regexp_matches(r.content, '[>"]([A-Z][0-9A-Z]{13})[<"]', 'g') m(found)
         LIMIT 400) e
 CROSS JOIN LATERAL (SELECT lang, title, kind FROM record_name WHERE record_id = e.id
                      ORDER BY lang = $4 DESC, place LIMIT 1) n;
