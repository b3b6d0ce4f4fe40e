-- SPDX-License-Identifier: EUPL-1.2

-- Newest first; `before` NULL = from the newest.
-- name: history :many :read (id text, before integer, max integer, lang text) -> number, state, note, publisher, publisher_name, publisher_lang, redirect_to, sealed_at, seal_sha256, content_sha256, position
SELECT r.number, r.state, r.note, r.publisher, n.title AS publisher_name, n.lang AS publisher_lang, r.redirect_to,
       cc_iso(r.sealed_at) AS sealed_at, r.seal_sha256, r.content_sha256, r.position
  FROM revision r
  LEFT JOIN LATERAL (SELECT lang, title FROM record_name WHERE record_id = r.publisher
                      ORDER BY lang = $4 DESC, place LIMIT 1) n ON true
 WHERE r.record_id = $1 AND r.number < coalesce($2, 2147483647)
 ORDER BY r.number DESC
 LIMIT least($3, 200);
