-- SPDX-License-Identifier: EUPL-1.2
-- The feed: closed pages by position. Dates are translated to a position first.

-- Whole entries: at most `max`, and until `bytes` are reached (the first one always).
-- name: feed_page :many :read (after bigint, max integer, bytes bigint) -> position, stamp, record_id, kind, revision, event, link, content, seal, note
SELECT f.position, cc_iso(f.stamp) AS stamp, f.record_id, f.kind, f.revision, f.event, f.link, r.content, r.seal, r.note
  FROM (SELECT *, sum(bytes) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING) - bytes AS before
          FROM (SELECT * FROM feed WHERE position > $1 ORDER BY position LIMIT least($2, 1000)) next) f
  -- by position, which is the order of both tables; an entry of its own tells that an older revision was redacted
  JOIN revision r ON r.position = CASE f.event
                                  WHEN 'redacted' THEN (SELECT v.position FROM revision v
                                                         WHERE v.record_id = f.record_id AND v.number = f.revision)
                                  ELSE f.position END
 WHERE f.before < $3
 ORDER BY f.position;

-- name: feed_newest :one :read () -> position, stamp, link
SELECT position, cc_iso(stamp) AS stamp, link FROM feed_head;

-- The position before the first entry of this instant or later: feed_page continues from it.
-- name: feed_from :one :read (instant timestamptz) -> after
SELECT coalesce((SELECT position - 1 FROM feed WHERE stamp >= $1 ORDER BY stamp, position LIMIT 1),
                (SELECT position FROM feed_head)) AS after;
