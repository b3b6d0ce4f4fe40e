-- SPDX-License-Identifier: EUPL-1.2
-- What IATI files are made from, row by row: a published record with whom it is reported by, then one row
-- for each further confirmed member. The content of a record and of who reports stand in the first of its rows
-- only. The organisation that reports: the one that an activity names, the host of a partnership, else the
-- publisher.

-- name: iati_page :many :read (after bigint, max integer, members bigint) -> position, id, kind, published_at, publisher, reporter, reporter_content, confirmed, content, roles, member_content, fixed, fixed_ref
SELECT page.position, page.record_id AS id, page.kind, cc_iso(page.published_at) AS published_at, t.publisher,
       t.reporter, CASE WHEN m.place > 1 THEN NULL ELSE t.reporter_content END AS reporter_content, t.confirmed,
       CASE WHEN m.place > 1 THEN NULL ELSE page.content END AS content, m.roles, m.content AS member_content,
       t.fixed, t.fixed_ref
  FROM (SELECT position, record_id, kind, revision, published_at, content
          FROM publication
         WHERE state = 'published' AND kind IN ('activity', 'partnership') AND position > $1
           AND content IS NOT NULL
         ORDER BY position LIMIT least($2, 5000)) page
 CROSS JOIN LATERAL cc_iati_told(page.record_id, page.revision) t
  LEFT JOIN LATERAL cc_iati_members(page.record_id, $3) m ON page.kind = 'partnership'
 ORDER BY page.position;

-- The same of one record.
-- name: iati_one :many :read (id text, kinds text[], members bigint) -> position, id, kind, published_at, publisher, reporter, reporter_content, confirmed, content, roles, member_content, fixed, fixed_ref
SELECT page.position, page.record_id AS id, page.kind, cc_iso(page.published_at) AS published_at, t.publisher,
       t.reporter, CASE WHEN m.place > 1 THEN NULL ELSE t.reporter_content END AS reporter_content, t.confirmed,
       CASE WHEN m.place > 1 THEN NULL ELSE page.content END AS content, m.roles, m.content AS member_content,
       t.fixed, t.fixed_ref
  FROM publication page
 CROSS JOIN LATERAL cc_iati_told(page.record_id, page.revision) t
  LEFT JOIN LATERAL cc_iati_members(page.record_id, $3) m ON page.kind = 'partnership'
 WHERE page.record_id = $1 AND page.state = 'published' AND page.content IS NOT NULL
   AND page.kind = ANY ($2);

-- What is left out needs no member's content: their roles tell whether any has a place in IATI.
-- name: iati_left_out :many :read (after bigint, max integer, members bigint) -> position, id, kind, published_at, publisher, reporter, reporter_content, confirmed, content, roles, member_content, fixed, fixed_ref
SELECT page.position, page.record_id AS id, page.kind, cc_iso(page.published_at) AS published_at, t.publisher,
       t.reporter, t.reporter_content, t.confirmed, page.content,
       (SELECT string_agg(DISTINCT m.roles, ' ') FROM cc_iati_members(page.record_id, $3) m
         WHERE page.kind = 'partnership') AS roles,
       NULL::text AS member_content, t.fixed, t.fixed_ref
  FROM (SELECT position, record_id, kind, revision, published_at, content
          FROM publication
         WHERE state = 'published' AND kind IN ('activity', 'partnership') AND position > $1
           AND content IS NOT NULL
         ORDER BY position LIMIT least($2, 5000)) page
 CROSS JOIN LATERAL cc_iati_told(page.record_id, page.revision) t
 ORDER BY page.position;

-- Under which references the owner of a record may report: its identifiers, and of an imported activity what the
-- file told with the activity's identifier.
-- name: iati_refs :many :read (record text) -> ref
SELECT x.ref
  FROM record r
 CROSS JOIN LATERAL (SELECT i.value AS ref FROM organisation_identifier i WHERE i.record_id = r.owner_org
                      UNION ALL
                     SELECT i.scheme || '-' || i.value FROM organisation_identifier i WHERE i.record_id = r.owner_org
                      UNION ALL
                     SELECT cc_iati_ref(p.content) FROM publication p WHERE p.record_id = r.owner_org
                      UNION ALL
                     SELECT a.reporting_ref FROM activity a JOIN iati_source s ON s.record_id = a.record_id
                      WHERE a.record_id = r.id AND starts_with(s.identifier, a.reporting_ref || '-')) x
 WHERE r.id = $1 AND x.ref IS NOT NULL;
