-- SPDX-License-Identifier: EUPL-1.2
-- The pages of published records for search engines, in parts of `size` positions of the feed: an unchanged part is an
-- unchanged file, and what is published anew moves into the last one. Each kind goes by publication_kind_i.

-- The parts that have any record, from each to the next one, so that gaps cost nothing.
-- name: sitemap_parts :many :read (size bigint, max bigint) -> part, published_at
WITH RECURSIVE kinds(kind) AS (
    VALUES ('organisation'), ('partnership'), ('membership'), ('activity'), ('commitment')
), parts(part) AS (
    SELECT 0::bigint
     UNION ALL
    SELECT (next.position - 1) / $1 + 1
      FROM parts
     CROSS JOIN LATERAL (SELECT min(p.position) AS position
                           FROM kinds k
                          CROSS JOIN LATERAL (SELECT position FROM publication
                                               WHERE state = 'published' AND kind = k.kind AND content IS NOT NULL
                                                 AND position > parts.part * $1
                                               ORDER BY position LIMIT 1) p) next
     WHERE next.position IS NOT NULL
), listed(part) AS (
    SELECT part FROM parts WHERE part > 0 LIMIT $2
)
SELECT listed.part, cc_iso(newest.published_at) AS published_at
  FROM listed
 CROSS JOIN LATERAL (SELECT max(p.published_at) AS published_at
                       FROM kinds k
                      CROSS JOIN LATERAL (SELECT published_at FROM publication
                                           WHERE state = 'published' AND kind = k.kind AND content IS NOT NULL
                                             AND position > (listed.part - 1) * $1 AND position <= listed.part * $1
                                           ORDER BY position DESC LIMIT 1) p) newest
 ORDER BY listed.part;

-- name: sitemap_records :many :read (after bigint, until bigint) -> id, kind, published_at
SELECT record_id AS id, kind, cc_iso(published_at) AS published_at
  FROM publication
 WHERE state = 'published' AND kind IN ('organisation', 'partnership', 'membership', 'activity', 'commitment')
   AND content IS NOT NULL AND position > $1 AND position <= $2
 ORDER BY position;
