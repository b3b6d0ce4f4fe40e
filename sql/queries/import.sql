-- SPDX-License-Identifier: EUPL-1.2
-- Imports: what the registry has of the records of one batch, `ids` separated by blanks. One look by key for
-- each (LATERAL .. LIMIT 1), whatever the planner thinks of tables that grow while it keeps its plan.

-- `draft`: the working copy was changed since it was published, or never was. Rows in order of id.
-- name: import_heads :many :read (ids text) -> id, working, version, owner_org, other_org, parent, draft, state, revision, seal_sha256, content_sha256
SELECT i.id, r.id IS NOT NULL AS working, r.version, r.owner_org, r.other_org, r.parent,
       r.id IS NOT NULL AND (p.record_id IS NULL OR r.changed_at > p.published_at) AS draft,
       p.state, p.revision, p.seal_sha256, p.content_sha256
  FROM (SELECT DISTINCT unnest(string_to_array($1, ' ')) AS id) i
  LEFT JOIN LATERAL (SELECT * FROM record WHERE id = i.id LIMIT 1) r ON true
  LEFT JOIN LATERAL (SELECT record_id, published_at, state, revision, seal_sha256, content_sha256
                       FROM publication WHERE record_id = i.id LIMIT 1) p ON true
 ORDER BY i.id COLLATE "C";

-- The records whose newest revision has this very content, and that nothing speaks against: in the order
-- of `ids`, those that fail left out. Titles as cc_import_title() has them.
-- name: import_known :many :read (ids text, hashes text) -> id, title
SELECT i.id, coalesce(n.title, e.to_id || ', ' || r.parent) AS title
  FROM unnest(string_to_array($1, ' '), string_to_array($2, ' ')) WITH ORDINALITY i(id, sha256, place)
  JOIN publication p ON p.record_id = i.id AND p.state = 'published' AND p.content_sha256 = i.sha256
  JOIN record r ON r.id = i.id
  LEFT JOIN publication o ON o.record_id = r.parent
  LEFT JOIN record_name n ON n.record_id = i.id AND n.lang = 'en'
  LEFT JOIN edge e ON e.from_id = i.id AND e.field = 'organisation' AND r.kind = 'membership'
 WHERE r.parent IS NULL OR o.state = 'published'
 ORDER BY i.place;

-- The consent of the memberships among them, as part of their JSON.
-- name: import_consents :many :read (ids text) -> id, content
SELECT i.id, jsonb_build_object('consent', cc_consent_load(m.its))::text AS content
  FROM unnest(string_to_array($1, ' ')) AS i(id)
 CROSS JOIN LATERAL (SELECT x AS its FROM membership x WHERE x.record_id = i.id LIMIT 1) m
 ORDER BY i.id COLLATE "C";

-- Seals of revisions named as RECORD:NUMBER.
-- name: import_seals :many :read (revisions text) -> revision, seal_sha256, no_content, no_note
SELECT i.revision, r.seal_sha256,
       EXISTS (SELECT FROM redaction x WHERE x.record_id = r.record_id AND x.number = r.number
                  AND x.what = 'content') AS no_content,
       EXISTS (SELECT FROM redaction x WHERE x.record_id = r.record_id AND x.number = r.number
                  AND x.what = 'note') AS no_note
  FROM (SELECT DISTINCT unnest(string_to_array($1, ' ')) AS revision) i
  JOIN revision r ON r.record_id = split_part(i.revision, ':', 1)
                 AND r.number = split_part(i.revision, ':', 2)::integer
 ORDER BY i.revision COLLATE "C";

-- name: restore_redaction :one (id text, number integer, seal_sha256 text, no_content boolean, no_note boolean) -> position
SELECT cc_restore_redaction($1, $2, $3, $4, $5) AS position;

-- What is looked at when a transaction ends is looked at now: before the feed's lock; a dry run ends here.
-- name: import_constraints :exec ()
SET CONSTRAINTS ALL IMMEDIATE;
