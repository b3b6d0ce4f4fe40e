-- SPDX-License-Identifier: EUPL-1.2
-- Is an organisation who it says? The rules stand in sql/functions/confirmation.sql.

-- Why an organisation cannot be published yet, or no row: wanted '' = it was never confirmed, else the
-- name or identifier that is new. state and note: of what was asked and answered last.
-- asks: the settings want it, as the database knows them.
-- name: confirmation_wanted :opt :read (record text) -> wanted, state, note, decided_at, asks
SELECT x.wanted, c.state, c.note, cc_iso(c.decided_at) AS decided_at, (SELECT confirm_organisations FROM registry_rule) AS asks
  FROM record r
  CROSS JOIN LATERAL (SELECT cc_confirmation_wanted(r.id) AS wanted OFFSET 0) x
  LEFT JOIN organisation_confirmation c ON c.record_id = r.id
 WHERE r.id = $1 AND r.kind = 'organisation' AND x.wanted IS NOT NULL;

-- name: confirmation_ask :one (record text) -> waits
SELECT cc_confirmation_ask($1) AS waits;

-- name: confirmation_decide :one (record text, version bigint, confirmed boolean, note text) -> done
SELECT cc_confirmation_decide($1, $2, $3, $4) AS done;

-- name: confirmation_waive :one (record text) -> waived
SELECT cc_confirmation_waive($1) AS waived;

-- For the secretariat: record NULL = all that wait, the longest first; waiting: how many they are.
-- like: published organisations with such a name, [{"id":"O..","name":"..","lang":"en"}].
-- name: confirmation_waiting :many :read (record text, lang text, max integer) -> id, title, lang, asked_at, person, identifiers, waiting, alike
SELECT w.id, w.title, w.lang, cc_iso(w.asked_at) AS asked_at, w.person, array_to_string(w.identifiers, ', ') AS identifiers, w.waiting,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('id', n.record_id, 'name', n.title, 'lang', n.lang) ORDER BY a.place), '[]')
          FROM cc_organisation_like(ARRAY[w.title], w.id, 5) WITH ORDINALITY a(id, place)
          CROSS JOIN LATERAL (SELECT record_id, lang, title FROM record_name r WHERE r.record_id = a.id
                               ORDER BY r.lang = $2 DESC, r.place LIMIT 1) n) AS alike
  FROM cc_confirmation_waiting($1, $2, $3) w;

-- Published organisations with a name like one that this one has or had in its working copy.
-- name: confirmation_alike :many :read (record text, lang text) -> id, lang, name
SELECT x.id, n.lang, n.title AS name
  FROM cc_organisation_like(ARRAY(SELECT substr(c, 6) FROM unnest(cc_organisation_claims($1)) c WHERE c NOT LIKE 'id:%'
                                   ORDER BY c DESC), -- "name:" before "also:"
                            $1, 50) x(id)
  CROSS JOIN LATERAL (SELECT lang, title FROM record_name r WHERE r.record_id = x.id
                       ORDER BY r.lang = $2 DESC, place LIMIT 1) n
 ORDER BY n.title, x.id
 LIMIT 50;
