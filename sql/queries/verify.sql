-- SPDX-License-Identifier: EUPL-1.2
-- What `concord verify` reads. Each of its processes has a snapshot of its own: whatever is published
-- meanwhile was written in one transaction, so it holds in each of them.

-- name: verify_snapshot :exec ()
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;

-- Before the snapshot is taken: no new generation of projections takes the place of the one in it.
-- name: verify_hold :exec ()
LOCK TABLE search IN ACCESS SHARE MODE;

-- name: verify_head :one :read () -> position, stamp, link
SELECT position, cc_iso_exact(stamp) AS stamp, link FROM feed_head;

-- name: verify_feed :many :read (after bigint, max bigint) -> position, stamp, record_id, kind, revision, event, seal_sha256, link, bytes, revision_kind, revision_state, revision_seal_sha256, revision_position, revision_stamp, revision_bytes
SELECT f.position, cc_iso_exact(f.stamp) AS stamp, f.record_id, f.kind, f.revision, f.event,
       f.seal_sha256, f.link, f.bytes, r.kind AS revision_kind, r.state AS revision_state,
       r.seal_sha256 AS revision_seal_sha256, r.position AS revision_position,
       cc_iso_exact(r.stamp) AS revision_stamp, cc_entry_bytes(r.content, r.seal, r.note) AS revision_bytes
  FROM feed f LEFT JOIN revision r ON r.record_id = f.record_id AND r.number = f.revision
 WHERE f.position > $1
 ORDER BY f.position
 LIMIT $2;

-- name: verify_amount :one :read () -> revisions, entries
SELECT (SELECT count(*) FROM revision) AS revisions, (SELECT count(*) FROM feed) AS entries;

-- The next stretch of positions behind `after` that has revisions and is for this one of the workers.
-- name: verify_stretch :opt :read (after bigint, workers bigint, worker bigint) -> after, upto
SELECT position - 1 AS after, least(position / 2000 * 2000::numeric + 1999, 9223372036854775807)::bigint AS upto
  FROM revision
 WHERE position > $1 AND abs(position / 2000) % $2 = $3
 ORDER BY position
 LIMIT 1;

-- Revisions by position, as many as one batch may hold. `record` NULL = all. `newest` is the revision
-- of the publication, `last` whether no other follows; `differs` names the columns of the publication
-- that are not the revision's; `past`: of a merged record the content that it had.
-- name: verify_revisions :many :read (record text, after bigint, upto bigint, max bigint, bytes bigint) -> record_id, number, kind, state, schema, content, content_sha256, seal, seal_sha256, note, note_sha256, previous_seal_sha256, publisher, redirect_to, sealed_at, position, before_seal_sha256, in_feed, redacted, newest, last, newest_position, differs, past
SELECT r.record_id, r.number, r.kind, r.state, r.schema, r.content, r.content_sha256, r.seal,
       r.seal_sha256, r.note, r.note_sha256, r.previous_seal_sha256, r.publisher, r.redirect_to,
       cc_iso_exact(r.sealed_at) AS sealed_at, r.position,
       CASE WHEN r.number > 1 THEN (SELECT b.seal_sha256 FROM revision b
                                     WHERE b.record_id = r.record_id AND b.number = r.number - 1)
            END AS before_seal_sha256,
       coalesce(f.record_id = r.record_id AND f.revision = r.number AND f.seal_sha256 = r.seal_sha256
                AND f.stamp = r.stamp, false) AS in_feed,
       (r.content IS NULL AND r.state = 'published' OR r.note IS NULL)
       AND (SELECT count(*) FROM feed x WHERE x.record_id = r.record_id AND x.revision = r.number
               AND x.event = 'redacted') > 0 AS redacted,
       p.revision AS newest,
       NOT EXISTS (SELECT FROM revision l WHERE l.record_id = r.record_id AND l.number > r.number) AS last,
       p.position AS newest_position,
       CASE WHEN p.revision = r.number THEN concat_ws(', ',
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
           CASE WHEN p.link <> f.link THEN 'link' END) END AS differs,
       CASE WHEN r.state = 'redirected' THEN (SELECT b.content FROM revision b
                                               WHERE b.record_id = r.record_id AND b.number = r.number - 1)
            END AS past
  FROM (SELECT *, sum(octet_length(coalesce(content, '')) + octet_length(seal)) OVER w AS bytes_before
          FROM revision
         WHERE ($1::text IS NULL OR record_id = $1) AND position > $2 AND position <= $3
        WINDOW w AS (ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
         ORDER BY position
         LIMIT $4) r
  LEFT JOIN feed f ON f.position = r.position
  LEFT JOIN publication p ON p.record_id = r.record_id
 WHERE coalesce(r.bytes_before, 0) < $5
 ORDER BY r.position;

-- name: verify_projections :many :read (batch jsonb) -> record_id, what
SELECT record_id, what FROM cc_projection_differs($1);

-- Rows that nothing else leads to.
-- name: verify_leftovers :many :read () -> record_id, what
SELECT p.record_id, 'publication' AS what FROM publication p
 WHERE NOT EXISTS (SELECT FROM revision r WHERE r.record_id = p.record_id)
UNION ALL
SELECT record_id, what FROM cc_projection_leftovers()
UNION ALL
SELECT record_id, what FROM cc_page_differs()
UNION ALL
SELECT record_id, what FROM cc_iati_differs();
