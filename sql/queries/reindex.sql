-- SPDX-License-Identifier: EUPL-1.2
-- `concord reindex`: a new generation of the projections (functions/reindex.sql).

-- name: reindex_begin :one () -> run, position, records
SELECT run, position, records FROM cc_reindex_begin();

-- name: reindex_drop :exec (run text)
SELECT cc_reindex_drop($1);

-- What is published, by position, as much as one batch may hold; of a record its newest only. `is_past`: merged, with the
-- content that it had.
-- name: reindex_page :many :read (after bigint, upto bigint, max bigint, bytes bigint) -> record_id, kind, position, content, is_past
SELECT record_id, kind, position, content, is_past
  FROM (SELECT p.record_id, p.kind, p.position, p.redirect_to IS NOT NULL AS is_past,
               CASE WHEN p.redirect_to IS NULL THEN p.content
                    ELSE (SELECT r.content FROM revision r WHERE r.record_id = p.record_id AND r.number = p.revision - 1)
                    END AS content,
               sum(octet_length(coalesce(p.content, '')))
                   OVER (ORDER BY f.position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS bytes_before
          FROM feed f
          JOIN publication p ON p.record_id = f.record_id AND p.position = f.position
         WHERE f.position > $1 AND f.position <= $2
         ORDER BY f.position
         LIMIT $3) b
 WHERE coalesce(bytes_before, 0) < $4
 ORDER BY position;

-- name: reindex_load :exec (run text, batch jsonb)
SELECT cc_reindex_load($1, $2);

-- `is_derived`: made of other tables, as search is (roles, words of what was merged), when those are whole: who makes a key or
-- an index of a table would wait for the end of whoever reads or writes it.
-- name: reindex_tables :many :read () -> name, is_derived
SELECT name, of_records IS NOT TRUE OR name = 'search' AS is_derived FROM cc_projections() ORDER BY place;

-- name: reindex_finish :exec (run text, name text)
SELECT cc_reindex_finish($1, $2);

-- name: reindex_follow :exec (run text, batch jsonb)
SELECT cc_reindex_follow($1, $2);

-- name: reindex_hold :exec (run text)
SELECT cc_reindex_hold($1);

-- name: reindex_switch :exec (run text)
SELECT cc_reindex_switch($1);
