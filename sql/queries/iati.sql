-- SPDX-License-Identifier: EUPL-1.2
-- What IATI files are made from, row by row: a published record with whom it is reported by, then one row
-- for each further confirmed member of a partnership, or organisation that an activity names without words of its
-- own (no roles). The content of a record and of who reports stand in the first of its rows
-- only. The organisation that reports: the one that an activity names, the host of a partnership, else the
-- publisher.

-- name: iati_page :many :read (after bigint, max integer, members bigint, bytes bigint, until bigint) -> position, id, kind, published_at, publisher, reporter, reporter_content, not_all_of, content, roles, member_content, fixed, fixed_ref
SELECT page.position, page.record_id AS id, page.kind, cc_iso(page.published_at) AS published_at, t.publisher,
       t.reporter, CASE WHEN m.place > 1 THEN NULL ELSE t.reporter_content END AS reporter_content, NULL::bigint AS not_all_of,
       CASE WHEN m.place > 1 THEN NULL ELSE page.content END AS content, m.roles, m.content AS member_content,
       t.fixed, t.fixed_ref
  FROM (SELECT position, record_id, kind, revision, published_at, content
          FROM publication
         WHERE state = 'published' AND kind IN ('activity', 'partnership') AND position > $1 AND position <= $5
           AND content IS NOT NULL
         ORDER BY position LIMIT least($2, 5000)) page
 CROSS JOIN LATERAL cc_iati_told(page.record_id, page.revision) t
  LEFT JOIN LATERAL (SELECT f.roles, f.content, f.place FROM cc_iati_members(page.record_id, $3, $4) f
                      WHERE page.kind = 'partnership' AND f.is_shown
                      UNION ALL
                     SELECT NULL, f.content, f.place FROM cc_iati_unnamed(page.content, $4) f
                      WHERE page.kind = 'activity') m ON true
 ORDER BY page.position;

-- The same positions in parts of `size` each (500, as iati_part counts them), so that their addresses stay: where each
-- that has any record begins (behind `after`) and ends, how many it has, and when the newest of them was published.
-- name: iati_parts :many :read (size bigint, max bigint) -> after, until, records, published_at
SELECT part.until - $1 AS after, part.until, part.records, cc_iso(l.published_at) AS published_at
  FROM iati_part part
 CROSS JOIN LATERAL (SELECT published_at FROM publication
                      WHERE state = 'published' AND kind IN ('activity', 'partnership')
                        AND position > part.until - $1 AND position <= part.until
                      ORDER BY position DESC LIMIT 1) l
 WHERE part.records > 0
 ORDER BY part.until
 LIMIT $2;

-- The same of one record.
-- name: iati_one :many :read (id text, kinds text[], members bigint, bytes bigint) -> position, id, kind, published_at, publisher, reporter, reporter_content, not_all_of, content, roles, member_content, fixed, fixed_ref
SELECT page.position, page.record_id AS id, page.kind, cc_iso(page.published_at) AS published_at, t.publisher,
       t.reporter, CASE WHEN m.place > 1 THEN NULL ELSE t.reporter_content END AS reporter_content, NULL::bigint AS not_all_of,
       CASE WHEN m.place > 1 THEN NULL ELSE page.content END AS content, m.roles, m.content AS member_content,
       t.fixed, t.fixed_ref
  FROM publication page
 CROSS JOIN LATERAL cc_iati_told(page.record_id, page.revision) t
  LEFT JOIN LATERAL (SELECT f.roles, f.content, f.place FROM cc_iati_members(page.record_id, $3, $4) f
                      WHERE page.kind = 'partnership' AND f.is_shown
                      UNION ALL
                     SELECT NULL, f.content, f.place FROM cc_iati_unnamed(page.content, $4) f
                      WHERE page.kind = 'activity') m ON true
 WHERE page.record_id = $1 AND page.state = 'published' AND page.content IS NOT NULL
   AND page.kind = ANY ($2);

-- Organisations, of which some have a file.
-- name: iati_org_files :many :read (after bigint, max integer) -> position, id, kind, published_at, publisher, reporter, reporter_content, not_all_of, content, roles, member_content, fixed, fixed_ref
SELECT page.position, page.record_id AS id, page.kind, cc_iso(page.published_at) AS published_at, t.publisher,
       t.reporter, t.reporter_content, NULL::bigint AS not_all_of, page.content, NULL::text AS roles,
       NULL::text AS member_content, t.fixed, t.fixed_ref
  FROM (SELECT position, record_id, kind, revision, published_at, content
          FROM publication
         WHERE state = 'published' AND kind = 'organisation' AND position > $1 AND content IS NOT NULL
         ORDER BY position LIMIT least($2, 5000)) page
 CROSS JOIN LATERAL cc_iati_told(page.record_id, page.revision) t
 ORDER BY page.position;

-- What is left out needs no member's content: their roles tell whether any has a place in IATI.
-- name: iati_left_out :many :read (after bigint, max integer, members bigint, bytes bigint) -> position, id, kind, published_at, publisher, reporter, reporter_content, not_all_of, content, roles, member_content, fixed, fixed_ref
SELECT page.position, page.record_id AS id, page.kind, cc_iso(page.published_at) AS published_at, t.publisher,
       t.reporter, t.reporter_content,
       CASE WHEN s.is_cut THEN (SELECT c.members FROM member_count c
                                 WHERE c.partnership_id = page.record_id AND c.state = 'confirmed') END AS not_all_of,
       page.content, s.roles,
       NULL::text AS member_content, t.fixed, t.fixed_ref
  FROM ((SELECT position, record_id, kind, revision, published_at, content
           FROM publication
          WHERE state = 'published' AND kind IN ('activity', 'partnership') AND position > $1
            AND content IS NOT NULL
          ORDER BY position LIMIT least($2, 5000))
        UNION ALL
        (SELECT position, record_id, kind, revision, published_at, content
           FROM publication
          WHERE state = 'published' AND kind = 'organisation' AND position > $1 AND content IS NOT NULL
          ORDER BY position LIMIT least($2, 5000))
         ORDER BY position LIMIT least($2, 5000)) page
 CROSS JOIN LATERAL cc_iati_told(page.record_id, page.revision) t
 CROSS JOIN LATERAL (SELECT string_agg(DISTINCT m.roles, ' ') FILTER (WHERE m.is_shown) AS roles,
                            bool_or(NOT m.is_shown) AS is_cut
                       FROM cc_iati_members(page.record_id, $3, $4) m WHERE page.kind = 'partnership') s
 ORDER BY page.position;

-- Under which references the owner of a record may report: its published identifiers, the primary one first, and of an
-- imported activity what the file told with the activity's identifier, or with the owner where it gave the activity
-- none. identifier: what an import gave the activity. is_others: of another organisation, whose the activity's identifier
-- is, be it written so (XM-DAC-7-1) or in one of the other ways that IATI knows (7-1); `name`: what that is called. The owner
-- of a record whose owner was merged is the one that it became.
-- name: iati_refs :many :read (record text, identifier text) -> ref, identifier, is_others, name
SELECT x.ref, x.identifier, x.place = 9 AS is_others, n.title AS name
  FROM (SELECT r.id, r.owner_org AS was, coalesce((SELECT became FROM merged WHERE record_id = r.owner_org), r.owner_org) AS owner_org
          FROM record r WHERE r.id = $1 OFFSET 0) r
  LEFT JOIN publication p ON p.record_id = r.owner_org AND p.state = 'published'
  LEFT JOIN activity a ON a.record_id = r.id
 CROSS JOIN LATERAL (SELECT 0 AS place, cc_iati_ref(p.content) AS ref, NULL::text AS identifier, NULL::text AS other
                      UNION ALL
                     SELECT 1, t.ref, NULL, NULL FROM told_identifier t WHERE t.record_id = p.record_id
                      UNION ALL
                     SELECT 2, i.value, NULL, NULL
                       FROM organisation_identifier i
                       JOIN told_identifier t ON t.record_id = i.record_id AND t.key = cc_iati_key(i.scheme || '-' || i.value)
                      WHERE i.record_id = p.record_id
                      UNION ALL
                     SELECT 9, h.ref, NULL, h.record_id
                       FROM (SELECT cc_iati_key(coalesce(nullif($2, ''), a.iati_identifier)) AS key) i
                      CROSS JOIN LATERAL unnest(ARRAY[i.key, 'xm-' || i.key, 'xm-dac-' || i.key]) w(key)
                      CROSS JOIN LATERAL cc_iati_holders(w.key) h
                      WHERE h.record_id <> r.owner_org
                        AND NOT EXISTS (SELECT FROM cc_iati_holders(w.key) o WHERE o.record_id = r.owner_org)
                      UNION ALL
                     SELECT 4, CASE WHEN starts_with(s.identifier, a.reporting_ref || '-') THEN a.reporting_ref END, s.identifier, NULL
                       FROM iati_source s WHERE s.record_id = a.record_id
                      UNION ALL
                     SELECT 5, o.identifier, NULL, NULL
                       FROM iati_source s JOIN iati_source o ON o.record_id IN (r.was, r.owner_org)
                      WHERE s.record_id = r.id AND s.body IS NOT NULL) x
  LEFT JOIN LATERAL (SELECT title FROM record_name WHERE record_id = x.other ORDER BY place LIMIT 1) n ON true
 WHERE x.ref IS NOT NULL OR x.identifier IS NOT NULL
 ORDER BY x.place, x.ref;

-- Organisations by keys of identifiers: those that have published them, and of one that was merged the one that it became.
-- name: iati_told_by :many :read (keys jsonb) -> key, id
SELECT k.key, found.id
  FROM jsonb_array_elements_text($1) k(key)
 CROSS JOIN LATERAL (SELECT coalesce(g.became, t.record_id) AS id
                       FROM told_identifier t
                       JOIN publication p ON p.record_id = t.record_id AND p.state IN ('published', 'redirected')
                       LEFT JOIN merged g ON g.record_id = t.record_id
                      WHERE t.key = k.key ORDER BY p.state, t.record_id LIMIT 1) found
 ORDER BY k.key COLLATE "C";

-- The identifiers that published activities have in IATI: as they tell, else as the registry made them; `ids` separated by blanks.
-- name: iati_identifiers :many :read (ids text) -> id, identifier
SELECT k.id, f.identifier
  FROM unnest(string_to_array($1, ' ')) k(id)
 CROSS JOIN LATERAL (SELECT coalesce(replace(replace(replace(substring(p.content FROM '<iati-identifier>([^<]*)</iati-identifier>'),
                                '&lt;', '<'), '&gt;', '>'), '&amp;', '&'),
                            (SELECT nullif(i.identifier, '') FROM iati_identifier i WHERE i.record_id = p.record_id)) AS identifier
                       FROM publication p WHERE p.record_id = k.id AND p.state = 'published' LIMIT 1) f
 WHERE f.identifier IS NOT NULL
 ORDER BY k.id COLLATE "C";
