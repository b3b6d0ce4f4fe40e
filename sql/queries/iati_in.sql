-- SPDX-License-Identifier: EUPL-1.2
-- Imports of IATI: which record an identifier names here, and what is known of it.

-- `known`: an organisation that was unknown when it was imported and has a record now, one of them, as it is told.
-- `key` is that of an identifier, or of what an item without one says, by which a record is found again even when it
-- was given an identifier since.
-- name: iati_known :many :read (kind text, reader text, keys jsonb) -> key, id, digest, updated, known
SELECT k.key, s.record_id AS id, CASE WHEN s.reader = $2 THEN s.digest END AS digest,
       CASE WHEN s.updated <= cc_iso(now() + interval '1 day') THEN s.updated ELSE '' END AS updated, -- see take_updated() of the reader
       coalesce((SELECT o.ref FROM unnest(s.unmatched) u(key) -- one by one: hardly ever one of them is found
                  CROSS JOIN LATERAL (SELECT record_id, ref FROM told_identifier WHERE key = u.key OFFSET 0) o
                   JOIN publication p ON p.record_id = o.record_id AND p.state IN ('published', 'redirected')
                  LIMIT 1),
                (SELECT coalesce(o.identifier, o.key) FROM iati_source o WHERE o.kind = 'organisation' AND o.key = ANY (s.unmatched) LIMIT 1)) AS known
  FROM jsonb_array_elements_text($3) k(key)
 CROSS JOIN LATERAL (SELECT * FROM iati_source WHERE kind = $1 AND key = k.key
                     UNION ALL
                     SELECT * FROM iati_source WHERE starts_with(k.key, ' ') AND kind = $1 AND body = k.key
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

-- Activities that are here, but not by an import that gave them this identifier: those registered here that were given it
-- in the form, or by the registry (in which the record's own ends it), so that what it exports comes back to them; and those
-- that came without one, when in the form it was written just so, or a file tells the same activity with it. Only where who
-- reports it owns the record, and once for each record. `made`: the record to which the registry gave this identifier, which may
-- be a partnership, whoever tells it. `held`: the published record in whose form another organisation, `teller`, gave it this identifier,
-- which begins with one that it has published, and not with a longer one of who reports it in the file.
-- name: iati_named :many :read (items jsonb) -> place, id, made, held, teller, title
SELECT i.place, found.id, made.id AS made, held.id AS held, held.teller, coalesce(n.title, held.teller) AS title
  FROM jsonb_to_recordset($1) AS i(place integer, identifier text, body text, owner text)
  LEFT JOIN LATERAL (SELECT record_id AS id FROM iati_identifier
                      WHERE record_id = right(i.identifier, 14) AND identifier = i.identifier LIMIT 1) made ON true
  LEFT JOIN LATERAL (SELECT r.id
                       FROM (SELECT record_id, 0 AS rank FROM activity WHERE iati_identifier = i.identifier
                              UNION ALL
                             SELECT record_id, 0 FROM iati_identifier
                              WHERE record_id = right(i.identifier, 14) AND identifier = i.identifier
                              UNION ALL
                             SELECT record_id, 1 FROM iati_source WHERE kind = 'activity' AND body = i.body) c
                       JOIN activity a ON a.record_id = c.record_id
                        AND (a.iati_identifier IS NULL OR a.iati_identifier = i.identifier)
                       JOIN record r ON r.id = c.record_id AND r.owner_org = i.owner
                      WHERE NOT EXISTS (SELECT FROM iati_source s WHERE s.record_id = c.record_id AND s.identifier IS NOT NULL)
                      ORDER BY c.rank, r.id LIMIT 1) found ON true
  LEFT JOIN LATERAL (SELECT r.id, r.owner_org AS teller
                       FROM (SELECT record_id FROM activity WHERE iati_identifier = i.identifier AND NOT reporting_secondary OFFSET 0) a
                       JOIN record r ON r.id = a.record_id AND r.owner_org <> i.owner
                       JOIN publication p ON p.record_id = a.record_id AND p.state = 'published'
                      CROSS JOIN LATERAL (SELECT max(letters) FILTER (WHERE record_id = r.owner_org) AS here,
                                                 max(letters) FILTER (WHERE record_id = i.owner) AS now
                                            FROM cc_iati_claims(cc_iati_key(i.identifier)) OFFSET 0) c
                      WHERE c.here >= coalesce(c.now, 0)
                      ORDER BY r.id LIMIT 1) held ON found.id IS NULL AND made.id IS NULL
  LEFT JOIN LATERAL (SELECT title FROM record_name WHERE record_id = held.teller ORDER BY place LIMIT 1) n ON true
 WHERE found.id IS NOT NULL OR made.id IS NOT NULL OR held.id IS NOT NULL
 ORDER BY i.place;

-- The working copies of these records, `ids` separated by blanks. `tellers`: who reports each in the file, an organisation of
-- ours or "-". `teller`: who told what is here; NULL = the same. `is_held`: the identifier is that one's: it begins with one that he
-- has published, and not with a longer one of who tells it now, if that was known before the record; or with the one under which he
-- told it, and with none of who tells it now. `is_claimed`: it begins with one of who tells it now.
-- name: iati_working :many :read (ids text, tellers text) -> id, content, teller, title, is_held, is_claimed
SELECT r.id, cc_record_load(r.id, r.kind) AS content, o.teller, o.title, o.is_held, o.is_claimed
  FROM unnest(string_to_array($1, ' '), string_to_array($2, ' ')) AS i(id, teller)
 CROSS JOIN LATERAL (SELECT id, kind, owner_org, created_at FROM record WHERE id = i.id LIMIT 1) r
  LEFT JOIN LATERAL (SELECT h.teller, coalesce(n.title, h.teller) AS title, c.now IS NOT NULL AS is_claimed,
                            NOT h.is_secondary AND h.key IS NOT NULL
                            AND CASE WHEN c.here IS NULL THEN c.now IS NULL AND starts_with(h.key, h.ref || '-')
                                     ELSE NOT (coalesce(c.now, 0) > c.here
                                               AND EXISTS (SELECT FROM record WHERE id = i.teller AND created_at <= r.created_at))
                                END AS is_held
                       FROM (SELECT coalesce(g.became, x.id) AS teller, a.reporting_secondary AS is_secondary,
                                    coalesce(cc_iati_key(a.reporting_ref), '') AS ref,
                                    cc_iati_key(coalesce(s.key, a.iati_identifier)) AS key -- one that came as native XML has no source
                               FROM activity a
                               LEFT JOIN iati_source s ON s.record_id = a.record_id
                              CROSS JOIN LATERAL (SELECT coalesce(a.reporting_organisation, r.owner_org) AS id OFFSET 0) x
                               LEFT JOIN merged g ON g.record_id = x.id
                              WHERE a.record_id = r.id LIMIT 1) h
                      CROSS JOIN LATERAL (SELECT max(letters) FILTER (WHERE record_id = h.teller) AS here,
                                                 max(letters) FILTER (WHERE record_id = i.teller) AS now
                                            FROM cc_iati_claims(h.key) OFFSET 0) c
                       LEFT JOIN LATERAL (SELECT title FROM record_name WHERE record_id = h.teller ORDER BY place LIMIT 1) n ON true
                      WHERE h.teller <> i.teller LIMIT 1) o ON true
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
