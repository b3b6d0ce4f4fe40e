-- SPDX-License-Identifier: EUPL-1.2
-- Lists of what belongs to one record, and the home page; lists of records are searches (search.sql).

-- Members of a partnership by name. like: a pattern over lower-case names, NULL = all.
-- name: member_list :many :read (partnership text, state text, like text, lang text, after_name text, after_id text, max integer) -> membership, organisation, lang, title, roles, state, sort_name
SELECT m.membership_id AS membership, m.organisation_id AS organisation, n.lang, n.title, m.roles, m.state,
       m.organisation_name AS sort_name
  FROM (SELECT membership_id, organisation_id, roles, state, organisation_name
          FROM member
         WHERE partnership_id = $1
           AND ($2 = '' OR state = $2)
           AND ($3::text IS NULL OR organisation_name LIKE $3)
           AND (organisation_name, membership_id) > (coalesce($5::text, ''), coalesce($6::text, ''))
         ORDER BY organisation_name, membership_id
         LIMIT $7::integer) m
  LEFT JOIN LATERAL (SELECT lang, title FROM record_name r WHERE r.record_id = m.organisation_id
                      ORDER BY r.lang = $4 DESC, place LIMIT 1) n ON true
 ORDER BY m.organisation_name, m.membership_id;

-- name: member_counts :many :read (partnership text) -> state, members
SELECT state, members FROM member_count WHERE partnership_id = $1 AND members > 0 ORDER BY state;

-- Title of one published record.
-- name: record_title :opt :read (id text, lang text) -> id, kind, lang, title
SELECT p.record_id AS id, p.kind, n.lang, n.title
  FROM publication p
  CROSS JOIN LATERAL (SELECT lang, title FROM record_name r WHERE r.record_id = p.record_id
                       ORDER BY r.lang = $2 DESC, place LIMIT 1) n
 WHERE p.record_id = $1 AND p.state = 'published';

-- Of what a page is a part: title, kind and state of a record that was published at some time.
-- name: record_standing :opt :read (id text, lang text) -> id, kind, state, note, redirect_to, lang, title
SELECT p.record_id AS id, p.kind, p.state, p.note, p.redirect_to, n.lang, n.title
  FROM publication p
  LEFT JOIN LATERAL (SELECT lang, title FROM record_name r WHERE r.record_id = p.record_id
                      ORDER BY r.lang = $2 DESC, place LIMIT 1) n ON true
 WHERE p.record_id = $1;

-- Whatever refers to a record, memberships too.
-- name: record_links :many :read (id text, lang text, after_from text, after_field text, max integer) -> from_id, kind, field, role, state, lang, title
SELECT e.from_id, e.kind, e.field, e.role, e.state, n.lang, n.title
  FROM edge e
  LEFT JOIN LATERAL (SELECT lang, title FROM record_name r
                      WHERE r.record_id = CASE WHEN e.kind <> 'membership' THEN e.from_id
                            ELSE (SELECT CASE WHEN m.partnership_id = $1 THEN m.organisation_id
                                              ELSE m.partnership_id END
                                    FROM member m WHERE m.membership_id = e.from_id) END
                      ORDER BY r.lang = $2 DESC, place LIMIT 1) n ON true
 WHERE e.to_id = $1 AND ($3::text IS NULL OR (e.from_id, e.field) > ($3, $4::text))
 ORDER BY e.from_id, e.field
 LIMIT $5::integer;

-- The numbers of the home page, as `concord work` counted them last, and the newest publication.
-- name: home_numbers :one :read () -> partnerships, organisations, members, position, stamp
SELECT coalesce(max(s.records) FILTER (WHERE s.subject = 'kind' AND s.kind = 'partnership'), 0) AS partnerships,
       coalesce(max(s.records) FILTER (WHERE s.subject = 'kind' AND s.kind = 'organisation'), 0) AS organisations,
       coalesce(max(s.records) FILTER (WHERE s.subject = 'confirmed'), 0) AS members,
       h.position, cc_iso(h.stamp) AS stamp
  FROM feed_head h
  LEFT JOIN statistic s ON s.subject IN ('kind', 'confirmed')
 GROUP BY h.position, h.stamp;
