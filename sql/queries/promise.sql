-- SPDX-License-Identifier: EUPL-1.2
-- What was promised to a partnership. cycle '' = of all cycles. Sums are made in sql/functions/promise.sql and
-- nowhere else; what was taken back is shown and not added.

-- Where commitments to a partnership stand: the partnership itself, or that which it was merged into.
-- name: promise_partnership :one :read (id text) -> id
SELECT cc_became($1) AS id;

-- Money by cycle, currency of the promise (never converted) and how it counts (cc_promise_parts()), of up to
-- `max` cycles behind one. In currency: amounts and their sum with the equivalents that sources tell in it;
-- missing: amounts of the cycle and part that have no equivalent in it; first_date and last_date: value dates of the equivalents.
-- name: promise_sums :many :read (partnership text, cycle text, after_cycle text, max integer) -> cycle, currency, part, commitments, announced, confirmed, converted, withdrawn, total, amounts, equivalents, missing, equivalent_total, first_date, last_date
WITH RECURSIVE shown(cycle, place) AS (
    (SELECT cycle, 1 FROM promise_sum
      WHERE partnership_id = $1 AND ($2 = '' OR cycle = $2)
        AND ($3::text IS NULL OR (length(cycle), cycle) < (length($3), $3))
      ORDER BY length(cycle) DESC, cycle DESC LIMIT 1)
    UNION ALL
    SELECT n.cycle, place + 1 FROM shown
     CROSS JOIN LATERAL (SELECT s.cycle FROM promise_sum s
                          WHERE s.partnership_id = $1 AND $2 = ''
                            AND (length(s.cycle), s.cycle) < (length(shown.cycle), shown.cycle)
                          ORDER BY length(s.cycle) DESC, s.cycle DESC LIMIT 1) n
     WHERE place < $4::integer)
SELECT s.cycle, s.currency, s.part, s.commitments, nullif(s.announced, 0) AS announced,
       nullif(s.confirmed, 0) AS confirmed, nullif(s.converted, 0) AS converted,
       nullif(s.withdrawn, 0) AS withdrawn, nullif(s.total, 0) AS total, s.amounts, s.equivalents,
       (sum(s.amounts) OVER (PARTITION BY s.cycle, s.part) - s.amounts)::bigint AS missing,
       s.equivalent_total,
       CASE WHEN s.equivalents > 0 THEN
           (SELECT min(value_date) FROM promise_date d WHERE (d.partnership_id, d.cycle, d.currency, d.part)
                                                           = (s.partnership_id, s.cycle, s.currency, s.part)) END AS first_date,
       CASE WHEN s.equivalents > 0 THEN
           (SELECT max(value_date) FROM promise_date d WHERE (d.partnership_id, d.cycle, d.currency, d.part)
                                                           = (s.partnership_id, s.cycle, s.currency, s.part)) END AS last_date
  FROM shown JOIN promise_sum s ON s.partnership_id = $1 AND s.cycle = shown.cycle
 ORDER BY shown.place, s.currency, s.part;

-- Cycles to choose from, not more than 200.
-- name: promise_cycles :many :read (partnership text) -> cycle
WITH RECURSIVE known(cycle) AS (
    (SELECT cycle FROM promise WHERE partnership_id = $1 AND cycle > '' ORDER BY cycle DESC LIMIT 1)
    UNION ALL
    SELECT n.cycle FROM known
     CROSS JOIN LATERAL (SELECT p.cycle FROM promise p
                          WHERE p.partnership_id = $1 AND p.cycle > '' AND p.cycle < known.cycle
                          ORDER BY p.cycle DESC LIMIT 1) n)
SELECT cycle FROM known LIMIT 200;

-- Commitments to a partnership by title, a row for each resource (kind NULL: it names none). sources: the first
-- three of the commitment, a line each. makers counts all; publisher told of it; part and same_as: how the resource counts (cc_promise_parts());
-- counted with same_as, it accepts that one; of what would be counted, but is in no sum: withdrawn, no-money. named: what it
-- names as the same, and whether that is still published.
-- name: promise_list :many :read (partnership text, cycle text, lang text, after_name text, after_id text, max integer) -> id, lang, title, sort_name, cycle, state, makers, maker_ids, maker_names, publisher, publisher_lang, publisher_title, kind, resource_state, amount, currency, reference_amount, reference_currency, part, same_as, same_lang, same_title, revision, announced, citation, url, more, sources, value_date, quantity, unit_lang, unit, condition_lang, condition, named, named_state
WITH listed AS MATERIALIZED (
    (SELECT record_id, sort_name, cycle, state, makers, same_as FROM promise
      WHERE partnership_id = $1 AND $2 = ''
        AND (sort_name, record_id) > (coalesce($4::text, ''), coalesce($5::text, ''))
      ORDER BY sort_name, record_id
      LIMIT $6::integer)
    UNION ALL
    (SELECT record_id, sort_name, cycle, state, makers, same_as FROM promise
      WHERE partnership_id = $1 AND $2 <> '' AND cycle = $2
        AND (sort_name, record_id) > (coalesce($4::text, ''), coalesce($5::text, ''))
      ORDER BY sort_name, record_id
      LIMIT $6::integer)),
detail AS MATERIALIZED (
    SELECT l.record_id, d.* FROM listed l JOIN publication p ON p.record_id = l.record_id
     CROSS JOIN LATERAL cc_promise_details(p.content, $3) d),
said AS MATERIALIZED (
    SELECT l.record_id, s.* FROM listed l JOIN publication p ON p.record_id = l.record_id
     CROSS JOIN LATERAL cc_promise_sources(p.content) s)
SELECT c.record_id AS id, n.lang, n.title, c.sort_name, c.cycle, c.state,
       cardinality(string_to_array(c.makers, ' ')) AS makers, c.makers AS maker_ids, m.names AS maker_names,
       v.publisher, vn.lang AS publisher_lang, vn.title AS publisher_title,
       r.kind, r.state AS resource_state, r.amount, r.currency, r.reference_amount, r.reference_currency,
       CASE WHEN x.part <> 'counted' THEN x.part WHEN coalesce(r.state, c.state) = 'withdrawn' THEN 'withdrawn'
            WHEN r.pledge IS NULL AND t.same_as IS NULL THEN 'no-money' ELSE x.part END AS part, t.same_as, sn.lang AS same_lang, sn.title AS same_title, p.revision,
       o.announced, o.citation, o.url, o.more, o.sources, d.value_date, d.quantity, d.unit_lang, d.unit, d.condition_lang, d.condition,
       c.same_as AS named, w.state AS named_state
  FROM listed c
  JOIN publication p ON p.record_id = c.record_id
  JOIN revision v ON v.record_id = p.record_id AND v.number = p.revision
  JOIN cc_promise_parts(ARRAY(SELECT record_id FROM listed)) x ON x.record_id = c.record_id
  LEFT JOIN promise_resource r ON r.record_id = x.record_id AND r.place = x.place
  LEFT JOIN detail d ON d.record_id = x.record_id AND d.place = x.place
  LEFT JOIN said o ON o.record_id = c.record_id
 CROSS JOIN LATERAL (SELECT string_agg(t.title, '; ' ORDER BY o.place) AS names
                       FROM string_to_table(c.makers, ' ') WITH ORDINALITY o(id, place)
                       LEFT JOIN merged g ON g.record_id = o.id
                      CROSS JOIN LATERAL (SELECT title FROM record_name y WHERE y.record_id = coalesce(g.became, o.id)
                                           ORDER BY y.lang = $3 DESC, y.place LIMIT 1) t) m
 CROSS JOIN LATERAL (SELECT CASE WHEN x.same_as IS NOT NULL THEN x.same_as
                                 WHEN x.part = 'counted' AND x.place = 0 THEN c.same_as END AS same_as) t
  LEFT JOIN LATERAL (SELECT lang, title FROM record_name y WHERE y.record_id = t.same_as
                      ORDER BY y.lang = $3 DESC, place LIMIT 1) sn ON true
  LEFT JOIN LATERAL (SELECT lang, title FROM record_name y WHERE y.record_id = c.record_id
                      ORDER BY y.lang = $3 DESC, place LIMIT 1) n ON true
  LEFT JOIN LATERAL (SELECT state FROM publication y WHERE y.record_id = c.same_as LIMIT 1) w ON true
  LEFT JOIN merged g ON g.record_id = v.publisher
  LEFT JOIN LATERAL (SELECT lang, title FROM record_name y WHERE y.record_id = coalesce(g.became, v.publisher)
                      ORDER BY y.lang = $3 DESC, place LIMIT 1) vn ON true
 ORDER BY c.sort_name, c.record_id, x.place;

-- Who made the commitments of promise_list: up to ten each, by identifier.
-- name: promise_makers :many :read (partnership text, cycle text, lang text, after_name text, after_id text, max integer) -> id, maker, lang, title
WITH listed AS MATERIALIZED (
    (SELECT record_id, sort_name, makers FROM promise
      WHERE partnership_id = $1 AND $2 = ''
        AND (sort_name, record_id) > (coalesce($4::text, ''), coalesce($5::text, ''))
      ORDER BY sort_name, record_id
      LIMIT $6::integer)
    UNION ALL
    (SELECT record_id, sort_name, makers FROM promise
      WHERE partnership_id = $1 AND $2 <> '' AND cycle = $2
        AND (sort_name, record_id) > (coalesce($4::text, ''), coalesce($5::text, ''))
      ORDER BY sort_name, record_id
      LIMIT $6::integer))
SELECT c.record_id AS id, o.id AS maker, n.lang, n.title
  FROM listed c
 CROSS JOIN LATERAL (SELECT id, place FROM string_to_table(c.makers, ' ') WITH ORDINALITY o(id, place)
                      WHERE id <> '' LIMIT 10) o
  LEFT JOIN merged g ON g.record_id = o.id
  LEFT JOIN LATERAL (SELECT lang, title FROM record_name y WHERE y.record_id = coalesce(g.became, o.id)
                      ORDER BY y.lang = $3 DESC, y.place LIMIT 1) n ON true
 ORDER BY c.sort_name, c.record_id, o.place;

-- Who of the asker's organisations speaks for a partnership.
-- name: promise_speaks :one (partnership text) -> side
SELECT cc_promise_speaks($1) AS side;

-- What the asker may accept: side is who would, content what it would accept. No row: nothing.
-- name: promise_claim :opt (id text) -> side, partnership, revision, content
SELECT s.side, p.partnership_id AS partnership, n.revision, n.content
  FROM promise p
  JOIN publication n ON n.record_id = p.record_id AND n.state = 'published' AND n.content IS NOT NULL
 CROSS JOIN LATERAL (SELECT cc_promise_speaks(p.partnership_id) AS side) s
 WHERE p.record_id = $1 AND p.state <> 'withdrawn' AND s.side IS NOT NULL AND cc_promise_is_open(p.record_id);

-- The same without the content, for the commitment's page.
-- name: promise_open :opt (id text) -> revision
SELECT n.revision
  FROM promise p
  JOIN publication n ON n.record_id = p.record_id AND n.state = 'published'
 WHERE p.record_id = $1 AND p.state <> 'withdrawn' AND cc_promise_speaks(p.partnership_id) IS NOT NULL
   AND cc_promise_is_open(p.record_id);
