-- SPDX-License-Identifier: EUPL-1.2
-- What `concord verify` reads, in pages, within one snapshot.

-- name: verify_snapshot :exec ()
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;

-- name: verify_head :one :read () -> revisions, entries, position, stamp, link
SELECT (SELECT count(*) FROM revision) AS revisions, (SELECT count(*) FROM feed) AS entries,
       position, cc_iso_exact(stamp) AS stamp, link
  FROM feed_head;

-- name: verify_feed :many :read (after bigint, max bigint) -> position, stamp, record_id, kind, revision, event, seal_sha256, link, revision_kind, revision_state, revision_seal_sha256, revision_position, revision_stamp
SELECT f.position, cc_iso_exact(f.stamp) AS stamp, f.record_id, f.kind, f.revision, f.event,
       f.seal_sha256, f.link, r.kind AS revision_kind, r.state AS revision_state,
       r.seal_sha256 AS revision_seal_sha256, r.position AS revision_position,
       cc_iso_exact(r.stamp) AS revision_stamp
  FROM feed f LEFT JOIN revision r ON r.record_id = f.record_id AND r.number = f.revision
 WHERE f.position > $1
 ORDER BY f.position
 LIMIT $2;

-- `record` NULL = all. `differs` names the columns of the publication that are not the revision's.
-- name: verify_revisions :many :read (record text, after_id text, after_number integer, max bigint) -> record_id, number, kind, state, schema, content, content_sha256, seal, seal_sha256, note, note_sha256, previous_seal_sha256, publisher, redirect_to, sealed_at, position, in_feed, redacted, newest, differs
SELECT r.record_id, r.number, r.kind, r.state, r.schema, r.content, r.content_sha256, r.seal,
       r.seal_sha256, r.note, r.note_sha256, r.previous_seal_sha256, r.publisher, r.redirect_to,
       cc_iso_exact(r.sealed_at) AS sealed_at, r.position,
       EXISTS (SELECT FROM feed f WHERE f.position = r.position AND f.record_id = r.record_id
                  AND f.revision = r.number AND f.seal_sha256 = r.seal_sha256
                  AND f.stamp = r.stamp) AS in_feed,
       EXISTS (SELECT FROM feed f WHERE f.record_id = r.record_id AND f.revision = r.number
                  AND f.event = 'redacted') AS redacted,
       p.revision AS newest,
       concat_ws(', ',
           CASE WHEN p.kind <> r.kind THEN 'kind' END,
           CASE WHEN p.state <> r.state THEN 'state' END,
           CASE WHEN p.schema <> r.schema THEN 'schema' END,
           CASE WHEN p.content IS DISTINCT FROM r.content THEN 'content' END,
           CASE WHEN p.content_sha256 IS DISTINCT FROM r.content_sha256 THEN 'content_sha256' END,
           CASE WHEN p.seal <> r.seal THEN 'seal' END,
           CASE WHEN p.seal_sha256 <> r.seal_sha256 THEN 'seal_sha256' END,
           CASE WHEN p.note IS DISTINCT FROM r.note THEN 'note' END,
           CASE WHEN p.note_sha256 <> r.note_sha256 THEN 'note_sha256' END,
           CASE WHEN p.redirect_to IS DISTINCT FROM r.redirect_to THEN 'redirect_to' END,
           CASE WHEN p.published_at <> r.stamp THEN 'published_at' END,
           CASE WHEN p.position <> r.position THEN 'position' END,
           CASE WHEN p.stamp <> cc_iso(r.stamp) THEN 'stamp' END,
           CASE WHEN p.link <> (SELECT link FROM feed f WHERE f.position = p.position) THEN 'link' END) AS differs
  FROM revision r LEFT JOIN publication p ON p.record_id = r.record_id
 WHERE ($1::text IS NULL OR r.record_id = $1) AND (r.record_id, r.number) > ($2, $3)
 ORDER BY r.record_id, r.number
 LIMIT $4;

-- name: verify_projection :one :read (id text, kind text, projection jsonb) -> differs
SELECT cc_projection_differs($1, $2, $3) AS differs;

-- Rows that nothing else leads to.
-- name: verify_orphans :many :read () -> what, record_id
SELECT 'publication' AS what, p.record_id FROM publication p
 WHERE NOT EXISTS (SELECT FROM revision r WHERE r.record_id = p.record_id)
UNION ALL
SELECT 'record_name', n.record_id FROM record_name n
 WHERE NOT EXISTS (SELECT FROM revision r WHERE r.record_id = n.record_id)
UNION ALL
SELECT 'edge', e.from_id FROM edge e
 WHERE NOT EXISTS (SELECT FROM revision r WHERE r.record_id = e.from_id)
UNION ALL
SELECT 'promise', r.record_id FROM promise r
 WHERE NOT EXISTS (SELECT FROM revision v WHERE v.record_id = r.record_id)
UNION ALL
SELECT 'promise_resource', r.record_id FROM promise_resource r
 WHERE NOT EXISTS (SELECT FROM revision v WHERE v.record_id = r.record_id)
UNION ALL
SELECT 'search', s.record_id FROM search s
 WHERE NOT EXISTS (SELECT FROM revision r WHERE r.record_id = s.record_id)
 ORDER BY 1, 2;

-- The member projection against the edges and names that it is made of.
-- name: verify_members :many :read () -> what, record_id
WITH expected AS (
    SELECT part.from_id AS membership_id, part.to_id AS partnership_id, org.to_id AS organisation_id,
           part.state, part.role AS roles, coalesce(lower(n.title), '') AS organisation_name
      FROM edge part
      JOIN edge org ON org.from_id = part.from_id AND org.field = 'organisation'
      LEFT JOIN record_name n ON n.record_id = org.to_id AND n.place = 1
     WHERE part.kind = 'membership' AND part.field = 'partnership'
), counted AS (
    SELECT partnership_id, state, count(*) AS members FROM member GROUP BY 1, 2
)
SELECT 'member' AS what, coalesce(e.membership_id, m.membership_id) AS record_id
  FROM expected e FULL JOIN member m USING (membership_id)
 WHERE (e.partnership_id, e.organisation_id, e.state, e.roles, e.organisation_name)
       IS DISTINCT FROM (m.partnership_id, m.organisation_id, m.state, m.roles, m.organisation_name)
UNION ALL
SELECT 'member_count', coalesce(c.partnership_id, k.partnership_id)
  FROM counted c FULL JOIN member_count k USING (partnership_id, state)
 WHERE coalesce(c.members, 0) <> coalesce(k.members, 0);
