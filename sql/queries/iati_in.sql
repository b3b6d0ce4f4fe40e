-- SPDX-License-Identifier: EUPL-1.2
-- Imports of IATI: which record an identifier names here, and what is known of it.

-- `known`: an organisation that was unknown when it was imported and has a record now, one of them, as it is told.
-- `key` is that of an identifier, or of what an item without one says, by which a record is found again even when it
-- was given an identifier since; of an organisation it is the record, which may have several identifiers.
-- name: iati_known :many :read (kind text, reader text, keys jsonb) -> key, id, digest, known
SELECT k.key, s.record_id AS id, CASE WHEN s.reader = $2 THEN s.digest END AS digest,
       coalesce((SELECT o.ref FROM unnest(s.unmatched) u(key) -- one by one: hardly ever one of them is found
                  CROSS JOIN LATERAL (SELECT record_id, ref FROM told_identifier WHERE key = u.key OFFSET 0) o
                   JOIN publication p ON p.record_id = o.record_id AND p.state IN ('published', 'redirected')
                  LIMIT 1),
                (SELECT coalesce(o.identifier, o.key) FROM iati_source o WHERE o.kind = 'organisation' AND o.key = ANY (s.unmatched) LIMIT 1)) AS known
  FROM jsonb_array_elements_text($3) k(key)
 CROSS JOIN LATERAL (SELECT * FROM iati_source WHERE kind = $1 AND key = k.key
                     UNION ALL
                     SELECT * FROM iati_source WHERE starts_with(k.key, ' ') AND kind = $1 AND body = k.key
                     UNION ALL
                     SELECT * FROM iati_source WHERE $1 = 'organisation' AND record_id = k.key
                     LIMIT 1) s
 ORDER BY k.key COLLATE "C";

-- Organisations by keys of identifiers, those that have published them; of one that was merged the one that it became.
-- name: iati_organisations :many :read (keys jsonb) -> key, id
SELECT k.key, coalesce(m.became, found.id) AS id
  FROM jsonb_array_elements_text($1) k(key)
 CROSS JOIN LATERAL ((SELECT t.record_id AS id
                        FROM told_identifier t
                        JOIN publication o ON o.record_id = t.record_id AND o.state IN ('published', 'redirected')
                       WHERE t.key = k.key ORDER BY o.state, t.record_id LIMIT 1)
                     UNION ALL
                     SELECT record_id FROM iati_source s WHERE s.kind = 'organisation' AND s.key = k.key
                     LIMIT 1) found
  LEFT JOIN merged m ON m.record_id = found.id;

-- Published organisations that are called like these, or whose whole name stands in theirs (cc_organisation_like()
-- without what is only similar, which is dear for many); `names` a line each. Three of each, not in the order of the
-- key, by which all names would be read.
-- name: iati_alike :many :read (reporters jsonb) -> place, id, title
SELECT n.place, a.record_id AS id, t.title
  FROM jsonb_to_recordset($1) AS n(place integer, names text)
 CROSS JOIN LATERAL (SELECT s.record_id FROM search_name s
                      WHERE s.kind = 'organisation'
                        AND cc_name_looks(s.names) && cc_name_runs(string_to_array(n.names, E'\n'))
                      ORDER BY s.record_id || '' LIMIT 3) a
 CROSS JOIN LATERAL (SELECT title FROM record_name WHERE record_id = a.record_id ORDER BY place LIMIT 1) t
 ORDER BY n.place, a.record_id;

-- Identifiers of organisations that nobody has published and that stand in a working copy, `id`, all the same.
-- name: iati_drafted :many :read (items jsonb) -> place, id
SELECT i.place, o.record_id AS id
  FROM jsonb_to_recordset($1) AS i(place integer, scheme text, value text)
 CROSS JOIN LATERAL (SELECT record_id FROM organisation_identifier WHERE scheme = i.scheme AND value = i.value LIMIT 1) o
  LEFT JOIN LATERAL (SELECT state FROM publication WHERE record_id = o.record_id LIMIT 1) p ON true
 WHERE p.state IS DISTINCT FROM 'withdrawn' -- whose it stays
 ORDER BY i.place;

-- Activities that are here, but not by an import that gave them this identifier: those registered here that were given it
-- in the form or by the registry (in which the record's own ends it), in whatever spelling (just so before others), so that
-- what it exports comes back to them; and those that came without one, when in the form it was written so, or a file tells
-- the same activity with it. Only where who reports it owns the record, or became who owns it, and once for each record. `made`: the record to
-- which the registry gave this identifier, which may be a partnership, whoever tells it. `held`: the published record in
-- whose form another organisation, `teller`, gave it this identifier, which is that one's (cc_iati_held()); `owner` is of whom
-- new records are, `reporter` who reports in the file, or "-".
-- name: iati_named :many :read (items jsonb) -> place, id, made, held, teller, title
SELECT i.place, found.id, made.id AS made, held.id AS held, held.teller, coalesce(n.title, held.teller) AS title
  FROM (SELECT x.*, cc_iati_key(x.identifier) COLLATE "C" AS key
          FROM jsonb_to_recordset($1) AS x(place integer, identifier text, body text, owner text, reporter text)) i
  LEFT JOIN LATERAL (SELECT record_id AS id FROM iati_identifier
                      WHERE record_id = upper(right(i.key, 14)) COLLATE "default" AND cc_iati_key(identifier) = i.key LIMIT 1) made ON true
  LEFT JOIN LATERAL (SELECT r.id
                       FROM (SELECT record_id, 0 AS rank FROM activity WHERE iati_key = i.key
                              UNION ALL
                             SELECT record_id, 0 FROM iati_identifier
                              WHERE record_id = upper(right(i.key, 14)) COLLATE "default" AND cc_iati_key(identifier) = i.key
                              UNION ALL
                             -- by key (OFFSET 0): where few have a body, those of all activities would be read
                             SELECT record_id, 1 FROM (SELECT record_id, kind FROM iati_source WHERE body = i.body OFFSET 0) b
                              WHERE kind = 'activity') c
                       JOIN activity a ON a.record_id = c.record_id
                        AND (a.iati_identifier IS NULL OR a.iati_key = i.key)
                       JOIN record r ON r.id = c.record_id
                        AND i.owner IN (r.owner_org, (SELECT became FROM merged WHERE record_id = r.owner_org))
                      WHERE NOT EXISTS (SELECT FROM iati_source s WHERE s.record_id = c.record_id AND s.identifier IS NOT NULL)
                      ORDER BY c.rank, coalesce(a.iati_identifier, i.identifier) <> i.identifier, r.id LIMIT 1) found ON true
  LEFT JOIN LATERAL (SELECT a.id, h.teller
                       FROM (SELECT record_id AS id FROM activity WHERE iati_key = i.key OFFSET 0) a
                       JOIN publication p ON p.record_id = a.id AND p.state = 'published'
                      CROSS JOIN LATERAL (SELECT * FROM cc_iati_held(a.id, i.reporter) LIMIT 1) h
                      WHERE h.is_held AND h.teller <> i.owner
                      ORDER BY a.id LIMIT 1) held ON found.id IS NULL AND made.id IS NULL
  LEFT JOIN LATERAL (SELECT title FROM record_name WHERE record_id = held.teller ORDER BY place LIMIT 1) n ON true
 WHERE found.id IS NOT NULL OR made.id IS NOT NULL OR held.id IS NOT NULL
 ORDER BY i.place;

-- The working copies of these records, in this `version`, `ids` separated by blanks; `updated`: the date of what a file
-- told of it, "" = none. `tellers`: who reports each in the file, an organisation of
-- ours or "-". `teller`: who told what is here; NULL = the same. The rest as cc_iati_held() has it.
-- name: iati_working :many :read (ids text, tellers text) -> id, version, content, updated, teller, title, is_held, is_claimed
SELECT r.id, r.version, cc_record_load(r.id, r.kind) AS content,
       CASE WHEN s.updated <= cc_iso(now() + interval '1 day') THEN s.updated ELSE '' END AS updated, -- see take_updated() of the reader
       h.teller, coalesce(n.title, h.teller) AS title, h.is_held, h.is_claimed
  FROM unnest(string_to_array($1, ' '), string_to_array($2, ' ')) AS i(id, teller)
 CROSS JOIN LATERAL (SELECT id, kind, version FROM record WHERE id = i.id LIMIT 1) r
  LEFT JOIN LATERAL (SELECT updated FROM iati_source WHERE record_id = r.id LIMIT 1) s ON true
  LEFT JOIN LATERAL (SELECT * FROM cc_iati_held(r.id, i.teller) LIMIT 1) h ON true
  LEFT JOIN LATERAL (SELECT title FROM record_name WHERE record_id = h.teller ORDER BY place LIMIT 1) n ON true
 ORDER BY r.id COLLATE "C";

-- What the newest import of a record left beside it.
-- name: iati_kept_of :many :read (id text) -> element, items
SELECT element, items FROM iati_kept WHERE record_id = $1 ORDER BY position;

-- The identifiers of an organisation as they are published, by which it may report; and those of others that begin
-- with one of them (XM-DAC-7 and XM-DAC-7-1), whose activities begin with it, too.
-- name: iati_own_refs :many :read (organisation text) -> ref, is_own
WITH own AS MATERIALIZED (
    SELECT t.ref, t.key FROM told_identifier t JOIN publication p ON p.record_id = t.record_id AND p.state = 'published'
     WHERE t.record_id = $1)
SELECT ref, true AS is_own FROM own
 UNION ALL
SELECT l.ref, false FROM own CROSS JOIN LATERAL cc_iati_longer_told(own.key, $1) l(ref)
 ORDER BY is_own DESC, ref;

-- How many activities of an organisation came without an identifier and have none yet; of more than `max` so many.
-- name: iati_nameless :one :read (organisation text, max bigint) -> records
SELECT count(*) AS records
  FROM (SELECT FROM iati_source s
          JOIN record r ON r.id = s.record_id AND r.owner_org = $1
          JOIN activity a ON a.record_id = s.record_id AND a.iati_identifier IS NULL
         WHERE s.body IS NOT NULL AND s.kind = 'activity' AND s.identifier IS NULL
         LIMIT $2) n;

-- Of the files that organisations send one of each at a time, two of all, and so many an hour: NULL, or 'own', 'busy', 'often'.
-- name: upload_begin :one (organisation text) -> refused
SELECT cc_upload_begin($1) AS refused;

-- name: upload_end :one () -> done
SELECT cc_upload_end() AS done;

-- name: iati_store :one (batch jsonb) -> done
SELECT cc_iati_store($1) AS done;
