-- SPDX-License-Identifier: EUPL-1.2
-- What IATI files are made from: published contents, and those of the organisations that they name.
-- The organisation that reports: the one that an activity names, the host of a partnership, else
-- the publisher.

-- A closed page behind a position: at most `max`, and until `bytes` are reached (the first one always).
-- name: iati_page :many :read (after bigint, max integer, bytes bigint) -> position, id, published_at, content, reporter, reporter_content
SELECT page.position, page.record_id AS id, cc_iso(page.published_at) AS published_at, page.content,
       o.record_id AS reporter, o.content AS reporter_content
  FROM (SELECT p.*, sum(octet_length(p.content)) OVER (ORDER BY p.position) - octet_length(p.content) AS before
          FROM (SELECT position, record_id, revision, published_at, content
                  FROM publication
                 WHERE state = 'published' AND kind IN ('activity', 'partnership') AND position > $1
                   AND content IS NOT NULL
                 ORDER BY position LIMIT least($2, 500)) p) page
  JOIN revision r ON r.record_id = page.record_id AND r.number = page.revision
  LEFT JOIN publication o ON o.state = 'published' AND o.record_id =
       coalesce((SELECT e.to_id FROM edge e
                  WHERE e.from_id = page.record_id AND e.field IN ('reporting.organisation', 'host') LIMIT 1),
                r.publisher)
 WHERE page.before < $3
 ORDER BY page.position;

-- Confirmed members of the partnerships of the same page.
-- name: iati_page_members :many :read (after bigint, max integer) -> partnership, roles, content
SELECT m.partnership_id AS partnership, m.roles, o.content
  FROM (SELECT record_id, kind
          FROM publication
         WHERE state = 'published' AND kind IN ('activity', 'partnership') AND position > $1
           AND content IS NOT NULL
         ORDER BY position LIMIT least($2, 500)) page
  JOIN member m ON m.partnership_id = page.record_id AND m.state = 'confirmed'
  JOIN publication o ON o.record_id = m.organisation_id AND o.state = 'published' AND o.content IS NOT NULL
 WHERE page.kind = 'partnership'
 ORDER BY m.partnership_id, m.organisation_name, m.membership_id;

-- One record, as a page of one.
-- name: iati_one :many :read (id text) -> position, id, published_at, content, reporter, reporter_content
SELECT p.position, p.record_id AS id, cc_iso(p.published_at) AS published_at, p.content,
       o.record_id AS reporter, o.content AS reporter_content
  FROM publication p
  JOIN revision r ON r.record_id = p.record_id AND r.number = p.revision
  LEFT JOIN publication o ON o.state = 'published' AND o.record_id =
       coalesce((SELECT e.to_id FROM edge e
                  WHERE e.from_id = p.record_id AND e.field IN ('reporting.organisation', 'host') LIMIT 1),
                r.publisher)
 WHERE p.record_id = $1 AND p.state = 'published' AND p.content IS NOT NULL;

-- name: iati_one_members :many :read (id text) -> partnership, roles, content
SELECT m.partnership_id AS partnership, m.roles, o.content
  FROM member m
  JOIN publication o ON o.record_id = m.organisation_id AND o.state = 'published' AND o.content IS NOT NULL
 WHERE m.partnership_id = $1 AND m.state = 'confirmed'
 ORDER BY m.organisation_name, m.membership_id;
