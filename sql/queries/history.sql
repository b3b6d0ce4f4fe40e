-- SPDX-License-Identifier: EUPL-1.2

-- Newest first; `before` NULL = from the newest.
-- name: history :many :read (id text, before integer, max integer) -> number, state, note, publisher, publisher_name, redirect_to, sealed_at, seal_sha256, content_sha256, position
SELECT r.number, r.state, r.note, r.publisher, n.title AS publisher_name, r.redirect_to,
       cc_iso(r.sealed_at) AS sealed_at, r.seal_sha256, r.content_sha256, r.position
  FROM revision r LEFT JOIN record_name n ON n.record_id = r.publisher AND n.place = 1
 WHERE r.record_id = $1 AND r.number < coalesce($2, 2147483647)
 ORDER BY r.number DESC
 LIMIT least($3, 200);
