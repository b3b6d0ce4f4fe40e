-- SPDX-License-Identifier: EUPL-1.2
-- Search: matched once, everything else from what was matched.

-- Before `search` in the same transaction: its function plans what reads many rows for each question, the rest
-- once for a connection; always by an index, because how far a scan of the whole table goes
-- before it has enough is a guess; and how much a mistyped name may differ.
-- name: search_plan :one :read () -> mode, scan, threshold
SELECT set_config('plan_cache_mode', 'force_generic_plan', true) AS mode,
       set_config('enable_seqscan', 'off', true) AS scan,
       set_config('pg_trgm.word_similarity_threshold', '0.4', true) AS threshold;

-- terms: cc_search_query(); name: folded words, for names that are so, and for similar ones when nothing
-- matches; facets: {goal=5,country=KE}, all of them; together: cc_together(). NULL = not asked.
-- sort: relevance, newest or title. after_*: the last row of the page before (position; sort key and id;
-- rank and id; behind the rank stands where what was matched ends, see cc_search()). total: at most so many are matched, counted and ranked, one more says "more than".
-- Rows by part: total b cut (where there are more they are not ranked), c records, d their numbers of facets, e and f of search_facets; hit and similar: a id, b kind, c language,
-- d title, e acronym, f published at, g goals, h confirmed members, i position, j sort key, k rank,
-- l countries, m state, n illustrative (cc_illustrative_by()); by which hits of one title are told apart: o language and p name of who
-- reports it, makes it or is its host, q type and r identifier of an organisation. Codes have blanks between them, as the record tells them in `facets`: the facets of a row
-- are dozens, and to find the names of all of them for the few that are shown took most of a list's time.
-- name: search :many :read (terms jsonb, name text, kind text, facets text[], together jsonb, lang text, sort text, after_position bigint, after_key text, after_rank text, after_id text, max integer, total integer, counting boolean) -> part, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r
SELECT part, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r
  FROM cc_search($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- What those numbers are, once they were counted (cc_search_facets()).
-- name: search_facets :many :read (keys integer[], records bigint[], role_keys integer[], role_records bigint[], facets text[], kind text, many boolean) -> name, value, records
SELECT name, value, records FROM cc_search_facets($1, $2, $3, $4, $5, $6, $7);

-- Behind `search` where it asks for organisations together: those by number (from 0) that are no published organisation.
-- name: search_unknown :many :read (together jsonb) -> place
SELECT (o.place - 1)::text AS place
  FROM jsonb_array_elements($1) WITH ORDINALITY o(asked, place)
 WHERE cc_search_who(o.asked) = '{}'
 ORDER BY o.place;

-- Before `search_newest` in the same transaction: a limit that is not known when a plan for all limits is made looks
-- dearer than it is, so the server would plan each time, which takes three times as long as the page.
-- name: search_newest_plan :one :read () -> mode
SELECT set_config('plan_cache_mode', 'force_generic_plan', true) AS mode;

-- A page of the newest records of a kind, as `search` gives hits; before NULL = from the newest; members,
-- by whom it is, and whether these are illustrative only when wanted.
-- name: search_newest :many :read (kind text, lang text, before bigint, max integer, codes boolean) -> part, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r
SELECT 'hit' AS part, o.record_id AS a, o.kind AS b, n.lang AS c, n.title AS d, n.acronym AS e,
       p.stamp AS f, translate(s.facets->>'sdg.goal', '[]",', '') AS g,
       CASE WHEN $5 AND o.kind = 'partnership' THEN
            coalesce((SELECT members FROM member_count c
                       WHERE c.partnership_id = o.record_id AND c.state = 'confirmed'), 0)::text END AS h,
       o.position::text AS i, o.sort_key AS j, '0' AS k,
       translate(coalesce(s.facets->>'country.code', s.facets->>'country'), '[]",', '') AS l,
       translate(s.facets->>'state', '[]",', '') AS m,
       CASE WHEN s.facets ? 'illustrative' THEN 'true' ELSE x.n END AS n, x.o, x.p, x.q, x.r
  FROM (SELECT record_id, kind, position, sort_key FROM search
         WHERE kind = $1 AND kind <> 'membership' AND position < coalesce($3, 9223372036854775807)
         ORDER BY position DESC
         LIMIT $4::integer) o
  LEFT JOIN LATERAL (SELECT facets FROM search WHERE record_id = o.record_id LIMIT 1) s ON true
  LEFT JOIN LATERAL (SELECT * FROM cc_search_about(o.record_id, o.kind, $2, s.facets) WHERE $5) x ON true
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
    SELECT record_id, keys FROM search
     WHERE kind = $1 AND kind <> 'membership' AND EXISTS (SELECT FROM head)
     ORDER BY position DESC
     LIMIT $3::integer
)
SELECT 'of' AS name, of AS value, 0 AS records FROM head
UNION ALL
SELECT 'total', '', (SELECT count(*) FROM hit) FROM head
UNION ALL
(SELECT f.name, f.value, n.records
  FROM (SELECT key, count(*) AS records
          FROM (SELECT unnest(keys) AS key FROM hit
                UNION ALL
                SELECT unnest(l.keys) FROM hit
                 CROSS JOIN LATERAL (SELECT keys FROM role_late WHERE record_id = hit.record_id LIMIT 1) l
                 WHERE (SELECT record_id FROM role_late ORDER BY record_id LIMIT 1) IS NOT NULL) u -- often there are none
         GROUP BY key) n
  JOIN facet f ON f.id = n.key
 ORDER BY f.name, n.records DESC, f.value
 LIMIT 1500);
