-- SPDX-License-Identifier: EUPL-1.2
-- What was promised to a partnership. cycle '' = of all cycles. Sums are made here and nowhere else;
-- what was taken back is shown and not added.

-- Money by cycle and currency of the promise, never converted.
-- name: promise_sums :many :read (partnership text, cycle text) -> cycle, currency, commitments, announced, confirmed, converted, withdrawn, total
SELECT cycle, currency, count(DISTINCT record_id) FILTER (WHERE state <> 'withdrawn') AS commitments,
       sum(amount) FILTER (WHERE state = 'announced') AS announced,
       sum(amount) FILTER (WHERE state = 'confirmed') AS confirmed,
       sum(amount) FILTER (WHERE state = 'converted') AS converted,
       sum(amount) FILTER (WHERE state = 'withdrawn') AS withdrawn,
       sum(amount) FILTER (WHERE state <> 'withdrawn') AS total
  FROM promise_resource
 WHERE partnership_id = $1 AND kind = 'money' AND ($2 = '' OR cycle = $2)
 GROUP BY cycle, currency
 ORDER BY length(cycle) DESC, cycle DESC, currency;

-- By cycle and the currency in which sources tell equivalents: what was promised in that currency, and
-- the equivalents of the rest. missing: amounts of the cycle that have no equivalent in it.
-- name: promise_equivalents :many :read (partnership text, cycle text) -> cycle, currency, amounts, equivalents, missing, total
SELECT cycle, currency, amounts, equivalents, in_cycle - amounts AS missing, total
  FROM (SELECT cycle, coalesce(reference_currency, currency) AS currency, count(*) AS amounts,
               count(reference_amount) AS equivalents, sum(coalesce(reference_amount, amount)) AS total,
               sum(count(*)) OVER (PARTITION BY cycle) AS in_cycle
          FROM promise_resource
         WHERE partnership_id = $1 AND kind = 'money' AND state <> 'withdrawn' AND ($2 = '' OR cycle = $2)
         GROUP BY cycle, coalesce(reference_currency, currency)) told
 WHERE equivalents > 0
 ORDER BY length(cycle) DESC, cycle DESC, currency;

-- name: promise_cycles :many :read (partnership text) -> cycle
SELECT DISTINCT cycle FROM promise WHERE partnership_id = $1 AND cycle <> '' ORDER BY cycle DESC;

-- Commitments to a partnership by title, a row for each resource (kind NULL: it names none). makers
-- counts all, maker is one of them; publisher told of it.
-- name: promise_list :many :read (partnership text, cycle text, lang text, after_name text, after_id text, max integer) -> id, lang, title, sort_name, cycle, state, makers, maker, maker_lang, maker_title, publisher, publisher_lang, publisher_title, kind, resource_state, amount, currency, reference_amount, reference_currency
SELECT c.record_id AS id, n.lang, n.title, c.sort_name, c.cycle, c.state,
       m.makers, m.maker, mn.lang AS maker_lang, mn.title AS maker_title,
       v.publisher, vn.lang AS publisher_lang, vn.title AS publisher_title,
       r.kind, r.state AS resource_state, r.amount, r.currency, r.reference_amount, r.reference_currency
  FROM (SELECT record_id, sort_name, cycle, state FROM promise
         WHERE partnership_id = $1 AND ($2 = '' OR cycle = $2)
           AND (sort_name, record_id) > (coalesce($4::text, ''), coalesce($5::text, ''))
         ORDER BY sort_name, record_id
         LIMIT $6::integer) c
  JOIN publication p ON p.record_id = c.record_id
  JOIN revision v ON v.record_id = p.record_id AND v.number = p.revision
  LEFT JOIN LATERAL (SELECT count(*) AS makers, min(to_id) AS maker FROM edge e
                      WHERE e.from_id = c.record_id AND e.field = 'maker') m ON true
  LEFT JOIN promise_resource r ON r.record_id = c.record_id
  LEFT JOIN LATERAL (SELECT lang, title FROM record_name x WHERE x.record_id = c.record_id
                      ORDER BY x.lang = $3 DESC, place LIMIT 1) n ON true
  LEFT JOIN LATERAL (SELECT lang, title FROM record_name x WHERE x.record_id = m.maker
                      ORDER BY x.lang = $3 DESC, place LIMIT 1) mn ON true
  LEFT JOIN LATERAL (SELECT lang, title FROM record_name x WHERE x.record_id = v.publisher
                      ORDER BY x.lang = $3 DESC, place LIMIT 1) vn ON true
 ORDER BY c.sort_name, c.record_id, r.place;
