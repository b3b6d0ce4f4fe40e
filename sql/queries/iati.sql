-- SPDX-License-Identifier: EUPL-1.2
-- What IATI files are made from, row by row: a published record with whom it is reported by, then one row
-- for each further confirmed member. The content of a record and of who reports stand in the first of its rows
-- only. The organisation that reports: the one that an activity names, the host of a partnership, else the
-- publisher.

-- name: iati_page :many :read (after bigint, max integer, members bigint) -> position, id, kind, published_at, publisher, reporter, reporter_content, confirmed, content, roles, member_content, fixed, fixed_ref
SELECT page.position, page.record_id AS id, page.kind, cc_iso(page.published_at) AS published_at, r.publisher,
       s.reporter, CASE WHEN m.place > 1 THEN NULL ELSE o.content END AS reporter_content,
       (SELECT c.members FROM member_count c
         WHERE c.partnership_id = page.record_id AND c.state = 'confirmed') AS confirmed,
       CASE WHEN m.place > 1 THEN NULL ELSE page.content END AS content, m.roles, m.content AS member_content,
       i.identifier AS fixed, i.ref AS fixed_ref
  FROM (SELECT position, record_id, kind, revision, published_at, content
          FROM publication
         WHERE state = 'published' AND kind IN ('activity', 'partnership') AND position > $1
           AND content IS NOT NULL
         ORDER BY position LIMIT least($2, 5000)) page
 CROSS JOIN LATERAL (SELECT publisher FROM revision
                      WHERE record_id = page.record_id AND number = page.revision LIMIT 1) r
 CROSS JOIN LATERAL (SELECT coalesce((SELECT e.to_id FROM edge e
                                       WHERE e.from_id = page.record_id AND e.field IN ('reporting.organisation', 'host')
                                       LIMIT 1), r.publisher) AS reporter) s
  LEFT JOIN LATERAL (SELECT content FROM publication
                      WHERE record_id = s.reporter AND state = 'published' LIMIT 1) o ON true
  LEFT JOIN LATERAL (SELECT identifier, ref FROM iati_identifier WHERE record_id = page.record_id LIMIT 1) i ON true
  LEFT JOIN LATERAL (SELECT c.roles, p.content,
                            row_number() OVER (ORDER BY c.organisation_name, c.membership_id) AS place
                       FROM (SELECT * FROM member
                              WHERE partnership_id = page.record_id AND state = 'confirmed'
                              ORDER BY organisation_name, membership_id LIMIT $3) c
                       JOIN publication p ON p.record_id = c.organisation_id AND p.state = 'published'
                        AND p.content IS NOT NULL
                      WHERE page.kind = 'partnership') m ON true
 ORDER BY page.position;

-- The same of one record.
-- name: iati_one :many :read (id text, kinds text[], members bigint) -> position, id, kind, published_at, publisher, reporter, reporter_content, confirmed, content, roles, member_content, fixed, fixed_ref
SELECT page.position, page.record_id AS id, page.kind, cc_iso(page.published_at) AS published_at, r.publisher,
       s.reporter, CASE WHEN m.place > 1 THEN NULL ELSE o.content END AS reporter_content,
       (SELECT c.members FROM member_count c
         WHERE c.partnership_id = page.record_id AND c.state = 'confirmed') AS confirmed,
       CASE WHEN m.place > 1 THEN NULL ELSE page.content END AS content, m.roles, m.content AS member_content,
       i.identifier AS fixed, i.ref AS fixed_ref
  FROM publication page
 CROSS JOIN LATERAL (SELECT publisher FROM revision
                      WHERE record_id = page.record_id AND number = page.revision LIMIT 1) r
 CROSS JOIN LATERAL (SELECT coalesce((SELECT e.to_id FROM edge e
                                       WHERE e.from_id = page.record_id AND e.field IN ('reporting.organisation', 'host')
                                       LIMIT 1), r.publisher) AS reporter) s
  LEFT JOIN LATERAL (SELECT content FROM publication
                      WHERE record_id = s.reporter AND state = 'published' LIMIT 1) o ON true
  LEFT JOIN LATERAL (SELECT identifier, ref FROM iati_identifier WHERE record_id = page.record_id LIMIT 1) i ON true
  LEFT JOIN LATERAL (SELECT c.roles, p.content,
                            row_number() OVER (ORDER BY c.organisation_name, c.membership_id) AS place
                       FROM (SELECT * FROM member
                              WHERE partnership_id = page.record_id AND state = 'confirmed'
                              ORDER BY organisation_name, membership_id LIMIT $3) c
                       JOIN publication p ON p.record_id = c.organisation_id AND p.state = 'published'
                        AND p.content IS NOT NULL
                      WHERE page.kind = 'partnership') m ON true
 WHERE page.record_id = $1 AND page.state = 'published' AND page.content IS NOT NULL
   AND page.kind = ANY ($2);

-- What is left out needs no member's content: their roles tell whether any has a place in IATI.
-- name: iati_left_out :many :read (after bigint, max integer, members bigint) -> position, id, kind, published_at, publisher, reporter, reporter_content, confirmed, content, roles, member_content, fixed, fixed_ref
SELECT page.position, page.record_id AS id, page.kind, cc_iso(page.published_at) AS published_at, r.publisher,
       s.reporter, o.content AS reporter_content,
       (SELECT c.members FROM member_count c
         WHERE c.partnership_id = page.record_id AND c.state = 'confirmed') AS confirmed,
       page.content,
       (SELECT string_agg(DISTINCT c.roles, ' ')
          FROM (SELECT roles, organisation_id FROM member
                 WHERE partnership_id = page.record_id AND state = 'confirmed'
                 ORDER BY organisation_name, membership_id LIMIT $3) c
          JOIN publication p ON p.record_id = c.organisation_id AND p.state = 'published'
           AND p.content IS NOT NULL
         WHERE page.kind = 'partnership') AS roles,
       NULL::text AS member_content, i.identifier AS fixed, i.ref AS fixed_ref
  FROM (SELECT position, record_id, kind, revision, published_at, content
          FROM publication
         WHERE state = 'published' AND kind IN ('activity', 'partnership') AND position > $1
           AND content IS NOT NULL
         ORDER BY position LIMIT least($2, 5000)) page
 CROSS JOIN LATERAL (SELECT publisher FROM revision
                      WHERE record_id = page.record_id AND number = page.revision LIMIT 1) r
 CROSS JOIN LATERAL (SELECT coalesce((SELECT e.to_id FROM edge e
                                       WHERE e.from_id = page.record_id AND e.field IN ('reporting.organisation', 'host')
                                       LIMIT 1), r.publisher) AS reporter) s
  LEFT JOIN LATERAL (SELECT content FROM publication
                      WHERE record_id = s.reporter AND state = 'published' LIMIT 1) o ON true
  LEFT JOIN LATERAL (SELECT identifier, ref FROM iati_identifier WHERE record_id = page.record_id LIMIT 1) i ON true
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
