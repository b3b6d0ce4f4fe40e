-- SPDX-License-Identifier: EUPL-1.2
-- Search: matched once, everything else from what was matched.

-- Before `search` in the same transaction: which of its conditions are there decides by which index
-- it goes, so it is planned for each question; always by one, because how far a scan of the whole table goes
-- before it has enough is a guess; and how much a mistyped name may differ.
-- name: search_plan :one :read () -> mode, scan, threshold
SELECT set_config('plan_cache_mode', 'force_custom_plan', true) AS mode,
       set_config('enable_seqscan', 'off', true) AS scan,
       set_config('pg_trgm.word_similarity_threshold', '0.4', true) AS threshold;

-- terms: cc_search_query(); name: folded words, for names that are so, and for similar ones when nothing
-- matches; facets: {goal=5,country=KE}, all of them; together: cc_together(). NULL = not asked.
-- sort: relevance, newest or title. after_*: the last row of the page before (position; sort key and id;
-- rank and id). total: at most so many are matched, counted and ranked, one more says "more than".
-- Rows by part: total and facet a name, b value, c records; hit and similar: a id, b kind, c language,
-- d title, e acronym, f published at, g goals, h confirmed members, i position, j sort key, k rank,
-- l countries, m state. Codes have blanks between them, as the record tells them in `facets`: the facets of a row
-- are dozens, and to find the names of all of them for the few that are shown took most of a list's time.
-- `few`: what fits as one index gives it, those with the name first. All of it sorts by rank; all of what
-- fits, when that is less than total, by anything. Of more, the page is found in the order of the sort,
-- where it is near (`walk`); if it is not, everything that fits is sorted (`rest`). So no question
-- reads more than what fits, or the words of more than 20,000. For a phrase so many are read that have all of its
-- words; where there are more, total says "120+".
-- name: search :many :read (terms jsonb, name text, kind text, facets text[], together jsonb, lang text, sort text, after_position bigint, after_key text, after_rank real, after_id text, max integer, total integer, counting boolean) -> part, a, b, c, d, e, f, g, h, i, j, k, l, m
WITH few AS MATERIALIZED (
    SELECT s.record_id, s.kind, s.position, s.sort_key, s.keys,
           CASE WHEN $7 = 'relevance' AND $1::jsonb IS NOT NULL
                THEN cc_search_rank(s.names, s.kind, cc_search_words($2), cc_search_begins($2, ''),
                                    cc_search_begins($2, E'\n'),
                                    ts_rank('{0.05,0.1,0.2,1}', s.tsv, cc_search_query($1, $6), 1))
                ELSE 0::real END AS rank
      FROM (SELECT s.*
              FROM (SELECT * FROM search
                     WHERE $7 = 'relevance' AND record_id = ANY (cc_search_named($2, $3))
                    UNION ALL
                    SELECT * FROM search
                     WHERE $7 <> 'relevance' OR record_id <> ALL (cc_search_named($2, $3))) s
             WHERE CASE WHEN $1::jsonb IS NULL AND $4::text[] IS NULL AND $5::jsonb IS NULL
                        THEN s.kind <> 'membership' AND ($3::text IS NULL OR s.kind = $3)
                        ELSE cc_search_fits(s.record_id, s.tsv, s.keys, cc_search_loose(cc_search_query($1, $6)),
                                            cc_search_ids($4, $3), cc_together($5))
                             AND ($3 IS NOT NULL OR s.kind || '' <> 'membership') END -- by no index of kinds
             LIMIT CASE WHEN cc_search_phrase(cc_search_query($1, $6)) IS NULL THEN $13::integer ELSE 20000 END) s
     WHERE cc_search_fits(s.record_id, s.tsv, s.keys, cc_search_phrase(cc_search_query($1, $6)), NULL, NULL)
     LIMIT $13
), size AS (
    SELECT $7 <> 'relevance' AND count(*) >= $13 AS is_more FROM few
), walk AS MATERIALIZED (
    SELECT w.record_id, w.kind, w.position, w.sort_key, w.keys, 0::real AS rank
      FROM (SELECT * FROM search s
             WHERE s.kind <> 'membership' AND ($3 IS NULL OR s.kind = $3)
               AND ($8::bigint IS NULL OR s.position < $8)
               AND ($9::text IS NULL OR (s.sort_key, s.record_id) > ($9, $11::text))
             ORDER BY CASE WHEN $7 = 'newest' THEN s.position END DESC,
                      CASE WHEN $7 = 'title' THEN s.sort_key END,
                      CASE WHEN $7 = 'title' THEN s.record_id END
             LIMIT 20000) w
     WHERE (SELECT is_more FROM size)
       AND cc_search_fits(w.record_id, w.tsv, w.keys, cc_search_query($1, $6), cc_facet_ids($4), cc_together($5))
     LIMIT $12::integer
), rest AS MATERIALIZED (
    SELECT s.record_id, s.kind, s.position, s.sort_key, s.keys, 0::real AS rank
      FROM (SELECT * FROM search s
             WHERE (SELECT is_more FROM size) AND (SELECT count(*) FROM walk) < $12
               AND ($1 IS NOT NULL OR $4 IS NOT NULL OR $5 IS NOT NULL) -- else the walk is all
               AND cc_search_fits(s.record_id, s.tsv, s.keys, cc_search_loose(cc_search_query($1, $6)),
                                  cc_search_ids($4, $3), cc_together($5))
               AND ($3 IS NOT NULL OR s.kind || '' <> 'membership')
               AND ($8 IS NULL OR s.position + 0 < $8) -- by no index of the sort
               AND ($9 IS NULL OR (s.sort_key || '', s.record_id || '') > ($9, $11))
             LIMIT CASE WHEN cc_search_phrase(cc_search_query($1, $6)) IS NOT NULL THEN 20000 END) s
     WHERE cc_search_fits(s.record_id, s.tsv, s.keys, cc_search_phrase(cc_search_query($1, $6)), NULL, NULL)
     ORDER BY CASE WHEN $7 = 'newest' THEN s.position + 0 END DESC,
              CASE WHEN $7 = 'title' THEN s.sort_key || '' END COLLATE "C",
              CASE WHEN $7 = 'title' THEN s.record_id || '' END
     LIMIT $12
), shown AS MATERIALIZED (
    SELECT 'hit' AS part, h.*
      FROM (SELECT * FROM few WHERE NOT (SELECT is_more FROM size)
            UNION ALL
            SELECT * FROM walk WHERE NOT EXISTS (SELECT FROM rest)
            UNION ALL
            SELECT * FROM rest) h
     WHERE ($8 IS NULL OR h.position < $8)
       AND ($9 IS NULL OR (h.sort_key, h.record_id) > ($9, $11))
       AND ($10::real IS NULL OR h.rank < $10 OR (h.rank = $10 AND h.record_id > $11))
     ORDER BY CASE WHEN $7 = 'newest' THEN position END DESC, CASE WHEN $7 = 'title' THEN sort_key END,
              CASE WHEN $7 = 'relevance' THEN rank END DESC, record_id
     LIMIT $12
), similar_name AS MATERIALIZED (
    SELECT 'similar' AS part, s.record_id, s.kind, s.position, s.sort_key, s.keys,
           word_similarity($2, s.names) AS rank
      FROM (SELECT * FROM search
             WHERE NOT EXISTS (SELECT FROM few) AND $2::text IS NOT NULL AND $14::boolean
               AND kind <> 'membership' AND $2 <% names
               AND ($3 IS NULL OR kind = $3)
               AND ($4 IS NULL OR keys @> cc_facet_ids($4))
             LIMIT 1000) s -- of what half the registry is called nobody can tell the likest in time
     ORDER BY rank DESC, s.record_id
     LIMIT 10
)
SELECT 'total' AS part, 'total' AS a, '' AS b, (SELECT count(*) FROM few)
       || CASE WHEN cc_search_phrase(cc_search_query($1, $6)) IS NOT NULL
                    AND EXISTS (SELECT FROM search s
                                 WHERE cc_search_fits(s.record_id, s.tsv, s.keys, cc_search_loose(cc_search_query($1, $6)),
                                                      cc_search_ids($4, $3), cc_together($5))
                                OFFSET 20000) THEN '+' ELSE '' END AS c, NULL AS d, NULL AS e,
       NULL AS f, NULL AS g, NULL AS h, NULL AS i, NULL AS j, NULL AS k, NULL AS l, NULL AS m
 WHERE $14
UNION ALL
(SELECT 'facet', f.name, f.value, n.records::text, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
  FROM (SELECT key, count(*) AS records FROM (SELECT unnest(keys) AS key FROM few WHERE $14) u GROUP BY key) n
  JOIN facet f ON f.id = n.key
 ORDER BY f.name, n.records DESC, f.value
 LIMIT 1500)
UNION ALL
(SELECT o.part, o.record_id, o.kind, n.lang, n.title, n.acronym, p.stamp,
       translate(s.facets->>'sdg.goal', '[]",', ''),
       CASE WHEN o.kind = 'partnership' THEN
            coalesce((SELECT members FROM member_count c
                       WHERE c.partnership_id = o.record_id AND c.state = 'confirmed'), 0)::text END,
       o.position::text, o.sort_key, o.rank::text,
       translate(coalesce(s.facets->>'country.code', s.facets->>'country'), '[]",', ''),
       translate(s.facets->>'state', '[]",', '')
  FROM (SELECT * FROM shown UNION ALL SELECT * FROM similar_name) o
  JOIN search s USING (record_id)
  JOIN publication p ON p.record_id = o.record_id
 CROSS JOIN LATERAL (SELECT lang, title, acronym FROM record_name r WHERE r.record_id = o.record_id
                      ORDER BY r.lang = $6 DESC, place LIMIT 1) n
 ORDER BY CASE WHEN $7 = 'newest' THEN o.position END DESC, CASE WHEN $7 = 'title' THEN o.sort_key END,
          CASE WHEN $7 = 'relevance' THEN o.rank END DESC, o.record_id);

-- Before `search_newest` in the same transaction: a limit that is not known when a plan for all limits is made looks
-- dearer than it is, so the server would plan each time, which takes three times as long as the page.
-- name: search_newest_plan :one :read () -> mode
SELECT set_config('plan_cache_mode', 'force_generic_plan', true) AS mode;

-- A page of the newest records of a kind, as `search` gives hits; before NULL = from the newest; goals,
-- members, countries and state only when wanted.
-- name: search_newest :many :read (kind text, lang text, before bigint, max integer, codes boolean) -> part, a, b, c, d, e, f, g, h, i, j, k, l, m
SELECT 'hit' AS part, o.record_id AS a, o.kind AS b, n.lang AS c, n.title AS d, n.acronym AS e,
       p.stamp AS f, translate(s.facets->>'sdg.goal', '[]",', '') AS g,
       CASE WHEN $5 AND o.kind = 'partnership' THEN
            coalesce((SELECT members FROM member_count c
                       WHERE c.partnership_id = o.record_id AND c.state = 'confirmed'), 0)::text END AS h,
       o.position::text AS i, o.sort_key AS j, '0' AS k,
       translate(coalesce(s.facets->>'country.code', s.facets->>'country'), '[]",', '') AS l,
       translate(s.facets->>'state', '[]",', '') AS m
  FROM (SELECT record_id, kind, position, sort_key FROM search
         WHERE kind = $1 AND kind <> 'membership' AND position < coalesce($3, 9223372036854775807)
         ORDER BY position DESC
         LIMIT $4::integer) o
  LEFT JOIN LATERAL (SELECT facets FROM search WHERE $5 AND record_id = o.record_id LIMIT 1) s ON true
  JOIN publication p ON p.record_id = o.record_id
 CROSS JOIN LATERAL ((SELECT lang, title, acronym FROM record_name WHERE record_id = o.record_id AND lang = $2)
                     UNION ALL -- asked only where there is none
                     (SELECT lang, title, acronym FROM record_name WHERE record_id = o.record_id ORDER BY place LIMIT 1)
                     LIMIT 1) n
 ORDER BY o.position DESC;

-- Its numbers as `search` gives them, of the newest `total`, with what they hold for: the feed's position and
-- the table, which is another one after a reindex. No rows when the asker knows the numbers of that, so that they
-- are counted once for each publication.
-- name: search_counts :many :read (kind text, known text, total integer) -> name, value, records
WITH head AS MATERIALIZED (
    SELECT f.of FROM feed_head, LATERAL (SELECT position || '.' || 'search'::regclass::oid AS of) f
     WHERE f.of IS DISTINCT FROM $2
), hit AS MATERIALIZED (
    SELECT keys FROM search
     WHERE kind = $1 AND kind <> 'membership' AND EXISTS (SELECT FROM head)
     ORDER BY position DESC
     LIMIT $3::integer
)
SELECT 'of' AS name, of AS value, 0 AS records FROM head
UNION ALL
SELECT 'total', '', (SELECT count(*) FROM hit) FROM head
UNION ALL
(SELECT f.name, f.value, n.records
  FROM (SELECT key, count(*) AS records FROM (SELECT unnest(keys) AS key FROM hit) u GROUP BY key) n
  JOIN facet f ON f.id = n.key
 ORDER BY f.name, n.records DESC, f.value
 LIMIT 1500);
