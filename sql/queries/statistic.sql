-- SPDX-License-Identifier: EUPL-1.2
-- What `concord work` counted last, for charts and the pages of goals and countries.
-- name: statistics_count :one (paths jsonb, anew boolean) -> counted
SELECT cc_statistics_count($1, $2) AS counted;

-- Waiting: there is something to count, and none of it was.
-- name: statistic_head :one :read () -> position, counted_at, is_waiting
SELECT h.position, cc_iso(h.counted_at) AS counted_at, h.position <= 0 AND f.position > 0 AS is_waiting
  FROM statistic_head h, feed_head f;

-- Numbers of one subject, of codes that begin with this ("4." = the targets of goal 4, "" = all). Kind "illustrative":
-- records that are in none of them; those of any code with the code "".
-- name: statistic_list :many :read (subject text, prefix text) -> code, kind, records
SELECT code, kind, records FROM statistic WHERE subject = $1 AND starts_with(code, $2);

-- Numbers of one code, and of kind "illustrative" of what is in none of them.
-- name: statistic_of :many :read (subject text, code text) -> kind, records
SELECT kind, records FROM statistic WHERE subject = $1 AND code = $2 ORDER BY kind;

-- Organisations by the number of records of all kinds through which they work, behind (records, id).
-- name: engagement_list :many :read (subject text, code text, lang text, after_number bigint, after_id text, max integer) -> organisation, records, partnerships, commitments, activities, lang, title
SELECT e.organisation_id AS organisation, e.records, e.partnerships, e.commitments, e.activities, n.lang, n.title
  FROM (SELECT organisation_id, records, partnerships, commitments, activities FROM engagement
         WHERE subject = $1 AND code = $2
           AND ($4::bigint IS NULL OR records < $4 OR (records = $4 AND organisation_id > $5::text))
         ORDER BY records DESC, organisation_id
         LIMIT $6::integer) e
  LEFT JOIN LATERAL (SELECT lang, title FROM record_name r WHERE r.record_id = e.organisation_id
                      ORDER BY r.lang = $3 DESC, place LIMIT 1) n ON true
 ORDER BY e.records DESC, e.organisation_id;

-- name: collaboration_list :many :read (lang text) -> a, a_lang, a_title, b, b_lang, b_title, partnerships, activities, illustrative
SELECT c.organisation_a AS a, a.lang AS a_lang, a.title AS a_title,
       c.organisation_b AS b, b.lang AS b_lang, b.title AS b_title, c.partnerships, c.activities, c.illustrative
  FROM collaboration c
  CROSS JOIN LATERAL (SELECT lang, title FROM record_name r WHERE r.record_id = c.organisation_a
                       ORDER BY r.lang = $1 DESC, place LIMIT 1) a
  CROSS JOIN LATERAL (SELECT lang, title FROM record_name r WHERE r.record_id = c.organisation_b
                       ORDER BY r.lang = $1 DESC, place LIMIT 1) b
 ORDER BY c.illustrative >= c.partnerships + c.activities, c.partnerships DESC, c.activities DESC, a.title, b.title; -- examples last
